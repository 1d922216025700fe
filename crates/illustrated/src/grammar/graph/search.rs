//! A place for each thing of a graph: many are tried, the best is kept.

use super::super::cast::{GrammarCategory, GrammarDrawing, Stands};
use super::super::group::{held_by, opening_on, perched, rider_on, roof_of, upon};
use super::super::scene_builder::{Part, SceneBuilder, Surface, is_background, suits};
use super::super::scene_rng::SceneRng;
use super::Drawn;
use crate::composition::Rest;
use scenewright_scene::UnitBox;
use scenewright_scene::relation::{RelationStatus, judge, place_to_meet};

const TRIES: usize = 220;
/// Places that are looked for near the other end of a relation; each is a search of its own, so few.
const DIRECTED_TRIES: usize = 6;

type Relations<'r> = [(usize, &'r str, usize)];

/// Places every thing, those first on which others stand.
pub(crate) fn place_things(
    builder: &mut SceneBuilder<'_>,
    drawn: &[Option<Drawn>],
    names: &[&str],
    relations: &Relations<'_>,
    piece_of: &mut [Option<usize>],
    seed: u64,
) {
    let mut order: Vec<usize> = (0..drawn.len()).filter(|&i| matches!(drawn[i], Some(Drawn::Thing(_)))).collect();
    // Materials lie already; only things carry.
    let among_things: Vec<(usize, &str, usize)> = relations
        .iter()
        .copied()
        .filter(|&(s, _, o)| [s, o].iter().all(|&end| matches!(drawn[end], Some(Drawn::Thing(_)))))
        .collect();
    order.sort_by_key(|&index| (depth(index, &among_things, drawn.len()), index));
    for index in order {
        let Some(Drawn::Thing(role)) = drawn[index] else { continue };
        let nth = names[..index].iter().filter(|name| **name == names[index]).count();
        builder.rng = SceneRng::for_part(seed, names[index], nth as u64);
        place(builder, index, role, relations, piece_of);
    }
}

/// How many others must stand before this one can: a rider needs a horse.
fn depth(index: usize, relations: &Relations<'_>, limit: usize) -> usize {
    let mut depth = 0;
    let mut current = index;
    while depth < limit {
        let base = relations.iter().find_map(|&(s, predicate, o)| match carrier(predicate) {
            Some(Carrier::Object) if s == current && o != s => Some(o),
            Some(Carrier::Subject) if o == current && o != s => Some(s),
            _ => None,
        });
        let Some(base) = base else { break };
        current = base;
        depth += 1;
    }
    depth
}

enum Carrier {
    Subject,
    Object,
}

fn carrier(predicate: &str) -> Option<Carrier> {
    match predicate {
        "riding" | "on" | "sitting on" | "standing on" | "on top of" | "attached to" | "hanging on" | "laying on" => {
            Some(Carrier::Object)
        }
        "holding" | "has" => Some(Carrier::Subject),
        _ => None,
    }
}

fn place(
    builder: &mut SceneBuilder<'_>,
    index: usize,
    role: usize,
    relations: &Relations<'_>,
    piece_of: &mut [Option<usize>],
) {
    let own: Vec<(usize, &str, usize)> =
        relations.iter().copied().filter(|&(s, _, o)| (s == index) != (o == index)).collect();
    let Some(who) = choose_look(builder, role, index, &own, piece_of) else { return };
    let mut proposals = Vec::new();
    for &(s, predicate, o) in &own {
        let other = if s == index { o } else { s };
        if let Some(base) = piece_of[other].and_then(|piece| part_of(builder, piece)) {
            proposals.extend(
                joined(builder, &base, who, predicate, s == index).into_iter().map(|part| (part, piece_of[other])),
            );
        }
    }
    let asked = asked_material(builder, index, &own, piece_of);
    let natural = natural_zones(builder, who);
    let demanded: Vec<usize> =
        (0..builder.zones.len()).filter(|&zone| Some(builder.zones[zone].piece) == asked).collect();
    for number in 0..TRIES {
        // The asked material may be no place for such a thing (a boat on grass): both are tried.
        let zones = if number % 2 == 0 && !demanded.is_empty() { &demanded } else { &natural };
        let Some(&zone) = builder.rng.pick(zones) else { continue };
        let zone = builder.zones[zone];
        let (x, y) = (builder.rng.between(zone.x.0, zone.x.1), builder.rng.between(zone.y.0, zone.y.1));
        let mut part = builder.part_at(who, zone.surface, x, y);
        if zone.surface == Surface::Water {
            fit_into(&mut part.bounds, builder.pieces[zone.piece].bounds().height() * 1.2);
        }
        if number < DIRECTED_TRIES {
            directed(builder, &part, index, &own, piece_of, &mut proposals);
        }
        proposals.push((part, Some(zone.piece)));
    }
    let mut best: Option<(f32, Part, Option<usize>)> = None;
    for (part, on) in proposals {
        let elsewhere = if asked.is_some() && on != asked { 4.0 } else { 0.0 };
        let cost = elsewhere + cost(builder, &part, on, index, &own, piece_of);
        if best.as_ref().is_none_or(|(least, _, _)| cost < *least) {
            best = Some((cost, part, on));
        }
    }
    if let Some((_, part, on)) = best {
        piece_of[index] = Some(builder.put(&part, on));
    }
}

