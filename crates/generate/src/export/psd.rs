//! Photoshop's format: a layer with a mask for each object, in groups. Photoshop, Krita, GIMP, Affinity Photo and others open it.
//!
//! Written after Adobe's "Photoshop File Formats Specification" (2019): header; image resources (resolution); layers with their channels as runs
//! (PackBits), names in Unicode, groups as pairs of section dividers; the picture as a whole, for programs that show no layers.
//! Layers lie in the file from the lowest to the topmost, and so a group's end comes before its layers.
//!
//! Each object's layer has a user mask, which is the object's own outline, over pixels that reach a little beyond it: who paints on the mask brings
//! them back. The lowest layer, hidden below the others, is the picture as it is.

use image::{GrayImage, RgbImage};
use scenewright_scene::Scene;
use scenewright_scene::vocab::Vocabulary;

use super::ExportError;
use super::layers::{Layer, LayerGroup, layers, opaque};
use super::pixels::{Scaling, enlarged};
use crate::Picture;

/// Of a side of a PSD; larger ones are another format (PSB).
const MAX_SIDE_PX: u32 = 30_000;
/// Bytes of a name in the old form, which no program needs any more.
const MAX_NAME_BYTES: usize = 255;
const DOTS_PER_INCH: u32 = 72;

/// The bytes of a `.psd` file.
pub fn psd(
    picture: &Picture,
    scene: &Scene,
    vocab: &Vocabulary,
    scale: u32,
    scaling: Scaling,
) -> Result<Vec<u8>, ExportError> {
    let image = enlarged(picture, scale, scaling)?;
    super::pixels::fits("PSD", MAX_SIDE_PX, &image)?;
    let mut out = Vec::new();
    header(&mut out, &image);
    // No color table.
    out.extend(0_u32.to_be_bytes());
    sized(&mut out, resources);
    let records = records(picture, scene, vocab, &image);
    sized(&mut out, |out| layer_section(out, &records));
    whole(&mut out, &image);
    Ok(out)
}

fn header(out: &mut Vec<u8>, image: &RgbImage) {
    const VERSION: u16 = 1;
    const CHANNELS: u16 = 3;
    const BITS: u16 = 8;
    const RGB: u16 = 3;
    out.extend(b"8BPS");
    out.extend(VERSION.to_be_bytes());
    out.extend([0; 6]);
    out.extend(CHANNELS.to_be_bytes());
    out.extend(image.height().to_be_bytes());
    out.extend(image.width().to_be_bytes());
    out.extend(BITS.to_be_bytes());
    out.extend(RGB.to_be_bytes());
}

/// Writes what `write` writes, with its length in front.
fn sized(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend([0; 4]);
    write(out);
    let length = ((out.len() - start - 4) as u32).to_be_bytes();
    out[start..start + 4].copy_from_slice(&length);
}

/// The resolution, in dots per inch.
fn resources(out: &mut Vec<u8>) {
    const RESOLUTION: u16 = 0x03ed;
    const INCH: u16 = 1;
    out.extend(b"8BIM");
    out.extend(RESOLUTION.to_be_bytes());
    // No name.
    out.extend([0, 0]);
    sized(out, |out| {
        for _ in 0..2 {
            out.extend((DOTS_PER_INCH << 16).to_be_bytes());
            out.extend(INCH.to_be_bytes());
            out.extend(INCH.to_be_bytes());
        }
    });
}

/// A record of the file: a layer, or an end of a group.
struct Record {
    name: String,
    kind: Kind,
    /// Left, top, right, bottom in pixels; the last ones excluded.
    rect: [u32; 4],
    /// Number of a channel, and its compressed bytes.
    channels: Vec<(i16, Vec<u8>)>,
    mask: Option<[u32; 4]>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Layer,
    /// The group itself, which stands above its layers.
    Group,
    /// Below them.
    GroupEnd,
}

fn records(picture: &Picture, scene: &Scene, vocab: &Vocabulary, image: &RgbImage) -> Vec<Record> {
    let background = Layer { name: "Picture".to_owned(), group: None, x: 0, y: 0, pixels: opaque(image), mask: None };
    let mut records = vec![layer_record(&background)];
    let mut open: Option<LayerGroup> = None;
    for layer in layers(picture, scene, vocab, image) {
        if layer.group != open {
            records.extend(open.map(|group| divider(group, Kind::Group)));
            records.extend(layer.group.map(|group| divider(group, Kind::GroupEnd)));
            open = layer.group;
        }
        records.push(layer_record(&layer));
    }
    records.extend(open.map(|group| divider(group, Kind::Group)));
    records
}

