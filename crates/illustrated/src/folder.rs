//! A user's folder of sprites: folders laid out like ours, folders of plain drawings, or plain drawings.

#![allow(clippy::disallowed_methods, reason = "reads the folder that the caller names")]

use std::borrow::Cow;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::{ColorType, ImageDecoder, ImageReader, Limits};

use super::library::{SpriteFile, SpriteLibrary, split_drawing};
use super::raster::Planes;
use super::sprite_error::{SpriteError, SpriteProblem};

const MAX_PNG_BYTES: u64 = 32 << 20;
const MAX_PNG_SIDE_PX: u32 = 4096;

/// Adds what `root` holds. Folders come before plain files, each by name, whatever order the disk has them in.
pub(crate) fn add(library: &mut SpriteLibrary, root: &Path) -> Result<(), SpriteError> {
    let entries = sorted_entries(root).map_err(|problem| SpriteError::new(root.display(), problem))?;
    let before = (library.len(), library.problems.len());
    let is_category = |path: &Path| path.join("sprite.toml").is_file();
    if is_category(root) {
        add_category(library, root);
    } else {
        for path in entries.iter().filter(|path| path.is_dir()) {
            add_category(library, path);
        }
        for path in entries.iter().filter(|path| path.is_file()) {
            if split_drawing(&file_name(path)).is_some() {
                library.add_file(&path.display().to_string(), read(path));
            }
        }
    }
    if before == (library.len(), library.problems.len()) {
        return Err(SpriteError::new(root.display(), SpriteProblem::EmptyFolder));
    }
    Ok(())
}

fn add_category(library: &mut SpriteLibrary, folder: &Path) {
    let name = file_name(folder);
    if name.starts_with('.') {
        return;
    }
    match sorted_entries(folder) {
        Ok(entries) => {
            let wanted =
                |path: &&PathBuf| file_name(path) == "sprite.toml" || split_drawing(&file_name(path)).is_some();
            let files = entries.iter().filter(|path| path.is_file()).filter(wanted).map(|path| read(path)).collect();
            library.add_folder(&folder.display().to_string(), &name, files, false);
        }
        Err(problem) => library.problems.push(SpriteError::new(folder.display(), problem)),
    }
}

fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>, SpriteProblem> {
    let unreadable = |error: std::io::Error| SpriteProblem::Unreadable(error.to_string());
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut paths = entries.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn read(path: &Path) -> SpriteFile {
    let bytes = match fs::metadata(path) {
        Ok(file) if file.len() > MAX_PNG_BYTES => {
            Err(SpriteProblem::TooManyBytes { bytes: file.len(), limit: MAX_PNG_BYTES })
        }
        Ok(_) => fs::read(path).map(Cow::Owned).map_err(|error| SpriteProblem::Unreadable(error.to_string())),
        Err(error) => Err(SpriteProblem::Unreadable(error.to_string())),
    };
    SpriteFile { name: file_name(path), bytes }
}

/// A PNG with an alpha channel. One without is refused: the background would become part of the thing.
pub(crate) fn read_png(bytes: &[u8]) -> Result<Planes, SpriteProblem> {
    let corrupt = |error: image::ImageError| SpriteProblem::CorruptPng(error.to_string());
    let mut reader = ImageReader::with_format(Cursor::new(bytes), image::ImageFormat::Png);
    let mut limits = Limits::default();
    limits.max_alloc = Some(u64::from(MAX_PNG_SIDE_PX).pow(2) * 8);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(corrupt)?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > MAX_PNG_SIDE_PX {
        return Err(SpriteProblem::TooManyPixels { width, height, limit: MAX_PNG_SIDE_PX });
    }
    if !matches!(decoder.color_type(), ColorType::Rgba8 | ColorType::Rgba16 | ColorType::La8 | ColorType::La16) {
        return Err(SpriteProblem::NoAlpha);
    }
    let pixels = image::DynamicImage::from_decoder(decoder).map_err(corrupt)?.into_rgba8();
    let planes = Planes::of_pixels(width as usize, height as usize, pixels.into_raw());
    planes.opaque_box()?;
    Ok(planes)
}
