//! The illustrated world as a data set: index -> seed -> composition -> picture -> sample.

use crate::{DataError, Dataset, LayerImage, Rgb, Sample, SampleObject, Split};
use scenewright_illustrated::composition::{Composition, SceneLayer};
use scenewright_illustrated::grammar::casting::grammar_library;
use scenewright_illustrated::grammar::kinds::{self, KINDS, SceneKind};
use scenewright_illustrated::grammar::{
    GrammarLibrary, GraphComposition, GraphError, SceneRequest, compose_attempt, compose_graph, light, material,
};
use scenewright_illustrated::grammar::{compose, predicates};
use scenewright_illustrated::library::SpriteLibrary;
use scenewright_illustrated::masks;
use scenewright_illustrated::paint::{KeptLayers, MAX_SIDE_PX, Painting, paint};
use scenewright_illustrated::sprite_error::SpriteError;
use std::path::PathBuf;

/// What to build a world from.
#[derive(Clone, Debug)]
pub struct WorldConfig {
    /// Samples of another seed are other scenes.
    pub seed: u64,
    pub split: Split,
    /// Pixels.
    pub width: usize,
    pub height: usize,
    /// Side of the objects' masks (inside their boxes).
    pub mask_side: usize,
    /// Keep every object's own drawing: for collages and previews; slower, and large.
    pub keep_layers: bool,
    /// Names of the kinds of scene to compose; empty for all.
    pub kinds: Vec<String>,
    /// Sprites of the user's own: folders or Iconify files, beside those that come with the program.
    pub sprites: Vec<PathBuf>,
}

impl Default for WorldConfig {
    fn default() -> Self {
        Self {
            seed: 0,
            split: Split::Train,
            width: 128,
            height: 128,
            mask_side: 16,
            keep_layers: false,
            kinds: Vec::new(),
            sprites: Vec::new(),
        }
    }
}

/// Below this size an object is guessed rather than seen: such scenes are drawn again.
pub(crate) const MIN_VISIBLE_SHARE: f32 = 0.25;

const MIN_SIDE_PX: usize = 16;

/// Scenes without end. Shared between threads; every sample depends on the configuration and its index alone.
pub struct IllustratedWorld {
    config: WorldConfig,
    library: SpriteLibrary,
    cast: GrammarLibrary,
    kinds: Vec<&'static SceneKind>,
    problems: Vec<SpriteError>,
}

impl IllustratedWorld {
    pub fn new(config: WorldConfig) -> Result<Self, DataError> {
        let most = MAX_SIDE_PX as usize;
        for side in [config.width, config.height] {
            if !(MIN_SIDE_PX..=most).contains(&side) {
                let WorldConfig { width, height, .. } = config;
                return Err(DataError::Size { width, height, least: MIN_SIDE_PX, most });
            }
        }
        let kinds = named_kinds(&config.kinds)?;
        let mut library = SpriteLibrary::learned();
        for path in &config.sprites {
            library = library.with(path).map_err(|error| DataError::Sprites(error.to_string()))?;
        }
        let (cast, issues) = grammar_library(&library);
        if cast.roles.is_empty() {
            return Err(DataError::EmptyWorld);
        }
        let problems = library.problems.iter().cloned().chain(issues).collect();
        Ok(Self { config, library, cast, kinds, problems })
    }

    pub fn config(&self) -> &WorldConfig {
        &self.config
    }

    pub fn cast(&self) -> &GrammarLibrary {
        &self.cast
    }

    pub fn library(&self) -> &SpriteLibrary {
        &self.library
    }

    /// Sprites that could not be used, for the user to see; the others work.
    pub fn problems(&self) -> &[SpriteError] {
        &self.problems
    }

    /// The scene behind a sample.
    pub fn composition(&self, index: u64) -> Result<Composition, DataError> {
        self.composed(index, KeptLayers::Masks).map(|(composition, _)| composition)
    }

    /// The scene behind a sample, painted, with the masks of its layers.
    pub fn painting(&self, index: u64) -> Result<(Composition, Painting), DataError> {
        self.composed(index, KeptLayers::Masks)
    }

    /// Places the objects of a scene graph by the same grammar.
    pub fn compose_graph(
        &self,
        names: &[&str],
        relations: &[(usize, &str, usize)],
        seed: u64,
    ) -> Result<GraphComposition, GraphError> {
        compose_graph(&self.cast, names, relations, seed)
    }

    /// Paints a composition of this world's sprites as a sample, at a size of its own.
    pub fn render(&self, composition: &Composition, width: usize, height: usize) -> Result<Sample, DataError> {
        let keep = if self.config.keep_layers { KeptLayers::Layers } else { KeptLayers::Masks };
        let painting = self.painted(composition, width, height, keep)?;
        Ok(self.to_sample(composition, painting))
    }

    fn painted(&self, c: &Composition, width: usize, height: usize, keep: KeptLayers) -> Result<Painting, DataError> {
        let issue = |error: scenewright_illustrated::paint::PaintError| DataError::Sprites(error.to_string());
        let (width_px, height_px) = (u32::try_from(width).unwrap_or(0), u32::try_from(height).unwrap_or(0));
        paint(c, &self.library, width_px, height_px, keep).map_err(issue)
    }

