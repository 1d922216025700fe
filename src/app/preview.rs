//! The picture follows the scene: what is asked of the engine, what is shown, and what the document stores of it.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::cache::PictureCache;
use crate::engine::{
    DeviceChoice, EncodeError, Engine, Event, Failure, MatchRequest, ModelFacts, Picture, PreloadedModel, Quality,
    RenderPurpose, RenderRequest, RenderResult, Ticket, changed_share, renders_equal, touched_boxes,
};
use scenewright_scene::{History, NodeId, PictureRecord, RevisionId, Scene, UnitBox};

/// Nobody sees that an animation waits as long as this.
const IMPERCEPTIBLE_DELAY: Duration = Duration::from_millis(150);

/// The picture on the screen. A new number means a new picture.
#[derive(Clone)]
pub(crate) struct ShownPicture {
    pub number: u64,
    pub picture: Arc<Picture>,
    /// Share of the picture that changed where nothing was to change, 0..=1.
    pub(crate) changed_outside: Option<f32>,
    /// Words that the model lacks: their objects are not in the picture.
    pub left_out: Option<Arc<EncodeError>>,
}

/// What a picture of a step shows, for the document to store.
pub(crate) type StepRecord = (RevisionId, PictureRecord);

/// The scene with other dice.
#[derive(Clone, Default)]
pub(crate) struct Variations {
    /// The scene that they are drawn from; once it looks otherwise they are of the past.
    pub of: Scene,
    /// Seeds, with their pictures as they arrive.
    pub pictures: Vec<(u64, Option<Arc<Picture>>)>,
}

/// News for the person at the window.
#[derive(Debug)]
pub enum PreviewEvent {
    ModelOpened(Arc<ModelFacts>),
    ModelFailed {
        path: PathBuf,
        failure: Failure,
    },
    DrawFailed(Failure),
    Rendered,
    /// Words with which an object looks like a picture.
    AppearanceMatched {
        request: MatchRequest,
        words: Result<Vec<String>, Failure>,
    },
}

struct PendingRequest {
    scene: Scene,
    changes: u64,
    step: Option<RevisionId>,
    /// None: its picture came from the cache, or nothing more is awaited.
    ticket: Option<Ticket>,
    /// Whether what is shown is its picture.
    is_answered: bool,
}

/// A picture that is drawn behind the live one, and that nobody looks at yet.
enum BackgroundRender {
    /// Of a step that has none at hand.
    Step(RevisionId),
    /// Of a scene that is not open, under a number of the caller's.
    Thumbnail(usize, Scene),
}

#[derive(Default)]
pub(crate) struct PreviewController {
    engine: Option<Engine>,
    pub model: Option<Arc<ModelFacts>>,
    pub opening: Option<PathBuf>,
    pub shown: Option<ShownPicture>,
    pub variations: Variations,
    pub cache: PictureCache,
    request: Option<PendingRequest>,
    /// Words that a step's picture lacks.
    left_out: HashMap<RevisionId, Arc<EncodeError>>,
    /// What the document has not stored yet.
    records: Vec<StepRecord>,
    last_ticket: Option<Ticket>,
    shown_ticket: Option<Ticket>,
    background_queue: VecDeque<BackgroundRender>,
    /// The aside that is with the worker; one at a time, since a step takes over the boxes of the one before.
    background: Option<(Ticket, BackgroundRender)>,
    pub thumbnails: HashMap<usize, Arc<Picture>>,
}

impl PreviewController {
    /// Starts the worker. `wake` asks for a frame.
    pub(crate) fn start(&mut self, wake: impl Fn() + Send + Sync + 'static) -> std::io::Result<()> {
        self.engine = Some(Engine::start(wake)?);
        Ok(())
    }

    pub(crate) fn open_model(&mut self, path: &Path, device: DeviceChoice) {
        if let Some(engine) = &self.engine {
            self.opening = Some(path.to_owned());
            engine.open_model(path.to_owned(), device);
        }
    }

    /// Takes over a model that another thread has opened.
    pub(crate) fn set_model(&mut self, ready: PreloadedModel) {
        if let Some(engine) = &self.engine {
            engine.take_model(ready);
        }
    }

    /// Whether a picture of the scene as it is now is still to come.
    pub(crate) fn is_drawing(&self) -> bool {
        let awaited = self.request.as_ref().and_then(|request| request.ticket);
        awaited.is_some() && awaited > self.shown_ticket
    }

