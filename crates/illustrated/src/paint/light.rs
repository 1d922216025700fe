//! Time of day and weather as palettes: the colors of the sky, and what the light does to every other color.

use super::super::color::{Rgb, from_code, mix};
use super::super::composition::{SceneLight, TimeOfDay, Weather};
use super::super::raster::Grade;

pub(crate) struct Palette {
    /// Sky from the top to the horizon.
    pub sky: [Rgb; 3],
    /// Light about the place where the sun is near the horizon, and its strength.
    pub glow: (Rgb, f32),
    /// 0 none, 1 a clear night.
    pub(crate) stars: f32,
    pub(crate) cloud_light: Rgb,
    pub(crate) cloud_shade: Rgb,
    pub shadow: Rgb,
    pub(crate) shadow_strength: f32,
    /// How much lamps and lit windows shine by themselves.
    pub lamps: f32,
    /// Factors on colors at the left and the right edge of the picture: a low sun.
    pub sides: Option<[Rgb; 2]>,
    pub(crate) snowfall: bool,
    pub night: bool,
    /// How far clouds hide sun and moon.
    veil: f32,
    matrix: [[f32; 3]; 3],
    haze: Rgb,
    haze_near: f32,
    haze_far: f32,
}

impl Palette {
    pub(crate) fn outdoors(light: SceneLight) -> Self {
        let mut palette = Self::of_time(light.time);
        palette.add_weather(light.weather);
        palette
    }

    /// Under a roof there is no haze and no low sun; at night lamps are on.
    pub(crate) fn indoors(light: SceneLight) -> Self {
        let mut palette = Self::outdoors(light);
        let (factors, saturation) = match light.time {
            TimeOfDay::Morning => ([1.0, 0.985, 0.96], 1.0),
            TimeOfDay::Day => ([1.0; 3], 1.0),
            TimeOfDay::Evening => ([1.0, 0.91, 0.79], 0.98),
            TimeOfDay::Night => ([0.80, 0.70, 0.66], 0.92),
        };
        palette.matrix = matrix(factors, saturation);
        (palette.haze_near, palette.haze_far) = (0.0, 0.0);
        palette.shadow = from_code(0x4a3040);
        palette.shadow_strength = 0.28;
        palette.sides = None;
        palette.snowfall = false;
        palette
    }

    /// What the light does at a distance: 0 close by, 1 at the horizon.
    pub(crate) fn grade(&self, distance: f32) -> Grade {
        let distance = distance.clamp(0.0, 1.0);
        let haze = self.haze_near + (self.haze_far - self.haze_near) * distance * distance;
        Grade { matrix: self.matrix.map(|row| row.map(|v| v * (1.0 - haze))), veil: self.haze.map(|c| c * haze) }
    }

    /// What mist and clouds leave of sun and moon.
    pub(crate) fn veiled(&self) -> Grade {
        let veil = self.veil;
        let keep = |row: [f32; 3]| row.map(|v| v * (1.0 - veil));
        Grade { matrix: Grade::NONE.matrix.map(keep), veil: self.sky[1].map(|channel| channel * veil) }
    }

    /// A color written in code, as this light shows it.
    pub(crate) fn tone(&self, code: u32, distance: f32) -> Rgb {
        self.grade(distance).apply(from_code(code))
    }

