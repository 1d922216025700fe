//! File dialogs: of the system, waited for on a separate thread, or egui's if the system has none.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::task::{Context as TaskContext, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use egui_file_dialog::{DialogState, FileDialog};

use super::{FileEvent, FilePrompt, Reply};
use scenewright_document::annotation;

/// A system without dialogs fails faster than this; a user takes longer.
const NO_PERSON: Duration = Duration::from_millis(400);
/// A desktop whose service for dialogs has not answered by then shows none: the editor's own opens.
const PORTAL_PATIENCE: Duration = Duration::from_millis(1200);
/// File types that can be opened: a graph, or a picture that contains one.
const OPENABLE: [&str; 2] = ["json", "png"];
/// Size of egui's dialog in points; smaller in a small window.
const SIZE: [f32; 2] = [720.0, 460.0];
/// Narrower windows hide the list of places beside the files.
const WITH_PLACES: f32 = 520.0;

/// What is known of the system's dialogs.
enum NativeDialogs {
    /// They are there, as far as is known.
    Usable,
    /// It is being asked whether they are there; a dialog waits for the answer.
    Asked {
        ask: FilePrompt,
        since: Instant,
        answer: Receiver<bool>,
    },
    Unknown,
    Absent,
}

pub(crate) struct Dialogs {
    native: NativeDialogs,
    /// The system's dialogs were found to be absent, which has not been reported yet.
    is_absence_new: bool,
    native_open: bool,
    own: Option<(FilePrompt, FileDialog)>,
    /// Last request, to be repeated in egui's dialog: start folder and suggested name.
    folder: Option<PathBuf>,
    name: Option<String>,
    reply: SyncSender<Reply>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Dialogs {
    pub(crate) fn new(native: bool, reply: SyncSender<Reply>, wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        let native = match native {
            true if cfg!(target_os = "linux") => NativeDialogs::Unknown,
            true => NativeDialogs::Usable,
            false => NativeDialogs::Absent,
        };
        Self { native, is_absence_new: false, native_open: false, own: None, folder: None, name: None, reply, wake }
    }

    pub(crate) fn is_own_open(&self) -> bool {
        self.own.is_some()
    }

    pub(crate) fn ask(&mut self, ask: FilePrompt, near: Option<&Path>) {
        if self.native_open || self.own.is_some() || matches!(self.native, NativeDialogs::Asked { .. }) {
            return;
        }
        // A bare name has no folder.
        let is_placed = |path: &&Path| path.parent().is_some_and(|folder| !folder.as_os_str().is_empty());
        self.folder = near.filter(is_placed).and_then(Path::parent).map(Path::to_owned);
        self.name = near.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        if matches!(self.native, NativeDialogs::Unknown)
            && let Some(answer) = ask_for_portal(self.wake.clone())
        {
            self.native = NativeDialogs::Asked { ask, since: Instant::now(), answer };
            return;
        }
        self.open(ask);
    }

    fn open(&mut self, ask: FilePrompt) {
        if matches!(self.native, NativeDialogs::Usable) && self.open_native(ask) {
            self.native_open = true;
        } else {
            self.open_own(ask);
        }
    }

    /// Opens the dialog that waits for the system's answer, once there is one or the time is up.
    fn follow_portal(&mut self, ctx: &egui::Context) {
        let NativeDialogs::Asked { ask, since, answer } = &self.native else { return };
        let (ask, is_late) = (*ask, since.elapsed() >= PORTAL_PATIENCE);
        match answer.try_recv() {
            Ok(true) => self.native = NativeDialogs::Usable,
            Err(TryRecvError::Empty) if !is_late => {
                return ctx.request_repaint_after(PORTAL_PATIENCE - since.elapsed().min(PORTAL_PATIENCE));
            }
            _ => self.set_absent(),
        }
        self.open(ask);
    }

    fn set_absent(&mut self) {
        self.native = NativeDialogs::Absent;
        self.is_absence_new = true;
    }

    /// Whether the system's dialogs were found to be absent since this was asked last.
    pub(crate) fn take_absence(&mut self) -> bool {
        std::mem::take(&mut self.is_absence_new)
    }

    pub(crate) fn handle_reply(&mut self, reply: Reply) -> Option<FileEvent> {
        match reply {
            Reply::Event(event) => {
                self.native_open &= !matches!(event, FileEvent::Picked { .. });
                Some(event)
            }
            Reply::Closed { ask, at_once } => {
                self.native_open = false;
                if at_once {
                    self.set_absent();
                    self.open_own(ask);
                }
                (!at_once).then_some(FileEvent::NotPicked(ask))
            }
        }
    }

    pub(crate) fn show(&mut self, ctx: &egui::Context) -> Option<FileEvent> {
        self.follow_portal(ctx);
        let (ask, dialog) = self.own.as_mut()?;
        let ask = *ask;
        dialog.config_mut().show_left_panel = ctx.content_rect().width() > WITH_PLACES;
        dialog.update(ctx);
        let picked = dialog.take_picked().map(|path| picked_by(ask, path));
        if picked.is_some() || *dialog.state() != DialogState::Open {
            self.own = None;
            return picked.or(Some(FileEvent::NotPicked(ask)));
        }
        None
    }

    fn open_native(&self, ask: FilePrompt) -> bool {
        let mut dialog = rfd::AsyncFileDialog::new().set_title(title(ask));
        if let Some(folder) = &self.folder {
            dialog = dialog.set_directory(folder);
        }
        // Created on the window's thread, as some systems require; waited for on another.
        let picked: Pin<Box<dyn Future<Output = Option<rfd::FileHandle>> + Send>> = match ask {
            FilePrompt::Open => {
                Box::pin(dialog.add_filter("Scenes, and pictures that contain one", &OPENABLE).pick_file())
            }
            FilePrompt::SaveAs => {
                Box::pin(dialog.add_filter("Scene graph", &["json"]).set_file_name(self.name()).save_file())
            }
            FilePrompt::Losses => {
                Box::pin(dialog.add_filter("CSV table", &["csv"]).set_file_name(self.name()).save_file())
            }
            FilePrompt::Picture | FilePrompt::AppearanceImage(_) | FilePrompt::TracingImage => {
                Box::pin(dialog.add_filter("Pictures", &annotation::ENDINGS).pick_file())
            }
            FilePrompt::Coco => Box::pin(dialog.add_filter("Annotations (COCO)", &["json"]).pick_file()),
            FilePrompt::Model
            | FilePrompt::ExportFolder
            | FilePrompt::Pictures
            | FilePrompt::TrainingModel
            | FilePrompt::TrainingSamples => Box::pin(dialog.pick_folder()),
        };
        let (reply, wake, asked_at) = (self.reply.clone(), self.wake.clone(), Instant::now());
        let waiting = thread::Builder::new().name("scenewright-dialog".to_owned()).spawn(move || {
            let answer = match wait_for(picked) {
                Some(file) => Reply::Event(picked_by(ask, file.path().to_owned())),
                None => Reply::Closed { ask, at_once: asked_at.elapsed() < NO_PERSON },
            };
            // Fails only after the window was closed.
            if reply.send(answer).is_ok() {
                wake();
            }
        });
        waiting.is_ok()
    }

    fn open_own(&mut self, ask: FilePrompt) {
        let mut dialog = FileDialog::new().as_modal(true).title(title(ask)).default_size(SIZE).min_size([260.0, 240.0]);
        dialog = dialog.anchor(egui::Align2::CENTER_CENTER, [0.0, 0.0]);
        if let Some(folder) = self.folder.as_ref().filter(|folder| folder.is_dir()) {
            dialog = dialog.initial_directory(folder.to_owned());
        }
        match ask {
            FilePrompt::Open => {
                let name = "Scenes and pictures";
                dialog = dialog.add_file_filter_extensions(name, OPENABLE.to_vec()).default_file_filter(name);
                dialog.pick_file();
            }
            FilePrompt::SaveAs | FilePrompt::Losses => {
                dialog = dialog.default_file_name(&self.name());
                dialog.save_file();
            }
            FilePrompt::Picture | FilePrompt::AppearanceImage(_) | FilePrompt::TracingImage | FilePrompt::Coco => {
                dialog.pick_file()
            }
            FilePrompt::Model
            | FilePrompt::ExportFolder
            | FilePrompt::Pictures
            | FilePrompt::TrainingModel
            | FilePrompt::TrainingSamples => dialog.pick_directory(),
        }
        self.own = Some((ask, dialog));
    }

    fn name(&self) -> String {
        self.name.clone().unwrap_or_else(|| "scene.json".to_owned())
    }
}

fn title(ask: FilePrompt) -> &'static str {
    match ask {
        FilePrompt::Open => "Open a scene",
        FilePrompt::SaveAs => "Save the scene",
        FilePrompt::Model => "Choose a model folder",
        FilePrompt::ExportFolder => "Choose a folder to export to",
        FilePrompt::TrainingModel => "Choose a model folder to start from",
        FilePrompt::TrainingSamples => "Choose the folder of your samples",
        FilePrompt::Losses => "Export the losses of the run",
        FilePrompt::Pictures => "Choose a folder of pictures",
        FilePrompt::Picture => "Choose a picture",
        FilePrompt::AppearanceImage(_) => "Choose a reference picture",
        FilePrompt::TracingImage => "Choose a picture to trace",
        FilePrompt::Coco => "Choose annotations (COCO)",
    }
}

