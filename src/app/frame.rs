//! One frame: the order of events, drawing and actions.
//!
//! ```text
//! logic   worker, disk -> events;  scene -> render requests
//! ui      keys -> commands;  menus, banners, command bar, panels -> actions -> performed -> render requests
//! ```

use egui::{
    CentralPanel, Context, FontId, Frame, Id, LayerId, Margin, Order, Panel as Edge, Rect, Stroke, StrokeKind,
    ThemePreference, Ui, ViewportCommand, vec2,
};

use super::command_bar::CommandBarInput;
use super::commands::Command;
use super::dock::Panel;
use super::document_io::name_of;
use super::editor::Editor;
use super::files::Files;
use super::menu::{self, MenuClick, MenuInput};
use super::notices::{Level, NoticeSource};
use super::panels::PanelInput;
use super::prompt::PendingAction;
use super::spoken::{self, SpokenNames};
use super::system_fonts::SystemFonts;
use super::toasts::Clicked;
use super::tour::{self, TourAnswer};
use super::{Theme, status};
use scenewright_document::ThemeChoice;

impl eframe::App for Editor {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        self.placement.check(ctx, frame);
        if !self.started {
            self.start(ctx);
        }
        let events = self.files.as_mut().map(Files::events).unwrap_or_default();
        events.into_iter().for_each(|event| self.handle_file_event(event));
        self.follow_training(ctx);
        self.live.take_events().into_iter().for_each(|event| self.handle_preview_event(event));
        self.store_records();
        self.handle_journal_events();
        self.handle_clipboard_events();
        self.check_file_on_disk(ctx);
        self.handle_annotation_events(ctx);
        self.follow_export();
        self.take_close_request(ctx);
        self.live.follow(self.state.history());
        self.store_records();
        self.report_left_out_words();
        self.offer_recovery();
        self.report_absent_characters(ctx);
        if self.files.as_mut().is_some_and(Files::take_missing_dialogs) {
            self.notices.toast("The desktop does not answer with a file dialog of its own: the editor's is used");
        }
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        // Esc closes only what is on top.
        let covered = self.in_dialog() || egui::Popup::is_any_open(&ctx);
        self.keys(&ctx);
        self.take_dropped(&ctx);
        let theme = Theme::of(&ctx);
        let line = Stroke::new(1.0, theme.outline);
        // Panels and bars use the background of the window, see `clear_color`: what is not painted costs nothing.
        let bar = |margin: Margin| Frame::new().inner_margin(margin);
        Edge::top("menus").frame(bar(Margin::symmetric(8, 4))).show(ui, |ui| self.menus(ui));
        if let Some(command) = self.notices.show_banners(ui, &theme) {
            self.command(&ctx, command);
        }
        let frame = bar(Margin::symmetric(12, 3)).fill(theme.field);
        Edge::bottom("status").frame(frame).show(ui, |ui| match self.annotate.is_open {
            true => self.annotate.status(ui, &theme),
            false => status::show(ui, &theme, &self.state, &self.live, self.training.as_ref()),
        });
        if !self.annotate.is_open {
            let shown =
                Edge::bottom("command bar").frame(bar(Margin::ZERO)).show(ui, |ui| self.command_bar(ui, &theme));
            self.bar_place = Some(shown.response.rect);
        }
        let mut actions = Vec::new();
        let central = Frame::new().stroke(line);
        let work = CentralPanel::no_frame().frame(central).show(ui, |ui| {
            if self.annotate.is_open {
                return self.show_annotating(ui, &theme, covered);
            }
            let device = self.device();
            let Self { dock, panels, state, live, compared, training, comparison, panel_places, .. } = self;
            panel_places.clear();
            let input = PanelInput { state, live, theme: &theme, compared: *compared };
            panels.update(&ctx, &input);
            dock.show(ui, &theme, &mut |ui, panel| {
                panel_places.insert(panel, ui.max_rect());
                actions.extend(match panel {
                    Panel::Objects => panels.objects(ui, &input),
                    Panel::Layers => panels.layers(ui, &input),
                    Panel::Graph => panels.graph(ui, &input),
                    Panel::Picture => panels.picture(ui, &input),
                    Panel::Inspector => panels.inspector(ui, &input),
                    Panel::History => panels.history(ui, &input),
                    Panel::Training => panels.training(ui, &input, training.as_ref(), comparison, device),
                });
            });
        });
        self.notices.set_work(work.response.rect);
        spoken::announce(ui, &self.announcement());
        actions.into_iter().for_each(|action| self.perform(&ctx, action));
        if !covered {
            self.clipboard_events(&ctx);
            self.late_keys(&ctx);
        }
        self.show_tour(&ctx, &theme);
        self.dialogs(&ctx, &theme);
        if let Some(event) = self.files.as_mut().and_then(|files| files.show(&ctx)) {
            self.handle_file_event(event);
        }
        self.take_close_request(&ctx);
        show_drop_hint(&ctx, &theme);
        match self.notices.show_toasts(&ctx, &theme) {
            Some(Clicked::Show(path)) => _ = self.files.as_ref().is_some_and(|files| files.reveal(path)),
            Some(Clicked::Cancel) => self.cancel_export(),
            None => {}
        }
        self.apply_theme(&ctx);
        self.live.follow(self.state.history());
        self.store_records();
        self.report_left_out_words();
        // Do not save while a slider is being dragged.
        if !ctx.input(|input| input.pointer.any_down()) {
            self.save_preferences();
        }
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.annotate.finish();
        self.save_preferences();
        // Unsaved changes can be dropped: the window asked before it closed.
        if let Some(files) = &self.files {
            let empty =
                scenewright_document::Document::new(Default::default(), "", &scenewright_document::Journals::off());
            files.close(self.state.open(empty));
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        let theme = if visuals.dark_mode { Theme::dark() } else { Theme::light() };
        theme.panel.to_normalized_gamma_f32()
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}

impl Editor {
    /// Applies theme, scale and title to the window if they changed.
    pub(super) fn apply_theme(&mut self, ctx: &Context) {
        let look = (self.preferences.settings.look, self.preferences.settings.interface_scale);
        if self.look != Some(look) {
            self.look = Some(look);
            ctx.set_theme(match look.0 {
                ThemeChoice::System => ThemePreference::System,
                ThemeChoice::Dark => ThemePreference::Dark,
                ThemeChoice::Light => ThemePreference::Light,
            });
            ctx.set_zoom_factor(look.1);
        }
        let name = if self.annotate.is_open { self.annotate.title() } else { self.marked_name() };
        let title = format!("{name} — Scenewright");
        if self.title != title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            ctx.with_plugin(|names: &mut SpokenNames| names.title.clone_from(&title));
            self.title = title;
        }
    }

