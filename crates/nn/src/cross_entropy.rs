//! Cross-entropy over categories, with a gradient on every device.

use candle_core::{D, Result, Tensor};

/// scores `[N, C]`, labels in 0..C -> mean of -log softmax(scores)[label]
pub fn cross_entropy(scores: &Tensor, labels: &[u32]) -> Result<Tensor> {
    let centerd = scores.broadcast_sub(&scores.detach().max_keepdim(D::Minus1)?)?;
    let normal = centerd.exp()?.sum_keepdim(D::Minus1)?.log()?; // [N, 1]
    let labels = Tensor::from_slice(labels, (labels.len(), 1), scores.device())?;
    (normal - centerd.gather(&labels, 1)?)?.mean_all()
}
