//! Models and values of sg2im.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use scenewright_model::checkpoint::{ModelConfig, ModelFolder, Weights, import};
use scenewright_model::discriminator::DiscriminatorConfig;
use scenewright_model::sg2im::config::Sg2ImConfig;
use scenewright_model::sg2im::graph::Graph;
use scenewright_nn::parameters::Parameters;
use scenewright_train::{Batch, GanLoss, LossWeights, Sg2ImLearner, Sg2ImLearnerConfig};

pub const CONFIGS: [&str; 5] = ["tiny", "tiny-nomask-boxes", "tiny-instance-norm", "tiny-nogconv", "tiny-sum"];
pub const GANS: [(&str, GanLoss); 3] = [("gan", GanLoss::Gan), ("lsgan", GanLoss::Lsgan), ("wgan", GanLoss::Wgan)];

/// Biases in front of a normalization: their gradient is zero, and sg2im's is rounding that Adam makes steps of.
pub fn before_a_norm(name: &str) -> bool {
    let refinement =
        name.contains("refinement_modules") && (name.ends_with("net.0.bias") || name.ends_with("net.3.bias"));
    // The tiny models' normalizations follow these layers; their own biases are at net.1, net.4 and cnn.1.
    refinement || name == "cnn.0.bias" || name == "discriminator.cnn.0.0.bias"
}

pub struct Golden(HashMap<String, Tensor>);

pub fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(file)
}

impl Golden {
    pub fn open(name: &str) -> Self {
        let file = path(&format!("{name}.safetensors"));
        Self(candle_core::safetensors::load(file, &Device::Cpu).unwrap())
    }

    pub fn get(&self, name: &str) -> &Tensor {
        self.0.get(name).unwrap_or_else(|| panic!("no golden {name}"))
    }

    pub fn find(&self, name: &str) -> Option<&Tensor> {
        self.0.get(name)
    }

    /// Those whose names begin so, without that beginning, by name.
    pub fn under(&self, prefix: &str) -> Vec<(&str, &Tensor)> {
        let mut found: Vec<_> = self.0.iter().filter_map(|(k, v)| Some((k.strip_prefix(prefix)?, v))).collect();
        found.sort_by_key(|(name, _)| *name);
        found
    }

    pub fn ids(&self, name: &str) -> Vec<u32> {
        let ids = self.get(name).flatten_all().unwrap().to_vec1::<i64>().unwrap();
        ids.into_iter().map(|id| u32::try_from(id).unwrap()).collect()
    }

    pub fn batch(&self) -> Batch {
        let triples = self.ids("in/triples");
        let image_of_object = self.ids("in/obj_to_img");
        let graph = Graph {
            objects: self.ids("in/objs"),
            triples: triples.chunks_exact(3).map(|t| [t[0], t[1], t[2]]).collect(),
            images: *image_of_object.iter().max().unwrap() as usize + 1,
            image_of_object,
        };
        Batch {
            images: self.get("in/imgs").clone(),
            graph,
            boxes: self.get("in/boxes").clone(),
            masks: self.find("in/masks").map(|m| m.to_dtype(DType::F32).unwrap()),
            meanings: Vec::new(),
        }
    }

    pub fn noise(&self) -> Tensor {
        self.get("in/noise").clone()
    }
}

struct Opened {
    folder: ModelFolder,
    _temporary: tempfile::TempDir,
}

fn open(config: &str) -> Opened {
    let temporary = tempfile::tempdir().unwrap();
    let out = temporary.path().join("model");
    import(&path(&format!("{config}.pt")), &out, false).unwrap();
    Opened { folder: ModelFolder::open(&out).unwrap(), _temporary: temporary }
}

fn fill(parameters: &Parameters, weights: &Weights, prefix: &str) {
    for (name, _) in parameters.all() {
        parameters.set(&name, &weights.values(&format!("{prefix}{name}")).unwrap()).unwrap();
    }
}

pub fn model_config(config: &str) -> Sg2ImConfig {
    let ModelConfig::Sg2Im(config) = open(config).folder.config else { panic!("an sg2im model") };
    config
}

/// sg2im's state: that of the configuration, discriminators of `tiny`.
pub fn trainer(config: &str, gan: GanLoss) -> Sg2ImLearner {
    let (own, tiny) = (open(config).folder, open("tiny").folder);
    let (ModelConfig::Sg2Im(model), ModelConfig::Sg2Im(tiny_config)) = (&own.config, &tiny.config) else {
        panic!("an sg2im model")
    };
    let kwargs = |kwargs: &Option<_>| Some(DiscriminatorConfig::from_kwargs(kwargs.as_ref().unwrap()).unwrap());
    let trainer = Sg2ImLearner::new(
        &Sg2ImLearnerConfig {
            model: model.clone(),
            objects: own.weights.shape("obj_embeddings.weight").unwrap()[0] - 1,
            predicates: own.weights.shape("pred_embeddings.weight").unwrap()[0],
            d_obj: kwargs(&tiny_config.d_obj_kwargs),
            d_img: kwargs(&tiny_config.d_img_kwargs),
            weights: LossWeights { mask_loss_weight: 0.1, predicate_pred_loss_weight: 0.1, ..LossWeights::default() },
            gan,
            ..Sg2ImLearnerConfig::default()
        },
        &Device::Cpu,
    )
    .unwrap();
    fill(&trainer.generator.parameters, &own.weights, "");
    let discriminators = tiny.discriminators.as_ref().unwrap();
    fill(&trainer.d_obj.as_ref().unwrap().parameters, discriminators, "d_obj.");
    fill(&trainer.d_img.as_ref().unwrap().parameters, discriminators, "d_img.");
    trainer
}

pub fn largest(tensor: &Tensor) -> f64 {
    let tensor = tensor.flatten_all().unwrap().to_dtype(DType::F64).unwrap();
    tensor.to_vec1::<f64>().unwrap().into_iter().fold(0.0, |a, x| if x.is_nan() { f64::NAN } else { a.max(x.abs()) })
}

pub fn assert_close(what: &str, ours: &Tensor, golden: &Tensor, absolute: f64, relative: f64) {
    assert_eq!(ours.dims(), golden.dims(), "{what}");
    let apart = largest(&(ours - golden).unwrap());
    let allowed = absolute + relative * largest(golden);
    assert!(apart <= allowed, "{what}: {apart:e} apart, {allowed:e} allowed");
}

/// A gradient, by the README's tolerance.
pub fn assert_gradient(what: &str, ours: &Tensor, golden: &Tensor) {
    assert_close(what, ours, golden, 1e-5, 1e-3);
}

pub fn assert_loss(what: &str, ours: f64, golden: &Tensor) {
    let golden = golden.flatten_all().unwrap().to_vec1::<f64>().unwrap()[0];
    // Wasserstein losses are differences of means near 0.1: what is left of them keeps the rounding of those.
    let floor = if what.contains("wgan") { 1e-2 } else { 1e-3 };
    assert!((ours - golden).abs() <= 1e-5 * golden.abs().max(floor), "{what}: {ours}, in the reference {golden}");
}
