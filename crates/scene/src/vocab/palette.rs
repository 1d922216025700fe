//! A color for each category: readable on light and dark, well spread, nearer hues within a group.
//!
//! Each group owns a sector of hues, chosen so that the common words look as one expects: plants are green, water and
//! sky blue, earth and stone brown. Within its sector a word takes the candidate that is farthest from all colors
//! already taken. Distances are measured in OKLab, where equal steps look equal (Ottosson 2020, "A perceptual color space
//! for image processing"). The shipped vocabularies store what comes out, so a color never changes by itself.

use super::words::{Word, fold};
use crate::oklab;

/// A group's sector: hue in degrees, how far to either side, and the range of chroma.
struct Sector {
    group: &'static str,
    hue: f32,
    spread: f32,
    chroma: (f32, f32),
}

const fn sector(group: &'static str, hue: f32, spread: f32, least: f32, most: f32) -> Sector {
    Sector { group, hue, spread, chroma: (least, most) }
}

const SECTORS: [Sector; 18] = [
    sector("people", 8.0, 11.0, 0.12, 0.18),
    sector("vehicles", 30.0, 9.0, 0.13, 0.19),
    sector("body", 44.0, 8.0, 0.06, 0.11),
    sector("animals", 58.0, 11.0, 0.11, 0.16),
    sector("nature", 72.0, 20.0, 0.02, 0.08),
    sector("furniture", 80.0, 9.0, 0.10, 0.15),
    sector("food", 102.0, 11.0, 0.11, 0.17),
    sector("plants", 138.0, 17.0, 0.10, 0.18),
    sector("interior", 165.0, 14.0, 0.03, 0.09),
    sector("sports", 178.0, 11.0, 0.09, 0.13),
    sector("street", 205.0, 18.0, 0.02, 0.06),
    sector("sky", 228.0, 12.0, 0.06, 0.12),
    sector("water", 254.0, 11.0, 0.10, 0.16),
    sector("boats", 272.0, 7.0, 0.10, 0.16),
    sector("other", 285.0, 14.0, 0.02, 0.06),
    sector("buildings", 298.0, 13.0, 0.07, 0.15),
    sector("objects", 322.0, 12.0, 0.09, 0.17),
    sector("clothes", 345.0, 10.0, 0.09, 0.17),
];

/// Words of no known group may lie anywhere, at a chroma of their own.
const ANYWHERE: Sector = sector("", 180.0, 180.0, 0.05, 0.09);
const LIGHTNESS: (f32, f32) = (0.58, 0.86);
const GRAY: [u8; 3] = [150, 150, 150];

/// Gives every word that has none a color, in order; names that begin with `__` are not seen and need none.
pub(super) fn assign(words: &mut [Option<Word>]) {
    let mut taken: Vec<[f32; 3]> = words.iter().flatten().filter_map(|word| word.color).map(oklab_from_srgb).collect();
    let needs_one = |word: &&mut Word| word.color.is_none() && !word.name.starts_with("__");
    for word in words.iter_mut().flatten().filter(needs_one) {
        let color = farthest(sector_of(word.group.as_deref()), &taken);
        taken.push(oklab_from_srgb(color));
        word.color = Some(color);
    }
}

/// A stable color for a word that no vocabulary knows; gray for `__image__`.
pub(super) fn color_of_stranger(name: &str) -> [u8; 3] {
    if name.starts_with("__") {
        return GRAY;
    }
    // FNV-1a: the standard library's hasher may change between its versions.
    let hash =
        fold(name).bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let part = |shift: u32| ((hash >> shift) & 0xff) as f32 / 255.0;
    let lightness = between(LIGHTNESS, part(16));
    srgb_from_oklch(lightness, between(ANYWHERE.chroma, part(8)), part(0) * 360.0).unwrap_or(GRAY)
}

/// "#rrggbb".
pub(super) fn parse(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let channel = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([channel(0)?, channel(2)?, channel(4)?])
}

