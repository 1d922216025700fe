//! From a scene to a picture, and from a picture to files.
//!
//! A [`Generator`] opens a model folder once and draws one scene after another:
//!
//! ```no_run
//! use std::path::Path;
//!
//! use scenewright_generate::Generator;
//! use scenewright_nn::device::DeviceChoice;
//!
//! let generator = Generator::open(Path::new("models/collage-illustrated"), DeviceChoice::Auto)?;
//! println!("{} objects are known", generator.vocab.objects().count());
//! # Ok::<(), scenewright_generate::GenerateError>(())
//! ```
//!
//! | module | contents |
//! |---|---|
//! | `collage` | drawing with a collage model; sg2im models are drawn in this file |
//! | `settle` | feet on the ground, clouds in the sky |
//! | `scene_object`, `appearance` | what a collage needs of each object: looks, random keys, box |
//! | `completion` | what a collage draws although the graph does not name it |
//! | `drawings` | drawings taken from their files, and words that a model never learned |
//! | `interaction` | poses, and where two drawings touch |
//! | `look_cache` | decoded drawings of earlier pictures |
//! | `appearance_match` | the words with which an object looks most like a given picture |
//! | [`export`] | PNG, JPEG, WebP, OpenRaster, masks, COCO JSON, GIF |

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod appearance;
mod appearance_match;
mod collage;
mod completion;
mod drawings;
pub mod export;
mod interaction;
mod look_cache;
mod scene_object;
mod settle;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use candle_core::{Device, Tensor};
use thiserror::Error;

use completion::Completed;
use drawings::Drawings;
use scenewright_model::checkpoint::{FolderError, ModelConfig, ModelFolder};
use scenewright_model::collage::composite::Cover;
use scenewright_model::collage::{Collage, Sizes};
use scenewright_model::pixels::eight_bit;
use scenewright_model::sg2im::box_constraint::BoxConstraint;
use scenewright_model::sg2im::graph::Graph;
use scenewright_model::sg2im::plan::{InferencePlan, NoiseContribution};
use scenewright_model::sg2im::{Outputs, Overrides, Sg2Im};
use scenewright_nn::cancel::{CancellationToken, Cancelled};
use scenewright_nn::device::{DeviceChoice, has_own_operations, noise, plain};
use scenewright_scene::encode::{EncodeError, Encoded, encode};
use scenewright_scene::vocab::{Looks, Vocabulary, VocabularyError};
use scenewright_scene::{ImpliedObject, Node, NodeId, PictureRecord, RenderRecord, Scene, UnitBox};

pub use appearance_match::{AppearanceMatch, Target};

/// More objects than this are refused: masks and layouts of thousands would fill the memory and show nothing.
pub(crate) const MAX_OBJECTS: usize = 1000;
/// More relations than this are refused.
pub(crate) const MAX_RELATIONS: usize = 20_000;

#[derive(Debug, Error)]
pub enum GenerateError {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("the vocabulary of this model cannot be used: {0}")]
    Vocabulary(#[from] VocabularyError),
    #[error("{0}")]
    Device(String),
    #[error(transparent)]
    Encode(#[from] EncodeError),
    #[error(
        "this scene has {objects} objects and {relations} relations; at most {MAX_OBJECTS} and {MAX_RELATIONS} can be drawn. Split it into several scenes"
    )]
    TooLarge { objects: usize, relations: usize },
    #[error("the noise is {found:?}; this model takes [1, {}, {}, {}]", wanted.0, wanted.1, wanted.2)]
    Noise { found: Vec<usize>, wanted: (usize, usize, usize) },
    #[error(
        "{found} masks were given; {wanted} are wanted, one for each object, of {side} × {side} values (0: this model has no masks)"
    )]
    Masks { found: usize, wanted: usize, side: usize },
    #[error("this model takes no noise; leave it out")]
    NoNoise,
    #[error("a picture of {width} × {height} pixels cannot be drawn; sides go from 16 to {most}")]
    Size { width: usize, height: usize, most: usize },
    #[error("only collage models draw at another size than their own, {} × {}", own.1, own.0)]
    OwnSize { own: (usize, usize) },
    #[error("the vocabulary of this model says nothing of looks; the model is incomplete")]
    NoLooks,
    #[error("the noise holds NaN or infinite numbers")]
    NoiseNotFinite,
    #[error("the network made numbers that are not finite; the model is damaged or was trained to divergence")]
    NotFinite,
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error("the model cannot be loaded: {}", plain(.0))]
    Load(candle_core::Error),
    #[error("the network failed: {}", plain(.0))]
    Network(#[from] candle_core::Error),
}

