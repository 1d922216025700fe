//! A scene as a graph that Graphviz draws.

use scenewright_scene::Scene;
use scenewright_scene::vocab::Vocabulary;
use std::fmt::Write;

/// The DOT text of a scene: objects in their category's color when a vocabulary is given, and where they lie on the
/// canvas, which `neato -n` follows and `dot` does not.
pub fn dot(scene: &Scene, vocab: Option<&Vocabulary>) -> String {
    let mut text = String::from("digraph scene {\n");
    text.push_str("  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", fontname=\"sans-serif\"];\n");
    text.push_str("  edge [fontname=\"sans-serif\"];\n");
    for (row, node) in scene.nodes().iter().enumerate() {
        let mut line = format!("  n{row} [label={}", quoted(node.title()));
        if node.label.is_some() {
            line.push_str(&format!(", tooltip={}", quoted(&node.name)));
        }
        if let Some([r, g, b]) = vocab.map(|vocab| vocab.color_of(&node.name)) {
            line.push_str(&format!(", fillcolor=\"#{r:02x}{g:02x}{b:02x}\""));
        }
        // Graphviz's y runs up.
        if let Some([x, y]) = node.canvas {
            line.push_str(&format!(", pos=\"{x},{}!\"", -y));
        }
        text.push_str(&line);
        text.push_str("];\n");
    }
    for relation in scene.relations() {
        let ends = scene.node_index(relation.subject).zip(scene.node_index(relation.object));
        let Some((subject, object)) = ends else { continue };
        // Writing to a text cannot fail.
        let _ = writeln!(text, "  n{subject} -> n{object} [label={}];", quoted(&relation.predicate));
    }
    text.push_str("}\n");
    text
}

/// A text in double quotes. A backslash would begin an escape of the label ("\N" is the node's name), so it is doubled.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' | '\r' => quoted.push_str("\\n"),
            '\0' => {}
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
