//! Placing, with weights as they are drawn: what holds whatever was learned.

use std::process::Command;

use candle_core::Device;
use proptest::prelude::*;
use scenewright_model::collage::geometry::{CategoryPrior, Geometry, GeometryConfig, Placement, Query};
use scenewright_model::sg2im::box_constraint::BoxConstraint;
use scenewright_nn::parameters::Parameters;
use scenewright_scene::UnitBox;
use scenewright_scene::relation::PredicateKind;

const CATEGORIES: usize = 7;
const RULES: [Option<PredicateKind>; 9] = [
    None,
    Some(PredicateKind::LeftOf),
    Some(PredicateKind::On),
    Some(PredicateKind::Inside),
    Some(PredicateKind::Above),
    Some(PredicateKind::Within(0.15)),
    Some(PredicateKind::Behind),
    Some(PredicateKind::Beside),
    Some(PredicateKind::Riding),
];

fn geometry(seed: u64) -> Geometry {
    let mut config = GeometryConfig::new(CATEGORIES, RULES.len());
    (config.width, config.hidden, config.layers) = (16, 16, 2);
    config.rules = RULES.to_vec();
    config.priors[1] =
        CategoryPrior { count: 9, thing: false, edges: [true, false, true, true], ..CategoryPrior::default() };
    config.priors[2] =
        CategoryPrior { count: 9, low: [0.1, 0.1, 0.3], high: [0.3, 0.3, 0.9], ..CategoryPrior::default() };
    config.overlap = 0.2;
    Geometry::new(&config, Parameters::new(seed, &Device::Cpu).builder()).unwrap()
}

type Graph = (Vec<u32>, Vec<(u32, u32, u32)>, Vec<Option<[f32; 4]>>, Vec<u64>);

fn any_graph() -> impl Strategy<Value = Graph> {
    (1usize..12).prop_flat_map(|count| {
        let rows = 0..count as u32;
        let triple = (rows.clone(), 0..RULES.len() as u32, rows);
        let corner = -0.3f32..1.3;
        let known = prop::option::of([corner.clone(), corner.clone(), corner.clone(), corner]);
        (
            prop::collection::vec(0..CATEGORIES as u32, count),
            prop::collection::vec(triple, 0..20),
            prop::collection::vec(known, count),
            prop::collection::vec(any::<u64>(), count),
        )
    })
}

fn bits(placements: &[Placement]) -> Vec<u32> {
    placements.iter().flat_map(|p| p.bounds.into_iter().chain([p.depth])).map(f32::to_bits).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, rng_seed: proptest::test_runner::RngSeed::Fixed(3), ..Default::default() })]

    #[test]
    fn free_boxes_are_proper_and_known_ones_stay((objects, triples, known, keys) in any_graph(), seed in 0u64..4) {
        let net = geometry(seed);
        let placed = net.place(&objects, &triples, &known, &keys).unwrap();
        prop_assert_eq!(placed.len(), objects.len());
        for (row, placement) in placed.iter().enumerate() {
            match known[row] {
                Some(b) => prop_assert_eq!(b.map(f32::to_bits), placement.bounds.map(f32::to_bits)),
                None => prop_assert!(UnitBox::from(placement.bounds).is_proper(), "{:?}", placement.bounds),
            }
            prop_assert!(placement.depth.is_finite());
        }
        prop_assert_eq!(bits(&placed), bits(&net.place(&objects, &triples, &known, &keys).unwrap()));
    }

    /// One object more, the others known: they stay, and keep their order.
    #[test]
    fn a_new_object_moves_nothing((objects, triples, _, keys) in any_graph(), category in 1..CATEGORIES as u32, key: u64) {
        let net = geometry(5);
        let free = vec![None; objects.len()];
        let before = net.place(&objects, &triples, &free, &keys).unwrap();
        let more = |list: &[u32]| [list, &[category]].concat();
        let mut triples = triples;
        triples.push((objects.len() as u32, 5, 0));
        let known: Vec<_> = before.iter().map(|p| Some(p.bounds)).chain([None]).collect();
        let after = net.place(&more(&objects), &triples, &known, &[&keys[..], &[key]].concat()).unwrap();
        for (a, b) in before.iter().zip(&after) {
            prop_assert_eq!(a.bounds.map(f32::to_bits), b.bounds.map(f32::to_bits));
        }
        for i in 0..before.len() {
            for j in 0..before.len() {
                prop_assert_eq!(before[i].depth < before[j].depth, after[i].depth < after[j].depth);
            }
        }
    }
}

