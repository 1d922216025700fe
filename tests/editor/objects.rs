//! Objects as in every drawing program: hidden, in another order, flipped, grouped, copied in a row; found by the command palette.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use scenewright::app::EditorOptions;

use crate::harness::{DeviceChoice, Person, WINDOW, collage_model};

const CTRL_SHIFT: Modifiers = Modifiers { alt: false, ctrl: true, shift: true, mac_cmd: false, command: true };

fn with_collage() -> Person {
    let options = EditorOptions { model: Some(collage_model()), device: DeviceChoice::Cpu, ..EditorOptions::default() };
    let mut person = Person::at(options, WINDOW);
    person.waits_for_the_picture();
    person
}

/// Selects an object through the command palette.
fn selects(person: &mut Person, title: &str) {
    person.presses(Modifiers::COMMAND, Key::P);
    person.writes(title);
    person.presses(Modifiers::NONE, Key::Enter);
    assert_eq!(person.editor().selection().nodes.len(), 1, "{title}");
}

fn drawn(person: &Person) -> Vec<String> {
    let picture = person.editor().picture().unwrap();
    picture.objects.iter().filter(|placed| placed.node.is_some()).map(|placed| placed.name.clone()).collect()
}

#[test]
fn a_hidden_object_stays_in_the_scene_and_out_of_the_picture() {
    let mut person = with_collage();
    let first = person.editor().picture().unwrap();
    selects(&mut person, "tree");
    person.presses(Modifiers::COMMAND, Key::H);
    person.waits_for_the_picture();
    assert!(person.objects().contains(&"tree".to_owned()));
    assert!(!drawn(&person).contains(&"tree".to_owned()));
    person.presses(CTRL_SHIFT, Key::H);
    person.waits_for_the_picture();
    assert_eq!(person.editor().picture().unwrap().rgb, first.rgb, "shown again where it was");
    person.presses(Modifiers::COMMAND, Key::Z);
    person.waits_for_the_picture();
    assert!(!drawn(&person).contains(&"tree".to_owned()), "undone like every step");
}

#[test]
fn the_order_of_depth_changes_by_key_and_is_drawn() {
    let mut person = with_collage();
    let depth = |person: &Person, name: &str| {
        let picture = person.editor().picture().unwrap();
        picture.objects.iter().find(|placed| placed.name == name).unwrap().record.depth.unwrap()
    };
    selects(&mut person, "tree");
    person.presses(CTRL_SHIFT, Key::CloseBracket);
    person.waits_for_the_picture();
    for other in ["sheep", "boat", "grass"] {
        assert!(depth(&person, "tree") > depth(&person, other), "in front of the {other}");
    }
    person.presses(CTRL_SHIFT, Key::OpenBracket);
    person.waits_for_the_picture();
    assert!(depth(&person, "tree") < depth(&person, "sheep"), "behind the sheep");
    assert!(depth(&person, "tree") > depth(&person, "grass"), "in front of the ground");
    let scene = person.editor().scene().clone();
    let again =
        scenewright_formats::scenes_from_str(&scenewright_formats::scenes_to_string(std::slice::from_ref(&scene)))
            .unwrap();
    assert_eq!(again[0], scene, "the file keeps it");
}

#[test]
fn layers_are_hidden_locked_and_pinned_in_their_list() {
    let mut person = with_collage();
    person.presses(Modifiers::COMMAND, Key::P);
    person.writes("layers");
    person.presses(Modifiers::NONE, Key::Enter);
    person.window.run();
    for (button, spoken) in [
        ("hide layer tree", "layer tree, hidden"),
        ("lock layer tree", "layer tree, hidden, locked"),
        ("show layer tree", "layer tree, locked"),
    ] {
        person.clicks(button);
        person.waits_for_the_picture();
        assert!(person.window.query_by_label(spoken).is_some(), "{spoken}");
    }
    person.clicks("pin layer tree");
    person.waits_for_the_picture();
    assert!(person.sees("layer tree, locked, pinned"));
    person.clicks("layer sheep 2");
    assert_eq!(person.editor().selection().nodes.len(), 1, "objects of one name have numbers");
}

#[test]
fn flip_lock_group_and_rows_are_commands() {
    let mut person = with_collage();
    selects(&mut person, "sheep 1");
    let id = *person.editor().selection().nodes.first().unwrap();
    let facing = |person: &Person| person.editor().scene().node(id).unwrap().attributes.clone();
    person.presses(CTRL_SHIFT, Key::F);
    let once = facing(&person);
    person.presses(CTRL_SHIFT, Key::F);
    assert_ne!(once, facing(&person));
    person.presses(CTRL_SHIFT, Key::K);
    assert!(person.editor().scene().node(id).unwrap().locked, "Ctrl+Shift+K locks and opens no bar");
    person.presses(Modifiers::COMMAND, Key::A);
    person.presses(Modifiers::COMMAND, Key::G);
    assert!(person.editor().scene().nodes().iter().all(|node| node.group == Some(0)));
    person.presses(CTRL_SHIFT, Key::U);
    assert!(person.editor().scene().nodes().iter().all(|node| node.group.is_none()));
    selects(&mut person, "sheep 1");
    let count = person.objects().len();
    person.presses(CTRL_SHIFT, Key::D);
    person.clicks("Add copies");
    assert!(person.objects().len() > count);
    person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(person.objects().len(), count, "one step");
}

