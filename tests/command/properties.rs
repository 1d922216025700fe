//! Whatever is typed: no panic, edits that can be applied, and every word accounted for.

use crate::notation::{Talk, scene_of};
use proptest::prelude::*;
use scenewright::command::{Dialogue, Setting, understand};
use scenewright::scene::{NodeId, Scene};
use scenewright::vocab::Vocabulary;
use std::time::Instant;

const SCENE: &str = "sky -above-> grass; sheep@left; sheep#2[black]@right; sheep -standing on-> grass; tree -behind-> sheep; \
    house=\"Home\"; boat -in-> ocean; man -riding-> horse; wug";

/// Every sentence of the tables in these files, and the scenes among them, which may be typed too.
fn sentences() -> Vec<String> {
    let sources = [include_str!("users.rs"), include_str!("table.rs")];
    let mut sentences = Vec::new();
    for source in sources {
        for text in source.split('"').skip(1).step_by(2) {
            if !text.contains("->") && !text.contains('\\') {
                sentences.push(text.to_owned());
            }
        }
    }
    sentences
}

/// What must be so of anything typed in front of any scene.
fn hold(dialogue: &Dialogue, text: &str, scene: &Scene, vocab: &Vocabulary) {
    let selected: Vec<NodeId> = scene.nodes().iter().take(1).map(|node| node.id).collect();
    for selected in [&selected[..], &[]] {
        let setting = Setting { selected, ..Setting::new(vocab) };
        let understood = dialogue.understand(text, scene, &setting);
        if understood.action.is_none() {
            let mut after = scene.clone();
            after.apply_all(&understood.edits).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            assert!(understood.touched.iter().all(|id| after.node(*id).is_some()), "{text:?}");
            assert!(!understood.edits.is_empty() || after == *scene, "{text:?}");
        }
        for part in &understood.not_understood {
            assert_eq!(understood.sentence().get(part.span.clone()), Some(part.text.as_str()), "{text:?}");
            assert!(!part.to_string().is_empty());
        }
        if let Some(question) = &understood.question {
            assert!(question.candidates.len() > 1, "{text:?}");
            assert!(understood.sentence().get(question.span.clone()).is_some(), "{text:?}");
        }
        let said = !text.trim().is_empty();
        if said && understood.is_empty() && understood.touched.is_empty() {
            // Only politeness, and what is so already, may come to nothing.
            assert!(understood.summary.is_empty(), "{text:?}");
        }
        assert_eq!(understood, dialogue.understand(text, scene, &setting), "{text:?} is understood in two ways");
    }
}

#[test]
fn every_prefix_of_every_sentence_is_met() {
    let vocab = Vocabulary::visual_genome();
    let scenes = [Scene::new(), scene_of(SCENE)];
    let mut count = 0;
    for sentence in sentences() {
        for (end, _) in sentence.char_indices().chain([(sentence.len(), ' ')]) {
            for scene in &scenes {
                hold(&Dialogue::new(), &sentence[..end], scene, &vocab);
                count += 1;
            }
        }
    }
    println!("{count} prefixes");
    assert!(count > 5000);
}

#[test]
fn there_are_at_least_150_sentences() {
    // One for each call of a check, and one for each line of a talk.
    let sources = [include_str!("users.rs"), include_str!("table.rs")];
    let count: usize = sources
        .iter()
        .map(|text| ["check(", "check_in(", "(\""].iter().map(|call| text.matches(call).count()).sum::<usize>())
        .sum();
    let doubled: usize = sources
        .iter()
        .map(|text| ["check(\"", "check_in(\"", "talk(\""].iter().map(|call| text.matches(call).count()).sum::<usize>())
        .sum();
    let count = count - doubled;
    println!("{count} sentences");
    assert!(count > 150);
}

