//! Noun phrases: what an object is called when it is first named, and afterwards.

use std::collections::{BTreeMap, BTreeSet};

use crate::describe::pretty;
use scenewright_scene::vocab::looks::LookMeaning;
use scenewright_scene::vocab::{MATERIAL_WORDS, Vocabulary};
use scenewright_scene::{Node, NodeId, Scene, SizeHint};

/// Materials that are no class of a label map.
const MORE_MATERIALS: &[&str] = &["beach", "room", "air"];
/// Of which there is one, or no end: "the sky".
const DEFINITE: &[&str] = &["sky", "ocean", "sea", "air", "ground", "beach", "clouds"];
/// Cannot be counted: "grass".
const MASS: &[&str] = &[
    "grass",
    "water",
    "sand",
    "snow",
    "dirt",
    "mud",
    "gravel",
    "ice",
    "fog",
    "pavement",
    "hair",
    "skin",
    "wool",
    "fur",
    "bread",
    "cheese",
    "corn",
    "food",
    "fruit",
    "salad",
    "soup",
    "bamboo",
    "wheat",
    "coral",
    "lightning",
    "smoke",
    "fire",
    "furniture",
    "paper",
    "metal",
    "wood",
    "cloth",
    "seaweed",
    "straw",
    "hay",
    "ivy",
    "moss",
    "plumage",
    "cream",
];
/// Written like one, meant as several.
const PLURAL: &[&str] = &[
    "pants",
    "jeans",
    "shorts",
    "clothes",
    "stairs",
    "blocks",
    "scissors",
    "skis",
    "grapes",
    "fries",
    "sunglasses",
    "leaves",
    "glasses",
    "boots",
    "shoes",
    "socks",
    "people",
    "children",
    "trousers",
    "flowers",
    "trees",
    "waterdrops",
    "gloves",
];
const SAME: &[&str] =
    &["sheep", "fish", "deer", "moose", "reindeer", "swine", "aircraft", "squid", "bison", "spacecraft"];
