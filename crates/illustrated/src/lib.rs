//! Illustrated scenes: composed by a grammar from sprites and painted materials, with exact boxes, masks and relations.
//!
//! ```text
//! seed -> grammar -> Composition (what stands where, in which light) -> paint -> Painting
//! ```
//!
//! The bundled sprites are inside the program:
//!
//! ```
//! use scenewright_illustrated::library::SpriteLibrary;
//!
//! assert!(SpriteLibrary::bundled().iter().any(|category| category.name == "sheep"));
//! ```
//!
//! | module | contents |
//! |---|---|
//! | [`catalog`] | what the bundled sprites say of themselves, without reading their drawings |
//! | [`composition`] | what the grammar hands to the painter |
//! | [`grammar`] | kinds of scene, places, sizes, relations; from seeds or from scene graphs |
//! | [`library`], [`sprite`] | bundled sprites and the user's own |
//! | [`looks`] | what the bundled sprites mean to a model's vocabulary |
//! | [`paint`] | a composition to pixels and masks |
//! | [`sample`], [`split`] | a sample of any data set; training, validation and test samples never meet |
//! | [`setting`] | the ground, sky or room that a list of objects implies |
//! | [`sheet`], [`preview`] | contact sheets |

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod catalog;
pub mod color;
pub mod composition;
mod folder;
pub mod grammar;
mod iconify;
pub mod library;
pub mod looks;
pub mod masks;
pub mod paint;
pub mod picture;
pub mod preview;
mod raster;
mod raster_cache;
mod resample;
pub mod sample;
pub mod setting;
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
