use super::super::composition::{Material, Rest, SceneLight, Stuff, Thing, TimeOfDay, Weather};
use super::examples::{Writer, scenes};
use super::*;
use scenewright_scene::UnitBox;

const DAY: SceneLight = SceneLight { time: TimeOfDay::Day, weather: Weather::Clear };

const MATERIALS: [Material; 24] = {
    use Material::*;
    [
        Sky, Clouds, Grass, Field, Hill, Mountain, Forest, Ocean, Lake, River, Water, Wave, Sand, Snow, Dirt, Street,
        Road, Sidewalk, Line, Floor, Carpet, Wall, Brick, Ice,
    ]
};

fn only(layers: Vec<SceneLayer>, light: SceneLight) -> Composition {
    Composition { seed: 5, kind: "test".to_owned(), light, layers, relations: Vec::new() }
}

/// x0, y0, x1, y1 of the pixels of the picture whose alpha is at least `least`.
fn box_of(layer: &PaintedLayer, least: u8) -> Option<[usize; 4]> {
    let Window { x, y, width, .. } = layer.window;
    let places = layer.alpha.iter().enumerate().filter(|(_, alpha)| **alpha >= least);
    places.map(|(i, _)| [x + i % width, y + i / width]).fold(None, |found, [x, y]| {
        let [x0, y0, x1, y1] = found.unwrap_or([x, y, x + 1, y + 1]);
        Some([x0.min(x), y0.min(y), x1.max(x + 1), y1.max(y + 1)])
    })
}

fn misfit_px(found: [usize; 4], bounds: &UnitBox, side: u32) -> f32 {
    let wanted: [f32; 4] = (*bounds).into();
    (0..4).map(|i| (found[i] as f32 - wanted[i].clamp(0.0, 1.0) * side as f32).abs()).fold(0.0, f32::max)
}

#[test]
fn stuff_stays_within_its_bounds_and_reaches_each_side() {
    let library = SpriteLibrary::default();
    let mut misfits = Vec::new();
    let boxes = [
        [0.0, 0.5, 1.0, 1.0],
        [0.0, 0.3, 1.0, 0.55],
        [0.2, 0.4, 0.8, 0.7],
        [0.0, 0.2, 0.6, 0.5],
        [0.4, 0.33, 1.0, 0.6],
    ];
    for (material, seed) in MATERIALS.into_iter().flat_map(|material| (0..12).map(move |seed| (material, seed))) {
        for corners in boxes {
            let bounds = UnitBox::from(corners);
            let stuff = Stuff { material, bounds, seed, color: None };
            let painting =
                paint(&only(vec![SceneLayer::Stuff(stuff)], DAY), &library, 128, 128, KeptLayers::Masks).unwrap();
            let found = box_of(&painting.layers[0], 96).unwrap();
            let misfit = misfit_px(found, &bounds, 128);
            if misfit > 1.5 {
                misfits.push(format!("{material:?} seed {seed} {corners:?}: {found:?}"));
            }
        }
    }
    assert_eq!(misfits, [""; 0]);
}

#[test]
fn an_outline_does_not_change_with_the_light() {
    let library = SpriteLibrary::default();
    for material in MATERIALS {
        let alpha = |light: SceneLight| {
            let bounds = UnitBox::new(0.1, 0.4, 0.9, 0.9);
            let stuff = Stuff { material, bounds, seed: 4, color: None };
            paint(&only(vec![SceneLayer::Stuff(stuff)], light), &library, 64, 64, KeptLayers::Masks)
                .unwrap()
                .layers
                .remove(0)
                .alpha
        };
        let night = SceneLight { time: TimeOfDay::Night, weather: Weather::Snow };
        assert_eq!(alpha(DAY), alpha(night), "{material:?}");
    }
}

