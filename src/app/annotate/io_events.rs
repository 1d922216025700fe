//! Handles events of the I/O worker and reports problems to the user.

use egui::Context;

use super::editor::{AnnotationEditor, UiMessage};
use super::image_list::ImageList;
use super::image_textures::ImageTextures;
use super::io_worker::{DropKind, IoEvent, IoWorker};
use super::label_set::LabelSet;
use crate::app::commands::Command;
use crate::app::notices::Level;
use scenewright_document::annotation::{AnnotationIssue, Annotations, PageWriteError};

/// Maximum number of lines in a banner's tooltip.
const MAX_LISTED_ISSUES: usize = 30;

impl AnnotationEditor {
    pub(crate) fn handle_io_events(&mut self, ctx: &Context) {
        let events = self.disk.as_ref().map(IoWorker::events).unwrap_or_default();
        for event in events {
            match event {
                IoEvent::Opened(Ok((annotations, issues))) => self.opened(annotations, &issues),
                IoEvent::Opened(Err(error)) => {
                    self.opening = self.opening.saturating_sub(1);
                    let text = format!("Not opened: {error}");
                    self.messages.push(UiMessage::Banner {
                        level: Level::Error,
                        text,
                        recovery_commands: &[Command::Annotate],
                    });
                }
                IoEvent::NoImageFound => {
                    self.opening = self.opening.saturating_sub(1);
                    let text = "None of the files is a picture. Drop JPEG, PNG, WebP, GIF, BMP or TIFF files, or a folder of them";
                    self.messages.push(UiMessage::Toast(text.to_owned()));
                }
                IoEvent::DropClassified { paths, sort: DropKind::Pictures } => self.import_files(paths),
                IoEvent::DropClassified { paths, sort } => {
                    self.messages.push(UiMessage::OpenDropped { paths, is_folder: sort == DropKind::Folder });
                }
                IoEvent::FolderDropped { folder, was_open } => {
                    let count = if was_open { &mut self.importing } else { &mut self.opening };
                    *count = count.saturating_sub(1);
                    self.open_folder(folder);
                }
                IoEvent::Written { pages, result } => self.written(&pages, result),
                IoEvent::Changed => {
                    let text = "Another program has changed the annotations of this folder. Your version is not \
                        lost: revert to the saved version, or continue and overwrite it (a copy is kept)";
                    self.messages.push(UiMessage::Banner {
                        level: Level::Warning,
                        text: text.to_owned(),
                        recovery_commands: &[Command::Revert],
                    });
                }
                IoEvent::Imported(imported) => {
                    self.importing = self.importing.saturating_sub(1);
                    let issues = imported.issues.clone();
                    let count = self.annotations.as_mut().map_or(0, |all| imported.into_annotations(all));
                    self.report_issues(&issues);
                    if count > 0 {
                        let pictures = if count == 1 { "1 picture".to_owned() } else { format!("{count} pictures") };
                        self.messages.push(UiMessage::Toast(format!("{pictures} imported")));
                    }
                    self.reset_page_state();
                }
                IoEvent::Decoded { path, longest, result } => {
                    if let Some(why) = self.image_textures.store_decoded(ctx, path, longest, result) {
                        let text = format!("A picture was skipped: {why}");
                        self.messages.push(UiMessage::Banner { level: Level::Warning, text, recovery_commands: &[] });
                    }
                }
            }
        }
    }

    fn opened(&mut self, annotations: Annotations, issues: &[AnnotationIssue]) {
        let place = self.annotations.as_ref().filter(|old| old.folder() == annotations.folder());
        let file = place.and_then(|old| old.page()).map(|page| page.file.clone());
        self.annotations = Some(annotations);
        self.opening = self.opening.saturating_sub(1);
        (self.save_failed, self.has_warned) = (false, false);
        self.pending_writes.clear();
        self.image_textures = ImageTextures::default();
        self.list = ImageList::default();
        self.suggestions.reset();
        self.labels = LabelSet::default();
        self.messages.push(UiMessage::ClearBanner);
        self.report_issues(issues);
        if let (Some(file), Some(all)) = (file, &mut self.annotations)
            && let Some(place) = all.place_of(&file)
        {
            all.go_to(place);
        }
        self.reset_page_state();
    }

    fn report_issues(&mut self, issues: &[AnnotationIssue]) {
        let text = match issues {
            [] => return,
            [issue] => issue.to_string(),
            issues => {
                let lines: Vec<String> = issues.iter().take(MAX_LISTED_ISSUES).map(ToString::to_string).collect();
                let more = issues.len().saturating_sub(MAX_LISTED_ISSUES);
                let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
                format!("{} problems in this folder:\n{}{more}", issues.len(), lines.join("\n"))
            }
        };
        self.messages.push(UiMessage::Banner { level: Level::Warning, text, recovery_commands: &[] });
    }

    fn written(&mut self, pages: &[(String, u64)], result: Result<(), PageWriteError>) {
        self.pending_writes.clear();
        match result {
            Ok(()) => {
                for (file, changes) in pages {
                    if let Some(page) = self.annotations.as_mut().and_then(|all| all.page_of(file)) {
                        page.saved(*changes);
                    }
                }
            }
            // If several writes fail together, the first error is shown.
            Err(_) if self.save_failed => {}
            Err(error) => {
                (self.save_failed, self.has_warned) = (true, false);
                // Do not close a folder with unsaved changes.
                self.pending_open = None;
                let recovery_commands: &[Command] = match error {
                    PageWriteError::Changed { .. } => &[Command::Save, Command::Revert],
                    _ => &[Command::Save],
                };
                let text = format!("Not saved; your changes are still here: {error}");
                self.messages.push(UiMessage::Banner { level: Level::Error, text, recovery_commands });
            }
        }
    }
}
