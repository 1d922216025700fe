//! Text to words with their positions. Nothing is discarded: every character but white space belongs to a token.

use super::emoji;
use std::ops::Range;

/// Beyond this a text is a paste, not a sentence.
const MAX_TOKENS: usize = 400;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Word,
    Number(f32),
    /// Text in quotation marks, without them.
    Quoted,
    /// "," and its like: between the parts of a list.
    Comma,
    /// ".", ";", "/", a line break: between sentences.
    Halted,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// Bytes of the text.
    pub span: Range<usize>,
    pub kind: Kind,
    /// As typed.
    pub text: String,
    /// In lower case; empty for quotations and punctuation, so that no rule takes them for a word.
    pub low: String,
}

/// The words of a text.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub tokens: Vec<Token>,
    /// Where reading stopped, if the text is too long.
    pub cut: Option<usize>,
    /// What is no word: emoji, options and weights of a pasted prompt.
    pub left_out: Vec<Range<usize>>,
}

/// The tokens of a text.
pub(super) fn tokens(text: &str) -> Tokens {
    let mut left_out: Vec<Range<usize>> = Vec::new();
    let mut tokens = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        if tokens.len() >= MAX_TOKENS {
            return Tokens { tokens, cut: Some(start), left_out };
        }
        let mut end = start + first.len_utf8();
        if let Some(length) = option_length(&text[start..]) {
            while rest.peek().is_some_and(|(at, _)| *at < start + length) {
                rest.next();
            }
            left_out.push(start..start + length);
            continue;
        }
        let kind = match first {
            c if let Some(word) = emoji::word(c)
                && !text.to_lowercase().contains(word) =>
            {
                picture(&mut tokens, start..end, word);
                continue;
            }
            c if is_pictograph(c) => {
                match left_out.last_mut() {
                    Some(last) if text.get(last.end..start).is_some_and(|between| between.trim().is_empty()) => {
                        last.end = end;
                    }
                    _ => left_out.push(start..end),
                }
                continue;
            }
            '[' | ']' | '{' | '}' | '|' | '•' | '·' => Kind::Comma,
            '*' | '#'
                if text[..start].trim_end_matches(['*', '#', ' ']).is_empty()
                    || text[..start].trim_end_matches(['*', '#', ' ']).ends_with('\n') =>
            {
                continue;
            }
            // "couch * table * lamp": a list that has lost its lines.
            '*' if is_apart(text, start, end) => Kind::Comma,
            '>' if !tokens.is_empty() => continue,
            // "<cup>": marks around a name.
            '<' | '‘' => continue,
            // "two adults @ the zoo".
            '@' if text[end..].starts_with(' ') && text[..start].ends_with(' ') => {
                let (span, kind) = (start..end, Kind::Word);
                tokens.push(Token { span, kind, text: "@".to_owned(), low: "at".to_owned() });
                continue;
            }
            '#' if text[end..].starts_with(char::is_alphanumeric) => Kind::Comma,
            '\n' | '.' | ';' | '!' | '?' | '/' | '…' => Kind::Halted,
            c if c.is_whitespace() => continue,
            // A dash between blanks parts, a dash within a word joins.
            '-' | '–' | '—' if is_apart(text, start, end) => Kind::Comma,
            '-' | '_' | '–' | '—' => continue,
            ',' | ':' | '(' | ')' => Kind::Comma,
            '"' | '“' | '”' | '„' | '«' => {
                let is_end = |c: char| matches!(c, '"' | '“' | '”' | '»');
                let mut inside = end..text.len();
                end = text.len();
                for (at, c) in rest.by_ref() {
                    if is_end(c) {
                        (inside.end, end) = (at, at + c.len_utf8());
                        break;
                    }
                }
                let text = text[inside].trim().to_owned();
                tokens.push(Token { span: start..end, kind: Kind::Quoted, text, low: String::new() });
                continue;
            }
            c if c.is_alphanumeric() || is_apostrophe(c) => {
                let decimal = |at: usize| {
                    text[start..at].bytes().all(|b| b.is_ascii_digit())
                        && text[at + 1..].starts_with(|c: char| c.is_ascii_digit())
                };
                while let Some(&(at, c)) = rest.peek() {
                    if !(c.is_alphanumeric() || is_apostrophe(c) || (c == '.' && decimal(at))) {
                        break;
                    }
                    end = at + c.len_utf8();
                    rest.next();
                }
                text[start..end].parse().map_or(Kind::Word, |number: f32| {
                    if number.is_finite() && first.is_ascii_digit() { Kind::Number(number) } else { Kind::Word }
                })
            }
            // A sign that no rule knows is a word of its own, to be named.
            _ => Kind::Word,
        };
        push(&mut tokens, start..end, kind, &text[start..end]);
    }
    Tokens { tokens, cut: None, left_out }
}

