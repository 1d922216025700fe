//! Everything a run is made from, as one TOML: presets inside the program, files, and single settings over them.
//!
//! ```text
//! preset (compiled in) <- --config FILE <- --set key=value      all merged as tables, then read once: an unknown key is an error
//! ```

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use toml::{Table, Value};

use super::loss::{GanLoss, LossWeights};
use super::run::Intervals;
use super::schedule::Schedule;
use super::step::Sg2ImLearnerConfig;
use scenewright_data::DataSource;
use scenewright_data::coco::CocoFilters;
use scenewright_model::discriminator::DiscriminatorConfig;
use scenewright_model::discriminator::architecture::Padding;
use scenewright_model::sg2im::config::{Norm, Sg2ImConfig};
use scenewright_nn::adam::AdamConfig;

/// Names and texts of the presets that come with the program.
pub const PRESETS: [(&str, &str); 7] = [
    ("collage", include_str!("presets/collage.toml")),
    ("fine-tune", include_str!("presets/fine_tune.toml")),
    ("reference", include_str!("presets/reference.toml")),
    ("quick", include_str!("presets/quick.toml")),
    ("illustrated", include_str!("presets/illustrated.toml")),
    ("small", include_str!("presets/small.toml")),
    ("tiny", include_str!("presets/tiny.toml")),
];

/// One run of training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainConfig {
    /// Draws the first weights, the noise, and the order of augmentations.
    pub seed: u64,
    /// The run is over after so many.
    pub iterations: u64,
    /// Pictures in one iteration.
    pub batch_size: usize,
    pub learning_rate: f64,
    pub beta1: f64,
    pub beta2: f64,
    /// Norm to which all gradients of one network together are cut; 0: never (sg2im).
    pub clip_gradients: f64,
    /// From this iteration on, batch normalization of the generator uses its running statistics and its optimizer starts again
    /// (sg2im: train.py, `--eval_mode_after`); 0: never.
    pub eval_mode_after: u64,
    /// Share of the past in the average of weights that is kept beside them, 0 to 1; 0: no average (sg2im).
    pub ema_decay: f64,
    /// First bias of the boxes' last layer. 0 is sg2im's; with its ReLU a coordinate that starts below zero for every object never
    /// learns (REFERENCE 1), and 0.5 keeps all four alive.
    pub box_bias: f64,
    pub gan_loss: GanLoss,
    pub ablation: Ablation,
    pub schedule: Schedule,
    pub losses: LossWeights,
    pub layout_first: LayoutFirst,
    /// Weights of the generator whose names begin so stay as they are: "gconv", "refinement_net".
    pub freeze: Vec<String>,
    pub data: DataConfig,
    pub model: Sg2ImConfig,
    pub d_obj: Discriminator,
    pub d_img: Discriminator,
    pub keep: Keep,
}

/// The rows of the paper's table 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ablation {
    /// The full model.
    #[default]
    None,
    /// One linear map of each object's embedding instead of graph convolution.
    NoGraphConvolution,
    /// Only the edges to `__image__`.
    NoRelationships,
    NoDiscriminators,
    NoObjectDiscriminator,
    NoImageDiscriminator,
    /// The layout network does not learn: layouts are given, in evaluation too.
    GroundTruthLayout,
    GroundTruthLayoutNoGraphConvolution,
}

impl Ablation {
    /// All, in the paper's order, with the paper's words for them (table 1).
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::NoGraphConvolution, "no gconv"),
        (Self::NoRelationships, "no relationships"),
        (Self::NoDiscriminators, "no discriminators"),
        (Self::NoObjectDiscriminator, "no D_obj"),
        (Self::NoImageDiscriminator, "no D_img"),
        (Self::None, "full model"),
        (Self::GroundTruthLayoutNoGraphConvolution, "GT layout, no gconv"),
        (Self::GroundTruthLayout, "GT layout"),
    ];

    /// Whether layouts are given.
    pub fn gives_layout(self) -> bool {
        matches!(self, Self::GroundTruthLayout | Self::GroundTruthLayoutNoGraphConvolution)
    }
}

