//! Where things stand: boxes and depths from the graph. A stand-in, until the network for it is here.

use candle_core::Result;
use candle_nn::VarBuilder;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GeometryConfig {}

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
        Ok(Self {})
    }

    /// Known boxes stay; the others stand side by side.
    pub fn place(
        &self,
        objects: &[u32],
        _triples: &[(u32, u32, u32)],
        known: &[Option<[f32; 4]>],
        _keys: &[u64],
    ) -> Result<Vec<Placement>> {
        let count = objects.len().max(1) as f32;
        let placement = |i: usize| {
            let x = i as f32 / count;
            let bounds = known.get(i).copied().flatten().unwrap_or([x, 0.45, x + 0.9 / count, 0.45 + 0.9 / count]);
            Placement { bounds, depth: bounds[3] }
        };
        Ok((0..objects.len()).map(placement).collect())
    }
}
