//! All commands of the canvas with their labels and shortcuts: one list for keyboard, menu, toolbar and help.

use crate::app::Align;
use egui::{Key, KeyboardShortcut, Modifiers};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CanvasCommand {
    Add,
    Edit,
    Relate,
    Delete,
    SelectAll,
    Duplicate,
    Copy,
    Cut,
    Paste,
    Hide,
    BringToFront,
    SendToBack,
    Lock,
    Unpin,
    Fit,
    Center,
    ZoomIn,
    ZoomOut,
    ZoomWhole,
    Arrange,
    ArrangeAll,
    Snapping,
    Align(Align),
}

const CTRL_SHIFT: Modifiers = Modifiers { alt: false, ctrl: false, shift: true, mac_cmd: false, command: true };
const CTRL_ALT: Modifiers = Modifiers { alt: true, ctrl: false, shift: false, mac_cmd: false, command: true };

impl CanvasCommand {
    /// Commands with a shortcut, most specific first: Ctrl+Shift+L must not match Ctrl+L.
    pub(crate) const KEYED: [Self; 19] = [
        Self::Align(Align::Left),
        Self::Align(Align::Center),
        Self::Align(Align::Right),
        Self::Align(Align::Top),
        Self::Align(Align::Middle),
        Self::Align(Align::Bottom),
        Self::Align(Align::SpreadAcross),
        Self::Align(Align::SpreadDown),
        Self::ArrangeAll,
        Self::Arrange,
        Self::SelectAll,
        Self::Duplicate,
        Self::ZoomWhole,
        Self::Add,
        Self::Edit,
        Self::Delete,
        Self::Fit,
        Self::Center,
        Self::Snapping,
    ];

    /// All commands, in the order of the help page.
    pub(crate) const ALL: [Self; 30] = [
        Self::Add,
        Self::Edit,
        Self::Relate,
        Self::Delete,
        Self::SelectAll,
        Self::Duplicate,
        Self::Copy,
        Self::Cut,
        Self::Paste,
        Self::Hide,
        Self::BringToFront,
        Self::SendToBack,
        Self::Lock,
        Self::Unpin,
        Self::Fit,
        Self::Center,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::ZoomWhole,
        Self::Arrange,
        Self::ArrangeAll,
        Self::Snapping,
        Self::Align(Align::Left),
        Self::Align(Align::Center),
        Self::Align(Align::Right),
        Self::Align(Align::Top),
        Self::Align(Align::Middle),
        Self::Align(Align::Bottom),
        Self::Align(Align::SpreadAcross),
        Self::Align(Align::SpreadDown),
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Add => "Add object …",
            Self::Edit => "Change word …",
            Self::Relate => "Relate to …",
            Self::Delete => "Delete",
            Self::SelectAll => "Select all",
            Self::Duplicate => "Duplicate",
            Self::Copy => "Copy",
            Self::Cut => "Cut",
            Self::Paste => "Paste",
            Self::Hide => "Hide or show",
            Self::BringToFront => "Bring to front",
            Self::SendToBack => "Send to back",
            Self::Lock => "Lock or unlock",
            Self::Unpin => "Unpin the box",
            Self::Fit => "Show everything",
            Self::Center => "Center on the selection",
            Self::ZoomIn => "Zoom in",
            Self::ZoomOut => "Zoom out",
            Self::ZoomWhole => "Zoom to 100 %",
            Self::Arrange => "Arrange unplaced objects",
            Self::ArrangeAll => "Arrange everything",
            Self::Snapping => "Snap to neighbors and grid",
            Self::Align(how) => how.label(),
        }
    }

    pub(crate) fn shortcut(self) -> Option<KeyboardShortcut> {
        let (modifiers, key) = match self {
            Self::Add => (Modifiers::NONE, Key::Insert),
            Self::Edit => (Modifiers::NONE, Key::Enter),
            Self::Relate => (Modifiers::NONE, Key::R),
            Self::Delete => (Modifiers::NONE, Key::Delete),
            Self::SelectAll => (Modifiers::COMMAND, Key::A),
            Self::Duplicate => (Modifiers::COMMAND, Key::D),
            Self::Copy => (Modifiers::COMMAND, Key::C),
            Self::Cut => (Modifiers::COMMAND, Key::X),
            Self::Paste => (Modifiers::COMMAND, Key::V),
            // Commands of the whole window, see `Command`.
            Self::Hide => (Modifiers::COMMAND, Key::H),
            Self::BringToFront => (CTRL_SHIFT, Key::CloseBracket),
            Self::SendToBack => (CTRL_SHIFT, Key::OpenBracket),
            Self::Lock => (CTRL_SHIFT, Key::K),
            Self::Unpin => return None,
            Self::Fit => (Modifiers::NONE, Key::Home),
            Self::Center => (Modifiers::NONE, Key::End),
            Self::ZoomIn => (Modifiers::NONE, Key::Plus),
            Self::ZoomOut => (Modifiers::NONE, Key::Minus),
            Self::ZoomWhole => (Modifiers::NONE, Key::Num0),
            Self::Arrange => (Modifiers::COMMAND, Key::L),
            Self::ArrangeAll => (CTRL_SHIFT, Key::L),
            Self::Snapping => (CTRL_SHIFT, Key::G),
            Self::Align(how) => match how {
                Align::Left => (CTRL_SHIFT, Key::ArrowLeft),
                Align::Right => (CTRL_SHIFT, Key::ArrowRight),
                Align::Top => (CTRL_SHIFT, Key::ArrowUp),
                Align::Bottom => (CTRL_SHIFT, Key::ArrowDown),
                Align::Center => (CTRL_SHIFT, Key::C),
                Align::Middle => (CTRL_SHIFT, Key::M),
                Align::SpreadAcross => (CTRL_ALT, Key::ArrowRight),
                Align::SpreadDown => (CTRL_ALT, Key::ArrowDown),
            },
        };
        Some(KeyboardShortcut::new(modifiers, key))
    }
}

/// Other keys and gestures of the canvas, for the help page (F1).
pub const GESTURES: [(&str, &str); 20] = [
    ("Tab, Shift+Tab", "next, previous object"),
    ("arrow keys", "go to the next object in that direction"),
    ("Page down, Page up", "step through the relations of an object"),
    ("Enter", "change the word of an object or a relation"),
    ("R, then arrow keys and Enter", "relate an object to another one (or to itself)"),
    ("a letter", "find or add an object"),
    ("Shift+arrow keys", "nudge by 10 points; with Alt by 1"),
    ("Delete", "delete the selection"),
    ("Esc", "cancel the current action; then clear the selection"),
    ("+, -, 0", "zoom in, out, to 100 %"),
    ("drag an object", "move it; Alt: without snapping"),
    ("drag from an object's border", "add a relation to another object, or to a new one on empty space"),
    ("click a relation's word", "change, reverse or delete it; move its subject to satisfy it"),
    ("double-click", "add an object; on an object: change its word"),
    ("drag over empty space", "select what the frame touches; Shift: add to the selection"),
    ("Shift+click", "add to or remove from the selection"),
    ("middle button or Space and drag, wheel", "pan the view"),
    ("Ctrl+wheel, pinch", "zoom at the pointer"),
    ("right click", "menu"),
    ("Home, End", "show everything; center on the selection"),
];
