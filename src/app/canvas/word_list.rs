//! Words that a popup offers, best first.
//!
//! Ranked by how well they match the typed text (names and synonyms, as subsequences). Among equals, objects keep the
//! order of the vocabulary; predicates come by use in this scene between objects of the same names, then by how usual they
//! are between the two categories, then by plausibility (satisfied by the shown boxes, then unknown, then violated). What
//! makes no sense between the categories is listed only if it is typed.

use super::typical::typical_rank;
use crate::app::palette::search::{Hit, WHOLE, WordIndex, WordKind};
use scenewright_scene::relation::judge;
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Node, NodeId, RelationStatus, Scene, UnitBox};
use std::collections::HashMap;

/// Maximum number of predicates, and of objects that match what was typed. Without typed text every object is listed.
pub(crate) const MOST_ROWS: usize = 60;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WordRow {
    pub word: String,
    /// Small text: the group, or the matching synonym.
    pub note: String,
    pub kind: WordRowKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum WordRowKind {
    /// A word of the vocabulary.
    Known,
    /// The typed text as it is.
    Typed,
    /// An existing object of the scene: goes there.
    Existing(NodeId),
    /// A predicate, and whether the boxes satisfy it.
    Judged(RelationStatus),
}

/// Search index of the vocabulary, as in the other panels.
pub(crate) struct WordList {
    objects: WordIndex,
    predicates: WordIndex,
}

impl Default for WordList {
    fn default() -> Self {
        Self { objects: WordIndex::new(WordKind::Objects), predicates: WordIndex::new(WordKind::Predicates) }
    }
}

/// Words for an object. `existing`: also list objects of the scene, to go there.
pub(crate) fn object_rows(
    typed: &str,
    vocab: &Vocabulary,
    existing: Option<&Scene>,
    words: &mut WordList,
) -> Vec<WordRow> {
    words.objects.update(vocab);
    let mut rows = existing.map_or_else(Vec::new, |scene| rows_of_scene(typed, scene));
    let hits = words.objects.search(typed, vocab).to_vec();
    let entries = words.objects.entries();
    let row = |hit: &Hit| {
        let entry = entries.get(hit.entry)?;
        let synonym = hit.synonym.and_then(|at| entry.synonyms.get(at));
        let note = synonym.or(entry.group.as_ref()).cloned().unwrap_or_default();
        Some(WordRow { word: entry.name.clone(), note, kind: WordRowKind::Known })
    };
    let most = if typed.trim().is_empty() { usize::MAX } else { MOST_ROWS };
    rows.extend(hits.iter().take(most).filter_map(row));
    rows.extend(typed_row(typed, &hits));
    rows
}

/// Existing objects must contain the typed text; weaker matches would only be in the way.
fn rows_of_scene(typed: &str, scene: &Scene) -> Vec<WordRow> {
    let typed = typed.trim().to_lowercase();
    if typed.is_empty() {
        return Vec::new();
    }
    let place = |node: &Node| {
        let title = node.title().to_lowercase();
        title.find(&typed).map(|at| (at, title.len()))
    };
    let mut found: Vec<_> = scene.nodes().iter().filter_map(|node| Some((place(node)?, node))).collect();
    found.sort_by_key(|(place, _)| *place);
    let row = |node: &Node| WordRow {
        word: node.title().to_owned(),
        note: "go to".into(),
        kind: WordRowKind::Existing(node.id),
    };
    found.into_iter().take(5).map(|(_, node)| row(node)).collect()
}

/// Subject and object of a relation, as far as they are known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends<'a> {
    pub scene: &'a Scene,
    pub names: [&'a str; 2],
    pub boxes: Option<[UnitBox; 2]>,
    /// Whether the boxes come from the picture; otherwise they are stand-ins and no status is shown.
    pub(crate) pictured: bool,
}

/// Predicates for a relation, most plausible first.
pub(crate) fn predicate_rows(typed: &str, vocab: &Vocabulary, ends: &Ends<'_>, words: &mut WordList) -> Vec<WordRow> {
    words.predicates.update(vocab);
    let common = commonness(ends);
    let hits = words.predicates.search(typed, vocab).to_vec();
    let entries = words.predicates.entries();
    let weighed = |hit: &Hit| {
        let entry = entries.get(hit.entry)?;
        let relation_status =
            ends.boxes.map_or(RelationStatus::Unknown, |[subject, object]| judge(&entry.name, &subject, &object));
        let plausible = match relation_status {
            RelationStatus::Met => 2,
            RelationStatus::Unknown => 1,
            RelationStatus::Broken => 0,
        };
        let used = common.get(entry.name.as_str()).copied().unwrap_or_default();
        let usual = typical_rank(&entry.name, ends.names, vocab);
        if usual.is_err() && typed.trim().is_empty() {
            return None;
        }
        // What the scene already says between such objects counts most.
        let said = if used >= SAME_KIND { used } else { 0 };
        let usual = std::cmp::Reverse(usual.ok().flatten().unwrap_or(usize::MAX));
        let shown = if ends.pictured { relation_status } else { RelationStatus::Unknown };
        let note = hit.synonym.and_then(|at| entry.synonyms.get(at)).cloned().unwrap_or_default();
        let row = WordRow { word: entry.name.clone(), note, kind: WordRowKind::Judged(shown) };
        Some(((hit.score, said, usual, plausible, used), row))
    };
    let mut found: Vec<_> = hits.iter().filter_map(weighed).collect();
    // The sort is stable: equals keep the order of the vocabulary, which is by frequency.
    found.sort_by_key(|(key, _)| std::cmp::Reverse(*key));
    let mut rows: Vec<WordRow> = found.into_iter().take(MOST_ROWS).map(|(_, row)| row).collect();
    rows.extend(typed_row(typed, &hits));
    rows
}

/// Weight of a use between objects of the same names.
const SAME_KIND: usize = 100;

/// How often the scene uses a predicate; uses between objects of the same names count much more.
fn commonness<'a>(ends: &Ends<'a>) -> HashMap<&'a str, usize> {
    let mut common = HashMap::new();
    let name = |id| ends.scene.node(id).map_or("", |node| node.name.as_str());
    for relation in ends.scene.relations() {
        let same_kind = [name(relation.subject), name(relation.object)] == ends.names;
        *common.entry(relation.predicate.as_str()).or_default() += if same_kind { SAME_KIND } else { 1 };
    }
    common
}

