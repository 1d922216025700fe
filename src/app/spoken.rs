//! What a screen reader is told beyond the names of widgets: what a picture shows, what an edit changed, and names that widgets of other
//! crates lack.

use std::collections::BTreeMap;

use egui::accesskit::{Live, Role};
use egui::{Context, FullOutput, Id, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};
use scenewright_scene::Scene;

/// Relations that are read out; a screen reader is no place for hundreds.
const RELATIONS: usize = 12;

/// An egui plugin: names the window and the dividers between panels.
#[derive(Default)]
pub(crate) struct SpokenNames {
    pub title: String,
}

impl egui::Plugin for SpokenNames {
    fn debug_name(&self) -> &'static str {
        "spoken names"
    }

    fn output_hook(&mut self, _ctx: &Context, output: &mut FullOutput) {
        let Some(update) = &mut output.platform_output.accesskit_update else { return };
        let root = update.tree.as_ref().map(|tree| tree.root);
        for (id, node) in &mut update.nodes {
            if Some(*id) == root || node.role() == Role::Window && node.label().is_none() {
                node.set_label(self.title.as_str());
            } else if node.role() == Role::Unknown && node.label().is_none() && node.children().is_empty() {
                node.set_role(Role::Splitter);
                node.set_label("Divider between panels");
            }
        }
    }
}

/// The objects and relations of a picture in words: "2 sheep, tree. sheep standing on grass".
pub(crate) fn contents(scene: &Scene) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    scene.nodes().iter().for_each(|node| *counts.entry(node.name.as_str()).or_default() += 1);
    let counted =
        |(name, &count): (&&str, &usize)| if count == 1 { (*name).to_owned() } else { format!("{count} {name}") };
    let objects: Vec<String> = counts.iter().map(counted).collect();
    if objects.is_empty() {
        return "nothing yet".to_owned();
    }
    let name = |id| scene.node(id).map_or("", |node| node.name.as_str());
    let relations = scene.relations().iter().take(RELATIONS);
    let relations: Vec<String> =
        relations.map(|r| format!("{} {} {}", name(r.subject), r.predicate, name(r.object))).collect();
    let more = scene.relations().len().saturating_sub(RELATIONS);
    let more = if more > 0 { format!("; and {more} more relations") } else { String::new() };
    let end = if relations.is_empty() { String::new() } else { format!(". {}{more}", relations.join("; ")) };
    format!("{}{end}", objects.join(", "))
}

/// An invisible text that screen readers read out whenever it changes.
pub(crate) fn announce(ui: &mut Ui, text: &str) {
    let id = Id::new("announcement");
    let corner = ui.max_rect().left_bottom();
    let response = ui.interact(Rect::from_min_size(pos2(corner.x, corner.y - 1.0), vec2(1.0, 1.0)), id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, text));
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::Status);
        node.set_live(Live::Polite);
        node.set_label(text);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::{Edit, NodeId};

    #[test]
    fn a_picture_is_told_in_words() {
        let mut scene = Scene::new();
        assert_eq!(contents(&scene), "nothing yet");
        let relate = Edit::relate(NodeId(0), "standing on", NodeId(2));
        scene.apply_all(&[Edit::add("sheep"), Edit::add("sheep"), Edit::add("grass"), relate]).unwrap();
        assert_eq!(contents(&scene), "grass, 2 sheep. sheep standing on grass");
    }
}
