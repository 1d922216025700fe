//! All pages of a folder, and the current one.

use super::{Page, PageState};
use scenewright_scene::{NodeId, Scene};
use std::path::{Path, PathBuf};

/// Plain data: nothing here waits for the disk.
#[derive(Clone, Debug)]
pub struct Annotations {
    folder: PathBuf,
    pages: Vec<Page>,
    current: usize,
}

impl Annotations {
    pub(super) fn new(folder: PathBuf, pages: Vec<Page>) -> Self {
        // Pictures that cannot be annotated are not shown first.
        let current = pages.iter().position(|page| page.problem.is_none()).unwrap_or(0);
        Self { folder, pages, current }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    pub fn current(&self) -> usize {
        self.current
    }

    /// The page that is worked on; none in an empty folder.
    pub fn page(&self) -> Option<&Page> {
        self.pages.get(self.current)
    }

    pub fn page_mut(&mut self) -> Option<&mut Page> {
        self.pages.get_mut(self.current).filter(|page| page.problem.is_none())
    }

    pub fn page_of(&mut self, file: &str) -> Option<&mut Page> {
        self.pages.iter_mut().find(|page| page.file == file)
    }

    pub fn place_of(&self, file: &str) -> Option<usize> {
        self.pages.iter().position(|page| page.file == file)
    }

    /// To another page; an open gesture ends. False: there is no such page, or it is the one.
    pub fn go_to(&mut self, place: usize) -> bool {
        if place >= self.pages.len() || place == self.current {
            return false;
        }
        if let Some(page) = self.page_mut() {
            page.commit();
        }
        self.current = place;
        true
    }

    /// The next page that way that can be annotated.
    pub fn neighbor(&self, by: isize) -> Option<usize> {
        let mut place = self.current;
        loop {
            place = place.checked_add_signed(by).filter(|place| *place < self.pages.len())?;
            if self.pages[place].problem.is_none() {
                return Some(place);
            }
        }
    }

    /// The next page after this that is not done, from the start again at the end.
    pub fn next_to_do(&self) -> Option<usize> {
        let count = self.pages.len();
        let waits = |place: &usize| {
            let page = &self.pages[*place];
            page.problem.is_none() && !page.state().done
        };
        (1..count).map(|step| (self.current + step) % count).find(waits)
    }

    /// A picture that came into the folder.
    pub(super) fn put(&mut self, page: Page) {
        let place = self.pages.partition_point(|other| other.file.to_lowercase() <= page.file.to_lowercase());
        self.pages.insert(place, page);
        if place <= self.current && self.pages.len() > 1 {
            self.current += 1;
        }
    }

    pub fn done(&self) -> usize {
        self.pages.iter().filter(|page| page.state().done).count()
    }

    /// Every name in use, the most used first; of equals the first in the alphabet.
    pub fn names(&self) -> Vec<&str> {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for node in self.pages.iter().flat_map(|page| page.scene().nodes()) {
            let place = *places.entry(node.name.as_str()).or_insert_with(|| {
                counts.push((node.name.as_str(), 0));
                counts.len() - 1
            });
            counts[place].1 += 1;
        }
        counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        counts.into_iter().map(|(name, _)| name).collect()
    }

    pub fn unsaved(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().filter(|page| page.is_unsaved())
    }
}

/// Takes what another tool knows of a picture to what is there: objects that are there already, by name and place, stay as they are.
pub(super) fn merged(mut there: PageState, new: &PageState, size: [u32; 2]) -> PageState {
    const SAME: f32 = 0.9;
    let twin = |there: &Scene, name: &str, b: Option<scenewright_scene::UnitBox>| {
        let same = |other: &&scenewright_scene::Node| {
            other.name == name && other.pinned.zip(b).is_some_and(|(one, two)| one.iou(&two) >= SAME)
        };
        there.nodes().iter().find(same).map(|node| node.id)
    };
    let mut places: Vec<(NodeId, NodeId)> = Vec::new();
    for node in new.scene.nodes() {
        let id = match twin(&there.scene, &node.name, node.pinned) {
            Some(id) => id,
            None => {
                let id = there.scene.next_node_id();
                there.extras.extend(new.extras.get(&node.id).map(|extra| (id, extra.clone())));
                // A draft of a scene that was checked when it was read.
                let _ = there.scene.apply(&scenewright_scene::NodeDraft::from(node).into());
                id
            }
        };
        if let Some(mask) = new.mask(node.id).filter(|_| there.mask(id).is_none()) {
            there.set_mask(id, Some(mask.as_ref().clone()), size);
        }
        places.push((node.id, id));
    }
    let place = |id: NodeId| places.iter().find(|(from, _)| *from == id).map(|(_, to)| *to);
    for relation in new.scene.relations() {
        let (Some(subject), Some(object)) = (place(relation.subject), place(relation.object)) else { continue };
        let is_there = there.scene.relations().iter().any(|other| {
            (other.subject, other.predicate.as_str(), other.object) == (subject, relation.predicate.as_str(), object)
        });
        if !is_there {
            let _ = there.scene.apply(&scenewright_scene::Edit::relate(subject, relation.predicate.clone(), object));
        }
    }
    there
}
