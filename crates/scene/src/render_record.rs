//! What the last picture showed of each object: its box, its depth, its drawing and colors. Stored with the scene, so that the same model draws
//! the same picture again after saving, undo, recovery, and copy and paste.
//!
//! A record is not a request of the user. `carry_layout` says which parts of it outlive an edit:
//!
//! - an object that is renamed, or whose pin is released, loses its box;
//! - a new relation that the boxes do not meet frees the box of its subject, so that the layout can meet it;
//!   where the subject is pinned or locked, it frees the object;
//! - a relation that is gone frees its subject if the boxes met it: that was why it stood there;
//! - a size or a place that is asked for changes the box at once;
//! - a fresh layout frees all boxes, another seed all looks.
//!
//! A locked object keeps its record, whatever happens to others, to the seed and to the layout.

use super::completion::carry_implied;
use super::relation::{RelationStatus, judge};
use super::{Extra, ImpliedObject, Node, NodeId, PlaceHint, Relation, Scene, SizeHint, UnitBox};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a picture shows: of each object, and its size.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PictureRecord {
    /// Width and height in pixels, of a model that draws at any size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<[u32; 2]>,
    pub objects: Vec<(NodeId, RenderRecord)>,
    /// What it shows although the graph does not name it; none of a model that adds nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub implied: Option<Vec<ImpliedObject>>,
}

/// What was drawn of one object. Fields that a model does not know, or that an edit made void, are `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RenderRecord {
    /// The box of an object that is not pinned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<UnitBox>,
    /// Order from back (0) to front (1); only the order counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depth: Option<f32>,
    /// How far away it was drawn: 0 is near, 1 is at the horizon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub haze: Option<f32>,
    /// Width over height of the drawing that the box was made for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect: Option<f32>,
    /// The seed of everything about its looks that is random.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Name of the drawing that was chosen at random. An attribute that names a drawing comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawing: Option<String>,
    /// Color words by part, as chosen at random. Attributes come first.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub colors: BTreeMap<String, String>,
    /// Which way it faces if no attribute says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub faces_right: Option<bool>,
    /// Where the editor showed an object that was never moved on the canvas, in canvas points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canvas: Option<[f32; 2]>,
    /// Keys of a newer version.
    #[serde(skip_serializing_if = "Extra::is_empty")]
    pub extra: Extra,
}

impl RenderRecord {
    /// True if nothing was recorded.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a picture drawn with either is the same.
    pub fn draws_like(&self, other: &Self) -> bool {
        let drawn = |record: &Self| {
            let Self { bounds, depth, haze, aspect, seed, faces_right, .. } = *record;
            (bounds, depth, haze, aspect, seed, faces_right)
        };
        drawn(self) == drawn(other) && self.drawing == other.drawing && self.colors == other.colors
    }

    /// Without the place: what a copy of an object shares with the original.
    pub fn looks_only(&self) -> Self {
        Self { bounds: None, depth: None, haze: None, aspect: None, canvas: None, ..self.clone() }
    }

    /// Takes over what a new picture shows. Looks that were recorded stay: they change only when an edit makes them void.
    fn update(&mut self, drawn: &Self, is_pinned: bool) {
        let Self { bounds, depth, haze, aspect, seed, drawing, colors, faces_right, canvas, extra: _ } = drawn.clone();
        self.bounds = if is_pinned { None } else { bounds.or(self.bounds) };
        self.depth = depth.or(self.depth);
        self.haze = haze.or(self.haze);
        self.aspect = aspect.or(self.aspect);
        self.canvas = canvas.or(self.canvas);
        self.seed = self.seed.or(seed);
        self.drawing = self.drawing.take().or(drawing);
        self.faces_right = self.faces_right.or(faces_right);
        for (part, color) in colors {
            self.colors.entry(part).or_insert(color);
        }
    }

    fn fill_from(&mut self, other: &Self) {
        let Self { bounds, depth, haze, aspect, seed, drawing, colors, faces_right, canvas, extra } = other;
        self.bounds = self.bounds.or(*bounds);
        self.depth = self.depth.or(*depth);
        self.haze = self.haze.or(*haze);
        self.aspect = self.aspect.or(*aspect);
        self.seed = self.seed.or(*seed);
        self.drawing = self.drawing.take().or_else(|| drawing.clone());
        self.faces_right = self.faces_right.or(*faces_right);
        self.canvas = self.canvas.or(*canvas);
        if self.colors.is_empty() {
            self.colors.clone_from(colors);
        }
        if self.extra.is_empty() {
            self.extra.clone_from(extra);
        }
    }

