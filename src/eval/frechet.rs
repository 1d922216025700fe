//! The Fréchet distance between two clouds of features, each taken for a normal distribution.
// Dowson and Landau 1982; Heusel et al. 2017, section 2: d² = |μ₁ - μ₂|² + tr(C₁ + C₂ - 2 (C₁C₂)^½)

/// Sums from which mean and covariance of vectors come, in f64.
#[derive(Clone, Debug)]
pub struct Cloud {
    dim: usize,
    count: u64,
    sum: Vec<f64>,
    /// Sums of products, `[D, D]`.
    products: Vec<f64>,
}

impl Cloud {
    pub fn new(dim: usize) -> Self {
        Self { dim, count: 0, sum: vec![0.0; dim], products: vec![0.0; dim * dim] }
    }

    /// vector `[D]`; one of another length is left out.
    pub fn add(&mut self, vector: &[f32]) {
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

    pub fn count(&self) -> u64 {
        self.count
    }

    fn mean(&self) -> Vec<f64> {
        self.sum.iter().map(|sum| sum / self.count.max(1) as f64).collect()
    }

    /// `[D, D]`, unbiased.
    fn covariance(&self) -> Matrix {
        let (mean, n) = (self.mean(), self.count as f64);
        let mut c = Matrix::zeros(self.dim);
        for i in 0..self.dim {
            for j in 0..self.dim {
                c.values[i * self.dim + j] =
                    (self.products[i * self.dim + j] - n * mean[i] * mean[j]) / (n - 1.0).max(1.0);
            }
        }
        c
    }
}

/// d², as it is commonly reported; none where a cloud has fewer than two vectors or they are of different length.
pub fn distance(a: &Cloud, b: &Cloud) -> Option<f64> {
    if a.dim != b.dim || a.count < 2 || b.count < 2 {
        return None;
    }
    let means: f64 = a.mean().iter().zip(b.mean()).map(|(x, y)| (x - y).powi(2)).sum();
    Some(means + between_covariances(&a.covariance(), &b.covariance()))
}

/// tr(A + B - 2 (A^½ B A^½)^½): the same trace as of (AB)^½, and all matrices symmetric.
fn between_covariances(a: &Matrix, b: &Matrix) -> f64 {
    let root = a.root();
    let (eigenvalues, _) = root.times(b).times(&root).symmetric().eigen();
    let roots: f64 = eigenvalues.iter().map(|value| value.max(0.0).sqrt()).sum();
    (a.trace() + b.trace() - 2.0 * roots).max(0.0)
}

/// A square matrix.
#[derive(Clone, Debug)]
struct Matrix {
    dim: usize,
    values: Vec<f64>,
}

impl Matrix {
    fn zeros(dim: usize) -> Self {
        Self { dim, values: vec![0.0; dim * dim] }
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.values[i * self.dim + j]
    }

    fn trace(&self) -> f64 {
        (0..self.dim).map(|i| self.at(i, i)).sum()
    }

    fn times(&self, other: &Self) -> Self {
        let n = self.dim;
        let mut product = Self::zeros(n);
        for i in 0..n {
            for k in 0..n {
                let a = self.at(i, k);
                for j in 0..n {
                    product.values[i * n + j] += a * other.at(k, j);
                }
            }
        }
        product
    }

    /// Without what rounding has made unequal.
    fn symmetric(mut self) -> Self {
        let n = self.dim;
        for i in 0..n {
            for j in 0..i {
                let mean = (self.at(i, j) + self.at(j, i)) / 2.0;
                (self.values[i * n + j], self.values[j * n + i]) = (mean, mean);
            }
        }
        self
    }

    /// The symmetric root of a symmetric matrix without negative eigenvalues.
    fn root(&self) -> Self {
        let n = self.dim;
        let (eigenvalues, vectors) = self.clone().symmetric().eigen();
        let mut root = Self::zeros(n);
        for (k, value) in eigenvalues.iter().enumerate() {
            let value = value.max(0.0).sqrt();
            for i in 0..n {
                for j in 0..n {
                    root.values[i * n + j] += value * vectors.at(i, k) * vectors.at(j, k);
                }
            }
        }
        root
    }

    /// Eigenvalues, and eigenvectors as columns, of a symmetric matrix: cyclic rotations until nothing is left off the diagonal.
    // Jacobi 1846; Golub and Van Loan, Matrix Computations, section 8.5
    fn eigen(mut self) -> (Vec<f64>, Self) {
        const MOST_SWEEPS: usize = 64;
        let n = self.dim;
        let mut vectors = Self::zeros(n);
        (0..n).for_each(|i| vectors.values[i * n + i] = 1.0);
        for _ in 0..MOST_SWEEPS {
            let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| self.at(i, j).powi(2)).sum();
            let on: f64 = (0..n).map(|i| self.at(i, i).powi(2)).sum();
            if off <= 1e-28 * on || !off.is_finite() {
                break;
            }
            for p in 0..n {
                for q in p + 1..n {
                    self.rotate(p, q, &mut vectors);
                }
            }
        }
        ((0..n).map(|i| self.at(i, i)).collect(), vectors)
    }

