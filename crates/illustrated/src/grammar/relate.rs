//! Which relations a person would name: about one to two an object, each object in at least one, none that the boxes do
//! not show. What is true is decided by [`scene::relation::judge`](scenewright_scene::relation::judge); this chooses among it.

use super::cast::GrammarCategory;
use super::scene_builder::{PlacedObject, SceneBuilder};
use crate::composition::{Material, SceneLayer};
use scenewright_scene::UnitBox;
use scenewright_scene::relation::{RelationStatus, coco_predicate, judge};

/// Subject, predicate, object; by piece.
pub(crate) type PieceRelation = (usize, &'static str, usize);

struct Candidate {
    relation: PieceRelation,
    weight: f32,
}

/// Relations of a finished stage.
pub(crate) fn relations(builder: &mut SceneBuilder<'_>) -> Vec<PieceRelation> {
    let boxes: Vec<UnitBox> = builder.pieces.iter().map(|piece| piece.bounds().clamped()).collect();
    let mut candidates = Vec::with_capacity(256);
    supports(builder, &mut candidates);
    for subject in 0..builder.pieces.len() {
        for object in 0..builder.pieces.len() {
            if subject != object {
                pair(builder, &boxes, subject, object, &mut candidates);
            }
        }
    }
    candidates.retain(|candidate| holds(builder, &boxes, candidate.relation));
    let arranged = arranged(builder, &boxes);
    choose(builder, arranged, candidates)
}

/// Whether a relation is true on these boxes. "looking at" is no test on boxes: there the facing decides.
pub(crate) fn holds(
    builder: &SceneBuilder<'_>,
    boxes: &[UnitBox],
    (subject, predicate, object): PieceRelation,
) -> bool {
    match judge(predicate, &boxes[subject], &boxes[object]) {
        RelationStatus::Met => true,
        RelationStatus::Broken => false,
        RelationStatus::Unknown => predicate == "looking at" && looks_at(builder, boxes, subject, object),
    }
}

/// Drawings face left, mirrored ones right: an object on that side, and not far above or below, is looked at.
fn looks_at(builder: &SceneBuilder<'_>, boxes: &[UnitBox], subject: usize, object: usize) -> bool {
    let Some(thing) = builder.pieces[subject].thing() else { return false };
    let ([sx, sy], [ox, oy]) = (boxes[subject].center(), boxes[object].center());
    let ahead = if thing.mirrored { ox - sx } else { sx - ox };
    ahead > 0.08 && (oy - sy).abs() < ahead
}

/// The bonds of groups, in one of the words for them.
fn arranged(builder: &mut SceneBuilder<'_>, boxes: &[UnitBox]) -> Vec<PieceRelation> {
    let bonds = builder.bonds.clone();
    let mut found = Vec::with_capacity(bonds.len());
    for (subject, predicate, object) in bonds {
        let subject_name = builder.pieces[subject].name.clone();
        let words: &[(&'static str, f32)] = match (predicate, subject_name.as_str()) {
            ("riding", _) => &[("riding", 5.0), ("on", 1.0), ("sitting on", 0.6)],
            ("sitting on", "cat" | "dog") if is_asleep(&builder.pieces[subject]) => &[("laying on", 3.0), ("on", 1.0)],
            ("sitting on", _) => &[("sitting on", 4.0), ("on", 1.0), ("on top of", 0.6)],
            ("holding", _) => &[("holding", 1.0)],
            ("on", "window" | "door") => &[("on", 3.0), ("attached to", 1.0), ("has", 2.5), ("inside", 0.6)],
            ("on", _) => &[("on", 3.0), ("on top of", 2.0), ("standing on", 0.3)],
            ("on top of", "roof") => &[("on top of", 1.0), ("has", 2.0), ("attached to", 0.6)],
            ("on top of", _) => &[("on top of", 1.0), ("on", 1.0)],
            (other, _) => {
                found.push((subject, other, object));
                continue;
            }
        };
        let turned = |word: &'static str| if word == "has" { (object, word, subject) } else { (subject, word, object) };
        let weigh = |(word, weight): &(&'static str, f32)| {
            if holds(builder, boxes, turned(word)) { *weight } else { 0.0 }
        };
        let weights: Vec<f32> = words.iter().map(weigh).collect();
        if let Some(choice) = builder.rng.weighted(&weights) {
            found.push(turned(words[choice].0));
        }
    }
    found
}

fn is_asleep(piece: &PlacedObject) -> bool {
    piece.thing().is_some_and(|thing| matches!(thing.variant.as_str(), "sleeping" | "lying"))
}

/// What things stand on, float in, hang on.
fn supports(builder: &SceneBuilder<'_>, found: &mut Vec<Candidate>) {
    for (index, piece) in builder.pieces.iter().enumerate() {
        let Some(on) = piece.on else {
            if piece.name == "line" || piece.name == "carpet" {
                let below = builder.pieces.iter().position(|other| matches!(other.name.as_str(), "street" | "floor"));
                found.extend(below.map(|below| Candidate { relation: (index, "on", below), weight: 3.0 }));
            }
            continue;
        };
        let Some(who) = piece.who else { continue };
        // Groups have their own words.
        if builder.pieces[on].who.is_some() {
            continue;
        }
        let role = builder.role(who);
        let variant = builder.look(who).name.as_str();
        for &(word, weight) in support_words(role, variant, builder.look(who).stands, &builder.pieces[on]) {
            found.push(Candidate { relation: (index, word, on), weight });
        }
    }
}

fn support_words(
    role: &GrammarCategory,
    variant: &str,
    stands: Option<super::cast::Stands>,
    on: &PlacedObject,
) -> &'static [(&'static str, f32)] {
    let alive = role.is_person() || role.group == "animals";
    let material = match &on.layer {
        SceneLayer::Stuff(stuff) => stuff.material,
        SceneLayer::Thing(_) => return &[],
    };
    match material {
        Material::Sky => match role.name.as_str() {
            "bird" | "seagull" | "plane" | "helicopter" | "hot air balloon" | "kite" | "butterfly" => {
                &[("flying in", 2.0), ("in", 2.0)]
            }
            _ => &[("in", 3.0)],
        },
        Material::Ocean | Material::Lake | Material::River | Material::Water | Material::Wave => {
            if alive {
                &[("swimming in", 2.5), ("in", 1.5)]
            } else {
                &[("in", 2.0), ("on", 1.5), ("on top of", 0.7)]
            }
        }
        Material::Wall | Material::Brick => match stands {
            Some(super::cast::Stands::Wall) if role.name == "door" || role.name == "window" => {
                &[("on", 2.0), ("in", 1.0)]
            }
            _ => &[("hanging on", 2.5), ("on", 1.5), ("attached to", 0.5)],
        },
        Material::Street | Material::Road if role.group == "vehicles" => &[("on", 2.5), ("parked on", 2.0)],
        Material::Grass | Material::Field if variant == "grazing" => {
            &[("eating", 4.0), ("standing on", 1.2), ("on", 0.7)]
        }
        _ if variant == "walking" => &[("walking on", 2.5), ("on", 1.0)],
        _ if matches!(variant, "lying" | "sleeping") => &[("laying on", 2.0), ("on", 1.0)],
        _ if alive => &[("standing on", 2.5), ("on", 1.2)],
        _ => &[("on", 2.5), ("standing on", 0.4)],
    }
}

