//! Names and numbers: which words a model knows, and which row of its embeddings each of them is.
//!
//! A [`Vocabulary`] maps names of objects to [`ObjectId`]s and of relations to [`PredicateId`]s, in the numbering of the
//! model that was trained with it. Around the names it keeps what helps people: synonyms ("ocean" finds "sea"),
//! groups ("animals"), a color for each category, and the nearest words to one that it does not know.
//! It never changes a scene: finding "ocean" by its synonym does not rename the node.
//!
//! | file | subject |
//! |---|---|
//! | `words` | folding of case, spaces and plurals; the index of one list of names |
//! | `format` | our JSON: `vocab/*.json` |
//! | `sg2im` | sg2im's JSON, as its checkpoints hold it |
//! | `extend` | more words behind a vocabulary's own |
//! | `nearest` | "Did you mean" |
//! | `palette` | a color for each category |
//! | [`looks`] | attributes: drawings, colors of parts, the light |
//! | [`drawn`] | everyday words, and the drawn word that stands for each |
//! | `lexicon` | what the shipped vocabularies know of a word, lent to imported ones |

pub mod drawn;
mod error;
mod extend;
mod format;
mod lexicon;
pub mod looks;
mod nearest;
mod palette;
mod sg2im;
mod words;

pub use error::{VocabularyError, VocabularyProblem};
pub use looks::{Looks, ObjectLooks};
pub use words::{MATERIAL_WORDS, class_stem, fold, singular};

use serde_json::{Map, Value};
use std::collections::HashSet;
use std::sync::OnceLock;
use words::{Word, Words};

/// A row of a vocabulary's objects; a scene's objects are [`NodeId`](crate::NodeId)s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub u32);

/// A row of a vocabulary's relations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PredicateId(pub u32);

/// The object that every graph ends with: the picture itself (`sg2im: model.py, encode_scene_graphs`).
pub const IMAGE_OBJECT: &str = "__image__";
/// The relation of every object to the picture.
pub(crate) const IN_IMAGE_PREDICATE: &str = "__in_image__";
/// What sg2im writes where a number has no name.
pub(crate) const NO_NAME: &str = "NONE";

/// The words of a model. Always holds `__image__` and `__in_image__`: without them no graph can be encoded.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    name: String,
    about: Option<String>,
    objects: Words,
    predicates: Words,
    image: ObjectId,
    in_image: PredicateId,
    /// Keys of a reference vocabulary that we do not use (attributes), for [`Vocabulary::to_sg2im`].
    extra: Map<String, Value>,
    /// What it knows of looks; also in `extra`, as it was written.
    looks: Option<Box<Looks>>,
}

/// A word that [`Vocabulary::with_new_words`] adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewWord {
    pub name: String,
    pub group: String,
    pub synonyms: Vec<String>,
}

impl Vocabulary {
    /// COCO-Stuff as sg2im numbers it: 184 objects with gaps, six geometric relations.
    pub fn coco_stuff() -> Self {
        static SHARED: OnceLock<Vocabulary> = OnceLock::new();
        SHARED.get_or_init(|| Self::shipped(lexicon::COCO_STUFF)).clone()
    }

    /// The 178 objects and 45 relations that sg2im keeps of Visual Genome.
    pub fn visual_genome() -> Self {
        static SHARED: OnceLock<Vocabulary> = OnceLock::new();
        SHARED.get_or_init(|| Self::shipped(lexicon::VISUAL_GENOME)).clone()
    }

    /// Every word that the illustrated world can draw, and its relations.
    pub fn illustrated() -> Self {
        static SHARED: OnceLock<Vocabulary> = OnceLock::new();
        SHARED.get_or_init(|| Self::shipped(lexicon::ILLUSTRATED)).clone()
    }

