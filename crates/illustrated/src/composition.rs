//! A composed scene before it is painted: what stands where, and in which light. Plain data; the grammar writes it, the painter reads it.

use scenewright_scene::UnitBox;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeOfDay {
    Morning,
    Day,
    Evening,
    Night,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weather {
    Clear,
    Cloudy,
    Fog,
    Snow,
}

/// The light that tints everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SceneLight {
    pub time: TimeOfDay,
    pub weather: Weather,
}

/// A material that fills a region: drawn by code, not a sprite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Material {
    Sky,
    Clouds,
    Grass,
    Field,
    Hill,
    Mountain,
    Forest,
    Ocean,
    Lake,
    River,
    Water,
    Wave,
    Sand,
    Snow,
    Dirt,
    Street,
    Road,
    Sidewalk,
    Line,
    Floor,
    Carpet,
    Wall,
    Brick,
    Ice,
}

/// A region of one material. Its outline follows from material, box and seed (a wavy hill top, a straight horizon, a river's bends);
/// its pixels stay inside `bounds` and reach each of its sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Stuff {
    pub material: Material,
    pub bounds: UnitBox,
    pub seed: u64,
    /// Color word where the material has a choice (walls, floors, carpets).
    pub color: Option<String>,
}

/// A sprite set into the scene. `bounds` is the box of its opaque pixels (alpha ≥ 0.5), to within a pixel.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// Category and variant as the sprite library names them ("traffic light", "standing").
    pub category: String,
    pub variant: String,
    /// Drawings face left; mirrored ones right.
    pub mirrored: bool,
    /// Slot and color word, in the sprite's order.
    pub colors: Vec<(String, String)>,
    pub bounds: UnitBox,
    /// What lies under its foot, for shadow and reflection.
    pub rests: Rest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// A soft contact shadow at the foot.
    Ground,
    /// Floats: a rippled reflection below, the lowest part under water.
    Water,
    /// Nothing: flies, hangs, rides, is part of something.
    Air,
}

#[derive(Clone, Debug, PartialEq)]
pub enum SceneLayer {
    Stuff(Stuff),
    Thing(Thing),
}

impl SceneLayer {
    pub fn bounds(&self) -> &UnitBox {
        match self {
            Self::Stuff(stuff) => &stuff.bounds,
            Self::Thing(thing) => &thing.bounds,
        }
    }
}

/// A scene, painted back to front in the order of its layers. Relations name layers by index.
#[derive(Clone, Debug, PartialEq)]
pub struct Composition {
    pub seed: u64,
    /// Kind of scene ("meadow", "beach" ...).
    pub kind: String,
    pub light: SceneLight,
    pub layers: Vec<SceneLayer>,
    pub relations: Vec<(usize, String, usize)>,
}
