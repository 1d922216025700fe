//! Feet: on the visible mask of a ground, or on what carries the thing.

use super::scene::{DepictedObject, Depiction};
use super::ties::{Carried, Carrier, Ties};
use scenewright_illustrated::setting::MaterialRole;
use scenewright_illustrated::sprite::Stands;

/// The lowest part of a thing, of its height.
const FOOT: f32 = 0.05;
/// So much of the foot has to rest.
const RESTING: f32 = 0.5;
/// How far below the foot the ground may begin, of the picture's height.
const GAP: f32 = 0.012;
/// How far from its seat a carrier's mask may be, of the picture's height.
const SEAT_GAP: f32 = 0.02;
/// How far a foot may stand above and below the line of a surface: of the picture's height, and of the carrier's.
const SURFACE: [f32; 2] = [0.015, 0.18];
/// Of an outdoor picture.
const SKY: f32 = 0.1;

/// Things that lie on the ground and are walked on.
const FLAT: [&str; 12] = [
    "rug",
    "picnic blanket",
    "railroad",
    "pier",
    "island",
    "sandbox",
    "platform",
    "stairs",
    "blanket",
    "towel",
    "bridge",
    "pond",
];

/// Whether a thing rests on something. None: it does not stand, sit or lie.
pub(super) fn is_supported(depiction: &Depiction, ties: &Ties, index: usize) -> Option<bool> {
    let object = &depiction.objects[index];
    let stands = object.stands().filter(|_| object.is_thing && !ties.is_held[index])?;
    let carriers = &ties.carriers[index];
    if !carriers.is_empty() {
        let is_natural = !matches!(stands, Stands::Water | Stands::Underwater | Stands::Sky);
        let is_thing = |carrier: &&Carrier| depiction.objects[carrier.index].is_thing;
        // A boat on the water floats; a bird on a roof stands.
        let counts = is_natural || carriers.iter().any(|carrier| is_thing(&carrier));
        return counts.then(|| carriers.iter().any(|carrier| rests_on(depiction, index, *carrier)));
    }
    match stands {
        Stands::Water | Stands::Underwater | Stands::Sky | Stands::Wall | Stands::Hanging => None,
        Stands::Ride => {
            let has_seat = |other: usize| {
                let drawing = depiction.objects[other].catalog_drawing();
                drawing.is_some_and(|drawing| drawing.anchors.point("seat").is_some())
            };
            let seats = (0..depiction.objects.len()).filter(|&other| other != index && has_seat(other));
            let seated = |other| rests_on(depiction, index, Carrier { index: other, how: Carried::Seated });
            Some(seats.into_iter().any(seated) || is_on_ground(depiction, index))
        }
        Stands::Table => {
            let tables =
                (0..depiction.objects.len()).filter(|&other| other != index && top(depiction, other).is_some());
            let on = |other| rests_on(depiction, index, Carrier { index: other, how: Carried::On });
            Some(is_on_ground(depiction, index) || tables.into_iter().any(on))
        }
        Stands::Ground | Stands::Floor => Some(is_on_ground(depiction, index)),
    }
}

/// Whether what floats or swims does so on or in water. None: it does neither.
pub(super) fn is_afloat(depiction: &Depiction, ties: &Ties, index: usize) -> Option<bool> {
    let object = &depiction.objects[index];
    let is_carried = ties.carriers[index].iter().any(|carrier| depiction.objects[carrier.index].is_thing);
    let stands = object.stands().filter(|_| object.is_thing && !is_carried)?;
    let is_water = |x: usize, y: usize| {
        let behind = depiction.behind(index, x, y).map(|other| &depiction.objects[other]);
        behind.is_some_and(|other| other.role() == Some(MaterialRole::Water) || other.name == "wave")
    };
    match stands {
        Stands::Water => Some(share(&foot(object), |x, y| reaches(y, depiction, |y| is_water(x, y))) >= RESTING),
        Stands::Underwater => Some(share(&object.mask.pixels().collect::<Vec<_>>(), is_water) >= RESTING),
        _ => None,
    }
}

/// Whether the sky takes a tenth of the picture. None: it is a room.
pub(super) fn has_sky(depiction: &Depiction) -> Option<bool> {
    if depiction.is_indoors() || depiction.objects.is_empty() {
        return None;
    }
    let is_sky = |object: &DepictedObject| {
        object.role() == Some(MaterialRole::Sky)
            || object.stands() == Some(Stands::Sky) && object.is_thing
            || object.name == "cloud"
    };
    let count = depiction.width * depiction.height;
    let shows = |i: &usize| {
        let top = depiction.topmost(i % depiction.width, i / depiction.width);
        // Where nothing lies, the backdrop shows.
        top.is_none_or(|top| is_sky(&depiction.objects[top]))
    };
    let seen = (0..count).step_by(7).filter(shows).count();
    Some(seen as f32 * 7.0 >= SKY * count as f32)
}