    /// Draws scenes until every object is visible.
    fn composed(&self, index: u64, keep: KeptLayers) -> Result<(Composition, Painting), DataError> {
        let WorldConfig { seed, split, width, height, .. } = self.config;
        let seed = split.seed(seed, index);
        let request = SceneRequest { seed, kinds: &self.kinds, aspect: width as f32 / height as f32 };
        for attempt in 0..compose::ATTEMPTS {
            let Some(composition) = compose_attempt(&self.cast, &request, attempt) else { continue };
            let painting = self.painted(&composition, width, height, keep)?;
            if painting.layers.iter().all(|layer| masks::visible_share(layer) >= MIN_VISIBLE_SHARE) {
                return Ok((composition, painting));
            }
        }
        let kind = self.kinds.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
        Err(DataError::NoScene { kind, seed, attempts: compose::ATTEMPTS })
    }

    fn to_sample(&self, composition: &Composition, painting: Painting) -> Sample {
        let (width, height) = (painting.width_px as usize, painting.height_px as usize);
        let side = self.config.mask_side;
        let mut objects = Vec::with_capacity(composition.layers.len());
        let light_bearer = light_bearer(composition);
        for (index, (layer, painted)) in composition.layers.iter().zip(&painting.layers).enumerate() {
            let bounds = layer.bounds().clamped();
            let mut object = describe(layer);
            if light_bearer == Some(index) {
                object.attributes.extend(light::words(composition.light).into_iter().map(str::to_owned));
            }
            object.mask = masks::in_box(painted, &painted.alpha, &bounds, width, height, side);
            object.visible = masks::in_box(painted, &painted.visible, &bounds, width, height, side);
            object.visible_share = masks::visible_share(painted);
            if self.config.keep_layers {
                object.layer = Some(LayerImage {
                    width,
                    height,
                    rgba: masks::in_picture(painted, &painted.rgba, width, height, 4),
                    visible: masks::in_picture(painted, &painted.visible, width, height, 1),
                });
            }
            object.bounds = bounds;
            objects.push(object);
        }
        Sample {
            seed: composition.seed,
            kind: Some(composition.kind.clone()),
            image: Rgb { width, height, pixels: painting.image },
            objects,
            relations: composition.relations.clone(),
        }
    }
}

impl Dataset for IllustratedWorld {
    fn issues(&self) -> Vec<String> {
        self.problems.iter().map(ToString::to_string).collect()
    }

    fn len(&self) -> Option<u64> {
        None
    }

    fn sample(&self, index: u64) -> Result<Sample, DataError> {
        let keep = if self.config.keep_layers { KeptLayers::Layers } else { KeptLayers::Masks };
        let (composition, painting) = self.composed(index, keep)?;
        Ok(self.to_sample(&composition, painting))
    }

    fn object_names(&self) -> Vec<String> {
        let materials = material::MATERIALS.iter().map(|(_, name)| (*name).to_owned());
        let mut names: Vec<String> = self.cast.roles.iter().map(|role| role.name.clone()).chain(materials).collect();
        names.sort();
        names.dedup();
        names
    }

    fn predicate_names(&self) -> Vec<String> {
        let mut names: Vec<String> = predicates::PREDICATES.iter().map(|&name| name.to_owned()).collect();
        names.sort();
        names
    }
}

fn named_kinds(names: &[String]) -> Result<Vec<&'static SceneKind>, DataError> {
    if names.is_empty() {
        return Ok(KINDS.to_vec());
    }
    let known = || KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
    names
        .iter()
        .map(|name| {
            let spaced = name.replace(['-', '_'], " ");
            kinds::find(&spaced).ok_or_else(|| DataError::UnknownKind { found: name.clone(), known: known() })
        })
        .collect()
}

/// Who carries the words for the light: the sky, else what is furthest back.
fn light_bearer(composition: &Composition) -> Option<usize> {
    let name =
        |layer: &SceneLayer| matches!(layer, SceneLayer::Stuff(stuff) if material::name(stuff.material) == "sky");
    composition.layers.iter().position(name).or((!composition.layers.is_empty()).then_some(0))
}

fn describe(layer: &SceneLayer) -> SampleObject {
    let empty = crate::Mask { width: 0, height: 0, alpha: Vec::new() };
    let (name, attributes, variant, mirrored, colors) = match layer {
        SceneLayer::Stuff(stuff) => {
            let color: Vec<String> = stuff.color.iter().cloned().collect();
            let colors = stuff.color.iter().map(|word| ("whole".to_owned(), word.clone())).collect();
            (material::name(stuff.material).to_owned(), color, None, false, colors)
        }
        SceneLayer::Thing(thing) => {
            let color = thing.colors.first().map(|(_, word)| word.clone());
            let variant = Some(thing.variant.clone());
            (thing.category.clone(), color.into_iter().collect(), variant, thing.mirrored, thing.colors.clone())
        }
    };
    SampleObject {
        name,
        bounds: *layer.bounds(),
        mask: empty.clone(),
        has_mask: true,
        visible: empty,
        visible_share: 0.0,
        attributes,
        variant,
        mirrored,
        colors,
        layer: None,
    }
}
