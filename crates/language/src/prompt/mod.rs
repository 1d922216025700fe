//! A scene as plain English, for programs that make pictures of a text.
//!
//! What is said comes from the graph: objects with their attributes and labels, relations, the light, and what the picture added
//! ([`Completion`](scenewright_scene::Completion)). Looks that were chosen at random are not said. The same scene always gives the same text.
//!
//! | file | subject |
//! |---|---|
//! | `noun` | "a red car with a blue roof", "the second sheep" |
//! | `predicate` | "is standing on", "has" |

mod noun;
mod predicate;

use std::collections::BTreeSet;

use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::vocab::looks::LookMeaning;
use scenewright_scene::{Node, NodeId, Relation, Scene, UnitBox};

use noun::{Nouns, capitalized, list};
use predicate::{Verb, verb_of};

/// More kinds of things are not named one by one in the summary.
const MAX_IN_SUMMARY: usize = 8;

/// A scene in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenePrompt {
    /// One sentence: what there is, and where.
    pub summary: String,
    /// Sentences about the things and their relations.
    pub things: Vec<String>,
    /// The ground, the sky, what is behind: "the sky, grass and the ocean". Empty if nothing is known.
    pub setting: String,
    /// "a foggy evening"; empty if the scene does not say.
    pub light: String,
    /// Each thing with what is said of it, in the order of the document.
    pub objects: Vec<ObjectPrompt>,
}

/// One thing in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectPrompt {
    pub node: NodeId,
    /// "a white sheep".
    pub name: String,
    /// "a white sheep standing on the grass, next to another sheep".
    pub description: String,
}

impl ScenePrompt {
    /// The whole scene as one paragraph.
    pub fn text(&self) -> String {
        let mut sentences = self.things.clone();
        if !self.setting.is_empty() {
            sentences.push(format!("The setting is {}.", self.setting));
        }
        if !self.light.is_empty() {
            sentences.push(format!("It is {}.", self.light));
        }
        sentences.join(" ")
    }
}

/// What a node is, in a picture's terms.
enum Role {
    Thing,
    Material,
}

/// Describes a scene. `vocab` tells materials from things, and words about light from words about an object.
pub fn scene_prompt(scene: &Scene, vocab: &Vocabulary) -> ScenePrompt {
    let role = |node: &Node| if is_material(&node.name, vocab) { Role::Material } else { Role::Thing };
    let (mut things, mut materials) = (Vec::new(), Vec::new());
    for node in scene.nodes() {
        match role(node) {
            Role::Thing => things.push(node),
            Role::Material => materials.push(node),
        }
    }
    let nouns = Nouns::new(scene, vocab, &things);
    let groups = grouped(scene, &things);
    let setting = setting(scene, vocab, &materials);
    let light = light(scene, vocab);
    let objects = things.iter().map(|node| ObjectPrompt {
        node: node.id,
        name: nouns.new_one(node, 1),
        description: description(scene, &nouns, node),
    });
    let objects = objects.collect();
    ScenePrompt {
        summary: summary(&nouns, &groups, &setting, &light),
        things: sentences(scene, nouns, &groups),
        setting,
        light,
        objects,
    }
}

/// Whether a word is a ground, a sky, water or a wall rather than a thing.
pub fn is_material(name: &str, vocab: &Vocabulary) -> bool {
    if let Some(own) = vocab.looks_of_name(name) {
        return own.stuff;
    }
    noun::is_material_word(name)
}

/// A material as a prompt of its own: "grass", "the sky", "a street".
pub fn material_phrase(name: &str) -> String {
    noun::material(name, &[])
}

/// Whether a word speaks of the hour or the weather.
fn is_light(word: &str, vocab: &Vocabulary) -> bool {
    match vocab.looks() {
        Some(looks) => {
            matches!(looks.read(None, word), Some(LookMeaning::Hour(_) | LookMeaning::Weather(_)))
        }
        None => crate::words::attribute(word).is_some_and(|(_, class)| class == crate::words::Class::Light),
    }
}

