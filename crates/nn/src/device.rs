//! Where the networks run, and their seeded random numbers.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use candle_core::{Device, Result, Tensor};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// What a person asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The fastest at hand.
    #[default]
    Auto,
    Cpu,
    Cuda(usize),
    Metal,
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text.split_once(':').unwrap_or((text, "0")) {
            ("auto", "0") => Ok(Self::Auto),
            ("cpu", "0") => Ok(Self::Cpu),
            ("metal", "0") => Ok(Self::Metal),
            ("cuda", number) => {
                number.parse().map(Self::Cuda).map_err(|_| format!("\"{number}\" is no number of a GPU"))
            }
            _ => Err(format!("\"{text}\" is no device; choose auto, cpu, cuda:N or metal")),
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(number) => write!(f, "cuda:{number}"),
            Self::Metal => f.write_str("metal"),
        }
    }
}

/// A device, and a sentence for the user where it is not what was hoped for.
#[derive(Debug)]
pub struct OpenedDevice {
    pub device: Device,
    pub name: String,
    pub note: Option<String>,
}

impl DeviceChoice {
    /// Opens the device. `Auto` never fails: it takes the CPU and says so.
    pub fn open(self) -> std::result::Result<OpenedDevice, String> {
        let cpu = |note| OpenedDevice { device: Device::Cpu, name: "cpu".into(), note };
        let gpu = |device, name: String| OpenedDevice { device, name, note: None };
        match self {
            Self::Cpu => Ok(cpu(None)),
            Self::Cuda(number) => cuda(number).map(|device| gpu(device, format!("cuda:{number}"))),
            Self::Metal => metal().map(|device| gpu(device, "metal".into())),
            Self::Auto if cfg!(feature = "cuda") => Ok(match cuda(0) {
                Ok(device) => gpu(device, "cuda:0".into()),
                Err(why) => cpu(Some(format!("{why}; using the CPU"))),
            }),
            Self::Auto if cfg!(feature = "metal") => Ok(match metal() {
                Ok(device) => gpu(device, "metal".into()),
                Err(why) => cpu(Some(format!("{why}; using the CPU"))),
            }),
            Self::Auto => Ok(cpu(Some("built without GPU support; using the CPU".into()))),
        }
    }
}

/// Set to 1, the CPU is a test device: it takes candle's operations alone, as CUDA and Metal do, so that tests try that code without a GPU.
pub const TEST_DEVICE_VARIABLE: &str = "SCENEWRIGHT_CANDLE_ALONE";

/// Whether this program's own operations and plans run on the device: on the CPU, unless it is the test device.
#[allow(clippy::disallowed_methods, reason = "tests choose the device by the environment")]
pub fn has_own_operations(device: &Device) -> bool {
    static IS_TEST_DEVICE: LazyLock<bool> =
        LazyLock::new(|| std::env::var_os(TEST_DEVICE_VARIABLE).is_some_and(|value| value == "1"));
    device.is_cpu() && !*IS_TEST_DEVICE
}

fn cuda(number: usize) -> std::result::Result<Device, String> {
    if !cfg!(feature = "cuda") {
        return Err("this program was built without CUDA; build it with `--features cuda`".into());
    }
    guarded(|| Device::new_cuda(number)).map_err(|why| format!("cannot open the CUDA device {number} ({why})"))
}

fn metal() -> std::result::Result<Device, String> {
    if !cfg!(feature = "metal") {
        return Err("this program was built without Metal; build it with `--features metal`".into());
    }
    guarded(|| Device::new_metal(0)).map_err(|why| format!("cannot open the Metal device ({why})"))
}

/// A driver's library that is missing makes its bindings panic instead of failing.
fn guarded(open: impl FnOnce() -> Result<Device> + std::panic::UnwindSafe) -> std::result::Result<Device, String> {
    match std::panic::catch_unwind(open) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("its driver is missing".into()),
    }
}

/// Standard normal noise `[images, channels, height, width]`, the same for a seed on every machine.
pub fn noise(seed: u64, shape: (usize, usize, usize, usize), device: &Device) -> Result<Tensor> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (n, c, h, w) = shape;
    let values: Vec<f32> = StandardNormal.sample_iter(&mut rng).take(n * c * h * w).collect();
    Tensor::from_vec(values, shape, device)
}

/// What candle says, without the backtrace that it adds to its sentences when `RUST_BACKTRACE` is set.
pub fn plain(error: &candle_core::Error) -> String {
    match error {
        candle_core::Error::WithBacktrace { inner, .. } => plain(inner),
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_named_as_they_are_read() {
        for choice in ["auto", "cpu", "cuda:0", "cuda:3", "metal"] {
            assert_eq!(choice.parse::<DeviceChoice>().unwrap().to_string(), choice);
        }
        assert_eq!("cuda".parse(), Ok(DeviceChoice::Cuda(0)));
        for wrong in ["", "gpu", "cuda:x", "cpu:1"] {
            assert!(wrong.parse::<DeviceChoice>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn noise_is_fixed_for_a_seed() {
        let values =
            |seed| noise(seed, (1, 2, 3, 4), &Device::Cpu).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert_eq!(values(7), values(7));
        assert_ne!(values(7), values(8));
    }
}
