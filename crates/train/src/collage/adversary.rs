//! The adversarial stage: two networks that tell decoded drawings from real ones, and what the decoder is taught by them.
//!
//! ```text
//! decoded, real --over one plain colour--> patches: drawn or decoded?          + features: the same maps for both?
//!                                      └-> the object: drawn or decoded, and of which category?
//! ```
//!
//! Both lie over the same color, drawn anew for each, so that alphas are judged, too. As a decoded drawing has a real one that it should
//! be, the patches' maps of both are compared as well: a distance that knows more of patterns than one of pixels. The margin is a hinge,
//! weights are divided by their largest singular value.
// Lim and Ye 2017, hinge; Miyato et al. 2018, spectral normalization; Odena et al. 2017, auxiliary classifier; Wang et al. 2018, feature matching

use candle_core::{Device, Result, Tensor};

use super::config::LookWeights;
use crate::loss::{GanLoss, l1};
use crate::run::state::OptimizerState;
use crate::step::{Losses, StepError, TrainableNet};
use crate::sum::{Sum, clip, gather};
use scenewright_model::collage::config::SIDE;
use scenewright_model::collage::light::Pixels;
use scenewright_model::discriminator::{DiscriminatorConfig, ObjectDiscriminator, PatchDiscriminator};
use scenewright_model::sg2im::config::Norm;
use scenewright_nn::adam::AdamConfig;
use scenewright_nn::cross_entropy::cross_entropy;
use scenewright_nn::distributed::ProcessGroup;
use scenewright_nn::gradients;
use scenewright_nn::mode::Mode;
use scenewright_nn::parameters::Parameters;

const ARCHITECTURE: &str = "C4-32-2,C4-64-2,C4-128-2";
const GAN: GanLoss = GanLoss::Hinge;

pub struct Adversary {
    pub object: TrainableNet<ObjectDiscriminator>,
    pub patches: TrainableNet<PatchDiscriminator>,
}

/// What is judged in one step: `[N, 3, 64, 64]` each.
pub(crate) struct Judged {
    decoded: Tensor,
    real: Tensor,
    classes: Vec<u32>,
    boxes: Tensor,
    /// Of the whole batch, 0..=1.
    share: f64,
}

impl Judged {
    /// `backs` `[N, 3, 1, 1]`: the colors behind. `real` `[N, 4, 64, 64]`: premultiplied.
    pub(crate) fn new(seen: &Pixels, real: &Tensor, backs: &Tensor, classes: &Tensor, share: f64) -> Result<Self> {
        let over = |colour: &Tensor, alpha: &Tensor| colour + alpha.affine(-1.0, 1.0)?.broadcast_mul(backs)?;
        let n = real.dim(0)?;
        Ok(Self {
            decoded: over(&seen.colour, &seen.alpha)?,
            real: over(&real.narrow(1, 0, 3)?, &real.narrow(1, 3, 1)?)?,
            classes: classes.to_vec1()?,
            boxes: Tensor::new(&[0f32, 0.0, 1.0, 1.0], real.device())?.repeat((n, 1))?,
            share,
        })
    }

    /// The same for those that judge: nothing of it leads back to the decoder.
    pub(crate) fn detached(self) -> Self {
        Self { decoded: self.decoded.detach(), ..self }
    }

    fn rows(&self) -> Vec<u32> {
        (0..self.classes.len() as u32).collect()
    }
}

impl Adversary {
    /// None: the settings want no adversarial stage.
    pub(crate) fn wanted(
        weights: &LookWeights,
        objects: usize,
        adam: AdamConfig,
        seed: u64,
        device: &Device,
    ) -> Result<Option<Self>> {
        if !weights.has_adversary() {
            return Ok(None);
        }
        let config = DiscriminatorConfig {
            arch: ARCHITECTURE.into(),
            normalization: Norm::None,
            object_size: SIDE,
            spectral: true,
            ..Default::default()
        };
        let parameters = |player: u64| Parameters::new(seed.wrapping_mul(3).wrapping_add(player), device);
        Ok(Some(Self {
            object: TrainableNet::new(parameters(1), adam, |p| {
                ObjectDiscriminator::new(&config, objects, p.builder())
            })?,
            patches: TrainableNet::new(parameters(2), adam, |p| PatchDiscriminator::new(&config, p.builder()))?,
        }))
    }

    pub(crate) fn set_learning_rate(&mut self, rate: f64) {
        self.object.optimizer.config.learning_rate = rate;
        self.patches.optimizer.config.learning_rate = rate;
    }

    /// With the names that they have in a checkpoint.
    pub(crate) fn learning(&mut self) -> [OptimizerState<'_>; 2] {
        let Self { object, patches } = self;
        [("d_obj", &object.parameters, &mut object.optimizer), ("d_img", &patches.parameters, &mut patches.optimizer)]
    }

    /// Adds what the decoder is to hear.
    pub(crate) fn teach(&self, judged: &Judged, weights: &LookWeights, sum: &mut Sum) -> Result<()> {
        let (share, adversarial) = (judged.share, weights.adversarial);
        let object = self.object.net.as_judge();
        let scores = object.forward(&judged.decoded, &judged.boxes, &judged.rows(), Mode::Train)?;
        sum.add("ac_loss", &cross_entropy(&scores.categories, &judged.classes)?, weights.category, share)?;
        sum.add("g_gan_obj_loss", &GAN.generator(&scores.real)?, adversarial, share)?;
        let patches = self.patches.net.as_judge();
        let decoded = patches.forward(&judged.decoded, Mode::Train)?;
        let real = patches.forward(&judged.real, Mode::Train)?.detach();
        sum.add("g_gan_img_loss", &GAN.generator(&decoded)?, adversarial, share)?;
        sum.add("g_features", &l1(&decoded, &real)?, weights.features, share)
    }

    /// A step of both, after the decoder's.
    pub(crate) fn step(
        &mut self,
        judged: &Judged,
        most: f64,
        team: &ProcessGroup,
    ) -> std::result::Result<Losses, StepError> {
        let mut sum = Sum::default();
        let (d, share) = (&self.object.net, judged.share);
        let decoded = d.forward(&judged.decoded, &judged.boxes, &judged.rows(), Mode::Train)?;
        let real = d.forward(&judged.real, &judged.boxes, &judged.rows(), Mode::Train)?;
        sum.add("d_obj_gan_loss", &GAN.discriminator(&real.real, &decoded.real)?, 1.0, share)?;
        sum.add("d_ac_loss_real", &cross_entropy(&real.categories, &judged.classes)?, 1.0, share)?;
        let mut losses = learn(&mut self.object, sum, "d_obj_total", most, team)?;
        let mut sum = Sum::default();
        let d = &self.patches.net;
        let (decoded, real) = (d.forward(&judged.decoded, Mode::Train)?, d.forward(&judged.real, Mode::Train)?);
        sum.add("d_img_gan_loss", &GAN.discriminator(&real, &decoded)?, 1.0, share)?;
        losses.0.extend(learn(&mut self.patches, sum, "d_img_total", most, team)?.0);
        Ok(losses)
    }
}

fn learn<N>(
    learner: &mut TrainableNet<N>,
    mut sum: Sum,
    name: &'static str,
    most: f64,
    team: &ProcessGroup,
) -> std::result::Result<Losses, StepError> {
    if let Some(total) = sum.close(name, team)? {
        let mut found = gradients::backward(&total)?;
        gather(&mut found, &learner.optimizer, team)?;
        clip(&mut found, &learner.optimizer, most)?;
        learner.optimizer.step(&found)?;
    }
    Ok(sum.losses)
}
