//! What follows a noun phrase: relations, places, ways to go.

use super::Parser;
use crate::ast::{Adjective, Determiner, Head, Item, Noun, Predicate, Shift, Tail};
use crate::token::Kind;
use crate::words;
use crate::words::{Class, LIGHTS};
use scenewright_scene::vocab::drawn;
use scenewright_scene::{Across, Down, PlaceHint};

/// Words behind a place that begin what is there.
const BEGINS: [&str; 9] = ["a", "an", "some", "another", "two", "three", "there", "is", "are"];

/// Words that lead to how something is to be.
const SO_THAT: [&str; 9] = [
    "so that it is",
    "so it is",
    "such that it is",
    "so that they are",
    "so they are",
    "so that he is",
    "so that she is",
    "so that",
    "until it is",
];

/// Relations that need no second thing: "mountains behind", "with sky above".
const ADVERBS: [&str; 17] = [
    "above",
    "below",
    "behind",
    "in front of",
    "under",
    "over",
    "beside",
    "next to",
    "near",
    "around",
    "inside",
    "on top of",
    "by",
    "beneath",
    "surrounding",
    "in",
    "along",
];
/// Whether a phrase points at what was named before.
fn is_known(noun: &Noun) -> bool {
    matches!(noun.determiner, Determiner::Definite) || matches!(noun.head, Head::It | Head::Them | Head::Person { .. })
}

/// One step to the side, as a share of the picture's side.
const STEP: f32 = 0.15;
const BIT: f32 = 0.06;
const FAR: f32 = 0.3;

