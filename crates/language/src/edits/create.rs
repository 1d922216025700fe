//! New things and how they stand to each other: "a sheep by another sheep standing on the grass with sky above".

use crate::MOST_AT_ONCE;
use crate::ast::{Adjective, Determiner, Head, Item, Noun, Predicate, Tail};
use crate::builder::{Builder, Halted};
use crate::english;
use crate::parse_result::{Diagnostic, UnknownTermKind};
use crate::words::Class;
use scenewright_scene::relation::{PredicateKind, predicate_kind};
use scenewright_scene::vocab::drawn;
use scenewright_scene::{Across, Edit, NodeDraft, NodeId, PlaceHint, Relation};

/// Things that a sentence has named, in its order.
struct Link {
    nodes: Vec<NodeId>,
    /// New, or what the clause is about: more can be said of it. What was there already is only a landmark.
    fresh: bool,
    /// Named behind "with": a place that follows is its own.
    with: bool,
    /// Held, read, eaten or worn by somebody: where it is, its holder is.
    held: bool,
}

/// What brings a thing with it.
pub(super) const WITH: [&str; 4] = ["with", "has", "have", "having"];

impl Builder<'_> {
    pub(crate) fn describe(&mut self, items: &[Item], fresh: bool) -> Result<(), Halted> {
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
            self.each = item.nouns.iter().any(|noun| noun.each);
            for noun in &item.nouns {
                let no_thing =
                    matches!(&noun.head, Head::Named { name, known: false, .. } if self.lexicon.is_no_thing(name));
                // In a list of words, what is English and no thing: "highly detailed".
                let word = matches!(&noun.head, Head::Named { name, known: false, .. } if noun.determiner == Determiner::Bare
                    && items.len() > 2 && english::is_english(name.rsplit(' ').next().unwrap_or(name)));
                let asks = matches!(&noun.head, Head::Named { name, .. } if ["something", "anything", "someone", "thing", "stuff"].contains(&name.as_str()));
                let more = items.len() + item.nouns.len() > 2 || (!item.tails.is_empty() && !asks);
                if (no_thing || word) && more && self.candidates(noun).is_empty() {
                    let end = item.tails.iter().map(Tail::end).fold(noun.span.end, usize::max);
                    self.leave_out(noun.span.start..end);
                    continue;
                }
                heads.extend(self.thing(noun, fresh, &[])?.0);
            }
            if heads.is_empty() {
                continue;
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
    pub(crate) fn follow(&mut self, tails: &[Tail], heads: Vec<NodeId>, moved: bool) -> Result<Vec<NodeId>, Halted> {
        let mut chain = vec![Link { nodes: heads, fresh: true, with: false, held: false }];
        let mut subject = 0;
        for (at, tail) in tails.iter().enumerate() {
            match tail {
                Tail::Landmark { predicate, objects } => {
                    let subjects = chain[0].nodes.clone();
                    self.link(predicate, objects, &subjects, &subjects, false, moved)?;
                }
                Tail::OwnColors => {
                    let nodes = chain[0].nodes.clone();
                    nodes.iter().try_for_each(|id| self.own_color(*id, &nodes))?;
                }
                Tail::Which(tails) => {
                    let last = chain.last().map(|link| link.nodes.clone()).unwrap_or_default();
                    let nodes = self.follow(tails, last.clone(), false)?;
                    if nodes != last {
                        let with = |tail: &Tail| matches!(tail, Tail::Link { predicate, .. } if WITH.contains(&predicate.typed.as_str()));
                        chain.push(Link { nodes, fresh: true, with: tails.iter().any(with), held: false });
                    }
                }
                Tail::Ones(each) => {
                    let nodes = chain[0].nodes.clone();
                    for (id, tails) in nodes.iter().zip(each) {
                        self.follow(tails, vec![*id], false)?;
                    }
                }
                Tail::SideBySide(predicate) => {
                    let nodes = chain[0].nodes.clone();
                    for pair in nodes.windows(2) {
                        self.relate_all(&pair[1..], predicate, &pair[..1], false)?;
                    }
                }
                Tail::Depth { away } => {
                    let nodes = chain[0].nodes.clone();
                    self.move_in_depth(&nodes, *away)?;
                }
                Tail::Link { predicate, objects, .. } if predicate.name.is_empty() => {
                    let subjects = chain[0].nodes.clone();
                    self.go_to(&subjects, predicate, objects)?;
                }
                Tail::Link { predicate, objects, and } => {
                    if !and {
                        subject = self.subject_of(&chain, predicate, objects);
                        // "a window with a cigarette in her hand": who has hands has it.
                        let hands = |tail: &Tail| {
                            matches!(tail, Tail::Link { objects, .. }
                            if objects.iter().any(|noun| matches!(noun.of.as_deref().map(|of| &of.head), Some(Head::Person { .. }))
                                && matches!(&noun.head, Head::Named { typed, .. } if self.lexicon.is_no_thing(typed))))
                        };
                        if WITH.contains(&predicate.typed.as_str())
                            && tails.get(at + 1).is_some_and(hands)
                            && let Some(person) =
                                chain.iter().rposition(|link| link.nodes.iter().all(|id| self.is_person(*id)))
                        {
                            subject = person;
                        }
                    }
                    // "an elephant in the grass next to another elephant": one of its kind is compared with it.
                    if let [Noun { determiner: Determiner::Another, head: Head::Named { name, .. }, .. }] =
                        objects.as_slice()
                        && let Some(alike) = chain.iter().rposition(|link| self.are_called(&link.nodes, name))
                    {
                        subject = alike;
                    }
                    // "a cactus that has a flower on top": on top of the cactus.
                    if objects.is_empty() && chain.len() > 1 && chain[chain.len() - 1].with {
                        let (host, guests) =
                            (chain[chain.len() - 2].nodes.clone(), chain[chain.len() - 1].nodes.clone());
                        self.relate_all(&guests, predicate, &host, false)?;
                        continue;
                    }
                    let subjects = chain[subject].nodes.clone();

                    if self.wears(predicate, objects, &subjects)? {
                        self.wearers = subjects;
                        continue;
                    }
                    if self.leaves_out(predicate, objects) {
                        continue;
                    }
                    let objects = &self.visible(predicate, objects);
                    if self.gives_each(predicate, objects, &subjects)? {
                        continue;
                    }
                    let link = self.link(predicate, objects, &subjects, &chain[0].nodes, subject > 0, moved)?;
                    if let Some(mut link) = link {
                        link.with = WITH.contains(&predicate.typed.as_str());
                        link.held = self.is_held(predicate, &subjects, &link.nodes);
                        chain.push(link);
                    }
                }
                Tail::Around { subjects, predicate } => {
                    let around = chain.last().map(|link| link.nodes.clone()).unwrap_or_default();
                    let mut nodes = Vec::new();
                    for noun in subjects {
                        nodes.extend(self.thing(noun, false, &around)?.0);
                    }
                    self.relate_all(&nodes, predicate, &around, false)?;
                }
                Tail::NotLink { predicate, objects } => {
                    let subjects = chain[0].nodes.clone();
                    let mut ends = Vec::new();
                    for noun in objects {
                        if predicate.name.is_empty() {
                            ends.extend(self.candidates(noun));
                            continue;
                        }
                        let outer = self.topics.clone();
                        // "it" is what the things stand on, not they themselves.
                        self.topics =
                            chain.iter().skip(1).next_back().map(|link| link.nodes.clone()).unwrap_or_default();
                        let found = self.existing(noun, &subjects);
                        self.topics = outer;
                        ends.extend(found?);
                    }
                    let name = predicate.name.clone();
                    let meaning = predicate_kind(&name);
                    self.unrelate(&subjects, &ends, &predicate.span, |relation| {
                        name.is_empty()
                            || relation.predicate == name
                            || (meaning.is_some() && predicate_kind(&relation.predicate) == meaning)
                    })?;
                }
                Tail::NotLook(word) => {
                    for &id in &chain[0].nodes.clone() {
                        let own = self.scene.node(id).map(|node| node.attributes.clone()).unwrap_or_default();
                        let attributes = own.into_iter().filter(|own| own != word).collect();
                        self.change(Edit::SetAttributes { node: id, attributes }, &(0..0))?;
                    }
                }
                Tail::Also { nouns, tails } => {
                    let mut nodes = Vec::new();
                    for noun in nouns {
                        nodes.extend(self.thing(noun, true, &[])?.0);
                    }
                    self.follow(tails, nodes, false)?;
                }
                Tail::Off(nouns) => {
                    let subjects = chain[0].nodes.clone();
                    let ends = self.pointed_at(nouns)?;
                    let span = nouns.first().map_or(0..0, |noun| noun.span.clone());
                    let holds =
                        |relation: &Relation| predicate_kind(&relation.predicate).is_none_or(PredicateKind::is_support);
                    let worn: Vec<String> = self
                        .scene
                        .relations()
                        .iter()
                        .filter(|relation| {
                            let drawn = self.lexicon.drawn_predicate(&relation.predicate);
                            ["has", "with", "wearing", "holding", "carrying", "riding", "have", "wear"]
                                .contains(&drawn.unwrap_or(&relation.predicate))
                        })
                        .map(|relation| relation.predicate.clone())
                        .collect();
                    let worn = |relation: &Relation| worn.contains(&relation.predicate);
                    let off = self.unrelate(&subjects, &ends, &span, holds)?
                        | self.unrelate(&ends, &subjects, &span, worn)?;
                    if !off {
                        return Err(self.diagnostic(span, Diagnostic::NotSo));
                    }
                }
                Tail::Without(nouns) => {
                    // What they have ends; what they have not is no trouble.
                    let subjects = chain.last().map(|link| link.nodes.clone()).unwrap_or_default();
                    let owned: Vec<NodeId> = nouns
                        .iter()
                        .flat_map(|noun| self.candidates(noun))
                        .filter(|id| !subjects.contains(id))
                        .collect();
                    let has = |id: &NodeId| {
                        self.scene
                            .relations_of(*id)
                            .any(|relation| subjects.contains(&relation.subject) && relation.object == *id)
                    };
                    let gone: Vec<NodeId> = owned.into_iter().filter(has).collect();
                    if !gone.is_empty() {
                        let span = nouns.first().map_or(0..0, |noun| noun.span.clone());
                        self.change(Edit::RemoveNodes { nodes: gone }, &span)?;
                    }
                }
                Tail::OtherSide(nouns) => {
                    let nodes = chain[0].nodes.clone();
                    self.other_side(&nodes, nouns)?;
                }
                Tail::BothSides { predicate, objects } => {
                    let mut subjects = chain[0].nodes.clone();
                    let mut ends = Vec::new();
                    for noun in objects {
                        ends.extend(self.thing(noun, false, &subjects)?.0);
                    }
                    if let ([one], false) = (&subjects[..], objects.is_empty()) {
                        subjects.extend(self.copy_of(*one, &predicate.span)?);
                    }
                    if objects.is_empty() {
                        if let Some(link) = chain.last().filter(|link| link.with) {
                            subjects.clone_from(&link.nodes);
                        }
                        if let [one] = subjects[..] {
                            subjects.extend(self.copy_of(one, &predicate.span)?);
                        }
                        for (turn, id) in subjects.iter().enumerate() {
                            let across = Some(if turn % 2 == 0 { Across::Left } else { Across::Right });
                            self.place_at(&[*id], PlaceHint { across, down: None })?;
                        }
                        continue;
                    }
                    let (name, known) = self
                        .lexicon
                        .predicate("right of")
                        .map_or(("right of".to_owned(), false), |name| (name.to_owned(), true));
                    let right = Predicate { name, typed: "right of".into(), known, ..predicate.clone() };
                    for (turn, id) in subjects.iter().enumerate() {
                        let side = if turn % 2 == 0 { predicate } else { &right };
                        self.relate_all(&[*id], side, &ends, moved)?;
                    }
                    chain.push(Link { nodes: ends, fresh: false, with: false, held: false });
                }
                // Only distinguishes things.
                Tail::Back { .. } => {}
                Tail::Place(place) => {
                    let back = place.down == Some(scenewright_scene::Down::Top) && place.across.is_none();
                    let stands = |link: &&Link| link.fresh && !self.is_all_scenery(&link.nodes);
                    let last = chain
                        .last()
                        .filter(|link| link.with || (back && link.fresh && self.is_all_ridges(&link.nodes)));
                    let about = last.or_else(|| chain.iter().rev().find(stands));
                    let nodes = about.unwrap_or(&chain[0]).nodes.clone();
                    self.place_at(&nodes, *place)?;
                }
                Tail::Shift(shift) => {
                    let nodes = chain[0].nodes.clone();
                    self.shift(&nodes, *shift)?;
                }
                Tail::Look(Adjective::Look { word, class: Class::Facing, span, .. }) => {
                    // What faces is a thing, and no landscape.
                    let about = chain.iter().rev().find(|link| link.fresh && !self.is_all_scenery(&link.nodes));
                    let nodes = about.unwrap_or(&chain[0]).nodes.clone();
                    for (turn, id) in nodes.iter().enumerate() {
                        let each = if turn % 2 == 0 { "facing right" } else { "facing left" };
                        let word = if word == "facing each other" { each.to_owned() } else { word.clone() };
                        self.add_look(
                            *id,
                            &Adjective::Look { word, class: Class::Facing, known: true, span: span.clone() },
                        )?;
                    }
                }
                // "a balloon in the sky, tiny": no landscape is meant.
                Tail::Look(look) => {
                    let thing = |link: &&Link| !self.is_all_scenery(&link.nodes) && !link.held;
                    let had = chain.last().filter(|link| link.with && !self.is_all_scenery(&link.nodes));
                    let about = had.or_else(|| chain.iter().rev().find(thing)).or_else(|| chain.last());
                    let nodes = about.map(|link| link.nodes.clone()).unwrap_or_default();
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
    ) -> Result<Option<Link>, Halted> {
        // "it" within a description is its head, or what was spoken of before the head.
        let outer = self.topics.clone();
        if inner {
            self.topics = heads.to_vec();
        }
        let before = std::mem::replace(&mut self.outer_topics, outer.clone());
        let found = self.objects(predicate, objects, subjects);
        self.outer_topics = before;
        self.topics = outer;
        let Some((nodes, fresh)) = found? else {
            // "next to each other".
            for pair in subjects.windows(2) {
                self.relate_all(&pair[1..], predicate, &pair[..1], false)?;
            }
            return Ok(None);
        };
        let predicate = &self.meant(predicate, subjects, &nodes);
        let lead = predicate.typed.split(' ').next().unwrap_or_default().to_owned();
        let acts = lead.ends_with("ing") && predicate.typed.contains(' ') && predicate.name != predicate.typed;
        for id in subjects.iter().filter(|_| acts) {
            let name = self.scene.node(*id).map(|node| node.name.clone()).unwrap_or_default();
            if self.lexicon.has_look(&name, &lead) {
                self.add_look(
                    *id,
                    &Adjective::Look {
                        word: lead.clone(),
                        class: Class::Other,
                        known: true,
                        span: predicate.span.clone(),
                    },
                )?;
            }
        }
        self.relate_all(subjects, predicate, &nodes, moved && !inner)?;
        Ok((!objects.is_empty()).then_some(Link { nodes, fresh, with: false, held: false }))
    }

    /// `None` for "each other".
    fn objects(
        &mut self,
        predicate: &Predicate,
        objects: &[Noun],
        subjects: &[NodeId],
    ) -> Result<Option<(Vec<NodeId>, bool)>, Halted> {
        if objects.iter().any(|noun| noun.head == Head::EachOther) {
            return Ok(None);
        }
        if objects.is_empty() {
            // "mountains behind": behind what was said last.
            let before = if self.last_chain.is_empty() { self.referents() } else { self.last_chain.clone() };
            let nodes: Vec<NodeId> =
                before.into_iter().filter(|id| !subjects.contains(id) && self.scene.node(*id).is_some()).collect();
            if nodes.is_empty() {
                return Err(self.diagnostic(predicate.span.clone(), Diagnostic::NoReferent));
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
    fn subject_of(&self, chain: &[Link], predicate: &Predicate, objects: &[Noun]) -> usize {
        let fresh = |index: &usize| chain[*index].fresh;
        let first = predicate.typed.split(' ').next().unwrap_or_default();
        // What is done to things that do not move by themselves: "a red car parked in front of a house".
        const OF_THINGS: [&str; 20] = [
            "parked",
            "moored",
            "docked",
            "anchored",
            "mounted",
            "growing",
            "planted",
            "floating",
            "built",
            "painted",
            "printed",
            "lined",
            "covered",
            "filled",
            "surrounded",
            "attached",
            "hanging",
            "made",
            "loaded",
            "topped",
        ];
        let in_the_sky = objects.iter().any(|noun| matches!(&noun.head, Head::Named { name, .. } if name == "sky"));
        let at = ["at", "toward", "towards"].contains(&predicate.typed.as_str());
        let acts = at
            || (first.ends_with("ing") && first.len() > 5 && first != "surrounding")
            || ["stands", "sits", "lies", "walks", "runs", "seated", "rides", "holds", "wears", "eats", "looks"]
                .contains(&first)
            || (predicate.typed.contains(' ') && !drawn::verb_bases(first).is_empty())
            || drawn::verb_bases(first).iter().any(|base| *base != first);
        let indices = || (0..chain.len()).rev().filter(fresh);
        let alive = |index: &usize| {
            let group = |id: &NodeId| self.group_of(&self.scene.node(*id)?.name);
            chain[*index].nodes.iter().all(|id| group(id).is_some_and(|group| ["people", "animals"].contains(&group)))
        };
        let thing = |index: &usize| !self.is_all_scenery(&chain[*index].nodes);
        // "a kangaroo with a joey in its pouch": what it has is in what is its own.
        let own = objects.iter().any(|noun| {
            noun.determiner == Determiner::Possessive
                && matches!(noun.of.as_deref().map(|of| &of.head), Some(Head::It | Head::Person { .. }))
        });
        let last = chain.len() - 1;
        if own && !acts && last > 0 && chain[last].with && chain[last].fresh {
            return last;
        }
        // "an airplane on the runway with its door open": no runway has a door of its own.
        if own && WITH.contains(&first) {
            return 0;
        }
        if OF_THINGS.contains(&first) {
            let things = indices().find(|index| thing(index) && !chain[*index].held);
            return things.or_else(|| indices().next()).unwrap_or(0);
        }
        let people = |index: &usize| {
            chain[*index]
                .nodes
                .iter()
                .all(|id| self.scene.node(*id).is_some_and(|node| self.group_of(&node.name) == Some("people")))
        };
        let hands = acts
            && ["holding", "wearing", "reading", "carrying", "riding", "throwing", "playing", "kicking", "painting"]
                .contains(&first);
        if hands && let Some(index) = indices().find(people) {
            return index;
        }
        if !acts && !in_the_sky && !WITH.contains(&predicate.typed.as_str()) {
            // What is held is where its holder is.
            return indices().find(|index| !chain[*index].held).unwrap_or(0);
        }
        // "a house with smoke coming from the chimney": the smoke does, since a house does nothing.
        let lone =
            acts && first.ends_with("ing") && last > 0 && chain[last].with && !indices().any(|index| alive(&index));
        if lone && chain[last].fresh {
            return last;
        }
        let free = |index: &usize| thing(index) && !chain[*index].held;
        let found = if acts {
            indices().find(alive).or_else(|| indices().find(free)).or_else(|| indices().find(thing))
        } else {
            None
        };
        found.or_else(|| indices().next()).unwrap_or(0)
    }

    pub(super) fn is_all_scenery(&self, nodes: &[NodeId]) -> bool {
        nodes.iter().all(|id| self.scene.node(*id).is_some_and(|node| self.is_scenery(&node.name)))
    }

    /// The objects of a noun phrase, and whether they are new.
    /// `fresh`: a name without an article is new too ("add kite").
    pub(crate) fn thing(&mut self, noun: &Noun, fresh: bool, but: &[NodeId]) -> Result<(Vec<NodeId>, bool), Halted> {
        let plain = noun.pick.is_none() && noun.limits.is_empty();
        if self.candidates(noun).is_empty()
            && let Some(id) = self.accept_implied(noun)?
        {
            self.mention(&[id]);
            return Ok((vec![id], false));
        }
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
            // "his dog": one that is there, or a new one.
            (Head::Named { .. } | Head::One, Determiner::Possessive) => {
                let here = self.candidates(noun).into_iter().any(|id| !but.contains(&id));
                if here { Some(self.existing(noun, but)?) } else { None }
            }
            // "the woman whose hat is green", where there is no woman: she comes, and what is said of her.
            (Head::Named { known: true, .. }, Determiner::Definite)
                if noun.pick.is_none()
                    && !noun.limits.is_empty()
                    && self
                        .candidates(&Noun { limits: Vec::new(), ..noun.clone() })
                        .iter()
                        .all(|id| but.contains(id)) =>
            {
                None
            }
            (Head::Named { known, .. }, Determiner::Definite) if plain => {
                let here = self.candidates(noun).iter().any(|id| !but.contains(id));
                let near = (!known && self.is_nearly_known(noun)) || self.is_class(noun);
                if here || near || self.is_part_of_what_is_here(noun) { Some(self.existing(noun, but)?) } else { None }
            }
            _ => Some(self.existing(noun, but)?),
        };
        // Somebody of this name who came earlier in the text.
        let namesake = noun.label.as_deref().and_then(|label| {
            let same = |node: &&scenewright_scene::Node| node.label.as_deref() == Some(label);
            self.scene.nodes().iter().find(same).map(|node| vec![node.id])
        });
        let (nodes, new) = match namesake.or(found) {
            Some(nodes) => (nodes, false),
            None => {
                let noun = &self.kin_of_animals(noun, but);
                let nodes = self.create(noun)?;
                self.give_owner(noun, &nodes, but)?;
                if !noun.limits.is_empty() {
                    self.follow(&noun.limits, nodes.clone(), false)?;
                }
                (nodes, true)
            }
        };
        self.mention(&nodes);
        Ok((nodes, new))
    }

    /// "(ducklings and) their mother": an animal's is one of its kind.
    fn kin_of_animals(&mut self, noun: &Noun, but: &[NodeId]) -> Noun {
        const KIN: [&str; 10] =
            ["mother", "father", "mom", "dad", "baby", "babies", "parent", "parents", "brother", "sister"];
        let Head::Named { typed, plural, .. } = &noun.head else { return noun.clone() };
        let owners = if but.is_empty() { &self.topics } else { but };
        let owner = owners.first().and_then(|id| self.scene.node(*id)).map(|node| node.name.clone());
        let animal = owner.filter(|name| self.group_of(name) == Some("animals"));
        let Some(name) = animal.filter(|_| noun.determiner == Determiner::Possessive && KIN.contains(&typed.as_str()))
        else {
            return noun.clone();
        };
        let name = self.lexicon.drawn(&name).unwrap_or(&name).to_owned();
        self.named_as(&noun.span, typed, &name);
        let head = Head::Named { name, typed: typed.clone(), known: true, plural: *plural };
        Noun { head, ..noun.clone() }
    }

    /// "that animal", "the vehicle": a whole class, of which nobody can draw one.
    fn is_class(&self, noun: &Noun) -> bool {
        const CLASSES: [&str; 8] = ["animal", "vehicle", "creature", "thing", "object", "food", "pet", "beast"];
        matches!(&noun.head, Head::Named { typed, .. } if CLASSES.contains(&typed.as_str()))
    }

    /// "the tree trunk", where there is a tree.
    fn is_part_of_what_is_here(&self, noun: &Noun) -> bool {
        let Head::Named { typed, .. } = &noun.head else { return false };
        let Some((first, _)) = typed.rsplit_once(' ') else { return false };
        self.scene.nodes().iter().any(|node| node.name == first)
    }

    /// "the gras" is a slip, not a new thing.
    fn is_nearly_known(&self, noun: &Noun) -> bool {
        let Head::Named { name, .. } = &noun.head else { return false };
        let near = |known: &str| known != name && strsim::normalized_damerau_levenshtein(known, name) >= 0.7;
        let vocab = self.setting.vocab.nearest_objects(name, 1);
        vocab.into_iter().chain(self.scene.nodes().iter().map(|node| node.name.as_str())).any(near)
    }

    pub(super) fn create(&mut self, noun: &Noun) -> Result<Vec<NodeId>, Halted> {
        let (name, plural) = match &noun.head {
            Head::Named { name, known, plural, .. } => {
                if self.lexicon.is_no_thing(name) {
                    return Err(self.diagnostic(noun.span.clone(), Diagnostic::NoThing));
                }
                if *known {
                    self.drawn_as(&noun.span, name, UnknownTermKind::Object);
                } else {
                    self.unknown_word(&noun.span, name, UnknownTermKind::Object);
                }
                (name.clone(), *plural)
            }
            _ => match self.kind_spoken_of() {
                Some(name) => (name, false),
                None => return Err(self.diagnostic(noun.span.clone(), Diagnostic::NoReferent)),
            },
        };
        let count = noun.count.unwrap_or(if plural { 2 } else { 1 });
        if count > MOST_AT_ONCE {
            return Err(self.diagnostic(noun.span.clone(), Diagnostic::TooMany));
        }
        if let (Some(label), Head::Named { typed, .. }) = (&noun.label, &noun.head)
            && label == typed
        {
            self.named_as(&noun.span, label, &name);
        }
        let mut draft = NodeDraft { label: noun.label.clone(), ..NodeDraft::new(name) };
        for adjective in &noun.adjectives {
            match adjective {
                Adjective::Size(size) => draft.size = Some(*size),
                Adjective::Look { word, known, span, .. } => {
                    if !known {
                        self.unknown_word(span, word, UnknownTermKind::Look);
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
        if let Some(contents) = noun.contents.as_deref() {
            let (name, known) =
                self.lexicon.predicate("on").map_or(("on".to_owned(), false), |name| (name.to_owned(), true));
            let predicate = Predicate { name, typed: "on".into(), known, span: contents.span.clone(), reversed: false };
            for id in nodes.clone() {
                let inside = self.create(&Noun { count: Some(1), ..contents.clone() })?;
                self.relate_all(&inside, &predicate, &[id], false)?;
            }
        }
        Ok(nodes)
    }

    fn are_called(&self, nodes: &[NodeId], name: &str) -> bool {
        !nodes.is_empty() && nodes.iter().all(|id| self.scene.node(*id).is_some_and(|node| self.is_called(node, name)))
    }

    /// Hills, mountains and woods, which lie behind the rest.
    fn is_all_ridges(&self, nodes: &[NodeId]) -> bool {
        let ridge = |id: &NodeId| {
            let drawn = self.scene.node(*id).and_then(|node| self.lexicon.drawn(&node.name));
            drawn.is_some_and(|drawn| ["hill", "mountain", "forest"].contains(&drawn))
        };
        !nodes.is_empty() && nodes.iter().all(ridge)
    }
}
