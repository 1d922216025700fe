//! Reads the values of annotation files as other tools write them: numbers as text, ids of any kind, boxes as objects, polygons without their list.
//!
//! Everything here answers for one value. What can be read in only one way is read; everything else is `None` or an error in words, never a guess.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The number or name of a record. A text that is a number is that number: `"1"`, `1` and `1.0` are one id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Id {
    Number(i64),
    Text(Box<str>),
}

impl Id {
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        match text.parse::<i64>() {
            Ok(number) => Some(Self::Number(number)),
            Err(_) => match text.parse::<f64>().ok().and_then(Self::of_float) {
                Some(id) if text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')) => Some(id),
                _ => Some(Self::Text(text.into())),
            },
        }
    }

    fn of_float(number: f64) -> Option<Self> {
        /// Above this a float cannot distinguish whole numbers.
        const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
        (number.fract() == 0.0 && number.abs() <= MAX_EXACT).then_some(Self::Number(number as i64))
    }

    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Self::of_text(text),
            Value::Number(number) => match number.as_i64() {
                Some(number) => Some(Self::Number(number)),
                None if number.is_u64() => Some(Self::Text(number.to_string().into())),
                None => number.as_f64().and_then(Self::of_float),
            },
            _ => None,
        }
    }

    /// A number for callers that need one: for a text its hash, the same on every machine.
    pub fn as_number(&self) -> u64 {
        match self {
            Self::Number(number) => *number as u64,
            // FNV-1a.
            Self::Text(text) => {
                text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
            }
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "\"{text}\""),
        }
    }
}

/// A finite number, or a text that is one.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => number_of_text(text),
        _ => None,
    }
    .filter(|number| number.is_finite())
}

pub(crate) fn number_of_text(text: &str) -> Option<f64> {
    let text = text.trim();
    // Rust reads "inf" and "nan" as numbers.
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    if is_plain { text.parse().ok().filter(|number: &f64| number.is_finite()) } else { None }
}

/// A side in pixels; 0 where the value says nothing. What no picture has is the largest number, so that it is reported.
pub fn side(value: Option<&Value>) -> u32 {
    value.and_then(number).map_or(0, |side| side.round().clamp(0.0, f64::from(u32::MAX)) as u32)
}

/// A text; numbers are texts, too.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// 0 and 1, true and false, as numbers or texts.
pub(crate) fn flag(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) if text.trim().eq_ignore_ascii_case("true") => true,
        Some(value) => number(value).is_some_and(|number| number != 0.0),
        None => false,
    }
}

