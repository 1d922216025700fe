//! The illustrated world.
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