/// How one scene is to be drawn.
#[derive(Clone, Default)]
pub struct Request {
    /// Instead of the scene's own.
    pub seed: Option<u64>,
    /// `[1, Z, H, W]`, instead of noise drawn from the seed.
    pub noise: Option<Tensor>,
    /// Boxes of objects that the scene neither pins nor has a recorded box of.
    pub kept: Vec<(NodeId, UnitBox)>,
    /// Instead of the network's own masks: one for each object, in the scene's order. A collage has none to replace.
    pub masks: Option<Vec<SquareMask>>,
    /// Where a collage takes the looks of things from.
    pub looks: LookSource,
    /// Who places the objects of a collage.
    pub geometry: GeometrySource,
    /// Height and width, instead of the scene's or the model's own: a collage is drawn at any size.
    pub size: Option<(usize, usize)>,
    /// Asked between the stages; once cancelled, the drawing ends with [`GenerateError::Cancelled`].
    pub cancel: CancellationToken,
}

/// Where the looks of things come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LookSource {
    /// From the drawing's file, at the size in which it is shown, where its looks were learned from one; else from the decoder.
    #[default]
    Drawings,
    /// From the model's decoder alone.
    Decoder,
}

/// Who places the objects of a collage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GeometrySource {
    /// The network, and then the rules that bring feet to the ground and join what touches.
    #[default]
    Mended,
    /// The network alone.
    Network,
}

/// What the network made of a scene.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Pixels, 8 bits, red green blue, row by row.
    pub rgb: Vec<u8>,
    pub width: usize,
    pub height: usize,
    /// The network's own output, `[3, H, W]`.
    pub raw: Vec<f32>,
    pub objects: Vec<Placed>,
    /// What was added to the graph; none of a model that adds nothing.
    pub implied: Option<Vec<ImpliedObject>>,
    /// Category numbers and triples as the network saw them, `__image__` and its edges included.
    pub encoded: Encoded,
    pub seed: u64,
    /// Whether the model draws at any size.
    pub is_resizable: bool,
    pub timings: Timings,
}

/// An object and where the network put it.
#[derive(Clone, Debug)]
pub struct Placed {
    /// `None`: the `__image__` node, or an implied object.
    pub node: Option<NodeId>,
    /// Whether the picture shows it although the graph does not name it.
    pub is_implied: bool,
    pub name: String,
    /// As the layout used it; may leave the picture or be inverted.
    pub bounds: UnitBox,
    pub pinned: bool,
    /// Opacity in 0..=1, `[side, side]`, stretched over the box; none: the whole box.
    pub mask: Option<SquareMask>,
    /// What of the picture it covers, whatever stands in front of it: exact, where the model knows it. Otherwise it follows from the mask.
    pub cover: Option<Cover>,
    /// What the scene remembers of it.
    pub record: RenderRecord,
    /// The drawing's name, and whether it is mirrored; none for materials and of models without drawings.
    pub drawing: Option<ShownDrawing>,
    /// What is painted later has a larger number.
    pub paint_order: f32,
}

/// Which drawing of its category shows an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShownDrawing {
    pub name: String,
    /// Faces right. Drawings face left.
    pub is_mirrored: bool,
}

impl Placed {
    /// Whether it is an object, named by the graph or implied by it, and not the picture itself.
    pub fn is_object(&self) -> bool {
        self.node.is_some() || self.is_implied
    }
}

