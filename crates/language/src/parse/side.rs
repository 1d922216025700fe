//! Sides and facing: "facing left", "on the other side", "to its right", "on both sides of the street".

use super::Parser;
use crate::ast::{Adjective, Determiner, Head, Noun, Predicate, Tail};
use crate::token::Kind;
use crate::words::{Class, DEGREES, UNITS};

impl Parser<'_> {
    /// "facing left", "looking to the right", "turned away".
    pub(super) fn facing(&mut self) -> Option<Tail> {
        let start = self.at;
        let verb = ["facing", "faces", "face", "looking", "looks", "turned", "turning", "pointing", "heading"];
        if !self.eat_any(&verb) {
            return None;
        }
        self.eat_phrases(&["to the", "towards the", "toward the", "to", "the"]);
        let word = match self.low() {
            "left" | "leftward" | "leftwards" => "facing left",
            "right" | "rightward" | "rightwards" => "facing right",
            "each" if self.low_at(1) == "other" => "facing each other",
            "one" if self.low_at(1) == "another" => "facing each other",
            _ => {
                // What no drawing shows.
                let shown = [
                    "forward",
                    "forwards",
                    "backward",
                    "backwards",
                    "away",
                    "us",
                    "me",
                    "the camera",
                    "camera",
                    "viewer",
                    "the viewer",
                    "front",
                    "back",
                    "up",
                    "down",
                    "straight ahead",
                    "straight",
                ];
                // "facing away from the cat": which way that is, is not known here.
                let away = self.phrase_at(0, "away from").is_some();
                let found = self.eat_phrases(&shown) && self.is_boundary();
                if away {
                    self.at = start;
                    let count = (2..12).find(|at| matches!(self.kind_at(*at), None | Some(Kind::Comma | Kind::Halted)));
                    self.leave_out(count.unwrap_or(3));
                    return self.tail(false);
                }
                if found {
                    let count = self.at - start;
                    self.at = start;
                    self.leave_out(count);
                    return self.tail(false);
                }
                self.at = start;
                return None;
            }
        };
        self.take(if word == "facing each other" { 2 } else { 1 });
        self.eat_any(&["side", "hand"]);
        if self.low() == "of"
            || (!self.is_boundary()
                && self.is_word_at(0)
                && !self.peek_relation()
                && !self.is_copula()
                && self.lexicon_has(0))
        {
            self.at = start;
            return None;
        }
        let span = self.span_from(start);
        Some(Tail::Look(Adjective::Look { word: word.to_owned(), class: Class::Facing, known: true, span }))
    }

    /// "looking up", where nothing follows: it is left out.
    pub(super) fn facing_is_skipped(&mut self) -> bool {
        let start = self.at;
        let _none = self.facing();
        self.at = start;
        let Some(count) =
            (1..5).find(|at| matches!(self.uses.get(self.at + at), Some(super::Use::Read | super::Use::Passed) | None))
        else {
            return false;
        };
        let skipped = matches!(self.uses.get(self.at), Some(super::Use::Skipped(_)));
        self.at += if skipped { count } else { 0 };
        skipped
    }

    /// "to its right", "on the girl's left", "on the other side of the tree", "on both sides of the street".
    pub(super) fn side(&mut self) -> Option<Tail> {
        let start = self.at;
        if !self.eat_any(&["to", "on", "at"]) {
            return None;
        }
        let found = self.side_after_preposition(start);
        if found.is_none() {
            self.at = start;
        }
        found
    }

    fn side_after_preposition(&mut self, start: usize) -> Option<Tail> {
        if self.eat_phrases(&["the other side", "the opposite side", "the far side", "opposite sides", "the other"]) {
            let noun = if self.eat("of") { Some(self.noun()?) } else { None };
            return self.is_boundary().then(|| Tail::OtherSide(noun.into_iter().collect()));
        }
        if self.eat_phrases(&["both sides", "either side", "each side"]) && self.low() != "of" {
            let predicate = self.side_predicate("left of", start);
            return self.is_boundary().then(|| Tail::BothSides { predicate, objects: Vec::new() });
        }
        self.at = start + 1;
        if self.eat_phrases(&["both sides of", "either side of", "each side of", "the two sides of"]) {
            let objects = self.nouns();
            let predicate = self.side_predicate("left of", start);
            return (!objects.is_empty()).then_some(Tail::BothSides { predicate, objects });
        }
        let before = self.at;
        let owner = match self.low() {
            "its" | "his" | "her" | "their" => {
                let head = match self.owner_head() {
                    Head::It => Head::LastNamed,
                    head => head,
                };
                self.take(1);
                let mut owner = super::noun::empty(Determiner::Definite, head);
                owner.span = self.span_from(before);
                owner
            }
            _ => {
                let owner = self.plain_noun()?;
                if !self.eat("'s") {
                    return None;
                }
                owner
            }
        };
        let word = match self.low() {
            "left" => "left of",
            "right" => "right of",
            _ => return None,
        };
        self.take(1);
        self.eat_any(&["side", "hand"]);
        self.eat("side");
        let ends = self.is_boundary() || self.peek_relation() || self.is_copula();
        let predicate = self.side_predicate(word, start);
        ends.then(|| Tail::Link { predicate, objects: vec![owner], and: false })
    }

    /// Whether "to the left of the house", "in the boat" follows: what "one" can be.
    pub(super) fn side_is_here(&mut self) -> bool {
        self.is_relation_at(0) && !["of", "and", "with", "has"].contains(&self.low())
    }

    fn side_predicate(&self, word: &str, start: usize) -> Predicate {
        let (name, known) = super::relation::named(self.lexicon, word, word);
        Predicate { name, typed: word.to_owned(), known, span: self.span_from(start), reversed: false }
    }

    /// The noun phrase in front of "'s".
    fn plain_noun(&mut self) -> Option<Noun> {
        let start = self.at;
        let ahead = (1..5).find(|ahead| self.low_at(*ahead) == "'s")?;
        let noun = self.named();
        if noun.is_some() && self.at == start + ahead {
            return noun.map(|noun| Noun { span: self.span_from(start), ..noun });
        }
        self.at = start;
        None
    }

    /// Words that make a place weaker, or say how far: they are left out, if a place follows.
    pub(super) fn degrees(&mut self) {
        loop {
            let start = self.at;
            if self.peek_relation() || self.is_end() {
                return;
            }
            let measured =
                matches!(self.kind_at(0), Some(Kind::Number(_))) || crate::words::number(self.low()).is_some();
            if measured && UNITS.contains(&self.low_at(1)) {
                self.take(2);
                self.eat_any(&["away", "or", "so"]);
            } else if let Some(length) = DEGREES.iter().filter_map(|phrase| self.phrase_at(0, phrase)).max() {
                self.take(length);
            } else {
                return;
            }
            let goes_on = self.peek_relation() || self.place_follows() || self.degree_follows();
            let count = self.at - start;
            self.at = start;
            if !goes_on {
                return;
            }
            self.leave_out(count);
        }
    }

    fn degree_follows(&self) -> bool {
        DEGREES.iter().any(|phrase| self.phrase_at(0, phrase).is_some()) && self.is_relation_at(1)
    }

    fn place_follows(&self) -> bool {
        let at = usize::from(self.low() == "to" || self.low() == "on" || self.low() == "in" || self.low() == "at");
        let article = usize::from(self.low_at(at) == "the");
        at == 1
            && article == 1
            && ["left", "right", "top", "bottom", "middle", "center", "back", "front"]
                .contains(&self.low_at(at + article))
    }
}
