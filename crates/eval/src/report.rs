//! Figures side by side: a table for people, JSON for programs.

use std::fmt::Write;

use serde::Serialize;

use super::benchmark::{Benchmark, BenchmarkOptions};
use super::figures::{Figures, Skipped};
use super::inception::{GROUPS, InceptionJudge};

/// Everything that one benchmark has measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BenchmarkReport {
    /// Of the program.
    pub program: &'static str,
    /// Version of the classifier: figures of another one cannot be compared.
    pub classifier: Option<String>,
    /// Whose weights Inception v3 had.
    pub inception: Option<&'static str>,
    /// Width and height.
    pub size_px: (usize, usize),
    pub seed: u64,
    pub given_layout: bool,
    pub skipped: Skipped,
    /// Models first, then baselines.
    pub figures: Vec<Figures>,
}

impl BenchmarkReport {
    pub fn new(benchmark: &Benchmark, size_px: (usize, usize), figures: Vec<Figures>) -> Self {
        let BenchmarkOptions { seed, given_layout, .. } = benchmark.options;
        Self {
            program: env!("CARGO_PKG_VERSION"),
            classifier: benchmark.judges.classifier.as_ref().map(|judge| judge.version().to_owned()),
            inception: benchmark.judges.inception.as_ref().map(InceptionJudge::name),
            size_px,
            seed,
            given_layout,
            skipped: benchmark.skipped.clone(),
            figures,
        }
    }

    /// A Markdown table, one column a generator, for a terminal and for a card.
    pub fn table(&self) -> String {
        markdown(&self.cells())
    }

    /// The same with one row a generator, for many of them.
    pub fn table_by_generator(&self) -> String {
        let cells = self.cells();
        let columns = cells.first().map_or(0, Vec::len);
        let turned: Vec<Vec<String>> =
            (0..columns).map(|column| cells.iter().map(|row| row[column].clone()).collect()).collect();
        markdown(&turned)
    }

    /// One row a metric, one column a generator, headings included; all rows have the same length.
    fn cells(&self) -> Vec<Vec<String>> {
        let mut rows: Vec<Vec<String>> = vec![Vec::new()];
        rows[0].push("figure".into());
        rows[0].extend(self.figures.iter().map(|figures| figures.generator.clone()));
        for (name, value) in ROWS {
            let cells: Vec<String> = self.figures.iter().map(value).collect();
            if cells.iter().any(|cell| cell != NONE) {
                rows.push(std::iter::once((*name).to_owned()).chain(cells).collect());
            }
        }
        rows
    }

    /// What the table does not say.
    pub fn notes(&self) -> Vec<String> {
        let ((width, height), first) = (self.size_px, self.figures.first());
        let boxes = if self.given_layout { "given boxes and masks" } else { "predicted boxes" };
        let scenes = first.map_or(0, |figures| figures.scenes);
        let mut notes = vec![format!(
            "{scenes} held-out scenes, {width} × {height} pixels, {boxes}, seed {}; {}",
            self.seed,
            self.classifier.as_ref().map_or("no classifier".into(), |version| format!("classifier {version}"))
        )];
        notes.extend(self.inception.map(|name| format!("Inception Score and FID: {name}, {GROUPS} groups")));
        if self.skipped.scenes > 0 {
            const SHOWN: usize = 8;
            let mut words: Vec<(&String, &u64)> = self.skipped.words.iter().collect();
            words.sort_by_key(|(word, count)| (std::cmp::Reverse(**count), (*word).clone()));
            let more = words.len().saturating_sub(SHOWN);
            let mut named: Vec<String> = words.iter().take(SHOWN).map(|(word, _)| format!("\"{word}\"")).collect();
            if more > 0 {
                named.push(format!("{more} more words"));
            }
            notes.push(format!(
                "{} more scenes were left out: the model's vocabulary lacks {}",
                self.skipped.scenes,
                named.join(", ")
            ));
        }
        if let Some(relations) = first.map(|figures| &figures.relations).filter(|relations| relations.unknown > 0) {
            notes.push(format!("{} relations say nothing about boxes and were left out", relations.unknown));
        }
        notes
    }
}

/// rows of one length, the first of them heads
pub(crate) fn markdown(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> =
        (0..columns).map(|i| rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0)).collect();
    let mut text = String::new();
    for (i, row) in rows.iter().enumerate() {
        for (cell, width) in row.iter().zip(&widths) {
            // Writing to a String cannot fail.
            let _ = write!(text, "| {cell:width$} ");
        }
        text.push_str("|\n");
        if i == 0 {
            widths.iter().for_each(|width| text.push_str(&format!("|{}", "-".repeat(width + 2))));
            text.push_str("|\n");
        }
    }
    text
}

