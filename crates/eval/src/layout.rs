//! Boxes: how far they overlap with the data set's, whether they are of a plausible size, and whether they meet the graph's relations.

use std::collections::BTreeMap;

use serde::Serialize;

use super::category_stats::{DatasetStats, SLACK};
use super::share::{Mean, Share};
pub use scenewright_data::Sample;
use scenewright_scene::relation::predicate_kind;
use scenewright_scene::{RelationStatus, UnitBox, judge};

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BoxFigures {
    pub objects: u64,
    /// Mean intersection over union with the data set's boxes.
    pub iou: f64,
    /// Share of objects whose overlap is at least 0.3 and 0.5 (Johnson et al. 2018, section 4.4).
    pub recall_30: f64,
    pub recall_50: f64,
    /// Share of boxes whose width, height and foot occur in their category, with [`SLACK`], and without.
    pub plausible: f64,
    pub plausible_exactly: f64,
    /// Share of the pairs of things whose boxes meet.
    pub meeting: f64,
    /// Boxes that are inverted or empty.
    pub improper: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RelationFigures {
    /// Share of the relations that boxes can decide. An improper box breaks every relation it is in.
    pub met: f64,
    pub judged: u64,
    /// Relations whose word says nothing about boxes, or of an object to itself: left out.
    pub unknown: u64,
    pub by_predicate: BTreeMap<String, Share>,
}

#[derive(Clone, Debug, Default)]
pub struct LayoutTally {
    iou: Mean,
    at_30: Share,
    at_50: Share,
    plausible: Share,
    exactly: Share,
    meeting: Share,
    improper: u64,
    met: Share,
    unknown: u64,
    by_predicate: BTreeMap<String, Share>,
}

impl LayoutTally {
    /// `boxes`: one for each object of the sample.
    pub fn add(&mut self, sample: &Sample, boxes: &[UnitBox], dataset_stats: &DatasetStats) {
        for (object, bounds) in sample.objects.iter().zip(boxes) {
            let iou = f64::from(bounds.clamped().iou(&object.bounds));
            self.iou.add(iou);
            self.at_30.add(iou >= 0.3);
            self.at_50.add(iou >= 0.5);
            self.improper += u64::from(!is_judgeable(bounds));
            if let Some(stats) = dataset_stats.of(&object.name) {
                self.plausible.add(stats.is_plausible(bounds, SLACK));
                // A rounding's width, not a slack: the data's own extremes must pass.
                self.exactly.add(stats.is_plausible(bounds, 1e-5));
            }
        }
        let things: Vec<&UnitBox> =
            sample.objects.iter().zip(boxes).filter(|(o, _)| o.variant.is_some()).map(|(_, b)| b).collect();
        for (i, a) in things.iter().enumerate() {
            things[..i].iter().for_each(|b| self.meeting.add(a.clamped().intersection(&b.clamped()).is_some()));
        }
        for (subject, predicate, object) in &sample.relations {
            match status(boxes, *subject, predicate, *object) {
                RelationStatus::Unknown => self.unknown += 1,
                status => {
                    let met = status == RelationStatus::Met;
                    self.met.add(met);
                    self.by_predicate.entry(predicate.clone()).or_default().add(met);
                }
            }
        }
    }

    pub fn finish(self) -> (BoxFigures, RelationFigures) {
        let boxes = BoxFigures {
            objects: self.iou.count(),
            iou: self.iou.mean(),
            recall_30: self.at_30.share(),
            recall_50: self.at_50.share(),
            plausible: self.plausible.share(),
            plausible_exactly: self.exactly.share(),
            meeting: self.meeting.share(),
            improper: self.improper,
        };
        let relations = RelationFigures {
            met: self.met.share(),
            judged: self.met.of,
            unknown: self.unknown,
            by_predicate: self.by_predicate,
        };
        (boxes, relations)
    }
}

fn is_judgeable(b: &UnitBox) -> bool {
    b.is_finite() && b.width() > 0.0 && b.height() > 0.0
}

/// As [`judge`], but a network cannot get out of a relation by an inverted box.
fn status(boxes: &[UnitBox], subject: usize, predicate: &str, object: usize) -> RelationStatus {
    let (Some(s), Some(o)) = (boxes.get(subject), boxes.get(object)) else { return RelationStatus::Unknown };
    if subject == object || predicate_kind(predicate).is_none() {
        return RelationStatus::Unknown;
    }
    if is_judgeable(s) && is_judgeable(o) { judge(predicate, s, o) } else { RelationStatus::Broken }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diagnoses() {
        let boxes =
            [UnitBox::new(0.0, 0.0, 0.2, 0.2), UnitBox::new(0.6, 0.0, 0.9, 0.2), UnitBox::new(0.5, 0.5, 0.4, 0.6)];
        for (subject, predicate, object, wanted) in [
            (0, "left of", 1, RelationStatus::Met),
            (1, "left of", 0, RelationStatus::Broken),
            (0, "left of", 2, RelationStatus::Broken), // an inverted box
            (0, "looking at", 1, RelationStatus::Unknown),
            (0, "looking at", 2, RelationStatus::Unknown),
            (0, "near", 0, RelationStatus::Unknown),
            (0, "near", 7, RelationStatus::Unknown),
        ] {
            assert_eq!(status(&boxes, subject, predicate, object), wanted, "{subject} {predicate} {object}");
        }
    }
}
