//! Scenes, vocabularies and predicates as plain data.
//!
//! A [`Scene`] is a list of [`Node`]s (objects: "sheep", "grass") and a list of [`Relation`]s between them ("standing on"). Words are kept as
//! they were written; [`encode`] turns them into ids of a vocabulary. Every change is an [`Edit`], checked by [`Scene::apply`], so that
//! gestures, sentences and files go through the same checks. [`history`] is the undo tree.
//!
//! ```
//! use scenewright_scene::{Edit, NodeId, RelationStatus, Scene, UnitBox, judge};
//!
//! let mut scene = Scene::new();
//! scene.apply_all(&[Edit::add("sheep"), Edit::add("grass"), Edit::relate(NodeId(0), "standing on", NodeId(1))])?;
//!
//! let (sheep, grass) = (UnitBox::new(0.4, 0.4, 0.6, 0.8), UnitBox::new(0.0, 0.6, 1.0, 1.0));
//! assert_eq!(judge("standing on", &sheep, &grass), RelationStatus::Met);
//! # Ok::<(), scenewright_scene::EditError>(())
//! ```
//!
//! | module | contents |
//! |---|---|
//! | `id`, `unit_box`, `hint`, `node`, `scene` | the data |
//! | `edit`, `apply` | [`Edit`] and its checks |
//! | [`history`], `memory` | undo, redo, branches; the bytes that they hold |
//! | `ordered` | lists that share what did not change |
//! | `completion` | what a picture shows although the graph does not name it |
//! | `render_record` | what was shown of each object, and which edits make that invalid |
//! | [`relation`] | the table of predicates, and their tests on boxes |
//! | [`vocab`] | names, ids, synonyms, groups, colors |
//! | [`encode`] | words to ids |
//! | [`oklab`] | a perceptually uniform color space |

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod apply;
mod completion;
mod edit;
pub mod encode;
mod hint;
pub mod history;
mod id;
mod memory;
mod node;
pub mod oklab;
mod ordered;
pub mod relation;
mod render_record;
mod scene;
mod unit_box;
pub mod vocab;

pub use completion::{Completion, ImpliedObject};
pub use edit::{Applied, BoxFault, Edit, EditError, MAX_WORD_CHARS, PICTURE_SIDES};
pub use hint::{Across, Down, ParseHintError, PlaceHint, SizeHint};
pub use history::{History, RevisionId};
pub use id::{NodeId, RelationId};
pub use node::{Extra, Node, NodeDraft, Relation};
pub use ordered::{Iter, List};
pub use relation::{RelationStatus, judge};
pub use render_record::{PictureRecord, RenderRecord, scaled};
pub use scene::{Scene, SceneExtras, SceneSettings};
pub use unit_box::UnitBox;

pub use edit::{check_box, check_label, check_name};
