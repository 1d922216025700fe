//! Checks a data set of any kind before training, and reports everything that is wrong.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::coco::{Coco, CocoConfig, CocoFilters};
use super::pictures::OwnPictures;
use super::source::DataSource;
use super::store::StoredPicture;
use super::visual_genome::{self, VgFiles, VgThresholds, VisualGenome, build};
use super::{DataError, DataIssue, Dataset, IssueLog, Split};
use scenewright_formats::picture_file::{self, ExifOrientation, PictureError};

/// What the doctor found.
pub struct ValidationReport {
    pub source: DataSource,
    /// Pictures that can be learned from, objects on them, and relations that are written down for them.
    pub images: u64,
    pub objects: u64,
    pub relations: u64,
    /// What there is to learn from: "pictures to learn from", 78.
    pub facts: Vec<(String, u64)>,
    pub issues: IssueLog,
}

/// Reads all of it; `progress` is called with what is being checked.
pub fn examine(path: &Path, progress: &mut dyn FnMut(&str)) -> Result<ValidationReport, DataError> {
    let absent =
        || DataError::InvalidFile { what: "there is no such folder. Choose another".into(), path: path.to_owned() };
    let source = DataSource::of_folder(path).ok_or_else(absent)?;
    let mut report = ValidationReport {
        source,
        images: 0,
        objects: 0,
        relations: 0,
        facts: Vec::new(),
        issues: IssueLog::default(),
    };
    source.examine(path, &mut report, progress)?;
    Ok(report)
}

pub(super) fn own(path: &Path, report: &mut ValidationReport, progress: &mut dyn FnMut(&str)) -> Result<(), DataError> {
    let (pictures, issues) = OwnPictures::examine(path, progress)?;
    report.issues = issues;
    report.images = pictures.len().unwrap_or(0);
    let annotated = || pictures.pictures().map(|picture| &picture.annotated);
    report.objects = annotated().map(|annotated| annotated.objects.len() as u64).sum();
    report.relations =
        annotated().filter_map(|annotated| annotated.relations.as_ref()).map(|list| list.len() as u64).sum();
    let count = |split: Split| pictures.clone().part(split).len().unwrap_or(0);
    let all = || pictures.pictures().flat_map(|picture| &picture.annotated.objects);
    report.facts = vec![
        ("pictures to learn from".into(), count(Split::Train)),
        ("held-out pictures".into(), count(Split::Validation)),
        ("objects".into(), all().count() as u64),
        ("objects with masks".into(), all().filter(|object| object.shape.is_some()).count() as u64),
        ("words for objects".into(), pictures.object_names().len() as u64),
        ("words for relations".into(), pictures.predicate_names().len() as u64),
    ];
    Ok(())
}

pub(super) fn of_coco(
    path: &Path,
    report: &mut ValidationReport,
    progress: &mut dyn FnMut(&str),
) -> Result<(), DataError> {
    for (split, name) in [(Split::Train, "train"), (Split::Validation, "validation"), (Split::Test, "test")] {
        progress(name);
        // Everything is checked, not only what the filters leave; issues of val are reported once.
        let all = CocoFilters {
            min_object_size: -1.0,
            min_objects: 0,
            max_objects: usize::MAX,
            stuff_only: false,
            ..Default::default()
        };
        let open = |filters: CocoFilters| {
            Coco::open(CocoConfig { path: path.to_owned(), split, filters, ..Default::default() })
        };
        let whole = match open(all) {
            Ok(whole) => whole,
            // The other parts are looked at all the same; val is validation and test.
            Err(error) => {
                if split != Split::Test {
                    report.issues.add("parts that cannot be read", || error.issue(path));
                }
                report.facts.push((format!("pictures of {name} in all"), 0));
                continue;
            }
        };
        let filtered = open(CocoFilters::default())?;
        report.facts.push((format!("pictures of {name} that the paper's filters leave"), filtered.len().unwrap_or(0)));
        report.facts.push((format!("objects on them ({name})"), filtered.object_count()));
        let has_objects = |picture: &&StoredPicture| !picture.objects.is_empty();
        report.images += whole.store().pictures.iter().filter(has_objects).count() as u64;
        report.objects += whole.object_count();
        report.relations += whole.relation_count();
        if split != Split::Test {
            report.issues.append(whole.counted_issues().clone());
        }
        let files: Vec<(PathBuf, u32, u32)> = whole
            .store()
            .pictures
            .iter()
            .map(|picture| (whole.path_of(picture), picture.width, picture.height))
            .collect();
        report.facts.push((format!("pictures of {name} in all"), files.len() as u64));
        let unreadable = look_at(&files, name, report, progress);
        for picture in unreadable.into_iter().filter_map(|row| whole.store().pictures.get(row)).filter(has_objects) {
            report.images -= 1;
            report.objects -= u64::from(picture.objects.end - picture.objects.start);
            report.relations -= u64::from(picture.relations.end - picture.relations.start);
        }
    }
    Ok(())
}

