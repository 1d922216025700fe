//! Which object is seen where: the order from back to front, and what of each object stands behind others.

use image::{GrayImage, Luma};
use scenewright_illustrated::setting::{MaterialRole, material_role};
use scenewright_scene::vocab::{Vocabulary, class_stem, drawn, fold};

use super::cut::{by_area, each_pixel};
use crate::{Picture, Placed};

/// Of an object's mask, what covers less than half of a pixel is not there.
pub(super) const PRESENT: f32 = 0.5;

/// What an object is to the ground of the picture; none for a thing.
pub(super) fn role(name: &str, vocab: &Vocabulary) -> Option<MaterialRole> {
    if vocab.looks_of_name(name).is_some_and(|own| !own.stuff) {
        return None;
    }
    let folded = fold(vocab.drawn_object(name).map_or(name, |drawn| vocab.object_name(drawn.id)));
    let plain = class_stem(&folded);
    let of_noun = || {
        let drawn::Noun::Drawn { ways, .. } = drawn::noun(plain)? else { return None };
        material_role(ways.split([',', ':']).next().unwrap_or(ways))
    };
    // COCO-Stuff: "wall-brick", "floor-wood".
    let first = plain.split(' ').next().unwrap_or(plain);
    let is_kind = folded.contains(' ') && ["wall", "floor", "ground", "water", "sky"].contains(&first);
    let by_kind = || material_role(if first == "ground" { "dirt" } else { first }).filter(|_| is_kind);
    match plain {
        "sea" => Some(MaterialRole::Water),
        "clouds" => Some(MaterialRole::Sky),
        _ => material_role(plain).or_else(by_kind).or_else(of_noun),
    }
}

/// Objects from back to front, as they were drawn. A model that knows no order draws small ones over large ones.
pub(super) fn back_to_front<'a>(picture: &'a Picture, vocab: &Vocabulary) -> Vec<&'a Placed> {
    let mut objects = by_area(picture);
    let depth = |placed: &Placed| placed.record.depth.filter(|depth| depth.is_finite());
    if objects.iter().all(|placed| depth(placed).is_some()) {
        // By the list first: equal depths keep its order.
        objects = picture.objects.iter().filter(|placed| placed.is_object()).collect();
        let is_thing = |placed: &Placed| vocab.looks_of_name(&placed.name).is_none_or(|own| !own.stuff);
        objects.sort_by(|a, b| {
            is_thing(a).cmp(&is_thing(b)).then(depth(a).unwrap_or(0.0).total_cmp(&depth(b).unwrap_or(0.0)))
        });
    }
    objects
}

/// For each pixel the object that is seen there: 0 for none, else one more than its place in the list from back to front.
pub(super) fn owners(stack: &[&Placed], width: u32, height: u32) -> Vec<u16> {
    let mut owners = vec![0; width as usize * height as usize];
    for (number, placed) in (1..).zip(stack) {
        each_pixel(placed, width, height, |x, y, opacity| {
            if opacity >= PRESENT {
                owners[y as usize * width as usize + x as usize] = number;
            }
        });
    }
    owners
}

/// What is seen of each object, given from front to back: white where it is, black where it is not or where others stand before it. Called
/// with its place in the list and how much of the picture it covers.
pub(super) fn visible_masks<E>(
    stack: &[&Placed],
    width: u32,
    height: u32,
    mut each: impl FnMut(usize, GrayImage, f32) -> Result<(), E>,
) -> Result<(), E> {
    let mut left = vec![1.0_f32; width as usize * height as usize];
    for (place, placed) in stack.iter().enumerate().rev() {
        let mut mask = GrayImage::new(width, height);
        let mut sum = 0.0;
        each_pixel(placed, width, height, |x, y, opacity| {
            let left = &mut left[y as usize * width as usize + x as usize];
            let seen = opacity.clamp(0.0, 1.0) * *left;
            *left -= seen;
            sum += seen;
            mask.put_pixel(x, y, Luma([(seen * 255.0).round() as u8]));
        });
        each(place, mask, sum / (width * height).max(1) as f32)?;
    }
    Ok(())
}
