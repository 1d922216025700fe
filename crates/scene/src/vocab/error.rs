//! Errors of vocabulary files.

/// Why a vocabulary was refused.
#[derive(Debug, thiserror::Error)]
pub enum VocabularyError {
    #[error("the vocabulary is not JSON: {message} (line {line}, column {column})")]
    Json { message: String, line: usize, column: usize },
    #[error("the vocabulary has {}:{}", count(.0.len()), list(.0))]
    Problems(Vec<VocabularyProblem>),
}

/// One of the things that are wrong; all of a file are reported together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VocabularyProblem {
    #[error("it has no {kind} \"{name}\", which every graph needs: add it")]
    Missing { kind: &'static str, name: &'static str },
    #[error("\"{key}\" is missing or is no {expected}")]
    Key { key: &'static str, expected: &'static str },
    #[error("{kind} {id} is named \"{name}\", and so is {kind} {other}: give each its own name")]
    Twice { kind: &'static str, id: u32, other: u32, name: String },
    #[error("{kind} {id} is given to \"{name}\" and to \"{other}\": give each its own number")]
    SameNumber { kind: &'static str, id: u32, name: String, other: String },
    #[error("{kind} \"{name}\" has the number {found}: use whole numbers from 0 to {limit}")]
    Number { kind: &'static str, name: String, found: String, limit: u32 },
    #[error("{kind} {id} has no name: write a word")]
    Empty { kind: &'static str, id: u32 },
    #[error("the color \"{found}\" of \"{name}\" is not like \"#80c0ff\"")]
    Color { name: String, found: String },
    #[error("\"format\" is \"{0}\", not \"scenewright-vocabulary\"")]
    Format(String),
    #[error("{0}")]
    Looks(String),
    #[error("version {0} is newer than this Scenewright knows: update Scenewright")]
    Version(u64),
}

fn count(problems: usize) -> String {
    if problems == 1 { "a problem".to_owned() } else { format!("{problems} problems") }
}

fn list(problems: &[VocabularyProblem]) -> String {
    const SHOWN: usize = 12;
    let mut text: String = problems.iter().take(SHOWN).map(|problem| format!("\n  {problem}")).collect();
    if problems.len() > SHOWN {
        text.push_str(&format!("\n  and {} more", problems.len() - SHOWN));
    }
    text
}
