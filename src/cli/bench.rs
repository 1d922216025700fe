//! `scenewright bench`: measures how fast a network draws, without files or a window.

mod collage;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use serde_json::json;

use scenewright_model::checkpoint::{ModelConfig, ModelFolder, expected_tensors};
use scenewright_model::sg2im::config::Sg2ImConfig;
use scenewright_model::sg2im::graph::Graph;
use scenewright_model::sg2im::plan::InferencePlan;
use scenewright_model::sg2im::{Overrides, Sg2Im};
use scenewright_nn::device::{DeviceChoice, has_own_operations, noise};
use scenewright_scene::vocab::Vocabulary;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scenewright bench --size 64
  scenewright bench --model models/sg2im-illustrated --batch 16 --json

Without --model, a network of sg2im's full size with random weights is measured. Each run draws seven objects and six
relations; \"new noise\" draws and folds the noise in every run, \"same noise\" keeps it, as the editor does between edits.")]
pub(crate) struct Args {
    /// Model folder
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Picture size without --model
    #[arg(long, value_name = "N", default_value_t = 64)]
    size: usize,
    /// Pictures at a time
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=256))]
    batch: u32,
    /// Measured runs
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    runs: u32,
    /// Pause before each run, ms, as between two edits: sleeping threads must be woken first
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=60_000))]
    pause: u64,
    /// auto, cpu, cuda:N or metal
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

enum Network {
    InferencePlan(Box<InferencePlan>),
    Exact(Box<Sg2Im>),
}

pub fn run(args: &Args) -> Result<()> {
    if let Some(path) = &args.model
        && matches!(ModelFolder::open(path)?.config, ModelConfig::Collage(_))
    {
        return collage::run(args, path);
    }
    let opened = args.device.open().map_err(anyhow::Error::msg)?;
    let device = &opened.device;
    let (config, objects, predicates, vb) = weights(args, device)?;
    let started = Instant::now();
    let network = if has_own_operations(device) {
        Network::InferencePlan(Box::new(InferencePlan::new(&config, objects, predicates, vb)?))
    } else {
        Network::Exact(Box::new(Sg2Im::new(&config, objects, predicates, vb)?))
    };
    let load_ms = started.elapsed().as_secs_f64() * 1e3;
    let (batch, pause) = (args.batch as usize, Duration::from_millis(args.pause));
    let graph = sheep_graph(batch, objects as u32, predicates as u32);
    let (h, w) = config.image_size;
    let draw = |seed| noise(seed, (batch, config.layout_noise_dim, h, w), device);
    let forward = |fresh: bool, run: u64, kept: &Kept| -> Result<()> {
        let noise = if fresh { draw(run)? } else { kept.noise.clone() };
        let given = Overrides { noise: Some(noise), ..Default::default() };
        let outputs = match &network {
            Network::InferencePlan(plan) => plan.forward(&graph, &given, kept.share.as_ref().filter(|_| !fresh))?,
            Network::Exact(net) => net.forward(&graph, &given)?,
        };
        outputs.image.to_device(&Device::Cpu)?; // waits for a GPU
        Ok(())
    };
    let noise = draw(0)?;
    let share = match &network {
        Network::InferencePlan(plan) => Some(plan.noise_share(Some(&noise), batch)?),
        Network::Exact(_) => None,
    };
    let kept = Kept { noise, share };
    for (what, fresh) in [("new noise", true), ("same noise", false)] {
        (0..3).try_for_each(|run| forward(fresh, run, &kept))?;
        let mut times = (0..u64::from(args.runs))
            .map(|run| {
                std::thread::sleep(pause);
                let started = Instant::now();
                forward(fresh, run, &kept)?;
                Ok(started.elapsed().as_secs_f64() * 1e3)
            })
            .collect::<Result<Vec<f64>>>()?;
        times.sort_by(f64::total_cmp);
        let (median, min) = (times[times.len() / 2], times[0]);
        let images_per_s = f64::from(args.batch) * 1e3 / median;
        let peak = peak_memory_mib();
        if args.json {
            let round = |x: f64| (x * 100.0).round() / 100.0;
            say!(
                "{}",
                json!({ "what": what, "size": [h, w], "batch": batch, "device": opened.name, "threads": rayon::current_num_threads(),
                        "runs": args.runs, "median_ms": round(median), "min_ms": round(min), "images_per_s": round(images_per_s),
                        "load_ms": round(load_ms), "peak_mib": peak })
            )?;
        } else {
            let peak = peak.map_or_else(String::new, |mib| format!(", {mib} MiB at most"));
            say!(
                "{what}: {w}×{h}, {batch} at a time on {}: median {median:.2} ms, fastest {min:.2} ms, {images_per_s:.1} pictures a second{peak}",
                opened.name
            )?;
        }
    }
    Ok(())
}

