//! What the room holds, and the one way in which a page changes: a deed is carried out, and then written.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use egui::Context;

use super::disk::{Disk, Job};
use super::easel::{Deed, Easel};
use super::list::List;
use super::offers::Offers;
use super::photos::Photos;
use super::words::Words;
use crate::app::canvas::Canvas;
use crate::app::commands::Command;
use crate::app::files::Ask;
use crate::app::inspector::Inspector;
use crate::app::notices::Level;
use crate::app::{Action, Gesture, Item, Selection};
use crate::document::annotation::{Annotations, Page};
use crate::scene::relation::judge_scene;
use crate::scene::{Applied, EditError, NodeDraft, NodeId, RelationId, Scene, Verdict};
use crate::vocab::Vocabulary;

/// What the room asks of the window.
#[derive(Debug)]
pub enum Say {
    Toast(String),
    Banner { level: Level, text: String, cures: &'static [Command] },
    Clear,
    Ask(Ask),
    Command(Command),
}

/// What a narrow window shows of the room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    Pictures,
    #[default]
    Picture,
    Graph,
}

#[derive(Default)]
pub struct Room {
    pub is_open: bool,
    pub(super) disk: Option<Disk>,
    pub annotations: Option<Annotations>,
    pub(super) is_opening: bool,
    pub selection: Selection,
    pub hovered: Option<Item>,
    pub(super) easel: Easel,
    pub(super) canvas: Canvas,
    pub(super) inspector: Inspector,
    pub(super) photos: Photos,
    pub(super) list: List,
    pub(super) offers: Offers,
    pub(super) words: Words,
    pub(super) verdicts: BTreeMap<RelationId, Verdict>,
    pub(super) part: Part,
    /// Pages that are on their way to the disk, by the change that is.
    pub(super) in_flight: HashMap<String, u64>,
    /// A save failed: nothing more is written until a person says so.
    pub(super) is_stuck: bool,
    pub(super) has_warned: bool,
    pub(super) said: Vec<Say>,
}

