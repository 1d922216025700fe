//! Validates a checkpoint: it must fit sg2im's model in names, shapes and types, and all its values must be finite.

use std::collections::BTreeMap;

use super::expected::expected_tensors;
use super::problems::Problems;
use super::safetensors_write::StoredType;
use super::sg2im_import::{CheckpointTensors, Sg2ImCheckpoint};
use super::torch::{TensorReader, TorchError};
use super::vocab_check::{VocabSize, check_vocab};
use crate::sg2im::config::{ConfigProblems, Sg2ImConfig};
use scenewright_scene::vocab::Vocabulary;

pub(crate) type Checked = Result<(Sg2ImConfig, VocabSize), Problems>;

/// The outer error is a file that cannot be read; the inner one lists all that is wrong with what was read.
pub(crate) fn check(
    parts: &Sg2ImCheckpoint,
    tensors: &mut TensorReader,
    storage: StoredType,
) -> Result<Checked, TorchError> {
    let mut problems = Problems::default();
    let config =
        Sg2ImConfig::try_from(parts.model_kwargs.clone()).map_err(|ConfigProblems(found)| problems.config = found).ok();
    let vocab = check_vocab(&parts.vocab).map_err(|found| problems.vocab = found).ok();
    if vocab.is_some()
        && let Err(problem) = Vocabulary::from_sg2im(&parts.vocab)
    {
        problems.vocab.push(problem.to_string());
    }
    if let (Some(config), Some(vocab)) = (&config, vocab) {
        let found: BTreeMap<&str, &[usize]> =
            parts.generator.tensors.iter().map(|(name, meta)| (name.as_str(), meta.shape.as_slice())).collect();
        problems.compare(&expected_tensors(config, vocab.objects, vocab.predicates), &found);
    }
    check_values("", &parts.generator, tensors, storage, &mut problems)?;
    for (prefix, discriminator) in parts.discriminators() {
        check_values(&format!("{prefix}."), &discriminator.state, tensors, storage, &mut problems)?;
    }
    Ok(match (config, vocab) {
        (Some(config), Some(vocab)) if problems.is_empty() => Ok((config, vocab)),
        _ => Err(problems),
    })
}

fn check_values(
    prefix: &str,
    state: &CheckpointTensors,
    tensors: &mut TensorReader,
    storage: StoredType,
    problems: &mut Problems,
) -> Result<(), TorchError> {
    for (name, found) in &state.others {
        problems.wrong_kind.push((format!("{prefix}{name}"), found.clone()));
    }
    for (name, meta) in &state.tensors {
        if !meta.dtype.is_float() {
            problems.wrong_kind.push((format!("{prefix}{name}"), format!("a tensor of {}", meta.dtype)));
            continue;
        }
        // As they will be stored: a float16 cannot hold what is above 65504.
        let values = tensors.read(meta)?.to_f32();
        let bad = values.into_iter().filter(|&x| !storage.round_trip(x).is_finite()).count();
        if bad > 0 {
            problems.non_finite.push((format!("{prefix}{name}"), bad));
        }
    }
    Ok(())
}
