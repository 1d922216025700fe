//! The evaluation: runs a [`SceneGenerator`](super::SceneGenerator) over held-out scenes and computes all metrics.
//!
//! A benchmark is made once for a picture size and a vocabulary, and then used for any number of generators, so that all of them
//! draw the same scenes. Samples are painted again when they are needed, some at a time: memory does not grow with their number.

use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::baselines::{CopyTheMean, Real};
use super::category_stats::DatasetStats;
use super::change::{self, ChangeTally, Diversity, Stability};
use super::classifier::CropClassifier;
use super::color::{self, ColorFigures, ColorTally};
use super::figures::{Figures, Skipped};
use super::frechet::{self, FeatureStats};
use super::held_out::{Addition, adding, scene_of, with_boxes};
use super::inception::{InceptionJudge, InceptionTally};
use super::layout::LayoutTally;
use super::recognition::RecognitionTally;
use super::scene_generator::{EvalItem, Generated, SceneGenerator};
use super::share::Mean;
use super::{EvalError, Progress, Watch, step};
pub use scenewright_data::{Dataset, Rgb, Sample, Split};
use scenewright_data::{IllustratedWorld, WorldConfig};
use scenewright_illustrated::composition::TimeOfDay;
use scenewright_illustrated::grammar::light;
use scenewright_nn::cancel::CancellationToken;
use scenewright_scene::Edit;

/// The mask size of the reference's models; a model of another size reads the nearest points.
const GIVEN_MASK_SIDE: usize = 16;

#[derive(Clone, Debug)]
pub struct BenchmarkOptions {
    /// Held-out graphs.
    pub scenes: u64,
    /// Of the world's scenes and of the pictures.
    pub seed: u64,
    /// Boxes and masks are given instead of predicted.
    pub given_layout: bool,
    /// Training scenes that sizes and means are learned from.
    pub stats_scenes: u64,
    /// Graphs and seeds for the diversity; 0 graphs leave it out.
    pub diversity_graphs: u64,
    pub diversity_seeds: u64,
    /// Graphs that get one object more; 0 leave the stability out.
    pub stability_graphs: u64,
    /// Graphs of which an object is said to have a color; 0 leave the colors out.
    pub color_graphs: u64,
}

impl Default for BenchmarkOptions {
    fn default() -> Self {
        Self {
            scenes: 1000,
            seed: 0,
            given_layout: false,
            stats_scenes: 3000,
            diversity_graphs: 50,
            diversity_seeds: 4,
            stability_graphs: 100,
            color_graphs: 200,
        }
    }
}

/// The networks that judge pictures. Without one of them, its metrics are left out.
#[derive(Default)]
pub struct Judges {
    pub classifier: Option<CropClassifier>,
    pub inception: Option<InceptionJudge>,
}

/// Statistics of real pictures.
#[derive(Default)]
struct Reference {
    /// Features of crops.
    crops: Option<FeatureStats>,
    /// Inception's features of whole pictures.
    pictures: Option<FeatureStats>,
}

/// Samples that are in memory at a time.
const AT_A_TIME: usize = 32;

pub struct Benchmark {
    pub options: BenchmarkOptions,
    pub dataset_stats: DatasetStats,
    /// Left out because a word is unknown.
    pub skipped: Skipped,
    /// The data set itself.
    pub real: Figures,
    pub judges: Judges,
    world: IllustratedWorld,
    /// Indices of the scenes to draw.
    scenes: Vec<u64>,
    /// Other held-out scenes.
    reference: Reference,
}

impl Benchmark {
    /// For generators of this one's picture size and vocabulary.
    pub fn new(
        options: &BenchmarkOptions,
        generator: &dyn SceneGenerator,
        judges: Judges,
        cancel: &CancellationToken,
        watch: Watch<'_>,
    ) -> Result<Self, EvalError> {
        let (width, height) = generator.size_px();
        let world = |split, seed| {
            let mask_side = if options.given_layout { GIVEN_MASK_SIDE } else { 1 };
            IllustratedWorld::new(WorldConfig { seed, split, width, height, mask_side, ..Default::default() })
        };
        let dataset_stats = DatasetStats::of_scenes(&world(Split::Train, 0)?, options.stats_scenes, cancel, watch)?;
        let mut benchmark = Self {
            options: options.clone(),
            dataset_stats,
            skipped: Skipped::default(),
            real: Figures::default(),
            judges,
            world: world(Split::Test, options.seed)?,
            scenes: Vec::new(),
            reference: Reference::default(),
        };
        benchmark.choose(generator, cancel, watch)?;
        benchmark.reference = benchmark.reference_of(&world(Split::Validation, options.seed)?, cancel, watch)?;
        benchmark.real = benchmark.figures(&Real { size_px: (width, height) }, cancel, watch)?;
        Ok(benchmark)
    }

