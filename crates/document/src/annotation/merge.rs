//! Merges a picture's scene file and its COCO annotations into one page. Objects are matched one by one; conflicts are
//! reported.

use super::coco::{Annotation, box_of, mask_of};
use super::fit::Fit;
use super::record::{ForeignFields, WRITTEN};
use super::{AnnotationIssue, ObjectMask, PageState};
use scenewright_scene::{Edit, NodeDraft, NodeId, Scene, UnitBox};
use std::collections::BTreeMap;
use std::path::Path;

/// What the scene file and the annotations file say about one picture.
pub(super) struct MergeInput<'a> {
    /// Maps pixels of the annotations to displayed pixels.
    pub fit: Fit,
    /// `None` if there is no readable scene file.
    pub scene: Option<Scene>,
    pub annotations: &'a [Annotation],
    /// (subject, predicate, object): indices into `annotations`. Used only if `scene` is `None`.
    pub relations: &'a [(usize, String, usize)],
    /// True if the scene file was modified after the annotations. On a conflict, the newer file wins.
    pub(crate) scene_is_newer: bool,
    /// Path of the annotations file, for issues.
    pub path: &'a Path,
    pub picture_name: &'a str,
}

pub(super) struct Merged {
    pub page: PageState,
    /// For each object with an annotation, the fields of it that this program does not write.
    pub foreign_fields: BTreeMap<NodeId, ForeignFields>,
}

/// Corners that differ by at most this are equal: COCO files round to two decimals. In pixels of the annotated picture.
const CORNER_TOLERANCE_PX: f32 = 0.05;
/// Minimum IoU to match an annotation without an object index to a scene object of the same name.
const MATCH_MIN_IOU: f32 = 0.5;

/// Merges both files. Annotations that match no object of the scene become new objects.
pub(super) fn merge(input: &MergeInput<'_>, issues: &mut Vec<AnnotationIssue>) -> Merged {
    let size = input.fit.shown;
    let page = PageState::new(input.scene.clone().unwrap_or_default());
    let scene_nodes: Vec<NodeId> = page.scene.nodes().iter().map(|node| node.id).collect();
    let mut merged = Merged { page, foreign_fields: BTreeMap::new() };
    let mut has_conflict = false;
    let mut node_of_annotation: Vec<Option<NodeId>> = Vec::with_capacity(input.annotations.len());
    for annotation in input.annotations {
        let mut report = |what: &str| {
            let what = format!("{} ({}, {}): {what}", annotation.place, input.picture_name, annotation.name);
            issues.push(AnnotationIssue::new(input.path, what));
        };
        let shape = read_shape(annotation, input, &mut report);
        let is_unmatched = |node: &NodeId| !merged.foreign_fields.contains_key(node);
        let by_index = annotation.object.and_then(|index| scene_nodes.get(index).copied()).filter(is_unmatched);
        if annotation.object.is_some() && by_index.is_none() && input.scene.is_some() {
            report("the scene has no object with this index, so it was added as a new object. Add its relations again");
        }
        let node = match by_index.or_else(|| find_matching_node(&merged, annotation, &shape)) {
            Some(node) => {
                has_conflict |= reconcile(&mut merged.page, node, &annotation.name, shape, input);
                Some(node)
            }
            None => add_node(&mut merged.page, annotation, shape, size),
        };
        node_of_annotation.push(node);
        if let Some(node) = node {
            let mut extra = annotation.raw.clone();
            extra.retain(|name, _| !WRITTEN.contains(&name.as_str()));
            merged.foreign_fields.insert(node, ForeignFields { id: annotation.id.unwrap_or_default(), extra });
        }
    }
    let node = |index: usize| node_of_annotation.get(index).copied().flatten();
    for (subject, predicate, object) in input.relations.iter().filter(|_| input.scene.is_none()) {
        if let (Some(subject), Some(object)) = (node(*subject), node(*object)) {
            // A repeated relation is an error here; ignore it.
            let _ = merged.page.scene.apply(&Edit::relate(subject, predicate.clone(), object));
        }
    }
    if has_conflict {
        let used =
            if input.scene_is_newer { "scene file, which is newer, was" } else { "annotations, which are newer, were" };
        let what = format!(
            "{}: the scene file and the annotations differ; the {used} used. Check the picture. \
             A copy of the other file is kept",
            input.picture_name
        );
        issues.push(AnnotationIssue::new(input.path, what));
    }
    merged.page.normalize_masks(size);
    merged
}

