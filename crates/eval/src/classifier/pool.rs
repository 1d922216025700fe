//! Crops to learn from, by category: a bounded store that fresh scenes flow through, so that a rare category can be drawn as often as
//! its turn comes.

use std::collections::{BTreeSet, VecDeque};

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::crop::{self, Window};
pub use scenewright_data::{Rgb, Sample};

/// Crops kept of one category: about 100 MB in all for 140 categories.
const KEPT: usize = 128;
/// Longest side of a kept patch, pixels.
const PATCH_SIDE: usize = 56;
/// What is kept around a crop's window, as a share of its side: space for shifts and scales.
const ROOM: f32 = 0.18;

/// A piece of a picture and the crop's window in it.
#[derive(Clone, Debug)]
pub(crate) struct Patch {
    pub picture: Rgb,
    pub window: Window,
}

impl Patch {
    fn cut(picture: &Rgb, window: &Window) -> Self {
        let (across, down) = (ROOM * (window.x1 - window.x0), ROOM * (window.y1 - window.y0));
        let whole = |low: f32, high: f32, pixels: usize| {
            let low = low.floor().clamp(0.0, pixels as f32 - 1.0) as usize;
            (low, (high.ceil() as usize).clamp(low + 1, pixels))
        };
        let (left, right) = whole(window.x0 - across, window.x1 + across, picture.width);
        let (top, bottom) = whole(window.y0 - down, window.y1 + down, picture.height);
        if right - left > PATCH_SIDE || bottom - top > PATCH_SIDE {
            let (left, right, top, bottom) = (left as f32, right as f32, top as f32, bottom as f32);
            let area = Window { x0: left, y0: top, x1: right, y1: bottom };
            let planes = crop::resized(picture, &area, PATCH_SIDE);
            let plane = PATCH_SIDE * PATCH_SIDE;
            let value = |i: usize| (planes[i % 3 * plane + i / 3] * 255.0).round().clamp(0.0, 255.0) as u8;
            let pixels = (0..3 * plane).map(value).collect();
            let (x, y) = (PATCH_SIDE as f32 / (right - left), PATCH_SIDE as f32 / (bottom - top));
            let window = Window {
                x0: (window.x0 - left) * x,
                y0: (window.y0 - top) * y,
                x1: (window.x1 - left) * x,
                y1: (window.y1 - top) * y,
            };
            return Self { picture: Rgb { width: PATCH_SIDE, height: PATCH_SIDE, pixels }, window };
        }
        let rows = (top..bottom)
            .flat_map(|y| &picture.pixels[3 * (y * picture.width + left)..3 * (y * picture.width + right)]);
        let pixels = rows.copied().collect();
        let (x, y) = (left as f32, top as f32);
        let window = Window { x0: window.x0 - x, y0: window.y0 - y, x1: window.x1 - x, y1: window.y1 - y };
        Self { picture: Rgb { width: right - left, height: bottom - top, pixels }, window }
    }
}

pub(crate) struct Pool {
    /// By category: the number of the scene that a patch is from, and the patch.
    patches: Vec<VecDeque<(u64, Patch)>>,
    /// How often each category was seen.
    pub seen: Vec<u64>,
}

impl Pool {
    pub(crate) fn new(categories: usize) -> Self {
        Self { patches: vec![VecDeque::new(); categories], seen: vec![0; categories] }
    }

    /// Takes the objects of a scene in. `category_of` a name; others are left out.
    pub(crate) fn add(&mut self, scene: u64, sample: &Sample, category_of: impl Fn(&str) -> Option<usize>) {
        for object in &sample.objects {
            let Some(category) = category_of(&object.name) else { continue };
            let Some(window) = Window::around(&object.bounds, sample.image.width, sample.image.height) else {
                continue;
            };
            self.seen[category] += 1;
            let kept = &mut self.patches[category];
            if kept.len() == KEPT {
                kept.pop_front();
            }
            kept.push_back((scene, Patch::cut(&sample.image, &window)));
        }
    }

