//! Every key counts, also when the window was busy and many of them arrive in one frame.

use std::fs;

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use scenewright::app::EditorOptions;
pub use scenewright::engine::DeviceChoice;

use crate::harness::{Person, WINDOW, chord, keystrokes, tiny_model};

const SCRIPT: [&str; 12] = [
    "add a dog left of the tree",
    "add a cat",
    "make it black",
    "put a kite in the sky",
    "remove the boat",
    "add two birds in the sky",
    "make the dog big",
    "undo",
    "add a house behind the tree",
    "rename the cat to Tom",
    "add a fence on the grass",
    "make the house red",
];

/// Everything of the scene that sentences change.
fn account(person: &Person) -> Vec<String> {
    let nodes = person.editor().scene().nodes().iter();
    let mut lines: Vec<String> =
        nodes.map(|node| format!("{} {:?} {:?} {:?}", node.name, node.label, node.attributes, node.size)).collect();
    lines.extend(person.relations());
    lines
}

fn labels(person: &Person) -> Vec<String> {
    person.editor().history().revisions().iter().map(|step| step.label.to_string()).collect()
}

fn focuses(person: &mut Person, label: &str) {
    person.window.get_by_role_and_label(Role::TextInput, label).focus();
    person.window.run();
}

fn has_focus(person: &Person, label: &str) -> bool {
    person.window.get_by_role_and_label(Role::TextInput, label).is_focused()
}

#[test]
fn sentences_of_one_frame_are_carried_out_in_their_order() {
    let mut slowly = Person::new();
    SCRIPT.iter().for_each(|sentence| slowly.says(sentence));
    assert!(labels(&slowly).len() > 8, "{:?}", labels(&slowly));
    let script = SCRIPT.map(|sentence| format!("{sentence}\n")).concat();
    // By keys; as texts with the key Enter between them; as one text.
    let by_text = SCRIPT.iter().flat_map(|line| [vec![Event::Text((*line).to_owned())], keystrokes("\n")].concat());
    for events in [keystrokes(&script), by_text.collect(), vec![Event::Text(script.clone())]] {
        let mut person = Person::new();
        person.presses(Modifiers::COMMAND, Key::K);
        person.has_in_one_frame(events);
        assert_eq!(labels(&person), labels(&slowly));
        assert_eq!(account(&person), account(&slowly));
    }
}

#[test]
fn frames_that_end_in_the_middle_of_a_word_lose_nothing() {
    let script = SCRIPT.map(|sentence| format!("{sentence}\n")).concat();
    let mut slowly = Person::new();
    SCRIPT.iter().for_each(|sentence| slowly.says(sentence));
    for length in [1, 7, 50] {
        let mut person = Person::new();
        person.presses(Modifiers::COMMAND, Key::K);
        for part in keystrokes(&script).chunks(length) {
            person.window.input_mut().events.extend(part.iter().cloned());
            person.window.step();
        }
        person.has_in_one_frame(Vec::new());
        assert_eq!(account(&person), account(&slowly), "{length} events in a frame");
    }
}

#[test]
fn the_key_that_opens_the_bar_and_what_follows_it_come_in_one_frame() {
    for opening in [chord(Modifiers::COMMAND, Key::K), keystrokes("/")] {
        let mut person = Person::new();
        person.has_in_one_frame([opening, keystrokes("add a kite\nadd a dog\n")].concat());
        assert_eq!(labels(&person)[1..], ["add a kite", "add a dog"]);
    }
}

#[test]
fn a_sentence_that_is_not_understood_does_not_spoil_the_next() {
    let mut person = Person::new();
    person.presses(Modifiers::COMMAND, Key::K);
    person.types_in_one_frame("add a dog\nflarb the sheep\nadd a cat\n");
    assert_eq!(labels(&person)[1..], ["add a dog", "add a cat"]);
    // What was not understood stays to be fixed, and comes back with Ctrl+Z when it was written over.
    person.types_in_one_frame("flarb the boat\n");
    assert!(person.sees("is not understood"));
    assert_eq!(labels(&person).len(), 3);
}

#[test]
fn the_arrow_right_after_enter_recalls_the_sentence() {
    let mut person = Person::new();
    person.presses(Modifiers::COMMAND, Key::K);
    let up = chord(Modifiers::NONE, Key::ArrowUp);
    person.has_in_one_frame([keystrokes("add a dog\n"), up.clone(), keystrokes("\n"), up, keystrokes("\n")].concat());
    assert_eq!(labels(&person)[1..], ["add a dog", "add a dog", "add a dog"]);
}

