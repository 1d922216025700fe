//! Training of the collage generator, stage by stage.

pub mod geometry;
