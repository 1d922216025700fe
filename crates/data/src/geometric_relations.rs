//! Scene graphs from annotated boxes, as sg2im builds them: each object gets one geometric relation to another, randomly
//! chosen object.
// sg2im: data/coco.py, CocoSceneGraphDataset.__getitem__

use super::Mask;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scenewright_scene::UnitBox;
use scenewright_scene::relation::coco_predicate_with_centers;

/// The six geometric predicates, in sg2im's order (`data/coco.py`).
pub(crate) const SG2IM_PREDICATES: [&str; 6] = ["left of", "right of", "above", "below", "inside", "surrounding"];

/// Samples one relation for each object, to another object chosen at random; which of the two is the subject is random
/// too. Returns (subject index, predicate, object index).
pub(crate) fn sample_relations(boxes: &[UnitBox], masks: &[Mask], seed: u64) -> Vec<(usize, String, usize)> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let centers: Vec<[f32; 2]> = boxes.iter().zip(masks).map(|(bounds, mask)| mask_center(bounds, mask)).collect();
    let count = boxes.len().min(masks.len());
    if count < 2 {
        return Vec::new();
    }
    let relate = |current: usize| {
        let other = rng.random_range(0..count - 1);
        let other = if other >= current { other + 1 } else { other };
        let (s, o) = if rng.random::<f64>() > 0.5 { (current, other) } else { (other, current) };
        (s, coco_predicate_with_centers(&boxes[s], &boxes[o], [centers[s], centers[o]]).to_owned(), o)
    };
    (0..count).map(relate).collect()
}

/// Center of mass of the mask (alpha > 127), in units of the picture. The mask is stretched over the box so that its
/// outer cells lie on the box's edges. Returns the center of the box if the mask is empty.
pub(crate) fn mask_center(bounds: &UnitBox, mask: &Mask) -> [f32; 2] {
    let (mut sum, mut count) = ([0.0f64; 2], 0u32);
    let position = |low: f32, high: f32, cell: usize, cells: usize| {
        let fraction = if cells > 1 { cell as f64 / (cells - 1) as f64 } else { 0.0 };
        f64::from(low) + f64::from(high - low) * fraction
    };
    for (i, _) in mask.alpha.iter().enumerate().filter(|(_, alpha)| **alpha > 127) {
        let (x, y) = (i % mask.width.max(1), i / mask.width.max(1));
        sum[0] += position(bounds.x0, bounds.x1, x, mask.width);
        sum[1] += position(bounds.y0, bounds.y1, y, mask.height);
        count += 1;
    }
    if count == 0 { bounds.center() } else { sum.map(|sum| (sum / f64::from(count)) as f32) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(side: usize) -> Mask {
        Mask { width: side, height: side, alpha: vec![255; side * side] }
    }

    #[test]
    fn predicates_match_sg2im() {
        // Boxes in sixteenths of the picture. Expected values: output of sg2im's code for subject s, object o, with full masks.
        let check = |s: [u8; 4], o: [u8; 4], word: &str| {
            let unit = |b: [u8; 4]| UnitBox::from(b.map(|v| f32::from(v) / 16.0));
            let (s, o) = (unit(s), unit(o));
            let centers = [mask_center(&s, &full(4)), mask_center(&o, &full(4))];
            assert_eq!(coco_predicate_with_centers(&s, &o, centers), word, "{s:?} {o:?}");
        };
        check([0, 6, 2, 8], [8, 6, 10, 8], "left of");
        check([8, 6, 10, 8], [0, 6, 2, 8], "right of");
        check([6, 0, 8, 2], [6, 8, 8, 10], "above");
        check([6, 8, 8, 10], [6, 0, 8, 2], "below");
        check([4, 4, 6, 6], [2, 2, 8, 8], "inside");
        check([2, 2, 8, 8], [4, 4, 6, 6], "surrounding");
        // Shared edges do not count as within: then the centers decide.
        check([2, 4, 6, 6], [2, 2, 8, 8], "left of");
        check([2, 2, 8, 8], [2, 2, 8, 8], "right of");
        // Diagonals: -135° and 135° are left of, -45° is right of, 45° is below.
        check([0, 0, 2, 2], [8, 8, 10, 10], "left of");
        check([8, 0, 10, 2], [0, 8, 2, 10], "right of");
        check([8, 8, 10, 10], [0, 0, 2, 2], "below");
        check([0, 8, 2, 10], [8, 0, 10, 2], "left of");
    }

    #[test]
    fn mask_center_is_the_mean_of_its_cells() {
        let mut mask = Mask { width: 3, height: 3, alpha: vec![0; 9] };
        let bounds = UnitBox::new(0.0, 0.0, 1.0, 0.5);
        assert_eq!(mask_center(&bounds, &mask), [0.5, 0.25]);
        mask.alpha[2] = 255;
        assert_eq!(mask_center(&bounds, &mask), [1.0, 0.0]);
        mask.alpha[8] = 255;
        assert_eq!(mask_center(&bounds, &mask), [1.0, 0.25]);
    }

    #[test]
    fn every_object_gets_a_relation_and_the_seed_decides_which() {
        let boxes: Vec<UnitBox> =
            (0..5).map(|i| UnitBox::new(i as f32 / 8.0, 0.1, i as f32 / 8.0 + 0.1, 0.3)).collect();
        let masks = vec![full(2); 5];
        let first = sample_relations(&boxes, &masks, 1);
        assert_eq!(first, sample_relations(&boxes, &masks, 1));
        assert!((2..20).any(|seed| sample_relations(&boxes, &masks, seed) != first));
        for (i, (s, word, o)) in first.iter().enumerate() {
            assert!(s != o && (*s == i || *o == i), "{first:?}");
            assert_eq!(word, if s < o { "left of" } else { "right of" });
        }
        assert!(sample_relations(&boxes[..1], &masks[..1], 1).is_empty());
    }
}
