//! A random session of a user: the same random steps give the same session on a document and on a plain history.

use scenewright_document::Document;
use scenewright_formats::scenes_to_string;
use scenewright_scene::*;

pub type RandomStep = [u8; 4];

/// What both a history and a document can do.
pub trait Player {
    fn history(&self) -> &History;
    fn apply(&mut self, label: &str, edits: &[Edit]);
    fn begin(&mut self, label: &str);
    fn commit(&mut self);
    fn abort(&mut self);
    fn undo(&mut self);
    fn redo(&mut self);
    fn go_to(&mut self, target: RevisionId);
    fn record(&mut self, step: RevisionId, drawn: PictureRecord);
}

macro_rules! player {
    ($type:ty, $history:expr, $record:expr) => {
        impl Player for $type {
            fn history(&self) -> &History {
                let history: fn(&Self) -> &History = $history;
                history(self)
            }
            fn apply(&mut self, label: &str, edits: &[Edit]) {
                let _ = <$type>::apply(self, label, edits);
            }
            fn begin(&mut self, label: &str) {
                <$type>::begin(self, label);
            }
            fn commit(&mut self) {
                <$type>::commit(self);
            }
            fn abort(&mut self) {
                <$type>::abort(self);
            }
            fn undo(&mut self) {
                <$type>::undo(self);
            }
            fn redo(&mut self) {
                <$type>::redo(self);
            }
            fn go_to(&mut self, target: RevisionId) {
                <$type>::go_to(self, target);
            }
            fn record(&mut self, step: RevisionId, drawn: PictureRecord) {
                let record: fn(&mut Self, RevisionId, PictureRecord) = $record;
                record(self, step, drawn);
            }
        }
    };
}
player!(History, |history| history, |history, step, drawn| _ = history.record_picture(step, &drawn));
player!(Document, |document| document.history(), |document, step, drawn| document.record_picture(step, drawn));

/// A picture of a step of the history, as some network may draw it.
fn picture_of(history: &History, step: RevisionId, [a, b, c]: [u8; 3]) -> PictureRecord {
    let scene = &history.get(step).unwrap().scene;
    let share = |random_step: usize| (random_step % 200) as f32 / 256.0;
    let record = |(row, node): (usize, &Node)| {
        let (x, y) = (share(usize::from(a) + row * 37), share(usize::from(b) + row * 91));
        let colors = [("wool".to_owned(), "white".to_owned())].into_iter().take(usize::from(c % 2)).collect();
        let record = RenderRecord {
            bounds: Some(UnitBox::new(x, y, x + 0.2, y + 0.1)),
            depth: Some(row as f32 / scene.nodes().len() as f32),
            seed: (c % 3 == 0).then_some(u64::from(a)),
            drawing: (c % 3 == 0).then(|| format!("drawing {b}")),
            colors,
            ..RenderRecord::default()
        };
        (node.id, record)
    };
    PictureRecord {
        size: (c % 5 == 0).then_some([256, 128]),
        objects: scene.nodes().iter().enumerate().map(record).collect(),
        // Now and then the picture adds something, or says that it adds nothing.
        implied: (c % 4 == 0)
            .then(|| (0..a % 3).map(|n| ImpliedObject::new(["sky", "grass", "sea"][usize::from(n)])).collect()),
    }
}

