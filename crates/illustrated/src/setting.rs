//! The setting that a list of objects implies: what they stand on, float on, and what is behind them. Nobody names it, and every picture shows it.
//!
//! Indoors or outdoors is decided by what the objects are; outdoors, the kinds of scene to which they belong (`near` in their `sprite.toml`) vote for
//! the material of the ground. What a graph names itself is never implied again.

use std::collections::BTreeMap;

use super::catalog::{CatalogEntry, catalog};
use super::sprite::Stands;

/// What a material is to a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaterialRole {
    Sky,
    /// Ground that things stand on.
    Land,
    Water,
    /// Hills, mountains, a forest: land that is seen far away.
    Distant,
    Wall,
    Floor,
    /// Lies on something else: a carpet, a wave, a line of a road.
    Detail,
}

/// The role of a material; none for other words.
pub fn material_role(name: &str) -> Option<MaterialRole> {
    use MaterialRole::*;
    Some(match name {
        "sky" => Sky,
        "grass" | "field" | "sand" | "snow" | "dirt" | "street" | "road" | "sidewalk" | "ice" => Land,
        "ocean" | "lake" | "river" | "water" => Water,
        "hill" | "mountain" | "forest" => Distant,
        "wall" => Wall,
        "floor" | "carpet" => Floor,
        "wave" | "line" | "brick" => Detail,
        _ => return None,
    })
}

/// An object of a graph, in the drawn word, and whether another thing carries it: a rider, a bird on a roof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resident<'a> {
    pub name: &'a str,
    pub is_carried: bool,
}

