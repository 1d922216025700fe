//! Soft constraints on an object's box: weaker than a pin, stronger than the prediction. sg2im has none.

/// A size or a region that an object should have.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BoxConstraint {
    /// Index of the object.
    pub object: usize,
    /// Smallest and largest area, as a share of the picture.
    pub area: Option<[f32; 2]>,
    /// Corners of the part of the picture in which the center should lie.
    pub region: Option<[f32; 4]>,
}

/// Shorter sides are set to this before a box grows, so that a box without area has a shape.
const MIN_SIDE: f32 = 0.02;

impl BoxConstraint {
    /// Changes a box `[x0, y0, x1, y1]` as little as the constraint requires. A box that meets it already stays bit-identical.
    pub fn apply_constraints(&self, corners: &mut [f32; 4]) {
        let [x0, y0, x1, y1] = *corners;
        let (mut width, mut height) = ((x1 - x0).abs(), (y1 - y0).abs());
        let (mut x, mut y) = ((x0 + x1) / 2.0, (y0 + y1) / 2.0);
        let area = width * height;
        let resized = self.area.filter(|[min, max]| !(*min..=*max).contains(&area));
        if let Some([min, max]) = resized {
            // A little inside the range, so that rounding does not leave it.
            let target = if area < min { min * 1.15 } else { max * 0.85 };
            (width, height) = (width.max(MIN_SIDE), height.max(MIN_SIDE));
            let factor = (target / (width * height)).sqrt();
            width = (width * factor).min(1.0);
            height = (target / width).min(1.0);
            width = (target / height).min(1.0);
        }
        let moved = self.region.filter(|[x0, y0, x1, y1]| !((*x0..=*x1).contains(&x) && (*y0..=*y1).contains(&y)));
        if let Some([x0, y0, x1, y1]) = moved {
            let (across, down) = ((x1 - x0) * 0.2, (y1 - y0) * 0.2);
            x = x.clamp(x0 + across, x1 - across);
            y = y.clamp(y0 + down, y1 - down);
        }
        if resized.is_some() || moved.is_some() {
            x = x.clamp(width.min(1.0) / 2.0, 1.0 - width.min(1.0) / 2.0);
            y = y.clamp(height.min(1.0) / 2.0, 1.0 - height.min(1.0) / 2.0);
            *corners = [x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(constraint: BoxConstraint, before: [f32; 4], after: [f32; 4]) {
        let mut constrained = before;
        constraint.apply_constraints(&mut constrained);
        let near = constrained.iter().zip(&after).all(|(a, b)| (a - b).abs() < 1e-3);
        assert!(near, "{before:?} became {constrained:?}, not {after:?}");
        let once = constrained;
        constraint.apply_constraints(&mut constrained);
        let same = constrained.iter().zip(&once).all(|(a, b)| (a - b).abs() < 1e-6);
        assert!(same, "constrained twice: {constrained:?}");
    }

    #[test]
    fn a_box_changes_as_little_as_the_constraint_requires() {
        let size = |min, max| BoxConstraint { area: Some([min, max]), ..BoxConstraint::default() };
        let place = |region| BoxConstraint { region: Some(region), ..BoxConstraint::default() };
        check(BoxConstraint::default(), [0.2, 0.2, 0.4, 0.4], [0.2, 0.2, 0.4, 0.4]);
        check(size(0.02, 0.06), [0.2, 0.2, 0.4, 0.4], [0.2, 0.2, 0.4, 0.4]);
        check(size(0.16, 0.4), [0.4, 0.4, 0.6, 0.6], [0.2855, 0.2855, 0.7145, 0.7145]);
        check(size(0.0, 0.02), [0.0, 0.0, 1.0, 1.0], [0.4348, 0.4348, 0.5652, 0.5652]);
        // If one side is as long as the picture, the other grows.
        check(size(0.4, 1.0), [0.0, 0.45, 1.0, 0.55], [0.0, 0.27, 1.0, 0.73]);
        // A box without area.
        check(size(0.02, 0.06), [0.5, 0.5, 0.5, 0.5], [0.4242, 0.4242, 0.5758, 0.5758]);
        // Boxes stay within the picture.
        check(size(0.16, 0.4), [0.0, 0.0, 0.2, 0.2], [0.0, 0.0, 0.429, 0.429]);
        check(place([0.0, 0.0, 1.0, 0.333]), [0.4, 0.8, 0.6, 1.0], [0.4, 0.1664, 0.6, 0.3664]);
        check(place([0.667, 0.0, 1.0, 1.0]), [0.1, 0.1, 0.9, 0.3], [0.2, 0.1, 1.0, 0.3]);
    }
}
