//! Checkpoints: reading `.pt` files, importing them, and the model folder.
//!
//! `tests/golden/tiny*.pt`: google/sg2im's networks (commit 2c1bf4a, Apache-2.0) with random weights (seed 0), saved by torch 2.15: as
//! scripts/strip_checkpoint.py leaves them, `tiny_full_with_model.pt` as scripts/train.py does. `tests/golden/many*.pt` were made with:
//!
//! ```python
//! import collections, numpy, torch
//! w = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 8
//! many = {
//!     "f32": w, "f64": w.double() * 1e10, "f16": w.half(), "bf16": w.bfloat16(),
//!     "i64": torch.tensor([-1, 2**40]), "i32": torch.tensor([-7, 7], dtype=torch.int32),
//!     "i16": torch.tensor([-300, 300], dtype=torch.int16), "i8": torch.tensor([-8, 8], dtype=torch.int8),
//!     "u8": torch.tensor([0, 255], dtype=torch.uint8), "bool": torch.tensor([True, False]),
//!     "transposed": w.permute(2, 0, 1), "tail": w[1, 1:, ::2], "row": w[1, 2], "expanded": torch.tensor([5.0]).expand(3, 2),
//!     "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 3), "parameter": torch.nn.Parameter(torch.ones(2)),
//!     "size": torch.Size([2, 3]), "dtype": torch.float16, "device": torch.device("cpu"), "set": {1}, "bytes": b"\x00\xff",
//!     "numpy": numpy.float64(0.5), "big": 2**80, "negative": -70000, "none": None, "yes": True, "text": "käse",
//!     "losses": collections.defaultdict(list, {"a": [0.5, 1.5]}), 3: ("tuple", [1, 2], {}),
//! }
//! torch.save(many, "many.pt")
//! torch.save(many, "many_legacy.pt", _use_new_zipfile_serialization=False)
//! torch.save(many, "many_protocol4.pt", pickle_protocol=4)
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod build;
mod damage;
mod folder;
mod import;
mod networks;
mod torch;

use std::path::{Path, PathBuf};

pub const GOLDEN: [&str; 7] = [
    "tiny",
    "tiny_legacy",
    "tiny_full_with_model",
    "tiny-instance-norm",
    "tiny-nogconv",
    "tiny-nomask-boxes",
    "tiny-sum",
];

pub fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden").join(format!("{name}.pt"))
}

/// Names in a folder, hidden ones too.
pub fn listing(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
