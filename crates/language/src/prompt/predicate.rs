//! Predicates within a sentence.

use scenewright_scene::relation::predicate;

/// How a predicate is said of its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// After "is": "standing on", "to the left of".
    Is(String),
    /// A verb of its own, in the third person: "has", "chases".
    Does(String),
}

/// Words that do not stand as they are.
const SAID: &[(&str, &str)] = &[
    ("left of", "to the left of"),
    ("right of", "to the right of"),
    ("laying on", "lying on"),
    ("of", "part of"),
    ("and", "together with"),
    ("on side of", "at the side of"),
];

pub(super) fn verb_of(word: &str) -> Verb {
    let word = word.trim().to_lowercase().replace(['_', '-'], " ");
    let known = predicate(&word).map(|predicate| predicate.name);
    if known == Some("has") {
        return Verb::Does("has".to_owned());
    }
    // "wears" is said as "is wearing".
    let word = if is_third_person(&word) { known.unwrap_or(&word) } else { &word };
    if let Some((_, said)) = SAID.iter().find(|(plain, _)| known == Some(*plain) && *plain == word) {
        return Verb::Is((*said).to_owned());
    }
    if is_third_person(word) { Verb::Does(word.to_owned()) } else { Verb::Is(word.to_owned()) }
}

fn is_third_person(word: &str) -> bool {
    const NO_VERBS: [&str; 6] = ["across", "towards", "versus", "upwards", "as", "besides"];
    let first = word.split(' ').next().unwrap_or_default();
    first.len() > 2 && first.ends_with('s') && !first.ends_with("ss") && !NO_VERBS.contains(&first)
}

/// A verb in the third person, for several subjects: "has" is "have", "chases" is "chase".
pub(super) fn for_count(words: &str, count: usize) -> String {
    if count < 2 {
        return words.to_owned();
    }
    let (first, rest) = words.split_once(' ').map_or((words, String::new()), |(a, b)| (a, format!(" {b}")));
    let plural = match first {
        "has" => "have",
        "is" => "are",
        "does" => "do",
        "goes" => "go",
        first => {
            let hissing = ["ches", "shes", "sses", "xes", "zes"].iter().any(|end| first.ends_with(end));
            first.strip_suffix(if hissing { "es" } else { "s" }).unwrap_or(first)
        }
    };
    format!("{plural}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predicates_make_sentences() {
        for (word, expected) in [
            ("standing on", Verb::Is("standing on".into())),
            ("stands on", Verb::Is("standing on".into())),
            ("left of", Verb::Is("to the left of".into())),
            ("to the left of", Verb::Is("to the left of".into())),
            ("laying on", Verb::Is("lying on".into())),
            ("has", Verb::Does("has".into())),
            ("with_a", Verb::Does("has".into())),
            ("wears", Verb::Is("wearing".into())),
            ("chases", Verb::Does("chases".into())),
            ("across", Verb::Is("across".into())),
            ("juggling", Verb::Is("juggling".into())),
        ] {
            assert_eq!(verb_of(word), expected, "{word}");
        }
        for (word, several) in
            [("has", "have"), ("chases", "chase"), ("catches", "catch"), ("looks up at", "look up at")]
        {
            assert_eq!(for_count(word, 2), several);
            assert_eq!(for_count(word, 1), word);
        }
    }
}