const NONE: &str = "–";

type Row = (&'static str, fn(&Figures) -> String);

fn share(value: f64) -> String {
    format!("{value:.3}")
}

fn some(value: Option<f64>) -> String {
    value.map_or(NONE.into(), share)
}

const ROWS: &[Row] = &[
    ("box IoU", |f| share(f.boxes.iou)),
    ("recall at 0.3", |f| share(f.boxes.recall_30)),
    ("recall at 0.5", |f| share(f.boxes.recall_50)),
    ("relations met", |f| share(f.relations.met)),
    ("plausible boxes", |f| share(f.boxes.plausible)),
    ("plausible, no slack", |f| share(f.boxes.plausible_exactly)),
    ("pairs of things that meet", |f| share(f.boxes.meeting)),
    ("improper boxes", |f| f.boxes.improper.to_string()),
    ("recognisability", |f| some(f.recognizability)),
    ("recognized, top-1", |f| some(f.recognition.as_ref().map(|r| r.top1))),
    ("recognized, top-5", |f| some(f.recognition.as_ref().map(|r| r.top5))),
    ("Fréchet distance", |f| some(f.frechet)),
    ("Inception Score", |f| f.inception.map_or(NONE.into(), |i| format!("{:.2} ± {:.2}", i.score, i.deviation))),
    ("FID", |f| f.inception.and_then(|i| i.fid).map_or(NONE.into(), |fid| format!("{fid:.1}"))),
    ("diversity, pixels", |f| some(f.diversity.map(|d| d.pixels))),
    ("diversity, features", |f| some(f.diversity.and_then(|d| d.features))),
    ("change, boxes kept", |f| f.stability.map_or(NONE.into(), |s| format!("{:.4}", s.boxes_kept.mean))),
    ("pixels changed, boxes kept", |f| some(f.stability.map(|s| s.boxes_kept.pixels))),
    ("change, fresh layout", |f| f.stability.map_or(NONE.into(), |s| format!("{:.4}", s.fresh_layout.mean))),
    ("pixels changed, fresh layout", |f| some(f.stability.map(|s| s.fresh_layout.pixels))),
    ("colors obeyed", |f| some(f.colors.map(|c| c.obeyed))),
    ("colors, not asked for", |f| some(f.colors.map(|c| c.unasked))),
    ("pictures a second", |f| f.images_per_second.map_or(NONE.into(), |rate| format!("{rate:.1}"))),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_shows_what_was_measured_and_names_what_was_left_out() {
        let mut first = Figures { generator: "model".into(), scenes: 7, ..Figures::default() };
        first.boxes.iou = 0.25;
        first.relations.unknown = 3;
        let second = Figures { generator: "real".into(), frechet: Some(1.5), ..Figures::default() };
        let skipped = Skipped { scenes: 2, words: [("kyte".to_owned(), 2)].into() };
        let report = BenchmarkReport {
            program: "0",
            classifier: None,
            inception: None,
            size_px: (64, 32),
            seed: 5,
            given_layout: true,
            skipped,
            figures: vec![first, second],
        };
        let table = report.table();
        let row = |name: &str| table.lines().find(|line| line.contains(name)).map(str::to_owned);
        let cells = |name: &str| {
            row(name).map(|row| row.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>().join("|"))
        };
        assert_eq!(cells("box IoU").as_deref(), Some("|box IoU|0.250|0.000|"));
        assert_eq!(cells("Fréchet").as_deref(), Some("|Fréchet distance|–|1.500|"));
        assert_eq!(row("diversity"), None);
        let turned = report.table_by_generator();
        assert!(
            turned.lines().nth(2).is_some_and(|line| line.starts_with("| model") && line.contains("0.250")),
            "{turned}"
        );
        let lengths: Vec<usize> = table.lines().map(|line| line.chars().count()).collect();
        assert!(lengths.iter().all(|length| *length == lengths[0]), "{table}");
        let notes = report.notes().join("\n");
        for part in [
            "7 held-out scenes, 64 × 32 pixels, given boxes and masks, seed 5; no classifier",
            "2 more scenes",
            "\"kyte\"",
            "3 relations",
        ] {
            assert!(notes.contains(part), "{notes}");
        }
    }
}
