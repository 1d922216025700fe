//! Crash recovery: offers unsaved work at the start, notices files that another program changed, and reports journals
//! that cannot be written.

use std::path::Path;

use egui::{Context, Event};

use super::commands::Command;
use super::dialogs::Dialog;
use super::document_io::starter;
use super::editor::Editor;
use super::notices::{Level, NoticeSource};
use super::prompt::{PendingAction, RecoveryAnswer};
use crate::crash;
use scenewright_document::{DiskState, Document, Folders, JournalNotice, Journals, RecoverError, Recovery};

impl Editor {
    /// Starts journals and looks for existing ones. Called before anything is edited.
    pub(super) fn start_journals(&mut self, ctx: &Context) {
        let Some(folder) = self.options.folders.as_ref().map(|folders| folders.recovery.clone()) else { return };
        let ctx = ctx.clone();
        self.journals = Journals::in_folder(folder.clone()).waking(move || ctx.request_repaint());
        self.state.open(starter(&self.journals)).close();
        // If the queue is full now, the next start offers the recovery.
        let _ = self.files.as_ref().is_some_and(|files| files.find_recoveries(folder));
    }

    pub(super) fn found(&mut self, recoveries: Vec<Recovery>) {
        self.live.clear_thumbnails();
        for (number, recovery) in recoveries.iter().enumerate() {
            self.live.request_thumbnail(number, recovery.scene.clone());
        }
        self.offers_recovery = !recoveries.is_empty();
        self.recoveries = recoveries;
    }

    /// Offers the report that the last crash has left, once.
    pub(super) fn offer_crash_report(&mut self) {
        let Some(folder) = self.options.folders.as_ref().map(Folders::crashes) else { return };
        let Some((_, text)) = crash::unseen(&folder) else { return };
        crash::mark_seen(&folder);
        self.crash_report = Some(text);
        let text = "Scenewright ended by a mistake of its own. A report lies on this computer; nothing was sent.";
        self.notices.put_with(NoticeSource::Crash, Level::Warning, text, &[Command::ShowCrashReport]);
    }

    pub(super) fn show_crash_report(&mut self) {
        if let Some(text) = self.crash_report.clone() {
            let folder = self.options.folders.as_ref().map(Folders::crashes).unwrap_or_default();
            self.dialog = Some(Dialog::CrashReport { text, folder });
        }
    }

    /// Says once what does not work without a folder of the user's own.
    pub(super) fn report_missing_folders(&mut self) {
        if self.options.folders.is_none() && self.options.self_test.is_none() && self.options.native_dialogs {
            let text = "The system names no folder for this program: settings and unsaved work are not kept when it ends. Set \
                SCENEWRIGHT_HOME to a folder to keep them.";
            self.notices.put(NoticeSource::System, Level::Warning, text);
        }
    }

    /// Waits until no other dialog is open.
    pub(super) fn offer_recovery(&mut self) {
        if self.offers_recovery && !self.in_dialog() {
            self.offers_recovery = false;
            self.dialog = Some(Dialog::Recover { sure: None });
        }
    }

    pub(super) fn recovery_answered(&mut self, answer: RecoveryAnswer) {
        match answer {
            RecoveryAnswer::Recover(number) if number < self.recoveries.len() => {
                let recovery = self.recoveries.remove(number);
                self.live.clear_thumbnails();
                self.run_or_confirm(PendingAction::Recover(Box::new(recovery)));
            }
            RecoveryAnswer::Discard(number) if number < self.recoveries.len() => {
                let recovery = self.recoveries.remove(number);
                let title = recovery.title.clone();
                if self.files.as_ref().is_some_and(|files| files.discard(recovery)) {
                    self.notices.toast(format!("Discarded {title}"));
                }
                let left = std::mem::take(&mut self.recoveries);
                self.found(left);
            }
            _ => {}
        }
    }

    pub(super) fn recover(&mut self, recovery: Recovery) {
        let taken = self.files.as_ref().is_some_and(|files| files.recover(recovery, self.journals.clone()));
        if !taken {
            self.notices.put(
                NoticeSource::File,
                Level::Error,
                "Not recovered: the disk is not responding. Restart the program",
            );
        }
    }

    pub(super) fn recovered(&mut self, document: Result<Document, RecoverError>) {
        match document {
            Ok(document) => {
                let title = document.title().to_owned();
                self.open(document);
                self.render_history();
                self.notices.toast(format!("Recovered {title} with its history. Its file is as you last saved it"));
            }
            Err(error) => self.notices.put(NoticeSource::File, Level::Error, format!("Not recovered: {error}")),
        }
        if !self.recoveries.is_empty() {
            let left = std::mem::take(&mut self.recoveries);
            self.found(left);
            // The others are in the File menu.
            self.offers_recovery = false;
        }
    }

    pub(super) fn handle_journal_events(&mut self) {
        for event in self.state.document.journal_notices() {
            match event {
                JournalNotice::Failed(error) => {
                    self.notices.put_with(
                        NoticeSource::Journal,
                        Level::Warning,
                        format!("{error}"),
                        &[Command::SaveAs],
                    );
                }
                JournalNotice::Works => {
                    self.notices.clear(NoticeSource::Journal);
                    self.notices.toast("Crash recovery works again: the journal can be written");
                }
            }
        }
    }

    /// When the window gets the focus back, the file may have been changed elsewhere.
    pub(super) fn check_file_on_disk(&mut self, ctx: &Context) {
        let comes_back = ctx.input(|input| input.events.contains(&Event::WindowFocused(true)));
        if let (true, Some(files), Some(watch)) = (comes_back, &self.files, self.state.document.watch()) {
            // If the queue is full, the next check will do.
            let _ = files.stat(watch, self.document_number);
        }
    }

    /// Reports each state of the file once.
    pub(super) fn file_stat_checked(&mut self, path: &Path, state: DiskState) {
        if self.reported_disk_state == Some(state) || self.saving.is_some() {
            return;
        }
        self.reported_disk_state = Some(state);
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        match state {
            DiskState::Same => self.notices.clear(NoticeSource::Disk),
            DiskState::Changed => {
                let text = format!(
                    "Another program has changed {name}. Your version is not lost: save it under another name, \
                        or revert to the file"
                );
                self.notices.put_with(NoticeSource::Disk, Level::Warning, text, &[Command::SaveAs, Command::Revert]);
            }
            DiskState::Gone => {
                let text = format!("{name} was moved or deleted. Saving creates it again: {}", path.display());
                self.notices.put_with(NoticeSource::Disk, Level::Warning, text, &[Command::Save, Command::SaveAs]);
            }
        }
    }
}
