//! The editor's side of training: actions, events, and the preview of the training model.

use std::path::{Path, PathBuf};
use std::time::Duration;

use egui::Context;

use super::{TrainingAction, TrainingPick};
use crate::app::commands::Command;
use crate::app::dialogs::Dialog;
use crate::app::dock::Panel;
use crate::app::editor::Editor;
use crate::app::files::FilePrompt;
use crate::app::notices::{Level, NoticeSource};
use crate::engine::process::ThreadPriority;
use crate::engine::training::{RunView, Status, StoreRequest, Training, TrainingEvent};

impl Editor {
    pub(in crate::app) fn start_training(&mut self, ctx: &Context) {
        let home = self.options.folders.as_ref().map(|folders| folders.data.clone());
        let rank = if self.options.low_priority_training { ThreadPriority::Background } else { ThreadPriority::Normal };
        let ctx = ctx.clone();
        match Training::start(home, rank, move || ctx.request_repaint()) {
            Ok(training) => self.training = Some(training),
            Err(error) => {
                let text = format!("Nothing can be trained: no thread could be started ({error})");
                self.notices.put(NoticeSource::Training, Level::Error, text);
            }
        }
    }

    /// Handles the events since the last frame. Cheap while nothing is trained.
    pub(in crate::app) fn follow_training(&mut self, ctx: &Context) {
        let picture = self.live.shown.as_ref().map(|shown| shown.picture.clone());
        self.comparison.follow(ctx, self.state.scene(), picture);
        let Some(training) = &self.training else { return };
        let prefs = &self.panels.training.prefs;
        let every = Duration::from_secs(u64::from(prefs.follow_seconds.clamp(2, 600)));
        let follows = prefs.follows;
        training.follow(follows.then_some(every));
        let changes = (self.document_number, self.state.history().changes());
        if self.training_scene != Some(changes) {
            self.training_scene = Some(changes);
            training.set_scene(self.state.scene());
        }
        let (events, ready, status, card) = {
            let mut training_state = training.state();
            let events: Vec<TrainingEvent> = training_state.events.drain(..).collect();
            let ready = training_state.ready.take();
            let status = training_state.status;
            (events, ready.filter(|_| follows), status, training_state.card.take())
        };
        if let Some(card) = card {
            self.dialog = Some(Dialog::Card(card));
        }
        events.into_iter().for_each(|event| self.handle_training_event(event));
        // Do not swap the model while a box is being dragged.
        if let Some(ready) = ready.filter(|_| !self.state.history().in_gesture()) {
            self.follow_model(ready);
        }
        if !follows {
            self.end_following();
        }
        if std::mem::replace(&mut self.training_status, status) != status {
            self.report_end(status);
        }
    }

    fn follow_model(&mut self, ready: crate::engine::PreloadedModel) {
        if let Some(model) = self.live.model.as_ref().filter(|model| model.training_step.is_none()) {
            self.before_following = Some(model.path.clone());
        }
        self.live.set_model(ready);
    }

    /// Goes back to the model in use before the preview.
    fn end_following(&mut self) {
        if let Some(path) = self.before_following.take() {
            self.live.open_model(&path, self.device());
        }
    }

    fn handle_training_event(&mut self, event: TrainingEvent) {
        match event {
            TrainingEvent::Done(text) => self.notices.toast(text),
            TrainingEvent::Failed(text) => self.notices.put(NoticeSource::Training, Level::Error, text),
            TrainingEvent::Kept(path) => {
                self.notices.clear(NoticeSource::Training);
                self.notices.toast_about(format!("Saved as {}", RunView::folder_name(&path)), path);
            }
        }
    }

    /// Reports the end of a run, whichever panel is visible.
    fn report_end(&mut self, status: Status) {
        match status {
            Status::Finished => self.notices.toast("Training is finished"),
            Status::Failed => {
                let failure = self.training.as_ref().and_then(|training| training.state().failure.clone());
                let text = format!("Training ended: {}", failure.unwrap_or_default());
                self.notices.put_with(NoticeSource::Training, Level::Error, text, &[Command::Train]);
            }
            Status::Starting | Status::Running => self.notices.clear(NoticeSource::Training),
            _ => {}
        }
    }

