//! A journal gives the same history back, whatever happened, however it was cut.

pub use crate::session::{RandomStep, account, play};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use scenewright_document::{Document, Journals, RecoverError, recover};
use scenewright_scene::*;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn first_scene() -> Scene {
    let mut scene = Scene::new();
    scene.apply_all(&[Edit::add("sky"), Edit::add("grass"), Edit::relate(NodeId(0), "above", NodeId(1))]).unwrap();
    scene
}

/// Proptest with a fixed seed.
fn for_all<S: Strategy>(cases: u32, strategy: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let rng_seed = RngSeed::Fixed(2018);
    let config = Config { cases, failure_persistence: None, rng_seed, ..Config::default() };
    TestRunner::new(config).run(&strategy, test).unwrap();
}

fn sessions() -> impl Strategy<Value = Vec<RandomStep>> {
    prop::collection::vec(any::<RandomStep>(), 0..60)
}

fn journals_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == "journal")).collect()
}

/// As a crash would: the journal stays. Files of another program's are not locked for long, ours are not after this.
fn crash(document: Document) {
    assert!(document.settle());
    drop(document);
}

#[test]
fn any_session_comes_back() {
    for_all(60, (sessions(), any::<bool>()), |(random_step, compacting)| {
        let home = TempDir::new().unwrap();
        let journals = Journals::in_folder(home.path()).compacting_after(if compacting { 3 } else { usize::MAX });
        let mut document = Document::new(first_scene(), "Untitled", &journals);
        let mut history = History::new(first_scene());
        for &random_step in &random_step {
            play(&mut document, random_step);
            play(&mut history, random_step);
        }
        prop_assert_eq!(account(document.history()), account(&history));
        crash(document);
        let found = recover::find(home.path());
        if found.is_empty() {
            // No change, no journal.
            prop_assert!(journals_in(home.path()).is_empty());
            prop_assert_eq!(history.revisions().len(), 1);
            return Ok(());
        }
        prop_assert_eq!((found.len(), found[0].is_torn), (1, false));
        let mut again = found[0].open(&journals).unwrap();
        prop_assert_eq!(account(again.history()), account(&history));
        // It goes on as if nothing had happened, and may crash again.
        for &random_step in random_step.iter().rev() {
            play(&mut again, random_step);
            play(&mut history, random_step);
        }
        crash(again);
        let again = recover::find(home.path())[0].open(&journals).unwrap();
        prop_assert_eq!(account(again.history()), account(&history));
        again.close();
        prop_assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
        Ok(())
    });
}

#[test]
fn any_session_undone_gives_the_first_scene_back() {
    for_all(150, sessions(), |random_step| {
        let mut document = Document::new(first_scene(), "Untitled", &Journals::off());
        random_step.iter().for_each(|&random_step| play(&mut document, random_step));
        while document.undo().is_some() {}
        prop_assert_eq!(document.scene(), &document.history().get(RevisionId(0)).unwrap().scene);
        // What pictures showed of it is no part of what was written.
        let written = |scene: &Scene| {
            let names: Vec<String> = scene.nodes().iter().map(|node| node.name.clone()).collect();
            (names, scene.relations().to_vec(), scene.seed(), scene.layout_seed())
        };
        prop_assert_eq!(written(document.scene()), written(&first_scene()));
        prop_assert!(!document.is_dirty());
        Ok(())
    });
}

#[test]
fn a_journal_of_walks_is_made_shorter() {
    let home = TempDir::new().unwrap();
    let journals = Journals::in_folder(home.path()).compacting_after(50);
    let mut document = Document::new(first_scene(), "Untitled", &journals);
    let step = |document: &mut Document, from: u64| {
        document.go_to(RevisionId(from));
        document.apply("add", &[Edit::add("sheep")]).unwrap();
    };
    // Two forks; at the lower one, redo goes to the elder branch, and the user is elsewhere.
    for from in [0, 1, 1] {
        step(&mut document, from);
    }
    document.go_to(RevisionId(2));
    step(&mut document, 0);
    for _ in 0..500 {
        document.undo();
        document.redo();
    }
    document.undo();
    assert!(document.settle());
    let account_before = account(document.history());
    let bytes = fs::metadata(&journals_in(home.path())[0]).unwrap().len();
    assert!(bytes < 6000, "{bytes} bytes for four steps");
    crash(document);
    let document = recover::find(home.path())[0].open(&journals).unwrap();
    assert_eq!(account(document.history()), account_before);
    document.close();
}

