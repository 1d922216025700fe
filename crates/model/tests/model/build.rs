//! Makes `.pt` files, whole and broken ones, without Python.

use std::io::Write;
use std::path::Path;

use scenewright_model::checkpoint::{Sg2ImConfig, expected_tensors};
use serde_json::{Value as Json, json};

/// A value as Python would have it.
#[derive(Clone)]
pub enum Py {
    Json(Json),
    Dict(Vec<(String, Py)>),
    Tensor { shape: Vec<usize>, values: Vec<f32> },
}

/// The pickle of a value (protocol 2) and the storages it refers to.
pub fn pickle(value: &Py) -> (Vec<u8>, Vec<Vec<u8>>) {
    let (mut out, mut storages) = (vec![0x80, 2], Vec::new());
    put(value, &mut out, &mut storages);
    out.push(b'.');
    (out, storages)
}

fn put(value: &Py, out: &mut Vec<u8>, storages: &mut Vec<Vec<u8>>) {
    match value {
        Py::Json(json) => put_json(json, out),
        Py::Dict(entries) => {
            out.extend(b"}(");
            for (key, value) in entries {
                text(key, out);
                put(value, out, storages);
            }
            out.push(b'u');
        }
        Py::Tensor { shape, values } => {
            let key = storages.len().to_string();
            storages.push(values.iter().flat_map(|x| x.to_le_bytes()).collect());
            let stride: Vec<usize> = (0..shape.len()).map(|axis| shape[axis + 1..].iter().product()).collect();
            tensor(&key, values.len() as i32, 0, shape, &stride, out);
        }
    }
}

fn put_json(json: &Json, out: &mut Vec<u8>) {
    match json {
        Json::Null => out.push(b'N'),
        Json::Bool(b) => out.push(if *b { 0x88 } else { 0x89 }),
        Json::Number(n) if n.is_i64() => int(n.as_i64().unwrap() as i32, out),
        Json::Number(n) => {
            out.push(b'G');
            out.extend(n.as_f64().unwrap().to_be_bytes());
        }
        Json::String(s) => text(s, out),
        Json::Array(items) => {
            out.extend(b"](");
            items.iter().for_each(|item| put_json(item, out));
            out.push(b'e');
        }
        Json::Object(map) => {
            out.extend(b"}(");
            for (key, value) in map {
                text(key, out);
                put_json(value, out);
            }
            out.push(b'u');
        }
    }
}

pub fn text(text: &str, out: &mut Vec<u8>) {
    out.push(b'X');
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
}

pub fn int(value: i32, out: &mut Vec<u8>) {
    out.push(b'J');
    out.extend(value.to_le_bytes());
}

/// `_rebuild_tensor_v2` of a float storage.
pub fn tensor(key: &str, stored: i32, offset: i32, shape: &[usize], stride: &[usize], out: &mut Vec<u8>) {
    out.extend(b"ctorch._utils\n_rebuild_tensor_v2\n((");
    text("storage", out);
    out.extend(b"ctorch\nFloatStorage\n");
    text(key, out);
    text("cpu", out);
    int(stored, out);
    out.extend(b"tQ");
    int(offset, out);
    for sizes in [shape, stride] {
        out.push(b'(');
        sizes.iter().for_each(|&size| {
            out.extend([0x8a, 8]);
            out.extend((size as i64).to_le_bytes());
        });
        out.push(b't');
    }
    out.extend(b"\x89ccollections\nOrderedDict\n)RtR");
}

/// A zip container as torch writes it.
pub fn write_zip(path: &Path, pickle: &[u8], storages: &[Vec<u8>]) {
    write_zip_of(path, "archive/", pickle, storages, &[("version", b"3\n".as_slice())]);
}

pub fn write_zip_of(path: &Path, prefix: &str, pickle: &[u8], storages: &[Vec<u8>], more: &[(&str, &[u8])]) {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut add = |name: String, bytes: &[u8]| {
        zip.start_file(name, stored).unwrap();
        zip.write_all(bytes).unwrap();
    };
    add(format!("{prefix}data.pkl"), pickle);
    for (key, bytes) in storages.iter().enumerate() {
        add(format!("{prefix}data/{key}"), bytes);
    }
    for (name, bytes) in more {
        add(format!("{prefix}{name}"), bytes);
    }
    zip.finish().unwrap();
}

/// Arguments of a model that is small enough for a test of its own.
pub fn kwargs() -> Json {
    json!({
        "vocab": {
            "object_idx_to_name": ["__image__", "sky"],
            "object_name_to_idx": {"__image__": 0, "sky": 1},
            "pred_idx_to_name": ["__in_image__"],
            "pred_name_to_idx": {"__in_image__": 0},
        },
        "image_size": [8, 4],
        "embedding_dim": 2,
        "gconv_dim": 3,
        "gconv_hidden_dim": 4,
        "gconv_num_layers": 2,
        "refinement_dims": [3, 2],
        "mask_size": 2,
    })
}

/// A state dict that fits the arguments, every value different.
pub fn state(kwargs: &Json) -> Vec<(String, Py)> {
    let mut map = kwargs.as_object().unwrap().clone();
    let vocab = map.shift_remove("vocab").unwrap();
    let count = |list: &str| vocab[list].as_array().unwrap().len();
    let config: Sg2ImConfig = serde_json::from_value(Json::Object(map)).unwrap();
    let mut next = 0.0;
    expected_tensors(&config, count("object_idx_to_name"), count("pred_idx_to_name"))
        .into_iter()
        .map(|(name, shape)| {
            let mut value = || {
                next += 0.5;
                next
            };
            let values = (0..shape.iter().product()).map(|_| value()).collect();
            (name, Py::Tensor { shape, values })
        })
        .collect()
}

pub fn checkpoint(kwargs: &Json, state: Vec<(String, Py)>) -> Py {
    Py::Dict(vec![("model_kwargs".into(), Py::Json(kwargs.clone())), ("model_state".into(), Py::Dict(state))])
}

pub fn write_checkpoint(path: &Path, value: &Py) {
    let (pickle, storages) = pickle(value);
    write_zip(path, &pickle, &storages);
}
