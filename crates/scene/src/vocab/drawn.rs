//! Everyday words and the drawn word that stands for each: a poodle is drawn as a dog, "chasing" as "behind".
//!
//! A word that a vocabulary has stands for itself. The tables are `vocab/nouns.tsv` (made by `vocab/nouns.py`), `vocab/verbs.tsv`
//! (by hand) and `vocab/more_verbs.tsv` (made by `vocab/verbs.py`); anyone may add a line, nouns in their order. They say how a word is drawn, never what an object is called: a scene keeps the word that was said.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::words::{fold, singular};
use super::{ObjectId, PredicateId, Vocabulary};

const NOUNS: &str = include_str!("../../../../vocab/nouns.tsv");
const VERBS: &str = include_str!("../../../../vocab/verbs.tsv");
const MORE_VERBS: &str = include_str!("../../../../vocab/more_verbs.tsv");
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

/// The line of a word in a sorted table. It is searched where it lies, so that nothing is loaded at the start.
fn line_of(table: &'static str, word: &str) -> Option<(&'static str, &'static str)> {
    let bytes = table.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[low..middle].iter().rposition(|b| *b == b'\n').map_or(low, |at| low + at + 1);
        let end = bytes[middle..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| middle + at);
        let line = table.get(start..end)?;
        let (key, rest) = line.split_once('\t').unwrap_or((line, ""));
        match key.cmp(word) {
            Ordering::Equal => return Some((key, rest)),
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
        }
    }
    None
}

/// What the table of nouns has of exactly this word.
fn listed(word: &str) -> Option<Noun> {
    let (word, ways) = line_of(NOUNS, word)?;
    Some(if ways == NOTHING { Noun::Nothing } else { Noun::Drawn { word, ways } })
}

fn noun_lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    NOUNS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

/// A noun in the table, in the singular or plural, however its case.
pub fn noun(word: &str) -> Option<Noun> {
    let folded = fold(word);
    // "cookies" are rather cookies than cookys.
    let bare = folded.strip_suffix('s').filter(|bare| bare.len() > 2 && !bare.ends_with('s'));
    listed(&folded).or_else(|| bare.and_then(listed)).or_else(|| listed(&singular(&folded)))
}

/// Every noun in the table that is drawn.
pub fn all_nouns() -> impl Iterator<Item = &'static str> {
    noun_lines().filter(|(_, ways)| *ways != NOTHING).map(|(word, _)| word)
}

/// Whether a word is part of a noun of several words in the table: "picnic" of "picnic basket".
pub fn is_in_a_noun(word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    let bytes = NOUNS.as_bytes();
    NOUNS.match_indices(word).any(|(start, _)| {
        let (before, after) = (start.checked_sub(1).map_or(b'\n', |at| bytes[at]), bytes.get(start + word.len()));
        let begins = before == b'\n' && after == Some(&b' ');
        let goes_on = before == b' ' && matches!(after, Some(b' ' | b'\t'));
        let line = bytes[..start].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        (begins || goes_on) && bytes[line] != b'#' && !bytes[line..start].contains(&b'\t')
    })
}

struct Verbs {
    prepositions: Vec<&'static str>,
    /// Drawn relations by the base form.
    drawn: HashMap<&'static str, Vec<&'static str>>,
    /// Base forms by every form of the verb's first word.
    bases: HashMap<String, Vec<&'static str>>,
}