    pub(in crate::app) fn train(&mut self, ctx: &Context, action: TrainingAction) {
        let device = self.device();
        match action {
            TrainingAction::TrainingPick(TrainingPick::Model) => return self.ask(FilePrompt::TrainingModel),
            TrainingAction::TrainingPick(TrainingPick::Samples) => return self.ask(FilePrompt::TrainingSamples),
            TrainingAction::Export => return self.ask(FilePrompt::Losses),
            TrainingAction::Delete(path) => return self.dialog = Some(Dialog::Delete { path }),
            TrainingAction::Compare(None) => return self.comparison.close(),
            TrainingAction::Compare(Some(path)) => {
                if let Err(error) = self.comparison.open(&path, device, ctx) {
                    self.notices.put(
                        NoticeSource::Training,
                        Level::Error,
                        format!("No thread could be started ({error})"),
                    );
                }
                return;
            }
            TrainingAction::DrawWith(path) => {
                self.panels.training.prefs.follows = false;
                self.before_following = None;
                return self.open_model(path);
            }
            TrainingAction::Copy(text) => return ctx.copy_text(text),
            _ => {}
        }
        let Some(training) = &self.training else { return };
        let taken = match action {
            TrainingAction::Look => training.request(StoreRequest::Look),
            TrainingAction::Try(plan) => training.preflight(*plan),
            TrainingAction::TryAndBegin(plan) => training.try_and_begin(*plan),
            TrainingAction::Begin(plan) => training.begin(*plan),
            TrainingAction::GoOn(run) => training.continue_run(&run, device),
            TrainingAction::Resume => training.resume(device),
            TrainingAction::RollBack { run, checkpoint } => training.roll_back(&run, &checkpoint),
            TrainingAction::Open(run) => training.request(StoreRequest::Open(run)),
            TrainingAction::Sheet { path, scene } => training.request(StoreRequest::Sheet { path, scene }),
            TrainingAction::Keep { checkpoint, name } => training.request(StoreRequest::Keep { checkpoint, name }),
            TrainingAction::Card(path) => training.request(StoreRequest::Card(path)),
            TrainingAction::Pause { keep_in_memory } => {
                training.pause(keep_in_memory);
                true
            }
            TrainingAction::Stop => {
                training.stop();
                true
            }
            _ => true,
        };
        if !taken {
            self.notices.toast("Waiting for the current task to finish");
        }
    }

    /// A folder or file was chosen in a dialog.
    pub(in crate::app) fn picked_for_training(&mut self, ask: FilePrompt, path: PathBuf) {
        match ask {
            FilePrompt::TrainingModel => {
                if let Some(training) = &self.training {
                    training.request(StoreRequest::Model(path.clone()));
                }
                self.panels.training.picked(TrainingPick::Model, path);
            }
            FilePrompt::TrainingSamples => self.panels.training.picked(TrainingPick::Samples, path),
            _ => {
                let run = self.shown_run();
                if let (Some(training), Some(run)) = (&self.training, run) {
                    training.request(StoreRequest::Export { run, to: path });
                }
            }
        }
    }

    pub(in crate::app) fn shown_run(&self) -> Option<PathBuf> {
        self.training.as_ref()?.state().run.as_ref().map(|run| run.path.clone())
    }

    pub(in crate::app) fn delete_model_or_run(&self, path: &Path) {
        if let Some(training) = &self.training {
            training.request(StoreRequest::Delete(path.to_owned()));
        }
    }

    pub(in crate::app) fn open_training(&mut self) {
        self.dock.open(Panel::Training);
    }

    /// State of the training threads; for tests and other views of it.
    pub fn training(&self) -> Option<&Training> {
        self.training.as_ref()
    }
}
