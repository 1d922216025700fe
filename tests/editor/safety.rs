//! Crashes, bad disks, damaged models and huge scenes: nothing is lost that cannot be recovered.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use egui::{Key, Modifiers};
use scenewright::app::EditorOptions;
pub use scenewright::engine::DeviceChoice;
use scenewright_document::Folders;

use crate::harness::{Person, WINDOW, tiny_model};
use crate::victim;

/// Names the folder of the process that is to be killed, and its pace.
const VICTIM: &str = "SCENEWRIGHT_TEST_EDITOR_VICTIM";
/// What the victim says, one sentence a step: words, a gesture's worth of changes, and ways back.
const SENTENCES: [&str; 12] = [
    "add kite in sky",
    "add a cow",
    "make the boat bigger",
    "put another cow by it",
    "undo that",
    "add a tree behind the boat",
    "delete the cow",
    "rename the boat to Anna",
    "undo that",
    "change the tree to a house",
    "add three clouds",
    "go back two steps",
];

fn said(person: &mut Person, count: usize) {
    for sentence in SENTENCES.iter().take(count) {
        person.says(sentence);
    }
}

/// What must come back: the scene and the whole tree of steps.
fn account(person: &Person) -> String {
    let history = person.editor().history();
    let steps = history.revisions().iter().map(|step| format!("{:?} < {:?}: {}", step.id, step.parent, step.label));
    let steps = steps.collect::<Vec<_>>().join("\n");
    format!("at {:?}\n{:?}\n{:?}\n{steps}", history.revision(), person.objects(), person.relations())
}

/// Not a test by itself: the process that is killed. A whole editor, driven as a person drives it.
#[test]
fn victim() {
    let Ok(orders) = std::env::var(VICTIM) else { return };
    let (pace, folder) = orders.split_once(' ').unwrap();
    let mut person = Person::in_folders(Path::new(folder));
    let mut out = std::io::stdout();
    for (count, sentence) in (1..).zip(SENTENCES) {
        person.says(sentence);
        // A hand is slower than the disk; a burst is not.
        assert!(pace == "burst" || person.editor().settle());
        writeln!(out, "said {count}").unwrap();
        out.flush().unwrap();
    }
    std::thread::sleep(Duration::from_secs(60));
}

fn kill_after(folder: &Path, pace: &str, sentences: usize, micros: u64) -> usize {
    let orders = format!("{pace} {}", folder.display());
    victim::kill_after("safety::victim", (VICTIM, orders), "said ", sentences, micros)
}

/// Starts again and takes back what is offered.
fn recovered(folder: &Path) -> Person {
    let mut person = Person::in_folders(folder);
    person.waits_until("the offer", |editor| editor.is_asking());
    person.clicks("Recover");
    person.waits_until("the work", |editor| !editor.is_asking() && editor.last_toast().contains("Recovered"));
    person
}

#[test]
fn a_killed_editor_loses_at_most_the_edit_in_flight() {
    let accounts: Vec<String> = (0..=SENTENCES.len())
        .map(|count| {
            let mut person = Person::new();
            said(&mut person, count);
            account(&person)
        })
        .collect();
    for (sentences, micros) in [(1, 0), (3, 5_000), (6, 20_000), (9, 1_000), (12, 0)] {
        let home = tempfile::tempdir().unwrap();
        let said = kill_after(home.path(), "human", sentences, micros);
        assert!(said >= sentences, "the victim ended by itself");
        let mut person = recovered(home.path());
        let now = account(&person);
        // The next sentence may have been written and not said.
        let is_known = |count: usize| accounts.get(count).is_some_and(|account| *account == now);
        assert!(is_known(said) || is_known(said + 1), "said {said}, came back {now}");
        assert!(person.editor().title().starts_with("untitled •"), "recovery is not saving");
        person.presses(Modifiers::COMMAND, Key::Z);
        assert_ne!(account(&person), now, "the history came back, too");
    }
}

/// Without waiting for the disk: whatever comes back is a beginning of the session.
#[test]
fn an_editor_killed_in_a_burst_comes_back_as_it_was_at_some_step() {
    let mut person = Person::new();
    let mut accounts = vec![account(&person)];
    for sentence in SENTENCES {
        if sentence == "go back two steps" {
            // Two events: it may have been killed between them.
            person.says("undo that");
            accounts.push(account(&person));
            person.says("undo that");
        } else {
            person.says(sentence);
        }
        accounts.push(account(&person));
    }
    for sentences in [4, 8] {
        let home = tempfile::tempdir().unwrap();
        kill_after(home.path(), "burst", sentences, 0);
        let now = account(&recovered(home.path()));
        assert!(accounts.contains(&now), "this is no beginning of the session: {now}");
    }
}

