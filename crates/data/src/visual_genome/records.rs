//! Records of Visual Genome's JSON.
//!
//! Scalars are lenient, so that one odd value does not lose the whole record. Version 1.0 of Visual Genome uses the key
//! `id` for every id; later versions have `image_id` and `object_id`.

use serde::Deserialize;

use scenewright_formats::values::{Id, Items, Scalar};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ImageRecord {
    pub image_id: OptionalId,
    pub id: OptionalId,
    pub width: SidePx,
    pub height: SidePx,
    pub url: LenientString,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ObjectsRecord {
    pub image_id: OptionalId,
    pub id: OptionalId,
    pub objects: Items<ObjectRecord>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ObjectRecord {
    pub object_id: OptionalId,
    pub id: OptionalId,
    x: OptionalFloat,
    y: OptionalFloat,
    w: OptionalFloat,
    h: OptionalFloat,
    width: OptionalFloat,
    height: OptionalFloat,
    names: Items<LenientString>,
    name: LenientString,
}

impl ObjectRecord {
    /// Names that are not blank.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.names.list.iter().chain([&self.name]).map(|name| name.0.as_str());
        names.filter(|name| !name.trim().is_empty())
    }

    /// x, y, width, height in pixels; `None` if one of them is missing or not a number.
    pub(super) fn bbox(&self) -> Option<[f64; 4]> {
        Some([self.x.0?, self.y.0?, self.w.0.or(self.width.0)?, self.h.0.or(self.height.0)?])
    }
}

/// sg2im's `vg_splits.json`.
#[derive(Deserialize)]
pub(super) struct SplitsFile {
    pub train: Vec<OptionalId>,
    pub val: Vec<OptionalId>,
    pub test: Vec<OptionalId>,
}

/// An id; `None` if the value is missing or not a non-negative integer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OptionalId(pub Option<u64>);

impl OptionalId {
    /// The id, or else `other`.
    pub(crate) fn or(self, other: Self) -> Option<u64> {
        self.0.or(other.0)
    }
}

impl<'de> Deserialize<'de> for OptionalId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = Scalar::deserialize(deserializer)?.id();
        Ok(Self(match id {
            Some(Id::Number(number)) => u64::try_from(number).ok(),
            _ => None,
        }))
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct OptionalFloat(Option<f64>);

impl<'de> Deserialize<'de> for OptionalFloat {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Scalar::deserialize(deserializer)?.number()))
    }
}

/// Width or height of a picture; 0 if the value is not a whole number of pixels.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SidePx(pub u32);

impl<'de> Deserialize<'de> for SidePx {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Scalar::deserialize(deserializer)?.side()))
    }
}

/// A string; empty if the value is not a string.
#[derive(Clone, Debug, Default)]
pub(super) struct LenientString(pub String);

impl<'de> Deserialize<'de> for LenientString {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Scalar::deserialize(deserializer)? {
            Scalar::Text(text) => text.into_owned(),
            _ => String::new(),
        }))
    }
}
