//! What a scene can state about an object's appearance: its drawings, the parts that may change their color, the colors' words, the light.
//! A part of a model's vocabulary, under the key `looks`; a vocabulary of sg2im has none.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::{ObjectId, Vocabulary};
use crate::oklab;

/// Under this key of a vocabulary.
pub(crate) const LOOKS: &str = "looks";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Looks {
    /// Words, and the colors they stand for as `#rrggbb`.
    #[serde(rename = "colours")]
    pub colors: Vec<(String, String)>,
    /// Times of day; an hour's number counts in [`HourAndWeather`].
    pub hours: Vec<String>,
    /// The first is the default, which is not stated.
    pub weathers: Vec<String>,
    /// By the object's name.
    pub objects: BTreeMap<String, ObjectLooks>,
}

/// What one object may look like.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ObjectLooks {
    /// Fills a region, instead of standing somewhere.
    #[serde(default, skip_serializing_if = "is_false")]
    pub stuff: bool,
    /// Only under a roof.
    #[serde(default, skip_serializing_if = "is_false")]
    pub indoors: bool,
    /// Casts a shadow where it stands.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rests: bool,
    /// Floats on water, which mirrors it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub floats: bool,
    /// Is water.
    #[serde(default, skip_serializing_if = "is_false")]
    pub water: bool,
    /// Makes light, or is light: no hour tints it (sun, moon, star, rainbow).
    #[serde(default, skip_serializing_if = "is_false")]
    pub shines: bool,
    /// Whether it may face right.
    #[serde(default, skip_serializing_if = "is_false")]
    pub mirror: bool,
    /// The part of which a color is meant that is said without one: the largest.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub main: usize,
    /// Parts that may change their color.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<Slot>,
    /// Drawings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    pub name: String,
    /// Colors it usually has, the commonest first. It may have any.
    pub words: Vec<String>,
}

/// A drawing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    pub name: String,
    /// The network's number for it; 0 is "any".
    pub row: u32,
    /// Width over height.
    pub aspect: f32,
    /// Which of the object's slots it shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<usize>,
}

/// When and in which weather; numbers into [`Looks::hours`] and [`Looks::weathers`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct HourAndWeather {
    pub hour: usize,
    pub weather: usize,
}

/// A color word, and the shade that was said with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tone {
    /// A number into [`Looks::colors`].
    pub color: usize,
    pub shade: Shade,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shade {
    #[default]
    Plain,
    Dark,
    Light,
    Bright,
}

/// What one word about looks means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookMeaning {
    /// The number of a drawing of the object.
    Variant(usize),
    /// Of a slot; none: of the whole, which is its largest part.
    Color {
        slot: Option<usize>,
        tone: Tone,
    },
    Facing {
        right: bool,
    },
    Hour(usize),
    Weather(usize),
}

/// Other words for colors, hours and weathers.
const SAME: [(&str, &str); 34] = [
    ("gray", "grey"),
    ("silver", "grey"),
    ("violet", "purple"),
    ("lilac", "purple"),
    ("turquoise", "teal"),
    ("cyan", "teal"),
    ("beige", "tan"),
    ("ivory", "cream"),
    ("gold", "yellow"),
    ("golden", "yellow"),
    ("navy", "blue"),
    ("scarlet", "red"),
    ("crimson", "red"),
    ("dawn", "morning"),
    ("sunrise", "morning"),
    ("sunset", "evening"),
    ("dusk", "evening"),
    ("nightly", "night"),
    ("misty", "foggy"),
    ("overcast", "cloudy"),
    ("sunny", "clear"),
    ("rosy", "pink"),
    ("magenta", "pink"),
    ("lime", "green"),
    ("olive", "green"),
    ("mint", "green"),
    ("indigo", "purple"),
    ("lavender", "purple"),
    ("maroon", "red"),
    ("khaki", "tan"),
    ("charcoal", "black"),
    ("blond", "yellow"),
    ("blonde", "yellow"),
    ("nighttime", "night"),
];

/// Said before a color. A drawing takes any color, whatever words it was learned with.
const SHADES: [(&str, Shade); 6] = [
    ("dark", Shade::Dark),
    ("deep", Shade::Dark),
    ("navy", Shade::Dark),
    ("light", Shade::Light),
    ("pale", Shade::Light),
    ("bright", Shade::Bright),
];

