//! New things and how they stand to each other: "a sheep by another sheep standing on the grass with sky above".

use crate::MOST_AT_ONCE;
use crate::ast::{Adjective, Determiner, Head, Item, Noun, Predicate, Tail};
use crate::builder::{Builder, Halted};
use crate::parse_result::{Diagnostic, UnknownTermKind};
use crate::position;
use crate::spelling;
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
}

/// What brings a thing with it.
const WITH: [&str; 4] = ["with", "has", "have", "having"];

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
                    && items.len() > 2 && spelling::is_english(name.rsplit(' ').next().unwrap_or(name)));
                if (no_thing || word) && items.len() + item.nouns.len() > 2 && self.candidates(noun).is_empty() {
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
        let mut chain = vec![Link { nodes: heads, fresh: true, with: false }];
        let mut subject = 0;
        for tail in tails {
            match tail {
                Tail::Link { predicate, objects, and } => {
                    if !and {
                        subject = self.subject_of(&chain, predicate);
                    }
                    // "an elephant in the grass next to another elephant": one of its kind is compared with it.
                    if let [Noun { determiner: Determiner::Another, head: Head::Named { name, .. }, .. }] =
                        objects.as_slice()
                        && let Some(alike) = chain.iter().rposition(|link| self.are_called(&link.nodes, name))
                    {
                        subject = alike;
                    }
                    let subjects = chain[subject].nodes.clone();

                    if self.wears(predicate, objects, &subjects)? {
                        self.wearers = subjects;
                        continue;
                    }
                    if self.leaves_out(predicate, objects) {
                        continue;
                    }
                    if self.gives_each(predicate, objects, &subjects)? {
                        continue;
                    }
                    let link = self.link(predicate, objects, &subjects, &chain[0].nodes, subject > 0, moved)?;
                    if let Some(mut link) = link {
                        link.with = WITH.contains(&predicate.typed.as_str());
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
                    chain.push(Link { nodes, fresh: true, with: true });
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
                Tail::Off(nouns) => {
                    let subjects = chain[0].nodes.clone();
                    let ends = self.pointed_at(nouns)?;
                    let span = nouns.first().map_or(0..0, |noun| noun.span.clone());
                    let holds =
                        |relation: &Relation| predicate_kind(&relation.predicate).is_none_or(PredicateKind::is_support);
                    let worn = |relation: &Relation| {
                        ["has", "with", "wearing", "wears", "holding", "have", "wear"]
                            .contains(&relation.predicate.as_str())
                    };
                    let off = self.unrelate(&subjects, &ends, &span, holds)?
                        | self.unrelate(&ends, &subjects, &span, worn)?;
                    if !off {
                        return Err(self.trouble(span, Diagnostic::NotSo));
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
                    if let [one] = subjects[..] {
                        subjects.extend(self.copy_of(one, &predicate.span)?);
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
                    chain.push(Link { nodes: ends, fresh: false, with: false });
                }
                // Only tells things apart.
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
    ) -> Result<Option<Link>, Halted> {
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
        Ok((!objects.is_empty()).then_some(Link { nodes, fresh, with: false }))
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
                return Err(self.trouble(predicate.span.clone(), Diagnostic::NoReferent));
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
                .contains(&first)
            || (predicate.typed.contains(' ') && !drawn::verb_bases(first).is_empty())
            || drawn::verb_bases(first).iter().any(|base| *base != first);
        let indices = || (0..chain.len()).rev().filter(fresh);
        let alive = |index: &usize| {
            let group = |id: &NodeId| self.group_of(&self.scene.node(*id)?.name);
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
    pub(crate) fn thing(&mut self, noun: &Noun, fresh: bool, but: &[NodeId]) -> Result<(Vec<NodeId>, bool), Halted> {
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
            // "his dog": one that is there, or a new one.
            (Head::Named { .. } | Head::One, Determiner::Possessive) => {
                let here = self.candidates(noun).into_iter().any(|id| !but.contains(&id));
                if here { Some(self.existing(noun, but)?) } else { None }
            }
            (Head::Named { known, .. }, Determiner::Definite) if plain => {
                let here = self.candidates(noun).iter().any(|id| !but.contains(id));
                let near = !known && self.is_nearly_known(noun);
                if here || near || self.is_part_of_what_is_here(noun) { Some(self.existing(noun, but)?) } else { None }
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

    fn create(&mut self, noun: &Noun) -> Result<Vec<NodeId>, Halted> {
        let (name, plural) = match &noun.head {
            Head::Named { name, known, plural, .. } => {
                if self.lexicon.is_no_thing(name) {
                    return Err(self.trouble(noun.span.clone(), Diagnostic::NoThing));
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
                None => return Err(self.trouble(noun.span.clone(), Diagnostic::NoReferent)),
            },
        };
        let count = noun.count.unwrap_or(if plural { 2 } else { 1 });
        if count > MOST_AT_ONCE {
            return Err(self.trouble(noun.span.clone(), Diagnostic::TooMany));
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

    /// A tie to what is no visible thing ("with a smile", "touching her feet") is left out.
    fn leaves_out(&mut self, predicate: &Predicate, objects: &[Noun]) -> bool {
        let no_thing = |noun: &Noun| {
            matches!(&noun.head, Head::Named { name, known: false, .. } if self.lexicon.is_no_thing(name))
                && self.candidates(noun).is_empty()
        };
        let made = predicate.typed == "made of" && objects.iter().all(|noun| noun.determiner == Determiner::Bare);
        let out = !objects.is_empty() && (made || objects.iter().all(no_thing));
        // "something behind the sheep" asks what; "behind something" does too.
        let asks = |noun: &Noun| matches!(&noun.head, Head::Named { name, .. } if ["something", "anything", "thing", "stuff"].contains(&name.as_str()));
        if out && !objects.iter().any(asks) {
            let end = objects.iter().map(|noun| noun.span.end).max().unwrap_or(predicate.span.end);
            self.leave_out(predicate.span.start..end.max(predicate.span.end));
            return true;
        }
        false
    }

    /// "two men riding horses", "each boy has a kite": every one has its own. True where that was said.
    fn gives_each(&mut self, predicate: &Predicate, objects: &[Noun], subjects: &[NodeId]) -> Result<bool, Halted> {
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
    fn meant(&self, predicate: &Predicate, subjects: &[NodeId], objects: &[NodeId]) -> Predicate {
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
    fn other_side(&mut self, nodes: &[NodeId], nouns: &[Noun]) -> Result<(), Halted> {
        let ends = if nouns.is_empty() { Vec::new() } else { self.pointed_at(nouns)? };
        for &id in nodes {
            let side = |relation: &&Relation| {
                relation.subject == id
                    && (ends.is_empty() || ends.contains(&relation.object))
                    && ["left of", "right of"].contains(&relation.predicate.as_str())
            };
            let turned =
                self.scene.relations_of(id).find(side).map(|relation| (relation.id, relation.predicate.clone()));
            let flip = |word: &str| if word == "left of" { "right of" } else { "left of" }.to_owned();
            if let Some((relation, word)) = turned {
                self.change(Edit::SetPredicate { relation, predicate: flip(&word) }, &(0..0))?;
                continue;
            }
            let centre = |id: NodeId| position::box_of(self, id).map(|found| found.center()[0]);
            if let Some(&end) = ends.first()
                && centre(id).is_some()
                && centre(end).is_some()
            {
                let left = centre(id).zip(centre(end)).is_some_and(|(own, other)| own < other);
                let word = if left { "right of" } else { "left of" };
                self.change(Edit::relate(id, word, end), &(0..0))?;
                continue;
            }
            let own = self.scene.node(id).and_then(|node| node.place).and_then(|place| place.across);
            let left = own.map_or_else(|| centre(id).is_some_and(|x| x < 0.5), |across| across == Across::Left);
            let across = Some(if left { Across::Right } else { Across::Left });
            self.place_at(&[id], PlaceHint { across, down: None })?;
        }
        Ok(())
    }
}
