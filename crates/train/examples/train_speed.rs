//! Times iterations of the full-size model: `cargo run --release -p scenewright-train --example train_speed`
//!
//! `BATCH`, `RUNS` and `DIMS` (the refinement dims, separated by commas) measure another size. Set `CARGO_INCREMENTAL=0`: code that is
//! compiled in separate units is inlined less.

#![allow(clippy::print_stdout)] // its output is for a terminal

use std::error::Error;
use std::time::Instant;

use candle_core::{Device, Tensor};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scenewright_model::discriminator::DiscriminatorConfig;
use scenewright_model::sg2im::config::Sg2ImConfig;
use scenewright_model::sg2im::graph::Graph;
use scenewright_nn::device::noise;
use scenewright_train::{Batch, LossWeights, Sg2ImLearner, Sg2ImLearnerConfig};

const OBJECTS: [u32; 8] = [1, 2, 3, 3, 4, 5, 6, 0];
const EDGES: [[u32; 3]; 6] = [[0, 1, 1], [2, 2, 1], [3, 3, 2], [4, 4, 2], [5, 3, 4], [6, 5, 5]];

/// The sheep scene `n` times, with random boxes, masks and pictures.
fn batch(n: usize, device: &Device) -> candle_core::Result<Batch> {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut triples = EDGES.to_vec();
    triples.extend((0..7).map(|i| [i, 0, 7]));
    let graphs: Vec<(&[u32], &[[u32; 3]])> = vec![(&OBJECTS, &triples); n];
    let graph = Graph::batch(graphs);
    let o = graph.objects.len();
    let boxes: Vec<f32> = (0..o)
        .flat_map(|_| {
            let [x, y]: [f32; 2] = std::array::from_fn(|_| rng.random_range(0.0..0.5));
            [x, y, x + 0.2 + rng.random_range(0.0..0.3), y + 0.2 + rng.random_range(0.0..0.3)]
        })
        .collect();
    let masks: Vec<f32> = (0..o * 256).map(|_| f32::from(rng.random_range(0.0..1.0f32) > 0.3)).collect();
    Ok(Batch {
        images: noise(1, (n, 3, 64, 64), device)?,
        graph,
        boxes: Tensor::from_vec(boxes, (o, 4), device)?,
        masks: Some(Tensor::from_vec(masks, (o, 16, 16), device)?),
        meanings: Vec::new(),
    })
}

/// What this process has had of all processors: on a busy machine, with one thread, a fairer measure than the clock.
fn cpu_millis() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let numbers = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    numbers.skip(11).take(2).filter_map(|n| n.parse::<f64>().ok()).sum::<f64>() * 10.0 // user, system; in hundredths of a second
}

fn main() -> Result<(), Box<dyn Error>> {
    let number = |name: &str, default: usize| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default);
    let (n, runs) = (number("BATCH", 8), number("RUNS", 5));
    let device = if cfg!(feature = "cuda") { Device::new_cuda(0)? } else { Device::Cpu };
    let dims = std::env::var("DIMS").unwrap_or_else(|_| "1024,512,256,128,64".into());
    let config = Sg2ImLearnerConfig {
        model: Sg2ImConfig {
            embedding_dim: 128,
            mask_size: Some(16),
            layout_noise_dim: 32,
            refinement_dims: dims.split(',').filter_map(|dim| dim.parse().ok()).collect(),
            ..Sg2ImConfig::default()
        },
        objects: 179,
        predicates: 46,
        d_obj: Some(DiscriminatorConfig::default()),
        d_img: Some(DiscriminatorConfig::default()),
        weights: LossWeights { mask_loss_weight: 0.1, ..LossWeights::default() },
        ..Sg2ImLearnerConfig::default()
    };
    let mut trainer = Sg2ImLearner::new(&config, &device)?;
    let batch = batch(n, &device)?;
    let mut times = Vec::new();
    let mut busy = Vec::new();
    for i in 0..runs + 2 {
        let noise = noise(i as u64, (n, 32, 64, 64), &device)?;
        let (start, cpu) = (Instant::now(), cpu_millis());
        let losses = trainer.step(&batch, Some(noise))?;
        let millis = start.elapsed().as_secs_f64() * 1e3;
        println!("{i}: {millis:.0} ms, total loss {:.4}", losses.get("total_loss").unwrap_or(f64::NAN));
        times.push(millis);
        busy.push(cpu_millis() - cpu);
    }
    let mut times = times.split_off(2);
    times.sort_by(f64::total_cmp);
    println!(
        "batch {n}: median {:.0} ms, minimum {:.0} ms, {:.1} images/s",
        times[runs / 2],
        times[0],
        n as f64 * 1e3 / times[runs / 2]
    );
    let busy = busy.split_off(2);
    println!("of the processors, least: {:.0} ms", busy.iter().copied().fold(f64::INFINITY, f64::min));
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        status.lines().filter(|l| l.starts_with("VmHWM")).for_each(|l| println!("peak memory: {}", &l[6..]));
    }
    Ok(())
}
