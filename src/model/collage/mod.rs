//! The collage generator: geometry from the graph, looks from each object alone, compositing.

pub mod geometry;
