//! `docs/language.md` is made of the tables of `everyday.rs`: `SCENEWRIGHT_WRITE_DOCS=1 cargo test -p scenewright-language --test language language`.

use std::path::Path;

const INTRODUCTION: &str = "\
# What sentences the program understands

Made of the tests in `crates/language/tests/language/everyday.rs`; every line is one of them. `fresh.tsv` beside it has 200 more. The same grammar reads the sentence bar and `scenewright say`.

- A word that no model knows keeps its name and is drawn as another: a poodle as a dog, \"chasing\" as \"behind\". Add a line to
  `vocab/nouns.tsv` or `vocab/verbs.tsv` for a word of yours. Of several drawn words the first that the model knows is taken.
- What is locked stays as it is, whatever is said; \"unlock the house\" frees it.
- What is not understood is left out and named; where it could turn the meaning round (a negation, a condition), nothing is done.
- Slips of the pen are read as the word that is nearly so, and that is said.

How to read the right column: `kite -in-> sky` is a relation with its objects, `-dog` goes, `car => bus` becomes another, `tree[old]{large}@left` has
looks, size and place, `? a | b` asks which, `! words` stops at these words, `/ words` leaves them out, `~ word` is drawn by no model.

## `scenewright say`

Does what is understood and prints what is left out on standard error, with exit status 0. Where it asks or refuses, nothing is written
and the status is 1. `--strict` refuses whatever leaves a part out. `--json` prints one object:

| key | value |
|---|---|
| `sentences` | one object a sentence, as below |
| `error` | why it ended, or null |
| `scene` | the scene that came of it, in sg2im's format |

| key of a sentence | value |
|---|---|
| `sentence`, `ready` | what was said; whether there is something to do and nothing in its way |
| `action`, `edits`, `summary` | steps to undo or redo; changes as data; the same in words |
| `question` | `text`, `span`, `candidates` (`node`, `words`), or null |
| `not_understood` | `span` (`start` and `end` in bytes), `text`, `trouble`, `suggestions` |
| `left_out` | `span`, `text` |
| `drawn_as` | `span`, `word`, `drawn`, `kind` (`object`, `relation`) |
| `corrected` | `span`, `text`, `read_as` |
| `unknown_words` | words that no model knows: `span`, `word`, `kind`, `nearest` |
| `touched` | the objects that \"it\" and \"them\" are from here on |
";

/// The text between quotation marks in a line of a table.
fn cells(line: &str) -> Option<[String; 3]> {
    let inside = line.trim().strip_prefix("(\"")?.strip_suffix("\"),")?;
    let cells: Vec<String> = inside.split("\", \"").map(str::to_owned).collect();
    cells.try_into().ok()
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut title = "";
    for line in include_str!("everyday.rs").lines() {
        if let Some(rest) = line.strip_prefix("fn ") {
            title = rest.split('(').next().unwrap_or_default();
        }
        let Some([scene, sentence, change]) = cells(line) else { continue };
        if !title.is_empty() {
            page += &format!("\n## {}\n\n| scene | sentence | change |\n|---|---|---|\n", title.replace('_', " "));
            title = "";
        }
        let cell = |text: &str| if text.is_empty() { String::new() } else { format!("`{}`", text.replace('|', "\\|")) };
        page += &format!("| {} | {} | {} |\n", cell(&scene), cell(&sentence), cell(&change));
    }
    page
}

#[test]
fn the_page_about_the_language_is_that_of_the_tests() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/language.md");
    let page = page();
    if std::env::var_os("SCENEWRIGHT_WRITE_DOCS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == page,
        "docs/language.md is not that of the tests: SCENEWRIGHT_WRITE_DOCS=1 cargo test -p scenewright-language --test language language"
    );
}
