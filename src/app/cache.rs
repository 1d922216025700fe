//! Cache of earlier pictures, so that undo shows them at once. Bounded by bytes; evicts the least recently used.

use std::collections::HashMap;
use std::sync::Arc;

use crate::engine::Picture;
use scenewright_scene::RevisionId;

/// 128 MB: about fifteen hundred pictures of 64 pixels, or four hundred of 128.
pub(crate) const MAX_BYTES: usize = 128 << 20;

pub(crate) struct PictureCache {
    most_bytes: usize,
    bytes: usize,
    clock: u64,
    entries: HashMap<(RevisionId, u64), CachedPicture>,
}

struct CachedPicture {
    picture: Arc<Picture>,
    used: u64,
}

impl Default for PictureCache {
    fn default() -> Self {
        Self::new(MAX_BYTES)
    }
}

impl PictureCache {
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self { most_bytes, bytes: 0, clock: 0, entries: HashMap::new() }
    }

    /// The picture of a step, rendered with a seed.
    pub(crate) fn get(&mut self, step: RevisionId, seed: u64) -> Option<Arc<Picture>> {
        self.clock += 1;
        let entry = self.entries.get_mut(&(step, seed))?;
        entry.used = self.clock;
        Some(entry.picture.clone())
    }

    /// Like [`PictureCache::get`], but does not count as a use: for lists that show many pictures.
    pub(crate) fn peek(&self, step: RevisionId, seed: u64) -> Option<&Arc<Picture>> {
        self.entries.get(&(step, seed)).map(|entry| &entry.picture)
    }

    pub(crate) fn put(&mut self, step: RevisionId, seed: u64, picture: Arc<Picture>) {
        self.clock += 1;
        self.bytes += bytes_of(&picture);
        if let Some(old) = self.entries.insert((step, seed), CachedPicture { picture, used: self.clock }) {
            self.bytes -= bytes_of(&old.picture);
        }
        while self.bytes > self.most_bytes && self.entries.len() > 1 {
            let Some(oldest) = self.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(key, _)| *key) else {
                return;
            };
            if let Some(evicted) = self.entries.remove(&oldest) {
                self.bytes -= bytes_of(&evicted.picture);
            }
        }
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.bytes = 0;
    }
}

fn bytes_of(picture: &Picture) -> usize {
    let masks = picture.objects.iter().filter_map(|placed| placed.mask.as_ref());
    let masks: usize = masks.map(|mask| 4 * mask.values.len()).sum();
    let covers = picture.objects.iter().filter_map(|placed| placed.cover.as_ref());
    let covers: usize = covers.map(|cover| 4 * cover.alpha.len()).sum();
    picture.rgb.len() + 4 * picture.raw.len() + masks + covers + 128 * picture.objects.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_unused_for_longest_goes_first() {
        let picture = |side: usize| {
            let rgb = vec![0; 3 * side * side];
            let encoded = scenewright_scene::encode::Encoded {
                objects: vec![],
                triples: vec![],
                nodes: vec![],
                relations: vec![],
                ..Default::default()
            };
            let timings = crate::engine::Timings::default();
            Arc::new(Picture {
                rgb,
                width: side,
                height: side,
                raw: vec![],
                objects: vec![],
                implied: None,
                encoded,
                seed: 0,
                is_resizable: false,
                timings,
            })
        };
        let mut cache = PictureCache::new(700);
        for step in 0..2 {
            cache.put(RevisionId(step), 0, picture(10));
        }
        assert!(cache.get(RevisionId(0), 0).is_some());
        cache.put(RevisionId(2), 0, picture(10));
        let kept = |step| cache.peek(RevisionId(step), 0).is_some();
        assert_eq!([kept(0), kept(1), kept(2)], [true, false, true]);
        assert!(cache.get(RevisionId(0), 1).is_none(), "new random seed is another picture");
        cache.put(RevisionId(3), 0, picture(100));
        assert!(cache.peek(RevisionId(3), 0).is_some(), "one that is too large is kept alone");
        assert_eq!(cache.entries.len(), 1);
    }
}
