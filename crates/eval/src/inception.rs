//! Inception Score and Fréchet Inception Distance, with weights that the user supplies.
// Salimans et al. 2016, section 4; Heusel et al. 2017. The paper splits its test set at random into ten groups and gives mean and
// deviation over them (Johnson et al. 2018, table 1).

use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor};
use candle_nn::ops::softmax;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use thiserror::Error;

use super::crop::{Window, resized};
use super::frechet::{self, FeatureStats};
pub use scenewright_data::Rgb;
use scenewright_model::checkpoint::{StateDict, StateDictError};
use scenewright_model::inception::{FEATURES, Inception, InceptionWeights, SIDE};
use scenewright_nn::device::plain;

/// Groups of the Inception Score.
pub(crate) const GROUPS: usize = 10;

#[derive(Debug, Error)]
pub enum InceptionError {
    #[error(transparent)]
    File(#[from] StateDictError),
    #[error(
        "these are no weights of Inception v3: fc.weight is {found}, not [1000, 2048] (torchvision's inception_v3) or [1008, 2048] \
         (pytorch-fid's pt_inception-2015-12-05). Save its state dict again: {}", path.display()
    )]
    NotInception { found: String, path: PathBuf },
    #[error("these weights of Inception v3 cannot be used ({}). Save its state dict again: {}", plain(problem), path.display())]
    Build { problem: candle_core::Error, path: PathBuf },
}

/// Inception v3 with the user's weights.
pub struct InceptionJudge {
    pub kind: InceptionWeights,
    net: Inception,
}

impl InceptionJudge {
    /// A state dict under torchvision's names: safetensors, or what `torch.save` wrote.
    pub fn open(path: &Path) -> Result<Self, InceptionError> {
        let weights = StateDict::open(path)?;
        let shape = weights.shape("fc.weight");
        let kind = match shape {
            Some(&[classes, FEATURES]) => InceptionWeights::of_classes(classes),
            _ => None,
        };
        let Some(kind) = kind else {
            let found = shape.map_or("absent".into(), |shape| format!("{shape:?}"));
            return Err(InceptionError::NotInception { found, path: path.to_owned() });
        };
        let net = Inception::new(kind, weights.into_var_builder(&Device::Cpu))
            .map_err(|problem| InceptionError::Build { problem, path: path.to_owned() })?;
        Ok(Self::new(kind, net))
    }

    pub fn new(kind: InceptionWeights, net: Inception) -> Self {
        Self { kind, net }
    }

