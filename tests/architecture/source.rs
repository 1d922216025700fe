//! Rust source as far as the rules of the house need it: tokens without comments, texts and test code, and the paths they spell.
//!
//! It is no parser: it knows enough of the language not to be fooled by what people write (nested comments, raw texts, lifetimes,
//! `use` trees, `super::super`, modules within files), and nothing of types.

/// A word or a sign, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// What a file says outside its tests.
pub struct Source {
    pub tokens: Vec<Token>,
    /// Modules that exist only in tests and have their own files.
    pub test_modules: Vec<String>,
}

/// A path of this crate, from its root: `crate::nn::{conv, warp}` is two of them.
#[derive(Debug, PartialEq)]
pub struct Mention {
    pub path: Vec<String>,
    pub line: usize,
}

impl Source {
    pub fn new(text: &str) -> Self {
        let mut test_modules = Vec::new();
        let tokens = without_tests(tokens(text), &mut test_modules);
        Self { tokens, test_modules }
    }

    /// Every path that begins with `crate`, this crate's name, `super` or `self`. `module`: where the file stands, `["scene", "edit"]`.
    pub fn mentions(&self, module: &[String]) -> Vec<Mention> {
        let mut found = Vec::new();
        let mut module = module.to_vec();
        let mut blocks = Vec::new(); // for each open brace, whether a module began there
        for (at, token) in self.tokens.iter().enumerate() {
            let starts_path = self.text(at + 1) == "::" && (at == 0 || self.text(at - 1) != "::");
            match token.text.as_str() {
                "{" => {
                    let inline = at >= 2 && self.text(at - 2) == "mod";
                    if inline {
                        module.push(self.text(at - 1).to_owned());
                    }
                    blocks.push(inline);
                }
                "}" if blocks.pop() == Some(true) => _ = module.pop(),
                "crate" | "scenewright" if starts_path => _ = self.tree(at + 2, Vec::new(), &mut found),
                "super" | "self" if starts_path => _ = self.tree(at, module.clone(), &mut found),
                _ => {}
            }
        }
        found
    }

    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    /// Reads a path or a tree of paths and returns where it ends.
    fn tree(&self, mut at: usize, mut path: Vec<String>, found: &mut Vec<Mention>) -> usize {
        let line = self.tokens.get(at).map_or(0, |token| token.line);
        loop {
            match self.text(at) {
                "super" => _ = path.pop(),
                "self" => {}
                "{" => {
                    at += 1;
                    while !matches!(self.text(at), "}" | "") {
                        at = self.tree(at, path.clone(), found);
                        while !matches!(self.text(at), "," | "}" | "") {
                            at += 1; // `as name`
                        }
                        at += usize::from(self.text(at) == ",");
                    }
                    return at + 1;
                }
                word if is_word(word) || word == "*" => path.push(word.to_owned()),
                _ => break,
            }
            at += 1;
            if self.text(at) != "::" {
                break;
            }
            at += 1;
        }
        found.push(Mention { path, line });
        at
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let (mut i, mut line, mut found) = (0, 1, Vec::new());
    while i < chars.len() {
        let start = i;
        match (at(i), at(i + 1)) {
            ('/', '/') => {
                while i < chars.len() && at(i) != '\n' {
                    i += 1
                }
            }
            ('/', '*') => {
                let mut depth = 0;
                loop {
                    match (at(i), at(i + 1)) {
                        ('/', '*') => (depth, i) = (depth + 1, i + 2),
                        ('*', '/') => (depth, i) = (depth - 1, i + 2),
                        _ => i += 1,
                    }
                    if depth == 0 || i >= chars.len() {
                        break;
                    }
                }
            }
            ('"', _) => i = end_of_text(&chars, i),
            ('\'', '\\') => i = end_of_char(&chars, i + 3),
            ('\'', _) if at(i + 2) == '\'' => i += 3,
            ('\'', _) => i += 1, // a lifetime: its name reads as a word
            (c, _) if c.is_alphanumeric() || c == '_' => {
                while at(i).is_alphanumeric() || at(i) == '_' {
                    i += 1;
                }
                let word: String = chars[start..i].iter().collect();
                let hashes = chars[i..].iter().take_while(|&&c| c == '#').count();
                match (word.as_str(), at(i + hashes)) {
                    ("r" | "br" | "cr", '"') => i = end_of_raw_text(&chars, i + hashes + 1, hashes),
                    ("b" | "c", '"') if hashes == 0 => i = end_of_text(&chars, i),
                    ("r", c) if hashes == 1 && (c.is_alphabetic() || c == '_') => i += 1, // r#type: the word follows
                    _ => found.push(Token { text: word, line }),
                }
            }
            (':', ':') => {
                found.push(Token { text: "::".into(), line });
                i += 2;
            }
            (c, _) => {
                if !c.is_whitespace() {
                    found.push(Token { text: c.into(), line });
                }
                i += 1;
            }
        }
        i = i.min(chars.len());
        line += chars[start..i].iter().filter(|&&c| c == '\n').count();
    }
    found
}

/// `start`: the opening quote.
fn end_of_text(chars: &[char], start: usize) -> usize {
    let mut i = start + 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

fn end_of_raw_text(chars: &[char], mut i: usize, hashes: usize) -> usize {
    while i < chars.len() && !(chars[i] == '"' && chars[i + 1..].iter().take_while(|&&c| c == '#').count() >= hashes) {
        i += 1;
    }
    i + 1 + hashes
}

fn end_of_char(chars: &[char], mut i: usize) -> usize {
    while i < chars.len() && chars[i] != '\'' {
        i += 1;
    }
    i + 1
}

/// Leaves out what `#[cfg(test)]` and `#[test]` stand before.
fn without_tests(tokens: Vec<Token>, test_modules: &mut Vec<String>) -> Vec<Token> {
    let text = |i: usize| tokens.get(i).map_or("", |token: &Token| token.text.as_str());
    let (mut kept, mut i) = (Vec::new(), 0);
    while i < tokens.len() {
        let inner = text(i + 1) == "!";
        if text(i) != "#" || text(i + 1 + usize::from(inner)) != "[" {
            kept.push(tokens[i].clone());
            i += 1;
            continue;
        }
        let end = end_of_group(&tokens, i + 1 + usize::from(inner));
        let says = |word: &str| (i..end).any(|at| text(at) == word);
        let for_tests = says("test") && !says("not") && (says("cfg") || end - i == 4);
        match (for_tests, inner) {
            (false, _) => kept.extend_from_slice(&tokens[i..end]),
            (true, true) => return Vec::new(), // #![cfg(test)]: the whole file
            (true, false) => {
                let mut item = end;
                while text(item) == "#" {
                    item = end_of_group(&tokens, item + 1);
                }
                i = end_of_item(&tokens, item);
                if i >= 3 && text(i - 1) == ";" && text(i - 3) == "mod" {
                    test_modules.push(text(i - 2).to_owned());
                }
                continue;
            }
        }
        i = end;
    }
    kept
}

/// `start`: an opening bracket; the place after the one that closes it.
fn end_of_group(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(start) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i + 1;
        }
    }
    tokens.len()
}

