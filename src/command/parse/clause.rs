//! One clause: a verb and what belongs to it, or things and how they stand.

use super::Parser;
use crate::command::ast::{Clause, Determiner, Noun};
use crate::command::token::Kind;
use crate::command::words;

/// Words that begin an instruction. A name that is one of them needs an article.
const VERBS: &[&str] = &[
    "add",
    "draw",
    "create",
    "insert",
    "include",
    "put",
    "place",
    "set",
    "move",
    "shift",
    "drag",
    "bring",
    "push",
    "pull",
    "remove",
    "delete",
    "erase",
    "clear",
    "change",
    "turn",
    "transform",
    "convert",
    "replace",
    "substitute",
    "swap",
    "exchange",
    "switch",
    "duplicate",
    "copy",
    "clone",
    "repeat",
    "lock",
    "unlock",
    "freeze",
    "unfreeze",
    "keep",
    "pin",
    "unpin",
    "release",
    "make",
    "let",
    "shrink",
    "enlarge",
    "grow",
    "resize",
    "scale",
    "double",
    "halve",
    "paint",
    "colour",
    "color",
    "rename",
    "call",
    "name",
    "try",
    "redraw",
    "reroll",
    "regenerate",
    "vary",
    "undo",
    "redo",
    "give",
    "show",
    "use",
    "get",
    "take",
    "drop",
    "throw",
    "start",
    "forget",
    "flip",
    "reverse",
    "do",
    "relate",
    "kill",
    "hide",
    "raise",
    "lower",
];

pub(super) const COPULAS: &[&str] =
    &["is", "are", "was", "were", "becomes", "become", "looks", "should", "must", "shall", "can", "will"];

/// Every word that begins an instruction, for suggestions.
pub(in crate::command) fn verb_words() -> impl Iterator<Item = &'static str> {
    VERBS.iter().copied()
}

