//! Everyday words and the drawn word that stands for each: a poodle is drawn as a dog, "chasing" as "behind".
//!
//! A word that a vocabulary has stands for itself. The tables are `vocab/nouns.tsv` (made by `vocab/nouns.py`) and `vocab/verbs.tsv`; anyone
//! may add a line. They say how a word is drawn, never what an object is called: a scene keeps the word that was said.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::words::{fold, singular};
use super::{ObjectId, PredicateId, Vocabulary};

const NOUNS: &str = include_str!("../../../../vocab/nouns.tsv");
const VERBS: &str = include_str!("../../../../vocab/verbs.tsv");
/// In the table of nouns: a word for nothing that is drawn on its own, such as "edge" or "quality".
const NOTHING: &str = "-";

/// In the table of verbs, in place of further forms: a phrase that has none.
const PREPOSITION: &str = "preposition";

/// What the table of nouns says of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    /// The word as the table has it, and the drawn words that can stand for it, best first, each with the drawing that fits behind a colon.
    Drawn { word: &'static str, ways: &'static str },
    /// No visible thing of its own.
    Nothing,
}

impl Noun {
    /// The first of the drawn words that a vocabulary has.
    fn drawn_in(self, vocab: &Vocabulary) -> Option<DrawnObject> {
        let Self::Drawn { ways, .. } = self else { return None };
        ways.split(", ").find_map(|way| {
            let (object, look) = way.split_once(':').map_or((way, None), |(object, look)| (object, Some(look)));
            Some(DrawnObject { id: vocab.object_id(object)?, look })
        })
    }
}

fn nouns() -> &'static HashMap<&'static str, Noun> {
    static TABLE: OnceLock<HashMap<&'static str, Noun>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = NOUNS.lines().filter(|line| !line.starts_with('#'));
        let entry = |line: &'static str| {
            let mut parts = line.split('\t');
            let (word, ways) = (parts.next()?, parts.next()?);
            let noun = if ways == NOTHING { Noun::Nothing } else { Noun::Drawn { word, ways } };
            Some((word, noun))
        };
        lines.filter_map(entry).collect()
    })
}

/// A noun in the table, in the singular or plural, however its case.
pub fn noun(word: &str) -> Option<Noun> {
    let (table, folded) = (nouns(), fold(word));
    // "cookies" are rather cookies than cookys.
    let bare = folded.strip_suffix('s').filter(|bare| bare.len() > 2 && !bare.ends_with('s'));
    let found = table.get(folded.as_str()).or_else(|| table.get(bare?));
    found.or_else(|| table.get(singular(&folded).as_str())).copied()
}

/// Every noun in the table that is drawn.
pub fn all_nouns() -> impl Iterator<Item = &'static str> {
    nouns().iter().filter(|(_, noun)| **noun != Noun::Nothing).map(|(word, _)| *word)
}

/// Whether a word is part of a noun of several words in the table: "picnic" of "picnic basket".
pub fn is_in_a_noun(word: &str) -> bool {
    static PARTS: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let phrases = || nouns().keys().filter(|phrase| phrase.contains(' ')).flat_map(|phrase| phrase.split(' '));
    PARTS.get_or_init(|| phrases().collect()).contains(word)
}

struct Verbs {
    /// Drawn relations by the base form.
    drawn: HashMap<&'static str, Vec<&'static str>>,
    /// Base forms by every form of the verb's first word.
    bases: HashMap<String, Vec<&'static str>>,
}

fn verbs() -> &'static Verbs {
    static TABLE: OnceLock<Verbs> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut verbs = Verbs { drawn: HashMap::new(), bases: HashMap::new() };
        for line in VERBS.lines().filter(|line| !line.starts_with('#')) {
            let mut parts = line.split('\t');
            let (Some(phrase), Some(drawn)) = (parts.next(), parts.next()) else { continue };
            verbs.drawn.entry(phrase).or_insert_with(|| drawn.split(", ").collect());
            let base = phrase.split(' ').next().unwrap_or(phrase);
            let others = parts.next().unwrap_or_default();
            if others == PREPOSITION {
                continue;
            }
            let others = others.split(' ').filter(|form| !form.is_empty());
            for form in forms(base).into_iter().chain(others.map(str::to_owned)) {
                let bases = verbs.bases.entry(form).or_default();
                if !bases.contains(&base) {
                    bases.push(base);
                }
            }
        }
        verbs
    })
}

