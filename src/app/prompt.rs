//! Modal questions: unsaved changes, which graph of several, recovery of unsaved work.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use egui::{Context, Frame, Id, Image, Margin, Modal, RichText, ScrollArea, TextureHandle, TextureOptions, Ui, vec2};
use egui_phosphor::regular as icon;

use super::Theme;
use super::picture::small_image_of;
use crate::engine::Picture;
use scenewright_document::{Choice, Recovery};
use scenewright_scene::Scene;

/// An action that waits until unsaved changes are saved or discarded.
#[derive(Clone, Debug)]
pub(crate) enum PendingAction {
    Quit,
    New,
    AskOpen,
    Open(std::path::PathBuf),
    Recover(Box<Recovery>),
    /// Opens an example, by its number.
    Example(usize),
}

/// A modal dialog with a margin around its content.
pub(crate) fn modal(ctx: &Context, name: &str) -> Modal {
    let frame = Frame::popup(&ctx.global_style()).inner_margin(Margin::same(16));
    Modal::new(Id::new(name)).frame(frame)
}

/// A scroll area within a dialog: as high as its content, and at most `most` points.
pub(crate) fn scrolled(most: f32) -> ScrollArea {
    as_high_as_its_content(most.max(80.0))
}

/// Without a minimum height it would start small and grow with every frame, and the widgets around it would move under
/// the pointer.
pub(crate) fn as_high_as_its_content(most: f32) -> ScrollArea {
    ScrollArea::vertical().max_height(most).min_scrolled_height(most)
}

/// Asks a question; `None` while no choice was made. Esc is the last choice.
pub(crate) fn question<T: Copy>(
    ctx: &Context,
    theme: &Theme,
    heading: &str,
    text: &str,
    choices: &[(&str, T)],
) -> Option<T> {
    let modal = modal(ctx, "question").show(ctx, |ui| {
        ui.set_width((ctx.content_rect().width() - 60.0).clamp(200.0, 420.0));
        ui.heading(heading);
        ui.label(RichText::new(text).color(theme.text_weak));
        ui.add_space(10.0);
        let clicked = |ui: &mut Ui| choices.iter().filter(|(label, _)| ui.button(*label).clicked()).last().copied();
        ui.horizontal_wrapped(clicked).inner
    });
    let given_up = || modal.should_close().then(|| choices.last().copied()).flatten();
    modal.inner.or_else(given_up).map(|(_, choice)| choice)
}

