//! Help dialogs: all keyboard shortcuts (F1), and "About".

use std::collections::HashSet;

use egui::{Context, Grid, Id, Key, RichText, Ui, WidgetInfo};

use super::canvas::{self, GESTURES};
use super::commands::{MENUS, shortcut_text};
use super::prompt::{modal, scrolled};
use super::text_field::TextField;
use super::{Theme, annotate, history, layers, picture};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Help {
    /// `typed`: only keys and commands that contain this.
    KeyboardShortcuts {
        typed: String,
    },
    About,
}

/// Points: width of the shortcut column, the same in all sections.
const COLUMN: f32 = 270.0;

/// Keys that are not shortcuts of a command.
const OTHER_KEYS: &[(&str, &str)] = &[
    ("/", "Apply command"),
    ("Enter", "Apply the sentence"),
    ("Up, Down", "Previous sentences"),
    ("Tab", "Complete the last word of a sentence; again: the next completion"),
    ("1, 2, 3 …", "Answer the question of a sentence"),
    ("Esc", "Cancel a question, a sentence, a drag or the current drawing"),
    ("Tab", "Next element"),
];

/// Returns true while the dialog stays open.
pub(crate) fn show(ctx: &Context, theme: &Theme, help: &mut Help) -> bool {
    let modal = modal(ctx, "help").show(ctx, |ui| {
        let room = ctx.content_rect().size();
        ui.set_width((room.x - 60.0).clamp(200.0, 640.0));
        match help {
            Help::KeyboardShortcuts { typed } => {
                search(ui, typed);
                scrolled(room.y - 220.0).show(ui, |ui| keys(ui, theme, typed));
            }
            Help::About => about(ui, theme),
        }
        ui.add_space(8.0);
        ui.button("Close").clicked()
    });
    let closed = modal.inner || modal.should_close() || ctx.input(|input| input.key_pressed(Key::Escape));
    !closed
}

fn search(ui: &mut Ui, typed: &mut String) {
    ui.heading("Keyboard shortcuts");
    let id = Id::new("search shortcuts");
    let field = TextField::show(ui, id, typed, |edit| edit.hint_text("search").desired_width(260.0));
    if !ui.memory(|memory| memory.focused().is_some()) {
        field.response.request_focus();
    }
    let text = typed.clone();
    field.response.widget_info(|| WidgetInfo {
        label: Some("search shortcuts".to_owned()),
        ..WidgetInfo::text_edit(true, &text, &text, "search")
    });
}

/// All keys by section. What one section lists is not repeated in the next.
fn sections(ctx: &Context) -> Vec<(&'static str, Vec<(String, &'static str)>)> {
    let of_menu = |menu: &super::commands::CommandMenu| {
        let keyed = menu.commands.iter().flatten().map(|command| command.info());
        let keyed = keyed.filter_map(|info| Some((shortcut_text(ctx, &info.shortcut?), info.label)));
        (menu.title, keyed.collect::<Vec<_>>())
    };
    let mut all: Vec<_> = MENUS.iter().map(of_menu).collect();
    let plain =
        |keys: &[(&'static str, &'static str)]| keys.iter().map(|(key, what)| ((*key).to_owned(), *what)).collect();
    all.push(("Everywhere", plain(OTHER_KEYS)));
    let of_graph = canvas::CanvasCommand::ALL.into_iter();
    let of_graph = of_graph.filter_map(|command| Some((shortcut_text(ctx, &command.shortcut()?), command.label())));
    all.push(("In the graph", of_graph.collect()));
    all.push(("In the graph: mouse and keyboard", plain(&GESTURES)));
    all.push(("In the picture", plain(&picture::KEYS)));
    all.push(("In the layers", plain(&layers::KEYS)));
    all.push(("In the history", plain(&history::KEYS)));
    all.push(("Annotating pictures", plain(&annotate::KEYS)));
    let mut seen: HashSet<String> = HashSet::new();
    let menus = MENUS.len();
    for (at, (_, keys)) in all.iter_mut().enumerate() {
        // The graph has keys that mean the same everywhere; annotation has its own.
        let is_graph = (menus + 1..menus + 3).contains(&at);
        keys.retain(|(key, _)| !is_graph || !seen.contains(key));
        seen.extend(keys.iter().map(|(key, _)| key.clone()));
    }
    all
}

fn keys(ui: &mut Ui, theme: &Theme, typed: &str) {
    let typed = typed.trim().to_lowercase();
    let fits =
        |(key, what): &(String, &str)| key.to_lowercase().contains(&typed) || what.to_lowercase().contains(&typed);
    let mut is_empty = true;
    for (title, keys) in sections(&ui.ctx().clone()) {
        let keys: Vec<_> = keys.into_iter().filter(fits).collect();
        if keys.is_empty() {
            continue;
        }
        is_empty = false;
        ui.add_space(8.0);
        ui.label(RichText::new(title).strong().color(theme.text_weak));
        Grid::new(("keys", title)).num_columns(2).min_col_width(COLUMN).show(ui, |ui| {
            for (key, what) in keys {
                ui.label(RichText::new(key).monospace().color(theme.accent));
                ui.label(what);
                ui.end_row();
            }
        });
    }
    if is_empty {
        ui.label(RichText::new("No key or command is called so.").color(theme.text_weak));
    }
}

fn about(ui: &mut Ui, theme: &Theme) {
    ui.heading("Scenewright");
    ui.label(format!("Version {}", crate::version::text()));
    ui.add_space(6.0);
    ui.label("Edit a scene graph and watch it become a picture.");
    ui.label("Pictures are drawn by a collage model, or by the network of Image Generation from Scene Graphs (Johnson, Gupta, Fei-Fei, 2018), whichever is open.");
    ui.label(RichText::new("License: MIT or Apache 2.0. No data leaves this computer.").color(theme.text_weak));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_is_listed_twice_in_a_place() {
        let all = sections(&Context::default());
        let mut seen = HashSet::new();
        for (title, keys) in all.iter().take_while(|(title, _)| *title != "In the picture") {
            for (key, what) in keys.iter().filter(|(key, _)| !key.contains("Tab") && !key.contains("Esc")) {
                assert!(seen.insert(key.clone()), "{title}: {key} {what}");
            }
        }
    }
}
