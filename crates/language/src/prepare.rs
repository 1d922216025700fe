//! Normalizes text before parsing: short forms, ranges, pasted prompts and triples become plain words.

use super::parse_result::Corrected;
use super::token::{Kind, Token, Tokens, tokens};
use super::words;
use scenewright_scene::vocab::drawn;
use std::ops::Range;

/// The words of a text in plain writing.
pub(super) struct Prepared {
    pub tokens: Vec<Token>,
    pub cut: Option<usize>,
    pub left_out: Vec<Range<usize>>,
    /// Where words stand, as they were typed.
    pub words: Vec<Range<usize>>,
    pub corrected: Vec<Corrected>,
}

/// One word that stands for several, or for another.
const SHORT: &[(&str, &str)] = &[
    ("dont", "do not"),
    ("doesnt", "does not"),
    ("isnt", "is not"),
    ("arent", "are not"),
    ("wasnt", "was not"),
    ("cant", "can not"),
    ("wont", "will not"),
    ("shouldnt", "should not"),
    ("thats", "that is"),
    ("theres", "there is"),
    ("whats", "what is"),
    ("im", "i am"),
    ("lets", "let"),
    ("wanna", "want to"),
    ("gonna", "will"),
    ("gimme", "give me"),
    ("lemme", "let me"),
    ("pls", "please"),
    ("plz", "please"),
    ("thx", "thanks"),
    ("ty", "thanks"),
    ("u", "you"),
    ("ur", "your"),
    ("teh", "the"),
    ("hte", "the"),
    ("adn", "and"),
    ("nad", "and"),
    ("wiht", "with"),
    ("wtih", "with"),
    ("onn", "on"),
    ("inn", "in"),
    ("anohter", "another"),
    ("anothr", "another"),
    ("infront", "in front"),
    ("ontop", "on top"),
    ("alot", "a lot"),
    ("nextto", "next to"),
];
/// Slips of the pen among them, which are shown.
const SLIPS: &[&str] =
    &["teh", "hte", "adn", "nad", "wiht", "wtih", "onn", "inn", "anohter", "anothr", "infront", "ontop", "nextto"];

pub(super) fn prepare(text: &str) -> Prepared {
    let read = tokens(text);
    let Tokens { tokens, cut, left_out } = read;
    let mut prepared = Prepared { tokens, cut, left_out, words: Vec::new(), corrected: Vec::new() };
    prepared.unquote(text);
    let words = prepared.tokens.iter().filter(|token| !matches!(token.kind, Kind::Comma | Kind::Halted));
    prepared.words = words.map(|token| token.span.clone()).collect();
    prepared.words.dedup();
    prepared.text_labels();
    prepared.weights();
    prepared.numbered_lines();
    prepared.markup(text);
    prepared.number_words();
    prepared.numbers(text);
    prepared.short_forms(text);
    prepared.its();
    prepared.is();
    prepared
}

