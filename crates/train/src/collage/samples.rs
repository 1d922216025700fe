//! Training samples of the decoders: single drawings in random colors and lights, and swatches of materials.

use std::path::{Path, PathBuf};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::user_sprites::{self, NewWord};
use super::words::{add_newer_facts, world_looks};
pub use scenewright_data::{DataError, Split};
use scenewright_data::{IllustratedWorld, WorldConfig};
use scenewright_illustrated::color::{WORDS, named};
use scenewright_illustrated::composition::{Composition, Material, SceneLayer, SceneLight, Stuff, TimeOfDay, Weather};
use scenewright_illustrated::grammar::{SceneRequest, compose_attempt, kinds::KINDS, light, material};
use scenewright_illustrated::library::SpriteLibrary;
use scenewright_illustrated::paint::portrait::{Portrait, is_indoors, portrait, swatch};
use scenewright_illustrated::sprite_error::SpriteError;
use scenewright_model::collage::config::{LARGE_SIDE, SIDE, SLOTS};
use scenewright_scene::UnitBox;
use scenewright_scene::vocab::looks::{HourAndWeather, Looks, Variant};
use scenewright_scene::vocab::{Vocabulary, VocabularyError};

/// Pictures into which materials are painted.
const PICTURE_PX: usize = 128;
/// Materials whose color is always chosen.
pub(super) const COLORED: [Material; 3] = [Material::Wall, Material::Floor, Material::Carpet];

/// Of the drawings that are seen in some light, so many more stand in the night: there lamps and windows are learned.
const BY_NIGHT: f64 = 0.3;

/// A drawing as one sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct SpriteSample {
    pub class: u32,
    pub variant: u32,
    /// Of each slot; zeros where the drawing lacks it.
    pub colors: [[f32; 3]; SLOTS],
    pub light: u32,
    pub distance: f32,
    /// Pixels a side: 64, or 128.
    pub side: usize,
    /// Premultiplied red, green, blue, alpha.
    pub pixels: Vec<u8>,
}

/// A piece of material.
#[derive(Clone, Debug, PartialEq)]
pub struct StuffSample {
    pub class: u32,
    pub light: u32,
    pub bounds: [f32; 4],
    /// Zeros where none is chosen.
    pub color: [f32; 3],
    pub pixels: Vec<u8>,
    /// The same piece, mostly in another light and color: what the latent is taken from, so that it describes the form alone.
    pub guide: Vec<u8>,
}

/// Every drawing and material, with the numbers that a vocabulary gives them.
pub struct Atlas {
    world: IllustratedWorld,
    vocab: Vocabulary,
    looks: Looks,
    /// The user's own.
    own: SpriteLibrary,
    /// Words that the model before did not know.
    pub new_words: Vec<NewWord>,
    drawings: Vec<DrawingIds>,
    /// Of these, the user's own: they come last.
    own_count: usize,
    materials: Vec<(Material, u32)>,
}

/// A drawing, by name, with the numbers that stand for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DrawingIds {
    pub name: String,
    /// Among the object's variants.
    pub number: usize,
    pub class: u32,
    pub row: u32,
    /// Category and variant among the user's own.
    pub own: Option<(String, String)>,
}

pub(super) fn fault(error: SpriteError) -> DataError {
    DataError::Sprites(error.to_string())
}

