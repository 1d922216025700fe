//! `scenewright completions` and `scenewright man`: what shells and `man` know of the program.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Command, CommandFactory};
use clap_complete::Shell;

use super::Cli;
use scenewright_formats::write_atomically;

const NAME: &str = "scenewright";

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scenewright completions bash
  scenewright completions zsh

Put the output where the shell looks for completions: for bash ~/.local/share/bash-completion/completions/scenewright, for zsh a file _scenewright
in a folder of $fpath, for fish ~/.config/fish/completions/scenewright.fish.")]
pub(crate) struct CompletionArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scenewright man
  scenewright man --out man1

Read a page with `man -l man1/scenewright.1`.")]
pub(crate) struct ManArgs {
    /// Write a page for each command to this folder, instead of printing that of the program
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn completions(args: &CompletionArgs) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), NAME, &mut script);
    say!("{}", String::from_utf8_lossy(&script).trim_end())
}

pub(crate) fn man(args: &ManArgs) -> Result<()> {
    let mut program = Cli::command();
    // Sub-commands get their full names: "scenewright dataset export".
    program.build();
    match &args.out {
        None => say!("{}", String::from_utf8_lossy(&page(program)?).trim_end()),
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder: {}", folder.display()))?;
            let count = write_pages(folder, &program, NAME)?;
            say!("{count} pages in {}", folder.display())
        }
    }
}

/// Writes the page of a command and of those below it: `scenewright-dataset-export.1`.
fn write_pages(folder: &Path, command: &Command, name: &str) -> Result<usize> {
    write_atomically(&folder.join(format!("{name}.1")), &page(command.clone().name(name.to_owned()))?)?;
    let shown = command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help");
    shown
        .map(|sub| write_pages(folder, sub, &format!("{name}-{}", sub.get_name())))
        .sum::<Result<usize>>()
        .map(|n| n + 1)
}

fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.version(env!("CARGO_PKG_VERSION"))).render(&mut page)?;
    Ok(page)
}
