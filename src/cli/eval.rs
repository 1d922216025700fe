//! `scenewright eval`: quality metrics, and training of the classifier that they use.

mod ablations;
mod blind;
mod depiction;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use ablations::AblationArgs;
use blind::BlindArgs;
use depiction::{DepictionArgs, Measured};

use super::warn;
use scenewright_eval::EvalError;
use scenewright_eval::classifier::{self, ClassifierTrainConfig, CropClassifier, Trained};
use scenewright_eval::depiction::report::DepictionReport;
use scenewright_eval::report::BenchmarkReport;
pub use scenewright_eval::{
    Benchmark, BenchmarkOptions, Figures, InceptionJudge, Judges, Model, Progress, SceneGenerator, untrained,
};
use scenewright_generate::Generator;
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::device::DeviceChoice;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  scenewright eval --model models/collage-illustrated --compare models/sg2im-illustrated
  scenewright eval --model runs/a/checkpoints/last --compare runs/b/checkpoints/best --scenes 200 --json
  scenewright eval --model models/collage-illustrated --free --scenes 200 --faults

Every model is compared with an untrained network of its shape, the mean of each category, and the data set itself. docs/figures.md says what
each figure means.")]
pub(crate) struct EvalArgs {
    #[command(subcommand)]
    command: Option<EvalCommand>,
    /// Model folder; the bundled models/collage-illustrated by default
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Further model folders, for columns of their own
    #[arg(long, value_name = "DIR", num_args = 1..)]
    compare: Vec<PathBuf>,
    /// Held-out scenes
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    scenes: u64,
    /// Another seed, other scenes and pictures
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The data set's boxes and masks instead of predicted ones
    #[arg(long)]
    given_layout: bool,
    /// The classifier that measures whether objects can be recognized
    #[arg(long, value_name = "DIR", default_value = DEFAULT_CLASSIFIER)]
    classifier: PathBuf,
    /// Weights of Inception v3, for Inception Score and FID: the state dict of torchvision's inception_v3 or of pytorch-fid, as safetensors or
    /// as torch.save wrote it
    #[arg(long, value_name = "FILE")]
    inception: Option<PathBuf>,
    /// Leave out the figures that need the classifier
    #[arg(long)]
    no_classifier: bool,
    /// Leave out the untrained network and the mean of each category
    #[arg(long)]
    no_baselines: bool,
    /// auto, cpu, cuda:N or metal
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    #[command(flatten)]
    depiction: DepictionArgs,
    /// One JSON object a benchmark (size and vocabulary) instead of tables
    #[arg(long)]
    json: bool,
}

const DEFAULT_CLASSIFIER: &str = "models/classifier-illustrated";

#[derive(Debug, Subcommand)]
enum EvalCommand {
    /// Train the eight networks of the paper's table 1 on the illustrated world, and measure them side by side
    Ablations(AblationArgs),
    /// Train the classifier that measures whether objects can be recognized
    #[command(after_help = "\
Examples:
  scenewright eval train-classifier --out models/judge
  scenewright eval train-classifier --steps 2000 --run runs/judge --out models/judge-2")]
    TrainClassifier(ClassifierArgs),
    /// Draw pairs of objects whose relation a reader guesses among five
    Blind(BlindArgs),
}

#[derive(Debug, Args)]
struct ClassifierArgs {
    /// A folder that does not exist yet, or a classifier to be replaced
    #[arg(long, value_name = "DIR", default_value = DEFAULT_CLASSIFIER)]
    out: PathBuf,
    /// Keep the run in this new folder: stopped or killed, `--resume` goes on with it
    #[arg(long, value_name = "DIR", conflicts_with = "resume")]
    run: Option<PathBuf>,
    /// Resume a run that was stopped or killed; its settings are those that it was started with
    #[arg(long, value_name = "DIR", conflicts_with_all = ["minutes", "steps", "seed", "learning_rate"])]
    resume: Option<PathBuf>,
    /// Time limit
    #[arg(long, value_name = "N", default_value_t = 15.0)]
    minutes: f64,
    /// Steps instead of minutes: gives the same weights on every machine
    #[arg(long, value_name = "N")]
    steps: Option<u64>,
    #[arg(long, default_value_t = 0)]
    seed: u64,
    #[arg(long, value_name = "N", default_value_t = 3e-3)]
    learning_rate: f64,
    /// Threads; 0 for one a core
    #[arg(long, value_name = "N", default_value_t = 1)]
    threads: usize,
}

