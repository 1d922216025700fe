//! The names a pickle may mention, and their meaning here. No Python is involved, nothing is executed.
//!
//! The list: what torch.save writes for tensors and dicts of them; what google/sg2im's train.py leaves in its full checkpoints
//! (`defaultdict(list)` for losses, numpy scalars for validation losses); what people put beside the weights: arguments, dates, paths, counters.
//! A class outside the list is a name, and its instances are the attributes, entries or items that were set in them. A function outside
//! the list ends the reading, and so does anything of a module that reaches the system.

use std::fmt;

use super::error::{Result, TorchError, corrupt};
use super::numpy::{self, NumpyDtype};
use super::tensor::{Dtype, TensorMeta};
use super::value::{Node, NodeId, Object};

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
    /// `collections.Counter`: called with a dict, it becomes it.
    Counter,
    /// `collections.deque`: called with a list, it becomes it.
    Deque,
    /// A path of pathlib: called with its parts, it becomes a text.
    Path,
    NumpyDtype,
    NumpyScalar,
    /// `_reconstruct`, an empty array whose values come with BUILD.
    NumpyArray,
    /// `_frombuffer(bytes, dtype, shape, order)`, of protocol 5.
    NumpyBuffer,
    /// `_rebuild_from_type_v2(function, type, arguments, state)`: a subclass of Tensor, or a tensor with attributes.
    RebuildFromType,
    /// `copyreg._reconstructor(class, ...)`, of protocols 0 and 1.
    Reconstruct,
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
            Self::Counter => f.write_str("collections.Counter"),
            Self::Deque => f.write_str("collections.deque"),
            Self::Path => f.write_str("pathlib.Path"),
            Self::NumpyDtype => f.write_str("numpy.dtype"),
            Self::NumpyScalar => f.write_str("numpy scalar"),
            Self::NumpyArray | Self::NumpyBuffer => f.write_str("numpy.ndarray"),
            Self::RebuildFromType => f.write_str("torch._tensor._rebuild_from_type_v2"),
            Self::Reconstruct => f.write_str("copyreg._reconstructor"),
            Self::Sequence(name) | Self::Inert(name) => f.write_str(name),
        }
    }
}

/// What a name stands for.
pub(crate) fn lookup(module: &str, name: &str) -> Result<Node> {
    let found = match module {
        "collections" => match name {
            "OrderedDict" => Some(Global::OrderedDict),
            "defaultdict" => Some(Global::DefaultDict),
            "Counter" => Some(Global::Counter),
            "deque" => Some(Global::Deque),
            _ => None,
        },
        "torch._utils" => match name {
            "_rebuild_tensor" | "_rebuild_tensor_v2" => Some(Global::RebuildTensor),
            "_rebuild_parameter" | "_rebuild_parameter_with_state" => Some(Global::RebuildParameter),
            _ => return Err(unread_tensor(name).unwrap_or_else(|| refused(module, name))),
        },
        "torch._tensor" if ["_rebuild_from_type", "_rebuild_from_type_v2"].contains(&name) => {
            Some(Global::RebuildFromType)
        }
        "torch" if name == "Size" => Some(Global::Sequence("torch.Size")),
        "torch" => match unread_storage(name) {
            Some(error) => return Err(error),
            None => storage(name).map(Global::Storage).or_else(|| known(TORCH, name).map(Global::Inert)),
        },
        // Written when the model was on a GPU; the values are the same.
        "torch.cuda" => match unread_storage(name) {
            Some(error) => return Err(error),
            None => storage(name).map(Global::Storage),
        },
        "torch.serialization" if name == "_get_layout" => Some(Global::Inert("torch.layout")),
        "__builtin__" | "builtins" => {
            known(SEQUENCES, name).map(Global::Sequence).or_else(|| known(BUILTINS, name).map(Global::Inert))
        }
        "_codecs" if name == "encode" => Some(Global::Encode),
        "copy_reg" | "copyreg" if name == "_reconstructor" => Some(Global::Reconstruct),
        "datetime" => known(DATES, name).map(Global::Inert),
        "pathlib" | "pathlib._local" => name.ends_with("Path").then_some(Global::Path),
        "numpy.random._pickle" => Some(Global::Inert("numpy.random.Generator")),
        "numpy" | "numpy.core.multiarray" | "numpy._core.multiarray" | "numpy.core.numeric" | "numpy._core.numeric" => {
            match name {
                "dtype" => Some(Global::NumpyDtype),
                "scalar" => Some(Global::NumpyScalar),
                "_reconstruct" => Some(Global::NumpyArray),
                "_frombuffer" => Some(Global::NumpyBuffer),
                "ndarray" => Some(Global::Inert("numpy.ndarray")),
                // Types of scalars: float64, str_ ...
                _ if module == "numpy" && is_numpy_type(name) => Some(Global::Inert("numpy type")),
                _ => None,
            }
        }
        _ => None,
    };
    match found {
        Some(global) => Ok(Node::Global(global)),
        None if is_class(module, name) => Ok(Node::Class(format!("{module}.{name}").into())),
        None => Err(refused(module, name)),
    }
}

