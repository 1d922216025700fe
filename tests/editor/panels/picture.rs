//! The picture panel.

use egui::{Key, Modifiers, Pos2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use scenewright::app::picture::Variation;
use scenewright::app::picture::view::ViewMode;
use scenewright::app::{Action, Gesture, Item, Selection};
use scenewright::engine::changed_share;
use scenewright_scene::{Edit, UnitBox};

use crate::panels::world::{HarnessExt, Panel, SIDE, World, home, labels};

fn image_alone() -> Harness<'static, World> {
    let mut world = World::new(Panel::Picture);
    world.picture.settings.view = ViewMode::Image;
    world.harness()
}

fn at(harness: &Harness<'_, World>, point: [f32; 2]) -> Pos2 {
    // The sky's box is as wide as the picture and begins where it begins.
    let sky = harness.rect_of("sky box");
    pos2(sky.left() + point[0] * sky.width(), sky.top() + point[1] * sky.width())
}

#[track_caller]
fn assert_near(found: Option<UnitBox>, expected: [f32; 4], tolerance: f32) {
    let found: [f32; 4] = found.expect("a pinned box").into();
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() <= tolerance), "{found:?}, not {expected:?}");
}

#[test]
fn a_drag_pins_a_box_in_one_step() {
    let mut harness = image_alone();
    let from = harness.rect_of("sheep box").center();
    let by = at(&harness, [0.1, 0.03]) - at(&harness, [0.0, 0.0]);
    harness.drag_from_to(from, from + by);
    let world = harness.state();
    assert_eq!(world.labels(), ["move sheep"]);
    assert_near(world.node("sheep").pinned, [0.35, 0.5925, 0.6, 0.8425], 0.02);
    assert_eq!(world.selected_names(), ["sheep"]);
    let drafts = world.log.iter().filter(|action| matches!(action, Action::Gesture(Gesture::Edits(_)))).count();
    assert!(drafts >= 2, "a draft for each frame of the drag, not {drafts}");
    let last = world.log.iter().rfind(|action| !matches!(action, Action::Hover(_)));
    assert_eq!(last, Some(&Action::Gesture(Gesture::Commit)));
    assert!(world.scene().nodes().iter().filter(|node| node.pinned.is_some()).count() == 1);
    // The name says so, and its place is where the box is now.
    assert!(harness.has("sheep box, pinned"));
}

#[test]
fn a_click_is_no_drag() {
    let mut harness = image_alone();
    harness.click_on("sheep box");
    let world = harness.state();
    assert_eq!(world.selected_names(), ["sheep"]);
    assert!(world.labels().is_empty() && world.node("sheep").pinned.is_none());
}

#[test]
fn esc_gives_a_drag_up() {
    let mut harness = image_alone();
    let from = harness.rect_of("sheep box").center();
    harness.press_at(from);
    harness.drag_to(from + vec2(40.0, 10.0));
    assert!(harness.state().node("sheep").pinned.is_some());
    harness.key(Modifiers::NONE, Key::Escape);
    harness.drag_to(from + vec2(60.0, 20.0));
    harness.release_at(from + vec2(60.0, 20.0));
    let world = harness.state();
    assert!(world.node("sheep").pinned.is_none() && world.labels().is_empty());
    assert!(!world.history.in_gesture());
}

#[test]
fn handles_resize() {
    let mut harness = image_alone();
    harness.state_mut().select(&["sheep"]);
    harness.run();
    let b = home("sheep", 3);
    let corner = at(&harness, [b.x1, b.y1]);
    let to = at(&harness, [0.59, 0.9]);
    harness.drag_from_to(corner, to);
    assert_eq!(harness.state().labels(), ["resize sheep"]);
    assert_near(harness.state().node("sheep").pinned, [b.x0, b.y0, 0.59, 0.9], 0.021);
    // An edge cannot be pulled past the other.
    let b = harness.state().node("sheep").pinned.unwrap();
    let left = at(&harness, [b.x0, b.center()[1]]);
    let far = at(&harness, [0.99, b.center()[1]]);
    harness.drag_from_to(left, far);
    let now = harness.state().node("sheep").pinned.unwrap();
    assert!(now.is_proper() && now.width() <= 1.5 / SIDE as f32 && (now.x1 - b.x1).abs() < 1e-4, "{now:?}");
}

