//! Sentences in a row: what "it" is, a question that waits for its answer, a choice that can be taken back.

use super::ast::{Clause, Noun};
use super::builder::Builder;
use super::describe;
use super::lexicon::Lexicon;
use super::parse::{Answer, Parsed, answer, parse};
use super::parse_result::{Diagnostic, NotUnderstood, ParseResult, SentenceAction};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{NodeId, Scene, UnitBox};

/// What a sentence is said in front of.
pub struct ParseContext<'a> {
    pub vocab: &'a Vocabulary,
    /// What is selected: it settles which of several is meant.
    pub selected: &'a [NodeId],
    /// Boxes of the layout, where there is one.
    pub box_of: &'a dyn Fn(NodeId) -> Option<UnitBox>,
}

impl<'a> ParseContext<'a> {
    /// Nothing selected, no layout.
    pub fn new(vocab: &'a Vocabulary) -> Self {
        Self { vocab, selected: &[], box_of: &|_| None }
    }
}

/// Which of the candidates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Choice {
    /// Not stated.
    #[default]
    Open,
    /// To be asked, though the sentence would settle it.
    Ask,
    Nth(usize),
    All,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct PendingChoice {
    pub candidates: Vec<NodeId>,
    pub choice: Choice,
}

/// A sentence and all that was needed to understand it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Turn {
    pub(super) text: String,
    choices: Vec<Choice>,
    picks: Vec<PendingChoice>,
    touched: Vec<NodeId>,
    /// The scene that it speaks of, where that is the one before the last step.
    base: Option<Scene>,
}

/// Remembers what was said. [`Session::understand`] while one types, [`Session::said`] on Enter.
#[derive(Clone, Debug, Default)]
pub struct Session {
    touched: Vec<NodeId>,
    question: Option<Turn>,
    last: Option<Done>,
}

/// A sentence that was carried out, with the scene on both sides.
#[derive(Clone, Debug)]
struct Done {
    turn: Turn,
    before: Scene,
    after: Scene,
}

impl Session {
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what "it" refers to from now on: called when something is selected, moved or added with the mouse.
    pub fn set_referents(&mut self, nodes: &[NodeId]) {
        self.touched = nodes.to_vec();
    }

    /// True while a question waits for its answer.
    pub fn is_asking(&self) -> bool {
        self.question.is_some()
    }

    /// Cancels the open question. Esc.
    pub fn drop_question(&mut self) {
        self.question = None;
    }

    /// Parses a sentence, complete or not. Changes nothing.
    pub fn understand(&self, text: &str, scene: &Scene, setting: &ParseContext<'_>) -> ParseResult {
        let lexicon = Lexicon::new(setting.vocab, scene);
        match (answer(text, &lexicon), &self.question) {
            (Some(answer), Some(turn)) => self.answered(text, &answer, turn, scene, setting),
            (Some(Answer::Other), None) => self.otherwise(text, None, scene, setting),
            (Some(Answer::Instead(noun)), None) => self.otherwise(text, Some(&noun), scene, setting),
            (Some(Answer::Number(_)), None) => refused(text, Diagnostic::NoChoice),
            _ => {
                let turn = Turn { text: text.to_owned(), touched: self.touched.clone(), ..Turn::default() };
                self.restored(&turn, &lexicon, scene).unwrap_or_else(|| respond(turn, scene, setting))
            }
        }
    }

    /// The sentence was entered: its action and edits have taken `before` to `after`, or it asks.
    pub fn said(&mut self, understanding: &ParseResult, before: &Scene, after: &Scene) {
        let turn = understanding.turn.clone();
        if understanding.question.is_some() {
            self.question = Some(turn);
            return;
        }
        if understanding.action.is_none() && understanding.edits.is_empty() && !understanding.not_understood.is_empty()
        {
            // A slip: the question waits on.
            return;
        }
        self.question = None;
        if understanding.edits.is_empty() {
            if understanding.action.is_some() {
                self.last = None;
            } else if !understanding.touched.is_empty() {
                self.touched.clone_from(&understanding.touched);
            }
            return;
        }
        self.touched.clone_from(&understanding.touched);
        let before = turn.base.clone().unwrap_or_else(|| before.clone());
        self.last = Some(Done { turn: Turn { base: None, ..turn }, before, after: after.clone() });
    }

