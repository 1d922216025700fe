//! What people do.

use egui::{Key, Modifiers};

use crate::harness::Person;

#[test]
fn a_sentence_changes_the_scene_and_undo_takes_it_back() {
    let mut person = Person::new();
    person.begins("add kite in sky");
    assert!(person.sees("kite in sky"), "the change is shown before it is made");
    assert!(!person.objects().contains(&"kite".to_owned()));
    person.presses(Modifiers::NONE, Key::Enter);
    assert!(person.relations().contains(&"kite in sky".to_owned()));
    person.presses(Modifiers::COMMAND, Key::Z);
    assert!(!person.objects().contains(&"kite".to_owned()));
    person.presses(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert!(person.objects().contains(&"kite".to_owned()));
}

#[test]
fn an_ambiguous_word_asks_and_is_answered() {
    for answer in ["2", "the left one"] {
        let mut person = Person::with_model();
        person.says("delete the sheep");
        assert_eq!(person.objects().iter().filter(|name| *name == "sheep").count(), 2);
        assert_eq!(person.editor().marks().iter().map(|(_, number)| *number).collect::<Vec<_>>(), [1, 2]);
        person.says(answer);
        assert_eq!(person.objects().iter().filter(|name| *name == "sheep").count(), 1, "{answer}");
        assert!(person.editor().marks().is_empty());
    }
}

#[test]
fn a_word_that_is_not_understood_stays_in_the_field_with_suggestions() {
    let mut person = Person::new();
    person.says("flarb the sheep");
    assert!(person.sees("is not understood"));
    assert_eq!(person.objects().len(), 7);
    person.presses(Modifiers::NONE, Key::Escape);
    assert!(!person.sees("is not understood"));
}

#[test]
fn what_was_said_comes_back_with_the_arrow() {
    let mut person = Person::new();
    person.says("add kite");
    person.says("add dog");
    person.presses(Modifiers::NONE, Key::ArrowUp);
    person.presses(Modifiers::NONE, Key::ArrowUp);
    person.presses(Modifiers::NONE, Key::Enter);
    assert_eq!(person.objects().iter().filter(|name| *name == "kite").count(), 2);
}

#[test]
fn the_picture_follows_the_scene_and_undo_brings_the_old_one_back_at_once() {
    let mut person = Person::with_model();
    let first = person.editor().picture().unwrap();
    person.says("add kite in sky");
    person.waits_for_the_picture();
    let second = person.editor().picture().unwrap();
    assert_eq!(second.objects.len(), first.objects.len() + 1);
    for placed in first.objects.iter().filter(|placed| placed.node.is_some()) {
        assert_eq!(second.box_of(placed.node.unwrap()), Some(placed.bounds), "{} stays", placed.name);
    }
    person.window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    person.window.step();
    person.window.step();
    assert_eq!(person.editor().picture().unwrap().rgb, first.rgb, "without waiting for the worker");
}

#[test]
fn nothing_moves_while_nothing_happens() {
    let mut person = Person::with_model();
    person.says("add kite in sky");
    person.waits_for_the_picture();
    person.presses(Modifiers::NONE, Key::Escape);
    for _ in 0..3 {
        person.window.run();
    }
    assert!(!person.window.ctx.has_requested_repaint(), "{:?}", person.window.ctx.repaint_causes());
}

#[test]
fn words_that_the_model_lacks_are_named_and_the_rest_is_drawn() {
    let mut person = Person::with_model();
    let count = person.editor().picture().unwrap().objects.len();
    person.says("add a zzyzx");
    person.waits_for_the_picture();
    assert_eq!(person.editor().picture().unwrap().objects.len(), count);
    assert!(person.sees("Not in the picture"));
    person.presses(Modifiers::COMMAND, Key::Z);
    person.waits_for_the_picture();
    assert!(!person.sees("Not in the picture"));
}

#[test]
fn a_model_that_cannot_be_opened_leaves_the_editor_working() {
    let dir = tempfile::tempdir().unwrap();
    let options = scenewright::app::EditorOptions { model: Some(dir.path().join("gone")), ..Default::default() };
    let mut person = Person::at(options, crate::harness::WINDOW);
    person.waits_until("the banner", |editor| !editor.banners().is_empty());
    assert!(person.sees("was not opened"));
    person.says("add kite in sky");
    assert!(person.relations().contains(&"kite in sky".to_owned()));
}

#[test]
fn settings_are_remembered() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("config/settings.json");
    let mut person = Person::in_folders(dir.path());
    person.presses(Modifiers::COMMAND, Key::Plus);
    person.waits_until("the settings on the disk", |_| {
        std::fs::read_to_string(&file).is_ok_and(|text| text.contains("1.125"))
    });
    drop(person);
    let person = Person::in_folders(dir.path());
    assert_eq!(person.window.ctx.zoom_factor(), 1.125);
    drop(person);
    std::fs::write(&file, "{ broken").unwrap();
    assert_eq!(Person::in_folders(dir.path()).window.ctx.zoom_factor(), 1.0);
}

