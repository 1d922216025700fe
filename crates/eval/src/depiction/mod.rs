//! What a picture shows of its objects, from exact visible masks: whether things stand on something, lie within the frame, can be seen, have the
//! size of their kind, and do what the graph says.
//!
//! ```text
//! composed scene | graph -> composer, model -> Depiction (masks, boxes, drawings, back to front) -> DepictionTally -> DepictionFigures
//! ```
//!
//! | module | contents |
//! |---|---|
//! | `scene` | a picture as masks: [`Depiction`] |
//! | `ties` | what relations and kinds say of each object: who carries it, what may hide it |
//! | `support` | feet on the ground or on a carrier; boats on water; the sky |
//! | `size` | heights beside those of composed scenes: [`SizePriors`] |
//! | `interaction` | riding, holding, wearing ...: poses and anchors |
//! | `sources` | pictures of models, of the composer, and the composed scenes themselves |
//! | `benchmark` | the loop: [`DepictionBenchmark`] |
//! | `graphs` | complete, free and everyday graphs |
//! | [`blind`] | pairs whose relation somebody guesses |
//!
//! `docs/figures.md` says what each figure means.

mod benchmark;
pub mod blind;
mod graphs;
mod interaction;
pub mod report;
mod scene;
mod size;
mod sources;
mod support;
mod ties;

use std::collections::BTreeMap;

use serde::Serialize;

pub use benchmark::{Column, DepictionBenchmark, DepictionOptions};
pub use graphs::{EvalGraph, GraphSet, everyday, graphs};
pub use interaction::Action;
pub use scene::{DepictedObject, DepictedRelation, Depiction, ObjectMask};
pub use size::SizePriors;
pub use sources::{Composer, Depicter, ModelDepicter, composed};
use ties::Ties;

use crate::share::Share;
use scenewright_scene::UnitBox;
use scenewright_scene::relation::{RelationStatus, judge};

/// Shares of what holds, each of so many. A figure of nothing has `of` 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DepictionFigures {
    #[serde(rename = "generator")]
    pub name: String,
    pub graphs: u64,
    /// Things that stand, sit or lie: the foot rests on a ground or a carrier.
    pub supported: Share,
    /// Things of which nine tenths lie within the frame.
    pub inside: Share,
    /// Things of which a third is seen; a tenth where a relation asks for less.
    pub visible: Share,
    /// Both of the following.
    pub size: Share,
    /// Pairs of things at one depth whose ratio of heights occurs.
    pub size_pairs: Share,
    /// Things that are no smaller than the 5 % quantile of their category.
    pub size_least: Share,
    /// Relations in which two things touch: pose and anchors.
    pub interaction: Share,
    pub by_interaction: BTreeMap<String, Share>,
    /// Outdoor pictures whose sky takes a tenth.
    pub sky: Share,
    /// What floats or swims, on or in water.
    pub afloat: Share,
    /// Relations that the boxes meet.
    pub relations: Share,
}

/// One thing that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Number of the graph.
    pub graph: u64,
    pub figure: &'static str,
    pub what: String,
}

/// Figures under construction.
pub struct DepictionTally<'a> {
    priors: &'a SizePriors,
    figures: DepictionFigures,
    pub faults: Vec<Fault>,
}

/// Of a thing, so much lies within the frame.
const INSIDE: f32 = 0.9;
/// Of a thing, so much is seen.
const VISIBLE: f32 = 1.0 / 3.0;
/// Of a thing that a relation puts behind or into another, so much is seen.
const VISIBLE_BEHIND: f32 = 0.1;

impl<'a> DepictionTally<'a> {
    pub fn new(name: String, priors: &'a SizePriors) -> Self {
        Self { priors, figures: DepictionFigures { name, ..DepictionFigures::default() }, faults: Vec::new() }
    }

    pub fn finish(self) -> (DepictionFigures, Vec<Fault>) {
        (self.figures, self.faults)
    }

    pub fn add(&mut self, graph: u64, depiction: &Depiction) {
        self.figures.graphs += 1;
        let ties = Ties::of(depiction);
        let visible = depiction.visible_shares();
        for (index, object) in depiction.objects.iter().enumerate().filter(|(_, object)| object.is_thing) {
            let name = || object.name.clone();
            if let Some(holds) = support::is_supported(depiction, &ties, index) {
                self.count(graph, "supported", holds, name, |figures| &mut figures.supported);
            }
            if let Some(holds) = support::is_afloat(depiction, &ties, index) {
                self.count(graph, "afloat", holds, name, |figures| &mut figures.afloat);
            }
            if !object.is_fixed {
                let holds = object.share_inside >= INSIDE;
                self.count(graph, "inside", holds, name, |figures| &mut figures.inside);
            }
            let least = if ties.may_be_hidden[index] { VISIBLE_BEHIND } else { VISIBLE };
            let holds = visible[index] >= least;
            self.count(graph, "visible", holds, name, |figures| &mut figures.visible);
            if let Some(holds) = self.priors.is_large_enough(object) {
                self.count(graph, "size", holds, name, |figures| &mut figures.size_least);
                self.figures.size.add(holds);
            }
        }
        for (a, b) in size::pairs_at_one_depth(depiction, &ties) {
            let (one, other) = (&depiction.objects[a], &depiction.objects[b]);
            if let Some(holds) = self.priors.is_usual_ratio(one, other) {
                let what = || format!("{} beside {}", one.name, other.name);
                self.count(graph, "size", holds, what, |figures| &mut figures.size_pairs);
                self.figures.size.add(holds);
            }
        }
        if let Some(holds) = support::has_sky(depiction) {
            self.count(graph, "sky", holds, String::new, |figures| &mut figures.sky);
        }
        self.add_relations(graph, depiction, &visible);
    }

    fn add_relations(&mut self, graph: u64, depiction: &Depiction, visible: &[f32]) {
        for relation in &depiction.relations {
            let (Some(s), Some(o)) = (depiction.of_row(relation.subject), depiction.of_row(relation.object)) else {
                continue;
            };
            let (subject, object) = (&depiction.objects[s], &depiction.objects[o]);
            let what = || format!("{} {} {}", subject.name, relation.said, object.name);
            let box_of = |object: &DepictedObject| -> UnitBox { object.bounds.clamped() };
            match judge(relation.word(), &box_of(subject), &box_of(object)) {
                RelationStatus::Unknown => {}
                status => {
                    let holds = status == RelationStatus::Met;
                    self.count(graph, "relations", holds, what, |figures| &mut figures.relations);
                }
            }
            let Some(action) = Action::of(relation).filter(|_| subject.is_thing && object.is_thing) else { continue };
            let smaller = if subject.area_px(depiction) < object.area_px(depiction) { s } else { o };
            let is_seen = visible[s].min(visible[o]) >= VISIBLE_BEHIND && visible[smaller] >= VISIBLE_BEHIND;
            let holds = is_seen && action.is_shown(depiction, s, o);
            self.count(graph, "interaction", holds, what, |figures| &mut figures.interaction);
            self.figures.by_interaction.entry(action.to_string()).or_default().add(holds);
        }
    }

    fn count(
        &mut self,
        graph: u64,
        figure: &'static str,
        holds: bool,
        what: impl Fn() -> String,
        share: impl Fn(&mut DepictionFigures) -> &mut Share,
    ) {
        share(&mut self.figures).add(holds);
        if !holds {
            self.faults.push(Fault { graph, figure, what: what() });
        }
    }
}
