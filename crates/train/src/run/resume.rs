//! The checkpoint that a run resumes from: the last one, or the newest complete one.

use std::path::{Path, PathBuf};

use super::error::RunError;
use super::folder::RunFolder;
use super::roll_back::checkpoints;

/// Tries the last checkpoint, and where it is damaged those before it, newest first. Gives what the attempt made, and what to say.
pub(crate) fn newest_sound<T>(
    run: &Path,
    folder: &RunFolder,
    attempt: &mut dyn FnMut(&Path) -> Result<T, RunError>,
) -> Result<(T, Vec<String>), RunError> {
    let last = folder.checkpoint("last");
    let mut candidates: Vec<(PathBuf, u64)> =
        checkpoints(run).into_iter().map(|(path, progress)| (path, progress.step)).collect();
    candidates.retain(|(path, _)| *path != last);
    candidates.reverse();
    let mut first = match last.is_dir() {
        false => RunError::NoCheckpoint { path: run.to_owned() },
        true => match attempt(&last) {
            Ok(made) => return Ok((made, Vec::new())),
            Err(error) if is_damage(&error) => error,
            Err(error) => return Err(error),
        },
    };
    let was_there = last.is_dir();
    for (path, step) in candidates {
        match attempt(&path) {
            Ok(made) => {
                let what = if was_there {
                    format!("checkpoints/last is damaged ({first})")
                } else {
                    "checkpoints/last is missing".into()
                };
                return Ok((made, vec![format!("{what}; going on from step {step}: {}", path.display())]));
            }
            Err(error) if is_damage(&error) => {
                // What is wrong with the last one is said, unless there is none.
                if matches!(first, RunError::NoCheckpoint { .. }) {
                    first = error;
                }
            }
            Err(error) => return Err(error),
        }
    }
    Err(first)
}

fn is_damage(error: &RunError) -> bool {
    matches!(
        error,
        RunError::Checkpoint { .. }
            | RunError::Folder(_)
            | RunError::Weights(_)
            | RunError::Io { .. }
            | RunError::Vocabulary(_)
    )
}

/// A checkpoint of a run by its name ("best", "last"), its step, or its path.
pub fn checkpoint_of(run: &Path, wanted: &str) -> Result<PathBuf, RunError> {
    let all = checkpoints(run);
    let by_name = all.iter().find(|(path, _)| path.file_name().is_some_and(|name| name == wanted));
    let by_step = || wanted.parse::<u64>().ok().and_then(|step| all.iter().find(|(_, progress)| progress.step == step));
    if let Some((path, _)) = by_name.or_else(by_step) {
        return Ok(path.clone());
    }
    if Path::new(wanted).join("state.json").is_file() {
        return Ok(PathBuf::from(wanted));
    }
    let names: Vec<String> = all
        .iter()
        .map(|(path, progress)| {
            format!("{} (step {})", path.file_name().unwrap_or_default().to_string_lossy(), progress.step)
        })
        .collect();
    let there = if names.is_empty() { "it has none".to_owned() } else { format!("it has {}", names.join(", ")) };
    Err(RunError::Changed(format!("this run has no checkpoint \"{wanted}\"; {there}: {}", run.display())))
}
