//! The grammar of scenes: seeds and scene graphs to compositions. Plain data in, plain data out; it paints nothing and
//! reads no file.
//!
//! | file | subject |
//! |---|---|
//! | [`cast`] | what it knows of the sprites |
//! | [`casting`] | the sprite library as the grammar sees it |
//! | [`scene_rng`] | seeded chance |
//! | [`kinds`] | kinds of scene: materials, zones, who is likely |
//! | [`light`], [`priors`] | time of day, weather; drawings and colors that go with them |
//! | [`scale`] | how large things are drawn |
//! | [`scene_builder`], [`place`] | the scene under construction; finding space |
//! | [`group`] | riders, sitters, laid tables: parts that meet at anchors |
//! | [`relate`] | which relations a person would name |
//! | [`predicates`] | every predicate and its meaning |
//! | [`mod@compose`] | a seed to a scene |
//! | [`graph`] | a scene graph to a scene |

pub mod cast;
pub mod casting;
pub mod compose;
pub mod graph;
pub mod group;
pub mod kinds;
pub mod light;
pub mod material;
pub mod place;
pub mod predicates;
pub mod priors;
pub mod relate;
pub mod scale;
pub mod scene_builder;
pub mod scene_rng;

pub use cast::{GrammarCategory, GrammarDrawing, GrammarLibrary, Stands};
pub use compose::{SceneRequest, compose, compose_attempt};
pub use graph::{GraphComposition, GraphError, compose_graph, compose_graph_of_shape};
