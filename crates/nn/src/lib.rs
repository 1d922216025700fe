//! Layers, kernels and devices: what candle lacks or must do faster.
//!
//! [`kernel`], [`maps`], [`conv`] and [`winograd`] work on plain slices, for inference on a CPU. [`mlp`], [`norm`], [`warp`] and [`upsample`] are
//! made of candle operations: they run on every device and are differentiable. [`conv_autograd`], [`activation`], [`linear`] and the
//! training mode of [`norm`] are custom operations with gradients on a CPU, and candle's elsewhere; [`fused_sequential`] makes one operation of
//! several. [`distributed`] is data-parallel training, [`device`] the choice of CPU, CUDA or Metal.
//!
//! ```
//! use candle_core::{Device, Tensor};
//! use scenewright_nn::upsample::doubled;
//!
//! let x = Tensor::zeros((1, 3, 4, 4), candle_core::DType::F32, &Device::Cpu)?;
//! assert_eq!(doubled(&x)?.dims(), [1, 3, 8, 8]);
//! # Ok::<(), candle_core::Error>(())
//! ```
//!
//! This is the only crate with `unsafe` code.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

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

pub use kernel::instruction_set;
