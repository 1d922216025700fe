//! Finds the model that comes with the program.

#![allow(clippy::disallowed_methods, reason = "looks for models beside the program")]

use std::path::PathBuf;

/// Bundled models; the first that exists is used.
const BUNDLED: [&str; 2] = ["models/collage-illustrated", "models/sg2im-illustrated"];

/// The model inside the program; otherwise searches the folder of the program and those above it (a build is in `target/release`), the
/// working folder, and `more`. `None` if no bundled model is found.
pub fn bundled_model(more: &[PathBuf]) -> Option<PathBuf> {
    let inside = scenewright_bundle::models();
    if let Some(model) = BUNDLED.map(PathBuf::from).into_iter().find(|model| inside.contains(model)) {
        return Some(model);
    }
    let here = std::env::current_dir().ok();
    let places = scenewright_bundle::places().into_iter().chain(here).chain(more.iter().cloned());
    places.flat_map(|place| BUNDLED.map(|name| place.join(name))).find(|model| model.join("config.json").is_file())
}
