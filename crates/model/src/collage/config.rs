//! The sizes of a collage network.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::encoder::EncoderConfig;
use super::geometry::GeometryConfig;

/// Side of decoded sprites and materials, pixels.
pub const SIDE: usize = 64;
/// Side of sprites from the stage for large things, pixels.
pub const LARGE_SIDE: usize = 2 * SIDE;
/// Color slots that a drawing may have.
pub const SLOTS: usize = 4;

/// Widest layer that is taken seriously.
const MAX_WIDTH: usize = 4096;
const MAX_PIXELS: usize = 1024;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CollageConfig {
    /// Height and width of a picture for which no size is asked.
    pub image_size: (usize, usize),
    /// Lights that the network knows: hour and weather, in the open and under a roof.
    pub lights: usize,
    pub sprite: SpriteConfig,
    pub stuff: StuffConfig,
    /// None: things stand side by side, until geometry has been trained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geometry: Option<GeometryConfig>,
    /// A key of version 0.1, which said that there is no network over the finished picture: read and ignored.
    #[serde(skip_serializing)]
    pub refiner: IgnoredAny,
}

/// The decoder of things.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SpriteConfig {
    pub class_dim: usize,
    pub variant_dim: usize,
    pub latent_dim: usize,
    pub code_dim: usize,
    /// Channels at 4, 8, 16 and 32 pixels.
    pub widths: [usize; 4],
    /// Of the encoder, at 32, 16, 8 and 4 pixels.
    pub encoder_widths: [usize; 4],
    /// Channels of the map of 32 × 32 that each drawing has of its own. 0: there are none.
    #[serde(skip_serializing_if = "is_zero")]
    pub detail: usize,
    /// Channels, at 64 pixels, of the stage that draws large things at 128 × 128. 0: there is none, and 64 × 64 are enlarged.
    #[serde(skip_serializing_if = "is_zero")]
    pub large: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// The decoder of what fills regions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StuffConfig {
    pub class_dim: usize,
    pub light_dim: usize,
    pub code_dim: usize,
    /// Channels of the latent map, 8 × 8.
    pub latent_channels: usize,
    pub widths: [usize; 4],
    pub encoder_widths: [usize; 4],
}

impl Default for CollageConfig {
    fn default() -> Self {
        Self {
            image_size: (256, 256),
            lights: 20,
            sprite: SpriteConfig::default(),
            stuff: StuffConfig::default(),
            geometry: None,
            refiner: IgnoredAny,
        }
    }
}

impl Default for SpriteConfig {
    fn default() -> Self {
        Self {
            class_dim: 64,
            variant_dim: 64,
            latent_dim: 16,
            code_dim: 256,
            widths: [192, 192, 128, 64],
            encoder_widths: [24, 48, 64, 96],
            detail: 0,
            large: 0,
        }
    }
}

impl Default for StuffConfig {
    fn default() -> Self {
        Self {
            class_dim: 48,
            light_dim: 32,
            code_dim: 192,
            latent_channels: 6,
            widths: [96, 96, 96, 64],
            encoder_widths: [24, 48, 64, 64],
        }
    }
}

impl CollageConfig {
    /// A network for tests.
    pub fn tiny() -> Self {
        Self {
            image_size: (64, 64),
            lights: 20,
            sprite: SpriteConfig {
                class_dim: 8,
                variant_dim: 8,
                latent_dim: 4,
                code_dim: 16,
                widths: [8; 4],
                encoder_widths: [8; 4],
                detail: 2,
                large: 8,
            },
            stuff: StuffConfig {
                class_dim: 8,
                light_dim: 4,
                code_dim: 16,
                latent_channels: 2,
                widths: [8; 4],
                encoder_widths: [8; 4],
            },
            ..Self::default()
        }
    }

    pub(crate) fn sprite_encoder(&self) -> EncoderConfig {
        EncoderConfig { widths: self.sprite.encoder_widths, latent: self.sprite.latent_dim, map: false }
    }

    pub(crate) fn stuff_encoder(&self) -> EncoderConfig {
        EncoderConfig { widths: self.stuff.encoder_widths, latent: self.stuff.latent_channels, map: true }
    }

    /// All that would keep the network from being built; empty if nothing.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let (h, w) = self.image_size;
        for (name, side) in [("height", h), ("width", w)] {
            if !(16..=MAX_PIXELS).contains(&side) {
                problems.push(format!("image_size has a {name} of {side}; it must be 16 to {MAX_PIXELS}"));
            }
        }
        let (sprite, stuff) = (&self.sprite, &self.stuff);
        let single = [
            ("lights", self.lights),
            ("sprite.class_dim", sprite.class_dim),
            ("sprite.variant_dim", sprite.variant_dim),
            ("sprite.latent_dim", sprite.latent_dim),
            ("sprite.code_dim", sprite.code_dim),
            ("stuff.class_dim", stuff.class_dim),
            ("stuff.light_dim", stuff.light_dim),
            ("stuff.code_dim", stuff.code_dim),
            ("stuff.latent_channels", stuff.latent_channels),
        ];
        let many = [
            ("sprite.widths", &sprite.widths),
            ("sprite.encoder_widths", &sprite.encoder_widths),
            ("stuff.widths", &stuff.widths),
            ("stuff.encoder_widths", &stuff.encoder_widths),
        ];
        let widths = many.into_iter().flat_map(|(name, all)| all.iter().map(move |&width| (name, width)));
        for (name, value) in single.into_iter().chain(widths) {
            if !(1..=MAX_WIDTH).contains(&value) {
                problems.push(format!("{name} has {value}; it must be 1 to {MAX_WIDTH}"));
            }
        }
        for (name, width) in [("sprite.detail", sprite.detail), ("sprite.large", sprite.large)] {
            if width > MAX_WIDTH {
                problems.push(format!("{name} has {width}; it must be 0 to {MAX_WIDTH}"));
            }
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_version_0_1_is_read_ignored_and_not_written() {
        let mut json = serde_json::to_value(CollageConfig::tiny()).unwrap();
        assert!(json.get("refiner").is_none());
        json["refiner"] = "none".into();
        assert_eq!(serde_json::from_value::<CollageConfig>(json.clone()).unwrap(), CollageConfig::tiny());
        json["refiners"] = "none".into();
        assert!(serde_json::from_value::<CollageConfig>(json).is_err());
    }
}