#[test]
fn what_is_not_wanted_is_discarded_and_what_is_kept_for_later_is_offered_again() {
    let home = tempfile::tempdir().unwrap();
    let mut person = Person::in_folders(home.path());
    person.says("add kite in sky");
    assert!(person.editor().settle());
    // Dropped without a goodbye, as a crash does.
    drop(person);
    let mut person = Person::in_folders(home.path());
    person.waits_until("the offer", |editor| editor.is_asking());
    assert!(person.sees("Unsaved work was found") && person.sees("1 step") && person.sees("not saved to a file yet"));
    person.shows("recover");
    person.clicks("Keep for later");
    assert!(!person.objects().contains(&"kite".to_owned()));
    drop(person);
    let mut person = Person::in_folders(home.path());
    person.waits_until("the offer", |editor| editor.is_asking());
    person.clicks("Discard …");
    person.clicks("No");
    person.clicks("Discard …");
    person.clicks("Discard permanently");
    person.waits_until("nothing is asked", |editor| !editor.is_asking());
    // The disk's thread finishes before it ends.
    drop(person);
    let mut person = Person::in_folders(home.path());
    (0..20).for_each(|_| person.window.step());
    assert!(!person.editor().is_asking());
    assert_eq!(fs::read_dir(home.path().join("recovery")).unwrap().count(), 0);
}

#[test]
fn a_recovered_file_is_saved_where_it_was_and_only_then() {
    let (home, dir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let farm = r#"{"objects": ["sky", "grass"], "relationships": [[0, "above", 1]]}"#;
    let path = dir.path().join("farm.json");
    fs::write(&path, farm).unwrap();
    let mut person = Person::in_folders(home.path());
    person.drops(&path);
    person.waits_until("the farm", |editor| editor.title().starts_with("farm.json —"));
    person.says("add a cow");
    assert!(person.editor().settle());
    drop(person);
    let mut person = recovered(home.path());
    assert!(person.editor().title().starts_with("farm.json •"));
    assert_eq!(fs::read_to_string(&path).unwrap(), farm);
    person.presses(Modifiers::COMMAND, Key::S);
    person.waits_until("the file", |editor| editor.title().starts_with("farm.json —"));
    assert!(fs::read_to_string(&path).unwrap().contains("cow"));
    // Saved in full: there is nothing to offer.
    assert!(person.editor().settle());
    drop(person);
    let mut person = Person::in_folders(home.path());
    (0..20).for_each(|_| person.window.step());
    assert!(!person.editor().is_asking());
}

#[test]
fn a_damaged_journal_and_damaged_settings_never_stop_the_start() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path());
    fs::create_dir_all(&folders.recovery).unwrap();
    fs::create_dir_all(&folders.config).unwrap();
    fs::write(folders.recovery.join("1-1-0.journal"), [0xff, 0x00, b'\n', 0x80]).unwrap();
    fs::write(folders.recovery.join("2-1-0.journal"), "").unwrap();
    fs::write(folders.settings_file(), "{ broken").unwrap();
    let mut person = Person::in_folders(home.path());
    assert!(person.sees("the settings could not be read"));
    person.says("add kite in sky");
    assert!(person.objects().contains(&"kite".to_owned()));
    assert!(person.editor().settle());
}

#[test]
fn a_journal_that_cannot_be_written_is_reported_and_editing_goes_on() {
    let home = tempfile::tempdir().unwrap();
    // A file where the folder should be: no user may make a folder there, root neither.
    fs::write(home.path().join("recovery"), "mine").unwrap();
    let mut person = Person::in_folders(home.path());
    person.says("add kite in sky");
    person.waits_for_words("a crash would lose what you do now");
    person.says("add a cow");
    assert!(person.objects().contains(&"cow".to_owned()));
    assert!(!person.sees("Not saved"));
}

/// A tiny disk needs rights that few have; where they are refused, a line says so.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let disk = home.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(&disk).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        return println!("skipped: this user may not mount a small disk");
    }
    struct Unmount<'a>(&'a Path);
    impl Drop for Unmount<'_> {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg("-l").arg(self.0).status();
        }
    }
    let _unmount = Unmount(&disk);
    let path = disk.join("farm.json");
    let farm = r#"{"objects": ["sky", "grass"], "relationships": [[0, "above", 1]]}"#;
    fs::write(&path, farm).unwrap();
    let mut person = Person::at(EditorOptions { file: Some(path.clone()), ..EditorOptions::default() }, WINDOW);
    person.waits_until("the farm", |editor| editor.title().starts_with("farm.json —"));
    person.says("add a cow");
    let mut fills = fs::File::create(disk.join("fills")).unwrap();
    while fills.write_all(&[0; 1024]).is_ok() {}
    person.presses(Modifiers::COMMAND, Key::S);
    person.waits_for_words("your changes are still here");
    assert_eq!(fs::read_to_string(&path).unwrap(), farm, "the old file is whole");
    assert!(person.editor().title().starts_with("farm.json •"));
    drop(fills);
    fs::remove_file(disk.join("fills")).unwrap();
    person.presses(Modifiers::COMMAND, Key::S);
    person.waits_until("the file", |editor| editor.title().starts_with("farm.json —"));
    assert!(person.editor().banners().is_empty());
}

