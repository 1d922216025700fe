//! Validates a checkpoint: tensor names, shapes and types must match sg2im's model, and all values must be finite.

use std::collections::BTreeMap;

use super::expected::expected_tensors;
use super::problems::Problems;
use super::safetensors_write::StoredType;
use super::sg2im_import::{CheckpointTensors, Sg2ImCheckpoint};
use super::torch::{TensorReader, TorchError};
use super::vocab_check::{VocabSize, check_vocab};
use crate::sg2im::config::{ConfigProblems, Sg2ImConfig};
use scenewright_scene::vocab::Vocabulary;

/// Configuration and vocabulary size of a valid checkpoint, or every problem of an invalid one.
pub(crate) type ValidationResult = Result<(Sg2ImConfig, VocabSize), Problems>;

/// Errors if the file cannot be read. The inner `Err` lists every problem of a readable file.
pub(crate) fn validate_checkpoint(
    checkpoint: &Sg2ImCheckpoint,
    tensors: &mut TensorReader,
    stored_type: StoredType,
) -> Result<ValidationResult, TorchError> {
    let mut problems = Problems::default();
    let config = Sg2ImConfig::try_from(checkpoint.model_kwargs.clone())
        .map_err(|ConfigProblems(errors)| problems.config = errors)
        .ok();
    let vocab = check_vocab(&checkpoint.vocab).map_err(|errors| problems.vocab = errors).ok();
    // `check_vocab` lists every missing entry; `Vocabulary` stops at the first problem, so it only runs on a complete one.
    if vocab.is_some()
        && let Err(problem) = Vocabulary::from_sg2im(&checkpoint.vocab)
    {
        problems.vocab.push(problem.to_string());
    }
    if let (Some(config), Some(vocab)) = (&config, vocab) {
        let tensors = checkpoint.generator.tensors.iter();
        let shapes: BTreeMap<&str, &[usize]> =
            tensors.map(|(name, meta)| (name.as_str(), meta.shape.as_slice())).collect();
        problems.compare(&expected_tensors(config, vocab.objects, vocab.predicates), &shapes);
    }
    // The generator's tensors have no prefix.
    check_values("", &checkpoint.generator, tensors, stored_type, &mut problems)?;
    for (prefix, discriminator) in checkpoint.discriminators() {
        check_values(&format!("{prefix}."), &discriminator.state, tensors, stored_type, &mut problems)?;
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
    stored_type: StoredType,
    problems: &mut Problems,
) -> Result<(), TorchError> {
    for (name, kind) in &state.non_tensors {
        problems.not_float_tensors.push((format!("{prefix}{name}"), kind.clone()));
    }
    for (name, meta) in &state.tensors {
        if !meta.dtype.is_float() {
            problems.not_float_tensors.push((format!("{prefix}{name}"), format!("a {} tensor", meta.dtype)));
            continue;
        }
        // Check the values after conversion to the stored type: f16 overflows above 65504.
        let values = tensors.read(meta)?.to_f32();
        let non_finite_count = values.into_iter().filter(|&x| !stored_type.round_trip(x).is_finite()).count();
        if non_finite_count > 0 {
            problems.non_finite.push((format!("{prefix}{name}"), non_finite_count));
        }
    }
    Ok(())
}
