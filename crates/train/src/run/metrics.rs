//! Numbers of a run: a CSV that any program reads, and TensorBoard's event files.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use protobuf::Message;
use tensorboard_proto::event::Event;
use tensorboard_proto::summary::{Summary, Summary_Value};

use super::RunError;
use scenewright_formats::write_atomically;

/// Writes rows as they come; every row is on its way to the disk before the next iteration.
pub(crate) struct Metrics {
    csv: File,
    /// Of the rows that are whole, bytes.
    length: u64,
    /// Rows that could not be written: they come first when there is space again.
    owed: String,
    events: EventFile,
    path: std::path::PathBuf,
    /// After `step` and `phase`, in this order: those of the file, which another version may have begun.
    columns: Vec<String>,
}

impl Metrics {
    /// Goes on after `step`: rows of iterations that the checkpoint does not know are dropped.
    pub(crate) fn open(
        csv: &Path,
        tensorboard: &Path,
        columns: &'static [&'static str],
        step: u64,
    ) -> Result<Self, RunError> {
        let cannot = |problem| RunError::io("write the metrics", problem, csv);
        let kept = if csv.exists() { cut(csv, step)? } else { String::new() };
        let known = kept.lines().next().and_then(|header| header.strip_prefix("step,phase,"));
        let columns = match known {
            Some(known) => known.split(',').map(str::to_owned).collect(),
            None => columns.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(),
        };
        if kept.is_empty() {
            fs::write(csv, format!("step,phase,{}\n", columns.join(","))).map_err(cannot)?;
        }
        let file = OpenOptions::new().append(true).open(csv).map_err(cannot)?;
        let events = EventFile::create(tensorboard)
            .map_err(|problem| RunError::io("write the event file", problem, tensorboard))?;
        let length = file.metadata().map_err(cannot)?.len();
        Ok(Self { csv: file, length, owed: String::new(), events, path: csv.to_owned(), columns })
    }

    /// One row; columns without a value stay empty.
    pub(crate) fn row(&mut self, step: u64, phase: &str, values: &[(&str, f64)]) -> Result<(), RunError> {
        let value = |column: &str| values.iter().find(|(name, _)| *name == column).map(|(_, value)| *value);
        let cells: Vec<String> =
            self.columns.iter().map(|name| value(name).map_or(String::new(), |v| format!("{v}"))).collect();
        self.owed += &format!("{step},{phase},{}\n", cells.join(","));
        let cannot = |problem| RunError::io("write the metrics", problem, &self.path);
        if let Err(problem) = self.csv.write_all(self.owed.as_bytes()) {
            // A full disk takes part of a row: the next one would go on in its middle.
            let _ = self.csv.set_len(self.length);
            return Err(cannot(problem));
        }
        self.length += self.owed.len() as u64;
        self.owed.clear();
        self.events.scalars(step, values).map_err(cannot)
    }
}

/// Keeps the rows up to and including `step`, and returns them. A last line without an end was never finished.
fn cut(csv: &Path, step: u64) -> Result<String, RunError> {
    let cannot = |problem| RunError::io("read the metrics", problem, csv);
    let mut kept = String::new();
    let mut reader = BufReader::new(File::open(csv).map_err(cannot)?);
    let mut line = String::new();
    while reader.read_line(&mut line).map_err(cannot)? > 0 {
        let number = line.split(',').next().and_then(|cell| cell.parse::<u64>().ok());
        if line.ends_with('\n') && number.is_none_or(|number| number <= step) {
            kept.push_str(&line);
        }
        line.clear();
    }
    write_atomically(csv, kept.as_bytes()).map_err(|error| RunError::Write(error.to_string()))?;
    Ok(kept)
}

/// TensorBoard's record file: length, checksum of the length, protobuf, checksum of it.
// tensorflow: core/lib/io/record_writer.h
struct EventFile(File);

impl EventFile {
    fn create(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        // A session is a file of its own; the number of milliseconds keeps two apart.
        let name = format!("events.out.tfevents.{}.scenewright.{}", now.as_secs(), now.subsec_millis());
        let mut file = Self(OpenOptions::new().create(true).append(true).open(folder.join(name))?);
        let mut first = Event::new();
        first.set_wall_time(now.as_secs_f64());
        first.set_file_version("brain.Event:2".into());
        file.record(&first)?;
        Ok(file)
    }

    fn scalars(&mut self, step: u64, values: &[(&str, f64)]) -> io::Result<()> {
        let mut summary = Summary::new();
        for (name, value) in values {
            let mut entry = Summary_Value::new();
            entry.set_tag((*name).to_owned());
            entry.set_simple_value(*value as f32);
            summary.value.push(entry);
        }
        let mut event = Event::new();
        event.set_wall_time(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64());
        event.set_step(step as i64);
        event.set_summary(summary);
        self.record(&event)
    }

    fn record(&mut self, event: &Event) -> io::Result<()> {
        let bytes = event.write_to_bytes().map_err(io::Error::other)?;
        let length = (bytes.len() as u64).to_le_bytes();
        let mut record = Vec::with_capacity(bytes.len() + 16);
        record.extend(length);
        record.extend(masked(&length).to_le_bytes());
        record.extend(&bytes);
        record.extend(masked(&bytes).to_le_bytes());
        self.0.write_all(&record)
    }
}

/// A checksum that may itself be part of checksummed data.
fn masked(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes).rotate_right(15).wrapping_add(0xa282_ead8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file that takes nothing, as on a full disk; then there is space again.
    #[test]
    fn a_row_that_could_not_be_written_comes_first_later() {
        let folder = tempfile::tempdir().unwrap();
        let csv = folder.path().join("metrics.csv");
        let mut metrics = Metrics::open(&csv, &folder.path().join("tensorboard"), &["loss"], 0).unwrap();
        metrics.row(1, "picture", &[("loss", 0.5)]).unwrap();
        let good = std::mem::replace(&mut metrics.csv, File::open(&csv).unwrap());
        let error = metrics.row(2, "picture", &[("loss", 0.25)]).unwrap_err().to_string();
        assert!(error.contains("metrics.csv"), "{error}");
        metrics.csv = good;
        metrics.row(3, "picture", &[("loss", 0.125)]).unwrap();
        let text = fs::read_to_string(&csv).unwrap();
        assert_eq!(text, "step,phase,loss\n1,picture,0.5\n2,picture,0.25\n3,picture,0.125\n");
    }

    /// A file of version 0.1, which had more columns, stays one table.
    #[test]
    fn a_file_that_was_begun_keeps_its_columns() {
        let dir = tempfile::tempdir().unwrap();
        let csv = dir.path().join("metrics.csv");
        fs::write(&csv, "step,phase,loss,removed,rate\n1,looks,0.5,7,0.1\n2,looks,0.5,7,0.1\n").unwrap();
        let mut metrics = Metrics::open(&csv, &dir.path().join("tensorboard"), &["loss", "rate"], 1).unwrap();
        metrics.row(2, "looks", &[("rate", 0.25), ("loss", 0.125)]).unwrap();
        let text = fs::read_to_string(&csv).unwrap();
        assert_eq!(text, "step,phase,loss,removed,rate\n1,looks,0.5,7,0.1\n2,looks,0.125,,0.25\n");
    }
}
