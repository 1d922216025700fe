//! Models and noise that are damaged, and networks whose boxes are no boxes.

use std::fs;

use candle_core::{DType, Device, Tensor};
use serde_json::Value;

use super::run::*;

/// A bias decides every box: the last layer's weights are zeros.
fn boxes_at(place: &Place, name: &str, sides: [f32; 4]) {
    place.damaged_model(name, |tensor, old| match tensor {
        "box_net.2.bias" => Some(Tensor::new(&sides, &Device::Cpu).unwrap()),
        "box_net.2.weight" => Some(old.zeros_like().unwrap()),
        _ => None,
    });
}

#[test]
fn predicted_boxes_of_every_kind_give_a_picture() {
    let place = Place::with_model();
    for (name, sides) in [
        ("zeros", [0.0; 4]),
        ("points", [0.5; 4]),
        ("inverted", [0.9, 0.8, 0.2, 0.1]),
        ("flat", [0.1, 0.5, 0.9, 0.5]),
        ("outside", [1.5, 1.5, 2.5, 2.5]),
        ("enormous", [0.0, 0.0, 3e38, 3e38]),
        ("enormous-inverted", [3e38, 3e38, 0.0, 0.0]),
    ] {
        boxes_at(&place, name, sides);
        place
            .line(&format!("render {{sheep}} --only 5 --model {name} --out {name}-out --dump {name}.safetensors"))
            .succeeds();
        let image =
            place.tensors(&format!("{name}.safetensors"))["5/image"].flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert!(image.iter().all(|value| value.is_finite()), "{name}");
        let picture = place.png(&format!("{name}-out/figure_6_sheep-5.png"));
        assert!(picture.pixels().any(|pixel| pixel != picture.get_pixel(0, 0)), "{name}: a picture of one color");
        let facts = place.json(&format!("{name}-out/figure_6_sheep-5.json"));
        let sides = |object: &Value| object["box"].as_array().unwrap().iter().all(|side| side.as_f64().is_some());
        assert!(facts["objects"].as_array().unwrap().iter().all(sides), "{name}");
    }
}

/// Every layer of `box_net` zero, as a network that never learned has it.
#[test]
fn a_dead_box_net_gives_a_picture() {
    let place = Place::with_model();
    place.damaged_model("dead", |name, old| name.starts_with("box_net.").then(|| old.zeros_like().unwrap()));
    place.line("render {coco} --model dead").succeeds();
    assert_eq!(place.files().len(), 8 * 4 + 3);
}

#[test]
fn weights_that_are_no_numbers_are_refused() {
    let place = Place::with_model();
    for (name, value) in [("nan", f32::NAN), ("infinite", f32::INFINITY)] {
        place.damaged_model(name, |tensor, old| {
            (tensor == "mask_net.1.bias" || tensor == "box_net.0.bias")
                .then(|| Tensor::full(value, old.shape(), &Device::Cpu).unwrap())
        });
        for line in ["render {sheep} --model", "bench --model"] {
            let ran = place.line(&format!("{line} {name}"));
            ran.fails(&["values of \"", "are NaN or infinite", "Import or train the model again"])
                .path_last("weights.safetensors");
        }
    }
    // Finite weights, but too large to compute with.
    place.damaged_model("huge", |tensor, old| {
        (tensor.starts_with("refinement_net.") && tensor.ends_with("weight"))
            .then(|| Tensor::full(1e30f32, old.shape(), &Device::Cpu).unwrap())
    });
    place
        .line("render {sheep} --only 0 --model huge")
        .fails(&["numbers that are not finite", "the model is damaged"])
        .path_last("sheep.json");
    assert!(!place.files().iter().any(|name| name.starts_with("out/")));
}

