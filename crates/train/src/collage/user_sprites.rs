//! Drawings of the user's own: new words behind those that a model knows, new drawings of words that it knows.
//!
//! Whatever a model has learned keeps its number; what is new comes behind. So weights are taken over row by row ([`super::vocab_expansion`]).

use super::samples::{DrawingIds, fault};
use scenewright_data::DataError;
use scenewright_data::IllustratedWorld;
use scenewright_illustrated::library::SpriteLibrary;
use scenewright_illustrated::looks;
use scenewright_illustrated::sprite::Category;
use scenewright_model::collage::config::SLOTS;
use scenewright_scene::vocab::looks::{Looks, ObjectLooks, Slot, Variant};
use scenewright_scene::vocab::{Vocabulary, VocabularyError};

/// A word that a model did not know, and the most similar known one, from which its weights start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWord {
    pub name: String,
    pub like: String,
}

/// The vocabulary with words for all drawings, and which words are new.
pub(crate) fn with_words(
    vocab: &Vocabulary,
    world: &IllustratedWorld,
    own: &SpriteLibrary,
) -> Result<(Vocabulary, Vec<NewWord>), VocabularyError> {
    let is_new = |category: &&Category| vocab.object_id(&category.name).is_none();
    let new: Vec<NewWord> = own
        .iter()
        .filter(is_new)
        .map(|category| NewWord { name: category.name.clone(), like: nearest_known_word(category, vocab, world) })
        .collect();
    let more: Vec<(String, &str)> = new.iter().map(|word| (word.name.clone(), word.like.as_str())).collect();
    Ok((if more.is_empty() { vocab.clone() } else { vocab.with_objects(&more)? }, new))
}

/// The known word of the bundled sprites that stands where this category does, is of its group, and about as tall.
fn nearest_known_word(category: &Category, vocab: &Vocabulary, world: &IllustratedWorld) -> String {
    let kind = |category: &Category| (category.stands, category.group.clone(), category.height_meters);
    let known = world.library().iter().filter(|other| vocab.object_id(&other.name).is_some());
    looks::nearest_kind(kind(category), known, kind).map_or_else(String::new, |other| other.name.clone())
}

/// Adds the user's drawings to what is known of looks; a drawing that is known already keeps its row.
pub(crate) fn add_looks(
    looks: &mut Looks,
    vocab: &Vocabulary,
    world: &IllustratedWorld,
    own: &SpriteLibrary,
) -> Result<Vec<DrawingIds>, DataError> {
    let mut shown = Vec::new();
    let mut next = looks.variant_count() as u32;
    for category in own.iter() {
        let Some(class) = vocab.object_id(&category.name) else { continue };
        // The vocabulary's name, where a folder is called by a synonym.
        let name = vocab.object_name(class).to_owned();
        let object = looks.objects.entry(name.clone()).or_insert_with(|| ObjectLooks {
            rests: category.stands.rests(),
            floats: category.stands.floats(),
            mirror: category.mirror,
            ..Default::default()
        });
        if object.stuff {
            return Err(DataError::Sprites(format!(
                "\"{name}\" is a material, which fills regions; a drawing of it cannot be learned. Give the drawing another name"
            )));
        }
        for variant in &category.variants {
            let taken = world.library().variant(&name, &variant.name).is_some();
            let label = if taken { format!("own {}", variant.name) } else { variant.name.clone() };
            let number = match object.variants.iter().position(|known| known.name == label) {
                Some(number) => number,
                None => {
                    let aspect = variant.shape().map_err(fault)?.aspect;
                    let slots = category.slots.iter().filter(|slot| variant.slots().any(|name| name == slot.name));
                    let slots = slots.filter_map(|slot| slot_of(object, &slot.name, &slot.words)).collect();
                    let aspect = (aspect * 1000.0).round() / 1000.0;
                    object.variants.push(Variant { name: label, row: next, aspect, slots });
                    next += 1;
                    object.variants.len() - 1
                }
            };
            let row = object.variants[number].row;
            let own = Some((category.name.clone(), variant.name.clone()));
            shown.push(DrawingIds { name: name.clone(), number, class: class.0, row, own });
        }
    }
    Ok(shown)
}

/// The object's slot of this name; a new one, as long as one is free.
fn slot_of(object: &mut ObjectLooks, name: &str, words: &[String]) -> Option<usize> {
    if let Some(slot) = object.slots.iter().position(|slot| slot.name == name) {
        return Some(slot);
    }
    (object.slots.len() < SLOTS).then(|| {
        object.slots.push(Slot { name: name.to_owned(), words: words.to_vec() });
        object.slots.len() - 1
    })
}
