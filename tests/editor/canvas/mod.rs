//! The relation canvas, driven as a person drives it: by pointer, by keyboard and by the names that a screen reader hears.

mod painter;
mod stage;

use egui::{Key, Modifiers, Pos2, Rect, Vec2, pos2, vec2};
use egui_kittest::kittest::Queryable;
use scenewright::app::canvas::CanvasCommand;
use scenewright::app::{Item, Selection, Theme};
use scenewright_scene::{Edit, NodeDraft, NodeId, RelationId, Scene, UnitBox};
use stage::{Stage, World, button, double_click, drag, key, press, release, stage, stage_of, write};
use std::path::PathBuf;

fn at(name: &str, x: f32, y: f32) -> Edit {
    NodeDraft { canvas: Some([x, y]), ..NodeDraft::new(name) }.into()
}

/// sheep and tree side by side, grass below.
fn meadow() -> World {
    World::new(&[
        at("sheep", -150.0, 0.0),
        at("tree", 150.0, 0.0),
        at("grass", 0.0, 200.0),
        Edit::relate(NodeId(0), "on", NodeId(2)),
        Edit::relate(NodeId(1), "above", NodeId(2)),
    ])
}

fn rect(stage: &Stage, label: &str) -> Rect {
    stage.get_by_label(label).rect()
}

fn place(stage: &Stage, node: u64) -> [f32; 2] {
    stage.state().scene().node(NodeId(node)).unwrap().canvas.unwrap()
}

#[test]
fn everything_has_a_name_and_true_bounds() {
    let stage = stage(meadow());
    let chips = ["sheep", "tree", "grass"].map(|name| rect(&stage, name));
    assert!(chips[0].right() < chips[1].left() && chips[2].top() > chips[0].bottom(), "{chips:?}");
    let label = rect(&stage, "sheep on grass");
    assert!(chips.iter().all(|chip| !chip.intersects(label)), "{label} {chips:?}");
    // The bounds are where it is drawn: a chip is as high as the zoom makes it.
    assert!((chips[0].height() - chips[1].height()).abs() < 0.1 && chips[0].height() > 30.0);
    stage.get_by_label("Graph: 3 objects, 2 relations");
}

#[test]
fn a_drag_is_one_step_and_escape_takes_it_back() {
    let mut stage = stage(meadow());
    stage.state_mut().canvas.snapping = false;
    let (from, before) = (rect(&stage, "sheep").center(), place(&stage, 0));
    drag(&mut stage, from, from + vec2(60.0, -40.0));
    let after = place(&stage, 0);
    assert!(after[0] > before[0] + 30.0 && after[1] < before[1] - 20.0, "{before:?} {after:?}");
    assert_eq!(stage.state().steps(), 1);
    assert_eq!(stage.state().history.undo_label(), Some("move sheep"));
    assert_eq!(stage.state().selection, Selection::of(Item::Node(NodeId(0))));
    assert!(
        (rect(&stage, "sheep").center() - from - vec2(60.0, -40.0)).length() < 1.5,
        "the chip is under the pointer"
    );

    let from = rect(&stage, "sheep").center();
    press(&mut stage, from);
    stage.hover_at(from + vec2(-120.0, 90.0));
    stage.step();
    assert_ne!(place(&stage, 0), after, "the scene follows while the button is down");
    key(&mut stage, Key::Escape);
    release(&mut stage, from + vec2(-120.0, 90.0));
    assert_eq!((place(&stage, 0), stage.state().steps()), (after, 1));
}

#[test]
fn dragging_one_of_several_moves_all_of_them() {
    let mut stage = stage(meadow());
    stage.state_mut().selection = Selection::all(&stage.state().scene().clone());
    stage.state_mut().canvas.snapping = false;
    stage.run();
    let before: Vec<_> = (0..3).map(|n| place(&stage, n)).collect();
    let from = rect(&stage, "tree").center();
    drag(&mut stage, from, from + vec2(50.0, 20.0));
    let offsets: Vec<_> =
        (0..3).map(|n| place(&stage, n as u64)).zip(&before).map(|(a, b)| [a[0] - b[0], a[1] - b[1]]).collect();
    assert!(offsets.iter().all(|o| (o[0] - offsets[0][0]).abs() < 0.2 && o[0] > 10.0), "{offsets:?}");
    assert_eq!(stage.state().steps(), 1);
}