pub(super) fn format([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn sector_of(group: Option<&str>) -> &'static Sector {
    SECTORS.iter().find(|sector| Some(sector.group) == group).unwrap_or(&ANYWHERE)
}

fn farthest(sector: &Sector, taken: &[[f32; 3]]) -> [u8; 3] {
    // The middle of the sector comes first, so a group's first word looks most like its group.
    const STEPS: [f32; 9] = [0.5, 0.25, 0.75, 0.0, 1.0, 0.125, 0.875, 0.375, 0.625];
    let mut best = (GRAY, -1.0);
    for hue in STEPS {
        for lightness in STEPS {
            for chroma in [0.5, 1.0, 0.0] {
                let hue = sector.hue + sector.spread * (2.0 * hue - 1.0);
                let lightness = between(LIGHTNESS, lightness);
                let Some(color) = srgb_from_oklch(lightness, between(sector.chroma, chroma), hue) else { continue };
                let here = oklab_from_srgb(color);
                let nearest = taken.iter().map(|other| distance(here, *other)).fold(f32::INFINITY, f32::min);
                // A clear gain only: rounding must not choose differently on another machine.
                if nearest > best.1 + 1e-4 {
                    best = (color, nearest);
                }
            }
        }
    }
    best.0
}

fn between((least, most): (f32, f32), share: f32) -> f32 {
    least + (most - least) * share
}

fn distance(a: [f32; 3], b: [f32; 3]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
}

/// `None` for what a screen cannot show.
fn srgb_from_oklch(lightness: f32, chroma: f32, hue_degrees: f32) -> Option<[u8; 3]> {
    let (sin, cos) = hue_degrees.to_radians().sin_cos();
    let (a, b) = (chroma * cos, chroma * sin);
    let linear = oklab::to_linear([lightness, a, b]);
    if linear.iter().any(|v| !(-0.002..=1.002).contains(v)) {
        return None;
    }
    Some(linear.map(|v| (oklab::srgb_from_linear(v) * 255.0).round() as u8))
}

pub(super) fn oklab_from_srgb(color: [u8; 3]) -> [f32; 3] {
    oklab::from_srgb(color.map(|v| f32::from(v) / 255.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::format::VocabularyFile;
    use crate::vocab::lexicon;
    use std::collections::HashMap;

    /// The words that pictures show most look as one expects; all others find their place around them.
    const ANCHORS: [(&str, &str); 24] = [
        ("sky", "#7cc0f2"),
        ("clouds", "#a9cde4"),
        ("cloud", "#b6d3e6"),
        ("grass", "#7cc552"),
        ("field", "#a3c552"),
        ("tree", "#2fa15a"),
        ("bush", "#5db36a"),
        ("sea", "#2f86d8"),
        ("ocean", "#2a79cf"),
        ("water", "#5b9fe8"),
        ("river", "#6f9cf0"),
        ("sand", "#d9bd8c"),
        ("beach", "#e2c79c"),
        ("snow", "#cfd6dc"),
        ("mountain", "#98897c"),
        ("hill", "#a39677"),
        ("rock", "#8f8a85"),
        ("dirt", "#a07a58"),
        ("road", "#8a979c"),
        ("street", "#7d8c92"),
        ("person", "#f2718f"),
        ("sheep", "#f0b070"),
        ("car", "#e8552f"),
        ("house", "#a58ae6"),
    ];

    /// The recipe of the colors in `vocab/*.json`: run with `--ignored` after changing words or sectors. A word that
    /// two vocabularies share gets one color.
    #[test]
    #[ignore = "writes vocab/*.json"]
    fn write_colors() {
        let texts = [("coco_stuff", lexicon::COCO_STUFF), ("visual_genome", lexicon::VISUAL_GENOME)];
        let mut files = texts.map(|(name, text)| (name, serde_json::from_str::<VocabularyFile>(text).unwrap()));
        let mut union: Vec<Option<Word>> = Vec::new();
        let mut row_of: HashMap<String, usize> = HashMap::new();
        for word in files.iter().flat_map(|(_, file)| &file.objects) {
            row_of.entry(lexicon::key(&word.name)).or_insert_with(|| {
                let anchor = ANCHORS.iter().find(|(name, _)| *name == lexicon::key(&word.name));
                let color = anchor.and_then(|(_, color)| parse(color));
                union.push(Some(Word { group: word.group.clone(), color, ..Word::new(&word.name) }));
                union.len() - 1
            });
        }
        assign(&mut union);
        for (name, file) in &mut files {
            for word in &mut file.objects {
                let color = union[row_of[&lexicon::key(&word.name)]].as_ref().unwrap().color;
                word.color = color.map(format);
            }
            std::fs::write(format!("{}/../../vocab/{name}.json", env!("CARGO_MANIFEST_DIR")), file.to_text()).unwrap();
        }
    }

    #[test]
    fn colors_are_read_and_written() {
        assert_eq!(parse("#80c0ff"), Some([128, 192, 255]));
        assert_eq!(format([128, 192, 255]), "#80c0ff");
        for bad in ["", "80c0ff", "#80c0f", "#80c0fg", "#80c0ffa", "#ää0"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn oklab_goes_there_and_back() {
        for color in [[255, 0, 0], [12, 200, 100], [128, 128, 128]] {
            let [lightness, a, b] = oklab_from_srgb(color);
            let back = srgb_from_oklch(lightness, a.hypot(b), b.atan2(a).to_degrees()).unwrap();
            assert!(back.iter().zip(color).all(|(x, y)| x.abs_diff(y) <= 1), "{color:?} {back:?}");
        }
    }
}
