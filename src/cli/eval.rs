//! `scenewright eval`: figures of quality, and the classifier that judges pictures.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::eval::Progress;
use crate::eval::classifier::{self, TrainOptions};

#[derive(Debug, Args)]
pub struct EvalArgs {
    #[command(subcommand)]
    command: Option<EvalCommand>,
}

#[derive(Debug, Subcommand)]
enum EvalCommand {
    /// Train the classifier that judges whether objects can be recognised
    TrainClassifier(ClassifierArgs),
}

#[derive(Debug, Args)]
struct ClassifierArgs {
    /// A folder that does not exist yet, or a classifier to be replaced
    #[arg(long, value_name = "DIR", default_value = "models/classifier-illustrated")]
    out: PathBuf,
    /// How long it may take
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

/// Set by Ctrl-C: what runs stops at its next step.
static STOP: AtomicBool = AtomicBool::new(false);

pub fn run(args: &EvalArgs) -> Result<()> {
    // Only the first call can set it; without it, Ctrl-C ends the program at once, and nothing half written stays either way.
    let _ = ctrlc::set_handler(|| STOP.store(true, Ordering::Relaxed));
    match &args.command {
        Some(EvalCommand::TrainClassifier(args)) => train_classifier(args),
        None => Ok(()),
    }
}

fn train_classifier(args: &ClassifierArgs) -> Result<()> {
    classifier::check_target(&args.out)?;
    let defaults = TrainOptions::default();
    let (seed, minutes, steps, learning_rate) = (args.seed, args.minutes, args.steps, args.learning_rate);
    let options = TrainOptions { seed, minutes, steps, learning_rate, ..defaults };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build().context("threads could not be started")?;
    let trained = pool.install(|| {
        let mut bar = Bar::new();
        classifier::train(&options, &mut |progress| bar.show(&progress))
    })?;
    classifier::write(&args.out, &trained.card, &trained.tensors)?;
    for a in &trained.card.accuracy {
        say!("{0} × {0} px: top-1 {1:.3}, top-5 {2:.3} on {3} held-out crops", a.side, a.top1, a.top5, a.crops)?;
    }
    say!("{}: {}", trained.card.version, args.out.display())?;
    Ok(())
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

    fn show(&mut self, progress: &Progress) -> ControlFlow<()> {
        if self.bar.length() != Some(progress.total) || progress.done == 0 {
            self.bar.reset();
            self.bar.set_length(progress.total);
        }
        self.bar.set_position(progress.done);
        let note = if progress.note.is_empty() { String::new() } else { format!(" ({})", progress.note) };
        self.bar.set_message(format!("{}{note}", progress.what));
        if STOP.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
