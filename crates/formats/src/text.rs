//! JSON that people can read: short lists stay on one line, long ones get a line an entry.

use serde_json::Value;

const WIDTH: usize = 100;

/// The text of a value, with a line break at its end.
pub(super) fn pretty(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    text.push('\n');
    text
}

fn write(value: &Value, indent: usize, text: &mut String) {
    // The document and its graphs are always spread out; so is anything too long for a line.
    if !matches!(value, Value::Array(_) | Value::Object(_)) {
        return text.push_str(&value.to_string());
    }
    if let Some(line) = one_line(value, WIDTH.saturating_sub(indent)).filter(|_| indent > 0 || is_empty(value)) {
        return text.push_str(&line);
    }
    let (open, close) = if value.is_array() { ('[', ']') } else { ('{', '}') };
    text.push(open);
    let mut first = true;
    for (key, entry) in entries(value) {
        text.push_str(if first { "\n" } else { ",\n" });
        first = false;
        text.extend(std::iter::repeat_n(' ', indent + 2));
        if let Some(key) = key {
            text.push_str(&Value::from(key).to_string());
            text.push_str(": ");
        }
        write(entry, indent + 2, text);
    }
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', indent));
    text.push(close);
}

/// The value on one line, if it takes at most `width` characters and no list within it holds lists of its own.
fn one_line(value: &Value, width: usize) -> Option<String> {
    let is_container = |value: &Value| matches!(value, Value::Array(_) | Value::Object(_)) && !is_empty(value);
    let is_nested = |(_, entry): (Option<&str>, &Value)| {
        is_container(entry) && (value.is_array() || entries(entry).any(|(_, inner)| is_container(inner)))
    };
    if entries(value).any(is_nested) {
        return None;
    }
    let mut line = String::new();
    compact(value, width, &mut line);
    (line.chars().count() <= width).then_some(line)
}

/// Gives up once the line is too long anyway: a list of ten thousand names is not written twice.
fn compact(value: &Value, width: usize, line: &mut String) {
    if !matches!(value, Value::Array(_) | Value::Object(_)) {
        return line.push_str(&value.to_string());
    }
    let (open, close) = if value.is_array() { ('[', ']') } else { ('{', '}') };
    line.push(open);
    for (at, (key, entry)) in entries(value).enumerate() {
        if line.len() > 4 * width {
            break;
        }
        if at > 0 {
            line.push_str(", ");
        }
        if let Some(key) = key {
            line.push_str(&Value::from(key).to_string());
            line.push_str(": ");
        }
        compact(entry, width, line);
    }
    line.push(close);
}

fn entries(value: &Value) -> Box<dyn Iterator<Item = (Option<&str>, &Value)> + '_> {
    match value {
        Value::Array(list) => Box::new(list.iter().map(|entry| (None, entry))),
        Value::Object(map) => Box::new(map.iter().map(|(key, entry)| (Some(key.as_str()), entry))),
        _ => Box::new(std::iter::empty()),
    }
}

fn is_empty(value: &Value) -> bool {
    entries(value).next().is_none()
}
