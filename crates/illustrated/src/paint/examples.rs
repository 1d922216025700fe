//! Compositions written by hand, to look at and to test with.

use super::super::composition::{
    Composition, Material, Rest, SceneLayer, SceneLight, Stuff, Thing, TimeOfDay, Weather,
};
use super::super::library::SpriteLibrary;
use scenewright_scene::UnitBox;

pub(crate) struct Writer<'a> {
    library: &'a SpriteLibrary,
    composition: Composition,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(library: &'a SpriteLibrary, kind: &str, time: TimeOfDay, weather: Weather) -> Self {
        let light = SceneLight { time, weather };
        let composition =
            Composition { seed: 7, kind: kind.to_owned(), light, layers: Vec::new(), relations: Vec::new() };
        Self { library, composition }
    }

    pub(crate) fn stuff(mut self, material: Material, [x0, y0, x1, y1]: [f32; 4]) -> Self {
        let seed = 11 * self.composition.layers.len() as u64 + 3;
        let bounds = UnitBox::new(x0, y0, x1, y1);
        self.composition.layers.push(SceneLayer::Stuff(Stuff { material, bounds, seed, color: None }));
        self
    }

    pub(crate) fn colored(mut self, word: &str) -> Self {
        if let Some(SceneLayer::Stuff(stuff)) = self.composition.layers.last_mut() {
            stuff.color = Some(word.to_owned());
        }
        self
    }

    /// `name` is "category/variant", with "<" behind it when mirrored; the middle of the foot and the height follow.
    pub(crate) fn thing(
        mut self,
        name: &str,
        [x, foot, height]: [f32; 3],
        rests: Rest,
        colors: &[(&str, &str)],
    ) -> Self {
        let (plain, mirrored) = (name.trim_end_matches('<'), name.ends_with('<'));
        let (category, variant) = plain.split_once('/').unwrap();
        let drawing = self.library.variant(category, variant).unwrap_or_else(|| panic!("{name}"));
        let width = height * drawing.shape().unwrap().aspect;
        let bounds = UnitBox::new(x - width / 2.0, foot - height, x + width / 2.0, foot);
        let colors = colors.iter().map(|(slot, word)| (slot.to_string(), word.to_string())).collect();
        let (category, variant) = (category.to_owned(), variant.to_owned());
        self.composition.layers.push(SceneLayer::Thing(Thing { category, variant, mirrored, colors, bounds, rests }));
        self
    }

    pub(crate) fn done(self) -> Composition {
        self.composition
    }
}

