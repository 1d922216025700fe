//! The picture, inspector, history and vocabulary panels, driven as a person drives them: by pointer, by keys and by the
//! names that a screen reader says. No window and no graphics card.

#[path = "ui_panels/geometry.rs"]
mod geometry;
#[path = "ui_panels/inspector.rs"]
mod inspector;
#[path = "ui_panels/looks.rs"]
mod looks;
#[path = "ui_panels/objects.rs"]
mod objects;
#[path = "ui_panels/picture.rs"]
mod picture;
#[path = "ui/renderer.rs"]
mod renderer;
#[path = "ui_panels/steps.rs"]
mod steps;
#[path = "ui_panels/world.rs"]
mod world;
