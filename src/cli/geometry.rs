//! `scenewright geometry`: trains, evaluates and previews the geometry network of the collage generator.

mod sheet;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use candle_core::Device;
use clap::{Args, Subcommand};

use super::cancel_on_ctrl_c;
use super::train::View;
use scenewright_data::{IllustratedWorld, WorldConfig};
use scenewright_data::{Sample, Split, split};
use scenewright_eval::layout::LayoutTally;
use scenewright_eval::{Benchmark, BenchmarkOptions, EvalError, EvalItem, Generated, Judges, Model, SceneGenerator};
use scenewright_generate::Generator;
use scenewright_model::collage::geometry::{Geometry, Placement};
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::device::DeviceChoice;
use scenewright_scene::encode::encode;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Scene, UnitBox};
use scenewright_train::collage::geometry::figures::{place, placement_figures};
use scenewright_train::collage::geometry::{GeometryTrainConfig, Layout, Layouts, checkpoint};
use scenewright_train::run::Outcome;
use scenewright_train::{Compute, Trainer};

#[derive(Debug, Args)]
pub(crate) struct GeometryArgs {
    #[command(subcommand)]
    command: GeometryCommand,
}

#[derive(Debug, Subcommand)]
enum GeometryCommand {
    /// Start or resume a run
    Train(TrainArgs),
    /// Quality on held-out scenes, beside the mean of each category
    Figures(FiguresArgs),
    /// Scene graphs laid out, drawn with the illustrated world's sprites
    Sheet(SheetArgs),
}

#[derive(Debug, Args)]
struct TrainArgs {
    /// Folder of the new run
    #[arg(long, value_name = "DIR", required_unless_present = "resume")]
    out: Option<PathBuf>,
    /// Resume a run that was stopped or killed
    #[arg(long, value_name = "DIR", conflicts_with = "out")]
    resume: Option<PathBuf>,
    /// Settings of your own (TOML)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct FiguresArgs {
    /// A checkpoint of a run, such as RUN/checkpoints/last
    checkpoint: PathBuf,
    /// Held-out scenes
    #[arg(long, default_value_t = 1000)]
    scenes: u64,
    /// An sg2im model to compare with
    #[arg(long, value_name = "DIR")]
    compare: Option<PathBuf>,
    /// Skip the baselines, which paint pictures
    #[arg(long)]
    quick: bool,
}

#[derive(Debug, Args)]
struct SheetArgs {
    /// A checkpoint of a run, such as RUN/checkpoints/last
    checkpoint: PathBuf,
    /// Scene graphs; without any, held-out scenes
    graphs: Vec<PathBuf>,
    /// Layouts of each graph
    #[arg(long, default_value_t = 4)]
    seeds: u64,
    /// Side of one picture, pixels
    #[arg(long, default_value_t = 160)]
    size: usize,
    /// Lay out every graph from scratch, instead of keeping what the previous graph placed
    #[arg(long)]
    anew: bool,
    /// Output file of the sheet (PNG)
    #[arg(long, value_name = "FILE", default_value = "geometry.png")]
    out: PathBuf,
}

pub fn run(args: &GeometryArgs) -> anyhow::Result<()> {
    match &args.command {
        GeometryCommand::Train(args) => train(args),
        GeometryCommand::Figures(args) => figures(args),
        GeometryCommand::Sheet(args) => sheet::sheet(args),
    }
}

fn train(args: &TrainArgs) -> anyhow::Result<()> {
    let mut run = match (&args.resume, &args.out) {
        (Some(path), _) => Trainer::resume::<GeometryTrainConfig>(path, &Compute::cpu())?,
        (None, Some(out)) => {
            let config = match &args.config {
                None => GeometryTrainConfig::default(),
                Some(path) => {
                    let text = std::fs::read_to_string(path)
                        .with_context(|| format!("cannot read the settings: {}", path.display()))?;
                    toml::from_str(&text).with_context(|| format!("settings in {}", path.display()))?
                }
            };
            Trainer::create(out, config, None, &Compute::cpu())?
        }
        (None, None) => anyhow::bail!("give --out DIR for a new run, or --resume DIR"),
    };
    let cancel = cancel_on_ctrl_c(|| ())?;
    let mut view = View::new(&run);
    let ended = run.run(&cancel, &mut |event| view.show(event));
    drop(view);
    let what = if ended? == Outcome::Finished { "finished" } else { "stopped and saved" };
    let progress = run.progress();
    say!("{what} after {} steps, {:.0} s of training", progress.step, progress.seconds)
}

