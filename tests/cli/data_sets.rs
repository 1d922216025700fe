//! `scenewright dataset doctor`, `index` and `preview` on sets on the disk.

use crate::fixture::{coco_ccby, own_pictures, write_json};
use serde_json::json;
use std::path::Path;
use std::process::Command;

/// Exit code, standard output, standard error.
fn scenewright(args: &[&str]) -> (i32, String, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_scenewright")).args(args).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code().unwrap_or(-1), text(&done.stdout), text(&done.stderr))
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_doctor_tells_what_is_wrong_and_where() {
    let dir = tempfile::tempdir().unwrap();
    let mut file = own_pictures(dir.path(), 6);
    let (code, out, err) = scenewright(&["dataset", "doctor", path(dir.path())]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("own pictures") && out.contains("nothing is wrong") && out.contains("12  objects\n"), "{out}");

    file["annotations"][3]["image_id"] = json!(77);
    write_json(&dir.path().join("annotations.json"), &file);
    std::fs::write(dir.path().join("p4.png"), "no picture").unwrap();
    let (code, out, err) = scenewright(&["dataset", "doctor", path(dir.path())]);
    assert_eq!(code, 0, "what is left can be learned from: {out}{err}");
    assert!(out.contains("annotation 4: its image_id is 77") && out.contains("p4.png"), "{out}");
    assert!(out.contains("2 things are wrong"), "{out}");

    // However many there are, every picture is decoded: a sound beginning is not enough.
    let many = dir.path().join("many");
    std::fs::create_dir(&many).unwrap();
    own_pictures(&many, 310);
    let last = many.join("p309.png");
    let bytes = std::fs::read(&last).unwrap();
    std::fs::write(&last, &bytes[..bytes.len() - 30]).unwrap();
    let (code, out, err) = scenewright(&["dataset", "doctor", path(&many)]);
    assert!(code == 0 && out.contains("p309.png"), "{out}{err}");

    let (code, _, err) = scenewright(&["dataset", "doctor", path(&dir.path().join("nowhere"))]);
    assert!(code == 1 && err.contains("no such folder"), "{err}");
}

#[test]
fn sets_on_the_disk_are_shown() {
    let dir = tempfile::tempdir().unwrap();
    own_pictures(dir.path(), 3);
    let sheet = dir.path().join("sheet.png");
    let preview = |folder: &Path| {
        scenewright(&[
            "dataset",
            "preview",
            "--data",
            path(folder),
            "--size",
            "64",
            "--scenes",
            "8",
            "--out",
            path(&sheet),
        ])
    };
    let (code, out, err) = preview(dir.path());
    assert_eq!(code, 0, "{out}{err}");
    assert!(image::open(&sheet).unwrap().width() > 4 * 64);
    // One that has gone meanwhile is left out and reported: pictures of a COCO folder are not checked beforehand.
    let set = dir.path().join("set");
    std::fs::create_dir_all(set.join("images/train2017")).unwrap();
    std::fs::create_dir(set.join("annotations")).unwrap();
    let mut file = own_pictures(&set.join("images/train2017"), 3);
    for id in 1..=3 {
        let more = crate::fixture::square(90 + id, id, 1, [20.0, 30.0], 25.0);
        file["annotations"].as_array_mut().unwrap().push(more);
    }
    write_json(&set.join("annotations/instances_train2017.json"), &file);
    std::fs::write(set.join("images/train2017/p1.png"), "no picture").unwrap();
    let (code, out, err) = preview(&set);
    assert_eq!(code, 0, "{out}{err}");
    assert!(err.contains("left out") && err.contains("p1.png"), "{err}");
    if let Some(folder) = coco_ccby() {
        let (code, out, err) = preview(&folder);
        assert_eq!(code, 0, "{out}{err}");
    }
    let empty = dir.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let (code, _, err) = preview(&empty);
    assert!(code == 1 && err.contains("nothing to show"), "{err}");
}

#[test]
fn a_folder_trains_from_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let pictures = dir.path().join("my pictures");
    std::fs::create_dir(&pictures).unwrap();
    own_pictures(&pictures, 5);
    let run = dir.path().join("run");
    let (code, out, err) = scenewright(&[
        "train",
        "--preset",
        "tiny",
        "--data",
        path(&pictures),
        "--set",
        "iterations=2",
        "--out",
        path(&run),
        "--device",
        "cpu",
    ]);
    assert_eq!(code, 0, "{out}{err}");
    let settings = std::fs::read_to_string(run.join("config.toml")).unwrap();
    assert!(settings.contains("source = \"pictures\"") && settings.contains("my pictures"), "{settings}");
    let vocab = std::fs::read_to_string(run.join("checkpoints/last/vocab.json")).unwrap();
    assert!(vocab.contains("zorble"));
}