#[test]
fn every_bundled_sprite_fills_its_box_to_a_pixel() {
    let library = SpriteLibrary::bundled();
    assert_eq!(library.problems, []);
    let (mut drawings, mut faults) = (0, Vec::new());
    for (category, variant) in library.iter().flat_map(|c| c.variants.iter().map(move |v| (c, v))) {
        let name = format!("{}/{}", category.name, variant.name);
        let shape = variant.shape().unwrap_or_else(|error| panic!("{error}"));
        let scale = 0.7 / shape.aspect.max(1.0);
        let bounds = UnitBox::from_center([0.47, 0.52], scale * shape.aspect, scale);
        let mirrored = drawings % 2 == 1;
        let (category, variant) = (category.name.clone(), variant.name.clone());
        let thing = Thing { category, variant, mirrored, colors: Vec::new(), bounds, rests: Rest::Air };
        let painting =
            paint(&only(vec![SceneLayer::Thing(thing)], DAY), &library, 128, 128, KeptLayers::Masks).unwrap();
        // Ends of thin things, such as strings and masts, are never opaque at this size.
        let found = box_of(&painting.layers[0], 24).unwrap_or_else(|| panic!("{name} is empty"));
        let wanted: [f32; 4] = bounds.into();
        let short = |i: usize| (found[i] as f32 - wanted[i] * 128.0) * if i < 2 { 1.0 } else { -1.0 };
        if !(0..4).all(|i| short(i) <= 2.0) {
            faults.push(format!("{name}: {found:?} for {bounds:?}"));
        }
        let opaque = box_of(&painting.layers[0], 128).unwrap_or_else(|| panic!("{name} is faint"));
        let inside = UnitBox::new(opaque[0] as f32, opaque[1] as f32, opaque[2] as f32, opaque[3] as f32);
        let allowed = UnitBox::new(
            bounds.x0 * 128.0 - 1.0,
            bounds.y0 * 128.0 - 1.0,
            bounds.x1 * 128.0 + 1.0,
            bounds.y1 * 128.0 + 1.0,
        );
        assert!(allowed.contains_box(&inside), "{name}: {opaque:?} for {bounds:?}");
        drawings += 1;
    }
    assert!(drawings >= 350, "{drawings}");
    assert_eq!(faults, [""; 0]);
}

#[test]
fn later_layers_cover_earlier_ones_and_masks_say_so() {
    let library = SpriteLibrary::bundled();
    let write = Writer::new(&library, "test", TimeOfDay::Evening, Weather::Clear);
    let composition = write
        .stuff(Material::Sky, [0.0, 0.0, 1.0, 0.6])
        .stuff(Material::Grass, [0.0, 0.5, 1.0, 1.0])
        .thing("house/cottage", [0.5, 0.8, 0.4], Rest::Air, &[("roof", "blue")])
        .thing("cow/standing", [0.55, 0.9, 0.3], Rest::Air, &[])
        .done();
    let painting = paint(&composition, &library, 96, 96, KeptLayers::Layers).unwrap();
    // The layers over each other, over the plain sky that shows in gaps, make the picture.
    let scene = Scene::new(&composition, 96, 96);
    let mut image: Vec<f32> = sky::backdrop(&scene).into_iter().map(f32::from).collect();
    let mut shown = vec![0u32; 96 * 96];
    for layer in &painting.layers {
        let Window { x, y, width, .. } = layer.window;
        assert_eq!(layer.rgba.len(), layer.alpha.len() * 4);
        for (i, pixel) in layer.rgba.chunks_exact(4).enumerate() {
            let place = (y + i / width) * 96 + x + i % width;
            let alpha = f32::from(pixel[3]) / 255.0;
            assert_eq!(pixel[3], layer.alpha[i]);
            assert!(layer.visible[i] <= layer.alpha[i]);
            shown[place] += u32::from(layer.visible[i]);
            for channel in 0..3 {
                let under = &mut image[place * 3 + channel];
                *under += (f32::from(pixel[channel]) - *under) * alpha;
            }
        }
    }
    let worst = image.iter().zip(&painting.image).map(|(a, b)| (a - f32::from(*b)).abs()).fold(0.0, f32::max);
    assert!(worst <= 3.0, "{worst}");
    assert!(shown.iter().all(|&sum| sum <= 259), "visible shares of a pixel never exceed the whole");
    let cow = painting.layers.last().unwrap();
    assert_eq!(cow.visible, cow.alpha, "nothing lies over the last layer");
    let house = &painting.layers[2];
    assert!(
        house.visible.iter().zip(&house.alpha).any(|(seen, alpha)| *alpha == 255 && *seen == 0),
        "the cow hides a part"
    );
}

