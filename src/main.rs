use std::io::Write;
use std::process::ExitCode;

use scenewright::app::{self, Options, settings::Folders, trial::Trial};
use scenewright::cli::{self, edit};

fn main() -> ExitCode {
    cli::main(window)
}

fn window(args: edit::Args) -> anyhow::Result<()> {
    let edit::Args { file, model, device, check, measure } = args;
    let trial = match (check, measure) {
        (_, true) => Some(Trial::Measure),
        (true, false) => Some(Trial::Check),
        (false, false) => None,
    };
    // A trial neither reads nor keeps what is the person's.
    let folders = if trial.is_some() { Folders::default() } else { Folders::of_this_user() };
    let found = app::run(Options { file, model, device, folders, native_dialogs: true, trial })?;
    if let Some(found) = found {
        writeln!(std::io::stdout(), "{found}")?;
    }
    Ok(())
}
