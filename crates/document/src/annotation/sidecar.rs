//! Graphs of other tools beside pictures.

use super::AnnotationIssue;
use scenewright_formats::picture_folder::{boxes_beside, graphs_of, is_other_tools};
use scenewright_formats::{ReadError, read_scenes};
use scenewright_scene::{Edit, Scene};
use std::path::Path;

/// A graph; boxes may stand beside it in a list of their own, in pixels of `size` or in parts of the picture.
pub(super) fn graph_of(path: &Path, size: [u32; 2]) -> Result<Scene, ReadError> {
    let mut scene = read_scenes(path)?.into_iter().next().unwrap_or_default();
    let boxes = boxes_beside(&scene, (size[0], size[1]));
    let nodes: Vec<_> = scene.nodes().iter().map(|node| (node.id, node.pinned)).collect();
    for ((node, pinned), place) in nodes.into_iter().zip(boxes) {
        if pinned.is_none() && place.is_some() {
            // Of an object that is there, with a box that is proper.
            let _ = scene.apply(&Edit::Pin { node, pinned: place });
        }
    }
    Ok(scene)
}

/// The first graph beside a picture that has something on it. A broken one is reported; a JSON that is no graph at all is another tool's, and none
/// of ours.
pub(super) fn graph_of_other_tools(
    folder: &Path,
    picture: &Path,
    size: [u32; 2],
    issues: &mut Vec<AnnotationIssue>,
) -> Option<Scene> {
    for path in graphs_of(folder, picture).iter().filter(|path| path.is_file()) {
        match graph_of(path, size) {
            Ok(scene) if scene.is_empty() => {}
            Ok(scene) => return Some(scene),
            Err(error) => {
                if !is_other_tools(path, &error) {
                    issues.push(AnnotationIssue::from_error(path, &error));
                }
            }
        }
    }
    None
}
