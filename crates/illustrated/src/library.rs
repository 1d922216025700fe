//! All available sprites: those that come with the program, a user's folder, an Iconify file. A broken file never keeps the
//! others out: its fault is kept in `problems`.

#![allow(clippy::disallowed_methods, reason = "reads the folder that the caller names")]

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use include_dir::{Dir, include_dir};

use super::catalog::{self, CatalogDrawing, CatalogEntry};
use super::color::{Rgb, is_glass, is_lamp_light};
use super::raster::{Planes, SIZES_PX};
use super::raster_cache::RasterCache;
use super::sprite::{Category, Defaults, Drawing, SpriteVariant};
use super::sprite_error::{SpriteError, SpriteProblem};
use super::sprite_toml::{self, SpriteToml};
use super::svg::{MAX_BYTES, Svg, SvgRole};
use super::{folder, iconify};
use scenewright_scene::vocab::Vocabulary;

static BUNDLED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../assets/sprites");

/// Bytes that the rasters of a category may take that is read alone: those of the drawings that a scene shows are used again and again.
const CATEGORY_RASTER_BYTES: usize = 24 << 20;

/// Categories outside of "buildings" with lamps or lit windows. A barn's hay and a ship's cargo are yellow without being lit.
const LIT: [&str; 4] = ["street light", "lamp", "traffic light", "car"];

/// Categories whose windows are lit by night.
const LIVED_IN: [&str; 4] = ["house", "building", "bus", "train"];

#[derive(Debug, Default)]
pub struct SpriteLibrary {
    /// By name.
    categories: BTreeMap<String, Category>,
    /// Files that could not be used.
    pub problems: Vec<SpriteError>,
    rasters: RasterCache,
    serials: usize,
}

/// A file of a category's folder.
pub(crate) struct SpriteFile {
    pub name: String,
    pub bytes: Result<Cow<'static, [u8]>, SpriteProblem>,
}

/// What the bundled categories say of themselves, without reading their drawings.
pub(crate) fn bundled_catalog() -> BTreeMap<String, CatalogEntry> {
    BUNDLED.dirs().map(catalog_entry).map(|entry| (entry.name.clone(), entry)).collect()
}

/// Whether illustrated scenes are composed of this drawing, and the bundled models have learned it: a folder's name and a drawing's.
fn is_learned(folder: &str, drawing: &str) -> bool {
    static LEARNED: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let learned = LEARNED.get_or_init(|| include_str!("learned_drawings.txt").lines().collect());
    learned.contains(format!("{folder}/{drawing}").as_str())
}

fn catalog_entry(folder: &Dir<'static>) -> CatalogEntry {
    let name = folder.path().to_string_lossy().replace('-', " ");
    let text = folder.get_file(folder.path().join("sprite.toml")).and_then(|file| file.contents_utf8());
    let toml = text.and_then(|text| sprite_toml::parse(text).ok()).unwrap_or_default();
    let drawing = |file: &include_dir::File<'static>| {
        let file_name = file.path().file_name()?.to_string_lossy();
        let (stem, _) = split_drawing(&file_name)?;
        let own = toml.variants.iter().find(|(variant, _)| variant == stem).map_or(&toml.defaults, |(_, own)| own);
        let drawing = catalog::drawing_of(stem, file.contents_utf8()?, (own.stands, own.height_meters))?;
        Some(CatalogDrawing { is_learned: is_learned(&folder.path().to_string_lossy(), stem), ..drawing })
    };
    let mut drawings: Vec<CatalogDrawing> = folder.files().filter_map(drawing).collect();
    drawings.sort_by(|a, b| a.name.cmp(&b.name));
    let Defaults { height_meters, stands, near } = toml.defaults.clone();
    CatalogEntry {
        plural: toml.plural.unwrap_or_else(|| format!("{name}s")),
        name,
        group: toml.group,
        stands,
        near,
        height_meters,
        synonyms: toml.synonyms,
        mirror: toml.mirror,
        slots: toml.slots,
        drawings,
    }
}

impl SpriteLibrary {
    /// The sprites that come with the program.
    pub fn bundled() -> Self {
        let mut library = Self::default();
        BUNDLED.dirs().for_each(|folder| library.add_bundled(folder, |_| true));
        library
    }

