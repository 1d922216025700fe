//! The illustrated world: scenes composed of our own drawings, so that there are pictures with exact boxes, masks and
//! relations without a download.
//!
//! `composition` is the contract. The sprites: `sprite` (what a category is), `library` (all of them; `folder` and `iconify`
//! read a user's), `svg` (a drawing's source, checked), `raster` (its pixels in any colours), `picture` and `sheet` (to look
//! at). `paint` turns a composition into pixels.

pub mod composition;

pub mod colour;
mod folder;
mod iconify;
pub mod library;
pub mod paint;
pub mod picture;
mod raster;
mod raster_cache;
mod resample;
pub mod sheet;
pub mod sprite;
pub mod sprite_error;
mod sprite_toml;
mod svg;

#[cfg(test)]
mod library_tests;
