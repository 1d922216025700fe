//! Sentences to edits: "add a sheep standing on the grass", "make the left one bigger".
//!
//! A deterministic grammar, without a network and without a model: the same words in front of the same scene always
//! mean the same. It never changes a scene; it returns edits for [`Scene::apply_all`](scenewright_scene::Scene::apply_all)
//! and says in words what they will do. No word is dropped in silence: what is not understood is named,
//! with its place and with suggestions, and the rest is understood all the same.
//!
//! ```
//! use scenewright_language::{ParseContext, Session};
//! use scenewright_scene::{Scene, vocab::Vocabulary};
//!
//! let (mut scene, vocab) = (Scene::new(), Vocabulary::visual_genome());
//! let mut session = Session::new();
//! let result = session.understand("add kite in sky", &scene, &ParseContext::new(&vocab));
//! assert_eq!(result.summary, ["add kite", "add sky", "kite in sky"]);
//! let before = scene.clone();
//! scene.apply_all(&result.edits)?;
//! session.said(&result, &before, &scene);
//! # Ok::<(), scenewright_scene::EditError>(())
//! ```
//!
//! | file | subject |
//! |---|---|
//! | `parse_result` | what comes out: edits, words, a question, what was not understood |
//! | `session` | several sentences in a row: "it", answers, "no, the other one" |
//! | `token`, `emoji`, `prepare`, `markup`, `spelling` | words with their places; ways of writing that mean the same; slips of the pen |
//! | `words`, `lexicon`, `english` | tables; what vocabulary and scene call things |
//! | `ast`, `parse` | words to clauses |
//! | `resolve`, `position` | "the left sheep" to an object |
//! | `people` | first names |
//! | `part` | "the roof" to a part of an object's drawing, where it has one |
//! | `builder`, `edits` | clauses to edits |
//! | `prompt` | the whole scene in words, for programs that make pictures of a text |
//! | `describe`, `suggest`, `complete` | changes in words; "did you mean"; what the last word can become |
//!
//! # How sentences are read
//!
//! - What follows a thing is said of the last thing that is new: in "a boat in the ocean by a tree" the ocean is by
//!   the tree, unless the ocean was there before. What only living things do is said of the last of those.
//! - After "add", and with "a" or "another", a thing is new. With "the" it is there already; a landscape may be spoken
//!   of before it is there ("standing on the grass"), and is then added. Without an article it is what is there, if
//!   anything is.
//! - "the sheep", where there are several, is the one that the sentence has named last, or the selected one; else it asks.
//! - "it" is what the sentence is about, else what was touched last.
//! - Moving a thing onto another ends its standing on the one before.

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod ast;
mod builder;
mod complete;
mod describe;
mod edits;
mod emoji;
mod english;
mod lexicon;
mod markup;
mod parse;
mod parse_result;
mod part;
mod people;
mod position;
mod prepare;
mod prompt;
mod resolve;
mod session;
mod spelling;
mod suggest;
mod token;
mod words;

pub use complete::{Completion, complete};
pub use edits::next_seed;
pub use parse_result::{
    Candidate, Corrected, Diagnostic, DrawnAs, LeftOut, NotUnderstood, ParseResult, Question, SentenceAction,
    UnknownTerm, UnknownTermKind,
};
pub use prompt::{ObjectPrompt, ScenePrompt, is_material, material_phrase, scene_prompt};
pub use session::{ParseContext, Session};

use scenewright_scene::Scene;

/// More than this many objects at once are a slip of the keyboard.
pub(crate) const MOST_AT_ONCE: usize = 50;

/// Understands one sentence on its own.
pub fn understand(text: &str, scene: &Scene, setting: &ParseContext<'_>) -> ParseResult {
    Session::new().understand(text, scene, setting)
}
