//! Boxes, zoom, lanes and alignment as arithmetic, without a window.

use egui::{Rect, pos2, vec2};
use proptest::prelude::*;
use scenewright::app::Align;
use scenewright::app::history::graph_layout::lay_out_rows;
use scenewright::app::palette::search::{WordIndex, WordKind};
use scenewright::app::picture::drag::{Grip, HeldBoxes};
use scenewright::app::picture::snap::{SnapGuide, SnapLines};
use scenewright::app::picture::view::{Viewport, split};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{NodeId, UnitBox};

fn seeded(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: proptest::test_runner::RngSeed::Fixed(5),
        failure_persistence: None,
        ..Default::default()
    }
}

prop_compose! {
    fn a_box()(x in 0.0f32..0.9, y in 0.0f32..0.9, w in 0.01f32..1.0, h in 0.01f32..1.0) -> UnitBox {
        UnitBox::new(x, y, (x + w).min(1.0), (y + h).min(1.0))
    }
}

fn a_grip() -> impl Strategy<Value = Grip> {
    (0usize..9).prop_map(|i| if i == 8 { Grip::Move } else { Grip::HANDLES[i] })
}

proptest! {
    #![proptest_config(seeded(512))]

    /// Whatever a hand does, what it sends can be pinned.
    #[test]
    fn dragged_boxes_are_proper(
        boxes in prop::collection::vec(a_box(), 1..4), others in prop::collection::vec(a_box(), 0..4),
        grip in a_grip(), by in (-2.0f32..2.0, -2.0f32..2.0), snaps in any::<bool>(),
    ) {
        let held = HeldBoxes { grip, boxes: boxes.iter().enumerate().map(|(i, b)| (NodeId(i as u64), *b)).collect(), keeps_shape: false };
        let lines = SnapLines::of(others.iter());
        let moved = held.moved([by.0, by.1], [1.0 / 64.0; 2], snaps.then_some((&lines, [0.02; 2])));
        prop_assert_eq!(moved.boxes.len(), boxes.len());
        for ((_, now), was) in moved.boxes.iter().zip(&boxes) {
            prop_assert!(now.is_proper(), "{now:?}");
            if grip == Grip::Move {
                prop_assert!((now.width() - was.width()).abs() < 1e-4 && (now.height() - was.height()).abs() < 1e-4);
            }
        }
        if grip == Grip::Move {
            let gone: Vec<[f32; 2]> =
                moved.boxes.iter().zip(&boxes).map(|((_, now), was)| [now.x0 - was.x0, now.y0 - was.y0]).collect();
            prop_assert!(gone.iter().all(|by| (by[0] - gone[0][0]).abs() < 1e-4 && (by[1] - gone[0][1]).abs() < 1e-4));
        }
    }

    /// Snapping moves a box no farther than its reach, and every guide that is shown runs along the box.
    #[test]
    fn snapping_is_near(b in a_box(), others in prop::collection::vec(a_box(), 0..5), by in (-0.2f32..0.2, -0.2f32..0.2)) {
        let held = HeldBoxes { grip: Grip::Move, boxes: vec![(NodeId(0), b)], keeps_shape: false };
        let lines = SnapLines::of(others.iter());
        let free = held.moved([by.0, by.1], [0.01; 2], None).boxes[0].1;
        let snapped = held.moved([by.0, by.1], [0.01; 2], Some((&lines, [0.03; 2])));
        let now = snapped.boxes[0].1;
        prop_assert!((now.x0 - free.x0).abs() <= 0.0301 && (now.y0 - free.y0).abs() <= 0.0301);
        for guide in snapped.guides {
            let (line, points) = match guide {
                SnapGuide::Upright(x) => (x, [now.x0, now.center()[0], now.x1]),
                SnapGuide::Level(y) => (y, [now.y0, now.center()[1], now.y1]),
            };
            prop_assert!(points.iter().any(|point| (point - line).abs() < 2e-4));
        }
    }

    /// What lies under the pointer stays there while zooming, as long as the picture's edge is not in the way.
    #[test]
    fn zoom_keeps_the_point(at in (60.0f32..240.0, 60.0f32..240.0), factor in 0.5f32..3.0) {
        let pane = Rect::from_min_size(pos2(10.0, 20.0), vec2(300.0, 300.0));
        let mut viewport = Viewport::default();
        viewport.zoom(2.0, pane.center(), pane, [64, 64]);
        let at = pane.min + vec2(at.0, at.1);
        let before = viewport.frame(pane, [64, 64]).unit_from_screen(at);
        viewport.zoom(factor, at, pane, [64, 64]);
        let frame = viewport.frame(pane, [64, 64]);
        let after = frame.unit_from_screen(at);
        let middle = frame.unit_from_screen(pane.center());
        let free = middle.iter().all(|v| (0.001..0.999).contains(v));
        prop_assert!(!free || ((before[0] - after[0]).abs() < 1e-3 && (before[1] - after[1]).abs() < 1e-3));
        prop_assert!(middle.iter().all(|v| (-0.01..=1.01).contains(v)), "the picture is lost: {middle:?}");
    }

    /// No two lines share a lane in a row, and every step hangs on its parent.
    #[test]
    fn lanes_do_not_cross(picks in prop::collection::vec(any::<prop::sample::Index>(), 0..60)) {
        let parents: Vec<Option<usize>> = std::iter::once(None)
            .chain(picks.iter().enumerate().map(|(i, pick)| Some(pick.index(i + 1))))
            .collect();
        let places = lay_out_rows(&parents);
        for (row, place) in places.iter().enumerate() {
            prop_assert!(!place.passing_lanes.contains(&place.lane), "row {row}: {places:?}");
            let mut passing = place.passing_lanes.clone();
            passing.sort_unstable();
            passing.dedup();
            prop_assert_eq!(passing.len(), place.passing_lanes.len(), "row {}: {:?}", row, places);
            prop_assert_eq!(place.parent_lane, parents[row].map(|parent| places[parent].lane));
        }
    }
}

