//! The menu bar with the toolbar beside it. Every entry is a [`Command`].

use egui::{Button, MenuBar, RichText, Ui};

use super::commands::{Command, MENUS, TOOLBAR, shortcut_text};
use super::dock::{Dock, Panel};

/// Input of the menus.
pub(crate) struct MenuInput<'a> {
    pub(crate) is_possible: &'a dyn Fn(Command) -> bool,
    pub(crate) is_chosen: &'a dyn Fn(Command) -> bool,
    pub recent: &'a [std::path::PathBuf],
    /// "add kite": what undo and redo would do.
    pub undo: Option<&'a str>,
    pub redo: Option<&'a str>,
    pub title: &'a str,
}

pub(crate) enum MenuClick {
    Command(Command),
    Recent(std::path::PathBuf),
    Panel(Panel),
}

/// Narrower windows hide the toolbar, and then the title.
const WITH_TOOLBAR: f32 = 560.0;
const WITH_TITLE: f32 = 760.0;

pub(crate) fn show(ui: &mut Ui, input: &MenuInput<'_>, dock: &Dock) -> Option<MenuClick> {
    let mut clicked = None;
    MenuBar::new().ui(ui, |ui| {
        for menu in &MENUS {
            ui.menu_button(menu.title, |ui| {
                ui.set_min_width(220.0);
                for command in menu.commands {
                    match command {
                        Some(command) => item(ui, *command, input, &mut clicked),
                        None => {
                            ui.separator();
                        }
                    }
                    if *command == Some(Command::Open) {
                        recent(ui, input, &mut clicked);
                    }
                }
                if menu.title == "View" {
                    panels(ui, dock, &mut clicked);
                }
            });
        }
        if ui.available_width() > WITH_TOOLBAR - 280.0 {
            ui.separator();
            for command in TOOLBAR {
                match command {
                    Some(command) => tool(ui, command, input, &mut clicked),
                    None => {
                        ui.separator();
                    }
                }
            }
        }
        if ui.available_width() > WITH_TITLE - 600.0 {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                ui.add_space(4.0);
                ui.label(RichText::new(input.title).weak());
            });
        }
    });
    clicked
}

fn item(ui: &mut Ui, command: Command, input: &MenuInput<'_>, clicked: &mut Option<MenuClick>) {
    let entry = command.info();
    let subject = match command {
        Command::Undo => input.undo,
        Command::Redo => input.redo,
        _ => None,
    };
    let label = match subject.filter(|label| !label.is_empty()) {
        Some(subject) => format!("{}  {}: {}", entry.icon, entry.label, shortened(subject)),
        None => command.text(),
    };
    let mut button = Button::new(label).selected((input.is_chosen)(command));
    if let Some(key) = entry.shortcut {
        button = button.shortcut_text(shortcut_text(ui.ctx(), &key));
    }
    let button = ui.add_enabled((input.is_possible)(command), button).on_hover_text(entry.tooltip);
    if button.clicked() {
        *clicked = Some(MenuClick::Command(command));
    }
}

fn tool(ui: &mut Ui, command: Command, input: &MenuInput<'_>, clicked: &mut Option<MenuClick>) {
    let entry = command.info();
    let button = Button::new(RichText::new(entry.icon).size(17.0)).frame_when_inactive(false);
    let button = ui.add_enabled((input.is_possible)(command), button).on_hover_text(command.hint(ui.ctx()));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, entry.label));
    if button.clicked() {
        *clicked = Some(MenuClick::Command(command));
    }
}

fn recent(ui: &mut Ui, input: &MenuInput<'_>, clicked: &mut Option<MenuClick>) {
    ui.add_enabled_ui(!input.recent.is_empty(), |ui| {
        ui.menu_button("      Open recent", |ui| {
            for path in input.recent {
                let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into());
                if ui.button(name).on_hover_text(path.display().to_string()).clicked() {
                    *clicked = Some(MenuClick::Recent(path.clone()));
                }
            }
        });
    });
}

fn panels(ui: &mut Ui, dock: &Dock, clicked: &mut Option<MenuClick>) {
    ui.separator();
    for panel in Panel::ALL {
        let text = format!("{}  {}", panel.icon(), panel.title());
        if ui.add(Button::new(text).selected(dock.is_open(panel))).on_hover_text("Show this panel").clicked() {
            *clicked = Some(MenuClick::Panel(panel));
        }
    }
}

fn shortened(label: &str) -> String {
    const MAX_CHARS: usize = 32;
    if label.chars().count() <= MAX_CHARS {
        label.to_owned()
    } else {
        label.chars().take(MAX_CHARS).chain(['…']).collect()
    }
}
