//! The directions of the house: which room may use which, where egui and candle stay out, and that nothing panics on what it is given.
//!
//! The rules are read from the source, not from the compiled crate, so that a rule that is broken names a file and a line. What
//! tests do among themselves is their own business. A path written only in a text (`serde(with = "crate::x")`) is not seen.

mod architecture {
    pub mod source;
}

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use architecture::source::Source;

/// Who may use whom; a room may always use itself. Rooms that are not built yet have their line already.
const PLAN: [(&str, &[&str]); 20] = [
    ("oklab", &[]),
    ("drawing", &[]),
    ("vocab", &[]),
    ("device", &[]),
    ("nn", &[]),
    ("scene", &["vocab"]),
    ("interchange", &["scene", "vocab"]),
    ("document", &["scene", "vocab", "interchange"]),
    ("command", &["scene", "vocab"]),
    ("encode", &["scene", "vocab"]),
    ("model", &["nn"]),
    ("checkpoint", &["model", "vocab", "device"]),
    ("generate", &["scene", "vocab", "encode", "model", "checkpoint", "device"]),
    ("export", &["generate", "scene", "interchange"]),
    ("data", &["scene", "vocab", "encode", "device"]),
    ("train", &["data", "model", "nn", "checkpoint", "device"]),
    ("eval", &["data", "generate", "model", "checkpoint", "scene", "vocab", "nn", "device", "oklab"]),
    ("engine", &["generate", "train", "data", "export"]),
    ("app", &["scene", "vocab", "command", "interchange", "document", "engine"]),
    ("cli", &["*"]), // all but app
];

/// Where the code knows better than the plan: who uses whom all the same, and why.
const BEYOND_THE_PLAN: [(&str, &str, &str); 17] = [
    ("export", "vocab", "overlays paint an object in the colour of its category"),
    ("export", "drawing", "one way to draw rectangles and words, for overlays and contact sheets"),
    ("engine", "scene", "a job carries the scene that it draws"),
    ("engine", "vocab", "a model that is open tells its words"),
    ("engine", "encode", "words that a model lacks are left out and reported"),
    ("engine", "device", "a model is opened on a device that a person chose"),
    ("engine", "checkpoint", "where models lie and what they are: to draw with, to start from, to keep"),
    ("engine", "interchange", "a file is written whole or not at all, in one way"),
    ("data", "drawing", "contact sheets, as above"),
    ("data", "interchange", "annotations and scenes that lie beside pictures are files of other tools"),
    ("data", "oklab", "one colour space for painted materials and for categories"),
    ("train", "encode", "an object's word is looked up in one way, by training and by drawing"),
    ("train", "scene", "what a relation means for two boxes: the relation loss and its figure"),
    ("train", "vocab", "samples have names, networks numbers"),
    ("train", "interchange", "a file is written whole or not at all, in one way"),
    ("train", "drawing", "sheets of samples"),
    ("vocab", "oklab", "as above; oklab is arithmetic that uses nothing of ours"),
];

/// Of some rooms only these things are for others.
const NARROW: [(&str, &str, &[&str]); 1] = [("export", "generate", &["Mask", "Picture", "Placed", "Timings"])];

/// Libraries, the rooms they belong to or must stay out of.
const EGUI: [&str; 9] =
    ["eframe", "egui", "egui_extras", "egui_graph", "egui_kittest", "egui_plot", "epaint", "emath", "ecolor"];
const CANDLE: [&str; 4] = ["candle_core", "candle_nn", "candle_transformers", "candle_datasets"];
const WITHOUT_CANDLE: [&str; 7] = ["app", "scene", "vocab", "command", "interchange", "document", "export"];

/// `println!` panics when its reader has gone or the disk is full; `cli` has `say!`.
const PANICS: [&str; 8] = ["unwrap", "expect", "panic", "todo", "unimplemented", "unreachable", "print", "println"];

/// Where one of [`PANICS`] is right: it stands on nothing that comes from a file, the network, a device or a person.
const MAY_PANIC: [(&str, &str, &str); 1] =
    [("src/vocab/mod.rs", "expect", "the file is compiled in, and tests/vocab.rs reads every one")];

/// A source file by its path from the root of the package.
type File = (String, String);

