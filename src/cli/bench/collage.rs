//! How fast a collage is drawn: a new scene, and edits of a known one.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;

use super::Args;
use scenewright_generate::{Generator, Request};
use scenewright_scene::{Edit, NodeDraft, NodeId, Scene, UnitBox};

const SIZES_PX: [usize; 2] = [128, 256];
const NAMES: [&str; 8] = ["sky", "grass", "sheep", "horse", "tree", "house", "car", "boy"];

/// One line for each kind of picture and size.
pub fn run(args: &Args, model: &Path) -> Result<()> {
    let generator = Generator::open(model, args.device)?;
    let pause = Duration::from_millis(args.pause);
    let mut scene = Scene::new();
    for name in NAMES.into_iter().filter(|name| generator.vocab.object_id(name).is_some()) {
        scene.apply(&Edit::add(name))?;
    }
    for side in SIZES_PX {
        let draw = |scene: &Scene, kept: &[(NodeId, UnitBox)]| {
            generator.render(scene, &Request { size: Some((side, side)), kept: kept.to_vec(), ..Default::default() })
        };
        let first = draw(&scene, &[])?;
        let kept: Vec<(NodeId, UnitBox)> =
            first.objects.iter().filter_map(|placed| Some((placed.node?, placed.bounds))).collect();
        let timed = |run: &mut dyn FnMut(u64) -> Result<()>| -> Result<Vec<f64>> {
            let mut times = Vec::new();
            for number in 0..u64::from(args.runs) {
                std::thread::sleep(pause);
                let started = Instant::now();
                run(number)?;
                times.push(started.elapsed().as_secs_f64() * 1e3);
            }
            times.sort_by(f64::total_cmp);
            Ok(times)
        };
        let cold = timed(&mut |_| {
            generator.forget_looks();
            draw(&scene, &[])?;
            Ok(())
        })?;
        let mut with_new = Vec::new();
        for number in 0..u64::from(args.runs) {
            // All but the new object is known.
            generator.forget_looks();
            draw(&scene, &kept)?;
            let mut more = scene.clone();
            let pinned = Some(UnitBox::new(0.6, 0.6, 0.8, 0.8));
            let node = Box::new(NodeDraft { pinned, seed: Some(number), ..NodeDraft::new("cow") });
            more.apply(&Edit::AddNode { node })?;
            std::thread::sleep(pause);
            let started = Instant::now();
            draw(&more, &kept)?;
            with_new.push(started.elapsed().as_secs_f64() * 1e3);
        }
        with_new.sort_by(f64::total_cmp);
        let moved = timed(&mut |number| {
            let mut boxes = kept.clone();
            if let Some((_, bounds)) = boxes.last_mut() {
                *bounds = bounds.translated(0.002 * (number % 20) as f32, 0.0);
            }
            draw(&scene, &boxes)?;
            Ok(())
        })?;
        for (what, times) in [("cold scene", cold), ("a new object", with_new), ("an object moved", moved)] {
            let (median, min) = (times[times.len() / 2], times[0]);
            let objects = scene.nodes().len();
            match args.json {
                true => say!(
                    "{}",
                    json!({ "what": what, "size": [side, side], "objects": objects, "median_ms": median, "min_ms": min })
                )?,
                false => {
                    say!("{what} of {objects} objects: {side}×{side}, median {median:.2} ms, fastest {min:.2} ms")?
                }
            }
        }
    }
    Ok(())
}
