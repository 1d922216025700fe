//! Every example in every `--help` and in README runs in a folder that holds nothing of the repository.
//!
//! What an example speaks of as a person's own (a checkpoint, pictures, a run) is there; examples that would take hours are shortened.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::fixture::own_pictures;
use super::run::{Place, ProgramOutput, golden};

/// The words of a line as a shell would split it; a comment at its end is left out.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (c, Some(_)) => word.get_or_insert_default().push(c),
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ('#', None) if word.is_none() => break,
            (' ', None) => words.extend(word.take()),
            (c, None) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The commands of a text: indented lines, or lines of a block of code, that begin with the program's name.
fn commands(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().map(str::trim).filter(|line| *line == "scenewright" || line.starts_with("scenewright "));
    let parts = lines.flat_map(|line| line.split(" && "));
    parts.map(words).filter(|words| words.first().is_some_and(|word| word == "scenewright")).collect()
}

fn help(place: &Place, path: &[String]) -> String {
    let mut args = path.to_vec();
    args.push("--help".to_owned());
    place.run(args).succeeds().stdout
}

/// The names of the commands below one, as its help lists them.
fn below(help: &str) -> Vec<String> {
    let list = help.split_once("Commands:\n").map_or("", |(_, list)| list);
    let rows = list.lines().take_while(|line| line.starts_with("  "));
    let name =
        |line: &str| (!line.starts_with("   ")).then(|| line.split_whitespace().next().map(str::to_owned)).flatten();
    rows.filter_map(name).filter(|name| name != "help").collect()
}

/// Help texts of all commands, by path.
fn all_help(place: &Place) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    let mut open = vec![Vec::new()];
    while let Some(path) = open.pop() {
        let text = help(place, &path);
        open.extend(below(&text).into_iter().map(|name| [path.clone(), vec![name]].concat()));
        found.push((path, text));
    }
    found
}

/// What examples take for a person's own.
fn prepare(place: &Place) {
    let folder = |name: &str| std::fs::create_dir_all(place.path(name)).unwrap();
    std::fs::copy(golden("tiny.pt"), place.path("vg128.pt")).unwrap();
    folder("my-pictures");
    own_pictures(&place.path("my-pictures"), 5);
    place.line("export assets/scenes/sheep.json --out sheep.json").succeeds();
    place.line("export assets/scenes/sheep.json --out sheep.png").succeeds();
    for name in ["painted-over.png", "picture.png"] {
        image::RgbImage::new(16, 16).save(place.path(name)).unwrap();
    }
    place.line("import vg128.pt --out models/vg128").succeeds();
    for run in ["runs/first", "runs/second"] {
        let line = "train --preset tiny --device cpu --set iterations=3 --set keep.last_every=1 --set keep.validate_every=2 --out";
        place.line(&format!("{line} {run}")).succeeds();
    }
    let bundled = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/sg2im-illustrated");
    for checkpoint in ["runs/a/checkpoints/last", "runs/b/checkpoints/best"] {
        folder(checkpoint);
        for file in std::fs::read_dir(&bundled).unwrap() {
            let file = file.unwrap().path();
            std::fs::copy(&file, place.path(checkpoint).join(file.file_name().unwrap())).unwrap();
        }
    }
}

/// Sets an option, which may be there with another value.
fn set(args: &mut Vec<String>, option: &str, value: &str) {
    match args.iter().position(|arg| arg == option) {
        Some(at) => args[at + 1] = value.to_owned(),
        None => args.extend([option.to_owned(), value.to_owned()]),
    }
}

/// Runs an example, shortened where it would take long. `None`: it opens the window.
fn run(place: &Place, example: &[String]) -> Option<ProgramOutput> {
    let mut args = example[1..].to_vec();
    let has = |args: &[String], word: &str| args.iter().any(|arg| arg == word);
    let word = |at: usize| example.get(at).map_or("", String::as_str);
    match (word(1), word(2)) {
        ("train", _) if ["--resume", "--watch", "--keep", "--show"].iter().any(|option| has(&args, option)) => {}
        ("train", _) => args.push("--show".to_owned()),
        ("eval", "ablations") => {
            set(&mut args, "--preset", "tiny");
            set(&mut args, "--scenes", "2");
            args.extend(["--set".to_owned(), "iterations=1".to_owned(), "--no-classifier".to_owned()]);
        }
        ("eval", "blind") => set(&mut args, "--size", "64"),
        ("eval", "train-classifier") => set(&mut args, "--steps", "1"),
        ("eval", _) => set(&mut args, "--scenes", "2"),
        ("bench", _) => set(&mut args, "--runs", "1"),
        ("dataset", "export" | "bench" | "predicates") => set(&mut args, "--scenes", "2"),
        ("dataset", "preview") if !has(&args, "--data") => set(&mut args, "--scenes", "2"),
        ("edit" | "", _) => return None,
        (file, _) if file.contains('.') => return None,
        _ => {}
    }
    let mut command = place.command();
    Some(ProgramOutput::new(command.args(args).output().unwrap()))
}

/// An example of the editor: without a display it gets as far as the window.
fn opens_the_window(place: &Place, example: &[String]) {
    let mut command: Command = place.command();
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    let ran = ProgramOutput::new(command.args(&example[1..]).output().unwrap());
    if cfg!(target_os = "linux") {
        ran.fails(&["no window can be opened"]);
    }
}

fn run_all(place: &Place, examples: impl IntoIterator<Item = Vec<String>>) -> usize {
    let mut failed = Vec::new();
    let mut count = 0;
    for example in examples {
        count += 1;
        match run(place, &example) {
            None => opens_the_window(place, &example),
            Some(ran) if ran.code == Some(0) => {}
            // A person's own copy of Visual Genome has gigabytes.
            Some(ran)
                if example.iter().any(|word| word == "visual-genome") && ran.stderr.contains("no such folder") => {}
            Some(ran) => failed.push(format!("{}\n{}", example.join(" "), ran.stderr)),
        }
    }
    assert!(failed.is_empty(), "{} of {count} examples fail:\n\n{}", failed.len(), failed.join("\n"));
    count
}

#[test]
#[ignore = "runs some fifty commands, which takes many minutes in a debug build"]
fn every_example_of_the_help_runs_anywhere() {
    let place = Place::empty();
    let help = all_help(&place);
    let without: Vec<String> = help
        .iter()
        .filter(|(_, text)| below(text).is_empty() && commands(text).is_empty())
        .map(|(path, _)| path.join(" "))
        .collect();
    assert!(without.is_empty(), "these commands have no example: {without:?}");
    prepare(&place);
    let examples: BTreeSet<Vec<String>> = help.iter().flat_map(|(_, text)| commands(text)).collect();
    assert!(run_all(&place, examples) > 35);
}

#[test]
fn every_example_of_the_readme_runs_anywhere() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let blocks: String = readme.split("```").skip(1).step_by(2).collect();
    let place = Place::empty();
    prepare(&place);
    // In this order: one makes what the next one reads.
    std::fs::remove_dir_all(place.path("models")).unwrap();
    assert!(run_all(&place, commands(&blocks)) > 15);
}

#[test]
fn a_line_is_split_as_a_shell_does() {
    let found = words("scenewright say \"two sheep\" 'a b' --set 'pictures=[\"x\"]'  # a comment");
    assert_eq!(found, ["scenewright", "say", "two sheep", "a b", "--set", "pictures=[\"x\"]"]);
}
