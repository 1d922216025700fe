//! The illustrated world: what it composes, checked against geometry, pixels and its own documents.

use rayon::prelude::*;
use scenewright_data::{DataError, Dataset, Split};
use scenewright_data::{IllustratedWorld, WorldConfig};
use scenewright_illustrated::composition::{Composition, SceneLayer};
use scenewright_illustrated::grammar::graph::{self, NOT_DRAWABLE};
use scenewright_illustrated::grammar::kinds::KINDS;
use scenewright_illustrated::grammar::{SceneRequest, compose, material, predicates};
use scenewright_scene::UnitBox;
use scenewright_scene::relation::{RelationStatus, judge};
use scenewright_scene::vocab::Vocabulary;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

fn world() -> &'static IllustratedWorld {
    static SHARED: OnceLock<IllustratedWorld> = OnceLock::new();
    SHARED.get_or_init(|| IllustratedWorld::new(WorldConfig::default()).expect("the bundled sprites make a world"))
}

fn composed(count: u64) -> Vec<Composition> {
    let request = |seed| SceneRequest { seed: Split::Train.seed(0, seed), kinds: &KINDS, aspect: 1.0 };
    let compose = |seed| compose(world().cast(), &request(seed)).expect("a scene comes together");
    (0..count).into_par_iter().map(compose).collect()
}

fn name(layer: &SceneLayer) -> &str {
    match layer {
        SceneLayer::Stuff(stuff) => material::name(stuff.material),
        SceneLayer::Thing(thing) => &thing.category,
    }
}

fn looks_at(c: &Composition, subject: usize, object: usize) -> bool {
    let SceneLayer::Thing(thing) = &c.layers[subject] else { return false };
    let center = |index: usize| c.layers[index].bounds().clamped().center();
    let ([sx, sy], [ox, oy]) = (center(subject), center(object));
    let ahead = if thing.mirrored { ox - sx } else { sx - ox };
    ahead > 0.0 && (oy - sy).abs() < ahead
}

#[test]
fn every_relation_is_met_and_every_object_is_in_one() {
    let mut occurring = BTreeSet::new();
    for c in composed(6_000) {
        let boxes: Vec<UnitBox> = c.layers.iter().map(|layer| layer.bounds().clamped()).collect();
        for (s, predicate, o) in &c.relations {
            let (subject, object) = (name(&c.layers[*s]), name(&c.layers[*o]));
            let what = format!("{subject} {predicate} {object} in a {} scene, seed {}", c.kind, c.seed);
            assert_ne!(s, o, "{what}");
            match judge(predicate, &boxes[*s], &boxes[*o]) {
                RelationStatus::Met => {}
                RelationStatus::Unknown => assert!(predicate == "looking at" && looks_at(&c, *s, *o), "{what}"),
                RelationStatus::Broken => panic!("{what}"),
            }
            occurring.insert(predicate.clone());
        }
        for layer in 0..c.layers.len() {
            let named = c.relations.iter().any(|(s, _, o)| *s == layer || *o == layer);
            assert!(named, "{} is in no relation, seed {}", name(&c.layers[layer]), c.seed);
        }
        let share = c.relations.len() as f32 / c.layers.len() as f32;
        assert!((0.5..=2.0).contains(&share), "{share} relations an object, seed {}", c.seed);
    }
    let listed: BTreeSet<String> = predicates::PREDICATES.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(occurring, listed, "predicates that occur and predicates that are listed");
}

#[test]
fn every_category_and_material_occurs() {
    let mut counts: BTreeMap<String, u64> = world().object_names().into_iter().map(|name| (name, 0)).collect();
    let mut kinds = BTreeSet::new();
    for c in composed(20_000) {
        for layer in &c.layers {
            *counts.entry(name(layer).to_owned()).or_insert(0) += 1;
        }
        kinds.insert(c.kind);
    }
    let rare: Vec<_> = counts.iter().filter(|(_, count)| **count < 20).collect();
    assert!(rare.is_empty(), "too rare to learn: {rare:?}");
    assert_eq!(kinds.len(), KINDS.len());
}

