//! The Adam optimizer, whose state can be saved and restored, so that runs resume exactly.
// Kingma and Ba 2015, in PyTorch's form: bias correction, eps outside the root, no weight decay.

use std::collections::BTreeMap;
use std::sync::Mutex;

use candle_core::backprop::GradStore;
use candle_core::{CpuStorage, Device, InplaceOp2, Layout, Result, Tensor, Var, bail};
use rayon::prelude::*;

use super::cpu_ops;
use super::device::has_own_operations;
use super::kernel::vectorized_fn;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamConfig {
    pub learning_rate: f64,
    pub beta1: f64,
    pub beta2: f64,
    pub eps: f64,
}

impl Default for AdamConfig {
    fn default() -> Self {
        Self { learning_rate: 1e-4, beta1: 0.9, beta2: 0.999, eps: 1e-8 }
    }
}

/// What Adam remembers of one parameter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moment {
    /// Steps in which the parameter had a gradient.
    pub steps: u64,
    pub first: Vec<f32>,
    pub second: Vec<f32>,
}

#[derive(Debug)]
enum StoredMoment {
    Host(Moment),
    Device { steps: u64, first: Tensor, second: Tensor },
}

#[derive(Debug)]
pub struct Adam {
    pub config: AdamConfig,
    parameters: Vec<(String, Var)>,
    kept: BTreeMap<String, StoredMoment>,
}

impl Adam {
    pub fn new(parameters: Vec<(String, Var)>, config: AdamConfig) -> Self {
        Self { config, parameters, kept: BTreeMap::new() }
    }

    pub fn parameters(&self) -> &[(String, Var)] {
        &self.parameters
    }

    /// Forgets all moments, as a new optimizer (sg2im: train.py makes one when it switches to evaluation mode).
    pub fn reset(&mut self) {
        self.kept.clear();
    }

    /// Moves every parameter that has a gradient.
    pub fn step(&mut self, gradients: &GradStore) -> Result<()> {
        for (name, var) in &self.parameters {
            let Some(gradient) = gradients.get(var) else { continue };
            let gradient = gradient.contiguous()?;
            if has_own_operations(var.device()) {
                let kept = self
                    .kept
                    .entry(name.clone())
                    .or_insert_with(|| StoredMoment::Host(Moment::zeros(var.elem_count())));
                let StoredMoment::Host(moment) = kept else { bail!("the moments of \"{name}\" lie on another device") };
                moment.steps += 1;
                let op = HostStep { rates: self.config.rates(moment.steps), moment: Mutex::new(moment) };
                var.inplace_op2(&gradient, &op)?;
            } else {
                self.kept.entry(name.clone()).or_insert(StoredMoment::Device {
                    steps: 0,
                    first: gradient.zeros_like()?,
                    second: gradient.zeros_like()?,
                });
                let Some(StoredMoment::Device { steps, first, second }) = self.kept.get_mut(name) else {
                    bail!("the moments of \"{name}\" lie on another device")
                };
                *steps += 1;
                let (rates, config) = (self.config.rates(*steps), &self.config);
                *first = ((&*first * config.beta1)? + (&gradient * (1.0 - config.beta1))?)?;
                *second = ((&*second * config.beta2)? + (gradient.sqr()? * (1.0 - config.beta2))?)?;
                let root = (second.sqrt()? / f64::from(rates.root))?;
                let moved = ((&*first * f64::from(rates.step))? / (root + config.eps)?)?;
                var.set(&(var.as_tensor().detach() - moved)?)?;
            }
        }
        Ok(())
    }

    /// The state by name; parameters that never had a gradient are absent.
    pub fn state(&self) -> Result<BTreeMap<String, Moment>> {
        let read = |kept: &StoredMoment| -> Result<Moment> {
            match kept {
                StoredMoment::Host(moment) => Ok(moment.clone()),
                StoredMoment::Device { steps, first, second } => Ok(Moment {
                    steps: *steps,
                    first: first.flatten_all()?.to_vec1()?,
                    second: second.flatten_all()?.to_vec1()?,
                }),
            }
        };
        self.kept.iter().map(|(name, kept)| Ok((name.clone(), read(kept)?))).collect()
    }

