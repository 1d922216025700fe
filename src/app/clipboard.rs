//! Copies the picture to the system clipboard. A separate thread talks to the system, which may be slow or have no
//! clipboard.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use crate::engine::{ClipboardImage, ExportError, ExportOptions, Picture, enlarged, for_clipboard};

/// Maximum time at exit for another program (a clipboard manager) to take over the data.
const HANDOVER_TIMEOUT: Duration = Duration::from_millis(500);

/// Width and height, pixels.
pub(crate) type CopyResult = Result<(usize, usize), ClipboardError>;

#[derive(Debug, thiserror::Error)]
pub(crate) enum ClipboardError {
    #[error("the system clipboard does not accept pictures here ({0}). Export the picture as a PNG instead")]
    Absent(String),
    #[error(transparent)]
    Picture(#[from] ExportError),
    #[error("the system clipboard is not responding. Export the picture as a PNG instead")]
    Busy,
}

pub(crate) struct Clipboard {
    /// `None` only while shutting down.
    pictures: Option<SyncSender<(Arc<Picture>, ExportOptions)>>,
    copied: Receiver<CopyResult>,
    done: Receiver<()>,
}

impl Clipboard {
    /// `is_there`: false if the system has no clipboard.
    pub(crate) fn start(is_there: bool, wake: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let (pictures, todo) = sync_channel::<(Arc<Picture>, ExportOptions)>(2);
        let (sender, copied) = sync_channel(4);
        let (end, done) = sync_channel(1);
        std::thread::Builder::new().name("scenewright-clipboard".to_owned()).spawn(move || {
            // Kept open: on X11 the data is served by the program that copied it.
            let mut open: Option<arboard::Clipboard> = None;
            for (picture, options) in todo {
                if sender.send(copy(&mut open, is_there, &picture, &options)).is_err() {
                    break;
                }
                wake();
            }
            // Hands the data to a clipboard manager, if there is one.
            drop(open);
            drop(end);
        })?;
        Ok(Self { pictures: Some(pictures), copied, done })
    }

    /// Returns false if two pictures are already waiting.
    pub(crate) fn put(&self, picture: Arc<Picture>, options: ExportOptions) -> bool {
        self.pictures.as_ref().is_some_and(|pictures| pictures.try_send((picture, options)).is_ok())
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = CopyResult> {
        self.copied.try_iter()
    }
}

impl Drop for Clipboard {
    fn drop(&mut self) {
        self.pictures = None;
        let _ = self.done.recv_timeout(HANDOVER_TIMEOUT);
    }
}

fn copy(
    open: &mut Option<arboard::Clipboard>,
    is_there: bool,
    picture: &Picture,
    options: &ExportOptions,
) -> CopyResult {
    let absent = |error: arboard::Error| ClipboardError::Absent(error.to_string());
    let ClipboardImage { width, height, rgba } = for_clipboard(&enlarged(picture, options.scale, options.scaling)?);
    if !is_there {
        return Err(absent(arboard::Error::ClipboardNotSupported));
    }
    let clipboard = match open {
        Some(clipboard) => clipboard,
        None => open.insert(arboard::Clipboard::new().map_err(absent)?),
    };
    let image = arboard::ImageData { width, height, bytes: rgba.into() };
    clipboard.set_image(image).map_err(absent)?;
    Ok((width, height))
}
