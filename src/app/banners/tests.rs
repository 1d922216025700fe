//! Banners in the editor's own window.

use egui::accesskit::Role;
use egui::{Rect, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use super::{MAX_HEIGHT, ONE_LINE, most_height};
use crate::app::commands::Command;
use crate::app::notices::{Level, NoticeSource};
use crate::app::{Editor, EditorOptions};

const SIZES: [[f32; 2]; 5] = [[1440.0, 900.0], [1280.0, 800.0], [800.0, 600.0], [480.0, 640.0], [300.0, 300.0]];
/// None of them closes by itself while nothing happens.
const FIVE: [NoticeSource; 5] = [
    NoticeSource::AppearanceMatch,
    NoticeSource::Clipboard,
    NoticeSource::File,
    NoticeSource::Annotations,
    NoticeSource::Export,
];

type Window = Harness<'static, Editor>;

fn window(size: [f32; 2]) -> Window {
    let mut window = Harness::builder()
        .with_size(vec2(size[0], size[1]))
        .with_max_steps(40)
        .build_eframe(|context| Editor::new(EditorOptions::default()).with_theme(&context.egui_ctx));
    window.run();
    window
}

fn put(window: &mut Window, about: NoticeSource, text: &str) {
    let recovery_commands = [Command::SaveAs, Command::OpenModel];
    window.state_mut().notices.put_with(about, Level::Warning, text, &recovery_commands);
}

fn put_five(window: &mut Window) {
    for about in FIVE {
        put(window, about, &format!("{about:?} does not work: {}", "the reason is a long one. ".repeat(12)));
    }
    window.run();
}

/// A tooltip of the same name is not a button.
fn button<'a>(window: &'a Window, name: &'a str) -> egui_kittest::Node<'a> {
    let is_named = |node: &egui_kittest::Node<'_>| node.accesskit_node().label().is_some_and(|l| l.starts_with(name));
    window.query_all_by_role(Role::Button).find(is_named).unwrap_or_else(|| panic!("no button {name}"))
}

fn work(window: &Window) -> Rect {
    window.state().notices.strip.work.unwrap()
}

fn close(window: &Window, about: &str) -> Rect {
    button(window, &format!("Close: {about}")).rect()
}

#[test]
fn five_banners_take_a_bounded_strip_and_give_it_back() {
    for size in SIZES {
        let mut window = window(size);
        let before = work(&window);
        put_five(&mut window);
        for frame in 0..30 {
            window.step();
            let taken = work(&window).top() - before.top();
            assert_eq!(taken, most_height(size[1]), "{size:?}, frame {frame}");
            assert_eq!(work(&window).bottom(), before.bottom());
        }
        for (at, about) in FIVE.iter().enumerate() {
            button(&window, &format!("Close: {about:?}")).click_accesskit();
            window.run();
            let left = FIVE.len() - 1 - at;
            assert_eq!(window.state().banners().len(), left);
            assert!(work(&window).top() - before.top() <= most_height(size[1]));
        }
        assert_eq!(work(&window), before, "{size:?}");
    }
}

#[test]
fn the_keyboard_brings_a_hidden_banner_into_view() {
    let mut window = window(SIZES[0]);
    put_five(&mut window);
    let strip = window.state().notices.strip.shown.unwrap();
    assert!(!strip.contains_rect(close(&window, "AppearanceMatch")), "the oldest is the last");
    button(&window, "Close: AppearanceMatch").focus();
    window.run();
    assert!(strip.contains_rect(close(&window, "AppearanceMatch")), "{:?}", close(&window, "AppearanceMatch"));
}

#[test]
fn a_long_text_opens_scrolls_and_closes_again() {
    let mut window = window(SIZES[1]);
    let before = work(&window);
    let text = (1..=40).map(|line| format!("line {line} of the report\n")).collect::<String>();
    put(&mut window, NoticeSource::File, &text);
    window.run();
    assert_eq!(work(&window).top() - before.top(), ONE_LINE);
    assert!(window.query_by_label_contains("line 40 of the report").is_some(), "a screen reader reads all of it");
    button(&window, "Show all: line 1 of").click();
    window.run();
    assert_eq!(work(&window).top() - before.top(), MAX_HEIGHT);
    // A new text from the same source is shorter.
    put(&mut window, NoticeSource::File, "one line\nand another");
    window.hover_at(before.center());
    window.run();
    window.remove_cursor();
    window.run();
    let open = work(&window).top() - before.top();
    assert!((ONE_LINE..2.5 * ONE_LINE).contains(&open), "{open}");
    button(&window, "Show less: one line").click_accesskit();
    window.run();
    assert_eq!(work(&window).top() - before.top(), ONE_LINE);
}

#[test]
fn a_banner_that_goes_by_itself_moves_no_button_under_the_pointer() {
    let mut window = window(SIZES[0]);
    put_five(&mut window);
    let place = close(&window, "File");
    window.hover_at(place.center());
    window.run();
    // Two banners above it, and a new one.
    for about in [NoticeSource::Export, NoticeSource::Annotations] {
        window.state_mut().notices.clear(about);
    }
    put(&mut window, NoticeSource::Clipboard, "new");
    window.run();
    assert_eq!(close(&window, "File"), place);
    // The others move up when the pointer has left.
    window.hover_at(work(&window).center());
    window.run();
    assert!(close(&window, "File").top() != place.top());
}

#[test]
fn the_button_of_a_banner_is_not_lost_in_a_narrow_window() {
    for size in SIZES {
        let mut window = window(size);
        put(&mut window, NoticeSource::Model, "No model");
        window.run();
        let strip = window.state().notices.strip.shown.unwrap();
        let button = window.query_all_by_label_contains("Open model").map(|node| node.rect());
        assert!(button.into_iter().any(|button| strip.contains_rect(button)), "{size:?}: {strip:?}");
    }
}
