//! The readers.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use scenewright_data::validate;
use scenewright_document::annotation::AnnotationFolder;
use scenewright_document::{Document, Journals, recover};
use scenewright_formats::picture_file::{self, ExifOrientation};
use scenewright_formats::{open_scenes, png_with_graph, scenes_from_str, scenes_to_string};
use scenewright_illustrated::library::SpriteLibrary;
use scenewright_language::{ParseContext, Session};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, NodeDraft, NodeId, Scene, UnitBox};

use crate::place::{with_file, with_files};
use crate::{Target, mutate};

pub const TARGETS: &[Target] = &[
    Target { name: "scene", seeds: scenes, mutate: mutate::json, run: scene },
    Target { name: "png", seeds: pngs, mutate: mutate::png, run: png },
    Target { name: "annotations", seeds: annotation_files, mutate: mutate::json, run: annotations },
    Target { name: "other_tools", seeds: other_files, mutate: mutate_other, run: other_tools },
    Target { name: "visual_genome", seeds: visual_genome_files, mutate: mutate::json, run: visual_genome },
    Target { name: "hdf5", seeds: hdf5_files, mutate: mutate::bytes, run: hdf5 },
    Target { name: "picture", seeds: pictures, mutate: mutate::bytes, run: picture },
    Target { name: "svg", seeds: drawings, mutate: mutate::text, run: svg },
    Target { name: "journal", seeds: journals, mutate: mutate::journal, run: journal },
    Target { name: "sentences", seeds: sentences, mutate: mutate::sentence, run: sentence },
    Target { name: "vocabulary", seeds: vocabularies, mutate: mutate::json, run: vocabulary },
    #[cfg(feature = "models")]
    Target { name: "checkpoint", seeds: models::checkpoints, mutate: mutate::checkpoint, run: models::checkpoint },
    #[cfg(feature = "models")]
    Target { name: "model_folder", seeds: models::weights, mutate: mutate::safetensors, run: models::model_folder },
];

fn repository(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(below)
}

/// Files of a folder with one of these endings, up to a size that a campaign gets through quickly.
fn files(below: &str, endings: &[&str]) -> Vec<Vec<u8>> {
    const MAX_BYTES: u64 = 256 << 10;
    let entries = std::fs::read_dir(repository(below)).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let is_seed = |path: &PathBuf| {
        let has_ending = path.extension().and_then(|end| end.to_str()).is_some_and(|end| endings.contains(&end));
        has_ending && path.metadata().is_ok_and(|data| data.len() <= MAX_BYTES)
    };
    paths.into_iter().filter(is_seed).filter_map(|path| std::fs::read(path).ok()).collect()
}

fn scenes() -> Vec<Vec<u8>> {
    let mut found = files("assets/scenes", &["json"]);
    found.extend([
        br#"{"1": {"width": 640, "height": 480, "objects": {"5": {"name": "chair", "x": 1, "y": 2, "w": 30, "h": 40, "attributes": ["red"], "relations": [{"object": "6", "name": "on"}]}, "6": {"name": "floor", "x": 0, "y": 300, "w": 640, "h": 180, "relations": []}}}}"#.to_vec(),
        br#"[{"image_id": 1, "objects": [{"object_id": 11, "names": ["sheep"], "x": 1, "y": 2, "w": 3, "h": 4}, {"object_id": 12, "names": ["grass"]}], "relationships": [{"predicate": "ON", "subject_id": 11, "object_id": 12}]}]"#.to_vec(),
        br#"{"data": [{"file_name": "a.jpg", "height": 40, "width": 60, "annotations": [{"bbox": [1, 2, 30, 40], "category_id": 0}, {"bbox": [0, 20, 60, 40], "category_id": 1}], "relations": [[0, 1, 0]]}], "thing_classes": ["sheep"], "stuff_classes": ["grass"], "predicate_classes": ["on"]}"#.to_vec(),
        br#"{"img_id": "7", "items": [{"item_id": 0, "label": "cat", "attributes": ["black"]}, {"item_id": 1, "label": "mat"}], "relations": [{"triple_id": 0, "item1": 0, "relation": "on", "item2": 1}]}"#.to_vec(),
        br#"{"a.jpg": [{"predicate": 0, "subject": {"category": 0, "bbox": [1, 2, 3, 4]}, "object": {"category": 1, "bbox": [0, 9, 0, 9]}}]}"#.to_vec(),
        br#"[["sheep", "on", "grass"], ["tree", "behind", "sheep"]]"#.to_vec(),
        br#"{"nodes": [{"id": "a", "label": "sheep"}, {"id": "b", "label": "grass"}], "links": [{"source": "a", "target": "b", "label": "on"}]}"#.to_vec(),
    ]);
    found
}

