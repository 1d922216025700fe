//! Bytes that a history holds: counted, not measured, so that tests can compare them. What steps share counts once.

use std::collections::HashSet;
use std::mem::size_of;

use crate::{Extra, History, ImpliedObject, Node, Relation, RenderRecord, Scene};

/// Of an `Arc`: two counters.
const COUNTERS: usize = 2 * size_of::<usize>();

impl History {
    /// Bytes of all steps and of the scene as it is now. What a small allocation costs beyond its content is not known and not counted.
    pub fn bytes(&self) -> usize {
        let mut counted = Counted::default();
        let steps = self
            .revisions()
            .iter()
            .map(|revision| size_of_val(revision) + revision.label.capacity() + counted.scene(&revision.scene));
        let steps: usize = steps.sum();
        steps + counted.scene(self.scene())
    }
}

/// Addresses of what was counted already.
#[derive(Default)]
struct Counted(HashSet<usize>);

impl Counted {
    fn is_new(&mut self, address: usize) -> bool {
        self.0.insert(address)
    }

    /// What lies behind a scene.
    fn scene(&mut self, scene: &Scene) -> usize {
        let mut bytes = 0;
        if self.is_new(std::sync::Arc::as_ptr(&scene.nodes).addr()) {
            bytes += COUNTERS + size_of_val(&*scene.nodes) + scene.nodes().len() * size_of::<usize>();
            bytes += self.table(scene.nodes.shared_rows());
            let new = scene.nodes().shared().filter(|(address, _)| self.0.insert(*address));
            bytes += new.map(|(_, node)| COUNTERS + node_bytes(node)).sum::<usize>();
        }
        if self.is_new(std::sync::Arc::as_ptr(&scene.relations).addr()) {
            bytes += COUNTERS + size_of_val(&*scene.relations) + scene.relations().len() * size_of::<usize>();
            bytes += self.table(scene.relations.shared_rows());
            let new = scene.relations().shared().filter(|(address, _)| self.0.insert(*address));
            bytes += new.map(|(_, relation)| COUNTERS + relation_bytes(relation)).sum::<usize>();
        }
        if self.is_new(std::sync::Arc::as_ptr(&scene.completion).addr()) {
            let implied = scene.completion().implied.iter();
            bytes += COUNTERS + size_of_val(&*scene.completion);
            bytes += implied
                .map(|object| size_of::<ImpliedObject>() + object.name.capacity() + record_bytes(&object.rendered))
                .sum::<usize>();
        }
        bytes
    }

    fn table(&mut self, (address, places): (usize, usize)) -> usize {
        if self.is_new(address) { COUNTERS + places * 2 * size_of::<u64>() } else { 0 }
    }
}

fn node_bytes(node: &Node) -> usize {
    let words = node.attributes.iter().map(|word| size_of::<String>() + word.capacity()).sum::<usize>();
    let label = node.label.as_ref().map_or(0, String::capacity);
    size_of::<Node>() + node.name.capacity() + label + words + record_bytes(&node.rendered) + extra_bytes(&node.extra)
}

fn relation_bytes(relation: &Relation) -> usize {
    size_of::<Relation>() + relation.predicate.capacity() + extra_bytes(&relation.extra)
}

fn record_bytes(record: &RenderRecord) -> usize {
    let colors = record.colors.iter().map(|(part, color)| 2 * size_of::<String>() + part.capacity() + color.capacity());
    record.drawing.as_ref().map_or(0, String::capacity) + colors.sum::<usize>() + extra_bytes(&record.extra)
}

/// The text that it would be, near enough.
fn extra_bytes(extra: &Extra) -> usize {
    if extra.is_empty() { 0 } else { serde_json::to_string(extra).map_or(0, |text| text.len()) }
}