/// One object more at the end of the list, nothing known: the others find the places that they found without it. Only what a broken
/// relation ties to it may make way.
#[test]
fn in_a_fresh_layout_a_new_object_moves_nothing_but_what_it_is_tied_to() {
    let net = geometry(5);
    for seed in 0..40u64 {
        // More than sixteen, too: large scenes are placed as small ones are.
        let count = 2 + seed as u32 % 20;
        let objects: Vec<u32> = (0..count).map(|i| 1 + (i * 7 + seed as u32) % 6).collect();
        let triples: Vec<(u32, u32, u32)> = (1..count).map(|i| (i, 1 + (i + seed as u32) % 8, i / 2)).collect();
        let keys: Vec<u64> = (0..u64::from(count)).map(|i| seed * 100 + i).collect();
        let free = vec![None; objects.len() + 1];
        let before = net.place(&objects, &triples, &free[1..], &keys).unwrap();
        for tied in [false, true] {
            let mut triples = triples.clone();
            triples.extend(tied.then_some((count, 3, 0)));
            let more = ([&objects[..], &[3]].concat(), [&keys[..], &[seed + 7000]].concat());
            let after = net.place(&more.0, &triples, &free, &more.1).unwrap();
            for row in usize::from(tied)..before.len() {
                assert_eq!(before[row].bounds, after[row].bounds, "{seed}: {row} of {count}");
            }
        }
    }
}

/// A drawing's shape is kept, in the picture and at the edges of it; constraints of size and place are met too.
#[test]
fn boxes_have_the_shape_of_their_drawing() {
    let net = geometry(1);
    let region = [2.0 / 3.0, 0.0, 1.0, 1.0];
    for key in 0..30 {
        let shapes = [None, Some([1.8, 2.2]), Some([0.3, 0.35])];
        let constraints = [BoxConstraint { object: 2, area: Some([0.02, 0.06]), region: Some(region) }];
        let (objects, known, keys) = ([1, 3, 4], [None; 3], [key, key + 1, key + 2]);
        let query = Query {
            objects: &objects,
            triples: &[(1, 2, 0)],
            known: &known,
            keys: &keys,
            constraints: &constraints,
            shapes: &shapes,
        };
        let placed = net.place_query(&query).unwrap();
        for (placement, shape) in placed.iter().zip(shapes) {
            let b = UnitBox::from(placement.bounds);
            assert!(b.is_proper(), "{b:?}");
            if let Some([least, most]) = shape {
                assert!((least - 0.01..=most + 0.01).contains(&(b.width() / b.height())), "{key}: {b:?}");
            }
        }
        let wished = UnitBox::from(placed[2].bounds);
        assert!(
            UnitBox::from(region).contains(wished.center()) && (0.019..=0.061).contains(&wished.area()),
            "{wished:?}"
        );
    }
}

fn free(objects: &[u32], triples: &[(u32, u32, u32)], keys: &[u64]) -> Vec<Placement> {
    geometry(1).place(objects, triples, &vec![None; objects.len()], keys).unwrap()
}

#[test]
fn twins_part() {
    let placed = free(&[1, 3, 3], &[(1, 2, 0), (2, 2, 0)], &[1, 2, 3]);
    let iou = UnitBox::from(placed[1].bounds).iou(&placed[2].bounds.into());
    assert!(iou < 0.7, "{placed:?}");
}

#[test]
fn another_key_is_another_place_for_that_object_alone() {
    let graph = (&[1, 3, 4][..], &[(1, 2, 0), (2, 2, 0)][..]);
    let (one, two) = (free(graph.0, graph.1, &[1, 2, 3]), free(graph.0, graph.1, &[1, 2, 4]));
    assert_eq!(bits(&one[..2])[..4], bits(&two[..2])[..4]);
    assert_eq!(one[1].bounds, two[1].bounds);
    assert_ne!(one[2].bounds, two[2].bounds);
}

#[test]
fn sides_that_lie_on_the_edge_as_a_rule_lie_there() {
    let [x0, _, x1, y1] = free(&[1], &[], &[7])[0].bounds;
    assert_eq!([x0, x1, y1], [0.0, 1.0, 1.0]);
}

/// Stuff that spans the picture meets what lies below it, and the lowest the lower edge, where it does not belong elsewhere.
#[test]
fn no_holes_between_bands() {
    let mut net = geometry(1);
    let band = CategoryPrior { count: 9, thing: false, edges: [true, true, true, false], ..CategoryPrior::default() };
    (net.config.priors[3], net.config.priors[4]) = (band, CategoryPrior { edges: [true, false, true, false], ..band });
    for key in 0..20 {
        let placed = net.place(&[3, 4], &[], &[None, None], &[key, key + 1]).unwrap();
        let ([_, _, _, foot], [_, top, _, lowest]) = (placed[0].bounds, placed[1].bounds);
        assert!(top <= foot + 0.004 && lowest.max(foot) >= 0.996, "{key}: {placed:?}");
    }
    // What is known is not stretched.
    let known = [Some([0.0, 0.0, 1.0, 0.3]), Some([0.0, 0.5, 1.0, 0.8])];
    let placed = net.place(&[3, 4], &[], &known, &[1, 2]).unwrap();
    assert_eq!(placed.iter().map(|p| Some(p.bounds)).collect::<Vec<_>>(), known);
}

