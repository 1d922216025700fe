//! Graphs in Graphviz' DOT language, as this program and others write them. An edge's label is the relation.
//!
//! Source: graphviz.org, "DOT Language". Attributes of the drawing are skipped, but for `label` and `pos`.

use std::collections::HashMap;

use super::ReadContext;
use super::graph::Graph;

/// Subgraphs within subgraphs; a deeper file is no scene.
const DEEPEST: usize = 64;
/// An edge between two subgraphs relates each node with each.
const MAX_RELATIONS: usize = 100_000;

pub(super) fn fits(text: &str) -> bool {
    let mut tokens = Lexer::new(text);
    let mut word = || match tokens.next() {
        Ok(Some(Token::Word { text, quoted: false })) => Some(text.to_lowercase()),
        _ => None,
    };
    let mut first = word();
    if first.as_deref() == Some("strict") {
        first = word();
    }
    if !matches!(first.as_deref(), Some("digraph" | "graph")) {
        return false;
    }
    // A brace follows, maybe after a name: Mermaid also begins with "graph", GML with "graph [".
    loop {
        match tokens.next() {
            Ok(Some(Token::Sign('{'))) => return true,
            Ok(Some(Token::Word { .. })) => {}
            _ => return false,
        }
    }
}

/// All graphs of a text. The error names line and column.
pub(super) fn read(text: &str, reading: &mut ReadContext<'_>) -> Result<Vec<Graph>, String> {
    let mut parser = Parser { tokens: Lexer::new(text), ahead: None, reading, relations: 0 };
    let mut graphs = Vec::new();
    while parser.peek()?.is_some() {
        graphs.push(parser.graph()?);
    }
    Ok(graphs)
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word {
        text: String,
        quoted: bool,
    },
    /// `{ } [ ] ; , = :`
    Sign(char),
    /// `->` or `--`
    Edge,
}

struct Lexer<'t> {
    rest: std::iter::Peekable<std::str::Chars<'t>>,
    line: usize,
    column: usize,
}

impl<'t> Lexer<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text.chars().peekable(), line: 1, column: 1 }
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        (self.line, self.column) = if c == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        Some(c)
    }

    fn fail<T>(&self, what: &str) -> Result<T, String> {
        Err(format!("{what} (line {}, column {})", self.line, self.column))
    }

    fn next(&mut self) -> Result<Option<Token>, String> {
        loop {
            let at_line_start = self.column == 1;
            match self.rest.peek().copied() {
                None => return Ok(None),
                Some(c) if c.is_whitespace() || c == '\u{feff}' => _ = self.bump(),
                Some('#') if at_line_start => self.skip_line(),
                Some('/') => self.comment()?,
                Some('"') => return self.quoted().map(Some),
                Some('<') => return self.html().map(Some),
                Some(c @ ('{' | '}' | '[' | ']' | ';' | ',' | '=' | ':' | '+')) => {
                    self.bump();
                    return Ok(Some(Token::Sign(c)));
                }
                Some('-') => {
                    self.bump();
                    return match self.rest.peek() {
                        Some('>' | '-') => {
                            self.bump();
                            Ok(Some(Token::Edge))
                        }
                        Some(c) if c.is_ascii_digit() || *c == '.' => Ok(Some(self.word("-"))),
                        _ => self.fail("a single - stands where an edge -> or -- belongs"),
                    };
                }
                Some(c) if c.is_alphanumeric() || c == '_' || c == '.' => return Ok(Some(self.word(""))),
                Some(c) => return self.fail(&format!("{c} is no sign of DOT: put the name into \"quotes\"")),
            }
        }
    }

    fn word(&mut self, start: &str) -> Token {
        let mut text = start.to_owned();
        while let Some(c) = self.rest.peek().copied().filter(|c| c.is_alphanumeric() || *c == '_' || *c == '.') {
            text.push(c);
            self.bump();
        }
        Token::Word { text, quoted: false }
    }

    fn skip_line(&mut self) {
        while self.bump().is_some_and(|c| c != '\n') {}
    }

    fn comment(&mut self) -> Result<(), String> {
        self.bump();
        match self.bump() {
            Some('/') => self.skip_line(),
            Some('*') => {
                let mut before = ' ';
                loop {
                    match self.bump() {
                        Some('/') if before == '*' => return Ok(()),
                        Some(c) => before = c,
                        None => return self.fail("a comment /* does not end"),
                    }
                }
            }
            _ => return self.fail("a single / stands where a name or a comment belongs"),
        }
        Ok(())
    }

    /// In quotes, `\"` is a quote; other escapes stay for [`label`].
    fn quoted(&mut self) -> Result<Token, String> {
        self.bump();
        let mut text = String::new();
        loop {
            match self.bump() {
                Some('"') => return Ok(Token::Word { text, quoted: true }),
                Some('\\') => match self.bump() {
                    Some('"') => text.push('"'),
                    Some('\n') => {}
                    Some(c) => text.extend(['\\', c]),
                    None => break,
                },
                Some(c) => text.push(c),
                None => break,
            }
        }
        self.fail("a text in quotes does not end")
    }

    /// An HTML label: its text without the tags.
    fn html(&mut self) -> Result<Token, String> {
        let (mut depth, mut text) = (0_usize, String::new());
        while let Some(c) = self.bump() {
            match c {
                '<' => depth += 1,
                '>' => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(Token::Word { text: text.trim().to_owned(), quoted: true });
                    }
                    text.push(' ');
                }
                c if depth == 1 => text.push(c),
                _ => {}
            }
        }
        self.fail("an HTML label does not end")
    }
}

