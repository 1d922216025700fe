//! All menu commands: one table with label, tooltip, icon and shortcut.

use egui::{Key, KeyboardShortcut, Modifiers};
use egui_phosphor::regular as icon;

use super::Align;
use super::depth_order::DepthStep;
use strum::{EnumIter, IntoEnumIterator};

/// A command of a menu, a toolbar button, a shortcut or the command palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, strum::IntoStaticStr)]
pub enum Command {
    New,
    Open,
    Examples,
    Save,
    SaveAs,
    Revert,
    Recover,
    ShowCrashReport,
    Export,
    CopyImage,
    CopyPrompt,
    Annotate,
    OpenModel,
    Train,
    Quit,
    Undo,
    Redo,
    Cut,
    Copy,
    Paste,
    SelectAll,
    Duplicate,
    DuplicateInRow,
    Delete,
    Find,
    Hide,
    ShowAll,
    BringToFront,
    BringForward,
    SendBackward,
    SendToBack,
    Flip,
    Lock,
    Pin,
    Group,
    Ungroup,
    AlignLeft,
    AlignCenter,
    AlignRight,
    AlignTop,
    AlignMiddle,
    AlignBottom,
    DistributeAcross,
    DistributeDown,
    ApplyCommand,
    NewSeed,
    FreshLayout,
    Variations,
    Stop,
    TracePicture,
    FitPicture,
    ActualPixels,
    SafeAreas,
    FollowSystem,
    Dark,
    Light,
    Larger,
    Smaller,
    OriginalSize,
    ResetPanels,
    KeyboardShortcuts,
    Tour,
    About,
}

/// How a command is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommandInfo {
    pub label: &'static str,
    pub tooltip: &'static str,
    pub icon: &'static str,
    pub(crate) shortcut: Option<KeyboardShortcut>,
    /// Whether the shortcut also works while a text field has the focus.
    pub(crate) works_while_typing: bool,
}

/// A menu of the menu bar; `None` is a separator.
pub(crate) struct CommandMenu {
    pub title: &'static str,
    pub commands: &'static [Option<Command>],
}

pub(crate) const MENUS: [CommandMenu; 6] = [
    CommandMenu {
        title: "File",
        commands: &[
            Some(Command::New),
            Some(Command::Open),
            Some(Command::Examples),
            None,
            Some(Command::Save),
            Some(Command::SaveAs),
            Some(Command::Revert),
            Some(Command::Recover),
            None,
            Some(Command::Export),
            Some(Command::CopyImage),
            Some(Command::CopyPrompt),
            None,
            Some(Command::Annotate),
            Some(Command::OpenModel),
            Some(Command::Train),
            None,
            Some(Command::Quit),
        ],
    },
    CommandMenu {
        title: "Edit",
        commands: &[
            Some(Command::Undo),
            Some(Command::Redo),
            None,
            Some(Command::Cut),
            Some(Command::Copy),
            Some(Command::Paste),
            None,
            Some(Command::SelectAll),
            Some(Command::Duplicate),
            Some(Command::DuplicateInRow),
            Some(Command::Delete),
            None,
            Some(Command::Find),
        ],
    },
    CommandMenu {
        title: "Object",
        commands: &[
            Some(Command::Hide),
            Some(Command::ShowAll),
            None,
            Some(Command::BringToFront),
            Some(Command::BringForward),
            Some(Command::SendBackward),
            Some(Command::SendToBack),
            None,
            Some(Command::Flip),
            Some(Command::Lock),
            Some(Command::Pin),
            None,
            Some(Command::Group),
            Some(Command::Ungroup),
            None,
            Some(Command::AlignLeft),
            Some(Command::AlignCenter),
            Some(Command::AlignRight),
            Some(Command::AlignTop),
            Some(Command::AlignMiddle),
            Some(Command::AlignBottom),
            Some(Command::DistributeAcross),
            Some(Command::DistributeDown),
        ],
    },
    CommandMenu {
        title: "View",
        commands: &[
            Some(Command::TracePicture),
            Some(Command::FitPicture),
            Some(Command::ActualPixels),
            Some(Command::SafeAreas),
            None,
            Some(Command::FollowSystem),
            Some(Command::Dark),
            Some(Command::Light),
            None,
            Some(Command::Larger),
            Some(Command::Smaller),
            Some(Command::OriginalSize),
            None,
            Some(Command::ResetPanels),
        ],
    },
    CommandMenu {
        title: "Scene",
        commands: &[
            Some(Command::ApplyCommand),
            None,
            Some(Command::NewSeed),
            Some(Command::FreshLayout),
            Some(Command::Variations),
            None,
            Some(Command::Stop),
        ],
    },
    CommandMenu {
        title: "Help",
        commands: &[
            Some(Command::KeyboardShortcuts),
            Some(Command::Tour),
            Some(Command::ShowCrashReport),
            Some(Command::About),
        ],
    },
];

