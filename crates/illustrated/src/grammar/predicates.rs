//! The predicates that scenes of this world use. `docs/predicates.md` is written from this.

use std::collections::BTreeMap;

use scenewright_scene::relation;

/// By name, in the order of `vocab/illustrated.json`. What they mean stands in [`relation::PREDICATES`].
pub const PREDICATES: [&str; 32] = [
    "left of",
    "right of",
    "above",
    "below",
    "inside",
    "surrounding",
    "on",
    "standing on",
    "walking on",
    "sitting on",
    "laying on",
    "parked on",
    "on top of",
    "in",
    "swimming in",
    "flying in",
    "has",
    "riding",
    "holding",
    "hanging on",
    "attached to",
    "eating",
    "behind",
    "in front of",
    "next to",
    "beside",
    "by",
    "along",
    "near",
    "over",
    "under",
    "looking at",
];

/// When a relation is met, in words.
pub fn met_when(name: &str) -> String {
    match (name, relation::predicate_kind(name)) {
        (_, Some(kind)) => kind.description(),
        ("looking at", None) => {
            "no test on boxes: the subject faces the object, which is no further above or below than ahead".to_owned()
        }
        (_, None) => "no test on boxes".to_owned(),
    }
}

/// The table of `docs/predicates.md`, from how often each predicate occurred.
pub fn table(counts: &BTreeMap<String, u64>, scenes: u64) -> String {
    let mut text = format!(
        "# Predicates of the illustrated world\n\n\
         Every relation that a scene of this world may have. What a predicate means is a test on the two boxes (unit \
         coordinates, y down) in `crates/scene/src/relation/kind.rs`; \"gap\" is the empty space between them. Relations are chosen among \
         what the boxes show, about one to two an object. Written by `scenewright dataset predicates`; counted over \
         {scenes} training scenes of seed 0.\n\n\
         | predicate | met when | occurs | a scene |\n|---|---|---:|---:|\n"
    );
    for name in PREDICATES {
        let count = counts.get(name).copied().unwrap_or(0);
        let each = count as f64 / scenes.max(1) as f64;
        text.push_str(&format!("| {name} | {} | {count} | {each:.3} |\n", met_when(name)));
    }
    text
}