fn scene(data: &[u8]) -> bool {
    let read = with_file("it.json", data, open_scenes);
    let Ok(file) = read else { return false };
    // What is read is written and read again, and is the same.
    let text = scenes_to_string(&file.scenes);
    let again = scenes_from_str(&text).expect("what we write can be read");
    assert_eq!(again, file.scenes, "a scene changes when it is written");
    true
}

fn pngs() -> Vec<Vec<u8>> {
    let plain = encoded(ImageFormat::Png, 8, 6);
    let with = |text: &str| png_with_graph(&plain, text);
    let mut found = vec![plain.clone()];
    found.extend(scenes().into_iter().filter_map(|text| with(std::str::from_utf8(&text).ok()?)));
    found
}

fn png(data: &[u8]) -> bool {
    let read = with_file("it.png", data, open_scenes).is_ok();
    if let Some(changed) = png_with_graph(data, r#"{"objects": ["sky"], "relationships": []}"#) {
        let file = with_file("it.png", &changed, open_scenes).expect("a graph that was put in comes out");
        assert_eq!(file.scenes.len(), 1);
    }
    read
}

fn encoded(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let pixel = |x: u32, y: u32| Rgb([(x * 37) as u8, (y * 51) as u8, (x * y) as u8]);
    let mut bytes = Vec::new();
    let image = DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, pixel));
    image.write_to(&mut Cursor::new(&mut bytes), format).expect("a small picture can be written");
    bytes
}

fn a_picture() -> &'static [u8] {
    static PICTURE: OnceLock<Vec<u8>> = OnceLock::new();
    PICTURE.get_or_init(|| encoded(ImageFormat::Png, 60, 40))
}

fn annotation_files() -> Vec<Vec<u8>> {
    vec![
        br#"{"images": [{"id": 1, "file_name": "a.png", "width": 60, "height": 40}, {"id": 2, "file_name": "b.png", "width": 60, "height": 40}],
            "categories": [{"id": 1, "name": "sheep"}, {"id": 2, "name": "tree", "supercategory": "plant"}],
            "annotations": [
              {"id": 1, "image_id": 1, "category_id": 1, "bbox": [4, 4, 20, 20], "segmentation": [[4, 4, 24, 4, 24, 24, 4, 24]], "iscrowd": 0, "area": 400},
              {"id": 2, "image_id": 1, "category_id": 2, "bbox": [30, 5, 20, 30], "segmentation": {"size": [40, 60], "counts": [1200, 200, 1000]}, "attributes": ["green"]},
              {"id": 3, "image_id": 2, "category_id": 2, "bbox": [0, 0, 10, 10], "segmentation": {"size": [40, 60], "counts": "PPX11O0"}}],
            "rel_categories": [{"id": 1, "name": "behind"}], "rel_annotations": [{"id": 1, "subject_id": 2, "predicate_id": 1, "object_id": 1}]}"#
            .to_vec(),
        br#"{"images": [{"id": 1, "file_name": "images\\a.png", "coco_url": "http://x/a.png"}], "categories": [{"id": 1, "name": "sheep", "isthing": 1}],
            "annotations": [{"image_id": 1, "file_name": "a.png", "segments_info": [{"id": 9, "category_id": 1, "bbox": [1, 2, 30, 20]}]}]}"#
            .to_vec(),
    ]
}

