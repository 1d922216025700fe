//! File I/O of training, on its own thread: lists, loads, exports and deletes runs, models, samples and weights.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::SystemTime;

use image::{ImageFormat, RgbImage};

use super::curves::Curves;
use super::plan::Start;
use super::shared::Shared;
use super::state::{Checkpoint, RunView, SampleFile, Status, TrainingEvent, TrainingState};
use crate::engine::renderer::Renderer;
use crate::engine::worker::guarded;
use crate::engine::{Failure, PreloadedModel, Quality, RenderPurpose, RenderRequest, Ticket};
use scenewright_formats::write_atomically;
use scenewright_model::checkpoint::{ModelConfig, ModelFolder, bundled_model};
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::device::DeviceChoice;
use scenewright_scene::Scene;
use scenewright_train::run::{RunFolder, checkpoints, progress_of};
use scenewright_train::{AnyConfig, keep};

/// Names of pictures of the user's scene begin with it.
const SCENE: &str = "scene-";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Bundled,
    Imported,
    Own,
}

/// A model that can be started from, drawn with, compared.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelEntry {
    pub start: Start,
    pub origin: Origin,
    /// Height and width of its pictures, pixels.
    pub image_size: (usize, usize),
}

impl ModelEntry {
    pub(crate) fn architecture(&self) -> &'static str {
        match self.start.config {
            ModelConfig::Sg2Im(_) => "sg2im",
            ModelConfig::Collage(_) => "collage",
        }
    }
}

/// A run that lies on the disk.
#[derive(Clone, Debug, PartialEq)]
pub struct RunEntry {
    pub path: PathBuf,
    pub name: String,
    pub step: u64,
    pub steps: u64,
    pub seconds: f64,
    pub best: Option<(f64, u64)>,
    /// By another program, or by this one.
    pub is_being_written: bool,
    /// Why it cannot be resumed.
    pub fault: Option<String>,
    changed: SystemTime,
}

/// A sample in pixels.
#[derive(Debug)]
pub struct SheetImage {
    pub path: PathBuf,
    pub width: usize,
    pub height: usize,
    pub rgb: Vec<u8>,
}

/// What a model says of itself.
#[derive(Debug, PartialEq, Eq)]
pub struct ModelCard {
    pub path: PathBuf,
    pub text: String,
}

/// What the thread can be asked for.
#[derive(Debug)]
pub enum StoreRequest {
    /// Which models and runs there are.
    Look,
    /// A model that lies elsewhere.
    Model(PathBuf),
    /// Shows a run of the past.
    Open(PathBuf),
    /// The pixels of a sheet; `scene`: of the user's scene.
    Sheet {
        path: PathBuf,
        scene: bool,
    },
    Card(PathBuf),
    /// A checkpoint becomes a model of that name.
    Keep {
        checkpoint: PathBuf,
        name: String,
    },
    /// Of a run or a model.
    Delete(PathBuf),
    Export {
        run: PathBuf,
        to: PathBuf,
    },
    /// Weights to be opened: for a picture of the user's scene at a step, and for the editor.
    Weights {
        checkpoint: PathBuf,
        run: PathBuf,
        step: u64,
        sample: bool,
        device: DeviceChoice,
    },
}

pub fn run(requests: &Receiver<StoreRequest>, shared: &Shared) {
    shared.rank.take();
    for request in requests {
        // A panic is reported like any other failure; it leaves the disk as an interruption would.
        let done = guarded(|| Ok(carry_out(request, shared)));
        let failed = match done {
            Ok(Ok(())) => None,
            Ok(Err(text)) => Some(text),
            Err(failure) => Some(failure.to_string()),
        };
        if let Some(text) = failed {
            shared.change(|training_state| training_state.report(TrainingEvent::Failed(text)));
        }
        shared.wake();
    }
}

