//! The networks against google/sg2im itself: values made by sg2im's code (`tests/golden/*_eval.safetensors`, float32 on the CPU,
//! with its weights in `*.pt`). Both ways of running the network are compared, layer by layer, so that a wrong layer names itself.
//!
//! Tolerances are those suggested with the values: a float64 run of sg2im differs from them by about a hundredth of each.

use std::collections::HashMap;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use scenewright_model::checkpoint::{ModelConfig, ModelFolder, import};
use scenewright_model::pixels::eight_bit;
use scenewright_model::sg2im::graph::Graph;
use scenewright_model::sg2im::plan::InferencePlan;
use scenewright_model::sg2im::{Outputs, Overrides, Sg2Im};
use scenewright_nn::warp;

type Tensors = HashMap<String, Tensor>;

fn golden(name: &str) -> Tensors {
    candle_core::safetensors::load(Path::new("../../tests/golden").join(name), &Device::Cpu).unwrap()
}

fn largest_difference(a: &Tensor, b: &Tensor) -> f32 {
    assert_eq!(a.dims(), b.dims());
    let difference = (a - b).unwrap().abs().unwrap().flatten_all().unwrap();
    difference.max(0).unwrap().to_scalar().unwrap()
}

fn tolerance(config: &str, tensor: &str) -> f32 {
    match tensor {
        "img" | "layout" | "mask_logits" => 1e-3,
        name if name.starts_with("crn") => 1e-3,
        "obj_vecs" if config == "tiny-sum" => 1e-3,
        _ => 1e-4, // node and edge vectors, boxes, masks, relation scores
    }
}

struct Case<'a> {
    tensors: &'a Tensors,
    name: &'a str,
}

impl Case<'_> {
    fn get(&self, tensor: &str) -> Option<Tensor> {
        self.tensors.get(&format!("{}/{tensor}", self.name)).cloned()
    }

    fn integers(&self, tensor: &str) -> Vec<u32> {
        let values = self.get(tensor).unwrap().flatten_all().unwrap().to_vec1::<i64>().unwrap();
        values.into_iter().map(|x| x as u32).collect()
    }

    fn graph(&self) -> Graph {
        let image_of_object = self.integers("obj_to_img");
        let triples = self.integers("triples").chunks(3).map(|t| [t[0], t[1], t[2]]).collect();
        let images = image_of_object.iter().max().map_or(0, |&last| last as usize + 1);
        Graph { objects: self.integers("objs"), triples, image_of_object, images }
    }

    fn given(&self) -> Overrides {
        let masks = self.get("masks_gt").map(|masks| masks.to_dtype(DType::F32).unwrap());
        Overrides { boxes: self.get("boxes_gt"), masks, noise: self.get("noise"), ..Default::default() }
    }
}

fn check(config: &str) {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("model");
    import(Path::new(&format!("../../tests/golden/{config}.pt")), &folder, false).unwrap();
    let tensors = golden(&format!("{config}_eval.safetensors"));
    let weights = || {
        let ModelFolder { config: ModelConfig::Sg2Im(kwargs), vocab, weights, .. } =
            ModelFolder::open(&folder).unwrap()
        else {
            panic!("an sg2im model")
        };
        let size = |key: &str| vocab[key].as_array().unwrap().len();
        let sizes = (size("object_idx_to_name"), size("pred_idx_to_name"));
        (kwargs, sizes, weights.into_var_builder(&Device::Cpu))
    };
    let (kwargs, (objects, predicates), vb) = weights();
    let exact = Sg2Im::new(&kwargs, objects, predicates, vb).unwrap();
    let plan = InferencePlan::new(&kwargs, objects, predicates, weights().2).unwrap();
    let mut cases: Vec<_> = tensors.keys().filter_map(|key| key.strip_suffix("/boxes_pred")).collect();
    cases.sort_unstable();
    assert!(cases.len() >= 4, "{config}: {cases:?}");
    let mut images = 0;
    for name in cases {
        let case = Case { tensors: &tensors, name };
        // The cases of a whole file store no noise and no image in the small files; any noise serves for the rest.
        let mut given = case.given();
        let graph = case.graph();
        given.noise.get_or_insert_with(|| {
            let (h, w) = kwargs.image_size;
            Tensor::zeros((graph.images, kwargs.layout_noise_dim, h, w), DType::F32, &Device::Cpu).unwrap()
        });
        for way in ["exact", "plan"] {
            let mut seen = Vec::new();
            let mut watch = |name: &str, value: &dyn Fn() -> candle_core::Result<Tensor>| {
                seen.push((name.to_owned(), value().unwrap()));
            };
            let outputs = match way {
                "exact" => exact.forward_watched(&graph, &given, &mut watch),
                _ => plan.forward_watched(&graph, &given, None, &mut watch),
            };
            let Outputs { image, boxes, masks, relation_scores, .. } = outputs.unwrap();
            seen.extend([("boxes_pred".to_owned(), boxes), ("rel_scores".to_owned(), relation_scores)]);
            seen.extend(masks.map(|masks| ("masks_pred".to_owned(), masks)));
            seen.push(("img".to_owned(), image.clone()));
            for (tensor, value) in &seen {
                let Some(want) = case.get(tensor) else { continue };
                let (difference, bound) = (largest_difference(value, &want), tolerance(config, tensor));
                assert!(
                    difference <= bound,
                    "{config} {name}, {way}: {tensor} differs by {difference:e}, more than {bound:e}"
                );
            }
            if let Some(want) = case.get("img_u8") {
                images += 1;
                check_eight_bit(&image, &want, &format!("{config} {name}, {way}"));
            }
        }
    }
    assert!(images >= 6, "{config}: only {images} images were compared");
}

