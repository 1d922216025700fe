//! The program as one file: copied to a folder that holds nothing else, in which nothing can be written.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::run::ProgramOutput;

/// A copy of the program, and a home of its own.
struct Alone {
    dir: tempfile::TempDir,
    program: PathBuf,
}

impl Alone {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_BIN_EXE_scenewright"));
        let program = dir.path().join("bin").join(source.file_name().unwrap());
        for folder in ["bin", "home", "empty", "out"] {
            std::fs::create_dir(dir.path().join(folder)).unwrap();
        }
        std::fs::copy(source, &program).unwrap();
        Self { dir, program }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(self.dir.path().join("empty")).env("SCENEWRIGHT_HOME", self.dir.path().join("home"));
        command
    }

    fn line(&self, line: &str) -> ProgramOutput {
        let out = self.dir.path().join("out").display().to_string();
        let words = line.split(' ').map(|word| word.replace("OUT", &out));
        ProgramOutput::new(self.command().args(words).output().unwrap())
    }
}

#[test]
fn every_command_works_alone() {
    let alone = Alone::new();
    let mut permissions = std::fs::metadata(alone.dir.path().join("empty")).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(alone.dir.path().join("empty"), permissions).unwrap();
    alone.line("render assets/scenes/sheep.json --out OUT/pictures").succeeds();
    assert!(alone.dir.path().join("out/pictures/sheep-0.png").is_file());
    for line in [
        "render assets/scenes/farm.json --model models/sg2im-illustrated --out OUT/pictures",
        "say sheep --vocab models/sg2im-illustrated --out OUT/scene.json",
        "export assets/scenes/street.json --out OUT/street.ora",
        "info models/collage-illustrated",
        "info assets/scenes/town-at-night.json",
        "bench --model models/collage-illustrated --runs 1",
        "eval --model models/sg2im-illustrated --scenes 2 --no-baselines",
        "train --preset quick --from models/sg2im-illustrated --set iterations=1 --set batch_size=2 --out OUT/run",
        "dataset preview --scenes 1 --out OUT/preview.png",
    ] {
        alone.line(line).succeeds();
    }
    let left: Vec<_> = std::fs::read_dir(alone.dir.path().join("empty")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    // What is written by mistake where a bundled file is read: it is no file.
    alone.line("info models/nothing").fails(&["models/nothing"]);
}

#[test]
fn models_of_the_user_are_found_too() {
    let alone = Alone::new();
    let tiny = super::run::golden("tiny.pt");
    alone
        .line(&format!("import {} --out {}", tiny.display(), alone.dir.path().join("home/models/mine").display()))
        .succeeds();
    alone.line("info models/mine").succeeds();
    let beside = alone.dir.path().join("bin/models/beside");
    alone.line(&format!("import {} --out {}", tiny.display(), beside.display())).succeeds();
    alone.line("info models/beside").succeeds();
}

#[test]
fn it_says_what_it_is() {
    let alone = Alone::new();
    let version = alone.line("--version").succeeds().stdout;
    for part in [env!("CARGO_PKG_VERSION"), "target: ", "features: ", "instruction set: "] {
        assert!(version.contains(part), "{version}");
    }
    for (shell, part) in [("bash", "complete"), ("zsh", "#compdef"), ("fish", "complete -c scenewright")] {
        assert!(alone.line(&format!("completions {shell}")).succeeds().stdout.contains(part), "{shell}");
    }
    assert!(alone.line("man").succeeds().stdout.contains(".TH"));
    alone.line("man --out OUT/man").succeeds();
    assert!(alone.dir.path().join("out/man/scenewright-dataset-export.1").is_file());
}

#[test]
fn records_are_written_where_they_are_asked_for() {
    let alone = Alone::new();
    let quiet = alone.line("info models/sg2im-illustrated").succeeds();
    assert_eq!(quiet.stderr, "");
    for line in ["--log trace info models/sg2im-illustrated", "info models/sg2im-illustrated --log=trace"] {
        assert!(!alone.line(line).succeeds().stderr.contains('\u{1b}'), "no color codes in a file");
    }
    let wrong = alone.line("info models/sg2im-illustrated --log scenewright=loud");
    assert_eq!(wrong.code, Some(2), "{}", wrong.stderr);
    let ran = ProgramOutput::new(
        alone.command().args(["info", "models/sg2im-illustrated"]).env("RUST_LOG", "a=b=c").output().unwrap(),
    );
    assert!(ran.succeeds().stderr.contains("RUST_LOG"));
}
