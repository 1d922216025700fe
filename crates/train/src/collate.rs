//! From samples to batches: names to numbers, pictures to normalized tensors.

use candle_core::{Device, Result, Tensor};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::batch::Batch;
use super::config::DataConfig;
pub use scenewright_data::{Mask, Rgb, Sample};
use scenewright_model::pixels::normalize;
use scenewright_model::sg2im::graph::Graph;
use scenewright_scene::UnitBox;
use scenewright_scene::encode::object_id;
use scenewright_scene::relation::{PredicateKind, mirrored_predicate, predicate_kind};
use scenewright_scene::vocab::{Vocabulary, VocabularyError};

/// Words for the light that may be part of a name. A clear day is not said.
const LIGHTS: [&str; 6] = ["morning", "evening", "night", "cloudy", "foggy", "snowy"];

/// The words that a network trained by this configuration knows.
pub(crate) fn vocabulary(data: &DataConfig) -> std::result::Result<Vocabulary, VocabularyError> {
    let lit = |name: &'_ String| LIGHTS.map(|light| format!("{light} {name}"));
    let more: Vec<(String, &str)> =
        data.light_of.iter().flat_map(|name| lit(name).into_iter().map(move |lit| (lit, name.as_str()))).collect();
    Vocabulary::illustrated().with_objects(&more)
}

/// Makes batches of one vocabulary.
pub(crate) struct Collator {
    vocab: Vocabulary,
    keep_relations: [f64; 2],
    no_relations: bool,
    flip: bool,
    /// By predicate.
    meanings: Vec<Option<PredicateKind>>,
}

/// A batch as plain numbers, made by a loader's thread.
#[derive(Clone, Debug, Default)]
pub(crate) struct HostBatch {
    pub graph: Graph,
    /// `[N, 3, side, side]`
    pub images: Vec<f32>,
    /// `[O, 4]`
    pub boxes: Vec<f32>,
    /// `[O, M, M]`
    pub masks: Vec<f32>,
    pub side: usize,
    pub mask_side: Option<usize>,
    pub meanings: Vec<Option<PredicateKind>>,
}

impl Collator {
    pub(crate) fn new(vocab: Vocabulary, data: &DataConfig, no_relations: bool) -> Self {
        let meanings = (0..vocab.predicate_count() as u32)
            .map(|id| predicate_kind(vocab.predicate_name(scenewright_scene::vocab::PredicateId(id))))
            .collect();
        Self { vocab, keep_relations: data.keep_relations, no_relations, flip: data.flip, meanings }
    }

    pub(crate) fn vocab(&self) -> &Vocabulary {
        &self.vocab
    }

    /// Objects that the vocabulary lacks are left out, with their relations. `thin`: draw which relations are kept.
    pub(crate) fn collate(
        &self,
        samples: &[Sample],
        mask_side: Option<usize>,
        pictures: bool,
        thin: bool,
    ) -> HostBatch {
        let mut batch = HostBatch { mask_side, ..Default::default() };
        let mut graphs = Vec::with_capacity(samples.len());
        for sample in samples {
            // Another bit of the seed than those of the split.
            let mirrored = (thin && self.flip && sample.seed & 16 != 0).then(|| mirrored(sample));
            let sample = mirrored.as_ref().unwrap_or(sample);
            batch.side = sample.image.width;
            if pictures {
                normalize(&sample.image.pixels, &mut batch.images);
            }
            graphs.push(self.graph(sample, thin, &mut batch));
        }
        batch.graph = Graph::batch(graphs.iter().map(|(objects, triples)| (objects.as_slice(), triples.as_slice())));
        batch.meanings =
            batch.graph.triples.iter().map(|t| self.meanings.get(t[1] as usize).copied().flatten()).collect();
        batch
    }

