//! `scenewright graph`: the graph that a picture carries, taken out or put in; a graph of a label map; and what is odd about a graph.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::warn;
use scenewright_formats::label_map::{ClassTable, LabelMap};
use scenewright_formats::{SceneFile, open_scenes, png_with_graph, read_scenes, scenes_to_string, write_atomically};
use scenewright_scene::Scene;
use scenewright_scene::relation::predicate_kind;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print the scene graph that a PNG carries
    #[command(after_help = "\
Examples:
  scenewright graph extract sheep.png
  scenewright graph extract sheep.png --out sheep.json")]
    Extract {
        /// A PNG that carries a graph, or any file that `info` reads
        #[arg(value_name = "PICTURE.png")]
        picture: PathBuf,
        /// Write to this file instead of printing
        #[arg(long, value_name = "FILE.json")]
        out: Option<PathBuf>,
    },
    /// Embed a scene graph in a PNG; replaces an existing one, pixels stay unchanged
    #[command(after_help = "\
Examples:
  scenewright graph embed sheep.json painted-over.png
  scenewright graph embed assets/examples/meadow-steps.json picture.png --graph 4 --out picture-with-graph.png")]
    Embed {
        /// The scene graph
        #[arg(value_name = "SCENE")]
        scene: PathBuf,
        /// The picture
        #[arg(value_name = "PICTURE.png")]
        picture: PathBuf,
        /// Only this graph of the file, counted from 0
        #[arg(long, value_name = "I")]
        graph: Option<usize>,
        /// Write to this file instead of changing the picture in place
        #[arg(long, value_name = "FILE.png")]
        out: Option<PathBuf>,
    },
    /// Read a label map: each color becomes objects with pinned boxes, and masks
    #[command(after_help = "\
Examples:
  scenewright graph from-labels segmentation.png --out scene.json
  scenewright graph from-labels annotation.png --classes ade20k --out scene.json --masks masks.json")]
    FromLabels {
        /// A PNG in the colors of ADE20K, COCO-Stuff or this program, without smoothing
        #[arg(value_name = "MAP.png")]
        map: PathBuf,
        /// Whose classes it has: ade20k, coco-stuff or scenewright. Needed where pixels are numbers of classes
        #[arg(long, value_name = "TABLE")]
        classes: Option<ClassTable>,
        /// The scene, written here instead of printed
        #[arg(long, value_name = "FILE.json")]
        out: Option<PathBuf>,
        /// The masks, written here as COCO annotations
        #[arg(long, value_name = "FILE.json")]
        masks: Option<PathBuf>,
    },
}

pub fn run(args: &Args) -> Result<()> {
    match &args.command {
        Command::Extract { picture, out } => extract(picture, out.as_deref()),
        Command::Embed { scene, picture, graph, out } => {
            embed(scene, picture, *graph, out.as_deref().unwrap_or(picture))
        }
        Command::FromLabels { map, classes, out, masks } => {
            from_labels(map, *classes, out.as_deref(), masks.as_deref())
        }
    }
}

fn from_labels(map: &Path, classes: Option<ClassTable>, out: Option<&Path>, masks: Option<&Path>) -> Result<()> {
    for written in [out, masks].into_iter().flatten() {
        let is_same = fs::canonicalize(written).is_ok_and(|out| fs::canonicalize(map).is_ok_and(|read| read == out));
        ensure!(!is_same, "this file is read and would be written over; choose another name: {}", written.display());
    }
    let labels = LabelMap::read(map, classes)?;
    for note in &labels.notes {
        warn(format_args!("{note}: {}", map.display()));
    }
    if let Some(masks) = masks {
        let name = map.file_name().map_or_else(|| "picture.png".into(), |name| name.to_string_lossy());
        write_atomically(masks, format!("{}\n", labels.coco(&name)).as_bytes())?;
    }
    let text = scenes_to_string(&[labels.scene()]);
    match out {
        None => say!("{}", text.trim_end()),
        Some(out) => {
            write_atomically(out, text.as_bytes())?;
            say!("{}", out.display())
        }
    }
}