    fn of_time(time: TimeOfDay) -> Self {
        let (sky, glow, factors, saturation, haze_far) = match time {
            TimeOfDay::Morning => ([0x74aee0, 0xb9d6ea, 0xfde6cb], (0xfff0cf, 0.7), [1.02, 0.975, 0.92], 1.0, 0.26),
            TimeOfDay::Day => ([0x5aa6e8, 0x93cdf4, 0xdcf1f8], (0xffffff, 0.25), [1.0, 1.0, 1.0], 1.0, 0.16),
            TimeOfDay::Evening => ([0x5c6fb8, 0xcf8fb0, 0xffbf80], (0xffe29a, 1.0), [1.02, 0.83, 0.76], 1.0, 0.24),
            TimeOfDay::Night => ([0x101b42, 0x22376f, 0x50679c], (0x8fa6d8, 0.2), [0.36, 0.45, 0.70], 0.62, 0.26),
        };
        let night = time == TimeOfDay::Night;
        let sky = sky.map(from_code);
        let (cloud_light, cloud_shade) = match time {
            TimeOfDay::Morning => (0xfff7ea, 0xd9cfdc),
            TimeOfDay::Day => (0xffffff, 0xc6d9ea),
            TimeOfDay::Evening => (0xffe3c2, 0xb07fa0),
            TimeOfDay::Night => (0x5a6ea6, 0x2c3d72),
        };
        Self {
            sky,
            glow: (from_code(glow.0), glow.1),
            stars: if night { 1.0 } else { 0.0 },
            cloud_light: from_code(cloud_light),
            cloud_shade: from_code(cloud_shade),
            shadow: from_code(if night { 0x060a22 } else { 0x2f2650 }),
            shadow_strength: if night { 0.34 } else { 0.32 },
            lamps: match time {
                TimeOfDay::Night => 0.95,
                TimeOfDay::Evening => 0.7,
                _ => 0.0,
            },
            sides: match time {
                TimeOfDay::Evening => Some([[1.09, 1.04, 0.95], [0.90, 0.92, 1.0]]),
                TimeOfDay::Morning => Some([[1.04, 1.02, 0.98], [0.97, 0.98, 1.0]]),
                _ => None,
            },
            snowfall: false,
            night,
            veil: 0.0,
            matrix: matrix(factors, saturation),
            haze: sky[2],
            haze_near: 0.0,
            haze_far,
        }
    }

    fn add_weather(&mut self, weather: Weather) {
        // How far the sky turns gray, how even it becomes, saturation, near and far haze, shadows.
        let (gray, even, saturation, near, far, shadows) = match weather {
            Weather::Clear => return,
            Weather::Cloudy => (0.6, 0.35, 0.88, 0.0, 0.26, 0.5),
            Weather::Fog => (0.6, 0.8, 0.78, 0.10, 0.86, 0.35),
            Weather::Snow => (0.6, 0.55, 0.85, 0.05, 0.42, 0.5),
        };
        let horizon = self.sky[2];
        self.sky = self.sky.map(|color| towards_gray(mix(color, horizon, even), gray));
        if !self.night {
            let pale = from_code(if weather == Weather::Snow { 0xe9eff5 } else { 0xe6e8ea });
            let share = if weather == Weather::Cloudy { 0.12 } else { 0.4 };
            self.sky = self.sky.map(|color| mix(color, pale, share));
        }
        self.cloud_light = mix(towards_gray(self.cloud_light, gray), self.sky[1], 0.15);
        self.cloud_shade = mix(towards_gray(self.cloud_shade, gray), self.sky[1], 0.2);
        self.haze = self.sky[2];
        self.haze_near = near;
        self.haze_far = self.haze_far.max(far);
        self.matrix = product(
            matrix(if weather == Weather::Snow { [0.96, 0.985, 1.03] } else { [0.97; 3] }, saturation),
            self.matrix,
        );
        self.shadow_strength *= shadows;
        self.stars *= if weather == Weather::Cloudy { 0.25 } else { 0.0 };
        self.glow.1 *= 0.45;
        self.veil = if weather == Weather::Cloudy { 0.3 } else { 0.55 };
        self.sides = None;
        self.snowfall = weather == Weather::Snow;
    }
}

fn luma([r, g, b]: Rgb) -> f32 {
    0.3 * r + 0.59 * g + 0.11 * b
}

fn towards_gray(color: Rgb, share: f32) -> Rgb {
    // Gray days are a little blue.
    let gray = luma(color);
    mix(color, [gray * 0.985, gray, gray * 1.025], share)
}

/// Factors after a change of saturation.
fn matrix(factors: Rgb, saturation: f32) -> [[f32; 3]; 3] {
    let weights = [0.3, 0.59, 0.11].map(|w| w * (1.0 - saturation));
    [0, 1, 2].map(|i| {
        let mut row = weights;
        row[i] += saturation;
        row.map(|v| v * factors[i])
    })
}

fn product(a: [[f32; 3]; 3], b: [[f32; 3]; 3]) -> [[f32; 3]; 3] {
    a.map(|row| [0, 1, 2].map(|j| (0..3).map(|k| row[k] * b[k][j]).sum()))
}
