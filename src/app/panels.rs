//! All panels, with their saved state and shared input.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Context, Frame, Margin, TextureHandle, TextureOptions, Ui};

use super::canvas::{Canvas, CanvasCommand, CanvasInput};
use super::history::{HistoryInput, HistoryPanel};
use super::inspector::{Inspector, InspectorInput};
use super::layers::{LayersInput, LayersPanel};
use super::palette::{PaletteInput, PalettePanel, PalettePrefs};
use super::picture::{self, PictureInput, PicturePanel, PictureTextures, Variation, image_of};
use super::preview::PreviewController;
use super::state::State;
use super::training::compare::ComparisonModel;
use super::training::{self, TrainingInput, TrainingPanel};
use super::{Action, Theme};
use crate::engine::training::Training;
use crate::engine::{DeviceChoice, Picture};
use scenewright_scene::{PictureRecord, RelationId, RelationStatus, RevisionId, Scene, relation::judge_scene};

/// Input shared by all panels.
pub(crate) struct PanelInput<'a> {
    pub state: &'a State,
    pub live: &'a PreviewController,
    pub theme: &'a Theme,
    /// The step that the picture is compared with.
    pub compared: Option<RevisionId>,
}

pub(crate) struct Panels {
    pub objects: PalettePanel,
    pub picture: PicturePanel,
    pub training: TrainingPanel,
    canvas: Canvas,
    inspector: Inspector,
    steps: HistoryPanel,
    layers: LayersPanel,
    /// The picture on the screen, and its number.
    shown: Option<(u64, PictureTextures)>,
    before: Option<(RevisionId, PictureTextures)>,
    variations: Vec<(Arc<Picture>, TextureHandle)>,
    relation_statuses: RelationStatuses,
}

/// Status of the relations in the picture; recomputed if picture or scene change.
#[derive(Default)]
struct RelationStatuses {
    of: Option<(Option<u64>, u64)>,
    by_relation: BTreeMap<RelationId, RelationStatus>,
}

impl Panels {
    pub(crate) fn new(
        objects: PalettePrefs,
        picture: picture::PictureSettings,
        training: training::TrainingPrefs,
    ) -> Self {
        Self {
            objects: PalettePanel::new(objects),
            picture: PicturePanel::new(picture),
            training: TrainingPanel::new(training),
            canvas: Canvas::default(),
            inspector: Inspector::default(),
            steps: HistoryPanel::default(),
            layers: LayersPanel::default(),
            shown: None,
            before: None,
            variations: Vec::new(),
            relation_statuses: RelationStatuses::default(),
        }
    }

    /// Node positions that the document does not store yet.
    pub(crate) fn canvas_records(&self, scene: &Scene) -> PictureRecord {
        self.canvas.records(scene)
    }

    /// Resets the panels for another document: step and object ids are counted per document.
    pub(crate) fn reset(&mut self) {
        let snapping = self.canvas.snapping;
        self.canvas = Canvas::default();
        self.canvas.snapping = snapping;
        self.steps.reset();
        self.layers = LayersPanel::default();
        self.objects.reset();
        self.before = None;
        self.variations.clear();
        self.relation_statuses = RelationStatuses::default();
    }

    /// Updates what depends on the last frame's changes. Called before the panels are drawn.
    pub(crate) fn update(&mut self, ctx: &Context, input: &PanelInput<'_>) {
        match &input.live.shown {
            None => self.shown = None,
            Some(shown) if self.shown.as_ref().is_some_and(|(number, _)| *number == shown.number) => {}
            Some(shown) => self.shown = Some((shown.number, PictureTextures::new(ctx, shown.picture.clone()))),
        }
        self.compare(ctx, input);
        let alive = |picture: &Arc<Picture>| {
            let wanted = &input.live.variations.pictures;
            wanted.iter().any(|(_, other)| other.as_ref().is_some_and(|other| Arc::ptr_eq(other, picture)))
        };
        self.variations.retain(|(picture, _)| alive(picture));
        for picture in input.live.variations.pictures.iter().filter_map(|(_, picture)| picture.as_ref()) {
            if !self.variations.iter().any(|(known, _)| Arc::ptr_eq(known, picture)) {
                let texture = ctx.load_texture("variation", image_of(picture), TextureOptions::LINEAR);
                self.variations.push((picture.clone(), texture));
            }
        }
        let of = (self.shown.as_ref().map(|(number, _)| *number), input.state.history().changes());
        if self.relation_statuses.of != Some(of) {
            let scene = input.state.scene();
            // What is hidden, or has no word in the model, is not in the picture and cannot be judged.
            let placed = |id| {
                let drawn = input.live.box_of(id);
                let is_missing = input.live.shown.is_some() && drawn.is_none() && !input.live.is_drawing();
                let node = scene.node(id).filter(|node| !node.hidden && !is_missing)?;
                node.pinned.or(drawn)
            };
            let is_drawn = |id: RelationId| {
                let relation = scene.relation(id).filter(|relation| !relation.hidden);
                relation.is_some_and(|one| input.state.vocab.drawn_predicate(&one.predicate).is_some())
            };
            let judged = |(id, status)| (id, if is_drawn(id) { status } else { RelationStatus::Unknown });
            let by_relation = judge_scene(scene, placed).into_iter().map(judged).collect();
            self.relation_statuses = RelationStatuses { of: Some(of), by_relation };
        }
    }

