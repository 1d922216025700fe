//! What an object looks like: what its attributes say, then what was chosen for an earlier picture, and for the rest a random choice.

use std::collections::BTreeMap;

use scenewright_model::collage::config::SLOTS;
use scenewright_scene::RenderRecord;
use scenewright_scene::encode::EncodedLook;
use scenewright_scene::vocab::looks::{Looks, ObjectLooks, Tone};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Appearance {
    /// The network's number of the drawing, and its name.
    pub variant: u32,
    pub drawing: Option<String>,
    /// Width over height.
    pub aspect: f32,
    pub colors: [[f32; 3]; SLOTS],
    /// Which slots have a color of their own.
    pub is_colored: [bool; SLOTS],
    pub mirrored: bool,
    /// What of it was chosen at random, by name: drawing, color words by part, facing.
    pub random: RandomLooks,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct RandomLooks {
    pub drawing: Option<String>,
    pub colors: BTreeMap<String, String>,
    pub faces_right: Option<bool>,
}

/// Which drawings suit what an object does.
pub(super) struct Pose<'a> {
    /// Names of drawings that its relations ask for, the best first: a rider rides.
    pub asked: &'a [&'a str],
    /// Whether a drawing suits one that does nothing in particular.
    pub is_usual: &'a dyn Fn(&str) -> bool,
}

impl Pose<'_> {
    /// Nothing is asked, and every drawing suits.
    pub(super) const ANY: Self = Pose { asked: &[], is_usual: &|_| true };
}

impl Default for Appearance {
    fn default() -> Self {
        let random = RandomLooks::default();
        Self {
            variant: 0,
            drawing: None,
            aspect: 1.0,
            colors: [[0.0; 3]; SLOTS],
            is_colored: [false; SLOTS],
            mirrored: false,
            random,
        }
    }
}

/// Random numbers by name: what one part draws changes nothing for the others.
#[derive(Clone, Copy)]
pub(super) struct KeyedRng(u64);

impl KeyedRng {
    pub(crate) fn new(key: u64) -> Self {
        Self(key)
    }

    pub(crate) fn seed(self, part: &str) -> u64 {
        let start = 0xcbf2_9ce4_8422_2325 ^ mix(self.0);
        mix(part.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }

    /// 0..1
    pub(crate) fn unit(self, part: &str) -> f32 {
        (self.seed(part) >> 40) as f32 / (1u64 << 24) as f32
    }

    /// A place in a list of weights.
    fn weighted(self, part: &str, weights: &[f32]) -> usize {
        let mut left = self.unit(part) * weights.iter().sum::<f32>();
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return place;
            }
        }
        weights.len().saturating_sub(1)
    }
}

