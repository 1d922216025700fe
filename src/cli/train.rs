//! `scenewright train`: start or resume a run; watch it in the terminal, in metrics.csv or in TensorBoard.

mod watch;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

use super::{cancel_on_ctrl_c, warn};
use scenewright_data::DataSource;
use scenewright_model::checkpoint::ModelFolder;
use scenewright_nn::device::DeviceChoice;
use scenewright_nn::distributed::{self, ProcessGroup};
use scenewright_train::config::PRESETS;
use scenewright_train::run::{Outcome, Phase, RunEvent, checkpoint_of, roll_back};
use scenewright_train::{AnyConfig, Compute, Losses, Pace, Trainer, any_run, keep};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  scenewright train --preset small --out runs/first
  scenewright train --preset illustrated --set batch_size=8 --set losses.ac_loss_weight=0.2 --out runs/second
  scenewright train --preset quick --data my-pictures --from models/sg2im-illustrated --out runs/mine
  scenewright train --resume runs/second
  scenewright train --resume runs/second --checkpoint best
  scenewright train --watch runs/second
  scenewright train --keep runs/second/checkpoints/best --out models/mine
  mpirun -n 4 scenewright train --preset illustrated --out runs/shared       (built with `--features mpi`)")]
pub(crate) struct Args {
    /// Folder of the new run
    #[arg(long, value_name = "DIR", required_unless_present_any = ["resume", "show", "watch"], conflicts_with = "resume")]
    out: Option<PathBuf>,
    /// Resume a run that was stopped or killed
    #[arg(long, value_name = "DIR", conflicts_with_all = ["preset", "config", "set", "from"])]
    resume: Option<PathBuf>,
    /// Resume from this checkpoint of the run instead of the last: a step, or best; later progress is discarded
    #[arg(long, value_name = "STEP", requires = "resume")]
    checkpoint: Option<String>,
    /// Show the progress of a run that the editor or another program trains; ends with the run
    #[arg(long, value_name = "DIR", conflicts_with_all = ["out", "resume", "config", "set", "from", "keep", "show"])]
    watch: Option<PathBuf>,
    /// Settings that come with the program: quick, collage, fine-tune, reference, illustrated, small, tiny
    #[arg(long, default_value = "illustrated")]
    preset: String,
    /// Settings of your own (TOML), over those of the preset
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// One setting over all others; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Learn from this folder: your own pictures, COCO, or Visual Genome
    #[arg(long, value_name = "DIR", conflicts_with = "resume")]
    data: Option<PathBuf>,
    /// Start from the weights of this model instead of random ones
    #[arg(long, value_name = "MODEL")]
    from: Option<PathBuf>,
    /// auto, cpu, cuda:N or metal
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// Write a checkpoint of a run, such as RUN/checkpoints/best, as a model folder in half precision
    #[arg(long, value_name = "CHECKPOINT", requires = "out", conflicts_with_all = ["resume", "show", "from"])]
    keep: Option<PathBuf>,
    /// Geometry for a kept collage: a checkpoint of geometry training, or a collage that has one
    #[arg(long, value_name = "CHECKPOINT OR MODEL", requires = "keep")]
    geometry: Option<PathBuf>,
    /// Print the settings and exit
    #[arg(long)]
    show: bool,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    if let (Some(checkpoint), Some(out)) = (&args.keep, &args.out) {
        let count = keep(checkpoint, args.geometry.as_deref(), out, true)?;
        return say!("{count} numbers in {}", out.display());
    }
    if let Some(run) = &args.watch {
        return watch::watch(run);
    }
    let presets = PRESETS.map(|(name, _)| name);
    let assemble = |set: &[String]| {
        AnyConfig::assemble(Some(&args.preset), args.config.as_deref(), set)
            .with_context(|| format!("settings (presets: {})", presets.join(", ")))
    };
    let config = match (&args.resume, &args.data) {
        (Some(_), _) => None,
        (None, None) => Some(assemble(&args.set)?),
        (None, Some(data)) => {
            let collage = matches!(assemble(&args.set)?, AnyConfig::Collage(_));
            let set: Vec<String> = data_settings(data, collage)?.into_iter().chain(args.set.clone()).collect();
            Some(assemble(&set)?)
        }
    };
    if let (true, Some(config)) = (args.show, &config) {
        return say!("{}", config.to_toml()?.trim_end());
    }
    let process_group = distributed::join()?;
    let done = train(args, config, &process_group);
    if let (Err(error), false) = (&done, process_group.is_single()) {
        // The others wait for this one: they end with it.
        warn(format_args!(
            "process {} of {}: error: {}",
            process_group.rank(),
            process_group.size(),
            super::sentence(error)
        ));
        process_group.abort();
    }
    done
}

