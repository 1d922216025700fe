//! The tables of classes: names, colors, words.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use scenewright_scene::vocab::{MATERIAL_WORDS, Vocabulary, class_stem, drawn, fold};

const ADE20K: &str = include_str!("ade20k.tsv");
const COCO_STUFF: &str = include_str!("coco_stuff.tsv");
const NEAREST: &str = include_str!("classes.tsv");

/// Whose classes a label map has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClassTable {
    /// The 150 classes of ADE20K.
    Ade20k,
    /// The 171 classes of COCO-Stuff.
    CocoStuff,
    /// The categories of this program, in the colors of its own maps.
    Scenewright,
}

/// A class of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// As the table calls it; empty for "nothing".
    pub name: String,
    /// The word for a scene.
    pub word: String,
    /// Other classes of the same color.
    pub also: Vec<String>,
}

impl ClassTable {
    pub const ALL: [Self; 3] = [Self::Ade20k, Self::CocoStuff, Self::Scenewright];

    /// As the command line writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ade20k => "ade20k",
            Self::CocoStuff => "coco-stuff",
            Self::Scenewright => "scenewright",
        }
    }

    /// As a message writes it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ade20k => "ADE20K",
            Self::CocoStuff => "COCO-Stuff",
            Self::Scenewright => "Scenewright",
        }
    }

    /// Names and colors in the order of the table.
    pub fn classes(self) -> Vec<(String, [u8; 3])> {
        let of_text = |text: &'static str| -> Vec<(String, [u8; 3])> {
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            lines
                .filter_map(|line| line.split_once('\t').and_then(|(name, hex)| Some((name.to_owned(), color(hex)?))))
                .collect()
        };
        match self {
            Self::Ade20k => of_text(ADE20K),
            Self::CocoStuff => of_text(COCO_STUFF),
            Self::Scenewright => {
                let mut all: Vec<(String, [u8; 3])> = Vec::new();
                for vocab in [Vocabulary::illustrated(), Vocabulary::coco_stuff(), Vocabulary::visual_genome()] {
                    for (_, name) in vocab.objects().filter(|(_, name)| !name.starts_with("__")) {
                        if !all.iter().any(|(known, _)| known == name) {
                            all.push((name.to_owned(), vocab.color_of(name)));
                        }
                    }
                }
                all
            }
        }
    }

    /// Classes by the color in which maps are painted. Of several of one color, the first is meant.
    pub(super) fn by_color(self) -> HashMap<[u8; 3], Class> {
        let mut classes: HashMap<[u8; 3], Class> = HashMap::new();
        for (name, color) in self.classes() {
            match classes.get_mut(&color) {
                Some(first) => first.also.push(name),
                None => {
                    let word = word_for(&name);
                    classes.insert(color, Class { name, word, also: Vec::new() });
                }
            }
        }
        // What has no class is black; of COCO-Stuff, whose table has a black class, too.
        classes.insert([0; 3], Class::default());
        classes
    }

    /// Classes by the number that annotation files hold, as a gray: ADE20K counts from 1, 0 is nothing; COCO-Stuff from 0, 255 is nothing.
    pub(super) fn by_number(self) -> HashMap<[u8; 3], Class> {
        let first = if self == Self::Ade20k { 1 } else { 0 };
        let mut classes: HashMap<[u8; 3], Class> = (first..=254_u8)
            .zip(self.classes())
            .map(|(number, (name, _))| ([number; 3], Class { word: word_for(&name), name, also: Vec::new() }))
            .collect();
        classes.insert([super::IGNORED; 3], Class::default());
        classes.entry([0; 3]).or_default();
        classes
    }
}

impl fmt::Display for ClassTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

impl FromStr for ClassTable {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|table| table.word() == word);
        known.ok_or_else(|| format!("{word:?} is no table of classes: write ade20k, coco-stuff or scenewright"))
    }
}

fn color(hex: &str) -> Option<[u8; 3]> {
    let code = u32::from_str_radix(hex.trim().strip_prefix('#')?, 16).ok()?;
    Some([16, 8, 0].map(|shift| (code >> shift) as u8))
}

/// Classes whose name nobody would write in a scene, and those that no vocabulary has.
const WORDS: &[(&str, &str)] = &[
    ("windowpane", "window"),
    ("earth", "dirt"),
    ("land", "dirt"),
    ("dirt track", "dirt"),
    ("path", "road"),
    ("runway", "road"),
    ("minibike", "motorcycle"),
    ("plaything", "toy"),
    ("apparel", "clothes"),
    ("ashcan", "bin"),
    ("television receiver", "tv"),
    ("crt screen", "tv"),
    ("screen", "tv"),
    ("monitor", "tv"),
    ("airplane", "plane"),
    ("signboard", "sign"),
    ("trade name", "sign"),
    ("bulletin board", "board"),
    ("washer", "washing machine"),
    ("hovel", "hut"),
    ("swivel chair", "chair"),
    ("chest of drawers", "cabinet"),
    ("case", "cabinet"),
    ("buffet", "cabinet"),
    ("grandstand", "building"),
    ("stairway", "stairs"),
    ("step", "stairs"),
    ("bannister", "fence"),
    ("railing", "fence"),
    ("animal", "animal"),
    ("sconce", "lamp"),
    ("chandelier", "lamp"),
    ("light", "lamp"),
    ("streetlight", "street light"),
    ("conveyer belt", "counter"),
    ("awning", "umbrella"),
    ("canopy", "umbrella"),
    ("screen door", "door"),
    ("blind", "curtain"),
    ("base", "pillar"),
    ("column", "pillar"),
];

