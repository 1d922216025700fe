//! What the last word of a sentence can become: words of instructions, relations, objects of the scene and of the vocabulary.

use super::lexicon::Lexicon;
use super::parse::{relation_words, verb_words};
use super::token::{Kind, Token, tokens};
use super::words;
use scenewright_scene::Scene;
use scenewright_scene::vocab::{Vocabulary, drawn, fold};
use std::ops::Range;

/// More than this nobody looks through.
const MAX_COMPLETIONS: usize = 6;
/// The longest phrase of which a beginning is completed.
const MAX_WORDS: usize = 4;

/// What can stand in place of the last word, or the last words, of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Bytes of the sentence that it replaces.
    pub span: Range<usize>,
    pub words: String,
}

/// What stands in front of the word that is typed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behind {
    Nothing,
    /// An article, a number, a look, a preposition: a thing follows.
    Opening,
    /// A thing: how it stands follows.
    Thing,
}

/// Completions of the word that ends the text, best first; none behind a blank.
pub fn complete(text: &str, scene: &Scene, vocab: &Vocabulary) -> Vec<Completion> {
    let read = tokens(text).tokens;
    let Some(last) = read.last().filter(|last| last.kind == Kind::Word && last.span.end == text.len()) else {
        return Vec::new();
    };
    let lexicon = Lexicon::new(vocab, scene);
    let behind = behind(&read[..read.len() - 1], &lexicon);
    let mut found: Vec<Completion> = Vec::new();
    let mut offer = |span: &Range<usize>, typed: &str, words: &str| {
        let fits = words.len() > typed.len() && fold(words).starts_with(typed);
        let known = found.iter().any(|known| known.words == words);
        if fits && !known && found.len() < MAX_COMPLETIONS {
            found.push(Completion { span: span.clone(), words: words.to_owned() });
        }
    };
    let relations = |least: usize, offer: &mut dyn FnMut(&Range<usize>, &str, &str)| {
        for count in (least..=MAX_WORDS.min(read.len())).rev() {
            let (span, typed) = last_words(&read, count);
            let mut phrases: Vec<&str> = vocab.predicates().map(|(_, name)| name).collect();
            relation_words().for_each(|phrase| phrases.push(phrase));
            phrases.retain(|phrase| !phrase.starts_with("__"));
            phrases.sort_by_key(|phrase| phrase.len());
            phrases.iter().for_each(|phrase| offer(&span, &typed, phrase));
        }
    };
    let objects = |offer: &mut dyn FnMut(&Range<usize>, &str, &str)| {
        let here = scene.nodes().iter().take(300);
        here.for_each(|node| offer(&last.span, &last.low, node.label.as_deref().unwrap_or(&node.name)));
        for count in (1..=2.min(read.len())).rev() {
            let (span, typed) = last_words(&read, count);
            vocab
                .objects()
                .filter(|(_, name)| !name.starts_with("__"))
                .for_each(|(_, name)| offer(&span, &typed, name));
        }
        words::LOOKS.iter().for_each(|word| offer(&last.span, &last.low, word));
        if last.low.len() > 2 {
            let mut nouns: Vec<&str> = drawn::all_nouns().filter(|noun| noun.starts_with(last.low.as_str())).collect();
            nouns.sort_by_key(|noun| (noun.len(), *noun));
            nouns.iter().take(MAX_COMPLETIONS).for_each(|noun| offer(&last.span, &last.low, noun));
        }
    };
    match behind {
        Behind::Nothing => {
            verb_words().for_each(|verb| offer(&last.span, &last.low, verb));
            objects(&mut offer);
        }
        Behind::Opening => {
            // "to the lef": of relations only what begins further in front.
            relations(2, &mut offer);
            objects(&mut offer);
        }
        Behind::Thing => {
            relations(1, &mut offer);
            objects(&mut offer);
        }
    }
    found
}

/// The last tokens with blanks between them.
fn last_words(read: &[Token], count: usize) -> (Range<usize>, String) {
    let words = &read[read.len() - count..];
    let start = words.first().map_or(0, |first| first.span.start);
    let end = words.last().map_or(0, |last| last.span.end);
    let typed: Vec<&str> = words.iter().map(|token| token.low.as_str()).collect();
    (start..end, typed.join(" "))
}

fn behind(before: &[Token], lexicon: &Lexicon<'_>) -> Behind {
    let Some(last) = before.last() else { return Behind::Nothing };
    if matches!(last.kind, Kind::Comma | Kind::Halted) || ["and", "then", "please"].contains(&last.low.as_str()) {
        return Behind::Nothing;
    }
    let thing = lexicon.object(&last.low).is_some() || ["it", "them", "him", "her", "one"].contains(&last.low.as_str());
    // "next" of "next to", "on top".
    let inside =
        relation_words().any(|phrase| phrase.split(' ').count() > 1 && phrase.split(' ').any(|word| word == last.low));
    if thing || (inside && !words::is_function_word(&last.low)) { Behind::Thing } else { Behind::Opening }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_completed() {
        let vocab = Vocabulary::illustrated();
        let mut scene = Scene::new();
        scene.apply(&scenewright_scene::Edit::add("wugling")).unwrap();
        let first = |text: &str| complete(text, &scene, &vocab).into_iter().map(|one| one.words).next();
        for (text, expected) in [
            ("rem", Some("remove")),
            ("add a she", Some("sheep")),
            ("remove the wu", Some("wugling")),
            ("a dog next t", Some("next to")),
            ("a dog beh", Some("behind")),
            ("a dog to the lef", Some("to the left of")),
            ("add a poodl", Some("poodle")),
            ("make the tree purp", Some("purple")),
            ("add a sheep ", None),
            ("", None),
        ] {
            assert_eq!(first(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_completion_replaces_what_it_begins_with() {
        let vocab = Vocabulary::illustrated();
        for text in ["a dog next t", "rem", "add a hot a", "Add A SHE"] {
            for one in complete(text, &Scene::new(), &vocab) {
                let typed = fold(&text[one.span.clone()]);
                assert!(fold(&one.words).starts_with(&typed), "{text:?}: {one:?}");
            }
        }
    }
}
