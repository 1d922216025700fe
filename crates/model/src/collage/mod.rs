//! The collage network: geometry from the graph, each object's appearance from the object alone, and a picture composed of both.
//!
//! ```text
//! graph --geometry--> boxes, depths
//! category, variant and its own map, latent --sprite--> planes (what never changes, alpha, a weight a color slot, glow) --light--> RGBA --composite--> picture
//! category, light, box, latent map --stuff--> planes                                                    --------> RGBA
//! ```
//!
//! A decoder never draws a color or the hour: it draws planes, of which colors and light make pixels by arithmetic ([`light`]). So a
//! color word works in every drawing, and neither a color nor the hour needs a decoder to run again. Drawings face left; those that face
//! right are turned around. Nor does a network go over the finished picture: shadows and reflections are arithmetic, too, end within 18 pixels
//! of their box, and leave all else equal to the bit. What an object looks like depends on nothing but itself: an edit decodes only what is new.
//!
//! | file | subject |
//! |---|---|
//! | [`config`] | sizes |
//! | [`geometry`] | boxes and depths from the graph |
//! | [`decoder`] | from a code to planes: the part that sprites and stuff share |
//! | [`encoder`] | from pixels to the latent |
//! | [`sprite`], [`stuff`] | things, and what fills regions |
//! | [`super_resolution`] | the stage that draws large things at twice the size |
//! | [`light`] | planes, colors and an hour to pixels |
//! | [`cutout`] | an object's pixels, and what is fixed of them |
//! | [`composite`] | pixels into boxes, back to front |

pub mod composite;
pub mod config;
pub mod cutout;
pub mod decoder;
pub mod encoder;
pub mod geometry;
pub mod light;
pub mod recorder;
pub mod sprite;
pub mod stuff;
pub mod super_resolution;

use candle_core::{Device, Result};
use candle_nn::VarBuilder;

pub use config::CollageConfig;
use encoder::Encoder;
use geometry::Geometry;
use light::LightNet;
use scenewright_nn::parameters::Parameters;
use sprite::SpriteDecoder;
use stuff::StuffDecoder;

/// How many numbers of each sort a vocabulary has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    pub objects: usize,
    pub predicates: usize,
    /// Drawings of all objects together, and one row for "any".
    pub variants: usize,
}

/// The whole network.
pub struct Collage {
    pub config: CollageConfig,
    pub geometry: Option<Geometry>,
    pub sprite: SpriteDecoder,
    pub sprite_encoder: Encoder,
    pub stuff: StuffDecoder,
    pub stuff_encoder: Encoder,
    pub light: LightNet,
    device: Device,
}

impl Collage {
    pub fn new(config: &CollageConfig, sizes: Sizes, vb: VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            geometry: (config.geometry.as_ref()).map(|own| Geometry::new(own, vb.pp("geometry"))).transpose()?,
            sprite: SpriteDecoder::new(&config.sprite, sizes, vb.pp("sprite"))?,
            sprite_encoder: Encoder::new(&config.sprite_encoder(), vb.pp("sprite_encoder"))?,
            stuff: StuffDecoder::new(&config.stuff, sizes.objects, config.lights, vb.pp("stuff"))?,
            stuff_encoder: Encoder::new(&config.stuff_encoder(), vb.pp("stuff_encoder"))?,
            light: LightNet::new(config.lights, vb.pp("light"))?,
            config: config.clone(),
            device: vb.device().clone(),
        })
    }

    pub fn device(&self) -> &Device {
        &self.device
    }

    /// First values that are not drawn: in the beginning every light leaves colors as they are, and no pixel differs from its neighbors.
    pub fn init(parameters: &Parameters) -> Result<()> {
        for (name, value) in [("light.matrix", 0.0), ("light.haze", 0.0), ("light.veil", 0.7), ("light.lamps", 0.0)] {
            if let Some(var) = parameters.get(name) {
                parameters.set(name, &vec![value; var.elem_count()])?;
            }
        }
        SpriteDecoder::init(parameters)?;
        super_resolution::Large::init(parameters)?;
        decoder::even_start(parameters, "sprite.decoder")?;
        decoder::even_start(parameters, "stuff.decoder")
    }
}

/// Every tensor of the network with its shape, by name.
pub fn expected_tensors(config: &CollageConfig, sizes: Sizes) -> Result<Vec<(String, Vec<usize>)>> {
    recorder::recorded(|vb| Collage::new(config, sizes, vb).map(|_| ()))
}
