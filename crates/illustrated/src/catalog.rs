//! What the bundled sprites say of themselves, read from their `sprite.toml` files and the first tag of each drawing, without rendering any: quick
//! enough to be read at every start.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::library::{self, SpriteLibrary};
use super::sprite::{ColorSlot, Stands};

/// A category without its drawings.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogEntry {
    pub name: String,
    pub group: String,
    pub stands: Stands,
    /// Kinds of scene where it belongs.
    pub near: Vec<String>,
    pub height_meters: f32,
    pub synonyms: Vec<String>,
    pub plural: String,
    pub mirror: bool,
    pub slots: Vec<ColorSlot>,
    /// By name.
    pub drawings: Vec<CatalogDrawing>,
}

/// A drawing as its first tag describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogDrawing {
    pub name: String,
    pub stands: Stands,
    pub height_meters: f32,
    /// Width over height of its viewBox, which it fills.
    pub aspect: f32,
    /// Names of the slots that it shows.
    pub slots: Vec<String>,
    pub anchors: DrawingAnchors,
    /// Whether illustrated scenes are composed of it, and the bundled models have learned it.
    pub is_learned: bool,
}

/// Points of a drawing that faces left, as shares of its viewBox: (0, 0) is the upper left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrawingAnchors {
    points: BTreeMap<String, [f32; 2]>,
    /// The surface on which things stand: y, x0, x1.
    pub top: Option<[f32; 3]>,
}

impl DrawingAnchors {
    /// "hand", "grip", "seat", "hip", "head", "mouth", "back", "foot", "handle", "hook", "collar" ...
    pub fn point(&self, name: &str) -> Option<[f32; 2]> {
        self.points.get(name).copied()
    }
}

impl CatalogEntry {
    pub fn drawing(&self, name: &str) -> Option<&CatalogDrawing> {
        self.drawings.iter().find(|drawing| drawing.name == name)
    }
}

/// The bundled categories, by name.
pub fn catalog() -> &'static BTreeMap<String, CatalogEntry> {
    static CATALOG: OnceLock<BTreeMap<String, CatalogEntry>> = OnceLock::new();
    CATALOG.get_or_init(library::bundled_catalog)
}

/// A library with the drawings of one bundled category, read when it is first asked for and then kept; none for another word.
pub fn bundled_category(name: &str) -> Option<Arc<SpriteLibrary>> {
    static KEPT: Mutex<BTreeMap<String, Arc<SpriteLibrary>>> = Mutex::new(BTreeMap::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(library) = kept.get(name) {
        return Some(library.clone());
    }
    let library = Arc::new(SpriteLibrary::bundled_category(name)?);
    kept.insert(name.to_owned(), library.clone());
    Some(library)
}

/// Reads the first tag of a drawing; none where it has no viewBox.
pub(crate) fn drawing_of(name: &str, text: &str, like: (Stands, f32)) -> Option<CatalogDrawing> {
    let tag = text.get(text.find("<svg")?..)?;
    let tag = tag.get(..tag.find('>')?)?;
    let attributes: BTreeMap<&str, Cow<'_, str>> = attributes(tag).collect();
    let [x, y, width, height] = numbers(attributes.get("viewBox")?)?;
    if !(width > 0.0 && height > 0.0) {
        return None;
    }
    let share = |[px, py]: [f32; 2]| [(px - x) / width, (py - y) / height];
    let point = |(key, value): (&&str, &Cow<'_, str>)| {
        let name = key.strip_prefix("data-")?;
        Some((name.to_owned(), share(numbers(value)?)))
    };
    let top = attributes.get("data-top").or_else(|| attributes.get("data-deck")).and_then(|value| numbers::<3>(value));
    let top = top.map(|[level, x0, x1]| [(level - y) / height, (x0 - x) / width, (x1 - x) / width]);
    let slots = attributes.get("data-slots").map_or("", |slots| slots.as_ref());
    let slots = slots.split_whitespace().filter_map(|slot| Some(slot.split_once(':')?.0.to_owned())).collect();
    let anchors = DrawingAnchors { points: attributes.iter().filter_map(point).collect(), top };
    let (stands, height_meters) = like;
    Some(CatalogDrawing {
        name: name.to_owned(),
        stands,
        height_meters,
        aspect: width / height,
        slots,
        anchors,
        is_learned: false,
    })
}

/// `name="value"` pairs of a tag.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    let mut rest = tag;
    std::iter::from_fn(move || {
        let (before, after) = rest.split_once('=')?;
        let name = before.rsplit(char::is_whitespace).next()?;
        let quote = after.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
        let (value, tail) = after[1..].split_once(quote)?;
        rest = tail;
        Some((name, Cow::Borrowed(value)))
    })
}

