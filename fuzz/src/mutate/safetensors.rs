//! A safetensors file by its header, with a length that fits.

use super::{bytes, json};
use crate::rng::Rng;

pub fn safetensors(data: &mut Vec<u8>, rng: &mut Rng) {
    let parts = data
        .split_first_chunk::<8>()
        .and_then(|(length, rest)| rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?));
    let Some((header, tensors)) = parts else { return bytes(data, rng) };
    let (mut header, mut tensors) = (header.to_vec(), tensors.to_vec());
    if rng.once_in(5) {
        bytes(&mut tensors, rng);
    } else {
        json(&mut header, rng);
    }
    *data = (header.len() as u64).to_le_bytes().to_vec();
    data.extend(header);
    data.extend(tensors);
    if rng.once_in(15) {
        bytes(data, rng);
    }
}
