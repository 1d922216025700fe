//! Our model folder: `config.json`, `vocab.json`, `weights.safetensors`, `card.md`, and `discriminators.safetensors` where training may
//! go on. Written whole or not at all; opened only if everything fits together.

#![allow(clippy::disallowed_methods, reason = "reads and writes the folder that the caller names")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use thiserror::Error;

use super::atomic_dir::{AtomicDir, recover};
use super::config::ModelConfig;
use super::expected::expected_tensors;
use super::problems::Problems;
use super::safetensors_write::{self, Specs, StoredType};
use super::vocab_check::check_vocab;
use super::weights::{Weights, WeightsError};
use crate::collage::{self, CollageConfig, Sizes};
use scenewright_bundle::Location;
use scenewright_scene::vocab::Vocabulary;

const CONFIG: &str = "config.json";
const VOCAB: &str = "vocab.json";
const WEIGHTS: &str = "weights.safetensors";
const CARD: &str = "card.md";
const DISCRIMINATORS: &str = "discriminators.safetensors";

/// What may be in a folder that is replaced: our files, and those that file managers leave anywhere.
const REPLACEABLE: [&str; 10] = [
    CONFIG,
    VOCAB,
    WEIGHTS,
    CARD,
    DISCRIMINATORS,
    "state.json",
    "state.safetensors",
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
];

/// No configuration or vocabulary comes near this.
const MAX_JSON_BYTES: u64 = 64 << 20;

/// A model on the disk. Its tensors are those the configuration asks for, in name and shape.
#[derive(Debug)]
pub struct ModelFolder {
    pub path: PathBuf,
    pub config: ModelConfig,
    /// As sg2im writes it: `object_idx_to_name`, `pred_name_to_idx` ...
    pub vocab: Json,
    pub weights: Weights,
    /// Names begin with `d_obj.` and `d_img.`.
    pub discriminators: Option<Weights>,
}

#[derive(Debug, Error)]
pub enum FolderError {
    #[error("there is no folder: {}", path.display())]
    Absent { path: PathBuf },

