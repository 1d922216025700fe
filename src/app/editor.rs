//! The editor: its parts, and how commands, sentences and events change them.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use egui::{Context, Key, Rect, ViewportCommand};

use super::annotate::AnnotationEditor;
use super::clipboard::Clipboard;
use super::command_bar::{CommandBar, SubmittedSentence};
use super::commands::Command;
use super::dialogs::Dialog;
use super::dock::{Dock, Panel};
use super::document_io::starter;
use super::exporting::{PendingExport, RunningExport};
use super::files::{FilePrompt, Files};
use super::help::Help;
use super::input_queue::InputQueue;
use super::notices::{Banner, Level, NoticeSource, Notices};
use super::options::EditorOptions;
use super::panels::Panels;
use super::picture::ViewMode;
use super::placement::Placement;
use super::preferences::{LoadedPreferences, Preferences};
use super::preview::PreviewController;
use super::prompt::{PendingAction, PictureThumbnails};
use super::spoken::SpokenNames;
use super::state::State;
use super::system_fonts::SystemFonts;
use super::training::compare::ComparisonModel;
use super::{Action, Gesture, Item, Selection, canvas, style, text_field};
use crate::crash;
use crate::engine::training::{Status, Training};
use crate::engine::{Exporter, Picture};
use scenewright_document::{DiskState, Journals, Recovery, ThemeChoice};
use scenewright_language as command;
use scenewright_scene::{Edit, History, NodeId, RevisionId, Scene};

/// Number of variations drawn at once.
const VARIATIONS: usize = 9;

pub struct Editor {
    pub(super) state: State,
    pub(super) live: PreviewController,
    pub(super) notices: Notices,
    pub(super) preferences: Preferences,
    pub(super) bar: CommandBar,
    pub(super) dock: Dock,
    pub(super) annotate: AnnotationEditor,
    /// A picture without a graph that could not be opened; the user may want to annotate it.
    pub(super) refused_picture: Option<PathBuf>,
    pub(super) panels: Panels,
    /// The step that the picture is compared with.
    pub(super) compared: Option<RevisionId>,
    pub(super) options: EditorOptions,
    pub(super) files: Option<Files>,
    pub(super) journals: Journals,
    pub(super) exporter: Option<Exporter>,
    pub(super) clipboard: Option<Clipboard>,
    pub(super) training: Option<Training>,
    /// A second model that draws the same scene.
    pub(super) comparison: ComparisonModel,
    /// The scene last sent to training: document number and change counter.
    pub(super) training_scene: Option<(u64, u64)>,
    pub(super) training_status: Status,
    /// The model in use before the preview of the training model.
    pub(super) before_following: Option<PathBuf>,
    pub(super) started: bool,
    pub(super) placement: Placement,
    /// The open dialog.
    pub(super) dialog: Option<Dialog>,
    /// Frames since the dialog was opened, counted only at the start.
    pub(super) dialog_frames: u8,
    /// Number of opened documents, so that late file events are not applied to another document.
    pub(super) document_number: u64,
    /// The revision that is being saved.
    pub(super) saving: Option<RevisionId>,
    /// Runs after the file is written.
    pub(super) after_save: Option<PendingAction>,
    /// State of the file that was reported last.
    pub(super) reported_disk_state: Option<DiskState>,
    /// Unsaved work of crashes, newest first.
    pub(super) recoveries: Vec<Recovery>,
    pub(super) offers_recovery: bool,
    /// The report of the last crash, to be offered.
    pub(super) crash_report: Option<String>,
    pub(super) thumbnails: PictureThumbnails,
    pub(super) pending_export: Option<PendingExport>,
    pub(super) running_export: Option<RunningExport>,
    /// The model that the user has chosen; saved in the preferences when it opens.
    pub(super) chosen_model: Option<PathBuf>,
    /// The model that replaced one that failed to open.
    pub(super) fallback: Option<PathBuf>,
    /// Unsaved changes were saved or discarded.
    pub(super) may_quit: bool,
    pub(super) is_leaving: bool,
    pub(super) title: String,
    pub(super) look: Option<(ThemeChoice, f32)>,
    /// The step of the tour that is shown.
    pub(super) tour: Option<usize>,
    /// Where the panels and the command bar were drawn in this frame.
    pub(super) panel_places: HashMap<Panel, Rect>,
    pub(super) bar_place: Option<Rect>,
    /// Number of the picture whose ignored words were reported last.
    pub(super) reported_picture: Option<u64>,
}