pub fn run(args: &EvalArgs) -> Result<()> {
    // Only the first call can set it; without it, Ctrl-C ends the program at once, and nothing half written stays either way.
    let cancel = CancellationToken::new();
    let asked = cancel.clone();
    let _ = ctrlc::set_handler(move || asked.cancel());
    match &args.command {
        Some(EvalCommand::TrainClassifier(args)) => train_classifier(args, &cancel),
        Some(EvalCommand::Ablations(args)) => ablations::run(args, &cancel),
        Some(EvalCommand::Blind(args)) => blind::run(args),
        None => figures(args, &cancel),
    }
}

/// Models of one size and vocabulary share a benchmark; each other one gets a table of its own.
fn figures(args: &EvalArgs, cancel: &CancellationToken) -> Result<()> {
    let mut models = Vec::new();
    let first = super::model_or_bundled(args.model.as_deref())?;
    for path in std::iter::once(&first).chain(&args.compare) {
        models.push(open(path, args.device)?);
    }
    if args.depiction.is_alone() {
        return print_depiction(args, &depiction(args, &models, true, cancel)?);
    }
    let options = BenchmarkOptions {
        scenes: args.scenes,
        seed: args.seed,
        given_layout: args.given_layout,
        ..BenchmarkOptions::default()
    };
    while !models.is_empty() {
        let key = |model: &Model| (model.size_px(), model.generator.vocab.to_sg2im());
        let first = key(&models[0]);
        let (same, others): (Vec<Model>, Vec<Model>) = models.into_iter().partition(|model| key(model) == first);
        models = others;
        let report = report(args, &options, &same, cancel)?;
        // Whoever measures boxes alone has no time for pictures of the composer.
        let depiction = depiction(args, &same, !args.no_baselines, cancel)?;
        if args.json {
            let mut json = serde_json::to_value(&report)?;
            if let (Some(keys), Some(depiction)) = (json.as_object_mut(), &depiction) {
                keys.insert("depiction".to_owned(), serde_json::to_value(depiction)?);
            }
            say!("{json}")?;
        } else {
            say!("{}", report.table())?;
            report.notes().iter().try_for_each(|note| print_line(note))?;
            say!("")?;
            depiction.iter().try_for_each(depiction::print)?;
        }
    }
    Ok(())
}

/// What the pictures of collage models show of their objects.
fn depiction(
    args: &EvalArgs,
    models: &[Model],
    with_others: bool,
    cancel: &CancellationToken,
) -> Result<Option<DepictionReport>> {
    let models: Vec<(String, &Generator)> = models.iter().map(|model| (model.name.clone(), &model.generator)).collect();
    let measured = Measured { models: &models, scenes: args.scenes, seed: args.seed, with_others };
    depiction::report(&args.depiction, &measured, cancel)
}

fn print_depiction(args: &EvalArgs, report: &Option<DepictionReport>) -> Result<()> {
    match report {
        Some(report) if args.json => say!("{}", serde_json::to_string(report)?),
        Some(report) => depiction::print(report),
        None => Ok(()),
    }
}