/// Everything that breaks a rule, one sentence each.
fn violations(files: &[File], may_panic: &[(&str, &str, &str)]) -> Vec<String> {
    let sources: Vec<(&str, Source)> = files.iter().map(|(path, text)| (path.as_str(), Source::new(text))).collect();
    let test_modules: BTreeSet<Vec<String>> = sources
        .iter()
        .flat_map(|(path, source)| {
            source.test_modules.iter().map(|name| [module_of(path), vec![name.clone()]].concat())
        })
        .collect();
    let mut found = Vec::new();
    let mut panics_seen = BTreeSet::new();
    for (path, source) in &sources {
        let module = module_of(path);
        if (1..=module.len()).any(|length| test_modules.contains(&module[..length])) {
            continue;
        }
        directions(path, &module, source, &mut found);
        libraries(path, &module, source, &mut found);
        for (word, line) in panics(source) {
            panics_seen.insert((*path, word));
            if !may_panic.iter().any(|&(file, allowed, _)| (file, allowed) == (*path, word)) {
                let cure = if word.starts_with("print") {
                    "panics where its reader has gone or the disk is full: say!(...)? in cli, nothing elsewhere"
                } else {
                    "ends the program on what a file, a device or a person gave: return an error"
                };
                found.push(format!(
                    "{path}:{line}: `{word}` {cure}. Where nothing of the kind can happen, say so in MAY_PANIC in tests/architecture.rs"
                ));
            }
        }
    }
    for (path, word, _) in may_panic {
        if !panics_seen.contains(&(*path, *word)) {
            found.push(format!(
                "{path}: there is no `{word}` any more: remove it from MAY_PANIC in tests/architecture.rs"
            ));
        }
    }
    found
}

fn directions(path: &str, module: &[String], source: &Source, found: &mut Vec<String>) {
    let Some(room) = module.first() else {
        return; // main.rs and lib.rs: the door and the map
    };
    let Some((_, allowed)) = PLAN.iter().find(|(name, _)| name == room) else {
        found.push(format!(
            "{path}: the house plan has no room \"{room}\". Give it a line in PLAN in tests/architecture.rs (whom it may use) \
             and a place in the map in src/lib.rs"
        ));
        return;
    };
    for mention in source.mentions(module) {
        let used = mention.path.first().map_or("*", String::as_str);
        let line = mention.line;
        if used == room {
            continue;
        }
        if !PLAN.iter().any(|(name, _)| *name == used) {
            found.push(format!("{path}:{line}: `crate::{used}` names no room: write the path with its room"));
            continue;
        }
        let beyond = BEYOND_THE_PLAN.iter().any(|(by, of, _)| (*by, *of) == (room, used));
        if !(beyond || allowed.contains(&used) || (*allowed == ["*"] && used != "app")) {
            found.push(format!("{path}:{line}: {room} may not use {used} (the house plan, \"Who may use whom\")"));
        }
        let narrow = NARROW.iter().find(|(by, of, _)| (*by, *of) == (room, used));
        let thing = mention.path.get(1).map_or("", String::as_str);
        if let Some((.., things)) = narrow.filter(|(.., things)| !things.contains(&thing)) {
            found.push(format!("{path}:{line}: of {used}, {room} may use only {}, not \"{thing}\"", things.join(", ")));
        }
    }
}

fn libraries(path: &str, module: &[String], source: &Source, found: &mut Vec<String>) {
    let room = module.first().map_or("", String::as_str);
    let mut after = "";
    for token in &source.tokens {
        let (name, line) = (token.text.as_str(), token.line);
        // `x.egui` is somebody's field.
        let library = after != ".";
        if library && EGUI.contains(&name) && !matches!(room, "app" | "") {
            found.push(format!("{path}:{line}: {name} is only for app"));
        }
        if library && CANDLE.contains(&name) && WITHOUT_CANDLE.contains(&room) {
            found.push(format!("{path}:{line}: {room} must not see {name}"));
        }
        after = name;
    }
}