#[test]
fn a_drag_from_the_border_relates_two_objects() {
    let mut stage = stage(meadow());
    let (sheep, tree) = (rect(&stage, "sheep"), rect(&stage, "tree"));
    drag(&mut stage, sheep.right_center() + vec2(3.0, 0.0), tree.center());
    // The chips stand for boxes where there is no picture: the sheep is left of the tree.
    assert_eq!(stage.state().steps(), 0, "nothing happens before a word is chosen");
    key(&mut stage, Key::Enter);
    assert_eq!(stage.state().sentences().last().unwrap(), "sheep left of tree");
    assert_eq!(stage.state().selection, Selection::of(Item::Relation(RelationId(2))));
    // Out and back to the same chip: a loop.
    drag(&mut stage, tree.right_center() + vec2(3.0, 0.0), tree.right_center() + vec2(40.0, -60.0));
    key(&mut stage, Key::Escape);
    assert_eq!(stage.state().steps(), 1, "Escape adds nothing");
}

#[test]
fn a_drag_to_empty_space_adds_an_object_in_one_step() {
    let mut stage = stage(meadow());
    let sheep = rect(&stage, "sheep");
    drag(&mut stage, sheep.left_center() - vec2(3.0, 0.0), pos2(110.0, 500.0));
    write(&mut stage, "zeb");
    key(&mut stage, Key::Enter);
    assert_eq!(stage.state().steps(), 0);
    write(&mut stage, "right");
    key(&mut stage, Key::Enter);
    assert_eq!(stage.state().sentences().last().unwrap(), "sheep right of zebra");
    assert_eq!(stage.state().steps(), 1);
    let zebra = rect(&stage, "zebra");
    assert!((zebra.center() - pos2(110.0, 500.0)).length() < 2.0, "{zebra}");
}

#[test]
fn a_double_click_adds_where_it_was() {
    let mut stage = stage(World::new(&[]));
    double_click(&mut stage, pos2(300.0, 200.0));
    write(&mut stage, "lamb");
    key(&mut stage, Key::Enter);
    assert_eq!(stage.state().names(), ["sheep"], "a synonym finds the word");
    assert!((rect(&stage, "sheep").center() - pos2(300.0, 200.0)).length() < 2.0);
    let chip = rect(&stage, "sheep").center();
    double_click(&mut stage, chip);
    write(&mut stage, "gryphon");
    stage.get_by_label("Use “gryphon” as it is").click();
    stage.run();
    assert_eq!(stage.state().names(), ["gryphon"]);
    assert_eq!(stage.state().history.undo_label(), Some("change sheep to gryphon"));
}

#[test]
fn a_word_of_a_relation_is_changed_reversed_deleted() {
    let mut stage = stage(meadow());
    stage.get_by_label("sheep on grass").click();
    stage.run();
    write(&mut stage, "insi");
    key(&mut stage, Key::Enter);
    assert_eq!(stage.state().sentences()[0], "sheep inside grass");
    stage.get_by_label("sheep inside grass").click();
    stage.run();
    stage.get_by_label("Reverse").click();
    stage.run();
    assert_eq!(stage.state().sentences()[0], "grass inside sheep");
    stage.get_by_label("grass inside sheep").click();
    stage.run();
    stage.get_by_label("Delete").click();
    stage.run();
    assert_eq!(stage.state().sentences(), ["tree above grass"]);
    assert_eq!(stage.state().steps(), 3);
}

#[test]
fn a_broken_relation_can_be_satisfied() {
    let mut world = meadow();
    world.boxes.insert(NodeId(1), UnitBox::new(0.4, 0.7, 0.6, 0.95));
    world.boxes.insert(NodeId(2), UnitBox::new(0.0, 0.2, 1.0, 0.6));
    let mut stage = stage(world);
    stage.get_by_label("tree above grass").click();
    stage.run();
    stage.get_by_label("Move to satisfy").click();
    stage.run();
    let pinned = stage.state().scene().node(NodeId(1)).unwrap().pinned.unwrap();
    assert!(pinned.center()[1] < 0.4, "{pinned:?}");
    assert_eq!(stage.state().history.undo_label(), Some("move tree to satisfy"));
    // A relation that the boxes meet offers nothing of the kind.
    stage.state_mut().boxes.insert(NodeId(1), pinned);
    stage.get_by_label("tree above grass").click();
    stage.run();
    assert!(stage.query_by_label("Move to satisfy").is_none());
}

