//! Color words and how a drawing takes another color. Colors here are sRGB as written in files, channels in 0..=1,
//! unless a name says OKLab (Ottosson 2020).

use scenewright_scene::oklab::{self, Lab};

/// An sRGB color, gamma-encoded, channels in 0..=1.
pub type Rgb = [f32; 3];

/// Every color word and the color it stands for.
pub const WORDS: [(&str, u32); 14] = [
    ("red", 0xd8453c),
    ("orange", 0xf08a35),
    ("yellow", 0xf7c844),
    ("green", 0x5fb04a),
    ("teal", 0x3aa7a0),
    ("blue", 0x4a86d8),
    ("purple", 0x8a5fc7),
    ("pink", 0xef8fb0),
    ("brown", 0x8b5a3c),
    ("tan", 0xd2a877),
    ("cream", 0xf2e6cf),
    ("white", 0xf7f5f0),
    ("grey", 0x9a9da6),
    ("black", 0x3a3840),
];

/// The color a word stands for; `None` for words that are not colors.
pub fn named(word: &str) -> Option<Rgb> {
    WORDS.iter().find(|(name, _)| *name == word).map(|&(_, code)| from_code(code))
}

/// A color word, or `#rrggbb`.
pub fn parse(word: &str) -> Option<Rgb> {
    named(word).or_else(|| from_hex(word))
}

/// `0xrrggbb` as a color: how colors are written in code.
pub const fn from_code(code: u32) -> Rgb {
    [(code >> 16 & 255) as f32 / 255.0, (code >> 8 & 255) as f32 / 255.0, (code & 255) as f32 / 255.0]
}

/// Reads `#rgb` and `#rrggbb`, the two forms a color slot may be written in.
pub(crate) fn from_hex(text: &str) -> Option<Rgb> {
    let digits = text.trim().strip_prefix('#')?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let code = u32::from_str_radix(digits, 16).ok()?;
    match digits.len() {
        6 => Some(from_code(code)),
        3 => Some([(code >> 8 & 15) as f32 / 15.0, (code >> 4 & 15) as f32 / 15.0, (code & 15) as f32 / 15.0]),
        _ => None,
    }
}

/// A drawing's color when its slot goes from base to base: the difference of the bases in OKLab is added, so lights stay
/// lights and shades stay shades. What falls outside sRGB loses chroma, never hue: a channel that is cut off turns orange
/// into yellow.
pub(crate) fn shifted(color: Rgb, base: Rgb, new_base: Rgb) -> Rgb {
    let (color, base, new_base) = (oklab::from_srgb(color), oklab::from_srgb(base), oklab::from_srgb(new_base));
    from_oklab_in_gamut([0, 1, 2].map(|i| color[i] + new_base[i] - base[i]))
}

/// How far two colors lie apart, in OKLab; 0.02 is barely seen, 0.2 is another color.
#[cfg(test)]
pub(crate) fn distance(a: Rgb, b: Rgb) -> f32 {
    let (a, b) = (oklab::from_srgb(a), oklab::from_srgb(b));
    (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f32>().sqrt()
}

/// Between two colors, in sRGB as drawing programs mix.
pub(crate) fn mix(a: Rgb, b: Rgb, share_of_b: f32) -> Rgb {
    [0, 1, 2].map(|i| a[i] + (b[i] - a[i]) * share_of_b)
}

/// Whether a color is the warm yellow in which drawings show a lit window or a lamp.
pub(crate) fn is_lamp_light(color: Rgb) -> bool {
    let [lightness, green_red, blue_yellow] = oklab::from_srgb(color);
    let chroma = green_red.hypot(blue_yellow);
    lightness > 0.72 && chroma > 0.05 && blue_yellow > 0.05 && (-0.6..0.75).contains(&(green_red / blue_yellow))
}

/// Whether a color is the light blue in which drawings show a window's glass.
pub(crate) fn is_glass(color: Rgb) -> bool {
    let [lightness, green_red, blue_yellow] = oklab::from_srgb(color);
    lightness > 0.55 && blue_yellow < -0.02 && green_red < 0.0
}

/// Reduces chroma until the color is one that sRGB has.
fn from_oklab_in_gamut([lightness, a, b]: Lab) -> Rgb {
    let lightness = lightness.clamp(0.0, 1.0);
    let fits = |chroma: f32| {
        oklab::to_linear([lightness, a * chroma, b * chroma]).iter().all(|channel| (-1e-3..=1.001).contains(channel))
    };
    let mut share = 1.0;
    if !fits(share) {
        let (mut inside, mut outside) = (0.0, 1.0);
        for _ in 0..12 {
            share = (inside + outside) / 2.0;
            *(if fits(share) { &mut inside } else { &mut outside }) = share;
        }
        share = inside;
    }
    oklab::to_linear([lightness, a * share, b * share]).map(oklab::srgb_from_linear)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_colors_are_read_in_both_forms() {
        assert_eq!(from_hex("#ff0000"), Some([1.0, 0.0, 0.0]));
        assert_eq!(from_hex(" #f00 "), Some([1.0, 0.0, 0.0]));
        for wrong in ["", "#", "ff0000", "#ff00", "#gg0000", "red", "#ff00000", "#+f0000"] {
            assert_eq!(from_hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_base_itself_becomes_the_new_base() {
        for (_, from) in WORDS {
            for (word, to) in WORDS {
                let [from, to] = [from, to].map(from_code);
                assert!(distance(shifted(from, from, to), to) < 0.01, "to {word}");
            }
        }
    }

    #[test]
    fn a_light_shade_stays_lighter_and_keeps_the_hue_of_the_word() {
        let (light, base) = (from_code(0xffd06a), from_code(0xfbb13c));
        for (word, code) in WORDS {
            let new = from_code(code);
            let moved = oklab::from_srgb(shifted(light, base, new));
            let new = oklab::from_srgb(new);
            assert!(moved[0] + 0.005 >= new[0], "{word} got darker");
            assert!((moved[1] - new[1]).hypot(moved[2] - new[2]) < 0.12, "{word} changed its hue");
        }
    }
}