    /// Those of them that illustrated scenes are composed of and that the bundled models have learned.
    pub fn learned() -> Self {
        let mut library = Self::default();
        for folder in BUNDLED.dirs() {
            let is_learned = |file: &str| {
                let Some((stem, _)) = split_drawing(file) else { return true };
                is_learned(&folder.path().to_string_lossy(), stem)
            };
            let is_drawing = |file: &include_dir::File<'_>| {
                file.path().file_name().is_some_and(|name| split_drawing(&name.to_string_lossy()).is_some())
            };
            let names = folder.files().filter(|file| is_drawing(file)).filter_map(|file| file.path().file_name());
            if names.into_iter().any(|name| is_learned(&name.to_string_lossy())) {
                library.add_bundled(folder, is_learned);
            }
        }
        // A word that has a drawing of its own by now was once said for another: "handbag" for a bag.
        let vocabulary = Vocabulary::illustrated();
        for category in library.categories.values_mut() {
            for word in vocabulary.synonyms_of(&category.name) {
                if !category.synonyms.contains(word) {
                    category.synonyms.push(word.clone());
                }
            }
        }
        library
    }

    /// The drawings of one category that comes with the program; none for another word.
    pub(crate) fn bundled_category(name: &str) -> Option<Self> {
        let mut library = Self { rasters: RasterCache::with_limit(CATEGORY_RASTER_BYTES), ..Self::default() };
        library.add_bundled(BUNDLED.get_dir(name.replace(' ', "-"))?, |_| true);
        Some(library)
    }

    fn add_bundled(&mut self, folder: &'static Dir<'static>, is_wanted: impl Fn(&str) -> bool) {
        let name = folder.path().to_string_lossy().into_owned();
        let files = folder.files().map(|file| SpriteFile {
            name: file.path().file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            bytes: Ok(Cow::Borrowed(file.contents())),
        });
        let before = self.problems.len();
        let wanted: Vec<SpriteFile> = files.filter(|file| is_wanted(&file.name)).collect();
        self.add_folder(&format!("sprites/{name}"), &name, wanted, true);
        // What is left out on purpose may still be described.
        let is_left_out = |problem: &SpriteError| matches!(problem.problem, SpriteProblem::UnknownVariant(_));
        let left_out: Vec<SpriteError> =
            self.problems.split_off(before).into_iter().filter(|p| !is_left_out(p)).collect();
        self.problems.extend(left_out);
    }

    /// Adds a user's sprites: a folder (of categories, or of plain drawings) or an Iconify JSON file. Fails where nothing at
    /// all can be used; what is broken among the rest goes to `problems`.
    pub fn with(mut self, path: &Path) -> Result<Self, SpriteError> {
        let fault = |problem| SpriteError::new(path.display(), problem);
        let kind = std::fs::metadata(path).map_err(|error| fault(SpriteProblem::Unreadable(error.to_string())))?;
        if kind.is_dir() {
            folder::add(&mut self, path)?;
        } else if kind.is_file() && path.extension().is_some_and(|end| end.eq_ignore_ascii_case("json")) {
            iconify::add(&mut self, path)?;
        } else {
            return Err(fault(SpriteProblem::NotSprites));
        }
        Ok(self)
    }

    pub fn get(&self, category: &str) -> Option<&Category> {
        self.categories.get(category)
    }

    pub fn variant(&self, category: &str, variant: &str) -> Option<&SpriteVariant> {
        self.get(category)?.variant(variant)
    }

    /// Every category, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Category> {
        self.categories.values()
    }

    pub(crate) fn len(&self) -> usize {
        self.categories.len()
    }

    /// Bytes that rasters may take; the oldest make way for new ones.
    #[cfg(test)]
    pub(crate) fn set_cache_limit(&mut self, bytes: usize) {
        self.rasters.limit_bytes = bytes;
    }

    /// The planes of a drawing whose longer side is to be at least `needed_px` long.
    pub(crate) fn planes(&self, variant: &SpriteVariant, needed_px: f32) -> Result<Arc<Planes>, SpriteError> {
        let size = SIZES_PX.into_iter().find(|&size| size as f32 >= needed_px).unwrap_or(SIZES_PX[SIZES_PX.len() - 1]);
        self.rasters.get_or_make((variant.serial, size), || {
            let svg = variant.svg()?.ok_or_else(|| SpriteError::new(&variant.file, SpriteProblem::Invisible))?;
            Planes::of_svg(svg, size).map_err(|problem| SpriteError::new(&variant.file, problem))
        })
    }

    /// Adds a category from the files of its folder.
    pub(crate) fn add_folder(&mut self, shown: &str, folder_name: &str, mut files: Vec<SpriteFile>, bundled: bool) {
        let name = folder_name.replace('-', " ");
        if let Err(problem) = self.check_name(&name, folder_name) {
            return self.problems.push(SpriteError::new(shown, problem));
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let toml = match files.iter().find(|file| file.name == "sprite.toml").map(read_toml).transpose() {
            Ok(toml) => toml.unwrap_or_default(),
            Err(problem) => return self.problems.push(SpriteError::new(format!("{shown}/sprite.toml"), problem)),
        };
        let roles = roles(&toml.group, &name);
        let mut variants: Vec<SpriteVariant> = Vec::new();
        for file in &files {
            let Some((stem, _)) = split_drawing(&file.name) else { continue };
            let shown = format!("{shown}/{}", file.name);
            if variants.iter().any(|variant| variant.name == stem) {
                self.problems.push(SpriteError::new(shown, SpriteProblem::Clash(stem.to_owned())));
                continue;
            }
            let own = toml.variants.iter().find(|(variant, _)| variant == stem).map_or(&toml.defaults, |(_, own)| own);
            match read_drawing(file, roles) {
                Ok(drawing) => variants.push(self.numbered(SpriteVariant::new(stem.to_owned(), shown, drawing, own))),
                Err(problem) => self.problems.push(SpriteError::new(shown, problem)),
            }
        }
        for (variant, _) in &toml.variants {
            if !files.iter().any(|file| split_drawing(&file.name).is_some_and(|(stem, _)| stem == variant)) {
                let problem = SpriteProblem::UnknownVariant(variant.clone());
                self.problems.push(SpriteError::new(format!("{shown}/sprite.toml"), problem));
            }
        }
        if !files.iter().any(|file| split_drawing(&file.name).is_some()) {
            self.problems.push(SpriteError::new(shown, SpriteProblem::NoDrawing));
        }
        self.insert(name, toml, variants, bundled);
    }

    /// Adds a category of one file.
    pub(crate) fn add_file(&mut self, shown: &str, file: SpriteFile) {
        let Some((stem, _)) = split_drawing(&file.name) else { return };
        let name = stem.replace('-', " ");
        match self.check_name(&name, stem).and_then(|()| read_drawing(&file, |_| None)) {
            Ok(drawing) => {
                let variant = SpriteVariant::new("plain".to_owned(), shown.to_owned(), drawing, &Defaults::default());
                let variant = self.numbered(variant);
                self.insert(name, SpriteToml::default(), vec![variant], false);
            }
            Err(problem) => self.problems.push(SpriteError::new(shown, problem)),
        }
    }

    pub(crate) fn check_name(&self, name: &str, written: &str) -> Result<(), SpriteProblem> {
        let sound = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '\'');
        if name.trim().is_empty() || name.trim() != name || name.chars().count() > 60 || !name.chars().all(sound) {
            return Err(SpriteProblem::BadName);
        }
        if self.categories.contains_key(name) { Err(SpriteProblem::Clash(written.to_owned())) } else { Ok(()) }
    }

    pub(crate) fn numbered(&mut self, mut variant: SpriteVariant) -> SpriteVariant {
        variant.serial = self.serials;
        self.serials += 1;
        variant
    }

    /// A category none of whose drawings can be used stays out: its problems are reported.
    pub(crate) fn insert(&mut self, name: String, toml: SpriteToml, variants: Vec<SpriteVariant>, bundled: bool) {
        if variants.is_empty() {
            return;
        }
        let category = Category {
            group: toml.group,
            height_meters: toml.defaults.height_meters,
            stands: toml.defaults.stands,
            near: toml.defaults.near,
            synonyms: toml.synonyms,
            plural: toml.plural.unwrap_or_else(|| format!("{name}s")),
            mirror: toml.mirror,
            slots: toml.slots,
            variants,
            bundled,
            name: name.clone(),
        };
        self.categories.insert(name, category);
    }
}