impl Atlas {
    /// `sprites`: the user's own. `base`: the vocabulary of a model that learns them, whose words and drawings keep their numbers.
    pub fn new(sprites: &[PathBuf], base: Option<&Vocabulary>) -> Result<Self, DataError> {
        let world = IllustratedWorld::new(WorldConfig::default())?;
        let mut own = SpriteLibrary::default();
        for path in sprites {
            own = own.with(path).map_err(fault)?;
        }
        let base = base.filter(|base| base.looks().is_some()).cloned().unwrap_or_else(Vocabulary::illustrated);
        let words = |error: VocabularyError| DataError::Sprites(error.to_string());
        let (vocab, new_words) = user_sprites::with_words(&base, &world, &own).map_err(words)?;
        let mut looks = match base.looks() {
            Some(looks) => looks.clone(),
            None => world_looks(&world, &vocab)?,
        };
        add_newer_facts(&mut looks, &world);
        let mut drawings = Vec::new();
        for (name, object) in &looks.objects {
            let Some(class) = vocab.object_id(name) else { continue };
            // A drawing whose file is no longer there keeps its row; it cannot be learned again.
            let there = |(number, v): (usize, &Variant)| {
                let here = world.library().variant(name, &v.name).is_some();
                here.then(|| DrawingIds { name: name.clone(), number, class: class.0, row: v.row, own: None })
            };
            drawings.extend(object.variants.iter().enumerate().filter_map(there));
        }
        let added = user_sprites::add_looks(&mut looks, &vocab, &world, &own)?;
        let own_count = added.len();
        drawings.extend(added);
        let number = |(material, name): &(Material, &str)| {
            let known = *material != Material::Clouds;
            known.then(|| vocab.object_id(name).map(|id| (*material, id.0))).flatten()
        };
        let materials = material::MATERIALS.iter().filter_map(number).collect();
        let vocab = vocab.with_looks(looks.clone());
        if drawings.is_empty() {
            return Err(DataError::EmptyWorld);
        }
        Ok(Self { world, vocab, looks, own, new_words, drawings, own_count, materials })
    }

    pub fn vocab(&self) -> &Vocabulary {
        &self.vocab
    }

    pub fn looks(&self) -> &Looks {
        &self.looks
    }

    pub fn drawing_count(&self) -> usize {
        self.drawings.len()
    }

    /// Of the drawings, how many are the user's own; they come last.
    pub fn own_count(&self) -> usize {
        self.own_count
    }

    /// Drawings of a folder, in plain light, that the vocabulary has words for but that have no numbers of their own: those that are not learned.
    pub(crate) fn unseen(&self, folder: &Path) -> Result<Vec<SpriteSample>, DataError> {
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let library = SpriteLibrary::default().with(folder).map_err(fault)?;
        let mut samples = Vec::new();
        for category in library.iter() {
            let Some(class) = self.vocab.object_id(&category.name) else { continue };
            for variant in &category.variants {
                let Lit { light, indoors, distance } = Lit::PLAIN;
                let sitter = Portrait { category: &category.name, variant, colors: &[], light, indoors, distance };
                let pixels =
                    portrait(&library, &sitter, SIDE).map_err(|error| DataError::Sprites(error.to_string()))?;
                let (colors, light) = ([[0.0; 3]; SLOTS], Lit::PLAIN.row(&self.looks));
                samples.push(SpriteSample { class: class.0, variant: 0, colors, light, distance, side: SIDE, pixels });
            }
        }
        Ok(samples)
    }

    /// The user's files that could not be used.
    pub fn problems(&self) -> &[SpriteError] {
        &self.own.problems
    }

    /// The drawing number `index` (any number: they go around) in colors and a light that follow from the seed. `plain`: in the
    /// light of a clear day, close by.
    pub fn sprite(&self, index: usize, seed: u64, plain: bool) -> Result<SpriteSample, DataError> {
        self.drawn(index, seed, plain, SIDE)
    }

    /// The same drawing in the same colors and light, at twice the size.
    pub fn large_sprite(&self, index: usize, seed: u64, plain: bool) -> Result<SpriteSample, DataError> {
        self.drawn(index, seed, plain, LARGE_SIDE)
    }