/// Box and mask of an annotation, in displayed coordinates.
struct AnnotationShape {
    /// The annotation's own box, if it has a valid one.
    annotation_box: Option<UnitBox>,
    /// The box to use: that of the mask, or else the annotation's own. They differ if the mask covers only the visible
    /// part of the object.
    bounds: Option<UnitBox>,
    mask: Option<ObjectMask>,
}

fn read_shape(annotation: &Annotation, input: &MergeInput<'_>, report: &mut impl FnMut(&str)) -> AnnotationShape {
    let (mask, problem) = mask_of(annotation.raw.get("segmentation"), input.fit.stated);
    if let Some(problem) = problem {
        report(&problem);
    }
    let mask = mask.and_then(|mask| input.fit.mask(mask));
    let mask_box = mask.as_ref().and_then(|mask| mask.unit_box(input.fit.shown));
    let annotation_box = match box_of(&annotation.raw, input.fit.stated) {
        Ok((bounds, clip_note)) => {
            clip_note.into_iter().for_each(&mut *report);
            Some(input.fit.place(bounds))
        }
        Err(problem) => {
            let fix = match mask_box {
                Some(_) => "The box of its mask is used. Save to write it",
                None => "Draw the box again",
            };
            report(&format!("{problem}. {fix}"));
            None
        }
    };
    // The box of the mask wins over the annotation's own.
    AnnotationShape { annotation_box, bounds: mask_box.or(annotation_box), mask }
}

/// Updates the scene object from its annotation if the annotations file is newer. Returns true if name or box differ.
fn reconcile(page: &mut PageState, id: NodeId, name: &str, shape: AnnotationShape, input: &MergeInput<'_>) -> bool {
    let Some(node) = page.scene.node(id).cloned() else { return false };
    let size = input.fit.shown;
    let [w, h] = size.map(|side| side as f32);
    // Boxes have a minimum side, so tiny objects may be off by that much.
    let tolerance = (CORNER_TOLERANCE_PX * input.fit.growth()).max(w.max(h) * UnitBox::MIN_SIDE * 2.0);
    let differs = |a: UnitBox, b: UnitBox| {
        let shifts_px = [(a.x0 - b.x0) * w, (a.x1 - b.x1) * w, (a.y0 - b.y0) * h, (a.y1 - b.y1) * h];
        shifts_px.iter().any(|shift| shift.abs() > tolerance)
    };
    let box_differs = |other: Option<UnitBox>| matches!((node.pinned, other), (Some(a), Some(b)) if differs(a, b));
    let box_changed =
        box_differs(shape.bounds) && (shape.annotation_box.is_none() || box_differs(shape.annotation_box));
    let name_changed = node.name != name;
    let annotations_win = !input.scene_is_newer;
    let mut edits = Vec::new();
    if name_changed && annotations_win {
        edits.push(Edit::Rename { node: id, name: name.to_owned() });
    }
    if node.pinned.is_none() || (box_changed && annotations_win) {
        edits.push(Edit::Pin { node: id, pinned: shape.bounds });
    }
    // Cannot fail: the name was validated on reading, and the box is valid.
    let _ = page.scene.apply_all(&edits);
    if let Some(mask) = shape.mask {
        let mask = match node.pinned.filter(|_| box_changed && !annotations_win).zip(mask.unit_box(size)) {
            // The box was moved in the scene: move the mask with it.
            Some((to, from)) => mask.moved(from, to, size),
            None => Some(mask),
        };
        page.set_mask(id, mask, size);
    }
    box_changed || name_changed
}

/// The unmatched object of the same name whose box overlaps most, if the IoU is at least [`MATCH_MIN_IOU`].
fn find_matching_node(merged: &Merged, annotation: &Annotation, shape: &AnnotationShape) -> Option<NodeId> {
    let nodes = merged.page.scene.nodes().iter();
    let unmatched = nodes.filter(|node| node.name == annotation.name && !merged.foreign_fields.contains_key(&node.id));
    let overlaps = unmatched.filter_map(|node| {
        let pinned = node.pinned?;
        let boxes = [shape.annotation_box, shape.bounds];
        Some((boxes.iter().flatten().map(|bounds| pinned.iou(bounds)).fold(0.0, f32::max), node.id))
    });
    let matches = overlaps.filter(|(iou, _)| *iou >= MATCH_MIN_IOU);
    matches.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, node)| node)
}

fn add_node(page: &mut PageState, annotation: &Annotation, shape: AnnotationShape, size: [u32; 2]) -> Option<NodeId> {
    let node = page.scene.next_node_id();
    let draft = NodeDraft { pinned: shape.bounds, ..NodeDraft::new(&annotation.name) };
    page.scene.apply(&draft.into()).ok()?;
    if shape.mask.is_some() {
        page.set_mask(node, shape.mask, size);
    }
    Some(node)
}
