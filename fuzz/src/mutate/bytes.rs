//! Any file: bytes that change, vanish, come twice or become numbers that readers like to believe.

use crate::rng::Rng;

const LIKELY: [&[u8]; 10] = [
    &[0],
    &[0xff],
    &[0xff, 0xff],
    &[0xff, 0xff, 0xff, 0x7f],
    &[0x7f, 0xff, 0xff, 0xff],
    &[0xff, 0xff, 0xff, 0xff],
    &[0, 0, 0, 0x80],
    &[0, 0, 0, 0],
    &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    &[1, 0, 0, 0, 0, 0, 0, 0],
];

pub fn bytes(data: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..1 + rng.below(4) {
        let at = rng.below(data.len());
        match rng.below(8) {
            0 | 1 if !data.is_empty() => data[at] ^= 1 << rng.below(8),
            2 if !data.is_empty() => data[at] = rng.next() as u8,
            3 => {
                for (offset, byte) in rng.pick(&LIKELY).into_iter().flat_map(|bytes| bytes.iter().enumerate()) {
                    if let Some(place) = data.get_mut(at + offset) {
                        *place = *byte;
                    }
                }
            }
            4 if !data.is_empty() => {
                let end = (at + 1 + rng.below(16)).min(data.len());
                data.drain(at..end);
            }
            5 if !data.is_empty() => {
                let end = (at + 1 + rng.below(64)).min(data.len());
                let copy = data[at..end].to_vec();
                let to = rng.below(data.len());
                data.splice(to..to, copy);
            }
            6 if rng.once_in(4) => data.truncate(at),
            _ => data.insert(at.min(data.len()), rng.next() as u8),
        }
    }
}
