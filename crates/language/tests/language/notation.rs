//! Scenes and their changes as one line of text, so that a test is a table.
//!
//! A scene: `sky -above-> grass; sheep[black]{small}@left="Dolly"; sheep#2 -by-> sheep; ball<0.1 0.1 0.3 0.3>`.
//! A change: `kite -in-> sky` (new things show in their relations), `-boat` (gone), `-boat -in-> ocean` (no longer so),
//! `zebra => sheep`, `ball{small}` (what is said of it by now), `lock house`, `look tree`, `free ball`, `undo 2`,
//! `? sheep | sheep#2` (a question), `! foo` (not understood), `/ foo` (left out), `~ wug` (taken, though no vocabulary has it).

use scenewright_language::{ParseContext, ParseResult, SentenceAction, Session};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{Edit, History, Node, NodeDraft, NodeId, Scene, UnitBox};
use std::collections::BTreeMap;

pub fn scene_of(text: &str) -> Scene {
    let mut scene = Scene::new();
    let mut names = BTreeMap::new();
    for item in text.split(';').map(str::trim).filter(|item| !item.is_empty()) {
        if let Some((subject, (predicate, object))) =
            item.split_once(" -").and_then(|(subject, rest)| Some((subject, rest.split_once("-> ")?)))
        {
            let (subject, object) = (node(&mut scene, &mut names, subject), node(&mut scene, &mut names, object));
            scene.apply(&Edit::relate(subject, predicate, object)).unwrap();
        } else {
            node(&mut scene, &mut names, item);
        }
    }
    scene
}

fn node(scene: &mut Scene, names: &mut BTreeMap<String, NodeId>, text: &str) -> NodeId {
    let end = text.find(['[', '{', '@', '=', '<']).unwrap_or(text.len());
    let key = text[..end].trim().to_owned();
    if let Some(id) = names.get(&key) {
        return *id;
    }
    let between = |open: char, close: char| text.split_once(open).and_then(|(_, rest)| Some(rest.split_once(close)?.0));
    let mut draft = NodeDraft::new(key.split('#').next().unwrap());
    draft.attributes =
        between('[', ']').map_or(Vec::new(), |words| words.split(',').map(|word| word.trim().into()).collect());
    draft.size = between('{', '}').map(|size| size.parse().unwrap());
    draft.label = between('"', '"').map(str::to_owned);
    draft.place = text[end..].split_once('@').map(|(_, rest)| rest.split(['=', '<']).next().unwrap().parse().unwrap());
    draft.pinned = between('<', '>').map(|numbers| {
        let numbers: Vec<f32> = numbers.split(' ').map(|number| number.parse().unwrap()).collect();
        UnitBox::new(numbers[0], numbers[1], numbers[2], numbers[3])
    });
    let id = scene.apply(&draft.into()).unwrap().node().unwrap();
    names.insert(key, id);
    id
}

/// Names that stay: an object keeps its number when another goes.
fn titles(before: &Scene, after: &Scene) -> BTreeMap<NodeId, [String; 2]> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut next = |name: &str| {
        let count = counts.entry(name.to_owned()).or_default();
        *count += 1;
        if *count == 1 { name.to_owned() } else { format!("{name}#{count}") }
    };
    let mut titles: BTreeMap<NodeId, [String; 2]> = BTreeMap::new();
    for node in before.nodes() {
        let title = next(&node.name);
        titles.insert(node.id, [title.clone(), title]);
    }
    for node in after.nodes() {
        match before.node(node.id) {
            Some(old) if old.name == node.name => {}
            Some(_) => titles.get_mut(&node.id).unwrap()[1] = next(&node.name),
            None => {
                let title = next(&node.name);
                titles.insert(node.id, [title.clone(), title]);
            }
        }
    }
    titles
}

fn said_of(node: &Node) -> String {
    let mut text = String::new();
    if !node.attributes.is_empty() {
        text += &format!("[{}]", node.attributes.join(","));
    }
    text += &node.size.map_or(String::new(), |size| format!("{{{size}}}"));
    text += &node.place.map_or(String::new(), |place| format!("@{place}"));
    text += &node.label.as_ref().map_or(String::new(), |label| format!("=\"{label}\""));
    text += &node.pinned.map_or(String::new(), |b| format!("<{:.2} {:.2} {:.2} {:.2}>", b.x0, b.y0, b.x1, b.y1));
    text
}

