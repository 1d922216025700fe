//! Self-test and benchmark of the editor in its real window: does it open and draw, and how fast? It stores nothing,
//! reads no settings, and closes the window at the end.
//!
//! It wraps the editor and measures it from outside, so that the measured code is the code in daily use. An edit is
//! made within a frame, as a user makes it, and is on the screen when the frame that shows its picture has been
//! presented and the next one begins. The editor is anything that implements [`TestedEditor`].
//!
//! | file | subject |
//! |---|---|
//! | `editor` | the editor, as the self-test sees it |
//! | `script` | the edits, a large scene, a moving pointer |
//! | `report` | the results as text |
#![forbid(unsafe_code)]

mod editor;
mod report;
mod script;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use egui::{Context, Event, RawInput, Ui, ViewportCommand};

pub use editor::{Drag, ModelSummary, Resources, TestedEditor, TrainingProgress};
pub use report::{IdleMeasurement, Measurements, Report, Times};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelfTest {
    /// Opens the window, draws the scene, closes.
    Check,
    /// Like `Check`, and then measures edits, a large scene, an idle window, and memory.
    Measure,
    /// Like `Measure`, and repeats the edits while a model is trained.
    MeasureTraining,
}

/// Why a self-test failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SelfTestError {
    #[error("the window opened, but no picture was drawn. {messages}")]
    NoPicture { messages: String },
    #[error("the window opened, but training could not be started: {0}")]
    NoTraining(String),
    #[error("the window was closed before the self-test finished")]
    Closed,
}

/// Maximum time until the first picture.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Pause between two edits, so that each begins in an idle window: node animations take a quarter of a second.
const SETTLE_TIME: Duration = Duration::from_millis(400);
const EDITS: usize = 60;
/// Training steps before the measurement.
const FIRST_STEPS: u64 = 3;
/// Frames until a large scene has settled, and frames that are measured, per kind of motion.
const SETTLING: usize = 30;
const TIMED: usize = 80;
const IDLE: Duration = Duration::from_secs(10);

enum Phase {
    /// Waits until a frame has shown the first picture.
    Opening,
    /// `begun`: an edit is pending. `shown`: a frame has shown its picture.
    Editing {
        /// A model is trained meanwhile.
        training: bool,
        number: usize,
        begun: Option<Instant>,
        shown: bool,
        not_before: Instant,
    },
    /// Waits until training has reached its normal speed.
    StartingTraining,
    /// Waits until the large scene is drawn and its nodes have stopped moving.
    LoadingLargeScene {
        frames: usize,
    },
    Hovering {
        frames: usize,
    },
    Dragging {
        frames: usize,
    },
    /// Nothing is requested from the window; another thread observes it.
    Idle(Receiver<IdleMeasurement>),
    Done,
}

/// The editor, wrapped in a self-test.
pub struct SelfTestApp<E: TestedEditor> {
    editor: E,
    self_test: SelfTest,
    phase: Phase,
    /// Start of the program.
    started: Instant,
    /// Begin of the first frame.
    window: Option<Instant>,
    report: Report,
    frames: Arc<AtomicU64>,
    /// When the editor finished the last frame; then it is presented.
    handed_over: Option<Instant>,
    /// Time that the editor spent in this frame, so far.
    busy: Duration,
    sender: Sender<Result<Report, SelfTestError>>,
}

impl<E: TestedEditor> SelfTestApp<E> {
    /// `started`: when the program started. The result is sent to `sender` before the window closes.
    pub fn new(
        editor: E,
        self_test: SelfTest,
        started: Instant,
        sender: Sender<Result<Report, SelfTestError>>,
    ) -> Self {
        Self {
            editor,
            self_test,
            phase: Phase::Opening,
            started,
            window: None,
            report: Report::default(),
            frames: Arc::default(),
            handed_over: None,
            busy: Duration::ZERO,
            sender,
        }
    }

