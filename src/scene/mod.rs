//! Only the box, until the scene branch is merged.
mod unit_box;
pub use unit_box::UnitBox;
