//! `render`: which files it writes, how large the pictures are, what the facts say, and that a seed decides every byte.

use std::fs;

use serde_json::{Value, json};

use super::run::*;

#[test]
fn each_graph_gives_four_files() {
    let place = Place::with_model();
    let mut expected = Vec::new();
    for (name, count) in GRAPHS {
        let ran =
            place.run(["render".into(), graphs(name).into_os_string(), "--model".into(), "model".into()]).succeeds();
        assert_eq!(ran.stdout, format!("drew {count} graphs into out (cpu)\n"));
        for index in 0..count {
            expected.extend(
                [".json", ".png", "-boxes.png", "-masks.png"].map(|suffix| format!("out/{name}-{index}{suffix}")),
            );
        }
        assert_eq!(place.png(&format!("out/{name}-{}.png", count - 1)).dimensions(), (32, 32));
        facts_are_sound(&place.json(&format!("out/{name}-0.json")), &first_graph(name));
    }
    expected.sort();
    assert_eq!(place.files(), expected);
}

fn first_graph(name: &str) -> Value {
    let graphs: Value = serde_json::from_slice(&fs::read(graphs(name)).unwrap()).unwrap();
    graphs[0].clone()
}

/// The facts name the graph's own objects and relations, in its order.
fn facts_are_sound(facts: &Value, graph: &Value) {
    let names: Vec<&Value> = facts["objects"].as_array().unwrap().iter().map(|object| &object["name"]).collect();
    assert_eq!(names, graph["objects"].as_array().unwrap().iter().collect::<Vec<_>>());
    for object in facts["objects"].as_array().unwrap() {
        let sides = object["box"].as_array().unwrap();
        assert!(sides.len() == 4 && sides.iter().all(|side| side.as_f64().is_some_and(f64::is_finite)));
    }
    let triples =
        facts["relations"].as_array().unwrap().iter().map(|r| json!([r["subject"], r["predicate"], r["object"]]));
    assert_eq!(Value::Array(triples.collect()), graph["relationships"]);
    for relation in facts["relations"].as_array().unwrap() {
        assert!(["met", "broken", "unknown"].contains(&relation["layout"].as_str().unwrap()), "{relation}");
    }
    let fixed = ["seed", "model", "device", "image_size"].map(|key| facts[key].clone());
    assert_eq!(fixed, [json!(0), json!("model"), json!("cpu"), json!([32, 32])]);
    let millis = |key: &str| facts["millis"][key].as_f64().unwrap();
    let parts: f64 = ["encode", "noise", "network", "finish"].map(millis).iter().sum();
    assert!((parts - millis("total")).abs() < 0.05 && millis("total") > 0.0, "{}", facts["millis"]);
}

/// A box that is pinned is where it is pinned, and the status of relations follows from the boxes.
#[test]
fn pins_hold_and_relations_are_judged() {
    let place = Place::with_model();
    let graph = |sky: [f32; 4], grass: [f32; 4]| {
        json!({
            "objects": ["sky", "grass"], "relationships": [[0, "above", 1], [1, "by", 1]],
            "scenewright": { "seed": 5, "objects": [{"pinned": sky, "label": "Blue"}, {"pinned": grass}] },
        })
    };
    let (upper, lower) = ([0.0, 0.0, 1.0, 0.375], [0.0, 0.5, 1.0, 1.0]);
    for (name, sky, grass, status) in [("right", upper, lower, "met"), ("wrong", lower, upper, "broken")] {
        place.write(&format!("{name}.json"), graph(sky, grass).to_string());
        place.line(&format!("render {name}.json --model model")).succeeds();
        let facts = place.json(&format!("out/{name}-0.json"));
        assert_eq!(facts["objects"][0], json!({"name": "sky", "box": sky, "label": "Blue", "pinned": true}));
        assert_eq!(facts["relations"][0]["layout"], status);
        assert_eq!(facts["seed"], 5);
    }
}

#[test]
fn only_some_graphs() {
    let place = Place::with_model();
    for (only, expected) in [("2", &[2][..]), ("6,0", &[0, 6]), ("1,1", &[1])] {
        let ran = place.line(&format!("render {{street}} --model model --out {only} --only {only}")).succeeds();
        let pictures: Vec<String> =
            expected.iter().map(|index| format!("{only}/figure_6_street-{index}.png")).collect();
        let found = place
            .files()
            .into_iter()
            .filter(|name| name.starts_with(only) && name.ends_with("street-0.png") || pictures.contains(name));
        assert_eq!(found.collect::<Vec<_>>(), pictures, "{}", ran.stdout);
        assert_eq!(
            place.files().iter().filter(|name| name.starts_with(&format!("{only}/"))).count(),
            4 * expected.len()
        );
    }
}

/// Pictures are enlarged as asked; overlays are never too small to be read.
#[test]
fn sizes_follow_the_scale() {
    let place = Place::with_model();
    for (scale, picture, overlay) in [(1, 32, 512), (3, 96, 512), (20, 640, 640)] {
        place.line(&format!("render {{sheep}} --model model --only 5 --scale {scale}")).succeeds();
        for (suffix, side) in [("", picture), ("-boxes", overlay), ("-masks", overlay)] {
            assert_eq!(
                place.png(&format!("out/figure_6_sheep-5{suffix}.png")).dimensions(),
                (side, side),
                "{scale} {suffix}"
            );
        }
    }
    // Overlays show something, and not the same.
    let [boxes, masks] = ["boxes", "masks"].map(|kind| place.png(&format!("out/figure_6_sheep-5-{kind}.png")));
    assert!(boxes != masks && masks.pixels().any(|pixel| pixel != masks.get_pixel(0, 0)));
}

#[test]
fn a_seed_decides_every_byte() {
    let place = Place::with_model();
    let draw = |out: &str, seed: Option<u64>, threads: &str| {
        let mut command = place.command();
        command.args(["render", graphs("figure_5_vg").to_str().unwrap(), "--model", "model", "--only", "3,5"]);
        command.args(["--out", out, "--dump", &format!("{out}.safetensors")]).env("RAYON_NUM_THREADS", threads);
        if let Some(seed) = seed {
            command.args(["--seed", &seed.to_string()]);
        }
        ProgramOutput::new(command.output().unwrap()).succeeds();
        let mut bytes: Vec<Vec<u8>> = Vec::new();
        for index in [3, 5] {
            for suffix in [".png", "-boxes.png", "-masks.png"] {
                bytes.push(fs::read(place.path(&format!("{out}/figure_5_vg-{index}{suffix}"))).unwrap());
            }
            let mut facts = place.json(&format!("{out}/figure_5_vg-{index}.json"));
            assert_eq!(facts["seed"], seed.unwrap_or(0));
            facts["millis"].take();
            bytes.push(facts.to_string().into_bytes());
        }
        bytes.push(fs::read(place.path(&format!("{out}.safetensors"))).unwrap());
        bytes
    };
    let first = draw("first", Some(7), "1");
    assert!(first == draw("again", Some(7), "1"), "another run, other bytes");
    assert!(first == draw("two", Some(7), "2"), "two threads, other bytes");
    assert!(draw("zero", Some(0), "2") == draw("own", None, "1"), "a scene without a seed has seed 0");
    let other = draw("other", Some(8), "2");
    assert!(first[0] != other[0] && first.last() != other.last(), "another seed, the same picture");
    // Noise changes the picture, not where things are.
    assert!(first[2] == other[2], "another seed moved the masks");
}