    /// At the begin of a frame: the last frame is on the screen.
    fn frame_begins(&mut self, ctx: &Context, now: Instant) {
        let window = *self.window.get_or_insert(now);
        match &mut self.phase {
            Phase::Opening => {
                if self.report.window_millis == 0.0 {
                    self.report.window_millis = millis(now - self.started);
                    self.report.memory_of_the_window = E::resources().memory_mib;
                    wake_after(ctx, TIMEOUT);
                }
                if self.report.model.is_empty() && now - window >= TIMEOUT {
                    self.no_picture(ctx);
                }
            }
            Phase::Editing { training, number, begun, shown, not_before } => {
                if let (Some(edit_begun), true) = (*begun, *shown) {
                    let measured = self.report.measured_mut();
                    let painted = self.handed_over.map_or(Duration::ZERO, |handed_over| now - handed_over);
                    if *training {
                        measured.trained_edits.add(now - edit_begun);
                    } else {
                        measured.edits.add(now - edit_begun);
                        measured.painted_edits.add(painted);
                    }
                    (*begun, *shown) = (None, false);
                    *number += 1;
                    *not_before = now + SETTLE_TIME;
                }
                if begun.is_none() && now < *not_before {
                    ctx.request_repaint_after(*not_before - now);
                }
            }
            Phase::Idle(watch) => {
                if let Ok(rest) = watch.try_recv() {
                    let measured = self.report.measured_mut();
                    let resources = E::resources();
                    (measured.rest, measured.memory_at_rest) = (rest, resources.memory_mib);
                    measured.most_memory = resources.peak_memory_mib;
                    self.finish(ctx, Ok(()));
                }
            }
            Phase::Hovering { .. } | Phase::Dragging { .. } => {
                if let Some(handed_over) = self.handed_over {
                    self.report.measured_mut().painted_frames.add(now - handed_over);
                }
            }
            _ => {}
        }
    }

    /// Simulates the input of this frame.
    fn act(&mut self, ctx: &Context, now: Instant) {
        match &mut self.phase {
            Phase::Editing { training, number, begun, not_before, .. } if begun.is_none() && now >= *not_before => {
                let trained = std::mem::take(training);
                if *number == EDITS && self.self_test == SelfTest::MeasureTraining && !trained {
                    return self.start_training(ctx);
                }
                if *number == EDITS {
                    if trained {
                        self.report.measured_mut().trained_steps =
                            self.editor.training().map_or(0, |training| training.step);
                        self.editor.stop_training(ctx);
                    }
                    let edits = script::synthetic_scene(self.editor.scene(), self.editor.vocabulary());
                    self.report.measured_mut().memory = E::resources().memory_mib;
                    self.phase = Phase::LoadingLargeScene { frames: 0 };
                    self.editor.apply("a large scene", edits);
                    return;
                }
                (*training, *begun) = (trained, Some(now));
                let edits = script::edit(*number, self.editor.scene(), self.editor.vocabulary());
                self.editor.apply("self-test", edits);
            }
            Phase::Dragging { frames } => {
                let Some(node) = self.editor.scene().nodes().get(150).map(|node| node.id) else { return };
                let drag = match *frames {
                    0 => Drag::Begin,
                    TIMED => Drag::End,
                    frame => {
                        let to = [frame as f32 * 7.0 - 500.0, (frame as f32 * 0.1).sin() * 300.0];
                        Drag::Move { node, to }
                    }
                };
                self.editor.drag(ctx, drag);
            }
            _ => {}
        }
    }

    fn start_training(&mut self, ctx: &Context) {
        self.phase = Phase::StartingTraining;
        self.editor.start_training(ctx);
    }

    /// The frame is finished but not yet presented.
    fn frame_ends(&mut self, ctx: &Context) {
        let is_drawn = self.editor.is_up_to_date();
        if matches!(self.phase, Phase::Editing { begun: Some(_), shown: false, .. }) {
            self.report.measured_mut().frames_of_edits += 1;
        }
        let busy = std::mem::take(&mut self.busy);
        match &mut self.phase {
            Phase::Opening => {
                if !self.report.model.is_empty() {
                    self.report.first_picture_millis = self.window.map_or(0.0, |window| millis(window.elapsed()));
                    let not_before = Instant::now();
                    let next = Phase::Editing { training: false, number: 0, begun: None, shown: false, not_before };
                    match self.self_test {
                        SelfTest::Check => self.finish(ctx, Ok(())),
                        SelfTest::Measure | SelfTest::MeasureTraining => self.phase = next,
                    }
                } else if self.editor.is_model_missing() {
                    self.no_picture(ctx);
                } else if let (true, Some(model)) = (is_drawn, self.editor.model()) {
                    self.report.model = model.name;
                    self.report.device = model.device;
                    self.report.size = model.image_size;
                    self.report.memory_of_the_first_picture = E::resources().memory_mib;
                } else {
                    return;
                }
                // The next frame begins when this one is on the screen.
                ctx.request_repaint();
            }
            Phase::Editing { training, begun: Some(_), shown, .. } if is_drawn && !*shown => {
                *shown = true;
                if let (false, Some(time)) = (*training, self.editor.draw_time()) {
                    self.report.measured_mut().draws.add(time);
                }
                ctx.request_repaint();
            }
            Phase::StartingTraining => match self.editor.training() {
                Some(TrainingProgress { failure: None, step }) if step >= FIRST_STEPS => {
                    let not_before = Instant::now();
                    self.phase = Phase::Editing { training: true, number: 0, begun: None, shown: false, not_before };
                    ctx.request_repaint();
                }
                Some(TrainingProgress { failure: None, .. }) => {}
                Some(TrainingProgress { failure: Some(failure), .. }) => {
                    self.finish(ctx, Err(SelfTestError::NoTraining(failure)))
                }
                None => self.finish(ctx, Err(SelfTestError::NoTraining("no thread could be started".to_owned()))),
            },
            Phase::LoadingLargeScene { frames } => {
                *frames += usize::from(is_drawn);
                if *frames >= SETTLING {
                    self.phase = Phase::Hovering { frames: 0 };
                }
                ctx.request_repaint();
            }
            Phase::Hovering { frames } => {
                self.report.measured_mut().hovered_frames.add(busy);
                *frames += 1;
                if *frames == TIMED {
                    self.phase = Phase::Dragging { frames: 0 };
                }
                ctx.request_repaint();
            }
            Phase::Dragging { frames } => {
                self.report.measured_mut().dragged_frames.add(busy);
                *frames += 1;
                if *frames > TIMED {
                    self.phase = Phase::Idle(watch_idle::<E>(ctx, self.frames.clone()));
                } else {
                    ctx.request_repaint();
                }
            }
            _ => {}
        }
    }