#[test]
fn a_damaged_model_is_named_and_the_last_good_one_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let broken = home.path().join("broken");
    fs::create_dir(&broken).unwrap();
    for entry in fs::read_dir(tiny_model()).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, broken.join(path.file_name().unwrap())).unwrap();
    }
    let weights = broken.join("weights.safetensors");
    let bytes = fs::read(&weights).unwrap();
    fs::write(&weights, &bytes[..bytes.len() / 2]).unwrap();
    let mut person = Person::with_model();
    // Dropped onto the window, as a folder.
    person.drops(&broken);
    person.waits_for_words("The model \"broken\" was not opened");
    assert!(person.sees("\"tiny\" stays in use"));
    person.says("add kite in sky");
    person.waits_for_the_picture();
    assert!(person.editor().picture().unwrap().objects.iter().any(|placed| placed.name == "kite"));
}

#[test]
fn without_a_gpu_the_cpu_draws_and_says_so() {
    let options =
        EditorOptions { model: Some(tiny_model()), device: DeviceChoice::Cuda(0), ..EditorOptions::default() };
    let mut person = Person::at(options, WINDOW);
    person.waits_for_the_picture();
    // Where there is one, there is nothing to say.
    let is_on_gpu = person.sees("cuda");
    assert!(is_on_gpu || person.sees("The CPU draws instead"));
    person.says("add kite in sky");
    person.waits_for_the_picture();
}

#[test]
fn a_picture_without_a_graph_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let plain = dir.path().join("holiday.png");
    image::RgbImage::new(8, 8).save(&plain).unwrap();
    let jpeg = dir.path().join("holiday.jpg");
    fs::write(&jpeg, [0xff, 0xd8, 0xff, 0xe0]).unwrap();
    for path in [plain, jpeg] {
        let mut person = Person::new();
        person.drops(&path);
        person.waits_for_words("carries no scene graph");
        assert_eq!(person.objects().len(), 7);
    }
}

#[test]
fn five_thousand_objects_are_opened_edited_and_saved() {
    let dir = tempfile::tempdir().unwrap();
    let objects = vec!["\"sheep\""; 5000].join(",");
    let relations = (1..5000).map(|n| format!("[{n}, \"left of\", {}]", n - 1)).collect::<Vec<_>>().join(",");
    let path = dir.path().join("flock.json");
    fs::write(&path, format!("{{\"objects\": [{objects}], \"relationships\": [{relations}]}}")).unwrap();
    let mut person = Person::at(EditorOptions { file: Some(path.clone()), ..EditorOptions::default() }, WINDOW);
    person.waits_until("the flock", |editor| editor.scene().nodes().len() == 5000);
    person.presses(Modifiers::COMMAND, Key::A);
    assert_eq!(person.editor().selection().nodes.len(), 5000);
    person.says("add a dog");
    assert_eq!(person.objects().len(), 5001);
    person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(person.objects().len(), 5000);
    person.presses(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    person.presses(Modifiers::COMMAND, Key::S);
    person.waits_until("the file", |editor| editor.title().starts_with("flock.json —"));
    assert_eq!(scenewright_formats::read_scenes(&path).unwrap()[0].nodes().len(), 5001);
}

#[test]
fn one_gesture_is_one_step_and_undo_has_no_limit() {
    let mut person = Person::new();
    let (first, seed) = (account(&person), person.editor().scene().seed());
    let count = 300;
    for _ in 0..count {
        person.presses(Modifiers::COMMAND, Key::R);
    }
    assert_eq!(person.editor().history().revisions().len(), count + 1, "one press, one step");
    for _ in 0..count + 5 {
        person.presses(Modifiers::COMMAND, Key::Z);
    }
    assert_eq!(person.editor().history().revision().0, 0);
    assert!(account(&person).starts_with(first.lines().next().unwrap()));
    for _ in 0..count {
        person.presses(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    }
    assert_eq!(person.editor().scene().seed(), seed + count as u64);
}

#[test]
fn every_dialog_fits_a_window_that_is_300_pixels_wide() {
    let home = tempfile::tempdir().unwrap();
    let mut person = Person::in_folders(home.path());
    person.says("add kite in sky");
    assert!(person.editor().settle());
    drop(person);
    let options = EditorOptions { folders: Some(Folders::under(home.path())), ..EditorOptions::default() };
    let mut person = Person::at(options, [300.0, 500.0]);
    person.waits_until("the offer", |editor| editor.is_asking());
    person.shows("narrow-recover");
    person.clicks("Keep for later");
    person.says("add a cow");
    person.presses(Modifiers::COMMAND, Key::E);
    assert!(person.sees("Export"));
    person.shows("narrow-export");
    person.clicks("Cancel");
    person.presses(Modifiers::COMMAND, Key::N);
    assert!(person.sees("Save the changes to untitled?"));
    person.shows("narrow-unsaved");
    person.clicks("Discard");
    assert!(person.objects().is_empty());
}
