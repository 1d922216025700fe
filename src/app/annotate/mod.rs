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
    ("B", "draw a box; in the selected object's place if it has none"),
    ("P", "draw an outline: click corners, Enter closes it, Backspace takes one back"),
    ("M", "paint a mask: [ and ] size of the brush, X or Alt erases"),
    ("V", "select, move, resize; drag the corners of an outline"),
    ("Alt+click a corner", "take it away; drag the middle of an edge for a new one"),
    ("Shift with an outline", "one more part of the selected object"),
    ("N, double-click", "another name for the selected object"),
    ("Enter", "a box in the middle, with the box tool; arrow keys move it, Ctrl+arrow keys resize it"),
    ("A", "accept the proposed relation"),
    ("S", "skip it"),
    ("D", "done with this picture, on to the next that is not"),
    ("Page down, Page up", "the next picture, the one before"),
    ("Tab, Shift+Tab; Space", "next, previous box; select it"),
    ("click again at one place, Alt+click", "the box that lies below; all of them, to choose from"),
    ("+, -, 0, 1; Ctrl+wheel", "zoom in, out, fit, pixel for pixel; to the pointer"),
    ("Space or middle button and drag, wheel", "move the view"),
    ("Esc", "give up what is begun; clear the selection; back to selecting"),
    ("Ctrl+S", "save again, where a save has failed"),
];
