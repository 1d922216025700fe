//! The program: the editor and the command line.

#![deny(unsafe_code)]

use std::io::Write;
use std::process::ExitCode;

use scenewright::app::{self, EditorOptions, WindowError};
use scenewright::cli::{self, edit};
use scenewright::{bundled, crash};
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
    bundled::install();
    crash::install(crash::folder());
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
    });
    let report = match report {
        Err(error @ WindowError::OpenGl(_)) => return Err(draw_in_software(error)),
        report => report?,
    };
    if let Some(report) = report {
        writeln!(std::io::stdout(), "{report}")?;
    }
    Ok(())
}

/// Starts the program again with OpenGL in software, where the display has too old an OpenGL and this has not been tried. Returns only if that
/// is not possible.
#[cfg(target_os = "linux")]
fn draw_in_software(error: WindowError) -> anyhow::Error {
    use std::os::unix::process::CommandExt;

    const SOFTWARE: &str = "LIBGL_ALWAYS_SOFTWARE";
    let Ok(program) = std::env::current_exe() else { return error.into() };
    if std::env::var_os(SOFTWARE).is_some() {
        return error.into();
    }
    tracing::warn!("{error}; trying again with OpenGL in software");
    let failed = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(SOFTWARE, "1").exec();
    tracing::warn!("cannot start again: {failed}");
    error.into()
}

#[cfg(not(target_os = "linux"))]
fn draw_in_software(error: WindowError) -> anyhow::Error {
    error.into()
}
