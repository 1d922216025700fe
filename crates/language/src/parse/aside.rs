//! Sentences that change nothing: questions, conditions, opinions, thanks; texts that are not English; triples.

use super::{POLITE, Parser};
use crate::parse_result::Diagnostic;
use crate::token::{Kind, Token};
use crate::words;
use scenewright_scene::vocab::drawn;

const ASKS: &[&str] = &[
    "is", "are", "was", "were", "does", "did", "has", "where", "who", "whose", "which", "why", "how", "what", "when",
    "am", "should",
];
/// Phrases that begin like a question but are requests.
const POLITE_REQUESTS: &[&str] = &[
    "is it possible to have",
    "is it possible to add",
    "is it possible to get",
    "how nice would it be to have",
    "what if",
    "what about",
    "how about",
    "why do not you",
    "why do not we",
];
const OPINIONS: &[&str] = &[
    "i do not like",
    "i do not love",
    "i hate",
    "i dislike",
    "i am not happy",
    "i am not sure",
    "i do not understand",
    "this is wrong",
    "this is bad",
    "that is wrong",
    "that is not right",
    "something is wrong",
    "not good",
];
/// Nothing but approval, if a sentence ends behind it.
const APPROVALS: &[&str] = &[
    "that is it",
    "that is all",
    "that is great",
    "that is good",
    "that is perfect",
    "that is right",
    "that is fine",
    "that looks good",
    "that looks great",
    "looks good",
    "looks great",
    "it looks good",
    "it looks great",
    "never mind",
    "nevermind",
    "this looks good",
    "this looks great",
    "this looks wonderful",
    "this looks amazing",
    "this looks nice",
    "this looks perfect",
    "this looks beautiful",
    "this is great",
    "this is perfect",
    "this is wonderful",
    "this is good",
    "this is lovely",
    "this is nice",
    "that looks wonderful",
    "that looks nice",
    "that looks perfect",
    "that looks amazing",
    "that is wonderful",
    "that is lovely",
    "that is nice",
    "that is better",
    "that is much better",
    "that is amazing",
    "that is awesome",
    "that is cool",
    "it is perfect",
    "it is great",
    "it is beautiful",
    "it is wonderful",
    "it looks nice",
    "it looks perfect",
    "it looks wonderful",
    "i like this",
    "i love this",
    "is that possible",
    "is that ok",
    "is that okay",
    "if that is ok",
    "if that is possible",
    "would that be possible",
    "can you do that",
    "is this possible",
    "that would be great",
    "that would be nice",
    "that would be lovely",
    "perfect",
    "great",
    "nice",
    "cool",
    "awesome",
    "lovely",
    "wonderful",
    "beautiful",
    "good",
    "good job",
    "great job",
    "well done",
    "nice work",
    "i like it",
    "i love it",
    "i like that",
    "i love that",
    "love it",
    "much better",
    "better",
    "fine",
    "done",
    "all done",
    "we are done",
    "i am done",
    "got it",
    "bye",
    "goodbye",
    "good morning",
    "exactly",
    "correct",
    "right",
    "excellent",
    "amazing",
    "very good",
    "very nice",
    "so far so good",
    "no problem",
];
const FOREIGN: &[&str] = &[
    "un",
    "une",
    "le",
    "la",
    "les",
    "des",
    "du",
    "sur",
    "dans",
    "avec",
    "et",
    "est",
    "el",
    "los",
    "las",
    "una",
    "uno",
    "con",
    "der",
    "die",
    "das",
    "den",
    "ein",
    "eine",
    "einen",
    "einem",
    "und",
    "auf",
    "mit",
    "im",
    "ist",
    "il",
    "gli",
    "di",
    "nel",
    "nella",
    "sul",
    "e",
    "y",
    "por",
    "para",
    "het",
    "een",
    "op",
    "och",
    "og",
    "med",
    "på",
    "na",
    "w",
    "z",
    "ajoute",
    "ajouter",
    "añade",
    "añadir",
    "mets",
    "hinzu",
    "füge",
    "aggiungi",
    "du",
    "au",
    "aux",
    "o",
    "os",
    "um",
    "dem",
    "unter",
    "über",
    "neben",
    "hinter",
    "liegt",
    "sitzt",
    "steht",
    "eines",
    "einer",
    "vor",
    "hund",
    "katze",
    "baum",
    "sous",
    "derrière",
    "devant",
    "chien",
    "chat",
    "arbre",
    "perro",
    "gato",
    "bajo",
    "encima",
    "detrás",
    "casa",
    "árbol",
    "cane",
    "albero",
    "sotto",
    "uma",
    "com",
    "em",
    "no",
    "do",
    "da",
    "voeg",
    "toe",
];
/// Common words of English; one of them, and a text is English.
const ENGLISH: &[&str] = &[
    "the", "a", "an", "and", "with", "of", "to", "is", "are", "it", "this", "that", "on", "under", "behind", "add",
    "put", "make", "remove", "near", "by", "from", "at", "some", "two", "three", "next",
];