impl Parser<'_> {
    /// Noun phrases with all that follows them.
    pub(super) fn item(&mut self) -> Option<Item> {
        let nouns = self.nouns();
        if nouns.is_empty() {
            return None;
        }
        let and = self.listed_with_and;
        let ones = self.ones(&nouns);
        let colors = self.eat_phrases(&[
            "of all colors",
            "of all colours",
            "in all colors",
            "in all colours",
            "of different colors",
            "of different colours",
            "in different colors",
            "in different colours",
            "of various colors",
            "of many colors",
        ]);
        let mut tails = self.tails(false);
        tails.extend(colors.then_some(Tail::OwnColors));
        tails.extend(ones.or_else(|| self.ones(&nouns)));
        self.item_with_and = and;
        Some(Item { nouns, tails })
    }

    /// "a sun on the right and a cloud on the left".
    pub(super) fn items(&mut self) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        items.extend(self.item().into_iter().flat_map(|item| self.listed(item)));
        while !items.is_empty() {
            let (start, diagnostics) = (self.at, self.diagnostics.len());
            let comma = matches!(self.kind_at(0), Some(Kind::Comma));
            self.take(usize::from(comma));
            let and = self.eat_phrases(&["and also", "and", "plus", "as well as"]);
            if !(comma || and) || self.is_verb() || (comma && self.style_length().is_some()) {
                self.at = start;
                break;
            }
            let inside = self.at;
            if let Some(item) = items.last().and_then(|last| self.gapped(last)) {
                items.push(item);
                continue;
            }
            self.at = inside;
            self.diagnostics.truncate(diagnostics);
            match self.item() {
                Some(item) if !self.is_copula() => items.extend(self.listed(item)),
                _ => {
                    self.at = start;
                    self.diagnostics.truncate(diagnostics);
                    break;
                }
            }
        }
        items
    }

    /// "(two cars,) one red, one blue", "(two dogs;) one is sleeping and the other is eating".
    fn ones(&mut self, nouns: &[Noun]) -> Option<Tail> {
        let [Noun { count: Some(count), .. }] = nouns else { return None };
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        let mut each: Vec<Vec<Tail>> = Vec::new();
        let mut of_them = false;
        while each.len() < *count {
            let before = self.at;
            let mark = matches!(self.kind_at(0), Some(Kind::Comma | Kind::Halted));
            self.take(usize::from(mark));
            let and = self.eat_phrases(&["and", "while"]);
            let one = (mark || and || !each.is_empty())
                && self.eat_phrases(&[
                    "one of them",
                    "one",
                    "the other one",
                    "the other",
                    "the second",
                    "another",
                    "the third",
                ]);
            of_them |= one && self.tokens[self.at - 1].low == "them";
            if one {
                self.eat_any(&["is", "are"]);
                let mut tails: Vec<Tail> = Vec::new();
                let look_at = self.at;
                match self.adjective() {
                    Some(look) if self.is_boundary() => tails.push(Tail::Look(look)),
                    _ => self.at = look_at,
                }
                // "one black and one white": what follows is the next one's.
                let rest = if tails.is_empty() { self.tail(false) } else { None };
                tails.extend(rest);
                let skipped = !self.is_boundary() && self.facing_is_skipped();
                if (!tails.is_empty() || skipped) && self.is_boundary() {
                    each.push(tails);
                    continue;
                }
            }
            self.at = before;
            break;
        }
        if each.is_empty() || (each.len() < 2 && !of_them) {
            self.at = start;
            self.diagnostics.truncate(diagnostics);
            return None;
        }
        Some(Tail::Ones(each))
    }

    /// `moving`: "left", "up a bit" are ways to go.
    pub(super) fn tails(&mut self, moving: bool) -> Vec<Tail> {
        let mut tails = Vec::new();
        loop {
            let start = self.at;
            let comma = matches!(self.kind_at(0), Some(Kind::Comma));
            self.take(usize::from(comma));
            let and = self.eat("and");
            let diagnostics = self.diagnostics.len();
            // "and make it red" is an instruction of its own.
            if (and || comma) && self.is_verb() && !self.low().ends_with("ing") {
                self.at = start;
                return tails;
            }
            match self.tail(moving) {
                // ", and under that a chest" begins another description.
                Some(Tail::Link { objects, .. })
                    if (comma || and)
                        && !objects.is_empty()
                        && objects.iter().all(is_known)
                        && ["a", "an", "some", "two", "three"].contains(&self.low()) =>
                {
                    self.at = start;
                    self.diagnostics.truncate(diagnostics);
                    return tails;
                }
                // ", in the foreground a flower" begins another description.
                Some(Tail::Place(_)) if comma && !moving && BEGINS.contains(&self.low()) => {
                    self.at = start;
                    return tails;
                }
                // ", with a fountain in the background": it is not theirs.
                Some(Tail::Link { predicate, objects, .. })
                    if comma && predicate.typed == "with" && !objects.is_empty() && self.place_is_here() =>
                {
                    let place = self.place_tail();
                    tails.push(Tail::Also { nouns: objects, tails: place.into_iter().collect() });
                }
                Some(Tail::Link { mut predicate, objects, .. }) => {
                    // "looking out of the window at birds".
                    let looks = |tail: &Tail| {
                        let lead = |typed: &str| {
                            typed.split(' ').next().is_some_and(|lead| {
                                ["look", "star", "gaz", "peer"].iter().any(|stem| lead.starts_with(stem))
                            })
                        };
                        matches!(tail, Tail::Link { predicate, .. } if lead(&predicate.typed))
                    };
                    if predicate.typed == "at" && tails.last().is_some_and(looks) {
                        (predicate.name, predicate.known) =
                            super::relation::named(self.lexicon, "looking at", "looking at");
                        predicate.typed = "looking at".to_owned();
                    }
                    tails.push(Tail::Link { predicate, objects, and });
                }
                Some(tail) => tails.push(tail),
                None => {
                    // With trouble, reading goes on behind what made it.
                    if self.diagnostics.len() == diagnostics {
                        self.at = start;
                    }
                    return tails;
                }
            }
        }
    }

    pub(super) fn tail(&mut self, moving: bool) -> Option<Tail> {
        self.tail_here(moving, self.at)
    }

    fn tail_here(&mut self, moving: bool, start: usize) -> Option<Tail> {
        if self.eat_phrases(&["side by side", "shoulder to shoulder", "hand in hand", "in a row"]) {
            let (name, known) = super::relation::named(self.lexicon, "next to", "next to");
            let span = self.span_from(start);
            return Some(Tail::SideBySide(Predicate { name, typed: "next to".into(), known, span, reversed: false }));
        }
        self.eat_phrases(&SO_THAT);
        self.eat_phrases(&["that is", "that are", "which is", "which are", "who is", "who are", "that was", "who was"]);
        let relates = ["that", "which"].contains(&self.low()) && self.is_relation_at(1);
        let who = self.low() == "who" && self.is_relation_at(1);
        let that_is = self.tokens.get(start).is_some_and(|token| ["that", "which"].contains(&token.low.as_str()))
            && self.at > start;
        self.take(usize::from(relates || who));
        // "a path that leads to a windmill": what was named last does.
        if relates || that_is {
            let inside = self.at;
            if let Some(link @ Tail::Link { .. }) = self.link() {
                return Some(Tail::Which(vec![link]));
            }
            self.at = inside;
        }
        if let Some(tail) = self.facing().or_else(|| self.side()).or_else(|| self.ending()).or_else(|| self.depth()) {
            return Some(tail);
        }
        if let Some(tail) = self.whose().or_else(|| self.viewpoint(moving)) {
            return Some(tail);
        }
        if moving && let Some(shift) = self.shift() {
            return Some(Tail::Shift(shift));
        }
        if self.eat_phrases(&[
            "closer together",
            "close together",
            "nearer together",
            "closer to each other",
            "nearer to each other",
            "near each other",
        ]) {
            let (name, known) = super::relation::named(self.lexicon, "near", "near");
            let span = self.span_from(start);
            return Some(Tail::SideBySide(Predicate { name, typed: "near".into(), known, span, reversed: false }));
        }
        self.degrees();
        if (self.low() != "in" || self.low_at(1) != "the" || !self.lexicon_has(2))
            && let Some(light) = self.light_phrase()
        {
            return Some(Tail::Light(light));
        }
        if moving && let Some(shift) = self.shift() {
            return Some(Tail::Shift(shift));
        }
        if let Some(place) = self.place(moving) {
            return Some(Tail::Place(place));
        }
        if self.low() == "with"
            && let Some(tail) = self.around()
        {
            return Some(tail);
        }
        // "sits in the middle": how, and where.
        if !moving && super::relation::is_posture(self.low()) && self.low() != "set" {
            let word = self.low().to_owned();
            self.take(1);
            let particle = self.eat_any(&["down", "up", "around", "together", "still", "alone"]);
            if self.place_is_here() || (particle && self.is_boundary()) {
                let word = drawn::verb_bases(&word).first().map_or(word, |base| drawn::participle(base));
                let span = self.span_from(self.at - 1);
                return Some(Tail::Look(Adjective::Look { word, class: Class::Other, known: true, span }));
            }
            self.at -= 1 + usize::from(particle);
        }
        let diagnostics = self.diagnostics.len();
        let link = self.link();
        if link.is_some() || self.diagnostics.len() > diagnostics {
            return link;
        }
        if moving && let Some(tail) = self.goal() {
            return Some(tail);
        }
        if !moving && let Some(tail) = self.look_behind() {
            return Some(tail);
        }
        if self.is_participle() || self.is_finite() || ["asleep", "awake"].contains(&self.low()) {
            let before = self.at;
            let word = if self.is_finite() { self.finite_participle() } else { self.low().to_owned() };
            self.take(1);
            self.eat_any(&["around", "together", "alone", "outside", "there", "about", "down", "up"]);
            let ends = ["anymore", "any"].contains(&self.low());
            if self.is_boundary() || ends || self.peek_relation() || self.place_is_here() {
                let (class, known, span) = (Class::Other, true, self.span_from(before));
                return Some(Tail::Look(Adjective::Look { word, class, known, span }));
            }
        }
        self.at = start;
        None
    }

    /// "a dog runs": a verb, and nothing that it is done to.
    fn is_finite(&self) -> bool {
        let low = self.low();
        let ends = matches!(self.kind_at(1), None | Some(Kind::Comma | Kind::Halted));
        ends && low.ends_with('s')
            && !drawn::verb_bases(low).is_empty()
            && (self.lexicon.object(low).is_none() || self.is_finite_behind_person(0))
    }

    fn finite_participle(&self) -> String {
        let bases = drawn::verb_bases(self.low());
        bases.first().map_or_else(|| self.low().to_owned(), |base| drawn::participle(base))
    }

    pub(super) fn place_tail(&mut self) -> Option<Tail> {
        self.place(false).map(Tail::Place)
    }

    pub(super) fn place_is_here(&mut self) -> bool {
        let start = self.at;
        let found = self.place(false).is_some();
        self.at = start;
        found
    }

    /// "rather than under it", "off the table", "without an umbrella": what ends, or is not so.
    fn ending(&mut self) -> Option<Tail> {
        let start = self.at;
        // "an eagle, not flying, on a post".
        if self.low() == "not"
            && (self.low_at(1).ends_with("ing") || words::attribute(self.low_at(1)).is_some())
            && matches!(self.kind_at(2), None | Some(Kind::Comma | Kind::Halted))
        {
            let word = self.low_at(1).to_owned();
            self.take(2);
            return Some(Tail::NotLook(word));
        }
        if self.eat_phrases(&["rather than", "instead of", "and not", "but not", "not"]) {
            self.eat_any(&["being", "be"]);
            if let Some(predicate) = self.relation() {
                let objects = self.nouns();
                if !objects.is_empty() {
                    return Some(Tail::NotLink { predicate, objects });
                }
            }
            // "instead of a bike": whatever it has to do with that.
            self.at = start;
            if self.eat_phrases(&["rather than", "instead of"]) {
                let objects = self.nouns();
                let span = self.span_from(start);
                if !objects.is_empty() {
                    let predicate = crate::ast::Predicate {
                        name: String::new(),
                        typed: String::new(),
                        known: true,
                        span,
                        reversed: false,
                    };
                    return Some(Tail::NotLink { predicate, objects });
                }
            }
            self.at = start;
            return None;
        }
        if self.eat("without") {
            self.eat_any(&["any", "its", "his", "her", "their"]);
            // "a woman without one": she has none.
            if self.eat_any(&["one", "any", "it", "them"]) && self.is_boundary() {
                return Some(Tail::Without(Vec::new()));
            }
            let nouns = self.nouns();
            if !nouns.is_empty() {
                return Some(Tail::Without(nouns));
            }
            self.at = start;
            return None;
        }
        if self.eat("off") || self.eat_phrase("go off") || self.eat_phrase("goes off") {
            self.eat("of");
            let inside = self.at;
            self.eat("the");
            self.eat_any(&["left", "right", "top", "bottom", "upper", "lower"]);
            // Beyond the picture: nothing that a relation says.
            if self.eat_any(&["edge", "screen", "page", "picture", "frame", "canvas", "image", "side", "left", "right"])
            {
                self.eat_phrases(&["of the picture", "of the screen", "of the page"]);
                let count = self.at - start;
                self.at = start;
                self.leave_out(count);
                return self.tail(false);
            }
            self.at = inside;
            let nouns = self.nouns();
            if !nouns.is_empty() {
                return Some(Tail::Off(nouns));
            }
            self.at = start;
        }
        None
    }

    pub(super) fn lexicon_has(&self, ahead: usize) -> bool {
        self.is_word_at(ahead) && self.lexicon.object(self.low_at(ahead)).is_some()
    }

    pub(super) fn link(&mut self) -> Option<Tail> {
        let start = self.at;
        let between = self.phrase_at(0, "between").or_else(|| self.phrase_at(0, "in between")).is_some();
        let predicate = self.relation()?;
        if between {
            let objects = self.nouns();
            if !objects.is_empty() {
                return Some(Tail::Link { predicate, objects, and: false });
            }
        }
        let Some(first) = self.noun() else {
            // "with a hat on".
            if predicate.typed == "on" && self.is_boundary() {
                self.at = start;
                self.leave_out(1);
                return None;
            }
            let adverb =
                ADVERBS.contains(&predicate.name.as_str()) && predicate.typed != "in" && predicate.typed != "by";
            if adverb && self.is_boundary() {
                return Some(Tail::Link { predicate, objects: Vec::new(), and: false });
            }
            self.unfinished(start, "an object");
            // What stands there instead is looked at again, as whatever else it may be.
            return None;
        };
        let mut objects = vec![first];
        while let Some(noun) = self.further_object() {
            objects.push(noun);
        }
        const HAVING: [&str; 9] =
            ["with", "has", "have", "having", "holding", "wearing", "carrying", "full of", "loaded with"];
        if HAVING.contains(&predicate.typed.as_str()) {
            while let Some(noun) = self.further_belonging(&objects) {
                objects.push(noun);
            }
        }
        Some(Tail::Link { predicate, objects, and: false })
    }

    /// "by the tree and the house": what is pointed at joins the relation; "and a house" is something else to add.
    pub(super) fn further_object(&mut self) -> Option<Noun> {
        let start = self.at;
        if !self.eat("and") || self.is_verb() {
            self.at = start;
            return None;
        }
        let points = |noun: &Noun| {
            matches!(noun.determiner, Determiner::Definite | Determiner::All | Determiner::Both | Determiner::Other)
        };
        match self.noun() {
            Some(noun) if points(&noun) && self.is_boundary() && !self.is_copula() => Some(noun),
            _ => {
                self.at = start;
                None
            }
        }
    }

    /// "with sky above", "with a dog behind it".
    fn around(&mut self) -> Option<Tail> {
        let (start, diagnostics) = (self.at, self.diagnostics.len());
        self.eat("with");
        let mut subjects = self.nouns();
        // "with waves crashing below".
        if !subjects.is_empty() && self.is_participle() && !self.is_relation_at(0) && self.is_relation_at(1) {
            let (word, before) = (self.low().to_owned(), self.at);
            self.take(1);
            let span = self.span_from(before);
            let look = Adjective::Look { word, class: Class::Other, known: true, span };
            subjects.iter_mut().for_each(|noun| noun.adjectives.push(look.clone()));
        }
        if !subjects.is_empty()
            && let Some(Tail::Link { predicate, objects, .. }) = self.link()
            && objects.iter().all(|noun| matches!(noun.head, Head::It | Head::Them))
        {
            return Some(Tail::Around { subjects, predicate });
        }
        self.at = start;
        self.diagnostics.truncate(diagnostics);
        None
    }

    /// "at night", "in the fog"; alone, "night".
    pub(super) fn light_phrase(&mut self) -> Option<&'static str> {
        let start = self.at;
        let Some(light) = self.eat_longest(LIGHTS) else { return self.day_phrase() };
        // "in the night sky" speaks of a sky; "at night" does not.
        let sun = self.tokens[start..self.at].iter().any(|token| token.low == "sun");
        let ends = self.is_boundary() || (self.peek_relation() && !sun);
        if !ends || (self.at == start + 1 && self.lexicon.object(&self.tokens[start].low).is_some()) {
            self.at = start;
            return None;
        }
        Some(light)
    }

    /// "in the bottom right corner", "on the left"; bare, if something is being moved: "top left".
    fn place(&mut self, moving: bool) -> Option<PlaceHint> {
        let start = self.at;
        if self.eat_phrases(&["in back", "out back", "at back", "up top"]) && self.is_boundary() {
            return Some(PlaceHint { across: None, down: Some(Down::Top) });
        }
        self.at = start;
        let on = self.low() == "on";
        let leads = self.eat_any(&["in", "on", "at", "to", "into", "towards", "toward", "near", "onto"]);
        let article = self.eat_any(&["the", "its"]);
        let before = self.at;
        self.eat_phrases(&["smack dab", "dead", "smack", "way"]);
        self.eat_any(&["very", "far", "extreme", "outer"]);
        let strong = self.at > before;
        let place = self.place_words(article || !leads);
        // "on top" is a relation.
        let marked = self.at.checked_sub(1).is_some() && start > 0 && self.tokens[start - 1].kind == Kind::Comma;
        let corner = ["corner", "side", "edge", "half"].contains(&self.low());
        let sized = words::size(self.low()).is_some();
        let both = place.is_some_and(|place| place.across.is_some() && place.down.is_some());
        let ends =
            matches!(self.kind_at(0), None | Some(Kind::Comma | Kind::Halted)) || words::size(self.low()).is_some();
        // "dog left, cat right".
        let before = start.checked_sub(1).and_then(|at| self.tokens.get(at));
        let named = before.is_some_and(|token| self.lexicon.object(&token.low).is_some());
        let colon = self.tokens.get(self.at).is_some_and(|token| token.text == ":");
        let stops = matches!(self.kind_at(0), None | Some(Kind::Comma | Kind::Halted)) && !colon;
        let bare = place.is_some()
            && (both || (marked && (corner || ends)) || (strong && ends) || (named && stops && !article));
        let found =
            place.filter(|place| (leads || moving || bare) && !(on && !article && place.down == Some(Down::Top)));
        let Some(place) = found else {
            self.at = start;
            return None;
        };
        if ["one", "ones"].contains(&self.low()) {
            // "the middle one" is a thing.
            self.at = start;
            return None;
        }
        self.eat("hand");
        let noun = self.eat_any(&["corner", "side", "edge", "half", "part", "third", "area", "border", "region"]);
        if self.low() == "of" {
            let picture = [
                "the picture",
                "the image",
                "the scene",
                "the canvas",
                "the frame",
                "the screen",
                "it all",
                "the page",
                "the drawing",
                "the photo",
                "picture",
                "image",
                "screen",
                "frame",
                "scene",
            ];
            self.eat("of");
            if !self.eat_phrases(&picture) {
                self.at = start;
                return None;
            }
        } else if !(self.is_boundary()
            || self.peek_relation()
            || noun
            || self.is_copula()
            || self.ends_noun()
            || bare && sized)
        {
            // "on the left bench": the word belongs to a name.
            self.at = start;
            return None;
        }
        Some(place)
    }

    fn place_words(&mut self, article: bool) -> Option<PlaceHint> {
        const FIXED: [(&str, PlaceHint); 13] = [
            ("background", PlaceHint { across: None, down: Some(Down::Top) }),
            ("distance", PlaceHint { across: None, down: Some(Down::Top) }),
            ("foreground", PlaceHint { across: None, down: Some(Down::Bottom) }),
            ("far distance", PlaceHint { across: None, down: Some(Down::Top) }),
            ("far background", PlaceHint { across: None, down: Some(Down::Top) }),
            ("very back", PlaceHint { across: None, down: Some(Down::Top) }),
            ("very front", PlaceHint { across: None, down: Some(Down::Bottom) }),
            ("front", PlaceHint { across: None, down: Some(Down::Bottom) }),
            ("back", PlaceHint { across: None, down: Some(Down::Top) }),
            ("very middle", PlaceHint::new(Across::Center, Down::Middle)),
            ("very center", PlaceHint::new(Across::Center, Down::Middle)),
            ("very centre", PlaceHint::new(Across::Center, Down::Middle)),
            ("middle of nowhere", PlaceHint::new(Across::Center, Down::Middle)),
        ];
        if article && let Some(place) = self.eat_longest(&FIXED) {
            return Some(place);
        }
        let (mut across, mut down, mut middles) = (None, None, 0);
        for _ in 0..2 {
            match self.low() {
                "left" if across.is_none() => across = Some(Across::Left),
                "right" if across.is_none() => across = Some(Across::Right),
                "top" | "upper" if down.is_none() => down = Some(Down::Top),
                "bottom" | "lower" if down.is_none() => down = Some(Down::Bottom),
                "middle" | "center" | "centre" => middles += 1,
                _ => break,
            }
            self.take(1);
        }
        match (across, down, middles) {
            (None, None, 0) => None,
            (None, None, _) => Some(PlaceHint::new(Across::Center, Down::Middle)),
            (Some(_), None, 1..) => Some(PlaceHint { across, down: Some(Down::Middle) }),
            (None, Some(_), 1..) => Some(PlaceHint { across: Some(Across::Center), down }),
            (across, down, _) => Some(PlaceHint { across, down }),
        }
    }

    /// "left a bit", "slightly up", "towards the top", "a lot further to the right".
    pub(super) fn shift(&mut self) -> Option<Shift> {
        let start = self.at;
        let mut amount = self.amount();
        self.eat_any(&["further", "farther", "more"]);
        let towards = self.low().starts_with("toward");
        let leads = self.eat_any(&["to", "towards", "toward"]);
        let article = leads && self.eat("the");
        let towards = towards && article;
        let direction = match self.low() {
            "left" | "leftward" | "leftwards" => (-1, 0),
            "right" | "rightward" | "rightwards" => (1, 0),
            "up" | "upward" | "upwards" | "higher" => (0, -1),
            "down" | "downward" | "downwards" | "lower" => (0, 1),
            // "towards the top" is a way to go; "to the top" is a place.
            "top" if towards => (0, -1),
            "bottom" if towards => (0, 1),
            _ => (0, 0),
        };
        self.take(1);
        let corner =
            ["corner", "side", "edge", "hand", "of", "half", "third", "top", "bottom", "middle", "upper", "lower"];
        let diagonal = article && direction.1 != 0 && ["left", "right"].contains(&self.low());
        if direction == (0, 0) || corner.contains(&self.low()) || diagonal {
            self.at = start;
            return None;
        }
        amount = amount.or_else(|| self.amount());
        self.eat_any(&["still", "yet"]);
        Some(Shift { across: direction.0, down: direction.1, step: amount.unwrap_or(STEP) })
    }

    pub(super) fn amount(&mut self) -> Option<f32> {
        const AMOUNTS: &[(&str, f32)] = &[
            ("just a bit", BIT),
            ("just a little", BIT),
            ("a bit", BIT),
            ("a little bit", BIT),
            ("a tiny bit", BIT),
            ("a little", BIT),
            ("a touch", BIT),
            ("a tad", BIT),
            ("slightly", BIT),
            ("somewhat", STEP),
            ("a step", STEP),
            ("a lot", FAR),
            ("far", FAR),
            ("much", FAR),
            ("a good deal", FAR),
            ("all the way", 1.0),
        ];
        self.eat_longest(AMOUNTS)
    }
}
