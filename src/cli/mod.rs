//! The command line: one file a subcommand. Errors carry their file last and leave with exit code 1; wrong usage with 2.

mod bench;
mod import;
mod info;
mod render;
pub mod say;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "scenewright",
    version,
    about = "Write a scene as a graph of objects and relations and watch it become a picture."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Draw scene graphs: picture, boxes, masks and facts of each
    Render(render::Args),
    /// Make a model folder of a PyTorch checkpoint of google/sg2im
    Import(import::Args),
    /// Say what a model folder or a scene graph holds
    Info(info::Args),
    /// Change a scene by sentences: "add kite in sky"
    Say(say::Args),
    /// Measure how fast a network draws
    Bench(bench::Args),
}

/// Runs the program on its arguments.
pub fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();
    let result = match Cli::parse().command {
        Command::Render(args) => render::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Info(args) => info::run(&args),
        Command::Say(args) => say::run(&args),
        Command::Bench(args) => bench::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