pub(super) fn of_visual_genome(
    path: &Path,
    report: &mut ValidationReport,
    progress: &mut dyn FnMut(&str),
) -> Result<(), DataError> {
    let files = VgFiles::in_folder(path);
    let is_indexed = path.is_file() || path.join(visual_genome::INDEX).is_file() || visual_genome::hdf5::is_here(path);
    let files_are_there = files.objects.is_file();
    if files_are_there {
        match build::build_report(&files, &VgThresholds::default(), &mut report.issues, progress) {
            Ok(built) => {
                let left = built.table.pictures.len() as u64;
                report.images = built.usable.pictures;
                report.objects = built.usable.objects;
                report.relations = built.usable.relations;
                report.facts.push(("pictures in the files".into(), built.usable.pictures));
                report.facts.push(("objects in the files".into(), built.usable.objects));
                report.facts.push(("relations in the files".into(), built.usable.relations));
                report.facts.push(("pictures that the paper's thresholds leave".into(), left));
                // An index was made with thresholds that leave some.
                if left == 0 && !is_indexed {
                    report.issues.add("nothing is left", || DataIssue::new(&files.objects, "", build::NO_PICTURE_LEFT));
                }
            }
            // An index of them can be as good as ever.
            Err(error) => report.issues.add("files that cannot be read", || error.issue(path)),
        }
    }
    if !is_indexed {
        report.issues.add("no index", || {
            let what = format!("there is no {} yet. Make it: `scenewright dataset index`", visual_genome::INDEX);
            DataIssue::new(path, "", what)
        });
        return Ok(());
    }
    for (split, name) in [(Split::Train, "train"), (Split::Validation, "validation"), (Split::Test, "test")] {
        let set = VisualGenome::open(visual_genome::VgConfig { path: path.to_owned(), split, ..Default::default() })?;
        report.facts.push((format!("pictures of {name}"), set.len().unwrap_or(0)));
        let files: Vec<(PathBuf, u32, u32)> =
            set.store().pictures.iter().map(|picture| (set.path_of(picture), picture.width, picture.height)).collect();
        look_at(&files, name, report, progress);
        if !files_are_there {
            report.images += set.store().pictures.len() as u64;
            report.objects += set.store().objects.len() as u64;
            report.relations += set.store().relations.len() as u64;
        }
    }
    Ok(())
}

/// Progress is reported every so many pictures.
pub(super) const AT_A_TIME: usize = 1000;

/// "pictures, 2000 of 118287".
pub(super) fn far(what: &str, done: usize, all: usize) -> String {
    if all > AT_A_TIME { format!("{what}, {done} of {all}") } else { what.to_owned() }
}

/// Every picture is decoded: is it there, is it whole, is it as large as its annotations say.
/// The rows of those that cannot be read come back.
fn look_at(
    files: &[(PathBuf, u32, u32)],
    name: &str,
    report: &mut ValidationReport,
    progress: &mut dyn FnMut(&str),
) -> Vec<usize> {
    let mut turned = 0;
    let mut unreadable = Vec::new();
    for (nth, some) in files.chunks(AT_A_TIME).enumerate() {
        progress(&far(&format!("pictures of {name}"), nth * AT_A_TIME, files.len()));
        let looked: Vec<(IssueLog, Option<bool>)> = some.par_iter().map(look_at_one).collect();
        for (row, (issues, is_turned)) in looked.into_iter().enumerate() {
            report.issues.append(issues);
            match is_turned {
                Some(is_turned) => turned += u64::from(is_turned),
                None => unreadable.push(nth * AT_A_TIME + row),
            }
        }
    }
    if turned > 0 {
        report.facts.push((format!("pictures of {name} that EXIF turns, read as they were annotated"), turned));
    }
    unreadable
}

/// What is wrong with a picture, and whether it is turned by its EXIF; none where it cannot be used.
fn look_at_one((path, width, height): &(PathBuf, u32, u32)) -> (IssueLog, Option<bool>) {
    let mut issues = IssueLog::default();
    let header = match picture_file::header(path) {
        Ok(header) => header,
        Err(PictureError::Io { problem, .. }) if problem.kind() == std::io::ErrorKind::NotFound => {
            issues.add("pictures that are not there", || {
                DataIssue::new(path, "", "the picture is not there. Put it back, or remove its entry")
            });
            return (issues, None);
        }
        Err(error) => {
            issues.add("pictures that cannot be read", || DataIssue::from_error(path, &error));
            return (issues, None);
        }
    };
    if let Err(error) = picture_file::open(path, ExifOrientation::Sized(*width, *height)) {
        issues.add("pictures that cannot be read", || DataIssue::from_error(path, &error));
        return (issues, None);
    }
    let (lies, shown) = (header.lies(), header.shown());
    if lies.0.min(lies.1) < picture_file::MIN_SIDE_PX {
        issues.add("pictures that are too small", || {
            let what = format!(
                "{} x {} pixels show nothing that could be learned. Take a larger copy, or remove it",
                lies.0, lies.1
            );
            DataIssue::new(path, "", what)
        });
        return (issues, None);
    }
    // Without a size in its annotations, a picture is taken as it lies.
    if *width > 0 && lies != (*width, *height) && shown != (*width, *height) {
        issues.add("pictures of another size than annotated", || {
            let what = format!(
                "it was annotated at {width} x {height} pixels and has {} x {}. Take the picture that was annotated",
                lies.0, lies.1
            );
            DataIssue::new(path, "", what)
        });
    }
    (issues, Some(*width > 0 && header.is_turned() && lies != shown))
}
