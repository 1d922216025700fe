//! Scenes: edits and what they refuse, undo, and relations on boxes.

use proptest::prelude::*;
use scenewright_scene::relation::{coco_predicate, judge_scene, place_to_meet, predicate_kind};
use scenewright_scene::*;

fn scene_of(names: &[&str]) -> Scene {
    let mut scene = Scene::new();
    let edits: Vec<Edit> = names.iter().map(|name| Edit::add(*name)).collect();
    scene.apply_all(&edits).unwrap();
    scene
}

fn id(number: u64) -> NodeId {
    NodeId(number)
}

/// "0 above 1; 2 on 1", by rows.
fn wording(scene: &Scene) -> String {
    let row = |id| scene.node_index(id).unwrap();
    let words = scene.relations().iter().map(|r| format!("{} {} {}", row(r.subject), r.predicate, row(r.object)));
    words.collect::<Vec<_>>().join("; ")
}

#[test]
fn a_scene_grows_and_shrinks() {
    let mut scene = scene_of(&["sky", "grass", "sheep"]);
    assert_eq!(scene.next_node_id(), id(3));
    scene
        .apply_all(&[
            Edit::relate(id(0), "above", id(1)),
            Edit::relate(id(2), "standing on", id(1)),
            Edit::relate(id(2), "looking at", id(2)),
        ])
        .unwrap();
    assert_eq!(wording(&scene), "0 above 1; 2 standing on 1; 2 looking at 2");
    assert_eq!(scene.relations_of(id(2)).count(), 2);

    let removed = scene.apply(&Edit::RemoveNodes { nodes: vec![id(2), id(2)] }).unwrap();
    assert_eq!(removed, Applied::Removed { nodes: vec![id(2)], relations: vec![RelationId(1), RelationId(2)] });
    assert_eq!(wording(&scene), "0 above 1");
    // Ids of removed items are not reused.
    assert_eq!(scene.apply(&Edit::add("kite")).unwrap().node(), Some(id(3)));
    assert_eq!(scene.node_index(id(3)), Some(2));
}

#[test]
fn relations_can_be_turned_and_moved() {
    let mut scene = scene_of(&["dog", "cat", "tree"]);
    let relation = scene.apply(&Edit::relate(id(0), "left of", id(1))).unwrap().relation().unwrap();
    let mut check = |edit: Edit, expected: &str| {
        assert_eq!(scene.apply(&edit), Ok(Applied::Changed), "{edit:?}");
        assert_eq!(wording(&scene), expected);
    };
    check(Edit::SetPredicate { relation, predicate: "near".into() }, "0 near 1");
    check(Edit::Reroute { relation, subject: id(2), object: id(1) }, "2 near 1");
    check(Edit::Reverse { relation }, "1 near 2");
}

#[test]
fn saying_it_twice_changes_nothing() {
    let mut scene = scene_of(&["dog"]);
    let twice = [
        Edit::Rename { node: id(0), name: "cat".into() },
        Edit::SetLabel { node: id(0), label: Some("Rex".into()) },
        Edit::SetSize { node: id(0), size: Some(SizeHint::Tiny) },
        Edit::SetPlace { node: id(0), place: Some(PlaceHint::new(Across::Left, Down::Top)) },
        Edit::SetAttributes { node: id(0), attributes: vec!["black".into()] },
        Edit::Pin { node: id(0), pinned: Some(UnitBox::new(0.1, 0.1, 0.4, 0.5)) },
        Edit::Lock { node: id(0), locked: true },
        Edit::SetSeed { node: id(0), seed: Some(3) },
        Edit::SetSceneSeed { seed: 9 },
        Edit::MoveOnCanvas { node: id(0), canvas: Some([-20.0, 1e4]) },
    ];
    for edit in twice {
        assert_eq!(scene.apply(&edit), Ok(Applied::Changed), "{edit:?}");
        assert_eq!(scene.apply(&edit), Ok(Applied::Unchanged), "{edit:?}");
    }
    assert_eq!(scene.apply(&Edit::RemoveNodes { nodes: vec![] }), Ok(Applied::Unchanged));
    assert_eq!(scene.apply(&Edit::Unrelate { relations: vec![] }), Ok(Applied::Unchanged));
    // A place that says nothing is no place.
    assert_eq!(scene.apply(&Edit::SetPlace { node: id(0), place: Some(PlaceHint::default()) }), Ok(Applied::Changed));
    assert_eq!(scene.nodes()[0].place, None);
    assert_eq!(scene.nodes()[0].title(), "Rex");
}

