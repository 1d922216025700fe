//! Where pictures come from: a model, the composer that is given the graph, a composed scene itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::graphs::EvalGraph;
use super::scene::{DepictedObject, DepictedRelation, Depiction, ObjectMask};
use crate::EvalError;
use scenewright_generate::{Generator, GeometrySource, LookSource, Picture, Placed, Request, ShownDrawing, SquareMask};
use scenewright_illustrated::catalog::bundled_category;
use scenewright_illustrated::composition::{Composition, SceneLayer, SceneLight, TimeOfDay, Weather};
use scenewright_illustrated::grammar::casting::grammar_library;
use scenewright_illustrated::grammar::{GrammarLibrary, GraphComposition, compose_graph_of_shape, material};
use scenewright_illustrated::library::SpriteLibrary;
use scenewright_illustrated::paint::portrait::{Portrait, portrait};
use scenewright_illustrated::paint::{KeptLayers, PaintedLayer, Painting, paint};
use scenewright_model::collage::composite::Cover;
use scenewright_scene::vocab::{ObjectId, Vocabulary};
use scenewright_scene::{Scene, UnitBox};

/// Makes a picture of a graph, as masks.
pub trait Depicter {
    fn name(&self) -> String;

    fn depict(&self, graph: &EvalGraph, size_px: (usize, usize)) -> Result<Depiction, EvalError>;
}

/// A collage model; who places and where looks come from may be chosen.
pub struct ModelDepicter<'a> {
    pub name: String,
    pub generator: &'a Generator,
    pub geometry: GeometrySource,
    pub looks: LookSource,
}

impl Depicter for ModelDepicter<'_> {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn depict(&self, graph: &EvalGraph, (width, height): (usize, usize)) -> Result<Depiction, EvalError> {
        let request = Request {
            seed: Some(graph.seed),
            size: Some((height, width)),
            geometry: self.geometry,
            looks: self.looks,
            ..Request::default()
        };
        let picture = self.generator.render(&graph.scene, &request)?;
        Ok(of_picture(&picture, &graph.scene, &self.generator.vocab))
    }
}

/// The grammar's composer, given a graph.
pub struct Composer<'a> {
    pub vocab: &'a Vocabulary,
}

impl Composer<'_> {
    /// All bundled drawings, and what the grammar knows of them; measured once.
    pub(crate) fn library() -> &'static (SpriteLibrary, GrammarLibrary) {
        static LIBRARY: OnceLock<(SpriteLibrary, GrammarLibrary)> = OnceLock::new();
        LIBRARY.get_or_init(|| {
            let library = SpriteLibrary::bundled();
            let (cast, _) = grammar_library(&library);
            (library, cast)
        })
    }

    /// The bundled drawings as the grammar sees them.
    pub fn cast() -> &'static GrammarLibrary {
        &Self::library().1
    }
}

impl Depicter for Composer<'_> {
    fn name(&self) -> String {
        "composer".into()
    }

    fn depict(&self, graph: &EvalGraph, (width, height): (usize, usize)) -> Result<Depiction, EvalError> {
        let (library, cast) = Self::library();
        let names: Vec<&str> = graph.scene.nodes().iter().map(|node| drawn_name(&node.name, self.vocab)).collect();
        let said = relations(&graph.scene, self.vocab);
        let drawn: Vec<(usize, &str, usize)> = said
            .iter()
            .map(|relation| (relation.subject, relation.drawn.as_deref().unwrap_or(&relation.said), relation.object))
            .collect();
        let aspect = width as f32 / height as f32;
        let laid: GraphComposition = compose_graph_of_shape(cast, &names, &drawn, graph.seed, aspect)
            .map_err(|error| EvalError::Composer(error.to_string()))?;
        let painting = paint(&laid.composition, library, width as u32, height as u32, KeptLayers::Masks)
            .map_err(|error| EvalError::Composer(error.to_string()))?;
        let row_of = |layer: usize| laid.layer_of.iter().position(|of| *of == Some(layer));
        Ok(of_painting(&laid.composition, &painting, said, &row_of))
    }
}

/// A composed scene as it is: what cannot be bettered.
pub fn composed(composition: &Composition, painting: &Painting) -> Depiction {
    let relation = |(subject, said, object): &(usize, String, usize)| DepictedRelation {
        subject: *subject,
        said: said.clone(),
        drawn: None,
        object: *object,
    };
    of_painting(composition, painting, composition.relations.iter().map(relation).collect(), &Some)
}

fn drawn_name<'a>(name: &'a str, vocab: &'a Vocabulary) -> &'a str {
    vocab.drawn_object(name).map_or(name, |drawn| vocab.object_name(drawn.id))
}

/// The relations of a scene, by rows.
fn relations(scene: &Scene, vocab: &Vocabulary) -> Vec<DepictedRelation> {
    let relation = |relation: &scenewright_scene::Relation| {
        Some(DepictedRelation {
            subject: scene.node_index(relation.subject)?,
            said: relation.predicate.clone(),
            drawn: vocab.drawn_predicate(&relation.predicate).map(|id| vocab.predicate_name(id).to_owned()),
            object: scene.node_index(relation.object)?,
        })
    };
    scene.relations().iter().filter_map(relation).collect()
}

