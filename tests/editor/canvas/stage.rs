//! A stage for the canvas: the smallest app around it that carries out its actions.

use super::painter::CpuPainter;
use egui::{Pos2, Vec2};
use egui_kittest::Harness;
use scenewright::app::canvas::{Canvas, CanvasInput};
use scenewright::app::{Action, Gesture, Item, Selection, Theme};
use scenewright_scene::relation::judge_scene;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, History, NodeId, Scene, UnitBox};
use std::collections::{BTreeMap, HashMap};

pub struct World {
    pub canvas: Canvas,
    pub history: History,
    pub selection: Selection,
    pub hovered: Option<Item>,
    pub vocab: Vocabulary,
    pub theme: Theme,
    pub boxes: HashMap<NodeId, UnitBox>,
    pub thumbnails: HashMap<NodeId, (egui::TextureId, egui::Rect)>,
    pub marks: Vec<(NodeId, usize)>,
    pub notices: Vec<String>,
    /// Every action ever returned, in order.
    pub reported: Vec<Action>,
    fonts_set: bool,
}

pub type Stage = Harness<'static, World>;

impl World {
    pub fn new(edits: &[Edit]) -> Self {
        let mut scene = Scene::new();
        scene.apply_all(edits).unwrap();
        Self::of(scene)
    }

    pub fn of(scene: Scene) -> Self {
        Self {
            canvas: Canvas::default(),
            history: History::new(scene),
            selection: Selection::default(),
            hovered: None,
            vocab: Vocabulary::coco_stuff(),
            theme: Theme::dark(),
            boxes: HashMap::new(),
            thumbnails: HashMap::new(),
            marks: Vec::new(),
            notices: Vec::new(),
            reported: Vec::new(),
            fonts_set: false,
        }
    }

    pub fn show(&mut self, ui: &mut egui::Ui) {
        if !self.fonts_set {
            let mut fonts = egui::FontDefinitions::default();
            egui_phosphor::add_to_fonts(&mut fonts, egui_phosphor::Variant::Regular);
            ui.ctx().set_fonts(fonts);
            ui.ctx().set_theme(if self.theme.dark { egui::Theme::Dark } else { egui::Theme::Light });
            self.fonts_set = true;
        }
        let scene = self.history.scene().clone();
        let relation_statuses: BTreeMap<_, _> =
            judge_scene(&scene, |id| self.boxes.get(&id).copied()).into_iter().collect();
        let (boxes, thumbnails) = (&self.boxes, &self.thumbnails);
        let input = CanvasInput {
            is_render_pending: false,
            scene: &scene,
            selection: &self.selection,
            hovered: self.hovered,
            vocab: &self.vocab,
            theme: &self.theme,
            relation_statuses: &relation_statuses,
            boxes: &|id| boxes.get(&id).copied(),
            thumbnails: &|id| thumbnails.get(&id).copied(),
            marks: &self.marks,
        };
        let actions = self.canvas.show(ui, &input);
        for action in actions {
            self.reported.push(action.clone());
            self.carry_out(action);
        }
        self.selection.retain_in(self.history.scene());
    }

    fn carry_out(&mut self, action: Action) {
        match action {
            Action::Edit { label, edits } => _ = self.history.apply(&label, &edits).expect("an edit that can be made"),
            Action::Gesture(Gesture::Begin { label }) => self.history.begin(&label),
            Action::Gesture(Gesture::Edits(edits)) => _ = self.history.apply("", &edits).unwrap(),
            Action::Gesture(Gesture::Commit) => _ = self.history.commit(),
            Action::Gesture(Gesture::Abort) => self.history.abort(),
            Action::Select(selection) => self.selection = selection,
            Action::Hover(item) => self.hovered = item,
            Action::GoTo(revision) => _ = self.history.go_to(revision),
            Action::Notify(text) => self.notices.push(text),
            other => panic!("not a canvas's to ask for: {other:?}"),
        }
    }

    pub fn scene(&self) -> &Scene {
        self.history.scene()
    }

    /// "sheep on grass", one a relation.
    pub fn sentences(&self) -> Vec<String> {
        let name = |id| self.scene().node(id).unwrap().name.clone();
        let relations = self.scene().relations().iter();
        relations.map(|r| format!("{} {} {}", name(r.subject), r.predicate, name(r.object))).collect()
    }

    pub fn names(&self) -> Vec<&str> {
        self.scene().nodes().iter().map(|node| node.name.as_str()).collect()
    }

    /// Steps in the history since the start.
    pub fn steps(&self) -> usize {
        self.history.revisions().len() - 1
    }
}

pub fn stage(world: World) -> Stage {
    stage_of(world, Vec2::new(900.0, 620.0))
}

pub fn stage_of(world: World, size: Vec2) -> Stage {
    let show = |ui: &mut egui::Ui, world: &mut World| world.show(ui);
    let mut stage = Harness::builder()
        .with_size(size)
        .with_step_dt(0.05)
        .with_max_steps(60)
        .renderer(CpuPainter::default())
        .build_ui_state(show, world);
    stage.run();
    stage
}

/// Presses at one point, moves in a few steps and releases at another.
pub fn drag(stage: &mut Stage, from: Pos2, to: Pos2) {
    press(stage, from);
    for share in [0.3, 0.6, 1.0] {
        stage.hover_at(from.lerp(to, share));
        stage.step();
    }
    release(stage, to);
}

pub fn press(stage: &mut Stage, at: Pos2) {
    stage.hover_at(at);
    stage.step();
    button(stage, at, egui::PointerButton::Primary, true);
}

pub fn release(stage: &mut Stage, at: Pos2) {
    button(stage, at, egui::PointerButton::Primary, false);
    stage.run();
}

pub fn button(stage: &mut Stage, pos: Pos2, button: egui::PointerButton, pressed: bool) {
    stage.event(egui::Event::PointerButton { pos, button, pressed, modifiers: egui::Modifiers::NONE });
    stage.step();
}

pub fn double_click(stage: &mut Stage, at: Pos2) {
    stage.hover_at(at);
    stage.step();
    for pressed in [true, false, true, false] {
        let event = egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        stage.event(event);
    }
    stage.run();
}

pub fn write(stage: &mut Stage, text: &str) {
    stage.event(egui::Event::Text(text.to_owned()));
    stage.run();
}

pub fn key(stage: &mut Stage, key: egui::Key) {
    stage.key_press(key);
    stage.run();
}