    pub(super) fn forget_place(&mut self) {
        (self.bounds, self.depth, self.haze, self.aspect) = (None, None, None, None);
    }

    pub(super) fn forget_looks(&mut self) {
        (self.seed, self.drawing, self.faces_right) = (None, None, None);
        self.colors.clear();
    }
}

impl Node {
    /// Where it is: the pinned box, or the one that was last drawn.
    pub fn shown_box(&self) -> Option<UnitBox> {
        self.pinned.or(self.rendered.bounds)
    }
}

impl Scene {
    /// Stores what a picture of this scene shows. No edit: the scene says the same as before, it only remembers more.
    /// Objects that are not in the scene are skipped. Returns true if anything was new.
    pub fn record(&mut self, drawn: &PictureRecord) -> bool {
        let new = self.new_in(drawn);
        self.picture_size = new.size.or(self.picture_size);
        let is_new = new.size.is_some() || !new.objects.is_empty();
        self.set_records(new.objects);
        let is_new = self.follow_depths(&drawn.objects) || is_new;
        drawn.implied.as_deref().is_some_and(|implied| self.remember_implied(implied)) || is_new
    }

    /// What recording would change: the size of the picture, and whole records of objects.
    fn new_in(&self, drawn: &PictureRecord) -> PictureRecord {
        let updated = |(id, drawn): &(NodeId, RenderRecord)| {
            let node = self.node(*id)?;
            let mut record = node.rendered.clone();
            record.update(drawn, node.pinned.is_some());
            (record != node.rendered).then_some((*id, record))
        };
        let size = drawn.size.filter(|_| self.picture_size.is_none());
        PictureRecord { size, objects: drawn.objects.iter().filter_map(updated).collect(), implied: None }
    }

    /// The same scene with another seed: what follows the scene's seed and is not locked looks otherwise.
    pub fn with_seed(&self, seed: u64) -> Self {
        let mut other = self.clone();
        other.seed = seed;
        carry_layout(self, &mut other, Carry::All);
        other
    }

    /// Without the boxes and looks of earlier pictures, save those of locked objects: for a model's own layout.
    pub fn without_records(&self) -> Self {
        let stripped = |node: &Node| (!node.locked).then(|| (node.id, RenderRecord::default()));
        let mut scene = self.clone();
        scene.set_records(self.nodes().iter().filter_map(stripped).collect());
        scene.remember_implied(&[]);
        scene
    }
}

/// Which objects of a later scene [`carry_layout`] changes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Carry {
    /// All of them: the later scene was made by edits just now.
    All,
    /// Those that were never drawn: the later scene has been there for a while, and a picture of the earlier one arrives only now.
    Missing,
}

/// Boxes that edits gave to objects ([`Edit::SetBox`](super::Edit::SetBox)).
pub(super) type GivenBoxes = BTreeMap<NodeId, UnitBox>;

/// Makes the records of `after`, to which edits have led from `base`, a function of both scenes and the boxes that the edits gave: the way
/// there does not count.
pub(super) fn carry_edits(base: &Scene, after: &mut Scene, given: &GivenBoxes) {
    let restored = |node: &Node| {
        let mut record = base.node(node.id)?.rendered.clone();
        record.bounds = given.get(&node.id).copied().or(record.bounds);
        (record != node.rendered).then_some((node.id, record))
    };
    let records = after.nodes().iter().filter_map(restored).collect();
    after.set_records(records);
    carry_layout(base, after, Carry::All);
}

/// Brings the records of `before` into `after`, a later state of the same scene, as far as they still hold.
pub(super) fn carry_layout(before: &Scene, after: &mut Scene, carry: Carry) {
    let mut records = Records { scene: after, changed: BTreeMap::new() };
    for new in after.nodes() {
        if let Some(old) = before.node(new.id) {
            let record = carried(old, new, before, after);
            if record != new.rendered {
                records.changed.insert(new.id, record);
            }
        }
    }
    free_by_relations(before, &mut records);
    let was_drawn =
        |node: &Node| node.rendered.bounds.is_some() || (node.pinned.is_some() && !node.rendered.is_empty());
    let is_new = |(id, record): &(NodeId, RenderRecord)| {
        let node = after.node(*id).filter(|node| carry == Carry::All || !was_drawn(node));
        node.is_some_and(|node| node.rendered != *record)
    };
    let new: Vec<_> = records.changed.into_iter().filter(is_new).collect();
    after.set_records(new);
    after.picture_size = after.picture_size.or(before.picture_size);
    let is_missing = after.completion().implied.is_empty();
    if carry == Carry::All || is_missing {
        carry_implied(before, after);
    }
}