type Attributes = HashMap<String, String>;

struct Parser<'t, 'r, 'p> {
    tokens: Lexer<'t>,
    ahead: Option<Token>,
    reading: &'r mut ReadContext<'p>,
    relations: usize,
}

impl Parser<'_, '_, '_> {
    fn peek(&mut self) -> Result<Option<&Token>, String> {
        if self.ahead.is_none() {
            self.ahead = self.tokens.next()?;
        }
        Ok(self.ahead.as_ref())
    }

    fn take(&mut self) -> Result<Option<Token>, String> {
        self.peek()?;
        Ok(self.ahead.take())
    }

    fn is_sign(&mut self, sign: char) -> Result<bool, String> {
        Ok(self.peek()? == Some(&Token::Sign(sign)))
    }

    fn eat(&mut self, sign: char) -> Result<bool, String> {
        let found = self.is_sign(sign)?;
        if found {
            self.ahead = None;
        }
        Ok(found)
    }

    fn is_keyword(&mut self, keyword: &str) -> Result<bool, String> {
        let is =
            |token: &Token| matches!(token, Token::Word { text, quoted: false } if text.eq_ignore_ascii_case(keyword));
        Ok(self.peek()?.is_some_and(is))
    }

    fn eat_keyword(&mut self, keyword: &str) -> Result<bool, String> {
        let found = self.is_keyword(keyword)?;
        if found {
            self.ahead = None;
        }
        Ok(found)
    }

    /// A name; texts in quotes may be joined by `+`.
    fn name(&mut self, what: &str) -> Result<String, String> {
        let Some(Token::Word { mut text, .. }) = self.take()? else {
            return self.tokens.fail(&format!("{what} is missing"));
        };
        while self.eat('+')? {
            match self.take()? {
                Some(Token::Word { text: more, .. }) => text.push_str(&more),
                _ => return self.tokens.fail("a text is missing after +"),
            }
        }
        Ok(text)
    }

    fn graph(&mut self) -> Result<Graph, String> {
        self.eat_keyword("strict")?;
        if !self.eat_keyword("digraph")? && !self.eat_keyword("graph")? {
            return self.tokens.fail("\"digraph\" or \"graph\" is missing");
        }
        let mut name = String::new();
        if !self.is_sign('{')? {
            name = self.name("{")?;
        }
        if !self.eat('{')? {
            return self.tokens.fail("{ is missing");
        }
        let mut scene = Scene { is_ours: name == "scene", ..Scene::default() };
        self.statements(&mut scene, &mut Attributes::new(), DEEPEST)?;
        Ok(scene.into_graph(self.reading))
    }

    /// Statements up to the closing brace; gives the nodes they name.
    fn statements(&mut self, scene: &mut Scene, edge: &mut Attributes, depth: usize) -> Result<Vec<String>, String> {
        let Some(depth) = depth.checked_sub(1) else { return self.tokens.fail("subgraphs are nested too deep") };
        let mut named = Vec::new();
        loop {
            if self.eat('}')? {
                return Ok(named);
            }
            if self.eat(';')? || self.eat(',')? {
                continue;
            }
            if self.peek()?.is_none() {
                return self.tokens.fail("the closing } is missing: the file is cut short");
            }
            if self.is_keyword("node")? || self.is_keyword("graph")? {
                self.ahead = None;
                self.attributes()?;
                continue;
            }
            if self.eat_keyword("edge")? {
                edge.extend(self.attributes()?);
                continue;
            }
            let first = self.operand(scene, edge, depth)?;
            if self.eat('=')? {
                self.name("a value")?;
                continue;
            }
            let mut chain = vec![first];
            while self.peek()? == Some(&Token::Edge) {
                self.ahead = None;
                chain.push(self.operand(scene, edge, depth)?);
            }
            let attributes = self.attributes()?;
            match chain.as_slice() {
                [nodes] => nodes.iter().for_each(|node| scene.node(node, &attributes)),
                _ => self.edges(scene, &chain, edge, attributes)?,
            }
            named.extend(chain.into_iter().flatten());
        }
    }

    fn edges(
        &mut self,
        scene: &mut Scene,
        chain: &[Vec<String>],
        usual: &Attributes,
        own: Attributes,
    ) -> Result<(), String> {
        let mut attributes = usual.clone();
        attributes.extend(own);
        let word = ["label", "xlabel", "taillabel", "headlabel", "relation", "predicate"]
            .iter()
            .find_map(|key| attributes.get(*key));
        for pair in chain.windows(2) {
            for subject in &pair[0] {
                for object in &pair[1] {
                    self.relations += 1;
                    if self.relations > MAX_RELATIONS {
                        return self.tokens.fail(&format!("there are over {MAX_RELATIONS} edges"));
                    }
                    scene.node(subject, &Attributes::new());
                    scene.node(object, &Attributes::new());
                    scene.edges.push((subject.clone(), word.cloned(), object.clone()));
                }
            }
        }
        Ok(())
    }

    /// A node or a subgraph: the nodes it stands for.
    fn operand(&mut self, scene: &mut Scene, edge: &Attributes, depth: usize) -> Result<Vec<String>, String> {
        let is_subgraph = self.eat_keyword("subgraph")?;
        if is_subgraph && !self.is_sign('{')? {
            self.name("the subgraph's name")?;
        }
        if self.eat('{')? {
            return self.statements(scene, &mut edge.clone(), depth);
        }
        if is_subgraph {
            return Ok(Vec::new());
        }
        let node = self.name("a node's name")?;
        // A port, and where on the compass.
        while self.eat(':')? {
            self.name("a port")?;
        }
        Ok(vec![node])
    }

    fn attributes(&mut self) -> Result<Attributes, String> {
        let mut attributes = Attributes::new();
        while self.eat('[')? {
            while !self.eat(']')? {
                if self.eat(',')? || self.eat(';')? {
                    continue;
                }
                let key = self.name("]")?;
                let value = if self.eat('=')? { self.name("a value")? } else { "true".to_owned() };
                attributes.insert(key.to_lowercase(), value);
            }
        }
        Ok(attributes)
    }
}

