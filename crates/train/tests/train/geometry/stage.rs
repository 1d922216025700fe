//! The losses and the training.

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::Device;
use scenewright_data::Split;
use scenewright_model::collage::geometry::{Geometry, GeometryConfig};
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::gradients;
use scenewright_nn::parameters::Parameters;
use scenewright_train::collage::geometry::batch::BatchBuilder;
use scenewright_train::collage::geometry::{GeometryTrainConfig, Layouts, checkpoint, loss};
use scenewright_train::run::{Outcome, RunError, RunEvent};
use scenewright_train::{Compute, Trainer};

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
    assert_eq!(
        (&a.graph, &a.features, &a.hidden, &a.stated.len()),
        (&b.graph, &b.features, &b.hidden, &b.stated.len())
    );
    assert_ne!(a.graph, BatchBuilder::new(layouts()).make(6, 16).graph);
}

/// How much of a house a window hides, and how much of a chair who sits on it, is counted.
#[test]
fn priors_say_how_much_supported_objects_hide() {
    let layouts = Layouts::new(Split::Train, 0).unwrap();
    let config = layouts.config(1500);
    let share = |name: &str| config.priors[layouts.vocab.object_id(name).unwrap().0 as usize].share;
    let (window, woman) = (share("window"), share("woman"));
    assert!((0.02..0.15).contains(&window), "{window}");
    assert!((0.3..=1.0).contains(&woman), "{woman}");
    let enclosed = |name: &str| config.priors[layouts.vocab.object_id(name).unwrap().0 as usize].enclosed;
    assert!(enclosed("window") && !enclosed("woman") && !enclosed("bird"));
}

/// Relations given to the loss hold on the boxes that they are about; hidden rows show nothing; every graph hides something.
#[test]
fn batches_say_what_is_true() {
    let maker = BatchBuilder::new(Layouts::new(Split::Train, 0).unwrap());
    let mut stated = 0;
    for iteration in 0..20 {
        let batch = maker.make(iteration, 32);
        let bounds = |row: u32| batch.boxes.as_chunks::<4>().0[row as usize].into();
        for &(s, meaning, o) in &batch.stated {
            assert!(meaning.is_met(&bounds(s), &bounds(o)), "{meaning:?} {:?} {:?}", bounds(s), bounds(o));
            assert!(batch.hidden.contains(&s) || batch.hidden.contains(&o));
            stated += 1;
        }
        let width = batch.features.len() / batch.graph.objects.len();
        for (row, features) in batch.features.chunks(width).enumerate() {
            assert_eq!(features.iter().all(|v| *v == 0.0), batch.hidden.contains(&(row as u32)));
        }
        let hidden_in: std::collections::BTreeSet<u32> =
            batch.hidden.iter().map(|&row| batch.graph.image_of_object[row as usize]).collect();
        assert_eq!(hidden_in.len(), batch.graph.images);
    }
    assert!(stated > 500, "{stated}");
}

#[test]
fn priors_are_those_of_the_world() {
    let layouts = Layouts::new(Split::Train, 0).unwrap();
    let config = layouts.config(600);
    let prior = |name: &str| config.priors[layouts.vocab.object_id(name).unwrap().0 as usize];
    assert!(prior("sheep").thing && !prior("sky").thing && !prior("grass").thing);
    assert_eq!(prior("sky").edges, [true, true, true, false]);
    assert_eq!(prior("sheep").edges, [false; 4]);
    assert!(prior("sun").high[2] < prior("sheep").high[2] && prior("sun").low[2] < 0.4, "the sun stands above");
    assert!(prior("tree").covered > prior("sheep").covered, "what stands before a tree covers more of it");
    assert!((0.02..0.6).contains(&config.overlap), "{}", config.overlap);
    assert_eq!(config.problem(), None);
}

fn training(iterations: u64) -> GeometryTrainConfig {
    GeometryTrainConfig {
        iterations,
        batch_size: 4,
        prior_layouts: 30,
        validate_every: 6,
        validation_layouts: 4,
        ..GeometryTrainConfig::default()
    }
}

fn create(path: &Path) -> Result<Trainer, RunError> {
    Trainer::create(path, training(6), None, &Compute::cpu())
}

fn resume(path: &Path) -> Result<Trainer, RunError> {
    Trainer::resume::<GeometryTrainConfig>(path, &Compute::cpu())
}

#[test]
fn a_checkpoint_is_a_network_with_its_words() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run");
    let mut figures = Vec::new();
    let ended = create(&path).unwrap().run(&CancellationToken::new(), &mut |event| {
        if let RunEvent::Validated { figures: found, .. } = event {
            figures.extend_from_slice(found);
        }
    });
    assert_eq!((ended.unwrap(), figures.len()), (Outcome::Finished, 8));
    assert!(figures.iter().all(|(name, value)| name.starts_with("val_") && value.is_finite()), "{figures:?}");
    for name in ["last", "best"] {
        let (net, vocab) = checkpoint::open(&path.join("checkpoints").join(name), &Device::Cpu).unwrap();
        assert_eq!((net.config.categories, net.config.predicates), (vocab.object_count(), vocab.predicate_count()));
    }
}

#[test]
fn runs_that_cannot_be_gone_on_from_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run");
    assert!(matches!(resume(&path), Err(RunError::NotARun { .. })));
    drop(create(&path).unwrap());
    assert!(matches!(create(&path), Err(RunError::Exists { .. })));
    let config = path.join("checkpoints/last/config.json");
    let text = std::fs::read_to_string(&config).unwrap();
    for wrong in [text.replace("\"layers\": 4", "\"layers\": 0"), "{".to_owned()] {
        assert_ne!(wrong, text);
        std::fs::write(&config, wrong).unwrap();
        assert!(matches!(resume(&path), Err(RunError::Checkpoint { .. })));
        assert!(matches!(
            checkpoint::open(&path.join("checkpoints/last"), &Device::Cpu),
            Err(RunError::Checkpoint { .. })
        ));
    }
}

#[test]
fn settings_say_what_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let broken = GeometryTrainConfig { batch_size: 0, validate_every: 0, ..training(6) };
    let error = Trainer::create(&dir.path().join("run"), broken, None, &Compute::cpu()).err().unwrap().to_string();
    assert!(error.contains("batch_size is 0") && error.contains("validate_every"), "{error}");
}
