//! Typos: an unknown word that is nearly a known one is read as that one, and the correction is reported.

use super::english::is_english;
use super::lexicon::Lexicon;
use super::parse::{is_command_word, relation_words, verb_words};
use super::prepare::Prepared;
use super::token::Kind;
use super::words;
use scenewright_scene::vocab::drawn;

/// Whether something here knows the word.
pub(super) fn is_known(word: &str, lexicon: &Lexicon<'_>) -> bool {
    let is_relation = || relation_words().any(|phrase| phrase.split(' ').any(|part| part == word));
    let is_light = || words::LIGHTS.iter().any(|(phrase, _)| phrase.split(' ').any(|part| part == word));
    lexicon.object(word).is_some()
        || drawn::noun(word).is_some()
        || !drawn::verb_bases(word).is_empty()
        || words::is_known(word)
        || is_command_word(word)
        || is_relation()
        || is_light()
        || lexicon.labels().iter().any(|(label, _)| label.iter().any(|part| part == word))
        || lexicon.is_look(word)
        || lexicon.is_part(word)
        || lexicon.is_in_a_name(word)
}

/// Reads unknown words as the known ones that they nearly are.
pub(super) fn correct(prepared: &mut Prepared, text: &str, lexicon: &Lexicon<'_>) {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (at, token) in prepared.tokens.iter().enumerate() {
        let word = token.low.as_str();
        let plain = token.kind == Kind::Word && word.bytes().all(|b| b.is_ascii_lowercase());
        if !plain || word.len() < 3 || found.len() >= 8 || is_known(word, lexicon) || is_english(word) {
            continue;
        }
        // A name that the sentence gives.
        let before = at.checked_sub(1).map_or("", |at| prepared.tokens[at].low.as_str());
        if ["called", "named"].contains(&before) || token.text.starts_with(char::is_uppercase) && at > 0 {
            continue;
        }
        found.extend(nearest(word, lexicon).map(|known| (at, known)));
    }
    for (at, known) in found {
        let span = prepared.tokens[at].span.clone();
        prepared.tokens[at].low.clone_from(&known);
        prepared.correct(text, span, &known);
    }
}

/// The one word that it nearly is.
fn nearest(word: &str, lexicon: &Lexicon<'_>) -> Option<String> {
    if word.len() == 3 {
        return swapped(word, lexicon);
    }
    let most = if word.len() >= 8 { 2 } else { 1 };
    let mut best: Vec<(usize, &str)> = Vec::new();
    let mut offer = |known: &'static str| best.extend(within(word, known, most).map(|apart| (apart, known)));
    verb_words().chain(relation_words()).filter(|known| known.len() > 3).for_each(&mut offer);
    words::LOOKS.iter().copied().for_each(&mut offer);
    let mut best: Vec<(usize, String)> = best.into_iter().map(|(apart, known)| (apart, known.to_owned())).collect();
    let names = lexicon.vocab.objects().map(|(_, name)| name);
    let scene = lexicon.scene.nodes().iter().take(200).map(|node| node.name.as_str());
    for name in names.chain(scene) {
        let synonyms = lexicon.vocab.synonyms_of(name).iter().map(String::as_str);
        for known in std::iter::once(name).chain(synonyms) {
            best.extend(within(word, known, most).map(|apart| (apart, known.to_owned())));
            if let Some(single) = word.strip_suffix('s').filter(|single| single.len() > 3) {
                best.extend(within(single, known, 1).map(|apart| (apart, format!("{known}s"))));
            }
        }
    }
    // "yarn" is no barn: of short words the first letter is seldom wrong.
    if word.len() < 6 {
        best.retain(|(_, known)| known.as_bytes().first() == word.as_bytes().first());
    }
    if best.is_empty() && word.len() >= 7 {
        best = drawn::all_nouns()
            .filter(|known| known.as_bytes().first() == word.as_bytes().first())
            .filter_map(|known| Some((within(word, known, 1)?, known.to_owned())))
            .collect();
    }
    // "elefant", "gren": what sounds alike comes first.
    let sound = sound_of(word);
    if best.iter().all(|(apart, _)| *apart > 0) {
        let names = lexicon.vocab.objects().map(|(_, name)| name).chain(words::LOOKS.iter().copied());
        best.extend(
            names
                .filter(|known| known.len() > 3 && *known != word && sound_of(known) == sound)
                .map(|known| (0, known.to_owned())),
        );
    }
    let least = best.iter().map(|(apart, _)| *apart).min()?;
    best.retain(|(apart, _)| *apart == least);
    // Of several that are equally near, one that begins alike is meant.
    let alike = |known: &str| known.as_bytes().first() == word.as_bytes().first();
    if best.iter().any(|(_, known)| alike(known)) {
        best.retain(|(_, known)| alike(known));
    }
    best.sort();
    best.dedup();
    match best.as_slice() {
        [(_, one)] => Some(one.clone()),
        _ => None,
    }
}

/// Three letters in another order: "dgo" is a dog.
fn swapped(word: &str, lexicon: &Lexicon<'_>) -> Option<String> {
    let names = lexicon.vocab.objects().map(|(_, name)| name);
    let mut found = names
        .filter(|known| known.len() == 3 && letters(known) == letters(word) && strsim::osa_distance(word, known) == 1);
    let one = found.next()?;
    found.next().is_none().then(|| one.to_owned())
}

/// A word without what is written and not heard: double letters, "ph" for "f".
fn sound_of(word: &str) -> String {
    let mut sound = word.replace("ph", "f").replace("ck", "k");
    sound.dedup_letters();
    sound
}

trait DedupLetters {
    fn dedup_letters(&mut self);
}

impl DedupLetters for String {
    fn dedup_letters(&mut self) {
        let mut last = None;
        self.retain(|c| last.replace(c) != Some(c));
    }
}

fn within(word: &str, known: &str, most: usize) -> Option<usize> {
    if known.len() < 3 || known.len().abs_diff(word.len()) > most || known == word {
        return None;
    }
    // Each slip changes at most two letters of the set: a quick test before the slow one.
    if (letters(word) ^ letters(known)).count_ones() as usize > 2 * most {
        return None;
    }
    let apart = strsim::osa_distance(word, known);
    (apart <= most).then_some(apart)
}

/// A bit for each letter that occurs.
fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |bits, byte| bits | 1 << (byte & 31))
}