/// Iterations before the first picture, in which only boxes, masks and relations are learned: far cheaper than pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LayoutFirst {
    /// 0: none (sg2im).
    pub iterations: u64,
    /// Graphs in one of them.
    pub batch_size: usize,
    pub learning_rate: f64,
}

/// What is learned from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DataConfig {
    /// Where samples come from.
    #[serde(alias = "set")]
    pub source: DataSource,
    /// The folder of the data set; none for the illustrated world.
    pub path: Option<PathBuf>,
    /// Share of samples of the illustrated world among the others, 0 to 1, against forgetting.
    pub mix: f64,
    /// Up to this share of each side of a picture is cropped at random, 0 to 0.9.
    pub crop: f64,
    /// Brightness, contrast and saturation of pictures are changed by up to this share, 0 to 0.9.
    #[serde(rename = "colour")]
    pub color: f64,
    /// What is taken of COCO's files.
    pub coco: CocoSettings,
    /// Another seed, other scenes.
    pub seed: u64,
    /// Kinds of scene of the illustrated world; empty: all.
    pub kinds: Vec<String>,
    /// Sprites of the user's own, beside those that come with the program.
    pub sprites: Vec<PathBuf>,
    /// Objects whose light is part of their name: `sky` at night is learned as "night sky".
    pub light_of: Vec<String>,
    /// Of each scene a share of its relations, drawn between these two, is kept: people write sparser graphs than a grammar does.
    pub keep_relations: [f64; 2],
    /// Every second scene, drawn at random, is mirrored: "left of" becomes "right of".
    pub flip: bool,
}

/// sg2im's filters of COCO (sg2im: train.py).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CocoSettings {
    /// Objects whose box is no more than this share of the picture are left out.
    pub min_object_size: f64,
    pub min_objects_per_image: usize,
    pub max_objects_per_image: usize,
    /// Only pictures for which there are stuff annotations, where there are any.
    pub stuff_only: bool,
    /// The category "other".
    pub include_other: bool,
    /// Names of categories to take; empty: all.
    pub instance_whitelist: Vec<String>,
    pub stuff_whitelist: Vec<String>,
}

impl Default for CocoSettings {
    fn default() -> Self {
        let CocoFilters { min_object_size, min_objects, max_objects, stuff_only, include_other, .. } =
            CocoFilters::default();
        Self {
            min_object_size,
            min_objects_per_image: min_objects,
            max_objects_per_image: max_objects,
            stuff_only,
            include_other,
            instance_whitelist: Vec::new(),
            stuff_whitelist: Vec::new(),
        }
    }
}

impl CocoSettings {
    pub(crate) fn filters(&self) -> CocoFilters {
        CocoFilters {
            min_object_size: self.min_object_size,
            min_objects: self.min_objects_per_image,
            max_objects: self.max_objects_per_image,
            stuff_only: self.stuff_only,
            include_other: self.include_other,
            instance_whitelist: self.instance_whitelist.clone(),
            stuff_whitelist: self.stuff_whitelist.clone(),
            max_samples: None,
        }
    }
}

impl Default for DataConfig {
    fn default() -> Self {
        Self {
            source: DataSource::default(),
            path: None,
            mix: 0.0,
            crop: 0.0,
            color: 0.0,
            coco: CocoSettings::default(),
            seed: 0,
            kinds: Vec::new(),
            sprites: Vec::new(),
            light_of: Vec::new(),
            keep_relations: [1.0, 1.0],
            flip: false,
        }
    }
}

/// A discriminator, by sg2im's arguments (sg2im: train.py).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Discriminator {
    pub arch: String,
    pub normalization: Norm,
    pub activation: String,
    pub padding: String,
    /// Side of the crops of the object discriminator, pixels.
    pub object_size: usize,
    /// Spectral normalization of its convolutions; beyond sg2im.
    pub spectral: bool,
}

