//! What the sprites' own files do not say: which drawings keep to which scenes, and which colours go with which light.

use super::cast::{Look, Role};
use super::dice::Dice;
use crate::data::illustrated::composition::{Light, TimeOfDay, Weather};

/// The foliage of a scene's trees and bushes: all of them share a season.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Season {
    Summer,
    Autumn,
}

/// How likely a drawing is in a kind of scene, 1 being usual, 0 never. `kind` is the kind's name.
pub fn look_weight(role: &Role, look: &Look, kind: &str, light: Light) -> f32 {
    let night = light.time == TimeOfDay::Night;
    let wintry = matches!(kind, "snow" | "arctic");
    match (role.name.as_str(), look.name.as_str()) {
        ("bear", "polar") => f32::from(u8::from(wintry)),
        ("bear", _) => f32::from(u8::from(kind != "arctic")),
        ("pine", "snowy") => f32::from(u8::from(wintry || light.weather == Weather::Snow)),
        ("pine", _) => if wintry { 0.25 } else { 1.0 },
        ("sun", "evening") => if light.time == TimeOfDay::Evening { 3.0 } else { 0.0 },
        ("sun", _) => f32::from(u8::from(!night)),
        ("elephant", "festive") => if kind == "savanna" { 0.25 } else { 1.0 },
        ("tent", "circus") => if matches!(kind, "meadow" | "park" | "farm") { 0.7 } else { 0.0 },
        ("bridge", "suspension") => if matches!(kind, "harbour" | "town" | "night town") { 1.5 } else { 0.2 },
        // A lone roof is no sight; an umbrella stands by itself only as a parasol.
        ("umbrella", _) => f32::from(u8::from(matches!(kind, "beach" | "garden" | "outdoors"))),
        ("bird", "robin") => if wintry { 2.0 } else { 1.0 },
        ("house", "cottage") => if matches!(kind, "street" | "town" | "night town") { 0.5 } else { 1.5 },
        _ => 1.0,
    }
}

/// How likely a category is at this time, 1 being usual.
pub fn hour_weight(name: &str, light: Light) -> f32 {
    let night = light.time == TimeOfDay::Night;
    let dull = light.weather != Weather::Clear;
    match name {
        "moon" => if night { 7.0 } else { 0.0 },
        "star" => if night && !dull { 7.0 } else { 0.0 },
        "sun" => if night || dull { 0.0 } else { 3.5 },
        "rainbow" => if night || light.weather == Weather::Fog { 0.0 } else { 0.8 },
        "cloud" => if night { 0.5 } else if light.weather == Weather::Cloudy { 5.0 } else { 2.0 },
        "butterfly" | "hot air balloon" | "kite" => if night { 0.1 } else { 1.0 },
        "street light" | "lamp" => if night { 2.5 } else { 1.0 },
        _ => 1.0,
    }
}

/// A colour word for each slot of a drawing, the commonest likeliest.
pub fn dress(role: &Role, look: &Look, light: Light, season: Season, dice: &mut Dice) -> Vec<(String, String)> {
    let mut colours: Vec<(String, String)> = Vec::with_capacity(look.slots.len());
    for (slot, words) in &look.slots {
        let weigh = |(rank, word): (usize, &String)| {
            let common = 1.0 / (1.0 + rank as f32 * 0.45);
            // Two parts of one colour look like one part.
            let taken = colours.iter().any(|(_, other)| other == word);
            common * fitting(role, look, slot, word, light, season) * if taken { 0.1 } else { 1.0 }
        };
        let weights: Vec<f32> = words.iter().enumerate().map(weigh).collect();
        if let Some(word) = dice.weighted(&weights).and_then(|index| words.get(index)) {
            colours.push((slot.clone(), word.clone()));
        }
    }
    colours
}

fn fitting(role: &Role, look: &Look, slot: &str, word: &str, light: Light, season: Season) -> f32 {
    let yes = |fits: bool| f32::from(u8::from(fits));
    match (role.name.as_str(), slot) {
        ("tree", "leaves") if look.name == "blossom" => yes(word == "pink"),
        ("tree", "leaves") => match season {
            Season::Summer => yes(word == "green"),
            Season::Autumn => yes(matches!(word, "orange" | "yellow" | "red")),
        },
        ("bush", "leaves") => match season {
            Season::Summer => yes(word == "green"),
            Season::Autumn => if word == "green" { 1.0 } else { 0.5 },
        },
        ("palm", "fronds") => if word == "yellow" { 0.12 } else { 1.0 },
        ("cloud", "cloud") => match (light.time, light.weather) {
            (TimeOfDay::Evening | TimeOfDay::Morning, Weather::Clear) => yes(matches!(word, "pink" | "cream" | "white")),
            (_, Weather::Clear) => yes(matches!(word, "white" | "cream")),
            _ => yes(matches!(word, "white" | "grey")),
        },
        ("bear", "fur") => yes((word == "white") == (look.name == "polar")),
        ("fox", "fur") => if word == "orange" { 3.0 } else { 0.6 },
        ("elephant", "hide") => if word == "grey" { 4.0 } else { 1.0 },
        ("person" | "boy", "skin") | ("man" | "woman" | "girl", "skin") => 1.0,
        ("bench", "seat") if look.name == "stone" => yes(matches!(word, "grey" | "white" | "tan" | "brown")),
        (_, "hair") if word == "grey" => 0.4,
        _ => 1.0,
    }
}
