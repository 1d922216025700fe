//! One iteration: sprites, and every so often swatches.

use candle_core::{Device, Result, Tensor};

use super::config::{CollageTrainConfig, LookWeights};
use super::loss::{LookLosses, looked};
use super::samples::{SpriteSample, StuffSample};
use crate::run::ddp_checks::own_rows;
use crate::step::{Losses, StepError, TrainableNet};
use crate::sum::{Sum, clip, gather};
use scenewright_model::collage::config::{LARGE_SIDE, SIDE, SLOTS};
use scenewright_model::collage::encoder::Latent;
use scenewright_model::collage::light::{LightNet, Pixels};
use scenewright_model::collage::stuff::MAP_SIDE;
pub use scenewright_model::collage::{Collage, CollageConfig, Sizes};
use scenewright_nn::activation::halved;
use scenewright_nn::adam::Adam;
use scenewright_nn::device::noise;
use scenewright_nn::distributed::ProcessGroup;
use scenewright_nn::gradients;

/// Sprites of one iteration, on a device. Of the last ones, `from_pixels` of them, drawing and colors are not stated: the latent has to describe them.
pub struct SpriteBatch {
    pub classes: Tensor,
    pub variants: Tensor,
    pub colors: Tensor,
    pub lights: Tensor,
    pub distances: Tensor,
    /// `[N, 4, 64, 64]`, or `[N, 4, 128, 128]`
    pub real: Tensor,
    pub from_pixels: usize,
}

pub struct StuffBatch {
    pub classes: Tensor,
    pub lights: Tensor,
    pub boxes: Tensor,
    pub colors: Tensor,
    pub real: Tensor,
    /// What the latent is taken from.
    pub guide: Tensor,
}

impl SpriteBatch {
    pub fn new(samples: &[SpriteSample], from_pixels: usize, device: &Device) -> Result<Self> {
        let n = samples.len();
        let side = samples.first().map_or(SIDE, |sample| sample.side);
        let said = n - from_pixels.min(n);
        let variants = samples.iter().enumerate().map(|(i, s)| if i < said { s.variant } else { 0 });
        let colors = samples.iter().enumerate().flat_map(|(i, s)| if i < said { s.colors } else { [[0.0; 3]; SLOTS] });
        Ok(Self {
            classes: Tensor::from_iter(samples.iter().map(|s| s.class), device)?,
            variants: Tensor::from_iter(variants, device)?,
            colors: Tensor::from_iter(colors.flatten(), device)?.reshape((n, SLOTS, 3))?,
            lights: Tensor::from_iter(samples.iter().map(|s| s.light), device)?,
            distances: Tensor::from_iter(samples.iter().map(|s| s.distance), device)?,
            real: pixels(samples.iter().map(|s| s.pixels.as_slice()), side, device)?,
            from_pixels: from_pixels.min(n),
        })
    }
}

impl StuffBatch {
    pub fn new(samples: &[StuffSample], device: &Device) -> Result<Self> {
        let n = samples.len();
        Ok(Self {
            classes: Tensor::from_iter(samples.iter().map(|s| s.class), device)?,
            lights: Tensor::from_iter(samples.iter().map(|s| s.light), device)?,
            boxes: Tensor::from_iter(samples.iter().flat_map(|s| s.bounds), device)?.reshape((n, 4))?,
            colors: Tensor::from_iter(samples.iter().flat_map(|s| s.color), device)?.reshape((n, 3))?,
            real: pixels(samples.iter().map(|s| s.pixels.as_slice()), SIDE, device)?,
            guide: pixels(samples.iter().map(|s| s.guide.as_slice()), SIDE, device)?,
        })
    }
}

/// Bytes, pixel by pixel -> `[N, 4, side, side]` in 0..=1
fn pixels<'a>(all: impl Iterator<Item = &'a [u8]>, side: usize, device: &Device) -> Result<Tensor> {
    let mut values = Vec::new();
    let mut count = 0;
    for bytes in all {
        count += 1;
        for channel in 0..4 {
            values.extend(bytes.iter().skip(channel).step_by(4).map(|&byte| f32::from(byte) / 255.0));
        }
    }
    Tensor::from_vec(values, (count, 4, side, side), device)
}

