//! A fully connected layer whose weight gets its gradient directly.
//!
//! candle multiplies by the weight turned around, so its gradient is turned back on the way: a copy float by float, on one thread, after two sets of
//! zeros were made to add to.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CustomOp3, Layout, Result, Shape, Tensor, bail};
use candle_nn::{Linear, Module};

use super::cpu_ops;
use super::gradients::stash_gradient;

/// x `[N, I]` -> `[N, O]`
pub fn linear(x: &Tensor, layer: &Linear) -> Result<Tensor> {
    let weight = layer.weight();
    match layer.bias() {
        Some(bias) if x.rank() == 2 && weight.track_op() && cpu_ops::applies(&[x, weight, bias]) => {
            x.contiguous()?.apply_op3(&weight.contiguous()?, &bias.contiguous()?, Product)
        }
        _ => layer.forward(x),
    }
}

struct Product;

impl CustomOp3 for Product {
    fn name(&self) -> &'static str {
        "fully connected"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        xl: &Layout,
        w: &CpuStorage,
        wl: &Layout,
        b: &CpuStorage,
        bl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let ((n, inputs), (outputs, depth)) = (xl.shape().dims2()?, wl.shape().dims2()?);
        let bias = cpu_ops::floats(b, bl)?;
        if inputs != depth || bias.len() != outputs {
            bail!("{inputs} inputs into a layer of {depth}, whose {outputs} outputs have {} biases", bias.len());
        }
        let mut y = x.matmul(w, (1, n, outputs, inputs), xl, &wl.transpose(0, 1)?)?;
        let CpuStorage::F32(values) = &mut y else { bail!("a fully connected layer takes float32") };
        for row in values.chunks_exact_mut(outputs.max(1)) {
            row.iter_mut().zip(bias).for_each(|(y, b)| *y += b);
        }
        Ok((y, Shape::from((n, outputs))))
    }

    fn bwd(
        &self,
        x: &Tensor,
        w: &Tensor,
        b: &Tensor,
        _: &Tensor,
        dy: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let dy = dy.contiguous()?;
        let dx = x.track_op().then(|| dy.matmul(&w.detach())).transpose()?;
        let dw = w.track_op().then(|| dy.t()?.matmul(&x.detach())).transpose()?;
        let db = b.track_op().then(|| dy.sum(0)).transpose()?;
        Ok((dx, stash_gradient(w, dw)?, stash_gradient(b, db)?))
    }
}
