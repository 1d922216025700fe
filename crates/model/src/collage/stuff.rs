//! Decoder of materials, which fill regions: material, light, box and latent map -> planes.

use candle_core::{Result, Tensor};
use candle_nn::{Embedding, Linear, Module, VarBuilder};

use super::config::StuffConfig;
use super::decoder::{Decoder, Map};
use scenewright_nn::activation::leaky_relu;

/// Planes of a material: red, green, blue without the chosen color (0 to 2); the logit of alpha; the weight of the chosen
/// color.
pub(crate) const ALPHA: usize = 3;
pub(crate) const WEIGHT: usize = 4;
pub(crate) const PLANES: usize = 5;
/// Side of the latent map.
pub const MAP_SIDE: usize = 8;

const SLOPE: f64 = 0.2;
/// Inputs that describe a box: see [`box_features`].
const BOX_FEATURES: usize = 8;
/// A piece that ends nearer to the picture's edge than this continues beyond it.
const EDGE_DISTANCE: f32 = 0.01;

#[derive(Clone, Debug)]
pub struct StuffDecoder {
    class_embeddings: Embedding,
    light_embeddings: Embedding,
    mix: [Linear; 2],
    decoder: Decoder,
    pub latent_channels: usize,
    pub bank: MaterialBank,
}

/// Latent maps of example pieces of every material. The values of a map depend on each other: a map of independent random
/// values gives outlines that no hill has. So each piece starts from a map that was encoded.
#[derive(Clone, Debug)]
pub struct MaterialBank {
    /// `[O, K, C * 64]`
    pub maps: Tensor,
    /// Box of each piece, `[O, K, 4]`.
    pub boxes: Tensor,
    /// Light of each piece, `[O, K]`.
    pub lights: Tensor,
}

/// Pieces of each material in the bank.
pub const PIECES_PER_MATERIAL: usize = 10;
// Costs of choosing a piece of the bank, added to the distance of the two boxes.

/// The piece was in another light.
const OTHER_LIGHT: f32 = 0.08;
/// The wanted piece ends within the picture, and the piece of the bank continues: its outline would end as a cliff.
const CLIFF: f32 = 1.0;
/// The piece of the bank ends within the picture, and the wanted one continues.
const OTHER_END: f32 = 0.15;
/// Largest random cost.
const CHANCE: f32 = 0.25;

impl MaterialBank {
    fn new(objects: usize, channels: usize, vb: VarBuilder<'_>) -> Result<Self> {
        Ok(Self {
            maps: vb.get((objects, PIECES_PER_MATERIAL, channels * MAP_SIDE * MAP_SIDE), "maps")?,
            boxes: vb.get((objects, PIECES_PER_MATERIAL, 4), "boxes")?,
            lights: vb.get((objects, PIECES_PER_MATERIAL), "lights")?,
        })
    }

    /// The map `[1, C, 8, 8]` of a piece of the bank that is similar to the wanted one; `rng` (0..1 for each piece) decides
    /// between similar ones.
    pub fn nearest_map(&self, class: u32, light: u32, bounds: [f32; 4], rng: impl Fn(usize) -> f32) -> Result<Tensor> {
        let row = class as usize;
        let boxes: Vec<Vec<f32>> = self.boxes.get(row)?.to_vec2()?;
        let lights: Vec<f32> = self.lights.get(row)?.to_vec1()?;
        let cost = |piece: usize| {
            let apart: f32 = boxes[piece].iter().zip(bounds).map(|(a, b)| (a - b).abs()).sum();
            let other = if lights[piece] as u32 == light { 0.0 } else { OTHER_LIGHT };
            let seen: [f32; 4] = std::array::from_fn(|side| boxes[piece][side]);
            let cost_of = |(seen, own): (bool, bool)| match (seen, own) {
                (false, true) => CLIFF,
                (true, false) => OTHER_END,
                _ => 0.0,
            };
            let ends: f32 = ends(seen).into_iter().zip(ends(bounds)).map(cost_of).sum();
            apart + other + ends + CHANCE * rng(piece)
        };
        let piece = (0..boxes.len()).min_by(|&a, &b| cost(a).total_cmp(&cost(b))).unwrap_or(0);
        let map = self.maps.get(row)?.get(piece)?;
        let channels = map.dim(0)? / (MAP_SIDE * MAP_SIDE);
        map.reshape((1, channels, MAP_SIDE, MAP_SIDE))
    }
}

