//! What the picture shows tells which is meant; what is locked stays.

use crate::conversation;
use scenewright_language::{ParseContext, understand};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, History, ImpliedObject, Node, NodeDraft, NodeId, PictureRecord, Scene, UnitBox};

/// Sheep of which nobody has said a color, drawn in these colors.
fn sheep(colors: &[&str]) -> Scene {
    let mut scene = Scene::new();
    for color in colors {
        let mut draft = NodeDraft::new("sheep");
        draft.rendered.colors.insert("wool".to_owned(), (*color).to_owned());
        scene.apply(&draft.into()).unwrap();
    }
    scene
}

#[test]
fn a_color_that_is_shown_tells_which_is_meant() {
    let vocab = Vocabulary::illustrated();
    for (colors, sentence, gone) in [
        (&["black", "white"][..], "remove the white sheep", Some(1)),
        (&["white", "black"], "remove the white sheep", Some(0)),
        (&["black", "white", "black"], "remove the white one", Some(1)),
        // Of two white ones it asks; of none it says so.
        (&["white", "white"], "remove the white sheep", None),
        (&["black", "grey"], "remove the white sheep", None),
    ] {
        let scene = sheep(colors);
        let mut after = scene.clone();
        after.apply_all(&understand(sentence, &scene, &ParseContext::new(&vocab)).edits).unwrap();
        let left = scene.nodes().iter().position(|node| after.node(node.id).is_none());
        assert_eq!(left, gone, "{sentence} of {colors:?}");
    }
}

/// A scene as the picture shows it: a ball and, though the graph has none, grass and a sky.
fn completed() -> Scene {
    let mut history = History::new(Scene::new());
    history.apply("ball", &[Edit::add("ball")]).unwrap();
    let implied = ["grass", "sky"].map(ImpliedObject::new).to_vec();
    let revision = history.revision();
    assert!(history.record_picture(revision, &PictureRecord { implied: Some(implied), ..Default::default() }));
    history.scene().clone()
}

#[test]
fn what_is_implied_is_accepted_first() {
    let vocab = Vocabulary::illustrated();
    let names = |sentence: &str| {
        let mut scene = completed();
        let understood = understand(sentence, &scene, &ParseContext::new(&vocab));
        assert!(understood.is_ready(), "{sentence}: {understood:?}");
        scene.apply_all(&understood.edits).unwrap();
        let said = |node: &Node| format!("{}{:?}", node.name, node.attributes);
        let dismissed: Vec<&String> = scene.completion().dismissed.iter().collect();
        format!("{} {dismissed:?}", scene.nodes().iter().map(said).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(names("make the grass darker"), r#"ball[] grass["dark"] []"#);
    assert_eq!(names("put the ball on the grass"), "ball[] grass[] []");
    assert_eq!(names("the sky is pink"), r#"ball[] sky["pink"] []"#);
    assert_eq!(names("remove the sky"), r#"ball[] ["sky"]"#);
    assert_eq!(names("no sky"), r#"ball[] ["sky"]"#);
}

#[test]
fn ordinals_count_what_the_picture_shows() {
    let vocab = Vocabulary::illustrated();
    let mut scene = Scene::new();
    scene.apply_all(&[Edit::add("ball"), Edit::add("ball"), Edit::add("ball")]).unwrap();
    // The last that came is shown on the left, the first in the middle.
    let ids: Vec<NodeId> = scene.nodes().iter().map(|node| node.id).collect();
    let x = [0.4, 0.7, 0.1];
    let box_of = |id: NodeId| {
        let at = ids.iter().position(|own| *own == id)?;
        Some(UnitBox::new(x[at], 0.5, x[at] + 0.1, 0.6))
    };
    let context = ParseContext { box_of: &box_of, ..ParseContext::new(&vocab) };
    for (sentence, gone) in [
        ("remove the first ball", 2),
        ("remove the second ball", 0),
        ("remove the last ball", 1),
        ("remove the leftmost ball", 2),
        ("remove the second ball from the right", 0),
        ("remove the ball on the right", 1),
    ] {
        let edits = understand(sentence, &scene, &context).edits;
        assert_eq!(edits, [Edit::RemoveNodes { nodes: vec![ids[gone]] }], "{sentence}");
    }
    let question = understand("remove the ball", &scene, &context).question.unwrap();
    let asked: Vec<NodeId> = question.candidates.iter().map(|candidate| candidate.node).collect();
    assert_eq!(asked, [ids[2], ids[0], ids[1]], "the candidates are counted as the picture shows them");
}

#[test]
fn what_is_locked_stays() {
    conversation(
        "house; tree; dog",
        &[
            ("lock the house", "lock house"),
            ("make everything smaller", "dog{small}; tree{small}"),
            ("make the house huge", "! make the house huge"),
            ("put the house on the left", "! put the house on the left"),
            ("remove everything", "-dog; -tree"),
            ("unlock the house", "free house"),
            ("make the house huge", "house{huge}"),
        ],
    );
}
