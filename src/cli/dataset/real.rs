//! Data sets on disk: validation, index, and samples.

use crate::cli::warn;
use anyhow::bail;
use rayon::prelude::*;
use scenewright_data::coco::{Coco, CocoConfig, CocoFilters};
use scenewright_data::source::{DataSource, SourceOptions};
use scenewright_data::validate;
use scenewright_data::visual_genome::{self, VgFiles, VgThresholds, build, hdf5, index_file};
pub use scenewright_data::{DataError, Dataset, IssueLog, Sample, SampleSize, Split};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Options of [`doctor`].
#[derive(Debug, clap::Args)]
pub struct DoctorArgs {
    /// The folder, or its annotations file.
    pub path: PathBuf,
    /// Print everything as JSON: images, objects, relations, and problems with file, record, kind, message and fix.
    #[arg(long)]
    pub json: bool,
    /// Fail (exit code 1) on any problem, not only if nothing is usable.
    #[arg(long)]
    pub strict: bool,
}

/// Prints what there is and what is wrong; an error where nothing can be learned from, or with `--strict` where anything is wrong.
pub(crate) fn doctor(args: &DoctorArgs) -> anyhow::Result<()> {
    let examined = validate::examine(&args.path, &mut |what| warn(format_args!("looking at {what}")));
    let report = match examined {
        Ok(report) => report,
        Err(error) if args.json => {
            let mut issues = IssueLog::default();
            issues.add("files that cannot be read", || error.issue(&args.path));
            say_json(0, 0, 0, &issues)?;
            return Err(error.into());
        }
        Err(error) => return Err(error.into()),
    };
    let total = report.issues.total();
    let things = if total == 1 { "1 thing is wrong".to_owned() } else { format!("{total} things are wrong") };
    if args.json {
        say_json(report.images, report.objects, report.relations, &report.issues)?;
    } else {
        say!("{}: {}", report.source.set_name(), args.path.display())?;
        for (fact, count) in &report.facts {
            say!("  {count:>9}  {fact}")?;
        }
        for sentence in report.issues.summaries() {
            say!("- {sentence}")?;
        }
        match total {
            0 => say!("nothing is wrong")?,
            _ => say!("{things}, listed above with what to do; everything else is used")?,
        }
    }
    if report.images == 0 || report.objects == 0 {
        bail!("there is nothing to learn from; {things}: {}", args.path.display());
    }
    if args.strict && total > 0 {
        bail!("{things} (--strict): {}", args.path.display());
    }
    Ok(())
}

fn say_json(images: u64, objects: u64, relations: u64, issues: &IssueLog) -> anyhow::Result<()> {
    let problem = |file: String, record: &str, kind: &str, message: &str, fix: &str| serde_json::json!({"file": file, "record": record, "kind": kind, "message": message, "fix": fix});
    let mut problems: Vec<serde_json::Value> = issues
        .by_kind()
        .map(|(kind, issue)| {
            let fix = if issue.fix.is_empty() { "Fix it, or take another copy" } else { issue.fix.as_str() };
            problem(issue.path.display().to_string(), &issue.record, kind, &issue.problem, fix)
        })
        .collect();
    for (kind, count) in issues.counts().iter().filter(|(_, count)| *count > IssueLog::MAX_KEPT_PER_KIND) {
        let message = format!("{count} in all; the first {} are listed", IssueLog::MAX_KEPT_PER_KIND);
        problems.push(problem(String::new(), "", kind, &message, "Fix these, and look again"));
    }
    let report =
        serde_json::json!({"images": images, "objects": objects, "relations": relations, "problems": problems});
    say!("{}", serde_json::to_string_pretty(&report)?)
}

/// Options of [`index`].
#[derive(Debug, clap::Args)]
pub struct IndexArgs {
    /// The folder with objects.json, relationships.json, attributes.json and image_data.json (Visual Genome), or COCO's folder.
    pub path: PathBuf,
    /// Where to write the index; by default beside the files.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// A name must be on so many objects of the training pictures.
    #[arg(long, default_value_t = VgThresholds::default().min_object_instances)]
    pub min_objects: u64,
    /// A relation must be given so often.
    #[arg(long, default_value_t = VgThresholds::default().min_relationship_instances)]
    pub min_relationships: u64,
    /// An attribute must be on so many objects.
    #[arg(long, default_value_t = VgThresholds::default().min_attribute_instances)]
    pub(crate) min_attributes: u64,
}

