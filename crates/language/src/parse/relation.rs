//! Words between things: "standing on", "to the left of", "with".

use super::Parser;
use crate::ast::Predicate;
use crate::token::{Kind, Token};
use crate::words;
use scenewright_scene::vocab::drawn;

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
    ("closest to", "near"),
    ("nearest to", "near"),
    ("gets", "has"),
    ("needs", "has"),
    ("need", "has"),
    ("loaded with", "has"),
    ("laden with", "has"),
    ("packed with", "has"),
    ("decorated with", "has"),
    ("overflowing with", "has"),
    ("looking toward", "looking at"),
    ("looking towards", "looking at"),
    ("looks toward", "looking at"),
    ("looks towards", "looking at"),
    ("look at", "looking at"),
    ("look toward", "looking at"),
    ("look towards", "looking at"),
    ("gazing at", "looking at"),
    ("staring at", "looking at"),
    ("watching from", "on"),
    ("watch from", "on"),
    ("watches from", "on"),
    ("looking on from", "on"),
    ("high over", "above"),
    ("off to the left of", "left of"),
    ("off to the right of", "right of"),
    ("just left of", "left of"),
    ("just right of", "right of"),
    ("just above", "above"),
    ("just below", "below"),
    ("just under", "under"),
    ("just in front of", "in front of"),
    ("just next to", "next to"),
    ("just outside", "next to"),
    ("right beside", "next to"),
    ("right by", "by"),
    ("right under", "under"),
    ("right over", "over"),
    ("underneath of", "under"),
    ("in the front of", "in front of"),
    ("adjacent to", "next to"),
    ("in between of", "next to"),
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
    ("atop", "on top of"),
    ("up against", "against"),
    ("outside", "outside"),
    ("outside of", "outside"),
    ("opposite", "opposite"),
    ("beyond", "beyond"),
    ("past", "past"),
    ("down", "down"),
    ("up", "up"),
    ("among", "among"),
    ("amongst", "among"),
    ("through", "through"),
    ("away from", "away from"),
    ("far from", "far from"),
    ("close by", "near"),
    ("just behind", "behind"),
    ("right behind", "behind"),
    ("right in front of", "in front of"),
    ("directly above", "above"),
    ("directly below", "below"),
    ("right above", "above"),
    ("right on", "on"),
    ("out of", "out of"),
    ("at the base of", "by"),
    ("at the end of", "by"),
    ("on the bank of", "by"),
    ("on the banks of", "by"),
    ("on the shore of", "by"),
    ("in the corner of", "in"),
    ("in the center", "in"),
    ("on either side of", "next to"),
    ("on the back of", "on the back of"),
    ("in the shade of", "under"),
    ("in the shadow of", "under"),
    ("full of", "full of"),
    ("filled with", "filled with"),
    ("surrounded by", "surrounded by"),
    ("lined with", "lined with"),
    ("topped with", "topped with"),
    ("made of", "made of"),
    ("that has", "has"),
    ("who has", "has"),
    ("together with", "with"),
    ("along with", "with"),
    ("standing", "standing"),
    ("touching", "touching"),
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
    ("goes", ""),
    ("go", ""),
    ("going", ""),
    ("belongs", ""),
    ("belong", ""),
    ("located", ""),
    ("positioned", ""),
    ("situated", ""),
    ("set", ""),
    ("put", ""),
    ("found", ""),
    ("waiting", "standing"),
    ("waits", "standing"),
    ("crouching", "sitting"),
    ("crouches", "sitting"),
    ("kneeling", "sitting"),
    ("kneels", "sitting"),
    ("squatting", "sitting"),
    ("relaxing", "sitting"),
    ("lounging", "laying"),
    ("dozing", "laying"),
    ("napping", "laying"),
    ("sets", ""),
    ("setting", ""),
    ("rises", ""),
    ("rising", ""),
    ("stretches", ""),
    ("stretching", ""),
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
    ("on top of", &["on"]),
    ("opposite", &["next to", "by"]),
];

/// Words that a vocabulary lists as relations and that mean other things in a sentence.
const NOT_ALONE: [&str; 8] = ["left", "right", "of", "and", "for", "made", "before", "at"];
const LONGEST: usize = 5;
/// Words that begin what a verb is said of.
const LEADS: [&str; 19] = [
    "a",
    "an",
    "the",
    "another",
    "it",
    "them",
    "him",
    "her",
    "his",
    "its",
    "their",
    "some",
    "each",
    "one",
    "two",
    "this",
    "that",
    "something",
    "my",
];

