//! A network that learns more words: weights are taken over row by row, and rows of new words start as those of a word that they are like.

use super::user_sprites::NewWord;
use crate::run::{RunError, network};
use scenewright_model::checkpoint::ModelFolder;
pub use scenewright_model::collage::geometry::GeometryConfig;
use scenewright_model::collage::sprite::DETAILS;
use scenewright_nn::parameters::Parameters;
use scenewright_scene::vocab::Vocabulary;

/// Tables with a row for each object of the vocabulary.
const BY_OBJECT: [&str; 4] = [
    "sprite.class_embeddings.weight",
    "stuff.class_embeddings.weight",
    "geometry.boxes.obj_embeddings.weight",
    "geometry.order.cat_embeddings.weight",
];
/// A table with a row for each drawing.
const BY_DRAWING: &str = "sprite.variant_embeddings.weight";

/// Geometry for a vocabulary with more words: a new word has the priors of the one that it is like.
pub(crate) fn geometry(known: &GeometryConfig, vocab: &Vocabulary, new: &[NewWord]) -> GeometryConfig {
    let mut grown = known.clone();
    for word in new {
        let like = vocab.object_id(&word.like).map_or(0, |id| id.0 as usize);
        grown.priors.push(known.priors.get(like).copied().unwrap_or_default());
    }
    grown.categories = grown.priors.len();
    grown
}

/// Takes over the weights of a model. Tensors of the same shape are taken whole, tables that have grown row by row, convolutions that see
/// more channels for those that they saw; all others keep their first values.
pub(crate) fn take_weights(
    parameters: &Parameters,
    model: &ModelFolder,
    vocab: &Vocabulary,
    new: &[NewWord],
) -> Result<(), RunError> {
    for (name, var) in parameters.all() {
        let (Some(old), wanted) = (model.weights.shape(&name), var.dims().to_vec()) else { continue };
        let rows_alike = old.len() == wanted.len() && !old.is_empty() && old[1..] == wanted[1..];
        if old == wanted {
            parameters.set(&name, &model.weights.values(&name)?).map_err(network)?;
        } else if rows_alike && old[0] < wanted[0] {
            let row: usize = old[1..].iter().product();
            let mut values: Vec<f32> = var.flatten_all().and_then(|all| all.to_vec1()).map_err(network)?;
            let known = model.weights.values(&name)?;
            values[..known.len()].copy_from_slice(&known);
            for at in old[0]..wanted[0] {
                let start = if BY_OBJECT.contains(&name.as_str()) {
                    let like =
                        new.iter().find(|word| vocab.object_id(&word.name).is_some_and(|id| id.0 as usize == at));
                    like.and_then(|word| vocab.object_id(&word.like))
                        .map(|id| known[id.0 as usize * row..][..row].to_vec())
                } else if name == BY_DRAWING {
                    Some(drawn_like(&known, row, &values[at * row..][..row]))
                } else if name == DETAILS {
                    Some(vec![0.0; row])
                } else {
                    None
                };
                if let Some(start) = start {
                    values[at * row..][..row].copy_from_slice(&start);
                }
            }
            parameters.set(&name, &values).map_err(network)?;
        } else if let ([outputs, before, kernel @ ..], [same, now, ..]) = (old, &wanted[..])
            && (outputs, kernel.len(), kernel) == (same, 2, &wanted[2..])
            && before < now
        {
            let pixels: usize = kernel.iter().product();
            let mut values: Vec<f32> = var.flatten_all().and_then(|all| all.to_vec1()).map_err(network)?;
            let known = model.weights.values(&name)?;
            for (row, known) in values.chunks_exact_mut(now * pixels).zip(known.chunks_exact(before * pixels)) {
                row[..known.len()].copy_from_slice(known);
            }
            parameters.set(&name, &values).map_err(network)?;
        }
    }
    Ok(())
}

/// A row as those that are known (but the first, which stands for "any"): about their mean, as far from it as they are. Drawings that began in
/// one place would be distinguished only after long.
fn drawn_like(rows: &[f32], row: usize, rng: &[f32]) -> Vec<f32> {
    let count = (rows.len() / row.max(1)).saturating_sub(1).max(1) as f32;
    let column = |i: usize| rows.iter().skip(row + i).step_by(row);
    let spread = rng.iter().map(|d| d * d).sum::<f32>() / row.max(1) as f32;
    let unit = spread.sqrt().max(1e-6);
    let one = |i: usize| {
        let mean = column(i).sum::<f32>() / count;
        let variance = column(i).map(|v| (v - mean).powi(2)).sum::<f32>() / count;
        mean + variance.sqrt() * rng[i] / unit
    };
    (0..row).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::drawn_like;

    #[test]
    fn a_new_drawing_begins_among_the_others_and_apart_from_each() {
        // The first row is "any" and does not count; columns about 5 and -1.
        let rows = [90.0, 90.0, 4.0, -1.5, 6.0, -0.5];
        let one = drawn_like(&rows, 2, &[0.5, -0.5]);
        assert_eq!(one, [6.0, -1.5]);
        assert_ne!(one, drawn_like(&rows, 2, &[-3.0, 3.0]));
        assert_eq!(drawn_like(&rows, 2, &[0.0, 0.0]), [5.0, -1.0]);
    }
}
