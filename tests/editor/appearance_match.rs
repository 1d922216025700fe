//! An object that should look like a picture.

use std::path::Path;

use egui::{Key, Modifiers};
use image::{Rgba, RgbaImage};
use scenewright::app::{Editor, EditorOptions};
pub use scenewright::engine::DeviceChoice;

use crate::harness::{Person, WINDOW};

fn words(editor: &Editor) -> Vec<String> {
    editor.scene().nodes().iter().find(|node| node.name == "house").unwrap().attributes.clone()
}

/// A picture of a house with a red front: the house gets words for it in one step, keeps words of other things, and undo takes them back. A
/// picture that cannot be used is reported, and changes nothing.
#[test]
fn an_object_takes_the_looks_of_a_picture() {
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/collage-illustrated");
    let options = EditorOptions { model: Some(model), device: DeviceChoice::Cpu, ..EditorOptions::default() };
    let mut person = Person::at(options, WINDOW);
    person.says("a blue cosy house");
    person.waits_for_the_picture();
    person.clicks_last("house");
    let before = words(person.editor());
    assert!(before.contains(&"blue".to_owned()), "{before:?}");
    assert!(person.sees("match a picture"));
    let node = person.editor().scene().nodes().iter().find(|node| node.name == "house").unwrap().id;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("red.png");
    let house = RgbaImage::from_fn(60, 60, |x, y| {
        let roof = y < 25 && x + 25 >= 30 + (25 - y) && x + (25 - y) <= 30 + 25;
        Rgba(if roof {
            [90, 60, 50, 255]
        } else if y >= 25 {
            [200, 40, 40, 255]
        } else {
            [0; 4]
        })
    });
    house.save(&path).unwrap();
    person.window.state_mut().match_appearance(node, path);
    person.waits_until("the words", |editor| words(editor) != before);
    let now = words(person.editor());
    assert!(now.iter().any(|word| word.contains("red")) && !now.contains(&"blue".to_owned()), "{now:?}");
    let cosy = |words: &[String]| words.contains(&"cosy".to_owned());
    assert_eq!(cosy(&now), cosy(&before));
    person.presses(Modifiers::COMMAND, Key::Z);
    assert_eq!(words(person.editor()), before);
    let broken = dir.path().join("broken.png");
    std::fs::write(&broken, b"no picture").unwrap();
    for unusable in [broken, dir.path().join("gone.png")] {
        person.window.state_mut().match_appearance(node, unusable.clone());
        let name = unusable.file_name().unwrap().to_str().unwrap().to_owned();
        let reported = |editor: &Editor| editor.banners().iter().any(|banner| format!("{banner:?}").contains(&name));
        person.waits_until("the banner", reported);
        assert_eq!(words(person.editor()), before);
    }
}
