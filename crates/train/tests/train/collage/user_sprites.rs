//! A collage learns drawings and pictures of the user's own: new words come behind the old ones, and nothing old loses its number.

use std::fs;
use std::path::{Path, PathBuf};

use scenewright_eval::untrained;
use scenewright_generate::{Generator, LookSource, Request};
use scenewright_model::checkpoint::{ModelConfig, ModelFolder};
use scenewright_model::collage::CollageConfig;
use scenewright_model::collage::geometry::{CategoryPrior, GeometryConfig};
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::device::DeviceChoice;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, NodeDraft, UnitBox};
use scenewright_train::collage::CollageTrainConfig;
use scenewright_train::collage::samples::Atlas;
use scenewright_train::run::{Outcome, RunEvent};
use scenewright_train::{AnyConfig, Compute, KeepError, Trainer, any_run, keep};
use serde_json::json;
use tempfile::TempDir;

use super::world::*;

fn settings(more: &[&str]) -> CollageTrainConfig {
    let mut set: Vec<String> = [
        "iterations=4",
        "batch_size=6",
        "from_pixels=2",
        "stuff_batch_size=3",
        "large_batch_size=3",
        "keep.validation_scenes=3",
    ]
    .map(str::to_owned)
    .to_vec();
    set.extend(more.iter().map(|setting| (*setting).to_owned()));
    match AnyConfig::assemble(Some("touch"), None, &set).unwrap() {
        AnyConfig::Collage(config) => *config,
        AnyConfig::Sg2Im(_) => panic!("the preset is a collage's"),
    }
}

/// A gadget, whose body may change its color, and another drawing of a sheep.
fn sprites(folder: &Path) -> PathBuf {
    let path = folder.join("sprites");
    let drawing = |body: &str| {
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 100" data-slots="body:#4a86d8"><rect x="1" y="30" width="58" height="69" class="body" fill="#4a86d8"/>{body}</svg>"##
        )
    };
    fs::create_dir_all(path.join("gadget")).unwrap();
    fs::create_dir_all(path.join("sheep")).unwrap();
    fs::write(
        path.join("gadget/square.svg"),
        drawing(r##"<rect x="15" y="2" width="30" height="28" fill="#888888"/>"##),
    )
    .unwrap();
    fs::write(
        path.join("gadget/sprite.toml"),
        "height = 1.4\nstands = \"ground\"\ngroup = \"people\"\n[slots]\nbody = [\"blue\", \"red\"]\n",
    )
    .unwrap();
    fs::write(path.join("sheep/grazing.svg"), drawing("")).unwrap();
    path
}

/// A small model with geometry.
fn model(folder: &Path) -> ModelFolder {
    let path = folder.join("base");
    let vocab = vocab();
    let mut geometry = GeometryConfig::new(vocab.object_count(), vocab.predicate_count());
    (geometry.width, geometry.hidden, geometry.layers) = (8, 8, 1);
    (geometry.image, geometry.in_image) = (vocab.image_object().0, vocab.in_image_predicate().0);
    for (row, prior) in geometry.priors.iter_mut().enumerate() {
        *prior = CategoryPrior {
            count: 5,
            low: [0.1, 0.1, 0.3],
            high: [0.4, 0.4, 0.9 + row as f32 * 1e-4],
            ..CategoryPrior::default()
        };
    }
    let config = CollageConfig { geometry: Some(geometry), ..CollageConfig::tiny() };
    untrained::write(&path, &ModelConfig::Collage(config), &vocab.to_sg2im(), 3).unwrap();
    ModelFolder::open(&path).unwrap()
}

fn warnings(run: &mut Trainer) -> Vec<String> {
    let mut reported = Vec::new();
    let ended = run.run(&CancellationToken::new(), &mut |event: RunEvent<'_>| {
        if let RunEvent::Warning(text) = event {
            reported.push(text.to_string());
        }
    });
    assert_eq!(ended.unwrap(), Outcome::Finished);
    reported
}

