//! The vocabulary list.

use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use scenewright::app::{Action, Item, NewObject, Selection};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, NodeId};
use serde_json::json;

use crate::panels::world::{HarnessExt, Panel, World, labels};

fn objects() -> Harness<'static, World> {
    World::new(Panel::Objects).sized(vec2(260.0, 600.0), 1.0)
}

fn search(harness: &mut Harness<'_, World>, text: &str) {
    harness.get_by_label("Search objects").focus();
    harness.run();
    harness.key(Modifiers::COMMAND, Key::A);
    harness.get_by_label("Search objects").type_text(text);
    harness.run();
}

#[test]
fn a_click_adds_and_selects() {
    let mut harness = objects();
    harness.click_on("add sky, 1 in the scene");
    let world = harness.state();
    assert_eq!(world.labels(), ["add sky"]);
    assert!(world.log.contains(&Action::Select(Selection::of(Item::Node(NodeId(6))))));
    harness.run();
    assert!(harness.query_all_by_label("add sky, 2 in the scene").count() > 0);
}

#[test]
fn a_word_is_typed_and_added_by_keys() {
    let mut harness = objects();
    search(&mut harness, "sea");
    harness.key(Modifiers::NONE, Key::Enter);
    search(&mut harness, "kite");
    harness.key(Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().labels(), ["add ocean", "add kite"]);
    assert_eq!(harness.state().objects.prefs.recent, ["kite", "ocean"]);
    // Down from the first.
    search(&mut harness, "sh");
    harness.key(Modifiers::NONE, Key::ArrowDown);
    harness.key(Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().labels().len(), 3);
    assert_ne!(harness.state().labels()[2], "add ship");
}

#[test]
fn words_that_were_added_elsewhere_are_recent_too() {
    let mut harness = objects();
    let recent = |harness: &Harness<'_, World>| harness.state().objects.prefs.recent.clone();
    harness.state_mut().history.apply("a sentence", &[Edit::add("kite"), Edit::add("zzyzx")]).unwrap();
    harness.run();
    assert_eq!(recent(&harness), ["kite"], "a word that the list does not have cannot be offered again");
    harness.state_mut().history.apply("another", &[Edit::add("sea")]).unwrap();
    harness.run();
    assert_eq!(recent(&harness), ["ocean", "kite"]);
    harness.state_mut().history.undo();
    harness.state_mut().history.undo();
    harness.run();
    harness.state_mut().history.redo();
    harness.run();
    assert_eq!(recent(&harness), ["ocean", "kite"], "redo adds nothing new");
}

#[test]
fn an_unknown_word_suggests_known_ones() {
    let mut harness = objects();
    search(&mut harness, "kyte");
    harness.click_on("add kite");
    assert_eq!(harness.state().labels(), ["add kite"]);
    harness.click_on("Clear the search");
    assert!(harness.has("recent"));
}

#[test]
fn groups_fold_and_favorites_come_first() {
    let mut harness = objects();
    let group = harness.state().vocab.group_of("sky").unwrap().to_owned();
    harness.click_on(&group);
    assert!(!harness.has("add sky, 1 in the scene"));
    assert!(harness.state().objects.prefs.closed.contains(&group));
    search(&mut harness, "zebra");
    harness.hover_at(harness.rect_of("add zebra").center());
    harness.run();
    harness.click_on("make zebra a favorite");
    assert!(harness.state().labels().is_empty(), "the star is not the word");
    harness.click_on("Clear the search");
    let (favorites, first) = (harness.rect_of("favorites"), harness.rect_of("add zebra"));
    assert!(favorites.top() < first.top() && first.top() < harness.rect_of(&group).top());
    let saved = serde_json::to_string(&harness.state().objects.prefs).unwrap();
    assert!(saved.contains("zebra"));
}

#[test]
fn a_word_is_carried_away() {
    let mut harness = objects();
    let from = harness.rect_of("add grass, 1 in the scene").center();
    harness.press_at(from);
    harness.drag_to(from + vec2(60.0, 40.0));
    let carried = egui::DragAndDrop::payload::<NewObject>(&harness.ctx);
    assert_eq!(carried.as_deref(), Some(&NewObject { name: "grass".into() }));
    harness.release_at(from + vec2(60.0, 40.0));
    assert!(harness.state().labels().is_empty());
}

#[test]
fn fifteen_hundred_words_lay_out_a_screenful() {
    let word = |i: usize| json!({"id": i + 1, "name": format!("thing {i}"), "group": format!("group {}", i / 100)});
    let objects: Vec<_> = std::iter::once(json!({"id": 0, "name": "__image__"})).chain((0..1500).map(word)).collect();
    let file = json!({
        "format": "scenewright-vocabulary", "version": 1, "name": "many", "objects": objects,
        "predicates": [{"id": 0, "name": "__in_image__"}, {"id": 1, "name": "on"}],
    });
    let mut world = World::new(Panel::Objects);
    world.vocab = Vocabulary::from_json(&file.to_string()).unwrap();
    let many: Vec<Edit> = (0..1500).map(|i| Edit::add(format!("thing {}", i % 1000))).collect();
    world.history.apply("many", &many).unwrap();
    let mut harness = world.sized(vec2(260.0, 600.0), 1.0);
    let rows = labels(&harness).iter().filter(|(label, _)| label.starts_with("add ")).count();
    assert!((10..60).contains(&rows), "{rows} rows are laid out");
    assert!(harness.has("add thing 0, 2 in the scene"));
    search(&mut harness, "thing 1499");
    assert!(harness.has("add thing 1499"));
}
