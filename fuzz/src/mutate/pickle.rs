//! A checkpoint of PyTorch by its archive and the opcodes of its pickle, with checksums that fit.

use super::bytes;
use crate::rng::Rng;

/// An entry of a ZIP without compression, as PyTorch writes it.
struct Entry {
    name: Vec<u8>,
    content: Vec<u8>,
}

pub fn checkpoint(data: &mut Vec<u8>, rng: &mut Rng) {
    let Some(mut entries) = entries(data) else { return bytes(data, rng) };
    for _ in 0..1 + rng.below(2) {
        let at = rng.below(entries.len());
        match rng.below(12) {
            0 if entries.len() > 1 => _ = entries.remove(at),
            1 => {
                let entry = &mut entries[at];
                bytes(&mut entry.name, rng);
            }
            2 => {
                let entry = &mut entries[at];
                bytes(&mut entry.content, rng);
            }
            _ => {
                if let Some(entry) = entries.iter_mut().find(|entry| entry.name.ends_with(b"data.pkl")) {
                    opcodes(&mut entry.content, rng);
                }
            }
        }
        if entries.is_empty() {
            break;
        }
    }
    *data = archive(&entries);
    if rng.once_in(20) {
        bytes(data, rng);
    }
}

/// Changes the arguments of opcodes, or an opcode for another of the same shape.
fn opcodes(pickle: &mut Vec<u8>, rng: &mut Rng) {
    // Python's pickletools: BININT1, BININT2, BININT, BINGET, BINPUT, SHORT_BINUNICODE, and opcodes without arguments.
    const PLAIN: &[u8] = b"()]}tsbRqhNQaeu0\x85\x86\x87\x88\x89\x8f\x90\x91\x93\x94.";
    let places: Vec<usize> =
        (0..pickle.len()).filter(|at| PLAIN.contains(&pickle[*at]) || b"KMJX\x8cc".contains(&pickle[*at])).collect();
    let Some(&at) = rng.pick(&places) else { return bytes(pickle, rng) };
    let op = pickle[at];
    let set = |pickle: &mut Vec<u8>, at: usize, byte: u8| {
        if let Some(place) = pickle.get_mut(at) {
            *place = byte;
        }
    };
    match op {
        b'K' => set(pickle, at + 1, rng.next() as u8),
        b'M' => {
            set(pickle, at + 1, rng.next() as u8);
            set(pickle, at + 2, rng.next() as u8);
        }
        b'J' | b'X' => {
            for offset in 1..5 {
                set(pickle, at + offset, if rng.once_in(2) { 0xff } else { rng.next() as u8 });
            }
        }
        _ if rng.once_in(3) => _ = pickle.remove(at),
        _ if rng.once_in(2) => pickle.insert(at, PLAIN[rng.below(PLAIN.len())]),
        _ => pickle[at] = PLAIN[rng.below(PLAIN.len())],
    }
}

fn number<const N: usize>(data: &[u8], at: usize) -> Option<usize> {
    let bytes = data.get(at..at.checked_add(N)?)?;
    Some(bytes.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
}

/// By the central directory (PKWARE, APPNOTE 4.3.12).
fn entries(data: &[u8]) -> Option<Vec<Entry>> {
    let end = data.windows(4).rposition(|bytes| bytes == b"PK\x05\x06")?;
    let (count, mut at) = (number::<2>(data, end + 10)?, number::<4>(data, end + 16)?);
    let mut found = Vec::new();
    for _ in 0..count {
        let (size, name, extra, comment) = (
            number::<4>(data, at + 24)?,
            number::<2>(data, at + 28)?,
            number::<2>(data, at + 30)?,
            number::<2>(data, at + 32)?,
        );
        let local = number::<4>(data, at + 42)?;
        let start = local + 30 + number::<2>(data, local + 26)? + number::<2>(data, local + 28)?;
        found.push(Entry {
            name: data.get(at + 46..at + 46 + name)?.to_vec(),
            content: data.get(start..start.checked_add(size)?)?.to_vec(),
        });
        at += 46 + name + extra + comment;
    }
    (!found.is_empty()).then_some(found)
}

fn archive(entries: &[Entry]) -> Vec<u8> {
    let (mut data, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let mut common = vec![0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend(crc32fast::hash(&entry.content).to_le_bytes());
        common.extend((entry.content.len() as u32).to_le_bytes());
        common.extend((entry.content.len() as u32).to_le_bytes());
        common.extend((entry.name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        directory.extend(*b"PK\x01\x02\x00\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend((data.len() as u32).to_le_bytes());
        directory.extend(&entry.name);
        data.extend(*b"PK\x03\x04");
        data.extend(&common);
        data.extend(&entry.name);
        data.extend(&entry.content);
    }
    let (start, length, count) = (data.len() as u32, directory.len() as u32, entries.len() as u16);
    data.extend(directory);
    data.extend(*b"PK\x05\x06\x00\x00\x00\x00");
    data.extend(count.to_le_bytes());
    data.extend(count.to_le_bytes());
    data.extend(length.to_le_bytes());
    data.extend(start.to_le_bytes());
    data.extend([0, 0]);
    data
}
