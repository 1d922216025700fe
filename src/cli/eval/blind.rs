//! `scenewright eval blind`: sheets of pairs whose relation a reader guesses, and the answers in a file of their own.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use image::RgbImage;

use scenewright_drawing::ImagePainter;
use scenewright_eval::depiction::blind::{BlindPair, bundled_pairs, pairs};
use scenewright_formats::write_atomically;
use scenewright_generate::{Generator, Request, export};
use scenewright_nn::device::DeviceChoice;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  scenewright eval blind --out blind")]
pub(super) struct BlindArgs {
    /// Model folder
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Another list than the bundled one
    #[arg(long, value_name = "FILE.json")]
    list: Option<PathBuf>,
    /// Folder for sheet-1.png ..., questions.tsv and answers.tsv
    #[arg(long, value_name = "DIR", default_value = "blind")]
    out: PathBuf,
    /// Side of one picture, pixels
    #[arg(long, value_name = "PIXELS", default_value_t = 256, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(64..=1024))]
    size: usize,
}

const COLUMNS: usize = 4;
const ROWS: usize = 3;
const MARGIN_PX: u32 = 12;
const LINE_PX: u32 = 19;
const TEXT_PX: f32 = 15.0;

pub(super) fn run(args: &BlindArgs) -> Result<()> {
    let list = match &args.list {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            pairs(&text)?
        }
        None => bundled_pairs()?,
    };
    let generator = Generator::open(&super::super::model_or_bundled(args.model.as_deref())?, DeviceChoice::Auto)?;
    std::fs::create_dir_all(&args.out).with_context(|| format!("cannot make the folder {}", args.out.display()))?;
    let (mut questions, mut answers) = (String::new(), String::new());
    for (page, group) in list.chunks(COLUMNS * ROWS).enumerate() {
        let first = page * COLUMNS * ROWS;
        let mut pictures = Vec::new();
        for pair in group {
            let size = Some((args.size, args.size));
            let request = Request { seed: Some(pair.seed), size, ..Request::default() };
            let picture = generator.render(&pair.scene, &request)?;
            pictures.push(export::image(&picture, 1));
        }
        let sheet = sheet(group, &pictures, first, args.size as u32);
        write_atomically(&args.out.join(format!("sheet-{}.png", page + 1)), &export::png(&sheet)?)?;
        for (place, pair) in group.iter().enumerate() {
            let number = first + place + 1;
            let offered: Vec<String> = pair.choices.iter().enumerate().map(|(i, word)| choice(i, word)).collect();
            // Writing to a String cannot fail.
            let _ = writeln!(questions, "{number}\t{}\t{}\t{}", pair.subject, pair.object, offered.join("\t"));
            let _ = writeln!(answers, "{number}\t{}\t{}", letter(pair.answer), pair.choices[pair.answer]);
        }
    }
    write_atomically(&args.out.join("questions.tsv"), questions.as_bytes())?;
    write_atomically(&args.out.join("answers.tsv"), answers.as_bytes())?;
    say!("{} pairs: {}", list.len(), args.out.display())
}

fn letter(place: usize) -> char {
    char::from(b'a' + place as u8)
}

fn choice(place: usize, word: &str) -> String {
    format!("{}) {word}", letter(place))
}

/// Pictures with their number, both names and the choices below.
fn sheet(group: &[BlindPair], pictures: &[RgbImage], first: usize, side: u32) -> RgbImage {
    let lines = 1 + group.iter().map(|pair| pair.choices.len()).max().unwrap_or_default() as u32;
    let (width, height) = (side + MARGIN_PX, side + lines * LINE_PX + MARGIN_PX);
    let rows = group.len().div_ceil(COLUMNS) as u32;
    let mut painter = ImagePainter::filled(COLUMNS as u32 * width, rows * height, [255, 255, 255]);
    for (place, (pair, picture)) in group.iter().zip(pictures).enumerate() {
        let (x, y) = (place as u32 % COLUMNS as u32 * width, place as u32 / COLUMNS as u32 * height);
        painter.paste(picture, x, y, 0.0, [255, 255, 255]);
        let title = format!("{}. {} ... {}", first + place + 1, pair.subject, pair.object);
        let texts = std::iter::once(title).chain(pair.choices.iter().enumerate().map(|(i, word)| choice(i, word)));
        for (line, text) in texts.enumerate() {
            let top = y + side + 3 + line as u32 * LINE_PX;
            painter.text(x as f32 + 4.0, top as f32, &text, TEXT_PX, [30, 30, 40]);
        }
    }
    painter.image
}
