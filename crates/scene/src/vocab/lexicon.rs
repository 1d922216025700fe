//! What the shipped vocabularies know of a word: its group, its synonyms, its color. An imported checkpoint brings bare
//! names; here they find the rest, so that "sheep" looks the same in every vocabulary.

use super::format::{FileWord, VocabularyFile};
use super::palette;
use super::words::{Word, fold, singular};
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

pub(super) const COCO_STUFF: &str = include_str!("../../../../vocab/coco_stuff.json");
pub(super) const VISUAL_GENOME: &str = include_str!("../../../../vocab/visual_genome.json");
pub(super) const ILLUSTRATED: &str = include_str!("../../../../vocab/illustrated.json");

/// The words of one bundled vocabulary.
struct Lexicon {
    objects: Entries,
    predicates: Entries,
}

/// By key and, where that is free, by the key's singular: "clouds" and "cloud" find each other.
type Entries = HashMap<String, FileWord>;

/// Read from the files themselves, not from a `Vocabulary`: building one asks the lexicons.
fn lexicons() -> &'static [Lexicon] {
    static SHARED: OnceLock<Vec<Lexicon>> = OnceLock::new();
    SHARED.get_or_init(|| {
        let files = [COCO_STUFF, VISUAL_GENOME, ILLUSTRATED].iter();
        let files = files.filter_map(|json| serde_json::from_str::<VocabularyFile>(json).ok());
        files.map(|file| Lexicon { objects: entries(&file.objects), predicates: entries(&file.predicates) }).collect()
    })
}

fn entries(words: &[FileWord]) -> Entries {
    let mut entries = Entries::new();
    let by_key = words.iter().map(|word| (key(&word.name), word));
    let by_singular = words.iter().map(|word| (singular(&key(&word.name)), word));
    for (key, word) in by_key.chain(by_singular) {
        entries.entry(key).or_insert_with(|| word.clone());
    }
    entries
}

/// "sky-other" is COCO-Stuff's way to say "sky".
pub(super) fn key(name: &str) -> String {
    let folded = fold(name);
    folded.strip_suffix(" other").unwrap_or(&folded).to_owned()
}

/// Fills in what a list of objects leaves open; what it says stays.
pub(super) fn complete(words: Vec<Option<Word>>) -> Vec<Option<Word>> {
    let mut words = lend(words, |lexicon| &lexicon.objects);
    palette::assign(&mut words);
    words
}

pub(super) fn complete_predicates(words: Vec<Option<Word>>) -> Vec<Option<Word>> {
    lend(words, |lexicon| &lexicon.predicates)
}

/// Groups, colors and synonyms that the words lack, from the bundled vocabularies; first from those that have most words in common with
/// the list. A list that brings synonyms of its own is lent none: they could only clash.
fn lend(mut words: Vec<Option<Word>>, known: impl Fn(&'static Lexicon) -> &'static Entries) -> Vec<Option<Word>> {
    let lends_synonyms = words.iter().flatten().all(|word| word.synonyms.is_empty());
    let is_complete = |word: &Word| word.name.starts_with("__") || (word.group.is_some() && word.color.is_some());
    if !lends_synonyms && words.iter().flatten().all(is_complete) {
        return words;
    }
    let names: Vec<String> = words.iter().flatten().map(|word| key(&word.name)).collect();
    let mut lenders: Vec<&Entries> = lexicons().iter().map(known).collect();
    let shared = |entries: &Entries| names.iter().filter(|name| entries.contains_key(*name)).count();
    lenders.sort_by_key(|entries| std::cmp::Reverse(shared(entries)));
    let mut taken: HashSet<String> = words.iter().flatten().map(|word| fold(&word.name)).collect();
    for lender in lenders {
        for word in words.iter_mut().flatten() {
            let key = key(&word.name);
            let Some(lent) = lender.get(&key).or_else(|| lender.get(&singular(&key))) else { continue };
            if word.group.is_none() {
                word.group.clone_from(&lent.group);
            }
            if word.color.is_none() {
                word.color = lent.color.as_deref().and_then(palette::parse);
            }
            if lends_synonyms {
                let free = |synonym: &&String| taken.insert(fold(synonym));
                word.synonyms.extend(lent.synonyms.iter().filter(free).cloned());
            }
        }
    }
    words
}
