//! Models on the disk: our folder format, and the import of PyTorch checkpoints of google/sg2im.
//!
//! ```text
//! .pt file --torch--> tree + tensors in the file --sg2im_import--> kwargs, vocabulary, state dicts --import--> checked --folder--> model folder
//! model folder --folder--> ModelFolder { config, vocab, weights } --weights--> tensors on a device
//! ```
//!
//! Nothing here runs code from a file, and nothing panics on what a file says. Weights are checked at the door, all problems at once.

mod atomic_dir;
mod bundled;
mod card;
mod config;
mod expected;
pub mod folder;
pub mod import;
mod prefixes;
mod problems;
mod safetensors_write;
mod sg2im_import;
mod state_dict;
pub mod torch;
mod validate_import;
mod vocab_check;
mod weights;

pub use atomic_dir::AtomicDir;
pub use safetensors_write::write as write_safetensors;

pub use crate::sg2im::config::{ConfigProblems, MlpNorm, Norm, Pooling, Sg2ImConfig};
pub use bundled::bundled_model;
pub use config::ModelConfig;
pub use expected::{expected_tensors, is_counter};
pub use folder::{FolderError, ModelFolder};
pub use import::{ImportError, ImportOptions, ImportReport, import, import_with};
pub use problems::{Misshapen, Problems};
pub use safetensors_write::StoredType;
pub use state_dict::{StateDict, StateDictError};
pub use vocab_check::{VocabSize, check_vocab};
pub use weights::{Weights, WeightsError};
