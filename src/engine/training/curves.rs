//! Numbers of a run over its steps, for a plot: bounded, however long the run.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

/// Points that a curve has at most; beyond, two become one.
pub const MAX_POINTS: usize = 4096;

/// A number over the steps; of long runs, means over as many steps as it takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LossCurve {
    pub name: String,
    /// Step and value, steps rising.
    pub points: Vec<[f64; 2]>,
    /// Values that become one point.
    stride: usize,
    /// Sum and count of those that are not a point yet.
    pending: (f64, usize),
    pub last: Option<f64>,
}

impl LossCurve {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), stride: 1, ..Self::default() }
    }

    fn push(&mut self, step: u64, value: f64) {
        if !value.is_finite() {
            return;
        }
        self.last = Some(value);
        let (sum, count) = &mut self.pending;
        (*sum, *count) = (*sum + value, *count + 1);
        if *count < self.stride {
            return;
        }
        self.points.push([step as f64, *sum / *count as f64]);
        self.pending = (0.0, 0);
        if self.points.len() >= MAX_POINTS {
            self.points =
                self.points.chunks_exact(2).map(|pair| [pair[1][0], (pair[0][1] + pair[1][1]) / 2.0]).collect();
            self.stride *= 2;
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    /// In the order in which they were first seen.
    pub curves: Vec<LossCurve>,
    /// Where a phase begins: its step and name.
    pub phases: Vec<(u64, String)>,
}

impl Curves {
    pub fn get(&self, name: &str) -> Option<&LossCurve> {
        self.curves.iter().find(|curve| curve.name == name)
    }

    pub(crate) fn phase(&mut self, step: u64, phase: &str) {
        if self.phases.last().is_none_or(|(_, name)| name != phase) {
            self.phases.push((step, phase.to_owned()));
        }
    }

    pub(crate) fn add(&mut self, step: u64, name: &str, value: f64) {
        let place = self.curves.iter().position(|curve| curve.name == name);
        let place = place.unwrap_or_else(|| {
            self.curves.push(LossCurve::new(name));
            self.curves.len() - 1
        });
        self.curves[place].push(step, value);
    }

    /// Of a run's metrics.csv: up to the last whole row. A row that makes no sense is skipped.
    pub(crate) fn read(csv: &Path) -> io::Result<Self> {
        let mut curves = Self::default();
        let mut lines = BufReader::new(File::open(csv)?).lines();
        let Some(header) = lines.next().transpose()? else { return Ok(curves) };
        let names: Vec<&str> = header.split(',').collect();
        for line in lines {
            let line = line?;
            let cells: Vec<&str> = line.split(',').collect();
            let Some(step) = cells.first().and_then(|cell| cell.parse::<u64>().ok()) else { continue };
            if let Some(phase) = cells.get(1) {
                curves.phase(step, phase);
            }
            for (name, cell) in names.iter().zip(&cells).skip(2) {
                if let Ok(value) = cell.parse() {
                    curves.add(step, name, value);
                }
            }
        }
        Ok(curves)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_curve_keeps_its_shape_and_stays_small() {
        let mut curves = Curves::default();
        let steps = 100_000u64;
        (0..steps).for_each(|step| curves.add(step, "loss", step as f64));
        let curve = curves.get("loss").unwrap();
        assert!(curve.points.len() < MAX_POINTS && curve.points.len() > MAX_POINTS / 4, "{}", curve.points.len());
        assert!(curve.points.windows(2).all(|pair| pair[0][0] < pair[1][0] && pair[0][1] < pair[1][1]));
        // A point stands at the end of what it is the mean of.
        let width = steps as f64 / curve.points.len() as f64;
        assert!(curve.points.iter().all(|[step, value]| (step - value).abs() <= width), "{width}");
        assert_eq!(curve.last, Some(steps as f64 - 1.0));
        curves.add(steps, "loss", f64::NAN);
        assert_eq!(curves.get("loss").unwrap().last, Some(steps as f64 - 1.0), "what is no number is no point");
    }

    #[test]
    fn metrics_are_read_to_their_last_whole_row() {
        let dir = tempfile::TempDir::new().unwrap();
        let csv = dir.path().join("metrics.csv");
        let text = "step,phase,images_per_second,total_loss,val_loss\n1,layout,10,3,\n2,layout,10,2.5,4\nrubbish\n3,picture,5,2,\n4,pic";
        std::fs::write(&csv, text).unwrap();
        let curves = Curves::read(&csv).unwrap();
        assert_eq!(curves.get("total_loss").unwrap().points, [[1.0, 3.0], [2.0, 2.5], [3.0, 2.0]]);
        assert_eq!(curves.get("val_loss").unwrap().points, [[2.0, 4.0]]);
        assert_eq!(curves.phases[..2], [(1, "layout".to_owned()), (3, "picture".to_owned())]);
        assert!(Curves::read(&dir.path().join("absent.csv")).is_err());
    }
}