/// What a pair of pieces may be said to be to each other, from where they are.
fn pair(builder: &SceneBuilder<'_>, boxes: &[UnitBox], subject: usize, object: usize, found: &mut Vec<Candidate>) {
    let (s, o) = (&builder.pieces[subject], &builder.pieces[object]);
    let (a, b) = (&boxes[subject], &boxes[object]);
    let things = (s.who.is_some(), o.who.is_some());
    let mut add = |predicate: &'static str, weight: f32| {
        found.push(Candidate { relation: (subject, predicate, object), weight });
    };
    let aloft = |piece: &PlacedObject| piece.order < -1.0;
    let nearness = 1.0 / (1.0 + 6.0 * a.gap(b));
    let direction = match things {
        (true, true) => 0.55 * nearness,
        (false, false) => 0.2,
        (true, false) => 0.09,
        (false, true) => 0.05,
    };
    add(coco_predicate(a, b), direction);
    match things {
        (false, false) => stuff_pair(s, o, &mut add),
        (true, false) => {
            if aloft(s) && !aloft_material(o) {
                add("over", 0.35);
            }
            if is_strip(o) && !aloft(s) && s.on != Some(object) {
                add("along", 0.8);
                add("by", 0.7);
                add("near", 0.25);
            }
            if is_far(o) && !aloft(s) {
                add("in front of", 0.5);
            }
        }
        (false, true) => {
            if is_far(s) && !aloft(o) {
                add("behind", 0.7);
            }
            if s.name == "carpet" {
                add("under", 1.0);
            }
        }
        (true, true) => thing_pair(builder, subject, object, a, b, nearness, &mut add),
    }
}

