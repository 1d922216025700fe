//! Boxes that the network placed, brought to where such things can be: feet on the ground, boats on the water, clouds above the horizon, all of a
//! thing within the picture.

use super::drawings::{category_of, drawing};
use super::scene_object::{SceneObject, scaled_about_foot};
use scenewright_illustrated::setting::{MaterialRole, material_role};
use scenewright_illustrated::sprite::Stands;
use scenewright_scene::vocab::Vocabulary;

/// How far below the far edge of a ground a foot stands at least, and how far above the near edge of the picture. Of the picture's height.
const MARGIN: f32 = 0.03;
/// How far above the horizon the foot of what is in the sky stays.
const ABOVE_HORIZON: f32 = 0.06;

/// Moves what is free. `is_tied[row]`: a relation says what it is on, in or above, so that it is left to the network.
pub(super) fn settle(objects: &mut [SceneObject<'_>], is_tied: &[bool], vocab: &Vocabulary) {
    let of_role = |roles: &[MaterialRole]| -> Vec<[f32; 4]> {
        let is_such = |object: &&SceneObject<'_>| {
            material_role(category_of(vocab, object.class)).is_some_and(|role| roles.contains(&role))
        };
        objects.iter().filter(is_such).map(|object| object.placement.bounds).collect()
    };
    let ground = of_role(&[MaterialRole::Land, MaterialRole::Floor]);
    let water = of_role(&[MaterialRole::Water]);
    let horizon = ground.iter().chain(&water).map(|bounds| bounds[1]).fold(f32::MAX, f32::min);
    for (object, &is_tied) in objects.iter_mut().zip(is_tied) {
        if object.fixed || object.is_stuff() {
            continue;
        }
        let name = object.chosen.drawing.as_deref().unwrap_or_default();
        let stands = drawing(category_of(vocab, object.class), name).map(|drawing| drawing.stands);
        let bounds = &mut object.placement.bounds;
        if !is_tied {
            match stands {
                Some(Stands::Ground | Stands::Floor | Stands::Table | Stands::Ride) => put_on(bounds, &ground),
                Some(Stands::Water) => put_on(bounds, &water),
                Some(Stands::Sky) if horizon < 1.0 => lift(bounds, horizon),
                _ => {}
            }
        }
        bring_inside(bounds);
    }
}

/// How many times larger or smaller than the others a thing may be drawn.
const MAX_OUT_OF_SCALE: f32 = 1.7;
/// What is too small grows at most so many times: it would cover what stands beside it.
const MAX_GROWTH: f32 = 1.35;
/// Sizes in life are compressed by this exponent: a mouse should still be seen beside a cow.
const COMPRESSION: f32 = 0.65;

/// Brings what is drawn much too large or too small beside the others to their scale, its foot where it was.
pub(super) fn rescale(objects: &mut [SceneObject<'_>], vocab: &Vocabulary, (width, height): (usize, usize)) {
    let horizon = 0.45;
    let scale = |object: &SceneObject<'_>| {
        // A sun has no size in life that could be compared.
        object.looks.filter(|own| !own.shines)?;
        let drawing = drawing(category_of(vocab, object.class), object.chosen.drawing.as_deref()?)?;
        let [x0, y0, x1, y1] = object.placement.bounds;
        // As long as it is: a ship is wide, a tower tall.
        let (w, h) = ((x1 - x0) * width as f32 / height as f32, y1 - y0);
        let long = drawing.height_meters * drawing.aspect.max(1.0);
        // What stands near is drawn larger than at the horizon.
        let near = if drawing.stands == Stands::Sky {
            0.75
        } else {
            0.55 + 0.45 * ((y1 - horizon) / (1.0 - horizon)).clamp(0.0, 1.0)
        };
        (w > 0.0 && h > 0.0).then(|| w.max(h) / long.powf(COMPRESSION) / near)
    };
    let mut scales: Vec<f32> = objects.iter().filter(|object| !object.is_stuff()).filter_map(scale).collect();
    if scales.len() < 2 {
        return;
    }
    scales.sort_by(f32::total_cmp);
    let usual = (scales[(scales.len() - 1) / 2] * scales[scales.len() / 2]).sqrt();
    for object in objects.iter_mut().filter(|object| !object.fixed && !object.is_stuff() && !object.has_size) {
        let Some(own) = scale(object) else { continue };
        let times = (usual / own).clamp(own_limit(own, usual).recip(), own_limit(own, usual));
        let [x0, y0, x1, y1] = object.placement.bounds;
        let times = times.min(MAX_GROWTH).min(y1.max(0.05) / (y1 - y0)).min(0.95 / (x1 - x0));
        object.placement.bounds = scaled_about_foot(object.placement.bounds, times);
    }
}

