//! Which words a popup offers, the best first.
//!
//! What was typed decides by how well it fits (names and synonyms, letters may be left out); among equals, objects keep the
//! vocabulary's order and predicates come by how plausible they are: what the shown boxes already meet, then what they cannot
//! judge, then what they break; and within these what this scene uses most.

use crate::scene::relation::judge;
use crate::scene::{NodeId, Scene, UnitBox, Verdict};
use crate::vocab::Vocabulary;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::collections::HashMap;

/// More rows than anyone reads; one more letter finds the rest.
pub(crate) const MOST_ROWS: usize = 60;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub word: String,
    /// Small print: the group, the synonym that fitted.
    pub note: String,
    pub kind: RowKind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum RowKind {
    /// A word of the vocabulary.
    Known,
    /// What was typed, as it stands.
    Typed,
    /// An object that the scene already has: to go there.
    Existing(NodeId),
    /// A predicate, and whether the boxes meet it.
    Judged(Verdict),
}

/// Scores texts against what was typed.
pub(crate) struct Fuzzy {
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Default for Fuzzy {
    fn default() -> Self {
        Self { matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }
}

impl Fuzzy {
    /// Higher is better; `None` where it does not fit at all. Whole words and beginnings win.
    fn score(&mut self, pattern: &Pattern, typed: &str, text: &str) -> Option<u32> {
        let score = pattern.score(Utf32Str::new(text, &mut self.buffer), &mut self.matcher)?;
        let folded = text.to_lowercase();
        let bonus = if folded == typed {
            2000
        } else if folded.starts_with(typed) {
            1000
        } else {
            0
        };
        Some(score + bonus)
    }

    /// The best of a name and its synonyms; the synonym comes back where it was the better one.
    fn best(&mut self, pattern: &Pattern, typed: &str, name: &str, synonyms: &[String]) -> Option<(u32, String)> {
        let own = self.score(pattern, typed, name).map(|score| (score, String::new()));
        let others = synonyms.iter().filter_map(|synonym| {
            // A synonym must be clearly better to stand before the name.
            let score = self.score(pattern, typed, synonym)?.saturating_sub(40);
            Some((score, synonym.clone()))
        });
        let best_other = others.max_by_key(|(score, _)| *score);
        match (own, best_other) {
            (Some(own), Some(other)) => Some(if other.0 > own.0 { other } else { own }),
            (own, other) => own.or(other),
        }
    }
}

fn pattern(typed: &str) -> Pattern {
    Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart)
}

fn folded(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// Words for an object. `existing`: also offer what the scene has, to go there.
pub(crate) fn object_rows(typed: &str, vocab: &Vocabulary, existing: Option<&Scene>, fuzzy: &mut Fuzzy) -> Vec<Row> {
    let (pattern, typed) = (pattern(typed), folded(typed));
    let mut rows = Vec::new();
    if let Some(scene) = existing.filter(|_| !typed.is_empty()) {
        let mut found: Vec<(u32, Row)> = Vec::new();
        for node in scene.nodes() {
            // What is there is asked for by letters in a row; half-fitting strangers would only be in the way.
            let fits = node.title().to_lowercase().contains(&typed);
            if let Some(score) = fuzzy.score(&pattern, &typed, node.title()).filter(|_| fits) {
                let row = Row { word: node.title().to_owned(), note: "go to".into(), kind: RowKind::Existing(node.id) };
                found.push((score, row));
            }
        }
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        rows.extend(found.into_iter().take(5).map(|(_, row)| row));
    }
    let mut known: Vec<(u32, Row)> = Vec::new();
    for (_, name) in vocab.objects() {
        let best = if typed.is_empty() {
            Some((0, String::new()))
        } else {
            fuzzy.best(&pattern, &typed, name, vocab.synonyms_of(name))
        };
        let Some((score, synonym)) = best else { continue };
        let note = if synonym.is_empty() { vocab.group_of(name).unwrap_or_default().to_owned() } else { synonym };
        known.push((score, Row { word: name.to_owned(), note, kind: RowKind::Known }));
    }
    known.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    known.truncate(MOST_ROWS);
    let exact = known.first().is_some_and(|(score, _)| *score >= 2000);
    let is_new = !typed.is_empty() && !exact;
    rows.extend(known.into_iter().map(|(_, row)| row));
    if is_new {
        rows.push(typed_row(&typed));
    }
    rows
}

/// Two ends of a relation, as far as they can be judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends<'a> {
    pub scene: &'a Scene,
    pub names: [&'a str; 2],
    pub boxes: Option<[UnitBox; 2]>,
    /// Whether the boxes are the picture's; else they only stand for it, and a verdict would promise too much.
    pub pictured: bool,
}

/// Words for a relation, most plausible first.
pub(crate) fn predicate_rows(typed: &str, vocab: &Vocabulary, ends: &Ends<'_>, fuzzy: &mut Fuzzy) -> Vec<Row> {
    let (pattern, typed) = (pattern(typed), folded(typed));
    let common = commonness(ends);
    let mut found: Vec<((u32, u32, usize), Row)> = Vec::new();
    for (_, name) in vocab.predicates() {
        let best = if typed.is_empty() {
            Some((0, String::new()))
        } else {
            fuzzy.best(&pattern, &typed, name, vocab.synonyms_of(name))
        };
        let Some((score, note)) = best else { continue };
        let verdict = ends.boxes.map_or(Verdict::Unknown, |[subject, object]| judge(name, &subject, &object));
        let plausible = match verdict {
            Verdict::Met => 2,
            Verdict::Unknown => 1,
            Verdict::Broken => 0,
        };
        let used = common.get(name).copied().unwrap_or_default();
        let shown = if ends.pictured { verdict } else { Verdict::Unknown };
        let row = Row { word: name.to_owned(), note, kind: RowKind::Judged(shown) };
        found.push(((score, plausible, used), row));
    }
    // The sort is stable: what is equal in all keeps the vocabulary's order, which is by frequency.
    found.sort_by_key(|(key, _)| std::cmp::Reverse(*key));
    found.truncate(MOST_ROWS);
    let exact = found.first().is_some_and(|((score, ..), _)| *score >= 2000);
    let mut rows: Vec<Row> = found.into_iter().map(|(_, row)| row).collect();
    if !typed.is_empty() && !exact {
        rows.push(typed_row(&typed));
    }
    rows
}

/// How often the scene uses a predicate; between two things of these kinds it counts much more.
fn commonness<'a>(ends: &Ends<'a>) -> HashMap<&'a str, usize> {
    let mut common = HashMap::new();
    let name = |id| ends.scene.node(id).map_or("", |node| node.name.as_str());
    for relation in ends.scene.relations() {
        let same_kind = [name(relation.subject), name(relation.object)] == ends.names;
        *common.entry(relation.predicate.as_str()).or_default() += if same_kind { 100 } else { 1 };
    }
    common
}