    /// For a report.
    pub(crate) fn name(&self) -> &'static str {
        match self.kind {
            InceptionWeights::TorchVision => "Inception v3 of torchvision",
            InceptionWeights::Fid => "Inception v3 of 2015-12-05",
        }
    }

    /// Features `[2048]` and probabilities of the classes of one picture.
    pub fn look(&self, picture: &Rgb) -> candle_core::Result<(Vec<f32>, Vec<f32>)> {
        let whole = Window { x0: 0.0, y0: 0.0, x1: picture.width as f32, y1: picture.height as f32 };
        let input = Tensor::from_vec(resized(picture, &whole, SIDE), (1, 3, SIDE, SIDE), &Device::Cpu)?;
        let seen = self.net.forward(&input)?;
        let probabilities = softmax(&seen.scores, 1)?;
        Ok((seen.features.squeeze(0)?.to_vec1()?, probabilities.squeeze(0)?.to_vec1()?))
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct InceptionFigures {
    /// Mean and standard deviation over the groups.
    pub score: f64,
    pub deviation: f64,
    pub groups: usize,
    /// To pictures of other held-out scenes; none with fewer than two pictures.
    pub fid: Option<f64>,
}

/// Statistics of one generator's pictures.
pub(crate) struct InceptionTally {
    pub cloud: FeatureStats,
    probabilities: Vec<Vec<f32>>,
}

impl Default for InceptionTally {
    fn default() -> Self {
        Self { cloud: FeatureStats::new(FEATURES), probabilities: Vec::new() }
    }
}

impl InceptionTally {
    pub(crate) fn add(&mut self, judge: &InceptionJudge, picture: &Rgb) -> candle_core::Result<()> {
        let (features, probabilities) = judge.look(picture)?;
        self.cloud.add(&features);
        self.probabilities.push(probabilities);
        Ok(())
    }

    /// `seed`: of the division into groups.
    pub(crate) fn finish(mut self, reference: Option<&FeatureStats>, seed: u64) -> InceptionFigures {
        self.probabilities.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        let (score, deviation, groups) = score(&self.probabilities);
        let fid = reference.and_then(|reference| frechet::distance(&self.cloud, reference));
        InceptionFigures { score, deviation, groups, fid }
    }
}

/// Mean and standard deviation over the groups of exp(mean of KL(p(y|x) ‖ p(y))), and how many groups there were.
fn score(probabilities: &[Vec<f32>]) -> (f64, f64, usize) {
    let groups = GROUPS.min(probabilities.len());
    let scores: Vec<f64> = (0..groups)
        .map(|g| {
            // Sizes differ by one at most.
            let range = g * probabilities.len() / groups..(g + 1) * probabilities.len() / groups;
            score_of_group(&probabilities[range])
        })
        .collect();
    let mean = scores.iter().sum::<f64>() / groups.max(1) as f64;
    let variance = scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / groups.max(1) as f64;
    (mean, variance.sqrt(), groups)
}

fn score_of_group(probabilities: &[Vec<f32>]) -> f64 {
    let count = probabilities.len().max(1) as f64;
    let classes = probabilities.first().map_or(0, Vec::len);
    let marginal: Vec<f64> =
        (0..classes).map(|k| probabilities.iter().map(|p| f64::from(p[k])).sum::<f64>() / count).collect();
    // A class that nothing was taken for adds nothing: p ln p goes to 0.
    let divergence = |p: &Vec<f32>| -> f64 {
        let pairs = p.iter().map(|&p| f64::from(p)).zip(&marginal);
        pairs.filter(|&(p, _)| p > 0.0).map(|(p, q)| p * (p / q).ln()).sum()
    };
    (probabilities.iter().map(divergence).sum::<f64>() / count).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sure_and_varied_pictures_score_as_many_as_there_are_classes() {
        let sure = |class: usize| (0..4).map(|k| if k == class { 1.0 } else { 0.0 }).collect::<Vec<f32>>();
        let all: Vec<Vec<f32>> = (0..4).map(sure).collect();
        assert!((score_of_group(&all) - 4.0).abs() < 1e-9);
        assert!((score_of_group(&[sure(2), sure(2)]) - 1.0).abs() < 1e-9, "always the same class");
        assert!((score_of_group(&[vec![0.25; 4], vec![0.25; 4]]) - 1.0).abs() < 1e-9, "never sure");
        // Two classes at 3 : 1, distinguished with certainty: exp of the entropy of (3/4, 1/4).
        let mixed = [sure(0), sure(0), sure(0), sure(1)];
        let entropy = -(0.75f64 * 0.75f64.ln() + 0.25 * 0.25f64.ln());
        assert!((score_of_group(&mixed) - entropy.exp()).abs() < 1e-9);
    }

    #[test]
    fn groups_are_of_one_size_and_few_pictures_make_few_groups() {
        let sure = |class: usize| (0..2).map(|k| if k == class { 1.0 } else { 0.0 }).collect::<Vec<f32>>();
        // Ten groups of two: each holds both classes.
        let all: Vec<Vec<f32>> = (0..20).map(|i| sure(i % 2)).collect();
        let (mean, deviation, groups) = score(&all);
        assert!((mean - 2.0).abs() < 1e-9 && deviation < 1e-9 && groups == 10);
        assert_eq!(score(&all[..3]).2, 3);
        assert_eq!(score(&[]), (0.0, 0.0, 0));
    }
}
