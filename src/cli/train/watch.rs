//! `scenewright train --watch RUN`: a run that the editor, or another program, trains.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;

use scenewright_train::AnyConfig;
use scenewright_train::run::RunFolder;

/// Columns that are said, if the run has them, with what they are called.
const SAID: [(&str, &str); 9] = [
    ("images_per_second", "images/s"),
    ("total_loss", "total"),
    ("L1_pixel_loss", "L1"),
    ("bbox_pred", "box"),
    ("relation_loss", "rel"),
    ("d_img_total", "d_img"),
    ("sprite_colour", "sprite"),
    ("stuff_colour", "stuff"),
    ("val_loss", HELD_OUT),
];
const HELD_OUT: &str = "held out";
const LOOKS_EVERY: Duration = Duration::from_secs(1);

/// Says what was written since it last looked, and ends with the run.
pub(crate) fn watch(run: &Path) -> anyhow::Result<()> {
    let steps = AnyConfig::of_run(run)?.steps();
    let file = run.join("metrics.csv");
    let open = || File::open(&file).with_context(|| format!("cannot read the numbers of the run: {}", file.display()));
    let mut reader = BufReader::new(open()?);
    let mut header = String::new();
    reader.read_line(&mut header)?;
    let names: Vec<String> = header.trim_end().split(',').map(str::to_owned).collect();
    let (mut line, mut last, mut seen, mut was_over) = (String::new(), None, 0, false);
    loop {
        let length = line.len();
        reader.read_line(&mut line)?;
        if line.ends_with('\n') {
            if let Some((step, text)) = said(&names, line.trim_end(), steps).filter(|(step, _)| *step >= seen) {
                // Figures of held-out scenes are a row of their own, and come seldom.
                if text.contains(HELD_OUT) {
                    say!("{text}")?;
                } else {
                    last = Some(text);
                }
                seen = step;
            }
            line.clear();
            continue;
        }
        if let Some(text) = last.take() {
            say!("{text}")?;
        }
        if length == line.len() {
            // What was written between the last look and the end is read once more.
            let ended = !RunFolder::is_being_written(run);
            if ended && std::mem::replace(&mut was_over, true) {
                return match seen >= steps {
                    true => say!("finished after {seen} steps"),
                    false => say!("stopped at step {seen} of {steps}; `scenewright train --resume` continues"),
                };
            }
            was_over = ended;
            std::thread::sleep(LOOKS_EVERY);
        }
        // A run that goes on from a checkpoint puts another file in its place. Rows that were said already are skipped.
        let lengths = (file.metadata().map(|facts| facts.len()), reader.get_ref().metadata().map(|facts| facts.len()));
        if let (Ok(there), Ok(here)) = lengths
            && there != here
        {
            reader = BufReader::new(open()?);
            line.clear();
        }
    }
}

/// The step of a row, and the row in words.
fn said(names: &[String], line: &str, steps: u64) -> Option<(u64, String)> {
    let cells: Vec<&str> = line.split(',').collect();
    let step: u64 = cells.first()?.parse().ok()?;
    let value = |name: &str| {
        let place = names.iter().position(|known| known == name)?;
        cells.get(place)?.parse::<f64>().ok()
    };
    let parts: Vec<String> =
        SAID.iter().filter_map(|(name, short)| Some(format!("{short} {:.3}", value(name)?))).collect();
    Some((step, format!("step {step}/{steps}: {} {}", cells.get(1)?, parts.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn a_row_is_said_in_words() {
        let names: Vec<String> =
            ["step", "phase", "images_per_second", "total_loss", "val_loss"].map(str::to_owned).to_vec();
        for (line, expected) in [
            ("12,picture,4.5,0.25,", Some("step 12/20: picture images/s 4.500, total 0.250")),
            ("20,picture,,,0.5", Some("step 20/20: picture held out 0.500")),
            ("rubbish", None),
            ("7", None),
        ] {
            assert_eq!(said(&names, line, 20).map(|(_, text)| text).as_deref(), expected, "{line}");
        }
    }
}
