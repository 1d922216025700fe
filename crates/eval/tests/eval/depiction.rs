//! The figures of what pictures show, on pictures that are made bad on purpose and on ones that are right.

use scenewright_eval::depiction::{
    Composer, DepictedObject, DepictedRelation, Depiction, DepictionFigures, DepictionTally, ObjectMask, SizePriors,
};
use scenewright_eval::share::Share;
use scenewright_generate::ShownDrawing;
use scenewright_illustrated::catalog::catalog;
use scenewright_scene::UnitBox;
use std::sync::OnceLock;

const SIDE: usize = 100;

/// A filled rectangle; `row` counts the graph's objects.
fn object(name: &str, drawing: Option<&str>, row: Option<usize>, [x0, y0, x1, y1]: [f32; 4]) -> DepictedObject {
    let px = |unit: f32| ((unit * SIDE as f32).round().max(0.0) as usize).min(SIDE);
    let (x, y, width, height) = (px(x0), px(y0), px(x1) - px(x0), px(y1) - px(y0));
    let bounds = UnitBox::new(x0, y0, x1, y1);
    DepictedObject {
        name: name.into(),
        row,
        drawing: drawing.map(|name| ShownDrawing { name: name.into(), is_mirrored: false }),
        bounds,
        is_thing: drawing.is_some(),
        is_fixed: false,
        mask: ObjectMask { x, y, width, height, alpha: vec![255; width * height] },
        share_inside: bounds.clamped().area() / bounds.area(),
    }
}

fn meadow(things: Vec<DepictedObject>, relations: &[(usize, &str, usize)]) -> Depiction {
    let relation = |&(subject, said, object): &(usize, &str, usize)| DepictedRelation {
        subject,
        said: said.into(),
        drawn: None,
        object,
    };
    let mut objects =
        vec![object("sky", None, None, [0.0, 0.0, 1.0, 0.5]), object("grass", None, None, [0.0, 0.5, 1.0, 1.0])];
    objects.extend(things);
    Depiction { width: SIDE, height: SIDE, objects, relations: relations.iter().map(relation).collect() }
}

fn priors() -> &'static SizePriors {
    static PRIORS: OnceLock<SizePriors> = OnceLock::new();
    PRIORS.get_or_init(|| SizePriors::of_compositions(Composer::cast(), 600, 1.0))
}

fn figures(depiction: &Depiction) -> DepictionFigures {
    let mut tally = DepictionTally::new("test".into(), priors());
    tally.add(0, depiction);
    tally.finish().0
}

fn all(share: Share) -> bool {
    share.of > 0 && share.met == share.of
}

fn sheep(row: usize, bounds: [f32; 4]) -> DepictedObject {
    object("sheep", Some("standing"), Some(row), bounds)
}

#[test]
fn a_thing_that_stands_is_supported_and_one_that_floats_is_not() {
    let standing = figures(&meadow(vec![sheep(0, [0.3, 0.55, 0.55, 0.8])], &[]));
    assert!(all(standing.supported) && all(standing.sky), "{standing:?}");
    let floating = figures(&meadow(vec![sheep(0, [0.3, 0.1, 0.55, 0.35])], &[]));
    assert_eq!((floating.supported.met, floating.supported.of), (0, 1));
    // Half a foot beside the ground is none.
    let house = || object("house", Some("cottage"), Some(0), [0.2, 0.3, 0.6, 0.7]);
    let on_wall = meadow(vec![house(), sheep(1, [0.3, 0.4, 0.45, 0.55])], &[]);
    assert_eq!(figures(&on_wall).supported.met, 1, "the sheep stands on the house's wall");
    let before = meadow(vec![house(), sheep(1, [0.3, 0.6, 0.45, 0.75])], &[]);
    assert!(all(figures(&before).supported));
    let flying = meadow(vec![object("bird", Some(any_of("bird")), Some(0), [0.3, 0.1, 0.4, 0.2])], &[]);
    let is_flier = catalog()["bird"].drawing(any_of("bird")).unwrap().stands;
    println!("{is_flier:?} {:?}", figures(&flying).supported);
}

fn any_of(category: &str) -> &'static str {
    &catalog()[category].drawings[0].name
}