/// One move: a step, a whole gesture, or a walk through the history. Some come to nothing, and some are refused.
pub fn play(player: &mut impl Player, [kind, a, b, c]: RandomStep) {
    const NAMES: [&str; 6] = ["sky", "grass", "sheep", "tree", "boat \"A\"", "Bär\n"];
    let name = |random_step: u8| NAMES[usize::from(random_step) % NAMES.len()];
    let scene = player.history().scene();
    let node = |random_step: u8| {
        scene.nodes().get(usize::from(random_step) % scene.nodes().len().max(1)).map_or(NodeId(0), |n| n.id)
    };
    let (first, second) = (node(a), node(b));
    let relation = scene.relations().get(usize::from(a) % scene.relations().len().max(1)).map(|r| r.id);
    let (fresh, fresh_relation) = (scene.next_node_id(), scene.next_relation_id());
    let share = |random_step: u8| f32::from(random_step) / 256.0;
    let moved = |step: u8| Edit::MoveOnCanvas {
        node: first,
        canvas: Some([share(b) * 300.0 + f32::from(step), share(c) / 3.0]),
    };
    let add = || Edit::add(name(b));
    match kind % 22 {
        0 | 1 => player.apply(&format!("add {}", name(a)), &[Edit::add(name(a))]),
        2 => player.apply("relate", &[Edit::relate(first, "left of", second)]),
        3 => player.apply("rename", &[Edit::Rename { node: first, name: name(b).into() }]),
        4 => player.apply("remove", &[Edit::RemoveNodes { nodes: vec![first] }]),
        5 => player.apply(
            "add and relate",
            &[add(), Edit::relate(fresh, "on", first), Edit::Reverse { relation: fresh_relation }],
        ),
        6 => {
            let pinned = UnitBox::new(0.0, share(b) / 2.0, 1.0, 0.5 + share(c) / 2.0);
            player.apply("pin", &[Edit::Pin { node: first, pinned: Some(pinned) }]);
        }
        7 => {
            let seed = u64::from(a) << 56 | u64::from(b);
            player.apply("seed", &[Edit::SetSceneSeed { seed }, Edit::SetSeed { node: second, seed: Some(seed) }]);
        }
        8 => player.apply("nothing in the end", &[add(), Edit::RemoveNodes { nodes: vec![fresh] }]),
        9 => {
            player.begin("drag");
            for step in 0..=c % 40 {
                player.apply("", &[moved(step)]);
                player.apply(
                    "",
                    &[Edit::Pin { node: second, pinned: Some(UnitBox::new(0.0, 0.0, 0.5, 0.5 + share(step))) }],
                );
            }
            player.commit();
        }
        10 => {
            player.begin("given up");
            player.apply("", &[add(), moved(0)]);
            player.abort();
        }
        11 => {
            player.begin("undone within");
            player.apply("", &[add()]);
            player.apply("", &[Edit::relate(fresh, "by", first)]);
            player.undo();
        }
        12 => {
            player.begin("drag and wire");
            player.apply("", &[moved(1)]);
            player.apply("", &[add()]);
            player.apply("", &[Edit::relate(first, "near", fresh)]);
            player.apply("", &[moved(2)]);
            player.begin("committed by the next");
            player.apply("", &[moved(3)]);
            player.commit();
        }
        13 => {
            player.begin("left by going elsewhere");
            player.apply("", &[add()]);
            let target = u64::from(b) % player.history().revisions().len() as u64;
            player.go_to(RevisionId(target));
        }
        14 => (0..=a % 3).for_each(|_| player.undo()),
        15 => player.redo(),
        16 => {
            let target = u64::from(a) % (player.history().revisions().len() as u64 + 1);
            player.go_to(RevisionId(target));
        }
        17 => {
            let step = RevisionId(u64::from(b) % player.history().revisions().len() as u64);
            let drawn = picture_of(player.history(), step, [a, b, c]);
            player.record(step, drawn);
        }
        18 => {
            let sizes = [None, Some(SizeHint::Tiny), Some(SizeHint::Huge)];
            let place = Some(PlaceHint::of_point([share(b), share(c)]));
            let edits = [
                Edit::SetSize { node: first, size: sizes[usize::from(b) % 3] },
                Edit::SetPlace { node: second, place },
                Edit::FreshLayout { seed: u64::from(c % 2) },
            ];
            player.apply("size and place", &edits[..1 + usize::from(c) % 3]);
        }
        // A gesture that frees and gives boxes, and in the middle of which a picture arrives.
        19 => {
            let step = player.history().revision();
            let drawn = picture_of(player.history(), step, [a, b, c]);
            player.begin("size and wire");
            player.apply("", &[Edit::SetSize { node: first, size: Some(SizeHint::Huge) }]);
            player.apply("", &[Edit::relate(first, "above", second)]);
            player.record(step, drawn);
            player.apply("", &[Edit::SetSize { node: first, size: Some(SizeHint::Small) }]);
            player.apply("", &[Edit::SetBox { node: second, bounds: UnitBox::new(0.1, 0.1, 0.4, 0.4) }]);
            player.apply("", &[Edit::Rename { node: second, name: name(c).into() }]);
            player.commit();
        }
        _ => {
            let Some(relation) = relation else { return };
            player.apply(
                "turn",
                &[Edit::SetPredicate { relation, predicate: name(b).into() }, Edit::Reverse { relation }],
            );
        }
    }
}

/// Everything that a history is: each state and how it came about, where it stands, which ids come next, and where
/// redo goes from everywhere.
pub fn account(history: &History) -> String {
    let scene = |scene: &Scene| {
        let next = (scene.next_node_id(), scene.next_relation_id());
        format!("{next:?} {}", scenes_to_string(std::slice::from_ref(scene)))
    };
    let mut lines = vec![format!("at {:?}: {}", history.revision(), scene(history.scene()))];
    for revision in history.revisions() {
        let mut walker = history.clone();
        walker.go_to(revision.id);
        let mut way = Vec::new();
        // One step is enough: the rest follows from the state that it leads to.
        way.extend(walker.redo());
        lines.push(format!(
            "{:?} {:?} {:?} redo {way:?} {}",
            revision.id,
            revision.parent,
            revision.label,
            scene(&revision.scene)
        ));
    }
    lines.join("\n")
}
