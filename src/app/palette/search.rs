//! Word search by subsequence, in names and synonyms.

use std::hash::{DefaultHasher, Hash, Hasher};

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use scenewright_scene::vocab::{IMAGE_OBJECT, Vocabulary};

/// Bonus of a name over a synonym that matches equally well.
const BY_NAME: u32 = 40;
/// Bonus if the typed text is the whole word.
pub(crate) const WHOLE: u32 = 2000;
/// Bonus if the typed text is the beginning of the word.
const BEGINS: u32 = 1000;
/// Score of a word of similar spelling, used if no word contains the typed text: above all subsequence matches.
const NEAR: u32 = 900;
/// Maximum number of words of similar spelling.
const SUGGESTIONS: usize = 3;

/// A word of a vocabulary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordEntry {
    pub name: String,
    pub group: Option<String>,
    pub synonyms: Vec<String>,
    /// sRGB.
    pub color: [u8; 3],
}

/// A word that matches the typed text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Index into [`WordIndex::entries`].
    pub entry: usize,
    /// The matching synonym, if the name does not match as well.
    pub synonym: Option<usize>,
    /// Score, to be combined with other criteria; 0 if nothing was typed.
    pub score: u32,
}

/// Kind of word list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WordKind {
    Objects,
    Predicates,
}

/// Search index of one word list; rebuilt if the vocabulary changes.
pub struct WordIndex {
    kind: WordKind,
    entries: Vec<WordEntry>,
    made_of: u64,
    matcher: Matcher,
    last: Option<(String, Vec<Hit>)>,
}

impl WordIndex {
    pub fn new(kind: WordKind) -> Self {
        Self { kind, entries: Vec::new(), made_of: 0, matcher: Matcher::new(Config::DEFAULT), last: None }
    }

    /// Reads the vocabulary, unless it is unchanged.
    pub fn update(&mut self, vocab: &Vocabulary) {
        let fingerprint = fingerprint(vocab);
        if fingerprint == self.made_of && !self.entries.is_empty() {
            return;
        }
        let names: Vec<&str> = match self.kind {
            WordKind::Objects => vocab.objects().map(|(_, name)| name).filter(|name| *name != IMAGE_OBJECT).collect(),
            WordKind::Predicates => vocab.predicates().map(|(_, name)| name).collect(),
        };
        let entry = |name: &str| WordEntry {
            name: name.to_owned(),
            group: vocab.group_of(name).map(str::to_owned),
            synonyms: vocab.synonyms_of(name).to_vec(),
            color: vocab.color_of(name),
        };
        self.entries = names.into_iter().map(entry).collect();
        self.made_of = fingerprint;
        self.last = None;
    }

    pub fn entries(&self) -> &[WordEntry] {
        &self.entries
    }

    /// Searches, best first. With no text: everything, in vocabulary order. If no word contains the text, words of
    /// similar spelling come first: "kyte" finds "kite".
    pub fn search(&mut self, typed: &str, vocab: &Vocabulary) -> &[Hit] {
        let typed = typed.trim();
        if self.last.as_ref().is_none_or(|(of, _)| of != typed) {
            let hits = self.with_near_words(typed, vocab);
            self.last = Some((typed.to_owned(), hits));
        }
        self.last.as_ref().map_or(&[], |(_, hits)| hits)
    }

    fn with_near_words(&mut self, typed: &str, vocab: &Vocabulary) -> Vec<Hit> {
        let mut hits = self.find(typed);
        let folded = typed.to_lowercase();
        let holds = |word: &String| word.to_lowercase().contains(&folded);
        if self.entries.iter().any(|entry| holds(&entry.name) || entry.synonyms.iter().any(holds)) {
            return hits;
        }
        let near = match self.kind {
            WordKind::Objects => vocab.nearest_objects(typed, SUGGESTIONS),
            WordKind::Predicates => vocab.nearest_predicates(typed, SUGGESTIONS),
        };
        let find = |name: &str| self.entries.iter().position(|entry| entry.name == name);
        let near: Vec<usize> = near.into_iter().filter_map(find).collect();
        hits.retain(|hit| !near.contains(&hit.entry));
        let near = near.into_iter().map(|entry| Hit { entry, synonym: None, score: NEAR });
        near.chain(hits).collect()
    }

    fn find(&mut self, typed: &str) -> Vec<Hit> {
        if typed.is_empty() {
            return (0..self.entries.len()).map(|entry| Hit { entry, synonym: None, score: 0 }).collect();
        }
        let folded = typed.to_lowercase();
        let pattern = Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
        let mut letters = Vec::new();
        let mut found: Vec<(u32, usize, Hit)> = Vec::new();
        for (i, entry) in self.entries.iter().enumerate() {
            let mut score = |word: &str| {
                let score = pattern.score(Utf32Str::new(word, &mut letters), &mut self.matcher)?;
                let word = word.to_lowercase();
                let more = if word == folded {
                    WHOLE
                } else if word.starts_with(&folded) {
                    BEGINS
                } else {
                    0
                };
                Some(score + more)
            };
            let by_name = score(&entry.name).map(|score| (score + BY_NAME, None));
            let by_synonym = entry.synonyms.iter().enumerate().filter_map(|(s, word)| Some((score(word)?, Some(s))));
            let Some((score, synonym)) =
                by_name.into_iter().chain(by_synonym).max_by_key(|(score, s)| (*score, s.is_none()))
            else {
                continue;
            };
            let length = synonym.and_then(|s| entry.synonyms.get(s)).unwrap_or(&entry.name).len();
            found.push((score, length, Hit { entry: i, synonym, score }));
        }
        // Among equal scores the shorter word: the text covers more of it. The sort is stable.
        found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        found.into_iter().map(|(.., hit)| hit).collect()
    }
}

/// A fingerprint that differs between vocabularies whose names differ.
fn fingerprint(vocab: &Vocabulary) -> u64 {
    let mut hasher = DefaultHasher::new();
    vocab.name().hash(&mut hasher);
    vocab
        .objects()
        .chain(vocab.predicates().map(|(id, name)| (scenewright_scene::vocab::ObjectId(id.0), name)))
        .for_each(|(id, name)| {
            id.0.hash(&mut hasher);
            name.hash(&mut hasher);
        });
    hasher.finish()
}
