//! The inner loop of inference on the CPU: a tile of 8 outputs × 32 positions, held in registers.
//!
//! `tile[r][i] += Σ_t Σ_c panel[(t·C + c)·8 + r] · source[taps[t] + c·plane + i]`
//!
//! Weights come packed in panels of 8 outputs, in the order in which they are read; the source is read where it lies, at any
//! offset, so a convolution needs no copy of its input. AVX-512 and AVX2 are picked at run time, everything else takes plain
//! Rust that vectorizes. Each sum runs in one fixed order: how the work is cut never changes a bit of the result.

/// Outputs of a tile.
pub const ROWS: usize = 8;
/// Positions of a tile.
pub const LANES: usize = 32;

/// Sums of one tile.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub struct Tile(pub [[f32; LANES]; ROWS]);

impl Tile {
    pub const ZERO: Self = Self([[0.0; LANES]; ROWS]);
}

/// Weights `[outputs, depth]`, packed as `[outputs / 8, depth, 8]`; the last panel is filled up with zeros.
#[derive(Clone, Debug, Default)]
pub struct Panels {
    data: Vec<f32>,
    pub outputs: usize,
    pub depth: usize,
}

impl Panels {
    /// `weight(output, k)` for every output and every step of the sum.
    pub fn pack(outputs: usize, depth: usize, weight: impl Fn(usize, usize) -> f32) -> Self {
        let mut data = zeros_on_large_pages(outputs.div_ceil(ROWS) * depth * ROWS);
        for (p, panel) in data.chunks_exact_mut((depth * ROWS).max(1)).enumerate() {
            for row in 0..ROWS.min(outputs - p * ROWS) {
                for k in 0..depth {
                    panel[k * ROWS + row] = weight(p * ROWS + row, k);
                }
            }
        }
        Self { data, outputs, depth }
    }

    /// From weights that are packed already.
    pub fn from_packed(data: Vec<f32>, outputs: usize, depth: usize) -> Self {
        assert_eq!(data.len(), outputs.div_ceil(ROWS) * depth * ROWS, "packed weights [{outputs}, {depth}]");
        Self { data, outputs, depth }
    }

    pub fn count(&self) -> usize {
        self.outputs.div_ceil(ROWS)
    }

    pub fn panel(&self, index: usize) -> &[f32] {
        &self.data[index * self.depth * ROWS..][..self.depth * ROWS]
    }
}

/// Zeros for weights, which are read from end to end again and again: on Linux the kernel is asked for 2 MB pages, which spares most of the
/// address look-ups. Best effort; nothing depends on it.
fn zeros_on_large_pages(len: usize) -> Vec<f32> {
    let mut data: Vec<f32> = Vec::with_capacity(len);
    #[cfg(target_os = "linux")]
    {
        const LARGE: usize = 2 << 20;
        let first = (data.as_ptr() as usize).next_multiple_of(LARGE);
        let end = (data.as_ptr() as usize + len * size_of::<f32>()) / LARGE * LARGE;
        if end > first {
            // SAFETY: the range lies inside the allocation; the advice does not change what memory holds.
            unsafe { libc::madvise(first as *mut libc::c_void, end - first, libc::MADV_HUGEPAGE) };
        }
    }
    data.resize(len, 0.0);
    data
}

/// Where a sum reads: `channels` planes, `plane` floats apart, at the offsets `taps` from `at`.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub at: *const f32,
    pub taps: &'a [isize],
    pub channels: usize,
    pub plane: usize,
}

/// Runs `work` compiled for the widest vectors at hand: plain loops inside it vectorize to them.
#[inline]
pub(crate) fn vectorized<R>(work: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]
        fn wide<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        #[target_feature(enable = "avx2,fma")]
        fn middle<R>(work: impl FnOnce() -> R) -> R {
            work()
        }
        match vectors() {
            // SAFETY: the instructions were detected.
            2 => return unsafe { wide(work) },
            1 => return unsafe { middle(work) },
            _ => {}
        }
    }
    work()
}

/// Whether the widest vectors are there: 2 for AVX-512, 1 for AVX2, 0 for neither.
#[inline]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))] // asked by code for x86 alone
pub(super) fn vectors() -> u8 {
    #[cfg(target_arch = "x86_64")]
    {
        if std::arch::is_x86_feature_detected!("avx512f")
            && std::arch::is_x86_feature_detected!("avx512vl")
            && std::arch::is_x86_feature_detected!("avx512dq")
            && std::arch::is_x86_feature_detected!("avx512bw")
        {
            return 2;
        }
        if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
            return 1;
        }
    }
    0
}

