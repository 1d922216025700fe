//! What every layer has to know of the whole: the light, the horizon, where the sun is, what lies below.

use super::super::color::{self, Rgb};
use super::super::composition::{Composition, Material, SceneLayer, Stuff};
use super::brush::{Brush, PaintRng};
use super::light::Palette;
use super::{PaintError, Patch, Window, indoors, land, ridge, road, sky, water};
use scenewright_scene::UnitBox;

pub(crate) struct Scene<'a> {
    pub composition: &'a Composition,
    /// In pixels.
    pub width: usize,
    pub height: usize,
    pub palette: Palette,
    pub indoors: bool,
    /// Where flat ground begins, 0..1 of the picture from its top.
    pub horizon: f32,
    /// Where sun or moon are, or where they have just set, 0..1 of the picture.
    pub(crate) sun_x: f32,
    /// The box of sun or moon, through which no star shines.
    pub sun: Option<UnitBox>,
}

/// One stuff layer about to be painted.
pub(crate) struct Spot<'a> {
    pub scene: &'a Scene<'a>,
    pub stuff: &'a Stuff,
    /// The layer's place in the composition.
    pub index: usize,
    pub rng: PaintRng,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(composition: &'a Composition, width: usize, height: usize) -> Self {
        let has = |wanted: &[Material]| {
            composition.layers.iter().any(|layer| matches!(layer, SceneLayer::Stuff(s) if wanted.contains(&s.material)))
        };
        let indoors = has(&[Material::Floor, Material::Wall, Material::Carpet]) && !has(&[Material::Sky]);
        let palette = if indoors { Palette::indoors } else { Palette::outdoors }(composition.light);
        let tops = composition.layers.iter().filter_map(|layer| match layer {
            SceneLayer::Stuff(stuff) if is_flat(stuff.material) => Some(stuff.bounds.y0),
            _ => None,
        });
        let horizon = tops.fold(f32::INFINITY, f32::min);
        let sun = composition.layers.iter().find_map(|layer| match layer {
            SceneLayer::Thing(thing) if matches!(thing.category.as_str(), "sun" | "moon") => Some(thing.bounds),
            _ => None,
        });
        let sun_x =
            sun.map_or_else(|| PaintRng::new(composition.seed ^ 0x53_55_4e).range(0.15, 0.85), |sun| sun.center()[0]);
        let horizon = if horizon.is_finite() { horizon.clamp(0.0, 0.9) } else { 0.6 };
        Self { composition, width, height, palette, indoors, horizon, sun_x, sun }
    }

    /// A pixel of a picture 128 high.
    pub(crate) fn dot(&self) -> f32 {
        self.height as f32 / 128.0
    }

    /// How far away what stands at this height of the picture is: 0 at the lower edge, 1 at the horizon.
    pub fn distance(&self, y: f32) -> f32 {
        if self.indoors { 0.0 } else { (1.0 - (y - self.horizon) / (1.0 - self.horizon)).clamp(0.0, 1.0) }
    }

    /// A window's glass: the sky of the hour, light and dark where the drawing has them.
    pub(crate) fn seen_outside(&self, glass: Rgb) -> Rgb {
        let outside = Palette::outdoors(self.composition.light);
        let [_, middle, horizon] = outside.sky;
        let plain = color::mix(middle, horizon, 0.25);
        let drawn = [0.58, 0.80, 0.93];
        [0, 1, 2].map(|i| (plain[i] + (glass[i] - drawn[i]) * (0.25 + 0.6 * plain[i])).clamp(0.0, 1.0))
    }

    pub(crate) fn stuff(&self, index: usize, stuff: &Stuff) -> Result<Option<Patch>, PaintError> {
        if let Some(word) = &stuff.color
            && color::named(word).is_none()
        {
            return Err(PaintError::NoColor(word.clone()));
        }
        let Some(window) = self.window(&stuff.bounds) else { return Ok(None) };
        let Some(mut brush) = Brush::new(window.width, window.height, self.dot()) else { return Ok(None) };
        let mut spot = Spot { scene: self, stuff, index, rng: PaintRng::new(stuff.seed) };
        match stuff.material {
            Material::Sky => sky::sky(&mut spot, &mut brush),
            Material::Clouds => sky::clouds(&mut spot, &mut brush),
            Material::Grass => land::grass(&mut spot, &mut brush),
            Material::Field => land::field(&mut spot, &mut brush),
            Material::Sand => land::sand(&mut spot, &mut brush),
            Material::Snow => land::snow(&mut spot, &mut brush),
            Material::Dirt => land::dirt(&mut spot, &mut brush),
            Material::Hill => ridge::hill(&mut spot, &mut brush),
            Material::Mountain => ridge::mountain(&mut spot, &mut brush),
            Material::Forest => ridge::forest(&mut spot, &mut brush),
            Material::Ocean | Material::Water => water::open(&mut spot, &mut brush),
            Material::Lake => water::lake(&mut spot, &mut brush),
            Material::River => water::river(&mut spot, &mut brush),
            Material::Wave => water::breaker(&mut spot, &mut brush),
            Material::Ice => water::ice(&mut spot, &mut brush),
            Material::Street => road::street(&mut spot, &mut brush),
            Material::Road => road::road(&mut spot, &mut brush),
            Material::Sidewalk => road::sidewalk(&mut spot, &mut brush),
            Material::Line => road::line(&mut spot, &mut brush),
            Material::Floor => indoors::floor(&mut spot, &mut brush),
            Material::Carpet => indoors::carpet(&mut spot, &mut brush),
            Material::Wall => indoors::wall(&mut spot, &mut brush),
            Material::Brick => indoors::brick(&mut spot, &mut brush),
        }
        let mut patch = brush.into_patch(window);
        // The sky has its own colors for a low sun.
        if !matches!(stuff.material, Material::Sky | Material::Clouds) {
            self.light_from_side(&mut patch);
        }
        Ok(Some(patch))
    }

    /// A low sun: warm on the left, cool on the right of the picture.
    pub(crate) fn light_from_side(&self, patch: &mut Patch) {
        let Some([left, right]) = self.palette.sides else { return };
        let window = patch.window;
        let factor = |x: usize| {
            let share = (window.x + x) as f32 / self.width as f32;
            color::mix(left, right, share).map(|f| (f * 256.0) as u32)
        };
        let factors: Vec<[u32; 3]> = (0..window.width).map(factor).collect();
        for row in patch.rgba.chunks_exact_mut(window.width * 4) {
            for (pixel, factor) in row.chunks_exact_mut(4).zip(&factors) {
                for i in 0..3 {
                    pixel[i] = ((u32::from(pixel[i]) * factor[i]) >> 8).min(u32::from(pixel[3])) as u8;
                }
            }
        }
    }

    /// Whole pixels, so that neighbors meet without a seam. `None` outside of the picture.
    fn window(&self, bounds: &UnitBox) -> Option<Window> {
        let span = |from: f32, to: f32, size: usize| {
            let from = (from.clamp(0.0, 1.0) * size as f32).round() as usize;
            let to = (to.clamp(0.0, 1.0) * size as f32).round() as usize;
            let start = from.min(size - 1);
            (start, to.max(start + 1) - start)
        };
        if !bounds.is_finite() || bounds.intersection(&UnitBox::WHOLE).is_none() {
            return None;
        }
        let ((x, width), (y, height)) =
            (span(bounds.x0, bounds.x1, self.width), span(bounds.y0, bounds.y1, self.height));
        Some(Window { x, y, width, height })
    }
}

