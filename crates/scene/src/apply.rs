//! The only door through which a scene changes. Each function checks first and changes last,
//! so that a refused edit leaves the scene untouched.

use super::edit::{check_box, check_depth, check_draft, check_label, check_name, check_picture_size, check_point};
use super::render_record::{moved_to, resized};
use super::{Applied, Edit, EditError, Extra, Node, NodeDraft, NodeId, Relation, RelationId, Scene};
use std::collections::HashSet;
use std::sync::Arc;

impl Scene {
    /// Makes one change, or refuses it and changes nothing.
    pub fn apply(&mut self, edit: &Edit) -> Result<Applied, EditError> {
        match edit {
            Edit::AddNode { node } => self.add_node(node),
            Edit::RemoveNodes { nodes } => self.remove_nodes(nodes),
            Edit::Rename { node, name } => {
                check_name("the object's name", name)?;
                self.set(*node, |node| &mut node.name, name.clone())
            }
            Edit::SetLabel { node, label } => {
                label.as_deref().map_or(Ok(()), |label| check_label("the label", label))?;
                self.set(*node, |node| &mut node.label, label.clone())
            }
            // What is asked for acts at once: on a pinned box here, on one that was drawn in the history (see `render_record`).
            Edit::SetSize { node, size } => self.change_node(*node, |node| {
                node.size = *size;
                node.pinned = size.map_or(node.pinned, |size| Some(resized(node.pinned?, size).clamped()));
            }),
            Edit::SetPlace { node, place } => {
                let place = place.filter(|place| !place.is_anywhere());
                self.change_node(*node, |node| {
                    node.place = place;
                    node.pinned = place.map_or(node.pinned, |place| Some(moved_to(node.pinned?, place).clamped()));
                })
            }
            Edit::SetAttributes { node, attributes } => {
                attributes.iter().try_for_each(|word| check_name("an attribute", word))?;
                self.set(*node, |node| &mut node.attributes, attributes.clone())
            }
            Edit::Pin { node, pinned } => {
                pinned.map_or(Ok(()), check_box)?;
                self.set(*node, |node| &mut node.pinned, *pinned)
            }
            Edit::Lock { node, locked } => self.set(*node, |node| &mut node.locked, *locked),
            Edit::Hide { node, hidden } => self.set(*node, |node| &mut node.hidden, *hidden),
            Edit::HideRelation { relation, hidden } => {
                self.change_relation(*relation, |relation| relation.hidden = *hidden)
            }
            Edit::SetDepth { node, depth } => {
                depth.map_or(Ok(()), check_depth)?;
                self.set(*node, |node| &mut node.depth, *depth)
            }
            Edit::SetGroup { node, group } => self.set(*node, |node| &mut node.group, *group),
            Edit::SetSeed { node, seed } => self.set(*node, |node| &mut node.seed, *seed),
            Edit::SetSceneSeed { seed } => Ok(replaced(&mut self.seed, *seed)),
            Edit::FreshLayout { seed } => Ok(replaced(&mut self.layout_seed, *seed)),
            Edit::SetPictureSize { size } => {
                size.map_or(Ok(()), check_picture_size)?;
                Ok(replaced(&mut self.picture_size, *size))
            }
            Edit::SetCompletion { is_on } => Ok(self.set_completion(*is_on)),
            Edit::DismissImplied { name } => {
                check_name("the object's name", name)?;
                let is_new = Arc::make_mut(&mut self.completion).dismissed.insert(name.clone());
                Ok(if is_new { Applied::Changed } else { Applied::Unchanged })
            }
            Edit::SetBox { node, bounds } => {
                if self.require_node(*node)?.pinned.is_some() {
                    return Err(EditError::Pinned);
                }
                check_box(bounds.clamped())?;
                self.set(*node, |node| &mut node.rendered.bounds, Some(*bounds))
            }
            Edit::MoveOnCanvas { node, canvas } => {
                canvas.map_or(Ok(()), check_point)?;
                self.set(*node, |node| &mut node.canvas, *canvas)
            }
            Edit::Relate { subject, predicate, object } => self.relate(*subject, predicate, *object),
            Edit::Reroute { relation, subject, object } => {
                self.require_node(*subject)?;
                self.require_node(*object)?;
                let ends = |relation: &mut Relation| (relation.subject, relation.object) = (*subject, *object);
                self.change_relation(*relation, ends)
            }
            Edit::SetPredicate { relation, predicate } => {
                check_name("the relation", predicate)?;
                self.change_relation(*relation, |relation| relation.predicate.clone_from(predicate))
            }
            Edit::Reverse { relation } => self.change_relation(*relation, |relation| {
                std::mem::swap(&mut relation.subject, &mut relation.object);
            }),
            Edit::Unrelate { relations } => self.unrelate(relations),
        }
    }

