//! One frame: what is drawn, in which order things happen, and what the window is told.
//!
//! ```text
//! logic   worker, disk -> news;  scene -> what is asked of the engine
//! ui      keys -> commands;  menus, banners, bar, panels -> actions -> carried out -> what is asked of the engine
//! ```

use egui::{CentralPanel, Context, Frame, Margin, Panel as Edge, Stroke, ThemePreference, Ui, ViewportCommand};

use super::bar::BarInput;
use super::commands::Command;
use super::dock::Panel;
use super::document::Document;
use super::editor::Editor;
use super::files::Files;
use super::menu::{self, MenuClick, MenuInput};
use super::panels::PanelInput;
use super::prompt::{self, Then, Unsaved};
use super::settings::ThemeChoice;
use super::{Theme, help, status};

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
            let Self { dock, panels, state, live, compared, .. } = self;
            let input = PanelInput { state, live, theme: &theme, compared: *compared };
            panels.look_at(&ctx, &input);
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
        self.take_close_request(&ctx);
        self.notices.show_toasts(&ctx);
        self.dress(&ctx);
        self.live.follow(&self.state.document.history);
        self.tell_left_out();
        self.remember(false);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.remember(true);
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}

impl Editor {
    /// Theme, scale, title: told to the window when they change.
    pub(super) fn dress(&mut self, ctx: &Context) {
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
    pub(super) fn remember(&mut self, all: bool) {
        self.settings.panels = self.dock.to_value();
        self.settings.words = self.panels.objects.remembered.clone();
        self.settings.picture = self.panels.picture.settings.clone();
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

    pub(super) fn menus(&mut self, ui: &mut Ui) {
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

    pub(super) fn command_bar(&mut self, ui: &mut Ui, theme: &Theme) {
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

    pub(super) fn dialogs(&mut self, ctx: &Context, theme: &Theme) {
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
