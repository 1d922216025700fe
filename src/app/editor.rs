//! The editor's parts, and what commands, sentences and news do to them.

use std::sync::Arc;

use egui::{Context, Key, ViewportCommand};

use super::bar::{Bar, Said};
use super::commands::Command;
use super::dock::{Dock, Panel};
use super::document::Document;
use super::files::{Ask, Files};
use super::help::Help;
use super::live::{Live, News};
use super::notices::{About, Banner, Level, Notices};
use super::options::Options;
use super::panels::Panels;
use super::picture::View;
use super::prompt::Then;
use super::settings::{Settings, ThemeChoice};
use super::state::State;
use super::{Action, Gesture, Item, Selection, style};
use crate::command;
use crate::engine::{Picture, bundled_model};
use crate::scene::{Edit, History, NodeId, RevisionId, Scene};

/// How many variations are drawn at once.
const VARIATIONS: usize = 9;

pub struct Editor {
    pub(super) state: State,
    pub(super) live: Live,
    pub(super) notices: Notices,
    pub(super) settings: Settings,
    pub(super) bar: Bar,
    pub(super) dock: Dock,
    pub(super) panels: Panels,
    /// The step that the picture is held against.
    pub(super) compared: Option<RevisionId>,
    pub(super) options: Options,
    pub(super) files: Option<Files>,
    pub(super) started: bool,
    pub(super) help: Option<Help>,
    /// Waits for an answer about unsaved changes.
    pub(super) then: Option<Then>,
    /// Goes on when the file is written.
    pub(super) after_saving: Option<Then>,
    /// The graphs of a file that holds several.
    pub(super) choice: Option<(std::path::PathBuf, Vec<Scene>)>,
    /// Unsaved changes are settled.
    pub(super) may_quit: bool,
    pub(super) is_leaving: bool,
    /// What was written last, with the outline of the panels.
    pub(super) remembered: Option<Settings>,
    pub(super) title: String,
    pub(super) look: Option<(ThemeChoice, f32)>,
    /// The picture whose missing words were told last.
    pub(super) told: Option<u64>,
}

impl Editor {
    /// An editor without a window: the worker and the fonts come with the first frame.
    pub fn new(options: Options) -> Self {
        let settings = options.folders.settings_file().map(|path| Settings::read(&path)).unwrap_or_default();
        Self {
            state: State::new(Document::starter()),
            live: Live::default(),
            notices: Notices::default(),
            bar: Bar::default(),
            dock: Dock::read(&settings.panels),
            panels: Panels::new(settings.words.clone(), settings.picture.clone()),
            compared: None,
            files: None,
            started: false,
            help: None,
            then: None,
            after_saving: None,
            choice: None,
            may_quit: false,
            is_leaving: false,
            remembered: None,
            title: String::new(),
            look: None,
            told: None,
            settings,
            options,
        }
    }

