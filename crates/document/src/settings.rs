//! Settings that persist between runs, in one JSON file. A damaged file never keeps the program from starting.

use super::Recent;
use scenewright_formats::{WriteError, write_atomically};
use scenewright_scene::Extra;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

/// Theme of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    #[default]
    System,
    Dark,
    Light,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub look: ThemeChoice,
    /// 0.75 to 3.
    pub interface_scale: f32,
    /// The model folder used last.
    pub model: Option<String>,
    /// In the notation of the command line: "auto", "cpu", "cuda:0".
    pub device: String,
    pub recent: Recent,
    /// Values that the window stores ([`Settings::store`]), and keys of other versions, which are written back unchanged.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A problem with the settings file, to be shown to the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsNotice {
    #[error(
        "the settings could not be read ({why}), so this run starts with the defaults; the old file is kept: {}",
        .kept.display()
    )]
    Broken { why: String, kept: PathBuf },
    #[error("the settings could not be read ({why}), so this run starts with the defaults: {}", .path.display())]
    Unreadable { why: String, path: PathBuf },
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            look: ThemeChoice::default(),
            interface_scale: 1.0,
            model: None,
            device: "auto".to_owned(),
            recent: Recent::default(),
            extra: Extra::new(),
        }
    }
}

impl Settings {
    /// Larger files are not read.
    const MAX_BYTES: u64 = 8 << 20;

    /// Reads the settings; defaults if there is no file. A file that cannot be parsed is renamed to `….broken`.
    pub fn load(path: &Path) -> (Self, Option<SettingsNotice>) {
        let unreadable =
            |why: String| (Self::default(), Some(SettingsNotice::Unreadable { why, path: path.to_owned() }));
        match std::fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return (Self::default(), None),
            Err(error) => return unreadable(error.to_string()),
            Ok(metadata) if !metadata.is_file() => return unreadable("it is not a file".to_owned()),
            Ok(metadata) if metadata.len() > Self::MAX_BYTES => {
                return Self::set_aside(path, "it is too large".to_owned());
            }
            Ok(_) => {}
        }
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => return unreadable(error.to_string()),
        };
        match serde_json::from_slice::<Self>(&bytes) {
            Ok(mut settings) => {
                let scale = settings.interface_scale;
                settings.interface_scale = if scale.is_finite() { scale.clamp(0.75, 3.0) } else { 1.0 };
                (settings, None)
            }
            Err(error) => Self::set_aside(path, error.to_string()),
        }
    }

    fn set_aside(path: &Path, why: String) -> (Self, Option<SettingsNotice>) {
        let mut name = path.as_os_str().to_owned();
        name.push(".broken");
        let kept = PathBuf::from(name);
        let notice = match std::fs::rename(path, &kept) {
            Ok(()) => SettingsNotice::Broken { why, kept },
            Err(_) => SettingsNotice::Unreadable { why, path: path.to_owned() },
        };
        (Self::default(), Some(notice))
    }

    /// Writes the file atomically, and creates its folder.
    pub fn save(&self, path: &Path) -> Result<(), WriteError> {
        let failed = |source| WriteError::Io { source, path: path.to_owned() };
        let mut text = serde_json::to_vec_pretty(self).map_err(|error| failed(error.into()))?;
        text.push(b'\n');
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        write_atomically(path, &text)
    }

    /// The value stored under a name by [`Settings::store`]; `None` if it is missing or has another type.
    pub fn stored<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        T::deserialize(self.extra.get(name)?).ok()
    }

    /// Stores a value of the window, such as its layout, under a name. A value without a JSON form removes the entry.
    pub fn store(&mut self, name: &str, value: &impl Serialize) {
        match serde_json::to_value(value) {
            Ok(value) => _ = self.extra.insert(name.to_owned(), value),
            Err(_) => _ = self.extra.shift_remove(name),
        }
    }
}