/// The material that the graph says the thing is on or in.
fn asked_material(
    builder: &SceneBuilder<'_>,
    index: usize,
    own: &Relations<'_>,
    piece_of: &[Option<usize>],
) -> Option<usize> {
    own.iter().find_map(|&(s, predicate, o)| {
        let piece = piece_of[o].filter(|_| s == index)?;
        let names_place =
            predicate == "in" || predicate.ends_with(" in") || matches!(carrier(predicate), Some(Carrier::Object));
        (names_place || predicate == "parked on" || predicate == "walking on")
            .then_some(piece)
            .filter(|&piece| builder.pieces[piece].who.is_none())
    })
}

/// Where it would stand by itself; what belongs on a table stands on the floor where there is none.
fn natural_zones(builder: &SceneBuilder<'_>, who: (usize, usize)) -> Vec<usize> {
    let zones = builder.zones_for(who);
    if !zones.is_empty() {
        return zones;
    }
    let level = |zone: &usize| !matches!(builder.zones[*zone].surface, Surface::Sky | Surface::Wall | Surface::Under);
    let grounded: Vec<usize> = (0..builder.zones.len()).filter(level).collect();
    if grounded.is_empty() { (0..builder.zones.len()).collect() } else { grounded }
}

/// Sitting for who rides or sits, standing for others; with an opening for who has a window.
fn choose_look(
    builder: &mut SceneBuilder<'_>,
    role: usize,
    index: usize,
    own: &Relations<'_>,
    piece_of: &[Option<usize>],
) -> Option<(usize, usize)> {
    let category: &GrammarCategory = &builder.cast.roles[role];
    let seat_below = own.iter().any(|&(s, predicate, o)| {
        let base = piece_of[o].and_then(|piece| builder.pieces[piece].who);
        s == index
            && matches!(predicate, "riding" | "sitting on")
            && base.is_some_and(|base| builder.look(base).seat.is_some())
    });
    let ridden = own.iter().any(|&(s, predicate, _)| s != index && matches!(predicate, "riding" | "sitting on"));
    let floats = own.iter().any(|&(s, predicate, _)| s == index && matches!(predicate, "in" | "flying in" | "above"));
    let eats = own.iter().any(|&(s, predicate, _)| s == index && predicate == "eating");
    let holds = own.iter().any(|&(s, predicate, _)| s == index && predicate == "holding");
    let zones = builder.zones.clone();
    let fits = |look: &GrammarDrawing| {
        if seat_below {
            return look.hip.is_some() || look.stands != Some(Stands::Ride);
        }
        look.stands != Some(Stands::Ride)
            && (!ridden || look.seat.is_some())
            && (!holds || look.hand.is_some())
            && zones.iter().any(|zone| suits(zone.surface, category, look))
    };
    let favorite = |look: &GrammarDrawing| {
        fits(look)
            && (seat_below == look.hip.is_some())
            && (!eats || look.name == "grazing")
            && (!category.name.eq("building") || !look.windows.is_empty())
            && (!floats || category.group != "animals" || look.stands == Some(Stands::Sky))
            && (category.group == "people" || look.name != "grazing" || eats)
    };
    builder
        .choose_look(role, favorite)
        .or_else(|| builder.choose_look(role, fits))
        .or_else(|| builder.choose_look(role, |look| look.stands != Some(Stands::Ride)))
        .or_else(|| builder.choose_look(role, |_| true))
        // The priors give it no weight here (an umbrella indoors), but the graph names it.
        .or(Some((role, 0)).filter(|_| !category.looks.is_empty()))
}

/// A placed piece as the base of a group.
fn part_of(builder: &SceneBuilder<'_>, piece: usize) -> Option<Part> {
    let piece = &builder.pieces[piece];
    let thing = piece.thing()?;
    Some(Part {
        who: piece.who?,
        bounds: thing.bounds,
        mirrored: thing.mirrored,
        rests: thing.rests,
        order: piece.order,
    })
}

/// Places that follow from the drawings' anchors.
fn joined(
    builder: &mut SceneBuilder<'_>,
    base: &Part,
    who: (usize, usize),
    predicate: &str,
    is_subject: bool,
) -> Vec<Part> {
    let name = builder.role(who).name.clone();
    let opening = matches!(name.as_str(), "window" | "door");
    let mut parts: Vec<Option<Part>> = Vec::new();
    match (predicate, is_subject) {
        ("riding" | "sitting on" | "on", true) if builder.look(who).hip.is_some() => {
            parts.push(rider_on(builder, base, who))
        }
        ("holding", false) => parts.push(held_by(builder, base, who)),
        (_, true) | ("has", false) if opening && builder.role(base.who).group == "buildings" => {
            parts.extend((0..8).map(|nth| opening_on(builder, base, who, nth)));
        }
        ("on" | "on top of" | "attached to", true) | ("has", false) if name == "roof" => {
            parts.push(Some(roof_of(builder, base, who)));
        }
        ("on" | "on top of" | "standing on" | "sitting on" | "riding" | "laying on", true) => {
            for _ in 0..8 {
                let on_top = upon(builder, base, &[who]);
                parts.push(match on_top {
                    Some(mut parts) => parts.pop(),
                    None => Some(perched(builder, base, who)),
                });
            }
        }
        _ => {}
    }
    parts.into_iter().flatten().collect()
}