    /// Makes all changes, or none.
    pub fn apply_all(&mut self, edits: &[Edit]) -> Result<Vec<Applied>, EditError> {
        // One edit is all or none by itself; the draft's copy would cost a whole list per frame of a drag.
        if let [edit] = edits {
            return Ok(vec![self.apply(edit)?]);
        }
        let mut draft = self.clone();
        let applied = edits.iter().map(|edit| draft.apply(edit)).collect::<Result<_, _>>()?;
        *self = draft;
        Ok(applied)
    }

    fn set_completion(&mut self, is_on: bool) -> Applied {
        if self.completion.is_on == is_on {
            return Applied::Unchanged;
        }
        let completion = Arc::make_mut(&mut self.completion);
        completion.is_on = is_on;
        completion.dismissed.clear();
        Applied::Changed
    }

    fn require_node(&self, id: NodeId) -> Result<&Node, EditError> {
        self.node(id).ok_or(EditError::NoSuchNode(id))
    }

    fn require_relation(&self, id: RelationId) -> Result<&Relation, EditError> {
        self.relation(id).ok_or(EditError::NoSuchRelation(id))
    }

    fn add_node(&mut self, draft: &NodeDraft) -> Result<Applied, EditError> {
        check_draft(draft)?;
        let id = self.next_node_id();
        self.next_node += 1;
        Arc::make_mut(&mut self.nodes).push(draft.clone().with_id(id));
        Ok(Applied::AddedNode(id))
    }

    fn remove_nodes(&mut self, nodes: &[NodeId]) -> Result<Applied, EditError> {
        nodes.iter().try_for_each(|&id| self.require_node(id).map(|_| ()))?;
        let gone: HashSet<NodeId> = nodes.iter().copied().collect();
        let loose: Vec<RelationId> = self
            .relations()
            .iter()
            .filter(|relation| gone.contains(&relation.subject) || gone.contains(&relation.object))
            .map(|relation| relation.id)
            .collect();
        if gone.is_empty() {
            return Ok(Applied::Unchanged);
        }
        if !loose.is_empty() {
            self.drop_relations(&loose);
        }
        let removed = self.nodes().iter().map(|node| node.id).filter(|id| gone.contains(id)).collect();
        Arc::make_mut(&mut self.nodes).retain(|node| !gone.contains(&node.id));
        Ok(Applied::Removed { nodes: removed, relations: loose })
    }

    fn relate(&mut self, subject: NodeId, predicate: &str, object: NodeId) -> Result<Applied, EditError> {
        check_name("the relation", predicate)?;
        self.require_node(subject)?;
        self.require_node(object)?;
        let id = self.next_relation_id();
        self.next_relation += 1;
        let predicate = predicate.to_owned();
        let relation = Relation { id, subject, predicate, object, hidden: false, extra: Extra::new() };
        Arc::make_mut(&mut self.relations).push(relation);
        Ok(Applied::AddedRelation(id))
    }

    fn unrelate(&mut self, relations: &[RelationId]) -> Result<Applied, EditError> {
        relations.iter().try_for_each(|&id| self.require_relation(id).map(|_| ()))?;
        if relations.is_empty() {
            return Ok(Applied::Unchanged);
        }
        Ok(Applied::Removed { nodes: Vec::new(), relations: self.drop_relations(relations) })
    }

    /// Removes relations that are known to exist; returns them once each, in the document's order.
    fn drop_relations(&mut self, relations: &[RelationId]) -> Vec<RelationId> {
        let gone: HashSet<RelationId> = relations.iter().copied().collect();
        let removed = self.relations().iter().map(|relation| relation.id).filter(|id| gone.contains(id)).collect();
        Arc::make_mut(&mut self.relations).retain(|relation| !gone.contains(&relation.id));
        removed
    }

    /// Sets one field of one node. A value that is already there copies nothing and counts as no change.
    fn set<V: PartialEq>(
        &mut self,
        id: NodeId,
        field: impl Fn(&mut Node) -> &mut V,
        value: V,
    ) -> Result<Applied, EditError> {
        self.change_node(id, |node| *field(node) = value)
    }

    fn change_node(&mut self, id: NodeId, change: impl FnOnce(&mut Node)) -> Result<Applied, EditError> {
        let before = self.require_node(id)?;
        let mut changed = before.clone();
        change(&mut changed);
        if changed == *before {
            return Ok(Applied::Unchanged);
        }
        Arc::make_mut(&mut self.nodes).replace(changed);
        Ok(Applied::Changed)
    }

    fn change_relation(&mut self, id: RelationId, change: impl FnOnce(&mut Relation)) -> Result<Applied, EditError> {
        let before = self.require_relation(id)?;
        let mut changed = before.clone();
        change(&mut changed);
        if changed == *before {
            return Ok(Applied::Unchanged);
        }
        Arc::make_mut(&mut self.relations).replace(changed);
        Ok(Applied::Changed)
    }
}

fn replaced<T: PartialEq>(old: &mut T, new: T) -> Applied {
    if *old == new {
        return Applied::Unchanged;
    }
    *old = new;
    Applied::Changed
}