    /// "bring back the swing", where the last step took it away: that step is undone.
    fn restored(&self, turn: &Turn, lexicon: &Lexicon<'_>, scene: &Scene) -> Option<ParseResult> {
        let low = turn.text.to_lowercase();
        if self.last.is_none() || !(low.contains("back") || low.contains("restore")) {
            return None;
        }
        let parsed = parse(&turn.text, lexicon);
        let [(Clause::Restore(noun), _)] = parsed.clauses.as_slice() else { return None };
        let done = self.last.as_ref().filter(|done| done.after == *scene && parsed.diagnostics.is_empty())?;
        let gone = |name: &str| {
            let is_gone = |node: &&scenewright_scene::Node| done.after.node(node.id).is_none() && node.name == name;
            done.before.nodes().iter().any(|node| is_gone(&node))
        };
        let any = done.before.nodes().iter().any(|node| done.after.node(node.id).is_none());
        let meant = match &noun.head {
            super::ast::Head::Named { name, typed, .. } => gone(name) || gone(typed),
            super::ast::Head::It | super::ast::Head::Them => any,
            _ => false,
        };
        let action = SentenceAction::Undo { steps: 1 };
        meant.then(|| ParseResult {
            action: Some(action),
            summary: vec![action_words(action)],
            used: parsed.words,
            turn: turn.clone(),
            ..ParseResult::default()
        })
    }

    fn answered(
        &self,
        text: &str,
        answer: &Answer,
        turn: &Turn,
        scene: &Scene,
        setting: &ParseContext<'_>,
    ) -> ParseResult {
        let Some(open) = turn.picks.last() else { return refused(text, Diagnostic::NoChoice) };
        let base_scene = turn.base.as_ref().unwrap_or(scene);
        let choice = match answer {
            Answer::Number(number) if (1..=open.candidates.len()).contains(number) => Choice::Nth(number - 1),
            Answer::All => Choice::All,
            Answer::None => return ParseResult::default(),
            Answer::Noun(noun) | Answer::Instead(noun) => match among(noun, &open.candidates, base_scene, setting) {
                Some(n) => Choice::Nth(n),
                None => return refused(text, Diagnostic::NotHere),
            },
            _ => return refused(text, Diagnostic::NoChoice),
        };
        let mut turn = turn.clone();
        turn.choose(turn.picks.len() - 1, choice);
        respond(turn, scene, setting)
    }

    /// The last sentence again, with its last choice made differently.
    fn otherwise(&self, text: &str, noun: Option<&Noun>, scene: &Scene, setting: &ParseContext<'_>) -> ParseResult {
        let done = self.last.as_ref().filter(|done| done.after == *scene);
        let Some(done) = done else { return refused(text, Diagnostic::NoChoice) };
        let chosen = |pick: &PendingChoice| matches!(pick.choice, Choice::Nth(_)) && pick.candidates.len() > 1;
        let Some(index) = done.turn.picks.iter().rposition(chosen) else { return refused(text, Diagnostic::NoChoice) };
        let pick = &done.turn.picks[index];
        let choice = match (noun, pick.choice) {
            (Some(noun), _) => match among(noun, &pick.candidates, &done.before, setting) {
                Some(n) => Choice::Nth(n),
                None => return refused(text, Diagnostic::NotHere),
            },
            (None, Choice::Nth(n)) if pick.candidates.len() == 2 => Choice::Nth(1 - n.min(1)),
            _ => Choice::Ask,
        };
        let mut turn = done.turn.clone();
        turn.choose(index, choice);
        // Ids that the step has given away stay given away.
        let mut base = done.before.clone();
        base.keep_ids_of(scene);
        turn.base = Some(base);
        respond(turn, scene, setting)
    }
}

impl Turn {
    fn choose(&mut self, index: usize, choice: Choice) {
        // Choices after this one were about a scene that will not come.
        self.choices.resize(index, Choice::Open);
        self.choices.push(choice);
    }
}

/// Which of the candidates a phrase points at.
fn among(noun: &Noun, candidates: &[NodeId], scene: &Scene, setting: &ParseContext<'_>) -> Option<usize> {
    let lexicon = Lexicon::new(setting.vocab, scene);
    let turn = Turn::default();
    let builder = builder(&turn, scene, &lexicon, setting);
    let mut found = builder.narrowed(noun, candidates.to_vec());
    if let super::ast::Head::Named { .. } | super::ast::Head::Labeled(_) = noun.head {
        let named = builder.candidates(noun);
        found.retain(|id| named.contains(id));
    }
    let one = match (noun.pick, found.as_slice()) {
        (_, [one]) => *one,
        (Some(pick), _) => builder.picked(pick, &found)?,
        _ => return None,
    };
    candidates.iter().position(|id| *id == one)
}

