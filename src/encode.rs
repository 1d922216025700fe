//! From words to numbers: the only door to the networks.
//!
//! What comes out of [`encode`] is checked; whatever takes an [`Encoded`] trusts it. The order is the
//! reference's (`sg2im: model.py, encode_scene_graphs`): the objects as the scene lists them, then `__image__`; the scene's
//! relations, then one `__in_image__` edge for each object. A scene without objects is the image node alone.
//! The scene is only read: an unknown word stays in it, and is reported.

use crate::scene::{NodeId, RelationId, Scene};
use crate::vocab::{ObjectId, Vocabulary};
use std::collections::HashMap;
use std::fmt;

/// A scene in a vocabulary's numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// `[O]` category of each object; the last is `__image__`.
    pub objects: Vec<u32>,
    /// `[T, 3]` subject's row, relation's number, object's row.
    pub triples: Vec<[u32; 3]>,
    /// `[O]` the scene's object behind each row; `None` for `__image__`.
    pub nodes: Vec<Option<NodeId>>,
    /// `[T]` the scene's relation behind each triple; `None` for the edges to `__image__`.
    pub relations: Vec<Option<RelationId>>,
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
    /// Known words that may be meant, nearest first. Looked for in the first words only: nobody reads a thousand.
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
        match object_id(&node.name, &node.attributes, vocab) {
            Some(id) => objects.push(id.0),
            None => unknown_objects.note(&node.name, place),
        }
    }
    let mut triples = Vec::with_capacity(scene.relations().len() + scene.nodes().len());
    let mut relations = Vec::with_capacity(triples.capacity());
    // A scene fits in memory with its names, so its rows fit in 32 bits.
    let row = |id: NodeId| scene.node_index(id).map(|row| row as u32);
    for (place, relation) in scene.relations().iter().enumerate() {
        let Some(predicate) = vocab.predicate_id(&relation.predicate) else {
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
    Ok(Encoded { objects, triples, nodes, relations })
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
