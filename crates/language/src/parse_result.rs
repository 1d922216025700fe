//! The result of parsing a sentence: the change, in edits and in words, and its problems.

use super::session::Turn;
use scenewright_scene::{Edit, NodeId};
use serde::Serialize;
use std::fmt;
use std::ops::Range;

/// What a sentence means for a scene. Shown while one types, carried out on Enter.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ParseResult {
    /// Comes before the edits: "undo that"; "no, the other one" undoes and then edits.
    pub action: Option<SentenceAction>,
    /// One step. Ids of new objects fit the scene as it is after the action.
    pub edits: Vec<Edit>,
    /// The change in words, a line each.
    pub summary: Vec<String>,
    /// What has to be answered first.
    pub question: Option<Question>,
    /// Parts that mean nothing here. The rest of the sentence is understood all the same.
    pub not_understood: Vec<NotUnderstood>,
    /// Words that are taken as they are, though the vocabulary lacks them.
    pub unknown_words: Vec<UnknownTerm>,
    /// Parts without which the rest is carried out.
    pub left_out: Vec<LeftOut>,
    /// Where the words stand that are none of these: every word is used, left out or not understood.
    pub used: Vec<Range<usize>>,
    /// Words that are drawn as others.
    pub drawn_as: Vec<DrawnAs>,
    /// Words that were read as others: spelling, "2-3".
    pub corrected: Vec<Corrected>,
    /// What "it" and "them" are from here on.
    pub touched: Vec<NodeId>,
    #[serde(skip)]
    pub(super) turn: Turn,
}

impl ParseResult {
    /// There is something to do, and nothing stands in its way; parts may be left out.
    pub fn is_ready(&self) -> bool {
        self.question.is_none() && self.not_understood.is_empty() && (self.action.is_some() || !self.edits.is_empty())
    }

    /// The sentence that all places count in: with an answer, the one that it answers.
    pub fn sentence(&self) -> &str {
        &self.turn.text
    }

    /// Nothing was said, or only what is so already.
    pub fn is_empty(&self) -> bool {
        self.action.is_none() && self.edits.is_empty() && self.question.is_none() && self.not_understood.is_empty()
    }
}

/// What a sentence can ask for besides edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SentenceAction {
    Undo { steps: usize },
    Redo { steps: usize },
}

/// "Which sheep?" The candidates are numbered from 1 as they stand here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    pub text: String,
    /// Bytes of the sentence that are not clear.
    pub span: Range<usize>,
    pub candidates: Vec<Candidate>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// May be one that the sentence is about to add, and that no scene has yet.
    pub node: NodeId,
    /// What distinguishes it from the others: "sheep 2, standing on grass".
    pub words: String,
}

/// A part of the sentence that means nothing here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotUnderstood {
    /// Bytes of the sentence.
    pub span: Range<usize>,
    pub text: String,
    #[serde(rename = "trouble")]
    pub diagnostic: Diagnostic,
    /// What could stand there instead, nearest first.
    pub suggestions: Vec<String>,
}

/// A part of the sentence that is not carried out, though the rest is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Bytes of the sentence.
    pub span: Range<usize>,
    pub text: String,
}

/// A word that keeps its name and is drawn as another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DrawnAs {
    /// Bytes of the sentence.
    pub span: Range<usize>,
    pub word: String,
    pub drawn: String,
    pub kind: UnknownTermKind,
}

/// A word that was read as another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Corrected {
    /// Bytes of the sentence.
    pub span: Range<usize>,
    pub text: String,
    pub read_as: String,
}

/// Why it means nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Diagnostic {
    #[error("is not understood")]
    Word,
    #[error("is not finished: {expects} is missing")]
    Unfinished { expects: &'static str },
    #[error("is not in the scene")]
    NotHere,
    #[error("points at nothing: nothing was touched or spoken of yet")]
    NoReferent,
    #[error("is not so in this scene")]
    NotSo,
    #[error("is too many: at most {} at a time", super::MOST_AT_ONCE)]
    TooMany,
    #[error("is too long for a sentence: say it in parts")]
    TooLong,
    #[error("does not go together with other changes: say it alone")]
    Alone,
    #[error("is nothing to choose from here: there is no question open and no choice to take back")]
    NoChoice,
    #[error("takes two objects")]
    NotTwo,
    #[error("is a question, and changes nothing: say what should change")]
    Question,
    #[error("is a condition, and changes nothing: say what should change")]
    Condition,
    #[error("says what not to do: say what should change, or \"lock\" what should not")]
    Forbidden,
    #[error("is no change yet: say \"remove it\", \"try another look\", or how it should be")]
    Opinion,
    #[error("is not understood: write in English")]
    Foreign,
    #[error("is a scene as data: save it as a file and open that")]
    SceneAsData,
    #[error("names nothing that can be drawn: say what")]
    NoThing,
    #[error("is a share of several: say which ones are meant, or how many")]
    Share,
    #[error("is locked: unlock it first")]
    Locked,
    #[error("cannot be done: {0}")]
    Refused(String),
}

/// A word that the vocabulary lacks and the scene takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnknownTerm {
    pub span: Range<usize>,
    pub word: String,
    pub kind: UnknownTermKind,
    /// Known words that may be meant, nearest first.
    pub nearest: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownTermKind {
    Object,
    Relation,
    /// A word about looks.
    Look,
}

impl fmt::Display for NotUnderstood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" {}", self.text, self.diagnostic)?;
        or_rather(f, &self.suggestions)
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "left out: \"{}\"", self.text)
    }
}

impl fmt::Display for DrawnAs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is drawn as \"{}\"", self.word, self.drawn)
    }
}

impl fmt::Display for Corrected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is read as \"{}\"", self.text, self.read_as)
    }
}

impl fmt::Display for UnknownTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            UnknownTermKind::Object => write!(f, "\"{}\" is not in this vocabulary", self.word)?,
            UnknownTermKind::Relation => write!(f, "\"{}\" is no relation of this vocabulary", self.word)?,
            UnknownTermKind::Look => write!(f, "\"{}\" is kept as a word about looks", self.word)?,
        }
        or_rather(f, &self.nearest)
    }
}

fn or_rather(f: &mut fmt::Formatter<'_>, words: &[String]) -> fmt::Result {
    match words {
        [] => f.write_str("."),
        [word] => write!(f, ". Did you mean \"{word}\"?"),
        [first @ .., last] => {
            f.write_str(". Did you mean ")?;
            first.iter().try_for_each(|word| write!(f, "\"{word}\", "))?;
            write!(f, "or \"{last}\"?")
        }
    }
}