/// How much lamps shine in each light: given, as the illustrated world has them, not learned.
pub(crate) const LAMPS: &str = "light.lamps";

/// The network that learns.
pub struct CollageLearner {
    pub net: TrainableNet<Collage>,
    /// The processes whose batches together are the whole one.
    pub group: ProcessGroup,
    weights: LookWeights,
    clip: f64,
    device: Device,
}

impl CollageLearner {
    /// `model`: the network's sizes, which may have geometry that the settings do not mention; it does not learn here.
    pub fn new(config: &CollageTrainConfig, model: &CollageConfig, sizes: Sizes, device: &Device) -> Result<Self> {
        gradients::tune_allocator();
        let parameters = scenewright_nn::parameters::Parameters::new(config.seed, device);
        let mut net = TrainableNet::new(parameters, config.adam(), |p| Collage::new(model, sizes, p.builder()))?;
        Collage::init(&net.parameters)?;
        let moves = net.parameters.learnable().into_iter().filter(|(name, _)| name != LAMPS).collect();
        net.optimizer = Adam::new(moves, config.adam());
        let (group, clip) = (ProcessGroup::single(), config.clip_gradients);
        Ok(Self { net, group, weights: config.losses, clip, device: device.clone() })
    }

    pub fn set_learning_rate(&mut self, rate: f64) {
        self.net.optimizer.config.learning_rate = rate;
    }

    /// `large`: sprites of twice the size. The seed is that of the iteration: the latent's noise follows from it.
    pub fn step(
        &mut self,
        sprites: Option<&SpriteBatch>,
        stuff: Option<&StuffBatch>,
        large: Option<&SpriteBatch>,
        seed: u64,
    ) -> std::result::Result<Losses, StepError> {
        let _working = self.group.work();
        let mut sum = Sum::default();
        let net = &self.net.net;
        let count = |tensor: Option<&Tensor>| tensor.map_or(Ok(0), |tensor| tensor.dim(0));
        let from_pixels = sprites.map_or(0, |batch| batch.from_pixels);
        let counts = [sprites.map(|s| &s.real), stuff.map(|s| &s.real), large.map(|s| &s.real)].map(count);
        let [sprite_count, stuff_count, large_count] = counts;
        let own = [sprite_count?, from_pixels, stuff_count?, large_count?].map(|n| n as f64);
        let mut all = own;
        self.group.all_reduce_sum(&mut all).map_err(candle_core::Error::from)?;
        let share = |i: usize| if all[i] > 0.0 { own[i] / all[i] } else { 1.0 };
        if let Some(batch) = sprites {
            let (seen, latent) = decode_sprites(net, batch, seed, &self.device)?;
            let Names { names, divergence } = SPRITE;
            add(&mut sum, names, &looked(&seen, &batch.real)?, &self.weights, share(0))?;
            if all[1] > 0.0 {
                let zero = || Tensor::zeros((), candle_core::DType::F32, &self.device);
                let term = latent.map_or_else(zero, |latent| latent.divergence())?;
                sum.add(divergence, &term, self.weights.sprite_divergence, share(1))?;
            }
        }
        if let Some(batch) = stuff {
            let (seen, latent) = decode_stuff(net, batch, seed ^ 1, &self.device)?;
            let Names { names, divergence } = STUFF;
            add(&mut sum, names, &looked(&seen, &batch.real)?, &self.weights, share(2))?;
            sum.add(divergence, &latent.divergence()?, self.weights.stuff_divergence, share(2))?;
        }
        if let Some(batch) = large {
            let (seen, _) = decode_sprites(net, batch, seed ^ 2, &self.device)?;
            add(&mut sum, LARGE, &looked(&seen, &batch.real)?, &self.weights, share(3))?;
        }
        let Some(total) = sum.close("total_loss", &self.group)? else { return Ok(sum.losses) };
        let mut found = gradients::backward(&total)?;
        gather(&mut found, &self.net.optimizer, &self.group)?;
        clip(&mut found, &self.net.optimizer, self.clip)?;
        self.net.optimizer.step(&found)?;
        Ok(sum.losses)
    }
}

