//! Noun phrases to objects of the scene: who is "it", which one is "the left sheep", and when to ask.

use super::ast::{Adjective, Determiner, Head, Noun, Pick, Tail};
use super::builder::{Builder, Stop};
use super::spot;
use super::understanding::Trouble;
use crate::scene::{Node, NodeId};
use crate::vocab::{fold, singular};

impl Builder<'_> {
    /// Objects that are there. `but`: what it cannot be, since it is what the sentence speaks about.
    pub(super) fn existing(&mut self, noun: &Noun, but: &[NodeId]) -> Result<Vec<NodeId>, Stop> {
        let found = match &noun.head {
            Head::Labelled(id) => vec![*id],
            Head::Everything => self.all(),
            Head::Rest => {
                let spoken_of = self.spoken_of();
                self.all().into_iter().filter(|id| !spoken_of.contains(id)).collect()
            }
            Head::It => return self.it(noun, but),
            Head::Them | Head::EachOther => self.them(noun, but)?,
            Head::One | Head::Named { .. } => return self.one_of(noun, but),
        };
        let found = self.except(noun, found)?;
        if found.iter().any(|id| self.scene.node(*id).is_none()) || found.is_empty() {
            return Err(self.trouble(noun.span.clone(), Trouble::NotHere));
        }
        Ok(found)
    }

    /// What a phrase could point at; nothing is asked, nothing is reported.
    pub(super) fn candidates(&self, noun: &Noun) -> Vec<NodeId> {
        let nodes = self.scene.nodes().iter();
        let named: Vec<NodeId> = match &noun.head {
            Head::Named { name, typed, .. } => {
                let same: Vec<NodeId> =
                    nodes.clone().filter(|node| self.is_called(node, name)).map(|node| node.id).collect();
                if same.is_empty() { self.of_group(typed) } else { same }
            }
            Head::Labelled(id) => vec![*id],
            Head::One => match self.kind_spoken_of() {
                Some(name) => nodes.filter(|node| self.is_called(node, &name)).map(|node| node.id).collect(),
                None => self.all(),
            },
            _ => self.all(),
        };
        self.narrowed(noun, named)
    }

    /// Those of which the adjectives and limits are true.
    pub(super) fn narrowed(&self, noun: &Noun, mut found: Vec<NodeId>) -> Vec<NodeId> {
        found.retain(|id| self.scene.node(*id).is_some_and(|node| noun.adjectives.iter().all(|word| has(node, word))));
        for limit in &noun.limits {
            found = self.limited(limit, found);
        }
        found
    }

    pub(super) fn is_called(&self, node: &Node, name: &str) -> bool {
        node.name == name || self.lexicon.object(&node.name).is_some_and(|known| known == name)
    }

    fn one_of(&mut self, noun: &Noun, but: &[NodeId]) -> Result<Vec<NodeId>, Stop> {
        let mut found: Vec<NodeId> = self.candidates(noun).into_iter().filter(|id| !but.contains(id)).collect();
        if noun.determiner == Determiner::Other {
            let spoken_of = self.spoken_of();
            found.retain(|id| !spoken_of.contains(id));
        }
        found = self.except(noun, found)?;
        let plural = matches!(noun.head, Head::Named { plural: true, .. });
        let all = noun.determiner == Determiner::All
            || (plural && noun.pick.is_none() && noun.count.is_none())
            || noun.count.is_some_and(|count| count > 1 && count == found.len())
            || (noun.determiner == Determiner::Both && found.len() == 2);
        match found.as_slice() {
            [] => Err(self.trouble(noun.span.clone(), Trouble::NotHere)),
            _ if all => Ok(found),
            [_] if noun.count.is_none_or(|count| count <= 1) => Ok(found),
            _ => self.choose(noun, found),
        }
    }

    /// One of several: by its place, by what was just spoken of, by the selection; else by asking.
    pub(super) fn choose(&mut self, noun: &Noun, found: Vec<NodeId>) -> Result<Vec<NodeId>, Stop> {
        if let Some(pick) = noun.pick {
            return match self.picked(pick, &found) {
                Some(one) => self.decide(noun, found, one),
                None if matches!(pick, Pick::Nth(_)) => Err(self.trouble(noun.span.clone(), Trouble::NotHere)),
                None => self.ask(noun, found),
            };
        }
        if noun.count.is_none_or(|count| count <= 1) && noun.determiner != Determiner::Both {
            let recent = self.mentions.iter().rev().find_map(|mention| match mention.nodes.as_slice() {
                [one] if found.contains(one) => Some(*one),
                _ => None,
            });
            if let Some(one) = recent {
                return self.decide(noun, found, one);
            }
            let mut selected = found.iter().filter(|id| self.setting.selected.contains(id));
            if let (Some(one), None) = (selected.next().copied(), selected.next()) {
                return self.decide(noun, found, one);
            }
        }
        self.ask(noun, found)
    }

    pub(super) fn picked(&self, pick: Pick, found: &[NodeId]) -> Option<NodeId> {
        match pick {
            Pick::Nth(n) => found.get(n.checked_sub(1)?).copied(),
            Pick::Last | Pick::Newest => found.last().copied(),
            Pick::Left => spot::farthest(self, found, 0, false),
            Pick::Right => spot::farthest(self, found, 0, true),
            Pick::Top => spot::farthest(self, found, 1, false),
            Pick::Bottom => spot::farthest(self, found, 1, true),
            Pick::Middle => spot::middle(self, found),
            Pick::Biggest => spot::by_size(self, found, true),
            Pick::Smallest => spot::by_size(self, found, false),
        }
    }

    fn limited(&self, limit: &Tail, found: Vec<NodeId>) -> Vec<NodeId> {
        match limit {
            Tail::Look(look) => {
                found.into_iter().filter(|id| self.scene.node(*id).is_some_and(|node| has(node, look))).collect()
            }
            Tail::Place(place) => spot::at(self, found, *place),
            Tail::Link { predicate, objects, .. } => {
                let ends: Vec<NodeId> = objects
                    .iter()
                    .flat_map(|noun| if noun.head == Head::It { self.referents() } else { self.candidates(noun) })
                    .collect();
                let fits = |id: &NodeId| {
                    self.scene.relations_of(*id).any(|relation| {
                        let any = predicate.name.is_empty();
                        let forth = relation.subject == *id && ends.contains(&relation.object);
                        let back = relation.object == *id && ends.contains(&relation.subject);
                        (any && (forth || back)) || (forth && self.is_same_relation(&relation.predicate, predicate))
                    })
                };
                // "remove the boat from the ocean": one boat is meant, whatever the graph says.
                let narrowed: Vec<NodeId> = found.iter().copied().filter(fits).collect();
                if narrowed.is_empty() && predicate.name.is_empty() { found } else { narrowed }
            }
            _ => found,
        }
    }

    /// "the animal" is the sheep, "the person" the man, where nothing else is called so.
    fn of_group(&self, typed: &str) -> Vec<NodeId> {
        let wanted = singular(&fold(typed));
        let groups: &[&str] = match wanted.as_str() {
            "person" | "human" | "somebody" | "someone" => &["people"],
            "animal" | "beast" => &["animals"],
            "vehicle" => &["vehicles", "boats"],
            "plant" => &["plants"],
            "building" => &["buildings"],
            "background" | "backdrop" | "scenery" | "landscape" => {
                let scenery = self.scene.nodes().iter().filter(|node| self.is_scenery(&node.name));
                return scenery.map(|node| node.id).collect();
            }
            _ => return Vec::new(),
        };
        let in_group =
            |node: &&Node| self.setting.vocab.group_of(&node.name).is_some_and(|group| groups.contains(&group));
        self.scene.nodes().iter().filter(in_group).map(|node| node.id).collect()
    }

    /// Sky, ground, water: what things stand on or in front of.
    pub(super) fn is_scenery(&self, name: &str) -> bool {
        let group = self.setting.vocab.group_of(name);
        let by_group =
            group.is_some_and(|group| ["nature", "water", "ground", "landscape", "interior"].contains(&group));
        let by_name =
            ["sky", "grass", "field", "street", "road", "sidewalk", "pavement", "beach", "background", "forest"];
        let folded = fold(name);
        let name = folded.strip_suffix(" other").unwrap_or(&folded);
        by_name.contains(&name) || (by_group && !["rock", "stone", "boulder"].contains(&name))
    }

    fn it(&mut self, noun: &Noun, but: &[NodeId]) -> Result<Vec<NodeId>, Stop> {
        let found: Vec<NodeId> = self.referents().into_iter().filter(|id| !but.contains(id)).collect();
        match found.as_slice() {
            [] => Err(self.trouble(noun.span.clone(), Trouble::NoReferent)),
            [one] => {
                let name = self.scene.node(*one).map(|node| node.name.clone()).unwrap_or_default();
                let alike: Vec<NodeId> =
                    self.scene.nodes().iter().filter(|node| self.is_called(node, &name)).map(|node| node.id).collect();
                if alike.len() > 1 { self.decide(noun, alike, *one) } else { Ok(found) }
            }
            _ => self.ask(noun, found),
        }
    }

    /// Several that were spoken of together; else what was touched last.
    fn them(&mut self, noun: &Noun, but: &[NodeId]) -> Result<Vec<NodeId>, Stop> {
        let free = |nodes: &[NodeId]| nodes.len() > 1 && !nodes.iter().any(|id| but.contains(id));
        let mention =
            self.mentions.iter().rev().find(|mention| free(&mention.nodes)).map(|mention| mention.nodes.clone());
        let found: Vec<NodeId> = mention.unwrap_or_else(|| {
            let mut all: Vec<NodeId> = self.topics.clone();
            if all.len() < 2 {
                let spoken = self.mentions.iter().flat_map(|mention| mention.nodes.iter().copied());
                all = spoken.filter(|id| !but.contains(id)).collect();
            }
            if all.is_empty() { self.touched.clone() } else { all }
        });
        let found: Vec<NodeId> =
            found.into_iter().filter(|id| !but.contains(id) && self.scene.node(*id).is_some()).collect();
        if found.is_empty() {
            return Err(self.trouble(noun.span.clone(), Trouble::NoReferent));
        }
        if noun.determiner == Determiner::Both && found.len() > 2 {
            return self.ask(noun, found);
        }
        Ok(found)
    }

    /// What "it" can be: what this sentence is about, else what was touched last.
    pub(super) fn referents(&self) -> Vec<NodeId> {
        let alive =
            |nodes: &[NodeId]| nodes.iter().copied().filter(|id| self.scene.node(*id).is_some()).collect::<Vec<_>>();
        let topics = alive(&self.topics);
        if topics.is_empty() { alive(&self.touched) } else { topics }
    }

    /// "the left one", "two more": of the kind that was spoken of last.
    pub(super) fn kind_spoken_of(&self) -> Option<String> {
        let from_mention = self.mentions.last().and_then(|mention| mention.nodes.first());
        let id = from_mention.or_else(|| self.topics.last()).or_else(|| self.touched.last())?;
        let name = &self.scene.node(*id)?.name;
        Some(self.lexicon.object(name).unwrap_or(name).to_owned())
    }

    /// Everything that this sentence has named; before that, what was touched last.
    fn spoken_of(&self) -> Vec<NodeId> {
        let named: Vec<NodeId> = self.mentions.iter().flat_map(|mention| mention.nodes.iter().copied()).collect();
        if named.is_empty() { self.touched.clone() } else { named }
    }

    fn except(&mut self, noun: &Noun, found: Vec<NodeId>) -> Result<Vec<NodeId>, Stop> {
        let mut kept = found;
        for other in &noun.except {
            // "all the sheep except the left one": one of these.
            let nodes = if other.head == Head::One {
                let fitting = self.narrowed(other, kept.clone());
                match (other.pick.and_then(|pick| self.picked(pick, &fitting)), fitting.as_slice()) {
                    (Some(one), _) | (None, &[one]) => vec![one],
                    _ => self.ask(other, fitting)?,
                }
            } else {
                let candidates = self.candidates(other);
                // "except the sheep" spares all sheep, where one would have to be asked for.
                let unclear = other.pick.is_none() && candidates.len() > 1 && other.determiner != Determiner::Other;
                if unclear { candidates } else { self.existing(other, &[])? }
            };
            self.mention(&nodes);
            kept.retain(|id| !nodes.contains(id));
        }
        Ok(kept)
    }

    fn all(&self) -> Vec<NodeId> {
        self.scene.nodes().iter().map(|node| node.id).collect()
    }
}

fn has(node: &Node, adjective: &Adjective) -> bool {
    match adjective {
        Adjective::Size(size) => node.size == Some(*size),
        Adjective::Look { word, .. } => node.attributes.iter().any(|own| own.eq_ignore_ascii_case(word)),
    }
}
