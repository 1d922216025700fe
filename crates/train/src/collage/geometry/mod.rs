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
use scenewright_scene::relation::Meaning;
pub use stage::{GeometryTraining, Stage};

/// What a meaning is to a network that knows no words.
pub fn rule_of(meaning: Meaning) -> Rule {
    match meaning {
        Meaning::Direction("left of") => Rule::LeftOf,
        Meaning::Direction("right of") => Rule::RightOf,
        Meaning::Direction("above") => Rule::Above,
        Meaning::Direction(_) => Rule::Below,
        Meaning::Inside => Rule::Inside,
        Meaning::Surrounding => Rule::Surrounding,
        Meaning::On => Rule::On,
        Meaning::MostlyIn => Rule::MostlyIn,
        Meaning::MostlyHas => Rule::MostlyHas,
        Meaning::Over => Rule::Over,
        Meaning::Under => Rule::Under,
        Meaning::Behind => Rule::Behind,
        Meaning::InFrontOf => Rule::InFrontOf,
        Meaning::Beside => Rule::Beside,
        Meaning::Within(gap) => Rule::Within(gap),
        Meaning::Riding => Rule::Riding,
    }
}