#[test]
fn a_new_drawing_becomes_a_word_that_is_drawn() {
    let folder = TempDir::new().unwrap();
    let (base, path) = (model(folder.path()), folder.path().join("run"));
    let known = Vocabulary::from_sg2im(&base.vocab).unwrap();
    let mut config = settings(&[]);
    config.sprites = vec![sprites(folder.path())];
    let mut run = Trainer::create(&path, config, Some(&base), &Compute::cpu()).unwrap();
    let last = path.join("checkpoints/last");
    let first = ModelFolder::open(&last).unwrap();
    let grown = Vocabulary::from_sg2im(&first.vocab).unwrap();
    // The new word stands behind all others; what was known keeps its number.
    assert_eq!(grown.object_count(), known.object_count() + 1);
    let gadget = grown.object_id("gadget").unwrap();
    assert_eq!(gadget.0 as usize, known.object_count());
    for (id, name) in known.objects() {
        assert_eq!(grown.object_id(name), Some(id));
    }
    let looks = grown.looks().unwrap();
    let rows = |name: &str| looks.objects[name].variants.iter().map(|v| (v.name.clone(), v.row)).collect::<Vec<_>>();
    let named = |pairs: &[(&str, u32)]| pairs.iter().map(|(n, r)| ((*n).to_owned(), *r)).collect::<Vec<_>>();
    assert_eq!(rows("gadget"), named(&[("square", 5)]));
    assert_eq!(rows("sheep"), named(&[("grazing", 1), ("standing", 2), ("own grazing", 6)]));
    assert_eq!(looks.objects["gadget"].slots[0].name, "body");
    // Its weights begin as those of a word that stands there and is as tall; all others are the model's.
    for table in ["sprite.class_embeddings.weight", "geometry.boxes.obj_embeddings.weight"] {
        let (old, new) = (base.weights.values(table).unwrap(), first.weights.values(table).unwrap());
        assert_eq!(new[..old.len()], old, "{table}");
        let row = new.len() - old.len();
        assert!(old.chunks_exact(row).any(|known| known == &new[old.len()..]), "{table}");
    }
    let ModelConfig::Collage(config) = &first.config else { panic!("a collage") };
    let geometry = config.geometry.as_ref().unwrap();
    assert_eq!((geometry.categories, geometry.priors.len()), (grown.object_count(), grown.object_count()));
    assert!(warnings(&mut run).is_empty());
    drop(run);
    // Geometry stays as it was; the drawing has learned.
    let learned = ModelFolder::open(&last).unwrap();
    let values = |folder: &ModelFolder, name: &str| folder.weights.values(name).unwrap();
    assert_eq!(values(&learned, "geometry.boxes.out.weight"), values(&base, "geometry.boxes.out.weight"));
    assert_ne!(
        values(&learned, "sprite.variant_embeddings.weight"),
        values(&first, "sprite.variant_embeddings.weight")
    );
    let header = fs::read_to_string(path.join("metrics.csv")).unwrap();
    assert!(header.lines().next().unwrap().contains("val_own_recognised"));
    let generator = Generator::open(&last, DeviceChoice::Cpu).unwrap();
    let mut scene = scene(&["sky", "grass", "sheep"]);
    let new = add(&mut scene, NodeDraft { attributes: vec!["red body".into()], ..NodeDraft::new("gadget") });
    let picture = draw(&generator, &scene, Vec::new());
    assert!(picture.encoded.unknown_attributes.is_empty() && picture.box_of(new).unwrap().is_proper());
    // From there it goes on: learned once more, nothing is new.
    let again = folder.path().join("again");
    let config = CollageTrainConfig { sprites: vec![folder.path().join("sprites")], ..settings(&[]) };
    Trainer::create(&again, config, Some(&learned), &Compute::cpu()).unwrap();
    let again = ModelFolder::open(&again.join("checkpoints/last")).unwrap();
    assert_eq!((&again.vocab, &again.config), (&learned.vocab, &learned.config));
}

