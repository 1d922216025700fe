//! `scenewright eval ablations`: the paper's table 1 on the illustrated world, trained and measured by one command.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use clap::Args;

use super::super::train::View;
use super::{Bar, DEFAULT_CLASSIFIER, Progress, open, print_line};
use scenewright_eval::classifier::CropClassifier;
use scenewright_eval::report::BenchmarkReport;
use scenewright_eval::{Benchmark, BenchmarkOptions, Judges, SceneGenerator};
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::device::DeviceChoice;
use scenewright_train::config::Ablation;
use scenewright_train::run::Outcome;
use scenewright_train::{AnyConfig, Compute, TrainConfig, any_run};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  scenewright eval ablations --out runs/ablations
  scenewright eval ablations --out runs/ablations --preset tiny --scenes 20

Stopped by Ctrl-C, or killed, the same command resumes. Each row has a run of its own in the folder.")]
pub(crate) struct AblationArgs {
    /// Where the eight runs are kept
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Settings that come with the program
    #[arg(long, default_value = "small")]
    preset: String,
    /// One setting over the preset's, for all rows; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Held-out scenes
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    scenes: u64,
    /// The classifier that measures whether objects can be recognized
    #[arg(long, value_name = "DIR", default_value = DEFAULT_CLASSIFIER)]
    classifier: PathBuf,
    /// Leave out the figures that need the classifier
    #[arg(long)]
    no_classifier: bool,
    /// auto, cpu, cuda:N or metal
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// JSON instead of tables
    #[arg(long)]
    json: bool,
}

pub fn run(args: &AblationArgs, cancel: &CancellationToken) -> Result<()> {
    let whole = TrainConfig::assemble(Some(&args.preset), None, &args.set)?;
    let mut trained = Vec::new();
    for (ablation, name) in Ablation::ALL {
        let folder = args.out.join(folder_name(name));
        train(&folder, row_config(&whole, ablation), name, args.device, cancel)?;
        trained.push((ablation, name, folder.join("checkpoints").join("last")));
    }
    for given in [false, true] {
        let rows = trained.iter().filter(|(ablation, ..)| ablation.gives_layout() == given);
        let rows: Vec<(&str, &Path)> = rows.map(|(_, name, path)| (*name, path.as_path())).collect();
        let report = measure(args, given, &rows, cancel)?;
        if args.json {
            say!("{}", serde_json::to_string(&report)?)?;
        } else {
            say!("{}", report.table_by_generator())?;
            report.notes().iter().try_for_each(|note| print_line(note))?;
            say!("")?;
        }
    }
    Ok(())
}

fn folder_name(row: &str) -> String {
    row.replace(", ", "-").replace(' ', "-")
}

fn row_config(whole: &TrainConfig, ablation: Ablation) -> TrainConfig {
    let mut config = TrainConfig { ablation, ..whole.clone() };
    if ablation.gives_layout() {
        config.layout_first.iterations = 0; // nothing to be learned there
    }
    config
}

/// Trains one row to its end, from where it was.
fn train(
    folder: &Path,
    config: TrainConfig,
    name: &str,
    device: DeviceChoice,
    cancel: &CancellationToken,
) -> Result<()> {
    let opened = device.open().map_err(anyhow::Error::msg)?;
    let (config, compute) = (AnyConfig::Sg2Im(Box::new(config)), Compute::on(&opened.device));
    let mut run = if folder.exists() {
        ensure!(
            AnyConfig::of_run(folder)? == config,
            "this run was started with other settings. Choose another --out, or remove it: {}",
            folder.display()
        );
        any_run::resume(folder, &compute)?
    } else {
        config.create_run(folder, None, &compute)?
    };
    let mut view = View::new(&run);
    view.say(format_args!("{name}: {} steps", run.steps()));
    if run.run(cancel, &mut |event| view.show(event))? == Outcome::Stopped {
        drop(view);
        bail!("stopped and saved; the same command resumes");
    }
    Ok(())
}

/// One table: rows of one kind share the scenes.
fn measure(
    args: &AblationArgs,
    given_layout: bool,
    rows: &[(&str, &Path)],
    cancel: &CancellationToken,
) -> Result<BenchmarkReport> {
    let mut models = Vec::new();
    for (name, path) in rows {
        let mut model = open(path, args.device)?;
        model.name = (*name).to_owned();
        models.push(model);
    }
    let Some(first) = models.first() else { bail!("there is nothing to measure") };
    let judges = Judges {
        classifier: if args.no_classifier { None } else { Some(CropClassifier::open(&args.classifier)?) },
        inception: None,
    };
    let options = BenchmarkOptions {
        scenes: args.scenes,
        given_layout,
        diversity_graphs: 0,
        stability_graphs: 0,
        ..BenchmarkOptions::default()
    };
    let mut bar = Bar::new();
    let mut watch = |progress: Progress| bar.show(&progress);
    let benchmark = Benchmark::new(&options, first, judges, cancel, &mut watch)?;
    let mut figures = Vec::new();
    for model in &models {
        figures.push(benchmark.figures(model, cancel, &mut watch)?);
    }
    figures.push(benchmark.figures(&benchmark.copy_the_mean(), cancel, &mut watch)?);
    figures.push(benchmark.real.clone());
    Ok(BenchmarkReport::new(&benchmark, first.size_px(), figures))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_folder_of_its_own_and_settings_that_hold() {
        let mut names: Vec<String> = Ablation::ALL.iter().map(|(_, name)| folder_name(name)).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 8);
        let whole = TrainConfig::assemble(Some("small"), None, &[]).unwrap();
        for (ablation, name) in Ablation::ALL {
            let config = row_config(&whole, ablation);
            let weights = config.learner(10, 5).weights;
            assert_eq!(weights.bbox_pred_loss_weight == 0.0, ablation.gives_layout(), "{name}");
            let text = config.to_toml().unwrap();
            assert_eq!(TrainConfig::from_toml(&text, name).unwrap(), config);
        }
    }
}
