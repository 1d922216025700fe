//! Two real processes under `mpirun` learn what one learns. Needs an MPI on the machine; `.ci/run` installs Open MPI where it can.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]
#![cfg(feature = "mpi")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Of a loss, and of its value where that is above 1.
const TOLERANCE: f64 = 1e-5;
const SETTINGS: [&str; 8] = [
    "iterations=6",
    "batch_size=4",
    "layout_first.iterations=3",
    "layout_first.batch_size=4",
    "layout_first.learning_rate=0.001",
    "losses.relation_loss_weight=1.0",
    "keep.last_every=2",
    "keep.validate_every=5",
];

fn program(processes: usize) -> Command {
    let program = env!("CARGO_BIN_EXE_scenewright");
    let mut command = match processes {
        1 => Command::new(program),
        _ => {
            let mut command = Command::new("mpirun");
            command.args(["-n", &processes.to_string(), "--oversubscribe", "--bind-to", "none", program]);
            command.env("OMPI_ALLOW_RUN_AS_ROOT", "1").env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
            // There may be only two cores: waiting processes do not spin.
            command.env("OMPI_MCA_mpi_yield_when_idle", "1");
            command
        }
    };
    command.arg("train").stdin(Stdio::null());
    command
}

fn start(processes: usize, run: &Path, more: &[&str]) -> Command {
    let mut command = program(processes);
    command.args(["--preset", "tiny", "--device", "cpu", "--out"]).arg(run);
    SETTINGS.iter().chain(more).for_each(|set| {
        command.args(["--set", set]);
    });
    command
}

fn finish(mut command: Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn rows(run: &Path) -> Vec<(String, Vec<Option<f64>>)> {
    let text = fs::read_to_string(run.join("metrics.csv")).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[..2].join(","), cells[4..].iter().map(|cell| cell.parse().ok()).collect())
    };
    text.lines().skip(1).map(row).collect()
}

fn same(run: &Path, other: &Path, tolerance: f64) {
    let (a, b) = (rows(run), rows(other));
    assert_eq!(a.len(), b.len());
    for ((at, a), (other, b)) in a.iter().zip(&b) {
        assert_eq!(at, other);
        for (column, pair) in a.iter().zip(b).enumerate() {
            let near = match pair {
                (Some(a), Some(b)) => (a - b).abs() <= tolerance * a.abs().max(1.0),
                (a, b) => a == b,
            };
            assert!(near, "{at}, column {column}: {pair:?}");
        }
    }
}

/// Waits until a checkpoint behind the first is there.
fn until_saved(run: &Path, child: &mut Child) {
    let limit = Instant::now() + Duration::from_secs(300);
    let state = run.join("checkpoints/last/state.json");
    while !fs::read_to_string(&state).is_ok_and(|text| !text.contains("\"step\": 0,")) {
        assert!(child.try_wait().unwrap().is_none(), "it ended before the first checkpoint");
        assert!(Instant::now() < limit, "no checkpoint was written");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn two_processes_learn_what_one_learns() {
    let dir = TempDir::new().unwrap();
    let [one, two] = ["one", "two"].map(|name| dir.path().join(name));
    finish(start(1, &one, &[]));
    let output = finish(start(2, &two, &[]));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(said.matches("finished after 9 steps").count(), 1, "one process speaks: {said}");
    same(&one, &two, TOLERANCE);
}

#[test]
fn two_processes_that_were_killed_go_on_exactly() {
    let dir = TempDir::new().unwrap();
    let [whole, killed] = ["whole", "killed"].map(|name| dir.path().join(name));
    let long = ["iterations=40", "keep.validate_every=100"];
    finish(start(2, &whole, &long));
    let mut child = start(2, &killed, &long).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    until_saved(&killed, &mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    // The processes of a starter that is gone end by themselves; until then the run is theirs.
    let limit = Instant::now() + Duration::from_secs(60);
    loop {
        let mut command = program(2);
        let output = command.args(["--device", "cpu", "--resume"]).arg(&killed).output().unwrap();
        if output.status.success() {
            break;
        }
        let reported = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(reported.contains("another process is writing this run") && Instant::now() < limit, "{reported}");
        std::thread::sleep(Duration::from_millis(200));
    }
    same(&whole, &killed, 0.0);
}

#[test]
fn one_that_fails_ends_all_and_is_named() {
    let dir = TempDir::new().unwrap();
    let output = start(3, &dir.path().join("run"), &["batch_size=2"]).output().unwrap();
    assert!(!output.status.success());
    let reported = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(reported.contains("of 3: error: batch_size is 2"), "{reported}");

    // A folder that only the first process, which writes, finds occupied.
    let occupied = dir.path().join("occupied");
    fs::create_dir(&occupied).unwrap();
    fs::write(occupied.join("letter.txt"), "").unwrap();
    let output = start(2, &occupied, &[]).output().unwrap();
    assert!(!output.status.success());
    let reported = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(reported.contains("process 0 of 2: error: this folder holds other things"), "{reported}");
}