    /// Turns the plane of two axes so that they no longer mix.
    fn rotate(&mut self, p: usize, q: usize, vectors: &mut Self) {
        let (n, apq) = (self.dim, self.at(p, q));
        if apq == 0.0 {
            return;
        }
        let theta = (self.at(q, q) - self.at(p, p)) / (2.0 * apq);
        let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
        let t = if theta == 0.0 { 1.0 } else { t };
        let c = 1.0 / t.hypot(1.0);
        let s = t * c;
        let turn = |values: &mut [f64], first: usize, second: usize| {
            let (a, b) = (values[first], values[second]);
            (values[first], values[second]) = (c * a - s * b, s * a + c * b);
        };
        for k in 0..n {
            turn(&mut self.values, k * n + p, k * n + q);
            turn(&mut vectors.values, k * n + p, k * n + q);
        }
        (0..n).for_each(|k| turn(&mut self.values, p * n + k, q * n + k));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    fn matrix(values: &[f64]) -> Matrix {
        Matrix { dim: (values.len() as f64).sqrt() as usize, values: values.to_vec() }
    }

    /// A matrix that is symmetric and has no negative eigenvalue.
    fn random(dim: usize, rng: &mut ChaCha8Rng) -> Matrix {
        let mut a = Matrix::zeros(dim);
        a.values.iter_mut().for_each(|value| *value = rng.random_range(-1.0..1.0));
        let mut transposed = a.clone();
        (0..dim).for_each(|i| (0..dim).for_each(|j| transposed.values[i * dim + j] = a.at(j, i)));
        a.times(&transposed)
    }

    #[test]
    fn known_distances() {
        // Diagonal covariances: Σ (√a - √b)².
        let d = between_covariances(&matrix(&[4.0, 0.0, 0.0, 9.0]), &matrix(&[1.0, 0.0, 0.0, 25.0]));
        assert!((d - 5.0).abs() < 1e-12, "{d}");
        // [[2, 1], [1, 2]] against the identity: eigenvalues 3 and 1, so (√3 - 1)² + 0.
        let d = between_covariances(&matrix(&[2.0, 1.0, 1.0, 2.0]), &matrix(&[1.0, 0.0, 0.0, 1.0]));
        assert!((d - (3f64.sqrt() - 1.0).powi(2)).abs() < 1e-12, "{d}");
        // Matrices that do not commute: for 2 × 2, tr √M = √(tr M + 2 √det M) with M = AB.
        let (a, b) = (matrix(&[2.0, 1.0, 1.0, 3.0]), matrix(&[5.0, -2.0, -2.0, 1.0]));
        let (product, det) = (a.times(&b), 5.0 * 1.0);
        let wanted = 11.0 - 2.0 * (product.trace() + 2.0 * f64::sqrt(det)).sqrt();
        let d = between_covariances(&a, &b);
        assert!((d - wanted).abs() < 1e-10, "{d} {wanted}");
    }

    #[test]
    fn clouds_of_known_shape() {
        let mut clouds = [Cloud::new(2), Cloud::new(2)];
        for (x, y) in [(1.0, 2.0), (-1.0, 2.0), (1.0, -2.0), (-1.0, -2.0)] {
            clouds[0].add(&[x, y]);
            clouds[1].add(&[3.0 + 2.0 * x, y]);
        }
        // Means 3 apart; deviations along x differ by a factor of 2: variance 4/3 and 16/3.
        let wanted = 9.0 + (4f64 / 3.0).sqrt().powi(2);
        let d = distance(&clouds[0], &clouds[1]).unwrap();
        assert!((d - wanted).abs() < 1e-9, "{d} {wanted}");
        assert!(distance(&clouds[0], &clouds[0]).unwrap() < 1e-9);
        assert_eq!(distance(&clouds[0], &Cloud::new(2)), None);
        assert_eq!(distance(&clouds[0], &Cloud::new(3)), None);
    }

    #[test]
    fn roots_and_eigenvectors_give_the_matrix_back() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        for dim in [1, 2, 5, 64] {
            let a = random(dim, &mut rng);
            let root = a.root();
            let back = root.times(&root);
            let worst = back.values.iter().zip(&a.values).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
            assert!(worst < 1e-9 * a.trace(), "{dim}: {worst}");
            let (eigenvalues, _) = a.clone().eigen();
            assert!((eigenvalues.iter().sum::<f64>() - a.trace()).abs() < 1e-9 * a.trace());
            assert!(between_covariances(&a, &a) < 1e-6 * a.trace());
        }
    }

    #[test]
    fn a_distance_has_no_direction() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (a, b) = (random(16, &mut rng), random(16, &mut rng));
        let (there, back) = (between_covariances(&a, &b), between_covariances(&b, &a));
        assert!(there > 0.1 && (there - back).abs() < 1e-8 * there, "{there} {back}");
    }
}