fn picked_by(ask: FilePrompt, path: PathBuf) -> FileEvent {
    let is_named = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    if ask != FilePrompt::SaveAs || is_named {
        return FileEvent::Picked { ask, path, completed: false };
    }
    // Not `set_extension`: "sheep.v2" would lose its end, and a scene named like a picture could not be opened.
    let mut name = path.into_os_string();
    name.push(".json");
    FileEvent::Picked { ask, path: name.into(), completed: true }
}

/// Asks the desktop's service for dialogs for its version, on a thread: some take a call and never answer it. None where no thread can be
/// started.
#[cfg(target_os = "linux")]
fn ask_for_portal(wake: Arc<dyn Fn() + Send + Sync>) -> Option<Receiver<bool>> {
    async fn version() -> zbus::Result<()> {
        let bus = zbus::Connection::session().await?;
        let (service, path) = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop");
        let property = ("org.freedesktop.portal.FileChooser", "version");
        bus.call_method(Some(service), path, Some("org.freedesktop.DBus.Properties"), "Get", &property).await?;
        Ok(())
    }
    let (sender, answer) = sync_channel(1);
    let asking = thread::Builder::new().name("scenewright-portal".to_owned()).spawn(move || {
        // Fails only after the editor has stopped waiting.
        if sender.send(wait_for(version()).is_ok()).is_ok() {
            wake();
        }
    });
    asking.is_ok().then_some(answer)
}