fn of_picture(picture: &Picture, scene: &Scene, vocab: &Vocabulary) -> Depiction {
    let is_object = |(_, placed): &(usize, &Placed)| placed.is_object();
    let mut placed: Vec<(usize, &Placed)> = picture.objects.iter().enumerate().filter(is_object).collect();
    placed.sort_by(|(a, one), (b, other)| one.paint_order.total_cmp(&other.paint_order).then(a.cmp(b)));
    let object = |(row, placed): (usize, &Placed)| {
        let class = picture.encoded.objects.get(row).copied().unwrap_or_default();
        let name = vocab.object_name(ObjectId(class)).to_owned();
        let is_thing = vocab.looks_of(ObjectId(class)).is_none_or(|own| !own.stuff);
        let shape = placed.drawing.as_ref().and_then(|drawing| shape_of(&name, drawing));
        let shape = match (&shape, &placed.mask) {
            (Some(shape), _) => shape.as_slice(),
            (None, Some(SquareMask { values, .. })) => values.as_slice(),
            (None, None) => &[],
        };
        DepictedObject {
            row: placed.node.and_then(|node| scene.node_index(node)),
            bounds: placed.bounds,
            is_thing,
            is_fixed: placed.pinned,
            mask: placed.cover.as_ref().map_or_else(ObjectMask::default, of_cover),
            share_inside: share_inside(shape, &placed.bounds),
            drawing: placed.drawing.clone(),
            name,
        }
    };
    Depiction {
        width: picture.width,
        height: picture.height,
        objects: placed.into_iter().map(object).collect(),
        relations: relations(scene, vocab),
    }
}

fn of_painting(
    composition: &Composition,
    painting: &Painting,
    relations: Vec<DepictedRelation>,
    row_of: &dyn Fn(usize) -> Option<usize>,
) -> Depiction {
    let object = |(index, (layer, painted)): (usize, (&SceneLayer, &PaintedLayer))| {
        let (name, drawing) = match layer {
            SceneLayer::Stuff(stuff) => (material::name(stuff.material).to_owned(), None),
            SceneLayer::Thing(thing) => {
                let drawing = ShownDrawing { name: thing.variant.clone(), is_mirrored: thing.mirrored };
                (thing.category.clone(), Some(drawing))
            }
        };
        let bounds = *layer.bounds();
        let shape = drawing.as_ref().and_then(|drawing| shape_of(&name, drawing));
        let window = painted.window;
        DepictedObject {
            row: row_of(index),
            bounds,
            is_thing: matches!(layer, SceneLayer::Thing(_)),
            is_fixed: false,
            mask: ObjectMask {
                x: window.x,
                y: window.y,
                width: window.width,
                height: window.height,
                alpha: painted.alpha.clone(),
            },
            share_inside: share_inside(shape.as_deref().map_or(&[], Vec::as_slice), &bounds),
            drawing,
            name,
        }
    };
    Depiction {
        width: painting.width_px as usize,
        height: painting.height_px as usize,
        objects: composition.layers.iter().zip(&painting.layers).enumerate().map(object).collect(),
        relations,
    }
}

fn of_cover(cover: &Cover) -> ObjectMask {
    let Cover { x, y, width, height, .. } = *cover;
    let alpha = cover.alpha.iter().map(|alpha| (alpha.clamp(0.0, 1.0) * 255.0).round() as u8).collect();
    ObjectMask { x, y, width, height, alpha }
}

/// Side of the alpha by which it is measured how much of a drawing lies within the frame.
const SHAPE_SIDE: usize = 32;

/// The alpha of a drawing over its whole box, `SHAPE_SIDE` × `SHAPE_SIDE`; none where it is not bundled.
fn shape_of(category: &str, drawing: &ShownDrawing) -> Option<Arc<Vec<f32>>> {
    type Shapes = HashMap<(String, String, bool), Option<Arc<Vec<f32>>>>;
    static SHAPES: OnceLock<Mutex<Shapes>> = OnceLock::new();
    let mut shapes = SHAPES.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    let key = (category.to_owned(), drawing.name.clone(), drawing.is_mirrored);
    shapes.entry(key).or_insert_with(|| Some(Arc::new(drawn_shape(category, drawing)?))).clone()
}

fn drawn_shape(category: &str, drawing: &ShownDrawing) -> Option<Vec<f32>> {
    let library = bundled_category(category)?;
    let sitter = Portrait {
        category,
        variant: library.variant(category, &drawing.name)?,
        colors: &[],
        light: SceneLight { time: TimeOfDay::Day, weather: Weather::Clear },
        indoors: false,
        distance: 0.0,
    };
    let pixels = portrait(&library, &sitter, SHAPE_SIDE).ok()?;
    let alpha = |i: usize| {
        let (x, y) = (i % SHAPE_SIDE, i / SHAPE_SIDE);
        let x = if drawing.is_mirrored { SHAPE_SIDE - 1 - x } else { x };
        f32::from(pixels.get((y * SHAPE_SIDE + x) * 4 + 3).copied().unwrap_or_default()) / 255.0
    };
    Some((0..SHAPE_SIDE * SHAPE_SIDE).map(alpha).collect())
}

/// Of a shape that fills a box, the share within the frame; of no shape, that of the box.
fn share_inside(shape: &[f32], bounds: &UnitBox) -> f32 {
    let side = (shape.len() as f32).sqrt() as usize;
    if side == 0 || side * side != shape.len() {
        return if bounds.area() > 0.0 { bounds.clamped().area() / bounds.area() } else { 0.0 };
    }
    let (mut inside, mut all) = (0.0, 0.0);
    for (i, alpha) in shape.iter().enumerate() {
        let at = |cell: usize, low: f32, length: f32| low + (cell as f32 + 0.5) / side as f32 * length;
        let (x, y) = (at(i % side, bounds.x0, bounds.width()), at(i / side, bounds.y0, bounds.height()));
        all += alpha;
        inside += if (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y) { *alpha } else { 0.0 };
    }
    if all > 0.0 { inside / all } else { 0.0 }
}