/// Training's reader and Annotate's.
fn both_read(folder: &Path) -> bool {
    let trained = validate::examine(folder, &mut |_| {}).is_ok_and(|report| report.objects > 0);
    let Ok((mut store, annotations, _)) = AnnotationFolder::open(folder, &[]) else { return trained };
    let pages: Vec<_> =
        annotations.pages().iter().filter(|page| page.trouble.is_none()).map(|page| page.snapshot()).collect();
    let before: Vec<usize> = pages.iter().map(|page| page.state.scene.nodes().len()).collect();
    store.write(&pages).expect("what is shown can be saved");
    let (_, again, _) = AnnotationFolder::open(folder, &[]).expect("what was saved can be opened");
    let after = again.pages().iter().filter(|page| page.trouble.is_none()).map(|page| page.scene().nodes().len());
    assert_eq!(before, after.collect::<Vec<_>>(), "objects are lost or invented by saving");
    trained
}

fn annotations(data: &[u8]) -> bool {
    with_files(&[("a.png", a_picture()), ("b.png", a_picture()), ("annotations.json", data)], both_read)
}

/// The first byte says which tool's file it is.
const OTHER_TOOLS: [(&str, &str); 11] = [
    (
        "a.json",
        r#"{"shapes": [{"label": "sheep", "points": [[1, 2], [30, 2], [30, 30]], "shape_type": "polygon", "group_id": 1}, {"label": "sun", "points": [[40, 10], [45, 10]], "shape_type": "circle"}], "imagePath": "a.png", "imageWidth": 60, "imageHeight": 40}"#,
    ),
    (
        "tasks.json",
        r#"[{"data": {"image": "/data/upload/1/0a1b2c3d-a.png"}, "annotations": [{"result": [{"id": "x", "type": "rectanglelabels", "original_width": 60, "original_height": 40, "value": {"x": 10, "y": 10, "width": 50, "height": 50, "rotation": 5, "rectanglelabels": ["sheep"]}}, {"id": "y", "type": "polygonlabels", "original_width": 60, "original_height": 40, "value": {"points": [[1, 2], [50, 2], [50, 60]], "polygonlabels": ["tree"]}}, {"type": "relation", "from_id": "x", "to_id": "y", "labels": ["near"]}]}]}]"#,
    ),
    (
        "samples.json",
        r#"{"samples": [{"filepath": "a.png", "truth": {"detections": [{"label": "sheep", "bounding_box": [0.1, 0.1, 0.5, 0.5], "confidence": 0.5}]}, "lines": {"polylines": [{"label": "tree", "points": [[[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]]], "closed": true}]}}]}"#,
    ),
    (
        "psg.json",
        r#"{"data": [{"file_name": "a.png", "width": 60, "height": 40, "annotations": [{"bbox": [1, 2, 30, 30], "category_id": 0}, {"bbox": [0, 20, 60, 40], "category_id": 1}], "relations": [[0, 1, 0]]}], "thing_classes": ["sheep"], "stuff_classes": ["grass"], "predicate_classes": ["on"]}"#,
    ),
    (
        "graphs.json",
        r#"{"a": {"width": 60, "height": 40, "objects": {"1": {"name": "sheep", "x": 1, "y": 2, "w": 30, "h": 20, "attributes": ["white"], "relations": [{"object": "2", "name": "on"}]}, "2": {"name": "grass", "x": 0, "y": 20, "w": 60, "h": 20, "relations": []}}}}"#,
    ),
    ("results.json", r#"[{"image_id": 1, "category_id": 1, "bbox": [1, 2, 30, 20], "score": 0.9}]"#),
    (
        "scene.json",
        r#"{"objects": ["sheep", "grass"], "relationships": [[0, "on", 1]], "boxes": [[1, 2, 30, 30], [0, 20, 60, 40]]}"#,
    ),
    (
        "a.xml",
        "<annotation><filename>a.png</filename><size><width>60</width><height>40</height></size><object><name>sheep</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>30</ymax></bndbox><polygon><x1>1</x1><y1>2</y1><x2>30</x2><y2>2</y2><x3>30</x3><y3>30</y3></polygon></object></annotation>",
    ),
    (
        "annotations.xml",
        "<annotations><image name=\"a.png\" width=\"60\" height=\"40\"><box label=\"sheep\" xtl=\"1\" ytl=\"2\" xbr=\"30\" ybr=\"30\" rotation=\"5\"/><polygon label=\"tree\" points=\"1,2;30,2;30,30\"/><mask label=\"pond\" rle=\"1, 3, 2\" left=\"1\" top=\"1\" width=\"3\" height=\"2\"/><ellipse label=\"sun\" cx=\"5\" cy=\"5\" rx=\"3\" ry=\"2\"/></image></annotations>",
    ),
    ("a.txt", "0 0.5 0.5 0.2 0.4\n1 0.1 0.2 0.3 0.2 0.3 0.8\n"),
    ("data.yaml", "names:\n  0: sheep\n  1: tree # green\nnc: 2\n"),
];

fn other_files() -> Vec<Vec<u8>> {
    let tagged = |(nth, (_, text)): (usize, &(&str, &str))| [&[nth as u8], text.as_bytes()].concat();
    OTHER_TOOLS.iter().enumerate().map(tagged).collect()
}

fn mutate_other(data: &mut Vec<u8>, rng: &mut crate::rng::Rng) {
    let Some((tool, rest)) = data.split_first() else { return mutate::bytes(data, rng) };
    let (tool, mut rest) = (*tool, rest.to_vec());
    match OTHER_TOOLS.get(usize::from(tool)) {
        Some((name, _)) if name.ends_with(".json") => mutate::json(&mut rest, rng),
        _ => mutate::text(&mut rest, rng),
    }
    *data = [&[tool], rest.as_slice()].concat();
}

fn other_tools(data: &[u8]) -> bool {
    let Some((tool, rest)) = data.split_first() else { return false };
    let Some((name, _)) = OTHER_TOOLS.get(usize::from(*tool) % OTHER_TOOLS.len()) else { return false };
    let mut files: Vec<(&str, &[u8])> = vec![("a.png", a_picture()), (name, rest)];
    match *name {
        "a.txt" => files.push(("classes.txt", b"sheep\ntree\n")),
        "data.yaml" => files.push(("a.txt", b"0 0.5 0.5 0.2 0.4\n")),
        "results.json" => files.push((
            "annotations/instances.json",
            br#"{"images": [{"id": 1, "file_name": "a.png"}], "categories": [{"id": 1, "name": "sheep"}], "annotations": []}"#,
        )),
        _ => {}
    }
    with_files(&files, both_read)
}

/// One JSON that holds the four files of Visual Genome.
fn visual_genome_files() -> Vec<Vec<u8>> {
    vec![
        br#"{"image_data.json": [{"image_id": 1, "url": "http://x/VG_100K/1.jpg", "width": 60, "height": 40}, {"image_id": 2, "width": 60, "height": 40}],
            "objects.json": [{"image_id": 1, "objects": [{"object_id": 11, "names": ["sheep"], "x": 1, "y": 2, "w": 30, "h": 20}, {"object_id": 12, "names": ["grass"], "x": 0, "y": 20, "w": 60, "h": 20}]}, {"image_id": 2, "objects": []}],
            "relationships.json": [{"image_id": 1, "relationships": [{"relationship_id": 5, "predicate": "on", "subject": {"object_id": 11}, "object": {"object_id": 12}}, {"predicate": "ON", "subject_id": 12, "object_id": 11}]}],
            "attributes.json": [{"image_id": 1, "attributes": [{"object_id": 11, "attributes": ["white"], "names": ["sheep"]}]}]}"#
            .to_vec(),
    ]
}

