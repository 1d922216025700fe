//! What the library knows of each category: how tall it is, where it stands, which drawings and colors it has.

use std::sync::OnceLock;

use super::raster::Planes;
use super::sprite_error::{SpriteError, SpriteProblem};
use super::svg::{RawAnchors, Svg};
use scenewright_scene::UnitBox;

/// Where a category is usually found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stands {
    Ground,
    Floor,
    Table,
    Water,
    Underwater,
    Sky,
    Wall,
    Hanging,
    Ride,
}

impl Stands {
    pub(crate) const ALL: [(&'static str, Self); 9] = [
        ("ground", Self::Ground),
        ("floor", Self::Floor),
        ("table", Self::Table),
        ("water", Self::Water),
        ("underwater", Self::Underwater),
        ("sky", Self::Sky),
        ("wall", Self::Wall),
        ("hanging", Self::Hanging),
        ("ride", Self::Ride),
    ];

    /// Returns true if such a thing rests on a surface below it, on land.
    pub fn rests(self) -> bool {
        matches!(self, Self::Ground | Self::Floor | Self::Table)
    }

    /// Returns true if such a thing floats on water.
    pub fn floats(self) -> bool {
        self == Self::Water
    }
}

/// The groups a category may belong to.
pub(crate) const GROUPS: [&str; 12] = [
    "animals",
    "people",
    "vehicles",
    "boats",
    "buildings",
    "street",
    "plants",
    "nature",
    "furniture",
    "food",
    "objects",
    "sky",
];

/// The scenes a category may say it belongs to.
pub(crate) const PLACES: [&str; 19] = [
    "meadow",
    "farm",
    "forest",
    "beach",
    "sea",
    "river",
    "street",
    "town",
    "park",
    "garden",
    "snow",
    "desert",
    "savanna",
    "living-room",
    "kitchen",
    "bedroom",
    "night-sky",
    "mountain",
    "harbour",
];

#[derive(Debug)]
pub struct Category {
    /// "traffic light": the folder's name with spaces.
    pub name: String,
    pub group: String,
    pub height_meters: f32,
    pub stands: Stands,
    /// Scenes where it belongs, from `PLACES`.
    pub near: Vec<String>,
    pub synonyms: Vec<String>,
    pub plural: String,
    /// Whether a mirrored drawing is right too.
    pub mirror: bool,
    pub slots: Vec<ColorSlot>,
    /// By name.
    pub variants: Vec<SpriteVariant>,
    /// Whether it came with the program.
    pub bundled: bool,
}

impl Category {
    pub(crate) fn variant(&self, name: &str) -> Option<&SpriteVariant> {
        self.variants.iter().find(|variant| variant.name == name)
    }

    #[cfg(test)]
    pub(crate) fn slot(&self, name: &str) -> Option<&ColorSlot> {
        self.slots.iter().find(|slot| slot.name == name)
    }
}

/// A part that may change its color.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColorSlot {
    pub name: String,
    /// Color words it may take, the commonest first.
    pub words: Vec<String>,
}

/// One drawing of a category.
#[derive(Debug)]
pub struct SpriteVariant {
    pub name: String,
    pub height_meters: f32,
    pub stands: Stands,
    pub near: Vec<String>,
    pub file: String,
    pub drawing: Drawing,
    /// Distinguishes drawings in the cache of rasters.
    pub serial: usize,
    shape: OnceLock<Result<DrawingShape, SpriteError>>,
}

/// Form of a drawing, measured on its opaque box.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawingShape {
    /// Width over height of the opaque box.
    pub aspect: f32,
    /// The opaque box within the viewBox, as shares of it: x0, y0, x1, y1.
    pub opaque: [f32; 4],
    pub anchors: Anchors,
}

/// Points of a drawing that faces left, as shares of its opaque box: `(0, 0)` is the upper left, `(1, 1)` the lower right.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Anchors {
    pub hand: Option<[f32; 2]>,
    pub grip: Option<[f32; 2]>,
    pub seat: Option<[f32; 2]>,
    pub hip: Option<[f32; 2]>,
    pub top: Option<Top>,
    pub windows: Vec<UnitBox>,
}

/// A surface on which things stand, from `x0` to `x1` at height `y`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Top {
    pub y: f32,
    pub x0: f32,
    pub x1: f32,
}

