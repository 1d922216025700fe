//! *Image Generation from Scene Graphs* (Johnson, Gupta, Fei-Fei, CVPR 2018), as google/sg2im does it.
//!
//! [`Sg2Im`] is the network in candle operations: exact, differentiable, on every device. [`plan::InferencePlan`] is the same network folded for inference
//! on the CPU, several times as fast. Both give the same [`Outputs`].

pub mod box_constraint;
pub mod config;
pub mod graph;
pub mod graph_conv;
mod graph_plan;
pub mod layout;
mod layout_plan;
pub mod mask_net;
pub mod plan;
pub mod refine;

use candle_core::{Device, Result, Tensor};
use candle_nn::{Embedding, Linear, Module, VarBuilder};

use box_constraint::BoxConstraint;
use config::Sg2ImConfig;
use graph::{Edges, Graph};
use graph_conv::TripleConv;
use layout::Factored;
use mask_net::MaskNet;
use refine::RefinementNetwork;
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::mlp::Mlp;
use scenewright_nn::mode::Mode;

/// What the network makes of a batch of graphs.
#[derive(Clone, Debug)]
pub struct Outputs {
    /// `[N, 3, H, W]`, normalized by ImageNet's statistics.
    pub image: Tensor,
    /// Predicted, `[O, 4]`, corners in units of the picture; ReLU keeps them from being negative, nothing keeps them in order.
    pub boxes: Tensor,
    /// Those of the layout, `[O, 4]`: predicted, given or pinned.
    pub layout_boxes: Tensor,
    /// `[O, M, M]` in 0..=1; none without a mask net.
    pub masks: Option<Tensor>,
    /// Predicate scores of each triple, `[T, P]`.
    pub relation_scores: Tensor,
}

/// What is given to the network instead of being predicted or drawn.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `[O, 4]`: the boxes of the layout.
    pub boxes: Option<Tensor>,
    /// Boxes of single objects instead of the predicted ones.
    pub kept: Vec<(usize, [f32; 4])>,
    /// Beyond sg2im: constraints on the boxes that are predicted or kept.
    pub constraints: Vec<BoxConstraint>,
    /// Boxes of single objects that nothing changes.
    pub pins: Vec<(usize, [f32; 4])>,
    /// Beyond sg2im: widen boxes without width or height, which would make the whole picture NaN.
    pub repair: bool,
    /// `[O, M, M]`: the masks of the layout.
    pub masks: Option<Tensor>,
    /// `[N, Z, H, W]`, standard normal; drawn by the caller, in evaluation too. May be absent only where Z is 0.
    pub noise: Option<Tensor>,
}

impl Overrides {
    /// The boxes of the layout, `[O, 4]`.
    fn layout_boxes(&self, predicted: &Tensor) -> Result<Tensor> {
        let boxes = self.boxes.as_ref().unwrap_or(predicted);
        if self.kept.is_empty() && self.constraints.is_empty() && self.pins.is_empty() && !self.repair {
            return Ok(boxes.clone());
        }
        let mut rows = boxes.to_vec2::<f32>()?;
        put(&self.kept, &mut rows);
        for constraint in &self.constraints {
            if let Some(row) =
                rows.get_mut(constraint.object).and_then(|row| <&mut [f32; 4]>::try_from(&mut row[..]).ok())
            {
                constraint.apply_constraints(row);
            }
        }
        put(&self.pins, &mut rows);
        if self.repair {
            rows.iter_mut().for_each(|row| repair(row));
        }
        Tensor::new(rows, boxes.device())
    }
}

fn put(boxes: &[(usize, [f32; 4])], rows: &mut [Vec<f32>]) {
    for (object, corners) in boxes {
        if let Some(row) = rows.get_mut(*object) {
            row.copy_from_slice(corners);
        }
    }
}

/// Sides shorter than this (a tenth of a pixel at 128) are widened to it.
const MIN_SIDE: f32 = 1e-3;

fn repair(sides: &mut [f32]) {
    for low in 0..2 {
        let (a, b) = (sides[low], sides[low + 2]);
        if !(a.is_finite() && b.is_finite()) {
            (sides[low], sides[low + 2]) = (0.0, MIN_SIDE);
        } else if (b - a).abs() < MIN_SIDE {
            sides[low + 2] = a + if b < a { -MIN_SIDE } else { MIN_SIDE };
        }
    }
}

/// Sees intermediate values by name: `gconv0_obj`, `gconv0_pred`, `mask_logits`, `layout`, `crn0` ... (the goldens' names).
/// The value is made only when it is asked for.
pub(crate) type Probe<'a> = &'a mut (dyn FnMut(&str, &dyn Fn() -> Result<Tensor>) + Send);

