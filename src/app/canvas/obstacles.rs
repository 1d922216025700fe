//! Spatial index of rectangles that labels must not cover.

use egui::{Pos2, Rect};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Canvas points; about the size of a node.
const CELL: f32 = 128.0;

#[derive(Default)]
pub(crate) struct Obstacles {
    rects: Vec<Rect>,
    cells: HashMap<(i32, i32), Vec<usize>, BuildHasherDefault<CellHasher>>,
}

/// Two small numbers, hashed many times per frame: the standard hasher's protection against attacks would cost more
/// than the search.
#[derive(Default)]
struct CellHasher(u64);

impl Hasher for CellHasher {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_i32(i32::from(*byte)));
    }

    fn write_i32(&mut self, number: i32) {
        // Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4).
        self.0 = (self.0.rotate_left(5) ^ u64::from(number as u32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Obstacles {
    /// Returns its index.
    pub(crate) fn insert(&mut self, rect: Rect) -> usize {
        let number = self.rects.len();
        self.rects.push(rect);
        for cell in cells(rect) {
            self.cells.entry(cell).or_default().push(number);
        }
        number
    }

    /// Returns true if nothing overlaps; touching edges do not count.
    pub(crate) fn is_free(&self, rect: Rect) -> bool {
        !cells(rect).any(|cell| {
            let there = self.cells.get(&cell).map_or(&[][..], Vec::as_slice);
            there.iter().any(|&number| overlap(self.rects[number], rect))
        })
    }

    /// Indices of the rectangles at a point.
    pub(crate) fn at(&self, point: Pos2) -> impl Iterator<Item = usize> + '_ {
        let there = self.cells.get(&cell_of(point)).map_or(&[][..], Vec::as_slice);
        there.iter().copied().filter(move |&number| self.rects[number].contains(point))
    }
}

pub(crate) fn overlap(a: Rect, b: Rect) -> bool {
    a.min.x < b.max.x && b.min.x < a.max.x && a.min.y < b.max.y && b.min.y < a.max.y
}

fn cell_of(point: Pos2) -> (i32, i32) {
    ((point.x / CELL).floor() as i32, (point.y / CELL).floor() as i32)
}

fn cells(rect: Rect) -> impl Iterator<Item = (i32, i32)> {
    let ((left, top), (right, bottom)) = (cell_of(rect.min), cell_of(rect.max));
    (top..=bottom).flat_map(move |y| (left..=right).map(move |x| (x, y)))
}

/// The free place nearest to `rect`, on rings around it; `rect` itself if all rings are occupied.
pub(crate) fn nearest_free(rect: Rect, step: f32, is_free: impl Fn(Rect) -> bool) -> Rect {
    const RINGS: i32 = 160;
    if is_free(rect) {
        return rect;
    }
    for ring in 1..=RINGS {
        // As many places as keep the step along the ring about as large as the distance of the rings.
        let places = (ring * 6).max(8);
        for place in 0..places {
            // The first is above, then alternating sides: labels preferably sit above their line.
            let turn = if place % 2 == 0 { place / 2 } else { -(place + 1) / 2 };
            let angle = std::f32::consts::TAU * turn as f32 / places as f32;
            let offset = egui::vec2(angle.sin(), -angle.cos()) * (ring as f32 * step);
            let moved = rect.translate(offset);
            if is_free(moved) {
                return moved;
            }
        }
    }
    rect
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{pos2, vec2};

    #[test]
    fn finds_what_is_in_the_way() {
        let mut obstacles = Obstacles::default();
        obstacles.insert(Rect::from_min_size(pos2(-300.0, -40.0), vec2(500.0, 60.0)));
        let free = |x: f32, y: f32| obstacles.is_free(Rect::from_min_size(pos2(x, y), vec2(10.0, 10.0)));
        assert!(!free(-5.0, -5.0) && !free(199.0, 19.0) && !free(-309.0, -49.0));
        assert!(free(200.0, 0.0) && free(0.0, 20.0) && free(1e9, -1e9));
        assert_eq!(obstacles.at(pos2(100.0, 0.0)).collect::<Vec<_>>(), [0]);
        assert_eq!(obstacles.at(pos2(100.0, 30.0)).count(), 0);
    }

    #[test]
    fn a_place_is_found_beside() {
        let mut obstacles = Obstacles::default();
        let wall = Rect::from_min_size(pos2(0.0, 0.0), vec2(100.0, 100.0));
        obstacles.insert(wall);
        let found =
            nearest_free(Rect::from_center_size(wall.center(), vec2(20.0, 10.0)), 8.0, |r| obstacles.is_free(r));
        assert!(!overlap(found, wall));
        assert!((found.center() - wall.center()).length() < 70.0);
    }
}
