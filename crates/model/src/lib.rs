//! Everything that has weights. Tensors, noise and configuration come in as arguments: nothing here knows a name, a file or a scene.

#![forbid(unsafe_code)]

pub mod checkpoint;
pub mod classifier;
pub mod collage;
pub(crate) mod config_fields;
pub mod discriminator;
pub mod inception;
pub mod pixels;
pub mod sg2im;