/// Words that panic, with their lines: `.unwrap()`, `Option::unwrap`, `panic!`.
fn panics(source: &Source) -> Vec<(&'static str, usize)> {
    let mut found = Vec::new();
    for window in source.tokens.windows(2) {
        let [before, token] = [&window[0], &window[1]];
        let method = |word: &&str| matches!(*word, "unwrap" | "expect") && token.text == **word;
        let called = matches!(before.text.as_str(), "." | "::");
        found.extend(PANICS.into_iter().filter(|word| called && method(word)).map(|word| (word, token.line)));
        let shouted = |word: &&str| !matches!(*word, "unwrap" | "expect") && before.text == **word && token.text == "!";
        found.extend(PANICS.into_iter().filter(shouted).map(|word| (word, before.line)));
    }
    found
}

/// `src/scene/edit.rs` -> `[scene, edit]`; `src/scene/mod.rs` -> `[scene]`; `src/lib.rs` -> `[]`.
fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut module: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

fn read_sources(dir: &Path, name: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{name}/{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            read_sources(&path, &name, files);
        } else if name.ends_with(".rs") {
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn the_house_is_as_planned() {
    let mut files = Vec::new();
    read_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "src", &mut files);
    files.sort();
    let found = violations(&files, &MAY_PANIC);
    assert!(found.is_empty(), "{} rules broken:\n{}", found.len(), found.join("\n"));
    // A checker that saw nothing would be content, too.
    let mentions = files.iter().map(|(path, text)| Source::new(text).mentions(&module_of(path)).len()).sum::<usize>();
    assert!(files.len() > 60 && mentions > 150, "{} files, {mentions} paths", files.len());
}

#[test]
fn the_plan_goes_one_way() {
    let uses = |room: &str| -> Vec<&str> {
        let listed = PLAN.iter().find(|(name, _)| *name == room).map_or(&[][..], |(_, rooms)| rooms);
        let beyond = BEYOND_THE_PLAN.iter().filter(|(by, ..)| *by == room).map(|(_, of, _)| *of);
        listed.iter().copied().filter(|&of| of != "*").chain(beyond).collect()
    };
    // Rooms are struck off as soon as all that they use are: what stays is a circle.
    let mut left: Vec<&str> = PLAN.iter().map(|(name, _)| *name).collect();
    while let Some(at) = left.iter().position(|room| uses(room).iter().all(|of| !left.contains(of))) {
        left.remove(at);
    }
    assert!(left.is_empty(), "rooms that use each other in a circle: {left:?}");
}

/// `expected`: parts of the sentences, in order; none: nothing is wrong.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let files: Vec<File> = files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
    let found = violations(&files, &[]);
    let fits = found.len() == expected.len() && found.iter().zip(expected).all(|(found, part)| found.contains(part));
    assert!(fits, "expected {expected:?}, found {found:#?}");
}

#[test]
fn wrong_directions_are_found() {
    let model = |text: &str, expected: &[&str]| check(&[("src/model/sg2im/layout.rs", text)], expected);
    model("use crate::nn::warp; use crate::model::config_fields; use candle_core::Tensor;", &[]);
    model("use crate::vocab::Vocabulary;", &["src/model/sg2im/layout.rs:1: model may not use vocab"]);
    model("\n\nfn f(scene: &crate::scene::Scene) {}", &["layout.rs:3: model may not use scene"]);
    let tree = "use crate::{nn::{conv, warp as w},\n device::{noise, Device as D}, scene, encode::*};";
    model(tree, &["layout.rs:2: model may not use device", "device", "scene", "encode"]);
    model("use super::graph; use super::super::config_fields; use super::super::super::nn::conv;", &[]);
    model("use super::super::super::{nn, vocab::X};", &["model may not use vocab"]);
    model("use super::{super::super::scene::Scene};", &["model may not use scene"]);
    model("mod inner { use super::super::super::super::scene::Scene; } use super::refine;", &["may not use scene"]);
    model("macro_rules! m { () => { $crate::vocab::X } }", &["may not use vocab"]);
    model("use ::scenewright::vocab::X;", &[]); // another crate of that name would be meant
    model("use scenewright_scene::vocab::X;", &["may not use vocab"]);
    model("use crate::*;", &["names no room"]);
    model("use crate::Vocabulary;", &["`crate::Vocabulary` names no room"]);
    check(&[("src/device.rs", "use super::nn;"), ("src/lib.rs", "pub use scene::Scene;")], &["device may not use nn"]);
    check(&[("src/cli/render.rs", "use crate::{app::App, train::Run};")], &["cli may not use app"]);
    check(&[("src/checkpoint/mod.rs", "use crate::model::sg2im::config::Sg2ImConfig;")], &[]);
    let narrow = "use crate::generate::{Picture, Generator};";
    check(
        &[("src/export/mod.rs", narrow)],
        &["of generate, export may use only Mask, Picture, Placed, Timings, not \"Gen"],
    );
    check(&[("src/kitchen/mod.rs", "")], &["the house plan has no room \"kitchen\". Give it a line in PLAN"]);
    check(&[("src/kitchen.rs", "use crate::scene::Scene;")], &["no room \"kitchen\""]);
}

