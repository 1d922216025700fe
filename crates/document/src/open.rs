//! Files to documents. A file may hold several graphs: the user chooses one, or opens them as steps of a history.

use super::journal::{Event, Journals, Origin};
use super::{Document, FileFingerprint, steps_between};
use scenewright_formats::{ReadError, SceneFile, Source, open_scenes};
use scenewright_scene::{History, PictureRecord, Scene};
use std::path::{Path, PathBuf};

/// The graphs of a file, before one is chosen.
#[derive(Clone, Debug)]
pub struct Opened {
    pub path: PathBuf,
    /// At least one.
    pub graphs: Vec<Scene>,
    /// What was left out of another program's file, and what else a person should know: a sentence each.
    pub notes: Vec<String>,
    pub(super) source: Source,
    pub(super) stamp: Option<FileFingerprint>,
}

/// Which of the graphs become the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// One graph, counted from 0; saving leaves the others of the file as they are.
    Graph(usize),
    /// All of them, each a step after the one before; the last is shown. The document has no file then, since saving would
    /// put one graph where many were.
    Steps,
}

/// Reads a file: a document, a PNG that carries one, or a scene graph of another program. Waits for the disk.
pub fn read(path: &Path) -> Result<Opened, ReadError> {
    // Before and after: a file that is written to meanwhile would look unchanged for ever.
    let before = FileFingerprint::of_file(path).ok();
    let SceneFile { scenes: mut graphs, source, notes, .. } = open_scenes(path)?;
    let stamp = FileFingerprint::of_file(path).ok().filter(|after| Some(*after) == before);
    if graphs.is_empty() {
        // "[]" is a document of nothing: an empty canvas.
        graphs.push(Scene::new());
    }
    Ok(Opened { path: path.to_owned(), graphs, notes, source, stamp })
}

impl Opened {
    /// Whether the user has to be asked which graph.
    pub fn has_several(&self) -> bool {
        self.graphs.len() > 1
    }

    /// The document; a graph that is not there is taken for the last one.
    pub fn into_document(self, choice: Choice, journals: &Journals) -> Document {
        let title = title_of(&self.path);
        match choice {
            Choice::Graph(index) => {
                let index = index.min(self.graphs.len().saturating_sub(1));
                // A picture stays a picture, and another program's file its own: the document asks for a name when it is saved.
                let origin = (self.source == Source::Document).then(|| Origin::new(&self.path, self.stamp));
                Document::of_graphs(self.graphs, index, title, origin, journals)
            }
            Choice::Steps => self.into_steps(title, journals),
        }
    }

    fn into_steps(self, title: String, journals: &Journals) -> Document {
        let mut graphs = self.graphs.into_iter();
        let first = graphs.next().unwrap_or_default();
        let mut history = History::new(first.clone());
        let mut events = Vec::new();
        for (index, graph) in (1..).zip(graphs) {
            let edits = steps_between(history.scene(), &graph);
            let label = format!("graph {index}");
            // Edits made for these two scenes fit them; one that did not would be a step left out, not a file lost.
            if history.apply(&label, &edits).is_ok() {
                let at = history.revision();
                events.push(Event::Step { label, edits, at: at.0 });
                // Rows are the same objects in both.
                let rows = history.scene().nodes().iter().zip(graph.nodes());
                let objects = rows.map(|(node, drawn)| (node.id, drawn.rendered.clone())).collect();
                let picture = PictureRecord { objects, ..PictureRecord::default() };
                if history.record_picture(at, &picture) {
                    events.push(Event::Rendered { at: at.0, picture });
                }
            }
        }
        events.push(Event::Saved { at: history.revision().0, origin: None });
        Document::with_past(history, first, title, events, journals)
    }
}

pub(super) fn title_of(path: &Path) -> String {
    path.file_stem().map_or_else(|| "Untitled".to_owned(), |stem| stem.to_string_lossy().into_owned())
}
