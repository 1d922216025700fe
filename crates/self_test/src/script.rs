//! Input of a self-test, the same in every run.

use egui::{Pos2, Rect, vec2};

use scenewright_scene::vocab::{IMAGE_OBJECT, Vocabulary};
use scenewright_scene::{Edit, NodeDraft, NodeId, Scene, UnitBox};

const SYNTHETIC_OBJECTS: usize = 300;
const SYNTHETIC_RELATIONS: usize = 600;

/// Typical edits of all kinds. Each changes the picture.
pub(crate) fn edit(number: usize, scene: &Scene, vocab: &Vocabulary) -> Vec<Edit> {
    let words = words(vocab);
    let word = |at: usize| words.get(at % words.len().max(1)).copied().unwrap_or("sky").to_owned();
    let last = scene.nodes().last().map_or(NodeId(0), |node| node.id);
    let round = number / 5;
    let shift = round as f32 * 0.03 % 0.4;
    match number % 5 {
        0 => {
            let new = scene.next_node_id();
            let first = scene.nodes().first().map_or(new, |node| node.id);
            vec![Edit::add(word(round * 7)), Edit::relate(new, predicate(vocab, round), first)]
        }
        1 => {
            let pinned = Some(UnitBox::new(0.1 + shift, 0.2, 0.4 + shift, 0.6));
            vec![Edit::Pin { node: last, pinned }]
        }
        2 => vec![Edit::Rename { node: last, name: word(round * 7 + 3) }],
        3 => vec![Edit::SetSceneSeed { seed: 1000 + number as u64 }],
        _ => vec![Edit::RemoveNodes { nodes: vec![last] }],
    }
}

/// Edits that replace the scene by one with many objects.
pub(crate) fn synthetic_scene(scene: &Scene, vocab: &Vocabulary) -> Vec<Edit> {
    let words = words(vocab);
    let first = scene.next_node_id().0;
    let mut edits = vec![Edit::RemoveNodes { nodes: scene.nodes().iter().map(|node| node.id).collect() }];
    for at in 0..SYNTHETIC_OBJECTS {
        let name = words.get(at % words.len().max(1)).copied().unwrap_or("sky");
        // Some are placed by the user, most by the automatic layout.
        let canvas = (at % 5 == 0).then_some([(at % 20) as f32 * 130.0, (at / 20) as f32 * 110.0]);
        edits.push(NodeDraft { canvas, ..NodeDraft::new(name) }.into());
    }
    for at in 0..SYNTHETIC_RELATIONS {
        let subject = at % SYNTHETIC_OBJECTS;
        let object = (subject * 7 + at / SYNTHETIC_OBJECTS * 31 + 11) % SYNTHETIC_OBJECTS;
        edits.push(Edit::relate(NodeId(first + subject as u64), predicate(vocab, at), NodeId(first + object as u64)));
    }
    edits
}

/// Position of the pointer: across all panels and back, advancing every frame.
pub(crate) fn pointer_path(frame: usize, screen: Rect) -> Pos2 {
    let along = frame as f32 * 0.08;
    screen.center() + vec2(along.sin() * 0.45, (along * 2.3).sin() * 0.4) * screen.size()
}

fn words(vocab: &Vocabulary) -> Vec<&str> {
    vocab.objects().map(|(_, name)| name).filter(|name| *name != IMAGE_OBJECT).collect()
}

fn predicate(vocab: &Vocabulary, at: usize) -> String {
    // The first predicate is the network's `__in_image__`.
    let own: Vec<&str> = vocab.predicates().map(|(_, name)| name).filter(|name| !name.starts_with("__")).collect();
    own.get(at % own.len().max(1)).copied().unwrap_or("by").to_owned()
}
