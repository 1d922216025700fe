//! The same scene with other seeds, side by side; a click applies a seed.

use egui::{Align2, Color32, FontId, Rect, ScrollArea, Sense, Stroke, StrokeKind, TextureId, Ui, pos2, vec2};

use super::{PictureInput, PictureSettings, notice};
use crate::app::Action;
use crate::app::widgets::{chosen, weak};
use scenewright_scene::Edit;

const VARIATION_COUNTS: [usize; 4] = [4, 9, 16, 25];
/// In points.
const MIN_TILE_WIDTH: f32 = 72.0;

/// A seed and its picture, once it has arrived.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Variation {
    pub seed: u64,
    pub texture: Option<TextureId>,
}

pub(crate) fn show(ui: &mut Ui, settings: &mut PictureSettings, input: &PictureInput<'_>, actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        for count in VARIATION_COUNTS {
            let response = ui.selectable_label(settings.variations == count, count.to_string());
            chosen(&response, settings.variations == count, &format!("{count} variations"));
            if response.clicked() {
                settings.variations = count;
            }
        }
        let button_label = if input.variations.is_empty() { "Draw variations" } else { "Draw others" };
        if ui.button(button_label).clicked() {
            actions.push(Action::RequestVariations { count: settings.variations });
        }
        let remaining = input.variations.iter().filter(|variation| variation.texture.is_none()).count();
        if remaining > 0 {
            ui.label(weak(input.theme, format!("{remaining} remaining")));
        }
    });
    if input.variations.is_empty() {
        let rect = ui.available_rect_before_wrap();
        let text = "The same scene with other seeds. Draw some, and click the one you like.";
        notice(ui.painter(), rect, text, input.theme);
        return;
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| grid(ui, input, actions));
}

fn grid(ui: &mut Ui, input: &PictureInput<'_>, actions: &mut Vec<Action>) {
    let gap = 6.0;
    let width = ui.available_width();
    // As square as possible, but no tile narrower than MIN_TILE_WIDTH.
    let square_columns = (input.variations.len() as f32).sqrt().ceil().max(1.0);
    let columns = square_columns.min(((width + gap) / (MIN_TILE_WIDTH + gap)).floor().max(1.0));
    let tile_width = ((width - gap * (columns - 1.0)) / columns).max(1.0);
    let height_per_width = input.shown.map_or(1.0, |shown| shown.size()[1] as f32 / shown.size()[0] as f32);
    ui.spacing_mut().item_spacing = vec2(gap, gap);
    for row in input.variations.chunks(columns as usize) {
        ui.horizontal(|ui| {
            for variation in row {
                let size = vec2(tile_width, tile_width * height_per_width);
                let (rect, response) = ui.allocate_exact_size(size, Sense::click());
                let current = variation.seed == input.scene.seed();
                chosen(&response, current, &format!("seed {}", variation.seed));
                if ui.is_rect_visible(rect) {
                    tile(ui, rect, variation, input, current, response.hovered() || response.has_focus());
                }
                if response.clicked() && !current {
                    let edits = vec![Edit::SetSceneSeed { seed: variation.seed }];
                    actions.push(Action::edit(format!("seed {}", variation.seed), edits));
                }
            }
        });
    }
}

fn tile(ui: &Ui, rect: Rect, variation: &Variation, input: &PictureInput<'_>, current: bool, hovered: bool) {
    let painter = ui.painter_at(rect.expand(3.0));
    let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    match variation.texture {
        Some(texture) => drop(painter.image(texture, rect, uv, Color32::WHITE)),
        None => {
            painter.rect_filled(rect, 3, input.theme.surface);
            painter.text(rect.center(), Align2::CENTER_CENTER, "…", FontId::proportional(18.0), input.theme.text_weak);
        }
    }
    if current {
        painter.rect_stroke(rect, 2, Stroke::new(3.0, input.theme.accent), StrokeKind::Inside);
    } else if hovered {
        painter.rect_stroke(rect, 2, Stroke::new(2.0, input.theme.hover), StrokeKind::Inside);
    }
}
