//! Several that learn together find the numbers that one finds. Threads stand for processes here: what MPI adds is in tests/mpi.

use std::path::Path;
use std::thread;

use crate::files::copy_folder;
use candle_core::{DType, Device, Tensor, Var};
use scenewright_model::collage::CollageConfig;
use scenewright_nn::cancel::CancellationToken;
use scenewright_nn::distributed::{ProcessGroup, threads};
use scenewright_nn::mode::Mode;
use scenewright_nn::norm::BatchNorm;
use scenewright_train::run::{Outcome, RunEvent};
use scenewright_train::{AnyConfig, Compute, RunError, Trainer, any_run};
use tempfile::TempDir;

/// Of a loss, and of its value where that is above 1.
const TOLERANCE: f64 = 1e-5;

fn together<T: Send>(size: usize, work: impl Fn(ProcessGroup) -> T + Sync) -> Vec<T> {
    let work = &work;
    thread::scope(|scope| {
        let all: Vec<_> =
            threads(size).into_iter().map(|process_group| scope.spawn(move || work(process_group))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

fn settings(preset: &str, more: &[&str]) -> AnyConfig {
    let set: Vec<String> = more.iter().map(|text| (*text).to_owned()).collect();
    let mut config = AnyConfig::assemble(Some(preset), None, &set).unwrap();
    if let AnyConfig::Collage(config) = &mut config {
        config.model = CollageConfig::tiny();
    }
    config
}

/// Everything that pictures of a batch can have to do with each other: normalization, every loss, both discriminators.
fn sg2im(more: &[&str]) -> AnyConfig {
    let all = [
        "iterations=5",
        "batch_size=5",
        "ema_decay=0.9",
        "clip_gradients=1.0",
        "layout_first.iterations=3",
        "layout_first.batch_size=4",
        "layout_first.learning_rate=0.001",
        "losses.relation_loss_weight=1.0",
        "losses.predicate_pred_loss_weight=0.1",
        "keep.last_every=2",
        "keep.validate_every=4",
        "data.flip=true",
    ];
    settings("tiny", &[&all, more].concat())
}

fn collage() -> AnyConfig {
    let set = [
        "iterations=5",
        "batch_size=5",
        "from_pixels=1",
        "stuff_batch_size=3",
        "large_batch_size=4",
        "keep.validate_every=4",
    ];
    settings("collage", &[&set[..], &["keep.validation_scenes=4", "keep.last_every=2"]].concat())
}

/// On the CPU, as one of these.
fn on(process_group: &ProcessGroup) -> Compute {
    Compute { device: Device::Cpu, group: process_group.clone() }
}

fn go(mut run: Trainer) -> Outcome {
    run.run(&CancellationToken::new(), &mut |_| {}).unwrap()
}

/// Rows of metrics.csv: step and phase, and the numbers behind speed and waiting.
fn rows(run: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(run.join("metrics.csv")).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[..2].join(","), cells[4..].iter().map(|cell| cell.parse().ok()).collect())
    };
    text.lines().skip(1).map(row).collect()
}

type Row = (String, Vec<Option<f64>>);

fn same(run: &Path, other: &Path, tolerance: f64) {
    same_rows(&rows(run), &rows(other), tolerance);
}

fn same_rows(a: &[Row], b: &[Row], tolerance: f64) {
    assert_eq!(a.len(), b.len());
    for ((at, a), (other, b)) in a.iter().zip(b) {
        assert_eq!(at, other);
        for (column, pair) in a.iter().zip(b).enumerate() {
            let near = match pair {
                (Some(a), Some(b)) => (a - b).abs() <= tolerance * a.abs().max(1.0),
                (a, b) => a == b,
            };
            assert!(near, "{at}, column {column}: {pair:?}");
        }
    }
}

#[test]
fn a_team_finds_the_losses_of_one() {
    let dir = TempDir::new().unwrap();
    for (name, config) in [("sg2im", sg2im(&[])), ("collage", collage())] {
        let one = dir.path().join(name);
        go(config.clone().create_run(&one, None, &Compute::cpu()).unwrap());
        assert!(rows(&one).iter().any(|(_, cells)| cells.iter().flatten().count() > 8));
        for size in [2, 3] {
            let path = dir.path().join(format!("{name}-{size}"));
            let ended = together(size, |process_group| {
                go(config.clone().create_run(&path, None, &on(&process_group)).unwrap())
            });
            assert_eq!(ended, vec![Outcome::Finished; size]);
            same(&one, &path, TOLERANCE);
        }
    }
}

/// Held-out figures are left out: the bias before such a normalization has no gradient but rounding, of which Adam makes steps, and the
/// running statistics come after them.
#[test]
fn a_team_finds_the_losses_of_one_where_the_graph_is_normalized_too() {
    let dir = TempDir::new().unwrap();
    let [one, two] = ["one", "two"].map(|name| dir.path().join(name));
    let config = sg2im(&["model.mlp_normalization=\"batch\"", "keep.validate_every=100"]);
    go(config.clone().create_run(&one, None, &Compute::cpu()).unwrap());
    together(2, |process_group| go(config.clone().create_run(&two, None, &on(&process_group)).unwrap()));
    let learned = |run: &Path| rows(run).into_iter().filter(|(_, cells)| cells[1].is_some()).collect::<Vec<_>>();
    assert_eq!(learned(&one).len(), 8);
    same_rows(&learned(&one), &learned(&two), TOLERANCE);
}

#[test]
fn a_team_that_was_stopped_goes_on_exactly_in_any_size() {
    let dir = TempDir::new().unwrap();
    let [whole, stopped] = ["whole", "stopped"].map(|name| dir.path().join(name));
    together(2, |process_group| go(sg2im(&[]).create_run(&whole, None, &on(&process_group)).unwrap()));
    // Only one of them is asked to stop.
    let ended = together(2, |process_group| {
        let cancel = CancellationToken::new();
        let mut run = sg2im(&[]).create_run(&stopped, None, &on(&process_group)).unwrap();
        run.run(&cancel, &mut |event| {
            if matches!(event, RunEvent::Step { step: 4, .. }) && process_group.rank() == 1 {
                cancel.cancel();
            }
        })
        .unwrap()
    });
    assert_eq!(ended, [Outcome::Stopped; 2]);
    let alone = dir.path().join("alone");
    copy_folder(&stopped, &alone);
    together(2, |process_group| go(any_run::resume(&stopped, &on(&process_group)).unwrap()));
    same(&whole, &stopped, 0.0);
    go(any_run::resume(&alone, &Compute::cpu()).unwrap());
    same(&whole, &alone, TOLERANCE);
}

#[test]
fn what_differs_is_reported_before_the_first_step() {
    let refusal = |config: &(dyn Fn(usize) -> AnyConfig + Sync)| {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("run");
        let found = together(3, |process_group| {
            let made = config(process_group.rank()).create_run(&path, None, &on(&process_group));
            made.err().map(|error| error.to_string())
        });
        assert!(!path.join("config.toml").exists(), "a run that did not begin can be begun in the same folder");
        found
    };
    for (part, config) in [
        (
            "other settings",
            Box::new(|rank| sg2im(&[["seed=1", "seed=2", "seed=1"][rank]])) as Box<dyn Fn(usize) -> _ + Sync>,
        ),
        ("batch_size is 2", Box::new(|_| sg2im(&["batch_size=2"]))),
        ("layout_first.batch_size is 2", Box::new(|_| sg2im(&["layout_first.batch_size=2"]))),
    ] {
        let found = refusal(&*config);
        assert!(
            found.iter().all(|refusal| refusal.as_deref().is_some_and(|refusal| refusal.contains(part))),
            "{part}: {found:?}"
        );
    }
    // One that ends takes the other with it.
    let dir = TempDir::new().unwrap();
    let found = together(2, |process_group| {
        if process_group.rank() == 1 {
            return None;
        }
        sg2im(&[]).create_run(&dir.path().join("run"), None, &on(&process_group)).err()
    });
    assert!(
        matches!(&found[0], Some(RunError::ProcessGroup(error)) if error.to_string().contains("process 1 has ended"))
    );
}

/// One normalization of a batch of five over two members, values and gradients, by our operation and by candle's.
#[test]
fn statistics_are_those_of_the_whole_batch() {
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F64, 1e-10)] {
        for shape in [&[5, 3, 4, 4][..], &[5, 3]] {
            let all = Tensor::rand(-1f64, 2.0, shape, &Device::Cpu).unwrap();
            let coefficients = Tensor::rand(-1f64, 1.0, shape, &Device::Cpu).unwrap();
            let run = |rows: &[u32], process_group: &ProcessGroup| -> [Vec<f64>; 4] {
                let _working = process_group.work();
                let rows = Tensor::new(rows, &Device::Cpu).unwrap();
                let part = |x: &Tensor| x.index_select(&rows, 0).unwrap().to_dtype(dtype).unwrap();
                let var = |value: f64| {
                    let tensor = Tensor::full(value, 3, &Device::Cpu).unwrap().to_dtype(dtype).unwrap();
                    Var::from_tensor(&tensor).unwrap()
                };
                let [weight, bias, mean, variance] = [1.5, -0.1, 0.0, 1.0].map(var);
                let norm = BatchNorm {
                    weight: weight.as_tensor().clone(),
                    bias: bias.as_tensor().clone(),
                    running_mean: mean.as_tensor().clone(),
                    running_var: variance.as_tensor().clone(),
                };
                let x = Var::from_tensor(&part(&all)).unwrap();
                let y = norm.forward_t(&x, Mode::Train, 0.2, 4, None).unwrap();
                let gradients = (y.mul(&part(&coefficients)).unwrap()).sum_all().unwrap().backward().unwrap();
                let list = |x: &Tensor| x.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap();
                let weights = [&weight, &bias].map(|var| list(gradients.get(var).unwrap())).concat();
                let statistics = [&mean, &variance].map(|var| list(var.as_tensor())).concat();
                [list(&y), list(gradients.get(&x).unwrap()), weights, statistics]
            };
            let whole = run(&[0, 1, 2, 3, 4], &ProcessGroup::single());
            let parts = together(2, |process_group| {
                run(&process_group.part().of(5).map(|i| i as u32).collect::<Vec<_>>(), &process_group)
            });
            let width = whole[0].len() / 5;
            let near = |a: f64, b: f64| assert!((a - b).abs() < tolerance, "{dtype:?} {shape:?}: {a} {b}");
            for (i, value) in whole[0].iter().zip(&whole[1]).enumerate() {
                let (image, place) = (i / width, i % width);
                let at = image / 2 * width + place;
                near(*value.0, parts[image % 2][0][at]);
                near(*value.1, parts[image % 2][1][at]);
            }
            for (i, gradient) in whole[2].iter().enumerate() {
                near(*gradient, parts[0][2][i] + parts[1][2][i]);
            }
            for (i, statistic) in whole[3].iter().enumerate() {
                near(*statistic, parts[0][3][i]);
                near(*statistic, parts[1][3][i]);
            }
        }
    }
}
