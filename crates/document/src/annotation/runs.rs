//! Run lengths as the annotations keep them: tidy, one run beside the other, and with what drawing needs of them. COCO's own form of them, counts
//! and short text, is [`coco_mask`]'s.

use serde_json::Value;

use scenewright_formats::coco_mask;

/// Which pixels of a picture belong to an object: column by column, outside first; no run but the first is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PixelRuns(coco_mask::Runs);

impl PixelRuns {
    /// `None`: the counts do not add up to the picture.
    pub fn new(size: [u32; 2], counts: &[u32]) -> Option<Self> {
        let all: u64 = counts.iter().map(|&count| u64::from(count)).sum();
        if all != u64::from(size[0]) * u64::from(size[1]) {
            return None;
        }
        let mut builder = Builder::default();
        for (row, &count) in counts.iter().enumerate() {
            builder.add(row % 2 == 1, count);
        }
        Some(builder.runs(size))
    }

    /// Of a row-major picture of pixels; `None` where its length is another.
    pub fn of(size: [u32; 2], inside: &[bool]) -> Option<Self> {
        let [width, height] = size.map(|side| side as usize);
        if inside.len() != width.checked_mul(height)? {
            return None;
        }
        let mut builder = Builder::default();
        for x in 0..width {
            (0..height).for_each(|y| builder.add(inside[y * width + x], 1));
        }
        Some(builder.runs(size))
    }

    /// Of the pixels of a window (left, top, right, bottom; the last two not included), row by row; outside of it nothing is inside. `None`:
    /// the window does not fit.
    pub(crate) fn of_window(size: [u32; 2], window: [u32; 4], inside: &[bool]) -> Option<Self> {
        let [x0, y0, x1, y1] = window;
        if x0 > x1 || y0 > y1 || x1 > size[0] || y1 > size[1] {
            return None;
        }
        let (across, down) = ((x1 - x0) as usize, (y1 - y0) as usize);
        let all = size[0].checked_mul(size[1])?;
        if inside.len() != across.checked_mul(down)? {
            return None;
        }
        let mut builder = Builder::default();
        builder.add(false, x0 * size[1]);
        for x in 0..across {
            builder.add(false, y0);
            (0..down).for_each(|y| builder.add(inside[y * across + x], 1));
            builder.add(false, size[1] - y1);
        }
        builder.add(false, all - x1 * size[1]);
        Some(builder.runs(size))
    }

    /// The pixels of a window, row by row: left, top, right, bottom; the last two not included.
    pub(crate) fn window(&self, [x0, y0, x1, y1]: [u32; 4]) -> Vec<bool> {
        let (across, down) = (x1.saturating_sub(x0) as usize, y1.saturating_sub(y0) as usize);
        let mut inside = vec![false; across * down];
        self.each_stretch(&mut |x, from, to| {
            if (x0..x1).contains(&x) {
                for y in from.max(y0)..to.min(y1) {
                    inside[(y - y0) as usize * across + (x - x0) as usize] = true;
                }
            }
        });
        inside
    }

    pub fn counts(&self) -> &[u32] {
        &self.0.counts
    }

    /// Pixels inside.
    pub fn area(&self) -> u64 {
        self.0.area()
    }

    /// Each column's stretches that are inside: x, from y, to y (not included).
    pub(crate) fn each_stretch(&self, put: &mut dyn FnMut(u32, u32, u32)) {
        let height = self.0.height.max(1) as u64;
        let mut at = 0u64;
        for (row, &count) in self.0.counts.iter().enumerate() {
            let end = at + u64::from(count);
            if row % 2 == 1 {
                let mut from = at;
                while from < end {
                    let column = from / height;
                    let to = end.min((column + 1) * height);
                    put(column as u32, (from - column * height) as u32, (to - column * height) as u32);
                    from = to;
                }
            }
            at = end;
        }
    }

