//! A picture carries its graph: the document's text in a text chunk of a PNG (PNG specification, 11.3.3: tEXt, zTXt, iTXt).
//!
//! Chunks are walked, never decoded, so a picture of any size is searched in little memory, and one whose pixels are
//! damaged still gives its graph back. It is written as plain iTXt before the pixels. Programs that save the picture again may put it into
//! another kind of chunk, after the pixels, or add a second one: all are read, and the last one counts.

use super::{MAX_DOCUMENT_BYTES, ReadError, json_text};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// The keyword of the text chunk.
pub const PNG_KEYWORD: &str = "scenewright";

pub(super) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// The length and the name of the header chunk, which must come first.
const HEADER: [u8; 8] = *b"\0\0\0\x0dIHDR";

/// The signature, and the header chunk with its length, name and checksum.
const AFTER_HEADER: usize = 8 + 4 + 4 + 13 + 4;

/// The same picture with a text beside it; `None` when the bytes are no PNG, or one that does not begin with its header.
pub fn png_with_text(png: &[u8], keyword: &str, text: &str) -> Option<Vec<u8>> {
    let (header, rest) = png.split_at_checked(AFTER_HEADER)?;
    if !header.strip_prefix(&SIGNATURE)?.starts_with(&HEADER) {
        return None;
    }
    // Keyword, end, not compressed (two bytes), no language, no translated keyword: the text.
    let mut chunk = [b"iTXt", keyword.as_bytes(), &[0; 5], text.as_bytes()].concat();
    let length = u32::try_from(chunk.len() - 4).ok()?;
    let checksum = crc(&chunk);
    chunk.extend(checksum.to_be_bytes());
    Some([header, &length.to_be_bytes(), &chunk, rest].concat())
}

/// The same picture with this graph and no other; `None` when the bytes are no PNG, or one that is cut short.
pub fn png_with_graph(png: &[u8], text: &str) -> Option<Vec<u8>> {
    let mut rest = png.strip_prefix(&SIGNATURE)?;
    let mut kept = SIGNATURE.to_vec();
    loop {
        let length = u32::from_be_bytes(*rest.first_chunk()?);
        let (chunk, after) = rest.split_at_checked(usize::try_from(length).ok()?.checked_add(12)?)?;
        let kind = chunk.get(4..8)?;
        let is_ours = TEXT_CHUNKS.iter().any(|text| *text == kind)
            && is_our_keyword(chunk.get(8..)?.split(|byte| *byte == 0).next().unwrap_or_default());
        if !is_ours {
            kept.extend(chunk);
        }
        if kind == b"IEND" {
            // What a program has put behind the end stays there.
            kept.extend(after);
            return png_with_text(&kept, PNG_KEYWORD, text);
        }
        rest = after;
    }
}

const TEXT_CHUNKS: [&[u8; 4]; 3] = [b"tEXt", b"zTXt", b"iTXt"];

fn is_our_keyword(keyword: &[u8]) -> bool {
    keyword.trim_ascii().eq_ignore_ascii_case(PNG_KEYWORD.as_bytes())
}

/// What the walk over the chunks found.
#[derive(Default)]
struct FoundText {
    /// The last text that is JSON.
    sound: Option<String>,
    /// The last text, where none is.
    any: Option<String>,
    /// A chunk of ours whose bytes are not what they were.
    is_damaged: bool,
    /// A chunk of ours that is, or promises to become, larger than any graph.
    too_large_bytes: Option<u64>,
    is_comfyui: bool,
}

/// The document's text in a PNG, whose signature has been read already.
pub(super) fn carried_text(file: &mut (impl Read + Seek), path: &Path) -> Result<String, ReadError> {
    let mut found = FoundText::default();
    let end = walk(file, &mut found);
    if let Some(text) = found.sound.or(found.any) {
        return Ok(text);
    }
    if let Some(bytes) = found.too_large_bytes {
        return Err(ReadError::TooLarge { bytes, path: path.to_owned() });
    }
    match end {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            Err(ReadError::Io { source: error, path: path.to_owned() })
        }
        Ok(()) if !found.is_damaged => {
            let what = if found.is_comfyui { "ComfyUI" } else { "PNG" };
            Err(ReadError::NoGraph { what, path: path.to_owned() })
        }
        _ => Err(ReadError::DamagedPng { path: path.to_owned() }),
    }
}

