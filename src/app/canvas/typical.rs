//! Which relations are usual between two categories, and which make no sense: for the order in which words are offered.

use scenewright_scene::relation::predicate;
use scenewright_scene::vocab::Vocabulary;

/// What a category is, as far as it decides how it is related to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Person,
    Animal,
    Vehicle,
    Boat,
    Furniture,
    Food,
    /// What can be held or worn, and everything else.
    Object,
    Building,
    Plant,
    Ground,
    Water,
    Sky,
}

/// Words that people stand on, whatever their group.
const GROUND: [&str; 16] = [
    "grass", "field", "sand", "snow", "dirt", "ice", "ground", "road", "street", "sidewalk", "floor", "carpet",
    "pavement", "beach", "hill", "gravel",
];

fn kind(name: &str, vocab: &Vocabulary) -> Kind {
    let known = vocab.drawn_object(name).map_or(name, |drawn| vocab.object_name(drawn.id));
    if GROUND.iter().any(|ground| known == *ground || known.starts_with(&format!("{ground}-"))) {
        return Kind::Ground;
    }
    match vocab.group_of(known).unwrap_or_default() {
        "people" => Kind::Person,
        "animals" => Kind::Animal,
        "vehicles" => Kind::Vehicle,
        "boats" => Kind::Boat,
        "furniture" => Kind::Furniture,
        "food" => Kind::Food,
        "buildings" | "landscape" => Kind::Building,
        "plants" => Kind::Plant,
        "ground" => Kind::Ground,
        "water" => Kind::Water,
        "sky" => Kind::Sky,
        _ => Kind::Object,
    }
}

/// Usual relations, the most frequent first.
fn usual(subject: Kind, object: Kind) -> &'static [&'static str] {
    use Kind::*;
    match (subject, object) {
        (Person, Ground) => &["standing on", "walking on", "sitting on", "laying on", "on"],
        (Person, Water) => &["in", "swimming in", "by", "near"],
        (Person | Animal, Sky) => &["below", "under", "flying in", "looking at"],
        (Person, Animal) => &["next to", "riding", "holding", "looking at", "behind", "in front of"],
        (Person, Vehicle) => &["riding", "in", "next to", "in front of", "behind", "on"],
        (Person, Boat) => &["in", "on", "riding", "next to"],
        (Person, Furniture) => &["sitting on", "next to", "behind", "in front of", "standing on", "laying on"],
        (Person, Food) => &["eating", "holding", "looking at", "has", "next to"],
        (Person, Object) => &["holding", "wearing", "has", "carrying", "riding", "sitting on", "next to", "looking at"],
        (Person, Building) => &["in front of", "next to", "near", "inside", "on", "looking at"],
        (Person | Animal, Plant) => &["next to", "under", "behind", "in front of", "looking at", "on", "eating"],
        (Person, Person) => &["next to", "looking at", "behind", "in front of", "holding"],
        (Animal, Ground) => &["standing on", "walking on", "on", "laying on", "eating", "in"],
        (Animal, Water) => &["swimming in", "in", "by", "on", "flying over"],
        (Animal, Animal) => &["next to", "behind", "in front of", "looking at", "by", "on"],
        (Animal, Person) => &["next to", "looking at", "behind", "in front of", "on"],
        (Animal, Furniture) => &["laying on", "sitting on", "on", "under", "next to", "standing on"],
        (Animal, Food) => &["eating", "looking at", "next to"],
        (Animal, Vehicle | Boat | Building) => &["next to", "on", "in", "in front of", "behind", "under"],
        (Animal, Object) => &["next to", "on", "looking at", "holding", "has", "in"],
        (Vehicle, Ground) => &["parked on", "on", "driving on", "along"],
        (Vehicle, Sky) => &["flying in", "in", "below"],
        (Vehicle, Building) => &["in front of", "next to", "parked on", "on", "behind", "near"],
        (Vehicle, _) => &["next to", "in front of", "behind", "near"],
        (Boat, Water) => &["on", "floating on", "sailing on", "in", "by"],
        (Boat, _) => &["next to", "near", "in front of", "behind", "on"],
        (Furniture | Object | Food, Ground) => &["on", "laying on", "standing on"],
        (Object | Food, Furniture) => &["on", "on top of", "next to", "under", "in", "hanging on"],
        (Object | Food, Building) => &["on", "hanging on", "attached to", "next to", "in front of", "in"],
        (Object, Plant) => &["next to", "hanging on", "under", "in", "on"],
        (Object, Sky) => &["flying in", "in", "below"],
        (Furniture, Furniture) => &["next to", "in front of", "behind", "under", "on"],
        (Furniture | Object, Object) => &["next to", "on", "under", "hanging on", "behind", "in front of"],
        (Food, Food | Object) => &["next to", "on", "in"],
        (Building, Ground) => &["on", "behind", "near", "along"],
        (Building, Water) => &["by", "near", "behind", "over"],
        (Building, Building) => &["next to", "behind", "in front of", "on", "attached to", "has"],
        (Plant, Ground) => &["on", "growing on", "in", "behind"],
        (Plant, Building) => &["next to", "in front of", "behind", "near"],
        (Plant, Object | Furniture) => &["on", "in", "next to", "behind"],
        (Sky, Sky) => &["above", "below", "in", "next to", "behind"],
        (Sky, _) => &["above", "over", "behind"],
        (Ground, Sky) => &["below", "under"],
        (Ground, _) => &["below", "under", "next to", "in front of", "by", "surrounding"],
        (Water, Sky) => &["below", "under"],
        (Water, _) => &["below", "next to", "in front of", "behind", "by", "surrounding"],
        (_, Sky) => &["below", "under", "in front of"],
        (_, Water) => &["by", "near", "in", "on", "in front of"],
        _ => &["next to", "behind", "in front of", "near", "on"],
    }
}

