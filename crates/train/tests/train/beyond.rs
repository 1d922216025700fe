//! What goes beyond sg2im: relation loss, hinge, spectral normalization.

use candle_core::{Device, Tensor, Var};
use proptest::prelude::*;
use scenewright_model::sg2im::graph::Graph;
use scenewright_nn::mode::Mode;
use scenewright_nn::parameters::Parameters;
use scenewright_nn::spectral::Spectral;
use scenewright_scene::UnitBox;
use scenewright_scene::relation::{PREDICATES, PredicateKind};
use scenewright_train::relation_loss::relation_loss;
use scenewright_train::{Batch, GanLoss};

/// A word for each test that a predicate may ask for.
fn words() -> Vec<(&'static str, PredicateKind)> {
    let mut words: Vec<(&str, PredicateKind)> = Vec::new();
    for (name, kind) in PREDICATES.iter().filter_map(|predicate| Some((predicate.name, predicate.kind?))) {
        if !words.iter().any(|(_, known)| *known == kind) {
            words.push((name, kind));
        }
    }
    words
}

fn batch(meaning: PredicateKind) -> Batch {
    let graph = Graph { objects: vec![1, 2], triples: vec![[0, 1, 1]], image_of_object: vec![0, 0], images: 1 };
    let nothing = Tensor::zeros((2, 4), candle_core::DType::F32, &Device::Cpu).unwrap();
    Batch { images: nothing.clone(), graph, boxes: nothing, masks: None, meanings: vec![Some(meaning)] }
}

fn as_tensor(boxes: [[f32; 4]; 2]) -> Tensor {
    Tensor::new(&boxes, &Device::Cpu).unwrap()
}

fn as_box([x0, y0, x1, y1]: [f32; 4]) -> UnitBox {
    UnitBox { x0, y0, x1, y1 }
}

fn loss(boxes: &Tensor, meaning: PredicateKind) -> f32 {
    relation_loss(boxes, &batch(meaning)).unwrap().unwrap().to_scalar().unwrap()
}

fn any_box() -> impl Strategy<Value = [f32; 4]> {
    (0.0f32..0.8, 0.0f32..0.8, 0.05f32..0.6, 0.05f32..0.6)
        .prop_map(|(x, y, w, h)| [x, y, (x + w).min(1.0), (y + h).min(1.0)])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..Default::default() })]

    /// No loss: the relation is met.
    #[test]
    fn without_loss_a_relation_is_met(s in any_box(), o in any_box(), which in 0..words().len()) {
        let (word, meaning) = words()[which];
        let (subject, object) = (as_box(s), as_box(o));
        if loss(&as_tensor([s, o]), meaning) == 0.0 {
            prop_assert!(meaning.is_met(&subject, &object), "{word}: {s:?} {o:?}");
        }
    }
}

#[test]
fn following_the_loss_meets_every_relation() {
    let start = [[0.1f32, 0.6, 0.35, 0.8], [0.55, 0.15, 0.9, 0.45]];
    for (predicate, meaning) in words() {
        let boxes = Var::from_tensor(&as_tensor(start)).unwrap();
        for _ in 0..400 {
            let loss = relation_loss(&boxes, &batch(meaning)).unwrap().unwrap();
            let gradients = loss.backward().unwrap();
            let Some(gradient) = gradients.get(&boxes) else { break };
            boxes.set(&(boxes.as_tensor() - (gradient * 0.01).unwrap()).unwrap().detach()).unwrap();
        }
        let rows = boxes.to_vec2::<f32>().unwrap();
        let [s, o]: [UnitBox; 2] = std::array::from_fn(|i| as_box([rows[i][0], rows[i][1], rows[i][2], rows[i][3]]));
        assert!(meaning.is_met(&s, &o), "{predicate}: {s:?} {o:?}");
    }
}

#[test]
fn hinge() {
    let scores = |values: &[f32]| Tensor::new(values, &Device::Cpu).unwrap();
    let (real, fake) = (scores(&[2.0, 0.5]), scores(&[-3.0, 0.0]));
    let loss = GanLoss::Hinge.discriminator(&real, &fake).unwrap().to_scalar::<f32>().unwrap();
    assert!((loss - (0.25 + 0.5)).abs() < 1e-6, "{loss}");
    assert_eq!(GanLoss::Hinge.generator(&fake).unwrap().to_scalar::<f32>().unwrap(), 1.5);
}

#[test]
fn spectral_normalization_finds_the_largest_singular_value() {
    let parameters = Parameters::new(3, &Device::Cpu);
    let spectral = Spectral::new(3, parameters.builder()).unwrap();
    // Singular values 4, 2 and 1, as a kernel [3, 1, 2, 2].
    let weight = Tensor::new(&[4f32, 0., 0., 0., 0., 2., 0., 0., 0., 0., 1., 0.], &Device::Cpu)
        .unwrap()
        .reshape((3, 1, 2, 2))
        .unwrap();
    for _ in 0..60 {
        spectral.normalized(&weight, Mode::Train).unwrap();
    }
    let normalized: Vec<f32> =
        spectral.normalized(&weight, Mode::Evaluate).unwrap().flatten_all().unwrap().to_vec1().unwrap();
    for (got, want) in normalized.iter().zip([1f32, 0., 0., 0., 0., 0.5, 0., 0., 0., 0., 0.25, 0.]) {
        assert!((got - want).abs() < 1e-4, "{normalized:?}");
    }
}