#[test]
fn a_corner_keeps_the_proportions_unless_shift_is_down() {
    for shift in [false, true] {
        let mut harness = image_alone();
        harness.state_mut().select(&["sheep"]);
        harness.run();
        let b = home("sheep", 3);
        let corner = at(&harness, [b.x1, b.y1]);
        harness.press_at(corner);
        harness.event(egui::Event::ModifiersChanged(Modifiers { shift, ..Modifiers::NONE }));
        harness.drag_to(at(&harness, [0.71, b.y1]));
        let now = harness.state().node("sheep").pinned.expect("a draft");
        let is_kept = (now.width() / now.height() - b.width() / b.height()).abs() < 0.01;
        assert_eq!(is_kept, !shift, "{now:?}");
        assert!((now.x0 - b.x0).abs() < 1e-4 && (now.y0 - b.y0).abs() < 1e-4, "the other corner stays");
        harness.release_at(at(&harness, [0.71, b.y1]));
    }
}

#[test]
fn boxes_snap_unless_alt_is_down() {
    for alt in [false, true] {
        let mut harness = image_alone();
        let from = harness.rect_of("sheep box").center();
        // The sheep's lower edge comes 2 points short of the picture's.
        let down = at(&harness, [0.0, 1.0 - 0.8125]).y - at(&harness, [0.0, 0.0]).y - 2.0;
        harness.press_at(from);
        harness.event(egui::Event::ModifiersChanged(Modifiers { alt, ..Modifiers::NONE }));
        harness.drag_to(from + vec2(0.0, down));
        let lower = harness.state().node("sheep").pinned.expect("a draft").y1;
        assert_eq!(lower == 1.0, !alt, "{lower}");
        assert!(lower > 0.98);
        harness.release_at(from + vec2(0.0, down));
    }
}

#[test]
fn selected_boxes_move_together() {
    let mut harness = image_alone();
    harness.state_mut().select(&["sheep", "boy"]);
    harness.run();
    let from = harness.rect_of("sheep box").center();
    harness.drag_from_to(from, from + vec2(-30.0, 0.0));
    let world = harness.state();
    assert_eq!(world.labels(), ["move 2 boxes"]);
    let gone = |name: &str, row| world.node(name).pinned.unwrap().x0 - home(name, row).x0;
    assert!((gone("sheep", 3) - gone("boy", 5)).abs() < 1e-5 && gone("boy", 5) < -0.03);
}

#[test]
fn arrows_move_by_pixels_in_one_step_a_press() {
    let mut harness = image_alone();
    harness.click_on("sheep box");
    harness.key(Modifiers::NONE, Key::ArrowRight);
    harness.key(Modifiers::SHIFT, Key::ArrowDown);
    let pixel = 1.0 / SIDE as f32;
    let b = home("sheep", 3);
    assert_near(
        harness.state().node("sheep").pinned,
        [b.x0 + pixel, b.y0 + 10.0 * pixel, b.x1 + pixel, b.y1 + 10.0 * pixel],
        1e-4,
    );
    assert_eq!(harness.state().labels(), ["move sheep", "move sheep"]);
    // A key that is held is one gesture.
    for _ in 0..5 {
        harness.key_down(Key::ArrowLeft);
        harness.step();
    }
    assert!(harness.state().history.in_gesture());
    harness.key_up(Key::ArrowLeft);
    harness.run();
    assert!(!harness.state().history.in_gesture());
    assert_eq!(harness.state().labels().len(), 3);
    harness.key(Modifiers::CTRL, Key::ArrowLeft);
    assert_eq!(harness.state().labels().last(), Some(&"resize sheep"));
}

#[test]
fn clicks_at_one_place_go_down_through_the_boxes() {
    let mut harness = image_alone();
    let place = at(&harness, [0.72, 0.43]); // boat on ocean on sky
    let mut seen = Vec::new();
    for _ in 0..4 {
        harness.click_at(place, Modifiers::NONE);
        seen.push(harness.state().selected_names().concat());
    }
    assert_eq!(seen, ["boat", "ocean", "sky", "boat"]);
    harness.click_at(at(&harness, [0.3, 0.7]), Modifiers::SHIFT);
    assert_eq!(harness.state().selected_names(), ["sheep", "boat"]);
}

