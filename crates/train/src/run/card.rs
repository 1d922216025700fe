//! What a checkpoint says of itself.

use super::Run;
use super::state::RunProgress;
use crate::config::{DataSource, TrainConfig};

impl Run {
    pub(super) fn card(&self) -> String {
        let RunProgress { step, seconds, best } = &self.progress;
        let parameters: usize = self.trainer.generator.parameters.all().iter().map(|(_, var)| var.elem_count()).sum();
        let best = best.map_or("none yet".into(), |(loss, step)| format!("{loss:.4} at step {step}"));
        format!(
            "# Model card\n\nAn sg2im model (Johnson, Gupta, Fei-Fei: Image Generation from Scene Graphs, 2018), trained by Scenewright on {}.\n\n\
             - Parameters: {parameters}\n- Steps: {step} of {}\n- Seconds of training: {seconds:.0}\n- Lowest loss on held-out scenes: {best}\n\n\
             ## Recipe\n\n```toml\n{}```\n",
            learned_from(&self.config),
            self.steps(),
            self.config.to_toml().unwrap_or_default(),
        )
    }
}

/// For a model's card.
fn learned_from(config: &TrainConfig) -> String {
    let folder = || {
        let name = config.data.path.as_ref().and_then(|path| path.file_name());
        name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let mixed = if config.data.mix > 0.0 { " and its illustrated world" } else { "" };
    match config.data.source {
        DataSource::Illustrated => "its illustrated world".into(),
        DataSource::Coco => format!("pictures annotated as COCO's (\"{}\"){mixed}", folder()),
        DataSource::VisualGenome => format!("Visual Genome{mixed}"),
        DataSource::Pictures => format!("own pictures (\"{}\"){mixed}", folder()),
    }
}
