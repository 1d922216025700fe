//! How good a place is for one object, given what is placed already.

use super::Query;
use super::box_xyxy::BoxXyxy;
use super::config::{CategoryPrior, GeometryConfig};
use super::crowd::Grid;
use super::rule::PlacementRule;
use scenewright_scene::relation::PredicateKind;

/// What is wrong with a place. All of it is 0 where the place can be taken as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct PlacementCost {
    /// How far it is from meeting the relations to placed objects.
    pub relations: f32,
    /// How far size and foot are from what occurs; how far what stands is above the ground; how far what is on another hides too much of it;
    /// how far what is beside another is from standing side by side with it.
    pub prior: f32,
    /// Of a thing: how far it is from where the stuff that it is in or on can be seen.
    pub visibility: f32,
    /// Of things that nothing ties to it: how much is covered, beyond what may be.
    pub overlap: f32,
}

impl PlacementCost {
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Relations that were asked for; the other terms are matters of taste.
    pub(crate) fn cost(&self) -> f32 {
        20.0 * self.relations + 8.0 * self.visibility + 4.0 * self.prior + 2.0 * self.overlap
    }
}

/// A relation to another object.
#[derive(Clone, Copy, Debug)]
struct Constraint {
    rule: PredicateKind,
    other: usize,
    is_subject: bool,
}

impl Constraint {
    /// How far it is from being met; 0 where the other is not placed.
    fn distance(&self, at: &BoxXyxy, placed: &[Option<BoxXyxy>]) -> f32 {
        match &placed[self.other] {
            Some(other) if self.is_subject => self.rule.distance(at, other),
            Some(other) => self.rule.distance(other, at),
            None => 0.0,
        }
    }
}

/// What stands where when a place is looked for.
#[derive(Clone, Copy)]
pub(crate) struct PlacedBox<'a> {
    pub placed: &'a [Option<BoxXyxy>],
    /// The part of stuff that shows, where that is not all of it.
    pub shown: &'a [Option<BoxXyxy>],
    /// The placed things, in a crowd.
    pub things: Option<&'a Grid>,
}

/// What never has its foot above this height, of the picture's, stands on the ground.
const STANDING: f32 = 0.445;
/// So much above the edge of the ground, a foot is on it all the same.
const FOOTING: f32 = 0.015;
/// What is on some ground stands so far within it, of the picture's height.
const FOOTHOLD: f32 = 0.05;

/// What has its foot below this height, of the picture's, may stand on the ground or on a table; above it, it hangs or flies.
const LOW_FOOT: f32 = 0.35;
/// Two things side by side share at most this part of the narrower one's width.
const SHARED_WIDTH: f32 = 0.15;
/// Their feet are at most this far apart, of the picture's height.
const FEET_APART: f32 = 0.05;

/// What is asked of each object.
pub(crate) struct Fitness {
    ties: Vec<Vec<Constraint>>,
    priors: Vec<CategoryPrior>,
    /// Rows of ground: materials that do not reach the upper edge.
    grounds: Vec<usize>,
}

/// Of who stands in front of another, this share may cover it.
const PARTLY: f32 = 0.75;

impl Fitness {
    pub(crate) fn new(config: &GeometryConfig, query: &Query<'_>) -> Self {
        let is_image = |row: usize| query.objects[row] == config.image;
        let prior = |(row, &category): (usize, &u32)| {
            let prior = config.prior(category);
            // The picture itself is nothing that could be covered.
            CategoryPrior { thing: prior.thing && !is_image(row), ..prior }
        };
        let priors: Vec<CategoryPrior> = query.objects.iter().enumerate().map(prior).collect();
        let mut ties = vec![Vec::new(); priors.len()];
        for &(s, p, o) in query.triples {
            let (s, o) = (s as usize, o as usize);
            if let (Some(rule), false) = (config.rule(p), s == o || is_image(s) || is_image(o)) {
                ties[s].push(Constraint { rule, other: o, is_subject: true });
                ties[o].push(Constraint { rule, other: s, is_subject: false });
            }
        }
        let is_ground = |row: &usize| {
            let prior: &CategoryPrior = &priors[*row];
            !prior.thing && prior.count > 0 && !prior.edges[1]
        };
        let grounds = (0..priors.len()).filter(is_ground).collect();
        Self { ties, priors, grounds }
    }

    pub(crate) fn prior(&self, object: usize) -> &CategoryPrior {
        &self.priors[object]
    }

    /// Whether it is stuff that reaches from the left edge to the right one as a rule.
    pub(crate) fn spans(&self, object: usize) -> bool {
        let prior = &self.priors[object];
        !prior.thing && prior.edges[0] && prior.edges[2]
    }