/// Every word that begins a relation, for suggestions.
pub(crate) fn relation_words() -> impl Iterator<Item = &'static str> {
    RELATIONS.iter().map(|(phrase, _)| *phrase).chain(POSTURES.iter().map(|(word, _)| *word))
}

pub(super) fn is_posture(word: &str) -> bool {
    POSTURES.iter().any(|(posture, meaning)| *posture == word && !meaning.is_empty())
}

/// How many tokens a preposition of the table takes that stands there.
pub(crate) fn relation_length_at(tokens: &[Token], at: usize) -> usize {
    let stands = |phrase: &&(&str, &str)| {
        phrase
            .0
            .split(' ')
            .enumerate()
            .all(|(ahead, word)| tokens.get(at + ahead).is_some_and(|token| token.low == word))
    };
    RELATIONS.iter().filter(stands).map(|(phrase, _)| phrase.split(' ').count()).max().unwrap_or(0)
}

pub(crate) fn is_relation_word(word: &str) -> bool {
    RELATIONS.iter().any(|(phrase, _)| *phrase == word) || POSTURES.iter().any(|(posture, _)| *posture == word)
}

/// The name that the vocabulary gives a relation; else the plain form, and false.
pub(super) fn named(lexicon: &crate::lexicon::Lexicon<'_>, typed: &str, plain: &str) -> (String, bool) {
    let others = ALTERNATIVES.iter().find(|(word, _)| *word == plain).map_or(&[][..], |(_, others)| others);
    let mut ways = [typed, plain].into_iter().chain(others.iter().copied());
    match ways.find_map(|way| lexicon.predicate(way)) {
        Some(name) => (name.to_owned(), true),
        None => (plain.to_owned(), lexicon.drawn_predicate(plain).is_some()),
    }
}

