//! Tests of predicates on two boxes.

use serde::{Deserialize, Serialize};

use super::{coco_predicate, strictly_within};
use crate::UnitBox;

/// A test on two boxes, subject first. Several predicates share one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PredicateKind {
    LeftOf,
    RightOf,
    Above,
    Below,
    Inside,
    Surrounding,
    On,
    /// Most of the subject lies in the object: "in", "of".
    MostlyIn,
    /// Most of the object lies in the subject: "has", "wearing".
    MostlyHas,
    Over,
    Under,
    Behind,
    InFrontOf,
    Beside,
    /// The gap is at most this.
    Within(f32),
    Riding,
}

/// Unit coordinates: how far a box may stick out of one that it is inside.
pub const CONTAINMENT_SLACK: f32 = 0.01;
/// Unit coordinates: how far beside the object the subject's foot may stand.
pub const FOOT_SLACK: f32 = 0.04;
/// Share of a box that counts as most of it.
pub const MOSTLY: f32 = 0.5;
/// Share of the narrower box's width that lies above or below the other.
pub const SHARED_WIDTH: f32 = 0.3;
/// Unit coordinates: gaps between boxes.
pub const TOUCHING: f32 = 0.03;
pub const BY: f32 = 0.15;
pub const NEAR: f32 = 0.25;

impl PredicateKind {
    /// Whether it holds for two boxes that are finite and not inverted.
    pub fn is_met(self, subject: &UnitBox, object: &UnitBox) -> bool {
        let is_toward = |name| subject.center() != object.center() && coco_predicate(subject, object) == name;
        match self {
            Self::LeftOf => is_toward("left of"),
            Self::RightOf => is_toward("right of"),
            Self::Above => is_toward("above"),
            Self::Below => is_toward("below"),
            Self::Inside => is_within(subject, object),
            Self::Surrounding => is_within(object, subject),
            Self::On => stands_on(subject, object),
            Self::MostlyIn => subject.share_within(object) >= MOSTLY,
            Self::MostlyHas => object.share_within(subject) >= MOSTLY,
            Self::Over => subject.center()[1] < object.center()[1] && share_width(subject, object),
            Self::Under => subject.center()[1] > object.center()[1] && share_width(subject, object),
            Self::Behind => subject.gap(object) <= BY && subject.y1 <= object.y1,
            Self::InFrontOf => subject.gap(object) <= BY && subject.y1 >= object.y1,
            Self::Beside => is_beside(subject, object),
            Self::Within(gap) => subject.gap(object) <= gap,
            Self::Riding => rides(subject, object),
        }
    }

    /// The test, in words.
    pub fn description(self) -> String {
        match self {
            Self::LeftOf | Self::RightOf | Self::Above | Self::Below => {
                "neither box lies within the other, and the subject's center lies in that quarter of directions (±45°) seen from the object's".to_owned()
            }
            Self::Inside => format!("the subject lies within the object, give or take {CONTAINMENT_SLACK}"),
            Self::Surrounding => format!("the object lies within the subject, give or take {CONTAINMENT_SLACK}"),
            Self::On => format!(
                "the foot (middle of the lower edge) of the subject lies in the object's box, give or take {FOOT_SLACK}, and its center is above the object's foot"
            ),
            Self::MostlyIn => "at least half of the subject lies in the object".to_owned(),
            Self::MostlyHas => "at least half of the object lies in the subject".to_owned(),
            Self::Over => format!(
                "the subject's center is above the object's, and the narrower shares at least {SHARED_WIDTH} of its width with the other"
            ),
            Self::Under => format!(
                "the subject's center is below the object's, and the narrower shares at least {SHARED_WIDTH} of its width with the other"
            ),
            Self::Behind => format!("the gap is at most {BY}, and the subject's foot is no lower than the object's"),
            Self::InFrontOf => format!("the gap is at most {BY}, and the subject's foot is no higher than the object's"),
            Self::Beside => {
                format!("the gap is at most {BY}, they share some height, and neither center lies in the other box")
            }
            Self::Within(gap) => format!("the gap is at most {gap}"),
            Self::Riding => format!(
                "they touch (gap at most {TOUCHING}), the subject's center is above the object's and between its sides"
            ),
        }
    }

