//! Parses words to clauses. Only the names of the scene are used here; references are resolved later.
//!
//! A sentence is a row of clauses with "and", "then", commas or full stops between them. Where no clause begins, the
//! word is kept as trouble and reading goes on behind it: every word ends up in a clause, in trouble, or among the
//! few that only make a sentence polite.

mod answer;
mod aside;
mod change;
mod clause;
mod further;
mod name;
mod noun;
mod phrases;
mod quality;
mod relation;
mod side;
mod statement;
mod tail;
mod verbs;
mod wanted;
mod whole;

use super::ast::{Clause, Span};
use super::lexicon::Lexicon;
use super::parse_result::{Corrected, Diagnostic};
use super::prepare::{Prepared, prepare};
use super::spelling;
use super::token::{Kind, Token};

pub(super) use answer::{Answer, answer};
pub(super) use aside::is_command_word;
pub(super) use clause::verb_words;
pub(super) use relation::{is_relation_word as is_relation_phrase, relation_length_at, relation_words};

/// What a text says.
#[derive(Default)]
pub(super) struct Parsed {
    pub(crate) clauses: Vec<(Clause, Span)>,
    pub diagnostics: Vec<(Span, Diagnostic)>,
    /// What is skipped, though the rest of its clause is understood.
    pub left_out: Vec<Span>,
    /// Troubles, and the clauses that came to nothing by them.
    pub failed: Vec<(Span, Span)>,
    /// All words, with the places at which they stand.
    pub words: Vec<Span>,
    pub corrected: Vec<Corrected>,
}

impl Parsed {
    /// A text of which nothing is done.
    fn refused(text: &str, diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![(0..text.len(), diagnostic)], ..Self::default() }
    }
}

pub(super) struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    lexicon: &'a Lexicon<'a>,
    diagnostics: Vec<(Span, Diagnostic)>,
    left_out: Vec<Span>,
    /// What each token was last taken for.
    uses: Vec<Use>,
    /// Whether "no," stood in front of what comes: it takes the place of what was said last.
    corrects: bool,
    /// How deep "of" is within "of".
    depth: usize,
    /// Whether "and" stood in front of the last of the things that were listed last.
    listed_with_and: bool,
    /// The same of the things that the last description began with.
    item_with_and: bool,
    length: usize,
}

/// What a token is taken for. The last reading counts, so that trying and going back leaves nothing behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// No rule has read it.
    Passed,
    Read,
    /// Left out, together with others of this number.
    Skipped(usize),
}

impl<'a> Parser<'a> {
    /// At the first token of a text of `length` bytes.
    fn new(tokens: Vec<Token>, left_out: Vec<Span>, lexicon: &'a Lexicon<'a>, length: usize) -> Self {
        Self {
            uses: vec![Use::Passed; tokens.len()],
            tokens,
            at: 0,
            lexicon,
            diagnostics: Vec::new(),
            left_out,
            corrects: false,
            depth: 0,
            listed_with_and: false,
            item_with_and: false,
            length,
        }
    }
}

/// Words that a sentence can do without.
const POLITE: &[&str] = &[
    "please",
    "now",
    "just",
    "also",
    "too",
    "again",
    "ok",
    "okay",
    "hey",
    "hi",
    "hello",
    "so",
    "instead",
    "kindly",
    "actually",
    "maybe",
    "perhaps",
    "well",
    "alright",
    "hmm",
    "oh",
    "oops",
    "finally",
    "next",
    "additionally",
    "furthermore",
    "can you please",
    "could you please",
    "would you please",
    "can you",
    "could you",
    "would you",
    "will you",
    "i want you to",
    "i would like you to",
    "i need you to",
    "you",
    "you can",
    "you should",
    "for me",
    "i want to",
    "i would like to",
    "we need to",
    "i think",
    "i guess",
    "if possible",
    "if you can",
    "if you like",
    "if you could",
    "what if",
    "how about we",
    "what about we",
    "why do not you",
    "why do not we",
    "go ahead and",
    "try to",
    "make sure that",
    "make sure",
    "ensure that",
    "ensure",
    "note that",
    "yes",
    "yeah",
    "yep",
    "sure",
    "in the scene",
    "in this scene",
    "in the picture",
    "in this picture",
    "in the image",
    "in this image",
    "thanks",
    "thank you",
    "thanks a lot",
    "thank you very much",
    "thank you so much",
    "thanks so much",
    "many thanks",
    "thank you again",
    "cheers",
    "wow",
    "hm",
    "um",
    "uh",
    "no wait",
    "wait",
    "sorry",
    "i wish",
    "would not it be nice if",
    "would not it be great if",
    "would not it be cool if",
    "would not it be better if",
    "would it be nice if",
    "it would be cool if",
    "it would be better if",
    "it would be lovely if",
    "it would be great if",
    "it would be nice if",
    "would it be possible to",
    "is it possible to",
    "would you mind",
    "do me a favor and",
    "be so kind and",
    "feel free to",
    "if you do not mind",
    "if that is ok",
    "is that possible",
    "go on and",
    "secondly",
    "lastly",
    "also please",
    "in my opinion",
    "for a start",
    "btw",
    "by the way",
    "for now",
    "in picture",
    "in image",
    "on picture",
    "on the picture",
    "on this picture",
    "in this photo",
    "in the photo",
    "that is",
    "could",
    "can",
    "would",
];

