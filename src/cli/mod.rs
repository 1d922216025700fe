//! The command line: one file a subcommand. Errors carry their file last and leave with exit code 1; wrong usage with 2.

/// Prints a line, to be followed by `?`. `println!` would panic where the reader has gone or the disk is full.
macro_rules! say {
    ($($text:tt)*) => { $crate::cli::print(format_args!($($text)*)) };
}

mod bench;
pub mod dataset;
pub mod edit;
mod eval;
mod export;
mod geometry;
mod graph;
mod import;
mod info;
mod log;
mod manual;
mod pasted;
mod render;
pub mod say;
mod tensors;
mod train;

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

use scenewright_model::checkpoint::bundled_model;
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::device::plain;

#[derive(Parser)]
#[command(
    name = "scenewright",
    version = crate::version::text(),
    about = "Write a scene as a graph of objects and relations and watch it become a picture.",
    args_conflicts_with_subcommands = true
)]
struct Cli {
    /// Without one, the editor opens
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    edit: edit::Args,
    /// Write log records of this level to standard error, such as debug or winit=trace; RUST_LOG does the same
    #[arg(long, global = true, value_name = "FILTER")]
    #[allow(
        dead_code,
        reason = "taken out of the arguments before they are parsed; here for --help and a missing value"
    )]
    log: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Open the editor; the word may be left out
    #[command(after_help = edit::EXAMPLES)]
    Edit(edit::Args),
    /// Draw scene graphs: picture, boxes, masks and a JSON report for each
    Render(render::Args),
    /// Write a scene graph for other programs: image, layers, masks, annotations, DOT
    Export(export::Args),
    /// Convert a PyTorch checkpoint of google/sg2im to a model folder
    Import(import::Args),
    /// Describe a model folder or a scene graph
    Info(info::Args),
    /// Extract the scene graph of a picture, or embed one
    Graph(graph::Args),
    /// Change a scene by sentences: "add kite in sky"
    Say(say::Args),
    /// Measure how fast a network draws
    Bench(bench::Args),
    /// Train a network, or resume a run
    Train(train::Args),
    /// Train and evaluate the geometry network of the collage generator, which places objects
    #[command(hide = true)]
    Geometry(geometry::GeometryArgs),
    /// Data sets (the illustrated world and folders): preview, validate, write, measure
    Dataset(dataset::DatasetArgs),
    /// Evaluate a model on held-out scenes
    Eval(eval::EvalArgs),
    /// Print a script that completes commands and options in a shell
    Completions(manual::CompletionArgs),
    /// Print the manual page, or write one for each command
    Man(manual::ManArgs),
}

/// Runs the program on its arguments; `window` opens the editor.
pub fn main(window: edit::Window) -> ExitCode {
    let mut arguments = pasted::arguments();
    let filter = log::take_option(&mut arguments);
    if let Some(problem) = log::start(filter.as_deref()) {
        if filter.is_some() {
            Cli::command().error(ErrorKind::InvalidValue, format!("--log {problem}")).exit();
        }
        warn(format_args!("RUST_LOG: {problem}"));
    }
    let first = arguments.get(1).map(PathBuf::from).filter(|first| is_neither(first));
    let command = match Cli::try_parse_from(arguments) {
        Ok(Cli { command: Some(command), .. }) => command,
        Ok(Cli { edit, .. }) if edit.file.as_ref().is_none_or(|file| scenewright_bundle::exists(file)) => {
            Command::Edit(edit)
        }
        found => {
            // A command that is misspelled is taken for a file.
            match (found, first) {
                (_, Some(first)) => Cli::command().error(ErrorKind::InvalidSubcommand, neither(&first)).exit(),
                (Ok(Cli { edit, .. }), None) => Command::Edit(edit),
                (Err(error), None) => error.exit(),
            }
        }
    };
    let result = match command {
        Command::Edit(args) => window(args),
        Command::Render(args) => render::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Info(args) => info::run(&args),
        Command::Graph(args) => graph::run(&args),
        Command::Say(args) => say::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Train(args) => train::run(&args),
        Command::Geometry(args) => geometry::run(&args),
        Command::Dataset(args) => dataset::run(args),
        Command::Eval(args) => eval::run(&args),
        Command::Completions(args) => manual::completions(&args),
        Command::Man(args) => manual::man(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // `scenewright info model | head -1`: the reader has closed the pipe.
        Err(error) if error.chain().any(is_closed_pipe) => ExitCode::SUCCESS,
        Err(error) => {
            warn(format_args!("error: {}", sentence(&error)));
            ExitCode::FAILURE
        }
    }
}

/// Neither a file, nor a command, nor an option.
fn is_neither(word: &Path) -> bool {
    let is_command = Cli::command().get_subcommands().any(|command| Path::new(command.get_name()) == word);
    !(is_command
        || word == Path::new("help")
        || scenewright_bundle::exists(word)
        || word.to_string_lossy().starts_with('-'))
}

fn neither(word: &Path) -> String {
    format!("there is no file and no command called {:?}", word.display().to_string())
}

/// The model that is named, or the one that comes with the program.
fn model_or_bundled(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    named.map(Path::to_owned).or_else(|| bundled_model(&[])).context(
        "this program was built without its model (models/collage-illustrated), and none lies beside it or in this folder. Name one with --model; \
         `scenewright import CHECKPOINT.pt --out DIR` makes one from a checkpoint of google/sg2im",
    )
}

fn print(line: fmt::Arguments<'_>) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{line}").context("cannot print")
}

/// A line for the user at the terminal; where there is none to see it, nothing is lost.
fn warn(line: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// A token that the first Ctrl-C cancels, calling `notify`; a second one ends the program at once.
fn cancel_on_ctrl_c(notify: impl Fn() + Send + 'static) -> anyhow::Result<CancellationToken> {
    let cancel = CancellationToken::new();
    let asked = cancel.clone();
    ctrlc::set_handler(move || {
        if asked.is_cancelled() {
            std::process::exit(130);
        }
        asked.cancel();
        notify();
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(cancel)
}

/// An error and its causes. Some name their cause in their own text already: it is not repeated.
fn sentence(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.downcast_ref().map_or_else(|| cause.to_string(), plain);
        if parts.last().is_none_or(|before| !before.contains(&text)) {
            parts.push(text);
        }
    }
    parts.join(": ")
}

fn is_closed_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref().is_some_and(|error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe)
}