#[test]
fn tab_completes_the_last_word() {
    let mut person = Person::new();
    person.presses(Modifiers::COMMAND, Key::K);
    person.types_in_one_frame("add a shee");
    person.presses(Modifiers::NONE, Key::Tab);
    assert!(has_focus(&person, "Command bar"), "Tab stays in the bar while it completes");
    person.types_in_one_frame("\n");
    assert_eq!(labels(&person)[1..], ["add a sheep"]);
    // A relation, and then an object of the scene.
    person.types_in_one_frame("the sheep is next t");
    person.presses(Modifiers::NONE, Key::Tab);
    person.types_in_one_frame(" the boa");
    person.presses(Modifiers::NONE, Key::Tab);
    person.types_in_one_frame("\n");
    assert_eq!(labels(&person)[2..], ["the sheep is next to the boat"]);
}

#[test]
fn undo_and_what_follows_it_come_in_one_frame() {
    let mut person = Person::new();
    person.presses(Modifiers::COMMAND, Key::K);
    let undo = chord(Modifiers::COMMAND, Key::Z);
    person.has_in_one_frame(
        [keystrokes("add a dog\nadd a cat\n"), undo.clone(), undo, keystrokes("add a kite\n")].concat(),
    );
    let objects = person.objects();
    assert!(objects.contains(&"kite".to_owned()), "{objects:?}");
    assert!(!objects.contains(&"dog".to_owned()) && !objects.contains(&"cat".to_owned()), "{objects:?}");
}

/// The keyboard is on the chip of the first object.
fn on_the_canvas(person: &mut Person, name: &str) {
    let canvas = person.window.get_by_label_contains("Graph: ").rect();
    let chips = person.window.query_all_by_label(name);
    chips.filter(|node| canvas.contains(node.rect().center())).for_each(|node| node.click());
    person.window.run();
}

#[test]
fn words_are_typed_onto_the_canvas_in_one_frame() {
    let mut person = Person::new();
    on_the_canvas(&mut person, "boat");
    person.types_in_one_frame("kite\ndog\n");
    assert_eq!(labels(&person)[1..], ["add kite", "add dog"]);
    // Another word: Enter opens the question.
    let mut person = Person::new();
    on_the_canvas(&mut person, "boat");
    person.types_in_one_frame("\nhouse\n");
    assert_eq!(labels(&person)[1..], ["change boat to house"]);
    // The list is led with the arrow keys before Enter.
    let mut person = Person::new();
    on_the_canvas(&mut person, "boat");
    let down = chord(Modifiers::NONE, Key::ArrowDown);
    person.has_in_one_frame([keystrokes("\ncar"), down.clone(), down, keystrokes("\n")].concat());
    let in_one_frame = labels(&person);
    let mut person = Person::new();
    on_the_canvas(&mut person, "boat");
    for events in [keystrokes("\n"), keystrokes("car")] {
        person.has_in_one_frame(events);
    }
    for key in [Key::ArrowDown, Key::ArrowDown, Key::Enter] {
        person.presses(Modifiers::NONE, key);
    }
    assert_eq!(in_one_frame, labels(&person));
}

#[test]
fn a_relation_is_made_by_keys_of_one_frame() {
    let mut person = Person::new();
    on_the_canvas(&mut person, "boat");
    let relations = person.relations().len();
    // To the object that is offered first.
    person.types_in_one_frame("r\nabove\n");
    assert_eq!(person.relations().len(), relations + 1, "{:?}", labels(&person));
    assert!(person.relations().iter().any(|one| one.starts_with("boat above")), "{:?}", person.relations());
}

/// A window in which all of the inspector is seen, with the boat selected.
fn inspector() -> Person {
    let mut person = Person::at(EditorOptions::default(), [1280.0, 1800.0]);
    on_the_canvas(&mut person, "boat");
    person
}

fn boat(person: &Person) -> scenewright_scene::Node {
    person.editor().scene().nodes().iter().find(|node| node.name == "boat").unwrap().clone()
}

