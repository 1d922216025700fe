//! A classifier on the disk: `card.json`, `card.md`, `weights.safetensors` (float16). Written whole or not at all.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use candle_core::Device;
use half::f16;
use scenewright_bundle::Location;
use thiserror::Error;

use super::card::{Card, FORMAT};
use super::{Classifier, CropClassifier};
pub use scenewright_model::checkpoint::{AtomicDir, Problems, StoredType, Weights, WeightsError, write_safetensors};

const CARD: &str = "card.json";
const TEXT: &str = "card.md";
const WEIGHTS: &str = "weights.safetensors";
const LARGEST_CARD_BYTES: u64 = 4 << 20;

#[derive(Debug, Error)]
pub enum ClassifierError {
    #[error(
        "there is no classifier, which measures whether objects can be recognized. Make one with `scenewright eval train-classifier`, name one \
         with --classifier, or leave these figures out with --no-classifier: {}", path.display()
    )]
    Absent { path: PathBuf },

    #[error("cannot {doing}: {problem}: {}", path.display())]
    Io { doing: &'static str, problem: io::Error, path: PathBuf },

    #[error("this card of a classifier cannot be used ({problem}). Copy the folder again or train a new one: {}", path.display())]
    Card { problem: String, path: PathBuf },

    #[error("the weights of this classifier do not fit its card, {problems}\n  in {}", path.display())]
    Invalid { problems: Box<Problems>, path: PathBuf },

    #[error(
        "these weights are not those that the card speaks of (version {found}, on the card {wanted}). Copy the folder again or train a new \
         one: {}", path.display()
    )]
    Version { found: String, wanted: String, path: PathBuf },

    #[error(transparent)]
    Weights(#[from] WeightsError),

    #[error("the classifier cannot be built: {problem}: {}", path.display())]
    Build { problem: candle_core::Error, path: PathBuf },

    #[error("this exists and is no classifier, so it is not replaced. Choose another folder: {}", path.display())]
    Exists { path: PathBuf },
}

pub(super) fn open(path: &Path) -> Result<CropClassifier, ClassifierError> {
    let card_path = path.join(CARD);
    if scenewright_bundle::is_folder(&card_path) || !scenewright_bundle::exists(&card_path) {
        return Err(ClassifierError::Absent { path: path.to_owned() });
    }
    let card = read_card(&card_path)?;
    let weights = Weights::open(&path.join(WEIGHTS))?;
    let found: BTreeMap<&str, &[usize]> =
        weights.names().map(|name| (name, weights.shape(name).unwrap_or_default())).collect();
    let mut problems = Problems::default();
    problems.compare(&card.config.tensors(), &found);
    if !problems.is_empty() {
        return Err(ClassifierError::Invalid { problems: problems.into(), path: path.to_owned() });
    }
    let mut tensors = Vec::new();
    for (name, _) in card.config.tensors() {
        tensors.push((name.clone(), weights.values(&name)?));
    }
    let found = version_of(&tensors);
    if found != card.version {
        return Err(ClassifierError::Version { found, wanted: card.version, path: path.to_owned() });
    }
    let build = |problem| ClassifierError::Build { problem, path: path.to_owned() };
    let net = Classifier::new(&card.config, weights.into_var_builder(&Device::Cpu)).map_err(build)?;
    Ok(CropClassifier::new(card, net))
}

fn read_card(path: &Path) -> Result<Card, ClassifierError> {
    let failed = |problem| ClassifierError::Io { doing: "read the card", problem, path: path.to_owned() };
    let wrong = |problem: String| ClassifierError::Card { problem, path: path.to_owned() };
    let text = match scenewright_bundle::locate(path) {
        Location::Binary(_) => scenewright_bundle::read(path).map_err(failed)?,
        Location::Disk(file) => {
            let mut text = Vec::new();
            File::open(file).and_then(|file| file.take(LARGEST_CARD_BYTES).read_to_end(&mut text)).map_err(failed)?;
            text.into()
        }
    };
    let card: Card = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
    if card.format != FORMAT {
        return Err(wrong(format!("its format is {:?}, not {FORMAT:?}", card.format)));
    }
    if let Some(problem) = card.config.problem() {
        return Err(wrong(problem));
    }
    if card.names.len() != card.config.categories {
        return Err(wrong(format!("{} names for {} categories", card.names.len(), card.config.categories)));
    }
    Ok(card)
}

/// Whether [`write`] may put a classifier there; asked before the long work begins. One that is there is replaced.
pub fn check_target(target: &Path) -> Result<(), ClassifierError> {
    let free = fs::symlink_metadata(target).is_err();
    if free || read_card(&target.join(CARD)).is_ok() {
        return Ok(());
    }
    Err(ClassifierError::Exists { path: target.to_owned() })
}

/// Writes a classifier; `tensors` by name, in the order of [`scenewright_model::classifier::ClassifierConfig::tensors`].
pub fn write(target: &Path, card: &Card, tensors: &[(String, Vec<f32>)]) -> Result<(), ClassifierError> {
    check_target(target)?;
    let failed = |problem| ClassifierError::Io { doing: "write the classifier", problem, path: target.to_owned() };
    let draft = AtomicDir::new(target).map_err(failed)?;
    fill(draft.path(), card, tensors).map_err(failed)?;
    draft.publish(true).map_err(failed)
}

fn fill(dir: &Path, card: &Card, tensors: &[(String, Vec<f32>)]) -> io::Result<()> {
    fs::write(dir.join(CARD), format!("{:#}\n", serde_json::to_value(card)?))?;
    fs::write(dir.join(TEXT), card.markdown())?;
    let mut out = BufWriter::new(File::create_new(dir.join(WEIGHTS))?);
    write_safetensors(&mut out, &card.config.tensors(), StoredType::F16, |index| {
        Ok(tensors.get(index).map(|(_, values)| values.clone()).unwrap_or_default())
    })?;
    out.flush()
}

/// A name made of the weights as they are stored.
pub(super) fn version_of(tensors: &[(String, Vec<f32>)]) -> String {
    // FNV-1a: equal on every machine and in every version of this program.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut take = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    for (name, values) in tensors {
        name.bytes().for_each(&mut take);
        values.iter().flat_map(|&value| f16::from_f32(value).to_le_bytes()).for_each(&mut take);
    }
    format!("illustrated-1-{:08x}", hash >> 32)
}