/// Cut anywhere, a journal gives a beginning of the session; every later cut gives no less.
#[test]
fn a_torn_tail_is_cut() {
    let home = TempDir::new().unwrap();
    let journals = Journals::in_folder(home.path());
    let mut document = Document::new(first_scene(), "Untitled", &journals);
    let mut accounts = vec![account(document.history())];
    for name in ["sheep", "tree", "boat"] {
        document.apply(&format!("add {name}"), &[Edit::add(name)]).unwrap();
        accounts.push(account(document.history()));
    }
    crash(document);
    let path = journals_in(home.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    let mut before = 0;
    for cut in 0..=whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let found = recover::find(home.path());
        let Some(recovery) = found.first() else {
            assert_eq!(before, 0, "nothing at byte {cut}");
            let _ = fs::remove_file(path.with_extension("broken"));
            continue;
        };
        let document = recovery.open(&journals).unwrap();
        let steps = accounts.iter().position(|known| *known == account(document.history()));
        let steps = steps.unwrap_or_else(|| panic!("byte {cut} gives no beginning of the session"));
        assert!(steps >= before && recovery.revisions == steps + 1);
        assert_eq!(recovery.is_unsaved, steps > 0);
        before = steps;
        crash(document);
    }
    assert_eq!(before, 3);
}

/// Any byte changed: what comes back is a beginning of the session, and what follows the damage is kept beside it.
#[test]
fn a_damaged_journal_is_never_believed() {
    let home = TempDir::new().unwrap();
    let journals = Journals::in_folder(home.path());
    let mut document = Document::new(first_scene(), "Untitled", &journals);
    let mut accounts = vec![account(document.history())];
    for name in ["sheep", "tree"] {
        document.apply(&format!("add {name}"), &[Edit::add(name)]).unwrap();
        accounts.push(account(document.history()));
    }
    crash(document);
    let path = journals_in(home.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x14;
        fs::write(&path, &damaged).unwrap();
        let broken = path.with_extension("broken");
        match recover::find(home.path()).first() {
            None => assert_eq!(fs::read(&broken).unwrap(), damaged, "set aside"),
            Some(recovery) => {
                assert!(recovery.is_torn, "byte {at}");
                let document = recovery.open(&journals).unwrap();
                assert!(accounts[..2].contains(&account(document.history())), "byte {at}");
                crash(document);
            }
        }
        let _ = fs::remove_file(&broken);
    }
    // Lines of a real journal in the wrong order are whole, and wrong all the same.
    let mut lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    lines.swap(1, 2);
    fs::write(&path, lines.concat()).unwrap();
    let recovery = &recover::find(home.path())[0];
    assert_eq!((recovery.revisions, recovery.is_torn), (1, true));
}

#[test]
fn what_a_living_program_writes_is_neither_offered_nor_deleted() {
    let home = TempDir::new().unwrap();
    let journals = Journals::in_folder(home.path());
    let mut document = Document::new(first_scene(), "Untitled", &journals);
    assert!(
        !home.path().join("anything").exists() && journals_in(home.path()).is_empty(),
        "made before the first change"
    );
    document.apply("add", &[Edit::add("sheep")]).unwrap();
    assert!(document.settle());
    assert_eq!(recover::find(home.path()).len(), 0);
    assert_eq!(journals_in(home.path()).len(), 1);
    crash(document);
    let recovery = recover::find(home.path()).remove(0);
    let first = recovery.open(&journals).unwrap();
    // Two windows that start at once offer it both; one gets it.
    assert!(matches!(recovery.open(&journals), Err(RecoverError::InUse { .. })));
    assert!(matches!(recovery.clone().discard(), Err(RecoverError::InUse { .. })));
    first.close();
    assert!(matches!(recovery.open(&journals), Err(RecoverError::Nothing { .. })));

    let mut document = Document::new(first_scene(), "Untitled", &journals);
    document.apply("add", &[Edit::add("sheep")]).unwrap();
    crash(document);
    recover::find(home.path()).remove(0).discard().unwrap();
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn strange_things_in_the_folder_are_passed_over() {
    let home = TempDir::new().unwrap();
    assert!(recover::find(&home.path().join("missing")).is_empty());
    fs::write(home.path().join("notes.txt"), "mine").unwrap();
    fs::write(home.path().join("empty.journal"), "").unwrap();
    fs::write(home.path().join("binary.journal"), [0, 255, 10, 255]).unwrap();
    fs::create_dir(home.path().join("folder.journal")).unwrap();
    assert!(recover::find(home.path()).is_empty());
    assert!(home.path().join("notes.txt").exists() && home.path().join("binary.broken").exists());
    assert!(recover::find(&home.path().join("notes.txt")).is_empty());
}

/// An hour of dragging is a few edits.
#[test]
fn a_long_drag_takes_little_room() {
    let home = TempDir::new().unwrap();
    let mut document = Document::new(first_scene(), "Untitled", &Journals::in_folder(home.path()));
    document.begin("drag");
    for frame in 0..20_000 {
        let at = |node| Edit::MoveOnCanvas { node: NodeId(node), canvas: Some([frame as f32, 3.0]) };
        document.apply("", &[at(0), at(1)]).unwrap();
    }
    document.commit();
    let expected = account(document.history());
    crash(document);
    assert!(fs::metadata(&journals_in(home.path())[0]).unwrap().len() < 1000);
    let document = recover::find(home.path())[0].open(&Journals::off()).unwrap();
    assert_eq!(account(document.history()), expected);
    document.close();
}
