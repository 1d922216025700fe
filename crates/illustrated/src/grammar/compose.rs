//! A seed to a scene: a kind, a light, and a place for each object.

use super::cast::{GrammarCategory, GrammarLibrary};
use super::group::Group;
use super::kinds::{self, SceneKind};
use super::light;
use super::relate;
use super::scene_builder::{SceneBuilder, suits};
use super::scene_rng::SceneRng;
use crate::composition::{Composition, SceneLayer};

/// How often a scene is drawn again before the seed is skipped.
pub const ATTEMPTS: u32 = 12;

/// Layers of one scene, stuff and things: more would be a crowd in a small picture.
const MAX_LAYERS: usize = 10;

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
pub fn compose(cast: &GrammarLibrary, request: &SceneRequest<'_>) -> Option<Composition> {
    (0..ATTEMPTS).find_map(|attempt| compose_attempt(cast, request, attempt))
}

/// One attempt with a seed. A caller that finds a fault in the picture asks for the next attempt.
pub fn compose_attempt(cast: &GrammarLibrary, request: &SceneRequest<'_>, attempt: u32) -> Option<Composition> {
    // The kind does not change with the attempt: else kinds that are hard to lay out would be rare.
    let mut rng = SceneRng::for_part(request.seed, "kind", 0);
    let weights: Vec<f32> = request.kinds.iter().map(|kind| kind.weight).collect();
    let kind = request.kinds[rng.weighted(&weights)?];
    let mut rng = SceneRng::for_part(request.seed, "scene", u64::from(attempt));
    let light = light::choose(kind.light, &mut rng);
    let horizon = rng.between(kind.horizon.0, kind.horizon.1);
    let mut builder = SceneBuilder::new(cast, kind.name, light, kind.scale(horizon, request.aspect), rng);
    (kind.lay)(&mut builder);
    // The fuller of two attempts: an empty meadow is a dull picture.
    let wanted = builder.rng.count(kind.things).max(builder.rng.count(kind.things));
    populate(&mut builder, kind, wanted);
    let things = builder.pieces.iter().filter(|piece| piece.who.is_some()).count();
    (things >= kind.things.0.min(3)).then(|| finish(builder, request.seed))
}

fn populate(builder: &mut SceneBuilder<'_>, kind: &SceneKind, wanted: usize) {
    let everyone = kind.cast(builder.cast, builder.light);
    let roles: Vec<usize> = everyone.iter().map(|(role, _)| *role).collect();
    let wanted = wanted.min(MAX_LAYERS.saturating_sub(builder.pieces.len()));
    let mut count = groups(builder, kind, &roles, wanted);
    if !builder.pieces.iter().any(|piece| kind.core.contains(&piece.name.as_str())) {
        count += core(builder, kind);
    }
    let mut standing = everyone;
    standing.retain(|(role, _)| kinds::has_place(&builder.zones, &builder.cast.roles[*role]));
    let present = |name: &str| builder.pieces.iter().any(|piece| piece.name == name);
    standing.retain(|(role, _)| !is_only(&builder.cast.roles[*role].name) || !present(&builder.cast.roles[*role].name));
    let mut misses = 0;
    while count < wanted && builder.pieces.len() < MAX_LAYERS && misses < 10 {
        let weights: Vec<f32> = standing.iter().map(|(_, weight)| *weight).collect();
        let Some(choice) = builder.rng.weighted(&weights) else { return };
        let role = standing[choice].0;
        let Some(first) = choose_standing(builder, kind, role).and_then(|who| builder.settle(who)) else {
            misses += 1;
            continue;
        };
        count += 1;
        // A second of a kind is likelier as a neighbor than by chance; a second sun never is.
        standing[choice].1 *= if is_only(&builder.cast.roles[role].name) { 0.0 } else { 0.25 };
        if is_sociable(&builder.cast.roles[role]) {
            count += neighbors(
                builder,
                kind,
                role,
                first,
                (wanted - count).min(MAX_LAYERS.saturating_sub(builder.pieces.len())),
            );
        }
    }
}