impl StuffDecoder {
    pub(crate) fn new(config: &StuffConfig, objects: usize, lights: usize, vb: VarBuilder<'_>) -> Result<Self> {
        let (class, light, code) = (config.class_dim, config.light_dim, config.code_dim);
        let inputs = class + light + BOX_FEATURES;
        let map = Map { channels: config.latent_channels, side: MAP_SIDE };
        Ok(Self {
            class_embeddings: candle_nn::embedding(objects, class, vb.pp("class_embeddings"))?,
            light_embeddings: candle_nn::embedding(lights, light, vb.pp("light_embeddings"))?,
            mix: [candle_nn::linear(inputs, code, vb.pp("mix.0"))?, candle_nn::linear(code, code, vb.pp("mix.1"))?],
            decoder: Decoder::new(code, config.widths, map, PLANES, vb.pp("decoder"))?,
            latent_channels: config.latent_channels,
            bank: MaterialBank::new(objects, config.latent_channels, vb.pp("bank"))?,
        })
    }

    /// classes, lights `[N]`, boxes `[N, 4]` (corners in units of the picture), latent `[N, C, 8, 8]` -> planes `[N, 5, 64, 64]`
    pub fn forward(&self, classes: &Tensor, lights: &Tensor, boxes: &Tensor, latent: &Tensor) -> Result<Tensor> {
        let class = self.class_embeddings.forward(classes)?;
        let light = self.light_embeddings.forward(lights)?;
        let code = Tensor::cat(&[&class, &light, &box_features(boxes)?], 1)?;
        let code = leaky_relu(&self.mix[0].forward(&code)?, SLOPE)?;
        let code = leaky_relu(&self.mix[1].forward(&code)?, SLOPE)?;
        self.decoder.forward(&code, Some(latent))
    }
}

/// Whether a box ends within the picture, on the left and on the right.
fn ends([x0, _, x1, _]: [f32; 4]) -> [bool; 2] {
    [x0 > EDGE_DISTANCE, x1 < 1.0 - EDGE_DISTANCE]
}

/// boxes `[N, 4]` -> `[N, 8]`: corners scaled to -1..1, width, height, and whether the box ends within the picture, on the
/// left and on the right.
fn box_features(boxes: &Tensor) -> Result<Tensor> {
    let corners = boxes.clamp(-0.5, 1.5)?;
    let size = (corners.narrow(1, 2, 2)? - corners.narrow(1, 0, 2)?)?;
    let left = corners.narrow(1, 0, 1)?.gt(EDGE_DISTANCE)?.to_dtype(boxes.dtype())?;
    let right = corners.narrow(1, 2, 1)?.lt(1.0 - EDGE_DISTANCE)?.to_dtype(boxes.dtype())?;
    Tensor::cat(&[&corners.affine(2.0, -1.0)?, &size, &left, &right], 1)
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    /// A hill that ends within the picture is never like one that goes on beyond it, as long as another is known.
    #[test]
    fn a_piece_that_ends_is_like_one_that_ended() {
        let seen = [[0.0f32, 0.4, 1.0, 0.7], [0.3, 0.1, 0.9, 0.4]];
        let boxes: Vec<f32> = (0..PIECES_PER_MATERIAL).flat_map(|piece| seen[usize::from(piece == 7)]).collect();
        let on = &Device::Cpu;
        let maps: Vec<f32> = (0..PIECES_PER_MATERIAL).flat_map(|piece| [piece as f32; MAP_SIDE * MAP_SIDE]).collect();
        let bank = MaterialBank {
            maps: Tensor::from_vec(maps, (1, PIECES_PER_MATERIAL, MAP_SIDE * MAP_SIDE), on).unwrap(),
            boxes: Tensor::from_vec(boxes, (1, PIECES_PER_MATERIAL, 4), on).unwrap(),
            lights: Tensor::zeros((1, PIECES_PER_MATERIAL), candle_core::DType::F32, on).unwrap(),
        };
        let nearest_map = |bounds: [f32; 4]| {
            let map = bank.nearest_map(0, 0, bounds, |piece| piece as f32 / PIECES_PER_MATERIAL as f32).unwrap();
            map.flatten_all().unwrap().to_vec1::<f32>().unwrap()[0] as usize
        };
        assert_eq!(nearest_map([0.0, 0.37, 0.71, 0.56]), 7);
        assert_eq!(nearest_map([0.2, 0.4, 0.8, 0.6]), 7);
        assert_ne!(nearest_map([0.0, 0.4, 1.0, 0.7]), 7);
    }
}