fn builder<'a>(turn: &'a Turn, scene: &Scene, lexicon: &'a Lexicon<'a>, setting: &'a ParseContext<'a>) -> Builder<'a> {
    Builder {
        text: &turn.text,
        scene: scene.clone(),
        lexicon,
        setting,
        touched: turn.touched.iter().copied().filter(|id| scene.node(*id).is_some()).collect(),
        topics: Vec::new(),
        mentions: Vec::new(),
        last_chain: Vec::new(),
        wearers: Vec::new(),
        each: false,
        failed: Vec::new(),
        clause_span: 0..0,
        outer_topics: Vec::new(),
        spares_locked: true,
        edits: Vec::new(),
        question: None,
        not_understood: Vec::new(),
        unknown_words: Vec::new(),
        left_out: Vec::new(),
        used: Vec::new(),
        drawn_as: Vec::new(),
        corrected: Vec::new(),
        removed: None,
        first_new: scene.next_node_id(),
        picks: Vec::new(),
        choices: &turn.choices,
    }
}

fn respond(mut turn: Turn, scene: &Scene, setting: &ParseContext<'_>) -> ParseResult {
    let base = turn.base.take();
    let base_scene = base.as_ref().unwrap_or(scene);
    let lexicon = Lexicon::new(setting.vocab, base_scene);
    let parsed = parse(&turn.text, &lexicon);
    let action = match parsed.clauses.as_slice() {
        [(Clause::Undo(steps), _)] => Some(SentenceAction::Undo { steps: *steps }),
        [(Clause::Redo(steps), _)] => Some(SentenceAction::Redo { steps: *steps }),
        _ => base.is_some().then_some(SentenceAction::Undo { steps: 1 }),
    };
    let (mut understanding, picks) = build(&turn, parsed, base_scene, &lexicon, setting);
    understanding.action = action.filter(|_| understanding.question.is_none());
    if understanding.question.is_some() && base.is_some() {
        // It asks about the scene before the last step; what that step took away is not there to be touched.
        understanding.touched.retain(|id| scene.node(*id).is_some());
    }
    if let (Some(action), None) = (understanding.action, &base) {
        understanding.summary = vec![action_words(action)];
    } else if base.is_some() {
        understanding.summary.insert(0, "undo the last step, and then:".to_owned());
    }
    understanding.turn = Turn { picks, base, ..turn };
    understanding
}

fn build(
    turn: &Turn,
    parsed: Parsed,
    base_scene: &Scene,
    lexicon: &Lexicon<'_>,
    setting: &ParseContext<'_>,
) -> (ParseResult, Vec<PendingChoice>) {
    let mut builder = builder(turn, base_scene, lexicon, setting);
    builder.run(parsed);
    let summary = describe::changes(base_scene, &builder.scene);
    let scene = &builder.scene;
    let mut touched: Vec<NodeId> = builder.topics.iter().copied().filter(|id| scene.node(*id).is_some()).collect();
    if touched.is_empty() {
        touched = builder.touched.iter().copied().filter(|id| scene.node(*id).is_some()).collect();
    }
    let Builder { edits, question, not_understood, unknown_words, left_out, used, drawn_as, corrected, picks, .. } =
        builder;
    let understanding = ParseResult {
        edits,
        summary,
        question,
        not_understood,
        unknown_words,
        left_out,
        used,
        drawn_as,
        corrected,
        touched,
        ..ParseResult::default()
    };
    (understanding, picks)
}

fn action_words(action: SentenceAction) -> String {
    match action {
        SentenceAction::Undo { steps: 1 } => "undo the last step".to_owned(),
        SentenceAction::Undo { steps } => format!("undo the last {steps} steps"),
        SentenceAction::Redo { steps: 1 } => "redo a step".to_owned(),
        SentenceAction::Redo { steps } => format!("redo {steps} steps"),
    }
}

fn refused(text: &str, diagnostic: Diagnostic) -> ParseResult {
    let span = 0..text.len();
    let part = NotUnderstood { span, text: text.to_owned(), diagnostic, suggestions: Vec::new() };
    let turn = Turn { text: text.to_owned(), ..Turn::default() };
    ParseResult { not_understood: vec![part], turn, ..ParseResult::default() }
}
