//! The discriminators.

use std::collections::BTreeMap;

use candle_core::{Tensor, Var};
use scenewright_nn::cross_entropy::cross_entropy;
use scenewright_nn::mode::Mode;
use scenewright_train::{AdversarialRole, GanLoss};

use super::golden::*;

#[test]
fn scores_gradients_and_state() {
    let (inputs, golden, after) =
        (Golden::open("tiny_train"), Golden::open("tiny_train_d"), Golden::open("tiny_train_d_after"));
    let batch = inputs.batch();
    for (name, gan) in GANS {
        let mut trainer = trainer("tiny", gan);
        let players = [
            (AdversarialRole::ObjectDiscriminator, "d_obj", trainer.d_obj.as_ref().unwrap().parameters.clone()),
            (AdversarialRole::ImageDiscriminator, "d_img", trainer.d_img.as_ref().unwrap().parameters.clone()),
        ];
        let mut gradients: BTreeMap<(&str, String), Tensor> = BTreeMap::new();
        trainer
            .step_watched(&batch, Some(inputs.noise()), &mut |player, store| {
                for (_, label, parameters) in players.iter().filter(|(who, ..)| *who == player) {
                    for (name, var) in parameters.learnable() {
                        if let Some(gradient) = store.get(&var) {
                            gradients.insert((*label, name), gradient.clone());
                        }
                    }
                }
            })
            .unwrap();
        for (_, label, parameters) in &players {
            for (parameter, wanted) in golden.under(&format!("{name}/{label}/grad/")) {
                let what = format!("{name} {label} {parameter}");
                match gradients.get(&(*label, parameter.to_owned())) {
                    Some(gradient) => assert_gradient(&what, gradient, wanted),
                    None => assert!(before_a_norm(parameter) && largest(wanted) < 1e-6, "{what} is absent"),
                }
            }
            for (parameter, wanted) in after.under(&format!("{name}/{label}/after/")) {
                if parameter.ends_with("num_batches_tracked") {
                    continue;
                }
                let ours = parameters.get(parameter).expect(parameter);
                let absolute = if before_a_norm(parameter) { 2e-4 } else { 1e-4 };
                assert_close(&format!("{label} {parameter} after a step"), &ours, wanted, absolute, 0.0);
            }
        }
    }
}

#[test]
fn scores_are_the_references() {
    let (inputs, golden) = (Golden::open("tiny_train"), Golden::open("tiny_train_d"));
    let batch = inputs.batch();
    let of = &batch.graph.image_of_object;
    let fake = inputs.get("out/imgs_pred");
    let trainer = trainer("tiny", GanLoss::Gan);
    let d_obj = &trainer.d_obj.as_ref().unwrap().net;
    let d_img = &trainer.d_img.as_ref().unwrap().net;
    let crops = d_obj.crops(&batch.images, &batch.boxes, of).unwrap();
    assert_close("crops", &crops, golden.get("crops_real"), 1e-5, 0.0);
    for (which, images) in [("fake", fake), ("real", &batch.images)] {
        let objects = d_obj.forward(images, &batch.boxes, of, Mode::Train).unwrap();
        assert_close(which, &objects.real, golden.get(&format!("gan/d_obj/scores_{which}")), 1e-4, 0.0);
        let patches = d_img.forward(images, Mode::Train).unwrap();
        assert_close(which, &patches, golden.get(&format!("gan/d_img/scores_{which}")), 1e-4, 0.0);
    }
}

#[test]
fn gradients_with_respect_to_the_picture() {
    let (inputs, golden) = (Golden::open("tiny_train"), Golden::open("tiny_train_dimg"));
    let batch = inputs.batch();
    let graph = &batch.graph;
    let images = Var::from_tensor(inputs.get("out/imgs_pred")).unwrap();
    for (name, gan) in GANS {
        let trainer = trainer("tiny", gan);
        let d_obj = &trainer.d_obj.as_ref().unwrap().net;
        let d_img = &trainer.d_img.as_ref().unwrap().net;
        let objects = || d_obj.forward(&images, &batch.boxes, &graph.image_of_object, Mode::Train).unwrap();
        for (term, loss) in [
            ("ac_loss", cross_entropy(&objects().categories, &graph.objects).unwrap()),
            ("g_gan_obj_loss", gan.generator(&objects().real).unwrap()),
            ("g_gan_img_loss", gan.generator(&d_img.forward(&images, Mode::Train).unwrap()).unwrap()),
        ] {
            let Some(wanted) = golden.find(&format!("{name}/dimg/{term}")) else { continue };
            let gradients = loss.backward().unwrap();
            let ours = gradients.get(&images).unwrap();
            // These gradients are small: the absolute part of the tolerance is taken relative to them, too.
            assert_close(&format!("{name} {term}"), ours, wanted, 1e-7, 1e-3);
        }
    }
}
