//! The loop over graphs: the same ones for every column.

use std::collections::BTreeMap;

use super::graphs::{EvalGraph, GraphSet, everyday, graphs};
use super::sources::{Composer, Depicter, composed};
use super::{DepictionFigures, DepictionTally, Fault, SizePriors};
use crate::figures::Skipped;
use crate::{EvalError, Progress, Watch, step};
use scenewright_data::{IllustratedWorld, Split, WorldConfig};
use scenewright_nn::cancel::CancellationToken;
use scenewright_scene::vocab::Vocabulary;

#[derive(Clone, Copy, Debug)]
pub struct DepictionOptions {
    pub set: GraphSet,
    /// At most so many graphs.
    pub graphs: u64,
    pub seed: u64,
    /// Width and height of the pictures.
    pub size_px: (usize, usize),
    /// Composed training scenes that usual sizes are taken from.
    pub prior_scenes: u64,
}

impl Default for DepictionOptions {
    fn default() -> Self {
        Self { set: GraphSet::Complete, graphs: 1000, seed: 0, size_px: (256, 256), prior_scenes: 3000 }
    }
}

/// Figures of one column, and what did not hold.
pub type Column = (DepictionFigures, Vec<Fault>);

/// The graphs and what they are measured by; made once for all columns.
pub struct DepictionBenchmark {
    pub options: DepictionOptions,
    /// Left out because a word is unknown to the vocabulary.
    pub skipped: Skipped,
    /// The composed scenes themselves; none of a list of graphs.
    pub composed: Option<Column>,
    graphs: Vec<EvalGraph>,
    priors: SizePriors,
}

impl DepictionBenchmark {
    /// For models of this vocabulary.
    pub fn new(
        options: &DepictionOptions,
        vocab: &Vocabulary,
        cancel: &CancellationToken,
        watch: Watch<'_>,
    ) -> Result<Self, EvalError> {
        let (width, height) = options.size_px;
        step(cancel, watch, Progress::new("composing scenes for their sizes", 0, 1))?;
        let aspect = width as f32 / height as f32;
        let priors = SizePriors::of_compositions(Composer::cast(), options.prior_scenes, aspect);
        let mut benchmark =
            Self { options: *options, skipped: Skipped::default(), composed: None, graphs: Vec::new(), priors };
        if options.set == GraphSet::Everyday {
            let listed =
                everyday(options.seed)?.into_iter().take(usize::try_from(options.graphs).unwrap_or(usize::MAX));
            listed.for_each(|graph| benchmark.take(graph, vocab));
            return Ok(benchmark);
        }
        let config =
            WorldConfig { seed: options.seed, split: Split::Test, width, height, mask_side: 1, ..Default::default() };
        let world = IllustratedWorld::new(config)?;
        let mut tally = DepictionTally::new("composed scenes".into(), &benchmark.priors);
        let mut made = Vec::new();
        for number in 0..options.graphs {
            step(cancel, watch, Progress::new("composing scenes", number, options.graphs))?;
            let (composition, painting) = world.painting(number)?;
            tally.add(number, &composed(&composition, &painting));
            made.push(graphs(options.set, number, &composition));
        }
        let column = tally.finish();
        made.into_iter().for_each(|graph| benchmark.take(graph, vocab));
        benchmark.composed = Some(column);
        Ok(benchmark)
    }

    /// What is drawn.
    pub fn graphs(&self) -> &[EvalGraph] {
        &self.graphs
    }

    pub fn figures(
        &self,
        depicter: &dyn Depicter,
        cancel: &CancellationToken,
        watch: Watch<'_>,
    ) -> Result<Column, EvalError> {
        let mut tally = DepictionTally::new(depicter.name(), &self.priors);
        for (done, graph) in self.graphs.iter().enumerate() {
            let progress = Progress::new("drawing graphs", done as u64, self.graphs.len() as u64);
            step(cancel, watch, Progress { note: depicter.name(), ..progress })?;
            tally.add(graph.number, &depicter.depict(graph, self.options.size_px)?);
        }
        Ok(tally.finish())
    }

    fn take(&mut self, graph: EvalGraph, vocab: &Vocabulary) {
        let mut unknown: BTreeMap<String, u64> = BTreeMap::new();
        for node in graph.scene.nodes().iter().filter(|node| vocab.drawn_object(&node.name).is_none()) {
            unknown.insert(node.name.clone(), 1);
        }
        for relation in graph.scene.relations() {
            if vocab.drawn_predicate(&relation.predicate).is_none() {
                unknown.insert(relation.predicate.clone(), 1);
            }
        }
        if unknown.is_empty() {
            return self.graphs.push(graph);
        }
        self.skipped.scenes += 1;
        unknown.into_keys().for_each(|word| *self.skipped.words.entry(word).or_insert(0) += 1);
    }
}
