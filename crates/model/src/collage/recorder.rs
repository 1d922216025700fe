//! Which tensors a network asks for: model folders are checked against this list.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{DType, Device, Result, Shape, Tensor};
use candle_nn::VarBuilder;
use candle_nn::var_builder::SimpleBackend;

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<BTreeMap<String, Vec<usize>>>>);

/// Builds a network out of zeros and notes what it takes.
pub(crate) fn recorded(build: impl FnOnce(VarBuilder<'static>) -> Result<()>) -> Result<Vec<(String, Vec<usize>)>> {
    let recorder = Recorder::default();
    build(VarBuilder::from_backend(Box::new(recorder.clone()), DType::F32, Device::Cpu))?;
    let names = recorder.0.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(names.clone().into_iter().collect())
}

impl SimpleBackend for Recorder {
    fn get(&self, shape: Shape, name: &str, _: candle_nn::Init, dtype: DType, device: &Device) -> Result<Tensor> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.insert(name.to_owned(), shape.dims().to_vec());
        // One zero for all: a table may be as large as a file says, and nothing is computed with it.
        Tensor::zeros((), dtype, device)?.broadcast_as(shape)
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> Result<Tensor> {
        candle_core::bail!("\"{name}\" is asked for without a shape")
    }

    fn contains_tensor(&self, _: &str) -> bool {
        true
    }
}
