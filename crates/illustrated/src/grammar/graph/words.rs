//! Words of scene graphs to materials and categories.

use super::super::cast::{GrammarLibrary, folded};
use super::super::material;
use crate::composition::Material;

/// What a name of a graph is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    Stuff(Material),
    /// A category of the grammar's library.
    Thing(usize),
}

/// Other words for materials. Those for things are in the sprites' own files.
pub const MATERIAL_SYNONYMS: [(&str, &[&str]); 23] = [
    ("sky", &["sky other", "heaven", "heavens"]),
    ("grass", &["lawn", "pasture", "ground", "land"]),
    ("field", &["playingfield", "playing field", "crop field", "farmland"]),
    ("hill", &["hills", "hillside"]),
    ("mountain", &["mountains", "peak", "mountain range"]),
    ("forest", &["woods", "woodland", "wood"]),
    ("ocean", &["sea", "open sea"]),
    ("lake", &["pond"]),
    ("river", &["stream", "creek", "brook"]),
    ("water", &["water other", "pool"]),
    ("wave", &["waves", "surf", "breaker"]),
    ("sand", &["beach", "dune", "dunes", "shore"]),
    ("snow", &["snowfield"]),
    ("dirt", &["earth", "soil", "mud"]),
    ("street", &["asphalt", "avenue"]),
    ("road", &["highway", "lane", "country road"]),
    ("sidewalk", &["pavement", "footpath", "path", "walkway"]),
    ("line", &["road marking", "lane marking", "street line"]),
    ("floor", &["floor wood", "floor other", "floorboards"]),
    ("carpet", &["rug", "mat"]),
    ("wall", &["wall panel", "wall other", "wall concrete"]),
    ("brick", &["wall brick", "brick wall", "bricks"]),
    ("ice", &["frozen lake", "ice floe"]),
];

/// Other words for categories that their sprite.toml does not have: names that other vocabularies use.
pub const MORE_SYNONYMS: [(&str, &[&str]); 13] = [
    ("lamp", &["light"]),
    ("building", &["building other"]),
    ("cloud", &["clouds"]),
    ("bike", &["bicycle", "bicycles"]),
    ("plane", &["airplane"]),
    ("street light", &["pole"]),
    ("person", &["people", "persons"]),
    ("cup", &["coffee"]),
    ("plant", &["potted plant"]),
    ("window", &["window other"]),
    ("door", &["door stuff"]),
    ("broccoli", &["vegetable"]),
    ("pizza", &["food", "food other"]),
];

/// Names of well-known graphs that have no drawing: parts of other things, mostly.
pub const NOT_DRAWABLE: [&str; 9] =
    ["leg", "tail", "windshield", "edge", "head", "hand", "shirt", "wheel", "background"];

/// How a name is drawn, whatever its case, hyphens and plural; `None` where it is not.
pub fn drawn_as(cast: &GrammarLibrary, name: &str) -> Option<Drawn> {
    let folded = folded(name);
    let folded = folded.as_str();
    if let Some(material) = material::from_name(folded) {
        return Some(Drawn::Stuff(material));
    }
    if let Some(role) = cast.find(folded) {
        return Some(Drawn::Thing(role));
    }
    let listed = |(_, words): &&(&str, &[&str])| words.contains(&folded);
    if let Some((name, _)) = MATERIAL_SYNONYMS.iter().find(listed) {
        return material::from_name(name).map(Drawn::Stuff);
    }
    let (name, _) = MORE_SYNONYMS.iter().find(listed)?;
    cast.find(name).map(Drawn::Thing)
}
