//! Both sequences of the paper's figure 6 and its student, step by step, as a newcomer makes them: by sentences alone, and by mouse
//! alone (the keyboard only spells words). After each step the document is sg2im's graph, and the picture, its boxes
//! or its masks are other ones.

use std::path::Path;

use egui::{Key, Modifiers, Pos2, Rect, Vec2, vec2};
use egui_kittest::kittest::Queryable;
pub use scenewright::engine::Picture;
use scenewright_formats::read_scenes;
use scenewright_scene::Scene;

use crate::harness::Person;

/// Names, and relations as (subject, word, object) by place: what sg2im's file says of a graph.
type Facts = (Vec<String>, Vec<(usize, String, usize)>);

fn facts(scene: &Scene) -> Facts {
    let place = |id| scene.node_index(id).unwrap();
    let names = scene.nodes().iter().map(|node| node.name.clone()).collect();
    let relations = scene.relations().iter();
    (names, relations.map(|r| (place(r.subject), r.predicate.clone(), place(r.object))).collect())
}

fn figure(name: &str) -> Vec<Facts> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/scene_graphs").join(name);
    read_scenes(&path).unwrap().iter().map(facts).collect()
}

/// Boxes of all objects, in the scene's order.
fn boxes(picture: &Picture) -> Vec<[f32; 4]> {
    picture.objects.iter().map(|placed| placed.bounds.into()).collect()
}

fn masks(picture: &Picture) -> Vec<Vec<f32>> {
    picture.objects.iter().map(|placed| placed.mask.as_ref().unwrap().values.clone()).collect()
}

/// Does every step, and checks the graph and that picture, boxes and masks follow.
#[track_caller]
fn plays(person: &mut Person, figure: &[Facts], step: impl Fn(&mut Person, usize)) {
    let mut before = None;
    for (number, expected) in figure.iter().enumerate() {
        step(person, number);
        assert_eq!(facts(person.editor().scene()), *expected, "step {number}");
        person.waits_for_the_picture();
        let now = person.editor().picture().unwrap();
        assert_eq!(now.objects.len(), expected.0.len() + 1, "step {number}: every object, and the image's own");
        if let Some(before) = before.replace(now.clone()) {
            assert_ne!(before.rgb, now.rgb, "step {number}: the picture");
            assert_ne!(masks(&before), masks(&now), "step {number}: the masks");
            // A relation that holds already moves nothing; whatever else is new has a box of its own.
            if figure[number - 1].0 != expected.0 {
                assert_ne!(boxes(&before), boxes(&now), "step {number}: the boxes");
            }
        }
    }
}

/// After the last step: everything can be taken back and done again, and the picture is there at once.
fn goes_back_and_forth(person: &mut Person, figure: &[Facts], undo: impl Fn(&mut Person), redo: impl Fn(&mut Person)) {
    let last = person.editor().picture().unwrap();
    undo(person);
    assert!(person.editor().is_up_to_date(), "the old picture is kept");
    assert_ne!(person.editor().picture().unwrap().rgb, last.rgb);
    let mut steps = 1;
    while !person.editor().scene().is_empty() {
        undo(person);
        steps += 1;
        assert!(steps < 100);
    }
    (0..steps).for_each(|_| redo(person));
    assert_eq!(facts(person.editor().scene()), figure[figure.len() - 1]);
    assert_eq!(person.editor().picture().unwrap().rgb, last.rgb);
}

// By sentences ----------------------------------------------------------------------------------------------------------

const STREET: [&[&str]; 7] = [
    &["a car on a street", "a line on the street", "sky above the street"],
    &["change the car to a bus"],
    &["add a car on the street"],
    &["add kite in sky"],
    &["the car is below the kite"],
    &["delete the kite", "add a building behind the street"],
    &["add a window on the building"],
];

const SHEEP: [&[&str]; 7] = [
    &["sky above grass", "add a zebra standing on the grass"],
    &["change the zebra to a sheep"],
    &["put another sheep by it"],
    &["add a tree behind the second sheep"],
    &["ocean by the tree"],
    &["add a boat in the ocean"],
    &["move the boat onto the grass"],
];

#[test]
fn both_sequences_by_sentences_alone() {
    for (file, sentences) in [("figure_6_street.json", STREET), ("figure_6_sheep.json", SHEEP)] {
        let mut person = Person::with_model();
        person.says("remove everything");
        assert!(person.editor().scene().is_empty());
        let figure = figure(file);
        plays(&mut person, &figure, |person, number| sentences[number].iter().for_each(|said| person.says(said)));
        goes_back_and_forth(&mut person, &figure, |person| person.says("undo"), |person| person.says("redo"));
    }
}

#[test]
fn the_papers_own_sentence_is_the_sheep_sequence() {
    let mut person = Person::with_model();
    person.says("remove everything");
    person.says(
        "a sheep by another sheep standing on the grass with sky above and a boat in the ocean by a tree behind the sheep",
    );
    let (names, relations) = facts(person.editor().scene());
    let (mut expected_names, expected) = figure("figure_6_sheep.json").swap_remove(5);
    let in_words = |names: &[String], relations: &[(usize, String, usize)]| {
        let mut words: Vec<String> =
            relations.iter().map(|(s, word, o)| format!("{} {word} {}", names[*s], names[*o])).collect();
        words.sort();
        words
    };
    assert_eq!(in_words(&names, &relations), in_words(&expected_names, &expected));
    let mut names = names;
    names.sort();
    expected_names.sort();
    assert_eq!(names, expected_names);
}

