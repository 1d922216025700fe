//! Drawings taken from their files: words and drawings that a collage model never learned, and any drawing at the size in which it is shown.
//!
//! A word that the model lacks is placed like a word that it has ([`Drawings::stand_in`]), and drawn from its own drawing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use scenewright_illustrated::catalog::{CatalogDrawing, CatalogEntry, bundled_category, catalog};
use scenewright_illustrated::composition::{SceneLight, TimeOfDay, Weather};
use scenewright_illustrated::grammar::light;
use scenewright_illustrated::looks;
use scenewright_illustrated::paint::portrait::{DrawnPatch, Portrait, placed};
use scenewright_model::collage::composite::Patch;
use scenewright_scene::vocab::looks::{HourAndWeather, Looks};
use scenewright_scene::vocab::{NewWord, ObjectId, ObjectLooks, Vocabulary, VocabularyError};

/// Bytes of the drawings that are kept from picture to picture.
const LIMIT_BYTES: usize = 96 << 20;

/// Words and drawings beyond those of a model.
#[derive(Default)]
pub(super) struct Drawings {
    /// For each word of the vocabulary that the model lacks, by number: the model's word that it is placed like, and how much taller it is.
    stand_ins: HashMap<u32, (u32, f32)>,
    /// Drawings from this number on were never learned.
    first_unlearned_row: u32,
    kept: Mutex<Kept>,
}

/// All that the pixels of a drawing depend on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct DrawingKey {
    pub category: String,
    pub drawing: String,
    /// Slot and color: a word, or `#rrggbb`.
    pub colors: Vec<(String, String)>,
    /// Hour and weather, numbers of the vocabulary's looks.
    pub light: (usize, usize),
    pub is_indoors: bool,
    pub is_mirrored: bool,
    /// Bits of how far away it is, and of its box in pixels.
    pub distance: u32,
    pub corners: [u32; 4],
    pub picture_px: (usize, usize),
}

#[derive(Default)]
struct Kept {
    patches: HashMap<DrawingKey, (Arc<Patch>, u64)>,
    bytes: usize,
    clock: u64,
}

impl Drawings {
    /// The vocabulary with all bundled words and drawings behind those of the model. One whose looks were not learned from these drawings
    /// stays as it is.
    pub(super) fn extend(vocab: Vocabulary) -> Result<(Vocabulary, Self), VocabularyError> {
        let Some(known) = vocab.looks().cloned().filter(is_of_drawings) else { return Ok((vocab, Self::default())) };
        let first_unlearned_row = known.variant_count() as u32;
        let mut next_row = first_unlearned_row;
        let mut looks = known;
        let has =
            |entry: &&CatalogEntry| vocab.object_id(&entry.name).is_some_and(|id| vocab.object_name(id) == entry.name);
        let (old, new): (Vec<&CatalogEntry>, Vec<&CatalogEntry>) = catalog().values().partition(has);
        for entry in &old {
            let is_bundled =
                |own: &&mut ObjectLooks| own.variants.iter().any(|known| entry.drawing(&known.name).is_some());
            if let Some(own) = looks.objects.get_mut(&entry.name).filter(|own| !own.stuff).filter(is_bundled) {
                looks::add_drawings(entry, own, &mut next_row);
            }
        }
        for entry in &new {
            looks.objects.insert(entry.name.clone(), looks::object_looks(entry, &mut next_row));
        }
        let word = |entry: &&CatalogEntry| NewWord {
            name: entry.name.clone(),
            group: entry.group.clone(),
            synonyms: entry.synonyms.iter().chain([&entry.plural]).cloned().collect(),
        };
        let extended = vocab.with_new_words(new.iter().map(word).collect())?.with_looks(looks);
        let stand_in = |entry: &&CatalogEntry| {
            let like = looks::most_alike(entry, old.iter().copied())?;
            let (own, other) = (extended.object_id(&entry.name)?, vocab.object_id(&like.name)?);
            Some((own.0, (other.0, entry.height_meters / like.height_meters)))
        };
        let stand_ins = new.iter().filter_map(stand_in).collect();
        Ok((extended, Self { stand_ins, first_unlearned_row, kept: Mutex::default() }))
    }

    /// The model's word that an object is placed like, and how many times as tall it is.
    pub(super) fn stand_in(&self, class: u32) -> (u32, f32) {
        self.stand_ins.get(&class).copied().unwrap_or((class, 1.0))
    }

    /// Whether a decoder has learned a drawing of this number.
    pub(super) fn is_learned(&self, class: u32, row: u32) -> bool {
        !self.stand_ins.contains_key(&class) && (self.first_unlearned_row == 0 || row < self.first_unlearned_row)
    }

