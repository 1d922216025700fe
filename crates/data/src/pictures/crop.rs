//! Objects cut out of their pictures, for training on their appearance.

use super::{OwnPicture, OwnPictures};
use crate::annotated::AnnotatedObject;
use crate::resize::{Region, resize};
use crate::{DataError, picture_file};
use scenewright_scene::UnitBox;
use std::path::PathBuf;

/// An object that has a mask, without what is around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Crop {
    pub name: String,
    pub attributes: Vec<String>,
    pub picture: PathBuf,
    /// Which object of the picture.
    pub object: usize,
    /// Where it stands, in units of the picture.
    pub bounds: UnitBox,
    /// Its picture is kept from training.
    pub held_out: bool,
    pub width: usize,
    pub height: usize,
    /// Straight (not premultiplied) sRGB with alpha, `width * height * 4` bytes; the box around the mask, at most 512 pixels a side.
    pub rgba: Vec<u8>,
}

/// Cut-outs have sides of at most this.
const MAX_SIDE_PX: usize = 512;

impl OwnPictures {
    /// Every object that has a mask, picture by picture. A picture that cannot be read any more is one error.
    pub fn crops(&self) -> impl Iterator<Item = Result<Crop, DataError>> {
        self.pictures().flat_map(|picture| match of_picture(picture) {
            Ok(crops) => crops.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        })
    }
}

fn of_picture(picture: &OwnPicture) -> Result<Vec<Crop>, DataError> {
    let with_masks: Vec<(usize, &AnnotatedObject)> =
        picture.annotated.objects.iter().enumerate().filter(|(_, object)| object.shape.is_some()).collect();
    if with_masks.is_empty() {
        return Ok(Vec::new());
    }
    let annotated = &picture.annotated;
    let mut pixels = picture.open()?;
    if pixels.dimensions() != (annotated.width, annotated.height) {
        // It was saved at another size after it was annotated: masks count in pixels of then.
        let (w, h) = (pixels.width() as usize, pixels.height() as usize);
        let to = (annotated.width as usize, annotated.height as usize);
        let raw = resize::<3>(pixels.as_raw(), w, h, Region::whole(w, h), to);
        pixels = image::RgbImage::from_raw(annotated.width, annotated.height, raw).ok_or_else(|| {
            picture_file::PictureError::Damaged { problem: "it has no pixels".into(), path: picture.path.clone() }
        })?;
    }
    Ok(with_masks.into_iter().filter_map(|(row, object)| cut(picture, row, object, &pixels)).collect())
}

fn cut(picture: &OwnPicture, row: usize, object: &AnnotatedObject, pixels: &image::RgbImage) -> Option<Crop> {
    let annotated = &picture.annotated;
    let shape = object.shape.as_ref()?;
    let window = annotated.pixel_window(object, UnitBox::WHOLE);
    let mask = shape.mask(annotated.width as usize, annotated.height as usize, window);
    let (width, height) = (window.width(), window.height());
    if mask.iter().all(|&alpha| alpha == 0) {
        return None;
    }
    // Premultiplied while it is made smaller, so that what is around it does not seep in.
    let mut premultiplied = Vec::with_capacity(width * height * 4);
    for (i, &alpha) in mask.iter().enumerate() {
        let (x, y) = (window.x0 + i % width, window.y0 + i / width);
        let [r, g, b] = pixels.get_pixel_checked(x as u32, y as u32).map_or([0; 3], |pixel| pixel.0);
        premultiplied.extend(if alpha == 0 { [0; 4] } else { [r, g, b, 255] });
    }
    let longest = width.max(height);
    let scaled = |v: usize| if longest > MAX_SIDE_PX { (v * MAX_SIDE_PX / longest).max(1) } else { v };
    let to = (scaled(width), scaled(height));
    let mut rgba = resize::<4>(&premultiplied, width, height, Region::whole(width, height), to);
    for pixel in rgba.chunks_exact_mut(4) {
        let alpha = u32::from(pixel[3]);
        for value in &mut pixel[..3] {
            *value = (u32::from(*value) * 255 + alpha / 2).checked_div(alpha).unwrap_or(0).min(255) as u8;
        }
    }
    Some(Crop {
        name: object.name.clone(),
        attributes: object.attributes.clone(),
        picture: picture.path.clone(),
        object: row,
        bounds: annotated.unit_box(object).clamped(),
        held_out: picture.held_out,
        width: to.0,
        height: to.1,
        rgba,
    })
}
