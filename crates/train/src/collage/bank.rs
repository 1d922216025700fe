//! What a collage remembers of its materials, found again from real pieces.

use rayon::prelude::*;

use super::samples::{Atlas, StuffSample};
use super::step::StuffBatch;
use crate::ema::Ema;
use crate::run::{RunError, network};
use scenewright_model::collage::Collage;
use scenewright_model::collage::stuff::PIECES;
use scenewright_nn::parameters::Parameters;

/// Seeds of the pieces.
const BANK: u64 = 1 << 61;

/// Puts the latent maps of real pieces, as this network finds them, beside the weights, and into their average.
pub fn fill(net: &Collage, atlas: &Atlas, parameters: &Parameters, ema: Option<&mut Ema>) -> Result<(), RunError> {
    let one = |i: usize| atlas.piece(i / PIECES, BANK + i as u64);
    let pieces: Vec<StuffSample> =
        (0..atlas.material_count() * PIECES).into_par_iter().map(one).collect::<Result<_, _>>()?;
    let read = |name: &str| -> candle_core::Result<Vec<f32>> {
        match parameters.get(name) {
            Some(var) => var.flatten_all()?.to_vec1(),
            None => candle_core::bail!("this network has no \"{name}\""),
        }
    };
    let fill = || -> candle_core::Result<[(&str, Vec<f32>); 3]> {
        let names = ["stuff.bank.maps", "stuff.bank.boxes", "stuff.bank.lights"];
        let [mut maps, mut boxes, mut lights] = [read(names[0])?, read(names[1])?, read(names[2])?];
        for pieces in pieces.chunks(PIECES) {
            let batch = StuffBatch::new(pieces, net.device())?;
            let found = net.stuff_encoder.forward(&batch.guide)?.mean.flatten_from(1)?.to_vec2::<f32>()?;
            for (number, (piece, map)) in pieces.iter().zip(found).enumerate() {
                let at = piece.class as usize * PIECES + number;
                maps[at * map.len()..][..map.len()].copy_from_slice(&map);
                boxes[at * 4..][..4].copy_from_slice(&piece.bounds);
                lights[at] = piece.light as f32;
            }
        }
        Ok([(names[0], maps), (names[1], boxes), (names[2], lights)])
    };
    let filled = fill().map_err(network)?;
    for (name, values) in &filled {
        parameters.set(name, values).map_err(network)?;
    }
    if let Some(ema) = ema {
        ema.values.extend(filled.map(|(name, values)| (name.to_owned(), values)));
    }
    Ok(())
}
