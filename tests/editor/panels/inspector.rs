//! The inspector.

use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use scenewright::app::{Action, Item, Selection};
use scenewright_scene::{Across, Down, PlaceHint, RelationStatus, SizeHint, judge};

use crate::panels::world::{HarnessExt, Panel, World};

fn inspect(names: &[&str]) -> Harness<'static, World> {
    let mut world = World::new(Panel::Inspector);
    world.select(names);
    world.sized(vec2(320.0, 900.0), 1.0)
}

fn inspect_relation(predicate: &str) -> Harness<'static, World> {
    let mut world = World::new(Panel::Inspector);
    world.selection = Selection::of(Item::Relation(world.relation(predicate)));
    world.sized(vec2(320.0, 700.0), 1.0)
}

fn type_in(harness: &mut Harness<'_, World>, field: &str, text: &str) {
    harness.get_by_label(field).focus();
    harness.run();
    harness.get_by_label(field).type_text(text);
    harness.run();
}

#[test]
fn an_object_becomes_another_by_searching() {
    let mut harness = inspect(&["sheep"]);
    harness.click_on("name: sheep");
    type_in(&mut harness, "search name", "zeb");
    harness.key(Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().labels(), ["change sheep to zebra"]);
    assert!(harness.has("name: zebra"));
    // An unknown word can be written, and similar words are offered.
    harness.click_on("name: zebra");
    type_in(&mut harness, "search name", "kyte");
    harness.click_on("\"kyte\"");
    assert!(harness.has("name: kyte"));
    harness.click_on("change to kite");
    assert!(harness.has("name: kite"));
}

#[test]
fn the_picker_is_driven_by_keys() {
    let mut harness = inspect(&["sheep"]);
    harness.click_on("name: sheep");
    type_in(&mut harness, "search name", "boat");
    harness.key(Modifiers::NONE, Key::ArrowDown);
    harness.key(Modifiers::NONE, Key::ArrowUp);
    harness.key(Modifiers::NONE, Key::Enter);
    assert!(harness.has("name: boat"));
    harness.click_on("name: boat");
    harness.key(Modifiers::NONE, Key::Escape);
    assert!(!harness.has("search name"), "Esc closes it");
    assert_eq!(harness.state().labels().len(), 1);
}

#[test]
fn label_and_words() {
    let mut harness = inspect(&["sheep"]);
    type_in(&mut harness, "label", "Dolly");
    harness.key(Modifiers::NONE, Key::Enter);
    type_in(&mut harness, "add an appearance word", "Black");
    harness.key(Modifiers::NONE, Key::Enter);
    type_in(&mut harness, "add an appearance word", "woollen");
    harness.key(Modifiers::NONE, Key::Enter);
    harness.click_on("remove \"black\"");
    let sheep = harness.state().node("sheep").clone();
    assert_eq!((sheep.title(), sheep.attributes.as_slice()), ("Dolly", &["woollen".to_owned()][..]));
    assert_eq!(
        harness.state().labels(),
        ["rename sheep to Dolly", "Dolly: black", "Dolly: woollen", "remove \"black\" from Dolly"]
    );
    // Undo shows in the field, too.
    harness.state_mut().history.go_to(scenewright_scene::RevisionId(0));
    harness.run();
    assert_eq!(harness.get_by_label("label").value().unwrap_or_default(), "");
}

#[test]
fn hints_are_set_and_cleared() {
    let mut harness = inspect(&["sheep"]);
    harness.click_on("large");
    harness.click_on("place: top left");
    let sheep = harness.state().node("sheep").clone();
    assert_eq!(sheep.size, Some(SizeHint::Large));
    assert_eq!(sheep.place, Some(PlaceHint::new(Across::Left, Down::Top)));
    harness.click_on("large");
    harness.click_on("place: top left");
    let sheep = harness.state().node("sheep").clone();
    assert!(sheep.size.is_none() && sheep.place.is_none());
    assert_eq!(harness.state().labels(), ["sheep: large", "sheep: top left", "sheep: any size", "sheep: anywhere"]);
}

#[test]
fn a_box_in_numbers() {
    let mut harness = inspect(&["sheep"]);
    // 0.25 of 64 pixels.
    let x = harness.rect_of("box x");
    harness.drag_from_to(x.center(), x.center() + vec2(25.0, 0.0));
    assert_eq!(harness.state().labels(), ["box of sheep"], "a drag is one step");
    let b = harness.state().node("sheep").pinned.unwrap();
    assert!(b.x0 > 0.26 && (b.width() - 0.25).abs() < 1e-3, "{b:?}");
    // Typed: one step, when it is said.
    harness.click_on("box width");
    harness.run();
    harness.key(Modifiers::COMMAND, Key::A);
    harness.event(egui::Event::Text("32".into()));
    harness.run();
    assert_eq!(harness.state().labels().len(), 1);
    harness.key(Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().labels().len(), 2);
    let b = harness.state().node("sheep").pinned.unwrap();
    assert!((b.width() - 0.5).abs() < 1e-3, "{b:?}");
    harness.click_on("pixels or percent");
    harness.click_on("unpin the box");
    assert!(harness.state().node("sheep").pinned.is_none());
}