    /// Left, top, right, bottom in pixels, the last two not included; `None` where nothing is inside.
    pub(crate) fn bounds(&self) -> Option<[u32; 4]> {
        let mut bounds: Option<[u32; 4]> = None;
        self.each_stretch(&mut |x, from, to| {
            bounds = Some(match bounds {
                None => [x, from, x + 1, to],
                Some([x0, y0, x1, y1]) => [x0.min(x), y0.min(from), x1.max(x + 1), y1.max(to)],
            });
        });
        bounds
    }

    /// COCO's short text.
    pub fn to_text(&self) -> String {
        self.0.to_text()
    }

    /// As an annotation's `segmentation`, with the short text.
    pub(crate) fn to_json(&self) -> Value {
        self.0.to_json()
    }

    /// `None`: no such text, or it does not add up to the picture.
    pub fn from_text(size: [u32; 2], text: &str) -> Option<Self> {
        let runs = coco_mask::Runs::from_text(size[0] as usize, size[1] as usize, text).ok()?;
        Self::new(size, &runs.counts)
    }
}

/// Counts as they grow: a run of nothing joins its neighbors.
#[derive(Default)]
struct Builder {
    counts: Vec<u32>,
}

impl Builder {
    fn runs(self, size: [u32; 2]) -> PixelRuns {
        PixelRuns(coco_mask::Runs { width: size[0] as usize, height: size[1] as usize, counts: self.counts })
    }

    fn add(&mut self, is_inside: bool, count: u32) {
        if count == 0 {
            return;
        }
        if self.counts.is_empty() && is_inside {
            self.counts.push(0);
        }
        let goes_on = !self.counts.is_empty() && self.counts.len().is_multiple_of(2) == is_inside;
        match self.counts.last_mut() {
            Some(last) if goes_on => *last += count,
            _ => self.counts.push(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_tidied_and_wrong_sums_refused() {
        let runs = |counts: &[u32]| PixelRuns::new([2, 3], counts);
        assert_eq!(runs(&[1, 2, 3]).unwrap().counts(), [1, 2, 3]);
        assert_eq!(runs(&[1, 0, 1, 2, 2]).unwrap().counts(), [2, 2, 2]);
        assert_eq!(runs(&[0, 6]).unwrap().counts(), [0, 6]);
        assert_eq!(runs(&[0, 2, 0, 4]).unwrap().counts(), [0, 6]);
        assert_eq!(runs(&[6, 0]).unwrap().counts(), [6]);
        assert!(runs(&[1, 2]).is_none() && runs(&[u32::MAX, u32::MAX]).is_none());
    }

    /// The worked example of `maskApi`: a picture of 9 × 10 whose text is known.
    #[test]
    fn texts_are_coco_s() {
        let runs = PixelRuns::new([100, 100], &[5000, 40, 60, 40, 4860]).unwrap();
        let text = runs.to_text();
        assert_eq!(PixelRuns::from_text([100, 100], &text).unwrap(), runs);
        for broken in ["0", "~", "ooooooooooooooooooo", "é", "P"] {
            assert!(PixelRuns::from_text([100, 100], broken).is_none(), "{broken}");
        }
        // 3 outside, 1 inside: "31" in COCO's letters.
        assert_eq!(PixelRuns::new([2, 2], &[3, 1]).unwrap().to_text(), "31");
    }

    #[test]
    fn bounds_and_stretches_go_down_the_columns() {
        let runs = PixelRuns::new([3, 4], &[3, 6, 3]).unwrap();
        let mut seen = Vec::new();
        runs.each_stretch(&mut |x, from, to| seen.push((x, from, to)));
        assert_eq!(seen, [(0, 3, 4), (1, 0, 4), (2, 0, 1)]);
        assert_eq!(runs.bounds(), Some([0, 0, 3, 4]));
        assert_eq!((runs.area(), PixelRuns::new([3, 4], &[12]).unwrap().bounds()), (6, None));
    }
}
