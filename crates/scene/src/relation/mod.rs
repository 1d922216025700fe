//! What a relation means on the picture: whether two boxes satisfy it, and where the subject would have to be.
//!
//! A predicate is evaluated only where boxes can decide it. A word that is not in this table is
//! [`RelationStatus::Unknown`], never a guess; so is a relation of an object to itself, and so are boxes that are not proper.
//! "foot" is the middle of a box's lower edge, "center" the middle of the box, "gap" the empty space between two boxes,
//! and y runs down.
//!
//! The predicates stand in one table, [`PREDICATES`]; the tests are those of [`PredicateKind`].
//!
//! The first six are sg2im's (`sg2im: data/coco.py, CocoSceneGraphDataset.__getitem__`) with boxes' centers for masks'
//! centers, a little slack for containment, and two boxes with one center beside nothing instead of "right of". The
//! exact function is [`coco_predicate`]. The others are ours: the paper has no test for them.

mod kind;
mod place;
mod predicate;

pub use kind::{BY, CONTAINMENT_SLACK, FOOT_SLACK, MOSTLY, NEAR, PredicateKind, SHARED_WIDTH, TOUCHING};
pub use place::place_to_meet;
pub use predicate::{PREDICATES, Predicate, mirrored_predicate, predicate, predicate_kind};

use super::{NodeId, RelationId, Scene, UnitBox};
use std::f64::consts::FRAC_PI_4;

/// Whether a layout meets a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RelationStatus {
    Met,
    Broken,
    /// Boxes cannot decide.
    Unknown,
}

impl From<bool> for RelationStatus {
    fn from(met: bool) -> Self {
        if met { Self::Met } else { Self::Broken }
    }
}

/// Whether `subject predicate object` holds for two boxes.
pub fn judge(predicate: &str, subject: &UnitBox, object: &UnitBox) -> RelationStatus {
    match predicate_kind(predicate) {
        Some(meaning) if is_judgeable(subject) && is_judgeable(object) => meaning.is_met(subject, object).into(),
        _ => RelationStatus::Unknown,
    }
}

/// Every relation of a scene, in its order, with the boxes of a layout. A missing box makes a relation unknown.
pub fn judge_scene(scene: &Scene, box_of: impl Fn(NodeId) -> Option<UnitBox>) -> Vec<(RelationId, RelationStatus)> {
    let judge_one = |relation: &super::Relation| {
        if relation.is_self_relation() {
            return RelationStatus::Unknown;
        }
        match (box_of(relation.subject), box_of(relation.object)) {
            (Some(subject), Some(object)) => judge(&relation.predicate, &subject, &object),
            _ => RelationStatus::Unknown,
        }
    };
    scene.relations().iter().map(|relation| (relation.id, judge_one(relation))).collect()
}

/// The one geometric relation that sg2im gives a pair of boxes when it makes a graph of an annotated
/// picture (`sg2im: data/coco.py`). Strict containment comes first, then the direction between the centers.
pub fn coco_predicate(subject: &UnitBox, object: &UnitBox) -> &'static str {
    coco_predicate_with_centers(subject, object, [subject.center(), object.center()])
}

/// As [`coco_predicate`], with centers of the caller's: sg2im takes those of masks where it has them.
pub fn coco_predicate_with_centers(subject: &UnitBox, object: &UnitBox, centers: [[f32; 2]; 2]) -> &'static str {
    if strictly_within(object, subject) {
        return "surrounding";
    }
    if strictly_within(subject, object) {
        return "inside";
    }
    let angle = direction(centers);
    if angle >= 3.0 * FRAC_PI_4 || angle <= -3.0 * FRAC_PI_4 {
        "left of"
    } else if angle < -FRAC_PI_4 {
        "above"
    } else if angle < FRAC_PI_4 {
        "right of"
    } else {
        "below"
    }
}

fn strictly_within(inner: &UnitBox, outer: &UnitBox) -> bool {
    inner.x0 > outer.x0 && inner.x1 < outer.x1 && inner.y0 > outer.y0 && inner.y1 < outer.y1
}

/// The angle of the subject's center seen from the object's, -π..=π; y down, so "above" is negative.
fn direction([[sx, sy], [ox, oy]]: [[f32; 2]; 2]) -> f64 {
    f64::from(sy - oy).atan2(f64::from(sx - ox))
}

/// Boxes of a network may leave the picture and are still evaluated; inverted and empty ones are not.
fn is_judgeable(b: &UnitBox) -> bool {
    b.is_finite() && b.x0 < b.x1 && b.y0 < b.y1
}