/// Whether a dash stands between blanks, and not between numbers or in an arrow.
fn is_apart(text: &str, start: usize, end: usize) -> bool {
    let (before, after) = (&text[..start], &text[end..]);
    let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let numbers = digit(before.trim_end().chars().next_back()) && digit(after.trim_start().chars().next());
    blank(before.chars().next_back()) && blank(after.chars().next()) && !numbers
}

/// A sign that shows a thing: its word, with the number where it stands several times in a row.
fn picture(tokens: &mut Vec<Token>, span: Range<usize>, word: &str) {
    let token = |kind: Kind, span: Range<usize>, text: &str| {
        let low = if matches!(kind, Kind::Comma) { String::new() } else { text.to_owned() };
        Token { span, kind, text: text.to_owned(), low }
    };
    let parts: Vec<&str> = word.split(' ').collect();
    let same = tokens.len() >= parts.len()
        && tokens[tokens.len() - parts.len()..]
            .iter()
            .zip(&parts)
            .all(|(token, part)| token.low == *part && !token.text.is_ascii());
    if same {
        let at = tokens.len() - parts.len();
        match at.checked_sub(1).map(|before| &mut tokens[before]) {
            Some(Token { kind: Kind::Number(count), text, low, .. }) if text == "x" => {
                *count += 1.0;
                *low = count.to_string();
            }
            _ => {
                let first = tokens[at].span.clone();
                tokens.insert(at, Token { span: first, kind: Kind::Number(2.0), text: "x".into(), low: "2".into() });
            }
        }
        return;
    }
    let leads = tokens.last().is_none_or(|last| {
        !matches!(last.kind, Kind::Word)
            || super::words::is_function_word(&last.low)
            || super::parse::is_command_word(&last.low)
    });
    if !leads || tokens.last().is_some_and(|last| !last.text.is_ascii() && matches!(last.kind, Kind::Word)) {
        tokens.push(token(Kind::Comma, span.clone(), ","));
    }
    for part in parts {
        let mut word = token(Kind::Word, span.clone(), part);
        // What was typed is the sign.
        word.text = "\u{1f5bc}".to_owned();
        tokens.push(word);
    }
}

/// The bytes of an option of a picture generator: "--ar 16:9", "<lora:farm:0.8>".
fn option_length(text: &str) -> Option<usize> {
    if let Some(inside) = text.strip_prefix('<') {
        let end = inside.find('>')?;
        return (inside[..end].contains(':') && end < 80).then_some(end + 2);
    }
    let inside = text.strip_prefix("--").filter(|inside| inside.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    let end = inside.find([',', '\n', ';']).unwrap_or(inside.len());
    let end = inside[..end].find(" --").unwrap_or(end);
    Some(inside[..end].trim_end().len() + 2)
}

fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c), 0x2600..=0x27bf | 0x2b00..=0x2bff | 0xfe00..=0xfe0f | 0x1f000..=0x1faff | 0x200d)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’')
}

fn push(tokens: &mut Vec<Token>, span: Range<usize>, kind: Kind, text: &str) {
    let low = text.to_lowercase().replace('’', "'");
    let mut add = |low: &str| {
        let (span, kind, text, low) = (span.clone(), kind.clone(), text.to_owned(), low.to_owned());
        tokens.push(Token { span, kind, text, low });
    };
    match (&kind, low.as_str()) {
        (Kind::Comma | Kind::Halted, _) => add(""),
        (_, "&" | "+") => add("and"),
        (_, "=") => add("is"),
        (_, "%") => add("percent"),
        (_, "let's") => add("let"),
        (_, "can't" | "cannot") => ["can", "not"].iter().for_each(|word| add(word)),
        (_, word) => {
            const TAILS: [(&str, &str); 5] =
                [("n't", "not"), ("'re", "are"), ("'d", "would"), ("'ve", "have"), ("'ll", "will")];
            let short = TAILS.iter().find_map(|(tail, full)| Some((word.strip_suffix(tail)?, *full)));
            match short.filter(|(stem, _)| !stem.is_empty()) {
                Some((stem, full)) => [stem, full].iter().for_each(|word| add(word)),
                None => match word.strip_suffix("'s") {
                    Some(stem @ ("there" | "it" | "that" | "here" | "what" | "he" | "she")) => {
                        [stem, "is"].iter().for_each(|word| add(word));
                    }
                    Some(stem) if !stem.is_empty() => [stem, "'s"].iter().for_each(|word| add(word)),
                    _ => add(word.trim_matches('\'')),
                },
            }
        }
    }
}
