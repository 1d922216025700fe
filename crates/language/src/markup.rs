//! Marks of pasted texts: lists with numbers, labels with a colon, "x3", pairs of brackets, words that say nothing of what is seen.

use super::english::{self, PartOfSpeech};
use super::lexicon::Lexicon;
use super::parse::{is_relation_phrase, relation_length_at};
use super::prepare::Prepared;
use super::token::{Kind, Token};
use super::words;
use scenewright_scene::vocab::drawn;
use std::ops::Range;

/// Labels that a description follows.
const DESCRIPTIONS: &[&str] = &[
    "prompt",
    "positive prompt",
    "description",
    "caption",
    "objects",
    "subject",
    "subjects",
    "picture",
    "image",
    "content",
    "elements",
    "include",
    "scene description",
    "alt text",
    "alt",
    "text",
    "note",
    "notes",
    "request",
    "edit",
    "instruction",
    "task",
    "color",
    "colour",
];
/// Labels in front of what is no object.
const REMARKS: &[&str] = &[
    "title", "style", "mood", "lighting", "medium", "artist", "quality", "camera", "source", "credit", "author",
    "genre",
];
/// Labels in front of what is not wanted.
const NOT_WANTED: &[&str] = &["negative prompt", "negative", "avoid", "without", "exclude", "not wanted"];
/// Labels that say where what follows is.
const PLACES: &[(&str, &str)] = &[
    ("left", "on the left there is"),
    ("right", "on the right there is"),
    ("top", "at the top there is"),
    ("bottom", "at the bottom there is"),
    ("middle", "in the middle there is"),
    ("center", "in the middle there is"),
    ("centre", "in the middle there is"),
    ("background", "in the background there is"),
    ("foreground", "in the foreground there is"),
    ("top left", "in the top left corner there is"),
    ("top right", "in the top right corner there is"),
    ("bottom left", "in the bottom left corner there is"),
    ("bottom right", "in the bottom right corner there is"),
];

fn word_like(token: &Token, low: &str) -> Token {
    Token { kind: Kind::Word, low: low.to_owned(), ..token.clone() }
}

fn comma_like(token: &Token) -> Token {
    Token { kind: Kind::Comma, text: ",".to_owned(), low: String::new(), ..token.clone() }
}

impl Prepared {
    /// All of it. `text`: as typed.
    pub(super) fn markup(&mut self, text: &str) {
        self.inline_numbers();
        self.labels();
        self.multiples(text);
        self.repeated(text);
        self.adjectives_in_brackets();
    }

    fn starts_sentence(&self, at: usize) -> bool {
        at == 0 || matches!(self.tokens[at - 1].kind, Kind::Halted | Kind::Comma)
    }