    #[error("this is no model folder, it lacks {}. `scenewright import` makes one from a checkpoint: {}", missing.join(", "), path.display())]
    NotAModel { missing: Vec<&'static str>, path: PathBuf },

    #[error("cannot {doing}: {problem}: {}", path.display())]
    Io { doing: &'static str, problem: io::Error, path: PathBuf },

    #[error("this file is not what a model folder has ({problem}): {}", path.display())]
    Json { problem: String, path: PathBuf },

    #[error("the parts of this model do not fit together, {problems}\n  in {}", path.display())]
    Invalid { problems: Box<Problems>, path: PathBuf },

    #[error(transparent)]
    Weights(#[from] WeightsError),

    #[error("this exists already. Choose another folder{}: {}", if *model { ", or ask for it to be replaced" } else { "" }, path.display())]
    Exists { model: bool, path: PathBuf },

    #[error("this folder holds {} besides a model; only a model folder is replaced. Choose another folder: {}", foreign.join(", "), path.display())]
    Foreign { foreign: Vec<String>, path: PathBuf },
}

/// What a folder is made of, apart from the numbers.
#[derive(Debug)]
pub struct Contents<'a> {
    pub config: &'a ModelConfig,
    pub vocab: &'a Json,
    pub card: &'a str,
    pub storage: StoredType,
}

/// Gives tensors one at a time, so that the writer need not hold them all.
pub trait TensorSource {
    /// Names and shapes, in the order in which they are asked for.
    fn specs(&self) -> &Specs;

    /// The values of the tensor at `index` of `specs`, row-major.
    fn values(&mut self, index: usize) -> io::Result<Vec<f32>>;
}

/// Tensors in memory, to be written.
#[derive(Debug, Default)]
pub struct HeldTensors {
    specs: Vec<(String, Vec<usize>)>,
    values: Vec<Vec<f32>>,
}

impl HeldTensors {
    /// Row-major, as many values as the shape says.
    pub fn push(&mut self, name: String, shape: &[usize], values: Vec<f32>) {
        self.specs.push((name, shape.to_vec()));
        self.values.push(values);
    }

    pub fn is_empty(&self) -> bool {
        self.specs.is_empty()
    }

    /// The first tensor with a value that is NaN or infinite.
    pub fn not_finite(&self) -> Option<&str> {
        let mut tensors = self.specs.iter().zip(&self.values);
        tensors.find(|(_, values)| values.iter().any(|value| !value.is_finite())).map(|((name, _), _)| name.as_str())
    }
}

impl TensorSource for HeldTensors {
    fn specs(&self) -> &Specs {
        &self.specs
    }

    fn values(&mut self, index: usize) -> io::Result<Vec<f32>> {
        self.values.get(index).cloned().ok_or_else(|| io::Error::other("a tensor without values"))
    }
}

impl ModelFolder {
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        // A program that was killed while it replaced the model may have left it beside.
        recover(path);
        if !scenewright_bundle::is_folder(path) {
            return Err(FolderError::Absent { path: path.to_owned() });
        }
        let is_file = |name: &str| {
            let file = path.join(name);
            scenewright_bundle::exists(&file) && !scenewright_bundle::is_folder(&file)
        };
        let missing: Vec<_> = [CONFIG, VOCAB, WEIGHTS].into_iter().filter(|name| !is_file(name)).collect();
        if !missing.is_empty() {
            return Err(FolderError::NotAModel { missing, path: path.to_owned() });
        }
        let config_path = path.join(CONFIG);
        let config = serde_json::from_value(read_json(&config_path)?)
            .map_err(|error| FolderError::Json { problem: error.to_string(), path: config_path })?;
        let vocab = read_json(&path.join(VOCAB))?;
        let mut weights = Weights::open(&path.join(WEIGHTS))?;
        let mut discriminators = match is_file(DISCRIMINATORS) {
            true => Some(Weights::open(&path.join(DISCRIMINATORS))?),
            false => None,
        };
        let problems = check(&config, &vocab, &mut weights);
        // Other tools put tensors of their own beside ours.
        if let Some(discriminators) = &mut discriminators {
            discriminators.retain(|name| name.starts_with("d_obj.") || name.starts_with("d_img."));
        }
        if !problems.is_empty() {
            return Err(FolderError::Invalid { problems: problems.into(), path: path.to_owned() });
        }
        Ok(Self { path: path.to_owned(), config, vocab, weights, discriminators })
    }
}

/// What is wrong; tensors that the model does not have leave the weights where nothing else is.
fn check(config: &ModelConfig, vocab: &Json, weights: &mut Weights) -> Problems {
    let mut problems = Problems::default();
    if let ModelConfig::Collage(config) = config {
        problems.config = config.problems();
    }
    let size = check_vocab(vocab).and_then(|size| match Vocabulary::from_sg2im(vocab) {
        Ok(_) => Ok(size),
        Err(problem) => Err(vec![problem.to_string()]),
    });
    match size {
        Ok(size) if problems.is_empty() => {
            let found: BTreeMap<&str, &[usize]> =
                weights.names().map(|name| (name, weights.shape(name).unwrap_or_default())).collect();
            let expected = match config {
                ModelConfig::Sg2Im(config) => Ok(expected_tensors(config, size.objects, size.predicates)),
                ModelConfig::Collage(config) => expected_of_collage(config, vocab),
            };
            match expected {
                Ok(expected) => {
                    problems.compare(&expected, &found);
                    // Where something is missing, what is there beside may say why.
                    if problems.missing.is_empty() {
                        problems.extra.clear();
                        let names: BTreeSet<String> = expected.into_iter().map(|(name, _)| name).collect();
                        weights.retain(|name| names.contains(name));
                    }
                }
                Err(problem) => problems.vocab.push(problem),
            }
        }
        Ok(_) => {}
        Err(vocab) => problems.vocab = vocab,
    }
    problems
}

fn expected_of_collage(config: &CollageConfig, vocab: &Json) -> Result<Vec<(String, Vec<usize>)>, String> {
    let vocab = Vocabulary::from_sg2im(vocab).map_err(|error| error.to_string())?;
    let looks = vocab.looks().ok_or("vocab lacks looks, which a collage network needs")?;
    if looks.light_count() != config.lights {
        return Err(format!("vocab: looks have {} lights, the network {}", looks.light_count(), config.lights));
    }
    let sizes =
        Sizes { objects: vocab.object_count(), predicates: vocab.predicate_count(), variants: looks.variant_count() };
    collage::expected_tensors(config, sizes).map_err(|error| error.to_string())
}

/// Whether `write` may put a folder there; asked before the long work begins.
pub(crate) fn check_target(target: &Path, replace: bool) -> Result<(), FolderError> {
    recover(target);
    if fs::symlink_metadata(target).is_err() {
        return Ok(());
    }
    let path = target.to_owned();
    let model = target.join(CONFIG).is_file() && target.join(WEIGHTS).is_file();
    if !model || !replace {
        return Err(FolderError::Exists { model, path });
    }
    let cannot_list = |problem| FolderError::Io { doing: "look into the folder", problem, path: target.to_owned() };
    let mut foreign = Vec::new();
    for entry in fs::read_dir(target).map_err(cannot_list)? {
        let name = entry.map_err(cannot_list)?.file_name().to_string_lossy().into_owned();
        if !REPLACEABLE.contains(&name.as_str()) {
            foreign.push(name);
        }
    }
    foreign.sort();
    if foreign.is_empty() { Ok(()) } else { Err(FolderError::Foreign { foreign, path }) }
}

/// Writes a model folder at `target`. An existing one is replaced only with `replace`; whatever fails, `target` is as it was before.
pub fn write(
    target: &Path,
    replace: bool,
    contents: &Contents<'_>,
    generator: &mut dyn TensorSource,
    discriminators: Option<&mut dyn TensorSource>,
) -> Result<(), FolderError> {
    write_files(target, replace, |dir| fill(dir, contents, generator, discriminators))
}

/// As [`write`], with files that the caller puts into the folder before it appears.
pub fn write_files(
    target: &Path,
    replace: bool,
    fill: impl FnOnce(&Path) -> io::Result<()>,
) -> Result<(), FolderError> {
    check_target(target, replace)?;
    let failed = |problem| FolderError::Io { doing: "write the model folder", problem, path: target.to_owned() };
    let draft = AtomicDir::new(target).map_err(failed)?;
    fill(draft.path()).map_err(failed)?;
    draft.publish(replace).map_err(failed)
}

fn fill(
    dir: &Path,
    contents: &Contents<'_>,
    generator: &mut dyn TensorSource,
    discriminators: Option<&mut dyn TensorSource>,
) -> io::Result<()> {
    write_json(&dir.join(CONFIG), &serde_json::to_value(contents.config)?)?;
    write_json(&dir.join(VOCAB), contents.vocab)?;
    fs::write(dir.join(CARD), contents.card)?;
    write_weights(&dir.join(WEIGHTS), contents.storage, generator)?;
    match discriminators {
        Some(source) => write_weights(&dir.join(DISCRIMINATORS), contents.storage, source),
        None => Ok(()),
    }
}

/// Writes a safetensors file.
pub fn write_tensors(path: &Path, storage: StoredType, source: &mut dyn TensorSource) -> io::Result<()> {
    write_weights(path, storage, source)
}

fn write_weights(path: &Path, storage: StoredType, source: &mut dyn TensorSource) -> io::Result<()> {
    let mut out = BufWriter::new(File::create_new(path)?);
    let specs = source.specs().to_vec();
    safetensors_write::write(&mut out, &specs, storage, |index| source.values(index))?;
    out.flush()
}

fn write_json(path: &Path, json: &Json) -> io::Result<()> {
    fs::write(path, format!("{json:#}\n"))
}

fn read_json(path: &Path) -> Result<Json, FolderError> {
    let failed = |problem| FolderError::Io { doing: "read it", problem, path: path.to_owned() };
    let text = match scenewright_bundle::locate(path) {
        Location::Binary(_) => scenewright_bundle::read(path).map_err(failed)?,
        Location::Disk(file) => {
            let mut text = Vec::new();
            let read = File::open(file).and_then(|file| file.take(MAX_JSON_BYTES + 1).read_to_end(&mut text));
            read.map_err(failed)?;
            text.into()
        }
    };
    if text.len() as u64 > MAX_JSON_BYTES {
        return Err(FolderError::Json { problem: "over 64 MiB".into(), path: path.to_owned() });
    }
    serde_json::from_slice(&text)
        .map_err(|error| FolderError::Json { problem: error.to_string(), path: path.to_owned() })
}
