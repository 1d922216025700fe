//! Gradients of layouts and crops alone, with boxes that leave the picture, are inverted, or fall between the pixels.

use candle_core::{DType, Tensor, Var};
use scenewright_model::sg2im::graph::Graph;
use scenewright_model::sg2im::layout::{compose, warped_masks};
use scenewright_nn::crop::crops as crops_at;
use scenewright_nn::warp::crop_boxes;

use super::golden::*;

fn var(tensor: &Tensor) -> Var {
    Var::from_tensor(tensor).unwrap()
}

#[test]
fn layouts_and_crops() {
    let golden = Golden::open("edge_layout_crop");
    let ok = golden.get("ok").to_dtype(DType::U32).unwrap();
    let pick = |name: &str| golden.get(name).index_select(&ok, 0).unwrap();
    let of: Vec<u32> = pick("obj_to_img").to_vec1::<i64>().unwrap().into_iter().map(|i| i as u32).collect();
    let graph = Graph { objects: vec![0; of.len()], triples: Vec::new(), image_of_object: of, images: 3 };
    for (case, masks) in [("boxes_to_layout", None), ("masks_to_layout", Some(var(&pick("masks"))))] {
        let (vectors, boxes) = (var(&pick("vecs")), var(&pick("boxes")));
        let warped = warped_masks(masks.as_ref().map(|m| m.as_tensor()), &boxes, (12, 20)).unwrap();
        let layout = compose(&vectors, &warped, &graph).unwrap();
        assert_close(case, &layout, golden.get(case), 1e-5, 0.0);
        let gradients = (layout * golden.get("upstream")).unwrap().sum_all().unwrap().backward().unwrap();
        let check = |name: &str, var: &Var| {
            let wanted = golden.get(&format!("{case}_grad_{name}"));
            assert_gradient(&format!("{case} {name}"), gradients.get(var).unwrap(), wanted);
        };
        check("vecs", &vectors);
        check("boxes", &boxes);
        if let Some(masks) = &masks {
            check("masks", masks);
        }
    }

    let (images, boxes) = (var(golden.get("crop_imgs")), var(golden.get("boxes")));
    let of = golden.get("obj_to_img").to_dtype(DType::U32).unwrap();
    let crops = crop_boxes(&images.index_select(&of, 0).unwrap(), &boxes, 6, 9).unwrap();
    assert_close("crops", &crops, golden.get("crops"), 1e-5, 0.0);
    let gradients = (crops * golden.get("crops_upstream")).unwrap().sum_all().unwrap().backward().unwrap();
    assert_gradient("crops, images", gradients.get(&images).unwrap(), golden.get("crops_grad_imgs"));
    assert_gradient("crops, boxes", gradients.get(&boxes).unwrap(), golden.get("crops_grad_boxes"));

    // Boxes that do not learn, as the discriminators have them.
    let cut = crops_at(&images, golden.get("boxes"), &of.to_vec1::<u32>().unwrap(), 6, 9).unwrap();
    assert_close("crops at fixed boxes", &cut, golden.get("crops"), 1e-5, 0.0);
    let gradients = (cut * golden.get("crops_upstream")).unwrap().sum_all().unwrap().backward().unwrap();
    assert_gradient("crops at fixed boxes", gradients.get(&images).unwrap(), golden.get("crops_grad_imgs"));
}
