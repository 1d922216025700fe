//! The command grammar: sentences as tables.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod everyday;
mod fresh;
mod language;
mod notation;
mod parts;
mod prompt;
mod properties;
mod shown;
mod table;
mod users;

use scenewright_scene::vocab::Vocabulary;

/// Says the sentence in front of a scene and compares what it does.
#[track_caller]
fn check_in(start: &str, sentence: &str, change: &str) {
    notation::check_in(Vocabulary::visual_genome(), start, sentence, change);
}

/// The same in front of an empty scene.
#[track_caller]
fn check(sentence: &str, change: &str) {
    check_in("", sentence, change);
}

/// Sentences in a row, each with what it does.
#[track_caller]
fn conversation(start: &str, sentences: &[(&str, &str)]) {
    notation::conversation(Vocabulary::visual_genome(), start, sentences);
}
