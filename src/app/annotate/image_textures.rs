//! Textures of pictures: large for the current picture and its neighbors, thumbnails for the list.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use egui::{Context, TextureHandle, TextureOptions};

use super::io_worker::IoWorker;
use scenewright_document::annotation::{Annotations, PhotoError};

/// Longest side, pixels.
const THUMBNAIL: u32 = 112;
const MAX_SIDE_PX: u32 = 4096;
/// Maximum number of cached thumbnails.
const MAX_THUMBNAILS: usize = 1500;

#[derive(Default)]
pub(crate) struct ImageTextures {
    large: HashMap<PathBuf, TextureHandle>,
    small: HashMap<PathBuf, TextureHandle>,
    /// Pictures that could not be decoded, with the reason.
    broken: HashMap<PathBuf, String>,
    /// Picture being decoded: path and longest side.
    under_way: Option<(PathBuf, u32)>,
}

impl ImageTextures {
    pub(crate) fn large(&self, path: &Path) -> Option<&TextureHandle> {
        self.large.get(path)
    }

    pub(crate) fn small(&self, path: &Path) -> Option<&TextureHandle> {
        self.small.get(path)
    }

    pub(crate) fn problem(&self, path: &Path) -> Option<&str> {
        self.broken.get(path).map(String::as_str)
    }

    /// Stores a decoded picture. Returns an error message if it is of interest to the user.
    pub(crate) fn store_decoded(
        &mut self,
        ctx: &Context,
        path: PathBuf,
        longest: u32,
        result: Result<egui::ColorImage, PhotoError>,
    ) -> Option<String> {
        self.under_way = None;
        match result {
            Ok(image) => {
                let kept = if longest == THUMBNAIL { &mut self.small } else { &mut self.large };
                let texture = ctx.load_texture("annotated picture", image, TextureOptions::LINEAR);
                kept.insert(path, texture);
                None
            }
            Err(error) => {
                let why = error.to_string();
                self.broken.insert(path, why.clone());
                Some(why)
            }
        }
    }

    /// Requests the most important missing picture: the current page, its neighbors, then the visible rows of the list.
    pub(crate) fn request_missing(
        &mut self,
        ctx: &Context,
        disk: &IoWorker,
        annotations: &Annotations,
        listed: &[usize],
    ) {
        let path_of = |place: usize| {
            let page = annotations.pages().get(place)?;
            page.problem.is_none().then(|| annotations.folder().join(&page.file))
        };
        let near: Vec<PathBuf> = [Some(annotations.current()), annotations.neighbor(1), annotations.neighbor(-1)]
            .into_iter()
            .flatten()
            .filter_map(path_of)
            .collect();
        self.large.retain(|path, _| near.contains(path));
        if self.under_way.is_some() {
            return;
        }
        let side = ctx.input(|input| input.max_texture_side) as u32;
        let longest = MAX_SIDE_PX.min(side.max(64));
        let is_new = |known: &HashMap<PathBuf, TextureHandle>, path: &&PathBuf| {
            !known.contains_key(*path) && !self.broken.contains_key(*path)
        };
        let page = near.first().filter(|path| is_new(&self.large, path)).map(|path| (path.clone(), longest));
        let small = || {
            let listed = listed.iter().filter_map(|&place| path_of(place));
            let mut listed = listed.filter(|path| is_new(&self.small, &path));
            listed.next().filter(|_| self.small.len() < MAX_THUMBNAILS).map(|path| (path, THUMBNAIL))
        };
        let next = || near.iter().find(|path| is_new(&self.large, path)).map(|path| (path.clone(), longest));
        let Some((path, longest)) = page.or_else(small).or_else(next) else { return };
        if disk.decode(path.clone(), longest) {
            self.under_way = Some((path, longest));
        }
    }
}