/// The instructions that kernels use on this machine, in the words of `--version`.
pub fn instruction_set() -> &'static str {
    match (std::env::consts::ARCH, vectors()) {
        ("x86_64", 2) => "x86-64 with AVX-512",
        ("x86_64", 1) => "x86-64 with AVX2",
        ("x86_64", _) => "x86-64",
        ("aarch64", _) => "AArch64 with NEON",
        (other, _) => other,
    }
}

/// Defines a function that is compiled for each width of vectors and picks the widest at hand. Unlike a closure given to [`vectorized`], which the
/// compiler may leave outside of the versions when it is long, the body is always part of each.
macro_rules! vectorized_fn {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? $body:block) => {
        $(#[$meta])*
        #[allow(clippy::too_many_arguments)]
        $vis fn $name($($arg: $type),*) $(-> $out)? {
            #[inline(always)]
            #[allow(clippy::too_many_arguments)]
            fn plain($($arg: $type),*) $(-> $out)? $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]
                #[allow(clippy::too_many_arguments)]
                fn wide($($arg: $type),*) $(-> $out)? {
                    plain($($arg),*)
                }
                #[target_feature(enable = "avx2,fma")]
                #[allow(clippy::too_many_arguments)]
                fn middle($($arg: $type),*) $(-> $out)? {
                    plain($($arg),*)
                }
                match $crate::kernel::vectors() {
                    // SAFETY: the instructions were detected.
                    2 => return unsafe { wide($($arg),*) },
                    1 => return unsafe { middle($($arg),*) },
                    _ => {}
                }
            }
            plain($($arg),*)
        }
    };
}
pub(super) use vectorized_fn;

/// Adds one source to the first `positions` lanes of a tile (other lanes hold anything afterwards).
///
/// # Safety
/// For every tap and channel, 32 floats must be readable at `at + tap + channel · plane` (16 where `positions` ≤ 16).
#[inline]
pub(crate) unsafe fn accumulate(tile: &mut Tile, positions: usize, panel: &[f32], source: Source<'_>) {
    // SAFETY: as promised by the caller.
    unsafe { run(tile, false, positions, panel, source) }
}

/// Adds to all lanes of a tile the products of a packed panel and of `values`, `[channels, LANES]`.
pub fn accumulate_channels(tile: &mut Tile, panel: &[f32], values: &[f32], channels: usize) {
    assert!(values.len() >= channels * LANES, "fewer values than channels");
    let source = Source { at: values.as_ptr(), taps: &[0], channels, plane: LANES };
    // SAFETY: `values` holds LANES floats for each channel, and the one tap is at offset 0.
    unsafe { accumulate(tile, LANES, panel, source) }
}

/// As [`accumulate`], over a tile that may hold anything.
///
/// # Safety
/// As for [`accumulate`].
#[inline]
pub(crate) unsafe fn compute(tile: &mut Tile, positions: usize, panel: &[f32], source: Source<'_>) {
    // SAFETY: as promised by the caller.
    unsafe { run(tile, true, positions, panel, source) }
}

#[inline]
unsafe fn run(tile: &mut Tile, fresh: bool, positions: usize, panel: &[f32], source: Source<'_>) {
    assert!(panel.len() >= source.taps.len() * source.channels * ROWS, "a panel shorter than its sum");
    // SAFETY: the panel is long enough; the source is the caller's promise; the instructions were detected.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx512f") {
                return if positions <= LANES / 2 {
                    avx512::<1>(tile, fresh, panel.as_ptr(), source)
                } else {
                    avx512::<2>(tile, fresh, panel.as_ptr(), source)
                };
            }
            if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
                if fresh {
                    *tile = Tile::ZERO;
                }
                return avx2(tile, positions, panel.as_ptr(), source);
            }
        }
        if fresh {
            *tile = Tile::ZERO;
        }
        plain(tile, positions, panel.as_ptr(), source);
    }
}

/// Floats of weights fetched ahead, into the second-level and the first-level cache. Weights stream through once for each pass; the
/// processor's own prefetching stops at each page and keeps too few lines on their way.
#[cfg(target_arch = "x86_64")]
const AHEAD: [usize; 2] = [2048, 256];

