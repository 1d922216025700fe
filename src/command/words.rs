//! Words that mean the same in every vocabulary: numbers, sizes, colours, light. Tables only.

use crate::scene::SizeHint;

/// What a word about looks speaks of: a new colour takes the place of the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Colour,
    Light,
    Material,
    Pattern,
    Age,
    Other,
}

pub(super) fn number(word: &str) -> Option<usize> {
    const WORDS: [&str; 21] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    WORDS.iter().position(|number| *number == word)
}

/// 1 for "first".
pub(super) fn ordinal(word: &str) -> Option<usize> {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    if let Some(place) = WORDS.iter().position(|ordinal| *ordinal == word) {
        return Some(place + 1);
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end))?;
    digits.parse().ok().filter(|number| (1..1000).contains(number))
}

/// Words for an amount that has no number: how many they stand for here.
pub(super) const AMOUNTS: &[(&str, usize)] = &[
    ("a couple of", 2),
    ("a couple", 2),
    ("a pair of", 2),
    ("a few", 3),
    ("a handful of", 4),
    ("half a dozen", 6),
    ("a dozen", 12),
    ("dozens of", 12),
    ("a group of", 3),
    ("a flock of", 4),
    ("a herd of", 4),
    ("a crowd of", 5),
    ("a row of", 4),
    ("a bunch of", 4),
    ("lots of", 5),
    ("a lot of", 5),
    ("plenty of", 5),
    ("some", 3),
    ("several", 3),
    ("few", 3),
    ("many", 5),
    ("dozen", 12),
];

pub(super) fn size(word: &str) -> Option<SizeHint> {
    Some(match word {
        "tiny" | "minuscule" | "mini" | "miniature" | "teeny" => SizeHint::Tiny,
        "small" | "little" => SizeHint::Small,
        "medium" | "normal" | "ordinary" => SizeHint::Medium,
        "large" | "big" => SizeHint::Large,
        "huge" | "giant" | "gigantic" | "enormous" | "massive" | "colossal" => SizeHint::Huge,
        _ => return None,
    })
}

/// +1 for "bigger", -1 for "smaller".
pub(super) fn comparison(word: &str) -> Option<i32> {
    match word {
        "bigger" | "larger" | "taller" | "wider" | "longer" | "greater" | "fatter" => Some(1),
        "smaller" | "shorter" | "tinier" | "thinner" | "narrower" | "littler" => Some(-1),
        _ => None,
    }
}

pub(super) fn is_shade(word: &str) -> bool {
    ["light", "dark", "bright", "pale", "deep", "navy"].contains(&word)
}

/// An adjective: the word to keep, and what it speaks of.
pub(super) fn attribute(word: &str) -> Option<(&str, Class)> {
    let class = match word {
        "red" | "orange" | "yellow" | "green" | "teal" | "blue" | "purple" | "pink" | "brown" | "tan" | "cream"
        | "white" | "grey" | "black" | "violet" | "turquoise" | "cyan" | "magenta" | "maroon" | "crimson" | "beige"
        | "silver" | "gold" | "golden" | "navy" | "scarlet" | "lilac" | "ivory" | "lime" | "olive" | "indigo"
        | "lavender" | "khaki" | "charcoal" | "colourful" | "multicoloured" | "transparent" => Class::Colour,
        "gray" => return Some(("grey", Class::Colour)),
        "colorful" => return Some(("colourful", Class::Colour)),
        "multicolored" => return Some(("multicoloured", Class::Colour)),
        "blonde" | "blond" => return Some(("blond", Class::Colour)),
        "night" | "evening" | "morning" | "cloudy" | "foggy" | "snowy" | "rainy" | "stormy" => Class::Light,
        "sunny" | "daylight" => return Some(("day", Class::Light)),
        "overcast" => return Some(("cloudy", Class::Light)),
        "misty" | "hazy" => return Some(("foggy", Class::Light)),
        "wintry" => return Some(("snowy", Class::Light)),
        "wooden" | "metallic" | "plastic" | "leather" | "woollen" | "concrete" | "golden-plated" => Class::Material,
        "striped" | "spotted" | "checkered" | "plaid" | "dotted" | "plain" | "patterned" => Class::Pattern,
        "old" | "young" | "ancient" | "modern" => Class::Age,
        "tall" | "short" | "long" | "wide" | "narrow" | "thin" | "thick" | "fat" | "round" | "square" | "dead"
        | "empty" | "full" | "open" | "closed" | "wet" | "dry" | "clean" | "dirty" | "shiny" | "dark" | "bright"
        | "clear" | "hot" | "cold" | "happy" | "sad" | "bare" | "broken" | "calm" | "rough" | "furry" | "fluffy"
        | "bald" | "leafy" | "green-leaved" | "beautiful" | "pretty" | "cute" | "snow-covered" | "asleep" | "alone" => {
            Class::Other
        }
        _ => return None,
    };
    Some((word, class))
}

/// Things that also say what others are made of: "a stone wall", "an orange car".
pub(super) fn is_material(word: &str) -> bool {
    [
        "orange", "light", "stone", "wood", "brick", "metal", "glass", "straw", "paper", "snow", "sand", "ice", "gold",
        "grass", "rock", "palm", "apple", "pine", "fir", "oak", "birch", "evening", "baby", "leaf", "water",
    ]
    .contains(&word)
}