fn light(scene: &Scene, vocab: &Vocabulary) -> String {
    const HOURS: [&str; 7] = ["morning", "day", "evening", "night", "dawn", "dusk", "sunset"];
    let words = scene.nodes().iter().flat_map(|node| &node.attributes).filter(|word| is_light(word, vocab));
    let mut words: Vec<String> = words.map(|word| word.to_lowercase()).collect();
    words.sort_by_key(|word| HOURS.contains(&word.as_str()));
    words.dedup();
    match words.last() {
        None => String::new(),
        Some(last) if HOURS.contains(&last.as_str()) => noun::with_article(&words.join(" ")),
        Some(_) => words.join(" and "),
    }
}

/// Alike things that are said together: "three sheep are standing on the grass".
struct Group<'a> {
    nodes: Vec<&'a Node>,
}

/// Things of one name without a label, with the same words and the same relations, that no relation ends at.
fn grouped<'a>(scene: &Scene, things: &[&'a Node]) -> Vec<Group<'a>> {
    let mut groups: Vec<(Option<String>, Group<'a>)> = Vec::new();
    for node in things {
        let own = own_relations(scene, node.id);
        let is_end = scene.relations().iter().any(|relation| relation.object == node.id);
        let key = (node.label.is_none() && !is_end).then(|| {
            let said: BTreeSet<_> = own.iter().map(|relation| (&relation.predicate, relation.object)).collect();
            format!("{:?}", (&node.name, node.size, &node.attributes, said))
        });
        match groups.iter_mut().find(|(other, _)| key.is_some() && *other == key) {
            Some((_, group)) => group.nodes.push(node),
            None => groups.push((key, Group { nodes: vec![node] })),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// What is said of an object as the subject, each once.
fn own_relations(scene: &Scene, node: NodeId) -> Vec<&Relation> {
    let mut seen = BTreeSet::new();
    let own = scene.relations().iter().filter(|relation| relation.subject == node && !relation.is_self_relation());
    own.filter(|relation| seen.insert((relation.predicate.to_lowercase(), relation.object))).collect()
}

fn sentences(scene: &Scene, mut nouns: Nouns<'_>, groups: &[Group<'_>]) -> Vec<String> {
    let mut sentences = Vec::new();
    // What has relations of its own comes first; the rest is named where others speak of it, or at the end.
    let (with, without): (Vec<_>, Vec<_>) =
        groups.iter().partition(|group| !own_relations(scene, group.nodes[0].id).is_empty());
    for group in with {
        let count = group.nodes.len();
        let subject = match group.nodes.as_slice() {
            [one] => nouns.mention(one),
            several => nouns.mention_all(several),
        };
        let (mut is, mut does) = (Vec::new(), Vec::new());
        for relation in own_relations(scene, group.nodes[0].id) {
            let Some(object) = scene.node(relation.object) else { continue };
            let end = nouns.mention(object);
            match verb_of(&relation.predicate) {
                Verb::Is(words) => is.push(format!("{words} {end}")),
                Verb::Does(words) => does.push(format!("{} {end}", predicate::for_count(&words, count))),
            }
        }
        let be = if count > 1 || nouns.is_plural(group.nodes[0]) { "are" } else { "is" };
        let mut parts = Vec::new();
        if !is.is_empty() {
            parts.push(format!("{be} {}", list(&is)));
        }
        parts.extend(does);
        sentences.push(format!("{}.", capitalized(&format!("{subject} {}", parts.join(" and ")))));
    }
    let mut alone = Vec::new();
    for group in without {
        let fresh: Vec<&Node> = group.nodes.iter().copied().filter(|node| !nouns.is_mentioned(node.id)).collect();
        let phrase = match fresh.as_slice() {
            [] => continue,
            [one] => {
                let place = region(one).map_or_else(String::new, |place| format!(" {place}"));
                format!("{}{place}", nouns.mention(one))
            }
            several => nouns.mention_all(several),
        };
        alone.push((fresh.len() > 1 || nouns.is_plural(fresh[0]), phrase));
    }
    if let Some((is_plural, _)) = alone.first() {
        let be = if *is_plural { "are" } else { "is" };
        let also = if sentences.is_empty() { "" } else { " also" };
        let phrases: Vec<String> = alone.iter().map(|(_, phrase)| phrase.clone()).collect();
        sentences.push(format!("There {be}{also} {}.", list(&phrases)));
    }
    sentences
}

/// Where in the picture it is shown; none for what takes most of it, or was never drawn.
fn region(node: &Node) -> Option<&'static str> {
    const LARGE: f32 = 0.5;
    let bounds: UnitBox = node.shown_box()?.clamped();
    if bounds.area() > LARGE || bounds.area() <= 0.0 {
        return None;
    }
    let third = |low: f32, high: f32| (((low + high) * 1.5) as usize).min(2);
    let names = [
        ["in the upper left", "at the top", "in the upper right"],
        ["on the left", "in the middle", "on the right"],
        ["in the lower left", "at the bottom", "in the lower right"],
    ];
    Some(names[third(bounds.y0, bounds.y1)][third(bounds.x0, bounds.x1)])
}

/// Materials of the graph and those that the picture added.
fn setting(scene: &Scene, vocab: &Vocabulary, materials: &[&Node]) -> String {
    let mut names: Vec<String> = Vec::new();
    for node in materials {
        let words: Vec<&str> =
            node.attributes.iter().map(String::as_str).filter(|word| !is_light(word, vocab)).collect();
        names.push(noun::material(&node.name, &words));
    }
    names.extend(scene.completion().implied.iter().map(|object| noun::material(&object.name, &[])));
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    list(&names)
}

fn summary(nouns: &Nouns<'_>, groups: &[Group<'_>], setting: &str, light: &str) -> String {
    let mut kinds: Vec<(&Node, usize)> = Vec::new();
    for node in groups.iter().flat_map(|group| &group.nodes) {
        let is_alike = |other: &&Node| {
            node.label.is_none() && other.label.is_none() && nouns.new_one(other, 1) == nouns.new_one(node, 1)
        };
        match kinds.iter_mut().find(|(other, _)| is_alike(other)) {
            Some((_, count)) => *count += 1,
            None => kinds.push((node, 1)),
        }
    }
    let mut names: Vec<String> =
        kinds.iter().take(MAX_IN_SUMMARY).map(|(node, count)| nouns.new_one(node, *count)).collect();
    if kinds.len() > MAX_IN_SUMMARY {
        names.push("other things".to_owned());
    }
    let mut text = match names.is_empty() {
        true if setting.is_empty() => return String::new(),
        true => format!("An empty scene with {setting}"),
        false if setting.is_empty() => list(&names),
        false => format!("{}, with {setting}", list(&names)),
    };
    if !light.is_empty() {
        let at = if light.starts_with("a ") || light.starts_with("an ") { "on" } else { "in weather that is" };
        text = format!("{text}, {at} {light}");
    }
    format!("{}.", capitalized(&text))
}

/// "a white sheep standing on the grass, next to another sheep".
fn description(scene: &Scene, nouns: &Nouns<'_>, node: &Node) -> String {
    let mut nouns = nouns.clone();
    let mut text = nouns.mention(node);
    let parts: Vec<String> = own_relations(scene, node.id)
        .into_iter()
        .filter_map(|relation| {
            let end = nouns.mention(scene.node(relation.object)?);
            Some(match verb_of(&relation.predicate) {
                Verb::Is(words) => format!("{words} {end}"),
                Verb::Does(words) => format!("that {words} {end}"),
            })
        })
        .collect();
    if !parts.is_empty() {
        text = format!("{text} {}", parts.join(", "));
    }
    text
}
