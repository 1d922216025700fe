//! What people do.

use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable;
use scenewright_document::annotation::ObjectMask;
use scenewright_scene::NodeId;

use super::annotator::{Annotator, accounts, folder, on_the_disk};
use crate::harness::Person;

#[test]
fn three_pictures_from_the_first_box_to_the_next_start() {
    let folder = folder();
    let mut one = Annotator::with(folder.path());
    assert!(one.person.sees("0 of 3 done") && one.person.sees("a.png, no objects yet"));
    // Boxes, one of them with a word that no model knows.
    one.draws_box("grass", [0.02, 0.45], [0.98, 0.97]);
    one.draws_box("fjord", [0.1, 0.5], [0.4, 0.8]);
    assert_eq!(one.names(), ["grass", "fjord"]);
    let b = one.page().scene().nodes()[1].pinned.unwrap();
    assert!((b.x0 - 0.1).abs() < 0.01 && (b.y1 - 0.8).abs() < 0.01, "{b:?}");
    assert!(one.person.sees("New words to learn"));
    one.waits_for_the_disk();
    assert_eq!(on_the_disk(folder.path()), accounts(one.all()), "written at once");
    // An outline, closed by Enter.
    one.person.presses(Modifiers::NONE, Key::Escape);
    one.person.writes("p");
    for [x, y] in [[0.5, 0.45], [0.8, 0.45], [0.8, 0.8], [0.52, 0.78]] {
        one.clicks(x, y);
    }
    one.person.presses(Modifiers::NONE, Key::Enter);
    one.names_it("bush");
    assert_eq!(one.names(), ["grass", "fjord", "bush"]);
    let Some(ObjectMask::Polygons(parts)) = one.page().state().mask(NodeId(2)).map(|mask| mask.as_ref().clone()) else {
        panic!()
    };
    assert_eq!((parts.len(), parts[0].len()), (1, 4));
    // The brush, on what is selected.
    one.person.writes("m");
    one.drags([0.55, 0.5], [0.75, 0.5]);
    assert!(matches!(one.page().state().mask(NodeId(2)).unwrap().as_ref(), ObjectMask::Runs(_)));
    assert_eq!(one.page().undo_label(), Some("paint bush"));
    // A proposed relation, by one key; and one that is drawn from chip to chip.
    let before = one.sentences().len();
    one.person.writes("a");
    assert_eq!(one.sentences().len(), before + 1, "{:?}", one.sentences());
    let (from, to) = (one.chip("bush"), one.chip("fjord"));
    let edge = if to.center().x > from.center().x { from.right_center() } else { from.left_center() };
    one.drags_on_screen(edge, to.center());
    one.names_it("near");
    assert!(one.sentences().contains(&"bush near fjord".to_owned()), "{:?}", one.sentences());
    // Undo is one step each; the picture that is looked at is what it is about.
    one.person.presses(Modifiers::COMMAND, Key::Z);
    assert!(!one.sentences().contains(&"bush near fjord".to_owned()));
    one.person.presses(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert!(one.sentences().contains(&"bush near fjord".to_owned()));
    // Done, and the next.
    one.person.presses(Modifiers::NONE, Key::Escape);
    one.person.writes("d");
    assert_eq!((one.page().file.as_str(), one.all().done()), ("b.jpg", 1));
    assert!(one.person.sees("1 of 3 done"));
    one.draws_box("", [0.2, 0.2], [0.6, 0.7]);
    assert_eq!(one.names(), ["bush"], "Enter alone takes what is in use most, the first in the alphabet");
    one.person.presses(Modifiers::NONE, Key::PageDown);
    assert_eq!(one.page().file, "c.webp");
    one.draws_box("sheep", [0.1, 0.1], [0.5, 0.5]);
    one.waits_for_the_disk();
    let reported = accounts(one.all());
    assert_eq!(on_the_disk(folder.path()), reported);
    drop(one);
    let again = Annotator::with(folder.path());
    assert_eq!(accounts(again.all()), reported);
    assert!(again.person.sees("1 of 3 done"));
}

#[test]
fn boxes_are_moved_resized_renamed_and_deleted() {
    let folder = folder();
    let mut one = Annotator::with(folder.path());
    one.draws_box("sheep", [0.2, 0.2], [0.5, 0.6]);
    one.person.writes("v");
    one.drags([0.35, 0.4], [0.45, 0.5]);
    let b = one.page().scene().nodes()[0].pinned.unwrap();
    assert!((b.x0 - 0.3).abs() < 0.02 && (b.width() - 0.3).abs() < 0.01, "{b:?}");
    assert_eq!(one.page().undo_label(), Some("move sheep"));
    one.drags([b.x1, b.y1], [0.9, 0.9]);
    assert_eq!(one.page().undo_label(), Some("resize sheep"));
    // A handle is a handle under every tool.
    one.person.writes("b");
    let b = one.page().scene().nodes()[0].pinned.unwrap();
    one.drags([b.x0, b.y0], [0.1, 0.1]);
    assert_eq!((one.page().undo_label(), one.names().len()), (Some("resize sheep"), 1));
    one.person.writes("n");
    one.names_it("cow");
    assert_eq!(one.names(), ["cow"]);
    one.person.presses(Modifiers::NONE, Key::Delete);
    assert!(one.names().is_empty());
    one.person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(one.names(), ["cow"]);
    one.waits_for_the_disk();
    assert_eq!(on_the_disk(folder.path()), accounts(one.all()));
}

#[test]
fn escape_gives_up_what_was_begun() {
    let folder = folder();
    let mut one = Annotator::with(folder.path());
    one.person.writes("b");
    one.drags([0.2, 0.2], [0.5, 0.6]);
    one.person.presses(Modifiers::NONE, Key::Escape);
    assert!(one.names().is_empty() && !one.person.sees("Name of the object"));
    one.person.writes("p");
    one.clicks(0.2, 0.2);
    one.clicks(0.5, 0.2);
    assert!(one.person.sees("annotated picture"));
    one.person.presses(Modifiers::NONE, Key::Escape);
    one.person.presses(Modifiers::NONE, Key::Enter);
    assert!(one.names().is_empty() && one.page().undo_label().is_none());
    // Two corners are no outline, and that is said.
    one.clicks(0.2, 0.2);
    one.clicks(0.5, 0.2);
    one.person.presses(Modifiers::NONE, Key::Enter);
    assert!(one.person.editor().last_toast().contains("Not a valid outline"));
}

#[test]
fn a_mask_by_brush_is_erased_and_named() {
    let folder = folder();
    let mut one = Annotator::with(folder.path());
    one.person.writes("m");
    one.drags([0.3, 0.5], [0.6, 0.5]);
    one.names_it("river");
    let area = |one: &Annotator| one.page().state().mask(NodeId(0)).map_or(0.0, |mask| mask.area(one.page().size));
    let first = area(&one);
    assert!(first > 500.0, "{first}");
    one.person.writes("]");
    one.drags([0.3, 0.6], [0.6, 0.6]);
    let second = area(&one);
    assert!(second > first * 1.5, "{first} {second}");
    one.person.writes("x");
    one.drags([0.25, 0.5], [0.45, 0.5]);
    assert!(area(&one) < second);
    assert_eq!(one.page().undo_label(), Some("erase from river"));
    one.person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(area(&one), second);
}

/// Corners of an outline: moved, added, taken away.
#[test]
fn an_outline_is_reshaped() {
    let folder = folder();
    let mut one = Annotator::with(folder.path());
    one.person.writes("p");
    for [x, y] in [[0.2, 0.2], [0.6, 0.2], [0.6, 0.7], [0.2, 0.7]] {
        one.clicks(x, y);
    }
    one.clicks(0.2, 0.2); // on the first: closes it
    one.names_it("lake");
    one.person.writes("v");
    let corners = |one: &Annotator| match one.page().state().mask(NodeId(0)).unwrap().as_ref() {
        ObjectMask::Polygons(parts) => parts[0].clone(),
        ObjectMask::Runs(_) => panic!(),
    };
    one.drags([0.6, 0.7], [0.8, 0.9]);
    let [x, y] = corners(&one)[2];
    assert!((x / 240.0 - 0.8).abs() < 0.01 && (y / 160.0 - 0.9).abs() < 0.01, "{x} {y}");
    assert_eq!(one.page().undo_label(), Some("reshape lake"));
    let b = one.page().scene().nodes()[0].pinned.unwrap();
    assert!((b.x1 - 0.8).abs() < 0.01, "the box follows: {b:?}");
    one.drags([0.4, 0.2], [0.4, 0.1]);
    assert_eq!(corners(&one).len(), 5);
    one.person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(corners(&one).len(), 4);
}

#[test]
fn all_by_keyboard() {
    let folder = folder();
    let mut one = Annotator::with(folder.path());
    one.person.presses(Modifiers::NONE, Key::Enter);
    one.names_it("sheep");
    assert_eq!(one.names(), ["sheep"]);
    let before = one.page().scene().nodes()[0].pinned.unwrap();
    one.person.window.get_by_label_contains("sheep box").focus();
    one.person.window.run();
    one.person.presses(Modifiers::SHIFT, Key::ArrowRight);
    let after = one.page().scene().nodes()[0].pinned.unwrap();
    assert!(after.x0 > before.x0 + 0.02, "{before:?} {after:?}");
    one.person.presses(Modifiers::NONE, Key::P);
    assert!(one.page().scene().nodes()[0].pinned.is_some(), "no key takes a box away by accident");
    one.person.presses(Modifiers::NONE, Key::F1);
    assert!(one.person.sees("Annotating pictures") && one.person.sees("accept the suggested relation"));
}

#[test]
fn the_scene_is_as_it_was() {
    let folder = folder();
    let mut one = Annotator::with(folder.path());
    let objects = one.person.objects();
    one.draws_box("sheep", [0.2, 0.2], [0.5, 0.6]);
    one.person.presses(Modifiers::COMMAND, Key::A);
    one.person.presses(Modifiers::NONE, Key::Delete);
    assert!(one.names().is_empty());
    one.person.clicks_last_with("Back to the scene");
    assert_eq!(one.person.objects(), objects);
    assert!(!one.person.editor().is_annotating() && one.person.editor().title().starts_with("untitled"));
    one.person.presses(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    assert!(one.person.editor().is_annotating() && one.person.sees("0 of 3 done"));
    one.person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(one.names(), ["sheep"]);
}

#[test]
fn pictures_and_pairs_come_in_by_dropping() {
    let (here, there) = (folder(), folder());
    let graph = serde_json::json!({"objects": ["boat", "ocean"], "relationships": [[0, "in", 1]]});
    std::fs::write(there.path().join("b.json"), graph.to_string()).unwrap();
    let mut one = Annotator::with(here.path());
    one.person.drops(&there.path().join("b.jpg"));
    one.person.waits_until("the picture", |editor| editor.annotations().is_some_and(|all| all.pages().len() == 4));
    one.person.window.run();
    assert_eq!((one.page().file.as_str(), one.names()), ("b 2.jpg", vec!["boat".to_owned(), "ocean".to_owned()]));
    // They have no boxes yet: the tool draws the selected one's.
    let boat = one.chip("boat").center();
    one.drags_on_screen(boat, boat + vec2(0.5, 0.5));
    one.person.window.get_by_label("annotated picture: b 2.jpg");
    one.person.writes("b");
    one.drags([0.1, 0.4], [0.5, 0.8]);
    assert!(
        one.page().scene().nodes().iter().any(|node| node.pinned.is_some()) || one.person.sees("Name of the object")
    );
    one.person.presses(Modifiers::NONE, Key::Escape);
    one.waits_for_the_disk();
    assert!(here.path().join("b 2.scene.json").is_file());
    assert!(!there.path().join("annotations.json").exists(), "nothing is written elsewhere");
}

#[test]
fn a_single_picture_without_a_graph_can_be_annotated() {
    let folder = folder();
    let mut person = Person::new();
    person.drops(&folder.path().join("a.png"));
    person.waits_for_words("carries no scene graph");
    person.clicks_last_with("Annotate pictures");
    person.waits_until("the picture", |editor| editor.annotations().is_some());
    let all = person.editor().annotations().unwrap();
    assert_eq!(all.pages().iter().map(|page| page.file.as_str()).collect::<Vec<_>>(), ["a.png"]);
}

#[test]
fn nothing_moves_while_nothing_happens() {
    let folder = folder();
    let mut one = Annotator::with(folder.path());
    one.draws_box("sheep", [0.2, 0.2], [0.5, 0.6]);
    one.waits_for_the_disk();
    for _ in 0..60 {
        std::thread::sleep(std::time::Duration::from_millis(2));
        one.person.window.run();
    }
    assert!(!one.person.window.ctx.has_requested_repaint(), "{:?}", one.person.window.ctx.repaint_causes());
}

#[test]
fn tools_and_names_are_typed_in_one_frame() {
    let folder = folder();
    let mut one = Annotator::with(folder.path());
    one.person.writes("b");
    one.drags([0.2, 0.2], [0.5, 0.6]);
    one.person.types_in_one_frame("sheep\n");
    assert_eq!(one.names(), ["sheep"]);
    // The key that asks for another name, and the name.
    one.person.types_in_one_frame("ncow\nnhorse\n");
    assert_eq!(one.names(), ["horse"]);
    // The box tool, a box by keyboard, its name.
    one.person.presses(Modifiers::NONE, Key::Escape);
    one.person.presses(Modifiers::NONE, Key::Escape);
    one.person.types_in_one_frame("b\ntree\n");
    assert_eq!(one.names(), ["horse", "tree"]);
}