/// Moves the current word to the front, so that Enter alone changes nothing.
pub(crate) fn put_current_first(rows: &mut Vec<WordRow>, current: &str) {
    let mut row = match rows.iter().position(|row| row.word == current) {
        Some(at) => rows.remove(at),
        None => WordRow { word: current.to_owned(), note: String::new(), kind: WordRowKind::Typed },
    };
    row.note = "now".into();
    rows.insert(0, row);
}

/// A row for the typed text, unless a word equals it.
fn typed_row(typed: &str, hits: &[Hit]) -> Option<WordRow> {
    let typed = typed.trim().to_lowercase();
    let is_new = !typed.is_empty() && hits.iter().all(|hit| hit.score < WHOLE);
    is_new.then(|| WordRow { word: typed, note: "not in this vocabulary".into(), kind: WordRowKind::Typed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::Edit;

    fn names(rows: &[WordRow]) -> Vec<&str> {
        rows.iter().map(|row| row.word.as_str()).collect()
    }

    #[test]
    fn objects_are_found_by_half_words_and_synonyms() {
        let vocab = Vocabulary::coco_stuff();
        let mut words = WordList::default();
        let mut check = |typed: &str, first: &str| {
            let rows = object_rows(typed, &vocab, None, &mut words);
            assert_eq!(rows.first().map(|row| row.word.as_str()), Some(first), "{typed}: {:?}", names(&rows));
        };
        check("she", "sheep");
        check("Sheep", "sheep");
        check("lamb", "sheep");
        check("kyte", "kite");
        let rows = object_rows("qqqq", &vocab, None, &mut words);
        let kinds: Vec<_> = rows.iter().map(|row| (row.word.as_str(), row.kind)).collect();
        assert_eq!(kinds, [("qqqq", WordRowKind::Typed)]);
        let letters = object_rows("trfc", &vocab, None, &mut words);
        assert!(names(&letters)[..4].contains(&"traffic light"), "{:?}", names(&letters));
        let all = object_rows("", &vocab, None, &mut words);
        assert_eq!(all.len(), vocab.objects().count(), "every word, without typing");
    }

    #[test]
    fn what_the_scene_has_comes_first() {
        let mut scene = Scene::new();
        scene.apply_all(&[Edit::add("sheep"), Edit::add("tree")]).unwrap();
        let rows = object_rows("she", &Vocabulary::coco_stuff(), Some(&scene), &mut WordList::default());
        assert_eq!(rows[0].kind, WordRowKind::Existing(NodeId(0)));
        assert_eq!((rows[1].word.as_str(), rows[1].kind), ("sheep", WordRowKind::Known));
    }

    #[test]
    fn predicates_come_by_use_and_plausibility() {
        let vocab = Vocabulary::coco_stuff();
        let mut scene = Scene::new();
        scene.apply_all(&[Edit::add("sky"), Edit::add("grass")]).unwrap();
        let ends = |boxes| Ends { scene: &scene, names: ["sky", "grass"], boxes, pictured: true };
        let (sky, grass) = (UnitBox::new(0.0, 0.0, 1.0, 0.4), UnitBox::new(0.0, 0.6, 1.0, 1.0));
        let mut words = WordList::default();
        let rows = predicate_rows("", &vocab, &ends(Some([sky, grass])), &mut words);
        assert_eq!(rows[0].word, "above");
        assert_eq!(rows[0].kind, WordRowKind::Judged(RelationStatus::Met));
        let rows = predicate_rows("", &vocab, &ends(Some([grass, sky])), &mut words);
        assert_eq!((rows[0].word.as_str(), rows[0].kind), ("above", WordRowKind::Judged(RelationStatus::Broken)));
        assert_eq!(rows[1].word, "below", "what the boxes meet follows what is usual");
        let rows = predicate_rows("", &vocab, &ends(None), &mut words);
        assert_eq!(names(&rows)[..2], ["above", "left of"], "what is usual, then the vocabulary's order");
        let rows = predicate_rows("in", &vocab, &ends(None), &mut words);
        assert_eq!(rows[0].word, "inside");
        // Used before between objects of these names.
        let mut used = scene.clone();
        used.apply_all(&[Edit::relate(NodeId(0), "surrounding", NodeId(1))]).unwrap();
        let ends = Ends { scene: &used, names: ["sky", "grass"], boxes: None, pictured: false };
        assert_eq!(predicate_rows("", &vocab, &ends, &mut words)[0].word, "surrounding");
    }
}
