//! From a checkpoint to a model folder.

use std::fs;
use std::path::Path;

use candle_core::Device;
use scenewright_model::checkpoint::torch::TorchFile;
use scenewright_model::checkpoint::{
    ImportError, ImportOptions, ModelConfig, ModelFolder, Pooling, Sg2ImConfig, StoredType, import, import_with,
};
use serde_json::{Value as Json, json};
use tempfile::tempdir;

use crate::build::{Py, checkpoint, kwargs, pickle, state, write_checkpoint, write_zip};
use crate::{GOLDEN, golden, listing};

fn sg2im(folder: &ModelFolder) -> &Sg2ImConfig {
    let ModelConfig::Sg2Im(config) = &folder.config else { panic!("an sg2im model") };
    config
}

#[test]
fn every_golden_checkpoint_imports() {
    for name in GOLDEN {
        let dir = tempdir().unwrap();
        let out = dir.path().join("model");
        let report = import(&golden(name), &out, false).unwrap_or_else(|error| panic!("{name}: {error}"));
        let folder = ModelFolder::open(&out).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(folder.config, report.config);
        assert_eq!((report.vocab.objects, report.vocab.predicates), (58, 22), "{name}");
        assert_eq!(folder.weights.names().count(), report.tensors, "{name}");
        assert_eq!(folder.weights.names().next(), Some("obj_embeddings.weight"));
        assert_eq!(folder.vocab["object_idx_to_name"][4], "sheep");
        assert_eq!(sg2im(&folder).image_size, (32, 32));
        let sum = name == "tiny-sum";
        assert_eq!(sg2im(&folder).gconv_pooling, if sum { Pooling::Sum } else { Pooling::Avg }, "{name}");
        assert_eq!(folder.discriminators.is_some(), ["tiny", "tiny_legacy", "tiny_full_with_model"].contains(&name));
        assert_eq!(listing(dir.path()), ["model"]);
    }
}

/// Expected values: `torch.load("tiny.pt")["model_state"]`, torch 2.15.
#[test]
fn the_values_are_those_torch_reads() {
    let dir = tempdir().unwrap();
    let out = dir.path().join("model");
    let report = import(&golden("tiny"), &out, false).unwrap();
    assert_eq!((report.tensors, report.parameters), (94, 57_630));
    let weights = ModelFolder::open(&out).unwrap().weights;
    let values = |name: &str| weights.values(name).unwrap();
    assert_eq!(values("obj_embeddings.weight")[..4], [-1.125_839_8, -1.152_360_2, -0.250_578_58, -0.433_878_8]);
    assert_eq!(values("refinement_net.output_conv.2.bias"), [-0.261_756_45, -0.151_486_1, -0.321_745_43]);
    assert_eq!(values("mask_net.9.running_var")[5], 0.067_342_825);
    assert_eq!(values("gconv_net.gconvs.1.net1.2.weight")[79 * 32 + 31], 0.453_567_1);
    let all: Vec<f64> = weights.names().flat_map(values).map(f64::from).collect();
    assert!((all.iter().sum::<f64>() - 316.405_074_878_162_3).abs() < 1e-9);
    assert!((all.iter().map(|x| x.abs()).sum::<f64>() - 7_256.349_384_957_796).abs() < 1e-9);

    let tensor = weights.tensor("box_net.0.weight", &Device::Cpu).unwrap();
    assert_eq!(tensor.dims(), [32, 16]);
    let vb = weights.into_var_builder(&Device::Cpu);
    let again = vb.pp("box_net").pp("0").get((32, 16), "weight").unwrap();
    assert_eq!(again.to_vec2::<f32>().unwrap(), tensor.to_vec2::<f32>().unwrap());
    assert!(vb.get((16, 32), "box_net.0.weight").unwrap_err().to_string().contains("box_net.0.weight"));
}

#[test]
fn the_legacy_container_gives_the_same_folder() {
    let dir = tempdir().unwrap();
    let (new, old) = (dir.path().join("new"), dir.path().join("old"));
    import(&golden("tiny"), &new, false).unwrap();
    import(&golden("tiny_legacy"), &old, false).unwrap();
    for name in ["config.json", "vocab.json", "weights.safetensors", "discriminators.safetensors"] {
        assert!(fs::read(new.join(name)).unwrap() == fs::read(old.join(name)).unwrap(), "{name}");
    }
}

