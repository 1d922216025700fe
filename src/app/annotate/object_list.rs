//! List of all objects of the picture, shown while nothing is selected.

use egui::{Color32, Label, RichText, Sense, Ui, WidgetInfo, WidgetType};
use egui_phosphor::regular as icon;

use super::label_set::LabelSet;
use crate::app::widgets::{category, heading, swatch, weak};
use crate::app::{Action, Item, Selection, Theme};
use scenewright_document::annotation::Page;
use scenewright_scene::vocab::Vocabulary;

pub(crate) fn show(ui: &mut Ui, page: &Page, labels: &LabelSet, vocab: &Vocabulary, theme: &Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    let nodes = page.scene().nodes();
    heading(ui, theme, "Objects in this picture");
    if nodes.is_empty() {
        ui.label(weak(theme, "No objects yet. Press B and draw a box around something."));
    }
    for node in nodes {
        let facts = [
            (labels.new.contains(&node.name), "new word", theme.warning),
            (node.pinned.is_none(), "no box yet", theme.warning),
            (page.state().mask(node.id).is_some(), icon::POLYGON, theme.text_weak),
        ];
        let row = ui.horizontal(|ui| {
            swatch(ui, theme, category(vocab, &node.name));
            let name = ui.add(Label::new(node.title()).sense(Sense::click()));
            let small = |text: &str, color: Color32| RichText::new(text).small().color(color);
            facts.iter().filter(|(is_so, ..)| *is_so).for_each(|(_, text, color)| _ = ui.label(small(text, *color)));
            name
        });
        let facts: Vec<&str> = facts.iter().take(2).filter(|(is_so, ..)| *is_so).map(|(_, text, _)| *text).collect();
        let name = [&["on this picture:", node.title()][..], &facts].concat().join(" ");
        row.inner.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
        if row.inner.clicked() {
            actions.push(Action::Select(Selection::of(Item::Node(node.id))));
        }
        if row.inner.hovered() {
            actions.push(Action::Hover(Some(Item::Node(node.id))));
        }
    }
    actions
}