fn end_of_item(tokens: &[Token], start: usize) -> usize {
    const ENDS_WITH_BRACE: [&str; 10] =
        ["fn", "mod", "impl", "struct", "enum", "trait", "unsafe", "async", "extern", "macro_rules"];
    const ENDS_WITH_SEMICOLON: [&str; 5] = ["use", "const", "static", "type", "let"];
    let text = |i: usize| tokens.get(i).map_or("", |token| token.text.as_str());
    let mut keyword = start;
    if text(keyword) == "pub" {
        keyword += 1;
        if text(keyword) == "(" {
            keyword = end_of_group(tokens, keyword);
        }
    }
    // `const fn` ends as functions do.
    let function = text(keyword) == "const" && matches!(text(keyword + 1), "fn" | "unsafe");
    let semicolon = ENDS_WITH_SEMICOLON.contains(&text(keyword)) && !function;
    let item = semicolon || function || ENDS_WITH_BRACE.contains(&text(keyword));
    let mut i = start;
    while i < tokens.len() {
        match text(i) {
            ";" => return i + 1,
            "," if !item => return i + 1, // a field, an arm of a match
            ")" | "]" | "}" => return i,
            "(" | "[" => i = end_of_group(tokens, i),
            "{" if semicolon => i = end_of_group(tokens, i),
            "{" => return end_of_group(tokens, i),
            _ => i += 1,
        }
    }
    i
}
