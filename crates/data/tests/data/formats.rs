//! Annotations of other tools, each as that tool writes them: a boat (an outline) and a sheep (a box) on a picture of 80 x 60 pixels.

use crate::fixture::{write_json, write_picture};
use scenewright_data::annotated::AnnotatedObject;
use scenewright_data::pictures::OwnPictures;
use scenewright_data::validate;
use scenewright_document::annotation::AnnotationFolder;
use serde_json::{Value, json};
use std::path::Path;

const BOAT: [f64; 4] = [40.0, 10.0, 20.0, 20.0];
const SHEEP: [f64; 4] = [8.0, 30.0, 16.0, 12.0];

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn picture(folder: &Path, name: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    write_picture(&path, 80, 60);
}

fn labelme(folder: &Path) {
    picture(folder, "yard.png");
    let file = json!({
        "version": "5.4.1", "flags": {}, "imagePath": "..\\files\\yard.png", "imageData": null, "imageHeight": 60, "imageWidth": 80,
        "shapes": [
            {"label": "boat", "points": [[40, 10], [60, 10], [60, 30], [40, 30]], "group_id": null, "shape_type": "polygon"},
            {"label": "sheep", "points": [[24, 42], [8, 30]], "group_id": null, "shape_type": "rectangle"},
        ],
    });
    write_json(&folder.join("yard.json"), &file);
}

fn yolo(folder: &Path) {
    picture(folder, "train/images/yard.png");
    write(folder, "data.yaml", "train: ../train/images\nnc: 2\nnames: ['boat', 'sheep']\n");
    write(folder, "train/labels/yard.txt", "0 0.5 0.16666667 0.75 0.16666667 0.75 0.5 0.5 0.5\n1 0.2 0.6 0.2 0.2\n");
}

fn yolo_beside(folder: &Path) {
    picture(folder, "yard.png");
    write(folder, "classes.txt", "boat\nsheep\n");
    write(folder, "yard.txt", "0 0.625 0.3333333 0.25 0.3333333\n1 0.2 0.6 0.2 0.2\n");
}

fn voc(folder: &Path) {
    picture(folder, "JPEGImages/yard.png");
    let object = |name: &str, [x, y, w, h]: [f64; 4]| {
        format!(
            "<object><name>{name}</name><pose>Unspecified</pose><bndbox><xmin>{x}</xmin><ymin>{y}</ymin><xmax>{}</xmax><ymax>{}</ymax></bndbox></object>",
            x + w,
            y + h
        )
    };
    let text = format!(
        "<annotation><folder>x</folder><filename>yard.png</filename><size><width>80</width><height>60</height><depth>3</depth></size>{}{}</annotation>",
        object("boat", BOAT),
        object("sheep", SHEEP)
    );
    write(folder, "Annotations/yard.xml", &text);
}

fn cvat(folder: &Path) {
    picture(folder, "images/yard.png");
    let text = "<?xml version=\"1.0\" encoding=\"utf-8\"?><annotations><version>1.1</version><image id=\"0\" name=\"yard.png\" width=\"80\" height=\"60\">\
        <polygon label=\"boat\" points=\"40.0,10.0;60.0,10.0;60.0,30.0;40.0,30.0\" z_order=\"0\"></polygon>\
        <box label=\"sheep\" xtl=\"8\" ytl=\"30\" xbr=\"24\" ybr=\"42\" z_order=\"0\"></box></image></annotations>";
    write(folder, "annotations.xml", text);
}

fn label_studio(folder: &Path) {
    picture(folder, "yard.png");
    let result = |id: &str, kind: &str, value: Value| json!({"id": id, "type": kind, "original_width": 80, "original_height": 60, "image_rotation": 0, "value": value});
    let file = json!([{"id": 1, "data": {"image": "/data/upload/3/0a1b2c3d-yard.png"}, "annotations": [{"was_cancelled": false, "result": [
        result("a", "polygonlabels", json!({"points": [[50, 100.0 / 6.0], [75, 100.0 / 6.0], [75, 50], [50, 50]], "polygonlabels": ["boat"]})),
        result("b", "rectanglelabels", json!({"x": 10, "y": 50, "width": 20, "height": 20, "rotation": 0, "rectanglelabels": ["sheep"]})),
        {"from_id": "b", "to_id": "a", "type": "relation", "direction": "right", "labels": ["looking at"]},
    ]}]}]);
    write_json(&folder.join("project-1-at-2025.json"), &file);
}

