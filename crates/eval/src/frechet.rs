//! The Fréchet distance between two sets of features, each taken for a normal distribution.
// Dowson and Landau 1982; Heusel et al. 2017, section 2: d² = |μ₁ - μ₂|² + tr(C₁ + C₂ - 2 (C₁C₂)^½)

use faer::{Mat, Side};

/// Sums from which mean and covariance of vectors come, in f64.
#[derive(Clone, Debug)]
pub struct FeatureStats {
    dim: usize,
    count: u64,
    sum: Vec<f64>,
    /// Sums of products, `[D, D]`.
    products: Vec<f64>,
}

impl FeatureStats {
    pub(crate) fn new(dim: usize) -> Self {
        Self { dim, count: 0, sum: vec![0.0; dim], products: vec![0.0; dim * dim] }
    }

    /// vector `[D]`; one of another length is left out.
    pub(crate) fn add(&mut self, vector: &[f32]) {
        if vector.len() != self.dim {
            return;
        }
        self.count += 1;
        for (i, &a) in vector.iter().enumerate() {
            self.sum[i] += f64::from(a);
            let row = &mut self.products[i * self.dim..(i + 1) * self.dim];
            row.iter_mut().zip(vector).for_each(|(sum, &b)| *sum += f64::from(a) * f64::from(b));
        }
    }

    fn mean(&self) -> Vec<f64> {
        self.sum.iter().map(|sum| sum / self.count.max(1) as f64).collect()
    }

    /// `[D, D]`, unbiased.
    fn covariance(&self) -> Mat<f64> {
        let (mean, n) = (self.mean(), self.count as f64);
        Mat::from_fn(self.dim, self.dim, |i, j| {
            (self.products[i * self.dim + j] - n * mean[i] * mean[j]) / (n - 1.0).max(1.0)
        })
    }
}

/// d², as it is commonly reported; none where a cloud has fewer than two vectors or they are of different length.
pub fn distance(a: &FeatureStats, b: &FeatureStats) -> Option<f64> {
    if a.dim != b.dim || a.count < 2 || b.count < 2 {
        return None;
    }
    let means: f64 = a.mean().iter().zip(b.mean()).map(|(x, y)| (x - y).powi(2)).sum();
    Some(means + between_covariances(&a.covariance(), &b.covariance())?)
}

/// tr(A + B - 2 (A^½ B A^½)^½): the same trace as of (AB)^½, and all matrices symmetric. None where they hold NaN.
fn between_covariances(a: &Mat<f64>, b: &Mat<f64>) -> Option<f64> {
    let root = root(a)?;
    // Only the lower half is read, so what rounding makes unequal does not matter.
    let eigenvalues = (&root * b * &root).self_adjoint_eigenvalues(Side::Lower).ok()?;
    let roots: f64 = eigenvalues.iter().map(|value| value.max(0.0).sqrt()).sum();
    Some((trace(a) + trace(b) - 2.0 * roots).max(0.0))
}

fn trace(a: &Mat<f64>) -> f64 {
    (0..a.nrows()).map(|i| a[(i, i)]).sum()
}

/// The symmetric root of a symmetric matrix; negative eigenvalues, which only rounding makes, count as 0.
fn root(a: &Mat<f64>) -> Option<Mat<f64>> {
    let eigen = a.self_adjoint_eigen(Side::Lower).ok()?;
    let (vectors, values) = (eigen.U(), eigen.S().column_vector());
    let scaled = Mat::from_fn(a.nrows(), a.nrows(), |i, k| vectors[(i, k)] * values[k].max(0.0).sqrt());
    Some(&scaled * vectors.transpose())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn between(a: [[f64; 2]; 2], b: [[f64; 2]; 2]) -> f64 {
        let matrix = |rows: [[f64; 2]; 2]| Mat::from_fn(2, 2, |i, j| rows[i][j]);
        between_covariances(&matrix(a), &matrix(b)).unwrap()
    }

    /// A matrix that is symmetric and has no negative eigenvalue.
    fn random(dim: usize, rng: &mut ChaCha8Rng) -> Mat<f64> {
        let a = Mat::from_fn(dim, dim, |_, _| rng.random_range(-1.0..1.0));
        &a * a.transpose()
    }

    #[test]
    fn known_distances() {
        // Diagonal covariances: Σ (√a - √b)².
        let d = between([[4.0, 0.0], [0.0, 9.0]], [[1.0, 0.0], [0.0, 25.0]]);
        assert!((d - 5.0).abs() < 1e-12, "{d}");
        // [[2, 1], [1, 2]] against the identity: eigenvalues 3 and 1, so (√3 - 1)² + 0.
        let d = between([[2.0, 1.0], [1.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]]);
        assert!((d - (3f64.sqrt() - 1.0).powi(2)).abs() < 1e-12, "{d}");
        // Matrices that do not commute: for 2 × 2, tr √M = √(tr M + 2 √det M) with M = AB.
        let d = between([[2.0, 1.0], [1.0, 3.0]], [[5.0, -2.0], [-2.0, 1.0]]);
        let (product_trace, det) = (2.0 * 5.0 - 2.0 + -2.0 + 3.0, 5.0 * 1.0);
        let wanted = 11.0 - 2.0 * (product_trace + 2.0 * f64::sqrt(det)).sqrt();
        assert!((d - wanted).abs() < 1e-10, "{d} {wanted}");
    }

    #[test]
    fn clouds_of_known_shape() {
        let mut clouds = [FeatureStats::new(2), FeatureStats::new(2)];
        for (x, y) in [(1.0, 2.0), (-1.0, 2.0), (1.0, -2.0), (-1.0, -2.0)] {
            clouds[0].add(&[x, y]);
            clouds[1].add(&[3.0 + 2.0 * x, y]);
        }
        // Means 3 apart; deviations along x differ by a factor of 2: variance 4/3 and 16/3.
        let wanted = 9.0 + (4f64 / 3.0).sqrt().powi(2);
        let d = distance(&clouds[0], &clouds[1]).unwrap();
        assert!((d - wanted).abs() < 1e-9, "{d} {wanted}");
        assert!(distance(&clouds[0], &clouds[0]).unwrap() < 1e-9);
        assert_eq!(distance(&clouds[0], &FeatureStats::new(2)), None);
        assert_eq!(distance(&clouds[0], &FeatureStats::new(3)), None);
        clouds[1].add(&[f32::NAN, 0.0]);
        assert!(distance(&clouds[0], &clouds[1]).is_none_or(f64::is_nan));
    }

    #[test]
    fn a_root_squared_is_the_matrix() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        for dim in [1, 2, 5, 64] {
            let a = random(dim, &mut rng);
            let root = root(&a).unwrap();
            let back = &root * &root;
            let difference = &back - &a;
            assert!(difference.norm_max() < 1e-9 * trace(&a), "{dim}: {}", difference.norm_max());
            assert!(between_covariances(&a, &a).unwrap() < 1e-6 * trace(&a));
        }
    }

    #[test]
    fn a_distance_has_no_direction() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (a, b) = (random(16, &mut rng), random(16, &mut rng));
        let (there, back) = (between_covariances(&a, &b).unwrap(), between_covariances(&b, &a).unwrap());
        assert!(there > 0.1 && (there - back).abs() < 1e-8 * there, "{there} {back}");
    }
}
