//! Kinds of scene. Each lays out its materials, says where things may stand, and which categories are likely there.

mod country;
mod rooms;
mod town;
mod waters;
mod wild;

use super::cast::{GrammarCategory, GrammarDrawing, GrammarLibrary};
use super::group::Group;
use super::light::Odds;
use super::priors;
use super::scale::Scale;
use super::scene_builder::{SceneBuilder, Surface, Zone, suits};
use crate::composition::SceneLight;

/// A kind of scene.
#[derive(Debug)]
pub struct SceneKind {
    pub name: &'static str,
    /// Words in the sprites' `near` that mean this place.
    pub near: &'static [&'static str],
    /// How often it is chosen, 1 being usual.
    pub weight: f32,
    pub light: &'static Odds,
    /// How many things, stuff not counted.
    pub things: (usize, usize),
    /// Height of a thing one meter tall at the lower edge, and the share of it at the horizon.
    pub near_scale: f32,
    pub far_scale: f32,
    /// Where the horizon may be (rooms: where wall and floor meet).
    pub horizon: (f32, f32),
    /// More (or less) likely than others; 0 forbids.
    pub favorites: &'static [(&'static str, f32)],
    /// One of these is always there, each as likely.
    pub core: &'static [&'static str],
    /// Only favorites appear.
    pub closed: bool,
    pub lay: fn(&mut SceneBuilder<'_>),
}

/// What most kinds share.
const OUTDOOR: SceneKind = SceneKind {
    name: "",
    near: &[],
    weight: 1.0,
    light: &super::light::OUTDOORS,
    things: (3, 7),
    near_scale: 0.31,
    far_scale: 0.45,
    horizon: (0.4, 0.52),
    favorites: &[],
    core: &[],
    closed: false,
    lay: |_| {},
};

const ROOM: SceneKind = SceneKind {
    light: &super::light::INDOORS,
    things: (4, 7),
    near_scale: 0.37,
    far_scale: 0.86,
    horizon: (0.64, 0.72),
    ..OUTDOOR
};

pub const KINDS: [&SceneKind; 22] = [
    &country::MEADOW,
    &country::FARM,
    &country::GARDEN,
    &country::PARK,
    &wild::FOREST,
    &wild::MOUNTAIN,
    &wild::SNOW,
    &wild::ARCTIC,
    &wild::DESERT,
    &wild::SAVANNA,
    &wild::NIGHT_SKY,
    &waters::BEACH,
    &waters::SEA,
    &waters::UNDER_WATER,
    &waters::RIVER,
    &waters::HARBOUR,
    &town::STREET,
    &town::TOWN,
    &town::NIGHT_TOWN,
    &rooms::LIVING_ROOM,
    &rooms::KITCHEN,
    &rooms::BEDROOM,
];

pub fn find(name: &str) -> Option<&'static SceneKind> {
    KINDS.iter().copied().find(|kind| kind.name == name)
}

impl SceneKind {
    /// How likely a category is here at this light; 0 for categories that do not belong here.
    pub(crate) fn weight_of(&self, role: &GrammarCategory, light: SceneLight) -> f32 {
        let favor = self.favorites.iter().find(|(name, _)| *name == role.name).map(|(_, weight)| *weight);
        let belongs = role.is_near(self.near) || role.looks.iter().any(|look| look_is_near(&look.near, self.near));
        let base = match favor {
            Some(weight) => weight,
            None if self.closed || !belongs => 0.0,
            // Five words for people would crowd out everyone else.
            None if role.is_person() => 0.6,
            None => 1.0,
        };
        base * priors::hour_weight(&role.name, light)
    }

    /// Categories that may appear, with their weights.
    pub(crate) fn cast(&self, cast: &GrammarLibrary, light: SceneLight) -> Vec<(usize, f32)> {
        let weigh = |(index, role): (usize, &GrammarCategory)| (index, self.weight_of(role, light));
        cast.roles.iter().enumerate().map(weigh).filter(|(_, weight)| *weight > 0.0).collect()
    }

    /// Whether this look of a category belongs here: a look may have a `near` of its own.
    pub(crate) fn allows_look(&self, role: &GrammarCategory, look: &GrammarDrawing) -> bool {
        look.near.is_empty()
            || look_is_near(&look.near, self.near)
            || self.favorites.iter().any(|(name, weight)| *name == role.name && *weight > 0.0)
    }

    /// How likely a scene has such a group, where it has the drawings for it.
    pub(crate) fn odds_of(&self, group: Group) -> f32 {
        let indoors = self.far_scale > 0.8;
        let town = matches!(self.name, "street" | "town" | "night town");
        match (group, self.name) {
            (Group::Ride, _) => 0.17,
            (Group::Sit, _) if indoors => 0.4,
            (Group::Sit | Group::Hold, _) => 0.16,
            (Group::Table, "kitchen") => 0.9,
            (Group::Table, "living room") => 0.5,
            (Group::Table, "bedroom") => 0.45,
            (Group::Table, _) => 0.1,
            (Group::Perch, _) => 0.12,
            (Group::Skate, _) => 0.1,
            (Group::Openings, _) if town => 0.4,
            (Group::Roof, _) if town => 0.12,
            (Group::OnBridge, "river") => 0.3,
            (Group::Openings | Group::Roof | Group::OnBridge, _) => 0.0,
        }
    }

    pub(crate) fn scale(&self, horizon: f32, aspect: f32) -> Scale {
        Scale { horizon, near: self.near_scale, far: self.far_scale, aspect }
    }
}

fn look_is_near(near: &[String], places: &[&str]) -> bool {
    near.iter().any(|near| places.contains(&near.as_str()))
}

/// Whether any zone takes some look of the role.
pub(crate) fn has_place(zones: &[Zone], role: &GrammarCategory) -> bool {
    zones.iter().any(|zone: &Zone| role.looks.iter().any(|look| suits(zone.surface, role, look)))
        || role.looks.iter().all(|look| look.grip.is_some()) && zones.iter().any(|zone| zone.surface == Surface::Ground)
}
