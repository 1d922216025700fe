//! The pickle machine's memory: all values, the stack, and the memo.

use std::collections::HashMap;

use super::error::{Result, TorchError, corrupt};
use super::value::{Node, NodeId, Tree};

const DEEPEST_MARK: usize = 10_000;

// Shared nodes, the first three of every tree.
pub(crate) const NONE: NodeId = 0;
pub(crate) const FALSE: NodeId = 1;
pub(crate) const TRUE: NodeId = 2;

pub(crate) struct Stack {
    nodes: Vec<Node>,
    stack: Vec<NodeId>,
    /// Heights of the stack where MARK was met.
    marks: Vec<usize>,
    memo: HashMap<u32, NodeId>,
}

impl Stack {
    pub(crate) fn new() -> Self {
        Self {
            nodes: vec![Node::None, Node::Bool(false), Node::Bool(true)],
            stack: Vec::new(),
            marks: Vec::new(),
            memo: HashMap::new(),
        }
    }

    /// The last value is the result.
    pub(crate) fn into_tree(mut self) -> Result<Tree> {
        let root = self.pop()?;
        Ok(Tree { nodes: self.nodes, root })
    }

    pub(crate) fn push(&mut self, node: Node) -> Result<()> {
        let id = self.add(node)?;
        self.push_id(id)
    }

    /// A value that others refer to, without putting it on the stack.
    pub(crate) fn add(&mut self, node: Node) -> Result<NodeId> {
        // The number of opcodes bounds it; should that bound ever grow, this one stays.
        let Ok(id) = NodeId::try_from(self.nodes.len()) else {
            return Err(TorchError::TooLarge("it holds over four billion values".into()));
        };
        self.nodes.push(node);
        Ok(id)
    }

    pub(crate) fn push_id(&mut self, id: NodeId) -> Result<()> {
        self.stack.push(id);
        Ok(())
    }

    pub(crate) fn mark(&mut self) -> Result<()> {
        if self.marks.len() == DEEPEST_MARK {
            return Err(TorchError::TooLarge(format!("it is nested over {DEEPEST_MARK} deep")));
        }
        self.marks.push(self.stack.len());
        Ok(())
    }

    pub(crate) fn pop_mark(&mut self) -> Result<Vec<NodeId>> {
        match self.marks.pop() {
            Some(height) if height <= self.stack.len() => Ok(self.stack.split_off(height)),
            _ => corrupt("a mark is missing"),
        }
    }

    pub(crate) fn pop(&mut self) -> Result<NodeId> {
        self.stack.pop().ok_or_else(empty)
    }

    pub(crate) fn pop_many(&mut self, count: usize) -> Result<Vec<NodeId>> {
        match self.stack.len().checked_sub(count) {
            Some(height) => Ok(self.stack.split_off(height)),
            None => Err(empty()),
        }
    }

    pub(crate) fn duplicate(&mut self) -> Result<()> {
        let id = self.top_id()?;
        self.push_id(id)
    }

    pub(crate) fn top(&mut self) -> Result<&mut Node> {
        let id = self.top_id()?;
        self.nodes.get_mut(id as usize).ok_or_else(empty)
    }

    /// `None`: the next free slot, as MEMOIZE counts.
    pub(crate) fn memoize(&mut self, slot: Option<u32>) -> Result<()> {
        let id = self.top_id()?;
        self.memo.insert(slot.unwrap_or(self.memo.len() as u32), id);
        Ok(())
    }

    pub(crate) fn recall(&mut self, slot: u32) -> Result<()> {
        match self.memo.get(&slot) {
            Some(&id) => self.push_id(id),
            None => corrupt(format!("it recalls value {slot}, which it never stored")),
        }
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        // Every id was handed out by `push`.
        self.nodes.get(id as usize).unwrap_or(&Node::None)
    }

    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    fn top_id(&self) -> Result<NodeId> {
        self.stack.last().copied().ok_or_else(empty)
    }
}

fn empty() -> TorchError {
    TorchError::Corrupt("the stack is empty".into())
}
