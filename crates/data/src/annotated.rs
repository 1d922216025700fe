//! A picture file with its annotations, as a sample: the one way for COCO, Visual Genome and a person's own pictures.

use super::resize::{Region, resize};
use super::{DataError, Dataset, Mask, Rgb, Sample, SampleObject, geometric_relations};
use image::RgbImage;
use scenewright_formats::coco_mask::{CocoShape, PixelWindow};
use scenewright_scene::UnitBox;

/// How large samples are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleSize {
    /// Pixels.
    pub width: usize,
    pub height: usize,
    /// Side of the objects' masks, inside their boxes.
    pub mask_side: usize,
}

impl Default for SampleSize {
    fn default() -> Self {
        Self { width: 64, height: 64, mask_side: 16 }
    }
}

/// An object on a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct AnnotatedObject {
    pub name: String,
    /// Left, top, width, height in pixels of the picture as it was annotated.
    pub bbox: [f64; 4],
    /// None: all of the box.
    pub shape: Option<CocoShape>,
    pub attributes: Vec<String>,
}

/// What is known of a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AnnotatedPicture {
    /// Pixels of the picture as it was annotated.
    pub width: u32,
    pub height: u32,
    pub objects: Vec<AnnotatedObject>,
    /// None: geometric relations are drawn.
    pub relations: Option<Vec<(usize, String, usize)>>,
}

/// How a picture is looked at. The plain look is all of it, as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PictureView {
    /// Decides which relations are drawn, and becomes the sample's seed.
    pub seed: u64,
    /// The part that is seen.
    pub window: UnitBox,
    /// Factors of brightness, contrast and saturation.
    pub color: [f32; 3],
}

impl PictureView {
    pub fn plain(seed: u64) -> Self {
        Self { seed, window: UnitBox::WHOLE, color: [1.0; 3] }
    }
}

/// Pictures that can be looked at in more ways than one.
pub trait PictureSet: Dataset {
    fn view(&self, index: u64, view: &PictureView) -> Result<Sample, DataError>;
}

/// Of an object so much at least must be seen in a window, else it is not there.
const MIN_SEEN_SHARE: f32 = 0.35;
/// Sides below this are nothing that a network could learn.
const MIN_SIDE: f32 = 1.0 / 64.0;

impl AnnotatedPicture {
    /// `picture` may be a smaller copy of what was annotated.
    pub(crate) fn sample(&self, picture: &RgbImage, frame: SampleSize, view: &PictureView) -> Sample {
        let window = view.window;
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let part = Region {
            x0: f64::from(window.x0) * width as f64,
            y0: f64::from(window.y0) * height as f64,
            x1: f64::from(window.x1) * width as f64,
            y1: f64::from(window.y1) * height as f64,
        };
        let mut pixels = resize::<3>(picture.as_raw(), width, height, part, (frame.width, frame.height));
        recolor(&mut pixels, view.color);
        let mut rows = vec![None; self.objects.len()];
        let mut objects = Vec::with_capacity(self.objects.len());
        for (object, row) in self.objects.iter().zip(&mut rows) {
            let Some(bounds) = self.seen(object, window) else { continue };
            *row = Some(objects.len());
            objects.push(self.sample_object(object, bounds, window, frame.mask_side));
        }
        let relations = match &self.relations {
            Some(relations) => relations
                .iter()
                .filter_map(|(s, word, o)| {
                    let row = |end: usize| rows.get(end).copied().flatten();
                    Some((row(*s)?, word.clone(), row(*o)?))
                })
                .collect(),
            None => {
                let boxes: Vec<UnitBox> = objects.iter().map(|object| object.bounds).collect();
                let masks: Vec<Mask> = objects.iter().map(|object| object.mask.clone()).collect();
                geometric_relations::sample_relations(&boxes, &masks, view.seed)
            }
        };
        let image = Rgb { width: frame.width, height: frame.height, pixels };
        Sample { seed: view.seed, kind: None, image, objects, relations }
    }

    /// An object's box in units of the picture.
    pub(crate) fn unit_box(&self, object: &AnnotatedObject) -> UnitBox {
        let [x, y, w, h] = object.bbox;
        let (width, height) = (f64::from(self.width.max(1)), f64::from(self.height.max(1)));
        UnitBox {
            x0: (x / width) as f32,
            y0: (y / height) as f32,
            x1: ((x + w) / width) as f32,
            y1: ((y + h) / height) as f32,
        }
    }

    /// The part of an object's box within the window, in units of the window.
    fn seen(&self, object: &AnnotatedObject, window: UnitBox) -> Option<UnitBox> {
        let bounds = self.unit_box(object).clamped();
        if window == UnitBox::WHOLE {
            return (bounds.x0 < bounds.x1 && bounds.y0 < bounds.y1).then_some(bounds);
        }
        let inner = bounds.intersection(&window)?;
        let within = UnitBox {
            x0: (inner.x0 - window.x0) / window.width(),
            y0: (inner.y0 - window.y0) / window.height(),
            x1: (inner.x1 - window.x0) / window.width(),
            y1: (inner.y1 - window.y0) / window.height(),
        }
        .clamped();
        let large_enough = within.width() >= MIN_SIDE && within.height() >= MIN_SIDE;
        (inner.area() >= MIN_SEEN_SHARE * bounds.area() && large_enough).then_some(within)
    }