#[test]
fn a_refused_edit_changes_nothing_and_says_why() {
    let mut scene = scene_of(&["dog", "cat"]);
    let relation = scene.apply(&Edit::relate(id(0), "by", id(1))).unwrap().relation().unwrap();
    let before = scene.clone();
    let pin = |x0, y0, x1, y1| Edit::Pin { node: id(0), pinned: Some(UnitBox::new(x0, y0, x1, y1)) };
    let refused = [
        (Edit::add(""), "empty"),
        (Edit::add(" \t "), "empty"),
        (Edit::add("two\nlines"), "one line"),
        (Edit::add("x".repeat(201)), "at most 200"),
        (NodeDraft { canvas: Some([f32::NAN, 0.0]), ..NodeDraft::new("dog") }.into(), "finite"),
        (Edit::Rename { node: id(7), name: "cow".into() }, "no object 7"),
        (Edit::RemoveNodes { nodes: vec![id(0), id(7)] }, "no object 7"),
        (Edit::relate(id(0), "on", id(9)), "no object 9"),
        (Edit::relate(id(9), "on", id(0)), "no object 9"),
        (Edit::relate(id(0), "", id(1)), "empty"),
        (Edit::Reroute { relation, subject: id(0), object: id(9) }, "no object 9"),
        (Edit::Reverse { relation: RelationId(5) }, "no relation 5"),
        (Edit::Unrelate { relations: vec![relation, RelationId(5)] }, "no relation 5"),
        (Edit::SetAttributes { node: id(0), attributes: vec!["black".into(), String::new()] }, "empty"),
        (Edit::SetLabel { node: id(0), label: Some(String::new()) }, "empty"),
        (Edit::MoveOnCanvas { node: id(0), canvas: Some([0.0, f32::INFINITY]) }, "finite"),
        (pin(0.5, 0.1, 0.2, 0.4), "inverted"),
        (pin(0.5, 0.1, 0.5, 0.4), "empty"),
        (pin(0.5, 0.1, 1.2, 0.4), "leaves the picture"),
        (pin(2.0, 2.0, 3.0, 3.0), "leaves the picture"),
        (pin(f32::NAN, 0.0, 1.0, 1.0), "finite"),
        (pin(0.0, 0.0, f32::INFINITY, 1.0), "finite"),
    ];
    for (edit, reason) in refused {
        let error = scene.apply(&edit).unwrap_err().to_string();
        assert!(error.contains(reason), "{edit:?}: {error}");
        assert_eq!(scene, before, "{edit:?}");
        assert_eq!(scene.next_node_id(), before.next_node_id());
    }
    // One bad edit in a list refuses the list.
    assert!(scene.apply_all(&[Edit::add("cow"), Edit::relate(id(0), "on", id(9))]).is_err());
    assert_eq!(scene, before);
}

#[test]
fn several_and_self_relations_are_allowed() {
    let mut scene = scene_of(&["building"]);
    let again = Edit::relate(id(0), "next to", id(0));
    scene.apply_all(&[again.clone(), again.clone(), again]).unwrap();
    assert_eq!(scene.relations().len(), 3);
    scene.apply(&Edit::Unrelate { relations: vec![RelationId(1)] }).unwrap();
    assert_eq!(scene.relations().iter().map(|r| r.id.0).collect::<Vec<_>>(), [0, 2]);
    assert!(judge_scene(&scene, |_| Some(UnitBox::WHOLE)).iter().all(|(_, status)| *status == RelationStatus::Unknown));
}

#[test]
fn edits_survive_a_journal() {
    let edits = [
        NodeDraft { size: Some(SizeHint::Large), pinned: Some(UnitBox::WHOLE), ..NodeDraft::new("sky") }.into(),
        Edit::add("kite"),
        Edit::relate(id(1), "in", id(0)),
        Edit::SetPlace { node: id(1), place: Some("top left".parse().unwrap()) },
    ];
    let journal = serde_json::to_string(&edits).unwrap();
    let read: Vec<Edit> = serde_json::from_str(&journal).unwrap();
    assert_eq!(read, edits);
}