#[test]
fn words_about_looks_come_in_a_row_and_the_keyboard_stays() {
    const FIELD: &str = "add an appearance word";
    let mut person = inspector();
    focuses(&mut person, FIELD);
    person.types_in_one_frame("red\nold\nwooden\n");
    assert_eq!(boat(&person).attributes, ["red", "old", "wooden"]);
    assert!(has_focus(&person, FIELD));
    // Enter once more must not press the button of a word.
    person.types_in_one_frame("\n");
    assert_eq!(boat(&person).attributes.len(), 3);
    // In the empty field, undo is the scene's.
    person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(boat(&person).attributes, ["red", "old"]);
    person.types_in_one_frame("new\n");
    assert_eq!(boat(&person).attributes, ["red", "old", "new"]);
    assert!(has_focus(&person, FIELD));
    // While something is written there, undo is the field's.
    person.writes("gr");
    person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(boat(&person).attributes, ["red", "old", "new"]);
}

#[test]
fn a_name_of_its_own_is_typed_in_one_frame() {
    let mut person = inspector();
    focuses(&mut person, "label");
    person.types_in_one_frame("Nina\nSanta Maria\n");
    assert_eq!(boat(&person).label.as_deref(), Some("Santa Maria"));
    assert_eq!(labels(&person)[1..], ["rename boat to Nina", "rename Nina to Santa Maria"]);
    person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(boat(&person).label.as_deref(), Some("Nina"));
}

#[test]
fn a_name_of_its_own_is_not_lost_when_something_else_is_clicked() {
    let mut person = inspector();
    focuses(&mut person, "label");
    person.types_in_one_frame("Nina");
    on_the_canvas(&mut person, "tree");
    assert_eq!(boat(&person).label.as_deref(), Some("Nina"));
    // Also by a click of which all arrives in one frame.
    on_the_canvas(&mut person, "Nina");
    focuses(&mut person, "label");
    person.types_in_one_frame(" II");
    let canvas = person.window.get_by_label_contains("Graph: ").rect();
    let mut places = person.window.query_all_by_label("tree").map(|node| node.rect().center());
    let at = places.rfind(|at| canvas.contains(*at)).unwrap();
    drop(places);
    let button = egui::PointerButton::Primary;
    let click = |pressed| Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE };
    person.has_in_one_frame(vec![Event::PointerMoved(at), click(true), click(false)]);
    assert_eq!(boat(&person).label.as_deref(), Some("Nina II"));
}

#[test]
fn a_word_is_searched_and_chosen_in_one_frame() {
    let mut person = inspector();
    person.clicks("name: boat");
    person.types_in_one_frame("house\n");
    assert_eq!(labels(&person)[1..], ["change boat to house"]);
}

#[test]
fn objects_are_searched_and_added_in_one_frame() {
    let mut person = Person::new();
    focuses(&mut person, "Search objects");
    person.types_in_one_frame("kite\ndog\n\n");
    assert_eq!(labels(&person)[1..], ["add kite", "add dog", "add dog"]);
    assert!(has_focus(&person, "Search objects"));
    // What Enter added is what undo takes back.
    person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(person.objects().iter().filter(|name| *name == "dog").count(), 1);
}

#[test]
fn a_number_is_typed_in_one_frame() {
    let options = EditorOptions { model: Some(tiny_model()), device: DeviceChoice::Cpu, ..EditorOptions::default() };
    let mut person = Person::at(options, [1280.0, 1800.0]);
    person.waits_for_the_picture();
    on_the_canvas(&mut person, "boat");
    person.clicks("box width");
    // The click has selected the number. This model's pictures are 32 pixels wide.
    person.types_in_one_frame("16\n");
    let pinned = boat(&person).pinned.unwrap();
    assert!((pinned.width() - 0.5).abs() < 0.02, "{pinned:?}");
}

#[test]
fn the_name_of_an_export_is_typed_in_one_frame() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("farm.json");
    fs::write(&path, r#"{"objects": ["sky", "grass"], "relationships": [[0, "above", 1]]}"#).unwrap();
    let mut person = Person::at(EditorOptions { file: Some(path), ..EditorOptions::default() }, WINDOW);
    person.waits_until("the farm", |editor| editor.title().starts_with("farm.json —"));
    person.presses(Modifiers::COMMAND, Key::E);
    person.clicks("PNG image, with its graph inside");
    person.clicks("Scene graph (JSON)");
    focuses(&mut person, "File name");
    person.has_in_one_frame([chord(Modifiers::COMMAND, Key::A), keystrokes("my meadow\n")].concat());
    person.waits_until("the export", |editor| !editor.is_busy());
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(dir.path().join("my meadow-graph.json").is_file(), "{names:?}");
}