// Written out row by row: where loops and closures were left to the compiler, it kept the sums in memory as soon as it compiled in smaller pieces.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn avx512<const V: usize>(tile: &mut Tile, fresh: bool, mut weight: *const f32, source: Source<'_>) {
    use std::arch::x86_64::*;
    macro_rules! rows {
        ($work:ident) => {
            $work!(0);
            $work!(1);
            $work!(2);
            $work!(3);
            $work!(4);
            $work!(5);
            $work!(6);
            $work!(7);
        };
    }
    unsafe {
        let to = tile.0.as_mut_ptr().cast::<f32>();
        let mut low = [_mm512_setzero_ps(); ROWS];
        let mut high = [_mm512_setzero_ps(); ROWS];
        if !fresh {
            macro_rules! load {
                ($r:literal) => {
                    low[$r] = _mm512_loadu_ps(to.add($r * LANES));
                    if V == 2 {
                        high[$r] = _mm512_loadu_ps(to.add($r * LANES + 16));
                    }
                };
            }
            rows!(load);
        }
        macro_rules! step {
            ($at:ident) => {
                let x = _mm512_loadu_ps($at);
                let y = if V == 2 { _mm512_loadu_ps($at.add(16)) } else { _mm512_setzero_ps() };
                macro_rules! multiply {
                    ($r:literal) => {
                        let w = _mm512_set1_ps(*weight.add($r));
                        low[$r] = _mm512_fmadd_ps(w, x, low[$r]);
                        if V == 2 {
                            high[$r] = _mm512_fmadd_ps(w, y, high[$r]);
                        }
                    };
                }
                rows!(multiply);
                weight = weight.add(ROWS);
                $at = $at.wrapping_add(source.plane);
            };
        }
        let mut tap = source.taps.as_ptr();
        let end = tap.add(source.taps.len());
        while tap != end {
            let mut at = source.at.offset(*tap);
            tap = tap.add(1);
            let mut left = source.channels;
            // Two steps read one line of weights.
            while left >= 2 {
                step!(at);
                step!(at);
                _mm_prefetch::<_MM_HINT_T1>(weight.wrapping_add(AHEAD[0]).cast());
                _mm_prefetch::<_MM_HINT_T0>(weight.wrapping_add(AHEAD[1]).cast());
                left -= 2;
            }
            if left == 1 {
                step!(at);
            }
        }
        macro_rules! store {
            ($r:literal) => {
                _mm512_storeu_ps(to.add($r * LANES), low[$r]);
                if V == 2 {
                    _mm512_storeu_ps(to.add($r * LANES + 16), high[$r]);
                }
            };
        }
        rows!(store);
    }
}

/// Four rows by 16 positions at a time: eight sums, the most that 16 registers allow without a spill.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2(tile: &mut Tile, positions: usize, weight: *const f32, source: Source<'_>) {
    use std::arch::x86_64::*;
    unsafe {
        for lane in (0..positions.next_multiple_of(16)).step_by(16) {
            for first in [0, ROWS / 2] {
                let mut weight = weight.add(first);
                let mut sums = [[_mm256_setzero_ps(); 2]; ROWS / 2];
                for (sums, row) in sums.iter_mut().zip(&tile.0[first..]) {
                    for (v, sum) in sums.iter_mut().enumerate() {
                        *sum = _mm256_loadu_ps(row.as_ptr().add(lane + 8 * v));
                    }
                }
                for &tap in source.taps {
                    let mut at = source.at.offset(tap).add(lane);
                    for _ in 0..source.channels {
                        let x = [_mm256_loadu_ps(at), _mm256_loadu_ps(at.add(8))];
                        for (r, sums) in sums.iter_mut().enumerate() {
                            let w = _mm256_set1_ps(*weight.add(r));
                            for (sum, x) in sums.iter_mut().zip(x) {
                                *sum = _mm256_fmadd_ps(w, x, *sum);
                            }
                        }
                        weight = weight.add(ROWS);
                        at = at.wrapping_add(source.plane);
                    }
                }
                for (sums, row) in sums.iter().zip(&mut tile.0[first..]) {
                    for (v, sum) in sums.iter().enumerate() {
                        _mm256_storeu_ps(row.as_mut_ptr().add(lane + 8 * v), *sum);
                    }
                }
            }
        }
    }
}

