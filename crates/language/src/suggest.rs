//! "Did you mean" suggestions for words the parser did not understand.

use super::ast::Span;
use super::builder::Builder;
use super::parse::{relation_words, verb_words};
use super::parse_result::Diagnostic;
use super::words;

pub(super) const MAX_SUGGESTIONS: usize = 3;
/// Minimum normalized Damerau-Levenshtein similarity (1 = equal).
const MIN_SIMILARITY: f64 = 0.6;
/// Longer words get no suggestions.
const MAX_WORD_CHARS: usize = 40;
/// Titles of objects that are compared: bounds the cost in huge scenes.
const MAX_TITLES_COMPARED: usize = 300;
/// Words whose lengths in bytes differ by more are not compared.
const MAX_LENGTH_DIFFERENCE: usize = 3;

/// Words to suggest in place of `text`, best first.
pub(super) fn suggestions(text: &str, span: &Span, diagnostic: &Diagnostic, builder: &Builder<'_>) -> Vec<String> {
    let word = text.trim().to_lowercase();
    if word.is_empty() || word.chars().count() > MAX_WORD_CHARS {
        return Vec::new();
    }
    match diagnostic {
        Diagnostic::Word => suggest_word(&word, span, builder),
        Diagnostic::NotHere => suggest_object(&word, builder),
        _ => Vec::new(),
    }
}

/// Suggests verbs, relations, names and common words. Completions of a word that is still being typed come first.
fn suggest_word(word: &str, span: &Span, builder: &Builder<'_>) -> Vec<String> {
    let is_being_typed = span.end == builder.text.len() && word.chars().count() >= 2;
    let vocab = builder.setting.vocab;
    let mut all: Vec<&str> = verb_words().chain(relation_words()).chain(words::LOOKS.iter().copied()).collect();
    all.extend(vocab.objects().map(|(_, name)| name));
    all.extend(vocab.predicates().map(|(_, name)| name));
    all.extend(builder.scene.nodes().iter().take(MAX_TITLES_COMPARED).map(scenewright_scene::Node::title));
    let mut found: Vec<(f64, &str)> = Vec::new();
    for known in all {
        let missing_bytes = known.len().saturating_sub(word.len()) as f64;
        let similarity = if is_being_typed && known.len() > word.len() && known.starts_with(word) {
            // Rank completions above all similarities, shorter ones first.
            2.0 - missing_bytes / 100.0
        } else if known.len().abs_diff(word.len()) > MAX_LENGTH_DIFFERENCE {
            continue;
        } else {
            strsim::normalized_damerau_levenshtein(known, word)
        };
        if similarity >= MIN_SIMILARITY && known != word {
            found.push((similarity, known));
        }
    }
    top_suggestions(found)
}

/// Suggests titles of scene objects that are similar to `phrase` without its article.
fn suggest_object(phrase: &str, builder: &Builder<'_>) -> Vec<String> {
    let articles = ["the ", "a ", "an ", "all the ", "all ", "every ", "my ", "both "];
    let word = articles.iter().find_map(|article| phrase.strip_prefix(article)).unwrap_or(phrase);
    let titles = builder.scene.nodes().iter().take(MAX_TITLES_COMPARED).map(scenewright_scene::Node::title);
    let similarity = |known: &str| strsim::normalized_damerau_levenshtein(&known.to_lowercase(), word);
    let found: Vec<(f64, &str)> = titles
        .map(|known| (similarity(known), known))
        .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
        .collect();
    top_suggestions(found)
}

/// Known attribute words closest to `word`.
pub(super) fn nearest_attributes(word: &str) -> Vec<&'static str> {
    let mut found: Vec<(f64, &'static str)> = words::LOOKS
        .iter()
        .map(|known| (strsim::normalized_damerau_levenshtein(known, word), *known))
        .filter(|(similarity, known)| *similarity >= MIN_SIMILARITY && words::attribute(known).is_some())
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().take(MAX_SUGGESTIONS).map(|(_, known)| known).collect()
}

/// The most similar words, shorter first among equals, without repeats.
fn top_suggestions(mut found: Vec<(f64, &str)>) -> Vec<String> {
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.len().cmp(&b.1.len())));
    let mut words: Vec<String> = Vec::new();
    for (_, word) in found {
        if words.len() < MAX_SUGGESTIONS && !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}
