//! The graphs that pictures are made of: complete ones of composed scenes, free ones that lost what people leave out, everyday ones.

use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use crate::EvalError;
use scenewright_data::split;
use scenewright_illustrated::composition::{Composition, SceneLayer};
use scenewright_illustrated::grammar::material;
use scenewright_scene::relation::{PredicateKind, predicate, predicate_kind};
use scenewright_scene::{Edit, NodeDraft, Scene};

/// Which graphs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GraphSet {
    /// Composed scenes with all that the grammar says of them.
    #[default]
    Complete,
    /// The same without ground and sky, with few relations and 1 to 8 objects.
    Free,
    /// The committed list of everyday graphs.
    Everyday,
}

impl GraphSet {
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Free => "free",
            Self::Everyday => "everyday",
        }
    }
}

/// A graph to be drawn.
#[derive(Clone, Debug)]
pub struct EvalGraph {
    /// Of the composed scene, or of the list.
    pub number: u64,
    pub seed: u64,
    pub scene: Scene,
}

/// Names and relations by row.
#[derive(Deserialize)]
struct ListedGraph {
    objects: Vec<String>,
    relationships: Vec<(usize, String, usize)>,
}

/// The committed everyday graphs.
pub fn everyday(seed: u64) -> Result<Vec<EvalGraph>, EvalError> {
    let text = include_str!("../../data/everyday.json");
    let listed: Vec<ListedGraph> = serde_json::from_str(text).map_err(|error| EvalError::List(error.to_string()))?;
    let graph = |(number, graph): (usize, ListedGraph)| EvalGraph {
        number: number as u64,
        seed,
        scene: scene(&graph.objects, &graph.relationships),
    };
    Ok(listed.into_iter().enumerate().map(graph).collect())
}

/// The graph of a composed scene.
pub fn graphs(set: GraphSet, number: u64, composition: &Composition) -> EvalGraph {
    let names: Vec<String> = composition.layers.iter().map(name).collect();
    let scene = match set {
        GraphSet::Free => {
            let mut rng = ChaCha8Rng::seed_from_u64(composition.seed);
            let is_thing: Vec<bool> =
                composition.layers.iter().map(|layer| matches!(layer, SceneLayer::Thing(_))).collect();
            let (objects, relations) = freed(&names, &is_thing, &composition.relations, &mut rng);
            scene(&objects, &relations)
        }
        GraphSet::Complete | GraphSet::Everyday => scene(&names, &composition.relations),
    };
    EvalGraph { number, seed: split::mix(composition.seed), scene }
}

fn name(layer: &SceneLayer) -> String {
    match layer {
        SceneLayer::Stuff(stuff) => material::name(stuff.material).to_owned(),
        SceneLayer::Thing(thing) => thing.category.clone(),
    }
}

/// The scene of names and relations.
pub(super) fn scene(names: &[String], relations: &[(usize, String, usize)]) -> Scene {
    let mut scene = Scene::new();
    let ids: Vec<_> = names
        .iter()
        .map(|name| scene.apply(&NodeDraft::new(name.clone()).into()).ok().and_then(|applied| applied.node()))
        .collect();
    for (subject, predicate, object) in relations {
        if let (Some(Some(s)), Some(Some(o))) = (ids.get(*subject), ids.get(*object)) {
            // Said twice is refused, and changes nothing.
            let _ = scene.apply(&Edit::relate(*s, predicate.clone(), *o));
        }
    }
    scene
}

/// Of ten graphs, so many still name their ground.
const NAMED_GROUND: f64 = 0.15;
/// What two things do is mostly said; where they are, seldom.
const SAID_ACTION: f64 = 0.85;
const SAID_PLACE: f64 = 0.25;
const MAX_OBJECTS: usize = 8;

/// Things and few relations of a graph.
fn freed(
    names: &[String],
    is_thing: &[bool],
    relations: &[(usize, String, usize)],
    rng: &mut impl Rng,
) -> (Vec<String>, Vec<(usize, String, usize)>) {
    let acts = |word: &str| match predicate_kind(word) {
        Some(PredicateKind::On | PredicateKind::MostlyIn | PredicateKind::MostlyHas | PredicateKind::Riding) => true,
        Some(PredicateKind::Inside) => true,
        _ => predicate(word).is_some_and(|found| found.attaches),
    };
    let tied = |row: usize| {
        let ties = relations.iter().filter(|(s, word, o)| *s == row && is_thing[*o] && acts(word));
        ties.map(|(_, _, o)| *o).collect::<Vec<usize>>()
    };
    let mut rows: Vec<usize> = (0..names.len()).filter(|&row| is_thing[row]).collect();
    rows.shuffle(rng);
    let wanted = rng.random_range(1..=MAX_OBJECTS);
    let mut chosen: Vec<usize> = Vec::new();
    for row in rows {
        if chosen.len() >= wanted {
            break;
        }
        // A window without its house is named by nobody.
        for row in std::iter::once(row).chain(tied(row)) {
            if !chosen.contains(&row) && chosen.len() < MAX_OBJECTS {
                chosen.push(row);
            }
        }
    }
    if rng.random_bool(NAMED_GROUND)
        && let Some(ground) = (0..names.len()).rev().find(|&row| !is_thing[row] && names[row] != "sky")
    {
        chosen.push(ground);
    }
    chosen.sort_unstable();
    let place = |row: usize| chosen.iter().position(|&other| other == row);
    let mut kept = Vec::new();
    for (s, word, o) in relations {
        let said = rng.random_bool(if acts(word) { SAID_ACTION } else { SAID_PLACE });
        let is_part = matches!(names[*s].as_str(), "window" | "door" | "roof");
        if let (Some(s), Some(o), true) = (place(*s), place(*o), said || is_part) {
            kept.push((s, word.clone(), o));
        }
    }
    (chosen.iter().map(|&row| names[row].clone()).collect(), kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_graph_names_things_and_keeps_parts_with_their_whole() {
        let names: Vec<String> =
            ["sky", "grass", "house", "window", "sheep", "tree"].map(str::to_owned).into_iter().collect();
        let is_thing = [false, false, true, true, true, true];
        let relations = [(3, "on", 2), (0, "above", 1), (4, "left of", 5), (4, "standing on", 1)];
        let relations: Vec<(usize, String, usize)> =
            relations.into_iter().map(|(s, word, o)| (s, word.to_owned(), o)).collect();
        let (mut grounds, mut said) = (0, 0);
        for seed in 0..200 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let (objects, kept) = freed(&names, &is_thing, &relations, &mut rng);
            assert!(!objects.is_empty() && objects.len() <= MAX_OBJECTS + 1);
            assert!(!objects.contains(&"sky".to_owned()));
            grounds += usize::from(objects.contains(&"grass".to_owned()));
            said += kept.len();
            if objects.contains(&"window".to_owned()) {
                assert!(objects.contains(&"house".to_owned()), "{objects:?}");
                assert!(kept.iter().any(|(_, word, _)| word == "on"), "{kept:?}");
            }
        }
        assert!((10..60).contains(&grounds), "{grounds}");
        assert!(said < 250, "most relations are left out: {said}");
    }

    #[test]
    fn the_everyday_list_can_be_read() {
        let graphs = everyday(0).unwrap();
        assert_eq!(graphs.len(), 80);
        assert!(graphs.iter().all(|graph| (1..=8).contains(&graph.scene.nodes().len())));
    }
}
