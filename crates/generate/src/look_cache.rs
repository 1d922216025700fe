//! Decoded drawings and materials, so that an edit decodes only what is new.

use std::collections::HashMap;

use candle_core::Tensor;

/// All that decoded planes depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    /// Category, drawing, the object's own seed where the drawing is not stated, and whether it is decoded at twice the size.
    Thing { class: u32, variant: u32, own: u64, large: bool },
    /// Category, light, the bits of its box, its seed.
    Stuff { class: u32, light: u32, bounds: [u32; 4], own: u64 },
}

const LIMIT_BYTES: usize = 48 << 20;

/// Bounded; what was used longest ago makes way.
#[derive(Default)]
pub(super) struct LookCache {
    kept: HashMap<Key, (Tensor, u64)>,
    clock: u64,
    bytes: usize,
}

fn bytes_of(planes: &Tensor) -> usize {
    planes.elem_count() * planes.dtype().size_in_bytes()
}

impl LookCache {
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.kept.contains_key(key)
    }

    pub(crate) fn get(&mut self, key: &Key) -> Option<Tensor> {
        self.clock += 1;
        let (planes, used) = self.kept.get_mut(key)?;
        *used = self.clock;
        Some(planes.clone())
    }

    pub(crate) fn put(&mut self, key: Key, planes: Tensor) {
        self.clock += 1;
        self.bytes += bytes_of(&planes);
        if let Some((before, _)) = self.kept.insert(key, (planes, self.clock)) {
            self.bytes -= bytes_of(&before);
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Back to the limit; called when a picture has taken what it needs.
    pub(crate) fn trim(&mut self) {
        if self.bytes <= LIMIT_BYTES {
            return;
        }
        let mut used: Vec<(u64, Key)> = self.kept.iter().map(|(key, (_, used))| (*used, *key)).collect();
        used.sort_unstable();
        for (_, key) in used {
            if self.bytes <= LIMIT_BYTES {
                break;
            }
            if let Some((planes, _)) = self.kept.remove(&key) {
                self.bytes -= bytes_of(&planes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{DType, Device};

    #[test]
    fn what_was_used_longest_ago_makes_way() {
        let mut cache = LookCache::default();
        // Fifteen of these fill it; a large one takes the space of four.
        let planes = |large: bool| {
            let count = LIMIT_BYTES / 4 / 15 / if large { 1 } else { 4 };
            Tensor::zeros(count, DType::U8, &Device::Cpu).unwrap().to_dtype(DType::F32).unwrap()
        };
        let key = |class, large| Key::Thing { class, variant: 0, own: 0, large };
        for i in 0..20 {
            for large in [false, true] {
                cache.put(key(i, large), planes(large));
            }
            assert!(cache.get(&key(0, true)).is_some(), "used most often");
        }
        cache.put(key(19, true), planes(true));
        cache.trim();
        // Eleven pairs of five parts and the one that is used again and again, of four: 59 of 60 parts.
        assert_eq!(cache.kept.len(), 23);
        assert!(cache.bytes <= LIMIT_BYTES);
        for (at, there) in
            [((0, true), true), ((0, false), false), ((8, true), false), ((9, true), true), ((19, true), true)]
        {
            assert_eq!(cache.has(&key(at.0, at.1)), there, "{at:?}");
        }
    }
}