/// The geometry network as a generator that draws no pictures.
struct Placer {
    net: Geometry,
    vocab: Vocabulary,
}

impl SceneGenerator for Placer {
    fn name(&self) -> String {
        "geometry".into()
    }

    fn size_px(&self) -> (usize, usize) {
        (64, 64)
    }

    fn draw(&self, task: &EvalItem<'_>) -> Result<Generated, EvalError> {
        let keys = keys(task.scene, task.seed);
        let known: Vec<Option<UnitBox>> = task.scene.nodes().iter().map(|node| node.pinned).collect();
        let placements = self.place(task.scene, &known, &keys)?;
        Ok(Generated { boxes: placements.iter().map(|p| p.bounds.into()).collect(), picture: None })
    }
}

impl Placer {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let (net, vocab) = checkpoint::open(path, &Device::Cpu)?;
        Ok(Self { net, vocab })
    }

    /// Placements of the scene's objects; unknown words are an error.
    fn place(&self, scene: &Scene, known: &[Option<UnitBox>], keys: &[u64]) -> candle_core::Result<Vec<Placement>> {
        let encoded = encode(scene, &self.vocab).map_err(candle_core::Error::wrap)?;
        let image = encoded.image_row() as u32;
        let stated = encoded.triples.iter().filter(|[_, _, o]| *o != image);
        let triples: Vec<(u32, u32, u32)> = stated.map(|&[s, p, o]| (s, p, o)).collect();
        let known: Vec<Option<[f32; 4]>> = known.iter().map(|b| b.map(Into::into)).collect();
        self.net.place(&encoded.objects[..encoded.image_row()], &triples, &known, keys)
    }
}

fn keys(scene: &Scene, seed: u64) -> Vec<u64> {
    (0..scene.nodes().len() as u64).map(|row| split::mix(split::mix(seed).wrapping_add(row))).collect()
}

