//! Lenient JSON: accepts comments, trailing commas, NaN, Python's constants and JSON Lines. Errors name the wrong
//! character and its position.

use super::DocumentError;
use serde_json::Value;

/// Decodes UTF-8 or UTF-16, with or without a byte order mark. The error is the offset of the first invalid byte.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, usize> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        if bytes.len() % 2 == 1 {
            return Err(bytes.len() - 1);
        }
        let units: Vec<u16> = bytes.as_chunks().0.iter().map(|&pair| unit(pair)).collect();
        String::from_utf16(&units).map_err(|_| 0)
    };
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // JSON begins with an ASCII character: the zero byte reveals the byte order.
        [first, 0, second, 0, ..] if first.is_ascii() && second.is_ascii() => utf16(&bytes, u16::from_le_bytes),
        [0, first, 0, second, ..] if first.is_ascii() && second.is_ascii() => utf16(&bytes, u16::from_be_bytes),
        _ => String::from_utf8(bytes).map_err(|error| error.utf8_error().valid_up_to()),
    }
}

/// Parses a text; extensions of JSON that are unambiguous are accepted ([`without_extras`]). Several values one after
/// another (JSON Lines) become a list. Also returns true if the text was strict JSON.
pub(super) fn parse(text: &str) -> Result<(Value, bool), DocumentError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let strict = match serde_json::from_str(text) {
        Ok(value) => return Ok((value, true)),
        Err(error) => error,
    };
    let mut plain = Vec::new();
    without_extras(text.as_bytes(), &mut plain);
    let error = match serde_json::from_slice(&plain) {
        Ok(value) => return Ok((value, false)),
        Err(error) => error,
    };
    let lines: Result<Vec<Value>, _> = serde_json::Deserializer::from_slice(&plain).into_iter().collect();
    match lines {
        Ok(values) if values.len() > 1 && values.iter().all(|value| value.is_object() || value.is_array()) => {
            Ok((Value::Array(values), false))
        }
        // If both errors are at the same place, the one of the original text is more exact.
        _ if (strict.line(), strict.column()) == (error.line(), error.column()) => Err(document_error(&strict, text)),
        _ => Err(document_error(&error, text)),
    }
}

/// Constants of Python and other languages, and their JSON forms. JSON has no NaN or infinity.
const WORDS: [(&[u8], &[u8]); 8] = [
    (b"NaN", b"null"),
    (b"nan", b"null"),
    (b"Infinity", b"null"),
    (b"-Infinity", b"null"),
    (b"-NaN", b"null"),
    (b"None", b"null"),
    (b"True", b"true"),
    (b"False", b"false"),
];

/// Replaces comments and trailing commas by blanks, and constants of other languages by JSON's. Keeps the lines. Returns
/// false if nothing was replaced.
pub(super) fn without_extras(text: &[u8], out: &mut Vec<u8>) -> bool {
    out.clear();
    let (mut at, mut is_changed) = (0, false);
    // Index in `out` of the last byte that is not white space.
    let mut last = None;
    while let Some(&byte) = text.get(at) {
        let rest = &text[at..];
        match byte {
            b'"' => {
                let length = length_of_string(rest);
                last = Some(out.len());
                out.extend_from_slice(&rest[..length]);
                at += length;
                continue;
            }
            b'/' if matches!(rest.get(1), Some(b'/' | b'*')) => {
                let length = length_of_comment(rest);
                out.extend(rest[..length].iter().map(|byte| if byte.is_ascii_whitespace() { *byte } else { b' ' }));
                at += length;
                is_changed = true;
                continue;
            }
            b'}' | b']' => {
                if let Some(comma) = last.filter(|last| out[*last] == b',') {
                    out[comma] = b' ';
                    is_changed = true;
                }
            }
            b'N' | b'n' | b'I' | b'-' | b'T' | b'F' if !continues_word(text, at) => {
                let is_whole = |word: &[u8]| rest.starts_with(word) && !rest.get(word.len()).is_some_and(is_word_byte);
                if let Some((word, instead)) = WORDS.into_iter().find(|(word, _)| is_whole(word)) {
                    last = Some(out.len());
                    out.extend_from_slice(instead);
                    // Pad with blanks, so that columns stay correct.
                    out.extend(std::iter::repeat_n(b' ', word.len().saturating_sub(instead.len())));
                    at += word.len();
                    is_changed = true;
                    continue;
                }
            }
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            last = Some(out.len());
        }
        out.push(byte);
        at += 1;
    }
    is_changed
}

fn is_word_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii()
}

fn continues_word(text: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| text.get(before)).is_some_and(is_word_byte)
}

/// Length with both quotes; up to the end of the text if the string is not closed.
fn length_of_string(text: &[u8]) -> usize {
    let mut end = 1;
    while let Some(byte) = text.get(end) {
        match byte {
            b'\\' => end += 2,
            b'"' => return end + 1,
            _ => end += 1,
        }
    }
    text.len()
}

fn length_of_comment(text: &[u8]) -> usize {
    let end = match text.get(1) {
        Some(b'/') => text.iter().position(|byte| *byte == b'\n'),
        _ => text.get(2..).and_then(|inner| inner.windows(2).position(|end| end == b"*/")).map(|inner| inner + 4),
    };
    end.unwrap_or(text.len())
}

/// The message of an error without the position that serde_json puts at its end.
pub(super) fn message_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message).to_owned()
}