    /// Whether the picture of the scene as it is now will be there in a moment. What only moves for the eye waits for it: where pictures and
    /// frames are drawn by the same cores, each frame in between would put the picture off by its own time.
    pub(crate) fn expects_soon(&self, history: &History) -> bool {
        let is_awaited =
            self.is_drawing() || self.request.as_ref().is_some_and(|request| request.changes != history.changes());
        is_awaited && self.shown.as_ref().is_some_and(|shown| shown.picture.timings.total() <= IMPERCEPTIBLE_DELAY)
    }

    pub(crate) fn box_of(&self, node: NodeId) -> Option<UnitBox> {
        self.shown.as_ref().and_then(|shown| shown.picture.box_of(node))
    }

    /// Another document: nothing of the old one is true any more, but its picture stays until there is a new one.
    pub(crate) fn reset(&mut self) {
        self.cache.clear();
        self.left_out.clear();
        self.records.clear();
        self.request = None;
        self.variations = Variations::default();
        let is_thumbnail = |background: &BackgroundRender| matches!(background, BackgroundRender::Thumbnail(..));
        self.background_queue.retain(is_thumbnail);
        self.background = self.background.take().filter(|(_, background)| is_thumbnail(background));
    }

    /// The picture of the scene as it is now, once it is drawn.
    pub(crate) fn current(&self, history: &History) -> Option<Arc<Picture>> {
        let request =
            self.request.as_ref().filter(|request| request.is_answered && request.changes == history.changes());
        request.and(self.shown.as_ref()).map(|shown| shown.picture.clone())
    }

    /// Asks once more for the picture of the scene as it is, after it was given up or failed.
    pub(crate) fn invalidate(&mut self) {
        self.request = None;
    }

    /// Draws pictures of steps that have none at hand, one after the other and behind everything else.
    pub(crate) fn queue_history(&mut self, steps: impl IntoIterator<Item = RevisionId>) {
        self.background_queue.extend(steps.into_iter().map(BackgroundRender::Step));
    }

    /// Whether pictures of steps are still to come.
    pub(crate) fn is_rendering_history(&self) -> bool {
        let under_way = self.background.iter().map(|(_, background)| background);
        self.background_queue.iter().chain(under_way).any(|background| matches!(background, BackgroundRender::Step(_)))
    }

    /// Draws a small picture of a scene that is not open; it arrives in `thumbnails`.
    pub(crate) fn request_thumbnail(&mut self, number: usize, scene: Scene) {
        self.background_queue.push_back(BackgroundRender::Thumbnail(number, scene));
    }

    pub(crate) fn clear_thumbnails(&mut self) {
        self.thumbnails.clear();
        self.background_queue.retain(|background| matches!(background, BackgroundRender::Step(_)));
        // One that is under way would arrive under a number that means another by then.
        self.background =
            self.background.take().filter(|(_, background)| matches!(background, BackgroundRender::Step(_)));
    }

    fn request_next_background(&mut self, history: &History) {
        while self.background.is_none()
            && let Some(background) = self.background_queue.pop_front()
        {
            let (step, scene) = match &background {
                BackgroundRender::Thumbnail(_, scene) => (None, scene.clone()),
                BackgroundRender::Step(step) => {
                    let Some(revision) = history.get(*step) else { continue };
                    if self.cache.peek(*step, revision.scene.seed()).is_some() {
                        continue;
                    }
                    (Some(*step), revision.scene.clone())
                }
            };
            let Some(engine) = &self.engine else { return };
            let (quality, purpose) = (Quality::Full, RenderPurpose::Aside);
            let draw = RenderRequest { changes: 0, step, scene, quality, purpose };
            // Where the queue is full of variations, the history does without.
            self.background = engine.draw(draw).ok().map(|ticket| (ticket, background));
        }
    }

    fn background_rendered(&mut self, result: RenderResult) {
        match self.background.take() {
            Some((ticket, BackgroundRender::Step(step))) if ticket == result.ticket => {
                self.left_out.extend(result.left_out.map(|left_out| (step, Arc::new(left_out))));
                self.add_record(step, &result.picture);
                self.cache.put(step, result.picture.seed, result.picture);
            }
            Some((ticket, BackgroundRender::Thumbnail(number, _))) if ticket == result.ticket => {
                self.thumbnails.insert(number, result.picture);
            }
            other => self.background = other,
        }
    }