#[test]
fn the_rubber_band_and_shift_click_select() {
    let mut stage = stage(meadow());
    let (sheep, tree) = (rect(&stage, "sheep"), rect(&stage, "tree"));
    drag(&mut stage, sheep.left_top() - vec2(60.0, 60.0), pos2(sheep.right() + 10.0, sheep.bottom() + 10.0));
    assert_eq!(stage.state().selection.nodes.iter().collect::<Vec<_>>(), [&NodeId(0)]);
    stage.get_by_label("tree").click_modifiers(Modifiers::SHIFT);
    stage.run();
    assert_eq!(stage.state().selection.nodes.len(), 2);
    stage.get_by_label("sheep").click_modifiers(Modifiers::SHIFT);
    stage.run();
    assert_eq!(stage.state().selection, Selection::of(Item::Node(NodeId(1))));
    drag(&mut stage, tree.right_bottom() + vec2(50.0, 50.0), tree.right_bottom() + vec2(90.0, 90.0));
    assert!(stage.state().selection.is_empty());
    assert_eq!(stage.state().steps(), 0, "selecting is no step");
}

#[test]
fn everything_goes_by_keyboard() {
    let mut stage = stage(meadow());
    stage.get_by_label("Graph: 3 objects, 2 relations").focus();
    stage.run();
    let selected = |stage: &Stage| stage.state().selection.single_node().map(|id| id.0);
    key(&mut stage, Key::Tab);
    assert_eq!(selected(&stage), Some(0), "the upper left comes first");
    assert!(stage.get_by_label("sheep").is_focused());
    key(&mut stage, Key::ArrowRight);
    assert_eq!(selected(&stage), Some(1));
    key(&mut stage, Key::ArrowDown);
    assert_eq!(selected(&stage), Some(2));
    key(&mut stage, Key::ArrowDown);
    assert_eq!(selected(&stage), Some(2), "nothing lies below");
    stage.key_press_modifiers(Modifiers::SHIFT, Key::Tab);
    stage.run();
    assert_eq!(selected(&stage), Some(1));

    // Enter changes the word.
    key(&mut stage, Key::Enter);
    write(&mut stage, "zebra");
    key(&mut stage, Key::Enter);
    assert_eq!(stage.state().names(), ["sheep", "zebra", "grass"]);
    assert!(stage.get_by_label("zebra").is_focused(), "the keyboard is back where it was");

    // R, an arrow, Enter, a word: a relation.
    write(&mut stage, "r");
    key(&mut stage, Key::ArrowLeft);
    key(&mut stage, Key::Enter);
    write(&mut stage, "surr");
    key(&mut stage, Key::Enter);
    assert_eq!(stage.state().sentences().last().unwrap(), "zebra surrounding sheep");

    // Nudge, duplicate, delete.
    stage.get_by_label("sheep").focus();
    stage.run();
    let before = place(&stage, 0);
    stage.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    stage.run();
    assert_eq!(place(&stage, 0), [before[0] + 10.0, before[1]]);
    stage.key_press_modifiers(Modifiers::COMMAND, Key::D);
    stage.run();
    assert_eq!(stage.state().names(), ["sheep", "zebra", "grass", "sheep"]);
    assert_eq!(selected(&stage), Some(3));
    key(&mut stage, Key::Delete);
    assert_eq!(stage.state().names(), ["sheep", "zebra", "grass"]);

    // A letter finds or adds.
    write(&mut stage, "g");
    write(&mut stage, "ras");
    stage.get_by_label("Go to grass");
    key(&mut stage, Key::Enter);
    assert_eq!(selected(&stage), Some(2));
    stage.key_press_modifiers(Modifiers::COMMAND, Key::A);
    stage.run();
    assert_eq!(stage.state().selection, Selection::all(stage.state().scene()));
    key(&mut stage, Key::Escape);
    assert!(stage.state().selection.is_empty());
}

#[test]
fn what_the_keyboard_adds_lies_on_nothing() {
    let mut stage = stage(World::new(&[]));
    stage.get_by_label("Graph: 0 objects, 0 relations").focus();
    stage.run();
    for word in ["sheep", "tree", "boat", "kite"] {
        stage.get_by_label_contains("Graph: ").focus();
        stage.run();
        write(&mut stage, &word[..1]);
        write(&mut stage, &word[1..]);
        key(&mut stage, Key::Enter);
    }
    let chips = ["sheep", "tree", "boat", "kite"].map(|name| rect(&stage, name));
    for (at, chip) in chips.iter().enumerate() {
        assert!(chips[at + 1..].iter().all(|other| !other.intersects(*chip)), "{chips:?}");
    }
}

