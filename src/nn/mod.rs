//! What candle lacks or must do faster: layers that both ways of running a network share.
//!
//! Nothing here knows of scenes, names or files. [`kernel`], [`maps`], [`conv`] and [`tiled`] are plain-slice code for inference on the
//! CPU; [`mlp`], [`norm`], [`warp`] and [`upsample`] are made of candle operations, run on every device and are
//! differentiable.

pub mod conv;
pub mod conv_op;
mod host;
pub mod kernel;
pub mod maps;
pub mod mlp;
pub mod norm;
pub mod tiled;
pub mod upsample;
pub mod warp;
