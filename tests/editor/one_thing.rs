//! Selection and hover are one thing in all panels; what the window keeps from run to run; what it reports.

use egui::{Key, Modifiers, Rect};
use egui_kittest::kittest::Queryable;
use scenewright::app::{EditorOptions, Item, Selection};
use scenewright_scene::{NodeId, RelationId};

use crate::harness::{Person, tiny_model};

fn node(person: &Person, name: &str) -> NodeId {
    person.editor().scene().nodes().iter().find(|node| node.name == name).unwrap().id
}

fn relation(person: &Person, predicate: &str) -> RelationId {
    person.editor().scene().relations().iter().find(|one| one.predicate == predicate).unwrap().id
}

/// Where something is that is called so and lies in a panel: the one that a label of the window names.
fn place(person: &Person, name: &str, within: Rect) -> Rect {
    let all = person.window.query_all_by_label(name);
    all.map(|node| node.rect()).find(|rect| within.contains(rect.center())).expect(name)
}

fn points_at(person: &mut Person, at: Rect) -> Option<Item> {
    person.window.hover_at(at.center());
    person.window.run();
    person.editor().hovered()
}

#[test]
fn what_is_pointed_at_is_pointed_at_everywhere() {
    // High enough for the whole inspector.
    let options = EditorOptions { model: Some(tiny_model()), ..EditorOptions::default() };
    let mut person = Person::at(options, [1280.0, 1900.0]);
    person.waits_for_the_picture();
    // A small box lies on top of the others.
    person.says("make the boat tiny");
    person.waits_for_the_picture();
    person.presses(Modifiers::NONE, Key::Escape);
    person.clicks("Image, boxes and masks");
    let canvas = person.window.get_by_label_contains("Graph: ").rect();
    let boat = Some(Item::Node(node(&person, "boat")));
    let chip = place(&person, "boat", canvas);
    assert_eq!(points_at(&mut person, chip), boat, "its chip");
    let seen = person.window.get_by_label("boat box").rect();
    assert_eq!(points_at(&mut person, seen), boat, "its box");
    let masks = person.window.get_by_label("picture: masks").rect();
    let image = person.window.get_by_label("picture: image").rect();
    // The masks lie in their pane as the image in its own.
    let share = (seen.center() - image.min) / image.size();
    let there = Rect::from_center_size(masks.min + share * masks.size(), egui::vec2(1.0, 1.0));
    assert_eq!(points_at(&mut person, there), boat, "its mask");
    let step = person.window.get_by_label("step 1: make the boat tiny, current").rect();
    assert_eq!(points_at(&mut person, step), boat, "the step that made it tiny");
    let word = place(&person, "boat in ocean", canvas);
    let inside = Some(Item::Relation(relation(&person, "in")));
    assert_eq!(points_at(&mut person, word), inside, "a relation's word");
    // The inspector lists the relations of what is selected.
    person.window.get_by_label("boat box").click();
    person.window.run();
    let line = person.window.get_by_label_contains("boat in ocean: ").rect();
    assert_eq!(points_at(&mut person, line), inside, "its line in the inspector");
    person.window.remove_cursor();
    person.window.run();
    assert_eq!(person.editor().hovered(), None);
}

#[test]
fn what_is_selected_is_selected_everywhere() {
    let mut person = Person::with_model();
    let boat = node(&person, "boat");
    let in_inspector = |person: &Person, name: &str| person.window.query_by_label(&format!("name: {name}")).is_some();
    person.says("make the boat tiny");
    person.waits_for_the_picture();
    person.window.get_by_label("boat box").click();
    person.window.run();
    assert_eq!(*person.editor().selection(), Selection::of(Item::Node(boat)));
    assert!(in_inspector(&person, "boat"));
    assert!(person.sees("Pin the box here (P)"), "the line under the picture is about it");
    // A sentence is about what is selected, wherever that was done.
    person.says("make it huge");
    assert_eq!(person.editor().history().undo_label(), Some("make it huge"));
    assert!(person.editor().scene().node(boat).unwrap().size.is_some());
    let canvas = person.window.get_by_label_contains("Graph: ").rect();
    let tree = place(&person, "tree", canvas);
    person.window.hover_at(tree.center());
    person.window.run();
    for pressed in [true, false] {
        let (pos, button, modifiers) = (tree.center(), egui::PointerButton::Primary, Modifiers::NONE);
        person.window.event(egui::Event::PointerButton { pos, button, pressed, modifiers });
    }
    person.window.run();
    assert!(in_inspector(&person, "tree") && !in_inspector(&person, "boat"));
}

