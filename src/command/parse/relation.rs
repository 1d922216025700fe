//! Words between things: "standing on", "to the left of", "with".

use super::Parser;
use crate::command::ast::Predicate;
use crate::command::token::Kind;
use crate::command::words;

/// How people write a relation, and its plain form. Whatever a vocabulary names or lists as a synonym comes on top.
const RELATIONS: &[(&str, &str)] = &[
    ("on", "on"),
    ("onto", "on"),
    ("on to", "on"),
    ("upon", "on"),
    ("in", "in"),
    ("into", "in"),
    ("within", "inside"),
    ("inside", "inside"),
    ("inside of", "inside"),
    ("in the middle of", "in"),
    ("in the center of", "in"),
    ("in the centre of", "in"),
    ("at the edge of", "by"),
    ("on the edge of", "by"),
    ("by", "by"),
    ("next", "next to"),
    ("next to", "next to"),
    ("right next to", "next to"),
    ("beside", "beside"),
    ("besides", "beside"),
    ("alongside", "next to"),
    ("near", "near"),
    ("near to", "near"),
    ("nearby", "near"),
    ("close to", "near"),
    ("closer to", "near"),
    ("nearer to", "near"),
    ("not far from", "near"),
    ("around", "around"),
    ("surrounding", "surrounding"),
    ("along", "along"),
    ("against", "against"),
    ("at", "at"),
    ("behind", "behind"),
    ("in back of", "behind"),
    ("at the back of", "behind"),
    ("in front of", "in front of"),
    ("in front", "in front of"),
    ("before", "in front of"),
    ("at the front of", "in front of"),
    ("above", "above"),
    ("high above", "above"),
    ("over", "over"),
    ("below", "below"),
    ("under", "under"),
    ("underneath", "under"),
    ("beneath", "under"),
    ("left of", "left of"),
    ("to the left of", "left of"),
    ("on the left of", "left of"),
    ("at the left of", "left of"),
    ("to the left side of", "left of"),
    ("on the left side of", "left of"),
    ("on the left hand side of", "left of"),
    ("right of", "right of"),
    ("to the right of", "right of"),
    ("on the right of", "right of"),
    ("at the right of", "right of"),
    ("to the right side of", "right of"),
    ("on the right side of", "right of"),
    ("on the right hand side of", "right of"),
    ("on top of", "on top of"),
    ("on top", "on top of"),
    ("at the top of", "on top of"),
    ("on the top of", "on top of"),
    ("at the bottom of", "below"),
    ("at the foot of", "below"),
    ("on the side of", "on side of"),
    ("at the side of", "beside"),
    ("by the side of", "beside"),
    ("between", "next to"),
    ("in between", "next to"),
    ("across", "across"),
    ("across from", "across from"),
    ("toward", "near"),
    ("towards", "near"),
    ("with", "with"),
    ("has", "has"),
    ("have", "has"),
    ("having", "has"),
    ("wearing", "wearing"),
    ("wears", "wearing"),
    ("holding", "holding"),
    ("holds", "holding"),
    ("carrying", "carrying"),
    ("carries", "carrying"),
    ("riding", "riding"),
    ("riding on", "riding"),
    ("rides", "riding"),
    ("eating", "eating"),
    ("eats", "eating"),
    ("looking at", "looking at"),
    ("looks at", "looking at"),
    ("watching", "looking at"),
    ("facing", "looking at"),
    ("hanging from", "hanging on"),
    ("attached to", "attached to"),
    ("covering", "covering"),
    ("covered in", "covered in"),
    ("covered with", "covered in"),
    ("part of", "part of"),
];