#[derive(Clone, Debug)]
pub struct SquareMask {
    pub side: usize,
    pub values: Vec<f32>,
}

/// How long the parts of drawing took; zero for a generator without a [`Clock`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Timings {
    pub encode: Duration,
    pub noise: Duration,
    pub network: Duration,
    pub finish: Duration,
}

impl Timings {
    pub fn total(&self) -> Duration {
        self.encode + self.noise + self.network + self.finish
    }
}

impl Picture {
    /// Boxes by object of the scene.
    pub fn box_of(&self, node: NodeId) -> Option<UnitBox> {
        self.objects.iter().find(|placed| placed.node == Some(node)).map(|placed| placed.bounds)
    }

    /// What [`Scene::record`] stores, so that the same model draws this picture of the scene again.
    pub fn record(&self) -> PictureRecord {
        let drawn = self.objects.iter().filter(|placed| placed.bounds.is_finite());
        let objects = drawn.filter_map(|placed| Some((placed.node?, placed.record.clone()))).collect();
        let size = self.is_resizable.then_some([self.width as u32, self.height as u32]);
        PictureRecord { size, objects, implied: self.implied.clone() }
    }

    /// The scene that it was drawn from, as it is to be stored with the picture.
    pub fn recorded_in(&self, scene: &Scene) -> Scene {
        let mut scene = scene.with_seed(self.seed);
        scene.record(&self.record());
        scene
    }
}

/// Returns the time since any fixed moment. This crate reads no clock of its own: a browser lacks the standard library's.
pub type Clock = fn() -> Duration;

/// On the CPU the folded network, elsewhere the network in candle's operations.
enum Network {
    InferencePlan(Box<InferencePlan>),
    Exact(Box<Sg2Im>),
    Collage(Box<collage::CollageStudio>),
}

pub struct Generator {
    pub config: ModelConfig,
    pub vocab: Vocabulary,
    pub device_name: String,
    /// A sentence about the device where it is not what was hoped for.
    pub device_note: Option<String>,
    clock: Option<Clock>,
    device: Device,
    network: Network,
    /// The last noise, folded: most pictures are drawn with the seeds of the one before.
    last_noise: Mutex<Option<(NoiseSeeds, Arc<Noise>)>>,
}

/// What the noise depends on: the picture's seed, and objects with seeds of their own, whose noise fills their boxes.
#[derive(Clone, Debug, PartialEq)]
struct NoiseSeeds {
    seed: u64,
    own: Vec<(u64, UnitBox)>,
}

struct Noise {
    tensor: Option<Tensor>,
    share: Option<NoiseContribution>,
}

impl Generator {
    /// Opens a model folder.
    pub fn open(path: &Path, choice: DeviceChoice) -> Result<Self, GenerateError> {
        let opened = choice.open().map_err(GenerateError::Device)?;
        let folder = ModelFolder::open(path)?;
        let learned = Vocabulary::from_sg2im(&folder.vocab)?;
        let config = folder.config;
        let (objects, predicates) = (learned.object_count(), learned.predicate_count());
        let variants = learned.looks().map(Looks::variant_count);
        let (vocab, drawings) = match &config {
            ModelConfig::Sg2Im(_) => (learned, Drawings::default()),
            ModelConfig::Collage(_) => Drawings::extend(learned)?,
        };
        let vb = folder.weights.into_var_builder(&opened.device);
        let network = match &config {
            ModelConfig::Sg2Im(config) if has_own_operations(&opened.device) => {
                InferencePlan::new(config, objects, predicates, vb).map(|plan| Network::InferencePlan(Box::new(plan)))
            }
            ModelConfig::Sg2Im(config) => {
                Sg2Im::new(config, objects, predicates, vb).map(|net| Network::Exact(Box::new(net)))
            }
            ModelConfig::Collage(config) => {
                let variants = variants.ok_or(GenerateError::NoLooks)?;
                let net = Collage::new(config, Sizes { objects, predicates, variants }, vb);
                net.map(|net| Network::Collage(Box::new(collage::CollageStudio::new(net, drawings))))
            }
        };
        let network = network.map_err(GenerateError::Load)?;
        let (device, device_name, device_note) = (opened.device, opened.name, opened.note);
        Ok(Self { config, vocab, device_name, device_note, clock: None, device, network, last_noise: Mutex::new(None) })
    }