/// The regular forms of a verb: itself, "-s", "-ing", "-ed".
fn forms(base: &str) -> Vec<String> {
    let ends = |ends: &[&str]| ends.iter().any(|end| base.ends_with(end));
    let stem = base.strip_suffix('e').filter(|_| !ends(&["ee", "ye", "oe"]));
    let bytes = base.as_bytes();
    let is_vowel = |at: usize| bytes.get(at).is_some_and(|b| b"aeiou".contains(b));
    let n = bytes.len();
    let doubles = n >= 3 && !is_vowel(n - 1) && is_vowel(n - 2) && !is_vowel(n - 3) && !ends(&["w", "x", "y"]);
    let mut all = vec![base.to_owned()];
    if ends(&["s", "x", "z", "ch", "sh", "o"]) {
        all.push(format!("{base}es"));
    } else if let Some(root) = base.strip_suffix('y').filter(|_| n >= 2 && !is_vowel(n - 2)) {
        all.extend([format!("{root}ies"), format!("{root}ied"), format!("{base}ing")]);
    } else {
        all.push(format!("{base}s"));
    }
    match stem {
        Some(root) => all.extend([format!("{root}ing"), format!("{root}ed")]),
        None => all.extend([format!("{base}ing"), format!("{base}ed")]),
    }
    if let (true, Some(last)) = (doubles, base.chars().last()) {
        all.extend([format!("{base}{last}ing"), format!("{base}{last}ed")]);
    }
    all
}

/// The base forms of a word, if it is a form of a verb in the table.
pub fn verb_bases(word: &str) -> &'static [&'static str] {
    verbs().bases.get(word).map_or(&[], Vec::as_slice)
}

/// The base form of a verb, or a preposition, with what belongs to it, as the table has it: "flew over" is "fly over".
pub fn verb(said: &str) -> Option<&'static str> {
    let said = fold(said);
    let said = said.strip_prefix("being ").unwrap_or(&said);
    let table = &verbs().drawn;
    if let Some((phrase, _)) = table.get_key_value(said) {
        return Some(phrase);
    }
    let (first, rest) = said.split_once(' ').unwrap_or((said, ""));
    verb_bases(first).iter().find_map(|base| {
        let phrase = if rest.is_empty() { (*base).to_owned() } else { format!("{base} {rest}") };
        table.get_key_value(phrase.as_str()).map(|(phrase, _)| *phrase)
    })
}

/// "pulling" of "pull".
pub fn participle(base: &str) -> String {
    let mut all = forms(base).into_iter().filter(|form| form.ends_with("ing") && form != base);
    // "hugging", not "huging".
    all.next_back().unwrap_or_else(|| base.to_owned())
}

/// An object as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrawnObject {
    pub id: ObjectId,
    /// The drawing that fits the word, where the word is none of the vocabulary's.
    pub look: Option<&'static str>,
}

impl Vocabulary {
    /// What a word is drawn as: itself where the vocabulary knows it, else what the table of nouns says.
    pub fn drawn_object(&self, name: &str) -> Option<DrawnObject> {
        if let Some(id) = self.object_id(name) {
            return Some(DrawnObject { id, look: None });
        }
        let folded = fold(name);
        // "fishing dinghy" is a dinghy, unless the table has the whole.
        let last = folded.rsplit_once(' ').map(|(_, last)| last);
        let whole = noun(&folded);
        if let (None, Some(id)) = (whole, last.and_then(|last| self.object_id(last))) {
            return Some(DrawnObject { id, look: None });
        }
        whole.or_else(|| noun(last?))?.drawn_in(self)
    }

