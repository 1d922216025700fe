//! Encodes words as ids: the only input of the networks.
//!
//! What comes out of [`encode`] is checked; whatever takes an [`Encoded`] trusts it. The order is the
//! reference's (`sg2im: model.py, encode_scene_graphs`): the objects as the scene lists them, then `__image__`; the scene's
//! relations, then one `__in_image__` edge for each object. A scene without objects is the image node alone.
//! The scene is only read: an unknown word stays in it, and is reported. A word that the vocabulary lacks and the tables of
//! [`drawn`](crate::vocab::drawn) have gets the number of the word that it is drawn as.

use crate::vocab::looks::{LookMeaning, Tone};
use crate::vocab::{ObjectId, Vocabulary};
use crate::{NodeId, RelationId, Scene};
use std::collections::HashMap;
use std::fmt;

/// A scene in a vocabulary's numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoded {
    /// `[O]` category of each object; the last is `__image__`.
    pub objects: Vec<u32>,
    /// `[T, 3]` subject's row, relation's number, object's row.
    pub triples: Vec<[u32; 3]>,
    /// `[O]` the scene's object behind each row; `None` for `__image__`.
    pub nodes: Vec<Option<NodeId>>,
    /// `[T]` the scene's relation behind each triple; `None` for the edges to `__image__`.
    pub relations: Vec<Option<RelationId>>,
    /// `[O]` what is said of each object's looks; empty for a vocabulary that knows nothing of looks.
    pub looks: Vec<EncodedLook>,
    /// The hour and the weather that some object names ("night", "foggy"); numbers of the vocabulary's looks.
    pub hour: Option<usize>,
    pub weather: Option<usize>,
    /// Words about looks that say nothing to this vocabulary: they are not drawn.
    pub unknown_attributes: Vec<UnknownWord>,
}

/// What is said of one object's looks, in the numbers of its [`ObjectLooks`](crate::vocab::ObjectLooks).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EncodedLook {
    pub variant: Option<usize>,
    /// Slot and color.
    pub colors: Vec<(usize, Tone)>,
    pub faces_right: Option<bool>,
}

impl Encoded {
    /// The row of `__image__`.
    pub fn image_row(&self) -> usize {
        self.objects.len() - 1
    }
}

/// Every word of the scene that the vocabulary lacks, each once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct EncodeError {
    pub unknown_objects: Vec<UnknownWord>,
    pub unknown_predicates: Vec<UnknownWord>,
}

/// A word that the vocabulary lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    pub name: String,
    /// The objects or relations that use it, by their place in the scene.
    pub used_by: Vec<usize>,
    /// Known words that may be meant, nearest first. Searched for the first words only.
    pub nearest: Vec<String>,
}

const NEAREST: usize = 3;
const WORDS_WITH_NEAREST: usize = 24;
const WORDS_SHOWN: usize = 12;

/// Numbers for every word of the scene, or every word that has none.
pub fn encode(scene: &Scene, vocab: &Vocabulary) -> Result<Encoded, EncodeError> {
    let mut unknown_objects = Unknown::default();
    let mut unknown_predicates = Unknown::default();
    let mut objects = Vec::with_capacity(scene.nodes().len() + 1);
    for (place, node) in scene.nodes().iter().enumerate() {
        let drawn = || vocab.drawn_object(&node.name).map(|drawn| drawn.id);
        match object_id(&node.name, &node.attributes, vocab).or_else(drawn) {
            Some(id) => objects.push(id.0),
            None => unknown_objects.note(&node.name, place),
        }
    }
    let mut triples = Vec::with_capacity(scene.relations().len() + scene.nodes().len());
    let mut relations = Vec::with_capacity(triples.capacity());
    // A scene fits in memory with its names, so its rows fit in 32 bits.
    let row = |id: NodeId| scene.node_index(id).map(|row| row as u32);
    for (place, relation) in scene.relations().iter().enumerate() {
        let in_file = || vocab.predicate_id_in_file(&relation.predicate);
        let Some(predicate) = vocab.drawn_predicate(&relation.predicate).or_else(in_file) else {
            unknown_predicates.note(&relation.predicate, place);
            continue;
        };
        // A scene holds no relation with a missing end (Scene::apply, interchange).
        if let (Some(subject), Some(object)) = (row(relation.subject), row(relation.object)) {
            triples.push([subject, predicate.0, object]);
            relations.push(Some(relation.id));
        }
    }
    if !(unknown_objects.words.is_empty() && unknown_predicates.words.is_empty()) {
        return Err(EncodeError {
            unknown_objects: unknown_objects.with_nearest(|name| vocab.nearest_objects(name, NEAREST)),
            unknown_predicates: unknown_predicates.with_nearest(|name| vocab.nearest_predicates(name, NEAREST)),
        });
    }
    let image_row = objects.len() as u32;
    let in_image = vocab.in_image_predicate().0;
    triples.extend((0..image_row).map(|object| [object, in_image, image_row]));
    relations.resize(triples.len(), None);
    objects.push(vocab.image_object().0);
    let nodes = scene.nodes().iter().map(|node| Some(node.id)).chain([None]).collect();
    let mut encoded = Encoded { objects, triples, nodes, relations, ..Default::default() };
    attributes(scene, vocab, &mut encoded);
    Ok(encoded)
}