#[test]
fn the_name_of_a_file_is_typed_in_one_frame() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("farm.json");
    fs::write(&path, r#"{"objects": ["sky", "grass"], "relationships": [[0, "above", 1]]}"#).unwrap();
    let mut person = Person::at(EditorOptions { file: Some(path), ..EditorOptions::default() }, WINDOW);
    person.waits_until("the farm", |editor| editor.title().starts_with("farm.json —"));
    person.presses(Modifiers::COMMAND | Modifiers::SHIFT, Key::S);
    person.has_in_one_frame([chord(Modifiers::COMMAND, Key::A), keystrokes("meadow by night\n")].concat());
    let written = dir.path().join("meadow by night.json");
    person.waits_until("the file", |_| written.is_file());
}

#[test]
fn the_folder_of_a_dialog_is_typed_in_one_frame() {
    let dir = tempfile::tempdir().unwrap();
    let farm = r#"{"objects": ["sky", "grass"], "relationships": [[0, "above", 1]]}"#;
    fs::create_dir(dir.path().join("old")).unwrap();
    fs::write(dir.path().join("old/barn.json"), farm).unwrap();
    fs::write(dir.path().join("farm.json"), farm).unwrap();
    let mut person =
        Person::at(EditorOptions { file: Some(dir.path().join("farm.json")), ..EditorOptions::default() }, WINDOW);
    person.waits_until("the farm", |editor| editor.title().starts_with("farm.json —"));
    person.presses(Modifiers::COMMAND, Key::O);
    person.waits_for_words("farm.json");
    // The first slash opens the field, which holds the folder that is shown.
    person.types_in_one_frame("//old\n");
    person.waits_for_words("barn.json");
}

#[test]
fn keys_after_a_click_go_to_the_field_that_was_clicked() {
    let mut person = inspector();
    focuses(&mut person, "label");
    let at = person.window.get_by_role_and_label(Role::TextInput, "add an appearance word").rect().center();
    let button = egui::PointerButton::Primary;
    let click = |pressed| Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE };
    let events = [keystrokes("Nina"), vec![Event::PointerMoved(at), click(true), click(false)], keystrokes("red\n")];
    person.has_in_one_frame(events.concat());
    assert_eq!(boat(&person).label.as_deref(), Some("Nina"));
    assert_eq!(boat(&person).attributes, ["red"]);
}

#[test]
fn tab_leads_to_the_next_field_within_one_frame() {
    let mut person = inspector();
    focuses(&mut person, "label");
    person.types_in_one_frame("Nina\tred\n");
    assert_eq!(boat(&person).label.as_deref(), Some("Nina"));
    assert_eq!(boat(&person).attributes, ["red"]);
}

/// Keys by their names, text letter by letter: "r Down Enter above Enter". "Space" is the key; "+Tab" has Shift, "^z" has Ctrl.
fn keys_of(script: &str) -> Vec<Vec<Event>> {
    let named = |word: &str| match word {
        "Space" => Some(vec![keystrokes(" ")]),
        "+Tab" => Some(vec![chord(Modifiers::SHIFT, Key::Tab)]),
        _ if word.starts_with('^') => {
            let key = Key::from_name(&word[1..].to_uppercase()).unwrap();
            Some(vec![chord(Modifiers::COMMAND, key)])
        }
        _ if word.starts_with(char::is_uppercase) => Some(vec![chord(Modifiers::NONE, Key::from_name(word).unwrap())]),
        _ => None,
    };
    let letters = |word: &str| word.chars().map(|letter| keystrokes(&letter.to_string())).collect();
    script.split(' ').flat_map(|word| named(word).unwrap_or_else(|| letters(word))).collect()
}

/// Everything that keys change: the scene, its history, what is selected, what has the keyboard.
fn whole_account(person: &Person) -> Vec<String> {
    let mut lines = account(person);
    lines.extend(labels(person));
    lines.push(format!("{:?}", person.editor().selection()));
    let focused = person.window.root().children_recursive().find(|node| node.is_focused());
    lines.push(format!("keyboard: {:?}", focused.map(|node| node.accesskit_node().label())));
    lines
}

/// How a person gets to the place where the keys go.
type Start = fn(&mut Person);