#[test]
fn the_same_composition_gives_the_same_picture() {
    let compositions = |library: &SpriteLibrary| scenes(library, TimeOfDay::Evening, Weather::Snow);
    let library = SpriteLibrary::bundled();
    let all = compositions(&library);
    let first: Vec<_> = all.iter().map(|c| paint(c, &library, 96, 64, KeptLayers::Layers).unwrap()).collect();
    // Another library with a tiny cache, in another order, on several threads, keeping less.
    let mut other = SpriteLibrary::bundled();
    other.set_cache_limit(1);
    std::thread::scope(|scope| {
        for (composition, first) in all.iter().zip(&first).rev() {
            let other = &other;
            scope.spawn(move || {
                let again = paint(composition, other, 96, 64, KeptLayers::Picture).unwrap();
                assert_eq!(again.image, first.image, "{}", composition.kind);
                assert!(again.layers.is_empty());
            });
        }
    });
}

#[test]
fn what_lies_outside_of_the_picture_is_no_fault() {
    let library = SpriteLibrary::bundled();
    for corners in [
        [1.2, 0.2, 1.6, 0.5],
        [-0.5, -0.5, -0.1, -0.1],
        [0.5, 0.5, 0.5, 0.5],
        [0.4, 0.4, 0.2, 0.2],
        [f32::NAN; 4],
        [-9.0, -9.0, 9.0, 9.0],
    ] {
        let bounds = UnitBox::from(corners);
        let mut layers: Vec<SceneLayer> =
            MATERIALS.map(|material| SceneLayer::Stuff(Stuff { material, bounds, seed: 1, color: None })).into();
        for rests in [Rest::Ground, Rest::Water, Rest::Air] {
            let (category, variant) = ("sheep".to_owned(), "standing".to_owned());
            layers.push(SceneLayer::Thing(Thing {
                category,
                variant,
                mirrored: true,
                colors: Vec::new(),
                bounds,
                rests,
            }));
        }
        for (width, height) in [(1, 1), (7, 3), (64, 64)] {
            let painting = paint(&only(layers.clone(), DAY), &library, width, height, KeptLayers::Layers).unwrap();
            assert_eq!(painting.image.len(), (width * height * 3) as usize);
            assert_eq!(painting.layers.len(), layers.len());
        }
    }
}

#[test]
fn what_cannot_be_painted_is_named() {
    let library = SpriteLibrary::bundled();
    let thing = |category: &str, word: &str| {
        let colors = vec![("wool".to_owned(), word.to_owned())];
        let (category, bounds) = (category.to_owned(), UnitBox::new(0.2, 0.2, 0.6, 0.6));
        let variant = "standing".to_owned();
        let thing = Thing { category, variant, mirrored: false, colors, bounds, rests: Rest::Air };
        paint(&only(vec![SceneLayer::Thing(thing)], DAY), &library, 32, 32, KeptLayers::Picture)
    };
    assert!(thing("sheep", "white").is_ok());
    assert!(matches!(thing("griffin", "white"), Err(PaintError::NoSprite { .. })));
    assert!(matches!(thing("sheep", "mauve"), Err(PaintError::NoColor(word)) if word == "mauve"));
    assert!(matches!(paint(&only(vec![], DAY), &library, 0, 32, KeptLayers::Picture), Err(PaintError::Size { .. })));
}