impl Default for Discriminator {
    fn default() -> Self {
        let DiscriminatorConfig { arch, normalization, activation, padding, object_size, spectral } =
            DiscriminatorConfig::default();
        let padding = if padding == Padding::Same { "same" } else { "valid" }.to_owned();
        Self { arch, normalization, activation, padding, object_size, spectral }
    }
}

impl Discriminator {
    fn config(&self) -> DiscriminatorConfig {
        DiscriminatorConfig {
            arch: self.arch.clone(),
            normalization: self.normalization,
            activation: self.activation.clone(),
            padding: if self.padding == "same" { Padding::Same } else { Padding::Valid },
            object_size: self.object_size,
            spectral: self.spectral,
        }
    }
}

/// What a run folder keeps, and how often; in iterations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keep {
    /// `checkpoints/last`.
    pub last_every: u64,
    /// A checkpoint that stays; 0: none.
    pub checkpoint_every: u64,
    /// Losses on held-out scenes, and a sheet of sample pictures.
    pub validate_every: u64,
    pub validation_scenes: usize,
    pub sample_scenes: usize,
}

impl Keep {
    pub(crate) fn intervals(&self) -> Intervals {
        Intervals { validate: self.validate_every, save_last: self.last_every, keep: self.checkpoint_every }
    }
}

impl Default for Keep {
    fn default() -> Self {
        Self { last_every: 500, checkpoint_every: 0, validate_every: 1000, validation_scenes: 64, sample_scenes: 12 }
    }
}

impl Default for TrainConfig {
    /// sg2im's settings.
    fn default() -> Self {
        let AdamConfig { learning_rate, beta1, beta2, .. } = AdamConfig::default();
        Self {
            seed: 0,
            iterations: 1_000_000,
            batch_size: 32,
            learning_rate,
            beta1,
            beta2,
            clip_gradients: 0.0,
            eval_mode_after: 100_000,
            ema_decay: 0.0,
            box_bias: 0.0,
            gan_loss: GanLoss::Gan,
            ablation: Ablation::None,
            schedule: Schedule::default(),
            losses: LossWeights::default(),
            layout_first: LayoutFirst::default(),
            freeze: Vec::new(),
            data: DataConfig::default(),
            model: Sg2ImConfig { embedding_dim: 128, mask_size: Some(16), layout_noise_dim: 32, ..Default::default() },
            d_obj: Discriminator::default(),
            d_img: Discriminator::default(),
            keep: Keep::default(),
        }
    }
}

#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("there is no preset \"{name}\"; there are {}", PRESETS.map(|(name, _)| name).join(", "))]
    Preset { name: String },
    #[error("cannot read the settings: {problem}: {}", path.display())]
    Read { problem: std::io::Error, path: PathBuf },
    #[error("{problem} in {source_name}")]
    Toml { problem: String, source_name: String },
    #[error("\"{text}\" is no setting; write key=value, such as batch_size=8 or losses.ac_loss_weight=0.2")]
    Set { text: String },
    #[error("{0}")]
    Invalid(String),
}

/// Settings of any run from a table, not yet validated.
pub(super) fn read_table<T: DeserializeOwned>(table: Table) -> Result<T, ConfigError> {
    let read = Value::Table(table).try_into();
    read.map_err(|error: toml::de::Error| ConfigError::Invalid(error.message().to_owned()))
}

/// What [`write_toml`] wrote, not yet validated. The error names the line.
pub fn read_toml<T: DeserializeOwned>(text: &str, source_name: &str) -> Result<T, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
        let place = line.map_or_else(String::new, |line| format!("line {line} of "));
        ConfigError::Toml { problem: error.message().to_owned(), source_name: format!("{place}{source_name}") }
    })
}

/// Settings as `config.toml` holds them.
pub fn write_toml(settings: &impl Serialize) -> Result<String, ConfigError> {
    toml::to_string(settings).map_err(|error| ConfigError::Invalid(error.to_string()))
}

impl TrainConfig {
    /// A preset, a file over it, settings over both.
    pub fn assemble(preset: Option<&str>, file: Option<&Path>, set: &[String]) -> Result<Self, ConfigError> {
        Self::from_table(assembled(preset, file, set)?)
    }

