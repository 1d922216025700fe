//! The files inside this binary: see [`scenewright_bundle`].

use scenewright_bundle::{BundledFile, Content};
use scenewright_document::Folders;

static FILES: &[BundledFile] = include!(concat!(env!("OUT_DIR"), "/bundled_files.rs"));

/// Makes the bundled models and scenes known, and the models of the user's data folder. Called once, at the start.
pub fn install() {
    scenewright_bundle::install(FILES);
    if let Some(folders) = Folders::of_user() {
        scenewright_bundle::add_place(folders.data);
    }
}
