//! State of the annotation editor. All changes go through [`AnnotationEditor::apply`]; `write` then saves them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use egui::Context;

use super::annotation_canvas::{AnnotationAction, AnnotationCanvas};
use super::image_list::ImageList;
use super::image_textures::ImageTextures;
use super::io_worker::{IoRequest, IoWorker};
use super::label_set::LabelSet;
use super::suggestions::Suggestions;
use crate::app::canvas::Canvas;
use crate::app::commands::Command;
use crate::app::files::FilePrompt;
use crate::app::inspector::Inspector;
use crate::app::notices::Level;
use crate::app::{Action, Gesture, Item, Selection};
use scenewright_document::annotation::{Annotations, Page};
use scenewright_scene::relation::judge_scene;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Applied, EditError, NodeDraft, NodeId, RelationId, RelationStatus, Scene};

/// Requests of the annotation editor to the main window.
#[derive(Debug)]
pub(crate) enum UiMessage {
    Toast(String),
    Banner {
        level: Level,
        text: String,
        recovery_commands: &'static [Command],
    },
    ClearBanner,
    Ask(FilePrompt),
    Command(Command),
    /// Dropped files to be opened by the main window.
    OpenDropped {
        paths: Vec<PathBuf>,
        is_folder: bool,
    },
}

/// A folder to open as soon as everything of the open one is written.
#[derive(Debug)]
pub(super) struct PendingOpen {
    folder: PathBuf,
    /// Pictures without annotations to list; empty: all.
    only: Vec<String>,
    /// Writes unsaved changes first; otherwise discards them.
    saves: bool,
}

/// The tab that a narrow window shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum NarrowTab {
    Pictures,
    #[default]
    Picture,
    Graph,
}

#[derive(Default)]
pub(crate) struct AnnotationEditor {
    pub(crate) is_open: bool,
    pub(super) disk: Option<IoWorker>,
    pub annotations: Option<Annotations>,
    pub(super) pending_open: Option<PendingOpen>,
    /// Pending requests that open a folder.
    pub(super) opening: usize,
    /// Pending requests that import into the open folder.
    pub(super) importing: usize,
    pub selection: Selection,
    pub hovered: Option<Item>,
    pub(super) image_canvas: AnnotationCanvas,
    pub(super) canvas: Canvas,
    pub(super) inspector: Inspector,
    pub(super) image_textures: ImageTextures,
    pub(super) list: ImageList,
    pub(super) suggestions: Suggestions,
    pub(super) labels: LabelSet,
    pub(super) relation_statuses: BTreeMap<RelationId, RelationStatus>,
    pub(super) part: NarrowTab,
    /// Pages that are being written, with the change counter of the written state.
    pub(super) pending_writes: HashMap<String, u64>,
    /// A save failed: nothing more is written until the user retries.
    pub(super) save_failed: bool,
    pub(super) has_warned: bool,
    pub(super) messages: Vec<UiMessage>,
}

