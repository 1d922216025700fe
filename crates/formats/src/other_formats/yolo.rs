//! YOLO: a text file for each picture, a line for each object: `class x y w h` (the middle and the size of its box) or `class x0 y0 x1 y1 ...` (a
//! polygon), in parts of the picture. Words are in `data.yaml`, `classes.txt` or `obj.names`.

use super::{Records, Set, Thing, not_read, odd};
use crate::picture_file::{self, is_picture};
use crate::picture_folder::name_below;
use crate::records::read_text;
use crate::sources::Note;
use crate::values;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

const MAX_BYTES: u64 = 16 << 20;

pub(crate) fn in_folder(set: &Set<'_>, notes: &mut Vec<Note>) -> Option<Map<String, Value>> {
    let texts: std::collections::HashSet<&PathBuf> =
        set.files.iter().filter(|path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("txt"))).collect();
    let labeled: Vec<(&PathBuf, PathBuf)> = (set.files.iter().filter(|path| is_picture(path)))
        .filter_map(|picture| Some((picture, labels_of(picture).into_iter().find(|path| texts.contains(path))?)))
        .collect();
    let first = labeled
        .iter()
        .find_map(|(_, labels)| read_text(labels, MAX_BYTES).ok().filter(|text| !text.trim().is_empty()))?;
    let is_labels = first.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        fields.len() >= 5 && fields.iter().all(|field| values::number_of_text(field).is_some())
    });
    if !is_labels {
        notes.extend(other_labels(set.folder, &first));
        return None;
    }
    let Some(names) = names(set) else {
        notes.push(not_read(
            set.folder,
            "these are YOLO's labels, which hold numbers and no words. Put data.yaml or classes.txt beside them",
        ));
        return None;
    };
    let mut records = Records::new(set);
    for (picture, labels) in labeled {
        let Some(name) = name_below(set.folder, picture) else { continue };
        // What is wrong with a picture is reported when it is opened.
        let Ok(header) = picture_file::header(picture) else { continue };
        let (width, height) = header.shown();
        let size = [f64::from(width), f64::from(height)];
        let text = match read_text(&labels, MAX_BYTES) {
            Ok(text) => text,
            Err(error) => {
                notes.push(odd(&labels, "", crate::without_path(&error, &labels)));
                continue;
            }
        };
        let image = records.image(&name, Some(size), &labels, "");
        for (row, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let record = format!("line {}", row + 1);
            match thing(line, &names, size) {
                Ok(thing) => _ = records.thing(image, thing, &labels, &record),
                Err(what) => notes.push(odd(&labels, record, what)),
            }
        }
    }
    records.finish()
}

/// Texts beside pictures that are other tools'.
fn other_labels(folder: &Path, text: &str) -> Option<crate::sources::Note> {
    let is_number = |field: &&str| values::number_of_text(field).is_some();
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.contains(':'))?;
    let fields: Vec<&str> = line.split_whitespace().collect();
    match fields.as_slice() {
        [word, rest @ ..] if !is_number(word) && (14..=16).contains(&rest.len()) && rest.iter().all(is_number) => {
            Some(not_read(folder, "these are KITTI's labels, which are not read. Convert them to COCO; FiftyOne can"))
        }
        [corners @ .., _, difficult] if corners.len() == 8 && corners.iter().all(is_number) && is_number(difficult) => {
            Some(not_read(
                folder,
                "these are DOTA's labels, which are not read. Convert them to YOLO OBB with Ultralytics",
            ))
        }
        _ => None,
    }
}

/// Where the labels of a picture may lie: beside it, or in `labels` where it is in `images`.
fn labels_of(picture: &Path) -> Vec<PathBuf> {
    let mut places = vec![picture.with_extension("txt")];
    let parts: Vec<_> = picture.components().collect();
    if let Some(at) = parts.iter().rposition(|part| part.as_os_str() == "images") {
        let other: PathBuf = parts
            .iter()
            .enumerate()
            .map(|(nth, part)| if nth == at { "labels".as_ref() } else { part.as_os_str() })
            .collect();
        places.push(other.with_extension("txt"));
    }
    // KITTI: image_2 and label_2.
    if let Some(at) = parts.iter().rposition(|part| part.as_os_str() == "image_2") {
        let part = |(nth, part): (usize, &std::path::Component<'_>)| -> std::ffi::OsString {
            if nth == at { "label_2".into() } else { part.as_os_str().to_owned() }
        };
        let other: PathBuf = parts.iter().enumerate().map(part).collect();
        places.push(other.with_extension("txt"));
    }
    if let (Some(folder), Some(name)) = (picture.parent(), picture.file_name()) {
        places.push(folder.join("labels").join(name).with_extension("txt"));
    }
    places
}

struct Names {
    words: HashMap<usize, String>,
    /// Boxes are followed by points of the body.
    has_points: bool,
}

