//! A picture of categories: every pixel the number of what is there, with a color for each number.

use super::ExportError;
use super::cut::each_pixel;
use super::stack::{PRESENT, back_to_front};
use crate::Picture;
use scenewright_formats::png_with_text;
use scenewright_scene::vocab::Vocabulary;
use serde_json::json;
use std::collections::HashMap;

/// A palette has 256 places, and the first is for nothing.
const MOST_CATEGORIES: usize = 255;

/// Numbers of categories, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segmentation {
    pub width: u32,
    pub height: u32,
    /// 0: nothing; else one more than the place in `legend`.
    pub categories: Vec<u8>,
    /// Categories with their colors in the order in which the scene first names them. The 256th and later share the last place.
    pub legend: Vec<(String, [u8; 3])>,
}

/// Categories of the picture at `scale` times its size, what is in front over what is behind.
pub fn segmentation(picture: &Picture, vocab: &Vocabulary, scale: u32) -> Segmentation {
    let (width, height) = (picture.width as u32 * scale, picture.height as u32 * scale);
    let mut legend: Vec<(String, [u8; 3])> = Vec::new();
    let mut numbers: HashMap<&str, u8> = HashMap::new();
    for placed in picture.objects.iter().filter(|placed| placed.is_object()) {
        if numbers.contains_key(placed.name.as_str()) {
            continue;
        }
        if legend.len() < MOST_CATEGORIES {
            legend.push((placed.name.clone(), vocab.color_of(&placed.name)));
        }
        numbers.insert(&placed.name, legend.len() as u8);
    }
    let mut categories = vec![0; width as usize * height as usize];
    for placed in back_to_front(picture, vocab) {
        let number = numbers.get(placed.name.as_str()).copied().unwrap_or(0);
        each_pixel(placed, width, height, |x, y, opacity| {
            if opacity >= PRESENT {
                categories[y as usize * width as usize + x as usize] = number;
            }
        });
    }
    Segmentation { width, height, categories, legend }
}

impl Segmentation {
    /// A PNG with a palette, whose numbers are the categories. Its text chunk "legend" names them: `{"1": "sky", ...}`.
    pub fn png(&self) -> Result<Vec<u8>, ExportError> {
        let mut palette = vec![0, 0, 0];
        palette.extend(self.legend.iter().flat_map(|(_, color)| color));
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(palette);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.categories)?;
        writer.finish()?;
        let names = (1..).zip(&self.legend).map(|(number, (name, _))| (number.to_string(), json!(name)));
        let legend = serde_json::Value::Object(names.collect());
        Ok(png_with_text(&bytes, "legend", &legend.to_string()).unwrap_or(bytes))
    }
}