fn divider(group: LayerGroup, kind: Kind) -> Record {
    let name = if kind == Kind::Group { group.title() } else { "</Layer group>" };
    let raw = || vec![0, 0];
    let channels = vec![(-1, raw()), (0, raw()), (1, raw()), (2, raw())];
    Record { name: name.to_owned(), kind, rect: [0; 4], channels, mask: None }
}

fn layer_record(layer: &Layer) -> Record {
    let (width, height) = layer.pixels.dimensions();
    let rect = [layer.x, layer.y, layer.x + width, layer.y + height];
    let plane = |channel: usize| layer.pixels.pixels().map(move |pixel| pixel.0[channel]).collect::<Vec<u8>>();
    let mut channels: Vec<(i16, Vec<u8>)> = vec![(-1, packed(&plane(3), width))];
    channels.extend((0..3).map(|channel| (channel as i16, packed(&plane(channel), width))));
    channels.extend(layer.mask.as_ref().map(|mask: &GrayImage| (-2, packed(mask.as_raw(), width))));
    let mask = layer.mask.as_ref().map(|_| rect);
    Record { name: layer.name.clone(), kind: Kind::Layer, rect, channels, mask }
}

fn layer_section(out: &mut Vec<u8>, records: &[Record]) {
    sized(out, |out| {
        out.extend((records.len() as i16).to_be_bytes());
        records.iter().for_each(|record| layer_head(out, record));
        for (_, bytes) in records.iter().flat_map(|record| &record.channels) {
            out.extend(bytes);
        }
        // The whole is even.
        if out.len() % 2 == 1 {
            out.push(0);
        }
    });
    // No mask of the whole.
    out.extend(0_u32.to_be_bytes());
}

fn rectangle(out: &mut Vec<u8>, [left, top, right, bottom]: [u32; 4]) {
    for side in [top, left, bottom, right] {
        out.extend(side.to_be_bytes());
    }
}

fn layer_head(out: &mut Vec<u8>, record: &Record) {
    const OPAQUE: u8 = 255;
    const BASE: u8 = 0;
    /// Flags: of Photoshop 5 and later; without pixels of its own.
    const LATER: u8 = 1 << 3;
    const NO_PIXELS: u8 = 1 << 4;
    rectangle(out, record.rect);
    out.extend((record.channels.len() as u16).to_be_bytes());
    for (number, bytes) in &record.channels {
        out.extend(number.to_be_bytes());
        out.extend((bytes.len() as u32).to_be_bytes());
    }
    out.extend(b"8BIM");
    // A group lets blend modes within it act on what is below.
    out.extend(if record.kind == Kind::Group { b"pass" } else { b"norm" });
    let flags = if record.kind == Kind::Layer { LATER } else { LATER | NO_PIXELS };
    out.extend([OPAQUE, BASE, flags, 0]);
    sized(out, |out| {
        sized(out, |out| {
            if let Some(rect) = record.mask {
                rectangle(out, rect);
                // Black beyond its rectangle; no flags; two bytes to make the length what it must be.
                out.extend([0, 0, 0, 0]);
            }
        });
        // No blending ranges.
        out.extend(0_u32.to_be_bytes());
        old_name(out, &record.name);
        block(out, b"luni", |out| {
            let name: Vec<u16> = record.name.encode_utf16().collect();
            out.extend((name.len() as u32).to_be_bytes());
            name.iter().for_each(|unit| out.extend(unit.to_be_bytes()));
        });
        match record.kind {
            Kind::Layer => {}
            kind => block(out, b"lsct", |out| {
                let number: u32 = if kind == Kind::Group { 1 } else { 3 };
                out.extend(number.to_be_bytes());
                if kind == Kind::Group {
                    out.extend(b"8BIMpass");
                }
            }),
        }
    });
}