impl Parser<'_> {
    pub(super) fn is_verb(&self) -> bool {
        let low = self.low();
        VERBS.contains(&low)
            || (low == "go" && self.low_at(1) == "back")
            || (low == "there" && COPULAS.contains(&self.low_at(1)))
    }

    pub(super) fn is_copula(&self) -> bool {
        COPULAS.contains(&self.low()) || (self.low() == "do" && self.low_at(1) == "not")
    }

    pub(super) fn clause(&mut self) -> Option<Clause> {
        let start = self.at;
        let clause = self.history().or_else(|| self.instruction());
        if clause.is_some() {
            return clause;
        }
        if self.at > start && self.troubles.last().is_some_and(|(span, _)| span.start >= self.tokens[start].span.start)
        {
            return None;
        }
        self.at = start;
        self.statement()
    }

    pub(super) fn history(&mut self) -> Option<Clause> {
        let start = self.at;
        let clause =
            if self.eat_phrases(&["undo", "go back", "step back", "take back", "take that back", "take it back"]) {
                Clause::Undo(self.steps())
            } else if self.eat_phrases(&["never mind", "nevermind", "forget that", "forget it"]) {
                Clause::Undo(1)
            } else if self.eat_phrases(&["redo", "go forward", "step forward", "do it again", "do that again"]) {
                Clause::Redo(self.steps())
            } else {
                return None;
            };
        if self.is_boundary() {
            return Some(clause);
        }
        self.at = start;
        None
    }

    /// "two steps", "the last 3 changes", "that".
    pub(super) fn steps(&mut self) -> usize {
        self.eat("by");
        self.eat_phrases(&["the last", "my last", "the previous", "the", "last", "that", "it", "this", "everything"]);
        let count = match self.kind_at(0) {
            Some(Kind::Number(number)) if number.fract() == 0.0 && *number >= 1.0 => Some(*number as usize),
            _ => words::number(self.low()).filter(|count| *count > 0),
        };
        let article = count.is_none() && self.eat("a");
        self.at += usize::from(count.is_some());
        self.eat_any(&["more"]);
        let unit =
            self.eat_any(&["step", "steps", "change", "changes", "times", "time", "edit", "edits", "thing", "things"]);
        let twice = !unit && !article && count.is_none() && self.eat("twice");
        count.unwrap_or(if twice { 2 } else { 1 })
    }

    pub(super) fn instruction(&mut self) -> Option<Clause> {
        let start = self.at;
        if let Some(light) = self.light_clause() {
            return Some(light);
        }
        if self.low() == "there" && self.is_verb() {
            return self.there_is();
        }
        let looks = ["another look", "a new look", "a different look", "another version", "new look"];
        if looks.iter().any(|look| self.phrase_at(0, look).is_some()) {
            return self.another_look("try");
        }
        if self.low() == "no" || self.low() == "without" || self.phrase_at(0, "not any").is_some() {
            return self.no_more();
        }
        if !(VERBS.contains(&self.low()) || ["i", "we"].contains(&self.low())) {
            return None;
        }
        let verb = self.low().to_owned();
        self.at += 1;
        match verb.as_str() {
            "add" | "draw" | "create" | "insert" | "include" | "show" => self.add(),
            "i" | "we" => self.wish(),
            "let" => self.let_there_be(),
            "get" => self.eat_phrase("rid of").then(|| self.remove(start)).flatten(),
            "put" | "place" | "set" | "move" | "shift" | "drag" | "bring" | "push" | "pull" => self.put(&verb),
            "raise" | "lower" => self.raise(&verb),
            "take" | "throw" | "remove" | "delete" | "erase" | "drop" | "kill" | "hide" => {
                self.eat_any(&["away", "out"]);
                self.remove(start)
            }
            "clear" | "start" => self.clear(start),
            "change" | "turn" | "transform" | "convert" | "switch" | "swap" | "exchange" => self.change(&verb),
            "replace" | "substitute" => self.replace(start),
            "use" => self.use_instead(start),
            "duplicate" | "copy" | "clone" | "repeat" => self.duplicate(start),
            "lock" | "freeze" | "pin" => self.with_targets(start, |what| Clause::Lock { what, locked: true }),
            "unlock" | "unfreeze" => self.with_targets(start, |what| Clause::Lock { what, locked: false }),
            "unpin" | "release" => self.with_targets(start, Clause::Unpin),
            "keep" => self.keep(start),
            "make" => self.make(),
            "do" => self.do_not(),
            "shrink" | "enlarge" | "grow" | "resize" | "scale" | "double" | "halve" => self.resize(&verb),
            "paint" | "colour" | "color" => self.paint(),
            "rename" | "call" | "name" => self.rename(start),
            "try" | "redraw" | "reroll" | "regenerate" | "vary" => self.another_look(&verb),
            "give" => self.give(start),
            _ => None,
        }
    }

    pub(super) fn with_targets(&mut self, start: usize, make: impl FnOnce(Vec<Noun>) -> Clause) -> Option<Clause> {
        let what = self.targets();
        if what.is_empty() {
            self.unfinished(start, "an object of the scene");
            return None;
        }
        self.eat_any(&["down", "again"]);
        self.eat_phrases(&[
            "in place",
            "as it is",
            "as they are",
            "where it is",
            "where they are",
            "unchanged",
            "there",
        ]);
        Some(make(what))
    }

    pub(super) fn weather(&mut self) -> Option<Clause> {
        let light = match self.low() {
            "snow" => "snowy",
            "rain" => "rainy",
            "storm" => "stormy",
            "dark" => "night",
            "light" | "bright" => "day",
            _ => return self.light_phrase().map(Clause::Light),
        };
        self.at += 1;
        if !self.is_boundary() {
            return None;
        }
        Some(Clause::Light(light))
    }

    /// "make it night", "it is snowing", "at night".
    pub(super) fn light_clause(&mut self) -> Option<Clause> {
        let start = self.at;
        let makes = self.eat_phrases(&["make it", "it is", "it should be", "make the scene", "make this", "set it"]);
        self.eat_any(&["now"]);
        let clause = if makes { self.weather() } else { self.light_phrase().map(Clause::Light) };
        if clause.is_none() {
            self.at = start;
        }
        clause
    }

    pub(super) fn there_is(&mut self) -> Option<Clause> {
        let start = self.at;
        self.at += 1;
        self.eat_any(COPULAS);
        self.eat("be");
        if self.eat_phrases(&["no longer", "not", "no"]) {
            return self.none_of(start);
        }
        let items = self.items();
        if items.is_empty() {
            self.unfinished(start, "an object");
            return None;
        }
        Some(Clause::Describe { items, fresh: true })
    }

    /// "no more clouds", "without the sky".
    pub(super) fn no_more(&mut self) -> Option<Clause> {
        let start = self.at;
        self.eat_phrases(&["not any", "without", "no"]);
        self.none_of(start)
    }

    pub(super) fn none_of(&mut self, start: usize) -> Option<Clause> {
        self.eat_any(&["any", "a", "an"]);
        self.eat("more");
        let mut what = self.targets();
        what.iter_mut()
            .filter(|noun| noun.determiner != Determiner::Definite)
            .for_each(|noun| noun.determiner = Determiner::All);
        self.eat_phrases(&["any more", "anymore", "here"]);
        if what.is_empty() {
            self.at = start;
            return None;
        }
        Some(Clause::Remove(what))
    }
}
