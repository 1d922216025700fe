//! A JSON text by its tree: values that change their kind, keys that go, come twice or take another's name, lists that grow.

use serde_json::{Map, Value, json};

use super::bytes;
use crate::rng::Rng;

pub fn json(data: &mut Vec<u8>, rng: &mut Rng) {
    let Ok(mut value) = serde_json::from_slice::<Value>(data) else { return bytes(data, rng) };
    for _ in 0..1 + rng.below(3) {
        let donor = part_of(&value, rng).clone();
        change(part(&mut value, rng), &donor, rng);
    }
    *data = value.to_string().into_bytes();
    if rng.once_in(12) {
        bytes(data, rng);
    }
    if rng.once_in(40) {
        // What Python and people write.
        let text = String::from_utf8_lossy(data).replace("null", "NaN").replace("]}", "],}");
        *data = text.into_bytes();
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        _ => 0,
    }
}

/// Any value of the tree, the deeper ones as likely as the others.
fn part<'v>(value: &'v mut Value, rng: &mut Rng) -> &'v mut Value {
    let mut left = rng.below(count(value));
    let mut at = value;
    loop {
        if left == 0 {
            return at;
        }
        left -= 1;
        let children: Vec<&mut Value> = match at {
            Value::Array(list) => list.iter_mut().collect(),
            Value::Object(map) => map.values_mut().collect(),
            _ => unreachable!("a value without children counts one"),
        };
        let mut next = None;
        for child in children {
            let own = count(child);
            if left < own {
                next = Some(child);
                break;
            }
            left -= own;
        }
        at = next.expect("the counts of the children make up the rest");
    }
}

fn part_of<'v>(value: &'v Value, rng: &mut Rng) -> &'v Value {
    let mut at = value;
    while !rng.once_in(4) {
        let next = match at {
            Value::Array(list) => rng.pick(list),
            Value::Object(map) => map.values().nth(rng.below(map.len())),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

fn change(value: &mut Value, donor: &Value, rng: &mut Rng) {
    match value {
        Value::Array(list) => match rng.below(7) {
            0 => list.clear(),
            1 if !list.is_empty() => _ = list.remove(rng.below(list.len())),
            2 if !list.is_empty() => {
                let copy = list[rng.below(list.len())].clone();
                list.insert(rng.below(list.len()), copy);
            }
            3 if list.len() > 1 => {
                let (a, b) = (rng.below(list.len()), rng.below(list.len()));
                list.swap(a, b);
            }
            4 => list.push(donor.clone()),
            5 if list.len() < 64 => {
                let copy = list.clone();
                list.extend(copy);
            }
            _ => *value = odd(donor, rng),
        },
        Value::Object(map) => match rng.below(6) {
            0 | 1 if !map.is_empty() => {
                let key = map.keys().nth(rng.below(map.len())).cloned().unwrap_or_default();
                map.remove(&key);
            }
            2 if map.len() > 1 => rename(map, rng),
            3 => {
                let key = map.keys().nth(rng.below(map.len())).cloned().unwrap_or_else(|| "id".to_owned());
                map.insert(key, donor.clone());
            }
            4 => _ = map.insert(format!("extra{}", rng.below(3)), donor.clone()),
            _ => *value = odd(donor, rng),
        },
        Value::Number(number) => {
            let float = number.as_f64().unwrap_or(0.0);
            *value = match rng.below(12) {
                0 => json!(float + 1.0),
                1 => json!(-float),
                2 => json!(float * 1e3),
                3 => json!(number.to_string()),
                4 => json!(0),
                5 => json!(u64::MAX),
                6 => json!(i64::MIN),
                7 => json!(1e308),
                8 => json!(f64::from(i32::MAX)),
                9 => json!(2_147_483_647),
                10 => json!(float + 0.5),
                _ => odd(donor, rng),
            };
        }
        Value::String(text) => {
            *value = match rng.below(9) {
                0 => json!(""),
                1 => json!(text.to_uppercase()),
                2 => json!(format!(" {text}\u{200b} ")),
                3 => json!(text.repeat(2 + rng.below(40))),
                4 => json!("../../../etc/passwd"),
                5 => json!("\u{202e}\u{0}\n"),
                6 => json!(text.len()),
                7 => json!(text.chars().rev().collect::<String>()),
                _ => odd(donor, rng),
            };
        }
        _ => *value = odd(donor, rng),
    }
}

fn rename(map: &mut Map<String, Value>, rng: &mut Rng) {
    let keys: Vec<String> = map.keys().cloned().collect();
    let (from, to) = (&keys[rng.below(keys.len())], &keys[rng.below(keys.len())]);
    if let Some(value) = map.remove(from) {
        map.insert(to.clone(), value);
    }
}

fn odd(donor: &Value, rng: &mut Rng) -> Value {
    match rng.below(10) {
        0 => Value::Null,
        1 => json!({}),
        2 => json!([]),
        3 => json!(true),
        4 => json!("1"),
        5 => json!(-1),
        6 => {
            let mut deep = donor.clone();
            for _ in 0..rng.below(60) {
                deep = json!([deep]);
            }
            deep
        }
        _ => donor.clone(),
    }
}
