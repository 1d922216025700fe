//! Sentences in the manner of captions, dialogues about clip art, edit requests and pasted prompts, written by somebody who had not seen the
//! grammar. A line of `fresh.tsv`: the scene, what is said (`||` between sentences said one after another), and what each does.

use crate::notation::{Conversation, expected};
use scenewright_scene::vocab::Vocabulary;

const TABLE: &str = include_str!("fresh.tsv");

#[test]
fn unseen_sentences_do_what_was_meant() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
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
    assert!(count > 200);
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}
