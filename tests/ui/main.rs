//! The editor, driven without a display: what a person does, and what the window then says and shows.

mod banners;
mod exporting;
mod figure_6;
mod files;
mod flows;
mod harness;
mod likeness;
mod looks;
mod one_thing;
mod renderer;
mod reopen;
mod safety;
mod typing;
#[path = "../support/victim.rs"]
mod victim;