/// Phrases about the light of the whole scene; the word is kept on the sky.
pub(super) const LIGHTS: &[(&str, &str)] = &[
    ("at night", "night"),
    ("by night", "night"),
    ("in the night", "night"),
    ("during the night", "night"),
    ("at night time", "night"),
    ("night time", "night"),
    ("nighttime", "night"),
    ("in the dark", "night"),
    ("in moonlight", "night"),
    ("night", "night"),
    ("at dusk", "evening"),
    ("at sunset", "evening"),
    ("in the evening", "evening"),
    ("in evening light", "evening"),
    ("evening", "evening"),
    ("dusk", "evening"),
    ("sunset", "evening"),
    ("at dawn", "morning"),
    ("at sunrise", "morning"),
    ("in the morning", "morning"),
    ("early morning", "morning"),
    ("morning", "morning"),
    ("dawn", "morning"),
    ("sunrise", "morning"),
    ("by day", "day"),
    ("during the day", "day"),
    ("in daylight", "day"),
    ("at noon", "day"),
    ("at midday", "day"),
    ("daytime", "day"),
    ("daylight", "day"),
    ("day", "day"),
    ("sunny", "day"),
    ("in fog", "foggy"),
    ("in the fog", "foggy"),
    ("in the mist", "foggy"),
    ("foggy", "foggy"),
    ("misty", "foggy"),
    ("in winter", "snowy"),
    ("winter", "snowy"),
    ("snowing", "snowy"),
    ("snowy", "snowy"),
    ("cloudy", "cloudy"),
    ("overcast", "cloudy"),
    ("in the rain", "rainy"),
    ("raining", "rainy"),
    ("rainy", "rainy"),
    ("in a storm", "stormy"),
    ("stormy", "stormy"),
];

/// Names of several words that the vocabularies may lack: their parts would say something else.
pub(super) const COMPOUNDS: &[&str] = &[
    "traffic light",
    "hot air balloon",
    "street light",
    "street lamp",
    "street sign",
    "stop sign",
    "fire hydrant",
    "fire truck",
    "fire engine",
    "police car",
    "parking meter",
    "light bulb",
    "palm tree",
    "christmas tree",
    "pine tree",
    "apple tree",
    "ice cream",
    "hot dog",
    "teddy bear",
    "polar bear",
    "wine glass",
    "coffee cup",
    "coffee table",
    "cell phone",
    "mobile phone",
    "swimming pool",
    "ferris wheel",
    "rocking chair",
    "picture frame",
    "flying saucer",
    "washing machine",
    "steam train",
    "light house",
    "wind mill",
    "snow man",
    "tennis racket",
    "tennis ball",
    "baseball bat",
    "baseball glove",
    "dining table",
    "potted plant",
    "hair drier",
    "door handle",
    "bus stop",
    "train station",
    "water fall",
    "space ship",
    "rubber duck",
    "sand castle",
    "beach ball",
    "dog house",
    "bird house",
];

/// Plural by form, one by meaning.
pub(super) fn is_one_in_plural_form(word: &str) -> bool {
    [
        "pants",
        "trousers",
        "jeans",
        "shorts",
        "scissors",
        "glasses",
        "sunglasses",
        "spectacles",
        "eyeglasses",
        "shades",
        "stairs",
        "steps",
        "rails",
        "tracks",
        "blinds",
        "drapes",
        "clothes",
        "shears",
        "woods",
        "binoculars",
        "surroundings",
        "heavens",
        "grass",
        "glass",
        "dress",
        "bus",
        "canvas",
        "moss",
        "mattress",
        "lens",
        "cactus",
        "people",
        "cattle",
        "seas",
        "lens",
        "waters",
        "walrus",
        "octopus",
        "grassland",
        "gas",
        "compass",
        "christmas",
    ]
    .contains(&word)
}

/// Words that end a name: no object is called so, unless a vocabulary says it is.
pub(super) fn is_function_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "my",
        "your",
        "its",
        "their",
        "his",
        "her",
        "some",
        "several",
        "many",
        "few",
        "all",
        "every",
        "each",
        "both",
        "any",
        "no",
        "not",
        "another",
        "other",
        "others",
        "more",
        "it",
        "them",
        "they",
        "him",
        "he",
        "she",
        "one",
        "ones",
        "everything",
        "rest",
        "else",
        "except",
        "but",
        "and",
        "or",
        "then",
        "also",
        "too",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "becomes",
        "become",
        "has",
        "have",
        "had",
        "having",
        "there",
        "here",
        "of",
        "to",
        "from",
        "into",
        "onto",
        "in",
        "on",
        "at",
        "by",
        "with",
        "without",
        "as",
        "than",
        "so",
        "now",
        "please",
        "again",
        "just",
        "should",
        "must",
        "can",
        "will",
        "would",
        "could",
        "towards",
        "toward",
        "away",
        "longer",
        "anymore",
        "'s",
        "which",
        "who",
    ];
    // Slips of the pen are no names either: they are to be named, and mended.
    const SLIPS: &[&str] = &["teh", "hte", "adn", "nad", "wiht", "wtih", "fo", "onn", "inn", "anohter", "anothr"];
    SLIPS.contains(&word)
        || WORDS.contains(&word)
        || word == "instead"
        || word == "called"
        || word == "named"
        || word == "until"
}
