//! The command palette (Ctrl+P): finds commands, objects, words, steps of the history and panels, and shows their keys.

use egui::{
    Align, Context, Key, Layout, Modifiers, RichText, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, WidgetType, vec2,
};
use egui_phosphor::regular as icon;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use strum::IntoEnumIterator;

use super::Theme;
use super::canvas::CanvasCommand;
use super::commands::{Command, shortcut_text};
use super::dock::Panel;
use super::examples::EXAMPLES;
use super::prompt::modal;
use super::titles::distinct_titles;
use super::widgets::weak;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{History, NodeId, RevisionId};

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Found {
    Command(Command),
    Graph(CanvasCommand),
    Panel(Panel),
    /// An object of the scene, to be selected.
    Object(NodeId),
    /// A word of the vocabulary, to be added.
    Word(String),
    Step(RevisionId),
    /// Number of an example.
    Example(usize),
}

struct Entry {
    found: Found,
    icon: &'static str,
    text: String,
    /// What kind of thing it is: a menu's title, "object", "step 3".
    detail: String,
    key: String,
    is_possible: bool,
    /// Shown before anything is typed.
    is_common: bool,
}

pub(crate) struct PaletteSources<'a> {
    pub history: &'a History,
    pub vocab: &'a Vocabulary,
    pub is_possible: &'a dyn Fn(Command) -> bool,
}

/// Rows that are shown; typing more finds the rest.
const MOST: usize = 60;
const ROW: f32 = 26.0;

pub(crate) struct CommandPalette {
    typed: String,
    at: usize,
    is_new: bool,
    entries: Vec<Entry>,
    matcher: Matcher,
}

impl CommandPalette {
    pub(crate) fn new(ctx: &Context, sources: &PaletteSources<'_>) -> Self {
        let matcher = Matcher::new(Config::DEFAULT);
        Self { typed: String::new(), at: 0, is_new: true, entries: entries(ctx, sources), matcher }
    }

    /// `Some(None)`: closed without a choice.
    pub(crate) fn show(&mut self, ctx: &Context, theme: &Theme) -> Option<Option<Found>> {
        // Before the field sees these keys.
        let (moved, entered) = ctx.input_mut(|i| {
            let down = i.count_and_consume_key(Modifiers::NONE, Key::ArrowDown) as isize;
            let up = i.count_and_consume_key(Modifiers::NONE, Key::ArrowUp) as isize;
            (down - up, i.consume_key(Modifiers::NONE, Key::Enter))
        });
        let shown = modal(ctx, "command palette").show(ctx, |ui| {
            let room = ctx.content_rect().size();
            ui.set_width((room.x - 60.0).clamp(220.0, 560.0));
            let field = TextEdit::singleline(&mut self.typed)
                .hint_text("Find a command, an object, a word, a step …")
                .desired_width(f32::INFINITY)
                .margin(vec2(8.0, 6.0));
            let field = ui.add(field);
            let typed = self.typed.clone();
            field.widget_info(|| WidgetInfo {
                label: Some("find".to_owned()),
                ..WidgetInfo::text_edit(true, &typed, &typed, "Find a command, an object, a word, a step")
            });
            if std::mem::take(&mut self.is_new) || !field.has_focus() {
                field.request_focus();
            }
            if field.changed() {
                self.at = 0;
            }
            let hits = self.hits();
            self.at = self.at.saturating_add_signed(moved).min(hits.len().saturating_sub(1));
            let mut chosen = entered.then_some(self.at);
            if hits.is_empty() {
                ui.label(weak(theme, "Nothing is called so. The command bar below understands sentences (Ctrl+K)."));
            }
            ui.spacing_mut().item_spacing.y = 0.0;
            let most = (room.y - 220.0).clamp(80.0, 420.0);
            ScrollArea::vertical().max_height(most).min_scrolled_height(most).auto_shrink([false, true]).show(
                ui,
                |ui| {
                    for (row, &hit) in hits.iter().enumerate() {
                        if draw_row(ui, &self.entries[hit], row == self.at, moved != 0, theme) {
                            chosen = Some(row);
                        }
                    }
                },
            );
            let hit = hits.get(chosen?).map(|&hit| &self.entries[hit]);
            hit.filter(|entry| entry.is_possible).map(|entry| entry.found.clone())
        });
        match shown.inner {
            Some(found) => Some(Some(found)),
            None => shown.should_close().then_some(None),
        }
    }

    /// Numbers of the entries that match, best first.
    fn hits(&mut self) -> Vec<usize> {
        let typed = self.typed.trim();
        if typed.is_empty() {
            return (0..self.entries.len()).filter(|&at| self.entries[at].is_common).take(MOST).collect();
        }
        let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
        let folded = typed.to_lowercase();
        let mut letters = Vec::new();
        let mut found: Vec<(u32, usize)> = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            let text = entry.text.to_lowercase();
            let Some(score) = pattern.score(Utf32Str::new(&entry.text, &mut letters), &mut self.matcher) else {
                continue;
            };
            let begins = text.split(' ').any(|word| word.starts_with(&folded));
            let whole = 400 * u32::from(text == folded) + 200 * u32::from(text.starts_with(&folded));
            let kind = 30 * u32::from(entry.is_common) + 20 * u32::from(entry.is_possible);
            found.push((score + whole + 100 * u32::from(begins) + kind, at));
        }
        found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        found.into_iter().take(MOST).map(|(_, at)| at).collect()
    }
}

