//! New things and how they stand to each other: "a sheep by another sheep standing on the grass with sky above".

use crate::command::MOST_AT_ONCE;
use crate::command::ast::{Adjective, Determiner, Head, Item, Noun, Predicate, Tail};
use crate::command::builder::{Builder, Stop};
use crate::command::understanding::{StrangerKind, Trouble};
use crate::scene::{Edit, NodeDraft, NodeId};

/// Things that a sentence has named, in its order.
struct Link {
    nodes: Vec<NodeId>,
    /// New, or what the clause is about: more can be said of it. What was there already is only a landmark.
    fresh: bool,
}

impl Builder<'_> {
    pub(in crate::command) fn describe(&mut self, items: &[Item], fresh: bool) -> Result<(), Stop> {
        let mut topics = Vec::new();
        for item in items {
            // "a house with a red door and a blue roof": the roof is the house's.
            let wearers = std::mem::take(&mut self.wearers);
            let worn = item.tails.is_empty() && item.nouns.iter().all(|noun| self.is_worn(noun, &wearers));
            if worn {
                item.nouns.iter().try_for_each(|noun| self.wear(noun, &wearers))?;
                self.wearers = wearers;
                continue;
            }
            let mut heads = Vec::new();
            for noun in &item.nouns {
                heads.extend(self.thing(noun, fresh, &[])?.0);
            }
            // "a table and a ball on it": the table is what "it" is by now, the ball what the tail is about.
            let chain = self.follow(&item.tails, heads.clone(), false)?;
            self.last_chain = chain;
            topics.extend(&heads);
            self.topics = topics.clone();
        }
        self.wearers.clear();
        Ok(())
    }

    /// Says of `heads` all that follows them. `moved`: what they were said to be before no longer holds.
    pub(in crate::command) fn follow(
        &mut self,
        tails: &[Tail],
        heads: Vec<NodeId>,
        moved: bool,
    ) -> Result<Vec<NodeId>, Stop> {
        let mut chain = vec![Link { nodes: heads, fresh: true }];
        let mut subject = 0;
        for tail in tails {
            match tail {
                Tail::Link { predicate, objects, and } => {
                    if !and {
                        subject = self.subject_of(&chain, predicate);
                    }
                    let subjects = chain[subject].nodes.clone();
                    if self.wears(predicate, objects, &subjects)? {
                        self.wearers = subjects;
                        continue;
                    }
                    let link = self.link(predicate, objects, &subjects, &chain[0].nodes, subject > 0, moved)?;
                    chain.extend(link);
                }
                Tail::Around { subjects, predicate } => {
                    let around = chain.last().map(|link| link.nodes.clone()).unwrap_or_default();
                    let mut nodes = Vec::new();
                    for noun in subjects {
                        nodes.extend(self.thing(noun, false, &around)?.0);
                    }
                    self.relate_all(&nodes, predicate, &around, false)?;
                    chain.push(Link { nodes, fresh: true });
                }
                Tail::Place(place) => {
                    let about = chain.iter().rev().find(|link| link.fresh && !self.is_all_scenery(&link.nodes));
                    let nodes = about.unwrap_or(&chain[0]).nodes.clone();
                    self.place_at(&nodes, *place)?;
                }
                Tail::Shift(shift) => {
                    let nodes = chain[0].nodes.clone();
                    self.shift(&nodes, *shift)?;
                }
                Tail::Look(look) => {
                    let nodes = chain.last().map(|link| link.nodes.clone()).unwrap_or_default();
                    nodes.iter().try_for_each(|id| self.add_look(*id, look))?;
                }
                Tail::Light(light) => self.light(light)?,
            }
        }
        Ok(chain.pop().map(|link| link.nodes).unwrap_or_default())
    }

    fn link(
        &mut self,
        predicate: &Predicate,
        objects: &[Noun],
        subjects: &[NodeId],
        heads: &[NodeId],
        inner: bool,
        moved: bool,
    ) -> Result<Option<Link>, Stop> {
        // "it" within a description is its head, or what was spoken of before the head.
        let outer = self.topics.clone();
        if inner {
            self.topics = heads.to_vec();
        }
        let found = self.objects(predicate, objects, subjects);
        self.topics = outer;
        let Some((nodes, fresh)) = found? else {
            // "next to each other".
            for pair in subjects.windows(2) {
                self.relate_all(&pair[1..], predicate, &pair[..1], false)?;
            }
            return Ok(None);
        };
        self.relate_all(subjects, predicate, &nodes, moved && !inner)?;
        Ok((!objects.is_empty()).then_some(Link { nodes, fresh }))
    }

    /// `None` for "each other".
    fn objects(
        &mut self,
        predicate: &Predicate,
        objects: &[Noun],
        subjects: &[NodeId],
    ) -> Result<Option<(Vec<NodeId>, bool)>, Stop> {
        if objects.iter().any(|noun| noun.head == Head::EachOther) {
            return Ok(None);
        }
        if objects.is_empty() {
            // "mountains behind": behind what was said last.
            let before = if self.last_chain.is_empty() { self.referents() } else { self.last_chain.clone() };
            let nodes: Vec<NodeId> =
                before.into_iter().filter(|id| !subjects.contains(id) && self.scene.node(*id).is_some()).collect();
            if nodes.is_empty() {
                return Err(self.trouble(predicate.span.clone(), Trouble::NoReferent));
            }
            return Ok(Some((nodes, false)));
        }
        let (mut nodes, mut fresh) = (Vec::new(), true);
        for noun in objects {
            let (more, new) = self.thing(noun, false, subjects)?;
            nodes.extend(more);
            fresh &= new;
        }
        Ok(Some((nodes, fresh)))
    }

    /// Which of the things named so far a relation is said of: the last one that is new. What only living
    /// things do ("standing on") is said of the last of those.
    fn subject_of(&self, chain: &[Link], predicate: &Predicate) -> usize {
        let fresh = |index: &usize| chain[*index].fresh;
        let first = predicate.typed.split(' ').next().unwrap_or_default();
        let acts = (first.ends_with("ing") && first.len() > 5 && first != "surrounding")
            || ["stands", "sits", "lies", "walks", "runs", "seated", "rides", "holds", "wears", "eats", "looks"]
                .contains(&first);
        let indices = || (0..chain.len()).rev().filter(fresh);
        let alive = |index: &usize| {
            let group = |id: &NodeId| self.setting.vocab.group_of(&self.scene.node(*id)?.name);
            chain[*index].nodes.iter().all(|id| group(id).is_some_and(|group| ["people", "animals"].contains(&group)))
        };
        let thing = |index: &usize| !self.is_all_scenery(&chain[*index].nodes);
        let found = if acts { indices().find(alive).or_else(|| indices().find(thing)) } else { None };
        found.or_else(|| indices().next()).unwrap_or(0)
    }

    fn is_all_scenery(&self, nodes: &[NodeId]) -> bool {
        nodes.iter().all(|id| self.scene.node(*id).is_some_and(|node| self.is_scenery(&node.name)))
    }

    /// The objects of a noun phrase, and whether they are new.
    /// `fresh`: a name without an article is new too ("add kite").
    pub(in crate::command) fn thing(
        &mut self,
        noun: &Noun,
        fresh: bool,
        but: &[NodeId],
    ) -> Result<(Vec<NodeId>, bool), Stop> {
        let plain = noun.pick.is_none() && noun.limits.is_empty();
        let found = match (&noun.head, noun.determiner) {
            (Head::Named { .. } | Head::One, Determiner::Indefinite | Determiner::Another) => None,
            (Head::Named { plural, .. }, Determiner::Bare) if plain => {
                if fresh || *plural || self.candidates(noun).iter().all(|id| but.contains(id)) {
                    None
                } else {
                    Some(self.existing(noun, but)?)
                }
            }
            // Scenery may be spoken of before anyone has added it: "standing on the grass".
            (Head::Named { known, .. }, Determiner::Definite) if plain => {
                let here = self.candidates(noun).iter().any(|id| !but.contains(id));
                let near = !known && self.is_nearly_known(noun);
                if here || near { Some(self.existing(noun, but)?) } else { None }
            }
            _ => Some(self.existing(noun, but)?),
        };
        let (nodes, new) = match found {
            Some(nodes) => (nodes, false),
            None => (self.create(noun)?, true),
        };
        self.mention(&nodes);
        Ok((nodes, new))
    }

    /// "the gras" is a slip, not a new thing.
    fn is_nearly_known(&self, noun: &Noun) -> bool {
        let Head::Named { name, .. } = &noun.head else { return false };
        let near = |known: &str| known != name && strsim::normalized_damerau_levenshtein(known, name) >= 0.7;
        let vocab = self.setting.vocab.nearest_objects(name, 1);
        vocab.into_iter().chain(self.scene.nodes().iter().map(|node| node.name.as_str())).any(near)
    }

    fn create(&mut self, noun: &Noun) -> Result<Vec<NodeId>, Stop> {
        let (name, plural) = match &noun.head {
            Head::Named { name, known, plural, .. } => {
                if !known {
                    self.stranger(&noun.span, name, StrangerKind::Object);
                }
                (name.clone(), *plural)
            }
            _ => match self.kind_spoken_of() {
                Some(name) => (name, false),
                None => return Err(self.trouble(noun.span.clone(), Trouble::NoReferent)),
            },
        };
        let count = noun.count.unwrap_or(if plural { 2 } else { 1 });
        if count > MOST_AT_ONCE {
            return Err(self.trouble(noun.span.clone(), Trouble::TooMany));
        }
        let mut draft = NodeDraft { label: noun.label.clone(), ..NodeDraft::new(name) };
        for adjective in &noun.adjectives {
            match adjective {
                Adjective::Size(size) => draft.size = Some(*size),
                Adjective::Look { word, known, span, .. } => {
                    if !known {
                        self.stranger(span, word, StrangerKind::Look);
                    }
                    if !draft.attributes.contains(word) {
                        draft.attributes.push(word.clone());
                    }
                }
            }
        }
        let mut nodes = Vec::with_capacity(count);
        for _ in 0..count {
            let applied = self.change(Edit::from(draft.clone()), &noun.span)?;
            nodes.extend(applied.node());
        }
        Ok(nodes)
    }
}