    /// Fonts and looks. Before the first frame if possible: fonts count from the next one on.
    pub fn dress_for(mut self, ctx: &Context) -> Self {
        style::install(ctx);
        self.dress(ctx);
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
                self.notices.put(About::File, Level::Error, text);
            }
        }
        if let Err(error) = self.live.start(wake(ctx)) {
            let text = format!("No pictures can be drawn: no thread could be started ({error})");
            self.notices.put(About::Engine, Level::Error, text);
        }
        let remembered = self.settings.model.clone().filter(|model| model.is_dir());
        let model =
            self.options.model.clone().or(remembered).or_else(|| bundled_model(self.options.folders.data.as_slice()));
        if let Some(model) = model {
            self.live.open_model(&model, self.options.device);
        }
        if let Some(file) = self.options.file.take() {
            self.read(file);
        }
    }

    /// What was said is carried out, or its question waits for an answer.
    pub fn say(&mut self, said: &Said) {
        let understanding = &said.understanding;
        let before = self.state.scene().clone();
        let history = &mut self.state.document.history;
        let wanted = match understanding.action {
            Some(command::Action::Undo { steps } | command::Action::Redo { steps }) => steps,
            None => 0,
        };
        let undoes = matches!(understanding.action, Some(command::Action::Undo { .. }));
        let gone = (0..wanted).take_while(|_| if undoes { history.undo() } else { history.redo() }.is_some()).count();
        if gone < wanted {
            self.notices
                .toast(format!("There were only {gone} steps to go {}", if undoes { "back" } else { "forward" }));
        }
        self.state.tidy();
        if understanding.question.is_none()
            && !understanding.edits.is_empty()
            && let Err(error) = self.state.edit(&said.sentence, &understanding.edits)
        {
            self.notices.put(About::Words, Level::Error, format!("\"{}\" cannot be done: {error}", said.sentence));
            return;
        }
        let after = self.state.document.history.scene().clone();
        self.state.dialogue.said(understanding, &before, &after);
        self.settings.said(&said.sentence);
        self.bar.said(said);
    }

    pub fn scene(&self) -> &Scene {
        self.state.scene()
    }

    /// The picture that is shown.
    pub fn picture(&self) -> Option<Arc<Picture>> {
        self.live.shown.as_ref().map(|shown| shown.picture.clone())
    }

    /// The picture of a step of the history, if it is still at hand.
    pub fn picture_of(&self, step: RevisionId) -> Option<Arc<Picture>> {
        let seed = self.state.document.history.get(step)?.scene.seed();
        self.live.picture_of(step, seed).cloned()
    }

    /// Whether a dialog waits for an answer.
    pub fn is_asking(&self) -> bool {
        self.in_dialog()
    }

    pub fn history(&self) -> &History {
        &self.state.document.history
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whether the picture that is shown is that of the scene as it is.
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

    /// What the pointer is on, in any panel.
    pub fn hovered(&self) -> Option<Item> {
        self.state.hovered
    }

    /// Seeds of the variations that were asked for, with their pictures as they arrive.
    pub fn variations(&self) -> &[(u64, Option<Arc<Picture>>)] {
        &self.live.variations.pictures
    }

    pub fn banners(&self) -> &[Banner] {
        &self.notices.banners
    }

    pub(super) fn perform(&mut self, ctx: &Context, action: Action) {
        match self.state.perform(action) {
            Ok(None) => {}
            Ok(Some(Action::Command(command))) => self.command(ctx, command),
            Ok(Some(Action::RequestVariations { count })) => self.live.request_variations(self.state.scene(), count),
            Ok(Some(Action::Compare(step))) => self.compared = step,
            Ok(Some(Action::FreshLayout)) => self.live.fresh_layout(&self.state.document.history),
            Ok(Some(Action::Notify(text))) => self.notices.toast(text),
            Ok(Some(_)) => {}
            Err(error) => self.notices.put(About::Words, Level::Error, format!("This cannot be done: {error}")),
        }
    }

    /// Whether a command has something to work on.
    pub(super) fn is_possible(&self, command: Command) -> bool {
        let history = &self.state.document.history;
        match command {
            Command::Undo => history.can_undo(),
            Command::Redo => history.can_redo(),
            Command::Delete => !self.state.selection.is_empty(),
            Command::Duplicate => !self.state.selection.nodes.is_empty(),
            Command::FreshLayout | Command::Variations => self.live.model.is_some(),
            _ => true,
        }
    }

    pub fn command(&mut self, ctx: &Context, command: Command) {
        if !self.is_possible(command) {
            return;
        }
        match command {
            Command::New => self.then(Then::New),
            Command::Open => self.then(Then::AskOpen),
            Command::Save => self.save(),
            Command::SaveAs => self.ask(Ask::SaveAs),
            Command::OpenModel => self.ask(Ask::Model),
            Command::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
            Command::Undo => {
                self.state.document.history.undo();
                self.state.tidy();
            }
            Command::Redo => {
                self.state.document.history.redo();
                self.state.tidy();
            }
            Command::SelectAll => self.state.select(Selection::all(self.state.scene())),
            Command::Duplicate => self.edit("duplicate", self.state.duplicate_edits()),
            Command::Delete => self.edit("delete", self.state.delete_edits()),
            Command::Say => self.bar.focus(),
            Command::AnotherLook => {
                let seed = self.state.scene().seed().wrapping_add(1);
                self.edit("another look", vec![Edit::SetSceneSeed { seed }]);
            }
            Command::FreshLayout => self.live.fresh_layout(&self.state.document.history),
            Command::Variations => {
                self.panels.picture.settings.view = View::Variations;
                self.dock.open(Panel::Picture);
                self.live.request_variations(self.state.scene(), VARIATIONS);
            }
            Command::Stop => self.escape(ctx),
            Command::FollowSystem => self.settings.theme = ThemeChoice::System,
            Command::Dark => self.settings.theme = ThemeChoice::Dark,
            Command::Light => self.settings.theme = ThemeChoice::Light,
            Command::Larger => self.settings.set_scale(self.settings.scale + 0.125),
            Command::Smaller => self.settings.set_scale(self.settings.scale - 0.125),
            Command::OriginalSize => self.settings.set_scale(1.0),
            Command::ResetPanels => self.dock = Dock::default(),
            Command::Keys => self.help = if self.help == Some(Help::Keys) { None } else { Some(Help::Keys) },
            Command::About => self.help = Some(Help::About),
        }
    }

    pub(super) fn edit(&mut self, label: &str, edits: Vec<Edit>) {
        if let Err(error) = self.state.edit(label, &edits) {
            self.notices.put(About::Words, Level::Error, format!("This cannot be done: {error}"));
        }
    }

    /// Esc: what is nearest is given up first.
    pub(super) fn escape(&mut self, ctx: &Context) {
        if self.state.document.history.in_gesture() {
            // Giving a gesture up cannot be refused.
            let _ = self.state.gesture(Gesture::Abort);
        } else if self.bar.escape(ctx, &mut self.state.dialogue) {
        } else if self.live.is_drawing() || self.live.variations.pictures.iter().any(|(_, picture)| picture.is_none()) {
            self.live.stop();
        } else {
            self.state.select(Selection::default());
        }
    }

    pub(super) fn news(&mut self, news: News) {
        match news {
            News::ModelOpened(facts) => {
                self.state.vocab = facts.vocab.clone();
                self.notices.clear(About::Model);
                match &facts.device_note {
                    Some(note) => self.notices.put(About::Device, Level::Warning, note.clone()),
                    None => self.notices.clear(About::Device),
                }
            }
            News::ModelFailed { path, failure } => {
                let rest = match &self.live.model {
                    Some(model) => format!("\"{}\" goes on drawing.", model.name),
                    None => "Scenes can be written without one; pictures cannot be drawn.".to_owned(),
                };
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                let text = format!("The model \"{name}\" was not opened. {rest}\n{failure}");
                self.notices.put(About::Model, Level::Error, text);
            }
            News::DrawFailed(failure) => {
                self.notices.put(About::Drawing, Level::Error, format!("The picture is not up to date: {failure}"));
            }
            News::Drawn => self.notices.clear(About::Drawing),
        }
    }

    /// Words that the shown picture lacks; a picture from the past lacks its own.
    pub(super) fn tell_left_out(&mut self) {
        let Some(shown) = self.live.shown.as_ref().filter(|shown| self.told != Some(shown.number)) else { return };
        self.told = Some(shown.number);
        match &shown.left_out {
            Some(words) => self.notices.put(About::Words, Level::Warning, format!("Not in the picture: {words}")),
            None => self.notices.clear(About::Words),
        }
    }

    /// A dialog has the keyboard to itself.
    pub(super) fn in_dialog(&self) -> bool {
        self.help.is_some() || self.then.is_some() || self.choice.is_some()
    }

    pub(super) fn keys(&mut self, ctx: &Context) {
        if self.in_dialog() {
            return;
        }
        let writing = ctx.text_edit_focused();
        // In an empty bar, undo is the scene's.
        let idle_bar = Bar::has_focus(ctx) && self.bar.is_empty();
        if !writing && ctx.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Slash)) {
            // The key must not be written into the field that it opens.
            ctx.input_mut(|input| {
                input.events.retain(|event| !matches!(event, egui::Event::Text(text) if text == "/"))
            });
            self.bar.focus();
        }
        let is_history = |command| matches!(command, Command::Undo | Command::Redo);
        let may = |command: Command| {
            command != Command::Stop && (!writing || command.entry().while_writing || (idle_bar && is_history(command)))
        };
        for command in Command::pressed(ctx, may) {
            self.command(ctx, command);
        }
    }

    /// Esc is for whoever wants it first: a popup, a drag on the canvas. What is left is ours.
    pub(super) fn late_keys(&mut self, ctx: &Context) {
        if Command::pressed(ctx, |command| command == Command::Stop).is_empty() {
            return;
        }
        self.escape(ctx);
    }
}
