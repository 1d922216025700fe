//! Masks to COCO's JSON and back, for any mask.

use crate::annotation::fixture::{add, open, save, write};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use scenewright_document::annotation::{Bitmap, ObjectMask, PixelRuns, clean_polygon};

fn runner(cases: u32) -> TestRunner {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn any_pixels_survive_run_lengths_and_their_text() {
    let pixels = (1u32..40, 1u32..40).prop_flat_map(|(width, height)| {
        let count = (width * height) as usize;
        (Just([width, height]), prop::collection::vec(any::<bool>(), count), 1usize..9)
    });
    let check = |(size, mut inside, grain): ([u32; 2], Vec<bool>, usize)| {
        // Long runs, too.
        let of = inside.clone();
        inside.iter_mut().enumerate().for_each(|(at, pixel)| *pixel = of[at / grain * grain]);
        let runs = PixelRuns::of(size, &inside).unwrap();
        prop_assert_eq!(runs.area(), inside.iter().filter(|pixel| **pixel).count() as u64);
        prop_assert_eq!(&PixelRuns::from_text(size, &runs.to_text()).unwrap(), &runs);
        prop_assert_eq!(&PixelRuns::new(size, runs.counts()).unwrap(), &runs);
        let bitmap = Bitmap::of(&ObjectMask::Runs(runs), size);
        for (at, pixel) in inside.iter().enumerate() {
            let (x, y) = (at as u32 % size[0], at as u32 / size[0]);
            prop_assert_eq!(bitmap.is_inside(x, y), *pixel);
        }
        Ok(())
    };
    runner(300).run(&pixels, check).unwrap();
}

#[test]
fn no_text_ends_the_program() {
    let check = |text: String| {
        // Whatever comes out of it covers the picture, or nothing comes out.
        if let Some(runs) = PixelRuns::from_text([9, 7], &text) {
            prop_assert_eq!(runs.counts().iter().map(|count| u64::from(*count)).sum::<u64>(), 63);
        }
        Ok(())
    };
    runner(2000).run(&"[0-o]{0,14}", check).unwrap();
    runner(500).run(&"\\PC{0,14}", check).unwrap();
}

/// Through the files of a folder.
#[test]
fn any_mask_comes_back_from_the_files() {
    const SIZE: [u32; 2] = [64, 48];
    let corner = (-5.0f32..70.0, -5.0f32..55.0).prop_map(|(x, y)| [x, y]);
    let polygons = prop::collection::vec(prop::collection::vec(corner.clone(), 3..9), 1..3);
    let strokes = prop::collection::vec((corner.clone(), corner, 0.5f32..9.0, any::<bool>()), 1..5);
    let folder = tempfile::tempdir().unwrap();
    save(folder.path(), "a.png", SIZE[0], SIZE[1]);
    let there_and_back = |mask: ObjectMask| {
        let folder = folder.path();
        for file in ["annotations.json", "a.scene.json"] {
            let _ = std::fs::remove_file(folder.join(file));
        }
        let (mut store, mut all, _) = open(folder);
        let page = all.page_mut().unwrap();
        let node = add(page, "thing", [0.1, 0.1, 0.2, 0.2]);
        prop_assert!(page.set_mask("mask", node, Some(mask.clone())));
        let pinned = page.state().box_of(node);
        write(&mut store, &mut all);
        let (_, again, issues) = open(folder);
        prop_assert!(issues.is_empty(), "{:?}", issues);
        let state = again.pages()[0].state();
        prop_assert_eq!(state.mask(node).unwrap().as_ref(), &mask);
        prop_assert_eq!(state.box_of(node), pinned);
        Ok(())
    };
    let drawn = |parts: Vec<Vec<[f32; 2]>>| {
        let parts: Vec<_> = parts.iter().filter_map(|part| clean_polygon(part, SIZE).ok()).collect();
        if parts.is_empty() { Ok(()) } else { there_and_back(ObjectMask::Polygons(parts)) }
    };
    runner(40).run(&polygons, drawn).unwrap();
    let painted = |strokes: Vec<([f32; 2], [f32; 2], f32, bool)>| {
        let mut bitmap = Bitmap::new(SIZE);
        for (from, to, radius, adds) in strokes {
            bitmap.stroke(from, to, radius, adds);
        }
        bitmap.into_mask().map_or(Ok(()), there_and_back)
    };
    runner(40).run(&strokes, painted).unwrap();
}
