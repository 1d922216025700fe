//! An average of the weights over the iterations: shown and kept, while training continues with the weights themselves.

use std::collections::BTreeMap;

use candle_core::{Result, bail};
use rayon::prelude::*;

use scenewright_nn::parameters::Parameters;

/// Exponential moving average of everything in a network, running statistics included.
#[derive(Clone, Debug, PartialEq)]
pub struct Ema {
    pub(crate) decay: f64,
    /// Values by name; row-major.
    pub values: BTreeMap<String, Vec<f32>>,
    pub(crate) updates: u64,
}

impl Ema {
    pub(crate) fn new(decay: f64, parameters: &Parameters) -> Result<Self> {
        Ok(Self { decay, values: read(parameters)?, updates: 0 })
    }

    /// None for a decay of 0: the weights themselves are shown.
    pub(crate) fn wanted(decay: f64, parameters: &Parameters) -> Result<Option<Self>> {
        (decay != 0.0).then(|| Self::new(decay, parameters)).transpose()
    }

    /// Takes a step towards the weights. Early steps are longer, so that the first draws are soon forgotten.
    pub(crate) fn update(&mut self, parameters: &Parameters) -> Result<()> {
        self.updates += 1;
        let n = self.updates as f64;
        let share = 1.0 - self.decay.min((1.0 + n) / (10.0 + n));
        for (name, var) in parameters.all() {
            let now: Vec<f32> = var.flatten_all()?.to_vec1()?;
            match self.values.get_mut(&name) {
                Some(average) if average.len() == now.len() => {
                    average
                        .par_iter_mut()
                        .zip(&now)
                        .with_min_len(1 << 14)
                        .for_each(|(a, &x)| *a += share as f32 * (x - *a));
                }
                _ => bail!("the average of the weights lacks \"{name}\""),
            }
        }
        Ok(())
    }
}

/// All values of a network, by name.
pub fn read(parameters: &Parameters) -> Result<BTreeMap<String, Vec<f32>>> {
    parameters.all().into_iter().map(|(name, var)| Ok((name, var.flatten_all()?.to_vec1()?))).collect()
}
