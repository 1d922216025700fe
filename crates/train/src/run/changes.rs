//! What has changed since a checkpoint was written, when it is resumed from: settings, pictures, words.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use toml::{Table, Value};

use super::checkpoint::MadeWith;
use super::error::RunError;
use crate::config::{ConfigError, read_table, read_toml, write_toml};
use scenewright_data::Dataset;
use scenewright_scene::vocab::Vocabulary;

/// Settings that make other networks: a checkpoint's weights do not fit them.
const FIXED: [&str; 5] = ["architecture", "model.", "d_obj.", "d_img.", "ablation"];
/// Settings that say how long and what is kept, and change no figure.
const HARMLESS: [&str; 2] = ["iterations", "keep."];

/// The settings that a run goes on with, and what to say of them. A line that is missing has the value that it had; what cannot change is
/// refused with its line.
pub(crate) fn settings<C: DeserializeOwned + Serialize>(
    text: &str,
    name: &str,
    before: &str,
) -> Result<(C, Vec<String>), ConfigError> {
    // What is no setting, or of another kind, is named with its line.
    let _: C = read_toml(text, name)?;
    let file: Table = read_toml(text, name)?;
    let Ok(before) = before.parse::<Table>() else { return Ok((read_table(file)?, Vec::new())) };
    if before.is_empty() {
        return Ok((read_table(file)?, Vec::new()));
    }
    let mut merged = before.clone();
    overlay(&mut merged, &file);
    let mut reported = Vec::new();
    // Steps of the layout come before all others: they cannot be added to a run that has begun.
    let layout = |table: &Table| table.get("layout_first")?.get("iterations").cloned();
    if let (Some(old), Some(new)) = (layout(&before), layout(&merged))
        && old != new
        && let Some(Value::Table(table)) = merged.get_mut("layout_first")
    {
        reported.push(format!(
            "layout_first.iterations stays {old}, as it was when this run began; {new} would be for a new run"
        ));
        table.insert("iterations".to_owned(), old);
    }
    let config: C = read_table(merged)?;
    let [before, file] = [flat(&before), flat(&file)];
    let after = flat(&write_toml(&config)?.parse::<Table>().unwrap_or_default());
    let is_one_of = |key: &str, list: &[&str]| {
        list.iter().any(|known| key == *known || known.ends_with('.') && key.starts_with(known))
    };
    for (key, value) in &before {
        if !file.contains_key(key) && after.get(key) == Some(value) {
            reported.push(format!("{key} is missing in {name}; it stays {value}, as it was"));
        }
    }
    for key in before.keys().chain(after.keys()).collect::<std::collections::BTreeSet<_>>() {
        let (old, new) = (before.get(key), after.get(key));
        if old == new {
            continue;
        }
        let show = |value: Option<&Value>| value.map_or("not set".to_owned(), ToString::to_string);
        let change = format!("{key} was {} and is {}", show(old), show(new));
        if is_one_of(key, &FIXED) {
            let line = line_of(text, key).map_or(String::new(), |line| format!(" in line {line} of {name}"));
            return Err(ConfigError::Invalid(format!(
                "{change}{line}: the weights of this run do not fit that. Put it back, or start a new run from them with \
                 `--from RUN/checkpoints/last`"
            )));
        }
        reported.push(match is_one_of(key, &HARMLESS) {
            true => change,
            false => format!("{change}: from here on the figures are not those that the run would have had"),
        });
    }
    Ok((config, reported))
}

/// An error where fewer steps are asked for than were made.
pub(crate) fn enough(text: &str, name: &str, made: u64, asked: u64) -> Result<(), ConfigError> {
    if made <= asked {
        return Ok(());
    }
    let line = line_of(text, "iterations").map_or(String::new(), |line| format!(" (line {line} of {name})"));
    Err(ConfigError::Invalid(format!(
        "the settings ask for {asked} steps{line}, and this run has made {made}. Set iterations to more, or resume from an earlier checkpoint with \
         `--checkpoint STEP`"
    )))
}