fn thing<'n>(line: &str, names: &'n Names, [width, height]: [f64; 2]) -> Result<Thing<'n>, String> {
    let numbers: Option<Vec<f64>> = line.split_whitespace().map(values::number_of_text).collect();
    let Some((class, rest)) = numbers.as_deref().and_then(<[f64]>::split_first) else {
        return Err("it is no line of numbers. Write \"class x y w h\"".to_owned());
    };
    let word = (class.fract() == 0.0 && *class >= 0.0).then(|| names.words.get(&(*class as usize))).flatten();
    let Some(word) = word else {
        return Err(format!("class {class} has no word in the list of names. Add it there"));
    };
    // Rounding may lead out of the picture by a little.
    const BEYOND: f64 = 1.01;
    let coordinates = if names.has_points { rest.get(..4).unwrap_or(rest) } else { rest };
    if coordinates.iter().any(|v| !(-0.01..=BEYOND).contains(v)) {
        return Err("its numbers are no parts of the picture (0 to 1). Divide them by its width and height".to_owned());
    }
    match coordinates.len() {
        4 | 5 => {
            let [x, y, w, h] = [coordinates[0], coordinates[1], coordinates[2], coordinates[3]];
            let bbox = [(x - w / 2.0) * width, (y - h / 2.0) * height, w * width, h * height];
            Ok(Thing { word, bbox: Some(bbox), score: coordinates.get(4).copied(), ..Thing::default() })
        }
        count if count >= 6 => {
            let pairs = coordinates.chunks_exact(2);
            let score = pairs.remainder().first().copied();
            let polygon = pairs.flat_map(|pair| [pair[0] * width, pair[1] * height]).collect();
            Ok(Thing { word, polygons: vec![polygon], score, ..Thing::default() })
        }
        count => Err(format!("it has {count} numbers behind its class, and a box has four. Draw it again")),
    }
}

/// The words by their numbers, from the first list that there is.
fn names(set: &Set<'_>) -> Option<Names> {
    let name_of =
        |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let is_yaml = |path: &&PathBuf| name_of(path).ends_with(".yaml") || name_of(path).ends_with(".yml");
    for path in set.files.iter().filter(is_yaml) {
        let Ok(text) = read_text(path, MAX_BYTES) else { continue };
        let words = names_of_yaml(&text);
        if !words.is_empty() {
            let has_points = text.lines().any(|line| line.starts_with("kpt_shape"));
            return Some(Names { words, has_points });
        }
    }
    let is_list = |path: &&PathBuf| {
        let name = name_of(path);
        ["classes.txt", "labels.txt", "_darknet.labels", "predefined_classes.txt"].contains(&name.as_str())
            || name.ends_with(".names")
    };
    let path = set.files.iter().find(is_list)?;
    let text = read_text(path, MAX_BYTES).ok()?;
    let words =
        text.lines().map(|line| line.trim().to_owned()).enumerate().filter(|(_, word)| !word.is_empty()).collect();
    Some(Names { words, has_points: false })
}

/// `names: [a, b]`, a list of lines `- a`, or lines `0: a`.
fn names_of_yaml(text: &str) -> HashMap<usize, String> {
    let clean = |word: &str| word.split(" #").next().unwrap_or(word).trim().trim_matches(['"', '\'']).to_owned();
    let mut lines = text.lines();
    let Some(rest) = lines.by_ref().find_map(|line| line.strip_prefix("names:")) else { return HashMap::new() };
    let mut inline = rest.trim().to_owned();
    if inline.starts_with(['[', '{']) {
        while !inline.contains([']', '}']) {
            let Some(line) = lines.next() else { break };
            inline.push_str(line.trim());
        }
        let inner = inline.trim_start_matches(['[', '{']).split([']', '}']).next().unwrap_or_default();
        let entries = inner.split(',').map(clean).filter(|word| !word.is_empty());
        return entries.enumerate().map(|(row, entry)| numbered(row, &entry, &clean)).collect();
    }
    let mut words = HashMap::new();
    for line in lines {
        let is_inner = line.starts_with([' ', '\t', '-']);
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            continue;
        }
        if !is_inner {
            break;
        }
        let row = words.len();
        let entry = line.trim();
        let (row, word) = match entry.strip_prefix('-') {
            Some(word) => (row, clean(word)),
            None => numbered(row, entry, &clean),
        };
        if !word.is_empty() {
            words.insert(row, word);
        }
    }
    words
}

/// `0: a` with its number; else the word with the number of its row.
fn numbered(row: usize, entry: &str, clean: &dyn Fn(&str) -> String) -> (usize, String) {
    match entry.split_once(':') {
        Some((number, word)) => match number.trim().trim_matches(['"', '\'']).parse() {
            Ok(number) => (number, clean(word)),
            Err(_) => (row, clean(entry)),
        },
        None => (row, clean(entry)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_every_form_of_yaml() {
        let expected: HashMap<usize, String> = [(0, "sheep".to_owned()), (1, "pine tree".to_owned())].into();
        for text in [
            "path: x\nnames: ['sheep', 'pine tree']\nnc: 2",
            "nc: 2\nnames: [sheep,\n  \"pine tree\"]\n",
            "names:\n- sheep\n- pine tree # evergreen\nnc: 2\n",
            "names:\n  0: sheep\n  1: pine tree\n",
            "names:\n  - 'sheep'\n  - \"pine tree\"\ntrain: a\n",
            "names: {0: sheep, 1: pine tree}",
        ] {
            assert_eq!(names_of_yaml(text), expected, "{text}");
        }
        assert!(names_of_yaml("train: images").is_empty());
    }
}
