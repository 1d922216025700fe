//! Instructions that bring, move, keep and take away things.

use super::Parser;
use crate::ast::{Clause, Determiner, Head, Item, Noun, Predicate, Shift, Span, Tail};
use crate::token::Kind;

impl Parser<'_> {
    pub(super) fn add(&mut self) -> Option<Clause> {
        let start = self.at.saturating_sub(1);
        self.eat_phrases(&["in", "me"]);
        self.eat("back");
        self.eat_any(&["also", "just", "maybe"]);
        if let Some(clause) = self.replacement(false) {
            return Some(clause);
        }
        let items = self.items();
        if items.is_empty() {
            self.unfinished(start, "an object");
            return None;
        }
        self.eat_phrases(&["to the scene", "to the picture", "to the image", "in the scene", "in the picture"]);
        let items = self.added_to(items);
        // "put a truck there instead": in the place of what was removed.
        let there = self.eat_phrases(&[
            "there instead",
            "in its place",
            "in their place",
            "instead",
            "in that place",
            "in that spot",
            "there",
        ]);
        if let ([Item { nouns, tails }], true) = (items.as_slice(), there)
            && let ([noun], []) = (nouns.as_slice(), tails.as_slice())
        {
            return Some(Clause::Instead(noun.clone()));
        }
        Some(Clause::Describe { items, fresh: true })
    }

    /// "add clouds to the sky": in it; "add a cup to the table": on it.
    fn added_to(&mut self, mut items: Vec<Item>) -> Vec<Item> {
        let start = self.at;
        if !self.eat("to") {
            return items;
        }
        let place = self.noun();
        let Some(place) = place.filter(|place| matches!(place.head, Head::Named { .. }) && self.is_boundary()) else {
            self.at = start;
            return items;
        };
        let inside = ["sky", "ocean", "lake", "river", "water", "forest", "bag", "cage", "bowl", "vase"];
        let word = match &place.head {
            Head::Named { name, .. } if inside.contains(&name.as_str()) => "in",
            Head::Named { name, .. }
                if ["tree", "house", "girl", "boy", "man", "woman", "dog", "cat"].contains(&name.as_str()) =>
            {
                "next to"
            }
            _ => "on",
        };
        let (name, known) = super::relation::named(self.lexicon, word, word);
        let predicate = Predicate { name, typed: word.to_owned(), known, span: self.span_from(start), reversed: false };
        for item in &mut items {
            item.tails.insert(0, Tail::Link { predicate: predicate.clone(), objects: vec![place.clone()], and: false });
        }
        items
    }

    /// "I want a tree", "we need two cows".
    pub(super) fn request(&mut self) -> Option<Clause> {
        if self.eat_phrases(&["only want", "only need", "just want", "would only like"]) {
            let what = self.targets();
            let points = |noun: &Noun| self.is_here(noun) && noun.determiner != Determiner::Indefinite;
            let kept = !what.is_empty() && what.iter().all(points) && self.is_boundary();
            return kept.then_some(Clause::KeepOnly(what));
        }
        let requests =
            ["would like to have", "would like to see", "would like", "want to see", "want", "need", "see", "wish for"];
        if !self.eat_phrases(&requests) {
            return None;
        }
        if self.is_verb() || self.eat("to") { self.instruction() } else { self.add() }
    }

    pub(super) fn let_there_be(&mut self) -> Option<Clause> {
        if self.eat_phrase("there be") {
            return self.light_phrase().map(Clause::Light).or_else(|| self.add());
        }
        if self.eat("it") {
            self.eat("be");
            return self.weather();
        }
        None
    }

    pub(super) fn put(&mut self, verb: &str) -> Option<Clause> {
        let start = self.at - 1;
        self.eat("back");
        if let Some(clause) = self.put_where() {
            return Some(clause);
        }
        let Some(first) = self.noun() else {
            self.unfinished(start, "an object");
            return None;
        };
        let is_new = match first.determiner {
            Determiner::Indefinite | Determiner::Another => true,
            Determiner::Bare => !self.is_here(&first),
            // "put the cow's calf beside her", where there is no calf.
            Determiner::Possessive => !self.is_here(&first),
            // "put the clock above the fireplace", where there is nothing yet.
            Determiner::Definite => {
                self.lexicon.scene.is_empty()
                    && self.at <= 8
                    && start == 0
                    && matches!(first.head, Head::Named { known: true, .. })
            }
            _ => false,
        };
        self.at = start + 1;
        self.eat("back");
        if is_new && verb != "move" && verb != "shift" {
            return self.add();
        }
        let mut what = self.nouns();
        // "from the table (to the shelf)": which one, or where it is no longer.
        let from = self.at;
        if self.eat("from") {
            let places = self.nouns();
            match what.last_mut().filter(|_| !places.is_empty()) {
                Some(noun) => {
                    let span = self.span_from(from);
                    let predicate =
                        Predicate { name: String::new(), typed: "from".into(), known: true, span, reversed: false };
                    noun.limits.push(Tail::Link { predicate, objects: places, and: false });
                }
                None => self.at = from,
            }
        }
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
    pub(super) fn goes_to(&self, noun: &Span) -> bool {
        let next = self.tokens.iter().find(|token| token.span.start >= noun.end);
        next.is_none_or(|token| {
            ["to", "onto", "into", "towards", "toward", "left", "right", "up", "down"].contains(&token.low.as_str())
        }) || !self.tokens.iter().any(|token| {
            token.span.start > noun.end
                && ["to", "onto", "into", "towards", "toward", "left", "right", "up", "down"]
                    .contains(&token.low.as_str())
        })
    }

    pub(super) fn raise(&mut self, verb: &str) -> Option<Clause> {
        let start = self.at - 1;
        let down = if verb == "raise" { -1 } else { 1 };
        self.with_targets(start, |what| {
            let shift = Shift { across: 0, down, step: 0.15 };
            Clause::Move { what, tails: vec![Tail::Shift(shift)] }
        })
    }

    pub(super) fn remove(&mut self, start: usize) -> Option<Clause> {
        // "remove two": of what was spoken of.
        if let Some(count) = crate::words::number(self.low()).filter(|count| *count > 0)
            && matches!(self.kind_at(1), None | Some(Kind::Comma | Kind::Halted))
        {
            let before = self.at;
            self.take(1);
            let one = super::noun::empty(Determiner::Definite, Head::One);
            return Some(Clause::Remove(vec![Noun { count: Some(count), span: self.span_from(before), ..one }]));
        }
        let what = self.targets();
        if what.is_empty() {
            self.unfinished(start, "an object of the scene");
            return None;
        }
        let whole = [
            "there",
            "here",
            "the scene",
            "the picture",
            "the image",
            "the way",
            "sight",
            "view",
            "my sight",
            "the frame",
        ];
        if whole.iter().any(|whole| self.eat_phrase(&format!("out of {whole}"))) {
            return Some(Clause::Remove(what));
        }
        // "take the balloon away from the boy": he no longer has it.
        if self.eat_phrases(&["away from", "down from", "off of"]) {
            let places = self.nouns();
            if !places.is_empty() {
                return Some(Clause::Move { what, tails: vec![Tail::Off(places)] });
            }
            self.unfinished(start, "an object of the scene");
            return None;
        }
        if self.low() == "off" || self.phrase_at(0, "out of").is_some() {
            self.eat_any(&["off", "out"]);
            self.eat("of");
            let places = self.nouns();
            if !places.is_empty() {
                return Some(Clause::Move { what, tails: vec![Tail::Off(places)] });
            }
        }
        // "take the dog to the left", "throw the ball over the fence".
        if ["take", "throw", "drop", "get"].contains(&self.tokens.get(start).map_or("", |token| token.low.as_str())) {
            let at = self.at;
            let tails = self.tails(true);
            if !tails.is_empty() {
                return Some(Clause::Move { what, tails });
            }
            self.at = at;
        }
        self.eat_any(&["away", "out", "completely", "entirely"]);
        if self.eat("from") && !self.eat_phrases(&["the scene", "the picture", "the image", "here"]) {
            let places = self.targets();
            if places.is_empty() {
                self.unfinished(self.at - 1, "an object of the scene");
            }
            // "remove the boat from the ocean": the one that has to do with it.
            let span = self.span_from(start);
            let predicate = Predicate { name: String::new(), typed: "from".into(), known: true, span, reversed: false };
            let limit = Tail::Link { predicate, objects: places, and: false };
            let what = what.into_iter().map(|mut noun| {
                noun.limits.push(limit.clone());
                noun
            });
            return Some(Clause::Remove(what.collect()));
        }
        Some(Clause::Remove(what))
    }

    pub(super) fn clear(&mut self, start: usize) -> Option<Clause> {
        let whole =
            ["the scene", "the picture", "the canvas", "all", "everything", "over", "afresh", "again", "from scratch"];
        if self.eat_phrases(&whole) || self.is_boundary() {
            // "start over with a white background".
            if self.low() == "with" && !["just", "only", "nothing"].contains(&self.low_at(1)) {
                let length = (1..20).find(|at| matches!(self.kind_at(*at), None | Some(Kind::Comma | Kind::Halted)));
                self.leave_out(length.unwrap_or(1));
            }
            let mut noun = everything();
            noun.span = self.span_from(start);
            let keeps = [
                "except for",
                "except",
                "but keep",
                "but leave",
                "but",
                "and keep",
                "and leave",
                "with just",
                "with only",
                "with nothing but",
                "keeping only",
                "leaving only",
                "keep only",
                "leave only",
            ];
            if self.eat_phrases(&keeps) {
                self.eat_any(&["only", "just"]);
                noun.except = self.targets();
            }
            return Some(Clause::Remove(vec![noun]));
        }
        self.remove(start)
    }

    pub(super) fn duplicate(&mut self, start: usize) -> Option<Clause> {
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

    pub(super) fn keep(&mut self, start: usize) -> Option<Clause> {
        if self.eat_phrases(&["there", "in the picture", "in the scene"]) {
            return None;
        }
        if self.eat_any(&["only", "just"]) || self.eat_phrase("nothing but") {
            return self.with_targets(start, Clause::KeepOnly);
        }
        self.with_targets(start, |what| Clause::Lock { what, locked: true })
    }

    /// "don't touch the house", "don't change the sky".
    pub(super) fn do_not(&mut self) -> Option<Clause> {
        let start = self.at - 1;
        // "don't change anything but make the sky pink": the rest says what.
        if self.eat_phrases(&[
            "not change anything else",
            "not change anything",
            "not touch anything else",
            "not touch anything",
            "not change the rest",
        ]) && self.eat_phrases(&["but", "except", "just"])
        {
            return Some(Clause::Describe { items: Vec::new(), fresh: false });
        }
        if self.eat_phrases(&["not forget to", "not forget"]) {
            return if self.is_verb() { self.instruction() } else { self.add() };
        }
        let keeps = ["not touch", "not change", "not move", "not redraw", "not alter"];
        if self.eat_phrases(&keeps) {
            return self.with_targets(start, |what| Clause::Lock { what, locked: true });
        }
        None
    }

    /// "try another look for the tree", "redraw the house", "try again".
    pub(super) fn another_look(&mut self, verb: &str) -> Option<Clause> {
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
        if self.eat_phrases(&[
            "the scene",
            "the picture",
            "the image",
            "the whole scene",
            "the whole picture",
            "everything",
        ]) {
            return Some(Clause::AnotherLook(Vec::new()));
        }
        Some(Clause::AnotherLook(self.targets()))
    }

    /// "try another tree": the tree, drawn again.
    pub(super) fn targets_as_other(&mut self) -> Vec<Noun> {
        let mut what = self.targets();
        what.iter_mut()
            .filter(|noun| noun.determiner == Determiner::Bare)
            .for_each(|noun| noun.determiner = Determiner::Definite);
        what
    }

    /// "give the man a hat", "give the tree another look".
    pub(super) fn give(&mut self, start: usize) -> Option<Clause> {
        if self.eat("me") {
            return self.add();
        }
        let each = ["each", "every", "all", "both"].contains(&self.low());
        let Some(mut what) = self.target() else {
            self.unfinished(start, "an object of the scene");
            return None;
        };
        what.each |= each;
        let before = self.at;
        if self.eat("to") {
            let owner = self.target();
            let Some(owner) = owner.filter(|_| self.is_boundary()) else {
                self.unfinished(start, "an object of the scene");
                return None;
            };
            return Some(Clause::HandOver { what, owner });
        }
        if self.eat_phrases(&["another", "a new", "a different"]) && self.eat_any(&["look", "version", "style", "seed"])
        {
            return Some(Clause::AnotherLook(vec![what]));
        }
        self.at = before;
        if let Some(clause) = self.give_both(&what, start) {
            return Some(clause);
        }
        self.at = before;
        let objects = self.nouns();
        if objects.is_empty() {
            self.unfinished(start, "an object");
            return None;
        }
        let (name, known) = super::relation::named(self.lexicon, "has", "has");
        let span = self.span_from(start);
        let predicate = Predicate { name, typed: "has".into(), known, span, reversed: false };
        let link = Tail::Link { predicate, objects, and: false };
        let mut tails = vec![link];
        tails.extend(self.tails(false));
        Some(Clause::Describe { items: vec![Item { nouns: vec![what], tails }], fresh: false })
    }
}

impl Parser<'_> {
    /// "(give the girl) a red balloon and the boy a blue one".
    fn give_both(&mut self, what: &Noun, start: usize) -> Option<Clause> {
        let diagnostics = self.diagnostics.len();
        let object = self.noun();
        if let Some(object) = object
            && self.eat("and")
        {
            let (name, known) = super::relation::named(self.lexicon, "has", "has");
            let span = self.span_from(start);
            let predicate = Predicate { name, typed: "has".into(), known, span, reversed: false };
            let first = Item {
                nouns: vec![what.clone()],
                tails: vec![Tail::Link { predicate, objects: vec![object], and: false }],
            };
            if let Some(second) = self.gapped(&first) {
                return Some(Clause::Describe { items: vec![first, second], fresh: false });
            }
        }
        self.diagnostics.truncate(diagnostics);
        None
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
        of: None,
        contents: None,
        each: false,
        label: None,
    }
}
