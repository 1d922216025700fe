//! A picture that lies faintly over the layout, to place boxes by it. It is no part of the scene and of no export.

use std::path::{Path, PathBuf};

use egui::{ColorImage, Context, TextureHandle, TextureOptions, Vec2, vec2};
use image::RgbaImage;
use scenewright_formats::picture_file::PictureError;

use super::Editor;
use super::files::FilePrompt;
use super::notices::{Level, NoticeSource};

/// A picture to trace.
pub struct TracingImage {
    pub(crate) name: String,
    image: RgbaImage,
    texture: Option<TextureHandle>,
    /// 0..=1.
    pub(crate) opacity: f32,
}

impl TracingImage {
    pub(crate) fn new(name: String, image: RgbaImage) -> Self {
        const FAINT: f32 = 0.35;
        Self { name, image, texture: None, opacity: FAINT }
    }

    /// Width and height.
    pub(crate) fn size(&self) -> Vec2 {
        vec2(self.image.width().max(1) as f32, self.image.height().max(1) as f32)
    }

    /// The picture on the graphics card; it is brought there when it is first shown.
    pub(crate) fn texture(&mut self, ctx: &Context) -> egui::TextureId {
        let texture = self.texture.get_or_insert_with(|| {
            let size = [self.image.width() as usize, self.image.height() as usize];
            let image = ColorImage::from_rgba_unmultiplied(size, self.image.as_raw());
            ctx.load_texture("tracing", image, TextureOptions::LINEAR)
        });
        texture.id()
    }
}

impl Editor {
    /// Takes the picture away, or asks for one.
    pub(super) fn toggle_tracing(&mut self) {
        if self.panels.picture.tracing.take().is_none() {
            self.ask(FilePrompt::TracingImage);
        }
    }

    /// Lays a picture over the layout; it appears in a later frame.
    pub fn read_tracing(&mut self, path: PathBuf) {
        self.notices.clear(NoticeSource::Tracing);
        if !self.files.as_ref().is_some_and(|files| files.read_tracing(path)) {
            let text = "The picture to trace was not read: the disk is busy. Try again".to_owned();
            self.notices.put(NoticeSource::Tracing, Level::Error, text);
        }
    }

    pub(super) fn tracing_read(&mut self, path: &Path, image: Result<RgbaImage, PictureError>) {
        match image {
            Ok(image) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                self.notices.toast(format!("{name} lies over the layout. View > Trace a picture takes it away"));
                self.panels.picture.tracing = Some(TracingImage::new(name, image));
            }
            Err(error) => {
                self.notices.put(NoticeSource::Tracing, Level::Error, format!("The picture cannot be traced: {error}"));
            }
        }
    }
}
