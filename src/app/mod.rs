//! The editor: the user edits a scene graph and watches it become a picture.
//!
//! State is kept in one place. A panel is a function of it that draws and returns [`Action`]s, which are performed
//! after all panels of the frame. Nothing here blocks: networks, files and locks belong to other threads, and a frame
//! is drawn only when something changed.
//!
//! ```text
//! keys, menus, panels, sentences -> Action -> State (scene, selection) -> PreviewController::follow -> engine ->
//! PreviewEvent -> window
//! ```
//!
//! | file | subject |
//! |---|---|
//! | `window`, `placement`, `options` | the window; its place on the screen; start options |
//! | `object_commands`, `object_edits`, `depth_order` | commands of the selected objects, and their edits |
//! | `command_palette`, `examples`, `tour` | finding everything; scenes to start from; the first-run tour |
//! | `layers` | the objects from front to back |
//! | `titles` | numbers that tell objects of one name apart |
//! | `editor`, `frame` | the parts and what commands do; one frame |
//! | `state`, `selection_edits` | the document and the selection, changed by actions; edits shared by panels |
//! | `document_io`, `crash_recovery`, `exporting/` | opening and saving; recovery of unsaved work; export |
//! | `appearance_match` | matching an object's appearance to an image |
//! | `preview`, `cache`, `models` | render requests and the shown picture; earlier pictures; the model |
//! | [`action`], [`selection`], [`theme`] | types shared by panels |
//! | [`commands`], `menu`, `help` | the table of commands; menus, toolbar and help are derived from it |
//! | `command_bar/` | the command bar |
//! | `input_queue`, `text_field` | no key press is lost in a slow frame; fields that stay open on Enter |
//! | `self_test` | what the self-test needs of the editor |
//! | `spoken` | what a screen reader is told beyond the names of widgets |
//! | `system_fonts` | installed fonts for scripts that the built-in fonts lack |
//! | `dock`, `style`, `status`, [`notices`], `banners`, `toasts` | panel layout, colors, status bar, persistent and temporary messages |
//! | `files/`, `clipboard` | threads for the disk, file dialogs and the clipboard |
//! | `dialogs`, `prompt`, `preferences` | modal dialogs; questions; saved preferences |
//! | `panels` | all panels: shared input, saved state |
//! | [`annotate`] | annotation mode: the user's own pictures with boxes, masks and relations |
//! | [`canvas`] | the graph: nodes and arrows |
//! | [`picture`] | image, boxes and masks; pinning; before and after; variations |
//! | [`inspector`], [`history`], [`palette`] | properties of the selection; the history; words to add |
//! | `tracing_image` | a picture that lies faintly over the layout |
//! | [`training`] | training runs, models, comparison |
//! | [`align`] | alignment of nodes and boxes |
//! | [`widgets`] | small widgets shared by panels |

pub mod action;
pub mod align;
pub mod annotate;
mod appearance_match;
mod banners;
mod cache;
pub mod canvas;
mod clipboard;
mod command_bar;
mod command_palette;
pub mod commands;
mod crash_recovery;
mod depth_order;
mod dialogs;
mod dock;
mod document_io;
mod editor;
mod examples;
mod exporting;
mod files;
mod frame;
mod help;
pub mod history;
mod input_queue;
pub mod inspector;
mod layers;
mod menu;
mod models;
pub mod notices;
mod object_commands;
mod object_edits;
mod options;
pub mod palette;
mod panels;
pub mod picture;
mod placement;
mod preferences;
mod preview;
mod prompt;
pub mod selection;
mod selection_edits;
mod self_test;
mod spoken;
mod state;
mod status;
mod style;
mod system_fonts;
mod text_field;
pub mod theme;
mod titles;
mod toasts;
mod tour;
mod tracing_image;
pub mod training;
pub mod widgets;
mod window;

pub use action::{Action, Gesture, NewObject};
pub use align::Align;
pub use editor::Editor;
pub use options::EditorOptions;
pub use selection::{Item, Selection};
pub use theme::Theme;
pub use window::{WindowError, run};
