//! What a picture shows, and what an edit changes of it.

use scenewright_generate::{GenerateError, LookSource, Request};
use scenewright_scene::{Across, Down, Edit, NodeDraft, PlaceHint, Scene, SizeHint, UnitBox};

use super::world::*;

#[test]
fn the_same_scene_is_the_same_picture_and_another_seed_another() {
    let generator = generator();
    let scene = scene(&["sky", "grass", "sheep", "sheep", "tree"]);
    let first = draw(&generator, &scene, Vec::new());
    assert_eq!((first.width, first.height, first.rgb.len()), (64, 64, 64 * 64 * 3));
    assert_eq!(draw(&generator, &scene, Vec::new()).rgb, first.rgb, "from the cache");
    assert_eq!(draw(&super::world::generator(), &scene, Vec::new()).rgb, first.rgb, "anew");
    let other =
        generator.render(&scene, &Request { seed: Some(8), looks: LookSource::Decoder, ..Default::default() }).unwrap();
    assert_ne!(other.rgb, first.rgb);
}

#[test]
fn with_boxes_kept_a_new_object_changes_nothing_far_from_its_box() {
    let generator = generator();
    for size in [64, 256] {
        let mut scene = scene(&["sky", "grass", "sheep", "tree", "sheep"]);
        let render = |scene: &Scene, kept| {
            generator
                .render(
                    scene,
                    &Request { kept, size: Some((size, size)), looks: LookSource::Decoder, ..Default::default() },
                )
                .unwrap()
        };
        let before = render(&scene, Vec::new());
        let pinned = Some(UnitBox::new(0.7, 0.72, 0.9, 0.86));
        let new = add(&mut scene, NodeDraft { pinned, ..NodeDraft::new("sheep") });
        let after = render(&scene, boxes(&before));
        let bounds = after.box_of(new).unwrap();
        let px = size as f32;
        let beyond = |[x, y]: [f32; 2]| {
            (bounds.x0 * px - x).max(x - bounds.x1 * px).max(bounds.y0 * px - y).max(y - bounds.y1 * px)
        };
        let changed = changed(&before, &after);
        assert!(!changed.is_empty(), "the sheep is not seen");
        let far = changed.iter().filter(|at| beyond(**at) > 18.0).count();
        assert_eq!(far, 0, "{size}");
    }
}

/// A boat is mirrored below its box by the water that it floats on, down to where the water ends, and by nothing else; a sheep in the water has
/// no shadow there.
#[test]
fn water_mirrors_what_floats_on_it() {
    let generator = generator();
    let below = |ground: &str, name: &str, end: f32| {
        let mut scene = scene(&["sky"]);
        let mut place = |name: &str, bounds: [f32; 4]| {
            add(&mut scene, NodeDraft { pinned: Some(bounds.into()), ..NodeDraft::new(name) });
            generator
                .render(&scene, &Request { size: Some((256, 256)), looks: LookSource::Decoder, ..Default::default() })
                .unwrap()
        };
        place("grass", [0.0, 0.5, 1.0, 1.0]);
        let before = place(ground, [0.0, 0.5, 1.0, end]);
        let after = place(name, [0.3, 0.5, 0.7, 0.75]);
        let below = changed(&before, &after).into_iter().filter(|[_, y]| *y > 193.0);
        below.fold((0, 0.0f32), |(count, lowest), [_, y]| (count + 1, lowest.max(y)))
    };
    let (count, lowest) = below("ocean", "boat", 1.0);
    assert!(count > 200 && lowest > 200.0 && lowest <= 192.0 + 16.0, "{count}, {lowest}");
    let (_, lowest) = below("ocean", "boat", 0.78);
    assert!(lowest <= 0.78 * 256.0, "{lowest} is beyond the water");
    assert_eq!(below("grass", "boat", 1.0).0, 0);
    assert!(below("ocean", "sheep", 1.0).0 > 200);
}

