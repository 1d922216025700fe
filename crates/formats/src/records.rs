//! Reads JSON files that are too large to hold, record by record.
//!
//! A file is cut into records by their brackets, and each record is parsed by itself: a record that is no JSON costs that record and nothing
//! else. Byte order marks, UTF-16 and gzip are read; `NaN`, `Infinity` and trailing commas, which some tools write, are read as null and
//! as nothing.

#![allow(clippy::disallowed_methods, reason = "opens the file that the caller names")]

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{DocumentError, json_text};

#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    #[error("cannot read the annotations ({source}). Put the file back, or make it readable: {}", path.display())]
    Io { source: io::Error, path: PathBuf },
    #[error("{what}: {}", path.display())]
    Format { what: String, path: PathBuf },
    #[error("these annotations are not as they should be: {message} (line {line}, column {column}). Fix that place, or take another copy: {}", path.display())]
    Json { message: String, line: u64, column: usize, path: PathBuf },
    #[error("this file has no {}, so it holds no {what}. Choose another: {}", missing.join(", no "), path.display())]
    Missing { missing: Vec<&'static str>, what: &'static str, path: PathBuf },
}

impl RecordsError {
    pub fn path(&self) -> &Path {
        match self {
            Self::Io { path, .. }
            | Self::Json { path, .. }
            | Self::Missing { path, .. }
            | Self::Format { path, .. } => path,
        }
    }
}

/// One record of a file, not yet parsed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    bytes: &'a [u8],
    /// Counted from 0 in its list.
    pub index: usize,
    /// Of the file, from 1.
    pub line: u64,
    /// Its key, where the file has an object of records instead of a list.
    pub key: Option<&'a str>,
}

impl<'a> Record<'a> {
    /// The record as it stands in the file.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The record as a type. The error says what is wrong, with the line. `scratch` is for a record that has to be fixed first.
    pub(crate) fn parse<'s, T: Deserialize<'s>>(&self, scratch: &'s mut Vec<u8>) -> Result<T, String>
    where
        'a: 's,
    {
        let error = match serde_json::from_slice(self.bytes) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        if json_text::without_extras(self.bytes, scratch) {
            serde_json::from_slice(scratch.as_slice()).map_err(|error| self.in_words(&error))
        } else {
            Err(self.in_words(&error))
        }
    }

    fn in_words(&self, error: &serde_json::Error) -> String {
        let message = match json_text::message_of(error) {
            message if message == "invalid unicode code point" => "a text in it is not UTF-8".to_owned(),
            message => message,
        };
        format!("{message} (line {})", self.line + (error.line() as u64).saturating_sub(1))
    }
}

/// What a file was like besides its records.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct FileSummary {
    /// Keys of the outermost object, in order; none where the file is a list.
    pub keys: Vec<String>,
    pub is_list: bool,
    /// Where the file breaks off or is no JSON any more: what is wrong, and the line. What came before was given.
    pub broken: Option<(String, u64)>,
}