#[test]
fn a_cup_rests_on_the_top_of_its_table_and_nowhere_else() {
    let table = || object("table", Some("dining"), Some(0), [0.2, 0.5, 0.8, 0.9]);
    let top = catalog()["table"].drawing("dining").unwrap().anchors.top.unwrap();
    let line = 0.5 + top[0] * 0.4;
    let cup = |x: f32, foot: f32| object("cup", Some("mug"), Some(1), [x, foot - 0.08, x + 0.08, foot]);
    let room = |cup: DepictedObject| {
        let mut scene = meadow(vec![table(), cup], &[(1, "on", 0)]);
        (scene.objects[0].name, scene.objects[1].name) = ("wall".into(), "floor".into());
        figures(&scene).supported
    };
    assert_eq!(room(cup(0.45, line + 0.02)), Share { met: 2, of: 2 });
    assert_eq!(room(cup(0.45, line - 0.1)).met, 1, "above the table");
    assert_eq!(room(cup(0.45, 0.88)).met, 1, "before its legs");
    assert_eq!(room(cup(0.85, line + 0.02)).met, 1, "beside it");
}

#[test]
fn boats_are_afloat_on_water_alone() {
    let boat = |y1: f32| object("boat", Some(any_of("boat")), Some(0), [0.3, y1 - 0.2, 0.6, y1]);
    let sea = |y1: f32, ground: &str| {
        let mut scene = meadow(vec![boat(y1)], &[]);
        scene.objects[1].name = ground.into();
        figures(&scene).afloat
    };
    assert!(all(sea(0.7, "ocean")));
    assert_eq!(sea(0.7, "grass").met, 0);
    assert_eq!(sea(0.3, "ocean").met, 0);
}

#[test]
fn what_is_cut_off_is_not_inside() {
    assert!(all(figures(&meadow(vec![sheep(0, [0.0, 0.55, 0.3, 0.8])], &[])).inside));
    assert_eq!(figures(&meadow(vec![sheep(0, [-0.1, 0.55, 0.2, 0.8])], &[])).inside.met, 0);
    let mut pinned = sheep(0, [-0.1, 0.55, 0.2, 0.8]);
    pinned.is_fixed = true;
    assert_eq!(figures(&meadow(vec![pinned], &[])).inside.of, 0, "the user wants it there");
}

#[test]
fn what_is_hidden_is_not_visible_unless_a_relation_asks_for_it() {
    let bush = |x0: f32| object("bush", Some(any_of("bush")), Some(1), [x0, 0.5, 0.6, 0.85]);
    let small = || sheep(0, [0.3, 0.6, 0.55, 0.8]);
    let share =
        |x0: f32, relations: &[(usize, &str, usize)]| figures(&meadow(vec![small(), bush(x0)], relations)).visible;
    assert!(all(share(0.45, &[])));
    assert_eq!(share(0.35, &[]).met, 1, "a fifth is seen");
    assert!(all(share(0.35, &[(0, "behind", 1)])));
    assert_eq!(share(0.2, &[(0, "behind", 1)]).met, 1, "nothing is seen");
}

#[test]
fn what_is_tiny_or_giant_has_not_the_size_of_its_kind() {
    let [cow, dog] = ["cow", "dog"].map(|name| (name, any_of(name)));
    let of = |(name, drawing): (&str, &str), row: usize, x: f32, height: f32| {
        object(name, Some(drawing), Some(row), [x, 0.85 - height, x + height, 0.85])
    };
    let usual = meadow(vec![of(cow, 0, 0.1, 0.3), of(dog, 1, 0.6, 0.2)], &[]);
    assert!(all(figures(&usual).size), "{:?}", figures(&usual));
    let tiny = meadow(vec![of(cow, 0, 0.1, 0.3), of(dog, 1, 0.6, 0.04)], &[]);
    let figures_of_tiny = figures(&tiny);
    assert_eq!((figures_of_tiny.size_least.met, figures_of_tiny.size_pairs.met), (1, 0), "{figures_of_tiny:?}");
    let giant = meadow(vec![of(cow, 0, 0.1, 0.3), of(dog, 1, 0.45, 0.5)], &[]);
    assert_eq!(figures(&giant).size_pairs.met, 0);
}

