//! The graph side of the network on plain memory: embeddings, graph convolution, boxes, relation scores.
//!
//! Vectors lie side by side as columns, `[D, O]` and `[D, T]`, so that each weight is read once for all of them.

use candle_core::{Device, Result, Tensor};

use super::config::Pooling;
use super::graph::Graph;
use super::graph_conv::TripleConv;
use super::{GraphConv, GraphNet, Objects, Probe, floats};
use scenewright_nn::kernel::{Panels, matmul};
use scenewright_nn::mlp::Mlp;

/// Vectors as columns, `[rows, count]`.
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

/// A perceptron with its normalization folded in.
struct Dense {
    layers: Vec<(Panels, Vec<f32>)>,
}

impl Dense {
    fn new(mlp: &Mlp) -> Result<Self> {
        let layers = mlp.folded()?.into_iter().map(|(weight, bias)| {
            let inputs = weight.len() / bias.len().max(1);
            (Panels::pack(bias.len(), inputs, |o, i| weight[o * inputs + i]), bias)
        });
        Ok(Self { layers: layers.collect() })
    }

    fn forward(&self, x: &Columns) -> Columns {
        let count = x.count;
        let data = self.layers.iter().fold(x.data.clone(), |x, (weight, bias)| {
            let mut out = matmul(weight, &x, count);
            for (row, bias) in out.chunks_exact_mut(count.max(1)).zip(bias) {
                row.iter_mut().for_each(|x| *x = (*x + bias).max(0.0));
            }
            out
        });
        Columns { data, count }
    }
}

struct GraphLayer {
    net1: Dense,
    net2: Dense,
    hidden: usize,
    output: usize,
    pooling: Pooling,
}

/// Ends of the triples and how often each object is one.
struct Ends {
    subjects: Vec<usize>,
    objects: Vec<usize>,
    roles: Vec<f32>,
}

impl Ends {
    fn new(graph: &Graph) -> Self {
        let (subjects, objects): (Vec<_>, Vec<_>) =
            graph.triples.iter().map(|t| (t[0] as usize, t[2] as usize)).unzip();
        let mut roles = vec![0f32; graph.objects.len()];
        subjects.iter().chain(&objects).for_each(|&i| roles[i] += 1.0);
        roles.iter_mut().for_each(|n| *n = n.max(1.0));
        Self { subjects, objects, roles }
    }
}

impl GraphLayer {
    fn new(conv: &TripleConv) -> Result<Self> {
        let (net1, net2) = (Dense::new(&conv.net1)?, Dense::new(&conv.net2)?);
        Ok(Self { net1, net2, hidden: conv.hidden, output: conv.output, pooling: conv.pooling })
    }

    /// objects `[D, O]`, predicates `[D, T]` -> the same, renewed.
    // Johnson et al. 2018, section 3; sg2im: graph.py, GraphTripleConv
    fn forward(&self, objects: &Columns, predicates: &Columns, ends: &Ends) -> (Columns, Columns) {
        let count = predicates.count;
        let mut data = objects.select(&ends.subjects).data;
        data.extend_from_slice(&predicates.data);
        data.extend(objects.select(&ends.objects).data); // [3D, T]
        let triples = self.net1.forward(&Columns { data, count }); // [2H + D', T]
        let (h, d) = (self.hidden, self.output);
        let mut pooled = vec![0f32; h * objects.count]; // [H, O]
        let sides = [(&ends.subjects, 0), (&ends.objects, h + d)];
        for (index, first) in sides {
            let proposals = triples.data[first * count..].chunks_exact(count.max(1));
            for (row, proposals) in pooled.chunks_exact_mut(objects.count.max(1)).zip(proposals) {
                for (&to, proposal) in index.iter().zip(proposals) {
                    row[to] += proposal;
                }
            }
        }
        if self.pooling == Pooling::Avg {
            for row in pooled.chunks_exact_mut(objects.count.max(1)) {
                row.iter_mut().zip(&ends.roles).for_each(|(x, n)| *x /= n);
            }
        }
        let objects = self.net2.forward(&Columns { data: pooled, count: objects.count });
        let predicates = Columns { data: triples.data[h * count..(h + d) * count].to_vec(), count };
        (objects, predicates)
    }
}

enum GraphConvPlan {
    Linear(Panels, Vec<f32>),
    Layers(Vec<GraphLayer>),
}

pub(crate) struct GraphPlan {
    /// `[objects + 1, E]`, `[predicates, E]`
    object_embeddings: Vec<f32>,
    predicate_embeddings: Vec<f32>,
    embedding_dim: usize,
    conv: GraphConvPlan,
    box_net: Dense,
    rel_aux_net: Dense,
}

impl GraphPlan {
    pub(crate) fn new(net: &GraphNet) -> Result<Self> {
        let conv = match &net.gconv {
            GraphConv::Linear(linear) => {
                let (outputs, inputs) = linear.weight().dims2()?;
                let weight = floats(linear.weight())?;
                let bias = linear.bias().map(floats).transpose()?.unwrap_or_else(|| vec![0.0; outputs]);
                GraphConvPlan::Linear(Panels::pack(outputs, inputs, |o, i| weight[o * inputs + i]), bias)
            }
            GraphConv::Layers(layers) => {
                GraphConvPlan::Layers(layers.iter().map(GraphLayer::new).collect::<Result<_>>()?)
            }
        };
        let table = net.object_embeddings.embeddings();
        Ok(Self {
            object_embeddings: floats(table)?,
            predicate_embeddings: floats(net.predicate_embeddings.embeddings())?,
            embedding_dim: table.dim(1)?,
            conv,
            box_net: Dense::new(&net.box_net)?,
            rel_aux_net: Dense::new(&net.rel_aux_net)?,
        })
    }

    fn embed(&self, table: &[f32], ids: impl Iterator<Item = u32> + Clone) -> Columns {
        let e = self.embedding_dim;
        let data = (0..e).flat_map(|k| ids.clone().map(move |id| table[id as usize * e + k])).collect();
        Columns { data, count: ids.count() }
    }

    /// As [`GraphNet::forward`].
    pub(crate) fn forward(&self, graph: &Graph, watch: Probe<'_>) -> Result<Objects> {
        let ends = Ends::new(graph);
        let embedded = self.embed(&self.object_embeddings, graph.objects.iter().copied());
        let vectors = match &self.conv {
            GraphConvPlan::Linear(weight, bias) => {
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
                    (objects, predicates) = layer.forward(&objects, &predicates, &ends);
                    watch(&format!("gconv{i}_obj"), &|| objects.to_tensor());
                    watch(&format!("gconv{i}_pred"), &|| predicates.to_tensor());
                }
                objects
            }
        };
        let boxes = self.box_net.forward(&vectors);
        let parts = [&boxes, &embedded].map(|x| [x.select(&ends.subjects), x.select(&ends.objects)]);
        let data = parts.iter().flatten().flat_map(|part| part.data.iter().copied()).collect(); // [8 + 2E, T]
        let relation_scores = self.rel_aux_net.forward(&Columns { data, count: ends.subjects.len() });
        let scores = match ends.subjects.len() {
            0 => Tensor::zeros(
                (0, self.predicate_embeddings.len() / self.embedding_dim.max(1)),
                candle_core::DType::F32,
                &Device::Cpu,
            )?,
            _ => relation_scores.to_tensor()?,
        };
        Ok(Objects { vectors: vectors.to_tensor()?, boxes: boxes.to_tensor()?, relation_scores: scores })
    }
}
