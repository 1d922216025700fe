//! Banners take a bounded strip and give it back: panels are afterwards where a person has them.

use std::fs;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, Rect, pos2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use scenewright::app::EditorOptions;
use scenewright::engine::DeviceChoice;

use crate::harness::{Person, tiny_model};

const WINDOWS: [[f32; 2]; 3] = [[1440.0, 900.0], [1280.0, 800.0], [800.0, 600.0]];
/// Part of the window's height that the banners may take, together.
const MAX_SHARE: f32 = 0.25;

/// Where graph, picture, sentence bar and status bar are.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Places {
    graph: Rect,
    picture: Rect,
    bar: Rect,
}

fn places(person: &Person) -> Places {
    Places {
        graph: person.window.get_by_label_contains("Graph: ").rect(),
        picture: person.window.get_by_label("picture: image").rect(),
        bar: person.window.get_by_role_and_label(Role::TextInput, "Command bar").rect(),
    }
}

/// The buttons that close banners whose text begins so; a tooltip of the same name is no button.
fn close_buttons<'a>(person: &'a Person, text: &'a str) -> Vec<egui_kittest::Node<'a>> {
    let name = format!("Close: {text}");
    let buttons = person.window.query_all_by_role(Role::Button);
    buttons.filter(|node| node.accesskit_node().label().is_some_and(|label| label.starts_with(&name))).collect()
}

fn close_button<'a>(person: &'a Person, text: &'a str) -> egui_kittest::Node<'a> {
    let mut buttons = close_buttons(person, text);
    assert_eq!(buttons.len(), 1, "{text}");
    buttons.remove(0)
}

fn at(size: [f32; 2]) -> Person {
    let options = EditorOptions { model: Some(tiny_model()), device: DeviceChoice::Cpu, ..EditorOptions::default() };
    let mut person = Person::at(options, size);
    person.waits_for_the_picture();
    person
}

/// A file that is none, and a word that the model lacks.
fn two_banners(person: &mut Person) {
    // First the file: a changed scene would ask whether it is to be saved.
    drop_broken(person);
    person.says("add a zzyzx");
    // Before Esc, which would stop the drawing.
    waits_for_banner(person, "Not in the picture");
    person.presses(Modifiers::NONE, Key::Escape);
    person.waits_for_the_picture();
    assert_eq!(person.editor().banners().len(), 2);
}

fn drop_broken(person: &mut Person) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("broken.json");
    fs::write(&path, "{ broken").unwrap();
    person.drops(&path);
    waits_for_banner(person, "broken.json");
}

#[track_caller]
fn waits_for_banner(person: &mut Person, text: &str) {
    person.waits_until("the banner", |editor| editor.banners().iter().any(|one| one.text.contains(text)));
    person.window.run();
}

#[test]
fn two_banners_leave_the_work_its_room() {
    for size in WINDOWS {
        let mut person = at(size);
        let before = places(&person);
        two_banners(&mut person);
        let mut strip = None;
        for frame in 0..30 {
            person.window.step();
            let now = places(&person);
            let taken = now.graph.top() - before.graph.top();
            assert!((30.0..=MAX_SHARE * size[1]).contains(&taken), "{size:?}, frame {frame}: {taken}");
            assert!(now.graph.height() >= before.graph.height() - taken - 1.0, "{size:?}: {now:?}");
            assert!(now.picture.height() >= before.picture.height() - taken - 1.0, "{size:?}: {now:?}");
            assert_eq!(now.bar, before.bar, "{size:?}");
            if frame > 2 {
                assert_eq!(*strip.get_or_insert(taken), taken, "{size:?}: it does not grow with every frame");
            }
        }
        // Both are read whole, and each has its own button.
        let buttons: Vec<Rect> = close_buttons(&person, "").iter().map(|node| node.rect()).collect();
        assert_eq!(buttons.len(), 2);
        assert!(buttons.iter().all(|button| button.bottom() <= places(&person).graph.top()), "{buttons:?}");
        assert!(person.sees("Not in the picture") && person.sees("broken.json"));
        person.shows(&format!("banners-{}", size[0]));
        // One is closed: the other stays, and the work area gets its space back.
        let two = places(&person).graph.top();
        close_button(&person, "Not opened").click();
        person.window.run();
        assert!(person.sees("Not in the picture") && !person.sees("broken.json"));
        assert!(places(&person).graph.top() < two - 20.0);
        close_button(&person, "Not in the picture").click();
        person.window.run();
        assert_eq!(places(&person), before, "{size:?}");
    }
}

/// Two banners come and go.
fn banners_come_and_go(person: &mut Person) {
    two_banners(person);
    for text in ["Not opened", "Not in the picture"] {
        close_button(person, text).click();
        person.window.run();
    }
    person.presses(Modifiers::COMMAND, Key::Z);
    person.waits_for_the_picture();
}

