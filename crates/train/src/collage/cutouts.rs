//! Objects cut out of the user's own pictures, as drawings that a run learns from. They lie in the run's folder, so that a run resumes
//! without the pictures, and anyone can see what it learns from:
//!
//! ```text
//! RUN/cut-outs/learnt/teddy bear/0-0012.png        of the first folder, its object number 12
//! RUN/cut-outs/held out/...                       from pictures that are kept from training
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use image::RgbaImage;

use crate::run::RunError;
use scenewright_data::DataError;
use scenewright_data::pictures::OwnPictures;

/// Cut-outs with a shorter side than this show nothing that could be learned.
const MIN_SIDE_PX: usize = 24;
/// Of each word, so many are learned from: more take longer than anyone waits.
const MAX_PER_WORD: usize = 100;

pub(crate) fn learned(run: &Path) -> PathBuf {
    run.join("cut-outs").join("learnt")
}

pub(crate) fn held_out(run: &Path) -> PathBuf {
    run.join("cut-outs").join("held out")
}

/// Cuts out everything that has a mask. `is_material`: fills regions, and is no drawing. Returns what was left out, and how many are learned
/// from.
pub(crate) fn write(
    pictures: &[PathBuf],
    run: &Path,
    is_material: impl Fn(&str) -> bool,
) -> Result<(Vec<String>, usize), RunError> {
    let mut warnings = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let (mut small, mut materials, mut many) = (0, 0, 0);
    for (set, path) in pictures.iter().enumerate() {
        let (pictures, issues) = OwnPictures::open_counted(path)?;
        warnings.extend(issues.list().take(8).map(ToString::to_string));
        for (number, crop) in pictures.crops().enumerate() {
            let crop = match crop {
                Ok(crop) => crop,
                Err(error) => {
                    warnings.push(error.to_string());
                    continue;
                }
            };
            let name = folder_name(&crop.name);
            if crop.width.min(crop.height) < MIN_SIDE_PX {
                small += 1;
                continue;
            }
            if name.is_empty() || is_material(&name) {
                materials += 1;
                continue;
            }
            let count = counts.entry(name.clone()).or_default();
            if *count >= MAX_PER_WORD && !crop.held_out {
                many += 1;
                continue;
            }
            *count += usize::from(!crop.held_out);
            let folder = if crop.held_out { held_out(run) } else { learned(run) }.join(&name);
            let file = folder.join(format!("{set}-{number:04}.png"));
            let io = |problem| RunError::io("write a cut-out", problem, &file);
            fs::create_dir_all(&folder).map_err(io)?;
            let (width, height) = (crop.width as u32, crop.height as u32);
            let Some(image) = RgbaImage::from_raw(width, height, crop.rgba) else { continue };
            image.save(&file).map_err(|error| RunError::Write(format!("{error}: {}", file.display())))?;
        }
    }
    for (count, why) in [
        (small, format!("have a side of less than {MIN_SIDE_PX} pixels")),
        (materials, "are materials, which fill regions".to_owned()),
        (many, format!("are more than {MAX_PER_WORD} of their word")),
    ] {
        if count > 0 {
            warnings.push(format!("{count} cut-outs are left out: they {why}"));
        }
    }
    Ok((warnings, counts.values().sum()))
}

/// Nothing was cut out of pictures that a collage was to learn from.
pub(crate) fn nothing(pictures: &Path, warnings: &[String]) -> DataError {
    let why: String = warnings.iter().map(|text| format!(" ({text})")).collect();
    let what = format!(
        "a collage learns what objects look like from their outlines, and no object here has one of at least {MIN_SIDE_PX} pixels a \
         side{why}. Draw outlines (P) or masks (M) on them, or start from an sg2im model, which learns from boxes too"
    );
    DataError::InvalidFile { what, path: pictures.to_owned() }
}

/// A word as the folder of its drawings.
fn folder_name(word: &str) -> String {
    let sound = |c: char| if c.is_alphanumeric() || matches!(c, ' ' | '\'') { c } else { ' ' };
    let name: String = word.chars().map(sound).take(60).collect();
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::folder_name;

    #[test]
    fn words_become_names_that_a_disk_and_a_library_take() {
        for (word, name) in
            [("Teddy-Bear", "teddy bear"), ("../etc", "etc"), ("  a/b ", "a b"), ("…", ""), ("Käse", "käse")]
        {
            assert_eq!(folder_name(word), name);
        }
    }
}
