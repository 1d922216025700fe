//! Pictures for other programs: every format, several at once, given up, refused.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use image::{AnimationDecoder, ImageReader};
use scenewright::app::EditorOptions;
use scenewright_formats::read_scenes;

use crate::harness::{Person, WINDOW, tiny_model};

const FARM: &str =
    r#"{"objects": ["sky", "grass", "sheep"], "relationships": [[0, "above", 1], [2, "standing on", 1]]}"#;

/// A scene with a file, so that exports go beside it.
fn farm(dir: &Path) -> Person {
    fs::write(dir.join("farm.json"), FARM).unwrap();
    let options =
        EditorOptions { file: Some(dir.join("farm.json")), model: Some(tiny_model()), ..EditorOptions::default() };
    let mut person = Person::at(options, WINDOW);
    person.waits_until("the farm", |editor| editor.title().starts_with("farm.json —"));
    person.waits_for_the_picture();
    person
}

/// Opens the dialog, chooses exactly these, and exports.
#[track_caller]
fn exports(person: &mut Person, kinds: &[&str]) {
    person.presses(Modifiers::COMMAND, Key::E);
    // What is chosen at first.
    person.clicks("PNG image, with its graph inside");
    for kind in kinds {
        person.clicks(kind);
    }
    person.presses(Modifiers::NONE, Key::Enter);
}

#[track_caller]
fn waits_for_the_files(person: &mut Person) {
    person.waits_until("the export", |editor| !editor.is_busy());
    assert!(person.editor().banners().is_empty(), "{:?}", person.editor().banners());
    assert!(person.editor().last_toast().starts_with("Exported"), "{}", person.editor().last_toast());
    let button = person.window.query_by_label("Show").is_some();
    assert!(button, "the toast has a button that shows them");
}

#[test]
fn every_format_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut person = farm(dir.path());
    person.says("add a tree");
    person.says("add kite in sky");
    exports(
        &mut person,
        &[
            "PNG image, with its graph inside",
            "JPEG image",
            "WebP image, lossless",
            "Animated GIF of the history",
            "OpenRaster, a layer for each object",
            "Photoshop (PSD), a layer with a mask for each object",
            "A mask of each object, in a folder",
            "Boxes",
            "Masks in one picture",
            "Segmentation map",
            "Scene graph (JSON)",
            "COCO annotations",
            "Graph for Graphviz (DOT)",
            "Prompt in plain English",
            "ComfyUI workflow with masks, in a folder",
            "Ideogram 4 prompt with boxes (JSON)",
            "Control maps (depth, lines, segmentation), in a folder",
        ],
    );
    waits_for_the_files(&mut person);
    assert!(person.sees("Exported 17 files"));
    let names: BTreeSet<String> = fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let expected = [
        "farm-boxes.png",
        "farm-coco.json",
        "farm-comfyui",
        "farm-control-maps",
        "farm-graph.json",
        "farm-ideogram.json",
        "farm-masks",
        "farm-masks.png",
        "farm-prompt.txt",
        "farm-segmentation.png",
        "farm.dot",
        "farm.gif",
        "farm.jpg",
        "farm.json",
        "farm.ora",
        "farm.png",
        "farm.psd",
        "farm.webp",
    ];
    assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    let at = |name: &str| dir.path().join(name);
    // The document is as it was; its copy has the new objects.
    assert_eq!(fs::read_to_string(at("farm.json")).unwrap(), FARM);
    for name in ["farm-graph.json", "farm.png", "farm-segmentation.png"] {
        assert_eq!(read_scenes(&at(name)).unwrap()[0], *person.editor().scene(), "{name} carries the graph");
    }
    let side = person.editor().picture().unwrap().width as u32 * 4;
    let size =
        |name: &str| ImageReader::open(at(name)).unwrap().with_guessed_format().unwrap().into_dimensions().unwrap();
    for name in ["farm.png", "farm.jpg", "farm.webp", "farm-segmentation.png"] {
        assert_eq!(size(name), (side, side), "{name}");
    }
    for name in ["farm-boxes.png", "farm-masks.png"] {
        assert!(size(name).0 >= side, "{name} is large enough for words");
    }
    assert_eq!(fs::read_dir(at("farm-masks")).unwrap().count(), 5);
    let gif = image::codecs::gif::GifDecoder::new(std::io::BufReader::new(fs::File::open(at("farm.gif")).unwrap()));
    assert_eq!(gif.unwrap().into_frames().count(), 3, "a picture of each step");
    let mut layers = zip::ZipArchive::new(fs::File::open(at("farm.ora")).unwrap()).unwrap();
    let mut kind = String::new();
    layers.by_name("mimetype").unwrap().read_to_string(&mut kind).unwrap();
    assert_eq!(kind, "image/openraster");
    let coco: serde_json::Value = serde_json::from_slice(&fs::read(at("farm-coco.json")).unwrap()).unwrap();
    assert_eq!(coco["images"][0]["file_name"], "farm.png");
    assert!(fs::read_to_string(at("farm.dot")).unwrap().contains("digraph"));
}

