//! Help dialogs: all keyboard shortcuts (F1), and "About".

use egui::{Context, Grid, Key, RichText, Ui};

use super::canvas::{self, GESTURES};
use super::commands::{Command, MENUS};
use super::prompt::{modal, scrolled};
use super::{Theme, annotate, history, picture};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Help {
    KeyboardShortcuts,
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
pub(crate) fn show(ctx: &Context, theme: &Theme, help: Help) -> bool {
    let modal = modal(ctx, "help").show(ctx, |ui| {
        let room = ctx.content_rect().size();
        ui.set_width((room.x - 60.0).clamp(200.0, 640.0));
        match help {
            Help::KeyboardShortcuts => scrolled(room.y - 180.0).show(ui, |ui| keys(ui, theme)).inner,
            Help::About => about(ui, theme),
        }
        ui.add_space(8.0);
        ui.button("Close").clicked()
    });
    let closed = modal.inner || modal.should_close() || ctx.input(|input| input.key_pressed(Key::Escape));
    !closed
}

fn keys(ui: &mut Ui, theme: &Theme) {
    ui.heading("Keyboard shortcuts");
    for menu in &MENUS {
        let commands: Vec<Command> =
            menu.commands.iter().flatten().copied().filter(|command| command.info().shortcut.is_some()).collect();
        if commands.is_empty() {
            continue;
        }
        section(ui, theme, menu.title);
        Grid::new(("keys", menu.title)).num_columns(2).min_col_width(COLUMN).show(ui, |ui| {
            for command in commands {
                let info = command.info();
                let key = info.shortcut.map_or_else(String::new, |key| ui.ctx().format_shortcut(&key));
                ui.label(RichText::new(key).monospace().color(theme.accent));
                ui.label(info.label).on_hover_text(info.tooltip);
                ui.end_row();
            }
        });
    }
    lines(ui, theme, "Everywhere", OTHER_KEYS.iter().map(|(key, what)| ((*key).to_owned(), *what)));
    let ctx = ui.ctx().clone();
    let keyed =
        canvas::CanvasCommand::ALL.into_iter().filter_map(|command| Some((command.shortcut()?, command.label())));
    let keyed = keyed.map(|(key, what)| (ctx.format_shortcut(&key), what));
    lines(ui, theme, "In the graph", keyed);
    let sections = [
        ("In the graph: mouse and keyboard", &GESTURES[..]),
        ("In the picture", &picture::KEYS[..]),
        ("In the history", &history::KEYS[..]),
        ("Annotating pictures", &annotate::KEYS[..]),
    ];
    for (title, keys) in sections {
        lines(ui, theme, title, keys.iter().map(|(key, what)| ((*key).to_owned(), *what)));
    }
}

fn lines(ui: &mut Ui, theme: &Theme, title: &str, keys: impl Iterator<Item = (String, &'static str)>) {
    section(ui, theme, title);
    Grid::new(("keys", title)).num_columns(2).min_col_width(COLUMN).show(ui, |ui| {
        for (key, what) in keys {
            ui.label(RichText::new(key).monospace().color(theme.accent));
            ui.label(what);
            ui.end_row();
        }
    });
}

fn section(ui: &mut Ui, theme: &Theme, title: &str) {
    ui.add_space(8.0);
    ui.label(RichText::new(title).strong().color(theme.text_weak));
}

fn about(ui: &mut Ui, theme: &Theme) {
    ui.heading("Scenewright");
    ui.label(format!("Version {}", crate::version::text()));
    ui.add_space(6.0);
    ui.label("Edit a scene graph and watch it become a picture.");
    ui.label("The network is from Image Generation from Scene Graphs (Johnson, Gupta, Fei-Fei, 2018).");
    ui.label(RichText::new("License: MIT or Apache 2.0. No data leaves this computer.").color(theme.text_weak));
}
