//! The real window, on a display: what no harness can say. `.ci/run` runs it on a display without a screen:
//! `xvfb-run --auto-servernum cargo test --test window -- --ignored`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use scenewright_model::checkpoint::{ImportOptions, import_with};

/// A window that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(150);

/// Exit code, standard output and standard error of `scenewright edit ARGS`, with an empty home, where the bundled model lies.
fn edit(home: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scenewright"));
    for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "SCENEWRIGHT_HOME"] {
        command.env(variable, home);
    }
    command.arg("edit").args(args).current_dir(env!("CARGO_MANIFEST_DIR"));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begun.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the window hangs: {args:?}");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let (mut said, mut complained) = (String::new(), String::new());
    child.stdout.unwrap().read_to_string(&mut said).unwrap();
    child.stderr.unwrap().read_to_string(&mut complained).unwrap();
    (status.code(), said, complained)
}

#[test]
#[ignore = "needs a display"]
fn the_window_comes_up_and_draws() {
    let home = tempfile::tempdir().unwrap();
    let model = home.path().join("tiny");
    let checkpoint = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/tiny.pt");
    import_with(&checkpoint, &model, ImportOptions::default()).unwrap();
    let scene = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/scenes/street.json");
    let scene = scene.to_str().unwrap();
    // The bundled model and the starter; another model and a file.
    for args in [&["--check"][..], &["--check", "--model", model.to_str().unwrap(), "--device", "cpu", scene]] {
        let (code, said, complained) = edit(home.path(), args);
        assert_eq!(code, Some(0), "{args:?}: {complained}");
        assert!(said.contains("first picture: ") && said.contains("on cpu"), "{args:?}: {said}");
    }
}

#[test]
#[ignore = "needs a display"]
fn a_window_without_a_picture_fails() {
    let home = tempfile::tempdir().unwrap();
    let (code, _, complained) = edit(home.path(), &["--check", "--model", "gone"]);
    assert_eq!(code, Some(1), "{complained}");
    assert!(complained.contains("no picture") && complained.contains("gone"), "{complained}");
}
