//! Files of COCO's size. Not part of a plain `cargo test`: it writes and reads a gigabyte.
//!
//! ```text
//! cargo test --release --test data -- --ignored --nocapture of_cocos_size
//! ```

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use scenewright_data::coco::{Coco, CocoConfig};
use scenewright_data::{Dataset, Split};
use scenewright_formats::coco_mask::Runs;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

/// As `train2017`: 118,287 pictures, 860,001 instances of about 40 corners, 747,458 pieces of stuff in compressed run lengths.
const PICTURES: u64 = 118_287;
const INSTANCES: u64 = 860_001;
const STUFF: u64 = 747_458;

fn write_images(out: &mut impl Write) {
    write!(out, "{{\"info\": {{\"year\": 2017}}, \"licenses\": [], \"images\": [").unwrap();
    for id in 1..=PICTURES {
        let comma = if id > 1 { ", " } else { "" };
        write!(out, "{comma}{{\"license\": 4, \"file_name\": \"{id:012}.jpg\", \"coco_url\": \"http://images.cocodataset.org/train2017/{id:012}.jpg\", \"height\": 480, \"width\": 640, \"date_captured\": \"2013-11-14 11:18:45\", \"flickr_url\": \"http://farm9.staticflickr.com/8186/8119368305_4e622c8349_z.jpg\", \"id\": {id}}}").unwrap();
    }
    write!(out, "], \"annotations\": [").unwrap();
}

fn write_categories(out: &mut impl Write, ids: std::ops::Range<u64>) {
    write!(out, "], \"categories\": [").unwrap();
    for id in ids.clone() {
        let comma = if id > ids.start { ", " } else { "" };
        write!(out, "{comma}{{\"supercategory\": \"x\", \"id\": {id}, \"name\": \"word {id}\"}}").unwrap();
    }
    writeln!(out, "]}}").unwrap();
}

fn write_instances(path: &Path) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    write_images(&mut out);
    for id in 1..=INSTANCES {
        let (w, h) = (rng.random_range(20.0..320.0f64), rng.random_range(20.0..240.0f64));
        let (x, y) = (rng.random_range(0.0..640.0 - w), rng.random_range(0.0..480.0 - h));
        let comma = if id > 1 { ", " } else { "" };
        write!(out, "{comma}{{\"segmentation\": [[").unwrap();
        let corners = rng.random_range(12..68);
        for corner in 0..corners {
            let angle = std::f64::consts::TAU * f64::from(corner) / f64::from(corners);
            let comma = if corner > 0 { ", " } else { "" };
            write!(out, "{comma}{:.2}, {:.2}", x + w / 2.0 * (1.0 + angle.cos()), y + h / 2.0 * (1.0 + angle.sin()))
                .unwrap();
        }
        let (image, category) = (rng.random_range(1..=PICTURES), rng.random_range(1..91));
        write!(out, "]], \"area\": {:.4}, \"iscrowd\": 0, \"image_id\": {image}, \"bbox\": [{x:.2}, {y:.2}, {w:.2}, {h:.2}], \"category_id\": {category}, \"id\": {id}}}", w * h * 0.785).unwrap();
    }
    write_categories(&mut out, 1..91);
}

fn write_stuff(path: &Path) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    write_images(&mut out);
    // A few hundred masks, used again and again.
    let masks: Vec<String> = (0..300)
        .map(|_| {
            let (mut counts, mut left) = (Vec::new(), 640 * 480);
            for _ in 0..rng.random_range(100..500) {
                let run = rng.random_range(1..900).min(left);
                counts.push(run);
                left -= run;
            }
            counts.push(left);
            Runs { width: 640, height: 480, counts }.to_text().replace('\\', "\\\\")
        })
        .collect();
    for id in 1..=STUFF {
        let comma = if id > 1 { ", " } else { "" };
        let (image, category) = (rng.random_range(1..=PICTURES), rng.random_range(92..184));
        let mask = &masks[rng.random_range(0..masks.len())];
        write!(out, "{comma}{{\"segmentation\": {{\"counts\": \"{mask}\", \"size\": [480, 640]}}, \"area\": 30000.0, \"iscrowd\": 0, \"image_id\": {image}, \"bbox\": [0.0, 100.0, 640.0, 200.0], \"category_id\": {category}, \"id\": {}}}", 10_000_000 + id).unwrap();
    }
    write_categories(&mut out, 92..184);
}

/// Peak memory of this process, MB; Linux only.
fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1e3)
}

#[test]
#[ignore = "writes and reads a gigabyte"]
fn files_of_cocos_size_are_read() {
    // A folder that is kept may be named, for `scenewright dataset index`.
    let temporary = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("SCENEWRIGHT_COCO_SIZE").map_or_else(|| temporary.path().to_owned(), Into::into);
    std::fs::create_dir_all(folder.join("annotations")).unwrap();
    std::fs::create_dir_all(folder.join("images/train2017")).unwrap();
    let (instances, stuff) =
        (folder.join("annotations/instances_train2017.json"), folder.join("annotations/stuff_train2017.json"));
    if !stuff.is_file() {
        write_instances(&instances);
        write_stuff(&stuff);
    }
    let size = |path: &Path| std::fs::metadata(path).unwrap().len() as f64 / 1e6;
    let start = Instant::now();
    let set = Coco::open(CocoConfig { path: folder.clone(), split: Split::Train, ..Default::default() }).unwrap();
    println!(
        "{:.0} + {:.0} MB read in {:.1} s, peak {:?} MB; {} pictures, {} objects",
        size(&instances),
        size(&stuff),
        start.elapsed().as_secs_f64(),
        peak_mb(),
        set.len().unwrap(),
        set.object_count()
    );
    assert!(set.len().unwrap() > 10_000);
}
