//! One clause: a verb and what belongs to it, or things and how they stand.

use super::Parser;
use crate::command::ast::{Adjective, Clause, Determiner, Head, Item, Noun, Quality, Tail};
use crate::command::token::Kind;
use crate::command::words;

/// Words that begin an instruction. A name that is one of them needs an article.
const VERBS: &[&str] = &[
    "add", "draw", "create", "insert", "include", "put", "place", "set", "move", "shift", "drag", "bring", "push", "pull",
    "remove", "delete", "erase", "clear", "change", "turn", "transform", "convert", "replace", "substitute", "swap",
    "exchange", "switch", "duplicate", "copy", "clone", "repeat", "lock", "unlock", "freeze", "unfreeze", "keep", "pin",
    "unpin", "release", "make", "let", "shrink", "enlarge", "grow", "resize", "scale", "double", "halve", "paint",
    "colour", "color", "rename", "call", "name", "try", "redraw", "reroll", "regenerate", "vary", "undo", "redo", "give",
    "show", "use", "get", "take", "drop", "throw", "start", "forget", "flip", "reverse", "do", "relate", "kill", "hide",
    "raise", "lower",
];

const COPULAS: &[&str] =
    &["is", "are", "was", "were", "becomes", "become", "looks", "should", "must", "shall", "can", "will"];

/// Every word that begins an instruction, for suggestions.
pub(in crate::command) fn verb_words() -> impl Iterator<Item = &'static str> {
    VERBS.iter().copied()
}

