//! What a checkpoint holds besides its numbers: dicts, lists, texts, and tensors that are still in the file.
//!
//! The nodes lie in one vector and refer to each other by index, so what a pickle shares or ties into a knot stays shared: a few bytes
//! that repeat a list inside a list cannot unfold into gigabytes, and dropping a deep nest needs no deep stack.

use serde_json::{Map, Value as Json};

use super::globals::Global;
use super::numpy::NumpyDtype;
use super::tensor::TensorMeta;

pub(crate) type NodeId = u32;

#[derive(Debug)]
pub(crate) enum Node {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Box<str>),
    Bytes(Box<[u8]>),
    List(Vec<NodeId>),
    Tuple(Vec<NodeId>),
    Dict(Vec<(NodeId, NodeId)>),
    Tensor(Box<TensorMeta>),
    /// A storage that a tensor is about to be built on; `offset` comes from the views of old torch.
    Storage {
        index: u32,
        offset: u64,
    },
    Global(Global),
    /// A class that is named and never looked up.
    Class(Box<str>),
    /// An instance of such a class: what was set in it, as data.
    Object(Box<Object>),
    /// `numpy.dtype`, until a scalar or an array is made with it.
    NumpyDtype(NumpyDtype),
    /// Something named and harmless, of which only the name is kept.
    Opaque(Box<str>),
}

/// An instance of a class that this reader does not know: attributes or entries, and items.
#[derive(Debug, Default)]
pub(crate) struct Object {
    pub class: Box<str>,
    pub entries: Vec<(NodeId, NodeId)>,
    pub items: Vec<NodeId>,
}

#[derive(Debug)]
pub struct Tree {
    pub(crate) nodes: Vec<Node>,
    pub(crate) root: NodeId,
}

/// One value of a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub struct Value<'t> {
    tree: &'t Tree,
    id: NodeId,
}

