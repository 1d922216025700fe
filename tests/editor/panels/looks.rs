//! Pictures of the panels, for visual checks: `cargo test --test editor -- --ignored` writes them to cargo's folder for
//! files of tests.

use std::path::Path;

use egui::{Modifiers, pos2, vec2};
use egui_kittest::Harness;
use scenewright::app::picture::Variation;
use scenewright::app::picture::view::ViewMode;
use scenewright::app::{Action, Item, Selection, Theme};
use scenewright_scene::{Edit, PlaceHint, RevisionId, SizeHint, UnitBox};

use crate::panels::world::{HarnessExt, Panel, World};

fn save(harness: &mut Harness<'_, World>, name: &str) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
    harness.render().unwrap().save(path).unwrap();
}

fn themes(name: &str, size: [f32; 2], make: impl Fn() -> World) {
    for theme in [Theme::dark(), Theme::light()] {
        let suffix = if theme.dark { "dark" } else { "light" };
        let mut world = make();
        world.theme = theme;
        save(&mut world.sized(vec2(size[0], size[1]), 1.0), &format!("{name}-{suffix}"));
    }
}

#[test]
#[ignore = "writes pictures to look at"]
fn sheets() {
    themes("picture", [900.0, 400.0], || {
        let mut world = World::new(Panel::Picture);
        world.select(&["sheep"]);
        world
    });
    themes("image", [480.0, 520.0], || {
        let mut world = World::new(Panel::Picture);
        world.picture.settings.view = ViewMode::Image;
        world.picture.settings.boxes = true;
        world.picture.settings.labels = true;
        world.marks = vec![(world.node("boy").id, 1), (world.node("boat").id, 2)];
        let pinned = Some(UnitBox::new(0.2, 0.55, 0.45, 0.8));
        world.history.apply("pin", &[Edit::Pin { node: world.node("sheep").id, pinned }]).unwrap();
        world.selection = Selection::of(Item::Relation(world.relation("left of")));
        world
    });
    themes("inspector", [300.0, 780.0], || {
        let mut world = World::new(Panel::Inspector);
        let id = world.node("boy").id;
        let words = vec!["red".to_owned(), "laughing".to_owned()];
        let place = Some(PlaceHint { down: None, ..PlaceHint::of_point([0.1, 0.1]) });
        let edits = [
            Edit::SetAttributes { node: id, attributes: words },
            Edit::SetSize { node: id, size: Some(SizeHint::Small) },
            Edit::SetPlace { node: id, place },
        ];
        world.history.apply("words", &edits).unwrap();
        world.select(&["boy"]);
        world
    });
    themes("scene", [300.0, 400.0], || World::new(Panel::Inspector));
    themes("relation", [300.0, 400.0], || {
        let mut world = World::new(Panel::Inspector);
        world.selection = Selection::of(Item::Relation(world.relation("left of")));
        world
    });
    themes("several", [300.0, 300.0], || {
        let mut world = World::new(Panel::Inspector);
        world.select(&["boy", "sheep", "boat"]);
        world
    });
    themes("objects", [240.0, 600.0], || {
        let mut world = World::new(Panel::Objects);
        world.objects.prefs.used("kite");
        world.objects.prefs.favorites.insert("zebra".into());
        world
    });
    drawn_by_hand();
}

fn drawn_by_hand() {
    let mut world = World::new(Panel::Steps);
    world.theme = Theme::dark();
    let mut harness = world.sized(vec2(300.0, 520.0), 1.0);
    for (back, name) in
        [(None, "kite"), (None, "tree"), (Some(1), "house"), (None, "sun"), (Some(0), "cow"), (None, "dog")]
    {
        if let Some(back) = back {
            harness.state_mut().carry_out(Action::GoTo(RevisionId(back)));
        }
        harness.state_mut().carry_out(Action::edit(format!("add {name}"), vec![Edit::add(name)]));
        harness.run();
    }
    let row = harness.rect_of("step 2: add tree");
    harness.hover_at(row.center());
    harness.run();
    save(&mut harness, "steps-dark");

    let mut world = World::new(Panel::Picture);
    world.picture.settings.view = ViewMode::Image;
    let mut harness = world.sized(vec2(480.0, 520.0), 1.0);
    let from = harness.rect_of("sheep box").center();
    harness.press_at(from);
    harness.drag_to(from + vec2(50.0, 3.0));
    harness.drag_to(from + vec2(102.0, 20.0));
    save(&mut harness, "drag-dark");
    harness.release_at(from + vec2(102.0, 20.0));
    harness.state_mut().carry_out(Action::Compare(Some(RevisionId(0))));
    harness.run();
    save(&mut harness, "before-after-dark");
    harness.state_mut().picture.settings.view = ViewMode::Changes;
    harness.run();
    save(&mut harness, "changes-dark");
    harness.state_mut().picture.settings.view = ViewMode::Variations;
    let texture = harness.state().shown.as_ref().unwrap().texture(true);
    let tile = |seed| Variation { seed, texture: (seed < 7).then_some(texture) };
    harness.state_mut().variations = (0..9).map(tile).collect();
    harness.run();
    save(&mut harness, "variations-dark");

    let mut world = World::new(Panel::Picture);
    world.picture.settings.view = ViewMode::Boxes;
    let mut harness = world.sized(vec2(300.0, 420.0), 1.0);
    harness.click_at(pos2(150.0, 230.0), Modifiers::ALT);
    save(&mut harness, "narrow-boxes-dark");
}
