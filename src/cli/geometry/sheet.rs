//! Sheets of layouts: predicted boxes, filled with the illustrated world's sprites.

use anyhow::Context;

use super::{Placer, SheetArgs, keys};
use scenewright_data::{IllustratedWorld, WorldConfig};
use scenewright_data::{Split, split};
use scenewright_formats::read_scenes;
use scenewright_illustrated::composition::{
    Composition, Rest, SceneLayer, SceneLight, Stuff, Thing, TimeOfDay, Weather,
};
use scenewright_illustrated::grammar::material;
use scenewright_illustrated::preview::{self, PreviewView};
use scenewright_model::collage::geometry::Placement;
use scenewright_scene::{Scene, UnitBox};

pub(super) fn sheet(args: &SheetArgs) -> anyhow::Result<()> {
    let placer = Placer::open(&args.checkpoint)?;
    let world = IllustratedWorld::new(WorldConfig {
        split: Split::Test,
        width: args.size,
        height: args.size,
        ..Default::default()
    })?;
    let mut samples = Vec::new();
    let mut columns = 8;
    for path in &args.graphs {
        let scenes = read_scenes(path)?;
        columns = scenes.len().clamp(1, 8);
        for seed in 0..args.seeds {
            let mut before: Vec<(String, UnitBox)> = Vec::new();
            for scene in &scenes {
                let kept = |(row, node): (usize, &scenewright_scene::Node)| {
                    let (name, bounds) = before.get(row)?;
                    (*name == node.name && !args.anew).then_some(*bounds)
                };
                let known: Vec<Option<UnitBox>> = scene.nodes().iter().enumerate().map(kept).collect();
                let placements = placer.place(scene, &known, &keys(scene, seed))?;
                before =
                    scene.nodes().iter().zip(&placements).map(|(n, p)| (n.name.clone(), p.bounds.into())).collect();
                let composition = composition(&world, &placer, scene, &placements, seed)?;
                let title = scene.relations().last().map_or(String::new(), |r| {
                    let name = |id| scene.node(id).map_or("", |node| node.name.as_str());
                    format!("{} {} {}", name(r.subject), r.predicate, name(r.object))
                });
                samples.push((title, world.render(&composition, args.size, args.size)?));
            }
        }
    }
    if args.graphs.is_empty() {
        for index in 0..16 {
            let sample = scenewright_data::Dataset::sample(&world, index)?;
            let scene = scenewright_eval::held_out::scene_of(&sample, false);
            samples.push(("real".to_owned(), sample));
            for seed in 0..args.seeds.min(7) {
                let known = vec![None; scene.nodes().len()];
                let placements = placer.place(&scene, &known, &keys(&scene, split::mix(index) ^ seed))?;
                let composition = composition(&world, &placer, &scene, &placements, seed)?;
                samples.push((format!("seed {seed}"), world.render(&composition, args.size, args.size)?));
            }
        }
        columns = 1 + args.seeds.min(7) as usize;
    }
    let image = preview::sheet(&samples, &[PreviewView::Picture], columns);
    image.save(&args.out).with_context(|| format!("cannot write the sheet: {}", args.out.display()))?;
    say!("{}", args.out.display())
}

/// Placements as a scene of the illustrated world's sprites.
fn composition(
    world: &IllustratedWorld,
    placer: &Placer,
    scene: &Scene,
    placements: &[Placement],
    seed: u64,
) -> anyhow::Result<Composition> {
    let mut order: Vec<usize> = (0..placements.len()).collect();
    order.sort_by(|&a, &b| placements[a].depth.total_cmp(&placements[b].depth));
    let mut layers = Vec::new();
    for row in order {
        let name = &scene.nodes()[row].name;
        let name = placer.vocab.object_id(name).map_or(name.as_str(), |id| placer.vocab.object_name(id));
        let bounds = UnitBox::from(placements[row].bounds);
        let own = split::mix(seed.wrapping_add(row as u64));
        layers.push(match (material::from_name(name), world.cast().find(name)) {
            (Some(material), _) => SceneLayer::Stuff(Stuff { material, bounds, seed: own, color: None }),
            (None, Some(role)) => {
                let role = &world.cast().roles[role];
                let aspect = bounds.width() / bounds.height();
                let look = role
                    .looks
                    .iter()
                    .min_by(|a, b| (a.aspect / aspect).ln().abs().total_cmp(&(b.aspect / aspect).ln().abs()));
                let look = look.with_context(|| format!("no drawing of {name}"))?;
                let colors = look.slots.iter().filter_map(|(slot, words)| {
                    Some((slot.clone(), words.get(own as usize % words.len().max(1))?.clone()))
                });
                SceneLayer::Thing(Thing {
                    category: role.name.clone(),
                    variant: look.name.clone(),
                    mirrored: own & 1 == 1,
                    colors: colors.collect(),
                    bounds,
                    rests: Rest::Ground,
                })
            }
            (None, None) => anyhow::bail!("\"{name}\" has no drawing"),
        });
    }
    let light = SceneLight { time: TimeOfDay::Day, weather: Weather::Clear };
    Ok(Composition { seed, kind: "sheet".into(), light, layers, relations: Vec::new() })
}
