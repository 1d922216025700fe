//! Relations: made, replaced where they contradict, and denied.

use crate::ast::{Adjective, Item, Predicate, Span, Tail};
use crate::builder::{Builder, Halted};
use crate::parse_result::{Diagnostic, UnknownTermKind};
use scenewright_scene::relation::{self, PredicateKind, place_to_meet, predicate_kind};
use scenewright_scene::{Edit, NodeId, Relation, RelationId};

/// More arrows than this say no more; each subject then gets one.
const MAX_PAIRS: usize = 12;

impl Builder<'_> {
    /// Every subject to every object. `moved`: the subjects leave where they were.
    pub(crate) fn relate_all(
        &mut self,
        subjects: &[NodeId],
        predicate: &Predicate,
        objects: &[NodeId],
        moved: bool,
    ) -> Result<(), Halted> {
        if predicate.known {
            self.drawn_as(&predicate.span, &predicate.name, UnknownTermKind::Relation);
        } else {
            self.unknown_word(&predicate.span, &predicate.name, UnknownTermKind::Relation);
        }
        if predicate.reversed {
            let plain = Predicate { reversed: false, ..predicate.clone() };
            return self.relate_all(objects, &plain, subjects, false);
        }
        if moved && subjects.iter().any(|id| self.is_locked(*id)) {
            return Err(self.locked(&predicate.span));
        }
        let all = subjects.len() * objects.len() <= MAX_PAIRS;
        for (turn, &subject) in subjects.iter().enumerate() {
            let mut old = if moved {
                self.left_behind(subject, &predicate.name)
            } else {
                self.other_carriers(subject, &predicate.name, objects)
            };
            for (index, &object) in objects.iter().enumerate() {
                if all || turn % objects.len() == index {
                    self.relate_one(subject, predicate, object, &mut old)?;
                }
            }
            if !old.is_empty() {
                self.change(Edit::Unrelate { relations: old }, &predicate.span)?;
            }
            if moved && let Some(&object) = objects.first() {
                self.follow_box(subject, predicate, object)?;
            }
        }
        Ok(())
    }

    fn relate_one(
        &mut self,
        subject: NodeId,
        predicate: &Predicate,
        object: NodeId,
        old: &mut Vec<RelationId>,
    ) -> Result<(), Halted> {
        let span = &predicate.span;
        let same = |relation: &Relation| {
            relation.subject == subject
                && relation.object == object
                && self.is_same_relation(&relation.predicate, predicate)
        };
        if let Some(there) =
            self.scene.relations_of(subject).find(|relation| same(relation)).map(|relation| relation.id)
        {
            old.retain(|id| *id != there);
            return Ok(());
        }
        let against: Vec<RelationId> = self
            .scene
            .relations_of(subject)
            .filter(|relation| contradicts(relation, subject, &predicate.name, object))
            .map(|relation| relation.id)
            .collect();
        old.extend(against.iter().filter(|id| !old.contains(*id)).copied().collect::<Vec<_>>());
        // The relation that no longer holds turns into the one that does: it keeps its place in the graph.
        if let Some(relation) = (!old.is_empty()).then(|| old.remove(0)) {
            self.change(Edit::Reroute { relation, subject, object }, span)?;
            self.change(Edit::SetPredicate { relation, predicate: predicate.name.clone() }, span)?;
            return Ok(());
        }
        self.change(Edit::relate(subject, predicate.name.clone(), object), span).map(|_| ())
    }

    /// Relations that say where the subject was before it was moved.
    fn left_behind(&self, subject: NodeId, predicate: &str) -> Vec<RelationId> {
        let stands = is_support(predicate);
        let own = self
            .scene
            .relations_of(subject)
            .filter(|relation| relation.subject == subject && relation.object != subject);
        own.filter(|relation| if stands { is_support(&relation.predicate) } else { is_beside(&relation.predicate) })
            .map(|relation| relation.id)
            .collect()
    }

    /// "rather than under it", "off the table": relations that end, where there are any.
    pub(crate) fn unrelate(
        &mut self,
        subjects: &[NodeId],
        objects: &[NodeId],
        span: &Span,
        ends: impl Fn(&Relation) -> bool,
    ) -> Result<bool, Halted> {
        let of_these = |relation: &&Relation| {
            subjects.contains(&relation.subject) && objects.contains(&relation.object) && ends(relation)
        };
        let relations: Vec<RelationId> =
            self.scene.relations().iter().filter(of_these).map(|relation| relation.id).collect();
        let any = !relations.is_empty();
        if any {
            self.change(Edit::Unrelate { relations }, span)?;
        }
        Ok(any)
    }

    /// "boat on grass" ends "boat in ocean": what was there before this sentence stands on one ground, or on one thing, at a time.
    fn other_carriers(&self, subject: NodeId, predicate: &str, objects: &[NodeId]) -> Vec<RelationId> {
        if subject >= self.first_new || !is_support(predicate) {
            return Vec::new();
        }
        let scenery = |id: &NodeId| self.scene.node(*id).is_some_and(|node| self.is_scenery(&node.name));
        let Some(new) = objects.first().map(scenery) else { return Vec::new() };
        let own = self.scene.relations_of(subject).filter(|relation| relation.subject == subject);
        let ends = |relation: &&Relation| {
            is_support(&relation.predicate) && !objects.contains(&relation.object) && scenery(&relation.object) == new
        };
        own.filter(ends).map(|relation| relation.id).collect()
    }

    /// What has a box of its own must go where it was sent; the rest is the layout's business.
    fn follow_box(&mut self, subject: NodeId, predicate: &Predicate, object: NodeId) -> Result<(), Halted> {
        let span = predicate.span.clone();
        let Some(node) = self.scene.node(subject) else { return Ok(()) };
        let (pinned, placed) = (node.pinned, node.place.is_some());
        if placed {
            self.change(Edit::SetPlace { node: subject, place: None }, &span)?;
        }
        if let Some(own) = pinned {
            let other = crate::position::box_of(self, object);
            let pinned = other.and_then(|other| place_to_meet(&predicate.name, &own, &other));
            self.change(Edit::Pin { node: subject, pinned }, &span)?;
        }
        Ok(())
    }

    pub(crate) fn is_same_relation(&self, known: &str, predicate: &Predicate) -> bool {
        if known == predicate.name || known == predicate.typed {
            return true;
        }
        let id = |word: &str| self.setting.vocab.predicate_id(word);
        id(known).is_some() && id(known) == id(&predicate.name)
    }

    /// "the dog is no longer left of the cat".
    pub(crate) fn deny(&mut self, item: &Item, span: Span) -> Result<(), Halted> {
        let mut subjects = Vec::new();
        for noun in &item.nouns {
            let nodes = self.existing(noun, &[])?;
            self.mention(&nodes);
            subjects.extend(nodes);
        }
        for tail in &item.tails {
            match tail {
                Tail::Link { predicate, objects, .. } => {
                    let mut ends = Vec::new();
                    for noun in objects {
                        ends.extend(self.existing(noun, &subjects)?);
                    }
                    let denied: Vec<RelationId> = self
                        .scene
                        .relations()
                        .iter()
                        .filter(|relation| subjects.contains(&relation.subject))
                        .filter(|relation| ends.is_empty() || ends.contains(&relation.object))
                        .filter(|relation| {
                            self.is_same_relation(&relation.predicate, predicate)
                                || predicate_kind(&predicate.name)
                                    .is_some_and(|meaning| predicate_kind(&relation.predicate) == Some(meaning))
                        })
                        .map(|relation| relation.id)
                        .collect();
                    if denied.is_empty() {
                        return Err(self.diagnostic(span, Diagnostic::NotSo));
                    }
                    self.change(Edit::Unrelate { relations: denied }, &span)?;
                }
                Tail::Place(place) => {
                    let there = |id: &&NodeId| {
                        self.scene.node(**id).and_then(|node| node.place).is_some_and(|own| {
                            (place.across.is_none() || own.across == place.across)
                                && (place.down.is_none() || own.down == place.down)
                        })
                    };
                    let placed: Vec<NodeId> = subjects.iter().filter(there).copied().collect();
                    if placed.is_empty() {
                        return Err(self.diagnostic(span, Diagnostic::NotSo));
                    }
                    for node in placed {
                        self.change(Edit::SetPlace { node, place: None }, &span)?;
                    }
                }
                // "the boy isn't sitting": what he sits on.
                Tail::Look(Adjective::Look { word, .. }) => {
                    let posture = |relation: &&Relation| {
                        subjects.contains(&relation.subject)
                            && relation.predicate.split(' ').next() == Some(word.as_str())
                    };
                    let denied: Vec<RelationId> =
                        self.scene.relations().iter().filter(posture).map(|relation| relation.id).collect();
                    if denied.is_empty() {
                        return Err(self.diagnostic(span, Diagnostic::NotSo));
                    }
                    self.change(Edit::Unrelate { relations: denied }, &span)?;
                }
                _ => return Err(self.diagnostic(span, Diagnostic::NotSo)),
            }
        }
        self.topics = subjects;
        Ok(())
    }
}

