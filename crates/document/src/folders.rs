//! Where the program keeps what is its own: settings and journals, never the user's files.

use std::path::{Path, PathBuf};

/// Names a folder for both, instead of the system's places: for tests and for a program on a stick.
pub(crate) const HOME_VARIABLE: &str = "SCENEWRIGHT_HOME";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// Of `settings.json`.
    pub config: PathBuf,
    /// Of the journals.
    pub recovery: PathBuf,
    /// Models that are not beside the program lie here, in `models`.
    pub data: PathBuf,
}

impl Folders {
    /// The user's own, as the system lays them out; `None` where it knows of no home.
    pub fn of_user() -> Option<Self> {
        if let Some(home) = std::env::var_os(HOME_VARIABLE).filter(|home| !home.is_empty()) {
            return Some(Self::under(Path::new(&home)));
        }
        let folders = directories::ProjectDirs::from("", "", "Scenewright")?;
        Some(Self {
            config: folders.config_dir().to_owned(),
            recovery: folders.data_local_dir().join("recovery"),
            data: folders.data_dir().to_owned(),
        })
    }

    pub fn under(home: &Path) -> Self {
        Self { config: home.join("config"), recovery: home.join("recovery"), data: home.to_owned() }
    }

    /// Of crash reports.
    pub fn crashes(&self) -> PathBuf {
        self.recovery.with_file_name("crashes")
    }

    pub fn settings_file(&self) -> PathBuf {
        self.config.join("settings.json")
    }
}