fn figures(args: &FiguresArgs) -> anyhow::Result<()> {
    let placer = Placer::open(&args.checkpoint)?;
    let held_out = Layouts::new(Split::Test, 0)?;
    let layouts = held_out.range(0, args.scenes);
    for known in [0.0, 0.5, 0.9] {
        let figures = placement_figures(&placer.net, &layouts, &held_out.meanings, known, 0)?;
        say!("{:.0} % known: {}", 100.0 * known, serde_json::to_string(&figures)?)?;
    }
    say!("diversity over seeds, 1 - mean IoU of a thing's boxes: {:.4}", diversity(&placer.net, &layouts)?)?;
    for (objects, millis) in large_scenes(&placer.net, &layouts)? {
        say!("{objects} objects of many scenes at once: {millis:.0} ms")?;
    }
    if args.quick {
        return Ok(());
    }
    let (cancel, mut watch) = (CancellationToken::new(), |_: scenewright_eval::Progress| ());
    let options = BenchmarkOptions {
        scenes: args.scenes,
        diversity_graphs: 0,
        stability_graphs: 0,
        ..BenchmarkOptions::default()
    };
    let benchmark = Benchmark::new(&options, &placer, Judges::default(), &cancel, &mut watch)?;
    let mean = benchmark.copy_the_mean();
    let model = args.compare.as_deref().map(|path| -> anyhow::Result<Model> {
        Ok(Model { name: path.display().to_string(), generator: Generator::open(path, DeviceChoice::Cpu)? })
    });
    let model = model.transpose()?;
    let mut generators: Vec<&dyn SceneGenerator> = vec![&placer, &mean];
    generators.extend(model.as_ref().map(|model| model as &dyn SceneGenerator));
    say!("generator | relations met | plausible | IoU | overlapping pairs of things")?;
    let world = IllustratedWorld::new(WorldConfig {
        split: Split::Test,
        width: 64,
        height: 64,
        mask_side: 1,
        ..Default::default()
    })?;
    let mut truth = Pairs::default();
    let samples: Vec<Sample> = {
        use rayon::prelude::*;
        (0..args.scenes)
            .into_par_iter()
            .map(|index| scenewright_data::Dataset::sample(&world, index))
            .collect::<Result<_, _>>()?
    };
    for sample in &samples {
        truth.add(sample, &sample.objects.iter().map(|object| object.bounds).collect::<Vec<_>>());
    }
    for generator in generators {
        let (mut tally, mut pairs) = (LayoutTally::default(), Pairs::default());
        for (index, sample) in samples.iter().enumerate() {
            let scene = scenewright_eval::held_out::scene_of(sample, false);
            let drawn = generator.draw(&EvalItem {
                scene: &scene,
                sample,
                gives_masks: false,
                seed: split::mix(index as u64),
            })?;
            tally.add(sample, &drawn.boxes, &benchmark.dataset_stats);
            pairs.add(sample, &drawn.boxes);
        }
        let (boxes, relations) = tally.finish();
        say!(
            "{} | {:.4} | {:.4} | {:.4} | {:.4}",
            generator.name(),
            relations.met,
            boxes.plausible,
            boxes.iou,
            pairs.share()
        )?;
    }
    say!("real | 1 | | 1 | {:.4}", truth.share())
}

/// How far boxes of one thing lie apart, drawn with different noise.
fn diversity(net: &Geometry, layouts: &[Layout]) -> candle_core::Result<f64> {
    let (mut sum, mut count) = (0.0, 0u64);
    for layout in &layouts[..layouts.len().min(200)] {
        let known = vec![None; layout.objects.len()];
        let (one, two) = (place(net, layout, &known, 1)?, place(net, layout, &known, 2)?);
        for row in (0..one.len()).filter(|&row| layout.things[row]) {
            sum += f64::from(UnitBox::from(one[row].bounds).iou(&two[row].bounds.into()));
            count += 1;
        }
    }
    Ok(1.0 - sum / count.max(1) as f64)
}

/// Layouts joined into one of so many objects: its time, all boxes free.
fn large_scenes(net: &Geometry, layouts: &[Layout]) -> candle_core::Result<Vec<(usize, f64)>> {
    let mut times = Vec::new();
    for objects in [8, 50, 200] {
        let mut joined = Layout::default();
        for layout in layouts {
            let offset = joined.objects.len();
            joined.objects.extend(&layout.objects);
            joined.relations.extend(layout.relations.iter().map(|&(s, p, o)| (offset + s, p, offset + o)));
            if joined.objects.len() >= objects {
                break;
            }
        }
        joined.objects.truncate(objects);
        joined.relations.retain(|&(s, _, o)| s < objects && o < objects);
        let known = vec![None; joined.objects.len()];
        let started = Instant::now();
        place(net, &joined, &known, 0)?;
        times.push((joined.objects.len(), started.elapsed().as_secs_f64() * 1e3));
    }
    Ok(times)
}

/// Pairs of things whose boxes meet.
#[derive(Default)]
struct Pairs {
    meet: u64,
    of: u64,
}

impl Pairs {
    fn add(&mut self, sample: &Sample, boxes: &[UnitBox]) {
        let is_thing = |row: usize| sample.objects[row].variant.is_some();
        for b in (0..boxes.len()).filter(|&b| is_thing(b)) {
            for a in (0..b).filter(|&a| is_thing(a)) {
                self.of += 1;
                self.meet += u64::from(boxes[a].clamped().intersection(&boxes[b].clamped()).is_some());
            }
        }
    }

    fn share(&self) -> f64 {
        self.meet as f64 / self.of.max(1) as f64
    }
}
