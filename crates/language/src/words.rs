//! Words that mean the same in every vocabulary: numbers, sizes, colors, light. Tables only.

use scenewright_scene::SizeHint;

/// What a word about looks speaks of: a new color takes the place of the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Color,
    Light,
    Material,
    Pattern,
    Age,
    /// "facing left".
    Facing,
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
    ("a pack of", 4),
    ("a school of", 4),
    ("a swarm of", 5),
    ("a line of", 4),
    ("a cluster of", 4),
    ("a number of", 4),
    ("a variety of", 4),
    ("a collection of", 4),
    ("a set of", 3),
    ("a stack of", 3),
    ("a pile of", 3),
    ("a family of", 3),
    ("a trio of", 3),
    ("a team of", 4),
    ("a gaggle of", 4),
    ("two dozen", 24),
    ("a couple more", 2),
    ("couple of", 2),
    ("pair of", 2),
    ("group of", 3),
    ("flock of", 4),
    ("herd of", 4),
    ("row of", 4),
    ("rows of", 6),
    ("bunch of", 4),
    ("tons of", 6),
    ("loads of", 6),
    ("hundreds of", 20),
    ("a whole bunch of", 5),
    ("various", 3),
    ("multiple", 3),
    ("numerous", 5),
    ("a large group of", 6),
    ("a small group of", 3),
    ("a big group of", 6),
    ("a large herd of", 6),
    ("a small herd of", 3),
    ("a large flock of", 6),
    ("a small flock of", 3),
    ("a long row of", 6),
    ("a double row of", 6),
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
        "tiny" | "minuscule" | "mini" | "miniature" | "teeny" | "minute" | "wee" => SizeHint::Tiny,
        "small" | "little" | "smallish" | "petite" | "compact" => SizeHint::Small,
        "medium" | "normal" | "ordinary" | "mid" => SizeHint::Medium,
        "large" | "big" | "oversized" => SizeHint::Large,
        "huge" | "giant" | "gigantic" | "enormous" | "massive" | "colossal" | "humongous" | "immense" | "vast" => {
            SizeHint::Huge
        }
        _ => return None,
    })
}

/// +1 for "bigger", -1 for "smaller".
pub(super) fn comparison(word: &str) -> Option<i32> {
    match word {
        "bigger" | "larger" | "taller" | "wider" | "longer" | "greater" | "fatter" | "huger" | "broader" => Some(1),
        "smaller" | "shorter" | "tinier" | "thinner" | "narrower" | "littler" | "slimmer" => Some(-1),
        _ => None,
    }
}

/// "darker" is dark, "happier" happy.
pub(super) fn compared(word: &str) -> Option<&'static str> {
    const COMPARED: [(&str, &str); 20] = [
        ("darker", "dark"),
        ("brighter", "bright"),
        ("lighter", "light"),
        ("paler", "pale"),
        ("redder", "red"),
        ("bluer", "blue"),
        ("greener", "green"),
        ("whiter", "white"),
        ("blacker", "black"),
        ("yellower", "yellow"),
        ("older", "old"),
        ("younger", "young"),
        ("happier", "happy"),
        ("sadder", "sad"),
        ("rounder", "round"),
        ("thicker", "thick"),
        ("fluffier", "fluffy"),
        ("cuter", "cute"),
        ("shinier", "shiny"),
        ("dirtier", "dirty"),
    ];
    COMPARED.iter().find(|(compared, _)| *compared == word).map(|(_, plain)| *plain)
}

pub(super) fn is_shade(word: &str) -> bool {
    ["light", "dark", "bright", "pale", "deep", "navy"].contains(&word)
}

