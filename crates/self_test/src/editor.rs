//! The editor, as the self-test sees it.

use std::time::Duration;

use egui::Context;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, NodeId, Scene};

/// An editor that can be tested in its window.
pub trait TestedEditor: eframe::App {
    fn scene(&self) -> &Scene;

    fn vocabulary(&self) -> &Vocabulary;

    /// Applies edits as one step of the history.
    fn apply(&mut self, label: &str, edits: Vec<Edit>);

    /// Moves a node of the canvas, as the pointer does.
    fn drag(&mut self, ctx: &Context, drag: Drag);

    /// Returns true if the picture shows the scene as it is.
    fn is_up_to_date(&self) -> bool;

    /// Returns the model that draws, if it is open.
    fn model(&self) -> Option<ModelSummary>;

    /// Returns true if no model could be opened, or another one than requested.
    fn is_model_missing(&self) -> bool;

    /// Returns what the editor tells its user at the moment.
    fn messages(&self) -> String;

    /// Returns the time of the network for the picture that is shown.
    fn draw_time(&self) -> Option<Duration>;

    /// Starts to train an sg2im network.
    fn start_training(&mut self, ctx: &Context);

    fn stop_training(&mut self, ctx: &Context);

    /// Returns the progress of the training that was started.
    fn training(&self) -> Option<TrainingProgress>;

    /// Allows the window to close without a question about unsaved changes.
    fn allow_closing(&mut self);

    /// Returns the memory and processor time of this process.
    fn resources() -> Resources;
}

/// One step of dragging a node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Drag {
    Begin,
    /// To a place on the canvas, in points.
    Move {
        node: NodeId,
        to: [f32; 2],
    },
    End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelSummary {
    pub name: String,
    pub device: String,
    /// Height and width of pictures, pixels.
    pub image_size: (usize, usize),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrainingProgress {
    pub step: u64,
    pub failure: Option<String>,
}

/// What the process uses; `None` where the system does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Resources {
    /// Resident memory, MiB.
    pub memory_mib: Option<u64>,
    /// Peak of the resident memory, MiB.
    pub peak_memory_mib: Option<u64>,
    /// Processor time of all threads since the start, ms.
    pub processor_millis: Option<f64>,
}
