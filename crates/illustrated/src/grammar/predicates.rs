//! Every predicate that scenes of this world use, and what it means. `docs/predicates.md` is written from this.

use std::collections::BTreeMap;

/// A predicate and its meaning in words. The test itself is [`scenewright_scene::relation::judge`].
#[derive(Clone, Copy, Debug)]
pub struct Predicate {
    pub name: &'static str,
    pub meaning: &'static str,
    pub synonyms: &'static [&'static str],
}

const fn p(name: &'static str, meaning: &'static str, synonyms: &'static [&'static str]) -> Predicate {
    Predicate { name, meaning, synonyms }
}

const ON: &str = "the foot (middle of the lower edge) of the subject lies in the object's box, give or take 0.04, and its centre is above the object's foot";
const IN: &str = "at least half of the subject lies in the object";
const BESIDE: &str = "the gap is at most 0.15, they share some height, and neither centre lies in the other box";
const TOUCH: &str = "the gap is at most 0.03";
const QUARTER: &str = "neither box lies within the other, and the subject's centre lies in that quarter of directions (±45°) seen from the object's";

pub const PREDICATES: [Predicate; 32] = [
    p("left of", QUARTER, &["to the left of", "on the left of"]),
    p("right of", QUARTER, &["to the right of", "on the right of"]),
    p("above", QUARTER, &["higher than"]),
    p("below", QUARTER, &["lower than"]),
    p("inside", "the subject lies within the object, give or take 0.01", &["within", "inside of"]),
    p("surrounding", "the object lies within the subject, give or take 0.01", &["enclosing", "around"]),
    p("on", ON, &["upon"]),
    p("standing on", ON, &["stands on"]),
    p("walking on", ON, &["walks on"]),
    p("sitting on", ON, &["sits on"]),
    p("laying on", ON, &["lying on"]),
    p("parked on", ON, &[]),
    p("on top of", ON, &["atop"]),
    p("in", IN, &[]),
    p("swimming in", IN, &["swims in"]),
    p("flying in", IN, &["flies in"]),
    p("has", "at least half of the object lies in the subject", &["with a"]),
    p(
        "riding",
        "they touch (gap at most 0.03), the subject's centre is above the object's and between its sides",
        &["rides"],
    ),
    p("holding", TOUCH, &["holds", "carrying"]),
    p("hanging on", TOUCH, &["hanging from"]),
    p("attached to", TOUCH, &["fixed to"]),
    p("eating", TOUCH, &["eats", "grazing on"]),
    p("behind", "the gap is at most 0.15, and the subject's foot is no lower than the object's", &["in back of"]),
    p("in front of", "the gap is at most 0.15, and the subject's foot is no higher than the object's", &["before"]),
    p("next to", BESIDE, &["alongside"]),
    p("beside", BESIDE, &["on side of"]),
    p("by", "the gap is at most 0.15", &[]),
    p("along", "the gap is at most 0.15", &[]),
    p("near", "the gap is at most 0.25", &["close to"]),
    p(
        "over",
        "the subject's centre is above the object's, and the narrower shares at least 0.3 of its width with the other",
        &[],
    ),
    p(
        "under",
        "the subject's centre is below the object's, and the narrower shares at least 0.3 of its width with the other",
        &["beneath", "underneath"],
    ),
    p(
        "looking at",
        "no test on boxes: the subject faces the object, which is no further above or below than ahead",
        &["watching"],
    ),
];

/// The table of `docs/predicates.md`, from how often each predicate occurred.
pub fn table(counts: &BTreeMap<String, u64>, scenes: u64) -> String {
    let mut text = format!(
        "# Predicates of the illustrated world\n\n\
         Every relation that a scene of this world may have. What a predicate means is a test on the two boxes (unit \
         coordinates, y down) in `src/scene/relation`; \"gap\" is the empty space between them. Relations are chosen among \
         what the boxes show, about one to two an object. Written by `scenewright dataset predicates`; counted over \
         {scenes} training scenes of seed 0.\n\n\
         | predicate | met when | occurs | a scene |\n|---|---|---:|---:|\n"
    );
    for predicate in &PREDICATES {
        let count = counts.get(predicate.name).copied().unwrap_or(0);
        let each = count as f64 / scenes.max(1) as f64;
        text.push_str(&format!("| {} | {} | {count} | {each:.3} |\n", predicate.name, predicate.meaning));
    }
    text
}
