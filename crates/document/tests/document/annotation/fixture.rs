//! Folders of pictures, made by the tests.

use image::{DynamicImage, Rgb, RgbImage};
use scenewright_document::annotation::{AnnotationFolder, AnnotationIssue, Annotations, Page, PageState};
use scenewright_scene::{NodeDraft, NodeId, UnitBox};
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

/// A meadow under a sky.
pub fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(
        width,
        height,
        |x, y| if y * 2 < height { Rgb([120, 170, (x % 256) as u8]) } else { Rgb([60, 140, 50]) },
    )
}

pub fn save(folder: &Path, name: &str, width: u32, height: u32) {
    DynamicImage::ImageRgb8(picture(width, height)).save(folder.join(name)).unwrap();
}

/// Three pictures, one of each kind.
pub fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    save(folder.path(), "a.png", 60, 40);
    save(folder.path(), "b.jpg", 80, 50);
    save(folder.path(), "c.webp", 30, 30);
    folder
}

/// A JPEG that says that it lies on its side: EXIF's orientation 6.
pub fn save_turned(folder: &Path, name: &str, width: u32, height: u32) {
    save_with_exif(folder, name, width, height, 6);
}

pub fn save_with_exif(folder: &Path, name: &str, width: u32, height: u32, orientation: u8) {
    let mut jpeg = Vec::new();
    DynamicImage::ImageRgb8(picture(width, height))
        .write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg)
        .unwrap();
    let tiff =
        [b"MM\0\x2a\0\0\0\x08".as_slice(), &[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]]
            .concat();
    let exif = [b"Exif\0\0".as_slice(), &tiff].concat();
    let length = (exif.len() as u16 + 2).to_be_bytes();
    let turned = [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat();
    std::fs::write(folder.join(name), turned).unwrap();
}

pub fn open(folder: &Path) -> (AnnotationFolder, Annotations, Vec<AnnotationIssue>) {
    AnnotationFolder::open(folder, &[]).unwrap()
}

pub fn boxed(name: &str, b: [f32; 4]) -> NodeDraft {
    NodeDraft { pinned: Some(UnitBox::from(b)), ..NodeDraft::new(name) }
}

pub fn add(page: &mut Page, name: &str, b: [f32; 4]) -> NodeId {
    page.add(boxed(name, b), None).unwrap()
}

/// Writes every page that has changed, as the editor does.
pub fn write(store: &mut AnnotationFolder, annotations: &mut Annotations) {
    let snapshots: Vec<_> = annotations.unsaved().map(Page::snapshot).collect();
    store.write(&snapshots).unwrap();
    for snapshot in snapshots {
        annotations.page_of(&snapshot.file).unwrap().saved(snapshot.changes);
    }
}

pub fn annotations_json(folder: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder.join("annotations.json")).unwrap()).unwrap()
}

/// A page in words: equal accounts, equal pages.
pub fn account(state: &PageState) -> String {
    let mut lines = vec![format!("done {}", state.done)];
    for node in state.scene.nodes() {
        lines.push(format!("{} {} {:?} {:?}", node.id.0, node.title(), node.pinned, state.mask(node.id)));
    }
    for relation in state.scene.relations() {
        lines.push(format!("{} {} {}", relation.subject.0, relation.predicate, relation.object.0));
    }
    lines.join("\n")
}

pub fn accounts(annotations: &Annotations) -> Vec<String> {
    annotations.pages().iter().map(|page| format!("{} {:?}\n{}", page.file, page.size, account(page.state()))).collect()
}