#[test]
fn a_run_over_own_drawings_that_is_stopped_goes_on_exactly() {
    let folder = TempDir::new().unwrap();
    let base = model(folder.path());
    let config = CollageTrainConfig { sprites: vec![sprites(folder.path())], ..settings(&[]) };
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    warnings(&mut Trainer::create(&whole, config.clone(), Some(&base), &Compute::cpu()).unwrap());
    let cancel = CancellationToken::new();
    let mut run = Trainer::create(&parts, config, Some(&base), &Compute::cpu()).unwrap();
    let mut watch = |event: RunEvent<'_>| {
        if matches!(event, RunEvent::Step { step: 2, .. }) {
            cancel.cancel();
        }
    };
    assert_eq!(run.run(&cancel, &mut watch).unwrap(), Outcome::Stopped);
    drop(run);
    let mut run = any_run::resume(&parts, &Compute::cpu()).unwrap();
    assert_eq!(run.run(&CancellationToken::new(), &mut |_| {}).unwrap(), Outcome::Finished);
    let weights = |run: &Path| fs::read(run.join("checkpoints/last/weights.safetensors")).unwrap();
    assert!(weights(&whole) == weights(&parts), "the weights differ");
}

/// A checkpoint without geometry takes that of a model that has some, to the last prior.
#[test]
fn a_kept_collage_takes_its_geometry_from_another() {
    let folder = TempDir::new().unwrap();
    let (known, plain, out) = (model(folder.path()), write(folder.path()), folder.path().join("kept"));
    keep(&plain, Some(&known.path), &out, false).unwrap();
    let kept = ModelFolder::open(&out).unwrap();
    assert_eq!(kept.config, known.config);
    for (name, of) in
        [("geometry.boxes.out.weight", &known), ("sprite.mix.0.weight", &ModelFolder::open(&plain).unwrap())]
    {
        let halves = |model: &ModelFolder| -> Vec<half::f16> {
            model.weights.values(name).unwrap().into_iter().map(half::f16::from_f32).collect()
        };
        assert_eq!(halves(&kept), halves(of), "{name}");
    }
    assert!(matches!(
        keep(&plain, Some(&plain), &folder.path().join("none"), false),
        Err(KeepError::NoGeometry { .. })
    ));
}

/// An older model has no stage for large things, and nothing that drawings have of their own: it is drawn as it is, stays so in a short
/// touch, and gets them where the settings ask for them. Until it has learned more it draws as before.
#[test]
fn an_older_model_draws_and_may_get_what_it_lacks() {
    let folder = TempDir::new().unwrap();
    let mut config = CollageConfig::tiny();
    (config.sprite.detail, config.sprite.large) = (0, 0);
    let path = folder.path().join("older");
    untrained::write(&path, &ModelConfig::Collage(config.clone()), &vocab().to_sg2im(), 3).unwrap();
    let written = fs::read_to_string(path.join("config.json")).unwrap();
    assert!(!written.contains("large") && !written.contains("detail"));
    let mut scene = scene(&["sky"]);
    add(&mut scene, NodeDraft { pinned: Some(UnitBox::new(0.1, 0.1, 0.9, 0.9)), ..NodeDraft::new("sheep") });
    let drawn = |path: &Path| {
        let request = Request { size: Some((256, 256)), looks: LookSource::Decoder, ..Default::default() };
        Generator::open(path, DeviceChoice::Cpu).unwrap().render(&scene, &request).unwrap()
    };
    let before = drawn(&path);
    assert_eq!(before.width, 256);
    let older = ModelFolder::open(&path).unwrap();
    for (asked, width) in [((0, 0), (0, 0)), ((3, 0), (3, 0)), ((2, 8), (2, 8))] {
        let run = folder.path().join(format!("run {asked:?}"));
        let mut settings = settings(&["large_every=1"]);
        (settings.model.sprite.detail, settings.model.sprite.large) = asked;
        let mut going = Trainer::create(&run, settings, Some(&older), &Compute::cpu()).unwrap();
        let last = run.join("checkpoints/last");
        // A stage for large things interpolates at first; the maps change nothing.
        assert_eq!(drawn(&last).rgb == before.rgb, asked.1 == 0, "{asked:?}");
        warnings(&mut going);
        let last = ModelFolder::open(&last).unwrap();
        let mut wanted = config.clone();
        (wanted.sprite.detail, wanted.sprite.large) = width;
        assert_eq!(last.config, ModelConfig::Collage(wanted));
        for (name, width) in [("sprite.details.weight", width.0), ("sprite.large.out.weight", width.1)] {
            let learned = last.weights.values(name).is_ok_and(|all| all.iter().any(|&value| value != 0.0));
            assert_eq!(learned, width > 0, "{name}, {asked:?}");
        }
    }
}