#[test]
fn another_look_changes_that_object_alone_and_is_the_same_in_another_scene() {
    let generator = generator();
    let mut one = scene(&["sky", "grass", "sheep", "tree"]);
    let sheep = one.nodes()[2].id;
    let before = draw(&generator, &one, Vec::new());
    let kept = boxes(&before);
    let mut seen = Vec::new();
    for seed in 0..6 {
        one.apply(&Edit::SetSeed { node: sheep, seed: Some(seed) }).unwrap();
        let after = draw(&generator, &one, kept.clone());
        let bounds = after.box_of(sheep).unwrap();
        let outside = |[x, y]: &[f32; 2]| {
            let beyond = (bounds.x0 * 64.0 - x).max(x - bounds.x1 * 64.0);
            beyond.max(bounds.y0 * 64.0 - y).max(y - bounds.y1 * 64.0) > 1.0
        };
        assert_eq!(changed(&before, &after).iter().filter(|at| outside(at)).count(), 0);
        seen.push(after.rgb);
    }
    seen.sort();
    seen.dedup();
    assert!(seen.len() > 2, "{} looks of six", seen.len());
    // In another scene, in the same box, the same pixels.
    let bounds = UnitBox::new(0.25, 0.25, 0.75, 0.75);
    let alone = |others: &[&str], size: usize| {
        let mut scene = scene(others);
        add(&mut scene, NodeDraft { seed: Some(5), pinned: Some(bounds), ..NodeDraft::new("sheep") });
        let picture = generator
            .render(&scene, &Request { size: Some((size, size)), looks: LookSource::Decoder, ..Default::default() })
            .unwrap();
        let placed = picture.objects.iter().rev().find(|placed| placed.name == "sheep").unwrap();
        assert_eq!(placed.mask.as_ref().unwrap().values.len(), 64 * 64);
        placed.cover.clone().unwrap()
    };
    // Small, and large enough to be decoded at twice the size.
    for size in [64, 256] {
        assert_eq!(alone(&[], size), alone(&["grass", "tree", "sheep"], size));
    }
}

#[test]
fn words_about_looks_are_drawn_and_unknown_ones_are_reported() {
    let generator = generator();
    let with = |words: &[&str]| {
        let mut scene = scene(&["sky", "grass"]);
        let attributes = words.iter().map(|word| (*word).to_owned()).collect();
        let pinned = Some(UnitBox::new(0.2, 0.5, 0.8, 0.9));
        add(&mut scene, NodeDraft { attributes, pinned, ..NodeDraft::new("sheep") });
        draw(&generator, &scene, Vec::new())
    };
    let plain = with(&["grazing", "red", "facing left"]);
    assert!(plain.encoded.unknown_attributes.is_empty());
    for other in
        [["grazing", "blue", "facing left"], ["standing", "red", "facing left"], ["grazing", "red", "facing right"]]
    {
        assert!(!changed(&plain, &with(&other)).is_empty(), "{other:?}");
    }
    assert!(!changed(&with(&["red", "red face"]), &with(&["red", "blue face"])).is_empty());
    // Dark red is darker than red; a second color is that of the next part.
    let brightness = |picture: &scenewright_generate::Picture| picture.rgb.iter().map(|&c| u64::from(c)).sum::<u64>();
    let shades = ["dark blue wool", "blue wool", "pale blue wool"]
        .map(|word| with(&["grazing", "facing left", "red face", word]));
    assert!(shades.windows(2).all(|pair| !changed(&pair[0], &pair[1]).is_empty()));
    assert_ne!(brightness(&shades[0]), brightness(&shades[2]));
    let two = ["grazing", "facing left", "red", "blue"];
    assert!(changed(&with(&two), &with(&["grazing", "facing left", "red wool", "blue face"])).is_empty());
    assert_eq!(with(&["night"]).encoded.hour, Some(3));
    assert_eq!(with(&["foggy"]).encoded.weather, Some(2));
    let reported = with(&["woollen", "purple roof", "red"]);
    let names: Vec<&str> = reported.encoded.unknown_attributes.iter().map(|word| word.name.as_str()).collect();
    assert_eq!(names, ["woollen", "purple roof"]);
}

