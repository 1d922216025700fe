//! Keeps the preview up to date: sends render requests to the engine and handles their results.

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

/// Maximum delay of an animation that is imperceptible.
const IMPERCEPTIBLE_DELAY: Duration = Duration::from_millis(150);

/// The picture on the screen. Each picture has a new number.
#[derive(Clone)]
pub(crate) struct ShownPicture {
    pub number: u64,
    pub picture: Arc<Picture>,
    /// Share of the picture that changed outside the edited boxes, 0..=1.
    pub(crate) changed_outside: Option<f32>,
    /// Words that the model lacks: their objects are not in the picture.
    pub left_out: Option<Arc<EncodeError>>,
}

/// Render record of a step, for the document to store.
pub(crate) type StepRecord = (RevisionId, PictureRecord);

/// The scene rendered with other seeds.
#[derive(Clone, Default)]
pub(crate) struct Variations {
    /// The scene that they were rendered from; outdated when it looks different.
    pub of: Scene,
    /// Seeds, with their pictures as they arrive.
    pub pictures: Vec<(u64, Option<Arc<Picture>>)>,
}

/// Events for the editor.
#[derive(Debug)]
pub enum PreviewEvent {
    ModelOpened(Arc<ModelFacts>),
    ModelFailed {
        path: PathBuf,
        failure: Failure,
    },
    DrawFailed(Failure),
    Rendered,
    /// Words that describe the appearance of an image.
    AppearanceMatched {
        request: MatchRequest,
        words: Result<Vec<String>, Failure>,
    },
}

struct PendingRequest {
    scene: Scene,
    changes: u64,
    step: Option<RevisionId>,
    /// `None`: the picture came from the cache, or nothing is pending.
    ticket: Option<Ticket>,
    /// Whether the shown picture belongs to this request.
    is_answered: bool,
}

/// A render that runs after the preview, for a picture that is not on the screen.
enum BackgroundRender {
    /// A step without cached picture.
    Step(RevisionId),
    /// A scene that is not open, with a number chosen by the caller.
    Thumbnail(usize, Scene),
}

#[derive(Default)]
pub(crate) struct PreviewController {
    engine: Option<Engine>,
    pub model: Option<Arc<ModelFacts>>,
    pub opening: Option<PathBuf>,
    pub shown: Option<ShownPicture>,
    /// How many pictures were shown so far.
    shown_count: u64,
    pub variations: Variations,
    pub cache: PictureCache,
    request: Option<PendingRequest>,
    /// Ignored words of each step's picture.
    left_out: HashMap<RevisionId, Arc<EncodeError>>,
    /// Records that the document has not stored yet.
    records: Vec<StepRecord>,
    last_ticket: Option<Ticket>,
    shown_ticket: Option<Ticket>,
    background_queue: VecDeque<BackgroundRender>,
    /// The background render that is running; one at a time, because a step reuses the boxes of the one before.
    background: Option<(Ticket, BackgroundRender)>,
    pub thumbnails: HashMap<usize, Arc<Picture>>,
}

impl PreviewController {
    /// Starts the render worker. `wake` requests a frame.
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

    /// Uses a model that another thread has loaded.
    pub(crate) fn set_model(&mut self, ready: PreloadedModel) {
        if let Some(engine) = &self.engine {
            engine.set_model(ready);
        }
    }

    /// Returns true while the picture of the current scene is pending.
    pub(crate) fn is_drawing(&self) -> bool {
        let awaited = self.request.as_ref().and_then(|request| request.ticket);
        awaited.is_some() && awaited > self.shown_ticket
    }

    /// Returns true if the picture of the current scene will arrive in a moment. Animations wait for it: pictures and
    /// frames share the same cores, so each frame in between would delay the picture.
    pub(crate) fn expects_soon(&self, history: &History) -> bool {
        let is_awaited =
            self.is_drawing() || self.request.as_ref().is_some_and(|request| request.changes != history.changes());
        is_awaited && self.shown.as_ref().is_some_and(|shown| shown.picture.timings.total() <= IMPERCEPTIBLE_DELAY)
    }

    pub(crate) fn box_of(&self, node: NodeId) -> Option<UnitBox> {
        self.shown.as_ref().and_then(|shown| shown.picture.box_of(node))
    }

    /// Resets everything for another document. The old picture stays until there is a new one.
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

    /// The picture of the current scene, once it is rendered.
    pub(crate) fn current(&self, history: &History) -> Option<Arc<Picture>> {
        let request =
            self.request.as_ref().filter(|request| request.is_answered && request.changes == history.changes());
        request.and(self.shown.as_ref()).map(|shown| shown.picture.clone())
    }

    /// Requests the picture of the current scene again, after a cancellation or failure.
    pub(crate) fn invalidate(&mut self) {
        self.request = None;
    }

    /// Renders pictures of steps that have none, one by one and with the lowest priority.
    pub(crate) fn queue_history(&mut self, steps: impl IntoIterator<Item = RevisionId>) {
        self.background_queue.extend(steps.into_iter().map(BackgroundRender::Step));
    }

    /// Returns true if pictures of steps are pending.
    pub(crate) fn is_rendering_history(&self) -> bool {
        let under_way = self.background.iter().map(|(_, background)| background);
        self.background_queue.iter().chain(under_way).any(|background| matches!(background, BackgroundRender::Step(_)))
    }

