//! Background work: one worker thread that opens models and draws pictures, while the window never waits.
//!
//! ```text
//! Engine::draw(Draw) --queue (newest live job wins, the rest waits its turn)--> worker --Event--> Engine::events, and wake()
//! ```
//!
//! The live slot holds one job: an edit replaces the one before it. A full picture that is under way is cancelled between two
//! stages when a newer one waits, but never two in a row: a user who edits faster than the network draws still sees pictures.
//! Drafts (within a gesture) are finished, so that the picture follows the hand. Variations wait behind the live job,
//! are put back when it supersedes them, and can be cancelled. A panic of the worker is an event, not an end.
//!
//! Independent of the window: [`Engine::start`] takes a function that is called when there are events.
//!
//! | file | subject |
//! |---|---|
//! | `job`, `event` | what is asked for, and what comes back |
//! | `queue` | who is next, and who is cancelled |
//! | `worker`, `studio` | the thread; the model that it holds |
//! | `drawable` | a scene without the words that a model lacks; do two scenes look alike |
//! | `difference` | what changed in a picture |
//! | `ready` | a model that another thread has opened |
//! | `exporter` | another thread: pictures to files, in order, with progress |
//! | [`training`] | two more: runs of training, and what they leave on the disk |
//! | [`process`] | memory and processor time of this program; threads that stand back |

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
    image as still,
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

/// Events that wait to be read; the worker pauses when so many are unread.
const MOST_EVENTS: usize = 256;

/// Handle to the render worker. Dropping it stops the worker at the next stage boundary.
pub struct Engine {
    queue: Arc<Queue>,
    events: Receiver<Event>,
}

impl Engine {
    /// Starts the worker. `wake` is called, on its thread, whenever there is a new event.
    pub fn start(wake: impl Fn() + Send + Sync + 'static) -> io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let (sender, events) = sync_channel(MOST_EVENTS);
        let for_worker = queue.clone();
        std::thread::Builder::new()
            .name("scenewright-engine".to_owned())
            .spawn(move || worker::run(&for_worker, &sender, &wake))?;
        Ok(Self { queue, events })
    }

    /// Opens a model folder; until it is open, the one before goes on drawing.
    pub fn open_model(&self, path: PathBuf, device: DeviceChoice) {
        self.queue.put_model(OpenModel { path, device });
    }

    /// Takes over a model that another thread has opened: nothing waits for it.
    pub fn take_model(&self, ready: PreloadedModel) {
        self.queue.put_ready(ready);
    }

    /// Asks for a picture. Tickets count up: of two pictures, the one with the higher ticket is newer.
    pub fn draw(&self, draw: RenderRequest) -> Result<Ticket, QueueFull> {
        self.queue.put_draw(draw)
    }

    /// Requests the words with which an object looks most like a picture; an older request that still waits is dropped.
    pub(crate) fn match_appearance(&self, match_appearance: MatchRequest) {
        self.queue.put_match(match_appearance);
    }

    /// What happened since it was last asked; never waits.
    pub fn events(&self) -> impl Iterator<Item = Event> {
        self.events.try_iter()
    }

    /// Forgets the variations that wait or are under way.
    pub(crate) fn cancel_variations(&self) {
        self.queue.cancel_variations();
    }

    /// Esc: forgets everything that waits, and cancels what is under way.
    pub(crate) fn stop(&self) {
        self.queue.stop();
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.queue.quit();
    }
}