/// Makes Visual Genome's index; of the others, says how long reading them takes.
pub(crate) fn index(args: &IndexArgs) -> anyhow::Result<()> {
    let start = Instant::now();
    let absent =
        || DataError::InvalidFile { what: "there is no such folder. Choose another".into(), path: args.path.clone() };
    match DataSource::of_folder(&args.path).ok_or_else(absent)? {
        DataSource::VisualGenome if hdf5::is_here(&args.path) && !VgFiles::in_folder(&args.path).objects.is_file() => {
            say!("google/sg2im's HDF5 files need no index: training reads them at every start")
        }
        DataSource::VisualGenome => {
            let thresholds = VgThresholds {
                min_object_instances: args.min_objects,
                min_relationship_instances: args.min_relationships,
                min_attribute_instances: args.min_attributes,
                ..Default::default()
            };
            let mut issues = IssueLog::default();
            let files = VgFiles::in_folder(&args.path);
            let (store, splits) =
                build::build(&files, &thresholds, &mut issues, &mut |what| warn(format_args!("reading {what}")))?;
            issues.summaries().iter().for_each(|text| warn(format_args!("warning: {text}")));
            let out = args.out.clone().unwrap_or_else(|| args.path.join(visual_genome::INDEX));
            let bytes = index_file::write(&out, &store, &splits)?;
            let count = |split: Split| splits.iter().filter(|known| **known == split).count();
            say!(
                "{} train, {} validation, {} test pictures; {} names, {} relations, {} attributes; {} objects, {} relations",
                count(Split::Train),
                count(Split::Validation),
                count(Split::Test),
                store.names.len(),
                store.predicates.len(),
                store.attributes.len(),
                store.objects.len(),
                store.relations.len()
            )?;
            say!("{:.1} MB in {:.1} s: {}", bytes as f64 / 1e6, start.elapsed().as_secs_f64(), out.display())
        }
        DataSource::Coco => {
            for (split, name) in [(Split::Train, "train"), (Split::Validation, "validation"), (Split::Test, "test")] {
                let start = Instant::now();
                let set = match Coco::open(CocoConfig { path: args.path.clone(), split, ..Default::default() }) {
                    Ok(set) => set,
                    // One part is as good without the other.
                    Err(error) => {
                        warn(format_args!("warning: {name} is left out: {error}"));
                        continue;
                    }
                };
                set.issues().iter().for_each(|text| warn(format_args!("warning: {text}")));
                say!(
                    "{name}: {} pictures, {} objects, read in {:.1} s; masks take {:.1} MB",
                    set.len().unwrap_or(0),
                    set.object_count(),
                    start.elapsed().as_secs_f64(),
                    set.store().shapes.bytes() as f64 / 1e6
                )?;
            }
            say!("COCO needs no index: training reads its annotations at every start")
        }
        DataSource::Illustrated | DataSource::Pictures => bail!(
            "a folder of one's own pictures needs no index; `scenewright dataset doctor` looks through it: {}",
            args.path.display()
        ),
    }
}

/// Samples for a contact sheet, each with a title.
pub(crate) fn samples(
    path: &Path,
    split: Split,
    count: u64,
    frame: SampleSize,
    seed: u64,
) -> anyhow::Result<Vec<(String, Sample)>> {
    let (set, titles) = open(path, split, frame, seed)?;
    let mut samples = Vec::new();
    for (index, title) in (0..set.len().unwrap_or(count)).zip(titles) {
        if samples.len() as u64 == count {
            break;
        }
        match set.sample(index) {
            Ok(sample) => samples.push((title, sample)),
            Err(error) => warn(format_args!("left out: {error}")),
        }
    }
    if samples.is_empty() {
        bail!("there is nothing to show; `scenewright dataset doctor` says why: {}", path.display());
    }
    Ok(samples)
}

/// How many samples a second are read, cut and made small, each picture once.
pub(crate) fn bench(path: &Path, split: Split, frame: SampleSize, pool: &rayon::ThreadPool) -> anyhow::Result<()> {
    let start = Instant::now();
    let (set, _) = open(path, split, frame, 0)?;
    let count = set.len().unwrap_or(0);
    say!("{count} pictures, opened in {:.1} s", start.elapsed().as_secs_f64())?;
    let start = Instant::now();
    pool.install(|| (0..count).into_par_iter().try_for_each(|index| set.sample(index).map(|_| ())))?;
    let rate = count as f64 / start.elapsed().as_secs_f64();
    say!("{rate:.0} samples a second ({} x {} px, {} threads)", frame.width, frame.height, pool.current_num_threads())
}

/// A set with a title for each picture. A folder of one annotations file without train and val is taken whole.
fn open(path: &Path, split: Split, frame: SampleSize, seed: u64) -> anyhow::Result<(Box<dyn Dataset>, Vec<String>)> {
    let absent =
        || DataError::InvalidFile { what: "there is no such folder. Choose another".into(), path: path.to_owned() };
    let source = DataSource::of_folder(path).ok_or_else(absent)?;
    let options = SourceOptions { path: path.to_owned(), seed, frame, coco: CocoFilters::default() };
    let part = source.open_titled(&options, split)?.ok_or_else(absent)?;
    part.left_out.iter().for_each(|text| warn(format_args!("left out: {text}")));
    Ok((part.set, part.titles))
}
