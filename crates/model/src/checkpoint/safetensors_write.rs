//! Writes a safetensors file one tensor at a time, so that a model is never in memory as a whole.
//! Format: 8 bytes of header length, a JSON header padded with spaces, the values.

use std::io::{self, Write};

use half::f16;
use serde_json::{Map, Value as Json, json};

/// How weights are kept on disk; in memory they are f32.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StoredType {
    #[default]
    F32,
    /// Half the size, about three digits.
    F16,
}

impl StoredType {
    fn size(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 => 2,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::F32 => "F32",
            Self::F16 => "F16",
        }
    }

    /// The value that comes back when it is read again.
    pub(crate) fn round_trip(self, value: f32) -> f32 {
        match self {
            Self::F32 => value,
            Self::F16 => f16::from_f32(value).to_f32(),
        }
    }
}

/// Names with shapes, in the order in which they are written.
pub(crate) type Specs = [(String, Vec<usize>)];

/// `values(i)` gives the values of tensor `i`, as many as its shape says.
pub fn write(
    out: &mut impl Write,
    specs: &Specs,
    storage: StoredType,
    mut values: impl FnMut(usize) -> io::Result<Vec<f32>>,
) -> io::Result<()> {
    let header = header(specs, storage);
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;
    for (index, (name, shape)) in specs.iter().enumerate() {
        let values = values(index)?;
        if values.len() != shape.iter().product::<usize>() {
            return Err(io::Error::other(format!("{} values given for {name} {shape:?}", values.len())));
        }
        // Small pieces: the bytes of a large tensor need not lie beside its values.
        let mut bytes = Vec::with_capacity(4 * PIECE);
        for piece in values.chunks(PIECE) {
            bytes.clear();
            match storage {
                StoredType::F32 => bytes.extend(piece.iter().flat_map(|x| x.to_le_bytes())),
                StoredType::F16 => bytes.extend(piece.iter().flat_map(|&x| f16::from_f32(x).to_le_bytes())),
            }
            out.write_all(&bytes)?;
        }
    }
    Ok(())
}

const PIECE: usize = 1 << 16;

fn header(specs: &Specs, storage: StoredType) -> Vec<u8> {
    let mut map = Map::new();
    let mut start = 0;
    for (name, shape) in specs {
        let end = start + shape.iter().product::<usize>() * storage.size();
        map.insert(name.clone(), json!({"dtype": storage.name(), "shape": shape, "data_offsets": [start, end]}));
        start = end;
    }
    let mut bytes = Json::Object(map).to_string().into_bytes();
    // Values begin at a multiple of 8, as the format asks of writers.
    bytes.resize(bytes.len().next_multiple_of(8), b' ');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk that is full after `left` bytes.
    struct FullDisk {
        left: usize,
    }

    impl Write for FullDisk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.left == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let taken = bytes.len().min(self.left);
            self.left -= taken;
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn specs() -> Vec<(String, Vec<usize>)> {
        vec![("a".into(), vec![2, 3]), ("scalar".into(), vec![]), ("none".into(), vec![0, 4])]
    }

    fn values(index: usize) -> io::Result<Vec<f32>> {
        Ok(match index {
            0 => vec![0.0, 1.0, 2.0, 3.0, 4.0, -0.5],
            1 => vec![7.0],
            _ => vec![],
        })
    }

    #[test]
    fn the_safetensors_crate_reads_it() {
        for (storage, dtype) in [(StoredType::F32, safetensors::Dtype::F32), (StoredType::F16, safetensors::Dtype::F16)]
        {
            let mut bytes = Vec::new();
            write(&mut bytes, &specs(), storage, values).unwrap();
            let read = safetensors::SafeTensors::deserialize(&bytes).unwrap();
            assert_eq!(read.tensor("a").unwrap().shape(), [2, 3]);
            assert_eq!(read.tensor("a").unwrap().dtype(), dtype);
            assert!(read.tensor("none").unwrap().data().is_empty());
            assert_eq!(read.len(), 3);
        }
    }

    #[test]
    fn a_full_disk_is_an_error_wherever_it_fills() {
        let mut whole = Vec::new();
        write(&mut whole, &specs(), StoredType::F32, values).unwrap();
        for left in 0..whole.len() {
            let error = write(&mut FullDisk { left }, &specs(), StoredType::F32, values).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "at {left}");
        }
    }

    #[test]
    fn too_few_values_are_an_error() {
        let error = write(&mut Vec::new(), &specs(), StoredType::F32, |_| Ok(vec![1.0])).unwrap_err();
        assert!(error.to_string().contains("1 values given for a [2, 3]"), "{error}");
    }
}
