//! What a collage draws although the graph does not name it: a sky, a ground, a wall and a floor.

use scenewright_illustrated::catalog::catalog;
use scenewright_illustrated::setting::{MaterialRole, Resident, implied_setting, material_role};
use scenewright_illustrated::sprite::Stands;
use scenewright_scene::relation::{PredicateKind, predicate};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{ImpliedObject, NodeId, Scene};

/// A scene with what it implies.
pub(super) struct Completed {
    /// Implied objects stand behind the scene's own.
    pub scene: Scene,
    pub implied: Vec<ImpliedObject>,
}

/// Adds what the scene implies, as far as the vocabulary has words for it. What an earlier picture implied stays, with its place and looks.
pub(super) fn complete(scene: &Scene, vocab: &Vocabulary) -> Completed {
    let completion = scene.completion();
    if !completion.is_on {
        return Completed { scene: scene.clone(), implied: Vec::new() };
    }
    let drawn: Vec<&str> = scene.nodes().iter().map(|node| drawn_word(&node.name, vocab)).collect();
    let carried = carried(scene, &drawn);
    let residents: Vec<Resident<'_>> =
        drawn.iter().zip(&carried).map(|(&name, &is_carried)| Resident { name, is_carried }).collect();
    let remembered: Vec<&str> = completion.implied.iter().map(|object| object.name.as_str()).collect();
    let wanted = implied_setting(&residents, &remembered).into_iter();
    let wanted = wanted.filter(|name| vocab.object_id(name).is_some() && !completion.dismissed.contains(*name));
    let earlier = |name: &str| completion.implied.iter().find(|object| object.name == name).cloned();
    let implied: Vec<ImpliedObject> =
        wanted.map(|name| earlier(name).unwrap_or_else(|| ImpliedObject::new(name))).collect();
    let relations = relations(scene, &drawn, &carried, &implied, vocab);
    Completed { scene: scene.with_implied(&implied, &relations), implied }
}

/// The vocabulary's word that an object is drawn as; its own where there is none.
fn drawn_word<'a>(name: &'a str, vocab: &'a Vocabulary) -> &'a str {
    vocab.drawn_object(name).map_or(name, |drawn| vocab.object_name(drawn.id))
}

/// Whether each object is carried, held, worn or ridden on by another thing.
fn carried(scene: &Scene, drawn: &[&str]) -> Vec<bool> {
    let mut carried = vec![false; drawn.len()];
    let is_thing = |row: usize| material_role(drawn[row]).is_none();
    for relation in scene.relations().iter().filter(|relation| !relation.is_self_relation()) {
        let rows = (scene.node_index(relation.subject), scene.node_index(relation.object));
        let (Some(subject), Some(object), Some(predicate)) = (rows.0, rows.1, predicate(&relation.predicate)) else {
            continue;
        };
        match predicate.kind {
            Some(kind) if kind.is_support() && is_thing(object) => carried[subject] = true,
            Some(PredicateKind::MostlyHas) if is_thing(subject) => carried[object] = true,
            _ if predicate.attaches && is_thing(subject) => carried[object] = true,
            _ => {}
        }
    }
    carried
}

/// What holds between the scene's things and the ground that was added: the layout is asked for it.
fn relations(
    scene: &Scene,
    drawn: &[&str],
    carried: &[bool],
    implied: &[ImpliedObject],
    vocab: &Vocabulary,
) -> Vec<(NodeId, String, NodeId)> {
    let of_role = |role| implied.iter().find(|object| material_role(&object.name) == Some(role)).map(ImpliedObject::id);
    let land = of_role(MaterialRole::Land).or_else(|| of_role(MaterialRole::Floor));
    let water = of_role(MaterialRole::Water);
    let mut relations = Vec::new();
    for ((node, name), _) in scene.nodes().iter().zip(drawn).zip(carried).filter(|(_, is_carried)| !**is_carried) {
        let below = match catalog().get(*name).map(|entry| entry.stands) {
            Some(Stands::Ground | Stands::Floor | Stands::Ride) => land,
            Some(Stands::Water) => water,
            _ => None,
        };
        relations.extend(below.map(|ground| (node.id, "on".to_owned(), ground)));
    }
    let sky = of_role(MaterialRole::Sky);
    relations.extend(sky.zip(land.or(water)).map(|(sky, ground)| (sky, "above".to_owned(), ground)));
    relations.retain(|(_, word, _)| vocab.drawn_predicate(word).is_some());
    relations
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::Edit;

    fn scene(names: &[&str], relations: &[(u64, &str, u64)]) -> Scene {
        let mut scene = Scene::new();
        for name in names {
            scene.apply(&Edit::add(*name)).unwrap();
        }
        for &(subject, predicate, object) in relations {
            scene.apply(&Edit::relate(NodeId(subject), predicate, NodeId(object))).unwrap();
        }
        scene
    }

    fn implied(scene: &Scene) -> Vec<String> {
        complete(scene, &Vocabulary::illustrated()).implied.into_iter().map(|object| object.name).collect()
    }

    #[test]
    fn words_are_read_as_they_are_drawn_and_what_is_carried_needs_no_ground() {
        assert_eq!(implied(&scene(&["poodle", "meadow"], &[])), ["sky"]);
        assert_eq!(implied(&scene(&["boy", "boat"], &[(0, "in", 1)])), ["sky", "ocean"], "the boy sits in the boat");
        assert_eq!(implied(&scene(&["boy", "boat"], &[(0, "next to", 1)])), ["sky", "ocean", "sand"]);
    }

    #[test]
    fn nothing_is_added_where_it_is_switched_off_or_dismissed() {
        let mut bear = scene(&["bear"], &[]);
        assert_eq!(implied(&bear), ["sky", "grass"]);
        bear.apply(&Edit::DismissImplied { name: "grass".into() }).unwrap();
        assert_eq!(implied(&bear), ["sky"]);
        bear.apply(&Edit::SetCompletion { is_on: false }).unwrap();
        assert_eq!(implied(&bear), [""; 0]);
    }

    #[test]
    fn things_are_put_on_the_ground_that_was_added() {
        let completed =
            complete(&scene(&["bear", "cloud", "sheep", "house"], &[(2, "on", 3)]), &Vocabulary::illustrated());
        let ground = ImpliedObject::new("grass").id();
        let on_ground: Vec<u64> = completed
            .scene
            .relations()
            .iter()
            .filter(|relation| relation.object == ground && relation.predicate == "on")
            .map(|relation| relation.subject.0)
            .collect();
        assert_eq!(on_ground, [0, 3]);
    }
}
