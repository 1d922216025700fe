//! Generators that ignore the graph (the mean of each category) or know everything (the data set itself).

use super::category_stats::{DatasetStats, LOOK_SIDE};
use super::crop::{self, Window};
use super::scene_generator::{EvalItem, Generated, SceneGenerator};
use super::{EvalError, category_stats};
pub use scenewright_data::Rgb;
use scenewright_scene::UnitBox;

/// The scene as the data set has it: what no model can better.
pub(crate) struct Real {
    pub size_px: (usize, usize),
}

impl SceneGenerator for Real {
    fn name(&self) -> String {
        "real".into()
    }

    fn size_px(&self) -> (usize, usize) {
        self.size_px
    }

    fn draws_anew(&self) -> bool {
        false
    }

    fn draw(&self, task: &EvalItem<'_>) -> Result<Generated, EvalError> {
        let boxes = task.sample.objects.iter().map(|object| object.bounds).collect();
        Ok(Generated { boxes, picture: Some(task.sample.image.clone()) })
    }
}

/// Puts every object where its category is on average, and paints the mean of its looks there, large things first.
pub struct CopyTheMean<'a> {
    pub dataset_stats: &'a DatasetStats,
    pub size_px: (usize, usize),
}

impl SceneGenerator for CopyTheMean<'_> {
    fn name(&self) -> String {
        "copy the mean".into()
    }

    fn size_px(&self) -> (usize, usize) {
        self.size_px
    }

    fn draw(&self, task: &EvalItem<'_>) -> Result<Generated, EvalError> {
        let (width, height) = self.size_px;
        let known: Vec<Option<&category_stats::CategoryStats>> =
            task.scene.nodes().iter().map(|node| self.dataset_stats.of(&node.name)).collect();
        let center = UnitBox::new(0.25, 0.25, 0.75, 0.75); // of what training scenes never showed
        let boxes: Vec<UnitBox> = task
            .scene
            .nodes()
            .iter()
            .zip(&known)
            .map(|(node, stats)| node.pinned.or(stats.map(|stats| stats.mean_box)).unwrap_or(center))
            .collect();
        let mut order: Vec<usize> = (0..boxes.len()).collect();
        order.sort_by(|&a, &b| boxes[b].area().total_cmp(&boxes[a].area()));
        let mut pixels = self.dataset_stats.mean_color.map(|value| value.round() as u8).repeat(width * height);
        for object in order {
            if let Some(stats) = known[object] {
                paint(&mut pixels, (width, height), &boxes[object], &stats.mean_look);
            }
        }
        Ok(Generated { boxes, picture: Some(Rgb { width, height, pixels }) })
    }
}

/// Stretches a look over a box.
fn paint(pixels: &mut [u8], (width, height): (usize, usize), bounds: &UnitBox, look: &Rgb) {
    let Some(b) = bounds.repaired() else { return };
    let pixel = |at: f32, count: usize| (at * count as f32).round() as usize;
    let (x0, x1) = (pixel(b.x0, width), pixel(b.x1, width).min(width));
    let (y0, y1) = (pixel(b.y0, height), pixel(b.y1, height).min(height));
    let side = (x1 - x0).max(y1 - y0);
    if x1 <= x0 || y1 <= y0 {
        return;
    }
    let whole = Window { x0: 0.0, y0: 0.0, x1: LOOK_SIDE as f32, y1: LOOK_SIDE as f32 };
    let stretched = crop::resized(look, &whole, side); // square; read at the box's own sides
    for y in y0..y1 {
        for x in x0..x1 {
            let (u, v) = ((x - x0) * side / (x1 - x0), (y - y0) * side / (y1 - y0));
            for channel in 0..3 {
                let value = stretched[(channel * side + v) * side + u] * 255.0;
                pixels[3 * (y * width + x) + channel] = value.round().clamp(0.0, 255.0) as u8;
            }
        }
    }
}