#[test]
fn a_png_brings_its_scene_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut person = farm(dir.path());
    person.says("add a tree behind the sheep");
    let (objects, relations) = (person.objects(), person.relations());
    exports(&mut person, &["PNG image, with its graph inside"]);
    waits_for_the_files(&mut person);
    person.presses(Modifiers::COMMAND, Key::N);
    person.clicks("Discard");
    assert!(person.objects().is_empty());
    person.drops(&dir.path().join("farm.png"));
    person.waits_until("the scene", |editor| !editor.scene().is_empty());
    assert_eq!((person.objects(), person.relations()), (objects, relations));
    assert!(person.editor().title().starts_with("farm —"), "a picture is no document: saving asks for a name");
}

#[test]
fn files_that_are_there_are_replaced_only_when_that_is_wanted() {
    let dir = tempfile::tempdir().unwrap();
    let mut person = farm(dir.path());
    fs::write(dir.path().join("farm.dot"), "mine").unwrap();
    for (answer, is_mine) in [("Cancel", true), ("Replace", false)] {
        exports(&mut person, &["Graph for Graphviz (DOT)"]);
        person.waits_until("the question", |editor| editor.is_asking());
        assert!(person.sees("These files already exist: farm.dot"));
        person.clicks(answer);
        person.waits_until("the end", |editor| !editor.is_busy() && !editor.is_asking());
        assert_eq!(fs::read(dir.path().join("farm.dot")).unwrap() == b"mine", is_mine, "{answer}");
        // As at the beginning.
        person.presses(Modifiers::COMMAND, Key::E);
        person.clicks("Graph for Graphviz (DOT)");
        person.clicks("PNG image, with its graph inside");
        person.clicks("Cancel");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_a_banner_with_a_fix() {
    let dir = tempfile::tempdir().unwrap();
    let mut person = farm(dir.path());
    // A folder stands where the file is to be.
    fs::create_dir(dir.path().join("farm.webp")).unwrap();
    exports(&mut person, &["WebP image, lossless"]);
    person.waits_for_words("Not exported");
    assert!(person.editor().banners()[0].text.contains("farm.webp"));
    // The toolbar has one, too, and comes first.
    person.clicks_last("Export …");
    assert!(person.editor().is_asking(), "the banner's button opens the dialog again");
    fs::remove_dir(dir.path().join("farm.webp")).unwrap();
    person.presses(Modifiers::NONE, Key::Enter);
    waits_for_the_files(&mut person);
    assert!(dir.path().join("farm.webp").is_file());
}

#[test]
fn an_export_waits_for_the_picture_of_the_scene_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let mut person = farm(dir.path());
    person.presses(Modifiers::COMMAND, Key::E);
    person.presses(Modifiers::NONE, Key::Escape);
    person.begins("add kite in sky");
    person.window.key_press(Key::Enter);
    person.window.step();
    // Nothing waits for the worker here.
    person.window.key_press_modifiers(Modifiers::COMMAND, Key::E);
    person.window.step();
    person.window.key_press(Key::Enter);
    person.window.step();
    waits_for_the_files(&mut person);
    let graph = &read_scenes(&dir.path().join("farm.png")).unwrap()[0];
    assert!(graph.nodes().iter().any(|node| node.name == "kite"));
    let picture = person.editor().picture().unwrap();
    let image = image::open(dir.path().join("farm.png")).unwrap().into_rgb8();
    let [r, g, b] = image.get_pixel(2, 2).0.map(i32::from);
    let near = |a: i32, b: u8| (a - i32::from(b)).abs() < 40;
    assert!(near(r, picture.rgb[0]) && near(g, picture.rgb[1]) && near(b, picture.rgb[2]));
}

#[test]
fn a_clipboard_that_is_not_there_is_a_banner() {
    let mut person = Person::with_model();
    person.presses(Modifiers::COMMAND, Key::I);
    person.waits_until("the banner", |editor| !editor.banners().is_empty());
    assert!(person.sees("Not copied") && person.sees("Export the picture as a PNG instead"));
}

/// One key copies the scene in words.
#[test]
fn the_prompt_is_copied_with_one_key() {
    let dir = tempfile::tempdir().unwrap();
    let mut person = farm(dir.path());
    person.presses(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::I);
    assert!(person.editor().last_toast().starts_with("Copied the prompt, "), "{}", person.editor().last_toast());
    let copied = person.window.output().platform_output.commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    if let Some(text) = copied {
        assert!(text.starts_with("A sheep is standing on the grass."), "{text}");
    }
}

/// A picture lies faintly over the layout until it is taken away; nothing of it is part of the scene.
#[test]
fn a_picture_is_traced() {
    let dir = tempfile::tempdir().unwrap();
    let mut person = farm(dir.path());
    let before = person.editor().scene().clone();
    let path = dir.path().join("sketch.png");
    image::RgbImage::from_pixel(40, 20, image::Rgb([200, 30, 30])).save(&path).unwrap();
    person.window.state_mut().read_tracing(path);
    person.waits_until("the sketch", |editor| editor.last_toast().contains("sketch.png lies over the layout"));
    person.window.run_steps(3);
    assert!(person.window.query_by_label("Opacity of the traced picture").is_some());
    person.clicks("Take the traced picture away");
    assert!(person.window.query_by_label("Opacity of the traced picture").is_none());
    person.window.state_mut().read_tracing(dir.path().join("gone.png"));
    person.waits_until("the banner", |editor| {
        editor
            .banners()
            .iter()
            .any(|banner| banner.text.contains("cannot be traced") && banner.text.contains("gone.png"))
    });
    assert_eq!(*person.editor().scene(), before);
}