/// With no layers at all sg2im has one linear map instead.
#[derive(Clone, Debug)]
enum GraphConv {
    Linear(Linear),
    Layers(Vec<TripleConv>),
}

/// The part of the network that sees the graph: vectors, boxes, masks, relation scores.
#[derive(Clone, Debug)]
pub struct GraphNet {
    object_embeddings: Embedding,
    predicate_embeddings: Embedding,
    gconv: GraphConv,
    box_net: Mlp,
    mask_net: Option<MaskNet>,
    rel_aux_net: Mlp,
}

/// Graph side of the outputs.
#[derive(Clone, Debug)]
pub(crate) struct Objects {
    /// `[O, D]`
    pub vectors: Tensor,
    /// `[O, 4]`
    pub boxes: Tensor,
    /// `[T, P]`
    pub relation_scores: Tensor,
}

impl GraphNet {
    fn new(config: &Sg2ImConfig, objects: usize, predicates: usize, vb: VarBuilder<'_>) -> Result<Self> {
        let (e, d, hidden) = (config.embedding_dim, config.gconv_dim, config.gconv_hidden_dim);
        let bn = config.mlp_batch_norm();
        let gconv = if config.gconv_num_layers == 0 {
            GraphConv::Linear(candle_nn::linear(e, d, vb.pp("gconv"))?)
        } else {
            let first = TripleConv::new(e, d, config, vb.pp("gconv"));
            let rest = (1..config.gconv_num_layers)
                .map(|i| TripleConv::new(d, d, config, vb.pp("gconv_net.gconvs").pp(i - 1)));
            GraphConv::Layers(std::iter::once(first).chain(rest).collect::<Result<_>>()?)
        };
        Ok(Self {
            // sg2im keeps one row more than there are objects; nothing uses it.
            object_embeddings: candle_nn::embedding(objects + 1, e, vb.pp("obj_embeddings"))?,
            predicate_embeddings: candle_nn::embedding(predicates, e, vb.pp("pred_embeddings"))?,
            gconv,
            box_net: Mlp::new(&[d, hidden, 4], bn, vb.pp("box_net"))?,
            mask_net: config.masks().map(|m| MaskNet::new(d, m, vb.pp("mask_net"))).transpose()?,
            rel_aux_net: Mlp::new(&[2 * e + 8, hidden, predicates], bn, vb.pp("rel_aux_net"))?,
        })
    }

    pub(crate) fn forward(&self, graph: &Graph, mode: Mode, probe: Probe<'_>) -> Result<Objects> {
        let device = self.object_embeddings.embeddings().device();
        let edges = Edges::new(graph, device)?;
        let embedded = self.object_embeddings.forward(&Tensor::new(graph.objects.as_slice(), device)?)?; // [O, E]
        let vectors = match &self.gconv {
            GraphConv::Linear(linear) => linear.forward(&embedded)?,
            GraphConv::Layers(layers) => {
                let mut objects = embedded.clone();
                let mut predicates = self.predicate_embeddings.forward(&edges.predicates)?; // [T, E]
                for (i, layer) in layers.iter().enumerate() {
                    (objects, predicates) = layer.forward(&objects, &predicates, &edges, mode)?;
                    probe(&format!("gconv{i}_obj"), &|| Ok(objects.clone()));
                    probe(&format!("gconv{i}_pred"), &|| Ok(predicates.clone()));
                }
                objects
            }
        };
        let boxes = self.box_net.forward_t(&vectors, mode)?;
        let ends = |x: &Tensor| -> Result<[Tensor; 2]> {
            Ok([x.index_select(&edges.subjects, 0)?, x.index_select(&edges.objects, 0)?])
        };
        let ([s_box, o_box], [s_vec, o_vec]) = (ends(&boxes)?, ends(&embedded)?);
        let relation_scores = self.rel_aux_net.forward_t(&Tensor::cat(&[s_box, o_box, s_vec, o_vec], 1)?, mode)?;
        Ok(Objects { vectors, boxes, relation_scores })
    }
}

/// The whole network.
// sg2im: model.py, Sg2ImModel
#[derive(Clone, Debug)]
pub struct Sg2Im {
    pub config: Sg2ImConfig,
    pub graph_net: GraphNet,
    pub refinement: RefinementNetwork,
}