#[test]
fn boxes_match_pixels_and_everything_is_seen() {
    const SIDE: usize = 128;
    let config = WorldConfig { width: SIDE, height: SIDE, keep_layers: true, ..WorldConfig::default() };
    let world = IllustratedWorld::new(config).unwrap();
    (0..160_u64).into_par_iter().for_each(|index| {
        let sample = world.sample(index).unwrap();
        for object in &sample.objects {
            let what = format!("{} of sample {index}", object.name);
            assert!(object.visible_share >= 0.25, "{what}: {} visible", object.visible_share);
            assert!(object.bounds.is_proper(), "{what}: {:?}", object.bounds);
            let layer = object.layer.as_ref().unwrap();
            let px = |v: f32| v * SIDE as f32;
            let [x0, y0, x1, y1] = <[f32; 4]>::from(object.bounds).map(px);
            // Opaque pixels stay inside, and what is faint (a balloon's string, the tip of a star) reaches each side.
            let opaque = alpha_box(&layer.rgba, SIDE, 128);
            let within =
                opaque[0] >= x0 - 1.5 && opaque[1] >= y0 - 1.5 && opaque[2] <= x1 + 1.5 && opaque[3] <= y1 + 1.5;
            let faint = alpha_box(&layer.rgba, SIDE, 16);
            let reaches = faint[0] <= x0 + 2.5 && faint[1] <= y0 + 2.5 && faint[2] >= x1 - 2.5 && faint[3] >= y1 - 2.5;
            assert!(within && reaches, "{what}: opaque {opaque:?}, faint {faint:?}, box {x0} {y0} {x1} {y1}");
            assert!(object.mask.share() > 0.02, "{what}: an empty mask");
            let seen = object.visible.alpha.iter().zip(&object.mask.alpha).all(|(seen, all)| seen <= all);
            assert!(seen, "{what}: more seen than there is");
        }
    });
}

/// The box of pixels with at least this alpha: x0, y0, x1, y1.
fn alpha_box(rgba: &[u8], side: usize, least: u8) -> [f32; 4] {
    let mut found = [f32::INFINITY, f32::INFINITY, 0.0, 0.0];
    for (index, _) in rgba.chunks_exact(4).enumerate().filter(|(_, pixel)| pixel[3] >= least) {
        let (x, y) = ((index % side) as f32, (index / side) as f32);
        found = [found[0].min(x), found[1].min(y), found[2].max(x + 1.0), found[3].max(y + 1.0)];
    }
    found
}

#[test]
fn what_is_nearer_is_painted_later() {
    for c in composed(1_000) {
        let grounded: Vec<f32> = c
            .layers
            .iter()
            .filter_map(|layer| match layer {
                SceneLayer::Thing(thing) if thing.rests != scenewright_illustrated::composition::Rest::Air => {
                    Some(thing.bounds.y1)
                }
                _ => None,
            })
            .collect();
        assert!(grounded.is_sorted(), "feet {grounded:?}, seed {}", c.seed);
        let first_thing = c.layers.iter().position(|layer| matches!(layer, SceneLayer::Thing(_)));
        let sky = c.layers.iter().position(|layer| name(layer) == "sky");
        assert!(sky.is_none_or(|sky| sky == 0) && first_thing != Some(0), "seed {}", c.seed);
    }
}

#[test]
fn sizes_can_be_read() {
    for c in composed(2_000) {
        for layer in c.layers.iter().filter(|layer| matches!(layer, SceneLayer::Thing(_))) {
            let b = layer.bounds();
            assert!(b.width().max(b.height()) >= 0.07, "{} {b:?}, seed {}", name(layer), c.seed);
        }
        assert!((4..=12).contains(&c.layers.len()), "{} layers, seed {}", c.layers.len(), c.seed);
    }
}

#[test]
fn one_index_is_one_sample_on_any_thread() {
    let other = IllustratedWorld::new(WorldConfig::default()).unwrap();
    let indices: Vec<u64> = (0..40).collect();
    let alone: Vec<_> = indices.iter().map(|&index| world().sample(index).unwrap()).collect();
    // Another order, other threads, another world with cold caches.
    let together: Vec<_> = indices.par_iter().rev().map(|&index| other.sample(index).unwrap()).collect();
    for (a, b) in alone.iter().zip(together.iter().rev()) {
        assert!(a == b, "seed {}", a.seed);
    }
}

#[test]
fn splits_and_seeds_differ() {
    let of = |seed, split| {
        let world = IllustratedWorld::new(WorldConfig { seed, split, ..WorldConfig::default() }).unwrap();
        (0..20).map(|index| world.composition(index).unwrap()).collect::<Vec<_>>()
    };
    let worlds = [of(0, Split::Train), of(0, Split::Validation), of(0, Split::Test), of(1, Split::Train)];
    for (number, one) in worlds.iter().enumerate() {
        for other in &worlds[number + 1..] {
            assert!(one.iter().all(|scene| other.iter().all(|o| o.layers != scene.layers && o.seed != scene.seed)));
        }
    }
}