fn visual_genome(data: &[u8]) -> bool {
    let Ok(serde_json::Value::Object(all)) = serde_json::from_slice(data) else { return false };
    let texts: Vec<(String, Vec<u8>)> = all
        .into_iter()
        .filter(|(name, _)| {
            ["image_data.json", "objects.json", "relationships.json", "attributes.json"].contains(&name.as_str())
        })
        .map(|(name, value)| (name, value.to_string().into_bytes()))
        .collect();
    let files: Vec<(&str, &[u8])> = texts.iter().map(|(name, text)| (name.as_str(), text.as_slice())).collect();
    let files: Vec<(&str, &[u8])> = files.into_iter().chain([("images/VG_100K/1.jpg", a_picture())]).collect();
    with_files(&files, |folder| validate::examine(folder, &mut |_| {}).is_ok_and(|report| report.objects > 0))
}

fn hdf5_files() -> Vec<Vec<u8>> {
    files("crates/data/tests/data/visual_genome_h5", &["h5"])
}

fn hdf5(data: &[u8]) -> bool {
    static OTHERS: OnceLock<Vec<(&str, Vec<u8>)>> = OnceLock::new();
    let others = OTHERS.get_or_init(|| {
        let folder = repository("crates/data/tests/data/visual_genome_h5");
        let read = |name: &'static str| (name, std::fs::read(folder.join(name)).unwrap_or_default());
        ["val.h5", "test.h5", "vocab.json"].map(read).to_vec()
    });
    let mut files: Vec<(&str, &[u8])> = others.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    files.push(("train.h5", data));
    with_files(&files, |folder| validate::examine(folder, &mut |_| {}).is_ok())
}