#[test]
fn a_full_checkpoint_brings_its_discriminators_and_facts() {
    let dir = tempdir().unwrap();
    let out = dir.path().join("model");
    let report = import(&golden("tiny_full_with_model"), &out, false).unwrap();
    assert_eq!(report.discriminators, ["d_obj", "d_img"]);
    let folder = ModelFolder::open(&out).unwrap();
    // torch.load("tiny_full_with_model.pt")["model_state"]["obj_embeddings.weight"][0, 0], one step after tiny.pt
    assert_eq!(folder.weights.values("obj_embeddings.weight").unwrap()[0], -1.125_739_8);
    let discriminators = folder.discriminators.as_ref().unwrap();
    assert_eq!(discriminators.shape("d_obj.discriminator.obj_classifier.weight"), Some([58, 1024].as_slice()));
    assert_eq!(discriminators.shape("d_img.cnn.0.weight"), Some([8, 3, 4, 4].as_slice()));
    assert!(discriminators.names().all(|name| !name.ends_with("num_batches_tracked")));

    let config: Json = serde_json::from_slice(&fs::read(out.join("config.json")).unwrap()).unwrap();
    assert_eq!(config["architecture"], "sg2im");
    assert_eq!(config["d_img_kwargs"]["arch"], "C4-8-2,C4-16-2");
    assert_eq!(config["d_obj_kwargs"]["object_size"], 16);
    assert_eq!(config["d_obj_kwargs"].get("vocab"), None);
    let card = fs::read_to_string(out.join("card.md")).unwrap();
    for said in ["tiny_full_with_model.pt", "1825078 bytes", "57630", "iterations done: `1`", "Unknown."] {
        assert!(card.contains(said), "{said} in {card}");
    }
    assert!(!card.contains("datasets/vg"), "no paths of the machine it was trained on");
}

/// Imports a crafted checkpoint.
fn import_py(dir: &Path, value: &Py) -> Result<ModelFolder, String> {
    let (from, out) = (dir.join("some.pt"), dir.join("out"));
    write_checkpoint(&from, value);
    let _ = fs::remove_dir_all(&out);
    match import(&from, &out, false) {
        Ok(_) => Ok(ModelFolder::open(&out).unwrap()),
        Err(error) => {
            assert!(!out.exists());
            Err(error.to_string())
        }
    }
}

#[test]
fn prefixes_counters_order_and_defaults() {
    let dir = tempdir().unwrap();
    let mut arguments = kwargs();
    arguments["mlp_normalization"] = json!("batch");
    arguments["box_anchor"] = json!("corner"); // an argument that later versions dropped
    let mut tensors = state(&arguments);
    tensors.reverse();
    for (name, _) in &mut tensors {
        *name = format!("module.{name}");
    }
    tensors.push(("module.box_net.1.num_batches_tracked".into(), Py::Tensor { shape: vec![], values: vec![3.0] }));
    let folder = import_py(dir.path(), &checkpoint(&arguments, tensors)).unwrap();
    assert_eq!(folder.weights.names().next(), Some("obj_embeddings.weight"));
    assert_eq!(folder.weights.values("obj_embeddings.weight").unwrap(), [0.5, 1.0, 1.5, 2.0, 2.5, 3.0]);
    let config = sg2im(&folder);
    assert_eq!(config.image_size, (8, 4));
    assert_eq!(config.activation, "leakyrelu-0.2");
    assert_eq!(config.gconv_pooling, Pooling::Avg);
    assert_eq!(config.extra["box_anchor"], "corner");
    assert!(fs::read_to_string(dir.path().join("out/config.json")).unwrap().contains("\"box_anchor\": \"corner\""));
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let dir = tempdir().unwrap();
    let mut tensors = state(&kwargs());
    tensors.retain(|(name, _)| name != "box_net.0.bias" && name != "mask_net.4.weight");
    tensors.push(("spade.weight".into(), Py::Tensor { shape: vec![2], values: vec![f32::INFINITY, 1.0] }));
    tensors.push(("note".into(), Py::Json(json!("hello"))));
    for (name, value) in &mut tensors {
        match name.as_str() {
            "pred_embeddings.weight" => *value = Py::Tensor { shape: vec![2, 2], values: vec![0.0; 4] },
            "box_net.2.bias" => *value = Py::Tensor { shape: vec![4], values: vec![0.0, f32::NAN, 1.0, f32::NAN] },
            _ => {}
        }
    }
    let error = import_py(dir.path(), &checkpoint(&kwargs(), tensors)).unwrap_err();
    for line in [
        "7 problems:",
        "missing: box_net.0.bias [4]",
        "missing: mask_net.4.weight [1, 3, 1, 1]",
        "extra: spade.weight [2]",
        "wrong shape: pred_embeddings.weight is [2, 2], should be [1, 2]",
        "wrong kind: note is a text, should be a tensor of floats",
        "not finite: 2 values of box_net.2.bias are NaN or infinite",
        "not finite: 1 values of spade.weight are NaN or infinite",
    ] {
        assert!(error.contains(line), "{line:?} in {error}");
    }
    assert!(error.ends_with("some.pt"), "{error}");
}

