//! A scene that remembers its picture: the same model draws it again to the bit, another one keeps boxes, order and looks as far as it has them.

use scenewright_formats::{Source, read_file, scenes_from_str, scenes_to_string};
use scenewright_generate::{Generator, Picture, Request};
use scenewright_model::checkpoint::{ImportOptions, import_with};
use scenewright_nn::device::DeviceChoice;
use scenewright_scene::{Edit, History, NodeDraft, NodeId, RevisionId, Scene, SizeHint, UnitBox};
use tempfile::TempDir;

use crate::collage::world::{add, changed, generator, scene};

fn render(generator: &Generator, scene: &Scene) -> Picture {
    generator.render(scene, &Request::default()).unwrap()
}

/// A model of sg2im's kind.
fn sg2im() -> Generator {
    let folder = TempDir::new().unwrap();
    let checkpoint = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/tiny.pt");
    let model = folder.path().join("tiny");
    import_with(&checkpoint, &model, ImportOptions::default()).unwrap();
    Generator::open(&model, DeviceChoice::Cpu).unwrap()
}

/// A scene as an hour of editing leaves it: objects added one by one and drawn in between, one of them removed, one with a seed of its own.
fn edited(generator: &Generator, seed: u64) -> Scene {
    let mut history = History::new(scene(&["sky", "grass", "ocean"]));
    let record = |history: &mut History| {
        let picture = render(generator, history.scene());
        history.record_picture(history.revision(), &picture.record());
    };
    let step = |history: &mut History, edits: &[Edit]| {
        history.apply("step", edits).unwrap();
        record(history);
    };
    step(&mut history, &[Edit::SetSceneSeed { seed }]);
    for (row, name) in ["sheep", "tree", "sheep", "boat", "sheep", "tree"].into_iter().enumerate() {
        let own = (row == 2).then_some(77);
        let node = history.scene().next_node_id();
        let draft = NodeDraft { seed: own, ..NodeDraft::new(name) };
        let on = if name == "boat" { NodeId(2) } else { NodeId(1) };
        step(&mut history, &[draft.into(), Edit::relate(node, "on", on)]);
    }
    step(&mut history, &[Edit::RemoveNodes { nodes: vec![NodeId(4)] }]);
    step(&mut history, &[Edit::SetSize { node: NodeId(3), size: Some(SizeHint::Large) }]);
    step(&mut history, &[Edit::SetAttributes { node: NodeId(5), attributes: vec!["blue face".into()] }]);
    history.scene().clone()
}

#[test]
fn the_same_model_draws_the_same_picture_after_saving() {
    let folder = TempDir::new().unwrap();
    for generator in [generator(), sg2im()] {
        for seed in [0, 5, u64::MAX] {
            let scene = edited(&generator, seed);
            let before = render(&generator, &scene);
            let text = scenes_to_string(std::slice::from_ref(&scene));
            let read = scenes_from_str(&text).unwrap().remove(0);
            assert_eq!(read, scene);
            assert_eq!(render(&generator, &read).rgb, before.rgb, "seed {seed}");
            // Within a PNG, of a scene that was drawn just now.
            let path = folder.path().join("picture.png");
            let bytes = scenewright_generate::export::png_with_graph(
                &scenewright_generate::export::image(&before, 1),
                &before.recorded_in(&scene),
            );
            std::fs::write(&path, bytes.unwrap()).unwrap();
            let (scenes, source) = read_file(&path).unwrap();
            assert_eq!(source, Source::Picture);
            assert_eq!(render(&generator, &scenes[0]).rgb, before.rgb, "seed {seed}");
        }
    }
}

#[test]
fn a_scene_that_was_drawn_once_is_drawn_so_again() {
    for generator in [generator(), sg2im()] {
        let mut plain = scene(&["sky", "grass", "sheep", "tree", "sheep"]);
        // Where its noise goes is known only once it was placed.
        plain.apply(&Edit::SetSeed { node: NodeId(4), seed: Some(9) }).unwrap();
        let first = render(&generator, &plain);
        let again = first.recorded_in(&plain);
        assert_ne!(again, plain);
        assert_eq!(render(&generator, &again).rgb, first.rgb);
        // With another seed than the scene's own.
        let other = generator.render(&plain, &Request { seed: Some(4), ..Request::default() }).unwrap();
        assert_eq!(render(&generator, &other.recorded_in(&plain)).rgb, other.rgb);
        assert_ne!(other.rgb, first.rgb);
    }
}

#[test]
fn another_model_keeps_boxes_and_order() {
    let (collage, sg2im) = (generator(), sg2im());
    let scene = edited(&collage, 1);
    let boxes = |picture: &Picture| -> Vec<UnitBox> {
        let objects = picture.objects.iter().filter(|placed| placed.node.is_some());
        objects.map(|placed| placed.bounds).collect()
    };
    let (ours, theirs) = (render(&collage, &scene), render(&sg2im, &scene));
    assert_eq!(boxes(&ours), boxes(&theirs));
    // There and back: the looks are not lost.
    let back = theirs.recorded_in(&scene);
    assert_eq!(render(&collage, &back).rgb, ours.rgb);
}