/// Whether the words are those of another language.
pub(super) fn is_foreign(tokens: &[Token]) -> bool {
    let words: Vec<&str> = tokens.iter().map(|token| token.low.as_str()).filter(|low| !low.is_empty()).collect();
    let letters = |word: &str| word.chars().filter(|c| c.is_alphabetic()).count();
    let latin = words.iter().any(|word| word.chars().any(|c| c.is_ascii_alphabetic()));
    if !latin && words.iter().map(|word| letters(word)).sum::<usize>() >= 2 {
        return true;
    }
    let count = |list: &[&str]| words.iter().filter(|word| list.contains(word)).count();
    let foreign = count(FOREIGN);
    words.len() >= 3
        && count(ENGLISH) == 0
        && (foreign >= 2 || (foreign == 1 && words.len() <= 4 && foreign_letters(&words)))
}

/// Whether a text is no sentence, but a scene graph as a file has it.
pub(super) fn is_scene_as_data(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && text.contains("\"objects\"") && text.contains(':')
}

/// Hardly any of the other words is English.
fn foreign_letters(words: &[&str]) -> bool {
    let known =
        |word: &&&str| drawn::noun(word).is_some() || !drawn::verb_bases(word).is_empty() || words::is_known(word);
    words.iter().filter(known).count() * 2 < words.len()
}

/// Whether a word has a part in what this file or the polite phrases know.
pub(crate) fn is_command_word(word: &str) -> bool {
    let lists = [ASKS, OPINIONS, APPROVALS, ENGLISH, POLITE];
    lists.into_iter().flatten().any(|phrase| phrase.split(' ').any(|part| part == word))
        || super::phrases::FURTHER_WORDS.contains(&word)
        || super::verb_words().any(|verb| verb == word)
}

