//! The names a pickle may mention, and what each one stands for here. Nothing is looked up in a Python, nothing runs: a name outside
//! this list ends the reading.
//!
//! The list: what torch.save writes for tensors and dicts of them; plus what google/sg2im's train.py leaves in its full checkpoints
//! (`defaultdict(list)` for losses, numpy scalars for validation losses), which stay names without content.

use std::fmt;

use super::error::{Result, TorchError, corrupt};
use super::tensor::{Dtype, TensorMeta};
use super::value::{Node, NodeId};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Global {
    OrderedDict,
    DefaultDict,
    RebuildTensor,
    RebuildParameter,
    Storage(Dtype),
    /// `torch.Size` and the builtin sequences: called with one sequence, they become it.
    Sequence(&'static str),
    /// Protocol 2 writes bytes as a call of `_codecs.encode(text, "latin1")`.
    Encode,
    /// A harmless type; calling it gives an opaque value of that name.
    Inert(&'static str),
}

impl fmt::Display for Global {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OrderedDict => f.write_str("collections.OrderedDict"),
            Self::DefaultDict => f.write_str("collections.defaultdict"),
            Self::RebuildTensor => f.write_str("torch._utils._rebuild_tensor_v2"),
            Self::RebuildParameter => f.write_str("torch._utils._rebuild_parameter"),
            Self::Storage(dtype) => write!(f, "storage of {dtype}"),
            Self::Encode => f.write_str("_codecs.encode"),
            Self::Sequence(name) | Self::Inert(name) => f.write_str(name),
        }
    }
}

/// The whitelist.
pub(crate) fn lookup(module: &str, name: &str) -> Result<Global> {
    let found = match module {
        "collections" => match name {
            "OrderedDict" => Some(Global::OrderedDict),
            "defaultdict" => Some(Global::DefaultDict),
            _ => None,
        },
        "torch._utils" => match name {
            "_rebuild_tensor" | "_rebuild_tensor_v2" => Some(Global::RebuildTensor),
            "_rebuild_parameter" => Some(Global::RebuildParameter),
            _ => None,
        },
        "torch" if name == "Size" => Some(Global::Sequence("torch.Size")),
        "torch" => storage(name).map(Global::Storage).or_else(|| known(TORCH, name).map(Global::Inert)),
        // Written when the model was on a GPU; the values are the same.
        "torch.cuda" => storage(name).map(Global::Storage),
        "torch.serialization" if name == "_get_layout" => Some(Global::Inert("torch.layout")),
        "__builtin__" | "builtins" => {
            known(SEQUENCES, name).map(Global::Sequence).or_else(|| known(BUILTINS, name).map(Global::Inert))
        }
        "_codecs" if name == "encode" => Some(Global::Encode),
        "numpy" | "numpy.core.multiarray" | "numpy._core.multiarray" => known(NUMPY, name).map(Global::Inert),
        _ => None,
    };
    found.ok_or_else(|| TorchError::RefusedGlobal(format!("{module}.{name}")))
}

/// Name in the pickle, name kept.
type Names = [(&'static str, &'static str)];

const SEQUENCES: &Names = &[("list", "list"), ("tuple", "tuple"), ("set", "set"), ("frozenset", "frozenset")];

const NUMPY: &Names = &[
    ("dtype", "numpy.dtype"),
    ("ndarray", "numpy.ndarray"),
    ("scalar", "numpy scalar"),
    ("_reconstruct", "numpy.ndarray"),
];

const BUILTINS: &Names = &[
    ("dict", "dict"),
    ("int", "int"),
    ("long", "int"),
    ("float", "float"),
    ("bool", "bool"),
    ("str", "str"),
    ("unicode", "str"),
    ("bytes", "bytes"),
    ("bytearray", "bytearray"),
    ("complex", "complex"),
];

const TORCH: &Names = &[
    ("device", "torch.device"),
    ("float32", "torch.float32"),
    ("float64", "torch.float64"),
    ("float16", "torch.float16"),
    ("bfloat16", "torch.bfloat16"),
    ("int64", "torch.int64"),
    ("int32", "torch.int32"),
    ("int16", "torch.int16"),
    ("int8", "torch.int8"),
    ("uint8", "torch.uint8"),
    ("bool", "torch.bool"),
];

fn known(list: &Names, name: &str) -> Option<&'static str> {
    list.iter().find(|(written, _)| *written == name).map(|(_, kept)| *kept)
}

