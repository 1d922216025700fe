//! Relations in which two things touch: whether the subject has the pose, and whether the drawings meet where such things meet.
//!
//! The tests read the anchors of the drawings and the masks; they know nothing of the rules by which a generator joins two drawings.

use std::fmt;

use super::scene::{DepictedObject, DepictedRelation, Depiction};
use scenewright_illustrated::catalog::CatalogDrawing;
use scenewright_scene::relation::predicate;
use scenewright_scene::vocab::drawn::verb;

/// What two things do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Ride,
    Sit,
    SitIn,
    Lie,
    Hold,
    Wear,
    Hang,
    Attach,
    Eat,
    Push,
    Lead,
    PlayWith,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ride => "riding",
            Self::Sit => "sitting on",
            Self::SitIn => "sitting in",
            Self::Lie => "lying on",
            Self::Hold => "holding",
            Self::Wear => "wearing",
            Self::Hang => "hanging on",
            Self::Attach => "attached to",
            Self::Eat => "eating",
            Self::Push => "pushing or pulling",
            Self::Lead => "leading",
            Self::PlayWith => "playing with",
        })
    }
}

/// Anchors meet within this share of the smaller thing's longer side.
const REACH: f32 = 0.06;
/// Nothing is asked to be nearer than this, pixels.
const MIN_REACH_PX: f32 = 1.5;
/// Feet of two that walk together differ by at most this share of the picture's height.
const FEET_APART: f32 = 0.06;
/// Of what is worn, so much lies over whoever wears it.
const WORN_OVER: f32 = 0.35;
/// A toy lies within this share of the picture's height of whoever plays with it.
const PLAY_REACH: f32 = 0.06;

impl Action {
    /// None: the relation's word says nothing about touching.
    pub fn of(relation: &DepictedRelation) -> Option<Self> {
        let base = verb(&relation.said).unwrap_or_default();
        let mut words = base.split(' ');
        let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let on = matches!(second, "" | "on" | "upon" | "atop" | "down" | "onto" | "in" | "across" | "with" | "from");
        match (first, second) {
            ("push" | "pull" | "drag" | "tow", "") => return Some(Self::Push),
            ("lead", "") => return Some(Self::Lead),
            ("play", "with") => return Some(Self::PlayWith),
            ("read" | "hold" | "carry" | "play", "") => return Some(Self::Hold),
            ("wear", "") => return Some(Self::Wear),
            ("eat" | "bite", "") => return Some(Self::Eat),
            ("sleep" | "lie" | "lay" | "nap", _) if on => return Some(Self::Lie),
            _ => {}
        }
        let name = |word: &str| predicate(word).map(|found| found.name);
        let name = name(&relation.said).or_else(|| name(relation.drawn.as_deref()?))?;
        Some(match name {
            "riding" => Self::Ride,
            "sitting on" => Self::Sit,
            "sitting in" => Self::SitIn,
            "laying on" | "lying in" => Self::Lie,
            "holding" | "carrying" => Self::Hold,
            "wearing" => Self::Wear,
            "hanging on" => Self::Hang,
            "attached to" => Self::Attach,
            "eating" => Self::Eat,
            _ => return None,
        })
    }

    /// Whether the object carries the subject by a seat or a bed.
    pub(crate) fn is_seated(self) -> bool {
        matches!(self, Self::Ride | Self::Sit | Self::SitIn | Self::Lie)
    }

