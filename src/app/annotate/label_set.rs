//! Labels of the model's vocabulary and of the folder together, so that new names are suggested too.

use std::collections::BTreeSet;
use std::sync::Arc;

use scenewright_document::annotation::{Annotations, Page};
use scenewright_scene::vocab::Vocabulary;

#[derive(Default)]
pub(crate) struct LabelSet {
    base: Option<Arc<Vocabulary>>,
    /// Number of pages and number of their changes.
    made_of: (usize, u64),
    pub vocab: Option<Arc<Vocabulary>>,
    /// Labels in use, most used first.
    pub names: Vec<String>,
    /// Labels that the model lacks.
    pub new: BTreeSet<String>,
}

impl LabelSet {
    /// Vocabulary of both, rebuilt if the model or the names in use change.
    pub(crate) fn update(&mut self, base: &Arc<Vocabulary>, annotations: &Annotations) {
        let made_of = (annotations.pages().len(), annotations.pages().iter().map(Page::changes).sum());
        let is_same = self.base.as_ref().is_some_and(|known| Arc::ptr_eq(known, base));
        if is_same && self.made_of == made_of {
            return;
        }
        self.made_of = made_of;
        let names = annotations.names();
        let new: BTreeSet<String> =
            names.iter().filter(|name| base.object_id(name).is_none()).map(|name| (*name).to_owned()).collect();
        if !is_same || new != self.new || self.vocab.is_none() {
            let more: Vec<(String, &str)> = new.iter().map(|name| (name.clone(), name.as_str())).collect();
            // A label that cannot be added to the vocabulary still works as a name; only its color is arbitrary.
            self.vocab = Some(base.with_objects(&more).map_or_else(|_| base.clone(), Arc::new));
        }
        self.names = names.into_iter().map(str::to_owned).collect();
        (self.new, self.base) = (new, Some(base.clone()));
    }
}
