use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{ReadError, SceneFile, Source, open_scenes};
use scenewright_scene::Scene;

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn open(&self, name: &str, text: &str) -> SceneFile {
        open_scenes(&self.write(name, text)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn refusal(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        match open_scenes(&self.write(name, bytes)) {
            Ok(file) => panic!("{name} was read: {:?}", file.scenes),
            Err(error) => error.to_string(),
        }
    }
}

/// "horse in field" for each relation.
fn said(scene: &Scene) -> Vec<String> {
    let title = |node| scene.node(node).unwrap().title();
    let relations = scene.relations().iter();
    relations.map(|r| format!("{} {} {}", title(r.subject), r.predicate, title(r.object))).collect()
}

fn names(scene: &Scene) -> Vec<&str> {
    scene.nodes().iter().map(|node| node.name.as_str()).collect()
}

const HORSE: [&str; 2] = ["horse in field", "bird above horse"];

#[track_caller]
fn check(text: Value, format: &str) {
    let place = Place::new();
    let file = place.open("graph.json", &text.to_string());
    assert_eq!((file.format, file.source), (Some(format), Source::Other), "{text}");
    assert_eq!(said(&file.scenes[0]), HORSE, "{text}");
    assert_eq!(file.notes, [""; 0], "{text}");
    // Another order of keys, and spaces, change nothing.
    let pretty = place.open("pretty.json", &format!("{text:#}"));
    assert_eq!(pretty.scenes, file.scenes);
}

#[test]
fn visual_genome_in_all_its_forms() {
    let objects = json!([
        {"object_id": 7, "names": ["horse"], "x": 1, "y": 2, "w": 3, "h": 4, "attributes": ["brown"]},
        {"object_id": 9, "names": ["field"]},
        {"object_id": 8, "names": ["bird"], "merged_object_ids": []},
    ]);
    let by_number = json!([
        {"relationship_id": 1, "predicate": "in", "subject_id": 7, "object_id": 9, "synsets": []},
        {"relationship_id": 2, "predicate": "above", "subject_id": 8, "object_id": 7},
    ]);
    check(json!([{"image_id": 61, "objects": objects, "relationships": by_number}]), "Visual Genome");
    check(json!({"image_id": 61, "objects": objects, "relationships": by_number}), "Visual Genome");
    // relationships.json: the ends stand in the relation; version 1.0 calls ids "id" and has one name.
    let end = |id: u32, name: &str| json!({"id": id, "name": name, "x": 0, "y": 0, "w": 1, "h": 1});
    let nested = json!([
        {"relationship_id": 1, "predicate": "in", "subject": end(7, "horse"), "object": end(9, "field")},
        {"relationship_id": 2, "predicate": "above", "subject": end(8, "bird"), "object": end(7, "horse")},
    ]);
    check(json!([{"id": 61, "relationships": nested}]), "Visual Genome");
    let attributes = json!([{"image_id": 3, "attributes": [{"object_id": 1, "names": ["cat"], "attributes": ["black", " small "]}]}]);
    let file = Place::new().open("attributes.json", &attributes.to_string());
    assert_eq!(names(&file.scenes[0]), ["cat"]);
    assert_eq!(file.scenes[0].nodes()[0].attributes, ["black", "small"]);
}

#[test]
fn one_odd_record_is_left_out_and_counted() {
    let text = json!([
        {"image_id": 1, "objects": [], "relationships": []},
        {"image_id": 2,
         "objects": [{"object_id": 1, "names": ["horse"]}, {"object_id": 2, "names": null}, {"object_id": 3, "names": ["  "]},
                     {"object_id": 4, "names": ["green\nfield"]}, {"object_id": 4, "names": ["meadow"]}],
         "relationships": [{"predicate": "in", "subject_id": 1, "object_id": 4}, {"predicate": "in", "subject_id": 1, "object_id": 99},
                           {"predicate": null, "subject_id": 1, "object_id": 4}, {"subject_id": 1}, {"predicate": " NEXT  TO ", "subject_id": 1.0, "object_id": "4"}]},
    ]);
    let file = Place::new().open("odd.json", &text.to_string());
    assert_eq!(file.scenes.len(), 1);
    assert_eq!(said(&file.scenes[0]), ["horse in green field", "horse NEXT TO green field"]);
    let notes = file.notes.join("\n");
    for expected in [
        "objects without a usable name (2, the first is 2 of picture 2)",
        "relations to an object that is not there (1: relation 1 of picture 2)",
        "relations without a word (1: relation 2 of picture 2)",
        "relations that lack an end (1: relation 3 of picture 2)",
        "1 of 2 graphs, which have no objects",
        "in the file twice",
    ] {
        assert!(notes.contains(expected), "{expected} in {notes}");
    }
}

#[test]
fn gqa_and_laion_and_what_language_models_write() {
    check(
        json!({"2407": {"width": 5, "height": 4, "location": "meadow", "objects": {
            "11": {"name": "horse", "x": 1, "attributes": ["brown"], "relations": [{"name": "in", "object": "12"}]},
            "12": {"name": "field", "attributes": [], "relations": []},
            "13": {"name": "bird", "relations": [{"name": "above", "object": "11"}]},
        }}, "2408": {"objects": {}}}),
        "GQA",
    );
    check(
        json!({"img_id": "5", "name": "5.jpg", "caption_ori": "a horse", "items": [
            {"item_id": 0, "label": "horse", "attributes": ["brown"], "global_item_id": 90},
            {"item_id": 1, "label": "field", "attributes": []}, {"item_id": 2, "label": "bird"}],
         "relations": [{"triple_id": 0, "item1": 0, "relation": "in", "item2": 1}, {"triple_id": 1, "item1": 2, "relation": "above", "item2": 0}]}),
        "LAION-SG",
    );
    let records = "records of objects and relations";
    check(
        json!({"objects": [{"id": "horse.1", "bbox": [0, 0, 1, 1]}, {"id": "field.1"}, {"id": "bird.12"}],
         "relationships": [{"subject": "horse.1", "predicate": "in", "object": "field.1"}, {"subject": "bird.12", "predicate": "above", "object": "horse.1"}]}),
        records,
    );
    check(
        json!({"objects": [{"id": 3, "name": "horse"}, {"id": 4, "name": "field"}, {"id": 5, "name": "bird"}],
         "relationships": [{"source": 3, "target": 4, "relation": "in"}, {"source": 5, "target": 3, "relation": "above"}]}),
        records,
    );
    check(
        json!({"objects": ["horse", "field", "bird"], "relations": [["horse", "in", "field"], [2, "above", 0]]}),
        records,
    );
    check(
        json!({"objects": ["horse", "field", "bird"], "relations": [[0, 1, "in"], ["bird", "horse", "above"]]}),
        records,
    );
    check(
        json!({"scene_graph": {"objects": ["horse", "field", "bird"],
        "relationships": [{"subject": "horse", "predicate": "in", "object": "field"}, {"subject": "bird", "predicate": "above", "object": "horse"}]}}),
        records,
    );
    check(json!({"triples": [["horse", "in", "field"], ["bird", "above", "horse"]]}), records);
}

#[test]
fn node_link_graphs_of_any_program() {
    let nodes = json!([{"id": "a", "label": "horse"}, {"id": "b", "label": "field"}, {"id": "c", "label": "bird"}]);
    let edges =
        json!([{"source": "a", "target": "b", "label": "in"}, {"source": "c", "target": "a", "label": "above"}]);
    let format = "a node-link graph";
    check(json!({"directed": true, "multigraph": false, "graph": {}, "nodes": nodes, "links": edges}), format);
    check(
        json!({"nodes": nodes, "edges": [{"from": "a", "to": "b", "label": "in"}, {"from": "c", "to": "a", "label": "above"}]}),
        format,
    );
    check(
        json!({"graph": {"directed": true, "nodes": {"a": {"label": "horse"}, "b": {"label": "field"}, "c": {"label": "bird"}},
        "edges": [{"source": "a", "target": "b", "relation": "in"}, {"source": "c", "target": "a", "relation": "above"}]}}),
        format,
    );
    let wrap = |list: &Value| Value::Array(list.as_array().unwrap().iter().map(|data| json!({"data": data})).collect());
    check(json!({"elements": {"nodes": wrap(&nodes), "edges": wrap(&edges)}}), format);
}

#[test]
fn psg_coco_and_triples() {
    check(
        json!({"data": [{"file_name": "x.jpg", "image_id": "9", "relations": [[0, 1, 0], [2, 0, 1]],
            "segments_info": [{"id": 5, "category_id": 0}, {"id": 6, "category_id": 2}, {"id": 7, "category_id": 1}]}],
         "thing_classes": ["horse", "bird"], "stuff_classes": ["field"], "predicate_classes": ["in", "above"]}),
        "PSG",
    );
    check(
        json!({"images": [{"id": 1, "file_name": "x.jpg"}],
         "categories": [{"id": 1, "name": "horse"}, {"id": 2, "name": "field"}, {"id": 3, "name": "bird"}],
         "annotations": [{"id": 10, "image_id": 1, "category_id": 1}, {"id": 11, "image_id": 1, "category_id": 2}, {"id": 12, "image_id": 1, "category_id": 3}],
         "rel_categories": [{"id": 1, "name": "in"}, {"id": 2, "name": "above"}],
         "rel_annotations": [{"id": 1, "subject_id": 10, "predicate_id": 1, "object_id": 11, "image_id": 1}, {"subject_id": 12, "predicate_id": 2, "object_id": 10}]}),
        "COCO with relations",
    );
    check(json!([["horse", "in", "field"], ["bird", "above", "horse"]]), "triples by name");
    check(json!([["horse.1", "in", "field.1"], ["bird.1", "above", "horse.1"]]), "triples by name");
    check(
        json!([{"subject": "horse", "predicate": "in", "object": "field"}, {"subject": "bird", "predicate": "above", "object": "horse"}]),
        "triples by name",
    );
    let two = json!([[["horse", "in", "field"]], [["bird", "above", "tree"], ["Bird", "on", "tree"]]]);
    let file = Place::new().open("two.json", &two.to_string());
    assert_eq!(file.scenes.iter().map(|scene| names(scene).len()).collect::<Vec<_>>(), [2, 2]);
}

#[test]
fn numbers_get_their_words_from_the_file_beside() {
    let vrd = json!({"a.jpg": [
        {"predicate": 1, "subject": {"category": 0, "bbox": [1, 2, 3, 4]}, "object": {"category": 1, "bbox": [0, 9, 0, 9]}},
        {"predicate": 0, "subject": {"category": 2, "bbox": [5, 6, 5, 6]}, "object": {"category": 0, "bbox": [1, 2, 3, 4]}}], "empty.jpg": []});
    let place = Place::new();
    let alone = place.open("annotations.json", &vrd.to_string());
    assert_eq!(said(&alone.scenes[0]), ["class 0 relation 1 class 1", "class 2 relation 0 class 0"]);
    assert!(alone.notes.iter().any(|note| note.contains("objects.json")), "{:?}", alone.notes);
    place.write("objects.json", json!(["horse", "field", "bird"]).to_string());
    place.write("predicates.json", json!(["above", "in"]).to_string());
    let file = place.open("annotations.json", &vrd.to_string());
    assert_eq!((said(&file.scenes[0]), file.format), (HORSE.map(str::to_owned).to_vec(), Some("VRD")));

    let predicted = json!({"0": {"bbox": [[0, 0, 1, 1], [0, 0, 2, 2], [3, 3, 4, 4]], "bbox_labels": [1, 2, 3], "bbox_scores": [0.9, 0.8, 0.7],
        "rel_pairs": [[0, 1], [2, 0], [0, 9]], "rel_labels": [2, 1, 1], "rel_scores": [0.5, 0.4, 0.1], "rel_all_scores": []}});
    let place = Place::new();
    let alone = place.open("custom_prediction.json", &predicted.to_string());
    assert_eq!(said(&alone.scenes[0]), ["class 1 relation 2 class 2", "class 3 relation 1 class 1"]);
    let notes = alone.notes.join("\n");
    assert!(
        notes.contains("classes 1, 2, 3 are not in this file") && notes.contains("custom_data_info.json"),
        "{notes}"
    );
    assert!(notes.contains("an object that is there (1:"), "{notes}");
    let info = json!({"idx_to_files": ["/pictures/x.jpg"], "ind_to_classes": ["__background__", "horse", "field", "bird"],
        "ind_to_predicates": ["__background__", "above", "in"]});
    place.write("custom_data_info.json", info.to_string());
    let file = place.open("custom_prediction.json", &predicted.to_string());
    assert_eq!(said(&file.scenes[0]), HORSE);
    assert_eq!(file.scenes[0].extras().graph["image_id"], "x.jpg");
}

#[test]
fn open_images_and_tables() {
    let head = "ImageID,LabelName1,LabelName2,XMin1,XMax1,YMin1,YMax1,XMin2,XMax2,YMin2,YMax2,RelationshipLabel\n";
    let rows = "a1,/m/03k3r,/m/0k4j,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,inside_of\n\
                a1,/m/015p6,/m/03k3r,0,0.1,0,0.1,0.1,0.2,0.3,0.4,on\n\
                a1,/m/0k4j,/m/083vt,0.5,0.6,0.7,0.8,0.5,0.6,0.7,0.8,is\n\
                b2,/m/zzzz,/m/04yx4,0,1,0,1,0,1,0,1,holds\n";
    let place = Place::new();
    let file = place.open("vrd.csv", &format!("{head}{rows}"));
    assert_eq!((file.scenes.len(), file.format), (2, Some("Open Images")));
    assert_eq!(said(&file.scenes[0]), ["horse inside of car", "bird on horse"]);
    assert_eq!(file.scenes[0].nodes()[1].attributes, ["wooden"]);
    assert_eq!(names(&file.scenes[1]), ["/m/zzzz", "man"]);
    assert!(file.notes.iter().any(|note| note.contains("class-descriptions.csv")), "{:?}", file.notes);
    place.write("oidv7-class-descriptions.csv", "LabelName,DisplayName\n/m/zzzz,\"Unicorn, white\"\n");
    let file = place.open("vrd.csv", &format!("{head}{rows}"));
    assert_eq!(names(&file.scenes[1]), ["unicorn, white", "man"]);

    for table in [
        "subject,predicate,object\nhorse,in,field\nbird,above,horse\n",
        "Subject\tRelation\tObject\nhorse\tin\tfield\r\nbird\tabove\thorse\r\n",
    ] {
        let file = place.open("triples.csv", table);
        assert_eq!(said(&file.scenes[0]), HORSE, "{table}");
    }
}

#[test]
fn dot_of_ours_and_of_others() {
    let place = Place::new();
    let ours = json!({"objects": ["horse", "green field", "bird"], "relationships": [[0, "in", 1], [2, "above", 0]],
        "scenewright": {"version": 1, "objects": [{"label": "Lady \"L\" \\ 2", "canvas": [4.5, -3]}, {}, {}]}});
    let scene = place.open("ours.json", &ours.to_string()).scenes.remove(0);
    let file = place.open("ours.dot", &crate::dot(&scene, None));
    assert_eq!((file.format, file.scenes.len()), (Some("Graphviz DOT"), 1));
    let (before, after) = (&scene.nodes()[0], &file.scenes[0].nodes()[0]);
    assert_eq!((&before.name, &before.label, before.canvas), (&after.name, &after.label, after.canvas));
    assert_eq!(said(&file.scenes[0]), said(&scene));

    for text in [
        "digraph { horse -> field [label=in]; bird -> horse [label=\"above\"] }",
        "/* made by hand */\nstrict digraph \"G\" {\n# a line\n  rankdir=LR; node [shape=box]\n h [label=\"horse\" color=red]; f [label=<<b>field</b>>]\n \
         b [label=\"bi\" + \"rd\"]\n h:n -> f:s [label=\"in\", weight=2]; edge [label=above]; b -> h }",
        "graph { subgraph cluster_0 { label=\"pasture\"; horse_1 -- field_1 [label=in] } bird_1 -- horse_1 [label=above] }",
    ] {
        assert_eq!(said(&place.open("other.gv", text).scenes[0]), HORSE, "{text}");
    }
    let file = place.open("silent.dot", "digraph { horse -> field; horse -> bird [label=near] }");
    assert_eq!(said(&file.scenes[0]), ["horse near bird"]);
    assert!(
        file.notes[0].contains("edges without a label") && file.notes[0].contains("horse -> field"),
        "{:?}",
        file.notes
    );
    for (text, says) in [
        ("digraph { horse -> field [label=\"in }", "does not end"),
        ("digraph { horse -> field", "cut short"),
        ("digraph {\n a -> -> b }", "a node's name is missing (line 2"),
        (&format!("digraph {{ {} }}", "{".repeat(9000)), "nested too deep"),
    ] {
        let refusal = place.refusal("broken.dot", text);
        assert!(refusal.contains("Graphviz DOT") && refusal.contains(says), "{refusal}");
    }
}

#[test]
fn bookkeeping_of_sg2im_is_left_out_and_said_once() {
    let graph = json!({"objects": ["__image__", "horse", "field", "bird"],
        "relationships": [[1, "in", 2], [1, "__in_image__", 0], [3, "above", 1], [3, "__in_image__", 0]],
        "scenewright": {"version": 1, "objects": [{}, {"label": "Lady"}, {}, {}], "relationships": [{}, {}, {"id": 5}, {}]}});
    let file = Place::new().open("printed.json", &json!([graph, graph]).to_string());
    for scene in &file.scenes {
        assert_eq!(said(scene), ["Lady in field", "bird above Lady"]);
        assert_eq!(names(scene), ["horse", "field", "bird"]);
    }
    assert_eq!(file.notes.len(), 1, "{:?}", file.notes);
    assert_eq!(file.source, Source::Document);
}

#[test]
fn ends_of_our_own_format_may_be_names() {
    let place = Place::new();
    let of = |objects: Value, relations: Value| json!({"objects": objects, "relationships": relations}).to_string();
    let file = place.open(
        "names.json",
        &of(json!(["horse", "field", "bird"]), json!([["horse", "in", "Field"], ["2", "above", 0.0]])),
    );
    assert_eq!(said(&file.scenes[0]), HORSE);
    let refusal = place.refusal("two.json", of(json!(["horse", "horse"]), json!([["horse", "near", 1]])));
    assert!(refusal.contains("name of 2 objects"), "{refusal}");
    let refusal = place.refusal("none.json", of(json!(["horse"]), json!([["cow", "near", 0]])));
    assert!(refusal.contains("the subject \"cow\" is no row"), "{refusal}");
}

#[test]
fn what_holds_no_graph_is_named_with_its_owner() {
    let place = Place::new();
    for (name, bytes, says) in [
        (
            "workflow.json",
            json!({"last_node_id": 3, "nodes": [{"id": 1, "type": "KSampler"}], "links": []}).to_string().into_bytes(),
            "a ComfyUI workflow",
        ),
        (
            "prompt.json",
            json!({"3": {"class_type": "KSampler", "inputs": {}}}).to_string().into_bytes(),
            "a ComfyUI workflow",
        ),
        (
            "labelme.json",
            json!({"shapes": [], "imagePath": "a.png", "version": "5"}).to_string().into_bytes(),
            "labelme",
        ),
        (
            "coco.json",
            json!({"images": [], "annotations": [], "categories": []}).to_string().into_bytes(),
            "COCO annotations without relations",
        ),
        (
            "results.json",
            json!([{"image_id": 1, "category_id": 2, "bbox": [], "score": 0.5}]).to_string().into_bytes(),
            "COCO results",
        ),
        (
            "image_data.json",
            json!([{"image_id": 1, "url": "x", "width": 3}]).to_string().into_bytes(),
            "Visual Genome's list of pictures",
        ),
        (
            "vocab.json",
            json!({"object_idx_to_name": [], "pred_idx_to_name": []}).to_string().into_bytes(),
            "vocabulary of a model",
        ),
        ("graph.graphml", b"<?xml version=\"1.0\"?><graphml></graphml>".to_vec(), "GraphML"),
        ("page.json", b"<!DOCTYPE html><html>".to_vec(), "a web page"),
        ("pointer.json", b"version https://git-lfs.github.com/spec/v1\n".to_vec(), "Git LFS"),
        ("graph.mmd", b"graph TD\n  a --> b\n".to_vec(), "Mermaid"),
        ("graph.yaml", b"objects:\n  - horse\n".to_vec(), "YAML"),
        ("graph.json.gz", vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "gzip"),
        ("photo.jpg", vec![0xff, 0xd8, 0xff, 0xe0, 0, 16, 0, 0, 0, 0, 0, 0, 0], "JPEG carries no scene graph"),
    ] {
        let refusal = place.refusal(name, bytes);
        assert!(refusal.contains(says), "{refusal}");
    }
}

#[test]
fn nothing_that_a_file_says_makes_a_reader_panic() {
    // Records of every shape where another is expected.
    let odd = [
        json!(null),
        json!(1e300),
        json!(-1),
        json!("x"),
        json!([]),
        json!({}),
        json!([[[]]]),
        json!({"id": null}),
        json!([1, 2, 3]),
    ];
    let place = Place::new();
    let read = |text: String| match open_scenes(&place.write("odd.json", text)) {
        Ok(_) | Err(ReadError::Document { .. } | ReadError::Other { .. } | ReadError::Foreign { .. }) => {}
        Err(error) => panic!("{error}"),
    };
    for a in &odd {
        for b in &odd {
            read(json!([{"image_id": a, "objects": b, "relationships": a}]).to_string());
            read(json!({"1": {"objects": {"2": a, "3": {"name": b, "relations": a}}}}).to_string());
            read(json!({"data": [{"relations": [a, b], "segments_info": [a, {"category_id": b}]}, a], "predicate_classes": [a], "thing_classes": [b]}).to_string());
            read(
                json!({"a.jpg": [{"subject": {"category": a}, "object": {"category": b}, "predicate": a}]}).to_string(),
            );
            read(json!({"images": [a, {"id": b}], "annotations": [a], "rel_annotations": [a, {"subject_id": b, "object_id": a}]}).to_string());
            read(json!({"0": {"bbox_labels": [a, b], "rel_pairs": [a, [b, a]], "rel_labels": [b]}}).to_string());
            read(json!([[a, "on", b], ["x", "on", "y"]]).to_string());
            read(json!({"nodes": [a, {"data": b}], "links": [b, {"source": a, "target": b, "label": a}]}).to_string());
        }
    }
    let path: &Path = &place.write("cut.csv", "ImageID,LabelName1,LabelName2,RelationshipLabel\na\n\"\n,,,,,,\n");
    assert!(open_scenes(path).is_ok_and(|file| !file.notes.is_empty()) || open_scenes(path).is_err());
}
