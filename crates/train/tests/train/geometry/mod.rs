//! Geometry from the graph: what a predicate asks of boxes, placing, its losses, its training stage.

mod beside;
mod placing;
mod rules;
mod scenes;
mod stage;
