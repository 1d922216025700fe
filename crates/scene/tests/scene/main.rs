//! Scenes, edits, relations, vocabularies and their encoding.

mod edits;
mod encode;
mod vocabularies;