    /// The baseline that knows no graph.
    pub fn copy_the_mean(&self) -> CopyTheMean<'_> {
        let config = self.world.config();
        CopyTheMean { dataset_stats: &self.dataset_stats, size_px: (config.width, config.height) }
    }

    /// The scenes whose words the generator knows.
    fn choose(
        &mut self,
        generator: &dyn SceneGenerator,
        cancel: &CancellationToken,
        watch: Watch<'_>,
    ) -> Result<(), EvalError> {
        let all: Vec<u64> = (0..self.options.scenes).collect();
        for (piece, samples) in pieces(&self.world, &all).enumerate() {
            step(cancel, watch, Progress::new("choosing scenes", (piece * AT_A_TIME) as u64, self.options.scenes))?;
            for (index, sample) in samples? {
                let mut words = generator.unknown_words(&scene_of(&sample, false));
                words.sort();
                words.dedup();
                if words.is_empty() {
                    self.scenes.push(index);
                    continue;
                }
                self.skipped.scenes += 1;
                words.into_iter().for_each(|word| *self.skipped.words.entry(word).or_insert(0) += 1);
            }
        }
        if self.scenes.is_empty() {
            const SHOWN: usize = 12;
            let mut words: Vec<(&String, &u64)> = self.skipped.words.iter().collect();
            words.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            let words = words.into_iter().take(SHOWN).map(|(word, _)| word.clone()).collect();
            return Err(EvalError::NothingToDraw { scenes: self.options.scenes, words });
        }
        Ok(())
    }

    fn reference_of(
        &self,
        world: &IllustratedWorld,
        cancel: &CancellationToken,
        watch: Watch<'_>,
    ) -> Result<Reference, EvalError> {
        let Judges { classifier, inception } = &self.judges;
        if classifier.is_none() && inception.is_none() {
            return Ok(Reference::default());
        }
        let mut crops = classifier.as_ref().map(|judge| FeatureStats::new(judge.features()));
        let mut pictures = inception.as_ref().map(|_| InceptionTally::default());
        let indices: Vec<u64> = (0..self.options.scenes).collect();
        let mut done = 0;
        for samples in pieces(world, &indices) {
            for (_, sample) in samples? {
                step(cancel, watch, Progress::new("looking at real pictures", done, self.options.scenes))?;
                done += 1;
                if let (Some(judge), Some(crops)) = (classifier, &mut crops) {
                    let objects = sample.objects.iter().map(|object| (object.name.as_str(), &object.bounds));
                    let looks = RecognitionTally::default().add(judge, &sample.image, objects)?;
                    looks.iter().for_each(|look| crops.add(&look.features));
                }
                if let (Some(judge), Some(pictures)) = (inception, &mut pictures) {
                    pictures.add(judge, &sample.image)?;
                }
            }
        }
        Ok(Reference { crops, pictures: pictures.map(|tally| tally.cloud) })
    }

    /// All metrics of a generator.
    pub fn figures(
        &self,
        generator: &dyn SceneGenerator,
        cancel: &CancellationToken,
        watch: Watch<'_>,
    ) -> Result<Figures, EvalError> {
        let mut layout = LayoutTally::default();
        let mut recognition = RecognitionTally::default();
        let mut cloud = self.judges.classifier.as_ref().map(|judge| FeatureStats::new(judge.features()));
        let mut inception = self.judges.inception.as_ref().map(|_| InceptionTally::default());
        let (mut spent, mut pictures) = (Duration::ZERO, 0_u64);
        let mut done = 0;
        for samples in self.pieces(&self.scenes) {
            for (index, sample) in samples? {
                step(cancel, watch, self.progress(generator, "drawing", done, self.scenes.len() as u64))?;
                done += 1;
                let started = Instant::now();
                let drawn = self.drawn(generator, index, &sample, 0)?;
                spent += started.elapsed();
                layout.add(&sample, &drawn.boxes, &self.dataset_stats);
                let Some(picture) = &drawn.picture else { continue };
                pictures += 1;
                if let (Some(judge), Some(tally)) = (&self.judges.inception, &mut inception) {
                    tally.add(judge, picture)?;
                }
                let (Some(judge), Some(cloud)) = (&self.judges.classifier, &mut cloud) else { continue };
                let objects = sample.objects.iter().map(|object| object.name.as_str()).zip(&drawn.boxes);
                let looks = recognition.add(judge, picture, objects)?;
                looks.iter().for_each(|look| cloud.add(&look.features));
            }
        }
        let (boxes, relations) = layout.finish();
        let seen = self.judges.classifier.is_some() && pictures > 0;
        let recognition = seen.then(|| recognition.finish());
        let against = self.real.recognition.as_ref().map(|real| real.top1).filter(|&real| real > 0.0);
        let real = generator.draws_anew();
        Ok(Figures {
            generator: generator.name(),
            scenes: done,
            boxes,
            relations,
            // The data set is measured first: it is its own measure.
            recognizability: recognition.as_ref().map(|own| against.map_or(1.0, |real| own.top1 / real)),
            recognition,
            frechet: cloud.zip(self.reference.crops.as_ref()).and_then(|(own, real)| frechet::distance(&own, real)),
            inception: inception
                .filter(|_| pictures > 0)
                .map(|tally| tally.finish(self.reference.pictures.as_ref(), self.options.seed)),
            diversity: if real && pictures > 0 { self.diversity(generator, cancel, watch)? } else { None },
            stability: if real && pictures > 0 { self.stability(generator, cancel, watch)? } else { None },
            colors: if real && pictures > 0 { self.colors(generator, cancel, watch)? } else { None },
            images_per_second: (real && pictures > 0).then(|| pictures as f64 / spent.as_secs_f64().max(1e-9)),
        })
    }

    /// Pictures of one graph over several seeds, each with each.
    fn diversity(
        &self,
        generator: &dyn SceneGenerator,
        cancel: &CancellationToken,
        watch: Watch<'_>,
    ) -> Result<Option<Diversity>, EvalError> {
        let BenchmarkOptions { diversity_graphs: graphs, diversity_seeds: seeds, .. } = self.options;
        let chosen = self.first(graphs);
        if chosen.is_empty() || seeds < 2 {
            return Ok(None);
        }
        let (mut pixels, mut features, mut done) = (Mean::default(), Mean::default(), 0);
        for samples in self.pieces(chosen) {
            for (index, sample) in samples? {
                step(cancel, watch, self.progress(generator, "other seeds", done, chosen.len() as u64))?;
                done += 1;
                let mut seen: Vec<(Rgb, Vec<Vec<f32>>)> = Vec::new();
                for seed in 0..seeds {
                    let drawn = self.drawn(generator, index, &sample, seed)?;
                    let Some(picture) = drawn.picture else { continue };
                    let mut vectors = Vec::new();
                    if let Some(judge) = &self.judges.classifier {
                        let objects = sample.objects.iter().map(|object| object.name.as_str()).zip(&drawn.boxes);
                        let looks = RecognitionTally::default().add(judge, &picture, objects)?;
                        vectors = looks.into_iter().map(|look| look.features).collect();
                    }
                    for (other, other_vectors) in &seen {
                        pixels.add(change::difference(other, &picture));
                        vectors.iter().zip(other_vectors).for_each(|(a, b)| features.add(change::distance(a, b)));
                    }
                    seen.push((picture, vectors));
                }
            }
        }
        let features = (features.count() > 0).then(|| features.mean());
        Ok(Some(Diversity { graphs: done, seeds, pixels: pixels.mean(), features }))
    }

    /// Pictures before and after one object is added, with the same seed.
    fn stability(
        &self,
        generator: &dyn SceneGenerator,
        cancel: &CancellationToken,
        watch: Watch<'_>,
    ) -> Result<Option<Stability>, EvalError> {
        let chosen = self.first(self.options.stability_graphs);
        let (mut kept, mut fresh) = (ChangeTally::default(), ChangeTally::default());
        let (mut graphs, mut done) = (0, 0);
        for samples in self.pieces(chosen) {
            for (index, sample) in samples? {
                step(cancel, watch, self.progress(generator, "adding an object", done, chosen.len() as u64))?;
                done += 1;
                let Some(Addition { before, after, .. }) = adding(&scene_of(&sample, false), &sample) else { continue };
                let seed = self.seed_of(index, 0);
                let draw = |scene| {
                    self.checked(generator, index, &EvalItem { scene, sample: &sample, gives_masks: false, seed })
                };
                let first = draw(&before)?;
                let mut boxes: Vec<_> = first.boxes.iter().copied().map(Some).collect();
                let added = boxes.len();
                boxes.push(None);
                let (with_kept, with_fresh) = (draw(&with_boxes(&after, &boxes))?, draw(&after)?);
                let Some(old) = &first.picture else { continue };
                graphs += 1;
                for (tally, drawn) in [(&mut kept, &with_kept), (&mut fresh, &with_fresh)] {
                    if let Some(new) = &drawn.picture {
                        tally.add(old, new, &drawn.boxes[added]);
                    }
                }
            }
        }
        let stability = Stability { graphs, boxes_kept: kept.finish(), fresh_layout: fresh.finish() };
        Ok((graphs > 0).then_some(stability))
    }

    /// Pictures of one graph in which an object is said to have one color, another, and none. Scenes of the day: at night, red is brown.
    fn colors(
        &self,
        generator: &dyn SceneGenerator,
        cancel: &CancellationToken,
        watch: Watch<'_>,
    ) -> Result<Option<ColorFigures>, EvalError> {
        let chosen = self.first(self.options.color_graphs);
        let (mut tally, mut done) = (ColorTally::default(), 0);
        for samples in self.pieces(chosen) {
            for (index, sample) in samples? {
                step(cancel, watch, self.progress(generator, "requesting colors", done, chosen.len() as u64))?;
                done += 1;
                let Some(row) = self.colored(&sample) else { continue };
                let scene = scene_of(&sample, self.options.given_layout);
                let seed = self.seed_of(index, 0);
                let draw = |said: Option<&str>| -> Result<Option<Rgb>, EvalError> {
                    let mut scene = scene.clone();
                    let attributes = said.into_iter().map(str::to_owned).collect();
                    let _ = scene.apply(&Edit::SetAttributes { node: scene.nodes()[row].id, attributes });
                    Ok(self
                        .checked(
                            generator,
                            index,
                            &EvalItem { scene: &scene, sample: &sample, gives_masks: false, seed },
                        )?
                        .picture)
                };
                let [asked, other] = color::words(index);
                let pictures = (draw(Some(asked))?, draw(Some(other))?, draw(None)?);
                if let (Some(as_asked), Some(otherwise), Some(unasked)) = &pictures {
                    tally.add(asked, as_asked, otherwise, unasked);
                }
            }
        }
        Ok(tally.finish())
    }

    /// Of the things that have colors to choose, the largest; none in a scene of another hour or weather than a clear day's.
    fn colored(&self, sample: &Sample) -> Option<usize> {
        let is_light = |word: &String| {
            light::TIMES.iter().any(|&time| time != TimeOfDay::Day && light::time_word(time) == word)
                || light::WEATHERS.iter().any(|&weather| light::weather_word(weather) == Some(word))
        };
        if sample.objects.iter().any(|object| object.attributes.iter().any(is_light)) {
            return None;
        }
        let has_slots = |row: &usize| {
            let object = &sample.objects[*row];
            object.variant.is_some() && self.world.library().get(&object.name).is_some_and(|own| !own.slots.is_empty())
        };
        let area = |row: &usize| sample.objects[*row].bounds.area();
        (0..sample.objects.len()).filter(has_slots).max_by(|a, b| area(a).total_cmp(&area(b)))
    }

    fn first(&self, graphs: u64) -> &[u64] {
        &self.scenes[..self.scenes.len().min(graphs as usize)]
    }

    /// `take`: several pictures of one scene have different seeds.
    fn seed_of(&self, index: u64, take: u64) -> u64 {
        Split::Test.seed(self.options.seed, index).wrapping_add(take.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn drawn(
        &self,
        generator: &dyn SceneGenerator,
        index: u64,
        sample: &Sample,
        take: u64,
    ) -> Result<Generated, EvalError> {
        let gives_masks = self.options.given_layout;
        let scene = scene_of(sample, gives_masks);
        self.checked(
            generator,
            index,
            &EvalItem { scene: &scene, sample, gives_masks, seed: self.seed_of(index, take) },
        )
    }

    /// What a generator drew, if it can be measured.
    fn checked(&self, generator: &dyn SceneGenerator, scene: u64, task: &EvalItem<'_>) -> Result<Generated, EvalError> {
        let drawn = generator.draw(task)?;
        let (found, wanted) = (drawn.boxes.len(), task.scene.nodes().len());
        if found != wanted {
            return Err(EvalError::Boxes { generator: generator.name(), scene, found, wanted });
        }
        if !drawn.boxes.iter().all(|bounds| bounds.is_finite()) {
            return Err(EvalError::NotFinite { generator: generator.name(), scene });
        }
        Ok(drawn)
    }

    fn progress(&self, generator: &dyn SceneGenerator, what: &'static str, done: u64, total: u64) -> Progress {
        Progress { note: generator.name(), ..Progress::new(what, done, total) }
    }

    fn pieces<'a>(&'a self, indices: &'a [u64]) -> impl Iterator<Item = Result<Vec<(u64, Sample)>, EvalError>> + 'a {
        pieces(&self.world, indices)
    }
}

/// Samples, some at a time.
fn pieces<'a>(
    data: &'a dyn Dataset,
    indices: &'a [u64],
) -> impl Iterator<Item = Result<Vec<(u64, Sample)>, EvalError>> + 'a {
    indices.chunks(AT_A_TIME).map(move |indices| {
        let samples = indices.par_iter().map(|&index| Ok((index, data.sample(index)?)));
        samples.collect()
    })
}