    pub(crate) fn from_table(table: Table) -> Result<Self, ConfigError> {
        let config: Self = read_table(table)?;
        config.validate()?;
        Ok(config)
    }

    /// Reads what [`Self::to_toml`] wrote.
    pub fn from_toml(text: &str, source_name: &str) -> Result<Self, ConfigError> {
        let config: Self = read_toml(text, source_name)?;
        config.validate()?;
        Ok(config)
    }

    pub fn to_toml(&self) -> Result<String, ConfigError> {
        write_toml(self)
    }

    pub(crate) fn validate(&self) -> Result<(), ConfigError> {
        let mut wrong = Vec::new();
        let mut check = |good: bool, text: String| {
            if !good {
                wrong.push(text);
            }
        };
        check(
            (1..=4096).contains(&self.batch_size),
            format!("batch_size is {}; it must be 1 to 4096", self.batch_size),
        );
        check(self.batch_size > 1 || self.model.normalization != Norm::Batch, "batch_size is 1: batch normalization needs at least 2 pictures; set model.normalization to \"instance\" or \"none\"".into());
        let rate = |rate: f64| rate > 0.0 && rate < 10.0;
        check(
            rate(self.learning_rate),
            format!("learning_rate is {}; it must lie between 0 and 10", self.learning_rate),
        );
        for (name, value) in [("beta1", self.beta1), ("beta2", self.beta2), ("ema_decay", self.ema_decay)] {
            check((0.0..1.0).contains(&value), format!("{name} is {value}; it must be at least 0 and below 1"));
        }
        check(
            self.clip_gradients >= 0.0 && self.clip_gradients.is_finite(),
            format!("clip_gradients is {}; it must be 0 or more", self.clip_gradients),
        );
        let first = self.layout_first;
        check(
            first.iterations == 0 || ((2..=65_536).contains(&first.batch_size) && rate(first.learning_rate)),
            "layout_first needs a batch_size of 2 to 65536 and a learning_rate above 0".into(),
        );
        let [low, high] = self.data.keep_relations;
        check(
            (0.0..=1.0).contains(&low) && (low..=1.0).contains(&high),
            format!("data.keep_relations is [{low}, {high}]; two shares from 0 to 1 in order"),
        );
        check(
            self.keep.last_every > 0 && self.keep.validate_every > 0,
            "keep.last_every and keep.validate_every must be at least 1".into(),
        );
        for (name, d) in [("d_obj", &self.d_obj), ("d_img", &self.d_img)] {
            check(
                ["same", "valid"].contains(&d.padding.as_str()),
                format!("{name}.padding is \"{}\"; it must be \"same\" or \"valid\"", d.padding),
            );
            if let Err(problems) = d.config().layers() {
                check(false, format!("{name}: {problems}"));
            }
        }
        if let Some(key) = self.model.extra.keys().next() {
            check(false, format!("model has no setting \"{key}\""));
        }
        let (h, w) = self.model.image_size;
        check(h == w, format!("model.image_size is {h} x {w}; training pictures are square"));
        let data = &self.data;
        check(
            data.path.is_some() || data.source.folder().is_none(),
            format!(
                "data.source is \"{}\" and data.path is missing; name its folder, or use --data DIR",
                data.source.key()
            ),
        );
        check((0.0..1.0).contains(&data.mix), format!("data.mix is {}; it must be at least 0 and below 1", data.mix));
        for (name, value) in [("data.crop", data.crop), ("data.colour", data.color)] {
            check((0.0..=0.9).contains(&value), format!("{name} is {value}; it must be 0 to 0.9"));
        }
        let coco = &data.coco;
        check(
            (0.0..1.0).contains(&coco.min_object_size) && coco.min_objects_per_image <= coco.max_objects_per_image,
            "data.coco: min_object_size must be at least 0 and below 1, and min_objects_per_image at most max_objects_per_image".into(),
        );
        if wrong.is_empty() { Ok(()) } else { Err(ConfigError::Invalid(wrong.join("; "))) }
    }

