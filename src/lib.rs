//! Scenewright: write a scene as a graph, watch it become a picture.
//!
//! This is the map. Three flows, each one way; every arrow is a function that a test can call:
//!
//! ```text
//! edit      gesture | sentence | file -> Edits -> Scene (+ history) -> Draw -> worker -> Event -> window
//! picture   Scene --encode--> Encoded (integers) --model--> vectors, boxes, masks -> layout -> image --generate--> Picture --export--> files
//! samples   seed --grammar--> Composition --paint--> Painting --> Sample (image, boxes, masks, relations)
//! ```
//!
//! # Rooms, in reading order
//!
//! | room | what it is | may use |
//! |---|---|---|
//! | [`vocab`] | names ↔ numbers, synonyms, groups, colours | `oklab` |
//! | [`scene`] | the document: objects, relations, edits, history; the geometry of relations | `vocab` |
//! | [`interchange`] | files of other tools ↔ scenes; atomic writing | `scene`, `vocab` |
//! | [`document`] | the artist's file: open, save, journal, recovery, settings; annotated pictures | `scene`, `interchange` |
//! | [`command`] | sentences → edits: a deterministic grammar | `scene`, `vocab` |
//! | [`encode`] | the only door from words to the networks | `scene`, `vocab` |
//! | [`device`] | CPU, CUDA or Metal; seeded random numbers | – |
//! | [`drawing`] | rectangles and words on images | – |
//! | [`oklab`] | a colour space in which equal steps look equal | – |
//! | [`nn`] | what candle lacks or must do faster | – |
//! | [`model`] | everything that has weights; sees no name and no file | `nn` |
//! | [`checkpoint`] | model folders; PyTorch checkpoints, never executed | `model`, `vocab`, `device` |
//! | [`generate`] | a model opened once, that draws scene after scene | all above |
//! | [`export`] | a picture as files: image, layers, boxes, masks, facts | `generate`, `scene`, `interchange`, `drawing` |
//! | [`data`] | where samples come from: the illustrated world, COCO, Visual Genome, one's own pictures | `scene`, `vocab`, `encode`, `interchange`, `device`, `drawing`, `oklab` |
//! | [`train`] | losses, the step of the reference's training, runs that resume exactly | `data`, `encode`, `model`, `nn`, `checkpoint`, `device`, `scene`, `vocab`, `interchange`, `drawing` |
//! | [`engine`] | background work: one worker, newest wins, events; exports in order; training on threads that stand back; knows no window | `generate`, `export`, `train`, `checkpoint`, `scene`, `vocab`, `encode`, `device`, `interchange` |
//! | [`app`] | the editor: state, actions, panels | `engine`, `document`, `command`, `interchange`, `scene`, `vocab` |
//! | [`eval`] | figures of quality on held-out scenes; the classifier that judges pictures | `data`, `generate`, `model`, `checkpoint`, `scene`, `vocab`, `nn`, `device`, `oklab` |
//! | [`cli`] | one file a subcommand | all but `app` |
//!
//! `tests/architecture.rs` reads the `use` lines and keeps these directions.
//!
//! # Decisions, with their reasons
//!
//! - **The reference is copied exactly**, quirks included ([`model::sg2im`]); `tests/golden.rs` compares every layer with values made by its own code. What goes
//!   beyond it is an option beside it: [`generate`] widens boxes without width, which would make the whole picture NaN.
//! - **The network exists twice.** [`model::sg2im::Sg2Im`] is candle operations: differentiable, on every device. [`model::sg2im::plan::Plan`] is the same network
//!   folded for inference on the CPU. Half of its speed is arithmetic left out (layouts convolved object by object, doubled maps never doubled,
//!   Winograd's convolution, noise kept), the other half is [`nn::kernel`]: a tile of 8 × 32 sums in registers over packed weights. The `gemm` crate
//!   was tried first and stays in use through candle; here it spent as long on packing and on columns as on products, since the
//!   weights are read once for each picture.
//! - **A collage's decoders draw planes, not colours** ([`model::collage`]): what never changes, a weight for each part that may change its
//!   colour, a glow. Colours and the hour are arithmetic on them, facing right is a mirror. So a decoder learns each drawing once instead of
//!   once a colour and hour, every colour word works in every drawing, and neither needs a decoder to run again.
//! - **Results are equal to the bit on any number of threads:** every sum runs in one fixed order, however the work is cut.
//! - **Names, not numbers, in the document**, so a scene survives a change of vocabulary. The saved file is the reference's own format with one more key.
//! - **Weights are checked at the door**, all problems at once, and read by seeking, not mapped: a mapped file that another program cuts short would end this one.
//! - **Sprites are recoloured by arithmetic, not by drawing again:** compositing is linear in the colours, so each drawing is rasterised once into
//!   a plane per changeable colour ([`data::illustrated`]).

#![forbid(unsafe_code)]

pub mod app;
pub mod cli;
pub mod engine;
