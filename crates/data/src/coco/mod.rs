//! COCO 2017 with COCO-Stuff, as sg2im reads it; and any other set in the same format.
//!
//! Train is `train2017`; of `val2017`, what is left by the filters is validation (the first 1,024) and test (the rest). A folder with one
//! annotations file is divided by a hash of the pictures' ids.
// sg2im: data/coco.py; train.py, build_coco_dsets; TRAINING.md

mod files;
mod read;

pub(crate) use files::{CocoFiles, find};

use std::path::{Path, PathBuf};

use super::split::mix;
use super::store::{AnnotationTable, StoredPicture};
use super::{DataError, Dataset, IssueLog, PictureSet, PictureView, Sample, SampleSize, Split, geometric_relations};
use scenewright_formats::picture_file::{self, ExifOrientation};
use scenewright_formats::picture_folder::{PictureIndex, PictureLocation, name_below, pictures_in};

/// What is taken of the files; the defaults are sg2im's.
#[derive(Clone, Debug, PartialEq)]
pub struct CocoFilters {
    /// Objects whose box is no more than this share of the picture are left out.
    pub min_object_size: f64,
    /// Pictures with fewer or more objects than these are left out.
    pub min_objects: usize,
    pub max_objects: usize,
    /// Only pictures that the stuff file knows, where there is one.
    pub stuff_only: bool,
    /// The category "other".
    pub include_other: bool,
    /// Names of categories to take; empty: all.
    pub instance_whitelist: Vec<String>,
    pub stuff_whitelist: Vec<String>,
    /// At most so many pictures.
    pub max_samples: Option<usize>,
}

impl Default for CocoFilters {
    fn default() -> Self {
        Self {
            min_object_size: 0.02,
            min_objects: 3,
            max_objects: 8,
            stuff_only: true,
            include_other: false,
            instance_whitelist: Vec::new(),
            stuff_whitelist: Vec::new(),
            max_samples: None,
        }
    }
}

/// What to open.
#[derive(Clone, Debug, Default)]
pub struct CocoConfig {
    /// A folder as `download_coco.sh` of sg2im makes it, a folder with one annotations file, or such a file.
    pub path: PathBuf,
    pub split: Split,
    /// Decides which relations are drawn.
    pub seed: u64,
    pub frame: SampleSize,
    pub filters: CocoFilters,
}

/// Annotations in memory, pictures on the disk.
pub struct Coco {
    config: CocoConfig,
    files: CocoFiles,
    store: AnnotationTable,
    issues: IssueLog,
}

/// Of `val2017` so many pictures are validation.
const VALIDATION: usize = 1024;

impl Coco {
    pub fn open(config: CocoConfig) -> Result<Self, DataError> {
        let files = find(&config.path, config.split)?;
        let mut issues = IssueLog::default();
        let mut store = read::read(&files, &config.filters, &mut issues)?;
        find_pictures(&mut store.pictures, &files);
        divide(&mut store.pictures, &files, config.split);
        store.pictures.truncate(config.filters.max_samples.unwrap_or(usize::MAX));
        Ok(Self { config, files, store, issues })
    }

    pub fn store(&self) -> &AnnotationTable {
        &self.store
    }

    /// What was left out of the files.
    pub(crate) fn counted_issues(&self) -> &IssueLog {
        &self.issues
    }

    /// Objects on all pictures of this part.
    pub fn object_count(&self) -> u64 {
        self.store.pictures.iter().map(|picture| u64::from(picture.objects.end - picture.objects.start)).sum()
    }

    /// Relations that the files give; where a picture has none, those that can be seen are drawn.
    pub(crate) fn relation_count(&self) -> u64 {
        self.store.pictures.iter().map(|picture| u64::from(picture.relations.end - picture.relations.start)).sum()
    }

    fn picture(&self, index: u64) -> Result<&StoredPicture, DataError> {
        let found = usize::try_from(index).ok().and_then(|index| self.store.pictures.get(index));
        found.ok_or(DataError::OutOfRange { index, len: self.store.pictures.len() as u64 })
    }

    /// Where a picture lies.
    pub(crate) fn path_of(&self, picture: &StoredPicture) -> PathBuf {
        path_below(&self.files.pictures, &picture.file)
    }
}

/// Names of other machines and tools become those of the files here. Where the first ones lie where the list says, all are taken to.
fn find_pictures(pictures: &mut [StoredPicture], files: &CocoFiles) {
    const TRIED: usize = 32;
    let step = (pictures.len() / TRIED).max(1);
    let is_there = |picture: &StoredPicture| path_below(&files.pictures, &picture.file).is_file();
    if pictures.iter().step_by(step).all(is_there) {
        return;
    }
    // A folder that cannot be listed is reported when its pictures are opened.
    let Ok(on_disk) = pictures_in(&files.pictures) else { return };
    let index = PictureIndex::new(&files.pictures, &on_disk);
    for picture in pictures.iter_mut().filter(|picture| !is_there(picture)) {
        if let PictureLocation::Here(path, _) = index.find(&files.pictures, &picture.file)
            && let Some(name) = name_below(&files.pictures, &path)
        {
            picture.file = name.into();
        }
    }
}

/// A file's name never leads out of the folder.
pub(super) fn path_below(folder: &Path, name: &str) -> PathBuf {
    let proper = Path::new(name).components().filter(|part| matches!(part, std::path::Component::Normal(_)));
    folder.join(proper.collect::<PathBuf>())
}

/// Keeps the pictures of one part.
fn divide(pictures: &mut Vec<StoredPicture>, files: &CocoFiles, split: Split) {
    match (split, files.divided) {
        (Split::Train, true) => {}
        (Split::Validation, true) => pictures.truncate(VALIDATION),
        (Split::Test, true) => drop(pictures.drain(..VALIDATION.min(pictures.len()))),
        (_, false) => pictures.retain(|picture| hashed_split(picture.id) == split),
    }
}

/// Eight of ten pictures are learned from; the same on every machine.
pub(super) fn hashed_split(id: u64) -> Split {
    match mix(id) % 10 {
        0 => Split::Validation,
        1 => Split::Test,
        _ => Split::Train,
    }
}

impl Dataset for Coco {
    fn len(&self) -> Option<u64> {
        Some(self.store.pictures.len() as u64)
    }

    fn issues(&self) -> Vec<String> {
        self.issues.summaries()
    }

    fn has_masks(&self) -> bool {
        self.store.objects.iter().any(|object| object.shape.is_some())
    }

    fn sample(&self, index: u64) -> Result<Sample, DataError> {
        self.view(index, &PictureView::plain(self.config.split.seed(self.config.seed, index)))
    }

    fn object_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.store.names.iter().filter(|name| !name.is_empty()).cloned().collect();
        names.sort();
        names.dedup();
        names
    }

    fn predicate_names(&self) -> Vec<String> {
        let mut names = geometric_relations::SG2IM_PREDICATES.map(str::to_owned).to_vec();
        names.extend(self.store.predicates.iter().cloned());
        names.sort();
        names.dedup();
        names
    }
}

impl PictureSet for Coco {
    fn view(&self, index: u64, view: &PictureView) -> Result<Sample, DataError> {
        let picture = self.picture(index)?;
        let upright = ExifOrientation::Sized(picture.width, picture.height);
        let pixels = picture_file::open(&self.path_of(picture), upright)?;
        let related = !picture.relations.is_empty();
        Ok(self.store.annotated(picture, related).sample(&pixels, self.config.frame, view))
    }
}