// By mouse --------------------------------------------------------------------------------------------------------------

/// A mouse in a person's window. It finds things by their names and positions.
struct Mouse<'a>(&'a mut Person);

impl Mouse<'_> {
    /// Places of what has this name; of several alike the second is called "name 2".
    fn rects(&self, name: &str) -> Vec<Rect> {
        let first = self.0.window.query_all_by_label(name).map(|node| node.rect());
        let others = (2..9).flat_map(|number| {
            let name = format!("{name} {number}");
            self.0.window.query_all_by_label(&name).map(|node| node.rect()).collect::<Vec<_>>()
        });
        first.chain(others).collect()
    }

    fn canvas(&self) -> Rect {
        self.0.window.get_by_label_contains("Graph: ").rect()
    }

    /// The chip of an object; `nth` in reading order where several are called so.
    fn chip(&self, name: &str, nth: usize) -> Rect {
        let canvas = self.canvas();
        let mut chips = self.rects(name);
        chips.retain(|rect| canvas.contains_rect(*rect) && rect.height() > 30.0);
        chips.sort_by(|a, b| a.left().total_cmp(&b.left()));
        *chips.get(nth).unwrap_or_else(|| panic!("no chip \"{name}\" ({nth}): {:?}", self.rects(name)))
    }

    fn clicks_times(&mut self, at: Pos2, button: egui::PointerButton, times: usize) {
        self.0.window.hover_at(at);
        self.0.window.run();
        for pressed in [true, false].repeat(times) {
            self.0.window.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE });
        }
        self.0.window.run();
        // The next click is not the second half of a double click.
        self.0.window.run_steps(8);
    }

    fn clicks_at(&mut self, at: Pos2) {
        self.clicks_times(at, egui::PointerButton::Primary, 1);
    }

    fn double_clicks(&mut self, at: Pos2) {
        self.clicks_times(at, egui::PointerButton::Primary, 2);
    }

    fn drags(&mut self, from: Pos2, to: Pos2) {
        let button = |pressed, pos| egui::Event::PointerButton {
            pos,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        self.0.window.hover_at(from);
        self.0.window.run();
        self.0.window.event(button(true, from));
        self.0.window.step();
        for share in [0.2, 0.6, 1.0] {
            self.0.window.hover_at(from.lerp(to, share));
            self.0.window.step();
        }
        self.0.window.event(button(false, to));
        self.0.window.run();
        self.0.window.run_steps(8);
    }

    /// A word of the popup: spelled, then clicked in the list.
    fn chooses(&mut self, word: &str) {
        self.0.writes(word);
        let canvas = self.canvas();
        let is_row = |rect: &Rect| canvas.contains_rect(*rect) && rect.height() < 30.0 && rect.width() > 150.0;
        let row = self.rects(word).into_iter().find(is_row);
        self.clicks_at(row.unwrap_or_else(|| panic!("\"{word}\" is not in the list")).center());
    }

    /// Adds an object at a place of the canvas, -1..=1 from its middle.
    fn adds(&mut self, word: &str, place: [f32; 2]) {
        let canvas = self.canvas();
        let at = canvas.center() + vec2(place[0], place[1]) * canvas.size() / 2.0;
        self.double_clicks(at);
        self.chooses(word);
    }

    /// Drags from the lower border of one chip onto another and chooses the word.
    fn relates(&mut self, subject: Rect, word: &str, object: Rect) {
        self.drags(subject.center_bottom() + Vec2::DOWN * 2.0, object.center());
        self.chooses(word);
    }

    fn renames(&mut self, from: &str, to: &str) {
        self.double_clicks(self.chip(from, 0).center());
        self.chooses(to);
    }

    /// From the menu under the right button.
    fn deletes(&mut self, name: &str) {
        let chip = self.chip(name, 0);
        self.clicks_times(chip.center(), egui::PointerButton::Secondary, 1);
        self.clicks_entry("Delete");
    }

    /// The word on a relation's arrow.
    fn clicks_word(&mut self, sentence: &str) {
        let canvas = self.canvas();
        let word = self.rects(sentence).into_iter().find(|rect| canvas.contains_rect(*rect));
        self.clicks_at(word.unwrap_or_else(|| panic!("no relation \"{sentence}\"")).center());
    }

    fn clicks_entry(&mut self, entry: &str) {
        let at = self.0.window.get_by_label_contains(entry).rect().center();
        self.clicks_at(at);
    }

    fn clicks_name(&mut self, name: &str) {
        let at = self.0.window.get_by_label(name).rect().center();
        self.clicks_at(at);
    }
}

