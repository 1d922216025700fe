//! `scenewright export`: one scene graph as a file for other programs.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail, ensure};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use image::RgbImage;
use indicatif::HumanDuration;
use strum::IntoEnumIterator;

use super::warn;
use crate::engine::process;
use scenewright_formats::write_atomically_with;
use scenewright_generate::export::{
    ExportError, ExportFormat, ExportOptions, GifFrame, MAX_SCALE, Scaling, enlarged, export, export_graph, write_gif,
};
use scenewright_generate::{Generator, Request};
use scenewright_nn::device::DeviceChoice;
use scenewright_scene::Scene;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scenewright export assets/scenes/sheep.json --out sheep.png
  scenewright export assets/scenes/sheep.json --scale 8 --out sheep.ora
  scenewright export assets/scenes/sheep.json --format masks --out masks
  scenewright export assets/examples/meadow-steps.json --graph 4 --out meadow.dot
  scenewright export assets/examples/meadow-steps.json --model models/sg2im-illustrated --scale 4 --out meadow.gif
  scenewright export sheep.png --out sheep.json
  scenewright export assets/scenes/sheep.json --scale 4 --out sheep.psd
  scenewright export assets/scenes/sheep.json --scale 4 --format comfyui --out sheep-comfyui
  scenewright export assets/scenes/sheep.json --format ideogram --out sheep-ideogram.json
  scenewright export assets/scenes/sheep.json --scale 4 --format control-maps --out sheep-maps
  scenewright export assets/scenes/sheep.json --out sheep-prompt.txt

A PNG made here carries its graph: `scenewright info`, `say`, `render` and `export` read it like a scene graph.")]
pub(crate) struct Args {
    /// A scene graph of this or another program, or a PNG that carries one
    #[arg(value_name = "SCENE")]
    scene: PathBuf,
    /// Model folder, the bundled one by default; DOT and JSON need none
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// By default the extension of --out decides. gif: the graphs of the file one after the other
    #[arg(long, value_parser = format_of_word())]
    format: Option<ExportFormat>,
    /// Enlarge the picture N times
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_SCALE)))]
    scale: u32,
    /// Enlarge every pixel to a square
    #[arg(long)]
    crisp: bool,
    /// Which graph of the file, counted from 0; needed where it holds several
    #[arg(long, value_name = "I")]
    graph: Option<usize>,
    /// Seed of the noise, instead of the scene's own
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Duration of each frame of a GIF
    #[arg(long, value_name = "MILLIS", default_value_t = 800)]
    delay: u64,
    /// auto, cpu, cuda:N or metal
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// The file; a folder for masks, comfyui and control-maps
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub fn run(args: &Args) -> Result<()> {
    let format = format(args)?;
    let scenes = super::graph::open(&args.scene)?.scenes;
    spare_input(args)?;
    match format {
        ExportFormat::Gif => animation(args, &scenes)?,
        format => one(args, format, chosen(args, scenes)?)?,
    }
    say!("{}", args.out.display())
}

fn format_of_word() -> impl TypedValueParser<Value = ExportFormat> {
    PossibleValuesParser::new(ExportFormat::iter().map(ExportFormat::word)).try_map(|word| word.parse::<ExportFormat>())
}

fn format(args: &Args) -> Result<ExportFormat> {
    args.format.or_else(|| ExportFormat::of_path(&args.out)).ok_or_else(|| {
        anyhow!(
            "the name does not say what to write: end it with .png, .jpg, .webp, .ora, .psd, .gif, .dot, .txt or .json, or add --format: {}",
            args.out.display()
        )
    })
}

fn chosen(args: &Args, mut scenes: Vec<Scene>) -> Result<Scene> {
    let path = args.scene.display();
    ensure!(!scenes.is_empty(), "there are no graphs in this file: {path}");
    match args.graph {
        Some(index) if index < scenes.len() => Ok(scenes.swap_remove(index)),
        Some(index) => bail!("--graph {index}: the last graph is {}: {path}", scenes.len() - 1),
        None if scenes.len() == 1 => Ok(scenes.swap_remove(0)),
        None => {
            bail!("this file holds {} graphs: choose one with --graph 0 to {}: {path}", scenes.len(), scenes.len() - 1)
        }
    }
}

