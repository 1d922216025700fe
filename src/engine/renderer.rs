//! The worker's model, and drawing with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::drawable::without;
use super::event::{Failure, ModelFacts, RenderResult};
use super::process;
use super::{MatchRequest, RenderPurpose, RenderRequest, Ticket};
use scenewright_formats::picture_file;
use scenewright_generate::{GenerateError, Generator, Request, Target};
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::device::DeviceChoice;

#[derive(Default)]
pub(super) struct Renderer {
    open: Option<LoadedModel>,
}

struct LoadedModel {
    generator: Generator,
    path: PathBuf,
}

impl Renderer {
    /// Opens a model. A device that cannot be opened is replaced by the CPU, with a note; a model that cannot be opened leaves the one before.
    pub(crate) fn open(&mut self, path: &Path, device: DeviceChoice) -> Result<Arc<ModelFacts>, GenerateError> {
        let (generator, note) = match Generator::open(path, device) {
            Err(GenerateError::Device(why)) if device != DeviceChoice::Cpu => {
                let note = format!("{why}. The CPU draws instead.");
                (Generator::open(path, DeviceChoice::Cpu)?, Some(note))
            }
            opened => (opened?, None),
        };
        // That "auto" found no GPU is not reported.
        let asked = device != DeviceChoice::Auto;
        let note = note.or_else(|| generator.device_note.clone().filter(|_| asked));
        Ok(self.keep(path, generator, note))
    }

    fn keep(&mut self, path: &Path, generator: Generator, device_note: Option<String>) -> Arc<ModelFacts> {
        let name = path.file_name().map_or_else(|| "model".to_owned(), |name| name.to_string_lossy().into_owned());
        let facts = Arc::new(ModelFacts {
            path: path.to_owned(),
            name,
            vocab: Arc::new(generator.vocab.clone()),
            device: generator.device_name.clone(),
            device_note,
            image_size: generator.config.image_size(),
            training_step: None,
        });
        self.open = Some(LoadedModel { generator: generator.with_clock(process::clock), path: path.to_owned() });
        facts
    }

    /// After a picture could not be drawn: where a GPU was to draw it, the CPU takes over, and the model is as if newly opened.
    pub(crate) fn fall_back(&mut self, failure: &Failure) -> Option<Arc<ModelFacts>> {
        let LoadedModel { generator, path } = self.open.as_ref()?;
        let Failure::Generate(GenerateError::Network(why)) = failure else { return None };
        if generator.device_name == "cpu" {
            return None;
        }
        let (path, note) = (path.clone(), format!("{} failed ({why}). The CPU draws instead.", generator.device_name));
        let generator = Generator::open(&path, DeviceChoice::Cpu).ok()?;
        Some(self.keep(&path, generator, Some(note)))
    }

    pub(crate) fn match_appearance(
        &self,
        MatchRequest { name, picture, .. }: &MatchRequest,
    ) -> Result<Vec<String>, Failure> {
        // Finer than a sprite is decoded, nothing is compared.
        const MAX_SIDE_PX: u32 = 256;
        let Some(LoadedModel { generator, .. }) = &self.open else { return Err(Failure::NoModel) };
        let pixels = picture_file::open_small(picture, MAX_SIDE_PX)?;
        let target = Target::new(&pixels).ok_or_else(|| Failure::NothingSeen(picture.clone()))?;
        let found = generator.appearance_match(name, &target)?.ok_or_else(|| Failure::NoDrawings(name.clone()))?;
        Ok(found.words)
    }

    /// Draws what the model has words for.
    pub(crate) fn draw(
        &mut self,
        ticket: Ticket,
        draw: &RenderRequest,
        cancel: &CancellationToken,
    ) -> Result<RenderResult, Failure> {
        let Some(LoadedModel { generator, .. }) = &self.open else { return Err(Failure::NoModel) };
        let seed = match draw.purpose {
            RenderPurpose::Live | RenderPurpose::Background => None,
            RenderPurpose::Variation { seed } => Some(seed),
        };
        let request = Request { seed, cancel: cancel.clone(), ..Request::default() };
        let scene = draw.scene.visible();
        let (picture, left_out) = match generator.render(&scene, &request) {
            Err(GenerateError::Encode(unknown)) => {
                let known = without(&scene, &unknown);
                (generator.render(&known, &request)?, Some(unknown))
            }
            picture => (picture?, None),
        };
        let RenderRequest { changes, step, quality, purpose, .. } = *draw;
        Ok(RenderResult { ticket, changes, step, quality, purpose, picture: Arc::new(picture), left_out })
    }
}
