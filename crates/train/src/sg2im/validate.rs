//! Figures on held-out scenes, during a run: quick ones; `scenewright eval` has the whole table.

use candle_core::{Result, Tensor};

use crate::batch::Batch;
use crate::loss::{LossWeights, binary_cross_entropy, l1, mean_square};
use crate::run::Figures;
use scenewright_model::sg2im::{Overrides, Sg2Im};
use scenewright_nn::device::noise;
use scenewright_nn::mode::Mode;
use scenewright_scene::UnitBox;

pub(super) const LOSS: &str = "val_loss";
pub(super) const DEAD_COORDINATES: &str = "val_dead_coordinates";
/// Columns of `metrics.csv`. The first seven are the means that [`figures`] computes, in their order.
pub(super) const COLUMNS: [&str; 9] = [
    LOSS,
    "val_L1_pixel_loss",
    "val_L1_pixel_loss_from_graph",
    "val_bbox_pred",
    "val_mask_loss",
    "val_relations_met",
    "val_box_iou",
    DEAD_COORDINATES,
    "val_d_obj_accuracy",
];

/// Means over batches of held-out scenes.
pub(crate) fn figures(net: &Sg2Im, batches: &[Batch], weights: &LossWeights) -> Result<Figures> {
    let mut sum = [0.0; 7];
    let mut dead = [true; 4];
    for (number, batch) in batches.iter().enumerate() {
        let (h, w) = net.config.image_size;
        let shape = (batch.graph.images, net.config.layout_noise_dim, h, w);
        let noise = (shape.1 > 0).then(|| noise(number as u64, shape, net.device())).transpose()?;
        let given = Overrides {
            boxes: Some(batch.boxes.clone()),
            masks: batch.masks.clone(),
            noise: noise.clone(),
            ..Default::default()
        };
        let with_layout = net.forward_t(&batch.graph, &given, Mode::Evaluate)?;
        let alone = Overrides { noise, repair: true, ..Default::default() };
        let from_graph = net.forward_t(&batch.graph, &alone, Mode::Evaluate)?;
        let scalar = |x: Tensor| Ok::<_, candle_core::Error>(f64::from(x.to_scalar::<f32>()?));
        let pixel = scalar(l1(&with_layout.image, &batch.images)?)?;
        let boxes = scalar(mean_square(&with_layout.boxes, &batch.boxes)?)?;
        let mask = match (&with_layout.masks, &batch.masks) {
            (Some(predicted), Some(wanted)) => scalar(binary_cross_entropy(predicted, wanted)?)?,
            _ => 0.0,
        };
        let rows = |boxes: &Tensor| Ok::<_, candle_core::Error>(to_boxes(&boxes.to_vec2::<f32>()?));
        let (predicted, wanted) = (rows(&with_layout.boxes)?, rows(&batch.boxes)?);
        for b in &predicted {
            [b.x0, b.y0, b.x1, b.y1].iter().zip(&mut dead).for_each(|(side, dead)| *dead &= *side == 0.0);
        }
        let (met, judged) = relations(batch, &predicted);
        let iou =
            predicted.iter().zip(&wanted).map(|(a, b)| f64::from(a.iou(b))).sum::<f64>() / wanted.len().max(1) as f64;
        let terms = [
            pixel * weights.l1_pixel_loss_weight
                + boxes * weights.bbox_pred_loss_weight
                + mask * weights.mask_loss_weight,
            pixel,
            scalar(l1(&from_graph.image, &batch.images)?)?,
            boxes,
            mask,
            met as f64 / judged.max(1) as f64,
            iou,
        ];
        sum.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term / batches.len() as f64);
    }
    let mut figures: Figures = COLUMNS.into_iter().zip(sum).collect();
    figures.push((DEAD_COORDINATES, dead.iter().filter(|dead| **dead).count() as f64));
    Ok(figures)
}

fn to_boxes(rows: &[Vec<f32>]) -> Vec<UnitBox> {
    rows.iter().map(|b| UnitBox { x0: b[0], y0: b[1], x1: b[2], y1: b[3] }).collect()
}

/// Relations met by these boxes, of those that boxes can decide.
fn relations(batch: &Batch, boxes: &[UnitBox]) -> (usize, usize) {
    let mut count = (0, 0);
    for (&[s, _, o], meaning) in batch.graph.triples.iter().zip(&batch.meanings) {
        let (Some(meaning), true) = (meaning, s != o) else { continue };
        let (subject, object) = (&boxes[s as usize], &boxes[o as usize]);
        // As scene::relation::judge: inverted and empty boxes meet nothing.
        let proper = |b: &UnitBox| b.x0 < b.x1 && b.y0 < b.y1;
        count.1 += 1;
        count.0 += usize::from(proper(subject) && proper(object) && meaning.is_met(subject, object));
    }
    count
}
