//! Adam by itself, fed with sg2im's gradients.

use candle_core::{Device, Tensor, Var};
use scenewright_nn::adam::{Adam, AdamConfig};
use scenewright_train::GanLoss;

use super::golden::*;

fn gradient_of(vars: &[(Var, Tensor)]) -> candle_core::backprop::GradStore {
    let terms = vars.iter().map(|(var, gradient)| (var.as_tensor() * gradient).unwrap().sum_all().unwrap());
    terms.reduce(|a, b| (a + b).unwrap()).unwrap().backward().unwrap()
}

#[test]
fn one_step_is_the_references() {
    for config in CONFIGS {
        let golden = Golden::open(&format!("{config}_train"));
        let mut trainer = trainer(config, GanLoss::Gan);
        let fed: Vec<_> = golden
            .under("gan/grad/")
            .into_iter()
            .map(|(name, gradient)| (trainer.generator.parameters.get(name).expect(name), gradient.clone()))
            .collect();
        trainer.generator.optimizer.step(&gradient_of(&fed)).unwrap();
        for (name, _) in golden.under("gan/grad/") {
            let ours = trainer.generator.parameters.get(name).unwrap();
            assert_close(&format!("{config} {name}"), &ours, golden.get(&format!("gan/after/{name}")), 2e-7, 2e-7);
        }
    }
}

/// Many steps against the formula in double precision; the state is taken out and put back half way.
#[test]
fn many_steps_are_the_formula() {
    let start = [0.5f32, -1.0, 2.0];
    let gradient = |step: usize| [0.3 * step as f32, -0.01, (step as f32).sin()];
    let var = Var::new(&start, &Device::Cpu).unwrap();
    let config = AdamConfig { learning_rate: 0.01, ..AdamConfig::default() };
    let mut adam = Adam::new(vec![("w".into(), var.clone())], config);
    let (mut m, mut v, mut w) = ([0f64; 3], [0f64; 3], start.map(f64::from));
    for step in 1..=20usize {
        let g = gradient(step);
        adam.step(&gradient_of(&[(var.clone(), Tensor::new(&g, &Device::Cpu).unwrap())])).unwrap();
        for i in 0..3 {
            let g = f64::from(g[i]);
            m[i] = 0.9 * m[i] + 0.1 * g;
            v[i] = 0.999 * v[i] + 0.001 * g * g;
            let (mc, vc) = (m[i] / (1.0 - 0.9f64.powi(step as i32)), v[i] / (1.0 - 0.999f64.powi(step as i32)));
            w[i] -= 0.01 * mc / (vc.sqrt() + 1e-8);
        }
        if step == 10 {
            let state = adam.state().unwrap();
            adam = Adam::new(vec![("w".into(), var.clone())], config);
            adam.set_state(state).unwrap();
        }
    }
    for (ours, wanted) in var.to_vec1::<f32>().unwrap().iter().zip(w) {
        assert!((f64::from(*ours) - wanted).abs() < 1e-5, "{ours} and {wanted}");
    }
    assert_eq!(adam.state().unwrap()["w"].steps, 20);
}