/// Gives every record of the lists that are wanted, with the list's name ("" where the file itself is a list).
///
/// # Errors
///
/// If the file cannot be opened, is of another kind, or begins with neither an object nor a list.
pub(crate) fn read_records(
    path: &Path,
    wanted: &dyn Fn(&str) -> bool,
    give: &mut dyn FnMut(&str, Record<'_>),
) -> Result<FileSummary, RecordsError> {
    let mut splitter = Splitter::open(path)?;
    let mut reading = FileSummary::default();
    match splitter.outermost(wanted, give, &mut reading) {
        Ok(()) => Ok(reading),
        Err(Stop::Io(source)) => Err(RecordsError::Io { source, path: path.to_owned() }),
        Err(Stop::Broken(message)) if reading.keys.is_empty() && !reading.is_list => {
            let (line, column) = (splitter.line, splitter.column());
            Err(RecordsError::Json { message, line, column, path: path.to_owned() })
        }
        Err(Stop::Broken(message)) => {
            reading.broken = Some((message, splitter.line));
            Ok(reading)
        }
    }
}

/// Gives every item of a file that is one list; what cannot be parsed goes to `odd`, with its place and what is wrong.
pub fn read_list<T: for<'de> Deserialize<'de>>(
    path: &Path,
    mut give: impl FnMut(T),
    odd: &mut dyn FnMut(String, String),
) -> Result<(), RecordsError> {
    let mut scratch = Vec::new();
    let mut unread = Vec::new();
    let reading = read_records(path, &|_| false, &mut |_, record| match record.parse::<T>(&mut scratch) {
        Ok(item) => give(item),
        Err(what) => unread.push((record.index, what)),
    })?;
    for (index, what) in unread {
        odd(format!("[{index}]"), what);
    }
    if let Some((what, line)) = reading.broken {
        odd(format!("line {line}"), what);
    }
    if !reading.is_list {
        let what = "this file is an object and should be a list of pictures. Take another copy".to_owned();
        return Err(RecordsError::Format { what, path: path.to_owned() });
    }
    Ok(())
}

/// All of a text file, decoded as the records of a large one are.
///
/// # Errors
///
/// If it cannot be read, is of another kind, or has more than `most` bytes when it is unpacked.
pub fn read_text(path: &Path, most: u64) -> Result<String, RecordsError> {
    let failed = |source| RecordsError::Io { source, path: path.to_owned() };
    let mut bytes = Vec::new();
    let read = decoded(path)?.take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    if read as u64 > most {
        let what = format!("more than {} MB are too much to be held. Split it into several files", most >> 20);
        return Err(RecordsError::Format { what, path: path.to_owned() });
    }
    String::from_utf8(bytes).map_err(|error| RecordsError::Format {
        what: format!("this is no text: byte {} is not UTF-8. Save it as UTF-8", error.utf8_error().valid_up_to()),
        path: path.to_owned(),
    })
}

/// The first bytes of a text file, decoded; a character that is cut at the end is lost.
pub(crate) fn first_text(path: &Path, most: u64) -> Result<String, RecordsError> {
    let mut bytes = Vec::new();
    let read = decoded(path)?.take(most).read_to_end(&mut bytes);
    match read {
        Ok(_) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(source) => Err(RecordsError::Io { source, path: path.to_owned() }),
    }
}

/// A JSON file as one value, read as tolerantly as records are.
pub fn read_value(path: &Path, most: u64) -> Result<serde_json::Value, RecordsError> {
    value_of(&read_text(path, most)?).map_err(|(message, line, column)| RecordsError::Json {
        message,
        line,
        column,
        path: path.to_owned(),
    })
}

/// A text as one JSON value, read as tolerantly as scene graphs are; else what is wrong, with line and column.
pub fn value_of(text: &str) -> Result<serde_json::Value, (String, u64, usize)> {
    match json_text::parse(text) {
        Ok((value, _)) => Ok(value),
        Err(DocumentError::Json { message, line, column }) => Err((message, line as u64, column)),
        // A text that is no JSON has no other problems.
        Err(error @ DocumentError::Problems(_)) => Err((error.to_string(), 1, 1)),
    }
}

/// The bytes of a text file as UTF-8: unpacked, without a byte order mark.
fn decoded(path: &Path) -> Result<Box<dyn Read>, RecordsError> {
    let failed = |source| RecordsError::Io { source, path: path.to_owned() };
    // Opening a pipe would wait for a writer.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, "this is no file")));
    }
    let mut input: Box<dyn Read> = Box::new(File::open(path).map_err(failed)?);
    let mut start = head(&mut input).map_err(failed)?;
    if start.starts_with(&[0x1f, 0x8b]) {
        input = Box::new(flate2::read::MultiGzDecoder::new(io::BufReader::with_capacity(
            1 << 16,
            io::Cursor::new(start).chain(input),
        )));
        start = head(&mut input).map_err(failed)?;
    }
    if let Some(what) = other_kind(&start) {
        return Err(RecordsError::Format { what: what.to_owned(), path: path.to_owned() });
    }
    let big_endian = match start.as_slice() {
        [0xfe, 0xff, ..] | [0, b'{' | b'[', ..] => Some(true),
        [0xff, 0xfe, ..] | [b'{' | b'[', 0, ..] => Some(false),
        _ => None,
    };
    if let Some(big_endian) = big_endian {
        let input = io::Cursor::new(start).chain(input);
        return Ok(Box::new(Utf16 { input, big_endian, rest: Vec::new(), out: Vec::new(), at: 0 }));
    }
    if start.starts_with(&[0xef, 0xbb, 0xbf]) {
        start.drain(..3);
    }
    Ok(Box::new(io::Cursor::new(start).chain(input)))
}