    /// Of what is placed: whether it is stuff.
    pub(crate) fn is_stuff(&self, object: usize) -> bool {
        !self.priors[object].thing && self.priors[object].count > 0
    }

    /// `lenient`: it may cover a part of others, or be covered, though nothing ties them.
    pub(crate) fn faults(&self, object: usize, at: &BoxXyxy, scene: &PlacedBox<'_>, lenient: bool) -> PlacementCost {
        let placed = scene.placed;
        let relations = self.relations(object, at, placed);
        let prior = self.priors[object].distance(at)
            + self.floating(object, at, placed)
            + self.support_cost(object, at, placed)
            + self.crowding(object, at, placed)
            + self.stacked(object, at, placed);
        let mut overlap = 0.0;
        if let (Some(grid), true) = (scene.things, self.priors[object].thing) {
            grid.overlapping(at, placed, |other, sides| {
                if other != object {
                    overlap += (at.overlap(sides) - self.allowed(object, other, lenient)).max(0.0);
                }
            });
        } else if self.priors[object].thing {
            for (other, sides) in placed.iter().enumerate() {
                let (Some(sides), true) = (sides, other != object && self.priors[other].thing) else { continue };
                let shared = at.overlap(sides);
                if shared > 0.0 {
                    overlap += (shared - self.allowed(object, other, lenient)).max(0.0);
                }
            }
        }
        let visibility = if self.priors[object].thing { self.visibility(object, at, scene.shown) } else { 0.0 };
        PlacementCost { relations, visibility, prior, overlap }
    }

    /// How far the object is from meeting its relations to what is placed.
    pub(crate) fn relations(&self, object: usize, at: &BoxXyxy, placed: &[Option<BoxXyxy>]) -> f32 {
        self.ties[object].iter().map(|tie| tie.distance(at, placed)).sum()
    }

    /// Whether a relation ties two objects.
    pub(crate) fn is_tied(&self, object: usize, other: usize) -> bool {
        self.ties[object].iter().any(|tie| tie.other == other)
    }

    /// Placed objects to which its relations are broken, the last in the list first.
    pub(crate) fn broken(&self, object: usize, placed: &[Option<BoxXyxy>]) -> Vec<usize> {
        let Some(at) = placed[object] else { return Vec::new() };
        let is_broken = |tie: &&Constraint| tie.distance(&at, placed) > 0.0;
        let mut others: Vec<usize> = self.ties[object].iter().filter(is_broken).map(|tie| tie.other).collect();
        others.sort_unstable_by(|a, b| b.cmp(a));
        others.dedup();
        others
    }

    /// How far a thing that always stands on the ground is above where the ground begins below it. What is tied to another thing may stand on
    /// that one.
    fn floating(&self, object: usize, at: &BoxXyxy, placed: &[Option<BoxXyxy>]) -> f32 {
        let prior = &self.priors[object];
        let carried = |tie: &Constraint| tie.is_subject && tie.rule.expects_overlap() && self.priors[tie.other].thing;
        if !prior.thing || prior.count == 0 || prior.low[2] < STANDING || self.ties[object].iter().any(carried) {
            return 0.0;
        }
        let below = |b: &BoxXyxy| (b.x0..=b.x1).contains(&at.center_x());
        let grounds = self.grounds.iter().filter_map(|&row| placed[row].as_ref());
        let top = grounds.filter(|b| below(b)).map(|b| b.y0).fold(f32::INFINITY, f32::min);
        if top.is_finite() { (top - FOOTING - at.y1).max(0.0) } else { 0.0 }
    }

    /// How far the foot of what is said to be on some ground is from standing well within it: at its very edge it stands nowhere.
    fn support_cost(&self, object: usize, at: &BoxXyxy, placed: &[Option<BoxXyxy>]) -> f32 {
        let above = |tie: &Constraint| match &placed[tie.other] {
            Some(ground) if tie.is_subject && tie.rule == PredicateKind::On && self.is_stuff(tie.other) => {
                (ground.y0 + FOOTHOLD.min(ground.height() / 3.0) - at.y1).max(0.0)
            }
            _ => 0.0,
        };
        self.ties[object].iter().map(above).sum()
    }

