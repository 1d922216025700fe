//! The card of an imported model: what users want to know before using it. No dates and no paths, so that the same checkpoint always
//! gives the same card.

use std::fmt::Write;

use super::vocab_check::VocabSize;
use crate::sg2im::config::Sg2ImConfig;

pub(crate) struct Card<'a> {
    pub file_name: &'a str,
    pub(crate) file_bytes: u64,
    pub config: &'a Sg2ImConfig,
    pub vocab: VocabSize,
    pub parameters: usize,
    pub discriminators: &'a [&'static str],
    pub facts: &'a [(String, String)],
}

impl Card<'_> {
    pub(crate) fn text(&self) -> String {
        let Sg2ImConfig { image_size: (height, width), .. } = self.config;
        let name: String = self.file_name.chars().filter(|c| !c.is_control() && *c != '`').collect();
        let masks = self.config.masks().map_or("none".into(), |side| format!("{side} x {side}"));
        let discriminators =
            if self.discriminators.is_empty() { "none".into() } else { self.discriminators.join(", ") };
        let mut text = format!(
            "# Model card\n\n\
             An sg2im model (Johnson, Gupta, Fei-Fei: Image Generation from Scene Graphs, 2018), imported from a PyTorch checkpoint.\n\n\
             ## Where it came from\n\n\
             - File: `{name}`, {} bytes\n",
            self.file_bytes
        );
        for (key, value) in self.facts {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "- {key}: `{}`", value.replace('`', ""));
        }
        let _ = write!(
            text,
            "\n## What it is\n\n\
             - Pictures: {width} x {height} pixels\n\
             - Objects: {}, relations: {}\n\
             - Parameters of the generator: {}\n\
             - Graph convolutions: {}, vectors of {}\n\
             - Masks: {masks}\n\
             - Refinement: {:?}, normalization {:?}, activation {}\n\
             - Noise channels: {}\n\
             - Discriminators: {discriminators}\n\n\
             All arguments are in `config.json`, all names in `vocab.json`.\n\n\
             ## License\n\n\
             Unknown. A checkpoint does not say under which terms its weights may be used; ask whoever trained it.\n",
            self.vocab.objects,
            self.vocab.predicates,
            self.parameters,
            self.config.gconv_num_layers,
            self.config.gconv_dim,
            self.config.refinement_dims,
            self.config.normalization,
            self.config.activation,
            self.config.layout_noise_dim,
        );
        text
    }
}