impl Editor {
    /// Creates an editor without a window. Worker threads start with the first frame.
    pub fn new(options: EditorOptions) -> Self {
        let LoadedPreferences { preferences, dock, panels, notice } = Preferences::load(options.folders.as_ref());
        let is_first_run = preferences.is_first_run() && options.file.is_none() && options.self_test.is_none();
        let mut notices = Notices::default();
        if let Some(notice) = notice {
            notices.put(NoticeSource::Settings, Level::Warning, notice.to_string());
        }
        Self {
            // Journals start with the first frame, together with a new document.
            state: State::new(starter(&Journals::off())),
            live: PreviewController::default(),
            notices,
            bar: CommandBar::default(),
            dock,
            annotate: AnnotationEditor::default(),
            refused_picture: None,
            panels,
            preferences,
            compared: None,
            files: None,
            journals: Journals::off(),
            exporter: None,
            clipboard: None,
            training: None,
            comparison: ComparisonModel::default(),
            training_scene: None,
            training_status: Status::default(),
            before_following: None,
            started: false,
            placement: Placement::default(),
            dialog: None,
            dialog_frames: 0,
            document_number: 0,
            saving: None,
            after_save: None,
            reported_disk_state: None,
            recoveries: Vec::new(),
            offers_recovery: false,
            crash_report: None,
            thumbnails: PictureThumbnails::default(),
            pending_export: None,
            running_export: None,
            chosen_model: None,
            fallback: None,
            may_quit: false,
            is_leaving: false,
            title: String::new(),
            look: None,
            tour: is_first_run.then_some(0),
            panel_places: HashMap::new(),
            bar_place: None,
            reported_picture: None,
            options,
        }
    }

    /// Installs fonts and styles. If possible before the first frame: fonts take effect in the next one.
    pub fn with_theme(mut self, ctx: &Context) -> Self {
        style::install(ctx);
        ctx.add_plugin(InputQueue::default());
        ctx.add_plugin(SystemFonts::default());
        ctx.add_plugin(SpokenNames::default());
        self.apply_theme(ctx);
        self
    }

    pub(super) fn start(&mut self, ctx: &Context) {
        self.started = true;
        let wake = |ctx: &Context| {
            let ctx = ctx.clone();
            move || ctx.request_repaint()
        };
        match Files::start(self.options.native_dialogs, wake(ctx)) {
            Ok(files) => self.files = Some(files),
            Err(error) => {
                let text = format!("Files cannot be opened or saved: no thread could be started ({error})");
                self.notices.put(NoticeSource::File, Level::Error, text);
            }
        }
        if let Err(error) = self.live.start(wake(ctx)) {
            let text = format!("No pictures can be drawn: no thread could be started ({error})");
            self.notices.put(NoticeSource::Engine, Level::Error, text);
        }
        match Exporter::start(wake(ctx)) {
            Ok(exporter) => self.exporter = Some(exporter),
            Err(error) => {
                let text = format!("Nothing can be exported: no thread could be started ({error})");
                self.notices.put(NoticeSource::Export, Level::Error, text);
            }
        }
        self.start_training(ctx);
        let prefs = self.preferences.settings.model.clone().map(PathBuf::from);
        if let Some(model) = self.options.model.clone().or(prefs).or_else(|| self.bundled()) {
            self.live.open_model(&model, self.device());
        }
        self.start_annotating(ctx);
        self.start_journals(ctx);
        self.offer_crash_report();
        self.report_missing_folders();
        if let Some(file) = self.options.file.take() {
            self.open_paths(vec![file]);
        }
    }