#[test]
fn relations_are_reached_by_keyboard() {
    let mut stage = stage(meadow());
    stage.get_by_label("grass").focus();
    stage.run();
    key(&mut stage, Key::PageDown);
    assert!(stage.get_by_label("sheep on grass").is_focused());
    key(&mut stage, Key::PageDown);
    assert!(stage.get_by_label("tree above grass").is_focused());
    key(&mut stage, Key::Enter);
    write(&mut stage, "left");
    key(&mut stage, Key::Enter);
    assert_eq!(stage.state().sentences()[1], "tree left of grass");
    key(&mut stage, Key::Delete);
    assert_eq!(stage.state().sentences(), ["sheep on grass"]);
}

#[test]
fn tab_leaves_the_canvas_at_its_end() {
    let mut world = meadow();
    world.selection = Selection::default();
    let show = |ui: &mut egui::Ui, world: &mut World| {
        egui::Panel::bottom("below").show(ui, |ui| ui.button("next panel"));
        world.show(ui);
    };
    let mut stage =
        egui_kittest::Harness::builder().with_size(vec2(900.0, 620.0)).with_max_steps(60).build_ui_state(show, world);
    stage.run();
    stage.get_by_label("sheep").focus();
    stage.run();
    for name in ["tree", "grass"] {
        stage.key_press(Key::Tab);
        stage.run();
        assert!(stage.get_by_label(name).is_focused(), "{name}");
    }
    stage.key_press(Key::Tab);
    stage.run();
    assert!(!stage.get_by_label("grass").is_focused(), "nobody is caught in the canvas");
}

#[test]
fn copied_objects_paste_between_windows() {
    let mut stage = stage(meadow());
    stage.state_mut().selection = Selection::all(&stage.state().scene().clone());
    stage.get_by_label("Graph: 3 objects, 2 relations").focus();
    stage.run();
    stage.event(egui::Event::Copy);
    stage.step();
    let commands = &stage.output().platform_output.commands;
    let copied = commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    let text = copied.expect("a text on the clipboard");
    assert!(text.contains("\"relationships\"") && text.contains("\"objects\""), "{text}");

    let mut other = stage::stage(World::new(&[at("sky", 0.0, 0.0)]));
    other.get_by_label("Graph: 1 objects, 0 relations").focus();
    other.run();
    other.event(egui::Event::Paste(text.clone()));
    other.run();
    assert_eq!(other.state().names(), ["sky", "sheep", "tree", "grass"]);
    assert_eq!(other.state().sentences(), ["sheep on grass", "tree above grass"]);
    assert_eq!(other.state().selection.nodes.len(), 3);
    assert_eq!(other.state().steps(), 1);

    other.event(egui::Event::Paste("a letter to my aunt".into()));
    other.run();
    assert_eq!(other.state().notices.len(), 1);
    assert!(other.state().notices[0].contains("no scene graph"), "{:?}", other.state().notices);
}

#[test]
fn chips_align_and_distribute() {
    let mut stage = stage(meadow());
    stage.state_mut().selection = Selection::all(&stage.state().scene().clone());
    stage.run();
    let check = |stage: &mut Stage, name: &str, agree: &dyn Fn([Rect; 3]) -> bool| {
        stage.get_by_label(name).click();
        stage.run();
        let rects = ["sheep", "tree", "grass"].map(|name| rect(stage, name));
        assert!(agree(rects), "{name}: {rects:?}");
    };
    let same = |a: f32, b: f32, c: f32| (a - b).abs() < 0.6 && (b - c).abs() < 0.6;
    check(&mut stage, "Distribute horizontally", &|[a, b, c]| {
        (c.left() - a.right() - (b.left() - c.right())).abs() < 0.6
    });
    check(&mut stage, "Align top edges", &|[a, b, c]| same(a.top(), b.top(), c.top()));
    check(&mut stage, "Align left edges", &|[a, b, c]| same(a.left(), b.left(), c.left()));
    assert_eq!(stage.state().steps(), 3);
}

