//! A place to run the program in, and what it did there.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use candle_core::{Device, Tensor};
use image::RgbImage;
use serde_json::Value;
use tempfile::TempDir;

pub const GRAPHS: [(&str, usize); 4] =
    [("figure_5_coco", 8), ("figure_5_vg", 8), ("figure_6_sheep", 7), ("figure_6_street", 7)];

pub fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

/// A file of scene graphs of sg2im.
pub fn graphs(name: &str) -> PathBuf {
    golden(&format!("scene_graphs/{name}.json"))
}

/// An empty folder, with a model when it is asked for.
pub struct Place {
    dir: TempDir,
    is_on_test_device: bool,
}

impl Place {
    pub fn empty() -> Self {
        Self { dir: TempDir::new().unwrap(), is_on_test_device: false }
    }

    /// With `model`, imported from `tiny.pt`: it takes a few hundredths of a second.
    pub fn with_model() -> Self {
        let place = Self::empty();
        place.run(["import".as_ref(), golden("tiny.pt").as_os_str(), "--out".as_ref(), "model".as_ref()]).succeeds();
        place
    }

    /// From now on the program takes candle's operations alone.
    pub fn on_the_test_device(self) -> Self {
        Self { is_on_test_device: true, ..self }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scenewright"));
        // With backtraces on, no error text may change.
        command.current_dir(self.dir.path()).env("RUST_BACKTRACE", "1");
        if self.is_on_test_device {
            command.env(scenewright_nn::device::TEST_DEVICE_VARIABLE, "1");
        }
        command
    }

    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> ProgramOutput {
        ProgramOutput::new(self.command().args(args).output().unwrap())
    }

    /// `line`: arguments between spaces; `{sheep}` and the like stand for sg2im's graphs.
    pub fn line(&self, line: &str) -> ProgramOutput {
        let named = |word: &str| {
            let short = |name: &str| name.rsplit('_').next().is_some_and(|short| word == format!("{{{short}}}"));
            // Replaced after the split: a path may hold spaces.
            GRAPHS.iter().find(|(name, _)| short(name)).map_or_else(|| word.into(), |(name, _)| graphs(name))
        };
        self.run(line.split(' ').map(named))
    }

    /// All files, as `folder/name`, hidden ones too, but for the model's.
    pub fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(self.dir.path(), "", &mut found);
        found.retain(|name| !name.starts_with("model/"));
        found.sort();
        found
    }

    pub fn png(&self, name: &str) -> RgbImage {
        image::open(self.path(name)).unwrap().into_rgb8()
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&fs::read(self.path(name)).unwrap()).unwrap()
    }

    pub fn tensors(&self, name: &str) -> HashMap<String, Tensor> {
        candle_core::safetensors::load(self.path(name), &Device::Cpu).unwrap()
    }

    /// The model with some of its weights changed, as the folder `name`.
    pub fn damaged_model(&self, name: &str, change: impl Fn(&str, &Tensor) -> Option<Tensor>) {
        fs::create_dir(self.path(name)).unwrap();
        for file in ["config.json", "vocab.json"] {
            fs::copy(self.path("model").join(file), self.path(name).join(file)).unwrap();
        }
        let mut weights = self.tensors("model/weights.safetensors");
        for (name, tensor) in &mut weights {
            if let Some(changed) = change(name, tensor) {
                *tensor = changed;
            }
        }
        candle_core::safetensors::save(&weights, self.path(name).join("weights.safetensors")).unwrap();
    }
}

fn walk(dir: &Path, prefix: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            walk(&entry.path(), &format!("{name}/"), found);
        } else {
            found.push(name);
        }
    }
}

/// How the program ended and what it said.
pub struct ProgramOutput {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl ProgramOutput {
    pub fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let ran = Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        ran
    }

    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        self
    }

    /// Exit code 1, an error on stderr that holds these parts in this order, nothing on stdout, no backtrace.
    #[track_caller]
    pub fn fails(self, parts: &[&str]) -> Self {
        assert_eq!((self.code, self.stdout.as_str()), (Some(1), ""), "{}", self.stderr);
        assert!(self.stderr.starts_with("error: ") && !self.stderr.contains("   0: "), "{}", self.stderr);
        let mut rest = self.stderr.as_str();
        for part in parts {
            let Some(at) = rest.find(part) else { panic!("\"{part}\" is not in: {}", self.stderr) };
            rest = &rest[at + part.len()..];
        }
        self
    }

    /// The error ends with the path, as the next thing to look at.
    #[track_caller]
    pub fn path_last(self, path: &str) -> Self {
        assert!(self.stderr.trim_end().ends_with(path), "\"{path}\" is not last: {}", self.stderr);
        self
    }
}
