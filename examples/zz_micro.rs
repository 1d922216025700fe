use scenewright::nn::{conv::*, maps::*};
use std::time::Instant;
fn time(name: &str, fl: f64, f: &dyn Fn()) {
    let mut b = f64::MAX;
    for _ in 0..20 {
        let t = Instant::now();
        f();
        b = b.min(t.elapsed().as_secs_f64());
    }
    println!("{name}: {:.2} ms {:.0} GF/s", b * 1e3, fl / b / 1e9);
}
fn main() {
    for (c, o, s) in [(1024, 1024, 4), (512, 512, 8), (256, 256, 16), (128, 128, 32), (64, 64, 64), (32, 32, 128)] {
        let w = vec![0.01f32; o * c * 9];
        let conv = Conv::new(&w, vec![0.; o], c, 0..c);
        let m = Maps::from_nchw(&vec![0.5; c * s * s], 1, c, s, s);
        time(&format!("conv {c}->{o} @{s}"), 2.0 * (9 * c * o * s * s) as f64, &|| {
            std::hint::black_box(conv.forward(&m, Activation::Leaky(0.2)));
        });
        let w = vec![0.01f32; o / 2 * c * 9];
        let up = UpConv::new(&w, o / 2, c, 0..c);
        let base = Maps::zeros(o / 2, 1, 2 * s, 2 * s);
        time(&format!("up {c}->{} @{s}", o / 2), 2.0 * (4 * c * (o / 2) * 4 * s * s) as f64, &|| {
            std::hint::black_box(up.forward(&m, &Extra { base: &base, guides: &[] }, Activation::Leaky(0.2)));
        });
    }
}
