//! The losses and the stage.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use candle_core::Device;
use scenewright_data::Split;
use scenewright_model::collage::geometry::{Geometry, GeometryConfig};
use scenewright_nn::gradients;
use scenewright_nn::parameters::Parameters;
use scenewright_train::collage::geometry::batch::BatchBuilder;
use scenewright_train::collage::geometry::stage::GeometryEvent;
use scenewright_train::collage::geometry::{GeometryTrainer, GeometryTraining, Layouts, loss, state};
use scenewright_train::run::{Outcome, RunError};

fn tiny(config: GeometryConfig) -> GeometryConfig {
    GeometryConfig { width: 16, hidden: 16, layers: 2, components: 3, ..config }
}

#[test]
fn the_gradient_reaches_every_parameter() {
    let layouts = Layouts::new(Split::Train, 0).unwrap();
    let config = tiny(layouts.config(50));
    let parameters = Parameters::new(1, &Device::Cpu);
    let net = Geometry::new(&config, parameters.builder()).unwrap();
    let batch = BatchBuilder::new(layouts).make(3, 24);
    let named: BTreeMap<String, Vec<usize>> = config.tensors().into_iter().collect();
    let built = parameters.all().into_iter().map(|(name, var)| (name, var.dims().to_vec()));
    assert_eq!(named, built.collect(), "the list of tensors is that of the network");
    let terms = loss::terms(&net, &batch, &Device::Cpu).unwrap();
    let total = ((terms.nll + terms.relations.unwrap()).unwrap() + terms.order.unwrap()).unwrap();
    let gradients = gradients::backward(&total).unwrap();
    let all = parameters.learnable();
    assert!(all.len() > 25, "{}", all.len());
    for (name, var) in all {
        let gradient = gradients.get(&var).unwrap_or_else(|| panic!("{name} has no gradient"));
        let size: f32 = gradient.abs().unwrap().sum_all().unwrap().to_scalar().unwrap();
        assert!(size.is_finite(), "{name}: {size}");
        assert!(size > 0.0, "{name} has a gradient of zeros");
    }
}

#[test]
fn layouts_and_batches_follow_from_their_numbers() {
    let layouts = || Layouts::new(Split::Validation, 4).unwrap();
    assert_eq!(layouts().range(10, 20), layouts().range(10, 20));
    let (a, b) = (BatchBuilder::new(layouts()).make(5, 16), BatchBuilder::new(layouts()).make(5, 16));
    assert_eq!((&a.graph, &a.features, &a.hidden, &a.told.len()), (&b.graph, &b.features, &b.hidden, &b.told.len()));
    assert_ne!(a.graph, BatchBuilder::new(layouts()).make(6, 16).graph);
}

/// How much of a house a window hides, and how much of a chair who sits on it, is counted.
#[test]
fn habits_tell_how_much_guests_hide() {
    let layouts = Layouts::new(Split::Train, 0).unwrap();
    let config = layouts.config(1500);
    let share = |name: &str| config.habits[layouts.vocab.object_id(name).unwrap().0 as usize].share;
    let (window, woman) = (share("window"), share("woman"));
    assert!((0.02..0.15).contains(&window), "{window}");
    assert!((0.3..=1.0).contains(&woman), "{woman}");
    let enclosed = |name: &str| config.habits[layouts.vocab.object_id(name).unwrap().0 as usize].enclosed;
    assert!(enclosed("window") && !enclosed("woman") && !enclosed("bird"));
}

/// What the loss is told holds on the boxes that it is told of; hidden rows show nothing; every graph hides something.
#[test]
fn batches_say_what_is_true() {
    let maker = BatchBuilder::new(Layouts::new(Split::Train, 0).unwrap());
    let mut told = 0;
    for iteration in 0..20 {
        let batch = maker.make(iteration, 32);
        let bounds = |row: u32| batch.boxes.as_chunks::<4>().0[row as usize].into();
        for &(s, meaning, o) in &batch.told {
            assert!(meaning.is_met(&bounds(s), &bounds(o)), "{meaning:?} {:?} {:?}", bounds(s), bounds(o));
            assert!(batch.hidden.contains(&s) || batch.hidden.contains(&o));
            told += 1;
        }
        let width = batch.features.len() / batch.graph.objects.len();
        for (row, features) in batch.features.chunks(width).enumerate() {
            assert_eq!(features.iter().all(|v| *v == 0.0), batch.hidden.contains(&(row as u32)));
        }
        let hidden_in: std::collections::BTreeSet<u32> =
            batch.hidden.iter().map(|&row| batch.graph.image_of_object[row as usize]).collect();
        assert_eq!(hidden_in.len(), batch.graph.images);
    }
    assert!(told > 500, "{told}");
}

