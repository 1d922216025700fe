//! Writes pages to disk, all files that belong together or none.

use super::annotation_folder::ImageEntry;
use super::coco::Category;
use super::record::{self, ForeignFields};
use super::two_phase_write::{self, FileWrite};
use super::{AnnotationFolder, PageWriteError, Snapshot};
use crate::FileFingerprint;
use scenewright_formats::picture_folder::{OUR_ANNOTATIONS as FILE, scene_name};
use scenewright_formats::{WriteError, scenes_to_string, write_atomically};
use serde_json::Map;
use std::path::Path;

impl AnnotationFolder {
    /// Writes pages: all files of all of them, or none; what they share is written once. Blocks on file I/O.
    pub fn write(&mut self, pages: &[Snapshot]) -> Result<(), PageWriteError> {
        if pages.is_empty() {
            return Ok(());
        }
        if !self.folder.is_dir() {
            return Err(PageWriteError::Gone { path: self.folder.clone() });
        }
        let mut texts = Vec::with_capacity(pages.len() + 1);
        for page in pages {
            self.update_image(page);
            texts.push((scene_name(&page.file), scenes_to_string(std::slice::from_ref(&page.state.scene))));
        }
        let images = self.images.values().map(|image| &image.raw);
        let lines = self
            .images
            .values()
            .flat_map(|image| &image.annotation_lines)
            .chain(&self.orphan_annotations)
            .map(String::as_str);
        texts.push((FILE.to_owned(), record::file(&self.other_keys, images, lines, &self.categories)));
        let mut wanted = Vec::new();
        for (file, text) in texts {
            let before = self.read_fingerprint(&file);
            if before.is_none() && self.folder.join(&file).exists() {
                return Err(PageWriteError::Unreadable { path: self.folder.join(file) });
            }
            let known = self.fingerprints.get(&file).copied().flatten();
            if before == Some(FileFingerprint::of(text.as_bytes())) {
                self.fingerprints.insert(file, before);
                continue;
            }
            // A file that was deleted is written again.
            if before.is_some() && before != known {
                if !self.overwrite_next {
                    return Err(PageWriteError::Changed { path: self.folder.join(file) });
                }
                self.needs_backup.insert(file.clone());
            }
            wanted.push(FileWrite { file, text, before });
        }
        let failed = |source| PageWriteError::Write { source };
        // Check before anything is written: the files belong together.
        for path in wanted.iter().map(|one| self.folder.join(&one.file)) {
            if std::fs::metadata(&path).is_ok_and(|data| data.permissions().readonly()) {
                return Err(PageWriteError::ReadOnly { path });
            }
        }
        for one in &wanted {
            if one.before.is_some() && self.needs_backup.contains(&one.file) {
                copy_aside(&self.folder, &one.file).map_err(failed)?;
                self.needs_backup.remove(&one.file);
            }
        }
        let written = if wanted.is_empty() { Ok(()) } else { two_phase_write::write_together(&self.folder, &wanted) };
        for one in wanted {
            let fingerprint = Some(FileFingerprint::of(one.text.as_bytes()));
            // If the write was interrupted, some files may already have their new content.
            if written.is_ok() || self.read_fingerprint(&one.file) == fingerprint {
                self.fingerprints.insert(one.file, fingerprint);
            }
        }
        written.map_err(failed)?;
        self.overwrite_next = false;
        Ok(())
    }

    /// Replaces the page's image and annotations by those of the snapshot.
    fn update_image(&mut self, page: &Snapshot) {
        let id = self.image_id(&page.file).unwrap_or_else(|| {
            let id = self.images.last_key_value().map_or(1, |(last, _)| last + 1).max(self.next_image_id);
            self.next_image_id = id + 1;
            self.image_ids.insert(page.file.clone(), id);
            id
        });
        let raw = self.images.get(&id).map(|image| image.raw.clone()).unwrap_or_default();
        let raw = record::image(&raw, id, page);
        let mut foreign_fields = self.foreign_fields.remove(&page.file).unwrap_or_default();
        let mut annotation_lines = Vec::new();
        for node in page.state.scene.nodes() {
            let category = self.category(&node.name);
            let next = &mut self.next_annotation_id;
            let fields = foreign_fields.entry(node.id).or_insert_with(|| {
                *next += 1;
                ForeignFields { id: *next - 1, ..ForeignFields::default() }
            });
            let line = record::annotation(page, node.id, id, category, fields);
            annotation_lines.extend(line.map(|line| line.to_string()));
        }
        // Deleted objects are included: undo may restore them, with their ids.
        self.foreign_fields.insert(page.file.clone(), foreign_fields);
        self.images.insert(id, ImageEntry { raw, annotation_lines });
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

/// Copies a file to a free name beside it: "annotations.json.1".
fn copy_aside(folder: &Path, file: &str) -> Result<(), WriteError> {
    let path = folder.join(file);
    let failed = |source| WriteError::Io { source, path: path.clone() };
    let bytes = std::fs::read(&path).map_err(failed)?;
    let free = (1..).map(|number| folder.join(format!("{file}.{number}"))).find(|copy| !copy.exists());
    write_atomically(&free.unwrap_or_else(|| folder.join(format!("{file}.copy"))), &bytes)
}