    fn sample_object(
        &self,
        object: &AnnotatedObject,
        bounds: UnitBox,
        window: UnitBox,
        mask_side: usize,
    ) -> SampleObject {
        let mask = self.mask(object, window, mask_side);
        SampleObject {
            name: object.name.clone(),
            bounds,
            visible: mask.clone(),
            visible_share: 1.0,
            mask,
            has_mask: object.shape.is_some(),
            attributes: object.attributes.clone(),
            variant: None,
            mirrored: false,
            colors: Vec::new(),
            layer: None,
        }
    }

    /// The mask within its box, 0 or 255.
    fn mask(&self, object: &AnnotatedObject, window: UnitBox, side: usize) -> Mask {
        let full = || Mask { width: side, height: side, alpha: vec![255; side * side] };
        let Some(shape) = &object.shape else { return full() };
        let crop = self.pixel_window(object, window);
        let mask = shape.mask(self.width as usize, self.height as usize, crop);
        if mask.is_empty() {
            return full();
        }
        Mask { width: side, height: side, alpha: to_side(&mask, crop.width(), crop.height(), side) }
    }

    /// The box in whole pixels, rounded as Python rounds (halves to even) and never without width.
    pub(crate) fn pixel_window(&self, object: &AnnotatedObject, window: UnitBox) -> PixelWindow {
        let [x, y, w, h] = object.bbox;
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let cut = |from: f64, to: f64, low: f32, high: f32, size: f64| {
            let (from, to) = (from.max(f64::from(low) * size), to.min(f64::from(high) * size));
            let from = from.round_ties_even().clamp(0.0, (size - 1.0).max(0.0));
            (from as usize, to.round_ties_even().clamp(from + 1.0, size.max(from + 1.0)) as usize)
        };
        let (x0, x1) = cut(x, x + w, window.x0, window.x1, width);
        let (y0, y1) = cut(y, y + h, window.y0, window.y1, height);
        PixelWindow { x0, y0, x1, y1 }
    }
}

/// A mask at another size: bilinear between the centers of pixels, nothing outside, cut at 128 of 255.
// scikit-image 0.14: transform/_warps.py, resize with order 1, mode "constant", no anti-aliasing (what sg2im calls)
fn to_side(mask: &[u8], width: usize, height: usize, side: usize) -> Vec<u8> {
    let at = |x: i64, y: i64| {
        let inside = (0..width as i64).contains(&x) && (0..height as i64).contains(&y);
        if inside { f64::from(mask[y as usize * width + x as usize]) } else { 0.0 }
    };
    let place = |cell: usize, size: usize| (cell as f64 + 0.5) * size as f64 / side as f64 - 0.5;
    let mut out = Vec::with_capacity(side * side);
    for row in 0..side {
        let y = place(row, height);
        let (top, dy) = (y.floor() as i64, y - y.floor());
        for column in 0..side {
            let x = place(column, width);
            let (left, dx) = (x.floor() as i64, x - x.floor());
            let upper = at(left, top) * (1.0 - dx) + at(left + 1, top) * dx;
            let lower = at(left, top + 1) * (1.0 - dx) + at(left + 1, top + 1) * dx;
            out.push(if upper * (1.0 - dy) + lower * dy > 128.0 { 255 } else { 0 });
        }
    }
    out
}