/// Toolbar buttons beside the menus.
pub(crate) const TOOLBAR: [Option<Command>; 8] = [
    Some(Command::Undo),
    Some(Command::Redo),
    None,
    Some(Command::NewSeed),
    Some(Command::FreshLayout),
    Some(Command::Variations),
    Some(Command::Export),
    Some(Command::KeyboardShortcuts),
];

impl Command {
    /// The alignment of boxes that a command stands for.
    pub(crate) fn align(self) -> Option<Align> {
        Some(match self {
            Self::AlignLeft => Align::Left,
            Self::AlignCenter => Align::Center,
            Self::AlignRight => Align::Right,
            Self::AlignTop => Align::Top,
            Self::AlignMiddle => Align::Middle,
            Self::AlignBottom => Align::Bottom,
            Self::DistributeAcross => Align::SpreadAcross,
            Self::DistributeDown => Align::SpreadDown,
            _ => return None,
        })
    }

    /// The change of the depth order that a command stands for.
    pub(crate) fn depth_step(self) -> Option<DepthStep> {
        Some(match self {
            Self::BringToFront => DepthStep::Front,
            Self::BringForward => DepthStep::Forward,
            Self::SendBackward => DepthStep::Backward,
            Self::SendToBack => DepthStep::Back,
            _ => return None,
        })
    }

