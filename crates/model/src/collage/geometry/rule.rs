//! How far two boxes are from meeting a predicate's test: 0 where it is met, otherwise about how far a side would have to move, so that a
//! search knows which way to go. The tests are those of [`PredicateKind::is_met`].

use scenewright_scene::relation::{self, PredicateKind};

use super::box_xyxy::BoxXyxy;

/// Boxes meet a test by this much, so that later rounding does not break it.
const MARGIN: f32 = 0.002;
const CONTAINMENT_SLACK: f32 = relation::CONTAINMENT_SLACK - MARGIN;
const FOOT_SLACK: f32 = relation::FOOT_SLACK - MARGIN;
const MOSTLY: f32 = relation::MOSTLY + MARGIN;
const SHARED_WIDTH: f32 = relation::SHARED_WIDTH;
const TOUCHING: f32 = relation::TOUCHING - MARGIN;
const BY: f32 = relation::BY - MARGIN;

/// What placement asks of a predicate.
pub trait PlacementRule: Copy {
    /// How far two boxes are from meeting it; 0: met.
    fn distance(self, s: &BoxXyxy, o: &BoxXyxy) -> f32;
    /// Whether who says it expects the two to cover each other.
    fn expects_overlap(self) -> bool;
    /// Whether it says of two things that they stand side by side: "next to", "by", "near".
    fn is_beside(self) -> bool;
    /// Who is carried or held by the other: `Some(true)`: the subject, `Some(false)`: the object.
    fn supported_object(self) -> Option<bool>;
    /// Whether the subject has to be where the object can be seen.
    fn needs_visibility(self) -> bool;
    /// Whether it allows one to be partly hidden by the other.
    fn allows_overlap(self) -> bool;
}

impl PlacementRule for PredicateKind {
    fn distance(self, s: &BoxXyxy, o: &BoxXyxy) -> f32 {
        match self {
            Self::LeftOf => direction(o.center_x() - s.center_x(), o.center_y() - s.center_y(), s, o),
            Self::RightOf => direction(s.center_x() - o.center_x(), o.center_y() - s.center_y(), s, o),
            Self::Above => direction(o.center_y() - s.center_y(), o.center_x() - s.center_x(), s, o),
            Self::Below => direction(s.center_y() - o.center_y(), o.center_x() - s.center_x(), s, o),
            Self::Inside => within(s, o),
            Self::Surrounding => within(o, s),
            Self::On => on(s, o),
            Self::MostlyIn => mostly_in(s, o),
            Self::MostlyHas => mostly_in(o, s),
            Self::Over => over(s, o),
            Self::Under => over(o, s),
            Self::Behind => beyond(s.gap(o), BY) + beyond(s.y1 + MARGIN, o.y1),
            Self::InFrontOf => beyond(s.gap(o), BY) + beyond(o.y1 + MARGIN, s.y1),
            Self::Beside => beside(s, o),
            Self::Within(most) => beyond(s.gap(o), (most - MARGIN).max(0.0)),
            Self::Riding => {
                let across = beyond(o.x0 + MARGIN, s.center_x()) + beyond(s.center_x(), o.x1 - MARGIN);
                beyond(s.gap(o), TOUCHING) + beyond(s.center_y() + MARGIN, o.center_y()) + across
            }
        }
    }

    /// Whether who says it expects the two to cover each other.
    fn expects_overlap(self) -> bool {
        match self {
            Self::Inside | Self::Surrounding | Self::On | Self::MostlyIn | Self::MostlyHas | Self::Riding => true,
            Self::Within(most) => most < 0.1,
            _ => false,
        }
    }

    /// Whether it says of two things that they stand side by side: "next to", "by", "near".
    fn is_beside(self) -> bool {
        matches!(self, Self::Beside) || matches!(self, Self::Within(most) if most >= 0.1)
    }

    fn supported_object(self) -> Option<bool> {
        match self {
            Self::On | Self::Inside | Self::MostlyIn | Self::Riding => Some(true),
            Self::Surrounding | Self::MostlyHas => Some(false),
            _ => None,
        }
    }

    /// Whether the subject has to be where the object can be seen.
    fn needs_visibility(self) -> bool {
        matches!(self, Self::On | Self::MostlyIn | Self::Inside)
    }

    /// Whether it allows one to be partly hidden by the other.
    fn allows_overlap(self) -> bool {
        self.expects_overlap() || matches!(self, Self::Behind | Self::InFrontOf)
    }
}

/// How much a is above b.
fn beyond(a: f32, b: f32) -> f32 {
    (a - b).max(0.0)
}

/// The subject's center lies in the object's quarter of directions: `ahead` along its axis, `sideways` along the other. Of boxes that lie
/// within each other no direction is defined.
fn direction(ahead: f32, sideways: f32, s: &BoxXyxy, o: &BoxXyxy) -> f32 {
    beyond(sideways.abs() + MARGIN, ahead) + depth_within(s, o) + depth_within(o, s)
}

/// How far the one box would have to move to be no longer strictly within the other.
fn depth_within(inner: &BoxXyxy, outer: &BoxXyxy) -> f32 {
    let across = (inner.x0 - outer.x0).min(outer.x1 - inner.x1);
    across.min(inner.y0 - outer.y0).min(outer.y1 - inner.y1).max(0.0)
}

fn within(s: &BoxXyxy, o: &BoxXyxy) -> f32 {
    let t = CONTAINMENT_SLACK;
    let out = beyond(o.x0 - t, s.x0) + beyond(s.x1, o.x1 + t) + beyond(o.y0 - t, s.y0) + beyond(s.y1, o.y1 + t);
    let strictly = s.x0 > o.x0 && s.x1 < o.x1 && s.y0 > o.y0 && s.y1 < o.y1;
    out + if strictly { 0.0 } else { beyond(s.area().sqrt() + MARGIN, o.area().sqrt()) }
}

fn on(s: &BoxXyxy, o: &BoxXyxy) -> f32 {
    let t = FOOT_SLACK;
    let foot = beyond(o.x0 - t, s.center_x())
        + beyond(s.center_x(), o.x1 + t)
        + beyond(o.y0 - t, s.y1)
        + beyond(s.y1, o.y1 + t);
    foot + beyond(s.center_y() + MARGIN, o.y1)
}

/// Shares have no slope where nothing is shared: there the gap leads.
fn mostly_in(s: &BoxXyxy, o: &BoxXyxy) -> f32 {
    let share = s.shared(o) / s.area().max(f32::MIN_POSITIVE);
    s.gap(o) + 0.5 * beyond(MOSTLY, share) * s.width().max(s.height())
}

fn over(s: &BoxXyxy, o: &BoxXyxy) -> f32 {
    let shared = s.x1.min(o.x1) - s.x0.max(o.x0);
    beyond(s.center_y() + MARGIN, o.center_y()) + beyond(SHARED_WIDTH * s.width().min(o.width()) + MARGIN, shared)
}

fn beside(s: &BoxXyxy, o: &BoxXyxy) -> f32 {
    let shared_height = s.y1.min(o.y1) - s.y0.max(o.y0);
    beyond(MARGIN, shared_height) + beyond(s.gap(o), BY) + center_within(s, o) + center_within(o, s)
}

/// How deep the center of one lies in the other.
fn center_within(one: &BoxXyxy, other: &BoxXyxy) -> f32 {
    let (x, y) = (one.center_x(), one.center_y());
    let depth = (x - other.x0).min(other.x1 - x).min(y - other.y0).min(other.y1 - y);
    beyond(depth + MARGIN, 0.0)
}