/// Brightness, contrast about the middle gray, saturation about each pixel's gray.
fn recolor(pixels: &mut [u8], [brightness, contrast, saturation]: [f32; 3]) {
    if [brightness, contrast, saturation] == [1.0; 3] {
        return;
    }
    for pixel in pixels.chunks_exact_mut(3) {
        let [r, g, b] = [0, 1, 2].map(|c| f32::from(pixel[c]) * brightness);
        let gray = 0.299 * r + 0.587 * g + 0.114 * b;
        for (to, value) in pixel.iter_mut().zip([r, g, b]) {
            let saturated = gray + (value - gray) * saturation;
            *to = (128.0 + (saturated - 128.0) * contrast).round().clamp(0.0, 255.0) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_formats::coco_mask::Polygon;

    /// Width, height, polygons, box, cells from the first on.
    type Case = (u32, u32, &'static [&'static [f64]], [f64; 4], u64);

    #[test]
    fn masks_are_the_references() {
        // pycocotools 2.0.11 and scikit-image 0.26 (order 1, mode "constant", no anti-aliasing), by sg2im's lines, 8 cells a side.
        let cases: [Case; 8] = [
            (
                41,
                73,
                &[
                    &[19.64, 15.77, 32.5, 58.97, 21.01, 36.87, 9.68, 0.23, 15.21, 42.73],
                    &[5.94, 54.85, 37.78, 50.66, 17.91, 72.66],
                ],
                [5.94, 0.23, 31.84, 72.43],
                0x0c3e00101c0c0200,
            ),
            (
                72,
                76,
                &[&[38.89, 52.74, 46.71, 71.28, 1.67, 56.32, 6.37, 61.45, 1.41, 12.24]],
                [1.41, 12.24, 45.3, 59.04],
                0xc07c7e1e0e070301,
            ),
            (
                63,
                71,
                &[
                    &[11.78, 2.64, 54.55, 16.68, 49.16, 14.81, 61.03, 63.47],
                    &[62.3, 5.04, 35.29, 39.68, 24.44, 24.23, 9.21, 38.04, 18.4, 67.77, 31.59, 22.57, 30.52, 18.87],
                ],
                [9.21, 2.64, 53.09, 65.13],
                0x028243677e387c86,
            ),
            (
                31,
                40,
                &[
                    &[15.24, 22.02, 23.19, 8.88, 18.88, 22.26],
                    &[3.49, 26.79, 19.42, 33.35, 10.3, 30.47, 28.82, 9.83, 5.23, 36.93, 5.39, 17.15, 4.96, 1.47],
                ],
                [3.49, 1.47, 25.33, 35.46],
                0x0006011101010000,
            ),
            (
                86,
                50,
                &[&[82.68, 29.53, 75.95, 24.55, 32.3, 12.36, 75.35, 8.11], &[37.77, 20.37, 63.76, 2.87, 24.77, 42.67]],
                [24.77, 2.87, 57.91, 39.8],
                0x00000282e4787000,
            ),
            (
                57,
                24,
                &[
                    &[9.73, 1.67, 19.27, 21.58, 56.06, 17.9, 27.3, 6.05],
                    &[51.95, 11.5, 54.31, 21.59, 20.85, 3.69, 21.02, 18.55, 27.61, 21.66, 27.18, 3.33, 33.54, 3.34],
                ],
                [9.73, 1.67, 46.33, 19.99],
                0x84fe7e7e7e3e1f09,
            ),
            (21, 68, &[&[5.55, 22.18, 5.25, 64.99, 8.84, 46.45]], [3.5, 2.5, 4.0, 5.0], 0x0000000000000000),
            (37, 37, &[&[14.69, 6.91, 23.74, 29.09, 2.66, 4.41]], [10.0, 10.0, 0.2, 3.5], 0x00007effffffff7e),
        ];
        for (width, height, polygons, bbox, bits) in cases {
            let polygons = polygons.iter().map(|flat| Polygon::new(flat).unwrap()).collect();
            let shape = Some(CocoShape::Polygons(polygons));
            let object = AnnotatedObject { name: "it".into(), bbox, shape, attributes: Vec::new() };
            let annotated = AnnotatedPicture { width, height, objects: vec![object.clone()], relations: None };
            let mask = annotated.mask(&object, UnitBox::WHOLE, 8);
            let found = mask.alpha.iter().enumerate().fold(0u64, |bits, (i, &v)| bits | u64::from(v > 127) << i);
            assert_eq!(format!("{found:016x}"), format!("{bits:016x}"), "{bbox:?}");
        }
    }

    #[test]
    fn a_window_cuts_boxes_masks_and_relations() {
        let object = |name: &str, bbox: [f64; 4]| AnnotatedObject {
            name: name.into(),
            bbox,
            shape: None,
            attributes: vec!["red".into()],
        };
        let annotated = AnnotatedPicture {
            width: 100,
            height: 50,
            objects: vec![object("left", [0.0, 0.0, 20.0, 20.0]), object("right", [60.0, 10.0, 40.0, 20.0])],
            relations: Some(vec![(0, "near".into(), 1), (1, "near".into(), 1)]),
        };
        let picture = RgbImage::from_fn(100, 50, |x, _| image::Rgb([x as u8, 0, 0]));
        let frame = SampleSize { width: 10, height: 10, mask_side: 4 };
        let whole = annotated.sample(&picture, frame, &PictureView::plain(3));
        assert_eq!(whole.relations.len(), 2);
        assert_eq!(whole.objects[1].bounds, UnitBox::new(0.6, 0.2, 1.0, 0.6));
        let view = PictureView { window: UnitBox::new(0.5, 0.0, 1.0, 1.0), ..PictureView::plain(3) };
        let half = annotated.sample(&picture, frame, &view);
        assert_eq!(half.objects.len(), 1);
        assert_eq!(half.relations, [(0, "near".to_owned(), 0)]);
        let b = half.objects[0].bounds;
        assert!((b.x0 - 0.2).abs() < 1e-6 && b.x1 == 1.0 && b.y0 == 0.2, "{b:?}");
        assert!(half.image.pixels[0] >= 50 && whole.image.pixels[0] < 10);
        let bright = annotated.sample(&picture, frame, &PictureView { color: [1.2, 1.0, 1.0], ..view });
        assert!(bright.image.pixels[0] > half.image.pixels[0]);
    }
}
