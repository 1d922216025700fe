//! Crash reports: what a panic leaves on this computer, for the next start to show. Nothing is ever sent.
//!
//! A report holds the message, the backtrace, the version and the names of the last commands: never words, files or pictures of a person.

use std::backtrace::Backtrace;
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::version;
use scenewright_document::Folders;

/// Actions that a report names.
const LAST_ACTIONS: usize = 30;
/// Reports that are kept; older ones are deleted.
const KEPT: usize = 10;
/// A report is longer only if its backtrace runs in circles.
const MAX_BYTES: usize = 256 << 10;
const NEW: &str = "crash-";
const SEEN: &str = "seen-crash-";

static ACTIONS: Mutex<VecDeque<&'static str>> = Mutex::new(VecDeque::new());

/// Where the reports of this user lie; none where the system names no folder.
pub fn folder() -> Option<PathBuf> {
    Folders::of_user().map(|folders| folders.crashes())
}

/// Remembers the name of an action for a report. The name says what kind it was, and nothing that a person wrote.
pub fn note_action(name: &'static str) {
    // A report that lacks an action is better than a wait.
    if let Ok(mut actions) = ACTIONS.try_lock() {
        if actions.len() == LAST_ACTIONS {
            actions.pop_front();
        }
        actions.push_back(name);
    }
}

/// From now on a panic writes a report to the folder, after it was reported on standard error.
pub fn install(folder: Option<PathBuf>) {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        before(panic);
        let Some(folder) = folder.as_deref().filter(|_| !is_expected(panic)) else { return };
        let _ = write(folder, &text_of(panic), SystemTime::now());
    }));
}

/// A driver that is not there ends the attempt to open its device by a panic, which is caught: no mistake of this program.
fn is_expected(panic: &PanicHookInfo<'_>) -> bool {
    panic.location().is_some_and(|location| location.file().contains("cudarc"))
}

/// The newest report that was not shown yet, and its text.
pub fn unseen(folder: &Path) -> Option<(PathBuf, String)> {
    let path = reports(folder).into_iter().rev().find(|path| name_of(path).starts_with(NEW))?;
    let text = fs::read(&path).ok()?;
    Some((path, String::from_utf8_lossy(&text[..text.len().min(MAX_BYTES)]).into_owned()))
}

/// Marks every report as shown; they stay on the disk. Where that fails they are offered again.
pub fn mark_seen(folder: &Path) {
    for path in reports(folder).into_iter().filter(|path| name_of(path).starts_with(NEW)) {
        let _ = fs::rename(&path, path.with_file_name(name_of(&path).replacen(NEW, SEEN, 1)));
    }
}

fn text_of(panic: &PanicHookInfo<'_>) -> String {
    let message = panic.payload_as_str().unwrap_or("a panic without a message");
    let place = panic.location().map_or_else(|| "somewhere".to_owned(), ToString::to_string);
    let thread = std::thread::current();
    let actions = ACTIONS.try_lock().map(|actions| actions.iter().copied().collect::<Vec<_>>()).unwrap_or_default();
    let actions = if actions.is_empty() { "none".to_owned() } else { actions.join(", ") };
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "Scenewright crashed. This report lies on this computer only; nothing was sent.\n");
    let _ = writeln!(text, "version: {}", version::text());
    let _ = writeln!(text, "system: {} {}", std::env::consts::OS, std::env::consts::ARCH);
    let _ = writeln!(text, "thread: {}", thread.name().unwrap_or("without a name"));
    let _ = writeln!(text, "panic: {message}\nat: {place}\nlast actions: {actions}\n");
    let _ = writeln!(text, "{}", Backtrace::force_capture());
    without_home(&text)
}

/// The name of a person's folder is not for others.
fn without_home(text: &str) -> String {
    let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().display().to_string());
    match home.filter(|home| home.len() > 1) {
        Some(home) => text.replace(&home, "~"),
        None => text.to_owned(),
    }
}

fn write(folder: &Path, text: &str, now: SystemTime) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let millis = now.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_millis();
    let end = text.floor_char_boundary(MAX_BYTES.min(text.len()));
    fs::write(folder.join(format!("{NEW}{millis:015}-{}.txt", std::process::id())), &text[..end])?;
    let all = reports(folder);
    let surplus = all.len().saturating_sub(KEPT);
    all.into_iter().take(surplus).for_each(|path| _ = fs::remove_file(path));
    Ok(())
}

/// All reports, oldest first.
fn reports(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_report = |path: &PathBuf| name_of(path).starts_with(NEW) || name_of(path).starts_with(SEEN);
    let mut found: Vec<PathBuf> = entries.filter(is_report).collect();
    found.sort_by_key(|path| name_of(path).trim_start_matches("seen-").to_owned());
    found
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_offered_once_and_few_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("crashes");
        assert_eq!(unseen(&folder), None);
        for millis in 1..=12 {
            write(&folder, &format!("report {millis}"), UNIX_EPOCH + Duration::from_millis(millis)).unwrap();
        }
        assert_eq!(reports(&folder).len(), KEPT);
        assert_eq!(unseen(&folder).unwrap().1, "report 12");
        mark_seen(&folder);
        assert_eq!(unseen(&folder), None);
        assert_eq!(reports(&folder).len(), KEPT);
        write(&folder, "report 13", UNIX_EPOCH + Duration::from_millis(13)).unwrap();
        assert_eq!(unseen(&folder).unwrap().1, "report 13");
    }
}