/// Ways to be somewhere: with a preposition they are one relation.
const POSTURES: &[(&str, &str)] = &[
    ("standing", "standing"),
    ("stands", "standing"),
    ("stand", "standing"),
    ("sitting", "sitting"),
    ("sits", "sitting"),
    ("sit", "sitting"),
    ("seated", "sitting"),
    ("lying", "laying"),
    ("laying", "laying"),
    ("lies", "laying"),
    ("lie", "laying"),
    ("walking", "walking"),
    ("walks", "walking"),
    ("walk", "walking"),
    ("running", "running"),
    ("runs", "running"),
    ("run", "running"),
    ("flying", "flying"),
    ("flies", "flying"),
    ("fly", "flying"),
    ("swimming", "swimming"),
    ("swims", "swimming"),
    ("swim", "swimming"),
    ("floating", "floating"),
    ("floats", "floating"),
    ("float", "floating"),
    ("sailing", "sailing"),
    ("sails", "sailing"),
    ("sail", "sailing"),
    ("parked", "parked"),
    ("parking", "parked"),
    ("hanging", "hanging"),
    ("hangs", "hanging"),
    ("hang", "hanging"),
    ("leaning", "leaning"),
    ("leans", "leaning"),
    ("growing", "growing"),
    ("grows", "growing"),
    ("resting", "resting"),
    ("rests", "resting"),
    ("grazing", "grazing"),
    ("grazes", "grazing"),
    ("driving", "driving"),
    ("drives", "driving"),
    ("sleeping", "sleeping"),
    ("sleeps", "sleeping"),
    ("playing", "playing"),
    ("plays", "playing"),
    ("jumping", "jumping"),
    ("perched", "sitting"),
    ("placed", ""),
];

/// Where a vocabulary lacks a word, the nearest that means the same.
const ALTERNATIVES: &[(&str, &[&str])] = &[
    ("in", &["inside"]),
    ("inside", &["in"]),
    ("under", &["below", "beneath"]),
    ("below", &["under"]),
    ("over", &["above"]),
    ("above", &["over"]),
    ("beside", &["next to"]),
    ("next to", &["beside"]),
    ("on side of", &["beside", "next to"]),
    ("near", &["by"]),
    ("by", &["near"]),
    ("at", &["by"]),
    ("around", &["surrounding"]),
    ("surrounding", &["around"]),
    ("carrying", &["holding"]),
    ("wearing", &["wears"]),
    ("covered in", &["covered with"]),
    ("part of", &["of"]),
    ("with", &["has", "next to"]),
    ("has", &["with"]),
];

/// Words that a vocabulary lists as relations and that mean other things in a sentence.
const NOT_ALONE: [&str; 8] = ["left", "right", "of", "and", "for", "made", "before", "at"];
const LONGEST: usize = 5;

/// Every word that begins a relation, for suggestions.
pub(in crate::command) fn relation_words() -> impl Iterator<Item = &'static str> {
    RELATIONS.iter().map(|(phrase, _)| *phrase).chain(POSTURES.iter().map(|(word, _)| *word))
}

pub(super) fn is_relation_word(word: &str) -> bool {
    RELATIONS.iter().any(|(phrase, _)| *phrase == word) || POSTURES.iter().any(|(posture, _)| *posture == word)
}

/// The name that the vocabulary gives a relation; else the plain form, and false.
pub(super) fn named(lexicon: &crate::command::lexicon::Lexicon<'_>, typed: &str, plain: &str) -> (String, bool) {
    let others = ALTERNATIVES.iter().find(|(word, _)| *word == plain).map_or(&[][..], |(_, others)| others);
    let mut ways = [typed, plain].into_iter().chain(others.iter().copied());
    match ways.find_map(|way| lexicon.predicate(way)) {
        Some(name) => (name.to_owned(), true),
        None => (plain.to_owned(), false),
    }
}

