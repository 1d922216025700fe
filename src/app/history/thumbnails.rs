//! Thumbnails of steps: uploaded when first shown, evicted least recently used.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use egui::{Context, TextureHandle, TextureId, TextureOptions};

use crate::app::picture::small_image_of;
use crate::engine::Picture;
use scenewright_scene::RevisionId;

/// Maximum number of textures: 10 MB, however large the pictures are.
const MAX_THUMBNAILS: usize = 160;
/// Longest side of a texture, pixels.
const MAX_SIDE_PX: usize = 128;

struct CachedThumbnail {
    of: Weak<Picture>,
    texture: TextureHandle,
    /// Height divided by width.
    aspect: f32,
    last_used: u64,
}

#[derive(Default)]
pub(crate) struct StepThumbnails {
    cached: HashMap<RevisionId, CachedThumbnail>,
    clock: u64,
}

impl StepThumbnails {
    /// Called once a frame, before the rows.
    pub(crate) fn tick(&mut self) {
        self.clock += 1;
        if self.cached.len() > MAX_THUMBNAILS {
            let mut ages: Vec<u64> = self.cached.values().map(|thumbnail| thumbnail.last_used).collect();
            ages.sort_unstable();
            let oldest = ages[ages.len() - MAX_THUMBNAILS / 2];
            self.cached.retain(|_, thumbnail| thumbnail.last_used >= oldest);
        }
    }

    /// Texture of a step's picture, and its height divided by its width.
    pub(crate) fn get(
        &mut self,
        ctx: &Context,
        id: RevisionId,
        picture: Option<Arc<Picture>>,
    ) -> Option<(TextureId, f32)> {
        let last_used = self.clock;
        let fresh = |picture: Arc<Picture>| {
            let texture = ctx.load_texture("step", small_image_of(&picture, MAX_SIDE_PX), TextureOptions::LINEAR);
            let aspect = picture.height.max(1) as f32 / picture.width.max(1) as f32;
            CachedThumbnail { of: Arc::downgrade(&picture), texture, aspect, last_used }
        };
        let is_new = |thumbnail: &CachedThumbnail| {
            picture.as_ref().is_some_and(|picture| !std::ptr::eq(thumbnail.of.as_ptr(), Arc::as_ptr(picture)))
        };
        if self.cached.get(&id).is_none_or(is_new)
            && let Some(picture) = picture
        {
            self.cached.insert(id, fresh(picture));
        }
        let thumbnail = self.cached.get_mut(&id)?;
        thumbnail.last_used = last_used;
        Some((thumbnail.texture.id(), thumbnail.aspect))
    }

    /// Resets the cache for another document: step ids are counted per document.
    pub(crate) fn reset(&mut self) {
        self.cached.clear();
    }
}
