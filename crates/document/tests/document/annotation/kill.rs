//! `kill -9` at any moment loses at most the edit in flight, and leaves files that agree. A real process is killed.

use crate::annotation::fixture::{accounts, add, folder, open};
use crate::victim;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scenewright_document::annotation::{Annotations, Bitmap};
use scenewright_scene::{Edit, NodeId};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// Holds the seed and the folder: set for the process that is to be killed.
const ORDERS: &str = "SCENEWRIGHT_TEST_ANNOTATOR";
const MOVES: usize = 40;

/// One gesture somewhere in the folder.
fn play(all: &mut Annotations, random_step: &mut ChaCha8Rng) {
    all.go_to(random_step.random_range(0..3));
    let page = all.page_mut().unwrap();
    let nodes: Vec<NodeId> = page.scene().nodes().iter().map(|node| node.id).collect();
    let some = |random_step: &mut ChaCha8Rng| nodes[random_step.random_range(0..nodes.len())];
    match random_step.random_range(0..6) {
        0 if nodes.len() > 1 => _ = page.apply("delete", &[Edit::RemoveNodes { nodes: vec![some(random_step)] }]),
        1 if !nodes.is_empty() => {
            let mut brush = Bitmap::new(page.size);
            brush.stroke([5.0, 5.0], [random_step.random_range(6.0..25.0), 20.0], 4.0, true);
            page.set_mask("paint", some(random_step), brush.into_mask());
        }
        2 if nodes.len() > 1 => _ = page.apply("relate", &[Edit::relate(some(random_step), "by", some(random_step))]),
        3 => _ = page.undo(),
        4 if !nodes.is_empty() => {
            _ = page.apply(
                "rename",
                &[Edit::Rename { node: some(random_step), name: format!("word {}", random_step.random_range(0..5)) }],
            );
        }
        _ => {
            let (x, y) = (random_step.random_range(0.0..0.5), random_step.random_range(0.0..0.5));
            add(page, "sheep", [x, y, x + 0.3, y + 0.4]);
        }
    }
}

/// Not a test by itself: the process that is killed. Says how many moves are written.
#[test]
fn victim() {
    let Ok(orders) = std::env::var(ORDERS) else { return };
    let (seed, folder) = orders.split_once(' ').unwrap();
    let (mut store, mut all, _) = open(Path::new(folder));
    let mut random_step = ChaCha8Rng::seed_from_u64(seed.parse().unwrap());
    let mut out = std::io::stdout();
    for count in 1..=MOVES {
        play(&mut all, &mut random_step);
        crate::annotation::fixture::write(&mut store, &mut all);
        writeln!(out, "moves {count}").unwrap();
        out.flush().unwrap();
    }
    // Waits for its end.
    std::thread::sleep(Duration::from_secs(60));
}

fn kill_after(folder: &Path, seed: u64, moves: usize, micros: u64) -> usize {
    victim::kill_after(
        "annotation::kill::victim",
        (ORDERS, format!("{seed} {}", folder.display())),
        "moves ",
        moves,
        micros,
    )
}

#[test]
fn at_most_the_edit_in_flight_is_lost() {
    let seeds = victim::seeds(0..10);
    let mut rng = ChaCha8Rng::seed_from_u64(11 + seeds.start);
    for seed in seeds {
        let home = folder();
        let said = kill_after(home.path(), seed, rng.random_range(0..MOVES), rng.random_range(0..9000));
        // What every move leads to, played again.
        let fresh = folder();
        let (_, mut all, _) = open(fresh.path());
        let mut random_step = ChaCha8Rng::seed_from_u64(seed);
        let mut states = vec![accounts(&all)];
        for _ in 0..MOVES {
            play(&mut all, &mut random_step);
            states.push(accounts(&all));
        }
        let (_, back, issues) = open(home.path());
        assert!(issues.is_empty(), "seed {seed}: the files do not agree: {issues:?}");
        let back = accounts(&back);
        let is_known = states.iter().skip(said).take(2).any(|state| *state == back);
        assert!(is_known, "seed {seed}: said {said}, came back {back:#?}, expected {:#?}", states[said]);
    }
}
