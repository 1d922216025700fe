//! Export formats, file names and settings.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::engine::{ExportOptions, Format, MAX_SCALE, Scaling};

/// A file, or a folder of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportKind {
    Format(Format),
    /// The history as an animated GIF.
    Animation,
}

impl ExportKind {
    pub(crate) const ALL: [Self; 12] = [
        Self::Format(Format::Png),
        Self::Format(Format::Jpeg),
        Self::Format(Format::WebP),
        Self::Animation,
        Self::Format(Format::OpenRaster),
        Self::Format(Format::Masks),
        Self::Format(Format::Boxes),
        Self::Format(Format::MaskOverview),
        Self::Format(Format::Segmentation),
        Self::Format(Format::Json),
        Self::Format(Format::Coco),
        Self::Format(Format::Dot),
    ];

    /// Key in the settings file.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Format(format) => format.word(),
            Self::Animation => "gif",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Format(format) => format.title(),
            Self::Animation => "Animated GIF of the history",
        }
    }

    pub(crate) fn needs_picture(self) -> bool {
        !matches!(self, Self::Format(format) if format.is_of_graph())
    }

    /// File name; distinct for all formats, and never that of the document.
    pub(crate) fn file_name(self, name: &str) -> String {
        match self {
            Self::Animation => format!("{name}.gif"),
            Self::Format(Format::Boxes) => format!("{name}-boxes.png"),
            Self::Format(Format::MaskOverview) => format!("{name}-masks.png"),
            Self::Format(Format::Masks) => format!("{name}-masks"),
            Self::Format(Format::Segmentation) => format!("{name}-segmentation.png"),
            Self::Format(Format::Coco) => format!("{name}-coco.json"),
            Self::Format(Format::Json) => format!("{name}-graph.json"),
            Self::Format(format) => match format.extension() {
                Some(ending) => format!("{name}.{ending}"),
                None => name.to_owned(),
            },
        }
    }
}

/// Export settings, saved between runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ExportSettings {
    /// [`ExportKind::word`]s.
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
        let kinds = [ExportKind::Format(Format::Png).word().to_owned()].into();
        Self { kinds, scale: 4, crisp: false, delay_millis: 800, folder: None }
    }
}

impl ExportSettings {
    pub(crate) fn wants(&self, kind: ExportKind) -> bool {
        self.kinds.contains(kind.word())
    }

    pub(crate) fn toggle(&mut self, kind: ExportKind) {
        if !self.kinds.remove(kind.word()) {
            self.kinds.insert(kind.word().to_owned());
        }
    }

    pub(crate) fn needs_picture(&self) -> bool {
        ExportKind::ALL.into_iter().any(|kind| self.wants(kind) && kind.needs_picture())
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
    use std::collections::HashSet;

    #[test]
    fn everything_can_be_exported_at_once() {
        let names: HashSet<String> = ExportKind::ALL.into_iter().map(|kind| kind.file_name("sheep")).collect();
        assert_eq!(names.len(), ExportKind::ALL.len());
        assert!(!names.contains("sheep.json"), "that is the document");
        for format in Format::ALL {
            assert!(ExportKind::ALL.contains(&ExportKind::Format(format)), "{format:?} is in the dialog");
        }
    }

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
