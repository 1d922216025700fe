//! What things are and look like: another kind, size, color, name, look; copies; locks; light.

use super::place::moved_to;
use crate::MOST_AT_ONCE;
use crate::ast::{Adjective, Determiner, Head, Noun, Predicate, Quality, Span, Tail};
use crate::builder::{Builder, Halted};
use crate::parse_result::{Diagnostic, UnknownTermKind};
use crate::part::is_color;
use crate::position;
use crate::words::{self, Class};
use scenewright_scene::relation::{PredicateKind, predicate_kind};
use scenewright_scene::{Edit, NodeDraft, NodeId, SizeHint, UnitBox, scaled};

/// For changes that no word of the sentence could make fail.
const NOWHERE: Span = 0..0;

/// What lies behind all things, whatever it is.
const BACKGROUND: [&str; 4] = ["background", "backdrop", "scenery", "landscape"];

impl Builder<'_> {
    /// "change the zebra to a sheep": the same object, of another kind.
    pub(crate) fn become_other(&mut self, what: &[Noun], into: &Noun) -> Result<(), Halted> {
        let Head::Named { name, known, .. } = &into.head else {
            return Err(self.diagnostic(into.span.clone(), Diagnostic::Word));
        };
        // "set it in the desert", where there is no ground yet.
        if let [Noun { head: Head::Named { typed, .. }, .. }] = what
            && typed == "setting"
            && self.candidates(&what[0]).is_empty()
        {
            let (nodes, _) = self.thing(&Noun { determiner: Determiner::Indefinite, ..into.clone() }, true, &[])?;
            self.topics = nodes;
            return Ok(());
        }
        // "the ground is grass": grass comes, where nothing is called ground.
        if let [noun] = what
            && self.candidates(noun).is_empty()
            && matches!(&noun.head, Head::Named { known: true, typed, .. } if !BACKGROUND.contains(&typed.as_str()))
            && self.is_scenery(name)
        {
            let new = Noun { determiner: Determiner::Definite, ..into.clone() };
            let (nodes, _) = self.thing(&new, false, &[])?;
            self.topics = nodes;
            return Ok(());
        }
        if !known && self.lexicon.is_no_thing(name) {
            return Err(self.diagnostic(into.span.clone(), Diagnostic::NoThing));
        }
        let nodes = self.background(what, into)?;
        self.become_these(nodes, into)
    }

    pub(crate) fn become_these(&mut self, nodes: Vec<NodeId>, into: &Noun) -> Result<(), Halted> {
        let Head::Named { name, known, .. } = &into.head else {
            return Err(self.diagnostic(into.span.clone(), Diagnostic::Word));
        };
        if *known {
            self.drawn_as(&into.span, name, UnknownTermKind::Object);
        } else {
            self.unknown_word(&into.span, name, UnknownTermKind::Object);
        }
        for &node in &nodes {
            self.change(Edit::Rename { node, name: name.clone() }, &into.span)?;
            for adjective in &into.adjectives {
                self.add_look(node, adjective)?;
            }
            let more = into.count.unwrap_or(1).saturating_sub(1);
            if more >= MOST_AT_ONCE {
                return Err(self.diagnostic(into.span.clone(), Diagnostic::TooMany));
            }
            for _ in 0..more {
                self.copy_of(node, &into.span)?;
            }
        }
        self.topics = nodes;
        Ok(())
    }

    /// "the background" of a scene that has no scenery is added behind what there is.
    fn background(&mut self, what: &[Noun], into: &Noun) -> Result<Vec<NodeId>, Halted> {
        let is_background =
            |noun: &Noun| matches!(&noun.head, Head::Named { typed, .. } if BACKGROUND.contains(&typed.as_str()));
        if let [noun] = what
            && is_background(noun)
            && self.candidates(noun).is_empty()
        {
            let before = self.scene.nodes().iter().map(|node| node.id).collect::<Vec<_>>();
            let new = Noun { determiner: Determiner::Indefinite, ..into.clone() };
            let (nodes, _) = self.thing(&new, true, &[])?;
            let (name, known) =
                self.lexicon.predicate("behind").map_or(("behind".to_owned(), false), |name| (name.to_owned(), true));
            let predicate = Predicate { name, typed: "behind".into(), known, span: noun.span.clone(), reversed: false };
            self.relate_all(&nodes, &predicate, before.first().map_or(&[], std::slice::from_ref), false)?;
            return Ok(nodes);
        }
        self.pointed_at(what)
    }

    pub(crate) fn adjust(&mut self, what: &[Noun], qualities: &[Quality]) -> Result<(), Halted> {
        let mut wholes = what.to_vec();
        let mut owners = Vec::new();
        if qualities
            .iter()
            .all(|quality| matches!(quality, Quality::Look(look) | Quality::NotLook(look) if is_color(look)))
        {
            wholes.clear();
            for noun in what {
                let Some(part) = self.part(noun)? else {
                    wholes.push(noun.clone());
                    continue;
                };
                qualities.iter().try_for_each(|quality| self.color_part(&part, quality))?;
                owners.extend(part.owners);
            }
        }
        if !wholes.is_empty() {
            let mut nodes = Vec::new();
            for noun in &wholes {
                // "the grass is green", where there is none yet: scenery may be spoken of before it is there.
                let named = matches!(&noun.head, Head::Named { known: true, .. })
                    && (noun.limits.is_empty() || self.lexicon.scene.is_empty());
                let describes = qualities.iter().all(|quality| matches!(quality, Quality::Look(_) | Quality::Size(_)));
                let scenery = matches!(&noun.head, Head::Named { name, .. } if self.is_scenery(name))
                    || self.lexicon.scene.is_empty();
                let bare = Noun { limits: Vec::new(), ..noun.clone() };
                let missing = noun.pick.is_none() && noun.of.is_none() && self.candidates(&bare).is_empty();
                let plain = matches!(noun.determiner, Determiner::Definite | Determiner::Bare);
                if named && describes && scenery && missing && plain {
                    nodes.extend(self.thing(noun, true, &[])?.0);
                } else {
                    nodes.extend(self.pointed_at(std::slice::from_ref(noun))?);
                }
            }
            let sizes = |quality: &Quality| !matches!(quality, Quality::Look(_) | Quality::NotLook(_));
            if qualities.iter().all(sizes) {
                nodes = self.things_of(&wholes, nodes);
            }
            let denies = |quality: &Quality| matches!(quality, Quality::NotLook(_));
            if qualities.iter().all(denies) && nodes.len() > 1 {
                // "neither ... should be red": those that are.
                let is_so = |id: &NodeId| {
                    let own = self.scene.node(*id).map(|node| node.attributes.as_slice()).unwrap_or_default();
                    qualities.iter().any(|quality| matches!(quality, Quality::NotLook(Adjective::Look { word, .. }) if own.contains(word)))
                };
                let so: Vec<NodeId> = nodes.iter().copied().filter(is_so).collect();
                if !so.is_empty() {
                    nodes = so;
                }
            }
            for &id in &nodes {
                // "black and white": the second color stands beside the first.
                let mut colored = false;
                for quality in qualities {
                    match quality {
                        Quality::Look(look) if colored && is_color(look) => self.add_look_beside(id, look)?,
                        quality => self.give(id, quality, &nodes)?,
                    }
                    colored |= matches!(quality, Quality::Look(look) if is_color(look));
                }
            }
            owners.extend(nodes);
        }
        self.topics = owners;
        Ok(())
    }

    fn give(&mut self, id: NodeId, quality: &Quality, nodes: &[NodeId]) -> Result<(), Halted> {
        match quality {
            Quality::Size(size) => self.change(Edit::SetSize { node: id, size: Some(*size) }, &NOWHERE).map(|_| ()),
            Quality::Scale { steps, area } => self.scale(id, *steps, *area),
            Quality::LargerThan(noun) => self.size_from(id, noun, nodes, SizeHint::larger),
            Quality::SmallerThan(noun) => self.size_from(id, noun, nodes, SizeHint::smaller),
            Quality::SizeOf(noun) => self.size_from(id, noun, nodes, |size| size),
            Quality::Most { larger } => {
                let others =
                    self.scene.nodes().iter().filter(|node| !nodes.contains(&node.id) && !self.is_scenery(&node.name));
                let sizes = others.map(|node| self.size_of(node.id));
                let size = if *larger { sizes.max().map(SizeHint::larger) } else { sizes.min().map(SizeHint::smaller) };
                let size = size.unwrap_or(if *larger { SizeHint::Huge } else { SizeHint::Tiny });
                self.change(Edit::SetSize { node: id, size: Some(size) }, &NOWHERE).map(|_| ())
            }
            Quality::OwnColors => self.own_color(id, nodes),
            Quality::ColorOf(noun) => self.color_from(id, noun, nodes),
            Quality::Look(look) => self.add_look(id, look),
            Quality::NotLook(look) => {
                let Adjective::Look { word, span, .. } = look else { return Ok(()) };
                let Some(node) = self.scene.node(id) else { return Ok(()) };
                let attributes: Vec<String> = node.attributes.iter().filter(|own| *own != word).cloned().collect();
                if attributes.len() == node.attributes.len() {
                    return Err(self.diagnostic(span.clone(), Diagnostic::NotSo));
                }
                self.change(Edit::SetAttributes { node: id, attributes }, span).map(|_| ())
            }
        }
    }

    /// "different colors": each of several its own.
    pub(crate) fn own_color(&mut self, id: NodeId, nodes: &[NodeId]) -> Result<(), Halted> {
        const COLORS: [&str; 8] = ["red", "blue", "yellow", "green", "purple", "orange", "pink", "white"];
        let place = nodes.iter().position(|own| *own == id).unwrap_or(0);
        let word = COLORS[place % COLORS.len()].to_owned();
        self.add_look(id, &Adjective::Look { word, class: Class::Color, known: true, span: NOWHERE })
    }

    fn size_of(&self, id: NodeId) -> SizeHint {
        let own = self.scene.node(id).and_then(|node| node.size);
        let by_box = || position::box_of(self, id).map(|found| SizeHint::of_area(found.area()));
        own.or_else(by_box).unwrap_or(SizeHint::Medium)
    }

    /// A box that is shown takes the factor; without one, the size in words takes steps.
    pub(crate) fn scale(&mut self, id: NodeId, steps: i32, area: f32) -> Result<(), Halted> {
        let side = area.sqrt();
        if let Some(pinned) = self.scene.node(id).and_then(|node| node.pinned) {
            let grown = |length: f32| (length * side).clamp(UnitBox::MIN_SIDE * 2.0, 1.0);
            let larger = UnitBox::from_center(pinned.center(), grown(pinned.width()), grown(pinned.height()));
            let larger = moved_to(&larger, pinned.center());
            self.change(Edit::SetSize { node: id, size: Some(SizeHint::of_area(larger.area())) }, &NOWHERE)?;
            return self.change(Edit::Pin { node: id, pinned: Some(larger) }, &NOWHERE).map(|_| ());
        }
        if let Some(shown) = position::box_of(self, id).and_then(|shown| shown.repaired()) {
            let bounds = scaled(shown, side);
            self.change(Edit::SetSize { node: id, size: Some(SizeHint::of_area(bounds.area())) }, &NOWHERE)?;
            return self.change(Edit::SetBox { node: id, bounds }, &NOWHERE).map(|_| ());
        }
        let mut size = self.size_of(id);
        for _ in 0..steps.unsigned_abs() {
            size = if steps > 0 { size.larger() } else { size.smaller() };
        }
        self.change(Edit::SetSize { node: id, size: Some(size) }, &NOWHERE).map(|_| ())
    }

    fn size_from(
        &mut self,
        id: NodeId,
        noun: &Noun,
        but: &[NodeId],
        step: impl Fn(SizeHint) -> SizeHint,
    ) -> Result<(), Halted> {
        let model = self.existing(noun, but)?;
        let size = model.first().map(|model| step(self.size_of(*model)));
        self.change(Edit::SetSize { node: id, size }, &noun.span).map(|_| ())
    }

    /// "the same color as the car".
    fn color_from(&mut self, id: NodeId, noun: &Noun, but: &[NodeId]) -> Result<(), Halted> {
        let model = self.existing(noun, but)?;
        let own = model
            .first()
            .and_then(|model| self.scene.node(*model))
            .map(|node| node.attributes.clone())
            .unwrap_or_default();
        let color = |word: &&String| {
            let last = word.rsplit(' ').next().unwrap_or(word);
            word.split(' ').count() < 3 && words::attribute(last).is_some_and(|(_, class)| class == Class::Color)
        };
        let Some(word) = own.iter().find(color).cloned() else {
            return Err(self.diagnostic(noun.span.clone(), Diagnostic::NotSo));
        };
        self.add_look(id, &Adjective::Look { word, class: Class::Color, known: true, span: noun.span.clone() })
    }

    /// "it isn't raining any more": the sky is no longer so.
    pub(crate) fn no_light(&mut self, light: &str, span: Span) -> Result<(), Halted> {
        let is_so = |node: &&scenewright_scene::Node| node.attributes.iter().any(|own| own == light);
        let so: Vec<NodeId> = self.scene.nodes().iter().filter(is_so).map(|node| node.id).collect();
        if so.is_empty() {
            return Err(self.diagnostic(span, Diagnostic::NotSo));
        }
        for &node in &so {
            let own = self.scene.node(node).map(|node| node.attributes.clone()).unwrap_or_default();
            let attributes = own.into_iter().filter(|own| own != light).collect();
            self.change(Edit::SetAttributes { node, attributes }, &span)?;
        }
        self.topics = so;
        Ok(())
    }

    /// A new color takes the place of the old one, and so does a light; other words are added.
    pub(crate) fn add_look(&mut self, id: NodeId, look: &Adjective) -> Result<(), Halted> {
        let (word, class, span) = match look {
            Adjective::Size(size) => {
                return self.change(Edit::SetSize { node: id, size: Some(*size) }, &NOWHERE).map(|_| ());
            }
            Adjective::Look { word, class, known, span } => {
                if !known {
                    self.unknown_word(span, word, UnknownTermKind::Look);
                }
                (word, *class, span)
            }
        };
        let Some(node) = self.scene.node(id) else { return Ok(()) };
        let class_of = |own: &str| {
            let last = own.rsplit(' ').next().unwrap_or(own);
            words::attribute(last).map_or(Class::Other, |(_, class)| class)
        };
        let hour = |word: &str| ["night", "evening", "morning", "day"].contains(&word);
        let stays = |own: &&String| {
            let other = matches!(class, Class::Other | Class::Pattern) || class_of(own) != class;
            // "a cloudy evening": the hour and the weather are two.
            let apart = class == Class::Light && hour(own) != hour(word);
            let faces = class == Class::Facing && own.starts_with("facing ");
            *own != word && !faces && (other || apart)
        };
        let mut attributes: Vec<String> = node.attributes.iter().filter(stays).cloned().collect();
        attributes.push(word.clone());
        self.change(Edit::SetAttributes { node: id, attributes }, span).map(|_| ())
    }

    /// "turn the dog around": it faces the other way.
    pub(crate) fn face(&mut self, what: &[Noun], side: Option<&str>) -> Result<(), Halted> {
        let nodes = self.pointed_at(what)?;
        for &id in &nodes {
            let own = self.scene.node(id).map(|node| node.attributes.clone()).unwrap_or_default();
            let faces_right = own.iter().any(|word| word == "facing right");
            let word = side.unwrap_or(if faces_right { "facing left" } else { "facing right" }).to_owned();
            self.add_look(id, &Adjective::Look { word, class: Class::Facing, known: true, span: NOWHERE })?;
        }
        self.topics = nodes;
        Ok(())
    }

    fn add_look_beside(&mut self, id: NodeId, look: &Adjective) -> Result<(), Halted> {
        let (Adjective::Look { word, span, .. }, Some(node)) = (look, self.scene.node(id)) else { return Ok(()) };
        let mut attributes = node.attributes.clone();
        if !attributes.contains(word) {
            attributes.push(word.clone());
        }
        self.change(Edit::SetAttributes { node: id, attributes }, span).map(|_| ())
    }

    /// The light of a scene is kept on its sky.
    pub(crate) fn light(&mut self, light: &str) -> Result<(), Halted> {
        if light == words::SPRING {
            let snowy = self.scene.nodes().iter().any(|node| node.attributes.iter().any(|own| own == "snowy"));
            if snowy {
                self.no_light("snowy", NOWHERE)?;
            }
            return self.light("day");
        }
        let name = self.lexicon.object("sky").unwrap_or("sky").to_owned();
        let skies: Vec<NodeId> =
            self.scene.nodes().iter().filter(|node| self.is_called(node, &name)).map(|node| node.id).collect();
        let skies =
            if skies.is_empty() { self.change(Edit::add(name), &NOWHERE)?.node().into_iter().collect() } else { skies };
        let look = Adjective::Look { word: light.to_owned(), class: Class::Light, known: true, span: NOWHERE };
        for &sky in &skies {
            self.add_look(sky, &look)?;
        }
        if self.topics.is_empty() {
            self.topics = skies;
        }
        Ok(())
    }

    pub(crate) fn duplicate(&mut self, what: &[Noun], times: usize, tails: &[Tail], span: Span) -> Result<(), Halted> {
        let nodes = self.pointed_at(what)?;
        if nodes.len().saturating_mul(times) > MOST_AT_ONCE {
            return Err(self.diagnostic(span, Diagnostic::TooMany));
        }
        let mut copies = Vec::new();
        for &node in &nodes {
            for _ in 0..times {
                let copy = self.copy_of(node, &span)?;
                for tail in tails {
                    // "to the right": of what was copied.
                    if let Some(word) = side_word(tail) {
                        let (name, known) = self
                            .lexicon
                            .predicate(word)
                            .map_or((word.to_owned(), false), |name| (name.to_owned(), true));
                        let predicate =
                            Predicate { name, typed: word.into(), known, span: span.clone(), reversed: false };
                        self.relate_all(&copy, &predicate, &[node], false)?;
                    } else {
                        self.topics = vec![node];
                        self.follow(std::slice::from_ref(tail), copy.clone(), true)?;
                    }
                }
                copies.extend(copy);
            }
        }
        self.mention(&copies);
        self.topics = copies;
        Ok(())
    }

    /// The same again, a little beside it, standing where it stands; the name that was its own stays its own.
    pub(crate) fn copy_of(&mut self, id: NodeId, span: &Span) -> Result<Vec<NodeId>, Halted> {
        let Some(node) = self.scene.node(id) else { return Ok(Vec::new()) };
        let mut draft = NodeDraft::from(node);
        (draft.label, draft.canvas, draft.locked) = (None, None, false);
        // It looks like the original and gets a place of its own.
        draft.rendered = draft.rendered.looks_only();
        draft.pinned = draft.pinned.map(|own| {
            let [x, y] = own.center();
            let right = if x + 0.15 + own.width() / 2.0 <= 1.0 { x + 0.15 } else { x - 0.15 };
            moved_to(&own, [right, y])
        });
        let stands: Vec<(String, NodeId)> = self
            .scene
            .relations_of(id)
            .filter(|relation| relation.subject == id && relation.object != id)
            .filter(|relation| {
                matches!(
                    predicate_kind(&relation.predicate),
                    Some(PredicateKind::On | PredicateKind::MostlyIn | PredicateKind::Inside)
                )
            })
            .map(|relation| (relation.predicate.clone(), relation.object))
            .collect();
        let copy: Vec<NodeId> = self.change(Edit::from(draft), span)?.node().into_iter().collect();
        for &subject in &copy {
            for (predicate, object) in &stands {
                self.change(Edit::relate(subject, predicate.clone(), *object), span)?;
            }
        }
        Ok(copy)
    }

    pub(crate) fn lock(&mut self, what: &[Noun], locked: bool) -> Result<(), Halted> {
        let nodes = self.pointed_at(what)?;
        for &node in &nodes {
            self.change(Edit::Lock { node, locked }, &NOWHERE)?;
        }
        // "keep everything else" is not about everything else.
        if !what.iter().any(|noun| matches!(noun.head, Head::Rest)) {
            self.topics = nodes;
        }
        Ok(())
    }

    pub(crate) fn another_look(&mut self, what: &[Noun]) -> Result<(), Halted> {
        if what.is_empty() {
            let seed = next_seed(self.scene.seed(), u64::MAX);
            return self.change(Edit::SetSceneSeed { seed }, &NOWHERE).map(|_| ());
        }
        let nodes = self.pointed_at(what)?;
        for &node in &nodes {
            let own = self.scene.node(node).and_then(|node| node.seed).unwrap_or_else(|| self.scene.seed());
            self.change(Edit::SetSeed { node, seed: Some(next_seed(own, node.0)) }, &NOWHERE)?;
        }
        self.topics = nodes;
        Ok(())
    }

    pub(crate) fn rename(&mut self, what: &Noun, label: Option<String>, span: Span) -> Result<(), Halted> {
        let nodes = self.pointed_at(std::slice::from_ref(what))?;
        for &node in &nodes {
            self.change(Edit::SetLabel { node, label: label.clone() }, &span)?;
        }
        self.topics = nodes;
        Ok(())
    }
}

fn side_word(tail: &Tail) -> Option<&'static str> {
    match tail {
        Tail::Shift(shift) => Some(match (shift.across, shift.down) {
            (-1, _) => "left of",
            (1, _) => "right of",
            (_, -1) => "above",
            _ => "below",
        }),
        _ => None,
    }
}

/// The random numbers are the same on every machine, and differ for every object and turn. (SplitMix64, Steele et al. 2014.)
/// Below 2^32, so that every JSON reader keeps it whole.
pub fn next_seed(seed: u64, node: u64) -> u64 {
    let mut z = seed.wrapping_add(node.wrapping_mul(0xd134_2543_de82_ef95)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) >> 32
}