    /// The tour waits while a dialog is open.
    fn show_tour(&mut self, ctx: &Context, theme: &Theme) {
        let Some(step) = self.tour.filter(|_| !self.in_dialog() && !self.annotate.is_open) else { return };
        let places = |panel: Panel| self.panel_places.get(&panel).copied();
        match tour::show(ctx, theme, step, &places, self.bar_place) {
            None => {}
            Some(TourAnswer::Next) => self.tour = Some(step + 1),
            Some(TourAnswer::Back) => self.tour = Some(step.saturating_sub(1)),
            Some(TourAnswer::Leave) => {
                self.tour = None;
                self.preferences.end_tour();
            }
        }
    }

    /// What a screen reader reads out after an edit: the step, and whether its picture is there.
    fn announcement(&self) -> String {
        let history = self.state.history();
        let step = history.get(history.revision()).map_or("", |step| step.label.as_str());
        let drawn = if self.is_up_to_date() { "picture drawn" } else { "drawing" };
        let toast = &self.notices.last_toast;
        let toast = if toast.is_empty() { String::new() } else { format!(". {toast}") };
        format!("{step}: {drawn}{toast}")
    }

    /// The document's name, with a dot if there are unsaved changes.
    fn marked_name(&self) -> String {
        let mark = if self.state.document.is_dirty() { " •" } else { "" };
        format!("{}{mark}", name_of(&self.state.document))
    }