/// What carries or holds the subject: it can be in one such place only.
fn is_support(word: &str) -> bool {
    predicate_kind(word).is_some_and(PredicateKind::is_support)
}

/// Where the subject is among its neighbors.
fn is_beside(word: &str) -> bool {
    let Some(predicate) = relation::predicate(word) else { return false };
    predicate.kind.is_some_and(PredicateKind::is_arrangement) && !predicate.attaches
}

/// Whether a relation between the same two cannot hold beside the new one.
fn contradicts(relation: &Relation, subject: NodeId, predicate: &str, object: NodeId) -> bool {
    let forth = relation.subject == subject && relation.object == object;
    let back = relation.subject == object && relation.object == subject;
    let (Some(old), Some(new)) = (predicate_kind(&relation.predicate), predicate_kind(predicate)) else { return false };
    let carried = |kind: PredicateKind| matches!(kind, PredicateKind::On | PredicateKind::Riding);
    let elsewhere =
        |kind: PredicateKind| kind.is_arrangement() && !matches!(kind, PredicateKind::Above | PredicateKind::Within(_));
    let moved = (carried(new) && elsewhere(old)) || (carried(old) && elsewhere(new));
    let (old, new) = (old.without_overlap(), new.without_overlap());
    (forth && (new.opposite() == Some(old) || moved)) || (back && new.opposite().is_some() && old == new)
}