/// Splits "oak.svg" into "oak" and "svg"; `None` for files that are no drawings.
pub(crate) fn split_drawing(file_name: &str) -> Option<(&str, &str)> {
    let (stem, end) = file_name.rsplit_once('.')?;
    (end.eq_ignore_ascii_case("svg") || end.eq_ignore_ascii_case("png")).then_some((stem, end))
}

/// Which colors outside of slots react to the light in their own way.
fn roles(group: &str, name: &str) -> fn(Rgb) -> Option<SvgRole> {
    if name == "window" {
        |color| is_glass(color).then_some(SvgRole::Pane)
    } else if LIVED_IN.contains(&name) {
        |color| {
            let glass = is_glass(color).then_some(SvgRole::Glass);
            glass.or_else(|| is_lamp_light(color).then_some(SvgRole::Lamp))
        }
    } else if (group == "buildings" && name != "barn") || LIT.contains(&name) {
        |color| is_lamp_light(color).then_some(SvgRole::Lamp)
    } else {
        |_| None
    }
}

fn read_toml(file: &SpriteFile) -> Result<SpriteToml, SpriteProblem> {
    let bytes = file.bytes.as_ref().map_err(Clone::clone)?;
    let text = std::str::from_utf8(bytes).map_err(|error| SpriteProblem::CorruptToml(error.to_string()))?;
    sprite_toml::parse(text)
}

fn read_drawing(file: &SpriteFile, roles: fn(Rgb) -> Option<SvgRole>) -> Result<Drawing, SpriteProblem> {
    let bytes = file.bytes.as_ref().map_err(Clone::clone)?;
    if split_drawing(&file.name).is_some_and(|(_, end)| end.eq_ignore_ascii_case("png")) {
        return folder::read_png(bytes).map(Drawing::Png);
    }
    if bytes.len() as u64 > MAX_BYTES {
        return Err(SpriteProblem::TooManyBytes { bytes: bytes.len() as u64, limit: MAX_BYTES });
    }
    let text = match bytes {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map(Cow::Borrowed),
        Cow::Owned(bytes) => std::str::from_utf8(bytes).map(|text| Cow::Owned(text.to_owned())),
    };
    Svg::new(text.map_err(|error| SpriteProblem::CorruptSvg(error.to_string()))?, roles).map(Drawing::Svg)
}
