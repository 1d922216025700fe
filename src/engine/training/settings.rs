//! The settings of a run one by one, each with what it means.

use toml::{Table, Value};

use super::setting_docs::{SETTING_DOCS, SettingDoc};
use scenewright_train::{AnyConfig, ConfigError};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Setting {
    /// `losses.ac_loss_weight`
    pub key: String,
    /// As TOML writes it.
    pub value: String,
    pub kind: Kind,
}

/// How it is shown and changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Switch,
    Number,
    /// Words and lists: as they are written.
    Text,
}

impl Setting {
    /// None: of another version of this program.
    pub(crate) fn meaning(&self) -> Option<&'static SettingDoc> {
        SETTING_DOCS.iter().find(|meaning| meaning.key == self.key)
    }

    /// The table that it stands in; empty for those of the run itself.
    pub(crate) fn group(&self) -> &str {
        self.key.rsplit_once('.').map_or("", |(group, _)| group)
    }

    /// The model's shape is that of the model that is resumed.
    pub(crate) fn is_of_the_model(&self) -> bool {
        self.key.starts_with("model.")
    }
}

/// All settings of a run, in the order in which they are written.
pub(crate) fn list(config: &AnyConfig) -> Result<Vec<Setting>, ConfigError> {
    let text = config.to_toml()?;
    let table: Table = text.parse().map_err(|error: toml::de::Error| ConfigError::Invalid(error.to_string()))?;
    let mut found = Vec::new();
    flatten("", &table, &mut found);
    Ok(found)
}

fn flatten(prefix: &str, table: &Table, found: &mut Vec<Setting>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            // Learned or counted, not set; and long.
            Value::Table(_) if key == "model.geometry" => {}
            Value::Table(inner) => flatten(&key, inner, found),
            Value::Boolean(_) => found.push(Setting { key, value: value.to_string(), kind: Kind::Switch }),
            Value::Integer(_) | Value::Float(_) => {
                found.push(Setting { key, value: value.to_string(), kind: Kind::Number });
            }
            _ => found.push(Setting { key, value: value.to_string(), kind: Kind::Text }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_train::config::PRESETS;

    #[test]
    fn every_setting_of_every_preset_has_a_meaning() {
        let mut without = Vec::new();
        for (preset, _) in PRESETS {
            let config = AnyConfig::assemble(Some(preset), None, &[]).unwrap();
            let settings = list(&config).unwrap();
            assert!(settings.len() > 30, "{preset}: {}", settings.len());
            without.extend(settings.iter().filter(|s| s.meaning().is_none()).map(|s| s.key.clone()));
        }
        without.sort();
        without.dedup();
        assert_eq!(without, Vec::<String>::new(), "add them to meanings.rs");
    }

    #[test]
    fn meanings_are_sentences_and_no_key_has_two() {
        let mut keys: Vec<&str> = SETTING_DOCS.iter().map(|meaning| meaning.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), SETTING_DOCS.len());
        for SettingDoc { key, text, range } in SETTING_DOCS {
            assert!(text.len() > 8 && !text.ends_with('.') && !range.is_empty(), "{key}");
        }
    }

    #[test]
    fn a_value_goes_back_as_it_was_written() {
        let config = AnyConfig::assemble(Some("illustrated"), None, &[]).unwrap();
        let set: Vec<String> = list(&config).unwrap().iter().map(|s| format!("{}={}", s.key, s.value)).collect();
        assert_eq!(AnyConfig::assemble(Some("tiny"), None, &set).unwrap(), config);
    }
}