    /// Measures how long drawing takes ([`Picture::timings`]).
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// The scene in the model's numbers: whether it can be drawn, known before it is.
    pub fn encode(&self, scene: &Scene) -> Result<Encoded, GenerateError> {
        let (objects, relations) = (scene.nodes().len(), scene.relations().len());
        if objects > MAX_OBJECTS || relations > MAX_RELATIONS {
            return Err(GenerateError::TooLarge { objects, relations });
        }
        Ok(encode(&scene.visible(), &self.vocab)?)
    }

    /// Height, width and channels of the noise; none for a model without.
    fn noise_shape(&self) -> Option<((usize, usize), usize)> {
        match &self.config {
            ModelConfig::Sg2Im(config) => Some((config.image_size, config.layout_noise_dim)),
            ModelConfig::Collage(_) => None,
        }
    }

    /// Forgets decoded looks, as if newly opened: for measuring how long they take.
    pub fn forget_looks(&self) {
        if let Network::Collage(studio) = &self.network {
            studio.forget();
        }
    }

    /// The words with which an object of this name looks most like a picture. None: this model, or this object, has no drawings to choose
    /// from.
    pub fn appearance_match(&self, name: &str, picture: &Target) -> Result<Option<AppearanceMatch>, GenerateError> {
        let Network::Collage(studio) = &self.network else { return Ok(None) };
        let drawn = self.vocab.drawn_object(name).map(|drawn| drawn.id);
        let (Some(id), Some(looks)) = (drawn, self.vocab.looks()) else { return Ok(None) };
        let Some(own) = self.vocab.looks_of(id) else { return Ok(None) };
        Ok(studio.appearance_match(id.0, own, looks, picture)?)
    }

    /// Whether noise that was not drawn here suits the model.
    pub fn check_noise(&self, noise: &Tensor) -> Result<(), GenerateError> {
        let ((h, w), channels) = self.noise_shape().ok_or(GenerateError::NoNoise)?;
        if noise.dims() != [1, channels, h, w] {
            return Err(GenerateError::Noise { found: noise.dims().to_vec(), wanted: (channels, h, w) });
        }
        let finite = noise.flatten_all()?.to_vec1::<f32>()?.iter().all(|x| x.is_finite());
        if finite { Ok(()) } else { Err(GenerateError::NoiseNotFinite) }
    }

