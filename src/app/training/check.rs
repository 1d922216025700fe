//! Results of the measurement before the start.

use egui::{Grid, RichText, Ui};
use egui_phosphor::regular as icon;

use super::{duration, grouped, message};
use crate::app::Theme;
use crate::app::widgets::weak;
use crate::engine::training::DryRun;

/// Maximum number of listed new words; the others are counted.
const NAMED: usize = 8;

pub(crate) fn show(ui: &mut Ui, theme: &Theme, dry_run: &Result<DryRun, String>) {
    let dry_run = match dry_run {
        Ok(dry_run) => dry_run,
        Err(error) => return message(ui, theme, theme.error, icon::WARNING_CIRCLE, error),
    };
    ui.label(RichText::new("Measured on a few steps").strong());
    Grid::new("measured").num_columns(2).spacing([14.0, 4.0]).show(ui, |ui| {
        row(ui, theme, "Time", format!("about {} for {} steps", duration(dry_run.total), grouped(dry_run.steps)));
        row(ui, theme, "Speed", format!("{:.1} images a second", dry_run.images_per_second));
        let mib = |mib: Option<u64>| mib.map_or_else(|| "not known".to_owned(), |mib| format!("{} MiB", grouped(mib)));
        row(ui, theme, "Memory", format!("{} more than now; {} free", mib(dry_run.memory_mib), mib(dry_run.free_mib)));
        row(ui, theme, "Words", words(dry_run));
    });
    if !dry_run.fits() {
        let text = "Not enough free memory. Close other programs, or choose a smaller batch_size under Advanced.";
        message(ui, theme, theme.warning, icon::WARNING, text);
    }
    for warning in &dry_run.warnings {
        message(ui, theme, theme.warning, icon::WARNING, warning);
    }
}

fn row(ui: &mut Ui, theme: &Theme, name: &str, text: String) {
    ui.label(weak(theme, name));
    ui.add(egui::Label::new(text).wrap());
    ui.end_row();
}

fn words(dry_run: &DryRun) -> String {
    let words = &dry_run.words;
    if !words.from_model {
        return format!("{}, all learned from scratch", words.count);
    }
    if words.new.is_empty() {
        let unused = if words.unused > 0 {
            format!("; {} words of the model are not in these samples", words.unused)
        } else {
            String::new()
        };
        return format!("{}, all known{unused}", words.count);
    }
    let named = words.new.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = words.new.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}, of which new to the model: {named}{more}", words.count)
}