#[test]
fn alt_click_lists_what_lies_there() {
    let mut harness = image_alone();
    let place = at(&harness, [0.72, 0.43]);
    harness.click_at(place, Modifiers::ALT);
    for name in ["boat", "ocean", "sky"] {
        assert!(harness.has(name), "{name}");
    }
    harness.click_on("ocean");
    assert_eq!(harness.state().selected_names(), ["ocean"]);
    harness.run();
    assert!(!harness.has("boat"), "the list is closed");
}

#[test]
fn a_box_is_pinned_and_released_by_key_and_button() {
    let mut harness = image_alone();
    harness.click_on("sheep box");
    harness.key(Modifiers::NONE, Key::P);
    assert_near(harness.state().node("sheep").pinned, home("sheep", 3).into(), 1e-6);
    harness.key(Modifiers::NONE, Key::P);
    assert!(harness.state().node("sheep").pinned.is_none());
    harness.click_on("Pin the box here (P)");
    assert!(harness.state().node("sheep").pinned.is_some());
    harness.click_on("Unpin the box (P)");
    assert_eq!(harness.state().labels(), ["pin sheep", "unpin sheep", "pin sheep", "unpin sheep"]);
}

#[test]
fn boxes_are_reached_by_tab_and_by_a_screen_reader() {
    let mut harness = image_alone();
    let picture = harness.rect_of("sky box").width();
    let b = home("sheep", 3);
    let rect = harness.rect_of("sheep box");
    assert!((rect.width() - b.width() * picture).abs() < 1.0 && (rect.height() - b.height() * picture).abs() < 1.0);
    harness.get_by_label("boat box").click_accesskit();
    harness.run();
    assert_eq!(harness.state().selected_names(), ["boat"]);
    harness.get_by_label("boy box").focus();
    harness.run();
    harness.key(Modifiers::NONE, Key::Space);
    assert_eq!(harness.state().selected_names(), ["boy"]);
}

#[test]
fn hover_is_reported_and_taken_back() {
    let mut harness = image_alone();
    harness.hover_at(harness.rect_of("sheep box").center());
    harness.run();
    let sheep = harness.state().node("sheep").id;
    assert_eq!(harness.state().hovered, Some(Item::Node(sheep)));
    harness.remove_cursor();
    harness.run();
    assert_eq!(harness.state().hovered, None);
}

#[test]
fn nothing_is_drawn_when_nothing_happens() {
    for panel in [Panel::Picture, Panel::Inspector, Panel::Steps, Panel::Objects] {
        let mut harness = World::new(panel).harness();
        harness.state_mut().select(&["sheep"]);
        harness.run();
        assert!(!harness.ctx.has_requested_repaint(), "{panel:?} asks for frames");
        let asked = harness.state().log.len();
        harness.run_steps(3);
        assert_eq!(harness.state().log.len(), asked, "{panel:?} acts by itself");
        assert!(!harness.ctx.has_requested_repaint(), "{panel:?} asks for frames");
    }
}

#[test]
fn before_and_after() {
    let mut harness = image_alone();
    harness.click_on("What changed");
    harness.click_on("Image only");
    let from = harness.rect_of("sheep box").center();
    harness.drag_from_to(from, from + vec2(-60.0, 0.0));
    harness.click_on("Compare with a step");
    harness.click_on("Previous step");
    assert_eq!(harness.state().compared, Some(scenewright_scene::RevisionId(0)));
    harness.run();
    let line = harness.rect_of("before and after");
    harness.drag_from_to(line.center(), line.center() + vec2(-80.0, 0.0));
    let moved = harness.rect_of("before and after");
    assert!((line.center().x - moved.center().x - 80.0).abs() < 2.0);
    assert_eq!(harness.state().labels(), ["move sheep"], "the line is not a box");
    harness.state_mut().selection = Selection::default();
    harness.run();
    let world = harness.state();
    let [before, now] = [&world.before, &world.shown].map(|shown| &shown.as_ref().unwrap().picture);
    let share = changed_share(before, now, &[]).unwrap();
    assert!(share > 0.01 && share < 0.5, "{share}");
    assert!(harness.has(&format!("{:.0} % of the pixels changed", share * 100.0)));
    harness.click_on("What changed");
    harness.click_on("Compare with a step");
    harness.click_on("No comparison");
    assert_eq!(harness.state().compared, None);
}