    /// Title of the menu that holds the command.
    pub(crate) fn menu(self) -> &'static str {
        MENUS.iter().find(|menu| menu.commands.contains(&Some(self))).map_or("", |menu| menu.title)
    }

    pub(crate) fn info(self) -> CommandInfo {
        match self {
            Self::New => entry("New scene", "Start with an empty scene", icon::FILE_PLUS)
                .key(Modifiers::COMMAND, Key::N)
                .always(),
            Self::Open => {
                entry("Open …", "Open a scene graph", icon::FOLDER_OPEN).key(Modifiers::COMMAND, Key::O).always()
            }
            Self::Examples => entry("Examples …", "Open a scene made with this program", icon::IMAGES_SQUARE),
            Self::Save => {
                entry("Save", "Save the scene to its file", icon::FLOPPY_DISK).key(Modifiers::COMMAND, Key::S).always()
            }
            Self::SaveAs => entry("Save as …", "Save the scene to another file", icon::FLOPPY_DISK)
                .key(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::S)
                .always(),
            Self::Revert => entry("Revert to saved", "Reload the file as it was last saved", icon::CLOCK_CLOCKWISE),
            Self::Recover => entry("Recover …", "Restore unsaved work after a crash", icon::FIRST_AID_KIT),
            Self::ShowCrashReport => {
                entry("Crash report …", "Show the report that the last crash left on this computer", icon::BUG)
            }
            Self::Export => entry("Export …", "Export the picture, its layers and its layout as files", icon::EXPORT)
                .key(Modifiers::COMMAND, Key::E)
                .always(),
            // Not Ctrl+C: clipboard shortcuts do not arrive as key events.
            Self::CopyImage => entry("Copy image", "Copy the picture to the clipboard", icon::COPY)
                .key(Modifiers::COMMAND, Key::I)
                .always(),
            Self::CopyPrompt => entry(
                "Copy prompt",
                "Copy the scene as plain English, for programs that make pictures of a text",
                icon::TEXT_ALIGN_LEFT,
            )
            .key(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::I)
            .always(),
            Self::Annotate => entry(
                "Annotate pictures …",
                "Draw boxes and masks on your own pictures, to train a model on",
                icon::IMAGES,
            )
            .key(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::P)
            .always(),
            Self::OpenModel => entry("Open model …", "Choose the folder of the model to draw with", icon::CUBE),
            Self::Train => {
                entry("Train a model", "Train or fine-tune a model and keep the result", icon::GRADUATION_CAP)
                    .key(Modifiers::COMMAND, Key::T)
                    .always()
            }
            Self::Quit => entry("Quit", "Close the editor", icon::SIGN_OUT).key(Modifiers::COMMAND, Key::Q).always(),
            Self::Undo => entry("Undo", "Undo the last step", icon::ARROW_U_UP_LEFT).key(Modifiers::COMMAND, Key::Z),
            Self::Redo => entry("Redo", "Redo the step", icon::ARROW_U_UP_RIGHT)
                .key(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z),
            Self::Cut => entry("Cut", "Move the selected objects to the clipboard", icon::SCISSORS)
                .key(Modifiers::COMMAND, Key::X),
            Self::Copy => {
                entry("Copy", "Copy the selected objects to the clipboard", icon::COPY).key(Modifiers::COMMAND, Key::C)
            }
            Self::Paste => {
                entry("Paste", "Add the objects of the clipboard", icon::CLIPBOARD_TEXT).key(Modifiers::COMMAND, Key::V)
            }
            Self::SelectAll => entry("Select all", "Select every object and relation", icon::SELECTION_ALL)
                .key(Modifiers::COMMAND, Key::A),
            Self::Duplicate => {
                entry("Duplicate", "Add a copy of the selection", icon::COPY_SIMPLE).key(Modifiers::COMMAND, Key::D)
            }
            Self::DuplicateInRow => {
                entry("Duplicate in a row …", "Add several copies beside the selected object", icon::DOTS_THREE)
                    .key(CTRL_SHIFT, Key::D)
            }
            Self::Delete => entry("Delete", "Delete the selection", icon::TRASH).key(Modifiers::NONE, Key::Delete),
            Self::Find => {
                entry("Find …", "Find a command, an object, a word or a step of the history", icon::MAGNIFYING_GLASS)
                    .key(Modifiers::COMMAND, Key::P)
                    .always()
            }
            Self::Hide => entry(
                "Hide or show",
                "Keep the selected objects and relations out of the picture, or show them again",
                icon::EYE_SLASH,
            )
            .key(Modifiers::COMMAND, Key::H),
            Self::ShowAll => {
                entry("Show all", "Show every hidden object and relation", icon::EYE).key(CTRL_SHIFT, Key::H)
            }
            Self::BringToFront => entry("Bring to front", "In front of all other objects", icon::ARROW_LINE_UP)
                .key(CTRL_SHIFT, Key::CloseBracket),
            Self::BringForward => {
                entry("Bring forward", "In front of the next object that it overlaps", icon::ARROW_UP)
                    .key(Modifiers::COMMAND, Key::CloseBracket)
            }
            Self::SendBackward => entry("Send backward", "Behind the next object that it overlaps", icon::ARROW_DOWN)
                .key(Modifiers::COMMAND, Key::OpenBracket),
            Self::SendToBack => {
                entry("Send to back", "Behind all other objects, in front of ground and sky", icon::ARROW_LINE_DOWN)
                    .key(CTRL_SHIFT, Key::OpenBracket)
            }
            Self::Flip => entry("Flip", "Turn the selected objects to face the other way", icon::FLIP_HORIZONTAL)
                .key(CTRL_SHIFT, Key::F),
            Self::Lock => {
                entry("Lock or unlock", "Keep the selected objects as they are while others change", icon::LOCK)
                    .key(CTRL_SHIFT, Key::K)
                    .always()
            }
            Self::Pin => entry("Pin or unpin", "Keep the boxes of the selected objects in their place", icon::PUSH_PIN)
                .key(CTRL_SHIFT, Key::B),
            Self::Group => entry("Group", "Select and move the selected objects together", icon::SELECTION_PLUS)
                .key(Modifiers::COMMAND, Key::G),
            Self::Ungroup => {
                entry("Ungroup", "Let each object be selected alone", icon::SELECTION_SLASH).key(CTRL_SHIFT, Key::U)
            }
            Self::AlignLeft => align(Align::Left),
            Self::AlignCenter => align(Align::Center),
            Self::AlignRight => align(Align::Right),
            Self::AlignTop => align(Align::Top),
            Self::AlignMiddle => align(Align::Middle),
            Self::AlignBottom => align(Align::Bottom),
            Self::DistributeAcross => align(Align::SpreadAcross),
            Self::DistributeDown => align(Align::SpreadDown),
            Self::ApplyCommand => entry(
                "Apply command",
                "Type a command that changes the scene; the / key does the same",
                icon::CHAT_TEXT,
            )
            .key(Modifiers::COMMAND, Key::K)
            .always(),
            Self::NewSeed => {
                entry("New random seed", "Draw the picture with a new random seed; boxes stay", icon::DICE_FIVE)
                    .key(Modifiers::COMMAND, Key::R)
                    .always()
            }
            Self::FreshLayout => entry("Fresh layout", "Recompute the layout; pinned boxes stay", icon::SHUFFLE)
                .key(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::R)
                .always(),
            Self::Variations => entry("Variations", "Draw the scene with nine other random seeds", icon::GRID_NINE)
                .key(Modifiers::COMMAND, Key::M)
                .always(),
            Self::Stop => {
                entry("Stop drawing", "Cancel the current drawing", icon::STOP_CIRCLE).key(Modifiers::NONE, Key::Escape)
            }
            Self::TracePicture => entry(
                "Trace a picture …",
                "Lay a picture faintly over the layout, to place boxes by it; again: take it away",
                icon::IMAGE_SQUARE,
            ),
            Self::FitPicture => {
                entry("Fit the picture", "Show the whole picture (0 in the picture)", icon::FRAME_CORNERS)
            }
            Self::ActualPixels => {
                entry("Actual pixels", "One pixel of the picture on one of the screen (1 in the picture)", icon::RESIZE)
            }
            Self::SafeAreas => {
                entry("Safe areas", "Lines for thirds, and for what a frame or a screen may cut off", icon::CROP)
                    .key(Modifiers::COMMAND, Key::Semicolon)
            }
            Self::FollowSystem => entry("System theme", "Follow the theme of the system", icon::CIRCLE_HALF),
            Self::Dark => entry("Dark", "Light text on a dark background", icon::MOON),
            Self::Light => entry("Light", "Dark text on a light background", icon::SUN),
            Self::Larger => entry("Larger interface", "Up to 300 %", icon::MAGNIFYING_GLASS_PLUS)
                .key(Modifiers::COMMAND, Key::Plus)
                .always(),
            Self::Smaller => entry("Smaller interface", "Down to 75 %", icon::MAGNIFYING_GLASS_MINUS)
                .key(Modifiers::COMMAND, Key::Minus)
                .always(),
            Self::OriginalSize => entry("Original size", "Reset the interface to 100 %", icon::MAGNIFYING_GLASS)
                .key(Modifiers::COMMAND, Key::Num0)
                .always(),
            Self::ResetPanels => entry("Reset layout", "Move every panel back to its default place", icon::LAYOUT),
            Self::KeyboardShortcuts => {
                entry("Keyboard shortcuts", "List all commands and their shortcuts", icon::KEYBOARD)
                    .key(Modifiers::NONE, Key::F1)
                    .always()
            }
            Self::Tour => entry("Tour", "Four steps through the window", icon::SIGNPOST),
            Self::About => entry("About Scenewright", "Version and license", icon::INFO),
        }
    }

    /// Icon and label.
    pub(crate) fn text(self) -> String {
        let entry = self.info();
        format!("{}  {}", entry.icon, entry.label)
    }

    /// Label, shortcut and tooltip as one text.
    pub(crate) fn hint(self, ctx: &egui::Context) -> String {
        let entry = self.info();
        let key = entry.shortcut.map_or_else(String::new, |key| format!(" ({})", shortcut_text(ctx, &key)));
        format!("{}{key}\n{}", entry.label, entry.tooltip)
    }

    /// Returns the commands whose shortcuts were pressed and that `may` allows, and consumes the key events.
    pub(crate) fn pressed(ctx: &egui::Context, may: impl Fn(Self) -> bool) -> Vec<Self> {
        let mut commands: Vec<(Self, KeyboardShortcut)> = Self::iter()
            .filter(|&command| may(command))
            .filter_map(|command| Some((command, command.info().shortcut?)))
            .collect();
        // Ctrl+Z would also match Ctrl+Shift+Z.
        commands.sort_by_key(|(_, key)| std::cmp::Reverse(key.modifiers.shift));
        ctx.input_mut(|input| {
            commands.into_iter().filter(|(_, key)| consume(input, key)).map(|(command, _)| command).collect()
        })
    }
}

