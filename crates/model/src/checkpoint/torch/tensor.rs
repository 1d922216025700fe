//! Where a tensor lies in its storage, and how its values are taken out.
//!
//! A tensor is a window on a storage: offset, shape and strides in elements, as in `torch.Tensor.stride`. Several tensors may share one.

use std::fmt;

use half::{bf16, f16};

use super::error::{Result, corrupt};

/// More axes than any network has; torch itself allows 64.
const MAX_AXES: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dtype {
    F32,
    F64,
    F16,
    BF16,
    I64,
    I32,
    I16,
    I8,
    U8,
    Bool,
}

impl Dtype {
    pub(crate) fn size(self) -> usize {
        match self {
            Self::F64 | Self::I64 => 8,
            Self::F32 | Self::I32 => 4,
            Self::F16 | Self::BF16 | Self::I16 => 2,
            Self::I8 | Self::U8 | Self::Bool => 1,
        }
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64 | Self::F16 | Self::BF16)
    }

    /// The name that torch prints.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::F32 => "float32",
            Self::F64 => "float64",
            Self::F16 => "float16",
            Self::BF16 => "bfloat16",
            Self::I64 => "int64",
            Self::I32 => "int32",
            Self::I16 => "int16",
            Self::I8 => "int8",
            Self::U8 => "uint8",
            Self::Bool => "bool",
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A tensor that is still in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorMeta {
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    pub stride: Vec<usize>,
    pub offset: usize,
    /// Index in the file's table of storages.
    pub storage: usize,
}

impl TensorMeta {
    /// Checks that every element lies inside the storage of `stored` elements.
    pub(crate) fn new(
        dtype: Dtype,
        shape: Vec<usize>,
        stride: Vec<usize>,
        offset: usize,
        storage: usize,
        stored: usize,
    ) -> Result<Self> {
        if shape.len() != stride.len() || shape.len() > MAX_AXES {
            return corrupt(format!("a tensor has {} axes and {} strides", shape.len(), stride.len()));
        }
        let count = shape.iter().try_fold(1usize, |product, &n| product.checked_mul(n));
        let end = shape
            .iter()
            .zip(&stride)
            .try_fold(offset, |end, (&n, &step)| end.checked_add(n.saturating_sub(1).checked_mul(step)?));
        match (count, end) {
            (Some(0), _) => {}
            (Some(_), Some(end)) if end < stored => {}
            _ => {
                return corrupt(format!("a tensor of shape {shape:?} reaches beyond its {stored} stored values"));
            }
        }
        Ok(Self { dtype, shape, stride, offset, storage })
    }

    /// Elements; cannot overflow, `new` has checked the product.
    pub(crate) fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// Asked only of tensors with elements; then no product of sizes overflows.
    fn is_contiguous(&self) -> bool {
        let mut expected = 1;
        for (&n, &step) in self.shape.iter().zip(&self.stride).rev() {
            if n != 1 && step != expected {
                return false;
            }
            expected *= n;
        }
        true
    }

    /// Whether the storage holds these values, in this order, and nothing else.
    pub(crate) fn is_all_of(&self, storage: &[u8]) -> bool {
        let count = self.count();
        count > 0 && storage.len() == count * self.dtype.size() && self.offset == 0 && self.is_contiguous()
    }

    /// The values in row-major order, out of the bytes of the whole storage.
    pub fn gather(&self, storage: &[u8]) -> Result<Vec<u8>> {
        let (size, count) = (self.dtype.size(), self.count());
        if count == 0 {
            return Ok(Vec::new());
        }
        let start = self.offset * size;
        if self.is_contiguous() {
            return match storage.get(start..start + count * size) {
                Some(bytes) => Ok(bytes.to_vec()),
                None => corrupt("a storage is shorter than its tensor"),
            };
        }
        let mut out = Vec::with_capacity(count * size);
        let mut index = vec![0; self.shape.len()];
        let mut at = self.offset;
        for _ in 0..count {
            match storage.get(at * size..(at + 1) * size) {
                Some(bytes) => out.extend_from_slice(bytes),
                None => return corrupt("a storage is shorter than its tensor"),
            }
            // The last axis runs fastest, as on an odometer.
            for axis in (0..index.len()).rev() {
                index[axis] += 1;
                at += self.stride[axis];
                if index[axis] < self.shape[axis] {
                    break;
                }
                at -= self.stride[axis] * self.shape[axis];
                index[axis] = 0;
            }
        }
        Ok(out)
    }
}

/// A tensor's values in memory: row-major, little-endian.
#[derive(Debug, Clone, PartialEq)]
pub struct TensorData {
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

impl TensorData {
    /// As f32; whole numbers and bools convert too. (f64 rounds; values beyond f32 become infinite.)
    pub fn to_f32(&self) -> Vec<f32> {
        match self.dtype {
            Dtype::F32 => self.each(f32::from_le_bytes),
            Dtype::F64 => self.each(|b| f64::from_le_bytes(b) as f32),
            Dtype::F16 => self.each(|b| f16::from_le_bytes(b).to_f32()),
            Dtype::BF16 => self.each(|b| bf16::from_le_bytes(b).to_f32()),
            Dtype::I64 => self.each(|b| i64::from_le_bytes(b) as f32),
            Dtype::I32 => self.each(|b| i32::from_le_bytes(b) as f32),
            Dtype::I16 => self.each(|b| f32::from(i16::from_le_bytes(b))),
            Dtype::I8 => self.each(|b| f32::from(i8::from_le_bytes(b))),
            Dtype::U8 => self.each(|[b]: [u8; 1]| f32::from(b)),
            Dtype::Bool => self.each(|[b]: [u8; 1]| f32::from(u8::from(b != 0))),
        }
    }

    fn each<const N: usize>(&self, convert: impl Fn([u8; N]) -> f32) -> Vec<f32> {
        self.bytes.as_chunks::<N>().0.iter().map(|&bytes| convert(bytes)).collect()
    }
}
