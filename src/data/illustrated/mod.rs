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
//! | [`world`] | [`IllustratedWorld`], the data set |

pub mod composition;
pub mod grammar;
pub mod world;

pub use world::{IllustratedWorld, WorldConfig};