    /// What then holds for the object and the subject, where that is a test of its own: "left of" and "right of".
    pub fn inverse(self) -> Option<Self> {
        Some(match self {
            Self::LeftOf => Self::RightOf,
            Self::RightOf => Self::LeftOf,
            Self::Above => Self::Below,
            Self::Below => Self::Above,
            Self::Inside => Self::Surrounding,
            Self::Surrounding => Self::Inside,
            Self::MostlyIn => Self::MostlyHas,
            Self::MostlyHas => Self::MostlyIn,
            Self::Over => Self::Under,
            Self::Under => Self::Over,
            Self::Behind => Self::InFrontOf,
            Self::InFrontOf => Self::Behind,
            Self::Beside | Self::Within(_) => self,
            Self::On | Self::Riding => return None,
        })
    }

    /// The one that cannot hold between the same two at once: "left of" and "right of".
    pub fn opposite(self) -> Option<Self> {
        let (Self::MostlyIn | Self::MostlyHas | Self::Beside | Self::Within(_)) = self else { return self.inverse() };
        None
    }

    /// What holds in a picture that is mirrored left to right.
    pub fn mirrored(self) -> Self {
        match self {
            Self::LeftOf => Self::RightOf,
            Self::RightOf => Self::LeftOf,
            other => other,
        }
    }

    /// "over" as "above", "under" as "below": without the shared width.
    pub fn without_overlap(self) -> Self {
        match self {
            Self::Over => Self::Above,
            Self::Under => Self::Below,
            other => other,
        }
    }

    /// The object carries or holds the subject, which can be in one such place only.
    pub fn is_support(self) -> bool {
        matches!(self, Self::On | Self::MostlyIn | Self::Inside | Self::Riding)
    }

    /// It says where the subject is among its neighbors, and nothing of who carries it.
    pub fn is_arrangement(self) -> bool {
        match self {
            Self::LeftOf | Self::RightOf | Self::Above | Self::Below => true,
            Self::Over | Self::Under | Self::Behind | Self::InFrontOf | Self::Beside | Self::Within(_) => true,
            Self::Inside | Self::Surrounding | Self::On | Self::MostlyIn | Self::MostlyHas | Self::Riding => false,
        }
    }

    /// Where the subject is seen from the object, in a drawing of the graph: right and down are positive.
    pub fn direction(self) -> Option<[f32; 2]> {
        Some(match self {
            Self::LeftOf => [-1.0, 0.0],
            Self::RightOf => [1.0, 0.0],
            Self::Below | Self::Under | Self::InFrontOf => [0.0, 1.0],
            Self::Above | Self::On | Self::Over | Self::Riding | Self::Behind => [0.0, -1.0],
            // What holds something lies beneath it, as the ground does.
            Self::Inside | Self::MostlyIn => [0.0, -1.0],
            Self::Surrounding | Self::MostlyHas => [0.0, 1.0],
            Self::Beside | Self::Within(_) => return None,
        })
    }
}

fn is_within(inner: &UnitBox, outer: &UnitBox) -> bool {
    let slack = CONTAINMENT_SLACK;
    let roomy = UnitBox::new(outer.x0 - slack, outer.y0 - slack, outer.x1 + slack, outer.y1 + slack);
    // Of two boxes that differ by less than the slack, only the smaller is inside.
    strictly_within(inner, outer) || (roomy.contains_box(inner) && inner.area() < outer.area())
}

fn stands_on(subject: &UnitBox, object: &UnitBox) -> bool {
    let foot = [subject.center()[0], subject.y1];
    let slack = FOOT_SLACK;
    let ground = UnitBox::new(object.x0 - slack, object.y0 - slack, object.x1 + slack, object.y1 + slack);
    ground.contains(foot) && subject.center()[1] < object.y1
}

fn share_width(a: &UnitBox, b: &UnitBox) -> bool {
    let shared = a.x1.min(b.x1) - a.x0.max(b.x0);
    shared >= SHARED_WIDTH * a.width().min(b.width())
}

fn is_beside(a: &UnitBox, b: &UnitBox) -> bool {
    let share_height = a.y0.max(b.y0) < a.y1.min(b.y1);
    share_height && a.gap(b) <= BY && !a.contains(b.center()) && !b.contains(a.center())
}

fn rides(rider: &UnitBox, mount: &UnitBox) -> bool {
    let [x, y] = rider.center();
    rider.gap(mount) <= TOUCHING && y < mount.center()[1] && (mount.x0..=mount.x1).contains(&x)
}
