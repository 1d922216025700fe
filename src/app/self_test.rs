//! What the self-test needs of the editor.

use std::time::Duration;

use egui::Context;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, Scene};
use scenewright_self_test::{Drag, ModelSummary, Resources, TestedEditor, TrainingProgress};

use super::editor::Editor;
use super::training::TrainingAction;
use super::{Action, Gesture};
use crate::engine::process;
use crate::engine::training::{Plan, Recipe, Training};

impl TestedEditor for Editor {
    fn scene(&self) -> &Scene {
        self.scene()
    }

    fn vocabulary(&self) -> &Vocabulary {
        &self.state.vocab
    }

    fn apply(&mut self, label: &str, edits: Vec<Edit>) {
        self.edit(label, edits);
    }

    fn drag(&mut self, ctx: &Context, drag: Drag) {
        let gesture = match drag {
            Drag::Begin => Gesture::Begin { label: "self-test".to_owned() },
            Drag::Move { node, to } => Gesture::Edits(vec![Edit::MoveOnCanvas { node, canvas: Some(to) }]),
            Drag::End => Gesture::Commit,
        };
        self.perform(ctx, Action::Gesture(gesture));
    }

    fn is_up_to_date(&self) -> bool {
        self.is_up_to_date()
    }

    fn model(&self) -> Option<ModelSummary> {
        let model = self.live.model.as_ref()?;
        Some(ModelSummary { name: model.name.clone(), device: model.device.clone(), image_size: model.image_size })
    }

    fn is_model_missing(&self) -> bool {
        let Some(model) = &self.live.model else { return self.live.opening.is_none() };
        self.options.model.as_ref().is_some_and(|requested| *requested != model.path)
    }

    fn messages(&self) -> String {
        self.banners().iter().map(|banner| banner.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn draw_time(&self) -> Option<Duration> {
        Some(self.picture()?.timings.total())
    }

    fn start_training(&mut self, ctx: &Context) {
        let Some(runs) = Self::training(self).and_then(Training::runs_folder) else { return };
        let changed = vec![("layout_first.iterations".to_owned(), "0".to_owned())];
        let (preset, recipe) = ("illustrated".to_owned(), Recipe::FromScratch);
        let device = self.options.device;
        let plan = Plan { run: runs.join("self-test"), recipe, preset, changed, device, ..Plan::default() };
        self.train(ctx, TrainingAction::Begin(plan.into()));
    }

    fn stop_training(&mut self, ctx: &Context) {
        self.train(ctx, TrainingAction::Stop);
    }

    fn training(&self) -> Option<TrainingProgress> {
        let state = Self::training(self)?.state();
        Some(TrainingProgress { step: state.run.as_ref().map_or(0, |run| run.step), failure: state.failure.clone() })
    }

    fn allow_closing(&mut self) {
        self.may_quit = true;
    }

    fn resources() -> Resources {
        Resources {
            memory_mib: process::memory_mib(),
            peak_memory_mib: process::most_memory_mib(),
            processor_millis: process::processor_millis(),
        }
    }
}
