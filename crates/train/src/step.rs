//! One iteration: the generator, then the object discriminator, then the image discriminator, both on the picture from before the step.
//!
//! Of a process group ([`scenewright_nn::distributed`]) each member's losses are its part of those of the whole batch, so that their sum, and that of their
//! gradients, is what one process finds.
// sg2im: train.py, main

use candle_core::backprop::GradStore;
use candle_core::{Device, Result, Tensor};
use thiserror::Error;

use super::batch::Batch;
use super::loss::{GanLoss, LossWeights, binary_cross_entropy, l1, mean_square};
use super::relation_loss::relation_loss;
use super::sum::{Shares, Sum, clip, gather, nothing};
use scenewright_model::discriminator::{DiscriminatorConfig, ObjectDiscriminator, PatchDiscriminator};
use scenewright_model::sg2im::config::Sg2ImConfig;
use scenewright_model::sg2im::{Outputs, Overrides, Sg2Im};
use scenewright_nn::adam::{Adam, AdamConfig};
use scenewright_nn::cross_entropy::cross_entropy;
use scenewright_nn::device::plain;
use scenewright_nn::distributed::ProcessGroup;
use scenewright_nn::gradients;
use scenewright_nn::mode::Mode;
use scenewright_nn::parameters::Parameters;

/// Who learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AdversarialRole {
    Generator,
    ObjectDiscriminator,
    ImageDiscriminator,
}

/// What an [`Sg2ImLearner`] is made of.
#[derive(Clone, Debug, Default)]
pub struct Sg2ImLearnerConfig {
    pub model: Sg2ImConfig,
    /// Sizes of the vocabulary.
    pub objects: usize,
    pub predicates: usize,
    /// None, or a weight of 0: no such discriminator.
    pub d_obj: Option<DiscriminatorConfig>,
    pub d_img: Option<DiscriminatorConfig>,
    pub weights: LossWeights,
    pub gan: GanLoss,
    pub adam: AdamConfig,
    /// Norm to which the gradients of one network together are cut; 0: never.
    pub clip: f64,
    /// Weights of the generator whose names begin so stay as they are.
    pub frozen: Vec<String>,
    pub seed: u64,
}

/// A network, its weights and its optimizer.
#[derive(Debug)]
pub struct TrainableNet<N> {
    pub net: N,
    pub parameters: Parameters,
    pub optimizer: Adam,
}

impl<N> TrainableNet<N> {
    pub fn new(parameters: Parameters, adam: AdamConfig, build: impl FnOnce(&Parameters) -> Result<N>) -> Result<Self> {
        let net = build(&parameters)?;
        let optimizer = Adam::new(parameters.learnable(), adam);
        Ok(Self { net, parameters, optimizer })
    }
}

/// Losses by sg2im's names, weighted, in its order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Losses(pub Vec<(&'static str, f64)>);

/// Beyond this a loss does not come back: those of a run that learns lie below a thousand.
const DIVERGED: f64 = 1e8;

impl Losses {
    /// # Errors
    /// If a loss is no number, or beyond all bounds.
    pub fn check(&self) -> std::result::Result<(), StepError> {
        if self.0.iter().any(|(_, value)| !value.is_finite()) {
            return Err(StepError::NotFinite(self.clone()));
        }
        match self.0.iter().all(|(_, value)| value.abs() < DIVERGED) {
            true => Ok(()),
            false => Err(StepError::Diverged(self.clone())),
        }
    }

    pub fn get(&self, name: &str) -> Option<f64> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }
}

