//! `scenewright dataset`: preview, measure and export the illustrated world; validate data sets on disk.

use super::warn;
use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use scenewright_data::{Dataset, Sample, SampleSize, Split};
use scenewright_data::{IllustratedWorld, WorldConfig};
use scenewright_formats::{read_scenes, write_atomically};
use scenewright_illustrated::grammar::predicates;
use scenewright_illustrated::library::SpriteLibrary;
use scenewright_illustrated::preview::{self, PreviewView};
use scenewright_illustrated::sheet;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

mod coco;
mod real;

#[derive(Debug, Args)]
pub struct DatasetArgs {
    #[command(subcommand)]
    pub command: DatasetCommand,
}

#[derive(Debug, Subcommand)]
pub enum DatasetCommand {
    /// Write a contact sheet of scenes or of a set on the disk: pictures, boxes, masks and relations.
    #[command(after_help = "\
Examples:
  scenewright dataset preview --scenes 12 --out scenes.png
  scenewright dataset preview --plain --seed 3 --kind meadow --out meadows.png
  scenewright dataset preview --data my-pictures --out mine.png")]
    Preview(PreviewArgs),
    /// Validate a folder (own pictures, COCO, Visual Genome): file, record and fix of every problem.
    #[command(after_help = "\
Examples:
  scenewright dataset doctor my-pictures
  scenewright dataset doctor my-pictures --strict --json")]
    Doctor(real::DoctorArgs),
    /// Read Visual Genome's JSON once into a small index; measure how long COCO takes to read.
    #[command(after_help = "\
Examples:
  scenewright dataset index visual-genome
  scenewright dataset index visual-genome --out vg.index")]
    Index(real::IndexArgs),
    /// Write scenes to a folder: images, annotations, a scene graph for each image.
    #[command(after_help = "\
Examples:
  scenewright dataset export scenes --scenes 1000 --size 128
  scenewright dataset export held-out --split test --scenes 100")]
    Export(ExportArgs),
    /// Measure how many scenes a second are composed and painted, or read from a set on the disk.
    #[command(after_help = "\
Examples:
  scenewright dataset bench --scenes 500
  scenewright dataset bench --data my-pictures")]
    Bench(BenchArgs),
    /// Write a contact sheet of every sprite.
    #[command(after_help = "\
Examples:
  scenewright dataset sprites --out sprites.png")]
    Sprites {
        /// Where to write it (.png or .jpg).
        #[arg(long)]
        out: PathBuf,
        /// Sprites of your own: a folder or an Iconify file.
        #[arg(long)]
        sprites: Vec<PathBuf>,
    },
    /// Print the table of every predicate: its meaning and how often it occurs.
    #[command(after_help = "\
Examples:
  scenewright dataset predicates --scenes 500")]
    Predicates {
        #[arg(long, default_value_t = 10_000)]
        scenes: u64,
    },
}