fn thing_pair(
    builder: &SceneBuilder<'_>,
    subject: usize,
    object: usize,
    a: &UnitBox,
    b: &UnitBox,
    nearness: f32,
    add: &mut impl FnMut(&'static str, f32),
) {
    let (s, o) = (&builder.pieces[subject], &builder.pieces[object]);
    let bonded = builder.bonds.iter().any(|&(x, _, y)| (x, y) == (subject, object) || (y, x) == (subject, object));
    if bonded {
        return;
    }
    let aloft = |piece: &PlacedObject| piece.order < -1.0;
    let grounded = !aloft(s) && !aloft(o);
    let level = (a.y1 - b.y1).abs() < 0.1;
    if grounded {
        if s.order < o.order {
            add("behind", if level { 0.25 } else { 0.9 } * nearness);
        } else {
            add("in front of", if level { 0.25 } else { 0.9 } * nearness);
        }
        if level {
            add("next to", 0.8);
            add("beside", 0.5);
            add("by", 0.5);
        }
        add("near", 0.35);
        if s.name == "bridge" || o.name == "bridge" {
            add("under", 0.6);
        }
    } else if aloft(s) && !aloft(o) {
        add("over", 0.4);
    } else if !aloft(s) && aloft(o) && o.name != "cloud" {
        add("under", 0.25);
    } else if aloft(s) && aloft(o) {
        add("near", 0.3);
        add("by", 0.2);
    }
    let who = s.who.map(|who| builder.role(who));
    if let Some(role) = who.filter(|role| role.is_person() || role.group == "animals") {
        let interest = if role.is_person() { 0.5 } else { 0.22 };
        add("looking at", interest * nearness);
        let food = o.who.is_some_and(|who| builder.role(who).group == "food");
        if food {
            add("eating", 1.5);
        }
    }
}

fn stuff_pair(s: &PlacedObject, o: &PlacedObject, add: &mut impl FnMut(&'static str, f32)) {
    if s.name == "sky" {
        add("above", 1.6);
        add("over", 0.5);
    } else if o.name == "sky" {
        add("below", 0.4);
        add("under", 0.25);
    }
    if is_far(s) && !is_far(o) && o.name != "sky" {
        add("behind", 1.2);
    }
    if is_strip(s) || is_strip(o) {
        let upright = matches!(s.name.as_str(), "wall" | "sky") || matches!(o.name.as_str(), "wall" | "sky");
        if !upright {
            add("next to", 0.6);
            add("by", 0.6);
            if is_strip(o) && (is_strip(s) || s.name == "line") {
                add("along", 0.5);
            }
        }
    }
    if s.name == "wave" {
        add("in", 1.0);
        add("on", 0.6);
    }
    if matches!(
        (s.name.as_str(), o.name.as_str()),
        ("ice", "snow") | ("road", "grass" | "sand") | ("river" | "lake" | "water", "grass")
    ) {
        add("on", 0.5);
    }
}

fn material_of(piece: &PlacedObject) -> Option<Material> {
    match &piece.layer {
        SceneLayer::Stuff(stuff) => Some(stuff.material),
        SceneLayer::Thing(_) => None,
    }
}

fn is_far(piece: &PlacedObject) -> bool {
    matches!(material_of(piece), Some(Material::Mountain | Material::Hill | Material::Forest))
}

fn aloft_material(piece: &PlacedObject) -> bool {
    matches!(material_of(piece), Some(Material::Sky | Material::Wall | Material::Clouds | Material::Brick))
}

/// Long and narrow in a picture: one walks along it.
fn is_strip(piece: &PlacedObject) -> bool {
    use Material::{Lake, Ocean, River, Road, Sidewalk, Street, Water};
    matches!(material_of(piece), Some(River | Street | Road | Sidewalk | Ocean | Lake | Water))
}

/// Bonds first; then something for every object that has nothing yet; then more, up to one to two an object.
fn choose(
    builder: &mut SceneBuilder<'_>,
    arranged: Vec<PieceRelation>,
    mut candidates: Vec<Candidate>,
) -> Vec<PieceRelation> {
    let count = builder.pieces.len();
    let mut chosen: Vec<PieceRelation> = arranged;
    let wanted = (count as f32 * builder.rng.between(1.0, 1.5)).round() as usize;
    let mut order: Vec<usize> = (0..count).collect();
    builder.rng.shuffle(&mut order);
    for piece in order {
        let is_named = chosen.iter().any(|(s, _, o)| *s == piece || *o == piece);
        if !is_named {
            // Better as a subject: "sheep on grass" says more of the sheep than "sky above sheep".
            draw(builder, &mut chosen, &mut candidates, |(s, _, o)| {
                f32::from(u8::from(s == piece)) * 2.0 + f32::from(u8::from(o == piece))
            });
        }
    }
    while chosen.len() < wanted {
        if !draw(builder, &mut chosen, &mut candidates, |_| 1.0) {
            break;
        }
    }
    chosen
}

fn draw(
    builder: &mut SceneBuilder<'_>,
    chosen: &mut Vec<PieceRelation>,
    candidates: &mut Vec<Candidate>,
    factor: impl Fn(PieceRelation) -> f32,
) -> bool {
    let weigh = |candidate: &Candidate| {
        let (s, _, o) = candidate.relation;
        let said = chosen.iter().any(|&(x, _, y)| (x, y) == (s, o) || (x, y) == (o, s));
        // People do not list ten things about one object.
        let crowd = chosen.iter().filter(|&&(x, _, _)| x == s).count() as f32;
        if said { 0.0 } else { candidate.weight * factor(candidate.relation) / (1.0 + crowd) }
    };
    let weights: Vec<f32> = candidates.iter().map(weigh).collect();
    let Some(choice) = builder.rng.weighted(&weights) else { return false };
    chosen.push(candidates.swap_remove(choice).relation);
    true
}
