//! Reads `sprite.toml`: every key is known and every value makes sense, or the fault is named.

use toml::{Table, Value};

use super::color;
use super::sprite::{ColorSlot, Defaults, GROUPS, PLACES, Stands};
use super::sprite_error::SpriteProblem;

/// A category's `sprite.toml`, checked.
#[derive(Clone, Debug)]
pub(crate) struct SpriteToml {
    pub group: String,
    pub defaults: Defaults,
    pub synonyms: Vec<String>,
    pub plural: Option<String>,
    pub mirror: bool,
    pub slots: Vec<ColorSlot>,
    /// Variants with a height or a place of their own.
    pub variants: Vec<(String, Defaults)>,
}

impl Default for SpriteToml {
    /// For a folder or file without one.
    fn default() -> Self {
        Self {
            group: "objects".to_owned(),
            defaults: Defaults::default(),
            synonyms: Vec::new(),
            plural: None,
            mirror: true,
            slots: Vec::new(),
            variants: Vec::new(),
        }
    }
}

const KEYS: [&str; 9] = ["group", "height", "stands", "near", "synonyms", "plural", "mirror", "slots", "variants"];
const VARIANT_KEYS: [&str; 3] = ["height", "stands", "near"];

pub(crate) fn parse(text: &str) -> Result<SpriteToml, SpriteProblem> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let place = error.span().map_or(0, |span| text[..span.start.min(text.len())].lines().count());
        SpriteProblem::CorruptToml(format!("line {place}: {}", error.message()))
    })?;
    let mut read = SpriteToml::default();
    for (key, value) in &table {
        match key.as_str() {
            "group" => read.group = one_of(key, value, &GROUPS)?,
            "synonyms" => read.synonyms = strings(key, value)?,
            "plural" => read.plural = Some(string(key, value)?),
            "mirror" => read.mirror = value.as_bool().ok_or_else(|| bad(key, value, "true and false"))?,
            "slots" => read.slots = slots(value)?,
            "variants" => {}
            _ => place(key, value, &KEYS, &mut read.defaults)?,
        }
    }
    if let Some(variants) = table.get("variants") {
        let variants = variants.as_table().ok_or_else(|| bad("variants", variants, "tables"))?;
        for (name, value) in variants {
            let entries = value.as_table().ok_or_else(|| bad(name, value, "tables such as { height = 0.8 }"))?;
            let mut own = read.defaults.clone();
            for (key, value) in entries {
                place(key, value, &VARIANT_KEYS, &mut own)?;
            }
            read.variants.push((name.clone(), own));
        }
    }
    Ok(read)
}

/// The three keys that a category and a variant both have.
fn place(key: &str, value: &Value, known: &[&str], into: &mut Defaults) -> Result<(), SpriteProblem> {
    match key {
        "height" => {
            let meters = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
            into.height_meters = meters
                .filter(|meters| (0.005..=1000.0).contains(meters))
                .ok_or_else(|| bad(key, value, "meters from 0.005 to 1000"))? as f32;
        }
        "stands" => {
            let word = one_of(key, value, &Stands::ALL.map(|(word, _)| word))?;
            into.stands = Stands::ALL.iter().find(|(name, _)| *name == word).map_or(into.stands, |(_, stands)| *stands);
        }
        "near" => {
            into.near = strings(key, value)?;
            for place in &into.near {
                one_of(key, &Value::String(place.clone()), &PLACES)?;
            }
        }
        _ => return Err(SpriteProblem::UnknownKey { key: key.to_owned(), known: known.join(", ") }),
    }
    Ok(())
}

fn slots(value: &Value) -> Result<Vec<ColorSlot>, SpriteProblem> {
    let table = value.as_table().ok_or_else(|| bad("slots", value, "lists such as roof = [\"red\"]"))?;
    let mut slots = Vec::new();
    for (name, words) in table {
        let words = strings(name, words)?;
        if let Some(word) = words.iter().find(|word| color::named(word).is_none()) {
            return Err(SpriteProblem::UnknownColor { slot: name.clone(), word: word.clone() });
        }
        slots.push(ColorSlot { name: name.clone(), words });
    }
    Ok(slots)
}

fn one_of(key: &str, value: &Value, known: &[&str]) -> Result<String, SpriteProblem> {
    let word = string(key, value)?;
    if known.contains(&word.as_str()) { Ok(word) } else { Err(bad(key, value, &known.join(", "))) }
}

fn string(key: &str, value: &Value) -> Result<String, SpriteProblem> {
    value.as_str().map(str::to_owned).ok_or_else(|| bad(key, value, "words in quotes"))
}

fn strings(key: &str, value: &Value) -> Result<Vec<String>, SpriteProblem> {
    let list = value.as_array().ok_or_else(|| bad(key, value, "lists such as [\"meadow\"]"))?;
    list.iter().map(|entry| string(key, entry)).collect()
}

fn bad(key: &str, value: &Value, known: &str) -> SpriteProblem {
    let value = value.to_string().chars().take(60).collect();
    SpriteProblem::BadValue { key: key.to_owned(), value, known: known.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_inherit_what_they_do_not_say() {
        let read =
            parse("height = 2\nstands = \"floor\"\nnear = [\"kitchen\"]\n[variants]\nlow = { height = 0.5 }").unwrap();
        let (name, low) = &read.variants[0];
        assert_eq!((name.as_str(), low.height_meters, low.stands), ("low", 0.5, Stands::Floor));
        assert_eq!(low.near, ["kitchen"]);
    }

    #[test]
    fn each_fault_is_named() {
        let message = |text: &str| parse(text).unwrap_err().to_string();
        for (text, names) in [
            ("height = ", "line 1"),
            ("hight = 1.0", "\"hight\""),
            ("height = -1.0", "0.005 to 1000"),
            ("height = \"tall\"", "\"tall\""),
            ("stands = \"ceiling\"", "hanging"),
            ("near = [\"moon\"]", "meadow"),
            ("group = \"beasts\"", "animals"),
            ("mirror = 1", "true and false"),
            ("[slots]\nroof = [\"crimson\"]", "\"crimson\" in slot \"roof\""),
            ("[variants]\nbig = { colour = 1 }", "\"colour\""),
            ("synonyms = \"lamb\"", "lists"),
        ] {
            assert!(message(text).contains(names), "{text}: {}", message(text));
        }
    }
}
