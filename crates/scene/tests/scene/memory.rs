//! What a history costs: what steps do not change, they share.

use scenewright_scene::*;

/// Objects in a row, each standing on the first, drawn once.
fn drawn(objects: usize) -> History {
    let mut scene = Scene::new();
    scene.apply(&Edit::add("grass")).unwrap();
    for number in 1..objects {
        let sheep = NodeDraft { attributes: vec!["white".into(), "grazing".into()], ..NodeDraft::new("sheep") };
        scene.apply(&sheep.into()).unwrap();
        scene.apply(&Edit::relate(NodeId(number as u64), "standing on", NodeId(0))).unwrap();
    }
    let mut history = History::new(scene);
    history.record_picture(RevisionId(0), &picture(&history, 0.0));
    history
}

fn picture(history: &History, at: f32) -> PictureRecord {
    let record = |node: &Node| {
        let bounds = node.shown_box().unwrap_or(UnitBox::new(0.1, 0.2, 0.3 + at, 0.5));
        let colors = [("wool".to_owned(), "white".to_owned())].into();
        (node.id, RenderRecord { bounds: Some(bounds), depth: Some(0.5), seed: Some(7), colors, ..Default::default() })
    };
    PictureRecord { objects: history.scene().nodes().iter().map(record).collect(), ..Default::default() }
}

/// Moves one object after the other, each move a step with a picture.
fn move_about(history: &mut History, steps: usize) {
    let count = history.scene().nodes().len();
    for step in 0..steps {
        let node = NodeId((1 + step % (count - 1)) as u64);
        let x = 0.1 + 0.5 * ((step * 37 % 100) as f32 / 100.0);
        history.apply("move", &[Edit::Pin { node, pinned: Some(UnitBox::new(x, 0.4, x + 0.2, 0.8)) }]).unwrap();
        let picture = picture(history, 0.0);
        history.record_picture(history.revision(), &picture);
    }
}

#[test]
fn a_step_costs_what_it_changes() {
    let mut history = drawn(12);
    move_about(&mut history, 500);
    let before = history.bytes();
    move_about(&mut history, 1000);
    let per_step = (history.bytes() - before) / 1000;
    println!("{per_step} bytes a step in a scene of 12 objects");
    assert!(per_step < 2_500, "{per_step} bytes a step");

    // Of objects that a step leaves as they are, it holds a pointer each.
    let mut large = drawn(112);
    move_about(&mut large, 500);
    let before = large.bytes();
    move_about(&mut large, 1000);
    let per_step_of_large = (large.bytes() - before) / 1000;
    assert!(per_step_of_large < per_step + 100 * 16, "{per_step_of_large} and {per_step} bytes a step");
}

#[test]
fn steps_that_only_look_cost_nothing() {
    let mut history = drawn(12);
    move_about(&mut history, 20);
    let bytes = history.bytes();
    for _ in 0..1000 {
        history.undo();
        history.undo();
        history.redo();
        history.redo();
        let picture = picture(&history, 0.0);
        history.record_picture(history.revision(), &picture);
    }
    assert_eq!(history.bytes(), bytes);
}

#[test]
fn lists_read_like_slices() {
    let scene = drawn(4).scene().clone();
    let nodes = scene.nodes();
    assert_eq!((nodes.len(), nodes[0].name.as_str(), nodes.last().unwrap().id), (4, "grass", NodeId(3)));
    assert_eq!(nodes.iter().rev().map(|node| node.id.0).collect::<Vec<_>>(), [3, 2, 1, 0]);
    assert_eq!(nodes.iter().len(), 4);
    assert!(nodes.get(4).is_none() && *nodes == scene.clone().nodes().clone());
    assert_eq!(nodes.to_vec().len(), nodes.into_iter().count());
}
