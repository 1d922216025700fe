//! Taking things away.

use crate::command::ast::Noun;
use crate::command::builder::{Builder, Stop};
use crate::scene::{Edit, NodeId};

impl Builder<'_> {
    pub(in crate::command) fn remove(&mut self, what: &[Noun]) -> Result<(), Stop> {
        let nodes = self.pointed_at(what)?;
        self.take_away(nodes, what)
    }

    /// "keep only the sky".
    pub(in crate::command) fn keep_only(&mut self, what: &[Noun]) -> Result<(), Stop> {
        let kept = self.pointed_at(what)?;
        let gone = self.scene.nodes().iter().map(|node| node.id).filter(|id| !kept.contains(id)).collect();
        self.take_away(gone, what)?;
        self.topics = kept;
        Ok(())
    }

    fn take_away(&mut self, nodes: Vec<NodeId>, what: &[Noun]) -> Result<(), Stop> {
        let span = what.first().map_or(0..0, |noun| noun.span.clone());
        if !nodes.is_empty() {
            self.change(Edit::RemoveNodes { nodes }, &span)?;
        }
        let scene = &self.scene;
        self.topics.retain(|id| scene.node(*id).is_some());
        for mention in &mut self.mentions {
            mention.nodes.retain(|id| scene.node(*id).is_some());
        }
        self.last_chain.retain(|id| scene.node(*id).is_some());
        Ok(())
    }
}
