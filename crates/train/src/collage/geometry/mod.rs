//! Training of geometry: composed scenes, not painted, of which some boxes are hidden and have to be predicted.
//!
//! ```text
//! seed --grammar--> Layout --hide, thin, mirror--> Batch --BoxMixtureNet, OrderNet--> losses --Adam--> weights --trainer--> checkpoints, figures
//! ```
//!
//! | file | subject |
//! |---|---|
//! | [`layouts`] | compositions as numbers; what categories and predicates are like, counted over many |
//! | [`batch`] | which boxes are hidden, which relations are said |
//! | [`loss`] | likelihood of the hidden boxes, relations of drawn ones, order of pairs |
//! | [`figures`] | quality on held-out layouts |
//! | [`config`], `task` | what the trainer needs to know |
//! | [`checkpoint`] | checkpoints as networks |

pub mod batch;
pub mod checkpoint;
pub mod config;
pub mod figures;
pub mod layouts;
pub mod loss;
mod task;

pub use config::GeometryTrainConfig;
pub use layouts::{Layout, Layouts};
