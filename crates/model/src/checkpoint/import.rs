//! `scenewright import`: a checkpoint of google/sg2im becomes a model folder.
//!
//! Everything is checked before anything is written, and all that is wrong is said together. The weights pass twice through memory, one
//! tensor at a time: once to be checked, once to be written.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::card::Card;
use super::config::ModelConfig;
use super::expected::expected_tensors;
use super::folder::{self, Contents, FolderError, TensorSource};
use super::problems::Problems;
use super::safetensors_write::{Specs, StoredType};
use super::sg2im_import::{self, CheckpointTensors, NotSg2Im, Sg2ImCheckpoint};
use super::torch::{TensorMeta, TensorReader, TorchError, TorchFile};
use super::validate_import;
use super::vocab_check::VocabSize;
use crate::sg2im::config::Sg2ImConfig;

#[derive(Debug, Clone, Copy, Default)]
pub struct ImportOptions {
    /// Replace a model folder that is there already.
    pub replace: bool,
    pub storage: StoredType,
}

/// What was imported, for the user who asked.
#[derive(Debug)]
pub struct ImportReport {
    pub out: PathBuf,
    pub config: ModelConfig,
    pub vocab: VocabSize,
    pub tensors: usize,
    /// Trained numbers of the generator, without the running statistics of batch normalization.
    pub parameters: usize,
    /// `d_obj`, `d_img`, where the checkpoint has them.
    pub discriminators: Vec<&'static str>,
    /// What was not as train.py writes it, and was understood all the same: a sentence each.
    pub notes: Vec<String>,
}

#[derive(Debug, Error)]
pub enum ImportError {
    #[error("the checkpoint cannot be read: {problem}: {}", path.display())]
    Torch { problem: TorchError, path: PathBuf },

    #[error("this checkpoint cannot be imported: {problem}: {}", path.display())]
    NotSg2Im { problem: NotSg2Im, path: PathBuf },

    #[error("the parts of this checkpoint do not fit together, {problems}\n  in {}", path.display())]
    Invalid { problems: Box<Problems>, path: PathBuf },

