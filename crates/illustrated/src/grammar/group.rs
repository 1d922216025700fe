//! Groups that belong together: riders, sitters, people who hold something, laid tables, windows on buildings. Parts
//! meet at the drawings' anchors.

use super::cast::{GrammarDrawing, Stands};
use super::place::{anchor_point, box_at};
use super::scene_builder::{Part, SceneBuilder};
use crate::composition::Rest;
use scenewright_scene::UnitBox;

/// A kind of group; what each needs is in [`Group::place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Ride,
    Sit,
    Hold,
    Table,
    Perch,
    Skate,
    Openings,
    Roof,
    OnBridge,
}

impl Group {
    pub(crate) const ALL: [Self; 9] = [
        Self::Ride,
        Self::Sit,
        Self::Hold,
        Self::Table,
        Self::Perch,
        Self::Skate,
        Self::Openings,
        Self::Roof,
        Self::OnBridge,
    ];

    /// Places one such group of the given roles; the pieces it added, or nothing.
    pub(crate) fn place(self, builder: &mut SceneBuilder<'_>, roles: &[usize]) -> Vec<usize> {
        let placed = match self {
            Self::Ride => seated(builder, roles, true),
            Self::Sit => seated(builder, roles, false),
            Self::Hold => hold(builder, roles),
            Self::Table => table(builder, roles),
            Self::Perch => perch(builder, roles),
            Self::Skate => skate(builder, roles),
            Self::Openings => openings(builder, roles),
            Self::Roof => roof(builder, roles),
            Self::OnBridge => on_bridge(builder, roles),
        };
        placed.unwrap_or_default()
    }
}

/// Someone of the kind's people, in a look that fits.
pub(crate) fn anyone(
    builder: &mut SceneBuilder<'_>,
    roles: &[usize],
    fits: impl Fn(&GrammarDrawing) -> bool,
) -> Option<(usize, usize)> {
    let people: Vec<usize> = roles.iter().copied().filter(|&role| builder.cast.roles[role].is_person()).collect();
    let role = *builder.rng.pick(&people)?;
    builder.choose_look(role, fits)
}

/// A role with a look that fits, of those given, and not one whose group refuses.
fn any_with(
    builder: &mut SceneBuilder<'_>,
    roles: &[usize],
    group_fits: impl Fn(&str) -> bool,
    fits: impl Fn(&GrammarDrawing) -> bool + Copy,
) -> Option<(usize, usize)> {
    let cast = builder.cast;
    let suitable = |role: &usize| group_fits(&cast.roles[*role].group) && cast.roles[*role].looks.iter().any(fits);
    let candidates: Vec<usize> = roles.iter().copied().filter(suitable).collect();
    let role = *builder.rng.pick(&candidates)?;
    // In someone's hand an umbrella is welcome where it would not stand alone.
    let looks: Vec<usize> =
        (0..cast.roles[role].looks.len()).filter(|&look| fits(&cast.roles[role].looks[look])).collect();
    builder.choose_look(role, fits).or_else(|| builder.rng.pick(&looks).map(|&look| (role, look)))
}

/// Height of `who` beside a base of known height: true to life, a little compressed.
fn beside(builder: &SceneBuilder<'_>, base: &Part, who: (usize, usize), exponent_half: bool) -> [f32; 2] {
    let ratio = builder.look(who).height_meters / builder.look(base.who).height_meters;
    let ratio = if exponent_half { ratio.sqrt() } else { ratio };
    builder.scale.shaped(builder.look(who), base.bounds.height() * ratio, 0.8)
}

/// Where the rider of `base` is, if the drawings have the anchors for it.
pub(crate) fn rider_on(builder: &SceneBuilder<'_>, base: &Part, rider: (usize, usize)) -> Option<Part> {
    let seat = anchor_point(&base.bounds, builder.look(base.who).seat?, base.mirrored);
    let size = beside(builder, base, rider, false);
    let bounds = box_at(seat, builder.look(rider).hip?, base.mirrored, size);
    Some(builder.joined(rider, bounds, base.mirrored, base, 2.0))
}

