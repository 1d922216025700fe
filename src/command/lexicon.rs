//! The words that a sentence may use for objects and relations: the vocabulary's, and those that the scene uses already.

use super::part::is_same_part;
use crate::scene::{NodeId, Scene};
use crate::vocab::{Vocabulary, fold, singular};
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

pub(super) struct Lexicon<'a> {
    pub vocab: &'a Vocabulary,
    pub scene: &'a Scene,
    strangers: OnceCell<HashMap<String, String>>,
    labels: Vec<(Vec<String>, NodeId)>,
}

impl<'a> Lexicon<'a> {
    pub fn new(vocab: &'a Vocabulary, scene: &'a Scene) -> Self {
        let mut labels: Vec<(Vec<String>, NodeId)> = scene
            .nodes()
            .iter()
            .filter_map(|node| {
                let words = fold(node.label.as_deref()?).split(' ').map(str::to_owned).collect();
                Some((words, node.id))
            })
            .collect();
        // "Anna Maria" before "Anna".
        labels.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        Self { vocab, scene, strangers: OnceCell::new(), labels }
    }

    /// The name under which an object goes: the vocabulary's, else the scene's own.
    pub fn object(&self, phrase: &str) -> Option<&str> {
        match self.vocab.object_id(phrase) {
            Some(id) if id != self.vocab.image_object() => Some(self.vocab.object_name(id)),
            _ => self.strangers().get(&singular(&fold(phrase))).map(String::as_str),
        }
    }

    pub fn is_known(&self, phrase: &str) -> bool {
        self.vocab.object_id(phrase).is_some_and(|id| id != self.vocab.image_object())
    }

    /// Whether the drawing of some object has a part of this name that may change its colour.
    pub fn is_part(&self, phrase: &str) -> bool {
        let slots = self.vocab.looks().into_iter().flat_map(|looks| looks.objects.values()).flat_map(|own| &own.slots);
        slots.into_iter().any(|slot| is_same_part(phrase, &slot.name))
    }

    pub fn predicate(&self, phrase: &str) -> Option<&str> {
        let id = self.vocab.predicate_id(phrase)?;
        (id != self.vocab.in_image_predicate()).then(|| self.vocab.predicate_name(id))
    }

    /// Names with their words, longest first: "Anna Maria" comes before "Anna".
    pub fn labels(&self) -> &[(Vec<String>, NodeId)] {
        &self.labels
    }

    fn strangers(&self) -> &HashMap<String, String> {
        self.strangers.get_or_init(|| {
            let names: HashSet<&str> = self.scene.nodes().iter().map(|node| node.name.as_str()).collect();
            let strange = names.into_iter().filter(|name| !self.is_known(name));
            let mut strange: Vec<&str> = strange.collect();
            strange.sort_unstable();
            strange.into_iter().rev().map(|name| (singular(&fold(name)), name.to_owned())).collect()
        })
    }
}
