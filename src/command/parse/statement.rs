//! Things and how they stand: "sky above grass", "the dog is no longer left of the cat".

use super::Parser;
use crate::command::ast::{Clause, Determiner, Head, Item, Noun, Quality};

impl Parser<'_> {
    /// Whether the scene has such a thing.
    pub(super) fn is_here(&self, noun: &Noun) -> bool {
        match &noun.head {
            Head::Named { name, .. } => {
                self.lexicon.scene.nodes().iter().any(|node| {
                    node.name == *name || self.lexicon.object(&node.name).is_some_and(|known| known == name)
                })
            }
            _ => true,
        }
    }

    /// "sky above grass", "the dog is no longer left of the cat", "the car is red".
    pub(super) fn statement(&mut self) -> Option<Clause> {
        let (start, troubles) = (self.at, self.troubles.len());
        if let Some(clause) = self.copula_statement() {
            return Some(clause);
        }
        if self.troubles.len() > troubles {
            return None;
        }
        self.at = start;
        let items = self.items();
        // A single word that nobody knows says nothing: it is more likely an instruction with a slip.
        if let [Item { nouns, tails }] = items.as_slice()
            && tails.is_empty()
            && let [Noun { determiner: Determiner::Bare, head: Head::Named { known: false, .. }, count: None, .. }] =
                nouns.as_slice()
            && !self.is_here(&nouns[0])
        {
            self.troubles.truncate(troubles);
            self.at = start;
            return None;
        }
        // "the sheep": what of it?
        let points =
            |noun: &Noun| !matches!(noun.determiner, Determiner::Bare | Determiner::Indefinite | Determiner::Another);
        if !items.is_empty() && items.iter().all(|item| item.tails.is_empty() && item.nouns.iter().all(points)) {
            self.unfinished(start, "what should be done with it");
            return None;
        }
        let meaningful = items.iter().any(|item| {
            !item.tails.is_empty()
                || item.nouns.iter().any(|noun| {
                    !matches!(noun.head, Head::It | Head::Them | Head::One) || noun.determiner == Determiner::Another
                })
        });
        if items.is_empty() || !meaningful {
            if self.troubles.len() == troubles {
                self.at = start;
            }
            return None;
        }
        Some(Clause::Describe { items, fresh: false })
    }

    pub(super) fn copula_statement(&mut self) -> Option<Clause> {
        let (start, troubles) = (self.at, self.troubles.len());
        let what = self.targets();
        if what.is_empty() || !self.is_copula() {
            self.troubles.truncate(troubles);
            self.at = start;
            return None;
        }
        while self.is_copula() || self.low() == "be" || self.low() == "now" {
            if !self.eat("do") {
                self.at += 1;
            }
            if self.low() == "not" {
                break;
            }
        }
        let negated = self.eat_phrases(&["no longer", "not", "never"]);
        self.eat_any(&["be", "now", "any"]);
        if self.eat_phrases(&["called", "named"]) {
            let before = self.at;
            let label = self.label();
            let span = self.span_from(before);
            let what = what.into_iter().next()?;
            return Some(Clause::Rename { what, label: label.filter(|_| !negated), span });
        }
        if self.eat_any(&["gone", "missing"]) {
            return Some(Clause::Remove(what));
        }
        if self.eat_any(&["locked", "fixed"]) {
            return Some(Clause::Lock { what, locked: !negated });
        }
        let qualities = self.qualities();
        if !qualities.is_empty() {
            let deny = |quality| match quality {
                Quality::Look(look) if negated => Quality::NotLook(look),
                quality => quality,
            };
            return Some(Clause::Adjust { what, qualities: qualities.into_iter().map(deny).collect() });
        }
        let tails = self.tails(false);
        self.eat_phrases(&["any more", "anymore", "any longer"]);
        if !tails.is_empty() {
            let item = Item { nouns: what, tails };
            return Some(if negated {
                Clause::Deny(item)
            } else {
                Clause::Describe { items: vec![item], fresh: false }
            });
        }
        if self.troubles.len() > troubles {
            return None;
        }
        if let Some(into) = self.noun() {
            return Some(Clause::Become { what, into });
        }
        self.unfinished(start, "how or where it is");
        None
    }
}
