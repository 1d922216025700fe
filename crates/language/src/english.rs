//! English words that no table of objects, verbs or looks has, by what they are: what is no noun is never taken for an object.

use scenewright_scene::vocab::{drawn, singular};
use std::collections::HashMap;
use std::sync::OnceLock;

const ENGLISH: &str = include_str!("../../../vocab/words.txt");

/// What a word is, by the sense that is counted most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PartOfSpeech {
    /// A noun for something that can be seen: "guitar".
    Thing,
    /// A noun for nothing that can be seen: "title".
    NoThing,
    Adjective,
    Adverb,
    Verb,
}

fn table() -> &'static HashMap<&'static str, PartOfSpeech> {
    static WORDS: OnceLock<HashMap<&'static str, PartOfSpeech>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let mut part = PartOfSpeech::NoThing;
        let mut words = HashMap::with_capacity(16_000);
        for line in ENGLISH.lines().filter(|line| !line.starts_with('#')) {
            match line {
                "[things]" => part = PartOfSpeech::Thing,
                "[no things]" => part = PartOfSpeech::NoThing,
                "[adjectives]" => part = PartOfSpeech::Adjective,
                "[adverbs]" => part = PartOfSpeech::Adverb,
                "[verbs]" => part = PartOfSpeech::Verb,
                word => _ = words.insert(word, part),
            }
        }
        words
    })
}

/// What an English word is; none where the table lacks it and what it is made of.
pub(super) fn part_of_speech(word: &str) -> Option<PartOfSpeech> {
    if let Some(part) = table().get(word) {
        return Some(*part);
    }
    let stem = |end: &str| word.strip_suffix(end).filter(|stem| stem.len() >= 3);
    let is = |stem: &str, wanted: PartOfSpeech| table().get(stem) == Some(&wanted);
    let single = singular(word);
    if single != word
        && let Some(part @ (PartOfSpeech::Thing | PartOfSpeech::NoThing)) = table().get(single.as_str())
    {
        return Some(*part);
    }
    if stem("ly").is_some_and(|stem| is(stem, PartOfSpeech::Adjective)) {
        return Some(PartOfSpeech::Adverb);
    }
    let compared = ["er", "est"].iter().filter_map(|end| stem(end));
    if compared.into_iter().any(|stem| is(stem, PartOfSpeech::Adjective)) {
        return Some(PartOfSpeech::Adjective);
    }
    let inflected = ["ing", "ed", "es", "s", "d"].iter().filter_map(|end| stem(end));
    let mut inflected = inflected.flat_map(|stem| [stem.to_owned(), format!("{stem}e")]);
    inflected.any(|stem| is(&stem, PartOfSpeech::Verb)).then_some(PartOfSpeech::Verb)
}

/// Whether it is a noun for nothing that can be seen on its own: "title", "nose".
pub(super) fn is_no_thing(word: &str) -> bool {
    drawn::noun(word) == Some(drawn::Noun::Nothing) || part_of_speech(word) == Some(PartOfSpeech::NoThing)
}

/// Whether it is an English word, in one form or another.
pub(super) fn is_english(word: &str) -> bool {
    let stems = ["ing", "ed", "es", "s", "ly", "er", "est", "y"].iter().filter_map(|end| word.strip_suffix(end));
    // "bigger", but not "biger": a short stem doubles its last letter.
    let doubles = |stem: &str| {
        let bytes = stem.as_bytes();
        let vowel = |at: usize| b"aeiou".contains(&bytes[at]);
        bytes.len() == 3
            && !vowel(0)
            && vowel(1)
            && !vowel(2)
            && !b"wxy".contains(&bytes[2])
            && (word.ends_with("er") || word.ends_with("ing"))
    };
    table().contains_key(word)
        || stems.into_iter().any(|stem| {
            stem.len() >= 3 && !doubles(stem) && (table().contains_key(stem) || drawn::noun(stem).is_some())
        })
}
