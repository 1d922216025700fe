//! Columns of a run's metrics.

use super::samples::Atlas;
use super::user_metrics;
use crate::column_names;

const COLUMNS: &[&str] = &[
    "images_per_second",
    "waited_millis",
    "learning_rate",
    "total_loss",
    "sprite_colour",
    "sprite_alpha",
    "sprite_dice",
    "sprite_edge",
    "sprite_divergence",
    "stuff_colour",
    "stuff_alpha",
    "stuff_dice",
    "stuff_edge",
    "stuff_divergence",
    "large_colour",
    "large_alpha",
    "large_dice",
    "large_edge",
    "val_loss",
    "val_sprite_colour",
    "val_sprite_alpha",
    "val_pixels_colour",
    "val_stuff_colour",
    "val_stuff_alpha",
    "val_large_colour",
];

/// Also those of the user's own drawings.
const WITH_OWN: [&str; COLUMNS.len() + user_metrics::COLUMNS.len()] =
    column_names::join(COLUMNS, &user_metrics::COLUMNS);

/// After `step` and `phase`, in this order.
pub(crate) fn columns(atlas: &Atlas) -> &'static [&'static str] {
    if atlas.own_count() > 0 { &WITH_OWN } else { COLUMNS }
}
