//! Colour words and how a drawing takes another colour. Colours here are sRGB as written in files, channels in 0..=1,
//! unless a name says OKLab (Ottosson 2020).

/// An sRGB colour, gamma-encoded, channels in 0..=1.
pub type Rgb = [f32; 3];

/// A colour in OKLab: lightness, green to red, blue to yellow.
type Lab = [f32; 3];

/// Every colour word and the colour it stands for.
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

/// The colour a word stands for; `None` for words that are not colours.
pub fn named(word: &str) -> Option<Rgb> {
    WORDS.iter().find(|(name, _)| *name == word).map(|&(_, code)| from_code(code))
}

/// `0xrrggbb` as a colour: how colours are written in code.
pub const fn from_code(code: u32) -> Rgb {
    [(code >> 16 & 255) as f32 / 255.0, (code >> 8 & 255) as f32 / 255.0, (code & 255) as f32 / 255.0]
}

/// Reads `#rgb` and `#rrggbb`, the two forms a colour slot may be written in.
pub fn from_hex(text: &str) -> Option<Rgb> {
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

/// A drawing's colour when its slot goes from base to base: the difference of the bases in OKLab is added, so lights stay
/// lights and shades stay shades. What falls outside sRGB loses chroma, never hue: a channel that is cut off turns orange
/// into yellow.
pub fn shifted(colour: Rgb, base: Rgb, new_base: Rgb) -> Rgb {
    let (colour, base, new_base) = (to_oklab(colour), to_oklab(base), to_oklab(new_base));
    from_oklab_in_gamut([0, 1, 2].map(|i| colour[i] + new_base[i] - base[i]))
}

/// How far two colours lie apart, in OKLab; 0.02 is barely seen, 0.2 is another colour.
pub fn distance(a: Rgb, b: Rgb) -> f32 {
    let (a, b) = (to_oklab(a), to_oklab(b));
    (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f32>().sqrt()
}

/// Between two colours, in sRGB as drawing programs mix.
pub fn mix(a: Rgb, b: Rgb, share_of_b: f32) -> Rgb {
    [0, 1, 2].map(|i| a[i] + (b[i] - a[i]) * share_of_b)
}

/// Whether a colour is the warm yellow in which drawings show a lit window or a lamp.
pub(crate) fn is_lamp_light(colour: Rgb) -> bool {
    let [lightness, green_red, blue_yellow] = to_oklab(colour);
    let chroma = green_red.hypot(blue_yellow);
    lightness > 0.72 && chroma > 0.05 && blue_yellow > 0.05 && (-0.6..0.75).contains(&(green_red / blue_yellow))
}

/// Whether a colour is the light blue in which drawings show a window's glass.
pub(crate) fn is_glass(colour: Rgb) -> bool {
    let [lightness, green_red, blue_yellow] = to_oklab(colour);
    lightness > 0.55 && blue_yellow < -0.02 && green_red < 0.0
}

fn to_oklab(colour: Rgb) -> Lab {
    let [r, g, b] = colour.map(linear_from_srgb);
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

fn linear_from_oklab([lightness, a, b]: Lab) -> [f32; 3] {
    let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
    let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
    let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
    [
        4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
        -1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s,
        -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
    ]
}

/// Reduces chroma until the colour is one that sRGB has.
fn from_oklab_in_gamut([lightness, a, b]: Lab) -> Rgb {
    let lightness = lightness.clamp(0.0, 1.0);
    let fits = |chroma: f32| {
        linear_from_oklab([lightness, a * chroma, b * chroma]).iter().all(|channel| (-1e-3..=1.001).contains(channel))
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
    linear_from_oklab([lightness, a * share, b * share]).map(srgb_from_linear)
}

fn linear_from_srgb(channel: f32) -> f32 {
    if channel <= 0.040_45 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
}

fn srgb_from_linear(channel: f32) -> f32 {
    let channel = channel.clamp(0.0, 1.0);
    if channel <= 0.003_130_8 { channel * 12.92 } else { 1.055 * channel.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_colours_are_read_in_both_forms() {
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
            let moved = to_oklab(shifted(light, base, new));
            let new = to_oklab(new);
            assert!(moved[0] + 0.005 >= new[0], "{word} got darker");
            assert!((moved[1] - new[1]).hypot(moved[2] - new[2]) < 0.12, "{word} changed its hue");
        }
    }
}