/// Pictures of colored squares with polygons: "zorble" is an unknown word, "boat" is known, "grass" is a material.
fn pictures(folder: &Path, count: u64) -> PathBuf {
    let path = folder.join("pictures");
    fs::create_dir_all(&path).unwrap();
    let (mut images, mut annotations) = (Vec::new(), Vec::new());
    for i in 0..count {
        let name = format!("p{i}.png");
        image::RgbImage::from_fn(120, 90, |x, y| image::Rgb([(x * 2) as u8, (y * 2) as u8, 60 + i as u8]))
            .save(path.join(&name))
            .unwrap();
        images.push(json!({ "id": i + 1, "file_name": name, "width": 120, "height": 90 }));
        for (category, x, side) in [(1, 4.0, 30.0), (2, 40.0, 40.0), (3, 82.0, 30.0), (1, 90.0, 8.0)] {
            let id = annotations.len() + 1;
            let corners = [x, 10.0, x + side, 10.0, x + side, 10.0 + side, x, 10.0 + side];
            annotations
                .push(json!({ "id": id, "image_id": i + 1, "category_id": category, "iscrowd": 0, "area": side * side,
                "bbox": [x, 10.0, side, side], "segmentation": [corners] }));
        }
    }
    let categories = json!([{ "id": 1, "name": "boat" }, { "id": 2, "name": "zorble" }, { "id": 3, "name": "grass" }]);
    let file = json!({ "images": images, "annotations": annotations, "categories": categories });
    fs::write(path.join("annotations.json"), serde_json::to_vec(&file).unwrap()).unwrap();
    path
}

#[test]
fn own_pictures_are_cut_out_and_learned() {
    let folder = TempDir::new().unwrap();
    let (base, path) = (model(folder.path()), folder.path().join("run"));
    let config = CollageTrainConfig { pictures: vec![pictures(folder.path(), 12)], ..settings(&[]) };
    let mut run = Trainer::create(&path, config, Some(&base), &Compute::cpu()).unwrap();
    let files = |set: &str, word: &str| {
        fs::read_dir(path.join("cut-outs").join(set).join(word)).map_or(0, |entries| entries.count())
    };
    for word in ["zorble", "boat"] {
        assert_eq!(files("learnt", word) + files("held out", word), 12, "{word}");
        assert!(files("held out", word) > 0 && files("learnt", word) > 6, "{word}");
    }
    assert_eq!(files("learnt", "grass"), 0);
    let reported = warnings(&mut run).join("\n");
    assert!(reported.contains("12 cut-outs are left out: they have a side of less than 24 pixels"), "{reported}");
    assert!(reported.contains("12 cut-outs are left out: they are materials"), "{reported}");
    let rows = fs::read_to_string(path.join("metrics.csv")).unwrap();
    let column = rows.lines().next().unwrap().split(',').position(|name| name == "val_unseen_colour").unwrap();
    let measured = rows.lines().skip(1).filter(|row| row.split(',').nth(column).is_some_and(|cell| !cell.is_empty()));
    assert!(measured.count() >= 2, "before and after");
    drop(run);
    // The cut-outs may be gone, as from a folder that was written again: they are cut out again.
    fs::remove_dir_all(path.join("cut-outs")).unwrap();
    any_run::resume(&path, &Compute::cpu()).unwrap();
    assert_eq!(files("learnt", "zorble") + files("held out", "zorble"), 12);
    // The pictures may be gone: a run goes on with what was cut out. Both: it says so.
    fs::remove_dir_all(folder.path().join("pictures")).unwrap();
    any_run::resume(&path, &Compute::cpu()).unwrap();
    fs::rename(path.join("cut-outs"), folder.path().join("aside")).unwrap();
    let error = any_run::resume(&path, &Compute::cpu()).err().unwrap().to_string();
    assert!(error.contains("pictures"), "{error}");
    let generator = Generator::open(&path.join("checkpoints/last"), DeviceChoice::Cpu).unwrap();
    assert_eq!(draw(&generator, &scene(&["grass", "zorble"]), Vec::new()).objects.len(), 3);
}

