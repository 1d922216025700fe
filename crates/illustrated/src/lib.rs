//! The illustrated world: scenes composed of the bundled sprites, with exact boxes, masks and relations.
//!
//! ```text
//! seed -> grammar -> Composition (what stands where, in which light) -> paint -> Sample
//! ```
//!
//! | file | subject |
//! |---|---|
//! | [`composition`] | the contract between the two: plain data |
//! | [`grammar`] | kinds of scene, places, sizes, relations: seeds and scene graphs to compositions |
//! | [`library`], [`sprite`] | the sprites: those that come with the program and the user's own |
//! | [`paint`] | a composition to pixels and masks |
//! | [`sheet`], [`preview`] | contact sheets of sprites and of samples |
//! | [`world`] | [`IllustratedWorld`], the data set |

#![forbid(unsafe_code)]

pub mod colour;
pub mod composition;
mod folder;
pub mod grammar;
mod iconify;
pub mod library;
pub mod masks;
pub mod paint;
pub mod picture;
pub mod preview;
mod raster;
mod raster_cache;
mod resample;
pub mod sample;
pub mod sheet;
pub mod split;
pub mod sprite;
pub mod sprite_error;
mod sprite_toml;
mod svg;

pub use sample::{LayerImage, Mask, Rgb, Sample, SampleObject};
pub use split::Split;

#[cfg(test)]
mod library_tests;