pub(super) fn parse(text: &str, lexicon: &Lexicon<'_>) -> Parsed {
    let mut prepared = prepare(text);
    if aside::is_foreign(&prepared.tokens) {
        return Parsed::refused(text, Diagnostic::Foreign);
    }
    if aside::is_scene_as_data(text) {
        return Parsed::refused(text, Diagnostic::SceneAsData);
    }
    spelling::correct(&mut prepared, text, lexicon);
    prepared.adverbs(lexicon);
    let (tokens, left_out) = (std::mem::take(&mut prepared.tokens), std::mem::take(&mut prepared.left_out));
    let mut parser = Parser::new(tokens, left_out, lexicon, text.len());
    parser.triples();
    parser.uses = vec![Use::Passed; parser.tokens.len()];
    let (mut clauses, mut failed) = (Vec::new(), Vec::new());
    if let Some(at) = prepared.cut {
        parser.diagnostics.push((at..text.len(), Diagnostic::TooLong));
    }
    while parser.at < parser.tokens.len() {
        if parser.aside()
            || parser.style()
            || parser.reason()
            || (parser.at > 0 && !clauses.is_empty() && parser.contrast())
            || parser.connector()
            || parser.polite()
        {
            continue;
        }
        let (start, diagnostics) = (parser.at, parser.diagnostics.len());
        match parser.clause() {
            Some(clause) if parser.at > start => {
                // "blue. no, the scooter blue": what was said last is taken back.
                let replaces = std::mem::take(&mut parser.corrects)
                    && matches!((clauses.last(), &clause), (Some((Clause::Adjust { qualities, .. }, _)), Clause::Adjust { qualities: new, .. })
                        if std::mem::discriminant(&qualities[0]) == std::mem::discriminant(&new[0]));
                if replaces {
                    clauses.pop();
                }
                clauses.push((clause, parser.span_from(start)));
            }
            _ => {
                // Trouble that was found on the way names the words better than we can.
                if parser.diagnostics.len() == diagnostics {
                    parser.at = start;
                    parser.skip_unknown();
                } else {
                    parser.at = parser.at.max(start + 1);
                    let clause = parser.span_from(start);
                    failed.extend(
                        parser.diagnostics[diagnostics..].iter().map(|(span, _)| (span.clone(), clause.clone())),
                    );
                }
            }
        }
    }
    let left_out = parser.all_left_out();
    let Prepared { words, corrected, .. } = prepared;
    Parsed { clauses, diagnostics: parser.diagnostics, left_out, failed, words, corrected }
}

