//! What was left out of a file, summed up by kind.

/// At most so many kinds are reported; a file cannot name more.
const MAX_KINDS: usize = 40;

#[derive(Debug, Default)]
pub(in super::super) struct Report {
    left_out: Vec<(String, usize, String)>,
    notes: Vec<String>,
}

impl Report {
    /// Counts something of a kind ("relations without an end") that could not be read; `place` says where the first of the kind is.
    pub(crate) fn left_out(&mut self, kind: &str, place: impl FnOnce() -> String) {
        match self.left_out.iter().position(|(known, ..)| known == kind) {
            Some(at) => self.left_out[at].1 += 1,
            None if self.left_out.len() < MAX_KINDS => self.left_out.push((kind.to_owned(), 1, place())),
            None => {}
        }
    }

    /// Says something once.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.notes.contains(&text) && self.notes.len() < MAX_KINDS {
            self.notes.push(text);
        }
    }

    pub(crate) fn into_notes(self) -> Vec<String> {
        let mut notes = self.notes;
        notes.extend(self.left_out.into_iter().map(|(kind, count, first)| match count {
            1 => format!("left out: {kind} (1: {first})"),
            _ => format!("left out: {kind} ({count}, the first is {first})"),
        }));
        notes
    }
}