fn seated(builder: &mut SceneBuilder<'_>, roles: &[usize], riding: bool) -> Option<Vec<usize>> {
    let mounts = |group: &str| matches!(group, "animals" | "vehicles" | "boats") == riding;
    let seat = any_with(builder, roles, mounts, |look| look.seat.is_some())?;
    let sitter = anyone(builder, roles, |look| look.stands == Some(Stands::Ride) && look.hip.is_some())?;
    let placed = builder.settle_group(seat, &|builder, base| Some(vec![rider_on(builder, base, sitter)?]))?;
    builder.bonds.push((placed[1], if riding { "riding" } else { "sitting on" }, placed[0]));
    Some(placed)
}

/// Where a held thing is: its grip in the hand.
pub(crate) fn held_by(builder: &SceneBuilder<'_>, base: &Part, held: (usize, usize)) -> Option<Part> {
    let hand = anchor_point(&base.bounds, builder.look(base.who).hand?, base.mirrored);
    let size = beside(builder, base, held, true);
    let size = if builder.role(held).name == "kite" { size.map(|side| side * 0.8) } else { size };
    let bounds = box_at(hand, builder.look(held).grip?, base.mirrored, size);
    // A kite or an umbrella is seen before its holder's hand, a bag hangs at the near side.
    Some(builder.joined(held, bounds, base.mirrored, base, 2.0))
}

fn hold(builder: &mut SceneBuilder<'_>, roles: &[usize]) -> Option<Vec<usize>> {
    let holder = anyone(builder, roles, |look| look.hand.is_some() && look.stands != Some(Stands::Ride))?;
    let held = any_with(builder, roles, |_| true, |look| look.grip.is_some())?;
    let placed = builder.settle_group(holder, &|builder, base| Some(vec![held_by(builder, base, held)?]))?;
    builder.bonds.push((placed[0], "holding", placed[1]));
    Some(placed)
}

/// Things on a top: side by side, each as large as it would be on the ground there.
pub(crate) fn upon(builder: &mut SceneBuilder<'_>, base: &Part, things: &[(usize, usize)]) -> Option<Vec<Part>> {
    let [y, x0, x1] = builder.look(base.who).top?;
    let [left, level] = anchor_point(&base.bounds, [x0, y], base.mirrored);
    let [right, _] = anchor_point(&base.bounds, [x1, y], base.mirrored);
    let (left, right) = (left.min(right), left.max(right));
    let sizes: Vec<[f32; 2]> =
        things.iter().map(|&who| builder.scale.size(builder.role(who), builder.look(who), base.bounds.y1)).collect();
    let total: f32 = sizes.iter().map(|size| size[0]).sum();
    let spare = (right - left) - total;
    if spare < 0.0 {
        return None;
    }
    let mut x = left;
    let mut parts = Vec::new();
    for (number, (&who, &[w, h])) in things.iter().zip(&sizes).enumerate() {
        x += spare / things.len() as f32 * builder.rng.between(0.2, 0.8);
        // A little into the top, so that it stands on it and not behind its edge.
        let foot = level + 0.012;
        let bounds = UnitBox::new(x, foot - h, x + w, foot);
        let mirrored = builder.role(who).may_mirror && builder.rng.chance(0.5);
        parts.push(builder.joined(who, bounds, mirrored, base, 2.0 + number as f32));
        x = (x + w + spare / things.len() as f32 * 0.2).min(right);
    }
    Some(parts)
}

fn table(builder: &mut SceneBuilder<'_>, roles: &[usize]) -> Option<Vec<usize>> {
    let base = any_with(builder, roles, |group| group == "furniture", |look| look.top.is_some())?;
    let on_table = |look: &GrammarDrawing| look.stands == Some(Stands::Table);
    let count = builder.rng.count((2, 4));
    let mut things: Vec<(usize, usize)> = Vec::new();
    for _ in 0..count {
        let thing = any_with(builder, roles, |_| true, on_table)?;
        if things.iter().all(|other| other.0 != thing.0) || builder.rng.chance(0.3) {
            things.push(thing);
        }
    }
    // As many as fit side by side.
    let placed = builder.settle_group(base, &|builder, base| {
        (1..=things.len()).rev().find_map(|count| upon(builder, base, &things[..count]))
    })?;
    for &thing in &placed[1..] {
        builder.bonds.push((thing, "on", placed[0]));
    }
    Some(placed)
}

