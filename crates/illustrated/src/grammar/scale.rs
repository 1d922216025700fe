//! How large a thing is drawn. As in illustrations, the range of heights is compressed, so that a bird reads
//! beside a house, and distance shrinks things less than it would in a photograph.
//!
//! Only `+ - * /` and square roots: those are exact everywhere, `powf` is not.

use super::cast::{GrammarCategory, GrammarDrawing};

/// The scene's measure.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Unit y where the ground ends.
    pub horizon: f32,
    /// Height in the picture of a thing one meter tall whose foot is at the lower edge.
    pub near: f32,
    /// Share of that at the horizon.
    pub far: f32,
    /// Width over height of the picture.
    pub aspect: f32,
}

/// No named object is drawn smaller than this (longest side), so that it reads at 64 px.
const LEAST_SIDE: f32 = 0.095;

impl Scale {
    /// 1 at the lower edge of the picture, `far` at the horizon.
    pub(crate) fn at(&self, foot_y: f32) -> f32 {
        let nearness = ((foot_y - self.horizon) / (1.0 - self.horizon)).clamp(0.0, 1.0);
        self.far + (1.0 - self.far) * nearness
    }

    /// Width and height in the picture of a thing that stands at `foot_y`.
    pub(crate) fn size(&self, role: &GrammarCategory, look: &GrammarDrawing, foot_y: f32) -> [f32; 2] {
        let squat = fourth_root(look.aspect.clamp(0.2, 5.0));
        let height = self.near * compressed(look.height_meters) * self.at(foot_y) / squat;
        self.shaped(look, height, most_side(role) * (0.45 + 0.55 * self.at(foot_y)))
    }

    /// The size of something in the air, where distance is anyone's guess: from a table.
    pub(crate) fn size_aloft(&self, role: &GrammarCategory, look: &GrammarDrawing, jitter: f32) -> [f32; 2] {
        let (least, most) = aloft(&role.name);
        let longest = least + (most - least) * jitter;
        let height = if look.aspect > 1.0 { longest / look.aspect } else { longest };
        self.shaped(look, height, 1.0)
    }

    /// Width and height for a height, never too small to read and no side longer than `most`.
    pub(crate) fn shaped(&self, look: &GrammarDrawing, height: f32, most: f32) -> [f32; 2] {
        let [mut w, mut h] = [height * look.aspect / self.aspect, height];
        let longest = w.max(h);
        let fit = if longest < LEAST_SIDE { LEAST_SIDE / longest } else { (most / longest).min(1.0) };
        w *= fit;
        h *= fit;
        [w, h]
    }
}

/// How tall things are drawn beside each other at one depth, up to a factor that all share.
pub fn relative_height(height_meters: f32, aspect: f32) -> f32 {
    compressed(height_meters) / fourth_root(aspect.clamp(0.2, 5.0))
}

/// Meters to picture: square root below a meter, the 3/8th power above.
pub(crate) fn compressed(meters: f32) -> f32 {
    let root = meters.max(0.01).sqrt();
    if meters < 1.0 { root } else { root.sqrt() * root.sqrt().sqrt() }
}

fn fourth_root(value: f32) -> f32 {
    value.sqrt().sqrt()
}

fn most_side(role: &GrammarCategory) -> f32 {
    match role.group.as_str() {
        "vehicles" => match role.name.as_str() {
            "car" => 0.44,
            "bike" | "motorcycle" => 0.42,
            "bus" | "train" => 0.68,
            _ => 0.58,
        },
        "boats" => 0.58,
        "buildings" | "plants" => 0.72,
        _ => 0.64,
    }
}

/// Longest side of things in the sky.
fn aloft(name: &str) -> (f32, f32) {
    match name {
        "sun" => (0.15, 0.22),
        "moon" => (0.12, 0.17),
        "star" => (0.085, 0.12),
        "cloud" => (0.22, 0.38),
        "rainbow" => (0.62, 0.9),
        "plane" => (0.28, 0.4),
        "helicopter" => (0.26, 0.36),
        "hot air balloon" => (0.22, 0.36),
        "kite" => (0.2, 0.3),
        "balloon" => (0.18, 0.26),
        "butterfly" => (0.095, 0.12),
        "bird" | "seagull" => (0.11, 0.16),
        _ => (0.16, 0.26),
    }
}
