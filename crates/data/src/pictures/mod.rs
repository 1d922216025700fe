//! A folder of one's own pictures, annotated here or by any other tool.
//!
//! ```text
//! folder/  anna.jpg  anna.scene.json      object i of the scene is the annotation with "scenewright_object": i
//!          bert.png  bert.scene.json      a pair: without an annotation, boxes are the scene's own
//!          annotations.json               COCO: images, categories, annotations
//! ```
//!
//! Everything that is wrong is reported and left out; the rest is used. Nothing is ever written here.

pub(crate) mod check_record;
mod crop;
mod folder;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use image::RgbImage;

use super::annotated::AnnotatedPicture;
use super::split::mix;
use super::{DataError, DataIssue, Dataset, IssueLog, PictureSet, PictureView, Sample, SampleSize, Split};
use crate::resize::{Region, resize};
use scenewright_formats::picture_file::{self, ExifOrientation};
use scenewright_formats::sources::Part as SetPart;

/// A picture with at least one object.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnPicture {
    pub path: PathBuf,
    pub annotated: AnnotatedPicture,
    /// What the folder that it lies in says of it.
    part: SetPart,
    /// Kept from training, to see what was learned.
    pub held_out: bool,
    /// From the file's name: the same on every machine.
    seed: u64,
}

/// Pictures on the disk, opened when they are asked for. Clones share what they hold.
#[derive(Clone)]
pub struct OwnPictures {
    pictures: Arc<Vec<OwnPicture>>,
    /// Rows of `pictures`.
    chosen: Vec<usize>,
    frame: SampleSize,
    cache: Arc<Mutex<Cache>>,
}

/// Smaller copies, so that a photograph is not decoded at every step.
#[derive(Default)]
struct Cache {
    copies: HashMap<usize, Arc<RgbImage>>,
    bytes: usize,
}

/// Copies have sides of at most this.
const COPY_SIDE_PX: u32 = 768;
const CACHE_BYTES: usize = 256 << 20;
/// One picture in this many is held out.
const HELD_OUT_ONE_IN: u64 = 5;
/// Below this many pictures all are learned from.
const MIN_TO_HOLD_OUT: usize = 5;

impl OwnPictures {
    /// Reads a folder (or the annotations file in one). Only a folder that cannot be read at all is an error; every picture and annotation that
    /// cannot be used is an issue.
    pub fn open(path: &Path) -> Result<(Self, Vec<DataIssue>), DataError> {
        let (pictures, issues) = Self::open_counted(path)?;
        Ok((pictures, issues.list().cloned().collect()))
    }

    /// As [`Self::open`], with how many issues there are of each kind.
    pub fn open_counted(path: &Path) -> Result<(Self, IssueLog), DataError> {
        Self::read(path, None)
    }

    /// As [`Self::open_counted`], and every picture is decoded, however many there are; `progress` is called with the count so far.
    pub(crate) fn examine(path: &Path, progress: &mut dyn FnMut(&str)) -> Result<(Self, IssueLog), DataError> {
        Self::read(path, Some(progress))
    }

    fn read(path: &Path, progress: Option<&mut dyn FnMut(&str)>) -> Result<(Self, IssueLog), DataError> {
        let (mut pictures, issues) = folder::read(path, progress)?;
        hold_out(&mut pictures);
        let chosen = (0..pictures.len()).collect();
        let pictures = Arc::new(pictures);
        Ok((Self { pictures, chosen, frame: SampleSize::default(), cache: Arc::default() }, issues))
    }

    /// Samples of this size.
    pub fn with_frame(mut self, frame: SampleSize) -> Self {
        self.frame = frame;
        self
    }

    /// Those that are learned from, or those that are held out (which are validation and test in one).
    pub fn part(mut self, split: Split) -> Self {
        let wanted = split != Split::Train;
        self.chosen = (0..self.pictures.len()).filter(|&i| self.pictures[i].held_out == wanted).collect();
        self
    }

    /// The pictures that are samples, in order.
    pub fn pictures(&self) -> impl Iterator<Item = &OwnPicture> {
        self.chosen.iter().map(|&row| &self.pictures[row])
    }

    fn picture(&self, index: u64) -> Result<(usize, &OwnPicture), DataError> {
        let row = usize::try_from(index).ok().and_then(|index| self.chosen.get(index)).copied();
        let len = self.chosen.len() as u64;
        let row = row.ok_or(DataError::OutOfRange { index, len })?;
        Ok((row, &self.pictures[row]))
    }

