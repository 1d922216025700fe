//! Scenes of very many objects: which boxes lie near a place, and which objects the network is shown. Without it, the cost of placing an object grows
//! with all that is placed.

use super::box_xyxy::BoxXyxy;

/// A scene with more objects is a crowd. Everything in this file leaves smaller scenes as they are, to the bit.
pub(crate) const CROWD: usize = 64;
/// Of what is placed in a crowd, the network sees so many objects, related ones first.
pub(crate) const CONTEXT: usize = 48;
/// With more materials than this, it is no longer asked what they hide of each other.
pub(crate) const MAX_STUFF: usize = 32;

/// Cells along each side of the picture.
const CELLS: usize = 16;

/// Boxes by the cells of the picture that they touch.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    cells: Vec<Vec<u32>>,
}

impl Grid {
    pub(crate) fn new() -> Self {
        Self { cells: vec![Vec::new(); CELLS * CELLS] }
    }

    pub(crate) fn insert(&mut self, row: usize, at: &BoxXyxy) {
        touched(at).for_each(|cell| self.cells[cell].push(row as u32));
    }

    pub(crate) fn remove(&mut self, row: usize, at: &BoxXyxy) {
        touched(at).for_each(|cell| self.cells[cell].retain(|other| *other != row as u32));
    }

    /// Calls `each` with every inserted row whose box shares an area with this one, once. `boxes`: those that were inserted.
    pub(crate) fn overlapping(&self, at: &BoxXyxy, boxes: &[Option<BoxXyxy>], mut each: impl FnMut(usize, &BoxXyxy)) {
        for cell in touched(at) {
            for &row in &self.cells[cell] {
                let Some(other) = boxes.get(row as usize).and_then(Option::as_ref) else { continue };
                // Of the cells in which two boxes meet, the one with the upper left corner of what they share counts.
                let corner = (cell_of(at.x0.max(other.x0)), cell_of(at.y0.max(other.y0)));
                if cell == corner.1 * CELLS + corner.0 && at.shared(other) > 0.0 {
                    each(row as usize, other);
                }
            }
        }
    }
}

fn cell_of(unit: f32) -> usize {
    ((unit * CELLS as f32).max(0.0) as usize).min(CELLS - 1)
}

fn touched(at: &BoxXyxy) -> impl Iterator<Item = usize> + use<> {
    let (x0, x1, y0, y1) = (cell_of(at.x0), cell_of(at.x1), cell_of(at.y0), cell_of(at.y1));
    (y0..=y1).flat_map(move |y| (x0..=x1).map(move |x| y * CELLS + x))
}

/// Which of the placed rows the network is shown with a wanted one: those that a relation ties to it, then materials, then the last that were placed.
/// In the order of the list; all of them where they are few.
pub(crate) fn context(
    wanted: usize,
    placed: &[usize],
    is_tied: impl Fn(usize) -> bool,
    is_stuff: impl Fn(usize) -> bool,
) -> Vec<usize> {
    if placed.len() <= CROWD {
        return placed.to_vec();
    }
    let others = || placed.iter().rev().copied().filter(|&row| row != wanted);
    let tied = others().filter(|&row| is_tied(row));
    let stuff = others().filter(|&row| !is_tied(row) && is_stuff(row)).take(CONTEXT / 3);
    let rest = others().filter(|&row| !is_tied(row) && !is_stuff(row));
    let mut shown: Vec<usize> = tied.chain(stuff).chain(rest).take(CONTEXT).collect();
    if placed.contains(&wanted) {
        shown.push(wanted);
    }
    shown.sort_unstable();
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn a_grid_finds_every_overlap_once() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut any = || {
            let [x, y, w, h] = [(); 4].map(|()| rng.random::<f32>());
            BoxXyxy::repaired([x, y, x + 0.3 * w, y + 0.3 * h])
        };
        let boxes: Vec<Option<BoxXyxy>> = (0..300).map(|row| (row % 7 != 0).then(&mut any)).collect();
        let mut grid = Grid::new();
        let rows = || boxes.iter().enumerate().filter_map(|(row, at)| Some((row, at.as_ref()?)));
        rows().for_each(|(row, at)| grid.insert(row, at));
        if let Some(at) = &boxes[1] {
            grid.remove(1, at);
            grid.insert(1, at);
        }
        for _ in 0..50 {
            let at = any();
            let mut found = Vec::new();
            grid.overlapping(&at, &boxes, |row, _| found.push(row));
            found.sort_unstable();
            let wanted: Vec<usize> = rows().filter(|(_, other)| at.shared(other) > 0.0).map(|(row, _)| row).collect();
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn the_network_is_shown_few_of_many_and_all_of_few() {
        let few: Vec<usize> = (0..CROWD).collect();
        assert_eq!(context(5, &few, |_| false, |_| false), few);
        let many: Vec<usize> = (0..1000).collect();
        let shown = context(999, &many, |row| row == 3 || row == 500, |row| row < 100);
        assert_eq!(shown.len(), CONTEXT + 1);
        assert!(shown.is_sorted() && [3, 500, 999].iter().all(|row| shown.contains(row)));
        assert_eq!(shown.iter().filter(|&&row| row < 100 && row != 3).count(), CONTEXT / 3);
    }
}