/// A hill under a sky goes on down; before a meadow, or where it is known, it stays as it is.
#[test]
fn a_ridge_that_stands_on_nothing_is_the_ground() {
    let mut net = geometry(1);
    let sky = CategoryPrior {
        count: 9,
        thing: false,
        edges: [true, true, true, false],
        high: [1.0, 0.6, 0.6],
        ..CategoryPrior::default()
    };
    let hill =
        CategoryPrior { count: 9, thing: false, reaches: true, high: [1.0, 0.5, 0.7], ..CategoryPrior::default() };
    (net.config.priors[3], net.config.priors[4]) = (sky, hill);
    let hill = |objects: &[u32], known: &[Option<[f32; 4]>], key: u64| {
        let keys: Vec<u64> = (0..objects.len() as u64).map(|i| key + i).collect();
        net.place(objects, &[], known, &keys).unwrap()[1].bounds
    };
    for key in 0..20 {
        let [x0, _, x1, y1] = hill(&[3, 4], &[None, None], key);
        assert_eq!([x0, x1, y1], [0.0, 1.0, 1.0], "{key}");
        let [.., y1] = hill(&[3, 4, 1], &[None, None, None], key);
        assert!(y1 < 0.8, "{key}: {y1}");
        let known = [0.1, 0.3, 0.5, 0.6];
        assert_eq!(hill(&[3, 4], &[None, Some(known)], key), known);
    }
}

#[test]
fn sizes_are_such_as_occur() {
    for key in 0..20 {
        let [x0, y0, x1, y1] = free(&[2], &[], &[key])[0].bounds;
        for (value, low, high) in [(x1 - x0, 0.1, 0.3), (y1 - y0, 0.1, 0.3), (y1, 0.3, 0.9)] {
            assert!((low - 0.01..=high + 0.01).contains(&value), "{key}: {value}");
        }
    }
}

/// A window hides as much of its house as windows do; a house for a window that is there is large enough. Known boxes stay as they are.
#[test]
fn a_guest_leaves_its_host_to_be_seen() {
    let mut net = geometry(1);
    let crowd = |net: &Geometry, triple, known: [Option<[f32; 4]>; 2], key| {
        let placed = net.place(&[3, 4], &[triple], &known, &[key, key + 100]).unwrap();
        let [supported, host] = [0, 1].map(|row: usize| UnitBox::from(placed[row].bounds));
        supported.intersection(&host).map_or(0.0, |both| both.area()) / host.area()
    };
    let house = [None, Some([0.2, 0.1, 0.6, 0.9])];
    // Inside; on; and a window that is known.
    let cases = [((0, 3, 1), house), ((0, 2, 1), house), ((0, 3, 1), [Some([0.4, 0.4, 0.55, 0.6]), None])];
    let most = |net: &Geometry| {
        cases.map(|(triple, known)| (0..12).map(|key| crowd(net, triple, known, key)).fold(0.0, f32::max))
    };
    let before = most(&net);
    net.config.priors[3] = CategoryPrior { count: 9, share: 0.08, ..CategoryPrior::default() };
    let after = most(&net);
    assert!(before.iter().all(|share| *share > 0.09), "{before:?}");
    // Weights as they are drawn are sure of any size: what surprises them costs something, too.
    assert!(after.iter().zip(&before).all(|(after, before)| *after <= 0.13 && after < before), "{before:?} {after:?}");
}

#[test]
fn constraints_are_met() {
    let net = geometry(1);
    let region = [0.0, 0.0, 1.0 / 3.0, 1.0 / 3.0];
    let constraints = [BoxConstraint { object: 1, area: Some([0.02, 0.06]), region: Some(region) }];
    let (objects, known, keys) = ([1, 3], [None, None], [1, 2]);
    let query = Query {
        objects: &objects,
        triples: &[],
        known: &known,
        keys: &keys,
        constraints: &constraints,
        ..Query::default()
    };
    let b = UnitBox::from(net.place_query(&query).unwrap()[1].bounds);
    assert!(UnitBox::from(region).contains(b.center()) && (0.019..=0.061).contains(&b.area()), "{b:?}");
}