/// A small animal on top of something: on a seat, or on the upper edge.
fn perch(builder: &mut SceneBuilder<'_>, roles: &[usize]) -> Option<Vec<usize>> {
    let is_one_of = |role: usize, names: &[&str], cast: &super::cast::GrammarLibrary| {
        names.contains(&cast.roles[role].name.as_str())
    };
    let cast = builder.cast;
    let sitters: Vec<usize> =
        roles.iter().copied().filter(|&role| is_one_of(role, &["bird", "cat", "seagull", "dog"], cast)).collect();
    let sitter = *builder.rng.pick(&sitters)?;
    let feathered = is_one_of(sitter, &["bird", "seagull"], cast);
    let places: &[&str] = if feathered {
        &["rock", "stump", "fence", "bench", "stone", "sign", "mailbox", "hydrant"]
    } else {
        &["sofa", "bed", "chair", "bench", "rock", "stump", "cabinet"]
    };
    let bases: Vec<usize> = roles.iter().copied().filter(|&role| is_one_of(role, places, cast)).collect();
    let base = *builder.rng.pick(&bases)?;
    let base = builder.choose_look(base, |look| look.aspect < 3.0)?;
    let calm =
        |look: &GrammarDrawing| look.stands != Some(Stands::Sky) && look.name != "playing" && look.name != "standing";
    let sitter = builder.choose_look(sitter, |look| calm(look) || feathered && look.stands != Some(Stands::Sky))?;
    let placed = builder.settle_group(base, &|builder, base| Some(vec![perched(builder, base, sitter)]))?;
    builder.bonds.push((placed[1], "sitting on", placed[0]));
    Some(placed)
}

/// On the seat or top of `base` where it has one, else on its upper edge.
pub(crate) fn perched(builder: &mut SceneBuilder<'_>, base: &Part, sitter: (usize, usize)) -> Part {
    let look = builder.look(base.who);
    let anchor = match (look.seat, look.top) {
        (Some([x, y]), _) => [x, y],
        (None, Some([y, x0, x1])) => [builder.rng.between(x0, x1), y],
        (None, None) => [builder.rng.between(0.42, 0.58), 0.06],
    };
    let [_, h] = beside(builder, base, sitter, true).map(|side| side * 0.8);
    let [w, h] = builder.scale.shaped(builder.look(sitter), h.min(base.bounds.height() * 0.75), 0.3);
    let point = anchor_point(&base.bounds, anchor, base.mirrored);
    let mirrored = builder.rng.chance(0.5);
    let bounds = box_at([point[0], point[1] + 0.01], [0.5, 1.0], mirrored, [w, h]);
    builder.joined(sitter, bounds, mirrored, base, 2.0)
}

fn skate(builder: &mut SceneBuilder<'_>, roles: &[usize]) -> Option<Vec<usize>> {
    let board = any_with(builder, roles, |group| group == "objects", |look| look.top.is_some())?;
    let rider = anyone(builder, roles, |look| look.hand.is_some() && look.name == "standing")?;
    let placed = builder.settle_group(board, &|builder, base| {
        let y = base.bounds.y1;
        let [w, h] = builder.scale.size(builder.role(rider), builder.look(rider), y);
        Some(vec![standing_on_top(builder, base, rider, [w, h])?])
    })?;
    builder.bonds.push((placed[1], "riding", placed[0]));
    Some(placed)
}

fn standing_on_top(builder: &SceneBuilder<'_>, base: &Part, who: (usize, usize), size: [f32; 2]) -> Option<Part> {
    let [y, x0, x1] = builder.look(base.who).top?;
    let point = anchor_point(&base.bounds, [(x0 + x1) / 2.0, y], base.mirrored);
    let bounds = box_at([point[0], point[1] + 0.006], [0.5, 1.0], base.mirrored, size);
    Some(builder.joined(who, bounds, base.mirrored, base, 2.0))
}

