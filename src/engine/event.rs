//! Events of the worker.

use std::path::PathBuf;
use std::sync::Arc;

use super::{MatchRequest, Quality, RenderPurpose, Ticket};
use scenewright_formats::picture_file::PictureError;
use scenewright_generate::{GenerateError, Picture};
use scenewright_scene::RevisionId;
use scenewright_scene::encode::EncodeError;
use scenewright_scene::vocab::Vocabulary;

/// A model that is open.
#[derive(Clone, Debug)]
pub struct ModelFacts {
    pub path: PathBuf,
    /// The folder's name.
    pub name: String,
    pub vocab: Arc<Vocabulary>,
    pub device: String,
    /// A sentence where the device is not what was asked for.
    pub device_note: Option<String>,
    /// Height and width, pixels.
    pub image_size: (usize, usize),
    /// The step of the run under way whose weights these are; none for a model that is finished.
    pub training_step: Option<u64>,
}

/// A picture, and which request it answers.
#[derive(Clone, Debug)]
pub struct RenderResult {
    pub ticket: Ticket,
    pub changes: u64,
    pub step: Option<RevisionId>,
    pub quality: Quality,
    pub purpose: RenderPurpose,
    pub picture: Arc<Picture>,
    /// Words of the scene that the model lacks: their objects are not in the picture.
    pub left_out: Option<EncodeError>,
}

#[derive(Debug)]
pub enum Event {
    ModelOpened(Arc<ModelFacts>),
    /// The one before, if any, goes on drawing.
    ModelFailed {
        path: PathBuf,
        failure: Failure,
    },
    Rendered(RenderResult),
    DrawFailed {
        ticket: Ticket,
        purpose: RenderPurpose,
        failure: Failure,
    },
    /// The words with which the object looks most like the picture.
    AppearanceMatched {
        asked: MatchRequest,
        words: Result<Vec<String>, Failure>,
    },
    /// The user cancelled it, or a newer one took its place.
    Cancelled {
        ticket: Ticket,
        purpose: RenderPurpose,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Generate(#[from] GenerateError),
    #[error(transparent)]
    Picture(#[from] PictureError),
    #[error("{}: all of it is transparent. Choose a picture in which something is seen", .0.display())]
    NothingSeen(PathBuf),
    #[error(
        "this model has no drawings of \"{0}\" to choose from. Open a collage model, or train it with drawings of your own"
    )]
    NoDrawings(String),
    #[error("no model is open; open one to see pictures")]
    NoModel,
    #[error("a mistake in the program ended this work ({0}). The editor keeps running; please report it")]
    Panicked(String),
}
