//! Where things go: places, steps to a side, swapping.

use crate::ast::{Head, Noun, Shift, Span, Tail};
use crate::builder::{Builder, Halted};
use crate::parse_result::Diagnostic;
use crate::position;
use scenewright_scene::{Across, Down, Edit, NodeId, PlaceHint, RelationId, UnitBox};

impl Builder<'_> {
    pub(crate) fn move_things(&mut self, what: &[Noun], tails: &[Tail]) -> Result<(), Halted> {
        let nodes = self.pointed_at(what)?;
        let nodes = self.things_of(what, nodes);
        self.follow(tails, nodes.clone(), true)?;
        self.topics = nodes;
        Ok(())
    }

    /// "make everything smaller", "move everything down": the things, not the landscape that they stand on.
    pub(crate) fn things_of(&self, what: &[Noun], nodes: Vec<NodeId>) -> Vec<NodeId> {
        if !what.iter().any(|noun| matches!(noun.head, Head::Everything | Head::Rest)) {
            return nodes;
        }
        let thing = |id: &NodeId| self.scene.node(*id).is_some_and(|node| !self.is_scenery(&node.name));
        let things: Vec<NodeId> = nodes.iter().copied().filter(thing).collect();
        if things.is_empty() { nodes } else { things }
    }

    /// "further away": smaller and higher up; "closer to us": larger and further down.
    pub(crate) fn move_in_depth(&mut self, nodes: &[NodeId], away: bool) -> Result<(), Halted> {
        let down = if away { -1 } else { 1 };
        for &id in nodes {
            let (steps, area) = if away { (-1, 0.6) } else { (1, 1.6) };
            self.scale(id, steps, area)?;
        }
        self.shift(nodes, Shift { across: 0, down, step: 0.1 })
    }

    /// Objects that are there, each once, and from here on spoken of.
    pub(crate) fn pointed_at(&mut self, nouns: &[Noun]) -> Result<Vec<NodeId>, Halted> {
        let mut nodes: Vec<NodeId> = Vec::new();
        for noun in nouns {
            let found = self.existing(noun, &[])?;
            self.mention(&found);
            nodes.extend(found.into_iter().filter(|id| !nodes.contains(id)).collect::<Vec<_>>());
        }
        Ok(nodes)
    }

    pub(crate) fn place_at(&mut self, nodes: &[NodeId], place: PlaceHint) -> Result<(), Halted> {
        for &id in nodes {
            self.change(Edit::SetPlace { node: id, place: Some(place) }, &NOWHERE)?;
            if let Some(pinned) = self.scene.node(id).and_then(|node| node.pinned) {
                let ([x, y], region) = (pinned.center(), place.region().center());
                let to = [
                    if place.across.is_some() { region[0] } else { x },
                    if place.down.is_some() { region[1] } else { y },
                ];
                self.change(Edit::Pin { node: id, pinned: Some(moved_to(&pinned, to)) }, &NOWHERE)?;
            }
        }
        Ok(())
    }

    /// A box that is known moves by a share of the picture; otherwise the requested place moves by one.
    pub(crate) fn shift(&mut self, nodes: &[NodeId], shift: Shift) -> Result<(), Halted> {
        for &id in nodes {
            let place = self.scene.node(id).and_then(|node| node.place);
            if let Some(own) = position::box_of(self, id).and_then(|found| found.repaired()) {
                let [x, y] = own.center();
                let to = [x + shift.step * shift.across as f32, y + shift.step * shift.down as f32];
                self.change(Edit::Pin { node: id, pinned: Some(moved_to(&own, to)) }, &NOWHERE)?;
                if place.is_some() {
                    self.change(Edit::SetPlace { node: id, place: None }, &NOWHERE)?;
                }
                continue;
            }
            let mut place = place.unwrap_or_default();
            place.across = match (shift.across, place.across) {
                (0, across) => across,
                (-1, Some(Across::Right)) | (1, Some(Across::Left)) => Some(Across::Center),
                (-1, _) => Some(Across::Left),
                _ => Some(Across::Right),
            };
            place.down = match (shift.down, place.down) {
                (0, down) => down,
                (-1, Some(Down::Bottom)) | (1, Some(Down::Top)) => Some(Down::Middle),
                (-1, _) => Some(Down::Top),
                _ => Some(Down::Bottom),
            };
            self.change(Edit::SetPlace { node: id, place: Some(place) }, &NOWHERE)?;
        }
        Ok(())
    }

    /// Two objects change places: in the graph, in the picture and on the canvas. Each keeps its looks.
    pub(crate) fn swap(&mut self, what: &[Noun], span: Span) -> Result<(), Halted> {
        let nodes = self.pointed_at(what)?;
        let &[one, other] = nodes.as_slice() else { return Err(self.diagnostic(span, Diagnostic::NotTwo)) };
        let swapped = |id: NodeId| {
            if id == one {
                other
            } else if id == other {
                one
            } else {
                id
            }
        };
        let touching: Vec<(RelationId, NodeId, NodeId)> = self
            .scene
            .relations()
            .iter()
            .filter(|relation| relation.touches(one) || relation.touches(other))
            .map(|relation| (relation.id, swapped(relation.subject), swapped(relation.object)))
            .collect();
        for (relation, subject, object) in touching {
            self.change(Edit::Reroute { relation, subject, object }, &span)?;
        }
        let (Some(a), Some(b)) = (self.scene.node(one).cloned(), self.scene.node(other).cloned()) else {
            return Ok(());
        };
        for (to, from) in [(one, &b), (other, &a)] {
            self.change(Edit::SetPlace { node: to, place: from.place }, &span)?;
            self.change(Edit::Pin { node: to, pinned: from.pinned }, &span)?;
            self.change(Edit::MoveOnCanvas { node: to, canvas: from.canvas }, &span)?;
        }
        self.topics = nodes;
        Ok(())
    }

    pub(crate) fn unpin(&mut self, what: &[Noun]) -> Result<(), Halted> {
        let nodes = self.pointed_at(what)?;
        for &node in &nodes {
            self.change(Edit::Pin { node, pinned: None }, &NOWHERE)?;
        }
        self.topics = nodes;
        Ok(())
    }
}

/// For changes that no word of the sentence could make fail.
const NOWHERE: Span = 0..0;

/// The same box around another center, within the picture.
pub(super) fn moved_to(own: &UnitBox, center: [f32; 2]) -> UnitBox {
    let (width, height) = (own.width().min(1.0), own.height().min(1.0));
    let x = center[0].clamp(width / 2.0, 1.0 - width / 2.0);
    let y = center[1].clamp(height / 2.0, 1.0 - height / 2.0);
    UnitBox::from_center([x, y], width, height).clamped()
}
