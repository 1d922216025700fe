//! What the room holds, and the one way in which a page changes: a deed is carried out, and then written.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use egui::Context;

use super::disk::{Disk, Job, News};
use super::easel::{Deed, Easel};
use super::list::List;
use super::offers::Offers;
use super::photos::Photos;
use super::tools::Tool;
use crate::app::canvas::Canvas;
use crate::app::commands::Command;
use crate::app::files::Ask;
use crate::app::inspector::Inspector;
use crate::app::notices::Level;
use crate::app::{Action, Gesture, Item, Selection, changes};
use crate::document::annotation::{Annotations, Fault, Page, StoreError};
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

/// Lines of a banner's tooltip.
const MOST_FAULTS: usize = 30;

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
    disk: Option<Disk>,
    pub annotations: Option<Annotations>,
    is_opening: bool,
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
    in_flight: HashMap<String, u64>,
    /// A save failed: nothing more is written until a person says so.
    is_stuck: bool,
    has_warned: bool,
    pub(super) said: Vec<Say>,
}

/// The words of the model and of the folder together.
#[derive(Default)]
pub struct Words {
    base: Option<Arc<Vocabulary>>,
    /// How many pages, and how often they have changed.
    made_of: (usize, u64),
    pub vocab: Option<Arc<Vocabulary>>,
    /// In use, the most used first.
    pub names: Vec<String>,
    /// Those that the model lacks.
    pub new: BTreeSet<String>,
}

impl Words {
    /// Made anew when the model or the names in use are others.
    fn update(&mut self, base: &Arc<Vocabulary>, annotations: &Annotations) {
        let made_of = (annotations.pages().len(), annotations.pages().iter().map(Page::changes).sum());
        let is_same = self.base.as_ref().is_some_and(|known| Arc::ptr_eq(known, base));
        if is_same && self.made_of == made_of {
            return;
        }
        self.made_of = made_of;
        let names = annotations.names();
        let new: BTreeSet<String> =
            names.iter().filter(|name| base.object_id(name).is_none()).map(|name| (*name).to_owned()).collect();
        if !is_same || new != self.new || self.vocab.is_none() {
            let more: Vec<(String, &str)> = new.iter().map(|name| (name.clone(), name.as_str())).collect();
            // A word that cannot be added is still a name; only its colour is a stranger's.
            self.vocab = Some(base.with_objects(&more).map_or_else(|_| base.clone(), Arc::new));
        }
        self.names = names.into_iter().map(str::to_owned).collect();
        (self.new, self.base) = (new, Some(base.clone()));
    }
}

