//! The sprite library's categories as the grammar sees them.

use super::cast::{GrammarCategory, GrammarDrawing, GrammarLibrary};
use crate::library::SpriteLibrary;
use crate::sprite::{Category, SpriteVariant};
use crate::sprite_error::SpriteError;
use rayon::prelude::*;

/// Measures every drawing (in parallel: each is rendered once). Drawings that cannot be rendered stay out; their faults
/// are returned beside the library.
pub fn grammar_library(library: &SpriteLibrary) -> (GrammarLibrary, Vec<SpriteError>) {
    let categories: Vec<&Category> = library.iter().collect();
    let (roles, faults): (Vec<GrammarCategory>, Vec<Vec<SpriteError>>) =
        categories.par_iter().map(|c| role_of(c)).unzip();
    (GrammarLibrary::new(roles), faults.into_iter().flatten().collect())
}

fn role_of(category: &Category) -> (GrammarCategory, Vec<SpriteError>) {
    let mut faults = Vec::new();
    let mut looks = Vec::new();
    for variant in &category.variants {
        match look_of(category, variant) {
            Ok(look) => looks.push(look),
            Err(fault) => faults.push(fault),
        }
    }
    let role = GrammarCategory {
        name: category.name.clone(),
        group: category.group.clone(),
        near: category.near.clone(),
        synonyms: category.synonyms.clone(),
        plural: category.plural.clone(),
        may_mirror: category.mirror,
        looks,
    };
    (role, faults)
}

fn look_of(category: &Category, variant: &SpriteVariant) -> Result<GrammarDrawing, SpriteError> {
    let shape = variant.shape()?;
    let shown: Vec<&str> = variant.slots().collect();
    let slots = category
        .slots
        .iter()
        .filter(|slot| shown.contains(&slot.name.as_str()))
        .map(|slot| (slot.name.clone(), slot.words.clone()))
        .collect();
    let anchors = &shape.anchors;
    Ok(GrammarDrawing {
        name: variant.name.clone(),
        aspect: shape.aspect,
        height_meters: variant.height_meters,
        stands: Some(variant.stands),
        near: variant.near.clone(),
        slots,
        hand: anchors.hand,
        grip: anchors.grip,
        seat: anchors.seat,
        hip: anchors.hip,
        top: anchors.top.map(|top| [top.y, top.x0, top.x1]),
        windows: anchors.windows.clone(),
    })
}