/// Twelve scenes in this light.
pub(crate) fn scenes(library: &SpriteLibrary, time: TimeOfDay, weather: Weather) -> Vec<Composition> {
    use Material::*;
    use Rest::{Air, Ground, Water as Afloat};
    let new = |kind: &str| Writer::new(library, kind, time, weather);
    let night = time == TimeOfDay::Night;
    let light = if night { "moon/crescent" } else { "sun/shining" };
    let light = first_of(library, light);
    let sky = |kind: &str| new(kind).stuff(Sky, [0.0, 0.0, 1.0, 0.55]).thing(&light, [0.8, 0.25, 0.15], Air, &[]);
    vec![
        sky("meadow")
            .stuff(Hill, [0.0, 0.30, 0.72, 0.56])
            .stuff(Forest, [0.55, 0.40, 1.0, 0.54])
            .stuff(Grass, [0.0, 0.50, 1.0, 1.0])
            .thing("tree/oak", [0.2, 0.66, 0.46], Ground, &[])
            .thing("house/cottage", [0.72, 0.64, 0.26], Ground, &[("wall", "cream"), ("roof", "red")])
            .thing("sheep/standing", [0.45, 0.80, 0.17], Ground, &[])
            .thing("sheep/grazing<", [0.75, 0.92, 0.18], Ground, &[("wool", "black"), ("face", "tan")])
            .done(),
        sky("beach")
            .stuff(Ocean, [0.0, 0.44, 1.0, 0.75])
            .thing("boat/sailing", [0.3, 0.6, 0.25], Afloat, &[("hull", "red"), ("sail", "yellow")])
            .stuff(Sand, [0.0, 0.68, 1.0, 1.0])
            .thing("umbrella/dome", [0.72, 0.86, 0.28], Ground, &[("canopy", "orange")])
            .thing("person/standing", [0.45, 0.92, 0.3], Ground, &[("shirt", "blue")])
            .thing(&first_of(library, "ball/beach"), [0.25, 0.94, 0.06], Ground, &[])
            .done(),
        sky("street")
            .thing("house/two-storey", [0.2, 0.62, 0.4], Ground, &[("wall", "yellow"), ("roof", "brown")])
            .thing(&first_of(library, "building/tenement"), [0.62, 0.62, 0.55], Ground, &[])
            .stuff(Sidewalk, [0.0, 0.60, 1.0, 0.72])
            .thing(&first_of(library, "street light/tall"), [0.88, 0.70, 0.5], Ground, &[])
            .stuff(Street, [0.0, 0.72, 1.0, 1.0])
            .stuff(Line, [0.0, 0.85, 1.0, 0.87])
            .thing("car/sedan", [0.3, 0.83, 0.13], Ground, &[("body", "red")])
            .thing(&format!("{}<", first_of(library, "bus/city")), [0.68, 0.97, 0.27], Ground, &[("body", "teal")])
            .done(),
        sky("sea")
            .stuff(Ocean, [0.0, 0.46, 1.0, 1.0])
            .thing(&first_of(library, "ship/cruiser"), [0.3, 0.56, 0.16], Afloat, &[])
            .thing("boat/fishing<", [0.65, 0.8, 0.3], Afloat, &[("hull", "blue")])
            .thing(&first_of(library, "seagull/flying"), [0.4, 0.2, 0.08], Air, &[])
            .stuff(Wave, [0.0, 0.86, 1.0, 1.0])
            .done(),
        sky("mountain lake")
            .stuff(Mountain, [0.0, 0.12, 0.8, 0.52])
            .stuff(Forest, [0.0, 0.42, 1.0, 0.54])
            .stuff(Grass, [0.0, 0.50, 1.0, 1.0])
            .stuff(Lake, [0.2, 0.58, 0.95, 0.82])
            .thing(&first_of(library, "duck/swimming"), [0.55, 0.7, 0.07], Afloat, &[])
            .thing(&first_of(library, "pine/tall"), [0.12, 0.75, 0.5], Ground, &[])
            .thing(&first_of(library, "deer/standing"), [0.4, 0.95, 0.24], Ground, &[])
            .done(),
        sky("snow")
            .stuff(Mountain, [0.3, 0.2, 1.0, 0.56])
            .stuff(Snow, [0.0, 0.52, 1.0, 1.0])
            .stuff(Ice, [0.45, 0.72, 0.95, 0.9])
            .thing(&first_of(library, "pine/snowy"), [0.2, 0.7, 0.4], Ground, &[])
            .thing("house/cottage<", [0.6, 0.66, 0.24], Ground, &[("wall", "tan"), ("roof", "brown")])
            .thing(&first_of(library, "penguin/standing"), [0.35, 0.9, 0.16], Ground, &[])
            .done(),
        sky("river")
            .stuff(Clouds, [0.1, 0.08, 0.55, 0.24])
            .stuff(Hill, [0.0, 0.34, 1.0, 0.56])
            .stuff(Grass, [0.0, 0.50, 1.0, 1.0])
            .stuff(River, [0.3, 0.50, 0.85, 1.0])
            .thing("cow/standing", [0.2, 0.8, 0.18], Ground, &[])
            .thing("tree/birch", [0.9, 0.7, 0.45], Ground, &[])
            .done(),
        sky("farm")
            .stuff(Field, [0.0, 0.50, 1.0, 0.78])
            .stuff(Grass, [0.0, 0.74, 1.0, 1.0])
            .thing(&first_of(library, "barn/red"), [0.3, 0.6, 0.26], Ground, &[])
            .thing(&first_of(library, "tractor/plain"), [0.65, 0.9, 0.22], Ground, &[])
            .thing(&first_of(library, "chicken/hen"), [0.25, 0.93, 0.1], Ground, &[])
            .done(),
        sky("road")
            .stuff(Forest, [0.0, 0.36, 0.5, 0.54])
            .stuff(Grass, [0.0, 0.50, 1.0, 1.0])
            .stuff(Road, [0.2, 0.50, 0.9, 1.0])
            .thing("tree/poplar", [0.1, 0.8, 0.6], Ground, &[])
            .thing(&first_of(library, "bike/city"), [0.75, 0.9, 0.16], Ground, &[])
            .done(),
        sky("desert")
            .stuff(Mountain, [0.0, 0.3, 1.0, 0.55])
            .stuff(Dirt, [0.0, 0.5, 1.0, 1.0])
            .stuff(River, [0.0, 0.66, 1.0, 0.8])
            .thing(&first_of(library, "cactus/saguaro"), [0.25, 0.65, 0.24], Ground, &[])
            .thing(&first_of(library, "elephant/standing"), [0.6, 0.94, 0.35], Ground, &[])
            .done(),
        new("living-room")
            .stuff(Wall, [0.0, 0.0, 1.0, 0.66])
            .stuff(Floor, [0.0, 0.66, 1.0, 1.0])
            .stuff(Carpet, [0.15, 0.80, 0.85, 0.97])
            .thing("window/sash", [0.25, 0.4, 0.3], Air, &[])
            .thing(&first_of(library, "sofa/two"), [0.5, 0.82, 0.3], Ground, &[])
            .thing(&first_of(library, "lamp/floor"), [0.88, 0.84, 0.5], Ground, &[])
            .thing("table/coffee", [0.5, 0.94, 0.13], Ground, &[])
            .done(),
        new("kitchen")
            .stuff(Wall, [0.0, 0.0, 1.0, 0.62])
            .colored("teal")
            .stuff(Brick, [0.0, 0.3, 0.35, 0.62])
            .stuff(Floor, [0.0, 0.62, 1.0, 1.0])
            .thing("table/dining", [0.6, 0.92, 0.3], Ground, &[("wood", "tan")])
            .thing(&first_of(library, "chair/wooden"), [0.2, 0.9, 0.36], Ground, &[])
            .thing(&first_of(library, "vase/tall"), [0.6, 0.63, 0.17], Air, &[])
            .done(),
    ]
}

/// The named drawing, or the first of its category.
fn first_of(library: &SpriteLibrary, name: &str) -> String {
    let (category, variant) = name.split_once('/').unwrap();
    let category = library.get(category).unwrap_or_else(|| panic!("{name}"));
    let variant = category.variant(variant).unwrap_or(&category.variants[0]);
    format!("{}/{}", category.name, variant.name)
}