    /// How far a thing that is on or in another is from leaving as much of it to be seen as usual: a window is no wall. The other way round, how
    /// far a host is from being large enough. In lengths, not in areas.
    fn crowding(&self, object: usize, at: &BoxXyxy, placed: &[Option<BoxXyxy>]) -> f32 {
        let beyond = |tie: &Constraint| {
            let (Some(other), Some(supported_is_subject)) = (&placed[tie.other], tie.rule.supported_object()) else {
                return 0.0;
            };
            if !(self.priors[object].thing && self.priors[tie.other].thing) {
                return 0.0;
            }
            let (supported, host, prior) = match supported_is_subject == tie.is_subject {
                true => (at, other, &self.priors[object]),
                false => (other, at, &self.priors[tie.other]),
            };
            let hides = (supported.shared(host).sqrt() - (prior.share * host.area()).sqrt()).max(0.0);
            // Who rides leans over; what is narrower than what it is on does not stick out beyond it.
            let rides = tie.rule == PredicateKind::Riding || supported.width() >= host.width();
            let sticks_out = (host.x0 - supported.x0).max(0.0) + (supported.x1 - host.x1).max(0.0);
            let stands_out = (host.y0 - supported.y0).max(0.0) + (supported.y1 - host.y1).max(0.0);
            hides + if rides { 0.0 } else { sticks_out } + if prior.enclosed { stands_out } else { 0.0 }
        };
        self.ties[object].iter().map(beyond).sum()
    }

    /// How far a thing is from standing side by side with the things that it is said to be by, next to, beside or near: next to each other
    /// across the picture, on feet of about the same height. Where the other one leaves no space on either side, it may stand in front.
    fn stacked(&self, object: usize, at: &BoxXyxy, placed: &[Option<BoxXyxy>]) -> f32 {
        let apart = |tie: &Constraint| {
            let other = tie.other;
            let Some(b) = &placed[other] else { return 0.0 };
            if !tie.rule.is_beside() || !self.priors[object].thing || !self.priors[other].thing {
                return 0.0;
            }
            if !self.is_only_beside(object, other) {
                return 0.0;
            }
            let shared = at.x1.min(b.x1) - at.x0.max(b.x0);
            let has_space = b.x0.max(1.0 - b.x1) >= self.priors[object].low[0].min(at.width());
            let most = SHARED_WIDTH * at.width().min(b.width());
            let across = if has_space { (shared - most).max(0.0) } else { 0.0 };
            let level = self.can_stand_level(object, other, b);
            across + if level { ((at.y1 - b.y1).abs() - FEET_APART).max(0.0) } else { 0.0 }
        };
        self.ties[object].iter().map(apart).sum()
    }

    /// Whether no relation between the two asks for another arrangement, such as "on", "behind" or "above".
    fn is_only_beside(&self, object: usize, other: usize) -> bool {
        let mut between = self.ties[object].iter().filter(|tie| tie.other == other);
        between.all(|tie| tie.rule.is_beside() || matches!(tie.rule, PredicateKind::LeftOf | PredicateKind::RightOf))
    }

    /// Whether an object's foot can be at the height of another's: neither hangs nor flies, and they are not carried by different things.
    fn can_stand_level(&self, object: usize, other: usize, b: &BoxXyxy) -> bool {
        let stands = |prior: &CategoryPrior| prior.count > 0 && prior.low[2] >= LOW_FOOT;
        let (own, others) = (&self.priors[object], &self.priors[other]);
        let reaches = (own.low[2] - FEET_APART..=own.high[2] + FEET_APART).contains(&b.y1);
        let carriers = |row: usize| -> Vec<usize> {
            let carried = |tie: &&Constraint| tie.rule.supported_object() == Some(tie.is_subject);
            self.ties[row].iter().filter(carried).map(|tie| tie.other).collect()
        };
        let (mine, theirs) = (carriers(object), carriers(other));
        let shared = mine.iter().any(|row| theirs.contains(row));
        let on_thing = |rows: &[usize]| rows.iter().any(|row| self.priors[*row].thing);
        let together = shared || (!(on_thing(&mine) || on_thing(&theirs)) && (mine.is_empty() || theirs.is_empty()));
        stands(own) && stands(others) && reaches && together
    }

    fn visibility(&self, object: usize, at: &BoxXyxy, shown: &[Option<BoxXyxy>]) -> f32 {
        let hidden = |tie: &Constraint| match &shown[tie.other] {
            Some(part) if tie.is_subject && tie.rule.needs_visibility() => tie.rule.distance(at, part),
            _ => 0.0,
        };
        self.ties[object].iter().map(hidden).sum()
    }

    /// The share of the smaller of two that may be covered.
    fn allowed(&self, object: usize, other: usize, lenient: bool) -> f32 {
        let between = || self.ties[object].iter().filter(|tie| tie.other == other);
        if between().any(|tie| tie.rule.expects_overlap()) {
            1.0
        } else if between().any(|tie| tie.rule.allows_overlap()) {
            PARTLY
        } else if lenient {
            self.priors[object].covered.max(self.priors[other].covered)
        } else {
            0.0
        }
    }
}