#[test]
fn the_view_pans_zooms_and_fits() {
    let mut stage = stage(meadow());
    let before = rect(&stage, "sheep");
    let cursor = pos2(700.0, 120.0);
    stage.hover_at(cursor);
    stage.step();
    stage.event(egui::Event::Zoom(1.5));
    stage.run();
    let after = rect(&stage, "sheep");
    assert!((after.width() / before.width() - 1.5).abs() < 0.02, "{before} {after}");
    let expected = cursor + (before.center() - cursor) * 1.5;
    assert!((after.center() - expected).length() < 1.0, "{after} {expected}");
    // The middle button drags the ground along.
    button(&mut stage, cursor, egui::PointerButton::Middle, true);
    stage.hover_at(cursor + vec2(40.0, 30.0));
    stage.step();
    button(&mut stage, cursor + vec2(40.0, 30.0), egui::PointerButton::Middle, false);
    stage.run();
    let panned = rect(&stage, "sheep");
    assert!((panned.center() - after.center() - vec2(40.0, 30.0)).length() < 1.0, "{after} {panned}");
    stage.get_by_label(CanvasCommand::Fit.label()).click();
    stage.run();
    assert!((rect(&stage, "sheep").center() - before.center()).length() < 1.5);
    assert_eq!(stage.state().steps(), 0, "looking around is no step");
}

#[test]
fn the_arrangement_is_no_step_and_keeps_what_was_placed() {
    let mut edits = vec![at("sky", 37.0, -11.0), Edit::add("grass"), Edit::add("sheep")];
    edits.push(Edit::relate(NodeId(0), "above", NodeId(1)));
    edits.push(Edit::relate(NodeId(2), "on", NodeId(1)));
    let mut stage = stage(World::new(&edits));
    let grass = rect(&stage, "grass");
    assert!(rect(&stage, "sky").bottom() < grass.top() && rect(&stage, "sheep").bottom() < grass.top());
    stage.get_by_label(CanvasCommand::Arrange.label()).click();
    stage.run();
    assert_eq!(stage.state().steps(), 0);
    assert_eq!(place(&stage, 0), [37.0, -11.0]);
    // A new node takes a free place and moves no other.
    let before = (rect(&stage, "grass").center() - rect(&stage, "sky").center()).length();
    stage.state_mut().history.apply("add", &[Edit::add("dog"), Edit::relate(NodeId(3), "on", NodeId(1))]).unwrap();
    stage.run();
    let zoom = rect(&stage, "grass").height() / grass.height();
    let after = (rect(&stage, "grass").center() - rect(&stage, "sky").center()).length();
    assert!((after - before * zoom).abs() < 1.0, "{before} {after} {zoom}");
    let dog = rect(&stage, "dog");
    assert!(["sky", "grass", "sheep"].iter().all(|name| !rect(&stage, name).intersects(dog)));
}

#[test]
fn an_idle_canvas_draws_no_frames() {
    let mut stage = stage(meadow());
    stage.state_mut().selection = Selection::of(Item::Node(NodeId(0)));
    assert!(stage.run() <= 3);
    for _ in 0..3 {
        stage.step();
        let output = &stage.output().viewport_output[&egui::ViewportId::ROOT];
        assert!(output.repaint_delay > std::time::Duration::from_secs(10), "{:?}", output.repaint_delay);
    }
}

#[test]
fn undo_in_the_middle_of_things_harms_nothing() {
    let mut stage = stage(meadow());
    stage.get_by_label("sheep on grass").click();
    stage.run();
    stage.state_mut().history.apply("delete", &[Edit::RemoveNodes { nodes: vec![NodeId(0)] }]).unwrap();
    stage.run();
    assert_eq!(stage.state().names(), ["tree", "grass"]);
    let from = rect(&stage, "tree").center();
    press(&mut stage, from);
    stage.hover_at(from + vec2(30.0, 30.0));
    stage.step();
    stage.state_mut().history.abort();
    stage.state_mut().history.apply("delete", &[Edit::RemoveNodes { nodes: vec![NodeId(1)] }]).unwrap();
    stage.hover_at(from + vec2(60.0, 60.0));
    stage.step();
    release(&mut stage, from + vec2(60.0, 60.0));
    assert_eq!(stage.state().names(), ["grass"]);
}