fn label_studio_min(folder: &Path) {
    picture(folder, "yard.png");
    let file = json!([{"id": 1, "image": "/data/local-files/?d=yard.png", "label": [
        {"x": 50, "y": 100.0 / 6.0, "width": 25, "height": 100.0 / 3.0, "rotation": 0, "rectanglelabels": ["boat"], "original_width": 80, "original_height": 60},
        {"x": 10, "y": 50, "width": 20, "height": 20, "rotation": 0, "rectanglelabels": ["sheep"], "original_width": 80, "original_height": 60},
    ]}]);
    write_json(&folder.join("min.json"), &file);
}

fn fiftyone(folder: &Path) {
    picture(folder, "data/yard.png");
    let file = json!({"samples": [{"filepath": "data/yard.png", "ground_truth": {"_cls": "Detections", "detections": [
        {"label": "boat", "bounding_box": [0.5, 1.0 / 6.0, 0.25, 1.0 / 3.0]}, {"label": "sheep", "bounding_box": [0.1, 0.5, 0.2, 0.2]},
    ]}}]});
    write_json(&folder.join("samples.json"), &file);
}

fn fiftyone_labels(folder: &Path) {
    picture(folder, "data/yard.png");
    let file = json!({"classes": ["boat", "sheep"], "labels": {"yard": [
        {"label": 0, "bounding_box": [0.5, 1.0 / 6.0, 0.25, 1.0 / 3.0]}, {"label": 1, "bounding_box": [0.1, 0.5, 0.2, 0.2]},
    ]}});
    write_json(&folder.join("labels.json"), &file);
}

type Write = fn(&Path);
const FORMATS: [(&str, Write); 9] = [
    ("labelme", labelme),
    ("YOLO", yolo),
    ("YOLO, beside the pictures", yolo_beside),
    ("Pascal VOC", voc),
    ("CVAT", cvat),
    ("Label Studio", label_studio),
    ("Label Studio, minimal", label_studio_min),
    ("FiftyOne", fiftyone),
    ("FiftyOne, labels", fiftyone_labels),
];

#[test]
fn annotations_of_other_tools_are_read() {
    for (name, write) in FORMATS {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path());
        let (pictures, issues) = OwnPictures::open(dir.path()).unwrap();
        assert!(issues.is_empty(), "{name}: {issues:?}");
        let picture = pictures.pictures().next().unwrap_or_else(|| panic!("{name}: no picture"));
        let mut objects: Vec<&AnnotatedObject> = picture.annotated.objects.iter().collect();
        objects.sort_by(|a, b| a.name.cmp(&b.name));
        let names: Vec<&str> = objects.iter().map(|object| object.name.as_str()).collect();
        assert_eq!(names, ["boat", "sheep"], "{name}");
        for (object, expected) in objects.iter().zip([BOAT, SHEEP]) {
            let far = object.bbox.iter().zip(expected).any(|(a, b)| (a - b).abs() > 0.11);
            assert!(!far, "{name}: {:?} and not {expected:?}", object.bbox);
        }
        let report = validate::examine(dir.path(), &mut |_| {}).unwrap();
        assert_eq!((report.images, report.objects), (1, 2), "{name}");
        assert_eq!(report.relations, u64::from(name == "Label Studio"), "{name}");
    }
}

#[test]
fn annotate_shows_them_too() {
    for (name, write) in FORMATS {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path());
        let (_, annotations, issues) =
            AnnotationFolder::open(dir.path(), &[]).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(issues.len(), 1, "{name}: what is read is said, and nothing else: {issues:?}");
        let scene = annotations.pages()[0].scene();
        let mut words: Vec<&str> = scene.nodes().iter().map(|node| node.name.as_str()).collect();
        words.sort_unstable();
        assert_eq!(words, ["boat", "sheep"], "{name}");
        let boat = scene.nodes().iter().find(|node| node.name == "boat").and_then(|node| node.pinned).unwrap();
        assert!((boat.x0 - 0.5).abs() < 0.01 && (boat.y1 - 0.5).abs() < 0.01, "{name}: {boat:?}");
        assert_eq!(scene.relations().len(), usize::from(name == "Label Studio"), "{name}");
    }
}

