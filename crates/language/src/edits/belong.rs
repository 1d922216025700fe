//! What belongs to whom: owners and parts, what everybody has of his own, where a thing is moved to, what is no visible thing.

use super::create::WITH;
use crate::ast::{Determiner, Head, Noun, Predicate};
use crate::builder::{Builder, Halted};
use crate::parse_result::Diagnostic;
use crate::position;
use scenewright_scene::{Across, Edit, NodeId, PlaceHint, Relation};

impl Builder<'_> {
    /// Whether what follows is rather said of the holder: "a man reading a book on a bench", "a plate with two apples next to a glass".
    pub(super) fn is_held(&self, predicate: &Predicate, subjects: &[NodeId], objects: &[NodeId]) -> bool {
        const HANDS: [&str; 26] = [
            "holding", "holds", "hold", "carrying", "carries", "reading", "reads", "eating", "eats", "wearing",
            "wears", "playing", "plays", "throwing", "throws", "kicking", "kicks", "catching", "catches", "drinking",
            "drinks", "flying", "flies", "painting", "paints", "using",
        ];
        let alive = |id: &NodeId| {
            let name = self.scene.node(*id).map(|node| node.name.as_str()).unwrap_or_default();
            self.group_of(name).is_some_and(|group| ["people", "animals"].contains(&group))
        };
        let lead = predicate.typed.split(' ').next().unwrap_or_default();
        let hands = HANDS.contains(&lead) && subjects.iter().all(alive);
        let full = ["full of", "filled with", "loaded with", "carrying", "carries", "transporting"]
            .contains(&predicate.typed.as_str());
        let has = (WITH.contains(&predicate.typed.as_str()) || predicate.name == "has" || full)
            && !self.is_all_scenery(subjects);
        (hands || has) && !objects.iter().any(alive)
    }

    /// "(move the bird) to the last tree": where it stands there as it did before, or as such things stand there.
    pub(super) fn go_to(&mut self, subjects: &[NodeId], predicate: &Predicate, objects: &[Noun]) -> Result<(), Halted> {
        const INSIDE: [&str; 12] =
            ["sky", "ocean", "lake", "river", "water", "forest", "bag", "cage", "bowl", "vase", "box", "basket"];
        const UPON: [&str; 14] = [
            "table", "shelf", "chair", "sofa", "bench", "bed", "roof", "bridge", "plate", "floor", "carpet", "stump",
            "wall", "cabinet",
        ];
        let (mut nodes, span) = (Vec::new(), predicate.span.clone());
        for noun in objects {
            nodes.extend(self.thing(noun, false, subjects)?.0);
        }
        let Some(end) = nodes.first().and_then(|id| self.scene.node(*id)).cloned() else { return Ok(()) };
        let drawn = self.lexicon.drawn(&end.name).unwrap_or(&end.name).to_owned();
        for &id in subjects {
            let as_before = self.scene.relations_of(id).find(|relation| {
                let alike =
                    self.scene.node(relation.object).is_some_and(|other| other.name == end.name && other.id != end.id);
                relation.subject == id && alike
            });
            let word = match as_before {
                Some(relation) => relation.predicate.clone(),
                None if INSIDE.contains(&drawn.as_str()) => "in".to_owned(),
                None if UPON.contains(&drawn.as_str()) || self.is_scenery(&end.name) => "on".to_owned(),
                None => "next to".to_owned(),
            };
            let (name, known) =
                self.lexicon.predicate(&word).map_or((word.clone(), false), |name| (name.to_owned(), true));
            let said = Predicate { name, typed: word, known, span: span.clone(), reversed: false };
            self.relate_all(&[id], &said, &nodes, true)?;
        }
        Ok(())
    }

    /// "a man and his dog": what is new and somebody's is had by him; "the tower of a church": what is part of a whole.
    pub(super) fn give_owner(&mut self, noun: &Noun, nodes: &[NodeId], but: &[NodeId]) -> Result<(), Halted> {
        let Some(of) = noun.of.as_deref() else { return Ok(()) };
        let part = noun.determiner != Determiner::Possessive;
        let owners = match &of.head {
            _ if part => self.thing(of, false, nodes)?.0,
            Head::Named { .. } | Head::Labeled(_) => self.existing(of, nodes)?,
            Head::Person { female } => self.people(*female).into_iter().filter(|id| !nodes.contains(id)).collect(),
            _ => return Ok(()),
        };
        let subject_has_it = owners.iter().any(|id| but.contains(id));
        if owners.len() != 1 || subject_has_it {
            return Ok(());
        }
        self.mention(&owners);
        let word = if part { "part of" } else { "has" };
        let known = self.lexicon.predicate(word).map(str::to_owned);
        let drawn = known.is_some() || self.lexicon.drawn_predicate(word).is_some();
        let name = known.unwrap_or_else(|| word.to_owned());
        let predicate = Predicate { name, typed: word.into(), known: drawn, span: noun.span.clone(), reversed: false };
        if part {
            self.relate_all(nodes, &predicate, &owners, false)
        } else {
            self.relate_all(&owners, &predicate, nodes, false)
        }
    }

    /// "give the balloon to the girl": whoever had it has it no longer.
    pub(crate) fn hand_over(&mut self, what: &Noun, owner: &Noun) -> Result<(), Halted> {
        let things = self.thing(what, true, &[])?.0;
        let owners = self.pointed_at(std::slice::from_ref(owner))?;
        let hands = |relation: &&Relation| {
            let held = ["holding", "has", "carrying"];
            let drawn = self.lexicon.drawn_predicate(&relation.predicate).unwrap_or(&relation.predicate);
            things.contains(&relation.object) && !owners.contains(&relation.subject) && held.contains(&drawn)
        };
        let relations: Vec<_> = self.scene.relations().iter().filter(hands).map(|relation| relation.id).collect();
        if !relations.is_empty() {
            self.change(Edit::Unrelate { relations }, &what.span)?;
        }
        let (name, known) =
            self.lexicon.predicate("has").map_or(("has".to_owned(), false), |name| (name.to_owned(), true));
        let predicate = Predicate { name, typed: "has".into(), known, span: owner.span.clone(), reversed: false };
        self.relate_all(&owners, &predicate, &things, false)?;
        self.topics = things;
        Ok(())
    }

    /// The objects without what is no visible thing; "over his head" is over him.
    pub(super) fn visible(&mut self, predicate: &Predicate, objects: &[Noun]) -> Vec<Noun> {
        let mut kept = Vec::with_capacity(objects.len());
        for noun in objects {
            let no_thing = matches!(&noun.head, Head::Named { name, known: false, .. } if self.lexicon.is_no_thing(name))
                && self.candidates(noun).is_empty();
            match (no_thing, noun.of.as_deref()) {
                (true, Some(owner)) if is_about_bodies(&predicate.typed) && has_place(noun) => {
                    let end = noun.span.end;
                    let last = self
                        .text
                        .get(noun.span.clone())
                        .and_then(|text| text.trim_end().rsplit(' ').next())
                        .map_or(0, str::len);
                    self.leave_out(end.saturating_sub(last)..end);
                    kept.push(Noun { span: noun.span.clone(), ..owner.clone() });
                }
                (true, _) if objects.len() > 1 => self.leave_out(noun.span.clone()),
                _ => kept.push(noun.clone()),
            }
        }
        kept
    }

    /// "two men riding horses", "each boy has a kite": every one has its own. True where that was said.
    pub(super) fn gives_each(
        &mut self,
        predicate: &Predicate,
        objects: &[Noun],
        subjects: &[NodeId],
    ) -> Result<bool, Halted> {
        let [noun] = objects else { return Ok(false) };
        let Head::Named { plural, .. } = &noun.head else { return Ok(false) };
        let lead = predicate.typed.split(' ').next().unwrap_or_default();
        let own = [
            "has", "have", "with", "wear", "wearing", "wears", "holding", "hold", "holds", "riding", "ride",
            "carrying", "carry", "eating",
        ];
        let personal = own.contains(&lead)
            || self
                .lexicon
                .drawn_predicate(&predicate.name)
                .is_some_and(|drawn| ["holding", "has", "riding", "eating"].contains(&drawn));
        let bare = *plural && noun.count.is_none() && noun.determiner == Determiner::Bare && personal;
        let same =
            *plural && noun.count == Some(subjects.len()) && noun.determiner == Determiner::Indefinite && personal;
        let each = self.each && matches!(noun.determiner, Determiner::Indefinite | Determiner::Bare);
        let alive = subjects.iter().all(|id| {
            let name = self.scene.node(*id).map(|node| node.name.as_str()).unwrap_or_default();
            self.group_of(name).is_some_and(|group| ["people", "animals"].contains(&group))
        });
        if subjects.len() < 2 || !(each || ((bare || same) && alive)) {
            return Ok(false);
        }
        let mut all = Vec::new();
        for &id in subjects {
            let count = if each { noun.count } else { Some(1) };
            let own = self.create(&Noun { count, ..noun.clone() })?;
            self.relate_all(&[id], predicate, &own, false)?;
            all.extend(own);
        }
        self.mention(&all);
        Ok(true)
    }

    /// "with" and "has" say how things are to each other: cars are on a street, clouds in a sky.
    pub(super) fn meant(&self, predicate: &Predicate, subjects: &[NodeId], objects: &[NodeId]) -> Predicate {
        if !["with", "has", "have", "having", "full of", "filled with"].contains(&predicate.typed.as_str())
            || predicate.reversed
        {
            return predicate.clone();
        }
        let drawn = |ids: &[NodeId]| {
            let node = ids.first().and_then(|id| self.scene.node(*id));
            node.map(|node| self.lexicon.drawn(&node.name).unwrap_or(&node.name).to_owned()).unwrap_or_default()
        };
        let (host, guest) = (drawn(subjects), drawn(objects));
        let word = match (host.as_str(), self.is_scenery(&guest)) {
            ("sky" | "ocean" | "sea" | "lake" | "river" | "water" | "forest" | "cage", false) => "in",
            ("table" | "shelf" | "plate" | "sofa" | "bed" | "bench" | "bridge", false) => "on",
            (host, false) if self.is_scenery(host) && !["wall", "window"].contains(&host) => "on",
            (host, true) if self.is_scenery(host) => "behind",
            _ => return predicate.clone(),
        };
        let (name, known) =
            self.lexicon.predicate(word).map_or((word.to_owned(), false), |name| (name.to_owned(), true));
        // "a street with cars" is "cars on the street".
        Predicate { name, typed: predicate.typed.clone(), known, span: predicate.span.clone(), reversed: true }
    }

    /// "on the other side (of the tree)": left becomes right.
    pub(super) fn other_side(&mut self, nodes: &[NodeId], nouns: &[Noun]) -> Result<(), Halted> {
        let ends = if nouns.is_empty() { Vec::new() } else { self.pointed_at(nouns)? };
        let known = |id: NodeId| {
            let tied = self.scene.relations_of(id).any(|relation| {
                relation.subject == id && ends.contains(&relation.object) && is_side(&relation.predicate)
            });
            let seen = position::box_of(self, id).is_some()
                && ends.first().is_some_and(|end| position::box_of(self, *end).is_some());
            tied || seen
        };
        if !ends.is_empty() && !nodes.iter().all(|id| known(*id)) {
            let span = nouns.first().map_or(0..0, |noun| noun.span.clone());
            return Err(self.diagnostic(span, Diagnostic::Unfinished { expects: "which side of it" }));
        }
        for &id in nodes {
            let side = |relation: &&Relation| {
                relation.subject == id
                    && (ends.is_empty() || ends.contains(&relation.object))
                    && is_side(&relation.predicate)
            };
            let turned =
                self.scene.relations_of(id).find(side).map(|relation| (relation.id, relation.predicate.clone()));
            let flip = |word: &str| {
                let other = match word {
                    "left of" => "right of",
                    "right of" => "left of",
                    "behind" => "in front of",
                    _ => "behind",
                };
                other.to_owned()
            };
            if let Some((relation, word)) = turned {
                self.change(Edit::SetPredicate { relation, predicate: flip(&word) }, &(0..0))?;
                continue;
            }
            let center = |id: NodeId| position::box_of(self, id).map(|found| found.center()[0]);
            if let Some(&end) = ends.first()
                && center(id).is_some()
                && center(end).is_some()
            {
                let left = center(id).zip(center(end)).is_some_and(|(own, other)| own < other);
                let word = if left { "right of" } else { "left of" };
                self.change(Edit::relate(id, word, end), &(0..0))?;
                continue;
            }
            let own = self.scene.node(id).and_then(|node| node.place).and_then(|place| place.across);
            let left = own.map_or_else(|| center(id).is_some_and(|x| x < 0.5), |across| across == Across::Left);
            let across = Some(if left { Across::Right } else { Across::Left });
            self.place_at(&[id], PlaceHint { across, down: None })?;
        }
        Ok(())
    }

    /// A tie to what is no visible thing ("with a smile", "touching her feet") is left out.
    pub(super) fn leaves_out(&mut self, predicate: &Predicate, objects: &[Noun]) -> bool {
        let no_thing = |noun: &Noun| {
            matches!(&noun.head, Head::Named { name, known: false, .. } if self.lexicon.is_no_thing(name))
                && self.candidates(noun).is_empty()
        };
        let made = predicate.typed == "made of" && objects.iter().all(|noun| noun.determiner == Determiner::Bare);
        let owned = |noun: &Noun| has_place(noun) && is_about_bodies(&predicate.typed);
        let out = !objects.is_empty() && (made || objects.iter().all(|noun| no_thing(noun) && !owned(noun)));
        // "something behind the sheep" asks what; "behind something" does too.
        let asks = |noun: &Noun| matches!(&noun.head, Head::Named { name, .. } if ["something", "anything", "thing", "stuff"].contains(&name.as_str()));
        if out && !objects.iter().any(asks) {
            let end = objects.iter().map(|noun| noun.span.end).max().unwrap_or(predicate.span.end);
            self.leave_out(predicate.span.start..end.max(predicate.span.end));
            return true;
        }
        false
    }
}

/// Relations to a part of somebody that say where a thing is: "over his head", "at her feet".
fn is_about_bodies(typed: &str) -> bool {
    ["over", "above", "at", "by", "near", "next to", "under", "behind", "in front of", "beside", "around"]
        .contains(&typed)
}

/// Relations that have another side.
fn is_side(word: &str) -> bool {
    ["left of", "right of", "behind", "in front of"].contains(&word)
}

/// Whether a part of somebody is where its owner is: a head and feet, but no hand that holds something.
fn has_place(noun: &Noun) -> bool {
    let holds = ["arm", "arms", "hand", "hands", "mouth", "teeth", "lap", "shoulder", "face"];
    noun.of.as_ref().is_some_and(|of| of.head != Head::It)
        && !matches!(&noun.head, Head::Named { typed, .. } if holds.contains(&typed.as_str()))
}