    /// Draws a scene without what it hides. What it pins stays where it is pinned; sizes and places that it names are used, as far as they fit into the picture.
    pub fn render(&self, scene: &Scene, request: &Request) -> Result<Picture, GenerateError> {
        let mut stopwatch = Stopwatch::start(self.clock);
        let reseeded = request.seed.filter(|seed| *seed != scene.seed()).map(|seed| scene.with_seed(seed));
        let visible = reseeded.as_ref().unwrap_or(scene).visible();
        let scene: &Scene = &visible;
        if let Network::Collage(studio) = &self.network {
            if request.noise.is_some() {
                return Err(GenerateError::NoNoise);
            }
            let Completed { scene, implied } = completion::complete(scene, &self.vocab);
            let encoded = self.encode(&scene)?;
            return studio.render(&scene, encoded, implied, request, &self.vocab, stopwatch);
        }
        let encoded = self.encode(scene)?;
        let own = self.config.image_size();
        if request.size.is_some_and(|size| size != own) {
            return Err(GenerateError::OwnSize { own });
        }
        let graph = Graph::batch([(encoded.objects.as_slice(), encoded.triples.as_slice())]);
        let encode = stopwatch.lap();
        request.cancel.check()?;
        let seed = scene.seed();
        let masks = self.given_masks(request.masks.as_deref(), &encoded)?;
        let draw = |kept: &[(NodeId, UnitBox)], noise: &Noise| -> Result<Outputs, GenerateError> {
            let given = Overrides { noise: noise.tensor.clone(), masks: masks.clone(), ..given(scene, kept) };
            let outputs = match &self.network {
                Network::InferencePlan(plan) => {
                    plan.forward_cancellable(&graph, &given, noise.share.as_ref(), &request.cancel)?
                }
                Network::Exact(net) => net.forward_cancellable(&graph, &given, &request.cancel)?,
                Network::Collage(_) => None,
            };
            Ok(outputs.ok_or(Cancelled)?)
        };
        let known = own_seeds(scene, &request.kept);
        let is_missing =
            request.noise.is_none() && known.len() < scene.nodes().iter().filter(|n| n.seed.is_some()).count();
        let noise = self.noise(NoiseSeeds { seed, own: known }, request)?;
        let noise_time = stopwatch.lap();
        request.cancel.check()?;
        let outputs = draw(&request.kept, &noise)?;
        let mut picture = self.picture(scene, encoded.clone(), &outputs, seed)?;
        if is_missing {
            // An object with a seed of its own has its noise in its box, and where that is, only the network knew.
            let boxes: Vec<_> =
                picture.objects.iter().filter_map(|placed| Some((placed.node?, placed.bounds))).collect();
            let noise = self.noise(NoiseSeeds { seed, own: own_seeds(scene, &boxes) }, request)?;
            request.cancel.check()?;
            picture = self.picture(scene, encoded, &draw(&request.kept, &noise)?, seed)?;
        }
        let network = stopwatch.lap();
        picture.timings = Timings { encode, noise: noise_time, network, finish: stopwatch.lap() };
        Ok(picture)
    }

