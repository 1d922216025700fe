//! One picture's scene and its annotations become one page: object by object; disagreements are reported.

use super::coco::{Annotation, box_of, mask_of};
use super::fit::Fit;
use super::record::{ForeignFields, WRITTEN};
use super::{Annotated, AnnotationIssue, ObjectMask};
use scenewright_scene::{Edit, NodeDraft, NodeId, Scene, UnitBox};
use std::collections::BTreeMap;
use std::path::Path;

/// What is known of a picture, from both files.
pub(super) struct Known<'a> {
    pub fit: Fit,
    pub scene: Option<Scene>,
    pub annotations: &'a [Annotation],
    /// Rows of `annotations`, and the word between them; used where there is no scene.
    pub relations: &'a [(usize, String, usize)],
    /// Of two words for one thing the newer file's is taken.
    pub(crate) scene_is_newer: bool,
    /// Of the annotations, for issues.
    pub path: &'a Path,
    pub file: &'a str,
}

/// Pixels: boxes that differ by less are one, written with fewer digits.
const ROUNDING: f32 = 0.05;
/// An annotation that does not say which object it is: of the same name, and covering so much of the same place.
const ALIKE: f32 = 0.5;

/// The page, and what the annotations' file says besides. An annotation without an object in the scene becomes one.
pub(super) fn merge(
    known: &Known<'_>,
    issues: &mut Vec<AnnotationIssue>,
) -> (Annotated, BTreeMap<NodeId, ForeignFields>) {
    let (stated, size) = (known.fit.stated, known.fit.shown);
    let mut page = Annotated::new(known.scene.clone().unwrap_or_default());
    let rows: Vec<NodeId> = page.scene.nodes().iter().map(|node| node.id).collect();
    let mut kept: BTreeMap<NodeId, ForeignFields> = BTreeMap::new();
    let mut others_words = false;
    let mut nodes: Vec<Option<NodeId>> = Vec::with_capacity(known.annotations.len());
    for annotation in known.annotations {
        let mut note = |what: &str| {
            let what = format!("{} ({}, {}): {what}", annotation.place, known.file, annotation.name);
            issues.push(AnnotationIssue::new(known.path, what));
        };
        let (mask, wrong) = mask_of(annotation.raw.get("segmentation"), stated);
        if let Some(wrong) = wrong {
            note(&wrong);
        }
        let mask = mask.and_then(|mask| known.fit.mask(mask));
        let given = box_of(&annotation.raw, stated).map(|(b, cut)| (known.fit.place(b), cut));
        let of_mask = mask.as_ref().and_then(|mask| mask.unit_box(size));
        let boxed = given.as_ref().ok().map(|(b, _)| *b);
        let place = match (given, of_mask) {
            (Ok((_, cut)), Some(of_mask)) => {
                cut.into_iter().for_each(&mut note);
                Some(of_mask)
            }
            (Ok((given, cut)), None) => {
                cut.into_iter().for_each(&mut note);
                Some(given)
            }
            (Err(what), Some(of_mask)) => {
                note(&format!("{what}: that of its mask is taken. Save, and it is written so"));
                Some(of_mask)
            }
            (Err(what), None) => {
                note(&format!("{what}: draw it anew"));
                None
            }
        };
        let is_free = |node: &NodeId| !kept.contains_key(node);
        let by_row = annotation.object.and_then(|row| rows.get(row).copied()).filter(is_free);
        if annotation.object.is_some() && by_row.is_none() && known.scene.is_some() {
            note(
                "the scene has no object of its number: it becomes an object of its own. Relate it anew where it was related",
            );
        }
        let node = by_row.or_else(|| twin(&page, annotation, [boxed, place], &kept));
        let node = match node {
            Some(node) => {
                let taken = Taken { node, name: &annotation.name, boxed, place, mask };
                others_words |= agree(&mut page, taken, known);
                node
            }
            None => match add(&mut page, annotation, place, mask, size) {
                Some(node) => node,
                None => {
                    nodes.push(None);
                    continue;
                }
            },
        };
        nodes.push(Some(node));
        let mut extra = annotation.raw.clone();
        extra.retain(|name, _| !WRITTEN.contains(&name.as_str()));
        kept.insert(node, ForeignFields { id: annotation.id.unwrap_or_default(), extra });
    }
    let node = |row: usize| nodes.get(row).copied().flatten();
    for (subject, predicate, object) in known.relations.iter().filter(|_| known.scene.is_none()) {
        if let (Some(subject), Some(object)) = (node(*subject), node(*object)) {
            // Given twice, it is one.
            let _ = page.scene.apply(&Edit::relate(subject, predicate.clone(), object));
        }
    }
    if others_words {
        let newer = if known.scene_is_newer { "the scene's" } else { "the annotations'" };
        let what = format!(
            "{}: its scene and its annotations differ, and {newer} words are taken: they are newer. Look it through; of the others a copy is kept",
            known.file
        );
        issues.push(AnnotationIssue::new(known.path, what));
    }
    page.settle(size);
    (page, kept)
}