fn numbers<const N: usize>(text: &str) -> Option<[f32; N]> {
    let numbers = text.split([' ', ',', '\n', '\t']).filter(|part| !part.is_empty());
    let numbers: Option<Vec<f32>> =
        numbers.map(|part| part.parse().ok().filter(|value: &f32| value.is_finite())).collect();
    numbers?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_tag_tells_shape_slots_and_anchors() {
        let text = r##"<?xml version="1.0"?><svg xmlns='http://www.w3.org/2000/svg' viewBox="10 0 200 100" data-slots="coat:#9a5a38 collar:#cf3f45"
            data-seat="110,25" data-top="50,10,210"><path d="M0 0"/></svg>"##;
        let drawing = drawing_of("standing", text, (Stands::Ground, 1.5)).unwrap();
        assert_eq!((drawing.aspect, drawing.slots.as_slice()), (2.0, &["coat".to_owned(), "collar".to_owned()][..]));
        assert_eq!(drawing.anchors.point("seat"), Some([0.5, 0.25]));
        assert_eq!((drawing.anchors.top, drawing.anchors.point("hand")), (Some([0.5, 0.0, 1.0]), None));
        for odd in [
            "",
            "<svg",
            "<svg>",
            r#"<svg viewBox="0 0 0 0">"#,
            r#"<svg viewBox="a b c d">"#,
            r#"<svg viewBox="0 0 1">"#,
        ] {
            assert!(drawing_of("odd", odd, (Stands::Ground, 1.0)).is_none(), "{odd}");
        }
    }

    /// The quick reading says what the full one says.
    #[test]
    fn the_catalog_agrees_with_the_library() {
        let library = SpriteLibrary::bundled();
        assert_eq!(catalog().len(), library.iter().count());
        let mut apart = Vec::new();
        for category in library.iter() {
            let entry = &catalog()[&category.name];
            assert_eq!((entry.stands, &entry.near, entry.mirror), (category.stands, &category.near, category.mirror));
            let names = |names: &mut dyn Iterator<Item = &str>| names.map(str::to_owned).collect::<Vec<_>>();
            let drawings = names(&mut entry.drawings.iter().map(|drawing| drawing.name.as_str()));
            assert_eq!(drawings, names(&mut category.variants.iter().map(|variant| variant.name.as_str())));
            for (drawing, variant) in entry.drawings.iter().zip(&category.variants) {
                assert_eq!(drawing.slots, names(&mut variant.slots()), "{} {}", entry.name, drawing.name);
                let aspect = variant.shape().unwrap().aspect;
                // What is half seen through at its rim, as a sun is, has a smaller opaque box.
                apart.push((drawing.aspect / aspect).ln().abs());
            }
        }
        apart.sort_by(f32::total_cmp);
        assert!(apart[apart.len() * 9 / 10] < 0.1, "{apart:?}");
    }

    #[test]
    fn one_category_is_read_alone() {
        let sheep = bundled_category("sheep").unwrap();
        assert_eq!(sheep.iter().map(|category| category.name.as_str()).collect::<Vec<_>>(), ["sheep"]);
        assert!(bundled_category("no such thing").is_none());
    }
}