#[test]
fn a_size_in_words_changes_the_box_and_nothing_else_moves() {
    let mut person = Person::with_model();
    let boat = person.editor().scene().nodes().iter().find(|node| node.name == "boat").unwrap().id;
    let first = person.editor().picture().unwrap();
    for (sentence, least, most) in [("make the boat tiny", 0.0, 0.02), ("make the boat huge", 0.4, 1.0)] {
        person.says(sentence);
        person.waits_for_the_picture();
        let picture = person.editor().picture().unwrap();
        let area = picture.box_of(boat).unwrap().area();
        assert!((least..=most).contains(&area), "{sentence}: {area}");
        for placed in first.objects.iter().filter(|placed| placed.node.is_some() && placed.node != Some(boat)) {
            assert_eq!(picture.box_of(placed.node.unwrap()), Some(placed.bounds), "{} stays", placed.name);
        }
    }
}

#[test]
fn variations_arrive_and_one_is_the_picture_of_its_seed() {
    let mut person = Person::with_model();
    person.presses(Modifiers::COMMAND, Key::M);
    person.waits_until("nine variations", |editor| {
        let pictures = editor.variations();
        pictures.len() == 9 && pictures.iter().all(|(_, picture)| picture.is_some())
    });
    assert!(person.sees("seed 2"), "they are looked at where they were asked for");
    let (seed, variation) = person.editor().variations()[0].clone();
    assert_eq!(seed, person.editor().scene().seed() + 1);
    person.presses(Modifiers::COMMAND, Key::R);
    person.waits_for_the_picture();
    assert_eq!(person.editor().scene().seed(), seed);
    assert_eq!(person.editor().picture().unwrap().rgb, variation.unwrap().rgb);
}

#[test]
fn escape_gives_up_what_is_nearest_first() {
    let mut person = Person::with_model();
    person.presses(Modifiers::COMMAND, Key::A);
    person.says("delete the dog");
    person.presses(Modifiers::NONE, Key::Escape);
    assert!(!person.sees("is not in the scene"));
    assert!(!person.editor().selection().is_empty());
    for _ in 0..2 {
        person.presses(Modifiers::NONE, Key::Escape);
    }
    assert!(person.editor().selection().is_empty());
}

#[test]
fn a_narrow_window_works() {
    let mut person = Person::at(Default::default(), [300.0, 500.0]);
    person.says("add kite in sky");
    assert!(person.relations().contains(&"kite in sky".to_owned()));
    person.shows("narrow");
}

#[test]
fn the_keys_are_shown() {
    let mut person = Person::new();
    person.presses(Modifiers::NONE, Key::F1);
    for words in
        ["Fresh layout", "Ctrl+K", "relate an object to another one", "Snap to neighbors", "select the box below"]
    {
        assert!(person.sees(words), "{words}");
    }
    person.shows("keys");
    person.presses(Modifiers::NONE, Key::Escape);
    assert!(!person.sees("Ctrl+K"));
}

#[test]
fn another_look_of_one_object_changes_its_box_alone_in_the_noise() {
    let mut person = Person::with_model();
    let first = person.editor().picture().unwrap();
    person.says("try another look for the boat");
    person.waits_for_the_picture();
    let second = person.editor().picture().unwrap();
    assert_ne!(first.rgb, second.rgb);
    let boxes =
        |picture: &scenewright::engine::Picture| picture.objects.iter().map(|placed| placed.bounds).collect::<Vec<_>>();
    assert_eq!(boxes(&first), boxes(&second));
}

#[test]
fn every_step_keeps_its_picture_and_a_branch_stays_reachable() {
    let mut person = Person::with_model();
    person.says("add kite");
    person.waits_for_the_picture();
    person.presses(Modifiers::COMMAND, Key::Z);
    person.says("add dog");
    person.waits_for_the_picture();
    let steps: Vec<_> = person.editor().history().revisions().iter().map(|step| step.id).collect();
    assert_eq!(steps.len(), 3);
    for step in steps {
        assert!(person.editor().picture_of(step).is_some(), "{step:?}");
    }
    person.clicks("step 1: add kite");
    assert!(person.objects().contains(&"kite".to_owned()));
}