/// The records of a scene, some of them changed.
struct Records<'a> {
    scene: &'a Scene,
    changed: BTreeMap<NodeId, RenderRecord>,
}

impl Records<'_> {
    fn shown_box(&self, id: NodeId) -> Option<UnitBox> {
        let node = self.scene.node(id)?;
        node.pinned.or(self.changed.get(&id).unwrap_or(&node.rendered).bounds)
    }

    fn change(&mut self, id: NodeId, change: impl FnOnce(&mut RenderRecord)) {
        if let Some(node) = self.scene.node(id).filter(|node| !node.locked) {
            change(self.changed.entry(id).or_insert_with(|| node.rendered.clone()));
        }
    }

    fn status(&self, relation: &Relation) -> RelationStatus {
        match (self.shown_box(relation.subject), self.shown_box(relation.object)) {
            (Some(subject), Some(object)) if !relation.is_self_relation() => {
                judge(&relation.predicate, &subject, &object)
            }
            _ => RelationStatus::Unknown,
        }
    }
}

/// The record of one object after a change of its own.
fn carried(old: &Node, new: &Node, before: &Scene, after: &Scene) -> RenderRecord {
    let mut record = new.rendered.clone();
    record.fill_from(&old.rendered);
    if old.name != new.name {
        record.forget_place();
        record.forget_looks();
        return record;
    }
    let follows_scene = new.seed.is_none() && before.seed() != after.seed();
    if old.seed != new.seed || (follows_scene && !new.locked) {
        record.forget_looks();
    }
    if before.layout_seed() != after.layout_seed() && !new.locked {
        record.forget_place();
    }
    match (old.pinned, new.pinned) {
        (Some(pin), None) if new.locked => record.bounds = Some(pin),
        (Some(_), None) => record.forget_place(),
        (_, Some(pin)) => {
            if old.shown_box() != Some(pin) {
                (record.depth, record.haze) = (None, None);
            }
            record.bounds = None;
        }
        (None, None) => {
            let bounds = record.bounds.filter(|bounds| bounds.is_finite());
            // A box that an edit gave is meant as it is.
            let follows = bounds == old.rendered.bounds;
            let size = new.size.filter(|_| follows && old.size != new.size);
            let place = new.place.filter(|_| follows && old.place != new.place);
            let resized = bounds.zip(size).map_or(bounds, |(bounds, size)| Some(resized(bounds, size)));
            let moved = resized.zip(place).map_or(resized, |(bounds, place)| Some(moved_to(bounds, place)));
            let foot = |bounds: Option<UnitBox>| bounds.map(|bounds| bounds.y1);
            if moved != resized || (!follows && foot(bounds) != foot(old.rendered.bounds)) {
                (record.depth, record.haze) = (None, None);
            }
            record.bounds = moved;
        }
    }
    record
}

/// The box with an area that the word stands for. The foot stays where it is, the shape too.
pub(super) fn resized(bounds: UnitBox, size: SizeHint) -> UnitBox {
    /// A change that is asked for should be seen.
    const MIN_CHANGE: f32 = 1.5;
    let (least, most) = size.area_range();
    let area = bounds.area();
    if area <= 0.0 || (least..most).contains(&area) {
        return bounds;
    }
    // A little within the range, so that rounding does not leave it.
    let target = if area < least { area * MIN_CHANGE } else { area / MIN_CHANGE };
    scaled(bounds, (target.clamp(least * 1.15, most * 0.85) / area).sqrt())
}

/// The box with sides `factor` times as long, as far as it fits into the picture. The middle of the lower side stays where it is; a box that
/// would leave the picture at the left or right is shifted.
pub fn scaled(bounds: UnitBox, factor: f32) -> UnitBox {
    let [x, foot] = [bounds.center()[0], bounds.y1];
    let room = (foot.clamp(0.0, 1.0) / bounds.height()).min(1.0 / bounds.width());
    let least = 2.0 * UnitBox::MIN_SIDE / bounds.width().min(bounds.height());
    let factor = if factor > 1.0 { factor.min(room.max(1.0)) } else { factor.max(least.min(1.0)) };
    let (width, height) = (bounds.width() * factor, bounds.height() * factor);
    let x0 = if width <= 1.0 { (x - width / 2.0).clamp(0.0, 1.0 - width) } else { x - width / 2.0 };
    // A box that was cut off by the frame stays so.
    let x0 = if bounds.x0 < 0.0 || bounds.x1 > 1.0 { x - width / 2.0 } else { x0 };
    let scaled = UnitBox { x0, y0: foot - height, x1: x0 + width, y1: foot };
    // Rounding must not leave the picture.
    if UnitBox::WHOLE.contains_box(&bounds) { scaled.clamped() } else { scaled }
}