    /// Draws crops: a category by the square root of how often it is seen, then any crop kept of it.
    pub(crate) fn draw(&self, count: usize, rng: &mut ChaCha8Rng) -> Vec<(u32, &Patch)> {
        let mut total = 0.0;
        let edges: Vec<f64> = self
            .seen
            .iter()
            .map(|&seen| {
                total += (seen as f64).sqrt();
                total
            })
            .collect();
        if total == 0.0 {
            return Vec::new();
        }
        (0..count)
            .filter_map(|_| {
                let at = rng.random_range(0.0..total);
                let category = edges.partition_point(|&edge| edge <= at);
                let kept = self.patches.get(category)?;
                let (_, patch) = kept.get(rng.random_range(0..kept.len().max(1)))?;
                Some((category as u32, patch))
            })
            .collect()
    }
}

/// A pool without its pictures: the scenes that they are from can be painted again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PoolState {
    pub seen: Vec<u64>,
    /// By category: the scene of each patch, in order.
    kept: Vec<Vec<u64>>,
}

impl Pool {
    pub(crate) fn state(&self) -> PoolState {
        let scenes = |kept: &VecDeque<(u64, Patch)>| kept.iter().map(|(scene, _)| *scene).collect();
        PoolState { seen: self.seen.clone(), kept: self.patches.iter().map(scenes).collect() }
    }
}

impl PoolState {
    pub(crate) fn fits(&self, categories: usize) -> bool {
        self.seen.len() == categories && self.kept.len() == categories
    }

    /// All scenes that patches are from, in order.
    pub(crate) fn scenes(&self) -> Vec<u64> {
        self.kept.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether patches of this category are from this scene.
    pub(crate) fn holds(&self, category: usize, scene: u64) -> bool {
        self.kept.get(category).is_some_and(|scenes| scenes.binary_search(&scene).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    pub use scenewright_data::{Mask, SampleObject};
    use scenewright_scene::UnitBox;

    fn sample(name: &str, size: usize, bounds: UnitBox) -> Sample {
        let empty = Mask { width: 0, height: 0, alpha: Vec::new() };
        let object = SampleObject {
            name: name.into(),
            bounds,
            mask: empty.clone(),
            has_mask: true,
            visible: empty,
            visible_share: 1.0,
            attributes: Vec::new(),
            variant: None,
            mirrored: false,
            colors: Vec::new(),
            layer: None,
        };
        let pixels = (0..size * size).flat_map(|i| [(i % size) as u8, (i / size) as u8, 7]).collect();
        let image = Rgb { width: size, height: size, pixels };
        Sample { seed: 0, kind: None, image, objects: vec![object], relations: Vec::new() }
    }

    #[test]
    fn a_patch_shows_the_same_crop_as_its_picture() {
        for (size, tolerance) in [(48, 1e-5), (200, 0.02)] {
            let bounds = UnitBox::new(0.3, 0.4, 0.7, 0.65);
            let sample = sample("a", size, bounds);
            let mut pool = Pool::new(1);
            pool.add(0, &sample, |_| Some(0));
            let (_, patch) = &pool.patches[0][0];
            let (from_patch, from_picture) =
                (crop::resized(&patch.picture, &patch.window, 32), crop::of_box(&sample.image, &bounds).unwrap());
            for (a, b) in from_patch.iter().zip(&from_picture) {
                assert!((a - b).abs() < tolerance, "{size}: {a} {b}");
            }
        }
    }

    #[test]
    fn categories_are_drawn_by_the_root_of_their_number() {
        let mut pool = Pool::new(3);
        for i in 0..1000 {
            let name = if i % 10 == 0 { "rare" } else { "common" };
            let sample = sample(name, 16, UnitBox::new(0.2, 0.2, 0.8, 0.8));
            pool.add(i, &sample, |name| Some(usize::from(name == "rare") * 2));
        }
        pool.add(1000, &sample("stranger", 16, UnitBox::WHOLE), |_| None);
        assert!(pool.patches.iter().all(|kept| kept.len() <= KEPT));
        let drawn = pool.draw(4000, &mut ChaCha8Rng::seed_from_u64(0));
        let rare = drawn.iter().filter(|(category, _)| *category == 2).count() as f64 / drawn.len() as f64;
        assert!((rare - 0.25).abs() < 0.03 && drawn.iter().all(|(category, _)| *category != 1), "{rare}"); // 1 : √9
        assert!(Pool::new(2).draw(5, &mut ChaCha8Rng::seed_from_u64(0)).is_empty());
    }
}
