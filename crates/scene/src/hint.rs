//! How large and where an object should be, in words: soft constraints of the layout, weaker than a pinned box.

use super::UnitBox;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A word for how much of the picture an object takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SizeHint {
    Tiny,
    Small,
    Medium,
    Large,
    Huge,
}

impl SizeHint {
    pub const ALL: [Self; 5] = [Self::Tiny, Self::Small, Self::Medium, Self::Large, Self::Huge];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
            Self::Huge => "huge",
        }
    }

    /// The shares of the picture that the word stands for, from (included) and to (excluded, but for `Huge`).
    pub const fn area_range(self) -> (f32, f32) {
        match self {
            Self::Tiny => (0.0, 0.02),
            Self::Small => (0.02, 0.06),
            Self::Medium => (0.06, 0.16),
            Self::Large => (0.16, 0.4),
            Self::Huge => (0.4, 1.0),
        }
    }

    /// The word for a box of this share of the picture.
    pub fn of_area(area: f32) -> Self {
        Self::ALL.into_iter().find(|size| area < size.area_range().1).unwrap_or(Self::Huge)
    }

    pub fn smaller(self) -> Self {
        Self::ALL[(self as usize).saturating_sub(1)]
    }

    pub fn larger(self) -> Self {
        Self::ALL[(self as usize + 1).min(Self::ALL.len() - 1)]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Across {
    Left,
    Center,
    Right,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Down {
    Top,
    Middle,
    Bottom,
}

/// A place in a grid of three by three; an unstated direction stays open ("on the right", "at the top").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PlaceHint {
    pub across: Option<Across>,
    pub down: Option<Down>,
}

impl PlaceHint {
    pub const fn new(across: Across, down: Down) -> Self {
        Self { across: Some(across), down: Some(down) }
    }

    /// The cell in which a point of the picture lies.
    pub fn of_point(point: [f32; 2]) -> Self {
        let third = |v: f32| {
            if v < 1.0 / 3.0 { 0 } else { 1 + usize::from(v >= 2.0 / 3.0) }
        };
        Self::new(
            [Across::Left, Across::Center, Across::Right][third(point[0])],
            [Down::Top, Down::Middle, Down::Bottom][third(point[1])],
        )
    }

    /// True when it says nothing; a scene stores `None` instead.
    pub(crate) fn is_anywhere(self) -> bool {
        self.across.is_none() && self.down.is_none()
    }

    /// The part of the picture in which the object's center should lie.
    pub fn region(self) -> UnitBox {
        const ONE: f32 = 1.0 / 3.0;
        const TWO: f32 = 2.0 / 3.0;
        let (x0, x1) = match self.across {
            None => (0.0, 1.0),
            Some(Across::Left) => (0.0, ONE),
            Some(Across::Center) => (ONE, TWO),
            Some(Across::Right) => (TWO, 1.0),
        };
        let (y0, y1) = match self.down {
            None => (0.0, 1.0),
            Some(Down::Top) => (0.0, ONE),
            Some(Down::Middle) => (ONE, TWO),
            Some(Down::Bottom) => (TWO, 1.0),
        };
        UnitBox { x0, y0, x1, y1 }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{word}\" is no {kind}: write {choices}")]
pub struct ParseHintError {
    pub word: String,
    kind: &'static str,
    choices: &'static str,
}

impl fmt::Display for SizeHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for SizeHint {
    type Err = ParseHintError;

    fn from_str(text: &str) -> Result<Self, ParseHintError> {
        let word = text.trim();
        Self::ALL.into_iter().find(|size| size.word().eq_ignore_ascii_case(word)).ok_or_else(|| ParseHintError {
            word: text.to_owned(),
            kind: "size",
            choices: "tiny, small, medium, large or huge",
        })
    }
}

impl fmt::Display for PlaceHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let down = self.down.map(|down| match down {
            Down::Top => "top",
            Down::Middle => "middle",
            Down::Bottom => "bottom",
        });
        let across = self.across.map(|across| match across {
            Across::Left => "left",
            Across::Center => "centre",
            Across::Right => "right",
        });
        match (down, across) {
            (Some(down), Some(across)) => write!(f, "{down} {across}"),
            (Some(word), None) | (None, Some(word)) => f.write_str(word),
            (None, None) => f.write_str("anywhere"),
        }
    }
}

impl FromStr for PlaceHint {
    type Err = ParseHintError;

    /// "top left", "left top", "bottom", "centre", "anywhere"; "center" is "centre".
    fn from_str(text: &str) -> Result<Self, ParseHintError> {
        let error = || ParseHintError {
            word: text.to_owned(),
            kind: "place",
            choices: "top, middle or bottom, and left, center or right, such as \"top left\"",
        };
        let lower = text.to_lowercase();
        let mut place = Self::default();
        if lower.trim() == "anywhere" {
            return Ok(place);
        }
        for word in lower.split(|c: char| c.is_whitespace() || c == '-').filter(|word| !word.is_empty()) {
            let (across, down) = match word {
                "left" => (Some(Across::Left), None),
                "centre" | "center" => (Some(Across::Center), None),
                "right" => (Some(Across::Right), None),
                "top" => (None, Some(Down::Top)),
                "middle" => (None, Some(Down::Middle)),
                "bottom" => (None, Some(Down::Bottom)),
                _ => return Err(error()),
            };
            if (across.is_some() && place.across.is_some()) || (down.is_some() && place.down.is_some()) {
                return Err(error());
            }
            place.across = place.across.or(across);
            place.down = place.down.or(down);
        }
        if place.is_anywhere() { Err(error()) } else { Ok(place) }
    }
}

impl From<PlaceHint> for String {
    fn from(place: PlaceHint) -> Self {
        place.to_string()
    }
}

impl TryFrom<String> for PlaceHint {
    type Error = ParseHintError;

    fn try_from(text: String) -> Result<Self, ParseHintError> {
        text.parse()
    }
}
