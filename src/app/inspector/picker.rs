//! A button that shows a word and opens a search for another one. Only one is open at a time.

use egui::{
    Button, Color32, Key, Modifiers, Popup, PopupCloseBehavior, RichText, ScrollArea, TextEdit, Ui, WidgetInfo,
};
use egui_phosphor::regular as icon;

use crate::app::Theme;
use crate::app::widgets::{named, swatch, weak};

/// An entry of the list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PickerChoice<T> {
    pub value: T,
    pub text: String,
    /// Weak text behind it.
    pub hint: String,
    pub color: Option<Color32>,
}

/// Maximum number of rows; the search narrows them down.
const MAX_ROWS: usize = 60;

#[derive(Default)]
pub(crate) struct Picker {
    typed: String,
    at: usize,
    open: Option<egui::Id>,
}

/// Appearance of the closed picker.
pub(crate) struct PickerFace<'a> {
    /// Accessible name: "name".
    pub name: &'a str,
    pub text: &'a str,
    pub color: Option<Color32>,
}

impl Picker {
    /// `choices` is called with the typed text, and only while the picker is open.
    pub(crate) fn show<T>(
        &mut self,
        ui: &mut Ui,
        face: &PickerFace<'_>,
        theme: &Theme,
        choices: &mut dyn FnMut(&str) -> Vec<PickerChoice<T>>,
    ) -> Option<T> {
        let button = ui.horizontal(|ui| {
            if let Some(color) = face.color {
                swatch(ui, theme, color);
            }
            ui.add(Button::new(RichText::new(format!("{} {}", face.text, icon::CARET_DOWN))).truncate())
        });
        let button = named(button.inner, egui::WidgetType::ComboBox, &format!("{}: {}", face.name, face.text));
        let id = button.id;
        let popup = Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).width(220.0);
        let shown = popup.show(|ui| self.list(ui, id, face.name, theme, choices));
        if shown.is_none() && self.open == Some(id) {
            self.open = None;
        }
        shown.and_then(|shown| shown.inner)
    }

    fn list<T>(
        &mut self,
        ui: &mut Ui,
        id: egui::Id,
        name: &str,
        theme: &Theme,
        choices: &mut dyn FnMut(&str) -> Vec<PickerChoice<T>>,
    ) -> Option<T> {
        let opened = self.open != Some(id);
        if opened {
            *self = Self { open: Some(id), ..Self::default() };
        }
        // Before the field sees these keys: they would move its cursor.
        let (moved, enter) = ui.input_mut(|i| {
            let down = i.consume_key(Modifiers::NONE, Key::ArrowDown);
            let up = i.consume_key(Modifiers::NONE, Key::ArrowUp);
            (i32::from(down) - i32::from(up), i.consume_key(Modifiers::NONE, Key::Enter))
        });
        let field = ui.add(TextEdit::singleline(&mut self.typed).hint_text("search").desired_width(f32::INFINITY));
        let (typed, label) = (self.typed.clone(), format!("search {name}"));
        field.widget_info(|| WidgetInfo {
            label: Some(label.clone()),
            ..WidgetInfo::text_edit(true, &typed, &typed, "search")
        });
        if opened {
            field.request_focus();
        }
        if field.changed() {
            self.at = 0;
        }
        let mut choices = choices(&self.typed);
        choices.truncate(MAX_ROWS);
        let last = choices.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(moved as isize).min(last);
        let mut chosen = if enter && !choices.is_empty() { Some(self.at) } else { None };
        ScrollArea::vertical().max_height(240.0).show(ui, |ui| {
            if choices.is_empty() {
                ui.label(weak(theme, "No match."));
            }
            for (i, choice) in choices.iter().enumerate() {
                let row = ui.horizontal(|ui| {
                    if let Some(color) = choice.color {
                        swatch(ui, theme, color);
                    }
                    let response = ui.selectable_label(i == self.at, &choice.text);
                    if !choice.hint.is_empty() {
                        ui.label(weak(theme, &choice.hint).small());
                    }
                    response
                });
                if moved != 0 && i == self.at {
                    row.inner.scroll_to_me(None);
                }
                if row.inner.clicked() {
                    chosen = Some(i);
                }
            }
        });
        let chosen = chosen.filter(|at| *at < choices.len())?;
        ui.close();
        self.open = None;
        Some(choices.swap_remove(chosen).value)
    }
}
