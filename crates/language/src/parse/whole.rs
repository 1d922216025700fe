//! The whole scene: its light, its setting, what it is a picture of; fewer things, and others instead.

use super::Parser;
use super::phrases::VERBS;
use crate::ast::{Clause, Determiner, Head, Item, Noun, Tail};
use crate::token::Kind;
use crate::words;

impl Parser<'_> {
    /// "not a boy, a girl": where there is a boy, he becomes one.
    pub(super) fn not_this_but_that(&mut self) -> Option<Clause> {
        if !self.eat("not") {
            return None;
        }
        let not = self.noun()?;
        let comma = matches!(self.kind_at(0), Some(Kind::Comma | Kind::Halted));
        self.take(usize::from(comma));
        let but = self.eat("but");
        let into = if comma || but { self.noun()? } else { return None };
        let new = |noun: &Noun| {
            matches!(noun.determiner, Determiner::Indefinite | Determiner::Bare)
                && matches!(noun.head, Head::Named { known: true, .. })
        };
        if !new(&not) || !new(&into) || !self.is_boundary() {
            return None;
        }
        if self.is_here(&not) {
            let what = Noun { determiner: Determiner::Definite, count: None, ..not };
            return Some(Clause::Become { what: vec![what], into });
        }
        Some(Clause::Describe { items: vec![Item { nouns: vec![into], tails: Vec::new() }], fresh: true })
    }

    /// "fewer clouds", "less trees".
    pub(super) fn fewer(&mut self) -> Option<Clause> {
        if !self.eat_any(&["fewer", "less"]) {
            return None;
        }
        self.eat_phrases(&["of the", "of these", "of those"]);
        let noun = self.noun()?;
        let several = matches!(&noun.head, Head::Named { plural: true, .. });
        (several && self.is_boundary()).then_some(Clause::Fewer(Noun { determiner: Determiner::All, ..noun }))
    }

    /// "my daughter wants", "the kids would like": whoever wishes is no object.
    pub(super) fn wish_of_others(&mut self) -> bool {
        let start = self.at;
        if self.eat_any(&["my", "our"]) && self.is_word_at(0) {
            self.take(1);
            let wants = [
                "wants to see",
                "wants to have",
                "wants",
                "want",
                "would like to see",
                "would like to have",
                "would like",
                "would love",
                "asked for",
                "asks for",
                "wishes for",
                "needs",
            ];
            if self.eat_phrases(&wants) {
                let count = self.at - start;
                self.at = start;
                self.leave_out(count);
                return true;
            }
        }
        self.at = start;
        false
    }

    /// "a black and white photo of": what it is a picture of is meant.
    pub(super) fn picture_of(&mut self) -> bool {
        const PICTURES: [&str; 24] = [
            "cutaway",
            "diagram",
            "photo",
            "photograph",
            "picture",
            "image",
            "painting",
            "drawing",
            "illustration",
            "sketch",
            "render",
            "rendering",
            "cartoon",
            "watercolor",
            "watercolour",
            "close",
            "closeup",
            "view",
            "shot",
            "snapshot",
            "scene",
            "portrait",
            "poster",
            "artwork",
        ];
        let start = self.at;
        let Some(at) = (0..7).find(|ahead| PICTURES.contains(&self.low_at(*ahead)) && self.is_word_at(*ahead)) else {
            return false;
        };
        let before = (0..at).all(|ahead| {
            self.is_word_at(ahead)
                && !VERBS.contains(&self.low_at(ahead))
                && !["of", "on", "in", "the", "with", "has"].contains(&self.low_at(ahead))
        });
        self.take(at + 1);
        self.eat("up");
        self.eat_any(&["shot", "view", "photo", "picture", "image"]);
        if !before || !self.eat_any(&["of", "showing", "depicting", "featuring"]) {
            self.at = start;
            return false;
        }
        let close = ["close", "closeup"].contains(&self.tokens[start + at].low.as_str());
        let said = (start..=start + at)
            .find(|here| !["a", "an"].contains(&self.tokens[*here].low.as_str()) && (*here < start + at || close));
        let end = self.at;
        if let Some(first) = said {
            self.skip(first, end - 1);
        }
        true
    }

    /// "a foggy evening", "night, raining": nothing but words about the light.
    pub(super) fn lights(&mut self) -> Option<Clause> {
        let start = self.at;
        self.eat_any(&["a", "an", "the"]);
        let mut lights = Vec::new();
        loop {
            if [
                "autumn",
                "fall",
                "spring",
                "calm",
                "quiet",
                "beautiful",
                "cold",
                "warm",
                "lovely",
                "early",
                "late",
                "dark",
                "hot",
            ]
            .contains(&self.low())
            {
                if self.eat("spring") {
                    lights.push(words::SPRING);
                } else {
                    self.leave_out(1);
                }
                continue;
            }
            match self.eat_longest(words::LIGHTS) {
                Some(light) if !lights.contains(&light) => lights.push(light),
                Some(_) => {}
                None => break,
            }
            self.eat("and");
        }
        let ends = self.is_boundary() || (self.peek_relation() && lights.len() > 1);
        // "a foggy morning on the lake".
        let (before, diagnostics) = (self.at, self.diagnostics.len());
        if lights.len() > 1 && !self.is_boundary() && self.eat_any(&["on", "over", "at", "in", "by", "above", "near"]) {
            let mut items = self.items();
            if let Some(item) = items.first_mut() {
                item.tails.splice(0..0, lights.iter().map(|light| Tail::Light(light)));
                return Some(Clause::Describe { items, fresh: false });
            }
        }
        self.at = before;
        self.diagnostics.truncate(diagnostics);
        if lights.is_empty() || !ends || (lights.len() == 1 && !self.has_skipped(start)) {
            self.at = start;
            return None;
        }
        Some(Clause::Lights(lights))
    }

    /// "it isn't raining any more", "the rain has stopped", "it stopped snowing".
    pub(super) fn no_light(&mut self) -> Option<Clause> {
        let start = self.at;
        let not = self.eat_phrases(&[
            "it is not",
            "it is no longer",
            "it has stopped",
            "it stopped",
            "it should stop",
            "it should not be",
            "it should no longer be",
            "stop",
            "no more",
            "it does not",
        ]);
        if not {
            self.eat_any(&["be", "being"]);
            let light = self.eat_longest(words::LIGHTS).or_else(|| match self.low() {
                "rain" | "snow" => {
                    self.take(1);
                    Some(if self.tokens[self.at - 1].low == "rain" { "rainy" } else { "snowy" })
                }
                _ => None,
            });
            self.eat_phrases(&["any more", "anymore", "any longer", "now"]);
            if let Some(light) = light
                && self.is_boundary()
            {
                return Some(Clause::NoLight(light));
            }
        }
        self.at = start;
        self.eat("the");
        let light = match self.low() {
            "rain" => "rainy",
            "snow" => "snowy",
            "fog" => "foggy",
            "storm" => "stormy",
            _ => {
                self.at = start;
                return None;
            }
        };
        self.take(1);
        if self.eat_phrases(&[
            "has stopped",
            "stopped",
            "is over",
            "should stop",
            "has lifted",
            "lifted",
            "is gone",
            "has gone",
        ]) && self.is_boundary()
        {
            return Some(Clause::NoLight(light));
        }
        self.at = start;
        None
    }

    /// "set the whole thing in the desert": the ground becomes another one.
    pub(super) fn setting(&mut self) -> Option<Clause> {
        let start = self.at;
        let whole = [
            "the whole thing",
            "the whole scene",
            "the scene",
            "the picture",
            "everything",
            "it all",
            "all of it",
            "this",
        ];
        if self.eat_phrases(&whole) && self.eat_any(&["in", "on", "at", "by"]) {
            let mut what = super::noun::empty(
                Determiner::Definite,
                Head::Named { name: "setting".into(), typed: "setting".into(), known: true, plural: false },
            );
            what.span = self.span_from(start);
            if let Some(into) = self.noun().filter(|into| matches!(into.head, Head::Named { known: true, .. }))
                && (self.is_boundary() || self.low() == "instead")
            {
                // "instead of a beach".
                if self.eat_phrase("instead of")
                    && let Some(other) = self.noun()
                {
                    what = Noun { determiner: Determiner::Definite, count: None, ..other };
                }
                return Some(Clause::Become { what: vec![what], into });
            }
        }
        self.at = start;
        None
    }

    pub(super) fn weather(&mut self) -> Option<Clause> {
        let light = match self.low() {
            "snow" => "snowy",
            "rain" => "rainy",
            "storm" => "stormy",
            "spring" | "summer" => words::SPRING,
            "dark" | "darker" => "night",
            "light" | "bright" | "brighter" | "lighter" => "day",
            _ => return self.light_phrase().map(Clause::Light),
        };
        self.take(1);
        if !self.is_boundary() {
            return None;
        }
        Some(Clause::Light(light))
    }

    /// "make it night", "it is snowing", "at night".
    pub(super) fn light_clause(&mut self) -> Option<Clause> {
        let start = self.at;
        let makes = self.eat_phrases(&[
            "make it look like",
            "make it look as if it is",
            "make it be",
            "make the scene look like",
            "make the picture look like",
            "make it",
            "it is",
            "it should be",
            "make the scene",
            "make the picture",
            "make this",
            "set it",
            "it looks like",
            "change it to",
            "change the scene to",
            "change the time to",
            "change the weather to",
            "turn it into",
            "it was",
            "it were",
            "it gets",
            "the weather is",
            "the time is",
            "the scene is",
            "the scene should be",
            "let it be",
            "set the scene at",
            "set the scene in",
        ]);
        if makes && self.eat_phrases(&["about to", "going to", "starting to", "beginning to", "supposed to"]) {
            self.skip(self.at - 2, self.at);
        }
        if makes && let Some(lights) = self.lights() {
            return Some(lights);
        }
        self.eat_any(&["now", "a", "an", "all", "very", "some"]);
        let clause = if makes { self.weather() } else { self.light_phrase().map(Clause::Light) };
        if clause.is_none() {
            self.at = start;
        }
        clause
    }
}
