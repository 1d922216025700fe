//! Network that places objects: from a scene graph with some known boxes, predicts for each object a mixture density over
//! its box.
//!
//! Graph convolution as in sg2im, with residual connections; the known boxes are added to the category embeddings.
//!
//! Shapes: O objects, T triples, D width of the network, F objects to predict, K components of a mixture.

use candle_core::{Device, Result, Tensor};
use candle_nn::{Embedding, Linear, Module, VarBuilder};

use super::box_xyxy::{BoxXyxy, MIN_SIDE};
use super::config::GeometryConfig;
use super::mixture::{self, Mixture};
use crate::sg2im::graph::{Edges, Graph};
use crate::sg2im::graph_conv::TripleConv;
use scenewright_nn::activation::relu;
use scenewright_nn::mode::Mode;

/// Features of a box: known flag, corners (4), log width and log height, center y.
pub const BOX_FEATURES: usize = 8;

/// Predicts a mixture density over the box of an object.
#[derive(Clone, Debug)]
pub struct BoxMixtureNet {
    objects: Embedding,
    predicates: Embedding,
    box_projection: Linear,
    convs: Vec<TripleConv>,
    residual_projections: Vec<Linear>,
    hidden_layer: Linear,
    output_layer: Linear,
    components: usize,
}

impl BoxMixtureNet {
    pub(crate) fn new(config: &GeometryConfig, vb: VarBuilder<'_>) -> Result<Self> {
        let (d, layer_range) = (config.width, 0..config.layers);
        let conv = |i| TripleConv::new(d, d, &config.conv(), vb.pp("gconvs").pp(i));
        let residual_projection = |i| candle_nn::linear(d, d, vb.pp("mixes").pp(i));
        Ok(Self {
            objects: candle_nn::embedding(config.categories, d, vb.pp("obj_embeddings"))?,
            predicates: candle_nn::embedding(config.predicates, d, vb.pp("pred_embeddings"))?,
            box_projection: candle_nn::linear(BOX_FEATURES, d, vb.pp("known"))?,
            convs: layer_range.clone().map(conv).collect::<Result<_>>()?,
            residual_projections: layer_range.map(residual_projection).collect::<Result<_>>()?,
            hidden_layer: candle_nn::linear(2 * d, config.hidden, vb.pp("head"))?,
            output_layer: candle_nn::linear(
                config.hidden,
                config.components * mixture::VALUES_PER_COMPONENT,
                vb.pp("out"),
            )?,
            components: config.components,
        })
    }

    /// box features `[O, BOX_FEATURES]` (see [`box_features`]), indices of the objects to predict `[F]` -> mixture
    /// parameters `[F, K, VALUES_PER_COMPONENT]`
    pub fn forward(&self, graph: &Graph, box_features: &Tensor, object_indices: &Tensor) -> Result<Tensor> {
        let device = self.device();
        let edges = Edges::new(graph, device)?;
        let embedded = self.objects.forward(&Tensor::new(graph.objects.as_slice(), device)?)?; // [O, D]
        let mut objects = (&embedded + self.box_projection.forward(box_features)?)?;
        let mut predicates = self.predicates.forward(&edges.predicates)?; // [T, D]
        for (conv, projection) in self.convs.iter().zip(&self.residual_projections) {
            // Mode::Train selects the ReLU with PyTorch's gradient at 0. The modes do not differ otherwise: there is no
            // batch normalization.
            let (object_update, predicate_update) = conv.forward(&objects, &predicates, &edges, Mode::Train)?;
            objects = (objects + projection.forward(&object_update)?)?;
            predicates = (predicates + predicate_update)?;
        }
        let selected = [&objects, &embedded].map(|vectors| vectors.index_select(object_indices, 0));
        let [objects, embedded] = selected;
        let hidden = relu(&self.hidden_layer.forward(&Tensor::cat(&[objects?, embedded?], 1)?)?)?; // from [F, 2D]
        self.output_layer.forward(&hidden)?.reshape(((), self.components, mixture::VALUES_PER_COMPONENT))
    }

    /// Predicts the mixtures of the given objects of one graph. `boxes[i]` is `None` if the box of object i is unknown.
    pub(crate) fn predict(
        &self,
        graph: &Graph,
        boxes: &[Option<BoxXyxy>],
        object_indices: &[u32],
    ) -> Result<Vec<Mixture>> {
        let device = self.device();
        let values: Vec<f32> = boxes.iter().flat_map(|known| box_features(known.as_ref())).collect();
        let box_features = Tensor::from_vec(values, (boxes.len(), BOX_FEATURES), device)?;
        let parameters = self.forward(graph, &box_features, &Tensor::new(object_indices, device)?)?;
        let parameters = parameters.flatten_all()?.to_vec1::<f32>()?;
        Ok(parameters.chunks_exact(self.components * mixture::VALUES_PER_COMPONENT).map(Mixture::new).collect())
    }

    pub(crate) fn device(&self) -> &Device {
        self.objects.embeddings().device()
    }
}

/// Encodes a box for the network; all zeros if it is unknown.
pub fn box_features(known: Option<&BoxXyxy>) -> [f32; BOX_FEATURES] {
    let Some(b) = known else { return [0.0; BOX_FEATURES] };
    // Maps sides of 1 and e^-4 to 1 and -1.
    let log = |side: f32| side.max(MIN_SIDE).ln() / 2.0 + 1.0;
    [
        1.0,
        2.0 * b.x0 - 1.0,
        2.0 * b.y0 - 1.0,
        2.0 * b.x1 - 1.0,
        2.0 * b.y1 - 1.0,
        log(b.width()),
        log(b.height()),
        b.center_y(),
    ]
}
