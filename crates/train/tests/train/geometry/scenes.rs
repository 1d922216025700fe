//! Scenes written by hand, laid out by trained weights: `SCENEWRIGHT_GEOMETRY=RUN/checkpoints/last cargo test --test geometry -- --ignored`.

use std::path::Path;

use candle_core::Device;
use scenewright_model::collage::geometry::Geometry;
use scenewright_scene::encode::encode;
use scenewright_scene::relation::judge;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, NodeDraft, RelationStatus, Scene, UnitBox};
use scenewright_train::collage::geometry::checkpoint;

struct Trained {
    net: Geometry,
    vocab: Vocabulary,
}

fn trained() -> Trained {
    let path = std::env::var("SCENEWRIGHT_GEOMETRY").expect("SCENEWRIGHT_GEOMETRY names a checkpoint");
    let (net, vocab) = checkpoint::open(Path::new(&path), &Device::Cpu).unwrap();
    Trained { net, vocab }
}

impl Trained {
    fn place(&self, scene: &Scene, known: &[Option<UnitBox>], seed: u64) -> Vec<UnitBox> {
        let encoded = encode(scene, &self.vocab).unwrap();
        let triples: Vec<_> = encoded.triples.iter().map(|&[s, p, o]| (s, p, o)).collect();
        let keys: Vec<u64> = (0..encoded.objects.len() as u64).map(|row| seed * 1000 + row).collect();
        let mut known: Vec<_> = known.iter().map(|b| b.map(Into::into)).collect();
        known.resize(encoded.objects.len(), None);
        let placed = self.net.place(&encoded.objects, &triples, &known, &keys).unwrap();
        placed[..scene.nodes().len()].iter().map(|p| p.bounds.into()).collect()
    }
}

fn scene(names: &[&str], relations: &[(usize, &str, usize)]) -> Scene {
    let mut scene = Scene::new();
    for name in names {
        scene.apply(&NodeDraft::new(*name).into()).unwrap();
    }
    let ids: Vec<_> = scene.nodes().iter().map(|node| node.id).collect();
    for (s, predicate, o) in relations {
        scene.apply(&Edit::relate(ids[*s], *predicate, ids[*o])).unwrap();
    }
    scene
}

const SEEDS: u64 = 40;

/// How many of the seeds must do.
#[track_caller]
fn check(trained: &Trained, what: &str, scene: &Scene, share: f64, holds: impl Fn(&[UnitBox]) -> bool) {
    let free = vec![None; scene.nodes().len()];
    let boxes = |seed| trained.place(scene, &free, seed);
    let good = (0..SEEDS).filter(|&seed| holds(&boxes(seed))).count() as f64 / SEEDS as f64;
    let wrong = (0..SEEDS).map(boxes).find(|boxes| !holds(boxes));
    assert!(good >= share, "{what}: {good} of the seeds, not {share}; such as {wrong:?}");
}

#[test]
#[ignore = "needs trained weights"]
fn single_objects_are_where_such_things_are() {
    let trained = trained();
    for (name, share, holds) in [
        ("sheep", 0.9, (|b| b.y1 > 0.5 && b.area() < 0.3) as fn(&UnitBox) -> bool),
        ("kite", 0.9, |b| b.y1 < 0.6),
        ("sun", 0.95, |b| b.y1 < 0.5 && b.area() < 0.1),
        ("sky", 1.0, |b| b.y0 == 0.0 && b.x0 == 0.0 && b.x1 == 1.0),
        ("grass", 0.9, |b| b.y1 == 1.0 && b.width() == 1.0),
        ("tree", 0.9, |b| b.y1 > 0.4 && b.height() > 0.15),
        ("boat", 0.9, |b| b.y1 > 0.35),
        ("car", 0.9, |b| b.y1 > 0.5),
    ] {
        check(&trained, name, &scene(&[name], &[]), share, |boxes| holds(&boxes[0]));
    }
}

