//! Exports, read back by other readers than ours: `zip` and `roxmltree` for OpenRaster, `png` for text chunks and palettes, `image` for the rest.

mod formats;
mod graph_inside;
mod layers;
mod scene;
