//! The editor: an artist writes a scene as a graph and watches it become a picture.
//!
//! State lives in one place; a panel is a function of it that draws and returns [`Action`]s, which are carried out after
//! the frame's panels have run. Nothing here waits: networks, files and locks belong to other threads, and a frame is drawn only
//! when something changed.
//!
//! ```text
//! keys, menus, panels, sentences -> Action -> State (scene, selection) -> Live::follow -> engine -> News -> window
//! ```
//!
//! | file | subject |
//! |---|---|
//! | `window`, `options` | the system's window; how it is started |
//! | `editor`, `frame` | what the parts are and what commands do; one frame |
//! | `state`, `changes` | what is edited; the one way in which an action is carried out; edits that several panels make |
//! | `filing`, `safety`, `exporting/` | the document and its file; what a crash left; pictures for other programs |
//! | `likeness` | an object that should look like a picture |
//! | `live`, `cache`, `models` | the picture follows the scene; pictures of the past; the model that draws |
//! | [`action`], [`selection`], [`theme`] | what panels share |
//! | [`commands`], `menu`, `help` | one table of commands; menus, toolbar and keys are made of it |
//! | `bar/` | the command bar |
//! | `input_queue`, `text_field` | no key is lost in a slow frame; fields that stay open on Enter |
//! | [`self_test`] | the editor tries itself in its real window: smoke test and stopwatch |
//! | `dock`, `style`, `status`, [`notices`], `banners`, `toasts` | panels and their frames, colours, the status bar, messages that stay and those that go |
//! | `files/`, `clipboard` | threads that wait for the disk, for the system's dialogs and for its clipboard |
//! | `dialogs`, `prompt`, `memory` | the dialog that covers the window; questions; what is remembered |
//! | `panels` | the panels together: what they look at and remember |
//! | [`annotate`] | own pictures with boxes, masks and relations: a room in the place of the panels |
//! | [`canvas`] | the graph: chips and arrows |
//! | [`picture`] | image, boxes and masks; pins; before and after; variations |
//! | [`inspector`], [`steps`], [`objects`] | what is selected; the history; the words |
//! | [`training`] | runs: begun, watched, kept as models, compared |
//! | [`align`] | lining up chips and boxes |
//! | [`widgets`] | small things that several panels draw |

pub mod action;
pub mod align;
pub mod annotate;
mod appearance_match;
mod banners;
mod cache;
pub mod canvas;
mod clipboard;
mod command_bar;
pub mod commands;
mod crash_recovery;
mod dialogs;
mod dock;
mod document_io;
mod editor;
mod exporting;
mod files;
mod frame;
mod help;
pub mod history;
mod input_queue;
pub mod inspector;
mod menu;
mod models;
pub mod notices;
mod options;
pub mod palette;
mod panels;
pub mod picture;
mod preferences;
mod preview;
mod prompt;
pub mod selection;
mod selection_edits;
pub mod self_test;
mod state;
mod status;
mod style;
mod text_field;
pub mod theme;
mod toasts;
pub mod training;
pub mod widgets;
mod window;

pub use action::{Action, Gesture, NewObject};
pub use align::Align;
pub use editor::Editor;
pub use options::Options;
pub use selection::{Item, Selection};
pub use theme::Theme;
pub use window::{WindowError, run};
