//! The model folder: atomic writing, careful replacing, opening.

use std::fs;
use std::io;
use std::path::Path;

use scenewright_model::checkpoint::folder::{self, Contents, FolderError, TensorSource};
use scenewright_model::checkpoint::{ModelConfig, ModelFolder, StoredType, import};
use serde_json::{Value as Json, json};
use tempfile::tempdir;

use crate::{golden, listing};

/// A small model in `dir/model`.
fn model(dir: &Path) -> std::path::PathBuf {
    let out = dir.join("model");
    import(&golden("tiny-nogconv"), &out, false).unwrap();
    out
}

#[test]
fn an_existing_target_is_kept() {
    let dir = tempdir().unwrap();
    let check = |out: &Path, replace: bool, said: &str| {
        let before = listing(dir.path());
        let error = import(&golden("tiny"), out, replace).unwrap_err().to_string();
        assert!(error.contains(said) && error.ends_with(out.to_str().unwrap()), "{error}");
        assert_eq!(listing(dir.path()), before);
    };
    let (file, folder) = (dir.path().join("file"), dir.path().join("folder"));
    fs::write(&file, "mine").unwrap();
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    for replace in [false, true] {
        check(&file, replace, "exists already. Choose another folder: ");
        check(&folder, replace, "exists already. Choose another folder: ");
    }
    let model = model(dir.path());
    check(&model, false, "or ask for it to be replaced");
    fs::write(model.join("thesis.doc"), "mine").unwrap();
    check(&model, true, "holds thesis.doc besides a model");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(fs::read_to_string(model.join("thesis.doc")).unwrap(), "mine");
}

#[test]
fn a_model_is_replaced_whole() {
    let dir = tempdir().unwrap();
    let out = model(dir.path());
    assert!(!out.join("discriminators.safetensors").exists());
    import(&golden("tiny"), &out, true).unwrap();
    assert!(ModelFolder::open(&out).unwrap().discriminators.is_some());
    import(&golden("tiny-sum"), &out, true).unwrap();
    assert!(ModelFolder::open(&out).unwrap().discriminators.is_none(), "nothing of the old one stays");
    assert_eq!(listing(dir.path()), ["model"]);
}

#[test]
fn a_failed_import_leaves_the_old_model() {
    let dir = tempdir().unwrap();
    let out = model(dir.path());
    let before = fs::read(out.join("weights.safetensors")).unwrap();
    let bad = dir.path().join("bad.pt");
    fs::write(&bad, "no checkpoint").unwrap();
    import(&bad, &out, true).unwrap_err();
    assert!(fs::read(out.join("weights.safetensors")).unwrap() == before);
    assert_eq!(listing(dir.path()), ["bad.pt", "model"]);
}

/// Tensors whose reading fails at the second one, as on a disk that breaks.
struct Breaking {
    specs: Vec<(String, Vec<usize>)>,
}

impl TensorSource for Breaking {
    fn specs(&self) -> &[(String, Vec<usize>)] {
        &self.specs
    }

    fn values(&mut self, index: usize) -> io::Result<Vec<f32>> {
        if index == 1 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(vec![0.0; 2]) }
    }
}

#[test]
fn a_failure_midway_leaves_nothing() {
    let dir = tempdir().unwrap();
    let old = model(dir.path());
    let config: ModelConfig = serde_json::from_value(json!({"architecture": "sg2im"})).unwrap();
    let contents = Contents { config: &config, vocab: &Json::Null, card: "", storage: StoredType::F32 };
    let mut source = Breaking { specs: vec![("a".into(), vec![2]), ("b".into(), vec![2])] };
    for (target, replace) in
        [(dir.path().join("new"), false), (dir.path().join("deep/er/new"), false), (old.clone(), true)]
    {
        let error = folder::write(&target, replace, &contents, &mut source, None).unwrap_err();
        assert!(matches!(error, FolderError::Io { .. }), "{error}");
        assert!(error.to_string().ends_with(target.to_str().unwrap()), "{error}");
        assert_eq!(listing(dir.path()), ["model"]);
    }
    ModelFolder::open(&old).unwrap();
}

#[test]
fn missing_parents_are_made() {
    let dir = tempdir().unwrap();
    let out = dir.path().join("models/small");
    import(&golden("tiny-nogconv"), &out, false).unwrap();
    assert_eq!(listing(&dir.path().join("models")), ["small"]);
    assert_eq!(listing(&out), ["card.md", "config.json", "vocab.json", "weights.safetensors"]);
}

#[test]
fn a_place_that_cannot_be_written_is_an_error() {
    let dir = tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = import(&golden("tiny-nogconv"), &file.join("model"), false).unwrap_err().to_string();
    assert!(error.contains("cannot write the model folder"), "{error}");

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let locked = dir.path().join("locked");
        fs::create_dir(&locked).unwrap();
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
        if fs::write(locked.join("probe"), "").is_ok() {
            println!("skipped: this user may write anywhere");
        } else {
            let error = import(&golden("tiny-nogconv"), &locked.join("model"), false).unwrap_err().to_string();
            assert!(error.contains("cannot write the model folder"), "{error}");
            assert_eq!(listing(&locked), [""; 0]);
        }
    }
}

