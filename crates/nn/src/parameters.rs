//! Trainable parameters, by sg2im's names, in the order of the names.

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candle_core::{DType, Device, Error, Result, Shape, Tensor, Var, bail};
use candle_nn::VarBuilder;
use candle_nn::var_builder::SimpleBackend;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// Weights and running statistics. A network that is built with [`Parameters::builder`] shares them: what an optimizer writes here, the
/// network reads.
#[derive(Clone, Debug)]
pub struct Parameters {
    vars: Arc<Mutex<BTreeMap<String, Var>>>,
    device: Device,
    seed: u64,
}

/// Whether this is a statistic that training keeps, not a weight that an optimizer moves.
pub(crate) fn is_statistic(name: &str) -> bool {
    name.contains(".bank.")
        || name.ends_with("running_mean")
        || name.ends_with("running_var")
        || name.ends_with("weight_u")
}

impl Parameters {
    /// Empty; a network that is built with it draws its weights from the seed, each by its name: the order of building does not matter.
    pub fn new(seed: u64, device: &Device) -> Self {
        Self { vars: Arc::default(), device: device.clone(), seed }
    }

    pub fn builder(&self) -> VarBuilder<'static> {
        VarBuilder::from_backend(Box::new(self.clone()), DType::F32, self.device.clone())
    }

    /// Everything, by name.
    pub fn all(&self) -> Vec<(String, Var)> {
        self.lock().iter().map(|(name, var)| (name.clone(), var.clone())).collect()
    }

    /// What an optimizer moves, by name.
    pub fn learnable(&self) -> Vec<(String, Var)> {
        self.all().into_iter().filter(|(name, _)| !is_statistic(name)).collect()
    }

    pub fn get(&self, name: &str) -> Option<Var> {
        self.lock().get(name).cloned()
    }

    /// Puts values into a tensor that a network has asked for.
    pub fn set(&self, name: &str, values: &[f32]) -> Result<()> {
        let Some(var) = self.get(name) else { bail!("this network has no \"{name}\"") };
        if var.elem_count() != values.len() {
            bail!("{} values for \"{name}\" of shape {:?}", values.len(), var.shape());
        }
        var.set(&Tensor::from_slice(values, var.shape(), &self.device)?)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Var>> {
        // A thread that panicked in here leaves a map that is whole.
        self.vars.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// PyTorch's defaults, and what sg2im sets beyond them: normal draws for the graph and the refinement (sg2im: graph.py,
    /// _init_weights; crn.py).
    fn draw(&self, name: &str, shape: &Shape, known: &BTreeMap<String, Var>) -> Vec<f32> {
        let count = shape.elem_count();
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed ^ hash_of(name));
        let fan_in = |dims: &[usize]| dims[1..].iter().product::<usize>().max(1) as f32;
        let mut uniform = |bound: f32| (0..count).map(|_| rng.random_range(-bound..=bound)).collect::<Vec<f32>>();
        if is_statistic(name) {
            if name.ends_with("weight_u") {
                // Where the power iteration starts: any direction will do, but for one across all singular vectors.
                return uniform(1.0);
            }
            return vec![if name.ends_with("var") { 1.0 } else { 0.0 }; count];
        }
        if let Some(layer) = name.strip_suffix("bias") {
            return match known.get(&format!("{layer}weight")) {
                Some(weight) if weight.rank() > 1 => uniform(1.0 / fan_in(weight.dims()).sqrt()),
                _ => vec![0.0; count],
            };
        }
        if shape.rank() < 2 {
            return vec![1.0; count];
        }
        let normal = |deviation: f32| {
            let mut rng = ChaCha8Rng::seed_from_u64(self.seed ^ hash_of(name));
            (0..count).map(|_| deviation * Distribution::<f32>::sample(&StandardNormal, &mut rng)).collect()
        };
        if name.contains("embeddings") {
            normal(1.0)
        } else if name.contains("refinement_net.") || name.contains(".net1.") || name.contains(".net2.") {
            normal((2.0 / fan_in(shape.dims())).sqrt())
        } else {
            uniform(1.0 / fan_in(shape.dims()).sqrt())
        }
    }
}

/// FNV-1a: equal on every machine and in every version of this program.
fn hash_of(name: &str) -> u64 {
    struct Fnv(u64);
    impl Hasher for Fnv {
        fn finish(&self) -> u64 {
            self.0
        }
        fn write(&mut self, bytes: &[u8]) {
            bytes.iter().for_each(|&b| self.0 = (self.0 ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        }
    }
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    hasher.write(name.as_bytes());
    hasher.finish()
}

impl SimpleBackend for Parameters {
    fn get(&self, shape: Shape, name: &str, _: candle_nn::Init, _: DType, _: &Device) -> Result<Tensor> {
        let mut vars = self.lock();
        if let Some(var) = vars.get(name) {
            if var.shape() != &shape {
                let (expected, got) = (shape, var.shape().clone());
                return Err(Error::UnexpectedShape { msg: format!("shape of {name}"), expected, got }.bt());
            }
            return Ok(var.as_tensor().clone());
        }
        let values = self.draw(name, &shape, &vars);
        let var = Var::from_vec(values, shape, &self.device)?;
        let tensor = var.as_tensor().clone();
        vars.insert(name.to_owned(), var);
        Ok(tensor)
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> Result<Tensor> {
        match Parameters::get(self, name) {
            Some(var) => Ok(var.as_tensor().clone()),
            None => bail!("this network has no \"{name}\""),
        }
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.lock().contains_key(name)
    }
}
