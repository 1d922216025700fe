//! The window: what is drawn in a frame, and in which order things happen.
//!
//! ```text
//! logic   keys -> commands;  worker, disk -> news;  scene -> what is asked of the engine
//! ui      menus, banners, bar, panels -> actions -> carried out -> what is asked of the engine
//! ```

use std::sync::Arc;

use egui::{CentralPanel, Context, Frame, Key, Margin, Panel as Edge, Stroke, ThemePreference, Ui, ViewportCommand};

use super::bar::{Bar, BarInput, Said};
use super::commands::Command;
use super::dock::{Dock, Panel};
use super::document::Document;
use super::files::{Ask, FileNews, Files};
use super::help::{self, Help};
use super::live::{Live, News};
use super::menu::{self, MenuClick, MenuInput};
use super::notices::{About, Banner, Level, Notices};
use super::options::{Options, bundled_model};
use super::placeholder::{PanelInput, Panels};
use super::prompt::{self, Then, Unsaved};
use super::settings::{Settings, ThemeChoice};
use super::state::State;
use super::{Action, Gesture, Selection, Theme, status, style};
use crate::command;
use crate::engine::Picture;
use crate::scene::{Edit, History, NodeId, RevisionId, Scene};

/// How many variations are drawn at once.
const VARIATIONS: usize = 9;

pub struct Editor {
    state: State,
    live: Live,
    notices: Notices,
    settings: Settings,
    bar: Bar,
    dock: Dock,
    panels: Panels,
    options: Options,
    files: Option<Files>,
    started: bool,
    help: Option<Help>,
    /// Waits for an answer about unsaved changes.
    then: Option<Then>,
    /// Goes on when the file is written.
    after_saving: Option<Then>,
    /// The graphs of a file that holds several.
    choice: Option<(std::path::PathBuf, Vec<Scene>)>,
    may_quit: bool,
    /// What was written last, with the outline of the panels.
    remembered: Option<Settings>,
    title: String,
    look: Option<(ThemeChoice, f32)>,
    /// The picture whose missing words were told last.
    told: Option<u64>,
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
            panels: Panels::default(),
            files: None,
            started: false,
            help: None,
            then: None,
            after_saving: None,
            choice: None,
            may_quit: false,
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

