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
        let tails = self.tails(false);
        if tails.is_empty() {
            self.at = start;
            return None;
        }
        Some(Clause::Describe { items: vec![Item { nouns: what, tails }], fresh: false })
    }

    /// "three", "three of them": how many the last sentence meant.
    pub(super) fn recount(&mut self) -> Option<Clause> {
        let number = match self.kind_at(0)? {
            Kind::Number(number) if number.fract() == 0.0 => *number as usize,
            _ => words::number(self.low())?,
        };
        let start = self.at;
        self.at += 1;
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
        self.at += usize::from(side.is_some());
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
