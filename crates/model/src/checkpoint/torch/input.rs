//! Bytes from a file, with a limit: a length that the file declares never allocates more than the file still holds.

use std::io::Read;

use super::error::{Result, TorchError, corrupt};

/// Names of modules and classes are short; a longer line is damage.
const MAX_LINE_BYTES: usize = 1024;

pub(crate) struct Input<R> {
    inner: R,
    left: u64,
    position: u64,
}

impl<R: Read> Input<R> {
    /// `length`: what the file holds from here, an upper bound that the caller has checked.
    pub(crate) fn new(inner: R, length: u64) -> Self {
        Self { inner, left: length, position: 0 }
    }

    /// Bytes taken so far.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    pub(crate) fn into_inner(self) -> R {
        self.inner
    }

    pub(crate) fn byte(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N as u64)?;
        let mut bytes = [0; N];
        self.inner.read_exact(&mut bytes).map_err(cut_short)?;
        Ok(bytes)
    }

    pub(crate) fn bytes(&mut self, length: u64) -> Result<Vec<u8>> {
        self.take(length)?;
        let mut bytes = vec![0; length as usize];
        self.inner.read_exact(&mut bytes).map_err(cut_short)?;
        Ok(bytes)
    }

    pub(crate) fn text(&mut self, length: u64) -> Result<String> {
        String::from_utf8(self.bytes(length)?).or_else(|_| corrupt("a text is not UTF-8"))
    }

    /// Up to the next newline, which is taken and left out.
    pub(crate) fn line(&mut self) -> Result<String> {
        let mut line = Vec::new();
        loop {
            match self.byte()? {
                b'\n' => {
                    return String::from_utf8(line).or_else(|_| corrupt("a name is not UTF-8"));
                }
                byte if line.len() < MAX_LINE_BYTES => line.push(byte),
                _ => return corrupt("a name is longer than 1024 bytes"),
            }
        }
    }

    fn take(&mut self, length: u64) -> Result<()> {
        if length > self.left {
            return corrupt(format!("{length} bytes are announced where {} are left", self.left));
        }
        self.left -= length;
        self.position += length;
        Ok(())
    }
}

fn cut_short(error: std::io::Error) -> TorchError {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => TorchError::Corrupt("the end comes too early".into()),
        // What the zip reader says of a wrong checksum.
        std::io::ErrorKind::InvalidData => TorchError::Corrupt(error.to_string()),
        _ => TorchError::Io(error),
    }
}