impl Sg2Im {
    /// `objects`, `predicates`: sizes of the vocabulary. Tensor names are sg2im's.
    pub fn new(config: &Sg2ImConfig, objects: usize, predicates: usize, vb: VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            config: config.clone(),
            graph_net: GraphNet::new(config, objects, predicates, vb.clone())?,
            refinement: RefinementNetwork::new(config, vb.pp("refinement_net"))?,
        })
    }

    pub fn device(&self) -> &Device {
        self.graph_net.object_embeddings.embeddings().device()
    }

    pub fn forward(&self, graph: &Graph, given: &Overrides) -> Result<Outputs> {
        self.forward_watched(graph, given, &mut |_, _| {})
    }

    /// As [`Sg2Im::forward`]; `None` where `cancel` ended it between two stages.
    pub fn forward_cancellable(
        &self,
        graph: &Graph,
        given: &Overrides,
        cancel: &CancellationToken,
    ) -> Result<Option<Outputs>> {
        self.run(graph, given, Mode::Evaluate, &mut |_, _| {}, cancel)
    }

    /// To learn, or not.
    pub fn forward_t(&self, graph: &Graph, given: &Overrides, mode: Mode) -> Result<Outputs> {
        uncancelled(self.run(graph, given, mode, &mut |_, _| {}, &CancellationToken::new())?)
    }

    /// What the graph alone decides: predicted boxes `[O, 4]`, masks `[O, M, M]`, relation scores `[T, P]`; no picture.
    pub fn layout_in(&self, graph: &Graph, mode: Mode) -> Result<(Tensor, Option<Tensor>, Tensor)> {
        let objects = self.graph_net.forward(graph, mode, &mut |_, _| {})?;
        let masks = self.masks(&objects.vectors, mode, &mut |_, _| {})?;
        Ok((objects.boxes, masks, objects.relation_scores))
    }

    /// object vectors `[O, D]` -> masks `[O, M, M]`
    fn masks(&self, vectors: &Tensor, mode: Mode, probe: Probe<'_>) -> Result<Option<Tensor>> {
        let Some(net) = &self.graph_net.mask_net else { return Ok(None) };
        let logits = net.forward_t(vectors, mode)?;
        probe("mask_logits", &|| Ok(logits.clone()));
        Ok(Some(candle_nn::ops::sigmoid(&logits.squeeze(1)?)?))
    }

    pub fn forward_watched(&self, graph: &Graph, given: &Overrides, probe: Probe<'_>) -> Result<Outputs> {
        uncancelled(self.run(graph, given, Mode::Evaluate, probe, &CancellationToken::new())?)
    }

    /// `None` where it was cancelled. Only inference asks `cancel` between the refinement modules: a step of training is done whole.
    fn run(
        &self,
        graph: &Graph,
        given: &Overrides,
        mode: Mode,
        probe: Probe<'_>,
        cancel: &CancellationToken,
    ) -> Result<Option<Outputs>> {
        let objects = self.graph_net.forward(graph, mode, probe)?;
        let masks = self.masks(&objects.vectors, mode, probe)?;
        let in_boxes = given.layout_boxes(&objects.boxes)?;
        if cancel.is_cancelled() {
            return Ok(None);
        }
        let in_masks = masks.as_ref().map(|predicted| given.masks.as_ref().unwrap_or(predicted));
        let warped = layout::warped_masks(in_masks, &in_boxes, self.config.image_size)?;
        let compose = || layout::compose(&objects.vectors, &warped, graph);
        let factored = match mode.is_training() {
            true => Factored::new(&objects.vectors, &warped, given.noise.as_ref(), graph)?,
            false => None,
        };
        let image = if let Some(factored) = factored {
            probe("layout", &compose);
            let (height, width) = self.config.image_size;
            let shape = (graph.images, height, width);
            let mut probe = |i: usize, x: &Tensor| probe(&format!("crn{i}"), &|| Ok(x.clone()));
            Some(self.refinement.learn_factored(factored, shape, mode, &mut probe)?)
        } else {
            let mut layout = compose()?;
            probe("layout", &|| Ok(layout.clone()));
            if let Some(noise) = &given.noise {
                layout = Tensor::cat(&[&layout, noise], 1)?;
            }
            let mut probe = |i: usize, x: &Tensor| probe(&format!("crn{i}"), &|| Ok(x.clone()));
            match mode.is_training() {
                true => Some(self.refinement.learn(&layout, mode, &mut probe)?),
                false => self.refinement.forward(&layout, &mut probe, cancel)?,
            }
        };
        probe("obj_vecs", &|| Ok(objects.vectors.clone()));
        let Objects { boxes, relation_scores, .. } = objects;
        Ok(image.map(|image| Outputs { image, boxes, layout_boxes: in_boxes, masks, relation_scores }))
    }
}

/// The outputs of a forward pass that cannot be cancelled.
fn uncancelled(outputs: Option<Outputs>) -> Result<Outputs> {
    outputs.map_or_else(|| candle_core::bail!("the forward pass was cancelled"), Ok)
}

fn floats(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}