#[test]
fn lanes() {
    let check = |parents: &[Option<usize>], expected: &[usize]| {
        let lanes: Vec<usize> = lay_out_rows(parents).iter().map(|place| place.lane).collect();
        assert_eq!(lanes, expected, "{parents:?}");
    };
    check(&[None], &[0]);
    check(&[None, Some(0), Some(1), Some(2)], &[0, 0, 0, 0]);
    // Back to 1, another branch; back to 3, a third, where the first has ended.
    check(&[None, Some(0), Some(1), Some(1), Some(3), Some(3)], &[0, 0, 0, 1, 1, 0]);
    // The lane of a branch that has ended is used again.
    check(&[None, Some(0), Some(0), Some(1), Some(3), Some(3), Some(4)], &[0, 0, 1, 0, 0, 1, 0]);
}

#[test]
fn panes_are_split_to_show_the_most() {
    let check = |area: [f32; 2], count: usize, size: [usize; 2], expected: [f32; 2]| {
        let parts = split(Rect::from_min_size(pos2(0.0, 0.0), vec2(area[0], area[1])), count, size, 0.0);
        assert_eq!(parts.len(), count);
        assert_eq!([parts[0].width(), parts[0].height()], expected, "{area:?} {count}");
    };
    check([300.0, 100.0], 3, [64, 64], [100.0, 100.0]);
    check([100.0, 300.0], 3, [64, 64], [100.0, 100.0]);
    check([300.0, 300.0], 1, [64, 64], [300.0, 300.0]);
    // Wide pictures lie better above each other.
    check([300.0, 300.0], 3, [128, 32], [300.0, 100.0]);
}