    fn noise(&self, seeds: NoiseSeeds, request: &Request) -> Result<Arc<Noise>, GenerateError> {
        if let Some(given) = &request.noise {
            self.check_noise(given)?;
            return Ok(Arc::new(self.folded(Some(given.to_device(&self.device)?))?));
        }
        let mut last = self.last_noise.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, noise)) = last.as_ref().filter(|(kept, _)| *kept == seeds) {
            return Ok(noise.clone());
        }
        let fresh = Arc::new(self.folded(self.drawn(&seeds)?)?);
        *last = Some((seeds, fresh.clone()));
        Ok(fresh)
    }

    /// Noise `[1, Z, H, W]`; none where the network takes none.
    fn drawn(&self, seeds: &NoiseSeeds) -> Result<Option<Tensor>, GenerateError> {
        let Some(((h, w), channels)) = self.noise_shape() else { return Ok(None) };
        let shape = (1, channels, h, w);
        if channels == 0 || seeds.own.is_empty() {
            return Ok((channels > 0).then(|| noise(seeds.seed, shape, &self.device)).transpose()?);
        }
        let values = |seed| noise(seed, shape, &Device::Cpu)?.flatten_all()?.to_vec1::<f32>();
        let mut all = values(seeds.seed)?;
        for (seed, bounds) in &seeds.own {
            for (cell, (value, own)) in all.iter_mut().zip(values(*seed)?).enumerate() {
                let at = [(cell % w) as f32 + 0.5, (cell / w % h) as f32 + 0.5];
                if bounds.contains([at[0] / w as f32, at[1] / h as f32]) {
                    *value = own;
                }
            }
        }
        Ok(Some(Tensor::from_vec(all, shape, &self.device)?))
    }

    /// `[O, M, M]`; the image's own node is all mask.
    fn given_masks(&self, masks: Option<&[SquareMask]>, encoded: &Encoded) -> Result<Option<Tensor>, GenerateError> {
        let (Some(masks), ModelConfig::Sg2Im(config)) = (masks, &self.config) else { return Ok(None) };
        let (wanted, side) = (encoded.nodes.iter().flatten().count(), config.masks().unwrap_or(0));
        let fits = |mask: &SquareMask| mask.side == side && mask.values.len() == side * side;
        if masks.len() != wanted || side == 0 || !masks.iter().all(fits) {
            return Err(GenerateError::Masks { found: masks.len(), wanted, side });
        }
        let mut masks = masks.iter();
        let row = |node: &Option<NodeId>| match node.and_then(|_| masks.next()) {
            Some(mask) => mask.values.clone(),
            None => vec![1.0; side * side],
        };
        let values: Vec<f32> = encoded.nodes.iter().flat_map(row).collect();
        Ok(Some(Tensor::from_vec(values, (encoded.nodes.len(), side, side), &self.device)?))
    }

    fn folded(&self, tensor: Option<Tensor>) -> Result<Noise, GenerateError> {
        let share = match &self.network {
            Network::InferencePlan(plan) => Some(plan.noise_share(tensor.as_ref(), 1)?),
            Network::Exact(_) | Network::Collage(_) => None,
        };
        Ok(Noise { tensor, share })
    }

    fn picture(&self, scene: &Scene, encoded: Encoded, outputs: &Outputs, seed: u64) -> Result<Picture, GenerateError> {
        let (height, width) = self.config.image_size();
        let raw: Vec<f32> = outputs.image.flatten_all()?.to_vec1()?;
        let boxes = outputs.layout_boxes.to_vec2::<f32>()?;
        if raw.iter().chain(boxes.iter().flatten()).any(|x| !x.is_finite()) {
            return Err(GenerateError::NotFinite);
        }
        let masks = match &outputs.masks {
            Some(masks) => {
                let side = masks.dim(1)?;
                let split = |values: Vec<Vec<f32>>| SquareMask { side, values: values.concat() };
                masks.to_vec3::<f32>()?.into_iter().map(|values| Some(split(values))).collect()
            }
            None => vec![None; boxes.len()],
        };
        let rows = encoded.nodes.iter().zip(boxes).zip(masks);
        let objects = rows.map(|((&id, b), mask)| {
            let node = id.and_then(|id| scene.node(id));
            let b = UnitBox { x0: b[0], y0: b[1], x1: b[2], y1: b[3] };
            Placed {
                node: id,
                is_implied: false,
                name: node.map_or_else(|| "__image__".to_owned(), |node| node.name.clone()),
                bounds: b,
                pinned: node.is_some_and(|node| node.pinned.is_some()),
                mask,
                cover: None,
                record: RenderRecord { bounds: Some(b), ..RenderRecord::default() },
                drawing: None,
                paint_order: 0.0,
            }
        });
        let objects = objects.collect();
        let rescale = matches!(&self.config, ModelConfig::Sg2Im(config) if config.rescale);
        let rgb = eight_bit(&raw, rescale);
        let (is_resizable, timings) = (false, Timings::default());
        Ok(Picture { rgb, width, height, raw, objects, implied: None, encoded, seed, is_resizable, timings })
    }
}

/// Objects with seeds of their own, where their boxes are known.
fn own_seeds(scene: &Scene, kept: &[(NodeId, UnitBox)]) -> Vec<(u64, UnitBox)> {
    let kept_box = |id| kept.iter().find(|(node, _)| *node == id).map(|(_, bounds)| *bounds);
    let own = |node: &Node| Some((node.seed?, node.shown_box().or_else(|| kept_box(node.id))?));
    scene.nodes().iter().filter_map(own).collect()
}