fn head(input: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(64);
    input.take(64).read_to_end(&mut start)?;
    Ok(start)
}

/// Files that people take for annotations, by their first bytes.
fn other_kind(start: &[u8]) -> Option<&'static str> {
    let text = String::from_utf8_lossy(start).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    match start {
        [b'P', b'K', 3, 4, ..] => Some("this is a ZIP archive. Unpack it, and choose the annotations in it"),
        [b'7', b'z', 0xbc, 0xaf, ..] => Some("this is a 7z archive. Unpack it, and choose the annotations in it"),
        [0xfd, b'7', b'z', b'X', ..] => Some("this is packed with xz. Unpack it"),
        [b'B', b'Z', b'h', ..] => Some("this is packed with bzip2. Unpack it"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("this is packed with Zstandard. Unpack it"),
        [0x80, 2..=5, ..] => Some("this is a Python pickle, which is not read. Save the annotations as JSON (COCO)"),
        _ if text.starts_with("<!doctype html") || text.starts_with("<html") => {
            Some("this is a web page and no JSON. Download the file itself again")
        }
        _ if text.starts_with("version https://git-lfs") => {
            Some("this is a Git LFS pointer and not the file itself. Fetch it with `git lfs pull`")
        }
        _ => None,
    }
}

/// UTF-16 as UTF-8.
struct Utf16<R> {
    input: R,
    big_endian: bool,
    /// Bytes that are no whole unit yet, and half of a pair.
    rest: Vec<u8>,
    out: Vec<u8>,
    at: usize,
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.at == self.out.len() {
            self.out.clear();
            self.at = 0;
            let mut bytes = std::mem::take(&mut self.rest);
            let is_end = self.input.by_ref().take(1 << 16).read_to_end(&mut bytes)? == 0;
            let unit =
                |pair: &[u8; 2]| if self.big_endian { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) };
            let mut units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(unit).collect();
            let mut used = units.len() * 2;
            if !is_end && units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
                units.pop();
                used -= 2;
            }
            for c in char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)) {
                if c != '\u{feff}' {
                    self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
            self.rest = bytes.split_off(used);
            if is_end {
                self.rest.clear();
            }
        }
        let count = to.len().min(self.out.len() - self.at);
        to[..count].copy_from_slice(&self.out[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// Why reading ended before the end.
enum Stop {
    Io(io::Error),
    Broken(String),
}

/// A record may have so many bytes; one that is larger has lost its end.
const MAX_RECORD_BYTES: usize = 256 << 20;
const CHUNK_BYTES: usize = 1 << 20;

const IS_BRACKET_OR_TEXT: [bool; 256] = {
    let mut table = [false; 256];
    let signs = *b"\"{}[]";
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};

/// Cuts a JSON text into values.
struct Splitter {
    input: Box<dyn Read>,
    buffer: Vec<u8>,
    /// What is read next.
    at: usize,
    is_end: bool,
    /// Of `at`, from 1.
    line: u64,
}

impl Splitter {
    fn open(path: &Path) -> Result<Self, RecordsError> {
        let input = decoded(path)?;
        Ok(Self { input, buffer: Vec::new(), at: 0, is_end: false, line: 1 })
    }

    /// Of what is read next, from 1, as far as the buffer goes back.
    fn column(&self) -> usize {
        let before = self.buffer.get(..self.at).unwrap_or_default();
        before.iter().rev().take_while(|b| **b != b'\n').count() + 1
    }

    fn advance(&mut self, count: usize) {
        let passed = self.buffer.get(self.at..self.at + count).unwrap_or_default();
        self.line += passed.iter().filter(|b| **b == b'\n').count() as u64;
        self.at += count;
    }

    /// More bytes behind those that are there. False: there are none.
    fn fill(&mut self) -> Result<bool, Stop> {
        if self.is_end {
            return Ok(false);
        }
        // What has been read goes; the last line's beginning is of no use either.
        self.buffer.drain(..self.at);
        self.at = 0;
        let before = self.buffer.len();
        self.input.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut self.buffer).map_err(|error| {
            match error.kind() {
                // Data that cannot be unpacked to its end.
                io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                    Stop::Broken(format!("the packed file is cut short or damaged ({error})"))
                }
                _ => Stop::Io(error),
            }
        })?;
        self.is_end = self.buffer.len() == before;
        Ok(!self.is_end)
    }

    /// The next byte that is no white space; none at the end.
    fn peek(&mut self) -> Result<Option<u8>, Stop> {
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            match rest.iter().position(|b| !b.is_ascii_whitespace() && *b != 0) {
                Some(count) => {
                    self.advance(count);
                    return Ok(self.buffer.get(self.at).copied());
                }
                None => {
                    let count = rest.len();
                    self.advance(count);
                    if !self.fill()? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// How many bytes the value has that begins here. The buffer holds all of them.
    fn value(&mut self) -> Result<usize, Stop> {
        let (mut count, mut depth, mut in_text) = (0usize, 0usize, false);
        let mut closes: Vec<u8> = Vec::new();
        loop {
            let rest = self.buffer.get(self.at + count..).unwrap_or_default();
            let mut passed = 0;
            while passed < rest.len() {
                if in_text {
                    let Some(step) = rest[passed..].iter().position(|b| matches!(b, b'"' | b'\\')) else {
                        passed = rest.len();
                        break;
                    };
                    passed += step;
                    if rest[passed] == b'\\' {
                        if rest.len() < passed + 2 {
                            break;
                        }
                        passed += 2;
                        continue;
                    }
                    passed += 1;
                    in_text = false;
                    if depth == 0 {
                        return Ok(count + passed);
                    }
                    continue;
                }
                // Within a record only brackets and texts matter; a scalar by itself ends at a comma or a blank.
                if depth > 0 {
                    let Some(step) = rest[passed..].iter().position(|b| IS_BRACKET_OR_TEXT[usize::from(*b)]) else {
                        passed = rest.len();
                        break;
                    };
                    passed += step;
                }
                let byte = rest[passed];
                match byte {
                    b'"' => in_text = true,
                    b'{' | b'[' => {
                        depth += 1;
                        closes.push(if byte == b'{' { b'}' } else { b']' });
                    }
                    b'}' | b']' if depth == 0 => return Ok(count + passed),
                    b'}' | b']' => {
                        if closes.pop() != Some(byte) {
                            return Err(Stop::Broken(format!(
                                "a \"{}\" closes what it did not open",
                                char::from(byte)
                            )));
                        }
                        depth -= 1;
                        if depth == 0 {
                            return Ok(count + passed + 1);
                        }
                    }
                    b',' | b' ' | b'\n' | b'\r' | b'\t' | b':' if depth == 0 => return Ok(count + passed),
                    _ => {}
                }
                passed += 1;
            }
            count += passed;
            if count > MAX_RECORD_BYTES {
                return Err(Stop::Broken(format!("a record has more than {} MB", MAX_RECORD_BYTES >> 20)));
            }
            if !self.fill()? {
                // A number may stand at the very end.
                return match depth == 0 && !in_text && count > 0 {
                    true => Ok(count),
                    false => Err(Stop::Broken("the file ends in the middle of a record: it is cut short".to_owned())),
                };
            }
        }
    }

    /// Passes over a value without holding it.
    fn skip(&mut self) -> Result<(), Stop> {
        match self.peek()? {
            Some(open @ (b'{' | b'[')) => {
                self.advance(1);
                let close = if open == b'{' { b'}' } else { b']' };
                loop {
                    match self.peek()? {
                        None => return Err(cut_short()),
                        Some(byte) if byte == close => {
                            self.advance(1);
                            return Ok(());
                        }
                        Some(b',' | b':') => self.advance(1),
                        Some(_) => self.pass()?,
                    }
                }
            }
            Some(_) => self.pass(),
            None => Err(cut_short()),
        }
    }

    fn pass(&mut self) -> Result<(), Stop> {
        let count = self.value()?;
        if count == 0 {
            return Err(Stop::Broken("there is no value where one belongs".to_owned()));
        }
        self.advance(count);
        Ok(())
    }

    fn key(&mut self) -> Result<String, Stop> {
        if self.peek()? != Some(b'"') {
            return Err(Stop::Broken("a name in quotation marks is expected".to_owned()));
        }
        let count = self.value()?;
        let text = self.buffer.get(self.at..self.at + count).unwrap_or_default();
        let key = serde_json::from_slice(text).map_err(|error| Stop::Broken(error.to_string()))?;
        self.advance(count);
        match self.peek()? {
            Some(b':') => {
                self.advance(1);
                Ok(key)
            }
            _ => Err(Stop::Broken("a \":\" is missing behind a name".to_owned())),
        }
    }

    /// True: another entry follows. Commas too many are skipped.
    fn goes_on(&mut self, close: u8) -> Result<bool, Stop> {
        loop {
            match self.peek()? {
                Some(b',') => self.advance(1),
                Some(byte) if byte == close => {
                    self.advance(1);
                    return Ok(false);
                }
                Some(_) => return Ok(true),
                None => return Err(cut_short()),
            }
        }
    }

    fn records(&mut self, name: &str, give: &mut dyn FnMut(&str, Record<'_>)) -> Result<(), Stop> {
        let open = self.peek()?;
        let Some(open @ (b'[' | b'{')) = open else { return self.skip() };
        let close = if open == b'[' { b']' } else { b'}' };
        self.advance(1);
        let mut index = 0;
        while self.goes_on(close)? {
            let key = if open == b'{' { Some(self.key()?) } else { None };
            self.peek()?;
            let count = self.value()?;
            if count == 0 {
                return Err(Stop::Broken("there is no value where one belongs".to_owned()));
            }
            let bytes = self.buffer.get(self.at..self.at + count).unwrap_or_default();
            give(name, Record { bytes, index, line: self.line, key: key.as_deref() });
            self.advance(count);
            index += 1;
        }
        Ok(())
    }

    fn outermost(
        &mut self,
        wanted: &dyn Fn(&str) -> bool,
        give: &mut dyn FnMut(&str, Record<'_>),
        reading: &mut FileSummary,
    ) -> Result<(), Stop> {
        match self.peek()? {
            Some(b'[') => {
                reading.is_list = true;
                self.records("", give)?;
            }
            Some(b'{') => {
                self.advance(1);
                while self.goes_on(b'}')? {
                    let key = self.key()?;
                    reading.keys.push(key.clone());
                    if wanted(&key) { self.records(&key, give)? } else { self.skip()? }
                }
            }
            Some(byte) => {
                let found =
                    if byte.is_ascii_graphic() { format!("\"{}\"", char::from(byte)) } else { format!("byte {byte}") };
                return Err(Stop::Broken(format!("it begins with {found} and not with {{ or [, so it is no JSON")));
            }
            None => return Err(Stop::Broken("it is empty".to_owned())),
        }
        match self.peek()? {
            None => Ok(()),
            Some(_) => Err(Stop::Broken("something follows behind the end".to_owned())),
        }
    }
}

fn cut_short() -> Stop {
    Stop::Broken("the file ends in the middle: it is cut short".to_owned())
}

impl fmt::Debug for Splitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Splitter").field("line", &self.line).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::io::Write;

    /// Records of `a` and `b`, as texts, and how the reading ended.
    fn read(bytes: &[u8]) -> (Vec<String>, Result<FileSummary, String>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("it.json");
        std::fs::write(&path, bytes).unwrap();
        let mut found = Vec::new();
        let mut scratch = Vec::new();
        let reading = read_records(&path, &|name| name != "skipped", &mut |name, record| {
            let value =
                record.parse::<Value>(&mut scratch).map_or_else(|what| format!("!{what}"), |value| value.to_string());
            found.push(format!("{name}{}{} {value}", record.key.unwrap_or_default(), record.index));
        });
        (found, reading.map_err(|error| error.to_string()))
    }

    #[test]
    fn a_file_is_cut_into_its_records() {
        let text = "{\"a\": [{\"x\": \"]}\\\"{\"}, 7,\n {\"y\": NaN, \"z\": [1, 2,],}, {x}], \"skipped\": {\"a\": [1, {\"b\": \"}\"}]}, \"b\": {\"k\": {\"n\": -Infinity}},}";
        let expected = [
            "a0 {\"x\":\"]}\\\"{\"}",
            "a1 7",
            "a2 {\"y\":null,\"z\":[1,2]}",
            "a3 !key must be a string (line 2)",
            "bk0 {\"n\":null}",
        ];
        let utf16 = |big: bool| -> Vec<u8> {
            let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
            units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(text.as_bytes()).unwrap();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            utf16(true),
            utf16(false),
            packed.finish().unwrap(),
        ] {
            let (found, reading) = read(&bytes);
            assert_eq!(found, expected);
            let reading = reading.unwrap();
            assert_eq!((reading.keys.len(), reading.broken), (3, None));
        }
    }

    #[test]
    fn what_breaks_off_gives_what_came_before() {
        let text = "[{\"a\": 1}, {\"a\": \"\\\"\"}, {\"a\": [2]}]";
        for at in 1..text.len() {
            let (found, reading) = read(&text.as_bytes()[..at]);
            let whole = ["0 {\"a\":1}", "1 {\"a\":\"\\\"\"}", "2 {\"a\":[2]}"];
            assert!(whole.starts_with(&found.iter().map(String::as_str).collect::<Vec<_>>()[..]), "{at}: {found:?}");
            assert!(reading.unwrap().broken.is_some(), "{at}");
        }
        let (found, reading) = read(b"[{\"a\": 1}, {\"a\": [}, {\"a\": 3}]");
        assert_eq!(found.len(), 1);
        assert!(reading.unwrap().broken.unwrap().0.contains("closes what it did not open"));
    }

    #[test]
    fn other_files_are_named() {
        for (bytes, part) in [
            (b"PK\x03\x04....".as_slice(), "ZIP"),
            (b"<!DOCTYPE html><html>", "web page"),
            (b"version https://git-lfs.github.com/spec/v1", "git lfs pull"),
            (b"\x80\x04\x95", "pickle"),
            (b"", "it is empty"),
            (b"hello", "begins with \"h\""),
        ] {
            let error = read(bytes).1.unwrap_err();
            assert!(error.contains(part) && error.ends_with("it.json"), "{error}");
        }
    }
}