impl Parser<'_> {
    /// The word here in lower case; "" at the end and for punctuation.
    fn low(&self) -> &str {
        self.low_at(0)
    }

    fn low_at(&self, ahead: usize) -> &str {
        self.tokens.get(self.at + ahead).map_or("", |token| &token.low)
    }

    fn kind_at(&self, ahead: usize) -> Option<&Kind> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    fn is_word_at(&self, ahead: usize) -> bool {
        matches!(self.kind_at(ahead), Some(Kind::Word))
    }

    /// The bytes of the tokens from `start` to here.
    fn span_from(&self, start: usize) -> Span {
        let begin = self.tokens.get(start).map_or(self.length, |token| token.span.start);
        let last = self.at.max(start + 1) - 1;
        let end = self.tokens.get(last).map_or(self.length, |token| token.span.end);
        begin..end.max(begin)
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = !word.is_empty() && self.low() == word;
        self.take(usize::from(found));
        found
    }

    fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(word))
    }

    /// How many tokens the phrase takes from here, if it stands here.
    fn phrase_at(&self, ahead: usize, phrase: &str) -> Option<usize> {
        let mut length = 0;
        for word in phrase.split(' ') {
            if self.low_at(ahead + length) != word {
                return None;
            }
            length += 1;
        }
        Some(length)
    }

    fn eat_phrase(&mut self, phrase: &str) -> bool {
        let length = self.phrase_at(0, phrase);
        self.take(length.unwrap_or(0));
        length.is_some()
    }

    fn eat_phrases(&mut self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.eat_phrase(phrase))
    }

    /// The longest phrase of the table that stands here.
    fn eat_longest<T: Copy>(&mut self, table: &[(&str, T)]) -> Option<T> {
        let found = table.iter().filter_map(|(phrase, value)| Some((self.phrase_at(0, phrase)?, *value)));
        let (length, value) = found.max_by_key(|(length, _)| *length)?;
        self.take(length);
        Some(value)
    }

    /// The next `count` words with spaces between them, if they all are words.
    fn words(&self, count: usize) -> Option<String> {
        let words = self.tokens.get(self.at..self.at + count)?;
        if !words.iter().all(|token| matches!(token.kind, Kind::Word) && !token.low.is_empty()) {
            return None;
        }
        Some(words.iter().map(|token| token.low.as_str()).collect::<Vec<_>>().join(" "))
    }

    fn connector(&mut self) -> bool {
        let mark = matches!(self.kind_at(0), Some(Kind::Comma | Kind::Halted));
        self.take(usize::from(mark));
        // "a surfer rides a wave as the sun sets".
        let meanwhile =
            self.low() == "as" && ["the", "a", "an", "his", "her", "its", "their"].contains(&self.low_at(1));
        self.take(usize::from(meanwhile));
        mark || meanwhile
            || self.eat_phrases(&["and then", "and", "then", "but", "while", "plus", "as well as", "after that"])
    }

    fn polite(&mut self) -> bool {
        let only = ["just", "only"].contains(&self.low()) && ["the", "keep", "leave"].contains(&self.low_at(1));
        if only || (self.low() == "next" && self.low_at(1) == "to") {
            return false;
        }
        // How a story begins says nothing of the picture.
        if self.skip_phrases(&[
            "once upon a time",
            "one day",
            "suddenly",
            "meanwhile",
            "long ago",
            "then one day",
            "luckily",
            "unfortunately",
            "of course",
        ]) {
            return true;
        }
        let longest = POLITE.iter().filter_map(|phrase| self.phrase_at(0, phrase)).max();
        // "I would like to see" is a request, and longer than "I would like to".
        let longest = longest.filter(|length| self.request_length().is_none_or(|request| request <= *length));
        self.take(longest.unwrap_or(0));
        longest.is_some()
    }

    /// Reads tokens.
    fn take(&mut self, count: usize) {
        let end = (self.at + count).min(self.uses.len());
        self.uses.get_mut(self.at.min(end)..end).into_iter().flatten().for_each(|own| *own = Use::Read);
        self.at += count;
    }

    /// Skips tokens, to be named as left out.
    fn leave_out(&mut self, count: usize) {
        self.skip(self.at, self.at + count);
        self.at += count;
    }

    /// Marks tokens from `from` to `to` as left out.
    fn skip(&mut self, from: usize, to: usize) {
        let end = to.min(self.uses.len());
        self.uses.get_mut(from.min(end)..end).into_iter().flatten().for_each(|own| *own = Use::Skipped(from));
    }

    /// Skips one of these phrases, if it stands here: it is named as left out.
    fn skip_phrases(&mut self, phrases: &[&str]) -> bool {
        let length = phrases.iter().filter_map(|phrase| self.phrase_at(0, phrase)).max();
        self.leave_out(length.unwrap_or(0));
        length.is_some()
    }

    /// Whether a token from `from` to here is left out.
    fn has_skipped(&self, from: usize) -> bool {
        self.uses.get(from..self.at).is_some_and(|uses| uses.iter().any(|own| matches!(own, Use::Skipped(_))))
    }

    /// What is left out: what rules have skipped, and what none has read.
    fn all_left_out(&self) -> Vec<Span> {
        let mut spans: Vec<(Span, Use)> = Vec::new();
        let mut last = 0;
        for (at, (token, own)) in self.tokens.iter().zip(&self.uses).enumerate() {
            let named =
                self.diagnostics.iter().any(|(span, _)| span.start <= token.span.start && token.span.end <= span.end);
            let mark = matches!(token.kind, Kind::Comma | Kind::Halted);
            if *own == Use::Read || named || (mark && *own == Use::Passed) {
                continue;
            }
            match spans.last_mut().filter(|(_, before)| before == own && last + 1 == at) {
                Some((span, _)) => span.end = token.span.end.max(span.end),
                None => spans.push((token.span.clone(), *own)),
            }
            last = at;
        }
        self.left_out.iter().cloned().chain(spans.into_iter().map(|(span, _)| span)).collect()
    }

    /// True where a list or a sentence may go on, or the text ends.
    fn is_boundary(&self) -> bool {
        match self.kind_at(0) {
            None | Some(Kind::Comma | Kind::Halted) => true,
            _ => ["and", "then", "but", "while", "please", "too", "also", "now", "again", "instead"]
                .contains(&self.low()),
        }
    }

    fn is_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Names the word here as not understood; neighbors that are not understood become one.
    fn skip_unknown(&mut self) {
        let span = self.span_from(self.at);
        self.take(1);
        if let Some((last, Diagnostic::Word)) = self.diagnostics.last_mut()
            && self.at >= 2
            && self.tokens.get(self.at - 2).is_some_and(|token| token.span.end == last.end)
        {
            last.end = span.end;
            return;
        }
        self.diagnostics.push((span, Diagnostic::Word));
    }

    /// Something should follow here.
    fn unfinished(&mut self, start: usize, expects: &'static str) {
        let span = self.span_from(start);
        self.diagnostics.push((span, Diagnostic::Unfinished { expects }));
    }
}