fn storage(name: &str) -> Option<Dtype> {
    Some(match name {
        "FloatStorage" => Dtype::F32,
        "DoubleStorage" => Dtype::F64,
        "HalfStorage" => Dtype::F16,
        "BFloat16Storage" => Dtype::BF16,
        "LongStorage" => Dtype::I64,
        "IntStorage" => Dtype::I32,
        "ShortStorage" => Dtype::I16,
        "CharStorage" => Dtype::I8,
        "ByteStorage" => Dtype::U8,
        "BoolStorage" => Dtype::Bool,
        _ => return None,
    })
}

/// What `callable(*args)` stands for. `stored(i)` gives the dtype and length of storage `i`.
pub(crate) fn call(
    global: Global,
    args: &[NodeId],
    nodes: &[Node],
    stored: impl Fn(u32) -> Option<(Dtype, usize)>,
) -> Result<Node> {
    let arg = |i: usize| args.get(i).and_then(|&id| nodes.get(id as usize));
    match global {
        Global::OrderedDict | Global::DefaultDict => Ok(Node::Dict(pairs(args, nodes))),
        Global::RebuildTensor => rebuild_tensor(args, nodes, stored),
        Global::RebuildParameter => match arg(0) {
            Some(Node::Tensor(meta)) => Ok(Node::Tensor(meta.clone())),
            _ => corrupt("a parameter without a tensor"),
        },
        Global::Sequence(_) => match arg(0) {
            Some(Node::List(items) | Node::Tuple(items)) => Ok(Node::Tuple(items.clone())),
            None => Ok(Node::Tuple(Vec::new())),
            Some(_) => corrupt("a sequence is made from something else"),
        },
        Global::Encode => match arg(0) {
            // latin1: one byte a character.
            Some(Node::Str(text)) => Ok(Node::Bytes(text.chars().map(|c| c as u8).collect())),
            _ => corrupt("bytes are made from something else"),
        },
        Global::Inert(name) => Ok(Node::Opaque(name.into())),
        Global::Storage(_) => Err(TorchError::Unsupported("storages outside of tensors".into())),
    }
}

/// `OrderedDict([[key, value], ...])`, as Python 2 wrote it; Python 3 calls it empty and sets the items after. `defaultdict(list)` has
/// its factory there, which is not a list and is dropped.
fn pairs(args: &[NodeId], nodes: &[Node]) -> Vec<(NodeId, NodeId)> {
    let node = |id: NodeId| nodes.get(id as usize);
    let Some(Node::List(items)) = args.first().and_then(|&id| node(id)) else {
        return Vec::new();
    };
    let pair = |&id: &NodeId| match node(id) {
        Some(Node::List(pair) | Node::Tuple(pair)) => match pair[..] {
            [key, value] => Some((key, value)),
            _ => None,
        },
        _ => None,
    };
    items.iter().filter_map(pair).collect()
}

/// `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata])`; the older one stops after `stride`.
fn rebuild_tensor(args: &[NodeId], nodes: &[Node], stored: impl Fn(u32) -> Option<(Dtype, usize)>) -> Result<Node> {
    let node = |id: NodeId| nodes.get(id as usize);
    let whole = |node: Option<&Node>| match node {
        Some(Node::Int(i)) => usize::try_from(*i).ok(),
        _ => None,
    };
    let wholes = |id: NodeId| match node(id) {
        Some(Node::Tuple(items) | Node::List(items)) => {
            items.iter().map(|&id| whole(node(id))).collect::<Option<Vec<usize>>>()
        }
        _ => None,
    };
    let [storage, offset, shape, stride, ..] = args[..] else {
        return corrupt("a tensor with too few arguments");
    };
    let (Some(Node::Storage { index, offset: view }), Some(offset), Some(shape), Some(stride)) =
        (node(storage), whole(node(offset)), wholes(shape), wholes(stride))
    else {
        return corrupt("a tensor whose storage, shape or strides are something else");
    };
    let Some((dtype, length)) = stored(*index) else {
        return corrupt("a tensor without a storage");
    };
    let Some(offset) = usize::try_from(*view).ok().and_then(|view| view.checked_add(offset)) else {
        return corrupt("a tensor starts beyond its storage");
    };
    Ok(Node::Tensor(Box::new(TensorMeta::new(dtype, shape, stride, offset, *index as usize, length)?)))
}