impl Parser<'_> {
    pub(super) fn peek_relation(&self) -> bool {
        let known = self.is_word_at(0) && self.longest_relation(0).is_some();
        known || (POSTURES.iter().any(|(word, _)| self.low() == *word) && self.lexicon.object(self.low()).is_none())
    }

    pub(super) fn is_relation_at(&self, ahead: usize) -> bool {
        self.longest_relation(ahead).is_some()
    }

    /// How many words, as typed, and the plain form.
    fn longest_relation(&self, ahead: usize) -> Option<(usize, Option<&'static str>)> {
        let table = RELATIONS.iter().filter_map(|(phrase, plain)| Some((self.phrase_at(ahead, phrase)?, Some(*plain))));
        let from_table = table.max_by_key(|(length, _)| *length);
        let words = |count: usize| -> Option<String> {
            let words = self.tokens.get(self.at + ahead..self.at + ahead + count)?;
            let plain = words.iter().all(|token| token.kind == Kind::Word && !token.low.is_empty());
            // "with a" is listed as a synonym, but the article belongs to what follows.
            let article = words.last().is_some_and(|token| ["a", "an", "the"].contains(&token.low.as_str()));
            (plain && !article).then(|| words.iter().map(|token| token.low.as_str()).collect::<Vec<_>>().join(" "))
        };
        let from_vocab = (1..=LONGEST).rev().find(|&count| {
            words(count).is_some_and(|words| {
                !(count == 1 && (NOT_ALONE.contains(&words.as_str()) || self.lexicon.object(&words).is_some()))
                    && self.lexicon.predicate(&words).is_some()
            })
        });
        match (from_table, from_vocab) {
            (Some((length, plain)), vocab) if vocab.is_none_or(|count| count <= length) => Some((length, plain)),
            (_, vocab) => vocab.map(|count| (count, None)),
        }
    }

    /// A relation, of the table, of the vocabulary, or plainly meant as one.
    pub(super) fn relation(&mut self) -> Option<Predicate> {
        let start = self.at;
        if let Some(posture) = POSTURES.iter().find(|(word, _)| self.low() == *word).map(|(_, posture)| *posture)
            && let Some(length) = self.posture_length()
        {
            return Some(self.posture(posture, length));
        }
        if let Some((length, plain)) = self.longest_relation(0) {
            let typed =
                self.tokens[start..start + length].iter().map(|token| token.low.as_str()).collect::<Vec<_>>().join(" ");
            self.at += length;
            let (name, known) = named(self.lexicon, &typed, plain.unwrap_or(&typed));
            return Some(Predicate { name, typed, known, span: self.span_from(start) });
        }
        self.strange_relation()
    }

    /// The words of "standing" and the preposition behind it.
    fn posture_length(&self) -> Option<usize> {
        let vocab = self.longest_relation(0).filter(|(length, _)| *length > 1).map(|(length, _)| length);
        let preposition = self.longest_relation(1).map(|(length, _)| length + 1);
        vocab.max(preposition)
    }

    fn posture(&mut self, posture: &str, length: usize) -> Predicate {
        let start = self.at;
        let text = |from: usize, tokens: &Self| {
            let words: Vec<&str> = tokens.tokens[from..start + length].iter().map(|token| token.low.as_str()).collect();
            words.join(" ")
        };
        let (typed, preposition) = (text(start, self), text(start + 1, self));
        let plain = self.longest_relation(1).and_then(|(_, plain)| plain).unwrap_or(&preposition).to_owned();
        self.at += length;
        let span = self.span_from(start);
        let whole = format!("{posture} {plain}");
        let found = [typed.as_str(), &whole].into_iter().find_map(|way| self.lexicon.predicate(way));
        if let Some(name) = found {
            return Predicate { name: name.to_owned(), typed, known: true, span };
        }
        // "standing behind" is "behind", where no vocabulary has a word for both.
        let (name, known) = named(self.lexicon, &preposition, &plain);
        if known || posture.is_empty() {
            return Predicate { name, typed, known, span };
        }
        Predicate { name: whole, typed, known: false, span }
    }

    /// "chasing the cat", "jumping over the fence": no word that is known, but in the place and shape of one.
    fn strange_relation(&mut self) -> Option<Predicate> {
        let low = self.low();
        let shaped = low.len() >= 5 && ["ing", "es", "ed", "s"].iter().any(|end| low.ends_with(end));
        if !self.is_word_at(0) || !shaped || words::is_function_word(low) || self.known_length() > 0 {
            return None;
        }
        let start = self.at;
        let preposition = self.longest_relation(1).map_or(0, |(length, _)| length);
        let next = self.low_at(1 + preposition);
        let leads_to_noun = ["a", "an", "the", "another", "it", "them", "some"].contains(&next)
            || words::number(next).is_some()
            || (low.ends_with("ing") && self.is_word_at(1 + preposition) && !words::is_function_word(next));
        if !leads_to_noun || self.is_nearly_a_relation(low) {
            return None;
        }
        let name = self.words(1 + preposition)?;
        self.at += 1 + preposition;
        Some(Predicate { typed: name.clone(), name, known: false, span: self.span_from(start) })
    }

    /// A slip of the pen is better met by a suggestion than by a new word.
    fn is_nearly_a_relation(&self, word: &str) -> bool {
        let most = if word.len() < 8 { 1 } else { 2 };
        relation_words().filter(|known| known.len() > 3).any(|known| strsim::damerau_levenshtein(known, word) <= most)
    }
}
