//! One list of names with numbers, and finding a word in it.

use super::{NO_NAME, VocabularyProblem};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A name and what is known of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Word {
    pub name: String,
    pub group: Option<String>,
    pub synonyms: Vec<String>,
    pub color: Option<[u8; 3]>,
}

impl Word {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

/// Names by number, with gaps, and an index from every way of writing them.
#[derive(Clone, Debug)]
pub(super) struct Words {
    by_id: Vec<Option<Word>>,
    exact: HashMap<String, u32>,
    folded: HashMap<String, u32>,
    /// Folded, without spaces; a spelling that several words share is nobody's.
    joined: HashMap<String, Option<u32>>,
}

impl Words {
    /// Two numbers with one name are a problem; of two words that fold to the same, the first in this order wins: names,
    /// names in the singular, synonyms, synonyms in the singular.
    pub(crate) fn new(kind: &'static str, by_id: Vec<Option<Word>>, problems: &mut Vec<VocabularyProblem>) -> Self {
        let mut words = Self { by_id, exact: HashMap::new(), folded: HashMap::new(), joined: HashMap::new() };
        for (id, word) in named(&words.by_id) {
            if word.name.trim().is_empty() {
                problems.push(VocabularyProblem::Empty { kind, id });
            }
            match words.exact.entry(word.name.clone()) {
                Entry::Vacant(free) => drop(free.insert(id)),
                Entry::Occupied(taken) => {
                    problems.push(VocabularyProblem::Twice { kind, id, other: *taken.get(), name: word.name.clone() })
                }
            }
        }
        let names = || named(&words.by_id).map(|(id, word)| (id, fold(&word.name)));
        let synonyms =
            || named(&words.by_id).flat_map(|(id, word)| word.synonyms.iter().map(move |word| (id, fold(word))));
        let single = |(id, word): (u32, String)| (id, singular(&word));
        let ways = names().chain(names().map(single)).chain(synonyms()).chain(synonyms().map(single));
        for (id, way) in ways {
            words.folded.entry(way).or_insert(id);
        }
        for (way, id) in &words.folded {
            let owner = words.joined.entry(way.replace(' ', "")).or_insert(Some(*id));
            if *owner != Some(*id) {
                *owner = None;
            }
        }
        words
    }

    pub(crate) fn to_vec(&self) -> Vec<Option<Word>> {
        self.by_id.clone()
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn get(&self, id: u32) -> Option<&Word> {
        self.by_id.get(id as usize)?.as_ref()
    }

    pub(crate) fn name(&self, id: u32) -> &str {
        self.get(id).map_or(NO_NAME, |word| &word.name)
    }

    pub(crate) fn named(&self) -> impl Iterator<Item = (u32, &Word)> {
        named(&self.by_id)
    }

    pub(crate) fn exact(&self, name: &str) -> Option<u32> {
        self.exact.get(name).copied()
    }

    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        if let Some(id) = self.exact(name) {
            return Some(id);
        }
        let folded = fold(name);
        let single = singular(&folded);
        let spaced = self.folded.get(&folded).or_else(|| self.folded.get(&single)).copied();
        // "trafficlight", "foot ball".
        let joined = |way: &str| self.joined.get(&way.replace(' ', "")).copied().flatten();
        spaced.or_else(|| joined(&folded)).or_else(|| joined(&single))
    }

    /// As [`Words::find`], for relations: "is sitting on" is "sitting on".
    pub(crate) fn find_relation(&self, name: &str) -> Option<u32> {
        self.find(name).or_else(|| {
            let folded = fold(name);
            let (first, rest) = folded.split_once(' ')?;
            ["is", "are", "be", "being", "was", "were"].contains(&first).then(|| self.find(rest)).flatten()
        })
    }
}

fn named(by_id: &[Option<Word>]) -> impl Iterator<Item = (u32, &Word)> {
    (0u32..).zip(by_id).filter_map(|(id, word)| Some((id, word.as_ref()?)))
}

/// Lower case, one space between words: "Traffic_Light" and "traffic-light" are "traffic light".
pub fn fold(word: &str) -> String {
    let parts = word.split(|c: char| c.is_whitespace() || c == '_' || c == '-').filter(|part| !part.is_empty());
    let mut folded = String::with_capacity(word.len());
    for part in parts {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(part.chars().flat_map(char::to_lowercase));
    }
    folded
}

/// Grounds, skies, waters and walls of vocabularies that do not say which of their words are materials. Folded.
pub const MATERIAL_WORDS: &[&str] = &[
    "sky",
    "grass",
    "sea",
    "ocean",
    "water",
    "river",
    "lake",
    "sand",
    "snow",
    "ground",
    "dirt",
    "mud",
    "gravel",
    "road",
    "street",
    "pavement",
    "sidewalk",
    "field",
    "hill",
    "mountain",
    "forest",
    "wall",
    "floor",
    "ceiling",
    "fog",
    "clouds",
    "ice",
    "playingfield",
];

/// A folded class without the "other" or "stuff" of COCO-Stuff: "sky other" is a sky.
pub fn class_stem(folded: &str) -> &str {
    folded.strip_suffix(" other").or_else(|| folded.strip_suffix(" stuff")).unwrap_or(folded)
}

/// The singular of a folded word, or near enough: both sides of a comparison go through here, so what matters is that a
/// plural and its singular come out alike.
pub fn singular(folded: &str) -> String {
    const IRREGULAR: [(&str, &str); 21] = [
        ("people", "person"),
        ("persons", "person"),
        ("men", "man"),
        ("women", "woman"),
        ("children", "child"),
        ("feet", "foot"),
        ("teeth", "tooth"),
        ("mice", "mouse"),
        ("geese", "goose"),
        ("oxen", "ox"),
        ("leaves", "leaf"),
        ("knives", "knife"),
        ("shelves", "shelf"),
        ("wolves", "wolf"),
        ("calves", "calf"),
        ("loaves", "loaf"),
        ("scarves", "scarf"),
        ("skis", "ski"),
        ("shoes", "shoe"),
        ("canoes", "canoe"),
        ("buses", "bus"),
    ];
    let (before, last) = folded.rsplit_once(' ').map_or(("", folded), |(before, last)| (before, last));
    let single = if let Some((_, single)) = IRREGULAR.iter().find(|(plural, _)| *plural == last) {
        (*single).to_owned()
    } else if ["ss", "us", "is"].iter().any(|end| last.ends_with(end)) || last.len() < 4 {
        last.to_owned()
    } else if let Some(stem) = last.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        format!("{stem}y")
    } else if ["shes", "ches", "xes", "sses", "zes", "oes"].iter().any(|end| last.ends_with(end)) {
        last.strip_suffix("es").unwrap_or(last).to_owned()
    } else {
        last.strip_suffix('s').unwrap_or(last).to_owned()
    };
    if before.is_empty() { single } else { format!("{before} {single}") }
}

#[cfg(test)]
mod tests {
    use super::{fold, singular};

    #[test]
    fn writings_of_one_word_meet() {
        let check = |one: &str, other: &str| assert_eq!(singular(&fold(one)), singular(&fold(other)), "{one} {other}");
        check("Traffic_Lights", "traffic light");
        check("buses", "bus");
        check("benches", "bench");
        check("boxes", "box");
        check("glasses", "glass");
        check("berries", "berry");
        check("ties", "tie");
        check("people", "person");
        check("leaves", "leaf");
        check("houses", "house");
        check("horses", "horse");
        check("skis", "ski");
        check("sheep", "sheep");
        check("grass", "  GRASS ");
        check("police officers", "police-officer");
        assert_eq!(singular(&fold("")), "");
    }
}