    /// What a relation is drawn as: itself where the vocabulary knows it, else what the table of verbs says, else its preposition.
    pub fn drawn_predicate(&self, said: &str) -> Option<PredicateId> {
        if let Some(id) = self.predicate_id(said) {
            return Some(id);
        }
        // "flying in" is at least "in", where a vocabulary has no word for both.
        let known = |word: &str| {
            let last = word.rsplit_once(' ').map(|(_, last)| last);
            self.predicate_id(word).or_else(|| self.predicate_id(last?))
        };
        if let Some(phrase) = verb(said)
            && let Some(id) = verbs().drawn.get(phrase).into_iter().flatten().find_map(|word| known(word))
        {
            return Some(id);
        }
        let folded = fold(said);
        let (first, rest) = folded.split_once(' ')?;
        // "smells of" says nothing of where things are.
        if ["of", "for", "and"].contains(&rest) {
            return None;
        }
        let acts = first.ends_with("ing") || first.ends_with("ed") || !verb_bases(first).is_empty();
        let preposition = || verbs().drawn.get(rest).into_iter().flatten().find_map(|word| known(word));
        acts.then(|| self.predicate_id(rest).or_else(preposition)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_of_use() {
        let vocab = Vocabulary::illustrated();
        for line in NOUNS.lines().filter(|line| !line.starts_with('#')) {
            let (word, ways) = line.split_once('\t').expect(line);
            assert_eq!(ways.split('\t').count(), 1, "{line:?}");
            // The last way is a word that is drawn today, or the first a word that some vocabulary may have.
            let known =
                ways.rsplit(", ").next().is_some_and(|way| vocab.object_id(way.split(':').next().unwrap()).is_some());
            assert!(ways == NOTHING || known || !ways.contains(", ") || vocab.drawn_object(word).is_none(), "{line:?}");
            assert!(noun(word).is_some(), "{line:?}");
        }
        for line in VERBS.lines().filter(|line| !line.starts_with('#')) {
            let phrase = line.split('\t').next().unwrap();
            assert!(vocab.drawn_predicate(phrase).is_some(), "{line:?}");
        }
        assert!(NOUNS.len() + VERBS.len() < 400_000);
    }

    #[test]
    fn words_are_drawn_as_others() {
        let vocab = Vocabulary::illustrated();
        let drawn = |word: &str| vocab.drawn_object(word).map(|drawn| (vocab.object_name(drawn.id), drawn.look));
        for (word, expected) in [
            ("poodle", Some(("dog", Some("poodle")))),
            ("Poodles", Some(("dog", Some("poodle")))),
            ("dinghy", Some(("boat", Some("rowing")))),
            ("cottage", Some(("house", Some("cottage")))),
            ("shepherd", Some(("man", None))),
            ("oak", Some(("tree", Some("oak")))),
            ("swan", Some(("duck", None))),
            ("sheep", Some(("sheep", None))),
            ("quality", None),
            ("wug", None),
        ] {
            assert_eq!(drawn(word), expected, "{word}");
        }
        let relation = |said: &str| vocab.drawn_predicate(said).map(|id| vocab.predicate_name(id));
        for (said, expected) in [
            ("chasing", Some("behind")),
            ("chases", Some("behind")),
            ("flying over", Some("over")),
            ("flew over", Some("over")),
            ("flying", Some("holding")),
            ("kicking", Some("next to")),
            ("reading", Some("holding")),
            ("asleep on", Some("on")),
            ("standing behind", Some("behind")),
            ("frobnicating under", Some("under")),
            ("frobnicating", None),
        ] {
            assert_eq!(relation(said), expected, "{said}");
        }
    }

    #[test]
    fn verbs_have_their_forms() {
        for (form, base) in [
            ("chasing", "chase"),
            ("carries", "carry"),
            ("carried", "carry"),
            ("hugged", "hug"),
            ("petting", "pet"),
            ("ridden", "ride"),
            ("lying", "lie"),
            ("watches", "watch"),
        ] {
            assert!(verb_bases(form).contains(&base), "{form}: {:?}", verb_bases(form));
        }
    }
}