impl Parser<'_> {
    /// The tokens up to the end of the sentence that begins here.
    fn sentence_length(&self) -> usize {
        let rest = &self.tokens[self.at.min(self.tokens.len())..];
        rest.iter().position(|token| token.kind == Kind::Halted).unwrap_or(rest.len())
    }

    fn is_sentence_start(&self) -> bool {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).is_none_or(|token| token.kind == Kind::Halted)
    }

    /// Reads a sentence that changes nothing.
    pub(super) fn aside(&mut self) -> bool {
        let start = self.at;
        let comma =
            self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).is_some_and(|token| token.kind == Kind::Comma);
        let begins = self.is_sentence_start();
        let polite = self
            .at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .is_some_and(|token| ["yes", "yeah", "ok", "okay", "well", "so", "and"].contains(&token.low.as_str()));
        if !(begins || comma || polite) {
            return false;
        }
        if self.low() == "no" && matches!(self.kind_at(1), Some(Kind::Comma)) && self.at + 2 < self.tokens.len() {
            self.take(2);
            self.corrects = true;
            return true;
        }
        if let Some(length) = APPROVALS.iter().filter_map(|phrase| self.phrase_at(0, phrase)).max() {
            self.take(length);
            if matches!(self.kind_at(0), None | Some(Kind::Comma | Kind::Halted)) {
                return true;
            }
            self.at = start;
        }
        if !begins {
            return false;
        }
        while self.polite_before_question() {}
        // "don't add a dog": what is forbidden is not done, and said not to be.
        let forbids = self.eat_phrases(&["do not", "never", "please do not", "you must not", "you should not"]);
        let keeps = [
            "touch", "change", "move", "redraw", "alter", "want", "need", "include", "show", "have", "worry", "forget",
        ];
        if forbids && !keeps.contains(&self.low()) {
            self.at = start;
            let length = self.sentence_length();
            return self.refuse(length, Diagnostic::Forbidden);
        }
        self.at = start;
        while self.polite_before_question() {}
        let length = self.sentence_length();
        let asks =
            ASKS.contains(&self.low()) && !POLITE_REQUESTS.iter().any(|request| self.phrase_at(0, request).is_some());
        let asks = asks
            || (self.low() == "do" && ["you", "we", "they", "i", "the"].contains(&self.low_at(1)))
            || (self.low() == "have" && ["you", "we", "i"].contains(&self.low_at(1)));
        // "which" and "what" may be all that was typed so far.
        if asks && length > 1 {
            return self.refuse(length, Diagnostic::Question);
        }
        self.at = start;
        let says = self.phrase_at(0, "i do not").or_else(|| self.phrase_at(0, "we do not"));
        if says.is_some_and(|length| !["want", "need"].contains(&self.low_at(length)))
            || ["i am", "i was", "we are"]
                .iter()
                .filter(|_| !["imagining", "thinking", "missing"].contains(&self.low_at(2)))
                .any(|phrase| self.phrase_at(0, phrase).is_some())
        {
            let length = self.sentence_length();
            // "im making a card, so let's have a pony": what is asked for comes behind.
            let asks = (1..length).find(|at| ["let", "please"].contains(&self.low_at(*at)));
            return self.refuse(asks.unwrap_or(length), Diagnostic::Opinion);
        }
        let length = self.sentence_length();
        let here = &self.tokens[self.at..self.at + length];
        let at_word = |word: &str| here.iter().position(|token| token.low == word);
        let conditional = at_word("if").is_some_and(|at| {
            let before = at.checked_sub(1).map_or("", |at| here[at].low.as_str());
            let after = here.get(at + 1).map_or("", |token| token.low.as_str());
            !["what", "as", "even", "nice", "great", "cool", "better", "lovely"].contains(&before)
                && after != "possible"
                && !(after == "you"
                    && here.get(at + 2).is_some_and(|token| {
                        ["can", "like", "could", "want", "please", "would", "wish"].contains(&token.low.as_str())
                    }))
        });
        if conditional || at_word("unless").is_some() || at_word("whether").is_some() {
            return self.refuse(length, Diagnostic::Condition);
        }
        // How many there are to be in all is not how many are to come.
        let counted = self.total().is_some();
        self.at = start;
        let here = &self.tokens[self.at..self.at + length];
        let at_word = |word: &str| here.iter().position(|token| token.low == word);
        let counts = !counted && (at_word("total").is_some() || at_word("altogether").is_some())
            || here.windows(2).any(|pair| pair[0].low == "as" && pair[1].low == "many");
        if counts {
            return self.refuse(length, Diagnostic::Word);
        }
        if OPINIONS.iter().any(|phrase| self.phrase_at(0, phrase).is_some()) {
            return self.refuse(length, Diagnostic::Opinion);
        }
        false
    }

    /// ", studio ghibli style,", ", warm light,": a part of a prompt that names no thing.
    pub(super) fn style(&mut self) -> bool {
        let length = self.style_length();
        self.leave_out(length.unwrap_or(0));
        length.is_some()
    }

    /// How many words such a part has that begins here.
    pub(super) fn style_length(&self) -> Option<usize> {
        const LOOKS: [&str; 20] = [
            "style",
            "styled",
            "lighting",
            "light",
            "aesthetic",
            "vibe",
            "vibes",
            "mood",
            "atmosphere",
            "quality",
            "resolution",
            "colors",
            "colours",
            "palette",
            "composition",
            "photography",
            "perspective",
            "tones",
            "render",
            "focus",
        ];
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let begins = before.is_none_or(|token| matches!(token.kind, Kind::Comma | Kind::Halted));
        let rest = &self.tokens[self.at..];
        let length =
            rest.iter().position(|token| matches!(token.kind, Kind::Comma | Kind::Halted)).unwrap_or(rest.len());
        let words = &rest[..length];
        let last = words.last().map_or("", |token| token.low.as_str());
        let listed = rest.get(length).is_some() || before.is_some();
        let plain = words.iter().all(|token| token.kind == Kind::Word && !words::is_function_word(&token.low));
        let described = last != "light"
            || words.first().is_some_and(|token| {
                [
                    "warm",
                    "soft",
                    "natural",
                    "bright",
                    "dramatic",
                    "cinematic",
                    "harsh",
                    "dim",
                    "ambient",
                    "golden",
                    "cold",
                ]
                .contains(&token.low.as_str())
            });
        let verb = self.is_verb() || self.low() == "different";
        let is_style = begins && listed && plain && (2..=5).contains(&length) && LOOKS.contains(&last) && described;
        (is_style && !verb).then_some(length)
    }

    /// "because his balloon is gone": why it is so changes nothing, and is left out.
    pub(super) fn reason(&mut self) -> bool {
        if !(self.low() == "because" || (self.low() == "since" && self.at > 0)) {
            return false;
        }
        let rest = &self.tokens[self.at..];
        let length =
            rest.iter().position(|token| matches!(token.kind, Kind::Comma | Kind::Halted)).unwrap_or(rest.len());
        self.leave_out(length);
        true
    }

    fn polite_before_question(&mut self) -> bool {
        self.eat_phrases(&["ok", "okay", "so", "and", "but", "hey", "please", "well"])
    }

    fn refuse(&mut self, length: usize, diagnostic: Diagnostic) -> bool {
        let start = self.at;
        self.take(length.max(1));
        let span = self.span_from(start);
        self.diagnostics.push((span, diagnostic));
        true
    }

    /// "(sheep, on, grass)" is "sheep on grass."
    pub(super) fn triples(&mut self) {
        let mark = |parser: &Self, at: usize, text: &str| {
            parser.tokens.get(at).is_some_and(|token| token.kind == Kind::Comma && token.text == text)
        };
        let mut at = 0;
        while at < self.tokens.len() {
            let open = mark(self, at, "(") || mark(self, at, "[");
            let close =
                (at + 1..(at + 14).min(self.tokens.len())).find(|&end| mark(self, end, ")") || mark(self, end, "]"));
            if let (true, Some(close)) = (open, close) {
                let commas: Vec<usize> = (at + 1..close).filter(|&at| mark(self, at, ",")).collect();
                if let [first, second] = commas[..]
                    && second > first + 1
                    && self.relation_fills(first + 1, second)
                {
                    self.tokens[close].kind = Kind::Halted;
                    for gone in [second, first, at] {
                        self.tokens.remove(gone);
                    }
                    at = close - 2;
                    continue;
                }
            }
            at += 1;
        }
    }

    /// Whether the tokens from `from` to `to` are one relation.
    fn relation_fills(&mut self, from: usize, to: usize) -> bool {
        let before = self.at;
        self.at = from;
        let length = self.relation_length();
        self.at = before;
        length == Some(to - from)
    }
}
