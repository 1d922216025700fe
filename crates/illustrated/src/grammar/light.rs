//! Time of day and weather: how often a kind of scene has which, and the words for them.

use super::scene_rng::SceneRng;
use crate::composition::{SceneLight, TimeOfDay, Weather};

pub const TIMES: [TimeOfDay; 4] = [TimeOfDay::Morning, TimeOfDay::Day, TimeOfDay::Evening, TimeOfDay::Night];
pub const WEATHERS: [Weather; 4] = [Weather::Clear, Weather::Cloudy, Weather::Fog, Weather::Snow];

/// Weights in the order of [`TIMES`] and [`WEATHERS`].
#[derive(Clone, Copy, Debug)]
pub struct Odds {
    pub time: [f32; 4],
    pub weather: [f32; 4],
}

pub(crate) const OUTDOORS: Odds = Odds { time: [0.14, 0.55, 0.2, 0.11], weather: [0.77, 0.17, 0.06, 0.0] };
pub(crate) const DRY: Odds = Odds { time: [0.15, 0.5, 0.25, 0.1], weather: [0.93, 0.07, 0.0, 0.0] };
pub(crate) const WINTER: Odds = Odds { time: [0.15, 0.47, 0.18, 0.2], weather: [0.4, 0.1, 0.05, 0.45] };
pub(crate) const NIGHT: Odds = Odds { time: [0.0, 0.0, 0.0, 1.0], weather: [0.9, 0.07, 0.03, 0.0] };
pub(crate) const INDOORS: Odds = Odds { time: [0.12, 0.58, 0.16, 0.14], weather: [1.0, 0.0, 0.0, 0.0] };
pub(crate) const UNDER_WATER: Odds = Odds { time: [0.1, 0.75, 0.1, 0.05], weather: [1.0, 0.0, 0.0, 0.0] };

pub(crate) fn choose(odds: &Odds, rng: &mut SceneRng) -> SceneLight {
    SceneLight {
        time: rng.weighted(&odds.time).map_or(TimeOfDay::Day, |i| TIMES[i]),
        weather: rng.weighted(&odds.weather).map_or(Weather::Clear, |i| WEATHERS[i]),
    }
}

/// What a person would call the light: a word for the time, and one for the weather unless it is clear.
pub fn words(light: SceneLight) -> Vec<&'static str> {
    let mut words = vec![time_word(light.time)];
    words.extend(weather_word(light.weather));
    words
}

pub fn time_word(time: TimeOfDay) -> &'static str {
    match time {
        TimeOfDay::Morning => "morning",
        TimeOfDay::Day => "day",
        TimeOfDay::Evening => "evening",
        TimeOfDay::Night => "night",
    }
}

pub fn weather_word(weather: Weather) -> Option<&'static str> {
    match weather {
        Weather::Clear => None,
        Weather::Cloudy => Some("cloudy"),
        Weather::Fog => Some("foggy"),
        Weather::Snow => Some("snowy"),
    }
}
