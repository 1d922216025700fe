//! The networks, model folders, and checkpoints of PyTorch.
//!
//! The networks see ids, boxes and noise, never words or files; [`checkpoint`] reads and writes their folders.
//!
//! ```
//! use scenewright_model::sg2im::config::Sg2ImConfig;
//!
//! let config = Sg2ImConfig { image_size: (128, 128), ..Sg2ImConfig::default() };
//! assert_eq!(config.image_size, (128, 128));
//! ```
//!
//! | module | contents |
//! |---|---|
//! | [`sg2im`] | sg2im's network: differentiable, and folded for inference on a CPU |
//! | [`collage`] | our own: a network for boxes, decoders for drawings, composition |
//! | [`discriminator`] | sg2im's discriminators |
//! | [`classifier`], [`inception`] | networks that measure pictures |
//! | [`checkpoint`] | model folders; import of `.pt` files, which are never executed |

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod checkpoint;
pub mod classifier;
pub mod collage;
pub(crate) mod config_fields;
pub mod discriminator;
pub mod inception;
pub mod pixels;
pub mod sg2im;