    /// Only for files that are compiled in, so a failure is a mistake of ours that a test finds.
    #[allow(clippy::expect_used)] // the tests of this crate read every one
    fn shipped(json: &str) -> Self {
        Self::from_json(json).expect("a shipped vocabulary is well formed")
    }

    fn assemble(
        name: String,
        about: Option<String>,
        objects: Vec<Option<Word>>,
        predicates: Vec<Option<Word>>,
        extra: Map<String, Value>,
        mut problems: Vec<VocabularyProblem>,
    ) -> Result<Self, VocabularyError> {
        let objects = Words::new("object", lexicon::complete(objects), &mut problems);
        let predicates = Words::new("predicate", lexicon::complete_predicates(predicates), &mut problems);
        let image = objects.exact(IMAGE_OBJECT);
        let in_image = predicates.exact(IN_IMAGE_PREDICATE);
        let looks = match extra.get(looks::LOOKS) {
            Some(value) => match serde_json::from_value::<Looks>(value.clone()) {
                Ok(looks) => {
                    problems.extend(looks.problems().into_iter().map(VocabularyProblem::Looks));
                    Some(Box::new(looks))
                }
                Err(error) => {
                    problems.push(VocabularyProblem::Looks(error.to_string()));
                    None
                }
            },
            None => None,
        };
        let missing = [(image, "object", IMAGE_OBJECT), (in_image, "predicate", IN_IMAGE_PREDICATE)];
        for (id, kind, name) in missing {
            if id.is_none() {
                problems.push(VocabularyProblem::Missing { kind, name });
            }
        }
        match (image, in_image) {
            (Some(image), Some(in_image)) if problems.is_empty() => Ok(Self {
                name,
                about,
                objects,
                predicates,
                image: ObjectId(image),
                in_image: PredicateId(in_image),
                extra,
                looks,
            }),
            _ => Err(VocabularyError::Problems(problems)),
        }
    }

    /// This vocabulary with more objects behind its own: each a name, and a word that it is like (its group is taken over).
    pub fn with_objects(&self, more: &[(String, &str)]) -> Result<Self, VocabularyError> {
        let objects = self.objects.to_vec().into_iter();
        let more = more.iter().map(|(name, like)| {
            Some(Word { group: self.group_of(like).map(str::to_owned), ..Word::new(name.as_str()) })
        });
        let (name, about) = (self.name.clone(), self.about.clone());
        let predicates = self.predicates.to_vec();
        Self::assemble(name, about, objects.chain(more).collect(), predicates, self.extra.clone(), Vec::new())
    }

    /// This vocabulary with words of one's own behind those that it has: each with its group and synonyms. Synonyms that mean something already are
    /// left out.
    pub fn with_new_words(&self, more: Vec<NewWord>) -> Result<Self, VocabularyError> {
        let mut taken: HashSet<String> = more.iter().map(|word| fold(&word.name)).collect();
        let more = more.into_iter().map(|NewWord { name, group, synonyms }| {
            let is_free = |synonym: &String| self.object_id(synonym).is_none() && taken.insert(fold(synonym));
            let synonyms = synonyms.into_iter().filter(is_free).collect();
            Some(Word { group: Some(group), synonyms, ..Word::new(name.as_str()) })
        });
        let more: Vec<Option<Word>> = more.collect();
        let objects = self.objects.to_vec().into_iter().chain(more).collect();
        let (name, about, predicates) = (self.name.clone(), self.about.clone(), self.predicates.to_vec());
        Self::assemble(name, about, objects, predicates, self.extra.clone(), Vec::new())
    }

    /// "coco-stuff".
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The object with this name: exactly, else whatever its case, spaces, underscores and plural, else by a synonym, else without its spaces.
    pub fn object_id(&self, name: &str) -> Option<ObjectId> {
        self.objects.find(name).map(ObjectId)
    }

    /// The relation with this name, found as [`Vocabulary::object_id`] finds objects.
    pub fn predicate_id(&self, name: &str) -> Option<PredicateId> {
        self.predicates.find(name).map(PredicateId)
    }