#[test]
fn a_small_panel_still_works() {
    for size in [vec2(300.0, 200.0), vec2(40.0, 30.0), vec2(160.0, 500.0)] {
        let mut stage = stage_of(meadow(), size);
        stage.run();
        stage.get_by_label("Graph: 3 objects, 2 relations");
    }
}

// Pictures to look at ------------------------------------------------------------------------------------------------

fn crowd(count: u64) -> Scene {
    let names =
        ["sheep", "tree", "grass", "sky-other", "boat", "person", "house", "mountain", "dog", "car", "river", "clouds"];
    let words = ["left of", "above", "inside", "right of", "below", "surrounding"];
    let mut scene = Scene::new();
    let mut rng = 12345_u64;
    let mut roll = |sides: u64| {
        rng = rng.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (rng >> 33) % sides
    };
    for n in 0..count {
        scene.apply(&Edit::add(names[(n % 12) as usize])).unwrap();
    }
    for n in 1..count {
        let edit = Edit::relate(NodeId(n), words[roll(6) as usize], NodeId(roll(n)));
        scene.apply(&edit).unwrap();
    }
    scene
}

/// Random boxes for all, so that relations are met and broken.
fn with_boxes(mut world: World) -> World {
    let ids: Vec<NodeId> = world.scene().nodes().iter().map(|node| node.id).collect();
    for id in ids {
        let (x, y) = ((id.0 * 37 % 70) as f32 / 100.0, (id.0 * 53 % 70) as f32 / 100.0);
        if id.0 % 5 != 4 {
            world.boxes.insert(id, UnitBox::new(x, y, x + 0.25, y + 0.25));
        }
    }
    world
}

fn sheep_sequence() -> World {
    let edits = [
        Edit::add("sky-other"),
        Edit::add("grass"),
        Edit::add("sheep"),
        NodeDraft {
            label: Some("Dolly".into()),
            locked: true,
            pinned: Some(UnitBox::new(0.1, 0.5, 0.4, 0.8)),
            ..NodeDraft::new("sheep")
        }
        .into(),
        Edit::add("tree"),
        Edit::add("sea"),
        Edit::add("boat"),
        NodeDraft { attributes: vec!["red".into(), "small".into()], ..NodeDraft::new("gryphon") }.into(),
        Edit::relate(NodeId(0), "above", NodeId(1)),
        Edit::relate(NodeId(2), "standing on", NodeId(1)),
        Edit::relate(NodeId(3), "by", NodeId(2)),
        Edit::relate(NodeId(2), "right of", NodeId(3)),
        Edit::relate(NodeId(3), "looking at", NodeId(2)),
        Edit::relate(NodeId(4), "behind", NodeId(2)),
        Edit::relate(NodeId(5), "by", NodeId(4)),
        Edit::relate(NodeId(6), "in", NodeId(5)),
        Edit::relate(NodeId(4), "next to", NodeId(4)),
        Edit::relate(NodeId(7), "above", NodeId(6)),
    ];
    let mut world = World::new(&edits);
    world.boxes = [
        (0, [0.0, 0.0, 1.0, 0.4]),
        (1, [0.0, 0.6, 1.0, 1.0]),
        (2, [0.5, 0.5, 0.7, 0.75]),
        (3, [0.1, 0.5, 0.4, 0.8]),
        (4, [0.4, 0.3, 0.6, 0.7]),
        (5, [0.0, 0.4, 0.4, 0.6]),
        (6, [0.6, 0.2, 0.8, 0.3]),
    ]
    .map(|(id, corners)| (NodeId(id), UnitBox::from(corners)))
    .into();
    world
}

/// Where pictures go: beside other build products, never among the sources.
fn pictures() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("canvas");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn save(stage: &mut Stage, name: &str) {
    stage.render().unwrap().save(pictures().join(format!("{name}.png"))).unwrap();
}

