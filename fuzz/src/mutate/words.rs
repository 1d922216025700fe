//! Texts of words: sentences, and markup whose numbers and names change.

use super::bytes;
use crate::rng::Rng;

const WORDS: [&str; 60] = [
    "a",
    "an",
    "the",
    "two",
    "three",
    "it",
    "them",
    "its",
    "another",
    "no",
    "not",
    "and",
    "or",
    "with",
    "without",
    "of",
    "in",
    "on",
    "behind",
    "left of",
    "to the right of",
    "between",
    "next to",
    "under",
    "sheep",
    "tree",
    "sky",
    "boat",
    "house",
    "roof",
    "person",
    "red",
    "blue",
    "big",
    "smaller",
    "old",
    "make",
    "add",
    "remove",
    "move",
    "rename",
    "swap",
    "put",
    "turn",
    "facing left",
    "at night",
    "raining",
    "top left",
    "middle",
    "everything",
    "undo",
    "yes",
    "the other one",
    ",",
    ".",
    "?",
    "-",
    "'",
    "12",
    "100000",
];

pub fn sentence(data: &mut Vec<u8>, rng: &mut Rng) {
    let text = String::from_utf8_lossy(data).into_owned();
    let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    for _ in 0..1 + rng.below(4) {
        let at = rng.below(words.len() + 1);
        let new = || WORDS.map(str::to_owned);
        match rng.below(7) {
            0 | 1 => words.insert(at, rng.pick(&new()).cloned().unwrap_or_default()),
            2 if at < words.len() => words[at] = rng.pick(&new()).cloned().unwrap_or_default(),
            3 if at < words.len() => _ = words.remove(at),
            4 if at < words.len() => {
                let copy = words[at].clone();
                words.insert(at, copy);
            }
            5 if at < words.len() && words.len() > 1 => {
                let other = rng.below(words.len());
                words.swap(at, other);
            }
            _ if at < words.len() => {
                let mut letters: Vec<char> = words[at].chars().collect();
                let place = rng.below(letters.len() + 1);
                letters.insert(place, *rng.pick(&['x', 'é', '\u{301}', '羊', '"', '\u{0}', '-', '😀']).unwrap_or(&'x'));
                words[at] = letters.into_iter().collect();
            }
            _ => {}
        }
    }
    words.truncate(200);
    *data = words.join(" ").into_bytes();
    if rng.once_in(30) {
        bytes(data, rng);
    }
}

/// Numbers and tokens of a text (SVG, XML, YAML, CSV, labels of YOLO) change their places and values.
pub fn text(data: &mut Vec<u8>, rng: &mut Rng) {
    let Ok(text) = String::from_utf8(data.clone()) else { return bytes(data, rng) };
    let mut tokens = tokens(&text);
    if tokens.is_empty() {
        return bytes(data, rng);
    }
    for _ in 0..1 + rng.below(4) {
        let at = rng.below(tokens.len());
        let numbers: Vec<usize> = (0..tokens.len()).filter(|at| tokens[*at].parse::<f64>().is_ok()).collect();
        match rng.below(8) {
            0..=2 => {
                if let Some(at) = rng.pick(&numbers) {
                    let odd =
                        ["0", "-1", "1e38", "-1e38", "1e-40", "2147483648", "NaN", "0.5", "99999999999999999999", ""];
                    tokens[*at] = (*rng.pick(&odd).unwrap_or(&"0")).to_owned();
                }
            }
            3 => {
                let other = tokens[rng.below(tokens.len())].clone();
                tokens[at] = other;
            }
            4 if tokens.len() > 1 => _ = tokens.remove(at),
            5 => {
                let end = (at + 1 + rng.below(30)).min(tokens.len());
                let copy: Vec<String> = tokens[at..end].to_vec();
                tokens.splice(at..at, copy);
            }
            6 => {
                let end = (at + 1 + rng.below(20)).min(tokens.len());
                tokens.drain(at..end);
            }
            _ => {
                let other = rng.below(tokens.len());
                tokens.swap(at, other);
            }
        }
        if tokens.is_empty() {
            break;
        }
    }
    *data = tokens.concat().into_bytes();
    if rng.once_in(15) {
        bytes(data, rng);
    }
}

/// Numbers, words, and every other sign by itself.
fn tokens(text: &str) -> Vec<String> {
    let kind = |c: char| match c {
        '0'..='9' | '.' => 1,
        c if c.is_alphabetic() => 2,
        _ => 0,
    };
    let mut found: Vec<String> = Vec::new();
    let mut before = 0;
    for c in text.chars() {
        let own = kind(c);
        match found.last_mut().filter(|_| own > 0 && own == before) {
            Some(token) => token.push(c),
            None => found.push(c.to_string()),
        }
        before = own;
    }
    found
}