#[test]
fn folders_that_are_no_models() {
    let place = Place::with_model();
    let refused = |model: &str, parts: &[&str], path: &str| {
        for line in ["render {sheep} --model", "info", "bench --model"] {
            place.line(&format!("{line} {model}")).fails(parts).path_last(path);
        }
    };
    fs::create_dir(place.path("empty")).unwrap();
    refused(
        "empty",
        &["no model folder", "lacks config.json, vocab.json, weights.safetensors", "scenewright import"],
        "empty",
    );
    place.damaged_model("short", |_, _| None);
    let weights = fs::read(place.path("short/weights.safetensors")).unwrap();
    place.write("short/weights.safetensors", &weights[..weights.len() - 4]);
    refused("short", &["damaged or cut short"], "weights.safetensors");
    place.write("short/weights.safetensors", "");
    refused("short", &["damaged or cut short", "shorter than 8 bytes"], "weights.safetensors");
    place.damaged_model("misfit", |name, old| (name == "box_net.2.bias").then(|| old.narrow(0, 0, 3).unwrap()));
    refused("misfit", &["do not fit together", "wrong shape: box_net.2.bias is [3], should be [4]"], "misfit");
    place.damaged_model("wordless", |_, _| None);
    place.write("wordless/vocab.json", "[1, 2");
    refused("wordless", &["not what a model folder has"], "vocab.json");
    // A model is a folder, not one of its files.
    place
        .line("render {sheep} --model model/weights.safetensors")
        .fails(&["there is no folder"])
        .path_last("weights.safetensors");
    assert!(!place.path("out").exists());
}

/// A vocabulary with fewer words than the benchmark's own scene uses.
#[test]
fn a_small_vocabulary_is_measured() {
    let place = Place::with_model();
    place.damaged_model("small", |name, old| match name {
        "obj_embeddings.weight" => Some(old.narrow(0, 0, 3).unwrap()),
        "pred_embeddings.weight" => Some(old.narrow(0, 0, 2).unwrap()),
        "rel_aux_net.2.weight" | "rel_aux_net.2.bias" => Some(old.narrow(0, 0, 2).unwrap()),
        _ => None,
    });
    let names = r#"{"object_idx_to_name": ["__image__", "sky"], "pred_idx_to_name": ["__in_image__", "above"],
        "object_name_to_idx": {"__image__": 0, "sky": 1}, "pred_name_to_idx": {"__in_image__": 0, "above": 1}}"#;
    place.write("small/vocab.json", names);
    place.line("bench --model small --runs 1").succeeds();
}

#[test]
fn files_that_are_no_checkpoints() {
    let place = Place::empty();
    let tiny = fs::read(golden("tiny.pt")).unwrap();
    place.write("short.pt", &tiny[..tiny.len() / 2]);
    place.write("empty.pt", "");
    place.write("text.pt", "a sheep by another sheep");
    fs::create_dir(place.path("folder.pt")).unwrap();
    let before = place.files();
    for file in ["short.pt", "empty.pt", "text.pt", "folder.pt"] {
        place.line(&format!("import {file} --out models/new")).fails(&[]).path_last(file);
    }
    place
        .run(["import".as_ref(), golden("many.pt").as_os_str(), "--out".as_ref(), "models/new".as_ref()])
        .fails(&["cannot be imported"]);
    assert!(place.files() == before && !place.path("models").exists());
}

#[test]
fn noise_that_does_not_fit() {
    let place = Place::with_model();
    let refused = |noise: Tensor, name: &str, parts: &[&str]| {
        noise.save_safetensors(name, place.path("noise.safetensors")).unwrap();
        let ran = place.line("render {sheep} --only 5,6 --model model --noise noise.safetensors");
        ran.fails(parts).path_last("noise.safetensors");
    };
    let zeros = |shape: &[usize]| Tensor::zeros(shape, DType::F32, &Device::Cpu).unwrap();
    for shape in [&[1, 4, 16, 16][..], &[1, 3, 32, 32], &[2, 4, 32, 32], &[4096], &[]] {
        refused(zeros(shape), "noise", &[&format!("the noise is {shape:?}"), "takes [1, 4, 32, 32]"]);
    }
    // There is some for the first graph only.
    refused(zeros(&[1, 4, 32, 32]), "5", &["no noise for graph 6", "\"noise\" for all"]);
    refused(Tensor::full(f32::NAN, (1, 4, 32, 32), &Device::Cpu).unwrap(), "noise", &["NaN or infinite"]);
    let render = |noise: &str| place.line(&format!("render {{sheep}} --model model --noise {noise}"));
    place.write("noise.safetensors", "1234567");
    render("noise.safetensors").fails(&["cannot read the noise"]).path_last("noise.safetensors");
    render("nowhere").fails(&["cannot read the noise"]).path_last("nowhere");
    render("model").fails(&["no ordinary file"]).path_last("model");
    assert!(place.files() == ["noise.safetensors"] && !place.path("out").exists());
}
