//! The network: a graph whose boxes are partly known -> for each object the distribution that its box is drawn from.
//!
//! Graph convolution as in sg2im, but each layer adds to what an object was before, and a box that is known goes in beside the category.

use candle_core::{Device, Result, Tensor};
use candle_nn::{Embedding, Linear, Module, VarBuilder};

use super::box_xyxy::BoxXyxy;
use super::config::GeometryConfig;
use super::mixture::{self, Mixture};
use crate::sg2im::graph::{Edges, Graph};
use crate::sg2im::graph_conv::TripleConv;
use scenewright_nn::activation::relu;
use scenewright_nn::mode::Mode;

/// Inputs that describe a box to the network: whether it is known, its corners, the logarithms of its sides.
pub const BOX_FEATURES: usize = 8;

#[derive(Clone, Debug)]
pub struct BoxNet {
    objects: Embedding,
    predicates: Embedding,
    known: Linear,
    convs: Vec<TripleConv>,
    mixes: Vec<Linear>,
    head: Linear,
    out: Linear,
    components: usize,
}

impl BoxNet {
    pub(crate) fn new(config: &GeometryConfig, vb: VarBuilder<'_>) -> Result<Self> {
        let (d, layers) = (config.width, 0..config.layers);
        let conv = |i| TripleConv::new(d, d, &config.conv(), vb.pp("gconvs").pp(i));
        let mix = |i| candle_nn::linear(d, d, vb.pp("mixes").pp(i));
        Ok(Self {
            objects: candle_nn::embedding(config.categories, d, vb.pp("obj_embeddings"))?,
            predicates: candle_nn::embedding(config.predicates, d, vb.pp("pred_embeddings"))?,
            known: candle_nn::linear(BOX_FEATURES, d, vb.pp("known"))?,
            convs: layers.clone().map(conv).collect::<Result<_>>()?,
            mixes: layers.map(mix).collect::<Result<_>>()?,
            head: candle_nn::linear(2 * d, config.hidden, vb.pp("head"))?,
            out: candle_nn::linear(config.hidden, config.components * mixture::NUMBERS, vb.pp("out"))?,
            components: config.components,
        })
    }

    /// Boxes `[O, BOX_FEATURES]` as [`features`] makes them, rows of the objects wanted `[F]` -> their mixtures `[F, K, NUMBERS]`.
    pub fn forward(&self, graph: &Graph, boxes: &Tensor, wanted: &Tensor) -> Result<Tensor> {
        let device = self.device();
        let edges = Edges::new(graph, device)?;
        let embedded = self.objects.forward(&Tensor::new(graph.objects.as_slice(), device)?)?; // [O, D]
        let mut objects = (&embedded + self.known.forward(boxes)?)?;
        let mut predicates = self.predicates.forward(&edges.predicates)?; // [T, D]
        for (conv, mix) in self.convs.iter().zip(&self.mixes) {
            // The gradient at ReLU's corner matters in both modes alike: there is no normalization here.
            let (o, p) = conv.forward(&objects, &predicates, &edges, Mode::Train)?;
            objects = (objects + mix.forward(&o)?)?;
            predicates = (predicates + p)?;
        }
        let rows = Tensor::cat(&[objects.index_select(wanted, 0)?, embedded.index_select(wanted, 0)?], 1)?; // [F, 2D]
        let hidden = relu(&self.head.forward(&rows)?)?;
        self.out.forward(&hidden)?.reshape(((), self.components, mixture::NUMBERS))
    }

    /// The same for one graph, whose boxes are known in part: mixtures of the rows wanted.
    pub(crate) fn mixtures(&self, graph: &Graph, boxes: &[Option<BoxXyxy>], wanted: &[u32]) -> Result<Vec<Mixture>> {
        let device = self.device();
        let values: Vec<f32> = boxes.iter().flat_map(|known| features(known.as_ref())).collect();
        let known = Tensor::from_vec(values, (boxes.len(), BOX_FEATURES), device)?;
        let out = self.forward(graph, &known, &Tensor::new(wanted, device)?)?.flatten_all()?.to_vec1::<f32>()?;
        Ok(out.chunks_exact(self.components * mixture::NUMBERS).map(Mixture::new).collect())
    }

    pub(crate) fn device(&self) -> &Device {
        self.objects.embeddings().device()
    }
}

/// What the network sees of a box; zeros where it is not known.
pub fn features(known: Option<&BoxXyxy>) -> [f32; BOX_FEATURES] {
    let Some(b) = known else { return [0.0; BOX_FEATURES] };
    let log = |side: f32| side.max(1e-3).ln() / 2.0 + 1.0;
    [
        1.0,
        2.0 * b.x0 - 1.0,
        2.0 * b.y0 - 1.0,
        2.0 * b.x1 - 1.0,
        2.0 * b.y1 - 1.0,
        log(b.width()),
        log(b.height()),
        b.y(),
    ]
}