/// The picture itself is the whole picture, behind everything, wherever it stands in the list and whatever is said of it.
#[test]
fn the_picture_may_be_among_the_objects() {
    let placed = free(&[3, 0, 4], &[(0, 0, 1), (0, 2, 1), (2, 5, 0)], &[1, 2, 3]);
    assert_eq!((placed[1].bounds, placed[1].depth), ([0.0, 0.0, 1.0, 1.0], -1.0));
    let without = free(&[3, 4], &[(1, 5, 0)], &[1, 3]);
    assert_eq!([placed[0], placed[2]], [without[0], without[1]]);
}

#[test]
fn nothing_is_placed_as_nothing() {
    assert!(free(&[], &[], &[]).is_empty());
}

#[test]
fn what_is_wrong_with_a_query_is_said() {
    let net = geometry(1);
    let one = [None];
    for (objects, triples, known, keys, said) in [
        (&[1u32][..], &[(0u32, 1u32, 1u32)][..], &one[..], &[1u64][..], "relation 0 names object 1, but there are 1"),
        (&[1], &[(0, 9, 0)], &one, &[1], "relation 0 has predicate 9; this model knows 0 to 8"),
        (&[7], &[], &one, &[1], "object 0 is of category 7; this model knows 0 to 6"),
        (&[1], &[], &[], &[1], "1 objects with 0 boxes and 1 keys"),
        (&[1], &[], &one, &[], "1 objects with 1 boxes and 0 keys"),
        (&[1], &[], &[Some([f32::NAN, 0.0, 1.0, 1.0])], &[1], "the known box of object 0 is not finite"),
        (&[1], &[], &[Some([0.0, 0.0, f32::INFINITY, 1.0])], &[1], "the known box of object 0 is not finite"),
    ] {
        let error = net.place(objects, triples, known, keys).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    let query = Query {
        objects: &[1, 3],
        triples: &[],
        known: &[None, None],
        keys: &[1, 2],
        constraints: &[],
        shapes: &[None],
    };
    assert!(net.place_query(&query).unwrap_err().to_string().contains("2 objects with 1 shapes"));
    // Self-relations and relations said twice are no trouble.
    net.place(&[1, 3], &[(1, 1, 1), (1, 2, 0), (1, 2, 0)], &[None, None], &[1, 2]).unwrap();
}

#[test]
fn configurations_that_cannot_be_built_are_refused() {
    let config = || GeometryConfig::new(CATEGORIES, RULES.len());
    for (wrong, said) in [
        (GeometryConfig { width: 0, ..config() }, "width is 0"),
        (GeometryConfig { components: 1 << 20, ..config() }, "components is 1048576"),
        (GeometryConfig { rules: vec![None], ..config() }, "rules has 1 entries for 9 predicates"),
        (GeometryConfig { image: 7, ..config() }, "image is 7, but there are 7 categories"),
        (GeometryConfig { overlap: f32::NAN, ..config() }, "overlap is NaN"),
        (
            GeometryConfig {
                priors: vec![CategoryPrior { low: [f32::NAN; 3], ..CategoryPrior::default() }; 7],
                ..config()
            },
            "priors of category 0",
        ),
    ] {
        let error = Geometry::new(&wrong, Parameters::new(0, &Device::Cpu).builder()).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
}

const CHILD: &str = "SCENEWRIGHT_TEST_PRINT_PLACEMENTS";

/// A scene large enough that products are shared out among threads, printed by a process with so many of them.
#[test]
fn any_number_of_threads_gives_the_same_bits() {
    if std::env::var_os(CHILD).is_some() {
        let mut config = GeometryConfig::new(CATEGORIES, RULES.len());
        config.rules = RULES.to_vec();
        let net = Geometry::new(&config, Parameters::new(2, &Device::Cpu).builder()).unwrap();
        let objects: Vec<u32> = (0..60).map(|i| 1 + i % 6).collect();
        let triples: Vec<(u32, u32, u32)> = (1..60).map(|i| (i, 1 + i % 8, i / 2)).collect();
        let keys: Vec<u64> = (0..60).collect();
        let placed = net.place(&objects, &triples, &[None; 60], &keys).unwrap();
        eprintln!("placed {:?}", bits(&placed));
        return;
    }
    let run = |threads: &str| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "geometry::placing::any_number_of_threads_gives_the_same_bits", "--nocapture"]);
        let output = command.env(CHILD, "1").env("RAYON_NUM_THREADS", threads).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        text.lines().find(|line| line.starts_with("placed [")).unwrap().to_owned()
    };
    let one = run("1");
    assert!(one.len() > 1000);
    for threads in ["2", "5"] {
        assert_eq!(one, run(threads), "{threads} threads");
    }
}
