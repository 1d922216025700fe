//! One sample: a picture and what is on it. Plain data.

use scenewright_scene::UnitBox;

/// 8-bit sRGB, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rgb {
    pub width: usize,
    pub height: usize,
    /// `width * height * 3` bytes.
    pub pixels: Vec<u8>,
}

/// Coverage of a rectangle, row by row: 0 nothing, 255 all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    pub width: usize,
    pub height: usize,
    pub alpha: Vec<u8>,
}

impl Mask {
    /// Share of the rectangle, 0..=1.
    pub fn share(&self) -> f32 {
        if self.alpha.is_empty() {
            return 0.0;
        }
        let sum: u64 = self.alpha.iter().map(|&a| u64::from(a)).sum();
        sum as f32 / (255.0 * self.alpha.len() as f32)
    }

    /// The mask as networks take it: 0 or 1, `side * side` values, read at the nearest points.
    pub fn sampled(&self, side: usize) -> impl Iterator<Item = f32> {
        (0..side * side).map(move |at| {
            let (from_x, from_y) = (at % side * self.width / side, at / side * self.height / side);
            let alpha = self.alpha.get(from_y * self.width + from_x).copied().unwrap_or(0);
            f32::from(u8::from(alpha > 127))
        })
    }
}

/// An object's own drawing at the picture's size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerImage {
    pub width: usize,
    pub height: usize,
    /// Straight (not premultiplied) sRGB with alpha, `width * height * 4` bytes, lit as in the picture.
    pub rgba: Vec<u8>,
    /// What of it the picture shows, `width * height` bytes: its alpha times what later layers leave uncovered.
    pub visible: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SampleObject {
    pub name: String,
    /// The part of the object's box that lies within the picture.
    pub bounds: UnitBox,
    /// The whole object inside its box, at the data set's mask size, whatever stands in front of it. This is what a mask
    /// network learns: a shape does not depend on its neighbors.
    pub mask: Mask,
    /// False: its shape is unknown, and `mask` is all of its box. A mask network learns nothing from that.
    pub has_mask: bool,
    /// The part of it that the picture shows, same rectangle and size.
    pub visible: Mask,
    /// Share of the object that the picture shows, 0..=1.
    pub visible_share: f32,
    /// Words a person might say before the name: its main color ("red"), the light for the sky ("night").
    pub attributes: Vec<String>,
    /// The drawing's word ("grazing") where there is one.
    pub variant: Option<String>,
    /// Faces right. Drawings face left.
    pub mirrored: bool,
    /// Every color choice: slot and color word.
    pub colors: Vec<(String, String)>,
    /// Kept only where the data set is asked to.
    pub layer: Option<LayerImage>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// What it was made from; names the sample again in a report.
    pub seed: u64,
    /// Kind of scene, where known ("meadow").
    pub kind: Option<String>,
    pub image: Rgb,
    /// In the order of painting, back to front.
    pub objects: Vec<SampleObject>,
    /// Subject, predicate, object; by index into `objects`.
    pub relations: Vec<(usize, String, usize)>,
}
