//! Our own vocabulary file, `vocab/*.json`: one line a word, so that diffs are readable.
//!
//! ```json
//! {
//!   "format": "scenewright-vocabulary", "version": 1, "name": "coco-stuff", "about": "...",
//!   "objects": [
//!     {"id": 0, "name": "__image__"},
//!     {"id": 20, "name": "sheep", "group": "animals", "synonyms": ["lamb", "ram", "ewe"], "colour": "#e0893b"}
//!   ],
//!   "predicates": [{"id": 0, "name": "__in_image__"}, {"id": 1, "name": "left of"}]
//! }
//! ```
//!
//! `id` may be left out: it is then one more than the id before. So may `group`, `synonyms` and `colour`: they are lent
//! by the shipped vocabularies where those know the word, and a free color is found where they do not.

use super::words::Word;
use super::{Vocabulary, VocabularyError, VocabularyProblem, palette};
use serde::{Deserialize, Serialize};

pub(super) const FORMAT: &str = "scenewright-vocabulary";
const VERSION: u64 = 1;
/// A number too large would only be a row of emptiness in every embedding.
pub(super) const MAX_ID: u32 = 65_535;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct VocabularyFile {
    pub format: String,
    pub version: u64,
    pub name: String,
    #[serde(default)]
    pub about: Option<String>,
    pub objects: Vec<FileWord>,
    pub predicates: Vec<FileWord>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct FileWord {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synonyms: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(rename = "colour")]
    pub color: Option<String>,
}

impl Vocabulary {
    /// Reads our own format.
    pub fn from_json(json: &str) -> Result<Self, VocabularyError> {
        let file: VocabularyFile = serde_json::from_str(json).map_err(|error| json_error(&error))?;
        let mut problems = Vec::new();
        if file.format != FORMAT {
            problems.push(VocabularyProblem::Format(file.format));
        }
        if file.version > VERSION {
            problems.push(VocabularyProblem::Version(file.version));
        }
        let objects = by_id("object", file.objects, &mut problems);
        let predicates = by_id("predicate", file.predicates, &mut problems);
        Self::assemble(file.name, file.about, objects, predicates, serde_json::Map::new(), problems)
    }

    /// Writes our own format: what [`Vocabulary::from_json`] reads.
    pub fn to_json(&self) -> String {
        VocabularyFile {
            format: FORMAT.to_owned(),
            version: VERSION,
            name: self.name.clone(),
            about: self.about.clone(),
            objects: self.objects.named().map(file_word).collect(),
            predicates: self.predicates.named().map(file_word).collect(),
        }
        .to_text()
    }
}

impl VocabularyFile {
    pub(super) fn to_text(&self) -> String {
        let quote = |text: &str| serde_json::Value::from(text).to_string();
        let about = self.about.as_deref().map_or(String::new(), |about| format!("  \"about\": {},\n", quote(about)));
        format!(
            "{{\n  \"format\": {},\n  \"version\": {},\n  \"name\": {},\n{about}  \"objects\": [\n{}\n  ],\n  \"predicates\": [\n{}\n  ]\n}}\n",
            quote(&self.format),
            self.version,
            quote(&self.name),
            lines(&self.objects),
            lines(&self.predicates),
        )
    }
}

fn lines(words: &[FileWord]) -> String {
    // Strings, numbers and lists of strings: nothing here can fail to become JSON.
    let line = |word: &FileWord| serde_json::to_string(word).map(|word| format!("    {word}")).unwrap_or_default();
    words.iter().map(line).collect::<Vec<_>>().join(",\n")
}

fn file_word((id, word): (u32, &Word)) -> FileWord {
    FileWord {
        id: Some(id),
        name: word.name.clone(),
        group: word.group.clone(),
        synonyms: word.synonyms.clone(),
        color: word.color.map(palette::format),
    }
}

fn by_id(kind: &'static str, words: Vec<FileWord>, problems: &mut Vec<VocabularyProblem>) -> Vec<Option<Word>> {
    let mut rows: Vec<Option<Word>> = Vec::new();
    for file_word in words {
        let FileWord { id, name, group, synonyms, color } = file_word;
        let id = id.unwrap_or(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        let color = color.and_then(|found| {
            let parsed = palette::parse(&found);
            if parsed.is_none() {
                problems.push(VocabularyProblem::Color { name: name.clone(), found });
            }
            parsed
        });
        place(kind, &mut rows, id, Word { name, group, synonyms, color }, problems);
    }
    rows
}

/// Puts a word on its row, or says why not.
pub(super) fn place(
    kind: &'static str,
    rows: &mut Vec<Option<Word>>,
    id: u32,
    word: Word,
    problems: &mut Vec<VocabularyProblem>,
) {
    if id > MAX_ID {
        let (name, found) = (word.name, id.to_string());
        problems.push(VocabularyProblem::Number { kind, name, found, limit: MAX_ID });
        return;
    }
    let row = id as usize;
    if rows.len() <= row {
        rows.resize(row + 1, None);
    }
    if let Some(taken) = &rows[row] {
        let (name, other) = (word.name, taken.name.clone());
        problems.push(VocabularyProblem::SameNumber { kind, id, name, other });
        return;
    }
    rows[row] = Some(word);
}

pub(super) fn json_error(error: &serde_json::Error) -> VocabularyError {
    let text = error.to_string();
    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message).to_owned();
    VocabularyError::Json { message, line: error.line(), column: error.column() }
}
