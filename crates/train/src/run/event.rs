//! What a run tells whoever watches.

use std::path::Path;

use super::validate::Figures;
use crate::step::Losses;

/// What happens in a run, for whoever watches.
#[derive(Debug)]
pub enum RunEvent<'a> {
    Step {
        step: u64,
        phase: Phase,
        losses: &'a Losses,
        images_per_second: f64,
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
    /// How far the weights have gone since this was last told, as a share of their own length; exactly 0 is a run that stands still.
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
}

impl Phase {
    pub fn name(self) -> &'static str {
        match self {
            Self::Looks => "looks",
            Self::Layout => "layout",
            Self::Picture => "picture",
        }
    }
}

/// How a run came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Finished,
    Stopped,
}
