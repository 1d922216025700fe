//! A seed to a scene: a kind, a light, a place for everyone.

use super::cast::{Cast, Role};
use super::group::Group;
use super::kinds::{self, SceneKind};
use super::light;
use super::relate;
use super::scene_builder::{SceneBuilder, suits};
use super::scene_rng::SceneRng;
use crate::composition::{Composition, SceneLayer};

/// How often a scene may be thrown anew before the seed is given up.
pub const ATTEMPTS: u32 = 12;

/// Layers of one scene, stuff and things: more would be a crowd in a small picture.
const MOST_LAYERS: usize = 10;

/// What is asked of a scene beside its seed.
#[derive(Clone, Copy, Debug)]
pub struct SceneRequest<'r> {
    pub seed: u64,
    /// Kinds to choose from.
    pub kinds: &'r [&'static SceneKind],
    /// Width over height of the picture.
    pub aspect: f32,
}

/// Layers in the order of painting; relations name them.
pub fn compose(cast: &Cast, request: &SceneRequest<'_>) -> Option<Composition> {
    (0..ATTEMPTS).find_map(|attempt| compose_attempt(cast, request, attempt))
}

/// One throw of a seed. A caller who finds a fault in the picture asks for the next.
pub fn compose_attempt(cast: &Cast, request: &SceneRequest<'_>, attempt: u32) -> Option<Composition> {
    // The kind does not change with the attempt: else kinds that are hard to lay out would be rare.
    let mut dice = SceneRng::for_part(request.seed, "kind", 0);
    let weights: Vec<f32> = request.kinds.iter().map(|kind| kind.weight).collect();
    let kind = request.kinds[dice.weighted(&weights)?];
    let mut dice = SceneRng::for_part(request.seed, "scene", u64::from(attempt));
    let light = light::choose(kind.light, &mut dice);
    let horizon = dice.between(kind.horizon.0, kind.horizon.1);
    let mut stage = SceneBuilder::new(cast, kind.name, light, kind.scale(horizon, request.aspect), dice);
    (kind.lay)(&mut stage);
    // The fuller of two throws: an empty meadow is a dull picture.
    let wanted = stage.dice.count(kind.things).max(stage.dice.count(kind.things));
    populate(&mut stage, kind, wanted);
    let things = stage.pieces.iter().filter(|piece| piece.who.is_some()).count();
    (things >= kind.things.0.min(3)).then(|| finish(stage, request.seed))
}

fn populate(stage: &mut SceneBuilder<'_>, kind: &SceneKind, wanted: usize) {
    let everyone = kind.cast(stage.cast, stage.light);
    let roles: Vec<usize> = everyone.iter().map(|(role, _)| *role).collect();
    let wanted = wanted.min(MOST_LAYERS.saturating_sub(stage.pieces.len()));
    let mut count = groups(stage, kind, &roles, wanted);
    if !stage.pieces.iter().any(|piece| kind.core.contains(&piece.name.as_str())) {
        count += core(stage, kind);
    }
    let mut standing = everyone;
    standing.retain(|(role, _)| kinds::has_place(&stage.zones, &stage.cast.roles[*role]));
    let present = |name: &str| stage.pieces.iter().any(|piece| piece.name == name);
    standing.retain(|(role, _)| !is_only(&stage.cast.roles[*role].name) || !present(&stage.cast.roles[*role].name));
    let mut misses = 0;
    while count < wanted && stage.pieces.len() < MOST_LAYERS && misses < 10 {
        let weights: Vec<f32> = standing.iter().map(|(_, weight)| *weight).collect();
        let Some(choice) = stage.dice.weighted(&weights) else { return };
        let role = standing[choice].0;
        let Some(first) = choose_standing(stage, kind, role).and_then(|who| stage.settle(who)) else {
            misses += 1;
            continue;
        };
        count += 1;
        // A second of a kind is likelier as a neighbor than by chance; a second sun never is.
        standing[choice].1 *= if is_only(&stage.cast.roles[role].name) { 0.0 } else { 0.25 };
        if is_sociable(&stage.cast.roles[role]) {
            count += neighbours(
                stage,
                kind,
                role,
                first,
                (wanted - count).min(MOST_LAYERS.saturating_sub(stage.pieces.len())),
            );
        }
    }
}