/// What the statements said, in their order.
#[derive(Default)]
struct Scene {
    /// Written by this program: a tooltip is the object's name then, where a label stands for it.
    is_ours: bool,
    nodes: Vec<(String, Attributes)>,
    rows: HashMap<String, usize>,
    edges: Vec<(String, Option<String>, String)>,
}

impl Scene {
    fn node(&mut self, id: &str, attributes: &Attributes) {
        let row = *self.rows.entry(id.to_owned()).or_insert_with(|| {
            self.nodes.push((id.to_owned(), Attributes::new()));
            self.nodes.len() - 1
        });
        if let Some((_, known)) = self.nodes.get_mut(row) {
            known.extend(attributes.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
    }

    fn into_graph(self, reading: &mut ReadContext<'_>) -> Graph {
        let mut graph = Graph::default();
        for (id, attributes) in &self.nodes {
            let shown = attributes.get("label").map(|text| label(text, id)).filter(|text| !text.trim().is_empty());
            let shown = shown.unwrap_or_else(|| super::graph::without_counter(id).to_owned());
            let name = attributes.get("tooltip").filter(|_| self.is_ours).map(|text| label(text, id));
            let Some(row) = graph.object(id, name.as_deref().unwrap_or(&shown), &mut reading.report) else { continue };
            if name.is_some() {
                graph.set_label(row, &shown);
            }
            // Graphviz's y runs up.
            let at = attributes.get("pos").and_then(|pos| pos.trim_end_matches('!').split_once(','));
            if let Some((Ok(x), Ok(y))) = at.map(|(x, y)| (x.trim().parse::<f64>(), y.trim().parse::<f64>())) {
                graph.set_canvas(row, [x, if y == 0.0 { 0.0 } else { -y }]);
            }
        }
        for (subject, word, object) in &self.edges {
            let Some((from, to)) = graph.row(subject).zip(graph.row(object)) else { continue };
            match word {
                Some(word) => graph.relate(from, &label(word, ""), to, &mut reading.report),
                None => reading.report.left_out("edges without a label, which would be the relation", || {
                    format!("{subject} -> {object}")
                }),
            }
        }
        graph
    }
}

/// A label's text: line breaks are blanks, `\N` is the node's name, any other letter stands for itself.
fn label(text: &str, node: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(c) = letters.next() {
        match c {
            '\\' => match letters.next() {
                Some('n' | 'l' | 'r') => out.push(' '),
                Some('N') => out.push_str(node),
                Some(c) => out.push(c),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}
