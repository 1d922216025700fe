//! `scenewright render`: scene graphs to pictures.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use candle_core::{DType, Device, Tensor};
use indicatif::{ProgressBar, ProgressStyle};

use crate::device::DeviceChoice;
use crate::export;
use crate::generate::{Generator, Picture, Request};
use crate::interchange::{read_scenes, write_atomically};
use crate::scene::Scene;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scenewright render assets/scenes/sheep.json --model models/vg128
  scenewright render figure_6_sheep.json --model models/vg128 --out pictures --seed 7
  scenewright render figure_6_street.json --model models/vg128 --only 0,6 --scale 4

Graph 2 of sheep.json becomes sheep-2.png, sheep-2-boxes.png, sheep-2-masks.png and sheep-2.json.")]
pub struct Args {
    /// Scene graphs; a file holds one graph or a list of them
    #[arg(required = true, value_name = "GRAPH.json")]
    graphs: Vec<PathBuf>,
    /// Model folder
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Where the pictures go
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    /// Seed of the noise, instead of the scene's own
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// auto, cpu, cuda:N or metal
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// Only these graphs of each file, counted from 0
    #[arg(long, value_name = "I,J", value_delimiter = ',')]
    only: Option<Vec<usize>>,
    /// Enlarge the pictures N times
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=32))]
    scale: u32,
    /// Noise by graph number, or "noise" for all, instead of the seed's
    #[arg(long, value_name = "FILE.safetensors")]
    noise: Option<PathBuf>,
    /// Write boxes, masks and raw images of all graphs as tensors
    #[arg(long, value_name = "FILE.safetensors")]
    dump: Option<PathBuf>,
}

/// A graph to be drawn and what its files are called.
struct Job {
    scene: Scene,
    name: String,
    index: usize,
}

