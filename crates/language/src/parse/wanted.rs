//! Requests about existing things, turning around, corrected numbers, filling.

use super::Parser;
use crate::ast::{Clause, Determiner, Head, Item, Noun, Predicate, Tail};
use crate::token::Kind;
use crate::words;

/// So many fill a place.
const FULL: usize = 8;

impl Parser<'_> {
    /// "(let) the dog wear a hat", "(I want) the tree to be bigger".
    pub(super) fn wanted(&mut self) -> Option<Clause> {
        let start = self.at;
        let what = self.nouns();
        let points = |noun: &Noun| {
            !matches!(noun.determiner, Determiner::Bare | Determiner::Indefinite | Determiner::Another)
                || matches!(noun.head, Head::Labeled(_))
        };
        if what.is_empty() || !what.iter().all(points) {
            self.at = start;
            return None;
        }
        self.eat("to");
        self.eat_any(&["be", "look", "get", "become"]);
        let qualities = self.qualities();
        if !qualities.is_empty() {
            return Some(Clause::Adjust { what, qualities });
        }
        if self.eat_any(&["gone", "removed", "disappear", "deleted", "vanish"]) {
            return Some(Clause::Remove(what));
        }
        let mut tails: Vec<Tail> = self.plain_verb().into_iter().collect();
        tails.extend(self.tails(false));
        if tails.is_empty() {
            self.at = start;
            return None;
        }
        Some(Clause::Describe { items: vec![Item { nouns: what, tails }], fresh: false })
    }

    /// "bring back the swing", "put it back", "I want the swing back".
    pub(super) fn restore(&mut self) -> Option<Clause> {
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        let first = self.eat_phrases(&["bring back", "put back", "give back", "restore"]);
        let wants = !first && self.eat_phrases(&["bring", "put", "i want", "we want", "give me", "get"]);
        if first || wants {
            let noun = self.noun();
            let back = first || self.eat("back");
            let known = |noun: &Noun| noun.determiner == Determiner::Definite;
            if let Some(noun) = noun.filter(known)
                && back
                && self.is_boundary()
            {
                return Some(Clause::Restore(noun));
            }
        }
        self.at = start;
        self.diagnostics.truncate(diagnostics);
        None
    }

    /// "there are too many trees", where more is said of them.
    pub(super) fn speak_of(&mut self) -> Option<Clause> {
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        if self.eat_phrases(&["there are too many", "there is too much", "there are a lot of", "i see too many"]) {
            let noun = self.noun();
            if let Some(noun) = noun.filter(|noun| self.is_here(noun))
                && self.is_boundary()
                && !self.is_end()
            {
                return Some(Clause::SpeakOf(Noun { determiner: Determiner::All, ..noun }));
            }
        }
        self.at = start;
        self.diagnostics.truncate(diagnostics);
        None
    }

    /// "(get) the sailor to wave at the mermaid".
    pub(super) fn wanted_of_others(&mut self) -> Option<Clause> {
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        let what = self.nouns();
        if !what.is_empty() && self.low() == "to" && !["the", "a", "an"].contains(&self.low_at(1)) {
            self.at = start;
            if let Some(clause) = self.wanted() {
                return Some(clause);
            }
        }
        self.at = start;
        self.diagnostics.truncate(diagnostics);
        None
    }

    /// "there should be three trees", "make it two dogs", "exactly two dogs": how many there are to be in all.
    pub(super) fn total(&mut self) -> Option<Clause> {
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        let asks = self.eat_phrases(&[
            "there should be",
            "there must be",
            "there have to be",
            "there has to be",
            "there should only be",
            "make it",
            "make that",
            "i want",
            "i need",
            "we need",
        ]);
        let wants = asks && self.tokens[self.at - 1].low == "be";
        let makes = asks && ["it", "that"].contains(&self.tokens[self.at - 1].low.as_str());
        let exact = self.eat_phrases(&["exactly", "only", "just", "no more than", "a total of"]);
        let noun = if wants || makes || exact { self.noun() } else { None };
        if let Some(noun) = noun {
            let in_all = self.eat_phrases(&["in total", "altogether", "in all", "overall"]);
            let counted = noun.count.is_some_and(|count| count > 0) && noun.determiner == Determiner::Indefinite;
            let plain = matches!(noun.head, Head::Named { .. }) && noun.pick.is_none();
            // "make it a dog" changes what it is.
            let several = noun.count.is_some_and(|count| count > 1) || exact || in_all;
            if counted && plain && several && self.is_boundary() && (self.is_here(&noun) || in_all || exact) {
                return Some(Clause::Total(noun));
            }
        }
        self.at = start;
        self.diagnostics.truncate(diagnostics);
        None
    }

    /// "three", "three of them": how many the last sentence meant.
    pub(super) fn recount(&mut self) -> Option<Clause> {
        let number = match self.kind_at(0)? {
            Kind::Number(number) if number.fract() == 0.0 => *number as usize,
            _ => words::number(self.low())?,
        };
        let start = self.at;
        self.take(1);
        self.eat_phrases(&["of them", "of those", "instead"]);
        if matches!(self.kind_at(0), None | Some(Kind::Comma | Kind::Halted))
            || ["and", "instead", "please"].contains(&self.low())
        {
            return Some(Clause::Recount(number));
        }
        self.at = start;
        None
    }

    /// Whether "turn" is followed by a thing and a way to face.
    pub(super) fn turns_around(&self) -> bool {
        let ends = |at: usize| matches!(self.kind_at(at), None | Some(Kind::Comma | Kind::Halted));
        let last = (0..10).find(|at| ends(*at)).unwrap_or(0);
        let has = |word: &str| (0..last).any(|at| self.low_at(at) == word);
        let side = last > 1 && ["left", "right"].contains(&self.low_at(last - 1));
        has("around") || has("round") && !has("a") || side || (has("other") && has("way"))
    }

    /// "flip the car horizontally", "turn the dog around", "turn the dog to the left".
    pub(super) fn turn_around(&mut self, start: usize) -> Option<Clause> {
        self.eat("around");
        let what = self.nouns();
        if what.is_empty() {
            self.unfinished(start, "an object of the scene");
            return None;
        }
        self.eat_phrases(&["so that it is", "so it is", "so that it"]);
        self.eat_any(&["to", "facing", "faces", "looking", "face"]);
        self.eat_any(&["the", "face"]);
        self.eat("the");
        let side = match self.low() {
            "left" => Some("facing left"),
            "right" => Some("facing right"),
            _ => None,
        };
        self.take(usize::from(side.is_some()));
        self.eat_phrases(&[
            "horizontally",
            "around",
            "round",
            "the other way around",
            "other way around",
            "the other way",
            "other way",
            "over",
            "sideways",
            "left to right",
            "other direction",
            "opposite way",
            "opposite direction",
        ]);
        if self.eat_phrases(&["upside down", "vertically"]) {
            return None;
        }
        Some(Clause::Face { what, side })
    }

    /// "fill the sky with balloons".
    pub(super) fn fill(&mut self, start: usize) -> Option<Clause> {
        let place = self.noun()?;
        if !self.eat("with") {
            self.unfinished(start, "\"with\" and objects");
            return None;
        }
        let mut nouns = self.nouns();
        if nouns.is_empty() {
            self.unfinished(start, "objects");
            return None;
        }
        for noun in &mut nouns {
            noun.count = noun.count.or(Some(FULL));
        }
        let inside = matches!(&place.head, Head::Named { name, .. } if ["sky", "ocean", "lake", "river", "water", "forest"].contains(&name.as_str()));
        let word = if inside { "in" } else { "on" };
        let (name, known) = super::relation::named(self.lexicon, word, word);
        let predicate = Predicate { name, typed: word.to_owned(), known, span: self.span_from(start), reversed: false };
        let tails = vec![Tail::Link { predicate, objects: vec![place], and: false }];
        Some(Clause::Describe { items: vec![Item { nouns, tails }], fresh: true })
    }
}