/// At most one level off, and that in few pixels: rounding noise of the raw image decides at the edges between levels.
fn check_eight_bit(image: &Tensor, want: &Tensor, what: &str) {
    for n in 0..image.dim(0).unwrap() {
        let (_, h, w) = image.get(n).unwrap().dims3().unwrap();
        let ours = eight_bit(&image.get(n).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap(), true);
        let want = want.get(n).unwrap().flatten_all().unwrap().to_vec1::<u8>().unwrap();
        let off = |i: usize| ours[i].abs_diff(want[(i % 3) * h * w + i / 3]);
        assert!((0..ours.len()).all(|i| off(i) <= 1), "{what}: 8-bit image");
        let few = (0..ours.len()).filter(|&i| off(i) > 0).count();
        assert!(few * 200 <= ours.len(), "{what}: {few} of {} values differ", ours.len());
    }
}

#[test]
fn tiny() {
    check("tiny");
}

#[test]
fn tiny_without_masks() {
    check("tiny-nomask-boxes");
}

#[test]
fn tiny_with_instance_normalization() {
    check("tiny-instance-norm");
}

#[test]
fn tiny_without_graph_convolution() {
    check("tiny-nogconv");
}

#[test]
fn tiny_with_sum_pooling() {
    check("tiny-sum");
}

/// Layouts and crops alone: boxes that leave the image, are inverted, lie between the pixels or outside.
#[test]
fn layouts_and_crops() {
    let t = golden("edge_layout_crop.safetensors");
    let ok: Vec<u32> = t["ok"].to_vec1::<i64>().unwrap().into_iter().map(|i| i as u32).collect();
    let ok = Tensor::new(ok, &Device::Cpu).unwrap();
    let pick = |name: &str| t[name].index_select(&ok, 0).unwrap();
    let (boxes, vectors) = (pick("boxes"), pick("vecs"));
    let each = |warped: Tensor| {
        vectors.unsqueeze(2).unwrap().unsqueeze(3).unwrap().broadcast_mul(&warped.unsqueeze(1).unwrap()).unwrap()
    };
    let masks = scenewright_model::sg2im::layout::warped_masks(Some(&pick("masks")), &boxes, (12, 20)).unwrap();
    assert!(largest_difference(&each(masks.clone()), &pick("masks_to_layout_each")) < 1e-4);
    let plain = scenewright_model::sg2im::layout::warped_masks(None, &boxes, (12, 20)).unwrap();
    assert!(largest_difference(&each(plain.clone()), &pick("boxes_to_layout_each")) < 1e-4);

    let image_of_object: Vec<u32> =
        pick("obj_to_img").to_vec1::<i64>().unwrap().into_iter().map(|i| i as u32).collect();
    let graph = Graph { objects: vec![0; image_of_object.len()], triples: Vec::new(), image_of_object, images: 3 };
    for (warped, want) in [(masks, "masks_to_layout"), (plain, "boxes_to_layout")] {
        let layout = scenewright_model::sg2im::layout::compose(&vectors, &warped, &graph).unwrap();
        assert!(largest_difference(&layout, &t[want]) < 1e-4, "{want}");
    }

    let of_object: Vec<u32> = t["obj_to_img"].to_vec1::<i64>().unwrap().into_iter().map(|i| i as u32).collect();
    let pictures = t["crop_imgs"].index_select(&Tensor::new(of_object, &Device::Cpu).unwrap(), 0).unwrap();
    let crops = warp::crop_boxes(&pictures, &t["boxes"], 6, 9).unwrap();
    assert!(largest_difference(&crops, &t["crops"]) < 1e-4);
}

/// More objects than the layout has channels: the folded network then convolves the layout itself.
#[test]
fn many_objects_take_the_other_path_to_the_same_picture() {
    let config = "tiny";
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("model");
    import(Path::new("../../tests/golden/tiny.pt"), &folder, false).unwrap();
    let open = || ModelFolder::open(&folder).unwrap();
    let ModelConfig::Sg2Im(kwargs) = open().config else { panic!("an sg2im model") };
    let exact = Sg2Im::new(&kwargs, 58, 22, open().weights.into_var_builder(&Device::Cpu)).unwrap();
    let plan = InferencePlan::new(&kwargs, 58, 22, open().weights.into_var_builder(&Device::Cpu)).unwrap();
    for count in [1, 15, 16, 17, 40] {
        let mut objects: Vec<u32> = (0..count).map(|i| 1 + i % 57).collect();
        objects.push(0);
        let mut triples: Vec<[u32; 3]> = (1..count).map(|i| [i, 1 + i % 21, i - 1]).collect();
        triples.extend((0..count).map(|i| [i, 0, count]));
        let graph = Graph::batch([(objects.as_slice(), triples.as_slice()); 2]);
        let noise = scenewright_nn::device::noise(3, (2, 4, 32, 32), &Device::Cpu).unwrap();
        let given = Overrides { noise: Some(noise), ..Default::default() };
        let want = exact.forward(&graph, &given).unwrap().image;
        let image = plan.forward(&graph, &given, None).unwrap().image;
        let difference = largest_difference(&image, &want);
        assert!(difference < 1e-3, "{config}, {count} objects: {difference:e}");
    }
}