fn pictures() -> Vec<Vec<u8>> {
    use ImageFormat::{Bmp, Gif, Jpeg, Png, Tiff, WebP};
    [Bmp, Gif, Jpeg, Png, Tiff, WebP].into_iter().map(|format| encoded(format, 24, 18)).collect()
}

fn picture(data: &[u8]) -> bool {
    with_file("it.jpg", data, |path| {
        let header = picture_file::header(path);
        match picture_file::open(path, ExifOrientation::AsShown) {
            Ok(image) => {
                let header = header.expect("what can be opened has a size");
                assert_eq!(header.shown(), image.dimensions(), "the size differs from that of the first bytes");
                true
            }
            Err(_) => false,
        }
    })
}

fn drawings() -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(repository("assets/sprites")).into_iter().flatten().flatten().take(40) {
        let below = format!("assets/sprites/{}", entry.file_name().to_string_lossy());
        found.extend(files(&below, &["svg"]).into_iter().filter(|text| text.len() < 20_000).take(1));
    }
    found
}

fn svg(data: &[u8]) -> bool {
    with_files(&[("farm/it.svg", data), ("farm/sprite.toml", b"")], |folder| {
        let Ok(library) = SpriteLibrary::default().with(folder) else { return false };
        let variants = library.iter().flat_map(|category| category.variants.iter());
        variants.filter(|variant| variant.shape().is_ok()).count() > 0
    })
}

fn journals() -> Vec<Vec<u8>> {
    let journals = |folder: &Path| -> Vec<u8> {
        let mut document = Document::new(Scene::new(), "a drawing", &Journals::in_folder(folder));
        let add = |name: &str| {
            Edit::from(NodeDraft { pinned: Some(UnitBox::new(0.1, 0.2, 0.5, 0.9)), ..NodeDraft::new(name) })
        };
        let _ = document.apply("add sheep", &[add("sheep")]);
        let _ = document.apply("add grass", &[add("grass")]);
        document.begin("drag");
        let _ = document.apply("drag", &[Edit::relate(NodeId(0), "on", NodeId(1))]);
        document.commit();
        let _ = document.apply("rename", &[Edit::Rename { node: NodeId(0), name: "cow".to_owned() }]);
        document.undo();
        document.redo();
        document.settle();
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let path = entries.into_iter().find(|path| path.extension().is_some_and(|end| end == "journal"));
        path.and_then(|path| std::fs::read(path).ok()).unwrap_or_default()
    };
    vec![with_files(&[("empty", b"")], journals)]
}

fn journal(data: &[u8]) -> bool {
    with_files(&[("it.journal", data)], |folder| {
        let mut is_used = false;
        for recovery in recover::find(folder) {
            if let Ok(document) = recovery.open(&Journals::off()) {
                is_used |= !document.scene().is_empty();
                document.close();
            }
        }
        is_used
    })
}

