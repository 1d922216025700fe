//! Paths of Visual Genome's files, and the thresholds of what is kept of them.

use std::path::{Path, PathBuf};

/// Paths of the original files.
#[derive(Clone, Debug)]
pub struct VgFiles {
    pub images: PathBuf,
    pub objects: PathBuf,
    pub attributes: PathBuf,
    pub relationships: PathBuf,
    /// May be missing.
    pub object_aliases: PathBuf,
    /// May be missing.
    pub relationship_aliases: PathBuf,
    /// google/sg2im's `sg2im/data/vg_splits.json`. May be missing: then pictures are split by a hash of their ids.
    pub splits: PathBuf,
}

impl VgFiles {
    /// Finds the files in `folder`, plain or gzipped (`.gz`). If there is no `objects.json`, objects, attributes and
    /// relationships are read from `scene_graphs.json`.
    pub fn in_folder(folder: &Path) -> Self {
        let file = |name: &str| {
            let packed = folder.join(format!("{name}.gz"));
            if packed.is_file() && !folder.join(name).is_file() { packed } else { folder.join(name) }
        };
        let graphs = file("scene_graphs.json");
        let has_scene_graphs_only = !file("objects.json").is_file() && graphs.is_file();
        let list_file = |name: &str| if has_scene_graphs_only { graphs.clone() } else { file(name) };
        Self {
            images: file("image_data.json"),
            objects: list_file("objects.json"),
            attributes: list_file("attributes.json"),
            relationships: list_file("relationships.json"),
            object_aliases: folder.join("object_alias.txt"),
            relationship_aliases: folder.join("relationship_alias.txt"),
            splits: folder.join("vg_splits.json"),
        }
    }
}

/// Filters. The defaults are those of sg2im's preprocess_vg.py.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VgThresholds {
    /// The shorter side.
    pub min_image_side_px: u32,
    /// Occurrences of a name in the training split.
    pub min_object_instances: u64,
    /// Occurrences of an attribute in the training split.
    pub min_attribute_instances: u64,
    /// Each side of an object's box.
    pub min_object_side_px: f64,
    pub min_objects: usize,
    pub max_objects: usize,
    pub max_attributes: usize,
    /// Occurrences of a relation in the training split.
    pub min_relationship_instances: u64,
    pub min_relationships: usize,
    pub max_relationships: usize,
}

impl Default for VgThresholds {
    fn default() -> Self {
        Self {
            min_image_side_px: 200,
            min_object_instances: 2000,
            min_attribute_instances: 2000,
            min_object_side_px: 32.0,
            min_objects: 3,
            max_objects: 30,
            max_attributes: 30,
            min_relationship_instances: 500,
            min_relationships: 1,
            max_relationships: 30,
        }
    }
}
