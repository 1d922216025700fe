//! What the picture shows tells which is meant; what is locked stays.

use crate::conversation;
use scenewright_language::{ParseContext, understand};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{NodeDraft, Scene};

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