/// The word for a scene: "sky-other" is a sky.
fn word_for(class: &str) -> String {
    if let Some((_, word)) = WORDS.iter().find(|(name, _)| *name == class) {
        return (*word).to_owned();
    }
    class.to_owned()
}

/// Whether a class is a ground, a sky, water, a wall: one object, however many pieces it has.
pub fn is_material(name: &str) -> bool {
    const MORE: &[&str] = &["moss", "earth", "land", "railroad", "swimming pool", "carpet", "wave", "brick", "line"];
    let folded = fold(name);
    let plain = class_stem(&folded);
    let first = plain.split(' ').next().unwrap_or(plain);
    MATERIAL_WORDS.contains(&plain)
        || MORE.contains(&plain)
        || name.contains('-') && ["wall", "floor", "ceiling", "ground", "water"].contains(&first)
}

/// ADE20K's and COCO-Stuff's class of a drawn word.
fn nearest(word: &str) -> Option<(&'static str, &'static str)> {
    let lines = NEAREST.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('\t')).find(|(name, _)| *name == word)?.1.split_once('\t')
}

pub(super) fn class_of(table: ClassTable, name: &str, vocab: &Vocabulary) -> Option<(String, [u8; 3])> {
    if table == ClassTable::Scenewright {
        return Some((name.to_owned(), vocab.color_of(name)));
    }
    let classes = table.classes();
    let folded = fold(name);
    let find = |wanted: &str| classes.iter().find(|(class, _)| fold(class) == wanted).cloned();
    let of_word = |word: &str| {
        let (ade, coco) = nearest(word)?;
        let class = if table == ClassTable::Ade20k { ade } else { coco };
        find(&fold(class))
    };
    let drawn_as = || vocab.drawn_object(name).map(|drawn| fold(vocab.object_name(drawn.id)));
    let by_noun = || {
        let drawn::Noun::Drawn { ways, .. } = drawn::noun(&folded)? else { return None };
        let words = ways.split(", ").map(|way| fold(way.split(':').next().unwrap_or(way)));
        words.into_iter().find_map(|word| of_word(&word).or_else(|| find(&word)))
    };
    // COCO-Stuff: "sky-other", "wall-brick".
    let plain = class_stem(&folded);
    let by_kind = || {
        let kind = plain.split_once(' ').map(|(first, _)| first).filter(|_| name.contains('-'))?;
        of_word(kind).or_else(|| find(kind))
    };
    find(&folded)
        .or_else(|| of_word(&folded))
        .or_else(|| of_word(plain))
        .or_else(|| find(plain))
        .or_else(|| drawn_as().and_then(|word| of_word(&word).or_else(|| find(&word))))
        .or_else(by_noun)
        .or_else(by_kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        let sizes = ClassTable::ALL.map(|table| table.classes().len());
        assert_eq!(sizes[..2], [150, 171]);
        for table in ClassTable::ALL {
            assert_eq!(table.word().parse(), Ok(table));
            for (name, color) in table.classes() {
                if table != ClassTable::Scenewright {
                    assert!(table.classes().iter().any(|(other, _)| *other == name), "{name} {color:?}");
                }
            }
        }
        // Each nearest class exists.
        for line in NEAREST.lines().filter(|line| !line.starts_with('#')) {
            let parts: Vec<&str> = line.split('\t').collect();
            let [_, ade, coco] = parts.as_slice() else { panic!("{line}") };
            for (table, class) in [(ClassTable::Ade20k, ade), (ClassTable::CocoStuff, coco)] {
                assert!(*class == "-" || table.classes().iter().any(|(name, _)| name == class), "{line}");
            }
        }
    }

    #[test]
    fn words_have_their_nearest_class() {
        let vocab = Vocabulary::illustrated();
        let name = |table, word: &str| class_of(table, word, &vocab).map(|(name, _)| name);
        for (word, ade, coco) in [
            ("sheep", Some("animal"), Some("sheep")),
            ("ocean", Some("sea"), Some("sea")),
            ("street", Some("road"), Some("road")),
            ("girl", Some("person"), Some("person")),
            ("pirate", Some("person"), Some("person")),
            ("house", Some("house"), Some("house")),
            ("sky", Some("sky"), Some("sky-other")),
            ("poodle", Some("animal"), Some("dog")),
            ("sky-other", Some("sky"), Some("sky-other")),
            ("wall-brick", Some("wall"), Some("wall-brick")),
            ("violin", None, None),
        ] {
            assert_eq!(name(ClassTable::Ade20k, word).as_deref(), ade, "{word}");
            assert_eq!(name(ClassTable::CocoStuff, word).as_deref(), coco, "{word}");
        }
        assert!(is_material("sky-other") && is_material("wall-brick") && is_material("grass"));
        assert!(!is_material("tree") && !is_material("waterfall") && !is_material("wall clock"));
    }
}
