//! `scenewright eval --free` and `--everyday`, and the second table of `scenewright eval`: what pictures show of their objects.

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};

use super::Bar;
use scenewright_eval::Progress;
use scenewright_eval::depiction::report::DepictionReport;
use scenewright_eval::depiction::{Composer, Depicter, DepictionBenchmark, DepictionOptions, GraphSet, ModelDepicter};
use scenewright_generate::{Generator, GeometrySource, LookSource};
use scenewright_model::checkpoint::ModelConfig;
use scenewright_nn::cancel::CancellationToken;

/// How the figures of what pictures show are taken.
#[derive(Debug, Args)]
pub(super) struct DepictionArgs {
    /// Graphs as people write them: composed scenes without ground and sky, with few relations and 1 to 8 objects (collage models)
    #[arg(long, conflicts_with_all = ["everyday", "given_layout"])]
    free: bool,
    /// The committed list of everyday graphs (collage models)
    #[arg(long, conflicts_with = "given_layout")]
    everyday: bool,
    /// Shape of the pictures of collage models
    #[arg(long, value_enum, default_value_t = Shape::Square)]
    shape: Shape,
    /// List what does not hold
    #[arg(long)]
    faults: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// 256 × 256
    Square,
    /// 16 : 9, 320 × 180
    Wide,
    /// 9 : 16, 180 × 320
    Portrait,
}

impl DepictionArgs {
    /// Whether nothing but these figures is wanted.
    pub(super) fn is_alone(&self) -> bool {
        self.free || self.everyday || self.shape != Shape::Square
    }

    fn set(&self) -> GraphSet {
        match (self.free, self.everyday) {
            (true, _) => GraphSet::Free,
            (_, true) => GraphSet::Everyday,
            _ => GraphSet::Complete,
        }
    }
}

/// What models are measured, on how many graphs.
pub(super) struct Measured<'a> {
    pub models: &'a [(String, &'a Generator)],
    pub scenes: u64,
    pub seed: u64,
    /// The composer, the network alone, the decoder alone.
    pub with_others: bool,
}

/// None: none of the models is a collage, whose masks are exact.
pub(super) fn report(
    args: &DepictionArgs,
    measured: &Measured<'_>,
    cancel: &CancellationToken,
) -> Result<Option<DepictionReport>> {
    let is_collage = |(_, generator): &&(String, &Generator)| matches!(generator.config, ModelConfig::Collage(_));
    let models: Vec<&(String, &Generator)> = measured.models.iter().filter(is_collage).collect();
    ensure!(!models.is_empty() || !args.is_alone(), "these figures need exact masks, which only collage models have");
    let Some((_, first)) = models.first() else { return Ok(None) };
    let size_px = match args.shape {
        Shape::Square => (256, 256),
        Shape::Wide => (320, 180),
        Shape::Portrait => (180, 320),
    };
    let options = DepictionOptions {
        set: args.set(),
        graphs: measured.scenes,
        seed: measured.seed,
        size_px,
        ..Default::default()
    };
    let mut bar = Bar::new();
    let mut watch = |progress: Progress| bar.show(&progress);
    let benchmark = DepictionBenchmark::new(&options, &first.vocab, cancel, &mut watch)?;
    let mut columns: Vec<_> = benchmark.composed.clone().into_iter().collect();
    let composer = Composer { vocab: &first.vocab };
    if measured.with_others {
        columns.push(benchmark.figures(&composer, cancel, &mut watch)?);
    }
    for (name, generator) in models {
        let column = |suffix: &str, geometry, looks| ModelDepicter {
            name: format!("{name}{suffix}"),
            generator,
            geometry,
            looks,
        };
        let mut own: Vec<Box<dyn Depicter>> = vec![Box::new(column("", GeometrySource::Mended, LookSource::Drawings))];
        if measured.with_others {
            own.push(Box::new(column(", network alone", GeometrySource::Network, LookSource::Drawings)));
            own.push(Box::new(column(", decoder alone", GeometrySource::Mended, LookSource::Decoder)));
        }
        for depicter in own {
            columns.push(benchmark.figures(depicter.as_ref(), cancel, &mut watch)?);
        }
    }
    Ok(Some(DepictionReport::new(&benchmark, columns, args.faults)))
}

/// The table, what it does not say, and the faults if they were asked for.
pub(super) fn print(report: &DepictionReport) -> Result<()> {
    say!("{}", report.table())?;
    report.notes().iter().try_for_each(|note| say!("{note}"))?;
    for (figures, faults) in report.figures.iter().zip(&report.faults) {
        say!("\n{}:", figures.name)?;
        for fault in faults {
            say!("  graph {}: {}: {}", fault.graph, fault.figure, fault.what)?;
        }
    }
    say!("")
}
