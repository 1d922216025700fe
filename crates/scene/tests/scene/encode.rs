//! Encoding against sg2im's own numbers.
//!
//! `golden/encode_tiny.json` holds what google/sg2im (2c1bf4a) returns from `encode_scene_graphs` for its own scene graphs with the
//! vocabulary of a small test checkpoint: `objs`, `triples` and `obj_to_img` of each case. Integers: they must be equal.

use scenewright_formats::scenes_from_str;
use scenewright_scene::encode::{Encoded, encode};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, NodeId, RelationId, Scene};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    vocab: serde_json::Value,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    case: String,
    file: String,
    graphs: Option<Vec<usize>>,
    objs: Vec<u32>,
    triples: Vec<[u32; 3]>,
    obj_to_img: Vec<u32>,
}

fn scenes_of(file: &str) -> Vec<Scene> {
    let path = format!("{}/../../tests/golden/scene_graphs/{file}", env!("CARGO_MANIFEST_DIR"));
    scenes_from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn scene_of(names: &[&str], relations: &[(u64, &str, u64)]) -> Scene {
    let mut scene = Scene::new();
    scene.apply_all(&names.iter().map(|name| Edit::add(*name)).collect::<Vec<_>>()).unwrap();
    for &(subject, predicate, object) in relations {
        scene.apply(&Edit::relate(NodeId(subject), predicate, NodeId(object))).unwrap();
    }
    scene
}

/// Graphs one after the other, as sg2im makes a batch.
fn batch(encoded: &[Encoded]) -> (Vec<u32>, Vec<[u32; 3]>, Vec<u32>) {
    let (mut objects, mut triples, mut images) = (Vec::new(), Vec::new(), Vec::new());
    for (image, graph) in (0u32..).zip(encoded) {
        let first = objects.len() as u32;
        objects.extend(&graph.objects);
        triples.extend(graph.triples.iter().map(|[s, p, o]| [s + first, *p, o + first]));
        images.extend(graph.objects.iter().map(|_| image));
    }
    (objects, triples, images)
}

#[test]
fn the_references_graphs_have_the_references_numbers() {
    let golden: Golden = serde_json::from_str(include_str!("../../../../tests/golden/encode_tiny.json")).unwrap();
    let vocab = Vocabulary::from_sg2im(&golden.vocab).unwrap();
    assert_eq!(golden.cases.len(), 9);
    for case in golden.cases {
        let scenes = scenes_of(&case.file);
        let graphs = case.graphs.unwrap_or_else(|| (0..scenes.len()).collect());
        let encoded: Vec<Encoded> = graphs.iter().map(|&at| encode(&scenes[at], &vocab).unwrap()).collect();
        let (objects, triples, images) = batch(&encoded);
        assert_eq!(objects, case.objs, "{}", case.case);
        assert_eq!(triples, case.triples, "{}", case.case);
        assert_eq!(images, case.obj_to_img, "{}", case.case);
    }
}

#[test]
fn rows_know_where_they_came_from() {
    let vocab = Vocabulary::visual_genome();
    let mut scene = scene_of(&["sky", "kite", "grass"], &[(0, "above", 2), (1, "in", 0)]);
    scene.apply(&Edit::RemoveNodes { nodes: vec![NodeId(0)] }).unwrap();
    scene.apply(&Edit::relate(NodeId(1), "over", NodeId(2))).unwrap();
    let before = scene.clone();
    let encoded = encode(&scene, &vocab).unwrap();
    assert_eq!(encoded.nodes, [Some(NodeId(1)), Some(NodeId(2)), None]);
    assert_eq!(encoded.relations, [Some(RelationId(2)), None, None]);
    assert_eq!(encoded.triples, [[0, 28, 1], [0, 0, 2], [1, 0, 2]]);
    assert_eq!(encoded.image_row(), 2);
    assert_eq!(scene, before);
}

#[test]
fn an_empty_scene_is_the_image_alone() {
    let encoded = encode(&Scene::new(), &Vocabulary::coco_stuff()).unwrap();
    assert_eq!((encoded.objects, encoded.triples.len(), encoded.nodes), (vec![0], 0, vec![None]));
}

#[test]
fn objects_without_relations_and_odd_relations_are_encoded() {
    let vocab = Vocabulary::visual_genome();
    let encoded = encode(&scene_of(&["sky", "tree"], &[]), &vocab).unwrap();
    assert_eq!(encoded.triples, [[0, 0, 2], [1, 0, 2]]);
    let twice = encode(&scene_of(&["building"], &[(0, "next to", 0), (0, "next to", 0)]), &vocab).unwrap();
    assert_eq!(twice.triples, [[0, 2, 0], [0, 2, 0], [0, 0, 1]]);
    // A synonym finds its row, and the scene keeps the user's word.
    assert_eq!(encode(&scene_of(&["sea"], &[]), &vocab).unwrap().objects, [169, 0]);
}

#[test]
fn all_unknown_words_are_named_with_the_nearest() {
    let vocab = Vocabulary::visual_genome();
    let scene =
        scene_of(&["kyte", "grass", "sheeep", "kyte", "xqzvw"], &[(0, "standin on", 1), (2, "on", 1), (2, "qqqq", 1)]);
    let error = encode(&scene, &vocab).unwrap_err();
    assert_eq!(
        error.unknown_objects.iter().map(|word| word.name.as_str()).collect::<Vec<_>>(),
        ["kyte", "sheeep", "xqzvw"]
    );
    assert_eq!(error.unknown_objects[0].used_by, [0, 3]);
    assert_eq!(error.unknown_predicates.len(), 2);
    let lines: Vec<String> = error.to_string().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[0], "\"kyte\" is not in this vocabulary. Did you mean \"kite\"?");
    assert_eq!(lines[2], "\"xqzvw\" is not in this vocabulary.");
    assert!(
        lines[3].starts_with("the relation \"standin on\" is not in this vocabulary. Did you mean \"standing on\""),
        "{}",
        lines[3]
    );
}

