//! The card of a checkpoint.

use crate::config::TrainConfig;
use crate::run::RunProgress;
use scenewright_data::DataSource;
use scenewright_nn::parameters::Parameters;

/// The text of `card.md`.
pub(super) fn card(config: &TrainConfig, parameters: &Parameters, steps: u64, progress: &RunProgress) -> String {
    let RunProgress { step, seconds, best } = progress;
    let parameters: usize = parameters.all().iter().map(|(_, var)| var.elem_count()).sum();
    let best = best.map_or("none yet".into(), |(loss, step)| format!("{loss:.4} at step {step}"));
    format!(
        "# Model card\n\nAn sg2im model (Johnson, Gupta, Fei-Fei: Image Generation from Scene Graphs, 2018), trained by Scenewright on {}.\n\n\
         - Parameters: {parameters}\n- Steps: {step} of {steps}\n- Seconds of training: {seconds:.0}\n- Lowest loss on held-out scenes: {best}\n\n\
         ## Recipe\n\n```toml\n{}```\n",
        learned_from(config),
        config.to_toml().unwrap_or_default(),
    )
}

/// For a model's card.
fn learned_from(config: &TrainConfig) -> String {
    let data = &config.data;
    let folder = data.path.as_ref().and_then(|path| path.file_name());
    let source = data.source.on_card(&folder.map(|name| name.to_string_lossy()).unwrap_or_default());
    match data.source {
        DataSource::Illustrated => source,
        _ if data.mix > 0.0 => format!("{source} and {}", DataSource::Illustrated.on_card("")),
        _ => source,
    }
}