    /// The picture of a step, if it is still at hand.
    pub(crate) fn picture_of(&self, step: RevisionId, seed: u64) -> Option<&Arc<Picture>> {
        self.cache.peek(step, seed)
    }

    /// What pictures show that arrived since the last call. The caller stores it and then calls [`PreviewController::recorded`].
    pub(crate) fn take_records(&mut self) -> Vec<StepRecord> {
        std::mem::take(&mut self.records)
    }

    /// The history has stored what pictures show: no change that asks for another picture.
    pub(crate) fn recorded(&mut self, history: &History) {
        let now = (history.changes(), (!history.in_gesture()).then(|| history.revision()));
        if let Some(request) = self.request.as_mut().filter(|request| (request.changes, request.step) == now) {
            request.scene = history.scene().clone();
        }
    }

    fn add_record(&mut self, step: RevisionId, picture: &Picture) {
        // Another training step has another layout: what it shows is not the document's.
        if !self.is_preview() {
            self.records.push((step, picture.record()));
        }
    }

    /// Whether the model is that of a run under way, whose own layout is to be seen.
    fn is_preview(&self) -> bool {
        self.model.as_ref().is_some_and(|model| model.training_step.is_some())
    }

    fn drawable(&self, scene: &Scene) -> Scene {
        if self.is_preview() { scene.without_records() } else { scene.clone() }
    }

    /// Esc. What is shown stays.
    pub(crate) fn stop(&mut self) {
        if let Some(engine) = &self.engine {
            engine.stop();
        }
        self.variations.pictures.retain(|(_, picture)| picture.is_some());
        (self.background, self.background_queue) = Default::default();
        if let Some(request) = &mut self.request {
            request.ticket = None;
        }
    }

    /// Asks for a picture if the scene looks otherwise than when one was last asked for. Called once a frame; costs nothing when nothing changed.
    pub(crate) fn follow(&mut self, history: &History) {
        if self.model.is_none() {
            return;
        }
        self.request_next_background(history);
        let (scene, changes) = (history.scene(), history.changes());
        let step = (!history.in_gesture()).then(|| history.revision());
        if let Some(request) = &mut self.request {
            if (request.changes, request.step) == (changes, step) {
                return;
            }
            if renders_equal(&request.scene, scene) {
                (request.changes, request.step) = (changes, step);
                request.scene = scene.clone();
                self.store_shown();
                return;
            }
        }
        if let Some(step) = step
            && let Some(picture) = self.cache.get(step, scene.seed())
        {
            let (scene, left_out) = (scene.clone(), self.left_out.get(&step).cloned());
            self.request = Some(PendingRequest { scene, changes, step: Some(step), ticket: None, is_answered: true });
            // Pictures that are still under way are of the past.
            self.shown_ticket = self.last_ticket;
            self.show(picture, None, left_out);
            return;
        }
        self.draw(history);
    }

    /// Asks for pictures of the scene with other seeds.
    pub(crate) fn request_variations(&mut self, scene: &Scene, count: usize) {
        let Some(engine) = &self.engine else { return };
        engine.cancel_variations();
        let seeds = (1..=count as u64).map(|n| scene.seed().wrapping_add(n));
        self.variations = Variations { of: scene.clone(), pictures: seeds.map(|seed| (seed, None)).collect() };
        for &(seed, _) in &self.variations.pictures {
            let draw = RenderRequest {
                changes: 0,
                step: None,
                scene: self.drawable(scene),
                quality: Quality::Full,
                purpose: RenderPurpose::Variation { seed },
            };
            // More than the queue takes are not asked for: they stay empty.
            let _ = engine.draw(draw);
        }
    }

    /// Looks for the words with which an object looks like a picture.
    pub(crate) fn match_appearance(&self, request: MatchRequest) {
        self.engine.iter().for_each(|engine| engine.liken(request.clone()));
    }

