//! Parts of things: "make the roof blue", "its roof", "a boy in a red shirt". Where the drawing of an object has such a part, its color is
//! said of the object; else the word is an object of its own.

use super::ast::{Adjective, Determiner, Head, Noun, Predicate, Quality};
use super::builder::{Builder, Halted};
use super::parse_result::Diagnostic;
use super::words::{self, Class};
use scenewright_scene::vocab::{fold, singular};
use scenewright_scene::{Edit, NodeId};

/// Objects of which a phrase names a part, and that part's name.
pub(super) struct Part {
    pub(crate) owners: Vec<NodeId>,
    pub name: String,
}

/// What ties a thing to its parts.
const WITH: [&str; 9] = ["with", "with a", "has", "have", "having", "wearing", "wears", "in", "in a"];

/// Whether two words name the same part, be it one or several.
pub(super) fn is_same_part(typed: &str, part: &str) -> bool {
    let (typed, part) = (fold(typed), fold(part));
    typed == part || singular(&typed) == singular(&part)
}

impl Builder<'_> {
    /// The name under which an object's drawing has a part.
    fn part_of(&self, id: NodeId, typed: &str) -> Option<String> {
        let vocab = self.setting.vocab;
        let looks = vocab.looks_of(vocab.drawn_object(&self.scene.node(id)?.name)?.id)?;
        looks.slots.iter().find(|slot| is_same_part(typed, &slot.name)).map(|slot| slot.name.clone())
    }

    /// What a phrase names a part of; none where it names an object, or nothing that is there.
    pub(super) fn part(&mut self, noun: &Noun) -> Result<Option<Part>, Halted> {
        let Head::Named { typed, .. } = &noun.head else { return Ok(None) };
        if noun.of.is_none() && !self.candidates(noun).is_empty() {
            return Ok(None);
        }
        let said = |builder: &Self, id: &NodeId, name: &str| {
            let own = builder.scene.node(*id).map(|node| node.attributes.as_slice()).unwrap_or_default();
            noun.adjectives.iter().all(|adjective| match adjective {
                Adjective::Look { word, .. } => own.contains(&format!("{word} {name}")),
                Adjective::Size(_) => false,
            })
        };
        let has =
            |builder: &Self, id: &NodeId| builder.part_of(*id, typed).is_some_and(|name| said(builder, id, &name));
        // "its roof", where nothing has been spoken of: whose else?
        let unsaid = |of: &Noun| matches!(of.head, Head::It | Head::Them) && self.referents().is_empty();
        let of = noun.of.as_deref().filter(|of| !unsaid(of));
        let owners = match of {
            Some(of) => {
                let owners: Vec<NodeId> = self.existing(of, &[])?.into_iter().filter(|id| has(self, id)).collect();
                self.mention(&owners);
                owners
            }
            None => {
                let found: Vec<NodeId> =
                    self.scene.nodes().iter().map(|node| node.id).filter(|id| has(self, id)).collect();
                let name = found.first().and_then(|id| self.part_of(*id, typed)).unwrap_or_default();
                // "the roofs", but not "the trousers", of which one boy has some.
                let many = fold(typed) != fold(&name) && singular(&fold(typed)) != fold(typed);
                let all = many || matches!(noun.determiner, Determiner::All | Determiner::Both);
                if found.len() > 1 && !all { self.choose(noun, found)? } else { found }
            }
        };
        let Some(name) = owners.first().and_then(|id| self.part_of(*id, typed)) else { return Ok(None) };
        Ok(Some(Part { owners, name }))
    }

    /// Says a color of a part, or takes it back.
    pub(super) fn color_part(&mut self, part: &Part, quality: &Quality) -> Result<(), Halted> {
        let (Quality::Look(look) | Quality::NotLook(look)) = quality else { return Ok(()) };
        let Adjective::Look { word, span, .. } = look else { return Ok(()) };
        for &node in &part.owners {
            let Some(own) = self.scene.node(node).map(|node| node.attributes.clone()) else { continue };
            let new = format!("{word} {}", part.name);
            let mut attributes: Vec<String> =
                own.iter().filter(|said| !said.ends_with(&format!(" {}", part.name))).cloned().collect();
            match quality {
                Quality::NotLook(_) if !own.contains(&new) => {
                    return Err(self.diagnostic(span.clone(), Diagnostic::NotSo));
                }
                Quality::NotLook(_) => {}
                _ => attributes.push(new),
            }
            self.change(Edit::SetAttributes { node, attributes }, span)?;
        }
        Ok(())
    }

    /// "with a red door": true where all of it has been said as colors of the subjects' own parts.
    pub(super) fn wears(
        &mut self,
        predicate: &Predicate,
        objects: &[Noun],
        subjects: &[NodeId],
    ) -> Result<bool, Halted> {
        let is_with = WITH.contains(&predicate.typed.as_str());
        if !is_with || objects.is_empty() || !objects.iter().all(|noun| self.is_worn(noun, subjects)) {
            return Ok(false);
        }
        objects.iter().try_for_each(|noun| self.wear(noun, subjects))?;
        Ok(true)
    }

    /// Whether a phrase says nothing but the color of a part that all of these have: "a red door".
    pub(super) fn is_worn(&self, noun: &Noun, subjects: &[NodeId]) -> bool {
        let Head::Named { typed, .. } = &noun.head else { return false };
        let new = matches!(noun.determiner, Determiner::Indefinite | Determiner::Bare) && noun.contents.is_none();
        let plain = noun.limits.is_empty() && noun.pick.is_none() && noun.label.is_none() && noun.of.is_none();
        let colored = !noun.adjectives.is_empty() && noun.adjectives.iter().all(is_color);
        let theirs = || !subjects.is_empty() && subjects.iter().all(|id| self.part_of(*id, typed).is_some());
        new && plain && colored && theirs()
    }

    pub(super) fn wear(&mut self, noun: &Noun, subjects: &[NodeId]) -> Result<(), Halted> {
        let Head::Named { typed, .. } = &noun.head else { return Ok(()) };
        for &id in subjects {
            let Some(name) = self.part_of(id, typed) else { continue };
            let part = Part { owners: vec![id], name };
            for adjective in &noun.adjectives {
                self.color_part(&part, &Quality::Look(adjective.clone()))?;
            }
        }
        Ok(())
    }
}

/// Whether a word, or the last of several, is a color.
pub(super) fn is_color(adjective: &Adjective) -> bool {
    let Adjective::Look { word, class, .. } = adjective else { return false };
    let last = word.rsplit(' ').next().unwrap_or(word);
    // "orange" is a thing, too.
    *class == Class::Color || words::attribute(last).is_some_and(|(_, class)| class == Class::Color)
}
