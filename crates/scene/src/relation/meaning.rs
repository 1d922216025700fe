//! Words to tests on boxes.

use super::{coco_predicate, strictly_within};
use crate::UnitBox;

/// A test on two boxes. Several words share one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PredicateKind {
    /// One of the reference's four directions, by its name.
    Direction(&'static str),
    Inside,
    Surrounding,
    On,
    /// Most of the subject lies in the object: "in", "of".
    MostlyIn,
    /// Most of the object lies in the subject: "has", "wearing", "around".
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

const CONTAINMENT_SLACK: f32 = 0.01;
const FOOT_SLACK: f32 = 0.04;
const MOSTLY: f32 = 0.5;
const SHARED_WIDTH: f32 = 0.3;
const TOUCHING: f32 = 0.03;
const BY: f32 = 0.15;
const NEAR: f32 = 0.25;

/// The test that a word stands for, however its case and spaces; `None` where boxes cannot tell.
pub fn predicate_kind(predicate: &str) -> Option<PredicateKind> {
    let mut word = String::with_capacity(predicate.len().min(32));
    for part in predicate.split(|c: char| c.is_whitespace() || c == '_' || c == '-') {
        if !part.is_empty() {
            if !word.is_empty() {
                word.push(' ');
            }
            word.push_str(&part.to_lowercase());
        }
    }
    Some(match word.as_str() {
        "left of" | "to the left of" | "on the left of" => PredicateKind::Direction("left of"),
        "right of" | "to the right of" | "on the right of" => PredicateKind::Direction("right of"),
        "above" => PredicateKind::Direction("above"),
        "below" => PredicateKind::Direction("below"),
        "inside" | "inside of" | "within" => PredicateKind::Inside,
        "surrounding" => PredicateKind::Surrounding,
        "on" | "upon" | "onto" | "on top of" | "atop" | "standing on" | "sitting on" | "laying on" | "lying on"
        | "walking on" | "running on" | "parked on" | "growing on" | "floating on" | "resting on" | "grazing on"
        | "driving on" | "sailing on" => PredicateKind::On,
        "in" | "sitting in" | "standing in" | "lying in" | "swimming in" | "flying in" | "floating in"
        | "covered in" | "covered by" | "covered with" | "surrounded by" | "of" | "belonging to" | "part of" => {
            PredicateKind::MostlyIn
        }
        "has" | "have" | "wearing" | "wears" | "covering" | "around" | "containing" | "contains" => {
            PredicateKind::MostlyHas
        }
        "over" | "flying over" => PredicateKind::Over,
        "under" | "beneath" | "underneath" => PredicateKind::Under,
        "behind" => PredicateKind::Behind,
        "in front of" => PredicateKind::InFrontOf,
        "next to" | "beside" | "on side of" | "on the side of" | "alongside" => PredicateKind::Beside,
        "by" | "along" | "at" => PredicateKind::Within(BY),
        "near" | "close to" | "with" | "nearby" => PredicateKind::Within(NEAR),
        "against" | "leaning against" | "touching" | "attached to" | "hanging on" | "hanging from" | "holding"
        | "carrying" | "eating" => PredicateKind::Within(TOUCHING),
        "riding" | "riding on" => PredicateKind::Riding,
        _ => return None,
    })
}

impl PredicateKind {
    /// Whether it holds for two boxes that are finite and not inverted.
    pub fn is_met(self, subject: &UnitBox, object: &UnitBox) -> bool {
        match self {
            Self::Direction(name) => subject.center() != object.center() && coco_predicate(subject, object) == name,
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
