//! Clauses to edits: every clause changes a working copy of the scene, so that the next clause sees the changes.

use super::ast::{Clause, Noun, Span};
use super::lexicon::Lexicon;
use super::parse_result::{
    Candidate, Corrected, Diagnostic, DrawnAs, LeftOut, NotUnderstood, Question, UnknownTerm, UnknownTermKind,
};
use super::position;
use super::session::{Choice, ParseContext, PendingChoice};
use super::suggest;
use super::{describe, parse::Parsed};
use scenewright_scene::{Applied, Edit, NodeId, Scene};

/// The clause cannot go on: something was asked or reported.
pub(super) struct Halted;

/// Objects that a phrase of this sentence named together.
pub(super) struct Mention {
    pub nodes: Vec<NodeId>,
}

pub(super) struct Builder<'a> {
    pub text: &'a str,
    pub scene: Scene,
    pub lexicon: &'a Lexicon<'a>,
    pub setting: &'a ParseContext<'a>,
    /// What was touched before this sentence.
    pub touched: Vec<NodeId>,
    /// What the last clause was about.
    pub(crate) topics: Vec<NodeId>,
    pub(crate) mentions: Vec<Mention>,
    /// The last things that the clause before named, for "mountains behind".
    pub(crate) last_chain: Vec<NodeId>,
    /// Of whose parts a color was said last, for "... and a blue roof".
    pub(crate) wearers: Vec<NodeId>,
    /// "each boy has a kite": what follows is made for every one.
    pub each: bool,
    /// Where the clause stands that is carried out.
    pub(crate) clause_span: Span,
    /// What the sentence was about in front of the things that are being described.
    pub(crate) outer_topics: Vec<NodeId>,
    /// Troubles, and the clauses that they ended.
    pub(crate) failed: Vec<(Span, Span)>,
    /// Whether "everything" leaves out what is locked: all clauses do but those that lock and unlock.
    pub(crate) spares_locked: bool,
    pub edits: Vec<Edit>,
    pub question: Option<Question>,
    pub not_understood: Vec<NotUnderstood>,
    pub unknown_words: Vec<UnknownTerm>,
    pub left_out: Vec<LeftOut>,
    /// Words that mean something here.
    pub used: Vec<Span>,
    pub drawn_as: Vec<DrawnAs>,
    pub corrected: Vec<Corrected>,
    /// What the clause before took away, as it was: the next thing may take its place.
    pub removed: Option<(Scene, usize, Vec<NodeId>)>,
    /// The first id that this sentence gives to something new.
    pub(crate) first_new: NodeId,
    /// Choices between several objects, in order, and those that the user has made.
    pub picks: Vec<PendingChoice>,
    pub choices: &'a [Choice],
}

