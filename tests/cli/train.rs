//! `scenewright train` as a person meets it: killed, resumed, refused.

use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::run::Place;

const LONG: &str =
    "train --preset tiny --device cpu --set iterations=60 --set keep.last_every=7 --set keep.validate_every=1000 --out";

/// Rows of the metrics without speed and waiting.
fn rows(place: &Place, run: &str) -> Vec<String> {
    let text = fs::read_to_string(place.path(run).join("metrics.csv")).unwrap_or_default();
    let strip = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        [&cells[..2], &cells[4..]].concat().join(",")
    };
    text.lines().filter(|line| line.matches(',').count() > 4).map(strip).collect()
}

#[test]
fn a_run_killed_at_any_moment_goes_on_exactly() {
    let place = Place::empty();
    place.line(&format!("{LONG} whole")).succeeds();
    let whole = rows(&place, "whole");
    assert!(whole.len() > 60);
    for (name, at) in [("early", 3), ("late", 33)] {
        let mut args: Vec<&str> = LONG.split(' ').collect();
        args.push(name);
        let mut child = place.command().args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while rows(&place, name).len() < at && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // The progress does not pause for long.
        let watched = place.line(&format!("train --watch {name}")).succeeds().stdout;
        assert!(watched.contains("stopped at step") && watched.contains("of 60"), "{watched}");
        place.line(&format!("train --device cpu --resume {name}")).succeeds();
        assert_eq!(rows(&place, name), whole, "{name}");
    }
}

/// The code that CUDA and Metal take, on the CPU: the same losses, and Ctrl-C.
#[cfg(unix)]
#[test]
fn the_test_device_trains_and_stops() {
    let line = "train --preset tiny --device cpu --set iterations=3 --out run";
    let losses = |place: &Place| {
        place.line(line).succeeds();
        let number = |cell: &str| cell.parse::<f64>().unwrap_or_default();
        let all: Vec<Vec<f64>> = rows(place, "run").iter().map(|row| row.split(',').map(number).collect()).collect();
        all
    };
    let (own, other) = (losses(&Place::empty()), losses(&Place::empty().on_the_test_device()));
    assert_eq!(own.len(), other.len());
    for (a, b) in own.iter().flatten().zip(other.iter().flatten()) {
        assert!((a - b).abs() <= 1e-2 * a.abs().max(1.0), "{a} and {b}");
    }
    let place = Place::empty().on_the_test_device();
    let child = place.command().args(LONG.split(' ').chain(["long"])).stdout(Stdio::piped()).spawn().unwrap();
    while rows(&place, "long").len() < 3 {
        std::thread::sleep(Duration::from_millis(5));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("stopped and saved at step"), "{said}");
}

#[test]
fn what_cannot_be_trained_is_said() {
    let place = Place::with_model();
    place.write("mine.toml", "batch_size = 4\n[losses]\nac_los_weight = 1\n");
    place.write("broken.toml", "batch_size = \n");
    fs::create_dir(place.path("pictures")).unwrap();
    place.write("pictures/cat.png", "");
    fs::create_dir_all(place.path("genome")).unwrap();
    for name in ["objects", "relationships", "attributes", "image_data"] {
        place.write(&format!("genome/{name}.json"), "[]");
    }
    for (line, says) in [
        ("train --preset tiny --config mine.toml --out r", "unknown field `ac_los_weight`"),
        ("train --preset tiny --config broken.toml --out r", "line 1 of broken.toml"),
        ("train --preset tiny --config absent.toml --out r", "absent.toml"),
        ("train --preset large --out r", "there is no preset \"large\""),
        ("train --preset tiny --out pictures", "A run needs a folder of its own"),
        ("train --resume pictures", "there is no run in this folder"),
        ("train --preset tiny --out r --from nowhere", "nowhere"),
        ("train --preset tiny --out r --set data.kinds=[\"moon base\"]", "moon base"),
        ("train --preset tiny --out r --set data.sprites=[\"nothing-here\"]", "nothing-here"),
        (
            "train --preset touch --from model --out r",
            "this model is an sg2im network, and these settings train a collage",
        ),
        ("train --preset touch --data genome --out r", "a collage learns from drawings and from own pictures"),
    ] {
        let ran = place.run(words(line));
        ran.fails(&[says]);
    }
    place.line("train --preset tiny --set iterations=1 --out once").succeeds();
    place.line("train --preset tiny --out once").fails(&["there is a run in this folder already"]);
}

/// Words between spaces; what stands in brackets is one.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in line.split(' ') {
        match words.last_mut() {
            Some(last) if last.matches('[').count() > last.matches(']').count() => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_leaves_the_last_checkpoint() {
    let place = Place::empty();
    fs::create_dir(place.path("disk")).unwrap();
    // Space for the first checkpoint and not for a second beside it.
    let script = "mount -t tmpfs -o size=600k none disk || exit 77\n\
                  \"$0\" train --preset tiny --device cpu --out disk/run; code=$?\n\
                  \"$0\" info disk/run/checkpoints/last >/dev/null || exit 3\n\
                  find disk -name '*.tmp'; echo left; exit $code";
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", script, env!("CARGO_BIN_EXE_scenewright")]);
    let output = command.current_dir(place.path("")).output();
    let Some(output) = output.ok().filter(|output| output.status.code() != Some(77) && !output.stdout.is_empty())
    else {
        return println!("skipped: no small disk can be mounted here");
    };
    let (said, left) = (String::from_utf8(output.stderr).unwrap(), String::from_utf8(output.stdout).unwrap());
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("error: cannot") && !said.contains("panicked"), "{said}");
    assert_eq!(left, "left\n");
}