    fn compare(&mut self, ctx: &Context, input: &PanelInput<'_>) {
        let Some(step) = input.compared else {
            self.before = None;
            return;
        };
        if self.before.as_ref().is_some_and(|(known, _)| *known == step) {
            return;
        }
        let picture = picture_of(input, step);
        self.before = picture.map(|picture| (step, PictureTextures::new(ctx, picture)));
    }

    pub(crate) fn objects(&mut self, ui: &mut Ui, input: &PanelInput<'_>) -> Vec<Action> {
        let PanelInput { state, theme, .. } = *input;
        let view = PaletteInput { scene: state.scene(), vocab: &state.vocab, theme };
        padded(ui, |ui| self.objects.show(ui, &view))
    }

    pub(crate) fn graph(&mut self, ui: &mut Ui, input: &PanelInput<'_>) -> Vec<Action> {
        let PanelInput { state, live, theme, .. } = *input;
        let shown = self.shown.as_ref().map(|(_, shown)| shown);
        let canvas = CanvasInput {
            scene: state.scene(),
            selection: &state.selection,
            hovered: state.hovered,
            vocab: &state.vocab,
            theme,
            relation_statuses: &self.relation_statuses.by_relation,
            boxes: &|node| live.box_of(node),
            thumbnails: &|node| shown?.thumbnail(node),
            marks: &state.marks,
            is_render_pending: live.expects_soon(state.history()),
        };
        self.canvas.show(ui, &canvas)
    }

    pub(crate) fn picture(&mut self, ui: &mut Ui, input: &PanelInput<'_>) -> Vec<Action> {
        let PanelInput { state, live, theme, compared } = *input;
        let variations = live.variations.pictures.iter().map(|(seed, picture)| {
            let known = |picture| self.variations.iter().find(|(known, _)| Arc::ptr_eq(known, picture));
            Variation { seed: *seed, texture: picture.as_ref().and_then(known).map(|(_, texture)| texture.id()) }
        });
        let variations: Vec<Variation> = variations.collect();
        let notice = match (&live.model, &live.opening) {
            (None, None) => Some(
                "No model is open, so no picture is drawn. You can edit the scene, or open a model folder from \
                    the File menu.",
            ),
            (_, opening) if opening.is_some() || live.is_drawing() => Some("Drawing the picture …"),
            _ => Some("There is no picture of this scene."),
        };
        let view = PictureInput {
            scene: state.scene(),
            selection: &state.selection,
            hovered: state.hovered,
            vocab: &state.vocab,
            theme,
            shown: self.shown.as_ref().map(|(_, shown)| shown),
            notice,
            compared,
            before: self.before.as_ref().map(|(_, before)| before),
            history: state.history(),
            marks: &state.marks,
            variations: &variations,
        };
        padded(ui, |ui| self.picture.show(ui, &view))
    }

    pub(crate) fn inspector(&mut self, ui: &mut Ui, input: &PanelInput<'_>) -> Vec<Action> {
        let PanelInput { state, theme, .. } = *input;
        let view = InspectorInput {
            scene: state.scene(),
            selection: &state.selection,
            hovered: state.hovered,
            vocab: &state.vocab,
            theme,
            relation_statuses: &self.relation_statuses.by_relation,
            shown: self.shown.as_ref().map(|(_, shown)| shown),
        };
        padded(ui, |ui| self.inspector.show(ui, &view))
    }

    pub(crate) fn layers(&mut self, ui: &mut Ui, input: &PanelInput<'_>) -> Vec<Action> {
        let view = LayersInput {
            scene: input.state.scene(),
            selection: &input.state.selection,
            hovered: input.state.hovered,
            vocab: &input.state.vocab,
            theme: input.theme,
            shown: self.shown.as_ref().map(|(_, shown)| shown),
        };
        padded(ui, |ui| self.layers.show(ui, &view))
    }

    /// Performs a command of the graph when it is drawn next.
    pub(crate) fn graph_command(&mut self, command: CanvasCommand) {
        self.canvas.request(command);
    }

    pub(crate) fn history(&mut self, ui: &mut Ui, input: &PanelInput<'_>) -> Vec<Action> {
        let view = HistoryInput {
            history: input.state.history(),
            theme: input.theme,
            picture_of: &|step| picture_of(input, step),
            compared: input.compared,
            selection: &input.state.selection,
            hovered: input.state.hovered,
        };
        self.steps.show(ui, &view)
    }

    pub(crate) fn training(
        &mut self,
        ui: &mut Ui,
        input: &PanelInput<'_>,
        training: Option<&Training>,
        comparison: &ComparisonModel,
        device: DeviceChoice,
    ) -> Vec<Action> {
        let training_state = training.map(Training::state);
        let view = TrainingInput {
            theme: input.theme,
            training_state: training_state.as_deref(),
            model: input.live.model.as_deref(),
            device,
            runs: training.and_then(Training::runs_folder),
            comparison,
        };
        padded(ui, |ui| self.training.show(ui, &view))
    }
}

/// Adds the inner margin of a panel.
fn padded<T>(ui: &mut Ui, draw: impl FnOnce(&mut Ui) -> T) -> T {
    Frame::new().inner_margin(Margin::same(8)).show(ui, draw).inner
}

/// The picture of a step, if it is cached.
fn picture_of(input: &PanelInput<'_>, step: RevisionId) -> Option<Arc<Picture>> {
    let seed = input.state.history().get(step)?.scene.seed();
    input.live.picture_of(step, seed).cloned()
}
