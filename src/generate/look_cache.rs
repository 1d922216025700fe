//! Decoded drawings and materials, so that an edit decodes only what is new.

use std::collections::HashMap;

use candle_core::Tensor;

use super::collage::PLANES_BYTES;

/// All that decoded planes depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    /// Category, drawing, and the object's own dice where the drawing is not said.
    Thing { class: u32, variant: u32, own: u64 },
    /// Category, light, the bits of its box, its dice.
    Stuff { class: u32, light: u32, bounds: [u32; 4], own: u64 },
}

const LIMIT_BYTES: usize = 48 << 20;

/// Bounded; what was used longest ago makes way.
#[derive(Default)]
pub(super) struct LookCache {
    kept: HashMap<Key, (Tensor, u64)>,
    clock: u64,
}

impl LookCache {
    pub fn has(&self, key: &Key) -> bool {
        self.kept.contains_key(key)
    }

    pub fn get(&mut self, key: &Key) -> Option<Tensor> {
        self.clock += 1;
        let (planes, used) = self.kept.get_mut(key)?;
        *used = self.clock;
        Some(planes.clone())
    }

    pub fn put(&mut self, key: Key, planes: Tensor) {
        self.clock += 1;
        self.kept.insert(key, (planes, self.clock));
    }

    pub fn clear(&mut self) {
        self.kept.clear();
    }

    /// Back to the limit; called when a picture has taken what it needs.
    pub fn trim(&mut self) {
        let most = (LIMIT_BYTES / PLANES_BYTES).max(1);
        if self.kept.len() <= most {
            return;
        }
        let mut used: Vec<(u64, Key)> = self.kept.iter().map(|(key, (_, used))| (*used, *key)).collect();
        used.sort_unstable();
        for (_, key) in &used[..used.len() - most] {
            self.kept.remove(key);
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
        let planes = Tensor::zeros(1, DType::F32, &Device::Cpu).unwrap();
        let most = LIMIT_BYTES / PLANES_BYTES;
        let key = |class| Key::Thing { class, variant: 0, own: 0 };
        for i in 0..most as u32 + 5 {
            cache.put(key(i), planes.clone());
            assert!(cache.get(&key(0)).is_some(), "used most often");
        }
        cache.trim();
        assert_eq!(cache.kept.len(), most);
        assert!(cache.has(&key(0)) && !cache.has(&key(1)));
    }
}
