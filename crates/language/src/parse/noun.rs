//! Noun phrases: "the two red cars", "another sheep", "everything except the sky", "them".

use super::Parser;
use crate::ast::{Adjective, Determiner, Head, Noun, Pick, Tail};
use crate::token::Kind;
use crate::words::{self, AMOUNTS, Class};
use scenewright_scene::vocab::{drawn, fold, singular};

/// "a slice of a piece of a kind of ...": deeper ones are not read.
const DEEPEST: usize = 4;

impl Parser<'_> {
    /// A noun phrase without what follows it. Stays where it was if there is none.
    pub(super) fn noun(&mut self) -> Option<Noun> {
        let start = self.at;
        let noun = self.pronoun().or_else(|| {
            self.at = start;
            self.named()
        });
        let Some(noun) = noun else {
            self.at = start;
            return None;
        };
        let mut noun = self.part(noun, start);
        self.read_side(&mut noun);
        if self.eat_phrases(&["called", "named"]) {
            noun.label = self.label();
        }
        let many = matches!(noun.determiner, Determiner::All | Determiner::Definite)
            || matches!(noun.head, Head::Everything | Head::Them);
        if many && self.eat_phrases(&["except for", "except", "apart from", "other than", "but not", "but", "besides"])
        {
            noun.except = self.spared();
        }
        noun.span = self.span_from(start);
        Some(noun)
    }

    /// What "everything but" spares: "the sky and the sun".
    pub(super) fn spared(&mut self) -> Vec<Noun> {
        let mut spared: Vec<Noun> = self.target().into_iter().collect();
        while !spared.is_empty() {
            let start = self.at;
            let comma = matches!(self.kind_at(0), Some(Kind::Comma));
            self.take(usize::from(comma));
            if !(self.eat_any(&["and", "or"]) || comma) || self.is_verb() {
                self.at = start;
                break;
            }
            match self.target() {
                Some(noun) => spared.push(noun),
                None => {
                    self.at = start;
                    break;
                }
            }
        }
        spared
    }

    /// "the second tree from the left".
    fn read_side(&mut self, noun: &mut Noun) {
        let start = self.at;
        if !(self.eat_phrases(&["from the", "counted from the", "counting from the", "from"])) {
            return;
        }
        let (axis, far) = match self.low() {
            "left" => (0, false),
            "right" => (0, true),
            "top" => (1, false),
            "bottom" => (1, true),
            _ => {
                self.at = start;
                return;
            }
        };
        let place = match noun.pick {
            Some(Pick::Nth(place)) => place,
            Some(Pick::Last) => usize::MAX,
            _ => {
                self.at = start;
                return;
            }
        };
        self.take(1);
        noun.pick = Some(Pick::From { place, axis, far });
    }

    /// Whose a thing is that a word like "his" stands in front of.
    pub(super) fn owner_head(&self) -> Head {
        match self.low() {
            "his" => Head::Person { female: false },
            "her" => Head::Person { female: true },
            "their" => Head::Them,
            _ => Head::It,
        }
    }

    /// A part of something, with whose it is: "the house's roof", "the roof of the house", "its roof". Else the phrase as it was.
    fn part(&mut self, noun: Noun, start: usize) -> Noun {
        let before = self.at;
        if self.eat("'s") {
            let inside = self.at;
            // "a bird's nest": a kind of nest, and no bird.
            let new = noun.determiner == Determiner::Indefinite && noun.count == Some(1) && noun.adjectives.is_empty();
            if new
                && !self.is_here(&noun)
                && !self.lexicon.is_no_thing(self.low())
                && let Head::Named { typed, .. } = &noun.head
                && let Some((head @ Head::Named { .. }, adjectives)) = self.head(Determiner::Definite, None)
            {
                let owner = Adjective::Look {
                    word: format!("{typed}'s"),
                    class: Class::Other,
                    known: false,
                    span: self.span_from(start),
                };
                let adjectives = std::iter::once(owner).chain(adjectives).collect();
                return Noun { head, adjectives, count: Some(1), ..empty(Determiner::Indefinite, Head::One) };
            }
            self.at = inside;
            let noun = Noun { span: self.span_from(start), ..noun };
            if noun.determiner != Determiner::Bare
                || !matches!(noun.head, Head::Named { .. })
                || self.is_here(&noun)
                || !self.low_at(0).is_empty()
            {
                self.eat_any(&["left", "right", "own", "front", "back"]);
                if let Some((head, adjectives)) = self.head(Determiner::Definite, None) {
                    // "the water's edge" is the water.
                    if matches!(&head, Head::Named { typed, .. } if self.lexicon.is_no_thing(typed) && !self.lexicon.is_part(typed))
                    {
                        let count = self.at - inside;
                        self.at = inside;
                        self.leave_out(count);
                        return Noun { determiner: definite(noun.determiner), ..noun };
                    }
                    let determiner = if self.is_part(&head) { Determiner::Definite } else { Determiner::Possessive };
                    return Noun { head, adjectives, of: Some(Box::new(noun)), ..empty(determiner, Head::One) };
                }
            }
            self.at = before;
            return noun;
        }
        if self.low() == "of"
            && !self.is_part(&noun.head)
            && let Some(whole) = self.of(&noun, start)
        {
            return whole;
        }
        if noun.determiner == Determiner::Possessive || !self.is_part(&noun.head) {
            return noun;
        }
        let first = self.tokens.get(start).map_or(String::new(), |token| token.low.clone());
        let of = match first.as_str() {
            _ if self.eat("of") => self.noun(),
            _ => None,
        };
        if of.is_none() {
            self.at = before;
        }
        Noun { of: of.map(Box::new), ..noun }
    }

    /// "plates of pizza", "a slice of cake", "the top of the hill".
    fn of(&mut self, noun: &Noun, start: usize) -> Option<Noun> {
        const MEASURES: [&str; 22] = [
            "slice", "piece", "kind", "type", "sort", "bunch", "pile", "stack", "pair", "set", "group", "herd",
            "flock", "row", "bit", "loaf", "patch", "bouquet", "cluster", "crowd", "variety", "line",
        ];
        let Head::Named { typed, plural, .. } = &noun.head else { return None };
        let before = self.at;
        let word = singular(&fold(typed));
        if self.depth >= DEEPEST {
            return None;
        }
        self.eat("of");
        self.depth += 1;
        let inner = self.noun();
        self.depth -= 1;
        let found = inner.and_then(|inner| {
            let pointed = matches!(inner.head, Head::It | Head::Them) && self.lexicon.is_no_thing(typed);
            if pointed {
                self.skip(start, before + 1);
                return Some(inner);
            }
            let Head::Named { .. } = &inner.head else { return None };
            if MEASURES.contains(&word.as_str()) {
                let count = noun.count.filter(|count| *count > 1).or(if *plural { Some(4) } else { inner.count });
                return Some(Noun { determiner: noun.determiner, count, ..inner });
            }
            // "half of the balloons": not all of them.
            const SHARES: [&str; 19] = [
                "half",
                "most",
                "part",
                "third",
                "quarter",
                "majority",
                "rest",
                "number",
                "amount",
                "color",
                "colour",
                "size",
                "position",
                "place",
                "name",
                "pose",
                "direction",
                "colors",
                "colours",
            ];
            if SHARES.contains(&word.as_str()) {
                let span = self.tokens.get(start).map_or(0, |token| token.span.start)..self.tokens[before].span.end;
                self.diagnostics.push((span, crate::parse_result::Diagnostic::Share));
                return Some(inner);
            }
            if self.lexicon.is_no_thing(typed) {
                self.skip(start, before + 1);
                return Some(inner);
            }
            let holds = [
                "plate", "bowl", "basket", "glass", "cup", "mug", "bottle", "vase", "tray", "bag", "box", "jar", "pot",
                "bucket", "dish", "table", "shelf", "crate", "field", "garden", "bed", "meadow", "patch", "cart",
                "wagon", "truck", "boat",
            ];
            let liquid = ["glass", "cup", "mug", "bottle", "jar", "pot", "bucket"].contains(&word.as_str());
            if liquid {
                // What is in a glass is not drawn apart from it.
                self.skip(before, self.at);
                return Some(noun.clone());
            }
            // "the tower of an old church": the whole comes, too.
            let parts = self.lexicon.is_known(typed)
                && !holds.contains(&word.as_str())
                && matches!(&inner.head, Head::Named { known: true, .. });
            if parts && noun.determiner != Determiner::Possessive && inner.determiner != Determiner::Bare {
                return Some(Noun { of: Some(Box::new(inner)), ..noun.clone() });
            }
            let held =
                holds.contains(&word.as_str()) && matches!(inner.determiner, Determiner::Bare | Determiner::Indefinite);
            held.then(|| Noun { contents: Some(Box::new(inner)), ..noun.clone() })
        });
        if found.is_none() {
            self.at = before;
        }
        found
    }

    fn is_part(&self, head: &Head) -> bool {
        matches!(head, Head::Named { typed, .. } if self.lexicon.is_part(typed))
    }

    /// "the cat and the dog", "a car, a bus and a tree".
    pub(super) fn nouns(&mut self) -> Vec<Noun> {
        self.list(Self::noun)
    }

    /// Noun phrases that point at existing objects, with what distinguishes them: "the sheep behind the tree".
    pub(super) fn targets(&mut self) -> Vec<Noun> {
        self.list(Self::target)
    }

    pub(super) fn target(&mut self) -> Option<Noun> {
        let start = self.at;
        let mut noun = self.noun()?;
        if !matches!(noun.head, Head::It | Head::Person { .. } | Head::Them | Head::Rest) {
            while let Some(limit) = self.limit() {
                noun.limits.push(limit);
            }
        }
        noun.span = self.span_from(start);
        Some(noun)
    }

    fn limit(&mut self) -> Option<Tail> {
        let start = self.at;
        if let Some(back) = self.relative() {
            return Some(back);
        }
        let that = self.eat_phrases(&["that is", "that are", "which is", "which are", "who is", "who are"]);
        let (diagnostics, tail) = (self.diagnostics.len(), self.tail(false));
        let leaves = |tail: &Tail| matches!(tail, Tail::Link { predicate, .. } if ["out of", "away from", "to"].contains(&predicate.typed.as_str()));
        // "make the dog brown": brown is what it is to be.
        let becomes = |tail: &Tail| match tail {
            Tail::Look(Adjective::Look { class: Class::Facing, .. }) => false,
            Tail::Look(Adjective::Look { word, .. }) => !that && !word.ends_with("ing"),
            Tail::Look(Adjective::Size(_)) => !that,
            _ => false,
        };
        // "the dog on the right needs a collar": what it has is news, and does not tell which.
        let tells = |tail: &Tail| matches!(tail, Tail::Link { predicate, .. } if !that && is_finite(&predicate.typed));
        match tail.filter(|tail| !leaves(tail) && !becomes(tail) && !tells(tail)) {
            Some(tail @ (Tail::Place(_) | Tail::Link { .. } | Tail::Look(_) | Tail::Without(_))) => Some(tail),
            _ if that && let Some(look) = self.adjective() => Some(Tail::Look(look)),
            _ => {
                self.diagnostics.truncate(diagnostics);
                self.at = start;
                None
            }
        }
    }

    /// "that the bird is in", "the bird is sitting on", "which the man holds".
    fn relative(&mut self) -> Option<Tail> {
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        let that = self.eat_any(&["that", "which", "who", "whom"]);
        let found = if that || ["the", "a"].contains(&self.low()) { self.relative_clause() } else { None };
        if found.is_none() {
            self.at = start;
            self.diagnostics.truncate(diagnostics);
        }
        found
    }

    fn relative_clause(&mut self) -> Option<Tail> {
        let subject = self.noun()?;
        let copula = self.eat_any(&["is", "are", "was", "were"]);
        let predicate = self.relative_relation(copula)?;
        // "the tree the bird is in the sky" is none.
        let ends = self.noun_follows();
        (!ends && matches!(subject.head, Head::Named { .. } | Head::Labeled(_)))
            .then(|| Tail::Back { predicate, subjects: vec![subject] })
    }

    /// A relation whose object stands in front of it.
    fn relative_relation(&mut self, copula: bool) -> Option<crate::ast::Predicate> {
        let start = self.at;
        if let Some(predicate) = self.relation().filter(|_| copula) {
            return Some(predicate);
        }
        self.at = start;
        let verb = self.low().to_owned();
        if drawn::verb(&verb).is_none() || !(copula || verb.ends_with('s') || verb.ends_with("ing")) {
            return None;
        }
        self.take(1);
        let (name, known) = super::relation::named(self.lexicon, &verb, &verb);
        Some(crate::ast::Predicate { name, typed: verb, known, span: self.span_from(start), reversed: false })
    }

    fn noun_follows(&mut self) -> bool {
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        let found = self.low() != "that" && self.noun().is_some_and(|noun| noun.determiner != Determiner::Bare);
        self.at = start;
        self.diagnostics.truncate(diagnostics);
        found
    }

    fn list(&mut self, one: impl Fn(&mut Self) -> Option<Noun>) -> Vec<Noun> {
        let mut nouns: Vec<Noun> = one(self).into_iter().collect();
        while !nouns.is_empty() {
            let start = self.at;
            let comma = matches!(self.kind_at(0), Some(Kind::Comma));
            self.take(usize::from(comma));
            if !(self.eat("and") || comma) || self.is_verb() {
                self.at = start;
                break;
            }
            // "a sun, top left corner": where it is, and no thing.
            if comma && self.place_is_here() {
                self.at = start;
                break;
            }
            // "two zebras, one drinking": one of these.
            let several = nouns.last().is_some_and(|noun| noun.count.is_some_and(|count| count > 1));
            if (several && ["one", "another"].contains(&self.low())) || (comma && self.style_length().is_some()) {
                self.at = start;
                break;
            }
            // "five sheep, one of them black" says more of the sheep.
            if ["them", "these", "those"].contains(&self.low_at(2)) && self.low_at(1) == "of" {
                self.at = start;
                break;
            }
            let and = !comma || self.tokens.get(self.at - 1).is_some_and(|token| token.low == "and");
            match one(self) {
                // "and the dog is ..." begins a sentence of its own; "the cat and the dog are" does not.
                Some(noun) if !self.is_copula() || (both_point(&nouns, &noun) && self.is_plural_copula()) => {
                    nouns.push(noun);
                    self.listed_with_and = and;
                }
                _ => {
                    self.at = start;
                    break;
                }
            }
        }
        if !nouns.is_empty() && !nouns.iter().any(|noun| noun.determiner == Determiner::Indefinite) {
            self.contrast();
        }
        // "the leftmost and the rightmost cloud": both are clouds.
        if let Some(named @ Head::Named { .. }) = nouns.last().map(|last| last.head.clone()) {
            let open = |noun: &&mut Noun| {
                noun.head == Head::One
                    && ((noun.pick.is_some() && noun.determiner == Determiner::Definite)
                        || (noun.determiner == Determiner::Indefinite && !noun.adjectives.is_empty()))
            };
            nouns.iter_mut().filter(open).for_each(|noun| noun.head = named.clone());
        }
        nouns
    }

    /// ", not the dog": what is not meant, and stays as it is. True if that was said.
    pub(super) fn contrast(&mut self) -> bool {
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        let comma = matches!(self.kind_at(0), Some(Kind::Comma | Kind::Halted));
        self.take(usize::from(comma));
        if self.eat_phrases(&["and not", "but not", "not"])
            && let Some(Noun { determiner: Determiner::Definite, .. }) = self.noun()
            && matches!(self.kind_at(0), None | Some(Kind::Comma | Kind::Halted))
        {
            let goes_on = matches!(self.kind_at(0), Some(Kind::Comma)) && !self.is_end() && {
                let next = self.low_at(1);
                ["to", "in", "on", "into", "onto", "left", "right", "up", "down"].contains(&next)
            };
            self.take(usize::from(goes_on));
            return true;
        }
        self.at = start;
        self.diagnostics.truncate(diagnostics);
        false
    }

    /// Its own name: one word, or a quotation.
    pub(super) fn label(&mut self) -> Option<String> {
        let token = self.tokens.get(self.at)?;
        let text = token.text.clone();
        match token.kind {
            Kind::Quoted if !text.is_empty() => {
                self.take(1);
                Some(text)
            }
            Kind::Word if !words::is_function_word(&token.low) => {
                self.take(1);
                let mut label = text;
                // "Anna Maria": what is capitalized belongs to it.
                while self.is_word_at(0) && self.tokens[self.at].text.starts_with(char::is_uppercase) {
                    label = format!("{label} {}", self.tokens[self.at].text);
                    self.take(1);
                }
                Some(label)
            }
            _ => None,
        }
    }

    fn pronoun(&mut self) -> Option<Noun> {
        let start = self.at;
        let make = |determiner, head| Some(empty(determiner, head));
        if self.eat_phrases(&["each other", "one another"]) {
            return make(Determiner::Bare, Head::EachOther);
        }
        if self.eat_phrases(&[
            "the rest",
            "all the rest",
            "all the others",
            "the others",
            "all others",
            "all the other things",
        ]) || self.eat_phrases(&["everything else", "anything else", "all else", "everyone else"])
        {
            if self.eat("of") {
                self.eat("the");
                self.eat_any(&["scene", "picture", "image", "them"]);
            }
            return make(Determiner::All, Head::Rest);
        }
        if self.eat_any(&["everyone", "everybody"]) {
            return make(Determiner::All, Head::Everyone);
        }
        if self.eat_phrases(&[
            "everything",
            "the whole scene",
            "the whole thing",
            "all things",
            "all objects",
            "all of it",
        ]) {
            return make(Determiner::All, Head::Everything);
        }
        if self.eat_phrases(&["all of them", "them all", "they all", "all of these", "all of those"]) {
            return make(Determiner::All, Head::Them);
        }
        if self.eat_phrases(&["both of them", "them both", "they both"]) {
            return make(Determiner::Both, Head::Them);
        }
        // "a house on the left, one in the middle": of what was named before.
        if self.low() == "one" && self.at > 0 {
            self.take(1);
            if self.place_is_here() || self.side_is_here() {
                return Some(Noun { count: Some(1), ..empty(Determiner::Indefinite, Head::One) });
            }
            self.at = start;
        }
        // "one of them", "two of those".
        let some = words::number(self.low()).filter(|count| *count > 0);
        if let Some(count) = some
            && self.low_at(1) == "of"
            && ["them", "these", "those"].contains(&self.low_at(2))
        {
            self.take(3);
            return Some(Noun { count: Some(count), ..empty(Determiner::Definite, Head::Them) });
        }
        if self.eat_any(&["it", "itself"]) {
            return make(Determiner::Definite, Head::It);
        }
        if self.eat_any(&["him", "he", "himself"]) {
            return make(Determiner::Definite, Head::Person { female: false });
        }
        if self.eat_any(&["she", "herself"]) {
            return make(Determiner::Definite, Head::Person { female: true });
        }
        if self.eat_any(&["them", "they"]) {
            return make(Determiner::Definite, Head::Them);
        }
        let goes_on = ["the", "of", "my", "these", "those", "other", "others", "one", "ones"];
        let alone = |parser: &Self| {
            parser.is_boundary() || (parser.ends_noun() && !goes_on.contains(&parser.low())) || parser.describes()
        };
        if self.eat_any(&["someone", "somebody"]) {
            let name = self.lexicon.object("person").unwrap_or("person").to_owned();
            let head = Head::Named { known: self.lexicon.is_known(&name), name, typed: "person".into(), plural: false };
            return make(Determiner::Indefinite, head);
        }
        for (word, determiner, head) in [
            ("this", Determiner::Definite, Head::It),
            ("that", Determiner::Definite, Head::It),
            ("her", Determiner::Definite, Head::Person { female: true }),
            ("these", Determiner::Definite, Head::Them),
            ("those", Determiner::Definite, Head::Them),
            ("both", Determiner::Both, Head::Them),
            ("all", Determiner::All, Head::Everything),
        ] {
            if self.eat(word) {
                if alone(self) {
                    return make(determiner, head);
                }
                self.at = start;
            }
        }
        None
    }

    pub(super) fn named(&mut self) -> Option<Noun> {
        let each = ["each", "every"].contains(&self.low());
        let whose = ["his", "her", "its", "their"].contains(&self.low()).then(|| self.owner_head());
        let (determiner, count) = self.determiner();
        let mut noun = empty(determiner, Head::One);
        noun.count = count;
        noun.each = each;
        noun.of = whose.map(|head| Box::new(empty(Determiner::Definite, head)));
        let before_pick = self.at;
        noun.pick = self.pick(determiner);
        if noun.pick.is_some() && (self.is_boundary() || self.ends_noun()) && self.low() != "of" && self.low() != "one"
        {
            // "the second", "the left": of what was spoken of.
            return (determiner != Determiner::Bare).then_some(noun);
        }
        let after_pick = self.at;
        if let Some((head, adjectives)) = self.head(determiner, count) {
            if let Head::Named { typed, .. } = &head
                && typed.starts_with(char::is_uppercase)
            {
                noun.label = Some(typed.clone());
            }
            (noun.head, noun.adjectives) = (head, adjectives);
            self.count_people(&mut noun);
            return Some(noun);
        }
        // "the top" may be a thing, where a vocabulary has such a word.
        if noun.pick.is_some() {
            self.at = before_pick;
            let (head, adjectives) = self.head(determiner, count)?;
            return Some(Noun { pick: None, head, adjectives, ..noun });
        }
        self.at = after_pick;
        // "a couple sits on a bench": two people.
        let couple =
            self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).is_some_and(|token| token.low == "couple");
        if couple && determiner == Determiner::Indefinite {
            let name = self.lexicon.object("person").unwrap_or("person").to_owned();
            let head = Head::Named { known: self.lexicon.is_known(&name), name, typed: "people".into(), plural: true };
            return Some(Noun { head, ..noun });
        }
        let stands_alone = determiner == Determiner::Another || (determiner == Determiner::Other && self.is_boundary());
        stands_alone.then_some(noun)
    }

    /// "an old couple", "a family": so many people, unless something is called so.
    fn count_people(&self, noun: &mut Noun) {
        const TOGETHER: [(&str, usize); 5] = [("couple", 2), ("family", 3), ("trio", 3), ("crowd", 5), ("audience", 5)];
        let Head::Named { typed, .. } = &noun.head else { return };
        let Some((_, count)) = TOGETHER.iter().find(|(word, _)| word == typed) else { return };
        let here = self.is_here(noun);
        if noun.determiner == Determiner::Indefinite && noun.count == Some(1) && !here && self.low() != "of" {
            let name = self.lexicon.object("person").unwrap_or("person").to_owned();
            noun.head = Head::Named { known: self.lexicon.is_known(&name), name, typed: "people".into(), plural: true };
            noun.count = Some(*count);
        }
    }

    fn determiner(&mut self) -> (Determiner, Option<usize>) {
        use Determiner::*;
        // "every other ball", "every second tree": not all, and not the others.
        if self.low() == "every" && (self.low_at(1) == "other" || words::ordinal(self.low_at(1)).is_some()) {
            let start = self.at;
            self.take(2);
            let span = self.span_from(start);
            self.diagnostics.push((span, crate::parse_result::Diagnostic::Share));
        }
        if self.eat_any(&["all", "every", "each"]) {
            self.eat("of");
            self.eat_any(&["the", "these", "those", "my"]);
            self.eat("single");
            let count = self.count();
            let other = self.eat("other");
            return (if other { Other } else { All }, count);
        }
        if self.eat("both") {
            self.eat("of");
            self.eat_any(&["the", "these", "those", "my"]);
            return (Both, None);
        }
        if self.eat_any(&["his", "her", "its", "their"]) {
            self.eat("own");
            return (Possessive, self.count());
        }
        if self.eat_any(&["the", "this", "that", "these", "those", "my", "your", "our"]) {
            if self.eat("other") {
                return (Other, self.count());
            }
            let same = self.low() == "same"
                && !["color", "colour", "size", "as", "way", "place", "again", "one", "thing"]
                    .contains(&self.low_at(1));
            self.take(usize::from(same));
            return (Definite, self.count());
        }
        if self.eat("another") {
            return (Another, self.count());
        }
        if let Some(count) = self.eat_longest(AMOUNTS) {
            let more = self.eat_any(&["more", "other", "additional", "extra"]);
            return (if more { Another } else { Indefinite }, Some(count));
        }
        if self.eat_any(&["a", "an"]) {
            let second = self.eat_any(&["second", "further", "new"]);
            return (if second { Another } else { Indefinite }, Some(1));
        }
        let start = self.at;
        if let Some(count) = self.count() {
            if self.eat_any(&["more", "other", "additional", "extra", "new", "further"]) {
                return (Another, Some(count));
            }
            if self.eat("of") {
                if self.eat_any(&["the", "these", "those", "my"]) {
                    return (Definite, Some(count));
                }
                self.at = start;
                return (Bare, None);
            }
            return (Indefinite, Some(count));
        }
        if self.eat_any(&["more", "additional", "extra"]) {
            return (Another, None);
        }
        (Bare, None)
    }

    /// A whole number in digits or letters. "one" counts only in front of a name.
    pub(super) fn count(&mut self) -> Option<usize> {
        let count = match self.kind_at(0)? {
            // Only whole numbers count things; a number that is too large is refused later.
            Kind::Number(number) if number.fract() == 0.0 => *number as usize,
            Kind::Word => words::number(self.low())?,
            _ => return None,
        };
        if self.low() == "one" {
            let after =
                self.at.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or("", |token| &token.low);
            let pronoun = ["the", "other", "this", "that", "another"].contains(&after);
            let names = ["more", "of"].contains(&self.low_at(1)) || (self.is_name_at(1) && !self.is_relation_at(1));
            if pronoun || !names {
                return None;
            }
        }
        self.take(1);
        Some(count)
    }

    fn is_name_at(&self, ahead: usize) -> bool {
        self.is_word_at(ahead) && !words::is_function_word(self.low_at(ahead))
    }

    fn pick(&mut self, determiner: Determiner) -> Option<Pick> {
        use Pick::*;
        let start = self.at;
        let pick = match self.low() {
            "last" => Last,
            "left" | "leftmost" => Left,
            "right" | "rightmost" => Right,
            "top" | "topmost" | "upper" | "uppermost" | "highest" => Top,
            "bottom" | "lower" | "lowest" | "bottommost" => Bottom,
            "middle" | "central" | "center" | "centre" => Middle,
            "biggest" | "largest" | "tallest" | "widest" | "longest" | "bigger" | "larger" | "taller" => Biggest,
            "smallest" | "littlest" | "shortest" | "tiniest" | "thinnest" | "smaller" | "shorter" => Smallest,
            "newest" | "latest" => Newest,
            word => Nth(words::ordinal(word)?),
        };
        self.take(1);
        self.eat("hand");
        self.eat("most");
        let points = matches!(determiner, Determiner::Definite | Determiner::Other | Determiner::Bare);
        if !points || (determiner == Determiner::Bare && !self.is_name_at(0)) || self.low() == "of" {
            self.at = start;
            return None;
        }
        Some(pick)
    }
}

/// "needs", "holds", "chases": a verb that makes a sentence.
fn is_finite(typed: &str) -> bool {
    let first = typed.split(' ').next().unwrap_or_default();
    ["has", "needs", "gets"].contains(&first)
        || (first.ends_with('s') && drawn::verb_bases(first).iter().any(|base| *base != first))
}

fn both_point(nouns: &[Noun], noun: &Noun) -> bool {
    nouns.iter().chain([noun]).all(|noun| noun.determiner == Determiner::Definite && noun.head != Head::It)
}

fn definite(determiner: Determiner) -> Determiner {
    if determiner == Determiner::Bare { Determiner::Definite } else { determiner }
}

pub(super) fn empty(determiner: Determiner, head: Head) -> Noun {
    Noun {
        span: 0..0,
        determiner,
        count: None,
        pick: None,
        adjectives: Vec::new(),
        head,
        limits: Vec::new(),
        except: Vec::new(),
        of: None,
        contents: None,
        each: false,
        label: None,
    }
}