fn carry_out(request: StoreRequest, shared: &Shared) -> Result<(), String> {
    match request {
        StoreRequest::Look => look(shared),
        StoreRequest::Model(path) => {
            let found = model_at(&path);
            shared.change(|training_state| training_state.other = Some(found.into()));
        }
        StoreRequest::Open(path) => {
            let view = view_of(&path)?;
            shared.change(|training_state| {
                if !training_state.status.is_busy()
                    && !matches!(training_state.status, Status::Paused { in_memory: true })
                {
                    (training_state.run, training_state.failure, training_state.status) =
                        (Some(view), None, Status::Idle);
                    (training_state.sheet, training_state.scene_sheet) = (None, None);
                }
            });
        }
        StoreRequest::Sheet { path, scene } => {
            let image = read_image(&path)?;
            shared.change(|training_state| {
                let place = if scene { &mut training_state.scene_sheet } else { &mut training_state.sheet };
                *place = Some(image.into());
            });
        }
        StoreRequest::Card(path) => {
            let file = path.join("card.md");
            let bytes = scenewright_bundle::read(&file)
                .map_err(|error| format!("The card cannot be read ({error}): {}", file.display()))?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            shared.change(|training_state| training_state.card = Some(ModelCard { path, text }.into()));
        }
        StoreRequest::Keep { checkpoint, name } => {
            let Some(home) = &shared.home else { return Err(NO_HOME.to_owned()) };
            let out = home.join("models").join(&name);
            keep(&checkpoint, None, &out, false).map_err(|error| format!("The model was not kept: {error}"))?;
            shared.change(|training_state| training_state.report(TrainingEvent::Kept(out)));
            look(shared);
        }
        StoreRequest::Delete(path) => delete(&path, shared)?,
        StoreRequest::Export { run, to } => {
            let file = run.join("metrics.csv");
            let bytes = fs::read(&file).map_err(|error| format!("Not exported ({error}): {}", file.display()))?;
            write_atomically(&to, &bytes).map_err(|error| format!("Not exported: {error}"))?;
            shared.change(|training_state| {
                training_state.report(TrainingEvent::Done(format!("Exported {}", RunView::folder_name(&to))))
            });
        }
        StoreRequest::Weights { checkpoint, run, step, sample, device } => {
            let opened = weights(&checkpoint, &run, step, sample, device, shared);
            shared.weights_looked_at();
            opened?;
        }
    }
    Ok(())
}

pub(super) const NO_HOME: &str =
    "The system names no folder for this program's data, so nothing can be kept. Set SCENEWRIGHT_HOME to a folder.";

fn look(shared: &Shared) {
    let models = models(shared);
    let runs = runs(shared.home.as_deref());
    shared.change(|training_state| {
        (training_state.models, training_state.runs) = (Some(models.into()), Some(runs.into()));
    });
}

fn models(shared: &Shared) -> Vec<ModelEntry> {
    let mut found: Vec<ModelEntry> = Vec::new();
    let bundled = bundled_model(&[]);
    let inside = scenewright_bundle::models();
    let beside = scenewright_bundle::places().into_iter().map(|place| place.join("models"));
    let beside = beside
        .chain(bundled.iter().filter(|path| path.is_absolute()).filter_map(|path| path.parent().map(Path::to_owned)));
    for folder in beside.filter(|folder| shared.home.as_ref().is_none_or(|home| home.join("models") != *folder)) {
        add_models(&mut found, &folder, false);
    }
    // Of two models of one name, that inside the program is the one that fits it.
    found.retain(|entry| !inside.iter().any(|path| path.file_name() == entry.start.path.file_name()));
    for path in &inside {
        if let Ok(entry) = model_at(path) {
            found.push(ModelEntry { origin: Origin::Bundled, ..entry });
        }
    }
    if let Some(home) = &shared.home {
        add_models(&mut found, &home.join("models"), true);
    }
    // The one that the program draws with by itself comes first.
    let is_first = |entry: &ModelEntry| bundled.as_ref() == Some(&entry.start.path);
    found.sort_by_key(|entry| (!is_first(entry), entry.origin, entry.start.name.clone()));
    found.dedup_by(|a, b| a.start.path == b.start.path);
    found
}