impl Builder<'_> {
    /// Does all that was parsed; stops at a question, since what follows may depend on its answer.
    pub(crate) fn run(&mut self, parsed: Parsed) {
        let alone = parsed.clauses.len() == 1;
        self.corrected = parsed.corrected;
        self.failed = parsed.failed;
        for span in parsed.left_out {
            // What could turn the meaning round is not left out.
            if reverses(self.text.get(span.clone()).unwrap_or_default()) {
                let _stop = self.diagnostic(span, Diagnostic::Word);
            } else {
                self.leave_out(span);
            }
        }
        for (span, diagnostic) in parsed.diagnostics {
            let _stop = self.diagnostic(span, diagnostic);
        }
        for (clause, span) in parsed.clauses {
            if let Clause::Undo(_) | Clause::Redo(_) = clause {
                if !alone {
                    let _stop = self.diagnostic(span, Diagnostic::Alone);
                }
                continue;
            }
            let (scene, edits, unknown_words) = (self.scene.clone(), self.edits.len(), self.unknown_words.len());
            let (left_out, drawn_as) = (self.left_out.clone(), self.drawn_as.len());
            let diagnostics = self.not_understood.len();
            if self.clause(clause, span.clone()).is_err() {
                let failed = self.not_understood[diagnostics..].iter().map(|part| (part.span.clone(), span.clone()));
                self.failed.extend(failed.collect::<Vec<_>>());
                self.scene = scene;
                self.edits.truncate(edits);
                self.unknown_words.truncate(unknown_words);
                self.left_out = left_out;
                self.drawn_as.truncate(drawn_as);
                let scene = &self.scene;
                self.mentions.retain(|mention| mention.nodes.iter().all(|id| scene.node(*id).is_some()));
                self.topics.retain(|id| scene.node(*id).is_some());
            }
            if self.question.is_some() {
                break;
            }
        }
        self.not_understood.sort_by_key(|part| part.span.start);
        self.demote();
        let within = |word: &Span, part: &Span| part.start <= word.start && word.end <= part.end;
        let without = |word: &Span| {
            self.left_out.iter().any(|part| within(word, &part.span))
                || self.not_understood.iter().any(|part| within(word, &part.span))
        };
        self.used = parsed.words.into_iter().filter(|word| !without(word)).collect();
    }

    /// Where there is something to do, what is not understood is left out, unless it could turn the meaning round.
    fn demote(&mut self) {
        if self.edits.is_empty() || self.question.is_some() {
            return;
        }
        let (out, stays): (Vec<_>, Vec<_>) = std::mem::take(&mut self.not_understood).into_iter().partition(|part| {
            let harmless = matches!(
                part.diagnostic,
                Diagnostic::Word
                    | Diagnostic::Unfinished { .. }
                    | Diagnostic::Opinion
                    | Diagnostic::NoThing
                    | Diagnostic::Question
            );
            // "the dog" of "the dog closest to ...": who is meant is not left out.
            let subject =
                matches!(part.diagnostic, Diagnostic::Unfinished { .. }) && self.names_what_is_here(&part.text);
            harmless && !subject && !reverses(&part.text)
        });
        self.not_understood = stays;
        for part in out {
            // Of a clause that could not be carried out nothing was done.
            let clause = self.failed.iter().find(|(span, _)| *span == part.span).map(|(_, clause)| clause.clone());
            self.leave_out(clause.unwrap_or(part.span));
        }
    }

    /// Whether a text names an object that was there before the sentence.
    fn names_what_is_here(&self, text: &str) -> bool {
        let low = text.to_lowercase();
        let named = |name: &str| low.split(|c: char| !c.is_alphanumeric()).any(|word| word == name);
        self.lexicon.scene.nodes().iter().any(|node| named(&node.name))
    }

    /// Notes a part that is not carried out.
    pub(super) fn leave_out(&mut self, span: Span) {
        let text = self.text.get(span.clone()).unwrap_or_default().trim().to_owned();
        let within = |part: &LeftOut| part.span.start <= span.start && span.end <= part.span.end;
        if !text.is_empty() && !self.left_out.iter().any(within) {
            self.left_out.push(LeftOut { span, text });
            self.left_out.sort_by_key(|part| part.span.start);
        }
    }

    /// Notes a word that keeps its name and is drawn as another.
    pub(super) fn drawn_as(&mut self, span: &Span, word: &str, kind: UnknownTermKind) {
        let drawn = match kind {
            UnknownTermKind::Object => self.lexicon.drawn(word),
            UnknownTermKind::Relation => self.lexicon.drawn_predicate(word),
            UnknownTermKind::Look => None,
        };
        let Some(drawn) = drawn.filter(|drawn| *drawn != word).map(str::to_owned) else { return };
        if !self.drawn_as.iter().any(|known| known.word == word && known.kind == kind) {
            self.drawn_as.push(DrawnAs { span: span.clone(), word: word.to_owned(), drawn, kind });
        }
    }

    /// Notes a person's name, and whom it is drawn as.
    pub(super) fn named_as(&mut self, span: &Span, label: &str, drawn: &str) {
        if !self.drawn_as.iter().any(|known| known.word == label) {
            let (word, drawn) = (label.to_owned(), drawn.to_owned());
            self.drawn_as.push(DrawnAs { span: span.clone(), word, drawn, kind: UnknownTermKind::Object });
        }
    }

    fn clause(&mut self, clause: Clause, span: Span) -> Result<(), Halted> {
        self.clause_span = span.clone();
        self.spares_locked = !matches!(clause, Clause::Lock { .. });
        match clause {
            Clause::Describe { items, fresh } => self.describe(&items, fresh),
            Clause::Deny(item) => self.deny(&item, span),
            Clause::Remove(what) => self.remove(&what),
            Clause::RemoveIfThere(what) => self.remove_if_there(&what),
            Clause::Instead(noun) => self.instead(&noun, span),
            Clause::HandOver { what, owner } => self.hand_over(&what, &owner),
            Clause::Total(noun) => self.total(&noun),
            Clause::Recount(count) => self.recount(count, span),
            Clause::Face { what, side } => self.face(&what, side),
            Clause::SpeakOf(noun) => {
                let found = self.pointed_at(std::slice::from_ref(&noun))?;
                self.topics = found;
                Ok(())
            }
            Clause::Restore(noun) => Err(self.diagnostic(noun.span, Diagnostic::NotHere)),
            Clause::KeepOnly(what) => self.keep_only(&what),
            Clause::Move { what, tails } => self.move_things(&what, &tails),
            Clause::Become { what, into } => self.become_other(&what, &into),
            Clause::Adjust { what, qualities } => self.adjust(&what, &qualities),
            Clause::Swap(what) => self.swap(&what, span),
            Clause::Duplicate { what, times, tails } => self.duplicate(&what, times, &tails, span),
            Clause::Lock { what, locked } => self.lock(&what, locked),
            Clause::Unpin(what) => self.unpin(&what),
            Clause::AnotherLook(what) => self.another_look(&what),
            Clause::Rename { what, label, span } => self.rename(&what, label, span),
            Clause::Light(light) => self.light(light),
            Clause::Lights(lights) => lights.into_iter().try_for_each(|light| self.light(light)),
            Clause::NoLight(light) => self.no_light(light, span),
            Clause::Fewer(noun) => self.fewer(&noun),
            Clause::Undo(_) | Clause::Redo(_) => Ok(()),
        }
    }

    /// Makes a change. One that changes nothing is left out.
    pub(super) fn change(&mut self, edit: Edit, span: &Span) -> Result<Applied, Halted> {
        let edit = match edit {
            // Of several what is locked stays.
            Edit::RemoveNodes { mut nodes } => {
                nodes.retain(|id| !self.is_locked(*id));
                if nodes.is_empty() {
                    return Err(self.locked(span));
                }
                Edit::RemoveNodes { nodes }
            }
            edit => edit,
        };
        if changed_node(&edit).is_some_and(|id| self.is_locked(id)) {
            return Err(self.locked(span));
        }
        match self.scene.apply(&edit) {
            Ok(Applied::Unchanged) => Ok(Applied::Unchanged),
            Ok(applied) => {
                self.edits.push(edit);
                Ok(applied)
            }
            Err(error) => Err(self.diagnostic(span.clone(), Diagnostic::Refused(error.to_string()))),
        }
    }

    /// Says that something is locked: at the words that would change it, else at the whole clause.
    pub(super) fn locked(&mut self, span: &Span) -> Halted {
        let span = if span.is_empty() { self.clause_span.clone() } else { span.clone() };
        self.diagnostic(span, Diagnostic::Locked)
    }

    pub(super) fn is_locked(&self, id: NodeId) -> bool {
        self.scene.node(id).is_some_and(|node| node.locked)
    }

    pub(super) fn diagnostic(&mut self, span: Span, diagnostic: Diagnostic) -> Halted {
        let text = self.text.get(span.clone()).unwrap_or_default().to_owned();
        let suggestions = suggest::suggestions(&text, &span, &diagnostic, self);
        self.not_understood.push(NotUnderstood { span, text, diagnostic, suggestions });
        Halted
    }

    /// Notes a word that is taken though the vocabulary lacks it.
    pub(super) fn unknown_word(&mut self, span: &Span, word: &str, kind: UnknownTermKind) {
        if self.unknown_words.iter().any(|unknown_word| unknown_word.word == word && unknown_word.kind == kind) {
            return;
        }
        let vocab = self.setting.vocab;
        let nearest = match kind {
            UnknownTermKind::Object => vocab.near_objects(word, suggest::MAX_SUGGESTIONS),
            UnknownTermKind::Relation => vocab.nearest_predicates(word, suggest::MAX_SUGGESTIONS),
            UnknownTermKind::Look => suggest::nearest_attributes(word),
        };
        let nearest = nearest.into_iter().map(str::to_owned).collect();
        self.unknown_words.push(UnknownTerm { span: span.clone(), word: word.to_owned(), kind, nearest });
    }

    pub(super) fn mention(&mut self, nodes: &[NodeId]) {
        if !nodes.is_empty() {
            self.mentions.push(Mention { nodes: nodes.to_vec() });
        }
    }

    /// A choice that the sentence itself makes; "no, the other one" can make it differently.
    pub(super) fn decide(&mut self, noun: &Noun, found: Vec<NodeId>, one: NodeId) -> Result<Vec<NodeId>, Halted> {
        self.choose_or_ask(noun, found, Some(one))
    }

    /// A choice that only the user can make.
    pub(super) fn ask(&mut self, noun: &Noun, found: Vec<NodeId>) -> Result<Vec<NodeId>, Halted> {
        self.choose_or_ask(noun, found, None)
    }

    fn choose_or_ask(
        &mut self,
        noun: &Noun,
        mut found: Vec<NodeId>,
        one: Option<NodeId>,
    ) -> Result<Vec<NodeId>, Halted> {
        position::from_left_to_right(self, &mut found);
        let chosen = one.and_then(|one| found.iter().position(|id| *id == one));
        if found.len() < 2 {
            return Err(self.diagnostic(noun.span.clone(), Diagnostic::NotHere));
        }
        let candidates: Vec<Candidate> = found
            .iter()
            .map(|id| Candidate { node: *id, words: describe::distinguishing_words(&self.scene, *id) })
            .collect();
        if let Some(chosen) = self.choice(found, chosen) {
            return Ok(chosen);
        }
        let phrase = self.text.get(noun.span.clone()).unwrap_or_default();
        let text = format!("Which is \"{}\"?", phrase.trim());
        self.question = Some(Question { text, span: noun.span.clone(), candidates });
        Err(Halted)
    }

    /// Keeps the choice, with the user's own answer in place of `chosen` where there is one.
    fn choice(&mut self, found: Vec<NodeId>, chosen: Option<usize>) -> Option<Vec<NodeId>> {
        let answer = self.choices.get(self.picks.len()).copied().unwrap_or(Choice::Open);
        let choice = match (answer, chosen) {
            (Choice::Nth(n), _) if n < found.len() => Choice::Nth(n),
            (Choice::All, _) => Choice::All,
            (Choice::Ask, _) => Choice::Open,
            (_, Some(n)) => Choice::Nth(n),
            _ => Choice::Open,
        };
        let nodes = match choice {
            Choice::Nth(n) => Some(vec![found[n]]),
            Choice::All => Some(found.clone()),
            Choice::Open | Choice::Ask => None,
        };
        self.picks.push(PendingChoice { candidates: found, choice });
        nodes
    }
}

