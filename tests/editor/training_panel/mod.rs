//! The training panel, driven without a display: a run begun, watched, paused, kept as a model, compared, and what is reported when it goes wrong.

mod flows;
mod looks;
mod trainee;