struct Kept {
    noise: Tensor,
    share: Option<scenewright_model::sg2im::plan::NoiseContribution>,
}

/// Configuration, sizes of the vocabulary, and weights: a model's, or random ones of sg2im's full size.
fn weights(args: &Args, device: &Device) -> Result<(Sg2ImConfig, usize, usize, VarBuilder<'static>)> {
    if let Some(path) = &args.model {
        let folder = ModelFolder::open(path)?;
        let vocab = Vocabulary::from_sg2im(&folder.vocab)?;
        let ModelConfig::Sg2Im(config) = folder.config else { bail!("this is no sg2im network") };
        let sizes = (vocab.object_count(), vocab.predicate_count());
        return Ok((config, sizes.0, sizes.1, folder.weights.into_var_builder(device)));
    }
    let Some(config) = full_size(args.size) else {
        bail!("--size {}: sg2im's networks draw 64, 128 or 256 pixels; choose one of these", args.size)
    };
    let (objects, predicates) = (179, 46); // Visual Genome's
    let tensors = expected_tensors(&config, objects, predicates)
        .into_iter()
        .enumerate()
        .map(|(i, (name, shape))| {
            let count: usize = shape.iter().product();
            // About as large as trained weights, so that nothing overflows or fades to numbers that are slow to compute with.
            let fan_in = shape.iter().skip(1).product::<usize>().max(1);
            let scale = if name.ends_with("running_var") { 0.0 } else { (2.0 / fan_in as f64).sqrt() };
            let offset = f64::from(u8::from(name.ends_with("running_var")));
            let values = noise(i as u64, (1, 1, 1, count), device)?.affine(scale, offset)?.reshape(shape)?;
            Ok((name, values))
        })
        .collect::<Result<_>>()?;
    Ok((config, objects, predicates, VarBuilder::from_tensors(tensors, DType::F32, device)))
}

/// sg2im's networks for 64, 128 or 256 pixels.
fn full_size(size: usize) -> Option<Sg2ImConfig> {
    let extra = [64, 128, 256].iter().position(|&known| known == size)?;
    let mut refinement_dims = vec![1024, 512, 256, 128, 64];
    refinement_dims.extend(std::iter::repeat_n(32, extra));
    Some(Sg2ImConfig {
        image_size: (size, size),
        embedding_dim: 128,
        mask_size: Some(16),
        layout_noise_dim: 32,
        refinement_dims,
        ..Default::default()
    })
}

/// The largest of the paper's sheep scenes: sky, grass, two sheep, tree, ocean, boat; in a vocabulary with fewer words some are the same.
fn sheep_graph(batch: usize, object_count: u32, predicate_count: u32) -> Graph {
    let objects = [1, 2, 3, 3, 4, 5, 6, 0].map(|object| object % object_count.max(1));
    let mut triples = vec![[0, 1, 1], [2, 2, 1], [3, 3, 2], [4, 4, 2], [5, 3, 4], [6, 5, 5]];
    triples.extend((0..7).map(|object| [object, 0, 7]));
    triples.iter_mut().for_each(|triple| triple[1] %= predicate_count.max(1));
    Graph::batch((0..batch).map(|_| (objects.as_slice(), triples.as_slice())))
}

/// The peak memory of this process, where the system reports it.
fn peak_memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib / 1024)
}
