//! Measures whether a run changes its weights.

use std::collections::BTreeMap;

use candle_core::Result;

use scenewright_nn::parameters::Parameters;

/// The weights as they were at the last query.
pub(crate) struct Moved(BTreeMap<String, Vec<f32>>);

impl Moved {
    pub(crate) fn from_here(parameters: &Parameters) -> Result<Self> {
        Ok(Self(learnable(parameters)?))
    }

    /// The length of the way since it was last asked for, over the length of all weights.
    pub(crate) fn since(&mut self, parameters: &Parameters) -> Result<f64> {
        let now = learnable(parameters)?;
        let (mut way, mut length) = (0.0, 0.0);
        for (name, values) in &now {
            let before = self.0.get(name).map_or(&[][..], Vec::as_slice);
            for (b, a) in values.iter().zip(before) {
                way += f64::from(b - a).powi(2);
                length += f64::from(*b).powi(2);
            }
        }
        self.0 = now;
        Ok((way / length.max(f64::MIN_POSITIVE)).sqrt())
    }
}

/// Statistics move by themselves and say nothing.
fn learnable(parameters: &Parameters) -> Result<BTreeMap<String, Vec<f32>>> {
    parameters.learnable().into_iter().map(|(name, var)| Ok((name, var.flatten_all()?.to_vec1()?))).collect()
}
