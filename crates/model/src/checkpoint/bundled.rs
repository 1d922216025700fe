//! Finds the model that comes with the program.

#![allow(clippy::disallowed_methods, reason = "looks for models beside the program")]

use std::path::{Path, PathBuf};

/// The first that is there.
const BUNDLED: [&str; 2] = ["models/collage-illustrated", "models/sg2im-illustrated"];

/// Beside the program or above it (a build lies in `target/release`), in the working folder, or in one of `more`. None where it was not
/// shipped with the program.
pub fn bundled_model(more: &[PathBuf]) -> Option<PathBuf> {
    let program = std::env::current_exe().ok();
    let above = program.iter().flat_map(|path| path.ancestors().skip(1)).map(Path::to_owned);
    let here = std::env::current_dir().ok();
    let places = above.chain(here).chain(more.iter().cloned());
    places.flat_map(|place| BUNDLED.map(|name| place.join(name))).find(|model| model.join("config.json").is_file())
}