    /// Renders a thumbnail of a scene that is not open; it arrives in `thumbnails`.
    pub(crate) fn request_thumbnail(&mut self, number: usize, scene: Scene) {
        self.background_queue.push_back(BackgroundRender::Thumbnail(number, scene));
    }

    pub(crate) fn clear_thumbnails(&mut self) {
        self.thumbnails.clear();
        self.background_queue.retain(|background| matches!(background, BackgroundRender::Step(_)));
        // A running one would arrive under a number that is reused.
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
            let (quality, purpose) = (Quality::Full, RenderPurpose::Background);
            let draw = RenderRequest { changes: 0, step, scene, quality, purpose };
            // If the queue is full of variations, the step gets no picture.
            self.background = engine.render(draw).ok().map(|ticket| (ticket, background));
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

    /// The picture of a step, if it is cached.
    pub(crate) fn picture_of(&self, step: RevisionId, seed: u64) -> Option<&Arc<Picture>> {
        self.cache.peek(step, seed)
    }

    /// Returns the records of pictures that arrived since the last call. The caller stores them and then calls
    /// [`PreviewController::recorded`].
    pub(crate) fn take_records(&mut self) -> Vec<StepRecord> {
        std::mem::take(&mut self.records)
    }

    /// The document has stored the records; that is not a change that needs another picture.
    pub(crate) fn recorded(&mut self, history: &History) {
        let now = (history.changes(), (!history.in_gesture()).then(|| history.revision()));
        if let Some(request) = self.request.as_mut().filter(|request| (request.changes, request.step) == now) {
            request.scene = history.scene().clone();
        }
    }

    fn add_record(&mut self, step: RevisionId, picture: &Picture) {
        // Each training step has its own layout, which does not belong to the document.
        if !self.is_preview() {
            self.records.push((step, picture.record()));
        }
    }

    /// Whether the model is a preview of a training run, whose own layout is to be shown.
    fn is_preview(&self) -> bool {
        self.model.as_ref().is_some_and(|model| model.training_step.is_some())
    }

    fn drawable(&self, scene: &Scene) -> Scene {
        if self.is_preview() { scene.without_records() } else { scene.clone() }
    }

    /// Esc: cancels all renders. The shown picture stays.
    pub(crate) fn stop(&mut self) {
        if let Some(engine) = &self.engine {
            engine.cancel_renders();
        }
        self.variations.pictures.retain(|(_, picture)| picture.is_some());
        (self.background, self.background_queue) = Default::default();
        if let Some(request) = &mut self.request {
            request.ticket = None;
        }
    }

    /// Requests a picture if the scene looks different from the last request. Called once a frame; cheap if nothing
    /// changed.
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
            // Pending pictures are outdated.
            self.shown_ticket = self.last_ticket;
            self.show(picture, None, left_out);
            return;
        }
        self.draw(history);
    }

    /// Requests pictures of the scene with other seeds.
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
            // Requests that exceed the queue are dropped: they stay empty.
            let _ = engine.render(draw);
        }
    }

    /// Looks for words that describe the appearance of an image.
    pub(crate) fn match_appearance(&self, request: MatchRequest) {
        self.engine.iter().for_each(|engine| engine.match_appearance(request.clone()));
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
        // The preview slot is never full.
        let ticket = engine.render(draw).ok();
        self.last_ticket = ticket.or(self.last_ticket);
        self.request = Some(PendingRequest { scene, changes, step, ticket, is_answered: false });
    }

    /// Handles the events of the worker since the last frame.
    pub(crate) fn take_events(&mut self) -> Vec<PreviewEvent> {
        let events: Vec<Event> = self.engine.iter().flat_map(Engine::events).collect();
        events.into_iter().filter_map(|event| self.handle_event(event)).collect()
    }

    fn handle_event(&mut self, event: Event) -> Option<PreviewEvent> {
        match event {
            Event::ModelOpened(facts) => {
                // A model that the user has chosen may still be loading.
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
                RenderPurpose::Background => {
                    self.background_rendered(result);
                    None
                }
            },
            // Not reported: the list shows an empty thumbnail.
            Event::DrawFailed { ticket, purpose: RenderPurpose::Background, .. }
            | Event::Cancelled { ticket, purpose: RenderPurpose::Background } => {
                self.background = self.background.take().filter(|(awaited, _)| *awaited != ticket);
                None
            }
            Event::DrawFailed { ticket, failure, .. } => {
                if let Some(request) = self.request.as_mut().filter(|request| request.ticket == Some(ticket)) {
                    request.ticket = None;
                    // What is on the screen is the picture of another scene.
                    self.shown = None;
                }
                Some(PreviewEvent::DrawFailed(failure))
            }
            Event::AppearanceMatched { asked: request, words } => {
                Some(PreviewEvent::AppearanceMatched { request, words })
            }
            Event::Cancelled { .. } => None,
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
        let number = self.shown_count;
        self.shown_count += 1;
        self.shown = Some(ShownPicture { number, picture, changed_outside, left_out });
    }

    /// Stores the shown picture in the cache if it belongs to the last request.
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
