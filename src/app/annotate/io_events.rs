//! What the threads answer, and what a person hears of it.

use egui::Context;

use super::editor::{AnnotationEditor, UiMessage};
use super::image_list::ImageList;
use super::image_textures::ImageTextures;
use super::io_worker::{DropKind, IoEvent, IoWorker};
use super::label_set::LabelSet;
use crate::app::commands::Command;
use crate::app::notices::Level;
use scenewright_document::annotation::{Annotations, RecordIssue, StoreError};

/// Lines of a banner's tooltip.
const MOST_FAULTS: usize = 30;

impl AnnotationEditor {
    pub(crate) fn news(&mut self, ctx: &Context) {
        let news = self.disk.as_ref().map(IoWorker::news).unwrap_or_default();
        for news in news {
            match news {
                IoEvent::Opened(Ok((annotations, faults))) => self.opened(annotations, &faults),
                IoEvent::Opened(Err(error)) => {
                    self.opening = self.opening.saturating_sub(1);
                    let text = format!("Not opened: {error}");
                    self.said.push(UiMessage::Banner { level: Level::Error, text, cures: &[Command::Annotate] });
                }
                IoEvent::NoImageFound => {
                    self.opening = self.opening.saturating_sub(1);
                    let text = "No picture was among the files: drop JPEG, PNG, WebP or GIF files, or a folder of them";
                    self.said.push(UiMessage::Toast(text.to_owned()));
                }
                IoEvent::DropClassified { paths, sort: DropKind::Pictures } => self.take_files(paths),
                IoEvent::DropClassified { paths, sort } => {
                    self.said.push(UiMessage::OpenDropped { paths, is_folder: sort == DropKind::Folder });
                }
                IoEvent::FolderDropped { folder, was_open } => {
                    let count = if was_open { &mut self.bringing } else { &mut self.opening };
                    *count = count.saturating_sub(1);
                    self.open_folder(folder);
                }
                IoEvent::Written { pages, result } => self.written(&pages, result),
                IoEvent::Changed => {
                    let text = "Another program has changed the annotations of this folder. What you see here is not lost: read theirs, or go on and save over them (a copy of theirs is kept)";
                    self.said.push(UiMessage::Banner {
                        level: Level::Warning,
                        text: text.to_owned(),
                        cures: &[Command::Revert],
                    });
                }
                IoEvent::Imported(brought) => {
                    self.bringing = self.bringing.saturating_sub(1);
                    let faults = brought.faults.clone();
                    let count = self.annotations.as_mut().map_or(0, |all| brought.into_annotations(all));
                    self.tell(&faults);
                    if count > 0 {
                        let pictures = if count == 1 { "1 picture".to_owned() } else { format!("{count} pictures") };
                        self.said.push(UiMessage::Toast(format!("{pictures} taken in")));
                    }
                    self.turn_page();
                }
                IoEvent::Decoded { path, longest, result } => {
                    if let Some(why) = self.photos.take(ctx, path, longest, result) {
                        let text = format!("A picture is left out: {why}");
                        self.said.push(UiMessage::Banner { level: Level::Warning, text, cures: &[] });
                    }
                }
            }
        }
    }

    fn opened(&mut self, annotations: Annotations, faults: &[RecordIssue]) {
        let place = self.annotations.as_ref().filter(|old| old.folder() == annotations.folder());
        let file = place.and_then(|old| old.page()).map(|page| page.file.clone());
        self.annotations = Some(annotations);
        self.opening = self.opening.saturating_sub(1);
        (self.is_stuck, self.has_warned) = (false, false);
        self.in_flight.clear();
        self.photos = ImageTextures::default();
        self.list = ImageList::default();
        self.offers.forget();
        self.words = LabelSet::default();
        self.said.push(UiMessage::ClearBanner);
        self.tell(faults);
        if let (Some(file), Some(all)) = (file, &mut self.annotations)
            && let Some(place) = all.place_of(&file)
        {
            all.go_to(place);
        }
        self.turn_page();
    }

    fn tell(&mut self, faults: &[RecordIssue]) {
        let text = match faults {
            [] => return,
            [fault] => fault.to_string(),
            faults => {
                let lines: Vec<String> = faults.iter().take(MOST_FAULTS).map(ToString::to_string).collect();
                let more = faults.len().saturating_sub(MOST_FAULTS);
                let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
                format!("{} things are wrong in this folder:\n{}{more}", faults.len(), lines.join("\n"))
            }
        };
        self.said.push(UiMessage::Banner { level: Level::Warning, text, cures: &[] });
    }

    fn written(&mut self, pages: &[(String, u64)], result: Result<(), StoreError>) {
        self.in_flight.clear();
        match result {
            Ok(()) => {
                for (file, changes) in pages {
                    if let Some(page) = self.annotations.as_mut().and_then(|all| all.page_of(file)) {
                        page.saved(*changes);
                    }
                }
            }
            // Of several that fail together the first says why.
            Err(_) if self.is_stuck => {}
            Err(error) => {
                (self.is_stuck, self.has_warned) = (true, false);
                // Nobody leaves a folder that is not saved by accident.
                self.wanted = None;
                let cures: &[Command] = match error {
                    StoreError::Changed { .. } => &[Command::Save, Command::Revert],
                    _ => &[Command::Save],
                };
                let text = format!("Not saved, nothing is lost here: {error}");
                self.said.push(UiMessage::Banner { level: Level::Error, text, cures });
            }
        }
    }
}