    /// Whether the picture shows it.
    pub(crate) fn is_shown(self, depiction: &Depiction, s: usize, o: usize) -> bool {
        let (subject, object) = (&depiction.objects[s], &depiction.objects[o]);
        let pair = Pair { depiction, subject, object };
        match self {
            Self::Ride | Self::Sit => pair.sits() && pair.meets(&pair.seat_of_subject(), &pair.seats_of_object()),
            Self::SitIn => pair.is_in(),
            Self::Lie => pair.lies(),
            Self::Hold => {
                let hands = pair.points(subject, &["hand", "mouth"]);
                pair.meets(&hands, &pair.grips_of_object())
            }
            Self::Wear => pair.is_worn(),
            Self::Hang => pair.hangs(),
            Self::Attach => pair.touches(pair.reach()),
            Self::Eat => {
                let mouths = pair.points(subject, &["mouth"]);
                mouths.iter().any(|mouth| object.mask.is_near(*mouth, pair.reach()))
            }
            Self::Push => pair.pushes(),
            Self::Lead => pair.leads(),
            Self::PlayWith => pair.touches(PLAY_REACH * depiction.height as f32),
        }
    }
}

struct Pair<'a> {
    depiction: &'a Depiction,
    subject: &'a DepictedObject,
    object: &'a DepictedObject,
}

