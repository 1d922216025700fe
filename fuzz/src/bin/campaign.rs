//! Runs a target for some time in this process, on a stable compiler: `campaign scene --seconds 60 --seed 1 --out findings`.
//!
//! Prints the number of runs, how many were of use to the reader, and the slowest. Inputs that panic or are slow are kept in `--out`; the
//! input that is being read is kept in `--out/TARGET.current`, so that what aborts the process is not lost.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use scenewright_fuzz::rng::Rng;
use scenewright_fuzz::{MAX_BYTES, MAX_INPUT_BYTES, MAX_SECONDS, TARGETS, Target, target};

struct Options {
    seconds: f64,
    runs: u64,
    seed: u64,
    out: PathBuf,
}

/// Where the last panic happened.
static PLACE: Mutex<String> = Mutex::new(String::new());

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(name) = arguments.next() else {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!(
            "usage: campaign TARGET|FILE... [--seconds S] [--runs N] [--seed N] [--out DIR]\ntargets: {}",
            names.join(", ")
        );
        return ExitCode::from(2);
    };
    let mut options = Options { seconds: 30.0, runs: u64::MAX, seed: 1, out: PathBuf::from("findings") };
    let mut files = Vec::new();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap_or_default();
        match argument.as_str() {
            "--seconds" => options.seconds = value().parse().unwrap_or(30.0),
            "--runs" => options.runs = value().parse().unwrap_or(u64::MAX),
            "--seed" => options.seed = value().parse().unwrap_or(1),
            "--out" => options.out = PathBuf::from(value()),
            file => files.push(PathBuf::from(file)),
        }
    }
    let Some(target) = target(&name) else {
        eprintln!("there is no target {name}");
        return ExitCode::from(2);
    };
    limit_memory();
    // Inputs that were found are read again.
    for file in &files {
        let data = std::fs::read(file).unwrap_or_default();
        println!("{}: {}", file.display(), (target.run)(&data));
    }
    if files.is_empty() { campaign(target, &options) } else { ExitCode::SUCCESS }
}

/// An allocation that a file asked for fails, instead of filling the machine.
fn limit_memory() {
    let limit = rustix::process::Rlimit { current: Some(MAX_BYTES), maximum: Some(MAX_BYTES) };
    let _ = rustix::process::setrlimit(rustix::process::Resource::As, limit);
}

fn campaign(target: &Target, options: &Options) -> ExitCode {
    std::fs::create_dir_all(&options.out).expect("the folder of findings");
    std::panic::set_hook(Box::new(|info| {
        if let Ok(mut place) = PLACE.lock() {
            *place = format!("{} {}", info.location().map_or_else(String::new, ToString::to_string), info);
        }
    }));
    let seeds = (target.seeds)();
    for (nth, seed) in seeds.iter().enumerate() {
        if !(target.run)(seed) {
            println!("{}: seed {nth} is not read", target.name);
        }
    }
    let current = options.out.join(format!("{}.current", target.name));
    let mut rng = Rng::new(options.seed);
    let (mut corpus, mut found) = (seeds.clone(), BTreeMap::new());
    let (mut runs, mut accepted, mut slowest) = (0u64, 0u64, Duration::ZERO);
    let start = Instant::now();
    while runs < options.runs && start.elapsed().as_secs_f64() < options.seconds {
        let mut input = rng.pick(&corpus).cloned().unwrap_or_default();
        (target.mutate)(&mut input, &mut rng);
        input.truncate(MAX_INPUT_BYTES);
        let _ = std::fs::write(&current, &input);
        let before = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| (target.run)(&input)));
        let elapsed = before.elapsed();
        runs += 1;
        slowest = slowest.max(elapsed);
        match result {
            Ok(is_used) => {
                accepted += u64::from(is_used);
                // What was of use is changed further, in a corpus that keeps its size.
                if is_used && rng.once_in(50) && input.len() < 64 << 10 {
                    if corpus.len() < 300 {
                        corpus.push(input.clone());
                    } else {
                        let at = seeds.len() + rng.below(corpus.len() - seeds.len());
                        corpus[at] = input.clone();
                    }
                }
            }
            Err(_) => {
                keep(target, options, &input, &PLACE.lock().map(|place| place.clone()).unwrap_or_default(), &mut found)
            }
        }
        if elapsed.as_secs_f64() > MAX_SECONDS {
            keep(target, options, &input, &format!("slow: {:.1} s", elapsed.as_secs_f64()), &mut found);
        }
    }
    let _ = std::fs::remove_file(&current);
    println!(
        "{}: {runs} runs in {:.0} s, {:.1} % read, slowest {:.0} ms, {} kinds of failure",
        target.name,
        start.elapsed().as_secs_f64(),
        100.0 * accepted as f64 / runs.max(1) as f64,
        slowest.as_secs_f64() * 1e3,
        found.len()
    );
    for (place, count) in &found {
        println!("  {count} times: {place}");
    }
    if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One input of each kind of failure.
fn keep(target: &Target, options: &Options, input: &[u8], place: &str, found: &mut BTreeMap<String, u64>) {
    let kind = place.split(':').take(3).collect::<Vec<_>>().join(":");
    let kind: String = if place.starts_with("slow") { "slow".to_owned() } else { kind };
    let count = found.entry(kind).or_insert(0);
    *count += 1;
    if *count == 1 {
        let nth = found.len();
        let _ = std::fs::write(options.out.join(format!("{}-{nth}", target.name)), input);
        println!("{}: {place}", target.name);
    }
}