    #[error(transparent)]
    Folder(#[from] FolderError),
}

/// Imports `checkpoint` into the folder `out`, with f32 weights.
pub fn import(checkpoint: &Path, out: &Path, replace: bool) -> Result<ImportReport, ImportError> {
    import_with(checkpoint, out, ImportOptions { replace, ..Default::default() })
}

pub fn import_with(checkpoint: &Path, out: &Path, options: ImportOptions) -> Result<ImportReport, ImportError> {
    folder::check_target(out, options.replace)?;
    let unreadable = |problem| ImportError::Torch { problem, path: checkpoint.to_owned() };
    let TorchFile { tree, mut tensors } = TorchFile::open(checkpoint).map_err(unreadable)?;
    let parts =
        sg2im_import::read(&tree).map_err(|problem| ImportError::NotSg2Im { problem, path: checkpoint.to_owned() })?;
    drop(tree);

    let validated = validate_import::validate_checkpoint(&parts, &mut tensors, options.storage).map_err(unreadable)?;
    let (config, vocab) = match validated {
        Ok(valid) => valid,
        Err(problems) => {
            return Err(ImportError::Invalid { problems: problems.into(), path: checkpoint.to_owned() });
        }
    };
    let generator = generator_tensors(&config, vocab, &parts.generator);
    let (discriminator_names, discriminators) = discriminator_tensors(&parts);
    let parameters = parameters(&generator);
    let card = Card {
        file_name: &checkpoint.file_name().map(|name| name.to_string_lossy()).unwrap_or_default(),
        file_bytes: tensors.file_bytes(),
        config: &config,
        vocab,
        parameters,
        discriminators: &discriminator_names,
        facts: &parts.facts,
    }
    .text();
    let config = ModelConfig::Sg2Im(with_discriminators(config, &parts));
    let contents = Contents { config: &config, vocab: &parts.vocab, card: &card, storage: options.storage };
    let count = generator.len();
    write(out, options, &contents, &mut tensors, generator, discriminators)?;
    Ok(ImportReport {
        out: out.to_owned(),
        config,
        vocab,
        tensors: count,
        parameters,
        discriminators: discriminator_names,
        notes: parts.notes,
    })
}

type Named = Vec<(String, TensorMeta)>;

/// In sg2im's order, whatever order the file has.
fn generator_tensors(config: &Sg2ImConfig, vocab: VocabSize, state: &CheckpointTensors) -> Named {
    let by_name: HashMap<&str, &TensorMeta> = state.tensors.iter().map(|(name, meta)| (name.as_str(), meta)).collect();
    expected_tensors(config, vocab.objects, vocab.predicates)
        .into_iter()
        .filter_map(|(name, _)| by_name.get(name.as_str()).map(|&meta| (name.clone(), meta.clone())))
        .collect()
}

fn discriminator_tensors(parts: &Sg2ImCheckpoint) -> (Vec<&'static str>, Named) {
    let mut names = Vec::new();
    let mut tensors = Vec::new();
    for (prefix, discriminator) in parts.discriminators() {
        names.push(prefix);
        let prefixed = |(name, meta): &(String, TensorMeta)| (format!("{prefix}.{name}"), meta.clone());
        tensors.extend(discriminator.state.tensors.iter().map(prefixed));
    }
    (names, tensors)
}

fn with_discriminators(mut config: Sg2ImConfig, parts: &Sg2ImCheckpoint) -> Sg2ImConfig {
    config.d_obj_kwargs = parts.d_obj.as_ref().map(|d| d.kwargs.clone());
    config.d_img_kwargs = parts.d_img.as_ref().map(|d| d.kwargs.clone());
    // Our own key, should the arguments have one of that name.
    config.extra.shift_remove("architecture");
    config
}

fn parameters(tensors: &Named) -> usize {
    let statistic = |name: &str| name.ends_with(".running_mean") || name.ends_with(".running_var");
    tensors.iter().filter(|(name, _)| !statistic(name)).map(|(_, meta)| meta.count()).sum()
}

fn write(
    out: &Path,
    options: ImportOptions,
    contents: &Contents<'_>,
    tensors: &mut TensorReader,
    generator: Named,
    discriminators: Named,
) -> Result<(), FolderError> {
    // Both read from one file, one after the other.
    let reader = std::cell::RefCell::new(tensors);
    let mut generator = FromTorch::new(&reader, generator);
    if discriminators.is_empty() {
        return folder::write(out, options.replace, contents, &mut generator, None);
    }
    let mut discriminators = FromTorch::new(&reader, discriminators);
    folder::write(out, options.replace, contents, &mut generator, Some(&mut discriminators))
}

/// Tensors of a `.pt` file, on their way into a folder.
struct FromTorch<'a, 'r> {
    reader: &'a std::cell::RefCell<&'r mut TensorReader>,
    metas: Vec<TensorMeta>,
    specs: Vec<(String, Vec<usize>)>,
}

impl<'a, 'r> FromTorch<'a, 'r> {
    fn new(reader: &'a std::cell::RefCell<&'r mut TensorReader>, tensors: Named) -> Self {
        let specs = tensors.iter().map(|(name, meta)| (name.clone(), meta.shape.clone())).collect();
        Self { reader, metas: tensors.into_iter().map(|(_, meta)| meta).collect(), specs }
    }
}

impl TensorSource for FromTorch<'_, '_> {
    fn specs(&self) -> &Specs {
        &self.specs
    }

    fn values(&mut self, index: usize) -> io::Result<Vec<f32>> {
        let data = self.reader.borrow_mut().read(&self.metas[index]).map_err(io::Error::other)?;
        Ok(data.to_f32())
    }
}
