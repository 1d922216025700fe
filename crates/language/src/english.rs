//! English words that no table of objects, verbs or looks has, by what they are: what is no noun is never taken for an object.

use scenewright_scene::vocab::{drawn, singular};
use std::cmp::Ordering;
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

/// The sections of the table, each sorted: they are searched where they lie, so that nothing is loaded at the start.
fn sections() -> &'static [(PartOfSpeech, &'static str)] {
    static SECTIONS: OnceLock<Vec<(PartOfSpeech, &'static str)>> = OnceLock::new();
    SECTIONS.get_or_init(|| {
        let part = |title: &str| match title {
            "things" => PartOfSpeech::Thing,
            "adjectives" => PartOfSpeech::Adjective,
            "adverbs" => PartOfSpeech::Adverb,
            "verbs" => PartOfSpeech::Verb,
            _ => PartOfSpeech::NoThing,
        };
        let rest = ENGLISH.split("\n[").skip(1);
        rest.filter_map(|section| section.split_once("]\n")).map(|(title, words)| (part(title), words)).collect()
    })
}

/// What the table says of exactly this word.
fn listed(word: &str) -> Option<PartOfSpeech> {
    let has = |words: &&(PartOfSpeech, &'static str)| is_listed(words.1, word);
    sections().iter().find(has).map(|(part, _)| *part)
}

/// Whether a word is one of these sorted lines.
fn is_listed(words: &str, word: &str) -> bool {
    let bytes = words.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[low..middle].iter().rposition(|b| *b == b'\n').map_or(low, |at| low + at + 1);
        let end = bytes[middle..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| middle + at);
        match bytes[start..end].cmp(word.as_bytes()) {
            Ordering::Equal => return true,
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
        }
    }
    false
}

/// What an English word is; none where the table lacks it and what it is made of.
pub(super) fn part_of_speech(word: &str) -> Option<PartOfSpeech> {
    if let Some(part) = listed(word) {
        return Some(part);
    }
    let stem = |end: &str| word.strip_suffix(end).filter(|stem| stem.len() >= 3);
    let is = |stem: &str, wanted: PartOfSpeech| listed(stem) == Some(wanted);
    let single = singular(word);
    if single != word
        && let Some(part @ (PartOfSpeech::Thing | PartOfSpeech::NoThing)) = listed(&single)
    {
        return Some(part);
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
    listed(word).is_some()
        || stems
            .into_iter()
            .any(|stem| stem.len() >= 3 && !doubles(stem) && (listed(stem).is_some() || drawn::noun(stem).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert_eq!(sections().len(), 5);
        for (part, words) in sections() {
            let lines: Vec<&str> = words.lines().collect();
            let unsorted = lines.windows(2).find(|pair| pair[0] >= pair[1]);
            assert_eq!(unsorted, None, "words.txt must be sorted within {part:?}");
            assert!(lines.iter().all(|word| listed(word).is_some()), "{part:?}");
        }
        assert_eq!(listed("guitarrr"), None);
    }
}
