//! Errors of documents. Each message says how to fix it; the path comes last.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("cannot read the scene: {source}: {}", .path.display())]
    Io { source: io::Error, path: PathBuf },
    #[error("this is a folder: choose a scene graph file in it: {}", .path.display())]
    Directory { path: PathBuf },
    #[error("this is no ordinary file: choose a scene graph file (.json): {}", .path.display())]
    NotAFile { path: PathBuf },
    #[error(
        "{:.1} MB is too large for a scene graph (at most {} MB): choose another file, or split its list of graphs: {}",
        *.bytes as f64 / 1e6, super::MAX_DOCUMENT_BYTES >> 20, .path.display()
    )]
    TooLarge { bytes: u64, path: PathBuf },
    #[error("this is no text (byte {offset} is not UTF-8): choose a scene graph file (.json): {}", .path.display())]
    NotText { offset: usize, path: PathBuf },
    #[error("{}: {}", no_graph(.what), .path.display())]
    NoGraph { what: &'static str, path: PathBuf },
    #[error("this PNG is damaged or cut short, and no scene graph can be read from it: choose another copy: {}", .path.display())]
    DamagedPng { path: PathBuf },
    /// Another program's file that holds no scene graph, or one that is not read.
    #[error("this is {what}: {fix}: {}", .path.display())]
    Other { what: &'static str, fix: &'static str, path: PathBuf },
    /// Another program's scene graph that cannot be read.
    #[error("this is {format}, but {problem}: {}", .path.display())]
    Foreign { format: &'static str, problem: String, path: PathBuf },
    #[error("{error}{}{}", if is_long(.error) { "\nin " } else { ": " }, .path.display())]
    Document { error: DocumentError, path: PathBuf },
}

/// Why a text is no document.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DocumentError {
    #[error("this is not JSON: {message} (line {line}, column {column})")]
    Json { message: String, line: usize, column: usize },
    #[error("{}", list(.0))]
    Problems(Vec<Problem>),
}

/// One of the things that are wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which graph of the list, counted from 0 as its pictures are; `None` when the file is a single graph.
    pub graph: Option<usize>,
    /// Where, as one would write it in a program: `relationships[3]`.
    pub place: String,
    /// What, and how to fix it.
    pub what: String,
}

/// Why a file was not written. What stood there before stands there still.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("cannot save: {source}: {}", .path.display())]
    Io { source: io::Error, path: PathBuf },
    #[error("cannot save: this is a folder: choose a name in it: {}", .path.display())]
    Directory { path: PathBuf },
    #[error("cannot save: the file is read-only: save under another name: {}", .path.display())]
    ReadOnly { path: PathBuf },
    #[error("cannot save: this is a device or a pipe, not a file: choose another name: {}", .path.display())]
    Special { path: PathBuf },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(graph) = self.graph {
            write!(f, "graph {graph}, ")?;
        }
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// The text of an error without the path at its end, for callers that show the path themselves.
pub fn without_path(error: &dyn fmt::Display, path: &Path) -> String {
    let text = error.to_string();
    let rest = text.strip_suffix(&path.display().to_string()).unwrap_or(&text);
    rest.strip_suffix(": ").or_else(|| rest.strip_suffix("\nin ")).unwrap_or(rest).to_owned()
}

fn list(problems: &[Problem]) -> String {
    const SHOWN: usize = 12;
    if let [problem] = problems {
        return problem.to_string();
    }
    let mut text = format!("{} problems:", problems.len());
    for problem in problems.iter().take(SHOWN) {
        text.push_str(&format!("\n  {problem}"));
    }
    if problems.len() > SHOWN {
        text.push_str(&format!("\n  and {} more", problems.len() - SHOWN));
    }
    text
}

/// With a list of problems, the path does not fit on the last line.
fn is_long(error: &DocumentError) -> bool {
    matches!(error, DocumentError::Problems(problems) if problems.len() > 1)
}

fn no_graph(what: &str) -> String {
    match what {
        "PNG" => {
            "this picture carries no scene graph; a PNG exported by Scenewright does. Choose one, or a .json".to_owned()
        }
        "ComfyUI" => {
            "this picture carries a ComfyUI workflow, no scene graph; a PNG exported by Scenewright does. Choose one, or a .json"
                .to_owned()
        }
        what => format!(
            "a {what} carries no scene graph: choose a PNG that Scenewright exported, which does (File, Export, PNG), or a .json"
        ),
    }
}
