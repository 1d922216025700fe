//! Whether color words are drawn: "a red car" should be red.
//!
//! A scene is drawn twice, one of its objects said to be of two colors that look nothing alike. Where the pictures differ, there the color
//! is; each pixel is read as the nearest of the color words, and the commonest is the dominant one. What is hidden, or what the model ignored
//! differs nowhere, and counts as missed.

use serde::Serialize;

use super::share::Share;
pub use scenewright_data::Rgb;
use scenewright_illustrated::color::{WORDS, from_code};
use scenewright_scene::oklab::{self, Lab};

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ColorFigures {
    pub scenes: u64,
    /// Share of the words that were the dominant color of what they were said of.
    pub obeyed: f64,
    /// The same where no color was asked for: what chance gives.
    pub unasked: f64,
    /// Share of the scenes in which no word changed anything: hidden, or ignored. They count as missed above.
    pub unseen: f64,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ColorTally {
    obeyed: Share,
    unasked: Share,
    unseen: Share,
}

/// Fewer pixels than this are not seen.
const MIN_PIXELS: usize = 12;
/// A pixel belongs to the color where a channel changes by more than this, of 255.
const CHANGED: u8 = 16;

/// Two words for scene number `index`: what is asked, and the one that looks least like it.
pub(crate) fn words(index: u64) -> [&'static str; 2] {
    // Five shares no factor with fourteen: all words come, in another order than the scenes' kinds.
    let asked = WORDS[(index.wrapping_mul(5) % WORDS.len() as u64) as usize];
    let apart = |other: &(&str, u32)| distance(lab(from_code(other.1)), lab(from_code(asked.1)));
    let other = WORDS.into_iter().max_by(|a, b| apart(a).total_cmp(&apart(b))).unwrap_or(asked);
    [asked.0, other.0]
}

impl ColorTally {
    /// Pictures of one scene: as asked, in the other color, with nothing said.
    pub(crate) fn add(&mut self, asked: &str, as_asked: &Rgb, otherwise: &Rgb, unasked: &Rgb) {
        let changed = changed(as_asked, otherwise);
        let seen = changed.len() >= MIN_PIXELS;
        self.unseen.add(!seen);
        self.obeyed.add(seen && dominant(as_asked, &changed) == Some(asked));
        self.unasked.add(seen && dominant(unasked, &changed) == Some(asked));
    }

    pub(crate) fn finish(self) -> Option<ColorFigures> {
        let (obeyed, unasked, unseen) = (self.obeyed.share(), self.unasked.share(), self.unseen.share());
        (self.obeyed.of > 0).then_some(ColorFigures { scenes: self.obeyed.of, obeyed, unasked, unseen })
    }
}

/// Pixels in which two pictures differ, with how much they do.
fn changed(a: &Rgb, b: &Rgb) -> Vec<(usize, f32)> {
    if (a.width, a.height) != (b.width, b.height) {
        return Vec::new();
    }
    let step = |i: usize| (0..3).map(|c| a.pixels[3 * i + c].abs_diff(b.pixels[3 * i + c])).max().unwrap_or(0);
    (0..a.pixels.len() / 3)
        .map(|i| (i, step(i)))
        .filter(|(_, s)| *s > CHANGED)
        .map(|(i, s)| (i, f32::from(s)))
        .collect()
}

/// The word that most of some pixels are nearest to, each counted by its weight. Not the word for their mean: a drawing has lights and shades,
/// and the mean of a white thing with shades is a gray that no part of it has.
fn dominant(picture: &Rgb, pixels: &[(usize, f32)]) -> Option<&'static str> {
    let words = WORDS.map(|(_, code)| lab(from_code(code)));
    let mut votes = [0.0f32; WORDS.len()];
    for &(i, weight) in pixels {
        let pixel = picture.pixels.get(3 * i..3 * i + 3)?;
        let color = lab([0, 1, 2].map(|c| f32::from(pixel[c]) / 255.0));
        let apart = |word: &usize| distance(words[*word], color);
        if let Some(word) = (0..words.len()).min_by(|a, b| apart(a).total_cmp(&apart(b))) {
            votes[word] += weight;
        }
    }
    let most = (0..votes.len()).max_by(|&a, &b| votes[a].total_cmp(&votes[b]))?;
    (votes[most] > 0.0).then_some(WORDS[most].0)
}

fn lab(color: [f32; 3]) -> Lab {
    oklab::from_srgb(color)
}

fn distance(a: Lab, b: Lab) -> f32 {
    (0..3).map(|c| (a[c] - b[c]).powi(2)).sum::<f32>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_illustrated::color::named;

    fn plain(word: &str, spot: usize) -> Rgb {
        let mut picture = Rgb { width: 10, height: 10, pixels: vec![90; 300] };
        let color = named(word).unwrap().map(|c| (c * 255.0) as u8);
        picture.pixels.as_chunks_mut::<3>().0[..spot].fill(color);
        picture
    }

    #[test]
    fn a_color_is_read_where_it_is_and_deaf_ears_and_hidden_things_count_as_missed() {
        let figures = |asked: &str, drawn: &str, other: &str, spot| {
            let mut tally = ColorTally::default();
            tally.add(asked, &plain(drawn, spot), &plain(other, spot), &plain("brown", spot));
            tally.finish().unwrap()
        };
        assert_eq!((figures("red", "red", "blue", 40).obeyed, figures("red", "red", "blue", 40).unasked), (1.0, 0.0));
        assert_eq!(figures("red", "green", "blue", 40).obeyed, 0.0);
        assert_eq!(figures("brown", "brown", "blue", 40).unasked, 1.0);
        for (drawn, other, spot) in [("red", "red", 40), ("red", "blue", 5)] {
            let deaf = figures("red", drawn, other, spot);
            assert_eq!((deaf.obeyed, deaf.unseen), (0.0, 1.0));
        }
        assert_eq!(ColorTally::default().finish(), None);
    }

    #[test]
    fn every_word_comes_and_its_counterpart_is_another() {
        let all: Vec<[&str; 2]> = (0..WORDS.len() as u64).map(words).collect();
        assert!(WORDS.iter().all(|(word, _)| all.iter().any(|[asked, _]| asked == word)));
        assert!(all.iter().all(|[asked, other]| asked != other));
    }
}