#[test]
fn a_color_for_one_part_repaints_nothing_else() {
    let generator = generator();
    for seed in 0..20 {
        let mut plain = scene(&["sky", "grass"]);
        let sheep = add(&mut plain, NodeDraft::new("sheep"));
        plain.apply(&Edit::SetSceneSeed { seed }).unwrap();
        let mut history = History::new(plain);
        let look = |history: &mut History| {
            let picture = render(&generator, history.scene());
            history.record_picture(history.revision(), &picture.record());
            history.scene().node(sheep).unwrap().rendered.clone()
        };
        let before = look(&mut history);
        let paint = |color: &str| Edit::SetAttributes { node: sheep, attributes: vec![format!("{color} face")] };
        for color in ["red", "blue", "white"] {
            history.apply("paint", &[paint(color)]).unwrap();
            assert_eq!(look(&mut history), before, "{color}, seed {seed}");
        }
    }
}

#[test]
fn a_fresh_layout_moves_what_is_free_and_no_pixel_of_what_is_locked() {
    let generator = generator();
    let mut history = History::new(scene(&["sky", "grass", "tree", "sheep", "sheep"]));
    let draw = |history: &mut History| {
        let picture = render(&generator, history.scene());
        history.record_picture(history.revision(), &picture.record());
        picture
    };
    draw(&mut history);
    let sheep = NodeId(3);
    // The ground too: light and haze of what stands on it follow it.
    history.apply("lock", &[Edit::Lock { node: sheep, locked: true }]).unwrap();
    let before = draw(&mut history);
    let cover = |picture: &Picture| {
        let placed = picture.objects.iter().find(|placed| placed.node == Some(sheep)).unwrap();
        (placed.bounds, placed.record.clone(), placed.cover.clone().unwrap().alpha)
    };
    let mut seen = vec![before.rgb.clone()];
    for seed in 1..4 {
        history.apply("fresh layout", &[Edit::FreshLayout { seed }]).unwrap();
        let fresh = draw(&mut history);
        let (then, now) = (cover(&before), cover(&fresh));
        assert_eq!((then.0, then.2), (now.0, now.2));
        assert_eq!((then.1.haze, then.1.seed, then.1.drawing), (now.1.haze, now.1.seed, now.1.drawing));
        assert!(!seen.contains(&fresh.rgb), "another one each time");
        seen.push(fresh.rgb);
    }
    for _ in 1..4 {
        history.undo();
    }
    assert_eq!(render(&generator, history.scene()).rgb, before.rgb, "undone");
}

#[test]
fn a_larger_object_changes_nothing_elsewhere() {
    let generator = generator();
    let mut history = History::new(scene(&["sky", "grass", "tree", "sheep"]));
    let before = render(&generator, history.scene());
    history.record_picture(RevisionId(0), &before.record());
    let sheep = NodeId(3);
    let size = SizeHint::of_area(before.box_of(sheep).unwrap().area());
    let size = if size == SizeHint::Huge { size.smaller() } else { size.larger() };
    history.apply("size", &[Edit::SetSize { node: sheep, size: Some(size) }]).unwrap();
    let after = render(&generator, history.scene());
    let [old, new] = [&before, &after].map(|picture| picture.box_of(sheep).unwrap());
    assert_ne!(old, new);
    assert!((old.y1 - new.y1).abs() < 1e-6, "the foot stays: {old:?} {new:?}");
    for node in [NodeId(0), NodeId(1), NodeId(2)] {
        assert_eq!(before.box_of(node), after.box_of(node));
    }
    let px = before.width as f32;
    let near = |[x, y]: [f32; 2]| {
        let around = |b: &UnitBox| {
            (b.x0 * px - 18.0..b.x1 * px + 18.0).contains(&x) && (b.y0 * px - 18.0..b.y1 * px + 18.0).contains(&y)
        };
        around(&old) || around(&new)
    };
    let changed = changed(&before, &after);
    assert!(!changed.is_empty() && changed.into_iter().all(near));
}

#[test]
fn damaged_records_and_keys_of_newer_versions_cost_nothing() {
    let text = r#"{"objects": ["sky", "sheep"], "relationships": [],
        "scenewright": {"version": 1, "size": "large", "camera": {"zoom": 2}, "objects": [
            {"rendered": {"box": [0, 0, 1], "depth": "far", "drawing": 7, "colors": {"wool": "red"}, "rotation": 12}},
            {"rendered": 3}]}}"#;
    let read = scenes_from_str(text).unwrap().remove(0);
    assert_eq!(read.nodes()[0].rendered.bounds, None);
    assert_eq!(read.nodes()[0].rendered.colors["wool"], "red");
    let written: serde_json::Value = serde_json::from_str(&scenes_to_string(&[read])).unwrap();
    let original: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(written, original);
}

/// What a picture added, and what it joined at the anchors of drawings, is found in its place again.
#[test]
fn riders_and_what_is_implied_are_drawn_again_to_the_bit() {
    let generator = generator();
    let mut scene = Scene::new();
    for name in ["man", "horse", "girl", "balloon", "table", "cup"] {
        scene.apply(&Edit::add(name)).unwrap();
    }
    for (subject, word, object) in [(0, "riding", 1), (2, "holding", 3), (5, "on", 4)] {
        scene.apply(&Edit::relate(NodeId(subject), word, NodeId(object))).unwrap();
    }
    for seed in 0..4 {
        let seeded = scene.with_seed(seed);
        let first = render(&generator, &seeded);
        let recorded = first.recorded_in(&seeded);
        assert_eq!(recorded.completion().implied.len(), 2, "a sky or a wall, and a ground");
        let again = render(&generator, &recorded);
        assert!(first.rgb == again.rgb, "seed {seed}");
    }
}