impl Parser<'_> {
    pub(super) fn is_verb(&self) -> bool {
        let low = self.low();
        VERBS.contains(&low) || (low == "go" && self.low_at(1) == "back") || (low == "there" && COPULAS.contains(&self.low_at(1)))
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
        if self.at > start && self.troubles.last().is_some_and(|(span, _)| span.start >= self.tokens[start].span.start) {
            return None;
        }
        self.at = start;
        self.statement()
    }

    fn history(&mut self) -> Option<Clause> {
        let start = self.at;
        let clause = if self.eat_phrases(&["undo", "go back", "step back", "take back", "take that back", "take it back"]) {
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
    fn steps(&mut self) -> usize {
        self.eat("by");
        self.eat_phrases(&["the last", "my last", "the previous", "the", "last", "that", "it", "this", "everything"]);
        let count = match self.kind_at(0) {
            Some(Kind::Number(number)) if number.fract() == 0.0 && *number >= 1.0 => Some(*number as usize),
            _ => words::number(self.low()).filter(|count| *count > 0),
        };
        let article = count.is_none() && self.eat("a");
        self.at += usize::from(count.is_some());
        self.eat_any(&["more"]);
        let unit = self.eat_any(&["step", "steps", "change", "changes", "times", "time", "edit", "edits", "thing", "things"]);
        let twice = !unit && !article && count.is_none() && self.eat("twice");
        count.unwrap_or(if twice { 2 } else { 1 })
    }

    fn instruction(&mut self) -> Option<Clause> {
        let start = self.at;
        if let Some(light) = self.light_clause() {
            return Some(light);
        }
        if self.low() == "there" && self.is_verb() {
            return self.there_is();
        }
        if self.low() == "no" || self.low() == "without" || self.phrase_at(0, "not any").is_some() {
            return self.no_more();
        }
        if !(VERBS.contains(&self.low()) || ["i", "we", "rid", "don't", "dont"].contains(&self.low())) {
            return self.do_not();
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
            "do" => self.do_not_behind_do(),
            "shrink" | "enlarge" | "grow" | "resize" | "scale" | "double" | "halve" => self.resize(&verb),
            "paint" | "colour" | "color" => self.paint(),
            "rename" | "call" | "name" => self.rename(start),
            "try" | "redraw" | "reroll" | "regenerate" | "vary" => self.another_look(&verb),
            "give" => self.give(start),
            _ => None,
        }
    }

    fn with_targets(&mut self, start: usize, make: impl FnOnce(Vec<Noun>) -> Clause) -> Option<Clause> {
        let what = self.targets();
        if what.is_empty() {
            self.unfinished(start, "an object of the scene");
            return None;
        }
        self.eat_any(&["down", "again"]);
        self.eat_phrases(&["in place", "as it is", "as they are", "where it is", "where they are", "unchanged", "there"]);
        Some(make(what))
    }

    fn add(&mut self) -> Option<Clause> {
        let start = self.at - 1;
        self.eat_phrases(&["in", "me"]);
        if self.eat_any(&["back"]) {}
        let items = self.items();
        if items.is_empty() {
            self.unfinished(start, "an object");
            return None;
        }
        self.eat_phrases(&["to the scene", "to the picture", "to the image", "in the scene", "in the picture"]);
        Some(Clause::Describe { items, fresh: true })
    }

    /// "I want a tree", "we need two cows".
    fn wish(&mut self) -> Option<Clause> {
        let wishes = ["would like to have", "would like to see", "would like", "want to see", "want", "need", "see", "wish for"];
        if !self.eat_phrases(&wishes) {
            return None;
        }
        if self.is_verb() || self.eat("to") { self.instruction() } else { self.add() }
    }

    fn let_there_be(&mut self) -> Option<Clause> {
        if self.eat_phrase("there be") {
            return self.light_phrase().map(Clause::Light).or_else(|| self.add());
        }
        if self.eat("it") {
            self.eat("be");
            return self.weather();
        }
        None
    }

    fn weather(&mut self) -> Option<Clause> {
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
    fn light_clause(&mut self) -> Option<Clause> {
        let start = self.at;
        let makes = self.eat_phrases(&["make it", "it is", "it should be", "make the scene", "make this", "set it"]);
        self.eat_any(&["now"]);
        let clause = if makes { self.weather() } else { self.light_phrase().map(Clause::Light) };
        if clause.is_none() {
            self.at = start;
        }
        clause
    }

    fn there_is(&mut self) -> Option<Clause> {
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
    fn no_more(&mut self) -> Option<Clause> {
        let start = self.at;
        self.eat_phrases(&["not any", "without", "no"]);
        self.none_of(start)
    }

    fn none_of(&mut self, start: usize) -> Option<Clause> {
        self.eat_any(&["any", "a", "an"]);
        self.eat("more");
        let mut what = self.targets();
        what.iter_mut().filter(|noun| noun.determiner != Determiner::Definite).for_each(|noun| noun.determiner = Determiner::All);
        self.eat_phrases(&["any more", "anymore", "here"]);
        if what.is_empty() {
            self.at = start;
            return None;
        }
        Some(Clause::Remove(what))
    }

    fn put(&mut self, verb: &str) -> Option<Clause> {
        let start = self.at - 1;
        if self.eat("back") {}
        let Some(first) = self.noun() else {
            self.unfinished(start, "an object");
            return None;
        };
        let is_new = match first.determiner {
            Determiner::Indefinite | Determiner::Another => true,
            Determiner::Bare => !self.is_here(&first),
            _ => false,
        };
        self.at = start + 1;
        self.eat("back");
        if is_new && ["put", "place", "set", "bring"].contains(&verb) {
            return self.add();
        }
        let mut what = self.nouns();
        let mut tails = self.tails(true);
        // "move the sheep on the left to the right": the first part says which.
        if let [noun] = what.as_mut_slice()
            && tails.len() > 1
            && matches!(tails[0], Tail::Place(_) | Tail::Link { .. })
            && !self.goes_to(&noun.span)
        {
            noun.limits.push(tails.remove(0));
        }
        if tails.is_empty() {
            self.eat_any(&["in", "somewhere", "away"]);
            self.unfinished(start, "a place");
            return None;
        }
        Some(Clause::Move { what, tails })
    }

    /// Whether "to", "onto" ... comes right behind the noun.
    fn goes_to(&self, noun: &super::Span) -> bool {
        let next = self.tokens.iter().find(|token| token.span.start >= noun.end);
        next.is_none_or(|token| ["to", "onto", "into", "towards", "toward", "left", "right", "up", "down"].contains(&token.low.as_str()))
            || !self.tokens.iter().any(|token| {
                token.span.start > noun.end && ["to", "onto", "into", "towards", "toward", "left", "right", "up", "down"].contains(&token.low.as_str())
            })
    }

    /// Whether the scene has such a thing.
    fn is_here(&self, noun: &Noun) -> bool {
        match &noun.head {
            Head::Named { name, .. } => self.lexicon.scene.nodes().iter().any(|node| {
                node.name == *name || self.lexicon.object(&node.name).is_some_and(|known| known == name)
            }),
            _ => true,
        }
    }

    fn raise(&mut self, verb: &str) -> Option<Clause> {
        let start = self.at - 1;
        let down = if verb == "raise" { -1 } else { 1 };
        self.with_targets(start, |what| {
            let shift = crate::command::ast::Shift { across: 0, down, step: 0.15 };
            Clause::Move { what, tails: vec![Tail::Shift(shift)] }
        })
    }

    fn remove(&mut self, start: usize) -> Option<Clause> {
        let what = self.targets();
        if what.is_empty() {
            self.unfinished(start, "an object of the scene");
            return None;
        }
        self.eat_any(&["away", "out", "completely", "entirely"]);
        if self.eat("from") && !self.eat_phrases(&["the scene", "the picture", "the image", "here"]) {
            let places = self.targets();
            if places.is_empty() {
                self.unfinished(self.at - 1, "an object of the scene");
            }
            // "remove the boat from the ocean": the one that has to do with it.
            let span = self.span_from(start);
            let predicate = crate::command::ast::Predicate { name: String::new(), typed: "from".into(), known: true, span };
            let limit = Tail::Link { predicate, objects: places, and: false };
            let what = what.into_iter().map(|mut noun| {
                noun.limits.push(limit.clone());
                noun
            });
            return Some(Clause::Remove(what.collect()));
        }
        Some(Clause::Remove(what))
    }

    fn clear(&mut self, start: usize) -> Option<Clause> {
        let whole = ["the scene", "the picture", "the canvas", "all", "everything", "over", "afresh", "again", "from scratch"];
        if self.eat_phrases(&whole) || self.is_boundary() {
            let mut noun = everything();
            noun.span = self.span_from(start);
            if self.eat_phrases(&["except for", "except", "but"]) {
                noun.except = self.targets();
            }
            return Some(Clause::Remove(vec![noun]));
        }
        self.remove(start)
    }

    /// "change the zebra to a sheep", "swap the cat and the dog", "turn the car red".
    fn change(&mut self, verb: &str) -> Option<Clause> {
        let start = self.at - 1;
        let swaps = ["swap", "exchange", "switch"].contains(&verb);
        if !swaps && self.eat_phrases(&["the colour of", "the color of", "the size of"]) {}
        if swaps {
            self.eat_phrases(&["the places of", "the positions of"]);
        }
        let what = self.list_until(&["to", "into", "with", "for", "by"]);
        if what.is_empty() {
            self.unfinished(start, "an object of the scene");
            return None;
        }
        if swaps && (what.len() > 1 || what.iter().any(|noun| matches!(noun.determiner, Determiner::Both) || noun.head == Head::Them)) {
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
        self.into_what(what, start)
    }

    fn list_until(&mut self, ends: &[&str]) -> Vec<Noun> {
        let start = self.at;
        // What tells them apart may not run into what they become: "change the car to the left of ..." is rare.
        let targets = self.targets();
        if ends.contains(&self.low()) || !targets.iter().any(|noun| !noun.limits.is_empty()) {
            return targets;
        }
        self.at = start;
        self.nouns()
    }

    fn into_what(&mut self, what: Vec<Noun>, start: usize) -> Option<Clause> {
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

    fn replace(&mut self, start: usize) -> Option<Clause> {
        let what = self.list_until(&["with", "by"]);
        let (what, limits_with) = unlimited_with(what);
        if let Some(into) = limits_with {
            return Some(Clause::Become { what, into });
        }
        if what.is_empty() || !self.eat_phrases(&["with", "by", "for", "through"]) {
            self.unfinished(start, if what.is_empty() { "an object of the scene" } else { "\"with\" and an object" });
            return None;
        }
        self.into_what(what, start)
    }

    /// "use a boat instead of the car".
    fn use_instead(&mut self, start: usize) -> Option<Clause> {
        let into = self.noun()?;
        if !self.eat_phrases(&["instead of", "in place of", "for"]) {
            self.at = start;
            return None;
        }
        let what = self.targets();
        Some(Clause::Become { what, into })
    }

    fn duplicate(&mut self, start: usize) -> Option<Clause> {
        let what = self.nouns();
        if what.is_empty() {
            self.unfinished(start, "an object of the scene");
            return None;
        }
        let mut times = self.times();
        let tails = self.tails(true);
        times = times.or_else(|| self.times());
        Some(Clause::Duplicate { what, times: times.unwrap_or(1), tails })
    }

    fn times(&mut self) -> Option<usize> {
        if self.eat("twice") {
            return Some(2);
        }
        let start = self.at;
        let count = match self.kind_at(0) {
            Some(Kind::Number(number)) if number.fract() == 0.0 => Some(*number as usize),
            _ => words::number(self.low()),
        };
        self.at += 1;
        if count.is_some() && self.eat_any(&["times", "time"]) {
            return count;
        }
        self.at = start;
        None
    }

    fn keep(&mut self, start: usize) -> Option<Clause> {
        if self.eat_any(&["only", "just"]) || self.eat_phrase("nothing but") {
            return self.with_targets(start, Clause::KeepOnly);
        }
        self.with_targets(start, |what| Clause::Lock { what, locked: true })
    }

    /// "don't touch the house", "don't change the sky".
    fn do_not(&mut self) -> Option<Clause> {
        None
    }

    fn do_not_behind_do(&mut self) -> Option<Clause> {
        let start = self.at - 1;
        let keeps = ["not touch", "not change", "not move", "not redraw", "not alter"];
        if self.eat_phrases(&keeps) {
            return self.with_targets(start, |what| Clause::Lock { what, locked: true });
        }
        None
    }

    fn make(&mut self) -> Option<Clause> {
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
        let (what, troubles) = (what, self.troubles.len());
        self.eat_phrases(&["to be", "be", "look"]);
        self.eat_any(&["into"]);
        let qualities = self.qualities();
        if !qualities.is_empty() {
            return Some(Clause::Adjust { what, qualities });
        }
        if let Some(into) = self.noun() {
            return Some(Clause::Become { what, into });
        }
        let tails = self.tails(true);
        if !tails.is_empty() {
            return Some(Clause::Move { what, tails });
        }
        if self.troubles.len() > troubles {
            return None;
        }
        // "make the sheep on the grass": a place, not which one.
        if let [noun] = what.as_slice()
            && !noun.limits.is_empty()
            && self.is_boundary()
        {
            let mut noun = noun.clone();
            let tails = std::mem::take(&mut noun.limits);
            return Some(Clause::Move { what: vec![noun], tails });
        }
        self.unfinished(start, "how it should be");
        None
    }

    /// "shrink all the clouds", "scale the tree up", "double the size of the ball", "resize the ball to small".
    fn resize(&mut self, verb: &str) -> Option<Clause> {
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
            let factor: f32 = if bit { 1.3 } else if lot { 4.0 } else { 2.0 };
            let steps = if lot { 2 } else { 1 };
            qualities.push(if down {
                Quality::Scale { steps: -steps, area: 1.0 / factor }
            } else {
                Quality::Scale { steps, area: factor }
            });
        }
        Some(Clause::Adjust { what, qualities })
    }

    fn paint(&mut self) -> Option<Clause> {
        let start = self.at - 1;
        let before = self.at;
        let new = self.noun().is_some_and(|noun| matches!(noun.determiner, Determiner::Indefinite | Determiner::Another));
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

    fn rename(&mut self, start: usize) -> Option<Clause> {
        let Some(what) = self.target() else {
            self.unfinished(start, "an object of the scene");
            return None;
        };
        self.eat_phrases(&["to", "as", "into"]);
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

    /// "try another look for the tree", "redraw the house", "try again".
    fn another_look(&mut self, verb: &str) -> Option<Clause> {
        let looks = ["look", "looks", "version", "variation", "variant", "style", "seed", "picture", "image"];
        if verb == "try" {
            let word = self.eat_phrases(&["another", "a different", "a new", "new", "other", "different"]);
            if word && !self.eat_any(&looks) {
                let what = self.targets_as_other();
                return Some(Clause::AnotherLook(what));
            }
            if !word && !self.eat_phrases(&["again", "something else", "something different"]) {
                return None;
            }
            self.eat_any(&["for", "of"]);
        }
        if self.eat_phrases(&["the scene", "the picture", "the image", "the whole scene", "the whole picture", "everything"]) {
            return Some(Clause::AnotherLook(Vec::new()));
        }
        Some(Clause::AnotherLook(self.targets()))
    }

    /// "try another tree": the tree, drawn anew.
    fn targets_as_other(&mut self) -> Vec<Noun> {
        let mut what = self.targets();
        what.iter_mut().filter(|noun| noun.determiner == Determiner::Bare).for_each(|noun| noun.determiner = Determiner::Definite);
        what
    }

    /// "give the man a hat", "give the tree another look".
    fn give(&mut self, start: usize) -> Option<Clause> {
        if self.eat("me") {
            return self.add();
        }
        let Some(what) = self.target() else {
            self.unfinished(start, "an object of the scene");
            return None;
        };
        let before = self.at;
        if self.eat_phrases(&["another", "a new", "a different"]) && self.eat_any(&["look", "version", "style", "seed"]) {
            return Some(Clause::AnotherLook(vec![what]));
        }
        self.at = before;
        let objects = self.nouns();
        if objects.is_empty() {
            self.unfinished(start, "an object");
            return None;
        }
        let (name, known) = super::relation::named(self.lexicon, "has", "has");
        let span = self.span_from(start);
        let predicate = crate::command::ast::Predicate { name, typed: "has".into(), known, span };
        let link = Tail::Link { predicate, objects, and: false };
        let mut tails = vec![link];
        tails.extend(self.tails(false));
        Some(Clause::Describe { items: vec![Item { nouns: vec![what], tails }], fresh: false })
    }

    /// "sky above grass", "the dog is no longer left of the cat", "the car is red".
    fn statement(&mut self) -> Option<Clause> {
        let (start, troubles) = (self.at, self.troubles.len());
        if let Some(clause) = self.copula_statement() {
            return Some(clause);
        }
        if self.troubles.len() > troubles {
            return None;
        }
        self.at = start;
        let items = self.items();
        // A single word that nobody knows says nothing: it is more likely an instruction with a slip.
        if let [Item { nouns, tails }] = items.as_slice()
            && tails.is_empty()
            && let [Noun { determiner: Determiner::Bare, head: Head::Named { known: false, .. }, count: None, .. }] = nouns.as_slice()
            && !self.is_here(&nouns[0])
        {
            self.troubles.truncate(troubles);
            self.at = start;
            return None;
        }
        // "the sheep": what of it?
        let points = |noun: &Noun| !matches!(noun.determiner, Determiner::Bare | Determiner::Indefinite | Determiner::Another);
        if !items.is_empty() && items.iter().all(|item| item.tails.is_empty() && item.nouns.iter().all(points)) {
            self.unfinished(start, "what should be done with it");
            return None;
        }
        let meaningful = items.iter().any(|item| !item.tails.is_empty() || item.nouns.iter().any(|noun| !matches!(noun.head, Head::It | Head::Them | Head::One)));
        if items.is_empty() || !meaningful {
            if self.troubles.len() == troubles {
                self.at = start;
            }
            return None;
        }
        Some(Clause::Describe { items, fresh: false })
    }

    fn copula_statement(&mut self) -> Option<Clause> {
        let (start, troubles) = (self.at, self.troubles.len());
        let what = self.targets();
        if what.is_empty() || !self.is_copula() {
            self.troubles.truncate(troubles);
            self.at = start;
            return None;
        }
        while self.is_copula() || self.low() == "be" || self.low() == "now" {
            if !self.eat("do") {
                self.at += 1;
            }
            if self.low() == "not" {
                break;
            }
        }
        let negated = self.eat_phrases(&["no longer", "not", "never"]);
        self.eat_any(&["be", "now", "any"]);
        if self.eat_phrases(&["called", "named"]) {
            let before = self.at;
            let label = self.label();
            let span = self.span_from(before);
            let what = what.into_iter().next()?;
            return Some(Clause::Rename { what, label: label.filter(|_| !negated), span });
        }
        if self.eat_any(&["gone", "missing"]) {
            return Some(Clause::Remove(what));
        }
        if self.eat_any(&["locked", "fixed"]) {
            return Some(Clause::Lock { what, locked: !negated });
        }
        let qualities = self.qualities();
        if !qualities.is_empty() {
            let deny = |quality| match quality {
                Quality::Look(look) if negated => Quality::NotLook(look),
                quality => quality,
            };
            return Some(Clause::Adjust { what, qualities: qualities.into_iter().map(deny).collect() });
        }
        let tails = self.tails(false);
        self.eat_phrases(&["any more", "anymore", "any longer"]);
        if !tails.is_empty() {
            let item = Item { nouns: what, tails };
            return Some(if negated { Clause::Deny(item) } else { Clause::Describe { items: vec![item], fresh: false } });
        }
        if self.troubles.len() > troubles {
            return None;
        }
        if let Some(into) = self.noun() {
            return Some(Clause::Become { what, into });
        }
        self.unfinished(start, "how or where it is");
        None
    }

    /// "bigger", "twice as large", "red and shiny", "the size of the cow".
    fn qualities(&mut self) -> Vec<Quality> {
        let mut qualities = Vec::new();
        loop {
            let start = self.at;
            if !qualities.is_empty() {
                let comma = matches!(self.kind_at(0), Some(Kind::Comma));
                self.at += usize::from(comma);
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

    fn quality(&mut self) -> Option<Quality> {
        let start = self.at;
        if let Some(scale) = self.scale() {
            return Some(scale);
        }
        self.at = start;
        if self.eat_phrases(&["the same size as", "as big as", "as large as", "as small as", "the size of", "as tall as"]) {
            if let Some(noun) = self.target() {
                return Some(Quality::SizeOf(noun));
            }
            self.at = start;
            return None;
        }
        let adjective = self.adjective()?;
        // "make it a red car" is met elsewhere; "make the orange blue car" is not a quality.
        if !(self.is_boundary() || self.is_end() || self.peek_relation() || self.adjective_follows() || self.ends_noun()) {
            self.at = start;
            return None;
        }
        Some(match adjective {
            Adjective::Size(size) => Quality::Size(size),
            look => Quality::Look(look),
        })
    }

    fn adjective_follows(&mut self) -> bool {
        let start = self.at;
        let follows = self.adjective().is_some();
        self.at = start;
        follows
    }

    fn scale(&mut self) -> Option<Quality> {
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
            if phrase.ends_with(" as") && !self.eat_any(&["big", "large", "tall", "wide", "high", "long", "small"]) {
                return None;
            }
            return Some(Quality::Scale { steps: *steps, area: *area });
        }
        let lot = self.eat_phrases(&["much", "a lot", "far", "way"]);
        let bit = !lot && self.eat_phrases(&["a little bit", "a bit", "a little", "slightly", "somewhat", "just a bit", "a tad"]);
        let sign = words::comparison(self.low())?;
        self.at += 1;
        let bit = bit || (!lot && self.eat_phrases(&["by a bit", "a bit", "a little"]));
        if self.eat("than") {
            let noun = self.target()?;
            return Some(if sign > 0 { Quality::LargerThan(noun) } else { Quality::SmallerThan(noun) });
        }
        let factor: f32 = if lot { 3.0 } else if bit { 1.25 } else { 1.6 };
        let steps = if lot { 2 * sign } else { sign };
        Some(Quality::Scale { steps, area: if sign > 0 { factor } else { 1.0 / factor } })
    }
}

fn everything() -> Noun {
    Noun {
        span: 0..0,
        determiner: Determiner::All,
        count: None,
        pick: None,
        adjectives: Vec::new(),
        head: Head::Everything,
        limits: Vec::new(),
        except: Vec::new(),
        label: None,
    }
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
