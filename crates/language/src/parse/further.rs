//! What else can follow a noun phrase: goals, looks, distance, "whose hat is green", and what a list or a gap shares.

use super::Parser;
use crate::ast::{Adjective, Determiner, Head, Item, Noun, Predicate, Tail};
use crate::token::Kind;
use crate::words::{self, LIGHTS};
use scenewright_scene::vocab::drawn;

impl Parser<'_> {
    /// "a plate with a sandwich and two apples": all of it is on the plate, unless the next is somebody, or more is said of it.
    pub(super) fn further_belonging(&mut self, objects: &[Noun]) -> Option<Noun> {
        let start = self.at;
        let diagnostics = self.diagnostics.len();
        let alive = |noun: &Noun| {
            let Head::Named { name, .. } = &noun.head else { return true };
            let vocab = self.lexicon.vocab;
            let group = vocab.group_of(name).or_else(|| vocab.group_of(self.lexicon.drawn(name)?));
            group.is_some_and(|group| ["people", "animals"].contains(&group))
        };
        let scenery = |noun: &Noun| matches!(&noun.head, Head::Named { known: false, .. });
        if self.eat("and")
            && !self.is_verb()
            && let Some(noun) = self.noun()
        {
            let new = matches!(noun.determiner, Determiner::Bare | Determiner::Indefinite) && noun.pick.is_none();
            let beside = ["next", "beside", "near", "behind"].contains(&self.low())
                || self.phrase_at(0, "in front of").is_some();
            // "wearing a hat and a red dress sits at a table": a dress does not sit.
            let verb = drawn::verb_bases(self.low()).iter().any(|base| *base != self.low()) && !alive(&noun);
            let ends = matches!(self.kind_at(0), None | Some(Kind::Comma | Kind::Halted)) || beside || verb;
            if new && ends && !scenery(&noun) && (!alive(&noun) || objects.iter().all(alive)) {
                return Some(noun);
            }
        }
        self.at = start;
        self.diagnostics.truncate(diagnostics);
        None
    }

    /// "to the last tree", "over to the floor": where something is moved.
    pub(super) fn goal(&mut self) -> Option<Tail> {
        let start = self.at;
        self.eat_any(&["over", "back", "up", "down", "out"]);
        if !self.eat_any(&["to", "onto", "into"]) {
            self.at = start;
            return None;
        }
        let objects = self.nouns();
        if objects.is_empty() {
            self.at = start;
            return None;
        }
        let predicate = Predicate {
            name: String::new(),
            typed: "to".into(),
            known: true,
            span: self.span_from(start),
            reversed: false,
        };
        Some(Tail::Link { predicate, objects, and: false })
    }

    /// "a sun, top right, small", "house: red, big": a word about looks behind what it is said of.
    pub(super) fn look_behind(&mut self) -> Option<Tail> {
        let start = self.at;
        self.eat_phrases(&["size", "color", "colour", "all"]);
        let adjective = self.adjective();
        let ends = self.is_boundary() || self.place_is_here();
        match adjective {
            Some(adjective) if ends => Some(Tail::Look(adjective)),
            _ => {
                self.at = start;
                None
            }
        }
    }

    /// "further away", "closer", "into the distance": how far behind.
    pub(super) fn depth(&mut self) -> Option<Tail> {
        let start = self.at;
        self.amount();
        self.eat_any(&["go", "come", "move"]);
        let away = self.eat_phrases(&[
            "further away",
            "farther away",
            "further out",
            "farther out",
            "further back",
            "farther back",
            "more distant",
            "further off",
        ]);
        let near = !away
            && self.eat_phrases(&[
                "closer to us",
                "closer to the viewer",
                "closer to the camera",
                "nearer to us",
                "more to the front",
                "further forward",
            ]);
        if (away || near) && self.is_boundary() {
            return Some(Tail::Depth { away });
        }
        self.at = start;
        None
    }

    /// "whose hat is green".
    pub(super) fn whose(&mut self) -> Option<Tail> {
        let start = self.at;
        if !self.eat("whose") {
            return None;
        }
        let noun = self.noun();
        if let Some(mut noun) = noun
            && self.eat_any(&["is", "are", "was", "were"])
        {
            let adjectives: Vec<Adjective> = std::iter::from_fn(|| self.adjective()).collect();
            if !adjectives.is_empty() {
                noun.adjectives.extend(adjectives);
                noun.determiner = Determiner::Indefinite;
                let (name, known) = super::relation::named(self.lexicon, "has", "has");
                let predicate =
                    Predicate { name, typed: "has".into(), known, span: self.span_from(start), reversed: false };
                return Some(Tail::Link { predicate, objects: vec![noun], and: false });
            }
        }
        self.at = start;
        None
    }

    /// "seen from a bridge", "viewed from above": from where it is looked at is not drawn.
    pub(super) fn viewpoint(&mut self, moving: bool) -> Option<Tail> {
        let start = self.at;
        if !self.eat_phrases(&[
            "seen from",
            "viewed from",
            "as seen from",
            "photographed from",
            "shot from",
            "from above",
            "from below",
            "from behind",
        ]) {
            return None;
        }
        if !self.is_boundary() {
            self.noun();
        }
        let count = self.at - start;
        self.at = start;
        self.leave_out(count);
        self.tail(moving)
    }

    /// "(the girl holds a red umbrella and) the boy a green one": what the verb of the last item is said of, too.
    pub(super) fn gapped(&mut self, last: &Item) -> Option<Item> {
        let Some(Tail::Link { predicate, objects, .. }) = last.tails.last() else { return None };
        if predicate.reversed || !matches!(objects.first()?.head, Head::Named { .. }) {
            return None;
        }
        let subject = self.noun()?;
        if !self.is_word_at(0) || self.peek_relation() || self.is_copula() {
            return None;
        }
        let mut object = self.noun()?;
        let new = object.determiner == Determiner::Indefinite && subject.determiner != Determiner::Bare;
        if !new || !matches!(self.kind_at(0), None | Some(Kind::Comma | Kind::Halted)) {
            return None;
        }
        if object.head == Head::One {
            object.head = objects.first()?.head.clone();
        }
        let link = Tail::Link { predicate: predicate.clone(), objects: vec![object], and: false };
        Some(Item { nouns: vec![subject], tails: vec![link] })
    }

    /// "a man, a lake, a boat on the lake": in a list without "and", what follows is said of the last.
    pub(super) fn listed(&self, item: Item) -> Vec<Item> {
        let Item { mut nouns, tails } = item;
        if nouns.len() < 2 || tails.is_empty() || self.item_with_and {
            return vec![Item { nouns, tails }];
        }
        let last = nouns.pop().into_iter().collect();
        vec![Item { nouns, tails: Vec::new() }, Item { nouns: last, tails }]
    }

    /// "on a sunny afternoon", "during a stormy night": the weather, if one is said, else the hour.
    pub(super) fn day_phrase(&mut self) -> Option<&'static str> {
        let start = self.at;
        if !(self.eat_any(&["on", "in", "during", "at"]) && self.eat_any(&["a", "an", "the"])) {
            self.at = start;
            return None;
        }
        let (mut weather, mut hour) = (None, None);
        loop {
            if let Some(light) = self.eat_longest(LIGHTS) {
                let is_hour = ["night", "evening", "morning", "day"].contains(&light);
                if is_hour { hour = Some(light) } else { weather = Some(light) }
            } else if self.is_word_at(1)
                && (words::attribute(self.low()).is_some()
                    || ["beautiful", "quiet", "warm", "early", "late", "lovely", "windy", "crisp", "chilly"]
                        .contains(&self.low()))
            {
                self.leave_out(1);
            } else {
                break;
            }
        }
        let found = weather.or(hour).filter(|_| self.at > start + 3 && self.is_boundary());
        if found.is_none() {
            self.at = start;
        }
        found
    }
}