    fn graph(&self, sample: &Sample, thin: bool, batch: &mut HostBatch) -> (Vec<u32>, Vec<[u32; 3]>) {
        let mut objects = Vec::with_capacity(sample.objects.len() + 1);
        let mut rows = vec![None; sample.objects.len()];
        for (object, row) in sample.objects.iter().zip(&mut rows) {
            let Some(id) = object_id(&object.name, &object.attributes, &self.vocab) else { continue };
            *row = Some(objects.len() as u32);
            objects.push(id.0);
            let b = object.bounds;
            batch.boxes.extend([b.x0, b.y0, b.x1, b.y1]);
            if let Some(side) = batch.mask_side {
                batch.masks.extend(object.mask.sampled(side));
            }
        }
        let mut rng = ChaCha8Rng::seed_from_u64(sample.seed);
        let [low, high] = self.keep_relations;
        let share = if thin { rng.random_range(low..=high) } else { 1.0 };
        let mut triples = Vec::with_capacity(sample.relations.len() + objects.len());
        for (subject, predicate, object) in sample.relations.iter().filter(|_| !self.no_relations) {
            let kept = share >= 1.0 || rng.random_bool(share);
            let ends = (rows.get(*subject).copied().flatten(), rows.get(*object).copied().flatten());
            if let (true, (Some(s), Some(o)), Some(p)) = (kept, ends, self.vocab.predicate_id(predicate)) {
                triples.push([s, p.0, o]);
            }
        }
        let image = objects.len() as u32;
        let in_image = self.vocab.in_image_predicate().0;
        triples.extend((0..image).map(|row| [row, in_image, image]));
        objects.push(self.vocab.image_object().0);
        batch.boxes.extend([0.0, 0.0, 1.0, 1.0]);
        if let Some(side) = batch.mask_side {
            batch.masks.extend(std::iter::repeat_n(1.0, side * side));
        }
        (objects, triples)
    }
}

impl HostBatch {
    pub(crate) fn to_device(&self, device: &Device) -> Result<Batch> {
        let (n, o, s) = (self.graph.images, self.graph.objects.len(), self.side);
        let pictures = if self.images.is_empty() { 0 } else { n };
        Ok(Batch {
            images: Tensor::from_slice(&self.images, (pictures, 3, s, s), device)?,
            graph: self.graph.clone(),
            boxes: Tensor::from_slice(&self.boxes, (o, 4), device)?,
            masks: self.mask_side.map(|m| Tensor::from_slice(&self.masks, (o, m, m), device)).transpose()?,
            meanings: self.meanings.clone(),
        })
    }
}

/// The same scene seen in a mirror.
fn mirrored(sample: &Sample) -> Sample {
    let mut sample = sample.clone();
    let Rgb { width, pixels, .. } = &mut sample.image;
    flip_rows(pixels, *width, 3);
    for object in &mut sample.objects {
        let b = object.bounds;
        object.bounds = UnitBox { x0: 1.0 - b.x1, x1: 1.0 - b.x0, ..b };
        let Mask { width, alpha, .. } = &mut object.mask;
        flip_rows(alpha, *width, 1);
        object.mirrored = !object.mirrored;
    }
    for (_, predicate, _) in &mut sample.relations {
        let mirror = mirrored_predicate(predicate);
        if mirror != predicate {
            *predicate = mirror.to_owned();
        }
    }
    sample
}

/// Turns every row of `width` values of `depth` bytes round.
fn flip_rows(bytes: &mut [u8], width: usize, depth: usize) {
    for row in bytes.chunks_exact_mut((width * depth).max(1)) {
        for x in 0..width / 2 {
            for channel in 0..depth {
                row.swap(x * depth + channel, (width - 1 - x) * depth + channel);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_change_in_a_mirror_however_they_are_said() {
        for (said, seen) in [
            ("left of", "right of"),
            ("left", "right of"),
            ("to the right of", "left of"),
            ("on the left of", "right of"),
            ("above", "above"),
            ("wearing", "wearing"),
            ("left behind", "left behind"),
        ] {
            let image = Rgb { width: 1, height: 1, pixels: vec![0; 3] };
            let relations = vec![(0, said.to_owned(), 1)];
            let sample = Sample { seed: 0, kind: None, image, objects: Vec::new(), relations };
            assert_eq!(mirrored(&sample).relations[0].1, seen);
        }
    }
}
