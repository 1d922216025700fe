//! What can be wrong with a user's sprites. Messages name the file, the element in it, and how to fix it.

use std::fmt;

use super::color;

/// One file that could not be used, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct SpriteError {
    /// Path as the user wrote it, or the name inside the program for bundled sprites.
    pub file: String,
    pub problem: SpriteProblem,
}

impl SpriteError {
    pub(crate) fn new(file: impl fmt::Display, problem: SpriteProblem) -> Self {
        Self { file: file.to_string(), problem }
    }
}

impl fmt::Display for SpriteError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.problem, self.file)
    }
}

impl std::error::Error for SpriteError {}

/// Each message ends with how to fix the file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SpriteProblem {
    #[error("cannot be read ({0}). Check that it exists and may be read")]
    Unreadable(String),
    #[error("is neither a folder of sprites nor an Iconify JSON file. Name one of these")]
    NotSprites,
    #[error("holds no sprites. Put SVG or PNG files into it, or one folder for each category")]
    EmptyFolder,
    #[error("the category has no drawing. Put at least one SVG or PNG file beside its sprite.toml")]
    NoDrawing,
    #[error("the name is empty or has other characters than letters, digits, spaces, \"-\" and \"_\". Rename the file")]
    BadName,
    #[error("\"{0}\" is there already. Rename the file or folder, or remove one of the two")]
    Clash(String),
    #[error("is {bytes} bytes long, the limit is {limit}. Simplify the drawing or scale it down")]
    TooManyBytes { bytes: u64, limit: u64 },
    #[error("has {elements} elements, the limit is {limit}. Join paths or simplify the drawing")]
    TooManyElements { elements: usize, limit: usize },
    #[error("cannot be read as SVG ({0}). Open it in a drawing program and save it as plain SVG")]
    CorruptSvg(String),
    #[error(
        "has no usable viewBox ({0}). Give the root viewBox=\"0 0 WIDTH HEIGHT\" with sides from 1 to 10000, at most 1:20"
    )]
    BadViewBox(String),
    #[error("holds <{element}> in line {line}, which a sprite may not. Turn text and effects into paths, or remove it")]
    ForbiddenElement { element: String, line: u32 },
    #[error("refers to \"{target}\" outside of itself in line {line}. Put everything into the one file")]
    ForbiddenLink { target: String, line: u32 },
    #[error("the attribute {attribute}=\"{value}\" makes no sense. Write it as assets/sprites/README.md says")]
    BadAttribute { attribute: String, value: String },
    #[error(
        "holds the number {number} in line {line}, which no drawing of at most 10000 units needs. Fix it, or remove the part"
    )]
    HugeNumber { number: String, line: u32 },
    #[error(
        "has parts that lie {times:.0} times its size outside of its viewBox. Remove them, or fix the path's numbers"
    )]
    TooFarOut { times: f32 },
    #[error(
        "cannot be drawn: the renderer failed on it ({0}). Open it in a drawing program, simplify its paths and save it again"
    )]
    Renderer(String),
    #[error("shows nothing. Check that the drawing lies within its viewBox and is not transparent")]
    Invisible,
    #[error("cannot be read as PNG ({0}). Save it again as PNG")]
    CorruptPng(String),
    #[error("is {width}×{height} pixels, the limit is {limit} a side. Scale it down")]
    TooManyPixels { width: u32, height: u32, limit: u32 },
    #[error("has no alpha channel, so its background would be pasted too. Save it with a transparent background")]
    NoAlpha,
    #[error("cannot be read as TOML ({0}). Write it as assets/sprites/README.md says")]
    CorruptToml(String),
    #[error("unknown key \"{key}\". Known are {known}")]
    UnknownKey { key: String, known: String },
    #[error("\"{key}\" is {value}. Known are {known}")]
    BadValue { key: String, value: String, known: String },
    #[error("\"{word}\" in slot \"{slot}\" is not a color word. Known are {known}", known = known_colors())]
    UnknownColor { slot: String, word: String },
    #[error("there is no drawing for the variant \"{0}\". Correct the name in [variants] or add the drawing")]
    UnknownVariant(String),
    #[error("cannot be read as an Iconify file ({0}). Use the icons.json of an @iconify-json package")]
    CorruptIcons(String),
}

fn known_colors() -> String {
    color::WORDS.map(|(word, _)| word).join(", ")
}
