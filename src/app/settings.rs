//! What is remembered between runs: looks, arrangement, recent files. A file that cannot be read is as good as none.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::objects::Remembered;
use super::picture::Settings as PictureSettings;

/// Interface scales that can be chosen.
pub const SCALES: std::ops::RangeInclusive<f32> = 0.75..=3.0;
const MOST_RECENT: usize = 12;
const MOST_SENTENCES: usize = 100;
/// No settings come near this.
const LARGEST_BYTES: u64 = 1 << 20;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeChoice {
    #[default]
    System,
    Dark,
    Light,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub theme: ThemeChoice,
    pub scale: f32,
    /// Newest first.
    pub recent: Vec<PathBuf>,
    /// The model that was opened by hand last.
    pub model: Option<PathBuf>,
    /// What was said, oldest first.
    pub sentences: Vec<String>,
    /// The arrangement of the panels, read by the dock.
    pub panels: Value,
    /// Favourite and recent words.
    pub words: Remembered,
    /// How pictures are shown.
    pub picture: PictureSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            scale: 1.0,
            recent: Vec::new(),
            model: None,
            sentences: Vec::new(),
            panels: Value::Null,
            words: Remembered::default(),
            picture: PictureSettings::default(),
        }
    }
}

impl Settings {
    pub fn read(path: &Path) -> Self {
        let small = fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LARGEST_BYTES);
        let text = small.then(|| fs::read_to_string(path).ok()).flatten();
        let read = text.and_then(|text| serde_json::from_str::<Self>(&text).ok());
        read.unwrap_or_default().sane()
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    pub fn set_scale(&mut self, scale: f32) {
        self.scale = if scale.is_finite() { scale.clamp(*SCALES.start(), *SCALES.end()) } else { 1.0 };
    }

    pub fn opened(&mut self, path: &Path) {
        self.recent.retain(|recent| recent != path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(MOST_RECENT);
    }

    pub fn said(&mut self, sentence: &str) {
        self.sentences.retain(|said| said != sentence);
        self.sentences.push(sentence.to_owned());
        let surplus = self.sentences.len().saturating_sub(MOST_SENTENCES);
        self.sentences.drain(..surplus);
    }

    /// A hand may have been in the file.
    fn sane(mut self) -> Self {
        self.set_scale(self.scale);
        self.recent.truncate(MOST_RECENT);
        let surplus = self.sentences.len().saturating_sub(MOST_SENTENCES);
        self.sentences.drain(..surplus);
        self
    }
}

/// Where the editor keeps its own things; none where it keeps nothing (tests).
#[derive(Clone, Debug, Default)]
pub struct Folders {
    /// `settings.json`.
    pub settings: Option<PathBuf>,
    /// Models and recovery files.
    pub data: Option<PathBuf>,
}

impl Folders {
    pub fn of_this_user() -> Self {
        directories::ProjectDirs::from("", "", "scenewright").map_or_else(Self::default, |dirs| Self {
            settings: Some(dirs.config_dir().to_owned()),
            data: Some(dirs.data_dir().to_owned()),
        })
    }

    pub fn settings_file(&self) -> Option<PathBuf> {
        self.settings.as_ref().map(|folder| folder.join("settings.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_is_as_good_as_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.json");
        for text in ["", "{", "[1]", "{\"scale\": \"large\"}", "{\"theme\": 3}", "\u{0}\u{1}"] {
            fs::write(&path, text).unwrap();
            assert_eq!(Settings::read(&path), Settings::default(), "{text}");
        }
        assert_eq!(Settings::read(dir.path()), Settings::default());
        fs::write(&path, "{\"scale\": 90, \"later\": 1}").unwrap();
        assert_eq!(Settings::read(&path).scale, 3.0);
    }

    #[test]
    fn settings_come_back_and_lists_stay_short() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.json");
        let mut settings = Settings { theme: ThemeChoice::Light, ..Settings::default() };
        settings.set_scale(1.5);
        (0..200).for_each(|n| settings.said(&format!("add sheep {n}")));
        (0..20).for_each(|n| settings.opened(Path::new(&format!("{n}.json"))));
        settings.opened(Path::new("15.json"));
        assert_eq!((settings.recent.len(), settings.sentences.len()), (MOST_RECENT, MOST_SENTENCES));
        assert_eq!(settings.recent[..2], [PathBuf::from("15.json"), PathBuf::from("19.json")]);
        fs::write(&path, settings.to_json()).unwrap();
        assert_eq!(Settings::read(&path), settings);
    }
}