struct Names {
    names: [&'static str; 4],
    divergence: &'static str,
}

const SPRITE: Names =
    Names { names: ["sprite_colour", "sprite_alpha", "sprite_dice", "sprite_edge"], divergence: "sprite_divergence" };
const STUFF: Names =
    Names { names: ["stuff_colour", "stuff_alpha", "stuff_dice", "stuff_edge"], divergence: "stuff_divergence" };
/// The latent is held together by the small ones.
const LARGE: [&str; 4] = ["large_colour", "large_alpha", "large_dice", "large_edge"];

fn add(sum: &mut Sum, names: [&'static str; 4], terms: &LookLosses, weights: &LookWeights, share: f64) -> Result<()> {
    let [color, alpha, dice, edge] = names;
    sum.add(color, &terms.color, weights.color, share)?;
    sum.add(alpha, &terms.alpha, weights.alpha, share)?;
    sum.add(dice, &terms.dice, weights.dice, share)?;
    sum.add(edge, &terms.edge, weights.edge, share)
}

/// This process's rows of the noise that is drawn for the whole batch of the group.
fn own_noise(seed: u64, shape: (usize, usize, usize, usize), device: &Device) -> Result<Tensor> {
    let process_group = ProcessGroup::current();
    let mut count = [shape.0 as f64];
    process_group.all_reduce_sum(&mut count)?;
    own_rows(noise(seed, (count[0] as usize, shape.1, shape.2, shape.3), device)?, process_group.part())
}

/// Decodes a batch. Where drawing and colors are said the latent is noise, so that it means nothing there; the others' comes from their
/// pixels. A batch of twice the size goes through the stage for large things, too; the encoder sees it at the size of the others.
pub(crate) fn decode_sprites(
    net: &Collage,
    batch: &SpriteBatch,
    seed: u64,
    device: &Device,
) -> Result<(Pixels, Option<Latent>)> {
    let n = batch.classes.dim(0)?;
    let z = net.sprite.latent_dim;
    let is_large = batch.real.dim(2)? == LARGE_SIDE;
    let mut latents = own_noise(seed, (n, z, 1, 1), device)?.reshape((n, z))?;
    let mut found = None;
    if batch.from_pixels > 0 {
        let said = n - batch.from_pixels;
        let real = batch.real.narrow(0, said, batch.from_pixels)?.contiguous()?;
        let latent = net.sprite_encoder.forward(&if is_large { halved(&real)? } else { real })?;
        let drawn = latent.draw(&latents.narrow(0, said, batch.from_pixels)?)?;
        latents = if said == 0 { drawn } else { Tensor::cat(&[&latents.narrow(0, 0, said)?, &drawn], 0)? };
        found = Some(latent);
    }
    let planes = match is_large {
        true => net.sprite.forward_large(&batch.classes, &batch.variants, &latents)?,
        false => net.sprite.forward(&batch.classes, &batch.variants, &latents)?,
    };
    Ok((net.light.sprites(&planes, &batch.colors, &batch.lights, &batch.distances)?, found))
}

pub(crate) fn decode_stuff(net: &Collage, batch: &StuffBatch, seed: u64, device: &Device) -> Result<(Pixels, Latent)> {
    let n = batch.classes.dim(0)?;
    let latent = net.stuff_encoder.forward(&batch.guide)?;
    let drawn = latent.draw(&own_noise(seed, (n, net.stuff.latent_channels, MAP_SIDE, MAP_SIDE), device)?)?;
    let planes = net.stuff.forward(&batch.classes, &batch.lights, &batch.boxes, &drawn)?;
    Ok((LightNet::stuff(&planes, &batch.colors)?, latent))
}
