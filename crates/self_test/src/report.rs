//! Results of a self-test, and their text.

use std::fmt;
use std::time::Duration;

/// Durations in ms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Times(Vec<f64>);

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time.as_secs_f64() * 1e3);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Quantile: `share` 0.5 is the median. Returns 0 without samples.
    pub(crate) fn at(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        sorted.get((share * last as f64).ceil() as usize).copied().unwrap_or(0.0)
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, most, slowest] = [0.5, 0.95, 1.0].map(|share| self.at(share));
        write!(f, "median {median:.1} ms, 95 % within {most:.1} ms, slowest {slowest:.1} ms, of {}", self.count())
    }
}

#[derive(Clone, Debug, Default)]
pub struct Report {
    /// From program start to the first frame.
    pub(crate) window_millis: f64,
    /// From the first frame to the first picture on the screen.
    pub(crate) first_picture_millis: f64,
    pub model: String,
    pub device: String,
    /// Height and width of pictures, pixels.
    pub size: (usize, usize),
    /// Resident memory, MiB.
    pub(crate) memory_of_the_window: Option<u64>,
    pub(crate) memory_of_the_first_picture: Option<u64>,
    pub measured: Option<Measurements>,
}

#[derive(Clone, Debug, Default)]
pub struct Measurements {
    /// From an edit to its picture on the screen.
    pub edits: Times,
    /// The same while a model is trained, and the number of training steps.
    pub(crate) trained_edits: Times,
    pub(crate) trained_steps: u64,
    /// Time of the network, of the edits without training.
    pub draws: Times,
    /// Total number of frames from an edit to the one that shows its picture, inclusive.
    pub(crate) frames_of_edits: usize,
    /// Time to present the frame with the new picture.
    pub(crate) painted_edits: Times,
    /// Time of the editor per frame with a large scene, while the pointer moves and while a node is dragged.
    pub(crate) hovered_frames: Times,
    pub(crate) dragged_frames: Times,
    /// From the end of the editor's part of such a frame to the begin of the next: presenting it.
    pub(crate) painted_frames: Times,
    pub rest: IdleMeasurement,
    /// Resident memory after the edits, with the large scene, and the peak, MiB.
    pub memory: Option<u64>,
    pub(crate) memory_at_rest: Option<u64>,
    pub(crate) most_memory: Option<u64>,
}

/// Activity of an idle window.
#[derive(Clone, Debug, Default)]
pub struct IdleMeasurement {
    pub seconds: u64,
    pub frames: u64,
    pub(crate) processor_millis: Option<f64>,
}

impl Report {
    pub(crate) fn measured_mut(&mut self) -> &mut Measurements {
        self.measured.get_or_insert_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |memory: Option<u64>| memory.map_or_else(|| "unknown".to_owned(), |mib| format!("{mib} MiB"));
        let (height, width) = self.size;
        writeln!(f, "model: {}, {width} × {height}, on {}", self.model, self.device)?;
        writeln!(f, "window: {:.0} ms after the start of the program", self.window_millis)?;
        write!(f, "first picture: {:.0} ms after the window", self.first_picture_millis)?;
        let Some(found) = &self.measured else { return Ok(()) };
        writeln!(f, "\nedit to new picture on the screen: {}", found.edits)?;
        if found.trained_edits.count() > 0 {
            let [idle, trained] = [&found.edits, &found.trained_edits].map(|times| times.at(0.5));
            let (steps, times) = (found.trained_steps, trained / idle.max(f64::MIN_POSITIVE));
            writeln!(
                f,
                "  while a model is trained ({steps} steps): {}, {times:.2} times as long",
                found.trained_edits
            )?;
        }
        writeln!(f, "  of these, the network: {}", found.draws)?;
        let frames = found.frames_of_edits as f64 / found.edits.count().max(1) as f64;
        writeln!(f, "  and the graphics driver, once: {}; {frames:.1} frames an edit", found.painted_edits)?;
        writeln!(f, "a frame of 300 objects and 600 relations, pointer moving: {}", found.hovered_frames)?;
        writeln!(f, "  the same while an object is dragged: {}", found.dragged_frames)?;
        writeln!(f, "  and what the graphics driver takes for it: {}", found.painted_frames)?;
        let IdleMeasurement { seconds, frames, processor_millis } = &found.rest;
        let processor = processor_millis.map_or_else(|| "unknown".to_owned(), |ms| format!("{ms:.0} ms"));
        writeln!(f, "idle for {seconds} s: {frames} frames, {processor} of processor time")?;
        let parts = [
            (self.memory_of_the_window, "for the window alone"),
            (self.memory_of_the_first_picture, "with the first picture"),
            (found.memory, "after the edits"),
            (found.memory_at_rest, "with the large scene"),
            (found.most_memory, "at most"),
        ];
        let parts: Vec<String> = parts.into_iter().map(|(memory, when)| format!("{} {when}", mib(memory))).collect();
        write!(f, "memory: {}", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_times() {
        let mut times = Times::default();
        assert_eq!(times.at(0.95), 0.0);
        for time in (1..=100).rev() {
            times.add(Duration::from_millis(time));
        }
        let rounded = [0.0, 0.5, 0.95, 1.0].map(|share| times.at(share).round());
        assert_eq!(rounded, [1.0, 51.0, 96.0, 100.0]);
    }
}