fn on_bridge(builder: &mut SceneBuilder<'_>, roles: &[usize]) -> Option<Vec<usize>> {
    let bridge = any_with(builder, roles, |group| group == "buildings", |look| look.top.is_some())?;
    let walker = anyone(builder, roles, |look| look.hand.is_some() && look.stands != Some(Stands::Ride))?;
    let placed = builder.settle_group(bridge, &|builder, base| {
        let look = builder.look(walker);
        let size = builder.scale.shaped(look, base.bounds.height() * 0.75, 0.3);
        Some(vec![standing_on_top(builder, base, walker, size)?])
    })?;
    builder.bonds.push((placed[1], "standing on", placed[0]));
    Some(placed)
}

/// A window (and a door) where a building has space for it.
pub(crate) fn opening_on(
    builder: &mut SceneBuilder<'_>,
    base: &Part,
    opening: (usize, usize),
    nth: usize,
) -> Option<Part> {
    let look = builder.look(base.who);
    let shape = builder.look(opening);
    let b = &base.bounds;
    let (center, height) = if builder.role(opening).name == "door" {
        let height = b.height() * 0.24;
        ([b.x0 + b.width() * 0.5, b.y1 - height / 2.0], height)
    } else if look.windows.is_empty() {
        // Two columns on the upper wall, where drawings of houses have wall.
        let column = if nth.is_multiple_of(2) { 0.3 } else { 0.7 };
        ([b.x0 + b.width() * column, b.y0 + b.height() * (0.4 + 0.25 * (nth / 2) as f32)], b.height() * 0.2)
    } else {
        let hole = &look.windows[(nth * 4) % look.windows.len()];
        let center = anchor_point(b, hole.center(), base.mirrored);
        // Larger than the hole: a window must read in a small picture.
        (center, (hole.height() * b.height() * 1.45).max(0.1))
    };
    let [w, h] = builder.scale.shaped(shape, height, b.width() * 0.4);
    Some(builder.joined(opening, UnitBox::from_center(center, w, h), false, base, 2.0 + nth as f32))
}

fn openings(builder: &mut SceneBuilder<'_>, roles: &[usize]) -> Option<Vec<usize>> {
    let building = any_with(builder, roles, |group| group == "buildings", |look| !look.windows.is_empty())?;
    let cast = builder.cast;
    let opening = |name: &str| cast.find(name);
    let window = builder.choose_look(opening("window")?, |look| look.aspect < 1.0)?;
    let door = builder.choose_look(opening("door")?, |_| true)?;
    let mut wanted = vec![window];
    if builder.rng.chance(0.4) {
        wanted.push(window);
    }
    if builder.rng.chance(0.5) {
        wanted.push(door);
    }
    let placed = builder.settle_group(building, &|builder, base| {
        wanted.iter().enumerate().map(|(nth, &who)| opening_on(builder, base, who, nth)).collect()
    })?;
    for &piece in &placed[1..] {
        builder.bonds.push((piece, "on", placed[0]));
    }
    Some(placed)
}

/// A roof over the upper edge of a building: it covers the top and hides no more than that.
pub(crate) fn roof_of(builder: &SceneBuilder<'_>, base: &Part, roof: (usize, usize)) -> Part {
    let b = &base.bounds;
    let width = b.width() * 1.1;
    let height = width * builder.scale.aspect / builder.look(roof).aspect;
    let y1 = b.y0 + height * 0.55;
    let x = b.center()[0];
    let bounds = UnitBox::new(x - width / 2.0, y1 - height, x + width / 2.0, y1);
    Part { rests: Rest::Air, ..builder.joined(roof, bounds, base.mirrored, base, 3.0) }
}

fn roof(builder: &mut SceneBuilder<'_>, roles: &[usize]) -> Option<Vec<usize>> {
    let building = any_with(builder, roles, |group| group == "buildings", |look| !look.windows.is_empty())?;
    let roof = builder.choose_look(builder.cast.find("roof")?, |_| true)?;
    let placed = builder.settle_group(building, &|builder, base| Some(vec![roof_of(builder, base, roof)]))?;
    builder.bonds.push((placed[1], "on top of", placed[0]));
    Some(placed)
}
