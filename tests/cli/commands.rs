//! `info`, `bench`, `import`, `--help`, and the exit codes.

use std::fs;

use serde_json::Value;

use super::run::*;

#[test]
fn help_has_examples() {
    let place = Place::empty();
    let ran = place.line("--help").succeeds();
    for command in ["render", "import", "info", "bench"] {
        assert!(ran.stdout.contains(&format!("  {command} ")), "{}", ran.stdout);
        let help = place.line(&format!("{command} --help")).succeeds().stdout;
        assert!(help.contains("Examples:") && help.contains(&format!("  scenewright {command} ")), "{help}");
    }
    assert!(place.line("--version").succeeds().stdout.starts_with("scenewright "));
}

#[test]
fn wrong_usage_is_2() {
    let place = Place::empty();
    for line in [
        "paint",
        "render",
        "render a.json --only x",
        "render a.json --only",
        "render a.json --scale 0",
        "render a.json --scale 33",
        "render a.json --seed -1",
        "render a.json --seed 1.5",
        "render a.json --device gpu",
        "render a.json --size 4",
        "import x.pt",
        "info",
        "info a b",
        "bench --batch 0",
        "bench --size many",
        "bench --runs 0",
    ] {
        let ran = place.line(line);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains("Usage") || ran.stderr.contains("--help"), "{line}: {}", ran.stderr);
    }
    for line in ["paint", "paint scene.json", "paint --model m"] {
        let said = place.line(line).stderr;
        assert!(said.contains("no file and no command called \"paint\""), "{said}");
    }
    assert!(place.files().is_empty());
}

#[test]
fn what_cannot_be_done_is_1() {
    let place = Place::empty();
    place.line("render {sheep} --model nowhere").fails(&["there is no folder"]).path_last("nowhere");
    place.line("info nowhere").fails(&["cannot read"]).path_last("nowhere");
    place.line("import nowhere.pt --out model").fails(&["cannot be read"]).path_last("nowhere.pt");
    place.line("bench --size 100").fails(&["--size 100", "64, 128 or 256"]);
    place
        .line("render {sheep} {coco} --model nowhere --dump d.safetensors")
        .fails(&["--dump takes the graphs of one file"]);
    if cfg!(not(feature = "cuda")) {
        place.line("bench --device cuda:0").fails(&["built without CUDA"]);
    }
    if cfg!(not(feature = "metal")) {
        place.line("bench --device metal").fails(&["built without Metal"]);
    }
    assert!(place.files().is_empty());
}

#[test]
fn info_tells_of_models_and_graphs() {
    let place = Place::with_model();
    let model = place.line("info model").succeeds().stdout;
    for part in [
        "32×32 pixels",
        "0.06 million",
        "57 objects, 21 predicates",
        "3 layers of 16 (hidden 32)",
        "masks: 8×8",
        "noise: 4",
        "discriminators: yes",
    ] {
        assert!(model.contains(part), "\"{part}\" is not in: {model}");
    }
    let graphs = place.line("info {sheep}").succeeds().stdout;
    for part in [
        "graph 6: 7 objects, 6 relations",
        "sheep ×11",
        "standing on ×7",
        "Visual Genome knows all of these words",
        "COCO-Stuff does not know: ",
    ] {
        assert!(graphs.contains(part), "\"{part}\" is not in: {graphs}");
    }
}

#[test]
fn bench_prints_figures() {
    let place = Place::with_model();
    let ran = place.line("bench --model model --batch 2 --runs 3 --json").succeeds();
    let lines: Vec<Value> = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| &line["what"]).collect::<Vec<_>>(), ["new noise", "same noise"]);
    for line in &lines {
        assert_eq!(
            [&line["batch"], &line["runs"], &line["size"][0], &line["size"][1]].map(|v| v.as_u64().unwrap()),
            [2, 3, 32, 32]
        );
        assert_eq!(line["device"], "cpu");
        let number = |key: &str| line[key].as_f64().unwrap();
        assert!(number("min_ms") > 0.0 && number("min_ms") <= number("median_ms") && number("load_ms") > 0.0, "{line}");
        assert!(
            number("threads") >= 1.0 && (number("images_per_s") * number("median_ms") / 2e3 - 1.0).abs() < 0.05,
            "{line}"
        );
        assert!(line["peak_mib"].is_u64() || !cfg!(target_os = "linux"), "{line}");
    }
    let words = place.line("bench --model model --runs 2").succeeds().stdout;
    assert!(words.lines().count() == 2 && words.contains("pictures a second"), "{words}");
}

#[test]
fn import_replaces_only_when_asked() {
    let place = Place::empty();
    let tiny = golden("tiny.pt");
    let import = |rest: &str| place.run(["import", tiny.to_str().unwrap(), "--out"].into_iter().chain(rest.split(' ')));
    let said = import("models/tiny").succeeds().stdout;
    for part in [
        "imported ",
        " tensors, ",
        "58 objects and 22 predicates, into models/tiny",
        "with the discriminators d_obj and d_img",
    ] {
        assert!(said.replace('\\', "/").contains(part), "\"{part}\" is not in: {said}");
    }
    let size = |name: &str| fs::metadata(place.path(name).join("weights.safetensors")).unwrap().len();
    let full = size("models/tiny");
    let before = place.files();
    import("models/tiny").fails(&["exists already"]).path_last("tiny");
    import("models/tiny --f16").fails(&["exists already"]).path_last("tiny");
    assert_eq!((place.files(), size("models/tiny")), (before.clone(), full));
    import("models/tiny --replace --f16").succeeds();
    assert_eq!(place.files(), before);
    assert!(size("models/tiny") < full * 2 / 3, "half precision: {} of {full} bytes", size("models/tiny"));
    place.line("render {sheep} --only 0 --model models/tiny").succeeds();
    assert_eq!(place.json("out/figure_6_sheep-0.json")["model"], "tiny");
}

/// `scenewright info model | head -1`, and a disk that fills up under `> log`.
#[test]
fn output_that_nobody_takes() {
    let place = Place::with_model();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = ProgramOutput::new(place.command().args(["info", "model"]).stdout(writer).output().unwrap());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let Ok(full) = fs::File::options().write(true).open("/dev/full") else {
        return println!("skipped: this system has no /dev/full");
    };
    let ran =
        ProgramOutput::new(place.command().args(["info", "model"]).stdout(full.try_clone().unwrap()).output().unwrap());
    ran.fails(&["cannot print"]);
    // There is no output for an error: the exit code still shows it.
    let status = place.command().args(["info", "nowhere"]).stderr(full).status().unwrap();
    assert_eq!(status.code(), Some(1));
}

/// A fresh clone draws without any options.
#[test]
fn the_bundled_model_draws_the_starter_scene() {
    let place = Place::empty();
    let mut command = place.command();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["render", "assets/scenes/sheep.json", "--out"]);
    ProgramOutput::new(command.arg(place.path("out")).output().unwrap()).succeeds();
    let picture = place.png("out/sheep-0.png");
    let colors: std::collections::HashSet<[u8; 3]> = picture.pixels().map(|pixel| pixel.0).collect();
    assert!(colors.len() > 100, "a picture, not a plate: {} colors", colors.len());
}