#[cfg(unix)]
#[test]
fn the_folder_is_as_open_as_others_and_a_link_stays_a_link() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempdir().unwrap();
    let out = model(dir.path());
    let plain = dir.path().join("plain");
    fs::create_dir(&plain).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&out), mode(&plain));

    let link = dir.path().join("link");
    std::os::unix::fs::symlink(&out, &link).unwrap();
    import(&golden("tiny"), &link, true).unwrap();
    assert!(link.is_symlink());
    assert!(ModelFolder::open(&out).unwrap().discriminators.is_some());
}

fn edit(path: &Path, change: impl Fn(&mut Json)) {
    let mut json: Json = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    change(&mut json);
    fs::write(path, json.to_string()).unwrap();
}

#[test]
fn what_does_not_fit_is_not_opened() {
    let check = |break_it: &dyn Fn(&Path), said: &[&str]| {
        let dir = tempdir().unwrap();
        let out = model(dir.path());
        break_it(&out);
        let error = ModelFolder::open(&out).unwrap_err().to_string();
        for said in said {
            assert!(error.contains(said), "{said:?} in {error}");
        }
    };
    let remove = |name: &'static str| move |dir: &Path| fs::remove_file(dir.join(name)).unwrap();
    check(&remove("config.json"), &["lacks config.json", "scenewright import"]);
    check(&remove("weights.safetensors"), &["lacks weights.safetensors"]);
    check(&|dir| fs::write(dir.join("vocab.json"), "{").unwrap(), &["EOF", "vocab.json"]);
    check(&|dir| fs::write(dir.join("weights.safetensors"), "short").unwrap(), &["damaged or cut short"]);
    let truncate = |dir: &Path| {
        let path = dir.join("weights.safetensors");
        let length = fs::metadata(&path).unwrap().len();
        fs::File::options().write(true).open(path).unwrap().set_len(length - 4).unwrap();
    };
    check(&truncate, &["damaged or cut short"]);
    let config = |key: &'static str, value: Json| {
        move |dir: &Path| edit(&dir.join("config.json"), |json| json[key] = value.clone())
    };
    check(&config("architecture", json!("diffusion")), &["diffusion", "config.json"]);
    check(&config("embedding_dim", json!(-1)), &["embedding_dim is -1", "config.json"]);
    check(
        &config("mask_size", json!(16)),
        &["missing: mask_net.13.weight [16]", "missing: mask_net.16.bias [1]", "extra: mask_net.12.bias [1]"],
    );
    check(&config("gconv_dim", json!(8)), &["wrong shape: gconv.weight is [16, 16], should be [8, 16]"]);
    check(
        &|dir| edit(&dir.join("vocab.json"), |json| json["pred_idx_to_name"] = json!([])),
        &["pred_idx_to_name is empty", "there are 0 names"],
    );
    let error = ModelFolder::open(Path::new("nowhere/at/all")).unwrap_err().to_string();
    assert_eq!(error, "there is no folder: nowhere/at/all");
}

#[test]
fn not_a_number_in_the_weights_is_named() {
    let dir = tempdir().unwrap();
    let out = model(dir.path());
    let path = out.join("weights.safetensors");
    let mut bytes = fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    fs::write(&path, bytes).unwrap();
    let weights = ModelFolder::open(&out).unwrap().weights;
    let error = weights.values("refinement_net.output_conv.2.bias").unwrap_err().to_string();
    assert!(error.contains("1 values of \"refinement_net.output_conv.2.bias\" are NaN or infinite"), "{error}");
    assert!(weights.values("refinement_net.output_conv.2.weight").is_ok());
    assert!(weights.values("absent").unwrap_err().to_string().contains("lack \"absent\""));
}

#[test]
fn what_this_version_does_not_know_is_kept() {
    let text = json!({"architecture": "sg2im", "image_size": [64, 32], "attention": {"heads": 4}});
    let config: ModelConfig = serde_json::from_value(text).unwrap();
    let ModelConfig::Sg2Im(arguments) = &config else { panic!("an sg2im model") };
    assert_eq!(arguments.image_size, (64, 32));
    assert_eq!(arguments.refinement_dims, [1024, 512, 256, 128, 64]);
    let again = serde_json::to_value(&config).unwrap();
    assert_eq!(again["attention"]["heads"], 4);
    assert_eq!(again["image_size"], json!([64, 32]));
    assert_eq!(again["normalization"], "batch");
    assert_eq!(serde_json::from_value::<ModelConfig>(again).unwrap(), config);
}