#[derive(Debug, Error)]
pub enum StepError {
    #[error("the losses are no longer finite ({}), and this iteration was dropped. {FIX}", list(.0))]
    NotFinite(Losses),
    #[error("the losses grow beyond all bounds ({}), and this iteration was dropped. {FIX}", list(.0))]
    Diverged(Losses),
    #[error("the gradients are no longer finite, and this iteration was dropped. {FIX}")]
    Gradients,
    #[error("an iteration of training failed: {}", plain(.0))]
    Network(#[from] candle_core::Error),
}

/// The checkpoints that were written are sound: none is written after a step that was cancelled.
const FIX: &str = "The checkpoints are sound: set learning_rate in the run's config.toml to a tenth of what it is, or clip_gradients to 1.0, and resume with \
                    `--resume` (and `--checkpoint STEP`, from one before the losses rose)";

impl StepError {
    /// The run diverges; what ends it is neither the device nor the data.
    pub fn is_divergence(&self) -> bool {
        matches!(self, Self::NotFinite(_) | Self::Diverged(_) | Self::Gradients)
    }
}

fn list(losses: &Losses) -> String {
    losses.0.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(", ")
}

/// The generator and its discriminators, each with its optimizer.
#[derive(Debug)]
pub struct Sg2ImLearner {
    pub generator: TrainableNet<Sg2Im>,
    pub d_obj: Option<TrainableNet<ObjectDiscriminator>>,
    pub d_img: Option<TrainableNet<PatchDiscriminator>>,
    pub weights: LossWeights,
    pub gan: GanLoss,
    /// Of the generator; the discriminators always train.
    pub mode: Mode,
    /// The processes whose batches together are the whole one.
    pub group: ProcessGroup,
    clip: f64,
}

/// Sees who learns, and the gradients, before the optimizer uses them.
pub(crate) type GradientWatch<'a> = &'a mut dyn FnMut(AdversarialRole, &GradStore);

impl Sg2ImLearner {
    pub fn new(config: &Sg2ImLearnerConfig, device: &Device) -> Result<Self> {
        gradients::tune_allocator();
        let weights = config.weights;
        // Each network has its own stream of random numbers.
        let parameters = |player: u64| Parameters::new(config.seed.wrapping_mul(3).wrapping_add(player), device);
        let plays = |weight: f64| weight != 0.0 && weights.discriminator_loss_weight != 0.0;
        let mut generator = TrainableNet::new(parameters(0), config.adam, |p| {
            Sg2Im::new(&config.model, config.objects, config.predicates, p.builder())
        })?;
        let stays = |name: &str| config.frozen.iter().any(|prefix| name.starts_with(prefix.as_str()));
        let moves = generator.parameters.learnable().into_iter().filter(|(name, _)| !stays(name)).collect();
        generator.optimizer = Adam::new(moves, config.adam);
        Ok(Self {
            generator,
            d_obj: (config.d_obj.as_ref().filter(|_| plays(weights.d_obj_weight)))
                .map(|d| {
                    TrainableNet::new(parameters(1), config.adam, |p| {
                        ObjectDiscriminator::new(d, config.objects, p.builder())
                    })
                })
                .transpose()?,
            d_img: (config.d_img.as_ref().filter(|_| plays(weights.d_img_weight)))
                .map(|d| TrainableNet::new(parameters(2), config.adam, |p| PatchDiscriminator::new(d, p.builder())))
                .transpose()?,
            weights,
            gan: config.gan,
            mode: Mode::Train,
            group: ProcessGroup::single(),
            clip: config.clip,
        })
    }

    /// Of all three optimizers, from the next step on.
    pub(crate) fn set_learning_rate(&mut self, rate: f64) {
        self.generator.optimizer.config.learning_rate = rate;
        self.d_obj.iter_mut().for_each(|d| d.optimizer.config.learning_rate = rate);
        self.d_img.iter_mut().for_each(|d| d.optimizer.config.learning_rate = rate);
    }

    /// One iteration. `noise` `[N, Z, H, W]` is drawn by the caller.
    pub fn step(&mut self, batch: &Batch, noise: Option<Tensor>) -> std::result::Result<Losses, StepError> {
        self.step_watched(batch, noise, &mut |_, _| {})
    }

    pub fn step_watched(
        &mut self,
        batch: &Batch,
        noise: Option<Tensor>,
        watch: GradientWatch<'_>,
    ) -> std::result::Result<Losses, StepError> {
        let _working = self.group.work();
        let (group, shares) = (self.group.clone(), Shares::of(batch, &self.group)?);
        let given =
            Overrides { boxes: Some(batch.boxes.clone()), masks: batch.masks.clone(), noise, ..Default::default() };
        let outputs = self.generator.net.forward_t(&batch.graph, &given, self.mode)?;
        let mut sum = self.generator_losses(&outputs, batch, &shares)?;
        let fake = outputs.image.detach();
        drop(outputs);
        let mut learning = OptimizerState { group: &group, clip: self.clip, watch };
        learning.learn(AdversarialRole::Generator, &mut sum, "total_loss", &mut self.generator.optimizer)?;
        let mut losses = sum.losses;
        if let Some(d) = &mut self.d_obj {
            let mut sum = object_discriminator_losses(&d.net, &fake, batch, self.gan, &shares)?;
            learning.learn(AdversarialRole::ObjectDiscriminator, &mut sum, "d_obj_total", &mut d.optimizer)?;
            losses.0.append(&mut sum.losses.0);
        }
        if let Some(d) = &mut self.d_img {
            let scores_fake = d.net.forward(&fake, Mode::Train)?;
            let scores_real = d.net.forward(&batch.images, Mode::Train)?;
            let mut sum = Sum::default();
            sum.add("d_img_gan_loss", &self.gan.discriminator(&scores_real, &scores_fake)?, 1.0, shares.images)?;
            learning.learn(AdversarialRole::ImageDiscriminator, &mut sum, "d_img_total", &mut d.optimizer)?;
            losses.0.append(&mut sum.losses.0);
        }
        Ok(losses)
    }

