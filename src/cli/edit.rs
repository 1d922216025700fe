//! `scenewright edit`: the window. The command line does not depend on the app, so `main` passes it in.

use std::path::PathBuf;

use scenewright_nn::device::DeviceChoice;

pub(crate) const EXAMPLES: &str = "\
Examples:
  scenewright
  scenewright assets/scenes/street.json
  scenewright edit --model models/sg2im-illustrated --device cpu
  scenewright edit --check
  scenewright edit --measure --model models/sg2im-illustrated
  scenewright edit --measure --training";

#[derive(clap::Args, Debug, Default)]
pub struct Args {
    /// Scene graph to open, instead of the starter scene; or a folder of pictures to annotate
    #[arg(value_name = "FILE.json")]
    pub file: Option<PathBuf>,
    /// Model folder, instead of the bundled or last one
    #[arg(long, value_name = "DIR")]
    pub model: Option<PathBuf>,
    /// auto, cpu, cuda:N or metal
    #[arg(long, default_value = "auto")]
    pub device: DeviceChoice,
    /// Open the window, draw the scene, print how long it took, and close; fails without a picture
    #[arg(long)]
    pub check: bool,
    /// The same, and measure in the window: edits, a frame of a large scene, an idle window, memory; takes half a minute
    #[arg(long)]
    pub measure: bool,
    /// With --measure: repeat the edits while a model is trained in the background
    #[arg(long, requires = "measure")]
    pub training: bool,
}

/// Opens the window and stays until it is closed.
pub(crate) type Window = fn(Args) -> anyhow::Result<()>;
