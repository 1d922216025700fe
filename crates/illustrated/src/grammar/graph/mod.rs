//! A scene graph to a scene, by the grammar: no network, only rules. It is a baseline that models are compared with, and
//! it draws graphs that no network was trained on.
//!
//! Every object has random numbers of its own (seed, name, and which of its name it is), so that an object that is placed keeps its
//! place and look when the graph grows.

mod ground;
mod search;
mod words;

pub use words::{Drawn, MATERIAL_SYNONYMS, MORE_SYNONYMS, NOT_DRAWABLE, drawn_as};

use super::cast::GrammarLibrary;
use super::priors::Season;
use super::scale::Scale;
use super::scene_builder::SceneBuilder;
use super::scene_rng::SceneRng;
use crate::composition::{Composition, SceneLayer, SceneLight, TimeOfDay, Weather};
use scenewright_scene::relation::{RelationStatus, judge};

#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    #[error("nothing in this graph can be drawn: {0}. Use names of the illustrated vocabulary.")]
    NothingDrawable(String),
    #[error("relation {relation} names object {object}, but there are {objects} objects (0 is the first).")]
    NoSuchObject { relation: usize, object: usize, objects: usize },
}

/// A graph laid out.
#[derive(Clone, Debug)]
pub struct GraphComposition {
    /// May hold layers that the graph does not name: a sky and a ground behind them where it names none.
    pub composition: Composition,
    /// The layer of each object of the graph; `None` where there is no drawing for its name.
    pub layer_of: Vec<Option<usize>>,
    /// Relations of the graph, by index, that the layout does not meet.
    pub broken: Vec<usize>,
}

/// Lays out a graph: `relations` are subject, predicate, object by index into `names`.
pub fn compose_graph(
    cast: &GrammarLibrary,
    names: &[&str],
    relations: &[(usize, &str, usize)],
    seed: u64,
) -> Result<GraphComposition, GraphError> {
    compose_graph_of_shape(cast, names, relations, seed, 1.0)
}

/// The same for a picture whose width is `aspect` times its height.
pub fn compose_graph_of_shape(
    cast: &GrammarLibrary,
    names: &[&str],
    relations: &[(usize, &str, usize)],
    seed: u64,
    aspect: f32,
) -> Result<GraphComposition, GraphError> {
    for (relation, &(subject, _, object)) in relations.iter().enumerate() {
        if let Some(object) = [subject, object].into_iter().find(|end| *end >= names.len()) {
            return Err(GraphError::NoSuchObject { relation, object, objects: names.len() });
        }
    }
    let drawn: Vec<Option<Drawn>> = names.iter().map(|name| drawn_as(cast, name)).collect();
    if drawn.iter().all(Option::is_none) {
        return Err(GraphError::NothingDrawable(names.join(", ")));
    }
    let indoors = ground::is_indoors(cast, &drawn);
    // The same horizon for every graph of a seed: it must not move when the graph grows.
    let horizon = if indoors { 0.66 } else { SceneRng::for_part(seed, "horizon", 0).between(0.42, 0.48) };
    let (near, far) = if indoors { (0.37, 0.86) } else { (0.38, 0.52) };
    let scale = Scale { horizon, near, far, aspect };
    let light = SceneLight { time: TimeOfDay::Day, weather: Weather::Clear };
    let kind = if indoors { "indoors" } else { "outdoors" };
    let mut builder = SceneBuilder::new(cast, kind, light, scale, SceneRng::for_part(seed, "stage", 0));
    builder.season = Season::Summer;
    let mut piece_of = ground::lay(&mut builder, &drawn, indoors, seed);
    search::place_things(&mut builder, &drawn, names, relations, &mut piece_of, seed);
    Ok(finish(builder, relations, &piece_of, seed))
}

fn finish(
    builder: SceneBuilder<'_>,
    relations: &[(usize, &str, usize)],
    piece_of: &[Option<usize>],
    seed: u64,
) -> GraphComposition {
    let mut order: Vec<usize> = (0..builder.pieces.len()).collect();
    order.sort_by(|&a, &b| builder.pieces[a].order.total_cmp(&builder.pieces[b].order));
    let place = |piece: usize| order.iter().position(|&other| other == piece);
    let layer_of: Vec<Option<usize>> = piece_of.iter().map(|piece| piece.and_then(place)).collect();
    let layers: Vec<SceneLayer> = order.iter().map(|&piece| builder.pieces[piece].layer.clone()).collect();
    let mut broken = Vec::new();
    let mut kept = Vec::new();
    for (index, (subject, predicate, object)) in relations.iter().enumerate() {
        let (Some(s), Some(o)) = (layer_of[*subject], layer_of[*object]) else { continue };
        if s == o {
            continue;
        }
        if judge(predicate, &layers[s].bounds().clamped(), &layers[o].bounds().clamped()) == RelationStatus::Broken {
            broken.push(index);
        }
        kept.push((s, (*predicate).to_owned(), o));
    }
    let composition =
        Composition { seed, kind: builder.kind.to_owned(), light: builder.light, layers, relations: kept };
    GraphComposition { composition, layer_of, broken }
}