#[test]
fn the_palette_runs_commands_adds_words_and_goes_to_steps() {
    let mut person = Person::new();
    let finds = |person: &mut Person, what: &str| {
        person.presses(Modifiers::COMMAND, Key::P);
        person.writes(what);
        person.presses(Modifiers::NONE, Key::Enter);
    };
    finds(&mut person, "lighthouse");
    assert!(person.objects().contains(&"lighthouse".to_owned()));
    finds(&mut person, "select all");
    assert_eq!(person.editor().selection().nodes.len(), person.objects().len());
    person.says("add kite");
    finds(&mut person, "add lighthouse");
    assert_eq!(person.editor().history().revision().0, 1, "back at the step");
    person.presses(Modifiers::COMMAND, Key::P);
    assert!(person.editor().is_asking());
    person.presses(Modifiers::NONE, Key::Escape);
    assert!(!person.editor().is_asking());
}

#[test]
fn a_step_has_a_name_and_the_history_is_filtered() {
    let mut person = Person::new();
    for word in ["kite", "dog", "car", "bird"] {
        person.says(&format!("add {word}"));
    }
    let row = |number: u64, label: &str| format!("step {number}: {label}");
    person.window.get_by_label(&row(2, "add dog")).focus();
    person.window.run();
    person.presses(Modifiers::NONE, Key::F2);
    person.presses(Modifiers::COMMAND, Key::A);
    person.writes("with the dog");
    person.presses(Modifiers::NONE, Key::Enter);
    assert!(person.sees("step 2: with the dog"));
    person.window.get_by_label("filter steps").focus();
    person.window.run();
    person.writes("dog");
    assert!(person.sees("step 2: with the dog"));
    assert!(!person.sees("step 1: add kite"));
}

#[test]
fn an_example_opens_after_the_question_about_unsaved_changes() {
    let mut person = Person::new();
    person.says("add kite");
    person.presses(Modifiers::COMMAND, Key::P);
    person.writes("examples");
    person.presses(Modifiers::NONE, Key::Enter);
    person.clicks("open example Farm");
    person.clicks("Discard");
    assert!(person.objects().contains(&"barn".to_owned()), "{:?}", person.objects());
}

#[test]
fn the_first_run_has_a_tour_that_can_be_left_and_does_not_come_back() {
    let dir = tempfile::tempdir().unwrap();
    {
        let mut person = Person::in_folders(dir.path());
        assert!(person.sees("1 of 4"));
        for step in ["2 of 4", "3 of 4", "4 of 4"] {
            person.clicks("Next step");
            assert!(person.sees(step));
        }
        person.clicks("Start");
        assert!(!person.sees("of 4"));
        let settings = scenewright_document::Folders::under(dir.path()).settings_file();
        person.waits_until("the settings", |_| {
            std::fs::read_to_string(&settings).is_ok_and(|text| text.contains("tour_seen"))
        });
    }
    let person = Person::in_folders(dir.path());
    assert!(!person.sees("1 of 4"));
}

#[test]
fn shortcuts_are_searched() {
    let mut person = Person::new();
    person.presses(Modifiers::NONE, Key::F1);
    assert!(person.sees("Bring forward") && person.sees("step through the relations"));
    person.writes("bring");
    assert!(person.sees("Bring forward") && !person.sees("step through the relations"));
}

#[test]
fn what_several_objects_share_is_edited_together() {
    // High enough for the whole inspector.
    let options = EditorOptions { model: Some(collage_model()), device: DeviceChoice::Cpu, ..EditorOptions::default() };
    let mut person = Person::at(options, [1280.0, 1500.0]);
    person.waits_for_the_picture();
    selects(&mut person, "sheep 1");
    person.presses(Modifiers::COMMAND, Key::A);
    person.clicks("large");
    assert!(person.editor().scene().nodes().iter().all(|node| node.size.is_some()));
    person.presses(Modifiers::COMMAND, Key::Z);
    assert!(person.editor().scene().nodes().iter().all(|node| node.size.is_none()), "one step");
}

#[test]
fn undo_of_a_delete_brings_everything_back() {
    let mut person = with_collage();
    selects(&mut person, "sheep 1");
    person.presses(CTRL_SHIFT, Key::B);
    person.presses(CTRL_SHIFT, Key::K);
    person.presses(CTRL_SHIFT, Key::CloseBracket);
    person.waits_for_the_picture();
    let before = person.editor().scene().clone();
    person.presses(Modifiers::NONE, Key::Delete);
    assert_ne!(person.editor().scene(), &before);
    person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(person.editor().scene(), &before, "relations, pin, lock, order and all");
}