/// What makes the place what it is: how many.
fn core(builder: &mut SceneBuilder<'_>, kind: &SceneKind) -> usize {
    for _ in 0..4 {
        let Some(role) = builder.rng.pick(kind.core).and_then(|name| builder.cast.find(name)) else { return 0 };
        if choose_standing(builder, kind, role).and_then(|who| builder.settle(who)).is_some() {
            return 1;
        }
    }
    0
}

/// Others of the category beside the first; how many.
fn neighbors(builder: &mut SceneBuilder<'_>, kind: &SceneKind, role: usize, first: usize, most: usize) -> usize {
    let mut placed = 0;
    while placed < most.min(2) && builder.rng.chance(0.4) {
        let Some(who) = choose_standing(builder, kind, role) else { break };
        if builder.settle_beside(first, who).is_none() {
            break;
        }
        placed += 1;
    }
    placed
}

/// A look of the category that may stand somewhere here by itself.
fn choose_standing(builder: &mut SceneBuilder<'_>, kind: &SceneKind, role: usize) -> Option<(usize, usize)> {
    let zones = builder.zones.clone();
    let category = &builder.cast.roles[role];
    // A roof without a house is no sight; see `Group::Roof`.
    if category.name == "roof" {
        return None;
    }
    builder.choose_look(role, |look| {
        kind.allows_look(category, look) && zones.iter().any(|zone| suits(zone.surface, category, look))
    })
}

/// There is one of it in the world.
fn is_only(name: &str) -> bool {
    matches!(name, "sun" | "moon" | "rainbow")
}

/// Animals come in flocks, trees in groves, cars in traffic; a sun never does.
fn is_sociable(role: &GrammarCategory) -> bool {
    matches!(role.group.as_str(), "animals" | "people" | "plants" | "vehicles" | "boats")
        || matches!(
            role.name.as_str(),
            "cloud" | "star" | "house" | "building" | "rock" | "chair" | "picture" | "window"
        )
}

/// Riders, sitters, laid tables ...: returns how many things were added.
fn groups(builder: &mut SceneBuilder<'_>, kind: &SceneKind, roles: &[usize], wanted: usize) -> usize {
    let mut chosen: Vec<Group> =
        Group::ALL.into_iter().filter(|group| builder.rng.chance(kind.odds_of(*group))).collect();
    builder.rng.shuffle(&mut chosen);
    // Laid tables need the most space.
    chosen.sort_by_key(|group| *group != Group::Table);
    let mut count = 0;
    for group in chosen {
        if count + 2 <= wanted && builder.pieces.len() + 3 <= MAX_LAYERS {
            let placed = group.place(builder, roles).len();
            // A building with its windows is one thing to look at.
            count += if matches!(group, Group::Openings | Group::Roof) { placed.min(1) } else { placed };
        }
    }
    count
}

/// Sorts the pieces for painting, cuts boxes at the picture's edge, finds the relations.
pub(super) fn finish(mut builder: SceneBuilder<'_>, seed: u64) -> Composition {
    let mut order: Vec<usize> = (0..builder.pieces.len()).collect();
    order.sort_by(|&a, &b| builder.pieces[a].order.total_cmp(&builder.pieces[b].order));
    let relations = relate::relations(&mut builder);
    let mut place = vec![0; order.len()];
    for (position, &piece) in order.iter().enumerate() {
        place[piece] = position;
    }
    let relations = relations.into_iter().map(|(s, p, o)| (place[s], p.to_owned(), place[o])).collect();
    let layers: Vec<SceneLayer> = order.iter().map(|&piece| builder.pieces[piece].layer.clone()).collect();
    Composition { seed, kind: builder.kind.to_owned(), light: builder.light, layers, relations }
}
