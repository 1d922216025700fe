//! Geometric relations derived from the boxes, so that the user need not draw each one.

use std::collections::HashSet;

use scenewright_scene::relation::{RelationStatus, coco_predicate, judge};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Node, NodeId, Scene, UnitBox};

/// `subject predicate object`, satisfied by the boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RelationSuggestion {
    pub subject: NodeId,
    pub predicate: String,
    pub object: NodeId,
}

/// Maximum number of suggestions.
const MAX_SUGGESTIONS: usize = 12;
/// Maximum number for one object.
const MAX_PER_OBJECT: usize = 2;
/// Boxes farther apart than this are not related, 0..=1 of the picture.
const FAR: f32 = 0.35;

/// Suggests relations for pairs that have none yet and were not `skipped`, most obvious first.
pub(crate) fn suggest_relations(
    scene: &Scene,
    vocab: &Vocabulary,
    skipped: &HashSet<(NodeId, NodeId)>,
) -> Vec<RelationSuggestion> {
    let boxed: Vec<(&Node, UnitBox)> = scene.nodes().iter().filter_map(|node| Some((node, node.pinned?))).collect();
    let related: HashSet<(NodeId, NodeId)> =
        scene.relations().iter().flat_map(|one| [(one.subject, one.object), (one.object, one.subject)]).collect();
    let mut found: Vec<(f32, RelationSuggestion)> = Vec::new();
    for (at, (one, one_box)) in boxed.iter().enumerate() {
        for (two, two_box) in &boxed[at + 1..] {
            // The smaller object is the subject: "sheep on grass".
            let is_first = one_box.area() <= two_box.area();
            let (subject, object, b, o) =
                if is_first { (one, two, one_box, two_box) } else { (two, one, two_box, one_box) };
            let pair = (subject.id, object.id);
            if related.contains(&pair) || skipped.contains(&pair) || b.gap(o) > FAR {
                continue;
            }
            let Some((predicate, score)) = word_for(b, o, vocab) else { continue };
            found.push((score, RelationSuggestion { subject: pair.0, predicate, object: pair.1 }));
        }
    }
    found.sort_by(|(one, _), (two, _)| two.total_cmp(one));
    let mut counts = std::collections::HashMap::new();
    found.retain(|(_, suggestion)| {
        let count = counts.entry(suggestion.subject).or_insert(0);
        *count += 1;
        *count <= MAX_PER_OBJECT
    });
    found.into_iter().take(MAX_SUGGESTIONS).map(|(_, suggestion)| suggestion).collect()
}

/// The predicate that fits two boxes best, and how well.
fn word_for(subject: &UnitBox, object: &UnitBox, vocab: &Vocabulary) -> Option<(String, f32)> {
    let nearness = 1.0 - subject.gap(object) / FAR;
    let direction = coco_predicate(subject, object);
    // Objects that only touch do not stand on each other.
    let stands = subject.y0 < object.y0 && (0.05..0.95).contains(&subject.share_within(object));
    let candidates = [(stands, "on", 2.0), (direction == "inside", "inside", 1.9), (true, direction, 1.0)];
    let is_met = |word: &str| judge(word, subject, object) == RelationStatus::Met;
    let fits =
        candidates.into_iter().find(|(fits, word, _)| *fits && vocab.predicate_id(word).is_some() && is_met(word));
    fits.map(|(_, word, weight)| (word.to_owned(), weight + nearness + subject.area()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::{Edit, NodeDraft};

    fn scene(objects: &[(&str, [f32; 4])]) -> Scene {
        let mut scene = Scene::new();
        for (name, b) in objects {
            let draft = NodeDraft { pinned: Some((*b).into()), ..NodeDraft::new(*name) };
            scene.apply(&draft.into()).unwrap();
        }
        scene
    }

    fn sentences(scene: &Scene, skipped: &HashSet<(NodeId, NodeId)>) -> Vec<String> {
        let name = |id| scene.node(id).unwrap().name.clone();
        let found = suggest_relations(scene, &Vocabulary::illustrated(), skipped).into_iter();
        found.map(|one| format!("{} {} {}", name(one.subject), one.predicate, name(one.object))).collect()
    }

    #[test]
    fn the_plainest_words_are_proposed() {
        let mut meadow = scene(&[
            ("sky", [0.0, 0.0, 1.0, 0.5]),
            ("grass", [0.0, 0.5, 1.0, 1.0]),
            ("sheep", [0.2, 0.4, 0.4, 0.8]),
            ("kite", [0.7, 0.1, 0.8, 0.2]),
        ]);
        let found = sentences(&meadow, &HashSet::new());
        assert!(found.contains(&"sheep on grass".to_owned()), "{found:?}");
        assert!(found.contains(&"kite inside sky".to_owned()), "{found:?}");
        assert!(
            found.contains(&"sky above grass".to_owned()) || found.contains(&"grass below sky".to_owned()),
            "{found:?}"
        );
        meadow.apply(&Edit::relate(NodeId(1), "under", NodeId(2))).unwrap();
        let skipped = HashSet::from([(NodeId(3), NodeId(0))]);
        let found = sentences(&meadow, &skipped);
        assert!(
            !found.iter().any(|one| one.starts_with("sheep") && one.ends_with("grass")),
            "related already: {found:?}"
        );
        assert!(!found.contains(&"kite inside sky".to_owned()), "skipped: {found:?}");
    }

    #[test]
    fn what_has_no_box_or_is_far_away_is_left_alone() {
        let mut few = scene(&[("tree", [0.0, 0.0, 0.1, 0.1]), ("car", [0.9, 0.9, 1.0, 1.0])]);
        few.apply(&Edit::add("boat")).unwrap();
        assert!(sentences(&few, &HashSet::new()).is_empty());
        let crowd: Vec<(&str, [f32; 4])> =
            (0..30).map(|n| ("sheep", [0.1 + n as f32 * 0.02, 0.1, 0.3 + n as f32 * 0.02, 0.4])).collect();
        assert_eq!(
            suggest_relations(&scene(&crowd), &Vocabulary::coco_stuff(), &HashSet::new()).len(),
            MAX_SUGGESTIONS
        );
    }
}
