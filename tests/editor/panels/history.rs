//! The history panel.

use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use scenewright::app::{Action, Item};
use scenewright_scene::{Edit, RevisionId};

use crate::panels::world::{HarnessExt, Panel, World, labels, paint};

fn with_steps(count: usize) -> World {
    let mut world = World::new(Panel::Steps);
    for i in 0..count {
        world.history.apply(&format!("seed {i}"), &[Edit::SetSceneSeed { seed: i as u64 + 1 }]).unwrap();
    }
    world
}

#[test]
fn a_click_goes_to_a_step_and_branches_stay() {
    let mut harness = with_steps(3).harness();
    assert!(harness.has("step 3: seed 2, current"));
    harness.click_on("step 1: seed 0");
    assert_eq!(harness.state().history.revision(), RevisionId(1));
    harness.state_mut().history.apply("add kite", &[Edit::add("kite")]).unwrap();
    harness.run();
    assert!(harness.has("step 4: add kite, current") && harness.has("step 3: seed 2"));
    harness.click_on("step 3: seed 2");
    assert!(harness.has("step 3: seed 2, current"));
    assert_eq!(harness.state().history.revisions().len(), 5, "going there is no step");
}

#[test]
fn a_step_is_compared_with() {
    let mut harness = with_steps(3).harness();
    let row = harness.rect_of("step 1: seed 0");
    harness.hover_at(row.center());
    harness.run();
    harness.click_on("compare with step 1");
    assert_eq!(harness.state().compared, Some(RevisionId(1)));
    assert_eq!(harness.state().history.revision(), RevisionId(3), "comparing is not going there");
    assert!(harness.has("step 1: seed 0, compared"));
    harness.click_on("stop comparing with step 1");
    assert_eq!(harness.state().compared, None);
}

#[test]
fn a_step_and_what_it_changed_light_up_together() {
    let mut world = World::new(Panel::Steps);
    let sheep = world.node("sheep").id;
    world.history.apply("lock sheep", &[Edit::Lock { node: sheep, locked: true }]).unwrap();
    world.history.apply("add kite", &[Edit::add("kite")]).unwrap();
    let kite = world.node("kite").id;
    let mut harness = world.harness();
    let rows = ["step 1: lock sheep", "step 2: add kite, current"];
    let lit = |harness: &egui_kittest::Harness<'_, World>| {
        rows.map(|row| harness.get_by_label(row).accesskit_node().description().is_some())
    };
    assert_eq!(lit(&harness), [false, false]);
    harness.state_mut().select(&["sheep"]);
    harness.run();
    assert_eq!(lit(&harness), [true, false], "the step that changed what is selected");
    harness.hover_at(harness.rect_of(rows[1]).center());
    harness.run();
    assert_eq!(harness.state().hovered, Some(Item::Node(kite)), "what the step changed is pointed at in every panel");
    assert_eq!(lit(&harness), [true, true]);
    harness.remove_cursor();
    harness.run();
    assert_eq!(harness.state().hovered, None);
}

#[test]
fn keys_walk_through_steps_beyond_what_is_seen() {
    let mut harness = with_steps(40).sized(vec2(300.0, 300.0), 1.0);
    assert!(harness.has("step 40: seed 39, current"), "the list begins at the current step");
    harness.get_by_label("step 40: seed 39, current").focus();
    harness.run();
    for _ in 0..20 {
        harness.key(Modifiers::NONE, Key::ArrowUp);
    }
    assert!(harness.get_by_label("step 20: seed 19").is_focused());
    harness.key(Modifiers::NONE, Key::Enter);
    assert_eq!(harness.state().history.revision(), RevisionId(20));
    harness.key(Modifiers::NONE, Key::Home);
    assert!(harness.get_by_label("step 0: start").is_focused());
    assert_eq!(harness.state().history.revision(), RevisionId(20));
}

#[test]
fn two_thousand_steps_lay_out_a_dozen() {
    let mut world = with_steps(2000);
    let picture = std::sync::Arc::new(paint(world.scene(), &world.vocab));
    world.pictures = (0..2000).map(|i| (RevisionId(i), picture.clone())).collect();
    let mut harness = world.sized(vec2(300.0, 500.0), 1.0);
    let rows = labels(&harness).iter().filter(|(label, _)| label.starts_with("step ")).count();
    assert!((8..30).contains(&rows), "{rows} rows are laid out");
    // Textures are bounded, however far one walks.
    for step in (0..2000).step_by(9) {
        harness.state_mut().carry_out(Action::GoTo(RevisionId(step)));
        harness.run();
    }
    let textures = harness.ctx.tex_manager().read().num_allocated();
    assert!(textures < 400, "{textures} textures");
}
