//! Files that hold no scene graph, or one that this program does not read: which program they belong to, and what to do.

use serde_json::Value;

/// Whose a file is, and the way on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Named {
    pub what: &'static str,
    pub fix: &'static str,
}

const fn named(what: &'static str, fix: &'static str) -> Option<Named> {
    Some(Named { what, fix })
}

const ANNOTATE: &str = "open its folder in Annotate, or train on it with `scenewright train --data`";
const CHOOSE: &str = "choose a scene graph (.json, .dot, .csv), or a PNG that Scenewright exported";

/// A file that is no text, by its first bytes.
pub(in super::super) fn bytes(start: &[u8]) -> Option<Named> {
    match start {
        [b'8', b'B', b'P', b'S', ..] => named("a Photoshop file, which carries no scene graph", CHOOSE),
        [0x1f, 0x8b, ..] => named("a gzip file", "unpack it first"),
        [b'P', b'K', 3, 4, ..] => named("a zip file, an OpenRaster picture or a checkpoint", CHOOSE),
        [0x89, b'H', b'D', b'F', ..] => {
            named("an HDF5 file", "a set of Visual Genome is a source for `scenewright train --data`")
        }
        [b'%', b'P', b'D', b'F', ..] => named("a PDF", CHOOSE),
        [0x80, 2..=5, ..] => named("a Python pickle", "save the graph as JSON in Python: json.dump(graph, file)"),
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => named("an SQLite database", "export its graphs as JSON"),
        [_, _, _, _, _, 0, 0, 0, b'{', ..] => {
            named("a safetensors file: the weights of a model", "`scenewright info` shows the model's folder")
        }
        _ => None,
    }
}

/// A text that is no JSON.
pub(in super::super) fn text(text: &str) -> Option<Named> {
    let start: String =
        text.trim_start_matches('\u{feff}').trim_start().chars().take(400).collect::<String>().to_lowercase();
    let first_line = start.lines().next().unwrap_or_default().trim();
    let has = |word: &str| start.contains(word);
    if start.starts_with('<') {
        return match () {
            () if has("<graphml") => named("GraphML", EXPORT),
            () if has("<gexf") => named("GEXF of Gephi", EXPORT),
            () if has("<svg") => named("an SVG drawing", CHOOSE),
            () if has("<html") || has("<!doctype html") => {
                named("a web page, not the file that was meant", "download the file itself again")
            }
            () if has("<annotations") => named("CVAT's XML", "export it from CVAT as COCO 1.0"),
            () if has("<annotation") => named("an annotation of Pascal VOC", ANNOTATE),
            () if has("<rdf") => named("RDF", EXPORT),
            () if has("<mxfile") => named("a drawing of draw.io", EXPORT),
            () => named("XML", EXPORT),
        };
    }
    match first_line {
        line if line.starts_with("version https://git-lfs") => {
            named("a pointer of Git LFS, not the file itself", "fetch the file with `git lfs pull`")
        }
        line if line.starts_with("@prefix") || line.starts_with("@base") => named("RDF in Turtle", EXPORT),
        line if line.starts_with("flowchart")
            || line.starts_with("graph td")
            || line.starts_with("graph lr")
            || line.starts_with("graph tb") =>
        {
            named("Mermaid", EXPORT)
        }
        line if line.starts_with("graph [") || line == "graph" || line.starts_with("creator \"") => {
            named("GML", EXPORT)
        }
        line if line.starts_with("@startuml") => named("PlantUML", EXPORT),
        line if line.starts_with("---") || line.ends_with(':') && !line.contains(['{', '"']) => {
            named("YAML", "write the graph as JSON")
        }
        _ => None,
    }
}

const EXPORT: &str = "export the graph as Graphviz DOT or as JSON";

/// JSON of a kind that is known and holds no scene graph.
pub(in super::super) fn json(value: &Value) -> Option<Named> {
    let has = |keys: &[&str]| keys.iter().all(|key| value.get(key).is_some());
    let first = match value {
        Value::Array(list) => list.first(),
        Value::Object(map) => map.values().next(),
        _ => None,
    };
    let first_has = |keys: &[&str]| first.is_some_and(|first| keys.iter().all(|key| first.get(key).is_some()));
    let is_array = value.is_array();
    match () {
        () if value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string)) => {
            named("a list of words", "choose the scene graph that it belongs to")
        }
        () if is_comfyui(value) => named("a ComfyUI workflow, no scene graph", CHOOSE),
        () if has(&["object_idx_to_name", "pred_idx_to_name"]) => {
            named("the vocabulary of a model", "`scenewright info` shows the model's folder")
        }
        () if has(&["architecture"]) => {
            named("the configuration of a model", "`scenewright info` shows the model's folder")
        }
        () if has(&["shapes", "imagePath"]) => named("an annotation of labelme", ANNOTATE),
        () if has(&["images", "annotations"]) => named("COCO annotations without relations", ANNOTATE),
        () if is_array && first_has(&["image_id", "category_id"]) => named("a list of COCO results", ANNOTATE),
        () if is_array && (first_has(&["annotations", "data"]) || first_has(&["completions", "data"])) => {
            named("an export of Label Studio", "export it from Label Studio as COCO")
        }
        () if is_array && first_has(&["regions"]) => {
            named("Visual Genome's regions", "open its scene_graphs.json or relationships.json")
        }
        () if is_array && first_has(&["qas"]) => {
            named("Visual Genome's questions", "open its scene_graphs.json or relationships.json")
        }
        () if is_array && first_has(&["image_id", "url"]) => {
            named("Visual Genome's list of pictures", "open its scene_graphs.json or relationships.json")
        }
        () if first_has(&["question", "imageId"]) => named("questions of GQA", "open its sceneGraphs.json"),
        () if has(&["scenes", "info"]) => named("CLEVR", "write each scene's objects and relationships as JSON lists"),
        () if has(&["type", "features"]) => named("GeoJSON", CHOOSE),
        () if has(&["asset", "meshes"]) || has(&["asset", "scenes"]) => named("a glTF model", CHOOSE),
        () if has(&["cells", "nbformat"]) => named("a Jupyter notebook", CHOOSE),
        () if has(&["metadata", "object"]) && has(&["geometries"]) => named("a scene of three.js", CHOOSE),
        () if has(&["elements", "appState"]) => named("a drawing of Excalidraw", EXPORT),
        () => None,
    }
}

/// ComfyUI writes a workflow (nodes with a type) or a prompt (nodes by number with a `class_type`) into its pictures.
pub(in super::super) fn is_comfyui(value: &Value) -> bool {
    let nodes = value.get("nodes").and_then(Value::as_array);
    let is_workflow = nodes.is_some_and(|nodes| {
        let has_ports = |node: &Value| {
            node.get("type").is_some()
                && (node.get("widgets_values").is_some()
                    || node.get("inputs").is_some()
                    || node.get("outputs").is_some())
        };
        value.get("last_node_id").is_some() || !nodes.is_empty() && nodes.iter().all(has_ports)
    });
    let is_prompt = value
        .as_object()
        .is_some_and(|map| !map.is_empty() && map.values().all(|node| node.get("class_type").is_some()));
    is_workflow || is_prompt
}
