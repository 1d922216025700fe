//! The cubic curve of an arrow, in canvas points.

use egui::{Pos2, Rect, Vec2};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    pub points: [Pos2; 4],
}

impl Curve {
    /// From `from` to `to`, bulging by `bulge` to the left of the straight line (in walking direction).
    pub(crate) fn bowed(from: Pos2, to: Pos2, bulge: f32) -> Self {
        let along = to - from;
        let offset = along.normalized().rot90() * (bulge * 4.0 / 3.0);
        Self { points: [from, from + along / 3.0 + offset, to - along / 3.0 + offset, to] }
    }

    /// A loop out of one side of a node and back: `way` is the direction of the side, `reach` how far out, `spread` how
    /// wide.
    pub(crate) fn looped(node_rect: Rect, way: Vec2, reach: f32, spread: f32) -> Self {
        let middle = node_rect.center() + node_rect.size() / 2.0 * way;
        let offset = way.rot90() * spread;
        let out = way * (reach * 4.0 / 3.0);
        Self { points: [middle - offset, middle - offset * 1.9 + out, middle + offset * 1.9 + out, middle + offset] }
    }

    pub(crate) fn at(&self, share: f32) -> Pos2 {
        let [a, b, c, d] = self.points.map(Pos2::to_vec2);
        let (t, u) = (share, 1.0 - share);
        (a * (u * u * u) + b * (3.0 * u * u * t) + c * (3.0 * u * t * t) + d * (t * t * t)).to_pos2()
    }

    /// The visible part between two nodes: parameters at which the curve leaves one and enters the other. `None` if the
    /// nodes overlap.
    pub(crate) fn between(&self, subject: Rect, object: Rect) -> Option<(f32, f32)> {
        const STEPS: usize = 32;
        let share = |step: usize| step as f32 / STEPS as f32;
        let last_inside = (0..=STEPS).rev().find(|&step| subject.contains(self.at(share(step)))).unwrap_or(0);
        let first_inside = (0..=STEPS).find(|&step| object.contains(self.at(share(step)))).unwrap_or(STEPS);
        if first_inside <= last_inside {
            return None;
        }
        let refine = |mut inside: f32, mut outside: f32, rect: Rect| {
            for _ in 0..9 {
                let middle = (inside + outside) / 2.0;
                if rect.contains(self.at(middle)) { inside = middle } else { outside = middle }
            }
            outside
        };
        let leaves = refine(share(last_inside), share((last_inside + 1).min(STEPS)), subject);
        let enters = refine(share(first_inside), share(first_inside.saturating_sub(1)), object);
        (leaves < enters).then_some((leaves, enters))
    }

    /// Points along a part of the curve, dense enough to look round.
    pub(crate) fn line(&self, (from, to): (f32, f32)) -> Vec<Pos2> {
        let [a, b, c, d] = self.points;
        // The number of segments depends on how far the curve bends.
        let bend = (a.to_vec2() - b.to_vec2() * 2.0 + c.to_vec2())
            .length()
            .max((b.to_vec2() - c.to_vec2() * 2.0 + d.to_vec2()).length());
        let pieces = ((bend.sqrt() * 2.0) as usize).clamp(2, 28);
        (0..=pieces).map(|piece| self.at(from + (to - from) * piece as f32 / pieces as f32)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{pos2, vec2};

    #[test]
    fn the_middle_is_the_bulge_away() {
        let curve = Curve::bowed(pos2(0.0, 0.0), pos2(100.0, 0.0), 20.0);
        assert!((curve.at(0.5) - pos2(50.0, -20.0)).length() < 1e-3, "{}", curve.at(0.5));
        let node_rect = Rect::from_center_size(pos2(0.0, 0.0), vec2(80.0, 40.0));
        let curve = Curve::looped(node_rect, vec2(0.0, -1.0), 30.0, 12.0);
        assert!((curve.at(0.5) - pos2(0.0, -50.0)).length() < 1e-3, "{}", curve.at(0.5));
    }

    #[test]
    fn the_visible_part_lies_between_the_chips() {
        let subject = Rect::from_center_size(pos2(0.0, 0.0), vec2(80.0, 40.0));
        let object = Rect::from_center_size(pos2(300.0, 100.0), vec2(80.0, 40.0));
        let curve = Curve::bowed(subject.center(), object.center(), 30.0);
        let part = curve.between(subject, object).unwrap();
        for share in 0..=40 {
            let point = curve.at(part.0 + (part.1 - part.0) * share as f32 / 40.0);
            assert!(!subject.shrink(0.5).contains(point) && !object.shrink(0.5).contains(point), "{point}");
        }
        assert_eq!(curve.between(subject, subject.translate(vec2(10.0, 3.0))), None);
    }
}