#[test]
fn variations_are_asked_for_and_picked() {
    let mut harness = image_alone();
    harness.click_on("Variations");
    harness.click_on("4 variations");
    harness.click_on("Draw variations");
    assert!(harness.state().log.contains(&Action::RequestVariations { count: 4 }));
    let texture = harness.state().shown.as_ref().unwrap().texture(true);
    let seeds = [0, 7, 8, 9];
    harness.state_mut().variations =
        seeds.iter().map(|&seed| Variation { seed, texture: (seed < 9).then_some(texture) }).collect();
    harness.run();
    assert!(harness.has("1 remaining"));
    harness.click_on("seed 8");
    assert_eq!(harness.state().scene().seed(), 8);
    assert_eq!(harness.state().labels(), ["seed 8"]);
}

#[test]
fn three_panes_share_selection_and_drags() {
    let mut world = World::new(Panel::Picture);
    world.picture.settings.view = ViewMode::All;
    let mut harness = world.sized(vec2(900.0, 400.0), 1.0);
    let [image, boxes, masks] = ["image", "boxes", "masks"].map(|pane| harness.rect_of(&format!("picture: {pane}")));
    assert!(image.right() <= boxes.left() && boxes.right() <= masks.left());
    // A drag in the masks pane, at the place of the sheep.
    let from = harness.rect_of("sheep box").center() + (masks.min - image.min);
    harness.drag_from_to(from, from + vec2(20.0, 4.0));
    assert_eq!(harness.state().labels(), ["move sheep"]);
}

#[test]
fn boxes_without_a_picture_and_pictures_without_boxes() {
    let mut world = World::new(Panel::Picture);
    let (boat, sky) = (world.node("boat").id, world.node("sky").id);
    // A box that lies outside, one that is inverted and one that is no number are not shown, and do no harm.
    world.history.apply("remove", &[Edit::RemoveNodes { nodes: vec![sky] }]).unwrap();
    let mut harness = world.harness();
    let mut picture = (*harness.state().shown.as_ref().unwrap().picture).clone();
    for (placed, b) in picture.objects.iter_mut().zip([[f32::NAN; 4], [1.2, 0.0, 1.5, 0.4], [0.6, 0.6, 0.2, 0.2]]) {
        placed.bounds = b.into();
    }
    picture.rgb.truncate(10);
    let shown = scenewright::app::picture::PictureTextures::new(&harness.ctx, picture.into());
    assert!(shown.thumbnail(boat).is_some() && shown.thumbnail(sky).is_none());
    harness.state_mut().shown = Some(shown);
    harness.run();
    assert!(!harness.has("grass box") && harness.has("boat box"));
    harness.state_mut().shown = None;
    harness.run();
    assert!(!harness.has("boat box"));
}

/// Narrow windows and every scale: nothing that can be clicked lies outside, and nothing asks for frames.
#[test]
fn narrow_windows_and_large_scales() {
    for (width, scale) in [(300.0, 1.0), (300.0, 0.75), (300.0, 3.0), (1200.0, 2.0)] {
        for panel in [Panel::Picture, Panel::Inspector, Panel::Steps, Panel::Objects] {
            for selected in [&["sheep"][..], &["sheep", "boy"], &[]] {
                let mut world = World::new(panel);
                world.select(selected);
                let harness = world.sized(vec2(width, 600.0), scale);
                for (label, rect) in labels(&harness) {
                    let inside = rect.left() >= -0.5 && rect.right() <= width + 0.5;
                    assert!(inside, "{panel:?} at {width} × {scale}: \"{label}\" lies at {rect:?}");
                }
            }
        }
    }
}
