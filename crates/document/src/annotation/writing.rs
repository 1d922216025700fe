//! Writes pages to disk, all files that belong together or none.

use super::coco::Category;
use super::record::{self, ForeignFields};
use super::store::Record;
use super::two_phase_write::{self, FileWrite};
use super::{Snapshot, Store, StoreError};
use crate::Stamp;
use scenewright_formats::picture_folder::{OUR_ANNOTATIONS as FILE, scene_name};
use scenewright_formats::{WriteError, scenes_to_string, write_atomically};
use serde_json::Map;
use std::path::Path;

impl Store {
    /// Writes pages: all files of all of them, or none; what they share is written once. Waits for the disk.
    pub fn write(&mut self, pages: &[Snapshot]) -> Result<(), StoreError> {
        if pages.is_empty() {
            return Ok(());
        }
        if !self.folder.is_dir() {
            return Err(StoreError::Gone { path: self.folder.clone() });
        }
        let mut texts = Vec::with_capacity(pages.len() + 1);
        for page in pages {
            self.take_in(page);
            texts.push((scene_name(&page.file), scenes_to_string(std::slice::from_ref(&page.state.scene))));
        }
        let images = self.records.values().map(|record| &record.raw);
        let lines =
            self.records.values().flat_map(|record| &record.lines).chain(&self.unknown_lines).map(String::as_str);
        texts.push((FILE.to_owned(), record::file(&self.rest, images, lines, &self.categories)));
        let mut wanted = Vec::new();
        for (file, text) in texts {
            let before = self.stamp_now(&file);
            if before.is_none() && self.folder.join(&file).exists() {
                return Err(StoreError::Unreadable { path: self.folder.join(file) });
            }
            let known = self.stamps.get(&file).copied().flatten();
            if before == Some(Stamp::of(text.as_bytes())) {
                self.stamps.insert(file, before);
                continue;
            }
            // A file that is gone is written again: there is nothing to lose.
            if before.is_some() && before != known {
                if !self.overwrites {
                    return Err(StoreError::Changed { path: self.folder.join(file) });
                }
                self.to_copy.insert(file.clone());
            }
            wanted.push(FileWrite { file, text, before });
        }
        let failed = |source| StoreError::Write { source };
        // Before anything is written: one of two files would be as good as none.
        for path in wanted.iter().map(|one| self.folder.join(&one.file)) {
            if std::fs::metadata(&path).is_ok_and(|data| data.permissions().readonly()) {
                return Err(StoreError::ReadOnly { path });
            }
        }
        for one in &wanted {
            if one.before.is_some() && self.to_copy.contains(&one.file) {
                copy_aside(&self.folder, &one.file).map_err(failed)?;
                self.to_copy.remove(&one.file);
            }
        }
        let written = if wanted.is_empty() { Ok(()) } else { two_phase_write::write_together(&self.folder, &wanted) };
        for one in wanted {
            let stamp = Some(Stamp::of(one.text.as_bytes()));
            // Of a save that broke off in the middle, what stands there is ours all the same.
            if written.is_ok() || self.stamp_now(&one.file) == stamp {
                self.stamps.insert(one.file, stamp);
            }
        }
        written.map_err(failed)?;
        self.overwrites = false;
        Ok(())
    }

    /// The page's part of the file.
    fn take_in(&mut self, page: &Snapshot) {
        let number = self.number(&page.file).unwrap_or_else(|| {
            let number = self.records.last_key_value().map_or(1, |(last, _)| last + 1).max(self.next_image);
            self.next_image = number + 1;
            self.numbers.insert(page.file.clone(), number);
            number
        });
        let raw = self.records.get(&number).map(|record| record.raw.clone()).unwrap_or_default();
        let raw = record::image(&raw, number, page);
        let mut kept = self.kept.remove(&page.file).unwrap_or_default();
        let mut lines = Vec::new();
        for node in page.state.scene.nodes() {
            let category = self.category(&node.name);
            let next = &mut self.next_annotation;
            let known = kept.entry(node.id).or_insert_with(|| {
                *next += 1;
                ForeignFields { id: *next - 1, ..ForeignFields::default() }
            });
            let line = record::annotation(page, node.id, number, category, known);
            lines.extend(line.map(|line| line.to_string()));
        }
        // Of objects that are gone, too: undo may bring them back, under their numbers.
        self.kept.insert(page.file.clone(), kept);
        self.records.insert(number, Record { raw, lines });
    }

    fn category(&mut self, name: &str) -> u64 {
        if let Some(known) = self.categories.iter().find(|category| category.name == name) {
            return known.id;
        }
        let id = self.categories.iter().map(|category| category.id).max().unwrap_or(0) + 1;
        self.categories.push(Category { id, name: name.to_owned(), raw: Map::new() });
        id
    }
}

/// Beside the file, under a name that is free: "annotations.json.1".
fn copy_aside(folder: &Path, file: &str) -> Result<(), WriteError> {
    let path = folder.join(file);
    let failed = |source| WriteError::Io { source, path: path.clone() };
    let bytes = std::fs::read(&path).map_err(failed)?;
    let free = (1..).map(|number| folder.join(format!("{file}.{number}"))).find(|copy| !copy.exists());
    write_atomically(&free.unwrap_or_else(|| folder.join(format!("{file}.copy"))), &bytes)
}
