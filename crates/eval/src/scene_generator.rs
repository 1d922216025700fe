//! The trait of what is evaluated: anything that makes boxes, and perhaps a picture, of a scene.

pub use scenewright_data::{Rgb, Sample, SampleObject};
use scenewright_generate::{GenerateError, Generator, Request, SquareMask};
use scenewright_model::checkpoint::ModelConfig;
use scenewright_scene::{Scene, UnitBox};

use super::EvalError;

/// One scene to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct EvalItem<'a> {
    /// What it pins stays where it is pinned.
    pub scene: &'a Scene,
    /// The sample that the scene was taken from. Only the data set itself may look at its picture and boxes.
    pub sample: &'a Sample,
    /// Whether the sample's masks are given, as its boxes are by the scene's pins.
    pub gives_masks: bool,
    pub seed: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// One for each object of the scene, in its order.
    pub boxes: Vec<UnitBox>,
    /// None where only layouts are made.
    pub picture: Option<Rgb>,
}

pub trait SceneGenerator {
    /// For the head of a column.
    fn name(&self) -> String;

    /// Width and height of the pictures.
    fn size_px(&self) -> (usize, usize);

    /// Words of the scene that it does not know; such scenes are left out.
    fn unknown_words(&self, _scene: &Scene) -> Vec<String> {
        Vec::new()
    }

    /// Whether it can draw a scene that is not in the data set: without that there is neither diversity nor stability.
    fn draws_anew(&self) -> bool {
        true
    }

    fn draw(&self, task: &EvalItem<'_>) -> Result<Generated, EvalError>;
}

/// A model folder that was opened.
pub struct Model {
    pub name: String,
    pub generator: Generator,
}

impl SceneGenerator for Model {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn size_px(&self) -> (usize, usize) {
        let (height, width) = self.generator.config.image_size();
        (width, height)
    }

    fn unknown_words(&self, scene: &Scene) -> Vec<String> {
        match self.generator.encode(scene) {
            Err(GenerateError::Encode(error)) => {
                error.unknown_objects.into_iter().chain(error.unknown_predicates).map(|word| word.name).collect()
            }
            // Any other problem is reported when the scene is drawn.
            _ => Vec::new(),
        }
    }

    fn draw(&self, task: &EvalItem<'_>) -> Result<Generated, EvalError> {
        let side = match &self.generator.config {
            ModelConfig::Sg2Im(config) => config.masks().filter(|_| task.gives_masks),
            ModelConfig::Collage(_) => None,
        };
        let masks = side.map(|side| {
            let mask = |object: &SampleObject| SquareMask { side, values: object.mask.sampled(side).collect() };
            task.sample.objects.iter().map(mask).collect()
        });
        let request = Request { seed: Some(task.seed), masks, ..Default::default() };
        let picture = self.generator.render(task.scene, &request)?;
        let boxes = picture.objects.iter().filter(|placed| placed.node.is_some()).map(|placed| placed.bounds).collect();
        let (width, height, pixels) = (picture.width, picture.height, picture.rgb);
        Ok(Generated { boxes, picture: Some(Rgb { width, height, pixels }) })
    }
}
