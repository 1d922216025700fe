//! Background work: a worker thread opens models and renders pictures, so that the window never blocks.
//!
//! ```text
//! Engine::render(RenderRequest) --queue--> worker --Event--> Engine::events, wake()
//! ```
//!
//! - The live request is the picture of the scene as it is edited. At most one waits; a newer one replaces it.
//! - A live render of full quality is cancelled between two stages when a newer live request waits, but never twice in
//!   a row: otherwise a user who edits faster than the network renders would see no picture.
//! - A draft (rendered during a drag) is not cancelled by a newer draft, so that the picture keeps up with the drag; a
//!   request of full quality cancels it.
//! - Variations and background pictures run when no live request waits. If a live request interrupts one, it returns
//!   to the queue.
//! - A panic in a job is caught and reported as an event; the worker goes on.
//!
//! The engine does not depend on the window: [`Engine::start`] takes a function that is called when there are events.
//!
//! | file | subject |
//! |---|---|
//! | `job`, `event` | requests to the worker, and its answers |
//! | `queue` | order of jobs, and which render is cancelled |
//! | `worker`, `renderer` | the thread; the model it renders with |
//! | `drawable` | fits a scene to a model's vocabulary; tells whether two scenes render equally |
//! | `difference` | what changed between two pictures |
//! | `preloaded_model` | a model that another thread has loaded |
//! | `exporter` | export thread: writes pictures to files in order, with progress |
//! | [`training`] | training thread and its file I/O thread |
//! | [`process`] | memory and processor time of this program; lower priority for background threads |

mod difference;
mod drawable;
mod event;
mod exporter;
mod job;
mod preloaded_model;
pub mod process;
mod queue;
mod renderer;
pub mod training;
mod worker;

pub use difference::{NOTICEABLE, changed_share, touched_boxes};
pub use drawable::renders_equal;
pub use event::{Event, Failure, ModelFacts, RenderResult};
pub use exporter::{ExportEvent, ExportItem, ExportJob, ExportSnapshot, ExportSource, Exporter};
pub use job::{MatchRequest, OpenModel, Quality, RenderPurpose, RenderRequest, Ticket};
pub(crate) use preloaded_model::PreloadedModel;
pub(crate) use queue::QueueFull;
pub(crate) use scenewright_generate::export::{
    ClipboardImage, ExportError, ExportFormat, ExportGroup, ExportOptions, MAX_SCALE, Scaling, enlarged, for_clipboard,
    image as export_image,
};
pub use scenewright_generate::{GenerateError, Picture, Placed, SquareMask, Timings};
pub(crate) use scenewright_model::checkpoint::bundled_model;
pub use scenewright_nn::device::DeviceChoice;
pub(crate) use scenewright_scene::encode::EncodeError;

use queue::Queue;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

/// Capacity of the event channel; the worker blocks while it is full.
const MAX_UNREAD_EVENTS: usize = 256;

/// Handle to the render worker. Dropping it stops the worker at the next stage boundary.
pub struct Engine {
    queue: Arc<Queue>,
    events: Receiver<Event>,
}

impl Engine {
    /// Starts the worker. `wake` is called, on its thread, whenever there is a new event.
    pub fn start(wake: impl Fn() + Send + Sync + 'static) -> io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let (sender, events) = sync_channel(MAX_UNREAD_EVENTS);
        let for_worker = queue.clone();
        std::thread::Builder::new()
            .name("scenewright-engine".to_owned())
            .spawn(move || worker::run(&for_worker, &sender, &wake))?;
        Ok(Self { queue, events })
    }

    /// Loads a model folder in the worker. The current model stays in use until loading succeeds.
    pub fn open_model(&self, path: PathBuf, device: DeviceChoice) {
        self.queue.push_open(OpenModel { path, device });
    }

    /// Replaces the model with one that is already loaded. Ignored while an [`Engine::open_model`] waits.
    pub fn set_model(&self, model: PreloadedModel) {
        self.queue.push_preloaded(model);
    }

    /// Requests a picture. Tickets count up: of two pictures, the one with the higher ticket is newer.
    ///
    /// Errors if too many variations and background pictures wait.
    pub fn render(&self, request: RenderRequest) -> Result<Ticket, QueueFull> {
        self.queue.push_render(request)
    }

    /// Requests the attributes that make an object look most like a given picture. Replaces an older request that
    /// still waits.
    pub(crate) fn match_appearance(&self, request: MatchRequest) {
        self.queue.push_match(request);
    }

    /// Drains the pending events without blocking.
    pub fn events(&self) -> impl Iterator<Item = Event> {
        self.events.try_iter()
    }

    /// Cancels all waiting and running variations.
    pub(crate) fn cancel_variations(&self) {
        self.queue.cancel_variations();
    }

    /// Cancels all waiting and running renders and appearance matches (Esc). A waiting model load stays.
    pub(crate) fn cancel_renders(&self) {
        self.queue.cancel_renders();
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.queue.quit();
    }
}