fn train(args: &Args, config: Option<AnyConfig>, process_group: &ProcessGroup) -> anyhow::Result<()> {
    let opened = args.device.open().map_err(anyhow::Error::msg)?;
    if let (Some(run), Some(wanted), true) = (&args.resume, &args.checkpoint, process_group.is_main_rank()) {
        let progress = roll_back(run, &checkpoint_of(run, wanted)?)?;
        warn(format_args!("rolled back to step {}", progress.step));
    }
    process_group.barrier()?;
    let compute = Compute { device: opened.device, group: process_group.clone() };
    let mut run = match (&args.resume, config, &args.out) {
        (Some(path), _, _) => any_run::resume(path, &compute)?,
        (None, Some(config), Some(out)) => {
            let from = args.from.as_deref().map(ModelFolder::open).transpose()?;
            config.create_run(out, from.as_ref(), &compute)?
        }
        _ => anyhow::bail!("give --out DIR for a new run, or --resume DIR"),
    };
    let cancel =
        cancel_on_ctrl_c(|| warn(format_args!("stopping after this step; again to end at once, without saving")))?;
    if !process_group.is_main_rank() {
        run.run(&cancel, &mut |_| {})?;
        return Ok(());
    }
    let mut view = View::new(&run);
    let mut place = args.resume.as_ref().or(args.out.as_ref()).map(|path| Place::new(path));
    let ended = run.run(&cancel, &mut |event| {
        if matches!(event, RunEvent::Step { .. }) && place.as_mut().is_some_and(Place::is_gone) {
            cancel.cancel();
        }
        view.show(event);
    });
    drop(view);
    if let Some(place) = place.filter(|place| place.gone) {
        return place.written_anew(run.progress().step);
    }
    let ended = ended?;
    let step = run.progress().step;
    match ended {
        Outcome::Finished => say!("finished after {step} steps, {:.0} s of training", run.progress().seconds),
        Outcome::Stopped => {
            say!("stopped and saved at step {step} of {}; `scenewright train --resume` continues", run.steps())
        }
    }
}

/// The folder of the run, which may be deleted or moved while it is trained.
struct Place {
    settings_path: PathBuf,
    settings: Vec<u8>,
    looked: Instant,
    gone: bool,
}

impl Place {
    fn new(run: &Path) -> Self {
        let settings_path = run.join("config.toml");
        let settings = std::fs::read(&settings_path).unwrap_or_default();
        Self { settings_path, settings, looked: Instant::now(), gone: false }
    }

    fn is_gone(&mut self) -> bool {
        const EVERY: Duration = Duration::from_secs(1);
        if self.looked.elapsed() >= EVERY {
            self.looked = Instant::now();
            self.gone = !self.settings_path.exists();
        }
        self.gone
    }

    /// The run has written its last step where its folder was; with the settings it is a run again.
    fn written_anew(&self, step: u64) -> anyhow::Result<()> {
        let run = self.settings_path.parent().unwrap_or(Path::new("."));
        let cannot =
            || format!("the folder of the run was deleted or moved, and cannot be written anew: {}", run.display());
        std::fs::create_dir_all(run).with_context(cannot)?;
        std::fs::write(&self.settings_path, &self.settings).with_context(cannot)?;
        anyhow::bail!(
            "the folder of the run was deleted or moved while it was trained. It was written anew with its settings and what was learned up to \
             step {step}; earlier checkpoints, samples and numbers are where it has gone. `--resume` goes on: {}",
            run.display()
        )
    }
}

