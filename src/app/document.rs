//! The open document: its history, its file, and whether the file holds what the window shows.

use std::path::PathBuf;

use crate::interchange::scenes_from_str;
use crate::scene::{History, RevisionId, Scene};

/// What the editor opens with.
const STARTER: &str = include_str!("../../assets/scenes/sheep.json");

pub struct Document {
    pub history: History,
    pub path: Option<PathBuf>,
    /// The step that the file holds.
    saved: RevisionId,
}

impl Document {
    pub fn new(scene: Scene, path: Option<PathBuf>) -> Self {
        let history = History::new(scene);
        Self { saved: history.revision(), history, path }
    }

    pub fn empty() -> Self {
        Self::new(Scene::new(), None)
    }

    /// The scene that is compiled in.
    pub fn starter() -> Self {
        let scenes = scenes_from_str(STARTER).unwrap_or_default();
        Self::new(scenes.into_iter().next().unwrap_or_default(), None)
    }

    pub fn is_changed(&self) -> bool {
        let saved = self.history.get(self.saved).map(|revision| &revision.scene);
        self.history.in_gesture() || (self.history.revision() != self.saved && saved != Some(self.history.scene()))
    }

    pub fn saved(&mut self, path: PathBuf, step: RevisionId) {
        self.path = Some(path);
        self.saved = step;
    }

    pub fn title(&self) -> String {
        let name = self.path.as_ref().and_then(|path| path.file_name());
        name.map_or_else(|| "untitled".to_owned(), |name| name.to_string_lossy().into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Edit;

    #[test]
    fn the_starter_opens_and_a_change_is_noticed_until_it_is_undone() {
        let mut document = Document::starter();
        assert_eq!(document.history.scene().nodes().len(), 7);
        assert!(!document.is_changed());
        document.history.apply("add kite", &[Edit::add("kite")]).unwrap();
        assert!(document.is_changed());
        document.history.undo();
        assert!(!document.is_changed());
        document.history.redo();
        document.saved("sheep.json".into(), document.history.revision());
        assert!(!document.is_changed());
    }
}
