//! Inference of the graph network without candle tensors, on `Vec<f32>`: embeddings, graph convolution, boxes, relation
//! scores.
//!
//! A plan holds weights that are folded and packed once, for repeated inference on the CPU. Objects and triples are the
//! columns of a matrix (`[D, O]`, `[D, T]`), so that each layer is one matrix product.
//!
//! Shapes: O objects, T triples, E embedding, H hidden, D input and D' output of a layer.

use candle_core::{Device, Result, Tensor};

use super::config::Pooling;
use super::graph::Graph;
use super::graph_conv::TripleConv;
use super::{GraphConv, GraphNet, Objects, Probe, floats};
use scenewright_nn::kernel::{Panels, matmul};
use scenewright_nn::mlp::Mlp;

/// Vectors as the columns of a matrix, `[rows, count]`.
#[derive(Clone)]
struct Columns {
    data: Vec<f32>,
    count: usize,
}

impl Columns {
    fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.data.chunks_exact(self.count.max(1))
    }

    /// The columns `index`, in that order.
    fn select(&self, index: &[usize]) -> Self {
        let data = self.rows().flat_map(|row| index.iter().map(|&i| row[i])).collect();
        Self { data, count: index.len() }
    }

    /// `[count, rows]`
    fn to_tensor(&self) -> Result<Tensor> {
        let rows = self.data.len().checked_div(self.count).unwrap_or(0);
        Tensor::from_slice(&self.data, (rows, self.count), &Device::Cpu)?.t()?.contiguous()
    }
}

/// An MLP with batch normalization folded into its weights. Every layer ends with ReLU, the last one too.
struct FoldedMlp {
    /// Packed weight and bias of each layer.
    layers: Vec<(Panels, Vec<f32>)>,
}

impl FoldedMlp {
    fn new(mlp: &Mlp) -> Result<Self> {
        let layers = mlp.folded()?.into_iter().map(|(weight, bias)| {
            let inputs = weight.len() / bias.len().max(1);
            (Panels::pack(bias.len(), inputs, |o, i| weight[o * inputs + i]), bias)
        });
        Ok(Self { layers: layers.collect() })
    }

    fn forward(&self, x: &Columns) -> Columns {
        let count = x.count;
        let data = self.layers.iter().fold(x.data.clone(), |activations, (weight, bias)| {
            let mut out = matmul(weight, &activations, count);
            for (row, bias) in out.chunks_exact_mut(count.max(1)).zip(bias) {
                row.iter_mut().for_each(|value| *value = (*value + bias).max(0.0));
            }
            out
        });
        Columns { data, count }
    }
}

struct GraphLayer {
    /// `[3D]` -> `[2H + D']`, for each triple.
    net1: FoldedMlp,
    /// `[H]` -> `[D']`, for each object.
    net2: FoldedMlp,
    hidden: usize,
    output: usize,
    pooling: Pooling,
}

/// Subject and object index of each triple, and how many triples each object occurs in.
struct TripleIndex {
    subjects: Vec<usize>,
    objects: Vec<usize>,
    /// Number of triples each object occurs in, at least 1, as a divisor.
    degrees: Vec<f32>,
}

impl TripleIndex {
    fn new(graph: &Graph) -> Self {
        let (subjects, objects): (Vec<_>, Vec<_>) =
            graph.triples.iter().map(|t| (t[0] as usize, t[2] as usize)).unzip();
        let mut degrees = vec![0f32; graph.objects.len()];
        subjects.iter().chain(&objects).for_each(|&i| degrees[i] += 1.0);
        degrees.iter_mut().for_each(|n| *n = n.max(1.0));
        Self { subjects, objects, degrees }
    }
}

impl GraphLayer {
    fn new(conv: &TripleConv) -> Result<Self> {
        let (net1, net2) = (FoldedMlp::new(&conv.net1)?, FoldedMlp::new(&conv.net2)?);
        Ok(Self { net1, net2, hidden: conv.hidden, output: conv.output, pooling: conv.pooling })
    }

    /// objects `[D, O]`, predicates `[D, T]` -> updated objects `[D', O]`, predicates `[D', T]`
    // Johnson et al. 2018, section 3; sg2im: graph.py, GraphTripleConv
    fn forward(&self, objects: &Columns, predicates: &Columns, triple_index: &TripleIndex) -> (Columns, Columns) {
        let count = predicates.count;
        let mut data = objects.select(&triple_index.subjects).data;
        data.extend_from_slice(&predicates.data);
        data.extend(objects.select(&triple_index.objects).data); // [3D, T]
        let triples = self.net1.forward(&Columns { data, count }); // [2H + D', T]
        let (h, d) = (self.hidden, self.output);
        let mut pooled = vec![0f32; h * objects.count]; // [H, O]
        for (objects_of_triples, first_channel) in [(&triple_index.subjects, 0), (&triple_index.objects, h + d)] {
            let proposals = triples.data[first_channel * count..].chunks_exact(count.max(1));
            for (row, proposals) in pooled.chunks_exact_mut(objects.count.max(1)).zip(proposals) {
                for (&object, proposal) in objects_of_triples.iter().zip(proposals) {
                    row[object] += proposal;
                }
            }
        }
        if self.pooling == Pooling::Avg {
            for row in pooled.chunks_exact_mut(objects.count.max(1)) {
                row.iter_mut().zip(&triple_index.degrees).for_each(|(value, degree)| *value /= degree);
            }
        }
        let objects = self.net2.forward(&Columns { data: pooled, count: objects.count });
        let predicates = Columns { data: triples.data[h * count..(h + d) * count].to_vec(), count };
        (objects, predicates)
    }
}

