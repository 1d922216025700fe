//! Looks through a data set of whatever kind before anything is learned from it, and tells all that is wrong.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::coco::{self, Coco, CocoConfig, CocoFilters};
use super::pictures::OwnPictures;
use super::visual_genome::{self, VgFiles, VgThresholds, VisualGenome, build};
use super::{DataError, Dataset, Fault, Faults, Split, picture_file};

/// What lies in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// COCO 2017, or another set whose train and val files are named as COCO's.
    Coco,
    VisualGenome,
    /// A folder of pictures, with or without one annotations file.
    Pictures,
}

impl Kind {
    /// By the files; none where there is no such folder.
    pub fn of(path: &Path) -> Option<Self> {
        if visual_genome::is_here(path) {
            return Some(Self::VisualGenome);
        }
        let parts = [Split::Train, Split::Validation].map(|split| coco::find(path, split));
        if parts.iter().any(|files| files.as_ref().is_ok_and(|files| files.divided)) {
            return Some(Self::Coco);
        }
        path.exists().then_some(Self::Pictures)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Coco => "COCO",
            Self::VisualGenome => "Visual Genome",
            Self::Pictures => "own pictures",
        }
    }
}

/// What the doctor found.
pub struct Report {
    pub kind: Kind,
    /// What there is to learn from: "pictures to learn from", 78.
    pub facts: Vec<(String, u64)>,
    pub faults: Faults,
}

/// Reads all of it; `progress` is told what is being looked at.
pub fn examine(path: &Path, progress: &mut dyn FnMut(&str)) -> Result<Report, DataError> {
    let absent = || DataError::Place { what: "there is no such folder. Choose another".into(), path: path.to_owned() };
    let kind = Kind::of(path).ok_or_else(absent)?;
    let mut report = Report { kind, facts: Vec::new(), faults: Faults::default() };
    match kind {
        Kind::Pictures => own(path, &mut report)?,
        Kind::Coco => of_coco(path, &mut report, progress)?,
        Kind::VisualGenome => of_visual_genome(path, &mut report, progress)?,
    }
    Ok(report)
}

fn own(path: &Path, report: &mut Report) -> Result<(), DataError> {
    let (pictures, faults) = OwnPictures::open_counted(path)?;
    report.faults = faults;
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

fn of_coco(path: &Path, report: &mut Report, progress: &mut dyn FnMut(&str)) -> Result<(), DataError> {
    for (split, name) in [(Split::Train, "train"), (Split::Validation, "validation"), (Split::Test, "test")] {
        progress(name);
        // Everything is looked at, not only what the filters leave; faults of val are told once.
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
        let filtered = open(CocoFilters::default())?;
        report.facts.push((format!("pictures of {name} that the paper's filters leave"), filtered.len().unwrap_or(0)));
        report.facts.push((format!("objects on them ({name})"), filtered.object_count()));
        let whole = open(all)?;
        if split != Split::Test {
            report.faults.append(whole.counted_faults().clone());
        }
        let files: Vec<(PathBuf, u32, u32)> = whole
            .store()
            .pictures
            .iter()
            .map(|picture| (whole.path_of(picture), picture.width, picture.height))
            .collect();
        report.facts.push((format!("pictures of {name} in all"), files.len() as u64));
        progress(&format!("pictures of {name}"));
        report.faults.append(look_at(&files));
    }
    Ok(())
}

fn of_visual_genome(path: &Path, report: &mut Report, progress: &mut dyn FnMut(&str)) -> Result<(), DataError> {
    let files = VgFiles::in_folder(path);
    if files.objects.is_file() {
        let (store, _) = build::build(&files, &VgThresholds::default(), &mut report.faults, progress)?;
        report.facts.push(("pictures that the paper's thresholds leave".into(), store.pictures.len() as u64));
    }
    if !path.is_file() && !path.join(visual_genome::INDEX).is_file() && !visual_genome::hdf5::is_here(path) {
        report.faults.note("no index", || {
            Fault::new(
                path,
                "",
                format!("there is no {} yet. Make it: `scenewright dataset index`", visual_genome::INDEX),
            )
        });
        return Ok(());
    }
    for (split, name) in [(Split::Train, "train"), (Split::Validation, "validation"), (Split::Test, "test")] {
        progress(&format!("pictures of {name}"));
        let set = VisualGenome::open(visual_genome::VgConfig { path: path.to_owned(), split, ..Default::default() })?;
        report.facts.push((format!("pictures of {name}"), set.len().unwrap_or(0)));
        let files: Vec<(PathBuf, u32, u32)> =
            set.store().pictures.iter().map(|picture| (set.path_of(picture), picture.width, picture.height)).collect();
        report.faults.append(look_at(&files));
    }
    Ok(())
}

/// The first bytes of every picture: is it there, is it whole, is it as large as its annotations say.
fn look_at(files: &[(PathBuf, u32, u32)]) -> Faults {
    let one = |(path, width, height): &(PathBuf, u32, u32)| {
        let mut faults = Faults::default();
        match picture_file::header(path) {
            Err(picture_file::PictureError::Io { problem, .. }) if problem.kind() == std::io::ErrorKind::NotFound => {
                faults.note("pictures that are not there", || {
                    Fault::new(path, "", "the picture is not there. Put it back, or remove its entry")
                });
            }
            Err(error) => {
                let text = error.to_string();
                let what = text.strip_suffix(&format!(": {}", path.display())).unwrap_or(&text).to_owned();
                faults.note("pictures that cannot be read", || Fault::new(path, "", what));
            }
            Ok(header) => {
                let (lies, shown) = ((header.width, header.height), header.shown());
                // Without a size in its annotations, a picture is taken as it lies.
                if *width > 0 && lies != (*width, *height) && shown != (*width, *height) {
                    let what = format!(
                        "it was annotated at {width} x {height} pixels and has {} x {}. Take the picture that was annotated",
                        lies.0, lies.1
                    );
                    faults.note("pictures of another size than annotated", || Fault::new(path, "", what));
                } else if *width > 0 && header.is_turned() && lies != shown {
                    let how = if lies == (*width, *height) { "as it lies" } else { "as it is shown" };
                    let what = format!(
                        "its EXIF turns it, and its boxes are for the picture {how}: that is how it is read. Nothing is to be done"
                    );
                    faults.note("pictures turned by EXIF", || Fault::new(path, "", what));
                }
            }
        }
        faults
    };
    let all: Vec<Faults> = files.par_iter().map(one).collect();
    let mut faults = Faults::default();
    all.into_iter().for_each(|own| faults.append(own));
    faults
}
