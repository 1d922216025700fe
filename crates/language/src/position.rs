//! Where things are, as far as it is known: a pinned box, the layout's box, a requested place, or relations among them.

use super::builder::Builder;
use scenewright_scene::{Across, Down, NodeId, PlaceHint, SizeHint, UnitBox};

/// The box that the user or the layout gave it.
pub(super) fn box_of(builder: &Builder<'_>, id: NodeId) -> Option<UnitBox> {
    let shown = builder.scene.node(id)?.shown_box();
    shown.or_else(|| (builder.setting.box_of)(id)).filter(UnitBox::is_finite)
}

/// Its center on an axis (0 across, 1 down).
fn center(builder: &Builder<'_>, id: NodeId, axis: usize) -> Option<f32> {
    if let Some(found) = box_of(builder, id) {
        return Some(found.center()[axis]);
    }
    let place = builder.scene.node(id)?.place?;
    let says = if axis == 0 { place.across.is_some() } else { place.down.is_some() };
    says.then(|| place.region().center()[axis])
}

/// The one farthest to the left (or `forward`: right), to the top (or bottom).
pub(super) fn farthest(builder: &Builder<'_>, found: &[NodeId], axis: usize, forward: bool) -> Option<NodeId> {
    let sign = if forward { -1.0 } else { 1.0 };
    let places: Option<Vec<(f32, NodeId)>> =
        found.iter().map(|id| center(builder, *id, axis).map(|place| (sign * place, *id))).collect();
    if let Some(one) = places.and_then(|places| least(&places)) {
        return Some(one);
    }
    // One that is known to be there, among others that are not known.
    let third = if forward { 2.0 / 3.0 } else { 1.0 / 3.0 };
    let there: Vec<NodeId> = found
        .iter()
        .copied()
        .filter(|id| {
            center(builder, *id, axis).is_some_and(|place| if forward { place > third } else { place < third })
        })
        .collect();
    if let [one] = there.as_slice() {
        return Some(*one);
    }
    by_relations(builder, found, axis, forward).or_else(|| {
        let canvas: Option<Vec<(f32, NodeId)>> = found
            .iter()
            .map(|id| builder.scene.node(*id).and_then(|node| node.canvas).map(|canvas| (sign * canvas[axis], *id)))
            .collect();
        least(&canvas?)
    })
}

/// The n-th from a side; none where not all are known to be somewhere.
pub(super) fn from_side(
    builder: &Builder<'_>,
    found: &[NodeId],
    place: usize,
    axis: usize,
    far: bool,
) -> Option<NodeId> {
    let mut places: Vec<(f32, NodeId)> =
        found.iter().map(|id| center(builder, *id, axis).map(|at| (at, *id))).collect::<Option<_>>()?;
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    if far {
        places.reverse();
    }
    let at = if place == usize::MAX { places.len().checked_sub(1)? } else { place.checked_sub(1)? };
    let one = places.get(at)?;
    let alone = places.iter().filter(|(other, _)| (other - one.0).abs() < 1e-3).count() == 1;
    alone.then_some(one.1)
}

/// Puts objects in the order in which the picture shows them, where it shows all of them.
pub(super) fn from_left_to_right(builder: &Builder<'_>, found: &mut [NodeId]) {
    let x = |id: NodeId| box_of(builder, id).map(|shown| shown.center()[0]);
    if found.iter().all(|id| x(*id).is_some()) {
        found.sort_by(|a, b| x(*a).unwrap_or_default().total_cmp(&x(*b).unwrap_or_default()));
    }
}

fn least(places: &[(f32, NodeId)]) -> Option<NodeId> {
    let (least, one) = places.iter().copied().min_by(|a, b| a.0.total_cmp(&b.0))?;
    let alone = places.iter().filter(|(place, _)| (place - least).abs() < 1e-3).count() == 1;
    alone.then_some(one)
}

fn by_relations(builder: &Builder<'_>, found: &[NodeId], axis: usize, forward: bool) -> Option<NodeId> {
    let (there, back) = match (axis, forward) {
        (0, false) => ("left of", "right of"),
        (0, true) => ("right of", "left of"),
        (_, false) => ("above", "below"),
        (_, true) => ("below", "above"),
    };
    let among = |word: &str, id: NodeId, first: bool| {
        builder.scene.relations_of(id).any(|relation| {
            let (own, other) =
                if first { (relation.subject, relation.object) } else { (relation.object, relation.subject) };
            own == id && other != id && found.contains(&other) && relation.predicate == word
        })
    };
    let is_there = |id: &&NodeId| {
        (among(there, **id, true) || among(back, **id, false))
            && !(among(back, **id, true) || among(there, **id, false))
    };
    let mut ends = found.iter().filter(is_there);
    let one = ends.next().copied();
    one.filter(|_| ends.next().is_none())
}

/// The one with as many to its left as to its right.
pub(super) fn middle(builder: &Builder<'_>, found: &[NodeId]) -> Option<NodeId> {
    if found.len().is_multiple_of(2) {
        let central = PlaceHint { across: Some(Across::Center), down: None };
        let there = at(builder, found.to_vec(), central);
        return if let [one] = there.as_slice() { Some(*one) } else { None };
    }
    if found.iter().all(|id| {
        center(builder, *id, 0).is_none() && by_relations(builder, found, 0, false).is_none_or(|one| one != *id)
    }) {
        // Nothing says where any of them is: they stand in the order in which they came.
        return found.get(found.len() / 2).copied();
    }
    let mut places: Vec<(f32, NodeId)> =
        found.iter().map(|id| center(builder, *id, 0).map(|place| (place, *id))).collect::<Option<_>>()?;
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    places.get(places.len() / 2).map(|(_, id)| *id)
}

pub(super) fn by_size(builder: &Builder<'_>, found: &[NodeId], biggest: bool) -> Option<NodeId> {
    let sign = if biggest { -1.0 } else { 1.0 };
    let area = |id: &NodeId| match box_of(builder, *id) {
        Some(found) => found.area(),
        None => builder.scene.node(*id).and_then(|node| node.size).unwrap_or(SizeHint::Medium).area_range().1,
    };
    least(&found.iter().map(|id| (sign * area(id), *id)).collect::<Vec<_>>())
}

/// Those that are in a part of the picture; if none is, the one that is nearest to being there.
pub(super) fn at(builder: &Builder<'_>, found: Vec<NodeId>, place: PlaceHint) -> Vec<NodeId> {
    let region = place.region();
    let inside = |id: &NodeId| {
        let across =
            place.across.is_none() || center(builder, *id, 0).is_some_and(|x| (region.x0..=region.x1).contains(&x));
        let down =
            place.down.is_none() || center(builder, *id, 1).is_some_and(|y| (region.y0..=region.y1).contains(&y));
        across && down
    };
    let there: Vec<NodeId> = found.iter().copied().filter(inside).collect();
    if !there.is_empty() {
        return there;
    }
    let mut end = None;
    if let Some(across @ (Across::Left | Across::Right)) = place.across {
        end = farthest(builder, &found, 0, across == Across::Right);
    }
    if let Some(down @ (Down::Top | Down::Bottom)) = place.down
        && (end.is_none() || place.across.is_none())
    {
        end = farthest(builder, &found, 1, down == Down::Bottom);
    }
    // Undecided: all of them stay candidates.
    end.map_or(found, |one| vec![one])
}