/// What makes the place what it is: how many.
fn core(stage: &mut SceneBuilder<'_>, kind: &SceneKind) -> usize {
    for _ in 0..4 {
        let Some(role) = stage.dice.pick(kind.core).and_then(|name| stage.cast.find(name)) else { return 0 };
        if choose_standing(stage, kind, role).and_then(|who| stage.settle(who)).is_some() {
            return 1;
        }
    }
    0
}

/// Others of the category beside the first; how many.
fn neighbours(stage: &mut SceneBuilder<'_>, kind: &SceneKind, role: usize, first: usize, most: usize) -> usize {
    let mut placed = 0;
    while placed < most.min(2) && stage.dice.chance(0.4) {
        let Some(who) = choose_standing(stage, kind, role) else { break };
        if stage.settle_beside(first, who).is_none() {
            break;
        }
        placed += 1;
    }
    placed
}

/// A look of the category that may stand somewhere here by itself.
fn choose_standing(stage: &mut SceneBuilder<'_>, kind: &SceneKind, role: usize) -> Option<(usize, usize)> {
    let zones = stage.zones.clone();
    let category = &stage.cast.roles[role];
    // A roof without a house is no sight; see `Group::Roof`.
    if category.name == "roof" {
        return None;
    }
    stage.choose_look(role, |look| {
        kind.welcomes(category, look) && zones.iter().any(|zone| suits(zone.surface, category, look))
    })
}

/// There is one of it in the world.
fn is_only(name: &str) -> bool {
    matches!(name, "sun" | "moon" | "rainbow")
}

/// Animals come in flocks, trees in groves, cars in traffic; a sun never does.
fn is_sociable(role: &Role) -> bool {
    matches!(role.group.as_str(), "animals" | "people" | "plants" | "vehicles" | "boats")
        || matches!(
            role.name.as_str(),
            "cloud" | "star" | "house" | "building" | "rock" | "chair" | "picture" | "window"
        )
}

/// Riders, sitters, laid tables ...: how many things they brought.
fn groups(stage: &mut SceneBuilder<'_>, kind: &SceneKind, roles: &[usize], wanted: usize) -> usize {
    let mut chosen: Vec<Group> =
        Group::ALL.into_iter().filter(|group| stage.dice.chance(kind.odds_of(*group))).collect();
    stage.dice.shuffle(&mut chosen);
    // Laid tables need the most room.
    chosen.sort_by_key(|group| *group != Group::Table);
    let mut count = 0;
    for group in chosen {
        if count + 2 <= wanted && stage.pieces.len() + 3 <= MOST_LAYERS {
            let placed = group.place(stage, roles).len();
            // A building with its windows is one thing to look at.
            count += if matches!(group, Group::Openings | Group::Roof) { placed.min(1) } else { placed };
        }
    }
    count
}

/// Sorts the pieces for painting, cuts boxes at the picture's edge, finds the relations.
pub(super) fn finish(mut stage: SceneBuilder<'_>, seed: u64) -> Composition {
    let mut order: Vec<usize> = (0..stage.pieces.len()).collect();
    order.sort_by(|&a, &b| stage.pieces[a].order.total_cmp(&stage.pieces[b].order));
    let relations = relate::relations(&mut stage);
    let mut place = vec![0; order.len()];
    for (position, &piece) in order.iter().enumerate() {
        place[piece] = position;
    }
    let relations = relations.into_iter().map(|(s, p, o)| (place[s], p.to_owned(), place[o])).collect();
    let layers: Vec<SceneLayer> = order.iter().map(|&piece| stage.pieces[piece].layer.clone()).collect();
    Composition { seed, kind: stage.kind.to_owned(), light: stage.light, layers, relations }
}