#[test]
#[ignore = "writes pictures to look at"]
fn pictures_of_the_canvas() {
    for (theme, name) in [(Theme::dark(), "dark"), (Theme::light(), "light")] {
        let shown = |mut world: World, file: &str, prepare: &dyn Fn(&mut Stage)| {
            world.theme = theme.clone();
            let mut stage = stage_of(world, vec2(1100.0, 720.0));
            prepare(&mut stage);
            save(&mut stage, &format!("{file}-{name}"));
        };
        shown(meadow(), "3", &|_| {});
        shown(sheep_sequence(), "sheep", &|stage| {
            stage.state_mut().selection = Selection::of(Item::Node(NodeId(2)));
            stage.state_mut().marks = vec![(NodeId(2), 1), (NodeId(3), 2)];
            stage.run();
        });
        shown(sheep_sequence(), "popup", &|stage| {
            let label = "boat in sea";
            stage.get_by_label(label).click();
            stage.run();
        });
        shown(sheep_sequence(), "add", &|stage| {
            double_click(stage, pos2(820.0, 160.0));
            write(stage, "tr");
        });
        shown(sheep_sequence(), "drag", &|stage| {
            let from = stage.get_by_label("boat").rect();
            press(stage, from.right_center() + vec2(2.0, 0.0));
            stage.hover_at(from.center() + vec2(160.0, 120.0));
            stage.step();
        });
        shown(with_boxes(World::of(crowd(12))), "12", &|stage| {
            stage.state_mut().selection = Selection::all(&stage.state().scene().clone());
            stage.run();
        });
        shown(with_boxes(World::of(crowd(60))), "60", &|_| {});
        shown(with_boxes(World::of(crowd(300))), "300", &|_| {});
        shown(World::new(&[]), "empty", &|_| {});
        shown(sheep_sequence(), "menu", &|stage| {
            stage.get_by_label("boat").click_secondary();
            stage.run();
        });
    }
}

/// Milliseconds that this thread has worked: other programs on the machine do not count.
#[cfg(target_os = "linux")]
fn busy_millis() -> f64 {
    // The first number is nanoseconds on a processor.
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e6
}

#[cfg(not(target_os = "linux"))]
fn busy_millis() -> f64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed().as_secs_f64() * 1e3
}

/// Milliseconds of a frame, drawing and tessellation together: `cargo test --release --test editor -- --ignored --nocapture speed`.
#[test]
#[ignore = "measures; for a release build"]
fn speed_at_300_objects_and_600_relations() {
    let mut scene = crowd(300);
    let mut rng = 99_u64;
    while scene.relations().len() < 600 {
        rng = rng.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let (a, b) = (NodeId((rng >> 33) % 300), NodeId((rng >> 45) % 300));
        scene.apply(&Edit::relate(a, "left of", b)).unwrap();
    }
    for (name, zoom, dragging) in
        [("fitted", 1.0, false), ("half", 3.0, false), ("close", 8.0, false), ("dragging", 1.0, true)]
    {
        let mut world = with_boxes(World::of(scene.clone()));
        let ctx = egui::Context::default();
        ctx.enable_accesskit();
        let area = Rect::from_min_size(Pos2::ZERO, Vec2::new(1400.0, 900.0));
        let mut times = Vec::new();
        let mut grabbed = None;
        for frame in 0..140 {
            let mut events = vec![egui::Event::PointerMoved(pos2(700.0 + frame as f32, 450.0))];
            if frame == 3 {
                events.push(egui::Event::Zoom(zoom));
            }
            if dragging && frame >= 10 {
                // Each frame another place for one object: everything is routed again.
                let id = *grabbed.get_or_insert(NodeId(7));
                world
                    .history
                    .apply("move", &[Edit::MoveOnCanvas { node: id, canvas: Some([frame as f32 * 9.0, 30.0]) }])
                    .unwrap();
            }
            let input = egui::RawInput {
                screen_rect: Some(area),
                time: Some(frame as f64 / 60.0),
                events,
                ..Default::default()
            };
            let start = busy_millis();
            let mut output = ctx.run_ui(input, |ui| world.show(ui));
            let drawn = busy_millis() - start;
            ctx.tessellate(std::mem::take(&mut output.shapes), 1.0);
            let all = busy_millis() - start;
            output.textures_delta.clear();
            if frame >= 40 {
                times.push((drawn, all));
            }
        }
        let median = |pick: fn(&(f64, f64)) -> f64| {
            let mut sorted: Vec<f64> = times.iter().map(pick).collect();
            sorted.sort_by(f64::total_cmp);
            (sorted[sorted.len() / 2], sorted[sorted.len() * 95 / 100])
        };
        let (drawn, all) = (median(|time| time.0), median(|time| time.1));
        println!(
            "{name}: drawn {:.2} ms (95 %: {:.2}), with tessellation {:.2} ms (95 %: {:.2})",
            drawn.0, drawn.1, all.0, all.1
        );
    }
}