/// The one spelling of a word: without blanks around it, single blanks within it, small letters, composed characters.
pub fn word(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    // Marks without width come along when words are copied from a table.
    let visible = name.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'));
    let lower: String = visible.nfc().flat_map(char::to_lowercase).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why a box cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoxProblem {
    /// The record has none, or null.
    Missing,
    /// Something else stands in its place.
    NotFourNumbers,
}

/// Left, top, width, height. Lists of four numbers; objects with `x, y, width, height`, `left, top, ...`, or with two corners.
pub(crate) fn bbox(value: Option<&Value>) -> Result<[f64; 4], BoxProblem> {
    match value {
        None | Some(Value::Null) => Err(BoxProblem::Missing),
        Some(Value::Array(list)) if list.is_empty() => Err(BoxProblem::Missing),
        Some(Value::Array(list)) => four(list).ok_or(BoxProblem::NotFourNumbers),
        Some(Value::Object(map)) if map.is_empty() => Err(BoxProblem::Missing),
        Some(Value::Object(map)) => box_of_object(map).ok_or(BoxProblem::NotFourNumbers),
        Some(Value::String(text)) if text.trim().is_empty() => Err(BoxProblem::Missing),
        // "[40, 150, 90, 60]" and "40 150 90 60": tables keep lists as text.
        Some(Value::String(text)) => {
            let inner = text.trim().trim_matches(['[', ']', '(', ')']);
            let parts = inner.split([',', ' ', ';']).filter(|part| !part.is_empty());
            let numbers: Option<Vec<f64>> = parts.map(number_of_text).collect();
            numbers.and_then(|numbers| numbers.try_into().ok()).ok_or(BoxProblem::NotFourNumbers)
        }
        Some(_) => Err(BoxProblem::NotFourNumbers),
    }
}

fn four(list: &[Value]) -> Option<[f64; 4]> {
    let numbers: Option<Vec<f64>> = list.iter().map(number).collect();
    numbers?.try_into().ok()
}

fn box_of_object(map: &Map<String, Value>) -> Option<[f64; 4]> {
    let get = |names: &[&str]| {
        let key = |key: &str| key.to_ascii_lowercase().replace(['_', '-'], "");
        map.iter().find(|(name, _)| names.contains(&key(name).as_str())).and_then(|(_, value)| number(value))
    };
    let (left, top) = (get(&["x", "left", "xmin", "x1", "x0"])?, get(&["y", "top", "ymin", "y1", "y0"])?);
    if let (Some(width), Some(height)) = (get(&["w", "width"]), get(&["h", "height"])) {
        return Some([left, top, width, height]);
    }
    let has_first = map.keys().any(|name| name == "x0");
    let (right, bottom) = match has_first {
        true => (get(&["x1"])?, get(&["y1"])?),
        false => (get(&["xmax", "x2", "right"])?, get(&["ymax", "y2", "bottom"])?),
    };
    let (left, top) = if has_first { (get(&["x0"])?, get(&["y0"])?) } else { (left, top) };
    Some([left, top, right - left, bottom - top])
}

/// The outline of an object as a file has it.
#[derive(Clone, Debug, PartialEq)]
pub enum Outline {
    /// Each `[x0, y0, x1, y1, ...]` in pixels; an entry that cannot be read is an error in words.
    Polygons(Vec<Result<Vec<f64>, &'static str>>),
    Runs {
        width: usize,
        height: usize,
        counts: Counts,
    },
}

/// Run lengths.
#[derive(Clone, Debug, PartialEq)]
pub enum Counts {
    /// COCO's compressed text.
    Text(String),
    List(Vec<u32>),
}

const NOT_NUMBERS: &str = "a corner of a polygon is no finite number";

/// A `segmentation` in any of its forms. `Ok(None)`: the object has none.
pub fn outline(value: Option<&Value>) -> Result<Option<Outline>, &'static str> {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => Ok(None),
        Some(Value::Array(list)) if list.is_empty() => Ok(None),
        Some(Value::Object(map)) if map.is_empty() => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::Array(list)) => Ok(outline_of_list(list)),
        Some(Value::Object(map)) => runs(map).map(Some),
        Some(_) => Err("its segmentation is neither polygons nor run lengths"),
    }
}

fn outline_of_list(list: &[Value]) -> Option<Outline> {
    let is_list_of = |list: &[Value], is: fn(&Value) -> bool| !list.is_empty() && list.iter().all(is);
    let is_scalar: fn(&Value) -> bool = |value| matches!(value, Value::Number(_) | Value::String(_) | Value::Null);
    if list.iter().all(Value::is_null) {
        return None;
    }
    // One polygon without the list around it.
    if is_list_of(list, is_scalar) {
        return Some(Outline::Polygons(vec![flat(list)]));
    }
    // Run lengths in a list of one.
    if let [Value::Object(map)] = list
        && map.contains_key("counts")
    {
        return Some(runs(map).unwrap_or_else(|what| Outline::Polygons(vec![Err(what)])));
    }
    // One polygon as a list of points.
    let is_point: fn(&Value) -> bool = |value| point(value).is_some();
    if list.len() >= 3 && is_list_of(list, is_point) {
        return Some(Outline::Polygons(vec![Ok(list.iter().filter_map(point).flatten().collect())]));
    }
    let polygon = |value: &Value| match value {
        Value::Array(inner) if inner.is_empty() => None,
        Value::Array(inner) if is_list_of(inner, is_point) => {
            Some(Ok(inner.iter().filter_map(point).flatten().collect()))
        }
        Value::Array(inner) => Some(flat(inner)),
        Value::Null => None,
        _ => Some(Err("it is no list of x and y")),
    };
    let polygons: Vec<_> = list.iter().filter_map(polygon).collect();
    (!polygons.is_empty()).then_some(Outline::Polygons(polygons))
}

