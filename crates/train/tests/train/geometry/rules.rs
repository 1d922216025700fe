//! The model's rules are the scene's meanings, as distances.

use proptest::prelude::*;
use scenewright_model::collage::geometry::PlacementRule;
use scenewright_model::collage::geometry::box_xyxy::BoxXyxy;
use scenewright_scene::UnitBox;
use scenewright_scene::relation::{PREDICATES, PredicateKind, predicate_kind};

/// Every predicate with a test on boxes.
fn words() -> impl Iterator<Item = &'static str> {
    PREDICATES.iter().filter(|predicate| predicate.kind.is_some()).map(|predicate| predicate.name)
}

fn meaning(word: &str) -> PredicateKind {
    predicate_kind(word).unwrap()
}

fn any_box() -> impl Strategy<Value = [f32; 4]> {
    // Half of the sides on a coarse grid: boxes that share edges are where tests differ.
    let side = prop_oneof![0.0f32..1.0, (0u8..=8).prop_map(|n| f32::from(n) / 8.0)];
    [side.clone(), side.clone(), side.clone(), side].prop_filter_map("a proper box", |[a, b, c, d]| {
        let sides = UnitBox::from_corners([a, b], [c, d]);
        (sides.width() > 0.03 && sides.height() > 0.03).then_some(sides.into())
    })
}

fn distance(word: &str, s: [f32; 4], o: [f32; 4]) -> f32 {
    meaning(word).distance(&BoxXyxy::new(s), &BoxXyxy::new(o))
}

fn met(word: &str, s: [f32; 4], o: [f32; 4]) -> bool {
    meaning(word).is_met(&s.into(), &o.into())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, rng_seed: proptest::test_runner::RngSeed::Fixed(11), ..Default::default() })]

    /// Nothing is left to do: the relation is met, by the test that everyone else uses.
    #[test]
    fn no_distance_means_met(s in any_box(), o in any_box()) {
        for word in words() {
            let distance = distance(word, s, o);
            prop_assert!(distance.is_finite() && distance >= 0.0, "{word}: {distance}");
            prop_assert!(distance > 0.0 || met(word, s, o), "{word} is not met by {s:?} {o:?}");
        }
    }

    /// What is met, and stays so when the subject is moved or resized a little, has no distance: nothing is asked beyond the test.
    #[test]
    fn met_means_no_distance(s in any_box(), o in any_box()) {
        const STEP: f32 = 0.006;
        for word in words() {
            let nudged = |x: f32, y: f32, grown: f32| [s[0] + x - grown, s[1] + y - grown, s[2] + x + grown, s[3] + y + grown];
            let around = [(STEP, 0.0, 0.0), (-STEP, 0.0, 0.0), (0.0, STEP, 0.0), (0.0, -STEP, 0.0), (0.0, 0.0, STEP / 2.0), (0.0, 0.0, -STEP / 2.0)];
            let safely = met(word, s, o) && around.iter().all(|&(x, y, grown)| met(word, nudged(x, y, grown), o));
            prop_assert!(!safely || distance(word, s, o) == 0.0, "{word} is met by {s:?} {o:?}, but {}", distance(word, s, o));
        }
    }
}

#[test]
fn known_distances() {
    let (low, high) = ([0.2, 0.5, 0.4, 0.9], [0.3, 0.1, 0.5, 0.3]);
    for (word, s, o, zero) in [
        ("above", high, low, true),
        ("below", low, high, true),
        ("above", low, high, false),
        ("left of", low, high, false),
        ("on", [0.25, 0.2, 0.35, 0.6], low, true),
        ("on", [0.7, 0.2, 0.8, 0.6], low, false),
        ("inside", [0.25, 0.6, 0.35, 0.7], low, true),
        ("surrounding", low, [0.25, 0.6, 0.35, 0.7], true),
        ("by", low, [0.5, 0.5, 0.6, 0.9], true),
        ("by", low, [0.7, 0.5, 0.8, 0.9], false),
    ] {
        assert_eq!(distance(word, s, o) == 0.0, zero, "{word} {s:?} {o:?}: {}", distance(word, s, o));
    }
    // About as far as a side would have to move.
    let near = distance("by", low, [0.6, 0.5, 0.7, 0.9]);
    assert!((near - 0.052).abs() < 1e-3, "{near}");
}