fn sentences() -> Vec<Vec<u8>> {
    [
        "add a sheep standing on the grass",
        "make the left one bigger",
        "the sheep is red and the roof of the house is blue",
        "two boats in the ocean under a cloudy sky",
        "remove everything but the tree",
        "put a kite between the two trees",
        "a boy in a red shirt facing left next to a dog at night",
        "rename it to cow",
        "swap the sheep and the tree",
        "move the sun to the top left",
        "no, the other one",
        "sheep: on grass; behind tree",
        "a castle, a river in front of it, mountains far away",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

fn sentence(data: &[u8]) -> bool {
    static WORDS: OnceLock<(Vocabulary, Scene)> = OnceLock::new();
    let (vocab, start) = WORDS.get_or_init(|| {
        let text = std::fs::read_to_string(repository("assets/scenes/farm.json")).unwrap_or_default();
        (
            Vocabulary::illustrated(),
            scenes_from_str(&text).ok().and_then(|list| list.into_iter().next()).unwrap_or_default(),
        )
    });
    let text = String::from_utf8_lossy(data);
    let (mut scene, mut session, mut is_understood) = (start.clone(), Session::new(), false);
    // Said twice: the second time is about what the first has done.
    for _ in 0..2 {
        let result = session.understand(&text, &scene, &ParseContext::new(vocab));
        let before = scene.clone();
        scene.apply_all(&result.edits).expect("edits of a sentence can be applied");
        session.said(&result, &before, &scene);
        is_understood |= !result.edits.is_empty();
    }
    is_understood
}

fn vocabularies() -> Vec<Vec<u8>> {
    let mut found = files("vocab", &["json"]);
    found.push(
        br#"{"object_idx_to_name": ["__image__", "sheep"], "object_name_to_idx": {"__image__": 0, "sheep": 1}, "pred_idx_to_name": ["__in_image__", "on"], "pred_name_to_idx": {"__in_image__": 0, "on": 1}}"#.to_vec(),
    );
    found
}

fn vocabulary(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let ours = Vocabulary::from_json(text);
    let theirs = serde_json::from_str(text).ok().map(|value| Vocabulary::from_sg2im(&value));
    let mut is_read = false;
    for vocab in [ours.ok(), theirs.and_then(Result::ok)].into_iter().flatten() {
        for (id, name) in vocab.objects() {
            assert_eq!(vocab.object_id(name), Some(id), "a word finds another's number");
        }
        vocab.nearest_objects("shepe", 3);
        is_read = true;
    }
    is_read
}

#[cfg(feature = "models")]
mod models {
    use super::{files, repository, with_file};
    use scenewright_model::checkpoint::{ModelFolder, import};
    use std::path::Path;
    use std::sync::OnceLock;

    pub fn checkpoints() -> Vec<Vec<u8>> {
        files("tests/golden", &["pt"])
    }

    pub fn checkpoint(data: &[u8]) -> bool {
        with_file("it.pt", data, |path| {
            let out = path.with_extension("model");
            let _ = std::fs::remove_dir_all(&out);
            let is_imported = import(path, &out, true).is_ok();
            if is_imported {
                ModelFolder::open(&out).expect("what was imported can be opened");
            }
            is_imported
        })
    }

    fn imported() -> &'static Path {
        static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
        let folder = FOLDER.get_or_init(|| {
            let folder = tempfile::TempDir::new().expect("a folder for temporary files");
            import(&repository("tests/golden/tiny.pt"), &folder.path().join("model"), true)
                .expect("the checkpoint of the tests");
            folder
        });
        folder.path()
    }

    pub fn weights() -> Vec<Vec<u8>> {
        let folder = imported().join("model");
        std::fs::read(folder.join("weights.safetensors")).into_iter().collect()
    }

    pub fn model_folder(data: &[u8]) -> bool {
        let folder = imported().join("model");
        std::fs::write(folder.join("weights.safetensors"), data).expect("a file in the temporary folder");
        ModelFolder::open(&folder).is_ok()
    }
}
