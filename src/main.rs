use std::process::ExitCode;

use scenewright::app::{self, Options};
use scenewright::cli::{self, edit};
use scenewright::document::Folders;

fn main() -> ExitCode {
    cli::main(window)
}

fn window(args: edit::Args) -> anyhow::Result<()> {
    let edit::Args { file, model, device } = args;
    let folders = Folders::of_user();
    Ok(app::run(Options { file, model, device, folders, native_dialogs: true, system_clipboard: true })?)
}