#[test]
fn comments_texts_and_tests_are_not_read() {
    for text in [
        "//! See [`X`](crate::vocab::X).\n/* crate::vocab /* nested */ crate::vocab */",
        r###"const A: &str = "crate::vocab::X .unwrap() \" panic!"; const B: &str = r#"" use crate::vocab::X; "#;"###,
        "#[cfg(test)]\nmod tests { use crate::vocab::X; fn f() { a.unwrap(); panic!() } }",
        "#[cfg(all(test, unix))] use crate::{vocab::X, scene::Y};",
        "#[test]\n#[ignore = \"long\"]\nfn f<A, B>(a: [u8; 2]) -> u8 { crate::vocab::x().unwrap() }",
        "struct S { #[cfg(test)] seen: crate::vocab::X, kept: u8 }",
        "#![cfg(test)] use crate::vocab::X;",
        "fn f<'a>(x: &'a str) -> bool { x.contains(['\"', '\\'', 'a']) } // \" crate::vocab",
    ] {
        check(&[("src/nn/conv.rs", text)], &[]);
    }
    // What follows is read again.
    let after = "#[cfg(test)] mod tests { fn f() {} } #[cfg(not(test))] use crate::scene::S; fn f() { g('\"'); crate::vocab::x() }";
    check(&[("src/nn/conv.rs", after)], &["nn may not use scene", "nn may not use vocab"]);
    // Tests in a file of their own.
    let files = |attribute| {
        [
            ("src/nn/conv.rs", attribute),
            ("src/nn/conv/tests.rs", "use crate::scene::S;"),
            ("src/nn/conv/tests/more.rs", "fn f() { x.unwrap() }"),
        ]
    };
    check(&files("#[cfg(test)] mod tests;"), &[]);
    check(&files("mod tests;"), &["nn may not use scene", "unwrap"]);
}

#[test]
fn libraries_stay_in_their_rooms() {
    check(&[("src/app/canvas/mod.rs", "use eframe::egui::{self, Ui};")], &[]);
    check(&[("src/engine/mod.rs", "use egui::Context;")], &["src/engine/mod.rs:1: egui is only for app"]);
    check(&[("src/export/canvas.rs", "use epaint_default_fonts::UBUNTU_LIGHT;")], &[]);
    for room in WITHOUT_CANDLE {
        check(
            &[(&format!("src/{room}/x.rs"), "use {candle_core as c};")],
            &[&format!("{room} must not see candle_core")],
        );
    }
    check(&[("src/scene/node.rs", "fn f() { self.egui + candle }")], &[]);
}

#[test]
fn panics_are_found() {
    let one = |text: &str, expected: &[&str]| check(&[("src/vocab/mod.rs", text)], expected);
    one("fn f() {\n x.unwrap() }", &["src/vocab/mod.rs:2: `unwrap` ends the program"]);
    one("fn f() { x.expect(\"y\"); xs.map(Result::unwrap) }", &["`expect`", "`unwrap`"]);
    one("fn f() { panic!(\"y\"); unreachable!() }", &["`panic`", "`unreachable`"]);
    one("fn f() { x.unwrap_or(1); x.unwrap_or_default(); std::panic::catch_unwind(f); let expect = 1; }", &[]);
    let allowed = [("src/vocab/mod.rs", "expect", "why")];
    let files = |text: &str| [("src/vocab/mod.rs".to_owned(), text.to_owned())];
    assert!(violations(&files("fn f() { x.expect(\"y\") }"), &allowed).is_empty());
    assert!(violations(&files("fn f() {}"), &allowed)[0].contains("no `expect` any more: remove it"));
}
