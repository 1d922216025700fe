//! Jobs of the worker.

use std::path::PathBuf;

use super::PreloadedModel;
use scenewright_nn::device::DeviceChoice;
use scenewright_scene::{NodeId, RevisionId, Scene};

/// The number of a request; they count up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

#[derive(Clone, Debug, PartialEq)]
pub struct OpenModel {
    pub path: PathBuf,
    pub device: DeviceChoice,
}

/// A scene to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct RenderRequest {
    /// [`History::changes`](scenewright_scene::History::changes) of the scene.
    pub changes: u64,
    /// The step of the history that the scene is; `None` within a gesture.
    pub step: Option<RevisionId>,
    pub scene: Scene,
    pub quality: Quality,
    pub purpose: RenderPurpose,
}

/// Both are drawn by the same network at the same size: a network of this kind has no smaller picture to give. A draft is never cancelled for
/// another draft, and it is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quality {
    /// Within a gesture.
    Draft,
    Full,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenderPurpose {
    /// What the window shows.
    Live,
    /// The same scene with another seed.
    Variation { seed: u64 },
    /// A picture that is not on the canvas: of a step of the history, for a list or an animation.
    Background,
}

/// An object that should look like a picture: which words say so is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchRequest {
    pub node: NodeId,
    /// What it is.
    pub name: String,
    pub picture: PathBuf,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Job {
    Open(OpenModel),
    SetModel(PreloadedModel),
    Render(Ticket, RenderRequest),
    Match(MatchRequest),
}
