//! Architecture strings: `C4-64-2,C4-128-2,C4-256-2`.
//!
//! `IX`: X input channels (first only, 3 if absent); `CK-X` or `CK-X-S`: K×K convolution with X outputs and stride S, every one but
//! the first behind a normalization and an activation; `R`: residual block; `UX`: nearest-neighbor upsampling; `PX`: average
//! pooling; `FC-X-Y`: flattened, then linear, with an activation unless it is last.
// sg2im: layers.py, build_cnn

use serde::{Deserialize, Serialize};
use thiserror::Error;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Padding {
    Same,
    Valid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CnnLayer {
    Input { channels: usize },
    Conv { kernel: usize, inputs: usize, outputs: usize, stride: usize, padding: usize, first: bool },
    Residual { channels: usize, first: bool },
    Upsample { factor: usize },
    Pool { factor: usize },
    Linear { inputs: usize, outputs: usize, last: bool },
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the architecture {arch:?} cannot be built: {problem} in {part:?}. An example: C4-64-2,C4-128-2,C4-256-2")]
pub(crate) struct ArchitectureError {
    arch: String,
    part: String,
    problem: &'static str,
}

const MAX_WIDTH: usize = 1 << 16;
const MAX_KERNEL_SIDE: usize = 64;
const MAX_LAYERS: usize = 256;

/// The layers of an architecture string.
pub(crate) fn parse(arch: &str, padding: Padding) -> Result<Vec<CnnLayer>, ArchitectureError> {
    let wrong = |part: &str, problem| ArchitectureError { arch: arch.into(), part: part.into(), problem };
    let parts: Vec<&str> = arch.split(',').map(str::trim).collect();
    if parts.len() > MAX_LAYERS {
        return Err(wrong(parts[0], "more than 256 layers"));
    }
    let (mut channels, mut first, mut flat) = (3, true, false);
    let mut layers = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let number = |text: &str| {
            text.parse()
                .ok()
                .filter(|n| (1..=MAX_WIDTH).contains(n))
                .ok_or_else(|| wrong(part, "a number that is not 1 to 65536"))
        };
        let numbers = |text: &str| text.split('-').map(number).collect::<Result<Vec<usize>, _>>();
        let layer = if let Some(rest) = part.strip_prefix("FC-") {
            let [inputs, outputs] = numbers(rest)?[..] else { return Err(wrong(part, "FC needs two numbers")) };
            flat = true;
            channels = outputs;
            CnnLayer::Linear { inputs, outputs, last: i + 1 == parts.len() }
        } else if flat {
            return Err(wrong(part, "maps were flattened before it"));
        } else if let Some(rest) = part.strip_prefix('I') {
            if i > 0 {
                return Err(wrong(part, "input channels are given first"));
            }
            channels = number(rest)?;
            CnnLayer::Input { channels }
        } else if let Some(rest) = part.strip_prefix('C') {
            let (kernel, outputs, stride) = match numbers(rest)?[..] {
                [kernel, outputs] => (kernel, outputs, 1),
                [kernel, outputs, stride] => (kernel, outputs, stride),
                _ => return Err(wrong(part, "C needs two or three numbers")),
            };
            if kernel > MAX_KERNEL_SIDE {
                return Err(wrong(part, "a kernel wider than 64"));
            }
            let padding = match padding {
                Padding::Valid => 0,
                Padding::Same if kernel % 2 == 1 => kernel / 2,
                Padding::Same => return Err(wrong(part, "padding \"same\" with an even kernel")),
            };
            let layer = CnnLayer::Conv { kernel, inputs: channels, outputs, stride, padding, first };
            (channels, first) = (outputs, false);
            layer
        } else if *part == "R" {
            if padding == Padding::Valid {
                return Err(wrong(part, "a residual block needs padding \"same\""));
            }
            let layer = CnnLayer::Residual { channels, first };
            first = false;
            layer
        } else if let Some(rest) = part.strip_prefix('U') {
            CnnLayer::Upsample { factor: number(rest)? }
        } else if let Some(rest) = part.strip_prefix('P') {
            CnnLayer::Pool { factor: number(rest)? }
        } else {
            return Err(wrong(part, "an unknown layer"));
        };
        layers.push(layer);
    }
    Ok(layers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn architectures_are_read() {
        let conv = |inputs, outputs, first| CnnLayer::Conv { kernel: 4, inputs, outputs, stride: 2, padding: 0, first };
        assert_eq!(parse("C4-64-2,C4-128-2", Padding::Valid).unwrap(), [conv(3, 64, true), conv(64, 128, false)]);
        let all = parse("I5,C3-8,R,U2,P4,FC-8-10,FC-10-1", Padding::Same).unwrap();
        assert_eq!(all[0], CnnLayer::Input { channels: 5 });
        assert_eq!(all[1], CnnLayer::Conv { kernel: 3, inputs: 5, outputs: 8, stride: 1, padding: 1, first: true });
        assert_eq!(all[2], CnnLayer::Residual { channels: 8, first: false });
        assert_eq!(
            all[5..],
            [
                CnnLayer::Linear { inputs: 8, outputs: 10, last: false },
                CnnLayer::Linear { inputs: 10, outputs: 1, last: true }
            ]
        );
    }

    #[test]
    fn wrong_architectures_are_named() {
        for (arch, padding) in [
            ("", Padding::Same),
            ("X3", Padding::Same),
            ("C4", Padding::Same),
            ("C4-8", Padding::Same),
            ("C0-8", Padding::Same),
            ("C3-8-0", Padding::Same),
            ("C3-99999999999999999999", Padding::Same),
            ("C3-8,I3", Padding::Same),
            ("FC-3", Padding::Same),
            ("FC-3-4,C3-8", Padding::Same),
            ("R", Padding::Valid),
            ("C65-1", Padding::Same),
        ] {
            assert!(parse(arch, padding).is_err(), "{arch}");
        }
    }
}