impl Anchors {}

/// Where a drawing's pixels come from.
#[derive(Debug)]
pub enum Drawing {
    Svg(Svg),
    Png(Planes),
    /// An icon out of thousands: its source is put together when it is first used.
    Icon {
        source: Box<str>,
        parsed: OnceLock<Result<Svg, SpriteProblem>>,
    },
}

impl SpriteVariant {
    pub(crate) fn new(name: String, file: String, drawing: Drawing, like: &Defaults) -> Self {
        Self {
            name,
            file,
            drawing,
            height_meters: like.height_meters,
            stands: like.stands,
            near: like.near.clone(),
            serial: 0,
            shape: OnceLock::new(),
        }
    }

    /// Measured once, on first use, because it needs a rendering.
    pub fn shape(&self) -> Result<&DrawingShape, SpriteError> {
        self.shape.get_or_init(|| self.measure()).as_ref().map_err(Clone::clone)
    }

    /// The color slots that this drawing shows.
    pub fn slots(&self) -> impl Iterator<Item = &str> {
        let slots = self.svg().ok().flatten().map_or(&[][..], |svg| &svg.slots);
        slots.iter().map(|(name, _)| name.as_str())
    }

    /// The drawing's source; `None` for pixels.
    pub(crate) fn svg(&self) -> Result<Option<&Svg>, SpriteError> {
        match &self.drawing {
            Drawing::Svg(svg) => Ok(Some(svg)),
            Drawing::Png(_) => Ok(None),
            Drawing::Icon { source, parsed } => parsed
                .get_or_init(|| Svg::new(source.to_string().into(), |_| None))
                .as_ref()
                .map(Some)
                .map_err(|problem| SpriteError::new(&self.file, problem.clone())),
        }
    }

    fn measure(&self) -> Result<DrawingShape, SpriteError> {
        const MEASURED_AT_PX: u32 = 256;
        let fault = |problem| SpriteError::new(&self.file, problem);
        let (opaque, [width, height], anchors) = match (&self.drawing, self.svg()?) {
            (Drawing::Png(planes), _) => (planes.opaque_box().map_err(fault)?, planes.content_px(), Anchors::default()),
            (_, Some(svg)) => {
                let opaque = Planes::alpha_of_svg(svg, MEASURED_AT_PX).and_then(|p| p.opaque_box()).map_err(fault)?;
                let [x, y, width, height] = svg.view_box;
                let share = |p: [f32; 2]| {
                    let within = [(p[0] - x) / width, (p[1] - y) / height];
                    [0, 1].map(|i| (within[i] - opaque[i]) / (opaque[i + 2] - opaque[i]))
                };
                (opaque, [width, height], anchors(&svg.anchors, share))
            }
            (_, None) => return Err(fault(SpriteProblem::Invisible)),
        };
        let aspect = (opaque[2] - opaque[0]) * width / ((opaque[3] - opaque[1]) * height);
        Ok(DrawingShape { aspect, opaque, anchors })
    }
}

fn anchors(raw: &RawAnchors, share: impl Fn([f32; 2]) -> [f32; 2]) -> Anchors {
    let window =
        |&[x, y, width, height]: &[f32; 4]| UnitBox::from_corners(share([x, y]), share([x + width, y + height]));
    Anchors {
        hand: raw.hand.map(&share),
        grip: raw.grip.map(&share),
        seat: raw.seat.map(&share),
        hip: raw.hip.map(&share),
        top: raw.top.map(|[y, x0, x1]| Top { y: share([x0, y])[1], x0: share([x0, y])[0], x1: share([x1, y])[0] }),
        windows: raw.windows.iter().map(window).collect(),
    }
}

/// What a category says for all its drawings, and what holds where it says nothing.
#[derive(Clone, Debug)]
pub(crate) struct Defaults {
    pub height_meters: f32,
    pub stands: Stands,
    pub near: Vec<String>,
}

impl Default for Defaults {
    /// For plain files without a sprite.toml: something a meter tall that stands about outdoors.
    fn default() -> Self {
        let near = ["meadow", "park", "garden", "street", "town"].map(str::to_owned).to_vec();
        Self { height_meters: 1.0, stands: Stands::Ground, near }
    }
}
