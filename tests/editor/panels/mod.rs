//! The picture, inspector, history and vocabulary panels, driven as a person drives them: by pointer, by keys and by the
//! names that a screen reader says. No window and no graphics card.

mod geometry;
mod history;
mod inspector;
mod looks;
mod palette;
mod picture;

mod world;
