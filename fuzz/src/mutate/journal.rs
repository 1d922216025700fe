//! A journal line by line: `checksum length event`, with checksums that fit.

use super::{bytes, json};
use crate::rng::Rng;

pub fn journal(data: &mut Vec<u8>, rng: &mut Rng) {
    let mut lines: Vec<Vec<u8>> = data.split(|byte| *byte == b'\n').filter_map(event_of).collect();
    if lines.is_empty() {
        return bytes(data, rng);
    }
    for _ in 0..1 + rng.below(2) {
        let at = rng.below(lines.len());
        match rng.below(6) {
            0 | 1 | 2 => {
                if let Some(line) = lines.get_mut(at) {
                    json(line, rng);
                }
            }
            3 if lines.len() > 1 => _ = lines.remove(at),
            4 => {
                let other = rng.below(lines.len());
                lines.swap(at, other);
            }
            _ => {
                let copy = lines[at].clone();
                lines.insert(rng.below(lines.len()), copy);
            }
        }
    }
    data.clear();
    for line in lines {
        data.extend(format!("{:08x} {} ", crc32c::crc32c(&line), line.len()).into_bytes());
        data.extend(line);
        data.push(b'\n');
    }
    if rng.once_in(15) {
        bytes(data, rng);
    }
}

fn event_of(line: &[u8]) -> Option<Vec<u8>> {
    line.splitn(3, |byte| *byte == b' ').nth(2).map(<[u8]>::to_vec)
}
