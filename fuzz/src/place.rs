//! A folder for readers of files; in memory where the system has such a place.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

thread_local! {
    static PLACE: RefCell<Option<TempDir>> = const { RefCell::new(None) };
}

fn folder() -> PathBuf {
    PLACE.with_borrow_mut(|place| {
        let made = place.get_or_insert_with(|| {
            let memory = Path::new("/dev/shm");
            let made = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
            made.expect("a folder for temporary files")
        });
        made.path().to_owned()
    })
}

/// A folder that holds these files and nothing else.
pub fn with_files<T>(files: &[(&str, &[u8])], read: impl FnOnce(&Path) -> T) -> T {
    let folder = folder().join("it");
    let _ = std::fs::remove_dir_all(&folder);
    for (name, bytes) in files {
        let path = folder.join(name);
        let made = path.parent().map(std::fs::create_dir_all).transpose().and_then(|_| std::fs::write(&path, bytes));
        made.expect("a file in the temporary folder");
    }
    read(&folder)
}

/// The one file `name`.
pub fn with_file<T>(name: &str, bytes: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    let path = folder().join(name);
    std::fs::write(&path, bytes).expect("a file in the temporary folder");
    read(&path)
}
