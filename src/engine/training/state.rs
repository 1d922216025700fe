//! Shared training state: written by the two threads, read by the window. All buffers are bounded.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::artifact_store::{ModelCard, ModelEntry, RunEntry, SheetImage};
use super::curves::Curves;
use super::diagnosis::Diagnosis;
use super::dry_run::DryRun;
use crate::engine::PreloadedModel;

/// Events that wait to be read; older ones are dropped.
const MAX_EVENTS: usize = 16;
/// Warnings of a run; more repeat themselves.
const MAX_WARNINGS: usize = 16;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Nothing is under way. What is shown of a run is of the past.
    #[default]
    Idle,
    /// A few steps are measured.
    Trying,
    /// The run is made, or read back.
    Starting,
    Running,
    /// The step under way is finished and saved.
    Pausing,
    Paused {
        /// Goes on at once; else it is read back first.
        in_memory: bool,
    },
    Finished,
    /// [`TrainingState::failure`] says why.
    Failed,
}

impl Status {
    /// Something works, or is about to.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Trying | Self::Starting | Self::Running | Self::Pausing)
    }
}

/// A sheet of samples, or a picture of the user's scene, by its step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleFile {
    pub step: u64,
    pub path: PathBuf,
}

/// A run that is under way, or looked at.
#[derive(Clone, Debug, Default)]
pub struct RunView {
    pub path: PathBuf,
    pub name: String,
    pub step: u64,
    /// In all.
    pub steps: u64,
    /// Of these, before the first picture.
    pub layout_steps: u64,
    /// What is learned now: "layout", "picture", "looks".
    pub phase: String,
    pub images_per_second: Option<f64>,
    /// Until the end, or until pictures begin while layouts are learned.
    pub left: Option<Duration>,
    /// Of training, stops not counted.
    pub seconds: f64,
    pub curves: Curves,
    /// Of fixed held-out scenes, steps rising.
    pub sheets: Vec<SampleFile>,
    /// Of the scene that was open in the editor then, steps rising.
    pub scenes: Vec<SampleFile>,
    pub checkpoints: Vec<Checkpoint>,
    /// Lowest loss on held-out scenes, and its step.
    pub best: Option<(f64, u64)>,
    pub diagnoses: Vec<Diagnosis>,
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    pub path: PathBuf,
    /// "last", "best", "000001000".
    pub name: String,
    pub step: u64,
}

impl RunView {
    pub(crate) fn warn(&mut self, text: String) {
        if self.warnings.len() < MAX_WARNINGS && !self.warnings.contains(&text) {
            self.warnings.push(text);
        }
    }

    /// A sheet or picture of this step, in place of one that was there.
    pub(crate) fn sample(samples: &mut Vec<SampleFile>, step: u64, path: &Path) {
        samples.retain(|sample| sample.step < step);
        samples.push(SampleFile { step, path: path.to_owned() });
    }

    /// Steps at which something else began to be learned.
    pub(crate) fn phases_after_the_first(&self) -> Vec<u64> {
        self.curves.phases.iter().skip(1).map(|(step, _)| *step).collect()
    }

    pub(crate) fn folder_name(path: &Path) -> String {
        path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
    }
}

/// Something that happened, for a person.
#[derive(Clone, Debug, PartialEq)]
pub enum TrainingEvent {
    /// It went well.
    Done(String),
    /// It did not, and what helps.
    Failed(String),
    /// A model was kept here.
    Kept(PathBuf),
}

#[derive(Default)]
pub struct TrainingState {
    pub status: Status,
    pub run: Option<RunView>,
    pub failure: Option<String>,
    /// Result for the plan that was measured last.
    pub dry_run: Option<Result<DryRun, String>>,
    pub events: VecDeque<TrainingEvent>,
    /// All models and runs; `None` until the disk was read.
    pub models: Option<Arc<Vec<ModelEntry>>>,
    pub runs: Option<Arc<Vec<RunEntry>>>,
    /// The last model opened from another folder.
    pub other: Option<Arc<Result<ModelEntry, String>>>,
    /// The sample requested last.
    pub sheet: Option<Arc<SheetImage>>,
    pub(crate) scene_sheet: Option<Arc<SheetImage>>,
    pub card: Option<Arc<ModelCard>>,
    /// The newest weights of the current run, loaded, for the render worker.
    pub ready: Option<PreloadedModel>,
}

impl TrainingState {
    pub(crate) fn report(&mut self, event: TrainingEvent) {
        if self.events.len() == MAX_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }
}
