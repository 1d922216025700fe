//! A single-line text field that stays open on Enter: the next input replaces its text. Used by every field that is
//! submitted.

use egui::text::{CCursor, CCursorRange};
use egui::text_edit::TextEditState;
use egui::{Context, Id, Key, Response, TextEdit, Ui};

/// A field as drawn in this frame.
pub(crate) struct TextField {
    pub(crate) response: Response,
    pub state: TextEditState,
    /// Enter was pressed.
    pub(crate) entered: bool,
}

/// State of the focused field; there is at most one.
#[derive(Clone, Debug)]
struct Focused {
    id: Id,
    is_empty: bool,
    /// The text that was submitted, until it changes.
    applied: Option<String>,
    text: String,
}

fn place() -> Id {
    Id::new("text field that stays open")
}

impl TextField {
    /// Draws the field. `id` must not depend on what else is drawn, so that the focus stays. `style` sets hint, width
    /// and font.
    pub(crate) fn show(
        ui: &mut Ui,
        id: Id,
        text: &mut String,
        style: impl for<'t> FnOnce(TextEdit<'t>) -> TextEdit<'t>,
    ) -> Self {
        let had_focus = ui.memory(|memory| memory.has_focus(id));
        let mut output = style(TextEdit::singleline(text)).id(id).show(ui);
        let lost = had_focus && !ui.memory(|memory| memory.has_focus(id));
        let entered = lost && ui.input(|input| input.key_pressed(Key::Enter));
        if entered {
            output.response.request_focus();
            let end = CCursor::new(text.chars().count());
            output.state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(0), end)));
            output.state.clone().store(ui.ctx(), id);
        }
        note(ui.ctx(), id, text);
        Self { response: output.response.response, state: output.state, entered }
    }

    /// Marks the text as applied: until it changes, undo applies to the scene.
    pub(crate) fn applied(&self, text: &str) {
        self.response.ctx.data_mut(|data| {
            let Some(mut focused) = data.get_temp::<Focused>(place()).filter(|focused| focused.id == self.response.id)
            else {
                return;
            };
            focused.applied = Some(text.to_owned());
            data.insert_temp(place(), focused);
        });
    }
}

fn note(ctx: &Context, id: Id, text: &str) {
    let has_focus = ctx.memory(|memory| memory.has_focus(id));
    ctx.data_mut(|data| {
        let before = data.get_temp::<Focused>(place()).filter(|focused| focused.id == id);
        if has_focus {
            let applied = before.and_then(|before| before.applied).filter(|applied| applied == text);
            data.insert_temp(place(), Focused { id, is_empty: text.is_empty(), applied, text: text.to_owned() });
        } else if before.is_some() {
            data.remove::<Focused>(place());
        }
    });
}

fn focused(ctx: &Context) -> Option<Focused> {
    let focus = ctx.memory(|memory| memory.focused())?;
    ctx.data(|data| data.get_temp::<Focused>(place())).filter(|focused| focused.id == focus)
}

/// Returns true if such a field has the focus.
pub(crate) fn is_focused(ctx: &Context) -> bool {
    focused(ctx).is_some()
}

/// Returns true if undo and redo apply to the scene: the focused field is empty, or shows applied text.
pub(crate) fn leaves_undo(ctx: &Context) -> bool {
    focused(ctx).is_some_and(|focused| focused.is_empty || focused.applied.as_ref() == Some(&focused.text))
}
