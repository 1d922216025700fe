//! What the metrics say of generators of known quality.

use scenewright_data::{Dataset, Rgb};
use scenewright_eval::classifier::{self, ClassifierTrainConfig, CropClassifier};
use scenewright_eval::held_out::{Addition, adding, scene_of, with_boxes};
pub use scenewright_eval::{
    Benchmark, BenchmarkOptions, EvalError, EvalItem, Figures, Generated, Judges, SceneGenerator, untrained,
};
use scenewright_generate::{GenerateError, Request, SquareMask};
use scenewright_nn::cancel::CancellationToken;
use scenewright_scene::UnitBox;
use scenewright_scene::vocab::Vocabulary;

use crate::fixture::{few_steps, model, never, options, samples, train, unwatched};

fn judge() -> CropClassifier {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("classifier");
    crate::fixture::classifier_folder(&path);
    CropClassifier::open(&path).unwrap()
}

fn judged() -> Judges {
    Judges { classifier: Some(judge()), inception: None }
}

/// Draws what the closure returns.
struct FakeGenerator<F>(F);

impl<F: Fn(&EvalItem<'_>) -> Generated> SceneGenerator for FakeGenerator<F> {
    fn name(&self) -> String {
        "puppet".into()
    }

    fn size_px(&self) -> (usize, usize) {
        (32, 32)
    }

    fn draw(&self, task: &EvalItem<'_>) -> Result<Generated, EvalError> {
        Ok((self.0)(task))
    }
}

fn benchmark(judges: Judges) -> Benchmark {
    Benchmark::new(&options(), &model(&Vocabulary::illustrated()), judges, &never(), &mut unwatched).unwrap()
}

#[test]
fn the_data_set_cannot_be_bettered() {
    let benchmark = benchmark(judged());
    let real = &benchmark.real;
    assert_eq!((real.scenes, real.boxes.iou, real.boxes.recall_50, real.boxes.improper), (12, 1.0, 1.0, 0));
    assert!(real.relations.met > 0.9 && real.relations.judged > 50, "{:?}", real.relations);
    // Percentiles of only 200 scenes are narrow.
    assert!(real.boxes.plausible > 0.8 && real.boxes.plausible_exactly <= real.boxes.plausible, "{:?}", real.boxes);
    assert_eq!(real.recognizability, Some(1.0));
    assert!(real.diversity.is_none() && real.stability.is_none() && real.images_per_second.is_none());
    // Who copies the data set gets its figures.
    let copy = FakeGenerator(|task: &EvalItem<'_>| Generated {
        boxes: task.scene.nodes().iter().enumerate().map(|(i, _)| task.sample.objects[i].bounds).collect(),
        picture: Some(task.sample.image.clone()),
    });
    let copied = benchmark.figures(&copy, &never(), &mut unwatched).unwrap();
    assert_eq!(
        (&copied.boxes, &copied.relations, &copied.recognition),
        (&real.boxes, &real.relations, &real.recognition)
    );
    assert_eq!((copied.frechet, copied.recognizability), (real.frechet, Some(1.0)));
    // It draws the same whatever the seed.
    assert_eq!(copied.diversity.map(|d| (d.pixels, d.features, d.graphs)), Some((0.0, Some(0.0), 2)));
}

#[test]
fn bad_boxes_and_gray_pictures_cost() {
    let benchmark = benchmark(judged());
    let gray = || Some(Rgb { width: 32, height: 32, pixels: vec![128; 3 * 32 * 32] });
    let measure = |bounds: UnitBox| {
        let generator = FakeGenerator(move |task: &EvalItem<'_>| Generated {
            boxes: vec![bounds; task.scene.nodes().len()],
            picture: gray(),
        });
        benchmark.figures(&generator, &never(), &mut unwatched).unwrap()
    };
    let inverted = measure(UnitBox { x0: 0.8, y0: 0.8, x1: 0.2, y1: 0.2 });
    assert_eq!((inverted.relations.met, inverted.boxes.iou, inverted.boxes.plausible), (0.0, 0.0, 0.0));
    assert_eq!(inverted.boxes.improper, inverted.boxes.objects);
    assert_eq!(inverted.relations.judged, benchmark.real.relations.judged);
    let all_over = measure(UnitBox::WHOLE);
    assert!(all_over.boxes.iou > 0.1 && all_over.relations.met < 0.7 && all_over.boxes.plausible < 0.5, "{all_over:?}");
    assert!(all_over.frechet.unwrap() > 2.0 * benchmark.real.frechet.unwrap(), "{:?}", all_over.frechet);
    assert_eq!(all_over.diversity.unwrap().pixels, 0.0);
}

