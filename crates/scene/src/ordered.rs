//! A list in the document's order with constant-time lookup by id.

use super::id::Id;
use std::collections::HashMap;

/// What an id belongs to.
pub(super) trait Keyed {
    type Key: Id;
    fn key(&self) -> Self::Key;
}

impl Keyed for super::Node {
    type Key = super::NodeId;
    fn key(&self) -> Self::Key {
        self.id
    }
}

impl Keyed for super::Relation {
    type Key = super::RelationId;
    fn key(&self) -> Self::Key {
        self.id
    }
}

#[derive(Clone, Debug)]
pub(super) struct Ordered<T: Keyed> {
    items: Vec<T>,
    index: HashMap<u64, usize>,
}

impl<T: Keyed> Default for Ordered<T> {
    fn default() -> Self {
        Self { items: Vec::new(), index: HashMap::new() }
    }
}

impl<T: Keyed> Ordered<T> {
    pub(crate) fn items(&self) -> &[T] {
        &self.items
    }

    pub(crate) fn position(&self, key: T::Key) -> Option<usize> {
        self.index.get(&key.number()).copied()
    }

    pub(crate) fn get(&self, key: T::Key) -> Option<&T> {
        self.items.get(self.position(key)?)
    }

    pub(crate) fn get_mut(&mut self, key: T::Key) -> Option<&mut T> {
        let position = self.position(key)?;
        self.items.get_mut(position)
    }

    /// Appends; the caller has made sure that the id is new.
    pub(crate) fn push(&mut self, item: T) {
        self.index.insert(item.key().number(), self.items.len());
        self.items.push(item);
    }

    /// Keeps what `keep` says, in order; returns whether anything went.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&T) -> bool) -> bool {
        let before = self.items.len();
        self.items.retain(keep);
        let removed = self.items.len() != before;
        if removed {
            self.index = self.items.iter().enumerate().map(|(i, item)| (item.key().number(), i)).collect();
        }
        removed
    }
}

impl<T: Keyed> FromIterator<T> for Ordered<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut ordered = Self::default();
        items.into_iter().for_each(|item| ordered.push(item));
        ordered
    }
}