/// Not a test: writes sheets of the twelve scenes for the eyes into the folder that LOOK names.
#[test]
#[ignore = "writes pictures to look at"]
fn look() {
    let Ok(folder) = std::env::var("LOOK") else { return };
    let library = SpriteLibrary::bundled();
    let side: u32 = std::env::var("LOOK_PX").map_or(256, |text| text.parse().unwrap());
    for (name, time, weather) in [
        ("day", TimeOfDay::Day, Weather::Clear),
        ("evening", TimeOfDay::Evening, Weather::Clear),
        ("night", TimeOfDay::Night, Weather::Clear),
        ("morning-fog", TimeOfDay::Morning, Weather::Fog),
        ("snow", TimeOfDay::Day, Weather::Snow),
        ("cloudy", TimeOfDay::Day, Weather::Cloudy),
    ] {
        let mut sheet = image::RgbImage::from_pixel(4 * (side + 4), 3 * (side + 4), image::Rgb([255; 3]));
        for (index, composition) in scenes(&library, time, weather).iter().enumerate() {
            let painting = paint(composition, &library, side, side, KeptLayers::Picture).unwrap();
            let picture = image::RgbImage::from_raw(side, side, painting.image).unwrap();
            let (column, row) = (index as u32 % 4, index as u32 / 4);
            image::imageops::replace(&mut sheet, &picture, (column * (side + 4)).into(), (row * (side + 4)).into());
        }
        sheet.save(format!("{folder}/tmp_paint_{name}_{side}.png")).unwrap();
    }
}

/// Not a test: scenes a second on two threads, caches warm.
#[test]
#[ignore = "a measurement; run it in a release build"]
fn speed() {
    let library = SpriteLibrary::bundled();
    let all: Vec<_> = [TimeOfDay::Day, TimeOfDay::Evening, TimeOfDay::Night]
        .into_iter()
        .flat_map(|time| scenes(&library, time, Weather::Clear))
        .collect();
    for keep in [KeptLayers::Picture, KeptLayers::Masks, KeptLayers::Layers] {
        let rounds = 10;
        let round = || all.iter().for_each(|c| drop(paint(c, &library, 128, 128, keep).unwrap()));
        round();
        let start = std::time::Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| (0..rounds).for_each(|_| round()));
            }
        });
        let scenes = 2 * rounds * all.len();
        println!("{keep:?}: {:.0} scenes a second", scenes as f64 / start.elapsed().as_secs_f64());
    }
    for composition in &all[..12] {
        let start = std::time::Instant::now();
        (0..40).for_each(|_| drop(paint(composition, &library, 128, 128, KeptLayers::Picture).unwrap()));
        println!("{}: {} us, {} layers", composition.kind, start.elapsed().as_micros() / 40, composition.layers.len());
    }
}

/// Not a test: every material in three boxes.
#[test]
#[ignore = "writes pictures to look at"]
fn look_at_materials() {
    let Ok(folder) = std::env::var("LOOK") else { return };
    let mut sheet = image::RgbImage::from_pixel(12 * 132, 6 * 132, image::Rgb([255; 3]));
    let boxes = [[0.0, 0.45, 1.0, 1.0], [0.15, 0.35, 0.85, 0.7], [0.0, 0.3, 0.6, 0.6]];
    for (index, material) in MATERIALS.into_iter().enumerate() {
        for (row, corners) in boxes.into_iter().enumerate() {
            let stuff = |material, bounds: [f32; 4], seed| {
                SceneLayer::Stuff(Stuff { material, bounds: UnitBox::from(bounds), seed, color: None })
            };
            let mut layers =
                vec![stuff(Material::Sky, [0.0, 0.0, 1.0, 0.5], 1), stuff(Material::Grass, [0.0, 0.5, 1.0, 1.0], 2)];
            layers.push(stuff(material, corners, 10 + row as u64));
            let painting = paint(&only(layers, DAY), &SpriteLibrary::default(), 128, 128, KeptLayers::Picture).unwrap();
            let picture = image::RgbImage::from_raw(128, 128, painting.image).unwrap();
            let (x, y) = (index as i64 % 12 * 132, (index as i64 / 12 * 3 + row as i64) * 132);
            image::imageops::replace(&mut sheet, &picture, x, y);
        }
    }
    sheet.save(format!("{folder}/tmp_paint_materials.png")).unwrap();
}
