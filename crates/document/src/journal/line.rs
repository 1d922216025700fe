//! Lines with a checksum: a line that was cut off ends the journal there.

use super::event::Event;

/// `checksum length event`, and a line break.
pub(super) fn line_of(event: &Event) -> Result<Vec<u8>, serde_json::Error> {
    let json = serde_json::to_vec(event)?;
    let mut line = format!("{:08x} {} ", crc32c::crc32c(&json), json.len()).into_bytes();
    line.extend(json);
    line.push(b'\n');
    Ok(line)
}

/// What a journal's bytes hold.
pub(crate) struct Read {
    pub events: Vec<Event>,
    /// How many bytes the whole lines take, line by line.
    pub ends: Vec<u64>,
    /// Whether something follows that is no whole line: the tail of a write that a crash cut off, or damage.
    pub(crate) has_torn_tail: bool,
}

/// The events up to the first line that is not whole; what follows that one cannot be trusted.
pub(crate) fn read_events(bytes: &[u8]) -> Read {
    let mut read = Read { events: Vec::new(), ends: Vec::new(), has_torn_tail: false };
    let mut rest = bytes;
    while !rest.is_empty() {
        let Some((event, after)) = first_event(rest) else {
            read.has_torn_tail = true;
            break;
        };
        rest = after;
        read.events.push(event);
        read.ends.push((bytes.len() - rest.len()) as u64);
    }
    read
}

fn first_event(bytes: &[u8]) -> Option<(Event, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = (&bytes[..end], &bytes[end + 1..]);
    let mut parts = line.splitn(3, |byte| *byte == b' ');
    let checksum = u32::from_str_radix(std::str::from_utf8(parts.next()?).ok()?, 16).ok()?;
    let length: usize = std::str::from_utf8(parts.next()?).ok()?.parse().ok()?;
    let json = parts.next()?;
    if json.len() != length || crc32c::crc32c(json) != checksum {
        return None;
    }
    Some((serde_json::from_slice(json).ok()?, rest))
}
