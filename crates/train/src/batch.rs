//! The batch of one iteration.

use candle_core::Tensor;

use scenewright_model::sg2im::graph::Graph;
use scenewright_scene::relation::PredicateKind;

/// Pictures with their scene graphs.
#[derive(Clone, Debug)]
pub struct Batch {
    /// `[N, 3, H, W]`, normalized by ImageNet's statistics.
    pub images: Tensor,
    /// Objects of each image, its `__image__` node last.
    pub graph: Graph,
    /// `[O, 4]`, corners in units of the picture; (0, 0, 1, 1) for `__image__`.
    pub boxes: Tensor,
    /// `[O, M, M]`, 0 or 1; ones for `__image__`. None where the data has none.
    pub masks: Option<Tensor>,
    /// What each triple means for two boxes, `[T]`; none where boxes cannot decide. Only the relation loss reads it.
    pub meanings: Vec<Option<PredicateKind>>,
}
