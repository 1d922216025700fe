//! The tensors of a model folder, read from the disk when asked for.
//!
//! Opening reads the header only. A tensor is read, widened to f32 and put on its device in one go, so loading a model
//! needs little more memory than the model. The file is not memory-mapped: if another program truncated a mapped file,
//! reading it would crash this process.

#![allow(clippy::disallowed_methods, reason = "opens the file that the caller names")]

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use candle_core::{DType, Device, Shape, Tensor};
use candle_nn::VarBuilder;
use candle_nn::var_builder::SimpleBackend;
use half::{bf16, f16};
use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};
use scenewright_bundle::Location;
use thiserror::Error;

/// Limit of the safetensors format.
const MAX_HEADER_BYTES: u64 = 100_000_000;

#[derive(Debug)]
pub struct Weights {
    path: PathBuf,
    source: Source,
    /// Byte offset of the first value.
    data_start: u64,
    tensors: HashMap<String, TensorInfo>,
    /// Names in file order.
    names: Vec<String>,
}

/// Where the values are.
#[derive(Debug)]
enum Source {
    File(Mutex<File>),
    /// Inside the program.
    Memory(Cow<'static, [u8]>),
}

impl Source {
    /// The source and its length in bytes.
    fn open(path: &Path) -> io::Result<(Self, u64)> {
        match scenewright_bundle::locate(path) {
            Location::Disk(path) => {
                let file = File::open(path)?;
                let length = file.metadata()?.len();
                Ok((Self::File(Mutex::new(file)), length))
            }
            Location::Binary(_) => {
                let bytes = scenewright_bundle::read(path)?;
                let length = bytes.len() as u64;
                Ok((Self::Memory(bytes), length))
            }
        }
    }

    fn read(&self, from: u64, length: usize) -> io::Result<Cow<'_, [u8]>> {
        match self {
            Self::File(file) => {
                let mut bytes = vec![0; length];
                // A thread that panicked in here leaves only a file position behind.
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(from))?;
                file.read_exact(&mut bytes)?;
                Ok(Cow::Owned(bytes))
            }
            Self::Memory(bytes) => {
                let part = usize::try_from(from).ok().and_then(|from| bytes.get(from..from.checked_add(length)?));
                part.map(Cow::Borrowed).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
            }
        }
    }
}

#[derive(Debug, Error)]
pub enum WeightsError {
    #[error("cannot read the weights: {problem}: {}", path.display())]
    Io { problem: io::Error, path: PathBuf },

    #[error("the weights are damaged or cut short ({problem}). Import or copy the model again: {}", path.display())]
    Damaged { problem: String, path: PathBuf },

    #[error("the weights lack \"{name}\": {}", path.display())]
    Missing { name: String, path: PathBuf },

    #[error("{count} values of \"{name}\" are NaN or infinite. Import or train the model again: {}", path.display())]
    NonFinite { name: String, count: usize, path: PathBuf },

    #[error("\"{name}\" is stored as {dtype}; F32, F64, F16 and BF16 are read: {}", path.display())]
    Dtype { name: String, dtype: String, path: PathBuf },

    #[error("cannot put \"{name}\" on the device: {problem}")]
    Device { name: String, problem: candle_core::Error },
}