/// A shortcut as it is shown: brackets by their signs.
pub(crate) fn shortcut_text(ctx: &egui::Context, shortcut: &KeyboardShortcut) -> String {
    let text = ctx.format_shortcut(shortcut);
    text.replace("OpenBracket", "[").replace("CloseBracket", "]").replace("Semicolon", ";")
}

/// Removes all presses of a shortcut. Returns true if there were any. Letters need exactly these modifiers: Ctrl+Shift+K is not Ctrl+K. Other
/// keys may need Shift to be typed at all, and brackets have another name with it.
fn consume(input: &mut egui::InputState, shortcut: &KeyboardShortcut) -> bool {
    let shifted = match shortcut.logical_key {
        Key::OpenBracket => Some(Key::OpenCurlyBracket),
        Key::CloseBracket => Some(Key::CloseCurlyBracket),
        _ => None,
    };
    let needs_exact = shortcut.logical_key.name().len() == 1 || shifted.is_some();
    let is_pressed = |event: &egui::Event| match event {
        egui::Event::Key { key, pressed: true, modifiers, .. } => {
            let is_key = *key == shortcut.logical_key || Some(*key) == shifted;
            is_key
                && match needs_exact {
                    true => modifiers.matches_exact(shortcut.modifiers),
                    false => modifiers.matches_logically(shortcut.modifiers),
                }
        }
        _ => false,
    };
    let before = input.events.len();
    input.events.retain(|event| !is_pressed(event));
    input.events.len() != before
}

