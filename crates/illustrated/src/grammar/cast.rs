//! What the grammar knows of the sprites: their names, how tall they are, where they stand, by which points they are held.
//! Plain data without drawings; lengths inside a drawing are shares of its opaque box, 0..=1, as it faces left.

pub use crate::sprite::Stands;
use scenewright_scene::UnitBox;
use std::collections::BTreeMap;

/// One drawing of a category.
#[derive(Clone, Debug, Default)]
pub struct GrammarDrawing {
    pub name: String,
    /// Width over height of the opaque box.
    pub aspect: f32,
    pub height_meters: f32,
    pub stands: Option<Stands>,
    pub near: Vec<String>,
    /// Slots of this drawing with the color words they may take, the commonest first.
    pub slots: Vec<(String, Vec<String>)>,
    pub hand: Option<[f32; 2]>,
    pub grip: Option<[f32; 2]>,
    pub seat: Option<[f32; 2]>,
    pub hip: Option<[f32; 2]>,
    /// The surface on which things stand: `[y, x0, x1]`.
    pub top: Option<[f32; 3]>,
    pub windows: Vec<UnitBox>,
}

/// A category.
#[derive(Clone, Debug, Default)]
pub struct GrammarCategory {
    pub name: String,
    pub group: String,
    pub near: Vec<String>,
    pub synonyms: Vec<String>,
    pub plural: String,
    pub may_mirror: bool,
    pub looks: Vec<GrammarDrawing>,
}

impl GrammarCategory {
    pub(crate) fn is_person(&self) -> bool {
        self.group == "people"
    }

    pub(crate) fn is_near(&self, places: &[&str]) -> bool {
        self.near.is_empty() || self.near.iter().any(|near| places.contains(&near.as_str()))
    }
}

/// Every category, sorted by name.
#[derive(Clone, Debug, Default)]
pub struct GrammarLibrary {
    pub roles: Vec<GrammarCategory>,
    by_name: BTreeMap<String, usize>,
}

impl GrammarLibrary {
    pub(crate) fn new(mut roles: Vec<GrammarCategory>) -> Self {
        roles.retain(|role| !role.looks.is_empty());
        roles.sort_by(|a, b| a.name.cmp(&b.name));
        let mut by_name = BTreeMap::new();
        for (index, role) in roles.iter().enumerate() {
            for synonym in role.synonyms.iter().chain([&role.plural]) {
                by_name.entry(folded(synonym)).or_insert(index);
            }
        }
        for (index, role) in roles.iter().enumerate() {
            by_name.insert(folded(&role.name), index);
        }
        Self { roles, by_name }
    }

    /// By name, else by synonym or plural; whatever its case and hyphens.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).or_else(|| self.by_name.get(&folded(name))).copied()
    }
}

/// Lower case, spaces for hyphens and underscores.
pub(crate) fn folded(name: &str) -> String {
    name.trim().to_lowercase().replace(['_', '-'], " ")
}
