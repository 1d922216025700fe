//! How a thing should be: "bigger", "twice as large", "red and shiny".

use super::Parser;
use crate::ast::{Adjective, Quality};
use crate::token::Kind;
use crate::words;

impl Parser<'_> {
    /// "bigger", "twice as large", "red and shiny", "the size of the cow".
    pub(super) fn qualities(&mut self) -> Vec<Quality> {
        let mut qualities = Vec::new();
        loop {
            let start = self.at;
            if !qualities.is_empty() {
                let comma = matches!(self.kind_at(0), Some(Kind::Comma));
                self.take(usize::from(comma));
                self.eat("and");
                if self.at == start {
                    return qualities;
                }
            }
            match self.quality() {
                Some(quality) => qualities.push(quality),
                None => {
                    self.at = start;
                    return qualities;
                }
            }
        }
    }

    pub(super) fn quality(&mut self) -> Option<Quality> {
        let start = self.at;
        if let Some(scale) = self.scale() {
            return Some(scale);
        }
        self.at = start;
        if self.eat_phrases(&[
            "the same size as",
            "as big as",
            "as large as",
            "as small as",
            "the size of",
            "as tall as",
        ]) {
            if let Some(noun) = self.target() {
                return Some(Quality::SizeOf(noun));
            }
            self.at = start;
            return None;
        }
        if self.eat_phrases(&[
            "the same color as",
            "the same colour as",
            "the color of",
            "the colour of",
            "same color as",
            "same colour as",
        ]) {
            if let Some(noun) = self.target() {
                return Some(Quality::ColorOf(noun));
            }
            self.at = start;
            return None;
        }
        let superlative = [(true, ["biggest", "largest", "tallest"]), (false, ["smallest", "littlest", "shortest"])];
        let article = self.eat("the");
        for (larger, words) in superlative {
            if article && self.eat_any(&words) {
                self.eat_phrases(&["one", "of all", "of them all", "thing"]);
                if self.is_boundary() {
                    return Some(Quality::Most { larger });
                }
            }
        }
        self.at = start;
        // "different colors": each its own.
        if self.eat_phrases(&[
            "different colors",
            "different colours",
            "of different colors",
            "all different colors",
            "various colors",
        ]) {
            return Some(Quality::OwnColors);
        }
        let adjective = self.adjective()?;
        // "make it a red car" is met elsewhere; "make the orange blue car" is not a quality.
        if !(self.is_boundary()
            || self.is_end()
            || self.peek_relation()
            || self.adjective_follows()
            || self.ends_noun())
        {
            self.at = start;
            return None;
        }
        Some(match adjective {
            Adjective::Size(size) => Quality::Size(size),
            look => Quality::Look(look),
        })
    }

    /// "less big", "not so tall", "not as small".
    fn less(&mut self) -> Option<Quality> {
        let start = self.at;
        self.eat_phrases(&["a bit", "a little", "a little bit", "much", "a lot", "slightly"]);
        if !self.eat_phrases(&["less", "not so", "not as", "not that", "not quite so", "not quite as"]) {
            self.at = start;
            return None;
        }
        let sign = match self.low() {
            "big" | "large" | "huge" | "tall" | "wide" | "long" | "fat" | "giant" => -1,
            "small" | "tiny" | "little" | "short" | "thin" | "narrow" => 1,
            _ => {
                self.at = start;
                return None;
            }
        };
        self.take(1);
        if self.eat_any(&["than", "as"]) {
            let noun = self.target()?;
            return Some(if sign > 0 { Quality::LargerThan(noun) } else { Quality::SmallerThan(noun) });
        }
        Some(Quality::Scale { steps: sign, area: if sign > 0 { 1.6 } else { 1.0 / 1.6 } })
    }

    pub(super) fn adjective_follows(&mut self) -> bool {
        let start = self.at;
        let follows = self.adjective().is_some();
        self.at = start;
        follows
    }

    pub(super) fn scale(&mut self) -> Option<Quality> {
        const FACTORS: [(&str, i32, f32); 12] = [
            ("twice as", 1, 2.0),
            ("two times as", 1, 2.0),
            ("three times as", 2, 3.0),
            ("four times as", 2, 4.0),
            ("half as", -1, 0.5),
            ("twice the size", 1, 2.0),
            ("double the size", 1, 2.0),
            ("twice its size", 1, 2.0),
            ("half the size", -1, 0.5),
            ("half its size", -1, 0.5),
            ("double", 1, 2.0),
            ("half", -1, 0.5),
        ];
        if let Some((phrase, steps, area)) = FACTORS.iter().find(|(phrase, ..)| self.eat_phrase(phrase)) {
            // "half hidden" says nothing of a size.
            if ["half", "double"].contains(phrase) && !self.is_boundary() {
                return None;
            }
            if phrase.ends_with(" as") && !self.eat_any(&["big", "large", "tall", "wide", "high", "long", "small"]) {
                return None;
            }
            // "half the size of the bear".
            if (phrase.ends_with("size") && self.eat("of")) || (phrase.ends_with(" as") && self.eat("as")) {
                let noun = self.target()?;
                return Some(if *steps > 0 { Quality::LargerThan(noun) } else { Quality::SmallerThan(noun) });
            }
            return Some(Quality::Scale { steps: *steps, area: *area });
        }
        if let Some(quality) = self.less() {
            return Some(quality);
        }
        let (begin, like) = (self.at, self.eat("like"));
        let lot = self.eat_phrases(&["much", "a lot", "far", "way"]);
        if like && words::comparison(self.low()).is_none() {
            self.at = begin;
            return None;
        }
        let bit = !lot
            && self.eat_phrases(&["a little bit", "a bit", "a little", "slightly", "somewhat", "just a bit", "a tad"]);
        let sign = words::comparison(self.low())?;
        self.take(1);
        let bit = bit || (!lot && self.eat_phrases(&["by a bit", "a bit", "a little"]));
        if self.eat("than") {
            let noun = self.target()?;
            return Some(if sign > 0 { Quality::LargerThan(noun) } else { Quality::SmallerThan(noun) });
        }
        let factor: f32 = if lot {
            3.0
        } else if bit {
            1.25
        } else {
            1.6
        };
        let steps = if lot { 2 * sign } else { sign };
        Some(Quality::Scale { steps, area: if sign > 0 { factor } else { 1.0 / factor } })
    }
}
