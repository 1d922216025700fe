//! Sentences in the manner of captions, dialogues about clip art, edit requests and pasted prompts, written by somebody who had not seen the
//! grammar. A line of `fresh.tsv`: the scene, what is said (`||` between sentences said one after another), and what each does.

use crate::notation::{Conversation, expected};
use scenewright_scene::vocab::Vocabulary;

/// A table beside this file.
fn table(name: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/language/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn sentences_of_others_do_what_was_meant() {
    do_what_was_meant("fresh.tsv", 200);
}

#[test]
fn everyday_lists_of_others_do_what_was_meant() {
    do_what_was_meant("unseen.tsv", 150);
}

fn do_what_was_meant(name: &str, at_least: usize) {
    let table = table(name);
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [start, sentences, changes] = cells[..] else { panic!("{line:?}") };
        let mut conversation = Conversation::new(start, Vocabulary::illustrated());
        for (sentence, change) in sentences.split("||").zip(changes.split("||")) {
            count += 1;
            let done = conversation.say(&sentence.trim().replace("\\n", "\n"));
            if done != expected(change) {
                wrong.push(format!(
                    "{}\n    does     {}\n    expected {}",
                    sentence.trim(),
                    done.join("; "),
                    change.trim()
                ));
            }
        }
    }
    assert!(count > at_least);
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}
