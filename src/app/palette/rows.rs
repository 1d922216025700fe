//! Rows of the palette: headings and words, all of the same height, so that only visible ones are laid out.

use std::collections::BTreeMap;

use super::PalettePrefs;
use super::search::{Hit, WordEntry};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PaletteRow {
    Heading {
        /// Its title; also its key in [`PalettePrefs::closed`].
        title: String,
        words: usize,
        open: bool,
    },
    Word {
        entry: usize,
        synonym: Option<usize>,
    },
}

pub(crate) const FAVORITES: &str = "favorites";
/// Title of the heading in older settings.
pub(crate) const OLD_FAVORITES: &str = "favourites";
pub(crate) const RECENT: &str = "recent";
/// Words without a group.
const OTHERS: &str = "others";

/// The whole vocabulary by group, favorites and recent words first.
pub(crate) fn by_group(entries: &[WordEntry], prefs: &PalettePrefs) -> Vec<PaletteRow> {
    let place: BTreeMap<&str, usize> = entries.iter().enumerate().map(|(i, entry)| (entry.name.as_str(), i)).collect();
    let known = |names: &mut dyn Iterator<Item = &String>| -> Vec<usize> {
        names.filter_map(|name| place.get(name.as_str()).copied()).collect()
    };
    let mut sections: Vec<(&str, Vec<usize>)> =
        vec![(FAVORITES, known(&mut prefs.favorites.iter())), (RECENT, known(&mut prefs.recent.iter()))];
    let mut section_of: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, entry) in entries.iter().enumerate() {
        let group = entry.group.as_deref().unwrap_or(OTHERS);
        let section = *section_of.entry(group).or_insert_with(|| {
            sections.push((group, Vec::new()));
            sections.len() - 1
        });
        if let Some((_, words)) = sections.get_mut(section) {
            words.push(i);
        }
    }
    let mut rows = Vec::new();
    for (title, words) in sections.into_iter().filter(|(_, words)| !words.is_empty()) {
        let open = !prefs.closed.contains(title);
        rows.push(PaletteRow::Heading { title: title.to_owned(), words: words.len(), open });
        if open {
            rows.extend(words.into_iter().map(|entry| PaletteRow::Word { entry, synonym: None }));
        }
    }
    rows
}

/// Search results, best first.
pub(crate) fn found(hits: &[Hit]) -> Vec<PaletteRow> {
    hits.iter().map(|hit| PaletteRow::Word { entry: hit.entry, synonym: hit.synonym }).collect()
}

/// The next row that is a word, `by` rows away; the same row if there is none.
pub(crate) fn step(rows: &[PaletteRow], from: Option<usize>, down: bool) -> Option<usize> {
    let is_word = |row: &usize| matches!(rows.get(*row), Some(PaletteRow::Word { .. }));
    let found = match (from, down) {
        (None, _) => (0..rows.len()).find(is_word),
        (Some(from), true) => (from + 1..rows.len()).find(is_word),
        (Some(from), false) => (0..from.min(rows.len())).rev().find(is_word),
    };
    found.or(from.filter(is_word))
}
