//! Opening and saving: one graph, several, pictures, and files that other programs change.

pub use scenewright_document::*;
use scenewright_formats::{ReadError, png_with_text, read_scenes, scenes_to_string};
use scenewright_scene::*;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/scene_graphs").join(name)
}

fn open(path: &Path) -> Document {
    read(path).unwrap().into_document(Choice::Graph(0), &Journals::off())
}

fn add(document: &mut Document, name: &str) {
    document.apply(&format!("add {name}"), &[Edit::add(name)]).unwrap();
}

#[test]
fn a_document_is_dirty_until_it_is_saved() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("Meadow.json");
    let mut document = Document::new(Scene::new(), "Untitled", &Journals::off());
    assert!(!document.is_dirty() && document.path().is_none());
    add(&mut document, "sky");
    assert!(document.is_dirty());
    assert!(matches!(document.save(), Err(SaveError::NoPath)));
    document.save_as(&path).unwrap();
    assert_eq!((document.is_dirty(), document.title(), document.path()), (false, "Meadow", Some(path.as_path())));

    add(&mut document, "sheep");
    assert!(document.is_dirty());
    document.undo();
    assert!(!document.is_dirty(), "back at what the file holds");
    document.redo();
    document.begin("drag");
    document.apply("", &[Edit::MoveOnCanvas { node: NodeId(0), canvas: Some([1.0, 2.0]) }]).unwrap();
    document.save().unwrap();
    assert!(!document.is_dirty() && !document.history().in_gesture(), "a gesture is part of what is saved");
    assert_eq!(read_scenes(&path).unwrap(), [document.scene().clone()]);

    // A save that ran elsewhere while the user went on: the file holds the older state.
    let job = document.save_job(None).unwrap();
    add(&mut document, "tree");
    document.saved(job.run().unwrap());
    assert!(document.is_dirty() && document.saved_revision() != document.history().revision());
}

#[test]
fn an_open_gesture_counts_as_unsaved_work() {
    let mut document = Document::new(Scene::new(), "Untitled", &Journals::off());
    document.begin("drag");
    assert!(!document.is_dirty());
    document.apply("", &[Edit::add("sky")]).unwrap();
    assert!(document.is_dirty());
    document.abort();
    assert!(!document.is_dirty());
}