/// Puts the word that stands there now first, so that Enter alone changes nothing.
pub(crate) fn put_current_first(rows: &mut Vec<Row>, current: &str) {
    let mut row = match rows.iter().position(|row| row.word == current) {
        Some(at) => rows.remove(at),
        None => Row { word: current.to_owned(), note: String::new(), kind: RowKind::Typed },
    };
    row.note = "now".into();
    rows.insert(0, row);
}

fn typed_row(typed: &str) -> Row {
    Row { word: typed.to_owned(), note: "not in this vocabulary".into(), kind: RowKind::Typed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Edit;

    fn words(rows: &[Row]) -> Vec<&str> {
        rows.iter().map(|row| row.word.as_str()).collect()
    }

    #[test]
    fn objects_are_found_by_half_words_and_synonyms() {
        let vocab = Vocabulary::coco_stuff();
        let mut fuzzy = Fuzzy::default();
        let mut check = |typed: &str, first: &str| {
            let rows = object_rows(typed, &vocab, None, &mut fuzzy);
            assert_eq!(rows.first().map(|row| row.word.as_str()), Some(first), "{typed}: {:?}", words(&rows));
        };
        check("she", "sheep");
        check("Sheep", "sheep");
        check("trfc", "traffic light");
        check("lamb", "sheep");
        let rows = object_rows("qqqq", &vocab, None, &mut fuzzy);
        assert_eq!(rows, [typed_row("qqqq")]);
        let all = object_rows("", &vocab, None, &mut fuzzy);
        assert_eq!(all.len(), MOST_ROWS);
    }

    #[test]
    fn what_the_scene_has_comes_first() {
        let mut scene = Scene::new();
        scene.apply_all(&[Edit::add("sheep"), Edit::add("tree")]).unwrap();
        let rows = object_rows("she", &Vocabulary::coco_stuff(), Some(&scene), &mut Fuzzy::default());
        assert_eq!(rows[0].kind, RowKind::Existing(NodeId(0)));
        assert_eq!((rows[1].word.as_str(), rows[1].kind), ("sheep", RowKind::Known));
    }

    #[test]
    fn predicates_come_by_plausibility() {
        let vocab = Vocabulary::coco_stuff();
        let mut scene = Scene::new();
        scene.apply_all(&[Edit::add("sky"), Edit::add("grass")]).unwrap();
        let ends = |boxes| Ends { scene: &scene, names: ["sky", "grass"], boxes, pictured: true };
        let (sky, grass) = (UnitBox::new(0.0, 0.0, 1.0, 0.4), UnitBox::new(0.0, 0.6, 1.0, 1.0));
        let mut fuzzy = Fuzzy::default();
        let rows = predicate_rows("", &vocab, &ends(Some([sky, grass])), &mut fuzzy);
        assert_eq!(rows[0].word, "above");
        assert_eq!(rows[0].kind, RowKind::Judged(Verdict::Met));
        let rows = predicate_rows("", &vocab, &ends(Some([grass, sky])), &mut fuzzy);
        assert_eq!(rows[0].word, "below");
        let rows = predicate_rows("", &vocab, &ends(None), &mut fuzzy);
        assert_eq!(rows[0].word, "left of", "the vocabulary's order");
        let rows = predicate_rows("in", &vocab, &ends(None), &mut fuzzy);
        assert_eq!(rows[0].word, "inside");
        // Habit: what was said of such a pair before.
        let mut used = scene.clone();
        used.apply_all(&[Edit::relate(NodeId(0), "surrounding", NodeId(1))]).unwrap();
        let ends = Ends { scene: &used, names: ["sky", "grass"], boxes: None, pictured: false };
        assert_eq!(predicate_rows("", &vocab, &ends, &mut fuzzy)[0].word, "surrounding");
    }
}