    fn no_picture(&mut self, ctx: &Context) {
        let messages = Some(self.editor.messages()).filter(|messages| !messages.is_empty());
        let messages = messages.unwrap_or_else(|| "No model is open.".to_owned());
        self.finish(ctx, Err(SelfTestError::NoPicture { messages }));
    }

    fn finish(&mut self, ctx: &Context, found: Result<(), SelfTestError>) {
        self.phase = Phase::Done;
        let report = std::mem::take(&mut self.report);
        // The receiver is gone: nobody waits for the result.
        let _ = self.sender.send(found.map(|()| report));
        self.editor.allow_closing();
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }
}

impl<E: TestedEditor> eframe::App for SelfTestApp<E> {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        let now = Instant::now();
        self.frames.fetch_add(1, Ordering::Relaxed);
        self.frame_begins(ctx, now);
        self.editor.logic(ctx, frame);
        self.act(ctx, now);
        self.busy += now.elapsed();
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        let begun = Instant::now();
        self.editor.ui(ui, frame);
        self.busy += begun.elapsed();
        self.handed_over = Some(Instant::now());
        self.frame_ends(&ui.ctx().clone());
    }

    fn raw_input_hook(&mut self, _ctx: &Context, input: &mut RawInput) {
        // Ignore the real pointer.
        input.events.retain(|event| !matches!(event, Event::PointerMoved(_) | Event::PointerButton { .. }));
        if let (Phase::Hovering { frames }, Some(screen)) = (&self.phase, input.screen_rect) {
            input.events.push(Event::PointerMoved(script::pointer_path(*frames, screen)));
        } else if matches!(self.phase, Phase::Dragging { frames: 0 }) {
            input.events.push(Event::PointerGone);
        }
    }

    fn on_exit(&mut self, gl: Option<&eframe::glow::Context>) {
        if !matches!(self.phase, Phase::Done) {
            let _ = self.sender.send(Err(SelfTestError::Closed));
        }
        self.editor.on_exit(gl);
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Requests a frame later, from another thread: egui's own delay would count as a frame requested by the editor.
fn wake_after(ctx: &Context, delay: Duration) {
    let ctx = ctx.clone();
    let sleep = move || {
        std::thread::sleep(delay);
        ctx.request_repaint();
    };
    // If no thread can be started, wait for the next frame from any source.
    let _ = std::thread::Builder::new().name("scenewright-self-test".to_owned()).spawn(sleep);
}

/// Counts, on another thread, the frames and processor time of an idle window. The first second is left for earlier
/// requests.
fn watch_idle<E: TestedEditor>(ctx: &Context, frames: Arc<AtomicU64>) -> Receiver<IdleMeasurement> {
    let (sender, watch) = channel();
    let ctx = ctx.clone();
    let count = move || (frames.load(Ordering::Relaxed), E::resources().processor_millis);
    let work = move || {
        std::thread::sleep(Duration::from_secs(1));
        let before = count();
        std::thread::sleep(IDLE);
        let after = count();
        let processor_millis = after.1.zip(before.1).map(|(after, before)| after - before);
        let rest = IdleMeasurement { seconds: IDLE.as_secs(), frames: after.0 - before.0, processor_millis };
        // The window was closed: nobody waits for the result.
        let _ = sender.send(rest);
        ctx.request_repaint();
    };
    let _ = std::thread::Builder::new().name("scenewright-self-test".to_owned()).spawn(work);
    watch
}
