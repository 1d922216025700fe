use candle_core::{DType, Device, Tensor};
use scenewright::model::sg2im::{config::*, graph::Graph, plan::Plan, *};
fn main() {
    let size: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let batch: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let w = candle_core::safetensors::load(format!("/work/tmpw/full{size}.safetensors"), &Device::Cpu).unwrap();
    let mut dims = vec![1024, 512, 256, 128, 64];
    if size == 128 {
        dims.push(32)
    }
    let c = Sg2ImConfig {
        image_size: (size, size),
        embedding_dim: 128,
        refinement_dims: dims,
        mask_size: Some(16),
        layout_noise_dim: 32,
        ..Default::default()
    };
    let vb = candle_nn::VarBuilder::from_tensors(w, DType::F32, &Device::Cpu);
    let t = std::time::Instant::now();
    let p = Plan::new(&c, 179, 46, vb).unwrap();
    println!("fold {:?}", t.elapsed());
    let objs: Vec<u32> = vec![1, 2, 3, 3, 4, 5, 6, 0];
    let mut tr = vec![[0, 1, 1], [2, 2, 1], [3, 3, 2], [4, 4, 2], [5, 3, 4], [6, 5, 5]];
    tr.extend((0..7).map(|i| [i, 0, 7]));
    let graph = Graph::batch((0..batch).map(|_| (objs.as_slice(), tr.as_slice())));
    let noise = Tensor::randn(0f32, 1f32, (batch, 32, size, size), &Device::Cpu).unwrap();
    let given = Given { noise: Some(noise.clone()), ..Default::default() };
    for _ in 0..4 {
        let share = p.noise_share(Some(&noise), batch).unwrap();
        let mut last = std::time::Instant::now();
        let mut line = String::new();
        p.forward_watched(&graph, &given, Some(&share), &mut |n, _| {
            line += &format!("{n} {:.2} ", last.elapsed().as_secs_f64() * 1e3);
            last = std::time::Instant::now();
        })
        .unwrap();
        println!("{line} end {:.2}", last.elapsed().as_secs_f64() * 1e3);
    }
    for keep in [false, true] {
        let share = p.noise_share(Some(&noise), batch).unwrap();
        let mut v: Vec<f64> = (0..30)
            .map(|_| {
                let t = std::time::Instant::now();
                let o = p.forward(&graph, &given, keep.then_some(&share)).unwrap();
                std::hint::black_box(o);
                t.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        v.sort_by(f64::total_cmp);
        println!("kept noise {keep}: median {:.2} min {:.2} ms", v[15], v[0]);
    }
}
