//! A scene in plain English.

use scenewright_language::scene_prompt;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{
    Edit, ImpliedObject, NodeDraft, NodeId, PictureRecord, RenderRecord, Scene, SizeHint, UnitBox,
};

fn scene(objects: &[(&str, &[&str])], relations: &[(u64, &str, u64)]) -> Scene {
    let mut scene = Scene::new();
    for (name, attributes) in objects {
        let attributes = attributes.iter().map(|word| (*word).to_owned()).collect();
        scene.apply(&NodeDraft { attributes, ..NodeDraft::new(*name) }.into()).unwrap();
    }
    for (subject, predicate, object) in relations {
        scene.apply(&Edit::relate(NodeId(*subject), *predicate, NodeId(*object))).unwrap();
    }
    scene
}

#[track_caller]
fn check(scene: &Scene, expected: &str) {
    assert_eq!(scene_prompt(scene, &Vocabulary::illustrated()).text(), expected);
}

#[test]
fn relations_make_sentences() {
    check(
        &scene(
            &[("sky", &[]), ("grass", &[]), ("sheep", &["white"]), ("sheep", &["black"]), ("tree", &[])],
            &[(0, "above", 1), (2, "standing on", 1), (3, "left of", 2), (4, "behind", 2)],
        ),
        "A white sheep is standing on the grass. A black sheep is to the left of the white sheep. A tree is behind the white sheep. \
         The setting is the sky and grass.",
    );
}

#[test]
fn alike_things_are_counted_or_told_apart() {
    check(
        &scene(
            &[("grass", &[]), ("sheep", &[]), ("sheep", &[]), ("sheep", &[])],
            &[(1, "standing on", 0), (2, "standing on", 0), (3, "standing on", 0)],
        ),
        "Three sheep are standing on the grass. The setting is grass.",
    );
    check(
        &scene(&[("sheep", &[]), ("sheep", &[]), ("dog", &[])], &[(0, "by", 1), (2, "behind", 1)]),
        "A sheep is by another sheep. A dog is behind the second sheep.",
    );
}

#[test]
fn attributes_stand_where_english_has_them() {
    let mut house = scene(
        &[("house", &["old", "blue roof"]), ("girl", &["sitting", "blonde hair", "red shirt"]), ("bench", &[])],
        &[(1, "sitting on", 2), (2, "in front of", 0), (1, "has", 2)],
    );
    house.apply(&Edit::SetSize { node: NodeId(0), size: Some(SizeHint::Huge) }).unwrap();
    house.apply(&Edit::SetLabel { node: NodeId(1), label: Some("Anna".into()) }).unwrap();
    check(
        &house,
        "A girl named Anna with blonde hair and a red shirt is sitting on a bench and has the bench. \
         The bench is in front of a huge old house with a blue roof.",
    );
}

#[test]
fn light_and_what_the_picture_added_are_said_once() {
    let mut night = scene(&[("owl", &[]), ("sky", &["night"]), ("tree", &["foggy"])], &[(0, "on", 2)]);
    let implied = Some(vec![ImpliedObject::new("grass"), ImpliedObject::new("sky")]);
    let mut history = scenewright_scene::History::new(night.clone());
    let id = history.revision();
    history.record_picture(id, &PictureRecord { implied, ..PictureRecord::default() });
    night = history.scene().clone();
    check(&night, "An owl is on a tree. The setting is the sky and grass. It is a foggy night.");
}

#[test]
fn what_stands_alone_is_named_with_its_place() {
    let mut alone = scene(&[("kite", &["red"]), ("umbrella", &[])], &[]);
    let bounds = Some(UnitBox::new(0.05, 0.05, 0.2, 0.2));
    let record = PictureRecord {
        objects: vec![(NodeId(0), RenderRecord { bounds, ..RenderRecord::default() })],
        ..PictureRecord::default()
    };
    let mut history = scenewright_scene::History::new(alone);
    let id = history.revision();
    history.record_picture(id, &record);
    alone = history.scene().clone();
    check(&alone, "There is a red kite in the upper left and an umbrella.");
    check(&Scene::new(), "");
}

#[test]
fn a_summary_is_one_sentence_and_each_object_has_its_own() {
    let scene = scene(
        &[("grass", &[]), ("sheep", &["white"]), ("sheep", &["white"]), ("tree", &[]), ("sky", &["evening"])],
        &[(1, "standing on", 0), (2, "by", 3)],
    );
    let prompt = scene_prompt(&scene, &Vocabulary::illustrated());
    assert_eq!(prompt.summary, "Two white sheep and a tree, with grass and the sky, on an evening.");
    let descriptions: Vec<&str> = prompt.objects.iter().map(|object| object.description.as_str()).collect();
    assert_eq!(descriptions, ["a white sheep standing on the grass", "a white sheep by a tree", "a tree"]);
}

/// Whatever is in a scene, there is a text, of one line.
#[test]
fn odd_scenes_have_a_prompt() {
    let long = "x".repeat(200);
    let odd = scene(&[("-", &["-"]), ("Ünïcode 羊", &["<\"&>"]), (long.as_str(), &[]), ("sky-other", &[])], &[]);
    let text = scene_prompt(&odd, &Vocabulary::coco_stuff()).text();
    assert!(!text.contains('\n') && text.contains("ünïcode 羊"), "{text}");
}