/// What to say of the data set; an error where it has words that the network has no place for.
pub(crate) fn data(
    before: &MadeWith,
    now: &MadeWith,
    train: &dyn Dataset,
    vocab: &Vocabulary,
) -> Result<Vec<String>, RunError> {
    let mut reported = Vec::new();
    if let (Some(old), Some(new)) = (before.samples, now.samples)
        && old != new
    {
        reported.push(format!("the data set has {new} samples and had {old} when this checkpoint was written"));
    }
    let gone: Vec<&str> = before.words.iter().filter(|word| !now.words.contains(word)).map(String::as_str).collect();
    if !gone.is_empty() {
        reported.push(format!("words that this run has learned are no longer in the data set: {}", gone.join(", ")));
    }
    let objects = train.object_names().into_iter().filter(|name| vocab.object_id(name).is_none());
    let predicates = train.predicate_names().into_iter().filter(|name| vocab.predicate_id(name).is_none());
    let new: Vec<String> = objects.chain(predicates).collect();
    if new.is_empty() {
        return Ok(reported);
    }
    let also = if gone.is_empty() { String::new() } else { format!(" ({} no longer there)", gone.join(", ")) };
    Err(RunError::Changed(format!(
        "the data set has words that this run does not know: {}{also}. Its network has no place for them: take them back, or start a new run \
         that learns them from what this one knows, with `--from RUN/checkpoints/last --data DIR --out NEW`",
        new.join(", ")
    )))
}

/// Later values take the place of earlier ones, table by table.
fn overlay(under: &mut Table, over: &Table) {
    for (key, value) in over {
        match (under.get_mut(key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => overlay(under, over),
            _ => _ = under.insert(key.clone(), value.clone()),
        }
    }
}

/// Values by their dotted keys: "losses.ac_loss_weight".
fn flat(table: &Table) -> BTreeMap<String, Value> {
    fn add(prefix: &str, table: &Table, list: &mut BTreeMap<String, Value>) {
        for (key, value) in table {
            let key = format!("{prefix}{key}");
            match value {
                Value::Table(table) => add(&format!("{key}."), table, list),
                value => _ = list.insert(key, value.clone()),
            }
        }
    }
    let mut list = BTreeMap::new();
    add("", table, &mut list);
    list
}

/// The line of a dotted key, counted from 1.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let mut table = String::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            table = format!("{}.", name.trim());
        } else if let Some((name, _)) = line.split_once('=')
            && format!("{table}{}", name.trim()) == key
        {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TrainConfig;

    fn text(set: &[&str]) -> String {
        let set: Vec<String> = set.iter().map(|text| (*text).to_owned()).collect();
        TrainConfig::assemble(Some("tiny"), None, &set).unwrap().to_toml().unwrap()
    }

    #[test]
    fn changed_settings_are_reported_and_impossible_ones_refused_with_their_line() {
        let before = text(&["iterations=20", "batch_size=4"]);
        let read = |after: &str| settings::<TrainConfig>(after, "config.toml", &before);
        assert_eq!(read(&before).unwrap().1, [""; 0]);

        let (config, reported) = read(&before.replacen("iterations = 20", "iterations = 60", 1)).unwrap();
        assert_eq!((config.iterations, reported), (60, vec!["iterations was 20 and is 60".to_owned()]));

        let (_, reported) = read(&before.replace("batch_size = 4\n", "batch_size = 2\n")).unwrap();
        assert!(
            reported.len() == 1 && reported[0].contains("batch_size was 4 and is 2: from here on the figures"),
            "{reported:?}"
        );

        let (config, reported) = read(&before.replace("iterations = 20\n", "")).unwrap();
        assert_eq!(config.iterations, 20);
        assert!(reported[0].contains("iterations is missing in config.toml; it stays 20"), "{reported:?}");

        let line = before.lines().position(|line| line.starts_with("learning_rate")).unwrap() + 1;
        let error =
            read(&before.replacen("learning_rate = ", "learning_rate = \"fast\" # ", 1)).unwrap_err().to_string();
        assert!(error.contains(&format!("line {line} of config.toml")), "{error}");

        let error = read(&before.replace("image_size = [", "image_size = [128, 128] # [")).unwrap_err().to_string();
        assert!(
            error.contains("model.image_size was") && error.contains("of config.toml") && error.contains("--from"),
            "{error}"
        );

        let error = enough(&before, "config.toml", 30, 20).unwrap_err().to_string();
        assert!(error.contains("ask for 20 steps (line") && error.contains("has made 30"), "{error}");
    }
}