    /// One iteration of boxes, masks and relations alone, without a picture; the discriminators look on.
    pub(crate) fn step_layout(&mut self, batch: &Batch) -> std::result::Result<Losses, StepError> {
        let _working = self.group.work();
        let (group, shares) = (self.group.clone(), Shares::of(batch, &self.group)?);
        let (boxes, masks, relation_scores) = self.generator.net.layout_in(&batch.graph, self.mode)?;
        let mut sum = Sum::default();
        self.layout_losses(&mut sum, batch, &shares, &boxes, masks.as_ref(), &relation_scores)?;
        let mut learning = OptimizerState { group: &group, clip: self.clip, watch: &mut |_, _| {} };
        learning.learn(AdversarialRole::Generator, &mut sum, "total_loss", &mut self.generator.optimizer)?;
        Ok(sum.losses)
    }

    fn generator_losses(&self, outputs: &Outputs, batch: &Batch, shares: &Shares) -> Result<Sum> {
        let (weights, graph) = (&self.weights, &batch.graph);
        let &Shares { images, objects, .. } = shares;
        let mut sum = Sum::default();
        sum.add("L1_pixel_loss", &l1(&outputs.image, &batch.images)?, weights.l1_pixel_loss_weight, images)?;
        self.layout_losses(&mut sum, batch, shares, &outputs.boxes, outputs.masks.as_ref(), &outputs.relation_scores)?;
        if let Some(d) = &self.d_obj {
            let scores = d.net.as_judge().forward(&outputs.image, &batch.boxes, &graph.image_of_object, Mode::Train)?;
            sum.add("ac_loss", &cross_entropy(&scores.categories, &graph.objects)?, weights.ac_loss_weight, objects)?;
            let weight = weights.discriminator_loss_weight * weights.d_obj_weight;
            sum.add("g_gan_obj_loss", &self.gan.generator(&scores.real)?, weight, objects)?;
        }
        if let Some(d) = &self.d_img {
            let scores = d.net.as_judge().forward(&outputs.image, Mode::Train)?;
            let weight = weights.discriminator_loss_weight * weights.d_img_weight;
            sum.add("g_gan_img_loss", &self.gan.generator(&scores)?, weight, images)?;
        }
        Ok(sum)
    }

    /// The terms that need no picture, in sg2im's order.
    fn layout_losses(
        &self,
        sum: &mut Sum,
        batch: &Batch,
        shares: &Shares,
        boxes: &Tensor,
        masks: Option<&Tensor>,
        relation_scores: &Tensor,
    ) -> Result<()> {
        let weights = &self.weights;
        sum.add("bbox_pred", &mean_square(boxes, &batch.boxes)?, weights.bbox_pred_loss_weight, shares.objects)?;
        if weights.relation_loss_weight > 0.0
            && let Some(share) = shares.judged
        {
            let loss = relation_loss(boxes, batch)?.map_or_else(|| nothing(boxes), Ok)?;
            sum.add("relation_loss", &loss, weights.relation_loss_weight, share)?;
        }
        if weights.predicate_pred_loss_weight > 0.0 {
            let predicates: Vec<u32> = batch.graph.triples.iter().map(|t| t[1]).collect();
            let loss = if shares.triples > 0.0 {
                cross_entropy(relation_scores, &predicates)
            } else {
                nothing(relation_scores)
            };
            sum.add("predicate_pred", &loss?, weights.predicate_pred_loss_weight, shares.triples)?;
        }
        if let (Some(wanted), Some(predicted), true) = (&batch.masks, masks, weights.mask_loss_weight > 0.0) {
            sum.add("mask_loss", &binary_cross_entropy(predicted, wanted)?, weights.mask_loss_weight, shares.objects)?;
        }
        Ok(())
    }
}

fn object_discriminator_losses(
    d: &ObjectDiscriminator,
    fake: &Tensor,
    batch: &Batch,
    gan: GanLoss,
    shares: &Shares,
) -> Result<Sum> {
    let graph = &batch.graph;
    let fake = d.forward(fake, &batch.boxes, &graph.image_of_object, Mode::Train)?;
    let real = d.forward(&batch.images, &batch.boxes, &graph.image_of_object, Mode::Train)?;
    let mut sum = Sum::default();
    sum.add("d_obj_gan_loss", &gan.discriminator(&real.real, &fake.real)?, 1.0, shares.objects)?;
    sum.add("d_ac_loss_real", &cross_entropy(&real.categories, &graph.objects)?, 1.0, shares.objects)?;
    sum.add("d_ac_loss_fake", &cross_entropy(&fake.categories, &graph.objects)?, 1.0, shares.objects)?;
    Ok(sum)
}

/// How losses become steps.
struct OptimizerState<'a> {
    group: &'a ProcessGroup,
    clip: f64,
    watch: GradientWatch<'a>,
}

impl OptimizerState<'_> {
    fn learn(
        &mut self,
        player: AdversarialRole,
        sum: &mut Sum,
        name: &'static str,
        optimizer: &mut Adam,
    ) -> std::result::Result<(), StepError> {
        let Some(total) = sum.close(name, self.group)? else { return Ok(()) };
        let mut gradients = gradients::backward(&total)?;
        gather(&mut gradients, optimizer, self.group)?;
        (self.watch)(player, &gradients);
        clip(&mut gradients, optimizer, self.clip)?;
        Ok(optimizer.step(&gradients)?)
    }
}