/// What a scene and its earlier picture fix of the layout.
fn given(scene: &Scene, kept: &[(NodeId, UnitBox)]) -> Overrides {
    let rows = || scene.nodes().iter().enumerate();
    let drawn = rows().filter_map(|(row, node)| Some((row, node.rendered.bounds?)));
    let kept = kept.iter().filter_map(|&(id, bounds)| Some((scene.node_index(id)?, bounds)));
    // Recorded boxes come last: they replace the others.
    let kept = kept.chain(drawn).filter(|(_, bounds)| bounds.is_finite());
    let kept = kept.map(|(row, bounds)| (row, bounds.into())).collect();
    let constraint = |object: usize, node: &Node| {
        let area = node.size.map(|size| size.area_range().into());
        let region = node.place.map(|place| place.region().into());
        BoxConstraint { object, area, region }
    };
    // A recorded box has the size and place that were asked for already.
    let constraints = rows().filter(|(_, node)| node.rendered.bounds.is_none());
    let constraints = constraints.filter(|(_, node)| node.size.is_some() || node.place.is_some());
    let constraints = constraints.map(|(row, node)| constraint(row, node)).collect();
    let pins = rows().filter_map(|(row, node)| Some((row, node.pinned?.into()))).collect();
    Overrides { kept, constraints, pins, repair: true, ..Default::default() }
}

/// Measures the parts of drawing one after another.
struct Stopwatch {
    clock: Option<Clock>,
    last: Duration,
}

impl Stopwatch {
    fn start(clock: Option<Clock>) -> Self {
        Self { clock, last: clock.map_or(Duration::ZERO, |now| now()) }
    }

    /// Returns the time since the last call.
    fn lap(&mut self) -> Duration {
        let now = self.clock.map_or(Duration::ZERO, |now| now());
        let lap = now.saturating_sub(self.last);
        self.last = now;
        lap
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_model::sg2im::config::Sg2ImConfig;
    use scenewright_nn::parameters::Parameters;
    use scenewright_scene::Edit;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const STAGES: usize = 3;

    /// An untrained network on the CPU: in candle's operations, as other devices have it, or folded.
    fn untrained(exact: bool) -> Generator {
        let vocab = Vocabulary::illustrated();
        let refinement_dims = vec![4; STAGES];
        let config = Sg2ImConfig { image_size: (16, 16), refinement_dims, layout_noise_dim: 2, ..Default::default() };
        let (objects, predicates) = (vocab.object_count(), vocab.predicate_count());
        let vb = Parameters::new(7, &Device::Cpu).builder();
        let network = match exact {
            true => Network::Exact(Box::new(Sg2Im::new(&config, objects, predicates, vb).unwrap())),
            false => Network::InferencePlan(Box::new(InferencePlan::new(&config, objects, predicates, vb).unwrap())),
        };
        Generator {
            config: ModelConfig::Sg2Im(config),
            vocab,
            device_name: "CPU".to_owned(),
            device_note: None,
            clock: None,
            device: Device::Cpu,
            network,
            last_noise: Mutex::default(),
        }
    }

    #[test]
    fn a_drawing_is_cancelled_between_any_two_stages_of_either_network() {
        let mut scene = Scene::new();
        scene.apply(&Edit::add("sheep")).unwrap();
        for exact in [true, false] {
            let generator = untrained(exact);
            // The token is cancelled once it has been asked so many times.
            let render_for = |asks: usize| {
                let asked = Arc::new(AtomicUsize::new(0));
                let counter = asked.clone();
                let cancel = CancellationToken::from_fn(move || counter.fetch_add(1, Ordering::Relaxed) >= asks);
                let rendered = generator.render(&scene, &Request { cancel, ..Request::default() });
                (rendered, asked.load(Ordering::Relaxed))
            };
            let (picture, asks) = render_for(usize::MAX);
            assert_eq!(picture.unwrap().rgb.len(), 3 * 16 * 16);
            // Before the network and its noise, before the layout, and before each refinement module.
            assert_eq!(asks, 3 + STAGES, "exact: {exact}");
            for stage in 0..asks {
                let (cancelled, asked) = render_for(stage);
                assert!(matches!(cancelled, Err(GenerateError::Cancelled(_))), "exact: {exact}, stage {stage}");
                assert_eq!(asked, stage + 1, "exact: {exact}: the network went on after it was cancelled");
            }
            let cancel = CancellationToken::new();
            cancel.cancel();
            let cancelled = generator.render(&scene, &Request { cancel, ..Request::default() });
            assert!(matches!(cancelled, Err(GenerateError::Cancelled(_))));
        }
    }
}