enum GraphConvPlan {
    Linear { weight: Panels, bias: Vec<f32> },
    Layers(Vec<GraphLayer>),
}

/// The weights of a [`GraphNet`], folded and packed.
pub(crate) struct GraphPlan {
    /// `[objects + 1, E]`
    object_embeddings: Vec<f32>,
    /// `[predicates, E]`
    predicate_embeddings: Vec<f32>,
    embedding_dim: usize,
    conv: GraphConvPlan,
    box_net: FoldedMlp,
    rel_aux_net: FoldedMlp,
}

impl GraphPlan {
    pub(crate) fn new(net: &GraphNet) -> Result<Self> {
        let conv = match &net.gconv {
            GraphConv::Linear(linear) => {
                let (outputs, inputs) = linear.weight().dims2()?;
                let weight = floats(linear.weight())?;
                let bias = linear.bias().map(floats).transpose()?.unwrap_or_else(|| vec![0.0; outputs]);
                GraphConvPlan::Linear { weight: Panels::pack(outputs, inputs, |o, i| weight[o * inputs + i]), bias }
            }
            GraphConv::Layers(layers) => {
                GraphConvPlan::Layers(layers.iter().map(GraphLayer::new).collect::<Result<_>>()?)
            }
        };
        let object_table = net.object_embeddings.embeddings();
        Ok(Self {
            object_embeddings: floats(object_table)?,
            predicate_embeddings: floats(net.predicate_embeddings.embeddings())?,
            embedding_dim: object_table.dim(1)?,
            conv,
            box_net: FoldedMlp::new(&net.box_net)?,
            rel_aux_net: FoldedMlp::new(&net.rel_aux_net)?,
        })
    }

    fn embed(&self, table: &[f32], ids: impl Iterator<Item = u32> + Clone) -> Columns {
        let e = self.embedding_dim;
        let data = (0..e).flat_map(|k| ids.clone().map(move |id| table[id as usize * e + k])).collect();
        Columns { data, count: ids.count() }
    }

    /// Same outputs as [`GraphNet::forward`] in evaluation mode, up to rounding.
    pub(crate) fn forward(&self, graph: &Graph, probe: Probe<'_>) -> Result<Objects> {
        let triple_index = TripleIndex::new(graph);
        let embedded = self.embed(&self.object_embeddings, graph.objects.iter().copied());
        let vectors = match &self.conv {
            GraphConvPlan::Linear { weight, bias } => {
                let mut data = matmul(weight, &embedded.data, embedded.count);
                for (row, bias) in data.chunks_exact_mut(embedded.count.max(1)).zip(bias) {
                    row.iter_mut().for_each(|x| *x += bias);
                }
                Columns { data, count: embedded.count }
            }
            GraphConvPlan::Layers(layers) => {
                let mut objects = embedded.clone();
                let mut predicates = self.embed(&self.predicate_embeddings, graph.triples.iter().map(|t| t[1]));
                for (i, layer) in layers.iter().enumerate() {
                    (objects, predicates) = layer.forward(&objects, &predicates, &triple_index);
                    probe(&format!("gconv{i}_obj"), &|| objects.to_tensor());
                    probe(&format!("gconv{i}_pred"), &|| predicates.to_tensor());
                }
                objects
            }
        };
        let boxes = self.box_net.forward(&vectors);
        let endpoint_features =
            [&boxes, &embedded].map(|x| [x.select(&triple_index.subjects), x.select(&triple_index.objects)]);
        // [8 + 2E, T]: boxes of subject and object, then their embeddings
        let data = endpoint_features.iter().flatten().flat_map(|columns| columns.data.iter().copied()).collect();
        let score_columns = self.rel_aux_net.forward(&Columns { data, count: triple_index.subjects.len() });
        let predicates = self.predicate_embeddings.len() / self.embedding_dim.max(1);
        let relation_scores = match triple_index.subjects.len() {
            0 => Tensor::zeros((0, predicates), candle_core::DType::F32, &Device::Cpu)?,
            _ => score_columns.to_tensor()?,
        };
        Ok(Objects { vectors: vectors.to_tensor()?, boxes: boxes.to_tensor()?, relation_scores })
    }
}