struct Taken<'a> {
    node: NodeId,
    name: &'a str,
    /// The annotation's own box; and that of its mask, where there is one. They differ where the mask is only what is seen of a thing.
    boxed: Option<UnitBox>,
    place: Option<UnitBox>,
    mask: Option<ObjectMask>,
}

/// An object of both files. True where they differ.
fn agree(page: &mut Annotated, taken: Taken<'_>, known: &Known<'_>) -> bool {
    let Some(own) = page.scene.node(taken.node).cloned() else { return false };
    let size = known.fit.shown;
    let [w, h] = size.map(|side| side as f32);
    let far = |one: UnitBox, two: UnitBox| {
        let by = [(one.x0 - two.x0) * w, (one.x1 - two.x1) * w, (one.y0 - two.y0) * h, (one.y1 - two.y1) * h];
        // A thing of less than a pixel has a box of one.
        by.iter().any(|by| by.abs() > (ROUNDING * known.fit.growth()).max(w.max(h) * UnitBox::MIN_SIDE * 2.0))
    };
    let is_far = |given: Option<UnitBox>| matches!((own.pinned, given), (Some(own), Some(given)) if far(own, given));
    let moved = is_far(taken.place) && (taken.boxed.is_none() || is_far(taken.boxed));
    let renamed = own.name != taken.name;
    let theirs = !known.scene_is_newer;
    let mut edits = Vec::new();
    if renamed && theirs {
        edits.push(Edit::Rename { node: taken.node, name: taken.name.to_owned() });
    }
    if own.pinned.is_none() || (moved && theirs) {
        edits.push(Edit::Pin { node: taken.node, pinned: taken.place });
    }
    // A name that was checked when it was read, a box that is proper.
    let _ = page.scene.apply_all(&edits);
    if let Some(mask) = taken.mask {
        let mask = match own.pinned.filter(|_| moved && !theirs).zip(mask.unit_box(size)) {
            // The scene was moved elsewhere: the mask goes along.
            Some((to, from)) => mask.moved(from, to, size),
            None => Some(mask),
        };
        page.set_mask(taken.node, mask, size);
    }
    moved || renamed
}

fn twin(
    page: &Annotated,
    annotation: &Annotation,
    places: [Option<UnitBox>; 2],
    kept: &BTreeMap<NodeId, ForeignFields>,
) -> Option<NodeId> {
    let free = page.scene.nodes().iter().filter(|node| node.name == annotation.name && !kept.contains_key(&node.id));
    let near = free.filter_map(|node| {
        let own = node.pinned?;
        Some((places.iter().flatten().map(|place| own.iou(place)).fold(0.0, f32::max), node.id))
    });
    let near = near.filter(|(iou, _)| *iou >= ALIKE);
    near.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, node)| node)
}

fn add(
    page: &mut Annotated,
    annotation: &Annotation,
    place: Option<UnitBox>,
    mask: Option<ObjectMask>,
    size: [u32; 2],
) -> Option<NodeId> {
    let node = page.scene.next_node_id();
    let draft = NodeDraft { pinned: place, ..NodeDraft::new(&annotation.name) };
    page.scene.apply(&draft.into()).ok()?;
    if mask.is_some() {
        page.set_mask(node, mask, size);
    }
    Some(node)
}
