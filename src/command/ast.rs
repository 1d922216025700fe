//! What a sentence says, before the scene is asked what it means.

use super::words::Class;
use crate::scene::{NodeId, PlaceHint, SizeHint};
use std::ops::Range;

pub(super) type Span = Range<usize>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Determiner {
    /// "sky", "trees".
    Bare,
    /// "a", "two", "some": something new.
    Indefinite,
    /// "another", "three more": something new of a kind that is there.
    Another,
    /// "the".
    Definite,
    /// "all the", "every".
    All,
    Both,
    /// "the other".
    Other,
}

/// Which of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pick {
    Nth(usize),
    Last,
    Left,
    Right,
    Top,
    Bottom,
    Middle,
    Biggest,
    Smallest,
    Newest,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Head {
    Named {
        /// The vocabulary's name, or what was typed.
        name: String,
        typed: String,
        known: bool,
        plural: bool,
    },
    /// An object that has this as its own name: "Anna".
    Labelled(NodeId),
    /// "the left one", "two more".
    One,
    It,
    Them,
    Everything,
    /// "everything else", "the rest".
    Rest,
    EachOther,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Adjective {
    Size(SizeHint),
    Look { word: String, class: Class, known: bool, span: Span },
}

/// A noun phrase.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Noun {
    pub span: Span,
    pub determiner: Determiner,
    pub count: Option<usize>,
    pub pick: Option<Pick>,
    pub adjectives: Vec<Adjective>,
    pub head: Head,
    /// "the sheep on the left", "the man with the hat": which ones, where the phrase points at something that is there.
    pub limits: Vec<Tail>,
    pub except: Vec<Noun>,
    /// "the roof of the house", "its roof": whose part it is.
    pub of: Option<Box<Noun>>,
    pub label: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Predicate {
    pub name: String,
    pub typed: String,
    pub known: bool,
    pub span: Span,
}

/// How far, and which way (x to the right, y down, in steps).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shift {
    pub across: i32,
    pub down: i32,
    /// Share of the picture's side for one step.
    pub step: f32,
}

/// What follows a noun phrase.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tail {
    /// "behind the tree". No objects: "mountains behind".
    Link {
        predicate: Predicate,
        objects: Vec<Noun>,
        and: bool,
    },
    /// "with sky above".
    Around {
        subjects: Vec<Noun>,
        predicate: Predicate,
    },
    Place(PlaceHint),
    Shift(Shift),
    Look(Adjective),
    Light(&'static str),
}

/// A noun phrase, or several, with what follows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    pub nouns: Vec<Noun>,
    pub tails: Vec<Tail>,
}

/// What "make the ball ..." can end with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Quality {
    Size(SizeHint),
    /// Steps of [`SizeHint`], and the factor of the area of a pinned box.
    Scale {
        steps: i32,
        area: f32,
    },
    LargerThan(Noun),
    SmallerThan(Noun),
    SizeOf(Noun),
    Look(Adjective),
    /// "no longer red".
    NotLook(Adjective),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Clause {
    /// `fresh`: after "add", what has no article is new too.
    Describe {
        items: Vec<Item>,
        fresh: bool,
    },
    Deny(Item),
    Remove(Vec<Noun>),
    KeepOnly(Vec<Noun>),
    Move {
        what: Vec<Noun>,
        tails: Vec<Tail>,
    },
    Become {
        what: Vec<Noun>,
        into: Noun,
    },
    Adjust {
        what: Vec<Noun>,
        qualities: Vec<Quality>,
    },
    Swap(Vec<Noun>),
    Duplicate {
        what: Vec<Noun>,
        times: usize,
        tails: Vec<Tail>,
    },
    Lock {
        what: Vec<Noun>,
        locked: bool,
    },
    Unpin(Vec<Noun>),
    /// Nothing named: the whole picture.
    AnotherLook(Vec<Noun>),
    Rename {
        what: Noun,
        label: Option<String>,
        span: Span,
    },
    Light(&'static str),
    Undo(usize),
    Redo(usize),
}
