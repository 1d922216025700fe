//! The words of the model and of the folder together: what was named here is found like any other word.

use std::collections::BTreeSet;
use std::sync::Arc;

use scenewright_document::annotation::{Annotations, Page};
use scenewright_scene::vocab::Vocabulary;

#[derive(Default)]
pub(crate) struct LabelSet {
    base: Option<Arc<Vocabulary>>,
    /// How many pages, and how often they have changed.
    made_of: (usize, u64),
    pub vocab: Option<Arc<Vocabulary>>,
    /// In use, the most used first.
    pub names: Vec<String>,
    /// Those that the model lacks.
    pub new: BTreeSet<String>,
}

impl LabelSet {
    /// Made anew when the model or the names in use are others.
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
            // A word that cannot be added is still a name; only its colour is a stranger's.
            self.vocab = Some(base.with_objects(&more).map_or_else(|_| base.clone(), Arc::new));
        }
        self.names = names.into_iter().map(str::to_owned).collect();
        (self.new, self.base) = (new, Some(base.clone()));
    }
}
