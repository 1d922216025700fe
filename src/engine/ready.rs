//! A model that another thread has opened, handed to the worker: a picture that is asked for meanwhile waits for nothing.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::event::ModelFacts;
use super::studio::Studio;

type Content = (Studio, Arc<ModelFacts>);

/// Taken once; clones are the same model.
#[derive(Clone)]
pub struct Ready {
    content: Arc<Mutex<Option<Content>>>,
    pub facts: Arc<ModelFacts>,
}

impl Ready {
    pub(super) fn new(studio: Studio, facts: Arc<ModelFacts>) -> Self {
        Self { content: Arc::new(Mutex::new(Some((studio, facts.clone())))), facts }
    }

    pub(super) fn take(&self) -> Option<Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl PartialEq for Ready {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.content, &other.content)
    }
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ready").field(&self.facts.name).finish()
    }
}