fn verbs() -> &'static Verbs {
    static TABLE: OnceLock<Verbs> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut verbs = Verbs { prepositions: Vec::new(), drawn: HashMap::new(), bases: HashMap::new() };
        for line in VERBS.lines().chain(MORE_VERBS.lines()).filter(|line| !line.starts_with('#')) {
            let mut parts = line.split('\t');
            let (Some(phrase), Some(drawn)) = (parts.next(), parts.next()) else { continue };
            verbs.drawn.entry(phrase).or_insert_with(|| drawn.split(", ").collect());
            let base = phrase.split(' ').next().unwrap_or(phrase);
            let others = parts.next().unwrap_or_default();
            if others == PREPOSITION {
                verbs.prepositions.push(phrase);
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

/// Whether the table has a phrase as a preposition: "down from".
pub fn is_preposition(phrase: &str) -> bool {
    verbs().prepositions.contains(&phrase)
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
    if let Some(stem) = base.strip_suffix("ie") {
        return format!("{stem}ying");
    }
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

/// Words that are alike, each row from the most common on: where a vocabulary lacks one, the others of its row are near.
const KIN: &[&str] = &[
    "bird, duck, seagull, chicken, owl, eagle, parrot, swan, goose, crow, pigeon, penguin, stork, ostrich, flamingo",
    "dog, wolf, fox",
    "cat, lion, tiger, leopard",
    "horse, donkey, zebra, camel, deer",
    "cow, goat, sheep, pig, bull",
    "bear, panda, monkey, gorilla",
    "rabbit, mouse, squirrel, hedgehog",
    "elephant, giraffe, rhino, hippo",
    "fish, dolphin, shark, whale, seal",
    "butterfly, bee, ladybug, spider, ant, insect",
    "snake, lizard, crocodile, turtle, frog, snail, worm",
    "person, man, woman, boy, girl, child, baby",
    "tree, pine, palm, bush, plant, flower, sunflower, cactus, mushroom",
    "apple, orange, banana, pear, strawberry, fruit, carrot, broccoli, vegetable",
    "pizza, sandwich, bread, cake, hot dog, donut, cheese, food",
    "car, truck, bus, van, tractor",
    "bike, motorcycle, scooter, skateboard",
    "boat, ship, sailboat, canoe",
    "plane, helicopter, hot air balloon, kite, rocket",
    "house, building, barn, church, castle, tower, skyscraper, lighthouse, windmill, tent",
    "road, street, sidewalk, path, bridge",
    "ocean, sea, lake, river, water, wave",
    "grass, field, hill, mountain, forest, sand, snow, dirt, ground, rock, stone",
    "chair, bench, sofa, bed, seat",
    "table, desk, shelf, cabinet, counter",
    "lamp, light, street light, candle, lantern",
    "picture, mirror, board, sign, poster",
    "tv, laptop, computer, phone, cell phone, radio, camera, keyboard",
    "cup, glass, bottle, bowl, plate, vase, mug, jug",
    "bag, basket, box, suitcase, backpack",
    "shirt, coat, jacket, dress, skirt, pants, short, hat, shoe, boot, glove, scarf, tie, clothes",
    "ball, balloon, frisbee, doll, toy",
    "fence, wall, gate, door, window, roof",
    "knife, fork, spoon, scissors, sword, axe, hammer",
    "guitar, violin, piano, drum, trumpet",
];

/// What an unknown word ends with, and what such words mean.
const ENDINGS: &[(&str, &str)] = &[
    ("berry", "apple"),
    ("fruit", "apple"),
    ("fish", "fish"),
    ("bird", "bird"),
    ("boat", "boat"),
    ("ship", "ship"),
    ("house", "house"),
    ("hound", "dog"),
    ("dog", "dog"),
    ("cat", "cat"),
    ("tree", "tree"),
    ("wood", "tree"),
    ("flower", "flower"),
    ("wort", "flower"),
    ("fly", "butterfly"),
    ("bug", "butterfly"),
    ("mobile", "car"),
    ("cycle", "bike"),
    ("plane", "plane"),
    ("copter", "helicopter"),
    ("bag", "bag"),
    ("box", "box"),
    ("chair", "chair"),
    ("lamp", "lamp"),
    ("light", "lamp"),
    ("hat", "hat"),
    ("cake", "cake"),
    ("ball", "ball"),
    ("board", "board"),
    ("room", "wall"),
    ("road", "road"),
    ("way", "road"),
    ("field", "field"),
    ("land", "grass"),
    ("woman", "woman"),
    ("man", "man"),
    ("girl", "girl"),
    ("boy", "boy"),
    ("ist", "person"),
    ("eer", "person"),
    ("ess", "woman"),
    ("or", "person"),
    ("er", "person"),
];

/// Objects of a vocabulary that mean nearly the same as a word which it cannot draw.
pub(super) fn near_by_meaning<'a>(vocab: &'a Vocabulary, name: &str) -> Vec<&'a str> {
    let folded = fold(name);
    let single = singular(&folded);
    let last = single.rsplit(' ').next().unwrap_or(&single);
    let by_table = noun(&folded).or_else(|| noun(last)).map_or("", |noun| match noun {
        Noun::Drawn { ways, .. } => ways,
        Noun::Nothing => "",
    });
    let kin_of = |word: &str| KIN.iter().find(|row| row.split(", ").any(|one| one == word));
    let mut meant: Vec<&str> = vec![last];
    meant.extend(by_table.split(", ").map(|way| way.split(':').next().unwrap_or(way)).filter(|way| !way.is_empty()));
    if by_table.is_empty() && kin_of(last).is_none() {
        let ends = |(end, _): &&(&str, &str)| last.len() > end.len() + 2 && last.ends_with(end);
        meant.extend(ENDINGS.iter().find(ends).map(|(_, word)| *word));
    }
    let known = |word: &str| vocab.object_id(word).map(|id| vocab.object_name(id));
    let mut near: Vec<&str> = meant.iter().filter_map(|word| known(word)).collect();
    near.extend(meant.iter().filter_map(|word| kin_of(word)).flat_map(|row| row.split(", ")).filter_map(known));
    let mut seen = Vec::new();
    near.retain(|word| {
        !seen.contains(word) && {
            seen.push(*word);
            true
        }
    });
    near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_drawn_has_near_words_by_meaning() {
        let vg = Vocabulary::visual_genome();
        for (word, first) in [
            ("swan", "bird"),
            ("swans", "bird"),
            ("poodle", "dog"),
            ("gooseberry", "bush"),
            ("dentist", "person"),
            ("catamaran", "boat"),
        ] {
            assert_eq!(vg.near_objects(word, 3).first(), Some(&first), "{word}: {:?}", vg.near_objects(word, 3));
        }
        assert_eq!(vg.near_objects("kiet", 1), ["kite"], "what no table knows is compared by its letters");
    }

    #[test]
    fn every_line_of_the_tables_is_of_use() {
        let vocab = Vocabulary::illustrated();
        let words: Vec<&str> = noun_lines().map(|(word, _)| word).collect();
        let unsorted = words.windows(2).find(|pair| pair[0] >= pair[1]);
        assert_eq!(unsorted, None, "nouns.tsv must be sorted by its words, each once");
        for line in NOUNS.lines().filter(|line| !line.starts_with('#')) {
            let (word, ways) = line.split_once('\t').expect(line);
            assert_eq!(ways.split('\t').count(), 1, "{line:?}");
            // The last way is a word that is drawn today, or the first a word that some vocabulary may have.
            let known =
                ways.rsplit(", ").next().is_some_and(|way| vocab.object_id(way.split(':').next().unwrap()).is_some());
            assert!(ways == NOTHING || known || !ways.contains(", ") || vocab.drawn_object(word).is_none(), "{line:?}");
            assert!(noun(word).is_some(), "{line:?}");
        }
        for line in VERBS.lines().chain(MORE_VERBS.lines()).filter(|line| !line.starts_with('#')) {
            let phrase = line.split('\t').next().unwrap();
            assert!(vocab.drawn_predicate(phrase).is_some(), "{line:?}");
        }
        assert!(NOUNS.len() + VERBS.len() + MORE_VERBS.len() < 400_000);
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