/// Types the keys one by one, each when the window is at rest; then `length` of them in a frame at a time.
fn same_at_any_speed(start: Start, script: &str) -> Vec<String> {
    let keys = keys_of(script);
    let mut slowly = Person::new();
    start(&mut slowly);
    for events in &keys {
        slowly.window.input_mut().events.extend(events.clone());
        (0..2).for_each(|_| _ = slowly.window.run_ok());
    }
    let slowly = whole_account(&slowly);
    for length in [keys.len(), 2, 1] {
        let mut person = Person::new();
        start(&mut person);
        for part in keys.chunks(length) {
            person.window.input_mut().events.extend(part.concat());
            person.window.step();
        }
        (0..3).for_each(|_| _ = person.window.run_ok());
        assert_eq!(whole_account(&person), slowly, "{script}: {length} keys in a frame");
    }
    slowly
}

const ON_THE_CANVAS: Start = |person| on_the_canvas(person, "boat");
const IN_THE_BAR: Start = |person| person.presses(Modifiers::COMMAND, Key::K);
const IN_THE_SEARCH: Start = |person| focuses(person, "Search objects");

#[test]
fn a_relation_is_chosen_with_arrow_keys_at_any_speed() {
    for script in [
        "r Down Enter Enter",
        "r Up Enter above Enter",
        "r Down Down Enter Down Down Enter",
        "r Right Enter Down Enter r Left Enter Down Down Down Enter",
        "r Up Enter above Enter Down Enter Down Enter",
        "r Tab Enter Down Enter Delete",
        "r s Enter Enter",
        "r Escape Down r Up Enter Enter",
        "r Up Enter Escape Right Delete",
    ] {
        let after = same_at_any_speed(ON_THE_CANVAS, script);
        assert!(after.iter().any(|line| line.contains("boat")), "{after:?}");
    }
}

#[test]
fn popups_of_the_canvas_are_led_at_any_speed() {
    for script in [
        // Add.
        "Insert car Down Enter",
        "Insert Down Down Enter Left Insert Down Enter",
        "ca Down Down Enter Right Delete",
        "kite Enter Down r Up Enter Down Enter",
        "Insert ho Up Down Down Up Enter Tab Delete",
        "Insert Escape Down Enter ho Enter",
        // Change.
        "Enter car Down Enter Down Enter ho Down Enter",
        "Enter Down Down Down Enter",
        "PageDown Enter Down Down Enter PageDown Enter Down Enter",
        "PageDown Delete Down Delete",
        // Undone in between.
        "Enter ho Enter ^z Down Enter ca Enter",
        "kite Enter ^z Right Enter ho Down Enter",
    ] {
        same_at_any_speed(ON_THE_CANVAS, script);
    }
}

#[test]
fn lists_and_the_bar_are_led_at_any_speed() {
    for script in ["ca Down Down Enter", "Down Down Enter do Down Enter", "ca Down Enter Up Enter ^z kite Enter Tab"] {
        same_at_any_speed(IN_THE_SEARCH, script);
    }
    for script in [
        "add Space a Space dog Enter Up Enter Up Up Enter",
        "add Space a Space dog Enter add Space a Space cat Enter Up Up Enter Up Up Up Down Enter ^z",
        "add Space two Space birds Enter remove Space a Space bird Enter 1 Enter Up Enter",
        "flarb Enter Escape add Space a Space kite Enter Tab Enter",
        "add Space a Space dog Enter Escape Tab Tab Enter ho Down Enter",
    ] {
        same_at_any_speed(IN_THE_BAR, script);
    }
    const IN_THE_PICKER: Start = |person| {
        *person = inspector();
        person.clicks("name: boat");
    };
    for script in ["ho Down Enter", "Down Down Enter", "ca Down Up Down Enter"] {
        same_at_any_speed(IN_THE_PICKER, script);
    }
}

/// Keys in any order.
#[test]
fn whatever_is_typed_does_the_same_at_any_speed() {
    const KEYS: [&str; 20] = [
        "r",
        "r",
        "Down",
        "Down",
        "Up",
        "Left",
        "Right",
        "Enter",
        "Enter",
        "Enter",
        "Tab",
        "+Tab",
        "Escape",
        "c",
        "ho",
        "PageDown",
        "Delete",
        "Insert",
        "^z",
        "Backspace",
    ];
    let mut random = 20_u64;
    for _ in 0..12 {
        let mut next = || {
            // Of Knuth's MMIX: the upper bits are the better ones.
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            KEYS[(random >> 33) as usize % KEYS.len()]
        };
        let script: Vec<&str> = (0..14).map(|_| next()).collect();
        same_at_any_speed(ON_THE_CANVAS, &script.join(" "));
    }
}