impl Prepared {
    fn low(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.low)
    }

    fn is_mark(&self, at: usize, mark: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.text == mark && token.low.is_empty())
    }

    /// Quotation marks around whole sentences are no names, unless something is called so.
    fn unquote(&mut self, text: &str) {
        let names = ["called", "named", "call", "name", "rename", "label", "labelled", "labeled"];
        if self.tokens.iter().any(|token| names.contains(&token.low.as_str())) {
            return;
        }
        let mut plain = Vec::with_capacity(self.tokens.len());
        for token in std::mem::take(&mut self.tokens) {
            let is_sentence = token.kind == Kind::Quoted && token.text.contains(' ');
            let inside = is_sentence.then(|| text.get(token.span.clone())?.find(&token.text)).flatten();
            let Some(start) = inside.map(|at| token.span.start + at) else {
                plain.push(token);
                continue;
            };
            let shifted = |range: Range<usize>| range.start + start..range.end + start;
            let inner = tokens(&token.text);
            self.left_out.extend(inner.left_out.into_iter().map(shifted));
            plain.extend(inner.tokens.into_iter().map(|token| Token { span: shifted(token.span.clone()), ..token }));
        }
        self.tokens = plain;
    }

    /// "Caption:", "Shopping list:" at the start of a text or line, and "negative: ..." with all that follows.
    fn text_labels(&mut self) {
        const LABELS: &[&str] = &[
            "caption",
            "prompt",
            "scene",
            "description",
            "image",
            "picture",
            "photo",
            "list",
            "hero",
            "alt",
            "text",
            "idea",
            "note",
            "request",
            "task",
            "shopping",
            "todo",
            "positive",
            "illustration",
            "sketch",
            "header",
            "banner",
            "cover",
        ];
        let mut at = 0;
        while at < self.tokens.len() {
            let starts = at == 0 || self.tokens[at - 1].kind == Kind::Halted;
            let colon = (at..self.tokens.len().min(at + 4)).find(|end| self.is_mark(*end, ":"));
            if let (true, Some(colon)) = (starts, colon) {
                let words: Vec<&str> = (at..colon).map(|own| self.low(own)).collect();
                let negative = words == ["negative"] || words == ["negative", "prompt"];
                let rest = &self.tokens[colon..];
                let stop = rest
                    .iter()
                    .position(|token| token.kind == Kind::Halted)
                    .map_or(self.tokens.len(), |stop| colon + stop);
                let end = if negative { stop } else { colon + 1 };
                if negative
                    || (!words.is_empty() && words.iter().all(|word| LABELS.contains(word) || *word == "prompt"))
                {
                    self.left_out.push(self.tokens[at].span.start..self.tokens[end - 1].span.end);
                    self.tokens.drain(at..end);
                    continue;
                }
            }
            at += 1;
        }
    }

    /// "(red:1.3)": the word counts, the weight does not.
    fn weights(&mut self) {
        let mut at = 0;
        while at + 1 < self.tokens.len() {
            let weight = self.is_mark(at, ":") && matches!(self.tokens[at + 1].kind, Kind::Number(_));
            let closes = self.is_mark(at + 2, ")") || self.is_mark(at + 2, "]");
            if weight && closes {
                let end = self.tokens[at + 1].span.end;
                self.left_out.push(self.tokens[at].span.start..end);
                self.tokens.drain(at..at + 3);
                // The bracket that belongs to it.
                if let Some(open) = (0..at).rev().find(|open| self.is_mark(*open, "(") || self.is_mark(*open, "[")) {
                    self.tokens.remove(open);
                    at -= 1;
                }
                continue;
            }
            at += 1;
        }
    }

    /// "1. a tree" at the start of a line, in a text of several lines.
    fn numbered_lines(&mut self) {
        let lines = self.tokens.iter().filter(|token| token.text == "\n").count();
        let mut at = 0;
        while at + 2 < self.tokens.len() && lines > 0 {
            let starts = at == 0 || self.tokens[at - 1].text == "\n";
            let number = matches!(self.tokens[at].kind, Kind::Number(_));
            if starts && number && (self.is_mark(at + 1, ".") || self.is_mark(at + 1, ")")) {
                self.tokens.drain(at..at + 2);
            }
            at += 1;
        }
    }

    /// "2dogs", "2-3", "one or two", "x3"; "8k" and "1080p" are no words.
    fn numbers(&mut self, text: &str) {
        let mut plain: Vec<Token> = Vec::with_capacity(self.tokens.len());
        for token in std::mem::take(&mut self.tokens) {
            let digits = token.low.bytes().take_while(u8::is_ascii_digit).count();
            let (number, unit) = token.low.split_at(digits);
            let mixed = token.kind == Kind::Word && token.low.bytes().any(|b| b.is_ascii_digit());
            let is_word = unit.len() >= 3 && unit.chars().all(char::is_alphabetic);
            if !mixed || words::ordinal(&token.low).is_some() {
                plain.push(token);
            } else if let (true, true, Ok(value)) = (digits > 0, is_word, number.parse::<f32>()) {
                let (start, middle) = (token.span.start, token.span.start + digits);
                plain.push(Token {
                    span: start..middle,
                    kind: Kind::Number(value),
                    text: number.to_owned(),
                    low: number.to_owned(),
                });
                let low = unit.to_owned();
                plain.push(Token { span: middle..token.span.end, kind: Kind::Word, text: low.clone(), low });
            } else {
                self.left_out.push(token.span);
            }
        }
        self.tokens = plain;
        let mut at = 0;
        while at + 1 < self.tokens.len() {
            let value = |at: usize| match self.tokens.get(at)?.kind {
                Kind::Number(number) => Some(number),
                _ => words::number(&self.tokens.get(at)?.low).map(|number| number as f32),
            };
            let gap = text.get(self.tokens[at].span.end..self.tokens[at + 1].span.start).unwrap_or_default();
            let dashed = matches!(gap.trim(), "-" | "–" | "—");
            let between = ["or", "to"].contains(&self.low(at + 1));
            let second = if between { at + 2 } else { at + 1 };
            if let (Some(few), Some(many)) = (value(at), value(second))
                && (dashed || between)
                && few < many
            {
                let span = self.tokens[at].span.start..self.tokens[second].span.end;
                let read_as = self.tokens[second].text.clone();
                self.correct(text, span, &read_as);
                self.tokens.drain(at..second);
            }
            at += 1;
        }
    }

    fn short_forms(&mut self, text: &str) {
        for at in 0..self.tokens.len() {
            if let Some(short) = shortened(&self.tokens[at].low) {
                let span = self.tokens[at].span.clone();
                self.correct(text, span, &short);
                self.tokens[at].low = short;
            }
            // "theirs a dog".
            if self.low(at) == "theirs" && ["a", "an", "some", "two", "the"].contains(&self.low(at + 1)) {
                let span = self.tokens[at].span.clone();
                self.correct(text, span, "there is");
                self.tokens[at].low = "theres".to_owned();
            }
        }
        let mut plain: Vec<Token> = Vec::with_capacity(self.tokens.len());
        let tokens = std::mem::take(&mut self.tokens);
        let mut rest = tokens.into_iter().peekable();
        while let Some(token) = rest.next() {
            // "w/" and "w/o".
            let slashed = token.low == "w" && rest.peek().is_some_and(|next| next.text == "/");
            if slashed {
                let slash = rest.next().map_or(token.span.end, |slash| slash.span.end);
                let out = rest.next_if(|next| next.low == "o" && next.span.start == slash);
                let end = out.as_ref().map_or(slash, |out| out.span.end);
                let low = if out.is_some() { "without" } else { "with" };
                plain.push(Token { span: token.span.start..end, low: low.to_owned(), ..token });
                continue;
            }
            let found = SHORT.iter().find(|(short, _)| *short == token.low && token.kind == Kind::Word);
            let Some((short, full)) = found else {
                plain.push(token);
                continue;
            };
            if SLIPS.contains(short) {
                self.correct(text, token.span.clone(), full);
            }
            plain.extend(full.split(' ').map(|word| Token { low: word.to_owned(), ..token.clone() }));
        }
        self.tokens = plain;
    }

    /// "twenty-one": one number.
    fn number_words(&mut self) {
        const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
        for at in (0..self.tokens.len()).rev() {
            let Some(tens) = TENS.iter().position(|tens| *tens == self.low(at)) else { continue };
            let tens = (tens + 2) * 10;
            let ones = words::number(self.low(at + 1)).filter(|ones| (1..10).contains(ones));
            let end = if ones.is_some() { at + 1 } else { at };
            let value = tens + ones.unwrap_or(0);
            let span = self.tokens[at].span.start..self.tokens[end].span.end;
            let number =
                Token { span, kind: Kind::Number(value as f32), text: value.to_string(), low: value.to_string() };
            self.tokens.splice(at..=end, [number]);
        }
    }

    /// "the bird's gone", "the dog's sleeping": "is", and nobody's.
    fn is(&mut self) {
        const BEHIND: &[&str] = &[
            "gone", "missing", "too", "not", "now", "a", "an", "the", "on", "under", "behind", "in", "next", "still",
            "getting", "about", "near", "above", "below", "at", "supposed", "asleep",
        ];
        for at in 1..self.tokens.len() {
            let next = self.low(at + 1);
            let says = BEHIND.contains(&next)
                || words::comparison(next).is_some()
                || (next.ends_with("ing") && next.len() > 5 && drawn::noun(next).is_none());
            if self.low(at) == "'s" && says {
                self.tokens[at].low = "is".to_owned();
            }
        }
    }

    /// "its dusk", "its too big": "it is".
    fn its(&mut self) {
        for at in 0..self.tokens.len() {
            let starts = at == 0 || matches!(self.tokens[at - 1].kind, Kind::Comma | Kind::Halted);
            let next = self.low(at + 1);
            let light = ["too", "a", "an", "not", "now", "snowing", "raining"].contains(&next)
                || words::LIGHTS.iter().any(|(phrase, _)| *phrase == next);
            if starts && light && self.low(at) == "its" {
                let token = self.tokens[at].clone();
                self.tokens[at].low = "it".to_owned();
                self.tokens.insert(at + 1, Token { low: "is".to_owned(), ..token });
            }
        }
    }

    pub(super) fn correct(&mut self, text: &str, span: Range<usize>, read_as: &str) {
        let was = text.get(span.clone()).unwrap_or_default().to_owned();
        self.corrected.push(Corrected { span, text: was, read_as: read_as.to_owned() });
    }
}

/// "waaay" is "way", "sooo" is "so".
fn shortened(word: &str) -> Option<String> {
    let mut short = String::with_capacity(word.len());
    let mut longest = 0;
    let mut run = 0;
    let mut last = None;
    for c in word.chars() {
        run = if last == Some(c) { run + 1 } else { 1 };
        longest = longest.max(run);
        last = Some(c);
        if run == 1 {
            short.push(c);
        }
    }
    (longest >= 3 && word.chars().all(char::is_alphabetic)).then_some(short)
}
