//! The inside of a noun phrase: adjectives and the name, known or not.

use super::Parser;
use crate::ast::{Adjective, Determiner, Head};
use crate::english::{self, PartOfSpeech};
use crate::people;
use crate::token::Kind;
use crate::words::{self, Class};
use scenewright_scene::vocab::{fold, singular};

/// Longer names than this are a sentence that went wrong.
const NAME_WORDS: usize = 4;

impl Parser<'_> {
    /// Adjectives and the name.
    pub(super) fn head(&mut self, determiner: Determiner, count: Option<usize>) -> Option<(Head, Vec<Adjective>)> {
        let start = self.at;
        let mut adjectives = Vec::new();
        // "make the orange blue": a word that could be both is the name if no other comes.
        let mut fallback = None;
        while let Some(token) = self.tokens.get(self.at) {
            if token.kind == Kind::Quoted && !token.text.is_empty() {
                let typed = token.text.clone();
                self.take(1);
                return Some((self.name_of(typed, determiner, count), adjectives));
            }
            if !matches!(token.kind, Kind::Word) {
                break;
            }
            if let Some(head) = self.labeled() {
                return Some((head, adjectives));
            }
            if determiner == Determiner::Bare
                && let Some(head) = self.first_name()
            {
                return Some((head, adjectives));
            }
            if self.eat_any(&["one", "ones"]) {
                return (determiner != Determiner::Bare || !adjectives.is_empty()).then_some((Head::One, adjectives));
            }
            let length = self.known_length();
            let before = self.at;
            let low = self.low().to_owned();
            if let Some(word) =
                self.eat_longest(&[("polka dot", "spotted"), ("polka dotted", "spotted"), ("tie dye", "colourful")])
            {
                let span = self.span_from(before);
                adjectives.push(Adjective::Look { word: word.to_owned(), class: Class::Pattern, known: true, span });
                continue;
            }
            // "an owl-shaped lamp".
            const MADE_LIKE: [&str; 5] = ["shaped", "themed", "sized", "printed", "patterned"];
            if MADE_LIKE.contains(&self.low_at(1))
                && self.known_length_at(2) > 0
                && !words::is_function_word(self.low_at(2))
                && self.is_word_at(0)
            {
                self.take(2);
                let (word, span) = (self.words_from(before), self.span_from(before));
                adjectives.push(Adjective::Look { word, class: Class::Other, known: false, span });
                continue;
            }
            // "a sleeping cat", "the parked car".
            if determiner != Determiner::Bare && self.is_participle_adjective() {
                self.take(1);
                let span = self.span_from(before);
                adjectives.push(Adjective::Look { word: low, class: Class::Other, known: true, span });
                continue;
            }
            let describes = words::is_material(&low) || words::size(&low).is_some() || words::attribute(&low).is_some();
            if length > 0 && !(length == 1 && describes && self.goes_on_after_adjective()) {
                let length = self.compound_length(length);
                let typed = self.words(length)?;
                self.take(length);
                let head = self.name_of(typed, determiner, count);
                // "a carrot nose": the carrot is seen.
                if self.is_word_at(0)
                    && self.lexicon.is_known(&low)
                    && english::is_no_thing(self.low())
                    && !super::aside::is_command_word(self.low())
                    && !["left", "right", "top", "bottom", "middle", "center", "front", "back"].contains(&self.low())
                    && !self.is_relation_at(0)
                {
                    let behind = self.low_at(1).to_owned();
                    // "a rainbow mane": neither is a thing.
                    let body = [
                        "mane", "hair", "tail", "eyes", "wings", "ears", "fur", "skin", "face", "beard", "legs", "body",
                    ];
                    if body.contains(&self.low()) {
                        self.take(1);
                        let typed = self.words_from(before);
                        return Some((
                            Head::Named { name: typed.clone(), typed, known: false, plural: false },
                            adjectives,
                        ));
                    }
                    if matches!(self.kind_at(1), None | Some(Kind::Comma | Kind::Halted)) || behind == "and" {
                        self.leave_out(1);
                    }
                }
                return Some((head, adjectives));
            }
            if length == 1 {
                fallback = Some((self.at + 1, low.clone(), adjectives.len()));
            }
            if let Some(adjective) = self.adjective() {
                // "a black and white cow"
                let is_color = |look: &Adjective| matches!(look, Adjective::Look { class: Class::Color, .. });
                let another = matches!(words::attribute(self.low_at(1)), Some((_, Class::Color)));
                let goes_on = self.is_word_at(2) && !words::is_function_word(self.low_at(2));
                if is_color(&adjective) && another && goes_on {
                    self.eat("and");
                }
                adjectives.push(adjective);
                // "a small, old, red barn".
                let next = self.low_at(1);
                let listed = matches!(self.kind_at(0), Some(Kind::Comma))
                    && (words::size(next).is_some() || words::attribute(next).is_some())
                    && self.is_word_at(2);
                self.take(usize::from(listed));
                continue;
            }
            if length == 1 {
                self.take(1);
                let span = self.span_from(before);
                adjectives.push(Adjective::Look { word: low, class: Class::Material, known: true, span });
                continue;
            }
            let Some(unknown_words) = self.unknown_words(determiner) else { break };
            match unknown_words {
                (typed, true) => return Some((self.name_of(typed, determiner, count), adjectives)),
                (typed, false) => {
                    let span = self.span_from(before);
                    adjectives.push(Adjective::Look { word: typed, class: Class::Other, known: false, span });
                }
            }
        }
        if let Some((at, typed, kept)) = fallback {
            self.at = at;
            adjectives.truncate(kept);
            return Some((self.name_of(typed, determiner, count), adjectives));
        }
        // "the red": the red one.
        let points = matches!(determiner, Determiner::Definite | Determiner::Other);
        // "a red and a blue car": the red one is a car, too.
        let listed = determiner == Determiner::Indefinite && self.low() == "and" && self.at > start;
        if (points || listed) && !adjectives.is_empty() && self.is_boundary() {
            return Some((Head::One, adjectives));
        }
        self.at = start;
        None
    }

    /// The words from a token to here, with spaces between them.
    fn words_from(&self, start: usize) -> String {
        let words = self.tokens.get(start..self.at).unwrap_or_default();
        words.iter().map(|token| token.low.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// "Mike": a person of that name, as far as the name is a common one.
    fn first_name(&mut self) -> Option<Head> {
        let token = self.tokens.get(self.at)?;
        let capital = token.text.starts_with(char::is_uppercase) && token.text.chars().skip(1).all(char::is_lowercase);
        let word = people::drawn_as(&token.low).filter(|_| capital && self.lexicon.own_object(&token.low).is_none())?;
        let name = self.lexicon.object(word).unwrap_or(word).to_owned();
        let typed = token.text.clone();
        self.take(1);
        Some(Head::Named { known: self.lexicon.is_known(&name), name, typed, plural: false })
    }

    /// The longest known name that stands here, in words.
    pub(super) fn known_length(&self) -> usize {
        self.known_length_at(0)
    }

    fn known_length_at(&self, ahead: usize) -> usize {
        // A bare function word is a name in no vocabulary that matters; "other" is one in COCO-Stuff.
        let function = words::is_function_word(self.low_at(ahead));
        let words = |count: usize| -> Option<String> {
            let words = self.tokens.get(self.at + ahead..self.at + ahead + count)?;
            let plain = words.iter().all(|token| matches!(token.kind, Kind::Word) && !token.low.is_empty());
            plain.then(|| words.iter().map(|token| token.low.as_str()).collect::<Vec<_>>().join(" "))
        };
        (1..=NAME_WORDS)
            .rev()
            .find(|&count| {
                // "medium" is a size, whatever the table of nouns has.
                let sized = count == 1
                    && !["giant", "miniature", "mini"].contains(&self.low_at(ahead))
                    && words::size(self.low_at(ahead)).is_some();
                !(count == 1 && function || sized && self.lexicon.own_object(self.low_at(ahead)).is_none())
                    && words(count).is_some_and(|words| {
                        // "tall grass" is grass that is tall, whatever the table of nouns has.
                        let described = count > 1 && self.lexicon.own_object(&words).is_none() && {
                            let first = words.split(' ').next().unwrap_or_default();
                            words::size(first).is_some()
                                || words::attribute(first).is_some()
                                || words::is_material(first)
                        };
                        (self.lexicon.object(&words).is_some() && !described)
                            || (count == 1
                                && self.lexicon.is_no_thing(&words)
                                && !self.is_light_word(&words)
                                && super::relation::relation_length_at(&self.tokens, self.at + ahead) < 2)
                            || (count > 1 && words::COMPOUNDS.contains(&singular(&words).as_str()))
                    })
            })
            .unwrap_or(0)
    }

    fn is_light_word(&self, word: &str) -> bool {
        words::LIGHTS.iter().any(|(phrase, _)| *phrase == word)
    }

    /// "kitchen table": a name in front of another one is part of it.
    fn compound_length(&self, length: usize) -> usize {
        let mut whole = length;
        while whole < NAME_WORDS {
            let next = self.low_at(whole);
            let more = self.known_length_at(whole);
            let first = self.low_at(whole - 1);
            let plural = singular(first) != first && !words::is_one_in_plural_form(first);
            let stops = more == 0
                || plural
                || words::is_function_word(next)
                || self.lexicon.is_no_thing(next)
                || words::LIGHTS.iter().any(|(phrase, _)| *phrase == next)
                || self.is_relation_at(whole)
                || words::comparison(next).is_some()
                || words::attribute(next).is_some()
                || words::size(next).is_some()
                || words::DEGREES.contains(&next)
                || ["left", "right", "top", "bottom", "front", "back", "middle"].contains(&next)
                || self.is_finite_behind_person(whole)
                || (!scenewright_scene::vocab::drawn::verb_bases(next).is_empty()
                    && self.lexicon.object(next).is_none());
            if stops {
                break;
            }
            whole += more;
        }
        whole.min(NAME_WORDS)
    }

    /// "the umpire watches": a verb, where a person stands in front of it, and nothing that follows is a name.
    pub(super) fn is_finite_behind_person(&self, ahead: usize) -> bool {
        let Some(before) = (self.at + ahead).checked_sub(1).and_then(|at| self.tokens.get(at)) else { return false };
        let (low, next) = (self.low_at(ahead), self.low_at(ahead + 1));
        let group = self.lexicon.drawn(&before.low).and_then(|drawn| self.lexicon.vocab.group_of(drawn));
        let finite =
            low.ends_with('s') && scenewright_scene::vocab::drawn::verb_bases(low).iter().any(|base| *base != low);
        group == Some("people")
            && singular(&before.low) == before.low
            && finite
            && (next.is_empty() || words::is_function_word(next))
    }

    /// A form of a verb in front of a name that it says something of.
    fn is_participle_adjective(&self) -> bool {
        let low = self.low();
        let shaped = (low.ends_with("ing") && low.len() > 5) || (low.ends_with("ed") && low.len() > 4);
        let verb =
            !scenewright_scene::vocab::drawn::verb_bases(low).is_empty() || super::relation::is_relation_word(low);
        let name = self.known_length() > 0 && self.lexicon.own_object(low).is_some();
        let whole =
            (2..=NAME_WORDS).any(|count| self.words(count).is_some_and(|words| self.lexicon.object(&words).is_some()));
        shaped && verb && !name && !whole && self.known_length_at(1) > 0 && !words::is_function_word(self.low_at(1))
    }

    pub(super) fn goes_on_after_adjective(&self) -> bool {
        let next = self.low_at(1);
        let plain = self.is_word_at(1) && (!words::is_function_word(next) || next == "one" || next == "ones");
        plain
            && words::comparison(next).is_none()
            && !super::relation::is_relation_word(next)
            && next != "twice"
            && next != "half"
    }

    pub(super) fn labeled(&mut self) -> Option<Head> {
        let lexicon = self.lexicon;
        let fits = |words: &[String]| words.iter().enumerate().all(|(i, word)| self.low_at(i) == word);
        let (words, id) = lexicon.labels().iter().find(|(words, _)| fits(words))?;
        self.take(words.len());
        Some(Head::Labeled(*id))
    }

    /// "red", "very big", "light blue".
    pub(super) fn adjective(&mut self) -> Option<Adjective> {
        let start = self.at;
        // "size small".
        self.take(usize::from(self.low() == "size" && words::size(self.low_at(1)).is_some()));
        while self.eat_any(&["very", "really", "quite", "rather", "extremely", "more", "super", "so"]) {}
        let low = self.low().to_owned();
        if words::is_shade(&low)
            && let Some((color, Class::Color)) = words::attribute(self.low_at(1))
        {
            let word = format!("{low} {color}");
            self.take(2);
            return Some(Adjective::Look { word, class: Class::Color, known: true, span: self.span_from(start) });
        }
        let size = words::size(&low);
        let plain = words::compared(&low).filter(|plain| words::attribute(plain).is_some() || words::is_shade(plain));
        let look = words::attribute(plain.unwrap_or(&low)).map(|(word, class)| (word.to_owned(), class));
        let look = look.or_else(|| plain.map(|plain| (plain.to_owned(), Class::Other)));
        self.take(1);
        let span = self.span_from(start);
        match (size, look) {
            (Some(size), _) => {
                self.eat_phrases(&["sized", "in size", "size"]);
                Some(Adjective::Size(size))
            }
            (None, Some((word, class))) => Some(Adjective::Look { word, class, known: true, span }),
            _ => {
                self.at = start;
                None
            }
        }
    }

    /// A row of unknown words: a name (true), or what stands in front of a known name (false).
    pub(super) fn unknown_words(&mut self, determiner: Determiner) -> Option<(String, bool)> {
        let start = self.at;
        while self.at < start + NAME_WORDS {
            let inside = self.at > start;
            let ends = !self.is_word_at(0)
                || self.ends_noun()
                || !self.may_be_noun(determiner)
                || (inside && (self.known_length() > 0 || self.describes() || self.is_participle()));
            if ends {
                break;
            }
            self.take(1);
        }
        let count = self.at - start;
        if count == 0 {
            return None;
        }
        self.at = start;
        let words = self.words(count)?;
        self.take(count);
        Some((words, self.known_length() == 0))
    }

    /// Whether an unknown word here can be a noun, or stand in front of one: "swing" of "a swing", "quiet" of "quiet streets".
    fn may_be_noun(&self, determiner: Determiner) -> bool {
        match english::part_of_speech(self.low()) {
            Some(PartOfSpeech::Adverb) => false,
            Some(PartOfSpeech::Verb) => {
                // "garden, swing, slide": in a list, or in front of a preposition, what could be both is a thing.
                let begins = self
                    .at
                    .checked_sub(1)
                    .and_then(|at| self.tokens.get(at))
                    .is_none_or(|token| !matches!(token.kind, Kind::Word) || token.low == "and");
                let ends = matches!(self.kind_at(1), None | Some(Kind::Comma | Kind::Halted));
                let plain = ["ed", "ing", "s"].iter().all(|end| !self.low().ends_with(end));
                (determiner != Determiner::Bare && !self.low().ends_with("ed"))
                    || (begins && ends && plain && self.at > 0)
            }
            // Of several adjectives the last stands in front of a noun.
            Some(PartOfSpeech::Adjective) => (1..NAME_WORDS).any(|ahead| {
                let between =
                    (1..ahead).all(|at| english::part_of_speech(self.low_at(at)) == Some(PartOfSpeech::Adjective));
                between && self.is_noun_at(ahead)
            }),
            Some(PartOfSpeech::Thing | PartOfSpeech::NoThing) | None => true,
        }
    }

    /// A name that is known, a noun that is not, or a word about looks in front of one.
    fn is_noun_at(&self, ahead: usize) -> bool {
        let low = self.low_at(ahead);
        self.is_word_at(ahead)
            && !words::is_function_word(low)
            && !self.is_relation_at(ahead)
            && (self.known_length_at(ahead) > 0
                || words::attribute(low).is_some()
                || words::size(low).is_some()
                || matches!(english::part_of_speech(low), Some(PartOfSpeech::Thing | PartOfSpeech::NoThing) | None))
    }

    pub(super) fn describes(&self) -> bool {
        let low = self.low();
        (words::is_shade(low) && matches!(words::attribute(self.low_at(1)), Some((_, Class::Color))))
            || words::size(low).is_some()
            || words::attribute(low).is_some()
            || words::comparison(low).is_some()
    }

    /// "sleeping", but not "building".
    pub(super) fn is_participle(&self) -> bool {
        let low = self.low();
        low.len() >= 6 && low.ends_with("ing") && !self.lexicon.is_known(low)
    }

    /// True in front of a word that no name goes over.
    pub(super) fn ends_noun(&self) -> bool {
        let low = self.low();
        words::is_function_word(low)
            || words::comparison(low).is_some()
            || ["twice", "half", "double"].contains(&low)
            || self.peek_relation()
    }

    pub(super) fn name_of(&self, typed: String, determiner: Determiner, count: Option<usize>) -> Head {
        let folded = fold(&typed);
        let single = singular(&folded);
        let last = folded.rsplit(' ').next().unwrap_or(&folded);
        let many = count.is_some_and(|count| count > 1);
        let is_name = self.lexicon.object(&folded).is_some_and(|name| fold(name) == folded);
        let plural = single != folded && ((!is_name && !words::is_one_in_plural_form(last)) || many);
        let wanted = if plural && (many || !is_name) { &single } else { &folded };
        let lexicon = self.lexicon;
        let own = lexicon.own_object(wanted).or_else(|| lexicon.own_object(&folded));
        let found = own.or_else(|| lexicon.object(&folded)).or_else(|| lexicon.object(wanted));
        // "kitchen tables": the last word is drawn, the whole is the name.
        let drawn = found.is_none() && self.lexicon.is_known(&folded) && folded.contains(' ');
        if drawn {
            let name = if plural && last != single.rsplit(' ').next().unwrap_or_default() { single } else { folded };
            return Head::Named { name, typed, known: true, plural };
        }
        match found {
            Some(name) => Head::Named { known: self.lexicon.is_known(name), name: name.to_owned(), typed, plural },
            None => {
                // It is unknown whether an unknown word that ends in "s" is a plural, unless several are meant.
                let several = many
                    || matches!(determiner, Determiner::All | Determiner::Both)
                    || (determiner == Determiner::Another && count.is_none());
                let name = if plural && several { single } else { folded };
                Head::Named { name, typed, known: false, plural: plural && several }
            }
        }
    }
}
