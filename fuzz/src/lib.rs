//! Readers under inputs that are nearly right.
//!
//! Each [`Target`] is a reader, files to begin with, and a mutation that keeps most of a file's structure. Two runners share them: cargo-fuzz
//! (`cargo +nightly fuzz run fuzz_scene --features libfuzzer`), which follows coverage, and `campaign`, which needs no nightly compiler and no
//! tool: `cargo run --release --bin campaign -- scene --seconds 60`.
//!
//! A reader may refuse whatever it likes. It may not panic, not abort, not take more than [`MAX_BYTES`] of memory, and not take longer than
//! [`MAX_SECONDS`].

pub mod mutate;
pub mod place;
pub mod rng;
pub mod targets;

use rng::Rng;

pub use targets::TARGETS;

/// The address space that a campaign may use, bytes.
pub const MAX_BYTES: u64 = 6 << 30;
/// Longer than this no input of a campaign may take.
pub const MAX_SECONDS: f64 = 10.0;
/// No input grows beyond this, bytes.
pub const MAX_INPUT_BYTES: usize = 1 << 20;

/// A reader.
pub struct Target {
    pub name: &'static str,
    /// Sound files.
    pub seeds: fn() -> Vec<Vec<u8>>,
    pub mutate: fn(&mut Vec<u8>, &mut Rng),
    /// Reads an input; true if something of it could be used.
    pub run: fn(&[u8]) -> bool,
}

pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

/// The two entries of a cargo-fuzz target.
#[macro_export]
macro_rules! fuzz {
    ($name:literal) => {
        libfuzzer_sys::fuzz_target!(|data: &[u8]| {
            let target = $crate::target($name).expect("unknown fuzz target");
            let _ = (target.run)(data);
        });
        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            let mut input = data[..size].to_vec();
            let target = $crate::target($name).expect("unknown fuzz target");
            (target.mutate)(&mut input, &mut $crate::rng::Rng::new(u64::from(seed)));
            input.truncate(max_size);
            data[..input.len()].copy_from_slice(&input);
            input.len()
        });
    };
}