/// How far a size is corrected: not at all within what is allowed, and beyond it until it is allowed.
fn own_limit(own: f32, usual: f32) -> f32 {
    let out = (own / usual).max(usual / own);
    if out.is_finite() { (out / MAX_OUT_OF_SCALE).max(1.0) } else { 1.0 }
}

/// Brings the foot onto the nearest of some grounds, if it stands on none.
fn put_on(bounds: &mut [f32; 4], grounds: &[[f32; 4]]) {
    let [x, foot] = [(bounds[0] + bounds[2]) / 2.0, bounds[3]];
    let nearest = |[x0, y0, x1, y1]: [f32; 4]| {
        let low = (y0 + MARGIN).min(y1);
        [x.clamp(x0.min(x1), x1.max(x0)) - x, foot.clamp(low, y1.min(1.0).max(low)) - foot]
    };
    let steps = grounds.iter().map(|ground| nearest(*ground));
    if let Some([across, down]) = steps.min_by(|a, b| a[0].hypot(a[1]).total_cmp(&b[0].hypot(b[1]))) {
        *bounds = [bounds[0] + across, bounds[1] + down, bounds[2] + across, bounds[3] + down];
    }
}

fn lift(bounds: &mut [f32; 4], horizon: f32) {
    let up = (bounds[3] - (horizon - ABOVE_HORIZON)).max(0.0).min(bounds[1].max(0.0));
    (bounds[1], bounds[3]) = (bounds[1] - up, bounds[3] - up);
}

/// Shifts a box into the picture; one that is larger stays.
fn bring_inside(bounds: &mut [f32; 4]) {
    for (low, high) in [(0, 2), (1, 3)] {
        let length = bounds[high] - bounds[low];
        if length <= 1.0 {
            let shift = (-bounds[low]).max(0.0) - (bounds[high] - 1.0).max(0.0);
            (bounds[low], bounds[high]) = (bounds[low] + shift, bounds[high] + shift);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feet_come_to_the_nearest_ground_and_what_stands_on_it_stays() {
        let ground = [[0.0, 0.5, 1.0, 1.0]];
        let mut floating = [0.4, 0.1, 0.6, 0.3];
        put_on(&mut floating, &ground);
        assert!((floating[3] - 0.53).abs() < 1e-6 && (floating[3] - floating[1] - 0.2).abs() < 1e-6);
        let mut standing = [0.4, 0.5, 0.6, 0.8];
        put_on(&mut standing, &ground);
        assert_eq!(standing, [0.4, 0.5, 0.6, 0.8]);
        put_on(&mut standing, &[]);
        assert_eq!(standing, [0.4, 0.5, 0.6, 0.8], "without a ground nothing moves");
    }

    #[test]
    fn what_sticks_out_comes_in_and_what_is_larger_than_the_picture_stays() {
        let mut out = [-0.1, 0.9, 0.2, 1.2];
        bring_inside(&mut out);
        assert!(out.iter().zip([0.0, 0.7, 0.3, 1.0]).all(|(a, b)| (a - b).abs() < 1e-6), "{out:?}");
        let mut large = [-0.5, 0.0, 1.5, 0.5];
        bring_inside(&mut large);
        assert_eq!(large, [-0.5, 0.0, 1.5, 0.5]);
    }

    #[test]
    fn clouds_stay_above_the_horizon() {
        let mut cloud = [0.1, 0.4, 0.4, 0.6];
        lift(&mut cloud, 0.5);
        assert!((cloud[3] - 0.44).abs() < 1e-6);
        let mut high = [0.1, 0.1, 0.4, 0.2];
        lift(&mut high, 0.5);
        assert_eq!(high, [0.1, 0.1, 0.4, 0.2]);
    }
}