#[test]
fn ten_thousand_objects_are_no_burden() {
    let mut scene = Scene::new();
    for number in 0..10_000 {
        scene.apply(&Edit::add("sheep")).unwrap();
        scene.apply(&Edit::relate(id(number), "by", id(number / 2))).unwrap();
    }
    let mut history = History::new(scene);
    history.begin("drag");
    for step in 0..200 {
        let canvas = Some([step as f32, 0.0]);
        history.apply("", &[Edit::MoveOnCanvas { node: id(5000), canvas }]).unwrap();
    }
    history.commit();
    history.apply("clear", &[Edit::RemoveNodes { nodes: (0..9_999).map(id).collect() }]).unwrap();
    assert_eq!(history.scene().nodes().len(), 1);
}

#[test]
fn one_gesture_is_one_step() {
    let mut history = History::new(scene_of(&["kite"]));
    let move_to = |x| [Edit::MoveOnCanvas { node: id(0), canvas: Some([x, 0.0]) }];
    history.begin("move kite");
    for x in 0..50 {
        history.apply("", &move_to(x as f32)).unwrap();
    }
    assert_eq!(history.undo_label(), Some("move kite"));
    assert_eq!(history.commit(), Some(RevisionId(1)));
    assert_eq!(history.revisions().len(), 2);
    assert_eq!(history.changes(), 50);

    // Out and back again, nothing at all, and given up: no step.
    history.begin("move kite");
    history.apply("", &move_to(70.0)).unwrap();
    history.apply("", &move_to(49.0)).unwrap();
    assert_eq!(history.commit(), None);
    history.begin("click");
    assert_eq!(history.commit(), None);
    assert_eq!(history.commit(), None);
    history.begin("move kite");
    history.apply("", &move_to(80.0)).unwrap();
    history.abort();
    assert_eq!(history.scene().nodes()[0].canvas, Some([49.0, 0.0]));
    assert_eq!(history.revisions().len(), 2);

    // Undo within a gesture cancels the gesture, and redo waits.
    history.begin("move kite");
    history.apply("", &move_to(90.0)).unwrap();
    assert!(!history.can_redo() && history.redo().is_none());
    assert_eq!(history.undo(), Some(RevisionId(1)));
    assert_eq!(history.scene().nodes()[0].canvas, Some([49.0, 0.0]));
    assert_eq!(history.undo(), Some(RevisionId(0)));
    assert_eq!(history.undo(), None);
    assert_eq!(history.redo_label(), Some("move kite"));
}

#[test]
fn a_branch_stays_reachable() {
    let mut history = History::new(scene_of(&["sky"]));
    history.apply("add kite", &[Edit::add("kite")]).unwrap();
    let kite = history.revision();
    history.undo();
    history.apply("add boat", &[Edit::add("boat")]).unwrap();
    let boat = history.revision();
    // The boat is not the kite, even on another branch.
    assert_ne!(history.get(kite).unwrap().scene.nodes()[1].id, history.scene().nodes()[1].id);
    assert_eq!(history.children(RevisionId(0)).map(|r| r.label.as_str()).collect::<Vec<_>>(), ["add kite", "add boat"]);

    assert!(history.go_to(kite));
    assert_eq!(history.scene().nodes()[1].name, "kite");
    history.undo();
    assert_eq!(history.redo(), Some(kite), "redo follows the branch last visited");
    assert!(history.go_to(boat) && history.undo().is_some() && history.redo() == Some(boat));
    assert!(!history.go_to(RevisionId(99)));
    assert_eq!(history.revision(), boat);
}

#[test]
fn an_edit_that_changes_nothing_is_no_step() {
    let mut history = History::new(scene_of(&["sky"]));
    history.apply("lock", &[Edit::Lock { node: id(0), locked: false }]).unwrap();
    history.apply("nothing", &[]).unwrap();
    assert!(history.apply("bad", &[Edit::add("")]).is_err());
    assert_eq!(history.revisions().len(), 1);
    assert_eq!(history.changes(), 0);
    assert!(!history.can_undo() && !history.can_redo());
}