#[test]
fn ten_thousand_objects_are_encoded_at_once() {
    let known: Vec<String> = vec!["sheep".to_owned(); 10_000];
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let encoded = encode(&scene_of(&names, &[(0, "by", 9_999)]), &Vocabulary::coco_stuff());
    assert!(encoded.unwrap_err().to_string().contains("the relation \"by\""));
    let encoded = encode(&scene_of(&names, &[(0, "above", 9_999)]), &Vocabulary::coco_stuff()).unwrap();
    assert_eq!((encoded.objects.len(), encoded.triples.len()), (10_001, 10_001));

    // Ten thousand different unknown words are counted, not all compared.
    let strange: Vec<String> = (0..10_000).map(|number| format!("thingummy{number}")).collect();
    let names: Vec<&str> = strange.iter().map(String::as_str).collect();
    let error = encode(&scene_of(&names, &[]), &Vocabulary::visual_genome()).unwrap_err();
    assert_eq!(error.unknown_objects.len(), 10_000);
    assert!(error.to_string().ends_with("and 9988 more words"));
}

/// A word that the vocabulary lacks is drawn as another: the scene keeps it, and the network gets a number that it knows.
#[test]
fn everyday_words_get_the_numbers_of_what_they_are_drawn_as() {
    let vocab = Vocabulary::illustrated();
    let said =
        encode(&scene_of(&["poodle", "kitten", "grass"], &[(0, "chasing", 1), (1, "asleep on", 2)]), &vocab).unwrap();
    let drawn = encode(&scene_of(&["dog", "cat", "grass"], &[(0, "behind", 1), (1, "on", 2)]), &vocab).unwrap();
    assert_eq!((said.objects, said.triples), (drawn.objects, drawn.triples));
    let error =
        encode(&scene_of(&["quality", "wugle"], &[(0, "frobnicating", 1), (0, "smells of", 1)]), &vocab).unwrap_err();
    assert_eq!((error.unknown_objects.len(), error.unknown_predicates.len()), (2, 2));
}
