//! "Did you mean": what could stand where a word was not understood.

use super::ast::Span;
use super::builder::Builder;
use super::parse::{relation_words, verb_words};
use super::parse_result::Diagnostic;
use super::words;

/// How many suggestions there are at most.
pub(super) const COUNT: usize = 3;
/// Suggestions below this similarity are not useful.
const LIKE: f64 = 0.6;

pub(super) fn instead_of(text: &str, span: &Span, diagnostic: &Diagnostic, builder: &Builder<'_>) -> Vec<String> {
    let word = text.trim().to_lowercase();
    if word.is_empty() || word.chars().count() > 40 {
        return Vec::new();
    }
    match diagnostic {
        Diagnostic::Word => of_any_kind(&word, span, builder),
        Diagnostic::NotHere => of_scene(&word, builder),
        _ => Vec::new(),
    }
}

/// A word could be a verb, a relation or a name; one that is still being typed is completed first.
fn of_any_kind(word: &str, span: &Span, builder: &Builder<'_>) -> Vec<String> {
    let typing = span.end == builder.text.len() && word.chars().count() >= 2;
    let vocab = builder.setting.vocab;
    let mut all: Vec<&str> = verb_words().chain(relation_words()).chain(words::LOOKS.iter().copied()).collect();
    all.extend(vocab.objects().map(|(_, name)| name));
    all.extend(vocab.predicates().map(|(_, name)| name));
    all.extend(builder.scene.nodes().iter().take(300).map(scenewright_scene::Node::title));
    let mut found: Vec<(f64, &str)> = Vec::new();
    for known in all {
        let rest = known.len().saturating_sub(word.len()) as f64;
        let similarity = if typing && known.len() > word.len() && known.starts_with(word) {
            2.0 - rest / 100.0
        } else if known.len().abs_diff(word.len()) > 3 {
            continue;
        } else {
            strsim::normalized_damerau_levenshtein(known, word)
        };
        if (LIKE..3.0).contains(&similarity) && known != word {
            found.push((similarity, known));
        }
    }
    best(found)
}

/// What is there, and is written nearly so; else what the vocabulary has.
fn of_scene(phrase: &str, builder: &Builder<'_>) -> Vec<String> {
    let articles = ["the ", "a ", "an ", "all the ", "all ", "every ", "my ", "both "];
    let word = articles.iter().find_map(|article| phrase.strip_prefix(article)).unwrap_or(phrase);
    let titles = builder.scene.nodes().iter().take(300).map(scenewright_scene::Node::title);
    let similarity = |known: &str| strsim::normalized_damerau_levenshtein(&known.to_lowercase(), word);
    let found: Vec<(f64, &str)> =
        titles.map(|known| (similarity(known), known)).filter(|(like, _)| *like >= LIKE).collect();
    best(found)
}

pub(super) fn nearest_looks(word: &str) -> Vec<&'static str> {
    let mut found: Vec<(f64, &'static str)> = words::LOOKS
        .iter()
        .map(|known| (strsim::normalized_damerau_levenshtein(known, word), *known))
        .filter(|(like, known)| *like >= LIKE && words::attribute(known).is_some())
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().take(COUNT).map(|(_, known)| known).collect()
}

fn best(mut found: Vec<(f64, &str)>) -> Vec<String> {
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.len().cmp(&b.1.len())));
    let mut words: Vec<String> = Vec::new();
    for (_, word) in found {
        if words.len() < COUNT && !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}