#[test]
fn light_is_named() {
    for index in 0..40 {
        let sample = world().sample(index).unwrap();
        let times = ["morning", "day", "evening", "night"];
        let named: usize =
            sample.objects.iter().flat_map(|o| &o.attributes).filter(|word| times.contains(&word.as_str())).count();
        assert_eq!(named, 1, "sample {index}");
    }
}

#[test]
fn bad_requests_are_refused_with_a_fix() {
    let config = WorldConfig { kinds: vec!["moon base".to_owned()], ..WorldConfig::default() };
    let error = IllustratedWorld::new(config).err().unwrap();
    assert!(matches!(error, DataError::UnknownKind { .. }) && error.to_string().contains("meadow"), "{error}");
    for (width, height) in [(0, 64), (64, 100_000), (4, 4)] {
        let error = IllustratedWorld::new(WorldConfig { width, height, ..WorldConfig::default() }).err().unwrap();
        assert!(matches!(error, DataError::Size { .. }), "{error}");
    }
    assert!(world().compose_graph(&["sheep"], &[(0, "by", 3)], 0).is_err());
    assert!(world().compose_graph(&["quark"], &[], 0).is_err());
    assert!(world().compose_graph(&[], &[], 0).is_err());
    assert!(IllustratedWorld::new(WorldConfig { kinds: vec!["living-room".into()], ..Default::default() }).is_ok());
}

/// Names and relations of one graph.
type Graph = (&'static [&'static str], &'static [(usize, &'static str, usize)]);

const SHEEP: [Graph; 7] = [
    (&["sky", "grass", "zebra"], &[(0, "above", 1), (2, "standing on", 1)]),
    (&["sky", "grass", "sheep"], &[(0, "above", 1), (2, "standing on", 1)]),
    (&["sky", "grass", "sheep", "sheep"], &[(0, "above", 1), (2, "standing on", 1), (3, "by", 2)]),
    (
        &["sky", "grass", "sheep", "sheep", "tree"],
        &[(0, "above", 1), (2, "standing on", 1), (3, "by", 2), (4, "behind", 2)],
    ),
    (
        &["sky", "grass", "sheep", "sheep", "tree", "ocean"],
        &[(0, "above", 1), (2, "standing on", 1), (3, "by", 2), (4, "behind", 2), (5, "by", 4)],
    ),
    (
        &["sky", "grass", "sheep", "sheep", "tree", "ocean", "boat"],
        &[(0, "above", 1), (2, "standing on", 1), (3, "by", 2), (4, "behind", 2), (5, "by", 4), (6, "in", 5)],
    ),
    (
        &["sky", "grass", "sheep", "sheep", "tree", "ocean", "boat"],
        &[(0, "above", 1), (2, "standing on", 1), (3, "by", 2), (4, "behind", 2), (5, "by", 4), (6, "on", 1)],
    ),
];

const STREET: [Graph; 7] = [
    (&["car", "street", "line", "sky"], &[(0, "on", 1), (2, "on", 1), (3, "above", 1)]),
    (&["bus", "street", "line", "sky"], &[(0, "on", 1), (2, "on", 1), (3, "above", 1)]),
    (&["bus", "street", "line", "sky", "car"], &[(0, "on", 1), (2, "on", 1), (3, "above", 1), (4, "on", 1)]),
    (
        &["bus", "street", "line", "sky", "car", "kite"],
        &[(0, "on", 1), (2, "on", 1), (3, "above", 1), (4, "on", 1), (5, "in", 3)],
    ),
    (
        &["bus", "street", "line", "sky", "car", "kite"],
        &[(0, "on", 1), (2, "on", 1), (3, "above", 1), (4, "on", 1), (5, "in", 3), (4, "below", 5)],
    ),
    (
        &["bus", "street", "line", "sky", "car", "building"],
        &[(0, "on", 1), (2, "on", 1), (3, "above", 1), (4, "on", 1), (5, "behind", 1)],
    ),
    (
        &["bus", "street", "line", "sky", "car", "building", "window"],
        &[(0, "on", 1), (2, "on", 1), (3, "above", 1), (4, "on", 1), (5, "behind", 1), (6, "on", 5)],
    ),
];

