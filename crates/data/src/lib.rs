//! Data sets: annotated pictures as samples.
//!
//! A [`Dataset`] returns [`Sample`]s by index: a picture, its objects with boxes and masks, and the relations between them. Training,
//! evaluation and previews do not know where a sample comes from.
//!
//! ```
//! use scenewright_data::{Dataset, IllustratedWorld, WorldConfig};
//!
//! let world = IllustratedWorld::new(WorldConfig { width: 64, height: 64, ..WorldConfig::default() })?;
//! let sample = world.sample(0)?;
//! assert_eq!((sample.image.width, sample.image.height), (64, 64));
//! assert!(!sample.objects.is_empty());
//! # Ok::<(), scenewright_data::DataError>(())
//! ```
//!
//! | module | contents |
//! |---|---|
//! | [`illustrated_world`] | scenes composed and painted by `scenewright-illustrated` |
//! | [`coco`] | COCO 2017 with COCO-Stuff, and other sets in that format |
//! | [`visual_genome`] | Visual Genome, by an index that is built once |
//! | [`pictures`] | a folder of one's own pictures |
//! | [`annotated`], [`geometric_relations`] | a picture on the disk as a sample; relations that follow from boxes |
//! | [`source`] | the registry of data sources: how each is named, recognized and opened |
//! | [`store`] | annotations of a hundred thousand pictures in little memory |
//! | [`resize`] | the resampling of sg2im's data (Pillow) |
//! | [`sampler`] | shuffled, cropped and mixed samples without end |
//! | [`validate`] | everything that is wrong with a data set |
//! | [`issue`] | one thing that is wrong with a file, and how to fix it |

#![forbid(unsafe_code)]

pub mod annotated;
pub mod coco;
pub mod geometric_relations;
pub mod illustrated_world;
pub mod issue;
pub mod pictures;
pub mod resize;
pub mod sampler;
pub mod source;
pub mod store;
pub mod validate;
pub mod visual_genome;

pub use annotated::{PictureSet, PictureView, SampleSize};
pub use illustrated_world::{IllustratedWorld, WorldConfig};
pub use issue::{DataIssue, IssueLog};
pub use sampler::{Augment, Endless, Mixed, SequentialSampler};
pub(crate) use scenewright_formats::picture_file::{self, PictureError};
pub use scenewright_illustrated::{LayerImage, Mask, Rgb, Sample, SampleObject, Split, sample, split};
pub use source::DataSource;

/// What can go wrong on the way to a sample.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    #[error("there is no sample {index}: the data set has {len}. Ask for an index below that.")]
    OutOfRange { index: u64, len: u64 },
    #[error(
        "no scene of kind {kind:?} came together in {attempts} attempts (seed {seed}). Use more kinds or another seed."
    )]
    NoScene { kind: String, seed: u64, attempts: u32 },
    #[error("there is no kind of scene called {found:?}. The kinds are: {known}.")]
    UnknownKind { found: String, known: String },
    #[error("a picture of {width} x {height} pixels cannot be painted: each side must be {least} to {most} pixels.")]
    Size { width: usize, height: usize, least: usize, most: usize },
    #[error("sprites: {0}")]
    Sprites(String),
    #[error(transparent)]
    Picture(#[from] PictureError),
    #[error(transparent)]
    Records(#[from] scenewright_formats::records::RecordsError),
    /// A problem with a folder or file of a data set, and how to fix it.
    #[error("{what}: {}", path.display())]
    InvalidFile { what: String, path: std::path::PathBuf },
    #[error("no category has a drawing that fits any scene. Check `stands` and `near` in the sprites' sprite.toml.")]
    EmptyWorld,
}

impl DataError {
    /// As an issue of the file that it names, or else of `folder`.
    pub fn issue(&self, folder: &std::path::Path) -> DataIssue {
        let path = match self {
            Self::InvalidFile { path, .. } => path,
            Self::Picture(error) => error.path(),
            Self::Records(error) => error.path(),
            _ => folder,
        };
        DataIssue::from_error(path, self)
    }
}

/// A set of samples. Loaders share one between threads, so a sample must depend on nothing but its index.
pub trait Dataset: Send + Sync {
    /// How many samples there are; `None` where there is no end.
    fn len(&self) -> Option<u64>;

    fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Whether samples carry the shapes of objects, or only their boxes.
    fn has_masks(&self) -> bool {
        true
    }

    /// What is broken and was left out, a sentence each.
    fn issues(&self) -> Vec<String> {
        Vec::new()
    }

    /// What could not be read since and was skipped, a sentence each: the first few, and how many there were in all. Never grows beyond a few.
    fn skipped_samples(&self) -> Vec<String> {
        Vec::new()
    }

    /// The sample with this index: the same one on every call, thread and machine.
    fn sample(&self, index: u64) -> Result<Sample, DataError>;

    /// Every name that an object may have, sorted.
    fn object_names(&self) -> Vec<String>;

    /// Every predicate that a relation may have, sorted.
    fn predicate_names(&self) -> Vec<String>;
}
