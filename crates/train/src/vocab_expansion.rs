//! A network's weights for more words than it has learned: each new word begins as the mean of its group.

pub use scenewright_model::checkpoint::{Weights, WeightsError};
use scenewright_scene::vocab::{ObjectId, PredicateId, Vocabulary};

/// For every new row of a table the old rows whose mean it begins as.
pub(crate) struct Growth {
    objects: Table,
    predicates: Table,
}

struct Table {
    old: usize,
    parents: Vec<Vec<usize>>,
}

impl Growth {
    /// `new` holds the words of `old` under their numbers, and more behind them.
    pub(crate) fn new(old: &Vocabulary, new: &Vocabulary) -> Self {
        let image = old.image_object().0 as usize;
        let known: Vec<usize> = old.objects().map(|(id, _)| id.0 as usize).filter(|row| *row != image).collect();
        let group = |row: usize| new.group_of(new.object_name(ObjectId(row as u32)));
        let object = |row: usize| {
            let own = group(row);
            let like: Vec<usize> = known.iter().copied().filter(|&old| own.is_some() && group(old) == own).collect();
            if like.is_empty() { known.clone() } else { like }
        };
        let relations: Vec<usize> = old.predicates().map(|(id, _)| id.0 as usize).collect();
        let predicate = |row: usize| {
            let meaning =
                |row: usize| scenewright_scene::relation::predicate_kind(new.predicate_name(PredicateId(row as u32)));
            let own = meaning(row);
            let like: Vec<usize> =
                relations.iter().copied().filter(|&old| own.is_some() && meaning(old) == own).collect();
            if like.is_empty() { relations.clone() } else { like }
        };
        let (objects, predicates) = (old.object_count(), old.predicate_count());
        Self {
            objects: Table { old: objects, parents: (objects..new.object_count()).map(object).collect() },
            predicates: Table {
                old: predicates,
                parents: (predicates..new.predicate_count()).map(predicate).collect(),
            },
        }
    }

    /// The values of a tensor of the old network, called `stored` in its file, for the new one, which has `wanted` values.
    pub(crate) fn values(
        &self,
        name: &str,
        stored: &str,
        weights: &Weights,
        wanted: usize,
    ) -> Result<Vec<f32>, WeightsError> {
        let values = weights.values(stored)?;
        if values.len() == wanted {
            return Ok(values);
        }
        let rows = weights.shape(stored).and_then(|shape| shape.first()).copied().unwrap_or(1).max(1);
        let width = values.len() / rows;
        let table = match name {
            "obj_embeddings.weight" => &self.objects,
            "pred_embeddings.weight" => &self.predicates,
            _ if name.starts_with("rel_aux_net.") => &self.predicates,
            _ if name.contains("obj_classifier.") => &self.objects,
            _ => return Ok(values),
        };
        Ok(grown(&values, width, table))
    }
}

/// Old rows, new rows, and what stood behind the old ones (the embedding's last row, which nothing uses).
fn grown(values: &[f32], width: usize, table: &Table) -> Vec<f32> {
    let (old, behind) = values.split_at((table.old * width).min(values.len()));
    let mut out = old.to_vec();
    for parents in &table.parents {
        let count = parents.len().max(1) as f32;
        let mean = |column: usize| {
            parents.iter().map(|&row| old.get(row * width + column).copied().unwrap_or(0.0)).sum::<f32>() / count
        };
        out.extend((0..width).map(mean));
    }
    out.extend_from_slice(behind);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_words_begin_as_the_mean_of_their_group() {
        let old = Vocabulary::illustrated();
        let new = old
            .with_words(&["zebra crossing".into(), "zorble".into(), "Giraffe".into()], &["orbiting".into()])
            .unwrap();
        let growth = Growth::new(&old, &new);
        let names = |row: usize| -> Vec<&str> {
            growth.objects.parents[row].iter().map(|&row| old.object_name(ObjectId(row as u32))).collect()
        };
        assert_eq!(growth.objects.parents.len(), new.object_count() - old.object_count());
        let zorble = new.object_id("zorble").unwrap().0 as usize - old.object_count();
        assert_eq!(names(zorble).len(), old.objects().count(), "no group: the mean of all");
        if let Some(giraffe) = (new.object_id("giraffe").unwrap().0 as usize).checked_sub(old.object_count()) {
            let like = names(giraffe);
            assert!(like.contains(&"sheep") && !like.contains(&"house"), "{like:?}");
        }
        assert_eq!(growth.predicates.parents.len(), 1);
        let table = Table { old: 3, parents: vec![vec![0, 2], vec![1]] };
        assert_eq!(
            grown(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 9.0, 9.0], 2, &table),
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 3.0, 4.0, 3.0, 4.0, 9.0, 9.0]
        );
    }
}