    fn start(&mut self, ctx: &Context) {
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
        let model = self.options.model.clone().or(remembered).or_else(|| bundled_model(&self.options.folders));
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

    /// Seeds of the variations that were asked for, with their pictures as they arrive.
    pub fn variations(&self) -> &[(u64, Option<Arc<Picture>>)] {
        &self.live.variations.pictures
    }

    pub fn banners(&self) -> &[Banner] {
        &self.notices.banners
    }

    fn perform(&mut self, ctx: &Context, action: Action) {
        match self.state.perform(action) {
            Ok(None) => {}
            Ok(Some(Action::Command(command))) => self.command(ctx, command),
            Ok(Some(Action::RequestVariations { count })) => self.live.request_variations(self.state.scene(), count),
            Ok(Some(_)) => {}
            Err(error) => self.notices.put(About::Words, Level::Error, format!("This cannot be done: {error}")),
        }
    }

    /// Whether a command has something to work on.
    fn is_possible(&self, command: Command) -> bool {
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
            Command::Variations => self.live.request_variations(self.state.scene(), VARIATIONS),
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

    fn edit(&mut self, label: &str, edits: Vec<Edit>) {
        if let Err(error) = self.state.edit(label, &edits) {
            self.notices.put(About::Words, Level::Error, format!("This cannot be done: {error}"));
        }
    }

    /// Esc: what is nearest is given up first.
    fn escape(&mut self, ctx: &Context) {
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

    fn ask(&mut self, ask: Ask) {
        let near = self.state.document.path.clone().or_else(|| self.settings.recent.first().cloned());
        if let Some(files) = &mut self.files {
            files.ask(ask, near.as_deref());
        }
    }

    fn read(&mut self, path: std::path::PathBuf) {
        let taken = self.files.as_ref().is_some_and(|files| files.read(path));
        if !taken {
            self.notices.put(About::File, Level::Error, "The disk does not answer: try again in a moment");
        }
    }

    fn save(&mut self) {
        let document = &self.state.document;
        let Some(path) = document.path.clone() else { return self.ask(Ask::SaveAs) };
        self.write(path);
    }

    fn write(&mut self, path: std::path::PathBuf) {
        let history = &self.state.document.history;
        let (scene, step) = (history.scene().clone(), history.revision());
        let taken = self.files.as_ref().is_some_and(|files| files.write(path, scene, step));
        if !taken {
            self.notices.put(About::File, Level::Error, "Not saved: the disk does not answer. Try again in a moment");
        }
    }

    /// Goes on at once, or asks about unsaved changes first.
    fn then(&mut self, then: Then) {
        if self.state.document.is_changed() { self.then = Some(then) } else { self.go_on(then) }
    }

    fn go_on(&mut self, then: Then) {
        match then {
            Then::Quit => self.may_quit = true,
            Then::New => self.open(Document::empty()),
            Then::AskOpen => self.ask(Ask::Open),
            Then::Open(path) => self.read(path),
        }
    }

    fn open(&mut self, document: Document) {
        if let Some(path) = &document.path {
            self.settings.opened(path);
        }
        self.state.open(document);
        self.live.forget();
        for about in [About::Words, About::File, About::Drawing] {
            self.notices.clear(about);
        }
    }

    fn file_news(&mut self, news: FileNews) {
        match news {
            FileNews::Picked { ask: Ask::Open, path } => self.read(path),
            FileNews::Picked { ask: Ask::SaveAs, path } => self.write(path),
            FileNews::Picked { ask: Ask::Model, path } => {
                self.settings.model = Some(path.clone());
                self.live.open_model(&path, self.options.device);
            }
            FileNews::Read { path, scenes: Ok(mut scenes) } => match scenes.len() {
                0 => self.notices.put(
                    About::File,
                    Level::Error,
                    format!("There are no graphs in this file: {}", path.display()),
                ),
                1 => self.open(Document::new(scenes.swap_remove(0), Some(path))),
                _ => self.choice = Some((path, scenes)),
            },
            FileNews::Read { path, scenes: Err(error) } => {
                self.settings.recent.retain(|recent| *recent != path);
                self.notices.put(About::File, Level::Error, format!("Not opened: {error}"));
            }
            FileNews::Written { path, step, result: Ok(()) } => {
                self.settings.opened(&path);
                self.state.document.saved(path, step);
                self.notices.clear(About::File);
                self.notices.toast(format!("Saved {}", self.state.document.title()));
                if let Some(then) = self.after_saving.take() {
                    self.go_on(then);
                }
            }
            FileNews::Written { result: Err(error), .. } => {
                self.after_saving = None;
                self.notices.put(About::File, Level::Error, format!("Not saved, nothing is lost here: {error}"));
            }
            FileNews::Forgotten(error) => {
                self.notices.put(About::Settings, Level::Warning, format!("Settings are not remembered: {error}"));
            }
        }
    }

    fn news(&mut self, news: News) {
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
    fn tell_left_out(&mut self) {
        let Some(shown) = self.live.shown.as_ref().filter(|shown| self.told != Some(shown.number)) else { return };
        self.told = Some(shown.number);
        match &shown.left_out {
            Some(words) => self.notices.put(About::Words, Level::Warning, format!("Not in the picture: {words}")),
            None => self.notices.clear(About::Words),
        }
    }

    /// Files that are dropped onto the window: a scene, or a model's folder.
    fn take_dropped(&mut self, ctx: &Context) {
        let dropped = ctx.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
        let Some(path) = dropped.into_iter().map(|file| file.path().to_owned()).next() else { return };
        if path.is_dir() {
            self.file_news(FileNews::Picked { ask: Ask::Model, path });
        } else {
            self.then(Then::Open(path));
        }
    }

    fn take_close_request(&mut self, ctx: &Context) {
        if self.may_quit {
            self.may_quit = false;
            self.state.document = Document::empty();
            ctx.send_viewport_cmd(ViewportCommand::Close);
        } else if ctx.input(|input| input.viewport().close_requested()) && self.state.document.is_changed() {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.then = Some(Then::Quit);
        }
    }

    /// Theme, scale, title: told to the window when they change.
    fn dress(&mut self, ctx: &Context) {
        let look = (self.settings.theme, self.settings.scale);
        if self.look != Some(look) {
            self.look = Some(look);
            ctx.set_theme(match look.0 {
                ThemeChoice::System => ThemePreference::System,
                ThemeChoice::Dark => ThemePreference::Dark,
                ThemeChoice::Light => ThemePreference::Light,
            });
            ctx.set_zoom_factor(look.1);
        }
        let mark = if self.state.document.is_changed() { " •" } else { "" };
        let title = format!("{}{mark} — Scenewright", self.state.document.title());
        if self.title != title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    /// Writes the settings when something in them has changed. Sizes of panels change with every drag of the window: they wait for the next
    /// change of another sort, or for the end.
    fn remember(&mut self, all: bool) {
        self.settings.panels = self.dock.to_value();
        let mut now = self.settings.clone();
        if !all {
            now.panels = self.dock.outline();
        }
        if self.remembered.as_ref() == Some(&now) {
            return;
        }
        let first = self.remembered.is_none();
        self.remembered = Some(now);
        if let (Some(path), Some(files), false) = (self.options.folders.settings_file(), &self.files, first) {
            // Where the disk is behind, the next change is written.
            files.remember(path, self.settings.to_json());
        }
    }

    /// A dialog has the keyboard to itself.
    fn in_dialog(&self) -> bool {
        self.help.is_some() || self.then.is_some() || self.choice.is_some()
    }

    fn keys(&mut self, ctx: &Context) {
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
    fn late_keys(&mut self, ctx: &Context) {
        if Command::pressed(ctx, |command| command == Command::Stop).is_empty() {
            return;
        }
        self.escape(ctx);
    }

    fn menus(&mut self, ui: &mut Ui) {
        let history = &self.state.document.history;
        let input = MenuInput {
            is_possible: &|command| self.is_possible(command),
            is_chosen: &|command| match command {
                Command::FollowSystem => self.settings.theme == ThemeChoice::System,
                Command::Dark => self.settings.theme == ThemeChoice::Dark,
                Command::Light => self.settings.theme == ThemeChoice::Light,
                _ => false,
            },
            recent: &self.settings.recent,
            undo: history.undo_label(),
            redo: history.redo_label(),
            title: &format!(
                "{}{}",
                self.state.document.title(),
                if self.state.document.is_changed() { " •" } else { "" }
            ),
        };
        match menu::show(ui, &input, &self.dock) {
            None => {}
            Some(MenuClick::Command(command)) => self.command(&ui.ctx().clone(), command),
            Some(MenuClick::Recent(path)) => self.then(Then::Open(path)),
            Some(MenuClick::Panel(panel)) if self.dock.is_open(panel) => self.dock.close(panel),
            Some(MenuClick::Panel(panel)) => self.dock.open(panel),
        }
    }

    fn command_bar(&mut self, ui: &mut Ui, theme: &Theme) {
        let Self { bar, state, live, settings, .. } = self;
        let input = BarInput {
            theme,
            scene: state.document.history.scene(),
            changes: state.document.history.changes(),
            vocab: &state.vocab,
            selection: &state.selection,
            dialogue: &state.dialogue,
            box_of: &|id| live.box_of(id),
            sentences: &settings.sentences,
        };
        let said = bar.show(ui, &input);
        state.marks = bar.marks();
        if let Some(said) = said {
            self.say(&said);
        }
    }

    fn dialogs(&mut self, ctx: &Context, theme: &Theme) {
        if let Some(help) = self.help
            && !help::show(ctx, theme, help)
        {
            self.help = None;
        }
        if let Some(then) = self.then.clone() {
            match prompt::unsaved(ctx, theme, &self.state.document.title()) {
                None => return,
                Some(Unsaved::Save) => {
                    self.after_saving = Some(then);
                    self.save();
                }
                Some(Unsaved::Discard) => self.go_on(then),
                Some(Unsaved::Cancel) => {}
            }
            self.then = None;
        }
        if let Some((_, scenes)) = &self.choice
            && let Some(chosen) = prompt::choose(ctx, theme, scenes)
            && let Some((path, mut scenes)) = self.choice.take()
            && let Some(place) = chosen.filter(|&place| place < scenes.len())
        {
            // One of several has no file of its own: saving it would take the others away.
            let document = Document::new(scenes.swap_remove(place), None);
            self.settings.opened(&path);
            self.open(document);
        }
    }
}

impl eframe::App for Editor {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        if !self.started {
            self.start(ctx);
        }
        let news = self.files.as_mut().map(Files::news).unwrap_or_default();
        news.into_iter().for_each(|news| self.file_news(news));
        self.live.take_events().into_iter().for_each(|news| self.news(news));
        self.take_close_request(ctx);
        self.live.follow(&self.state.document.history);
        self.tell_left_out();
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        // Esc closes what lies on top, and nothing else.
        let covered = self.in_dialog() || egui::Popup::is_any_open(&ctx);
        self.keys(&ctx);
        self.take_dropped(&ctx);
        let theme = Theme::of(&ctx);
        let line = Stroke::new(1.0, theme.outline);
        let bar = |margin: Margin| Frame::new().fill(theme.panel).inner_margin(margin);
        Edge::top("menus").frame(bar(Margin::symmetric(8, 4))).show(ui, |ui| self.menus(ui));
        if !self.notices.banners.is_empty() {
            let frame = bar(Margin::ZERO);
            Edge::top("banners").frame(frame).show(ui, |ui| self.notices.show_banners(ui, &theme));
        }
        let frame = bar(Margin::symmetric(12, 3)).fill(theme.field);
        Edge::bottom("status").frame(frame).show(ui, |ui| status::show(ui, &theme, &self.state, &self.live));
        Edge::bottom("command bar").frame(bar(Margin::ZERO)).show(ui, |ui| self.command_bar(ui, &theme));
        let mut actions = Vec::new();
        let central = Frame::new().fill(theme.canvas).stroke(line);
        CentralPanel::no_frame().frame(central).show(ui, |ui| {
            let Self { dock, panels, state, live, .. } = self;
            let input = PanelInput { state, live, theme: &theme };
            dock.show(ui, &theme, &mut |ui, panel| {
                actions.extend(match panel {
                    Panel::Objects => panels.objects(ui, &input),
                    Panel::Graph => panels.graph(ui, &input),
                    Panel::Picture => panels.picture(ui, &input),
                    Panel::Inspector => panels.inspector(ui, &input),
                    Panel::History => panels.history(ui, &input),
                });
            });
        });
        actions.into_iter().for_each(|action| self.perform(&ctx, action));
        if !covered {
            self.late_keys(&ctx);
        }
        self.dialogs(&ctx, &theme);
        if let Some(news) = self.files.as_mut().and_then(|files| files.show(&ctx)) {
            self.file_news(news);
        }
        self.notices.show_toasts(&ctx);
        self.dress(&ctx);
        self.live.follow(&self.state.document.history);
        self.tell_left_out();
        self.remember(false);
    }

    fn save(&mut self, _storage: &mut dyn eframe::Storage) {
        self.remember(true);
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}

/// Opens the window and stays until it is closed.
pub fn run(options: Options) -> Result<(), WindowError> {
    let viewport = egui::ViewportBuilder::default()
        .with_app_id("scenewright")
        .with_title("Scenewright")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([300.0, 300.0])
        .with_drag_and_drop(true);
    let native = eframe::NativeOptions { viewport, ..Default::default() };
    let made =
        Box::new(move |_: &eframe::CreationContext<'_>| Ok(Box::new(Editor::new(options)) as Box<dyn eframe::App>));
    eframe::run_native("scenewright", native, made).map_err(|error| WindowError(Arc::from(error.to_string())))
}

#[derive(Clone, Debug, thiserror::Error)]
#[error(
    "no window can be opened ({0}). The editor needs a display; `scenewright --help` lists what works in a terminal"
)]
pub struct WindowError(Arc<str>);