fn is_zero(value: &usize) -> bool {
    *value == 0
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Looks {
    /// The network's number for a light.
    pub fn light_row(&self, light: HourAndWeather, indoors: bool) -> u32 {
        let (hours, weathers) = (self.hours.len(), self.weathers.len());
        (if indoors { hours * weathers + light.hour } else { light.hour * weathers + light.weather }) as u32
    }

    /// That of a clear day, which tints nothing.
    pub fn plain_row(&self) -> u32 {
        let place = |words: &[String], plain: &str| words.iter().position(|word| word == plain).unwrap_or(0);
        let light = HourAndWeather { hour: place(&self.hours, "day"), weather: place(&self.weathers, "clear") };
        self.light_row(light, false)
    }

    /// How many such numbers there are.
    pub fn light_count(&self) -> usize {
        self.hours.len().saturating_mul(self.weathers.len() + 1)
    }

    /// Rows that the network needs for drawings, that of "any" included.
    pub fn variant_count(&self) -> usize {
        let rows = self.objects.values().flat_map(|object| &object.variants).map(|variant| variant.row as usize);
        rows.max().unwrap_or(0) + 1
    }

    pub fn color(&self, word: &str) -> Option<usize> {
        self.colors.iter().position(|(name, _)| name == word)
    }

    /// Red, green, blue in 0..=1.
    pub fn rgb(&self, color: usize) -> [f32; 3] {
        let code =
            self.colors.get(color).and_then(|(_, hex)| u32::from_str_radix(hex.trim_start_matches('#'), 16).ok());
        let code = code.unwrap_or(0x80_80_80);
        [16, 8, 0].map(|shift| (code >> shift & 255) as f32 / 255.0)
    }

    /// Red, green, blue in 0..=1, as light as it was said to be.
    pub fn toned(&self, tone: Tone) -> [f32; 3] {
        let plain = self.rgb(tone.color);
        let [lightness, a, b] = oklab::from_srgb(plain);
        let (lightness, chroma) = match tone.shade {
            Shade::Plain => return plain,
            Shade::Dark => (lightness * 0.72, 0.95),
            Shade::Light => (lightness + (0.97 - lightness) * 0.55, 0.7),
            Shade::Bright => ((lightness + 0.03).min(1.0), 1.2),
        };
        oklab::to_linear([lightness, a * chroma, b * chroma]).map(oklab::srgb_from_linear)
    }

    /// The color word, perhaps with a shade, that is nearest to red, green, blue in 0..=1. None: there are no color words.
    pub fn nearest_tone(&self, rgb: [f32; 3]) -> Option<Tone> {
        // A shade is said only where it is so much nearer than the plain word.
        const PLAINER: f32 = 0.8;
        let wanted = oklab::from_srgb(rgb);
        let apart = |tone: Tone| {
            let own = oklab::from_srgb(self.toned(tone));
            own.iter().zip(wanted).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
        };
        let all = |shade: Shade| (0..self.colors.len()).map(move |color| Tone { color, shade });
        let cost = |tone: &Tone| apart(*tone) * if tone.shade == Shade::Plain { PLAINER } else { 1.0 };
        let shades = [Shade::Plain, Shade::Dark, Shade::Light];
        shades.into_iter().flat_map(all).min_by(|a, b| cost(a).total_cmp(&cost(b)))
    }

    /// How one says that a part of an object has this color, as [`Self::read`] understands it. None: it cannot be said.
    pub fn color_word(&self, own: &ObjectLooks, slot: usize, tone: Tone) -> Option<String> {
        let color = &self.colors.get(tone.color)?.0;
        let shade = match tone.shade {
            Shade::Plain => "",
            Shade::Dark => "dark ",
            Shade::Light => "light ",
            Shade::Bright => "bright ",
        };
        let whole = format!("{shade}{color}");
        let part = format!("{whole} {}", own.slots.get(slot)?.name);
        let is_meant = |word: &String| match self.read(Some(own), word) {
            Some(LookMeaning::Color { slot: said, tone: read }) => said.unwrap_or(own.main) == slot && read == tone,
            _ => false,
        };
        let short = (slot == own.main).then_some(whole);
        short.into_iter().chain([part]).find(is_meant)
    }

    /// What a word says of an object: a drawing ("grazing"), a color ("red"), the color of a part ("blue roof"), where it faces
    /// ("facing left"), an hour or a weather. None: nothing that is known here.
    pub fn read(&self, own: Option<&ObjectLooks>, word: &str) -> Option<LookMeaning> {
        let word = word.trim().to_lowercase().replace(['-', '_'], " ");
        let named = |list: &[String], word: &str| list.iter().position(|known| known == word);
        if let Some(own) = own
            && let Some(number) = own.variants.iter().position(|variant| variant.name.replace('-', " ") == word)
        {
            return Some(LookMeaning::Variant(number));
        }
        let mut parts: Vec<&str> = word.split(' ').filter(|part| !part.is_empty()).collect();
        let mut shade = Shade::Plain;
        if parts.len() > 1
            && let Some((_, said)) = SHADES.iter().find(|(word, _)| *word == parts[0])
        {
            shade = *said;
            parts.remove(0);
        }
        let parts: Vec<&str> = parts
            .iter()
            .map(|part| SAME.iter().find(|(other, _)| other == part).map_or(*part, |(_, same)| same))
            .collect();
        match *parts.as_slice() {
            [word] => {
                if let Some(hour) = named(&self.hours, word) {
                    return Some(LookMeaning::Hour(hour));
                }
                if let Some(weather) = named(&self.weathers, word) {
                    return Some(LookMeaning::Weather(weather));
                }
                let color = self.color(word)?;
                let tone = Tone { color, shade };
                own.filter(|own| own.main < own.slots.len()).map(|_| LookMeaning::Color { slot: None, tone })
            }
            ["facing", side @ ("left" | "right")] => Some(LookMeaning::Facing { right: side == "right" }),
            [color, part] => {
                let slot = own?.slots.iter().position(|slot| slot.name == part)?;
                Some(LookMeaning::Color { slot: Some(slot), tone: Tone { color: self.color(color)?, shade } })
            }
            _ => None,
        }
    }

    /// What keeps the looks from being used; empty if nothing.
    pub fn problems(&self) -> Vec<String> {
        /// Every drawing is a row of a network's table; the illustrated world has some hundreds.
        const MAX_ROWS: u32 = 1 << 16;
        let mut problems = Vec::new();
        for (name, object) in &self.objects {
            if let Some(row) = object.variants.iter().map(|variant| variant.row).find(|row| *row >= MAX_ROWS) {
                problems
                    .push(format!("looks: a drawing of {name:?} has the number {row}; below {MAX_ROWS} are allowed"));
            }
        }
        if self.light_count() > MAX_ROWS as usize {
            problems.push(format!("looks name {} lights; at most {MAX_ROWS} are allowed", self.light_count()));
        }
        if self.hours.is_empty() || self.weathers.is_empty() {
            problems.push("looks name no hour or no weather".to_owned());
        }
        for (name, hex) in &self.colors {
            if hex.len() != 7 || !hex.starts_with('#') || u32::from_str_radix(&hex[1..], 16).is_err() {
                problems.push(format!("looks: the color {name:?} is {hex:?}, not #rrggbb"));
            }
        }
        for (name, object) in &self.objects {
            let slots = object.slots.len();
            if object.variants.iter().any(|variant| variant.slots.iter().any(|&slot| slot >= slots)) {
                problems.push(format!("looks: a drawing of {name:?} has a slot that the object lacks"));
            }
            if object.variants.iter().any(|v| !(v.aspect.is_finite() && v.aspect > 0.0) || v.row == 0) {
                problems.push(format!("looks: a drawing of {name:?} has no aspect or no number"));
            }
        }
        problems
    }
}

impl Vocabulary {
    /// What is known of looks, where the model has attributes.
    pub fn looks(&self) -> Option<&Looks> {
        self.looks.as_deref()
    }

    /// What one object may look like.
    pub fn looks_of(&self, id: ObjectId) -> Option<&ObjectLooks> {
        self.looks()?.objects.get(self.object_name(id))
    }

    /// What an object of this name may look like, if it is drawn.
    pub fn looks_of_name(&self, name: &str) -> Option<&ObjectLooks> {
        self.looks_of(self.drawn_object(name)?.id)
    }

    /// The same vocabulary with looks.
    pub fn with_looks(mut self, looks: Looks) -> Self {
        if let Ok(value) = serde_json::to_value(&looks) {
            self.extra.insert(LOOKS.to_owned(), value);
        }
        self.looks = Some(Box::new(looks));
        self
    }
}