    /// As [`Vocabulary::predicate_id`], with or without "is" before it, as files of other programs have it. Sentences tell these apart.
    pub fn predicate_id_in_file(&self, name: &str) -> Option<PredicateId> {
        self.predicates.find_relation(name).map(PredicateId)
    }

    /// "NONE" for a number that has no name, as in sg2im.
    pub fn object_name(&self, id: ObjectId) -> &str {
        self.objects.name(id.0)
    }

    pub fn predicate_name(&self, id: PredicateId) -> &str {
        self.predicates.name(id.0)
    }

    /// What a scene may hold: every named object but `__image__`, by number.
    pub fn objects(&self) -> impl Iterator<Item = (ObjectId, &str)> {
        let image = self.image;
        self.objects.named().map(|(id, word)| (ObjectId(id), word.name.as_str())).filter(move |(id, _)| *id != image)
    }

    /// What a scene may hold: every relation but `__in_image__`, by number.
    pub fn predicates(&self) -> impl Iterator<Item = (PredicateId, &str)> {
        let in_image = self.in_image;
        self.predicates
            .named()
            .map(|(id, word)| (PredicateId(id), word.name.as_str()))
            .filter(move |(id, _)| *id != in_image)
    }

    /// How many numbers there are, gaps and `__image__` included: sg2im's `num_objs`. Its embedding has one row more.
    pub fn object_count(&self) -> usize {
        self.objects.len()
    }

    /// How many numbers there are, `__in_image__` included: sg2im's `num_preds`.
    pub fn predicate_count(&self) -> usize {
        self.predicates.len()
    }

    pub fn image_object(&self) -> ObjectId {
        self.image
    }

    pub fn in_image_predicate(&self) -> PredicateId {
        self.in_image
    }

    /// Known words near to one that may be unknown, nearest first, at most `count`; only those worth a suggestion.
    pub fn nearest_objects(&self, name: &str, count: usize) -> Vec<&str> {
        nearest::nearest(&self.objects, name, count)
    }

    /// Known words for what an unknown one means ("swan": bird); where no table knows what it means, those that are spelled alike.
    pub fn near_objects(&self, name: &str, count: usize) -> Vec<&str> {
        let mut near = drawn::near_by_meaning(self, name);
        near.truncate(count);
        if near.is_empty() { self.nearest_objects(name, count) } else { near }
    }

    pub fn nearest_predicates(&self, name: &str, count: usize) -> Vec<&str> {
        nearest::nearest(&self.predicates, name, count)
    }

    /// "animals" for "sheep" (found as [`Vocabulary::object_id`] finds it).
    pub fn group_of(&self, name: &str) -> Option<&str> {
        self.object_word(name)?.group.as_deref()
    }

    /// Every group once, in the order in which the vocabulary first names it.
    pub fn groups(&self) -> Vec<&str> {
        let mut groups = Vec::new();
        for (_, word) in self.objects.named() {
            if let Some(group) = word.group.as_deref()
                && !groups.contains(&group)
            {
                groups.push(group);
            }
        }
        groups
    }

    /// A color (sRGB) for the category, the same on every machine and in every session; categories of one group have
    /// hues that are near. A word that the vocabulary does not know gets one of its own too.
    pub fn color_of(&self, name: &str) -> [u8; 3] {
        self.object_word(name).and_then(|word| word.color).unwrap_or_else(|| palette::color_of_stranger(name))
    }

    /// Other words for an object or, if there is no such object, for a relation.
    pub fn synonyms_of(&self, name: &str) -> &[String] {
        let predicate = || self.predicates.find(name).and_then(|id| self.predicates.get(id));
        self.object_word(name).or_else(predicate).map_or(&[], |word| &word.synonyms)
    }

    fn object_word(&self, name: &str) -> Option<&Word> {
        self.objects.get(self.objects.find(name)?)
    }
}