    fn is_colon(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Comma && token.text == ":")
    }

    fn phrase_at(&self, at: usize, phrase: &str) -> Option<usize> {
        let mut length = 0;
        for word in phrase.split(' ') {
            if self.tokens.get(at + length)?.low != word {
                return None;
            }
            length += 1;
        }
        Some(length)
    }

    fn end_of_sentence(&self, from: usize) -> usize {
        let halted = self.tokens.iter().skip(from).position(|token| token.kind == Kind::Halted);
        halted.map_or(self.tokens.len(), |at| from + at)
    }

    /// Takes tokens out, to be named.
    fn take_out(&mut self, range: Range<usize>) {
        let (Some(first), Some(last)) = (self.tokens.get(range.start), self.tokens.get(range.end.saturating_sub(1)))
        else {
            return;
        };
        self.left_out.push(first.span.start..last.span.end.max(first.span.start));
        self.tokens.drain(range);
    }

    /// "1. cow 2. pig": numbers of a list, where they count up from one.
    fn inline_numbers(&mut self) {
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            let number = matches!(self.tokens[at].kind, Kind::Number(number) if number as usize == found.len() + 1 && number.fract() == 0.0);
            let mark = self.tokens.get(at + 1).is_some_and(|next| {
                [".", ")"].contains(&next.text.as_str())
                    && next.low.is_empty()
                    && next.span.start == self.tokens[at].span.end
            });
            if number && mark && (at > 0 || found.is_empty()) && (!found.is_empty() || at == 0) {
                found.push(at);
            }
        }
        if found.len() < 2 {
            return;
        }
        for at in found.into_iter().rev() {
            let comma = comma_like(&self.tokens[at]);
            self.tokens.splice(at..at + 2, [comma]);
        }
    }

    /// "Prompt: a dog", "left: a tree", "negative prompt: people", "Scene 4".
    fn labels(&mut self) {
        let mut at = 0;
        while at < self.tokens.len() {
            if !self.starts_sentence(at) {
                at += 1;
                continue;
            }
            let numbered = ["scene", "shot", "panel", "page", "figure", "fig"].contains(&self.tokens[at].low.as_str())
                && self.tokens.get(at + 1).is_some_and(|next| matches!(next.kind, Kind::Number(_)))
                && self.tokens.get(at + 2).is_none_or(|next| !matches!(next.kind, Kind::Word));
            if numbered {
                self.take_out(at..at + 2);
                continue;
            }
            let label = |labels: &[&str]| {
                labels
                    .iter()
                    .filter_map(|label| self.phrase_at(at, label))
                    .filter(|length| self.is_colon(at + length))
                    .max()
            };
            if let Some(length) = label(DESCRIPTIONS) {
                self.take_out(at..at + length + 1);
            } else if let Some(length) = label(NOT_WANTED) {
                let end = self.end_of_sentence(at);
                let listed: Vec<usize> = (at + length..end).filter(|at| self.tokens[*at].kind == Kind::Comma).collect();
                for comma in listed.into_iter().rev() {
                    let no = word_like(&self.tokens[comma], "no");
                    self.tokens.insert(comma + 1, no);
                }
                self.take_out(at..at + length + 1);
                at += 1;
            } else if let Some(length) = label(REMARKS) {
                let end = self.end_of_sentence(at + length + 1);
                let dash = (at + length + 1..end).find(|at| ["–", "—", "-"].contains(&self.tokens[*at].text.as_str()));
                self.take_out(at..dash.unwrap_or(end));
            } else if let Some((length, words)) = PLACES
                .iter()
                .filter_map(|(label, words)| Some((self.phrase_at(at, label)?, words)))
                .filter(|(length, _)| self.is_colon(at + length))
                .max()
            {
                let model = self.tokens[at].clone();
                self.tokens.splice(at..at + length + 1, words.split(' ').map(|word| word_like(&model, word)));
            } else if self.tokens[at].kind == Kind::Word
                && self.is_colon(at + 1)
                && super::parse::verb_words().any(|verb| verb == self.tokens[at].low)
            {
                // "add: a lamp".
                self.tokens.remove(at + 1);
            }
            at += 1;
        }
    }

    /// "tree x3", "boat: 2": how many of what stands in front.
    fn multiples(&mut self, text: &str) {
        let mut at = 0;
        while at < self.tokens.len() {
            let ends = |at: usize| {
                self.tokens
                    .get(at)
                    .is_none_or(|token| matches!(token.kind, Kind::Comma | Kind::Halted) && !self.is_colon(at))
            };
            let low = self.tokens[at].low.as_str();
            let times = low
                .strip_prefix(['x', '×'])
                .or_else(|| low.strip_suffix('x'))
                .and_then(|digits| digits.parse::<u16>().ok());
            let (count, range) = match (times, self.tokens[at].kind.clone()) {
                (Some(count), Kind::Word) if at > 0 => (count, at..at + 1),
                (_, Kind::Number(number))
                    if at > 1
                        && self.is_colon(at - 1)
                        && ends(at + 1)
                        && number.fract() == 0.0
                        && (1.0..1000.0).contains(&number) =>
                {
                    (number as u16, at - 1..at + 1)
                }
                _ => {
                    at += 1;
                    continue;
                }
            };
            let first = (0..range.start).rev().find(|at| {
                matches!(self.tokens[*at].kind, Kind::Comma | Kind::Halted) || self.tokens[*at].low == "and"
            });
            let first = first.map_or(0, |at| at + 1);
            let named = (first..range.start).any(|at| self.tokens[at].kind == Kind::Word);
            if !named || (first..range.start).any(|at| matches!(self.tokens[at].kind, Kind::Number(_))) {
                at += 1;
                continue;
            }
            let span = self.tokens[range.start].span.start..self.tokens[range.end - 1].span.end;
            self.correct(text, span.clone(), &count.to_string());
            self.tokens.drain(range);
            let article = usize::from(["a", "an"].contains(&self.tokens[first].low.as_str()));
            let number =
                Token { span, kind: Kind::Number(f32::from(count)), text: count.to_string(), low: count.to_string() };
            self.tokens.splice(first..first + article, [number]);
            at = first + 1;
        }
    }

    /// "tree tree tree": three of them.
    fn repeated(&mut self, text: &str) {
        let mut at = 0;
        while at + 1 < self.tokens.len() {
            let low = self.tokens[at].low.clone();
            let same = (at..self.tokens.len()).take_while(|next| self.tokens[*next].low == low).count();
            let noun = self.tokens[at].kind == Kind::Word
                && low.len() > 2
                && matches!(drawn::noun(&low), Some(drawn::Noun::Drawn { .. }) | None);
            let plain = !words::is_function_word(&low)
                && words::attribute(&low).is_none()
                && words::size(&low).is_none()
                && !super::parse::is_command_word(&low)
                && drawn::verb_bases(&low).is_empty();
            if same > 1 && noun && plain && !is_relation_phrase(&low) && self.tokens[at].text.is_ascii() {
                let span = self.tokens[at].span.start..self.tokens[at + same - 1].span.end;
                self.correct(text, span.clone(), &format!("{same} {low}"));
                let count =
                    Token { span, kind: Kind::Number(same as f32), text: same.to_string(), low: same.to_string() };
                self.tokens.splice(at..at + same - 1, [count]);
            }
            at += 1;
        }
    }

    /// "cat (black)" is a black cat.
    fn adjectives_in_brackets(&mut self) {
        let mut at = 1;
        while at < self.tokens.len() {
            let opens = self.tokens[at].text == "("
                && self.tokens[at].kind == Kind::Comma
                && self.tokens[at - 1].kind == Kind::Word;
            let close = (at + 1..(at + 5).min(self.tokens.len()))
                .find(|close| self.tokens[*close].text == ")" && self.tokens[*close].kind == Kind::Comma);
            let (true, Some(close)) = (opens, close) else {
                at += 1;
                continue;
            };
            let inside: Vec<Token> = self.tokens[at + 1..close]
                .iter()
                .filter(|token| token.kind != Kind::Comma && token.low != "and")
                .cloned()
                .collect();
            let looks = |token: &Token| words::attribute(&token.low).is_some() || words::size(&token.low).is_some();
            if inside.is_empty() || !inside.iter().all(looks) {
                at += 1;
                continue;
            }
            self.tokens.drain(at..=close);
            let first = (0..at)
                .rev()
                .take_while(|at| self.tokens[*at].kind == Kind::Word && !words::is_function_word(&self.tokens[*at].low))
                .last();
            let first = first.unwrap_or(at - 1);
            self.tokens.splice(first..first, inside);
        }
    }

    /// "flying high over", "sits quietly on", "just then": adverbs between a verb and its preposition, and how something is done, are left out.
    pub(super) fn adverbs(&mut self, lexicon: &Lexicon<'_>) {
        // "sitting side by side on a couch" is "side by side, sitting on a couch".
        for at in 1..self.tokens.len() {
            let together =
                ["side by side", "next to each other", "beside each other", "shoulder to shoulder", "hand in hand"];
            let length = together.iter().filter_map(|phrase| self.phrase_at(at, phrase)).max();
            if let Some(length) = length
                && relation_length_at(&self.tokens, at + length) > 0
                && (is_relation_phrase(&self.tokens[at - 1].low)
                    || !drawn::verb_bases(&self.tokens[at - 1].low).is_empty())
                && self.tokens[at - 1].kind == Kind::Word
            {
                self.tokens[at - 1..at + length].rotate_left(1);
            }
        }
        const BEFORE_A_PREPOSITION: &[&str] = &[
            "high",
            "low",
            "deep",
            "open",
            "closed",
            "alone",
            "somewhere",
            "anywhere",
            "somehow",
            "straight",
            "upright",
            "still",
            "wide",
            "close together",
            "far",
            "well",
            "safely",
            "happily",
            "peacefully",
            "cross legged",
            "all alone",
            "in line",
            "tall",
            "proudly",
            "right there",
            "over there",
            "out there",
            "up there",
            "down there",
            "lazily",
            "by itself",
            "by himself",
            "by herself",
            "all by itself",
            "half asleep",
            "way",
            "way up",
            "way out",
            "upside down",
            "halfway",
            "out",
            "comfortably",
            "patiently",
            "loosely",
            "fast",
        ];
        const ANYWHERE: &[&str] = &[
            "by itself",
            "by himself",
            "by herself",
            "by themselves",
            "all by itself",
            "on its own",
            "on his own",
            "on her own",
            "on their own",
            "of course",
            "in mid air",
        ];
        let mut at = 1;
        while at < self.tokens.len() {
            let phrase = |phrases: &[&str]| phrases.iter().filter_map(|phrase| self.phrase_at(at, phrase)).max();
            let low = self.tokens[at].low.as_str();
            let own =
                lexicon.own_object(low).is_some() || words::attribute(low).is_some() || words::DEGREES.contains(&low);
            let adverb = self.tokens[at].kind == Kind::Word
                && !own
                && !words::is_function_word(low)
                && !super::parse::is_command_word(low)
                && english::part_of_speech(low) == Some(PartOfSpeech::Adverb);
            let manner = adverb
                && low.ends_with("ly")
                && !["only", "early", "mostly", "nearly", "partly", "hardly", "barely", "scarcely"].contains(&low);
            let length = phrase(BEFORE_A_PREPOSITION).or_else(|| adverb.then_some(1));
            let before = length.filter(|length| {
                let verb = !drawn::verb_bases(&self.tokens[at - 1].low).is_empty()
                    || is_relation_phrase(&self.tokens[at - 1].low)
                    || ["is", "are", "it", "them"].contains(&self.tokens[at - 1].low.as_str());
                (verb || adverb)
                    && relation_length_at(&self.tokens, at + length) > 0
                    && relation_length_at(&self.tokens, at) == 0
            });
            match before.or_else(|| phrase(ANYWHERE)).or_else(|| manner.then_some(1)) {
                Some(length) => self.take_out(at..at + length),
                None => at += 1,
            }
        }
    }
}
