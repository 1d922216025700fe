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
use scenewright_model::collage::geometry::Rule;
use scenewright_scene::relation::PredicateKind;
pub use stage::{GeometryTrainer, GeometryTraining};

/// What a meaning is to a network that knows no words.
pub fn rule_of(meaning: PredicateKind) -> Rule {
    match meaning {
        PredicateKind::Direction("left of") => Rule::LeftOf,
        PredicateKind::Direction("right of") => Rule::RightOf,
        PredicateKind::Direction("above") => Rule::Above,
        PredicateKind::Direction(_) => Rule::Below,
        PredicateKind::Inside => Rule::Inside,
        PredicateKind::Surrounding => Rule::Surrounding,
        PredicateKind::On => Rule::On,
        PredicateKind::MostlyIn => Rule::MostlyIn,
        PredicateKind::MostlyHas => Rule::MostlyHas,
        PredicateKind::Over => Rule::Over,
        PredicateKind::Under => Rule::Under,
        PredicateKind::Behind => Rule::Behind,
        PredicateKind::InFrontOf => Rule::InFrontOf,
        PredicateKind::Beside => Rule::Beside,
        PredicateKind::Within(gap) => Rule::Within(gap),
        PredicateKind::Riding => Rule::Riding,
    }
}