    /// Applies a parsed sentence, or shows its question.
    pub(crate) fn submit_sentence(&mut self, submitted: &SubmittedSentence) {
        let understanding = &submitted.understanding;
        let before = self.state.scene().clone();
        let steps = match understanding.action {
            Some(command::SentenceAction::Undo { steps } | command::SentenceAction::Redo { steps }) => steps,
            None => 0,
        };
        let undoes = matches!(understanding.action, Some(command::SentenceAction::Undo { .. }));
        let done = (0..steps).take_while(|_| if undoes { self.state.undo() } else { self.state.redo() }).count();
        if done < steps {
            self.notices.toast(format!("Only {done} steps could be {}", if undoes { "undone" } else { "redone" }));
        }
        if understanding.question.is_none()
            && !understanding.edits.is_empty()
            && let Err(error) = self.state.edit(&submitted.sentence, &understanding.edits)
        {
            self.notices.put(
                NoticeSource::Scene,
                Level::Error,
                format!("\"{}\" cannot be done: {error}", submitted.sentence),
            );
            return;
        }
        let after = self.state.scene().clone();
        self.state.dialogue.said(understanding, &before, &after);
        self.preferences.record_sentence(&submitted.sentence);
        self.bar.submitted(submitted);
    }

    pub fn scene(&self) -> &Scene {
        self.state.scene()
    }

    /// The picture on the screen.
    pub fn picture(&self) -> Option<Arc<Picture>> {
        self.live.shown.as_ref().map(|shown| shown.picture.clone())
    }

    /// The picture of a history step, if it is cached.
    pub fn picture_of(&self, step: RevisionId) -> Option<Arc<Picture>> {
        let seed = self.state.history().get(step)?.scene.seed();
        self.live.picture_of(step, seed).cloned()
    }

    /// Returns true if a dialog is open.
    pub fn is_asking(&self) -> bool {
        self.in_dialog()
    }

    pub fn history(&self) -> &History {
        self.state.history()
    }

    /// Waits until the journal contains every step; for tests of crash recovery.
    pub fn settle(&self) -> bool {
        self.state.document.settle()
    }

    /// Text of the last toast.
    pub fn last_toast(&self) -> &str {
        &self.notices.last_toast
    }

