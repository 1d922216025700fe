//! Export settings, saved between runs.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator;

use crate::engine::{ExportFormat, ExportOptions, MAX_SCALE, Scaling};

/// Export settings, saved between runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ExportSettings {
    /// [`ExportFormat::word`]s.
    pub kinds: BTreeSet<String>,
    /// 1 to [`MAX_SCALE`].
    pub scale: u32,
    /// Scales without interpolation: every pixel is a square.
    pub crisp: bool,
    /// Duration of each frame of an animation.
    pub(crate) delay_millis: u64,
    /// The chosen folder; otherwise the document's.
    pub folder: Option<String>,
}

impl Default for ExportSettings {
    fn default() -> Self {
        let kinds = [ExportFormat::Png.word().to_owned()].into();
        Self { kinds, scale: 4, crisp: false, delay_millis: 800, folder: None }
    }
}

impl ExportSettings {
    pub(crate) fn wants(&self, format: ExportFormat) -> bool {
        self.kinds.contains(format.word())
    }

    pub(crate) fn toggle(&mut self, format: ExportFormat) {
        if !self.kinds.remove(format.word()) {
            self.kinds.insert(format.word().to_owned());
        }
    }

    pub(crate) fn needs_picture(&self) -> bool {
        ExportFormat::iter().any(|format| self.wants(format) && !format.is_of_graph())
    }

    pub(crate) fn options(&self) -> ExportOptions {
        let scaling = if self.crisp { Scaling::Crisp } else { Scaling::Smooth };
        // The settings file may have been edited by hand.
        ExportOptions { scale: self.scale.clamp(1, MAX_SCALE), scaling }
    }
}

/// Makes a name valid as part of a file name on every system.
pub(crate) fn sanitize_name(name: &str) -> String {
    const MOST_CHARS: usize = 80;
    let is_bad = |c: char| c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let name: String = name.trim().chars().map(|c| if is_bad(c) { '-' } else { c }).take(MOST_CHARS).collect();
    let name = name.trim_start_matches('.').trim_end_matches(['.', ' ']);
    if name.is_empty() { "scene".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_folder() {
        for (name, expected) in [
            ("sheep", "sheep"),
            (" ../a/b ", "-a-b"),
            ("...", "scene"),
            ("", "scene"),
            ("a:b*", "a-b-"),
            ("Ü 1", "Ü 1"),
        ] {
            assert_eq!(sanitize_name(name), expected);
        }
    }
}
