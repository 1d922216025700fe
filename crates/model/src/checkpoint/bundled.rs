//! Finds the model that comes with the program.

#![allow(clippy::disallowed_methods, reason = "looks for models beside the program")]

use std::path::{Path, PathBuf};

/// Bundled models; the first that exists is used.
const BUNDLED: [&str; 2] = ["models/collage-illustrated", "models/sg2im-illustrated"];

/// Searches the folder of the program and those above it (a build is in `target/release`), the working folder, and `more`.
/// `None` if no bundled model is found.
pub fn bundled_model(more: &[PathBuf]) -> Option<PathBuf> {
    let program = std::env::current_exe().ok();
    let above = program.iter().flat_map(|path| path.ancestors().skip(1)).map(Path::to_owned);
    let here = std::env::current_dir().ok();
    let places = above.chain(here).chain(more.iter().cloned());
    places.flat_map(|place| BUNDLED.map(|name| place.join(name))).find(|model| model.join("config.json").is_file())
}