/// Settings for a folder of whatever kind it is.
fn data_settings(path: &Path, collage: bool) -> anyhow::Result<Vec<String>> {
    let source = DataSource::of_folder(path)
        .with_context(|| format!("there is no such folder. Choose one with pictures: {}", path.display()))?;
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let text =
        path.to_str().with_context(|| format!("the folder's name is no text. Give it another: {}", path.display()))?;
    let text = toml::Value::from(text);
    match (collage, source) {
        (false, _) => Ok(vec![format!("data.source=\"{}\"", source.key()), format!("data.path={text}")]),
        (true, DataSource::Pictures) => Ok(vec![format!("pictures=[{text}]")]),
        (true, _) => anyhow::bail!(
            "a collage learns from drawings and from own pictures, not from COCO or Visual Genome. Choose a preset for sg2im, such as \
             quick: {}",
            path.display()
        ),
    }
}

/// Lines where the output is no terminal come at most this often.
const LINE_EVERY: Duration = Duration::from_secs(10);

pub(super) struct View {
    bar: ProgressBar,
    last_line: Option<Instant>,
    pace: Pace,
    layout_steps: u64,
    steps: u64,
}

impl View {
    pub(super) fn new(run: &Trainer) -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(run.steps()) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        bar.set_position(run.progress().step);
        let layout_steps = run.layout_steps();
        Self { bar, last_line: None, pace: Pace::default(), layout_steps, steps: run.steps() }
    }

    pub(super) fn show(&mut self, event: RunEvent<'_>) {
        match event {
            RunEvent::Step { step, phase, losses, items_per_second, waited_millis, .. } => {
                let now = Instant::now();
                let line = format!(
                    "{} {}, {items_per_second:.1} {}/s, waited {waited_millis:.0} ms, {}",
                    phase.name(),
                    brief(losses),
                    phase.items(),
                    self.eta(step, phase)
                );
                self.bar.set_position(step);
                self.bar.set_message(line.clone());
                if self.bar.is_hidden() && self.last_line.is_none_or(|last| now - last >= LINE_EVERY) {
                    self.last_line = Some(now);
                    warn(format_args!("step {step}/{}: {line}", self.steps));
                }
            }
            RunEvent::Validated { step, figures } => {
                let figures: Vec<String> =
                    figures.iter().map(|(name, value)| format!("{} {value:.4}", &name[4..])).collect();
                self.say(format_args!("held out at {step}: {}", figures.join(", ")));
            }
            RunEvent::Sheet(path) => self.say(format_args!("sheet: {}", path.display())),
            RunEvent::Saved { step, path } => self.say(format_args!("saved step {step}: {}", path.display())),
            RunEvent::Moved { step, share: 0.0 } => {
                self.say(format_args!("warning: no weight has changed by step {step}"))
            }
            RunEvent::Preparing { .. } | RunEvent::Moved { .. } | RunEvent::Snapshot { .. } => {}
            RunEvent::Warning(text) => self.say(format_args!("warning: {text}")),
        }
    }

    /// A line above the bar.
    pub(super) fn say(&self, text: std::fmt::Arguments<'_>) {
        self.bar.suspend(|| warn(text));
    }

    /// What is left at the pace of the last steps, checkpoints and validation included. Pictures are another pace than layouts: until they
    /// have begun, only the layouts' end is foreseen.
    fn eta(&mut self, step: u64, phase: Phase) -> String {
        self.pace.step(phase, Instant::now());
        let (end, what) =
            if phase == Phase::Layout { (self.layout_steps, "pictures begin") } else { (self.steps, "done") };
        match self.pace.left(end.saturating_sub(step)) {
            Some(left) => format!("{what} in {}", HumanDuration(left)),
            None => "no estimate yet".into(),
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn brief(losses: &Losses) -> String {
    let short = [
        ("total_loss", "total"),
        ("sprite_colour", "sprite"),
        ("sprite_alpha", "alpha"),
        ("sprite_edge", "edge"),
        ("stuff_colour", "stuff"),
        ("large_colour", "large"),
        ("stuff_divergence", "KL"),
        ("L1_pixel_loss", "L1"),
        ("bbox_pred", "box"),
        ("relation_loss", "rel"),
        ("mask_loss", "mask"),
        ("ac_loss", "ac"),
        ("d_obj_total", "d_obj"),
        ("d_img_total", "d_img"),
        ("surprise", "surprise"),
        ("order_loss", "order"),
    ];
    let parts = short.iter().filter_map(|(name, short)| Some(format!("{short} {:.3}", losses.get(name)?)));
    parts.collect::<Vec<_>>().join(" ")
}
