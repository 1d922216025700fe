//! Annotate mode: an artist's own pictures with boxes, masks, names and relations, to train a model on.
//!
//! A room of its own in the place of the panels. What is edited is [`Annotations`](scenewright_document::annotation::Annotations); the picture
//! shares its hands with the picture panel (zoom, boxes, handles, names), and relations are drawn on the same canvas as a scene's.
//! Every gesture is written at once, by a thread.
//!
//! ```text
//! easel, canvas, inspector, list, keys -> Deed -> Room::carry_out -> Page (undo) -> Room::write -> disk's thread -> News
//! ```
//!
//! | file | subject |
//! |---|---|
//! | `room` | what the room holds; deeds |
//! | `orders`, `news`, `words` | commands; what the threads answer; the model's words and the folder's |
//! | `view` | how it is laid out; keys |
//! | `wiring` | what the editor's window hands to the room, and what it hears from it |
//! | `image_canvas`, `sight` | the picture; what is seen on it |
//! | `tools`, `hands`, `strokes`, `vertices` | the tools on it |
//! | `overlay`, `photos` | masks and pictures as textures |
//! | `list`, `things` | the pictures of the folder; what is on one of them |
//! | `suggest_relations`, `suggestions` | relations that the boxes show |
//! | `disk` | threads |

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

/// Keys and hands in this room, for the help page (F1).
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
