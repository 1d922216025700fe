//! Scenewright.

pub mod cli;
pub mod data;
pub mod encode;
pub mod interchange;
pub mod scene;
pub mod vocab;
