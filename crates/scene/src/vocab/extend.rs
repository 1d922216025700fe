//! A vocabulary with more words: what a model learns beyond its own.

use super::words::Word;
use super::{Vocabulary, VocabularyError};

impl Vocabulary {
    /// With those of the words that it lacks, behind its own: every number stays what it was.
    pub fn with_words(&self, objects: &[String], predicates: &[String]) -> Result<Self, VocabularyError> {
        let lacks_object = |name: &&String| self.object_id(name).is_none();
        let lacks_predicate = |name: &&String| self.predicate_id(name).is_none();
        let (mut more_objects, mut more_predicates): (Vec<&String>, Vec<&String>) =
            (objects.iter().filter(lacks_object).collect(), predicates.iter().filter(lacks_predicate).collect());
        if more_objects.is_empty() && more_predicates.is_empty() {
            return Ok(self.clone());
        }
        // "Boat" and "boat" are one new word, and so are "boats".
        let one_of_each = |words: &mut Vec<&String>| {
            let mut seen = std::collections::HashSet::new();
            words.retain(|word| seen.insert(super::singular(&super::fold(word))));
        };
        one_of_each(&mut more_objects);
        one_of_each(&mut more_predicates);
        let new = |word: &&String| Some(Word::new(word.as_str()));
        let objects = self.objects.to_vec().into_iter().chain(more_objects.iter().map(new)).collect();
        let predicates = self.predicates.to_vec().into_iter().chain(more_predicates.iter().map(new)).collect();
        let (name, about) = (self.name.clone(), self.about.clone());
        Self::assemble(name, about, objects, predicates, self.extra.clone(), Vec::new())
    }
}