impl Spot<'_> {
    /// A color in this light, at a height of the patch (0 top, 1 bottom).
    pub(crate) fn tone(&self, code: u32, v: f32) -> Rgb {
        self.scene.palette.tone(code, self.distance(v))
    }

    /// The same for a color that the composition may choose; lighter or darker by `factor`.
    pub(crate) fn tone_of(&self, color: Rgb, factor: f32, v: f32) -> Rgb {
        let shaded = color.map(|channel| (channel * factor).min(1.0));
        self.scene.palette.grade(self.distance(v)).apply(shaded)
    }

    pub fn distance(&self, v: f32) -> f32 {
        self.scene.distance(self.stuff.bounds.y0 + self.stuff.bounds.height() * v)
    }

    /// How large things look at a height of the patch: 1 at the lower edge of the picture.
    pub(crate) fn nearness(&self, v: f32) -> f32 {
        1.0 - 0.72 * self.distance(v)
    }

    /// Share of the picture that the patch covers.
    pub(crate) fn area(&self) -> f32 {
        self.stuff.bounds.clamped().area()
    }

    pub fn chosen(&self) -> Option<Rgb> {
        self.stuff.color.as_deref().and_then(color::named)
    }

    /// Whether the patch ends before the picture's left and right edge.
    pub(crate) fn ends(&self) -> [bool; 2] {
        [self.stuff.bounds.x0 > 0.01, self.stuff.bounds.x1 < 0.99]
    }

    /// Whether water was painted below the patch's upper edge.
    pub(crate) fn meets_water(&self) -> bool {
        let bounds = &self.stuff.bounds;
        self.scene.composition.layers[..self.index].iter().any(|layer| {
            matches!(layer, SceneLayer::Stuff(s) if is_water(s.material) && s.bounds.y0 < bounds.y0 - 0.01
                && s.bounds.y1 >= bounds.y0 - 0.02 && s.bounds.x0 < bounds.x1 && s.bounds.x1 > bounds.x0)
        })
    }
}

pub fn is_water(material: Material) -> bool {
    use Material::{Lake, Ocean, River, Water, Wave};
    matches!(material, Ocean | Lake | River | Water | Wave)
}

/// Materials that lie flat and reach to the horizon.
fn is_flat(material: Material) -> bool {
    use Material::{Dirt, Field, Grass, Ice, Sand, Sidewalk, Snow, Street};
    is_water(material) || matches!(material, Grass | Field | Sand | Snow | Dirt | Street | Sidewalk | Ice)
}
