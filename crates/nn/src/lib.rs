//! What candle lacks or must do faster: layers that both ways of running a network share.
//!
//! Nothing here knows of scenes, names or files. [`kernel`], [`maps`], [`conv`] and [`tiled`] are plain-slice code for inference on the
//! CPU; [`mlp`], [`norm`], [`warp`] and [`upsample`] are made of candle operations, run on every device and are
//! differentiable. [`conv_op`], [`activation`], [`linear`] and the training mode of [`norm`] are operations of our own on the CPU, with gradients,
//! and candle's elsewhere; [`chain`] makes one operation of several. [`team`] is what several processes that train together share.

pub mod activation;
pub mod adam;
pub mod cancel;
mod cells;
pub mod conv;
pub mod conv_autograd;
mod cpu_ops;
pub mod crop;
pub mod cross_entropy;
pub mod device;
pub mod distributed;
pub mod fused_sequential;
pub mod gradients;
pub mod kernel;
pub mod linear;
pub mod maps;
pub mod mlp;
pub mod mode;
pub mod norm;
mod norm_op;
pub mod parameters;
pub mod pool;
pub mod spectral;
pub mod upsample;
pub mod warp;
pub mod winograd;
