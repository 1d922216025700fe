//! Thumbnails of steps: uploaded when first shown, evicted least recently used.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use egui::{Context, TextureHandle, TextureId, TextureOptions};

use crate::app::picture::image_of;
use crate::engine::Picture;
use scenewright_scene::RevisionId;

/// Maximum number of textures.
const MOST: usize = 160;

struct CachedThumbnail {
    of: Weak<Picture>,
    texture: TextureHandle,
    /// Height divided by width.
    aspect: f32,
    seen: u64,
}

#[derive(Default)]
pub(crate) struct StepThumbnails {
    kept: HashMap<RevisionId, CachedThumbnail>,
    clock: u64,
}

impl StepThumbnails {
    /// Called once a frame, before the rows.
    pub(crate) fn tick(&mut self) {
        self.clock += 1;
        if self.kept.len() > MOST {
            let mut ages: Vec<u64> = self.kept.values().map(|kept| kept.seen).collect();
            ages.sort_unstable();
            let oldest = ages[ages.len() - MOST / 2];
            self.kept.retain(|_, kept| kept.seen >= oldest);
        }
    }

    /// Texture of a step's picture, and its height divided by its width.
    pub(crate) fn get(
        &mut self,
        ctx: &Context,
        id: RevisionId,
        picture: Option<Arc<Picture>>,
    ) -> Option<(TextureId, f32)> {
        let seen = self.clock;
        let fresh = |picture: Arc<Picture>| {
            let texture = ctx.load_texture("step", image_of(&picture), TextureOptions::LINEAR);
            let aspect = picture.height.max(1) as f32 / picture.width.max(1) as f32;
            CachedThumbnail { of: Arc::downgrade(&picture), texture, aspect, seen }
        };
        let is_new = |kept: &CachedThumbnail| {
            picture.as_ref().is_some_and(|picture| !std::ptr::eq(kept.of.as_ptr(), Arc::as_ptr(picture)))
        };
        if self.kept.get(&id).is_none_or(is_new)
            && let Some(picture) = picture
        {
            self.kept.insert(id, fresh(picture));
        }
        let kept = self.kept.get_mut(&id)?;
        kept.seen = seen;
        Some((kept.texture.id(), kept.aspect))
    }

    /// Resets the cache for another document: step ids are counted per document.
    pub(crate) fn reset(&mut self) {
        self.kept.clear();
    }
}