/// One round of SplitMix64 (Steele et al. 2014).
fn mix(value: u64) -> u64 {
    let z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// `earlier`: what earlier pictures showed. A color that is said for one part leaves the random choices of the others as they were.
pub(super) fn choose_appearance(
    own: &ObjectLooks,
    looks: &Looks,
    said: &EncodedLook,
    earlier: &RenderRecord,
    pose: &Pose<'_>,
    key: u64,
) -> Appearance {
    let rng = KeyedRng::new(key);
    let mut random = RandomLooks::default();
    // A part whose color was said should be seen.
    let shows = |variant: usize| {
        said.colors.iter().all(|(slot, _)| own.variants.get(variant).is_some_and(|v| v.slots.contains(slot)))
    };
    let by_name = |name: &str| own.variants.iter().position(|variant| variant.name == name);
    let posed = pose.asked.iter().find_map(|name| by_name(name));
    let by_chance = || {
        let before = earlier.drawing.as_deref().and_then(by_name).filter(|&variant| shows(variant));
        before.or_else(|| {
            let is_usual = |variant: &usize| (pose.is_usual)(&own.variants[*variant].name);
            let usual: Vec<usize> = (0..own.variants.len()).filter(is_usual).collect();
            let usual = if usual.is_empty() { (0..own.variants.len()).collect() } else { usual };
            let fitting: Vec<usize> = usual.iter().copied().filter(|&variant| shows(variant)).collect();
            let pool = if fitting.is_empty() { usual } else { fitting };
            pool.get(rng.weighted("variant", &vec![1.0; pool.len()])).copied()
        })
    };
    let number = match said.variant.filter(|&variant| variant < own.variants.len()).or(posed) {
        Some(said) => Some(said),
        None => {
            let number = by_chance();
            random.drawing = number.map(|number| own.variants[number].name.clone());
            number
        }
    };
    let variant = number.and_then(|number| own.variants.get(number));
    let shown: Vec<usize> = match variant {
        Some(variant) => variant.slots.clone(),
        None => (0..own.slots.len()).collect(),
    };
    let (mut colors, mut is_colored) = ([[0.0; 3]; SLOTS], [false; SLOTS]);
    let mut taken: Vec<usize> = Vec::new();
    for (slot, part) in shown.iter().filter(|&&slot| slot < SLOTS).map(|&slot| (slot, &own.slots[slot])) {
        let said = said.colors.iter().rev().find(|(of, _)| *of == slot).map(|(_, tone)| *tone);
        let tone = said.or_else(|| {
            let before = earlier.colors.get(&part.name).and_then(|word| looks.color(word));
            let color = before.or_else(|| {
                let words: Vec<usize> = part.words.iter().filter_map(|word| looks.color(word)).collect();
                // The commonest first, as the data has them; two parts of one color look like one part.
                let weigh = |(rank, word): (usize, &usize)| {
                    (if taken.contains(word) { 0.1 } else { 1.0 }) / (1.0 + rank as f32 * 0.45)
                };
                let weights: Vec<f32> = words.iter().enumerate().map(weigh).collect();
                words.get(rng.weighted(&format!("colour {slot}"), &weights)).copied()
            });
            let word = color.and_then(|color| looks.colors.get(color)).map(|(word, _)| word.clone());
            random.colors.extend(word.map(|word| (part.name.clone(), word)));
            color.map(|color| Tone { color, ..Tone::default() })
        });
        if let Some(tone) = tone {
            taken.push(tone.color);
            (colors[slot], is_colored[slot]) = (looks.toned(tone), true);
        }
    }
    let by_lot = own.mirror && earlier.faces_right.unwrap_or_else(|| rng.unit("facing") < 0.5);
    random.faces_right = (own.mirror && said.faces_right.is_none()).then_some(by_lot);
    Appearance {
        variant: variant.map_or(0, |variant| variant.row),
        drawing: variant.map(|variant| variant.name.clone()),
        aspect: variant.map_or(1.0, |variant| variant.aspect),
        colors,
        is_colored,
        mirrored: said.faces_right.unwrap_or(by_lot),
        random,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::vocab::looks::{Slot, Variant};

    fn house() -> (ObjectLooks, Looks) {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let slot = |name: &str| Slot { name: name.into(), words: words(&["red", "blue", "white"]) };
        let variant =
            |name: &str, row, slots: &[usize]| Variant { name: name.into(), row, aspect: 1.5, slots: slots.into() };
        let own = ObjectLooks {
            mirror: true,
            slots: vec![slot("wall"), slot("roof")],
            variants: vec![variant("cottage", 3, &[0, 1]), variant("hut", 4, &[0])],
            ..Default::default()
        };
        let colors = [("red", "#ff0000"), ("blue", "#0000ff"), ("white", "#ffffff")];
        let colors = colors.map(|(word, hex)| (word.to_owned(), hex.to_owned())).to_vec();
        (own, Looks { colors, ..Default::default() })
    }

    #[test]
    fn what_was_said_holds_whatever_the_dice() {
        let (own, looks) = house();
        let blue_roof = EncodedLook {
            colors: vec![(1, Tone { color: 1, ..Tone::default() })],
            faces_right: Some(true),
            ..Default::default()
        };
        for key in 0..50 {
            let made = choose_appearance(&own, &looks, &blue_roof, &RenderRecord::default(), &Pose::ANY, key);
            assert_eq!((made.variant, made.colors[1], made.mirrored), (3, [0.0, 0.0, 1.0], true));
        }
        let hut = EncodedLook { variant: Some(1), ..Default::default() };
        assert!(
            (0..50).all(
                |key| choose_appearance(&own, &looks, &hut, &RenderRecord::default(), &Pose::ANY, key).variant == 4
            )
        );
    }

    #[test]
    fn what_was_not_said_differs_from_throw_to_throw_and_never_for_one_key() {
        let (own, looks) = house();
        let all: Vec<Appearance> = (0..60)
            .map(|key| {
                choose_appearance(&own, &looks, &EncodedLook::default(), &RenderRecord::default(), &Pose::ANY, key)
            })
            .collect();
        assert!(all.iter().any(|one| one.variant == 3) && all.iter().any(|one| one.variant == 4));
        assert!(all.iter().any(|one| one.mirrored) && all.iter().any(|one| !one.mirrored));
        assert!((0..3).all(|c| all.iter().any(|one| one.colors[0] == looks.rgb(c))));
        assert_eq!(
            choose_appearance(&own, &looks, &EncodedLook::default(), &RenderRecord::default(), &Pose::ANY, 7),
            all[7]
        );
    }

    /// "make the roof blue" must not paint the wall.
    #[test]
    fn a_color_that_is_said_for_one_part_changes_no_other_part() {
        let (own, looks) = house();
        let tone = |color| Tone { color, ..Tone::default() };
        for key in 0..200 {
            let first =
                choose_appearance(&own, &looks, &EncodedLook::default(), &RenderRecord::default(), &Pose::ANY, key);
            let RandomLooks { drawing, colors, faces_right } = first.random.clone();
            let earlier = RenderRecord { drawing, colors, faces_right, ..RenderRecord::default() };
            for color in 0..3 {
                let said = EncodedLook { colors: vec![(1, tone(color))], ..EncodedLook::default() };
                let painted = choose_appearance(&own, &looks, &said, &earlier, &Pose::ANY, key);
                assert_eq!(painted.colors[0], first.colors[0], "the wall, seed {key}");
                assert_eq!((painted.colors[1], painted.mirrored), (looks.rgb(color), first.mirrored));
            }
            assert_eq!(
                choose_appearance(&own, &looks, &EncodedLook::default(), &earlier, &Pose::ANY, key),
                first,
                "seed {key}"
            );
        }
    }
}
