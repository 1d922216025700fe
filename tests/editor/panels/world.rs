//! A small app around the panels: it carries out what they ask for, and draws pictures by hand instead of by a network.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Context, Key, Modifiers, Pos2, Rect, Ui, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use scenewright::app::history::{HistoryInput, HistoryPanel};
use scenewright::app::inspector::{Inspector, InspectorInput};
use scenewright::app::palette::{PaletteInput, PalettePanel};
use scenewright::app::picture::{PictureInput, PicturePanel, PictureTextures, Variation};
use scenewright::app::{Action, Gesture, Item, Selection, Theme};
use scenewright_generate::{Picture, Placed, SquareMask, Timings};
use scenewright_scene::encode::encode;
use scenewright_scene::relation::judge_scene;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, History, Node, NodeId, RelationId, RevisionId, Scene, UnitBox};

use crate::renderer::CpuRenderer;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    Picture,
    Inspector,
    Steps,
    Objects,
}

pub struct World {
    pub panel: Panel,
    pub history: History,
    pub selection: Selection,
    pub hovered: Option<Item>,
    pub compared: Option<RevisionId>,
    pub vocab: Vocabulary,
    pub theme: Theme,
    pub pictures: BTreeMap<RevisionId, Arc<Picture>>,
    pub shown: Option<PictureTextures>,
    pub before: Option<PictureTextures>,
    pub marks: Vec<(NodeId, usize)>,
    pub variations: Vec<Variation>,
    /// Everything that was asked for, in order.
    pub log: Vec<Action>,
    pub picture: PicturePanel,
    pub inspector: Inspector,
    pub steps: HistoryPanel,
    pub objects: PalettePanel,
    drawn: Option<Scene>,
    /// Frames that were drawn.
    pub frames: usize,
}

impl World {
    pub fn new(panel: Panel) -> Self {
        Self {
            panel,
            history: History::new(sheep()),
            selection: Selection::default(),
            hovered: None,
            compared: None,
            vocab: Vocabulary::illustrated(),
            theme: Theme::dark(),
            pictures: BTreeMap::new(),
            shown: None,
            before: None,
            marks: Vec::new(),
            variations: Vec::new(),
            log: Vec::new(),
            picture: PicturePanel::default(),
            inspector: Inspector::default(),
            steps: HistoryPanel::default(),
            objects: PalettePanel::default(),
            drawn: None,
            frames: 0,
        }
    }