    /// What the learner is made of, the ablation carried out.
    pub fn learner(&self, objects: usize, predicates: usize) -> Sg2ImLearnerConfig {
        let mut weights = self.losses;
        let mut model = self.model.clone();
        match self.ablation {
            // sg2im's linear map stands in for the graph convolution (sg2im: model.py).
            Ablation::NoGraphConvolution | Ablation::GroundTruthLayoutNoGraphConvolution => model.gconv_num_layers = 0,
            Ablation::NoDiscriminators => weights.discriminator_loss_weight = 0.0,
            Ablation::NoObjectDiscriminator => weights.d_obj_weight = 0.0,
            Ablation::NoImageDiscriminator => weights.d_img_weight = 0.0,
            Ablation::None | Ablation::NoRelationships | Ablation::GroundTruthLayout => {}
        }
        if self.ablation.gives_layout() {
            (weights.bbox_pred_loss_weight, weights.mask_loss_weight) = (0.0, 0.0);
            weights.relation_loss_weight = 0.0;
        }
        Sg2ImLearnerConfig {
            model,
            objects,
            predicates,
            d_obj: Some(self.d_obj.config()),
            d_img: Some(self.d_img.config()),
            weights,
            gan: self.gan_loss,
            adam: AdamConfig {
                learning_rate: self.learning_rate,
                beta1: self.beta1,
                beta2: self.beta2,
                ..Default::default()
            },
            clip: self.clip_gradients,
            frozen: self.freeze.clone(),
            seed: self.seed,
        }
    }
}

/// A preset, a file over it, settings over both, of whatever architecture.
pub(crate) fn assembled(preset: Option<&str>, file: Option<&Path>, set: &[String]) -> Result<Table, ConfigError> {
    let mut table = Table::new();
    if let Some(name) = preset {
        // Version 0.1 called the preset "fine-tune" "touch".
        let current = if name == "touch" { "fine-tune" } else { name };
        let text = PRESETS.iter().find(|(known, _)| *known == current).map(|(_, text)| *text);
        let text = text.ok_or_else(|| ConfigError::Preset { name: name.to_owned() })?;
        merge(&mut table, parse(text, || format!("the preset {name}"))?);
    }
    if let Some(path) = file {
        let text = fs::read_to_string(path).map_err(|problem| ConfigError::Read { problem, path: path.to_owned() })?;
        merge(&mut table, parse(&text, || path.display().to_string())?);
    }
    for text in set {
        merge(&mut table, setting(text)?);
    }
    Ok(table)
}

fn parse(text: &str, source_name: impl Fn() -> String) -> Result<Table, ConfigError> {
    text.parse().map_err(|error: toml::de::Error| {
        // The place counts in a file; candid line numbers help more than a span.
        let line = error.span().map(|span| text[..span.start.min(text.len())].lines().count().max(1));
        let place = line.map_or(String::new(), |line| format!("line {line} of "));
        ConfigError::Toml { problem: error.message().to_owned(), source_name: format!("{place}{}", source_name()) }
    })
}

/// `losses.ac_loss_weight=0.2` as nested tables. A value that is no TOML is taken as text.
fn setting(text: &str) -> Result<Table, ConfigError> {
    let wrong = || ConfigError::Set { text: text.to_owned() };
    let (key, value) = text.split_once('=').ok_or_else(wrong)?;
    let (key, value) = (key.trim(), value.trim());
    if key.is_empty() || key.split('.').any(str::is_empty) {
        return Err(wrong());
    }
    let value = match format!("value = {value}").parse::<Table>() {
        Ok(mut table) => table.remove("value").ok_or_else(wrong)?,
        Err(_) => Value::String(value.to_owned()),
    };
    let mut parts = key.rsplit('.');
    let mut table = Table::new();
    table.insert(parts.next().unwrap_or_default().to_owned(), value);
    for part in parts {
        table = Table::from_iter([(part.to_owned(), Value::Table(table))]);
    }
    Ok(table)
}

/// Tables are joined key by key; anything else is replaced.
fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(inner)), Value::Table(value)) => merge(inner, value),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}
