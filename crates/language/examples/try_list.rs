//! Says every line of a file (scene, tab, sentences with `||` between them) and prints what it does, in the notation of the tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../tests/language/notation.rs"]
#[allow(dead_code)]
mod notation;

use notation::Conversation;
use scenewright_scene::vocab::Vocabulary;

fn main() {
    let path = std::env::args().nth(1).expect("a file");
    for line in std::fs::read_to_string(path).unwrap().lines().filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let cells: Vec<&str> = line.split('\t').collect();
        // An identifier instead of a scene: sentences with `|` between them, and what is meant.
        let named = cells[0].len() == 4 && cells[0].starts_with('u');
        let (start, sentences) = (if named { "" } else { cells[0] }, cells.get(1).copied().unwrap_or_default());
        let mut conversation = Conversation::new(start, Vocabulary::illustrated());
        println!("[{}]", cells[0]);
        for sentence in sentences.split(if named { " | " } else { "||" }) {
            let done = conversation.say(&sentence.trim().replace("\\n", "\n"));
            println!("  {}\n      {}", sentence.trim(), done.join("; "));
        }
        for meant in cells.iter().skip(2) {
            println!("    = {meant}");
        }
    }
}
