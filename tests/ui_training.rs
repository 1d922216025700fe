//! The training panel, driven without a display: a run begun, watched, paused, kept as a model, compared, and what is told when it goes wrong.

#[path = "ui_training/flows.rs"]
mod flows;
#[allow(dead_code)] // what other flows need of a person
#[path = "ui/harness.rs"]
mod harness;
#[path = "ui_training/looks.rs"]
mod looks;
#[path = "ui/renderer.rs"]
mod renderer;
#[path = "ui_training/trainee.rs"]
mod trainee;