/// Reads every object's words about looks.
fn attributes(scene: &Scene, vocab: &Vocabulary, encoded: &mut Encoded) {
    let Some(looks) = vocab.looks() else { return };
    let mut unknown = Unknown::default();
    for (place, node) in scene.nodes().iter().enumerate() {
        let own = encoded.objects.get(place).and_then(|&id| vocab.looks_of(ObjectId(id)));
        let (mut look, mut wholes) = (EncodedLook::default(), 0usize);
        // A poodle is drawn as a dog, and as the poodle among them, unless something else is said.
        let drawn = vocab.drawn_object(&node.name).and_then(|drawn| drawn.look);
        if let Some(LookMeaning::Variant(variant)) = drawn.and_then(|word| looks.read(own, word)) {
            look.variant = Some(variant);
        }
        for word in &node.attributes {
            match looks.read(own, word) {
                Some(LookMeaning::Variant(variant)) => look.variant = Some(variant),
                Some(LookMeaning::Color { slot: Some(slot), tone }) => look.colors.push((slot, tone)),
                Some(LookMeaning::Color { slot: None, tone }) => {
                    // "a black and white cow": the second color is that of the next part.
                    let (main, count) = own.map_or((0, 1), |own| (own.main, own.slots.len()));
                    let next = (0..count).filter(|slot| *slot != main).nth(wholes.wrapping_sub(1));
                    look.colors.push((next.filter(|_| wholes > 0).unwrap_or(main), tone));
                    wholes += 1;
                }
                Some(LookMeaning::Facing { right }) => look.faces_right = Some(right),
                Some(LookMeaning::Hour(hour)) => encoded.hour = Some(hour),
                Some(LookMeaning::Weather(weather)) => encoded.weather = Some(weather),
                None => unknown.note(word, place),
            }
        }
        encoded.looks.push(look);
    }
    encoded.looks.resize(encoded.objects.len(), EncodedLook::default());
    encoded.unknown_attributes = unknown.words;
}

/// The word for an object; "night sky" for a sky at night, where the vocabulary has such a word.
pub fn object_id(name: &str, attributes: &[String], vocab: &Vocabulary) -> Option<ObjectId> {
    let with = |attribute: &String| vocab.object_id(&format!("{attribute} {name}"));
    attributes.iter().find_map(with).or_else(|| vocab.object_id(name))
}

#[derive(Default)]
struct Unknown {
    words: Vec<UnknownWord>,
    index: HashMap<String, usize>,
}

impl Unknown {
    fn note(&mut self, name: &str, place: usize) {
        let at = match self.index.get(name) {
            Some(&at) => at,
            None => {
                self.index.insert(name.to_owned(), self.words.len());
                self.words.push(UnknownWord { name: name.to_owned(), used_by: Vec::new(), nearest: Vec::new() });
                self.words.len() - 1
            }
        };
        self.words[at].used_by.push(place);
    }

    fn with_nearest<'v>(mut self, nearest: impl Fn(&str) -> Vec<&'v str>) -> Vec<UnknownWord> {
        for word in self.words.iter_mut().take(WORDS_WITH_NEAREST) {
            word.nearest = nearest(&word.name).into_iter().map(str::to_owned).collect();
        }
        self.words
    }
}

impl fmt::Display for UnknownWord {
    /// `"kyte" is not in this vocabulary. Did you mean "kite"?`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is not in this vocabulary.", self.name)?;
        let quoted: Vec<String> = self.nearest.iter().map(|word| format!("\"{word}\"")).collect();
        match quoted.split_last() {
            None => Ok(()),
            Some((only, [])) => write!(f, " Did you mean {only}?"),
            Some((last, others)) => write!(f, " Did you mean {} or {last}?", others.join(", ")),
        }
    }
}

impl fmt::Display for EncodeError {
    /// One line a word, objects first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let relation = |word: &UnknownWord| format!("the relation {word}");
        let mut lines: Vec<String> = self.unknown_objects.iter().map(ToString::to_string).collect();
        lines.extend(self.unknown_predicates.iter().map(relation));
        let more = lines.len().saturating_sub(WORDS_SHOWN);
        lines.truncate(WORDS_SHOWN);
        f.write_str(&lines.join("\n"))?;
        if more > 0 {
            write!(f, "\nand {more} more words")?;
        }
        Ok(())
    }
}