const CTRL_SHIFT: Modifiers = Modifiers { alt: false, ctrl: false, shift: true, mac_cmd: false, command: true };

fn align(how: Align) -> CommandInfo {
    entry(how.label(), how.tooltip(), how.icon())
}

const fn entry(label: &'static str, tooltip: &'static str, icon: &'static str) -> CommandInfo {
    CommandInfo { label, tooltip, icon, shortcut: None, works_while_typing: false }
}

impl CommandInfo {
    const fn key(mut self, modifiers: Modifiers, key: Key) -> Self {
        self.shortcut = Some(KeyboardShortcut::new(modifiers, key));
        self
    }

    const fn always(mut self) -> Self {
        self.works_while_typing = true;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_command_is_in_one_menu_and_no_key_means_two_things() {
        let listed: Vec<Command> = MENUS.iter().flat_map(|menu| menu.commands.iter().flatten().copied()).collect();
        assert_eq!(listed.len(), Command::iter().count());
        assert_eq!(listed.into_iter().collect::<HashSet<_>>(), Command::iter().collect());
        let keys: Vec<_> = Command::iter().filter_map(|command| command.info().shortcut).collect();
        let distinct: HashSet<String> = keys.iter().map(|key| format!("{key:?}")).collect();
        assert_eq!(keys.len(), distinct.len());
    }
}