/// A value taken apart. Dicts keep their order; for a repeated key the last entry counts.
#[derive(Debug)]
pub enum Kind<'t> {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(&'t str),
    Bytes(&'t [u8]),
    List(Vec<Value<'t>>),
    Tuple(Vec<Value<'t>>),
    Dict(Vec<(Value<'t>, Value<'t>)>),
    Tensor(&'t TensorMeta),
    Opaque(String),
}

/// What `to_json` unfolds at most; a vocabulary has a few thousand values.
const MAX_JSON_VALUES: usize = 1_000_000;
const DEEPEST_JSON: usize = 64;

impl Tree {
    pub fn root(&self) -> Value<'_> {
        Value { tree: self, id: self.root }
    }
}

impl<'t> Value<'t> {
    pub fn kind(self) -> Kind<'t> {
        let at = |&id: &NodeId| Value { tree: self.tree, id };
        match self.node() {
            Node::None => Kind::None,
            Node::Bool(b) => Kind::Bool(*b),
            Node::Int(i) => Kind::Int(*i),
            Node::Float(x) => Kind::Float(*x),
            Node::Str(text) => Kind::Str(text),
            Node::Bytes(bytes) => Kind::Bytes(bytes),
            Node::List(items) => Kind::List(items.iter().map(at).collect()),
            Node::Tuple(items) => Kind::Tuple(items.iter().map(at).collect()),
            Node::Dict(entries) => Kind::Dict(entries.iter().map(|(k, v)| (at(k), at(v))).collect()),
            Node::Tensor(meta) => Kind::Tensor(meta),
            Node::Storage { .. } => Kind::Opaque("storage".into()),
            Node::Global(global) => Kind::Opaque(global.to_string()),
            Node::Class(name) => Kind::Opaque(name.to_string()),
            Node::Object(object) => match (object.entries.as_slice(), object.items.as_slice()) {
                ([], []) => Kind::Opaque(object.class.to_string()),
                ([], items) => Kind::List(items.iter().map(at).collect()),
                (entries, _) => Kind::Dict(entries.iter().map(|(k, v)| (at(k), at(v))).collect()),
            },
            Node::NumpyDtype(_) => Kind::Opaque("numpy.dtype".into()),
            Node::Opaque(name) => Kind::Opaque(name.to_string()),
        }
    }

    /// The entry of a dict under a text key.
    pub fn get(self, key: &str) -> Option<Value<'t>> {
        let entries = self.entries()?;
        let (_, id) = entries.iter().rev().find(|(k, _)| Value { id: *k, ..self }.as_str() == Some(key))?;
        Some(Value { id: *id, ..self })
    }

    /// The entries of a dict, or the attributes of an object.
    fn entries(self) -> Option<&'t [(NodeId, NodeId)]> {
        match self.node() {
            Node::Dict(entries) => Some(entries),
            Node::Object(object) if !object.entries.is_empty() => Some(&object.entries),
            _ => None,
        }
    }

    /// The class of an object that is neither a value nor a dict.
    pub(crate) fn class(self) -> Option<&'t str> {
        match self.node() {
            Node::Object(object) => Some(&object.class),
            _ => None,
        }
    }

    pub fn as_str(self) -> Option<&'t str> {
        match self.node() {
            Node::Str(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_tensor(self) -> Option<&'t TensorMeta> {
        match self.node() {
            Node::Tensor(meta) => Some(meta),
            _ => None,
        }
    }

    pub(crate) fn is_dict(self) -> bool {
        self.entries().is_some()
    }

    /// In words, for errors: `a dict of 3 entries (a, b, c)`.
    pub fn describe(self) -> String {
        match self.kind() {
            Kind::None => "None".into(),
            Kind::Bool(_) => "a bool".into(),
            Kind::Int(_) | Kind::Float(_) => "a number".into(),
            Kind::Str(_) => "a text".into(),
            Kind::Bytes(_) => "bytes".into(),
            Kind::List(items) => format!("a list of {}", items.len()),
            Kind::Tuple(items) => format!("a tuple of {}", items.len()),
            Kind::Dict(entries) if entries.is_empty() => "an empty dict".into(),
            Kind::Dict(entries) => {
                let names: Vec<_> = entries.iter().take(8).map(|(key, _)| key.short()).collect();
                let more = if entries.len() > 8 { ", ..." } else { "" };
                format!("a dict of {} entries ({}{more})", entries.len(), names.join(", "))
            }
            Kind::Tensor(meta) => format!("a {} tensor of shape {:?}", meta.dtype, meta.shape),
            Kind::Opaque(name) => format!("a \"{name}\""),
        }
    }

    /// As JSON: tuples become arrays, keys become texts, what JSON lacks becomes a text that names it.
    pub fn to_json(self) -> Result<Json, String> {
        self.json_within(DEEPEST_JSON, &mut MAX_JSON_VALUES.clone())
    }

    fn json_within(self, depth: usize, budget: &mut usize) -> Result<Json, String> {
        let (Some(depth), Some(left)) = (depth.checked_sub(1), budget.checked_sub(1)) else {
            return Err("is nested too deep or unfolds too far".into());
        };
        *budget = left;
        Ok(match self.kind() {
            Kind::None => Json::Null,
            Kind::Bool(b) => b.into(),
            Kind::Int(i) => i.into(),
            Kind::Float(x) if x.is_finite() => x.into(),
            Kind::Float(x) => x.to_string().into(),
            Kind::Str(text) => text.into(),
            Kind::List(items) | Kind::Tuple(items) => {
                items.into_iter().map(|item| item.json_within(depth, budget)).collect::<Result<_, _>>()?
            }
            Kind::Dict(entries) => {
                let mut map = Map::new();
                for (key, value) in entries {
                    map.insert(key.short(), value.json_within(depth, budget)?);
                }
                Json::Object(map)
            }
            Kind::Bytes(_) | Kind::Tensor(_) | Kind::Opaque(_) => format!("<{}>", self.describe()).into(),
        })
    }

    /// A key in few letters.
    fn short(self) -> String {
        match self.node() {
            Node::Str(text) => text.to_string(),
            Node::Int(i) => i.to_string(),
            Node::Float(x) => x.to_string(),
            Node::Bool(b) => b.to_string(),
            Node::None => "None".into(),
            _ => "...".into(),
        }
    }

    fn node(self) -> &'t Node {
        // Ids come from the machine that filled the vector; an id beyond it cannot be made.
        self.tree.nodes.get(self.id as usize).unwrap_or(&Node::None)
    }
}