#[cfg(not(target_os = "linux"))]
fn ask_for_portal(_wake: Arc<dyn Fn() + Send + Sync>) -> Option<Receiver<bool>> {
    None
}

/// Blocks the thread until the future is ready.
fn wait_for<T>(future: impl Future<Output = T>) -> T {
    struct ThreadWaker(Thread);
    impl Wake for ThreadWaker {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(ThreadWaker(thread::current())));
    let mut context = TaskContext::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desktop_that_never_answers_gets_the_editors_dialog() {
        let (reply, _replies) = sync_channel(4);
        let mut dialogs = Dialogs::new(true, reply, Arc::new(|| {}));
        let (_sender, answer) = sync_channel(1);
        let now = Instant::now();
        dialogs.native = NativeDialogs::Asked { ask: FilePrompt::Open, since: now, answer };
        dialogs.follow_portal(&egui::Context::default());
        assert!(!dialogs.is_own_open(), "it may still answer");
        let NativeDialogs::Asked { since, .. } = &mut dialogs.native else { panic!() };
        *since = now.checked_sub(PORTAL_PATIENCE).unwrap();
        dialogs.follow_portal(&egui::Context::default());
        assert!(dialogs.is_own_open() && dialogs.take_absence() && !dialogs.take_absence());
    }

    #[test]
    fn a_scene_is_saved_under_a_name_that_can_be_opened() {
        for (name, expected, completes) in [
            ("sheep", "sheep.json", true),
            ("sheep.v2", "sheep.v2.json", true),
            ("sheep.png", "sheep.png.json", true),
            ("sheep.json", "sheep.json", false),
            ("sheep.JSON", "sheep.JSON", false),
        ] {
            let FileEvent::Picked { path, completed, .. } = picked_by(FilePrompt::SaveAs, name.into()) else {
                panic!()
            };
            assert_eq!((path.to_str().unwrap(), completed), (expected, completes));
        }
        let FileEvent::Picked { path, .. } = picked_by(FilePrompt::Open, "sheep.png".into()) else { panic!() };
        assert_eq!(path.to_str().unwrap(), "sheep.png");
    }
}