fn report(
    args: &EvalArgs,
    options: &BenchmarkOptions,
    models: &[Model],
    cancel: &CancellationToken,
) -> Result<BenchmarkReport> {
    let judges = Judges {
        classifier: if args.no_classifier { None } else { Some(CropClassifier::open(&args.classifier)?) },
        inception: args.inception.as_deref().map(InceptionJudge::open).transpose()?,
    };
    let mut bar = Bar::new();
    let mut watch = |progress: Progress| bar.show(&progress);
    let benchmark = Benchmark::new(options, &models[0], judges, cancel, &mut watch)?;
    let mut columns: Vec<Figures> = Vec::new();
    for model in models {
        columns.push(benchmark.figures(model, cancel, &mut watch)?);
    }
    if !args.no_baselines {
        columns.push(benchmark.figures(&untrained::like(&models[0], args.seed)?, cancel, &mut watch)?);
        columns.push(benchmark.figures(&benchmark.copy_the_mean(), cancel, &mut watch)?);
    }
    columns.push(benchmark.real.clone());
    Ok(BenchmarkReport::new(&benchmark, models[0].size_px(), columns))
}

fn open(path: &Path, device: DeviceChoice) -> Result<Model> {
    let generator = Generator::open(path, device)?;
    if let Some(note) = generator.device_note.as_ref().filter(|_| device != DeviceChoice::Auto) {
        warn(format_args!("{note}"));
    }
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    Ok(Model { name, generator })
}

fn print_line(line: &str) -> Result<()> {
    say!("{line}")
}

fn train_classifier(args: &ClassifierArgs, cancel: &CancellationToken) -> Result<()> {
    classifier::check_target(&args.out)?;
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(args.threads).build().context("threads could not be started")?;
    let trained = pool.install(|| run_classifier(args, cancel));
    let kept = args.resume.as_ref().or(args.run.as_ref());
    if let (Err(EvalError::Cancelled(_)), Some(run)) = (&trained, kept) {
        bail!("stopped and saved; `scenewright eval train-classifier --resume {}` goes on", run.display());
    }
    let trained = trained?;
    classifier::write(&args.out, &trained.card, &trained.tensors)?;
    for a in &trained.card.accuracy {
        say!("{0} × {0} px: top-1 {1:.3}, top-5 {2:.3} on {3} held-out crops", a.side, a.top1, a.top5, a.crops)?;
    }
    say!("{}: {}", trained.card.version, args.out.display())?;
    Ok(())
}

/// Trains in the folder that the arguments name, or in one that does not stay.
fn run_classifier(args: &ClassifierArgs, cancel: &CancellationToken) -> Result<Trained, EvalError> {
    let mut bar = Bar::new();
    let mut watch = |progress: Progress| bar.show(&progress);
    if let Some(run) = &args.resume {
        return classifier::resume(run, cancel, &mut watch);
    }
    let (seed, minutes, steps, learning_rate) = (args.seed, args.minutes, args.steps, args.learning_rate);
    let config = ClassifierTrainConfig { seed, minutes, steps, learning_rate, ..ClassifierTrainConfig::default() };
    match &args.run {
        Some(run) => classifier::train(&config, run, cancel, &mut watch),
        None => {
            let scratch = tempfile::tempdir().map_err(EvalError::Scratch)?;
            classifier::train(&config, &scratch.path().join("run"), cancel, &mut watch)
        }
    }
}

/// One line on stderr that follows whatever is being done.
struct Bar {
    bar: ProgressBar,
}

impl Bar {
    fn new() -> Self {
        let style = ProgressStyle::with_template("{msg} {bar:32} {pos}/{len} {eta}");
        Self { bar: ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())) }
    }

    fn show(&mut self, progress: &Progress) {
        if self.bar.length() != Some(progress.total) || progress.done == 0 {
            self.bar.reset();
            self.bar.set_length(progress.total);
        }
        self.bar.set_position(progress.done);
        let note = if progress.note.is_empty() { String::new() } else { format!(" ({})", progress.note) };
        self.bar.set_message(format!("{}{note}", progress.what));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