#[test]
fn what_changed_elsewhere_is_reported() {
    let mut person = Person::with_model();
    assert!(!person.sees("changed elsewhere"));
    person.says("add kite in sky");
    person.waits_for_the_picture();
    assert!(person.sees("% changed elsewhere"));
}

#[test]
fn the_arrangement_of_the_panels_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let has_inspector = |person: &Person| person.window.query_by_label("seed of the scene").is_some();
    let mut person = Person::in_folders(dir.path());
    assert!(has_inspector(&person));
    person.window.get_by_label_contains("View").click();
    person.window.run();
    person.window.query_all_by_label_contains("Inspector").last().unwrap().click();
    person.window.run();
    assert!(!has_inspector(&person));
    // The disk has its own thread.
    let file = dir.path().join("config/settings.json");
    person.waits_until("the settings on the disk", |_| file.is_file());
    drop(person);
    let mut person = Person::in_folders(dir.path());
    assert!(!has_inspector(&person), "closed in the last run");
    person.window.get_by_label_contains("View").click();
    person.window.run();
    person.window.get_by_label_contains("Reset layout").click();
    person.window.run();
    assert!(has_inspector(&person));
}

#[test]
fn a_word_is_dragged_where_the_object_should_be() {
    let mut person = Person::with_model();
    let canvas = person.window.get_by_label_contains("Graph: ").rect();
    let image = person.window.get_by_label("picture: image").rect();
    let corner = canvas.left_top() + egui::vec2(90.0, 80.0);
    for goal in [corner, image.left_top() + egui::vec2(20.0, 20.0)] {
        let before = person.objects().len();
        // A screen reader is also told "add bush: picture drawn" by a text that is not painted.
        let words = person.window.query_all_by_label_contains("add bush").map(|node| node.rect());
        let from = words.into_iter().find(|rect| rect.width() > 9.0).unwrap().center();
        person.window.hover_at(from);
        person.window.run();
        person.window.drag_at(from);
        for share in [0.3, 0.7, 1.0] {
            person.window.hover_at(from.lerp(goal, share));
        }
        person.window.drop_at(goal);
        person.window.run();
        assert_eq!(person.objects().len(), before + 1);
        if goal == corner {
            assert!((place(&person, "bush", canvas).center() - corner).length() < 3.0, "where it was let go");
        }
    }
    let bushes: Vec<_> = person.editor().scene().nodes().iter().filter(|node| node.name == "bush").cloned().collect();
    assert!(bushes[0].canvas.is_some() && bushes[0].place.is_none() && bushes[1].canvas.is_none());
    assert_eq!(bushes[1].place.map(|place| place.to_string()).as_deref(), Some("top left"));
    assert_eq!(person.editor().history().undo_label(), Some("add bush"));
}

#[test]
fn any_step_is_held_against_the_picture() {
    let mut person = Person::with_model();
    for said in ["add kite in sky", "make the boat huge"] {
        person.says(said);
        person.waits_for_the_picture();
    }
    let step = person.window.get_by_label("step 1: add kite in sky").rect();
    points_at(&mut person, step);
    person.clicks("compare with step 1");
    let line = person.window.get_by_label("before and after").rect();
    person.window.drag_at(line.center());
    person.window.hover_at(line.center() - egui::vec2(20.0, 0.0));
    person.window.drop_at(line.center() - egui::vec2(20.0, 0.0));
    person.window.run();
    let moved = person.window.get_by_label("before and after").rect();
    assert!(moved.center().x < line.center().x - 10.0);
    while !person.editor().selection().is_empty() {
        person.presses(Modifiers::NONE, Key::Escape);
    }
    assert!(person.sees("of the pixels changed"));
    // Going back to the very step: nothing differs, and nothing is in the way.
    person.presses(Modifiers::COMMAND, Key::Z);
    person.window.run();
    assert!(person.sees("0 % of the pixels changed"));
}
