//! `scenewright import`: a PyTorch checkpoint to a model folder.

use std::path::PathBuf;

use anyhow::Result;

use scenewright_model::checkpoint::{ImportOptions, StoredType, import_with};

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scenewright import vg128.pt --out models/vg128
  scenewright import vg128.pt --out models/vg128 --f16 --replace

The file is only read: nothing in it is ever executed.")]
pub(crate) struct Args {
    /// A checkpoint of google/sg2im: stripped or with everything train.py writes
    #[arg(value_name = "CHECKPOINT.pt")]
    checkpoint: PathBuf,
    /// Output model folder
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Replace an existing model folder
    #[arg(long)]
    replace: bool,
    /// Store the weights in half precision
    #[arg(long)]
    f16: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let storage = if args.f16 { StoredType::F16 } else { StoredType::F32 };
    let report = import_with(&args.checkpoint, &args.out, ImportOptions { replace: args.replace, storage })?;
    say!(
        "imported {} tensors, {:.1} million parameters, {} objects and {} predicates, into {}",
        report.tensors,
        report.parameters as f64 / 1e6,
        report.vocab.objects,
        report.vocab.predicates,
        report.out.display()
    )?;
    for note in &report.notes {
        say!("{note}")?;
    }
    if !report.discriminators.is_empty() {
        say!("with the discriminators {}", report.discriminators.join(" and "))?;
    }
    Ok(())
}
