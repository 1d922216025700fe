//! Difference of two pictures as a picture: bright where much has changed.

use std::sync::Arc;

use egui::{Color32, ColorImage, Context, TextureHandle, TextureOptions};

use super::PictureTextures;
use crate::app::Theme;
use crate::engine::{NOTICEABLE, Picture, changed_share};

/// Difference of two pictures, cached while they stay the same.
pub(crate) struct Difference {
    of: [Arc<Picture>; 2],
    dark: bool,
    /// `None`: the pictures have different sizes.
    pub image: Option<(TextureHandle, f32)>,
}

impl Difference {
    /// Returns `kept` if it is still valid, otherwise a new difference.
    pub(crate) fn of(
        kept: Option<Self>,
        ctx: &Context,
        before: &PictureTextures,
        now: &PictureTextures,
        theme: &Theme,
    ) -> Self {
        let of = [before.picture.clone(), now.picture.clone()];
        match kept {
            Some(kept) if kept.dark == theme.dark && kept.of.iter().zip(&of).all(|(a, b)| Arc::ptr_eq(a, b)) => kept,
            _ => {
                let upload = |image| ctx.load_texture("difference", image, TextureOptions::NEAREST);
                let found = image(&of[0], &of[1], theme).zip(changed_share(&of[0], &of[1], &[]));
                let image = found.map(|(image, share)| (upload(image), share));
                Self { of, dark: theme.dark, image }
            }
        }
    }
}

fn is_comparable(a: &Picture, b: &Picture) -> bool {
    (a.width, a.height) == (b.width, b.height)
        && a.rgb.len() == b.rgb.len()
        && a.rgb.len() == 3 * a.width * a.height
        && !a.rgb.is_empty()
}

/// Largest change of any channel, per pixel.
fn steps<'a>(a: &'a Picture, b: &'a Picture) -> impl Iterator<Item = u8> + 'a {
    let pixels = a.rgb.chunks_exact(3).zip(b.rgb.chunks_exact(3));
    pixels.map(|(a, b)| a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0))
}

/// The picture in weak gray, with the changes in the theme's guide color.
fn image(before: &Picture, now: &Picture, theme: &Theme) -> Option<ColorImage> {
    if !is_comparable(before, now) {
        return None;
    }
    let gray = |rgb: &[u8]| {
        let mean = rgb.iter().map(|v| f32::from(*v)).sum::<f32>() / 3.0;
        let v = if theme.dark { mean * 0.35 } else { 255.0 - (255.0 - mean) * 0.35 };
        [v, v, v]
    };
    let bright = [theme.guide.r(), theme.guide.g(), theme.guide.b()].map(f32::from);
    let pixels = now.rgb.chunks_exact(3).zip(steps(before, now)).map(|(rgb, step)| {
        let below = gray(rgb);
        // The square root amplifies small changes, which would hardly be visible.
        let share = if step > NOTICEABLE { (f32::from(step) / 255.0).sqrt() } else { 0.0 };
        let mixed = [0, 1, 2].map(|c| (below[c] + (bright[c] - below[c]) * share) as u8);
        Color32::from_rgb(mixed[0], mixed[1], mixed[2])
    });
    Some(ColorImage::new([now.width, now.height], pixels.collect()))
}
