//! Visual Genome as sg2im prepares and samples it: real relations, boxes, no masks.
//!
//! `scenewright dataset index DIR` reads the original JSON once ([`build`]) and writes one small file ([`index_file`]), from which
//! [`VisualGenome`] draws samples. Where there is none, the files that sg2im's own script writes do as well ([`hdf5`]).
// sg2im: scripts/preprocess_vg.py; data/vg.py

pub mod build;
mod files;
pub mod hdf5;
pub mod index_file;
mod records;
mod words;

pub use files::{VgFiles, VgThresholds};

use std::path::{Path, PathBuf};

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::annotated::AnnotatedPicture;
use super::coco::path_below;
use super::store::{AnnotationTable, StoredPicture};
use super::{DataError, Dataset, PictureSet, PictureView, Sample, SampleSize, Split};
use scenewright_formats::picture_file::{self, ExifOrientation};

/// The index's name in the folder of the data set.
pub const INDEX: &str = "visual_genome.index";

#[derive(Clone, Debug)]
pub struct VgConfig {
    /// The folder with the index, or with sg2im's HDF5 files, and `images/`; or the index itself.
    pub path: PathBuf,
    pub split: Split,
    pub seed: u64,
    pub frame: SampleSize,
    /// Objects on one sample, `__image__` included (sg2im: train.py, `--max_objects_per_image`).
    pub max_objects: usize,
    /// Objects without relations fill up what is free.
    pub use_orphaned_objects: bool,
}

impl Default for VgConfig {
    fn default() -> Self {
        Self {
            path: PathBuf::new(),
            split: Split::Train,
            seed: 0,
            frame: SampleSize::default(),
            max_objects: 10,
            use_orphaned_objects: true,
        }
    }
}

/// An index in memory, pictures on the disk.
pub struct VisualGenome {
    config: VgConfig,
    store: AnnotationTable,
    pictures: PathBuf,
}

/// Whether this folder holds Visual Genome, indexed or not.
pub fn is_here(path: &Path) -> bool {
    let index = path.is_file() && path.extension().is_some_and(|end| end == "index");
    index || path.join(INDEX).is_file() || hdf5::is_here(path) || are_files_here(path)
}

/// Objects and relations in Visual Genome's own JSON. `scene_graphs.json` alone may be another set's.
fn are_files_here(path: &Path) -> bool {
    let files = VgFiles::in_folder(path);
    let has_both = files.objects.is_file() && files.relationships.is_file();
    has_both && (files.objects != files.relationships || files.images.is_file())
}

impl VisualGenome {
    pub fn open(config: VgConfig) -> Result<Self, DataError> {
        let file = if config.path.is_file() { config.path.clone() } else { config.path.join(INDEX) };
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        let store = if file.is_file() {
            let (mut store, splits) = index_file::read(&file)?;
            let mut splits = splits.into_iter();
            store.pictures.retain(|_| splits.next() == Some(config.split));
            store
        } else if hdf5::is_here(&folder) {
            hdf5::read(&folder, config.split)?
        } else {
            let what = format!(
                "there is no {INDEX} here. Make it once: `scenewright dataset index {}`",
                config.path.display()
            );
            return Err(DataError::InvalidFile { what, path: config.path });
        };
        let pictures = Some(folder.join("images")).filter(|inner| inner.is_dir()).unwrap_or(folder);
        Ok(Self { config, store, pictures })
    }

    pub fn store(&self) -> &AnnotationTable {
        &self.store
    }

    fn picture(&self, index: u64) -> Result<&StoredPicture, DataError> {
        let found = usize::try_from(index).ok().and_then(|index| self.store.pictures.get(index));
        found.ok_or(DataError::OutOfRange { index, len: self.store.pictures.len() as u64 })
    }

    /// Where a picture lies.
    pub(crate) fn path_of(&self, picture: &StoredPicture) -> PathBuf {
        path_below(&self.pictures, &picture.file)
    }

    /// Objects with relations first, as many as there is room for.
    // sg2im: data/vg.py, __getitem__
    fn chosen(&self, annotated: &AnnotatedPicture, seed: u64) -> Vec<usize> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let relations = annotated.relations.as_deref().unwrap_or_default();
        let related = |row: &usize| relations.iter().any(|(s, _, o)| s == row || o == row);
        let (mut with, mut without): (Vec<usize>, Vec<usize>) = (0..annotated.objects.len()).partition(related);
        let most = self.config.max_objects;
        if with.len() + 1 > most {
            // sg2im takes `max_objects` here and one less below.
            with.shuffle(&mut rng);
            with.truncate(most);
        }
        if with.len() + 1 < most && self.config.use_orphaned_objects {
            let room = most - 1 - with.len();
            let (taken, _) = without.partial_shuffle(&mut rng, room);
            with.extend_from_slice(taken);
        }
        // A separate draw, so that a crop with the same seed does not depend on the objects.
        let _ = rng.random::<u64>();
        with.sort_unstable();
        with
    }
}

impl Dataset for VisualGenome {
    fn len(&self) -> Option<u64> {
        Some(self.store.pictures.len() as u64)
    }

    fn has_masks(&self) -> bool {
        false
    }

    fn sample(&self, index: u64) -> Result<Sample, DataError> {
        self.view(index, &PictureView::plain(self.config.split.seed(self.config.seed, index)))
    }

    fn object_names(&self) -> Vec<String> {
        sorted(&self.store.names)
    }

    fn predicate_names(&self) -> Vec<String> {
        sorted(&self.store.predicates)
    }
}

fn sorted(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.sort();
    names
}

impl PictureSet for VisualGenome {
    fn view(&self, index: u64, view: &PictureView) -> Result<Sample, DataError> {
        let picture = self.picture(index)?;
        let all = self.store.annotated(picture, true);
        let rows = self.chosen(&all, view.seed);
        let place = |row: &usize| rows.binary_search(row).ok();
        let relations = all.relations.as_deref().unwrap_or_default();
        let relations =
            relations.iter().filter_map(|(s, word, o)| Some((place(s)?, word.clone(), place(o)?))).collect();
        let objects = rows.iter().map(|&row| all.objects[row].clone()).collect();
        let pixels = picture_file::open(&self.path_of(picture), ExifOrientation::Sized(picture.width, picture.height))?;
        // sg2im's files hold no size: it is that of the picture as stored on disk.
        let (width, height) = if all.width == 0 { pixels.dimensions() } else { (all.width, all.height) };
        let chosen = AnnotatedPicture { width, height, objects, relations: Some(relations) };
        Ok(chosen.sample(&pixels, self.config.frame, view))
    }
}