    /// A copy of the picture that is small enough to keep.
    fn copy_of(&self, row: usize) -> Result<Arc<RgbImage>, DataError> {
        if let Some(copy) = self.cache().copies.get(&row) {
            return Ok(copy.clone());
        }
        let picture = reduced(self.pictures[row].open()?, COPY_SIDE_PX);
        let copy = Arc::new(picture);
        let mut cache = self.cache();
        let bytes = copy.as_raw().len();
        if cache.bytes + bytes <= CACHE_BYTES && cache.copies.insert(row, copy.clone()).is_none() {
            cache.bytes += bytes;
        }
        Ok(copy)
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        // A thread that panicked in here leaves a map that is whole.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OwnPicture {
    /// The pixels, turned as they were annotated.
    pub(crate) fn open(&self) -> Result<RgbImage, DataError> {
        let AnnotatedPicture { width, height, .. } = self.annotated;
        Ok(picture_file::open(&self.path, upright(&self.path, width, height)?)?)
    }
}

/// A picture is taken as a viewer shows it (and as Annotate shows it), unless its annotations name the size that it has only as it lies.
/// Turned upside down or mirrored it keeps its size, and so does a square.
fn upright(path: &Path, width: u32, height: u32) -> Result<ExifOrientation, DataError> {
    let header = picture_file::header(path)?;
    let as_it_lies = header.is_size_as_it_lies((width, height));
    Ok(if as_it_lies { ExifOrientation::Sized(width, height) } else { ExifOrientation::AsShown })
}

/// Sides of at most `side`; smaller pictures stay.
fn reduced(picture: RgbImage, side: u32) -> RgbImage {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= side {
        return picture;
    }
    let scaled = |v: u32| ((u64::from(v) * u64::from(side) / u64::from(longest)) as u32).max(1);
    let to = (scaled(width), scaled(height));
    let part = Region::whole(width as usize, height as usize);
    let pixels = resize::<3>(picture.as_raw(), width as usize, height as usize, part, (to.0 as usize, to.1 as usize));
    RgbImage::from_raw(to.0, to.1, pixels).unwrap_or(picture)
}

/// Chooses by the folders' names where they say, else by a hash of the name: adding a picture moves no other from one side to the other.
fn hold_out(pictures: &mut [OwnPicture]) {
    // A set that comes in parts is divided already.
    let has = |part: SetPart| pictures.iter().any(|picture| picture.part == part);
    if has(SetPart::Train) && has(SetPart::HeldOut) {
        for picture in pictures.iter_mut() {
            picture.held_out = picture.part == SetPart::HeldOut;
        }
        return;
    }
    if pictures.len() < MIN_TO_HOLD_OUT {
        return;
    }
    for picture in pictures.iter_mut() {
        picture.held_out = picture.seed % HELD_OUT_ONE_IN == 0;
    }
    let held = pictures.iter().filter(|picture| picture.held_out).count();
    if held == 0
        && let Some(first) = pictures.iter_mut().min_by_key(|picture| picture.seed)
    {
        first.held_out = true;
    }
    if held == pictures.len()
        && let Some(last) = pictures.iter_mut().max_by_key(|picture| picture.seed)
    {
        last.held_out = false;
    }
}

/// FNV-1a over the name, stirred.
fn seed_of(name: &str) -> u64 {
    mix(name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)))
}

impl Dataset for OwnPictures {
    fn len(&self) -> Option<u64> {
        Some(self.chosen.len() as u64)
    }

    fn has_masks(&self) -> bool {
        self.pictures.iter().flat_map(|p| &p.annotated.objects).any(|object| object.shape.is_some())
    }

    fn sample(&self, index: u64) -> Result<Sample, DataError> {
        let (_, picture) = self.picture(index)?;
        self.view(index, &PictureView::plain(picture.seed))
    }

    fn object_names(&self) -> Vec<String> {
        sorted(self.pictures.iter().flat_map(|p| &p.annotated.objects).map(|object| object.name.clone()))
    }

    fn predicate_names(&self) -> Vec<String> {
        let drawn = self.pictures.iter().any(|p| p.annotated.relations.is_none());
        let geometric =
            super::geometric_relations::SG2IM_PREDICATES.iter().filter(|_| drawn).map(|word| (*word).to_owned());
        let written = self.pictures.iter().flat_map(|p| p.annotated.relations.iter().flatten());
        sorted(written.map(|(_, word, _)| word.clone()).chain(geometric))
    }
}

impl PictureSet for OwnPictures {
    fn view(&self, index: u64, view: &PictureView) -> Result<Sample, DataError> {
        let (row, picture) = self.picture(index)?;
        Ok(picture.annotated.sample(&*self.copy_of(row)?, self.frame, view))
    }
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    names.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}
