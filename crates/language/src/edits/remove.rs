//! Removes things.

use crate::MOST_AT_ONCE;
use crate::ast::{Noun, Span};
use crate::builder::{Builder, Halted};
use crate::parse_result::Diagnostic;
use scenewright_scene::{Edit, NodeId};

impl Builder<'_> {
    pub(crate) fn remove(&mut self, what: &[Noun]) -> Result<(), Halted> {
        let what = &self.without_implied(what)?;
        if what.is_empty() {
            return Ok(());
        }
        let (before, edits) = (self.scene.clone(), self.edits.len());
        let nodes = self.pointed_at(what)?;
        self.take_away(nodes.clone(), what)?;
        self.removed = Some((before, edits, nodes));
        Ok(())
    }

    /// "no people": what is there goes; what is not there is no trouble. What this sentence has named stays.
    pub(crate) fn remove_if_there(&mut self, what: &[Noun]) -> Result<(), Halted> {
        let what = &self.without_implied(what)?;
        let mut found: Vec<NodeId> = Vec::new();
        for noun in what {
            let named = self.candidates(noun).into_iter().filter(|id| *id < self.first_new).collect();
            found.extend(self.except(noun, named)?);
        }
        self.take_away(found, what)
    }

    /// "remove the sky", where the picture shows one that the graph does not have: it is kept out of the picture.
    fn without_implied(&mut self, what: &[Noun]) -> Result<Vec<Noun>, Halted> {
        let mut rest = Vec::with_capacity(what.len());
        for noun in what {
            match self.implied(noun).filter(|_| self.candidates(noun).is_empty()) {
                Some(object) => _ = self.change(Edit::DismissImplied { name: object.name }, &noun.span)?,
                None => rest.push(noun.clone()),
            }
        }
        Ok(rest)
    }

    /// "get rid of the bus and put a truck there": the truck is where the bus was.
    pub(crate) fn instead(&mut self, noun: &Noun, span: Span) -> Result<(), Halted> {
        let Some((before, edits, nodes)) = self.removed.take().filter(|(.., nodes)| !nodes.is_empty()) else {
            // "put a tree there", where nothing has made place.
            let (nodes, _) = self.thing(noun, true, &[])?;
            self.leave_out(span.end.saturating_sub(self.trailing(&span, &noun.span))..span.end);
            self.topics = nodes;
            return Ok(());
        };
        self.scene = before;
        self.edits.truncate(edits);
        self.become_these(nodes, noun)
    }

    /// How many bytes of a clause follow its noun.
    fn trailing(&self, clause: &Span, noun: &Span) -> usize {
        clause.end.saturating_sub(noun.end)
    }

    /// "make that three": of the last sentence's things there are to be so many.
    pub(crate) fn recount(&mut self, count: usize, span: Span) -> Result<(), Halted> {
        let last = self.referents();
        let name = |builder: &Self, id: &NodeId| builder.scene.node(*id).map(|node| node.name.clone());
        let first = last.first().and_then(|id| name(self, id));
        if last.is_empty() || !last.iter().all(|id| name(self, id) == first) {
            return Err(self.diagnostic(span, Diagnostic::NoReferent));
        }
        if count > MOST_AT_ONCE {
            return Err(self.diagnostic(span, Diagnostic::TooMany));
        }
        let mut nodes = last;
        if count < nodes.len() {
            let gone = nodes.split_off(count.max(1));
            self.change(Edit::RemoveNodes { nodes: gone }, &span)?;
        }
        while nodes.len() < count {
            let Some(model) = nodes.last().copied() else { break };
            let more = self.copy_of(model, &span)?;
            if more.is_empty() {
                break;
            }
            nodes.extend(more);
        }
        self.mention(&nodes);
        self.topics = nodes;
        Ok(())
    }

    /// "there should be three trees": as many come or, of alike ones, go as it takes.
    pub(crate) fn total(&mut self, noun: &Noun) -> Result<(), Halted> {
        let wanted = noun.count.unwrap_or(1);
        let here = self.candidates(&Noun { count: None, ..noun.clone() });
        if wanted > MOST_AT_ONCE {
            return Err(self.diagnostic(noun.span.clone(), Diagnostic::TooMany));
        }
        let mut nodes = here.clone();
        if here.len() < wanted {
            let more = Noun { count: Some(wanted - here.len()), ..noun.clone() };
            nodes.extend(self.create(&more)?);
        } else if here.len() > wanted {
            let gone = nodes.split_off(wanted);
            self.take_away(gone, std::slice::from_ref(noun))?;
        }
        self.mention(&nodes);
        self.topics = nodes;
        Ok(())
    }

    /// "fewer clouds": half of them go, the last that came first; one stays.
    pub(crate) fn fewer(&mut self, noun: &Noun) -> Result<(), Halted> {
        let found = self.pointed_at(std::slice::from_ref(noun))?;
        if found.len() < 2 {
            return Err(self.diagnostic(noun.span.clone(), Diagnostic::NotSo));
        }
        let gone = found[found.len().div_ceil(2)..].to_vec();
        self.take_away(gone, std::slice::from_ref(noun))?;
        self.topics = found.into_iter().filter(|id| self.scene.node(*id).is_some()).collect();
        Ok(())
    }

    /// "keep only the sky".
    pub(crate) fn keep_only(&mut self, what: &[Noun]) -> Result<(), Halted> {
        let kept = self.pointed_at(what)?;
        let gone = self.scene.nodes().iter().map(|node| node.id).filter(|id| !kept.contains(id)).collect();
        self.take_away(gone, what)?;
        self.topics = kept;
        Ok(())
    }

    fn take_away(&mut self, nodes: Vec<NodeId>, what: &[Noun]) -> Result<(), Halted> {
        let span = what.first().map_or(0..0, |noun| noun.span.clone());
        // "no people": a locked one stays, and what is already gone is no trouble.
        if nodes.iter().any(|id| !self.is_locked(*id)) {
            self.change(Edit::RemoveNodes { nodes }, &span)?;
        } else if !nodes.is_empty() {
            return Err(self.locked(&span));
        }
        let scene = &self.scene;
        self.topics.retain(|id| scene.node(*id).is_some());
        for mention in &mut self.mentions {
            mention.nodes.retain(|id| scene.node(*id).is_some());
        }
        self.last_chain.retain(|id| scene.node(*id).is_some());
        Ok(())
    }
}
