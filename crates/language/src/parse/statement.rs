//! Things and how they stand: "sky above grass", "the dog is no longer left of the cat".

use super::Parser;
use crate::ast::{Adjective, Clause, Determiner, Head, Item, Noun, Quality, Shift, Tail};
use crate::english::{self, PartOfSpeech};
use crate::token::Kind;
use crate::words::{self, Class};
use scenewright_scene::vocab::drawn;

impl Parser<'_> {
    /// Whether the scene has such a thing.
    pub(super) fn is_here(&self, noun: &Noun) -> bool {
        match &noun.head {
            Head::Named { name, .. } => {
                let called = |own: &str| own == name || self.lexicon.object(own).is_some_and(|known| known == name);
                let scene = self.lexicon.scene;
                scene.nodes().iter().any(|node| called(&node.name))
                    || scene.completion().implied.iter().any(|object| called(&object.name))
            }
            _ => true,
        }
    }

    /// "sky above grass", "the dog is no longer left of the cat", "the car is red".
    pub(super) fn statement(&mut self) -> Option<Clause> {
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        if let Some(clause) = self.neither() {
            return Some(clause);
        }
        self.at = start;
        if let Some(clause) = self.replacement(false).or_else(|| self.only_these()) {
            return Some(clause);
        }
        if let Some(clause) = self.copula_statement() {
            return Some(clause);
        }
        if self.diagnostics.len() > diagnostics {
            return None;
        }
        self.at = start;
        if let Some(clause) = self.pointed_statement() {
            return Some(clause);
        }
        self.diagnostics.truncate(diagnostics);
        self.at = start;
        let items = self.items();
        // A single unknown word says nothing: it is more likely an instruction with a typo.
        if let [Item { nouns, tails }] = items.as_slice()
            && tails.is_empty()
            && let [Noun { determiner: Determiner::Bare, head: Head::Named { known: false, .. }, count: None, .. }] =
                nouns.as_slice()
            && !self.is_here(&nouns[0])
        {
            self.diagnostics.truncate(diagnostics);
            self.at = start;
            return None;
        }
        // "the sheep": what of it?
        let points =
            |noun: &Noun| !matches!(noun.determiner, Determiner::Bare | Determiner::Indefinite | Determiner::Another);
        if !items.is_empty() && items.iter().all(|item| item.tails.is_empty() && item.nouns.iter().all(points)) {
            self.unfinished(start, "what should be done with it");
            return None;
        }
        let meaningful = items.iter().any(|item| {
            !item.tails.is_empty()
                || item.nouns.iter().any(|noun| {
                    !matches!(noun.head, Head::It | Head::Them | Head::One) || noun.determiner == Determiner::Another
                })
        });
        if items.is_empty() || !meaningful {
            if self.diagnostics.len() == diagnostics {
                self.at = start;
            }
            return None;
        }
        Some(Clause::Describe { items, fresh: false })
    }

    /// "neither the car nor the bus should be red".
    fn neither(&mut self) -> Option<Clause> {
        if !self.eat("neither") {
            return None;
        }
        let mut what: Vec<Noun> = self.target().into_iter().collect();
        while self.eat("nor") || self.eat("or") || self.eat("and") {
            what.extend(self.target());
        }
        while self.is_copula() || ["be", "to"].contains(&self.low()) {
            self.take(1);
        }
        let qualities = self.qualities();
        if what.is_empty() || qualities.is_empty() {
            return None;
        }
        let deny = |quality| match quality {
            Quality::Look(look) => Quality::NotLook(look),
            quality => quality,
        };
        Some(Clause::Adjust { what, qualities: qualities.into_iter().map(deny).collect() })
    }

    /// "only the dog should stay", "nothing but the sky", "(I want) only the tree".
    pub(super) fn only_these(&mut self) -> Option<Clause> {
        let start = self.at;
        if !self.eat_phrases(&["nothing but", "no more than", "only", "just"]) {
            return None;
        }
        let keeps = self.eat_any(&["keep", "leave"]);
        let what = self.targets();
        let points = |noun: &Noun| {
            self.is_here(noun) && !matches!(noun.determiner, Determiner::Indefinite | Determiner::Another)
        };
        let here = !what.is_empty() && what.iter().all(points);
        self.eat_phrases(&["should stay", "should remain", "stays", "stay", "remains", "can stay", "may stay"]);
        if here && (keeps || self.is_boundary()) {
            return Some(Clause::KeepOnly(what));
        }
        self.at = start;
        None
    }

    /// "too big", "too far left": the other way.
    fn too(&mut self) -> Option<Result<Quality, Shift>> {
        let start = self.at;
        self.eat_phrases(&["a bit", "a little", "a little bit", "way", "much", "far", "slightly", "just"]);
        if !self.eat("too") {
            self.at = start;
            return None;
        }
        let far = self.eat("far");
        self.eat_any(&["much", "to", "on"]);
        self.eat_any(&["the", "to"]);
        self.eat("the");
        let shift = |across, down| Some(Err(Shift { across, down, step: 0.12 }));
        let found = match self.low() {
            "left" => shift(1, 0),
            "right" => shift(-1, 0),
            "up" | "high" | "top" => shift(0, 1),
            "down" | "low" | "bottom" => shift(0, -1),
            "close" if self.low_at(1) == "to" => None,
            "big" | "large" | "huge" | "tall" | "wide" | "long" | "fat" | "close" if !far => {
                Some(Ok(Quality::Scale { steps: -1, area: 0.6 }))
            }
            "small" | "little" | "tiny" | "short" | "thin" | "narrow" if !far => {
                Some(Ok(Quality::Scale { steps: 1, area: 1.6 }))
            }
            _ => None,
        };
        self.take(1);
        if found.is_none() {
            self.at = start;
        }
        found
    }

    /// A verb that several things share: "are", "can".
    pub(super) fn is_plural_copula(&self) -> bool {
        ["are", "were", "can", "should", "must", "could", "may", "have", "need"].contains(&self.low())
    }

    pub(super) fn copula_statement(&mut self) -> Option<Clause> {
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        let what = self.targets();
        if self.diagnostics.len() == diagnostics
            && let Some(clause) = self.elliptical(&what)
        {
            return Some(clause);
        }
        if what.is_empty() || !self.is_copula() {
            self.diagnostics.truncate(diagnostics);
            self.at = start;
            return None;
        }
        // "he isn't": whatever was said of others is not so of him, and nothing changes.
        if let Some(length) = self.nothing_more()
            && self.at > start
        {
            self.take(length);
            return Some(Clause::Describe { items: Vec::new(), fresh: false });
        }
        let modal = ["should", "must", "shall", "can", "will", "could", "would", "might", "may"].contains(&self.low());
        let mut plain = modal;
        while self.is_copula() || ["be", "now", "to", "also", "both", "all", "been"].contains(&self.low()) {
            plain &= self.low() != "be";
            if ["to", "both", "all"].contains(&self.low()) && (self.is_relation_at(0) || self.place_is_here()) {
                break;
            }
            if !self.eat("do") && !self.eat("does") {
                self.take(1);
            }
            if self.low() == "not" {
                break;
            }
        }
        let negated = self.eat_phrases(&["no longer", "not", "never"]);
        plain &= self.low() != "be";
        self.eat_any(&["be", "now", "any"]);
        if plain
            && !negated
            && let Some(tail) = self.plain_verb()
        {
            let mut tails = vec![tail];
            tails.extend(self.tails(false));
            return Some(Clause::Describe { items: vec![Item { nouns: what, tails }], fresh: false });
        }
        // "the man should wave".
        if plain
            && !negated
            && let Some(tail) = self.action()
        {
            let mut tails = vec![tail];
            tails.extend(self.tails(false));
            return Some(Clause::Describe { items: vec![Item { nouns: what, tails }], fresh: false });
        }
        if self.eat_phrases(&["called", "named"]) {
            let before = self.at;
            let label = self.label();
            let span = self.span_from(before);
            let what = what.into_iter().next()?;
            return Some(Clause::Rename { what, label: label.filter(|_| !negated), span });
        }
        if negated
            && self.eat_phrases(&["there", "here", "in the picture", "in the scene", "in it"])
            && self.is_boundary()
        {
            return Some(Clause::Remove(what));
        }
        let leaves =
            ["gone", "missing", "go", "disappear", "leave", "removed", "deleted", "erased", "vanish", "go away"];
        if self.eat_any(&leaves) {
            self.eat_any(&["away", "now"]);
            return match (negated, self.is_boundary()) {
                (false, true) => Some(Clause::Remove(what)),
                (true, true) => Some(Clause::Lock { what, locked: true }),
                _ => {
                    self.at = start;
                    None
                }
            };
        }
        if !negated
            && self.eat_phrases(&[
                "replaced by",
                "replaced with",
                "swapped for",
                "changed to",
                "changed into",
                "turned into",
            ])
        {
            return self.becoming(what, start);
        }
        self.eat_phrases(&[
            "painted",
            "colored",
            "coloured",
            "moved",
            "put",
            "located",
            "positioned",
            "situated",
            "get",
        ]);
        // "should look red", but "should look at the kite".
        self.take(usize::from(self.low() == "look" && !["at", "toward", "towards"].contains(&self.low_at(1))));
        self.eat_any(&["better", "nicer", "best"]);
        // "the tree is too close to the house": away from it.
        if !negated && self.eat_phrases(&["too close to", "much too close to", "a bit too close to", "too near"]) {
            let objects = self.nouns();
            let (name, known) = super::relation::named(self.lexicon, "away from", "away from");
            let span = self.span_from(start);
            let predicate = crate::ast::Predicate { name, typed: "away from".into(), known, span, reversed: false };
            if !objects.is_empty() {
                return Some(Clause::Move { what, tails: vec![Tail::Link { predicate, objects, and: false }] });
            }
        }
        match self.too() {
            Some(Ok(quality)) if !negated => return Some(Clause::Adjust { what, qualities: vec![quality] }),
            Some(Err(shift)) if !negated => return Some(Clause::Move { what, tails: vec![Tail::Shift(shift)] }),
            Some(_) => {
                self.at = start;
                return None;
            }
            None => {}
        }
        if self.eat_any(&["locked", "fixed"]) {
            return Some(Clause::Lock { what, locked: !negated });
        }
        let here = self.at;
        if !negated && let Some(clause) = self.shifted(&what) {
            return Some(clause);
        }
        self.at = here;
        let qualities = self.qualities();
        if !qualities.is_empty() {
            // "a dog is brown": one more, and brown.
            let looks = |quality: &Quality| matches!(quality, Quality::Look(_) | Quality::Size(_));
            let new = |noun: &Noun| matches!(noun.determiner, Determiner::Indefinite | Determiner::Another);
            if !negated && what.iter().all(new) && qualities.iter().all(looks) {
                let tail = |quality| match quality {
                    Quality::Look(look) => Some(Tail::Look(look)),
                    Quality::Size(size) => Some(Tail::Look(Adjective::Size(size))),
                    _ => None,
                };
                let mut tails: Vec<Tail> = qualities.into_iter().filter_map(tail).collect();
                tails.extend(self.tails(false));
                return Some(Clause::Describe { items: vec![Item { nouns: what, tails }], fresh: false });
            }
            // "the dog is not bigger than the cat" asks for what?
            if negated && !qualities.iter().all(|quality| matches!(quality, Quality::Look(_))) {
                self.at = start;
                return None;
            }
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
            return Some(if negated {
                Clause::Deny(item)
            } else {
                Clause::Describe { items: vec![item], fresh: false }
            });
        }
        if self.diagnostics.len() > diagnostics {
            return None;
        }
        let nothing =
            |into: &Noun| into.determiner == Determiner::Bare && !matches!(into.head, Head::Named { known: true, .. });
        if let Some(into) = self.noun().filter(|into| !negated && !plain && !nothing(into)) {
            return Some(Clause::Become { what, into });
        }
        self.unfinished(start, "how or where it is");
        None
    }

    /// "(should) wave", "(can) sit": what somebody does, in its plain form; a verb with an object is a relation.
    fn action(&mut self) -> Option<Tail> {
        let low = self.low().to_owned();
        let base = drawn::verb_bases(&low).iter().any(|base| *base == low);
        let known = base || english::part_of_speech(&low) == Some(PartOfSpeech::Verb);
        let leaves = ["go", "leave", "disappear", "vanish", "look", "become", "get", "have", "be", "stay"]
            .contains(&low.as_str());
        if !known || leaves || self.is_relation_at(0) || words::attribute(&low).is_some() || words::size(&low).is_some()
        {
            return None;
        }
        let start = self.at;
        self.take(1);
        if !self.is_boundary() && !self.peek_relation() {
            self.at = start;
            return None;
        }
        let (word, span) = (drawn::participle(&low), self.span_from(start));
        Some(Tail::Look(Adjective::Look { word, class: Class::Other, known: true, span }))
    }

    /// "should be a bit lower", "needs to go further to the left", "can move further away".
    fn shifted(&mut self, what: &[Noun]) -> Option<Clause> {
        self.eat_any(&["go", "move", "come", "be", "sit", "stand"]);
        let here = |noun: &Noun| !matches!(noun.determiner, Determiner::Indefinite | Determiner::Another);
        if !what.iter().all(here) {
            return None;
        }
        let tail = match self.depth() {
            Some(tail) => tail,
            None => Tail::Shift(self.shift()?),
        };
        let mut tails = vec![tail];
        tails.extend(self.tails(true));
        Some(Clause::Move { what: what.to_vec(), tails })
    }

    /// How many words of "isn't", "does not" stand here, if nothing follows them.
    fn nothing_more(&self) -> Option<usize> {
        let verb =
            ["is", "are", "was", "were", "does", "do", "did", "has", "have", "can", "will"].contains(&self.low());
        let ends = matches!(self.kind_at(2), None | Some(Kind::Comma | Kind::Halted));
        (verb && self.low_at(1) == "not" && ends).then_some(2)
    }

    /// "the dog on the right needs a collar": which one, and then what of it.
    fn pointed_statement(&mut self) -> Option<Clause> {
        let what = self.targets();
        let points =
            |noun: &Noun| matches!(noun.determiner, Determiner::Definite | Determiner::Other) && noun.head != Head::It;
        let limited = what.iter().any(|noun| !noun.limits.is_empty());
        if !limited || !what.iter().all(points) || !self.is_word_at(0) || !what.iter().all(|noun| self.is_here(noun)) {
            return None;
        }
        let preposition = crate::parse::relation_length_at(&self.tokens, self.at) > 0
            && !["has", "needs", "gets", "holds", "wears", "have"].contains(&self.low());
        if preposition {
            return None;
        }
        let tails = self.tails(false);
        let verb = |tail: Option<&Tail>| matches!(tail, Some(Tail::Link { objects, .. }) if !objects.is_empty());
        verb(tails.first()).then(|| Clause::Describe { items: vec![Item { nouns: what, tails }], fresh: false })
    }

    /// "the other one green": without a verb.
    fn elliptical(&mut self, what: &[Noun]) -> Option<Clause> {
        let start = self.at;
        let points = |noun: &Noun| {
            matches!(noun.determiner, Determiner::Definite | Determiner::Other | Determiner::All | Determiner::Both)
                && !matches!(noun.head, Head::It | Head::Person { .. })
        };
        if what.is_empty() || !what.iter().all(points) {
            return None;
        }
        let qualities = self.qualities();
        if !qualities.is_empty() && self.is_boundary() {
            return Some(Clause::Adjust { what: what.to_vec(), qualities });
        }
        self.at = start;
        None
    }
}