fn flat(list: &[Value]) -> Result<Vec<f64>, &'static str> {
    list.iter().map(|value| number(value).ok_or(NOT_NUMBERS)).collect()
}

/// `[x, y]` or `{"x": x, "y": y}`.
fn point(value: &Value) -> Option<[f64; 2]> {
    match value {
        Value::Array(list) => match list.as_slice() {
            [x, y] => Some([number(x)?, number(y)?]),
            _ => None,
        },
        Value::Object(map) => Some([number(map.get("x")?)?, number(map.get("y")?)?]),
        _ => None,
    }
}

/// COCO's run lengths: `{"size": [height, width], "counts": ...}`.
fn runs(map: &Map<String, Value>) -> Result<Outline, &'static str> {
    let size = map.get("size").and_then(Value::as_array).map(Vec::as_slice);
    let side =
        |value: &Value| number(value).filter(|side| *side >= 0.0 && side.fract() == 0.0).map(|side| side as usize);
    let Some([height, width]) = size else { return Err("its run lengths have no size (height and width)") };
    let (Some(height), Some(width)) = (side(height), side(width)) else {
        return Err("the size of its run lengths is no two whole numbers");
    };
    let counts = match map.get("counts") {
        Some(Value::String(text)) => Counts::Text(text.clone()),
        Some(Value::Array(list)) => {
            let count = |value: &Value| {
                let count = number(value)?;
                (count.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&count)).then_some(count as u32)
            };
            let counts: Option<Vec<u32>> = list.iter().map(count).collect();
            Counts::List(counts.ok_or("a run length is below zero or beyond all bounds, or no whole number")?)
        }
        _ => return Err("its run lengths have no counts"),
    };
    Ok(Outline::Runs { width, height, counts })
}

/// A scalar of a large file, read without holding what is around it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Scalar<'a> {
    #[default]
    Null,
    Whole(i64),
    Float(f64),
    Text(Cow<'a, str>),
    /// true, false, a list or an object.
    Other,
}

impl Scalar<'_> {
    pub fn id(&self) -> Option<Id> {
        match self {
            Self::Whole(number) => Some(Id::Number(*number)),
            Self::Float(number) => Id::of_float(*number),
            Self::Text(text) => Id::of_text(text),
            Self::Null | Self::Other => None,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Whole(number) => Some(*number as f64),
            Self::Float(number) => Some(*number).filter(|number| number.is_finite()),
            Self::Text(text) => number_of_text(text),
            Self::Null | Self::Other => None,
        }
    }

    /// A side in pixels, as [`side`].
    pub fn side(&self) -> u32 {
        self.number().map_or(0, |side| side.round().clamp(0.0, f64::from(u32::MAX)) as u32)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a text")
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Other)
    }
    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Whole(number))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(number).map_or_else(|_| Scalar::Text(number.to_string().into()), Scalar::Whole))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Float(number))
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other)
    }
}

/// A list of items. A value that is not a list becomes an empty list with [`Items::is_malformed`]; a single item becomes
/// a list of one where the format allows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Items<T> {
    pub list: Vec<T>,
    /// Neither a list nor null.
    pub is_malformed: bool,
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { list: Vec::new(), is_malformed: false }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ItemsVisitor(std::marker::PhantomData))
    }
}

