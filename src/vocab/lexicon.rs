//! What the shipped vocabularies know of a word: its group, its synonyms, its colour. An imported checkpoint brings bare
//! names; here they find the rest, so that "sheep" looks the same in every vocabulary.

use super::format::{FileWord, VocabularyFile};
use super::palette;
use super::words::{Word, fold, singular};
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

pub(super) const COCO_STUFF: &str = include_str!("../../vocab/coco_stuff.json");
pub(super) const VISUAL_GENOME: &str = include_str!("../../vocab/visual_genome.json");

struct Lexicon {
    objects: HashMap<String, FileWord>,
    predicates: HashMap<String, FileWord>,
}

/// Read from the files themselves, not from a `Vocabulary`: building one asks the lexicon.
fn lexicon() -> &'static Lexicon {
    static SHARED: OnceLock<Lexicon> = OnceLock::new();
    SHARED.get_or_init(|| {
        let mut lexicon = Lexicon { objects: HashMap::new(), predicates: HashMap::new() };
        for json in [COCO_STUFF, VISUAL_GENOME] {
            let Ok(file) = serde_json::from_str::<VocabularyFile>(json) else { continue };
            for word in file.objects {
                lexicon.objects.entry(key(&word.name)).or_insert(word);
            }
            for word in file.predicates {
                lexicon.predicates.entry(key(&word.name)).or_insert(word);
            }
        }
        lexicon
    })
}

/// "sky-other" is COCO-Stuff's way to say "sky".
pub(super) fn key(name: &str) -> String {
    let folded = fold(name);
    singular(folded.strip_suffix(" other").unwrap_or(&folded))
}

/// Fills in what a list of objects leaves open; what it says stays.
pub(super) fn complete(words: Vec<Option<Word>>) -> Vec<Option<Word>> {
    let needs_help = |word: &Word| word.group.is_none() || word.colour.is_none() || word.synonyms.is_empty();
    if !words.iter().flatten().any(needs_help) {
        return words;
    }
    let mut words = lend(words, &lexicon().objects);
    palette::assign(&mut words);
    words
}

pub(super) fn complete_predicates(words: Vec<Option<Word>>) -> Vec<Option<Word>> {
    lend(words, &lexicon().predicates)
}

fn lend(mut words: Vec<Option<Word>>, known: &HashMap<String, FileWord>) -> Vec<Option<Word>> {
    let own: HashSet<String> = words.iter().flatten().map(|word| key(&word.name)).collect();
    for word in words.iter_mut().flatten() {
        let Some(lender) = known.get(&key(&word.name)) else { continue };
        if word.group.is_none() {
            word.group.clone_from(&lender.group);
        }
        if word.colour.is_none() {
            word.colour = lender.colour.as_deref().and_then(palette::parse);
        }
        if word.synonyms.is_empty() {
            let free = |synonym: &&String| !own.contains(&key(synonym));
            word.synonyms = lender.synonyms.iter().filter(free).cloned().collect();
        }
    }
    words
}