fn refused(module: &str, name: &str) -> TorchError {
    TorchError::RefusedGlobal(format!("{module}.{name}"))
}

/// By Python's custom a class begins with a capital and a function does not. Of these modules nothing belongs into a checkpoint.
fn is_class(module: &str, name: &str) -> bool {
    const REFUSED: [&str; 32] = [
        "os",
        "posix",
        "nt",
        "sys",
        "subprocess",
        "builtins",
        "__builtin__",
        "importlib",
        "runpy",
        "shutil",
        "socket",
        "ctypes",
        "pickle",
        "_pickle",
        "marshal",
        "code",
        "codeop",
        "pty",
        "commands",
        "webbrowser",
        "multiprocessing",
        "threading",
        "asyncio",
        "signal",
        "tempfile",
        "urllib",
        "http",
        "requests",
        "io",
        "_io",
        "gc",
        "inspect",
    ];
    let top = module.split('.').next().unwrap_or_default();
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_capital = last.trim_start_matches('_').starts_with(|c: char| c.is_uppercase());
    is_capital && !REFUSED.contains(&top)
}

fn is_numpy_type(name: &str) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    [
        "float", "int", "uint", "bool", "str", "bytes", "complex", "object", "void", "half", "single", "double",
        "longlong", "intc",
    ]
    .contains(&stem)
}

/// Tensors that are no plain numbers in memory.
fn unread_tensor(name: &str) -> Option<TorchError> {
    let (found, fix) = match name {
        "_rebuild_qtensor" => return Some(quantized()),
        "_rebuild_sparse_tensor" | "_rebuild_sparse_csr_tensor" => {
            ("sparse", "Make them dense in Python: state[name] = tensor.to_dense()")
        }
        "_rebuild_nested_tensor" => ("nested", "Save plain tensors in Python instead"),
        "_rebuild_meta_tensor_no_storage" => {
            ("on the meta device and have no values", "Load the real weights in Python before saving")
        }
        "_rebuild_tensor_v3" => {
            ("of a kind that candle does not know", "Convert them in Python: state[name] = tensor.float()")
        }
        "_rebuild_device_tensor_from_numpy" | "_rebuild_device_tensor_from_cpu_tensor" => {
            ("on an accelerator", "Move them in Python before saving: state[name] = tensor.cpu()")
        }
        _ => return None,
    };
    Some(TorchError::Known { found: format!("holds tensors that are {found}"), fix })
}

fn unread_storage(name: &str) -> Option<TorchError> {
    match name {
        "QInt8Storage" | "QUInt8Storage" | "QInt32Storage" | "QUInt4x2Storage" | "QUInt2x4Storage" => Some(quantized()),
        "ComplexFloatStorage" | "ComplexDoubleStorage" | "ComplexHalfStorage" => Some(TorchError::Known {
            found: "holds complex tensors, which no sg2im model has".into(),
            fix: "Give the checkpoint of an sg2im model, or save the real part in Python: state[name] = tensor.real",
        }),
        _ => None,
    }
}