#[test]
fn boxes_are_repaired_only_on_request() {
    let inverted = UnitBox::new(0.8, 0.9, 0.2, 0.1);
    assert!(!inverted.is_proper() && inverted.area() == 0.0);
    assert_eq!(inverted.repaired(), Some(UnitBox::new(0.2, 0.1, 0.8, 0.9)));
    assert_eq!(UnitBox::new(-1.0, 0.5, 0.5, 2.0).repaired(), Some(UnitBox::new(0.0, 0.5, 0.5, 1.0)));
    assert_eq!(UnitBox::new(2.0, 2.0, 3.0, 3.0).repaired(), None);
    assert_eq!(UnitBox::new(f32::NAN, 0.0, 1.0, 1.0).repaired(), None);
    assert_eq!(UnitBox::WHOLE.iou(&UnitBox::new(0.0, 0.0, 0.5, 1.0)), 0.5);
    assert_eq!(inverted.iou(&inverted), 0.0);
    assert!((UnitBox::new(0.0, 0.0, 0.1, 0.1).gap(&UnitBox::new(0.4, 0.5, 1.0, 1.0)) - 0.5).abs() < 1e-6);
}

#[test]
fn hints_are_words() {
    for text in ["top left", "middle", "bottom centre", "right"] {
        assert_eq!(text.parse::<PlaceHint>().unwrap().to_string(), text);
    }
    assert_eq!("Left-Top".parse::<PlaceHint>().unwrap().to_string(), "top left");
    for bad in ["", "top bottom", "left left", "north"] {
        assert!(bad.parse::<PlaceHint>().is_err(), "{bad}");
    }
    assert_eq!(PlaceHint::of_point([0.9, 0.1]).to_string(), "top right");
    assert_eq!(PlaceHint::of_point([-3.0, 7.0]).to_string(), "bottom left");
    assert_eq!(SizeHint::of_area(0.1), SizeHint::Medium);
    assert_eq!((SizeHint::of_area(1.0), SizeHint::of_area(0.0)), (SizeHint::Huge, SizeHint::Tiny));
    assert_eq!((SizeHint::Huge.larger(), SizeHint::Tiny.smaller()), (SizeHint::Huge, SizeHint::Tiny));
    assert!("gigantic".parse::<SizeHint>().unwrap_err().to_string().contains("tiny, small"));
}

const GRASS: UnitBox = UnitBox::new(0.0, 0.55, 1.0, 1.0);
const SKY: UnitBox = UnitBox::new(0.0, 0.0, 1.0, 0.55);
const SHEEP: UnitBox = UnitBox::new(0.2, 0.5, 0.4, 0.7);
const TREE: UnitBox = UnitBox::new(0.35, 0.2, 0.6, 0.65);
const KITE: UnitBox = UnitBox::new(0.7, 0.1, 0.8, 0.25);
const TABLE: UnitBox = UnitBox::new(0.4, 0.6, 0.8, 0.9);
const CUP: UnitBox = UnitBox::new(0.5, 0.5, 0.56, 0.61);
const HORSE: UnitBox = UnitBox::new(0.3, 0.5, 0.6, 0.9);
const RIDER: UnitBox = UnitBox::new(0.38, 0.25, 0.5, 0.65);

