//! Annotate mode, driven as a person drives it: pictures are dropped, boxes drawn, things named, and everything is on the disk.

#[path = "ui/harness.rs"]
#[allow(dead_code)] // shared with the other windows' tests
mod harness;
#[path = "ui/renderer.rs"]
mod renderer;
mod ui_annotate {
    pub mod annotator;
    mod flows;
    mod looks;
    mod trouble;
}
