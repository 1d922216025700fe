//! Pairs whose relation somebody guesses from the picture alone, among five.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use super::graphs::scene;
use crate::EvalError;
use scenewright_scene::Scene;

/// Relations that each reader chooses among.
pub const CHOICES: usize = 5;

/// A picture to be read.
#[derive(Clone, Debug)]
pub struct BlindPair {
    pub subject: String,
    pub object: String,
    pub scene: Scene,
    /// Of the picture.
    pub seed: u64,
    /// In the order in which they are offered.
    pub choices: Vec<String>,
    /// The place of the right one.
    pub answer: usize,
}

#[derive(Deserialize)]
struct ListedPair {
    subject: String,
    relation: String,
    object: String,
    others: Vec<String>,
}

/// The committed list.
pub fn bundled_pairs() -> Result<Vec<BlindPair>, EvalError> {
    pairs(include_str!("../../data/interactions.json"))
}

/// A list of the same form: `[{"subject", "relation", "object", "others": [four other relations]}]`. The order of the choices and the seed of each
/// picture follow from its place in the list.
pub fn pairs(text: &str) -> Result<Vec<BlindPair>, EvalError> {
    let listed: Vec<ListedPair> = serde_json::from_str(text).map_err(|error| EvalError::List(error.to_string()))?;
    let pair = |(place, pair): (usize, ListedPair)| {
        if pair.others.len() + 1 != CHOICES || pair.others.contains(&pair.relation) {
            let (subject, object) = (&pair.subject, &pair.object);
            return Err(EvalError::List(format!(
                "pair {place} ({subject}, {object}): \"others\" takes {} relations, none of them the right one",
                CHOICES - 1
            )));
        }
        let seed = place as u64;
        let mut choices: Vec<String> = std::iter::once(pair.relation.clone()).chain(pair.others).collect();
        choices.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        let answer = choices.iter().position(|choice| *choice == pair.relation).unwrap_or_default();
        let names = [pair.subject.clone(), pair.object.clone()];
        let scene = scene(&names, &[(0, pair.relation, 1)]);
        Ok(BlindPair { subject: pair.subject, object: pair.object, scene, seed, choices, answer })
    };
    listed.into_iter().enumerate().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::vocab::Vocabulary;

    #[test]
    fn sixty_pairs_with_five_choices_each_in_no_fixed_order() {
        let pairs = bundled_pairs().unwrap();
        assert_eq!(pairs.len(), 60);
        let mut answers = [0; CHOICES];
        let vocab = Vocabulary::illustrated();
        for pair in &pairs {
            assert_eq!(pair.choices.len(), CHOICES);
            answers[pair.answer] += 1;
            assert_eq!(pair.scene.relations()[0].predicate, pair.choices[pair.answer]);
            assert!(vocab.drawn_predicate(&pair.choices[pair.answer]).is_some(), "{}", pair.choices[pair.answer]);
        }
        assert!(answers.iter().all(|count| (4..=24).contains(count)), "{answers:?}");
    }

    #[test]
    fn a_list_that_is_wrong_is_refused_with_its_place() {
        for text in
            ["", "[1]", r#"[{"subject": "a", "relation": "on", "object": "b", "others": ["on", "in", "by", "at"]}]"#]
        {
            assert!(pairs(text).is_err(), "{text}");
        }
    }
}