fn entries(ctx: &Context, sources: &PaletteSources<'_>) -> Vec<Entry> {
    let command = |command: Command| {
        let info = command.info();
        Entry {
            found: Found::Command(command),
            icon: info.icon,
            text: info.label.to_owned(),
            detail: command.menu().to_owned(),
            key: info.shortcut.map_or_else(String::new, |key| shortcut_text(ctx, &key)),
            is_possible: (sources.is_possible)(command),
            is_common: true,
        }
    };
    let plain = |found: Found, icon: &'static str, text: &str, detail: &str| Entry {
        found,
        icon,
        text: text.to_owned(),
        detail: detail.to_owned(),
        key: String::new(),
        is_possible: true,
        is_common: false,
    };
    let mut all: Vec<Entry> = Command::iter().filter(|one| *one != Command::Find).map(command).collect();
    let labels: Vec<&str> = Command::iter().map(|command| command.info().label).collect();
    // Those of the graph alone; the others are the same under one name.
    let of_graph = CanvasCommand::ALL.into_iter().filter(|command| !labels.contains(&command.label()));
    all.extend(of_graph.filter(|command| !matches!(command, CanvasCommand::Lock)).map(|command| Entry {
        key: command.shortcut().map_or_else(String::new, |key| shortcut_text(ctx, &key)),
        ..plain(Found::Graph(command), icon::GRAPH, command.label(), "Graph")
    }));
    all.extend(Panel::ALL.map(|panel| plain(Found::Panel(panel), panel.icon(), panel.title(), "Panel")));
    let scene = sources.history.scene();
    let titles = distinct_titles(scene);
    let objects = scene.nodes().iter().filter_map(|node| Some((node.id, titles.get(&node.id)?)));
    all.extend(objects.map(|(id, title)| plain(Found::Object(id), icon::CURSOR, title, "Object of the scene")));
    let words = sources.vocab.objects().filter(|(_, name)| !name.starts_with("__"));
    all.extend(words.map(|(_, name)| plain(Found::Word(name.to_owned()), icon::PLUS, name, "Add to the scene")));
    let steps = sources.history.revisions().iter().rev().filter(|step| step.parent.is_some());
    all.extend(steps.map(|step| {
        let detail = format!("Step {}", step.id.0);
        plain(Found::Step(step.id), icon::CLOCK_COUNTER_CLOCKWISE, &step.label, &detail)
    }));
    let examples = EXAMPLES.iter().enumerate();
    all.extend(examples.map(|(at, example)| plain(Found::Example(at), icon::IMAGE, example.title, "Example")));
    all
}

/// Returns true if the row was clicked.
fn draw_row(ui: &mut Ui, entry: &Entry, chosen: bool, scroll: bool, theme: &Theme) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let name = format!("{}, {}", entry.text, entry.detail);
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, entry.is_possible, chosen, &name));
    if chosen && scroll {
        response.scroll_to_me(None);
    }
    if !ui.is_rect_visible(rect) {
        return response.clicked();
    }
    if chosen || response.hovered() {
        let strength = if chosen { 0.28 } else { 0.12 };
        ui.painter().rect_filled(rect, theme.radius, theme.accent.gamma_multiply(strength));
    }
    let color = if entry.is_possible { theme.text } else { theme.text_weak.gamma_multiply(0.7) };
    let mut line = ui.new_child(
        egui::UiBuilder::new().max_rect(rect.shrink2(vec2(8.0, 0.0))).layout(Layout::left_to_right(Align::Center)),
    );
    let text = |text: &str, color| egui::Label::new(RichText::new(text).color(color)).selectable(false).truncate();
    line.add(text(entry.icon, color));
    line.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.add(text(&entry.key, theme.accent));
        ui.add(text(&entry.detail, theme.text_weak));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.add(text(&entry.text, color)));
    });
    response.clicked()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::{Edit, Scene};

    #[test]
    fn commands_objects_words_and_steps_are_found() {
        let mut history = History::new(Scene::new());
        history.apply("add sheep", &[Edit::add("sheep"), Edit::add("sheep")]).unwrap();
        let vocab = Vocabulary::illustrated();
        let is_possible = |_| true;
        let sources = PaletteSources { history: &history, vocab: &vocab, is_possible: &is_possible };
        let mut palette = CommandPalette::new(&Context::default(), &sources);
        let mut first = |typed: &str| {
            palette.typed = typed.to_owned();
            let hits = palette.hits();
            hits.first().map(|&hit| palette.entries[hit].found.clone())
        };
        assert_eq!(first("bring to fr"), Some(Found::Command(Command::BringToFront)));
        assert_eq!(first("sheep 2"), Some(Found::Object(NodeId(1))));
        assert_eq!(first("lighthouse"), Some(Found::Word("lighthouse".to_owned())));
        assert_eq!(first("add sheep"), Some(Found::Step(RevisionId(1))));
        assert_eq!(first("layers"), Some(Found::Panel(Panel::Layers)));
        assert_eq!(first("zoom to 100"), Some(Found::Graph(CanvasCommand::ZoomWhole)));
        assert_eq!(first("qqqqqq"), None);
    }
}
