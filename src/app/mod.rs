//! The editor: an artist writes a scene as a graph and watches it become a picture.
//!
//! State lives in one place; a panel is a function of it that draws and returns [`Action`]s, which are carried out after
//! the frame's panels have run. Nothing here waits: networks, files and locks belong to other threads, and a frame is drawn only
//! when something changed.

pub mod action;
pub mod selection;
pub mod theme;
pub mod widgets;

pub mod objects;

pub mod picture;

pub mod inspector;
pub mod steps;

pub use action::{Action, Gesture, NewObject};
pub use selection::{Item, Selection};
pub use theme::Theme;
