//! A person with a folder of pictures.

use std::path::Path;

use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, pos2, vec2};
use egui_kittest::kittest::Queryable;
use image::{DynamicImage, Rgb, RgbImage};
use scenewright::app::EditorOptions;
use scenewright_document::annotation::{AnnotationFolder, Annotations, Page};
use tempfile::TempDir;

use crate::harness::Person;

/// A meadow with a round bush, under a sky.
fn meadow(width: u32, height: u32, hour: u8) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let bush = (u - 0.65).hypot((v - 0.55) * 0.8) < 0.16;
        match (bush, v < 0.45) {
            (true, _) => Rgb([40, 90, 45 + hour / 4]),
            (false, true) => Rgb([110 + hour / 2, 160, (200.0 + v * 90.0) as u8]),
            (false, false) => Rgb([96, (150.0 + u * 30.0) as u8, 60]),
        }
    })
}

/// Three pictures, one of each kind.
pub fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, width, height, hour) in [("a.png", 240, 160, 0), ("b.jpg", 160, 200, 90), ("c.webp", 200, 200, 180)] {
        DynamicImage::ImageRgb8(meadow(width, height, hour)).save(folder.path().join(name)).unwrap();
    }
    folder
}

pub struct Annotator {
    pub person: Person,
}

impl Annotator {
    /// The folder is dropped onto the window.
    pub fn with(folder: &Path) -> Self {
        Self::sized(folder, [1440.0, 900.0])
    }

    pub fn sized(folder: &Path, size: [f32; 2]) -> Self {
        let mut person = Person::at(EditorOptions::default(), size);
        person.drops(folder);
        person.waits_until("the folder", |editor| editor.annotations().is_some());
        person.window.run();
        Self { person }
    }

    pub fn all(&self) -> &Annotations {
        self.person.editor().annotations().unwrap()
    }

    pub fn page(&self) -> &Page {
        self.all().page().unwrap()
    }

    pub fn names(&self) -> Vec<String> {
        self.page().scene().nodes().iter().map(|node| node.name.clone()).collect()
    }

    /// "sheep on grass", one a relation.
    pub fn sentences(&self) -> Vec<String> {
        let scene = self.page().scene();
        let name = |id| scene.node(id).unwrap().name.clone();
        scene
            .relations()
            .iter()
            .map(|one| format!("{} {} {}", name(one.subject), one.predicate, name(one.object)))
            .collect()
    }

    /// Where the picture lies on the screen.
    pub fn picture(&self) -> Rect {
        let name = format!("annotated picture: {}", self.page().file);
        let area = self.person.window.get_by_label(&name).rect();
        let size = vec2(self.page().size[0] as f32, self.page().size[1] as f32);
        let scale = (area.width() / size.x).min(area.height() / size.y);
        Rect::from_center_size(area.center(), size * scale)
    }

    /// A point of the picture, 0..=1, on the screen.
    pub fn at(&self, x: f32, y: f32) -> Pos2 {
        let picture = self.picture();
        pos2(picture.left() + x * picture.width(), picture.top() + y * picture.height())
    }

    pub fn button(&mut self, pos: Pos2, pressed: bool, modifiers: Modifiers) {
        self.person.window.event(Event::PointerButton { pos, button: PointerButton::Primary, pressed, modifiers });
        self.person.window.step();
    }

    /// Presses at one place, moves in a few steps, and releases at another.
    pub fn drags_on_screen(&mut self, from: Pos2, to: Pos2) {
        let window = &mut self.person.window;
        window.hover_at(from);
        window.step();
        self.button(from, true, Modifiers::NONE);
        for share in [0.2, 0.5, 0.8, 1.0] {
            self.person.window.hover_at(from.lerp(to, share));
            self.person.window.step();
        }
        self.button(to, false, Modifiers::NONE);
        self.person.window.run();
    }

    pub fn drags(&mut self, from: [f32; 2], to: [f32; 2]) {
        let (from, to) = (self.at(from[0], from[1]), self.at(to[0], to[1]));
        self.drags_on_screen(from, to);
    }

    pub fn clicks(&mut self, x: f32, y: f32) {
        let at = self.at(x, y);
        self.person.window.hover_at(at);
        self.person.window.step();
        self.button(at, true, Modifiers::NONE);
        self.button(at, false, Modifiers::NONE);
        self.person.window.run();
        // Two clicks in a row are no double click.
        (0..10).for_each(|_| self.person.window.step());
    }

    pub fn names_it(&mut self, word: &str) {
        self.person.writes(word);
        self.person.presses(Modifiers::NONE, Key::Enter);
    }

    pub fn draws_box(&mut self, word: &str, from: [f32; 2], to: [f32; 2]) {
        self.person.writes("b");
        self.drags(from, to);
        assert!(self.person.sees("Name of the object"), "{word}");
        self.names_it(word);
    }

    pub fn waits_for_the_disk(&mut self) {
        self.person.waits_until("the disk", |editor| editor.is_annotation_saved());
    }

    /// A thing of the graph by its name, apart from others of that name elsewhere.
    pub fn chip(&self, name: &str) -> Rect {
        let graph = self.person.window.get_by_label_contains("Graph: ").rect();
        let chips = self.person.window.query_all_by_label(name).map(|node| node.rect());
        chips.into_iter().find(|rect| graph.contains_rect(*rect)).unwrap_or_else(|| panic!("no chip {name}"))
    }
}

/// All that a folder holds, in words.
pub fn on_the_disk(folder: &Path) -> Vec<String> {
    accounts(&AnnotationFolder::open(folder, &[]).unwrap().1)
}

pub fn accounts(all: &Annotations) -> Vec<String> {
    let account = |page: &Page| {
        let state = page.state();
        let mut lines = vec![format!("{} done {}", page.file, state.done)];
        lines.extend(
            state.scene.nodes().iter().map(|node| format!("{} {:?} {:?}", node.name, node.pinned, state.mask(node.id))),
        );
        lines.extend(
            state.scene.relations().iter().map(|one| format!("{} {} {}", one.subject.0, one.predicate, one.object.0)),
        );
        lines.join("\n")
    };
    all.pages().iter().map(account).collect()
}
