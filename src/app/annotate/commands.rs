//! Menu commands handled in annotation mode.

use super::annotation_canvas::AnnotationAction;
use super::editor::AnnotationEditor;
use super::tools::Tool;
use crate::app::commands::Command;
use crate::app::{Action, Selection, selection_edits};
use scenewright_document::annotation::Page;

impl AnnotationEditor {
    /// Runs a command. Returns false if annotation mode does not handle it.
    pub(crate) fn command(&mut self, command: Command) -> bool {
        let selection = self.selection.clone();
        match command {
            Command::Undo => _ = self.page_mut().map(Page::undo),
            Command::Redo => _ = self.page_mut().map(Page::redo),
            Command::Save => self.retry_save(),
            Command::Revert => self.reopen(),
            Command::SelectAll => self.selection = self.scene().map(Selection::all).unwrap_or_default(),
            Command::Delete => {
                let Some(scene) = self.scene() else { return true };
                let edits = selection_edits::deletion(scene, &selection);
                self.apply(AnnotationAction::Action(Action::edit("delete", edits)));
            }
            Command::Duplicate => {
                let copies = self.page_mut().map(|page| page.duplicate(&selection.nodes)).unwrap_or_default();
                if !copies.is_empty() {
                    self.selection = Selection { nodes: copies, ..Selection::default() };
                }
            }
            Command::Stop => self.escape(),
            _ => return false,
        }
        true
    }

    fn escape(&mut self) {
        if self.image_canvas.cancel_shape() {
        } else if self.page().is_some_and(Page::in_gesture) {
            self.page_mut().map(Page::abort).unwrap_or_default();
        } else if !self.selection.is_empty() {
            self.selection = Selection::default();
        } else {
            self.image_canvas.choose(Tool::Select);
        }
    }

    /// Whether the command is enabled; `None` if annotation mode does not handle it.
    pub(crate) fn is_possible(&self, command: Command) -> Option<bool> {
        let page = self.page().filter(|page| page.problem.is_none());
        Some(match command {
            Command::Undo => page.is_some_and(|page| page.undo_label().is_some()),
            Command::Redo => page.is_some_and(|page| page.redo_label().is_some()),
            Command::Delete => !self.selection.is_empty(),
            Command::Duplicate => !self.selection.nodes.is_empty(),
            Command::SelectAll => page.is_some(),
            Command::Save | Command::Revert => self.shown().is_some(),
            // Commands of a scene that a model draws.
            Command::SaveAs
            | Command::Recover
            | Command::Export
            | Command::CopyImage
            | Command::CopyPrompt
            | Command::TracePicture
            | Command::ApplyCommand
            | Command::NewSeed
            | Command::FreshLayout
            | Command::Variations
            | Command::Find
            | Command::Cut
            | Command::Copy
            | Command::Paste
            | Command::DuplicateInRow
            | Command::Hide
            | Command::ShowAll
            | Command::Flip
            | Command::Lock
            | Command::Pin
            | Command::Group
            | Command::Ungroup
            | Command::FitPicture
            | Command::ActualPixels
            | Command::SafeAreas
            | Command::Tour => false,
            command if command.align().is_some() || command.depth_step().is_some() => false,
            _ => return None,
        })
    }
}
