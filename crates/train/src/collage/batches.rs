//! Batches of a collage training, each from the number of its iteration alone.

use super::config::CollageTrainConfig;
use super::held_out::HELD_OUT;
use super::samples::{Atlas, SpriteSample, StuffSample};
pub use scenewright_data::{DataError, split};
use scenewright_nn::distributed::Shard;

pub(crate) struct CollageBatch {
    pub sprites: Option<Vec<SpriteSample>>,
    pub stuff: Option<Vec<StuffSample>>,
    /// Drawings at twice the size.
    pub large: Option<Vec<SpriteSample>>,
}

/// Batch number `iteration`; of it a part.
pub(crate) fn make(
    atlas: &Atlas,
    config: &CollageTrainConfig,
    part: Shard,
    iteration: u64,
) -> Result<CollageBatch, DataError> {
    let seed = |kind: u64, i: usize| {
        split::mix(split::mix(config.seed ^ kind).wrapping_add(iteration * 4096 + i as u64)) & (HELD_OUT - 1)
    };
    // Every drawing comes once in so many, in an order that changes from round to round.
    let own = if config.own_share > 0.0 { atlas.own_count() } else { 0 };
    let others = atlas.drawing_count() - own;
    let before = |i: usize| (i as f64 * config.own_share) as usize;
    let is_own = |i: usize| own > 0 && (others == 0 || before(i + 1) > before(i));
    let index = |i: usize, batch_size: usize| {
        let round = |count: usize, each: usize, at: usize| shuffled(iteration as usize * each.max(1) + at, count);
        let owned = before(batch_size);
        match (own, is_own(i)) {
            (0, _) => round(others, batch_size, i),
            (_, true) => others + round(own, owned, before(i)),
            (_, false) => round(others, batch_size - owned, i - before(i)),
        }
    };
    let sprite = |i: usize| {
        let plain = i >= config.batch_size - config.from_pixels;
        atlas.sprite(index(i, config.batch_size), seed(0x5921, i), plain)
    };
    let large_sprite = |i: usize| {
        let plain = i >= config.large_batch_size - config.large_from_pixels();
        atlas.large_sprite(index(i, config.large_batch_size), seed(0x1a59, i), plain)
    };
    let is_time = |every: u64| every > 0 && iteration.is_multiple_of(every);
    let sprites = || part.of(config.batch_size).map(sprite).collect::<Result<_, _>>();
    let large = || part.of(config.large_batch_size).map(large_sprite).collect::<Result<_, _>>();
    let stuff = || part.of(config.stuff_batch_size).map(|i| atlas.stuff(seed(0x57ff, i))).collect::<Result<_, _>>();
    Ok(CollageBatch {
        sprites: is_time(config.sprites_every).then(sprites).transpose()?,
        stuff: is_time(config.stuff_every).then(stuff).transpose()?,
        large: (config.model.sprite.large > 0 && is_time(config.large_every)).then(large).transpose()?,
    })
}

/// The number at a place of an endless row of rounds, each round all numbers below `count` in an order of its own.
fn shuffled(place: usize, count: usize) -> usize {
    let (round, at) = (place / count, place % count);
    // A step that shares no factor with the count visits every number once.
    let mut stride = split::mix(round as u64) as usize % count.max(1);
    while gcd(stride, count) != 1 {
        stride += 1;
    }
    (at * stride + split::mix(!(round as u64)) as usize % count) % count
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::shuffled;

    #[test]
    fn every_round_has_every_number_once() {
        for count in [1, 2, 7, 364] {
            for round in 0..4 {
                let mut seen: Vec<usize> = (0..count).map(|i| shuffled(round * count + i, count)).collect();
                seen.sort_unstable();
                assert_eq!(seen, (0..count).collect::<Vec<_>>());
            }
        }
    }
}