#[test]
fn relations_mean_what_the_table_says() {
    use RelationStatus::{Broken, Met, Unknown};
    let rows = [
        ("above", SKY, GRASS, Met),
        ("below", SKY, GRASS, Broken),
        ("below", GRASS, SKY, Met),
        ("left of", SHEEP, KITE, Met),
        ("Left_Of", SHEEP, KITE, Met),
        ("to the left of", SHEEP, KITE, Met),
        ("right of", SHEEP, KITE, Broken),
        ("right of", KITE, SHEEP, Met),
        ("inside", KITE, SKY, Met),
        ("above", KITE, SKY, Broken),
        ("inside", SKY, KITE, Broken),
        ("surrounding", SKY, KITE, Met),
        ("inside", SKY, SKY, Broken),
        ("right of", SKY, SKY, Broken),
        ("standing on", SHEEP, GRASS, Met),
        ("on", CUP, TABLE, Met),
        ("on", TABLE, CUP, Broken),
        ("on", KITE, GRASS, Broken),
        ("in", KITE, SKY, Met),
        ("in", SHEEP, SKY, Broken),
        ("has", SKY, KITE, Met),
        ("has", KITE, SKY, Broken),
        ("behind", TREE, SHEEP, Met),
        ("in front of", TREE, SHEEP, Broken),
        ("in front of", SHEEP, TREE, Met),
        ("behind", KITE, SHEEP, Broken),
        ("by", SHEEP, TREE, Met),
        ("by", KITE, SHEEP, Broken),
        ("near", TREE, SHEEP, Met),
        ("next to", SHEEP, TREE, Met),
        ("next to", KITE, SKY, Broken),
        ("over", KITE, TABLE, Met),
        ("under", TABLE, KITE, Met),
        ("under", KITE, TABLE, Broken),
        ("riding", RIDER, HORSE, Met),
        ("riding", HORSE, RIDER, Broken),
        ("holding", KITE, SHEEP, Broken),
        ("eating", SHEEP, GRASS, Met),
        ("looking at", SHEEP, GRASS, Unknown),
        ("made of", SHEEP, GRASS, Unknown),
        ("", SHEEP, GRASS, Unknown),
        ("standing upon the shoulders of", SHEEP, GRASS, Unknown),
        ("on", UnitBox::new(0.5, 0.5, 0.2, 0.7), GRASS, Unknown),
        ("on", SHEEP, UnitBox::new(f32::NAN, 0.0, 1.0, 1.0), Unknown),
    ];
    for (predicate, subject, object, status) in rows {
        assert_eq!(judge(predicate, &subject, &object), status, "{subject:?} {predicate} {object:?}");
    }
}

#[test]
fn directions_are_the_references() {
    let at = |x: f32, y: f32| UnitBox::from_center([x, y], 0.1, 0.1);
    let middle = at(0.5, 0.5);
    for (x, y, expected) in [
        (0.1, 0.45, "left of"),
        (0.9, 0.6, "right of"),
        (0.5, 0.1, "above"),
        (0.6, 0.9, "below"),
        (0.5, 0.5, "right of"),
    ] {
        assert_eq!(coco_predicate(&at(x, y), &middle), expected, "{x} {y}");
    }
    assert_eq!(coco_predicate(&UnitBox::WHOLE, &middle), "surrounding");
    assert_eq!(coco_predicate(&middle, &UnitBox::WHOLE), "inside");
}

#[test]
fn a_place_is_found_for_the_subject() {
    let check = |predicate: &str, subject: UnitBox, object: UnitBox| {
        let place = place_to_meet(predicate, &subject, &object).unwrap_or_else(|| panic!("{predicate}"));
        assert_eq!(judge(predicate, &place, &object), RelationStatus::Met, "{predicate} {place:?}");
        assert!(place.is_proper());
        place
    };
    assert_eq!(check("standing on", SHEEP, GRASS), SHEEP, "what is met stays");
    let kite = check("on", KITE, GRASS);
    assert!(
        (kite.width() - KITE.width()).abs() < 1e-5 && (kite.center()[0] - KITE.center()[0]).abs() < 0.02,
        "{kite:?}"
    );
    // Just onto the grass, not to its middle.
    assert!(kite.y1 < 0.6, "{kite:?}");
    for predicate in ["left of", "right of", "above", "below", "surrounding", "in", "over", "by", "riding", "has"] {
        check(predicate, SHEEP, UnitBox::new(0.3, 0.3, 0.7, 0.7));
    }
    let inside = check("inside", GRASS, CUP);
    assert!(inside.area() < CUP.area());
    assert_eq!(place_to_meet("looking at", &SHEEP, &GRASS), None);
    assert_eq!(place_to_meet("on", &UnitBox::new(0.5, 0.5, 0.5, 0.5), &GRASS), None);
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let node = || (0u64..12).prop_map(NodeId);
    let relation = || (0u64..8).prop_map(RelationId);
    let word = || prop_oneof![Just(String::new()), "[a-z]{1,6}"];
    let number = || prop_oneof![Just(f32::NAN), Just(1.5), 0.0f32..1.0];
    let unit_box = (number(), number(), number(), number()).prop_map(|(a, b, c, d)| UnitBox::new(a, b, c, d));
    prop_oneof![
        4 => word().prop_map(Edit::add),
        1 => prop::collection::vec(node(), 0..3).prop_map(|nodes| Edit::RemoveNodes { nodes }),
        1 => (node(), word()).prop_map(|(node, name)| Edit::Rename { node, name }),
        1 => (node(), prop::option::of(word())).prop_map(|(node, label)| Edit::SetLabel { node, label }),
        1 => (node(), any::<bool>()).prop_map(|(node, locked)| Edit::Lock { node, locked }),
        1 => (node(), prop::option::of(any::<u64>())).prop_map(|(node, seed)| Edit::SetSeed { node, seed }),
        1 => any::<u64>().prop_map(|seed| Edit::SetSceneSeed { seed }),
        2 => (node(), prop::option::of(unit_box)).prop_map(|(node, pinned)| Edit::Pin { node, pinned }),
        1 => (node(), number()).prop_map(|(node, x)| Edit::MoveOnCanvas { node, canvas: Some([x, 0.0]) }),
        4 => (node(), word(), node()).prop_map(|(subject, word, object)| Edit::relate(subject, word, object)),
        1 => (relation(), node(), node()).prop_map(|(relation, subject, object)| Edit::Reroute { relation, subject, object }),
        1 => (relation(), word()).prop_map(|(relation, predicate)| Edit::SetPredicate { relation, predicate }),
        1 => relation().prop_map(|relation| Edit::Reverse { relation }),
        1 => prop::collection::vec(relation(), 0..3).prop_map(|relations| Edit::Unrelate { relations }),
    ]
}