/// The box with its center in a part of the picture, moved no farther than that takes.
pub(super) fn moved_to(bounds: UnitBox, place: PlaceHint) -> UnitBox {
    let region = place.region();
    let [x, y] = bounds.center();
    if region.contains([x, y]) {
        return bounds;
    }
    // A little within the region.
    let (across, down) = (region.width() * 0.2, region.height() * 0.2);
    let to = |at: f32, least: f32, most: f32, half: f32| {
        let wanted = at.clamp(least, most);
        if half < 0.5 { wanted.clamp(half, 1.0 - half) } else { 0.5 }
    };
    let new_x = to(x, region.x0 + across, region.x1 - across, bounds.width() / 2.0);
    let new_y = to(y, region.y0 + down, region.y1 - down, bounds.height() / 2.0);
    bounds.translated(new_x - x, new_y - y)
}

fn free_by_relations(before: &Scene, records: &mut Records<'_>) {
    let after = records.scene;
    // What comes with a record of its own, as a copy does, keeps it.
    let was_there = |relation: &&Relation| before.node(relation.subject).is_some();
    for relation in changed_relations(before, after).filter(was_there) {
        // It may order depth.
        records.change(relation.subject, |record| record.depth = None);
        if records.status(relation) == RelationStatus::Broken {
            let stays = |id| after.node(id).is_some_and(|node| node.locked || node.pinned.is_some());
            let end = if stays(relation.subject) { relation.object } else { relation.subject };
            records.change(end, RenderRecord::forget_place);
        }
    }
    let old = Records { scene: before, changed: BTreeMap::new() };
    for relation in changed_relations(after, before) {
        records.change(relation.subject, |record| record.depth = None);
        if old.status(relation) == RelationStatus::Met {
            records.change(relation.subject, RenderRecord::forget_place);
        }
    }
}

