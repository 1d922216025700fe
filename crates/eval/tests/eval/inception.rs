//! Inception v3 against PyTorch (`tests/golden/inception/make.py`), and what happens to files that hold something else.

use candle_core::{DType, Device, Shape, Tensor};
use candle_nn::VarBuilder;
use candle_nn::var_builder::SimpleBackend;
use scenewright_data::Rgb;
pub use scenewright_eval::{Benchmark, BenchmarkOptions, InceptionJudge, Judges};
use scenewright_model::checkpoint::StateDict;
use scenewright_model::inception::{Inception, InceptionWeights};
use scenewright_scene::vocab::Vocabulary;
use serde_json::Value;

use crate::fixture::{model, never, options, unwatched};

/// -1..1, splitmix64 of the FNV-1a hash of the name plus the index, as in `make.py`.
fn uniform(name: &str, count: usize) -> Vec<f32> {
    let hash =
        name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, byte| (h ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let one = |i: u64| {
        let mut z = hash.wrapping_add(i.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1_u32 << 23) as f32 - 1.0
    };
    (1..=count as u64).map(one).collect()
}

/// Weights that follow from the tensors' names.
struct FromNames;

impl SimpleBackend for FromNames {
    fn get(
        &self,
        shape: Shape,
        name: &str,
        _: candle_nn::Init,
        _: DType,
        device: &Device,
    ) -> candle_core::Result<Tensor> {
        let dims = shape.dims();
        let fan_in: usize = dims[1..].iter().product();
        let (scale, offset) = match name {
            "fc.weight" => ((3.0 / 2048.0_f32).sqrt(), 0.0),
            _ if dims.len() == 4 => ((6.0 / fan_in as f32).sqrt(), 0.0),
            _ if name.ends_with("running_var") || name.ends_with("bn.weight") => (0.1, 1.0),
            _ => (0.1, 0.0),
        };
        let values: Vec<f32> = uniform(name, shape.elem_count()).iter().map(|u| u * scale + offset).collect();
        Tensor::from_vec(values, shape, device)
    }

    fn get_unchecked(&self, name: &str, _: DType, _: &Device) -> candle_core::Result<Tensor> {
        candle_core::bail!("{name} has no shape")
    }

    fn contains_tensor(&self, _: &str) -> bool {
        true
    }
}

fn inception(kind: InceptionWeights) -> InceptionJudge {
    let vb = VarBuilder::from_backend(Box::new(FromNames), DType::F32, Device::Cpu);
    InceptionJudge::new(kind, Inception::new(kind, vb).unwrap())
}

#[test]
fn it_sees_what_pytorch_sees() {
    let golden: Value = serde_json::from_str(include_str!("../../../../tests/golden/inception/golden.json")).unwrap();
    let planes = uniform("picture", 3 * 12 * 20);
    let pixel = |i: usize| [0, 1, 2].map(|channel| ((planes[channel * 12 * 20 + i] + 1.0) * 127.5) as u8);
    let picture = Rgb { width: 20, height: 12, pixels: (0..12 * 20).flat_map(pixel).collect() };
    for kind in [InceptionWeights::TorchVision, InceptionWeights::Fid] {
        let (features, probabilities) = inception(kind).look(&picture).unwrap();
        let wanted = &golden[kind.classes().to_string()];
        let numbers = |key: &str| -> Vec<f32> {
            wanted[key].as_array().unwrap().iter().map(|x| x.as_f64().unwrap() as f32).collect()
        };
        let worst =
            features.iter().step_by(64).zip(numbers("features")).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 2e-4, "{kind:?}: {worst}");
        // Probabilities are scores up to a constant, in their logarithms.
        let logs: Vec<f32> = probabilities.iter().step_by(64).map(|p| p.ln()).collect();
        let scores = numbers("scores");
        let worst = logs.iter().zip(&scores).map(|(l, s)| ((l - logs[0]) - (s - scores[0])).abs()).fold(0.0, f32::max);
        assert!(worst < 2e-4 && probabilities.len() == kind.classes(), "{kind:?}: {worst}");
        assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-4);
    }
}

#[test]
fn its_figures_stand_in_the_report() {
    let tiny = model(&Vocabulary::illustrated());
    let few = BenchmarkOptions { scenes: 2, stability_graphs: 0, diversity_graphs: 0, ..options() };
    let judges = Judges { classifier: None, inception: Some(inception(InceptionWeights::Fid)) };
    let benchmark = Benchmark::new(&few, &tiny, judges, &never(), &mut unwatched).unwrap();
    let figures = benchmark.figures(&tiny, &never(), &mut unwatched).unwrap();
    let (own, real) = (figures.inception.unwrap(), benchmark.real.inception.unwrap());
    assert_eq!((own.groups, real.groups), (2, 2));
    // Groups of one picture each know nothing but that picture.
    assert!((own.score - 1.0).abs() < 1e-6 && own.deviation < 1e-6, "{own:?}");
    assert!(
        own.fid.unwrap() > real.fid.unwrap(),
        "an untrained network is farther from the data than the data: {own:?} {real:?}"
    );
    assert!(figures.recognition.is_none());
}

#[test]
fn other_files_are_refused_by_name() {
    let golden = |name: &str| std::path::Path::new("../../tests/golden").join(name);
    for (file, says) in [
        ("tiny_eval.safetensors", "no weights of Inception v3: fc.weight is absent"),
        ("many.pt", "fc.weight is absent"),
        ("tiny.pt", "holds no state dict but a dict of"),
        ("encode_tiny.json", "it is JSON"),
        ("absent.pt", "No such file"),
    ] {
        let error = InceptionJudge::open(&golden(file)).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(says), "{file}: {error}");
    }
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("cut.safetensors");
    let fc = Tensor::zeros((1008, 2048), DType::F32, &Device::Cpu).unwrap();
    candle_core::safetensors::save(&std::collections::HashMap::from([("fc.weight".to_owned(), fc)]), &path).unwrap();
    let error = InceptionJudge::open(&path).err().unwrap().to_string();
    assert!(error.contains("the weights lack") && error.contains("cut.safetensors"), "{error}");
}

#[test]
fn a_state_dict_of_torch_is_read_tensor_by_tensor() {
    let weights = StateDict::open(std::path::Path::new("../../tests/golden/many.pt")).unwrap();
    let shape = weights.shape("f16").unwrap().to_vec();
    let vb = weights.into_var_builder(&Device::Cpu);
    let tensor = vb.get(shape, "f16").unwrap();
    assert!(tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap().iter().all(|x| x.is_finite()));
    assert!(vb.get(3, "absent").unwrap_err().to_string().contains("absent"));
}
