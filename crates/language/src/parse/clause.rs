//! One clause: a verb and what belongs to it, or things and how they stand.

use super::Parser;
use super::phrases::{COPULAS, POLITE_REQUESTS, REFUSALS, UNDONE, VERBS, VERBS_WITH_ARTICLE};
use crate::ast::{Clause, Determiner, Head, Noun, Tail};
use crate::token::Kind;
use crate::words;
use scenewright_scene::{Across, Down, PlaceHint};

/// Every word that begins an instruction, for suggestions.
pub(crate) fn verb_words() -> impl Iterator<Item = &'static str> {
    VERBS.iter().copied()
}

impl Parser<'_> {
    pub(super) fn is_verb(&self) -> bool {
        let low = self.low();
        let article = || {
            let next = self.low_at(1);
            ["a", "an", "the", "it", "them", "another", "this", "that", "some", "each", "all", "his", "her", "its"]
                .contains(&next)
                || words::number(next).is_some()
        };
        let alone = ["lower", "raise", "light"].contains(&low) && !article();
        (VERBS.contains(&low)
            && !alone
            && (!["have", "face", "center", "drop", "park", "picture", "face", "color", "colour", "name"]
                .contains(&low)
                || article()))
            || (VERBS_WITH_ARTICLE.contains(&low) && article())
            || (low == "go" && self.low_at(1) == "back")
            || (low == "there" && COPULAS.contains(&self.low_at(1)))
    }

    pub(super) fn is_copula(&self) -> bool {
        let next = self.low_at(1);
        match self.low() {
            // "the dog has to be bigger", but "the man has a hat".
            "has" | "needs" | "ought" | "need" | "wants" => next == "to",
            "do" | "does" => next == "not",
            "be" => true,
            low => COPULAS.contains(&low),
        }
    }

    pub(super) fn clause(&mut self) -> Option<Clause> {
        let start = self.at;
        let clause = self.history().or_else(|| self.instruction());
        if clause.is_some() {
            return clause;
        }
        if self.at > start
            && self.diagnostics.last().is_some_and(|(span, _)| span.start >= self.tokens[start].span.start)
        {
            return None;
        }
        self.at = start;
        let diagnostics = self.diagnostics.len();
        // "facing right there is a dog".
        if let Some(tail @ Tail::Look(_)) = self.facing() {
            self.eat("is");
            if self.low() == "there"
                && let Some(Clause::Describe { mut items, fresh }) = self.there_is()
            {
                if let Some(item) = items.first_mut() {
                    item.tails.insert(0, tail);
                }
                return Some(Clause::Describe { items, fresh });
            }
            self.diagnostics.truncate(diagnostics);
        }
        self.at = start;
        if let Some(clause) = self.not_this_but_that() {
            return Some(clause);
        }
        self.at = start;
        if let Some(clause) = self.inversion() {
            return Some(clause);
        }
        self.at = start;
        let begins = start == 0
            || matches!(self.tokens[start - 1].kind, Kind::Comma | Kind::Halted)
            || ["and", "then", "no", "but"].contains(&self.tokens[start - 1].low.as_str());
        // "oops, I meant right": where it was left.
        if self.eat_phrases(&["i meant", "i mean", "i meant to the", "i meant on the"])
            && self.eat_any(&["left", "right"])
            && self.is_boundary()
        {
            let mut noun = super::noun::empty(Determiner::Definite, Head::It);
            noun.span = self.span_from(start);
            return Some(Clause::Move { what: vec![noun], tails: vec![Tail::OtherSide(Vec::new())] });
        }
        self.at = start;
        // "a bit more to the right": of what was spoken of last.
        if begins
            && let Some(shift) = self.shift()
            && self.is_boundary()
            && self.tokens.get(self.at).is_none_or(|token| token.text != ":")
        {
            let mut noun = super::noun::empty(Determiner::Definite, Head::It);
            noun.span = self.span_from(start);
            return Some(Clause::Move { what: vec![noun], tails: vec![Tail::Shift(shift)] });
        }
        self.at = start;
        self.diagnostics.truncate(diagnostics);
        if let Some(statement) = self.statement() {
            return Some(statement);
        }
        if self.diagnostics.len() == diagnostics { self.fragment(start) } else { None }
    }

    /// "behind the house is a mountain", "on the left there is a tree", "in the foreground a flower".
    fn inversion(&mut self) -> Option<Clause> {
        let start = self.at;
        // "the bed is red" begins no place.
        if !self.is_word_at(0) || self.is_verb() || ["the", "a", "an", "with"].contains(&self.low()) {
            return None;
        }
        let tail = match self.place_tail() {
            Some(tail) => tail,
            None => {
                self.at = start;
                if let Some(Tail::Link { predicate, objects, .. }) = self.side() {
                    Tail::Landmark { predicate, objects }
                } else {
                    self.at = start;
                    let predicate = self.relation()?;
                    let objects = self.nouns();
                    let between = ["between", "in between"].contains(&predicate.typed.as_str());
                    if objects.is_empty() && !between {
                        return None;
                    }
                    if objects.is_empty()
                        || between && objects.iter().all(|noun| noun.determiner == Determiner::Indefinite)
                    {
                        // "in between a river": between what was named before.
                        self.at = start;
                        let predicate = self.relation()?;
                        Tail::Landmark {
                            predicate,
                            objects: vec![super::noun::empty(Determiner::Definite, Head::Them)],
                        }
                    } else {
                        Tail::Landmark { predicate, objects }
                    }
                }
            }
        };
        let comma = matches!(self.kind_at(0), Some(Kind::Comma));
        self.take(usize::from(comma));
        let there = self.eat("there");
        let copula = self
            .eat_any(&["is", "are", "was", "were", "stands", "stand", "sits", "sit", "lies", "lie", "goes", "comes"]);
        let new = ["a", "an", "some", "two", "three", "another"].contains(&self.low());
        let known = |noun: &Noun| {
            matches!(noun.determiner, Determiner::Definite)
                || matches!(noun.head, Head::It | Head::Them | Head::Person { .. } | Head::LastNamed)
        };
        let is_new_place = new
            && match &tail {
                Tail::Place(_) => true,
                Tail::Landmark { objects, predicate } => objects.iter().all(known) && !predicate.reversed,
                _ => false,
            };
        // "(a big oak,) and underneath a family of rabbits": under it.
        if let (false, Tail::Landmark { predicate, objects }) = (copula || there, &tail)
            && self.is_boundary()
            && ["underneath", "below", "beneath", "above", "behind", "beside", "next to", "under", "in front"]
                .contains(&predicate.typed.as_str())
            && objects
                .iter()
                .all(|noun| noun.determiner == Determiner::Indefinite && matches!(noun.head, Head::Named { .. }))
            && start > 0
        {
            let under = Tail::Landmark {
                predicate: predicate.clone(),
                objects: vec![super::noun::empty(Determiner::Definite, Head::It)],
            };
            let item = crate::ast::Item { nouns: objects.clone(), tails: vec![under] };
            return Some(Clause::Describe { items: vec![item], fresh: true });
        }
        if !copula && (there || !is_new_place) {
            return None;
        }
        let mut items = self.items();
        if items.is_empty() {
            return None;
        }
        for item in &mut items {
            item.tails.insert(0, tail.clone());
        }
        Some(Clause::Describe { items, fresh: true })
    }

    /// "and bigger", "on the left": of what was spoken of last.
    fn fragment(&mut self, start: usize) -> Option<Clause> {
        self.at = start;
        // Not behind what was not understood.
        if self.diagnostics.last().is_some_and(|(span, _)| self.at > 0 && span.end + 1 >= self.tokens[start].span.start)
        {
            return None;
        }
        let it = || {
            let mut noun = super::noun::empty(Determiner::Definite, Head::It);
            noun.span = self.tokens.get(start).map_or(0..0, |token| token.span.clone());
            noun
        };
        let what = vec![it()];
        let number = match self.kind_at(0) {
            Some(Kind::Number(number)) if number.fract() == 0.0 => Some(*number as usize),
            _ => words::number(self.low()),
        };
        if let Some(number) = number
            && matches!(self.kind_at(1), None | Some(Kind::Halted | Kind::Comma))
            && self.at > 0
        {
            self.take(1);
            return Some(Clause::Recount(number));
        }
        let qualities = self.qualities();
        if !qualities.is_empty() && self.is_boundary() {
            return Some(Clause::Adjust { what, qualities });
        }
        self.at = start;
        let diagnostics = self.diagnostics.len();
        let tails = self.tails(true);
        if !tails.is_empty() && self.is_boundary() && self.diagnostics.len() == diagnostics {
            return Some(Clause::Move { what, tails });
        }
        self.diagnostics.truncate(diagnostics);
        self.at = start;
        None
    }

    pub(super) fn history(&mut self) -> Option<Clause> {
        let start = self.at;
        let clause =
            if self.eat_phrases(&["undo", "go back", "step back", "take back", "take that back", "take it back"]) {
                Clause::Undo(self.steps())
            } else if self.eat_phrases(&["forget that", "forget it"]) {
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
        self.take(usize::from(count.is_some()));
        self.eat_any(&["more"]);
        let unit =
            self.eat_any(&["step", "steps", "change", "changes", "times", "time", "edit", "edits", "thing", "things"]);
        let twice = !unit && !article && count.is_none() && self.eat("twice");
        count.unwrap_or(if twice { 2 } else { 1 })
    }

    pub(super) fn instruction(&mut self) -> Option<Clause> {
        let start = self.at;
        // What nobody can draw from words yet: it is said, and nothing is made up.
        if self.eat_phrases(UNDONE) {
            let end = self
                .tokens
                .iter()
                .skip(self.at)
                .position(|token| token.kind == Kind::Halted)
                .map_or(self.tokens.len(), |at| self.at + at);
            self.at = end;
            let span = self.span_from(start);
            self.diagnostics.push((span, crate::parse_result::Diagnostic::Word));
            return None;
        }
        let found = self.no_light().or_else(|| self.light_clause());
        if found.is_some() {
            return found;
        }
        if let Some(lights) = self.lights() {
            return Some(lights);
        }
        if self.picture_of() {
            return self.add();
        }
        if self.wish_of_others() {
            return if self.is_verb() { self.instruction() } else { self.add() };
        }
        if self.eat_phrases(&["i want see", "i want to see"]) && !self.is_boundary() {
            return self.add();
        }
        self.at = start;
        if let Some(fewer) = self.fewer() {
            return Some(fewer);
        }
        self.at = start;
        if self.eat_phrases(REFUSALS) {
            return self.none_of(start);
        }
        if self.eat_phrases(&["make that", "make it", "i meant", "i mean", "i said"]) {
            if let Some(Clause::Recount(number)) = self.recount() {
                return Some(Clause::Recount(number));
            }
            self.at = start;
        }
        if self.eat_phrases(&[
            "one more",
            "the same again",
            "same again",
            "another of the same",
            "another one of those",
            "same",
        ]) && (self.is_boundary() || self.peek_relation() || ["on", "at", "in", "to"].contains(&self.low()))
        {
            let mut noun = super::noun::empty(Determiner::Another, Head::One);
            noun.span = self.span_from(start);
            let tails = self.tails(false);
            return Some(Clause::Describe { items: vec![crate::ast::Item { nouns: vec![noun], tails }], fresh: true });
        }
        self.at = start;
        if let Some(clause) = self.total() {
            return Some(clause);
        }
        if let Some(length) = self.request_length() {
            self.take(length);
            if self.is_verb() && !self.is_copula() {
                return self.instruction();
            }
            if let Some(lights) = self.lights() {
                return Some(lights);
            }
            let before = self.at;
            if self.eat_phrases(&["some", "a bit of", "a little", "a little bit of", "lots of"])
                && let Some(light) = self.light_phrase()
            {
                return Some(Clause::Light(light));
            }
            self.at = before;
            let (at, diagnostics) = (self.at, self.diagnostics.len());
            if let Some(clause) = self.only_these() {
                return Some(clause);
            }
            // "I want the dog to be bigger", "this is wrong".
            if let Some(clause) = self.wanted() {
                return Some(clause);
            }
            self.at = at;
            self.diagnostics.truncate(diagnostics);
            return self.add();
        }
        if let Some(clause) = self.restore().or_else(|| self.speak_of()) {
            return Some(clause);
        }
        if self.eat_phrases(&["i would rather have", "we would rather have", "i would prefer", "i prefer"]) {
            return self.replacement(true).or_else(|| self.add());
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
        if !(self.is_verb() || ["i", "we"].contains(&self.low())) {
            return None;
        }
        let verb = self.low().to_owned();
        self.take(1);
        match verb.as_str() {
            "add" | "draw" | "create" | "insert" | "include" | "show" => self.add(),
            "leave" if self.eat_any(&["only", "just"]) => self.with_targets(start, Clause::KeepOnly),
            "leave" => self.with_targets(start, |what| Clause::Lock { what, locked: true }),
            "i" | "we" => self.request(),
            "let" => self.let_there_be().or_else(|| self.wanted()),
            "get" if self.eat_phrases(&["rid of", "rid off"]) => self.remove(start),
            "get" if let Some(clause) = self.wanted_of_others() => Some(clause),
            "get" => {
                let clause = self.remove(start);
                let out = self.tokens[start..self.at].iter().any(|token| ["out", "away"].contains(&token.low.as_str()));
                clause.filter(|clause| out || !matches!(clause, Clause::Remove(_)))
            }
            "set" | "put" | "move" | "place" if let Some(clause) = self.setting() => Some(clause),
            "put" | "place" | "move" | "shift" | "drag" | "bring" | "push" | "pull" | "hang" | "park" | "stand"
            | "sit" | "seat" | "lay" | "lean" | "rest" | "reposition" | "relocate" | "send" | "nudge" | "slide"
            | "position" | "stick" | "toss" | "tuck" | "drive" | "fly" | "attach" => self.put(&verb),
            "plant" | "build" | "generate" | "render" | "sketch" | "want" | "need" | "imagine" | "picture" => {
                self.add()
            }
            "flip" | "mirror" | "rotate" | "face" | "reverse" => self.turn_around(start),
            "have" => self.wanted(),
            "fill" => self.fill(start),
            "center" => self.with_targets(start, |what| {
                let place = PlaceHint::new(Across::Center, Down::Middle);
                Clause::Move { what, tails: vec![Tail::Place(place)] }
            }),
            "raise" | "lower" => self.raise(&verb),
            "take" | "throw" | "remove" | "delete" | "erase" | "drop" | "kill" | "hide" | "ditch" | "lose"
            | "eliminate" | "discard" | "cut" | "omit" | "exclude" | "wipe" | "scrap" => {
                self.eat_any(&["away", "out", "off"]);
                self.remove(start)
            }
            "clear" | "start" => self.clear(start),
            "switch" | "turn" if self.low() == "off" => {
                self.take(1);
                self.remove(start)
            }
            "turn" if self.turns_around() => self.turn_around(start),
            "change" | "turn" | "transform" | "convert" | "switch" | "swap" | "exchange" => self.change(&verb),
            "set" => self.put(&verb),
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
            "paint" | "colour" | "color" | "recolor" | "recolour" => self.paint(),
            "rename" | "call" | "name" => self.rename(start),
            "try" | "redraw" | "reroll" | "regenerate" | "vary" => self.another_look(&verb),
            "give" => self.give(start),
            _ => None,
        }
    }

    /// How many words begin a description or ask for something new.
    pub(super) fn request_length(&self) -> Option<usize> {
        POLITE_REQUESTS.iter().filter_map(|request| self.phrase_at(0, request)).max()
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

    pub(super) fn there_is(&mut self) -> Option<Clause> {
        let start = self.at;
        self.take(1);
        self.eat_any(COPULAS);
        self.eat("be");
        if self.eat_phrases(&["no longer", "not", "no"]) {
            return self.none_of(start);
        }
        // "there are too many trees": an opinion, and no wish for more.
        if ["too", "not enough"].iter().any(|word| self.phrase_at(0, word).is_some()) {
            let end = self
                .tokens
                .iter()
                .skip(self.at)
                .position(|token| matches!(token.kind, Kind::Halted | Kind::Comma))
                .map_or(self.tokens.len(), |at| self.at + at);
            self.at = end;
            let span = self.span_from(start);
            self.diagnostics.push((span, crate::parse_result::Diagnostic::Opinion));
            return None;
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
        self.eat_any(&["more", "other", "additional", "extra", "further"]);
        let mut what = self.targets();
        // "no animals except the dog".
        if let Some(last) = what.last_mut()
            && last.except.is_empty()
            && self.eat_phrases(&["except for", "except", "apart from", "other than", "but", "besides"])
        {
            last.except = self.spared();
        }
        what.iter_mut()
            .filter(|noun| noun.determiner != Determiner::Definite)
            .for_each(|noun| noun.determiner = Determiner::All);
        self.eat_phrases(&[
            "any more",
            "anymore",
            "here",
            "at all",
            "in the scene",
            "in the picture",
            "in sight",
            "around",
        ]);
        if what.is_empty() {
            self.at = start;
            return None;
        }
        Some(Clause::RemoveIfThere(what))
    }
}