#[test]
fn another_programs_change_is_noticed() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("sheep.json");
    fs::write(&path, r#"{"objects": ["sky"]}"#).unwrap();
    let mut document = open(&path);
    add(&mut document, "sheep");
    let watch = document.watch().unwrap();
    assert_eq!(watch.look(), DiskState::Same);
    // Touched, and not changed.
    fs::write(&path, r#"{"objects": ["sky"]}"#).unwrap();
    assert_eq!(watch.look(), DiskState::Same);

    let theirs = r#"{"objects": ["sea"]}"#;
    fs::write(&path, theirs).unwrap();
    assert_eq!(watch.look(), DiskState::Changed);
    let error = document.save().unwrap_err();
    assert!(matches!(error, SaveError::ChangedOnDisk { .. }));
    assert!(error.to_string().ends_with("sheep.json"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
    assert!(document.is_dirty());
    // Said so, done so.
    let saved = document.save_job(None).unwrap().overwriting().run().unwrap();
    document.saved(saved);
    assert_eq!(read_scenes(&path).unwrap()[0].nodes().len(), 2);
    document.save().unwrap();

    fs::remove_file(&path).unwrap();
    assert_eq!(document.watch().unwrap().look(), DiskState::Gone);
    document.save().unwrap();
    assert!(path.exists());
}

#[test]
fn one_graph_of_several_is_saved_among_the_others() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("sheep.json");
    fs::copy(golden("figure_6_sheep.json"), &path).unwrap();
    let before = read_scenes(&path).unwrap();
    let opened = read(&path).unwrap();
    assert!(opened.has_several());
    let mut document = opened.into_document(Choice::Graph(3), &Journals::off());
    assert_eq!((document.graphs_in_file(), document.title()), (7, "sheep"));
    assert_eq!(document.scene(), &before[3]);
    document.save().unwrap();
    assert_eq!(read_scenes(&path).unwrap(), before);
    add(&mut document, "kite");
    document.save().unwrap();
    let after = read_scenes(&path).unwrap();
    for (graph, (before, after)) in before.iter().zip(&after).enumerate() {
        assert_eq!(before == after, graph != 3);
    }
    assert_eq!(&after[3], document.scene());
    // A graph that is not there: the last.
    assert_eq!(read(&path).unwrap().into_document(Choice::Graph(99), &Journals::off()).scene(), &before[6]);
}

/// What a reader of the document sees of a scene, ids aside.
fn words(scene: &Scene) -> (Vec<NodeDraft>, Vec<(usize, String, usize)>) {
    let row = |id| scene.node_index(id).unwrap();
    let relations = scene.relations().iter().map(|r| (row(r.subject), r.predicate.clone(), row(r.object)));
    (scene.nodes().iter().map(NodeDraft::from).collect(), relations.collect())
}

#[test]
fn several_graphs_open_as_steps() {
    for name in ["figure_6_sheep.json", "figure_6_street.json", "figure_5_coco.json", "figure_5_vg.json"] {
        let home = TempDir::new().unwrap();
        let path = home.path().join(name);
        fs::copy(golden(name), &path).unwrap();
        let graphs = read_scenes(&path).unwrap();
        let journals = Journals::in_folder(home.path().join("recovery"));
        let mut document = read(&path).unwrap().into_document(Choice::Steps, &journals);
        assert_eq!(document.history().revisions().len(), graphs.len(), "{name}");
        for (revision, graph) in document.history().revisions().iter().zip(&graphs) {
            assert_eq!(words(&revision.scene), words(graph), "{name}");
        }
        assert!(!document.is_dirty());
        // Saving would put one graph where seven were.
        assert!(document.path().is_none() && matches!(document.save(), Err(SaveError::NoPath)));
        assert!(!home.path().join("recovery").exists());
        // The steps are part of what a crash leaves.
        add(&mut document, "kite");
        let labels =
            |document: &Document| document.history().revisions().iter().map(|r| r.label.clone()).collect::<Vec<_>>();
        let before = labels(&document);
        assert!(document.settle());
        drop(document);
        let recovery = recover::find(&home.path().join("recovery")).remove(0);
        assert_eq!((recovery.revisions, recovery.is_unsaved), (graphs.len() + 1, true));
        let mut document = recovery.open(&journals).unwrap();
        assert_eq!(labels(&document), before);
        document.undo();
        assert!(!document.is_dirty(), "nothing but the file's own graphs");
        document.close();
    }
    // The paper's sheep was a zebra: the same object, changed.
    let document = read(&golden("figure_6_sheep.json")).unwrap().into_document(Choice::Steps, &Journals::off());
    let ids = |step: usize| document.history().revisions()[step].scene.nodes().iter().map(|n| n.id).collect::<Vec<_>>();
    assert_eq!(ids(0), ids(1));
}

#[test]
fn steps_lead_anywhere() {
    let scene = |text: &str| scenewright_formats::scenes_from_str(text).unwrap().remove(0);
    let rich = scene(
        r#"{"objects": ["sky", "sheep", "tree"], "relationships": [[0, "above", 1], [2, "behind", 1], [1, "by", 1]],
            "scenewright": {"seed": 4, "objects": [{}, {"label": "Dolly", "size": "small", "place": "bottom left", "attributes": ["black"],
            "pinned": [0.1, 0.5, 0.4, 0.9], "locked": true, "seed": 3, "canvas": [40, 120]}, {"id": 9}]}}"#,
    );
    let other = scene(r#"{"objects": ["sea", "boat"], "relationships": [[1, "in", 0]]}"#);
    let empty = Scene::new();
    for (from, to) in [(&rich, &other), (&other, &rich), (&empty, &rich), (&rich, &empty), (&rich, &rich)] {
        let mut changed = from.clone();
        changed.apply_all(&steps_between(from, to)).unwrap();
        let (mut found, mut wanted) = (words(&changed), words(to));
        // A graph without places on the canvas moves nothing.
        if to == &other {
            found.0.iter_mut().chain(&mut wanted.0).for_each(|node| node.canvas = None);
        }
        assert_eq!((found, changed.seed()), (wanted, to.seed()));
    }
    assert!(steps_between(&rich, &rich).is_empty());
}

#[test]
fn a_picture_opens_and_is_not_saved_over() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("sheep.png");
    let mut plain = Vec::new();
    let image = image::RgbImage::from_pixel(3, 2, image::Rgb([9, 8, 7]));
    image.write_to(&mut std::io::Cursor::new(&mut plain), image::ImageFormat::Png).unwrap();
    fs::write(&path, &plain).unwrap();
    assert!(matches!(read(&path), Err(ReadError::NoGraph { what: "PNG", .. })));

    let mut scene = Scene::new();
    scene.apply(&Edit::add("sheep")).unwrap();
    let text = scenes_to_string(&[scene.clone()]);
    let carrying = png_with_text(&plain, "scenewright", &text).unwrap();
    fs::write(&path, &carrying).unwrap();
    let mut document = open(&path);
    assert_eq!((document.scene(), document.title()), (&scene, "sheep"));
    add(&mut document, "tree");
    assert!(matches!(document.save(), Err(SaveError::NoPath)));
    assert_eq!(fs::read(&path).unwrap(), carrying);
}

#[test]
fn an_empty_list_is_an_empty_canvas() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("empty.json");
    fs::write(&path, "[]").unwrap();
    assert!(open(&path).scene().is_empty());
    fs::write(&path, "{").unwrap();
    assert!(matches!(read(&path), Err(ReadError::Document { .. })));
}

#[test]
fn a_save_is_known_after_a_crash() {
    let home = TempDir::new().unwrap();
    let (path, recovery) = (home.path().join("sheep.json"), home.path().join("recovery"));
    fs::write(&path, r#"{"objects": ["sky"]}"#).unwrap();
    let journals = Journals::in_folder(&recovery);
    let mut document = read(&path).unwrap().into_document(Choice::Graph(0), &journals);
    add(&mut document, "sheep");
    document.save().unwrap();
    assert!(document.settle());
    drop(document);
    let found = recover::find(&recovery).remove(0);
    assert_eq!((found.is_unsaved, found.title.as_str(), found.path.as_deref()), (false, "sheep", Some(path.as_path())));
    let mut document = found.open(&journals).unwrap();
    assert!(!document.is_dirty());
    add(&mut document, "tree");
    // Recovery is not saving, and notices other programs, too.
    assert_eq!(read_scenes(&path).unwrap()[0].nodes().len(), 2);
    fs::write(&path, "{}").unwrap();
    assert!(matches!(document.save(), Err(SaveError::ChangedOnDisk { .. })));
    document.close();
    assert_eq!(fs::read_dir(&recovery).unwrap().count(), 0);
}