struct ItemsVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ItemsVisitor<T> {
    type Value = Items<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Items { list: items, is_malformed: false })
    }
    /// Objects by their ids.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some((_, item)) = map.next_entry::<IgnoredAny, T>()? {
            items.push(item);
        }
        Ok(Items { list: items, is_malformed: false })
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Items::default())
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Items { list: Vec::new(), is_malformed: true })
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Items { list: Vec::new(), is_malformed: true })
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Items { list: Vec::new(), is_malformed: true })
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Items { list: Vec::new(), is_malformed: true })
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        let one = T::deserialize(serde::de::value::StrDeserializer::<E>::new(text));
        Ok(match one {
            Ok(item) => Items { list: vec![item], is_malformed: false },
            Err(_) => Items { list: Vec::new(), is_malformed: true },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ids_of_any_kind() {
        for value in [json!(1), json!("1"), json!(1.0), json!(" 1 "), json!("1.0")] {
            assert_eq!(Id::of(&value), Some(Id::Number(1)), "{value}");
        }
        assert_eq!(Id::of(&json!("a1")), Some(Id::Text("a1".into())));
        assert_eq!(Id::of(&json!(-3)), Some(Id::Number(-3)));
        assert_eq!(Id::of(&json!(u64::MAX)), Some(Id::Text(u64::MAX.to_string().into())));
        for value in [json!(null), json!(""), json!(1.5), json!(true), json!([1]), json!({})] {
            assert_eq!(Id::of(&value), None, "{value}");
        }
        assert_eq!(Id::of(&json!("1e3")), Some(Id::Text("1e3".into())), "a hash, not a number");
    }

    #[test]
    fn boxes_in_every_form() {
        for value in [
            json!([40, 150, 90, 60]),
            json!(["40", "150", 90.0, "60"]),
            json!({"x": 40, "y": 150, "w": 90, "h": 60}),
            json!({"left": 40, "top": 150, "width": "90", "height": 60}),
            json!({"xmin": 40, "ymin": 150, "xmax": 130, "ymax": 210}),
            json!({"x1": 40, "y1": 150, "x2": 130, "y2": 210}),
            json!({"x0": 40, "y0": 150, "x1": 130, "y1": 210}),
            json!("[40, 150, 90, 60]"),
            json!("40 150 90 60"),
        ] {
            assert_eq!(bbox(Some(&value)), Ok([40.0, 150.0, 90.0, 60.0]), "{value}");
        }
        for value in [json!([null, null, null, null]), json!([1, 2, 3]), json!("big"), json!(true), json!({"x": 1})] {
            assert_eq!(bbox(Some(&value)), Err(BoxProblem::NotFourNumbers), "{value}");
        }
        for value in [json!(null), json!([]), json!({}), json!("")] {
            assert_eq!(bbox(Some(&value)), Err(BoxProblem::Missing), "{value}");
        }
    }

    #[test]
    fn outlines_in_every_form() {
        let triangle = vec![0.0, 0.0, 9.0, 0.0, 9.0, 9.0];
        for value in [
            json!([[0, 0, 9, 0, 9, 9]]),
            json!([0, 0, 9, 0, 9, 9]),
            json!([["0", 0, "9", 0, 9, 9.0], []]),
            json!([[0, 0], [9, 0], [9, 9]]),
            json!([[[0, 0], [9, 0], [9, 9]]]),
            json!([{"x": 0, "y": 0}, {"x": 9, "y": 0}, {"x": 9, "y": 9}]),
        ] {
            assert_eq!(outline(Some(&value)), Ok(Some(Outline::Polygons(vec![Ok(triangle.clone())]))), "{value}");
        }
        for value in [json!(null), json!([]), json!({}), json!(""), json!(false), json!([[]]), json!([null])] {
            assert_eq!(outline(Some(&value)), Ok(None), "{value}");
        }
        let runs = Outline::Runs { width: 3, height: 2, counts: Counts::List(vec![1, 5]) };
        for value in [
            json!({"size": [2, 3], "counts": [1, 5]}),
            json!({"size": ["2", 3.0], "counts": ["1", 5.0]}),
            json!([{"size": [2, 3], "counts": [1, 5]}]),
        ] {
            assert_eq!(outline(Some(&value)), Ok(Some(runs.clone())), "{value}");
        }
        for value in [
            json!(true),
            json!(4),
            json!({"size": [2, 3]}),
            json!({"counts": [1]}),
            json!({"size": [2, 3], "counts": [-1]}),
        ] {
            assert!(outline(Some(&value)).is_err(), "{value}");
        }
        assert_eq!(outline(Some(&json!([[0, 0, 9, null, 9, 9]]))), Ok(Some(Outline::Polygons(vec![Err(NOT_NUMBERS)]))));
    }

    #[test]
    fn one_word_has_one_spelling() {
        for name in ["Sheep ", "SHEEP", "sheep", "\u{a0}sheep\u{feff}", "sheep\t"] {
            assert_eq!(word(name), "sheep");
        }
        assert_eq!(word("pine   tree"), "pine tree");
        assert_eq!(word("cafe\u{301}"), word("caf\u{e9}"));
    }
}