#[test]
fn boxes_are_aligned() {
    let boxes: Vec<(NodeId, UnitBox)> = [[0.1, 0.1, 0.3, 0.2], [0.2, 0.5, 0.6, 0.7], [0.5, 0.3, 0.9, 0.4]]
        .into_iter()
        .enumerate()
        .map(|(i, b)| (NodeId(i as u64), UnitBox::from(b)))
        .collect();
    let check = |how: Align, of: fn(&UnitBox) -> f32, expected: [f32; 3]| {
        let mut all = boxes.clone();
        for (node, b) in how.boxes(&boxes) {
            all[node.0 as usize].1 = b;
        }
        let found = [0, 1, 2].map(|i| of(&all[i].1));
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5), "{how:?}: {found:?}");
    };
    check(Align::Left, |b| b.x0, [0.1; 3]);
    check(Align::Right, |b| b.x1, [0.9; 3]);
    check(Align::Center, |b| b.center()[0], [0.5; 3]);
    check(Align::Top, |b| b.y0, [0.1; 3]);
    check(Align::Bottom, |b| b.y1, [0.7; 3]);
    check(Align::Middle, |b| b.center()[1], [0.4; 3]);
    check(Align::SpreadAcross, |b| b.x0, [0.1, 0.2, 0.5]);
    check(Align::SpreadDown, |b| b.y0, [0.1, 0.5, 0.3]);
    // What is there already is no change.
    assert!(Align::Left.boxes(&boxes[..1]).is_empty());
    assert!(Align::SpreadAcross.boxes(&boxes[..2]).is_empty());
}

#[test]
fn words_are_found() {
    let vocab = Vocabulary::illustrated();
    let mut index = WordIndex::new(WordKind::Objects);
    index.update(&vocab);
    let mut check = |typed: &str, expected: &str| {
        let hit = index.search(typed, &vocab).first().copied();
        let name = hit.and_then(|hit| index.entries().get(hit.entry)).map(|entry| entry.name.clone());
        assert_eq!(name.as_deref(), Some(expected), "{typed}");
    };
    check("sheep", "sheep");
    check("SHEEP", "sheep");
    check("shp", "ship");
    check("sea", "ocean"); // a synonym, whole, beats the beginning of "seagull"
    check("hot air", "hot air balloon");
    check("", "sky");
    check("kyte", "kite"); // nothing holds it: the nearest spelling
    // Initials are found, too, after what is spelled nearly so ("hat").
    let hits = index.search("hab", &vocab).to_vec();
    let names: Vec<&str> = hits.iter().map(|hit| index.entries()[hit.entry].name.as_str()).collect();
    assert!(names.iter().take(5).any(|name| *name == "hot air balloon"), "{names:?}");
    assert!(index.search("qqq", &vocab).is_empty());
    assert!(index.search("^!'$", &vocab).is_empty());
}

#[test]
fn panes_show_the_picture_large() {
    let size = [64, 64];
    let check = |area: [f32; 2], count: usize, sides: &[f32]| {
        let area = Rect::from_min_size(pos2(10.0, 20.0), vec2(area[0], area[1]));
        let panes = split(area, count, size, 6.0);
        let shown: Vec<f32> = panes.iter().map(|pane| pane.size().min_elem().round()).collect();
        assert_eq!(shown, sides, "{area}");
        for (at, pane) in panes.iter().enumerate() {
            assert!(!area.is_positive() || area.expand(0.01).contains_rect(*pane));
            let apart = |other: &Rect| !other.expand(5.9).intersects(*pane);
            assert!(!area.is_positive() || panes[at + 1..].iter().all(apart), "{panes:?}");
        }
    };
    check([900.0, 300.0], 3, &[296.0, 296.0, 296.0]); // a row
    check([480.0, 360.0], 3, &[318.0, 156.0, 156.0]); // a large one, two beside it
    check([360.0, 600.0], 3, &[360.0, 177.0, 177.0]); // two below it
    check([200.0, 640.0], 3, &[200.0, 200.0, 200.0]); // a column
    check([480.0, 360.0], 1, &[360.0]);
    check([0.0, 0.0], 3, &[0.0, 0.0, 0.0]);
}