impl Parser<'_> {
    pub(super) fn peek_relation(&self) -> bool {
        let known = self.is_word_at(0) && (self.longest_relation(0).is_some() || self.passive_length().is_some());
        known || (POSTURES.iter().any(|(word, _)| self.low() == *word) && self.lexicon.own_object(self.low()).is_none())
    }

    /// How many words the relation takes that stands here, if one does.
    pub(super) fn relation_length(&mut self) -> Option<usize> {
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        let found = self.relation();
        let length = self.at - start;
        self.at = start;
        self.diagnostics.truncate(diagnostics);
        found.map(|_| length)
    }

    /// Whether a form of a verb stands here that can only be one: "holds the", "flying", "kicked a".
    fn verb_length(&self, ahead: usize) -> Option<usize> {
        if !self.is_word_at(ahead) {
            return None;
        }
        let first = self.low_at(ahead);
        let bases = drawn::verb_bases(first);
        if bases.is_empty() || words::is_function_word(first) {
            return None;
        }
        let text = |count: usize| {
            let words = self.tokens.get(self.at + ahead..self.at + ahead + count)?;
            let plain = words.iter().all(|token| token.kind == Kind::Word && !token.low.is_empty());
            plain.then(|| words.iter().map(|token| token.low.as_str()).collect::<Vec<_>>().join(" "))
        };
        let length =
            (1..=LONGEST).rev().find(|&count| text(count).is_some_and(|words| drawn::verb(&words).is_some()))?;
        let next = self.low_at(ahead + length);
        let leads = LEADS.contains(&next)
            || words::number(next).is_some()
            || matches!(self.kind_at(ahead + length), Some(Kind::Number(_)));
        let is_name = self.lexicon.own_object(first).is_some();
        let participle = first.ends_with("ing");
        let is_sure = match length {
            // "riding horses", but "a painting of": what is a name too needs an article behind it.
            1 if participle => {
                leads
                    || (!is_name
                        && self.is_word_at(ahead + 1)
                        && !words::is_function_word(next)
                        && self.longest_relation_but_verbs(ahead + 1).is_none())
            }
            1 => (leads || self.is_verb_of_several(ahead)) && !self.is_past_of_name(first),
            // "plants in the": a plural and a preposition.
            _ if participle => !is_name || leads,
            _ => {
                !is_name
                    && (leads || self.is_word_at(ahead + length))
                    && (self.lexicon.object(first).is_none()
                        || first.ends_with("ed")
                        || bases.iter().all(|base| *base != first))
            }
        };
        is_sure.then_some(length)
    }

    /// Whether the word in front names several, or is "he", "she", "they".
    fn is_behind_several(&self, ahead: usize) -> bool {
        let Some(before) = (self.at + ahead).checked_sub(1).and_then(|at| self.tokens.get(at)) else { return false };
        let low = before.low.as_str();
        let plural = scenewright_scene::vocab::singular(low) != low && !words::is_one_in_plural_form(low);
        let own = self.lexicon.own_object(low).is_some_and(|name| name != low && low.ends_with('s'));
        ["people", "children", "men", "women", "he", "she", "they"].contains(&low)
            || (plural && drawn::noun(low).is_some())
            || own
    }

    /// "children play soccer", "dogs chase cats": a base form between a plural and a name.
    fn is_verb_of_several(&self, ahead: usize) -> bool {
        let Some(before) = (self.at + ahead).checked_sub(1).and_then(|at| self.tokens.get(at)) else { return false };
        let several = self.is_behind_several(ahead);
        let (verb, next) = (self.low_at(ahead), self.low_at(ahead + 1));
        let pronoun = ["he", "she", "they"].contains(&before.low.as_str());
        let is_name = !pronoun && (self.lexicon.own_object(verb).is_some() || words::attribute(verb).is_some());
        let object = !next.is_empty() && (self.lexicon.object(next).is_some() || drawn::noun(next).is_some());
        several && !is_name && drawn::verb_bases(verb).contains(&verb) && object
    }

    /// "the boats the": a plural of a name is none of a verb.
    fn is_past_of_name(&self, word: &str) -> bool {
        self.lexicon.own_object(word).is_some() && !word.ends_with("ed")
    }

    /// "pulled by", "being pulled by", "is being chased by": what the other one does.
    fn passive_length(&self) -> Option<usize> {
        let being = usize::from(self.low() == "being");
        let verb = self.low_at(being);
        let participle = !verb.ends_with("ing") && !verb.is_empty() && !verb.ends_with('s');
        let by = self.low_at(being + 1) == "by";
        let known = drawn::verb_bases(verb).iter().any(|base| *base != verb && drawn::verb(base).is_some());
        let whole = format!("{verb} by");
        (participle
            && by
            && known
            && self.lexicon.predicate(&whole).is_none()
            && !RELATIONS.iter().any(|(phrase, _)| *phrase == whole))
        .then_some(being + 2)
    }

    fn passive(&mut self) -> Option<Predicate> {
        let (start, length) = (self.at, self.passive_length()?);
        let verb = self.low_at(length - 2).to_owned();
        let base = drawn::verb_bases(&verb).iter().copied().find(|base| drawn::verb(base).is_some())?;
        let typed = drawn::participle(base);
        self.take(length);
        let (name, known) = named(self.lexicon, &typed, &typed);
        Some(Predicate { name, typed, known, span: self.span_from(start), reversed: true })
    }

    pub(super) fn is_relation_at(&self, ahead: usize) -> bool {
        self.longest_relation(ahead).is_some()
    }

    /// How many words, as typed, and the plain form.
    fn longest_relation(&self, ahead: usize) -> Option<(usize, Option<&'static str>)> {
        let known = self.longest_relation_but_verbs(ahead);
        match self.verb_length(ahead) {
            Some(length) if known.is_none_or(|(known, _)| known < length) => Some((length, None)),
            _ => known,
        }
    }

    fn longest_relation_but_verbs(&self, ahead: usize) -> Option<(usize, Option<&'static str>)> {
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
                !(count == 1 && (NOT_ALONE.contains(&words.as_str()) || self.lexicon.own_object(&words).is_some()))
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
        if let Some(passive) = self.passive() {
            return Some(passive);
        }
        if let Some(posture) = POSTURES.iter().find(|(word, _)| self.low() == *word).map(|(_, posture)| *posture)
            && let Some(length) = self.posture_length()
        {
            return Some(self.posture(posture, length));
        }
        if let Some((length, plain)) = self.longest_relation(0) {
            let typed =
                self.tokens[start..start + length].iter().map(|token| token.low.as_str()).collect::<Vec<_>>().join(" ");
            self.take(length);
            let (name, known) = named(self.lexicon, &typed, plain.unwrap_or(&typed));
            return Some(Predicate { name, typed, known, span: self.span_from(start), reversed: false });
        }
        self.strange_relation()
    }

    /// A verb in its plain form where nothing else can stand: "(get the sailor to) wave at the mermaid".
    pub(super) fn plain_verb(&mut self) -> Option<crate::ast::Tail> {
        let low = self.low();
        let plain = drawn::verb_bases(low).contains(&low)
            && self.longest_relation_but_verbs(0).is_none()
            && !POSTURES.iter().any(|(word, _)| *word == low);
        if !self.is_word_at(0) || !plain {
            return None;
        }
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        let listed =
            (1..=LONGEST).rev().find(|&count| self.words(count).is_some_and(|words| drawn::verb(&words).is_some()));
        let length = listed.unwrap_or(1).max(1 + self.preposition_length(1));
        let typed = self.words(length)?;
        self.take(length);
        let span = self.span_from(start);
        let objects = self.nouns();
        if objects.is_empty() {
            self.at = start;
            self.diagnostics.truncate(diagnostics);
            return None;
        }
        let (name, known) = named(self.lexicon, &typed, &typed);
        Some(crate::ast::Tail::Link {
            predicate: Predicate { name, typed, known, span, reversed: false },
            objects,
            and: false,
        })
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
        self.take(length);
        let span = self.span_from(start);
        let whole = format!("{posture} {plain}");
        let found = [typed.as_str(), &whole].into_iter().find_map(|way| self.lexicon.predicate(way));
        if let Some(name) = found {
            return Predicate { name: name.to_owned(), typed, known: true, span, reversed: false };
        }
        // "sitting around a table" is not "surrounding" it, and "leaning on a pole" not "on" it.
        let meant = drawn::verb(&typed).and_then(|_| self.lexicon.drawn_predicate(&typed));
        let by_preposition = self.lexicon.predicate(&plain).or_else(|| self.lexicon.drawn_predicate(&plain));
        if meant.is_some() && (meant != by_preposition || self.lexicon.predicate(&plain).is_none()) {
            return Predicate { name: typed.clone(), typed, known: true, span, reversed: false };
        }
        // "standing behind" is "behind", where no vocabulary has a word for both.
        let (name, known) = named(self.lexicon, &preposition, &plain);
        if known || posture.is_empty() {
            return Predicate { name, typed, known, span, reversed: false };
        }
        Predicate { name: whole, typed, known: false, span, reversed: false }
    }

    /// "chasing the cat", "jumping over the fence": no word that is known, but in the place and shape of one.
    fn strange_relation(&mut self) -> Option<Predicate> {
        let low = self.low();
        let shaped = low.len() >= 5 && ["ing", "es", "ed", "s"].iter().any(|end| low.ends_with(end));
        // "cheering from the tower": a noun for no thing is a verb here.
        let shaped = shaped
            || (crate::english::part_of_speech(low) == Some(crate::english::PartOfSpeech::Verb)
                && self.is_behind_several(0));
        let is_name = if self.is_finite_behind_person(0) {
            false
        } else if low.ends_with("ing") {
            self.lexicon.object(low).is_some()
        } else {
            self.known_length() > 0
        };
        if !self.is_word_at(0) || !shaped || words::is_function_word(low) || is_name {
            return None;
        }
        let start = self.at;
        let preposition = self.preposition_length(1);
        let next = self.low_at(1 + preposition);
        let leads_to_noun = LEADS.contains(&next)
            || ["their", "several", "many"].contains(&next)
            || words::number(next).is_some()
            || (low.ends_with("ing") && self.is_word_at(1 + preposition) && !words::is_function_word(next));
        let is_slip = !crate::english::is_english(low) && self.is_nearly_a_relation(low);
        if !leads_to_noun || is_slip {
            return None;
        }
        let name = self.words(1 + preposition)?;
        self.take(1 + preposition);
        let known = self.lexicon.drawn_predicate(&name).is_some();
        Some(Predicate { typed: name.clone(), name, known, span: self.span_from(start), reversed: false })
    }

    /// How many words the preposition takes that stands there: "down from", "over".
    fn preposition_length(&self, ahead: usize) -> usize {
        let known = self.longest_relation(ahead).map_or(0, |(length, _)| length);
        let listed = (1..=3).rev().find(|&count| {
            let words = self.tokens.get(self.at + ahead..self.at + ahead + count).unwrap_or_default();
            let phrase = words.iter().map(|token| token.low.as_str()).collect::<Vec<_>>().join(" ");
            words.len() == count && drawn::is_preposition(&phrase)
        });
        known.max(listed.unwrap_or(0))
    }

    /// A slip of the pen is better met by a suggestion than by a new word.
    fn is_nearly_a_relation(&self, word: &str) -> bool {
        let most = if word.len() < 8 { 1 } else { 2 };
        relation_words().filter(|known| known.len() > 3).any(|known| strsim::damerau_levenshtein(known, word) <= most)
    }
}
