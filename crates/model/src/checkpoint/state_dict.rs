//! A state dict of another network: a safetensors file, or what `torch.save(model.state_dict(), ...)` wrote.

#![allow(clippy::disallowed_methods, reason = "opens the file that the caller names")]

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use candle_core::{DType, Device, Shape, Tensor};
use candle_nn::VarBuilder;
use candle_nn::var_builder::SimpleBackend;
use thiserror::Error;

use super::torch::{Kind, TensorMeta, TensorReader, TorchError, TorchFile};
use super::weights::{Weights, WeightsError, check_shape};

#[derive(Debug, Error)]
pub enum StateDictError {
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error("{problem}: {}", path.display())]
    Torch { problem: TorchError, path: PathBuf },
    #[error(
        "this file holds no state dict but {found}. Save one with torch.save(model.state_dict(), FILE) or as safetensors: {}",
        path.display()
    )]
    NoStateDict { found: String, path: PathBuf },
}

/// Opened, with its numbers still in the file.
pub struct StateDict(Source);

enum Source {
    Safetensors(Weights),
    Torch { reader: Mutex<TensorReader>, tensors: HashMap<String, TensorMeta> },
}

impl StateDict {
    pub fn open(path: &Path) -> Result<Self, StateDictError> {
        if is_safetensors(path) {
            return Ok(Self(Source::Safetensors(Weights::open(path)?)));
        }
        let TorchFile { tree, tensors: reader } =
            TorchFile::open(path).map_err(|problem| StateDictError::Torch { problem, path: path.to_owned() })?;
        let root = tree.root();
        let mut tensors = HashMap::new();
        if let Kind::Dict(entries) = root.kind() {
            for (key, value) in entries {
                if let (Some(name), Some(meta)) = (key.as_str(), value.as_tensor()) {
                    tensors.insert(name.to_owned(), meta.clone());
                }
            }
        }
        if tensors.is_empty() {
            return Err(StateDictError::NoStateDict { found: root.describe(), path: path.to_owned() });
        }
        Ok(Self(Source::Torch { reader: Mutex::new(reader), tensors }))
    }

    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        match &self.0 {
            Source::Safetensors(weights) => weights.shape(name),
            Source::Torch { tensors, .. } => tensors.get(name).map(|meta| meta.shape.as_slice()),
        }
    }

    /// For networks written as `new(&config, vb)`; reads each tensor as it is asked for.
    pub fn into_var_builder(self, device: &Device) -> VarBuilder<'static> {
        match self.0 {
            Source::Safetensors(weights) => weights.into_var_builder(device),
            torch => VarBuilder::from_backend(Box::new(Self(torch)), DType::F32, device.clone()),
        }
    }
}

/// A header's length in eight bytes, then JSON.
fn is_safetensors(path: &Path) -> bool {
    let mut head = [0; 9];
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head[5..] == [0, 0, 0, b'{']
}

impl SimpleBackend for StateDict {
    fn get(
        &self,
        shape: Shape,
        name: &str,
        _: candle_nn::Init,
        dtype: DType,
        device: &Device,
    ) -> candle_core::Result<Tensor> {
        let tensor = self.get_unchecked(name, dtype, device)?;
        check_shape(tensor, shape, name)
    }

    fn get_unchecked(&self, name: &str, dtype: DType, device: &Device) -> candle_core::Result<Tensor> {
        match &self.0 {
            Source::Safetensors(weights) => weights.get_unchecked(name, dtype, device),
            Source::Torch { reader, tensors } => {
                let Some(meta) = tensors.get(name) else {
                    candle_core::bail!("the weights lack \"{name}\"");
                };
                // A thread that panicked in here leaves only a file position behind.
                let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
                let data = reader.read(meta).map_err(candle_core::Error::wrap)?;
                Tensor::from_vec(data.to_f32(), data.shape.as_slice(), device)?.to_dtype(dtype)
            }
        }
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.shape(name).is_some()
    }
}
