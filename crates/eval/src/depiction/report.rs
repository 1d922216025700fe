//! Columns side by side: a table for people, JSON for programs.

use serde::Serialize;

use super::benchmark::{Column, DepictionBenchmark, DepictionOptions};
use super::{DepictionFigures, Fault};
use crate::figures::Skipped;
use crate::report::markdown;
use crate::share::Share;

/// What one benchmark has measured.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DepictionReport {
    /// "complete", "free" or "everyday".
    pub graphs: &'static str,
    pub size_px: (usize, usize),
    pub seed: u64,
    pub skipped: Skipped,
    pub figures: Vec<DepictionFigures>,
    /// Of each column, what did not hold; only where it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Vec<Fault>>,
}

impl DepictionReport {
    pub fn new(benchmark: &DepictionBenchmark, columns: Vec<Column>, with_faults: bool) -> Self {
        let DepictionOptions { set, size_px, seed, .. } = benchmark.options;
        let (figures, faults): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let faults = if with_faults { faults } else { Vec::new() };
        Self { graphs: set.name(), size_px, seed, skipped: benchmark.skipped.clone(), figures, faults }
    }

    /// A Markdown table, one column a generator.
    pub fn table(&self) -> String {
        let head = std::iter::once(format!("{} graphs", self.graphs));
        let mut rows: Vec<Vec<String>> = vec![head.chain(self.figures.iter().map(|f| f.name.clone())).collect()];
        for (name, of) in ROWS {
            let cells = self.figures.iter().map(|figures| cell(of(figures)));
            rows.push(std::iter::once((*name).to_owned()).chain(cells).collect());
        }
        let mut actions: Vec<&String> = self.figures.iter().flat_map(|figures| figures.by_interaction.keys()).collect();
        actions.sort();
        actions.dedup();
        for action in actions {
            let of = |figures: &DepictionFigures| figures.by_interaction.get(action).copied().unwrap_or_default();
            let cells = self.figures.iter().map(|figures| cell(of(figures)));
            rows.push(std::iter::once(format!("interaction: {action}")).chain(cells).collect());
        }
        markdown(&rows)
    }

    /// What the table does not say.
    pub fn notes(&self) -> Vec<String> {
        let (width, height) = self.size_px;
        let drawn = self.figures.iter().map(|figures| figures.graphs).max().unwrap_or_default();
        let mut notes = vec![format!("{drawn} {} graphs, {width} × {height} pixels, seed {}", self.graphs, self.seed)];
        if self.skipped.scenes > 0 {
            let words: Vec<String> = self.skipped.words.keys().take(8).map(|word| format!("\"{word}\"")).collect();
            notes.push(format!(
                "{} more graphs were left out: the model's vocabulary lacks {}",
                self.skipped.scenes,
                words.join(", ")
            ));
        }
        notes
    }
}

fn cell(share: Share) -> String {
    if share.of == 0 { "–".into() } else { format!("{:.3} of {}", share.share(), share.of) }
}

type Row = (&'static str, fn(&DepictionFigures) -> Share);

const ROWS: &[Row] = &[
    ("supported", |f| f.supported),
    ("inside", |f| f.inside),
    ("visible", |f| f.visible),
    ("size", |f| f.size),
    ("interaction", |f| f.interaction),
    ("size: pairs at one depth", |f| f.size_pairs),
    ("size: not shrunk", |f| f.size_least),
    ("a tenth is sky", |f| f.sky),
    ("afloat", |f| f.afloat),
    ("relations met", |f| f.relations),
];
