//! Pixel values as networks see them: planes normalized by ImageNet's statistics (sg2im: data/utils.py).

pub const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
pub const STD: [f32; 3] = [0.229, 0.224, 0.225];

/// The network's image `[3, H, W]` as 8-bit pixels, cut down to whole numbers. With `rescale` it is first stretched to its own minimum and
/// maximum, as sg2im does; without, values beyond black and white are cut off.
// sg2im: data/utils.py, imagenet_deprocess_batch
pub fn eight_bit(raw: &[f32], rescale: bool) -> Vec<u8> {
    let plane = raw.len() / 3;
    let value = |i: usize| raw[i] / (1.0 / STD[i / plane]) + MEAN[i / plane];
    let (low, high) = if rescale {
        (0..3 * plane).map(value).fold((f32::MAX, f32::MIN), |(low, high), x| (low.min(x), high.max(x)))
    } else {
        (0.0, 1.0)
    };
    // A picture of one color has no range; sg2im divides by zero there.
    let range = if high > low { high - low } else { 1.0 };
    let mut rgb = Vec::with_capacity(3 * plane);
    for pixel in 0..plane {
        rgb.extend((0..3).map(|c| ((value(c * plane + pixel) - low) / range * 255.0).clamp(0.0, 255.0) as u8));
    }
    rgb
}

/// Pixels, row by row, red green blue, as normalized planes `[3, H, W]`, put behind what `out` holds.
// sg2im: data/utils.py, imagenet_preprocess
pub fn normalize(rgb: &[u8], out: &mut Vec<f32>) {
    for channel in 0..3 {
        let value = |byte: &u8| (f32::from(*byte) / 255.0 - MEAN[channel]) / STD[channel];
        out.extend(rgb.iter().skip(channel).step_by(3).map(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_but_for_the_rounding() {
        let bytes: Vec<u8> = (0..=255).flat_map(|b| [b, 255 - b, b / 2]).collect();
        let mut planes = Vec::new();
        normalize(&bytes, &mut planes);
        let back = eight_bit(&planes, false);
        // Cut down to whole numbers, as sg2im does.
        assert!(bytes.iter().zip(&back).all(|(a, b)| a.abs_diff(*b) <= 1), "{bytes:?} {back:?}");
        assert_eq!(eight_bit(&[0.5; 3], true).len(), 3, "one color has no range to be stretched");
    }
}
