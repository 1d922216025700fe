//! From a picture to files: image, layers, boxes, masks, facts.
//!
//! Everything is made in memory first and written whole ([`scenewright_formats::write_atomically`]): a full disk leaves no half file.
//!
//! | file | subject |
//! |---|---|
//! | `format` | [`ExportFormat`]: what can be exported, and [`export`], the one door to all of it |
//! | `pixels` | the image enlarged; PNG with its graph, JPEG, WebP, the clipboard |
//! | `overlay` | boxes and masks, drawn for people |
//! | `cut` | an object's mask in full resolution; the object cut out by it |
//! | `segmentation` | a picture of categories, with a palette |
//! | `stack` | the order from back to front, and what is seen of each object |
//! | `layers` | the picture as layers with names, groups and masks |
//! | `openraster`, `psd` | a layer for each object, for Krita and GIMP, for Photoshop |
//! | `comfyui`, `ideogram`, `control` | for image generators: a workflow, a prompt with boxes, control maps (`docs/handoff.md`) |
//! | `dominant` | the colors of which pixels mostly consist |
//! | `coco` | the layout as COCO annotations |
//! | `gif` | a history that moves |
//! | `report` | what is known of a picture, as JSON |

mod coco;
mod comfyui;
mod control;
mod cut;
mod dominant;
mod error;
mod format;
mod gif;
mod ideogram;
mod layers;
mod openraster;
mod overlay;
mod pixels;
mod psd;
mod report;
mod segmentation;
mod stack;

pub use coco::{coco, run_lengths};
pub use cut::{object_masks, opacity_at};
pub use error::ExportError;
pub use format::{ExportFormat, ExportGroup, ExportOptions, Exported, export, export_graph};
pub use gif::{GifFrame, gif, write_gif};
pub use openraster::openraster;
pub use overlay::{boxes, masks};
pub use pixels::{
    ClipboardImage, MAX_SCALE, Scaling, enlarged, enlarged_image, for_clipboard, image, jpeg, png, png_with_graph, webp,
};
pub use psd::psd;
pub use report::report;
pub use segmentation::{Segmentation, segmentation};