#[test]
fn a_model_and_its_baselines_are_measured_alike_every_time() {
    let tiny = model(&Vocabulary::illustrated());
    let measure = || {
        let benchmark = Benchmark::new(&options(), &tiny, judged(), &never(), &mut unwatched).unwrap();
        let bare = |figures: Figures| Figures { images_per_second: None, ..figures };
        let own = bare(benchmark.figures(&tiny, &never(), &mut unwatched).unwrap());
        let like = bare(benchmark.figures(&untrained::like(&tiny, 7).unwrap(), &never(), &mut unwatched).unwrap());
        let mean = bare(benchmark.figures(&benchmark.copy_the_mean(), &never(), &mut unwatched).unwrap());
        (own, like, mean)
    };
    let (own, like, mean) = measure();
    // Trained or not, the same weights have the same figures.
    assert_eq!(Figures { generator: "tiny".into(), ..like.clone() }, own);
    assert!(mean.boxes.iou > own.boxes.iou && mean.boxes.plausible > 0.4, "{:?} {:?}", mean.boxes, own.boxes);
    assert!(own.diversity.unwrap().pixels > 0.0 && mean.diversity.unwrap().pixels == 0.0);
    let stability = own.stability.unwrap();
    assert!(stability.graphs == 3 && stability.boxes_kept.mean > 0.0 && stability.fresh_layout.pixels > 0.0);
    // Only what the new object covers changes where nothing else moves.
    assert_eq!(mean.stability.unwrap().boxes_kept.pixels, 0.0);
    assert_eq!(measure(), (own, like, mean));
}

#[test]
fn given_boxes_are_kept() {
    let tiny = model(&Vocabulary::illustrated());
    let options = BenchmarkOptions { given_layout: true, diversity_graphs: 0, stability_graphs: 0, ..options() };
    let benchmark = Benchmark::new(&options, &tiny, Judges::default(), &never(), &mut unwatched).unwrap();
    let figures = benchmark.figures(&tiny, &never(), &mut unwatched).unwrap();
    assert!(figures.boxes.iou > 0.999 && figures.relations.met == benchmark.real.relations.met, "{figures:?}");
    assert!(figures.recognition.is_none() && figures.frechet.is_none() && figures.diversity.is_none());
}

#[test]
fn scenes_in_other_words_are_left_out_and_counted() {
    let words = Vocabulary::from_sg2im(&{
        // All but the grass.
        let mut vocab = Vocabulary::illustrated().to_sg2im();
        let ids = vocab["object_name_to_idx"].as_object_mut().unwrap();
        ids.shift_remove("grass");
        let names = vocab["object_idx_to_name"].as_array_mut().unwrap();
        names.iter_mut().filter(|name| *name == "grass").for_each(|name| *name = "NONE".into());
        vocab
    })
    .unwrap();
    let tiny = model(&words);
    let benchmark = Benchmark::new(&options(), &tiny, Judges::default(), &never(), &mut unwatched).unwrap();
    let with_grass = samples(12).iter().filter(|s| s.objects.iter().any(|o| o.name == "grass")).count() as u64;
    assert!(with_grass > 0 && with_grass < 12);
    assert_eq!((benchmark.skipped.scenes, benchmark.skipped.words["grass"]), (with_grass, with_grass));
    assert_eq!(benchmark.figures(&tiny, &never(), &mut unwatched).unwrap().scenes, 12 - with_grass);
}

