//! The table of predicates: every word that says how two objects are related, and the test on their boxes.
//!
//! This is the one place that defines a predicate. Vocabularies list those that a network knows; the evaluation of a layout, placement, edits by
//! sentences, the relation loss, mirrored training samples, the layout of the graph, the grammar of illustrated scenes and
//! `docs/predicates.md` read this table.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::kind::{BY, NEAR, PredicateKind, TOUCHING};
use crate::vocab::fold;

/// A predicate and its synonyms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predicate {
    pub name: &'static str,
    /// Other words that mean the same.
    pub synonyms: &'static [&'static str],
    /// The test on boxes; `None` where boxes cannot decide.
    pub kind: Option<PredicateKind>,
    /// The subject holds the object, or hangs on it: who moves one moves the other.
    pub attaches: bool,
    /// The predicate that holds in a picture that is mirrored left to right, where it is another.
    pub mirror: Option<&'static str>,
}

const fn entry(kind: PredicateKind, name: &'static str, synonyms: &'static [&'static str]) -> Predicate {
    Predicate { name, synonyms, kind: Some(kind), attaches: false, mirror: None }
}

const fn attached(kind: PredicateKind, name: &'static str, synonyms: &'static [&'static str]) -> Predicate {
    Predicate { name, synonyms, kind: Some(kind), attaches: true, mirror: None }
}

const fn without_test(name: &'static str, synonyms: &'static [&'static str]) -> Predicate {
    Predicate { name, synonyms, kind: None, attaches: false, mirror: None }
}

/// Every predicate.
pub const PREDICATES: &[Predicate] = {
    use PredicateKind::*;
    &[
        Predicate {
            mirror: Some("right of"),
            ..entry(LeftOf, "left of", &["to the left of", "on the left of", "left"])
        },
        Predicate {
            mirror: Some("left of"),
            ..entry(RightOf, "right of", &["to the right of", "on the right of", "right"])
        },
        entry(Above, "above", &["higher than"]),
        entry(Below, "below", &["lower than"]),
        entry(Inside, "inside", &["inside of", "within"]),
        entry(Surrounding, "surrounding", &["encloses", "enclosing", "around", "all around"]),
        entry(On, "on", &["upon", "onto", "resting on", "rests on"]),
        entry(On, "on top of", &["atop", "on the top of"]),
        entry(On, "standing on", &["stands on", "standing upon"]),
        entry(On, "sitting on", &["sits on", "seated on"]),
        entry(On, "laying on", &["lying on", "lies on", "lays on"]),
        entry(On, "walking on", &["walks on", "walking along"]),
        entry(On, "running on", &["runs on"]),
        entry(On, "parked on", &["parked at"]),
        entry(On, "growing on", &["grows on"]),
        entry(On, "floating on", &["floats on"]),
        entry(On, "driving on", &["drives on"]),
        entry(On, "sailing on", &["sails on"]),
        entry(MostlyIn, "in", &["into"]),
        entry(MostlyIn, "sitting in", &["sits in", "seated in"]),
        entry(MostlyIn, "standing in", &["stands in"]),
        entry(MostlyIn, "lying in", &["lies in"]),
        entry(MostlyIn, "swimming in", &["swims in"]),
        entry(MostlyIn, "flying in", &["flies in"]),
        entry(MostlyIn, "floating in", &["floats in"]),
        entry(MostlyIn, "covered in", &["covered with", "covered by"]),
        entry(MostlyIn, "surrounded by", &[]),
        entry(MostlyIn, "of", &[]),
        entry(MostlyIn, "belonging to", &["belongs to", "part of"]),
        entry(MostlyHas, "has", &["have", "with a", "contains", "containing"]),
        entry(MostlyHas, "wearing", &["wears", "dressed in"]),
        entry(MostlyHas, "covering", &["covers"]),
        entry(Over, "over", &["up over", "across"]),
        entry(Over, "flying over", &["flies over"]),
        entry(Under, "under", &["beneath", "underneath"]),
        entry(Behind, "behind", &["in back of", "at the back of", "beyond"]),
        entry(InFrontOf, "in front of", &["before", "ahead of"]),
        entry(Beside, "next to", &["alongside", "close beside"]),
        entry(Beside, "beside", &["at the side of", "adjacent to"]),
        entry(Beside, "on side of", &["on the side of"]),
        entry(Within(BY), "by", &["close by"]),
        entry(Within(BY), "along", &[]),
        entry(Within(BY), "at", &[]),
        entry(Within(NEAR), "near", &["close to", "nearby", "not far from"]),
        attached(Within(NEAR), "with", &["together with", "accompanied by"]),
        entry(Within(TOUCHING), "against", &["leaning on", "leaning against"]),
        attached(Within(TOUCHING), "touching", &["touches"]),
        attached(Within(TOUCHING), "attached to", &["fixed to", "fastened to", "connected to"]),
        entry(Within(TOUCHING), "hanging on", &["hanging from", "hangs on", "hangs from", "hung on"]),
        attached(Within(TOUCHING), "holding", &["holds", "gripping", "grasping"]),
        attached(Within(TOUCHING), "carrying", &["carries"]),
        attached(Within(TOUCHING), "eating", &["eats", "feeding on", "grazing on"]),
        entry(Riding, "riding", &["rides", "riding on", "mounted on"]),
        without_test("looking at", &["looks at", "watching", "facing"]),
        without_test("made of", &["made from"]),
        without_test("for", &[]),
        without_test("and", &[]),
    ]
};

/// Finds a predicate by its name or a synonym, whatever the case; spaces, underscores and hyphens are alike.
pub fn predicate(word: &str) -> Option<&'static Predicate> {
    static BY_WORD: OnceLock<HashMap<&'static str, &'static Predicate>> = OnceLock::new();
    let by_word = BY_WORD.get_or_init(|| {
        let names = PREDICATES.iter().map(|predicate| (predicate.name, predicate));
        let synonyms =
            PREDICATES.iter().flat_map(|predicate| predicate.synonyms.iter().map(move |word| (*word, predicate)));
        names.chain(synonyms).collect()
    });
    by_word.get(fold(word).as_str()).copied()
}

/// The test that a word stands for; `None` where boxes cannot decide.
pub fn predicate_kind(word: &str) -> Option<PredicateKind> {
    predicate(word)?.kind
}

/// The word for the same relation in a picture that is mirrored left to right.
pub fn mirrored_predicate(word: &str) -> &str {
    predicate(word).and_then(|predicate| predicate.mirror).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::vocab::Vocabulary;

    #[test]
    fn no_word_means_two_things() {
        let mut seen = HashSet::new();
        for predicate in PREDICATES {
            for word in std::iter::once(&predicate.name).chain(predicate.synonyms) {
                assert!(seen.insert(*word), "{word}");
                assert_eq!(fold(word), *word, "written as it is looked up");
            }
        }
    }

    #[test]
    fn a_mirror_image_mirrors_the_test() {
        for predicate in PREDICATES {
            let mirror = super::predicate(mirrored_predicate(predicate.name)).unwrap();
            assert_eq!(mirror.kind, predicate.kind.map(PredicateKind::mirrored), "{}", predicate.name);
            assert_eq!(mirrored_predicate(mirror.name), predicate.name);
        }
    }

    /// The network is asked for the vocabulary's predicate, the layout is evaluated by this table: both must mean the same, whatever word is
    /// used.
    #[test]
    fn every_word_of_every_vocabulary_means_what_its_predicate_means() {
        for vocabulary in [Vocabulary::coco_stuff(), Vocabulary::visual_genome(), Vocabulary::illustrated()] {
            for (_, name) in vocabulary.predicates() {
                let own =
                    predicate(name).unwrap_or_else(|| panic!("{}: {name} is not in the table", vocabulary.name()));
                for synonym in vocabulary.synonyms_of(name) {
                    let found = predicate(synonym);
                    let kind =
                        found.unwrap_or_else(|| panic!("{}: {synonym} is not in the table", vocabulary.name())).kind;
                    assert_eq!(kind, own.kind, "{}: {synonym} for {name}", vocabulary.name());
                }
            }
        }
    }
}
