//! `kill -9` at any moment loses at most the edit in flight. A real process is killed at random moments.

use crate::session::{Player, RandomStep, account, play};
use crate::victim;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scenewright_document::{Document, Journals, recover};
use scenewright_scene::{Edit, History, PictureRecord, RevisionId, Scene};
use std::io::Write;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// Holds the folder, the seed and whether to wait for each write: set for the process that is to be killed.
const ORDERS: &str = "SCENEWRIGHT_TEST_VICTIM";
const MOVES: usize = 120;
/// Short, so that processes die while a journal is being replaced, too.
const COMPACT_AFTER: usize = 4;

fn random_step(seed: u64) -> Vec<RandomStep> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..MOVES).map(|_| rng.random()).collect()
}

fn journals(folder: &Path) -> Journals {
    Journals::in_folder(folder).compacting_after(COMPACT_AFTER)
}

/// Not a test by itself: the process that is killed. Says how many moves are written.
#[test]
fn victim() {
    let Ok(orders) = std::env::var(ORDERS) else { return };
    let (seed, rest) = orders.split_once(' ').unwrap();
    let (pace, folder) = rest.split_once(' ').unwrap();
    let mut document = Document::new(Scene::new(), "Untitled", &journals(Path::new(folder)));
    let mut out = std::io::stdout();
    for (count, random_step) in (1..).zip(random_step(seed.parse().unwrap())) {
        play(&mut document, random_step);
        if pace == "human" {
            assert!(document.settle());
        }
        writeln!(out, "moves {count}").unwrap();
        out.flush().unwrap();
    }
    document.settle();
    // Waits for its end.
    std::thread::sleep(Duration::from_secs(60));
}

fn kill_after(folder: &Path, seed: u64, pace: &str, moves: usize, micros: u64) -> usize {
    let orders = format!("{seed} {pace} {}", folder.display());
    victim::kill_after("kill::victim", (ORDERS, orders), "moves ", moves, micros)
}

/// A history that remembers every state that a journal could stop at: a move may be several events.
struct Recorder {
    history: History,
    /// As it was when the open gesture began: what a journal knows until the gesture ends.
    before_gesture: Option<History>,
    /// The number of the move, from 1, and what the history was then.
    states: Vec<(usize, String)>,
    playing: usize,
}

impl Recorder {
    fn of(seed: u64) -> Self {
        let history = History::new(Scene::new());
        let states = vec![(0, account(&history))];
        let mut recorder = Self { states, history, before_gesture: None, playing: 0 };
        for random_step in random_step(seed) {
            recorder.playing += 1;
            play(&mut recorder, random_step);
            // A move that came to nothing, too, has an end.
            recorder.note();
        }
        recorder
    }

    fn note(&mut self) {
        self.states.push((self.playing, account(&self.history)));
    }

    fn note_outside_gestures(&mut self) {
        if !self.history.in_gesture() {
            self.note();
        }
    }

    /// The last state of a move.
    fn end_of(&self, number: usize) -> &str {
        &self.states.iter().rfind(|(playing, _)| *playing == number).unwrap().1
    }
}

impl Player for Recorder {
    fn history(&self) -> &History {
        &self.history
    }

    fn apply(&mut self, label: &str, edits: &[Edit]) {
        let _ = self.history.apply(label, edits);
        self.note_outside_gestures();
    }

    fn begin(&mut self, label: &str) {
        self.history.begin(label);
        let mut before = self.history.clone();
        before.abort();
        self.before_gesture = Some(before);
        // The gesture before it was committed.
        self.note();
    }

    fn commit(&mut self) {
        self.history.commit();
        self.note();
    }

    fn abort(&mut self) {
        self.history.abort();
        self.note();
    }

    fn undo(&mut self) {
        self.history.undo();
        self.note();
    }

    fn redo(&mut self) {
        self.history.redo();
        self.note_outside_gestures();
    }

    fn go_to(&mut self, target: RevisionId) {
        if self.history.in_gesture() {
            self.history.abort();
            self.note();
        }
        self.history.go_to(target);
        self.note();
    }

    fn record(&mut self, step: RevisionId, drawn: PictureRecord) {
        self.history.record_picture(step, &drawn);
        match self.before_gesture.as_mut().filter(|_| self.history.in_gesture()) {
            None => self.note(),
            Some(before) => {
                before.record_picture(step, &drawn);
                let state = account(before);
                self.states.push((self.playing, state));
            }
        }
    }
}

fn recovered(folder: &Path) -> String {
    let found = recover::find(folder);
    assert!(found.len() <= 1);
    // None: nothing was written yet.
    let Some(recovery) = found.first() else { return account(&History::new(Scene::new())) };
    let document = recovery.open(&journals(folder)).unwrap();
    let now = account(document.history());
    document.close();
    now
}

#[test]
fn at_most_the_edit_in_flight_is_lost() {
    let seeds = victim::seeds(0..10);
    let mut rng = ChaCha8Rng::seed_from_u64(5 + seeds.start);
    for seed in seeds {
        let home = TempDir::new().unwrap();
        let (moves, micros) = (rng.random_range(0..60), rng.random_range(0..4000));
        let said = kill_after(home.path(), seed, "human", moves, micros);
        let came_back = recovered(home.path());
        let session = Recorder::of(seed);
        // What was said is there; of the next move some may have been written and not said.
        let next = || session.states.iter().any(|(number, state)| *number == said + 1 && *state == came_back);
        assert!(session.end_of(said) == came_back || next(), "seed {seed}: said {said}, came back {came_back}");
    }
}

/// Faster than any hand, without waiting: whatever comes back is a beginning of the session.
#[test]
fn a_burst_gives_a_beginning() {
    let seeds = victim::seeds(100..108);
    let mut rng = ChaCha8Rng::seed_from_u64(seeds.start - 94);
    for seed in seeds {
        let home = TempDir::new().unwrap();
        let said = kill_after(home.path(), seed, "burst", rng.random_range(0..MOVES), rng.random_range(0..3000));
        let came_back = recovered(home.path());
        let is_known = Recorder::of(seed).states.iter().any(|(_, state)| *state == came_back);
        assert!(is_known, "seed {seed}: said {said}, and this is no beginning of the session: {came_back}");
    }
}

/// A journal's lock ends with its process and not before.
#[test]
fn a_process_that_lives_is_left_alone() {
    let home = TempDir::new().unwrap();
    let orders = format!("7 human {}", home.path().display());
    let (mut victim, mut lines) = victim::start("kill::victim", (ORDERS, orders));
    lines.find(|line| line.as_ref().unwrap().ends_with("moves 30")).unwrap().unwrap();
    assert!(recover::find(home.path()).is_empty());
    victim.kill().unwrap();
    victim.wait().unwrap();
    assert_eq!(recover::find(home.path()).len(), 1);
}