#[test]
fn generators_that_misbehave_are_named() {
    let benchmark = benchmark(Judges::default());
    let boxes = |count: usize, value: f32| vec![UnitBox { x0: 0.0, y0: 0.0, x1: value, y1: 1.0 }; count];
    let short = FakeGenerator(|_: &EvalItem<'_>| Generated { boxes: boxes(1, 1.0), picture: None });
    let error = benchmark.figures(&short, &never(), &mut unwatched).unwrap_err().to_string();
    assert!(error.contains("puppet gave 1 boxes"), "{error}");
    let nan = FakeGenerator(|task: &EvalItem<'_>| Generated {
        boxes: boxes(task.scene.nodes().len(), f32::NAN),
        picture: None,
    });
    let error = benchmark.figures(&nan, &never(), &mut unwatched).unwrap_err().to_string();
    assert!(error.contains("not finite for scene 0"), "{error}");
    // Layouts alone can be measured.
    let layout =
        FakeGenerator(|task: &EvalItem<'_>| Generated { boxes: boxes(task.scene.nodes().len(), 0.5), picture: None });
    let figures = benchmark.figures(&layout, &never(), &mut unwatched).unwrap();
    assert!(figures.recognition.is_none() && figures.images_per_second.is_none() && figures.boxes.objects > 50);
}

#[test]
fn whoever_waits_can_cancel_it() {
    let tiny = model(&Vocabulary::illustrated());
    for steps in [0, 3, 30] {
        let (cancel, mut left) = (CancellationToken::new(), steps);
        let mut watch = |_| {
            left -= 1;
            if left < 0 {
                cancel.cancel();
            }
        };
        let error = Benchmark::new(&options(), &tiny, Judges::default(), &cancel, &mut watch)
            .and_then(|benchmark| benchmark.figures(&tiny, &cancel, &mut watch));
        // A few pieces of work are all there is of some kinds.
        assert!(matches!(error, Err(EvalError::Cancelled(_))), "{steps}");
    }
    let cancel = CancellationToken::new();
    cancel.cancel();
    let place = tempfile::tempdir().unwrap();
    let run = place.path().join("run");
    let cancelled = classifier::train(&few_steps(), &run, &cancel, &mut unwatched);
    assert!(matches!(cancelled, Err(EvalError::Cancelled(_))));
}

#[test]
fn scenes_keep_what_their_samples_say() {
    for sample in samples(20) {
        let scene = scene_of(&sample, false);
        let names: Vec<&str> = scene.nodes().iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, sample.objects.iter().map(|object| object.name.as_str()).collect::<Vec<_>>());
        assert!(scene.nodes().iter().all(|node| node.pinned.is_none()));
        assert!(scene.relations().len() <= sample.relations.len() && !scene.relations().is_empty());
        assert!(scene_of(&sample, true).nodes().iter().filter(|node| node.pinned.is_some()).count() > 0);
        let Some(Addition { before, after, row }) = adding(&scene, &sample) else { continue };
        assert_eq!((before.nodes().len() + 1, after.nodes().len()), (scene.nodes().len(), scene.nodes().len()));
        assert!(before.nodes().iter().all(|node| node.id != scene.nodes()[row].id));
        assert!(after.nodes().iter().zip(before.nodes()).all(|(after, before)| after == before));
        let new = after.nodes().last().unwrap();
        assert!(new.name == scene.nodes()[row].name && before.nodes().iter().all(|node| node.id < new.id));
        assert_eq!(after.relations().len(), scene.relations().len());
        let boxes: Vec<_> = sample.objects.iter().enumerate().map(|(i, o)| (i != row).then_some(o.bounds)).collect();
        let kept = with_boxes(&scene, &boxes);
        assert!(kept.nodes()[row].pinned.is_none() && kept.nodes().iter().filter(|n| n.pinned.is_some()).count() > 0);
    }
}

#[test]
fn a_classifier_learns_the_same_on_any_number_of_threads_and_better_with_time() {
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| train(&few_steps()).unwrap())
    };
    let (one, three) = (on(1), on(3));
    assert_eq!((&one.card.version, &one.tensors), (&three.card.version, &three.tensors));
    assert_eq!(one.card.accuracy, three.card.accuracy);
    let other = train(&ClassifierTrainConfig { seed: 1, ..few_steps() }).unwrap();
    assert_ne!(other.card.version, one.card.version);
}

#[test]
fn a_folder_gives_back_what_was_measured() {
    let judge = judge();
    let card = &crate::fixture::trained().card;
    assert_eq!(&judge.card, card);
    assert!(card.accuracy[0].crops > 20 && card.accuracy[0].top5 >= card.accuracy[0].top1);
    assert_eq!(judge.category("sheep").map(|i| judge.card.names[i].as_str()), Some("sheep"));
    assert_eq!(judge.category("quark"), None);
    let text = card.markdown();
    for part in [card.version.as_str(), "--seed 0 --steps 6", "| sheep |", "mirrored"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let world = scenewright_data::IllustratedWorld::new(Default::default()).unwrap();
    assert_eq!(card.names, world.object_names());
}

#[test]
fn with_a_given_layout_the_masks_are_given_too() {
    let sample = samples(12).into_iter().find(|sample| sample.objects.len() > 2).unwrap();
    let model = model(&Vocabulary::illustrated());
    let scene = scene_of(&sample, true);
    let drawn = |gives_masks| {
        let task = EvalItem { scene: &scene, sample: &sample, gives_masks, seed: 3 };
        model.draw(&task).unwrap().picture.unwrap()
    };
    assert_eq!(drawn(true), drawn(true));
    assert_ne!(drawn(true), drawn(false), "the untrained network's own masks are not the data set's");

    // As many as objects, of the model's size; anything else is reported, not drawn.
    let mask = SquareMask { side: 4, values: vec![1.0; 16] };
    let odd = SquareMask { side: 5, values: vec![1.0; 25] };
    let objects = sample.objects.len();
    for wrong in
        [vec![mask.clone(); objects + 1], vec![odd; objects], vec![SquareMask { side: 4, values: vec![] }; objects]]
    {
        let request = Request { masks: Some(wrong), ..Default::default() };
        let error = model.generator.render(&scene, &request).unwrap_err();
        assert!(matches!(error, GenerateError::Masks { wanted, side: 4, .. } if wanted == objects), "{error}");
    }
    let request = Request { masks: Some(vec![mask; objects]), ..Default::default() };
    model.generator.render(&scene, &request).unwrap();
}
