//! Scenewright.
pub mod checkpoint;