#[derive(Debug, Args)]
pub struct WorldArgs {
    /// Another seed, other scenes.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Which part of the world: no two share a scene.
    #[arg(long, value_enum, default_value_t = SplitWord::Train)]
    pub split: SplitWord,
    /// Only this kind of scene; may be given several times.
    #[arg(long)]
    pub kind: Vec<String>,
    /// Sprites of your own: a folder or an Iconify file; may be given several times.
    #[arg(long)]
    pub sprites: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SplitWord {
    Train,
    Validation,
    Test,
}

impl SplitWord {
    fn split(self) -> Split {
        match self {
            Self::Train => Split::Train,
            Self::Validation => Split::Validation,
            Self::Test => Split::Test,
        }
    }
}

#[derive(Debug, Args)]
pub struct PreviewArgs {
    #[command(flatten)]
    pub world: WorldArgs,
    #[arg(long, default_value_t = 24)]
    pub scenes: u64,
    /// Side of each picture in pixels.
    #[arg(long, default_value_t = 192)]
    pub size: usize,
    /// Pictures only, without boxes, masks and relations.
    #[arg(long)]
    pub plain: bool,
    /// Show this set instead: own pictures, COCO or Visual Genome.
    #[arg(long, value_name = "DIR", conflicts_with = "graphs")]
    pub data: Option<PathBuf>,
    /// Compose the graphs of these files instead, without a network.
    #[arg(long, value_name = "GRAPH.json")]
    pub graphs: Vec<PathBuf>,
    /// Where to write it (.png or .jpg).
    #[arg(long, default_value = "preview.png")]
    pub out: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DatasetFormat {
    /// images/, annotations.json (COCO, run-length masks), scenes/ (sg2im scene graphs).
    Coco,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// A folder that does not exist yet, or is empty.
    pub dir: PathBuf,
    #[command(flatten)]
    pub world: WorldArgs,
    #[arg(long, value_enum, default_value_t = DatasetFormat::Coco)]
    pub format: DatasetFormat,
    #[arg(long, default_value_t = 100)]
    pub scenes: u64,
    #[arg(long, default_value_t = 256)]
    pub size: usize,
}

#[derive(Debug, Args)]
pub struct BenchArgs {
    #[command(flatten)]
    pub world: WorldArgs,
    /// Measure this set instead: own pictures, COCO or Visual Genome; each picture once.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    #[arg(long, default_value_t = 4_000)]
    pub scenes: u64,
    #[arg(long, default_value_t = 128)]
    pub size: usize,
    /// Threads; 0 for one a core.
    #[arg(long, default_value_t = 0)]
    pub threads: usize,
}

pub fn run(args: DatasetArgs) -> anyhow::Result<()> {
    match args.command {
        DatasetCommand::Preview(args) => preview(&args),
        DatasetCommand::Doctor(args) => real::doctor(&args),
        DatasetCommand::Index(args) => real::index(&args),
        DatasetCommand::Export(args) => export(&args),
        DatasetCommand::Bench(args) => bench(&args),
        DatasetCommand::Sprites { out, sprites } => sprite_sheet(&out, sprites),
        DatasetCommand::Predicates { scenes } => {
            say!("{}", predicate_table(scenes)?.trim_end())?;
            Ok(())
        }
    }
}

fn world(args: &WorldArgs, size: usize, keep_layers: bool, mask_side: usize) -> anyhow::Result<IllustratedWorld> {
    let split = args.split.split();
    let world = IllustratedWorld::new(WorldConfig {
        seed: args.seed,
        split,
        width: size,
        height: size,
        mask_side,
        keep_layers,
        kinds: args.kind.clone(),
        sprites: args.sprites.clone(),
    })?;
    for problem in world.problems() {
        warn(format_args!("left out: {problem}"));
    }
    Ok(world)
}

fn preview(args: &PreviewArgs) -> anyhow::Result<()> {
    // A sheet is one image: more would not open anywhere.
    const MOST_SCENES: u64 = 400;
    if !(1..=MOST_SCENES).contains(&args.scenes) {
        bail!(
            "a sheet shows 1 to {MOST_SCENES} scenes, not {}. Use --scenes with a number in that range.",
            args.scenes
        );
    }
    let samples = match &args.data {
        Some(path) => {
            anyhow::ensure!(
                (16..=2048).contains(&args.size),
                "pictures of a sheet have 16 to 2048 pixels a side, not {}",
                args.size
            );
            let frame = SampleSize { width: args.size, height: args.size, mask_side: 64 };
            real::samples(path, args.world.split.split(), args.scenes, frame, args.world.seed)?
        }
        None => {
            let world = world(&args.world, args.size, false, 64)?;
            if args.graphs.is_empty() { titled(&world, args.scenes)? } else { composed(&world, args)? }
        }
    };
    let views: &[PreviewView] = if args.plain {
        &[PreviewView::Picture]
    } else {
        &[PreviewView::Picture, PreviewView::Boxes, PreviewView::Masks, PreviewView::Relations]
    };
    let columns = match (args.plain, args.graphs.is_empty()) {
        (true, true) => 8,
        (true, false) => 7, // the steps of a sequence of the paper's figure 6
        (false, _) => 2,
    };
    save(preview::sheet(&samples, views, columns), &args.out)
}

/// The graphs of the files, laid out by the grammar; a step's title is its last relation.
fn composed(world: &IllustratedWorld, args: &PreviewArgs) -> anyhow::Result<Vec<(String, Sample)>> {
    let mut samples = Vec::new();
    for path in &args.graphs {
        for (index, scene) in read_scenes(path)?.iter().enumerate() {
            let names: Vec<&str> = scene.nodes().iter().map(|node| node.name.as_str()).collect();
            let row = |id| scene.node_index(id).unwrap_or_default();
            let relations: Vec<(usize, &str, usize)> =
                scene.relations().iter().map(|r| (row(r.subject), r.predicate.as_str(), row(r.object))).collect();
            let graph = world
                .compose_graph(&names, &relations, args.world.seed)
                .with_context(|| format!("graph {index} cannot be composed: {}", path.display()))?;
            let title = relations.last().map_or_else(
                || format!("graph {index}"),
                |(s, predicate, o)| format!("{} {predicate} {}", names[*s], names[*o]),
            );
            samples.push((title, world.render(&graph.composition, args.size, args.size)?));
        }
    }
    Ok(samples)
}

/// Samples with their kind and light for a caption, in order.
fn titled(world: &IllustratedWorld, scenes: u64) -> anyhow::Result<Vec<(String, Sample)>> {
    let bar = progress(scenes, "composing");
    let title = |sample: &Sample| {
        let kind = sample.kind.clone().unwrap_or_default();
        let light: Vec<&str> = sample
            .objects
            .iter()
            .flat_map(|object| &object.attributes)
            .map(String::as_str)
            .filter(|word| LIGHT_WORDS.contains(word))
            .collect();
        format!("{kind}, {}", light.join(" "))
    };
    (0..scenes)
        .into_par_iter()
        .inspect(|_| bar.inc(1))
        .map(|index| world.sample(index).map(|sample| (title(&sample), sample)).map_err(anyhow::Error::from))
        .collect()
}

const LIGHT_WORDS: [&str; 7] = ["morning", "day", "evening", "night", "cloudy", "foggy", "snowy"];

fn bench(args: &BenchArgs) -> anyhow::Result<()> {
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(args.threads).build().context("threads could not be started")?;
    if let Some(path) = &args.data {
        let frame = SampleSize { width: args.size, height: args.size, mask_side: 16 };
        return real::bench(path, args.world.split.split(), frame, &pool);
    }
    let start = Instant::now();
    let world = world(&args.world, args.size, false, 16)?;
    say!("sprites read and measured in {} ms", start.elapsed().as_millis())?;
    // The first scenes fill the caches of drawings.
    let warm_up = args.scenes / 4;
    let measure = |from: u64, count: u64| -> anyhow::Result<f64> {
        let start = Instant::now();
        pool.install(|| (from..from + count).into_par_iter().try_for_each(|index| world.sample(index).map(|_| ())))?;
        Ok(count as f64 / start.elapsed().as_secs_f64())
    };
    if warm_up > 0 {
        say!("cold: {:.0} scenes a second", measure(args.scenes, warm_up)?)?;
    }
    let rate = measure(0, args.scenes)?;
    say!(
        "warm: {rate:.0} scenes a second ({} scenes, {} x {} px, {} threads)",
        args.scenes,
        args.size,
        args.size,
        pool.current_num_threads()
    )?;
    Ok(())
}

fn sprite_sheet(out: &Path, sprites: Vec<PathBuf>) -> anyhow::Result<()> {
    let library = sprites.iter().try_fold(SpriteLibrary::bundled(), |library, path| library.with(path))?;
    for problem in &library.problems {
        warn(format_args!("left out: {problem}"));
    }
    write_sprite_sheet(&library, out)
}

/// One page as it is; several with their number before the ending.
fn write_sprite_sheet(library: &SpriteLibrary, out: &Path) -> anyhow::Result<()> {
    let pages = sheet::sprites(library);
    let several = pages.len() > 1;
    for (number, page) in pages.into_iter().enumerate() {
        let stem = out.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let ending = out.extension().map(|end| end.to_string_lossy().into_owned()).unwrap_or_else(|| "png".to_owned());
        let page_path =
            if several { out.with_file_name(format!("{stem}-{}.{ending}", number + 1)) } else { out.to_owned() };
        save(page, &page_path)?;
    }
    Ok(())
}

/// The table of `docs/predicates.md`.
pub(crate) fn predicate_table(scenes: u64) -> anyhow::Result<String> {
    let world = IllustratedWorld::new(WorldConfig { width: 64, height: 64, ..WorldConfig::default() })?;
    let bar = progress(scenes, "composing");
    let counted: Vec<BTreeMap<String, u64>> = (0..scenes)
        .into_par_iter()
        .inspect(|_| bar.inc(1))
        .map(|index| -> anyhow::Result<BTreeMap<String, u64>> {
            let mut counts = BTreeMap::new();
            for (_, predicate, _) in world.composition(index)?.relations {
                *counts.entry(predicate).or_insert(0) += 1;
            }
            Ok(counts)
        })
        .collect::<anyhow::Result<_>>()?;
    let mut counts = BTreeMap::new();
    for (predicate, count) in counted.into_iter().flatten() {
        *counts.entry(predicate).or_insert(0) += count;
    }
    Ok(predicates::table(&counts, scenes))
}

fn export(args: &ExportArgs) -> anyhow::Result<()> {
    if args.dir.exists() && std::fs::read_dir(&args.dir).map_or(true, |mut entries| entries.next().is_some()) {
        bail!("{} is not an empty folder. Name one that does not exist yet.", args.dir.display());
    }
    let world = world(&args.world, args.size, true, 16)?;
    match args.format {
        DatasetFormat::Coco => coco::write(&world, &args.dir, args.scenes),
    }
}

fn progress(length: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {bar:32} {pos}/{len} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style).with_message(what)
}

/// Written whole or not at all, as PNG or JPEG.
fn save(image: RgbImage, out: &Path) -> anyhow::Result<()> {
    const JPEG_QUALITY: u8 = 88;
    let mut bytes = std::io::Cursor::new(Vec::new());
    let end = out.extension().map(|end| end.to_string_lossy().to_lowercase()).unwrap_or_default();
    match end.as_str() {
        "png" => image.write_to(&mut bytes, image::ImageFormat::Png)?,
        "jpg" | "jpeg" => image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?,
        _ => bail!("use a name that ends in .png or .jpg: {}", out.display()),
    }
    write_atomically(out, bytes.get_ref())?;
    say!("{}", out.display())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        dataset: DatasetArgs,
    }

