//! A person at the training panel.

use std::path::{Path, PathBuf};

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use scenewright::app::EditorOptions;
pub use scenewright::engine::DeviceChoice;
use scenewright::engine::training::{Status, TrainingState};
use scenewright_document::Folders;
use tempfile::TempDir;

use crate::harness::{Person, tiny_model};

pub struct Trainee {
    pub person: Person,
    pub home: TempDir,
}

/// Wide and high enough that nothing of the panel has to be scrolled to.
pub const WINDOW: [f32; 2] = [1500.0, 1700.0];

impl Trainee {
    pub fn new() -> Self {
        Self::at(TempDir::new().unwrap(), WINDOW)
    }

    pub fn at(home: TempDir, size: [f32; 2]) -> Self {
        let options = EditorOptions {
            folders: Some(Folders::under(home.path())),
            model: Some(tiny_model()),
            device: DeviceChoice::Cpu,
            ..EditorOptions::default()
        };
        let mut person = Person::at(options, size);
        person.waits_for_the_picture();
        person.presses(Modifiers::COMMAND, Key::T);
        Self { person, home }
    }

    pub fn run_folder(&self, name: &str) -> PathBuf {
        self.home.path().join("runs").join(name)
    }

    pub fn state<T>(&self, look: impl FnOnce(&TrainingState) -> T) -> T {
        look(&self.person.editor().training().unwrap().state())
    }

    #[track_caller]
    pub fn waits_until(&mut self, what: &str, holds: impl Fn(&TrainingState) -> bool) {
        let reported =
            |training_state: &TrainingState| format!("{:?} {:?}", training_state.status, training_state.failure);
        let begun = std::time::Instant::now();
        while !self.state(&holds) {
            assert!(begun.elapsed().as_secs() < 120, "never came: {what}; {}", self.state(reported));
            std::thread::sleep(std::time::Duration::from_millis(3));
            self.person.window.run();
        }
        self.person.window.run();
    }

    #[track_caller]
    pub fn waits_for(&mut self, status: Status) {
        self.waits_until(&format!("{status:?}"), |training_state| training_state.status == status);
    }

    /// From scratch, tiny, named, with these settings under Advanced.
    pub fn prepares(&mut self, name: &str, settings: &[(&str, &str)]) {
        self.waits_until("the models", |training_state| training_state.models.is_some());
        self.person.clicks("From scratch");
        self.person.clicks_last_with("Network: ");
        self.person.clicks_last_with("Tiny:");
        self.writes_into("Name of the run", name);
        self.person.clicks_last_with("Advanced");
        for (key, value) in settings {
            self.writes_into("Search settings", key);
            self.writes_into(key, value);
        }
        self.writes_into("Search settings", "");
        self.person.clicks_last_with("Advanced");
    }

    #[track_caller]
    pub fn writes_into(&mut self, field: &str, text: &str) {
        let window = &mut self.person.window;
        window.get_by_role_and_label(Role::TextInput, field).focus();
        window.run();
        window.key_press_modifiers(Modifiers::COMMAND, Key::A);
        window.run();
        if text.is_empty() {
            window.key_press_modifiers(Modifiers::NONE, Key::Backspace);
        } else {
            window.event(egui::Event::Text(text.to_owned()));
        }
        window.run();
    }

    pub fn is_kept(&self, name: &str) -> bool {
        is_model(&self.home.path().join("models").join(name))
    }
}

pub fn is_model(path: &Path) -> bool {
    ["config.json", "vocab.json", "weights.safetensors", "card.md"].iter().all(|file| path.join(file).is_file())
}
