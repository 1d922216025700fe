//! Priors that the sprites' own files do not state: which drawings keep to which scenes, and which colors go with which light.

use super::cast::{GrammarCategory, GrammarDrawing};
use super::scene_rng::SceneRng;
use crate::composition::{SceneLight, TimeOfDay, Weather};

/// The foliage of a scene's trees and bushes: all of them share a season.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Season {
    Summer,
    Autumn,
}

fn when(holds: bool, then: f32, otherwise: f32) -> f32 {
    if holds { then } else { otherwise }
}

/// How likely a drawing is in a kind of scene, 1 being usual, 0 never. `kind` is the kind's name.
pub(crate) fn look_weight(role: &GrammarCategory, look: &GrammarDrawing, kind: &str, light: SceneLight) -> f32 {
    let night = light.time == TimeOfDay::Night;
    let wintry = matches!(kind, "snow" | "arctic");
    match (role.name.as_str(), look.name.as_str()) {
        ("bear", "polar") => when(wintry, 1.0, 0.0),
        ("bear", _) => when(kind != "arctic", 1.0, 0.0),
        ("pine", "snowy") => when(wintry || light.weather == Weather::Snow, 1.0, 0.0),
        ("pine", _) => when(wintry, 0.25, 1.0),
        ("sun", "evening") => when(light.time == TimeOfDay::Evening, 3.0, 0.0),
        ("sun", _) => when(!night, 1.0, 0.0),
        ("elephant", "festive") => when(kind == "savanna", 0.25, 1.0),
        ("tent", "circus") => when(matches!(kind, "meadow" | "park" | "farm"), 0.7, 0.0),
        ("bridge", "suspension") => when(matches!(kind, "harbour" | "town" | "night town"), 1.5, 0.2),
        // A lone roof is no sight; an umbrella stands by itself only as a parasol.
        ("umbrella", _) => when(matches!(kind, "beach" | "garden" | "outdoors"), 1.0, 0.0),
        ("bird", "robin") => when(wintry, 2.0, 1.0),
        ("house", "cottage") => when(matches!(kind, "street" | "town" | "night town"), 0.5, 1.5),
        _ => 1.0,
    }
}

/// How likely a category is at this time, 1 being usual.
pub(crate) fn hour_weight(name: &str, light: SceneLight) -> f32 {
    let night = light.time == TimeOfDay::Night;
    let dull = light.weather != Weather::Clear;
    match name {
        "moon" => when(night, 7.0, 0.0),
        "star" => when(night && !dull, 7.0, 0.0),
        "sun" => when(night || dull, 0.0, 3.5),
        "rainbow" => when(night || light.weather == Weather::Fog, 0.0, 0.8),
        "cloud" => when(night, 0.5, when(light.weather == Weather::Cloudy, 5.0, 2.0)),
        "butterfly" | "hot air balloon" | "kite" => when(night, 0.1, 1.0),
        "street light" | "lamp" => when(night, 2.5, 1.0),
        _ => 1.0,
    }
}

/// A color word for each slot of a drawing, the commonest likeliest.
pub(crate) fn pick_attributes(
    role: &GrammarCategory,
    look: &GrammarDrawing,
    light: SceneLight,
    season: Season,
    rng: &mut SceneRng,
) -> Vec<(String, String)> {
    let mut colors: Vec<(String, String)> = Vec::with_capacity(look.slots.len());
    for (slot, words) in &look.slots {
        let weigh = |(rank, word): (usize, &String)| {
            let common = 1.0 / (1.0 + rank as f32 * 0.45);
            // Two parts of one color look like one part.
            let taken = colors.iter().any(|(_, other)| other == word);
            common * fitting(role, look, slot, word, light, season) * when(taken, 0.1, 1.0)
        };
        let weights: Vec<f32> = words.iter().enumerate().map(weigh).collect();
        if let Some(word) = rng.weighted(&weights).and_then(|index| words.get(index)) {
            colors.push((slot.clone(), word.clone()));
        }
    }
    colors
}

fn fitting(
    role: &GrammarCategory,
    look: &GrammarDrawing,
    slot: &str,
    word: &str,
    light: SceneLight,
    season: Season,
) -> f32 {
    let yes = |fits: bool| when(fits, 1.0, 0.0);
    match (role.name.as_str(), slot) {
        ("tree", "leaves") if look.name == "blossom" => yes(word == "pink"),
        ("tree", "leaves") => match season {
            Season::Summer => yes(word == "green"),
            Season::Autumn => yes(matches!(word, "orange" | "yellow" | "red")),
        },
        ("bush", "leaves") => match season {
            Season::Summer => yes(word == "green"),
            Season::Autumn => when(word == "green", 1.0, 0.5),
        },
        ("palm", "fronds") => when(word == "yellow", 0.12, 1.0),
        ("cloud", "cloud") => match (light.time, light.weather) {
            (TimeOfDay::Evening | TimeOfDay::Morning, Weather::Clear) => {
                yes(matches!(word, "pink" | "cream" | "white"))
            }
            (_, Weather::Clear) => yes(matches!(word, "white" | "cream")),
            _ => yes(matches!(word, "white" | "grey")),
        },
        ("bear", "fur") => yes((word == "white") == (look.name == "polar")),
        ("fox", "fur") => when(word == "orange", 3.0, 0.6),
        ("elephant", "hide") => when(word == "grey", 4.0, 1.0),
        ("bench", "seat") if look.name == "stone" => yes(matches!(word, "grey" | "white" | "tan" | "brown")),
        (_, "hair") if word == "grey" => 0.4,
        _ => 1.0,
    }
}