/// What every scene promises its readers.
fn assert_sound(scene: &Scene) {
    for (row, node) in scene.nodes().iter().enumerate() {
        assert_eq!(scene.node_index(node.id), Some(row));
        assert!(node.id < scene.next_node_id() && !node.name.trim().is_empty());
        assert!(node.pinned.is_none_or(|pinned| pinned.is_proper()));
    }
    for (row, relation) in scene.relations().iter().enumerate() {
        assert_eq!(scene.relation_index(relation.id), Some(row));
        assert!(scene.node(relation.subject).is_some() && scene.node(relation.object).is_some());
    }
}

proptest! {
    #[test]
    fn undo_all_gives_the_first_scene_back(edits in prop::collection::vec((any_edit(), 0..4u8), 0..60)) {
        let first = scene_of(&["sky", "grass"]);
        let mut history = History::new(first.clone());
        let mut seen = vec![first.clone()];
        for (edit, step) in edits {
            match step {
                0 => history.begin("gesture"),
                1 => drop(history.commit()),
                _ => {}
            }
            let before = history.scene().clone();
            if history.apply("edit", &[edit]).is_err() {
                prop_assert_eq!(history.scene(), &before);
            }
            assert_sound(history.scene());
        }
        history.commit();
        let last = history.scene().clone();
        seen.extend(history.revisions().iter().skip(1).map(|revision| revision.scene.clone()));
        for expected in seen.iter().rev().skip(1) {
            prop_assert!(history.undo().is_some());
            prop_assert_eq!(history.scene(), expected);
        }
        prop_assert_eq!(history.scene(), &first);
        prop_assert!(history.undo().is_none());
        while history.redo().is_some() {}
        prop_assert_eq!(history.scene(), &last);
    }

    #[test]
    fn judging_and_placing_never_panic(
        predicate in prop_oneof![Just("on"), Just("inside"), Just("surrounding"), Just("left of"), Just("behind"), Just("riding"), Just("has"), Just("under")],
        s in prop::array::uniform4(prop_oneof![4 => -0.5f32..1.5, 1 => any::<f32>()]),
        o in prop::array::uniform4(prop_oneof![4 => -0.5f32..1.5, 1 => any::<f32>()]),
    ) {
        let (subject, object) = (UnitBox::from(s), UnitBox::from(o));
        judge(predicate, &subject, &object);
        if let Some(place) = place_to_meet(predicate, &subject, &object) {
            prop_assert!(place.is_proper());
            prop_assert!(predicate_kind(predicate).unwrap().is_met(&place, &object));
        }
    }
}
