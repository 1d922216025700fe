//! The syntax tree of a sentence, before it is resolved against the scene.

use super::words::Class;
use scenewright_scene::{NodeId, PlaceHint, SizeHint};
use std::ops::Range;

pub(super) type Span = Range<usize>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Determiner {
    /// "sky", "trees".
    Bare,
    /// "a", "two", "some": something new.
    Indefinite,
    /// "his hat": somebody's, there or new.
    Possessive,
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
    /// "the second from the left": counted from a side of the picture; 0 across, 1 down; from its far end.
    From {
        place: usize,
        axis: usize,
        far: bool,
    },
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
    Labeled(NodeId),
    /// "the left one", "two more".
    One,
    It,
    /// "its", of what was named last.
    LastNamed,
    /// "he", "her": a male or female one.
    Person {
        female: bool,
    },
    Them,
    /// "the animals", "everything in the sky": by what they are.
    Everything,
    /// "everyone": all people.
    Everyone,
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
    pub(crate) determiner: Determiner,
    pub count: Option<usize>,
    pub pick: Option<Pick>,
    pub adjectives: Vec<Adjective>,
    pub head: Head,
    /// "the sheep on the left", "the man with the hat": which ones, where the phrase points at something that is there.
    pub limits: Vec<Tail>,
    pub except: Vec<Noun>,
    /// "the roof of the house", "its roof": whose part it is.
    pub of: Option<Box<Noun>>,
    /// "plates of pizza": what is in or on each.
    pub contents: Option<Box<Noun>>,
    /// "each boy": every one has its own.
    pub each: bool,
    pub label: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Predicate {
    pub name: String,
    pub typed: String,
    pub known: bool,
    pub span: Span,
    /// "pulled by": said of the object to the subject.
    pub(crate) reversed: bool,
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
    /// "that the bird is in": those that subjects have this relation to.
    Back {
        predicate: Predicate,
        subjects: Vec<Noun>,
    },
    /// "rather than under it": a relation that ends.
    NotLink {
        predicate: Predicate,
        objects: Vec<Noun>,
    },
    /// "off the table": whatever holds it there ends.
    Off(Vec<Noun>),
    /// "without an umbrella".
    Without(Vec<Noun>),
    /// "not flying": no longer so.
    NotLook(String),
    /// ", with a fountain in the background": others, and where they are.
    Also {
        nouns: Vec<Noun>,
        tails: Vec<Tail>,
    },
    /// "on the other side".
    OtherSide(Vec<Noun>),
    /// "on both sides of the street".
    BothSides {
        predicate: Predicate,
        objects: Vec<Noun>,
    },
    /// "on the desk there is a lamp": where it is; what follows is said of the lamp.
    Landmark {
        predicate: Predicate,
        objects: Vec<Noun>,
    },
    /// "of all colors": each its own.
    OwnColors,
    /// "which is looking at a snail": said of what was named last.
    Which(Vec<Tail>),
    /// "(two cars,) one red, one blue": what each of them is.
    Ones(Vec<Vec<Tail>>),
    /// "side by side".
    SideBySide(Predicate),
    /// "further away", "closer".
    Depth {
        away: bool,
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

impl Tail {
    /// Where its last word ends, as far as it keeps that.
    pub(crate) fn end(&self) -> usize {
        let last = |nouns: &[Noun]| nouns.iter().map(|noun| noun.span.end).max().unwrap_or(0);
        match self {
            Self::Link { predicate, objects, .. }
            | Self::NotLink { predicate, objects }
            | Self::Landmark { predicate, objects }
            | Self::BothSides { predicate, objects } => predicate.span.end.max(last(objects)),
            Self::Back { predicate, subjects } | Self::Around { predicate, subjects } => {
                predicate.span.end.max(last(subjects))
            }
            Self::Off(nouns) | Self::Without(nouns) | Self::OtherSide(nouns) => last(nouns),
            Self::Also { nouns, tails } => tails.iter().map(Self::end).fold(last(nouns), usize::max),
            Self::Look(Adjective::Look { span, .. }) => span.end,
            Self::SideBySide(predicate) => predicate.span.end,
            Self::Which(tails) => tails.iter().map(Self::end).max().unwrap_or(0),
            Self::Ones(each) => each.iter().flatten().map(Self::end).max().unwrap_or(0),
            Self::OwnColors
            | Self::NotLook(_)
            | Self::Depth { .. }
            | Self::Look(Adjective::Size(_))
            | Self::Place(_)
            | Self::Shift(_)
            | Self::Light(_) => 0,
        }
    }
}

/// A noun phrase, or several, with what follows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    pub nouns: Vec<Noun>,
    pub(crate) tails: Vec<Tail>,
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
    /// "the same color as the car".
    ColorOf(Noun),
    /// "the biggest", "the smallest": of all things.
    Most {
        larger: bool,
    },
    /// "different colors": each its own.
    OwnColors,
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
    /// "no people": what is not there need not be removed.
    RemoveIfThere(Vec<Noun>),
    /// "get rid of the bus and put a truck there": the things that are removed make place for the next that is added.
    Instead(Noun),
    /// "fewer clouds": about half of them.
    Fewer(Noun),
    /// "a foggy evening": several words about the light.
    Lights(Vec<&'static str>),
    /// "it isn't raining any more".
    NoLight(&'static str),
    /// "give the balloon to the girl": whoever had it has it no longer.
    HandOver {
        what: Noun,
        owner: Noun,
    },
    /// "there should be three trees": how many there are to be in all.
    Total(Noun),
    /// "make that three": how many the last sentence meant.
    Recount(usize),
    /// "turn the dog around", "flip the car"; with a side: to that side.
    Face {
        what: Vec<Noun>,
        side: Option<&'static str>,
    },
    KeepOnly(Vec<Noun>),
    /// "there are too many trees": what is spoken of from here on.
    SpeakOf(Noun),
    /// "bring back the swing": what the last step took away.
    Restore(Noun),
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
