//! Disks that are full, read-only or missing: an error once, nothing lost, editing goes on.

pub use crate::session::account;
use scenewright_document::*;
use scenewright_formats::WriteError;
use scenewright_scene::*;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tempfile::TempDir;

fn add(document: &mut Document, name: &str) {
    document.apply(&format!("add {name}"), &[Edit::add(name)]).unwrap();
}

fn failures(notices: &[JournalNotice]) -> usize {
    notices.iter().filter(|event| matches!(event, JournalNotice::Failed(_))).count()
}

#[test]
fn a_journal_that_cannot_be_written_says_so_once_and_catches_up() {
    let home = TempDir::new().unwrap();
    // A file where the folder should be: no user may make a folder there, root neither.
    let folder = home.path().join("recovery");
    fs::write(&folder, "mine").unwrap();
    let woken = Arc::new(AtomicUsize::new(0));
    let count = woken.clone();
    let journals = Journals::in_folder(&folder).waking(move || _ = count.fetch_add(1, Ordering::Relaxed));
    let mut document = Document::new(Scene::new(), "Untitled", &journals);
    for _ in 0..5 {
        add(&mut document, "sheep");
        assert!(!document.settle());
    }
    let notices = document.journal_notices();
    assert_eq!((failures(&notices), notices.len(), woken.load(Ordering::Relaxed)), (1, 1, 1));
    let JournalNotice::Failed(error) = &notices[0] else { panic!() };
    assert!(error.to_string().contains("Save your work"), "{error}");
    assert_eq!(document.history().revisions().len(), 6);

    // There is space again: everything that waited is written.
    fs::remove_file(&folder).unwrap();
    add(&mut document, "tree");
    assert!(document.settle());
    assert!(matches!(document.journal_notices()[..], [JournalNotice::Works]));
    let expected = account(document.history());
    drop(document);
    let document = recover::find(&folder)[0].open(&journals).unwrap();
    assert_eq!(account(document.history()), expected);
    document.close();
}

#[test]
fn a_refused_save_loses_nothing() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("sheep.json");
    fs::write(&path, r#"{"objects": ["sky"]}"#).unwrap();
    let mut document = read(&path).unwrap().into_document(Choice::Graph(0), &Journals::off());
    add(&mut document, "sheep");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions.clone()).unwrap();
    assert!(matches!(document.save(), Err(SaveError::Write(WriteError::ReadOnly { .. }))));
    assert!(matches!(document.save_as(home.path()), Err(SaveError::Write(WriteError::Directory { .. }))));
    assert!(matches!(
        document.save_as(&home.path().join("no/folder.json")),
        Err(SaveError::Write(WriteError::Io { .. }))
    ));
    assert_eq!(fs::read_to_string(&path).unwrap(), r#"{"objects": ["sky"]}"#);
    assert!(document.is_dirty() && document.path() == Some(path.as_path()));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    document.save_as(&home.path().join("other.json")).unwrap();
    assert!(!document.is_dirty());
    if cfg!(windows) {
        // Windows removes no protected files, a temporary folder's neither.
        #[allow(clippy::permissions_set_readonly_false)]
        permissions.set_readonly(false);
        fs::set_permissions(&path, permissions).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn a_save_keeps_permissions_and_links() {
    use std::os::unix::fs::PermissionsExt;
    let home = TempDir::new().unwrap();
    let (path, link) = (home.path().join("sheep.json"), home.path().join("link.json"));
    fs::write(&path, r#"{"objects": ["sky"]}"#).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let mut document = read(&link).unwrap().into_document(Choice::Graph(0), &Journals::off());
    add(&mut document, "sheep");
    document.save().unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(read(&path).unwrap().graphs[0].nodes().len(), 2);
}

/// The process whose files may not grow, see below.
#[test]
fn on_a_small_disk() {
    let Ok(folder) = std::env::var("SCENEWRIGHT_TEST_SMALL_DISK") else { return };
    let home = Path::new(&folder);
    let mut document = Document::new(Scene::new(), "Untitled", &Journals::in_folder(home));
    let mut failed = 0;
    for number in 0..400 {
        add(&mut document, &format!("sheep {number}"));
        document.settle();
        failed += failures(&document.journal_notices());
    }
    assert_eq!(failed, 1, "said once");
    assert_eq!(document.history().revisions().len(), 401, "editing went on");
    let saved = document.save_as(&home.join("big.json"));
    assert!(matches!(saved, Err(SaveError::Write(WriteError::Io { .. }))), "{saved:?}");
    assert!(document.is_dirty());
    // Ends as a crash does.
    std::process::exit(77);
}

/// A limit on the size of files stands for a disk that fills up in the middle of a line; it needs no rights.
#[cfg(unix)]
#[test]
fn a_disk_that_fills_up() {
    let home = TempDir::new().unwrap();
    fs::write(home.path().join("big.json"), "old").unwrap();
    // The signal that would end the program is ignored: writing fails instead, as on a full disk.
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    let output = std::process::Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "disks::on_a_small_disk", "--nocapture"])
        .env("SCENEWRIGHT_TEST_SMALL_DISK", home.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(77), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_to_string(home.path().join("big.json")).unwrap(), "old");
    assert!(
        !fs::read_dir(home.path()).unwrap().any(|entry| entry.unwrap().file_name().to_string_lossy().ends_with(".tmp"))
    );
    // What fitted is whole.
    let found = recover::find(home.path()).remove(0);
    assert!(found.revisions > 5 && !found.is_torn, "{found:?}");
}