    fn draw(&mut self, history: &History) {
        let Some(engine) = &self.engine else { return };
        let (scene, changes) = (history.scene().clone(), history.changes());
        let step = (!history.in_gesture()).then(|| history.revision());
        let quality = if history.in_gesture() { Quality::Draft } else { Quality::Full };
        let draw = RenderRequest { changes, step, scene: self.drawable(&scene), quality, purpose: RenderPurpose::Live };
        if !self.variations.pictures.is_empty() && !differ_in_seed_alone(&self.variations.of, &scene) {
            engine.cancel_variations();
            self.variations = Variations::default();
        }
        // The live slot is never full.
        let ticket = engine.draw(draw).ok();
        self.last_ticket = ticket.or(self.last_ticket);
        self.request = Some(PendingRequest { scene, changes, step, ticket, is_answered: false });
    }

    /// Takes in what the worker has done since the last frame.
    pub(crate) fn take_events(&mut self) -> Vec<PreviewEvent> {
        let events: Vec<Event> = self.engine.iter().flat_map(Engine::events).collect();
        events.into_iter().filter_map(|event| self.handle_event(event)).collect()
    }

    fn handle_event(&mut self, event: Event) -> Option<PreviewEvent> {
        match event {
            Event::ModelOpened(facts) => {
                // A model that a person has chosen may still be on its way.
                if facts.training_step.is_none() {
                    self.opening = None;
                }
                self.model = Some(facts.clone());
                self.reset();
                Some(PreviewEvent::ModelOpened(facts))
            }
            Event::ModelFailed { path, failure } => {
                self.opening = None;
                Some(PreviewEvent::ModelFailed { path, failure })
            }
            Event::Rendered(result) => match result.purpose {
                RenderPurpose::Live => self.rendered(result),
                RenderPurpose::Variation { seed } => {
                    let place = self.variations.pictures.iter_mut().find(|(of, _)| *of == seed);
                    if let Some((_, picture)) = place {
                        *picture = Some(result.picture);
                    }
                    None
                }
                RenderPurpose::Aside => {
                    self.background_rendered(result);
                    None
                }
            },
            // Nobody looks at it: the list shows a blank.
            Event::DrawFailed { ticket, purpose: RenderPurpose::Aside, .. }
            | Event::Abandoned { ticket, purpose: RenderPurpose::Aside } => {
                self.background = self.background.take().filter(|(awaited, _)| *awaited != ticket);
                None
            }
            Event::DrawFailed { ticket, failure, .. } => {
                if let Some(request) = self.request.as_mut().filter(|request| request.ticket == Some(ticket)) {
                    request.ticket = None;
                }
                Some(PreviewEvent::DrawFailed(failure))
            }
            Event::Likened { asked: request, words } => Some(PreviewEvent::AppearanceMatched { request, words }),
            Event::Abandoned { .. } => None,
        }
    }

    fn rendered(&mut self, result: RenderResult) -> Option<PreviewEvent> {
        if Some(result.ticket) <= self.shown_ticket {
            return None;
        }
        self.shown_ticket = Some(result.ticket);
        let before = self.shown.as_ref().map(|shown| shown.picture.clone());
        let changed =
            before.and_then(|before| changed_share(&before, &result.picture, &touched_boxes(&before, &result.picture)));
        self.show(result.picture.clone(), changed, result.left_out.map(Arc::new));
        if let Some(request) = self.request.as_mut().filter(|request| request.ticket == Some(result.ticket)) {
            request.is_answered = true;
            self.store_shown();
        }
        Some(PreviewEvent::Rendered)
    }

    fn show(&mut self, picture: Arc<Picture>, changed_outside: Option<f32>, left_out: Option<Arc<EncodeError>>) {
        let number = self.shown.as_ref().map_or(0, |shown| shown.number + 1);
        self.shown = Some(ShownPicture { number, picture, changed_outside, left_out });
    }

    /// The shown picture is that of the step that was asked for last.
    fn store_shown(&mut self) {
        let (Some(request), Some(shown)) = (&self.request, &self.shown) else { return };
        if !request.is_answered {
            return;
        }
        if let Some(step) = request.step {
            let picture = shown.picture.clone();
            self.left_out.extend(shown.left_out.clone().map(|left_out| (step, left_out)));
            self.cache.put(step, request.scene.seed(), picture.clone());
            self.add_record(step, &picture);
        }
    }
}

fn differ_in_seed_alone(a: &Scene, b: &Scene) -> bool {
    renders_equal(&a.with_seed(b.seed()), b)
}
