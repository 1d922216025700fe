//! The document: what the artist wrote, as plain data.
//!
//! A [`Scene`] is a list of [`Node`]s (objects: "sheep", "grass") and a list of [`Relation`]s between
//! them ("standing on"). Words are kept as they were written; numbers of a vocabulary are
//! [`encode`](crate::encode::encode)'s business. There is one way to change a scene, [`Scene::apply`], so that every
//! gesture, sentence and file goes through the same checks; [`history`] keeps what was before.
//!
//! This module never sees a tensor, a window or a file.
//!
//! | file | subject |
//! |---|---|
//! | `id`, `unit_box`, `hint`, `node` | the plain data |
//! | `scene` | [`Scene`]: reading it |
//! | `edit`, `apply` | [`Edit`] and the checks in front of every change |
//! | [`history`] | undo, redo, branches |
//! | `render_record` | what was shown of each object, and which edits make that void |
//! | [`relation`] | does a layout meet a relation, and where would it |

#![forbid(unsafe_code)]

mod apply;
mod edit;
pub mod encode;
mod hint;
pub mod history;
mod id;
mod node;
pub mod oklab;
mod ordered;
pub mod relation;
mod render_record;
mod scene;
mod unit_box;
pub mod vocab;

pub use edit::{Applied, BoxTrouble, Edit, EditError, MAX_WORD_CHARS, PICTURE_SIDES};
pub use hint::{Across, Down, ParseHintError, PlaceHint, SizeHint};
pub use history::{History, RevisionId};
pub use id::{NodeId, RelationId};
pub use node::{Extra, Node, NodeDraft, Relation};
pub use relation::{RelationStatus, judge};
pub use render_record::{PictureRecord, RenderRecord, scaled};
pub use scene::{Scene, SceneExtras, SceneSettings};
pub use unit_box::UnitBox;

pub use edit::{check_box, check_name};
