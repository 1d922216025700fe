use super::super::composition::{TimeOfDay, Weather};
use super::examples::scenes;
use super::*;

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
            let painting = paint(composition, &library, side, side, Keep::Picture).unwrap();
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
    for keep in [Keep::Picture, Keep::Masks, Keep::Layers] {
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
        (0..40).for_each(|_| drop(paint(composition, &library, 128, 128, Keep::Picture).unwrap()));
        println!("{}: {} us, {} layers", composition.kind, start.elapsed().as_micros() / 40, composition.layers.len());
    }
}

/// Not a test: the contact sheet of all sprites.
#[test]
#[ignore = "writes pictures to look at"]
fn sheet_of_sprites() {
    let Ok(folder) = std::env::var("LOOK") else { return };
    for (page, sheet) in super::super::sheet::sprites(&SpriteLibrary::bundled()).iter().enumerate() {
        sheet.save(format!("{folder}/tmp_paint_sprites_{page}.png")).unwrap();
    }
}
