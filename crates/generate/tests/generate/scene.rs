//! A picture made by hand, whose every pixel is known.

use scenewright_generate::{Picture, Placed, SquareMask, Timings};
use scenewright_scene::encode::Encoded;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::*;

pub const SIDE: usize = 16;

pub fn vocab() -> Vocabulary {
    Vocabulary::coco_stuff()
}

/// Sky over the upper half, grass over the lower, a sheep on the middle (its mask: the left half of its box), a tree
/// whose box is inverted, and a boat that nobody can see.
pub fn scene() -> Scene {
    let mut scene = Scene::new();
    let sheep = NodeDraft { label: Some("Dolly <\"&> \\".into()), ..NodeDraft::new("sheep") };
    let sky = NodeDraft { canvas: Some([40.0, 120.5]), ..NodeDraft::new("sky-other") };
    scene
        .apply_all(&[
            sky.into(),
            Edit::add("grass"),
            sheep.into(),
            Edit::add("tree"),
            Edit::add("boat"),
            Edit::relate(NodeId(0), "above", NodeId(1)),
            Edit::relate(NodeId(2), "inside", NodeId(2)),
            Edit::SetSceneSeed { seed: 9 },
        ])
        .unwrap();
    scene
}

pub fn picture() -> Picture {
    let scene = scene();
    let boxes = [
        UnitBox::new(0.0, 0.0, 1.0, 0.5),
        UnitBox::new(0.0, 0.5, 1.0, 1.0),
        UnitBox::new(0.25, 0.25, 0.75, 0.75),
        UnitBox::new(1.0, 0.25, 0.75, 0.0),
        UnitBox::new(1.5, 1.5, 1.75, 1.75),
    ];
    let left_half = SquareMask { side: 4, values: [1.0, 1.0, 0.0, 0.0].repeat(4) };
    let mut objects: Vec<Placed> = scene
        .nodes()
        .iter()
        .zip(boxes)
        .map(|(node, bounds)| Placed {
            node: Some(node.id),
            is_implied: false,
            name: node.name.clone(),
            bounds,
            pinned: false,
            mask: (node.name == "sheep").then(|| left_half.clone()),
            cover: None,
            record: Default::default(),
            drawing: None,
            paint_order: 0.0,
        })
        .collect();
    objects.push(Placed {
        node: None,
        is_implied: false,
        name: "__image__".into(),
        bounds: UnitBox::WHOLE,
        pinned: false,
        mask: None,
        cover: None,
        record: Default::default(),
        drawing: None,
        paint_order: 0.0,
    });
    let rgb = (0..SIDE * SIDE).flat_map(|at| [(at % SIDE * 15) as u8, (at / SIDE * 15) as u8, 77]).collect();
    Picture {
        rgb,
        width: SIDE,
        height: SIDE,
        raw: Vec::new(),
        objects,
        implied: None,
        encoded: Encoded {
            objects: Vec::new(),
            triples: Vec::new(),
            nodes: Vec::new(),
            relations: Vec::new(),
            ..Default::default()
        },
        seed: 9,
        is_resizable: false,
        timings: Timings::default(),
    }
}
