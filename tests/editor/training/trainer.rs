//! A fixture that runs training and waits for its threads.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub use scenewright::engine::DeviceChoice;
use scenewright::engine::process::ThreadPriority;
use scenewright::engine::training::{Plan, Recipe, Status, Training, TrainingState};

pub struct Trainer {
    pub training: Training,
    pub home: PathBuf,
}

impl Trainer {
    pub fn at(home: &Path) -> Self {
        Self {
            training: Training::start(Some(home.to_owned()), ThreadPriority::Normal, || {}).unwrap(),
            home: home.to_owned(),
        }
    }

    /// A run of seconds.
    pub fn plan(&self, name: &str, more: &[(&str, &str)]) -> Plan {
        let few = [
            ("iterations", "12"),
            ("keep.last_every", "4"),
            ("keep.checkpoint_every", "4"),
            ("keep.validate_every", "4"),
        ];
        let changed = few.iter().chain(more).map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Plan {
            run: self.home.join("runs").join(name),
            recipe: Recipe::FromScratch,
            preset: "tiny".to_owned(),
            changed: changed.collect(),
            device: DeviceChoice::Cpu,
            ..Plan::default()
        }
    }

    #[track_caller]
    pub fn waits_until(&self, what: &str, holds: impl Fn(&TrainingState) -> bool) {
        let begun = Instant::now();
        while !holds(&self.training.state()) {
            let (status, failure) = {
                let training_state = self.training.state();
                (training_state.status, training_state.failure.clone())
            };
            assert!(begun.elapsed() < Duration::from_secs(120), "never came: {what}; {status:?}, {failure:?}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[track_caller]
    pub fn waits_for(&self, status: Status) {
        self.waits_until(&format!("{status:?}"), |training_state| training_state.status == status);
    }

    #[track_caller]
    pub fn trains_to_the_end(&self, plan: Plan) {
        assert!(self.training.begin(plan));
        self.waits_for(Status::Finished);
    }

    pub fn step(&self) -> u64 {
        self.training.state().run.as_ref().map_or(0, |run| run.step)
    }
}

/// Rows of metrics.csv without what no two runs share: speed and waiting.
pub fn rows(run: &Path) -> Vec<String> {
    let text = fs::read_to_string(run.join("metrics.csv")).unwrap();
    let strip = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        [&cells[..2], &cells[4..]].concat().join(",")
    };
    text.lines().map(strip).collect()
}

pub fn same_weights(a: &Path, b: &Path) {
    let weights = |run: &Path| fs::read(run.join("checkpoints/last/weights.safetensors")).unwrap();
    assert!(weights(a) == weights(b), "other weights");
}