fn street_by_mouse(person: &mut Person, step: usize) {
    let mut mouse = Mouse(person);
    match step {
        0 => {
            mouse.adds("car", [-0.6, -0.1]);
            mouse.adds("street", [0.0, 0.5]);
            mouse.relates(mouse.chip("car", 0), "on", mouse.chip("street", 0));
            mouse.adds("line", [0.6, 0.1]);
            mouse.relates(mouse.chip("line", 0), "on", mouse.chip("street", 0));
            mouse.adds("sky", [0.0, -0.75]);
            mouse.relates(mouse.chip("sky", 0), "above", mouse.chip("street", 0));
        }
        1 => mouse.renames("car", "bus"),
        2 => {
            mouse.adds("car", [-0.3, -0.4]);
            mouse.relates(mouse.chip("car", 0), "on", mouse.chip("street", 0));
        }
        3 => {
            mouse.adds("kite", [0.55, -0.5]);
            mouse.relates(mouse.chip("kite", 0), "in", mouse.chip("sky", 0));
        }
        4 => mouse.relates(mouse.chip("car", 0), "below", mouse.chip("kite", 0)),
        5 => {
            mouse.deletes("kite");
            mouse.adds("building", [0.55, -0.5]);
            mouse.relates(mouse.chip("building", 0), "behind", mouse.chip("street", 0));
        }
        _ => {
            mouse.adds("window", [-0.65, -0.7]);
            mouse.relates(mouse.chip("window", 0), "on", mouse.chip("building", 0));
        }
    }
}

fn sheep_by_mouse(person: &mut Person, step: usize) {
    let mut mouse = Mouse(person);
    match step {
        0 => {
            mouse.adds("sky", [-0.55, -0.7]);
            mouse.adds("grass", [-0.2, 0.65]);
            mouse.relates(mouse.chip("sky", 0), "above", mouse.chip("grass", 0));
            mouse.adds("zebra", [-0.6, 0.2]);
            mouse.relates(mouse.chip("zebra", 0), "standing on", mouse.chip("grass", 0));
        }
        1 => mouse.renames("zebra", "sheep"),
        2 => {
            mouse.adds("sheep", [0.45, 0.3]);
            mouse.relates(mouse.chip("sheep", 1), "by", mouse.chip("sheep", 0));
        }
        3 => {
            mouse.adds("tree", [-0.1, -0.25]);
            mouse.relates(mouse.chip("tree", 0), "behind", mouse.chip("sheep", 0));
        }
        4 => {
            mouse.adds("ocean", [0.5, -0.2]);
            mouse.relates(mouse.chip("ocean", 0), "by", mouse.chip("tree", 0));
        }
        5 => {
            mouse.adds("boat", [0.5, -0.7]);
            mouse.relates(mouse.chip("boat", 0), "in", mouse.chip("ocean", 0));
        }
        _ => {
            mouse.clicks_word("boat in ocean");
            mouse.clicks_name("Delete");
            mouse.relates(mouse.chip("boat", 0), "on", mouse.chip("grass", 0));
        }
    }
}

#[test]
fn both_sequences_by_mouse_alone() {
    type Step = fn(&mut Person, usize);
    let sequences: [(&str, Step); 2] =
        [("figure_6_street.json", street_by_mouse), ("figure_6_sheep.json", sheep_by_mouse)];
    for (file, step) in sequences {
        let mut person = Person::with_model();
        let mut mouse = Mouse(&mut person);
        mouse.clicks_name("File");
        mouse.clicks_entry("New scene");
        assert!(person.editor().scene().is_empty());
        let figure = figure(file);
        plays(&mut person, &figure, step);
        goes_back_and_forth(
            &mut person,
            &figure,
            |person| Mouse(person).clicks_name("Undo"),
            |person| Mouse(person).clicks_name("Redo"),
        );
        pins_locks_and_looks_again(&mut person, figure[figure.len() - 1].0[0].as_str());
    }
}

/// What a newcomer does next, still by mouse: drags a box, locks an object, asks for another look.
fn pins_locks_and_looks_again(person: &mut Person, name: &str) {
    let node = person.editor().scene().nodes()[0].id;
    let first = person.editor().picture().unwrap();
    Mouse(person).clicks_name("Boxes only");
    let chip = Mouse(person).chip(name, 0);
    Mouse(person).clicks_at(chip.center());
    // A selected box is dragged by any point of it, also where others lie on top.
    let held = Mouse(person).0.window.get_by_label(&format!("{name} box")).rect().center();
    Mouse(person).drags(held, held + vec2(0.0, -14.0));
    let pinned = person.editor().scene().node(node).unwrap().pinned.expect("a pinned box");
    person.waits_for_the_picture();
    let second = person.editor().picture().unwrap();
    assert_eq!(second.box_of(node), Some(pinned));
    assert_ne!(first.rgb, second.rgb);
    Mouse(person).clicks_name("lock: keep it as it is");
    assert!(person.editor().scene().node(node).unwrap().locked);
    Mouse(person).clicks_name("new random seed");
    person.waits_for_the_picture();
    let third = person.editor().picture().unwrap();
    assert_ne!(second.rgb, third.rgb);
    assert_eq!(boxes(&second), boxes(&third), "new random seed moves nothing");
    person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(person.editor().picture().unwrap().rgb, second.rgb);
}