#[test]
#[ignore = "needs trained weights"]
fn relations_of_a_few_objects_are_met() {
    let trained = trained();
    for (names, relations) in [
        (&["zebra", "grass", "sky"][..], &[(2, "above", 1), (0, "standing on", 1)][..]),
        (&["sheep", "grass"], &[(0, "on", 1)]),
        (&["grass", "sheep", "sheep", "sheep"], &[(1, "on", 0), (2, "on", 0), (3, "on", 0)]),
        // Across pairs that no training scene has.
        (&["street", "elephant", "car"], &[(1, "on", 2), (2, "on", 0)]),
        (&["ocean", "giraffe", "boat"], &[(1, "riding", 2), (2, "in", 0)]),
        (&["sofa", "horse"], &[(1, "on top of", 0)]),
        (&["moon", "cat"], &[(1, "left of", 0)]),
        (&["house", "pizza", "bear"], &[(1, "above", 0), (2, "right of", 0)]),
        (&["sky", "grass", "kite", "person"], &[(2, "in", 0), (3, "on", 1), (3, "holding", 2)]),
        (&["a", "b"], &[]),
    ] {
        let scene = scene(names, relations);
        if encode(&scene, &trained.vocab).is_err() {
            continue;
        }
        check(&trained, &format!("{names:?} {relations:?}"), &scene, 0.9, |boxes| {
            relations.iter().all(|&(s, word, o)| judge(word, &boxes[s], &boxes[o]) != RelationStatus::Broken)
        });
    }
}

#[test]
#[ignore = "needs trained weights"]
fn twins_stand_apart() {
    let trained = trained();
    let flock = scene(&["sky", "grass", "sheep", "sheep", "sheep"], &[(2, "on", 1), (3, "on", 1), (4, "on", 1)]);
    check(&trained, "three sheep", &flock, 0.9, |boxes| (2..5).all(|a| (2..a).all(|b| boxes[a].iou(&boxes[b]) < 0.1)));
}

/// The scene of the first objects, then with one more at a time, each with the relations among those there.
fn sequence(names: &[&str], relations: &[(usize, &str, usize)], first: usize) -> Vec<Scene> {
    let step = |count: usize| {
        let there = relations.iter().filter(|(s, _, o)| *s < count && *o < count);
        scene(&names[..count], &there.copied().collect::<Vec<_>>())
    };
    (first..=names.len()).map(step).collect()
}

/// The sequences of the paper's figure 6, step by step as a user builds them: what stands stays, every relation is met.
#[test]
#[ignore = "needs trained weights"]
fn the_sequences_of_figure_6_can_be_built() {
    let trained = trained();
    let sheep = sequence(
        &["sky", "grass", "sheep", "sheep", "tree", "ocean", "boat"],
        &[(0, "above", 1), (2, "standing on", 1), (3, "by", 2), (4, "behind", 2), (5, "by", 4), (6, "in", 5)],
        3,
    );
    let street = sequence(
        &["bus", "street", "line", "sky", "car", "kite", "building", "window"],
        &[
            (0, "on", 1),
            (2, "on", 1),
            (3, "above", 1),
            (4, "on", 1),
            (5, "in", 3),
            (4, "below", 5),
            (6, "behind", 1),
            (7, "on", 6),
        ],
        4,
    );
    for (file, scenes) in [("sheep", sheep), ("street", street)] {
        let (mut met, mut judged) = (0, 0);
        for seed in 0..SEEDS {
            let mut before: Vec<(String, UnitBox)> = Vec::new();
            for scene in &scenes {
                let known: Vec<Option<UnitBox>> = (scene.nodes().iter().enumerate())
                    .map(|(row, node)| before.get(row).filter(|(name, _)| *name == node.name).map(|(_, b)| *b))
                    .collect();
                let boxes = trained.place(scene, &known, seed);
                for (known, b) in known.iter().zip(&boxes) {
                    assert!(known.is_none_or(|known| known == *b));
                }
                for relation in scene.relations() {
                    let row = |id| scene.node_index(id).unwrap();
                    let status =
                        judge(&relation.predicate, &boxes[row(relation.subject)], &boxes[row(relation.object)]);
                    judged += u32::from(status != RelationStatus::Unknown);
                    met += u32::from(status == RelationStatus::Met);
                }
                before = scene.nodes().iter().zip(&boxes).map(|(node, b)| (node.name.clone(), *b)).collect();
            }
        }
        assert!(f64::from(met) >= 0.97 * f64::from(judged), "{file}: {met} of {judged}");
    }
}
