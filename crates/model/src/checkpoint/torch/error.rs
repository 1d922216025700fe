//! Errors of `.pt` files. The messages follow "the checkpoint cannot be read:"; the caller adds the path.

use std::io;

use thiserror::Error;

#[derive(Debug, Error)]
pub enum TorchError {
    #[error("{0}")]
    Io(#[from] io::Error),

    #[error("it is {found}. Give a file that torch.save wrote (.pt, .pth)")]
    NotTorch { found: String },

    /// What a download or a copy left in the checkpoint's place.
    #[error("it is {found}, not the checkpoint itself. {fix}")]
    Instead { found: &'static str, fix: &'static str },

    #[error("it is damaged or cut short ({0}). Copy or download it again")]
    Corrupt(String),

    /// Named, so that a reader can judge what the file tried.
    #[error(
        "it asks to run \"{0}\", which no sg2im checkpoint needs; nothing was run. If you trust the file, save it again in Python \
         with only dicts, lists, numbers, texts and tensors in it"
    )]
    RefusedGlobal(String),

    #[error("it uses {0}, which this reader does not know. Save it again with torch.save and its default settings")]
    Unsupported(String),

    /// Known, and of no use here. Follows "it".
    #[error("it {found}. {fix}")]
    Known { found: String, fix: &'static str },

    #[error("{0}, more than this reader takes")]
    TooLarge(String),
}

pub(crate) type Result<T> = std::result::Result<T, TorchError>;

pub(crate) fn corrupt<T>(what: impl Into<String>) -> Result<T> {
    Err(TorchError::Corrupt(what.into()))
}