impl Weights {
    pub fn open(path: &Path) -> Result<Self, WeightsError> {
        let io = |problem| WeightsError::Io { problem, path: path.to_owned() };
        let damaged = |problem: String| WeightsError::Damaged { problem, path: path.to_owned() };

        let (source, length) = Source::open(path).map_err(io)?;
        let prefix = source.read(0, 8).map_err(|_| damaged("shorter than 8 bytes".into()))?;
        let header_length = prefix.first_chunk().map_or(0, |prefix| u64::from_le_bytes(*prefix));
        if header_length > MAX_HEADER_BYTES.min(length.saturating_sub(8)) {
            return Err(damaged(format!("a header of {header_length} bytes in a file of {length}")));
        }
        let header = source.read(8, header_length as usize).map_err(io)?;
        // Checks that the tensors follow each other without gaps and are as long as their shapes say.
        let metadata: Metadata = serde_json::from_slice(&header).map_err(|error| damaged(error.to_string()))?;
        let data_start = 8 + header_length;
        let data_bytes = length - data_start;
        let expected = metadata.data_len();
        if expected as u64 != data_bytes {
            let problem = format!("the file has {data_bytes} bytes of values, the header describes {expected}");
            return Err(damaged(problem));
        }
        let names = metadata.offset_keys();
        let tensors = metadata.tensors().into_iter().map(|(name, info)| (name, info.clone())).collect();
        drop((prefix, header));
        Ok(Self { path: path.to_owned(), source, data_start, tensors, names })
    }

    /// Names in file order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|info| info.shape.as_slice())
    }

    /// Drops the tensors that are not wanted from the list; the file is not changed.
    pub(super) fn retain(&mut self, is_wanted: impl Fn(&str) -> bool) {
        self.tensors.retain(|name, _| is_wanted(name));
        self.names.retain(|name| is_wanted(name));
    }

    /// The values as f32, row-major. NaN and infinite values are an error.
    pub fn values(&self, name: &str) -> Result<Vec<f32>, WeightsError> {
        let Some(info) = self.tensors.get(name) else {
            return Err(WeightsError::Missing { name: name.to_owned(), path: self.path.clone() });
        };
        let (from, to) = info.data_offsets;
        let bytes = self.read(from, to).map_err(|problem| WeightsError::Io { problem, path: self.path.clone() })?;
        let values: Vec<f32> = match info.dtype {
            Dtype::F32 => bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect(),
            Dtype::F64 => bytes.as_chunks().0.iter().map(|&b| f64::from_le_bytes(b) as f32).collect(),
            Dtype::F16 => bytes.as_chunks().0.iter().map(|&b| f16::from_le_bytes(b).to_f32()).collect(),
            Dtype::BF16 => bytes.as_chunks().0.iter().map(|&b| bf16::from_le_bytes(b).to_f32()).collect(),
            other => {
                let dtype = format!("{other:?}");
                return Err(WeightsError::Dtype { name: name.to_owned(), dtype, path: self.path.clone() });
            }
        };
        match values.iter().filter(|x| !x.is_finite()).count() {
            0 => Ok(values),
            count => Err(WeightsError::NonFinite { name: name.to_owned(), count, path: self.path.clone() }),
        }
    }

    pub fn tensor(&self, name: &str, device: &Device) -> Result<Tensor, WeightsError> {
        let values = self.values(name)?;
        let shape = self.shape(name).unwrap_or_default();
        Tensor::from_vec(values, shape, device)
            .map_err(|problem| WeightsError::Device { name: name.to_owned(), problem })
    }

    /// For networks written as `new(&config, vb)`; reads each tensor as it is asked for.
    pub fn into_var_builder(self, device: &Device) -> VarBuilder<'static> {
        VarBuilder::from_backend(Box::new(self), DType::F32, device.clone())
    }

    fn read(&self, from: usize, to: usize) -> io::Result<Cow<'_, [u8]>> {
        self.source.read(self.data_start + from as u64, to - from)
    }
}

/// Returns the tensor if it has the expected shape.
pub(super) fn check_shape(tensor: Tensor, expected: Shape, name: &str) -> candle_core::Result<Tensor> {
    if tensor.shape() == &expected {
        return Ok(tensor);
    }
    let msg = format!("shape mismatch for {name}");
    Err(candle_core::Error::UnexpectedShape { msg, expected, got: tensor.shape().clone() }.bt())
}

impl SimpleBackend for Weights {
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
        self.tensor(name, device).map_err(candle_core::Error::wrap)?.to_dtype(dtype)
    }

    fn contains_tensor(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }
}
