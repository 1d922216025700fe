//! A prompt with boxes for Ideogram 4: JSON whose keys stand in the order in which its captions were written.
//!
//! ```json
//! {"high_level_description":"A white sheep and a tree, with grass and the sky.","style_description":{"aesthetics":"…","lighting":"…","art_style":"…",
//! "medium":"…","color_palette":["#88C0F0"]},"compositional_deconstruction":{"background":"…","elements":[{"type":"obj","bbox":[420,180,760,430],
//! "desc":"a white sheep standing on the grass","color_palette":["#F7F5F0"]}]}}
//! ```
//!
//! Boxes are `[y_min, x_min, y_max, x_max]` in thousandths of the picture. Colors are those of the picture: of the whole, and of what is seen of an object.

use image::RgbImage;
use scenewright_language::scene_prompt;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Scene, UnitBox};
use serde_json::{Value, json};

use super::dominant::{Palette, dominant};
use super::pixels::image;
use super::stack::{back_to_front, owners};
use crate::Picture;

const MAX_COLORS: usize = 16;
const MAX_COLORS_OF_AN_ELEMENT: usize = 5;
const AESTHETICS: &str = "clean, friendly, colorful, clear composition";
const ART_STYLE: &str = "flat vector illustration, simple rounded shapes, soft shading";
const MEDIUM: &str = "illustration";
const DAYLIGHT: &str = "bright, even daylight";

/// The prompt, without spaces between its parts.
pub(super) fn ideogram(picture: &Picture, scene: &Scene, vocab: &Vocabulary) -> String {
    let prompt = scene_prompt(scene, vocab);
    let image = image(picture, 1);
    let (width, height) = image.dimensions();
    let stack = back_to_front(picture, vocab);
    let owners = owners(&stack, width, height);
    let mut elements = Vec::new();
    for (number, placed) in (1_u16..).zip(&stack) {
        let Some(object) = prompt.objects.iter().find(|object| Some(object.node) == placed.node) else { continue };
        let Some(bbox) = thousandths(placed.bounds) else { continue };
        let seen = owners.iter().zip(image.pixels()).filter(|(owner, _)| **owner == number).map(|(_, pixel)| pixel.0);
        elements.push(json!({
            "type": "obj",
            "bbox": bbox,
            "desc": object.description,
            "color_palette": hex_list(&dominant(seen, MAX_COLORS_OF_AN_ELEMENT)),
        }));
    }
    let lighting = match (prompt.light.is_empty(), prompt.light.contains("night")) {
        (true, _) => DAYLIGHT.to_owned(),
        (false, true) => format!("{}, moonlight and warm windows", prompt.light),
        (false, false) => prompt.light.clone(),
    };
    let background = match prompt.setting.is_empty() {
        true => "a plain background".to_owned(),
        false => prompt.setting.clone(),
    };
    let value = json!({
        "high_level_description": prompt.summary,
        "style_description": {
            "aesthetics": AESTHETICS,
            "lighting": lighting,
            "art_style": ART_STYLE,
            "medium": MEDIUM,
            "color_palette": hex_list(&whole(&image)),
        },
        "compositional_deconstruction": { "background": background, "elements": elements },
    });
    value.to_string()
}

fn whole(image: &RgbImage) -> Palette {
    dominant(image.pixels().map(|pixel| pixel.0), MAX_COLORS)
}

fn hex_list(colors: &Palette) -> Value {
    colors.iter().map(|[r, g, b]| Value::from(format!("#{r:02X}{g:02X}{b:02X}"))).collect()
}

/// `[y_min, x_min, y_max, x_max]` within the picture; none of a box that lies outside.
fn thousandths(bounds: UnitBox) -> Option<[u32; 4]> {
    let UnitBox { x0, y0, x1, y1 } = bounds;
    let seen = UnitBox::from_corners([x0, y0], [x1, y1]).clamped();
    let scaled = |unit: f32| (unit * 1000.0).round().clamp(0.0, 1000.0) as u32;
    let [x0, y0, x1, y1] = [seen.x0, seen.y0, seen.x1, seen.y1].map(scaled);
    (seen.is_finite() && x1 > x0 && y1 > y0).then_some([y0, x0, y1, x1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_thousandths_with_y_first() {
        assert_eq!(thousandths(UnitBox::new(0.1, 0.25, 0.5, 1.2)), Some([250, 100, 1000, 500]));
        assert_eq!(thousandths(UnitBox { x0: 0.5, y0: 0.9, x1: 0.25, y1: 0.2 }), Some([200, 250, 900, 500]));
        assert_eq!(thousandths(UnitBox::new(1.2, 0.1, 1.5, 0.2)), None);
        assert_eq!(thousandths(UnitBox::new(f32::NAN, 0.1, 0.5, 0.2)), None);
    }
}
