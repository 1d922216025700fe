//! Where things stand: boxes and depths from the graph. A stand-in, until the network for it is here.

use candle_core::{Result, bail};
use candle_nn::VarBuilder;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GeometryConfig {}

#[derive(Clone, Debug)]
pub struct Geometry {}

/// Where an object is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    pub bounds: [f32; 4],
    /// Smaller: farther back.
    pub depth: f32,
}

impl Geometry {
    pub fn new(_: &GeometryConfig, _: VarBuilder<'_>) -> Result<Self> {
        bail!("there is no geometry network yet")
    }

    pub fn place(
        &self,
        _objects: &[u32],
        _triples: &[(u32, u32, u32)],
        _known: &[Option<[f32; 4]>],
        _keys: &[u64],
    ) -> Result<Vec<Placement>> {
        bail!("there is no geometry network yet")
    }
}