fn quantized() -> TorchError {
    TorchError::Known {
        found: "holds quantized weights".into(),
        fix: "Give the checkpoint from before quantizing, or make floats of them in Python: state[name] = tensor.dequantize()",
    }
}

/// Name in the pickle, name kept.
type Names = [(&'static str, &'static str)];

const SEQUENCES: &Names = &[("list", "list"), ("tuple", "tuple"), ("set", "set"), ("frozenset", "frozenset")];

const DATES: &Names = &[
    ("datetime", "datetime.datetime"),
    ("date", "datetime.date"),
    ("time", "datetime.time"),
    ("timedelta", "datetime.timedelta"),
    ("timezone", "datetime.timezone"),
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
    ("object", "object"),
    ("slice", "slice"),
    ("range", "range"),
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
    ("float", "torch.float32"),
    ("double", "torch.float64"),
    ("half", "torch.float16"),
    ("strided", "torch.strided"),
    ("contiguous_format", "torch.contiguous_format"),
    ("channels_last", "torch.channels_last"),
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
    stored: &dyn Fn(u32) -> Option<(Dtype, usize)>,
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
        Global::Counter => Ok(match arg(0) {
            Some(Node::Dict(entries)) => Node::Dict(entries.clone()),
            _ => Node::Dict(Vec::new()),
        }),
        Global::Deque => Ok(match arg(0) {
            Some(Node::List(items) | Node::Tuple(items)) => Node::List(items.clone()),
            _ => Node::List(Vec::new()),
        }),
        Global::Path => {
            let part = |&id: &NodeId| match nodes.get(id as usize) {
                Some(Node::Str(part)) => Some(part.to_string()),
                _ => None,
            };
            let parts: Vec<String> = args.iter().filter_map(part).collect();
            Ok(Node::Str(parts.join("/").replace("//", "/").into()))
        }
        Global::NumpyDtype => Ok(match arg(0) {
            Some(Node::Str(code)) => NumpyDtype::new(code).map_or(Node::Opaque("numpy.dtype".into()), Node::NumpyDtype),
            _ => Node::Opaque("numpy.dtype".into()),
        }),
        Global::NumpyScalar => {
            Ok(arg(0).map_or(Node::Opaque("numpy scalar".into()), |dtype| numpy::scalar(dtype, arg(1))))
        }
        Global::NumpyArray | Global::NumpyBuffer => Ok(Node::Opaque(NUMPY_ARRAY.into())),
        Global::RebuildFromType => match (arg(0), arg(2)) {
            (Some(&Node::Global(function)), Some(Node::Tuple(args))) if function != Global::RebuildFromType => {
                call(function, args, nodes, stored)
            }
            _ => corrupt("a tensor of an unknown type"),
        },
        Global::Reconstruct => Ok(match arg(0) {
            Some(Node::Class(class)) => Node::Object(Box::new(Object { class: class.clone(), ..Object::default() })),
            _ => Node::Opaque("object".into()),
        }),
        Global::Inert(name) => Ok(Node::Opaque(name.into())),
        Global::Storage(_) => Err(TorchError::Unsupported("storages outside of tensors".into())),
    }
}

/// What an array is until its values are known.
pub(crate) const NUMPY_ARRAY: &str = "numpy.ndarray";

/// `Class(*args)`: a dict or a list among the arguments is what the instance holds.
pub(crate) fn instance(class: &str, args: &[NodeId], nodes: &[Node]) -> Node {
    let mut object = Object { class: class.into(), ..Object::default() };
    match args.first().and_then(|&id| nodes.get(id as usize)) {
        Some(Node::Dict(entries)) => object.entries = entries.clone(),
        Some(Node::List(items)) => object.items = items.clone(),
        _ => {}
    }
    Node::Object(Box::new(object))
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
fn rebuild_tensor(args: &[NodeId], nodes: &[Node], stored: &dyn Fn(u32) -> Option<(Dtype, usize)>) -> Result<Node> {
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
