//! All menu commands: one table with label, tooltip, icon and shortcut.

use egui::{Key, KeyboardShortcut, Modifiers};
use egui_phosphor::regular as icon;

/// A command of a menu, a toolbar button or a shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr)]
pub enum Command {
    New,
    Open,
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
    SelectAll,
    Duplicate,
    Delete,
    ApplyCommand,
    NewSeed,
    FreshLayout,
    Variations,
    Stop,
    TracePicture,
    FollowSystem,
    Dark,
    Light,
    Larger,
    Smaller,
    OriginalSize,
    ResetPanels,
    KeyboardShortcuts,
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

pub(crate) const MENUS: [CommandMenu; 5] = [
    CommandMenu {
        title: "File",
        commands: &[
            Some(Command::New),
            Some(Command::Open),
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
            Some(Command::SelectAll),
            Some(Command::Duplicate),
            Some(Command::Delete),
        ],
    },
    CommandMenu {
        title: "View",
        commands: &[
            Some(Command::TracePicture),
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
        commands: &[Some(Command::KeyboardShortcuts), Some(Command::ShowCrashReport), Some(Command::About)],
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
    pub(crate) const ALL: [Self; 34] = [
        Self::New,
        Self::Open,
        Self::Save,
        Self::SaveAs,
        Self::Revert,
        Self::Recover,
        Self::ShowCrashReport,
        Self::Export,
        Self::CopyImage,
        Self::CopyPrompt,
        Self::Annotate,
        Self::OpenModel,
        Self::Train,
        Self::Quit,
        Self::Undo,
        Self::Redo,
        Self::SelectAll,
        Self::Duplicate,
        Self::Delete,
        Self::ApplyCommand,
        Self::NewSeed,
        Self::FreshLayout,
        Self::Variations,
        Self::Stop,
        Self::TracePicture,
        Self::FollowSystem,
        Self::Dark,
        Self::Light,
        Self::Larger,
        Self::Smaller,
        Self::OriginalSize,
        Self::ResetPanels,
        Self::KeyboardShortcuts,
        Self::About,
    ];

    pub(crate) fn info(self) -> CommandInfo {
        match self {
            Self::New => entry("New scene", "Start with an empty scene", icon::FILE_PLUS)
                .key(Modifiers::COMMAND, Key::N)
                .always(),
            Self::Open => {
                entry("Open …", "Open a scene graph", icon::FOLDER_OPEN).key(Modifiers::COMMAND, Key::O).always()
            }
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
            Self::SelectAll => entry("Select all", "Select every object and relation", icon::SELECTION_ALL)
                .key(Modifiers::COMMAND, Key::A),
            Self::Duplicate => {
                entry("Duplicate", "Add a copy of the selection", icon::COPY_SIMPLE).key(Modifiers::COMMAND, Key::D)
            }
            Self::Delete => entry("Delete", "Delete the selection", icon::TRASH).key(Modifiers::NONE, Key::Delete),
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
                .key(Modifiers::COMMAND, Key::G)
                .always(),
            Self::Stop => {
                entry("Stop drawing", "Cancel the current drawing", icon::STOP_CIRCLE).key(Modifiers::NONE, Key::Escape)
            }
            Self::TracePicture => entry(
                "Trace a picture …",
                "Lay a picture faintly over the layout, to place boxes by it; again: take it away",
                icon::IMAGE_SQUARE,
            ),
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
        let key = entry.shortcut.map_or_else(String::new, |key| format!(" ({})", ctx.format_shortcut(&key)));
        format!("{}{key}\n{}", entry.label, entry.tooltip)
    }

    /// Returns the commands whose shortcuts were pressed and that `may` allows, and consumes the key events.
    pub(crate) fn pressed(ctx: &egui::Context, may: impl Fn(Self) -> bool) -> Vec<Self> {
        let mut commands: Vec<(Self, KeyboardShortcut)> = Self::ALL
            .into_iter()
            .filter(|&command| may(command))
            .filter_map(|command| Some((command, command.info().shortcut?)))
            .collect();
        // Ctrl+Z would also match Ctrl+Shift+Z.
        commands.sort_by_key(|(_, key)| std::cmp::Reverse(key.modifiers.shift));
        ctx.input_mut(|input| {
            commands.into_iter().filter(|(_, key)| input.consume_shortcut(key)).map(|(command, _)| command).collect()
        })
    }
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
        assert_eq!(listed.len(), Command::ALL.len());
        assert_eq!(listed.iter().collect::<HashSet<_>>(), Command::ALL.iter().collect());
        let keys: Vec<_> = Command::ALL.iter().filter_map(|command| command.info().shortcut).collect();
        let distinct: HashSet<String> = keys.iter().map(|key| format!("{key:?}")).collect();
        assert_eq!(keys.len(), distinct.len());
    }
}
