//! An Iconify JSON file: one file with thousands of icons, as the `@iconify-json` packages have them. Each icon becomes a
//! category; its source is put together and checked when it is first used.

#![allow(clippy::disallowed_methods, reason = "opens the file that the caller names")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde::Deserialize;

use super::library::SpriteLibrary;
use super::sprite::{Defaults, Drawing, SpriteVariant};
use super::sprite_error::{SpriteError, SpriteProblem};
use super::sprite_toml::SpriteToml;
use super::svg::MAX_BYTES;

const MAX_FILE_BYTES: u64 = 256 << 20;
const DEFAULT_SIDE: f32 = 16.0;

#[derive(Deserialize)]
struct IconFile {
    prefix: String,
    icons: BTreeMap<String, Icon>,
    #[serde(default)]
    aliases: BTreeMap<String, Alias>,
    #[serde(default)]
    width: Option<f32>,
    #[serde(default)]
    height: Option<f32>,
    #[serde(default)]
    left: f32,
    #[serde(default)]
    top: f32,
}

#[derive(Deserialize)]
struct Icon {
    body: String,
    width: Option<f32>,
    height: Option<f32>,
    left: Option<f32>,
    top: Option<f32>,
    #[serde(default)]
    hidden: bool,
}

/// Another name for an icon. One that also turns or mirrors it has further keys and is not a synonym.
#[derive(Deserialize)]
struct Alias {
    parent: String,
    #[serde(flatten)]
    changes: BTreeMap<String, serde_json::Value>,
}

pub(crate) fn add(library: &mut SpriteLibrary, path: &Path) -> Result<(), SpriteError> {
    let fault = |problem| SpriteError::new(path.display(), problem);
    let length = fs::metadata(path).map_err(|error| fault(SpriteProblem::Unreadable(error.to_string())))?.len();
    if length > MAX_FILE_BYTES {
        return Err(fault(SpriteProblem::TooManyBytes { bytes: length, limit: MAX_FILE_BYTES }));
    }
    let text = fs::read_to_string(path).map_err(|error| fault(SpriteProblem::Unreadable(error.to_string())))?;
    let file: IconFile = serde_json::from_str(&text).map_err(|e| fault(SpriteProblem::CorruptIcons(e.to_string())))?;
    if file.icons.is_empty() {
        return Err(fault(SpriteProblem::CorruptIcons("it has no icons".to_owned())));
    }
    for (key, icon) in file.icons.iter().filter(|(_, icon)| !icon.hidden) {
        let shown = format!("{} (icon \"{key}\")", path.display());
        match source(&file, icon) {
            Ok(source) => add_icon(library, &file, key, source, &shown),
            Err(problem) => library.problems.push(SpriteError::new(shown, problem)),
        }
    }
    Ok(())
}

fn add_icon(library: &mut SpriteLibrary, file: &IconFile, key: &str, source: String, shown: &str) {
    // Of two things with one name the icon takes the longer: "sheep" is ours, "noto sheep" the icon.
    let plain = key.replace('-', " ");
    let prefixed = format!("{} {plain}", file.prefix.replace('-', " "));
    let name = match library.check_name(&plain, key) {
        Err(SpriteProblem::Clash(_)) => library.check_name(&prefixed, key).map(|()| prefixed),
        checked => checked.map(|()| plain),
    };
    let name = match name {
        Ok(name) => name,
        Err(problem) => return library.problems.push(SpriteError::new(shown, problem)),
    };
    let same = |alias: &Alias| alias.parent == key && alias.changes.is_empty();
    let synonyms = file.aliases.iter().filter(|(_, alias)| same(alias)).map(|(name, _)| name.replace('-', " "));
    let toml = SpriteToml { synonyms: synonyms.collect(), ..Default::default() };
    let drawing = Drawing::Icon { source: source.into_boxed_str(), parsed: OnceLock::new() };
    let variant = SpriteVariant::new("icon".to_owned(), shown.to_owned(), drawing, &Defaults::default());
    let variant = library.numbered(variant);
    library.insert(name, toml, vec![variant], false);
}

fn source(file: &IconFile, icon: &Icon) -> Result<String, SpriteProblem> {
    if icon.body.len() as u64 > MAX_BYTES {
        return Err(SpriteProblem::TooManyBytes { bytes: icon.body.len() as u64, limit: MAX_BYTES });
    }
    let width = icon.width.or(file.width).unwrap_or(DEFAULT_SIDE);
    let height = icon.height.or(file.height).unwrap_or(DEFAULT_SIDE);
    let (left, top) = (icon.left.unwrap_or(file.left), icon.top.unwrap_or(file.top));
    // Icons of one color leave it to the page: "currentColor" is black without one.
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         viewBox=\"{left} {top} {width} {height}\">{}</svg>",
        icon.body
    ))
}