const IRREGULAR: &[(&str, &str)] = &[
    ("man", "men"),
    ("woman", "women"),
    ("child", "children"),
    ("person", "people"),
    ("mouse", "mice"),
    ("goose", "geese"),
    ("ox", "oxen"),
    ("leaf", "leaves"),
    ("wolf", "wolves"),
    ("loaf", "loaves"),
    ("shelf", "shelves"),
    ("knife", "knives"),
    ("scarf", "scarves"),
    ("calf", "calves"),
    ("snowman", "snowmen"),
    ("fireman", "firemen"),
    ("policeman", "policemen"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("potato", "potatoes"),
    ("tomato", "tomatoes"),
];
const NUMBERS: [&str; 11] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const ORDINALS: [&str; 10] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

/// "sky-other" is a sky, "street_light" a street light.
pub(super) fn plain(name: &str) -> String {
    pretty(name).replace(['-', '_'], " ").trim().to_lowercase()
}

fn last(words: &str) -> &str {
    words.rsplit(' ').next().unwrap_or(words)
}

pub(super) fn is_material_word(name: &str) -> bool {
    // COCO-Stuff: "wall-brick", "floor-wood", "water-other".
    let first = name.split(['-', ' ', '_']).next().unwrap_or(name).to_lowercase();
    let plain = plain(name);
    let last = last(&plain);
    MATERIAL_WORDS.contains(&last)
        || MORE_MATERIALS.contains(&last)
        || ["wall", "floor", "ceiling", "ground"].contains(&first.as_str())
}

/// "grass", "the sky", "a snowy field".
pub(super) fn material(name: &str, attributes: &[&str]) -> String {
    let noun = plain(name);
    let words = [attributes, &[noun.as_str()]].concat().join(" ");
    let last = last(&noun);
    match last {
        _ if DEFINITE.contains(&last) => format!("the {words}"),
        _ if is_uncounted(last) => words,
        _ => with_article(&words),
    }
}

fn is_uncounted(word: &str) -> bool {
    MASS.contains(&word) || is_plural_word(word)
}

fn is_plural_word(word: &str) -> bool {
    PLURAL.contains(&word)
}

/// "a" or "an" by the sound, as far as spelling tells it.
pub(super) fn with_article(words: &str) -> String {
    let lower = words.to_lowercase();
    let starts = |all: &[&str]| all.iter().any(|start| lower.starts_with(start));
    let is_vowel = starts(&["a", "e", "i", "o", "u"]) && !starts(&["uni", "use", "euro", "one", "ufo", "uten"])
        || starts(&["hour", "honest", "unim", "unin"]);
    format!("{} {words}", if is_vowel { "an" } else { "a" })
}

pub(super) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// "a, b and c".
pub(super) fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn plural(words: &str) -> String {
    let noun = last(words);
    let before = &words[..words.len() - noun.len()];
    let ends = |ends: &[&str]| ends.iter().any(|end| noun.ends_with(end));
    let one_before_last = noun.chars().rev().nth(1);
    let many = if SAME.contains(&noun) || is_uncounted(noun) {
        noun.to_owned()
    } else if let Some((_, many)) = IRREGULAR.iter().find(|(one, _)| *one == noun) {
        (*many).to_owned()
    } else if ends(&["s", "x", "z", "ch", "sh"]) {
        format!("{noun}es")
    } else if noun.ends_with('y') && !one_before_last.is_some_and(|c| "aeiou".contains(c)) {
        format!("{}ies", &noun[..noun.len() - 1])
    } else {
        format!("{noun}s")
    };
    format!("{before}{many}")
}

/// An object's words, by their place in the phrase.
#[derive(Clone, Debug, Default, PartialEq)]
struct Phrase {
    before: Vec<String>,
    noun: String,
    after: Vec<String>,
    label: Option<String>,
}

impl Phrase {
    /// `doing`: what its relations say it does.
    fn of(node: &Node, vocab: &Vocabulary, doing: &[&str]) -> Self {
        let own = vocab.looks_of_name(&node.name);
        let mut phrase = Self { noun: plain(&node.name), label: node.label.clone(), ..Self::default() };
        phrase.before.extend(node.size.filter(|size| *size != SizeHint::Medium).map(|size| size.word().to_owned()));
        let mut parts: Vec<String> = Vec::new();
        for word in node.attributes.iter().filter(|word| !super::is_light(word, vocab)) {
            let said = word.trim().to_lowercase().replace(['-', '_'], " ");
            let is_part = match vocab.looks().and_then(|looks| looks.read(own, &said)) {
                Some(LookMeaning::Color { slot: Some(_), .. }) => true,
                Some(_) => false,
                None => said.contains(' ') && crate::words::attribute(said.split(' ').next().unwrap_or("")).is_some(),
            };
            let is_doing = said.split(' ').next().is_some_and(|first| first.len() > 4 && first.ends_with("ing"));
            if doing.iter().any(|predicate| predicate.split(' ').next() == Some(said.as_str())) {
                // "sitting on a bench" says that she sits.
            } else if is_doing && said.contains(' ') {
                phrase.after.push(said);
            } else if is_part {
                let noun = last(&said);
                parts.push(if is_uncounted(noun) { said } else { with_article(&said) });
            } else if !said.is_empty() {
                phrase.before.push(said);
            }
        }
        if !parts.is_empty() {
            phrase.after.insert(0, format!("with {}", list(&parts)));
        }
        phrase
    }

    /// What it is called, without an article and without what follows.
    fn core(&self) -> String {
        let words: Vec<&str> = self.before.iter().map(String::as_str).chain([self.noun.as_str()]).collect();
        words.join(" ")
    }

    fn tail(&self) -> String {
        let mut tail = self.label.as_ref().map_or_else(String::new, |label| format!(" named {label}"));
        for (number, part) in self.after.iter().enumerate() {
            tail.push_str(if number == 0 { " " } else { ", " });
            tail.push_str(part);
        }
        tail
    }

    /// As it is first named, `count` of them.
    fn first(&self, count: usize) -> String {
        let core = self.core();
        let head = match count {
            0 | 1 if is_uncounted(last(&self.noun)) => core,
            0 | 1 => with_article(&core),
            count => {
                let number = NUMBERS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned());
                format!("{number} {}", plural(&core))
            }
        };
        format!("{head}{}", self.tail())
    }
}

/// Names of a scene's objects, and which have been used.
#[derive(Clone)]
pub(super) struct Nouns<'a> {
    vocab: &'a Vocabulary,
    phrases: BTreeMap<NodeId, Phrase>,
    materials: BTreeMap<NodeId, String>,
    mentioned: BTreeSet<NodeId>,
    /// Of each core ("white sheep"), the objects that have it, in the order in which they are named.
    named: BTreeMap<String, Vec<NodeId>>,
}

