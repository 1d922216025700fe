//! Scenewright.
pub mod checkpoint;
pub mod encode;
pub mod interchange;
pub mod model;
pub mod nn;
pub mod scene;
pub mod vocab;