    /// Returns true if an export is running.
    pub fn is_busy(&self) -> bool {
        self.is_exporting()
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns true if the shown picture is that of the current scene.
    pub fn is_up_to_date(&self) -> bool {
        self.live.shown.is_some() && self.live.opening.is_none() && !self.live.is_drawing()
    }

    /// Candidates of the open question, numbered from 1.
    pub fn marks(&self) -> &[(NodeId, usize)] {
        &self.state.marks
    }

    pub fn selection(&self) -> &Selection {
        &self.state.selection
    }

    /// The hovered item, in any panel.
    pub fn hovered(&self) -> Option<Item> {
        self.state.hovered
    }

    /// Seeds of the requested variations, with their pictures as they arrive.
    pub fn variations(&self) -> &[(u64, Option<Arc<Picture>>)] {
        &self.live.variations.pictures
    }

    pub fn banners(&self) -> &[Banner] {
        &self.notices.banners
    }

    pub(super) fn perform(&mut self, ctx: &Context, action: Action) {
        if !matches!(action, Action::Hover(_)) {
            crash::note_action((&action).into());
        }
        match self.state.perform(action) {
            Ok(None) => {}
            Ok(Some(Action::Command(command))) => self.command(ctx, command),
            Ok(Some(Action::RequestVariations { count })) => self.live.request_variations(self.state.scene(), count),
            Ok(Some(Action::Compare(step))) => self.compared = step,
            Ok(Some(Action::NameStep { step, label })) => _ = self.state.document.name_step(step, &label),
            Ok(Some(Action::FreshLayout)) => self.fresh_layout(),
            Ok(Some(Action::Notify(text))) => self.notices.toast(text),
            Ok(Some(Action::MatchAppearance(node))) => self.ask(FilePrompt::AppearanceImage(node)),
            Ok(Some(Action::Training(action))) => self.train(ctx, *action),
            Ok(Some(_)) => {}
            Err(error) => self.notices.put(NoticeSource::Scene, Level::Error, format!("This cannot be done: {error}")),
        }
    }

    /// Whether a command is enabled.
    pub(super) fn is_possible(&self, command: Command) -> bool {
        if let Some(possible) = self.annotate.allows(command) {
            return possible;
        }
        if let Some(possible) = self.is_object_command_possible(command) {
            return possible;
        }
        let history = self.state.history();
        match command {
            Command::Undo => history.can_undo(),
            Command::Redo => history.can_redo(),
            Command::Delete => !self.state.selection.is_empty(),
            Command::Duplicate => !self.state.selection.nodes.is_empty(),
            Command::FreshLayout | Command::Variations => self.live.model.is_some(),
            Command::Revert => self.state.document.path().is_some(),
            Command::Recover => !self.recoveries.is_empty(),
            Command::ShowCrashReport => self.crash_report.is_some(),
            Command::Export => !self.is_exporting(),
            Command::CopyImage => self.live.shown.is_some(),
            Command::CopyPrompt => !self.state.scene().is_empty(),
            _ => true,
        }
    }

    pub(crate) fn command(&mut self, ctx: &Context, command: Command) {
        if !self.is_possible(command) || self.annotate_command(command) || self.object_command(ctx, command) {
            return;
        }
        crash::note_action(command.into());
        match command {
            // Performed by `object_command`.
            Command::Cut
            | Command::Copy
            | Command::Paste
            | Command::DuplicateInRow
            | Command::Hide
            | Command::ShowAll
            | Command::BringToFront
            | Command::BringForward
            | Command::SendBackward
            | Command::SendToBack
            | Command::Flip
            | Command::Lock
            | Command::Pin
            | Command::Group
            | Command::Ungroup
            | Command::AlignLeft
            | Command::AlignCenter
            | Command::AlignRight
            | Command::AlignTop
            | Command::AlignMiddle
            | Command::AlignBottom
            | Command::DistributeAcross
            | Command::DistributeDown => {}
            Command::Examples => self.open_examples(),
            Command::Find => self.open_palette(ctx),
            Command::FitPicture => self.panels.picture.fit(),
            Command::ActualPixels => self.panels.picture.one_to_one(ctx.pixels_per_point()),
            Command::SafeAreas => {
                let settings = &mut self.panels.picture.settings;
                settings.safe_areas = !settings.safe_areas;
            }
            Command::Tour => self.tour = Some(0),
            Command::New => self.run_or_confirm(PendingAction::New),
            Command::Open => self.run_or_confirm(PendingAction::AskOpen),
            Command::Save => self.save(),
            Command::SaveAs => self.ask(FilePrompt::SaveAs),
            Command::Revert => {
                if let Some(path) = self.state.document.path() {
                    self.run_or_confirm(PendingAction::Open(path.to_owned()));
                }
            }
            Command::Recover => self.dialog = Some(Dialog::Recover { sure: None }),
            Command::ShowCrashReport => self.show_crash_report(),
            Command::Export => self.open_export(),
            Command::CopyImage => self.copy_image(ctx),
            Command::CopyPrompt => self.copy_prompt(ctx),
            Command::TracePicture => self.toggle_tracing(),
            // Handled by the annotation editor.
            Command::Annotate => {}
            Command::OpenModel => self.ask(FilePrompt::Model),
            Command::Train => self.open_training(),
            Command::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
            Command::Undo => _ = self.state.undo(),
            Command::Redo => _ = self.state.redo(),
            Command::SelectAll => self.state.select(Selection::all(self.state.scene())),
            Command::Duplicate => {
                let copies = canvas::duplicate(self.state.scene(), &self.state.selection, |_| None);
                copies.into_iter().for_each(|action| self.perform(ctx, action));
            }
            Command::Delete => {
                let deletion = canvas::delete(self.state.scene(), &self.state.selection);
                deletion.into_iter().for_each(|action| self.perform(ctx, action));
            }
            Command::ApplyCommand => self.bar.focus(),
            Command::NewSeed => {
                let seed = self.state.scene().seed().wrapping_add(1);
                self.edit("new random seed", vec![Edit::SetSceneSeed { seed }]);
            }
            Command::FreshLayout => self.fresh_layout(),
            Command::Variations => {
                self.panels.picture.settings.view = ViewMode::Variations;
                self.dock.open(Panel::Picture);
                self.live.request_variations(self.state.scene(), VARIATIONS);
            }
            Command::Stop => self.escape(ctx),
            Command::FollowSystem => self.preferences.settings.look = ThemeChoice::System,
            Command::Dark => self.preferences.settings.look = ThemeChoice::Dark,
            Command::Light => self.preferences.settings.look = ThemeChoice::Light,
            Command::Larger => self.preferences.set_scale(self.preferences.settings.interface_scale + 0.125),
            Command::Smaller => self.preferences.set_scale(self.preferences.settings.interface_scale - 0.125),
            Command::OriginalSize => self.preferences.set_scale(1.0),
            Command::ResetPanels => self.dock = Dock::default(),
            Command::KeyboardShortcuts => {
                self.dialog = Some(Dialog::Help(Help::KeyboardShortcuts { typed: String::new() }));
            }
            Command::About => self.dialog = Some(Dialog::Help(Help::About)),
        }
    }

    /// Uses a layout seed that no step of this document has used.
    fn fresh_layout(&mut self) {
        let seeds = self.state.history().revisions().iter().map(|revision| revision.scene.layout_seed());
        let seed = seeds.max().unwrap_or(0) + 1;
        self.edit("fresh layout", vec![Edit::FreshLayout { seed }]);
    }

    /// Stores render records and canvas positions in the document.
    pub(super) fn store_records(&mut self) {
        let mut records = self.live.take_records();
        let history = self.state.history();
        if !history.in_gesture() {
            let places = self.panels.canvas_records(history.scene());
            records.extend((!places.objects.is_empty()).then(|| (history.revision(), places)));
        }
        if records.is_empty() {
            return;
        }
        for (step, drawn) in records {
            self.state.document.record_picture(step, drawn);
        }
        self.live.recorded(self.state.history());
    }

    pub(super) fn edit(&mut self, label: &str, edits: Vec<Edit>) {
        if let Err(error) = self.state.edit(label, &edits) {
            self.notices.put(NoticeSource::Scene, Level::Error, format!("This cannot be done: {error}"));
        }
    }

    /// Esc: cancels the innermost activity.
    pub(super) fn escape(&mut self, ctx: &Context) {
        if self.state.history().in_gesture() {
            // Aborting a gesture cannot fail.
            let _ = self.state.gesture(Gesture::Abort);
        } else if self.bar.escape(ctx, &mut self.state.dialogue) {
        } else if self.live.is_drawing() || self.live.variations.pictures.iter().any(|(_, picture)| picture.is_none()) {
            self.live.stop();
        } else {
            self.state.select(Selection::default());
        }
    }

    /// A dialog gets all keyboard input.
    pub(super) fn in_dialog(&self) -> bool {
        self.dialog.is_some() || self.files.as_ref().is_some_and(Files::is_asking)
    }

    pub(super) fn keys(&mut self, ctx: &Context) {
        if self.in_dialog() {
            return;
        }
        let writing = ctx.text_edit_focused();
        let leaves_undo = text_field::leaves_undo(ctx);
        let has_bar = !self.annotate.is_open;
        if has_bar && !writing && ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Slash)) {
            // The key must not be typed into the field that it focuses.
            ctx.input_mut(|input| {
                input.events.retain(|event| !matches!(event, egui::Event::Text(text) if text == "/"))
            });
            self.bar.focus();
        }
        let is_history = |command| matches!(command, Command::Undo | Command::Redo);
        let may = |command: Command| {
            command != Command::Stop
                && (!writing || command.info().works_while_typing || (leaves_undo && is_history(command)))
        };
        for command in Command::pressed(ctx, may) {
            self.command(ctx, command);
        }
    }

    /// Esc goes first to popups and to drags on the canvas. This handles it if they did not.
    pub(super) fn late_keys(&mut self, ctx: &Context) {
        if Command::pressed(ctx, |command| command == Command::Stop).is_empty() {
            return;
        }
        self.command(ctx, Command::Stop);
    }
}