#[test]
fn nonsense_in_the_arguments_is_said_at_once() {
    let dir = tempdir().unwrap();
    let good = state(&kwargs());
    let mut arguments = kwargs();
    arguments["gconv_pooling"] = json!("max");
    arguments["normalization"] = json!("layer");
    arguments["activation"] = json!("gelu");
    arguments["mask_size"] = json!(12);
    arguments["image_size"] = json!([6, 0]);
    arguments["embedding_dim"] = json!(0);
    arguments["gconv_dim"] = json!("wide");
    arguments["gconv_num_layers"] = json!(1_000_000_000);
    arguments["vocab"]["pred_name_to_idx"] = json!({"__in_image__": 5});
    let error = import_py(dir.path(), &checkpoint(&arguments, good.clone())).unwrap_err();
    for said in [
        "gconv_pooling is \"max\"; it must be one of avg, sum",
        "normalization is \"layer\"; it must be one of batch, instance, none",
        "activation is \"gelu\"",
        "mask_size is 12; it must be a power of two",
        "image_size has a height of 6; with 2 refinement stages it must be a multiple of 4",
        "image_size has a width of 0",
        "embedding_dim is 0",
        "gconv_dim is \"wide\"; it must be a whole number",
        "gconv_num_layers is 1000000000; at most 256",
        "pred_name_to_idx maps \"__in_image__\" to 5; there are 1 names",
    ] {
        assert!(error.contains(said), "{said:?} in {error}");
    }
    let mut arguments = kwargs();
    arguments["refinement_dims"] = json!([]);
    let error = import_py(dir.path(), &checkpoint(&arguments, good)).unwrap_err();
    assert!(error.contains("refinement_dims has 0 entries"), "{error}");
}

#[test]
fn what_is_no_sg2im_checkpoint_is_described() {
    let dir = tempdir().unwrap();
    let check = |value: Py, said: &str| {
        let error = import_py(dir.path(), &value).unwrap_err();
        assert!(error.contains("cannot be imported: ") && error.contains(said), "{error}");
    };
    let part = |name: &str, value: Py| (name.to_owned(), value);
    check(Py::Json(json!([1, 2])), "it holds a list of 2;");
    check(Py::Json(json!({"epoch": 3, "state_dict": {}})), "it holds a dict of 2 entries (epoch, state_dict);");
    check(Py::Dict(state(&kwargs())), "a bare state dict of");
    check(
        Py::Dict(vec![part("model_state", Py::Dict(state(&kwargs())))]),
        "weights under model_state but no model_kwargs",
    );
    let no_model = Py::Dict(vec![part("model_kwargs", Py::Json(kwargs()))]);
    check(no_model, "no weights (model_state is absent). train.py writes two files");
    let none = Py::Dict(vec![part("model_kwargs", Py::Json(kwargs())), part("model_state", Py::Json(Json::Null))]);
    check(none, "model_state is None");
}

