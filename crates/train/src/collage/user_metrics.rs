//! How well the user's own drawings are learned: those trained on, and those of held-out pictures.

use candle_core::{Device, Result, Tensor};

use super::samples::SpriteSample;
use super::step::{SpriteBatch, decode_sprites};
use scenewright_model::collage::Collage;
use scenewright_model::collage::config::SIDE;
use scenewright_model::collage::light::Pixels;

/// Columns of the metrics.
pub(crate) const COLUMNS: [&str; 5] =
    ["val_own_colour", "val_own_overlap", "val_own_recognised", "val_unseen_colour", "val_unseen_overlap"];

/// Drawings are compared at this side, pixels.
const COMPARED_AT: usize = 16;

/// What the user's own drawings are measured by.
pub(crate) struct OwnHeldOut {
    /// Own drawings, in plain light, their rows said.
    said: SpriteBatch,
    classes: Vec<u32>,
    /// From held-out pictures: only their pixels are given.
    unseen: Option<SpriteBatch>,
    /// Category and small picture of every drawing, the program's own too.
    gallery: Vec<(u32, Vec<f32>)>,
}

impl OwnHeldOut {
    pub(crate) fn new(
        own: &[SpriteSample],
        unseen: &[SpriteSample],
        all: &[SpriteSample],
        device: &Device,
    ) -> Result<Self> {
        let small = |sample: &SpriteSample| {
            let planar: Vec<f32> = (0..4)
                .flat_map(|c| sample.pixels.iter().skip(c).step_by(4).map(|&byte| f32::from(byte) / 255.0))
                .collect();
            (sample.class, shrunk(&planar))
        };
        let batch = |samples: &[SpriteSample], from_pixels| SpriteBatch::new(samples, from_pixels, device);
        Ok(Self {
            said: batch(own, 0)?,
            classes: own.iter().map(|sample| sample.class).collect(),
            unseen: if unseen.is_empty() { None } else { Some(batch(unseen, unseen.len())?) },
            gallery: all.iter().map(small).collect(),
        })
    }

    pub(crate) fn figures(&self, net: &Collage, device: &Device) -> Result<Vec<(&'static str, f64)>> {
        let (seen, _) = decode_sprites(net, &self.said, 0, device)?;
        let (color, overlap) = apart(&seen, &self.said.real)?;
        let mut figures = vec![(COLUMNS[0], color), (COLUMNS[1], overlap), (COLUMNS[2], self.recognized(&seen)?)];
        if let Some(unseen) = &self.unseen {
            let (color, overlap) = apart(&decode_sprites(net, unseen, 0, device)?.0, &unseen.real)?;
            figures.extend([(COLUMNS[3], color), (COLUMNS[4], overlap)]);
        }
        Ok(figures)
    }

    /// Share of the decoded drawings to which the most similar real drawing is one of the same word.
    fn recognized(&self, seen: &Pixels) -> Result<f64> {
        let all: Vec<f32> = Tensor::cat(&[&seen.color, &seen.alpha], 1)?.flatten_all()?.to_vec1()?;
        let mut right = 0;
        for (pixels, class) in all.chunks_exact(4 * SIDE * SIDE).zip(&self.classes) {
            let small = shrunk(pixels);
            let apart = |other: &[f32]| -> f32 { small.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum() };
            let nearest = self.gallery.iter().min_by(|(_, a), (_, b)| apart(a).total_cmp(&apart(b)));
            right += usize::from(nearest.is_some_and(|(found, _)| found == class));
        }
        Ok(right as f64 / self.classes.len().max(1) as f64)
    }
}

/// Mean distance of the premultiplied colors; intersection over union of what is covered by half or more.
fn apart(seen: &Pixels, real: &Tensor) -> Result<(f64, f64)> {
    let color = (&seen.color - real.narrow(1, 0, 3)?)?.abs()?.mean_all()?.to_scalar::<f32>()?;
    let covered = |alpha: &Tensor| alpha.ge(0.5)?.to_dtype(candle_core::DType::F32);
    let (a, b) = (covered(&seen.alpha)?, covered(&real.narrow(1, 3, 1)?)?);
    let both = (&a * &b)?.sum((1, 2, 3))?;
    let either = ((a.sum((1, 2, 3))? + b.sum((1, 2, 3))?)? - &both)?;
    let overlap = (both / either.clamp(1.0, f64::MAX)?)?.mean_all()?.to_scalar::<f32>()?;
    Ok((f64::from(color), f64::from(overlap)))
}

/// Four planes of 64 × 64, averaged over squares.
fn shrunk(planes: &[f32]) -> Vec<f32> {
    let cell = SIDE / COMPARED_AT;
    let mut small = vec![0.0; 4 * COMPARED_AT * COMPARED_AT];
    for (i, value) in planes.iter().enumerate() {
        let (plane, y, x) = (i / (SIDE * SIDE), i / SIDE % SIDE, i % SIDE);
        small[plane * COMPARED_AT * COMPARED_AT + y / cell * COMPARED_AT + x / cell] += value / (cell * cell) as f32;
    }
    small
}