/// The same in plain Rust, in pieces that fit the registers of NEON.
unsafe fn plain(tile: &mut Tile, positions: usize, weight: *const f32, source: Source<'_>) {
    const WIDE: usize = 16;
    const HIGH: usize = 4;
    for lane in (0..positions.next_multiple_of(WIDE)).step_by(WIDE) {
        for first in (0..ROWS).step_by(HIGH) {
            let mut sums = [[0f32; WIDE]; HIGH];
            for (sums, row) in sums.iter_mut().zip(&tile.0[first..]) {
                sums.copy_from_slice(&row[lane..lane + WIDE]);
            }
            // SAFETY: as promised by the caller of `accumulate`.
            unsafe {
                let mut weight = weight.add(first);
                for &tap in source.taps {
                    let mut at = source.at.offset(tap).add(lane);
                    for _ in 0..source.channels {
                        let x = at.cast::<[f32; WIDE]>().read_unaligned();
                        for (r, sums) in sums.iter_mut().enumerate() {
                            let w = *weight.add(r);
                            for (sum, x) in sums.iter_mut().zip(x) {
                                *sum = if cfg!(target_arch = "aarch64") { w.mul_add(x, *sum) } else { *sum + w * x };
                            }
                        }
                        weight = weight.add(ROWS);
                        at = at.wrapping_add(source.plane);
                    }
                }
            }
            for (sums, row) in sums.iter().zip(&mut tile.0[first..]) {
                row[lane..lane + WIDE].copy_from_slice(sums);
            }
        }
    }
}

/// `left[m, k] · right[k, n] -> [m, n]` with `left` packed; `right` and the result are row-major.
pub fn matmul(left: &Panels, right: &[f32], n: usize) -> Vec<f32> {
    use rayon::prelude::*;
    assert!(right.len() >= left.depth * n, "a product with too short a right side");
    let stride = n.next_multiple_of(LANES);
    let mut padded = vec![0.0; left.depth * stride];
    for (to, from) in padded.chunks_exact_mut(stride.max(1)).zip(right.chunks_exact(n.max(1))) {
        to[..n].copy_from_slice(from);
    }
    let mut out = vec![0.0; left.outputs * n];
    out.par_chunks_mut((ROWS * n).max(1)).with_min_len(4).enumerate().for_each(|(p, rows)| {
        for first in (0..n).step_by(LANES) {
            let positions = LANES.min(n - first);
            let mut tile = Tile::ZERO;
            let source = Source { at: padded[first..].as_ptr(), taps: &[0], channels: left.depth, plane: stride };
            // SAFETY: every row of `padded` has a multiple of LANES floats.
            unsafe { accumulate(&mut tile, positions, left.panel(p), source) };
            for (row, sums) in rows.chunks_exact_mut(n).zip(&tile.0) {
                row[first..first + positions].copy_from_slice(&sums[..positions]);
            }
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_set_gives_the_same_sums() {
        let depth = 3 * 5;
        let panels = Panels::pack(ROWS, depth, |o, k| ((o * 7 + k * 3) % 11) as f32 - 5.0);
        let data: Vec<f32> = (0..600).map(|i| ((i * 37) % 17) as f32 - 8.0).collect();
        let source = Source { at: data[60..].as_ptr(), taps: &[-7, 0, 9], channels: 5, plane: 70 };
        for positions in [16, 32] {
            let mut want = Tile::ZERO;
            for (r, row) in want.0.iter_mut().enumerate() {
                for (i, sum) in row.iter_mut().enumerate().take(positions) {
                    for (t, tap) in source.taps.iter().enumerate() {
                        for c in 0..5 {
                            *sum += panels.panel(0)[(t * 5 + c) * ROWS + r] * data[(60 + tap) as usize + c * 70 + i];
                        }
                    }
                }
            }
            let check = |run: &dyn Fn(&mut Tile)| {
                let mut tile = Tile::ZERO;
                run(&mut tile);
                for (row, want) in tile.0.iter().zip(&want.0) {
                    assert_eq!(row[..positions], want[..positions]); // small integers: exact in any order
                }
            };
            // SAFETY: the farthest read is at 60 + 9 + 4 · 70 + 31 < 600.
            check(&|tile| unsafe { accumulate(tile, positions, panels.panel(0), source) });
            check(&|tile| unsafe { plain(tile, positions, panels.panel(0).as_ptr(), source) });
            #[cfg(target_arch = "x86_64")]
            if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
                check(&|tile| unsafe { avx2(tile, positions, panels.panel(0).as_ptr(), source) });
            }
        }
    }

    #[test]
    fn products_of_any_size() {
        for (m, k, n) in [(1, 1, 1), (3, 5, 7), (20, 9, 33), (64, 130, 13)] {
            let left: Vec<f32> = (0..m * k).map(|i| ((i * 31) % 13) as f32 - 6.0).collect();
            let right: Vec<f32> = (0..k * n).map(|i| ((i * 17) % 11) as f32 - 5.0).collect();
            let out = matmul(&Panels::pack(m, k, |o, i| left[o * k + i]), &right, n);
            for o in 0..m {
                for j in 0..n {
                    let want: f32 = (0..k).map(|i| left[o * k + i] * right[i * n + j]).sum();
                    assert_eq!(out[o * n + j], want);
                }
            }
        }
    }
}