#[test]
fn any_size_is_drawn_and_impossible_ones_are_refused() {
    let generator = generator();
    let scene = scene(&["sky", "sheep"]);
    let at = |size| {
        generator.render(&scene, &Request { size: Some(size), looks: LookSource::Decoder, ..Default::default() })
    };
    for (height, width) in [(16, 16), (100, 333), (1024, 48)] {
        let picture = at((height, width)).unwrap();
        assert_eq!((picture.height, picture.width, picture.rgb.len()), (height, width, 3 * height * width));
    }
    for size in [(0, 64), (64, 1025), (15, 15)] {
        assert!(matches!(at(size), Err(GenerateError::Size { .. })), "{size:?}");
    }
}

#[test]
fn odd_scenes_are_drawn_all_the_same() {
    let generator = generator();
    let boxes = [
        [0.5, 0.5, 0.5, 0.5],
        [0.9, 0.9, 0.1, 0.1],
        [-3.0, -2.0, -1.0, -1.0],
        [0.0, 0.0, 1.0, 1.0],
        [1.5, 0.2, 1.9, 0.6],
        [0.3, 0.3, 0.3001, 0.9],
    ];
    for name in ["sheep", "grass", "kite"] {
        // A user cannot pin such boxes; a file or a caller may bring them.
        let scene = scene(&["sky", name, name, name, name, name, name]);
        let kept = scene.nodes().iter().skip(1).zip(boxes).map(|(node, b)| (node.id, UnitBox::from(b))).collect();
        let picture = draw(&generator, &scene, kept);
        assert!(picture.raw.iter().all(|x| x.is_finite()), "{name}");
    }
    let crowd: Vec<&str> = (0..200).map(|i| ["sheep", "tree", "grass"][i % 3]).collect();
    assert_eq!(draw(&generator, &scene(&crowd), Vec::new()).objects.len(), 201);
    let nothing = draw(&generator, &Scene::new(), Vec::new());
    assert_eq!(nothing.objects.len(), 1);
}

/// Objects find their places by age, whatever the order of the list; requested sizes and places are used.
#[test]
fn wishes_are_granted_in_shape_and_nothing_else_moves() {
    let generator = generator();
    let mut plain = scene(&["sky", "grass", "sheep", "tree", "sheep"]);
    let before = draw(&generator, &plain, Vec::new());
    let last = plain.nodes()[4].id;
    let (size, place) = (SizeHint::Large, PlaceHint::new(Across::Left, Down::Bottom));
    plain.apply(&Edit::SetSize { node: last, size: Some(size) }).unwrap();
    plain.apply(&Edit::SetPlace { node: last, place: Some(place) }).unwrap();
    let after = draw(&generator, &plain, Vec::new());
    let bounds = after.box_of(last).unwrap();
    let (least, most) = size.area_range();
    assert!((least..=most).contains(&bounds.area()) && place.region().contains(bounds.center()), "{bounds:?}");
    for node in plain.nodes().iter().take(4) {
        assert_eq!(before.box_of(node.id), after.box_of(node.id), "{}", node.name);
    }
}

#[test]
fn masks_are_exact_at_the_size_of_the_picture() {
    let generator = generator();
    let mut scene = Scene::new();
    let bounds = UnitBox::new(0.25, 0.25, 0.75, 0.75);
    add(&mut scene, NodeDraft { pinned: Some(bounds), ..NodeDraft::new("tree") });
    let picture = draw(&generator, &scene, Vec::new());
    let cover = picture.objects[0].cover.as_ref().unwrap();
    assert_eq!((cover.x, cover.y, cover.width, cover.height), (16, 16, 32, 32));
    for (i, &alpha) in cover.alpha.iter().enumerate() {
        let (x, y) = (i % 32 + 16, i / 32 + 16);
        assert_eq!(cover.at([(x as f32 + 0.5) / 64.0, (y as f32 + 0.5) / 64.0]), alpha);
    }
    assert_eq!(cover.at([0.1, 0.1]), 0.0);
}