    /// Puts a state back.
    pub fn set_state(&mut self, state: BTreeMap<String, Moment>) -> Result<()> {
        let mut kept = BTreeMap::new();
        for (name, moment) in state {
            let Some((_, var)) = self.parameters.iter().find(|(known, _)| *known == name) else {
                bail!("the optimizer's state names \"{name}\", which this network does not have");
            };
            if moment.first.len() != var.elem_count() || moment.second.len() != var.elem_count() {
                bail!("the optimizer's state of \"{name}\" has another size than its parameter");
            }
            let put = |values: &[f32], device: &Device| Tensor::from_slice(values, var.shape(), device);
            let one = if has_own_operations(var.device()) {
                StoredMoment::Host(moment)
            } else {
                let (first, second) = (put(&moment.first, var.device())?, put(&moment.second, var.device())?);
                StoredMoment::Device { steps: moment.steps, first, second }
            };
            kept.insert(name, one);
        }
        self.kept = kept;
        Ok(())
    }
}

impl Moment {
    fn zeros(len: usize) -> Self {
        Self { steps: 0, first: vec![0.0; len], second: vec![0.0; len] }
    }
}

/// What changes with the number of steps.
#[derive(Clone, Copy)]
struct Rates {
    beta1: f32,
    beta2: f32,
    eps: f32,
    /// Learning rate over the first bias correction.
    step: f32,
    /// Root of the second bias correction.
    root: f32,
}

impl AdamConfig {
    fn rates(&self, steps: u64) -> Rates {
        let steps = steps.min(i32::MAX as u64) as i32;
        Rates {
            beta1: self.beta1 as f32,
            beta2: self.beta2 as f32,
            eps: self.eps as f32,
            step: (self.learning_rate / (1.0 - self.beta1.powi(steps))) as f32,
            root: (1.0 - self.beta2.powi(steps)).sqrt() as f32,
        }
    }
}

/// One pass over weight, gradient and both moments.
struct HostStep<'a> {
    rates: Rates,
    moment: Mutex<&'a mut Moment>,
}

const PIECE: usize = 1 << 15;

vectorized_fn! {
    fn step(rates: Rates, weight: &mut [f32], gradient: &[f32], first: &mut [f32], second: &mut [f32]) {
        let Rates { beta1, beta2, eps, step, root } = rates;
        let len = weight.len().min(gradient.len()).min(first.len()).min(second.len());
        let (weight, gradient) = (&mut weight[..len], &gradient[..len]);
        let (first, second) = (&mut first[..len], &mut second[..len]);
        for i in 0..len {
            let g = gradient[i];
            first[i] += (1.0 - beta1) * (g - first[i]);
            second[i] = beta2 * second[i] + (1.0 - beta2) * g * g;
            weight[i] -= step * first[i] / (second[i].sqrt() / root + eps);
        }
    }
}

impl InplaceOp2 for HostStep<'_> {
    fn name(&self) -> &'static str {
        "Adam"
    }

    fn cpu_fwd(&self, weight: &mut CpuStorage, wl: &Layout, gradient: &CpuStorage, gl: &Layout) -> Result<()> {
        let gradient = cpu_ops::floats(gradient, gl)?;
        let (CpuStorage::F32(weight), Some((from, to))) = (weight, wl.contiguous_offsets()) else {
            bail!("Adam moves contiguous float32")
        };
        let weight = &mut weight[from..to];
        let Ok(mut moment) = self.moment.lock() else { bail!("Adam's state is damaged") };
        let rates = self.rates;
        let (first, second) = {
            let moment = &mut **moment;
            (&mut moment.first, &mut moment.second)
        };
        let moments = first.par_chunks_mut(PIECE).zip(second.par_chunks_mut(PIECE));
        let all = weight.par_chunks_mut(PIECE).zip(gradient.par_chunks(PIECE)).zip(moments);
        all.for_each(|((w, g), (m, v))| step(rates, w, g, m, v));
        Ok(())
    }
}
