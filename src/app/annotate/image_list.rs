//! List of the pictures: thumbnails, object counts, done or not.

use egui::{Align2, FontId, Rect, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use egui_phosphor::regular as icon;

use super::image_textures::ImageTextures;
use crate::app::Theme;
use crate::app::widgets::weak;
use scenewright_document::annotation::{Annotations, Page};

const ROW: f32 = 58.0;
const PICTURE: [f32; 2] = [64.0, 48.0];

#[derive(Default)]
pub(crate) struct ImageList {
    /// Pages that were visible in the last frame.
    pub listed: Vec<usize>,
    /// Page that was shown last; the list scrolls to a new one.
    shown: Option<usize>,
}

/// File names of cameras differ at their ends, so the middle is cut out.
fn shortened(name: &str, most: usize) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= most {
        return name.to_owned();
    }
    let (head, tail) = (most / 3, most - most / 3 - 1);
    letters[..head].iter().chain(&['…']).chain(&letters[letters.len() - tail..]).collect()
}

/// "2 objects, 1 relation".
pub(crate) fn facts(page: &Page) -> String {
    if page.problem.is_some() {
        return "skipped".to_owned();
    }
    let of = |count: usize, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    let (objects, relations) = (page.scene().nodes().len(), page.scene().relations().len());
    match (objects, relations) {
        (0, _) => "no objects yet".to_owned(),
        (objects, 0) => of(objects, "object"),
        (objects, relations) => format!("{}, {}", of(objects, "object"), of(relations, "relation")),
    }
}

impl ImageList {
    /// Draws the list. Returns the index of the page that was clicked.
    pub(crate) fn show(
        &mut self,
        ui: &mut Ui,
        annotations: &Annotations,
        image_textures: &ImageTextures,
        theme: &Theme,
    ) -> Option<usize> {
        let (count, done) = (annotations.pages().len(), annotations.done());
        let begun = annotations.pages().iter().filter(|page| !page.state().done && !page.scene().is_empty()).count();
        let name = annotations.folder().file_name().unwrap_or(annotations.folder().as_os_str()).to_string_lossy();
        ui.add(egui::Label::new(egui::RichText::new(name).strong()).truncate())
            .on_hover_text(annotations.folder().display().to_string());
        let more = if begun > 0 { format!(", {begun} started") } else { String::new() };
        ui.label(weak(theme, format!("{done} of {count} done{more}")));
        ui.add(egui::ProgressBar::new(done as f32 / count.max(1) as f32).desired_height(4.0).fill(theme.met));
        ui.add_space(4.0);
        let mut clicked = None;
        self.listed.clear();
        let mut area = ScrollArea::vertical().auto_shrink([false, false]);
        if self.shown != Some(annotations.current()) {
            let middle = annotations.current() as f32 * ROW - ui.available_height() / 2.0 + ROW / 2.0;
            area = area.vertical_scroll_offset(middle.max(0.0));
            self.shown = Some(annotations.current());
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        area.show_rows(ui, ROW, count, |ui, rows| {
            for place in rows {
                self.listed.push(place);
                if let Some(page) = annotations.pages().get(place)
                    && row(ui, page, place == annotations.current(), annotations, image_textures, theme)
                {
                    clicked = Some(place);
                }
            }
        });
        clicked
    }
}

fn row(
    ui: &mut Ui,
    page: &Page,
    chosen: bool,
    annotations: &Annotations,
    image_textures: &ImageTextures,
    theme: &Theme,
) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let (facts, is_done) = (facts(page), page.state().done);
    let done = if is_done { ", done" } else { "" };
    let name = format!("{}, {facts}{done}", page.file);
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, true, chosen, &name));
    let rect = rect.shrink2(vec2(0.0, 2.0));
    let painter = ui.painter_at(rect);
    if chosen {
        painter.rect_filled(rect, theme.radius, theme.accent.gamma_multiply(0.28));
    } else if response.hovered() || response.has_focus() {
        painter.rect_filled(rect, theme.radius, theme.accent.gamma_multiply(0.12));
    }
    let room = Rect::from_min_size(rect.min + vec2(6.0, 3.0), PICTURE.into());
    painter.rect_filled(room, 3, theme.field);
    match image_textures.small(&annotations.folder().join(&page.file)) {
        Some(texture) => {
            let size = texture.size_vec2();
            let scale = (room.width() / size.x.max(1.0)).min(room.height() / size.y.max(1.0));
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            let place = Rect::from_center_size(room.center(), size * scale);
            painter.image(texture.id(), place, whole, egui::Color32::WHITE);
        }
        None => {
            let sign = if page.problem.is_some() { icon::WARNING } else { icon::IMAGE };
            painter.text(room.center(), Align2::CENTER_CENTER, sign, FontId::proportional(20.0), theme.text_weak);
        }
    }
    let left = room.right() + 8.0;
    let width = (rect.right() - left - 24.0).max(20.0);
    let line = |text: String, size: f32, color| {
        let mut job = egui::text::LayoutJob::simple_singleline(text, FontId::proportional(size), color);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width);
        painter.layout_job(job)
    };
    let ink = if page.problem.is_some() { theme.text_weak } else { theme.text };
    painter.galley(
        pos2(left, rect.center().y - 17.0),
        line(shortened(&page.file, (width / 6.8) as usize), 13.0, ink),
        ink,
    );
    painter.galley(pos2(left, rect.center().y + 1.0), line(facts, 11.0, theme.text_weak), theme.text_weak);
    let sign = match (is_done, page.scene().is_empty()) {
        (true, _) => Some((icon::CHECK_CIRCLE, theme.met)),
        (false, false) => Some((icon::CIRCLE_HALF, theme.text_weak)),
        (false, true) => None,
    };
    if let Some((sign, color)) = sign {
        let at = rect.right_center() - vec2(14.0, 0.0);
        painter.text(at, Align2::CENTER_CENTER, sign, FontId::proportional(16.0), color);
    }
    let response = match &page.problem {
        Some(problem) => response.on_hover_text(problem),
        None => response,
    };
    response.clicked()
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn the_ends_of_names_are_seen() {
        assert_eq!(shortened("a.png", 12), "a.png");
        assert_eq!(shortened("000000000790.jpg", 12), "0000…790.jpg");
        assert_eq!(shortened("grüße-vom-meer.webp", 3), "g…p");
    }
}
