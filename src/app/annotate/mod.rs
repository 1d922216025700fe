//! Annotation mode: the user's own pictures with boxes, masks, names and relations, to train a model on.
//!
//! It replaces the panels of the main window. It edits [`Annotations`](scenewright_document::annotation::Annotations).
//! The image view shares `BoxInteraction` with the picture panel (zoom, boxes, handles, names); relations are drawn on
//! the same canvas as those of a scene. Every gesture is saved at once by a worker thread.
//!
//! ```text
//! image view, canvas, inspector, list, keys -> AnnotationAction -> AnnotationEditor::apply -> Page (undo)
//!     -> AnnotationEditor::write -> IoWorker -> IoEvent
//! ```
//!
//! | file | subject |
//! |---|---|
//! | `editor` | state; applies actions |
//! | `commands`, `io_events`, `label_set` | menu commands; events of the worker; labels of model and folder |
//! | `view` | layout and keys |
//! | `integration` | connection to the main window |
//! | `annotation_canvas`, `paint` | the image view; how it is painted |
//! | `tools`, `pointer_tool`, `brush_tool`, `polygon_tool` | the tools |
//! | `mask_overlay`, `image_textures` | masks and pictures as textures |
//! | `image_list`, `object_list` | pictures of the folder; objects of a picture |
//! | `relation_suggestions`, `suggestions` | relations derived from the boxes; the list that offers them |
//! | `io_worker` | threads |

mod annotation_canvas;
mod brush_tool;
mod commands;
mod editor;
mod image_list;
mod image_textures;
mod integration;
mod io_events;
mod io_worker;
mod label_set;
mod mask_overlay;
mod object_list;
mod paint;
mod pointer_tool;
mod polygon_tool;
pub mod relation_suggestions;
mod suggestions;
#[cfg(test)]
mod tests;
mod tools;
mod view;

pub(crate) use editor::AnnotationEditor;

/// Keys and gestures of annotation mode, for the help page (F1).
pub(crate) const KEYS: [(&str, &str); 18] = [
    ("B", "draw a box; for the selected object if it has none"),
    ("P", "draw an outline: click its corners; Enter closes it, Backspace removes the last corner"),
    ("M", "paint a mask; [ and ] change the brush size, X or Alt erases"),
    ("V", "select, move, resize; drag the corners of an outline"),
    ("Alt+click a corner", "remove it; drag the middle of an edge to add one"),
    ("Shift with an outline", "add a part to the selected object"),
    ("N, double-click", "rename the selected object"),
    ("Enter", "with the box tool: add a box in the middle; arrow keys move it, Ctrl+arrow keys resize it"),
    ("A", "accept the suggested relation"),
    ("S", "skip the suggested relation"),
    ("D", "mark this picture as done and go to the next unfinished one"),
    ("Page down, Page up", "next or previous picture"),
    ("Tab, Shift+Tab; Space", "next, previous box; select it"),
    ("click again at one place, Alt+click", "select the box below; list all boxes at that point"),
    ("+, -, 0, 1; Ctrl+wheel", "zoom in, zoom out, fit, actual pixels; zoom at the pointer"),
    ("Space or middle button and drag, wheel", "pan the view"),
    ("Esc", "cancel the current shape; clear the selection; return to the select tool"),
    ("Ctrl+S", "retry a failed save"),
];