/// Names of the materials that these objects imply, the farthest first. `remembered` are the names that an earlier picture of the scene
/// implied: they are kept where they do not contradict what the graph names.
pub fn implied_setting(residents: &[Resident<'_>], remembered: &[&str]) -> Vec<&'static str> {
    if residents.is_empty() {
        return Vec::new();
    }
    let scene = Scene::of(residents, remembered);
    if scene.is_indoors() { scene.indoors() } else { scene.outdoors() }
}

/// Materials that may be implied, and the kinds of scene that have them as ground.
const GROUNDS: [(&str, &[&str]); 5] = [
    ("grass", &["meadow", "farm", "park", "garden", "forest", "mountain", "river", "savanna", "night-sky"]),
    ("street", &["street", "town"]),
    ("sand", &["beach", "desert"]),
    ("snow", &["snow"]),
    ("ocean", &["sea", "harbour"]),
];
const INDOORS: [&str; 3] = ["living-room", "kitchen", "bedroom"];

struct Scene<'a> {
    roles: Vec<MaterialRole>,
    things: Vec<(&'static CatalogEntry, bool)>,
    remembered: &'a [&'a str],
    /// Votes of the things, by kind of scene.
    votes: BTreeMap<&'static str, f32>,
}

impl<'a> Scene<'a> {
    fn of(residents: &[Resident<'_>], remembered: &'a [&'a str]) -> Self {
        let roles = residents.iter().filter_map(|resident| material_role(resident.name)).collect();
        let facts = |resident: &Resident<'_>| Some((catalog().get(resident.name)?, resident.is_carried));
        let things: Vec<_> = residents.iter().filter_map(facts).collect();
        let mut votes = BTreeMap::new();
        for (facts, _) in &things {
            // What is at home everywhere says little.
            let share = weight(&facts.group) / facts.near.len().max(1) as f32;
            for kind in &facts.near {
                *votes.entry(kind.as_str()).or_default() += share;
            }
        }
        for resident in residents {
            for kind in kinds_of_material(resident.name) {
                *votes.entry(*kind).or_default() += 2.0;
            }
        }
        Self { roles, things, remembered, votes }
    }

    fn names(&self, role: MaterialRole) -> bool {
        self.roles.contains(&role)
    }

    fn remembers(&self, role: MaterialRole) -> bool {
        self.remembered.iter().any(|name| material_role(name) == Some(role))
    }

    fn is_indoors(&self) -> bool {
        use MaterialRole::*;
        if [Wall, Floor].into_iter().any(|role| self.names(role)) {
            return true;
        }
        if [Sky, Land, Water, Distant].into_iter().any(|role| self.names(role)) {
            return false;
        }
        if self.remembers(Floor) || self.remembers(Wall) {
            return true;
        }
        if self.remembers(Sky) || self.remembers(Land) || self.remembers(Water) {
            return false;
        }
        let vote = |(facts, _): &(&CatalogEntry, bool)| {
            let indoors = facts.near.iter().filter(|kind| INDOORS.contains(&kind.as_str())).count() as f32;
            let share = indoors / facts.near.len().max(1) as f32;
            weight(&facts.group) * (2.0 * share - 1.0)
        };
        self.things.iter().map(vote).sum::<f32>() > 0.0
    }

    fn indoors(&self) -> Vec<&'static str> {
        let wall = (!self.names(MaterialRole::Wall)).then_some("wall");
        let floor = (!self.names(MaterialRole::Floor)).then_some("floor");
        wall.into_iter().chain(floor).collect()
    }

    fn outdoors(&self) -> Vec<&'static str> {
        use MaterialRole::*;
        let stands = |wanted: &[Stands]| {
            self.things.iter().any(|(facts, is_carried)| !is_carried && wanted.contains(&facts.stands))
        };
        let on_land = stands(&[Stands::Ground, Stands::Floor, Stands::Table, Stands::Ride]);
        // A lighthouse, a rock, a gull are at home in the sea.
        let is_ashore = |(facts, is_carried): &(&CatalogEntry, bool)| {
            let needs_land = matches!(facts.stands, Stands::Ground | Stands::Floor | Stands::Table | Stands::Ride);
            !is_carried && needs_land && !facts.near.iter().any(|kind| kind == "sea" || kind == "harbour")
        };
        let needs_shore = self.things.iter().any(is_ashore);
        let on_water = stands(&[Stands::Water, Stands::Underwater]);
        let mut implied = Vec::new();
        if !self.names(Sky) {
            implied.push("sky");
        }
        let has_water = self.names(Water);
        if on_water && !has_water {
            implied.push(self.water());
        }
        let has_ground = self.names(Land) || has_water || on_water;
        let is_by_water = has_water || on_water;
        if !self.names(Land) && (!has_ground || if is_by_water { needs_shore } else { on_land }) {
            implied.push(self.land(is_by_water));
        }
        implied
    }

    fn water(&self) -> &'static str {
        match self.remembered.iter().find(|name| material_role(name) == Some(MaterialRole::Water)) {
            Some(&name) => static_name(name),
            None if self.vote(&["sea", "harbour", "beach"]) >= self.vote(&["river", "park", "farm", "garden"]) => {
                "ocean"
            }
            None => "lake",
        }
    }

    fn land(&self, by_water: bool) -> &'static str {
        if let Some(&name) = self.remembered.iter().find(|name| material_role(name) == Some(MaterialRole::Land)) {
            return static_name(name);
        }
        let mut best = ("grass", self.vote(GROUNDS[0].1));
        for (name, kinds) in GROUNDS {
            // A shore of the sea is a beach.
            let is_shore = name == "ocean";
            let votes = self.vote(kinds);
            if votes > best.1 * if is_shore { 1.5 } else { 1.0 } {
                best = (if is_shore { "sand" } else { name }, votes);
            }
        }
        if by_water && best.0 == "street" { "grass" } else { best.0 }
    }

    fn vote(&self, kinds: &[&str]) -> f32 {
        kinds.iter().filter_map(|kind| self.votes.get(kind)).sum()
    }
}

/// How much a thing says of where it is: a sofa much, a woman little.
fn weight(group: &str) -> f32 {
    match group {
        "buildings" | "boats" | "street" | "vehicles" | "furniture" => 2.0,
        "people" | "sky" => 0.3,
        _ => 1.0,
    }
}