impl Room {
    pub fn start(&mut self, wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<()> {
        self.disk = Some(Disk::start(wake)?);
        Ok(())
    }

    pub fn page(&self) -> Option<&Page> {
        self.annotations.as_ref().and_then(Annotations::page)
    }

    pub(super) fn page_mut(&mut self) -> Option<&mut Page> {
        self.annotations.as_mut().and_then(Annotations::page_mut)
    }

    pub fn scene(&self) -> Option<&Scene> {
        self.page().map(Page::scene)
    }

    pub fn is_opening(&self) -> bool {
        self.is_opening
    }

    fn put(&mut self, job: Job) {
        let taken = self.disk.as_ref().is_some_and(|disk| disk.put(job));
        if !taken {
            self.said.push(Say::Toast("The disk does not answer. Try again in a moment".to_owned()));
        }
    }

    /// Another folder, once everything of this one is written.
    pub fn open_folder(&mut self, folder: PathBuf) {
        self.is_open = true;
        if self.may_leave() {
            self.is_opening = true;
            self.put(Job::Open { folder, only: Vec::new() });
        }
    }

    /// Dropped files: into the folder that is open, or the folder that they lie in.
    pub fn take_files(&mut self, paths: Vec<PathBuf>) {
        self.is_open = true;
        let folder = paths.iter().find(|path| path.is_dir()).cloned();
        match (folder, &self.annotations) {
            (Some(folder), _) => self.open_folder(folder),
            (None, Some(annotations)) => {
                let there = annotations.pages().iter().map(|page| (page.file.clone(), page.size)).collect();
                self.put(Job::Bring { paths, there });
            }
            (None, None) => {
                self.is_opening = true;
                self.put(Job::Find(paths));
            }
        }
    }

    /// Another program may have been at the files meanwhile.
    pub fn look(&mut self) {
        let is_quiet =
            self.in_flight.is_empty() && self.annotations.as_ref().is_some_and(|all| all.unsaved().next().is_none());
        if is_quiet && let Some(disk) = &self.disk {
            // Where the disk is behind, the next time will do.
            let _ = disk.put(Job::Look);
        }
    }

    /// Saves again, over what another program has written.
    pub fn save_again(&mut self) {
        if !self.is_stuck {
            return self.said.push(Say::Toast("Everything is saved as you go".to_owned()));
        }
        self.said.push(Say::Clear);
        self.is_stuck = false;
        self.put(Job::Overwrite);
    }

    /// Reads the folder anew: what another program has written counts.
    pub fn reopen(&mut self) {
        let Some(annotations) = &self.annotations else { return };
        let folder = annotations.folder().to_owned();
        let only = annotations.pages().iter().map(|page| page.file.clone()).collect();
        self.said.push(Say::Clear);
        (self.is_opening, self.is_stuck) = (true, false);
        self.put(Job::Open { folder, only });
    }

    /// False, once, while something could not be saved.
    pub fn may_leave(&mut self) -> bool {
        let count = self.annotations.as_ref().map_or(0, |all| all.unsaved().count());
        if !self.is_stuck || count == 0 || std::mem::replace(&mut self.has_warned, true) {
            return true;
        }
        let pictures = if count == 1 { "picture is".to_owned() } else { format!("{count} pictures are") };
        let text = format!("The annotations of {pictures} not saved. Save them, or leave once more to lose them");
        self.said.push(Say::Banner { level: Level::Error, text, cures: &[Command::Save] });
        false
    }

    /// The program ends: what the disk lacks is handed to it, and [`Disk`]'s end waits for it.
    pub fn finish(&mut self) {
        if let Some(page) = self.page_mut() {
            page.commit();
        }
        self.write();
        self.disk = None;
    }

    /// Hands every page that has changed to the disk; of one that is on its way only the newest state follows.
    pub fn write(&mut self) {
        let (Some(annotations), Some(disk), false) = (&self.annotations, &self.disk, self.is_stuck) else { return };
        for page in annotations.unsaved() {
            if !self.in_flight.contains_key(&page.file) {
                let snapshot = page.snapshot();
                let changes = snapshot.changes;
                if !disk.put(Job::Write(Box::new(snapshot))) {
                    return;
                }
                self.in_flight.insert(page.file.clone(), changes);
            }
        }
    }

    pub fn is_stuck(&self) -> bool {
        self.is_stuck
    }

    /// Whether the disk has everything.
    pub fn is_settled(&self) -> bool {
        self.in_flight.is_empty()
            && !self.is_opening
            && self.annotations.as_ref().is_none_or(|all| all.unsaved().next().is_none())
    }

    pub fn go_to(&mut self, place: usize) {
        if self.annotations.as_mut().is_some_and(|all| all.go_to(place)) {
            self.turn_page();
        }
    }

    /// Another page is open: objects have the numbers of the last one's.
    pub(super) fn turn_page(&mut self) {
        self.selection = Selection::default();
        self.hovered = None;
        self.easel.forget();
        let snapping = self.canvas.snapping;
        self.canvas = Canvas::default();
        self.canvas.snapping = snapping;
    }

    /// Done with this one: on to the next that is not.
    pub fn done(&mut self) {
        let Some(page) = self.page_mut() else { return };
        let done = !page.state().done;
        page.set_done(done);
        let next = self.annotations.as_ref().filter(|_| done).and_then(Annotations::next_to_do);
        match next {
            Some(next) => self.go_to(next),
            None if done => self.said.push(Say::Toast("That was the last: every picture is done".to_owned())),
            None => {}
        }
    }

    /// Takes in what changed since the last frame. Before anything is drawn.
    pub fn look_at(&mut self, ctx: &Context, base: &Arc<Vocabulary>) {
        let Some(annotations) = &self.annotations else { return };
        self.words.update(base, annotations);
        if let Some(disk) = &self.disk {
            self.photos.ask(ctx, disk, annotations, &self.list.listed);
        }
        let Some(page) = annotations.page() else { return };
        self.offers.update(page, base);
        let state = page.state();
        self.verdicts = judge_scene(&state.scene, |node| state.box_of(node)).into_iter().collect();
        self.selection.retain_in(&state.scene);
    }

    pub fn carry_out(&mut self, deed: Deed) {
        let result = match deed {
            Deed::Act(action) => self.perform(action),
            Deed::Add { name, place, mask } => {
                let draft = NodeDraft { pinned: place, ..NodeDraft::new(name) };
                let added = self.page_mut().map(|page| page.add(draft, mask)).transpose();
                added.map(|node| self.select_added(node))
            }
            Deed::Mask { label, node, mask } => {
                if let Some(page) = self.page_mut() {
                    page.set_mask(&label, node, mask);
                }
                Ok(())
            }
        };
        if let Err(error) = result {
            self.said.push(Say::Toast(format!("This cannot be done: {error}")));
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
            Action::Notify(text) => self.said.push(Say::Toast(text)),
            Action::Command(command) => self.said.push(Say::Command(command)),
            // Of pictures that a model draws: there are none here.
            Action::GoTo(_) | Action::RequestVariations { .. } | Action::Compare(_) | Action::FreshLayout => {}
            // The panel is not open beside the room.
            Action::Training(_) => {}
        }
        Ok(())
    }
}
