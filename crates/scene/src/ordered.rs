//! A list in the document's order with constant-time lookup by id. A copy shares every item with the original until that item changes.

use super::id::Id;
use std::collections::HashMap;
use std::fmt;
use std::ops::Index;
use std::sync::Arc;

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

/// Objects or relations of a scene, read like a slice.
#[derive(Clone)]
pub struct List<T> {
    items: Vec<Arc<T>>,
}

impl<T> List<T> {
    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self.items.iter())
    }

    pub fn get(&self, row: usize) -> Option<&T> {
        self.items.get(row).map(Arc::as_ref)
    }

    pub fn first(&self) -> Option<&T> {
        self.get(0)
    }

    pub fn last(&self) -> Option<&T> {
        self.items.last().map(Arc::as_ref)
    }

    pub fn to_vec(&self) -> Vec<T>
    where
        T: Clone,
    {
        self.iter().cloned().collect()
    }

    /// Each item with its address, which items that are shared have in common: for counting what a history holds.
    pub(super) fn shared(&self) -> impl Iterator<Item = (usize, &T)> {
        self.items.iter().map(|item| (Arc::as_ptr(item).addr(), item.as_ref()))
    }
}

/// Items of a [`List`] in order.
pub struct Iter<'a, T>(std::slice::Iter<'a, Arc<T>>);

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        self.0.next().map(Arc::as_ref)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<T> DoubleEndedIterator for Iter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(Arc::as_ref)
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> Index<usize> for List<T> {
    type Output = T;

    fn index(&self, row: usize) -> &T {
        &self.items[row]
    }
}

impl<T: PartialEq> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        let is_same = |(a, b): (&Arc<T>, &Arc<T>)| Arc::ptr_eq(a, b) || a == b;
        self.len() == other.len() && self.items.iter().zip(&other.items).all(is_same)
    }
}

impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[derive(Clone, Debug)]
pub(super) struct Ordered<T: Keyed> {
    list: List<T>,
    /// Rows by id; the same for all copies until an item comes or goes.
    rows: Arc<HashMap<u64, usize>>,
}

impl<T: Keyed> Default for Ordered<T> {
    fn default() -> Self {
        Self { list: List { items: Vec::new() }, rows: Arc::default() }
    }
}

impl<T: Keyed> Ordered<T> {
    pub(crate) fn list(&self) -> &List<T> {
        &self.list
    }

    pub(crate) fn position(&self, key: T::Key) -> Option<usize> {
        self.rows.get(&key.number()).copied()
    }

    pub(crate) fn get(&self, key: T::Key) -> Option<&T> {
        self.list.get(self.position(key)?)
    }

    /// Puts an item in the place of the one that has its id, if there is one.
    pub(crate) fn replace(&mut self, item: T) {
        if let Some(slot) = self.position(item.key()).and_then(|row| self.list.items.get_mut(row)) {
            *slot = Arc::new(item);
        }
    }

    /// Appends; the caller has made sure that the id is new.
    pub(crate) fn push(&mut self, item: T) {
        Arc::make_mut(&mut self.rows).insert(item.key().number(), self.list.len());
        self.list.items.push(Arc::new(item));
    }

    /// Keeps what `keep` says, in order; returns whether anything went.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) -> bool {
        let before = self.list.len();
        self.list.items.retain(|item| keep(item));
        let removed = self.list.len() != before;
        if removed {
            self.rows = Arc::new(self.list.iter().enumerate().map(|(row, item)| (item.key().number(), row)).collect());
        }
        removed
    }

    /// The table of rows with its address, for counting what a history holds.
    pub(super) fn shared_rows(&self) -> (usize, usize) {
        (Arc::as_ptr(&self.rows).addr(), self.rows.capacity())
    }
}

impl<T: Keyed> FromIterator<T> for Ordered<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut ordered = Self::default();
        items.into_iter().for_each(|item| ordered.push(item));
        ordered
    }
}