    fn drawn(&self, index: usize, seed: u64, plain: bool, side: usize) -> Result<SpriteSample, DataError> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let DrawingIds { name, number, class, row, own } = &self.drawings[index % self.drawings.len()];
        let absent = || DataError::Sprites(format!("there is no drawing {number} of {name:?}"));
        let object = self.looks.objects.get(name).ok_or_else(absent)?;
        let variant = object.variants.get(*number).ok_or_else(absent)?;
        let mut colors = [[0.0; 3]; SLOTS];
        let mut words = Vec::new();
        for &slot in &variant.slots {
            let usual = &object.slots[slot].words;
            // Every word is learned in every slot, the usual ones more often.
            let any = usual.is_empty() || rng.random_bool(0.3);
            let word =
                if any { WORDS[rng.random_range(0..WORDS.len())].0 } else { &usual[rng.random_range(0..usual.len())] };
            if let (Some(color), Some(rgb)) = (colors.get_mut(slot), named(word)) {
                *color = rgb;
                words.push((object.slots[slot].name.clone(), word.to_owned()));
            }
        }
        let mut lit = Lit::PLAIN;
        if !plain && rng.random_bool(0.5) {
            lit = Lit::random(&mut rng);
            if rng.random_bool(BY_NIGHT) {
                lit.light.time = TimeOfDay::Night;
            }
        }
        let (library, drawing) = match own {
            Some((category, variant)) => (&self.own, self.own.variant(category, variant)),
            None => (self.world.library(), self.world.library().variant(name, &variant.name)),
        };
        let drawing = drawing.ok_or_else(absent)?;
        let sitter = Portrait {
            category: name,
            variant: drawing,
            colors: &words,
            light: lit.light,
            indoors: lit.indoors,
            distance: lit.distance,
        };
        let fault = |error: scenewright_illustrated::paint::PaintError| DataError::Sprites(error.to_string());
        let pixels = portrait(library, &sitter, side).map_err(fault)?;
        // What is not tinted is learned, and drawn, as in plain light.
        let lit = if object.shines { Lit::PLAIN } else { lit };
        Ok(SpriteSample {
            class: *class,
            variant: *row,
            colors,
            light: lit.row(&self.looks),
            distance: lit.distance,
            side,
            pixels,
        })
    }

    /// A swatch that follows from the seed.
    pub fn stuff(&self, seed: u64) -> Result<StuffSample, DataError> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        loop {
            let any = rng.random_range(0..self.materials.len());
            let made = if rng.random_bool(0.4) { self.composed(&mut rng) } else { Some(self.laid(any, &mut rng)) };
            let Some((mut composition, layer)) = made else { continue };
            if let Some(sample) = self.seen(&mut composition, layer, true, &mut rng)? {
                return Ok(sample);
            }
        }
    }

    /// How many materials there are.
    pub(crate) fn material_count(&self) -> usize {
        self.materials.len()
    }

    /// A piece of one material that guides itself.
    pub(crate) fn piece(&self, material: usize, seed: u64) -> Result<StuffSample, DataError> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        loop {
            let (mut composition, layer) = self.laid(material % self.materials.len().max(1), &mut rng);
            if let Some(sample) = self.seen(&mut composition, layer, false, &mut rng)? {
                return Ok(sample);
            }
        }
    }

    /// One of the materials of a scene.
    fn composed(&self, rng: &mut ChaCha8Rng) -> Option<(Composition, usize)> {
        let seed = Split::Train.seed(rng.random(), 0);
        let composition = compose_attempt(self.world.cast(), &SceneRequest { seed, kinds: &KINDS, aspect: 1.0 }, 0)?;
        let stuff: Vec<usize> =
            (0..composition.layers.len()).filter(|&i| matches!(composition.layers[i], SceneLayer::Stuff(_))).collect();
        let layer = *stuff.get(rng.random_range(0..stuff.len().max(1)))?;
        Some((composition, layer))
    }

    /// A material where a user may put it.
    fn laid(&self, material: usize, rng: &mut ChaCha8Rng) -> (Composition, usize) {
        use Material::{Brick, Carpet, Floor, Forest, Grass, Hill, Mountain, Sky, Wall};
        let (material, _) = self.materials[material];
        let horizon: f32 = rng.random_range(0.3..0.7);
        let room = matches!(material, Wall | Floor | Carpet) || (material == Brick && rng.random_bool(0.7));
        let part = |material, bounds: [f32; 4], rng: &mut ChaCha8Rng| {
            SceneLayer::Stuff(Stuff { material, bounds: UnitBox::from(bounds), seed: rng.random(), color: None })
        };
        let below = if room { [Wall, Floor] } else { [Sky, Grass] };
        let mut layers =
            vec![part(below[0], [0.0, 0.0, 1.0, horizon + 0.02], rng), part(below[1], [0.0, horizon, 1.0, 1.0], rng)];
        let slack: f32 = rng.random_range(-0.12..0.12);
        let wide = match material {
            Sky | Wall => [0.0, 0.0, 1.0, (horizon + slack.max(-0.1)).min(1.0)],
            Brick if room => [0.0, 0.0, 1.0, horizon],
            Hill | Mountain | Forest => {
                let top = (horizon - rng.random_range(0.05..0.35)).max(0.0);
                [0.0, top, 1.0, (horizon + 0.05).max(top + 0.08)]
            }
            _ => [0.0, (horizon + slack.max(0.0)).min(0.85), 1.0, if rng.random_bool(0.7) { 1.0 } else { 0.95 }],
        };
        let [mut x0, y0, mut x1, y1] = wide;
        if rng.random_bool(0.35) {
            let (width, left): (f32, f32) = (rng.random_range(0.2..0.9), rng.random_range(-0.1..0.8));
            (x0, x1) = (left.max(0.0), (left + width).clamp(0.15, 1.0));
        }
        if x1 - x0 < 0.1 {
            (x0, x1) = (0.0, 1.0);
        }
        layers.push(part(material, [x0, y0, x1, y1.max(y0 + 0.06)], rng));
        let light = Lit::random(rng).light;
        (Composition { seed: rng.random(), kind: String::new(), light, layers, relations: Vec::new() }, 2)
    }

    fn seen(
        &self,
        c: &mut Composition,
        layer: usize,
        apart: bool,
        rng: &mut ChaCha8Rng,
    ) -> Result<Option<StuffSample>, DataError> {
        let fault = |error: scenewright_illustrated::paint::PaintError| DataError::Sprites(error.to_string());
        if rng.random_bool(0.3) {
            c.light = Lit::random(rng).light;
        }
        let Some(SceneLayer::Stuff(stuff)) = c.layers.get_mut(layer) else { return Ok(None) };
        let Some(&(material, class)) = self.materials.iter().find(|(material, _)| *material == stuff.material) else {
            return Ok(None);
        };
        let mut color = [0.0; 3];
        if COLORED.contains(&material) {
            if stuff.color.is_none() || rng.random_bool(0.5) {
                stuff.color = Some(WORDS[rng.random_range(0..WORDS.len())].0.to_owned());
            }
            color = stuff.color.as_deref().and_then(named).unwrap_or_default();
        } else {
            stuff.color = None;
        }
        let bounds = stuff.bounds.clamped();
        let Some(pixels) = swatch(c, layer, PICTURE_PX, SIDE).map_err(fault)? else { return Ok(None) };
        let light = Lit { light: c.light, indoors: is_indoors(c), distance: 0.0 }.row(&self.looks);
        let bounds = [bounds.x0, bounds.y0, bounds.x1, bounds.y1];
        let guide = if apart && rng.random_bool(0.7) { self.guide(c, layer, material, rng)? } else { None };
        let guide = guide.unwrap_or_else(|| pixels.clone());
        Ok(Some(StuffSample { class, light, bounds, color, pixels, guide }))
    }

    /// The same piece in another light and color.
    fn guide(
        &self,
        c: &mut Composition,
        layer: usize,
        material: Material,
        rng: &mut ChaCha8Rng,
    ) -> Result<Option<Vec<u8>>, DataError> {
        c.light = Lit::random(rng).light;
        if let (Some(SceneLayer::Stuff(stuff)), true) = (c.layers.get_mut(layer), COLORED.contains(&material)) {
            stuff.color = Some(WORDS[rng.random_range(0..WORDS.len())].0.to_owned());
        }
        swatch(c, layer, PICTURE_PX, SIDE).map_err(|error| DataError::Sprites(error.to_string()))
    }
}

/// A light, and where it is seen.
#[derive(Clone, Copy)]
pub(super) struct Lit {
    pub light: SceneLight,
    pub indoors: bool,
    pub distance: f32,
}

impl Lit {
    pub(crate) const PLAIN: Self =
        Self { light: SceneLight { time: TimeOfDay::Day, weather: Weather::Clear }, indoors: false, distance: 0.0 };

    fn random(rng: &mut ChaCha8Rng) -> Self {
        let indoors = rng.random_bool(0.2);
        let time = light::TIMES[rng.random_range(0..4)];
        let weather =
            if indoors || rng.random_bool(0.3) { Weather::Clear } else { light::WEATHERS[rng.random_range(0..4)] };
        Self { light: SceneLight { time, weather }, indoors, distance: rng.random_range(0.0..1.0) }
    }

    fn row(&self, looks: &Looks) -> u32 {
        let place = |words: &[String], word: Option<&str>| {
            words.iter().position(|known| Some(known.as_str()) == word).unwrap_or(0)
        };
        let hour = place(&looks.hours, Some(light::time_word(self.light.time)));
        let weather = place(&looks.weathers, light::weather_word(self.light.weather));
        looks.light_row(HourAndWeather { hour, weather }, self.indoors)
    }
}