/// Whether a relation between two categories makes sense at all.
fn makes_sense(word: &str, subject: Kind, object: Kind) -> bool {
    use Kind::*;
    let is_alive = matches!(subject, Person | Animal);
    let is_region = |kind: Kind| matches!(kind, Ground | Water | Sky);
    let name = predicate(word).map_or(word, |known| known.name);
    match name {
        "riding" => is_alive && matches!(object, Animal | Vehicle | Boat | Object),
        "eating" => is_alive && matches!(object, Food | Plant | Ground | Animal),
        "holding" | "carrying" => is_alive && !is_region(object) && object != Building,
        "wearing" => is_alive && matches!(object, Object),
        "walking on" | "running on" => is_alive && !matches!(object, Sky | Food | Person),
        "sitting on" | "sitting in" => is_alive && !matches!(object, Sky | Food | Water),
        "laying on" | "lying in" => {
            matches!(subject, Person | Animal | Object | Food) && !matches!(object, Sky | Water)
        }
        "looking at" => is_alive,
        "standing on" | "standing in" => !is_region(subject) && !matches!(object, Sky | Food),
        "parked on" | "driving on" => subject == Vehicle && !matches!(object, Sky | Water | Person | Animal | Food),
        "sailing on" | "floating on" | "floating in" => !is_region(subject) && matches!(object, Water | Sky),
        "swimming in" => is_alive && object == Water,
        "flying in" => !is_region(subject) && object == Sky,
        "growing on" => subject == Plant && !matches!(object, Sky | Water),
        "hanging on" | "attached to" => {
            !is_region(subject) && !matches!(subject, Person | Vehicle) && !is_region(object)
        }
        "has" | "covering" => !(is_region(subject) && is_region(object)) && object != Sky && subject != Sky,
        "on" | "on top of" => subject != Sky && object != Sky && (!is_region(subject) || is_region(object)),
        "in" | "inside" => !is_region(subject) || is_region(object),
        "in front of" => subject != Sky,
        "made of" | "for" | "and" | "of" | "belonging to" => false,
        _ => true,
    }
}

/// Place of a relation among the usual ones of two categories: 0 is the most frequent. `None`: not usual, but it makes sense; `Err`: nonsense.
pub(super) fn typical_rank(
    word: &str,
    [subject, object]: [&str; 2],
    vocab: &Vocabulary,
) -> Result<Option<usize>, Nonsense> {
    if subject.is_empty() || object.is_empty() {
        return Ok(None);
    }
    let (subject, object) = (kind(subject, vocab), kind(object, vocab));
    if !makes_sense(word, subject, object) {
        return Err(Nonsense);
    }
    Ok(usual(subject, object).iter().position(|usual| *usual == word))
}

/// A relation that makes no sense between two categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nonsense;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_known_and_usual_words_have_a_place() {
        let vocab = Vocabulary::illustrated();
        let rank = |subject: &str, word: &str, object: &str| typical_rank(word, [subject, object], &vocab);
        for (subject, word, object) in [
            ("sky", "standing on", "grass"),
            ("sky", "riding", "grass"),
            ("sky", "holding", "grass"),
            ("ocean", "eating", "tree"),
            ("ocean", "holding", "tree"),
            ("sheep", "parked on", "sheep"),
            ("house", "swimming in", "ocean"),
        ] {
            assert_eq!(rank(subject, word, object), Err(Nonsense), "{subject} {word} {object}");
        }
        for (subject, word, object) in [
            ("sky", "above", "grass"),
            ("girl", "holding", "balloon"),
            ("sheep", "standing on", "grass"),
            ("car", "parked on", "street"),
            ("cake", "on", "table"),
            ("boat", "on", "lake"),
        ] {
            assert_eq!(rank(subject, word, object), Ok(Some(0)), "{subject} {word} {object}");
        }
        assert_eq!(rank("sheep", "left of", "tree"), Ok(None));
    }
}
