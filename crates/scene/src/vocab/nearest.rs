//! "Did you mean": known words similar to an unknown one.

use super::words::{Word, Words, fold, singular};

/// Suggestions farther away than this are not useful.
const FARTHEST: f64 = 0.45;
/// A synonym is a little farther than a name that fits as well.
const BY_SYNONYM: f64 = 0.04;
/// Longer words are pastes; comparing all of them would cost the square of their length.
const COMPARED_CHARS: usize = 48;

pub(super) fn nearest<'a>(words: &'a Words, query: &str, count: usize) -> Vec<&'a str> {
    let query: String = fold(query).chars().take(COMPARED_CHARS).collect();
    if query.is_empty() || count == 0 {
        return Vec::new();
    }
    let mut found: Vec<(f64, &str)> = words
        .named()
        .filter(|(_, word)| !word.name.starts_with("__"))
        .map(|(_, word)| (distance_to_word(&query, word), word.name.as_str()))
        .filter(|(distance, _)| *distance <= FARTHEST)
        .collect();
    // The sort is stable: of equally near and long words, the vocabulary's first comes first.
    found.sort_by(|(a, one), (b, other)| a.total_cmp(b).then(one.len().cmp(&other.len())));
    found.truncate(count);
    found.into_iter().map(|(_, name)| name).collect()
}

fn distance_to_word(query: &str, word: &Word) -> f64 {
    let by_name = distance(query, &fold(&word.name));
    word.synonyms.iter().map(|synonym| distance(query, &fold(synonym)) + BY_SYNONYM).fold(by_name, f64::min)
}

/// 0 for the same word, up to 1. Beginnings count most, because people type from the left.
fn distance(query: &str, name: &str) -> f64 {
    if query == name || singular(query) == singular(name) {
        return 0.0;
    }
    let rest = |whole: &str, part: &str| 0.1 * (1.0 - part.len() as f64 / whole.len().max(1) as f64);
    let spelling = 1.0 - strsim::normalized_damerau_levenshtein(query, name);
    let contained = if name.starts_with(query) {
        0.1 + rest(name, query)
    } else if name.split(' ').any(|part| part.starts_with(query)) {
        0.2 + rest(name, query)
    } else if query.split(' ').any(|part| part == name) {
        0.25 + rest(query, name)
    } else if query.len() >= 3 && name.contains(query) {
        0.3 + rest(name, query)
    } else if name.len() >= 3 && query.starts_with(name) {
        0.35 + rest(query, name)
    } else {
        1.0
    };
    spelling.min(contained)
}