#[test]
fn habits_are_those_of_the_world() {
    let layouts = Layouts::new(Split::Train, 0).unwrap();
    let config = layouts.config(600);
    let habit = |name: &str| config.habits[layouts.vocab.object_id(name).unwrap().0 as usize];
    assert!(habit("sheep").thing && !habit("sky").thing && !habit("grass").thing);
    assert_eq!(habit("sky").edges, [true, true, true, false]);
    assert_eq!(habit("sheep").edges, [false; 4]);
    assert!(habit("sun").high[2] < habit("sheep").high[2] && habit("sun").low[2] < 0.4, "the sun stands above");
    assert!(habit("tree").covered > habit("sheep").covered, "what stands before a tree covers more of it");
    assert!((0.02..0.6).contains(&config.overlap), "{}", config.overlap);
    assert_eq!(config.problem(), None);
}

fn training(iterations: u64) -> GeometryTraining {
    GeometryTraining {
        iterations,
        batch_size: 4,
        habit_layouts: 30,
        validate_every: 6,
        validation_layouts: 4,
        ..GeometryTraining::default()
    }
}

/// Bytes of the weights that are shown.
fn weights(run: &Path) -> Vec<u8> {
    std::fs::read(run.join("checkpoints/last/weights.safetensors")).unwrap()
}

#[test]
fn a_run_that_was_stopped_goes_on_exactly() {
    let dir = tempfile::tempdir().unwrap();
    let (straight, stopped) = (dir.path().join("a"), dir.path().join("b"));
    let go = AtomicBool::new(false);
    let mut validated = 0;
    let ended = GeometryTrainer::create(&straight, training(6), &Device::Cpu).unwrap().run(&go, &mut |event| {
        validated += u32::from(matches!(event, GeometryEvent::Validated { .. }));
    });
    assert_eq!((ended.unwrap(), validated), (Outcome::Finished, 1));
    // As if it had been killed after three steps: what is on the disk is what counts.
    let mut run =
        GeometryTrainer::create(&stopped, GeometryTraining { validate_every: 3, ..training(6) }, &Device::Cpu).unwrap();
    let stop = AtomicBool::new(false);
    let ended = run.run(&stop, &mut |_| stop.store(true, std::sync::atomic::Ordering::Relaxed));
    assert_eq!((ended.unwrap(), run.progress().step), (Outcome::Stopped, 3));
    assert!(matches!(GeometryTrainer::resume(&stopped, &Device::Cpu), Err(RunError::Locked { .. })));
    drop(run);
    let mut run = GeometryTrainer::resume(&stopped, &Device::Cpu).unwrap();
    assert_eq!(run.run(&go, &mut |_| {}).unwrap(), Outcome::Finished);
    assert!(weights(&straight) == weights(&stopped), "the weights differ");
    let (net, vocab) = state::open(&straight.join("checkpoints/last"), &Device::Cpu).unwrap();
    assert_eq!((net.config.categories, net.config.predicates), (vocab.object_count(), vocab.predicate_count()));
}

#[test]
fn runs_that_cannot_be_gone_on_from_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run");
    assert!(matches!(GeometryTrainer::resume(&path, &Device::Cpu), Err(RunError::NotARun { .. })));
    drop(GeometryTrainer::create(&path, training(6), &Device::Cpu).unwrap());
    assert!(matches!(GeometryTrainer::create(&path, training(6), &Device::Cpu), Err(RunError::Exists { .. })));
    let config = path.join("checkpoints/last/config.json");
    let text = std::fs::read_to_string(&config).unwrap();
    for wrong in [text.replace("\"layers\": 4", "\"layers\": 0"), "{".to_owned()] {
        assert_ne!(wrong, text);
        std::fs::write(&config, wrong).unwrap();
        assert!(matches!(GeometryTrainer::resume(&path, &Device::Cpu), Err(RunError::Checkpoint { .. })));
        assert!(matches!(state::open(&path.join("checkpoints/last"), &Device::Cpu), Err(RunError::Checkpoint { .. })));
    }
}