pub fn run(args: &Args) -> Result<()> {
    let Some(model) = &args.model else {
        bail!(
            "no model is bundled with this version. Name one with --model; \
             `scenewright import CHECKPOINT.pt --out DIR` makes one from a checkpoint of google/sg2im"
        );
    };
    let jobs = jobs(args)?;
    ensure!(args.dump.is_none() || args.graphs.len() == 1, "--dump takes the graphs of one file; give one file");
    let noise = args.noise.as_deref().map(NoiseFile::open).transpose()?;
    let generator = Generator::open(model, args.device)?;
    if let Some(note) =
        generator.device_note.as_ref().filter(|_| args.device != DeviceChoice::Auto || cfg!(feature = "cuda"))
    {
        eprintln!("{note}");
    }
    fs::create_dir_all(&args.out).with_context(|| format!("cannot make the folder {}", args.out.display()))?;
    let progress = progress(jobs.len());
    let mut dump = Dump::default();
    for job in &jobs {
        let noise = noise.as_ref().map(|noise| noise.of(job.index)).transpose()?;
        let request = Request { seed: args.seed, noise };
        let picture = generator.render(&job.scene, &request).with_context(|| format!("graph {}", job.name))?;
        write(args, job, &picture, &generator, model)?;
        if args.dump.is_some() {
            dump.add(job.index, &picture)?;
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    if let Some(path) = &args.dump {
        write_atomically(path, &dump.bytes()?)?;
    }
    let what = if jobs.len() == 1 { "1 graph" } else { &format!("{} graphs", jobs.len()) };
    println!("drew {what} into {} ({})", args.out.display(), generator.device_name);
    Ok(())
}

/// All graphs of all files; two files of one name do not overwrite each other's pictures.
fn jobs(args: &Args) -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    let mut stems = HashSet::new();
    for path in &args.graphs {
        let stem = path.file_stem().map_or_else(|| "scene".into(), |stem| stem.to_string_lossy().into_owned());
        ensure!(
            stems.insert(stem.clone()),
            "two files are called \"{stem}\"; their pictures would overwrite each other. Draw them one by one: {}",
            path.display()
        );
        let scenes = read_scenes(path)?;
        let count = scenes.len();
        if let Some(missing) = args.only.iter().flatten().find(|&&index| index >= count) {
            bail!("--only {missing}: there are {count} graphs, counted from 0: {}", path.display());
        }
        for (index, scene) in scenes.into_iter().enumerate() {
            if args.only.as_ref().is_none_or(|only| only.contains(&index)) {
                jobs.push(Job { scene, name: format!("{stem}-{index}"), index });
            }
        }
    }
    Ok(jobs)
}

fn write(args: &Args, job: &Job, picture: &Picture, generator: &Generator, model: &Path) -> Result<()> {
    let save = |suffix: &str, bytes: &[u8]| write_atomically(&args.out.join(format!("{}{suffix}", job.name)), bytes);
    let (scene, vocab) = (&job.scene, &generator.vocab);
    save(".png", &export::png(&export::image(picture, args.scale))?)?;
    save("-boxes.png", &export::png(&export::boxes(picture, scene, vocab, args.scale))?)?;
    save("-masks.png", &export::png(&export::masks(picture, scene, vocab, args.scale))?)?;
    let model = model.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let report = export::report(picture, scene, &model, &generator.device_name);
    save(".json", format!("{}\n", serde_json::to_string_pretty(&report)?).as_bytes())?;
    Ok(())
}

fn progress(count: usize) -> ProgressBar {
    if count < 2 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} graphs, {eta} left");
    ProgressBar::new(count as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Noise that was drawn elsewhere.
struct NoiseFile {
    tensors: HashMap<String, Tensor>,
    path: PathBuf,
}

impl NoiseFile {
    fn open(path: &Path) -> Result<Self> {
        let tensors = candle_core::safetensors::load(path, &Device::Cpu)
            .with_context(|| format!("cannot read the noise: {}", path.display()))?;
        Ok(Self { tensors, path: path.to_owned() })
    }

    fn of(&self, index: usize) -> Result<Tensor> {
        let found = self.tensors.get(&index.to_string()).or_else(|| self.tensors.get("noise"));
        let Some(noise) = found else {
            bail!(
                "there is no noise for graph {index}; name it \"{index}\", or \"noise\" for all: {}",
                self.path.display()
            );
        };
        let noise = if noise.rank() == 3 { noise.unsqueeze(0)? } else { noise.clone() };
        Ok(noise.to_dtype(DType::F32)?)
    }
}

/// Tensors of every graph, in the order they were drawn.
#[derive(Default)]
struct Dump {
    tensors: Vec<(String, Tensor)>,
}

impl Dump {
    fn add(&mut self, index: usize, picture: &Picture) -> Result<()> {
        let cpu = &Device::Cpu;
        let boxes: Vec<f32> = picture
            .objects
            .iter()
            .flat_map(|placed| [placed.bounds.x0, placed.bounds.y0, placed.bounds.x1, placed.bounds.y1])
            .collect();
        let count = picture.objects.len();
        let objects: Vec<i64> = picture.encoded.objects.iter().map(|&id| id.into()).collect();
        let triples: Vec<i64> = picture.encoded.triples.iter().flatten().map(|&id| id.into()).collect();
        let mut put = |name: &str, tensor: Tensor| self.tensors.push((format!("{index}/{name}"), tensor));
        put("boxes", Tensor::from_vec(boxes, (count, 4), cpu)?);
        let masks: Vec<_> = picture.objects.iter().filter_map(|placed| placed.mask.as_ref()).collect();
        if let Some(first) = masks.first() {
            let values: Vec<f32> = masks.iter().flat_map(|mask| &mask.values).copied().collect();
            put("masks", Tensor::from_vec(values, (masks.len(), first.side, first.side), cpu)?);
        }
        put("image", Tensor::from_vec(picture.raw.clone(), (3, picture.height, picture.width), cpu)?);
        put("objs", Tensor::from_vec(objects, count, cpu)?);
        put("triples", Tensor::from_vec(triples, (picture.encoded.triples.len(), 3), cpu)?);
        Ok(())
    }

    fn bytes(self) -> Result<Vec<u8>> {
        Ok(safetensors::serialize(self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)), None)?)
    }
}