#[test]
fn pin_lock_dice_delete() {
    let mut harness = inspect(&["sheep"]);
    harness.click_on("pin the box");
    harness.click_on("lock: keep it as it is");
    harness.click_on("new random seed");
    let sheep = harness.state().node("sheep").clone();
    assert!(sheep.pinned.is_some() && sheep.locked && sheep.seed.is_some());
    harness.click_on("new random seed");
    assert_ne!(harness.state().node("sheep").seed, sheep.seed);
    harness.click_on("use the scene's seed");
    harness.click_on("unpin the box");
    harness.click_on("unlock: let it change again");
    let sheep = harness.state().node("sheep").clone();
    assert!(sheep.pinned.is_none() && !sheep.locked && sheep.seed.is_none());
    harness.click_on("delete");
    assert_eq!(harness.state().labels().last(), Some(&"remove sheep"));
    assert!(harness.has("Scene"), "nothing is selected any more");
}

#[test]
fn a_broken_relation_is_mended_and_a_line_selects_it() {
    let mut harness = inspect(&["boy"]);
    assert!(harness.has("boy left of sheep: violated"));
    assert!(harness.has("boy looking at sheep: cannot be checked"));
    harness.click_on("move boy to satisfy");
    assert_eq!(harness.state().labels(), ["satisfy boy left of sheep"]);
    assert!(harness.has("boy left of sheep: satisfied"));
    let world = harness.state();
    let boxes = [world.node("boy"), world.node("sheep")].map(|node| world.shown.as_ref().unwrap().box_of(node.id));
    assert_eq!(judge("left of", &boxes[0].unwrap(), &boxes[1].unwrap()), RelationStatus::Met);
    harness.click_on("boy left of sheep: satisfied");
    let relation = harness.state().relation("left of");
    assert_eq!(harness.state().selection, Selection::of(Item::Relation(relation)));
}

#[test]
fn a_relation_is_changed() {
    let mut harness = inspect_relation("left of");
    assert!(harness.has("The boxes violate this relation."));
    harness.click_on("relation: left of");
    type_in(&mut harness, "search relation", "right of");
    harness.key(Modifiers::NONE, Key::Enter);
    assert!(harness.has("The boxes satisfy this relation."));
    harness.click_on("to: sheep");
    type_in(&mut harness, "search to", "boat");
    harness.key(Modifiers::NONE, Key::Enter);
    assert!(harness.has("boy right of boat"));
    harness.get_by_label_contains("Reverse").click();
    harness.run();
    assert!(harness.has("boat right of boy"));
    harness.get_by_label_contains("Delete").click();
    harness.run();
    assert_eq!(harness.state().scene().relations().len(), 4);
    assert_eq!(
        harness.state().labels(),
        [
            "change \"left of\" to \"right of\"",
            "boy right of boat",
            "reverse boy right of boat",
            "remove boat right of boy"
        ]
    );
}

#[test]
fn several_objects_at_once() {
    let mut harness = inspect(&["sheep", "boy", "boat"]);
    harness.click_on("lock all");
    harness.click_on("pin all");
    harness.click_on("Align left edges");
    let world = harness.state();
    let left = |name: &str| world.node(name).pinned.unwrap().x0;
    assert!(left("sheep") == left("boy") && left("boy") == left("boat"));
    assert!(["sheep", "boy", "boat"].iter().all(|name| world.node(name).locked));
    harness.click_on("unpin all");
    harness.click_on("new random seed for all");
    harness.get_by_label_contains("Delete all").click();
    harness.run();
    assert_eq!(harness.state().scene().nodes().len(), 3);
    assert_eq!(
        harness.state().labels(),
        [
            "lock 3 objects",
            "pin 3 objects",
            "align left edges",
            "unpin 3 objects",
            "new random seed for 3 objects",
            "remove 3 objects"
        ]
    );
}

#[test]
fn the_scene_when_nothing_is_selected() {
    let mut harness = inspect(&[]);
    assert!(harness.has("6 objects, 5 relations"));
    assert!(harness.has("boy left of sheep: violated"));
    harness.click_on("new random seed");
    let seed = harness.state().scene().seed();
    assert_ne!(seed, 0);
    harness.get_by_label_contains("Fresh layout").click();
    harness.run();
    assert!(harness.state().log.contains(&Action::FreshLayout));
    harness.click_on("move boy to satisfy");
    harness.run();
    assert!(harness.query_by_label_contains("that boxes can check are satisfied").is_some());
}