impl AnnotationEditor {
    pub(crate) fn start(&mut self, wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<()> {
        self.disk = Some(IoWorker::start(wake)?);
        Ok(())
    }

    /// The annotations that can be edited: none while another folder is being opened.
    pub(super) fn shown(&self) -> Option<&Annotations> {
        self.annotations.as_ref().filter(|_| !self.is_opening())
    }

    pub(crate) fn page(&self) -> Option<&Page> {
        self.shown().and_then(Annotations::page)
    }

    pub(super) fn page_mut(&mut self) -> Option<&mut Page> {
        let is_opening = self.is_opening();
        self.annotations.as_mut().filter(|_| !is_opening).and_then(Annotations::page_mut)
    }

    pub(crate) fn scene(&self) -> Option<&Scene> {
        self.page().map(Page::scene)
    }

    pub(crate) fn is_opening(&self) -> bool {
        self.pending_open.is_some() || self.opening > 0
    }

    fn put(&mut self, job: IoRequest) -> bool {
        let taken = self.disk.as_ref().is_some_and(|disk| disk.put(job));
        if !taken {
            self.messages.push(UiMessage::Toast("The disk is not responding. Try again in a moment".to_owned()));
        }
        taken
    }

    /// Opens another folder once everything of the current one is written.
    pub(crate) fn open_folder(&mut self, folder: PathBuf) {
        self.is_open = true;
        if !self.may_close_folder() {
            return;
        }
        // Leaving after a failed save discards what is not saved.
        self.request_open(PendingOpen { folder, only: Vec::new(), saves: !self.save_failed });
    }

    fn request_open(&mut self, request: PendingOpen) {
        if self.disk.is_none() {
            return self.messages.push(UiMessage::Toast("The disk is not responding. Restart the program".to_owned()));
        }
        if let Some(page) = self.page_mut() {
            if request.saves { page.commit() } else { page.abort() }
        }
        self.image_canvas.reset();
        self.pending_open = Some(request);
        self.write();
    }

    /// Asks the I/O worker what dropped files are; the answer goes to this editor or to the main window. Returns false
    /// if the worker cannot be asked.
    pub(crate) fn classify_dropped(&mut self, paths: Vec<PathBuf>) -> bool {
        self.disk.as_ref().is_some_and(|disk| disk.put(IoRequest::ClassifyDrop(paths)))
    }

    /// Imports dropped files into the open folder, or opens the folder that contains them.
    pub(crate) fn import_files(&mut self, paths: Vec<PathBuf>) {
        self.is_open = true;
        if self.is_opening() {
            let text = "A folder is still loading. Drop the files again when it is open";
            return self.messages.push(UiMessage::Toast(text.to_owned()));
        }
        let existing = self.annotations.as_ref();
        let existing: Option<Vec<_>> =
            existing.map(|all| all.pages().iter().map(|page| (page.file.clone(), page.size)).collect());
        let is_import = existing.is_some();
        if self.put(IoRequest::Import { paths, existing }) {
            *(if is_import { &mut self.importing } else { &mut self.opening }) += 1;
        }
    }

    /// Checks whether another program has changed the files.
    pub(crate) fn check_for_changes(&mut self) {
        let is_quiet = !self.is_opening()
            && self.pending_writes.is_empty()
            && self.annotations.as_ref().is_some_and(|all| all.unsaved().next().is_none());
        if is_quiet && let Some(disk) = &self.disk {
            // If the queue is full, the next check will do.
            let _ = disk.put(IoRequest::CheckForChanges);
        }
    }

    /// Retries a failed save, overwriting what another program has written.
    pub(crate) fn retry_save(&mut self) {
        if !self.save_failed {
            return self.messages.push(UiMessage::Toast("Changes are saved automatically".to_owned()));
        }
        self.messages.push(UiMessage::ClearBanner);
        self.save_failed = false;
        self.put(IoRequest::Overwrite);
    }

    /// Reads the folder again. Changes of other programs are kept, unsaved changes are discarded.
    pub(crate) fn reopen(&mut self) {
        let Some(annotations) = self.shown() else { return };
        let folder = annotations.folder().to_owned();
        let only = annotations.pages().iter().map(|page| page.file.clone()).collect();
        self.messages.push(UiMessage::ClearBanner);
        self.save_failed = false;
        self.request_open(PendingOpen { folder, only, saves: false });
    }

    /// Returns false once if there are changes that could not be saved, and warns about them.
    pub(crate) fn may_close_folder(&mut self) -> bool {
        let count = self.annotations.as_ref().map_or(0, |all| all.unsaved().count());
        if !self.save_failed || count == 0 || std::mem::replace(&mut self.has_warned, true) {
            return true;
        }
        let pictures = if count == 1 { "1 picture are".to_owned() } else { format!("{count} pictures are") };
        let text = format!("The annotations of {pictures} not saved. Save them, or leave again to discard them");
        self.messages.push(UiMessage::Banner { level: Level::Error, text, recovery_commands: &[Command::Save] });
        false
    }

    /// Called at exit: hands over everything unsaved; [`IoWorker::end`] waits until it is written.
    pub(crate) fn finish(&mut self) {
        let discards_changes =
            self.save_failed || self.opening > 0 || self.pending_open.as_ref().is_some_and(|request| !request.saves);
        let mut last = None;
        if let Some(annotations) = self.annotations.as_mut().filter(|_| !discards_changes) {
            if let Some(page) = annotations.page_mut() {
                page.commit();
            }
            // Includes pages that are being written: that state may be older.
            let pages: Vec<_> = annotations.unsaved().map(Page::snapshot).collect();
            last = (!pages.is_empty()).then_some(IoRequest::Write(pages));
        }
        self.pending_writes.clear();
        if let Some(disk) = self.disk.take() {
            disk.end(last);
        }
    }

    /// Writes all changed pages in one request. While one is pending the next waits, and then writes the newest state.
    /// Opens the requested folder after the last write.
    pub(crate) fn write(&mut self) {
        let Some(disk) = self.disk.as_ref().filter(|_| self.pending_writes.is_empty() && self.opening == 0) else {
            return;
        };
        let saves = !self.save_failed && self.pending_open.as_ref().is_none_or(|request| request.saves);
        let unsaved = self.annotations.iter().filter(|_| saves).flat_map(Annotations::unsaved);
        let pages: Vec<_> = unsaved.map(Page::snapshot).collect();
        if !pages.is_empty() {
            let on_their_way = pages.iter().map(|page| (page.file.clone(), page.changes)).collect();
            if disk.put(IoRequest::Write(pages)) {
                self.pending_writes = on_their_way;
            }
            return;
        }
        // What is being imported belongs to the open folder.
        if self.importing > 0 {
            return;
        }
        let Some(PendingOpen { folder, only, .. }) = &self.pending_open else { return };
        if disk.put(IoRequest::Open { folder: folder.clone(), only: only.clone() }) {
            self.pending_open = None;
            self.opening += 1;
        }
    }

    pub(crate) fn save_failed(&self) -> bool {
        self.save_failed
    }

    /// Returns true if everything is written.
    pub(crate) fn is_settled(&self) -> bool {
        self.pending_writes.is_empty()
            && self.importing == 0
            && !self.is_opening()
            && self.annotations.as_ref().is_none_or(|all| all.unsaved().next().is_none())
    }

    pub(crate) fn go_to(&mut self, place: usize) {
        if !self.is_opening() && self.annotations.as_mut().is_some_and(|all| all.go_to(place)) {
            self.reset_page_state();
        }
    }

    /// Resets what belongs to the last page: object ids are counted per page.
    pub(super) fn reset_page_state(&mut self) {
        self.selection = Selection::default();
        self.hovered = None;
        self.image_canvas.reset();
        let snapping = self.canvas.snapping;
        self.canvas = Canvas::default();
        self.canvas.snapping = snapping;
    }

    /// Marks the page as done (or not done) and goes to the next unfinished one.
    pub(crate) fn toggle_done(&mut self) {
        let Some(page) = self.page_mut() else { return };
        let done = !page.state().done;
        page.set_done(done);
        let next = self.annotations.as_ref().filter(|_| done).and_then(Annotations::next_to_do);
        match next {
            Some(next) => self.go_to(next),
            None if done => self.messages.push(UiMessage::Toast("All pictures are done".to_owned())),
            None => {}
        }
    }

    /// Updates everything that depends on the page. Called before anything is drawn.
    pub(crate) fn update_from_page(&mut self, ctx: &Context, base: &Arc<Vocabulary>) {
        let Some(annotations) = self.annotations.as_ref().filter(|_| !self.is_opening()) else { return };
        self.labels.update(base, annotations);
        if let Some(disk) = &self.disk {
            self.image_textures.request_missing(ctx, disk, annotations, &self.list.listed);
        }
        let Some(page) = annotations.page() else { return };
        self.suggestions.update(page, base);
        let state = page.state();
        self.relation_statuses = judge_scene(&state.scene, |node| state.box_of(node)).into_iter().collect();
        self.selection.retain_in(&state.scene);
    }

    pub(crate) fn apply(&mut self, action: AnnotationAction) {
        let result = match action {
            AnnotationAction::Action(action) => self.perform(action),
            AnnotationAction::Add { name, place, mask } => {
                let draft = NodeDraft { pinned: place, ..NodeDraft::new(name) };
                let added = self.page_mut().map(|page| page.add(draft, mask)).transpose();
                added.map(|node| self.select_added(node))
            }
            AnnotationAction::SetMask { label, node, mask } => {
                if let Some(page) = self.page_mut() {
                    page.set_mask(&label, node, mask);
                }
                Ok(())
            }
        };
        if let Err(error) = result {
            self.messages.push(UiMessage::Toast(format!("This cannot be done: {error}")));
        }
    }

    fn select_added(&mut self, nodes: impl IntoIterator<Item = NodeId>) {
        let nodes: BTreeSet<NodeId> = nodes.into_iter().collect();
        if !nodes.is_empty() {
            self.selection = Selection { nodes, ..Selection::default() };
        }
    }

    fn perform(&mut self, action: Action) -> Result<(), EditError> {
        let Some(page) = self.page_mut() else { return Ok(()) };
        match action {
            Action::Edit { label, edits } => {
                let in_gesture = page.in_gesture();
                let applied = page.apply(&label, &edits)?;
                if !in_gesture {
                    self.select_added(applied.iter().filter_map(Applied::node));
                }
            }
            Action::Gesture(Gesture::Begin { label }) => page.begin(&label),
            Action::Gesture(Gesture::Edits(edits)) => _ = page.apply("", &edits)?,
            Action::Gesture(Gesture::Commit) => page.commit(),
            Action::Gesture(Gesture::Abort) => page.abort(),
            Action::Select(selection) => self.selection = selection,
            Action::Hover(item) => self.hovered = item,
            Action::Notify(text) => self.messages.push(UiMessage::Toast(text)),
            Action::Command(command) => self.messages.push(UiMessage::Command(command)),
            // These concern pictures drawn by a model; there are none here.
            Action::GoTo(_)
            | Action::NameStep { .. }
            | Action::RequestVariations { .. }
            | Action::Compare(_)
            | Action::FreshLayout
            | Action::MatchAppearance(_) => {}
            // The training panel is not shown in annotation mode.
            Action::Training(_) => {}
        }
        Ok(())
    }
}
