//! `scenewright say`: changes a scene by sentences, with the grammar of the editor's command bar.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use scenewright_formats::{read_scenes, scenes_to_string, write_scenes};
use scenewright_language::{Diagnostic, ParseContext, ParseResult, SentenceAction, Session};
use scenewright_scene::vocab::Vocabulary;
use scenewright_scene::{History, Scene};

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scenewright say \"a sheep standing on the grass, sky above the grass\" --out sheep.json
  scenewright say \"add kite in sky\" --scene assets/scenes/street.json --graph 0 --out street.json
  scenewright say \"two sheep on the grass\" \"make the second sheep bigger\" \"undo that\"
  scenewright say \"remove the sheep\" \"2\" --scene assets/scenes/sheep.json --json

A sentence that asks is answered by the next one: \"2\", \"the left one\", \"both\".

What is understood is done. Parts that are left out are named on standard error; --strict refuses them. A sentence that asks, or
that is not understood, ends with an error, and nothing is written. docs/language.md describes what --json prints.")]
pub struct Args {
    /// Sentences, applied one after the other
    #[arg(required = true, value_name = "SENTENCE")]
    sentences: Vec<String>,
    /// The initial scene; empty by default
    #[arg(long, value_name = "IN.json")]
    scene: Option<PathBuf>,
    /// Which graph of the file, counted from 0, if it holds several
    #[arg(long, value_name = "N", requires = "scene")]
    graph: Option<usize>,
    /// Output file of the changed scene
    #[arg(long, value_name = "OUT.json")]
    out: Option<PathBuf>,
    /// Print edits, questions, left-out words and the scene as JSON
    #[arg(long)]
    json: bool,
    /// Reject sentences that are only partly understood
    #[arg(long)]
    strict: bool,
    /// illustrated, coco-stuff, visual-genome, a vocabulary file, or a model folder
    #[arg(long, value_name = "NAME", default_value = "illustrated")]
    vocab: String,
}

pub fn run(args: &Args) -> Result<()> {
    let (stdout, stderr) = (io::stdout(), io::stderr());
    say(args, &mut stdout.lock(), &mut stderr.lock())
}

/// Says all sentences; what they do goes to `out`, what is left out to `notes`. A sentence that is not understood, or a question that
/// without an answer it ends with an error, and no file is written.
pub fn say(args: &Args, out: &mut dyn Write, notes: &mut dyn Write) -> Result<()> {
    let vocab = vocabulary(&args.vocab)?;
    let mut history = History::new(begin(args)?);
    let mut dialogue = Session::new();
    let mut reported = Vec::new();
    let mut failure = None;
    for sentence in &args.sentences {
        let scene = history.scene().clone();
        let understood = dialogue.understand(sentence, &scene, &ParseContext::new(&vocab));
        let done = carry_out(&understood, &mut history, sentence, args.strict);
        if !args.json {
            understood.left_out.iter().try_for_each(|part| writeln!(notes, "{part}"))?;
        }
        if args.json {
            reported.push(as_json(sentence, &understood));
        } else {
            print(sentence, &understood, out)?;
        }
        if let Err(error) = done {
            failure = Some(error);
            break;
        }
        dialogue.said(&understood, &scene, history.scene());
    }
    if args.json {
        let scene: Value = serde_json::from_str(&scenes_to_string(std::slice::from_ref(history.scene())))?;
        let failed = failure.as_ref().map(|error: &anyhow::Error| error.to_string());
        let all = json!({ "sentences": reported, "error": failed, "scene": scene });
        writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
    }
    if let Some(error) = failure {
        return Err(error);
    }
    ensure!(!dialogue.is_asking(), "the last sentence asks a question: answer it by one more sentence, such as \"1\"");
    match &args.out {
        Some(path) => Ok(write_scenes(path, std::slice::from_ref(history.scene()))?),
        None => Ok(()),
    }
}