/// Adds the models of a folder.
fn add_models(found: &mut Vec<ModelEntry>, folder: &Path, own: bool) {
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        // What is no model lies beside models: a classifier, a draft.
        let Ok(mut entry) = model_at(&path) else { continue };
        let card = fs::read_to_string(path.join("card.md")).unwrap_or_default();
        let imported = card.contains("imported from a PyTorch checkpoint");
        entry.origin = match (own, imported) {
            (false, _) => Origin::Bundled,
            (true, true) => Origin::Imported,
            (true, false) => Origin::Own,
        };
        found.push(entry);
    }
}

/// A model anywhere.
fn model_at(path: &Path) -> Result<ModelEntry, String> {
    let model = ModelFolder::open(path).map_err(|error| error.to_string())?;
    let (image_size, has_discriminators) = (model.config.image_size(), model.discriminators.is_some());
    let words = model.vocab["object_idx_to_name"].as_array();
    let knows_lights = words.is_some_and(|words| words.iter().any(|word| word == "night sky"));
    let (name, path) = (RunView::folder_name(path), path.to_owned());
    let start = Start { path, name, config: model.config, has_discriminators, knows_lights };
    Ok(ModelEntry { start, origin: Origin::Own, image_size })
}

fn runs(home: Option<&Path>) -> Vec<RunEntry> {
    let Some(home) = home else { return Vec::new() };
    let entries = fs::read_dir(home.join("runs")).into_iter().flatten().filter_map(Result::ok);
    let is_run = |path: &PathBuf| path.join("config.toml").is_file();
    let mut found: Vec<RunEntry> = entries.map(|entry| entry.path()).filter(is_run).map(|path| run_at(&path)).collect();
    found.sort_by(|a, b| (b.changed, &a.name).cmp(&(a.changed, &b.name)));
    found
}

fn run_at(path: &Path) -> RunEntry {
    let last = path.join("checkpoints/last");
    let (steps, mut fault) = match AnyConfig::of_run(path) {
        Ok(config) => (config.steps(), None),
        Err(error) => (0, Some(format!("Its settings cannot be read: {error}"))),
    };
    let progress = progress_of(&last).unwrap_or_else(|error| {
        fault.get_or_insert_with(|| error.to_string());
        Default::default()
    });
    let changed = fs::metadata(&last).and_then(|facts| facts.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    RunEntry {
        path: path.to_owned(),
        name: RunView::folder_name(path),
        step: progress.step,
        steps,
        seconds: progress.seconds,
        best: progress.best,
        is_being_written: RunFolder::is_being_written(path),
        fault,
        changed,
    }
}

/// A run as it lies on the disk.
pub(super) fn view_of(path: &Path) -> Result<RunView, String> {
    let config = AnyConfig::of_run(path).map_err(|error| format!("This run cannot be shown: {error}"))?;
    let entry = run_at(path);
    let curves = Curves::read(&path.join("metrics.csv")).unwrap_or_default();
    let (sheets, scenes) = samples(path);
    let phase = curves.phases.last().map(|(_, name)| name.clone()).unwrap_or_default();
    Ok(RunView {
        path: path.to_owned(),
        name: entry.name,
        step: entry.step,
        steps: config.steps(),
        layout_steps: config.layout_steps(),
        phase,
        seconds: entry.seconds,
        curves,
        sheets,
        scenes,
        checkpoints: checkpoints_of(path),
        best: entry.best,
        ..RunView::default()
    })
}

pub(super) fn checkpoints_of(run: &Path) -> Vec<Checkpoint> {
    let found = checkpoints(run).into_iter();
    found.map(|(path, progress)| Checkpoint { name: RunView::folder_name(&path), step: progress.step, path }).collect()
}

/// Sheets of held-out scenes, and pictures of the user's.
fn samples(run: &Path) -> (Vec<SampleFile>, Vec<SampleFile>) {
    let (mut sheets, mut scenes) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(run.join("samples")).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (list, digits) = match stem.strip_prefix(SCENE) {
            Some(digits) => (&mut scenes, digits),
            None => (&mut sheets, stem.as_str()),
        };
        if let Ok(step) = digits.parse() {
            list.push(SampleFile { step, path });
        }
    }
    for list in [&mut sheets, &mut scenes] {
        list.sort_by_key(|sample| sample.step);
    }
    (sheets, scenes)
}

