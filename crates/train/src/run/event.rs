//! Events of a run.

use std::path::Path;

use crate::step::Losses;

/// Figures by the names of the metrics' columns.
pub type Figures = Vec<(&'static str, f64)>;

/// Events of a run.
#[derive(Debug)]
pub enum RunEvent<'a> {
    /// Before the first step: what is made ready, and how much of it is.
    Preparing {
        what: &'static str,
        done: u64,
        total: u64,
    },
    Step {
        step: u64,
        /// Steps in all; the largest number where they are not known yet.
        steps: u64,
        phase: Phase,
        losses: &'a Losses,
        /// Pictures, graphs or crops ([`Phase::items`]).
        items_per_second: f64,
        waited_millis: f64,
    },
    Validated {
        step: u64,
        figures: &'a Figures,
    },
    /// A sheet of fixed held-out scenes.
    Sheet(&'a Path),
    Saved {
        step: u64,
        path: &'a Path,
    },
    /// The weights as they are, to be looked at: a model folder that stays until the next is asked for.
    Snapshot {
        step: u64,
        path: &'a Path,
    },
    /// How far the weights have moved since the last report, as a share of their own length; exactly 0 is a run that has stalled.
    Moved {
        step: u64,
        share: f64,
    },
    Warning(String),
}

/// What is learned in an iteration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A collage's decoders of sprites and of stuff.
    Looks,
    /// Boxes, masks and relations alone.
    Layout,
    Picture,
    /// A collage's placement of objects.
    Geometry,
    /// Crops of objects.
    Classifier,
}

impl Phase {
    pub fn name(self) -> &'static str {
        match self {
            Self::Looks => "looks",
            Self::Layout => "layout",
            Self::Picture => "picture",
            Self::Geometry => "geometry",
            Self::Classifier => "classifier",
        }
    }

    /// What a step learns from.
    pub fn items(self) -> &'static str {
        match self {
            Self::Looks | Self::Layout | Self::Picture => "images",
            Self::Geometry => "graphs",
            Self::Classifier => "crops",
        }
    }

    /// The metrics' column for the items of a second.
    pub(crate) fn speed_column(self) -> &'static str {
        match self {
            Self::Looks | Self::Layout | Self::Picture => "images_per_second",
            Self::Geometry => "graphs_per_second",
            Self::Classifier => "crops_per_second",
        }
    }
}

/// How a run came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Finished,
    Stopped,
}