fn extract(picture: &Path, out: Option<&Path>) -> Result<()> {
    let scenes = open(picture)?.scenes;
    let text = scenes_to_string(&scenes);
    match out {
        None => say!("{}", text.trim_end()),
        Some(out) => {
            let is_same =
                fs::canonicalize(out).is_ok_and(|out| fs::canonicalize(picture).is_ok_and(|read| read == out));
            ensure!(!is_same, "this file is read and would be written over; choose another --out: {}", out.display());
            write_atomically(out, text.as_bytes())?;
            say!("{}", out.display())
        }
    }
}

fn embed(scene: &Path, picture: &Path, graph: Option<usize>, out: &Path) -> Result<()> {
    let mut scenes = open(scene)?.scenes;
    if let Some(index) = graph {
        ensure!(
            index < scenes.len(),
            "--graph {index}: the last graph is {}: {}",
            scenes.len().saturating_sub(1),
            scene.display()
        );
        scenes = vec![scenes.swap_remove(index)];
    }
    let metadata = fs::metadata(picture).with_context(|| format!("cannot read the picture: {}", picture.display()))?;
    ensure!(metadata.is_file(), "this is no picture: choose a PNG: {}", picture.display());
    let bytes = fs::read(picture).with_context(|| format!("cannot read the picture: {}", picture.display()))?;
    let Some(with_graph) = png_with_graph(&bytes, &scenes_to_string(&scenes)) else {
        if bytes.starts_with(b"\x89PNG") {
            bail!("this PNG is damaged or cut short: choose another copy: {}", picture.display());
        }
        bail!("only a PNG can carry a graph: save the picture as PNG first: {}", picture.display());
    };
    write_atomically(out, &with_graph)?;
    // What a person relies on is read back.
    read_scenes(out)?;
    say!("{}", out.display())
}

/// The scenes of a file; what was left out is said.
pub(super) fn open(path: &Path) -> Result<SceneFile> {
    let file = open_scenes(path)?;
    for note in &file.notes {
        warn(format_args!("{note}: {}", path.display()));
    }
    Ok(file)
}

/// What a person may not have meant: relations of an object to itself, said twice, or against each other.
pub(super) fn oddities(scene: &Scene) -> Vec<String> {
    const MOST: usize = 8;
    let mut odd = Vec::new();
    let mut seen: HashMap<_, Vec<(usize, &str)>> = HashMap::new();
    for (at, relation) in scene.relations().iter().enumerate() {
        let row = |node| scene.node_index(node).unwrap_or_default();
        let title = |node| scene.node(node).map_or("", |node| node.title());
        let (subject, object) = (relation.subject, relation.object);
        let said = format!("\"{} {} {}\"", title(subject), relation.predicate, title(object));
        if relation.is_self_relation() {
            odd.push(format!("relation {at} relates object {} to itself: {said}", row(subject)));
            continue;
        }
        let word = relation.predicate.as_str();
        let same =
            seen.get(&(subject, object)).into_iter().flatten().find(|(_, before)| before.eq_ignore_ascii_case(word));
        let against = predicate_kind(word).and_then(|meaning| {
            let there = seen.get(&(subject, object)).into_iter().flatten();
            let back = seen.get(&(object, subject)).into_iter().flatten();
            let is_opposite =
                |before: &str| predicate_kind(before).is_some_and(|before| before.opposite() == Some(meaning));
            let is_same_way = |before: &str| meaning.opposite().is_some() && predicate_kind(before) == Some(meaning);
            there.filter(|(_, before)| is_opposite(before)).chain(back.filter(|(_, before)| is_same_way(before))).next()
        });
        if let Some((before, _)) = same {
            odd.push(format!("relation {at} says again what relation {before} says: {said}"));
        } else if let Some((before, _)) = against {
            odd.push(format!("relation {at} says the opposite of relation {before}: {said}"));
        }
        seen.entry((subject, object)).or_default().push((at, word));
    }
    if odd.len() > MOST {
        let more = odd.len() - MOST;
        odd.truncate(MOST);
        odd.push(format!("and {more} more oddities"));
    }
    odd
}
