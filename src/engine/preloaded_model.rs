//! A model that another thread has loaded, passed to the worker, so that rendering does not wait for loading.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::event::ModelFacts;
use super::renderer::Renderer;

type Content = (Renderer, Arc<ModelFacts>);

/// A loaded model that can be taken once. Clones share it.
#[derive(Clone)]
pub struct PreloadedModel {
    content: Arc<Mutex<Option<Content>>>,
    pub facts: Arc<ModelFacts>,
}

impl PreloadedModel {
    pub(super) fn new(renderer: Renderer, facts: Arc<ModelFacts>) -> Self {
        Self { content: Arc::new(Mutex::new(Some((renderer, facts.clone())))), facts }
    }

    pub(super) fn take(&self) -> Option<Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl PartialEq for PreloadedModel {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.content, &other.content)
    }
}

impl fmt::Debug for PreloadedModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PreloadedModel").field(&self.facts.name).finish()
    }
}
