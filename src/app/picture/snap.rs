//! Snapping of a dragged box to lines of other boxes and of the picture.

use super::drag::Grip;
use scenewright_scene::UnitBox;

/// A line that a box has snapped to, to be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SnapGuide {
    /// Vertical, at this x.
    Upright(f32),
    /// Horizontal, at this y.
    Level(f32),
}

/// Lines to snap to, 0..=1 of the picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SnapLines {
    upright: Vec<f32>,
    level: Vec<f32>,
}

impl SnapLines {
    /// Edges and centers of the picture and of other boxes.
    pub fn of<'a>(others: impl Iterator<Item = &'a UnitBox>) -> Self {
        let mut lines = Self::default();
        for b in std::iter::once(&UnitBox::WHOLE).chain(others) {
            let [x, y] = b.center();
            lines.upright.extend([b.x0, x, b.x1]);
            lines.level.extend([b.y0, y, b.y1]);
        }
        lines
    }

    /// Snaps a dragged box. `tolerance`: distance in x and y, 0..=1 of the picture.
    pub(crate) fn snap(&self, b: UnitBox, grip: Grip, tolerance: [f32; 2]) -> (UnitBox, Vec<SnapGuide>) {
        let (mut b, mut guides) = (b, Vec::new());
        let [x, y] = b.center();
        let (across, down) = match grip {
            Grip::Move => (vec![b.x0, x, b.x1], vec![b.y0, y, b.y1]),
            Grip::Edges { across, down } => (edge(across, b.x0, b.x1), edge(down, b.y0, b.y1)),
        };
        if let Some((by, line)) = nearest(&self.upright, &across, tolerance[0]) {
            b = grip.shifted(b, [by, 0.0]);
            guides.push(SnapGuide::Upright(line));
        }
        if let Some((by, line)) = nearest(&self.level, &down, tolerance[1]) {
            b = grip.shifted(b, [0.0, by]);
            guides.push(SnapGuide::Level(line));
        }
        (b, guides)
    }
}

fn edge(which: i8, low: f32, high: f32) -> Vec<f32> {
    match which {
        -1 => vec![low],
        1 => vec![high],
        _ => Vec::new(),
    }
}

/// The shortest offset from one of the points to one of the lines, and that line; the first of equally near ones.
fn nearest(lines: &[f32], points: &[f32], tolerance: f32) -> Option<(f32, f32)> {
    let ways = lines.iter().flat_map(|&line| points.iter().map(move |&point| (line - point, line)));
    ways.filter(|(by, _)| by.abs() <= tolerance).min_by(|(a, _), (b, _)| a.abs().total_cmp(&b.abs()))
}