/// An adjective: the word to keep, and what it speaks of.
pub(super) fn attribute(word: &str) -> Option<(&str, Class)> {
    // "pinkish" is pink.
    if let Some(stem) = word.strip_suffix("ish").filter(|stem| stem.len() > 2) {
        let whole = if stem == "redd" { "red" } else { stem };
        return attribute(whole).filter(|(_, class)| *class == Class::Color);
    }
    let class = match word {
        "red" | "orange" | "yellow" | "green" | "teal" | "blue" | "purple" | "pink" | "brown" | "tan" | "cream"
        | "white" | "grey" | "black" | "violet" | "turquoise" | "cyan" | "magenta" | "maroon" | "crimson" | "beige"
        | "silver" | "gold" | "golden" | "navy" | "scarlet" | "lilac" | "ivory" | "lime" | "olive" | "indigo"
        | "lavender" | "khaki" | "charcoal" | "colourful" | "multicoloured" | "transparent" => Class::Color,
        "gray" => return Some(("grey", Class::Color)),
        "colorful" => return Some(("colourful", Class::Color)),
        "multicolored" => return Some(("multicoloured", Class::Color)),
        "blonde" | "blond" => return Some(("blond", Class::Color)),
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

/// A season without snow: day, and no longer snowy.
pub(super) const SPRING: &str = "spring";

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
    ("in the snow storm", "snowy"),
    ("on a sunny day", "day"),
    ("on a clear day", "day"),
    ("on a bright day", "day"),
    ("on a nice day", "day"),
    ("on a cloudy day", "cloudy"),
    ("on an overcast day", "cloudy"),
    ("on a rainy day", "rainy"),
    ("on a foggy day", "foggy"),
    ("on a misty morning", "foggy"),
    ("on a foggy morning", "foggy"),
    ("on a snowy day", "snowy"),
    ("on a winter day", "snowy"),
    ("on a winter's day", "snowy"),
    ("on a dark night", "night"),
    ("on a starry night", "night"),
    ("on a clear night", "night"),
    ("on a summer evening", "evening"),
    ("on a summer day", "day"),
    ("in summer", SPRING),
    ("in the summer", SPRING),
    ("summertime", SPRING),
    ("springtime", SPRING),
    ("in spring", SPRING),
    ("in the spring", SPRING),
    ("summer", SPRING),
    ("in the winter", "snowy"),
    ("in wintertime", "snowy"),
    ("during winter", "snowy"),
    ("during sunset", "evening"),
    ("during the evening", "evening"),
    ("in the sunset", "evening"),
    ("with the sun going down", "evening"),
    ("with the sun setting", "evening"),
    ("the sun is going down", "evening"),
    ("the sun goes down", "evening"),
    ("the sun is setting", "evening"),
    ("the sun sets", "evening"),
    ("the sun is rising", "morning"),
    ("the sun rises", "morning"),
    ("with the sun rising", "morning"),
    ("blizzard", "snowy"),
    ("snowstorm", "snowy"),
    ("thunderstorm", "stormy"),
    ("drizzle", "rainy"),
    ("at twilight", "evening"),
    ("twilight", "evening"),
    ("golden hour", "evening"),
    ("at midnight", "night"),
    ("midnight", "night"),
    ("late at night", "night"),
    ("nightfall", "night"),
    ("at nightfall", "night"),
    ("in the moonlight", "night"),
    ("under moonlight", "night"),
    ("noon", "day"),
    ("midday", "day"),
    ("in the afternoon", "day"),
    ("afternoon", "day"),
    ("in the sunshine", "day"),
    ("in sunlight", "day"),
    ("in the daytime", "day"),
    ("in the early morning", "morning"),
    ("in the late afternoon", "evening"),
    ("in rain", "rainy"),
    ("in a snowstorm", "snowy"),
    ("wintertime", "snowy"),
    ("wintry", "snowy"),
    ("snow", "snowy"),
    ("rain", "rainy"),
    ("fog", "foggy"),
    ("partly cloudy", "cloudy"),
    ("mostly cloudy", "cloudy"),
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
    "swing set",
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
        "down",
        "up",
        "off",
        "out",
        "less",
        "fewer",
        "i",
        "we",
        "you",
    ];
    const CONJUNCTIONS: &[&str] = &[
        "for", "about", "like", "because", "since", "while", "when", "where", "if", "or", "nor", "why", "how", "what",
        "whom", "whose", "till", "though", "although", "despite", "during", "whereas", "unless", "only", "even",
        "almost", "nearly", "never", "always", "perhaps", "does", "did", "do", "am", "might", "may", "shall", "us",
        "me", "either", "neither", "per", "via",
    ];
    WORDS.contains(&word)
        || CONJUNCTIONS.contains(&word)
        || word == "instead"
        || word == "called"
        || word == "named"
        || word == "until"
}

/// Whether one of these tables has the word.
pub(super) fn is_known(word: &str) -> bool {
    let in_phrase = |phrase: &str| phrase.split(' ').any(|part| part == word);
    number(word).is_some()
        || ordinal(word).is_some()
        || size(word).is_some()
        || comparison(word).is_some()
        || attribute(word).is_some()
        || is_shade(word)
        || is_function_word(word)
        || is_one_in_plural_form(word)
        || AMOUNTS.iter().any(|(phrase, _)| in_phrase(phrase))
        || COMPOUNDS.iter().any(|phrase| in_phrase(phrase))
        || DEGREES.iter().any(|phrase| in_phrase(phrase))
        || LOOKS.contains(&word)
}

/// Words that make another one weaker or stronger, or say how far: what they say of a place is left out.
pub(super) const DEGREES: &[&str] = &[
    "half way",
    "halfway",
    "partway",
    "part way",
    "almost",
    "nearly",
    "partly",
    "partially",
    "slightly",
    "directly",
    "immediately",
    "exactly",
    "really",
    "so",
    "pretty",
    "super",
    "very",
    "quite",
    "completely",
    "fully",
    "totally",
    "mostly",
    "happily",
    "slowly",
    "quickly",
    "quietly",
    "peacefully",
    "proudly",
    "calmly",
    "gently",
    "alone",
    "together",
    "way",
    "kind of",
    "sort of",
    "a little",
    "a little bit",
    "a bit",
    "a tiny bit",
    "a lot",
    "still",
    "currently",
    "all",
    "just",
    "barely",
    "diagonally",
    "horizontally",
    "vertically",
    "off",
    "up",
    "down",
    "away",
    "out",
    "back",
    "right",
];

/// Lengths: "2 feet left of the sheep".
pub(super) const UNITS: &[&str] = &[
    "feet", "foot", "inch", "inches", "meter", "meters", "metre", "metres", "cm", "pixel", "pixels", "px", "yard",
    "yards", "mile", "miles", "step", "steps", "percent", "degrees", "m",
];

/// Words that a slip of the pen may mean.
pub(super) const LOOKS: &[&str] = &[
    "the",
    "and",
    "with",
    "of",
    "in",
    "on",
    "both",
    "all",
    "except",
    "red",
    "orange",
    "yellow",
    "green",
    "teal",
    "blue",
    "purple",
    "pink",
    "brown",
    "white",
    "grey",
    "black",
    "golden",
    "bigger",
    "smaller",
    "larger",
    "tiny",
    "small",
    "medium",
    "large",
    "huge",
    "left",
    "right",
    "top",
    "bottom",
    "middle",
    "corner",
    "night",
    "evening",
    "morning",
    "cloudy",
    "foggy",
    "snowy",
    "wooden",
    "striped",
    "everything",
    "another",
    "second",
    "third",
    "first",
];
