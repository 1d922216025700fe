//! Scenewright.
pub mod checkpoint;
pub mod cli;
pub mod device;
pub mod encode;
pub mod export;
pub mod generate;
pub mod interchange;
pub mod model;
pub mod nn;
pub mod scene;
pub mod train;
pub mod vocab;