#[test]
fn a_detectors_results_need_names() {
    let dir = tempfile::tempdir().unwrap();
    picture(dir.path(), "yard.png");
    let results = json!([
        {"image_id": 7, "category_id": 2, "bbox": BOAT, "score": 0.9},
        {"image_id": 7, "category_id": 3, "bbox": SHEEP, "score": 0.2},
    ]);
    let file = dir.path().join("predictions.json");
    write_json(&file, &results);
    let reported = |path: &Path| validate::examine(path, &mut |_| {}).unwrap();
    let report = reported(&file);
    assert!(report.images == 0 && report.issues.summaries().join("\n").contains("a detector's results"));
    let truth = json!({
        "images": [{"id": 7, "file_name": "yard.png"}], "annotations": [],
        "categories": [{"id": 2, "name": "boat"}, {"id": 3, "name": "sheep"}],
    });
    write_json(&dir.path().join("annotations.json"), &truth);
    let report = reported(&file);
    assert_eq!((report.images, report.objects), (1, 1));
    assert!(report.issues.summaries().join("\n").contains("1 detections have a score below 0.5"));
}

#[test]
fn what_is_not_read_is_named_with_a_way_out() {
    for (name, text, parts) in [
        ("via.json", r#"{"_via_img_metadata": {}, "_via_settings": {}}"#, ["VIA", "COCO format"]),
        (
            "_annotations.createml.json",
            r#"[{"image": "a.png", "annotations": [{"label": "boat", "coordinates": {}}]}]"#,
            ["CreateML", "Export as COCO"],
        ),
        ("train.tfrecord", "", ["TFRecord", "COCO"]),
        ("_annotations.csv", "filename,width,height,class,xmin,ymin,xmax,ymax\n", ["table of boxes", "COCO"]),
        ("a.png.json", r#"{"description": "", "tags": [], "size": {}, "objects": []}"#, ["Supervisely", "COCO"]),
        ("yard.txt", "0 0.5 0.5 0.2 0.2\n", ["YOLO", "classes.txt"]),
    ] {
        let dir = tempfile::tempdir().unwrap();
        picture(dir.path(), "yard.png");
        write(dir.path(), name, text);
        let report = validate::examine(dir.path(), &mut |_| {}).unwrap();
        let reported = report.issues.summaries().join("\n");
        assert!(parts.iter().all(|part| reported.contains(part)), "{name}: {reported}");
        assert_eq!(report.objects, 0, "{name}: nothing is invented");
    }
}

#[test]
fn odd_lines_and_shapes_cost_themselves_alone() {
    let dir = tempfile::tempdir().unwrap();
    yolo_beside(dir.path());
    write(
        dir.path(),
        "yard.txt",
        "0 0.625 0.3333333 0.25 0.3333333\n\n1 0.2 0.6 0.2\n9 0.2 0.6 0.2 0.2\nboat\n0 40 30 20 20\n1 0.2 0.6 0.2 0.2 0.3\n",
    );
    let report = validate::examine(dir.path(), &mut |_| {}).unwrap();
    let reported = report.issues.summaries().join("\n");
    assert_eq!(report.objects, 1, "{reported}");
    for said in [
        "line 3: it has 3 numbers",
        "line 4: class 9 has no word",
        "line 5: it is no line of numbers",
        "line 6: its numbers are no parts",
        "score below",
    ] {
        assert!(reported.contains(said), "{said}: {reported}");
    }
    let dir = tempfile::tempdir().unwrap();
    labelme(dir.path());
    let path = dir.path().join("yard.json");
    let mut file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    file["shapes"][0]["points"] = json!([[1, 1], [2, 2]]);
    file["shapes"]
        .as_array_mut()
        .unwrap()
        .push(json!({"label": null, "points": [[1, 1], [9, 9]], "shape_type": "rectangle"}));
    write_json(&path, &file);
    let report = validate::examine(dir.path(), &mut |_| {}).unwrap();
    let reported = report.issues.summaries().join("\n");
    assert!(
        report.objects == 1
            && reported.contains("shapes[0]: a polygon of 2 points")
            && reported.contains("shapes[2]: it has no label"),
        "{reported}"
    );
    assert!(reported.contains("yard.json"), "{reported}");
}