/// Kinds of scene that a material belongs to.
fn kinds_of_material(name: &str) -> &'static [&'static str] {
    match name {
        "ocean" | "wave" => &["beach", "sea"],
        "lake" | "river" | "water" => &["river", "meadow"],
        "mountain" => &["mountain", "meadow"],
        "hill" | "forest" => &["meadow", "forest"],
        _ => &[],
    }
}

/// The name as it stands in the tables; "grass" for one that is none of them.
fn static_name(name: &str) -> &'static str {
    const NAMES: [&str; 13] = [
        "grass", "field", "sand", "snow", "dirt", "street", "road", "sidewalk", "ice", "ocean", "lake", "river",
        "water",
    ];
    NAMES.into_iter().find(|known| *known == name).unwrap_or("grass")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn implied(names: &[&str], remembered: &[&str]) -> Vec<&'static str> {
        let carried = |name: &str| name.ends_with('^');
        let residents: Vec<Resident<'_>> =
            names.iter().map(|name| Resident { name: name.trim_end_matches('^'), is_carried: carried(name) }).collect();
        implied_setting(&residents, remembered)
    }

    #[test]
    fn everyday_graphs_get_the_ground_that_people_expect() {
        for (names, expected) in [
            (&["bear"][..], &["sky", "grass"][..]),
            (&["car"], &["sky", "street"]),
            (&["bed", "clock"], &["wall", "floor"]),
            (&["man", "chair", "cat"], &["wall", "floor"]),
            (&["man", "bench", "tree"], &["sky", "grass"]),
            (&["boat"], &["sky", "ocean"]),
            (&["boat", "mountain", "water"], &["sky"]),
            (&["boat", "ocean", "lighthouse", "rock", "seagull"], &["sky"]),
            (&["elephant", "palm", "water"], &["sky", "grass"]),
            (&["surfboard", "umbrella", "ball", "sand"], &["sky"]),
            (&["surfboard", "umbrella"], &["sky", "sand"]),
            (&["penguin"], &["sky", "snow"]),
            (&["church", "tree", "car"], &["sky", "street"]),
            (&["table", "bottle^", "cake^"], &["wall", "floor"]),
            (&["bird^", "roof"], &["sky", "grass"]),
            (&["kite", "sun"], &["sky", "grass"]),
            (&["sky", "grass", "sheep"], &[]),
            (&["wall", "sofa"], &["floor"]),
            (&[], &[]),
        ] {
            assert_eq!(implied(names, &[]), expected, "{names:?}");
        }
    }

    #[test]
    fn an_added_object_changes_what_was_implied_only_where_they_contradict_each_other() {
        let room = ["wall", "floor"];
        assert_eq!(implied(&["cat"], &room), room, "a cat alone would be outdoors");
        assert_eq!(implied(&["cat", "tree"], &room), room);
        assert_eq!(implied(&["cat", "grass"], &room), ["sky"], "grass ends the room");
        let meadow = ["sky", "grass"];
        assert_eq!(implied(&["dog", "car", "bus"], &meadow), meadow);
        assert_eq!(implied(&["dog", "sky"], &meadow), ["grass"]);
        assert_eq!(implied(&["dog", "road"], &meadow), ["sky"]);
        assert_eq!(implied(&["dog", "boat"], &meadow), ["sky", "ocean", "grass"], "a boat brings its water");
    }

    #[test]
    fn every_material_has_a_role_and_every_implied_name_is_a_material() {
        use crate::grammar::material::MATERIALS;
        for (_, name) in MATERIALS.iter().filter(|(_, name)| *name != "cloud") {
            assert!(material_role(name).is_some(), "{name}");
        }
        for (name, _) in GROUNDS {
            assert!(material_role(name).is_some(), "{name}");
        }
    }
}
