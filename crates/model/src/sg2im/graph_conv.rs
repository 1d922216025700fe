//! Graph convolution over (subject, predicate, object) triples.
// Johnson et al. 2018, section 3 and appendix A; sg2im: graph.py

use candle_core::{DType, Result, Tensor};
use candle_nn::VarBuilder;

use super::config::{Pooling, Sg2ImConfig};
use super::graph::Edges;
use scenewright_nn::mlp::Mlp;
use scenewright_nn::mode::Mode;

/// One layer: every triple proposes new vectors for its two nodes and its edge, and each node pools what its triples propose.
#[derive(Clone, Debug)]
pub(crate) struct TripleConv {
    pub(super) net1: Mlp,
    pub(super) net2: Mlp,
    pub(super) pooling: Pooling,
    pub(super) hidden: usize,
    pub(super) output: usize,
}

impl TripleConv {
    pub(crate) fn new(input: usize, output: usize, config: &Sg2ImConfig, vb: VarBuilder<'_>) -> Result<Self> {
        let hidden = config.gconv_hidden_dim;
        let batch_norm = config.mlp_batch_norm();
        Ok(Self {
            net1: Mlp::new(&[3 * input, hidden, 2 * hidden + output], batch_norm, vb.pp("net1"))?,
            net2: Mlp::new(&[hidden, hidden, output], batch_norm, vb.pp("net2"))?,
            pooling: config.gconv_pooling,
            hidden,
            output,
        })
    }

    /// objects `[O, D]`, predicates `[T, D]` -> objects `[O, D']`, predicates `[T, D']`
    pub(crate) fn forward(
        &self,
        objects: &Tensor,
        predicates: &Tensor,
        edges: &Edges,
        mode: Mode,
    ) -> Result<(Tensor, Tensor)> {
        let (h, d) = (self.hidden, self.output);
        let subject = objects.index_select(&edges.subjects, 0)?;
        let object = objects.index_select(&edges.objects, 0)?;
        let triples = self.net1.forward_t(&Tensor::cat(&[&subject, predicates, &object], 1)?, mode)?; // [T, 2H + D']
        let pooled = Tensor::zeros((objects.dim(0)?, h), DType::F32, objects.device())?
            .index_add(&edges.subjects, &triples.narrow(1, 0, h)?.contiguous()?, 0)?
            .index_add(&edges.objects, &triples.narrow(1, h + d, h)?.contiguous()?, 0)?; // [O, H]
        let pooled = match self.pooling {
            Pooling::Avg => pooled.broadcast_div(&edges.degrees)?,
            Pooling::Sum => pooled,
        };
        Ok((self.net2.forward_t(&pooled, mode)?, triples.narrow(1, h, d)?.contiguous()?))
    }
}