fn word() -> impl Strategy<Value = String> {
    let words = "a an the two three some another all both every it them they this other one ones everything rest except but \
        and then , . ; / of to from into onto in on at by with above below behind left right top bottom middle corner first \
        second last is are not no longer has add put move remove delete change replace swap make duplicate rename lock keep \
        unlock try look undo go back there sheep grass sky tree trees house boat ocean man horse people clouds red blue small \
        big bigger twice as large half wug Anna standing riding sleeping night 0 1 2 99 1.5 ' \" - ? é 日本 🐑 's isn't between \
        each call give give keep only background light orange than size same percent"
        .split_whitespace()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    prop::sample::select(words)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_words_are_met(words in prop::collection::vec(word(), 0..14)) {
        let vocab = Vocabulary::visual_genome();
        hold(&Dialogue::new(), &words.join(" "), &scene_of(SCENE), &vocab);
    }

    #[test]
    fn any_text_is_met(text in ".{0,60}") {
        hold(&Dialogue::new(), &text, &scene_of(SCENE), &Vocabulary::coco_stuff());
    }

    #[test]
    fn random_talks_are_met_and_undone(
        lines in prop::collection::vec(prop_oneof![
            prop::collection::vec(word(), 1..7).prop_map(|words| words.join(" ")),
            prop::sample::select(sentences()),
            prop::sample::select(vec!["1", "2", "both", "no, the other one", "the left one", "undo", "redo", "delete it"])
                .prop_map(str::to_owned),
        ], 1..12)
    ) {
        let mut talk = Talk::new(SCENE, Vocabulary::visual_genome());
        let first = talk.history.scene().clone();
        for line in &lines {
            hold(&talk.dialogue, line, talk.history.scene(), &talk.vocab);
            talk.say(line);
        }
        while talk.history.undo().is_some() {}
        prop_assert_eq!(talk.history.scene(), &first);
    }
}

#[test]
fn a_sentence_takes_less_than_a_millisecond() {
    let (vocab, scene) = (Vocabulary::visual_genome(), scene_of(SCENE));
    let sentences = sentences();
    let mut millis: Vec<f64> = sentences
        .iter()
        .map(|sentence| {
            let start = Instant::now();
            std::hint::black_box(understand(sentence, &scene, &Setting::new(&vocab)));
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    millis.sort_by(f64::total_cmp);
    let mean = millis.iter().sum::<f64>() / millis.len() as f64;
    println!("{mean:.3} ms a sentence, the slowest {:.3} ms", millis[millis.len() - 1]);
    // A build without optimisation on a busy machine is given some room.
    assert!(mean < 5.0);
}

#[test]
fn a_paste_is_refused_and_not_chewed() {
    let vocab = Vocabulary::visual_genome();
    let start = Instant::now();
    for text in ["add a sheep and ".repeat(20_000), "a".repeat(300_000), "\"".repeat(5_000), "🐑 ".repeat(5_000)] {
        let understood = understand(&text, &Scene::new(), &Setting::new(&vocab));
        assert!(!understood.is_ready() || understood.edits.len() < 200, "{}", understood.edits.len());
    }
    assert!(start.elapsed().as_secs_f64() < 2.0, "{:?}", start.elapsed());
}

#[test]
fn a_large_scene_is_met_at_once() {
    let vocab = Vocabulary::visual_genome();
    let names = ["sheep", "tree", "dog", "wug"];
    let mut scene = Scene::new();
    let edits: Vec<_> = (0..5_000).map(|i| scenewright::scene::Edit::add(names[i % names.len()])).collect();
    scene.apply_all(&edits).unwrap();
    let start = Instant::now();
    for sentence in
        ["add kite in sky", "remove the sheep", "delete the second tree", "make all the dogs bigger", "clear"]
    {
        let before = Instant::now();
        let understood = understand(sentence, &scene, &Setting::new(&vocab));
        println!("{sentence}: {:.2} ms", before.elapsed().as_secs_f64() * 1e3);
        assert!(understood.not_understood.is_empty(), "{sentence}");
    }
    assert!(start.elapsed().as_secs_f64() < 5.0, "{:?}", start.elapsed());
}