#[test]
fn the_best_state_and_the_outer_vocabulary_serve_where_the_inner_are_absent() {
    let dir = tempdir().unwrap();
    let mut arguments = kwargs();
    let vocab = arguments.as_object_mut().unwrap().shift_remove("vocab").unwrap();
    let value = Py::Dict(vec![
        ("vocab".into(), Py::Json(vocab.clone())),
        ("model_kwargs".into(), Py::Json(arguments)),
        ("model_state".into(), Py::Json(Json::Null)),
        ("model_best_state".into(), Py::Dict(state(&kwargs()))),
    ]);
    assert_eq!(import_py(dir.path(), &value).unwrap().vocab, vocab);
}

#[test]
fn half_precision_halves_the_file_and_refuses_what_it_cannot_hold() {
    let dir = tempdir().unwrap();
    let (whole, half) = (dir.path().join("whole"), dir.path().join("half"));
    let options = ImportOptions { storage: StoredType::F16, ..Default::default() };
    import(&golden("tiny"), &whole, false).unwrap();
    import_with(&golden("tiny"), &half, options).unwrap();
    let size = |dir: &Path| fs::metadata(dir.join("weights.safetensors")).unwrap().len() as f64;
    assert!((0.5..0.55).contains(&(size(&half) / size(&whole))));
    let (whole, half) = (ModelFolder::open(&whole).unwrap(), ModelFolder::open(&half).unwrap());
    for name in whole.weights.names() {
        let (exact, rounded) = (whole.weights.values(name).unwrap(), half.weights.values(name).unwrap());
        for (x, y) in exact.iter().zip(rounded) {
            assert!((x - y).abs() <= x.abs() / 1000.0 + 1e-7, "{name}: {x} became {y}");
        }
    }
    let mut tensors = state(&kwargs());
    tensors[0].1 = Py::Tensor { shape: vec![3, 2], values: vec![70_000.0; 6] };
    let from = dir.path().join("large.pt");
    write_checkpoint(&from, &checkpoint(&kwargs(), tensors));
    let error = import_with(&from, &dir.path().join("large"), options).unwrap_err();
    assert!(matches!(error, ImportError::Invalid { .. }), "{error}");
}

#[test]
fn shared_storages_and_a_damaged_one() {
    let dir = tempdir().unwrap();
    // Flip a bit of the last storage: the archive's checksum reveals it.
    let from = dir.path().join("small.pt");
    let (pickle, storages) = pickle(&checkpoint(&kwargs(), state(&kwargs())));
    write_zip(&from, &pickle, &storages);
    let mut bytes = fs::read(&from).unwrap();
    let needle = storages.last().unwrap();
    let at = bytes.windows(needle.len()).rposition(|window| window == needle).unwrap();
    bytes[at] ^= 1;
    fs::write(&from, bytes).unwrap();
    let error = import(&from, &dir.path().join("out"), false).unwrap_err().to_string();
    assert!(error.contains("damaged or cut short (Invalid checksum)"), "{error}");
}

/// All tensors of the zip and the legacy file, discriminators and optimizer states too, are the same.
#[test]
fn zip_and_legacy_agree_tensor_by_tensor() {
    let (mut new, mut old) =
        (TorchFile::open(&golden("tiny")).unwrap(), TorchFile::open(&golden("tiny_legacy")).unwrap());
    let mut compared = 0;
    for part in ["model_state", "d_obj_state", "d_img_state"] {
        let scenewright_model::checkpoint::torch::Kind::Dict(entries) = old.tree.root().get(part).unwrap().kind()
        else {
            panic!("{part}")
        };
        for (key, value) in entries {
            let name = key.as_str().unwrap();
            let meta = new.tree.root().get(part).unwrap().get(name).unwrap().as_tensor().unwrap();
            let (a, b) = (new.tensors.read(meta).unwrap(), old.tensors.read(value.as_tensor().unwrap()).unwrap());
            assert_eq!(a, b, "{part}: {name}");
            compared += 1;
        }
    }
    assert_eq!(compared, 94 + 14 + 10);
}