/// Asks which of several graphs to open; `Some(None)`: canceled.
pub(crate) fn choose(ctx: &Context, theme: &Theme, scenes: &[Scene]) -> Option<Option<Choice>> {
    const ROW: f32 = 26.0;
    let modal = modal(ctx, "which graph").show(ctx, |ui| {
        let room = ctx.content_rect().size();
        ui.set_width((room.x - 60.0).clamp(200.0, 460.0));
        ui.heading(format!("This file holds {} graphs", scenes.len()));
        ui.label(RichText::new("Open one: the others stay in the file when you save it.").color(theme.text_weak));
        ui.add_space(4.0);
        let mut chosen = None;
        let list = scrolled(room.y - 240.0).auto_shrink([false, true]);
        list.show_rows(ui, ROW, scenes.len(), |ui, rows| {
            for (place, scene) in rows.filter_map(|row| Some((row, scenes.get(row)?))) {
                let names: Vec<&str> = scene.nodes().iter().take(8).map(|node| node.title()).collect();
                let text = format!("{}   {}", place + 1, names.join(", "));
                let button = egui::Button::new(text).truncate().min_size(vec2(ui.available_width(), ROW - 4.0));
                if ui.add(button).clicked() {
                    chosen = Some(Some(Choice::Graph(place)));
                }
            }
        });
        ui.add_space(8.0);
        ui.horizontal_wrapped(|ui| {
            let hint = "Each graph becomes a step of the history. The result has no file until you save it";
            if ui.button("Open all as steps").on_hover_text(hint).clicked() {
                chosen = Some(Some(Choice::Steps));
            }
            if ui.button("Cancel").clicked() {
                chosen = Some(None);
            }
        });
        chosen
    });
    modal.inner.or_else(|| modal.should_close().then_some(None))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecoveryAnswer {
    /// Index in the list.
    Recover(usize),
    Discard(usize),
    Later,
}

/// Uploaded thumbnails of scenes that are not open.
#[derive(Default)]
pub(crate) struct PictureThumbnails(HashMap<usize, (Arc<Picture>, TextureHandle)>);

impl PictureThumbnails {
    pub(crate) fn get(&mut self, ctx: &Context, number: usize, picture: &Arc<Picture>) -> &TextureHandle {
        let is_old = self.0.get(&number).is_some_and(|(known, _)| !Arc::ptr_eq(known, picture));
        if is_old {
            self.0.remove(&number);
        }
        let load =
            || (picture.clone(), ctx.load_texture("recovery", small_image_of(picture, 256), TextureOptions::LINEAR));
        &self.0.entry(number).or_insert_with(load).1
    }
}

/// Lists the unsaved work of crashes. `sure`: index of the one whose discarding must be confirmed.
pub(crate) fn recover(
    ctx: &Context,
    theme: &Theme,
    recoveries: &[Recovery],
    pictures: &HashMap<usize, Arc<Picture>>,
    thumbnails: &mut PictureThumbnails,
    sure: &mut Option<usize>,
) -> Option<RecoveryAnswer> {
    let modal = modal(ctx, "recover").show(ctx, |ui| {
        let room = ctx.content_rect().size();
        ui.set_width((room.x - 60.0).clamp(200.0, 520.0));
        ui.heading("Unsaved work was found");
        let text = "The program ended before this work was saved. Your files are as you last saved them.";
        ui.label(RichText::new(text).color(theme.text_weak));
        ui.add_space(6.0);
        let mut answer = None;
        scrolled(room.y - 240.0).show(ui, |ui| {
            for (number, recovery) in recoveries.iter().enumerate() {
                ui.horizontal(|ui| {
                    let texture = pictures.get(&number).map(|picture| thumbnails.get(ctx, number, picture));
                    thumbnail(ui, theme, texture);
                    ui.vertical(|ui| {
                        facts(ui, theme, recovery);
                        ui.horizontal_wrapped(|ui| buttons(ui, number, sure, &mut answer));
                    });
                });
                ui.add_space(8.0);
            }
        });
        ui.separator();
        if ui.button("Keep for later").on_hover_text("It stays available in the File menu").clicked() {
            answer = Some(RecoveryAnswer::Later);
        }
        answer
    });
    modal.inner.or_else(|| modal.should_close().then_some(RecoveryAnswer::Later))
}

fn thumbnail(ui: &mut Ui, theme: &Theme, texture: Option<&TextureHandle>) {
    const SIDE: f32 = 72.0;
    match texture {
        Some(texture) => {
            ui.add(Image::new(texture).fit_to_exact_size(vec2(SIDE, SIDE)).corner_radius(theme.radius));
        }
        None => {
            let (rect, _) = ui.allocate_exact_size(vec2(SIDE, SIDE), egui::Sense::hover());
            ui.painter().rect_filled(rect, theme.radius, theme.field);
            let font = egui::FontId::proportional(24.0);
            ui.painter().text(rect.center(), egui::Align2::CENTER_CENTER, icon::IMAGE, font, theme.text_weak);
        }
    }
}

fn facts(ui: &mut Ui, theme: &Theme, recovery: &Recovery) {
    let weak = |text: String| egui::Label::new(RichText::new(text).small().color(theme.text_weak)).truncate();
    ui.label(RichText::new(&recovery.title).strong());
    let steps = match recovery.revisions.saturating_sub(1) {
        1 => "1 step".to_owned(),
        steps => format!("{steps} steps"),
    };
    let since = SystemTime::now().duration_since(recovery.when).unwrap_or_default();
    let count = recovery.scene.nodes().len();
    let objects = if count == 1 { "1 object".to_owned() } else { format!("{count} objects") };
    ui.add(weak(format!("{}  ·  {steps}  ·  {objects}", ago(since))));
    let names: Vec<&str> = recovery.scene.nodes().iter().take(12).map(|node| node.title()).collect();
    ui.add(weak(names.join(", ")));
    match &recovery.path {
        Some(path) => ui.add(weak(path.display().to_string())).on_hover_text(path.display().to_string()),
        None => ui.add(weak("not saved to a file yet".to_owned())),
    };
    if recovery.is_torn {
        ui.add(weak("The last change could not be read.".to_owned()));
    }
}

fn buttons(ui: &mut Ui, number: usize, sure: &mut Option<usize>, answer: &mut Option<RecoveryAnswer>) {
    if *sure == Some(number) {
        ui.label("It cannot be recovered afterwards.");
        if ui.button("Discard permanently").clicked() {
            (*answer, *sure) = (Some(RecoveryAnswer::Discard(number)), None);
        }
        if ui.button("No").clicked() {
            *sure = None;
        }
        return;
    }
    if ui.button("Recover").clicked() {
        *answer = Some(RecoveryAnswer::Recover(number));
    }
    if ui.button("Discard …").clicked() {
        *sure = Some(number);
    }
}

/// "3 minutes ago".
fn ago(since: Duration) -> String {
    let seconds = since.as_secs();
    let of = |count: u64, unit: &str| format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" });
    match seconds {
        0..60 => "just now".to_owned(),
        60..3_600 => of(seconds / 60, "minute"),
        3_600..86_400 => of(seconds / 3_600, "hour"),
        _ => of(seconds / 86_400, "day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_people_do() {
        for (seconds, expected) in [
            (5, "just now"),
            (61, "1 minute ago"),
            (3_599, "59 minutes ago"),
            (7_300, "2 hours ago"),
            (90_000, "1 day ago"),
        ] {
            assert_eq!(ago(Duration::from_secs(seconds)), expected);
        }
    }
}