/// A drawing whose anchor lies at a point of the picture.
fn joined(name: &str, drawing: &str, row: usize, anchor: &str, at: [f32; 2], height: f32) -> DepictedObject {
    let own = catalog()[name].drawing(drawing).unwrap();
    let [x, y] = own.anchors.point(anchor).unwrap();
    let (x0, y0, width) = (at[0] - x * height * own.aspect, at[1] - y * height, height * own.aspect);
    object(name, Some(drawing), Some(row), [x0, y0, x0 + width, y0 + height])
}

#[test]
fn a_rider_sits_in_the_saddle_and_does_not_walk_before_the_bicycle() {
    let own = catalog()["bike"].drawing("city").unwrap();
    let [x, y] = own.anchors.point("seat").unwrap();
    let bike = || object("bike", Some("city"), Some(0), [0.2, 0.6, 0.2 + 0.3 * own.aspect, 0.9]);
    let saddle = [0.2 + x * 0.3 * own.aspect, 0.6 + y * 0.3];
    let share = |rider: DepictedObject| {
        let figures = figures(&meadow(vec![bike(), rider], &[(1, "riding", 0)]));
        (figures.interaction.met, figures.supported.met)
    };
    assert_eq!(share(joined("boy", "riding", 1, "hip", saddle, 0.4)), (1, 2));
    let above = [saddle[0], saddle[1] - 0.12];
    assert_eq!(share(joined("boy", "riding", 1, "hip", above, 0.4)).0, 0, "above the saddle");
    assert_eq!(share(object("boy", Some("walking"), Some(1), [0.25, 0.5, 0.45, 0.95])).0, 0, "before the bicycle");
    // The saddle hides where the rider is behind the bicycle's whole frame: nothing of him is seen.
    let hidden = meadow(
        vec![
            joined("boy", "riding", 1, "hip", saddle, 0.4),
            object("bike", Some("city"), Some(0), [0.0, 0.1, 1.0, 1.0]),
        ],
        &[(1, "riding", 0)],
    );
    assert_eq!(figures(&hidden).interaction.met, 0);
}

#[test]
fn held_worn_eaten_and_hung_things_touch_where_such_things_touch() {
    let man = || object("man", Some("holding"), Some(0), [0.3, 0.4, 0.5, 0.9]);
    let at = |of: &DepictedObject, anchor: &str| {
        let own = catalog()[of.name.as_str()].drawing(&of.drawing.as_ref().unwrap().name).unwrap();
        let [x, y] = own.anchors.point(anchor).unwrap();
        [of.bounds.x0 + x * of.bounds.width(), of.bounds.y0 + y * of.bounds.height()]
    };
    let share = |of: DepictedObject, word: &str, what: DepictedObject| {
        figures(&meadow(vec![of, what], &[(0, word, 1)])).interaction.met
    };
    let ball =
        |[x, y]: [f32; 2]| object("ball", Some(any_of("ball")), Some(1), [x - 0.04, y - 0.04, x + 0.04, y + 0.04]);
    let has_grip = catalog()["ball"].drawings[0].anchors.point("grip").is_some();
    let hand = at(&man(), "hand");
    if !has_grip {
        assert_eq!(share(man(), "holding", ball(hand)), 1);
    }
    assert_eq!(share(man(), "holding", ball([hand[0] - 0.15, hand[1]])), 0);
    let head = at(&man(), "head");
    let hat = |[x, y]: [f32; 2]| object("hat", Some(any_of("hat")), Some(1), [x - 0.06, y - 0.05, x + 0.06, y + 0.02]);
    assert_eq!(share(man(), "wearing", hat([head[0], head[1]])), 1);
    assert_eq!(share(man(), "wearing", hat([head[0], head[1] - 0.1])), 0, "above the head");
    let rabbit = || object("rabbit", Some(any_of("rabbit")), Some(0), [0.3, 0.6, 0.5, 0.8]);
    let carrot =
        |[x, y]: [f32; 2]| object("carrot", Some(any_of("carrot")), Some(1), [x - 0.04, y - 0.02, x + 0.04, y + 0.02]);
    let mouth = at(&rabbit(), "mouth");
    assert_eq!(share(rabbit(), "eating", carrot(mouth)), 1);
    assert_eq!(share(rabbit(), "eating", carrot([mouth[0], mouth[1] - 0.12])), 0);
}
