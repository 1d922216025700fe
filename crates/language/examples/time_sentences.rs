//! Times the grammar: loading its tables, sentences of every length, a caption of sixty words.
//!
//! `cargo run --release -p scenewright-language --example time_sentences`

#![allow(clippy::print_stdout)]

use scenewright_language::{ParseContext, understand};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, Scene};
use std::time::Instant;

const SENTENCES: [&str; 10] = [
    "add a dog",
    "two men riding horses along the beach near the water's edge",
    "make the tree that the bird is in taller",
    "The girl holds a red umbrella and the boy a green one.",
    "remove everything but the sky and the sun",
    "a plate with a sandwich and two apples next to a glass of milk",
    "mkae the dgo biger",
    "(masterpiece:1.2), castle on a hill, dragon flying above it, [clouds], trending on artstation",
    "an elefant infront of a hosue with a gren door",
    "could the boat go further out?",
];
const CAPTION: &str = "An old man in a blue coat is sitting on a wooden bench under a tall oak tree and reading a newspaper while two children \
    are playing with a red ball on the grass behind him. A small white dog is chasing a bird near the fence. In the background there are \
    mountains under a cloudy sky, and a boat is sailing on the lake to the left of a little church.";
const TIMES: usize = 200;

fn main() {
    let start = Instant::now();
    let vocab = Vocabulary::illustrated();
    let context = ParseContext::new(&vocab);
    let _ = understand("a wugg near a poodle", &Scene::new(), &context);
    println!("vocabulary, tables and the first sentence: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let mut scene = Scene::new();
    let names = ["sky", "grass", "tree", "house", "dog", "boy", "girl", "car", "bird", "ball"];
    let edits: Vec<Edit> = (0..20).map(|at| Edit::add(names[at % names.len()])).collect();
    if let Err(error) = scene.apply_all(&edits) {
        println!("{error}");
    }
    for text in SENTENCES.iter().copied().chain([CAPTION]) {
        let mut times: Vec<f64> = (0..TIMES)
            .map(|_| {
                let start = Instant::now();
                let understood = understand(text, &scene, &context);
                let taken = start.elapsed().as_secs_f64() * 1e3;
                std::hint::black_box(understood);
                taken
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let words = text.split_whitespace().count();
        println!("{words:3} words: median {:.2} ms, worst {:.2} ms: {:.60}", times[TIMES / 2], times[TIMES - 1], text);
    }
}
