//! The stage that trains geometry: composed scenes, not painted, of which some boxes are hidden and have to be foretold.
//!
//! ```text
//! seed --grammar--> Layout --hide, thin, mirror--> Batch --BoxNet, OrderNet--> losses --Adam--> weights --Stage--> checkpoints, figures
//! ```
//!
//! | file | subject |
//! |---|---|
//! | [`layouts`] | compositions as numbers; what categories and predicates are like, counted over many |
//! | [`batch`] | which boxes are hidden, which relations are said |
//! | [`loss`] | likelihood of the hidden boxes, relations of drawn ones, order of pairs |
//! | [`figures`] | quality on held-out layouts |
//! | [`stage`], [`state`] | a run that can be stopped and goes on exactly |

pub mod batch;
pub mod figures;
pub mod layouts;
pub mod loss;
pub mod stage;
pub mod state;

pub use layouts::{Layout, Layouts};
pub use stage::{GeometryTrainer, GeometryTraining};