    pub fn harness(self) -> Harness<'static, Self> {
        self.sized(vec2(480.0, 480.0), 1.0)
    }

    pub fn sized(self, size: Vec2, scale: f32) -> Harness<'static, Self> {
        let builder = Harness::builder().with_size(size).with_pixels_per_point(scale).with_max_steps(12);
        let mut harness = builder.renderer(CpuRenderer::default()).build_ui_state(Self::frame, self);
        harness.run();
        harness
    }

    pub fn frame(ui: &mut Ui, world: &mut Self) {
        if world.frames == 0 {
            use_theme(ui.ctx(), &world.theme);
        }
        world.frames += 1;
        world.draw(ui.ctx());
        let frame = egui::Frame::new().fill(ui.visuals().panel_fill).inner_margin(8);
        let actions = frame.show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            world.show(ui)
        });
        for action in actions.inner {
            world.carry_out(action);
        }
    }

    fn show(&mut self, ui: &mut Ui) -> Vec<Action> {
        let scene = self.history.scene();
        let (selection, hovered) = (&self.selection, self.hovered);
        let (vocab, theme, shown) = (&self.vocab, &self.theme, self.shown.as_ref());
        match self.panel {
            Panel::Picture => {
                let input = PictureInput {
                    scene,
                    selection,
                    hovered,
                    vocab,
                    theme,
                    shown,
                    notice: None,
                    compared: self.compared,
                    before: self.before.as_ref(),
                    history: &self.history,
                    marks: &self.marks,
                    variations: &self.variations,
                };
                self.picture.show(ui, &input)
            }
            Panel::Inspector => {
                let box_of = |node: NodeId| shown?.box_of(node);
                let relation_statuses = judge_scene(scene, box_of).into_iter().collect();
                let input = InspectorInput {
                    scene,
                    selection,
                    hovered,
                    vocab,
                    theme,
                    relation_statuses: &relation_statuses,
                    shown,
                };
                self.inspector.show(ui, &input)
            }
            Panel::Steps => {
                let pictures = &self.pictures;
                let picture_of = |id: RevisionId| pictures.get(&id).cloned();
                let input = HistoryInput {
                    history: &self.history,
                    theme,
                    picture_of: &picture_of,
                    compared: self.compared,
                    selection: &self.selection,
                    hovered: self.hovered,
                };
                self.steps.show(ui, &input)
            }
            Panel::Objects => self.objects.show(ui, &PaletteInput { scene, vocab, theme }),
        }
    }

    /// A picture of the scene as it is, uploaded once.
    fn draw(&mut self, ctx: &Context) {
        let scene = self.history.scene();
        if self.drawn.as_ref() == Some(scene) {
            return;
        }
        let picture = Arc::new(paint(scene, &self.vocab));
        self.drawn = Some(scene.clone());
        if !self.history.in_gesture() {
            self.pictures.insert(self.history.revision(), picture.clone());
        }
        self.shown = Some(PictureTextures::new(ctx, picture));
        self.before = self.compared.and_then(|id| Some(PictureTextures::new(ctx, self.pictures.get(&id)?.clone())));
    }

    pub fn carry_out(&mut self, action: Action) {
        self.log.push(action.clone());
        match action {
            Action::Edit { label, edits } => drop(self.history.apply(&label, &edits).expect("an edit is allowed")),
            Action::Gesture(Gesture::Begin { label }) => self.history.begin(&label),
            Action::Gesture(Gesture::Edits(edits)) => drop(self.history.apply("", &edits).expect("a draft is allowed")),
            Action::Gesture(Gesture::Commit) => drop(self.history.commit()),
            Action::Gesture(Gesture::Abort) => self.history.abort(),
            Action::Select(selection) => self.selection = selection,
            Action::Hover(item) => self.hovered = item,
            Action::GoTo(id) => assert!(self.history.go_to(id)),
            Action::Compare(id) => {
                self.compared = id;
                self.drawn = None;
            }
            Action::FreshLayout
            | Action::NameStep { .. }
            | Action::MatchAppearance(_)
            | Action::RequestVariations { .. }
            | Action::Notify(_)
            | Action::Command(_)
            | Action::Training(_) => {}
        }
        self.selection.retain_in(self.history.scene());
    }

    pub fn scene(&self) -> &Scene {
        self.history.scene()
    }

    pub fn node(&self, name: &str) -> &Node {
        self.scene().nodes().iter().find(|node| node.name == name).expect(name)
    }

    pub fn select(&mut self, names: &[&str]) {
        self.selection = Selection::default();
        for name in names {
            self.selection.insert(Item::Node(self.node(name).id));
        }
    }

    pub fn relation(&self, predicate: &str) -> RelationId {
        self.scene().relations().iter().find(|relation| relation.predicate == predicate).expect(predicate).id
    }

    /// Labels of the steps, without the start.
    pub fn labels(&self) -> Vec<&str> {
        self.history.revisions()[1..].iter().map(|revision| revision.label.as_str()).collect()
    }

    pub fn selected_names(&self) -> Vec<&str> {
        self.selection.nodes.iter().map(|id| self.scene().node(*id).expect("selected").name.as_str()).collect()
    }
}

