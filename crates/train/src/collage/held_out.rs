//! Held-out samples of a run: samples that are never trained on, and the user's own drawings.

use std::path::Path;

use candle_core::{Device, Tensor};
use rayon::prelude::*;

use super::config::CollageTrainConfig;
use super::cutouts;
use super::loss::looked;
use super::samples::{Atlas, SpriteSample, StuffSample};
use super::sheet::SheetSamples;
use super::step::{SpriteBatch, StuffBatch, decode_sprites, decode_stuff};
use super::user_metrics::OwnHeldOut;
use crate::run::{Figures, RunError, network};
use scenewright_model::collage::Collage;

/// Seeds of held-out samples: no iteration comes near.
pub(crate) const HELD_OUT: u64 = 1 << 60;
/// Of the user's own drawings, so many are measured at most.
const MAX_MEASURED: usize = 96;

pub(crate) struct HeldOut {
    sprites: SpriteBatch,
    /// The same, only by their pixels.
    from_pixels: SpriteBatch,
    stuff: StuffBatch,
    /// At twice the size, where the model has a stage for that.
    large: Option<SpriteBatch>,
    pub shown: SheetSamples,
    own: Option<OwnHeldOut>,
}

impl HeldOut {
    /// `run`: its folder, in which cut-outs may lie that are kept from training.
    pub(crate) fn new(atlas: &Atlas, config: &CollageTrainConfig, run: &Path, on: &Device) -> Result<Self, RunError> {
        let count = config.keep.validation_scenes.max(1);
        let spread = atlas.drawing_count().max(1);
        let sprites = |from: usize, count: usize, plain: bool| -> Result<Vec<SpriteSample>, RunError> {
            let one = |i: usize| {
                atlas.sprite((from + i * spread / count.max(1)) % spread, HELD_OUT + (from + i) as u64, plain)
            };
            Ok((0..count).into_par_iter().map(one).collect::<Result<_, _>>()?)
        };
        let large = |from: usize, count: usize, plain: bool| -> Result<Option<SpriteBatch>, RunError> {
            if config.model.sprite.large == 0 {
                return Ok(None);
            }
            let one = |i: usize| {
                let index = (from + i * spread / count.max(1)) % spread;
                atlas.large_sprite(index, HELD_OUT + (from + i) as u64, plain)
            };
            let samples: Vec<SpriteSample> = (0..count).into_par_iter().map(one).collect::<Result<_, _>>()?;
            SpriteBatch::new(&samples, 0, on).map(Some).map_err(network)
        };
        let stuff = |from: usize, count: usize| -> Result<Vec<StuffSample>, RunError> {
            let one = |i: usize| atlas.stuff(HELD_OUT + (from + i) as u64);
            Ok((0..count).into_par_iter().map(one).collect::<Result<_, _>>()?)
        };
        let plain = sprites(1, count, true)?;
        let made = || -> candle_core::Result<_> {
            Ok((SpriteBatch::new(&plain, 0, on)?, SpriteBatch::new(&plain, plain.len(), on)?))
        };
        let (said, from_pixels) = made().map_err(network)?;
        let (own_count, all) = (atlas.own_count(), atlas.drawing_count());
        let plain = |index: usize| atlas.sprite(index, HELD_OUT, true);
        let mut on_sheet = sprites(0, 80, false)?;
        let mut pixels_on_sheet = 16;
        let own = if own_count == 0 {
            None
        } else {
            let everything: Vec<SpriteSample> = (0..all).into_par_iter().map(plain).collect::<Result<_, _>>()?;
            let spread = |most: usize| {
                let count = own_count.min(most);
                (0..count).map(move |i| all - own_count + i * own_count / count)
            };
            let own: Vec<SpriteSample> = spread(MAX_MEASURED).map(|i| everything[i].clone()).collect();
            let mut unseen = atlas.unseen(&cutouts::held_out(run))?;
            unseen.truncate(MAX_MEASURED);
            // The sheet shows the user's own: as said, and of pictures that were kept from training.
            on_sheet = spread(64).map(|i| everything[i].clone()).collect();
            pixels_on_sheet = unseen.len().min(16);
            on_sheet.extend_from_slice(&unseen[..pixels_on_sheet]);
            Some(OwnHeldOut::new(&own, &unseen, &everything, on).map_err(network)?)
        };
        Ok(Self {
            sprites: said,
            from_pixels,
            stuff: StuffBatch::new(&stuff(0, count)?, on).map_err(network)?,
            large: large(1, count, true)?,
            shown: SheetSamples {
                sprites: SpriteBatch::new(&on_sheet, pixels_on_sheet, on).map_err(network)?,
                large: large(3, 16, false)?,
                stuff: StuffBatch::new(&stuff(count, 32)?, on).map_err(network)?,
            },
            own,
        })
    }

    pub(crate) fn figures(&self, net: &Collage, device: &Device) -> candle_core::Result<Figures> {
        let scalar = |x: &Tensor| Ok::<_, candle_core::Error>(f64::from(x.to_scalar::<f32>()?));
        let of_sprites = |batch: &SpriteBatch| looked(&decode_sprites(net, batch, 0, device)?.0, &batch.real);
        let sprites = of_sprites(&self.sprites)?;
        let from_pixels = of_sprites(&self.from_pixels)?;
        let stuff = looked(&decode_stuff(net, &self.stuff, 0, device)?.0, &self.stuff.real)?;
        let large = self.large.as_ref().map(|batch| scalar(&of_sprites(batch)?.color)).transpose()?;
        let (sprite, material) = (scalar(&sprites.color)?, scalar(&stuff.color)?);
        let mut all = vec![
            ("val_loss", sprite + material + large.unwrap_or(0.0)),
            ("val_sprite_colour", sprite),
            ("val_sprite_alpha", scalar(&sprites.alpha)?),
            ("val_pixels_colour", scalar(&from_pixels.color)?),
            ("val_stuff_colour", material),
            ("val_stuff_alpha", scalar(&stuff.alpha)?),
        ];
        all.extend(large.map(|color| ("val_large_colour", color)));
        if let Some(own) = &self.own {
            all.extend(own.figures(net, device)?);
        }
        Ok(all)
    }
}
