//! Scenewright.
pub mod model;
pub mod nn;