fn read_image(path: &Path) -> Result<SheetImage, String> {
    let image =
        image::open(path).map_err(|error| format!("The sample cannot be read ({error}): {}", path.display()))?;
    let rgb = image.into_rgb8();
    let (width, height) = (rgb.width() as usize, rgb.height() as usize);
    Ok(SheetImage { path: path.to_owned(), width, height, rgb: rgb.into_raw() })
}

/// Only what lies in the folders of runs and models, and is not being written.
fn delete(path: &Path, shared: &Shared) -> Result<(), String> {
    let parent = path.parent();
    let is_ours = shared.home.as_ref().is_some_and(|home| {
        parent == Some(home.join("runs").as_path()) || parent == Some(home.join("models").as_path())
    });
    if !is_ours {
        return Err(format!("Only runs and models of your own are deleted, not this folder: {}", path.display()));
    }
    if RunFolder::is_being_written(path) {
        return Err(format!("This run is being written; stop it first: {}", path.display()));
    }
    fs::remove_dir_all(path).map_err(|error| format!("Not deleted ({error}): {}", path.display()))?;
    let name = RunView::folder_name(path);
    shared.change(|training_state| {
        if training_state.run.as_ref().is_some_and(|run| run.path == path) && !training_state.status.is_busy() {
            (training_state.run, training_state.status, training_state.failure) = (None, Status::Idle, None);
        }
        training_state.report(TrainingEvent::Done(format!("Deleted {name}")));
    });
    look(shared);
    Ok(())
}

fn weights(
    checkpoint: &Path,
    run: &Path,
    step: u64,
    sample: bool,
    device: DeviceChoice,
    shared: &Shared,
) -> Result<(), String> {
    let failed = |failure: Failure| format!("The training model cannot be previewed: {failure}");
    let mut renderer = Renderer::default();
    let mut facts = renderer.open(checkpoint, device).map_err(|error| failed(error.into()))?;
    let own = std::sync::Arc::make_mut(&mut facts);
    own.name = format!("{}, step {step}", RunView::folder_name(run));
    own.training_step = Some(step);
    if let (true, Some(scene)) = (sample, shared.scene()) {
        let path = run.join("samples").join(format!("{SCENE}{step:09}.png"));
        draw_scene(&mut renderer, scene, &path).map_err(failed)?;
        shared.change(|training_state| {
            if let Some(view) = training_state.run.as_mut().filter(|view| view.path == run) {
                RunView::sample(&mut view.scenes, step, &path);
            }
        });
    }
    if shared.is_followed() {
        shared.change(|training_state| training_state.ready = Some(PreloadedModel::new(renderer, facts)));
    }
    Ok(())
}

/// A picture that cannot be written is one that is missing in the row of samples.
fn draw_scene(renderer: &mut Renderer, scene: Scene, path: &Path) -> Result<(), Failure> {
    let (quality, purpose) = (Quality::Full, RenderPurpose::Background);
    let draw = RenderRequest { changes: 0, step: None, scene: scene.without_records(), quality, purpose };
    let picture = renderer.draw(Ticket(0), &draw, &CancellationToken::new())?.picture;
    let (width, height) = (picture.width as u32, picture.height as u32);
    let mut bytes = std::io::Cursor::new(Vec::new());
    let written = RgbImage::from_raw(width, height, picture.rgb.clone())
        .is_some_and(|image| image.write_to(&mut bytes, ImageFormat::Png).is_ok());
    if written {
        let _ = write_atomically(path, bytes.get_ref());
    }
    Ok(())
}

/// The state shown when a run begins again.
pub(super) fn begin(training_state: &mut TrainingState, view: RunView) {
    (training_state.run, training_state.failure) = (Some(view), None);
    (training_state.sheet, training_state.scene_sheet) = (None, None);
}
