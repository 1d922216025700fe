//! The program: the editor and the command line.

#![deny(unsafe_code)]

use std::io::Write;
use std::process::ExitCode;

use scenewright::app::{self, EditorOptions};
use scenewright::cli::{self, edit};
use scenewright_document::Folders;
use scenewright_self_test::SelfTest;

fn main() -> ExitCode {
    // candle keeps threads of its own for sums of large tensors, and they wait for work by spinning: on a machine that has anything else to do
    // that took two fifths of a training run's time. Our own operations have rayon's threads.
    if std::env::var_os("CANDLE_NUM_THREADS").is_none() {
        // SAFETY: no other thread has been started yet.
        #[allow(unsafe_code)] // the environment is set before anything reads it
        unsafe {
            std::env::set_var("CANDLE_NUM_THREADS", "1")
        };
    }
    cli::main(window)
}

fn window(args: edit::Args) -> anyhow::Result<()> {
    let edit::Args { file, model, device, check, measure, training } = args;
    let self_test = match (check, measure) {
        (_, true) if training => Some(SelfTest::MeasureTraining),
        (_, true) => Some(SelfTest::Measure),
        (true, false) => Some(SelfTest::Check),
        (false, false) => None,
    };
    // A self-test neither reads nor changes the user's files.
    let scratch = if training { Some(tempfile::TempDir::new()?) } else { None };
    let folders = match (&scratch, self_test) {
        (Some(scratch), _) => Some(Folders::under(scratch.path())),
        (None, Some(_)) => None,
        (None, None) => Folders::of_user(),
    };
    let report = app::run(EditorOptions {
        file,
        model,
        device,
        folders,
        native_dialogs: true,
        system_clipboard: true,
        low_priority_training: true,
        self_test,
    })?;
    if let Some(report) = report {
        writeln!(std::io::stdout(), "{report}")?;
    }
    Ok(())
}