    fn run_line(line: &str) -> anyhow::Result<()> {
        run(Line::try_parse_from(line.split(' '))?.dataset)
    }

    #[test]
    fn an_export_holds_what_it_promises() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("out");
        run_line(&format!("dataset export {} --scenes 3 --size 64 --seed 5", dir.display())).unwrap();
        let text = std::fs::read_to_string(dir.join("annotations.json")).unwrap();
        let file: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(file["images"].as_array().unwrap().len(), 3);
        for annotation in file["annotations"].as_array().unwrap() {
            let runs: u64 =
                annotation["segmentation"]["counts"].as_array().unwrap().iter().filter_map(|n| n.as_u64()).sum();
            assert_eq!(runs, 64 * 64);
            assert!(annotation["category_id"].as_u64().unwrap() >= 1 && annotation["area"].as_u64().unwrap() > 0);
        }
        assert!(dir.join("images/000002.png").exists());
        assert!(!scenewright_formats::read_scenes(&dir.join("scenes/000000.json")).unwrap().is_empty());
        // A second export into the same folder is refused.
        assert!(run_line(&format!("dataset export {} --scenes 1", dir.display())).is_err());
    }

    #[test]
    fn a_preview_is_written_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("sheet.png");
        run_line(&format!("dataset preview --scenes 2 --size 48 --kind meadow --out {}", out.display())).unwrap();
        assert!(image::open(&out).unwrap().width() > 4 * 48);
        for line in ["--scenes 0", "--kind moon", "--size 2", "--sprites no-such-folder"] {
            let error = run_line(&format!("dataset preview {line} --out {}", out.display())).unwrap_err();
            assert!(error.to_string().len() > 20, "{line}: {error}");
        }
        let nowhere = folder.path().join("missing/sheet.png");
        assert!(run_line(&format!("dataset preview --scenes 1 --out {}", nowhere.display())).is_err());
    }
}
