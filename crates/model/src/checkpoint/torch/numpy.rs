//! Scalars and arrays of numpy, as every protocol of pickle writes them: a type, a shape and bytes.

use half::f16;

use super::error::Result;
use super::stack::Stack;
use super::value::{Node, NodeId};

/// A longer array is no argument of a model; its name is kept, its numbers are not.
const MAX_VALUES: usize = 1 << 20;
const MAX_AXES: usize = 32;

/// numpy's code of a type: kind and size in bytes ("f8", "i4", "U12"), and whether its bytes are swapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NumpyDtype {
    pub kind: u8,
    pub size: usize,
    pub big_endian: bool,
}

impl NumpyDtype {
    /// `numpy.dtype("f8", ...)`: also with the order before the kind ("<f8").
    pub(crate) fn new(code: &str) -> Option<Self> {
        let big_endian = code.starts_with('>');
        let code = code.trim_start_matches(['<', '>', '=', '|']);
        let (&kind, size) = code.as_bytes().split_first()?;
        let size = std::str::from_utf8(size).ok()?.parse().ok()?;
        // The number of a text counts its letters, four bytes each.
        let size = if kind == b'U' { 4_usize.checked_mul(size)? } else { size };
        (size <= 1 << 16).then_some(Self { kind, size, big_endian })
    }

    /// The value of some bytes; what has no like in JSON keeps its name.
    fn value(self, bytes: &[u8]) -> Node {
        let mut bytes = bytes.to_vec();
        if self.big_endian && self.kind != b'U' && self.kind != b'S' {
            bytes.reverse();
        }
        let unsigned = || bytes.iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let opaque = || Node::Opaque("numpy scalar".into());
        match (self.kind, self.size) {
            (b'f', 2) => bytes.first_chunk().map_or_else(opaque, |b| Node::Float(f16::from_le_bytes(*b).to_f64())),
            (b'f', 4) => bytes.first_chunk().map_or_else(opaque, |b| Node::Float(f32::from_le_bytes(*b).into())),
            (b'f', 8) => bytes.first_chunk().map_or_else(opaque, |b| Node::Float(f64::from_le_bytes(*b))),
            (b'i', size @ 1..=8) => {
                let unused = 64 - 8 * size as u32;
                Node::Int((unsigned() << unused) as i64 >> unused)
            }
            (b'u', 1..=8) => i64::try_from(unsigned()).map_or_else(|_| opaque(), Node::Int),
            (b'b', 1) => Node::Bool(unsigned() != 0),
            (b'S', _) => Node::Str(String::from_utf8_lossy(&bytes).trim_end_matches('\0').into()),
            (b'U', _) => {
                let unit = |unit: &[u8; 4]| {
                    char::from_u32(if self.big_endian { u32::from_be_bytes(*unit) } else { u32::from_le_bytes(*unit) })
                };
                let text: String = bytes.as_chunks().0.iter().filter_map(unit).collect();
                Node::Str(text.trim_end_matches('\0').into())
            }
            _ => opaque(),
        }
    }
}

/// `scalar(dtype, bytes)`.
pub(crate) fn scalar(dtype: &Node, bytes: Option<&Node>) -> Node {
    match (dtype, bytes) {
        (Node::NumpyDtype(dtype), Some(Node::Bytes(bytes))) if bytes.len() == dtype.size => dtype.value(bytes),
        // Python 2 wrote the bytes as a text, where they are one.
        (Node::NumpyDtype(dtype), Some(Node::Str(text))) if text.len() == dtype.size => dtype.value(text.as_bytes()),
        _ => Node::Opaque("numpy scalar".into()),
    }
}

/// The array of a state `(version, shape, dtype, is_fortran, bytes or a list)`, or of shape, dtype and bytes alone: nested lists.
pub(crate) fn array(stack: &mut Stack, shape: NodeId, dtype: NodeId, is_fortran: bool, data: NodeId) -> Result<Node> {
    let opaque = || Node::Opaque("numpy.ndarray".into());
    let whole = |id: &NodeId| match stack.node(*id) {
        Node::Int(i) => usize::try_from(*i).ok(),
        _ => None,
    };
    let shape: Option<Vec<usize>> = match stack.node(shape) {
        Node::Tuple(items) | Node::List(items) => items.iter().map(whole).collect(),
        _ => None,
    };
    let count = shape.as_ref().and_then(|shape| shape.iter().try_fold(1_usize, |n, side| n.checked_mul(*side)));
    let (Some(shape), Some(count)) = (shape, count) else { return Ok(opaque()) };
    if count > MAX_VALUES || shape.len() > MAX_AXES || shape.contains(&0) && shape.len() > 1 {
        return Ok(opaque());
    }
    let values: Vec<NodeId> = match (stack.node(dtype), stack.node(data)) {
        // An array of objects holds them as a list.
        (_, Node::List(items)) if items.len() == count => items.clone(),
        (Node::NumpyDtype(dtype), Node::Bytes(bytes))
            if bytes.len() == count.saturating_mul(dtype.size) && dtype.size > 0 =>
        {
            let made: Vec<Node> = bytes.chunks_exact(dtype.size).map(|bytes| dtype.value(bytes)).collect();
            made.into_iter().map(|node| stack.add(node)).collect::<Result<_>>()?
        }
        _ => return Ok(opaque()),
    };
    let values = if is_fortran { in_rows(&values, &shape) } else { values };
    nested(stack, values, &shape)
}

/// Fortran's order runs along the first axis.
fn in_rows(values: &[NodeId], shape: &[usize]) -> Vec<NodeId> {
    let place = |row: usize| {
        let (mut rest, mut index) = (row, vec![0; shape.len()]);
        for axis in (0..shape.len()).rev() {
            index[axis] = rest % shape[axis].max(1);
            rest /= shape[axis].max(1);
        }
        index.iter().zip(shape).rev().fold(0, |at, (i, side)| at * side + i)
    };
    (0..values.len()).filter_map(|row| values.get(place(row)).copied()).collect()
}

fn nested(stack: &mut Stack, mut values: Vec<NodeId>, shape: &[usize]) -> Result<Node> {
    let Some((_, inner)) = shape.split_first() else {
        // An array without axes is its only value.
        return Ok(match values.pop() {
            Some(id) => Node::Tuple(vec![id]),
            None => Node::Opaque("numpy.ndarray".into()),
        });
    };
    for side in inner.iter().rev() {
        let mut rows = Vec::with_capacity(values.len() / side.max(&1));
        for row in values.chunks(*side) {
            rows.push(stack.add(Node::List(row.to_vec()))?);
        }
        values = rows;
    }
    Ok(Node::List(values))
}
