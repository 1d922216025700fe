//! The annotation editor as a picture: a person looks at it (`SCENEWRIGHT_LOOKS=folder`), a test checks that it is not empty.

use std::collections::HashSet;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;

use super::annotator::{Annotator, folder};
use crate::harness::Person;

#[test]
fn the_room_is_painted_in_both_themes_and_in_small_windows() {
    for (theme, size) in [("Dark", [1440.0, 900.0]), ("Light", [1440.0, 900.0]), ("Dark", [700.0, 560.0])] {
        let folder = folder();
        let mut one = Annotator::sized(folder.path(), size);
        one.person.window.get_by_label("View").click();
        one.person.window.run();
        one.person.window.get_by_label_contains(theme).click();
        one.person.window.run();
        one.draws_box("grass", [0.02, 0.45], [0.98, 0.97]);
        one.person.presses(Modifiers::NONE, Key::Escape);
        one.draws_box("sky", [0.0, 0.0], [1.0, 0.45]);
        one.person.presses(Modifiers::NONE, Key::Escape);
        one.person.writes("p");
        for [x, y] in [[0.5, 0.5], [0.65, 0.37], [0.8, 0.45], [0.82, 0.65], [0.65, 0.74], [0.52, 0.65]] {
            one.clicks(x, y);
        }
        one.person.presses(Modifiers::NONE, Key::Enter);
        one.names_it("gorse");
        assert_eq!(one.names(), ["grass", "sky", "gorse"], "a new word is taken as it is");
        one.person.writes("a");
        one.person.presses(Modifiers::NONE, Key::Escape);
        one.person.writes("v");
        one.clicks(0.65, 0.6);
        // Small pictures of the list, too.
        for _ in 0..60 {
            std::thread::sleep(std::time::Duration::from_millis(3));
            one.person.window.run();
        }
        let name = format!("annotate-{}-{}", theme.to_lowercase(), size[0]);
        let image = one.person.shows(&name);
        let colors: HashSet<[u8; 4]> = image.pixels().map(|pixel| pixel.0).collect();
        assert!(colors.len() > 300, "{} colors", colors.len());
        one.person.presses(Modifiers::NONE, Key::Escape);
        one.person.writes("b");
        one.drags([0.1, 0.5], [0.3, 0.8]);
        one.person.writes("sh");
        one.person.shows(&format!("{name}-naming"));
        one.person.presses(Modifiers::NONE, Key::Escape);
        one.person.writes("m");
        let (from, to) = (one.at(0.15, 0.6), one.at(0.4, 0.75));
        one.person.window.hover_at(from);
        one.person.window.step();
        one.button(from, true, Modifiers::NONE);
        one.person.window.hover_at(to);
        one.person.window.step();
        one.person.shows(&format!("{name}-brush"));
        one.button(to, false, Modifiers::NONE);
    }
}

#[test]
fn an_empty_room_says_what_it_is_for() {
    let mut person = Person::new();
    person.presses(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    person.presses(Modifiers::NONE, Key::Escape);
    assert!(person.sees("Annotate your own pictures"));
    person.shows("annotate-empty");
}