/// Both sequences of figure 6 (Johnson et al. 2018): every relation met, twins apart, and what stands keeps its place.
#[test]
fn figure_6_is_composed() {
    for seed in 0..40 {
        for sequence in [&SHEEP[..], &STREET[..]] {
            let mut before: Option<Vec<(String, UnitBox, usize)>> = None;
            for (step, (names, relations)) in sequence.iter().enumerate() {
                let laid = world().compose_graph(names, relations, seed).unwrap();
                let broken: Vec<_> = laid.broken.iter().map(|&index| relations[index]).collect();
                assert!(broken.is_empty(), "seed {seed}, step {step}: {broken:?} of {names:?}");
                let layer = |object: usize| &laid.composition.layers[laid.layer_of[object].unwrap()];
                let demands = |object: usize| relations.iter().filter(|(s, _, o)| *s == object || *o == object).count();
                let boxes: Vec<(String, UnitBox, usize)> = (0..names.len())
                    .map(|object| (names[object].to_owned(), *layer(object).bounds(), demands(object)))
                    .collect();
                for (number, (name, one, _)) in boxes.iter().enumerate() {
                    for (twin, other, _) in &boxes[number + 1..] {
                        let apart = name != twin || one.iou(other) < 0.25;
                        assert!(apart, "seed {seed}, step {step}: two {name} in one place");
                    }
                }
                if let Some(before) = &before {
                    for ((name, old, asked), (new_name, new, now_asked)) in before.iter().zip(&boxes) {
                        // A new relation may move a thing, and the last step of the sheep moves the boat by its graph.
                        if name == new_name && name != "boat" && asked == now_asked {
                            assert_eq!(old, new, "seed {seed}, step {step}: the {name} moved");
                        }
                    }
                }
                before = Some(boxes);
            }
        }
    }
}

#[test]
fn any_mess_of_a_graph_is_laid_out() {
    let names = world().object_names();
    let predicates = world().predicate_names();
    for round in 0..60_usize {
        let pick = |index: usize| names[(round * 37 + index * 53) % names.len()].as_str();
        let graph: Vec<&str> = (0..9).map(pick).collect();
        let relations: Vec<(usize, &str, usize)> = (0..12)
            .map(|i| (i * 5 % 9, predicates[(round * 7 + i * 3) % predicates.len()].as_str(), (i * 7 + round) % 9))
            .collect();
        let laid = world().compose_graph(&graph, &relations, round as u64).unwrap();
        assert!(laid.layer_of.iter().all(Option::is_some), "{graph:?}");
        world().render(&laid.composition, 64, 64).unwrap();
    }
}

#[test]
fn the_vocabulary_names_everything() {
    let vocabulary = Vocabulary::from_json(include_str!("../../../../vocab/illustrated.json")).unwrap();
    let objects: BTreeSet<String> = vocabulary.objects().map(|(_, name)| name.to_owned()).collect();
    assert_eq!(objects, world().object_names().into_iter().collect());
    let predicates: BTreeSet<String> = vocabulary.predicates().map(|(_, name)| name.to_owned()).collect();
    assert_eq!(predicates, world().predicate_names().into_iter().collect());
    let check = |word: &str, name: &str| {
        let found = vocabulary.object_id(word).map(|id| vocabulary.object_name(id));
        assert_eq!(found, Some(name), "{word}");
    };
    check("sea", "ocean");
    check("bicycle", "bike");
    check("sky-other", "sky");
    check("building-other", "building");
    check("clouds", "cloud");
    check("stream", "river");
    check("playingfield", "field");
    check("wall-panel", "wall");
    check("people", "person");
    check("buses", "bus");
    // What the vocabulary finds, the grammar draws, and as the same thing.
    for (_, name) in vocabulary.objects() {
        let own = graph::drawn_as(world().cast(), name);
        assert!(own.is_some(), "{name}");
    }
    let file: serde_json::Value = serde_json::from_str(include_str!("../../../../vocab/illustrated.json")).unwrap();
    for object in file["objects"].as_array().unwrap() {
        let own = graph::drawn_as(world().cast(), object["name"].as_str().unwrap());
        for synonym in object["synonyms"].as_array().into_iter().flatten().filter_map(|word| word.as_str()) {
            assert_eq!(graph::drawn_as(world().cast(), synonym), own, "{synonym}");
        }
    }
    for word in NOT_DRAWABLE {
        assert!(graph::drawn_as(world().cast(), word).is_none() && vocabulary.object_id(word).is_none(), "{word}");
    }
}

#[test]
fn the_documented_predicates_are_those_that_occur() {
    let table = include_str!("../../../../docs/predicates.md");
    let rows: Vec<&str> =
        table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()).skip(1).collect();
    assert_eq!(rows, predicates::PREDICATES);
    for name in predicates::PREDICATES {
        let row = table.lines().find(|line| line.starts_with(&format!("| {name} |"))).unwrap();
        assert!(row.contains(&predicates::met_when(name)), "{row}");
        assert!(!row.contains("| 0 |"), "never occurs: {row}");
    }
}
