//! Scenewright.
pub mod data;
pub mod scene;
