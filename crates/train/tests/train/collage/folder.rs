//! A collage's model folder.

use std::fs;

use scenewright_generate::Generator;
use scenewright_model::checkpoint::{FolderError, ModelConfig, ModelFolder};
use scenewright_model::collage::CollageConfig;
use scenewright_nn::device::DeviceChoice;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::world::*;

#[test]
fn a_folder_comes_back_as_it_was_written() {
    let folder = TempDir::new().unwrap();
    let model = ModelFolder::open(&write(folder.path())).unwrap();
    assert_eq!(model.config, ModelConfig::Collage(CollageConfig::tiny()));
    let known = scenewright_scene::vocab::Vocabulary::from_sg2im(&model.vocab).unwrap();
    assert_eq!(known.looks(), Some(&looks()));
}

#[test]
fn what_does_not_fit_together_is_refused_with_its_reason() {
    let folder = TempDir::new().unwrap();
    let path = write(folder.path());
    let change = |file: &str, change: &dyn Fn(&mut Value)| {
        let file = path.join(file);
        let before = fs::read(&file).unwrap();
        let mut value: Value = serde_json::from_slice(&before).unwrap();
        change(&mut value);
        fs::write(&file, serde_json::to_vec(&value).unwrap()).unwrap();
        let error = ModelFolder::open(&path).unwrap_err();
        fs::write(&file, before).unwrap();
        error.to_string()
    };
    type Case<'a> = (&'a str, &'a dyn Fn(&mut Value), &'a str);
    let one_word_more = |v: &mut Value| {
        let number = v["object_idx_to_name"].as_array().unwrap().len();
        v["object_idx_to_name"].as_array_mut().unwrap().push(json!("robot"));
        v["object_name_to_idx"]["robot"] = json!(number);
    };
    let cases: [Case<'_>; 7] = [
        ("vocab.json", &one_word_more, "class_embeddings"),
        ("config.json", &|c| c["sprite"]["code_dim"] = json!(17), "sprite.mix.0.weight"),
        ("config.json", &|c| c["lights"] = json!(3), "lights"),
        ("config.json", &|c| c["image_size"] = json!([0, 64]), "image_size"),
        ("config.json", &|c| c["sprite"]["widths"] = json!([8, 8, 8, 100_000]), "sprite.widths"),
        ("vocab.json", &|v| v["looks"]["objects"]["tree"]["variants"][0]["row"] = json!(9), "variant_embeddings"),
        ("vocab.json", &|v| _ = v.as_object_mut().unwrap().remove("looks"), "looks"),
    ];
    for (file, with, names) in cases {
        let said = change(file, with);
        assert!(said.contains(names), "{names}: {said}");
    }
    assert!(matches!(
        {
            fs::write(path.join("config.json"), br#"{"architecture": "collage", "colour": 1}"#).unwrap();
            ModelFolder::open(&path)
        },
        Err(FolderError::Json { .. })
    ));
    assert!(Generator::open(&path, DeviceChoice::Cpu).is_err());
}
