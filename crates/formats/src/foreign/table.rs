//! Tables: the relations of Open Images (`oidv6-train-annotations-vrd.csv` and its kin), and triples with a heading.

use std::collections::HashMap;

use super::ReadContext;
use super::graph::Graph;
use super::open_images;
use super::triples;

const SUBJECT: [&str; 6] = ["subject", "subj", "source", "from", "head", "subjectname"];
const PREDICATE: [&str; 6] = ["predicate", "relation", "relationship", "rel", "label", "predicatename"];
const OBJECT: [&str; 6] = ["object", "obj", "target", "to", "tail", "objectname"];
const PICTURE: [&str; 5] = ["imageid", "image", "imagename", "picture", "filename"];
const WORD: [&str; 2] = ["relationshiplabel", "relationlabel"];

/// Whose table it is; none where it is no table of relations.
pub(super) fn format(text: &str) -> Option<&'static str> {
    let header = row(text.lines().next()?, separator(text));
    let has = |names: &[&str]| column(&header, names).is_some();
    if has(&["labelname1"]) && has(&["labelname2"]) && has(&WORD) {
        return Some("Open Images");
    }
    (has(&SUBJECT) && has(&PREDICATE) && has(&OBJECT)).then_some("a table of triples")
}

pub(super) fn read(text: &str, reading: &mut ReadContext<'_>) -> Vec<Graph> {
    let table = Table::new(text);
    match column(&table.header, &WORD) {
        Some(word) => open_images(&table, word, reading),
        None => named(&table, reading),
    }
}

/// A picture's objects are given by class and box; "is" says what an object is made of.
fn open_images(table: &Table, word: usize, reading: &mut ReadContext<'_>) -> Vec<Graph> {
    let names = open_images::names(reading.path);
    let picture = column(&table.header, &["imageid"]);
    let [first, second] = ["1", "2"].map(|end| {
        let name = column(&table.header, &[&format!("labelname{end}")]);
        (name, ["xmin", "xmax", "ymin", "ymax"].map(|side| column(&table.header, &[&format!("{side}{end}")])))
    });
    let mut graphs = Graphs::default();
    for (at, row) in table.rows.iter().enumerate() {
        let cell = |column: Option<usize>| column.and_then(|column| row.get(column)).map(String::as_str);
        let name_of = |number: &str| names.get(number).cloned().unwrap_or_else(|| number.to_owned());
        let (Some(a), Some(b), Some(word)) = (cell(first.0), cell(second.0), row.get(word)) else {
            reading.report.left_out("rows that are too short", || format!("row {}", at + 2));
            continue;
        };
        for number in [a, b] {
            if number.starts_with("/m/") && !names.contains_key(number) {
                reading.report.note(
                    "some classes are numbers in this file (\"/m/...\"): put Open Images' class-descriptions.csv into its folder and open it again",
                );
            }
        }
        let graph = graphs.of(cell(picture));
        let mut object = |number: &str, sides: &[Option<usize>; 4]| {
            let key = sides.iter().fold(number.to_owned(), |key, side| key + " " + cell(*side).unwrap_or_default());
            graph.object(&key, &name_of(number), &mut reading.report)
        };
        let subject = object(a, &first.1);
        if word == "is" {
            // "table is wooden", of one box.
            subject.into_iter().for_each(|row| graph.describe(row, [name_of(b)]));
            continue;
        }
        let ends = subject.zip(object(b, &second.1));
        if let Some((subject, object)) = ends {
            // "inside_of", "interacts_with".
            graph.relate(subject, &word.replace('_', " "), object, &mut reading.report);
        }
    }
    graphs.list
}

fn named(table: &Table, reading: &mut ReadContext<'_>) -> Vec<Graph> {
    let columns = [&SUBJECT, &PREDICATE, &OBJECT].map(|names| column(&table.header, names));
    let picture = column(&table.header, &PICTURE);
    let mut graphs = Graphs::default();
    for (at, row) in table.rows.iter().enumerate() {
        let cell = |column: Option<usize>| row.get(column?).map(String::as_str);
        match columns.map(cell) {
            [Some(subject), Some(predicate), Some(object)] => {
                triples::add(graphs.of(cell(picture)), [subject, predicate, object], reading);
            }
            _ => reading.report.left_out("rows that are too short", || format!("row {}", at + 2)),
        }
    }
    graphs.list
}

/// A graph for each picture, in the order of the file.
#[derive(Default)]
struct Graphs {
    list: Vec<Graph>,
    rows: HashMap<String, usize>,
}

impl Graphs {
    fn of(&mut self, picture: Option<&str>) -> &mut Graph {
        let key = picture.unwrap_or_default().to_owned();
        let at = *self.rows.entry(key).or_insert_with(|| {
            self.list.push(Graph::new(picture.map(str::to_owned)));
            self.list.len() - 1
        });
        &mut self.list[at]
    }
}

/// Rows of cells; the first row is the heading.
pub(super) struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(text: &str) -> Self {
        let separator = separator(text);
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let header = lines.next().map(|line| row(line, separator)).unwrap_or_default();
        Self { header, rows: lines.map(|line| row(line, separator)).collect() }
    }
}

/// The column whose heading is one of the names, without regard to case, blanks and underscores.
pub(super) fn column(header: &[String], names: &[&str]) -> Option<usize> {
    let plain = |cell: &String| cell.to_lowercase().replace(['_', ' ', '-'], "");
    names.iter().find_map(|name| header.iter().position(|cell| plain(cell) == *name))
}

fn separator(text: &str) -> char {
    let header = text.lines().next().unwrap_or_default();
    [',', '\t', ';'].into_iter().max_by_key(|separator| header.matches(*separator).count()).unwrap_or(',')
}

/// The cells of a line; a cell in quotes may hold the separator, and a doubled quote is one.
fn row(line: &str, separator: char) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.trim_end_matches(['\r', '\n']).chars().peekable();
    while let Some(c) = letters.next() {
        let Some(cell) = cells.last_mut() else { break };
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            c if c == separator && !quoted => cells.push(String::new()),
            c => cell.push(c),
        }
    }
    cells.into_iter().map(|cell| cell.trim().to_owned()).collect()
}