/// What is read is not written over: a scene would be lost in a picture of itself.
fn spare_input(args: &Args) -> Result<()> {
    let same =
        fs::canonicalize(&args.out).is_ok_and(|out| fs::canonicalize(&args.scene).is_ok_and(|scene| out == scene));
    ensure!(!same, "this file is read and would be written over; choose another --out: {}", args.out.display());
    Ok(())
}

fn one(args: &Args, format: ExportFormat, scene: Scene) -> Result<()> {
    // A model that was named has colors to give to a graph.
    let graph =
        if format == ExportFormat::Dot && args.model.is_some() { None } else { export_graph(&scene, None, format) };
    let exported = match graph {
        Some(graph) => graph,
        None => {
            let generator = generator(args)?;
            let options = ExportOptions { scale: args.scale, scaling: scaling(args) };
            let picture = generator.render(&scene, &request(args)).map_err(|error| located(args, &error))?;
            export(&picture, &scene, &generator.vocab, format, &options, &image_name(&args.out))?
        }
    };
    Ok(exported.write(&args.out)?)
}

fn animation(args: &Args, scenes: &[Scene]) -> Result<()> {
    ensure!(args.graph.is_none(), "a GIF shows all graphs of the file: leave --graph out");
    let generator = generator(args)?;
    let begin = Instant::now();
    let mut problem = None;
    let frames = scenes.iter().enumerate().map(|(at, scene)| {
        let picture = generator.render(scene, &request(args)).map_err(|error| {
            problem = Some(located(args, &error));
            ExportError::NoPicture
        })?;
        let image = enlarged(&picture, args.scale, scaling(args))?;
        match at {
            0 => expected(scenes.len(), &image),
            1 if scenes.len() > 20 => {
                let left = begin.elapsed() * (scenes.len() as u32 - 1);
                warn(format_args!("about {} to go; Ctrl-C ends it and leaves no file", HumanDuration(left)));
            }
            _ => {}
        }
        Ok(GifFrame { image, delay: Duration::from_millis(args.delay) })
    });
    let written = write_atomically_with(&args.out, |out| {
        let mut out = BufWriter::new(out);
        write_gif(frames, &mut out)?;
        out.flush().map_err(ExportError::Pack)
    });
    match (problem, written) {
        (Some(problem), _) => Err(problem),
        (None, written) => Ok(written?),
    }
}

/// Says how large a long or large animation becomes at most, before its pictures are drawn.
fn expected(frames: usize, image: &RgbImage) {
    const WORTH_SAYING_BYTES: u64 = 20_000_000;
    // A byte for each pixel of each frame, before they are packed; drawings pack to about a third, what stays as it was to nothing.
    let bytes = u64::from(image.width()) * u64::from(image.height()) * frames as u64;
    if bytes / 3 > WORTH_SAYING_BYTES {
        warn(format_args!(
            "{frames} pictures of {} x {} pixels: up to {} MB; a smaller --scale makes it smaller",
            image.width(),
            image.height(),
            bytes / 3_000_000
        ));
    }
}

fn generator(args: &Args) -> Result<Generator> {
    let model = super::model_or_bundled(args.model.as_deref())?;
    let generator = Generator::open(&model, args.device)?.with_clock(process::clock);
    if let Some(note) = generator.device_note.as_ref().filter(|_| args.device != DeviceChoice::Auto) {
        warn(format_args!("{note}"));
    }
    Ok(generator)
}

fn scaling(args: &Args) -> Scaling {
    if args.crisp { Scaling::Crisp } else { Scaling::Smooth }
}

fn request(args: &Args) -> Request {
    Request { seed: args.seed, noise: None, ..Default::default() }
}

fn located(args: &Args, error: &scenewright_generate::GenerateError) -> anyhow::Error {
    let text = error.to_string();
    let between = if text.contains('\n') { "\nin " } else { ": " };
    anyhow!("{text}{between}{}", args.scene.display())
}

/// What annotations call the picture that belongs to them.
fn image_name(out: &Path) -> String {
    out.with_extension("png")
        .file_name()
        .map_or_else(|| "picture.png".into(), |name| name.to_string_lossy().into_owned())
}