impl Room {
    pub fn start(&mut self, wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<()> {
        self.disk = Some(Disk::start(wake)?);
        Ok(())
    }

    pub fn page(&self) -> Option<&Page> {
        self.annotations.as_ref().and_then(Annotations::page)
    }

    fn page_mut(&mut self) -> Option<&mut Page> {
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

    pub fn news(&mut self, ctx: &Context) {
        let news = self.disk.as_ref().map(Disk::news).unwrap_or_default();
        for news in news {
            match news {
                News::Opened(Ok((annotations, faults))) => self.opened(annotations, &faults),
                News::Opened(Err(error)) => {
                    self.is_opening = false;
                    let text = format!("Not opened: {error}");
                    self.said.push(Say::Banner { level: Level::Error, text, cures: &[Command::Annotate] });
                }
                News::NothingFound => {
                    self.is_opening = false;
                    let text = "No picture was among the files: drop JPEG, PNG or WebP files, or a folder of them";
                    self.said.push(Say::Toast(text.to_owned()));
                }
                News::Written { file, changes, result } => self.written(&file, changes, result),
                News::Changed => {
                    let text = "Another program has changed the annotations of this folder. What you see here is not lost: read theirs, or go on and save over them (a copy of theirs is kept)";
                    self.said.push(Say::Banner {
                        level: Level::Warning,
                        text: text.to_owned(),
                        cures: &[Command::Revert],
                    });
                }
                News::Brought(brought) => {
                    let faults = brought.faults.clone();
                    let count = self.annotations.as_mut().map_or(0, |all| brought.into_annotations(all));
                    self.tell(&faults);
                    if count > 0 {
                        let pictures = if count == 1 { "1 picture".to_owned() } else { format!("{count} pictures") };
                        self.said.push(Say::Toast(format!("{pictures} taken in")));
                    }
                    self.turn_page();
                }
                News::Photo { path, longest, result } => {
                    if let Some(why) = self.photos.take(ctx, path, longest, result) {
                        let text = format!("A picture is left out: {why}");
                        self.said.push(Say::Banner { level: Level::Warning, text, cures: &[] });
                    }
                }
            }
        }
    }

    fn opened(&mut self, annotations: Annotations, faults: &[Fault]) {
        let place = self.annotations.as_ref().filter(|old| old.folder() == annotations.folder());
        let file = place.and_then(|old| old.page()).map(|page| page.file.clone());
        self.annotations = Some(annotations);
        (self.is_opening, self.is_stuck, self.has_warned) = (false, false, false);
        self.in_flight.clear();
        self.photos = Photos::default();
        self.list = List::default();
        self.offers.forget();
        self.words = Words::default();
        self.said.push(Say::Clear);
        self.tell(faults);
        if let (Some(file), Some(all)) = (file, &mut self.annotations)
            && let Some(place) = all.place_of(&file)
        {
            all.go_to(place);
        }
        self.turn_page();
    }

    fn tell(&mut self, faults: &[Fault]) {
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
        self.said.push(Say::Banner { level: Level::Warning, text, cures: &[] });
    }

    fn written(&mut self, file: &str, changes: u64, result: Result<(), StoreError>) {
        self.in_flight.remove(file);
        match result {
            Ok(()) => {
                if let Some(page) = self.annotations.as_mut().and_then(|all| all.page_of(file)) {
                    page.saved(changes);
                }
            }
            // Of several that fail together the first says why.
            Err(_) if self.is_stuck => {}
            Err(error) => {
                (self.is_stuck, self.has_warned) = (true, false);
                let cures: &[Command] = match error {
                    StoreError::Changed { .. } => &[Command::Save, Command::Revert],
                    _ => &[Command::Save],
                };
                let text = format!("Not saved, nothing is lost here: {error}");
                self.said.push(Say::Banner { level: Level::Error, text, cures });
            }
        }
    }

    pub fn go_to(&mut self, place: usize) {
        if self.annotations.as_mut().is_some_and(|all| all.go_to(place)) {
            self.turn_page();
        }
    }

    /// Another page is open: objects have the numbers of the last one's.
    fn turn_page(&mut self) {
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

    /// The room's part of a command. False: it is not the room's.
    pub fn command(&mut self, command: Command) -> bool {
        let selection = self.selection.clone();
        match command {
            Command::Undo => _ = self.page_mut().map(Page::undo),
            Command::Redo => _ = self.page_mut().map(Page::redo),
            Command::Save => self.save_again(),
            Command::Revert => self.reopen(),
            Command::SelectAll => self.selection = self.scene().map(Selection::all).unwrap_or_default(),
            Command::Delete | Command::Duplicate => {
                let Some(scene) = self.scene() else { return true };
                let (label, edits) = match command {
                    Command::Delete => ("delete", changes::deletion(scene, &selection)),
                    _ => ("duplicate", changes::copies(scene, &selection, |_| None, [32.0, 32.0])),
                };
                self.carry_out(Deed::Act(Action::edit(label, edits)));
            }
            Command::Stop => self.escape(),
            _ => return false,
        }
        true
    }

    fn escape(&mut self) {
        if self.easel.give_up() {
        } else if self.page().is_some_and(Page::in_gesture) {
            self.page_mut().map(Page::abort).unwrap_or_default();
        } else if !self.selection.is_empty() {
            self.selection = Selection::default();
        } else {
            self.easel.choose(Tool::Select);
        }
    }

    /// Whether a command has something to work on; none: it is not the room's.
    pub fn is_possible(&self, command: Command) -> Option<bool> {
        let page = self.page().filter(|page| page.trouble.is_none());
        Some(match command {
            Command::Undo => page.is_some_and(|page| page.undo_label().is_some()),
            Command::Redo => page.is_some_and(|page| page.redo_label().is_some()),
            Command::Delete => !self.selection.is_empty(),
            Command::Duplicate => !self.selection.nodes.is_empty(),
            Command::SelectAll => page.is_some(),
            Command::Save | Command::Revert => self.annotations.is_some(),
            // What belongs to a scene that a model draws.
            Command::SaveAs
            | Command::Recover
            | Command::Export
            | Command::CopyImage
            | Command::Say
            | Command::AnotherLook
            | Command::FreshLayout
            | Command::Variations => false,
            _ => return None,
        })
    }
}