/// Boxes without outlines show no looks: that is said before a run begins, not after it.
#[test]
fn pictures_without_outlines_teach_a_collage_nothing() {
    let folder = TempDir::new().unwrap();
    let base = model(folder.path());
    let pictures = pictures(folder.path(), 6);
    let file = pictures.join("annotations.json");
    let mut annotations: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    for annotation in annotations["annotations"].as_array_mut().unwrap() {
        annotation["segmentation"] = json!([]);
    }
    fs::write(&file, annotations.to_string()).unwrap();
    let config = CollageTrainConfig { pictures: vec![pictures], ..settings(&[]) };
    let error = Trainer::create(&folder.path().join("run"), config, Some(&base), &Compute::cpu()).err().unwrap();
    let error = error.to_string();
    assert!(error.contains("outlines (P)") && error.contains("sg2im") && error.contains("pictures"), "{error}");
}

#[test]
fn drawings_that_cannot_be_learned_are_reported() {
    let folder = TempDir::new().unwrap();
    let base = model(folder.path());
    let known = Vocabulary::from_sg2im(&base.vocab).unwrap();
    let atlas = |files: &[(&str, &str)]| {
        let path = TempDir::new().unwrap();
        for (name, text) in files {
            fs::write(path.path().join(name), text).unwrap();
        }
        Atlas::new(&[path.path().to_owned()], Some(&known))
    };
    let good = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#ff0000"/></svg>"##;
    let said = atlas(&[("grass.svg", good)]).err().unwrap().to_string();
    assert!(said.contains("\"grass\" is a material"), "{said}");
    assert!(atlas(&[]).is_err(), "an empty folder");
    let mixed = atlas(&[("widget.svg", good), ("broken.svg", "<svg")]).unwrap();
    assert_eq!((mixed.own_count(), mixed.problems().len()), (1, 1));
    assert_eq!(mixed.new_words.iter().map(|word| word.name.as_str()).collect::<Vec<_>>(), ["widget"]);
    let said = AnyConfig::assemble(Some("touch"), None, &["own_share=1.5".to_owned()]).unwrap_err().to_string();
    assert!(said.contains("own_share"), "{said}");
}

/// A word without drawings, and seeds and words of any kind: defined, if not pretty.
#[test]
fn words_without_drawings_and_odd_looks_are_drawn() {
    let folder = TempDir::new().unwrap();
    let base = model(folder.path());
    let generator = Generator::open(&base.path, DeviceChoice::Cpu).unwrap();
    let whole = UnitBox::new(0.1, 0.1, 0.9, 0.9);
    let long = "x".repeat(50);
    for (name, word) in
        [("kite", "red"), ("sheep", ""), ("sheep", "own grazing"), ("sheep", "red red"), ("tree", &long)]
    {
        for seed in [0, 1, u64::MAX] {
            let mut scene = scene(&["sky"]);
            let attributes = vec![word.to_owned()];
            let draft = NodeDraft { attributes, pinned: Some(whole), seed: Some(seed), ..NodeDraft::new(name) };
            if scene.apply(&Edit::AddNode { node: Box::new(draft) }).is_err() {
                continue;
            }
            let picture = draw(&generator, &scene, Vec::new());
            assert!(picture.raw.iter().all(|x| x.is_finite()), "{name}, {word}, {seed}");
        }
    }
}
