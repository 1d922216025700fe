//! Relations: made, replaced where they contradict, and denied.

use crate::ast::{Item, Predicate, Span, Tail};
use crate::builder::{Builder, Stop};
use crate::understanding::{StrangerKind, Trouble};
use scenewright_scene::relation::{Meaning, meaning_of, place_to_meet};
use scenewright_scene::{Edit, NodeId, Relation, RelationId};

/// More arrows than this say no more; each subject then gets one.
const MOST_PAIRS: usize = 12;

impl Builder<'_> {
    /// Every subject to every object. `moved`: the subjects leave where they were.
    pub(crate) fn relate_all(
        &mut self,
        subjects: &[NodeId],
        predicate: &Predicate,
        objects: &[NodeId],
        moved: bool,
    ) -> Result<(), Stop> {
        if predicate.known {
            self.drawn_as(&predicate.span, &predicate.name, StrangerKind::Relation);
        } else {
            self.stranger(&predicate.span, &predicate.name, StrangerKind::Relation);
        }
        if predicate.reversed {
            let plain = Predicate { reversed: false, ..predicate.clone() };
            return self.relate_all(objects, &plain, subjects, false);
        }
        let all = subjects.len() * objects.len() <= MOST_PAIRS;
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
    ) -> Result<(), Stop> {
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
    ) -> Result<bool, Stop> {
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
    fn follow_box(&mut self, subject: NodeId, predicate: &Predicate, object: NodeId) -> Result<(), Stop> {
        let span = predicate.span.clone();
        let Some(node) = self.scene.node(subject) else { return Ok(()) };
        let (pinned, placed) = (node.pinned, node.place.is_some());
        if placed {
            self.change(Edit::SetPlace { node: subject, place: None }, &span)?;
        }
        if let Some(own) = pinned {
            let other = crate::spot::box_of(self, object);
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
    pub(crate) fn deny(&mut self, item: &Item, span: Span) -> Result<(), Stop> {
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
                                || meaning_of(&predicate.name)
                                    .is_some_and(|meaning| meaning_of(&relation.predicate) == Some(meaning))
                        })
                        .map(|relation| relation.id)
                        .collect();
                    if denied.is_empty() {
                        return Err(self.trouble(span, Trouble::NotSo));
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
                        return Err(self.trouble(span, Trouble::NotSo));
                    }
                    for node in placed {
                        self.change(Edit::SetPlace { node, place: None }, &span)?;
                    }
                }
                _ => return Err(self.trouble(span, Trouble::NotSo)),
            }
        }
        self.topics = subjects;
        Ok(())
    }
}

/// What carries or holds the subject: it can be in one such place only.
fn is_support(predicate: &str) -> bool {
    matches!(meaning_of(predicate), Some(Meaning::On | Meaning::MostlyIn | Meaning::Inside | Meaning::Riding))
}

/// Where the subject is among its neighbours.
fn is_beside(predicate: &str) -> bool {
    let holds = ["touching", "attached to", "holding", "carrying", "eating", "with"];
    let beside = matches!(
        meaning_of(predicate),
        Some(
            Meaning::Beside
                | Meaning::Within(_)
                | Meaning::Behind
                | Meaning::InFrontOf
                | Meaning::Direction(_)
                | Meaning::Over
                | Meaning::Under
        )
    );
    beside && !holds.contains(&predicate)
}

/// Whether a relation between the same two cannot hold beside the new one.
fn contradicts(relation: &Relation, subject: NodeId, predicate: &str, object: NodeId) -> bool {
    let forth = relation.subject == subject && relation.object == object;
    let back = relation.subject == object && relation.object == subject;
    let (Some(old), Some(new)) = (meaning_of(&relation.predicate), meaning_of(predicate)) else { return false };
    let carried = |meaning: Meaning| matches!(meaning, Meaning::On | Meaning::Riding);
    let elsewhere = |meaning: Meaning| {
        matches!(meaning, Meaning::Under | Meaning::Over | Meaning::Beside | Meaning::Behind | Meaning::InFrontOf)
            || matches!(meaning, Meaning::Direction(word) if word != "above")
    };
    let moved = (carried(new) && elsewhere(old)) || (carried(old) && elsewhere(new));
    (forth && (opposite(new) == Some(plain(old)) || moved)) || (back && is_one_way(new) && plain(old) == plain(new))
}

fn plain(meaning: Meaning) -> Meaning {
    match meaning {
        Meaning::Over => Meaning::Direction("above"),
        Meaning::Under => Meaning::Direction("below"),
        meaning => meaning,
    }
}

fn is_one_way(meaning: Meaning) -> bool {
    opposite(meaning).is_some()
}

fn opposite(meaning: Meaning) -> Option<Meaning> {
    Some(match plain(meaning) {
        Meaning::Direction("left of") => Meaning::Direction("right of"),
        Meaning::Direction("right of") => Meaning::Direction("left of"),
        Meaning::Direction("above") => Meaning::Direction("below"),
        Meaning::Direction("below") => Meaning::Direction("above"),
        Meaning::Behind => Meaning::InFrontOf,
        Meaning::InFrontOf => Meaning::Behind,
        Meaning::Inside => Meaning::Surrounding,
        Meaning::Surrounding => Meaning::Inside,
        _ => return None,
    })
}
