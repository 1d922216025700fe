//! What changed from one picture to the next: an edit should not change unrelated objects.

use scenewright_generate::Picture;
use scenewright_scene::UnitBox;

/// A channel that moved by more than this (of 255) counts as changed; less is rounding, and invisible.
pub const NOTICEABLE: u8 = 2;

/// The boxes of everything that is new, gone, renamed or elsewhere: where a change is expected.
pub fn touched_boxes(before: &Picture, after: &Picture) -> Vec<UnitBox> {
    let mut touched = Vec::new();
    for (one, other) in [(before, after), (after, before)] {
        for placed in one.objects.iter().filter(|placed| placed.is_object()) {
            let same = other.objects.iter().find(|object| (object.node, &object.name) == (placed.node, &placed.name));
            if same.is_none_or(|same| same.name != placed.name || same.bounds != placed.bounds) {
                touched.push(placed.bounds);
            }
        }
    }
    touched
}

/// The share of the picture outside `expected` that changed, 0..=1. `None` where there is nothing to compare.
pub fn changed_share(before: &Picture, after: &Picture, expected: &[UnitBox]) -> Option<f32> {
    let (width, height) = (after.width, after.height);
    if (before.width, before.height) != (width, height) || before.rgb.len() != after.rgb.len() {
        return None;
    }
    let is_expected = |pixel: usize| {
        let at = [((pixel % width) as f32 + 0.5) / width as f32, ((pixel / width) as f32 + 0.5) / height as f32];
        expected.iter().any(|bounds| bounds.contains(at))
    };
    let (mut outside, mut changed) = (0u32, 0u32);
    for (pixel, (a, b)) in before.rgb.chunks_exact(3).zip(after.rgb.chunks_exact(3)).enumerate() {
        if is_expected(pixel) {
            continue;
        }
        outside += 1;
        changed += u32::from(a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > NOTICEABLE));
    }
    (outside > 0).then(|| changed as f32 / outside as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_generate::{Placed, Timings};
    use scenewright_scene::NodeId;
    use scenewright_scene::encode::Encoded;

    fn picture(rgb: Vec<u8>, objects: &[(u64, UnitBox)]) -> Picture {
        let placed = |&(id, bounds): &(u64, UnitBox)| Placed {
            node: Some(NodeId(id)),
            is_implied: false,
            name: "sheep".into(),
            bounds,
            pinned: false,
            mask: None,
            cover: None,
            record: Default::default(),
            drawing: None,
            paint_order: 0.0,
        };
        let encoded =
            Encoded { objects: vec![0], triples: vec![], nodes: vec![None], relations: vec![], ..Default::default() };
        let objects = objects.iter().map(placed).collect();
        Picture {
            rgb,
            width: 2,
            height: 2,
            raw: vec![],
            objects,
            implied: None,
            encoded,
            seed: 0,
            is_resizable: false,
            timings: Timings::default(),
        }
    }

    #[test]
    fn only_what_was_not_expected_counts() {
        let left = UnitBox::new(0.0, 0.0, 0.5, 1.0);
        let before = picture(vec![10; 12], &[]);
        let mut rgb = vec![10; 12];
        rgb[0] = 200; // upper left: in the new object's box
        rgb[3] = 12; // upper right: rounding
        rgb[9] = 13; // lower right: a change
        let after = picture(rgb, &[(1, left)]);
        let touched = touched_boxes(&before, &after);
        assert_eq!(touched, [left]);
        assert_eq!(changed_share(&before, &after, &touched), Some(0.5));
        assert_eq!(changed_share(&before, &after, &[UnitBox::WHOLE]), None);
        assert_eq!(changed_share(&before, &before, &[]), Some(0.0));
    }
}