/// Sky above grass, a sheep and a boy on it, a boat in the ocean; one relation is broken.
pub fn sheep() -> Scene {
    let mut scene = Scene::new();
    let names = ["sky", "grass", "ocean", "sheep", "boat", "boy"];
    let edits: Vec<Edit> = names.iter().map(|name| Edit::add(*name)).collect();
    scene.apply_all(&edits).expect("names");
    let id = |i: usize| scene.nodes()[i].id;
    let relations = [
        Edit::relate(id(0), "above", id(1)),
        Edit::relate(id(3), "standing on", id(1)),
        Edit::relate(id(4), "in", id(2)),
        Edit::relate(id(5), "left of", id(3)),
        Edit::relate(id(5), "looking at", id(3)),
    ];
    scene.apply_all(&relations).expect("relations");
    scene
}

/// Where the hand-made network puts things.
pub fn home(name: &str, row: usize) -> UnitBox {
    match name {
        "sky" => UnitBox::new(0.0, 0.0, 1.0, 0.45),
        "grass" => UnitBox::new(0.0, 0.5, 1.0, 1.0),
        "ocean" => UnitBox::new(0.5, 0.4, 1.0, 0.6),
        "sheep" => UnitBox::new(0.25, 0.5625, 0.5, 0.8125),
        "boat" => UnitBox::new(0.6875, 0.375, 0.875, 0.5),
        "boy" => UnitBox::new(0.6, 0.6, 0.75, 0.9),
        _ => {
            let x = 0.05 + 0.1 * (row % 8) as f32;
            UnitBox::new(x, 0.1, x + 0.15, 0.3)
        }
    }
}

pub const SIDE: usize = 64;

/// Every object an ellipse of its color in its box, over a gradient that the seed shifts.
pub fn paint(scene: &Scene, vocab: &Vocabulary) -> Picture {
    let mut rgb = Vec::with_capacity(3 * SIDE * SIDE);
    for pixel in 0..SIDE * SIDE {
        let (x, y) = (pixel % SIDE, pixel / SIDE);
        let shift = (scene.seed() % 64) as usize;
        rgb.extend([60 + y as u8, 80 + ((x + shift) % SIDE) as u8, 150 - y as u8]);
    }
    let mut objects = Vec::new();
    for (row, node) in scene.nodes().iter().enumerate() {
        let bounds = node.pinned.unwrap_or_else(|| home(&node.name, row));
        let mask = ellipse();
        let color = vocab.color_of(&node.name);
        for pixel in 0..SIDE * SIDE {
            let point = [(pixel % SIDE) as f32 + 0.5, (pixel / SIDE) as f32 + 0.5].map(|v| v / SIDE as f32);
            let within = [(point[0] - bounds.x0) / bounds.width(), (point[1] - bounds.y0) / bounds.height()];
            if (within[0] - 0.5).hypot(within[1] - 0.5) < 0.5 || (bounds.area() > 0.15 && bounds.contains(point)) {
                let light = 1.15 - 0.4 * within[1];
                let shade = |c: u8| (f32::from(c) * light).clamp(0.0, 255.0) as u8;
                rgb[3 * pixel..3 * pixel + 3].copy_from_slice(&color.map(shade));
            }
        }
        let mask = Some(if bounds.area() > 0.15 { SquareMask { side: 16, values: vec![1.0; 256] } } else { mask });
        objects.push(Placed {
            node: Some(node.id),
            is_implied: false,
            name: node.name.clone(),
            bounds,
            pinned: node.pinned.is_some(),
            mask,
            cover: None,
            record: Default::default(),
            drawing: None,
            paint_order: 0.0,
        });
    }
    objects.push(Placed {
        node: None,
        is_implied: false,
        name: "__image__".into(),
        bounds: UnitBox::WHOLE,
        pinned: false,
        mask: None,
        cover: None,
        record: Default::default(),
        drawing: None,
        paint_order: 0.0,
    });
    let encoded = encode(&Scene::new(), vocab).expect("an empty scene");
    let seed = scene.seed();
    Picture {
        rgb,
        width: SIDE,
        height: SIDE,
        raw: Vec::new(),
        objects,
        implied: None,
        encoded,
        seed,
        is_resizable: false,
        timings: Timings::default(),
    }
}