impl<'a> Nouns<'a> {
    pub(super) fn new(scene: &Scene, vocab: &'a Vocabulary, things: &[&Node]) -> Self {
        let phrases: BTreeMap<NodeId, Phrase> =
            things.iter().map(|node| (node.id, Phrase::of(node, vocab, &doing(scene, node.id)))).collect();
        let materials = scene.nodes().iter().filter(|node| !phrases.contains_key(&node.id));
        let materials = materials.map(|node| (node.id, plain(&node.name))).collect();
        Self { vocab, phrases, materials, mentioned: BTreeSet::new(), named: BTreeMap::new() }
    }

    pub(super) fn is_mentioned(&self, id: NodeId) -> bool {
        self.mentioned.contains(&id)
    }

    pub(super) fn is_plural(&self, node: &Node) -> bool {
        node.label.is_none() && is_plural_word(last(&plain(&node.name)))
    }

    /// As it is first named, `count` of them.
    pub(super) fn new_one(&self, node: &Node, count: usize) -> String {
        match self.phrases.get(&node.id) {
            Some(phrase) => phrase.first(count),
            None => Phrase::of(node, self.vocab, &[]).first(count),
        }
    }

    /// Names an object: with all its words at first, and so that it is told apart afterwards.
    pub(super) fn mention(&mut self, node: &Node) -> String {
        if let Some(name) = self.materials.get(&node.id) {
            return format!("the {name}");
        }
        let Some(phrase) = self.phrases.get(&node.id) else { return plain(&node.name) };
        let core = phrase.core();
        let is_new = self.mentioned.insert(node.id);
        let alike = self.named.entry(core.clone()).or_default();
        if is_new && phrase.label.is_none() {
            alike.push(node.id);
        }
        let place = alike.iter().position(|id| *id == node.id).unwrap_or(0);
        match (&phrase.label, is_new) {
            (Some(label), false) => label.clone(),
            (None, true) if place == 1 && !is_uncounted(last(&phrase.noun)) => {
                format!("another {core}{}", phrase.tail())
            }
            (None, true) if place > 1 => format!("a {} {core}{}", ordinal(place), phrase.tail()),
            (_, true) => phrase.first(1),
            (None, false) => {
                let total = self.phrases.values().filter(|other| other.label.is_none() && other.core() == core).count();
                if total > 1 { format!("the {} {core}", ordinal(place)) } else { format!("the {core}") }
            }
        }
    }

    /// Names several alike objects together.
    pub(super) fn mention_all(&mut self, nodes: &[&Node]) -> String {
        let Some(first) = nodes.first() else { return String::new() };
        let text = self.new_one(first, nodes.len());
        let core = self.phrases.get(&first.id).map(Phrase::core).unwrap_or_default();
        let alike = self.named.entry(core).or_default();
        let before = !alike.is_empty();
        alike.extend(nodes.iter().map(|node| node.id));
        self.mentioned.extend(nodes.iter().map(|node| node.id));
        if before { text.replacen(' ', " other ", 1) } else { text }
    }
}

fn doing(scene: &Scene, node: NodeId) -> Vec<&str> {
    let own = scene.relations().iter().filter(|relation| relation.subject == node);
    own.map(|relation| relation.predicate.as_str()).collect()
}

fn ordinal(place: usize) -> String {
    ORDINALS.get(place).map_or_else(|| format!("{}th", place + 1), |word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_plurals_and_lists() {
        for (word, expected) in
            [("umbrella", "an umbrella"), ("unicorn", "a unicorn"), ("old hut", "an old hut"), ("hour", "an hour")]
        {
            assert_eq!(with_article(word), expected);
        }
        for (one, many) in [
            ("white sheep", "white sheep"),
            ("bus", "buses"),
            ("pony", "ponies"),
            ("monkey", "monkeys"),
            ("old man", "old men"),
            ("box", "boxes"),
            ("jeans", "jeans"),
            ("tree", "trees"),
        ] {
            assert_eq!(plural(one), many);
        }
        let words = |words: &[&str]| list(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            (words(&[]), words(&["a"]), words(&["a", "b", "c"])),
            (String::new(), "a".into(), "a, b and c".into())
        );
    }

    #[test]
    fn materials_are_named_as_english_names_them() {
        assert_eq!(material("sky-other", &[]), "the sky");
        assert_eq!(material("grass", &["tall"]), "tall grass");
        assert_eq!(material("street", &[]), "a street");
        assert!(is_material_word("wall-brick") && is_material_word("sky-other") && !is_material_word("tree"));
    }
}