impl Pair<'_> {
    /// Pixels.
    fn reach(&self) -> f32 {
        let longer = |object: &DepictedObject| {
            let [width, height] = object.size_px(self.depiction);
            width.max(height)
        };
        (REACH * longer(self.subject).min(longer(self.object))).max(MIN_REACH_PX)
    }

    fn points(&self, of: &DepictedObject, names: &[&str]) -> Vec<[f32; 2]> {
        names.iter().filter_map(|name| of.anchor(&[name], self.depiction)).collect()
    }

    fn meets(&self, ones: &[[f32; 2]], others: &[[f32; 2]]) -> bool {
        let reach = self.reach();
        ones.iter().any(|a| others.iter().any(|b| (a[0] - b[0]).hypot(a[1] - b[1]) <= reach))
    }

    /// Whether pixels of the two are at most so far apart.
    fn touches(&self, reach: f32) -> bool {
        let (small, large) = if self.subject.area_px(self.depiction) < self.object.area_px(self.depiction) {
            (self.subject, self.object)
        } else {
            (self.object, self.subject)
        };
        small.mask.pixels().step_by(3).any(|[x, y]| large.mask.is_near([x as f32, y as f32], reach))
    }

    fn drawing(&self, of: &DepictedObject) -> Option<&'static CatalogDrawing> {
        of.catalog_drawing()
    }

    /// The object has a seat, and the subject sits; on a board one stands.
    fn sits(&self) -> bool {
        let Some(subject) = self.drawing(self.subject) else { return false };
        let has_seat = self.drawing(self.object).is_some_and(|object| object.anchors.point("seat").is_some());
        let sits = subject.anchors.point("hip").is_some()
            || matches!(subject.name.as_str(), "riding" | "sitting" | "perched" | "loaf");
        // A bird that sits on a fence stands there.
        let is_small = subject.height_meters < 0.6;
        sits || is_small || !has_seat
    }

    fn seat_of_subject(&self) -> Vec<[f32; 2]> {
        match self.subject.anchor(&["hip"], self.depiction) {
            Some(hip) => vec![hip],
            None => vec![self.subject.point([0.5, 0.97], self.depiction)],
        }
    }

    /// The seat, or the whole line of a surface, or the back of an animal; else the upper edge.
    fn seats_of_object(&self) -> Vec<[f32; 2]> {
        let Some(drawing) = self.drawing(self.object) else { return Vec::new() };
        let mut points = self.points(self.object, &["seat"]);
        if let Some([y, x0, x1]) = drawing.anchors.top {
            points.extend((0..=20).map(|i| self.object.point([x0 + (x1 - x0) * i as f32 / 20.0, y], self.depiction)));
        }
        if points.is_empty() {
            points = self.points(self.object, &["back"]);
        }
        if points.is_empty() {
            points = self.upper_edge();
        }
        points
    }

    /// The uppermost pixel of each column of the object.
    fn upper_edge(&self) -> Vec<[f32; 2]> {
        let mask = &self.object.mask;
        let column = |x: usize| {
            let y = (mask.y..mask.y + mask.height).find(|&y| mask.covers(x, y))?;
            Some([x as f32 + 0.5, y as f32])
        };
        (mask.x..mask.x + mask.width).filter_map(column).collect()
    }

    /// Most of the subject's box lies over the object's, and the masks touch.
    fn is_in(&self) -> bool {
        let seat = self.seat_of_subject();
        let bounds = self.object.bounds;
        let (w, h) = (self.depiction.width as f32, self.depiction.height as f32);
        seat.iter().any(|[x, y]| bounds.contains([x / w, y / h])) && self.touches(self.reach())
    }

    fn lies(&self) -> bool {
        let Some(subject) = self.drawing(self.subject) else { return false };
        let lies = matches!(subject.name.as_str(), "lying" | "sleeping" | "loaf")
            || subject.name.contains("lying")
            || subject.name.contains("sleeping");
        let back = match self.subject.anchor(&["back"], self.depiction) {
            Some(back) => vec![back, self.subject.point([0.5, 0.97], self.depiction)],
            None => vec![self.subject.point([0.5, 0.97], self.depiction)],
        };
        lies && self.meets(&back, &self.seats_of_object())
    }

    fn grips_of_object(&self) -> Vec<[f32; 2]> {
        let grips = self.points(self.object, &["grip"]);
        if grips.is_empty() { vec![self.object.point([0.5, 0.5], self.depiction)] } else { grips }
    }

    /// On the head, or over the body.
    fn is_worn(&self) -> bool {
        let mask = &self.object.mask;
        let (mut over, mut all) = (0, 0);
        for [x, y] in mask.pixels() {
            all += 1;
            over += u32::from(self.subject.mask.covers(x, y));
        }
        if all == 0 || (over as f32) < WORN_OVER * all as f32 * 0.5 {
            return false;
        }
        let is_of_head = self.drawing(self.object).is_some_and(|object| object.height_meters <= 0.5);
        let heads = self.points(self.subject, &["head"]);
        let lower = [0.5, 0.6, 0.7, 0.8].map(|y| self.object.point([0.5, y], self.depiction));
        let on_head = self.meets(&lower, &heads);
        if is_of_head { on_head || over as f32 >= 0.8 * all as f32 } else { over as f32 >= WORN_OVER * all as f32 }
    }

    /// By its hook, or by its upper edge.
    fn hangs(&self) -> bool {
        let hooks = self.points(self.subject, &["hook", "grip"]);
        let top = if hooks.is_empty() { vec![self.subject.point([0.5, 0.03], self.depiction)] } else { hooks };
        let object = self.points(self.object, &["hook"]);
        self.meets(&top, &object) || top.iter().any(|at| self.object.mask.is_near(*at, self.reach()))
    }

    fn are_feet_level(&self) -> bool {
        (self.subject.bounds.y1 - self.object.bounds.y1).abs() <= FEET_APART
    }

    /// A hand on the handle, both on the ground.
    fn pushes(&self) -> bool {
        let hands = self.points(self.subject, &["hand"]);
        let handles = self.points(self.object, &["handle"]);
        let holds = match handles.is_empty() {
            true => hands.iter().any(|hand| self.object.mask.is_near(*hand, self.reach())),
            false => self.meets(&hands, &handles),
        };
        holds && self.are_feet_level()
    }

    /// At the animal's head, within a rein's length, both on the ground.
    fn leads(&self) -> bool {
        let heads = self.points(self.object, &["collar", "neck", "mouth", "head"]);
        let hands = self.points(self.subject, &["hand"]);
        let middle = |object: &DepictedObject| object.point([0.5, 0.5], self.depiction)[0];
        let Some(head) = heads.first() else { return false };
        let (body, leader) = (middle(self.object), middle(self.subject));
        let is_at_head = (head[0] - body).signum() == (leader - body).signum();
        let rein = 0.5 * self.subject.size_px(self.depiction)[1];
        let is_near = hands.iter().any(|hand| heads.iter().any(|h| (hand[0] - h[0]).hypot(hand[1] - h[1]) <= rein));
        is_at_head && is_near && self.are_feet_level()
    }
}
