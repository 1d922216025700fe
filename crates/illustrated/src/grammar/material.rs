//! Names of materials.

use crate::composition::Material;

/// Every material and its name in graphs and vocabularies. `Clouds` is "cloud": a bank of them is still a cloud.
pub const MATERIALS: [(Material, &str); 24] = [
    (Material::Sky, "sky"),
    (Material::Clouds, "cloud"),
    (Material::Grass, "grass"),
    (Material::Field, "field"),
    (Material::Hill, "hill"),
    (Material::Mountain, "mountain"),
    (Material::Forest, "forest"),
    (Material::Ocean, "ocean"),
    (Material::Lake, "lake"),
    (Material::River, "river"),
    (Material::Water, "water"),
    (Material::Wave, "wave"),
    (Material::Sand, "sand"),
    (Material::Snow, "snow"),
    (Material::Dirt, "dirt"),
    (Material::Street, "street"),
    (Material::Road, "road"),
    (Material::Sidewalk, "sidewalk"),
    (Material::Line, "line"),
    (Material::Floor, "floor"),
    (Material::Carpet, "carpet"),
    (Material::Wall, "wall"),
    (Material::Brick, "brick"),
    (Material::Ice, "ice"),
];

pub fn name(material: Material) -> &'static str {
    MATERIALS.iter().find(|(other, _)| *other == material).map_or("stuff", |(_, name)| name)
}

/// "clouds" and the like are the callers' business: this knows the names above only. A cloud is a sprite.
pub fn from_name(name: &str) -> Option<Material> {
    MATERIALS.iter().find(|(material, other)| *other == name && *material != Material::Clouds).map(|(m, _)| *m)
}
