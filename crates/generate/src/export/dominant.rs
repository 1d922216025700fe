//! The colors of which a set of pixels mostly consists.

use std::collections::BTreeMap;

use scenewright_scene::oklab;

/// Colors, the most frequent first.
pub(super) type Palette = Vec<[u8; 3]>;

/// Colors nearer than this (in OKLab) are one.
const APART: f32 = 0.08;
/// What covers less of the pixels is a rim.
const MIN_SHARE: f32 = 0.01;
/// Bits of a channel that count when pixels are sorted into bins.
const BITS: u32 = 4;

/// At most `most` colors. The same pixels give the same colors, in whatever order they come.
pub(super) fn dominant(pixels: impl Iterator<Item = [u8; 3]>, most: usize) -> Palette {
    let mut bins: BTreeMap<[u8; 3], ([u64; 3], u64)> = BTreeMap::new();
    let mut total = 0_u64;
    for pixel in pixels {
        let (sums, count) = bins.entry(pixel.map(|channel| channel >> (8 - BITS))).or_default();
        (0..3).for_each(|c| sums[c] += u64::from(pixel[c]));
        *count += 1;
        total += 1;
    }
    let mut bins: Vec<([u8; 3], u64)> = bins
        .into_values()
        .map(|(sums, count)| (sums.map(|sum| ((sum + count / 2) / count.max(1)) as u8), count))
        .collect();
    bins.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut found: Vec<([u8; 3], [f32; 3], u64)> = Vec::new();
    for (color, count) in bins {
        let own = oklab::from_srgb(color.map(|channel| f32::from(channel) / 255.0));
        let distance = |other: &[f32; 3]| own.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt();
        match found.iter_mut().find(|(_, other, _)| distance(other) < APART) {
            Some((_, _, shared)) => *shared += count,
            None => found.push((color, own, count)),
        }
    }
    found.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(&b.0)));
    let least = (MIN_SHARE * total as f32) as u64;
    found.into_iter().filter(|(_, _, count)| *count > least).take(most).map(|(color, ..)| color).collect()
}

#[cfg(test)]
mod tests {
    use super::dominant;

    #[test]
    fn colors_come_by_their_share_and_near_ones_are_one() {
        let pixels = || {
            let red = std::iter::repeat_n([200, 30, 30], 150);
            let blue = std::iter::repeat_n([30, 30, 200], 30);
            red.chain(blue).chain(std::iter::repeat_n([204, 34, 30], 10)).chain([[0, 255, 0]])
        };
        let found = dominant(pixels(), 5);
        assert_eq!((found.len(), found[1]), (2, [30, 30, 200]), "{found:?}");
        let mut turned: Vec<_> = pixels().collect();
        turned.reverse();
        assert_eq!(dominant(turned.into_iter(), 5), found);
        assert_eq!(dominant(pixels(), 1).len(), 1);
        assert!(dominant(std::iter::empty(), 5).is_empty());
    }
}