    /// Whether the looks of a drawing come from its file: it was never learned, or it is the one that was learned. A model may have learned another
    /// drawing of the user's under the same name.
    pub(super) fn is_of_file(&self, class: u32, row: u32, category: &str, name: &str) -> bool {
        drawing(category, name).is_some_and(|drawing| drawing.is_learned || !self.is_learned(class, row))
    }

    /// The drawing in the picture. None: there is no such drawing, it cannot be read, or nothing of it lies in the picture.
    pub(super) fn patch(&self, key: DrawingKey, looks: &Looks) -> Option<Arc<Patch>> {
        if let Some(found) = self.find(&key) {
            return Some(found);
        }
        let made = Arc::new(draw(&key, looks)?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clock += 1;
        let now = kept.clock;
        kept.bytes += made.rgba.len();
        if let Some((before, _)) = kept.patches.insert(key, (made.clone(), now)) {
            kept.bytes -= before.rgba.len();
        }
        Some(made)
    }

    fn find(&self, key: &DrawingKey) -> Option<Arc<Patch>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clock += 1;
        let now = kept.clock;
        let (patch, used) = kept.patches.get_mut(key)?;
        *used = now;
        Some(patch.clone())
    }

    /// Back to the limit, those first that were used longest ago; called when a picture has taken what it needs.
    pub(super) fn trim(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        while kept.bytes > LIMIT_BYTES {
            let oldest = kept.patches.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| key.clone());
            let Some((patch, _)) = oldest.and_then(|key| kept.patches.remove(&key)) else { break };
            kept.bytes -= patch.rgba.len();
        }
    }

    pub(super) fn clear(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
    }
}

/// What the bundled sprites say of a drawing.
pub(super) fn drawing(category: &str, drawing: &str) -> Option<&'static CatalogDrawing> {
    catalog().get(category)?.drawing(drawing)
}

/// Whether a model's looks were learned from the bundled drawings: it knows most of them by name.
fn is_of_drawings(looks: &Looks) -> bool {
    let things = looks.objects.iter().filter(|(_, own)| !own.stuff);
    let is_bundled = |(name, own): (&String, &ObjectLooks)| {
        own.variants.iter().any(|variant| drawing(name, &variant.name).is_some())
    };
    let (all, bundled) =
        things.fold((0, 0), |(all, bundled), thing| (all + 1, bundled + usize::from(is_bundled(thing))));
    all > 0 && 2 * bundled >= all
}

fn draw(key: &DrawingKey, looks: &Looks) -> Option<Patch> {
    let library = bundled_category(&key.category)?;
    let variant = library.variant(&key.category, &key.drawing)?;
    let sitter = Portrait {
        category: &key.category,
        variant,
        colors: &key.colors,
        light: scene_light(HourAndWeather { hour: key.light.0, weather: key.light.1 }, looks),
        indoors: key.is_indoors,
        distance: f32::from_bits(key.distance),
    };
    let corners = key.corners.map(f32::from_bits);
    let drawn = placed(&library, &sitter, corners, key.is_mirrored, key.picture_px).ok()?;
    // One that lies outside of the picture is drawn, as nothing.
    let DrawnPatch { x, y, width, height, rgba } = drawn.unwrap_or_default();
    Some(Patch { x, y, width, height, rgba })
}

/// The light of the illustrated world that a vocabulary's numbers stand for; a clear day for what it does not know.
fn scene_light(numbers: HourAndWeather, looks: &Looks) -> SceneLight {
    let hour = looks.hours.get(numbers.hour).map_or("day", String::as_str);
    let weather = looks.weathers.get(numbers.weather).map_or("clear", String::as_str);
    let plain = SceneLight { time: TimeOfDay::Day, weather: Weather::Clear };
    SceneLight {
        time: light::TIMES.into_iter().find(|time| light::time_word(*time) == hour).unwrap_or(plain.time),
        weather: light::WEATHERS
            .into_iter()
            .find(|other| light::weather_word(*other).unwrap_or("clear") == weather)
            .unwrap_or(plain.weather),
    }
}

/// `#rrggbb` of red, green, blue in 0..=1.
pub(super) fn hex(rgb: [f32; 3]) -> String {
    let [r, g, b] = rgb.map(|channel| (channel.clamp(0.0, 1.0) * 255.0).round() as u8);
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The vocabulary's name of an object.
pub(super) fn category_of(vocab: &Vocabulary, class: u32) -> &str {
    vocab.object_name(ObjectId(class))
}
