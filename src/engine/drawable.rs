//! Adapts scenes to a network's vocabulary.

use scenewright_scene::encode::EncodeError;
use scenewright_scene::{Edit, ImpliedObject, Scene};

/// The scene without the objects and relations whose words a model lacks.
pub(super) fn without(scene: &Scene, unknown: &EncodeError) -> Scene {
    let nodes = unknown.unknown_objects.iter().flat_map(|word| &word.used_by);
    let nodes = nodes.filter_map(|&place| Some(scene.nodes().get(place)?.id)).collect();
    let relations = unknown.unknown_predicates.iter().flat_map(|word| &word.used_by);
    let relations = relations.filter_map(|&place| Some(scene.relations().get(place)?.id)).collect();
    let mut known = scene.clone();
    // Relations first: objects take theirs along. All of them are in the scene, so neither is refused.
    let _ = known.apply_all(&[Edit::Unrelate { relations }, Edit::RemoveNodes { nodes }]);
    known
}

/// Whether two scenes make one picture: places on the canvas, labels and the like are not drawn.
pub fn renders_equal(a: &Scene, b: &Scene) -> bool {
    let nodes = |scene: &Scene| scene.nodes().len();
    let relations = |scene: &Scene| scene.relations().len();
    (a.seed(), a.layout_seed(), a.picture_size()) == (b.seed(), b.layout_seed(), b.picture_size())
        && completes_equal(a, b)
        && nodes(a) == nodes(b)
        && relations(a) == relations(b)
        && a.nodes().iter().zip(b.nodes()).all(|(a, b)| {
            (a.id, &a.name, a.pinned, a.size, a.place, a.seed, &a.attributes)
                == (b.id, &b.name, b.pinned, b.size, b.place, b.seed, &b.attributes)
                && (a.hidden, a.depth) == (b.hidden, b.depth)
                && a.rendered.draws_like(&b.rendered)
        })
        && a.relations().iter().zip(b.relations()).all(|(a, b)| {
            (a.subject, &a.predicate, a.object, a.hidden) == (b.subject, &b.predicate, b.object, b.hidden)
        })
}

/// Whether the same is added to both pictures.
fn completes_equal(a: &Scene, b: &Scene) -> bool {
    let (a, b) = (a.completion(), b.completion());
    let is_alike = |(a, b): (&ImpliedObject, &ImpliedObject)| a.name == b.name && a.rendered.draws_like(&b.rendered);
    (a.is_on, &a.dismissed, a.implied.len()) == (b.is_on, &b.dismissed, b.implied.len())
        && a.implied.iter().zip(&b.implied).all(is_alike)
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::NodeId;
    use scenewright_scene::encode::encode;
    use scenewright_scene::vocab::Vocabulary;

    #[test]
    fn what_has_no_word_is_left_out_with_its_relations() {
        let mut scene = Scene::new();
        let node = NodeId;
        let edits = [
            Edit::add("sky"),
            Edit::add("zzyzx"),
            Edit::add("grass"),
            Edit::relate(node(0), "above", node(2)),
            Edit::relate(node(1), "above", node(2)),
            Edit::relate(node(0), "smells of", node(2)),
        ];
        scene.apply_all(&edits).unwrap();
        let vocab = Vocabulary::visual_genome();
        let known = without(&scene, &encode(&scene, &vocab).unwrap_err());
        assert_eq!(known.nodes().iter().map(|node| node.name.as_str()).collect::<Vec<_>>(), ["sky", "grass"]);
        assert_eq!(known.relations().len(), 1);
        assert!(encode(&known, &vocab).is_ok());
    }

    #[test]
    fn a_place_on_the_canvas_is_not_drawn() {
        let mut scene = Scene::new();
        scene.apply(&Edit::add("sky")).unwrap();
        let before = scene.clone();
        scene.apply(&Edit::MoveOnCanvas { node: NodeId(0), canvas: Some([1.0, 2.0]) }).unwrap();
        assert!(renders_equal(&before, &scene));
        scene.apply(&Edit::Rename { node: NodeId(0), name: "sea".into() }).unwrap();
        assert!(!renders_equal(&before, &scene));
    }
}
