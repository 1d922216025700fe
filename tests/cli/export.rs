//! `export`: a file for each format, and places where none can be written.

use std::fs;

use super::run::*;

#[test]
fn every_format_is_written() {
    let place = Place::with_model();
    for (options, file, starts) in [
        ("", "a.png", &b"\x89PNG"[..]),
        ("", "a.jpg", b"\xff\xd8\xff"),
        ("--scale 8 --crisp", "a.webp", b"RIFF"),
        ("--scale 2", "a.ora", b"PK\x03\x04"),
        ("--format segmentation", "s.png", b"\x89PNG"),
        ("--format boxes", "b.png", b"\x89PNG"),
        ("--format mask-overview", "m.png", b"\x89PNG"),
        ("--format coco", "c.json", b"{\"info\""),
        ("", "a.json", b"{\n  \"objects\""),
        ("", "a.dot", b"digraph"),
        ("--scale 2", "a.psd", b"8BPS\0\x01"),
        ("", "a.txt", b""),
        ("--format ideogram", "i.json", b"{\"high_level_description\""),
        ("--format gif --scale 2 --delay 100", "a.gif", b"GIF89a"),
    ] {
        let graph = if file.ends_with("gif") { "" } else { "--graph 5" };
        let line = format!("export {{sheep}} --model model {graph} {options} --out {file}");
        let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
        let ran = place.line(&words.join(" ")).succeeds();
        assert_eq!(ran.stdout, format!("{file}\n"));
        let bytes = fs::read(place.path(file)).unwrap();
        assert!(bytes.starts_with(starts), "{file} starts with {:?}", &bytes[..8.min(bytes.len())]);
    }
    assert_eq!(place.png("a.png").dimensions(), (32, 32));
    assert_eq!(place.png("a.webp").dimensions(), (256, 256));
    place.line("export {sheep} --model model --graph 5 --format masks --scale 2 --out masks").succeeds();
    let masks: Vec<_> = place.files().into_iter().filter(|name| name.starts_with("masks/")).collect();
    assert_eq!(masks.len(), 7);
    assert_eq!(masks[..3], ["masks/000-sky.png", "masks/001-grass.png", "masks/002-sheep.png"]);
    assert_eq!(place.png("masks/006-boat.png").dimensions(), (64, 64));
    for (format, file) in [("comfyui", "workflow.json"), ("control-maps", "depth.png")] {
        place.line(&format!("export {{sheep}} --model model --graph 5 --format {format} --out {format}")).succeeds();
        assert!(place.path(format).join(file).is_file(), "{:?}", place.files());
    }
    // A map in known colors comes back as a scene.
    place.line("graph from-labels control-maps/segmentation-ade20k.png --out again.json --masks masks.json").succeeds();
    let names = place.json("again.json")["objects"].clone();
    assert!(!names.as_array().unwrap().is_empty(), "{names}");
    assert_eq!(place.json("masks.json")["annotations"].as_array().unwrap().len(), names.as_array().unwrap().len());
    place
        .line("graph from-labels control-maps/depth.png --classes coco-stuff --out no.json")
        .fails(&["label map"])
        .path_last("depth.png");
}

/// A picture brings its graph back, to every subcommand that reads graphs.
#[test]
fn a_picture_is_a_scene() {
    let place = Place::with_model();
    place.line("export {sheep} --model model --graph 5 --out sheep.png").succeeds();
    place.line("export sheep.png --out again.json").succeeds();
    place.line("export {sheep} --graph 5 --out first.json").succeeds();
    let [again, first] = ["again.json", "first.json"].map(|name| place.json(name));
    for key in ["objects", "relationships"] {
        assert_eq!(again[key], first[key]);
    }
    assert!(again["scenewright"]["objects"][0]["rendered"]["box"].is_array(), "what was shown: {again}");
    place.line("render sheep.png --model model").succeeds();
    assert_eq!(place.png("out/sheep-0.png"), place.png("sheep.png"));
    place
        .line("export out/sheep-0.png --out no.json")
        .fails(&["this picture carries no scene graph"])
        .path_last("sheep-0.png");
}

#[test]
fn what_cannot_be_exported_says_why() {
    let place = Place::with_model();
    for (line, part, last) in [
        (
            "export {sheep} --model model --out a.png",
            "holds 7 graphs: choose one with --graph 0 to 6",
            "figure_6_sheep.json",
        ),
        ("export {sheep} --model model --graph 7 --out a.png", "the last graph is 6", "figure_6_sheep.json"),
        ("export {sheep} --graph 0 --out a.tiff", "the name does not say what to write", "a.tiff"),
        ("export {sheep} --graph 0 --model model --out a.gif", "leave --graph out", ""),
        ("export missing.json --out a.dot", "cannot read the scene", "missing.json"),
        ("export {sheep} --graph 0 --out no/a.dot", "cannot save", "no/a.dot"),
    ] {
        place.line(line).fails(&[part]).path_last(last);
    }
    let scene = r#"{"objects": ["zzyzx"]}"#;
    place.write("mine.json", scene);
    place.line("export mine.json --out mine.json").fails(&["would be written over"]).path_last("mine.json");
    place.line("export mine.json --model model --out a.png").fails(&["zzyzx"]).path_last("mine.json");
    assert_eq!(fs::read_to_string(place.path("mine.json")).unwrap(), scene);
    place.write("masks", "mine");
    place.line("export {sheep} --graph 0 --model model --format masks --out masks").fails(&["cannot make the folder"]);
    assert_eq!(place.files(), ["masks", "mine.json"]);
}

/// As in `bad_outputs`: what is there stays, and nothing half-written is left.
#[cfg(unix)]
#[test]
fn a_full_disk_and_a_protected_file() {
    let place = Place::with_model();
    let protected = place.write("a.dot", "mine");
    let mut permissions = fs::metadata(&protected).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&protected, permissions).unwrap();
    place.line("export {sheep} --graph 0 --out a.dot").fails(&["read-only"]).path_last("a.dot");
    place.write("big.ora", "old");
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"";
    for out in ["big.ora", "new.png", "new.gif"] {
        let mut command = std::process::Command::new("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_scenewright"), "export"]).arg(graphs("figure_6_sheep"));
        command.args(["--model", "model", "--scale", "8", "--out", out]).current_dir(place.path(""));
        if !out.ends_with("gif") {
            command.args(["--graph", "6"]);
        }
        ProgramOutput::new(command.output().unwrap()).fails(&["cannot save"]).path_last(out);
    }
    assert_eq!(place.files(), ["a.dot", "big.ora"]);
    assert_eq!(fs::read_to_string(place.path("big.ora")).unwrap(), "old");
    assert_eq!(fs::read_to_string(protected).unwrap(), "mine");
}