/// Up to the chunk that ends the picture.
fn walk(file: &mut (impl Read + Seek), found: &mut FoundText) -> io::Result<()> {
    loop {
        let mut head = [0; 8];
        file.read_exact(&mut head)?;
        let [a, b, c, d, kind @ ..] = head;
        let length = u64::from(u32::from_be_bytes([a, b, c, d]));
        if &kind == b"IEND" {
            return Ok(());
        }
        if !TEXT_CHUNKS.contains(&&kind) {
            // With its checksum.
            file.seek(SeekFrom::Current(length as i64 + 4))?;
            continue;
        }
        // A keyword has at most 79 letters and ends with a zero.
        let mut data = Vec::new();
        file.by_ref().take(length.min(81)).read_to_end(&mut data)?;
        let keyword = data.split(|byte| *byte == 0).next().unwrap_or_default();
        found.is_comfyui |=
            [b"workflow".as_slice(), b"prompt"].contains(&keyword) && data.get(keyword.len() + 1) == Some(&b'{');
        let left = length - data.len() as u64;
        if !is_our_keyword(keyword) || length > MAX_DOCUMENT_BYTES {
            found.too_large_bytes = found.too_large_bytes.or(is_our_keyword(keyword).then_some(length));
            file.seek(SeekFrom::Current(left as i64 + 4))?;
            continue;
        }
        let start = keyword.len() + 1;
        file.by_ref().take(left).read_to_end(&mut data)?;
        let mut checksum = [0; 4];
        file.read_exact(&mut checksum)?;
        let is_whole = crc(&[kind.as_slice(), &data].concat()) == u32::from_be_bytes(checksum);
        let text = data.get(start..).and_then(|data| text_of(&kind, data)).filter(|_| is_whole);
        match text {
            Some(text) if text.len() as u64 > MAX_DOCUMENT_BYTES => found.too_large_bytes = Some(text.len() as u64),
            Some(text) if json_text::parse(&text).is_ok() => found.sound = Some(text),
            Some(text) => found.any = Some(text),
            None => found.is_damaged = true,
        }
    }
}

/// The text of a chunk, after its keyword; `None` where it is not what the kind of chunk has.
fn text_of(kind: &[u8; 4], data: &[u8]) -> Option<String> {
    let bytes = match (kind, data) {
        (b"tEXt", text) => text.to_vec(),
        (b"zTXt", [0, text @ ..]) => inflate(text)?,
        (b"iTXt", [compressed, _method, rest @ ..]) => {
            // Language and translated keyword end with a zero each; ours are empty, another program's need not be.
            let text = rest.splitn(3, |byte| *byte == 0).nth(2)?;
            if *compressed == 0 { text.to_vec() } else { inflate(text)? }
        }
        _ => return None,
    };
    // Two of the kinds are Latin-1 by the specification, and UTF-8 all the same in many files.
    Some(
        String::from_utf8(bytes)
            .unwrap_or_else(|error| error.as_bytes().iter().map(|byte| char::from(*byte)).collect()),
    )
}

/// Stops a little beyond the limit: a few kilobytes can promise gigabytes.
fn inflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    flate2::read::ZlibDecoder::new(bytes).take(MAX_DOCUMENT_BYTES + 1).read_to_end(&mut text).ok()?;
    Some(text)
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found by fuzzing: the graph was written into the middle of the first chunk.
    #[test]
    fn a_picture_without_its_header_is_left_alone() {
        let chunk = |kind: &[u8; 4], data: &[u8]| {
            let content = [kind.as_slice(), data].concat();
            [&(data.len() as u32).to_be_bytes(), content.as_slice(), &crc(&content).to_be_bytes()].concat()
        };
        let data = chunk(b"IDAT", &[7; 60]);
        let (header, end) = (chunk(b"IHDR", &[1; 13]), chunk(b"IEND", b""));
        let whole = [SIGNATURE.as_slice(), &header, &data, &end].concat();
        let changed = png_with_graph(&whole, "{}").unwrap();
        assert!(changed.starts_with(&[SIGNATURE.as_slice(), &header].concat()));
        assert!(changed.ends_with(&[data.as_slice(), &end].concat()));
        let headless = [SIGNATURE.as_slice(), &data, &end].concat();
        assert_eq!(png_with_graph(&headless, "{}"), None);
    }
}
