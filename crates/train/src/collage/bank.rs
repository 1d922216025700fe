//! Fills the material bank: latent maps of example pieces of every material, encoded with the current weights.

use rayon::prelude::*;

use super::samples::{Atlas, StuffSample};
use super::step::StuffBatch;
use crate::ema::Ema;
use crate::run::{RunError, network};
use scenewright_model::collage::Collage;
use scenewright_model::collage::stuff::PIECES_PER_MATERIAL;
use scenewright_nn::parameters::Parameters;

/// First seed of the bank's pieces: above those of training samples (below 1 << 60) and held-out samples (from
/// [`HELD_OUT`](super::held_out::HELD_OUT), 1 << 60).
const BANK_SEED_OFFSET: u64 = 1 << 61;
/// Coordinates of a box.
const BOX_SIDES: usize = 4;

/// Encodes [`PIECES_PER_MATERIAL`] pieces of each material and stores the latent means, boxes and lights in the
/// parameters `stuff.bank.*`, and in the EMA weights if given. Fails if the network has no bank.
pub fn fill_bank(net: &Collage, atlas: &Atlas, parameters: &Parameters, ema: Option<&mut Ema>) -> Result<(), RunError> {
    let sample_piece = |i: usize| atlas.piece(i / PIECES_PER_MATERIAL, BANK_SEED_OFFSET + i as u64);
    let pieces: Vec<StuffSample> = (0..atlas.material_count() * PIECES_PER_MATERIAL)
        .into_par_iter()
        .map(sample_piece)
        .collect::<Result<_, _>>()?;
    let filled = encode_pieces(net, &pieces, parameters).map_err(network)?;
    for (name, values) in &filled {
        parameters.set(name, values).map_err(network)?;
    }
    if let Some(ema) = ema {
        // The average takes the new values as they are: the bank is not trained.
        ema.values.extend(filled.map(|(name, values)| (name.to_owned(), values)));
    }
    Ok(())
}

/// The new values of the bank's parameters. `pieces`: [`PIECES_PER_MATERIAL`] in a row of each material, which all have
/// its class.
fn encode_pieces(
    net: &Collage,
    pieces: &[StuffSample],
    parameters: &Parameters,
) -> candle_core::Result<[(&'static str, Vec<f32>); 3]> {
    let names = ["stuff.bank.maps", "stuff.bank.boxes", "stuff.bank.lights"];
    let [mut maps, mut boxes, mut lights] = [
        read_parameter(parameters, names[0])?,
        read_parameter(parameters, names[1])?,
        read_parameter(parameters, names[2])?,
    ];
    for material_pieces in pieces.chunks(PIECES_PER_MATERIAL) {
        let batch = StuffBatch::new(material_pieces, net.device())?;
        let latent_maps = net.stuff_encoder.forward(&batch.guide)?.mean.flatten_from(1)?.to_vec2::<f32>()?; // [PIECES, C * 64]
        for (piece_index, (piece, map)) in material_pieces.iter().zip(latent_maps).enumerate() {
            let slot = piece.class as usize * PIECES_PER_MATERIAL + piece_index;
            maps[slot * map.len()..][..map.len()].copy_from_slice(&map);
            boxes[slot * BOX_SIDES..][..BOX_SIDES].copy_from_slice(&piece.bounds);
            lights[slot] = piece.light as f32; // stored as f32: parameters hold only floats
        }
    }
    Ok([(names[0], maps), (names[1], boxes), (names[2], lights)])
}

fn read_parameter(parameters: &Parameters, name: &str) -> candle_core::Result<Vec<f32>> {
    match parameters.get(name) {
        Some(var) => var.flatten_all()?.to_vec1(),
        None => candle_core::bail!(
            "the network has no parameter \"{name}\"; train with a configuration that has a material bank"
        ),
    }
}