/// Relations of `after` that `before` lacks, or has with another word or other ends.
fn changed_relations<'a>(before: &'a Scene, after: &'a Scene) -> impl Iterator<Item = &'a Relation> {
    let same = |a: &Relation, b: &Relation| (&a.predicate, a.subject, a.object) == (&b.predicate, b.subject, b.object);
    let is_new = move |relation: &&Relation| !before.relation(relation.id).is_some_and(|old| same(old, relation));
    after.relations().iter().filter(is_new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Across, Down, Edit, History, RelationId, RevisionId};

    const SKY: NodeId = NodeId(0);
    const GRASS: NodeId = NodeId(1);
    const SHEEP: NodeId = NodeId(2);
    const ON_GRASS: UnitBox = UnitBox::new(0.4, 0.4, 0.6, 0.7);

    fn drawn(bounds: &[(NodeId, UnitBox)]) -> PictureRecord {
        let record = |&(id, bounds): &(NodeId, UnitBox)| {
            let colors = [("wool".to_owned(), "white".to_owned())].into();
            let looks =
                RenderRecord { seed: Some(id.0 + 10), drawing: Some("grazing".into()), colors, ..Default::default() };
            (id, RenderRecord { bounds: Some(bounds), depth: Some(0.5), haze: Some(0.2), ..looks })
        };
        PictureRecord { size: Some([256, 256]), objects: bounds.iter().map(record).collect(), implied: None }
    }

    /// Sky above grass, a sheep standing on the grass, as a picture showed them.
    fn farm() -> History {
        let mut scene = Scene::new();
        let edits = [
            Edit::add("sky"),
            Edit::add("grass"),
            Edit::add("sheep"),
            Edit::relate(SKY, "above", GRASS),
            Edit::relate(SHEEP, "standing on", GRASS),
        ];
        scene.apply_all(&edits).unwrap();
        let mut history = History::new(scene);
        let halves = [(SKY, UnitBox::new(0.0, 0.0, 1.0, 0.5)), (GRASS, UnitBox::new(0.0, 0.5, 1.0, 1.0))];
        assert!(history.record_picture(RevisionId(0), &drawn(&[halves[0], halves[1], (SHEEP, ON_GRASS)])));
        history
    }

    fn rendered(history: &History, id: NodeId) -> RenderRecord {
        history.scene().node(id).unwrap().rendered.clone()
    }

    #[track_caller]
    fn check(edits: &[Edit], freed: &[NodeId]) {
        let mut history = farm();
        history.apply("edit", edits).unwrap();
        let is_free = |id: &NodeId| history.scene().node(*id).is_none_or(|node| node.rendered.bounds.is_none());
        let free: Vec<NodeId> = [SKY, GRASS, SHEEP].into_iter().filter(is_free).collect();
        assert_eq!(free, freed, "{edits:?}");
    }

    #[test]
    fn a_change_frees_only_what_it_is_about() {
        let kite = NodeId(3);
        check(&[Edit::add("kite"), Edit::relate(kite, "in", SKY)], &[]);
        check(&[Edit::RemoveNodes { nodes: vec![SKY] }], &[SKY]);
        check(&[Edit::RemoveNodes { nodes: vec![GRASS] }], &[SKY, GRASS, SHEEP]);
        check(&[Edit::Rename { node: SHEEP, name: "cow".into() }], &[SHEEP]);
        check(&[Edit::SetLabel { node: SHEEP, label: Some("Dolly".into()) }], &[]);
        // Met already: nothing has to move.
        check(&[Edit::relate(SHEEP, "below", SKY)], &[]);
        check(&[Edit::relate(SHEEP, "smells of", SKY)], &[]);
        // Broken: the subject goes where the relation wants it.
        check(&[Edit::relate(SHEEP, "above", SKY)], &[SHEEP]);
        check(&[Edit::Lock { node: SHEEP, locked: true }, Edit::relate(SHEEP, "above", SKY)], &[SKY]);
        // It stood there because of a relation that is gone.
        check(&[Edit::Unrelate { relations: vec![RelationId(1)] }], &[SHEEP]);
        check(&[Edit::SetPredicate { relation: RelationId(1), predicate: "below".into() }], &[SHEEP]);
        check(&[Edit::FreshLayout { seed: 1 }], &[SKY, GRASS, SHEEP]);
    }

    #[test]
    fn a_locked_object_keeps_its_record_against_a_fresh_layout_and_another_seed() {
        let mut history = farm();
        let before = rendered(&history, SHEEP);
        history.apply("lock", &[Edit::Lock { node: SHEEP, locked: true }]).unwrap();
        for edit in [Edit::FreshLayout { seed: 3 }, Edit::SetSceneSeed { seed: 9 }] {
            history.apply("again", &[edit]).unwrap();
            assert_eq!(rendered(&history, SHEEP), before);
        }
        assert_eq!(rendered(&history, GRASS).bounds, None);
        assert_eq!((rendered(&history, GRASS).seed, rendered(&history, GRASS).drawing), (None, None));
        // Undo brings the boxes back, redo takes them away again.
        history.undo();
        history.undo();
        assert!(rendered(&history, GRASS).bounds.is_some());
    }

    #[test]
    fn a_size_acts_at_once_and_the_foot_stays() {
        for size in SizeHint::ALL {
            let mut history = farm();
            let others = [rendered(&history, SKY), rendered(&history, GRASS)];
            history.apply("size", &[Edit::SetSize { node: SHEEP, size: Some(size) }]).unwrap();
            let record = rendered(&history, SHEEP);
            let bounds = record.bounds.unwrap();
            let (least, most) = size.area_range();
            let (area, ratio) = (bounds.area(), bounds.width() / bounds.height());
            // As far as there is space above the foot.
            let is_full = bounds.y0.abs() < 1e-6;
            assert!((least..=most).contains(&area) || is_full, "{size:?}: {bounds:?}");
            assert!((ratio - ON_GRASS.width() / ON_GRASS.height()).abs() < 1e-4, "{size:?}: {bounds:?}");
            assert!((bounds.y1 - ON_GRASS.y1).abs() < 1e-6 && (bounds.center()[0] - 0.5).abs() < 1e-6, "{bounds:?}");
            assert_eq!(bounds == ON_GRASS, SizeHint::of_area(ON_GRASS.area()) == size, "{size:?}");
            assert_eq!((record.depth, record.haze), (Some(0.5), Some(0.2)), "it stands where it stood");
            assert_eq!([rendered(&history, SKY), rendered(&history, GRASS)], others);
        }
    }

    #[test]
    fn a_place_acts_at_once() {
        let mut history = farm();
        for across in [Across::Left, Across::Center, Across::Right] {
            for down in [Down::Top, Down::Middle, Down::Bottom] {
                let place = PlaceHint::new(across, down);
                history.apply("place", &[Edit::SetPlace { node: SHEEP, place: Some(place) }]).unwrap();
                let bounds = rendered(&history, SHEEP).bounds.unwrap();
                assert!(place.region().contains(bounds.center()), "{place}: {bounds:?}");
                assert!((bounds.area() - ON_GRASS.area()).abs() < 1e-5 && bounds.is_proper(), "{place}: {bounds:?}");
            }
        }
    }

    #[test]
    fn pins_and_records_do_not_contradict_each_other() {
        let mut history = farm();
        let pin = UnitBox::new(0.1, 0.6, 0.2, 0.8);
        history.apply("pin", &[Edit::Pin { node: SHEEP, pinned: Some(pin) }]).unwrap();
        assert_eq!((rendered(&history, SHEEP).bounds, rendered(&history, SHEEP).depth), (None, None));
        let refused = history.apply("box", &[Edit::SetBox { node: SHEEP, bounds: pin }]);
        assert_eq!(refused, Err(crate::EditError::Pinned));
        history.apply("release", &[Edit::Pin { node: SHEEP, pinned: None }]).unwrap();
        assert_eq!(rendered(&history, SHEEP).bounds, None, "the layout has it again");
        assert_eq!(rendered(&history, SHEEP).drawing.as_deref(), Some("grazing"), "its looks stay");
    }

    /// A picture may arrive when the next edits were made already, or in the middle of a drag.
    #[test]
    fn a_late_picture_reaches_the_steps_that_grew_out_of_its_own() {
        let mut history = History::new(Scene::new());
        history.apply("add", &[Edit::add("sky"), Edit::add("grass"), Edit::add("sheep")]).unwrap();
        let first = history.revision();
        history.apply("name", &[Edit::Rename { node: SKY, name: "ocean".into() }]).unwrap();
        history.begin("drag");
        history.apply("", &[Edit::MoveOnCanvas { node: SHEEP, canvas: Some([1.0, 2.0]) }]).unwrap();
        let changes = history.changes();
        let halves = [(SKY, UnitBox::new(0.0, 0.0, 1.0, 0.5)), (SHEEP, ON_GRASS)];
        assert!(history.record_picture(first, &drawn(&halves)));
        assert!(!history.record_picture(first, &drawn(&halves)), "nothing new");
        assert_eq!(history.changes(), changes, "a record is no change");
        history.commit();
        assert_eq!(rendered(&history, SHEEP).bounds, Some(ON_GRASS));
        assert_eq!(rendered(&history, SKY).bounds, None, "what was renamed is another thing");
        assert_eq!(history.get(first).unwrap().scene.node(SKY).unwrap().rendered.bounds, Some(halves[0].1));
    }

    #[test]
    fn looks_that_were_recorded_stay_and_boxes_follow_the_picture() {
        let mut history = farm();
        let mut next = drawn(&[(SHEEP, UnitBox::new(0.1, 0.2, 0.3, 0.4))]);
        next.objects[0].1.drawing = Some("standing".into());
        next.objects[0].1.colors = [("wool", "black"), ("face", "gray")].map(|(a, b)| (a.into(), b.into())).into();
        assert!(history.record_picture(RevisionId(0), &next));
        let record = rendered(&history, SHEEP);
        assert_eq!(record.bounds, Some(UnitBox::new(0.1, 0.2, 0.3, 0.4)));
        assert_eq!(
            (record.drawing.as_deref(), record.colors["wool"].as_str(), record.colors["face"].as_str()),
            (Some("grazing"), "white", "gray")
        );
    }

    #[test]
    fn a_scaled_box_stays_in_the_picture() {
        let bounds = UnitBox::new(0.7, 0.4, 0.95, 0.8);
        let larger = scaled(bounds, 1.5);
        assert!(larger.is_proper() && (larger.area() / bounds.area() - 2.25).abs() < 1e-3, "{larger:?}");
        assert_eq!(larger.y1, 0.8);
        let largest = scaled(bounds, 100.0);
        assert!(largest.is_proper() && largest.y0.abs() < 1e-6, "{largest:?}");
        assert!((scaled(bounds, 0.5).center()[0] - bounds.center()[0]).abs() < 1e-6);
    }
}
