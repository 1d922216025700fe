//! Scenewright.

pub mod encode;
pub mod interchange;
pub mod scene;
pub mod vocab;
