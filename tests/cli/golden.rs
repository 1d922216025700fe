//! `--noise` and `--dump` against sg2im's own numbers (`tests/golden/tiny_eval.safetensors`, torch 2.15, CPU, float32).
//!
//! Tolerances: boxes and masks 1e-4, images 1e-3, pixels one level off in a few places (they are rescaled and cut down).

use candle_core::{DType, Tensor};

use super::run::*;

fn numbers(tensor: &Tensor) -> Vec<f32> {
    tensor.to_dtype(DType::F32).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

#[track_caller]
fn assert_close(found: &Tensor, golden: &Tensor, tolerance: f32, what: &str) {
    let (found, golden) = (numbers(found), numbers(golden));
    assert_eq!(found.len(), golden.len(), "{what}");
    let apart = found.iter().zip(&golden).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(apart <= tolerance, "{what}: {apart:e} apart, at most {tolerance:e}");
}

#[test]
fn pictures_are_the_references() {
    are_the_references(&Place::with_model());
}

/// The code that CUDA and Metal take, on the CPU.
#[test]
fn pictures_of_the_test_device_are_the_references() {
    are_the_references(&Place::with_model().on_the_test_device());
}

fn are_the_references(place: &Place) {
    let golden = candle_core::safetensors::load(golden("tiny_eval.safetensors"), &candle_core::Device::Cpu).unwrap();
    let cases = [
        ("sheep_5", "figure_6_sheep", 5),
        ("street_6", "figure_6_street", 6),
        ("fig5_coco_0", "figure_5_coco", 0),
        ("fig5_vg_3", "figure_5_vg", 3),
    ];
    for (case, file, index) in cases {
        let value = |name: &str| &golden[&format!("{case}/{name}")];
        // Noise is found by the graph's number, or under "noise", with the batch's axis or without.
        let by_number = index % 2 == 1;
        let noise = if by_number { value("noise").clone() } else { value("noise").squeeze(0).unwrap() };
        noise
            .save_safetensors(
                if by_number { index.to_string() } else { "noise".into() }.as_str(),
                place.path("noise.safetensors"),
            )
            .unwrap();
        let line = format!("--model model --only {index} --noise noise.safetensors --dump dump.safetensors");
        let args = ["render".into(), graphs(file)].into_iter().chain(line.split(' ').map(Into::into));
        place.run(args).succeeds();
        let dump = place.tensors("dump.safetensors");
        let mut names: Vec<_> = dump.keys().cloned().collect();
        names.sort();
        assert_eq!(names, ["boxes", "image", "masks", "objs", "triples"].map(|name| format!("{index}/{name}")));
        let dumped = |name: &str| &dump[&format!("{index}/{name}")];
        for name in ["objs", "triples"] {
            assert_eq!((dumped(name).dtype(), dumped(name).dims()), (DType::I64, value(name).dims()), "{case} {name}");
            assert_close(dumped(name), value(name), 0.0, &format!("{case} {name}"));
        }
        assert_close(dumped("boxes"), value("boxes_pred"), 1e-4, &format!("{case} boxes"));
        assert_close(dumped("masks"), value("masks_pred"), 1e-4, &format!("{case} masks"));
        assert_close(dumped("image"), value("img"), 1e-3, &format!("{case} image"));
        assert_eq!((dumped("image").dims(), dumped("masks").dims()), (&[3, 32, 32][..], value("masks_pred").dims()));

        let picture = place.png(&format!("out/{file}-{index}.png"));
        let pixels = numbers(&value("img_u8").squeeze(0).unwrap().permute((1, 2, 0)).unwrap());
        let apart: Vec<f32> = picture.as_raw().iter().zip(&pixels).map(|(&a, b)| (f32::from(a) - b).abs()).collect();
        let off = apart.iter().filter(|&&levels| levels > 0.0).count();
        assert!(
            apart.iter().all(|&levels| levels <= 1.0) && off <= 30,
            "{case}: {off} of {} values are off",
            apart.len()
        );
    }
}

/// One noise for all graphs of a file, and a dump of them all.
#[test]
fn a_dump_holds_every_graph() {
    let place = Place::with_model();
    let noise = Tensor::zeros((1, 4, 32, 32), DType::F32, &candle_core::Device::Cpu).unwrap();
    noise.save_safetensors("noise", place.path("noise.safetensors")).unwrap();
    place.line("render {coco} --model model --noise noise.safetensors --dump dump.safetensors").succeeds();
    let dump = place.tensors("dump.safetensors");
    assert_eq!(dump.len(), 8 * 5);
    for index in 0..8 {
        assert_eq!(dump[&format!("{index}/image")].dims(), [3, 32, 32]);
        assert_eq!(dump[&format!("{index}/objs")].dims()[0], dump[&format!("{index}/boxes")].dims()[0]);
    }
    assert!(!place.files().iter().any(|name| name.ends_with(".tmp")));
}