/// A boat on a far strip of water is far away, so it is small; its foot stays.
fn fit_into(bounds: &mut UnitBox, height: f32) {
    let shrink = (height / bounds.height()).min(1.0);
    let [x, _] = bounds.center();
    let (w, h) = (bounds.width() * shrink, bounds.height() * shrink);
    *bounds = UnitBox::new(x - w / 2.0, bounds.y1 - h, x + w / 2.0, bounds.y1);
}

/// A natural place moved until a relation holds.
fn directed(
    builder: &SceneBuilder<'_>,
    part: &Part,
    index: usize,
    own: &Relations<'_>,
    piece_of: &[Option<usize>],
    proposals: &mut Vec<(Part, Option<usize>)>,
) {
    for &(s, predicate, o) in own {
        if s != index {
            continue;
        }
        let Some(other) = piece_of[o] else { continue };
        let object = builder.pieces[other].bounds().clamped();
        if let Some(bounds) = place_to_meet(predicate, &part.bounds.clamped(), &object) {
            let kept = bounds.width() / part.bounds.width();
            let square = UnitBox::from_center(bounds.center(), bounds.width(), part.bounds.height() * kept);
            let grounded = part.order > -1.0;
            // Not on the ground by anything but "on": it then stands in front of what it is on.
            let order = if grounded { square.y1.max(builder.pieces[other].order + 1e-4) } else { part.order };
            // A foot at the very edge of a material meets "on" but does not look it.
            let well_on = square.y1 >= object.y0 + 0.05;
            let on = Some(other).filter(|&other| builder.pieces[other].who.is_none() && (well_on || predicate == "in"));
            proposals.push((Part { bounds: square, order, rests: Rest::Air, ..part.clone() }, on));
        }
    }
}

/// Broken relations weigh most, then twins that do not part, heaps, and places where such a thing does not belong.
fn cost(
    builder: &SceneBuilder<'_>,
    part: &Part,
    on: Option<usize>,
    index: usize,
    own: &Relations<'_>,
    piece_of: &[Option<usize>],
) -> f32 {
    let mut cost = 0.0;
    let bounds = part.bounds.clamped();
    for &(s, predicate, o) in own {
        let Some(other) = piece_of[if s == index { o } else { s }] else { continue };
        let order_of = builder.pieces[other].order;
        let other = builder.pieces[other].bounds().clamped();
        let status = if s == index { judge(predicate, &bounds, &other) } else { judge(predicate, &other, &bounds) };
        cost += if status == RelationStatus::Broken { 10.0 } else { 0.0 };
        // What is inside must not vanish behind what is around it.
        let is_around = (predicate == "surrounding") == (s == index);
        if matches!(predicate, "inside" | "surrounding") && is_around == (part.order > order_of) {
            cost += 4.0;
        }
    }
    let related = |piece: usize| {
        own.iter().any(|&(s, predicate, o)| {
            let other = if s == index { o } else { s };
            piece_of[other] == Some(piece)
                && (carrier(predicate).is_some() || matches!(predicate, "inside" | "surrounding" | "eating"))
        })
    };
    let name = &builder.role(part.who).name;
    for (number, piece) in builder.pieces.iter().enumerate() {
        let Some(who) = piece.who else { continue };
        let Some(shared) = piece.bounds().intersection(&part.bounds) else { continue };
        let share = shared.area() / part.bounds.area().min(piece.bounds().area());
        let rear = if piece.order < part.order { who } else { part.who };
        cost += match () {
            () if related(number) => 0.0,
            () if *name == piece.name => 25.0 * share,
            () if is_background(builder.role(rear)) => 2.0 * share,
            () => 7.0 * share,
        };
    }
    let outside = part.bounds.area() - bounds.area();
    cost += 40.0 * outside / part.bounds.area().max(1e-6);
    cost + if on.is_none() { 2.5 } else { 0.0 } + implausibility(builder, part)
}

/// A grounded thing in the sky, a flying one in the grass: what `directed` may propose to meet a relation.
fn implausibility(builder: &SceneBuilder<'_>, part: &Part) -> f32 {
    let look = builder.look(part.who);
    let grounded = matches!(look.stands, Some(Stands::Ground | Stands::Floor));
    let on_ground = builder.zones.iter().any(|zone| {
        !matches!(zone.surface, Surface::Sky | Surface::Wall | Surface::Under)
            && (zone.y.0 - 0.03..=zone.y.1 + 0.03).contains(&part.bounds.y1)
    });
    if grounded && !on_ground && part.rests != Rest::Air { 3.0 } else { 0.0 }
}
