//! Maps annotations from the pixels that they were made for to the pixels that are shown.
//!
//! A file states the size of each picture. Where that is not the size that is seen, the tool that wrote it did not turn the picture as its EXIF says,
//! or the picture was saved at another size since. Training scales what it finds (`data::pictures`), and so does this.

use super::ObjectMask;
use image::metadata::Orientation;
use scenewright_formats::picture_file::{Header, is_too_large, turned};
use scenewright_formats::values;
use scenewright_scene::UnitBox;
use serde_json::{Map, Value};

/// Widths to heights that differ by no more are one shape.
const ALIKE: f64 = 0.03;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fit {
    /// Width and height of the picture that was annotated, pixels.
    pub stated: [u32; 2],
    /// As it is looked at, pixels.
    pub shown: [u32; 2],
    /// How the annotated picture is turned to be the one that is looked at.
    orientation: Orientation,
}

impl Fit {
    /// Nothing is to be done.
    pub(crate) fn same(shown: [u32; 2]) -> Self {
        Self { stated: shown, shown, orientation: Orientation::NoTransforms }
    }

    /// `image`: the picture's record, which may state its size; `boxes` of its annotations (left, top, width, height in pixels). With what is wrong with
    /// that.
    pub(crate) fn new(
        image: Option<&Map<String, Value>>,
        boxes: &[[f64; 4]],
        header: &Header,
    ) -> (Self, Option<String>) {
        let (width, height) = header.shown();
        let same = Self::same([width, height]);
        let side = |key: &str| values::side(image.and_then(|image| image.get(key)));
        let stated = Some((side("width"), side("height"))).filter(|(w, h)| *w > 0 && *h > 0);
        let (stated, by_boxes) = header.annotated_size(stated, boxes);
        let how = if stated == header.shown() { "as it is shown" } else { "as it lies" };
        let message =
            || format!("its EXIF turns it, and its boxes only fit it {how}: they are taken so. Look whether they fit");
        if stated == (width, height) {
            return (same, by_boxes.then(message));
        }
        let (w, h) = stated;
        if is_too_large(w, h) {
            let message = format!(
                "its size is given as {w} × {h} pixels, which no picture has; its own, {width} × {height}, is taken"
            );
            return (same, Some(message));
        }
        if header.is_size_as_it_lies(stated) {
            let message = format!(
                "its EXIF turns it, and it was annotated as it lies ({w} × {h} pixels): boxes and masks are turned with it"
            );
            return (Self { stated: [w, h], orientation: header.orientation, ..same }, Some(message));
        }
        let ratio = |w: u32, h: u32| f64::from(w) / f64::from(h.max(1));
        let then = match (ratio(w, h) / ratio(width, height) - 1.0).abs() < ALIKE {
            true => "boxes and masks are scaled",
            false => "boxes and masks are stretched. Draw them anew where they do not fit",
        };
        let message = format!("it was annotated at {w} × {h} pixels and has {width} × {height}: {then}");
        (Self { stated: [w, h], ..same }, Some(message))
    }

    fn changes(&self) -> bool {
        self.stated != self.shown || self.orientation != Orientation::NoTransforms
    }

    /// How much finer the pixels are that are looked at, at least 1: errors of rounding grow with it.
    pub(crate) fn growth(&self) -> f32 {
        let longest = |size: [u32; 2]| size[0].max(size[1]).max(1) as f32;
        (longest(self.shown) / longest(self.stated)).max(1.0)
    }

    /// A box in parts of the picture.
    pub(crate) fn place(&self, b: UnitBox) -> UnitBox {
        let corner = |x, y| turned(self.orientation, [x, y]);
        if self.changes() { UnitBox::from_corners(corner(b.x0, b.y0), corner(b.x1, b.y1)) } else { b }
    }

    /// A mask in pixels. None: nothing of it is left.
    pub(crate) fn mask(&self, mask: ObjectMask) -> Option<ObjectMask> {
        if self.changes() { mask.turned(self.stated, self.orientation, self.shown) } else { Some(mask) }
    }
}