/// The object that an edit gives another look, place or name.
fn changed_node(edit: &Edit) -> Option<NodeId> {
    match edit {
        Edit::Rename { node, .. }
        | Edit::SetLabel { node, .. }
        | Edit::SetSize { node, .. }
        | Edit::SetPlace { node, .. }
        | Edit::SetAttributes { node, .. }
        | Edit::SetSeed { node, .. }
        | Edit::SetBox { node, .. }
        | Edit::Pin { node, .. }
        | Edit::MoveOnCanvas { node, .. } => Some(*node),
        _ => None,
    }
}

/// Whether a part that is left out could turn the meaning round.
fn reverses(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "not", "no", "never", "without", "except", "unless", "if", "only", "instead", "rather", "neither", "nor",
        "none", "nothing", "stop", "avoid", "don't", "doesn't", "isn't", "aren't", "won't", "can't", "cannot", "dont",
        "until", "before", "after", "but", "than", "twice", "many", "total", "or", "either",
    ];
    let low = text.to_lowercase().replace('’', "'");
    let shares = ["half of", "most of", "part of", "a third of", "some of"].iter().any(|share| low.contains(share));
    shares || low.split(|c: char| !(c.is_alphanumeric() || c == '\'')).any(|word| WORDS.contains(&word))
}
