//! A batch of scene graphs as integers, and as the tensors that the networks read.

use candle_core::{Device, Result, Tensor};

/// One or more scene graphs, one image each. Objects of an image follow each other, its `__image__` node last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// Category of each object, `[O]`.
    pub objects: Vec<u32>,
    /// Subject (index into `objects`), predicate, object (index), `[T, 3]`.
    pub triples: Vec<[u32; 3]>,
    /// Which image each object belongs to, `[O]`.
    pub image_of_object: Vec<u32>,
    pub images: usize,
}

impl Graph {
    /// Joins graphs `(objects, triples)` into one batch, as sg2im does: indices of later graphs are shifted.
    pub fn batch<'a>(graphs: impl IntoIterator<Item = (&'a [u32], &'a [[u32; 3]])>) -> Self {
        let mut batch = Self::default();
        for (objects, triples) in graphs {
            let offset = batch.objects.len() as u32;
            batch.triples.extend(triples.iter().map(|&[s, p, o]| [s + offset, p, o + offset]));
            batch.objects.extend_from_slice(objects);
            batch.image_of_object.resize(batch.objects.len(), batch.images as u32);
            batch.images += 1;
        }
        batch
    }

    /// Indices of the objects of an image.
    pub fn objects_of(&self, image: usize) -> impl Iterator<Item = usize> + '_ {
        self.image_of_object.iter().enumerate().filter(move |(_, of)| **of as usize == image).map(|(i, _)| i)
    }
}

/// The triples as index tensors.
#[derive(Clone, Debug)]
pub(crate) struct Edges {
    /// `[T]`
    pub subjects: Tensor,
    /// `[T]`
    pub predicates: Tensor,
    /// `[T]`
    pub objects: Tensor,
    /// How often each object takes part, as subject or object (a self-relation counts twice), at least 1, `[O, 1]`.
    pub degrees: Tensor,
}

impl Edges {
    pub(crate) fn new(graph: &Graph, device: &Device) -> Result<Self> {
        let column = |i: usize| Tensor::from_iter(graph.triples.iter().map(move |t| t[i]), device);
        let mut degrees = vec![0f32; graph.objects.len()];
        for &[s, _, o] in &graph.triples {
            degrees[s as usize] += 1.0;
            degrees[o as usize] += 1.0;
        }
        degrees.iter_mut().for_each(|n| *n = n.max(1.0));
        let degrees = Tensor::from_vec(degrees, (graph.objects.len(), 1), device)?;
        Ok(Self { subjects: column(0)?, predicates: column(1)?, objects: column(2)?, degrees })
    }
}
