//! Noun phrases to objects of the scene: what "it" is, which one is "the left sheep", and when to ask.

use super::ast::{Adjective, Determiner, Head, Noun, Pick, Predicate, Tail};
use super::builder::{Builder, Halted, Mention};
use super::parse_result::Diagnostic;
use super::position;
use super::words::{self, Class};
use scenewright_scene::relation::{self, PredicateKind, TOUCHING, predicate_kind};
use scenewright_scene::vocab::{fold, singular};
use scenewright_scene::{Edit, ImpliedObject, Node, NodeId};

impl Builder<'_> {
    /// Objects that are there. `but`: what it cannot be, since it is what the sentence speaks about.
    pub(super) fn existing(&mut self, noun: &Noun, but: &[NodeId]) -> Result<Vec<NodeId>, Halted> {
        let found = match &noun.head {
            Head::Labeled(id) => vec![*id],
            Head::Everyone => {
                let people = self.narrowed(noun, self.all_people());
                people.into_iter().filter(|id| !but.contains(id)).collect()
            }
            Head::Everything if noun.limits.is_empty() => self.all(),
            Head::Everything => {
                let limited = self.narrowed(noun, self.all());
                // "everything on the table": never the table, nor what only lies under all.
                limited.into_iter().filter(|id| !but.contains(id)).collect()
            }
            Head::Rest => {
                let spoken_of = self.spoken_of();
                self.all().into_iter().filter(|id| !spoken_of.contains(id)).collect()
            }
            Head::It => return self.it(noun, but),
            Head::LastNamed => {
                let named = self.mentions.iter().rev().flat_map(|mention| mention.nodes.iter().copied().rev());
                let last =
                    named.filter(|id| !but.contains(id) && self.scene.node(*id).is_some()).take(1).collect::<Vec<_>>();
                if last.is_empty() {
                    return self.it(noun, but);
                }
                last
            }
            Head::Person { female } => return self.person(noun, *female, but),
            Head::Them | Head::EachOther => {
                let mut them = self.them(noun, but)?;
                // "one of them": the first.
                them.truncate(noun.count.unwrap_or(usize::MAX).max(1));
                them
            }
            Head::One | Head::Named { .. } => return self.one_of(noun, but),
        };
        let mut found = self.except(noun, found)?;
        if self.spares_locked
            && matches!(noun.head, Head::Everything | Head::Rest | Head::Everyone)
            && found.iter().any(|id| !self.is_locked(*id))
        {
            found.retain(|id| !self.is_locked(*id));
        }
        if found.iter().any(|id| self.scene.node(*id).is_none()) || found.is_empty() {
            return Err(self.diagnostic(noun.span.clone(), Diagnostic::NotHere));
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
                let kinds = if same.is_empty() { self.of_kind(name) } else { Vec::new() };
                match (same.is_empty(), kinds.is_empty()) {
                    (false, _) => same,
                    (_, false) => kinds,
                    _ => self.of_group(typed),
                }
            }
            Head::Labeled(id) => vec![*id],
            Head::Everyone => self.all_people(),
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
        let fits =
            |id: &NodeId| self.scene.node(*id).is_some_and(|node| noun.adjectives.iter().all(|word| has(node, word)));
        let fitting: Vec<NodeId> = found.iter().copied().filter(fits).collect();
        found = if fitting.is_empty() && noun.determiner == Determiner::Definite {
            // "the white sheep": by the colors that are shown; where no picture was drawn yet, one of which no color was said may be it.
            let shown = |id: &NodeId| {
                self.scene.node(*id).is_some_and(|node| noun.adjectives.iter().all(|word| self.is_shown(node, word)))
            };
            let open = |id: &NodeId| {
                self.scene.node(*id).is_some_and(|node| noun.adjectives.iter().all(|word| may_be(node, word)))
            };
            let seen: Vec<NodeId> = found.iter().copied().filter(shown).collect();
            if seen.is_empty() { found.into_iter().filter(open).collect() } else { seen }
        } else {
            fitting
        };
        if let (Determiner::Possessive, Some(owner)) = (noun.determiner, noun.of.as_deref()) {
            found = self.owned(owner, found);
        }
        for limit in &noun.limits {
            found = self.limited(limit, found);
        }
        found
    }

    /// Whether the picture shows it so, whatever was said: its largest part has the color.
    fn is_shown(&self, node: &Node, adjective: &Adjective) -> bool {
        let Adjective::Look { word, class: Class::Color, .. } = adjective else { return has(node, adjective) };
        let vocab = self.setting.vocab;
        let looks = vocab.looks_of_name(&node.name);
        let part = looks.and_then(|looks| looks.slots.get(looks.main)).map(|slot| slot.name.as_str());
        let colors = &node.rendered.colors;
        let shown = match part {
            Some(part) => colors.get(part),
            None => colors.values().next().filter(|_| colors.len() == 1),
        };
        has(node, adjective) || (!says_color(node) && shown.is_some_and(|shown| shown == word))
    }

    pub(super) fn is_called(&self, node: &Node, name: &str) -> bool {
        node.name == name || self.lexicon.object(&node.name).is_some_and(|known| known == name)
    }

    fn one_of(&mut self, noun: &Noun, but: &[NodeId]) -> Result<Vec<NodeId>, Halted> {
        let mut found: Vec<NodeId> = self.candidates(noun).into_iter().filter(|id| !but.contains(id)).collect();
        if noun.determiner == Determiner::Other {
            let spoken_of = self.spoken_of();
            found.retain(|id| !spoken_of.contains(id));
        }
        found = self.except(noun, found)?;
        if found.is_empty()
            && let Some(id) = self.accept_implied(noun)?
        {
            return Ok(vec![id]);
        }
        if found.is_empty()
            && let Some(whole) = self.without_last_word(noun)
        {
            return self.one_of(&whole, but);
        }
        let plural = matches!(noun.head, Head::Named { plural: true, .. });
        let all = noun.determiner == Determiner::All
            || (plural && noun.pick.is_none() && noun.count.is_none())
            || noun.count.is_some_and(|count| count > 1 && count == found.len())
            || (noun.determiner == Determiner::Both && found.len() == 2);
        match found.as_slice() {
            [] => Err(self.diagnostic(noun.span.clone(), Diagnostic::NotHere)),
            // "all three trees", where there are two: not those.
            _ if noun.determiner == Determiner::All && noun.count.is_some_and(|count| count != found.len()) => {
                Err(self.diagnostic(noun.span.clone(), Diagnostic::NotSo))
            }
            _ if all => Ok(found),
            [_] if noun.count.is_none_or(|count| count <= 1) => Ok(found),
            // "the three trees", where there are two: not those.
            _ if noun.count.is_some_and(|count| count > found.len()) => {
                Err(self.diagnostic(noun.span.clone(), Diagnostic::NotSo))
            }
            // "two of the balls": any two, where nothing tells which; those that came last.
            _ if noun.pick.is_none()
                && noun.count.is_some_and(|count| count > 1)
                && noun.determiner != Determiner::Both =>
            {
                let count = noun.count.unwrap_or(0);
                Ok(found[found.len() - count..].to_vec())
            }
            _ => self.choose(noun, found),
        }
    }

    /// One of several: by its place, by what was just spoken of, by the selection; else by asking.
    pub(super) fn choose(&mut self, noun: &Noun, found: Vec<NodeId>) -> Result<Vec<NodeId>, Halted> {
        if let Some(pick) = noun.pick {
            return match self.picked(pick, &found) {
                Some(one) => self.decide(noun, found, one),
                None if matches!(pick, Pick::Left | Pick::Right) && self.are_new(&found) => {
                    // Two that this sentence has just named: now it says which is where.
                    let (first, last) = (found[0], found[1]);
                    self.change(Edit::relate(first, "left of", last), &noun.span)?;
                    let one = if pick == Pick::Left { first } else { last };
                    self.decide(noun, found, one)
                }
                None if matches!(pick, Pick::Nth(_)) => Err(self.diagnostic(noun.span.clone(), Diagnostic::NotHere)),
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
            Pick::Nth(n) => self.in_the_picture(found, n).or_else(|| found.get(n.checked_sub(1)?).copied()),
            Pick::Last => self.in_the_picture(found, usize::MAX).or_else(|| found.last().copied()),
            Pick::Newest => found.last().copied(),
            Pick::From { place, axis, far } => position::from_side(self, found, place, axis, far),
            Pick::Left => position::farthest(self, found, 0, false),
            Pick::Right => position::farthest(self, found, 0, true),
            Pick::Top => position::farthest(self, found, 1, false),
            Pick::Bottom => position::farthest(self, found, 1, true),
            Pick::Middle => position::middle(self, found),
            Pick::Biggest => position::by_size(self, found, true),
            Pick::Smallest => position::by_size(self, found, false),
        }
    }

    /// The n-th from the left, where the picture shows all of them.
    fn in_the_picture(&self, found: &[NodeId], place: usize) -> Option<NodeId> {
        let shown = found.iter().all(|id| position::box_of(self, *id).is_some());
        shown.then(|| position::from_side(self, found, place, 0, false)).flatten()
    }

    /// What a phrase names of that which the picture shows although the graph does not have it: "the grass".
    pub(super) fn implied(&self, noun: &Noun) -> Option<ImpliedObject> {
        let Head::Named { name, .. } = &noun.head else { return None };
        let points = matches!(noun.determiner, Determiner::Definite | Determiner::Bare | Determiner::All);
        let plain = noun.adjectives.is_empty() && noun.pick.is_none() && noun.count.is_none();
        let called = |object: &&ImpliedObject| {
            object.name == *name || self.lexicon.object(&object.name).is_some_and(|known| known == name)
        };
        let found = self.scene.completion().implied.iter().find(called);
        let there = |object: &&ImpliedObject| self.scene.nodes().iter().any(|node| node.name == object.name);
        found.filter(|object| points && plain && !there(object)).cloned()
    }

    /// "make the grass darker": what is implied becomes an object of the graph first.
    pub(super) fn accept_implied(&mut self, noun: &Noun) -> Result<Option<NodeId>, Halted> {
        match self.implied(noun) {
            Some(object) => Ok(self.change(object.accepted(), &noun.span)?.node()),
            None => Ok(None),
        }
    }

    fn all_people(&self) -> Vec<NodeId> {
        let person = |node: &&Node| self.group_of(&node.name) == Some("people");
        self.scene.nodes().iter().filter(person).map(|node| node.id).collect()
    }

    fn limited(&self, limit: &Tail, found: Vec<NodeId>) -> Vec<NodeId> {
        match limit {
            Tail::Look(look) => {
                found.into_iter().filter(|id| self.scene.node(*id).is_some_and(|node| has(node, look))).collect()
            }
            Tail::Place(place) => position::at(self, found, *place),
            Tail::Back { predicate, subjects } => {
                let ends: Vec<NodeId> = subjects.iter().flat_map(|noun| self.candidates(noun)).collect();
                let fits = |id: &NodeId| {
                    self.scene.relations_of(*id).any(|relation| {
                        relation.object == *id
                            && ends.contains(&relation.subject)
                            && self.is_alike(&relation.predicate, predicate)
                    })
                };
                found.into_iter().filter(fits).collect()
            }
            Tail::Without(nouns) => {
                let owned: Vec<NodeId> = nouns.iter().flat_map(|noun| self.candidates(noun)).collect();
                let has = |id: &NodeId| {
                    self.scene
                        .relations_of(*id)
                        .any(|relation| relation.subject == *id && owned.contains(&relation.object))
                };
                found.into_iter().filter(|id| !has(id)).collect()
            }
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
                        let (said, turned) = if predicate.reversed { (back, forth) } else { (forth, back) };
                        // "the one with the bird": the bird may be in it.
                        let has = ["with", "has"].contains(&predicate.typed.as_str()) && !is_apart(&relation.predicate);
                        ((any || has) && (forth || back))
                            || (said && self.is_alike(&relation.predicate, predicate))
                            || (turned && self.is_turned(&relation.predicate, predicate))
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
            "creature" | "pet" | "living thing" => &["animals"],
            "kid" | "child" | "adult" | "guy" | "folk" | "character" | "figure" => &["people"],
            "food" | "fruit" | "vegetable" | "snack" => &["food"],
            "furniture" | "piece of furniture" => &["furniture"],
            "vegetation" | "greenery" => &["plants"],
            "structure" => &["buildings"],
            "plant" => &["plants"],
            "building" => &["buildings"],
            "setting" => {
                let ground = |node: &&Node| {
                    self.is_scenery(&node.name)
                        && !["sky", "cloud"].contains(&self.lexicon.drawn(&node.name).unwrap_or_default())
                };
                return self.scene.nodes().iter().filter(ground).map(|node| node.id).collect();
            }
            "background" | "backdrop" | "scenery" | "landscape" => {
                let scenery = self.scene.nodes().iter().filter(|node| self.is_scenery(&node.name));
                return scenery.map(|node| node.id).collect();
            }
            _ => return Vec::new(),
        };
        let in_group = |node: &&Node| self.group_of(&node.name).is_some_and(|group| groups.contains(&group));
        self.scene.nodes().iter().filter(in_group).map(|node| node.id).collect()
    }

    /// The group of a word, or of what it is drawn as.
    pub(super) fn group_of(&self, name: &str) -> Option<&str> {
        let vocab = self.setting.vocab;
        vocab.group_of(name).or_else(|| vocab.group_of(self.lexicon.drawn(name)?))
    }

    /// "the dog" is the poodle, "the trees" the pines, where nothing else is called so.
    fn of_kind(&self, name: &str) -> Vec<NodeId> {
        const KINDS: [(&str, &[&str]); 9] = [
            ("tree", &["pine", "palm"]),
            ("bird", &["seagull", "duck", "chicken", "penguin"]),
            ("boat", &["ship"]),
            ("flower", &["sunflower"]),
            ("building", &["house", "church", "barn", "castle", "tower", "skyscraper", "lighthouse", "windmill"]),
            ("person", &["man", "woman", "boy", "girl"]),
            ("rock", &["stone"]),
            ("lamp", &["street light"]),
            ("ocean", &["water", "lake"]),
        ];
        let kinds = KINDS.iter().find(|(kind, _)| *kind == name).map_or(&[][..], |(_, kinds)| kinds);
        let drawn =
            |node: &&Node| self.lexicon.drawn(&node.name).is_some_and(|drawn| drawn == name || kinds.contains(&drawn));
        self.scene.nodes().iter().filter(drawn).map(|node| node.id).collect()
    }

    /// "the tree trunk" is the tree, where there is no such thing and there is a tree.
    fn without_last_word(&mut self, noun: &Noun) -> Option<Noun> {
        let Head::Named { typed, plural, .. } = &noun.head else { return None };
        let (first, last) = typed.rsplit_once(' ')?;
        let name = self.lexicon.object(first)?.to_owned();
        let head = Head::Named { name, typed: first.to_owned(), known: true, plural: *plural };
        let whole = Noun { head, ..noun.clone() };
        if self.candidates(&whole).is_empty() {
            return None;
        }
        let end = noun.span.end;
        self.leave_out(end.saturating_sub(last.len())..end);
        Some(whole)
    }

    /// Whether all of these are new in this sentence, and nothing says where they are.
    fn are_new(&self, found: &[NodeId]) -> bool {
        found.len() == 2 && found.iter().all(|id| *id >= self.first_new)
    }

    /// Those of the found ones that belong to an owner; where none does, the only one there is.
    fn owned(&self, owner: &Noun, found: Vec<NodeId>) -> Vec<NodeId> {
        let owners = match &owner.head {
            Head::It => self.referents(),
            Head::Person { female } => self.people(*female),
            Head::Them => self.topics.iter().chain(self.touched.iter()).copied().collect(),
            _ => self.candidates(owner),
        };
        let ties = |id: &NodeId| {
            self.scene.relations_of(*id).any(|relation| {
                let has =
                    relation.object == *id && owners.contains(&relation.subject) && !is_apart(&relation.predicate);
                let of = relation.subject == *id && owners.contains(&relation.object) && !is_apart(&relation.predicate);
                has || of
            })
        };
        let theirs: Vec<NodeId> = found.iter().copied().filter(ties).collect();
        let tied = |id: &NodeId| {
            self.scene.relations_of(*id).any(|relation| {
                relation.object == *id && !is_apart(&relation.predicate) && !owners.contains(&relation.subject)
            })
        };
        match (theirs.is_empty(), found.as_slice()) {
            (false, _) => theirs,
            // One that is nobody else's.
            (true, [one]) if !tied(one) && !owners.contains(one) => vec![*one],
            _ => Vec::new(),
        }
    }

    /// Men and boys, or women and girls: those that were spoken of last, else those that are there.
    pub(super) fn people(&self, female: bool) -> Vec<NodeId> {
        let fits = |id: &NodeId| {
            let drawn = self.scene.node(*id).and_then(|node| self.lexicon.drawn(&node.name));
            let names: &[&str] = if female { &["woman", "girl"] } else { &["man", "boy"] };
            drawn.is_some_and(|drawn| names.contains(&drawn))
        };
        let spoken = self.mentions.iter().rev().flat_map(|mention| mention.nodes.iter().copied()).find(|id| fits(id));
        let touched = || self.touched.iter().copied().find(|id| fits(id));
        if let Some(one) = spoken.or_else(touched) {
            return vec![one];
        }
        let there: Vec<NodeId> = self.all().into_iter().filter(|id| fits(id)).collect();
        if !there.is_empty() {
            return there;
        }
        // An animal, or a person of unstated gender.
        let alive = |id: &NodeId| {
            let name = self.scene.node(*id).map(|node| node.name.as_str()).unwrap_or_default();
            self.group_of(name).is_some_and(|group| ["people", "animals"].contains(&group))
        };
        self.referents().into_iter().filter(alive).collect()
    }

    fn person(&mut self, noun: &Noun, female: bool, but: &[NodeId]) -> Result<Vec<NodeId>, Halted> {
        let mut found: Vec<NodeId> = self.people(female).into_iter().filter(|id| !but.contains(id)).collect();
        if found.is_empty() {
            // Somebody of whom nobody has said whether he or she: "a surfer carrying his board".
            let spoken = self.mentions.iter().rev().flat_map(|mention| mention.nodes.iter().copied());
            let people = self.all_people();
            found = spoken.filter(|id| people.contains(id) && !but.contains(id)).take(1).collect();
        }
        if found.is_empty() {
            // "put the cow's calf beside her": an animal that was spoken of.
            let animal =
                |id: &NodeId| self.scene.node(*id).is_some_and(|node| self.group_of(&node.name) == Some("animals"));
            let spoken = self.mentions.iter().rev().flat_map(|mention| mention.nodes.iter().copied());
            found = spoken.filter(|id| animal(id) && !but.contains(id)).take(1).collect();
        }
        match found.as_slice() {
            [] => Err(self.diagnostic(noun.span.clone(), Diagnostic::NoReferent)),
            [_] => Ok(found),
            _ => self.choose(noun, found),
        }
    }

    /// Whether a relation of the scene is the one that is said, or holds in the same way: "on" is "standing on".
    fn is_alike(&self, known: &str, predicate: &Predicate) -> bool {
        let same = self.is_same_relation(known, predicate);
        let meanings = predicate_kind(known).zip(predicate_kind(&predicate.name));
        let drawn = self.lexicon.drawn_predicate(known).zip(self.lexicon.drawn_predicate(&predicate.name));
        let with = ["with", "has", "have", "wearing", "holding", "carrying", "wears", "having"];
        let has = |word: &str| with.contains(&word);
        let plain = ["in", "on"].contains(&predicate.name.as_str()) && known.ends_with(&format!(" {}", predicate.name));
        same || plain
            || meanings.is_some_and(|(a, b)| a == b)
            || drawn.is_some_and(|(a, b)| a == b)
            || (has(known) && ["with", "has"].contains(&predicate.name.as_str()))
    }

    /// "next to" holds both ways; "behind" is "in front of" from the other side.
    fn is_turned(&self, known: &str, predicate: &Predicate) -> bool {
        let (Some(old), Some(new)) = (predicate_kind(known), predicate_kind(&predicate.name)) else { return false };
        match new {
            PredicateKind::Beside => matches!(old, PredicateKind::Beside),
            PredicateKind::Within(_) if !relation::predicate(known).is_some_and(|known| known.attaches) => {
                matches!(old, PredicateKind::Beside | PredicateKind::Within(_))
            }
            PredicateKind::Behind | PredicateKind::InFrontOf => new.inverse() == Some(old),
            _ => false,
        }
    }

    /// Sky, ground, water: what things stand on or in front of.
    pub(super) fn is_scenery(&self, name: &str) -> bool {
        let group = self.group_of(name);
        let by_group =
            group.is_some_and(|group| ["nature", "water", "ground", "landscape", "interior"].contains(&group));
        let by_name =
            ["sky", "grass", "field", "street", "road", "sidewalk", "pavement", "beach", "background", "forest"];
        let folded = fold(name);
        let name = folded.strip_suffix(" other").unwrap_or(&folded);
        by_name.contains(&name) || (by_group && !["rock", "stone", "boulder"].contains(&name))
    }

    fn it(&mut self, noun: &Noun, but: &[NodeId]) -> Result<Vec<NodeId>, Halted> {
        let mut found: Vec<NodeId> = self.referents().into_iter().filter(|id| !but.contains(id)).collect();
        // "A boy holds a balloon. It is red.": a person is no "it" where a thing was named.
        if !found.is_empty() && found.iter().all(|id| self.is_person(*id)) {
            let thing = |mention: &&Mention| {
                matches!(mention.nodes.as_slice(), [one] if self.scene.node(*one).is_some_and(|node| !self.is_scenery(&node.name))
                    && !self.is_person(*one) && !but.contains(one))
            };
            let about = |id: &&NodeId| !self.is_person(**id) && !but.contains(*id);
            if let Some(outer) = self.outer_topics.iter().find(about) {
                found = vec![*outer];
            } else if let Some(mention) = self.mentions.iter().rev().find(thing) {
                found.clone_from(&mention.nodes);
            }
        }
        // Of several different things that this sentence has named, the first is what it is about.
        let name = |id: &NodeId| self.scene.node(*id).map(|node| node.name.clone());
        if let [first, rest @ ..] = found.as_slice()
            && !rest.is_empty()
            && *first >= self.first_new
            && rest.iter().all(|id| name(id) != name(first))
        {
            found.truncate(1);
        }
        match found.as_slice() {
            [] => Err(self.diagnostic(noun.span.clone(), Diagnostic::NoReferent)),
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
    fn them(&mut self, noun: &Noun, but: &[NodeId]) -> Result<Vec<NodeId>, Halted> {
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
        let mut found: Vec<NodeId> =
            found.into_iter().filter(|id| !but.contains(id) && self.scene.node(*id).is_some()).collect();
        if found.len() < 2
            && noun.count.is_none()
            && let Some(two) = self.only_two(but)
        {
            found = two;
        }
        if found.is_empty() {
            return Err(self.diagnostic(noun.span.clone(), Diagnostic::NoReferent));
        }
        if noun.determiner == Determiner::Both && found.len() > 2 {
            return self.ask(noun, found);
        }
        Ok(found)
    }

    /// A snowman and a robot are drawn as a person, and are an "it".
    pub(super) fn is_person(&self, id: NodeId) -> bool {
        let Some(node) = self.scene.node(id) else { return false };
        let human =
            || self.lexicon.drawn(&node.name).is_some_and(|drawn| ["man", "woman", "boy", "girl"].contains(&drawn));
        self.setting.vocab.group_of(&node.name) == Some("people") || human()
    }

    /// Who "they" can be where nobody was spoken of: the only two people, else the only things of which there are two.
    fn only_two(&self, but: &[NodeId]) -> Option<Vec<NodeId>> {
        let free = |ids: Vec<NodeId>| ids.into_iter().filter(|id| !but.contains(id)).collect::<Vec<_>>();
        let people = free(self.all_people());
        if people.len() == 2 {
            return Some(people);
        }
        let nodes = self.scene.nodes();
        let of_name = |name: &str| free(nodes.iter().filter(|node| node.name == name).map(|node| node.id).collect());
        let mut pairs: Vec<Vec<NodeId>> = Vec::new();
        for node in nodes.iter().take(200) {
            let alike = of_name(&node.name);
            if alike.len() == 2 && alike.first() == Some(&node.id) {
                pairs.push(alike);
            }
        }
        match pairs.as_slice() {
            [one] if people.is_empty() => Some(one.clone()),
            _ => None,
        }
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

    pub(super) fn except(&mut self, noun: &Noun, found: Vec<NodeId>) -> Result<Vec<NodeId>, Halted> {
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

/// Whether a relation says that two things stand apart, rather than that one has, holds or carries the other.
fn is_apart(word: &str) -> bool {
    let Some(predicate) = relation::predicate(word) else { return false };
    predicate.kind.is_some_and(|kind| kind.is_arrangement() && kind != PredicateKind::Within(TOUCHING))
        && !predicate.attaches
}

fn says_color(node: &Node) -> bool {
    node.attributes.iter().any(|own| words::attribute(own).is_some_and(|(_, class)| class == Class::Color))
}

/// Whether a word may be true of an object although it was not stated.
fn may_be(node: &Node, adjective: &Adjective) -> bool {
    match adjective {
        Adjective::Size(size) => node.size == Some(*size),
        Adjective::Look { word, class: Class::Color, .. } => {
            has(node, adjective) || (!word.is_empty() && !says_color(node) && node.rendered.colors.is_empty())
        }
        _ => has(node, adjective),
    }
}

fn has(node: &Node, adjective: &Adjective) -> bool {
    match adjective {
        Adjective::Size(size) => node.size == Some(*size),
        Adjective::Look { word, .. } => node.attributes.iter().any(|own| own.eq_ignore_ascii_case(word)),
    }
}
