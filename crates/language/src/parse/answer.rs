//! Short answers: "2", "the left one", "both", "no, the other one".

use super::Parser;
use crate::ast::{Determiner, Head, Noun};
use crate::lexicon::Lexicon;
use crate::prepare::prepare;
use crate::token::Kind;
use crate::words::ordinal;

#[derive(Debug)]
pub(crate) enum Answer {
    Number(usize),
    /// One of those in question, by its looks or place.
    Noun(Noun),
    All,
    /// "none of them".
    None,
    /// "no, the other one": the last choice was wrong.
    Other,
    /// "no, the left one".
    Instead(Noun),
}

/// The text as an answer, if it is nothing else.
pub(crate) fn answer(text: &str, lexicon: &Lexicon<'_>) -> Option<Answer> {
    let tokens = prepare(text).tokens;
    let mut parser = Parser::new(tokens, Vec::new(), lexicon, text.len());
    // "left" is short for "the left one".
    if let [token] = parser.tokens.as_slice()
        && (ordinal(&token.low).is_some()
            || ["left", "right", "top", "bottom", "middle", "last"].contains(&token.low.as_str()))
    {
        return answer(&format!("the {} one", token.low), lexicon);
    }
    let answer = parser.answer()?;
    while parser.connector() || parser.polite() {}
    (parser.is_end() && parser.diagnostics.is_empty() && !parser.has_skipped(0)).then_some(answer)
}

impl Parser<'_> {
    fn answer(&mut self) -> Option<Answer> {
        while self.connector() || self.polite() {}
        let no = self.eat_phrases(&["no", "nope", "not that one", "not this one", "wrong one", "i meant", "i mean"]);
        while no && (self.connector() || self.polite() || self.eat_phrases(&["not that one", "i meant", "i mean"])) {}
        if self.eat_phrases(&["the other one", "the other", "other one", "another one", "the others", "the other ones"])
        {
            return Some(Answer::Other);
        }
        if self.eat_phrases(&["neither", "none of them", "none", "cancel", "nothing", "stop"]) || (no && self.is_end())
        {
            return Some(Answer::None);
        }
        if self.eat_phrases(&["all of them", "both of them", "both", "all", "them all", "all three", "every one"]) {
            return Some(Answer::All);
        }
        self.eat_phrases(&["number", "no"]);
        if let Some(Kind::Number(number)) = self.kind_at(0)
            && number.fract() == 0.0
            && *number >= 0.0
        {
            let number = *number as usize;
            self.take(1);
            return Some(Answer::Number(number));
        }
        if let Some(number) = crate::words::number(self.low())
            && self.tokens.len() == self.at + 1
        {
            self.take(1);
            return Some(Answer::Number(number));
        }
        let noun = self.target()?;
        if no && noun.determiner == Determiner::Other {
            return Some(Answer::Other);
        }
        let points = noun.pick.is_some()
            || matches!(noun.head, Head::One | Head::Labeled(_))
            || !noun.limits.is_empty()
            || !noun.adjectives.is_empty();
        let definite = !matches!(noun.determiner, Determiner::Indefinite | Determiner::Another | Determiner::All);
        match (points && definite, no) {
            (true, true) => Some(Answer::Instead(noun)),
            (true, false) => Some(Answer::Noun(noun)),
            _ => None,
        }
    }
}
