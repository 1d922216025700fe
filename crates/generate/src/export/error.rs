//! Errors of export.

use super::MAX_SCALE;
use scenewright_formats::WriteError;
use scenewright_nn::cancel::Cancelled;
use std::io;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("a picture can be enlarged 1 to {MAX_SCALE} times, not {0}")]
    Scale(u32),
    #[error("a {format} holds at most {most} pixels to a side, not {width} x {height}: choose a smaller scale, or PNG")]
    TooLarge { format: &'static str, most: u32, width: u32, height: u32 },
    #[error("there is no picture to make an animation of: draw the steps of the history first")]
    NoFrames,
    #[error("there is no picture yet: open a model, and wait until the scene is drawn")]
    NoPicture,
    #[error("the export was cancelled")]
    Cancelled(#[from] Cancelled),
    #[error("the picture holds {found} bytes where {wanted} belong: draw it again")]
    BrokenPicture { found: usize, wanted: usize },
    #[error("the picture cannot be encoded: {0}")]
    Image(#[from] image::ImageError),
    #[error("the picture cannot be encoded: {0}")]
    Png(#[from] png::EncodingError),
    #[error("the layers cannot be packed: {0}")]
    Zip(#[from] zip::result::ZipError),
    #[error("the layers cannot be packed: {0}")]
    Pack(#[from] io::Error),
    #[error("cannot make the folder: {source}: {}", .path.display())]
    Folder { source: io::Error, path: PathBuf },
    #[error(transparent)]
    Write(#[from] WriteError),
}