/// Pixels of the lowest part of a thing.
fn foot(object: &DepictedObject) -> Vec<[usize; 2]> {
    let (mut top, mut bottom) = (usize::MAX, 0);
    for [_, y] in object.mask.pixels() {
        (top, bottom) = (top.min(y), bottom.max(y));
    }
    if top > bottom {
        return Vec::new();
    }
    let rows = ((bottom + 1 - top) as f32 * FOOT).ceil() as usize;
    object.mask.pixels().filter(|[_, y]| y + rows > bottom).collect()
}

/// Of some pixels; 0 of none.
fn share(pixels: &[[usize; 2]], holds: impl Fn(usize, usize) -> bool) -> f32 {
    let met = pixels.iter().filter(|[x, y]| holds(*x, *y)).count();
    met as f32 / pixels.len().max(1) as f32
}

/// Whether it holds at a row or a little below it.
fn reaches(y: usize, depiction: &Depiction, holds: impl Fn(usize) -> bool) -> bool {
    let gap = (GAP * depiction.height as f32).round().max(1.0) as usize;
    (y..=y + gap).take_while(|y| *y < depiction.height).any(holds)
}

fn is_on_ground(depiction: &Depiction, index: usize) -> bool {
    let is_ground =
        |x: usize, y: usize| depiction.behind(index, x, y).is_some_and(|other| is_ground(&depiction.objects[other]));
    share(&foot(&depiction.objects[index]), |x, y| reaches(y, depiction, |y| is_ground(x, y))) >= RESTING
}

/// Ground that nobody has to name: land, a floor, what lies flat on them, a hill.
fn is_ground(object: &DepictedObject) -> bool {
    match object.role() {
        Some(MaterialRole::Land | MaterialRole::Floor | MaterialRole::Distant) => true,
        Some(MaterialRole::Detail) => object.name != "wave",
        Some(_) => false,
        None => object.is_thing && FLAT.contains(&object.name.as_str()),
    }
}

/// The surface of a thing: y, x0, x1 as shares of its box.
fn top(depiction: &Depiction, index: usize) -> Option<[f32; 3]> {
    depiction.objects[index].catalog_drawing()?.anchors.top
}

fn rests_on(depiction: &Depiction, index: usize, carrier: Carrier) -> bool {
    let (object, base) = (&depiction.objects[index], &depiction.objects[carrier.index]);
    let feet = foot(object);
    let is_base = |x: usize, y: usize| reaches(y, depiction, |y| base.mask.covers(x, y));
    if !base.is_thing {
        // What the picture shows of a material, without the thing; things that lie between do not matter.
        let shows = |x: usize, y: usize| {
            let materials = (0..depiction.objects.len()).rev().filter(|&other| !depiction.objects[other].is_thing);
            materials.into_iter().find(|&other| depiction.objects[other].mask.covers(x, y)) == Some(carrier.index)
        };
        return share(&feet, |x, y| reaches(y, depiction, |y| shows(x, y))) >= RESTING;
    }
    match carrier.how {
        Carried::In => {
            let bounds = base.bounds;
            let within = |x: usize, y: usize| {
                let at = [(x as f32 + 0.5) / depiction.width as f32, (y as f32 + 0.5) / depiction.height as f32];
                bounds.contains(at)
            };
            share(&feet, within) >= RESTING
        }
        Carried::Seated => {
            let seat = object.anchor(&["hip"], depiction).unwrap_or_else(|| object.point([0.5, 0.97], depiction));
            base.mask.is_near(seat, SEAT_GAP * depiction.height as f32)
        }
        Carried::On => {
            let Some([level, ..]) = top(depiction, carrier.index) else { return share(&feet, is_base) >= RESTING };
            let height = depiction.height as f32;
            let line = base.point([0.5, level], depiction)[1];
            let low = line + SURFACE[1] * base.size_px(depiction)[1];
            let bottom = feet.iter().map(|[_, y]| *y as f32 + 1.0).fold(0.0, f32::max);
            let is_level = bottom >= line - SURFACE[0] * height && bottom <= low + SURFACE[0] * height;
            is_level && share(&feet, is_base) >= RESTING
        }
    }
}
