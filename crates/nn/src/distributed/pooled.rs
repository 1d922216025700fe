//! The sum of a tensor over a process group as an operation of candle's, with a gradient: for devices on which ours do not run.

use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Tensor, bail};

use super::ProcessGroup;

/// x of any shape -> its sum over all members. Each member's x is in every member's sum, so its gradient is the sum of all their gradients.
pub fn pooled(x: &Tensor, process_group: &ProcessGroup) -> Result<Tensor> {
    if process_group.is_single() {
        return Ok(x.clone());
    }
    // The sums are few: they travel by the processor's memory.
    x.to_device(&Device::Cpu)?.contiguous()?.apply_op1(Pooled(process_group.clone()))?.to_device(x.device())
}

struct Pooled(ProcessGroup);

impl CustomOp1 for Pooled {
    fn name(&self) -> &'static str {
        "a sum over a process group"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let Some((from, to)) = layout.contiguous_offsets() else {
            bail!("a sum over a process group takes contiguous values")
        };
        let storage = match x {
            CpuStorage::F32(x) => {
                let mut values: Vec<f64> = x[from..to].iter().map(|&x| f64::from(x)).collect();
                self.0.all_reduce_sum(&mut values)?;
                CpuStorage::F32(values.into_iter().map(|x| x as f32).collect())
            }
            CpuStorage::F64(x) => {
                let mut values = x[from..to].to_vec();
                self.0.all_reduce_sum(&mut values)?;
                CpuStorage::F64(values)
            }
            _ => bail!("a sum over a process group takes floats"),
        };
        Ok((storage, layout.shape().clone()))
    }

    fn bwd(&self, _: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        pooled(&gradient.detach(), &self.0).map(|gradient| Some(gradient.detach()))
    }
}
