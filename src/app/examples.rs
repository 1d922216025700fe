//! Scenes to start from, made with this program.

use std::collections::HashMap;
use std::sync::Arc;

use egui::{Align2, Color32, Context, FontId, Key, Rect, Sense, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::regular as icon;

use super::Theme;
use super::prompt::{PictureThumbnails, modal, scrolled};
use super::widgets::{one_line, weak};
use crate::engine::Picture;
use scenewright_formats::scenes_from_str;
use scenewright_scene::Scene;

pub(crate) struct Example {
    pub title: &'static str,
    json: &'static str,
}

macro_rules! examples {
    ($($title:literal => $file:literal),* $(,)?) => {
        &[$(Example { title: $title, json: include_str!(concat!("../../assets/", $file, ".json")) }),*]
    };
}

pub(crate) const EXAMPLES: &[Example] = examples! {
    "Sheep by the sea" => "scenes/sheep",
    "Farm" => "scenes/farm",
    "Street" => "scenes/street",
    "Beach" => "scenes/beach",
    "Living room" => "scenes/living-room",
    "Town at night" => "scenes/town-at-night",
    "Picnic" => "examples/picnic",
    "Harbor in the evening" => "examples/harbor",
    "Snowman" => "examples/winter",
    "Birthday" => "examples/birthday",
    "Animals of the forest" => "examples/forest",
    "Desert" => "examples/desert",
    "Kitchen" => "examples/kitchen",
    "Savanna" => "examples/savanna",
    "Park" => "examples/park",
    "Castle with a dragon" => "examples/castle",
    "Landing on a moon" => "examples/space",
};

/// Examples use thumbnail numbers from here on; recoveries use those below.
const FIRST_THUMBNAIL: usize = 1 << 20;

impl Example {
    pub(crate) fn scene(&self) -> Option<Scene> {
        scenes_from_str(self.json).ok()?.into_iter().next()
    }
}

/// Number of an example's thumbnail in [`PreviewController::request_thumbnail`](super::preview::PreviewController::request_thumbnail).
pub(crate) fn thumbnail_number(example: usize) -> usize {
    FIRST_THUMBNAIL + example
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExampleAnswer {
    Open(usize),
    Cancel,
}

/// Points: side of a thumbnail.
const SIDE: f32 = 132.0;

/// Shows all examples; `None` while nothing was chosen.
pub(crate) fn show(
    ctx: &Context,
    theme: &Theme,
    pictures: &HashMap<usize, Arc<Picture>>,
    textures: &mut PictureThumbnails,
) -> Option<ExampleAnswer> {
    let modal = modal(ctx, "examples").show(ctx, |ui| {
        let room = ctx.content_rect().size();
        ui.set_width((room.x - 60.0).clamp(200.0, 640.0));
        ui.heading("Examples");
        ui.label(weak(theme, "Each was made with this program. Open one and change it: your own file is not touched."));
        ui.add_space(6.0);
        let mut answer = None;
        scrolled(room.y - 220.0).auto_shrink([false, true]).show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = vec2(10.0, 10.0);
                for (at, example) in EXAMPLES.iter().enumerate() {
                    let number = thumbnail_number(at);
                    let texture = pictures.get(&number).map(|picture| textures.get(ctx, number, picture).clone());
                    if tile(ui, theme, example, texture) {
                        answer = Some(ExampleAnswer::Open(at));
                    }
                }
            });
        });
        ui.add_space(8.0);
        if ui.button("Cancel").clicked() {
            answer = Some(ExampleAnswer::Cancel);
        }
        answer
    });
    let escape = || ctx.input(|input| input.key_pressed(Key::Escape));
    modal.inner.or_else(|| (modal.should_close() || escape()).then_some(ExampleAnswer::Cancel))
}

fn tile(ui: &mut Ui, theme: &Theme, example: &Example, texture: Option<egui::TextureHandle>) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(SIDE, SIDE + 22.0), Sense::click());
    let name = format!("open example {}", example.title);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
    let near = response.hovered() || response.has_focus();
    let frame = Rect::from_min_size(rect.min, vec2(SIDE, SIDE));
    let painter = ui.painter_at(rect.expand(2.0));
    painter.rect_filled(frame, theme.radius, theme.field);
    match texture {
        Some(texture) => {
            let [width, height] = texture.size().map(|side| side.max(1) as f32);
            let size = vec2(width, height) * (SIDE / width.max(height));
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            let place = Rect::from_center_size(frame.center(), size);
            painter.image(texture.id(), place, whole, Color32::WHITE);
        }
        None => {
            let font = FontId::proportional(24.0);
            painter.text(frame.center(), Align2::CENTER_CENTER, icon::IMAGE, font, theme.text_weak);
        }
    }
    if near {
        let stroke = egui::Stroke::new(2.0, theme.accent);
        painter.rect_stroke(frame, theme.radius, stroke, StrokeKind::Outside);
    }
    let galley = one_line(&painter, example.title, 13.0, theme.text, SIDE);
    painter.galley(pos2(rect.left(), frame.bottom() + 3.0), galley, theme.text);
    response.clicked()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_example_opens_and_has_a_title_of_its_own() {
        assert!(EXAMPLES.len() >= 16);
        let titles: HashSet<&str> = EXAMPLES.iter().map(|example| example.title).collect();
        assert_eq!(titles.len(), EXAMPLES.len());
        let vocab = scenewright_scene::vocab::Vocabulary::illustrated();
        for example in EXAMPLES {
            let scene = example.scene().unwrap_or_else(|| panic!("{}", example.title));
            assert!(scene.nodes().len() >= 5, "{}", example.title);
            for node in scene.nodes() {
                assert!(vocab.drawn_object(&node.name).is_some(), "{}: {}", example.title, node.name);
            }
        }
    }
}
