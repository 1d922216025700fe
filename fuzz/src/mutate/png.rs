//! A PNG by its chunks, with checksums that fit.

use super::bytes;
use crate::rng::Rng;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

pub fn png(data: &mut Vec<u8>, rng: &mut Rng) {
    let Some(mut chunks) = chunks(data) else { return bytes(data, rng) };
    for _ in 0..1 + rng.below(3) {
        let at = rng.below(chunks.len());
        let Some((kind, content)) = chunks.get_mut(at) else { break };
        match rng.below(8) {
            0 | 1 | 2 => bytes(content, rng),
            3 => *kind = *rng.pick(&[*b"iTXt", *b"tEXt", *b"zTXt", *b"IDAT", *b"eXIf", *b"IEND"]).unwrap_or(b"tEXt"),
            4 => _ = chunks.remove(at),
            5 => {
                let copy = chunks[at].clone();
                chunks.insert(rng.below(chunks.len()), copy);
            }
            6 => {
                let other = rng.below(chunks.len());
                chunks.swap(at, other);
            }
            _ => {
                let mut text = b"scenewright\0".to_vec();
                text.extend_from_slice(br#"{"objects": ["sky"], "relationships": []}"#);
                chunks.insert(at, (*b"tEXt", text));
            }
        }
    }
    data.clear();
    data.extend(SIGNATURE);
    for (kind, content) in chunks {
        data.extend((content.len() as u32).to_be_bytes());
        let start = data.len();
        data.extend(kind);
        data.extend(content);
        let checksum = if rng.once_in(20) { rng.next() as u32 } else { crc32fast::hash(&data[start..]) };
        data.extend(checksum.to_be_bytes());
    }
    if rng.once_in(15) {
        bytes(data, rng);
    }
}

fn chunks(data: &[u8]) -> Option<Vec<([u8; 4], Vec<u8>)>> {
    let mut rest = data.strip_prefix(&SIGNATURE)?;
    let mut found = Vec::new();
    while let Some(length) = rest.first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some(end) = length.checked_add(12).filter(|end| *end <= rest.len()) else { break };
        found.push((*rest.get(4..)?.first_chunk::<4>()?, rest[8..8 + length].to_vec()));
        rest = &rest[end..];
    }
    (!found.is_empty()).then_some(found)
}
