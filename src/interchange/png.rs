//! A picture carries its graph: the document's text in a text chunk of a PNG (PNG specification, 11.3.3.4, iTXt).
//!
//! Chunks are walked, never decoded, so a picture of any size is searched in little memory, and one whose pixels are
//! damaged still gives its graph back. The chunk stands before the pixels, is written plain, and may be read compressed.

use super::{MAX_DOCUMENT_BYTES, ReadError};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// The keyword of the text chunk.
pub const PNG_KEYWORD: &str = "scenewright";

pub(super) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// The signature, and the header chunk with its length, name and checksum: what must come first.
const AFTER_HEADER: usize = 8 + 4 + 4 + 13 + 4;

/// The same picture with a text beside it; `None` when the bytes are no PNG.
pub fn png_with_text(png: &[u8], keyword: &str, text: &str) -> Option<Vec<u8>> {
    let (header, rest) = png.split_at_checked(AFTER_HEADER)?;
    if !header.starts_with(&SIGNATURE) {
        return None;
    }
    // Keyword, end, not compressed (two bytes), no language, no translated keyword: the text.
    let mut chunk = [b"iTXt", keyword.as_bytes(), &[0; 5], text.as_bytes()].concat();
    let length = u32::try_from(chunk.len() - 4).ok()?;
    let checksum = crc(&chunk);
    chunk.extend(checksum.to_be_bytes());
    Some([header, &length.to_be_bytes(), &chunk, rest].concat())
}

/// The document's text in a PNG, whose signature has been read already.
pub(super) fn carried_text(file: &mut (impl Read + Seek), path: &Path) -> Result<String, ReadError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::UnexpectedEof => ReadError::DamagedPng { path: path.to_owned() },
        _ => ReadError::Io { source, path: path.to_owned() },
    };
    loop {
        let mut head = [0; 8];
        file.read_exact(&mut head).map_err(failed)?;
        let [a, b, c, d, kind @ ..] = head;
        let length = u64::from(u32::from_be_bytes([a, b, c, d]));
        match &kind {
            b"IEND" => return Err(ReadError::NoGraph { what: "PNG", path: path.to_owned() }),
            b"iTXt" => {
                if let Some(text) = text_chunk(file, &kind, length, path, failed)? {
                    return Ok(text);
                }
            }
            // With its checksum.
            _ => _ = file.seek(SeekFrom::Current(length as i64 + 4)).map_err(failed)?,
        }
    }
}

/// The text of a chunk, if the chunk is ours.
fn text_chunk(
    file: &mut impl Read,
    kind: &[u8; 4],
    length: u64,
    path: &Path,
    failed: impl Fn(io::Error) -> ReadError,
) -> Result<Option<String>, ReadError> {
    if length > MAX_DOCUMENT_BYTES {
        return Err(ReadError::TooLarge { bytes: length, path: path.to_owned() });
    }
    let mut data = vec![0; length as usize];
    file.read_exact(&mut data).map_err(&failed)?;
    let mut checksum = [0; 4];
    file.read_exact(&mut checksum).map_err(&failed)?;
    let Some(rest) = data.strip_prefix(PNG_KEYWORD.as_bytes()).and_then(|rest| rest.strip_prefix(&[0])) else {
        return Ok(None);
    };
    let damaged = || ReadError::DamagedPng { path: path.to_owned() };
    if crc(&[kind, data.as_slice()].concat()) != u32::from_be_bytes(checksum) {
        return Err(damaged());
    }
    // Language and translated keyword end with a zero each; ours are empty, another program's need not be.
    let [compressed, _method, rest @ ..] = rest else { return Err(damaged()) };
    let text = rest.splitn(3, |byte| *byte == 0).nth(2).ok_or_else(damaged)?;
    let bytes = match compressed {
        0 => text.to_vec(),
        _ => inflate(text).ok_or_else(damaged)?,
    };
    if bytes.len() as u64 > MAX_DOCUMENT_BYTES {
        return Err(ReadError::TooLarge { bytes: bytes.len() as u64, path: path.to_owned() });
    }
    String::from_utf8(bytes).map(Some).map_err(|_| damaged())
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