/// A name in one byte a letter, padded so that its length byte and it fill fours.
fn old_name(out: &mut Vec<u8>, name: &str) {
    let plain: Vec<u8> =
        name.chars().map(|c| if c.is_ascii() && !c.is_ascii_control() { c as u8 } else { b'?' }).collect();
    let plain = &plain[..plain.len().min(MAX_NAME_BYTES)];
    out.push(plain.len() as u8);
    out.extend(plain);
    let fill = (4 - (plain.len() + 1) % 4) % 4;
    out.extend(std::iter::repeat_n(0, fill));
}

/// A block of further facts about a layer, padded to fours.
fn block(out: &mut Vec<u8>, key: &[u8; 4], write: impl FnOnce(&mut Vec<u8>)) {
    out.extend(b"8BIM");
    out.extend(key);
    sized(out, |out| {
        let start = out.len();
        write(out);
        let fill = (4 - (out.len() - start) % 4) % 4;
        out.extend(std::iter::repeat_n(0, fill));
    });
}

/// The picture as a whole.
fn whole(out: &mut Vec<u8>, image: &RgbImage) {
    const PACK_BITS: u16 = 1;
    let width = image.width();
    let rows: Vec<Vec<u8>> = (0..3)
        .flat_map(|channel| {
            let plane: Vec<u8> = image.pixels().map(|pixel| pixel.0[channel]).collect();
            plane.chunks(width.max(1) as usize).map(pack_bits).collect::<Vec<_>>()
        })
        .collect();
    out.extend(PACK_BITS.to_be_bytes());
    rows.iter().for_each(|row| out.extend((row.len() as u16).to_be_bytes()));
    rows.iter().for_each(|row| out.extend(row));
}

/// A channel of a layer: its way of compression, the length of each row, the rows.
fn packed(plane: &[u8], width: u32) -> Vec<u8> {
    const PACK_BITS: u16 = 1;
    let rows: Vec<Vec<u8>> = plane.chunks(width.max(1) as usize).map(pack_bits).collect();
    let mut out = PACK_BITS.to_be_bytes().to_vec();
    rows.iter().for_each(|row| out.extend((row.len() as u16).to_be_bytes()));
    rows.iter().for_each(|row| out.extend(row));
    out
}

/// Runs of equal bytes, and stretches without (Apple's PackBits).
fn pack_bits(row: &[u8]) -> Vec<u8> {
    const MAX: usize = 128;
    let mut out = Vec::with_capacity(row.len() / 4 + 2);
    let mut at = 0;
    while at < row.len() {
        let run = row[at..].iter().take(MAX).take_while(|byte| **byte == row[at]).count();
        if run >= 3 || (run == 2 && at + 2 == row.len()) {
            out.extend([(1 - run as i32) as u8, row[at]]);
            at += run;
            continue;
        }
        // Up to the next run of three.
        let rest = &row[at..];
        let is_run =
            |place: usize| rest.get(place..place + 3).is_some_and(|three| three.iter().all(|byte| *byte == three[0]));
        let length = (1..rest.len().min(MAX)).find(|place| is_run(*place)).unwrap_or(rest.len().min(MAX));
        out.push((length - 1) as u8);
        out.extend(&rest[..length]);
        at += length;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::pack_bits;

    fn unpacked(bytes: &[u8]) -> Vec<u8> {
        let (mut out, mut at) = (Vec::new(), 0);
        while at < bytes.len() {
            let head = bytes[at] as i8;
            if head >= 0 {
                let end = at + 2 + head as usize;
                out.extend(&bytes[at + 1..end]);
                at = end;
            } else {
                out.extend(std::iter::repeat_n(bytes[at + 1], 1 + usize::from(head.unsigned_abs())));
                at += 2;
            }
        }
        out
    }

    #[test]
    fn rows_come_back_from_their_runs() {
        let noise: Vec<u8> = (0..500_u32).map(|at| (at * at * 7 % 251) as u8).collect();
        let mixed: Vec<u8> = [vec![9; 300], vec![1, 2, 3, 3, 4], vec![7; 2], vec![5; 129], vec![1]].concat();
        for row in [Vec::new(), vec![4], vec![4, 4], vec![0; 128], vec![0; 129], noise, mixed] {
            assert_eq!(unpacked(&pack_bits(&row)), row);
        }
        assert!(pack_bits(&[0; 1000]).len() < 20);
    }
}
