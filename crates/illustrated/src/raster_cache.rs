//! Keeps rasters in memory up to a limit, shared between threads. What is kept never changes what is painted.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::raster::Planes;

/// A drawing's serial and its size in pixels.
type Key = (usize, u32);

const DEFAULT_LIMIT_BYTES: usize = 256 << 20;

#[derive(Debug)]
pub(crate) struct RasterCache {
    pub(crate) limit_bytes: usize,
    kept: Mutex<CacheEntry>,
}

#[derive(Debug, Default)]
struct CacheEntry {
    planes: HashMap<Key, (Arc<Planes>, u64)>,
    bytes: usize,
    /// Counts uses: the smallest number was used longest ago.
    clock: u64,
}

impl Default for RasterCache {
    fn default() -> Self {
        Self { limit_bytes: DEFAULT_LIMIT_BYTES, kept: Mutex::default() }
    }
}

impl RasterCache {
    pub(crate) fn with_limit(limit_bytes: usize) -> Self {
        Self { limit_bytes, kept: Mutex::default() }
    }

    /// Makes what is missing outside the lock: two threads may make the same once, none waits for a rendering.
    pub(crate) fn get_or_make<E>(&self, key: Key, make: impl FnOnce() -> Result<Planes, E>) -> Result<Arc<Planes>, E> {
        if let Some(found) = self.find(key) {
            return Ok(found);
        }
        let made = Arc::new(make()?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clock += 1;
        let now = kept.clock;
        if kept.planes.insert(key, (Arc::clone(&made), now)).is_none() {
            kept.bytes += made.bytes();
        }
        while kept.bytes > self.limit_bytes && kept.planes.len() > 1 {
            let Some((&oldest, _)) = kept.planes.iter().min_by_key(|(_, (_, used))| *used) else { break };
            if let Some((planes, _)) = kept.planes.remove(&oldest) {
                kept.bytes -= planes.bytes();
            }
        }
        Ok(made)
    }

    fn find(&self, key: Key) -> Option<Arc<Planes>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clock += 1;
        let now = kept.clock;
        let (planes, used) = kept.planes.get_mut(&key)?;
        *used = now;
        Some(Arc::clone(planes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_way() {
        let cache = RasterCache { limit_bytes: 3000, kept: Mutex::default() };
        let make = || Ok::<_, ()>(Planes::of_pixels(16, 16, vec![0; 1024]));
        for serial in [0, 1, 0, 2, 0, 3] {
            cache.get_or_make((serial, 64), make).unwrap();
        }
        assert!(cache.find((0, 64)).is_some(), "used most often");
        assert!(cache.find((1, 64)).is_none(), "used longest ago");
        assert!(cache.kept.lock().unwrap().bytes <= 3000);
    }
}
