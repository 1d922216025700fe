//! Questions that have to be answered before the work goes on: unsaved changes, and which graph of several.

use egui::{Context, Id, Modal, RichText, ScrollArea};

use super::Theme;
use crate::scene::Scene;

/// What was about to happen when unsaved changes were found.
#[derive(Clone, Debug, PartialEq)]
pub enum Then {
    Quit,
    New,
    AskOpen,
    Open(std::path::PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsaved {
    Save,
    Discard,
    Cancel,
}

/// `None` while nothing was chosen.
pub fn unsaved(ctx: &Context, theme: &Theme, title: &str) -> Option<Unsaved> {
    let modal = Modal::new(Id::new("unsaved changes")).show(ctx, |ui| {
        ui.set_width((ctx.content_rect().width() - 60.0).clamp(200.0, 380.0));
        ui.heading(format!("Save the changes to {title}?"));
        ui.label(RichText::new("They are in no file yet.").color(theme.text_weak));
        ui.add_space(10.0);
        ui.horizontal_wrapped(|ui| {
            let choices = [("Save", Unsaved::Save), ("Discard", Unsaved::Discard), ("Cancel", Unsaved::Cancel)];
            choices.into_iter().find(|(label, _)| ui.button(*label).clicked()).map(|(_, choice)| choice)
        })
        .inner
    });
    modal.inner.or_else(|| modal.should_close().then_some(Unsaved::Cancel))
}

/// Which of several graphs: `Some(None)` is none of them.
pub fn choose(ctx: &Context, theme: &Theme, scenes: &[Scene]) -> Option<Option<usize>> {
    let modal = Modal::new(Id::new("which graph")).show(ctx, |ui| {
        let room = ctx.content_rect().size();
        ui.set_width((room.x - 60.0).clamp(200.0, 460.0));
        ui.heading(format!("This file holds {} graphs", scenes.len()));
        let mut chosen = None;
        ScrollArea::vertical().max_height(room.y - 180.0).show(ui, |ui| {
            for (place, scene) in scenes.iter().enumerate() {
                let names: Vec<&str> = scene.nodes().iter().take(8).map(|node| node.title()).collect();
                if ui.button(format!("{}   {}", place + 1, names.join(", "))).clicked() {
                    chosen = Some(Some(place));
                }
            }
        });
        ui.label(RichText::new("The others stay in the file.").color(theme.text_weak));
        if ui.button("Cancel").clicked() {
            chosen = Some(None);
        }
        chosen
    });
    modal.inner.or_else(|| modal.should_close().then_some(None))
}
