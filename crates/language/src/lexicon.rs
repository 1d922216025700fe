//! The words that a sentence may use for objects and relations: the vocabulary's, and those that the scene uses already.

use super::english;
use super::part::is_same_part;
use super::words;
use scenewright_scene::vocab::drawn::{self, Noun};
use scenewright_scene::vocab::{Vocabulary, fold, singular};
use scenewright_scene::{NodeId, Scene};
use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

pub(super) struct Lexicon<'a> {
    pub vocab: &'a Vocabulary,
    pub scene: &'a Scene,
    unknown_words: OnceCell<HashMap<String, String>>,
    labels: Vec<(Vec<String>, NodeId)>,
}

impl<'a> Lexicon<'a> {
    pub(crate) fn new(vocab: &'a Vocabulary, scene: &'a Scene) -> Self {
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
        Self { vocab, scene, unknown_words: OnceCell::new(), labels }
    }

    /// The name under which an object goes: the vocabulary's, the scene's own, or that of the table of nouns.
    pub(crate) fn object(&self, phrase: &str) -> Option<&str> {
        self.own_object(phrase).or_else(|| match drawn::noun(phrase)? {
            Noun::Drawn { word, .. } => self.vocab.drawn_object(word).map(|_| word),
            Noun::Nothing => None,
        })
    }

    /// The vocabulary's name, or the scene's own.
    pub(crate) fn own_object(&self, phrase: &str) -> Option<&str> {
        match self.vocab.object_id(phrase) {
            Some(id) if id != self.vocab.image_object() => Some(self.vocab.object_name(id)),
            _ => self.unknown_words().get(&singular(&fold(phrase))).map(String::as_str),
        }
    }

    /// The vocabulary's name for what an object of this name is drawn as.
    pub(crate) fn drawn(&self, name: &str) -> Option<&str> {
        let drawn = self.vocab.drawn_object(name)?;
        (drawn.id != self.vocab.image_object()).then(|| self.vocab.object_name(drawn.id))
    }

    /// Whether an object of this name is drawn, be it as another.
    pub(crate) fn is_known(&self, phrase: &str) -> bool {
        self.drawn(phrase).is_some()
    }

    /// Whether a word is no visible thing: "edge", "quality", "something".
    pub(crate) fn is_no_thing(&self, phrase: &str) -> bool {
        let last = phrase.rsplit_once(' ').map_or(phrase, |(_, last)| last);
        if self.own_object(phrase).is_some()
            || (phrase.contains(' ')
                && (self.drawn(phrase).is_some() || words::COMPOUNDS.contains(&singular(&fold(phrase)).as_str())))
        {
            return false;
        }
        match drawn::noun(phrase).or_else(|| drawn::noun(last)) {
            Some(noun) => noun == Noun::Nothing,
            None => english::is_no_thing(last),
        }
    }

    /// Whether some object has a drawing of this name: "sleeping", "grazing".
    pub(crate) fn is_look(&self, word: &str) -> bool {
        let objects = self.vocab.looks().into_iter().flat_map(|looks| looks.objects.values());
        objects.flat_map(|own| &own.variants).any(|variant| variant.name == word)
    }

    /// Whether an object of this name has a drawing of this name.
    pub(crate) fn has_look(&self, name: &str, word: &str) -> bool {
        let own = self.vocab.looks_of_name(name);
        own.is_some_and(|own| own.variants.iter().any(|variant| variant.name == word))
    }

    /// Whether a word is part of a name of several words: "traffic".
    pub(crate) fn is_in_a_name(&self, word: &str) -> bool {
        let in_name = |name: &str| name.contains(' ') && name.split(' ').any(|part| part == word);
        let names = self.vocab.objects().map(|(_, name)| name);
        names
            .flat_map(|name| std::iter::once(name).chain(self.vocab.synonyms_of(name).iter().map(String::as_str)))
            .any(in_name)
            || drawn::is_in_a_noun(word)
    }

    /// Whether the drawing of some object has a part of this name that may change its color.
    pub(crate) fn is_part(&self, phrase: &str) -> bool {
        let slots = self.vocab.looks().into_iter().flat_map(|looks| looks.objects.values()).flat_map(|own| &own.slots);
        slots.into_iter().any(|slot| is_same_part(phrase, &slot.name))
    }

    /// The vocabulary's name for what a relation is drawn as.
    pub(crate) fn drawn_predicate(&self, said: &str) -> Option<&str> {
        let id = self.vocab.drawn_predicate(said)?;
        (id != self.vocab.in_image_predicate()).then(|| self.vocab.predicate_name(id))
    }

    pub(crate) fn predicate(&self, phrase: &str) -> Option<&str> {
        let id = self.vocab.predicate_id(phrase)?;
        (id != self.vocab.in_image_predicate()).then(|| self.vocab.predicate_name(id))
    }

    /// Names with their words, longest first: "Anna Maria" comes before "Anna".
    pub(crate) fn labels(&self) -> &[(Vec<String>, NodeId)] {
        &self.labels
    }

    fn unknown_words(&self) -> &HashMap<String, String> {
        self.unknown_words.get_or_init(|| {
            let names: HashSet<&str> = self.scene.nodes().iter().map(|node| node.name.as_str()).collect();
            let strange = names.into_iter().filter(|name| !self.is_known(name));
            let mut strange: Vec<&str> = strange.collect();
            strange.sort_unstable();
            strange.into_iter().rev().map(|name| (singular(&fold(name)), name.to_owned())).collect()
        })
    }
}