    /// Says once for which characters no font is installed.
    fn report_absent_characters(&mut self, ctx: &Context) {
        const NAMED: usize = 8;
        let absent = ctx.with_plugin(SystemFonts::take_absent).unwrap_or_default();
        if absent.is_empty() {
            return;
        }
        let named: Vec<String> = absent.iter().take(NAMED).map(|c| format!("U+{:04X}", u32::from(*c))).collect();
        let more = if absent.len() > NAMED { " …" } else { "" };
        let text = format!(
            "No installed font has all characters of this text ({}{more}): they are shown as boxes. Install a font for its script, such as a Noto font.",
            named.join(", ")
        );
        self.notices.put(NoticeSource::System, Level::Hint, text);
    }

    fn save_preferences(&mut self) {
        if let Some(files) = &self.files {
            self.preferences.update(&self.dock, &self.panels, files);
        }
    }

    pub(super) fn menus(&mut self, ui: &mut Ui) {
        let history = self.state.history();
        let (undo, redo) = self.annotate_labels().unwrap_or((history.undo_label(), history.redo_label()));
        let title = if self.annotate.is_open { self.annotate.title() } else { self.marked_name() };
        let input = MenuInput {
            is_possible: &|command| self.is_possible(command),
            is_chosen: &|command| match command {
                Command::FollowSystem => self.preferences.settings.look == ThemeChoice::System,
                Command::Dark => self.preferences.settings.look == ThemeChoice::Dark,
                Command::Light => self.preferences.settings.look == ThemeChoice::Light,
                Command::Annotate => self.annotate.is_open,
                Command::SafeAreas => self.panels.picture.settings.safe_areas,
                _ => false,
            },
            recent: self.preferences.settings.recent.files(),
            undo,
            redo,
            title: &title,
        };
        match menu::show(ui, &input, &self.dock) {
            None => {}
            Some(MenuClick::Command(command)) => self.command(&ui.ctx().clone(), command),
            Some(MenuClick::Recent(path)) => self.run_or_confirm(PendingAction::Open(path)),
            Some(MenuClick::Panel(panel)) if self.dock.is_open(panel) => self.dock.close(panel),
            Some(MenuClick::Panel(panel)) => self.dock.open(panel),
        }
    }

    pub(super) fn command_bar(&mut self, ui: &mut Ui, theme: &Theme) {
        let Self { bar, state, live, preferences, .. } = self;
        let input = CommandBarInput {
            theme,
            scene: state.scene(),
            changes: state.history().changes(),
            vocab: &state.vocab,
            selection: &state.selection,
            dialogue: &state.dialogue,
            box_of: &|id| live.box_of(id),
            sentences: &preferences.sentences,
        };
        let submitted = bar.show(ui, &input);
        state.marks = bar.marks();
        if let Some(submitted) = submitted {
            self.submit_sentence(&submitted);
        }
    }
}

/// Shown while a file is dragged over the window.
fn show_drop_hint(ctx: &Context, theme: &Theme) {
    if ctx.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let window = ctx.content_rect();
    let painter = ctx.layer_painter(LayerId::new(Order::Foreground, Id::new("drop hint")));
    painter.rect_filled(window, 0, theme.shadow);
    painter.rect_stroke(window.shrink(6.0), theme.radius, Stroke::new(3.0, theme.accent), StrokeKind::Inside);
    let text = "Drop to open: a scene, a picture that contains one, a model folder, or pictures to annotate";
    let room = (window.width() - 60.0).max(100.0);
    let galley = painter.layout(text.to_owned(), FontId::proportional(18.0), theme.text, room);
    let ground = Rect::from_center_size(window.center(), galley.size() + vec2(40.0, 24.0));
    painter.rect_filled(ground, theme.radius, theme.surface);
    painter.galley(ground.min + vec2(20.0, 12.0), galley, theme.text);
}