/// What an understanding would do, sorted.
pub fn outcome(before: &Scene, after: &Scene, understood: &ParseResult) -> Vec<String> {
    let titles = titles(before, after);
    let old = |id: NodeId| titles[&id][0].clone();
    let new = |id: NodeId| titles[&id][1].clone();
    let mut lines = Vec::new();
    match understood.action {
        Some(SentenceAction::Undo { steps }) => lines.push(format!("undo {steps}")),
        Some(SentenceAction::Redo { steps }) => lines.push(format!("redo {steps}")),
        None => {}
    }
    for relation in before.relations() {
        let stay = after.node(relation.subject).is_some() && after.node(relation.object).is_some();
        if stay && after.relation(relation.id) != Some(relation) {
            lines.push(format!("-{} -{}-> {}", old(relation.subject), relation.predicate, old(relation.object)));
        }
    }
    let mut shown = Vec::new();
    for relation in after.relations() {
        if before.relation(relation.id) != Some(relation) {
            lines.push(format!("{} -{}-> {}", new(relation.subject), relation.predicate, new(relation.object)));
            shown.extend([relation.subject, relation.object]);
        }
    }
    lines.extend(
        before.nodes().iter().filter(|node| after.node(node.id).is_none()).map(|node| format!("-{}", old(node.id))),
    );
    for node in after.nodes() {
        let title = new(node.id);
        let Some(was) = before.node(node.id) else {
            let said = said_of(node);
            if !said.is_empty() || !shown.contains(&node.id) {
                lines.push(format!("{title}{said}"));
            }
            continue;
        };
        if was.name != node.name {
            lines.push(format!("{} => {title}", old(node.id)));
        }
        if said_of(was) != said_of(node) {
            lines.push(format!("{title}{}", said_of(node)));
        }
        if was.locked != node.locked {
            lines.push(format!("{} {title}", if node.locked { "lock" } else { "free" }));
        }
        if was.seed != node.seed {
            lines.push(format!("look {title}"));
        }
    }
    if before.seed() != after.seed() {
        lines.push("look picture".to_owned());
    }
    if let Some(question) = &understood.question {
        let title = |id| titles.get(&id).map_or("new", |[_, title]| title.as_str());
        let candidates: Vec<&str> = question.candidates.iter().map(|candidate| title(candidate.node)).collect();
        lines.push(format!("? {}", candidates.join(" | ")));
    }
    lines.extend(understood.not_understood.iter().map(|part| format!("! {}", part.text)));
    lines.extend(understood.left_out.iter().map(|part| format!("/ {}", part.text)));
    lines.extend(understood.unknown_words.iter().map(|unknown_word| format!("~ {}", unknown_word.word)));
    lines.sort();
    lines
}

/// A scene with its history, and the session of sentences about it.
pub struct Conversation {
    pub history: History,
    pub dialogue: Session,
    pub vocab: Vocabulary,
}

impl Conversation {
    pub fn new(start: &str, vocab: Vocabulary) -> Self {
        Self { history: History::new(scene_of(start)), dialogue: Session::new(), vocab }
    }

    /// Says a sentence and carries it out; its effect is read from the resulting scene.
    pub fn say(&mut self, sentence: &str) -> Vec<String> {
        let understood = self.dialogue.understand(sentence, self.history.scene(), &ParseContext::new(&self.vocab));
        match understood.action {
            Some(SentenceAction::Undo { steps }) => (0..steps).for_each(|_| _ = self.history.undo()),
            Some(SentenceAction::Redo { steps }) => (0..steps).for_each(|_| _ = self.history.redo()),
            None => {}
        }
        let before = self.history.scene().clone();
        self.history.apply(sentence, &understood.edits).expect(sentence);
        self.dialogue.said(&understood, &before, self.history.scene());
        outcome(&before, self.history.scene(), &understood)
    }
}

pub fn expected(text: &str) -> Vec<String> {
    let mut lines: Vec<String> =
        text.split(';').map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    lines.sort();
    lines
}

/// Says the sentence in front of a scene and compares what it does.
#[track_caller]
pub fn check_in(vocab: Vocabulary, start: &str, sentence: &str, change: &str) {
    let done = Conversation::new(start, vocab).say(sentence);
    assert_eq!(done, expected(change), "\n  {sentence:?}\n  in front of: {start}");
}

/// Sentences in a row, each with what it does.
#[track_caller]
pub fn conversation(vocab: Vocabulary, start: &str, sentences: &[(&str, &str)]) {
    let mut conversation = Conversation::new(start, vocab);
    for (sentence, change) in sentences {
        let done = conversation.say(sentence);
        assert_eq!(done, expected(change), "\n  {sentence:?}");
    }
}
