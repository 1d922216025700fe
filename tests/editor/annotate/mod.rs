//! Annotate mode, driven as a person drives it: pictures are dropped, boxes drawn, things named, and everything is on the disk.

mod annotator;
mod flows;
mod looks;
mod trouble;
