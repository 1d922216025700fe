//! `scenewright render`: scene graphs to pictures.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use super::tensors::{Dump, NoiseFile};
use super::warn;
use crate::engine::process;
use scenewright_formats::write_atomically;
use scenewright_generate::export;
use scenewright_generate::{GenerateError, Generator, Picture, Request};
use scenewright_nn::device::DeviceChoice;
use scenewright_scene::encode::EncodeError;
use scenewright_scene::{Edit, Scene};

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scenewright render assets/scenes/sheep.json
  scenewright render assets/examples/meadow-steps.json --model models/sg2im-illustrated --out pictures --seed 7
  scenewright render assets/examples/meadow-steps.json --only 0,4 --size 512

Scenes and models that come with the program are inside it: assets/… and models/… name them in any folder where there is no such file.

What cannot be read or drawn is left out and reported at the end, with exit code 1. Scene graphs of other programs are recognized: Visual Genome,
GQA, VRD, PSG, LAION-SG, Open Images, predictions of scene-graph generators, triples by name, Graphviz DOT.

Graph 2 of sheep.json becomes sheep-2.png, sheep-2-boxes.png, sheep-2-masks.png and sheep-2.json.")]
pub(crate) struct Args {
    /// Scene graphs; a file holds one graph or a list of them, a folder files
    #[arg(required = true, value_name = "GRAPH.json|DIR")]
    graphs: Vec<PathBuf>,
    /// Model folder; the bundled models/collage-illustrated by default
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Output folder
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
    /// Draw at another size than the model's own, pixels of a side (collage models)
    #[arg(long, value_name = "PIXELS", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(16..=1024))]
    size: Option<usize>,
    /// Draw only what the graphs name: no ground, sky or room is added (collage models)
    #[arg(long)]
    no_completion: bool,
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

/// A graph to be drawn, its number in its file, and what its pictures are called.
struct RenderTask {
    scene: Scene,
    path: PathBuf,
    index: usize,
    name: String,
}

/// What was not drawn, and why: a text each.
#[derive(Default)]
struct Failures {
    texts: Vec<String>,
    /// How many graphs these are, where that is known.
    graphs: usize,
}

impl Failures {
    fn error(&self) -> anyhow::Error {
        anyhow!(self.texts.join("\n"))
    }
}

pub fn run(args: &Args) -> Result<()> {
    let model = &super::model_or_bundled(args.model.as_deref())?;
    let (mut jobs, mut failures) = jobs(args)?;
    if args.no_completion {
        let off = Edit::SetCompletion { is_on: false };
        jobs.iter_mut().try_for_each(|job| job.scene.apply(&off).map(|_| ()))?;
    }
    ensure!(args.dump.is_none() || args.graphs.len() == 1, "--dump takes the graphs of one file; give one file");
    let noise = args.noise.as_deref().map(NoiseFile::open).transpose()?;
    args.dump.as_deref().map_or(Ok(()), Dump::check_target)?;
    spare_inputs(args, &jobs)?;
    let generator = Generator::open(model, args.device)?.with_clock(process::clock);
    if let Some(note) =
        generator.device_note.as_ref().filter(|_| args.device != DeviceChoice::Auto || cfg!(feature = "cuda"))
    {
        warn(format_args!("{note}"));
    }
    check(&mut jobs, &mut failures, &generator, noise.as_ref())?;
    // A dump holds the tensors of all graphs or is not written.
    if jobs.is_empty() || args.dump.is_some() && !failures.texts.is_empty() {
        return Err(failures.error());
    }
    for job in &jobs {
        for odd in super::graph::oddities(&job.scene) {
            warn(format_args!("graph {}: {odd}: {}", job.index, job.path.display()));
        }
    }
    fs::create_dir_all(&args.out)
        .map_err(|error| anyhow!("cannot make the folder: {error}: {}", args.out.display()))?;
    let failed_before = failures.graphs;
    let progress = progress(jobs.len());
    let mut dump = Dump::default();
    for job in &jobs {
        let noise = noise.as_ref().map(|noise| noise.of(job.index)).transpose()?;
        let size = args.size.map(|side| (side, side));
        let request = Request { seed: args.seed, noise, size, ..Default::default() };
        let picture = match generator.render(&job.scene, &request) {
            Ok(picture) => picture,
            Err(error) if args.dump.is_some() || jobs.len() == 1 => return Err(anyhow!(located(job, error))),
            Err(error) => {
                failures.texts.push(located(job, error));
                failures.graphs += 1;
                progress.inc(1);
                continue;
            }
        };
        for word in &picture.encoded.unknown_attributes {
            warn(format_args!(
                "graph {}: \"{}\" is not drawn; this model does not know such a look",
                job.index, word.name
            ));
        }
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
    let drawn = jobs.len() - (failures.graphs - failed_before);
    let what = if drawn == 1 { "1 graph" } else { &format!("{drawn} graphs") };
    say!("drew {what} into {} ({})", args.out.display(), generator.device_name)?;
    if failures.texts.is_empty() { Ok(()) } else { Err(anyhow!("not drawn:\n{}", failures.texts.join("\n"))) }
}

/// All graphs of all files; two files of one name do not overwrite each other's pictures. Where many files are given, one that cannot be
/// read does not keep the others from being drawn.
fn jobs(args: &Args) -> Result<(Vec<RenderTask>, Failures)> {
    let mut jobs = Vec::new();
    let mut failures = Failures::default();
    let mut stems = HashSet::new();
    let mut files = Vec::new();
    for path in &args.graphs {
        match path.is_dir() {
            true => files.extend(graphs_in(path)?.into_iter().map(|file| (file, true))),
            false => files.push((path.clone(), false)),
        }
    }
    let is_one = files.len() == 1;
    for (path, is_of_folder) in files {
        let mut stem = path.file_stem().map_or_else(|| "scene".into(), |stem| stem.to_string_lossy().into_owned());
        // Some file systems do not distinguish "Sheep" from "sheep".
        if !stems.insert(stem.to_lowercase()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().replace('.', "-");
            ensure!(
                is_of_folder && stems.insert(name.to_lowercase()),
                "two files are called \"{stem}\"; their pictures would overwrite each other. Draw them one by one: {}",
                path.display()
            );
            stem = name;
        }
        let scenes = match super::graph::open(&path) {
            Ok(file) => file.scenes,
            Err(error) if is_one => return Err(error),
            Err(error) => {
                failures.texts.push(error.to_string());
                continue;
            }
        };
        let count = scenes.len();
        if count == 0 {
            let text = format!("there are no graphs in this file: {}", path.display());
            ensure!(!is_one, text);
            failures.texts.push(text);
        }
        if let Some(missing) = args.only.iter().flatten().find(|&&index| index >= count) {
            let graphs = if count == 1 { "there is 1 graph".into() } else { format!("there are {count} graphs") };
            bail!("--only {missing}: {graphs}, counted from 0: {}", path.display());
        }
        for (index, scene) in scenes.into_iter().enumerate() {
            if args.only.as_ref().is_none_or(|only| only.contains(&index)) {
                jobs.push(RenderTask { scene, path: path.clone(), index, name: format!("{stem}-{index}") });
            }
        }
    }
    Ok((jobs, failures))
}

/// The scene graphs of a folder in the order of their names; pictures that carry one only where there is nothing else.
fn graphs_in(folder: &Path) -> Result<Vec<PathBuf>> {
    const GRAPHS: [&str; 8] = ["json", "jsonl", "ndjson", "jsonc", "dot", "gv", "csv", "tsv"];
    let entries =
        fs::read_dir(folder).map_err(|error| anyhow!("cannot read the folder: {error}: {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    let ends_in = |path: &PathBuf, endings: &[&str]| {
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        !is_hidden && ending.is_some_and(|ending| endings.contains(&ending.as_str()))
    };
    let graphs: Vec<PathBuf> = files.iter().filter(|path| ends_in(path, &GRAPHS)).cloned().collect();
    if !graphs.is_empty() {
        return Ok(graphs);
    }
    let carries = |path: &PathBuf| ends_in(path, &["png"]) && scenewright_formats::read_scenes(path).is_ok();
    let pictures: Vec<PathBuf> = files.into_iter().filter(carries).collect();
    ensure!(!pictures.is_empty(), "there is no scene graph (.json, .dot, .csv) in this folder: {}", folder.display());
    Ok(pictures)
}

const SUFFIXES: [&str; 4] = [".png", "-boxes.png", "-masks.png", ".json"];

/// Nothing that is read is written over: `sheep.json` drawn into its own folder may make a `sheep-0.json`.
fn spare_inputs(args: &Args, jobs: &[RenderTask]) -> Result<()> {
    let inputs: HashSet<PathBuf> =
        jobs.iter().map(|job| &job.path).chain(&args.noise).filter_map(|path| fs::canonicalize(path).ok()).collect();
    let pictures = jobs.iter().flat_map(|job| SUFFIXES.map(|suffix| args.out.join(format!("{}{suffix}", job.name))));
    for path in pictures.chain(args.dump.clone()) {
        let written_over = fs::canonicalize(&path).is_ok_and(|path| inputs.contains(&path));
        ensure!(
            !written_over,
            "this file is read and would be written over; choose another --out or --dump: {}",
            path.display()
        );
    }
    Ok(())
}

/// What can be known before the first picture is drawn: graphs that cannot be drawn leave the jobs. Unknown words of a file are named
/// together.
fn check(
    jobs: &mut Vec<RenderTask>,
    failures: &mut Failures,
    generator: &Generator,
    noise: Option<&NoiseFile>,
) -> Result<()> {
    let mut wrong: Vec<(PathBuf, EncodeError)> = Vec::new();
    let mut named = HashSet::new();
    let mut sound = Vec::with_capacity(jobs.len());
    for job in jobs.drain(..) {
        if let Some(noise) = noise {
            noise.check(job.index, generator)?;
        }
        match generator.encode(&job.scene) {
            Ok(_) => {
                sound.push(job);
                continue;
            }
            Err(GenerateError::Encode(mut error)) => {
                error.unknown_objects.retain(|word| named.insert((job.path.clone(), "object", word.name.clone())));
                error.unknown_predicates.retain(|word| named.insert((job.path.clone(), "relation", word.name.clone())));
                match wrong.last_mut().filter(|(path, _)| *path == job.path) {
                    Some((_, all)) => {
                        all.unknown_objects.extend(error.unknown_objects);
                        all.unknown_predicates.extend(error.unknown_predicates);
                    }
                    None => wrong.push((job.path, error)),
                }
            }
            Err(error) => failures.texts.push(located(&job, error)),
        }
        failures.graphs += 1;
    }
    *jobs = sound;
    failures.texts.extend(wrong.iter().map(|(path, error)| at_end(&error.to_string(), path)));
    Ok(())
}

fn located(job: &RenderTask, error: GenerateError) -> String {
    at_end(&format!("graph {}: {error}", job.index), &job.path)
}

/// The path last; after several lines it gets its own.
fn at_end(text: &str, path: &Path) -> String {
    let between = if text.contains('\n') { "\nin " } else { ": " };
    format!("{text}{between}{}", path.display())
}

fn write(args: &Args, job: &RenderTask, picture: &Picture, generator: &Generator, model: &Path) -> Result<()> {
    let (scene, vocab) = (&job.scene, &generator.vocab);
    let model = model.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let report = export::report(picture, scene, &model, &generator.device_name);
    let files = [
        export::png(&export::image(picture, args.scale))?,
        export::png(&export::boxes(picture, scene, vocab, args.scale))?,
        export::png(&export::masks(picture, scene, vocab, args.scale))?,
        format!("{}\n", serde_json::to_string_pretty(&report)?).into_bytes(),
    ];
    for (suffix, bytes) in SUFFIXES.iter().zip(&files) {
        write_atomically(&args.out.join(format!("{}{suffix}", job.name)), bytes)?;
    }
    Ok(())
}

fn progress(count: usize) -> ProgressBar {
    if count < 2 {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} graphs, {eta} left");
    ProgressBar::new(count as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
