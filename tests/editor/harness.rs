//! A person at the editor: says, presses, clicks, waits for the picture.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use scenewright::app::{Editor, EditorOptions};
pub use scenewright::engine::DeviceChoice;
use scenewright_document::Folders;
use scenewright_model::checkpoint::{ImportOptions, import_with};
use tempfile::TempDir;

use crate::renderer::CpuRenderer;

/// A window of this size, points.
pub const WINDOW: [f32; 2] = [1280.0, 800.0];

/// A small model with random weights, made once.
pub fn tiny_model() -> PathBuf {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    let dir = MADE.get_or_init(|| {
        let dir = TempDir::new().unwrap();
        let checkpoint = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/tiny.pt");
        import_with(&checkpoint, &dir.path().join("tiny"), ImportOptions::default()).unwrap();
        dir
    });
    dir.path().join("tiny")
}

/// The model that the program ships.
pub fn collage_model() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/collage-illustrated")
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

/// What a keyboard sends: keys that are pressed and released, and the text that they write.
pub fn keystrokes(text: &str) -> Vec<Event> {
    let one = |letter: char| {
        let (key, writes) = match letter {
            '\n' => (Some(Key::Enter), None),
            '\t' => (Some(Key::Tab), None),
            ' ' => (Some(Key::Space), Some(letter)),
            _ => (Key::from_name(&letter.to_uppercase().to_string()), Some(letter)),
        };
        let press = |pressed| {
            Some(Event::Key { key: key?, physical_key: None, pressed, repeat: false, modifiers: Modifiers::NONE })
        };
        [press(true), writes.map(|letter| Event::Text(letter.to_string())), press(false)]
    };
    text.chars().flat_map(one).flatten().collect()
}

/// A key with modifiers, pressed and released.
pub fn chord(modifiers: Modifiers, key: Key) -> Vec<Event> {
    let press = |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
    vec![Event::ModifiersChanged(modifiers), press(true), press(false), Event::ModifiersChanged(Modifiers::NONE)]
}

pub struct Person {
    pub window: Harness<'static, Editor>,
}

impl Person {
    /// An editor without a model.
    pub fn new() -> Self {
        Self::at(EditorOptions::default(), WINDOW)
    }

    /// An editor whose first picture is there.
    pub fn with_model() -> Self {
        let mut person = Self::at(
            EditorOptions { model: Some(tiny_model()), device: DeviceChoice::Cpu, ..EditorOptions::default() },
            WINDOW,
        );
        person.waits_for_the_picture();
        person
    }

    pub fn in_folders(dir: &Path) -> Self {
        Self::at(EditorOptions { folders: Some(Folders::under(dir)), ..EditorOptions::default() }, WINDOW)
    }

    pub fn at(options: EditorOptions, size: [f32; 2]) -> Self {
        let window = Harness::builder()
            .with_size(egui::vec2(size[0], size[1]))
            // Each event has a frame of its own: two clicks must not be so far apart that they are no double click.
            .with_step_dt(0.05)
            .with_max_steps(80)
            .renderer(CpuRenderer::default())
            .build_eframe(|context| Editor::new(options).with_theme(&context.egui_ctx));
        let mut person = Self { window };
        person.window.run();
        person
    }

    pub fn editor(&self) -> &Editor {
        self.window.state()
    }

    /// "sheep standing on grass", one each.
    pub fn relations(&self) -> Vec<String> {
        let scene = self.editor().scene();
        let title = |id| scene.node(id).unwrap().title();
        scene.relations().iter().map(|r| format!("{} {} {}", title(r.subject), r.predicate, title(r.object))).collect()
    }

    pub fn objects(&self) -> Vec<String> {
        self.editor().scene().nodes().iter().map(|node| node.title().to_owned()).collect()
    }

    pub fn presses(&mut self, modifiers: Modifiers, key: Key) {
        self.window.key_press_modifiers(modifiers, key);
        self.window.run();
    }

    pub fn writes(&mut self, text: &str) {
        self.window.event(Event::Text(text.to_owned()));
        self.window.run();
    }

    /// All of it arrives while the window is busy: the events of one frame. A line feed is Enter, a tab the Tab key.
    pub fn types_in_one_frame(&mut self, text: &str) {
        self.has_in_one_frame(keystrokes(text));
    }

    pub fn has_in_one_frame(&mut self, events: Vec<Event>) {
        self.window.input_mut().events.extend(events);
        // The frames that it takes are the program's business.
        (0..20).for_each(|_| _ = self.window.run_ok());
    }

    /// Into the command bar, without Enter.
    pub fn begins(&mut self, sentence: &str) {
        self.presses(Modifiers::COMMAND, Key::K);
        self.writes(sentence);
    }

    pub fn says(&mut self, sentence: &str) {
        self.begins(sentence);
        self.presses(Modifiers::NONE, Key::Enter);
    }

    #[track_caller]
    pub fn clicks(&mut self, label: &str) {
        self.window.get_by_label(label).click();
        self.window.run();
    }

    /// The last of several of that name.
    #[track_caller]
    pub fn clicks_last(&mut self, label: &str) {
        self.window.query_all_by_label(label).last().unwrap_or_else(|| panic!("no \"{label}\"")).click();
        self.window.run();
    }

    /// The last of several whose name holds this: icons are part of names.
    #[track_caller]
    pub fn clicks_last_with(&mut self, part: &str) {
        self.window.query_all_by_label_contains(part).last().unwrap_or_else(|| panic!("no \"{part}\"")).click();
        self.window.run();
    }

    /// Drops a file onto the window.
    pub fn drops(&mut self, path: &Path) {
        self.window.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path.to_owned())));
        self.window.run();
    }

    /// Goes to another program and comes back.
    pub fn comes_back(&mut self) {
        self.window.event(Event::WindowFocused(true));
        self.window.run();
    }

    #[track_caller]
    pub fn waits_for_words(&mut self, words: &str) {
        let begun = Instant::now();
        while !self.sees(words) {
            assert!(begun.elapsed() < Duration::from_secs(60), "never seen: {words}");
            std::thread::sleep(Duration::from_millis(2));
            self.window.run();
        }
    }

    /// Whether any text of the window holds these words.
    pub fn sees(&self, words: &str) -> bool {
        self.window.query_all_by_label_contains(words).next().is_some()
    }

    /// Frames, until this holds; the worker has its time.
    #[track_caller]
    pub fn waits_until(&mut self, what: &str, holds: impl Fn(&Editor) -> bool) {
        let begun = Instant::now();
        while !holds(self.editor()) {
            assert!(begun.elapsed() < Duration::from_secs(60), "never came: {what}");
            std::thread::sleep(Duration::from_millis(2));
            self.window.run();
        }
    }

    #[track_caller]
    pub fn waits_for_the_picture(&mut self) {
        self.waits_until("the picture", |editor| editor.is_up_to_date());
        self.window.run();
    }

    /// The window as a picture, for a person to look at: where `SCENEWRIGHT_LOOKS` names a folder.
    pub fn shows(&mut self, name: &str) -> image::RgbaImage {
        let image = self.window.render().unwrap();
        if let Some(folder) = std::env::var_os("SCENEWRIGHT_LOOKS") {
            image.save(Path::new(&folder).join(format!("{name}.png"))).unwrap();
        }
        image
    }
}