#[test]
fn the_panels_are_where_they_were_whenever_banners_have_gone() {
    for size in WINDOWS {
        let mut person = at(size);
        let before = places(&person);
        for time in 0..4 {
            banners_come_and_go(&mut person);
            assert_eq!(places(&person), before, "{size:?}, time {time}");
        }
        // The same with a window that gets smaller and larger again, while banners are up.
        two_banners(&mut person);
        for smaller in [vec2(700.0, 480.0), vec2(size[0], size[1])] {
            person.window.set_size(smaller);
            person.window.run();
        }
        for text in ["Not opened", "Not in the picture"] {
            close_button(&person, text).click();
            person.window.run();
        }
        assert_eq!(places(&person), before, "{size:?}");
    }
}

#[test]
fn a_border_stays_where_it_was_dragged_to() {
    for size in WINDOWS {
        let mut person = at(size);
        let first = places(&person);
        // Between graph and history, which gets higher.
        let from = pos2(first.graph.center().x, first.graph.bottom() + 0.5);
        person.window.hover_at(from);
        person.window.run();
        button(&mut person, from, true);
        for step in 1..=4 {
            person.window.hover_at(from - vec2(0.0, 12.0 * step as f32));
            person.window.step();
        }
        button(&mut person, from - vec2(0.0, 48.0), false);
        person.window.remove_cursor();
        person.window.run();
        let before = places(&person);
        let dragged = first.graph.bottom() - before.graph.bottom();
        assert!((46.0..50.0).contains(&dragged), "{size:?}: {dragged}");
        assert_eq!((before.picture, before.bar), (first.picture, first.bar), "{size:?}: no other panel");
        for _ in 0..2 {
            banners_come_and_go(&mut person);
            assert_eq!(places(&person), before, "{size:?}");
        }
    }
}

#[test]
fn a_press_moves_no_panel_while_banners_take_room() {
    for size in WINDOWS {
        let mut person = at(size);
        two_banners(&mut person);
        let before = places(&person);
        // On the ground of the graph.
        let at = before.graph.left_bottom() + vec2(6.0, -6.0);
        person.window.hover_at(at);
        person.window.run();
        for pressed in [true, false] {
            button(&mut person, at, pressed);
            for _ in 0..3 {
                person.window.step();
                assert_eq!(places(&person), before, "{size:?}, pressed: {pressed}");
            }
        }
    }
}

fn button(person: &mut Person, pos: Pos2, pressed: bool) {
    let button = egui::PointerButton::Primary;
    person.window.event(egui::Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
    person.window.step();
}

#[test]
fn what_is_pointed_at_stays_where_it_is() {
    for size in WINDOWS {
        let mut person = at(size);
        let before = places(&person);
        for place in [before.graph, before.picture] {
            person.window.hover_at(place.center());
            person.window.run();
            two_banners(&mut person);
            for _ in 0..30 {
                person.window.step();
                let now = places(&person);
                assert_eq!((now.graph, now.picture, now.bar), (before.graph, before.picture, before.bar), "{size:?}");
            }
            // The newest is shown meanwhile, over the tabs of the panels and not over the work.
            let newest = close_button(&person, "Not in the picture").rect();
            assert!(newest.bottom() <= before.graph.top(), "{newest:?}");
            assert!(newest.bottom() <= MAX_SHARE * size[1], "{newest:?}");
            // On the way to it the strip opens below it: it does not move.
            person.window.hover_at(newest.center());
            person.window.run();
            assert!(places(&person).graph.top() > before.graph.top() + 30.0);
            assert_eq!(close_button(&person, "Not in the picture").rect(), newest);
            close_button(&person, "Not in the picture").click();
            person.window.run();
            close_button(&person, "Not opened").click();
            person.window.run();
            assert_eq!(places(&person), before, "{size:?}");
            person.presses(Modifiers::COMMAND, Key::Z);
            person.waits_for_the_picture();
        }
    }
}

#[test]
fn a_box_that_is_dragged_does_not_jump() {
    let mut person = at(WINDOWS[1]);
    let before = places(&person);
    let from = person.window.get_by_label("boat box").rect().center();
    person.window.hover_at(from);
    person.window.step();
    button(&mut person, from, true);
    drop_broken(&mut person);
    // Also where the drag leads out of the panels.
    for to in [from + vec2(8.0, 4.0), before.bar.center(), from] {
        person.window.hover_at(to);
        (0..5).for_each(|_| person.window.step());
        assert_eq!(places(&person), before);
    }
    button(&mut person, from, false);
    person.window.run();
}

#[test]
fn a_banner_is_reached_and_answered_by_keyboard() {
    let mut person = at(WINDOWS[0]);
    drop_broken(&mut person);
    person.presses(Modifiers::NONE, Key::Escape);
    let closes = |person: &Person| close_button(person, "").is_focused();
    let reached = (0..60).any(|_| {
        person.presses(Modifiers::NONE, Key::Tab);
        closes(&person)
    });
    assert!(reached, "Tab leads to it");
    person.presses(Modifiers::NONE, Key::Enter);
    assert!(person.editor().banners().is_empty());
}