fn ellipse() -> SquareMask {
    let side = 16;
    let value = |i: usize| {
        let at = [(i % side) as f32, (i / side) as f32].map(|v| v / 15.0 - 0.5);
        ((0.5 - at[0].hypot(at[1])) * 8.0 + 0.5).clamp(0.0, 1.0)
    };
    SquareMask { side, values: (0..side * side).map(value).collect() }
}

/// Fonts and colors as the app sets them.
pub fn use_theme(ctx: &Context, theme: &Theme) {
    let mut fonts = egui::FontDefinitions::default();
    egui_phosphor::add_to_fonts(&mut fonts, egui_phosphor::Variant::Regular);
    ctx.set_fonts(fonts);
    ctx.set_theme(if theme.dark { egui::Theme::Dark } else { egui::Theme::Light });
    let mut visuals = if theme.dark { egui::Visuals::dark() } else { egui::Visuals::light() };
    visuals.panel_fill = theme.panel;
    visuals.override_text_color = Some(theme.text);
    visuals.selection.bg_fill = theme.accent.gamma_multiply(0.4);
    visuals.text_cursor.blink = false;
    ctx.set_visuals(visuals);
    ctx.all_styles_mut(|style| style.animation_time = 0.0);
}

/// Helpers of the tests' harness.
pub trait HarnessExt {
    fn press_at(&mut self, at: Pos2);
    fn drag_to(&mut self, at: Pos2);
    fn release_at(&mut self, at: Pos2);
    fn drag_from_to(&mut self, from: Pos2, to: Pos2);
    fn click_at(&mut self, at: Pos2, modifiers: Modifiers);
    fn key(&mut self, modifiers: Modifiers, key: Key);
    fn rect_of(&self, label: &str) -> Rect;
    fn click_on(&mut self, label: &str);
    fn has(&self, label: &str) -> bool;
}

impl HarnessExt for Harness<'_, World> {
    fn press_at(&mut self, at: Pos2) {
        self.hover_at(at);
        self.run();
        self.drag_at(at);
        self.run();
    }

    fn drag_to(&mut self, at: Pos2) {
        self.hover_at(at);
        self.run();
    }

    fn release_at(&mut self, at: Pos2) {
        self.drop_at(at);
        self.run();
    }

    fn drag_from_to(&mut self, from: Pos2, to: Pos2) {
        self.press_at(from);
        self.drag_to(from.lerp(to, 0.5));
        self.drag_to(to);
        self.release_at(to);
    }

    fn click_at(&mut self, at: Pos2, modifiers: Modifiers) {
        self.hover_at(at);
        self.event(egui::Event::ModifiersChanged(modifiers));
        for pressed in [true, false] {
            let button = egui::PointerButton::Primary;
            self.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers });
        }
        self.event(egui::Event::ModifiersChanged(Modifiers::NONE));
        self.run();
        // Two clicks in a row are not meant as a double click.
        self.run_steps(20);
    }

    fn key(&mut self, modifiers: Modifiers, key: Key) {
        self.key_press_modifiers(modifiers, key);
        self.run();
    }

    fn rect_of(&self, label: &str) -> Rect {
        self.get_by_label(label).rect()
    }

    fn click_on(&mut self, label: &str) {
        self.get_by_label(label).click();
        self.run();
    }

    fn has(&self, label: &str) -> bool {
        self.query_by_label(label).is_some()
    }
}

/// Every label in the window with its place.
pub fn labels(harness: &Harness<'_, World>) -> Vec<(String, Rect)> {
    let mut found = Vec::new();
    let mut stack = vec![harness.root()];
    while let Some(node) = stack.pop() {
        let label = node.accesskit_node().label();
        if let Some(label) = label.filter(|_| node.accesskit_node().bounding_box().is_some()) {
            found.push((label, node.rect()));
        }
        stack.extend(node.children());
    }
    found
}
