//! Instructions that make a thing another one, or otherwise.

use super::Parser;
use crate::ast::{Clause, Determiner, Head, Noun, Quality, Tail};
use crate::parse_result::Diagnostic;
use crate::token::Kind;
use crate::words;

impl Parser<'_> {
    /// "change the zebra to a sheep", "swap the cat and the dog", "turn the car red".
    pub(super) fn change(&mut self, verb: &str) -> Option<Clause> {
        let start = self.at - 1;
        let swaps = ["swap", "exchange", "switch"].contains(&verb);
        let parts: &[&str] = if swaps {
            &["the places of", "the positions of"]
        } else {
            &["the colour of", "the color of", "the size of"]
        };
        self.eat_phrases(parts);
        let what = self.list_until(&["to", "into", "with", "for", "by"]);
        if what.is_empty() {
            self.unfinished(start, "an object of the scene");
            return None;
        }
        // "change the door color to green".
        if ["color", "colour"].contains(&self.low()) && ["to", "into"].contains(&self.low_at(1)) {
            self.take(1);
        }
        if swaps && (what.len() > 1 || self.is_boundary() || self.eat_phrases(&["with each other", "around", "places"]))
        {
            self.eat_phrases(&["with each other", "around", "places"]);
            return Some(Clause::Swap(what));
        }
        if swaps && self.eat("with") {
            let with = self.target();
            if with.is_none() {
                self.unfinished(start, "an object of the scene");
            }
            return Some(Clause::Swap(what.into_iter().chain(with).collect()));
        }
        self.eat_phrases(&["to be", "to", "into", "for", "by", "with"]);
        self.becoming(what, start)
    }

    pub(super) fn list_until(&mut self, ends: &[&str]) -> Vec<Noun> {
        let start = self.at;
        // What distinguishes them may not run into what they become: "change the car to the left of ..." is rare.
        let targets = self.targets();
        if ends.contains(&self.low()) || !targets.iter().any(|noun| !noun.limits.is_empty()) {
            return targets;
        }
        self.at = start;
        self.nouns()
    }

    pub(super) fn becoming(&mut self, what: Vec<Noun>, start: usize) -> Option<Clause> {
        let qualities = self.qualities();
        if !qualities.is_empty() {
            return Some(Clause::Adjust { what, qualities });
        }
        match self.noun() {
            Some(into) => Some(Clause::Become { what, into }),
            None => {
                self.unfinished(start, "what it becomes");
                None
            }
        }
    }

    pub(super) fn replace(&mut self, start: usize) -> Option<Clause> {
        let what = self.targets();
        let (what, limits_with) = unlimited_with(what);
        if let Some(into) = limits_with {
            return Some(Clause::Become { what, into });
        }
        if what.is_empty() || !self.eat_phrases(&["with", "by", "for", "through"]) {
            self.unfinished(start, if what.is_empty() { "an object of the scene" } else { "\"with\" and an object" });
            return None;
        }
        self.becoming(what, start)
    }

    /// "a rabbit instead of the dog", "(I'd rather have) a cat than a dog": where there is a dog, it becomes one.
    pub(super) fn replacement(&mut self, rather: bool) -> Option<Clause> {
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        let found = self.replacement_here(rather);
        if found.is_none() {
            self.at = start;
            self.diagnostics.truncate(diagnostics);
        }
        found
    }

    fn replacement_here(&mut self, rather: bool) -> Option<Clause> {
        let into = self.noun()?;
        let new = matches!(into.determiner, Determiner::Indefinite | Determiner::Another)
            || (into.determiner == Determiner::Bare && !self.is_here(&into));
        let links = self.eat_phrases(&["instead of", "in place of", "in the place of", "rather than"])
            || (rather && self.eat("than"));
        if !new || !links || !matches!(into.head, Head::Named { .. }) {
            return None;
        }
        let mut what = self.targets();
        if what.is_empty() || !self.is_boundary() {
            return None;
        }
        if rather && !what.iter().all(|noun| self.is_here(noun)) {
            let items = vec![crate::ast::Item { nouns: vec![into], tails: Vec::new() }];
            return Some(Clause::Describe { items, fresh: true });
        }
        what.iter_mut().filter(|noun| noun.determiner != Determiner::All).for_each(as_definite);
        Some(Clause::Become { what, into })
    }

    /// "(put) the cup where the plate is and the plate where the cup is", "a horse where the dog is".
    pub(super) fn put_where(&mut self) -> Option<Clause> {
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        let found = self.put_where_here();
        if found.is_none() {
            self.at = start;
            self.diagnostics.truncate(diagnostics);
        }
        found
    }

    fn put_where_here(&mut self) -> Option<Clause> {
        let (one, place) = self.thing_and_place()?;
        if matches!(one.determiner, Determiner::Indefinite | Determiner::Another) && self.is_boundary() {
            return Some(Clause::Become { what: vec![place], into: one });
        }
        if !self.eat("and") {
            return None;
        }
        let (other, back) = self.thing_and_place()?;
        (one.head == back.head && other.head == place.head && self.is_boundary())
            .then(|| Clause::Swap(vec![one, other]))
    }

    /// "the cup where the plate is".
    fn thing_and_place(&mut self) -> Option<(Noun, Noun)> {
        let thing = self.noun()?;
        if !self.eat("where") {
            return None;
        }
        let place = self.noun()?;
        self.eat_any(&["is", "are", "was", "were", "stands", "sits"]).then_some((thing, place))
    }

    /// "use a boat instead of the car".
    pub(super) fn use_instead(&mut self, start: usize) -> Option<Clause> {
        let into = self.noun()?;
        if !self.eat_phrases(&["instead of", "in place of", "for"]) {
            self.at = start;
            return None;
        }
        let what = self.targets();
        Some(Clause::Become { what, into })
    }

    pub(super) fn times(&mut self) -> Option<usize> {
        if self.eat("twice") {
            return Some(2);
        }
        let start = self.at;
        let count = match self.kind_at(0) {
            Some(Kind::Number(number)) if number.fract() == 0.0 => Some(*number as usize),
            _ => words::number(self.low()),
        };
        self.take(1);
        if count.is_some() && self.eat_any(&["times", "time"]) {
            return count;
        }
        self.at = start;
        None
    }

    pub(super) fn make(&mut self) -> Option<Clause> {
        let start = self.at - 1;
        if self.eat_phrases(&["a copy of", "another copy of", "copies of"]) {
            return self.duplicate(start);
        }
        let before = self.at;
        let Some(first) = self.target() else {
            self.unfinished(start, "an object");
            return None;
        };
        self.at = before;
        if matches!(first.determiner, Determiner::Indefinite | Determiner::Another) && first.limits.is_empty() {
            return self.add();
        }
        let what = self.targets();
        let (what, diagnostics) = (what, self.diagnostics.len());
        self.eat_phrases(&["to be", "be", "look"]);
        self.eat_any(&["into"]);
        let qualities = self.qualities();
        if !qualities.is_empty() {
            return Some(Clause::Adjust { what, qualities });
        }
        if let Some(into) = self.noun() {
            if into.determiner == Determiner::Bare && matches!(into.head, Head::Named { known: false, .. }) {
                self.diagnostics.push((into.span, Diagnostic::Word));
                return None;
            }
            return Some(Clause::Become { what, into });
        }
        let tails = self.tails(true);
        if !tails.is_empty() {
            return Some(Clause::Move { what, tails });
        }
        if self.diagnostics.len() > diagnostics {
            return None;
        }
        // "make the sheep on the grass": a place, not which one.
        let mut what = what;
        if let Some(last) = what.last_mut()
            && !last.limits.is_empty()
            && self.is_boundary()
        {
            let tails = std::mem::take(&mut last.limits);
            return Some(Clause::Move { what, tails });
        }
        self.unfinished(start, "how it should be");
        None
    }

    /// "shrink all the clouds", "scale the tree up", "double the size of the ball", "resize the ball to small".
    pub(super) fn resize(&mut self, verb: &str) -> Option<Clause> {
        let start = self.at - 1;
        self.eat_phrases(&["the size of", "in size"]);
        let what = self.targets();
        if what.is_empty() {
            self.unfinished(start, "an object of the scene");
            return None;
        }
        self.eat("to");
        let mut qualities = self.qualities();
        if qualities.is_empty() {
            let bit = self.eat_phrases(&["a little bit", "a bit", "a little", "slightly"]);
            let lot = self.eat_phrases(&["a lot", "by a lot"]);
            let down = matches!(verb, "shrink" | "halve") || (verb == "scale" && self.eat("down"));
            self.eat_phrases(&["up", "in size"]);
            let factor: f32 = if bit {
                1.3
            } else if lot {
                4.0
            } else {
                2.0
            };
            let steps = if lot { 2 } else { 1 };
            qualities.push(if down {
                Quality::Scale { steps: -steps, area: 1.0 / factor }
            } else {
                Quality::Scale { steps, area: factor }
            });
        }
        Some(Clause::Adjust { what, qualities })
    }

    pub(super) fn paint(&mut self) -> Option<Clause> {
        let start = self.at - 1;
        let before = self.at;
        let new =
            self.noun().is_some_and(|noun| matches!(noun.determiner, Determiner::Indefinite | Determiner::Another));
        self.at = before;
        if new {
            return self.add();
        }
        let what = self.targets();
        let qualities = self.qualities();
        if what.is_empty() || qualities.is_empty() {
            self.unfinished(start, if what.is_empty() { "an object" } else { "a colour" });
            return None;
        }
        Some(Clause::Adjust { what, qualities })
    }

    pub(super) fn rename(&mut self, start: usize) -> Option<Clause> {
        let Some(what) = self.target() else {
            self.unfinished(start, "an object of the scene");
            return None;
        };
        self.eat_phrases(&["to", "as", "into"]);
        // "call it a husky": it is one from now on.
        if ["a", "an"].contains(&self.low()) {
            return self.becoming(vec![what], start);
        }
        let before = self.at;
        let Some(label) = self.label() else {
            self.unfinished(start, "a name");
            return None;
        };
        let span = self.span_from(before);
        let quoted = self.tokens[before].kind == Kind::Quoted;
        let proper = label.starts_with(char::is_uppercase);
        if !quoted && !proper {
            // "rename the dog to cat": a thing of another kind, unless it is a name that no vocabulary has.
            self.at = before;
            if let Some(into) = self.noun()
                && matches!(into.head, Head::Named { known: true, .. })
            {
                return Some(Clause::Become { what: vec![what], into });
            }
            self.at = before + 1;
        }
        Some(Clause::Rename { what, label: Some(label), span })
    }
}

/// "a rabbit instead of a dog": the dog that is there.
fn as_definite(noun: &mut Noun) {
    noun.determiner = Determiner::Definite;
    noun.count = None;
}

/// "replace the tree with a house" is not about a tree that has a house.
fn unlimited_with(mut what: Vec<Noun>) -> (Vec<Noun>, Option<Noun>) {
    let last = what.last_mut().and_then(|noun| {
        let with = |tail: &Tail| matches!(tail, Tail::Link { predicate, .. } if ["with", "with a", "by"].contains(&predicate.typed.as_str()));
        if !noun.limits.last().is_some_and(with) {
            return None;
        }
        match noun.limits.pop() {
            Some(Tail::Link { objects, .. }) => objects.into_iter().next(),
            _ => None,
        }
    });
    (what, last)
}
