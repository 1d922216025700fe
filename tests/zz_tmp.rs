use candle_core::{DType, Device, Tensor};
use scenewright::model::sg2im::{config::*, graph::Graph, plan::Plan, *};
use std::collections::HashMap;
fn diff(a: &Tensor, b: &Tensor) -> f32 {
    assert_eq!(a.dims(), b.dims());
    (a - b).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap().to_scalar().unwrap()
}
#[test]
fn t() {
    for name in ["tiny", "tiny-nomask-boxes", "tiny-instance-norm", "tiny-nogconv", "tiny-sum"] {
        let w = candle_core::safetensors::load(format!("/work/tmpw/{name}.safetensors"), &Device::Cpu).unwrap();
        let g: HashMap<String, Tensor> =
            candle_core::safetensors::load(format!("tests/golden/{name}_eval.safetensors"), &Device::Cpu).unwrap();
        let mut c = Sg2ImConfig {
            image_size: (32, 32),
            embedding_dim: 16,
            gconv_dim: 16,
            gconv_hidden_dim: 32,
            gconv_num_layers: 3,
            refinement_dims: vec![32, 16, 8],
            mask_size: Some(8),
            layout_noise_dim: 4,
            ..Default::default()
        };
        match name {
            "tiny-nomask-boxes" => c.mask_size = None,
            "tiny-instance-norm" => c.normalization = Norm::Instance,
            "tiny-nogconv" => c.gconv_num_layers = 0,
            "tiny-sum" => c.gconv_pooling = Pooling::Sum,
            _ => {}
        }
        let vb = candle_nn::VarBuilder::from_tensors(w, DType::F32, &Device::Cpu);
        let m = Sg2Im::new(&c, 58, 22, vb.clone()).unwrap();
        let p = Plan::new(&c, 58, 22, vb).unwrap();
        let mut cases: Vec<_> = g.keys().filter_map(|k| k.strip_suffix("/img")).collect();
        cases.sort();
        for case in cases {
            let t = |n: &str| g.get(&format!("{case}/{n}")).cloned();
            let objs = t("objs").unwrap().to_vec1::<i64>().unwrap();
            let tr = t("triples").unwrap().to_vec2::<i64>().unwrap();
            let oi = t("obj_to_img").unwrap().to_vec1::<i64>().unwrap();
            let graph = Graph {
                objects: objs.iter().map(|&x| x as u32).collect(),
                triples: tr.iter().map(|x| [x[0] as u32, x[1] as u32, x[2] as u32]).collect(),
                image_of_object: oi.iter().map(|&x| x as u32).collect(),
                images: oi.iter().max().map(|&x| x as usize + 1).unwrap(),
            };
            let given = Given {
                boxes: t("boxes_gt"),
                masks: t("masks_gt").map(|m| m.to_dtype(DType::F32).unwrap()),
                noise: t("noise"),
            };
            let mut seen = vec![];
            let o = m.forward_watched(&graph, &given, &mut |n, x| seen.push((n.to_string(), x().unwrap()))).unwrap();
            let mut seen2 = vec![];
            let o2 =
                p.forward_watched(&graph, &given, None, &mut |n, x| seen2.push((n.to_string(), x().unwrap()))).unwrap();
            for (which, o, seen) in [("candle", o, seen), ("plan", o2, seen2)] {
                print!(
                    "{name} {case} {which}: img {:.1e} boxes {:.1e} rel {:.1e} ",
                    diff(&o.image, &t("img").unwrap()),
                    diff(&o.boxes, &t("boxes_pred").unwrap()),
                    diff(&o.relation_scores, &t("rel_scores").unwrap())
                );
                if let Some(k) = o.masks {
                    print!("masks {:.1e} ", diff(&k, &t("masks_pred").unwrap()));
                }
                for (n, x) in seen {
                    if let Some(w) = t(&n) {
                        print!("{n} {:.1e} ", diff(&x, &w));
                    }
                }
                println!();
            }
        }
    }
}