fn document_error(error: &serde_json::Error, text: &str) -> DocumentError {
    let (line, byte) = (error.line(), error.column());
    let row = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default().trim_end_matches('\r');
    // serde_json counts bytes, up to the last one it has read; convert to characters.
    let at = row.char_indices().take_while(|(start, _)| *start < byte.max(1)).last();
    let column = at.map_or(1, |(start, _)| row[..start].chars().count() + 1);
    let found = at.map(|(_, c)| c);
    let message = if error.is_eof() {
        "the text ends too early; it may be cut short".to_owned()
    } else {
        match found.and_then(|c| fix(c, row, column)) {
            Some(fix) => fix,
            None => {
                let what = message_of(error);
                match found.filter(|c| !c.is_whitespace()) {
                    Some(c) => format!("{what}, found {c}"),
                    None => what,
                }
            }
        }
    };
    DocumentError::Json { message, line, column }
}

/// The message for a character that is often used by mistake: its name, and what to write instead.
fn fix(c: char, row: &str, column: usize) -> Option<String> {
    let rest: String = row.chars().skip(column - 1).collect();
    let sign = |name: &str, fix: &str| Some(format!("{c} ({name}, U+{:04X}) stands here: {fix}", u32::from(c)));
    match c {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2033}' | '\u{ff02}' => {
            sign("a curly quotation mark", "write straight ones: \"")
        }
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{2032}' | '`' | '\u{b4}' => {
            sign("a curly quotation mark", "write straight double ones: \"")
        }
        '\'' => sign("a single quotation mark", "JSON has double ones: \""),
        '\u{a0}' | '\u{2002}'..='\u{200b}' | '\u{202f}' | '\u{3000}' | '\u{feff}' | '\u{2060}' => Some(format!(
            "a blank that JSON does not know (U+{:04X}) stands here: replace it by an ordinary one",
            u32::from(c)
        )),
        '\u{ff00}'..='\u{ffef}' | '\u{3001}' => sign("a wide sign", "write the ordinary one of ASCII"),
        '\u{2212}' | '\u{2013}' | '\u{2014}' => sign("a dash", "a minus sign is -"),
        '#' => sign("a hash", "JSON knows no comments with #; begin them with //"),
        '=' => sign("an equals sign", "between a key and its value stands a colon"),
        ';' => sign("a semicolon", "entries are parted by commas"),
        c if c.is_control() && !c.is_whitespace() => {
            Some(format!("a control character (U+{:04X}) stands here: remove it", u32::from(c)))
        }
        c if c.is_alphabetic() => {
            let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').take(40).collect();
            Some(format!("{word} stands here without quotes: write \"{word}\""))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn unambiguous_extensions_are_accepted() {
        let check = |text: &str, value: Value| assert_eq!(parse(text).unwrap().0, value, "{text}");
        check(
            "// by hand\n{\"a\": [1, 2,], /* x */ \"b\": \"// no, /* comment */\",}",
            json!({"a": [1, 2], "b": "// no, /* comment */"}),
        );
        check("{\"score\": NaN, \"a\": [-Infinity, Infinity, -1]}", json!({"score": null, "a": [null, null, -1]}));
        check(
            "{\"a\": True, \"b\": [False, None, nan], \"c\": \"None, True,]\"}",
            json!({"a": true, "b": [false, null, null], "c": "None, True,]"}),
        );
        check("{\"a\": [1, /* two, */ ], // ] \n}", json!({"a": [1]}));
        check("{\"a\": 1}\n{\"a\": 2}\n", json!([{"a": 1}, {"a": 2}]));
        check("\u{feff}{\"a\": \"x\\\"]\",\n}", json!({"a": "x\"]"}));
        check("/* never closed\n*/ [1,\n // last\n]", json!([1]));
    }

    #[test]
    fn errors_name_the_wrong_character_and_its_position() {
        let check = |text: &str, place: (usize, usize), word: &str| match parse(text) {
            Err(DocumentError::Json { message, line, column }) => {
                assert_eq!((line, column), place, "{text}: {message}");
                assert!(message.contains(word), "{text}: {message}");
            }
            other => panic!("{text}: {other:?}"),
        };
        check("{\u{201c}objects\u{201d}: []}", (1, 2), "curly quotation mark");
        check("{\"\u{e4}\": \u{2018}x\u{2019}}", (1, 7), "curly quotation mark");
        check("{'objects': []}", (1, 2), "single quotation mark");
        check("{\"a\": Truest}", (1, 7), "write \"Truest\"");
        check("{\n  \"a\":\u{a0}1}", (2, 7), "U+00A0");
        check("{objects: []}", (1, 2), "write \"objects\"");
        check("{\"a\": [1, 2", (1, 11), "cut short");
        check("{\"a\" = 1}", (1, 6), "equals sign");
        check("{\"a\": [1 2]}", (1, 10), "found 2");
    }

    #[test]
    fn utf16_is_decoded() {
        let text = "{\"objects\": [\"h\u{fc}gel\"]}";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [little.clone(), [vec![0xff, 0xfe], little].concat(), [vec![0xfe, 0xff], big].concat()] {
            assert_eq!(decode(bytes).as_deref(), Ok(text));
        }
        assert_eq!(decode(b"{\"h\xfcgel\"}".to_vec()), Err(3));
    }
}