fn vocabulary(name: &str) -> Result<Vocabulary> {
    match name {
        "illustrated" => Ok(Vocabulary::illustrated()),
        "coco-stuff" | "coco" => Ok(Vocabulary::coco_stuff()),
        "visual-genome" | "vg" => Ok(Vocabulary::visual_genome()),
        path => {
            let path = if scenewright_bundle::is_folder(Path::new(path)) {
                format!("{path}/vocab.json")
            } else {
                path.to_owned()
            };
            let read = |path: &str| {
                scenewright_bundle::read(Path::new(path)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            };
            let text = read(&path).with_context(|| {
                format!(
                    "there is no vocabulary of this name: use illustrated, coco-stuff, visual-genome or a vocabulary file: {path}"
                )
            })?;
            let own = text.contains("\"object_name_to_idx\"");
            let read = if own { sg2im(&text) } else { Vocabulary::from_json(&text).map_err(Into::into) };
            read.with_context(|| format!("cannot use this vocabulary: {path}"))
        }
    }
}

/// A model's vocabulary, which may know of looks.
fn sg2im(text: &str) -> Result<Vocabulary> {
    Ok(Vocabulary::from_sg2im(&serde_json::from_str(text)?)?)
}

fn begin(args: &Args) -> Result<Scene> {
    let Some(path) = &args.scene else { return Ok(Scene::new()) };
    let mut scenes = read_scenes(path)?;
    let shown = |path: &Path| path.display().to_string();
    let index = match args.graph {
        Some(index) => index,
        None => {
            let count = scenes.len();
            ensure!(count == 1, "the file holds {count} graphs: choose one with --graph N: {}", shown(path));
            0
        }
    };
    ensure!(index < scenes.len(), "there is no graph {index}, the file holds {}: {}", scenes.len(), shown(path));
    Ok(scenes.swap_remove(index))
}

fn carry_out(understood: &ParseResult, history: &mut History, sentence: &str, strict: bool) -> Result<()> {
    // Where a word is not understood, a complaint that something is missing in front of it is redundant.
    let slip = understood.not_understood.iter().find(|part| part.diagnostic == Diagnostic::Word);
    if let Some(part) = slip.or(understood.not_understood.first()) {
        bail!("{part}");
    }
    if let (true, Some(part)) = (strict, understood.left_out.first()) {
        bail!("\"{}\" would be left out, which --strict refuses", part.text);
    }
    let nothing = understood.edits.is_empty() && understood.action.is_none() && understood.question.is_none();
    if let (true, Some(part)) = (nothing, understood.left_out.first()) {
        bail!("\"{}\" is not understood, and nothing else is said", part.text);
    }
    let steps = match understood.action {
        Some(SentenceAction::Undo { steps } | SentenceAction::Redo { steps }) => steps,
        None => 0,
    };
    for step in 0..steps {
        let undoes = matches!(understood.action, Some(SentenceAction::Undo { .. }));
        let moved = if undoes { history.undo() } else { history.redo() };
        ensure!(moved.is_some(), "there are only {step} steps to go {}", if undoes { "back" } else { "forward" });
    }
    if understood.question.is_none() {
        history.apply(sentence, &understood.edits)?;
    }
    Ok(())
}

fn print(sentence: &str, understood: &ParseResult, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{sentence}")?;
    for line in &understood.summary {
        writeln!(out, "  {line}")?;
    }
    if understood.is_empty() {
        writeln!(out, "  nothing changes")?;
    }
    for corrected in &understood.corrected {
        writeln!(out, "  note: {corrected}")?;
    }
    for drawn in &understood.drawn_as {
        writeln!(out, "  note: {drawn}")?;
    }
    for unknown in &understood.unknown_words {
        writeln!(out, "  note: {unknown}")?;
    }
    for part in &understood.not_understood {
        // The place, counted in characters, under the sentence that it is in.
        let reported = understood.sentence();
        let before = reported.get(..part.span.start).unwrap_or_default().chars().count();
        let width = part.text.chars().count().max(1);
        if reported == sentence {
            writeln!(out, "{}{}", " ".repeat(before), "^".repeat(width))?;
        }
        writeln!(out, "  {part} (character {})", before + 1)?;
    }
    if let Some(question) = &understood.question {
        writeln!(out, "  {}", question.text)?;
        for (number, candidate) in question.candidates.iter().enumerate() {
            writeln!(out, "    {}  {}", number + 1, candidate.words)?;
        }
    }
    Ok(())
}

fn as_json(sentence: &str, understood: &ParseResult) -> Value {
    let mut value = serde_json::to_value(understood).unwrap_or_else(|error| json!({ "error": error.to_string() }));
    if let Some(fields) = value.as_object_mut() {
        fields.insert("sentence".to_owned(), json!(sentence));
        fields.insert("ready".to_owned(), json!(understood.is_ready()));
    }
    value
}
