//! What relations and kinds say of each object of a picture.

use super::interaction::Action;
use super::scene::{DepictedObject, DepictedRelation, Depiction};
use scenewright_illustrated::setting::MaterialRole;
use scenewright_illustrated::sprite::Stands;
use scenewright_scene::relation::{PredicateKind, predicate, predicate_kind};

/// By object of the picture.
pub(crate) struct Ties {
    /// What a relation says that it is on or in.
    pub carriers: Vec<Vec<Carrier>>,
    /// It is held, worn, hangs, flies, floats or is part of another: it does not stand.
    pub is_held: Vec<bool>,
    /// A relation puts it behind another, or into it.
    pub may_be_hidden: Vec<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Carrier {
    pub index: usize,
    pub how: Carried,
}

/// How one carries another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carried {
    /// Its foot stands there.
    On,
    /// It sits, rides or lies there.
    Seated,
    In,
}

impl Ties {
    pub(crate) fn of(depiction: &Depiction) -> Self {
        let count = depiction.objects.len();
        let mut ties =
            Self { carriers: vec![Vec::new(); count], is_held: vec![false; count], may_be_hidden: vec![false; count] };
        for relation in &depiction.relations {
            if let (Some(s), Some(o)) = (depiction.of_row(relation.subject), depiction.of_row(relation.object))
                && s != o
            {
                ties.add(relation, (s, o), &depiction.objects[o]);
            }
        }
        ties
    }

    fn add(&mut self, relation: &DepictedRelation, (s, o): (usize, usize), object: &DepictedObject) {
        let word = relation.word();
        let name = predicate(word).map_or(word, |found| found.name);
        let first = name.split(' ').next().unwrap_or_default();
        let action = Action::of(relation);
        match action {
            Some(Action::Hold | Action::Wear | Action::Eat) => self.is_held[o] = true,
            Some(Action::Hang | Action::Attach) => self.is_held[s] = true,
            _ => {}
        }
        if matches!(first, "flying" | "floating" | "swimming" | "sailing" | "of" | "belonging") {
            self.is_held[s] = true;
        }
        let kind = predicate_kind(word);
        match kind {
            Some(PredicateKind::Above | PredicateKind::Over) => self.is_held[s] = true,
            Some(PredicateKind::MostlyHas) if object.is_thing => self.is_held[o] = true,
            Some(PredicateKind::Behind) => self.may_be_hidden[s] = true,
            Some(PredicateKind::InFrontOf | PredicateKind::Surrounding) => self.may_be_hidden[o] = true,
            Some(PredicateKind::MostlyIn | PredicateKind::Inside) => self.may_be_hidden[s] = true,
            _ => {}
        }
        if kind == Some(PredicateKind::MostlyHas) {
            self.may_be_hidden[o] = true;
        }
        let is_support = kind.is_some_and(PredicateKind::is_support) || action.is_some_and(Action::is_seated);
        if !is_support || matches!(first, "covered" | "surrounded" | "of" | "belonging" | "hanging") {
            return;
        }
        match object.role() {
            Some(MaterialRole::Sky | MaterialRole::Wall) => self.is_held[s] = true,
            _ => {
                let how = match kind {
                    _ if action.is_some_and(Action::is_seated) => Carried::Seated,
                    Some(PredicateKind::MostlyIn | PredicateKind::Inside) => Carried::In,
                    _ => Carried::On,
                };
                self.carriers[s].push(Carrier { index: o, how });
            }
        }
    }

    /// Whether it stands by itself on the ground: nothing holds or carries it.
    pub(crate) fn stands_alone(&self, depiction: &Depiction, index: usize) -> bool {
        let object = &depiction.objects[index];
        let is_carried = self.carriers[index].iter().any(|carrier| depiction.objects[carrier.index].is_thing);
        let stands = matches!(object.stands(), Some(Stands::Ground | Stands::Floor));
        object.is_thing && stands && !is_carried && !self.is_held[index]
    }
}
